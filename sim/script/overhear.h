/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/overhear.h - HTTP responses to real machines, read from the wire
 *
 * A client that is played tells what it reads (browser.h). A machine in QEMU does not, so its
 * streams are put together here: heads are seen as those of a played client, and bodies of a
 * known length are octets received. What comes ahead of a gap waits for it.
 *
 * Of a server of ours that speaks TLS what its records carry is known, too: it counts when the
 * last octet of the record has passed, as it would in clear.
 */
#ifndef BR_SIM_SCRIPT_OVERHEAR_H
#define BR_SIM_SCRIPT_OVERHEAR_H

#include "sim/script/received.h"

struct br_overhear;

/* Return: 0, -ENOMEM, -ENOSPC */
int br_overhear_new(struct br_overhear **ret_overhear, struct br_world *world,
                    struct br_received *received, br_seen_see *see, void *context);
struct br_overhear *br_overhear_free(struct br_overhear *overhear); /* NULL in, NULL out */

#endif /* BR_SIM_SCRIPT_OVERHEAR_H */
