/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets made by hand show the corners (wrapping blocks, holes, shared xids, limits);
 * recorded boots show that real clients come out as their records say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/read/feed.h"
#include "conformance/talk/conversation.h"
#include "core/formats/dhcp_message.h"
#include "helper.h"

#define CLIENT UINT32_C(0xc0000264) /* 192.0.2.100 */
#define SERVER UINT32_C(0xc0000202)

static const uint8_t client_mac[6] = {0x52, 0x54, 0, 0, 0, 1};
static const uint8_t server_mac[6] = {2, 0, 0, 0, 0, 2};

struct wire {
	struct br_talk *talk;
	uint64_t frame;
	br_time now;
	uint8_t mac[6];  /* of the client that speaks */
	uint16_t window; /* its TCP's */
};

static struct wire new_wire(size_t memory_max)
{
	struct br_talk_limits limits = {memory_max, 64};
	struct wire w = {.now = BR_S, .window = 8192};

	memcpy(w.mac, client_mac, 6);
	assert_int_equal(br_talk_new(&w.talk, &limits), 0);
	return w;
}

/* A UDP packet of which @kept octets of @size were kept. */
static void udp(struct wire *w, bool up, uint16_t client_port, uint16_t server_port,
                const void *payload, size_t kept, size_t size)
{
	struct br_endpoint client = br_endpoint_ipv4(CLIENT, client_port);
	struct br_endpoint server = br_endpoint_ipv4(SERVER, server_port);
	struct br_packet p = {
		.network = BR_NETWORK_IPV4,
		.transport = BR_TRANSPORT_UDP,
		.protocol = 17,
		.src = up ? client : server,
		.dst = up ? server : client,
		.payload = {payload, kept},
		.payload_size = (uint32_t)size,
		.ip_payload_size = (uint32_t)size + 8,
	};

	memcpy(p.eth_src, up ? w->mac : server_mac, 6);
	memcpy(p.eth_dst, up ? server_mac : w->mac, 6);
	w->now += BR_MS;
	br_talk_packet(w->talk, &p, ++w->frame, w->now);
}

static void rrq(struct wire *w, uint16_t port)
{
	static const char request[] = "\0\1boot.efi\0octet\0blksize\0"
				      "1024";

	udp(w, true, port, 69, request, sizeof(request), sizeof(request));
}

static void short_packet(struct wire *w, bool up, uint16_t port, uint16_t tid, uint8_t opcode,
                         uint16_t block, size_t size)
{
	uint8_t head[4] = {0, opcode, (uint8_t)(block >> 8), (uint8_t)block};

	udp(w, up, port, tid, head, 4, 4 + size);
}

static const struct br_talk_exchange *exchange(const struct wire *w, size_t client, size_t index)
{
	const struct br_talk_client *c = br_talk_client(w->talk, client);

	assert_true(index < c->exchanges);
	return c->exchange[index];
}

static void a_long_transfer_wraps_and_costs_one_record(void **state)
{
	struct wire w = new_wire(1 << 20);
	const uint64_t blocks = 140000; /* past 65535 twice */

	(void)state;
	rrq(&w, 1500);
	udp(&w, false, 1500, 4000,
	    "\0\6blksize\0"
	    "1024",
	    15, 15);
	short_packet(&w, true, 1500, 4000, 4, 0, 0);
	size_t memory = br_talk_memory(w.talk);

	for (uint64_t i = 1; i <= blocks; i++) {
		short_packet(&w, false, 1500, 4000, 3, (uint16_t)i, i < blocks ? 1024 : 7);
		short_packet(&w, true, 1500, 4000, 4, (uint16_t)i, 0);
	}
	const struct br_talk_tftp *t = &exchange(&w, 0, 0)->tftp;

	assert_int_equal(t->block_size, 1024);
	assert_int_equal(t->blocks, blocks);
	assert_int_equal(t->acked, blocks);
	assert_int_equal(t->octets, (blocks - 1) * 1024 + 7);
	assert_int_equal(t->repeated + t->repeated_acks + t->missing, 0);
	assert_int_equal(t->end, BR_TALK_COMPLETE);
	assert_int_equal(br_talk_memory(w.talk), memory);
	assert_int_equal(br_talk_client(w.talk, 0)->exchanges, 1);
	(void)br_talk_free(w.talk);
}

static void losses_and_repetitions_are_counted(void **state)
{
	struct wire w = new_wire(1 << 20);

	(void)state;
	rrq(&w, 1500);
	rrq(&w, 1500); /* a lost OACK: asked again */
	udp(&w, false, 1500, 4000,
	    "\0\6blksize\0"
	    "1024",
	    15, 15);
	short_packet(&w, true, 1500, 4000, 4, 0, 0);
	short_packet(&w, false, 1500, 4000, 3, 1, 1024);
	short_packet(&w, true, 1500, 4000, 4, 1, 0);
	short_packet(&w, false, 1500, 4000, 3, 3, 1024); /* 2 is not in the capture */
	short_packet(&w, true, 1500, 4000, 4, 3, 0);
	short_packet(&w, true, 1500, 4000, 4, 3, 0);
	short_packet(&w, false, 1500, 4000, 3, 3, 1024);
	short_packet(&w, false, 1500, 4001, 3, 1, 1024); /* of another transfer */
	const struct br_talk_tftp *t = &exchange(&w, 0, 0)->tftp;

	assert_int_equal(t->request.count, 2);
	assert_int_equal(t->missing, 1);
	assert_int_equal(t->repeated, 1);
	assert_int_equal(t->repeated_acks, 1);
	assert_int_equal(t->foreign, 1);
	assert_int_equal(t->foreign_from.port, 4001);
	short_packet(&w, false, 1500, 4000, 3, 2, 1024); /* late, not lost */
	assert_int_equal(t->missing, 0);
	assert_int_equal(t->octets, 3 * 1024);
	assert_int_equal(t->end, BR_TALK_OPEN);
	(void)br_talk_free(w.talk);
}

static void a_new_request_from_the_same_port_is_a_new_transfer(void **state)
{
	struct wire w = new_wire(1 << 20);

	(void)state;
	rrq(&w, 2001);
	short_packet(&w, false, 2001, 4000, 3, 1, 512);
	short_packet(&w, false, 2001, 4000, 3, 2, 512);
	rrq(&w, 2001); /* the client begins anew in the middle */
	short_packet(&w, false, 2001, 4002, 3, 1, 512);
	assert_int_equal(br_talk_client(w.talk, 0)->exchanges, 2);
	assert_int_equal(exchange(&w, 0, 0)->tftp.end, BR_TALK_REPLACED);
	assert_int_equal(exchange(&w, 0, 1)->tftp.server.port, 4002);
	(void)br_talk_free(w.talk);
}

/* @relay: 0, or who sends it on, by unicast to @to */
static void discover_by(struct wire *w, uint32_t xid, uint16_t secs, uint32_t relay, uint32_t to)
{
	struct br_dhcp_header header = {
		.op = 1, .htype = 1, .hlen = 6, .xid = xid, .secs = secs, .giaddr = relay};
	struct br_dhcp_builder b;
	uint8_t buffer[600];

	memcpy(header.chaddr, w->mac, 6);
	br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 0);
	br_dhcp_put_u8(&b, BR_DHCP_OPTION_MESSAGE_TYPE, BR_DHCP_TYPE_DISCOVER);
	br_dhcp_put_text(&b, BR_DHCP_OPTION_VENDOR_CLASS, "PXEClient:Arch:00007:UNDI:003000");
	size_t size = br_dhcp_finish(&b, 300);
	struct br_packet p = {
		.network = BR_NETWORK_IPV4,
		.transport = BR_TRANSPORT_UDP,
		.src = br_endpoint_ipv4(relay, relay ? 67 : 68),
		.dst = br_endpoint_ipv4(to, 67),
		.payload = {buffer, size},
		.payload_size = (uint32_t)size,
	};

	memcpy(p.eth_src, w->mac, 6);
	memset(p.eth_dst, 0xff, 6);
	br_talk_packet(w->talk, &p, ++w->frame, w->now);
}

static void discover(struct wire *w, uint32_t xid, uint16_t secs)
{
	discover_by(w, xid, secs, 0, UINT32_MAX);
}

/* OVMF machines started together draw the same xid: xid-collision-chaddr */
static void machines_with_one_xid_are_kept_apart(void **state)
{
	struct wire w = new_wire(1 << 20);

	(void)state;
	for (uint8_t i = 0; i < 4; i++) {
		w.mac[5] = i % 2;
		discover(&w, 0xd295d516, (uint16_t)(i / 2 * 4));
		w.now += 2 * BR_S;
	}
	assert_int_equal(br_talk_clients(w.talk), 2);
	for (size_t i = 0; i < 2; i++) {
		const struct br_talk_dhcp *d = &exchange(&w, i, 0)->dhcp;

		assert_int_equal(br_talk_client(w.talk, i)->mac[5], i);
		assert_int_equal(d->discover.count, 2);
		assert_int_equal(d->discover_secs[1], 4);
	}
	(void)br_talk_free(w.talk);
}

/* U-Boot: a new xid for each repetition (recorded boot uboot-arm64-virtio-noserver) */
static void a_series_with_new_xids_is_one_transaction(void **state)
{
	struct wire w = new_wire(1 << 20);

	(void)state;
	for (uint32_t i = 0; i < 20; i++) {
		discover(&w, 100 + i, 0);
		w.now += 2 * BR_S;
	}
	assert_int_equal(br_talk_client(w.talk, 0)->exchanges, 1);
	assert_int_equal(exchange(&w, 0, 0)->dhcp.discover.count, 20);
	assert_int_equal(exchange(&w, 0, 0)->dhcp.xids, 20);
	w.now += 60 * BR_S; /* later: another attempt */
	discover(&w, 500, 0);
	assert_int_equal(br_talk_client(w.talk, 0)->exchanges, 2);
	(void)br_talk_free(w.talk);
}

static void expect_discovers(const struct wire *w, uint32_t count)
{
	assert_int_equal(br_talk_client(w->talk, 0)->exchanges, 1);
	assert_int_equal(exchange(w, 0, 0)->dhcp.discover.count, count);
}

/* Recorded on both sides of it, a relay's copies come behind the client's own message. */
static void a_relays_copy_is_no_repetition(void **state)
{
	const uint32_t relay = UINT32_C(0xc00002fe);
	struct wire w = new_wire(1 << 20);

	(void)state;
	discover(&w, 7, 0);
	w.now += 100 * BR_MS;
	discover_by(&w, 7, 0, relay, SERVER);
	discover_by(&w, 7, 0, relay, SERVER + 1); /* to a second server */
	expect_discovers(&w, 1);
	assert_int_equal(exchange(&w, 0, 0)->dhcp.giaddr, relay);
	discover_by(&w, 7, 4, relay, SERVER); /* the client says that 4 s are over */
	expect_discovers(&w, 2);
	w.now += 3 * BR_S;
	discover_by(&w, 7, 4, relay, SERVER); /* too late to be a copy */
	expect_discovers(&w, 3);
	w.now += 100 * BR_MS;
	discover_by(&w, 7, 4, relay, SERVER + 1);
	expect_discovers(&w, 3);
	w.now += 100 * BR_MS;
	discover_by(&w, 7, 4, relay, SERVER); /* this server has it already */
	expect_discovers(&w, 4);
	(void)br_talk_free(w.talk);
}

struct evicted {
	size_t count;
	uint8_t first[6];
};

static void see_evicted(void *context, const struct br_talk_client *client)
{
	struct evicted *e = context;

	if (e->count++ == 0)
		memcpy(e->first, client->mac, 6);
	assert_int_equal(client->exchanges, 1); /* its story is still there */
}

static void memory_stays_within_its_limit_whatever_comes(void **state)
{
	struct wire w = new_wire(100000);
	struct evicted evicted = {0};

	(void)state;
	br_talk_on_evict(w.talk, see_evicted, &evicted);
	for (uint32_t i = 0; i < 5000; i++) {
		w.mac[4] = (uint8_t)(i >> 8);
		w.mac[5] = (uint8_t)i;
		discover(&w, i, 0);
		w.now += BR_MS;
		assert_true(br_talk_memory(w.talk) <= 100000);
	}
	assert_true(br_talk_clients(w.talk) > 10);
	assert_int_equal(evicted.count + br_talk_clients(w.talk), 5000);
	assert_int_equal(br_talk_evicted(w.talk), evicted.count);
	assert_int_equal(evicted.first[5], 0); /* the one quiet longest goes first */
	(void)br_talk_free(w.talk);
}

static void see_quietest(void *context, const struct br_talk_client *client)
{
	uint32_t *next = context;
	uint32_t number = (uint32_t)client->mac[4] << 8 | client->mac[5];

	if (*next % 7 == 0) /* every seventh spoke again and again */
		(*next)++;
	assert_int_equal(number, *next);
	(*next)++;
}

static void who_speaks_now_and_then_outlives_who_is_quiet(void **state)
{
	struct wire w = new_wire(100000);
	uint32_t next = 1;

	(void)state;
	br_talk_on_evict(w.talk, see_quietest, &next);
	for (uint32_t i = 0; i < 300; i++) {
		for (uint32_t old = 0; old <= i; old += 7) { /* these never fall quiet */
			w.mac[4] = (uint8_t)(old >> 8);
			w.mac[5] = (uint8_t)old;
			discover(&w, old, 0);
			w.now += 1000;
		}
		w.mac[4] = (uint8_t)(i >> 8);
		w.mac[5] = (uint8_t)i;
		discover(&w, i, 0);
		w.now += BR_MS;
		if (br_talk_evicted(w.talk) >= 8)
			break;
	}
	assert_true(br_talk_evicted(w.talk) >= 8);
	(void)br_talk_free(w.talk);
}

static void a_client_with_too_many_exchanges_keeps_both_ends(void **state)
{
	struct wire w = new_wire(1 << 20);

	(void)state;
	discover(&w, 1, 0);
	for (uint16_t i = 0; i < 1000; i++)
		rrq(&w, (uint16_t)(2000 + i));
	const struct br_talk_client *c = br_talk_client(w.talk, 0);

	assert_int_equal(c->exchanges, 64);
	assert_int_equal(c->left_out, 1001 - 64);
	assert_int_equal(c->exchange[0]->kind, BR_TALK_DHCP);
	assert_int_equal(c->exchange[63]->tftp.client.port, 2999);
	(void)br_talk_free(w.talk);
}

/* A segment of the server's stream: sequence numbers from 1000. */
static void segment(struct wire *w, bool up, uint32_t sequence, uint32_t ack, uint8_t flags,
                    const char *text, size_t kept, size_t size)
{
	struct br_endpoint client = br_endpoint_ipv4(CLIENT, 1407);
	struct br_endpoint server = br_endpoint_ipv4(SERVER, 80);
	struct br_packet p = {
		.network = BR_NETWORK_IPV4,
		.transport = BR_TRANSPORT_TCP,
		.src = up ? client : server,
		.dst = up ? server : client,
		.tcp = {.sequence = sequence,
	                .acknowledgement = ack,
	                .flags = flags,
	                .window = up ? w->window : 65535,
	                .window_scale = -1},
		.payload = {(const uint8_t *)text, kept},
		.payload_size = (uint32_t)size,
	};

	memcpy(p.eth_src, up ? w->mac : server_mac, 6);
	memcpy(p.eth_dst, up ? server_mac : w->mac, 6);
	w->now += BR_MS;
	br_talk_packet(w->talk, &p, ++w->frame, w->now);
}

static void http_is_followed_through_cut_bodies_and_gaps(void **state)
{
	static const char get[] =
		"GET /a.efi HTTP/1.1\r\nHost: x\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n";
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n";
	static const char next[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
	const uint32_t g = sizeof(get) - 1, h = sizeof(head) - 1, n = sizeof(next) - 1;
	struct wire w = new_wire(1 << 20);

	(void)state;
	segment(&w, true, 99, 0, BR_TCP_SYN, NULL, 0, 0);
	segment(&w, false, 999, 100, BR_TCP_SYN | BR_TCP_ACK, NULL, 0, 0);
	segment(&w, true, 100, 1000, BR_TCP_ACK, NULL, 0, 0);
	segment(&w, true, 100, 1000, BR_TCP_ACK, get, g, g);
	segment(&w, false, 1000, 100 + g, BR_TCP_ACK, head, h, h);
	/* the body: one segment cut, one that the capture missed, two in the wrong order */
	segment(&w, false, 1000 + h, 100 + g, BR_TCP_ACK, "....", 4, 1000);
	segment(&w, false, 3000 + h, 100 + g, BR_TCP_ACK, "....", 4, 1000);
	segment(&w, true, 100 + g, 4000 + h, BR_TCP_ACK, NULL, 0, 0);
	segment(&w, false, 5000 + h, 100 + g, BR_TCP_ACK, "....", 4, 1000);
	segment(&w, false, 4000 + h, 100 + g, BR_TCP_ACK, "....", 4, 1000);
	segment(&w, false, 4000 + h, 100 + g, BR_TCP_ACK, "....", 4, 1000); /* again */
	segment(&w, true, 100 + g, 6000 + h, BR_TCP_ACK, get, g, g);
	segment(&w, false, 6000 + h, 100 + 2 * g, BR_TCP_ACK, next, n, n);
	const struct br_talk_tcp *t = &exchange(&w, 0, 0)->tcp;

	assert_int_equal(t->requests, 2);
	assert_string_equal(t->request[0].target, "/a.efi");
	assert_string_equal(t->request[0].fields, "Host User-Agent");
	assert_int_equal(t->request[0].status, 200);
	assert_int_equal(t->request[0].octets, 5000);
	assert_true(t->request[0].complete);
	assert_int_equal(t->request[1].status, 404);
	assert_int_equal(t->down->lost, 1000);
	assert_int_equal(t->down->repeated, 1000);
	segment(&w, true, 100 + 2 * g, 0, BR_TCP_RST, NULL, 0, 0);
	assert_int_equal(t->end, BR_TALK_ERROR_CLIENT);
	assert_null(t->down); /* what is over keeps a summary only */
	(void)br_talk_free(w.talk);
}

static void a_window_is_closed_until_the_client_says_otherwise(void **state)
{
	struct wire w = new_wire(1 << 20);
	const struct br_talk_tcp *t;

	(void)state;
	segment(&w, true, 99, 0, BR_TCP_SYN, NULL, 0, 0);
	segment(&w, false, 999, 100, BR_TCP_SYN | BR_TCP_ACK, NULL, 0, 0);
	segment(&w, true, 100, 1000, BR_TCP_ACK, NULL, 0, 0);
	t = &exchange(&w, 0, 0)->tcp;
	assert_int_equal(t->zero_windows, 0);
	w.window = 0;
	for (uint32_t i = 1; i <= 3; i++) {
		segment(&w, true, 100, 1000, BR_TCP_ACK, NULL, 0, 0);
		segment(&w, false, 1000, 100, BR_TCP_ACK, "x", 1, 1); /* probes change nothing */
		assert_int_equal(t->zero_windows, i);
	}
	w.window = 1;
	segment(&w, true, 100, 1001, BR_TCP_ACK, NULL, 0, 0);
	assert_int_equal(t->zero_windows, 0);
	w.window = 0;
	segment(&w, true, 100, 1001, BR_TCP_RST, NULL, 0, 0); /* a reset has no window */
	assert_int_equal(t->zero_windows, 0);
	(void)br_talk_free(w.talk);
}

static void a_refused_connection_is_one_exchange(void **state)
{
	struct wire w = new_wire(1 << 20);

	(void)state;
	for (int i = 0; i < 5; i++) {
		segment(&w, true, 99, 0, BR_TCP_SYN, NULL, 0, 0);
		segment(&w, false, 0, 100, BR_TCP_RST | BR_TCP_ACK, NULL, 0, 0);
	}
	assert_int_equal(br_talk_client(w.talk, 0)->exchanges, 1);
	assert_int_equal(exchange(&w, 0, 0)->tcp.syn.count, 5);
	assert_int_equal(exchange(&w, 0, 0)->tcp.refusals, 5);
	(void)br_talk_free(w.talk);
}

/* A recorded boot, read whole. */
static struct br_talk *read_boot(const char *name)
{
	char path[512], remark[BR_CAPTURE_REMARK_SIZE];
	const char *paths[1] = {path};
	struct br_feed *feed;
	struct br_talk *talk;
	struct br_feed_packet packet;

	assert_non_null(getenv("BR_CAPTURES"));
	(void)snprintf(path, sizeof(path), "%s/%s.pcap", getenv("BR_CAPTURES"), name);
	assert_int_equal(br_feed_open(&feed, paths, 1, remark), 0);
	assert_int_equal(br_talk_new(&talk, &br_talk_limits_default), 0);
	while (br_feed_next(feed, &packet) == 1)
		br_talk_packet(talk, &packet.packet, packet.frame, packet.at);
	(void)br_feed_close(feed);
	return talk;
}

static const struct br_talk_exchange *nth(const struct br_talk *talk, enum br_talk_kind kind,
                                          size_t n)
{
	const struct br_talk_client *c = br_talk_client(talk, 0);

	for (size_t i = 0; i < c->exchanges; i++) {
		if (c->exchange[i]->kind == kind && n-- == 0)
			return c->exchange[i];
	}
	fail();
	return NULL;
}

static void recorded_ovmf_without_4011_comes_out_as_it_was(void **state)
{
	struct br_talk *talk = read_boot("ovmf-virtio-no4011");
	const struct br_talk_dhcp *d = &nth(talk, BR_TALK_DHCP, 0)->dhcp;
	const struct br_talk_pxe *x = &nth(talk, BR_TALK_PXE, 0)->pxe;
	static const uint16_t secs[] = {0, 256, 512, 768};
	static const uint8_t order[] = {53, 57, 55, 97, 94, 93, 60};

	(void)state;
	assert_int_equal(br_talk_clients(talk), 1);
	assert_int_equal(d->identity.arch, 7);
	assert_int_equal(d->identity.order_size, sizeof(order));
	assert_memory_equal(d->identity.order, order, sizeof(order));
	assert_int_equal(d->identity.parameters_size, 35);
	assert_int_equal(d->identity.max_size, 1472);
	assert_int_equal(d->request_max_size, 65280);
	assert_int_equal(d->offers, 2);
	assert_int_equal(d->selected, 0xc0000201);
	assert_int_equal(x->request.count, 4);
	assert_memory_equal(x->secs, secs, sizeof(secs));
	assert_int_equal(x->client.port, 4011);
	assert_int_equal(x->replies, 0);
	assert_true(br_talk_find_server(talk, &x->server)->alive);
	(void)br_talk_free(talk);
}

static void recorded_http_boot_has_sizes_though_bodies_were_cut(void **state)
{
	struct br_talk *talk = read_boot("ovmf-virtio-http");
	const struct br_talk_tcp *t = &nth(talk, BR_TALK_TCP, 0)->tcp;

	(void)state;
	assert_int_equal(t->requests, 2);
	assert_string_equal(t->request[0].method, "HEAD");
	assert_string_equal(t->request[1].method, "GET");
	assert_int_equal(t->request[1].length, 1048504);
	assert_int_equal(t->request[1].octets, 1048504);
	assert_string_equal(t->request[1].fields, "Host Accept User-Agent");
	assert_int_equal(t->end, BR_TALK_ERROR_CLIENT); /* EDK2 ends with RST */
	assert_int_equal(t->syn_mss, 1460);
	(void)br_talk_free(talk);
}

static void recorded_ipv6_boot_is_recognised(void **state)
{
	struct br_talk *talk = read_boot("aavmf64-virtio-pxe6");
	const struct br_talk_dhcp6 *d = &nth(talk, BR_TALK_DHCP6, 0)->dhcp6;
	const struct br_talk_tftp *t = &nth(talk, BR_TALK_TFTP, 1)->tftp;
	static const uint8_t order[] = {1, 8, 3, 6, 62, 61, 16}, wanted[] = {59, 60, 23, 16};

	(void)state;
	assert_int_equal(d->arch, 11);
	assert_memory_equal(d->order, order, sizeof(order));
	assert_memory_equal(d->wanted, wanted, sizeof(wanted));
	assert_true(d->confirmed);
	assert_int_equal(t->block_size, 1228);
	assert_int_equal(t->end, BR_TALK_COMPLETE);
	(void)br_talk_free(talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_transfer_wraps_and_costs_one_record),
		cmocka_unit_test(losses_and_repetitions_are_counted),
		cmocka_unit_test(a_new_request_from_the_same_port_is_a_new_transfer),
		cmocka_unit_test(machines_with_one_xid_are_kept_apart),
		cmocka_unit_test(a_series_with_new_xids_is_one_transaction),
		cmocka_unit_test(a_relays_copy_is_no_repetition),
		cmocka_unit_test(memory_stays_within_its_limit_whatever_comes),
		cmocka_unit_test(who_speaks_now_and_then_outlives_who_is_quiet),
		cmocka_unit_test(a_client_with_too_many_exchanges_keeps_both_ends),
		cmocka_unit_test(http_is_followed_through_cut_bodies_and_gaps),
		cmocka_unit_test(a_window_is_closed_until_the_client_says_otherwise),
		cmocka_unit_test(a_refused_connection_is_one_exchange),
		cmocka_unit_test(recorded_ovmf_without_4011_comes_out_as_it_was),
		cmocka_unit_test(recorded_http_boot_has_sizes_though_bodies_were_cut),
		cmocka_unit_test(recorded_ipv6_boot_is_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
