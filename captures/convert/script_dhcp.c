/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_dhcp.h"

#include <inttypes.h>
#include <string.h>

#include "captures/convert/script_net.h"
#include "captures/explain/show.h"
#include "core/base/text.h"
#include "core/dhcp/pxe_vendor.h"

enum {
	LINE_MAX_TEXT = 4096,
	FIELDS_MAX = 24,
	FLAG_BROADCAST = 0x8000,
};

/* dnsmasq closes option 67 with a NUL, others do not: the name is what counts. */
static void name_counts(char *text, bool several)
{
	char *option = strstr(text, " opt67=\""), *nul = strstr(text, "\\x00\"");

	if (option && several) /* the server here says it as it does to the others */
		option[6] = '~';
	if (!option || !nul || nul < option)
		return;
	option[6] = '~';
	memmove(nul, nul + 4, strlen(nul + 4) + 1);
}

size_t br_script_xid(struct br_script_run *run, uint32_t xid)
{
	for (size_t i = run->own_xids; i < run->xids; i++) {
		if (run->xid[i] == xid)
			return i + 1;
	}
	if (run->xids == BR_SCRIPT_XIDS_MAX)
		return 0;
	run->xid[run->xids++] = xid;
	return run->xids;
}

/* The fields of the header that are others at each boot: `xid` becomes a variable, and `secs`,
 * which says how long the client has been asking, is left to the rig. They come before any text.
 */
static void put_varying(struct br_script_run *run, const char *text)
{
	const char *xid = strstr(text, " xid=0x"), *end = text + strcspn(text, "\"");
	const char *secs = strstr(text, " secs=");
	size_t n = xid && xid < end ? br_script_xid(run, run->decoded->dhcp.header.xid) : 0;

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
static void put_fields(struct br_script_run *run, const char *time, const char *from,
                       const char *to, uint64_t frame, const char *const *names, size_t count)
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
		name_counts(text, run->several);
	fprintf(run->out, "%-8s %s -> %s ", time, from, to);
	put_varying(run, text);
}

/* What the client sent to all. */
static void put_asked(struct br_script_run *run, uint64_t frame)
{
	put_fields(run, "", run->fw_bootpc, "*:67", frame, NULL, 0);
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
static bool is_running(const struct br_script_run *run, struct br_octets octets)
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
static bool is_odd_file(const struct br_script_run *run)
{
	const char *file = run->boot_file;

	if (!file || !file[0])
		return false;
	if (run->attempt->path == BR_PATH_HTTP4 || run->attempt->path == BR_PATH_PXE4)
		return !br_script_is_word(file) ||
		       (strstr(file, "://") != NULL) != (run->attempt->path == BR_PATH_HTTP4);
	return !br_script_is_word(file);
}

/* Nobody tells it what to boot, and it asks for nothing. */
static bool is_told_nothing(const struct br_script_run *run)
{
	const struct br_attempt *a = run->attempt;

	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = run->story->client->exchange[i];

		for (uint16_t k = 0; e->kind == BR_TALK_DHCP && k < e->dhcp.replies; k++) {
			const struct br_talk_reply *r = &e->dhcp.reply[k];

			if (r->file[0] || r->has_menu || r->has_vendor || r->vendor_class[0])
				return false;
		}
	}
	return a->files == 0 && !a->pxe;
}

/* Whether the core says that of the message at hand, which it does not if the server told a machine
 * before this one something else.
 */
static bool is_said_here(const struct br_script_run *run, const char *field)
{
	const struct br_dhcp_message *m = &run->decoded->dhcp;
	uint32_t server = 0;

	if (!run->several || run->decoded->protocol != &br_protocol_dhcp ||
	    !br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &server))
		return true;
	for (size_t i = 0; i < run->setup->servers; i++) {
		if (run->setup->server[i].address == server)
			return br_setup_says(&run->setup->server[i].config, field, m);
	}
	return true;
}

/* Kept to be told in the header, once. */
static void note_otherwise(struct br_script_run *run, const char *field)
{
	const struct br_dhcp_message *m = &run->decoded->dhcp;
	size_t size = strlen(run->otherwise);
	unsigned code;

	if (!run->several || sscanf(field, "opt%u", &code) != 1 ||
	    !br_dhcp_get(m, (uint8_t)code).data || strstr(run->otherwise, field))
		return;
	(void)snprintf(run->otherwise + size, sizeof(run->otherwise) - size, "%s%s",
	               size > 0 ? ", " : "", field);
}

/* With all fields, or those that decide something; behind @first. */
static void put_dhcp(struct br_script_run *run, const char *time, const char *from, const char *to,
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
		if (m->header.siaddr != 0 && !odd && is_said_here(run, "siaddr"))
			names[firsts++] = "siaddr";
	}
	for (size_t i = 0; i < count; i++) {
		if ((is_running(run, octets) && !strcmp(said[i], "opt51")) ||
		    !is_said_here(run, said[i])) {
			note_otherwise(run, said[i]);
			continue;
		}
		if (!odd || (strcmp(said[i], "file") != 0 && strcmp(said[i], "opt67") != 0))
			names[firsts++] = said[i];
	}
	put_fields(run, time, from, to, frame, names, firsts);
	if (m->header.yiaddr != 0 && is_told_nothing(run)) {
		(void)fseek(run->out, -1, SEEK_CUR);
		fprintf(run->out, " bootfile=absent\n");
	}
}

/* A reply of a server: all of it if the script says it, else what is expected. */
static void put_reply(struct br_script_run *run, const char *time, const char *from, const char *to,
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
static void put_leg(struct br_script_run *run, const struct br_script_leg *leg)
{
	static const char *const up[] = {"xid", "hops", "giaddr", "opt82"};
	static const char *const down[] = {"xid", "giaddr", "yiaddr", "opt82"};
	static const char *const last[] = {"xid", "yiaddr", "opt54"};
	char name[16], end[32];

	switch (leg->kind) {
	case BR_SCRIPT_LEG_CLIENT:
		put_asked(run, leg->frame);
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
		put_fields(run, "", "relay:67", leg->target == UINT32_MAX ? "*:68" : run->fw_bootpc,
		           leg->frame, last, sizeof(last) / sizeof(last[0]));
		break;
	case BR_SCRIPT_LEG_NONE:
		break;
	}
}

/* All legs of one kind and message; several replies come in any order. */
static void put_legs(struct br_script_run *run, uint32_t xid, enum br_script_leg_kind kind,
                     uint8_t type)
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

static void steps_relayed(struct br_script_run *run, const struct br_talk_dhcp *d)
{
	static const uint8_t types[][2] = {{BR_DHCP_TYPE_DISCOVER, BR_DHCP_TYPE_OFFER},
	                                   {BR_DHCP_TYPE_REQUEST, BR_DHCP_TYPE_ACK}};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const struct br_talk_times *t = i == 0 ? &d->discover : &d->request;

		if (t->count > 0)
			br_script_mark(&run->marks, run->out, t->at[0]);
		put_legs(run, d->xid[0], BR_SCRIPT_LEG_CLIENT, types[i][0]);
		put_legs(run, d->xid[0], BR_SCRIPT_LEG_UP, types[i][0]);
		put_legs(run, d->xid[0], BR_SCRIPT_LEG_DOWN, types[i][1]);
		put_legs(run, d->xid[0], BR_SCRIPT_LEG_LAST, types[i][1]);
	}
}

/* What a script cannot expect: why, or NULL */
static const char *unexpectable(const struct br_script_run *run, const struct br_talk_reply *r,
                                uint32_t server)
{
	bool broadcast = br_endpoint_to_ipv4(&r->to) == UINT32_MAX;

	if (!run->relayed && broadcast && br_script_is_far(run->setup, server))
		return "a broadcast of a server on another network";
	return NULL;
}

static uint32_t server_of(const struct br_talk_reply *r)
{
	return r->server_id ? r->server_id : br_endpoint_to_ipv4(&r->from);
}

static void put_replies(struct br_script_run *run, const struct br_talk_reply *reply,
                        uint16_t count, int offers, const char *pxe_to)
{
	unsigned matching = 0;
	char name[16], from[32];

	for (uint16_t i = 0; i < count; i++)
		matching += (offers < 0 || (reply[i].type == BR_DHCP_TYPE_OFFER) == offers) &&
		            !br_story_offered_else(reply, count, i);
	if (matching > 1)
		fprintf(run->out, "any {\n");
	for (uint16_t i = 0; i < count; i++) {
		uint32_t server = server_of(&reply[i]);

		if ((offers >= 0 && (reply[i].type == BR_DHCP_TYPE_OFFER) != offers) ||
		    br_story_offered_else(reply, count, i)) {
			run->files.loose =
				run->files.loose || br_story_offered_else(reply, count, i);
			continue;
		}
		run->boot_file = reply[i].file;
		if (!pxe_to && unexpectable(run, &reply[i], server)) {
			fprintf(run->out, "# frame %" PRIu64 ": %s\n", reply[i].frame,
			        unexpectable(run, &reply[i], server));
			run->files.loose = run->unexpected = true;
			continue;
		}
		(void)snprintf(from, sizeof(from), "%s:%u",
		               br_script_node(run->setup, server, name), reply[i].from.port);
		const char *to = pxe_to                                            ? pxe_to
		                 : br_endpoint_to_ipv4(&reply[i].to) == UINT32_MAX ? "*:68"
		                                                                   : run->fw_bootpc;

		put_reply(run, br_script_is_sut(&run->files, server) ? "<=1s" : "", from, to,
		          reply[i].frame, !br_script_is_sut(&run->files, server), pxe_to != NULL);
	}
	if (matching > 1)
		fprintf(run->out, "}\n");
}

/* Where that server sends its answers: as it did, else as the client asks for it. */
static const char *destination(const struct br_script_run *run, const struct br_talk_dhcp *d,
                               uint32_t server)
{
	bool broadcast = (d->identity.flags & FLAG_BROADCAST) || server == 0;

	for (uint16_t i = 0; i < d->replies; i++) {
		const struct br_talk_reply *r = &d->reply[i];

		if (r->type != BR_DHCP_TYPE_NAK && server_of(r) == server && r->yiaddr != 0)
			broadcast = br_endpoint_to_ipv4(&r->to) == UINT32_MAX;
	}
	return broadcast ? "*:68" : run->fw_bootpc;
}

/* The answer of a good server to the DHCP message that was written last. */
static void put_good(struct br_script_run *run, unsigned port, const char *to, const char *message)
{
	const struct br_script_cure *cure = &run->files.cure;
	size_t n = br_script_xid(run, run->decoded->dhcp.header.xid);
	char name[16];

	run->files.cure_at = ftell(run->out);
	run->files.cured = true;
	fprintf(run->out, "<=1s     %s:%u -> %s dhcp %s xid=$x%zu%s%s\n",
	        br_script_node(run->setup, cure->server, name), port, to, message, n,
	        cure->fields[0] ? " " : "", cure->fields);
}

static void steps_good_dhcp(struct br_script_run *run, const struct br_talk_dhcp *d)
{
	const struct br_script_cure *cure = &run->files.cure;
	const char *to = cure->kind == BR_CURE_PROXY ? "*:68" : destination(run, d, cure->server);
	char name[16], address[BR_SHOW_ADDRESS];

	if (d->discover.count > 0) {
		br_script_mark(&run->marks, run->out, d->discover.at[0]);
		put_asked(run, d->discover.frame);
		if (cure->kind != BR_CURE_ACK) {
			put_good(run, BR_DHCP_PORT_SERVER, to, "offer");
			return;
		}
	}
	for (uint16_t i = 0; i < d->replies; i++) {
		const struct br_talk_reply *r = &d->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER || server_of(r) != cure->server ||
		    br_story_offered_else(d->reply, d->replies, i))
			continue;
		fprintf(run->out, "<=1s     %s:67 -> %s dhcp offer xid=$x%zu yiaddr=%s\n",
		        br_script_node(run->setup, cure->server, name), to,
		        br_script_xid(run, run->decoded->dhcp.header.xid),
		        br_show_ipv4(address, r->yiaddr));
		break; /* others may come: the script is loose */
	}
	br_script_mark(&run->marks, run->out, d->request.at[0]);
	put_asked(run, d->request.frame);
	put_good(run, BR_DHCP_PORT_SERVER, to, "ack");
}

static void steps_dhcp(struct br_script_run *run, const struct br_talk_dhcp *d)
{
	/* U-Boot draws a new xid each time: what answers the others stands between */
	run->files.loose = run->files.loose || (d->xids > 1 && d->discover.count > 1);
	if (d->discover.count > 0) {
		br_script_mark(&run->marks, run->out, d->discover.at[0]);
		put_asked(run, d->discover.frame);
		put_replies(run, d->reply, d->replies, 1, NULL);
	}
	if (d->request.count > 0) {
		br_script_mark(&run->marks, run->out, d->request.at[0]);
		put_asked(run, d->request.frame);
		put_replies(run, d->reply, d->replies, 0, NULL);
	}
}

static void steps_pxe(struct br_script_run *run, const struct br_talk_pxe *x)
{
	char name[16], from[32], to[32];

	(void)snprintf(from, sizeof(from), "%s:%u", run->files.fw, x->client.port);
	(void)snprintf(to, sizeof(to), "%s:%u",
	               br_script_node(run->setup, br_endpoint_to_ipv4(&x->server), name),
	               x->server.port);
	bool dead = br_script_dead_has(run->files.dead, br_endpoint_to_ipv4(&x->server),
	                               x->server.port) &&
	            br_script_is_sut(&run->files, br_endpoint_to_ipv4(&x->server));

	if (x->replies == 0 && !dead && run->files.cure.kind != BR_CURE_PXE) {
		fprintf(run->out, "# %s asked %s, nobody answered\n", from, to);
		return;
	}
	br_script_mark(&run->marks, run->out, x->request.at[0]);
	put_fields(run, "", from, to, x->request.frame, NULL, 0);
	if (&x->request ==
	    (run->files.cure.exchange ? &run->files.cure.exchange->pxe.request : NULL)) {
		put_good(run, x->server.port, from, "ack");
		return;
	}
	if (x->replies == 0) {
		fprintf(run->out, "never    %s -> %s dhcp *   # nobody answered\n", to, from);
		return;
	}
	put_replies(run, x->reply, x->replies, -1, from);
}

void br_script_dhcp_steps(struct br_script_run *run, const struct br_talk_exchange *e)
{
	if (e == run->files.cure.exchange && e->kind == BR_TALK_DHCP)
		steps_good_dhcp(run, &e->dhcp);
	else if (e->kind == BR_TALK_DHCP && run->relayed)
		steps_relayed(run, &e->dhcp);
	else if (e->kind == BR_TALK_DHCP)
		steps_dhcp(run, &e->dhcp);
	else if (e->kind == BR_TALK_PXE)
		steps_pxe(run, &e->pxe);
}
