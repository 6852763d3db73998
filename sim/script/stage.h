/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/stage.h - a world with a script's eyes, memory and hands
 *
 * What was seen, which DHCP messages were heard by whom, what the variables are, which
 * files came: everything stimuli are made from and expectations are held against. The
 * runner (sim/script/run.h) plays the script on it.
 */
#ifndef BR_SIM_SCRIPT_STAGE_H
#define BR_SIM_SCRIPT_STAGE_H

#include "core/base/prng.h"
#include "sim/script/browser.h"
#include "sim/script/expect.h"
#include "sim/script/overhear.h"

enum {
	BR_HEARD_MAX = 32,
	BR_HEARD_SIZE_MAX = 4096,
	BR_STAGE_ERROR_SIZE = 200,
};

/* A DHCP message somebody sent; replies and relayed messages are made from it. */
struct br_heard {
	int from, to;
	bool six;                  /* DHCPv6 */
	struct br_endpoint source; /* of that */
	size_t net;
	size_t size;
	uint8_t octets[BR_HEARD_SIZE_MAX];
};

struct br_stage {
	struct br_world *world;
	struct br_observer *observer;
	struct br_browser *http;
	struct br_overhear *overhear; /* with real machines; else NULL */
	struct br_received received;
	struct br_variables variables;
	struct br_prng prng;
	struct br_heard heard[BR_HEARD_MAX];
	size_t heard_count; /* in all */
	uint32_t xid;       /* of the last DHCP message a script's client sent */
	br_seen_see *see;
	void *context;
	struct br_decoded decoded; /* of what is being seen: large, so there is one */
};

/* @see: called for everything seen, after the stage has learned from it.
 * Return: 0, or as br_world_new()
 */
int br_stage_new(struct br_stage **ret_stage, const struct br_script *script,
                 const struct br_world_options *options, br_seen_see *see, void *context,
                 char error[static BR_STAGE_ERROR_SIZE]);
struct br_stage *br_stage_free(struct br_stage *stage); /* NULL in, NULL out */

/* The newest message @node heard of @op with @xid (0: any), or NULL. */
const struct br_heard *br_stage_heard(const struct br_stage *stage, size_t node, uint8_t op,
                                      uint32_t xid);

/* The newest of DHCPv6: @types are bits of 1 << enum br_dhcp6_type of the message or its outermost
 * relay, @xid that of the message; 0: any
 */
const struct br_heard *br_stage_heard6(const struct br_stage *stage, size_t node, uint32_t types,
                                       uint32_t xid);

#endif /* BR_SIM_SCRIPT_STAGE_H */
