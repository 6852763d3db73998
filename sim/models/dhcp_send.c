/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/dhcp_send.h"

#include <assert.h>
#include <string.h>

#include "sim/models/firmware_inside.h"

enum {
	MESSAGE_SIZE = 1472,
};

uint16_t br_dhcp_client_secs(const struct br_firmware *fw, br_time now)
{
	const struct br_dhcp_client *dhcp = &fw->dhcp;
	bool offered = false, proxied = false;

	switch ((enum br_model_secs)fw->model->secs) {
	case BR_MODEL_SECS_OF_DISCOVER:
		if (dhcp->state == BR_DHCP_REQUESTING)
			return dhcp->secs_last;
		return (uint16_t)((now - dhcp->started + dhcp->early) / BR_S);
	case BR_MODEL_SECS_ELAPSED:
		return (uint16_t)((now - dhcp->started) / br_firmware_ms(fw, 1000));
	case BR_MODEL_SECS_ZERO:
		break;
	case BR_MODEL_SECS_IPXE: /* net/udp/dhcp.c dhcp_tx */
		for (const struct br_offer *o = dhcp->offers; o; o = o->next) {
			offered |= o->yiaddr != 0;
			proxied |= o->is_pxe;
		}
		return (uint16_t)((dhcp->packets + 1) << 2 | (offered ? 2u : 0) | proxied);
	case BR_MODEL_SECS_CLOCK:
		return (uint16_t)dhcp->xid;
	}
	return 0;
}

void br_dhcp_client_send(struct br_firmware *fw, const struct br_model_ask *ask,
                         const struct br_dhcp_header *header, uint32_t remote, uint16_t remote_port)
{
	uint8_t buffer[MESSAGE_SIZE];
	uint16_t port = (uint16_t)fw->model->source_port[ask->message];
	size_t size =
		br_model_dhcp_build(fw->model, &fw->machine, ask, header, buffer, sizeof(buffer));

	assert(size > 0); /* no model says more than MESSAGE_SIZE */
	br_firmware_send(fw, port, remote ? remote : UINT32_MAX, remote_port,
	                 (uint8_t)fw->model->ttl, (struct br_octets){buffer, size});
	fw->dhcp.packets++;
}

struct br_offer *br_dhcp_client_read(struct br_firmware *fw, const struct br_datagram *datagram)
{
	struct br_dhcp_message message;

	if (br_dhcp_parse(datagram->payload, &message) < 0)
		return NULL;
	if (message.header.op != BR_DHCP_OP_REPLY || message.header.hlen > 16 ||
	    memcmp(message.header.chaddr, fw->machine.mac,
	           message.header.hlen < 6 ? message.header.hlen : 6))
		return NULL;
	if (fw->model->overload && !br_dhcp_is_valid_edk2(&message))
		return NULL;
	return br_offer_new(fw->model, datagram, &message);
}

void br_dhcp_client_expect(struct br_firmware *fw)
{
	const struct br_dhcp_client *dhcp = &fw->dhcp;
	uint32_t xids[BR_DHCP_XIDS_MAX + 2];
	size_t count = 0;

	xids[count++] = dhcp->xid;
	for (size_t i = 0; i < BR_DHCP_XIDS_MAX; i++) {
		if (dhcp->xids[i] != 0 && dhcp->xids[i] != dhcp->xid)
			xids[count++] = dhcp->xids[i];
	}
	if (fw->pxe.asking)
		xids[count++] = fw->pxe.xid;
	br_host_expect_xids(fw->host, xids, count);
}
