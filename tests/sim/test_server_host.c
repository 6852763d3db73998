/* SPDX-License-Identifier: BSD-2-Clause */
/* A server on a host whose memory runs out: it must not go on as if nothing was missing. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_without_memory_is_reset_not_cut),
	};

	if (!ALLOCATOR_FAILS) {
		printf("1..0 # SKIP the allocator of a sanitizer does not fail\n");
		return 0;
	}
	return cmocka_run_group_tests_name("server_host", tests, NULL, NULL);
}
