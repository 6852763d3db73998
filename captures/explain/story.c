/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/story.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/outcome.h"
#include "core/formats/dhcp_message.h"

/* Theory of operation
 *
 * A client's exchanges stand in the order in which they began. build() walks over them once and
 * gives each to the attempt under way, or begins another: begins_attempt() knows that firmware
 * which asks again tries its next way to boot, and that a loaded program which asks for itself
 * does not. take_exchange() keeps of an attempt what it is told by (the DHCP exchange that led
 * somewhere, the last on port 4011) and makes files of its transfers, each with an outcome.
 *
 * What became of a file: captures/explain/outcome.c.
 *
 * How far an attempt got is told last, of all its files, by how_far().
 */
const char *br_path_name(enum br_path path)
{
	static const char *const names[] = {
		[BR_PATH_PXE4] = "PXE over IPv4",
		[BR_PATH_HTTP4] = "HTTP boot over IPv4",
		[BR_PATH_PXE6] = "PXE over IPv6",
		[BR_PATH_HTTP6] = "HTTP boot over IPv6",
		[BR_PATH_IPXE] = "iPXE",
		[BR_PATH_DHCP] = "DHCP and a file",
		[BR_PATH_NONE] = "files without DHCP",
	};

	return names[path];
}

const char *br_reached_name(enum br_reached reached)
{
	static const char *const names[] = {
		[BR_REACHED_NONE] = "nothing",
		[BR_REACHED_ASKED] = "asked",
		[BR_REACHED_OFFERED] = "offer",
		[BR_REACHED_LEASED] = "lease",
		[BR_REACHED_BOOT_SERVER] = "boot-server",
		[BR_REACHED_SIZED] = "size",
		[BR_REACHED_LOADED] = "transfer",
		[BR_REACHED_SECOND_STAGE] = "second-stage",
		[BR_REACHED_SYSTEM] = "os",
	};

	return names[reached];
}

const char *br_reached_says(enum br_reached reached)
{
	static const char *const says[] = {
		[BR_REACHED_NONE] = "it sent nothing that asks for a boot",
		[BR_REACHED_ASKED] = "it asked for an address",
		[BR_REACHED_OFFERED] = "it was offered an address",
		[BR_REACHED_LEASED] = "it got an address",
		[BR_REACHED_BOOT_SERVER] = "it got an address and turned to a boot server",
		[BR_REACHED_SIZED] = "it learned the size of its boot file",
		[BR_REACHED_LOADED] = "its boot file was loaded whole",
		[BR_REACHED_SECOND_STAGE] = "the loaded program fetched files of its own",
		[BR_REACHED_SYSTEM] = "a kernel was loaded whole",
	};

	return says[reached];
}

/* Files */

static void take_errand(struct br_attempt *a, enum br_errand errand)
{
	if (errand > a->errand)
		a->errand = errand;
}

static void add_file(struct br_story *s, struct br_attempt *a, const struct br_talk_exchange *e,
                     size_t index, const char *name, enum br_outcome outcome)
{
	struct br_story_file *f = &a->file[a->files++];
	const struct br_talk_http *h =
		e->kind == BR_TALK_TCP && e->tcp.request && index < e->tcp.requests
			? &e->tcp.request[index]
			: NULL;
	struct br_fingerprint who;

	br_fingerprint(s->prints, s->client, e, index, &who);
	take_errand(a, br_errand_of(e, index, who.kind));
	*f = (struct br_story_file){
		.exchange = e,
		.index = index,
		.name = name,
		.software = who.software,
		.outcome = outcome,
		.at = h ? h->at : e->first,
		.server = e->kind == BR_TALK_TFTP ? e->tftp.server : e->tcp.server,
		.octets = h                         ? h->octets
	                  : e->kind == BR_TALK_TFTP ? e->tftp.octets
	                                            : 0,
	};
	if (outcome == BR_OUTCOME_COMPLETE)
		a->programs++;
}

static void add_files(struct br_story *s, struct br_attempt *a, const struct br_talk_exchange *e)
{
	const struct br_talk_tcp *t = &e->tcp;

	if (e->kind == BR_TALK_TFTP)
		add_file(s, a, e, 0, e->tftp.file, br_outcome_of_tftp(s, e));
	if (e->kind != BR_TALK_TCP)
		return;
	if (!t->request)
		add_file(s, a, e, 0, "", br_outcome_of_tcp(s, e));
	for (size_t i = 0; t->request && i < t->requests && i < BR_TALK_REQUESTS_MAX; i++)
		add_file(s, a, e, i, t->request[i].target,
		         br_outcome_of_http(s, e, &t->request[i]));
}

static size_t files_at_most(const struct br_talk_client *client)
{
	size_t count = 1;

	for (size_t i = 0; i < client->exchanges; i++) {
		const struct br_talk_exchange *e = client->exchange[i];

		if (e->kind == BR_TALK_TFTP)
			count++;
		else if (e->kind == BR_TALK_TCP)
			count += e->tcp.requests < BR_TALK_REQUESTS_MAX ? e->tcp.requests + 1U
			                                                : BR_TALK_REQUESTS_MAX;
	}
	return count;
}

/* Attempts */

/* EDK2's IPv6 driver asks for an address beside whatever boots: it leads no attempt. */
static bool is_stack(const struct br_fingerprint *who)
{
	return br_fingerprint_is(who, "edk2-ip6");
}

static enum br_path path_of(const struct br_talk_exchange *e, const struct br_fingerprint *who)
{
	bool six = e->kind == BR_TALK_DHCP6;
	const char *class = six ? e->dhcp6.vendor_class : e->dhcp.identity.vendor_class;

	if (br_fingerprint_is(who, "ipxe"))
		return BR_PATH_IPXE;
	if (br_fingerprint_is(who, "uboot"))
		return BR_PATH_DHCP;
	if (!strncmp(class, "HTTPClient", 10))
		return six ? BR_PATH_HTTP6 : BR_PATH_HTTP4;
	if (!strncmp(class, "PXEClient", 9))
		return six ? BR_PATH_PXE6 : BR_PATH_PXE4;
	return BR_PATH_DHCP;
}

static bool same_software(const struct br_fingerprint *a, const struct br_fingerprint *b)
{
	return a->software && b->software && !strcmp(a->software, b->software);
}

/* Whether a DHCP exchange begins a new attempt, or belongs to the one under way: a loaded
 * program that asks for itself, or both IP versions at once.
 */
static bool begins_attempt(const struct br_attempt *a, const struct br_talk_exchange *e,
                           const struct br_fingerprint *who)
{
	bool edk2 = br_fingerprint_is(who, "edk2");

	if (!a)
		return true;
	if (is_stack(who))
		return false;
	if (!a->dhcp)
		return a->programs == 0 && a->files > 0;
	if (edk2)
		return true;
	if (a->programs > 0)
		return same_software(&a->who, who) && a->path != BR_PATH_IPXE;
	if (!same_software(&a->who, who))
		return true;
	return e->kind == BR_TALK_DHCP && a->dhcp->kind == BR_TALK_DHCP &&
	       strcmp(a->dhcp->dhcp.identity.vendor_class, e->dhcp.identity.vendor_class) != 0;
}

static struct br_attempt *new_attempt(struct br_story *s, size_t index, size_t since)
{
	struct br_attempt *a = &s->attempt[s->attempts++];

	*a = (struct br_attempt){
		.path = BR_PATH_NONE,
		.first = since,
		.last = index,
		.began = s->client->exchange[index]->first,
		.file = s->attempts > 1 ? s->attempt[s->attempts - 2].file +
	                                          s->attempt[s->attempts - 2].files
	                                : s->files,
	};
	return a;
}

static const struct br_talk_reply *ack_of(const struct br_talk_dhcp *d)
{
	for (uint16_t i = 0; i < d->replies; i++) {
		if (d->reply[i].type == BR_DHCP_TYPE_ACK || d->reply[i].type == BR_DHCP_TYPE_NONE)
			return &d->reply[i];
	}
	return NULL;
}

static enum br_reached dhcp_reached(struct br_attempt *a)
{
	const struct br_talk_exchange *e = a->dhcp;

	if (!e)
		return BR_REACHED_NONE;
	if (e->kind == BR_TALK_DHCP) {
		a->ack = ack_of(&e->dhcp);
		return a->ack           ? BR_REACHED_LEASED
		       : e->dhcp.offers ? BR_REACHED_OFFERED
		                        : BR_REACHED_ASKED;
	}
	return e->dhcp6.confirmed    ? BR_REACHED_LEASED
	       : e->dhcp6.advertises ? BR_REACHED_OFFERED
	                             : BR_REACHED_ASKED;
}

static enum br_reached how_far(struct br_attempt *a)
{
	enum br_reached reached = dhcp_reached(a);
	const char *first = NULL;

	if (a->pxe && a->pxe->pxe.replies > 0)
		reached = BR_REACHED_BOOT_SERVER;
	for (size_t i = 0; i < a->files; i++) {
		const struct br_story_file *f = &a->file[i];

		if (reached < BR_REACHED_BOOT_SERVER)
			reached = BR_REACHED_BOOT_SERVER;
		if (f->outcome == BR_OUTCOME_PROBE && reached < BR_REACHED_SIZED)
			reached = BR_REACHED_SIZED;
		if (f->outcome != BR_OUTCOME_COMPLETE)
			continue;
		if (first && strcmp(first, f->name) != 0 && reached < BR_REACHED_SECOND_STAGE)
			reached = BR_REACHED_SECOND_STAGE;
		if (br_name_is_script(f->name))
			continue;
		if (reached < BR_REACHED_LOADED)
			reached = BR_REACHED_LOADED;
		if (!first)
			first = f->name;
		if (br_name_is_kernel(f->name))
			reached = BR_REACHED_SYSTEM;
	}
	return reached;
}

static void take_exchange(struct br_story *s, struct br_attempt *a, size_t index,
                          const struct br_fingerprint *who)
{
	const struct br_talk_exchange *e = s->client->exchange[index];
	bool leads =
		(e->kind == BR_TALK_DHCP || e->kind == BR_TALK_DHCP6) && !a->dhcp && !is_stack(who);

	a->last = index;
	take_errand(a, br_errand_of(e, 0, who->kind));
	if (e->last > a->ended)
		a->ended = e->last;
	if (leads) {
		a->dhcp = e;
		a->path = path_of(e, who);
	}
	/* the later transaction counts when the first led nowhere */
	if (!leads && e->kind == BR_TALK_DHCP && a->dhcp && a->dhcp->kind == BR_TALK_DHCP &&
	    a->files == 0 && !ack_of(&a->dhcp->dhcp))
		a->dhcp = e;
	if (!leads && e->kind == BR_TALK_DHCP6 && e->dhcp6.advertises + e->dhcp6.replies > 0 &&
	    a->dhcp && a->dhcp->kind == BR_TALK_DHCP && a->dhcp->dhcp.replies == 0 &&
	    !is_stack(who))
		a->dhcp = e; /* nobody answered over IPv4 */
	if (e->kind == BR_TALK_PXE)
		a->pxe = e;
	if (!is_stack(who))
		br_fingerprint_add(&a->who, who);
	add_files(s, a, e);
}

/* Its name is the firmware's, if it boots: what runs on it later has others. */
static void name_machine(struct br_story *s)
{
	bool boots = br_errand_is_boot(s->errand);

	for (size_t i = 0; i < s->attempts; i++) {
		if (!boots || br_errand_is_boot(s->attempt[i].errand))
			br_fingerprint_add(&s->who, &s->attempt[i].who);
	}
}

static void build(struct br_story *s)
{
	const struct br_talk_client *c = s->client;
	struct br_attempt *a = NULL;
	size_t since = 0;

	for (size_t i = 0; i < c->exchanges; i++) {
		const struct br_talk_exchange *e = c->exchange[i];
		struct br_fingerprint who;
		bool dhcp = e->kind == BR_TALK_DHCP || e->kind == BR_TALK_DHCP6;

		br_fingerprint(s->prints, c, e, 0, &who);
		s->software[i] = who.software;
		if (!a && e->kind != BR_TALK_TFTP && e->kind != BR_TALK_TCP && !dhcp)
			continue; /* ARP and the like before: part of the first attempt */
		if (!a || (dhcp && begins_attempt(a, e, &who)))
			a = new_attempt(s, i, since);
		take_exchange(s, a, i, &who);
		since = i + 1;
		if (s->arch < 0 && e->kind == BR_TALK_DHCP)
			s->arch = e->dhcp.identity.arch >= 0 ? e->dhcp.identity.arch
			                                     : e->dhcp.request_arch;
		if (s->arch < 0 && e->kind == BR_TALK_DHCP6)
			s->arch = e->dhcp6.arch;
		if (e->kind == BR_TALK_DHCP && e->dhcp.giaddr && !e->dhcp.direct)
			s->relay_only = true;
	}
	for (size_t i = 0; i < s->attempts; i++) {
		s->attempt[i].reached = how_far(&s->attempt[i]);
		if (s->attempt[i].errand > s->errand)
			s->errand = s->attempt[i].errand;
	}
	name_machine(s);
}

/* Number of the exchange by which the last file came; @attempt has one that did */
static size_t index_of_last_whole(const struct br_story *s, const struct br_attempt *a)
{
	const struct br_talk_exchange *e = NULL;
	size_t index = a->first;

	for (size_t i = 0; i < a->files; i++)
		e = a->file[i].outcome == BR_OUTCOME_COMPLETE ? a->file[i].exchange : e;
	while (index < a->last && s->client->exchange[index] != e)
		index++;
	return index;
}

static bool is_file(const struct br_talk_exchange *e)
{
	return e->kind == BR_TALK_TFTP || e->kind == BR_TALK_TCP;
}

bool br_story_stage(const struct br_story *s, const struct br_attempt *a, struct br_attempt *ret,
                    bool *ret_asked)
{
	size_t whole = a->programs > 0 ? index_of_last_whole(s, a) : a->last;

	*ret = (struct br_attempt){.path = a->path,
	                           .errand = a->errand,
	                           .dhcp = a->dhcp,
	                           .who = a->who,
	                           .stage = true};
	*ret_asked = false;
	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];
		struct br_fingerprint who;

		if (i > whole && is_file(e))
			return false;
		if (i > whole && e->kind == BR_TALK_PXE)
			ret->pxe = e;
		if (e->kind != BR_TALK_DHCP && e->kind != BR_TALK_DHCP6)
			continue;
		br_fingerprint(s->prints, s->client, e, 0, &who);
		if (is_stack(&who) || (e->kind == BR_TALK_DHCP6 && *ret_asked &&
		                       e->dhcp6.advertises + e->dhcp6.replies == 0))
			continue;
		ret->dhcp = e;
		if (i > whole) {
			*ret_asked = true;
			ret->who = who;
			ret->path = path_of(e, &who);
		}
	}
	ret->first = whole + 1;
	ret->last = a->last;
	ret->ended = a->ended;
	ret->file = a->file + a->files;
	if (whole == a->last)
		return false;
	ret->began = s->client->exchange[ret->first]->first;
	ret->reached = how_far(ret);
	return true;
}

int br_story_init(struct br_story *story, const struct br_talk *talk,
                  const struct br_talk_client *client, const struct br_fingerprints *prints)
{
	*story = (struct br_story){
		.talk = talk,
		.client = client,
		.prints = prints,
		.arch = -1,
		.quiet = br_talk_last(talk) > client->last ? br_talk_last(talk) - client->last : 0,
	};
	story->attempt = calloc(client->exchanges + 1, sizeof(*story->attempt));
	story->files = calloc(files_at_most(client), sizeof(*story->files));
	story->software = calloc(client->exchanges + 1, sizeof(*story->software));
	if (!story->attempt || !story->files || !story->software) {
		br_story_reset(story);
		return -ENOMEM;
	}
	build(story);
	return 0;
}

void br_story_reset(struct br_story *story)
{
	free(story->attempt);
	free(story->files);
	free(story->software);
	*story = (struct br_story){0};
}

/* Of two that got equally far, the one in which a file was refused says more. */
static bool has_failure(const struct br_attempt *a)
{
	for (size_t i = 0; i < a->files; i++) {
		if (a->file[i].outcome != BR_OUTCOME_COMPLETE &&
		    a->file[i].outcome != BR_OUTCOME_PROBE && a->file[i].outcome != BR_OUTCOME_MISS)
			return true;
	}
	return false;
}

const struct br_attempt *br_story_furthest(const struct br_story *story)
{
	const struct br_attempt *best = NULL;

	for (size_t i = 0; i < story->attempts; i++) {
		const struct br_attempt *a = &story->attempt[i];
		bool boots = br_errand_is_boot(a->errand);

		if (boots != br_errand_is_boot(story->errand))
			continue;
		if (!best || a->reached > best->reached ||
		    (a->reached == best->reached && !has_failure(best) && has_failure(a)))
			best = a;
	}
	return best;
}

bool br_story_is_cut(const struct br_story *story, const struct br_attempt *attempt)
{
	if (!attempt || br_talk_cut(story->talk) == 0)
		return false;
	if (!attempt->dhcp)
		return true;
	for (uint16_t i = 0; attempt->dhcp->kind == BR_TALK_DHCP && i < attempt->dhcp->dhcp.replies;
	     i++) {
		if (attempt->dhcp->dhcp.reply[i].cut)
			return true;
	}
	return false;
}

const struct br_talk_client *br_story_pick(const struct br_talk *talk, const uint8_t *mac)
{
	for (size_t i = 0; i < br_talk_clients(talk); i++) {
		const struct br_talk_client *c = br_talk_client(talk, i);

		if (c->has_mac && (!mac || !memcmp(c->mac, mac, sizeof(c->mac))))
			return c;
	}
	return NULL;
}

bool br_story_ends_within(const struct br_story *s, br_time at, br_time time)
{
	return br_talk_last(s->talk) < at + time;
}

const struct br_talk_arp *br_story_unanswered_arp(const struct br_story *s,
                                                  const struct br_attempt *a)
{
	const struct br_talk_arp *found = NULL;

	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_ARP && e->arp.answers == 0 && e->arp.request.count > 1)
			found = &e->arp;
	}
	return found;
}

const struct br_image_kind *br_story_image(const struct br_story_file *f)
{
	const struct br_talk_tcp *t = &f->exchange->tcp;

	if (f->exchange->kind == BR_TALK_TFTP)
		return &f->exchange->tftp.image;
	return t->request ? &t->request[f->index].image : NULL;
}

bool br_story_is_told(const struct br_attempt *attempt, const struct br_story_file *file)
{
	const struct br_talk_exchange *e = attempt->dhcp;

	for (uint16_t i = 0; e && e->kind == BR_TALK_DHCP && i < e->dhcp.replies; i++) {
		if (file->name[0] && br_name_ends_in(e->dhcp.reply[i].file, file->name))
			return true;
	}
	return e && e->kind == BR_TALK_DHCP6 && file->name[0] &&
	       br_name_ends_in(e->dhcp6.url, file->name);
}

bool br_story_is_kernel(const struct br_story_file *file)
{
	return br_name_is_kernel(file->name);
}

const struct br_story_file *br_story_first_whole(const struct br_attempt *attempt)
{
	for (size_t i = 0; i < attempt->files; i++) {
		if (attempt->file[i].outcome == BR_OUTCOME_COMPLETE)
			return &attempt->file[i];
	}
	return NULL;
}

bool br_story_offered_else(const struct br_talk_reply *reply, uint16_t count, uint16_t index)
{
	const struct br_talk_reply *r = &reply[index];
	uint32_t best = 0;

	if (r->type != BR_DHCP_TYPE_OFFER || r->yiaddr == 0)
		return false;
	for (uint16_t i = 0; i < count; i++) {
		if (reply[i].server_id != r->server_id || reply[i].yiaddr == 0 ||
		    reply[i].giaddr != r->giaddr)
			continue;
		if (best == 0 || reply[i].type == BR_DHCP_TYPE_ACK)
			best = reply[i].yiaddr;
	}
	return best != r->yiaddr;
}
