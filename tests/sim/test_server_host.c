/* SPDX-License-Identifier: BSD-2-Clause */
/* A server on a host that runs short: of memory it must not go on as if nothing was missing,
 * of streams those who only wait give way and who comes late waits its turn.
 */
#include "tests/helper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/server.h"
#include "sim/net/files.h"
#include "sim/net/server_host.h"
#include "tests/sim/host_net.h"

/* Its allocator does not fail: it ends the program. */
#ifdef __SANITIZE_ADDRESS__
#define ALLOCATOR_FAILS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALLOCATOR_FAILS false
#endif
#endif
#ifndef ALLOCATOR_FAILS
#define ALLOCATOR_FAILS true
#endif

enum {
	BUFFER_SIZE = 1 << 28, /* of a stream; large enough to be the one thing without room */
	ROOM = 1 << 26,
};

struct client {
	unsigned gone;
	int error;
	char head[16];
	size_t received;
};

static void on_stream(void *context, uint32_t stream, enum br_stream_event event, int error,
                      struct br_octets data, br_time now)
{
	struct client *client = context;

	(void)stream;
	(void)now;
	if (event == BR_STREAM_DATA && client->received == 0)
		memcpy(client->head, data.data,
		       data.size < sizeof(client->head) ? data.size : sizeof(client->head));
	if (event == BR_STREAM_DATA)
		client->received += data.size;
	if (event == BR_STREAM_GONE) {
		client->gone++;
		client->error = error;
	}
}

/* GET /a on a stream of its own. */
static void get(struct net *net, struct client *client)
{
	static const char request[] = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	struct br_endpoint any = {0}, server = br_endpoint_ipv4(NET | 7, 80);
	int stream;

	*client = (struct client){0};
	br_host_set_user(net->host[0],
	                 &(struct br_host_user){.context = client, .stream = on_stream});
	stream = br_host_tcp_connect(net->host[0], &any, &server);
	assert_true(stream >= 0);
	net_run(net, net->clock.now + BR_S);
	assert_int_equal(br_host_stream_write(
				 net->host[0], (uint32_t)stream,
				 (struct br_octets){(const uint8_t *)request, sizeof(request) - 1}),
	                 sizeof(request) - 1);
	net_run(net, net->clock.now + BR_S);
	br_host_stream_close(net->host[0], (uint32_t)stream);
	net_run(net, net->clock.now + 10 * BR_S);
}

/* Octets of address space this process has: the first number of /proc/self/statm, in pages. */
static rlim_t address_space(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	assert_non_null(statm);
	assert_int_equal(fscanf(statm, "%lu", &pages), 1);
	fclose(statm);
	return pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void a_stream_without_memory_is_reset_not_cut(void **state)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, 7};
	struct br_host_limits limits = br_host_limits_server;
	static struct br_config config;
	struct br_server_host *server;
	struct br_file_store *store;
	struct br_files files;
	struct rlimit before, tight;
	struct client client;
	struct br_host *host;
	char error[128];
	struct net *net;

	(void)state;
	net = net_new();
	limits.stream_buffer_size = BUFFER_SIZE;
	assert_int_equal(br_host_new(&host, net->wire, "server", &limits, 1), 0);
	assert_int_equal(br_host_add_link(host, net->segment[0], mac), 0);
	br_host_set_address(host, 0, NET | 7, MASK);
	assert_int_equal(br_file_store_new(&store, 4), 0);
	assert_int_equal(br_file_store_generate(store, "a", 5000, 1), 0);
	files = br_file_store_files(store);
	br_config_init(&config);
	config.link[0] =
		(struct br_config_link){.address = NET | 7, .netmask = MASK, .mtu = NET_MTU};
	config.links = 1;
	assert_int_equal(br_config_set(&config, "role", "http", error, sizeof(error)), 0);
	assert_int_equal(
		br_server_host_new(&server, host, &net->clock, "server", &config, &files, 1), 0);
	for (int round = 0; round < 2; round++) {
		bool full = round == 0;

		assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
		tight = (struct rlimit){.rlim_cur = address_space() + ROOM,
		                        .rlim_max = before.rlim_max};
		if (full)
			assert_int_equal(setrlimit(RLIMIT_AS, &tight), 0);
		get(net, &client);
		assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
		assert_int_equal(br_server_open_streams(br_server_host_core(server)), 0);
		assert_int_equal(client.gone, 1);
		assert_int_equal(client.error, full ? ECONNRESET : 0);
		assert_int_equal(client.received > 5000, !full);
		if (!full)
			assert_memory_equal(client.head, "HTTP/1.1 200", 12);
	}
	br_server_host_free(server);
	br_host_free(host);
	br_file_store_free(store);
	net_free(net);
}

/* A web server with one file at 192.0.2.7, some streams, and clients 192.0.2.1 and .2 */
struct web_lab {
	struct net *net;
	struct br_host *host;
	struct br_file_store *store;
	struct br_server_host *server;
};

static void lab_open(struct web_lab *lab, uint32_t streams)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, 7};
	static struct br_config config;
	struct br_host_limits limits = br_host_limits_server;
	struct br_files files;
	char error[128];

	lab->net = net_new();
	limits.stream_buffer_size = 65536;
	assert_int_equal(br_host_new(&lab->host, lab->net->wire, "server", &limits, 1), 0);
	assert_int_equal(br_host_add_link(lab->host, lab->net->segment[0], mac), 0);
	br_host_set_address(lab->host, 0, NET | 7, MASK);
	assert_int_equal(br_file_store_new(&lab->store, 4), 0);
	assert_int_equal(br_file_store_generate(lab->store, "a", 200000, 1), 0);
	files = br_file_store_files(lab->store);
	br_config_init(&config);
	config.link[0] =
		(struct br_config_link){.address = NET | 7, .netmask = MASK, .mtu = NET_MTU};
	config.links = 1;
	config.streams_max = streams;
	assert_int_equal(br_config_set(&config, "role", "http", error, sizeof(error)), 0);
	assert_int_equal(br_server_host_new(&lab->server, lab->host, &lab->net->clock, "server",
	                                    &config, &files, 1),
	                 0);
}

static void lab_close(struct web_lab *lab)
{
	br_server_host_free(lab->server);
	br_host_free(lab->host);
	br_file_store_free(lab->store);
	net_free(lab->net);
}

static void get_within(struct web_lab *lab, br_time time)
{
	static const char request[] = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	const struct br_endpoint any = {.port = 0}, server = br_endpoint_ipv4(NET | 7, 80);
	struct client client = {0};
	int stream;

	br_host_set_user(lab->net->host[0],
	                 &(struct br_host_user){.context = &client, .stream = on_stream});
	stream = br_host_tcp_connect(lab->net->host[0], &any, &server);
	assert_true(stream >= 0);
	net_run(lab->net, lab->net->clock.now + 50 * BR_MS);
	(void)br_host_stream_write(
		lab->net->host[0], (uint32_t)stream,
		(struct br_octets){(const uint8_t *)request, sizeof(request) - 1});
	net_run(lab->net, lab->net->clock.now + time);
	assert_true(client.received > 200000);
	assert_memory_equal(client.head, "HTTP/1.1 200", 12);
	br_host_stream_close(lab->net->host[0], (uint32_t)stream);
	net_run(lab->net, lab->net->clock.now + BR_S);
}

/* SYN of an address that nobody has: its SYN-ACK is never answered. */
static void send_syn(struct web_lab *lab, uint16_t port)
{
	const struct br_packet_tcp tcp = {
		.flags = BR_TCP_SYN, .sequence = port, .window = 512, .window_scale = -1};
	struct br_packet_route route = {.eth_dst = {2, 0, 0, 0, 0, 7},
	                                .eth_src = {2, 0, 0, 0, 0, 99},
	                                .src = NET | 99,
	                                .dst = NET | 7,
	                                .ttl = 64};
	struct br_frame *frame = br_frame_new(br_wire_frames(lab->net->wire));
	const struct br_octets none = {.data = NULL, .size = 0};

	assert_non_null(frame);
	assert_int_equal(br_packet_build_tcp(frame, &route, port, 80, &tcp, none, none), 0);
	br_frame_finish(frame);
	assert_int_equal(br_host_send_raw(lab->net->host[1], 0,
	                                  (struct br_octets){frame->data, frame->size}),
	                 0);
	br_frame_unref(frame);
}

static void half_open_connections_end_nothing(void **state)
{
	struct web_lab lab;

	(void)state;
	lab_open(&lab, 64);
	for (uint16_t i = 0; i < 3000; i++) {
		send_syn(&lab, (uint16_t)(1000 + i));
		if (i % 100 == 99) {
			net_run(lab.net, lab.net->clock.now + BR_MS);
			get_within(&lab, BR_S);
		}
	}
	net_run(lab.net, lab.net->clock.now + 200 * BR_S);
	get_within(&lab, BR_S);
	lab_close(&lab);
}

static void idle_connections_shut_nobody_out(void **state)
{
	const struct br_endpoint any = {.port = 0}, server = br_endpoint_ipv4(NET | 7, 80);
	struct web_lab lab;

	(void)state;
	lab_open(&lab, 4);
	for (int i = 0; i < 20; i++) {
		(void)br_host_tcp_connect(lab.net->host[1], &any, &server);
		net_run(lab.net, lab.net->clock.now + 10 * BR_MS);
		get_within(&lab, BR_S);
		assert_in_range(br_server_open_streams(br_server_host_core(lab.server)), 1, 4);
	}
	lab_close(&lab);
}

static void who_finds_no_place_waits_and_is_served_when_another_ends(void **state)
{
	static const char request[] = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
	const struct br_endpoint any = {.port = 0}, server = br_endpoint_ipv4(NET | 7, 80);
	struct client taker = {0};
	struct web_lab lab;
	int stream[4];

	(void)state;
	lab_open(&lab, 4);
	br_host_set_user(lab.net->host[1],
	                 &(struct br_host_user){.context = &taker, .stream = on_stream});
	for (int i = 0; i < 4; i++) { /* readers that do not read take all places */
		stream[i] = br_host_tcp_connect(lab.net->host[1], &any, &server);
		assert_true(stream[i] >= 0);
		net_run(lab.net, lab.net->clock.now + 10 * BR_MS);
		br_host_stream_pause(lab.net->host[1], (uint32_t)stream[i], true);
		(void)br_host_stream_write(
			lab.net->host[1], (uint32_t)stream[i],
			(struct br_octets){(const uint8_t *)request, sizeof(request) - 1});
	}
	net_run(lab.net, lab.net->clock.now + 100 * BR_MS);
	assert_int_equal(br_server_open_streams(br_server_host_core(lab.server)), 4);
	get_within(&lab, 900 * BR_MS);
	assert_int_equal(taker.gone, 1); /* the others go on */
	assert_int_equal(taker.error, ECONNRESET);
	assert_int_equal(br_server_open_streams(br_server_host_core(lab.server)), 3);
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_open_connections_end_nothing),
		cmocka_unit_test(idle_connections_shut_nobody_out),
		cmocka_unit_test(who_finds_no_place_waits_and_is_served_when_another_ends),
		cmocka_unit_test(a_stream_without_memory_is_reset_not_cut),
	};
	size_t count = sizeof(tests) / sizeof(tests[0]);

	/* the allocator of a sanitizer does not fail, it ends the program */
	return _cmocka_run_group_tests("server_host", tests, count - !ALLOCATOR_FAILS, NULL, NULL);
}
