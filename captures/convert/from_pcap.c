/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/from_pcap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/anonymous.h"
#include "captures/convert/hidden.h"
#include "captures/convert/proven.h"
#include "captures/convert/script_dhcp.h"
#include "captures/convert/script_net.h"
#include "captures/explain/diagnose.h"
#include "captures/explain/show.h"
#include "captures/replay/recorded.h"
#include "captures/replay/script_relay.h"
#include "captures/replay/setup.h"
#include "core/base/text.h"
#include "core/dhcp/pxe_vendor.h"
#include "sim/exit_code.h"
#include "sim/lines/line.h"

/* Theory of operation
 *
 * The attempt that got furthest becomes a script: a header (nets, servers set up as
 * captures/replay/setup.h learnt them, the client, files) and steps, an exchange at a time in the
 * order of the capture. Steps are written first, into memory, for they tell what the header must
 * name: which files, whether answers come that no line expects (`loose`).
 *
 * Exchanges are written by script_dhcp.c and script_files.c. With --expect-fixed the last of them
 * is what a good server does (script_cure.h), and there are two headers: of the servers with the
 * fault, and of mended ones. At last the script is tried (proven.h), and given away only if it
 * holds.
 *
 * With --anonymous the packets are put under other names first (captures/convert/anonymous_pcap.h),
 * and the script is that of the file which comes of it, a temporary one if nobody wants it.
 */
#define CUT                                                                                        \
	"DHCP messages are in it in part only (snap length): a script needs them whole, so "       \
	"record with tcpdump -s 0"
#define NET_24 UINT32_C(0xffffff00)

#define MADE_UP_NET UINT32_C(0xc0000200) /* 192.0.2.0, of RFC 5737 */

enum {
	MADE_UP = 1, /* the host there */
};

/* Header */

static void put_server(const struct br_script_run *run, const struct br_setup_server *s)
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
	br_script_dead_print(out, &run->files.dead, s->address);
	fputc('\n', out);
}

static void put_file(struct br_script_run *run, const char *name)
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

static void put_nets(const struct br_script_run *run, uint32_t server)
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

/* The file that a good server has, unless a line before needs it too. */
static void put_mended_file(const struct br_script_run *run)
{
	const struct br_story_file *f = run->files.cure.file;
	const char *name = f ? f->name + strspn(f->name, "/") : "";
	const char *quote = br_script_is_word(name) ? "" : "\"";
	bool known = !run->mended || !name[0] || strchr(name, '"');

	for (size_t i = 0; i < run->files.names; i++)
		known = known || !strcmp(run->files.name[i], name);
	if (!known)
		fprintf(run->out, "file %s%s%s size=200000 seed=1\n", quote, name, quote);
}

static void put_header(struct br_script_run *run)
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
	if (run->files.cured)
		fprintf(out,
		        "# the last lines are what a good server does, where %s was: red until "
		        "then\n"
		        "loose\n",
		        run->files.cure.id);
	else if (run->files.loose)
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
	put_mended_file(run);
}

/* Steps */

static void put_steps(struct br_script_run *run)
{
	const struct br_attempt *a = run->attempt;
	size_t file = 0;

	for (size_t i = a->first; i <= a->last && !run->files.cured; i++) {
		const struct br_talk_exchange *e = run->story->client->exchange[i];

		br_script_dhcp_steps(run, e);
		while (file < a->files && a->file[file].exchange == e && !run->files.cured)
			file = br_script_file_steps(&run->files, file);
	}
	for (size_t i = 0; i < run->files.names && !run->files.cured; i++) {
		struct br_file_info info;

		if (run->files.check[i] &&
		    br_file_store_info(run->setup->store, run->files.name[i], &info) >= 0)
			fprintf(run->out, "check    fw.received %s == file\n", run->files.name[i]);
	}
}

/* A header, with the servers as they were or mended. */
static char *header_of(struct br_script_run *run, bool mended)
{
	struct br_setup *learned = run->setup, *setup = malloc(sizeof(*setup));
	struct br_script_dead dead = run->files.dead;
	char *text = NULL;
	size_t size = 0;

	run->out = open_memstream(&text, &size);
	if (!run->out || !setup)
		abort();
	*setup = *learned;
	run->mended = mended;
	if (mended) {
		br_script_cure_mend(&run->files.cure, setup);
		br_script_dead_revive(&run->files.dead, run->files.cure.server);
		run->setup = setup;
	}
	put_header(run);
	(void)fclose(run->out);
	run->setup = learned;
	run->files.dead = dead;
	free(setup);
	return text;
}

static bool has_line(const char *text, const char *line, size_t size)
{
	while (text && strncmp(text, line, size) != 0) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return text != NULL;
}

/* What makes the servers right, line by line. */
static void put_mended(FILE *out, const char *header, const char *mended)
{
	for (const char *line = mended; *line; line += strcspn(line, "\n") + 1) {
		size_t size = strcspn(line, "\n") + 1;

		if (!has_line(header, line, size))
			fprintf(out, "# mended: %.*s", (int)size, line);
	}
}

static size_t lines_of(const char *text, size_t size)
{
	size_t lines = 0;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	return lines;
}

static char *joined(const char *header, const char *remarks, const char *steps)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out || fprintf(out, "%s%s\n%s", header, remarks, steps) < 0 || fclose(out) != 0)
		abort();
	return text;
}

static char *remarks_of(const char *header, const char *mended)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	put_mended(out, header, mended);
	(void)fclose(out);
	return text;
}

/* The steps first: they tell which files and what else the header has to name. */
static void put_script(struct br_script_run *run, struct br_proof *proof)
{
	char *steps = NULL, *header, *mended, *remarks;
	size_t size = 0;

	run->out = open_memstream(&steps, &size);
	if (!run->out)
		abort();
	run->files.out = run->out;
	run->files.setup = run->setup;
	run->files.attempt = run->attempt;
	run->files.sut = run->from->sut;
	put_steps(run);
	(void)fclose(run->out);
	header = header_of(run, false);
	if (run->files.cured) {
		mended = header_of(run, true);
		remarks = remarks_of(header, mended);
		proof->text = joined(header, remarks, steps);
		proof->mended = joined(mended, "", steps);
		proof->cure_line = (uint32_t)(2 + lines_of(header, strlen(header)) +
		                              lines_of(remarks, strlen(remarks)) +
		                              lines_of(steps, (size_t)run->files.cure_at));
		free(mended);
		free(remarks);
	} else {
		proof->text = joined(header, "", steps);
	}
	free(header);
	free(steps);
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
static void put_anonymous(const struct br_script_run *run, const char *script)
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

/* Nothing has to be mended in the core, which cannot have that fault. */
static void say_it_stands(struct br_proof *proof)
{
	char *end = strstr(proof->mended, "\n\n");

	*end = '\0';
	free(proof->text);
	proof->text =
		joined(proof->mended,
	               "\n# mended: as it stands, for the core cannot be set up with that fault\n",
	               end + 2);
}

/* Tried before it is given away; then under other names, if that is asked. */
static int give(struct br_script_run *run, struct br_proof *proof)
{
	const struct br_from_pcap *from = run->from;

	if (from->fixed && !run->files.cured) {
		fprintf(from->err, "%s: the script cannot say what failed in this boot (%s)\n",
		        from->name, run->files.cure.id);
		return BR_EXIT_NOTHING_RAN;
	}
	if (!br_prove(proof, from->err))
		return BR_EXIT_NOTHING_RAN;
	if (proof->mended && proof->stands)
		say_it_stands(proof);
	if (from->anonymous)
		put_anonymous(run, proof->text);
	else
		fputs(proof->text, from->out);
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

/* --expect-fixed: the attempt that explain speaks of, and what would have helped. */
static const char *choose_cure(struct br_script_run *run)
{
	struct br_diagnosis *d = malloc(sizeof(*d));
	enum br_weight weight;

	if (!d)
		abort();
	br_diagnose(run->story, d);
	weight = d->finding[0].weight;
	run->files.cure.id = d->finding[0].id;
	if (d->attempt < run->story->attempts && weight == BR_WEIGHT_FAILURE) {
		run->attempt = &run->story->attempt[d->attempt];
		run->files.cure = br_script_cure_find(run->story, run->attempt, &d->finding[0]);
	}
	free(d);
	if (weight == BR_WEIGHT_FAILURE &&
	    (run->attempt->path == BR_PATH_PXE6 || run->attempt->path == BR_PATH_HTTP6))
		return "that was over IPv6, and a script is of IPv4";
	if (weight != BR_WEIGHT_FAILURE)
		return "no boot failed in it that --expect-fixed could expect to go well";
	return run->files.cure.kind != BR_CURE_NONE
	               ? NULL
	               : "no answer of a server is known that alone would mend that";
}

/* Nothing it said showed what it is. */
static bool lacks_role(const struct br_setup *setup, const struct br_script_cure *cure)
{
	for (size_t i = 0; i < setup->servers; i++) {
		if (setup->server[i].address == cure->server)
			return setup->server[i].config.roles == 0;
	}
	return true;
}

/* Nobody answered: the server of --sut should have, or one that has to be made up. */
static void add_offerer(struct br_script_run *run)
{
	struct br_script_cure *cure = &run->files.cure;
	struct br_setup *setup = run->setup;
	uint32_t address = cure->server ? cure->server : run->from->sut;

	if ((cure->kind != BR_CURE_OFFER && cure->kind != BR_CURE_PROXY) ||
	    !lacks_role(setup, cure))
		return;
	if (address == 0)
		address = setup->servers > 0 ? (setup->server[0].address & NET_24) | MADE_UP
		                             : MADE_UP_NET | MADE_UP;
	while (run->from->sut == 0 && cure->server == 0 && is_server(setup, address))
		address++;
	br_script_dead_add(&run->files.dead, setup, address,
	                   cure->kind == BR_CURE_PROXY ? BR_ROLE_PROXYDHCP : BR_ROLE_DHCP,
	                   BR_DHCP_PORT_SERVER);
	cure->server = address;
}

/* RFC 2131 §4.1 lets a server broadcast what it could unicast: it stays so in the script. */
static void where_to(struct br_setup *setup, const struct br_talk_dhcp *d)
{
	if ((d->identity.flags & BR_DHCP_FLAG_BROADCAST) || d->renewing)
		return;
	for (uint16_t i = 0; i < d->replies; i++) {
		const struct br_talk_reply *r = &d->reply[i];

		for (size_t k = 0; k < setup->servers; k++) {
			if (setup->server[k].address == r->server_id && r->yiaddr != 0 &&
			    r->giaddr == 0 && r->type != BR_DHCP_TYPE_NAK)
				setup->server[k].config.always_broadcast =
					br_endpoint_to_ipv4(&r->to) == UINT32_MAX;
		}
	}
}

/* Why there is no script, or NULL. */
static const char *obstacle(struct br_script_run *run, struct br_recorded *recorded)
{
	const char *why = run->from->fixed && run->attempt ? choose_cure(run) : NULL;

	run->relayed = is_relayed(run->attempt) || run->story->relay_only;
	if (br_story_is_cut(run->story, run->attempt))
		return CUT;
	if (why)
		return why;
	if (run->relayed && !br_script_relay_whole(run->relay))
		return "a relay stood between, and only one of its sides is in it: give the "
		       "capture of the other side too";
	if (!run->attempt || br_setup_init(run->setup, run->story, run->attempt, run->tape) < 0)
		return "no client boots in it";
	for (size_t i = run->attempt->first; i <= run->attempt->last; i++) {
		if (run->story->client->exchange[i]->kind == BR_TALK_DHCP)
			where_to(run->setup, &run->story->client->exchange[i]->dhcp);
	}
	add_offerer(run);
	if (!br_setup_is_sound(run->setup) || run->setup->servers == 0)
		return br_recorded_is_damaged(recorded) /* else it may have been there */
		               ? ""
		               : "no server answered this client over IPv4";
	if (run->from->sut != 0 && !is_server(run->setup, run->from->sut))
		return "the server of --sut did not answer this client";
	if (!run->relayed)
		br_script_dead_find(&run->files.dead, run->setup, run->story, run->attempt);
	return NULL;
}

static int write_script(const struct br_from_pcap *from, struct br_recorded *recorded)
{
	const struct br_story *story = &recorded->story;
	struct br_script_run run = {.from = from,
	                            .story = story,
	                            .attempt = br_story_furthest(story),
	                            .tape = recorded->tape,
	                            .relay = &recorded->relay,
	                            .setup = calloc(1, sizeof(*run.setup)),
	                            .decoded = calloc(1, sizeof(*run.decoded))};
	struct br_proof proof = {.name = from->name,
	                         .path = from->path,
	                         .other = from->other,
	                         .mac = from->has_client ? from->client : NULL};
	int code = BR_EXIT_NOTHING_RAN;
	const char *why;

	if (!run.setup || !run.decoded)
		abort();
	why = obstacle(&run, recorded);
	if (why && why[0] && run.files.cure.id)
		fprintf(from->err, "%s: %s: %s\n", from->name, run.files.cure.id, why);
	else if (why && why[0])
		fprintf(from->err, "%s: %s\n", from->name, why);
	if (!why) {
		put_script(&run, &proof);
		code = give(&run, &proof);
		free(proof.text);
		free(proof.mended);
	}
	br_setup_reset(run.setup);
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
