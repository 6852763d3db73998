/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/core/rig.h - one service of the server on the bench: files in memory that fail and
 * stall on command, and every action it made, copied
 */
#ifndef BR_TESTS_CORE_RIG_H
#define BR_TESTS_CORE_RIG_H

#include <stdbool.h>

#include "core/context.h"
#include "tests/helper.h"

enum {
	MIB = 1 << 20,
	RIG_FILES = 24,
	RIG_ACTIONS = 4096,
	RIG_OCTETS = 1 << 22,
};

/**
 * struct rig_file - A boot file
 * @data:	NULL: zeros, never mapped
 * @open_result: What open() says instead of a handle, if negative
 * @open_stalls, @read_stalls: So many calls say -EAGAIN first
 * @read_result: What read() says, if negative
 * @cut:	read() ends here although open() promised @info.size; 0: no cut
 */
struct rig_file {
	const char *path;
	const uint8_t *data;
	struct br_file_info info;
	int open_result, read_result;
	unsigned open_stalls, read_stalls;
	uint64_t cut;
};

struct rig {
	struct br_config config;
	struct br_files files;
	struct br_outbox outbox;
	struct br_metrics metrics;
	struct br_context context;
	struct rig_file file[RIG_FILES];
	size_t file_count;
	int open_files;  /* handles given out and not given back */
	unsigned opens;  /* calls of open() */
	char asked[600]; /* the path of the last */
	bool mapping;    /* files lie in memory */
	br_time now;
	struct br_action action[RIG_ACTIONS];
	size_t actions, seen;
	uint8_t octets[RIG_OCTETS];
	size_t used;
};

extern uint8_t *f1m; /* 1 MiB of octets, there after the first rig_init() */

/* Limits a test can live with, one link 192.0.2.1/24 of MTU 1500, no file. */
void rig_init(struct rig *rig);
/* @data borrowed; returns it for more knobs */
struct rig_file *rig_add(struct rig *rig, const char *path, const void *data, uint64_t size);

/* Keep a copy of @action and its octets. */
void rig_keep(struct rig *rig, const struct br_action *action);
/* Keep all the outbox holds, and start it afresh. */
void rig_keep_outbox(struct rig *rig);
/* Forget what was kept. */
void rig_forget(struct rig *rig);

/* The next action that is no note and not of a port, or NULL. */
const struct br_action *rig_next(struct rig *rig);
/* How many of a kind are kept, or notes of a name; BR_NOTE_COUNT: any note. */
size_t rig_count(const struct rig *rig, enum br_action_kind kind);
size_t rig_noted(const struct rig *rig, enum br_note note);
/* The last note of a name; it must be there. */
const struct br_action *rig_note(const struct rig *rig, enum br_note note);

/* Octets that do not repeat soon and are the same each time; free() them. */
uint8_t *rig_octets(size_t size, uint64_t seed);

#endif /* BR_TESTS_CORE_RIG_H */
