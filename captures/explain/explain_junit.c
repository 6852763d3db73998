/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/explain_junit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/explain_rules.h"
#include "captures/explain/show.h"
#include "conformance/conform/areas.h"
#include "conformance/requirements.h"
#include "sim/escape.h"

/* Machines are told one by one, while the head of the file counts them all. */
struct br_explain_junit {
	FILE *to;
	char *text;
	size_t size;
	unsigned machines, failures, skipped;
};

struct br_explain_junit *br_explain_junit_new(void)
{
	struct br_explain_junit *junit = calloc(1, sizeof(*junit));

	if (!junit || !(junit->to = open_memstream(&junit->text, &junit->size)))
		abort();
	return junit;
}

struct br_explain_junit *br_explain_junit_free(struct br_explain_junit *junit)
{
	if (!junit)
		return NULL;
	(void)fclose(junit->to);
	free(junit->text);
	free(junit);
	return NULL;
}

void br_explain_junit_client(struct br_explain_junit *junit, const struct br_story *story,
                             const struct br_diagnosis *d)
{
	const struct br_finding *f = &d->finding[0];
	char mac[BR_SHOW_ADDRESS] = "without MAC";
	bool failed = f->weight == BR_WEIGHT_FAILURE, passed = f->weight == BR_WEIGHT_OK;

	if (story->client->has_mac)
		(void)br_show_mac(mac, story->client->mac);
	fprintf(junit->to, "  <testcase classname=\"bootrig.boot\" name=\"%s\"", mac);
	junit->machines++;
	junit->failures += failed;
	junit->skipped += !failed && !passed;
	if (passed) {
		fprintf(junit->to, "/>\n");
		return;
	}
	fprintf(junit->to, ">\n    <%s message=\"%s: ", failed ? "failure" : "skipped", f->id);
	br_escape_xml(f->text, junit->to);
	fprintf(junit->to, "\"/>\n  </testcase>\n");
}

static const struct br_breach *breach_of(const struct br_explain_run *run, const char *id)
{
	for (size_t i = 0; i < br_rules_breaches(run->rules); i++) {
		const struct br_breach *b = br_rules_breach(run->rules, i);

		if (br_explain_judges(run->explain, b) && !strcmp(b->id, id))
			return b;
	}
	return NULL;
}

static bool fails(const struct br_explain_run *run, size_t rule)
{
	enum br_gate gate = br_gate_of(run->explain->fail_on);

	return br_rules_state(run->rules, rule) == BR_RULE_FAIL &&
	       br_requirement_reaches(br_requirement_find(br_rules_id(rule)),
	                              gate == BR_GATE_NONE ? BR_GATE_MUST : gate);
}

static void put_rule(const struct br_explain_run *run, size_t rule, FILE *to)
{
	const struct br_requirement *q = br_requirement_find(br_rules_id(rule));
	const struct br_breach *b = breach_of(run, br_rules_id(rule));
	char ip[BR_SHOW_ADDRESS];

	fprintf(to, "  <testcase classname=\"bootrig.%.*s\" name=\"%s\"", (int)br_group_of(q->id),
	        q->id, q->id);
	if (br_rules_state(run->rules, rule) != BR_RULE_FAIL) {
		fprintf(to, "/>\n");
		return;
	}
	if (fails(run, rule)) {
		fprintf(to, ">\n    <failure message=\"%s: ", q->strength);
		br_escape_xml(q->sentence, to);
		fprintf(to, "\">");
	} else {
		fprintf(to, ">\n    <system-out>%s, a warning: ", q->strength);
	}
	if (b) {
		fprintf(to, "%s in frame %" PRIu64 ": ", br_show_address(ip, &b->party, false),
		        b->frame[0]);
		br_escape_xml(b->text, to);
	}
	fprintf(to, "</%s>\n  </testcase>\n", fails(run, rule) ? "failure" : "system-out");
}

void br_explain_junit_write(struct br_explain_junit *junit, const struct br_explain_run *run,
                            FILE *to)
{
	bool one = run->explain->server != NULL;
	size_t judged = 0, broken = 0;

	for (size_t i = 0; i < br_rules_count(); i++) {
		judged += br_rules_state(run->rules, i) != BR_RULE_NOT_EXERCISED;
		broken += fails(run, i);
	}
	(void)fflush(junit->to);
	fprintf(to,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"bootrig explain\" "
	        "tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%u\">\n%s",
	        judged + (one ? 0 : junit->machines), broken + (one ? 0 : junit->failures),
	        one ? 0 : junit->skipped, one ? "" : junit->text);
	for (size_t i = 0; i < br_rules_count(); i++) {
		if (br_rules_state(run->rules, i) != BR_RULE_NOT_EXERCISED)
			put_rule(run, i, to);
	}
	fprintf(to, "</testsuite>\n");
}
