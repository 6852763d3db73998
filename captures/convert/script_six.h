/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/script_six.h - what a recorded boot said of addresses over IPv6, as steps
 *
 * Routers and servers that were asked for, and DHCPv6, as captures/convert/script_dhcp.h has it of
 * IPv4. An address that is one of several which a server gave is a variable.
 */
#ifndef BR_CAPTURES_CONVERT_SCRIPT_SIX_H
#define BR_CAPTURES_CONVERT_SCRIPT_SIX_H

#include "captures/convert/script_dhcp.h"

/* What has no line yet, up to that frame; nothing if the boot is none over IPv6. */
void br_script_six_steps(struct br_script_run *run, uint64_t before);

#endif /* BR_CAPTURES_CONVERT_SCRIPT_SIX_H */
