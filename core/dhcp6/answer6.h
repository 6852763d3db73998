/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp6/answer6.h - what a client is told beside its address: RFC 5970, and as configured */
#ifndef BR_CORE_DHCP6_ANSWER6_H
#define BR_CORE_DHCP6_ANSWER6_H

#include "core/dhcp6/exchange6.h"

/* Add the boot options 59, 60, 61 and 16, and all configured ones, as far as they are wanted; @x
 * has .boot. @pxe_class: a PXE client is sent to port 4011.
 */
void br_dhcp6_add_options(struct br_dhcp6_exchange *x, bool pxe_class);

#endif /* BR_CORE_DHCP6_ANSWER6_H */
