/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/show.h"
#include "captures/replay/blessed.h"
#include "captures/replay/recorded.h"
#include "captures/replay/replay_six.h"
#include "captures/replay/setup.h"
#include "core/base/address.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"

/* Files */

static void replay_file(struct br_replay_run *run, const struct br_story_file *f)
{
	struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};
	bool tftp = f->exchange->kind == BR_TALK_TFTP;
	uint64_t frame = f->exchange->first_frame;
	char what[256];

	if (!tftp && f->exchange->tcp.request)
		frame = f->exchange->tcp.request[f->index].frame;
	(void)snprintf(what, sizeof(what), "%s %s", tftp ? "TFTP" : "HTTP",
	               f->name[0] ? f->name : "connection");
	if (!tftp && !f->exchange->tcp.request) {
		br_replay_skipped(run->tally, frame, what, "nothing was asked on it");
		return;
	}
	if (strstr(f->name, "\\x")) {
		br_replay_skipped(run->tally, frame, what, "its name has octets that do not print");
		return;
	}
	if (tftp) {
		br_player_tftp(run->player, f);
		br_compare_tftp(&c, f, &run->player->tftp);
	} else {
		br_player_http(run->player, f);
		br_compare_http(&c, f, &run->player->http);
	}
	br_replay_judged(run->tally, &c, frame, what);
}

static const char *name_of_server(char address[static BR_SHOW_ADDRESS],
                                  const struct br_setup_server *server)
{
	struct br_endpoint six = {.port = 0};

	memcpy(six.ip, server->address6, sizeof(six.ip));
	char text[BR_SHOW_ADDRESS];

	if (br_ip_is_zero(six.ip))
		return br_show_ipv4(address, server->address);
	(void)snprintf(address, BR_SHOW_ADDRESS, "[%.45s]", br_show_address(text, &six, false));
	return address;
}

/* What the core was made to be, as words of a command line. */
static void tell_setup(struct br_replay_run *run, const struct br_attempt *a)
{
	const struct br_setup *setup = &run->player->stage.setup;
	char address[BR_SHOW_ADDRESS];

	for (size_t i = 0; i < setup->servers; i++) {
		char *words = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&words, &size);

		if (!out)
			return;
		br_setup_print(out, &setup->server[i].config);
		(void)fclose(out);
		br_replay_report(run->tally, "server   %s:%s\n",
		                 name_of_server(address, &setup->server[i]), words);
		free(words);
	}
	if (setup->servers == 0)
		br_replay_report(run->tally, "server   none answered %s\n", br_path_name(a->path));
}

static const struct br_endpoint *client_of(const struct br_story_file *f)
{
	return f->exchange->kind == BR_TALK_TFTP ? &f->exchange->tftp.client
	                                         : &f->exchange->tcp.client;
}

/* One attempt in the order of the capture, on a network built for it. */
static int replay_attempt(struct br_replay_run *run, const struct br_story *story,
                          const struct br_attempt *a, struct br_setup_words *words)
{
	struct br_replay_six six = {.run = run, .story = story, .attempt = a};
	int error = br_player_init(run->player, story, a, run->tape, words);
	size_t file = 0;

	if (error == 0)
		tell_setup(run, a);

	/* without DHCP in the capture it has its address from the start */
	if (error == 0 && !a->dhcp && a->files > 0)
		br_player_set_address(run->player, br_endpoint_to_ipv4(client_of(&a->file[0])));
	for (size_t k = a->first; k <= a->last && error == 0; k++) {
		const struct br_talk_exchange *e = story->client->exchange[k];

		br_replay_six(&six, e->first_frame);
		if (e->kind == BR_TALK_DHCP)
			br_replay_dhcp(run, &e->dhcp);
		else if (e->kind == BR_TALK_PXE)
			br_replay_pxe(run, &e->pxe);
		for (; file < a->files && a->file[file].exchange == e; file++)
			replay_file(run, &a->file[file]);
	}
	if (error == 0)
		br_replay_six(&six, UINT64_MAX);
	br_player_reset(run->player);
	return error;
}

/* The door */

/* What was said, and whether that is what was blessed: then nothing of it fails, and else the
 * difference does.
 */
static int conclude(const struct br_replay *replay, const struct br_replay_tally *tally)
{
	unsigned failed = tally->count[BR_JUDGED_WORSE];
	unsigned all = tally->count[BR_JUDGED_EQUAL] + tally->count[BR_JUDGED_BETTER] +
	               tally->count[BR_JUDGED_DIVERGED] + failed;
	int code = BR_EXIT_NOTHING_RAN, blessed = BR_BLESSED_NOT;

	fputs(tally->report, replay->out);
	if (tally->size > 0)
		blessed = br_blessed((const char *const[]){replay->path, replay->other},
		                     tally->report, replay->bless, replay->out, replay->err);
	if (blessed == BR_BLESSED_SAME)
		failed = 0;
	else if (blessed == BR_BLESSED_CHANGED && failed == 0)
		failed = 1;
	if (blessed < 0)
		code = BR_EXIT_BAD_USAGE;
	else if (tally->size > 0)
		code = failed > 0 ? BR_EXIT_FAILED : BR_EXIT_PASSED;
	fprintf(replay->out, "%u equal, %u better, %u diverged, %u worse%s\n",
	        tally->count[BR_JUDGED_EQUAL], tally->count[BR_JUDGED_BETTER],
	        tally->count[BR_JUDGED_DIVERGED], tally->count[BR_JUDGED_WORSE],
	        blessed == BR_BLESSED_SAME ? ", as blessed" : "");
	fprintf(replay->out, "%u passed, %u failed, %u skipped\n", all > failed ? all - failed : 0,
	        failed, tally->skipped);
	return code;
}

static const char *asked_for(char address[static BR_SHOW_ADDRESS], const struct br_setup_word *word)
{
	struct br_setup_server server = {.address = word->server};

	memcpy(server.address6, word->server6, sizeof(server.address6));
	if (word->server == 0 && br_ip_is_zero(word->server6))
		return "any";
	return name_of_server(address, &server);
}

/* Every --server has to be of use in some attempt. */
static bool all_used(const struct br_replay *replay, const struct br_setup_words *words)
{
	char address[BR_SHOW_ADDRESS];

	for (size_t i = 0; i < words->count; i++) {
		const struct br_setup_word *w = &words->word[i];

		if (w->used)
			continue;
		fprintf(replay->err, "--server %s:%s: no such server in %s\n",
		        asked_for(address, w), w->key, replay->path);
		return false;
	}
	return true;
}

static int replay_story(const struct br_replay *replay, const struct br_recorded *recorded)
{
	const struct br_story *story = &recorded->story;
	struct br_setup_words words = replay->words;
	struct br_replay_run run = {.tape = recorded->tape, .relay = &recorded->relay};
	int code = BR_EXIT_NOTHING_RAN, error;

	if (br_story_is_cut(story, br_story_furthest(story))) {
		fprintf(replay->err,
		        "%s: DHCP messages are in it in part only (snap length): a replay needs "
		        "them whole, so record with tcpdump -s 0\n",
		        replay->path);
		return BR_EXIT_NOTHING_RAN;
	}
	run.player = calloc(1, sizeof(*run.player));
	run.tally = calloc(1, sizeof(*run.tally));
	error = run.player && run.tally ? 0 : -ENOMEM;
	for (size_t i = 0; i < story->attempts && error == 0; i++)
		error = replay_attempt(&run, story, &story->attempt[i], &words);
	if (error < 0)
		fprintf(replay->err, "%s: the recorded servers cannot be built again: %s\n",
		        replay->path, strerror(-error));
	else
		code = all_used(replay, &words) ? conclude(replay, run.tally) : BR_EXIT_BAD_USAGE;
	free(run.player);
	free(run.tally);
	return code;
}

int br_replay(const struct br_replay *replay)
{
	struct br_recorded recorded = {.has_story = false};
	int code = BR_EXIT_BAD_USAGE;

	if (br_recorded_read(&recorded, replay->path, replay->other,
	                     replay->has_client ? replay->client : NULL, replay->err) == 0) {
		code = BR_EXIT_NOTHING_RAN;
		if (recorded.has_story)
			code = replay_story(replay, &recorded);
		else
			fprintf(replay->out, "%s\n0 passed, 0 failed, 0 skipped\n",
			        replay->has_client ? "this client is not in the capture"
			                           : "no client to replay");
		if (br_recorded_say_damage(&recorded, replay->err))
			code = BR_EXIT_BAD_USAGE;
	}
	br_recorded_reset(&recorded);
	return code;
}

static int take_server(void *target, char **word, int count, char *error, size_t size)
{
	struct br_replay *replay = target;

	(void)count;
	return br_setup_take(&replay->words, word[0], error, size) == 0;
}

static const struct br_operand operands[] = {
	{"PCAP",
         "a capture whose client is played against the core; a second one is the other side of a "
         "relay",
         BR_TAKES_FILE, 1, 2},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option options[] = {
	{.name = "--client",
         .argument = "MAC",
         .says = "that machine",
         .standard = "the first that asks for a boot",
         .takes = BR_TAKES_MAC,
         .at = offsetof(struct br_replay, client),
         .given = offsetof(struct br_replay, has_client)},
	{.name = "--server",
         .argument = "[ADDR:]KEY=VALUE",
         .says = "change the set-up of one server, or of all: lease=60, boot=x.efi, ...; may be "
                 "given several times",
         .takes = BR_TAKES_TEXT,
         .take = take_server},
	{.name = "--bless",
         .says = "keep the report beside the capture, in PCAP.replay; from then on a replay passes "
                 "if it says the same, and else shows what changed (- was, + is)",
         .at = offsetof(struct br_replay, bless)},
	{.name = NULL},
};

static int replay_main(int argc, char **argv)
{
	struct br_words words = br_words_of(&br_verb_replay);
	struct br_replay replay = {.out = stdout, .err = stderr};

	if (!br_words_read(&words, argc, argv, &replay))
		return words.code;
	replay.path = words.operand[0];
	replay.other = words.count > 1 ? words.operand[1] : NULL;
	if (replay.bless && !br_capture_is_file(replay.path))
		return br_words_wrong(&words, "--bless needs a file to keep the report beside");
	return br_replay(&replay);
}

static const char *const examples[] = {
	"bootrig replay boot.pcap --server 192.0.2.2:lease=60",
	NULL,
};

const struct br_command_verb br_verb_replay = {
	.name = "replay",
	.says = "its client side against the core",
	.about = "Sets the core up like the recorded servers and plays the client's side of a "
		 "capture "
		 "against it.\n\n"
		 "Each answer is equal (in effect), better (the recorded server broke the rule in "
		 "parentheses), diverged (the client would go another way) or worse; worse fails.",
	.operand = operands,
	.option = options,
	.exits = "0 no answer is worse, or the report is the one that was blessed; 1 one is worse, "
		 "or "
		 "the report has changed; 2 the capture or the blessed report cannot be read; 3 "
		 "nothing to replay.",
	.examples = examples,
	.run = replay_main,
};
