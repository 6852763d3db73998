/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "captures/explain/diagnose.h"
#include "captures/explain/explain_forms.h"
#include "captures/explain/explain_junit.h"
#include "captures/explain/explain_page.h"
#include "captures/explain/explain_rules.h"
#include "captures/explain/show.h"
#include "conformance/requirements.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/output.h"

#define PROGRESS_STEP (UINT64_C(64) << 20) /* octets between two lines on a terminal */

/* It does not boot: one more of its kind. */
static void count_host(struct br_explain_run *run, const struct br_story *story)
{
	struct br_explain_hosts *h = &run->hosts[story->errand];
	const struct br_talk_client *client = story->client;
	char text[BR_SHOW_ADDRESS] = "without address";

	if (client->has_mac)
		(void)br_show_mac(text, client->mac);
	else if (client->addresses > 0)
		(void)br_show_address(text, &client->address[0], false);
	if (h->count < BR_EXPLAIN_HOSTS_NAMED)
		(void)snprintf(h->name[h->count], sizeof(h->name[0]), "%.*s",
		               (int)sizeof(h->name[0]) - 1, text);
	h->count++;
}

static void count_client(struct br_explain_run *run, const struct br_diagnosis *d)
{
	run->clients++;
	if (d->finding[0].weight == BR_WEIGHT_OK)
		run->passed++;
	else if (d->finding[0].weight == BR_WEIGHT_FAILURE)
		run->failed++;
	else
		run->skipped++;
}

static void one_client(void *context, const struct br_talk_client *client)
{
	struct br_explain_run *run = context;
	struct br_story story;
	struct br_diagnosis *d;

	if (run->explain->has_client && memcmp(run->explain->client, client->mac, 6) != 0)
		return;
	if (client->exchanges == 0 || !(d = malloc(sizeof(*d))))
		return;
	if (br_story_init(&story, run->talk, client, run->prints) < 0) {
		free(d);
		return;
	}
	bool boots = br_errand_is_boot(story.errand);

	if (!boots)
		count_host(run, &story);
	if (boots || run->explain->has_client) { /* who asks for one host is shown it */
		story.rules = run->rules;
		story.feed = br_feed_duplicates(run->feed) > 0 ? run->feed : NULL;
		br_diagnose(&story, d);
		if (boots)
			count_client(run, d);
		if (run->explain->json)
			br_explain_json_client(run, &story, d);
		else
			br_explain_text_client(run, &story, d);
		if (run->junit && boots)
			br_explain_junit_client(run->junit, &story, d);
		if (run->page)
			br_explain_page_client(run->page, &story, d);
		run->any = true;
	}
	br_story_reset(&story);
	free(d);
}

static void progress(const struct br_explain_run *run, uint64_t *last)
{
	uint64_t octets = 0;

	for (size_t i = 0; i < br_feed_files(run->feed); i++)
		octets += br_feed_file(run->feed, i)->octets;
	if (octets < *last + PROGRESS_STEP)
		return;
	*last = octets;
	fprintf(run->explain->err, "\r%" PRIu64 " MB read, %zu clients", octets / 1000000,
	        br_talk_clients(run->talk));
	(void)fflush(run->explain->err);
}

static void read_all(struct br_explain_run *run)
{
	struct br_feed_packet packet;
	uint64_t last = 0;
	bool terminal = isatty(fileno(run->explain->err));

	while (br_feed_next(run->feed, &packet) == 1) {
		br_talk_of_file(run->talk, packet.file);
		br_talk_packet(run->talk, &packet.packet, packet.frame, packet.at);
		if (br_feed_file(run->feed, packet.file)->untimed > 0)
			br_rules_untimed(run->rules);
		br_rules_packet(run->rules, &packet.packet, packet.frame, 0, packet.at);
		if (terminal && (packet.frame & 0xffff) == 0)
			progress(run, &last);
	}
	br_talk_set_fragments_lost(run->talk, br_feed_fragments_lost(run->feed));
	if (last > 0)
		fprintf(run->explain->err, "\r");
}

static bool any_host(const struct br_explain_run *run)
{
	for (size_t i = 0; i < BR_ERRANDS; i++) {
		if (run->hosts[i].count > 0)
			return true;
	}
	return false;
}

static void tell(struct br_explain_run *run)
{
	struct br_diagnosis *d = NULL;

	for (size_t i = 0; i < br_talk_clients(run->talk); i++)
		one_client(run, br_talk_client(run->talk, i));
	if (run->clients == 0 && !run->any && !any_host(run) && (d = malloc(sizeof(*d))))
		br_diagnose_nobody(run->talk, d);
	if (run->explain->json)
		br_explain_json_clients_end(run, d);
	else if (d)
		br_explain_text_nobody(run, d);
	if (!run->explain->json)
		br_explain_text_hosts(run);
	free(d);
}

static int exit_code(const struct br_explain_run *run)
{
	const struct br_explain *e = run->explain;
	enum br_gate gate = br_gate_of(e->fail_on);

	for (size_t i = 0; i < br_feed_files(run->feed); i++) {
		if (br_feed_file(run->feed, i)->damage[0])
			return BR_EXIT_BAD_USAGE;
	}
	if (e->server && gate == BR_GATE_NONE)
		gate = BR_GATE_MUST;
	/* by the states, which count those too of which there was no room to tell */
	for (size_t i = 0; i < br_rules_count(); i++) {
		if (br_rules_state(run->rules, i) == BR_RULE_FAIL &&
		    br_requirement_reaches(br_requirement_find(br_rules_id(i)), gate))
			return BR_EXIT_FAILED;
	}
	if (e->server)
		return br_explain_judged(run->rules) ? BR_EXIT_PASSED : BR_EXIT_NOTHING_RAN;
	return run->clients == 0  ? BR_EXIT_NOTHING_RAN
	       : run->failed > 0  ? BR_EXIT_FAILED
	       : run->skipped > 0 ? BR_EXIT_SKIPPED
	                          : BR_EXIT_PASSED;
}

static bool put_junit(const struct br_explain_run *run, struct br_output *junit)
{
	if (!junit->file)
		return true;
	br_explain_junit_write(run->junit, run, junit->file);
	return br_output_commit(junit, run->explain->err) == 0;
}

/* Return: whether nothing of it was lost */
static bool put_page(const struct br_explain_run *run, struct br_output *html)
{
	if (!html->file)
		return true;
	br_explain_page_write(run->page, run, html->file);
	return br_output_commit(html, run->explain->err) == 0;
}

int br_explain(const struct br_explain *explain)
{
	struct br_explain_run run = {.explain = explain};
	char remark[BR_CAPTURE_REMARK_SIZE] = "out of memory";
	struct br_rules_options options = {.complete = false,
	                                   .counts = explain->server ? br_explain_counts : NULL,
	                                   .context = (void *)(uintptr_t)explain};
	struct br_output html = {.file = NULL}, junit = {.file = NULL};
	int result = BR_EXIT_BAD_USAGE;

	if (explain->html &&
	    br_output_open(&html, explain->html, explain->paths, explain->count, explain->err) < 0)
		return BR_EXIT_BAD_USAGE;
	if (explain->junit && br_output_open(&junit, explain->junit, explain->paths, explain->count,
	                                     explain->err) < 0) {
		br_output_drop(&html);
		return BR_EXIT_BAD_USAGE;
	}

	if (br_fingerprints_new(&run.prints, br_fingerprints_text, remark, sizeof(remark)) < 0) {
		fprintf(explain->err, "fingerprints.tsv: %s\n", remark);
		br_output_drop(&html);
		br_output_drop(&junit);
		return BR_EXIT_BAD_USAGE;
	}
	if (br_feed_open(&run.feed, explain->paths, explain->count, remark) < 0) {
		fprintf(explain->err, "%s\n", remark);
	} else if (br_talk_new(&run.talk, &explain->limits) == 0 &&
	           br_rules_new(&run.rules, &options) == 0) {
		run.page = html.file ? br_explain_page_new(explain, explain->html) : NULL;
		run.junit = junit.file ? br_explain_junit_new() : NULL;
		br_talk_on_evict(run.talk, one_client, &run);
		if (explain->json)
			br_explain_json_head(&run);
		read_all(&run);
		if (!explain->json)
			br_explain_text_head(&run);
		tell(&run);
		if (explain->json)
			br_explain_json_foot(&run);
		else
			br_explain_text_foot(&run);
		result = exit_code(&run);
		if (!put_page(&run, &html) || !put_junit(&run, &junit))
			result = BR_EXIT_BAD_USAGE;
		for (size_t i = 0; i < br_feed_files(run.feed); i++) {
			if (br_feed_file(run.feed, i)->damage[0])
				fprintf(explain->err, "%s\n", br_feed_file(run.feed, i)->damage);
		}
	}
	br_explain_page_free(run.page);
	br_explain_junit_free(run.junit);
	br_output_drop(&html);
	br_output_drop(&junit);
	(void)br_rules_free(run.rules);
	(void)br_talk_free(run.talk);
	(void)br_feed_close(run.feed);
	(void)br_fingerprints_free(run.prints);
	return result;
}

/* The command line, and a limit in the unit people give it in. */
struct line {
	struct br_explain explain;
	uint64_t memory_mib;
	bool has_memory;
};

static const struct br_operand operands[] = {
	{"PCAP",
         "a capture (pcap or pcapng), - for standard input; several are sides of one event, as "
         "of a relay",
         BR_TAKES_FILE, 1, BR_FEED_FILES_MAX},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option options[] = {
	{.name = "--client",
         .argument = "MAC",
         .says = "this machine alone",
         .standard = "all that boot",
         .takes = BR_TAKES_MAC,
         .at = offsetof(struct line, explain.client),
         .given = offsetof(struct line, explain.has_client)},
	{.name = "--server",
         .argument = "ADDR",
         .says = "judge the server of that address alone: its rules are told, and the exit code is "
                 "theirs, whatever became of a boot; --fail-on is MUST then unless it says else",
         .standard = "all that send something",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct line, explain.server)},
	{.name = "--fail-on",
         .argument = BR_GATE_CHOICE,
         .says = "a requirement of that strength that somebody broke is a failure too",
         .takes = BR_TAKES_CHOICE,
         .at = offsetof(struct line, explain.fail_on)},
	{.name = "--json",
         .says = "for machines: one object, complete",
         .at = offsetof(struct line, explain.json)},
	{.name = "--junit",
         .argument = "FILE",
         .says = "JUnit as well: a case for each machine that boots, and for each requirement that "
                 "was judged",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct line, explain.junit)},
	{.name = "--html",
         .argument = "FILE",
         .says = "a page as well: a ladder of each machine's frames, and the capture. What is in "
                 "FILE "
                 "of other captures stays",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct line, explain.html)},
	{.name = "--memory",
         .argument = "MIB",
         .says = "at most so much for what is remembered of clients; the oldest are told and "
                 "forgotten when it is used up",
         .standard = "64",
         .takes = BR_TAKES_NUMBER,
         .at = offsetof(struct line, memory_mib),
         .given = offsetof(struct line, has_memory),
         .least = 1,
         .most = 1 << 20},
	{.name = NULL},
};

static int explain_main(int argc, char **argv)
{
	struct br_words words = br_words_of(&br_verb_explain);
	struct line line = {
		.explain = {.limits = br_talk_limits_default, .out = stdout, .err = stderr}};

	if (!br_words_read(&words, argc, argv, &line))
		return words.code;
	if (line.explain.server &&
	    !br_text_get_ip(br_text(line.explain.server), line.explain.judged))
		return br_words_wrong(&words, "--server: expected an address, not %s",
		                      line.explain.server);
	line.explain.paths = (const char *const *)words.operand;
	line.explain.count = words.count;
	if (line.has_memory)
		line.explain.limits.memory_max = (size_t)line.memory_mib << 20;
	return br_explain(&line.explain);
}

static const char *const examples[] = {
	"bootrig explain boot.pcap",
	"bootrig explain --html boot.html boot.pcap",
	"bootrig explain --server 192.0.2.2 --fail-on SHOULD --junit out.xml boot.pcap",
	"tcpdump -s 0 -w - port 67 or port 69 | bootrig explain -",
	NULL,
};

const struct br_command_verb br_verb_explain = {
	.name = "explain",
	.says = "what happened to each client, and why",
	.about = "Tells of each machine that boots in a capture who it is, what it tried, how far "
		 "it "
		 "got, what stopped it, which rule or known quirk that is, and what to change.",
	.operand = operands,
	.option = options,
	.exits = "0 every boot went well as far as can be seen, 1 one failed or --fail-on says so "
		 "(with --server: it breaks something), "
		 "2 a capture is "
		 "damaged "
		 "or is none (what was readable is explained), 3 nobody boots in it, or nothing of "
		 "--server was judged, 77 none failed "
		 "and of one it is not known (the capture ends, or does not tell).",
	.examples = examples,
	.run = explain_main,
};
