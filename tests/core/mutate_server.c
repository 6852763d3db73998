/* SPDX-License-Identifier: BSD-2-Clause */
/* mutate_server [COUNT] [SEED] - mutated datagrams and HTTP octets into a whole server
 *
 * Starts from good messages of every service, flips, cuts, doubles and joins them, and
 * hands them to a server with every role. Under ASan and UBSan nothing may be found; the
 * server must answer a good DISCOVER and a good RRQ at the end; and its tables stay
 * within their limits. The suite runs some thousands; ask for a million by hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "core/config.h"
#include "core/server.h"
#include "sim/net/files.h"
#include "tests/mutation.h"

enum {
	MESSAGE_MAX = 2048,
	STREAMS = 4,
	SERVER_IP = 0x0a4d0001,
	CLIENT_IP = 0x0a4d0064
};

struct seed_message {
	uint16_t port;
	size_t size;
	uint8_t octets[700];
};

static struct seed_message seeds[16];
static size_t seeds_count;

static void add_seed(uint16_t port, const void *octets, size_t size)
{
	struct seed_message *seed = &seeds[seeds_count++];

	seed->port = port;
	seed->size = size;
	memcpy(seed->octets, octets, size);
}

static void add_dhcp(uint16_t port, uint8_t type, const char *class_text, uint8_t arch)
{
	uint8_t octets[400] = {1,    1,           6,           0,    0x51, 0xa3, 0x48,
	                       0xa4, [10] = 0x80, [28] = 0x52, 0x54, 0,    0x12, 0x34,
	                       0x56, [236] = 99,  130,         83,   99};
	struct br_writer w = br_writer_of(octets + 240, sizeof(octets) - 240);
	const uint8_t head[] = {53, 1,  type, 57, 2,   5,   0xc0, 55,   8,  1,  3, 6, 43,
	                        60, 66, 67,   97, 93,  2,   0,    arch, 94, 3,  1, 3, 0,
	                        82, 6,  1,    4,  'p', 'o', 'r',  't',  97, 17, 0};

	br_put_bytes(&w, head, sizeof(head));
	br_put_zeros(&w, 16);
	br_put_u8(&w, 60);
	br_put_u8(&w, (uint8_t)strlen(class_text));
	br_put_bytes(&w, class_text, strlen(class_text));
	br_put_u8(&w, 255);
	add_seed(port, octets, sizeof(octets));
}

#define ADD_TEXT(port, text) add_seed(port, text, sizeof(text) - 1)

static void make_seeds(void)
{
	add_dhcp(67, 1, "PXEClient:Arch:00007:UNDI:003000", 7);
	add_dhcp(67, 3, "PXEClient:Arch:00007:UNDI:003000", 7);
	add_dhcp(67, 1, "HTTPClient:Arch:00016:UNDI:003000", 16);
	add_dhcp(67, 8, "MSFT 5.0", 0);
	add_dhcp(4011, 3, "PXEClient:Arch:00007:UNDI:003000", 7);
	ADD_TEXT(69, "\0\1boot.efi\0octet\0tsize\0"
	             "0\0blksize\0"
	             "1468\0windowsize\0"
	             "4\0");
	ADD_TEXT(69, "\0\1text\0netascii\0timeout\0"
	             "3\0");
	ADD_TEXT(69, "\0\2up\0octet\0");
	ADD_TEXT(0, "\0\4\0\1"); /* to a transfer's own port */
	ADD_TEXT(0, "\0\5\0\10User aborted\0");
	ADD_TEXT(80, "GET /boot.efi HTTP/1.1\r\nHost: 10.77.0.1\r\nRange: bytes=5-99\r\n\r\n");
	ADD_TEXT(80, "HEAD //boot.efi HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\"\r\n\r\nGET /text "
	             "HTTP/1.0\r\n\r\n");
	ADD_TEXT(80, "GET /text HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcdeGET /%2e%2e/x "
	             "HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	ADD_TEXT(80, "GET /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
	             "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
}

static size_t mutate(struct br_prng *prng, const struct seed_message *seed, uint8_t *target)
{
	size_t size = seed->size;

	memcpy(target, seed->octets, size);
	for (uint64_t n = br_prng_below(prng, 6); n > 0 && size > 0; n--) {
		size_t at = (size_t)br_prng_below(prng, size);

		size = mutation_at((enum mutation_kind)br_prng_below(prng, MUTATIONS), prng, target,
		                   size, MESSAGE_MAX, at);
	}
	return size;
}

struct mutation {
	struct br_server *server;
	br_time now;
	uint16_t tid;             /* a port the server has open */
	uint32_t credit[STREAMS]; /* what each stream may still be given */
	bool open[STREAMS];
	uint64_t datagrams, octets; /* given out */
};

static void drain(struct mutation *rig)
{
	struct br_action action;
	uint64_t sum = 0;

	while (br_server_output(rig->server, &action)) {
		/* read every octet: an address that is not ours would be found */
		for (size_t i = 0; i < action.payload.size; i++)
			sum += action.payload.data[i];
		for (size_t i = 0; i < action.body.size; i++)
			sum += action.body.data[i];
		if (action.kind == BR_ACTION_DATAGRAM)
			rig->datagrams++;
		if (action.kind == BR_ACTION_PORT_OPEN && action.local.port > 4011)
			rig->tid = action.local.port;
		if (action.kind == BR_ACTION_STREAM_DATA) {
			size_t size = action.payload.size + action.body.size;

			if (size > rig->credit[action.stream])
				abort(); /* more than it was allowed */
			rig->credit[action.stream] -= (uint32_t)size;
		}
		if (action.kind == BR_ACTION_STREAM_RESET)
			rig->open[action.stream] = false;
	}
	rig->octets += sum;
}

static void feed(struct mutation *rig, struct br_event *event)
{
	br_server_input(rig->server, event, rig->now);
	drain(rig);
}

static void feed_stream(struct mutation *rig, struct br_prng *prng, struct br_event *event)
{
	event->stream = (uint32_t)br_prng_below(prng, STREAMS);
	if (br_prng_below(prng, 64) == 0) {
		struct br_event waits = {.kind = BR_EVENT_STREAM_WAITS};

		feed(rig, &waits);
	}
	if (!rig->open[event->stream]) {
		struct br_event open = *event;

		open.kind = BR_EVENT_STREAM_OPEN;
		open.payload = (struct br_octets){.data = NULL, .size = 0};
		rig->credit[event->stream] = open.credit = 10000;
		rig->open[event->stream] = true;
		feed(rig, &open);
		if (!rig->open[event->stream])
			return;
	}
	event->kind = BR_EVENT_STREAM_DATA;
	event->credit = rig->credit[event->stream];
	feed(rig, event);
	if (!rig->open[event->stream])
		return;
	if (br_prng_below(prng, 4) == 0) {
		event->kind = BR_EVENT_STREAM_GONE;
		rig->open[event->stream] = false;
	} else {
		event->kind = BR_EVENT_STREAM_CREDIT;
		event->credit = rig->credit[event->stream] = 10000;
	}
	event->payload = (struct br_octets){.data = NULL, .size = 0};
	feed(rig, event);
}

static void one_input(struct mutation *rig, struct br_prng *prng, const uint8_t *octets,
                      size_t size, uint16_t port)
{
	/* An exact copy on the heap: the sanitizer sees one octet too far. */
	uint8_t *copy = malloc(size > 0 ? size : 1);
	struct br_event event = {
		.kind = BR_EVENT_DATAGRAM,
		.local = br_endpoint_ipv4(SERVER_IP, port ? port : rig->tid),
		.remote = br_endpoint_ipv4(CLIENT_IP + (uint32_t)br_prng_below(prng, 3),
	                                   (uint16_t)(1000 + br_prng_below(prng, 4))),
		.payload = {.data = copy, .size = size},
	};

	if (!copy)
		abort();
	memcpy(copy, octets, size);
	if (port == 80)
		feed_stream(rig, prng, &event);
	else
		feed(rig, &event);
	free(copy);
	rig->now += br_prng_below(prng, 400) * BR_MS;
	while (br_server_deadline(rig->server) <= rig->now) {
		br_server_expire(rig->server, rig->now);
		drain(rig);
	}
}

static bool still_answers(struct mutation *rig, struct br_prng *prng, size_t seed)
{
	uint64_t before = rig->datagrams;

	rig->now += 4000 * BR_S; /* everything old is over */
	br_server_expire(rig->server, rig->now);
	drain(rig);
	before = rig->datagrams;
	one_input(rig, prng, seeds[seed].octets, seeds[seed].size, seeds[seed].port);
	return rig->datagrams > before;
}

static void set(struct br_config *config, const char *key, const char *value)
{
	char error[200];

	if (br_config_set(config, key, value, error, sizeof(error)) < 0) {
		fprintf(stderr, "%s=%s: %s\n", key, value, error);
		abort();
	}
}

int main(int argc, char **argv)
{
	static struct br_config config;
	static uint8_t octets[MESSAGE_MAX];
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
	struct br_prng prng = br_prng_of(argc > 2 ? strtoull(argv[2], NULL, 10) : 1, 1);
	struct br_file_store *store;
	struct br_files files;
	struct mutation rig = {.now = BR_S};

	make_seeds();
	if (br_file_store_new(&store, 64) < 0)
		abort();
	(void)br_file_store_generate(store, "boot.efi", 100000, 1);
	(void)br_file_store_add(store, "text", (struct br_octets){(const uint8_t *)"a\nb\rc", 5});
	files = br_file_store_files(store);
	br_config_init(&config);
	config.link[0] =
		(struct br_config_link){.address = SERVER_IP, .netmask = 0xffffff00, .mtu = 1500};
	config.links = 1;
	set(&config, "role", "dhcp,pxe,tftp,http");
	set(&config, "pool", "10.77.0.100-10.77.0.199");
	set(&config, "boot", "boot.efi");
	set(&config, "windowsize", "on");
	set(&config, "streams", "4");
	set(&config, "transfers", "8");
	if (br_server_new(&rig.server, &config, &files, 1) < 0)
		abort();
	drain(&rig);
	for (unsigned long i = 0; i < count; i++) {
		const struct seed_message *seed = &seeds[br_prng_below(&prng, seeds_count)];

		one_input(&rig, &prng, octets, mutate(&prng, seed, octets), seed->port);
		if (br_server_open_transfers(rig.server) > 8)
			abort();
	}
	bool alive = still_answers(&rig, &prng, 0) && still_answers(&rig, &prng, 5);

	printf("%lu inputs, %llu datagrams answered, %s\n", count,
	       (unsigned long long)rig.datagrams, alive ? "alive" : "DEAF");
	br_server_free(rig.server);
	size_t handles = br_file_store_open_handles(store);
	br_file_store_free(store);
	if (handles)
		printf("%zu file handles not given back\n", handles);
	return alive && rig.datagrams > count / 50 && handles == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
