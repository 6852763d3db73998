/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/from_pcap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/anonymous.h"
#include "captures/convert/hidden.h"
#include "captures/convert/proven.h"
#include "captures/convert/script_net.h"
#include "captures/convert/script_set.h"
#include "captures/explain/diagnose.h"
#include "captures/explain/show.h"
#include "captures/replay/recorded.h"
#include "captures/replay/script_relay.h"
#include "captures/replay/setup.h"
#include "captures/replay/setup6.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "core/dhcp/pxe_vendor.h"
#include "core/formats/dhcp6_message.h"
#include "sim/exit_code.h"
#include "sim/lines/line.h"

/* Theory of operation
 *
 * Of each machine that boots, the attempt that got furthest becomes steps, an exchange at a time in
 * the order of the capture, behind a header (script_header.c): nets, servers set up as
 * captures/replay/setup.h learnt them, the machines, files. Steps are written first, into memory,
 * for they tell what the header must name: which files, whether answers come that no line expects
 * (`loose`).
 *
 * Exchanges are written by script_dhcp.c and script_files.c. With --expect-fixed the last of a
 * machine whose boot failed is what a good server does (script_cure.h), and there are two headers:
 * of the servers with the fault, and of mended ones. At last the script is tried (proven.h), and
 * given away only if it holds. Of several machines those are left out, with the reason, that cannot
 * stand beside those before them: the core tells all the same where a server may not have.
 *
 * With --anonymous the packets are put under other names first (captures/convert/anonymous_pcap.h),
 * and the script is that of the file which comes of it, a temporary one if nobody wants it.
 */
#define CUT                                                                                        \
	"DHCP messages are in it in part only (snap length): a script needs them whole, so "       \
	"record with tcpdump -s 0"
#define ONE_SIDE                                                                                   \
	"a relay stood between, and only one of its sides is in it: give the capture of the "      \
	"other side too"
#define NO_FAILURE "no boot failed in it that --expect-fixed could expect to go well"
#define NET_24     UINT32_C(0xffffff00)

#define MADE_UP_NET UINT32_C(0xc0000200) /* 192.0.2.0, of RFC 5737 */

enum {
	MADE_UP = 1, /* the host there */
};

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
static void put_anonymous(const struct br_script_set *set, const char *script)
{
	size_t count = 0, room = BR_SETUP_SERVERS_MAX * 2 * BR_CONFIG_RULES_MAX + 1;
	const char **names;

	for (size_t i = 0; i < set->count; i++)
		room += set->machine[i]->run.attempt->files;
	names = calloc(room, sizeof(*names));
	for (size_t k = 0; names && k < set->count; k++) {
		const struct br_attempt *a = set->machine[k]->run.attempt;

		for (size_t i = 0; i < a->files; i++)
			names[count++] = a->file[i].name;
	}
	for (size_t i = 0; names && i < set->setup->servers; i++) {
		const struct br_config *c = &set->setup->server[i].config;

		for (size_t k = 0; k < c->rules; k++) {
			const char *base = strrchr(c->rule[k].file, '/');

			names[count++] = base ? base + 1 : c->rule[k].file;
			names[count++] = path_of(c->rule[k].file);
		}
	}
	if (!names || br_anonymous(set->from->out, script, names, count) < 0)
		fprintf(set->from->err, "out of memory\n");
	free(names);
}

/* Nothing has to be mended in the core, which cannot have that fault. */
static void say_it_stands(struct br_proof *proof)
{
	static const char stands[] =
		"# mended: as it stands, for the core cannot be set up with that fault\n";
	char *end = strstr(proof->mended, "\n\n");
	size_t size = strlen(proof->mended) + sizeof(stands);
	char *text = malloc(size);

	if (!text)
		abort();
	(void)snprintf(text, size, "%.*s%s%s", (int)(end - proof->mended) + 1, proof->mended,
	               stands, end + 1);
	free(proof->text);
	proof->text = text;
}

static bool is_server(const struct br_setup *setup, uint32_t address)
{
	for (size_t i = 0; i < setup->servers; i++) {
		if (setup->server[i].address == address)
			return true;
	}
	return false;
}

static bool is_in_vain(const struct br_talk_exchange *e)
{
	return (e->kind == BR_TALK_DHCP && e->dhcp.replies == 0) || e->kind == BR_TALK_ND ||
	       e->kind == BR_TALK_ARP ||
	       (e->kind == BR_TALK_DHCP6 && e->dhcp6.advertises + e->dhcp6.replies == 0);
}

/* A boot over IPv6 that followed upon another is told from there, where nobody answered that. */
static size_t begun_at(const struct br_script_run *run)
{
	size_t first = run->attempt->first;

	if (run->attempt->path != BR_PATH_PXE6 && run->attempt->path != BR_PATH_HTTP6)
		return first;
	while (first > 0 && is_in_vain(run->story->client->exchange[first - 1]))
		first--;
	return first;
}

/* --expect-fixed: the attempt that explain speaks of, and what would have helped. Beside others a
 * machine whose boot went well stays as it was.
 */
static const char *choose_cure(struct br_script_machine *m, bool beside)
{
	struct br_diagnosis *d = malloc(sizeof(*d));
	struct br_script_run *run = &m->run;
	enum br_weight weight;

	if (!d)
		abort();
	br_diagnose(m->story, d);
	weight = d->finding[0].weight;
	run->files.cure.id = d->finding[0].id;
	if (d->attempt < m->story->attempts && weight == BR_WEIGHT_FAILURE) {
		run->attempt = &m->story->attempt[d->attempt];
		run->first = begun_at(run);
		run->files.cure = br_script_cure_find(m->story, run->attempt, &d->finding[0]);
		run->files.cure.alone = !beside;
	}
	free(d);
	if (weight != BR_WEIGHT_FAILURE)
		return beside ? NULL : NO_FAILURE;
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

/* Nobody answered over IPv6 */
static void add_advertiser(struct br_script_set *set, struct br_script_run *run)
{
	const struct br_talk_dhcp6 *six = &run->files.cure.exchange->dhcp6;
	const struct br_setup_server *s;

	if (six->advertises + six->replies > 0)
		return;
	s = br_setup6_make_up(set->setup, run->story, run->attempt, run->tape, set->from->sut6);
	if (!s)
		return;
	run->files.cure.server = s->address;
	br_script_dead_add(&set->dead, set->setup, s->address, BR_ROLE_DHCP6, BR_DHCP6_PORT_SERVER);
}

/* Nobody answered: the server of --sut should have, or one that has to be made up. */
static void add_offerer(struct br_script_set *set, struct br_script_run *run)
{
	struct br_script_cure *cure = &run->files.cure;
	struct br_setup *setup = set->setup;
	uint32_t address = cure->server ? cure->server : set->from->sut;

	if (br_script_cure_is_six(cure)) {
		add_advertiser(set, run);
		return;
	}
	if ((cure->kind != BR_CURE_OFFER && cure->kind != BR_CURE_PROXY) ||
	    !lacks_role(setup, cure))
		return;
	if (address == 0)
		address = setup->servers > 0 ? (setup->server[0].address & NET_24) | MADE_UP
		                             : MADE_UP_NET | MADE_UP;
	while (set->from->sut == 0 && cure->server == 0 && is_server(setup, address))
		address++;
	br_script_dead_add(&set->dead, setup, address,
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

/* Whether it was given an address of the same network as those before it */
static bool is_neighbour(const struct br_setup *setup, const struct br_attempt *a)
{
	return !a->ack || a->ack->yiaddr == 0 || !br_script_is_far(setup, a->ack->yiaddr);
}

static bool learn(struct br_script_set *set, const struct br_script_machine *m,
                  const struct br_tape *tape)
{
	if (set->count > 0)
		br_setup_add(set->setup, m->story, m->run.attempt, tape);
	else if (br_setup_init(set->setup, m->story, m->run.attempt, tape) < 0)
		return false;
	for (size_t i = m->run.attempt->first; i <= m->run.attempt->last; i++) {
		const struct br_talk_exchange *e = m->story->client->exchange[i];

		if (e->kind == BR_TALK_DHCP)
			where_to(set->setup, &e->dhcp);
	}
	return true;
}

/* The number of the server of --sut, as far as it was learnt; 0: it is not there */
static uint32_t sut6_of(const struct br_script_set *set)
{
	struct br_endpoint host = {.port = 0};

	memcpy(host.ip, set->from->sut6, sizeof(host.ip));
	return br_setup_address(set->setup, &host);
}

/* The machine joins those that are in the set. Return: why it cannot, or NULL */
static const char *join(struct br_script_set *set, struct br_script_machine *m,
                        struct br_recorded *recorded, bool beside)
{
	struct br_script_run *run = &m->run;
	const char *why = set->from->fixed && run->attempt ? choose_cure(m, beside) : NULL;

	run->relayed = is_relayed(run->attempt) || m->story->relay_only;
	if (br_story_is_cut(m->story, run->attempt))
		return CUT;
	if (why)
		return why;
	if (run->relayed && !br_script_relay_whole(run->relay))
		return ONE_SIDE;
	if (set->count > 0 && run->relayed != set->machine[0]->run.relayed)
		return "a relay stood before it, or before the others, and not before both";
	if (run->attempt && set->count > 0 && !is_neighbour(set->setup, run->attempt))
		return "it was given an address of another network";
	if (!run->attempt || !learn(set, m, recorded->tape))
		return "no client boots in it";
	if (set->setup->six.relays.count > 0 && !set->setup->six.relays.whole)
		return ONE_SIDE;
	add_offerer(set, run);
	if (!br_setup_is_sound(set->setup) || set->setup->servers == 0)
		return br_recorded_is_damaged(recorded) /* else it may have been there */
		               ? ""
		               : "no server answered this client";
	if (run->files.sut == 0 && !br_ip_is_zero(set->from->sut6))
		run->files.sut = sut6_of(set);
	if ((set->from->sut != 0 || !br_ip_is_zero(set->from->sut6)) &&
	    !is_server(set->setup, run->files.sut))
		return "the server of --sut did not answer this client";
	set->machine[set->count++] = m;
	return NULL;
}

/* What a machine is before anything is known of the others */
static void begin(struct br_script_set *set, struct br_script_machine *m,
                  struct br_recorded *recorded, size_t index, bool several)
{
	struct br_script_run *run = &m->run;

	*run = (struct br_script_run){.story = m->story,
	                              .attempt = br_story_furthest(m->story),
	                              .tape = recorded->tape,
	                              .relay = &recorded->relay,
	                              .setup = set->setup,
	                              .decoded = set->decoded,
	                              .several = several};
	run->first = run->attempt ? begun_at(run) : 0;
	run->files = (struct br_script_files){.marks = &run->marks,
	                                      .setup = set->setup,
	                                      .sut = set->from->sut,
	                                      .dead = &set->dead};
	if (several)
		(void)snprintf(run->files.fw, sizeof(run->files.fw), "fw%u",
		               (unsigned)index % BR_SCRIPT_MACHINES_MAX + 1);
	else
		(void)snprintf(run->files.fw, sizeof(run->files.fw), "fw");
	(void)snprintf(run->fw_bootpc, sizeof(run->fw_bootpc), "%s:%u", run->files.fw,
	               BR_DHCP_PORT_CLIENT);
}

/* Behind relays what came last came from one of them, and the server is who answered it. */
static uint32_t advertiser(const struct br_setup *setup, const struct br_endpoint *last)
{
	uint32_t number = br_setup_address(setup, last);

	for (size_t i = 0; i < setup->servers && number == 0; i++) {
		if (setup->server[i].relayed)
			number = setup->server[i].address;
	}
	return number;
}

/* When all are there: who was asked in vain by whom, and what the one has to know of the others. */
static void settle(struct br_script_set *set)
{
	bool fixed = false;

	for (size_t i = 0; i < set->count; i++) {
		set->attempt[i] = set->machine[i]->run.attempt;
		fixed = fixed || set->machine[i]->run.files.cure.kind != BR_CURE_NONE;
	}
	for (size_t i = 0; i < set->count; i++) {
		struct br_script_run *run = &set->machine[i]->run;
		struct br_script_cure *cure = &run->files.cure;

		run->files.attempt = run->attempt;
		run->files.all = set->attempt;
		run->files.all_count = set->count;
		run->files.fixed = fixed;
		if (!run->relayed)
			br_script_dead_find(&set->dead, set->setup, set->machine[i]->story,
			                    run->attempt, run->tape);
		if (cure->server == 0 && cure->file)
			cure->server = br_setup_address(set->setup, &cure->file->server);
		else if (cure->server == 0 && br_script_cure_is_six(cure))
			cure->server = advertiser(set->setup, &cure->exchange->dhcp6.server);
	}
	for (size_t i = 0; i < set->count && set->count > 1; i++)
		br_script_dead_forget(&set->dead, set->machine[i]->story, set->attempt[i]);
}

/* Return: why the cure is not in the script, or NULL */
static const char *lacks_cure(const struct br_script_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct br_script_files *f = &set->machine[i]->run.files;

		if (f->cure.kind != BR_CURE_NONE && !f->cured)
			return f->cure.id;
	}
	return NULL;
}

/* A script of these machines into @proof, tried. What is against it goes to @err, a line. */
static bool try(struct br_script_set *set, struct br_recorded *recorded,
                struct br_script_machine *const *machine, size_t count, bool beside,
                struct br_proof *proof, FILE *err)
{
	const struct br_from_pcap *from = set->from;
	const char *why = NULL;

	br_script_unwrite(set);
	br_setup_reset(set->setup);
	set->count = 0;
	set->dead.count = 0;
	for (size_t i = 0; i < count && !why; i++) {
		begin(set, machine[i], recorded, i, count > 1);
		why = join(set, machine[i], recorded, beside);
		if (why && why[0] && machine[i]->run.files.cure.id)
			fprintf(err, "%s: %s: %s\n", from->name, machine[i]->run.files.cure.id,
			        why);
		else if (why && why[0])
			fprintf(err, "%s: %s\n", from->name, why);
	}
	if (why)
		return false;
	settle(set);
	*proof = (struct br_proof){.name = from->name,
	                           .path = from->path,
	                           .other = from->other,
	                           .mac = from->has_client ? from->client : NULL};
	br_script_write(set, proof);
	why = lacks_cure(set);
	if (why)
		fprintf(err, "%s: the script cannot say what failed in this boot (%s)\n",
		        from->name, why);
	if (!why && br_prove(proof, err))
		return true;
	free(proof->text);
	free(proof->mended);
	return false;
}

/* What was said against it, without the capture's name and the line's end */
static void put_why(struct br_script_absent *absent, const struct br_script_machine *m,
                    const struct br_from_pcap *from, const char *said)
{
	size_t name = strlen(from->name);

	memcpy(absent->mac, m->story->client->mac, sizeof(absent->mac));
	if (!strncmp(said, from->name, name) && said[name] == ':')
		said += name + 2;
	(void)snprintf(absent->why, sizeof(absent->why), "%.*s", (int)strcspn(said, "\n"), said);
}

/* All of them, else one after the other as long as it holds. */
static bool try_several(struct br_script_set *set, struct br_recorded *recorded,
                        struct br_script_machine *const *machine, size_t count,
                        struct br_script_absent *absent, struct br_proof *proof)
{
	struct br_script_machine *kept[BR_SCRIPT_MACHINES_MAX];
	size_t keeps = 0, size = 0;
	char *said = NULL;
	FILE *err = open_memstream(&said, &size);
	bool good;

	if (!err)
		abort();
	good = try(set, recorded, machine, count, true, proof, err);
	for (size_t i = 0; i < count && !good; i++) {
		kept[keeps] = machine[i];
		rewind(err);
		if (try(set, recorded, kept, keeps + 1, true, proof, err)) {
			free(proof->text);
			free(proof->mended);
			keeps++;
			continue;
		}
		(void)fflush(err);
		put_why(&absent[set->absents++], machine[i], set->from, said);
	}
	set->absent = absent;
	if (!good && keeps > 0) /* the last one that was tried may have been refused */
		good = try(set, recorded, kept, keeps, true, proof, err);
	(void)fclose(err);
	free(said);
	return good;
}

static void say_absent(const struct br_script_set *set)
{
	char mac[BR_SHOW_ADDRESS];

	for (size_t i = 0; i < set->absents; i++)
		fprintf(set->from->err, "%s: left out: %s: %s\n", set->from->name,
		        br_show_mac(mac, set->absent[i].mac), set->absent[i].why);
}

static bool is_booting(const struct br_story *story)
{
	const struct br_attempt *a = br_story_furthest(story);

	return a && br_errand_is_boot(story->errand);
}

/* Those that boot, the first first; only that one if it was chosen or no other boots. Return: how
 * many, and @story has those behind the first, to be reset
 */
static size_t find_machines(const struct br_from_pcap *from, struct br_recorded *recorded,
                            struct br_story *story, struct br_script_machine *machine)
{
	const struct br_talk *talk = recorded->talk;
	size_t count = 0, all = br_talk_clients(talk);

	for (size_t i = 0; i < all && !from->has_client && count < BR_SCRIPT_MACHINES_MAX; i++) {
		const struct br_talk_client *c = br_talk_client(talk, i);
		struct br_story *s = &story[count];

		if (!c->has_mac || br_story_init(s, talk, c, recorded->prints) < 0)
			continue;
		if (is_booting(s))
			machine[count++].story = s;
		else
			br_story_reset(s);
	}
	return count;
}

/* Given away; under other names, if that is asked. */
static int give(struct br_script_set *set, struct br_proof *proof)
{
	if (proof->mended && proof->stands)
		say_it_stands(proof);
	say_absent(set);
	if (set->from->anonymous)
		put_anonymous(set, proof->text);
	else
		fputs(proof->text, set->from->out);
	free(proof->text);
	free(proof->mended);
	return BR_EXIT_PASSED;
}

static int write_script(const struct br_from_pcap *from, struct br_recorded *recorded)
{
	struct br_story story[BR_SCRIPT_MACHINES_MAX];
	struct br_script_machine *machine = calloc(BR_SCRIPT_MACHINES_MAX, sizeof(*machine));
	struct br_script_machine *these[BR_SCRIPT_MACHINES_MAX];
	struct br_script_absent absent[BR_SCRIPT_MACHINES_MAX];
	struct br_script_set set = {.from = from,
	                            .in_capture = br_talk_clients(recorded->talk),
	                            .setup = calloc(1, sizeof(*set.setup)),
	                            .decoded = calloc(1, sizeof(*set.decoded))};
	struct br_proof proof = {.name = NULL};
	size_t count;
	bool good;

	if (!machine || !set.setup || !set.decoded)
		abort();
	count = find_machines(from, recorded, story, machine);
	for (size_t i = 0; i < count; i++)
		these[i] = &machine[i];
	if (count > 1) {
		good = try_several(&set, recorded, these, count, absent, &proof);
		if (good && from->fixed && !br_script_is_cured(&set)) {
			free(proof.text);
			good = false;
		}
		if (!good && set.absents > 0)
			say_absent(&set);
		else if (!good)
			fprintf(from->err, "%s: %s\n", from->name, NO_FAILURE);
	} else {
		machine[0].story = &recorded->story;
		these[0] = &machine[0];
		good = try(&set, recorded, these, 1, false, &proof, from->err);
	}
	int code = good ? give(&set, &proof) : BR_EXIT_NOTHING_RAN;

	br_script_unwrite(&set);
	for (size_t i = 0; i < count; i++)
		br_story_reset(&story[i]);
	br_setup_reset(set.setup);
	free(set.setup);
	free(set.decoded);
	free(machine);
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
	memcpy(who.address6, from->sut6, sizeof(who.address6));
	code = br_hidden_make(&made, paths, from->to, from->other ? 2 : 1, &who, from->err);
	memcpy(hidden.client, who.mac, sizeof(who.mac));
	hidden.sut = who.address;
	memcpy(hidden.sut6, who.address6, sizeof(hidden.sut6));
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
