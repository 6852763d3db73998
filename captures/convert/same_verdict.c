/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/same_verdict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/diagnose.h"
#include "captures/read/feed.h"

struct reading {
	struct br_verdicts *verdicts;
	struct br_feed *feed;
	struct br_talk *talk;
	struct br_fingerprints *prints;
	struct br_rules *rules; /* NULL: not asked for */
	const struct br_verdicts_wish *wish;
	bool failed;
};

/* What a machine's own numbers are is nothing of this boot: hidden they are others, and a capture
 * with fewer packets has fewer of them.
 */
static bool is_of_numbers(const char *id)
{
	return !strcmp(id, "client.predictable-isn") || !strcmp(id, "client.predictable-xid");
}

static void put_findings(FILE *out, const struct br_diagnosis *d)
{
	const char *before = "";

	for (size_t i = 0; i < d->findings; i++) {
		if (is_of_numbers(d->finding[i].id))
			continue;
		fprintf(out, "%s%s", before, d->finding[i].id);
		before = ",";
	}
}

static void put_client(FILE *out, const struct br_story *s, struct br_diagnosis *d)
{
	br_diagnose(s, d);
	if (s->rules) {
		put_findings(out, d);
		return;
	}
	fprintf(out, "%s ", s->who.software ? s->who.software : "-");
	put_findings(out, d);
	fprintf(out, "; attempts:");
	for (size_t i = 0; i < s->attempts; i++) {
		const struct br_attempt *a = &s->attempt[i];

		br_diagnose_attempt(s, a, d);
		fprintf(out, " %s to %s %s", br_path_name(a->path), br_reached_name(a->reached),
		        d->finding[0].id);
	}
}

static void keep(struct reading *r, char *line)
{
	struct br_verdicts *v = r->verdicts;
	char **grown = line ? realloc(v->client, (v->clients + 1) * sizeof(*grown)) : NULL;

	if (!grown) {
		free(line);
		r->failed = true;
		return;
	}
	v->client = grown;
	v->client[v->clients++] = line;
}

static void one_client(void *context, const struct br_talk_client *client)
{
	struct reading *r = context;
	struct br_diagnosis *d;
	struct br_story story;
	char *line = NULL;
	size_t size = 0;
	FILE *out;

	if (client->exchanges == 0 ||
	    (r->wish && r->wish->mac && memcmp(r->wish->mac, client->mac, 6) != 0))
		return;
	d = malloc(sizeof(*d));
	out = d && br_story_init(&story, r->talk, client, r->prints) == 0
	              ? open_memstream(&line, &size)
	              : NULL;
	if (out) {
		story.rules = r->rules;
		put_client(out, &story, d);
		(void)fclose(out);
		br_story_reset(&story);
	}
	free(d);
	r->verdicts->seen++;
	keep(r, line);
}

static void broken_rules(struct reading *r)
{
	char *line = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&line, &size);

	for (size_t i = 0; out && i < br_rules_count(); i++) {
		if (br_rules_state(r->rules, i) == BR_RULE_FAIL)
			fprintf(out, " %s", br_rules_id(i));
	}
	if (out)
		(void)fclose(out);
	keep(r, line);
}

static void nobody(struct reading *r)
{
	struct br_diagnosis *d = malloc(sizeof(*d));

	if (d)
		br_diagnose_nobody(r->talk, d);
	keep(r, d ? strdup(d->finding[0].id) : NULL);
	free(d);
}

static void read_all(struct reading *r)
{
	struct br_feed_packet packet;

	while (br_feed_next(r->feed, &packet) == 1) {
		br_talk_packet(r->talk, &packet.packet, packet.frame, packet.at);
		if (r->rules && br_feed_file(r->feed, packet.file)->untimed > 0)
			br_rules_untimed(r->rules);
		if (r->rules)
			br_rules_packet(r->rules, &packet.packet, packet.frame, 0, packet.at);
	}
	br_talk_set_fragments_lost(r->talk, br_feed_fragments_lost(r->feed));
	for (size_t i = 0; i < br_talk_clients(r->talk); i++)
		one_client(r, br_talk_client(r->talk, i));
	if (r->verdicts->clients == 0)
		nobody(r);
	if (r->rules)
		broken_rules(r);
}

int br_verdicts_read(struct br_verdicts *ret_verdicts, const char *const *paths, size_t count,
                     const struct br_verdicts_wish *wish, FILE *err)
{
	static const struct br_rules_options options = {.complete = false};
	char remark[BR_CAPTURE_REMARK_SIZE] = "out of memory";
	struct reading r = {.verdicts = ret_verdicts, .wish = wish};
	int result = -EBADMSG;

	*ret_verdicts = (struct br_verdicts){.client = NULL};
	if (br_fingerprints_new(&r.prints, br_fingerprints_text, remark, sizeof(remark)) < 0 ||
	    br_feed_open(&r.feed, paths, count, remark) < 0 ||
	    br_talk_new(&r.talk, &br_talk_limits_default) < 0 ||
	    (wish && wish->rules && br_rules_new(&r.rules, &options) < 0)) {
		fprintf(err, "%s\n", remark);
	} else {
		br_talk_on_evict(r.talk, one_client, &r);
		read_all(&r);
		result = r.failed ? -ENOMEM : 0;
	}
	(void)br_rules_free(r.rules);
	(void)br_talk_free(r.talk);
	(void)br_feed_close(r.feed);
	(void)br_fingerprints_free(r.prints);
	if (result < 0)
		br_verdicts_reset(ret_verdicts);
	return result;
}

void br_verdicts_reset(struct br_verdicts *verdicts)
{
	for (size_t i = 0; i < verdicts->clients; i++)
		free(verdicts->client[i]);
	free(verdicts->client);
	*verdicts = (struct br_verdicts){.client = NULL};
}

bool br_verdicts_any(const struct br_verdicts *verdicts)
{
	return verdicts->seen > 0;
}

bool br_verdicts_equal(const struct br_verdicts *before, const struct br_verdicts *after, FILE *err)
{
	size_t most = before->clients > after->clients ? before->clients : after->clients;
	bool equal = true;

	for (size_t i = 0; i < most; i++) {
		const char *was = i < before->clients ? before->client[i] : "not there";
		const char *is = i < after->clients ? after->client[i] : "not there";

		if (!strcmp(was, is))
			continue;
		if (err)
			fprintf(err, "client %zu: explain says \"%s\" before and \"%s\" after\n",
			        i + 1, was, is);
		equal = false;
	}
	return equal;
}
