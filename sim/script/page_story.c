/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/page_story.h"

#include <stdlib.h>
#include <string.h>

enum {
	SMALL = 1 << 17, /* octets of a capture that nobody has to look at */
	HELD_US = 500,   /* longer on its way than a frame that nothing holds */
};

/* Machines on the left, servers on the right */
static int side_of(const struct br_script_node *node)
{
	switch (node->kind) {
	case BR_NODE_CLIENT:
	case BR_NODE_FIRMWARE:
		return 0;
	case BR_NODE_RELAY:
		return 1;
	case BR_NODE_SUT:
	case BR_NODE_PEER:
	case BR_NODE_IFACE:
	case BR_NODE_ROUTER:
	case BR_NODE_KIND_COUNT:
		break;
	}
	return 2;
}

static const char *role_of(const struct br_script_node *node)
{
	if (side_of(node) == 0)
		return node->model ? node->model : "firmware";
	if (node->kind == BR_NODE_RELAY)
		return "relay";
	return node->roles ? node->roles : br_node_kind_name(node->kind);
}

static void put_lanes(struct br_page_story *story)
{
	const struct br_script *s = story->script;
	int lanes = 0;

	for (int side = 0; side < 3; side++) {
		for (size_t i = 0; i < s->nodes; i++) {
			if (side_of(&s->node[i]) != side)
				continue;
			story->lane[i] = lanes++;
			br_html_lane(story->html, s->node[i].name, role_of(&s->node[i]));
		}
	}
}

static int lane_of(const struct br_page_story *story, int node)
{
	if (node >= 0)
		return story->lane[node];
	return node == BR_SCRIPT_NODE_ANYONE ? BR_HTML_EVERYBODY : BR_HTML_NOBODY;
}

/* "fw:68 -> *:67   dhcp discover ...   # lost: ..." without its ends, which the lanes show */
static void message_of(const char *line, char *text, size_t size)
{
	const char *at = strstr(line, " -> "), *lost;

	if (at) {
		at += strlen(" -> ");
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	at = at ? at : line + (line[0] == '#' ? strspn(line, "# ") : 0);
	lost = strstr(at, "   # lost: ");
	(void)snprintf(text, size, "%.*s", (int)(lost ? (size_t)(lost - at) : strlen(at)), at);
}

static void hear(void *context, const struct br_run_event *event)
{
	struct br_page_story *story = context;
	const struct br_trace_line *line = event->trace;
	char text[BR_RUN_TRACE_SIZE];
	bool held =
		event->sent > 0 && line->at > event->sent + story->usual + HELD_US * BR_MS / 1000;
	bool sent = strstr(line->text, " -> ") != NULL && line->text[0] != '#';

	message_of(line->text, text, sizeof(text));
	br_html_event(story->html,
	              &(struct br_html_event){.at = line->at,
	                                      .sent = held ? event->sent : 0,
	                                      .from = lane_of(story, event->from),
	                                      .to = sent && event->to == BR_SCRIPT_NODE_NONE
	                                                    ? BR_HTML_EVERYBODY
	                                            : sent ? lane_of(story, event->to)
	                                                   : BR_HTML_NOBODY,
	                                      .frame = line->frame,
	                                      .lost = event->lost,
	                                      .text = text});
}

static br_time usual_delay(const struct br_script *script)
{
	br_time most = 0;

	for (size_t i = 0; i < script->nets; i++)
		most = script->net[i].delay > most ? script->net[i].delay : most;
	return most;
}

/* A place for the frames that is gone with this process; without one the story has no capture. */
static void take_pcap(struct br_page_story *story, struct br_run_options *options)
{
	story->frames = tmpfile();
	if (!story->frames)
		return;
	(void)snprintf(story->pcap, sizeof(story->pcap), "/proc/self/fd/%d", fileno(story->frames));
	options->pcap = story->pcap;
}

void br_page_story_begin(struct br_page_story *story, struct br_html *html, const char *name,
                         const struct br_script *script, struct br_run_options *options)
{
	*story = (struct br_page_story){
		.html = html, .script = script, .usual = usual_delay(script)};
	br_html_file(html, script->path, script->path);
	story->heard = br_html_story(html, name);
	if (!story->heard)
		return;
	put_lanes(story);
	story->hear = (struct br_run_hear){.hear = hear, .context = story};
	options->hear = &story->hear;
	options->trace = true;
	if (!options->pcap)
		take_pcap(story, options);
}

void br_page_story_end(struct br_page_story *story, const struct br_run_options *options,
                       bool failed)
{
	if (!story->heard)
		return;
	br_html_story_end(story->html, options->pcap, failed ? BR_HTML_CAPTURE_MAX : SMALL,
	                  story->frames ? NULL : options->pcap);
	if (story->frames)
		(void)fclose(story->frames);
}

void br_page_story_of(struct br_html *html, const struct br_script *script, uint64_t seed,
                      const struct br_run_watch *watch)
{
	struct br_run_options options = {.seed = seed, .watch = watch};
	struct br_run_result *result = calloc(1, sizeof(*result));
	struct br_page_story story;

	if (!result)
		abort();
	br_page_story_begin(&story, html, script->scenario, script, &options);
	if (story.heard)
		br_run(script, &options, result);
	br_page_story_end(&story, &options, result->result != BR_RESULT_PASS);
	free(result);
}
