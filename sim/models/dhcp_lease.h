/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/dhcp_lease.h - what becomes of an address while files are fetched
 *
 * RFC 2131 §4.4.5 as EDK2 does it (Dhcp4Io.c DhcpOnTimerTick): a unicast REQUEST at T1,
 * a broadcast one at T2, each repeated as REQUESTs are; at the end of the lease it stops,
 * and the download goes on with the address all the same.
 */
#ifndef BR_SIM_MODELS_DHCP_LEASE_H
#define BR_SIM_MODELS_DHCP_LEASE_H

#include "sim/models/offer.h"

struct br_firmware;

enum br_dhcp_lease_state {
	BR_DHCP_LEASE_NONE,  /* not renewed, or lost */
	BR_DHCP_LEASE_BOUND, /* before T1 */
	BR_DHCP_LEASE_RENEWING,
	BR_DHCP_LEASE_REBINDING,
};

/**
 * struct br_dhcp_lease - Part of a firmware
 * @next:	When the state changes by itself: T1, T2 or the end
 * @t2, @end:	Times
 * @asked:	First REQUEST of this state; secs counts from it
 */
struct br_dhcp_lease {
	enum br_dhcp_lease_state state;
	struct br_timer timer;
	br_time next, t2, end, asked;
	uint32_t server, xid;
	uint32_t try_count;
};

/* The address of fw->ack is ours from now on. */
void br_dhcp_lease_begin(struct br_firmware *fw, br_time now);
/* An answer on port 68 when no DHCP client is waiting for one. */
void br_dhcp_lease_input(struct br_firmware *fw, const struct br_datagram *datagram, br_time now);
void br_dhcp_lease_stop(struct br_firmware *fw);

#endif /* BR_SIM_MODELS_DHCP_LEASE_H */
