/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/dhcp_lease.h"

#include "sim/models/dhcp_send.h"
#include "sim/models/firmware_inside.h"

#define FOR_EVER UINT32_MAX /* RFC 2131 §3.3 */

static void timer_fired(void *context, br_time now);

static void set(struct br_firmware *fw, br_time at)
{
	fw->lease.timer.fire = timer_fired;
	fw->lease.timer.context = fw;
	br_clock_set(fw->clock, &fw->lease.timer, at);
}

/* Dhcp4Impl.c DhcpComputeLease: T1 and T2 of the server if they make sense */
static void count_from(struct br_firmware *fw, const struct br_offer *ack, br_time now)
{
	struct br_dhcp_lease *lease = &fw->lease;
	uint32_t t1_s = ack->t1_s, t2_s = ack->t2_s;

	if (t2_s == 0 || t2_s >= ack->lease_s)
		t2_s = ack->lease_s - ack->lease_s / 8;
	if (t1_s == 0 || t1_s >= t2_s)
		t1_s = ack->lease_s / 2;
	lease->state = BR_DHCP_LEASE_BOUND;
	lease->next = now + t1_s * BR_S;
	lease->t2 = now + t2_s * BR_S;
	lease->end = now + ack->lease_s * BR_S;
	set(fw, lease->next);
}

void br_dhcp_lease_begin(struct br_firmware *fw, br_time now)
{
	br_dhcp_lease_stop(fw);
	if (!fw->model->renews || fw->ack->lease_s == 0 || fw->ack->lease_s == FOR_EVER)
		return;
	fw->lease.server = fw->ack->server;
	fw->lease.xid = fw->dhcp.xid;
	count_from(fw, fw->ack, now);
}

void br_dhcp_lease_stop(struct br_firmware *fw)
{
	fw->lease.state = BR_DHCP_LEASE_NONE;
	br_clock_set(fw->clock, &fw->lease.timer, BR_TIME_NEVER);
}

/* Neither 50 nor 54; ciaddr says whose address it is (RFC 2131 §4.3.2). */
static void ask(struct br_firmware *fw, br_time now)
{
	struct br_dhcp_lease *lease = &fw->lease;
	const struct br_model_waits *waits = &fw->model->waits[BR_MODEL_REQUEST];
	struct br_model_ask ask = {.message = BR_MODEL_REQUEST};
	struct br_dhcp_header header = br_model_dhcp_header(fw->model, &fw->machine, &ask);
	br_time again = lease->next;

	if (lease->try_count == 0)
		lease->asked = now;
	else
		fw->result.repeated++;
	header.xid = lease->xid;
	header.ciaddr = fw->result.address;
	header.secs = (uint16_t)((now - lease->asked) / BR_S);
	br_dhcp_client_send(fw, &ask, &header,
	                    lease->state == BR_DHCP_LEASE_RENEWING ? lease->server : 0,
	                    BR_DHCP_PORT_SERVER);
	if (++lease->try_count < waits->count)
		again = now + waits->ms[lease->try_count - 1] * BR_MS;
	set(fw, again < lease->next ? again : lease->next);
}

static void timer_fired(void *context, br_time now)
{
	struct br_firmware *fw = context;
	struct br_dhcp_lease *lease = &fw->lease;

	if (now < lease->next) {
		ask(fw, now);
		return;
	}
	switch (lease->state) {
	case BR_DHCP_LEASE_NONE:
		return;
	case BR_DHCP_LEASE_BOUND:
		lease->state = BR_DHCP_LEASE_RENEWING;
		lease->next = lease->t2;
		break;
	case BR_DHCP_LEASE_RENEWING:
		lease->state = BR_DHCP_LEASE_REBINDING;
		lease->next = lease->end;
		break;
	case BR_DHCP_LEASE_REBINDING:
		br_dhcp_lease_stop(fw);
		br_firmware_says(fw, now, "The lease has run out.");
		return;
	}
	lease->try_count = 0;
	ask(fw, now);
}

void br_dhcp_lease_input(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_dhcp_lease *lease = &fw->lease;
	struct br_reader r = br_reader_of(datagram->payload.data, datagram->payload.size);
	struct br_offer *answer;

	(void)br_get_be32(&r);
	if (br_get_be32(&r) != lease->xid || r.bad ||
	    (lease->state != BR_DHCP_LEASE_RENEWING && lease->state != BR_DHCP_LEASE_REBINDING))
		return;
	answer = br_dhcp_client_read(fw, datagram);
	if (!answer)
		return;
	/* Dhcp4Io.c DhcpHandleRenewRebind: of the same server only, also when rebinding */
	if (answer->server == lease->server && answer->type == BR_DHCP_TYPE_NAK)
		br_dhcp_lease_stop(fw);
	else if (answer->server == lease->server && answer->type == BR_DHCP_TYPE_ACK &&
	         answer->yiaddr == fw->result.address)
		count_from(fw, answer, now);
	br_offer_free(answer);
}
