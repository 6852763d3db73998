/* SPDX-License-Identifier: BSD-2-Clause */
/* tcp_peer - our TCP on a network interface, for tests/sim/tcp_against_linux.py
 *
 *	tcp_peer IFACE ADDRESS PEER BYTES [KEY=N...] serve
 *	tcp_peer IFACE ADDRESS PEER BYTES [KEY=N...] connect PORT ACT
 *
 * A host of ours with ADDRESS sits on IFACE. Serving, it listens on a port for each
 * way to behave, 7000 and up in the order of enum act, until its input ends. Each
 * stream that ends is a line of JSON on the output. Keys: loss, reorder, duplicate
 * (ppm), seed, mss, window, scaling, buffer.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/net/fault.h"
#include "sim/net/host.h"
#include "sim/net/loop.h"
#include "sim/net/port_iface.h"
#include "sim/net/sha256.h"

enum act {
	ACT_EXCHANGE, /* send all at once, read all, close when sent */
	ACT_ANSWER,   /* read to the end, then send, then close: our half last */
	ACT_FIRST,    /* close at once, then read to the end */
	ACT_RESET,    /* reset after 10000 octets */
	ACT_SLOW,     /* do not read for 1.5 s */
	ACT_COUNT,
};

enum {
	FIRST_PORT = 7000,
	STREAMS_MAX = 64,
	RESET_AT = 10000,
};

static const char *const act_names[ACT_COUNT] = {"exchange", "answer", "first", "reset", "slow"};

struct talk {
	struct peer *peer;
	uint32_t stream;
	enum act act;
	uint64_t sent, received;
	bool sending;
	struct br_sha256 hash;
	struct br_timer timer;
};

struct peer {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_loop *loop;
	struct br_host *host;
	struct br_fault *fault;
	uint64_t bytes;
	uint32_t peer_address;
	uint16_t connect_port; /* 0: serve */
	enum act connect_act;
	struct talk talk[STREAMS_MAX];
};

/* What each side sends; the script makes the same. */
static uint8_t pattern(uint64_t at)
{
	return (uint8_t)(at * 7 + (at >> 8) * 13 + (at >> 16));
}

static void fill(struct talk *talk)
{
	struct peer *peer = talk->peer;
	uint8_t octets[16384];

	if (!talk->sending)
		return;
	while (talk->sent < peer->bytes) {
		uint64_t size = br_host_stream_credit(peer->host, talk->stream);

		size = size < sizeof(octets) ? size : sizeof(octets);
		if (size > peer->bytes - talk->sent)
			size = peer->bytes - talk->sent;
		if (size == 0)
			return;
		for (uint64_t i = 0; i < size; i++)
			octets[i] = pattern(talk->sent + i);

		int taken = br_host_stream_write(peer->host, talk->stream,
		                                 (struct br_octets){octets, size});

		if (taken <= 0)
			return;
		talk->sent += (uint64_t)taken;
	}
	br_host_stream_close(peer->host, talk->stream);
}

static void report(struct talk *talk, int error, const char *how)
{
	uint8_t digest[BR_SHA256_SIZE];
	char text[BR_SHA256_TEXT_SIZE];
	const struct br_tcp_counters *c = br_host_tcp_counters(talk->peer->host);

	br_sha256_end(&talk->hash, digest);
	br_sha256_print(digest, text);
	(void)printf("{\"act\": \"%s\", \"how\": \"%s\", \"error\": %d, \"sent\": %llu, "
	             "\"received\": %llu, \"sha256\": \"%s\", \"retransmissions\": %llu, "
	             "\"probes\": %llu, \"out_of_order\": %llu, \"timeouts\": %llu, "
	             "\"fast\": %llu}\n",
	             act_names[talk->act], how, error, (unsigned long long)talk->sent,
	             (unsigned long long)talk->received, text,
	             (unsigned long long)c->retransmissions, (unsigned long long)c->probes,
	             (unsigned long long)c->out_of_order, (unsigned long long)c->timeouts,
	             (unsigned long long)c->fast_retransmits);
	(void)fflush(stdout);
	if (talk->peer->connect_port)
		br_loop_stop(talk->peer->loop);
}

static void read_again(void *context, br_time now)
{
	struct talk *talk = context;

	(void)now;
	br_host_stream_pause(talk->peer->host, talk->stream, false);
}

static void opened(struct talk *talk, uint32_t stream, br_time now)
{
	struct peer *peer = talk->peer;
	struct br_endpoint local, remote;
	uint32_t link;

	talk->stream = stream;
	talk->sent = talk->received = 0;
	br_sha256_begin(&talk->hash);
	(void)br_host_stream_ends(peer->host, stream, &local, &remote, &link);
	talk->act = peer->connect_port ? peer->connect_act : (enum act)(local.port - FIRST_PORT);
	talk->sending = talk->act == ACT_EXCHANGE || talk->act == ACT_SLOW;
	if (talk->act == ACT_FIRST)
		br_host_stream_close(peer->host, stream);
	if (talk->act == ACT_SLOW) {
		br_host_stream_pause(peer->host, stream, true);
		br_clock_set(&peer->clock, &talk->timer, now + 1500 * BR_MS);
	}
	fill(talk);
}

static void on_stream(void *context, uint32_t stream, enum br_stream_event event, int error,
                      struct br_octets data, br_time now)
{
	struct peer *peer = context;
	struct talk *talk = &peer->talk[stream];

	switch (event) {
	case BR_STREAM_OPENED:
		opened(talk, stream, now);
		break;
	case BR_STREAM_DATA:
		br_sha256_add(&talk->hash, data.data, data.size);
		talk->received += data.size;
		if (talk->act == ACT_RESET && talk->received >= RESET_AT) {
			br_host_stream_reset(peer->host, stream);
			report(talk, 0, "reset");
		}
		break;
	case BR_STREAM_END:
		talk->sending |= talk->act == ACT_ANSWER;
		fill(talk);
		break;
	case BR_STREAM_CREDIT:
		fill(talk);
		break;
	case BR_STREAM_GONE:
		br_clock_cancel(&peer->clock, &talk->timer);
		report(talk, error, "gone");
		break;
	}
}

static uint64_t value_of(int argc, char **argv, const char *key, uint64_t otherwise)
{
	size_t size = strlen(key);

	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], key, size) == 0 && argv[i][size] == '=')
			return strtoull(argv[i] + size + 1, NULL, 0);
	}
	return otherwise;
}

static int fail(const char *what)
{
	(void)fprintf(stderr, "tcp_peer: %s\n", what);
	return EXIT_FAILURE;
}

static void input_ended(void *context, short events, br_time now)
{
	struct peer *peer = context;
	char octet;

	(void)events;
	(void)now;
	if (read(STDIN_FILENO, &octet, 1) <= 0)
		br_loop_stop(peer->loop);
}

static int set_up(struct peer *peer, int argc, char **argv)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 0x77};
	struct br_host_limits limits = br_host_limits_server;
	struct br_host_user user = {.context = peer, .stream = on_stream};
	struct br_fault_rates rates = {.loss = (uint32_t)value_of(argc, argv, "loss", 0),
	                               .reorder = (uint32_t)value_of(argc, argv, "reorder", 0),
	                               .duplicate = (uint32_t)value_of(argc, argv, "duplicate", 0),
	                               .reorder_by = 3 * BR_MS};
	uint64_t seed = value_of(argc, argv, "seed", 1);
	struct br_port_iface *port;
	struct br_segment *segment;
	char error[256] = "";

	limits.streams_max = STREAMS_MAX;
	limits.stream_buffer_size = value_of(argc, argv, "buffer", limits.stream_buffer_size);
	if (br_clock_init(&peer->clock, 64) < 0 || br_loop_new(&peer->loop, &peer->clock) < 0 ||
	    br_wire_new(&peer->wire, &peer->clock, 1518, 16384) < 0)
		return fail("out of memory");
	segment = br_segment_new(peer->wire, "lan", 0, 1500);
	if (!segment || br_host_new(&peer->host, peer->wire, "peer", &limits, seed) < 0 ||
	    br_host_add_link(peer->host, segment, mac) < 0)
		return fail("out of memory");
	br_host_set_user(peer->host, &user);
	br_host_set_address(peer->host, 0, ntohl(inet_addr(argv[2])), 0xffffff00);
	if (br_port_iface_new(&port, peer->loop, segment, argv[1], false, NULL, error,
	                      sizeof(error)) < 0)
		return fail(error);
	if (rates.loss || rates.reorder || rates.duplicate) {
		if (br_fault_new(&peer->fault, seed) < 0)
			return fail("out of memory");
		br_fault_set_rates(peer->fault, &rates);
		br_segment_set_fault(segment, peer->fault);
	}

	struct br_tcp_options options = *br_host_get_tcp_options(peer->host);

	options.mss = (uint16_t)value_of(argc, argv, "mss", options.mss);
	options.receive_window = (uint32_t)value_of(argc, argv, "window", 0);
	options.window_scaling = value_of(argc, argv, "scaling", 1) != 0;
	br_host_set_tcp_options(peer->host, &options);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct peer peer;

	if (argc < 6)
		return fail("see the top of tests/sim/tcp_peer.c");
	peer.bytes = strtoull(argv[4], NULL, 0);
	for (int i = 0; i < STREAMS_MAX; i++) {
		peer.talk[i].peer = &peer;
		peer.talk[i].timer =
			(struct br_timer){.fire = read_again, .context = &peer.talk[i]};
	}
	if (set_up(&peer, argc, argv) != EXIT_SUCCESS)
		return EXIT_FAILURE;
	if (strcmp(argv[argc - 1], "serve") == 0) {
		for (int act = 0; act < ACT_COUNT; act++)
			(void)br_host_tcp_listen(peer.host, (uint16_t)(FIRST_PORT + act));
		(void)br_loop_add(peer.loop, STDIN_FILENO, POLLIN, input_ended, &peer);
		(void)printf("ready\n");
		(void)fflush(stdout);
	} else {
		struct br_endpoint from = {.port = 0};
		struct br_endpoint to =
			br_endpoint_ipv4(ntohl(inet_addr(argv[3])), (uint16_t)atoi(argv[argc - 2]));

		peer.connect_port = to.port;
		while (peer.connect_act < ACT_COUNT - 1 &&
		       strcmp(act_names[peer.connect_act], argv[argc - 1]) != 0)
			peer.connect_act++;

		int stream = br_host_tcp_connect(peer.host, &from, &to);

		if (stream < 0)
			return fail("cannot connect");
		br_sha256_begin(&peer.talk[stream].hash);
	}
	return br_loop_run(peer.loop, peer.clock.now + 120 * BR_S, NULL, NULL) == BR_LOOP_DONE
	               ? EXIT_SUCCESS
	               : fail("nothing came to an end for two minutes");
}
