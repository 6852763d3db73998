/* SPDX-License-Identifier: BSD-2-Clause */
/* An explanation for people: a part for each client, its attempts, the verdict, what else. */
#include "captures/explain/explain_forms.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/diagnose.h"
#include "captures/explain/explain_rules.h"
#include "captures/explain/show.h"
#include "captures/read/link.h"

enum {
	COLUMNS = 100,
	REASONS_SHOWN = 4,
};

/* @text in lines of COLUMNS, each behind @indent blanks; the first goes on at @column. */
static void wrap(FILE *out, const char *text, int indent, int column)
{
	while (*text) {
		int word = (int)strcspn(text, " ");

		fprintf(out, "%.*s", word, text);
		column += word;
		text += word;
		while (*text == ' ')
			text++;
		if (*text && column + 1 + (int)strcspn(text, " ") <= COLUMNS) {
			fputc(' ', out);
			column++;
		} else if (*text) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		}
	}
	fputc('\n', out);
}

static void labelled(FILE *out, const char *label, const char *text)
{
	int column = fprintf(out, "    %-9s", label);

	wrap(out, text, 13, column);
}

static void text_left_out(FILE *out, const struct br_feed_file *f)
{
	const char *name = br_link_name(f->link_left_out);
	bool air = f->link_left_out == BR_LINK_80211 || f->link_left_out == BR_LINK_80211_RADIOTAP;
	uint64_t of_links = f->left_out - f->undescribed;

	if (f->undescribed)
		fprintf(out,
		        "  %" PRIu64
		        " frames left out: the file does not describe their interface, "
		        "or has too many\n",
		        f->undescribed);
	if (of_links && air)
		fprintf(out,
		        "  %" PRIu64 " Wi-Fi frames left out that carry no readable data "
		        "(management, encrypted)\n",
		        of_links);
	else if (of_links)
		fprintf(out, "  %" PRIu64 " frames left out: link type %" PRIu32 "%s%s\n", of_links,
		        f->link_left_out, name ? ", cut " : "", name ? name : "");
}

static void text_file(struct br_explain_run *run, size_t index)
{
	const struct br_feed_file *f = br_feed_file(run->feed, index);
	FILE *out = run->explain->out;

	fprintf(out, "%s: %" PRIu64 " frames\n", f->path, f->frames);
	if (f->dropped)
		fprintf(out, "  the recorder lost %" PRIu64 " frames: gaps may be the capture's\n",
		        f->dropped);
	text_left_out(out, f);
	if (f->mirrored)
		fprintf(out, "  every frame is in it twice, as a mirror port of both directions "
		             "records: taken once\n");
	if (f->untimed)
		fprintf(out,
		        "  %" PRIu64 " frames have no time stamp and take that of the one before: "
		        "times and rates are not to be trusted\n",
		        f->untimed);
	if (f->steps)
		fprintf(out,
		        "  its clock goes back by %.1f s at frame %" PRIu64 "%s: the order of the "
		        "file is kept\n",
		        br_show_seconds(f->step_back), f->step_frame,
		        f->steps > 1 ? ", and again" : "");
	if (f->damage[0])
		fprintf(out, "  damaged; what stood before is explained\n");
	if (index > 0 && f->shift_pairs)
		fprintf(out,
		        "  merged by %" PRIu32 " %s seen in both files; its clock is %.6f s %s\n",
		        f->shift_pairs, f->shift_by_dhcp ? "DHCP messages" : "packets",
		        br_show_seconds((br_time)(f->shift < 0 ? -f->shift : f->shift)),
		        f->shift < 0 ? "ahead" : "behind");
	else if (index > 0)
		fprintf(out,
		        "  nothing in both it and the first file tells how their clocks differ: "
		        "merged by time stamps\n");
}

void br_explain_text_head(struct br_explain_run *run)
{
	FILE *out = run->explain->out;

	for (size_t i = 0; i < br_feed_files(run->feed); i++)
		text_file(run, i);
	if (br_feed_duplicates(run->feed))
		fprintf(out, "  %" PRIu64 " packets were recorded at two places and counted once\n",
		        br_feed_duplicates(run->feed));
	if (br_feed_fragments_lost(run->feed))
		fprintf(out, "  %" PRIu64 " fragmented datagrams were never complete\n",
		        br_feed_fragments_lost(run->feed));
	if (br_talk_evicted(run->talk))
		fprintf(out,
		        "  %" PRIu64 " clients that were quiet longest were told early to keep "
		        "memory in bounds\n",
		        br_talk_evicted(run->talk));
	fprintf(out, "  %.1f s, %zu client%s\n",
	        br_show_seconds(br_talk_last(run->talk) - br_talk_first(run->talk)),
	        br_talk_clients(run->talk), br_talk_clients(run->talk) == 1 ? "" : "s");
}

static void ladder_line(void *context, br_time at, const char *text)
{
	struct br_explain_run *run = context;

	/* no wrapping: a line is an exchange, and greps find it */
	fprintf(run->explain->out, "    %9.3f  %s\n",
	        br_show_seconds(at - br_talk_first(run->talk)), text);
}

/* @attempt: from 1, of several; 0: there is nothing to tell apart */
static void text_finding(FILE *out, const struct br_finding *f, bool verdict, size_t attempt)
{
	char rules[256];

	fprintf(out, "\n  %s %s", verdict ? "VERDICT" : "also", f->id);
	if (f->side[0])
		fprintf(out, "  (%s)", f->side);
	if (verdict && attempt > 0)
		fprintf(out, "  attempt %zu", attempt);
	fprintf(out, "\n    ");
	wrap(out, f->text, 4, 4);
	if (f->requirements[0] || f->quirk[0]) {
		(void)snprintf(rules, sizeof(rules), "%s%s%s%s", f->requirements,
		               f->requirements[0] && f->quirk[0] ? "; " : "",
		               f->quirk[0] ? "known quirk " : "", f->quirk);
		labelled(out, f->requirements[0] ? "rules" : "", rules);
	}
	if (f->first_frame > 0) {
		(void)snprintf(rules, sizeof(rules),
		               f->last_frame > f->first_frame ? "%" PRIu64 " to %" PRIu64
		                                              : "%" PRIu64,
		               f->first_frame, f->last_frame);
		labelled(out, "frames", rules);
	}
	if (f->change[0])
		labelled(out, "change", f->change);
}

static void text_who(struct br_explain_run *run, const struct br_story *s)
{
	FILE *out = run->explain->out;
	char address[BR_SHOW_ADDRESS];
	const char *arch = br_show_arch(s->arch);

	fprintf(out, "\nCLIENT %s",
	        s->client->client_id_size > 0 ? "without MAC address"
	        : s->client->has_mac          ? br_show_mac(address, s->client->mac)
	                                      : "without MAC address");
	for (uint8_t i = 0; i < s->client->client_id_size; i++)
		fprintf(out, "%s%02x", i == 0 ? " client-id " : ":", s->client->client_id[i]);
	for (size_t i = 0; i < s->client->addresses; i++)
		fprintf(out, "  %s", br_show_address(address, &s->client->address[i], false));
	fprintf(out, "\n  looks like %s%s%s\n",
	        s->who.name ? s->who.name : "software that is not known here", *arch ? ", " : "",
	        arch);
	for (size_t i = 0; i < s->who.reasons && i < REASONS_SHOWN; i++)
		fprintf(out, "    because %s\n", s->who.reason[i]);
	for (size_t i = 0; i < s->who.againsts && i < REASONS_SHOWN; i++)
		fprintf(out, "    but not: %s\n", s->who.against[i]);
	for (size_t i = 0; i < s->who.notes; i++)
		fprintf(out, "    note: %s\n", s->who.note[i]);
	if (s->client->client_id_size > 0)
		fprintf(out, "    its DHCP names no hardware address (InfiniBand: RFC 4390): the "
		             "client-id (option 61) tells it from others, so reserve by that\n");
	if (s->relay_only)
		fprintf(out,
		        "    recorded behind a relay: the client's own packets are not here\n");
	if (s->client->left_out)
		fprintf(out,
		        "    %" PRIu64 " exchanges in the middle are left out to bound memory\n",
		        s->client->left_out);
}

/* How an attempt ended that is not the one the verdict is about: the first sentence of it. */
static void text_outcome(struct br_explain_run *run, const struct br_story *story,
                         const struct br_attempt *a)
{
	FILE *out = run->explain->out;
	struct br_diagnosis *d = malloc(sizeof(*d));

	if (!d)
		return;
	br_diagnose_attempt(story, a, d);
	const struct br_finding *f = &d->finding[0];
	const char *end = strstr(f->text, ". ");
	bool stopped = f->weight == BR_WEIGHT_FAILURE || f->weight == BR_WEIGHT_UNKNOWN;
	char sentence[BR_FINDING_TEXT + 64];

	(void)snprintf(sentence, sizeof(sentence), "%s %s: %.*s",
	               stopped ? "stopped by" : "ended as", f->id,
	               end ? (int)(end - f->text) + 1 : (int)strlen(f->text), f->text);
	fprintf(out, "    ");
	wrap(out, sentence, 6, 4);
	free(d);
}

void br_explain_text_client(struct br_explain_run *run, const struct br_story *story,
                            const struct br_diagnosis *d)
{
	FILE *out = run->explain->out;

	text_who(run, story);
	for (size_t i = 0; i < story->attempts; i++) {
		const struct br_attempt *a = &story->attempt[i];

		fprintf(out, "\n  attempt %zu: %s - %s\n", i + 1, br_path_name(a->path),
		        br_reached_says(a->reached));
		br_show_attempt(story, a, ladder_line, run);
		if (i != d->attempt)
			text_outcome(run, story, a);
	}
	for (size_t i = 0; i < d->findings; i++)
		text_finding(out, &d->finding[i], i == 0, story->attempts > 1 ? d->attempt + 1 : 0);
}

void br_explain_text_hosts(const struct br_explain_run *run)
{
	FILE *out = run->explain->out;
	bool any = false;

	for (size_t i = 0; i < BR_ERRANDS; i++) {
		const struct br_explain_hosts *h = &run->hosts[i];
		char line[512];
		size_t size;

		if (h->count == 0)
			continue;
		size = (size_t)snprintf(line, sizeof(line), "%" PRIu64 " %s:", h->count,
		                        br_errand_says((enum br_errand)i, h->count == 1));
		for (uint64_t k = 0; k < h->count && k < BR_EXPLAIN_HOSTS_NAMED; k++)
			size += (size_t)snprintf(line + size, sizeof(line) - size, "%s %s",
			                         k > 0 ? "," : "", h->name[k]);
		if (h->count > BR_EXPLAIN_HOSTS_NAMED)
			(void)snprintf(line + size, sizeof(line) - size, " and others");
		if (!any)
			fprintf(out, "%s", run->clients == 0 ? "\nNobody boots in it.\n" : "\n");
		fprintf(out, "  %s\n", line);
		any = true;
	}
}

void br_explain_text_nobody(struct br_explain_run *run, const struct br_diagnosis *d)
{
	if (run->explain->has_client)
		fprintf(run->explain->out, "\nThis client is not in the capture.\n");
	else
		text_finding(run->explain->out, &d->finding[0], true, 0);
}

void br_explain_text_foot(struct br_explain_run *run)
{
	br_explain_rules_text(run->explain, run->rules, run->failed == 0 && run->passed > 0);
	fprintf(run->explain->out, "\n%u passed, %u failed, %u skipped\n", run->passed, run->failed,
	        run->skipped);
}
