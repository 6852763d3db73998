/* SPDX-License-Identifier: BSD-2-Clause */
/* An explanation for machines: one JSON object, clients in the order they are told. */
#include "captures/explain/explain_forms.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/diagnose.h"
#include "captures/explain/explain_rules.h"
#include "captures/explain/show.h"
#include "sim/json.h"

void br_explain_json_head(struct br_explain_run *run)
{
	fprintf(run->explain->out, "{\"clients\":[");
}

static void list(FILE *out, const char *name, const char *const *items, size_t count)
{
	fprintf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			fputc(',', out);
		br_json_text(out, items[i]);
	}
	fputc(']', out);
}

static void finding(FILE *out, const struct br_finding *f)
{
	const char *at = f->requirements;

	fprintf(out, "{\"id\":");
	br_json_text(out, f->id);
	br_json_member(out, "weight", br_weight_name(f->weight));
	br_json_member(out, "side", f->side);
	fprintf(out, ",\"requirements\":[");
	while (*at) {
		int size = (int)strcspn(at, ",");

		fprintf(out, "%s\"%.*s\"", at == f->requirements ? "" : ",", size, at);
		at += size;
		at += *at == ',';
	}
	fputc(']', out);
	br_json_member(out, "quirk", f->quirk);
	br_json_member(out, "text", f->text);
	br_json_member(out, "change", f->change);
	if (f->first_frame > 0)
		fprintf(out, ",\"frames\":[%" PRIu64 ",%" PRIu64 "]", f->first_frame,
		        f->last_frame);
	fputc('}', out);
}

static void findings(FILE *out, const struct br_diagnosis *d)
{
	fprintf(out, ",\"findings\":[");
	for (size_t i = 0; d && i < d->findings; i++) {
		if (i > 0)
			fputc(',', out);
		finding(out, &d->finding[i]);
	}
	fputc(']', out);
}

struct lines {
	struct br_explain_run *run;
	bool any;
};

static void ladder_line(void *context, br_time at, const char *value)
{
	struct lines *lines = context;
	FILE *out = lines->run->explain->out;

	fprintf(out, "%s{\"at\":%.6f", lines->any ? "," : "",
	        br_show_seconds(at - br_talk_first(lines->run->talk)));
	br_json_member(out, "text", value);
	fputc('}', out);
	lines->any = true;
}

static void attempts(struct br_explain_run *run, const struct br_story *s)
{
	FILE *out = run->explain->out;
	struct br_diagnosis *d = malloc(sizeof(*d));

	fprintf(out, ",\"attempts\":[");
	for (size_t i = 0; i < s->attempts; i++) {
		const struct br_attempt *a = &s->attempt[i];
		struct lines lines = {run, false};

		fprintf(out, "%s{\"path\":", i > 0 ? "," : "");
		br_json_text(out, br_path_name(a->path));
		br_json_member(out, "step", br_reached_name(a->reached));
		fprintf(out, ",\"files\":%zu,\"complete\":%zu,\"lines\":[", a->files, a->programs);
		br_show_attempt(s, a, ladder_line, &lines);
		fputc(']', out);
		if (d) {
			br_diagnose_attempt(s, a, d);
			br_json_member(out, "outcome", d->finding[0].id);
		}
		fputc('}', out);
	}
	fputc(']', out);
	free(d);
}

void br_explain_json_client(struct br_explain_run *run, const struct br_story *story,
                            const struct br_diagnosis *d)
{
	FILE *out = run->explain->out;
	char address[BR_SHOW_ADDRESS];

	fprintf(out, "%s\n{\"mac\":", run->any ? "," : "");
	br_json_text(out, story->client->has_mac ? br_show_mac(address, story->client->mac) : "");
	fprintf(out, ",\"addresses\":[");
	for (size_t i = 0; i < story->client->addresses; i++) {
		if (i > 0)
			fputc(',', out);
		br_json_text(out, br_show_address(address, &story->client->address[i], false));
	}
	fputc(']', out);
	br_json_member(out, "software", story->who.software ? story->who.software : "");
	br_json_member(out, "name", story->who.name ? story->who.name : "");
	fprintf(out, ",\"arch\":%" PRId32, story->arch);
	list(out, "reasons", story->who.reason, story->who.reasons);
	list(out, "against", story->who.against, story->who.againsts);
	list(out, "notes", story->who.note, story->who.notes);
	br_json_member(out, "step", br_reached_name(d->reached));
	br_json_member(out, "verdict", d->finding[0].id);
	findings(out, d);
	attempts(run, story);
	fputc('}', out);
}

/* Those that boot nothing, by errand: how many, and the first of them. */
static void hosts(const struct br_explain_run *run)
{
	FILE *out = run->explain->out;
	bool any = false;

	fprintf(out, ",\"hosts\":[");
	for (size_t i = 0; i < BR_ERRANDS; i++) {
		const struct br_explain_hosts *h = &run->hosts[i];
		const char *first[BR_EXPLAIN_HOSTS_NAMED];
		size_t named = 0;

		if (h->count == 0)
			continue;
		for (; named < h->count && named < BR_EXPLAIN_HOSTS_NAMED; named++)
			first[named] = h->name[named];
		fprintf(out, "%s{\"errand\":", any ? "," : "");
		br_json_text(out, br_errand_name((enum br_errand)i));
		fprintf(out, ",\"count\":%" PRIu64, h->count);
		br_json_member(out, "says", br_errand_says((enum br_errand)i, h->count == 1));
		list(out, "first", first, named);
		fputc('}', out);
		any = true;
	}
	fputc(']', out);
}

void br_explain_json_clients_end(struct br_explain_run *run, const struct br_diagnosis *nobody)
{
	FILE *out = run->explain->out;

	fputc(']', out);
	br_json_member(out, "verdict", nobody ? nobody->finding[0].id : "");
	findings(out, nobody);
	hosts(run);
}

void br_explain_json_foot(struct br_explain_run *run)
{
	FILE *out = run->explain->out;

	fprintf(out, ",\n\"files\":[");
	for (size_t i = 0; i < br_feed_files(run->feed); i++) {
		const struct br_feed_file *f = br_feed_file(run->feed, i);

		fprintf(out, "%s{\"path\":", i > 0 ? "," : "");
		br_json_text(out, f->path);
		fprintf(out,
		        ",\"frames\":%" PRIu64 ",\"left_out\":%" PRIu64 ",\"dropped\":%" PRIu64
		        ",\"shift_ns\":%" PRId64 ",\"shift_pairs\":%" PRIu32,
		        f->frames, f->left_out, f->dropped, f->shift, f->shift_pairs);
		fprintf(out, ",\"mirrored\":%s,\"untimed\":%" PRIu64 ",\"clock_steps\":%" PRIu64,
		        f->mirrored ? "true" : "false", f->untimed, f->steps);
		br_json_member(out, "damage", f->damage);
		fputc('}', out);
	}
	fprintf(out, "]");
	br_explain_rules_json(run->explain, run->rules);
	fprintf(out, ",\"duplicates\":%" PRIu64 ",\"passed\":%u,\"failed\":%u,\"skipped\":%u}\n",
	        br_feed_duplicates(run->feed), run->passed, run->failed, run->skipped);
}
