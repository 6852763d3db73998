/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/script_dead.h - hosts that were asked in vain, as nodes that do not hear
 *
 * That nobody answered is what a server did: its node has the role it was asked for, and `blocked=`
 * the port. Hosts on other networks than the client's are left out, for a script has one network
 * behind its router, and who answered on that port at another time, for then packets were lost.
 */
#ifndef BR_CAPTURES_CONVERT_SCRIPT_DEAD_H
#define BR_CAPTURES_CONVERT_SCRIPT_DEAD_H

#include <stdio.h>

#include "captures/replay/setup.h"

enum {
	BR_SCRIPT_DEAD_MAX = 16
};

struct br_script_dead {
	size_t count;
	struct {
		uint32_t address;
		uint16_t port;
	} block[BR_SCRIPT_DEAD_MAX];
};

/* The setup gets the hosts it lacks. */
void br_script_dead_find(struct br_script_dead *dead, struct br_setup *setup,
                         const struct br_story *story, const struct br_attempt *attempt,
                         const struct br_tape *tape);
/* Who answered that machine on a port is not dead there. */
void br_script_dead_forget(struct br_script_dead *dead, const struct br_story *story,
                           const struct br_attempt *attempt);
/* One more; it becomes a server of that role if it is none. */
void br_script_dead_add(struct br_script_dead *dead, struct br_setup *setup, uint32_t address,
                        unsigned role, uint16_t port);
bool br_script_dead_has(const struct br_script_dead *dead, uint32_t address, uint16_t port);
/* That one hears again. */
void br_script_dead_revive(struct br_script_dead *dead, uint32_t address);
void br_script_dead_print(FILE *out, const struct br_script_dead *dead, uint32_t address);

#endif /* BR_CAPTURES_CONVERT_SCRIPT_DEAD_H */
