/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/setup6.h - what an attempt over IPv6 tells of its servers and its router
 *
 * As captures/replay/setup.h: who gave the machine one address has it reserved for its DUID, who
 * gave it several (EDK2 asks as two clients) has them in its pool.
 */
#ifndef BR_CAPTURES_REPLAY_SETUP6_H
#define BR_CAPTURES_REPLAY_SETUP6_H

#include "captures/replay/setup.h"

/* Nothing is learnt of an attempt in which IPv6 leads nowhere. */
void br_setup6_learn(struct br_setup *setup, const struct br_story *story,
                     const struct br_attempt *attempt, const struct br_tape *tape);
/* A boot over IPv6 that nobody answered: the network it looked for is there, and a server on it
 * that gives addresses; @ip: where, or zero: wherever there is room. NULL: there is none
 */
struct br_setup_server *br_setup6_make_up(struct br_setup *setup, const struct br_story *story,
                                          const struct br_attempt *attempt,
                                          const struct br_tape *tape, const uint8_t ip[16]);
/* When all is learnt: a server of which only the link-local address was seen gets one on the
 * network, for the core has to have it.
 */
void br_setup6_settle(struct br_setup *setup);
/* The server that has that address, a link-local one too; NULL: none */
const struct br_setup_server *br_setup6_find(const struct br_setup *setup, const uint8_t ip[16]);
/* The same; a new one if there is none and room for one, else NULL. */
struct br_setup_server *br_setup6_server(struct br_setup *setup, const struct br_tape *tape,
                                         const uint8_t ip[16]);
/* Whether the core, set up so, gives that address to who asks as @duid, and no other. */
bool br_setup6_is_reserved(const struct br_config *config, struct br_octets duid,
                           const uint8_t ip[16]);
/* " reserve6=duid:...": the words of br_setup_print() that are of DHCPv6 */
void br_setup6_print(FILE *out, const struct br_config *config);
/* " ra-flags=M ra-prefix=...", as a router's node takes it */
void br_setup6_print_router(FILE *out, const struct br_setup_six *six);

#endif /* BR_CAPTURES_REPLAY_SETUP6_H */
