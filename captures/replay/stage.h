/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/stage.h - the recorded network built again around the core, in virtual time
 *
 * Every server that answered the recorded client becomes the core on a simulated host
 * with the same address, in the roles it was seen in, configured to say what it said:
 * the same lease, boot file, next server and options; files as long as they were. Who
 * did not answer is not there. Built for one attempt: servers may be set up otherwise for
 * the next.
 */
#ifndef BR_CAPTURES_REPLAY_STAGE_H
#define BR_CAPTURES_REPLAY_STAGE_H

#include "captures/explain/story.h"
#include "captures/replay/tape.h"
#include "core/config.h"
#include "sim/net/files.h"
#include "sim/net/host.h"
#include "sim/net/server_host.h"

enum {
	BR_STAGE_SERVERS_MAX = 8,
	BR_SETUP_WORDS_MAX = 64,
};

/* A setting on top of what was learnt, captures/replay/setup.h */
struct br_setup_word {
	uint32_t server; /* 0: all */
	const char *key, *value;
	bool used; /* there was such a server */
};

struct br_setup_words {
	size_t count;
	struct br_setup_word word[BR_SETUP_WORDS_MAX];
};

struct br_stage_server {
	uint32_t address;
	struct br_config config;
	struct br_host *host;
	struct br_server_host *server;
};

struct br_stage {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_file_store *store;
	struct br_host *client;
	struct br_host *relay; /* NULL: none */
	size_t servers;
	struct br_stage_server server[BR_STAGE_SERVERS_MAX];
};

/* @user: what the client does with what it receives. @words: NULL: none.
 * Return: 0, -ENOMEM, -EINVAL if the
 * core does not take such a configuration
 */
int br_stage_init(struct br_stage *stage, const struct br_story *story,
                  const struct br_attempt *attempt, const struct br_tape *tape,
                  const struct br_host_user *user, struct br_setup_words *words);
/* A relay at @address, with port 67 open; @user is told what comes to it. Return: 0 or -ENOMEM */
int br_stage_add_relay(struct br_stage *stage, uint32_t address, const struct br_host_user *user);
void br_stage_reset(struct br_stage *stage);
struct br_stage_server *br_stage_find(struct br_stage *stage, uint32_t address);

/* Let virtual time pass until nothing happens before @until. */
void br_stage_run(struct br_stage *stage, br_time until);

#endif /* BR_CAPTURES_REPLAY_STAGE_H */
