/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/stage.h - the recorded network built again around the core, in virtual time
 *
 * Every server that answered the recorded client becomes the core on a simulated host
 * with the same address, set up as captures/replay/setup.h learnt it. Built for one attempt:
 * servers may be set up otherwise for the next.
 */
#ifndef BR_CAPTURES_REPLAY_STAGE_H
#define BR_CAPTURES_REPLAY_STAGE_H

#include "captures/replay/setup.h"
#include "sim/net/host.h"
#include "sim/net/server_host.h"

/**
 * struct br_replay_stage - The network
 * @setup:	What the servers are
 * @server:	Where they stand, by their index in @setup
 * @relay:	NULL: none
 */
struct br_replay_stage {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_host *client;
	struct br_host *relay;
	struct br_setup setup;
	struct {
		struct br_host *host;
		struct br_server_host *core; /* NULL: it answers nothing */
	} server[BR_SETUP_SERVERS_MAX];
};

/* @user: what the client does with what it receives. @words: NULL: none.
 * Return: 0, -ENOMEM, -EINVAL if the core does not take such a configuration; to be reset
 * whatever it returns
 */
int br_replay_stage_init(struct br_replay_stage *stage, const struct br_story *story,
                         const struct br_attempt *attempt, const struct br_tape *tape,
                         const struct br_host_user *user, struct br_setup_words *words);
void br_replay_stage_reset(struct br_replay_stage *stage);
/* A relay at @address, with port 67 open; @user is told what comes to it. Return: 0 or -ENOMEM */
int br_replay_stage_add_relay(struct br_replay_stage *stage, uint32_t address,
                              const struct br_host_user *user);
/* The same of DHCPv6, with port 547; @ip: zero: its link-local address is all it has.
 * Return: 0, -ENOMEM, -EINVAL if that can be no address
 */
int br_replay_stage_add_relay6(struct br_replay_stage *stage, const uint8_t ip[16],
                               const struct br_host_user *user);

#endif /* BR_CAPTURES_REPLAY_STAGE_H */
