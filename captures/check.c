/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/feed.h"
#include "conformance/requirements.h"
#include "sim/script/follow.h"
#include "sim/script/suite.h"

static const char usage[] =
	"usage: bootrig check FILE PCAP...\n"
	"  FILE   a script; several captures are sides of one event, as of a relay\n";

/* Return: 0; 1: what stands in front of damage; else an error of br_feed_open(). */
static int read_packets(struct br_follow *follow, char **paths, int count)
{
	char remark[BR_CAPTURE_REMARK_SIZE] = "";
	struct br_feed_packet packet;
	struct br_feed *feed;
	int result = br_feed_open(&feed, (const char *const *)paths, (size_t)count, remark);

	if (result < 0) {
		fprintf(stderr, "%s\n", remark[0] ? remark : strerror(-result));
		return result;
	}
	while ((result = br_feed_next(feed, &packet)) > 0)
		br_follow_packet(follow, &packet.packet, packet.at, packet.frame);
	for (size_t i = 0; i < br_feed_files(feed); i++) {
		if (!br_feed_file(feed, i)->damage[0])
			continue;
		fprintf(stderr, "%s\n", br_feed_file(feed, i)->damage);
		result = 1;
	}
	br_feed_close(feed);
	return result;
}

static void tell_rules(const struct br_item *item)
{
	bool line = item->kind == BR_ITEM_LINE || item->kind == BR_ITEM_NEVER;

	for (size_t i = 0; line && i < item->step.ids; i++) {
		const char *id = item->step.id[i];

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
		if (r->frame > 0)
			printf("    wire   %s frame %" PRIu64 "\n", capture, r->frame);
		if (r->item)
			tell_rules(r->item);
	}
	printf("%d passed, %d failed, 0 skipped\n", r->follows, !r->follows);
}

int br_check_main(int argc, char **argv)
{
	struct br_parse_options options = {.errors = stderr,
	                                   .requirement = br_requirement_sentence,
	                                   .near = br_requirement_near_id};
	struct br_follow_result *result;
	struct br_script *script;
	struct br_follow *follow;
	int code = BR_EXIT_BAD_USAGE, read;

	if (argc < 3 || argv[1][0] == '-') {
		fputs(usage, stderr);
		return code;
	}
	if (br_script_load(&script, argv[1], &options) < 0)
		return code;
	follow = br_follow_new(script);
	result = calloc(1, sizeof(*result));
	if (!follow || !result)
		abort();
	read = read_packets(follow, argv + 2, argc - 2);
	if (read >= 0) {
		br_follow_judge(follow, result);
		tell(script, result, argv[2]);
		if (read == 0)
			code = result->follows ? BR_EXIT_PASSED : BR_EXIT_FAILED;
	}
	free(result);
	br_follow_free(follow);
	br_script_free(script);
	return code;
}
