/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/lab.h - a small network for tests: one segment, servers and firmware on it
 *
 * 10.77.0.0/24 in virtual time, everything drawn from one seed. A mistake in the
 * lab itself ends the program: it is not what a test is about.
 */
#ifndef BR_TESTS_SIM_LAB_H
#define BR_TESTS_SIM_LAB_H

#include "core/server.h"
#include "sim/models/firmware.h"
#include "sim/net/fault.h"
#include "sim/net/files.h"
#include "sim/net/server_host.h"
#include "sim/net/trace_hash.h"

enum {
	LAB_HOSTS_MAX = 16,
};

#define LAB_NET  UINT32_C(0x0a4d0000) /* 10.77.0.0 */
#define LAB_MASK UINT32_C(0xffffff00)

struct lab {
	uint64_t seed;
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *lan;
	struct br_fault *fault;
	struct br_file_store *store;
	bool store_lent;
	bool six; /* servers have 2001:db8:77::@last, too; set it before they are made */
	struct br_trace_hash hash;
	struct br_host *host[LAB_HOSTS_MAX];
	struct br_server_host *server[LAB_HOSTS_MAX];
	struct br_firmware *firmware[LAB_HOSTS_MAX];
	struct br_model model[LAB_HOSTS_MAX]; /* of the firmware */
	size_t hosts;
	uint32_t note[BR_NOTE_COUNT]; /* how often each came from any server */
	bool wrong_octets;            /* a firmware received what is not in the file */
};

/* @hash: take the trace hash of every frame, which costs time */
void lab_open(struct lab *lab, uint64_t seed, bool hash);
void lab_close(struct lab *lab);

/* Serve from @store instead of the lab's own; it outlives the lab. */
void lab_use_files(struct lab *lab, struct br_file_store *store);

/* @words: KEY=VALUE words of core/config.h, separated by blanks. Its address is
 * 10.77.0.@last, its MAC 02:00:00:00:00:@last.
 */
struct br_server *lab_server(struct lab *lab, const char *name, uint8_t last, const char *words);

/* A machine that boots by itself as soon as the lab runs; its files are compared. */
struct br_firmware *lab_firmware(struct lab *lab, const char *model, uint8_t last);

/* Until every firmware has ended, or nothing happens any more, or @until. */
void lab_run(struct lab *lab, br_time until);

#endif /* BR_TESTS_SIM_LAB_H */
