/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/world.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "sim/net/packet.h"
#include "sim/script/lex.h"
#include "sim/script/node_cache.h"
#include "sim/script/node_keys.h"
#include "sim/script/node_tls.h"
#include "sim/script/steward.h"
#include "sim/script/world_config.h"

enum {
	TIMERS = 256,
	FRAMES_MAX = 16384,
	FRAME_EXTRA = 18, /* Ethernet header and a VLAN tag beside the MTU */
	FILE_HANDLES_MAX = 512,
	PORTS_MAX = 1024,
	STREAMS_MIN = 16,
	PXE_PORT = 4011,
	PURPOSE_NET = 0x6e6574, /* "net" */
};

static bool is_vary(const struct br_world *world, size_t index, const char *name)
{
	return world->options.vary && !strcmp(world->script->vary[index].name, name);
}

/* Rates of a net as the script says them, or as this run drew them. */
static struct br_fault_rates rates_of(const struct br_world *world, const struct br_script_net *net,
                                      br_time *ret_delay)
{
	struct br_fault_rates rates = {.loss = net->loss_ppm,
	                               .duplicate = net->dup_ppm,
	                               .reorder = net->reorder_ppm,
	                               .corrupt = net->corrupt_ppm};

	if (world->options.calm)
		rates = (struct br_fault_rates){0};
	*ret_delay = net->delay;
	for (size_t i = 0; i < world->script->varies; i++) {
		uint64_t drawn = world->options.vary ? world->options.vary[i] : 0;

		if (is_vary(world, i, "loss"))
			rates.loss = (uint32_t)drawn;
		else if (is_vary(world, i, "dup"))
			rates.duplicate = (uint32_t)drawn;
		else if (is_vary(world, i, "reorder"))
			rates.reorder = (uint32_t)drawn;
		else if (is_vary(world, i, "corrupt"))
			rates.corrupt = (uint32_t)drawn;
		else if (is_vary(world, i, "delay"))
			*ret_delay = drawn;
		else if (is_vary(world, i, "rtt"))
			*ret_delay = drawn / 2;
	}
	rates.reorder_by = 2 * *ret_delay + BR_MS;
	return rates;
}

/* The first net has the seed of the run. Of each other one it is drawn: a seed counted on
 * from that of the run would be another net's in a neighbouring run.
 */
static uint64_t fault_seed(const struct br_world *world, size_t net)
{
	struct br_prng prng = br_prng_of(world->options.seed, PURPOSE_NET + net);

	return net == 0 ? world->options.seed : br_prng_next(&prng);
}

static int make_nets(struct br_world *world)
{
	const struct br_script *s = world->script;

	for (size_t i = 0; i < s->nets; i++) {
		br_time delay;
		struct br_fault_rates rates = rates_of(world, &s->net[i], &delay);
		bool lossy = rates.loss > 0 || rates.duplicate > 0 || rates.reorder > 0 ||
		             rates.corrupt > 0;
		int result = br_fault_new(&world->fault[i], fault_seed(world, i));

		if (result < 0)
			return result;
		br_fault_set_rates(world->fault[i], &rates);
		world->lossy = world->lossy || lossy;
		world->segment[i] =
			br_segment_new(world->wire, s->net[i].name, delay, s->net[i].mtu);
		if (!world->segment[i])
			return -ENOMEM;
		if (lossy)
			br_segment_set_fault(world->segment[i], world->fault[i]);
	}
	return 0;
}

static int make_links(struct br_world *world)
{
	const struct br_script *s = world->script;
	int result = 0;

	for (size_t i = 0; result == 0 && i < s->bridges; i++) {
		struct br_bridge_options options = s->bridge[i].options;

		if (world->options.calm)
			options.loss_ppm = 0;
		world->lossy = world->lossy || options.loss_ppm > 0 || options.rate_bps > 0;
		result = br_bridge_new(&world->link[i], world->segment[s->bridge[i].near],
		                       world->segment[s->bridge[i].far], &options,
		                       fault_seed(world, s->nets + i));
	}
	return result;
}

/* Made once for all runs that share a store; the octets are the same either way. */
static int generate(struct br_world *world, const struct br_script_file *file)
{
	struct br_file_store *made = world->options.made;
	char name[48];
	int result;

	if (!made)
		return br_file_store_generate(world->files, file->path, file->size, file->seed);
	snprintf(name, sizeof(name), "%" PRIu64 "-%" PRIu64, file->seed, file->size);
	result = br_file_store_generate(made, name, file->size, file->seed);
	if (result < 0 && result != -EEXIST)
		return result;
	return br_file_store_share(world->files, file->path, made, name);
}

static int add_file(struct br_world *world, const struct br_script_file *file, char *error)
{
	int result;

	if (!file->from)
		return generate(world, file);
	result = br_file_store_add_path(world->files, file->path, file->from);
	if (result == 0 || result == -EEXIST)
		return result;
	snprintf(error, BR_WORLD_ERROR_SIZE, "file %.60s: cannot read %.100s: %s", file->name,
	         file->from, strerror(-result));
	return -EINVAL; /* whatever open(2) said: EPERM would be taken for an interface's */
}

static int make_files(struct br_world *world, char *error)
{
	int result = br_file_store_new(&world->files, FILE_HANDLES_MAX);

	for (size_t i = 0; result == 0 && i < world->script->files; i++) {
		result = add_file(world, &world->script->file[i], error);
		if (result < 0 && error[0] == '\0')
			snprintf(error, BR_WORLD_ERROR_SIZE, "file %.60s: %s",
			         world->script->file[i].name, strerror(-result));
	}
	return result;
}

/* The first relay or router that shares a net with the node: its plug there, and which of the
 * node's it is; NULL: none has an address of that family.
 */
static const struct br_script_link *default_gateway(const struct br_script *s,
                                                    const struct br_script_node *node, bool six,
                                                    size_t *ret_link)
{
	for (size_t i = 0; i < s->nodes; i++) {
		const struct br_script_node *router = &s->node[i];

		for (size_t k = 0; br_node_routes(router) && router != node && k < router->links;
		     k++) {
			const struct br_script_link *there = &router->link[k];

			for (*ret_link = 0; *ret_link < node->links; ++*ret_link) {
				if (node->link[*ret_link].net == there->net &&
				    (six ? !br_ip_is_zero(there->address6) : there->address != 0))
					return there;
			}
		}
	}
	return NULL;
}

/* IPv6 of each plug in a net that has it. What a script plays and what has a server was up
 * before: it says nothing by itself.
 */
static int switch_six_on(struct br_world *world, size_t index)
{
	const struct br_script_node *node = &world->script->node[index];
	struct br_host *host = world->node[index].host;
	bool client = node->kind == BR_NODE_CLIENT || node->kind == BR_NODE_FIRMWARE;
	const struct br_script_link *router;
	size_t on = 0;

	for (size_t i = 0; i < node->links; i++) {
		const struct br_script_net *net = &world->script->net[node->link[i].net];
		int result;

		if (!net->six)
			continue;
		result = br_host_six_on(host, (uint32_t)i, &br_host_six_quiet);
		if (result == 0 && !br_ip_is_zero(node->link[i].address6))
			result = br_host_add_address6(host, (uint32_t)i, node->link[i].address6,
			                              net->bits6, true);
		if (result < 0)
			return result;
	}
	for (size_t i = 0; i < node->links && !br_ip_is_zero(node->gateway6); i++) {
		const struct br_script_net *net = &world->script->net[node->link[i].net];

		if (br_ip_is_link_local6(node->gateway6) ||
		    br_ip_in_prefix(node->gateway6, net->network6, net->bits6))
			br_host_set_gateway6(host, (uint32_t)i, node->gateway6);
	}
	router = br_ip_is_zero(node->gateway6) ? default_gateway(world->script, node, true, &on)
	                                       : NULL;
	if (router && (!client || !br_ip_is_zero(node->link[on].address6)))
		br_host_set_gateway6(host, (uint32_t)on, router->address6);
	return 0;
}

static int make_host(struct br_world *world, size_t index)
{
	const struct br_script *s = world->script;
	const struct br_script_node *node = &s->node[index];
	bool client = node->kind == BR_NODE_CLIENT || node->kind == BR_NODE_FIRMWARE;
	struct br_world_node *lives = &world->node[index];
	uint32_t gateway = node->gateway;
	size_t on;
	struct br_host_limits limits = client ? br_host_limits_client : br_host_limits_server;
	int result;

	limits.udp_ports_max = PORTS_MAX; /* a script may open many, and takes few octets each */
	if (limits.streams_max < STREAMS_MIN)
		limits.streams_max = STREAMS_MIN; /* a boot leaves a dozen half-closed */
	result = br_host_new(&lives->host, world->wire, node->name, &limits,
	                     world->options.seed ^ index);

	if (result < 0)
		return result;
	br_node_mac(node, index, 0, lives->machine.mac);
	for (size_t i = 0; !br_node_is_outside(node) && i < node->links; i++) {
		uint8_t mac[6];

		br_node_mac(node, index, i, mac);
		result = br_host_add_link(lives->host, world->segment[node->link[i].net], mac);
		if (result < 0)
			return result;
		br_host_set_vlan(lives->host, (uint32_t)i, node->vlan);
		if (node->link[i].address != 0)
			br_host_set_address(lives->host, (uint32_t)i, node->link[i].address,
			                    s->net[node->link[i].net].netmask);
	}
	for (size_t i = 0; i < node->blocks; i++)
		(void)br_host_block_port(lives->host, node->blocked[i]);
	if (gateway == 0 && (!client || node->link[0].address != 0)) {
		const struct br_script_link *router = default_gateway(s, node, false, &on);

		gateway = router ? router->address : 0;
	}
	br_host_set_gateway(lives->host, gateway);
	return br_node_is_outside(node) ? 0 : switch_six_on(world, index);
}

static void note_seen(void *context, const char *host_name, const struct br_action *note,
                      br_time now)
{
	struct br_world_node *lives = context;
	const struct br_world_options *options = &lives->world->options;

	lives->note[note->note]++;
	if (options->note)
		options->note(options->note_context, host_name, note, now);
}

static int make_server(struct br_world *world, size_t index, char *error)
{
	struct br_world_node *lives = &world->node[index];
	struct br_files files = br_file_store_files(world->files);
	struct br_config *config = calloc(1, sizeof(*config));
	struct br_tls_settings tls;
	int result;

	if (!config)
		return -ENOMEM;
	result = br_world_configure(world, index, config, error);
	if (result == 0) {
		result = br_server_host_new(&lives->server, lives->host, &world->clock,
		                            lives->script->name, config, &files,
		                            world->options.seed ^ index << 8);
		br_node_tls(lives->script, &tls);
		if (result == 0)
			result = br_server_host_secure(
				lives->server, &tls, world->options.seed ^ index << 8,
				world->options.secret, world->options.secret_context);
		if (result < 0)
			snprintf(error, BR_WORLD_ERROR_SIZE, "node %.40s: the server says: %s",
			         lives->script->name, strerror(-result));
	}
	free(config);
	if (result < 0)
		return result;
	br_server_host_on_note(lives->server, note_seen, lives);
	return 0;
}

static int make_cache(struct br_world *world, size_t index, char *error)
{
	struct br_world_node *lives = &world->node[index];
	struct br_web_cache_options options;
	int result;

	br_node_cache(lives->script, &options);
	result = br_web_cache_new(&lives->cache, lives->host, &world->clock, &options);
	if (result < 0)
		snprintf(error, BR_WORLD_ERROR_SIZE, "node %.40s: the cache says: %s",
		         lives->script->name, strerror(-result));
	return result;
}

/* dhcp, proxydhcp or pxe, but not those of IPv6 alone */
static bool has_role4(const struct br_script_node *node)
{
	struct br_octets rest = br_text(node->roles);

	while (rest.data) {
		struct br_octets role = br_text_cut(&rest, ',');

		if (br_text_is(role, "dhcp") || br_text_is(role, "proxydhcp") ||
		    br_text_is(role, "pxe"))
			return true;
	}
	return false;
}

static void relay_servers(const struct br_world *world, size_t index,
                          struct br_relay_options *options)
{
	const struct br_script *s = world->script;
	const char *said = br_node_key(&s->node[index], "servers");
	struct br_octets rest = said ? br_text(said) : (struct br_octets){0};
	uint32_t address;

	while (rest.data && options->servers < BR_RELAY_SERVERS_MAX) {
		if (br_text_get_ipv4(br_text_cut(&rest, ','), &address)) /* others are relay6's */
			options->server[options->servers++] = address;
	}
	for (size_t i = 0; !said && i < s->nodes && options->servers < BR_RELAY_SERVERS_MAX; i++) {
		const struct br_script_node *node = &s->node[i];

		if ((node->kind == BR_NODE_SUT || node->kind == BR_NODE_PEER ||
		     node->kind == BR_NODE_IFACE) &&
		    (!node->roles || has_role4(node)) && br_world_address(world, i, index) != 0)
			options->server[options->servers++] = br_world_address(world, i, index);
	}
}

static struct br_octets text_of(const struct br_script_node *node, const char *key)
{
	const char *text = br_node_key(node, key);

	return text ? br_text(text) : (struct br_octets){0};
}

void br_world_relay_options(const struct br_world *world, size_t node,
                            struct br_relay_options *ret_options)
{
	const struct br_script_node *of = &world->script->node[node];
	const char *how = br_node_key(of, "option82"), *hops = br_node_key(of, "hops");
	uint64_t hops_max = BR_RELAY_HOPS_MAX;

	*ret_options = (struct br_relay_options){
		.circuit_id = text_of(of, "circuit-id"),
		.remote_id = text_of(of, "remote-id"),
	};
	if (hops)
		br_number_read(br_text(hops), UINT8_MAX, &hops_max);
	ret_options->hops_max = (uint8_t)hops_max;
	if (!how)
		how = ret_options->circuit_id.size + ret_options->remote_id.size > 0 ? "add"
		                                                                     : "off";
	ret_options->option82 = !strcmp(how, "add")       ? BR_RELAY_OPTION82_ADD
	                        : !strcmp(how, "replace") ? BR_RELAY_OPTION82_REPLACE
	                        : !strcmp(how, "keep")    ? BR_RELAY_OPTION82_KEEP
	                                                  : BR_RELAY_OPTION82_OFF;
	relay_servers(world, node, ret_options);
}

static bool has_role6(const struct br_script_node *node)
{
	struct br_octets rest = node->roles ? br_text(node->roles) : (struct br_octets){0};

	while (rest.data) {
		struct br_octets role = br_text_cut(&rest, ',');

		if (br_text_is(role, "dhcp6") || br_text_is(role, "proxydhcp6"))
			return true;
	}
	return !node->roles;
}

static void relay_servers6(const struct br_world *world, size_t index,
                           struct br_relay6_options *options)
{
	const struct br_script *s = world->script;
	const char *said = br_node_key(&s->node[index], "servers");
	struct br_octets rest = said ? br_text(said) : (struct br_octets){0};

	while (rest.data && options->servers < BR_RELAY6_SERVERS_MAX) {
		if (br_text_get_ipv6(br_text_cut(&rest, ','), options->server[options->servers]))
			options->servers++;
	}
	for (size_t i = 0; !said && i < s->nodes && options->servers < BR_RELAY6_SERVERS_MAX; i++) {
		const struct br_script_node *node = &s->node[i];

		if ((node->kind == BR_NODE_SUT || node->kind == BR_NODE_PEER ||
		     node->kind == BR_NODE_IFACE) &&
		    has_role6(node) &&
		    br_world_address6(world, i, index, options->server[options->servers]))
			options->servers++;
	}
}

void br_world_relay6_options(const struct br_world *world, size_t node,
                             struct br_relay6_options *ret_options)
{
	const struct br_script_node *of = &world->script->node[node];
	const char *hops = br_node_key(of, "hops");
	uint64_t hops_max = BR_DHCP6_HOP_COUNT_LIMIT;

	if (hops)
		(void)br_number_read(br_text(hops), UINT8_MAX, &hops_max);
	*ret_options = (struct br_relay6_options){
		.interface_id = text_of(of, "interface-id"),
		.hops_max = (uint8_t)hops_max,
		.lightweight = br_node_says(of, "ldra", "on"),
	};
	if (!ret_options->lightweight || br_node_key(of, "servers"))
		relay_servers6(world, node, ret_options);
}

/* pxe=off: an access list that lets no PXE request through. */
static bool is_routed_4011(void *context, const struct br_port *from, const struct br_frame *frame,
                           br_time now)
{
	const struct br_world_node *relay = context;
	struct br_packet packet;

	(void)from;
	(void)now;
	br_packet_parse_frame(&packet, frame);
	return packet.transport == BR_TRANSPORT_UDP && packet.dst.port == PXE_PORT &&
	       br_world_node_by_mac(relay->world, packet.eth_dst) ==
	               (int)(relay - relay->world->node);
}

static int block_4011(struct br_world *world, size_t index)
{
	const struct br_script_node *node = &world->script->node[index];

	for (size_t i = 0; i < node->links; i++) {
		size_t net = node->link[i].net;
		struct br_fault_rule rule = {.match = is_routed_4011,
		                             .context = &world->node[index],
		                             .action = BR_FAULT_DROP};
		int result = br_fault_add(world->fault[net], &rule);

		if (result < 0)
			return result;
		br_segment_set_fault(world->segment[net], world->fault[net]);
	}
	return 0;
}

static int make_router(struct br_world *world, size_t index)
{
	struct br_world_node *lives = &world->node[index];

	br_host_set_forwarding(lives->host, !br_node_says(lives->script, "route", "off"));
	br_world_advertise(world, index);
	return br_node_says(lives->script, "pxe", "off") ? block_4011(world, index) : 0;
}

static bool has_six(const struct br_script *s, const struct br_script_node *node)
{
	for (size_t i = 0; i < node->links; i++) {
		if (s->net[node->link[i].net].six)
			return true;
	}
	return false;
}

static void heard6(void *context, const struct br_datagram *datagram)
{
	br_relay6_heard(context, datagram);
}

static int make_relay6(struct br_world *world, size_t index)
{
	struct br_world_node *lives = &world->node[index];
	struct br_relay6_options options;
	int result;

	br_world_relay6_options(world, index, &options);
	result = br_relay6_new(&lives->relay6, lives->host, &options);
	if (result == 0)
		br_relay_hand_on(lives->relay, lives->relay6, heard6);
	return result;
}

static int make_relay(struct br_world *world, size_t index)
{
	struct br_world_node *lives = &world->node[index];
	struct br_relay_options options;
	int result = make_router(world, index);

	if (result < 0)
		return result;
	if (!world->options.relays_act && (br_node_says(lives->script, "auto", "off") ||
	                                   (lives->script->scripted && !lives->script->forwards)))
		return br_host_udp_open(lives->host, 67);
	br_world_relay_options(world, index, &options);
	result = br_relay_new(&lives->relay, lives->host, &options);
	return result < 0 || !has_six(world->script, lives->script) ? result
	                                                            : make_relay6(world, index);
}

static bool boots_by_itself(const struct br_world *world, const struct br_script_node *node)
{
	const struct br_world_options *o = &world->options;

	for (size_t i = 0; i < o->clients_as_firmware; i++) {
		if (!strcmp(o->client_as_firmware[i], node->name))
			return true;
	}
	return node->kind == BR_NODE_FIRMWARE;
}

static void set_tls(const struct br_world *world, struct br_world_node *lives)
{
	const char *clock = br_node_key(lives->script, "clock");
	const char *proxy = br_node_key(lives->script, "proxy");
	struct br_endpoint end;
	int64_t clock_s;

	if (br_node_says(lives->script, "trust", "none"))
		br_firmware_set_trust(lives->firmware, BR_FIRMWARE_TRUST_NONE);
	if (br_node_says(lives->script, "trust", "other"))
		br_firmware_set_trust(lives->firmware, BR_FIRMWARE_TRUST_OTHER);
	if (clock && br_tls_date_read(clock, &clock_s))
		br_firmware_set_clock(lives->firmware, clock_s);
	if (proxy && br_web_end_read(br_text(proxy), &end))
		br_firmware_set_web_proxy(lives->firmware, &end);
	br_firmware_on_secret(lives->firmware, world->options.secret,
	                      world->options.secret_context);
}

static int make_client(struct br_world *world, size_t index, char *error)
{
	struct br_world_node *lives = &world->node[index];
	const char *uuid = br_node_key(lives->script, "uuid");
	const char *menu = br_node_key(lives->script, "menu");
	const char *https = br_node_key(lives->script, "https");
	uint64_t line;
	size_t size;
	int result;

	memcpy(lives->machine.uuid + 10, lives->machine.mac, sizeof(lives->machine.mac));
	if (uuid)
		br_text_get_hex(br_text(uuid), lives->machine.uuid, 16, &size);
	if (br_node_key(lives->script, "nic"))
		(void)br_node_nic(br_node_key(lives->script, "nic"), lives->machine.nic);
	if (!lives->script->model)
		return 0;
	lives->model = calloc(1, sizeof(*lives->model));
	if (!lives->model)
		return -ENOMEM;
	result = br_model_find(lives->model, lives->script->model);
	if (https)
		snprintf(lives->model->tls_client, sizeof(lives->model->tls_client), "%s", https);
	if (result < 0 || !boots_by_itself(world, lives->script))
		return result;
	br_host_set_address(lives->host, 0, 0, 0);
	br_host_set_gateway(lives->host, 0);
	result = br_firmware_new(&lives->firmware, lives->host, &world->clock, lives->model,
	                         &lives->machine, world->options.seed ^ index << 16);
	if (result < 0) {
		snprintf(error, BR_WORLD_ERROR_SIZE, "node %.40s: model %.40s cannot boot: %s",
		         lives->script->name, lives->script->model, strerror(-result));
		return result;
	}
	br_firmware_set_options(lives->firmware, br_node_says(lives->script, "options", "on"),
	                        true);
	br_firmware_set_chain(lives->firmware, br_node_says(lives->script, "chain", "on"));
	set_tls(world, lives);
	if (menu && br_number_read(br_text(menu), 255, &line))
		br_firmware_set_menu_choice(lives->firmware, (unsigned)line);
	return 0;
}

/* Who is behind an interface is known by what it sends. */
static void learn(void *context, const struct br_segment *segment, const struct br_port *from,
                  struct br_frame *frame, br_time now)
{
	struct br_world *world = context;
	struct br_packet packet;
	size_t link;
	int index = br_world_node_by_port(world, from, &link);

	(void)segment;
	(void)now;
	if (index < 0 || !br_node_is_outside(&world->script->node[index]))
		return;
	br_packet_parse_frame(&packet, frame);
	memcpy(world->node[index].real_mac, packet.eth_src, sizeof(packet.eth_src));
	if (packet.network == BR_NETWORK_IPV4 && packet.ipv4.src != 0 &&
	    world->script->node[index].link[0].address == 0)
		world->node[index].real_address = packet.ipv4.src;
	if (packet.network == BR_NETWORK_IPV6 && !br_ip_is_zero(packet.src.ip) &&
	    !br_ip_is_link_local6(packet.src.ip) &&
	    br_ip_is_zero(world->script->node[index].link[0].address6))
		memcpy(world->node[index].real_address6, packet.src.ip,
		       sizeof(world->node[index].real_address6));
}

/* The kernel would answer beside us. */
static int refuse_own_addresses(const struct br_world *world, size_t net, char *error)
{
	const struct br_script *s = world->script;
	char holder[16];

	for (size_t i = 0; i < s->nodes; i++) {
		for (size_t k = 0; k < s->node[i].links; k++) {
			if (s->node[i].link[k].net != net || s->node[i].kind == BR_NODE_IFACE ||
			    !br_iface_holder(s->node[i].link[k].address, holder))
				continue;
			snprintf(error, BR_WORLD_ERROR_SIZE,
			         "node %.40s: this machine has its address, on %s", s->node[i].name,
			         holder);
			return -EINVAL;
		}
	}
	return 0;
}

static int make_real(struct br_world *world)
{
	struct br_tap tap = {.see = learn, .context = world};
	int result = world->loop ? 0 : br_loop_new(&world->loop, &world->clock);

	if (result == 0 && !br_loop_is_real(world->loop)) {
		br_loop_set_real(world->loop);
		result = br_wire_add_tap(world->wire, &tap);
	}
	return result;
}

static int make_iface(struct br_world *world, size_t index, char *error)
{
	const struct br_script_node *node = &world->script->node[index];
	struct br_world_node *lives = &world->node[index];
	int result = refuse_own_addresses(world, node->link[0].net, error);

	if (result == 0)
		result = make_real(world);
	return result < 0 ? result
	                  : br_port_iface_new(&lives->iface, world->loop,
	                                      world->segment[node->link[0].net],
	                                      br_node_key(node, "dev"), true, NULL, error,
	                                      BR_WORLD_ERROR_SIZE);
}

/* What the firmware is to try: HTTP where its model does, or where nobody has TFTP. */
static bool boots_by_http(const struct br_world *world, const struct br_script_node *node)
{
	const struct br_script *s = world->script;
	bool http = false, tftp = false;

	if (node->model)
		return strstr(node->model, "-http") != NULL;
	for (size_t i = 0; i < s->nodes; i++) {
		http = http || (s->node[i].roles && strstr(s->node[i].roles, "http"));
		tftp = tftp || (s->node[i].roles && strstr(s->node[i].roles, "tftp"));
	}
	return http && !tftp;
}

static bool has_tls(const struct br_script *script)
{
	for (size_t i = 0; i < script->nodes; i++) {
		const char *tls = br_node_key(&script->node[i], "tls");

		if (tls && !strcmp(tls, "on"))
			return true;
	}
	return false;
}

static int make_guest(struct br_world *world, size_t index, char *error)
{
	const struct br_script_node *node = &world->script->node[index];
	struct br_world_node *lives = &world->node[index];
	const char *uuid = br_node_key(node, "uuid");
	struct br_guest_options options = {.profile = node->profile,
	                                   .start = world->options.guest_start,
	                                   .out = world->options.guest_out,
	                                   .model = node->model,
	                                   .https = br_node_key(node, "https"),
	                                   .trust = br_node_key(node, "trust"),
	                                   .clock = br_node_key(node, "clock"),
	                                   .http = boots_by_http(world, node),
	                                   .tls = has_tls(world->script),
	                                   .menu = br_node_says(node, "options", "on")};
	int result = make_real(world);
	size_t size;

	memcpy(options.mac, lives->machine.mac, sizeof(options.mac));
	memcpy(lives->machine.uuid + 10, lives->machine.mac, sizeof(lives->machine.mac));
	if (uuid)
		br_text_get_hex(br_text(uuid), lives->machine.uuid, 16, &size);
	memcpy(options.uuid, lives->machine.uuid, sizeof(options.uuid));
	memcpy(lives->real_mac, options.mac, sizeof(options.mac));
	lives->real_address = node->link[0].address;
	memcpy(lives->real_address6, node->link[0].address6, sizeof(lives->real_address6));
	if (result == 0 && node->link[0].address != 0 && !world->steward)
		result = br_steward_new(&world->steward, world, index, error);
	return result < 0
	               ? result
	               : br_guest_new(&lives->guest, world->loop, world->segment[node->link[0].net],
	                              node->name, &options, error, BR_WORLD_ERROR_SIZE);
}

static int make_node(struct br_world *world, size_t index, char *error)
{
	const struct br_script_node *node = &world->script->node[index];

	switch (node->kind) {
	case BR_NODE_SUT:
	case BR_NODE_PEER:
		return node->caches  ? make_cache(world, index, error)
		       : node->roles ? make_server(world, index, error)
		                     : 0;
	case BR_NODE_CLIENT:
	case BR_NODE_FIRMWARE:
		return node->profile ? make_guest(world, index, error)
		                     : make_client(world, index, error);
	case BR_NODE_RELAY:
		return make_relay(world, index);
	case BR_NODE_ROUTER:
		return make_router(world, index);
	case BR_NODE_IFACE:
		return make_iface(world, index, error);
	case BR_NODE_KIND_COUNT:
		break;
	}
	return -EINVAL;
}

/* Before any node is made: a relay asks for its servers' addresses when it is. */
static void place_real_nodes(struct br_world *world)
{
	for (size_t i = 0; i < world->script->nodes; i++) {
		const struct br_script_node *node = &world->script->node[i];
		struct br_world_node *lives = &world->node[i];

		if (node->kind != BR_NODE_IFACE)
			continue;
		lives->real_address = node->link[0].address;
		memcpy(lives->real_address6, node->link[0].address6, sizeof(lives->real_address6));
	}
}

static int make_all(struct br_world *world, char *error)
{
	const struct br_script *s = world->script;
	struct br_tap hash;
	size_t frame_size = 0;
	int result = br_clock_init(&world->clock, TIMERS);

	for (size_t i = 0; i < s->nets; i++)
		frame_size = s->net[i].mtu > frame_size ? s->net[i].mtu : frame_size;
	if (result == 0)
		result = br_wire_new(&world->wire, &world->clock, frame_size + FRAME_EXTRA,
		                     FRAMES_MAX);
	if (result == 0)
		result = make_nets(world);
	if (result == 0)
		result = make_links(world);
	if (result == 0)
		result = make_files(world, error);
	br_trace_hash_init(&world->hash);
	hash = br_trace_hash_tap(&world->hash);
	if (result == 0)
		result = br_wire_add_tap(world->wire, &hash);
	for (size_t i = 0; result == 0 && i < s->nodes; i++) {
		world->node[i].world = world;
		world->node[i].script = &s->node[i];
		world->nodes = i + 1;
		result = make_host(world, i);
	}
	place_real_nodes(world);
	for (size_t i = 0; result == 0 && i < s->nodes; i++)
		result = make_node(world, i, error);
	return result;
}

int br_world_new(struct br_world **ret_world, const struct br_script *script,
                 const struct br_world_options *options, char error[static BR_WORLD_ERROR_SIZE])
{
	struct br_world *world = calloc(1, sizeof(*world));
	int result;

	error[0] = '\0';
	if (!world)
		return -ENOMEM;
	world->script = script;
	world->options = *options;
	result = make_all(world, error);
	if (result < 0) {
		if (error[0] == '\0')
			snprintf(error, BR_WORLD_ERROR_SIZE, "%s", strerror(-result));
		br_world_free(world);
		return result;
	}
	*ret_world = world;
	return 0;
}

struct br_world *br_world_free(struct br_world *world)
{
	if (!world)
		return NULL;
	for (size_t i = 0; i < world->nodes; i++) {
		br_guest_free(world->node[i].guest);
		br_firmware_free(world->node[i].firmware);
		br_relay_free(world->node[i].relay);
		br_relay6_free(world->node[i].relay6);
		br_server_host_free(world->node[i].server);
		br_web_cache_free(world->node[i].cache);
		br_port_iface_free(world->node[i].iface);
		br_host_free(world->node[i].host);
		free(world->node[i].model);
	}
	br_steward_free(world->steward);
	for (size_t i = 0; i < BR_SCRIPT_BRIDGES_MAX; i++)
		br_bridge_free(world->link[i]);
	br_loop_free(world->loop);
	br_wire_free(world->wire);
	for (size_t i = 0; i < BR_SCRIPT_NETS_MAX; i++)
		br_fault_free(world->fault[i]);
	br_file_store_free(world->files);
	br_clock_reset(&world->clock);
	free(world);
	return NULL;
}
