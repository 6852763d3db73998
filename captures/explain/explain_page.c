/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/explain_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/explain_rules.h"
#include "captures/explain/page_frames.h"
#include "captures/explain/show.h"
#include "captures/read/only_client.h"
#include "conformance/requirements.h"

enum {
	KEY_SIZE = 300,
	ROLES_MAX = 16,
};

/* A machine whose story is to be drawn */
struct machine_story {
	uint8_t mac[6];
	char role[64];
	size_t servers;
	struct {
		struct br_endpoint address;
		const char *role;
	} server[ROLES_MAX];
};

struct br_explain_page {
	const struct br_explain *explain;
	struct br_html *html;
	struct machine_story *machine;
	size_t machines;
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

struct br_explain_page *br_explain_page_new(const struct br_explain *explain, const char *since)
{
	struct br_explain_page *page = calloc(1, sizeof(*page));

	if (!page)
		abort();
	page->explain = explain;
	page->html = br_html_new("bootrig explain", "verdicts");
	br_html_since(page->html, since, base_of(explain->paths[0]));
	return page;
}

struct br_explain_page *br_explain_page_free(struct br_explain_page *page)
{
	if (!page)
		return NULL;
	br_html_free(page->html);
	free(page->machine);
	free(page);
	return NULL;
}

/* Who it spoke with, and as what */

static void add_server(struct machine_story *m, const struct br_endpoint *address, const char *role)
{
	if (m->servers == ROLES_MAX || br_endpoint_to_ipv4(address) == UINT32_MAX)
		return;
	m->server[m->servers].address = *address;
	m->server[m->servers++].role = role;
}

static void add_servers(struct machine_story *m, const struct br_story *story)
{
	for (size_t i = 0; i < story->client->exchanges; i++) {
		const struct br_talk_exchange *e = story->client->exchange[i];

		if (e->kind == BR_TALK_PXE)
			add_server(m, &e->pxe.server, "boot server");
		for (uint16_t k = 0; e->kind == BR_TALK_DHCP && k < e->dhcp.replies; k++)
			add_server(m, &e->dhcp.reply[k].from,
			           e->dhcp.reply[k].yiaddr ? "address server" : "boot server");
	}
	for (size_t i = 0; i < story->attempts; i++) {
		for (size_t k = 0; k < story->attempt[i].files; k++)
			add_server(m, &story->attempt[i].file[k].server, "boot server");
	}
}

static void remember(struct br_explain_page *page, const struct br_story *story)
{
	struct machine_story *m;

	page->machine = realloc(page->machine, (page->machines + 1) * sizeof(page->machine[0]));
	if (!page->machine)
		abort();
	m = &page->machine[page->machines++];
	*m = (struct machine_story){.servers = 0};
	memcpy(m->mac, story->client->mac, sizeof(m->mac));
	(void)snprintf(m->role, sizeof(m->role), "%s",
	               story->who.software ? story->who.software : "firmware");
	add_servers(m, story);
}

/* Rows */

static const char *result_of(const struct br_diagnosis *d)
{
	switch (d->finding[0].weight) {
	case BR_WEIGHT_OK:
		return "pass";
	case BR_WEIGHT_FAILURE:
		return "fail";
	case BR_WEIGHT_REMARK:
	case BR_WEIGHT_OPEN:
	case BR_WEIGHT_UNKNOWN:
		break;
	}
	return "skipped";
}

/* "TFTP-ERR-01,PXE-BS-01": each with what it says */
static void put_requirements(struct br_html *html, const char *ids)
{
	char id[32], text[KEY_SIZE + 300];

	for (const char *at = ids; *at; at += strcspn(at, ","), at += *at == ',') {
		const struct br_requirement *q;

		(void)snprintf(id, sizeof(id), "%.*s", (int)strcspn(at, ","), at);
		q = br_requirement_find(id);
		if (!q)
			continue;
		(void)snprintf(text, sizeof(text), "%s (%s)", q->sentence, q->clause);
		br_html_fact(html, id, text);
	}
}

static void put_facts(struct br_html *html, const struct br_story *story,
                      const struct br_diagnosis *d)
{
	if (story->who.name)
		br_html_fact(html, "looks like", story->who.name);
	for (size_t i = 0; i < story->who.reasons; i++)
		br_html_fact(html, i == 0 ? "because" : "", story->who.reason[i]);
	if (d->finding[0].change[0])
		br_html_fact(html, "change", d->finding[0].change);
	put_requirements(html, d->finding[0].requirements);
	if (d->finding[0].quirk[0])
		br_html_fact(html, "known quirk", d->finding[0].quirk);
	for (size_t i = 1; i < d->findings; i++) {
		br_html_fact(html, d->finding[i].id, d->finding[i].text);
		if (d->finding[i].change[0])
			br_html_fact(html, "", d->finding[i].change);
	}
}

struct attempt_lines {
	FILE *to;
	br_time began;
};

static void put_line(void *context, br_time at, const char *text)
{
	const struct attempt_lines *lines = context;

	fprintf(lines->to, "%9.3f  %s\n", br_show_seconds(at - lines->began), text);
}

/* What it tried, as explain tells it; to be freed */
static char *attempts_of(const struct br_story *story)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	struct attempt_lines lines = {.to = to, .began = br_talk_first(story->talk)};

	if (!to)
		abort();
	for (size_t i = 0; i < story->attempts; i++) {
		const struct br_attempt *a = &story->attempt[i];

		fprintf(to, "%sattempt %zu: %s - %s\n", i > 0 ? "\n" : "", i + 1,
		        br_path_name(a->path), br_reached_says(a->reached));
		br_show_attempt(story, a, put_line, &lines);
	}
	(void)fclose(to);
	return text;
}

void br_explain_page_client(struct br_explain_page *page, const struct br_story *story,
                            const struct br_diagnosis *d)
{
	const char *column = base_of(page->explain->paths[0]), *id = d->finding[0].id;
	char mac[BR_SHOW_ADDRESS] = "without a MAC address", key[KEY_SIZE], group[32],
	     name[KEY_SIZE];
	char *said = attempts_of(story);

	if (story->client->has_mac)
		(void)br_show_mac(mac, story->client->mac);
	(void)snprintf(key, sizeof(key), "%s/%s", column, mac);
	(void)snprintf(group, sizeof(group), "%.*s", (int)strcspn(id, "."), id);
	(void)snprintf(name, sizeof(name), "%s: %s", column, mac);
	put_facts(page->html, story, d);
	br_html_row(page->html, &(struct br_html_row){.key = key,
	                                              .column = column,
	                                              .group = group,
	                                              .name = mac,
	                                              .result = result_of(d),
	                                              .strength = id,
	                                              .about = d->finding[0].text,
	                                              .said = said,
	                                              .story = name});
	free(said);
	if (story->client->has_mac)
		remember(page, story);
}

static void put_breach(struct br_explain_page *page, const struct br_breach *b)
{
	const struct br_requirement *q = br_requirement_find(b->id);
	const char *column = base_of(page->explain->paths[0]);
	char key[KEY_SIZE], by[2 * BR_SHOW_ADDRESS + 4], ip[BR_SHOW_ADDRESS], mac[BR_SHOW_ADDRESS],
		story[KEY_SIZE], frames[64];

	(void)br_show_mac(mac, b->mac);
	(void)snprintf(by, sizeof(by), "%s, %s", br_show_address(ip, &b->party, false), mac);
	(void)snprintf(key, sizeof(key), "%s/%s by %s", column, b->id, by);
	(void)snprintf(story, sizeof(story), "%s: %s", column, mac);
	(void)snprintf(frames, sizeof(frames), "%" PRIu64 "%s", b->frame[0],
	               b->count > 1 ? " and more" : "");
	br_html_fact(page->html, "broken by", by);
	br_html_fact(page->html, "in frame", frames);
	br_html_row(page->html,
	            &(struct br_html_row){
			    .key = key,
			    .column = column,
			    .group = "rules",
			    .name = b->id,
			    .result = br_requirement_fails(q) && !br_requirement_is_often_broken(q)
	                                      ? "broken"
	                                      : "warn",
			    .about = q ? q->sentence : NULL,
			    .clause = q ? q->clause : NULL,
			    .strength = q ? q->strength : NULL,
			    .why = b->text,
			    .story = story});
}

/* Stories */

static void draw(struct br_explain_page *page, const struct machine_story *m)
{
	const struct br_explain *e = page->explain;
	struct br_only_client *only = calloc(1, sizeof(*only));
	struct br_page_frames *frames = br_page_frames_new(page->html, m->mac, m->role);
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_feed_packet packet;
	struct br_feed *feed;
	br_time began = 0;

	if (!only)
		abort();
	memcpy(only->mac, m->mac, sizeof(only->mac));
	for (size_t i = 0; i < m->servers; i++)
		br_page_frames_server(frames, &m->server[i].address, m->server[i].role);
	if (br_feed_open(&feed, e->paths, e->count, remark) == 0) {
		while (br_feed_next(feed, &packet) == 1) {
			began = began == 0 ? packet.at : began;
			if (br_only_client_takes(only, &packet.packet))
				br_page_frames_packet(frames, &packet.packet, packet.frame,
				                      packet.at > began ? packet.at - began : 0);
		}
		br_feed_close(feed);
	}
	br_page_frames_end(frames);
	br_html_clock(page->html, began);
	br_page_frames_free(frames);
	free(only);
}

void br_explain_page_write(struct br_explain_page *page, const struct br_explain_run *run, FILE *to)
{
	const struct br_explain *e = page->explain;
	char name[KEY_SIZE], mac[BR_SHOW_ADDRESS];
	bool again = true;

	for (size_t i = 0; i < br_rules_breaches(run->rules); i++) {
		if (br_explain_judges(e, br_rules_breach(run->rules, i)))
			put_breach(page, br_rules_breach(run->rules, i));
	}
	for (size_t i = 0; i < e->count; i++)
		again = again && br_capture_is_file(e->paths[i]); /* a pipe is not read twice */
	for (size_t i = 0; i < page->machines && again; i++) {
		(void)snprintf(name, sizeof(name), "%s: %s", base_of(e->paths[0]),
		               br_show_mac(mac, page->machine[i].mac));
		if (!br_html_story(page->html, name))
			continue;
		draw(page, &page->machine[i]);
		br_html_story_end(page->html, e->paths[0], BR_HTML_CAPTURE_MAX, e->paths[0]);
	}
	br_html_write(page->html, to);
}
