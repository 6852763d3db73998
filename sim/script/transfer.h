/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/transfer.h - the read loop that `transfer` plays
 *
 * Acknowledges what came before (an OACK, or DATA by a line), then every window and the
 * end. Wrong are: a block out of order or repeated, one longer than agreed, an octet that
 * is not the file's, an end too early or too late, more blocks under way than the window
 * allows, silence for a second. On a net with faults blocks may repeat or be missing: the
 * last ACK is said again, as a client does, up to ten times.
 */
#ifndef BR_SIM_SCRIPT_TRANSFER_H
#define BR_SIM_SCRIPT_TRANSFER_H

#include "sim/script/runner.h"

/* As far as it goes now. Return: true when it is over, well or not. */
bool br_transfer_go(struct br_runner *r, const struct br_item *item);

/* The last DATA of a transfer that is over came again: acknowledge it (RFC 1350 §6). */
void br_transfer_dally(struct br_runner *r, const struct br_flow *flow);

#endif /* BR_SIM_SCRIPT_TRANSFER_H */
