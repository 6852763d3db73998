/* SPDX-License-Identifier: BSD-2-Clause */
#include "vms/lan_fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/script/aim.h"
#include "sim/script/parse.h"

enum {
	PLUGS_MAX = 64,
	PREFIX_MAX = 32,
};

struct lan_fault {
	struct br_aim aim;
	const char *text;
	struct br_fault *fault; /* of its net, once it acts */
	uint64_t blocked;       /* frames in ports of the net when it began */
	const struct br_segment *segment;
	int rule;
};

struct br_lan_faults {
	struct br_script *script;
	struct br_lan_fault_plug plug[PLUGS_MAX];
	int node[PLUGS_MAX]; /* of each plug, index into the script */
	size_t plugs;
	struct lan_fault fault[BR_LAN_FAULTS_MAX];
	size_t faults;
	struct br_variables variables; /* none is ever bound */
	struct br_decoded room;
};

/* Who is who: by hardware addresses, as a switch knows them. */

static int node_of(const struct br_lan_faults *faults, const uint8_t mac[6])
{
	for (size_t i = 0; i < faults->plugs; i++) {
		if (!memcmp(faults->plug[i].mac, mac, 6))
			return faults->node[i];
	}
	return BR_SCRIPT_NODE_NONE;
}

static void ends(void *context, const struct br_port *from, const struct br_frame *frame,
                 int *ret_from, int *ret_to)
{
	(void)from;
	*ret_from = node_of(context, frame->data + 6);
	*ret_to = node_of(context, frame->data);
}

static bool see(void *context, const struct br_port *from, const struct br_frame *frame,
                struct br_seen *ret_seen)
{
	struct br_packet packet;

	br_packet_parse_frame(&packet, frame);
	if (packet.transport != BR_TRANSPORT_UDP)
		return false;
	*ret_seen = (struct br_seen){
		.kind = BR_SEEN_DATAGRAM,
		.source = packet.src,
		.target = packet.dst,
		.payload = packet.payload,
	};
	ends(context, from, frame, &ret_seen->from, &ret_seen->to);
	if ((frame->data[0] & 1) != 0)
		ret_seen->to = BR_SCRIPT_NODE_ANYONE;
	return true;
}

/* The script they are read in */

static bool is_first(const struct br_lan_fault_plug *plugs, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (!strcmp(plugs[i].node, plugs[at].node))
			return false;
	}
	return true;
}

static bool is_server(const struct br_lan_fault_plug *plug)
{
	return plug->address != 0 || plug->address6;
}

static void put_link(FILE *to, const char *net, const struct br_lan_fault_plug *plug)
{
	char text[BR_IP_TEXT_SIZE];
	struct br_writer w = br_writer_of(text, sizeof(text));

	if (plug->address != 0) {
		br_text_put_ipv4(&w, plug->address);
		fprintf(to, " %s=%s", net, br_text_end(&w));
		w = br_writer_of(text, sizeof(text));
	}
	if (plug->address6) {
		br_text_put_ipv6(&w, plug->address6);
		fprintf(to, " %s=%s", net, br_text_end(&w));
	}
	if (!is_server(plug))
		fprintf(to, " %s", net);
}

/* A node with each net it has a plug in, once. */
static void put_node(FILE *to, const struct br_lan_fault_net *nets,
                     const struct br_lan_fault_plug *plugs, size_t count, size_t at)
{
	uint64_t told = 0;

	fprintf(to, "node %s %s", plugs[at].node,
	        is_server(&plugs[at]) ? "sut role=tftp" : "client");
	for (size_t i = at; i < count; i++) {
		if (strcmp(plugs[i].node, plugs[at].node) != 0 || (told >> plugs[i].net & 1) != 0)
			continue;
		told |= 1ULL << plugs[i].net;
		put_link(to, nets[plugs[i].net].name, &plugs[i]);
	}
	fputc('\n', to);
}

static unsigned prefix_of(uint32_t netmask)
{
	unsigned bits = 0;

	while (bits < PREFIX_MAX && (netmask >> (PREFIX_MAX - 1 - bits) & 1) != 0)
		bits++;
	return bits;
}

static void put_net(FILE *to, const struct br_lan_fault_net *net)
{
	char text[BR_IP_TEXT_SIZE];
	struct br_writer w = br_writer_of(text, sizeof(text));

	fprintf(to, "net %s", net->name);
	if (net->netmask != 0) {
		br_text_put_ipv4(&w, net->network);
		fprintf(to, " %s/%u", br_text_end(&w), prefix_of(net->netmask));
		w = br_writer_of(text, sizeof(text));
	}
	if (net->network6) {
		br_text_put_ipv6(&w, net->network6);
		fprintf(to, " %s/%u", br_text_end(&w), net->bits6);
	}
	fputc('\n', to);
}

static char *header(const struct br_lan_fault_net *nets, size_t nets_count,
                    const struct br_lan_fault_plug *plugs, size_t count)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fputs("wire 1\n", to);
	for (size_t i = 0; i < nets_count; i++)
		put_net(to, &nets[i]);
	for (size_t i = 0; i < count; i++) {
		if (is_first(plugs, i))
			put_node(to, nets, plugs, count, i);
	}
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int find_node(const struct br_script *script, const char *name)
{
	for (size_t i = 0; i < script->nodes; i++) {
		if (!strcmp(script->node[i].name, name))
			return (int)i;
	}
	return BR_SCRIPT_NODE_NONE;
}

static void take_lines(struct br_lan_faults *faults, const char *const *text)
{
	for (size_t i = 0; i < faults->script->items; i++) {
		const struct br_item *item = &faults->script->item[i];
		struct lan_fault *one = &faults->fault[faults->faults];

		if (item->kind != BR_ITEM_FAULT)
			continue;
		*one = (struct lan_fault){.text = text[faults->faults],
		                          .aim = {.step = &item->fault,
		                                  .variables = &faults->variables,
		                                  .room = &faults->room,
		                                  .ends = ends,
		                                  .see = see,
		                                  .context = faults}};
		faults->faults++;
	}
}

int br_lan_faults_new(struct br_lan_faults **ret_faults, const char *const *text, size_t count,
                      const struct br_lan_fault_net *nets, size_t nets_count,
                      const struct br_lan_fault_plug *plugs, size_t plugs_count, FILE *err)
{
	struct br_lan_faults *faults = calloc(1, sizeof(*faults));
	char *script = header(nets, nets_count, plugs, plugs_count);
	struct br_parse_options options = {.errors = err, .fault = text, .faults = count};
	int result = faults && script ? 0 : -ENOMEM;

	if (result == 0 && (plugs_count > PLUGS_MAX || count > BR_LAN_FAULTS_MAX))
		result = -ENOSPC;
	if (result == 0)
		result = br_script_parse(&faults->script, "lan", script, strlen(script), &options);
	free(script);
	if (result < 0) {
		br_lan_faults_free(faults);
		return result;
	}
	faults->plugs = plugs_count;
	for (size_t i = 0; i < plugs_count; i++)
		faults->node[i] = find_node(faults->script, plugs[i].node);
	take_lines(faults, text);
	*ret_faults = faults;
	return 0;
}

struct br_lan_faults *br_lan_faults_free(struct br_lan_faults *faults)
{
	if (faults)
		br_script_free(faults->script);
	free(faults);
	return NULL;
}

/* Acting */

static void block(struct br_lan_faults *faults, struct lan_fault *one, struct br_fault_rule *rule)
{
	for (size_t i = 0; i < faults->plugs; i++) {
		const struct br_lan_fault_plug *plug = &faults->plug[i];

		if (faults->node[i] == (int)one->aim.step->node &&
		    plug->net == one->aim.step->net && plug->port)
			br_aim_block(rule, plug->port, plug->mac);
	}
}

int br_lan_faults_start(struct br_lan_faults *faults, const struct br_lan_fault_net *nets,
                        const struct br_lan_fault_plug *plugs, br_time now)
{
	memcpy(faults->plug, plugs, faults->plugs * sizeof(plugs[0]));
	for (size_t i = 0; i < faults->faults; i++) {
		struct lan_fault *one = &faults->fault[i];
		const struct br_lan_fault_net *net = &nets[one->aim.step->net];
		struct br_fault_rule rule = br_aim_rule(&one->aim, net->segment, now);

		if (one->aim.step->fault == BR_SCRIPT_FAULT_BLOCK)
			block(faults, one, &rule);
		one->segment = net->segment;
		one->fault = net->fault;
		one->blocked = br_segment_counts(net->segment)->blocked;
		one->rule = br_fault_add(net->fault, &rule);
		if (one->rule < 0)
			return one->rule;
		br_segment_set_fault(net->segment, net->fault);
	}
	return 0;
}

void br_lan_faults_tell_idle(const struct br_lan_faults *faults, FILE *to)
{
	for (size_t i = 0; i < faults->faults; i++) {
		const struct lan_fault *one = &faults->fault[i];
		bool blocks = one->aim.step->fault == BR_SCRIPT_FAULT_BLOCK;

		if (!one->fault || br_fault_hit(one->fault, one->rule) > 0 ||
		    (blocks && br_segment_counts(one->segment)->blocked > one->blocked))
			continue;
		fprintf(to, "never hit a frame: fault %s\n", one->text);
	}
}
