/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/hello/overhear_greeting.c - a server's hello and certificates out of a capture
 *
 * Octets of TCP are put together by their sequence numbers as they come; what is sent again is
 * left out, and a hole ends the connection that has one. The first with a ServerHello is told.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/hello/greet.h"
#include "captures/read/feed.h"
#include "core/base/text.h"
#include "core/formats/tls.h"

enum {
	FLOWS_MAX = 64,
	FLOW_SIZE = 49152, /* octets of one direction */
};

/* One direction of one connection */
struct heard {
	struct br_endpoint from, to;
	bool used, broken;
	uint32_t next; /* sequence number of the octet behind .octets */
	size_t size;
	uint8_t octets[FLOW_SIZE];
};

static struct heard *flow_of(struct heard *flows, const struct br_packet *p)
{
	for (size_t i = 0; i < FLOWS_MAX; i++) {
		struct heard *f = &flows[i];

		if (f->used && br_endpoint_equal(&f->from, &p->src) &&
		    br_endpoint_equal(&f->to, &p->dst))
			return f;
		if (!f->used) {
			*f = (struct heard){.from = p->src,
			                    .to = p->dst,
			                    .used = true,
			                    .next = p->tcp.sequence};
			return f;
		}
	}
	return NULL;
}

static void add(struct heard *f, const struct br_packet *p)
{
	struct br_octets octets = p->payload;
	uint32_t known;

	if (octets.size == 0 || f->broken)
		return;
	if (f->size == 0)
		f->next = p->tcp.sequence;
	known = f->next - p->tcp.sequence;
	if (known > octets.size) { /* of the past, or behind a hole */
		f->broken = (int32_t)known < 0;
		return;
	}
	octets.data += known;
	octets.size -= known;
	if (octets.size > sizeof(f->octets) - f->size)
		octets.size = sizeof(f->octets) - f->size;
	memcpy(f->octets + f->size, octets.data, octets.size);
	f->size += octets.size;
	f->next += (uint32_t)octets.size;
}

static struct br_octets said_by(const struct heard *f)
{
	return (struct br_octets){f->octets, f->size};
}

static void take_chain(struct br_octets body, struct br_greeting *ret)
{
	struct br_reader r = br_reader_of(body.data, body.size);
	struct br_writer w = br_writer_of(ret->chain, sizeof(ret->chain));
	struct br_octets der;

	ret->count = 0;
	while (ret->count < BR_TLS_SENT_MAX &&
	       br_tls_certificate_get(&r, ret->count == 0, &der) == 1) {
		ret->sent[ret->count] = (struct br_octets){w.pos, der.size};
		br_put_bytes(&w, der.data, der.size);
		if (w.bad)
			return;
		ret->count++;
	}
}

static bool take_server(const struct heard *f, struct br_greeting *ret)
{
	static uint8_t octets[FLOW_SIZE];
	struct br_reader r =
		br_reader_of(octets, br_tls_gather(said_by(f), octets, sizeof(octets)));
	struct br_tls_hello hello;
	struct br_octets body;
	bool found = false;
	uint8_t type;

	while (br_tls_message_get(&r, &type, &body) == 1) {
		if (type == BR_TLS_SERVER_HELLO) {
			br_tls_read_hello(body, false, &hello);
			ret->version = hello.version;
			ret->suite = hello.suite;
			found = true;
		} else if (type == BR_TLS_CERTIFICATE && found) {
			take_chain(body, ret);
		}
	}
	return found;
}

static void take_client(const struct heard *flows, const struct heard *server,
                        struct br_greeting *ret)
{
	static uint8_t octets[FLOW_SIZE];

	for (size_t i = 0; i < FLOWS_MAX && flows[i].used; i++) {
		struct br_tls_hello hello;
		struct br_octets body;
		struct br_reader r;
		uint8_t type;

		if (!br_endpoint_equal(&flows[i].from, &server->to) ||
		    !br_endpoint_equal(&flows[i].to, &server->from))
			continue;
		r = br_reader_of(octets, br_tls_gather(said_by(&flows[i]), octets, sizeof(octets)));
		if (br_tls_message_get(&r, &type, &body) != 1 || type != BR_TLS_CLIENT_HELLO)
			continue;
		br_tls_read_hello(body, true, &hello);
		for (size_t k = 0; k < hello.name.size && k < sizeof(ret->asked_name) - 1; k++)
			ret->asked_name[k] = (char)hello.name.data[k];
	}
	if (ret->asked_name[0] == '\0' && br_endpoint_to_ipv4(&server->from) != 0) {
		struct br_writer w =
			br_writer_of((uint8_t *)ret->asked_name, sizeof(ret->asked_name));

		br_text_put_ipv4(&w, br_endpoint_to_ipv4(&server->from));
		(void)br_text_end(&w);
	}
}

int br_overhear_greeting(const char *path, struct br_greeting *ret,
                         char error[static BR_GREET_ERROR_SIZE])
{
	char remark[BR_CAPTURE_REMARK_SIZE] = "";
	struct heard *flows = calloc(FLOWS_MAX, sizeof(*flows));
	struct br_feed_packet packet;
	struct br_feed *feed = NULL;
	int result = flows ? br_feed_open(&feed, &path, 1, remark) : -ENOMEM;

	if (result < 0) {
		(void)snprintf(error, BR_GREET_ERROR_SIZE, "%.150s", remark);
		free(flows);
		return result;
	}
	*ret = (struct br_greeting){.version = 0};
	while (br_feed_next(feed, &packet) == 1) {
		struct heard *f = packet.packet.transport == BR_TRANSPORT_TCP
		                          ? flow_of(flows, &packet.packet)
		                          : NULL;

		if (f)
			add(f, &packet.packet);
	}
	result = -ENOENT;
	for (size_t i = 0; result < 0 && i < FLOWS_MAX && flows[i].used; i++) {
		if (take_server(&flows[i], ret)) {
			take_client(flows, &flows[i], ret);
			result = 0;
		}
	}
	br_feed_close(feed);
	free(flows);
	return result;
}
