/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/pxe_client.h"

#include "sim/models/dhcp_send.h"
#include "sim/models/firmware_inside.h"

static void try_over(struct br_firmware *fw, br_time now);

/* EDK2 counts tries in secs with the octets swapped: ovmf-virtio-no4011, secs 0, 256, 512 */
static uint16_t secs_of(const struct br_firmware *fw, br_time now)
{
	if (fw->model->proxy_collects)
		return (uint16_t)((fw->pxe.try_count - 1) << 8);
	return br_dhcp_client_secs(fw, now);
}

static void send_try(struct br_firmware *fw, br_time now)
{
	struct br_pxe_client *pxe = &fw->pxe;
	const struct br_pxe_target *target = &pxe->target[pxe->current];
	const struct br_model_waits *waits = &fw->model->waits[pxe->message];
	struct br_model_ask ask = {
		.message = pxe->message, .server = target->server_id, .boot_item = pxe->item};
	struct br_dhcp_header header = br_model_dhcp_header(fw->model, &fw->machine, &ask);

	header.xid = pxe->xid;
	header.ciaddr = fw->result.address;
	if (pxe->try_count++ > 0)
		fw->result.repeated++;
	header.secs = secs_of(fw, now);
	if (target->address == 0)
		header.flags |= BR_DHCP_FLAG_BROADCAST;
	br_dhcp_client_send(fw, &ask, &header, target->address, target->port);
	br_firmware_wait(fw, now + waits->ms[pxe->try_count - 1] * BR_MS, try_over);
}

static void ask_target(struct br_firmware *fw, br_time now)
{
	struct br_pxe_client *pxe = &fw->pxe;

	pxe->try_count = 0;
	if (fw->model->xid == BR_MODEL_XID_RANDOM)
		pxe->xid = (uint32_t)br_prng_next(&fw->prng);
	br_dhcp_client_expect(fw);
	send_try(fw, now);
}

static void stop(struct br_firmware *fw)
{
	struct br_pxe_client *pxe = &fw->pxe;

	if (pxe->asking && pxe->port_open)
		br_host_udp_close(fw->host, (uint16_t)fw->model->source_port[pxe->message]);
	pxe->found = br_offer_free(pxe->found);
	pxe->asking = false;
}

static void end(struct br_firmware *fw, struct br_offer *reply, br_time now)
{
	struct br_pxe_client *pxe = &fw->pxe;

	pxe->found = NULL;
	stop(fw);
	br_firmware_wait_no_more(fw);
	br_offer_free(fw->reply);
	fw->reply = reply;
	fw->engine->replied(fw, now);
}

static void try_over(struct br_firmware *fw, br_time now)
{
	struct br_pxe_client *pxe = &fw->pxe;
	const struct br_model_waits *waits = &fw->model->waits[pxe->message];

	if (pxe->found) {
		end(fw, pxe->found, now);
	} else if (pxe->try_count < waits->count) {
		send_try(fw, now);
	} else if (++pxe->current < pxe->targets) {
		ask_target(fw, now);
	} else {
		end(fw, NULL, now);
	}
}

void br_pxe_client_ask(struct br_firmware *fw, br_time now)
{
	struct br_pxe_client *pxe = &fw->pxe;
	uint16_t port = (uint16_t)fw->model->source_port[pxe->message];

	pxe->asking = true;
	pxe->current = 0;
	pxe->found = NULL;
	pxe->port_open = port != BR_DHCP_PORT_CLIENT;
	if (pxe->port_open)
		(void)br_host_udp_open(fw->host, port);
	br_firmware_step(
		fw, pxe->message == BR_MODEL_PROXY ? BR_BOOT_STEP_PROXY : BR_BOOT_STEP_MENU, now);
	if (pxe->targets == 0)
		end(fw, NULL, now);
	else
		ask_target(fw, now);
}

static void reply_came(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_pxe_client *pxe = &fw->pxe;
	struct br_reader r = br_reader_of(datagram->payload.data, datagram->payload.size);
	struct br_offer *reply;

	(void)br_get_be32(&r);
	if (br_get_be32(&r) != pxe->xid || r.bad || pxe->found)
		return;
	reply = br_dhcp_client_read(fw, datagram);
	if (!reply)
		return;
	if (pxe->accept && !pxe->accept(fw, reply)) {
		br_offer_free(reply);
		return;
	}
	if (fw->model->proxy_collects)
		pxe->found = reply;
	else
		end(fw, reply, now);
}

static bool input(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	if (!fw->pxe.asking || datagram->local.port != fw->model->source_port[fw->pxe.message])
		return false;
	reply_came(fw, datagram, now);
	return true;
}

const struct br_boot_client br_boot_client_pxe = {.input = input, .stop = stop};
