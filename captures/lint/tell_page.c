/* SPDX-License-Identifier: BSD-2-Clause */
/* A row for each client against its way to boot, with the line to change, and its frames */
#include <stdlib.h>
#include <string.h>

#include "captures/explain/page_frames.h"
#include "captures/lint/tell.h"
#include "captures/read/feed.h"
#include "captures/read/only_client.h"

enum {
	NAME_SIZE = 400,
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *way_of(const struct br_lint_client *client)
{
	if (client->rpi)
		return "Raspberry Pi";
	if (client->ipxe)
		return "iPXE";
	if (client->six)
		return client->http ? "HTTP, IPv6" : "PXE, IPv6";
	return client->http ? "HTTP, IPv4" : "PXE, IPv4";
}

static const char *result_of(enum br_lint_result result)
{
	return result == BR_LINT_BOOTS ? "pass" : result == BR_LINT_FAILS ? "fail" : "skipped";
}

static void put_story(const struct br_lint_report *r, size_t index, struct br_html *html,
                      const char *name, const char *pcap)
{
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_only_client only = {.seen = false};
	struct br_page_frames *frames;
	struct br_feed_packet packet;
	struct br_feed *feed;
	struct br_endpoint server = br_endpoint_ipv4(r->config->address, 0);
	br_time began = 0;

	memcpy(only.mac, r->client[index].mac, sizeof(only.mac));
	if (br_feed_open(&feed, &pcap, 1, remark) < 0)
		return;
	if (br_html_story(html, name)) {
		frames = br_page_frames_new(html, only.mac, r->client[index].name);
		br_page_frames_server(frames, &server, br_lint_kind_name(r->config->kind));
		while (br_feed_next(feed, &packet) == 1) {
			if (!br_only_client_takes(&only, &packet.packet))
				continue;
			began = began ? began : packet.at;
			br_page_frames_packet(frames, &packet.packet, packet.frame,
			                      packet.at - began);
		}
		br_page_frames_end(frames);
		br_page_frames_free(frames);
		br_html_clock(html, began);
		br_html_story_end(html, NULL, 0, pcap);
	}
	br_feed_close(feed);
}

static void put_row(const struct br_lint_report *r, size_t index, struct br_html *html,
                    const char *pcap)
{
	const struct br_lint_client *client = &r->client[index];
	const struct br_lint_seen *seen = &r->seen[index];
	struct br_lint_fault own = {.line = 0};
	const struct br_lint_fault *f = seen->result == BR_LINT_FAILS ? &own : NULL;
	const char *column = base_of(r->config->path);
	char key[NAME_SIZE], story[NAME_SIZE], line[BR_LINT_LINE_SIZE], at[NAME_SIZE];

	(void)snprintf(key, sizeof(key), "%.200s/%s", column, client->name);
	(void)snprintf(story, sizeof(story), "%.200s: %s", column, client->name);
	if (f)
		br_lint_advise(r, index, &own);
	if (pcap)
		put_story(r, index, html, story, pcap);
	br_html_fact(html, "address", seen->address[0] ? seen->address : "none");
	br_html_fact(html, "told to boot", seen->file[0] ? seen->file : "nothing");
	if (seen->server[0])
		br_html_fact(html, "next server", seen->server);
	br_html_fact(html, "verdict", seen->verdict);
	br_html_fact(html, "", seen->text);
	if (client->says[0])
		br_html_fact(html, "its screen", client->says);
	if (f) {
		(void)snprintf(at, sizeof(at), "%.300s:%zu", r->config->path, f->line);
		br_html_fact(html, at, br_lint_config_line(r->config, f->line, line));
		br_html_fact(html, "write", f->write);
	}
	br_html_row(html, &(struct br_html_row){.key = key,
	                                        .column = column,
	                                        .group = way_of(client),
	                                        .name = client->name,
	                                        .result = result_of(seen->result),
	                                        .about = br_lint_result_name(seen->result),
	                                        .why = f ? f->what : NULL,
	                                        .want = f ? f->write : NULL,
	                                        .got = f ? f->why : NULL,
	                                        .story = pcap ? story : NULL,
	                                        .script = &r->config->path,
	                                        .scripts = 1,
	                                        .line = f ? (uint32_t)f->line : 0});
}

void br_lint_tell_page(const struct br_lint_report *report, struct br_html *html,
                       const char *const *pcap, FILE *to)
{
	br_html_file(html, report->config->path, report->config->path);
	for (size_t i = 0; i < report->clients; i++)
		put_row(report, i, html, pcap ? pcap[i] : NULL);
	if (report->clients == 0 && report->faults > 0)
		br_html_row(html,
		            &(struct br_html_row){.key = report->config->path,
		                                  .column = base_of(report->config->path),
		                                  .group = "start",
		                                  .name = br_lint_kind_name(report->config->kind),
		                                  .result = "fail",
		                                  .why = report->fault[0].what,
		                                  .script = &report->config->path,
		                                  .scripts = 1,
		                                  .line = (uint32_t)report->fault[0].line});
	br_html_write(html, to);
}
