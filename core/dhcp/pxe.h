/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/pxe.h - proxyDHCP on port 67 and the boot service on port 4011, PXE 2.1 §2
 *
 * Theory of operation: core/dhcp/pxe.c. It grants no address and keeps nothing between messages.
 */
#ifndef BR_CORE_DHCP_PXE_H
#define BR_CORE_DHCP_PXE_H

#include "core/context.h"
#include "core/dhcp/dhcp_question.h"

struct br_pxe;

int br_pxe_new(struct br_pxe **ret_pxe, const struct br_context *context); /* 0 or -ENOMEM */
struct br_pxe *br_pxe_free(struct br_pxe *pxe);                            /* NULL in, NULL out */

/* @question: came to port 67 or 4011. Beside an address server (role dhcp) it answers on
 * port 67 only the discovery of boot servers and leaves the rest, so both may see all of it.
 */
void br_pxe_input(struct br_pxe *pxe, const struct br_dhcp_question *question, br_time now);
br_time br_pxe_deadline(const struct br_pxe *pxe); /* BR_TIME_NEVER */
void br_pxe_expire(struct br_pxe *pxe, br_time now);

#endif /* BR_CORE_DHCP_PXE_H */
