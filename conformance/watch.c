/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/requirements.h"
#include "conformance/rules/rules.h"
#include "sim/script/node_keys.h"

struct watch {
	const struct br_script *script;
	struct br_rules *rules;
};

static void *begin(const struct br_script *script, bool complete)
{
	struct br_rules_options options = {.complete = complete};
	struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->script = script;
	if (br_rules_new(&w->rules, &options) < 0) {
		free(w);
		return NULL;
	}
	return w;
}

static void see(void *watch, const struct br_frame *frame, uint64_t number, uint32_t link,
                br_time now)
{
	struct watch *w = watch;

	br_rules_frame(w->rules, frame, number, link, now);
}

/* A server told to keep to port 69 breaks RFC 1350 for the sake of NAT. */
static bool is_told_to(const struct br_script *s, const char *rule)
{
	if (strcmp(rule, "TFTP-RRQ-01") != 0)
		return false;
	for (size_t i = 0; i < s->nodes; i++) {
		if (s->node[i].kind == BR_NODE_SUT && br_node_key(&s->node[i], "single-port"))
			return true;
	}
	return false;
}

static bool is_under_test(const struct br_script *s, const struct br_breach *b)
{
	const uint8_t *ip = b->party.ip;
	uint32_t address =
		(uint32_t)ip[12] << 24 | (uint32_t)ip[13] << 16 | (uint32_t)ip[14] << 8 | ip[15];

	for (size_t i = 0; i < s->nodes; i++) {
		const struct br_script_node *node = &s->node[i];

		for (size_t j = 0; j < node->links && node->kind == BR_NODE_SUT; j++) {
			if (node->link[j].address != 0 && node->link[j].address == address)
				return true;
		}
	}
	return false;
}

static bool names(const char *const *id, size_t ids, const char *rule)
{
	for (size_t i = 0; i < ids; i++) {
		if (!strcmp(id[i], rule))
			return true;
	}
	return false;
}

static bool is_about(const struct br_script *s, const char *rule)
{
	for (size_t i = 0; i < s->items; i++) {
		const struct br_item *item = &s->item[i];

		if ((item->kind == BR_ITEM_LINE || item->kind == BR_ITEM_NEVER) &&
		    names(item->step.id, item->step.ids, rule))
			return true;
		if (item->kind == BR_ITEM_CHECK && names(item->check.id, item->check.ids, rule))
			return true;
	}
	return false;
}

static bool end(void *watch, struct br_run_blame *ret_blame)
{
	struct watch *w = watch;
	bool blamed = false;

	for (size_t i = 0; i < br_rules_breaches(w->rules) && !blamed; i++) {
		const struct br_breach *b = br_rules_breach(w->rules, i);
		const struct br_requirement *q = br_requirement_find(b->id);

		if (!br_requirement_fails(q) || !is_under_test(w->script, b) ||
		    is_about(w->script, b->id) || is_told_to(w->script, b->id))
			continue;
		blamed = true;
		snprintf(ret_blame->id, sizeof(ret_blame->id), "%s", b->id);
		snprintf(ret_blame->why, sizeof(ret_blame->why),
		         "the server broke %s in frame %" PRIu64 ": %s", b->id, b->frame[0],
		         b->text);
		ret_blame->at = b->at;
		ret_blame->frame = b->frame[0];
	}
	w->rules = br_rules_free(w->rules);
	free(w);
	return blamed;
}

const struct br_run_watch br_watch_rules = {.begin = begin, .see = see, .end = end};
