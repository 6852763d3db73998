/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/world_config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/arch.h"
#include "core/base/text.h"
#include "sim/script/node_config.h"
#include "sim/script/node_keys.h"
#include "sim/script/node_tls.h"

enum {
	POOL_FIRST = 100,
	POOL_LAST = 199,
	NET_SIZE_OF_24 = 256,
	POOL6_FIRST = 0x100,
	POOL6_LAST = 0x1ff,
	POOL6_BITS = 9, /* that a net needs behind its prefix for those */
};

static bool has_role(const struct br_script_node *node, const char *role)
{
	struct br_octets rest = node->roles ? br_text(node->roles) : (struct br_octets){0};

	while (rest.data) {
		if (br_text_is(br_text_cut(&rest, ','), role))
			return true;
	}
	return false;
}

static bool has_role6(const struct br_script_node *node)
{
	return has_role(node, "dhcp6") || has_role(node, "proxydhcp6");
}

static int node_with_role(const struct br_script *s, const char *role)
{
	for (size_t i = 0; i < s->nodes; i++) {
		if (has_role(&s->node[i], role))
			return (int)i;
	}
	return BR_SCRIPT_NODE_NONE;
}

static bool has_key(const struct br_script_node *node, const char *key)
{
	return br_node_key(node, key) != NULL;
}

static uint32_t relay_on(const struct br_script *s, size_t net)
{
	for (size_t i = 0; i < s->nodes; i++) {
		for (size_t k = 0; br_node_routes(&s->node[i]) && k < s->node[i].links; k++) {
			if (s->node[i].link[k].net == net)
				return s->node[i].link[k].address;
		}
	}
	return 0;
}

static void put_subnet(const struct br_script *s, size_t index, struct br_config *config)
{
	const struct br_script_net *net = &s->net[index];
	uint32_t size = ~net->netmask + 1; /* 0: the whole of IPv4 */
	struct br_config_subnet *subnet = &config->subnet[config->subnets];

	if (config->subnets == BR_CONFIG_SUBNETS_MAX || !net->four)
		return;
	*subnet = (struct br_config_subnet){
		.network = net->network, .netmask = net->netmask, .router = relay_on(s, index)};
	if (size == 0 || size >= NET_SIZE_OF_24) {
		subnet->pool_first = net->network + POOL_FIRST;
		subnet->pool_last = net->network + POOL_LAST;
	} else if (size >= 4) {
		subnet->pool_first = net->network + size / 2;
		subnet->pool_last = net->network + size - 2;
	}
	config->subnets++;
}

/* ::100 to ::1ff of the net, or the upper half of a smaller one */
static void put_subnet6(const struct br_script *s, size_t index, struct br_config *config)
{
	const struct br_script_net *net = &s->net[index];
	struct br_config_subnet6 *subnet = &config->subnet6[config->subnets6];
	unsigned first = POOL6_FIRST, last = POOL6_LAST, free_bits = 128u - net->bits6;

	if (config->subnets6 == BR_CONFIG_SUBNETS_MAX || !net->six)
		return;
	*subnet = (struct br_config_subnet6){.bits = net->bits6, .has_pool = free_bits > 1};
	if (free_bits < POOL6_BITS) {
		first = 1u << free_bits >> 1;
		last = (1u << free_bits) - 1;
	}
	memcpy(subnet->prefix, net->network6, sizeof(subnet->prefix));
	memcpy(subnet->pool_first, net->network6, sizeof(subnet->pool_first));
	memcpy(subnet->pool_last, net->network6, sizeof(subnet->pool_last));
	subnet->pool_first[14] |= (uint8_t)(first >> 8);
	subnet->pool_first[15] |= (uint8_t)first;
	subnet->pool_last[14] |= (uint8_t)(last >> 8);
	subnet->pool_last[15] |= (uint8_t)last;
	config->subnets6++;
}

typedef void put_net(const struct br_script *s, size_t net, struct br_config *config);

/* Its own nets first, then those behind relays, as far as relays reach. */
static void put_nets(const struct br_script *s, const struct br_script_node *node,
                     struct br_config *config, put_net *put)
{
	bool reached[BR_SCRIPT_NETS_MAX] = {false}, grew = true;

	for (size_t i = 0; i < node->links; i++) {
		if (!reached[node->link[i].net])
			put(s, node->link[i].net, config);
		reached[node->link[i].net] = true;
	}
	while (grew) {
		grew = false;
		for (size_t i = 0; i < s->nodes; i++) {
			const struct br_script_node *relay = &s->node[i];
			bool near = false;

			for (size_t k = 0; k < relay->links; k++)
				near = near || (relay->kind == BR_NODE_RELAY &&
				                reached[relay->link[k].net]);
			for (size_t k = 0; near && k < relay->links; k++) {
				if (reached[relay->link[k].net])
					continue;
				reached[relay->link[k].net] = true;
				put(s, relay->link[k].net, config);
				grew = true;
			}
		}
	}
}

static void put_rule(struct br_config *config, int arch, const char *file, uint32_t server,
                     const uint8_t *server6)
{
	struct br_config_rule *rule = &config->rule[config->rules];

	if (config->rules == BR_CONFIG_RULES_MAX)
		return;
	*rule = (struct br_config_rule){.arch = arch, .server = server};
	if (server6)
		memcpy(rule->server6, server6, sizeof(rule->server6));
	snprintf(rule->file, sizeof(rule->file), "%s", file);
	config->rules++;
}

static void put_http_rules(const struct br_world *world, size_t node, int web,
                           struct br_config *config)
{
	const struct br_script *s = world->script;
	const char *port = br_node_key(&s->node[web], "http-port");
	uint32_t address = br_world_address(world, (size_t)web, node);
	uint8_t server6[BR_IP_SIZE];
	bool six =
		has_role6(&s->node[node]) && br_world_address6(world, (size_t)web, node, server6);
	char url[BR_CONFIG_TEXT_SIZE], url6[BR_CONFIG_TEXT_SIZE], sealed_port[8];
	struct br_writer host6 = br_writer_of(url6, sizeof(url6));

	struct br_tls_settings tls;

	br_node_tls(&s->node[web], &tls);
	if (tls.on)
		snprintf(sealed_port, sizeof(sealed_port), "%u", tls.port);
	snprintf(url, sizeof(url), "%s://%u.%u.%u.%u:%s/%.180s", tls.on ? "https" : "http",
	         address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255,
	         tls.on ? sealed_port
	         : port ? port
	                : "80",
	         s->file[0].name);
	if (six && tls.on) {
		br_text_put(&host6, "https://");
		br_text_put_url_host(&host6, server6);
		br_text_put(&host6, ":");
		br_text_put(&host6, sealed_port);
		br_text_put(&host6, "/");
		br_text_put(&host6, s->file[0].name);
		(void)br_text_end(&host6);
	}
	/* one rule names servers of one family: the core makes an http URL of the other itself */
	for (int arch = 0; arch < BR_ARCH_COUNT; arch++) {
		if (!br_arch_is_http((unsigned)arch))
			continue;
		if (six)
			put_rule(config, arch, tls.on ? url6 : s->file[0].name, 0, server6);
		if (address != 0)
			put_rule(config, arch, url, six ? address : 0, NULL);
	}
}

static void put_rules(const struct br_world *world, size_t node, struct br_config *config)
{
	const struct br_script *s = world->script;
	const struct br_script_node *of = &s->node[node];
	int web = node_with_role(s, "http"), tftp = node_with_role(s, "tftp");
	bool boots = has_role(of, "proxydhcp") || has_role(of, "pxe") ||
	             has_role(of, "proxydhcp6") ||
	             (has_role(of, "dhcp6") && node_with_role(s, "proxydhcp6") < 0) ||
	             (has_role(of, "dhcp") && node_with_role(s, "proxydhcp") < 0 &&
	              node_with_role(s, "pxe") < 0);
	uint8_t server6[BR_IP_SIZE];
	bool six =
		has_role6(of) && tftp >= 0 && br_world_address6(world, (size_t)tftp, node, server6);

	if (!boots || s->files == 0)
		return;
	if (web >= 0)
		put_http_rules(world, node, web, config);
	if (has_role(of, "tftp") || tftp < 0)
		put_rule(config, BR_ARCH_ANY, s->file[0].name, 0, NULL);
	else
		put_rule(config, BR_ARCH_ANY, s->file[0].name,
		         br_world_address(world, (size_t)tftp, node), six ? server6 : NULL);
}

int br_world_configure(const struct br_world *world, size_t node, struct br_config *ret_config,
                       char error[static BR_WORLD_ERROR_SIZE])
{
	const struct br_script *s = world->script;
	const struct br_script_node *of = &s->node[node];
	size_t failed;
	int result = br_node_configure(s, of, ret_config, &failed, error);

	if (result < 0)
		return result;
	if (has_role(of, "dhcp") && !has_key(of, "subnet") && !has_key(of, "pool"))
		put_nets(s, of, ret_config, put_subnet);
	if (has_role(of, "dhcp6") && !has_key(of, "subnet6") && !has_key(of, "pool6"))
		put_nets(s, of, ret_config, put_subnet6);
	if (!has_key(of, "boot"))
		put_rules(world, node, ret_config);
	return 0;
}
