/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_boots [BOOTS] [SIZE] [six] - whole simulated two-server PXE boots, one after the other;
 * with "six" over IPv6, from one server
 *
 * A fresh network each time over the same file, recorder and trace hash off, one core. Prints
 * the median and spread of five rounds; figures for people, no test asserts them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/heap.h"
#include "tests/sim/lab.h"

enum {
	ROUNDS = 5
};

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void count_frame(void *context, const struct br_segment *segment, const struct br_port *from,
                        struct br_frame *frame, br_time now)
{
	uint64_t *frames = context;

	(void)segment;
	(void)from;
	(void)frame;
	(void)now;
	++*frames;
}

static bool boot_once(uint64_t seed, struct br_file_store *store, uint64_t size, bool six,
                      uint64_t *frames)
{
	static struct lab lab;
	struct br_firmware *firmware;
	bool booted;

	lab_open(&lab, seed, false);
	(void)br_wire_add_tap(lab.wire, &(struct br_tap){.see = count_frame, .context = frames});
	lab_use_files(&lab, store);
	if (six) {
		lab.six = true;
		lab_server(&lab, "boot", 2,
		           "role=dhcp6,tftp boot=boot.efi pool6=2001:db8:77::100-2001:db8:77::1ff");
	} else {
		lab_server(&lab, "dhcp", 1, "role=dhcp pool=10.77.0.100-10.77.0.199");
		lab_server(&lab, "boot", 2, "role=proxydhcp,tftp boot=boot.efi");
	}
	firmware = lab_firmware(&lab, six ? "edk2-x64-pxe6" : "edk2-x64-pxe4", 0x56);
	lab_run(&lab, 400 * BR_S);
	booted = br_firmware_result(firmware).octets == size && !lab.wrong_octets;
	lab_close(&lab);
	return booted;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	long boots = argc > 1 ? strtol(argv[1], NULL, 10) : 200;
	uint64_t size = argc > 2 ? strtoull(argv[2], NULL, 10) : 1 << 20;
	bool six = argc > 3 && strcmp(argv[3], "six") == 0;
	double seconds[ROUNDS];
	uint64_t frames = 0;
	struct br_file_store *store;

	br_heap_keep(); /* as the command does */
	if (br_file_store_new(&store, 256) < 0 ||
	    br_file_store_generate(store, "boot.efi", size, 1) < 0)
		return EXIT_FAILURE;
	for (int round = 0; round < ROUNDS; round++) {
		double begin = now_s();

		frames = 0;
		for (long i = 0; i < boots; i++) {
			if (!boot_once((uint64_t)i, store, size, six, &frames)) {
				fprintf(stderr, "bench: boot %ld failed\n", i);
				return EXIT_FAILURE;
			}
		}
		seconds[round] = now_s() - begin;
	}
	qsort(seconds, ROUNDS, sizeof(seconds[0]), compare_doubles);
	printf("%ld boots of %llu octets, %llu frames each: median %.0f boots/s, %.0f frames/s, "
	       "%.0f ns a frame (slowest round %.0f boots/s)\n",
	       boots, (unsigned long long)size, (unsigned long long)(frames / (uint64_t)boots),
	       (double)boots / seconds[ROUNDS / 2], (double)frames / seconds[ROUNDS / 2],
	       seconds[ROUNDS / 2] * 1e9 / (double)frames, (double)boots / seconds[ROUNDS - 1]);
	br_file_store_free(store);
	return EXIT_SUCCESS;
}
