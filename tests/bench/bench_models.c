/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_models [MACHINES] [MODEL] [SIZE] [SPREAD_MS] [hash] - many firmwares on one segment
 * at once
 *
 * One address server, one boot server, all machines switched on within SPREAD_MS. Prints
 * time, frames and memory, and with "hash" the trace hash, which takes time; fails if a
 * single one does not boot. Figures for people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "sim/models/firmware.h"
#include "sim/net/files.h"
#include "sim/net/server_host.h"
#include "sim/net/trace_hash.h"
#include "tests/sim/served.h"

enum {
	MACHINES = 10000,
	OF_A_16 = 60000, /* machines that a network of 16 bits and a server's usual tables take */
	SERVERS = 2,
};

struct machine {
	struct br_host *host;
	struct br_firmware *firmware;
	struct br_timer power;
};

struct models_bench {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_file_store *files;
	struct br_model model;
	struct machine *machine;
	struct br_host *server_host[SERVERS];
	struct br_server_host *server[SERVERS];
	size_t machines, ended, booted;
	uint64_t frames;
	struct br_trace_hash hash;
	double begin;
	long kb_before;
};

static const char *const roles[SERVERS] = {"dhcp", "proxydhcp,tftp,http"};

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long resident_kb(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void add_server(struct models_bench *bench, int index, bool http)
{
	struct br_host_limits limits = br_host_limits_server;
	bool many = bench->machines > OF_A_16;
	char text[256];
	const struct served_site site = {
		.wire = bench->wire,
		.clock = &bench->clock,
		.segment = bench->segment,
		.store = bench->files,
		.limits = &limits,
		.name = "server",
		.mac = {2, 0, 0, 1, 0, (uint8_t)index},
		.address = UINT32_C(0x0a000001) + (uint32_t)index,
		.netmask = many ? 0xff000000 : 0xffff0000,
		.words = text,
		.leases_max = index == 0 && many ? (uint32_t)bench->machines : 0,
		.seed = 1,
		.host_seed = 1,
	};

	if (index == 0)
		snprintf(text, sizeof(text), "role=%s pool=%s leases=65535", roles[index],
		         many ? "10.1.0.0-10.254.255.255" : "10.0.1.0-10.0.250.255");
	else
		snprintf(text, sizeof(text),
		         "role=%s boot=%s transfers=12000 streams=4096 tid=20000-65535",
		         roles[index], http ? "http://10.0.0.2/boot.efi" : "boot.efi");
	if (many)
		limits.arp_entries_max = bench->machines + SERVERS;
	served_new(&site, &bench->server_host[index], &bench->server[index]);
}

static void see_frame(void *context, const struct br_segment *segment, const struct br_port *from,
                      struct br_frame *frame, br_time now)
{
	struct models_bench *bench = context;

	(void)segment;
	(void)from;
	(void)frame;
	(void)now;
	bench->frames++;
}

static void see_event(void *context, struct br_firmware *firmware, enum br_firmware_event event,
                      const char *text, br_time now)
{
	struct models_bench *bench = context;

	(void)now;
	if (event != BR_FIRMWARE_ENDED)
		return;
	bench->ended++;
	if (br_firmware_result(firmware).state == BR_BOOT_DONE)
		bench->booted++;
	else if (bench->ended - bench->booted < 4)
		fprintf(stderr, "bench: %s\n", text);
}

static void power_on(void *context, br_time now)
{
	struct machine *machine = context;

	br_firmware_start(machine->firmware, now);
}

static void add_machine(struct models_bench *bench, size_t i, br_time spread)
{
	struct machine *machine = &bench->machine[i];
	struct br_machine identity = {
		.mac = {2, 0, (uint8_t)(i >> 16), 0, (uint8_t)(i >> 8), (uint8_t)i},
		.uuid = {(uint8_t)(i >> 8), (uint8_t)i, (uint8_t)(i >> 16)}};

	served_must(br_host_new(&machine->host, bench->wire, "fw", &br_host_limits_client, i),
	            "host");
	served_must(br_host_add_link(machine->host, bench->segment, identity.mac), "link");
	served_must(br_firmware_new(&machine->firmware, machine->host, &bench->clock, &bench->model,
	                            &identity, i),
	            "firmware");
	br_firmware_on_event(machine->firmware, see_event, bench);
	machine->power = (struct br_timer){.fire = power_on, .context = machine};
	br_clock_set(&bench->clock, &machine->power, spread * i / bench->machines);
}

static void close_bench(struct models_bench *bench)
{
	for (size_t i = 0; i < bench->machines; i++) {
		br_firmware_free(bench->machine[i].firmware);
		br_host_free(bench->machine[i].host);
	}
	for (int i = 0; i < SERVERS; i++) {
		br_server_host_free(bench->server[i]);
		br_host_free(bench->server_host[i]);
	}
	free(bench->machine);
	br_file_store_free(bench->files);
	br_wire_free(bench->wire);
	br_clock_reset(&bench->clock);
}

static void open_bench(struct models_bench *bench, const char *model, uint64_t size, bool hash)
{
	struct br_tap tap = {.see = see_frame, .context = bench};

	served_must(br_model_find(&bench->model, model), model);
	served_must(br_clock_init(&bench->clock, 4 * bench->machines + 64), "clock");
	served_must(br_wire_new(&bench->wire, &bench->clock, 1514, 262144), "wire");
	bench->segment = br_segment_new(bench->wire, "lan", 100 * BR_MS / 1000, 1500);
	served_must(br_wire_add_tap(bench->wire, &tap), "tap");
	if (hash) {
		br_trace_hash_init(&bench->hash);
		tap = br_trace_hash_tap(&bench->hash);
		served_must(br_wire_add_tap(bench->wire, &tap), "tap");
	}
	served_must(br_file_store_new(&bench->files, 16384), "files");
	served_must(br_file_store_generate(bench->files, "boot.efi", size, 1), "file");
	add_server(bench, 0, false);
	add_server(bench, 1, bench->model.engine == BR_MODEL_ENGINE_EDK2_HTTP);
	bench->machine = calloc(bench->machines, sizeof(*bench->machine));
	served_must(bench->machine ? 0 : -1, "memory");
	bench->kb_before = resident_kb();
	bench->begin = now_s();
}

static void print_figures(const struct models_bench *bench, const char *model, uint64_t size,
                          bool hash)
{
	double took = now_s() - bench->begin;

	printf("%zu of %zu machines (%s) booted %llu octets each in %.1f s, %.1f s simulated; "
	       "%llu frames, %.0f a second; %.1f KiB a machine",
	       bench->booted, bench->machines, model, (unsigned long long)size, took,
	       (double)bench->clock.now / 1e9, (unsigned long long)bench->frames,
	       (double)bench->frames / took,
	       (double)(resident_kb() - bench->kb_before) / (double)bench->machines);
	if (hash)
		printf("; trace %016llx", (unsigned long long)br_trace_hash_value(&bench->hash));
	printf("\n");
}

int main(int argc, char **argv)
{
	struct models_bench bench = {.machines = argc > 1 ? strtoul(argv[1], NULL, 10) : MACHINES};
	const char *model = argc > 2 ? argv[2] : "edk2-x64-pxe4";
	uint64_t size = argc > 3 ? strtoull(argv[3], NULL, 10) : 65536;
	br_time spread = (argc > 4 ? strtoull(argv[4], NULL, 10) : 1000) * BR_MS;
	bool hash = argc > 5 && strcmp(argv[5], "hash") == 0;
	int status;

	open_bench(&bench, model, size, hash);
	for (size_t i = 0; i < bench.machines; i++)
		add_machine(&bench, i, spread);
	while (bench.ended < bench.machines && br_clock_step(&bench.clock, 4000 * BR_S))
		;
	print_figures(&bench, model, size, hash);
	status = bench.booted == bench.machines ? EXIT_SUCCESS : EXIT_FAILURE;
	close_bench(&bench);
	return status;
}
