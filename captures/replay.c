/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "captures/feed.h"
#include "captures/player.h"
#include "captures/show.h"
#include "core/text.h"

enum {
	EXIT_PASSED = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOTHING = 3,
	MESSAGES_MAX = 1024,
	REPORT_MAX = 1 << 17,
};
#define DHCP_PATIENCE (3 * BR_S) /* the shortest first window of any client is 0.25 s */

struct run {
	struct br_player *player;
	const struct br_story *story;
	const struct br_tape *tape;
	unsigned count[BR_JUDGED_WORSE + 1], skipped;
	size_t size;
	char report[REPORT_MAX];
};

static void __attribute__((format(printf, 2, 3))) report(struct run *run, const char *format, ...)
{
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(run->report + run->size, sizeof(run->report) - run->size, format, args);
	va_end(args);
	if (size > 0)
		run->size += (size_t)size;
	if (run->size >= sizeof(run->report))
		run->size = sizeof(run->report) - 1;
}

static void judged(struct run *run, const struct br_comparison *c, uint64_t frame, const char *what)
{
	run->count[c->judgement]++;
	report(run, "%-8s frame %" PRIu64 "  %s%s%s\n", br_judgement_name(c->judgement), frame,
	       what, c->text[0] ? ": " : "", c->text);
}

static void skipped(struct run *run, uint64_t frame, const char *what, const char *why)
{
	run->skipped++;
	report(run, "skipped  frame %" PRIu64 "  %s: %s\n", frame, what, why);
}

/* DHCP */

static uint32_t server_of(const struct br_talk_reply *r)
{
	return r->server_id ? r->server_id : br_endpoint_to_ipv4(&r->from);
}

/* The core's answer of the same server and of a like kind; removed from the inbox. */
static bool find_answer(struct run *run, const struct br_talk_reply *r,
                        struct br_dhcp_message *ret_ours)
{
	struct br_player *p = run->player;

	for (size_t i = 0; i < p->received; i++) {
		struct br_player_datagram *in = &p->inbox[i];

		if (in->size == 0 || br_endpoint_to_ipv4(&in->from) != server_of(r) ||
		    br_dhcp_parse((struct br_octets){in->octets, in->size}, ret_ours) < 0 ||
		    (r->type == BR_DHCP_TYPE_OFFER &&
		     (ret_ours->header.yiaddr != 0) != (r->yiaddr != 0)))
			continue;
		return true;
	}
	return false;
}

static void compare_reply(struct run *run, const struct br_dhcp_message *request,
                          const struct br_talk_reply *r)
{
	struct br_dhcp_message *m = calloc(2, sizeof(*m));
	struct br_octets recorded = br_tape_find(run->tape, r->frame);
	struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};
	char what[96], address[BR_SHOW_ADDRESS];
	const char *type = br_dhcp_type_name((enum br_dhcp_type)r->type);

	(void)snprintf(what, sizeof(what), "DHCP %s of %s", type ? type : "reply",
	               br_show_ipv4(address, server_of(r)));
	if (!m || !recorded.data || br_dhcp_parse(recorded, &m[0]) < 0) {
		skipped(run, r->frame, what, "the message was not kept whole");
	} else if (!find_answer(run, r, &m[1])) {
		br_compare_note(&c, BR_JUDGED_WORSE, "no answer");
		judged(run, &c, r->frame, what);
	} else {
		br_compare_dhcp(&c, request, &m[0], &m[1], r->giaddr != 0);
		judged(run, &c, r->frame, what);
	}
	free(m);
}

/* Answers to one message: all recorded ones, offers or others as @offers says. */
static void ask(struct run *run, uint64_t frame, const struct br_endpoint *from,
                const struct br_endpoint *to, const struct br_talk_reply *reply, uint16_t replies,
                int offers)
{
	struct br_dhcp_message *request = calloc(1, sizeof(*request));
	struct br_octets octets = br_tape_find(run->tape, frame);
	struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};
	unsigned compared = 0;

	if (!request || !octets.data || br_dhcp_parse(octets, request) < 0) {
		skipped(run, frame, "DHCP message", "it was not kept whole");
		free(request);
		return;
	}
	br_player_ask(run->player, from, to, octets, DHCP_PATIENCE);
	for (uint16_t i = 0; i < replies; i++) {
		if (offers >= 0 && (reply[i].type == BR_DHCP_TYPE_OFFER) != offers)
			continue;
		compare_reply(run, request, &reply[i]);
		compared++;
	}
	if (compared == 0 && run->player->received > 0) {
		br_compare_note(&c, BR_JUDGED_BETTER, "answered, nobody did");
		judged(run, &c, frame, "DHCP message");
	} else if (compared == 0) {
		judged(run, &c, frame, "DHCP message without answer");
	}
	free(request);
}

static bool is_relayed(const struct br_talk_dhcp *d)
{
	bool relayed = d->giaddr != 0;

	for (uint16_t i = 0; i < d->replies; i++)
		relayed = relayed || d->reply[i].giaddr;
	return relayed;
}

static void replay_dhcp(struct run *run, const struct br_talk_dhcp *d)
{
	struct br_endpoint any = br_endpoint_ipv4(0, BR_DHCP_PORT_CLIENT);
	struct br_endpoint all = br_endpoint_ipv4(UINT32_MAX, BR_DHCP_PORT_SERVER);

	if (is_relayed(d))
		skipped(run, d->discover.frame, "DHCP", "it came through a relay");
	for (uint16_t i = 0; is_relayed(d) && i < d->replies; i++) {
		if (d->reply[i].type == BR_DHCP_TYPE_ACK)
			br_player_set_address(run->player, d->reply[i].yiaddr);
	}
	if (is_relayed(d))
		return;
	br_player_set_address(run->player, 0);
	if (d->discover.count > 0)
		ask(run, d->discover.frame, &any, &all, d->reply, d->replies, 1);
	if (d->request.count > 0)
		ask(run, d->request.frame, &any, &all, d->reply, d->replies, 0);
	for (uint16_t i = 0; i < d->replies; i++) {
		if (d->reply[i].type == BR_DHCP_TYPE_ACK && d->reply[i].yiaddr)
			br_player_set_address(run->player, d->reply[i].yiaddr);
	}
}

static void replay_pxe(struct run *run, const struct br_talk_pxe *x)
{
	ask(run, x->request.frame, &x->client, &x->server, x->reply, x->replies, -1);
}

/* Files */

static bool was_unanswered(enum br_outcome outcome)
{
	return outcome == BR_OUTCOME_CLOSED || outcome == BR_OUTCOME_SILENT;
}

static void compare_tftp(struct br_comparison *c, const struct br_story_file *f,
                         const struct br_player_tftp *t)
{
	const struct br_talk_tftp *r = &f->exchange->tftp;

	if (was_unanswered(f->outcome)) {
		if (t->answered)
			br_compare_note(c, BR_JUDGED_BETTER, "answered, nobody did");
		return;
	}
	if (!t->answered) {
		br_compare_note(c, BR_JUDGED_WORSE, "no answer");
		return;
	}
	if (r->end == BR_TALK_ERROR_SERVER) {
		if (!t->error)
			br_compare_note(c, BR_JUDGED_DIVERGED, "served, was ERROR %u",
			                r->error_code);
		else if (t->error_code != r->error_code)
			br_compare_note(c, BR_JUDGED_DIVERGED, "ERROR %u, was %u", t->error_code,
			                r->error_code);
		return;
	}
	if (t->error) {
		br_compare_note(c, BR_JUDGED_WORSE, "ERROR %u", t->error_code);
		return;
	}
	br_compare_options(c, r->asked, r->granted, t->granted);
	if (f->outcome == BR_OUTCOME_COMPLETE && (!t->complete || t->octets != r->octets))
		br_compare_note(c, BR_JUDGED_WORSE, "%" PRIu64 " octets, were %" PRIu64, t->octets,
		                r->octets);
	else if (t->blocks < t->blocks_max && !t->complete && !t->probe)
		br_compare_note(c, BR_JUDGED_WORSE, "stopped at block %" PRIu64, t->blocks);
}

static void compare_http(struct br_comparison *c, const struct br_story_file *f,
                         const struct br_player_http *h)
{
	const struct br_talk_http *r = &f->exchange->tcp.request[f->index];

	if (r->status == 0) {
		if (h->status)
			br_compare_note(c, BR_JUDGED_BETTER, "answered %u, nobody did", h->status);
		return;
	}
	if (h->status != r->status)
		br_compare_note(c, h->status == 0 ? BR_JUDGED_WORSE : BR_JUDGED_DIVERGED,
		                "status %u, was %u", h->status, r->status);
	if (h->status != 200 || r->status != 200)
		return;
	if (r->has_length && h->length != r->length)
		br_compare_note(c, BR_JUDGED_WORSE, "Content-Length %" PRIu64 ", was %" PRIu64,
		                h->length, r->length);
	if (!r->has_length && h->has_length)
		br_compare_note(c, BR_JUDGED_BETTER, "Content-Length given");
	if (strcmp(h->type, r->type) != 0)
		br_compare_note(c,
		                !strcmp(h->type, "application/efi") ? BR_JUDGED_BETTER
		                                                    : BR_JUDGED_DIVERGED,
		                "Content-Type %s, was %s", h->type, r->type);
	if (r->closes && h->keeps_alive)
		br_compare_note(c, BR_JUDGED_BETTER, "connection kept");
	if (!h->complete)
		br_compare_note(c, BR_JUDGED_WORSE, "only %" PRIu64 " octets came", h->octets);
}

static void replay_file(struct run *run, const struct br_story_file *f)
{
	struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};
	bool tftp = f->exchange->kind == BR_TALK_TFTP;
	char what[256];

	(void)snprintf(what, sizeof(what), "%s %s", tftp ? "TFTP" : "HTTP",
	               f->name[0] ? f->name : "connection");
	if (br_endpoint_to_ipv4(&f->server) == 0) {
		skipped(run, f->exchange->first_frame, what, "IPv6 is not replayed");
		return;
	}
	if (strstr(f->name, "\\x")) {
		skipped(run, f->exchange->first_frame, what,
		        "its name has octets that do not print");
		return;
	}
	if (tftp) {
		br_player_tftp(run->player, f);
		compare_tftp(&c, f, &run->player->tftp);
	} else if (f->exchange->tcp.request) {
		br_player_http(run->player, f);
		compare_http(&c, f, &run->player->http);
	}
	judged(run, &c, f->exchange->first_frame, what);
}

/* One attempt in the order of the capture, on a network built for it. */
static int replay_attempt(struct run *run, const struct br_attempt *a)
{
	int error = br_player_init(run->player, run->story, a, run->tape);
	size_t file = 0;

	for (size_t k = a->first; k <= a->last && error == 0; k++) {
		const struct br_talk_exchange *e = run->story->client->exchange[k];

		if (e->kind == BR_TALK_DHCP)
			replay_dhcp(run, &e->dhcp);
		else if (e->kind == BR_TALK_PXE)
			replay_pxe(run, &e->pxe);
		else if (e->kind == BR_TALK_DHCP6)
			skipped(run, e->first_frame, "DHCPv6", "IPv6 is not replayed");
		for (; file < a->files && a->file[file].exchange == e; file++)
			replay_file(run, &a->file[file]);
	}
	br_player_reset(run->player);
	return error;
}

/* Blessed reports */

static int against_blessed(const struct br_replay *replay, const struct run *run)
{
	char path[1024], *blessed = calloc(1, REPORT_MAX + 1);
	FILE *file;
	int code = run->count[BR_JUDGED_WORSE] > 0 ? EXIT_FAILED : EXIT_PASSED;

	(void)snprintf(path, sizeof(path), "%s.replay", replay->path);
	file = fopen(path, replay->bless ? "w" : "r");
	if (replay->bless) {
		if (!file || fputs(run->report, file) < 0) {
			fprintf(replay->err, "%s: %s\n", path, strerror(errno));
			code = EXIT_USAGE;
		} else {
			code = EXIT_PASSED;
		}
	} else if (file && blessed) {
		(void)fread(blessed, 1, REPORT_MAX, file);
		code = strcmp(blessed, run->report) != 0 ? EXIT_FAILED : EXIT_PASSED;
		if (code == EXIT_FAILED)
			fprintf(replay->out, "not as blessed in %s\n", path);
	}
	if (file)
		(void)fclose(file);
	free(blessed);
	return code;
}

static const struct br_talk_client *pick(const struct br_replay *replay, const struct br_talk *talk)
{
	for (size_t i = 0; i < br_talk_clients(talk); i++) {
		const struct br_talk_client *c = br_talk_client(talk, i);

		if (c->has_mac && (!replay->has_client || !memcmp(c->mac, replay->client, 6)))
			return c;
	}
	return NULL;
}

static int replay_story(const struct br_replay *replay, const struct br_story *story,
                        const struct br_tape *tape)
{
	struct br_player *player = calloc(1, sizeof(*player));
	struct run *run = calloc(1, sizeof(*run));
	int code = EXIT_NOTHING, error = player && run ? 0 : -ENOMEM;

	if (error == 0) {
		run->player = player;
		run->story = story;
		run->tape = tape;
	}
	for (size_t i = 0; i < story->attempts && error == 0; i++)
		error = replay_attempt(run, &story->attempt[i]);
	if (error < 0) {
		fprintf(replay->err, "%s: the recorded servers cannot be built again: %s\n",
		        replay->path, strerror(-error));
	} else {
		fputs(run->report, replay->out);
		if (run->size > 0)
			code = against_blessed(replay, run);
		fprintf(replay->out, "%u equal, %u better, %u diverged, %u worse\n",
		        run->count[BR_JUDGED_EQUAL], run->count[BR_JUDGED_BETTER],
		        run->count[BR_JUDGED_DIVERGED], run->count[BR_JUDGED_WORSE]);
		fprintf(replay->out, "%u passed, %u failed, %u skipped\n",
		        run->count[BR_JUDGED_EQUAL] + run->count[BR_JUDGED_BETTER] +
		                run->count[BR_JUDGED_DIVERGED],
		        run->count[BR_JUDGED_WORSE], run->skipped);
	}
	free(player);
	free(run);
	return code;
}

int br_replay(const struct br_replay *replay)
{
	struct br_fingerprints *prints = NULL;
	struct br_feed *feed = NULL;
	struct br_talk *talk = NULL;
	struct br_tape *tape = NULL;
	struct br_feed_packet packet;
	struct br_story story;
	char remark[BR_CAPTURE_REMARK_SIZE] = "out of memory";
	int code = EXIT_USAGE;

	if (br_fingerprints_new(&prints, br_fingerprints_text, remark, sizeof(remark)) < 0 ||
	    br_feed_open(&feed, &replay->path, 1, remark) < 0 ||
	    br_talk_new(&talk, &br_talk_limits_default) < 0 ||
	    br_tape_new(&tape, MESSAGES_MAX) < 0) {
		fprintf(replay->err, "%s\n", remark);
	} else {
		while (br_feed_next(feed, &packet) == 1) {
			br_talk_packet(talk, &packet.packet, packet.frame, packet.at);
			br_tape_take(tape, &packet.packet, packet.frame);
		}
		const struct br_talk_client *client = pick(replay, talk);

		code = EXIT_NOTHING;
		if (client && br_story_init(&story, talk, client, prints) == 0) {
			code = replay_story(replay, &story, tape);
			br_story_reset(&story);
		} else {
			fprintf(replay->out,
			        "no client to replay\n0 passed, 0 failed, 0 skipped\n");
		}
		if (br_feed_file(feed, 0)->damage[0]) {
			fprintf(replay->err, "%s\n", br_feed_file(feed, 0)->damage);
			code = EXIT_USAGE;
		}
	}
	(void)br_tape_free(tape);
	(void)br_talk_free(talk);
	(void)br_feed_close(feed);
	(void)br_fingerprints_free(prints);
	return code;
}

int br_replay_main(int argc, char **argv)
{
	struct br_replay replay = {.out = stdout, .err = stderr};

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--bless")) {
			replay.bless = true;
		} else if (!strcmp(argv[i], "--client") && i + 1 < argc &&
		           br_text_get_mac(br_text(argv[i + 1]), replay.client)) {
			replay.has_client = true;
			i++;
		} else if (argv[i][0] != '-' && !replay.path) {
			replay.path = argv[i];
		} else {
			fprintf(stderr, "replay: cannot use '%s'\n", argv[i]);
			replay.path = NULL;
			break;
		}
	}
	if (!replay.path) {
		fprintf(stderr, "usage: bootrig replay PCAP [--client MAC] [--bless]\n");
		return EXIT_USAGE;
	}
	return br_replay(&replay);
}
