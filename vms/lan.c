/* SPDX-License-Identifier: BSD-2-Clause */
#include "vms/lan.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/port.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/lines/ladder.h"
#include "sim/net/fault.h"
#include "sim/net/files.h"
#include "sim/net/loop.h"
#include "sim/net/port_qemu.h"
#include "sim/net/recorder.h"
#include "sim/net/server_host.h"
#include "sim/output.h"
#include "sim/script/lex.h"
#include "sim/script/node_keys.h"
#include "vms/lan_fault.h"
#include "vms/lan_net.h"
#include "vms/lan_relay.h"

enum {
	NETS_MAX = 4,
	SERVERS_MAX = 8,
	NAMES_MAX = 16,
	PLUGS_MAX = SERVERS_MAX * BR_CONFIG_LINKS_MAX + NAMES_MAX * NETS_MAX,
	FRAME_SIZE_MAX = BR_LAN_MTU + 18, /* Ethernet header and a VLAN tag */
	FRAMES_MAX = 4096,
	TIMERS = 256,
	HANDLES_MAX = 64, /* boot files open at once, each server */
	OUT_SIZE = 1 << 16,
};

struct server {
	const char *name, *root;
	bool is_relay; /* and no server */
	struct br_lan_relay relay;
	bool has_mac;
	uint8_t mac[6];
	size_t link_net[BR_CONFIG_LINKS_MAX]; /* of each link, index into lan.net */
	struct br_script_node node;           /* its VLAN, and the ports that are blocked */
	struct br_config config;
	struct br_tls_settings tls;
	struct br_file_store *store;
	struct br_host *host;
	struct br_server_host *server;
};

struct name {
	uint8_t mac[6];
	const char *text;
};

struct lan {
	struct br_lan_net net[NETS_MAX];
	struct server server[SERVERS_MAX];
	struct name name[NAMES_MAX];
	const char *fault[BR_LAN_FAULTS_MAX];
	size_t nets, servers, names, faults;
	const char *pcap, *notes_path;
	uint64_t limit_s; /* 0: none */
	bool progress;

	struct br_lan_faults *aimed; /* NULL: none */
	bool begun;                  /* they act */
	struct br_clock clock;
	struct br_loop *loop;
	struct br_wire *wire;
	struct br_ladder *ladder;
	struct br_recorder *recorder;
	struct br_output capture, notes; /* .file NULL: not asked for */
	const char *others[2];           /* of each the other one, which it must not be */
	int notes_error;                 /* of the first note that could not be written */
	bool line_shown;                 /* a growing line stands on the terminal */
};

/* The world does not let us: a file, a socket, memory. */
static int world(const char *what, int error)
{
	fprintf(stderr, "bootrig lan: %s: %s\n", what, strerror(-error));
	return BR_EXIT_FAILED;
}

/* What was to be kept could not be: whoever reads our exit code need not doubt the boot. */
static int lost(const char *path, int error)
{
	(void)world(path, error);
	return BR_EXIT_BAD_USAGE;
}

static int open_kept(struct br_output *output, const char *path, const char **other)
{
	char said[PATH_MAX + 200] = "";
	FILE *err = fmemopen(said, sizeof(said), "w");
	int result = err ? br_output_open(output, path, other, 1, err) : -ENOMEM;

	if (err)
		(void)fclose(err);
	if (result < 0)
		fprintf(stderr, "bootrig lan: %s", said);
	return result < 0 ? BR_EXIT_FAILED : 0;
}

/* What the words say */

/* NAME CIDR, maybe one of the other family too, and its KEY=VALUE words */
static int take_net(void *target, char **word, int count, char *error, size_t size)
{
	struct lan *lan = target;
	struct br_lan_net *net = &lan->net[lan->nets];
	int taken = 1;

	if (lan->nets == NETS_MAX) {
		(void)snprintf(error, size, "one net too many, %d at most", NETS_MAX);
		return 0;
	}
	for (; taken < count && taken < 3; taken++) {
		if (net->netmask == 0 &&
		    br_lan_net_read_cidr(word[taken], &net->network, &net->netmask))
			continue;
		if (net->six.on || !br_lan_six_take_network(&net->six, word[taken]))
			break;
	}
	if (taken == 1)
		return 0;
	net->name = word[0];
	net->mtu = BR_LAN_MTU;
	while (taken < count && word[taken][0] != '-' && strchr(word[taken], '=')) {
		if (!br_lan_net_take_word(net, word[taken], error, size))
			return 0;
		taken++;
	}
	lan->nets++;
	return taken;
}

/* MAC NAME */
static int take_name(void *target, char **word, int count, char *error, size_t size)
{
	struct lan *lan = target;
	struct name *name = &lan->name[lan->names];

	if (lan->names == NAMES_MAX) {
		(void)snprintf(error, size, "one name too many, %d at most", NAMES_MAX);
		return 0;
	}
	if (count < 2 || !br_text_get_mac(br_text(word[0]), name->mac))
		return 0;
	name->text = word[1];
	lan->names++;
	return 2;
}

/* The link that an address belongs to: that with one of the other family alone, or a new one. */
static struct br_config_link *link_for(const struct lan *lan, struct server *server, size_t net,
                                       bool six)
{
	struct br_config *config = &server->config;

	for (size_t i = 0; i < config->links; i++) {
		struct br_config_link *link = &config->link[i];

		if (server->link_net[i] == net && (six ? link->prefix6 == 0 : link->address == 0))
			return link;
	}
	if (config->links == BR_CONFIG_LINKS_MAX)
		return NULL;
	server->link_net[config->links] = net;
	config->link[config->links].mtu = lan->net[net].mtu;
	return &config->link[config->links++];
}

static bool has_that_mac(const struct server *server, const uint8_t mac[6])
{
	for (size_t i = 0; i < server->config.links; i++) {
		if (!memcmp(server->config.link[i].mac, mac, 6))
			return true;
	}
	return false;
}

/* mac= is of the first link; any other is made of the address, and of no other server before. */
static void settle_macs(struct lan *lan, struct server *server)
{
	for (size_t i = 0; i < server->config.links; i++) {
		struct br_config_link *link = &server->config.link[i];
		uint8_t last = link->address ? (uint8_t)link->address : link->address6[15];
		uint8_t mac[6] = {2, 0, 0, 0, (uint8_t)i, last};

		for (size_t k = 0; k < lan->servers; k++) {
			if (has_that_mac(&lan->server[k], mac)) {
				mac[3]++;
				k = SIZE_MAX; /* from the first one on again */
			}
		}
		memcpy(link->mac, i == 0 && server->has_mac ? server->mac : mac, 6);
	}
}

/* NET=ADDRESS. Return: 1 if it was one, 0 if not, -EINVAL */
static int take_link(struct lan *lan, struct server *server, const char *key, const char *value)
{
	for (size_t i = 0; i < lan->nets; i++) {
		struct br_config_link *link;
		struct br_endpoint end = {{0}, 0};
		bool six;

		if (strcmp(lan->net[i].name, key) != 0)
			continue;
		if (!br_text_get_ip(br_text(value), end.ip) || !br_lan_net_has(&lan->net[i], &end))
			return -EINVAL;
		six = !br_ip_is_ipv4(end.ip);
		link = link_for(lan, server, i, six);
		if (!link)
			return -EINVAL;
		if (six) {
			memcpy(link->address6, end.ip, sizeof(link->address6));
			link->prefix6 = lan->net[i].six.bits;
		} else {
			link->address = br_endpoint_to_ipv4(&end);
			link->netmask = lan->net[i].netmask;
		}
		return 1;
	}
	return 0;
}

/* FAULT, as behind `fault` in a script: read when all nets and names are known */
static int take_fault(void *target, char **word, int count, char *error, size_t size)
{
	struct lan *lan = target;

	(void)count;
	if (lan->faults == BR_LAN_FAULTS_MAX) {
		(void)snprintf(error, size, "one fault too many, %d at most", BR_LAN_FAULTS_MAX);
		return 0;
	}
	lan->fault[lan->faults++] = word[0];
	return 1;
}

/* What a node of a script has beside its server. Return: whether it makes sense; as below */
static bool take_node_key(struct server *server, const char *key, const char *value, char *error,
                          size_t size)
{
	struct br_arg arg = {.name = key, .value = {.kind = BR_VALUE_WORD, .text = br_text(value)}};
	char why[BR_LINE_ERROR_SIZE];
	bool good;

	server->node.kind = BR_NODE_SUT;
	good = br_node_key_set(&server->node, &arg, why);
	if (!good)
		(void)snprintf(error, size, "%s", why);
	return good;
}

/* Return: whether it makes sense; else @error says why not */
static bool take_setting(struct lan *lan, struct server *server, char *word, char *error,
                         size_t size)
{
	char *value = strchr(word, '='), why[128] = "";
	int got;

	*value++ = '\0';
	if (server->is_relay && br_lan_relay_take(&server->relay, word, value))
		return true;
	if (!strcmp(word, "root")) {
		server->root = value;
		return true;
	}
	if (!strcmp(word, "mac")) {
		server->has_mac = br_text_get_mac(br_text(value), server->mac);
		if (!server->has_mac)
			(void)snprintf(error, size, "mac=%s: expected a MAC address", value);
		return server->has_mac;
	}
	if (!strcmp(word, "vlan") || !strcmp(word, "blocked"))
		return take_node_key(server, word, value, error, size);
	got = take_link(lan, server, word, value);
	if (got < 0)
		(void)snprintf(error, size, "%s=%s: expected an address of that net", word, value);
	if (got == 0 && server->is_relay)
		(void)snprintf(error, size,
		               "%s=%s: expected NET=ADDRESS, to=ADDRESS or interface-id=TEXT", word,
		               value);
	if (got != 0 || server->is_relay)
		return got > 0;
	got = br_tls_settings_set(&server->tls, word, value, why, sizeof(why));
	if (got == -ENOENT)
		got = br_config_set(&server->config, word, value, why, sizeof(why));
	if (got < 0)
		(void)snprintf(error, size, "%s=%s: %s", word, value, why);
	return got == 0;
}

/* NAME and its KEY=VALUE words */
static int take_node(struct lan *lan, bool is_relay, char **word, int count, char *error,
                     size_t size)
{
	struct server *server = &lan->server[lan->servers];
	int taken = 1;

	if (lan->servers == SERVERS_MAX) {
		(void)snprintf(error, size, "one server too many, %d at most", SERVERS_MAX);
		return 0;
	}
	br_config_init(&server->config);
	br_tls_settings_init(&server->tls);
	server->name = word[0];
	server->is_relay = is_relay;
	while (taken < count && word[taken][0] != '-' && strchr(word[taken], '=')) {
		if (!take_setting(lan, server, word[taken], error, size))
			return 0;
		taken++;
	}
	if (server->config.links == 0)
		(void)snprintf(error, size, "expected NET=ADDRESS behind it, of a --net before it");
	settle_macs(lan, server); /* before: a name of a DHCPv6 server is made of one */
	if (server->config.links == 0 ||
	    (!is_relay && br_server_check(&server->config, error, size) < 0))
		return 0;
	lan->servers++;
	return taken;
}

static int take_server(void *target, char **word, int count, char *error, size_t size)
{
	return take_node(target, false, word, count, error, size);
}

static int take_relay(void *target, char **word, int count, char *error, size_t size)
{
	return take_node(target, true, word, count, error, size);
}

/* What happens */

/* Notes that repeat what the line of the packet says: for the log, not for the ladder. */
static bool is_plain(enum br_note note)
{
	return note == BR_NOTE_TFTP_STARTED || note == BR_NOTE_TFTP_COMPLETED ||
	       note == BR_NOTE_TFTP_NOT_FOUND || note == BR_NOTE_HTTP_SERVED ||
	       note == BR_NOTE_HTTP_NOT_FOUND;
}

static void show_line(void *context, const struct br_ladder_line *line)
{
	struct lan *lan = context;

	if (!line->growing)
		printf("%s\n", line->text);
	else if (lan->progress)
		printf("~ %s\n", line->text);
	if (lan->progress || !line->growing)
		fflush(stdout);
}

static void show_note(void *context, const char *host_name, const struct br_action *note,
                      br_time now)
{
	struct lan *lan = context;
	const struct br_octets detail = note->payload;

	if (!is_plain(note->note))
		br_ladder_note(lan->ladder, host_name, note, now);
	if (!lan->notes.file)
		return;
	fprintf(lan->notes.file, "%5llu.%03llu %s %s: %s (%s)%s%.*s\n",
	        (unsigned long long)(now / BR_S), (unsigned long long)(now % BR_S / BR_MS),
	        host_name, br_note_name(note->note), br_note_sentence(note->note),
	        br_note_clause(note->note), detail.size ? ": " : "", (int)detail.size,
	        detail.size ? (const char *)detail.data : "");
	if (fflush(lan->notes.file) != 0 && lan->notes_error == 0)
		lan->notes_error = -errno;
}

/* The driver has closed our standard input: it is gone, or done. */
static void stdin_ready(void *context, short events, br_time now)
{
	struct lan *lan = context;
	char octets[256];

	(void)events;
	(void)now;
	if (read(STDIN_FILENO, octets, sizeof(octets)) <= 0) {
		br_loop_remove(lan->loop, STDIN_FILENO);
		br_loop_stop(lan->loop);
	}
}

/* Building it */

/* The key log of the recording */
static void secret_known(void *context, const uint8_t *random, const uint8_t *master)
{
	const struct lan *lan = context;

	br_recorder_secret(lan->recorder, random, master);
}

/* HTTPS, if it was asked for. A certificate without names is for the server's addresses. */
static int secure(struct lan *lan, struct server *server, uint64_t seed)
{
	struct br_writer w = br_writer_of(server->tls.names, sizeof(server->tls.names));

	bool named = server->tls.names[0] != '\0';

	for (size_t i = 0; i < server->config.links && !named; i++) {
		const struct br_config_link *link = &server->config.link[i];

		if (link->address != 0) {
			br_text_put(&w, br_written(&w) > 0 ? "," : "");
			br_text_put_ipv4(&w, link->address);
		}
		if (!br_ip_is_zero(link->address6)) {
			br_text_put(&w, br_written(&w) > 0 ? "," : "");
			br_text_put_ipv6(&w, link->address6);
		}
	}
	if (!named)
		(void)br_text_end(&w);
	return br_server_host_secure(server->server, &server->tls, seed, secret_known, lan);
}

/* Of a server: by the relays on its nets to all others */
static void find_way(const struct lan *lan, const struct server *server)
{
	for (size_t i = 0; i < lan->servers; i++) {
		const struct server *relay = &lan->server[i];

		for (size_t k = 0; relay->is_relay && k < relay->config.links; k++) {
			for (size_t own = 0; own < server->config.links; own++) {
				if (relay->link_net[k] == server->link_net[own])
					br_lan_relay_lead(server->host, (uint32_t)own,
					                  &relay->config.link[k]);
			}
		}
	}
}

static int start_server(struct lan *lan, struct server *server, uint64_t number)
{
	int error =
		br_host_new(&server->host, lan->wire, server->name, &br_host_limits_server, number);
	struct br_files files;

	for (size_t i = 0; i < server->config.links && error == 0; i++) {
		const struct br_config_link *link = &server->config.link[i];
		struct br_segment *segment = lan->net[server->link_net[i]].segment;

		error = br_host_add_link(server->host, segment, link->mac);
		if (error < 0)
			break;
		br_host_set_vlan(server->host, (uint32_t)error, server->node.vlan);
		br_host_set_address(server->host, (uint32_t)error, link->address, link->netmask);
		br_ladder_name_mac(lan->ladder, link->mac, server->name);
		if (link->address)
			br_ladder_name_ipv4(lan->ladder, link->address, server->name);
		if (link->prefix6)
			br_ladder_name_ip(lan->ladder, link->address6, server->name);
		error = br_lan_six_switch_on(&lan->net[server->link_net[i]].six, server->host,
		                             (uint32_t)error, link);
	}
	if (error == 0 && server->is_relay)
		error = br_lan_relay_start(&server->relay, server->host);
	if (server->is_relay)
		return error < 0 ? world(server->name, error) : 0;
	if (error == 0)
		find_way(lan, server);
	for (size_t i = 0; i < server->node.blocks; i++)
		(void)br_host_block_port(server->host, server->node.blocked[i]);
	if (error == 0)
		error = br_file_store_new(&server->store, HANDLES_MAX);
	if (error == 0 && server->root)
		error = br_file_store_set_root(server->store, server->root);
	if (error < 0)
		return world(server->root ? server->root : server->name, error);
	files = br_file_store_files(server->store);
	error = br_server_host_new(&server->server, server->host, &lan->clock, server->name,
	                           &server->config, &files, number);
	if (error == 0)
		error = secure(lan, server, number);
	if (error < 0)
		return world(server->name, error);
	br_server_host_on_note(server->server, show_note, lan);
	return 0;
}

static void tell_frame(void *context, const struct br_segment *segment, const struct br_port *from,
                       struct br_frame *frame, br_time now)
{
	const struct lan *lan = context;
	bool machine = true;

	(void)from;
	for (size_t i = 0; i < lan->nets; i++)
		machine = machine && (lan->net[i].segment != segment || lan->net[i].socket);
	if (machine || br_lan_relay_is_told(frame))
		br_ladder_see(lan->ladder, (struct br_octets){frame->data, frame->size},
		              frame->size, now);
}

static int start_taps(struct lan *lan)
{
	struct br_tap tap = {.see = tell_frame, .context = lan};
	int error = br_ladder_new(&lan->ladder, 0, show_line, lan);

	if (error < 0)
		return world("ladder", error);
	for (size_t i = 0; i < lan->names; i++)
		br_ladder_name_mac(lan->ladder, lan->name[i].mac, lan->name[i].text);
	error = br_wire_add_tap(lan->wire, &tap);
	if (error == 0 && lan->pcap) {
		error = br_recorder_new(&lan->recorder, lan->capture.written,
		                        br_loop_epoch(lan->loop));
		if (error < 0)
			return world(lan->pcap, error);
		tap = br_recorder_tap(lan->recorder);
		error = br_wire_add_tap(lan->wire, &tap);
	}
	return error < 0 ? world("taps", error) : 0;
}

static int open_outputs(struct lan *lan)
{
	int error = 0;

	lan->others[0] = lan->notes_path;
	lan->others[1] = lan->pcap;
	if (lan->pcap)
		error = open_kept(&lan->capture, lan->pcap, &lan->others[0]);
	if (error == 0 && lan->notes_path)
		error = open_kept(&lan->notes, lan->notes_path, &lan->others[1]);
	return error;
}

/* Somebody may read them while the machine boots. */
static int place_outputs(struct lan *lan)
{
	if ((lan->capture.file && br_output_place(&lan->capture, stderr) < 0) ||
	    (lan->notes.file && br_output_place(&lan->notes, stderr) < 0))
		return BR_EXIT_BAD_USAGE;
	return 0;
}

/* Draws are the same in each run; when a frame comes is not. */
static int start_net(struct lan *lan, struct br_lan_net *net, uint64_t seed)
{
	const struct br_fault_rates *rates = &net->rates;

	net->segment = br_segment_new(lan->wire, net->name, net->delay, net->mtu);
	if (!net->segment)
		return world(net->name, -ENOMEM);
	if (rates->loss + rates->duplicate + rates->reorder + rates->corrupt + lan->faults == 0)
		return 0;
	if (br_fault_new(&net->fault, seed) < 0)
		return world(net->name, -ENOMEM);
	net->rates.reorder_by = 2 * net->delay + BR_MS;
	br_fault_set_rates(net->fault, rates);
	br_segment_set_fault(net->segment, net->fault);
	return 0;
}

static int start(struct lan *lan)
{
	int error = br_clock_init(&lan->clock, TIMERS);

	if (error == 0)
		error = br_loop_new(&lan->loop, &lan->clock);
	if (error == 0)
		error = br_loop_catch_signals(lan->loop);
	if (error == 0)
		error = br_loop_add(lan->loop, STDIN_FILENO, POLLIN, stdin_ready, lan);
	if (error == 0)
		error = br_wire_new(&lan->wire, &lan->clock, FRAME_SIZE_MAX, FRAMES_MAX);
	if (error < 0)
		return world("start", error);
	br_loop_set_real(lan->loop);
	error = start_taps(lan);
	for (size_t i = 0; i < lan->nets && error == 0; i++) {
		error = start_net(lan, &lan->net[i], i);
	}
	/* relays first: on their nets it is they that stand for a router */
	for (size_t i = 0; i < 2 * lan->servers && error == 0; i++) {
		struct server *server = &lan->server[i % lan->servers];

		if (server->is_relay == (i < lan->servers))
			error = start_server(lan, server, i % lan->servers + 1);
	}
	return error;
}

/* What aimed faults are about: all servers, and each machine in each net it may be plugged into.
 * Return: how many plugs
 */
static size_t list_plugs(const struct lan *lan, struct br_lan_fault_net nets[NETS_MAX],
                         struct br_lan_fault_plug plugs[PLUGS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < lan->nets; i++) {
		const struct br_lan_net *net = &lan->net[i];

		nets[i] =
			(struct br_lan_fault_net){.name = net->name,
		                                  .network = net->network,
		                                  .netmask = net->netmask,
		                                  .network6 = net->six.on ? net->six.network : NULL,
		                                  .bits6 = net->six.bits,
		                                  .segment = net->segment,
		                                  .fault = net->fault};
		for (size_t k = 0; net->socket && k < lan->names; k++) {
			plugs[count] = (struct br_lan_fault_plug){
				.node = lan->name[k].text,
				.net = i,
				.port = net->machine ? br_port_qemu_port(net->machine) : NULL};
			memcpy(plugs[count++].mac, lan->name[k].mac, 6);
		}
	}
	for (size_t i = 0; i < lan->servers; i++) {
		const struct server *server = &lan->server[i];

		for (size_t k = 0; k < server->config.links; k++) {
			const struct br_config_link *link = &server->config.link[k];

			plugs[count] = (struct br_lan_fault_plug){
				.node = server->name,
				.address = link->address,
				.address6 = link->prefix6 > 0 ? link->address6 : NULL,
				.net = server->link_net[k],
				.port = server->host ? br_host_port(server->host, (uint32_t)k)
			                             : NULL};
			if (server->host)
				memcpy(plugs[count].mac, br_host_mac(server->host, (uint32_t)k), 6);
			count++;
		}
	}
	return count;
}

static int read_faults(struct lan *lan)
{
	struct br_lan_fault_net nets[NETS_MAX];
	struct br_lan_fault_plug plugs[PLUGS_MAX];
	size_t count = list_plugs(lan, nets, plugs);
	int result;

	if (lan->faults == 0)
		return 0;
	result = br_lan_faults_new(&lan->aimed, lan->fault, lan->faults, nets, lan->nets, plugs,
	                           count, stderr);
	if (result < 0 && result != -EINVAL)
		return world("--fault", result);
	return result < 0 ? BR_EXIT_BAD_USAGE : 0;
}

/* When the first machine comes: for how long is counted from there. */
static void start_faults(struct lan *lan, br_time now)
{
	struct br_lan_fault_net nets[NETS_MAX];
	struct br_lan_fault_plug plugs[PLUGS_MAX];
	int error;

	if (!lan->aimed || lan->begun)
		return;
	lan->begun = true;
	(void)list_plugs(lan, nets, plugs);
	error = br_lan_faults_start(lan->aimed, nets, plugs, now);
	if (error < 0)
		(void)world("--fault", error);
}

/* Comes and goes, and why: for the log. */
static void machine_changed(void *context, const char *why, br_time now)
{
	struct lan *lan = context;

	if (!why)
		start_faults(lan, now);
	if (lan->notes.file)
		fprintf(lan->notes.file, "%5llu.%03llu machine: %s\n",
		        (unsigned long long)(now / BR_S), (unsigned long long)(now % BR_S / BR_MS),
		        why ? why : "plugged in");
}

static int plug_machines(struct lan *lan)
{
	for (size_t i = 0; i < lan->nets; i++) {
		struct br_lan_net *net = &lan->net[i];
		int error;

		if (!net->socket)
			continue;
		error = br_port_qemu_new(&net->machine, lan->loop, net->segment, "machine",
		                         net->socket, BR_PORT_QEMU_QUEUE_SIZE);
		if (error < 0)
			return world(net->socket, error);
		br_port_qemu_on_change(net->machine, machine_changed, lan);
		printf("listening on %s\n", net->socket);
	}
	fflush(stdout);
	return 0;
}

/* Return: 0, or BR_EXIT_BAD_USAGE if what was to be kept could not be written */
static int stop(struct lan *lan)
{
	int error = 0, result = 0;

	if (lan->ladder)
		br_ladder_finish(lan->ladder, lan->clock.now);
	if (lan->aimed && lan->begun)
		br_lan_faults_tell_idle(lan->aimed, stdout);
	for (size_t i = 0; i < lan->nets; i++)
		br_port_qemu_free(lan->net[i].machine);
	for (size_t i = 0; i < lan->servers; i++) {
		br_server_host_free(lan->server[i].server);
		br_lan_relay_stop(&lan->server[i].relay);
		br_host_free(lan->server[i].host);
		br_file_store_free(lan->server[i].store);
	}
	br_wire_free(lan->wire);
	for (size_t i = 0; i < lan->nets; i++)
		br_fault_free(lan->net[i].fault);
	br_lan_faults_free(lan->aimed);
	br_ladder_free(lan->ladder);
	br_recorder_free(lan->recorder, &error);
	if (error < 0)
		result = lost(lan->pcap, error);
	if (lan->notes.file && fflush(lan->notes.file) != 0 && lan->notes_error == 0)
		lan->notes_error = -errno;
	if (lan->notes_error < 0)
		result = lost(lan->notes_path, lan->notes_error);
	br_output_drop(&lan->capture); /* it has its place, unless nothing began */
	br_output_drop(&lan->notes);
	br_loop_free(lan->loop);
	br_clock_reset(&lan->clock);
	return result;
}

/* What was recorded is in its file a second later: who is killed has lost no more. An error of it
 * is told when the file is closed.
 */
static enum br_loop_end go_on(struct lan *lan, br_time until)
{
	enum br_loop_end end = BR_LOOP_TIME;

	while (end == BR_LOOP_TIME && lan->clock.now < until) {
		br_time next = lan->clock.now + BR_S;

		end = br_loop_run(lan->loop, next < until ? next : until, NULL, NULL);
		if (lan->recorder)
			(void)br_recorder_flush(lan->recorder);
	}
	return end;
}

static int run(struct lan *lan)
{
	br_time until = lan->limit_s ? lan->limit_s * BR_S : BR_TIME_NEVER;
	int result = read_faults(lan), kept;

	if (result == 0)
		result = open_outputs(lan);
	if (result == 0)
		result = start(lan);
	if (result == 0)
		result = place_outputs(lan);
	if (result == 0)
		result = plug_machines(lan);
	if (result == 0 && go_on(lan, until) == BR_LOOP_ERROR)
		result = world("poll", -errno);
	kept = stop(lan);
	return result ? result : kept;
}

static const struct br_option options[] = {
	{.name = "--net",
         .argument = "NAME CIDR [CIDR] [KEY=VALUE...]",
         .says = "a broadcast domain: 10.77.0.0/24, 2001:db8::/64 or both; with ra=on, M, O or MO "
                 "its first server stands for a router that says so; with socket=PATH a QEMU guest "
                 "can be plugged "
                 "into it (-netdev stream,server=off,addr.type=unix,addr.path=PATH). loss=, dup=, "
                 "reorder= and corrupt= with a rate, delay= and mtu= are those of a net in a "
                 "script. May be given several times, once at least",
         .takes = BR_TAKES_TEXT,
         .take = take_net},
	{.name = "--server",
         .argument = "NAME NET=ADDRESS [KEY=VALUE...]",
         .says = "the server core on a host with an address on one or more of the nets before it; "
                 "root=DIR is where its files are, mac=MAC its card, vlan=ID its tag, "
                 "blocked=PORT,... what "
                 "does not get through to it, all else its settings, as of serve. May be given "
                 "several times",
         .takes = BR_TAKES_TEXT,
         .take = take_server},
	{.name = "--relay",
         .argument = "NAME NET=ADDRESS NET=ADDRESS [KEY=VALUE...]",
         .says = "a router between nets before it, and a relay of DHCP and DHCPv6 to to=ADDRESS, "
                 "which may be several; interface-id=TEXT is option 18 of what it relays. It, not "
                 "a "
                 "server, stands for the router of its nets. May be given several times",
         .takes = BR_TAKES_TEXT,
         .take = take_relay},
	{.name = "--name",
         .argument = "MAC NAME",
         .says = "what to call a machine. May be given several times",
         .takes = BR_TAKES_TEXT,
         .take = take_name},
	{.name = "--fault",
         .argument = "FAULT",
         .says = "what goes wrong with certain frames: 'lan drop boot -> fw tftp data nth=3', as "
                 "behind "
                 "fault in a script (bootrig list --language), with the names of --net, --server "
                 "and "
                 "--name. From when the first machine is plugged in; what never hit a frame is "
                 "said "
                 "at the end. May be given several times",
         .takes = BR_TAKES_TEXT,
         .take = take_fault},
	{.name = "--pcap",
         .argument = "FILE",
         .says = "record all frames (pcapng)",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct lan, pcap)},
	{.name = "--notes",
         .argument = "FILE",
         .says = "what the servers decide, and on which clause, as a log",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct lan, notes_path)},
	{.name = "--limit",
         .argument = "SECONDS",
         .says = "end then",
         .standard = "never",
         .takes = BR_TAKES_NUMBER,
         .at = offsetof(struct lan, limit_s),
         .most = 1000000},
	{.name = "--progress",
         .says = "say lines that will be said again too, marked \"~ \"",
         .at = offsetof(struct lan, progress)},
	{.name = NULL},
};

static int lan_main(int argc, char **argv)
{
	struct br_words words = br_words_of(&br_verb_lan);
	struct lan *lan = calloc(1, sizeof(*lan));
	int result;

	if (!lan)
		return world("start", -ENOMEM);
	if (!br_words_read(&words, argc, argv, lan))
		result = words.code;
	else if (lan->nets == 0)
		result = br_words_wrong(&words, "--net is missing");
	else
		result = run(lan);
	free(lan);
	return result;
}

static const char *const examples[] = {
	"bootrig lan --net lan 10.77.0.0/24 socket=/tmp/wire "
	"--server boot lan=10.77.0.1 root=/srv/boot role=dhcp,tftp "
	"pool=10.77.0.100-10.77.0.199",
	"bootrig lan --net lan 10.77.0.0/24 socket=/tmp/wire --name 52:54:00:12:34:56 fw "
	"--server boot lan=10.77.0.1 root=/srv/boot role=dhcp,tftp pool=10.77.0.100-10.77.0.199 "
	"--fault 'lan drop boot -> fw tftp oack nth=2'",
	NULL,
};

const struct br_command_verb br_verb_lan = {
	.name = "lan",
	.says = "the wire and its servers as a process",
	.about = "The virtual network in real time, for real machines in QEMU; this is what vm "
		 "plugs "
		 "them into.\n\n"
		 "Says \"listening on PATH\" when a machine may come, then a line for what passes. "
		 "Ends on SIGTERM, SIGINT or SIGHUP, when its standard input is closed, or at its "
		 "limit.",
	.option = options,
	.exits = "0 ended as above; 1 the world does not let it; 2 called wrongly, or what was to "
		 "be "
		 "kept could not be written.",
	.examples = examples,
	.run = lan_main,
};
