/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/explain_rules.h"

#include <inttypes.h>

#include "captures/explain/show.h"
#include "conformance/requirements.h"
#include "core/base/address.h"
#include "sim/json.h"

bool br_explain_counts(void *explain, const struct br_endpoint *party)
{
	const struct br_explain *e = explain;

	return !e->server || br_ip_equal(e->judged, party->ip);
}

bool br_explain_judges(const struct br_explain *explain, const struct br_breach *breach)
{
	return !explain->server || br_ip_equal(explain->judged, breach->party.ip);
}

bool br_explain_judged(const struct br_rules *rules)
{
	for (size_t i = 0; i < br_rules_count(); i++) {
		if (br_rules_state(rules, i) != BR_RULE_NOT_EXERCISED)
			return true;
	}
	return false;
}

struct sums {
	size_t judged, broken;
};

static struct sums sum_up(const struct br_rules *rules)
{
	struct sums sums = {0};

	for (size_t i = 0; i < br_rules_count(); i++) {
		enum br_rule_state state = br_rules_state(rules, i);

		sums.judged += state != BR_RULE_NOT_EXERCISED;
		sums.broken += state == BR_RULE_FAIL;
	}
	return sums;
}

static uint32_t frames_of(const struct br_breach *b)
{
	return b->count < BR_BREACH_FRAMES_MAX ? b->count : BR_BREACH_FRAMES_MAX;
}

static void text_breach(FILE *out, const struct br_breach *b)
{
	const struct br_requirement *q = br_requirement_find(b->id);
	char ip[BR_SHOW_ADDRESS], mac[BR_SHOW_ADDRESS];

	fprintf(out, "  %-13s %-9s %s, %s, frame%s", b->id, q ? q->strength : "",
	        br_show_address(ip, &b->party, false), br_show_mac(mac, b->mac),
	        b->count > 1 ? "s" : "");
	for (uint32_t i = 0; i < frames_of(b); i++)
		fprintf(out, "%s %" PRIu64, i > 0 ? "," : "", b->frame[i]);
	if (b->count > frames_of(b))
		fprintf(out, " and %" PRIu32 " more", b->count - frames_of(b));
	fprintf(out, "\n    seen: %s\n", b->text);
	if (q)
		fprintf(out, "    rule: %s\n", q->sentence);
}

/* What so many do is no news: it goes last. */
static void text_breaches(const struct br_explain *explain, const struct br_rules *rules,
                          bool often)
{
	FILE *out = explain->out;
	bool any = false;

	for (size_t i = 0; i < br_rules_breaches(rules); i++) {
		const struct br_breach *b = br_rules_breach(rules, i);

		if (br_requirement_is_often_broken(br_requirement_find(b->id)) != often ||
		    !br_explain_judges(explain, b))
			continue;
		if (often && !any)
			fprintf(out, "  As many do, with no harm known:\n");
		any = true;
		text_breach(out, b);
	}
}

void br_explain_rules_text(const struct br_explain *explain, const struct br_rules *rules,
                           bool harmless)
{
	struct sums sums = sum_up(rules);
	FILE *out = explain->out;

	if (explain->server)
		fprintf(out, "\nThe rules are those of %s alone.%s", explain->server,
		        sums.judged == 0 ? " Nothing of it was judged." : "");
	fprintf(out, "\nRULES  %zu judged, %zu kept, %zu broken, %zu not exercised\n", sums.judged,
	        sums.judged - sums.broken, sums.broken, br_rules_count() - sums.judged);
	/* else a reader takes the first for the cause */
	if (sums.broken > 0 && !explain->server)
		fprintf(out, "  %s\n",
		        harmless ? "None of these kept a client from what it asked for."
		                 : "What went wrong is told above; these may have no part in it.");
	text_breaches(explain, rules, false);
	text_breaches(explain, rules, true);
	if (br_rules_left_out(rules))
		fprintf(out, "  %" PRIu64 " more are not told\n", br_rules_left_out(rules));
}

static void json_breach(FILE *out, const struct br_breach *b)
{
	const struct br_requirement *q = br_requirement_find(b->id);
	char text[BR_SHOW_ADDRESS];

	fprintf(out, "{\"id\":\"%s\",\"strength\":\"%s\",\"fails\":%s", b->id, q ? q->strength : "",
	        br_requirement_fails(q) ? "true" : "false");
	br_json_member(out, "ip", br_show_address(text, &b->party, false));
	br_json_member(out, "mac", br_show_mac(text, b->mac));
	fprintf(out, ",\"count\":%" PRIu32 ",\"frames\":[", b->count);
	for (uint32_t i = 0; i < frames_of(b); i++)
		fprintf(out, "%s%" PRIu64, i > 0 ? "," : "", b->frame[i]);
	fprintf(out, "]");
	br_json_member(out, "seen", b->text);
	br_json_member(out, "clause", q ? q->clause : "");
	fputc('}', out);
}

void br_explain_rules_json(const struct br_explain *explain, const struct br_rules *rules)
{
	static const char *const names[] = {"not-exercised", "pass", "fail"};
	FILE *out = explain->out;
	size_t told = 0;
	bool any = false;

	fprintf(out, ",\"rules\":{");
	if (explain->server) {
		fprintf(out, "\"server\":");
		br_json_text(out, explain->server);
		fputc(',', out);
	}
	fprintf(out, "\"breaches\":[");
	for (size_t i = 0; i < br_rules_breaches(rules); i++) {
		if (!br_explain_judges(explain, br_rules_breach(rules, i)))
			continue;
		fprintf(out, told++ > 0 ? ",\n" : "\n");
		json_breach(out, br_rules_breach(rules, i));
	}
	fprintf(out, "],\"states\":{");
	for (size_t i = 0; i < br_rules_count(); i++) {
		enum br_rule_state state = br_rules_state(rules, i);

		if (state == BR_RULE_NOT_EXERCISED)
			continue;
		fprintf(out, "%s\"%s\":\"%s\"", any ? "," : "", br_rules_id(i), names[state]);
		any = true;
	}
	fprintf(out, "},\"not_exercised\":%zu,\"left_out\":%" PRIu64 "}",
	        br_rules_count() - sum_up(rules).judged, br_rules_left_out(rules));
}
