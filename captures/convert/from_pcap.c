/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/from_pcap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/anonymous.h"
#include "captures/convert/hidden.h"
#include "captures/convert/proven.h"
#include "captures/convert/script_files.h"
#include "captures/convert/script_net.h"
#include "captures/explain/show.h"
#include "captures/replay/recorded.h"
#include "captures/replay/script_relay.h"
#include "captures/replay/setup.h"
#include "core/base/text.h"
#include "core/dhcp/pxe_vendor.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/lines/line.h"

/* Theory of operation
 *
 * The attempt that got furthest becomes a script: a header (nets, servers set up as
 * captures/replay/setup.h learnt them, the client, files) and steps, an exchange at a time in the
 * order of the capture. Steps are written first, into memory, for they tell what the header must
 * name: which files, whether answers come that no line expects (`loose`).
 *
 * What the client sent is written whole. What a server sent is written whole where the script
 * plays that server, and else as what is expected of the server under test: the fields a client
 * goes by. A reply that no script can expect is a comment. At last the script is tried
 * (captures/convert/proven.h), and given away only if it holds.
 *
 * With --anonymous the packets are put under other names first (captures/convert/anonymous_pcap.h),
 * and the script is that of the file which comes of it, a temporary one if nobody wants it.
 */
#define CUT                                                                                        \
	"DHCP messages are in it in part only (snap length): a script needs them whole, so "       \
	"record with tcpdump -s 0"
#define NET_24 UINT32_C(0xffffff00)

enum {
	LINE_MAX_TEXT = 4096,
	FIELDS_MAX = 24,
	XIDS_MAX = 64,
	FLAG_BROADCAST = 0x8000,
};

struct run {
	const struct br_from_pcap *from;
	FILE *out;
	const struct br_story *story;
	const struct br_attempt *attempt;
	const struct br_tape *tape;
	struct br_setup *setup; /* to learn how the servers were set up */
	struct br_decoded *decoded;
	struct br_script_relay *relay; /* what it passed on */
	bool relayed;
	bool unexpected;       /* a reply stands there as a comment */
	const char *boot_file; /* of the reply at hand */
	size_t xids;
	uint32_t xid[XIDS_MAX]; /* $x1 ...: a client draws others when it boots again */
	struct br_script_files files;
};

/* Header */

static void put_server(const struct run *run, const struct br_setup_server *s)
{
	FILE *out = run->out;
	char name[16], address[BR_SHOW_ADDRESS];
	bool sut = br_script_is_sut(&run->files, s->address);
	bool far = !run->relayed && br_script_is_far(run->setup, s->address);

	fprintf(out, "node %s %s %s=%s", br_script_node(run->setup, s->address, name),
	        sut ? "sut" : "peer",
	        run->relayed ? "up"
	        : far        ? "far"
	                     : "lan",
	        br_show_ipv4(address, s->address));
	if (run->relayed)
		fprintf(out, " gw=%s", br_show_ipv4(address, run->relay->up));
	else if (far)
		fprintf(out, " gw=%s", br_show_ipv4(address, br_script_far_gateway(run->setup)));
	if (!sut) {
		fputc('\n', out);
		return;
	}
	br_setup_print(out, &s->config);
	fputc('\n', out);
}

static void put_file(struct run *run, const char *name)
{
	struct br_file_info info;

	if (br_script_is_word(name) && br_file_store_info(run->setup->store, name, &info) >= 0)
		fprintf(run->out, "file %s size=%" PRIu64 " seed=1\n", name, info.size);
}

static const char *base_of(const char *path)
{
	const char *base = strrchr(path, '/');

	if (!strcmp(path, "-"))
		return "standard-input";
	return base ? base + 1 : path;
}

static void put_nets(const struct run *run, uint32_t server)
{
	char a[BR_SHOW_ADDRESS], b[BR_SHOW_ADDRESS];

	fprintf(run->out, "net lan %s/24\n", br_show_ipv4(a, run->relay->giaddr & NET_24));
	fprintf(run->out, "net up %s/24\n", br_show_ipv4(a, server & NET_24));
	fprintf(run->out, "node relay relay lan=%s up=%s\n", br_show_ipv4(a, run->relay->giaddr),
	        br_show_ipv4(b, run->relay->up));
}

static bool has_request(const struct br_attempt *a)
{
	return a->dhcp && a->dhcp->kind == BR_TALK_DHCP && a->dhcp->dhcp.request.count > 0;
}

/* The last IPv4 address it used; 0: none */
static uint32_t own_address(const struct br_talk_client *c)
{
	uint32_t found = 0;

	for (size_t i = 0; i < c->addresses; i++) {
		if (br_endpoint_to_ipv4(&c->address[i]) != 0)
			found = br_endpoint_to_ipv4(&c->address[i]);
	}
	return found;
}

static void put_header(struct run *run)
{
	FILE *out = run->out;
	const struct br_attempt *a = run->attempt;
	const struct br_talk_client *c = run->story->client;
	char mac[BR_SHOW_ADDRESS], address[BR_SHOW_ADDRESS];
	uint32_t first = run->setup->servers > 0 ? run->setup->server[0].address : 0;
	const char *base = base_of(run->from->name);

	fprintf(out, "wire 1\nscenario from-pcap/%.*s\ntitle \"%s: %s\"\n",
	        (int)(strstr(base, ".pcap") ? strstr(base, ".pcap") - base : (long)strlen(base)),
	        base, br_path_name(a->path), br_reached_says(a->reached));
	fprintf(out, "source capture %s", base);
	if (run->from->other) /* frames of two files have no common numbers */
		fprintf(out, " and %s\n", base_of(run->from->other_name));
	else
		fprintf(out, " frames %" PRIu64 "-%" PRIu64 "\n",
		        c->exchange[a->first]->first_frame, c->exchange[a->last]->last_frame);
	if (br_talk_clients(run->story->talk) > 1)
		fprintf(out, "# of %zu machines in it; --client MAC takes another\n",
		        br_talk_clients(run->story->talk));
	if (run->files.loose)
		fprintf(out, "loose    # between the lines come answers to repeated messages\n");
	if (run->files.open)
		fprintf(out, "quiet 0s # the last transfer has no end in the capture\n");
	if (run->relayed)
		put_nets(run, first);
	else
		br_script_put_nets(out, run->setup);
	for (size_t i = 0; i < run->setup->servers; i++)
		put_server(run, &run->setup->server[i]);
	bool leased = run->relayed || (has_request(a) && !run->unexpected);

	/* without an ACK for it to read it has its address from the start */
	fprintf(out, "node fw client lan");
	if (!leased && own_address(c))
		fprintf(out, "=%s", br_show_ipv4(address, own_address(c)));
	fprintf(out, " mac=%s\n", br_show_mac(mac, c->mac));
	for (size_t i = 0; i < run->files.names; i++)
		put_file(run, run->files.name[i]);
	fputc('\n', out);
}

/* Steps */

/* dnsmasq closes option 67 with a NUL, others do not: the name is what counts. */
static void name_counts(char *text)
{
	char *option = strstr(text, " opt67=\""), *nul = strstr(text, "\\x00\"");

	if (!option || !nul || nul < option)
		return;
	option[6] = '~';
	memmove(nul, nul + 4, strlen(nul + 4) + 1);
}

/* The variable that stands for a transaction: 1 is $x1. 0: there are too many */
static size_t variable_of(struct run *run, uint32_t xid)
{
	for (size_t i = 0; i < run->xids; i++) {
		if (run->xid[i] == xid)
			return i + 1;
	}
	if (run->xids == XIDS_MAX)
		return 0;
	run->xid[run->xids++] = xid;
	return run->xids;
}

/* The fields of the header that are others at each boot: `xid` becomes a variable, and `secs`,
 * which says how long the client has been asking, is left to the rig. They come before any text.
 */
static void put_varying(struct run *run, const char *text)
{
	const char *xid = strstr(text, " xid=0x"), *end = text + strcspn(text, "\"");
	const char *secs = strstr(text, " secs=");
	size_t n = xid && xid < end ? variable_of(run, run->decoded->dhcp.header.xid) : 0;

	if (n > 0) {
		fprintf(run->out, "%.*s xid=$x%zu", (int)(xid - text), text, n);
		text = xid + 1 + strcspn(xid + 1, " ");
	}
	if (secs && secs >= text && secs < end) {
		fprintf(run->out, "%.*s", (int)(secs - text), text);
		text = secs + 1 + strcspn(secs + 1, " ");
	}
	fprintf(run->out, "%s\n", text);
}

/* "from -> to dhcp offer ..." with these fields, or all if @names is NULL. */
static void put_fields(struct run *run, const char *time, const char *from, const char *to,
                       uint64_t frame, const char *const *names, size_t count)
{
	struct br_arg arg[FIELDS_MAX];
	struct br_line line = {.protocol = &br_protocol_dhcp, .arg = arg, .args = count};
	struct br_octets octets = br_tape_find(run->tape, frame);
	char text[LINE_MAX_TEXT];
	struct br_writer w = br_writer_of(text, sizeof(text) - 1);

	if (!octets.data || !br_protocol_dhcp.decode(octets, run->decoded)) {
		fprintf(run->out, "# frame %" PRIu64 " was not kept whole\n", frame);
		return;
	}
	for (size_t i = 0; i < count; i++)
		arg[i] = (struct br_arg){.op = BR_ARG_PRESENT, .name = names[i]};
	br_line_print_packet(run->decoded, names ? &line : NULL, &w);
	(void)br_text_end(&w);
	if (names)
		name_counts(text);
	fprintf(run->out, "%-8s %s -> %s ", time, from, to);
	put_varying(run, text);
}

/* What a client goes by. Left out: 43 as a whole, for the order of its tags is free; what a
 * server may or may not give back or add (97, 28, T1 and T2); siaddr where it was 0.
 */
static const char *const said[] = {"file",    "opt1",    "opt3",     "opt6",    "opt15",
                                   "opt51",   "opt54",   "opt60",    "opt67",   "opt43.7",
                                   "opt43.8", "opt43.9", "opt43.71", "opt43.10"};

/* Nobody reads a prompt where there is nothing to choose (captures/replay/compare_dhcp.c). */
static bool has_choice(const struct br_dhcp_message *m)
{
	struct br_octets vendor = br_dhcp_get(m, BR_DHCP_OPTION_VENDOR);

	return br_dhcp_sub_option(vendor, BR_PXE_TAG_BOOT_MENU, true).data != NULL;
}

/* What is left of a lease, told to a machine that asks again while it holds one. */
static bool is_running(const struct run *run, struct br_octets octets)
{
	const struct br_dhcp_message *m = &run->decoded->dhcp;
	uint32_t server = 0, lease = 0;

	if (!octets.data || !br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &server) ||
	    !br_dhcp_get_be32(m, BR_DHCP_OPTION_LEASE_TIME, &lease))
		return false;
	for (size_t i = 0; i < run->setup->servers; i++) {
		if (run->setup->server[i].address == server)
			return lease < run->setup->server[i].config.lease_s;
	}
	return false;
}

/* A file name that is no word of a script, or one that the core does not give to this class of
 * clients: it makes a URL of a name for HTTP boot, and keeps URLs from PXE firmware.
 */
static bool is_odd_file(const struct run *run)
{
	const char *file = run->boot_file;

	if (!file || !file[0])
		return false;
	if (run->attempt->path == BR_PATH_HTTP4 || run->attempt->path == BR_PATH_PXE4)
		return !br_script_is_word(file) ||
		       (strstr(file, "://") != NULL) != (run->attempt->path == BR_PATH_HTTP4);
	return !br_script_is_word(file);
}

/* With all fields, or those that decide something; behind @first. */
static void put_dhcp(struct run *run, const char *time, const char *from, const char *to,
                     uint64_t frame, const char *const *first, size_t firsts)
{
	const char *names[FIELDS_MAX];
	struct br_octets octets = br_tape_find(run->tape, frame);
	const struct br_dhcp_message *m = &run->decoded->dhcp;
	size_t count = sizeof(said) / sizeof(said[0]);
	bool odd = is_odd_file(run);

	memcpy(names, first, firsts * sizeof(names[0]));
	if (octets.data && br_protocol_dhcp.decode(octets, run->decoded)) {
		if (!has_choice(m))
			count--;
		if (m->header.siaddr != 0 && !odd)
			names[firsts++] = "siaddr";
	}
	for (size_t i = 0; i < count; i++) {
		if (is_running(run, octets) && !strcmp(said[i], "opt51"))
			continue;
		if (!odd || (strcmp(said[i], "file") != 0 && strcmp(said[i], "opt67") != 0))
			names[firsts++] = said[i];
	}
	put_fields(run, time, from, to, frame, names, firsts);
}

/* A reply of a server: all of it if the script says it, else what is expected. */
static void put_reply(struct run *run, const char *time, const char *from, const char *to,
                      uint64_t frame, bool all, bool pxe)
{
	/* on 4011 some give the address again, some do not */
	static const char *const first[] = {"xid", "yiaddr"};

	if (all)
		put_fields(run, time, from, to, frame, NULL, 0);
	else
		put_dhcp(run, time, from, to, frame, first, pxe ? 1 : 2);
}

/* One leg of a relayed exchange, from where to where it went. */
static void put_leg(struct run *run, const struct br_script_leg *leg)
{
	static const char *const up[] = {"xid", "hops", "giaddr", "opt82"};
	static const char *const down[] = {"xid", "giaddr", "yiaddr", "opt82"};
	static const char *const last[] = {"xid", "yiaddr", "opt54"};
	char name[16], end[32];

	switch (leg->kind) {
	case BR_SCRIPT_LEG_CLIENT:
		put_fields(run, "", "fw:68", "*:67", leg->frame, NULL, 0);
		break;
	case BR_SCRIPT_LEG_UP:
		(void)snprintf(end, sizeof(end), "%s:67",
		               br_script_node(run->setup, leg->target, name));
		put_fields(run, "", "relay:67", end, leg->frame, up, sizeof(up) / sizeof(up[0]));
		break;
	case BR_SCRIPT_LEG_DOWN:
		(void)snprintf(end, sizeof(end), "%s:67",
		               br_script_node(run->setup, leg->source, name));
		put_dhcp(run, "<=1s", end, "relay:67", leg->frame, down,
		         sizeof(down) / sizeof(down[0]));
		break;
	case BR_SCRIPT_LEG_LAST:
		put_fields(run, "", "relay:67", leg->target == UINT32_MAX ? "*:68" : "fw:68",
		           leg->frame, last, sizeof(last) / sizeof(last[0]));
		break;
	case BR_SCRIPT_LEG_NONE:
		break;
	}
}

/* All legs of one kind and message; several replies come in any order. */
static void put_legs(struct run *run, uint32_t xid, enum br_script_leg_kind kind, uint8_t type)
{
	const struct br_script_relay *relay = run->relay;
	size_t count = 0;
	char name[16];

	for (int round = 0; round < 2; round++) {
		bool block = kind == BR_SCRIPT_LEG_DOWN && round == 1 && count > 1;

		if (block)
			fprintf(run->out, "any {\n");
		for (size_t i = 0; i < relay->legs; i++) {
			const struct br_script_leg *leg = &relay->leg[i];

			if (leg->kind != kind || leg->type != type || leg->xid != xid ||
			    (kind == BR_SCRIPT_LEG_UP &&
			     *br_script_node(run->setup, leg->target, name) == '*'))
				continue;
			count += round == 0;
			if (round == 1)
				put_leg(run, leg);
		}
		if (block)
			fprintf(run->out, "}\n");
	}
}

static void steps_relayed(struct run *run, const struct br_talk_dhcp *d)
{
	static const uint8_t types[][2] = {{BR_DHCP_TYPE_DISCOVER, BR_DHCP_TYPE_OFFER},
	                                   {BR_DHCP_TYPE_REQUEST, BR_DHCP_TYPE_ACK}};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		put_legs(run, d->xid[0], BR_SCRIPT_LEG_CLIENT, types[i][0]);
		put_legs(run, d->xid[0], BR_SCRIPT_LEG_UP, types[i][0]);
		put_legs(run, d->xid[0], BR_SCRIPT_LEG_DOWN, types[i][1]);
		put_legs(run, d->xid[0], BR_SCRIPT_LEG_LAST, types[i][1]);
	}
}

/* What a script cannot expect: why, or NULL. @unicast: the client did not ask for broadcast */
static const char *unexpectable(const struct run *run, const struct br_talk_reply *r,
                                uint32_t server, bool unicast)
{
	bool broadcast = br_endpoint_to_ipv4(&r->to) == UINT32_MAX;

	if (!run->relayed && broadcast && br_script_is_far(run->setup, server))
		return "a broadcast of a server on another network";
	/* RFC 2131 section 4.1 lets a server broadcast what it could unicast; the core does not */
	if (unicast && broadcast && r->type != BR_DHCP_TYPE_NAK &&
	    br_script_is_sut(&run->files, server))
		return "broadcast, though the client could take unicast; the core unicasts";
	return NULL;
}

static void put_replies(struct run *run, const struct br_talk_reply *reply, uint16_t count,
                        int offers, const char *pxe_to, bool unicast)
{
	unsigned matching = 0;
	char name[16], from[32];

	for (uint16_t i = 0; i < count; i++)
		matching += (offers < 0 || (reply[i].type == BR_DHCP_TYPE_OFFER) == offers) &&
		            !br_story_offered_else(reply, count, i);
	if (matching > 1)
		fprintf(run->out, "any {\n");
	for (uint16_t i = 0; i < count; i++) {
		uint32_t server = reply[i].server_id ? reply[i].server_id
		                                     : br_endpoint_to_ipv4(&reply[i].from);

		if ((offers >= 0 && (reply[i].type == BR_DHCP_TYPE_OFFER) != offers) ||
		    br_story_offered_else(reply, count, i)) {
			run->files.loose =
				run->files.loose || br_story_offered_else(reply, count, i);
			continue;
		}
		run->boot_file = reply[i].file;
		if (!pxe_to && unexpectable(run, &reply[i], server, unicast)) {
			fprintf(run->out, "# frame %" PRIu64 ": %s\n", reply[i].frame,
			        unexpectable(run, &reply[i], server, unicast));
			run->files.loose = run->unexpected = true;
			continue;
		}
		(void)snprintf(from, sizeof(from), "%s:%u",
		               br_script_node(run->setup, server, name), reply[i].from.port);
		const char *to = pxe_to                                            ? pxe_to
		                 : br_endpoint_to_ipv4(&reply[i].to) == UINT32_MAX ? "*:68"
		                                                                   : "fw:68";

		put_reply(run, br_script_is_sut(&run->files, server) ? "<=1s" : "", from, to,
		          reply[i].frame, !br_script_is_sut(&run->files, server), pxe_to != NULL);
	}
	if (matching > 1)
		fprintf(run->out, "}\n");
}

static void steps_dhcp(struct run *run, const struct br_talk_dhcp *d)
{
	bool unicast = !(d->identity.flags & FLAG_BROADCAST);

	/* U-Boot draws a new xid each time: what answers the others stands between */
	run->files.loose = run->files.loose || (d->xids > 1 && d->discover.count > 1);
	if (d->discover.count > 0) {
		put_fields(run, "", "fw:68", "*:67", d->discover.frame, NULL, 0);
		put_replies(run, d->reply, d->replies, 1, NULL, unicast);
	}
	if (d->request.count > 0) {
		put_fields(run, "", "fw:68", "*:67", d->request.frame, NULL, 0);
		put_replies(run, d->reply, d->replies, 0, NULL, unicast);
	}
}

static void steps_pxe(struct run *run, const struct br_talk_pxe *x)
{
	char name[16], from[32], to[32];

	(void)snprintf(from, sizeof(from), "fw:%u", x->client.port);
	(void)snprintf(to, sizeof(to), "%s:%u",
	               br_script_node(run->setup, br_endpoint_to_ipv4(&x->server), name),
	               x->server.port);
	if (x->replies == 0) {
		fprintf(run->out, "# %s asked %s, nobody answered\n", from, to);
		return;
	}
	put_fields(run, "", from, to, x->request.frame, NULL, 0);
	put_replies(run, x->reply, x->replies, -1, from, false);
}

static void put_steps(struct run *run)
{
	const struct br_attempt *a = run->attempt;
	size_t file = 0;

	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = run->story->client->exchange[i];

		if (e->kind == BR_TALK_DHCP && run->relayed)
			steps_relayed(run, &e->dhcp);
		else if (e->kind == BR_TALK_DHCP)
			steps_dhcp(run, &e->dhcp);
		else if (e->kind == BR_TALK_PXE)
			steps_pxe(run, &e->pxe);
		while (file < a->files && a->file[file].exchange == e)
			file = br_script_file_steps(&run->files, file);
	}
	for (size_t i = 0; i < run->files.names; i++) {
		struct br_file_info info;

		if (run->files.check[i] &&
		    br_file_store_info(run->setup->store, run->files.name[i], &info) >= 0)
			fprintf(run->out, "check    fw.received %s == file\n", run->files.name[i]);
	}
}

/* The steps first: they tell which files and what else the header has to name. */
static int put_script(struct run *run, FILE *out)
{
	char *steps = NULL;
	size_t size = 0;

	run->out = open_memstream(&steps, &size);
	if (!run->out)
		return -1;
	run->files = (struct br_script_files){.out = run->out,
	                                      .setup = run->setup,
	                                      .attempt = run->attempt,
	                                      .sut = run->from->sut};
	put_steps(run);
	(void)fclose(run->out);
	run->out = out;
	put_header(run);
	fputs(steps, out);
	free(steps);
	return 0;
}

static bool is_relayed(const struct br_attempt *a)
{
	bool relayed = false;

	for (uint16_t i = 0;
	     a && a->dhcp && a->dhcp->kind == BR_TALK_DHCP && i < a->dhcp->dhcp.replies; i++)
		relayed = relayed || a->dhcp->dhcp.reply[i].giaddr;
	return relayed;
}

/* Of a URL what stands behind its host; else all of it */
static const char *path_of(const char *file)
{
	const char *host = strstr(file, "://"), *slash = host ? strchr(host + 3, '/') : NULL;

	return slash ? slash + 1 : file;
}

/* The script under other names: every file asked for or configured, found or not, is one. */
static void put_anonymous(const struct run *run, const char *script)
{
	const struct br_attempt *a = run->attempt;
	size_t count = a->files;
	const char **names = calloc(a->files + BR_SETUP_SERVERS_MAX * 2 * BR_CONFIG_RULES_MAX + 1,
	                            sizeof(*names));

	for (size_t i = 0; names && i < a->files; i++)
		names[i] = a->file[i].name;
	for (size_t i = 0; names && i < run->setup->servers; i++) {
		const struct br_config *c = &run->setup->server[i].config;

		for (size_t k = 0; k < c->rules; k++) {
			names[count++] = base_of(c->rule[k].file);
			names[count++] = path_of(c->rule[k].file);
		}
	}
	if (!names || br_anonymous(run->from->out, script, names, count) < 0)
		fprintf(run->from->err, "out of memory\n");
	free(names);
}

/* Tried before it is given away; then under other names, if that is asked. */
static int give(struct run *run, const char *script, size_t size)
{
	const struct br_from_pcap *from = run->from;
	struct br_proof proof = {.name = from->name,
	                         .text = script,
	                         .size = size,
	                         .path = from->path,
	                         .other = from->other,
	                         .mac = from->has_client ? from->client : NULL};

	if (!br_prove(&proof, from->err))
		return BR_EXIT_NOTHING_RAN;
	if (from->anonymous)
		put_anonymous(run, script);
	else
		fputs(script, from->out);
	return BR_EXIT_PASSED;
}

static bool is_server(const struct br_setup *setup, uint32_t address)
{
	for (size_t i = 0; i < setup->servers; i++) {
		if (setup->server[i].address == address)
			return true;
	}
	return false;
}

/* Why there is no script, or NULL. */
static const char *obstacle(const struct run *run, struct br_recorded *recorded)
{
	if (br_story_is_cut(run->story, run->attempt))
		return CUT;
	if (run->relayed && !br_script_relay_whole(run->relay))
		return "a relay stood between, and only one of its sides is in it: give the "
		       "capture of the other side too";
	if (!run->attempt || br_setup_init(run->setup, run->story, run->attempt, run->tape) < 0 ||
	    !br_setup_is_sound(run->setup) || run->setup->servers == 0)
		return br_recorded_is_damaged(recorded) /* else it may have been there */
		               ? ""
		               : "no server answered this client over IPv4";
	if (run->from->sut != 0 && !is_server(run->setup, run->from->sut))
		return "the server of --sut did not answer this client";
	return NULL;
}

static int write_script(const struct br_from_pcap *from, struct br_recorded *recorded)
{
	const struct br_story *story = &recorded->story;
	struct run run = {.from = from,
	                  .story = story,
	                  .attempt = br_story_furthest(story),
	                  .tape = recorded->tape,
	                  .relay = &recorded->relay,
	                  .setup = calloc(1, sizeof(*run.setup)),
	                  .decoded = calloc(1, sizeof(*run.decoded))};
	int code = BR_EXIT_NOTHING_RAN;
	char *script = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&script, &size);

	run.relayed = is_relayed(run.attempt);
	if (to && run.setup && run.decoded) {
		const char *why = obstacle(&run, recorded);

		if (why && why[0])
			fprintf(from->err, "%s: %s\n", from->name, why);
		else if (!why && put_script(&run, to) == 0 && fflush(to) == 0)
			code = give(&run, script, size);
	}
	if (to)
		(void)fclose(to);
	if (run.setup)
		br_setup_reset(run.setup);
	free(script);
	free(run.setup);
	free(run.decoded);
	return code;
}

static void say_nobody(const struct br_from_pcap *from, struct br_recorded *recorded)
{
	const struct br_talk *talk = recorded->talk;

	if (from->has_client && br_talk_evicted(talk) > 0)
		fprintf(from->err,
		        "%s: this client is not in it, or among the %" PRIu64
		        " forgotten to bound memory\n",
		        from->name, br_talk_evicted(talk));
	else if (br_talk_clients(talk) > 0 && from->has_client)
		fprintf(from->err, "%s: this client is not in it\n", from->name);
	else if (br_recorded_is_damaged(recorded))
		return; /* that is said */
	else if (br_talk_cut(talk) > 0)
		fprintf(from->err, "%s: %s\n", from->name, CUT);
	else
		fprintf(from->err, "%s: no client asks for a boot in it\n", from->name);
}

static int script_of(const struct br_from_pcap *from)
{
	struct br_recorded recorded = {.has_story = false};
	int code = BR_EXIT_BAD_USAGE;

	if (br_recorded_read(&recorded, from->path, from->other,
	                     from->has_client ? from->client : NULL, from->err) == 0) {
		code = BR_EXIT_NOTHING_RAN;
		if (recorded.has_story)
			code = write_script(from, &recorded);
		else
			say_nobody(from, &recorded);
		if (br_recorded_say_damage(&recorded, from->err))
			code = BR_EXIT_BAD_USAGE; /* the script is of what stood before that */
	}
	br_recorded_reset(&recorded);
	return code;
}

/* Addresses and identifiers are hidden in the packets; the script is then of these. A capture
 * that no script can be made of is as good for whoever gets it.
 */
static int script_of_hidden(const struct br_from_pcap *from)
{
	const char *paths[] = {from->path, from->other};
	struct br_anonymous_who who = {.has_mac = from->has_client, .address = from->sut};
	struct br_hidden made = {.damaged = false};
	struct br_from_pcap hidden = *from;
	int code;

	memcpy(who.mac, from->client, sizeof(who.mac));
	code = br_hidden_make(&made, paths, from->to, from->other ? 2 : 1, &who, from->err);
	memcpy(hidden.client, who.mac, sizeof(who.mac));
	hidden.sut = who.address;
	hidden.path = made.to[0].path;
	hidden.other = from->other ? made.to[1].path : NULL;
	hidden.name = from->to[0] ? from->to[0] : from->path;
	hidden.other_name = from->to[1] ? from->to[1] : from->other;
	if (code == BR_EXIT_PASSED && !(from->to[0] && !strcmp(from->to[0], "-")))
		code = script_of(&hidden);
	if (code == BR_EXIT_NOTHING_RAN && from->to[0] && !from->anonymous)
		code = BR_EXIT_PASSED;
	if (made.damaged)
		code = BR_EXIT_BAD_USAGE;
	br_hidden_reset(&made);
	return code;
}

int br_from_pcap(const struct br_from_pcap *from)
{
	struct br_from_pcap named = *from;

	if (from->anonymous || from->to[0])
		return script_of_hidden(from);
	named.name = from->path;
	named.other_name = from->other;
	return script_of(&named);
}

static int take_to(void *target, char **word, int count, char *error, size_t size)
{
	struct br_from_pcap *from = target;

	(void)count;
	if (from->to[1]) {
		(void)snprintf(error, size, "one for each PCAP, and there are two at most");
		return 0;
	}
	from->to[from->to[0] ? 1 : 0] = word[0];
	return 1;
}

static const struct br_operand operands[] = {
	{"PCAP",
         "a capture, - for standard input; the boot that got furthest becomes a script; a second "
         "one is the other side of a relay",
         BR_TAKES_FILE, 1, 2},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option options[] = {
	{.name = "--client",
         .argument = "MAC",
         .says = "the boot of that machine",
         .standard = "of the first that boots",
         .takes = BR_TAKES_MAC,
         .at = offsetof(struct br_from_pcap, client),
         .given = offsetof(struct br_from_pcap, has_client)},
	{.name = "--sut",
         .argument = "ADDR",
         .says = "that server alone is under test, the others say what they said",
         .standard = "all are under test",
         .takes = BR_TAKES_IPV4,
         .at = offsetof(struct br_from_pcap, sut)},
	{.name = "--anonymous",
         .says = "under other addresses, identifiers and file names",
         .at = offsetof(struct br_from_pcap, anonymous)},
	{.name = "--anonymous-pcap",
         .argument = "OUT",
         .says = "write the capture under other addresses, identifiers and names, one OUT for each "
                 "PCAP, and tell what was changed and what was kept; the script is then that of "
                 "OUT, to be sent with it (with --anonymous its file names are not those of OUT; "
                 "none if OUT is -, standard output). OUT must not be PCAP. If explain would say "
                 "something else of it than of PCAP, that is told, it is OUT.rejected, and the "
                 "exit code 1",
         .takes = BR_TAKES_FILE,
         .take = take_to},
	{.name = NULL},
};

static int from_pcap_main(int argc, char **argv)
{
	struct br_words words = br_words_of(&br_verb_from_pcap);
	struct br_from_pcap from = {.out = stdout, .err = stderr};

	if (!br_words_read(&words, argc, argv, &from))
		return words.code;
	from.path = words.operand[0];
	from.other = words.count > 1 ? words.operand[1] : NULL;
	if (from.to[0] && !from.other != !from.to[1])
		return br_words_wrong(&words, "--anonymous-pcap: one for each PCAP is needed");
	return br_from_pcap(&from);
}

static const char *const examples[] = {
	"bootrig from-pcap boot.pcap >boot.wire",
	"bootrig from-pcap --anonymous-pcap hidden.pcap boot.pcap",
	NULL,
};

const struct br_command_verb br_verb_from_pcap = {
	.name = "from-pcap",
	.says = "a script from a capture",
	.about = "Writes a boot that was recorded as a script: what the client sent is sent again, "
		 "what the server under test answered is expected, in the fields that decide "
		 "something. The script is a start to be edited, and it runs as it is.",
	.operand = operands,
	.option = options,
	.exits =
		"0 the script is written; 1 the capture under other names does not say the same; 2 "
		"the capture cannot be read, or is damaged (the script is of what stands before "
		"that); 3 no client boots in it, nothing over IPv4, or no script of it that check "
		"and "
		"run would pass.",
	.examples = examples,
	.run = from_pcap_main,
};
