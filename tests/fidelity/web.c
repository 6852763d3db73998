/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fidelity/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

/* What comes next on the connection; none: all is said. */
static struct br_octets next_octets(const struct web_connection *c)
{
	static const uint8_t zeros[65536];
	struct br_octets octets = c->head;
	size_t known = c->page ? c->page->body_known : 0;

	if (octets.size > 0)
		return octets;
	if (c->at < known)
		octets = (struct br_octets){c->page->body + c->at, known - (size_t)c->at};
	else
		octets = (struct br_octets){zeros, sizeof(zeros)};
	if (octets.size > c->size - c->at)
		octets.size = (size_t)(c->size - c->at);
	return octets;
}

static void push(struct web_connection *c)
{
	struct br_octets octets;

	while ((octets = next_octets(c)).size > 0) {
		int n = br_host_stream_write(c->web->host, c->stream, octets);

		if (n <= 0)
			return;
		if (c->head.size > 0) {
			c->head.data += n;
			c->head.size -= (size_t)n;
		} else {
			c->at += (uint64_t)n;
		}
	}
	if (c->sending && c->closes)
		br_host_stream_close(c->web->host, c->stream);
	c->sending = false;
}

/* Each page once, in the order of the recording; the last of them for what is asked again. */
static struct tape_page *page_of(struct tape *tape, const char *method, const char *path)
{
	struct tape_page *found = NULL;

	for (size_t i = 0; i < tape->pages; i++) {
		struct tape_page *page = &tape->page[i];

		if (strcmp(page->method, method) != 0 || strcmp(page->path, path) != 0)
			continue;
		found = page;
		if (!page->used)
			break;
	}
	return found;
}

static void request_came(struct web_connection *c)
{
	char method[16], path[TAPE_PATH_SIZE];
	struct tape_page *page;

	if (sscanf(c->request, "%15s %511s", method, path) != 2)
		return;
	page = page_of(c->web->tape, method, path);
	c->page = page;
	c->at = 0;
	if (page) {
		page->used = true;
		c->head = (struct br_octets){page->head, page->head_size};
		c->size = page->size;
		c->closes = page->closes == 1;
	} else {
		printf("unrecorded: http %s %s\n", method, path);
		c->head = br_text("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
		c->size = 0;
		c->closes = false;
	}
	c->sending = true;
	push(c);
}

static void octets_came(struct web_connection *c, struct br_octets data)
{
	size_t n = data.size;

	if (n > sizeof(c->request) - 1 - c->have)
		n = sizeof(c->request) - 1 - c->have;
	memcpy(c->request + c->have, data.data, n);
	c->have += n;
	c->request[c->have] = 0;
	if (!strstr(c->request, "\r\n\r\n"))
		return;
	c->have = 0;
	request_came(c);
}

static void stream_came(void *context, uint32_t stream, enum br_stream_event event, int error,
                        struct br_octets data, br_time now)
{
	struct tape_web *web = context;
	struct web_connection *c = &web->connection[stream % WEB_CONNECTIONS_MAX];

	(void)error;
	(void)now;
	switch (event) {
	case BR_STREAM_OPENED:
		*c = (struct web_connection){.web = web, .stream = stream};
		break;
	case BR_STREAM_DATA:
		octets_came(c, data);
		break;
	case BR_STREAM_CREDIT:
		push(c);
		break;
	case BR_STREAM_END:
		br_host_stream_close(web->host, stream);
		break;
	case BR_STREAM_GONE:
		break;
	}
}

void web_open(struct tape_web *web, struct tape *tape, const struct tape_server *server,
              struct br_wire *wire, struct br_segment *segment, uint64_t seed)
{
	struct br_host_habits habits = {.udp_checksums = true};
	struct br_tcp_options tcp = br_tcp_options_default;

	web->tape = tape;
	web->server = server;
	if (br_host_new(&web->host, wire, "web", &br_host_limits_server, seed) < 0 ||
	    br_host_add_link(web->host, segment, server->mac) < 0)
		exit(2);
	br_host_set_habits(web->host, &habits);
	tcp.timestamps = true; /* as every server that was recorded */
	br_host_set_tcp_options(web->host, &tcp);
	if (server->address != 0)
		br_host_set_address(web->host, 0, server->address, 0x80000000);
	else if (br_host_six_on(web->host, 0, &br_host_six_quiet) < 0 ||
	         br_host_add_address6(web->host, 0, server->address6, 64, true) < 0)
		exit(2);
	br_host_set_user(web->host, &(struct br_host_user){.context = web, .stream = stream_came});
	for (size_t i = 0; i < tape->closeds; i++) {
		if (tape->closed[i].address == server->address &&
		    memcmp(tape->closed[i].address6, server->address6, 16) == 0)
			return;
	}
	if (br_host_tcp_listen(web->host, 80) < 0)
		exit(2);
}
