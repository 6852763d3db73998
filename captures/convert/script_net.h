/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/script_net.h - the networks of a script made out of a capture
 *
 * `lan` is where the client got its address. A server on another network stands behind a
 * router, on `far`: the capture tells the router's address on the near side (option 3).
 */
#ifndef BR_CAPTURES_CONVERT_SCRIPT_NET_H
#define BR_CAPTURES_CONVERT_SCRIPT_NET_H

#include <stdio.h>

#include "captures/replay/setup.h"

/* Not on the network of the client. */
bool br_script_is_far(const struct br_setup *setup, uint32_t address);
/* The router's address on the far side, which no capture of the near side tells: a free one. */
uint32_t br_script_far_gateway(const struct br_setup *setup);
/* The lines `net lan`, and `net far` and `node router` if there is a far side. */
void br_script_put_nets(FILE *out, const struct br_setup *setup);

#endif /* BR_CAPTURES_CONVERT_SCRIPT_NET_H */
