/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_caches LAN NEAR FAR DELAY_MS LOSS_PPM RATE_BPS MACHINES MODEL URL FILE SPREAD_MS - many
 * firmwares boot URL over an interface, twice
 *
 * In real time. One simulated server gives them addresses and the URL, all else is behind LAN; what
 * comes is compared with FILE. All are switched on within SPREAD_MS. NEAR and FAR are the ends of
 * the long way from there to where the file is, which lies in here too (sim/net/bridge.h). Prints
 * an object of JSON a round: how many booted, when, after how long their HEAD was answered, what
 * the others' screens said, and octets of frames over the long way. Exit 1 if one got something
 * else than FILE. tests/bench/caches.py runs it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/models/firmware.h"
#include "sim/net/bridge.h"
#include "sim/net/loop.h"
#include "sim/net/port_iface.h"
#include "sim/net/server_host.h"
#include "tests/sim/served.h"

enum {
	SIZE_MAX_MIB = 64,
	ERRORS_MAX = 8,
	LIMIT_S = 180, /* of a round */
	PAUSE_S = 1,   /* behind it: what is still fetched for nobody is counted too */
	ROUNDS = 2,
};

struct booter {
	struct br_host *host;
	struct br_firmware *firmware;
	struct br_timer power;
	br_time asked, sized, ended; /* 0: not yet */
	bool booted;
};

struct caches_bench {
	struct br_clock clock;
	struct br_loop *loop;
	struct br_wire *wire;
	struct br_segment *segment, *near, *far;
	struct br_port_iface *port[3];
	struct br_bridge *bridge;
	struct br_file_store *files;
	struct br_model model;
	struct br_host *server_host;
	struct br_server_host *server;
	struct booter *booter;
	size_t booters, ended;
	uint8_t *file;
	size_t size;
	bool spoilt;
	br_time first, last;
	char said[ERRORS_MAX][128];
	size_t times[ERRORS_MAX], kinds;
};

static void count_error(struct caches_bench *bench, const char *text)
{
	size_t i = 0;

	while (i < bench->kinds && strncmp(bench->said[i], text, sizeof(bench->said[0]) - 1) != 0)
		i++;
	if (i == ERRORS_MAX)
		return;
	if (i == bench->kinds) {
		snprintf(bench->said[i], sizeof(bench->said[0]), "%s", text);
		for (char *c = bench->said[i]; *c; c++) {
			if (*c == '"' || *c == '\\')
				*c = '\'';
		}
		bench->kinds++;
	}
	bench->times[i]++;
}

static struct caches_bench *the_bench; /* the callbacks get their own machine */

static void see_event(void *context, struct br_firmware *firmware, enum br_firmware_event event,
                      const char *text, br_time now)
{
	struct caches_bench *bench = the_bench;
	struct booter *booter = context;
	struct br_boot_result result = br_firmware_result(firmware);

	(void)text;
	if (event == BR_FIRMWARE_STEP && result.step >= BR_BOOT_STEP_FILE && booter->asked == 0)
		booter->asked = now;
	if (event == BR_FIRMWARE_STEP && result.step >= BR_BOOT_STEP_SIZE && booter->sized == 0)
		booter->sized = now;
	if (event != BR_FIRMWARE_ENDED)
		return;
	booter->ended = bench->last = now;
	booter->booted = result.state == BR_BOOT_DONE && result.size == bench->size;
	if (!booter->booted)
		count_error(bench, result.error);
	if (++bench->ended == bench->booters)
		br_loop_stop(bench->loop);
}

static void see_data(void *context, struct br_firmware *firmware, const char *file, uint64_t offset,
                     struct br_octets data, br_time now)
{
	struct caches_bench *bench = the_bench;

	(void)context;
	(void)firmware;
	(void)file;
	(void)now;
	if (offset > bench->size || data.size > bench->size - offset ||
	    memcmp(bench->file + offset, data.data, data.size) != 0)
		bench->spoilt = true;
}

static void power_on(void *context, br_time now)
{
	struct booter *booter = context;

	if (the_bench->first == 0)
		the_bench->first = now;
	br_firmware_start(booter->firmware, now);
}

static void add_booter(struct caches_bench *bench, size_t i, br_time spread)
{
	struct booter *booter = &bench->booter[i];
	struct br_machine machine = {.mac = {2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i},
	                             .uuid = {(uint8_t)(i >> 8), (uint8_t)i}};

	served_must(br_host_new(&booter->host, bench->wire, "fw", &br_host_limits_client, i),
	            "host");
	served_must(br_host_add_link(booter->host, bench->segment, machine.mac), "link");
	served_must(br_firmware_new(&booter->firmware, booter->host, &bench->clock, &bench->model,
	                            &machine, i),
	            "firmware");
	br_firmware_on_event(booter->firmware, see_event, booter);
	br_firmware_on_data(booter->firmware, see_data, booter);
	booter->power = (struct br_timer){.fire = power_on, .context = booter};
	br_clock_set(&bench->clock, &booter->power,
	             bench->clock.now + 1 + spread * i / bench->booters);
}

static void read_file(struct caches_bench *bench, const char *path)
{
	FILE *file = fopen(path, "rb");

	served_must(file ? 0 : -1, path);
	bench->file = malloc((size_t)SIZE_MAX_MIB << 20);
	served_must(bench->file ? 0 : -1, "memory");
	bench->size = fread(bench->file, 1, (size_t)SIZE_MAX_MIB << 20, file);
	(void)fclose(file);
}

static void open_bench(struct caches_bench *bench, char **argv)
{
	char error[256] = "", words[400];
	struct served_site server;

	served_must(br_model_find(&bench->model, argv[8]), argv[8]);
	read_file(bench, argv[10]);
	served_must(br_clock_init(&bench->clock, 4 * bench->booters + 64), "clock");
	served_must(br_loop_new(&bench->loop, &bench->clock), "loop");
	served_must(br_wire_new(&bench->wire, &bench->clock, 1514, 65536), "wire");
	bench->segment = br_segment_new(bench->wire, "lan", 0, 1500);
	bench->near = br_segment_new(bench->wire, "near", 0, 1500);
	bench->far = br_segment_new(bench->wire, "far", 0, 1500);
	for (int i = 0; i < 3; i++)
		served_must(br_port_iface_new(&bench->port[i], bench->loop,
		                              i == 0   ? bench->segment
		                              : i == 1 ? bench->near
		                                       : bench->far,
		                              argv[1 + i], true, NULL, error, sizeof(error)),
		            argv[1 + i]);
	served_must(br_bridge_new(&bench->bridge, bench->near, bench->far,
	                          &(struct br_bridge_options){
					  .delay = strtoull(argv[4], NULL, 10) * BR_MS / 2,
					  .loss_ppm = (uint32_t)strtoul(argv[5], NULL, 10),
					  .rate_bps = strtoull(argv[6], NULL, 10),
					  .queue = BR_BRIDGE_QUEUE_STANDARD},
	                          1),
	            "the long way");
	served_must(br_file_store_new(&bench->files, 16), "files");
	snprintf(words, sizeof(words), "role=dhcp pool=10.77.0.20-10.77.0.250 boot=%s", argv[9]);
	server = (struct served_site){
		.wire = bench->wire,
		.clock = &bench->clock,
		.segment = bench->segment,
		.store = bench->files,
		.limits = &br_host_limits_server,
		.name = "server",
		.mac = {2, 0, 0, 1, 0, 0},
		.address = UINT32_C(0x0a4d0001),
		.netmask = 0xffffff00,
		.words = words,
		.seed = 1,
		.host_seed = 1,
	};
	served_new(&server, &bench->server_host, &bench->server);
}

static void forget_booters(struct caches_bench *bench)
{
	for (size_t i = 0; bench->booter && i < bench->booters; i++) {
		br_firmware_free(bench->booter[i].firmware);
		br_host_free(bench->booter[i].host);
	}
	free(bench->booter);
	bench->booter = NULL;
}

static int in_order(const void *a, const void *b)
{
	br_time x = *(const br_time *)a, y = *(const br_time *)b;

	return (x > y) - (x < y);
}

/* "NAME": [median, largest] in seconds, of those that are above 0 */
static void print_times(const char *name, br_time *times, size_t count)
{
	qsort(times, count, sizeof(times[0]), in_order);
	printf("\"%s\": [%.3f, %.3f], ", name,
	       count > 0 ? (double)times[count / 2] / (double)BR_S : 0.0,
	       count > 0 ? (double)times[count - 1] / (double)BR_S : 0.0);
}

static void print_figures(const struct caches_bench *bench)
{
	br_time *heads = calloc(bench->booters, sizeof(*heads));
	br_time *boots = calloc(bench->booters, sizeof(*boots));
	size_t headed = 0, booted = 0;

	served_must(heads && boots ? 0 : -1, "memory");
	for (size_t i = 0; i < bench->booters; i++) {
		const struct booter *b = &bench->booter[i];

		if (b->sized)
			heads[headed++] = b->sized - b->asked;
		if (b->booted)
			boots[booted++] = b->ended - b->asked;
	}
	printf("{\"machines\": %zu, \"booted\": %zu, \"headed\": %zu, \"seconds\": %.3f, ",
	       bench->booters, booted, headed, (double)(bench->last - bench->first) / (double)BR_S);
	print_times("head", heads, headed);
	print_times("fetch", boots, booted);
	printf("\"ended\": %zu, \"wire\": %" PRIu64 ", \"said\": {", bench->ended,
	       br_bridge_counts(bench->bridge, true)->octets);
	for (size_t i = 0; i < bench->kinds; i++)
		printf("%s\"%s\": %zu", i > 0 ? ", " : "", bench->said[i], bench->times[i]);
	printf("}}\n");
	(void)fflush(stdout);
	free(heads);
	free(boots);
}

static void close_bench(struct caches_bench *bench)
{
	forget_booters(bench);
	br_server_host_free(bench->server);
	br_host_free(bench->server_host);
	br_bridge_free(bench->bridge);
	for (int i = 0; i < 3; i++)
		br_port_iface_free(bench->port[i]);
	br_wire_free(bench->wire);
	br_file_store_free(bench->files);
	br_loop_free(bench->loop);
	br_clock_reset(&bench->clock);
	free(bench->file);
}

static void play_round(struct caches_bench *bench, br_time spread, bool last)
{
	bench->booter = calloc(bench->booters, sizeof(*bench->booter));
	served_must(bench->booter ? 0 : -1, "memory");
	bench->ended = bench->kinds = 0;
	memset(bench->times, 0, sizeof(bench->times));
	bench->first = 0;
	for (size_t i = 0; i < bench->booters; i++)
		add_booter(bench, i, spread);
	(void)br_loop_run(bench->loop, bench->clock.now + LIMIT_S * BR_S, NULL, NULL);
	(void)br_loop_run(bench->loop, bench->clock.now + PAUSE_S * BR_S, NULL, NULL);
	print_figures(bench);
	if (!last) /* who counts at the origin does so now */
		(void)br_loop_run(bench->loop, bench->clock.now + PAUSE_S * BR_S, NULL, NULL);
	forget_booters(bench);
}

int main(int argc, char **argv)
{
	static struct caches_bench bench;

	if (argc != 12) {
		fprintf(stderr, "usage: bench_caches LAN NEAR FAR DELAY_MS LOSS_PPM RATE_BPS "
		                "MACHINES MODEL URL FILE SPREAD_MS\n");
		return 2;
	}
	bench.booters = strtoul(argv[7], NULL, 10);
	if (bench.booters < 1 || bench.booters > 200) {
		fprintf(stderr, "bench_caches: 1 to 200 machines\n");
		return 2;
	}
	the_bench = &bench;
	open_bench(&bench, argv);
	for (int i = 0; i < ROUNDS; i++)
		play_round(&bench, strtoull(argv[11], NULL, 10) * BR_MS, i + 1 == ROUNDS);
	close_bench(&bench);
	return bench.spoilt ? EXIT_FAILURE : EXIT_SUCCESS;
}
