/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/read/feed.h"
#include "conformance/requirements.h"
#include "sim/command/words.h"
#include "sim/script/suite.h"

/* The script's client, if it is the only one and asks for an address in the captures. */
static void choose(struct br_look *look, const struct br_script *script)
{
	const struct br_script_node *client = NULL;
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_feed_packet packet;
	struct br_feed *feed;

	for (size_t i = 0; i < script->nodes; i++) {
		if (!script->node[i].has_mac)
			continue;
		if (client)
			return;
		client = &script->node[i];
	}
	for (size_t i = 0; i < look->count; i++) {
		if (!br_capture_is_file(look->paths[i])) /* it cannot be read twice */
			return;
	}
	if (!client || br_feed_open(&feed, look->paths, look->count, remark) < 0)
		return;
	memcpy(look->only.mac, client->mac, sizeof(look->only.mac));
	while (!look->only.seen && br_feed_next(feed, &packet) > 0)
		(void)br_only_client_takes(&look->only, &packet.packet);
	br_feed_close(feed);
	look->chosen = look->only.seen;
	look->only.addresses = 0;
}

/* Return: 0; 1: what stands in front of damage; else an error of br_feed_open(). */
static int read_packets(struct br_follow *follow, struct br_look *look, FILE *err)
{
	char remark[BR_CAPTURE_REMARK_SIZE] = "";
	struct br_feed_packet packet;
	struct br_feed *feed;
	int result = br_feed_open(&feed, look->paths, look->count, remark);

	if (result < 0) {
		if (err)
			fprintf(err, "%s\n", remark[0] ? remark : strerror(-result));
		return result;
	}
	while ((result = br_feed_next(feed, &packet)) > 0) {
		if (!look->chosen || br_only_client_takes(&look->only, &packet.packet))
			br_follow_packet(follow, &packet.packet, packet.at, packet.frame);
	}
	for (size_t i = 0; i < br_feed_files(feed); i++) {
		if (!br_feed_file(feed, i)->damage[0])
			continue;
		if (err)
			fprintf(err, "%s\n", br_feed_file(feed, i)->damage);
		result = 1;
	}
	br_feed_close(feed);
	return result;
}

static void tell_rules(const struct br_item *item)
{
	struct br_ids ids = br_item_ids(item);

	for (size_t i = 0; i < ids.count; i++) {
		const char *id = ids.id[i];

		printf("    rule   %s (%s): %s\n", id, br_requirement_clause(NULL, id),
		       br_requirement_sentence(NULL, id));
	}
}

static void tell(const struct br_script *script, const struct br_follow_result *r,
                 const char *capture)
{
	printf("1..1\n%s 1 - %s follows %s   # %zu lines matched, %zu not judged\n",
	       r->follows ? "ok" : "not ok", capture, script->scenario, r->matched, r->not_judged);
	if (!r->follows) {
		printf("  %s", r->item ? r->item->path : script->path);
		if (r->item)
			printf(":%" PRIu32, r->item->line);
		printf("\n    why    %s\n", r->why);
		if (r->want[0])
			printf("    want   %s\n", r->want);
		if (r->got[0])
			printf("    got    %s\n", r->got);
		if (r->marks[0])
			printf("           %s\n", r->marks);
		if (r->frame > 0)
			printf("    wire   %s frame %" PRIu64 "\n", capture, r->frame);
		if (r->item)
			tell_rules(r->item);
	}
	printf("%d passed, %d failed, 0 skipped\n", r->follows, !r->follows);
}

static const struct br_operand operands[] = {
	{"FILE", "a script", BR_TAKES_FILE, 1, 1},
	{"PCAP", "a capture, - for standard input; several are sides of one event, as of a relay",
         BR_TAKES_FILE, 1, BR_FEED_FILES_MAX},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option options[] = {
	{.name = "--client",
         .argument = "MAC",
         .says = "of several machines in the captures, the one to look at",
         .standard = "that of the script's client if it is there, else all",
         .takes = BR_TAKES_MAC,
         .at = offsetof(struct br_look, only.mac),
         .given = offsetof(struct br_look, chosen)},
	{.name = NULL},
};

int br_check_follow(struct br_look *look, const struct br_script *script, FILE *err,
                    struct br_follow_result *ret_result)
{
	struct br_follow *follow = br_follow_new(script);
	int read;

	if (!follow)
		abort();
	if (!look->chosen)
		choose(look, script);
	read = read_packets(follow, look, err);
	if (read >= 0)
		br_follow_judge(follow, ret_result);
	(void)br_follow_free(follow);
	return read;
}

static int check(struct br_look *look, const struct br_script *script)
{
	struct br_follow_result *result = calloc(1, sizeof(*result));
	int code = BR_EXIT_BAD_USAGE, read;

	if (!result)
		abort();
	read = br_check_follow(look, script, stderr, result);
	if (read >= 0)
		tell(script, result, look->paths[0]);
	if (read == 0)
		code = result->follows ? BR_EXIT_PASSED : BR_EXIT_FAILED;
	free(result);
	return code;
}

static int check_main(int argc, char **argv)
{
	struct br_parse_options parse = {.errors = stderr,
	                                 .requirement = br_requirement_sentence,
	                                 .near = br_requirement_near_id};
	struct br_words words = br_words_of(&br_verb_check);
	struct br_look *look = calloc(1, sizeof(*look));
	struct br_script *script;
	int code = BR_EXIT_BAD_USAGE;

	if (!look)
		abort();
	if (!br_words_read(&words, argc, argv, look)) {
		code = words.code;
	} else if (br_script_load(&script, words.operand[0], &parse) >= 0) {
		look->paths = (const char *const *)words.operand + 1;
		look->count = words.count - 1;
		code = check(look, script);
		br_script_free(script);
	}
	free(look);
	return code;
}

const struct br_command_verb br_verb_check = {
	.name = "check",
	.says = "does this capture follow this script?",
	.about = "Reads the captures as the run of a script: its clients' lines are looked for, "
		 "what "
		 "the server under test said is held against the lines that expect it.",
	.operand = operands,
	.option = options,
	.run = check_main,
};
