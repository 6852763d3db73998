/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/steward.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

struct br_steward {
	struct br_host *host;
	struct br_server_host *server;
	struct br_config config;
};

enum {
	ADDRESS_SIZE = 16,
	WORD_SIZE = 300,
	PURPOSE = 0x73746577, /* "stew" */
};

static bool gives_addresses(const struct br_script_node *node)
{
	return (node->kind == BR_NODE_SUT || node->kind == BR_NODE_PEER) && !node->caches &&
	       (!node->roles || strstr(node->roles, "dhcp"));
}

/* The first request of the node's lines for a file. Return: NULL if there is none */
static const struct br_step *first_request(const struct br_script *s, size_t node)
{
	for (size_t i = 0; i < s->items; i++) {
		const struct br_step *step = &s->item[i].step;
		const char *message = step->line.message;

		if (s->item[i].kind != BR_ITEM_LINE || step->from.node != (int)node || !message ||
		    step->line.args == 0 || step->to.node < 0)
			continue;
		if (!strcmp(message, "rrq") || !strcmp(message, "GET") || !strcmp(message, "HEAD"))
			return step;
	}
	return NULL;
}

static void put_address(uint32_t address, char text[static ADDRESS_SIZE])
{
	struct br_writer w = br_writer_of((uint8_t *)text, ADDRESS_SIZE - 1);

	br_text_put_ipv4(&w, address);
	br_text_end(&w);
}

/* The first node that has files for a machine which was asked for none. */
static size_t server_of(const struct br_script *s)
{
	for (size_t i = 0; i < s->nodes; i++) {
		if (s->node[i].roles &&
		    (strstr(s->node[i].roles, "tftp") || strstr(s->node[i].roles, "http")))
			return i;
	}
	return 0;
}

static bool has_http_alone(const struct br_script_node *node)
{
	return node->roles && strstr(node->roles, "http") && !strstr(node->roles, "tftp");
}

static int configure(struct br_steward *steward, const struct br_world *world, size_t node,
                     uint32_t own, char *error)
{
	const struct br_script *s = world->script;
	const struct br_script_node *of = &s->node[node];
	const struct br_step *step = first_request(s, node);
	size_t server = step ? (size_t)step->to.node : server_of(s);
	bool http =
		step ? step->line.protocol == &br_protocol_http : has_http_alone(&s->node[server]);
	const char *file = step           ? (const char *)step->line.arg[0].value.text.data
	                   : s->files > 0 ? s->file[0].name
	                                  : "boot.efi";
	struct br_config *config = &steward->config;
	char address[ADDRESS_SIZE], from[ADDRESS_SIZE], pool[WORD_SIZE], boot[WORD_SIZE];
	int result;

	put_address(of->link[0].address, address);
	put_address(br_world_address(world, server, node), from);
	(void)snprintf(pool, sizeof(pool), "%s-%s", address, address);
	if (http)
		(void)snprintf(boot, sizeof(boot), "http://%s/%s", from, file + strspn(file, "/"));
	else
		(void)snprintf(boot, sizeof(boot), "%s@server:%s", file, from);
	br_config_init(config);
	result = br_config_set(config, "role", "dhcp", error, BR_WORLD_ERROR_SIZE);
	if (result == 0)
		result = br_config_set(config, "pool", pool, error, BR_WORLD_ERROR_SIZE);
	if (result == 0)
		result = br_config_set(config, "boot", boot, error, BR_WORLD_ERROR_SIZE);
	config->link[0] = (struct br_config_link){.address = own,
	                                          .netmask = s->net[of->link[0].net].netmask,
	                                          .mtu = s->net[of->link[0].net].mtu};
	config->links = 1;
	return result < 0 ? -EINVAL : 0;
}

/* The last address of the net that no node has. */
static uint32_t own_address(const struct br_world *world, size_t net)
{
	const struct br_script_net *n = &world->script->net[net];
	uint32_t address = (n->network | ~n->netmask) - 1;

	while (br_world_node_by_ipv4(world, address) >= 0)
		address--;
	return address;
}

static int start(struct br_steward *steward, struct br_world *world, size_t node, char *error)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0xfe, 1};
	size_t net = world->script->node[node].link[0].net;
	uint32_t own = own_address(world, net);
	struct br_files files = br_file_store_files(world->files);
	int result = br_host_new(&steward->host, world->wire, "steward", &br_host_limits_server,
	                         world->options.seed ^ PURPOSE);

	if (result == 0)
		result = br_host_add_link(steward->host, world->segment[net], mac);
	if (result == 0) {
		br_host_set_address(steward->host, 0, own, world->script->net[net].netmask);
		result = configure(steward, world, node, own, error);
	}
	if (result == 0)
		result = br_server_host_new(&steward->server, steward->host, &world->clock,
		                            "steward", &steward->config, &files,
		                            world->options.seed ^ PURPOSE);
	return result;
}

int br_steward_new(struct br_steward **ret_steward, struct br_world *world, size_t node,
                   char error[static BR_WORLD_ERROR_SIZE])
{
	struct br_steward *steward;
	int result;

	*ret_steward = NULL;
	for (size_t i = 0; i < world->script->nodes; i++) {
		if (gives_addresses(&world->script->node[i]))
			return 0;
	}
	steward = calloc(1, sizeof(*steward));
	if (!steward)
		return -ENOMEM;
	result = start(steward, world, node, error);
	if (result < 0)
		br_steward_free(steward);
	else
		*ret_steward = steward;
	return result;
}

struct br_steward *br_steward_free(struct br_steward *steward)
{
	if (!steward)
		return NULL;
	br_server_host_free(steward->server);
	br_host_free(steward->host);
	free(steward);
	return NULL;
}
