/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/play.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conformance/conform/areas.h"
#include "core/base/text.h"
#include "sim/script/page_story.h"
#include "sim/stop.h"

enum {
	STORY_SIZE = 400,
	PATH_SIZE = 1024,
	REAL_RUNS = 3, /* of a script that draws numbers: real time is dear */
};

static bool is_tested(const struct br_script *s, int node)
{
	return node >= 0 &&
	       (s->node[node].kind == BR_NODE_SUT || s->node[node].kind == BR_NODE_IFACE);
}

static bool is_stimulus(const struct br_script *s, const struct br_item *item)
{
	return item->kind == BR_ITEM_LINE && item->step.from.node >= 0 &&
	       !br_node_is_judged(&s->node[item->step.from.node]);
}

/* What comes of a stimulus is over with the next one. */
static size_t reach_of(const struct br_script *s, size_t index)
{
	bool answered = false;

	if (!is_stimulus(s, &s->item[index]))
		return index;
	for (size_t i = index + 1; i < s->items; i++) {
		if (is_stimulus(s, &s->item[i])) {
			if (answered)
				return i - 1;
		} else if (br_item_is_step(s->item[i].kind)) {
			answered = true;
		}
	}
	return s->items;
}

/* Where the script stopped, as an index; .items: all its lines were done. */
static size_t stopped_at(const struct br_script *s, const struct br_run_result *result)
{
	const struct br_item *item = result->failure.item;

	return item ? (size_t)(item - s->item) : s->items;
}

/* A machine that fills its memory has been answered, though no line says so. */
static bool is_answer(const struct br_script *s, const struct br_item *item)
{
	const struct br_check *check = &item->check;

	if (item->kind == BR_ITEM_LINE) /* its host answers ICMPv6, whatever the server says */
		return is_tested(s, item->step.from.node) &&
		       item->step.line.protocol != &br_protocol_icmp6;
	if (item->kind == BR_ITEM_TRANSFER)
		return is_tested(s, item->transfer.from.node);
	return item->kind == BR_ITEM_CHECK &&
	       ((check->what == BR_CHECK_RECEIVED && br_text_is(check->value.text, "file")) ||
	        (check->what == BR_CHECK_OUTCOME && br_text_is(check->value.text, "booted")));
}

/* Silence proves something of a server alone that speaks: before what was asked, or after it. */
static bool is_alive(const struct br_script *s, const struct br_run_result *result)
{
	size_t stop = result->result == BR_RESULT_FAIL ? stopped_at(s, result) : s->items;

	for (size_t i = 0; i < stop; i++) {
		if (is_answer(s, &s->item[i]))
			return true;
	}
	return false;
}

static void weigh(struct br_evidence *evidence, const struct br_script *s,
                  const struct br_run_result *result)
{
	bool failed = result->result == BR_RESULT_FAIL;
	size_t stop = failed ? stopped_at(s, result) : s->items;

	for (size_t i = 0; i < s->items; i++) {
		struct br_ids ids = br_item_ids(&s->item[i]);
		bool held = s->item[i].kind == BR_ITEM_NEVER ? !failed : reach_of(s, i) < stop;

		for (size_t k = 0; (held || !failed) && k < ids.count; k++)
			br_evidence_held(evidence, ids.id[k], s);
	}
}

static struct br_against against_of(const struct br_script *s, const struct br_run_result *result)
{
	const struct br_failure *f = &result->failure;
	struct br_against against = {.script = s,
	                             .seed = result->seed,
	                             .frame = f->frame,
	                             .line = f->item ? f->item->line : 0};

	snprintf(against.why, sizeof(against.why), "%s", f->why);
	snprintf(against.want, sizeof(against.want), "%s", f->want);
	snprintf(against.got, sizeof(against.got), "%s", f->got);
	return against;
}

/* The line that names what was broken: that where it stopped, else the stimulus before it. */
static const struct br_item *to_blame(const struct br_script *s, const struct br_run_result *result)
{
	size_t stop = stopped_at(s, result);
	bool sent = false;

	if (stop < s->items && result->failure.kind != BR_FAILURE_UNEXPECTED &&
	    br_item_ids(&s->item[stop]).count > 0)
		return &s->item[stop];
	for (size_t i = stop; i-- > 0;) {
		bool stimulus = is_stimulus(s, &s->item[i]);

		if (stimulus && br_item_ids(&s->item[i]).count > 0)
			return &s->item[i];
		sent = sent || stimulus;
		if (sent && br_item_is_step(s->item[i].kind) && !stimulus)
			break;
	}
	return NULL;
}

static void blame(struct br_evidence *evidence, const struct br_script *s,
                  const struct br_run_result *result)
{
	struct br_against against = against_of(s, result);
	const struct br_item *item;
	struct br_ids ids = {NULL, 0};

	if (result->failure.kind == BR_FAILURE_RULE)
		return; /* the rules tell that themselves */
	item = to_blame(s, result);
	if (item) {
		ids = br_item_ids(item);
		against.line = item->line;
	}
	for (size_t i = 0; i < ids.count; i++)
		br_evidence_broken(evidence, ids.id[i], &against);
	if (ids.count == 0)
		br_evidence_broken_off(evidence, &against, false);
}

/* What the rules say, kept until it is known whether the run is worth anything. */
struct told {
	struct {
		const char *id;
		bool broken;
		struct br_breach breach;
	} * rule;
	size_t rules;
};

static void hear(void *context, const char *id, const struct br_breach *breach)
{
	struct told *told = context;

	told->rule = realloc(told->rule, (told->rules + 1) * sizeof(told->rule[0]));
	if (!told->rule)
		abort();
	told->rule[told->rules].id = id;
	told->rule[told->rules].broken = breach != NULL;
	if (breach)
		told->rule[told->rules].breach = *breach;
	told->rules++;
}

static void weigh_rules(struct br_evidence *evidence, const struct br_script *s, uint64_t seed,
                        const struct told *told, bool alive)
{
	for (size_t i = 0; i < told->rules; i++) {
		const struct br_breach *breach = &told->rule[i].breach;
		struct br_against against = {.script = s, .seed = seed};

		if (!told->rule[i].broken && !alive)
			continue;
		if (!told->rule[i].broken) {
			br_evidence_held(evidence, told->rule[i].id, NULL);
			continue;
		}
		against.frame = breach->frame[0];
		snprintf(against.why, sizeof(against.why), "in frame %" PRIu64 " %s",
		         breach->frame[0], breach->text);
		br_evidence_broken(evidence, told->rule[i].id, &against);
	}
}

/* As play_once() plays it, for a page too. */
static void run(const struct br_script *s, const struct br_play_options *how,
                struct br_run_options *options, struct br_run_result *result)
{
	struct br_page_story story;
	char name[STORY_SIZE];

	if (!how->html) {
		br_run(s, options, result);
		return;
	}
	(void)snprintf(name, sizeof(name), "%s: %s", how->server, s->scenario);
	br_page_story_begin(&story, how->html, name, s, options);
	br_run(s, options, result);
	br_page_story_end(&story, options, result->result == BR_RESULT_FAIL);
}

static void play_once(struct br_evidence *evidence, const struct br_script *s,
                      const struct br_play_options *how, struct br_run_options *options,
                      struct br_run_result *result)
{
	struct told told = {.rules = 0};
	struct br_watch_wish wish = {.tell = hear, .context = &told};
	struct br_run_watch watch = *options->watch;
	struct br_run_options once = *options;
	struct br_against against;
	bool alive;

	watch.context = &wish;
	once.watch = &watch;
	run(s, how, &once, result);
	switch (result->result) {
	case BR_RESULT_PASS:
	case BR_RESULT_STALE:
	case BR_RESULT_FAIL:
		alive = is_alive(s, result);
		weigh_rules(evidence, s, result->seed, &told, alive);
		if (alive)
			weigh(evidence, s, result);
		if (result->result == BR_RESULT_FAIL)
			blame(evidence, s, result);
		break;
	case BR_RESULT_UNSUPPORTED:
		br_evidence_skipped(evidence, s, result->reason);
		break;
	case BR_RESULT_BROKEN:
		against = against_of(s, result);
		br_evidence_broken_off(evidence, &against, true);
		break;
	}
	free(told.rule);
}

void br_play_capture(char *text, size_t size, const char *folder, const char *scenario)
{
	int used = snprintf(text, size, "%.*s/", (int)(size / 2), folder);

	for (size_t i = (size_t)used; i + 1 < size; i++, scenario++) {
		text[i] = *scenario;
		if (*scenario == '/')
			text[i] = '.';
		if (*scenario == '\0')
			break;
	}
	text[size - 1] = '\0';
	used = (int)strlen(text);
	(void)snprintf(text + used, size - (size_t)used, ".pcapng");
}

/* A capture of what speaks against the server stays. */
static void play_and_keep(struct br_evidence *evidence, const struct br_script *s,
                          const struct br_play_options *how, struct br_run_options *options,
                          struct br_run_result *result)
{
	char path[PATH_SIZE];

	if (how->captures && !evidence->against) {
		br_play_capture(path, sizeof(path), how->captures, s->scenario);
		options->pcap = path;
	}
	play_once(evidence, s, how, options, result);
	if (options->pcap && !evidence->against)
		(void)unlink(path);
	options->pcap = NULL;
}

void br_play(struct br_evidence *evidence, const struct br_script *script,
             const struct br_play_options *how, struct br_file_store *made,
             struct br_run_result *result)
{
	uint64_t runs = how->real && script->runs > REAL_RUNS ? REAL_RUNS : script->runs;
	const char *reason =
		how->prepare && !script->lacks ? how->prepare(how->context, script) : NULL;

	if (reason) {
		br_evidence_skipped(evidence, script, reason);
		return;
	}
	for (uint64_t run = 0; run < runs && br_stop_signal() == 0; run++) {
		struct br_run_options once = {
			.watch = how->watch, .seed = script->seed + run, .made = made};

		play_and_keep(evidence, script, how, &once, result);
		if (result->result != BR_RESULT_PASS)
			break;
	}
	evidence->played = result->result != BR_RESULT_UNSUPPORTED;
}

bool br_shows_below(const struct br_script *script, const char *name)
{
	for (size_t i = 0; i < script->items; i++) {
		struct br_ids ids = br_item_ids(&script->item[i]);

		for (size_t k = 0; k < ids.count; k++) {
			if (br_area_is_below(ids.id[k], name))
				return true;
		}
	}
	return false;
}
