/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_host - how many frames a second two hosts exchange, on one core; for people */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "sim/net/host.h"

enum {
	CLIENTS = 10000,
};

struct host_bench {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_host *server, *client;
	uint64_t left; /* datagrams or octets still to go */
	uint64_t arrived;
	uint8_t body[1468];
};

static double cpu_seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* As TFTP does: the server answers each ACK with a header and a block of the file. */
static void on_server_datagram(void *context, const struct br_datagram *datagram, br_time now)
{
	struct host_bench *bench = context;
	static const uint8_t head[4] = {0, 3, 0, 1};
	struct br_datagram answer = {.local = datagram->local,
	                             .remote = datagram->remote,
	                             .payload = {head, sizeof(head)},
	                             .body = {bench->body, sizeof(bench->body)}};

	(void)now;
	(void)br_host_udp_send(bench->server, &answer);
}

static void on_client_datagram(void *context, const struct br_datagram *datagram, br_time now)
{
	struct host_bench *bench = context;
	static const uint8_t ack[4] = {0, 4, 0, 1};
	struct br_datagram answer = {.local = datagram->local,
	                             .remote = datagram->remote,
	                             .payload = {ack, sizeof(ack)}};

	(void)now;
	bench->arrived++;
	if (bench->left-- > 0)
		(void)br_host_udp_send(bench->client, &answer);
}

static void on_server_stream(void *context, uint32_t stream, enum br_stream_event event, int error,
                             struct br_octets data, br_time now)
{
	struct host_bench *bench = context;
	static const uint8_t octets[65536];

	(void)error;
	(void)data;
	(void)now;
	if (event != BR_STREAM_OPENED && event != BR_STREAM_CREDIT)
		return;
	while (bench->left > 0) {
		size_t size = br_host_stream_credit(bench->server, stream);

		size = size < sizeof(octets) ? size : sizeof(octets);
		if (size == 0)
			return;
		if (br_host_stream_write(bench->server, stream, (struct br_octets){octets, size}) <=
		    0)
			return;
		bench->left -= size < bench->left ? size : bench->left;
	}
	br_host_stream_close(bench->server, stream);
}

static void on_client_stream(void *context, uint32_t stream, enum br_stream_event event, int error,
                             struct br_octets data, br_time now)
{
	struct host_bench *bench = context;

	(void)error;
	(void)now;
	bench->arrived += data.size;
	if (event == BR_STREAM_END)
		br_host_stream_close(bench->client, stream);
}

static struct br_host *add_host(struct host_bench *bench, uint32_t number,
                                const struct br_host_limits *limits)
{
	const uint8_t mac[6] = {
		2, 0, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
	struct br_host *host;

	if (br_host_new(&host, bench->wire, "host", limits, number) < 0 ||
	    br_host_add_link(host, bench->segment, mac) < 0)
		abort();
	br_host_set_address(host, 0, 0x0a000000 + number, 0xff000000);
	return host;
}

static void set_up(struct host_bench *bench)
{
	const struct br_host_user server = {
		.context = bench, .datagram = on_server_datagram, .stream = on_server_stream};
	const struct br_host_user client = {
		.context = bench, .datagram = on_client_datagram, .stream = on_client_stream};

	memset(bench, 0, sizeof(*bench));
	if (br_clock_init(&bench->clock, 64) < 0 ||
	    br_wire_new(&bench->wire, &bench->clock, 1518, 65536) < 0)
		abort();
	bench->segment = br_segment_new(bench->wire, "lan", 20000, 1500);
	if (!bench->segment)
		abort();
	bench->server = add_host(bench, 1, &br_host_limits_server);
	bench->client = add_host(bench, 2, &br_host_limits_client);
	br_host_set_user(bench->server, &server);
	br_host_set_user(bench->client, &client);
	if (br_host_udp_open(bench->server, 69) < 0 || br_host_udp_open(bench->client, 1000) < 0 ||
	    br_host_tcp_listen(bench->server, 80) < 0)
		abort();
}

static void run(struct host_bench *bench)
{
	while (br_clock_step(&bench->clock, BR_TIME_NEVER))
		;
}

static void reset(struct host_bench *bench)
{
	br_host_free(bench->server);
	br_host_free(bench->client);
	br_wire_free(bench->wire);
	br_clock_reset(&bench->clock);
}

static void tell(const struct host_bench *bench, const char *what, double began)
{
	double took = cpu_seconds() - began;
	uint64_t frames = br_segment_counts(bench->segment)->delivered;

	(void)printf("%-28s %9llu frames %6.2f s %10.0f frames/s %6.0f ns/frame %8.1f MB/s\n", what,
	             (unsigned long long)frames, took, (double)frames / took,
	             took * 1e9 / (double)frames,
	             (double)br_segment_counts(bench->segment)->octets / took / 1e6);
}

static void udp(struct host_bench *bench, uint64_t count)
{
	struct br_datagram first = {.local = {.port = 1000},
	                            .remote = br_endpoint_ipv4(0x0a000001, 69)};

	set_up(bench);
	bench->left = count;

	double began = cpu_seconds();

	(void)br_host_udp_send(bench->client, &first);
	run(bench);
	tell(bench, "UDP, block and ACK", began);
	reset(bench);
}

static void tcp(struct host_bench *bench, uint64_t octets)
{
	struct br_endpoint from = {.port = 0}, to = br_endpoint_ipv4(0x0a000001, 80);

	set_up(bench);
	bench->left = octets;

	double began = cpu_seconds();

	if (br_host_tcp_connect(bench->client, &from, &to) < 0)
		abort();
	run(bench);
	tell(bench, "TCP, one stream", began);
	if (bench->arrived < octets)
		(void)printf("only %llu octets arrived\n", (unsigned long long)bench->arrived);
	reset(bench);
}

static long resident_kb(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* Each of them sends one datagram and gets one: ARP and all. */
static void crowd(struct host_bench *bench)
{
	static struct br_host *hosts[CLIENTS];
	static const uint8_t octets[300];
	long before = resident_kb();

	set_up(bench);

	double began = cpu_seconds();

	for (uint32_t i = 0; i < CLIENTS; i++)
		hosts[i] = add_host(bench, 100 + i, &br_host_limits_client);
	(void)printf("%d hosts: %.1f KB each\n", CLIENTS,
	             (double)(resident_kb() - before) / CLIENTS);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		struct br_datagram datagram = {.local = {.port = 1000},
		                               .remote = br_endpoint_ipv4(0x0a000001, 69),
		                               .payload = {octets, sizeof(octets)}};

		if (br_host_udp_open(hosts[i], 1000) < 0 ||
		    br_host_udp_send(hosts[i], &datagram) < 0)
			abort();
	}
	run(bench);
	tell(bench, "10,000 hosts, one exchange", began);
	(void)printf("frames received by a port: %llu\n",
	             (unsigned long long)br_segment_counts(bench->segment)->received);
	for (uint32_t i = 0; i < CLIENTS; i++)
		br_host_free(hosts[i]);
	reset(bench);
}

int main(int argc, char **argv)
{
	static struct host_bench bench;
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;

	udp(&bench, count);
	tcp(&bench, count * 1460);
	crowd(&bench);
	return EXIT_SUCCESS;
}
