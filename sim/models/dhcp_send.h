/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/dhcp_send.h - DHCP messages out and in, for whoever of a firmware speaks it:
 * dhcp_client.c, dhcp_lease.c and pxe_client.c
 */
#ifndef BR_SIM_MODELS_DHCP_SEND_H
#define BR_SIM_MODELS_DHCP_SEND_H

#include "sim/models/offer.h"

struct br_firmware;

/* Which secs the next message has. */
uint16_t br_dhcp_client_secs(const struct br_firmware *fw, br_time now);

/* Put a message on the wire: @remote 0 is a broadcast to port 67. */
void br_dhcp_client_send(struct br_firmware *fw, const struct br_model_ask *ask,
                         const struct br_dhcp_header *header, uint32_t remote,
                         uint16_t remote_port);

/* Parse, and judge what every DHCP client judges: op, xid, chaddr, and with EDK2 the
 * options. The offer is the caller's. NULL if it is not for us.
 */
struct br_offer *br_dhcp_client_read(struct br_firmware *fw, const struct br_datagram *datagram);

/* After a transaction number was drawn: replies to all with others are not for us. */
void br_dhcp_client_expect(struct br_firmware *fw);

#endif /* BR_SIM_MODELS_DHCP_SEND_H */
