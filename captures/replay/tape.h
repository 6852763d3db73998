/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/tape.h - the DHCP messages of a capture, octet for octet
 *
 * What the conversation leaves out and a replay needs: the messages themselves, of DHCPv4 by frame
 * number, and all that was said of addresses over IPv6.
 */
#ifndef BR_CAPTURES_REPLAY_TAPE_H
#define BR_CAPTURES_REPLAY_TAPE_H

#include "captures/replay/six_log.h"

struct br_tape;

/* @messages_max: more are counted and forgotten. Return: 0 or -ENOMEM */
int br_tape_new(struct br_tape **ret_tape, size_t messages_max);
struct br_tape *br_tape_free(struct br_tape *tape); /* NULL in, NULL out */

/* From now on keep only what has this machine's address in chaddr, or as one of its ends. */
void br_tape_only(struct br_tape *tape, const uint8_t mac[6]);
/* Keep the packet if it is such a message; frames come in rising order. */
void br_tape_take(struct br_tape *tape, const struct br_packet *packet, uint64_t frame, br_time at);
struct br_octets br_tape_find(const struct br_tape *tape,
                              uint64_t frame); /* .data NULL: not kept */
const struct br_six_log *br_tape_six(const struct br_tape *tape);
uint64_t br_tape_left_out(const struct br_tape *tape);

#endif /* BR_CAPTURES_REPLAY_TAPE_H */
