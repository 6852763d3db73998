/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/flaws6.h - packets that EDK2 of before January 2024 did not survive over IPv6
 *
 * CVE-2023-45229 to 45235, found by Quarkslab and called PixieFail; tianocore/edk2 advisory
 * GHSA-hc6x-cw6p-gj7h. A model with six.unfixed = yes ends its boot at such a packet, as the
 * machine does by writing past a buffer, reading past one, or never coming back.
 */
#ifndef BR_SIM_MODELS_FLAWS6_H
#define BR_SIM_MODELS_FLAWS6_H

#include "core/formats/dhcp6_message.h"

/* Which flaw, and what becomes of the machine: "CVE-2023-45229: ..."; NULL: none */
const char *br_flaw6_of_advertise(const struct br_dhcp6_message *advertise);
const char *br_flaw6_of_frame(struct br_octets frame);

#endif /* BR_SIM_MODELS_FLAWS6_H */
