/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/dhcp_client.h"

#include <string.h>

#include "sim/models/dhcp_send.h"
#include "sim/models/firmware_inside.h"

enum {
	EDK2_REPLY_MAX = 1472, /* PxeBcDhcp4.c PxeBcDhcp4CallBack: longer ones are no offers */
};

static uint32_t mac_tail(const struct br_firmware *fw)
{
	struct br_reader r = br_reader_of(fw->machine.mac + 2, 4);

	return br_get_be32(&r);
}

static void draw_xid(struct br_firmware *fw, br_time now)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;

	switch ((enum br_model_xid)fw->model->xid) {
	case BR_MODEL_XID_RANDOM:
	case BR_MODEL_XID_SAME:
		dhcp->xid = (uint32_t)br_prng_next(&fw->prng);
		break;
	case BR_MODEL_XID_MAC_TIMER: /* U-Boot net/bootp.c bootp_request */
		dhcp->xid = mac_tail(fw) + (uint32_t)(now / BR_MS);
		break;
	case BR_MODEL_XID_CLOCK: /* GRUB net/bootp.c send_dhcp_packet; the epoch is ours */
		dhcp->xid = (uint32_t)(now / BR_S);
		break;
	case BR_MODEL_XID_FIXED:
		dhcp->xid = fw->model->xid_value;
		break;
	case BR_MODEL_XID_MAC:
		dhcp->xid = mac_tail(fw) + fw->model->xid_value;
		break;
	}
	memmove(dhcp->xids + 1, dhcp->xids, sizeof(dhcp->xids) - sizeof(dhcp->xids[0]));
	dhcp->xids[0] = dhcp->xid;
	br_dhcp_client_expect(fw);
}

static void wait_over(struct br_firmware *fw, br_time now);

/* EDK2 counts its waits down by a tick a second, which began before: over 88 boots the first one
 * took 3.0 to 4.0 s, 3.79 s in the middle. That is the longest of three draws.
 */
static br_time draw_phase(struct br_firmware *fw)
{
	uint64_t most = 0;

	if (fw->model->phase_ms == 0)
		return 0;
	for (int i = 0; i < 3; i++) {
		uint64_t draw = br_prng_below(&fw->prng, fw->model->phase_ms);

		most = draw > most ? draw : most;
	}
	return (fw->model->phase_ms - most) * BR_MS;
}

/* U-Boot net/bootp.c dhcp_process_options: option 67 of the OFFER is the file's name from then on,
 * unless the command gave one, as that for the script does; one in the header waits for the ACK.
 */
static bool takes_name(const struct br_firmware *fw)
{
	return fw->model->engine == BR_MODEL_ENGINE_UBOOT &&
	       (fw->dhcp.second || fw->model->autoload);
}

static void send_and_wait(struct br_firmware *fw, enum br_model_message message, br_time now)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;
	const struct br_model_waits *waits = &fw->model->waits[message];
	struct br_model_ask ask = {
		.message = message, .second = dhcp->second, .no_file = dhcp->no_file};
	struct br_dhcp_header header;
	uint32_t place = dhcp->try_count < waits->count ? dhcp->try_count : waits->count - 1;
	br_time at = now + br_firmware_ms(fw, waits->ms[place]);

	if (message == BR_MODEL_REQUEST) {
		ask.address = dhcp->chosen->yiaddr;
		ask.server = dhcp->chosen->server;
		if (takes_name(fw))
			ask.file = dhcp->chosen->file67;
	}
	if (message == BR_MODEL_DISCOVER && dhcp->try_count == 0)
		at -= dhcp->early = draw_phase(fw);
	if (message == BR_MODEL_DISCOVER) {
		dhcp->asked_at = now;
		dhcp->deaf = false;
		dhcp->rounds++;
	} else if (fw->model->round_ms > 0) {
		at = dhcp->asked_at + fw->model->round_ms * BR_MS;
	}
	if (dhcp->try_count > 0)
		fw->result.repeated++;
	dhcp->try_count++;
	header = br_model_dhcp_header(fw->model, &fw->machine, &ask);
	header.xid = dhcp->xid;
	header.secs = dhcp->secs_last = br_dhcp_client_secs(fw, now);
	br_dhcp_client_send(fw, &ask, &header, 0, BR_DHCP_PORT_SERVER);
	br_firmware_wait(fw, at, wait_over);
}

void br_dhcp_client_start(struct br_firmware *fw, br_time now)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;
	bool second = dhcp->second, no_file = dhcp->no_file;

	br_offer_free_list(dhcp->offers);
	*dhcp = (struct br_dhcp_client){.second = second, .no_file = no_file};
	dhcp->state = BR_DHCP_SELECTING;
	dhcp->started = now;
	draw_xid(fw, now);
	fw->ack = br_offer_free(fw->ack);
	fw->proxy = br_offer_free(fw->proxy);
	fw->reply = br_offer_free(fw->reply);
	if (!fw->model->keeps_address)
		br_host_set_address(fw->host, 0, 0, 0);
	(void)br_host_udp_open(fw->host, BR_DHCP_PORT_CLIENT);
	br_firmware_step(fw, BR_BOOT_STEP_DISCOVER, now);
	send_and_wait(fw, BR_MODEL_DISCOVER, now);
}

static void stop(struct br_firmware *fw)
{
	if (fw->dhcp.state != BR_DHCP_OFF)
		br_host_udp_close(fw->host, BR_DHCP_PORT_CLIENT);
	br_dhcp_lease_stop(fw);
	fw->dhcp.state = BR_DHCP_OFF;
	fw->dhcp.offers = br_offer_free_list(fw->dhcp.offers);
	fw->dhcp.chosen = NULL;
}

static void give_up(struct br_firmware *fw, enum br_dhcp_failure failure, br_time now)
{
	fw->dhcp.failure = failure;
	stop(fw);
	br_firmware_wait_no_more(fw);
	fw->engine->unbound(fw, now);
}

/* It begins with DISCOVER again, whatever came of the last one: libnet, and U-Boot without ACK. */
static void begin_round(struct br_dhcp_client *dhcp)
{
	dhcp->state = BR_DHCP_SELECTING;
	dhcp->try_count = dhcp->rounds;
	dhcp->offers = br_offer_free_list(dhcp->offers);
	dhcp->offer_count = 0;
	dhcp->chosen = NULL;
}

void br_dhcp_client_again(struct br_firmware *fw, br_time now)
{
	begin_round(&fw->dhcp);
	draw_xid(fw, now);
	(void)br_host_udp_open(fw->host, BR_DHCP_PORT_CLIENT);
	send_and_wait(fw, BR_MODEL_DISCOVER, now);
}

static void bind(struct br_firmware *fw, struct br_offer *ack, br_time now)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;
	/* EDK2 takes mask and router of the OFFER (Dhcp4Io.c DhcpLeaseAcquired) */
	const struct br_offer *lease = dhcp->chosen ? dhcp->chosen : ack;
	uint32_t mask = ack->netmask ? ack->netmask : lease->netmask;

	br_offer_free(fw->ack);
	fw->ack = ack;
	dhcp->state = BR_DHCP_BOUND;
	br_firmware_wait_no_more(fw);
	if (!mask) /* the class of the address, RFC 1122 §3.3.1.1 would say; no one cares now */
		mask = 0xffffff00;
	fw->dns = ack->dns ? ack->dns : lease->dns;
	fw->result.address = ack->yiaddr;
	fw->result.gateway = ack->router ? ack->router : lease->router;
	br_host_set_address(fw->host, 0, ack->yiaddr, mask);
	br_host_set_gateway(fw->host, fw->result.gateway);
	br_dhcp_lease_begin(fw, now);
	br_firmware_step(fw, BR_BOOT_STEP_ADDRESS, now);
	fw->engine->bound(fw, now);
}

/* Out of the list of offers. */
static struct br_offer *take(struct br_firmware *fw, struct br_offer *offer)
{
	struct br_offer **place = &fw->dhcp.offers;

	while (*place != offer)
		place = &(*place)->next;
	*place = offer->next;
	offer->next = NULL;
	return offer;
}

void br_dhcp_client_choose(struct br_firmware *fw, struct br_offer *offer, br_time now)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;

	br_firmware_step(fw, BR_BOOT_STEP_OFFER, now);
	if (offer->type == BR_DHCP_TYPE_NONE || fw->model->no_request) {
		bind(fw, take(fw, offer), now); /* BOOTP has no REQUEST */
		return;
	}
	dhcp->chosen = offer;
	dhcp->state = BR_DHCP_REQUESTING;
	dhcp->try_count = 0;
	send_and_wait(fw, BR_MODEL_REQUEST, now);
}

static void wait_over(struct br_firmware *fw, br_time now)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;
	bool selecting = dhcp->state == BR_DHCP_SELECTING || fw->model->round_ms > 0;
	enum br_model_message message = selecting ? BR_MODEL_DISCOVER : BR_MODEL_REQUEST;

	if (fw->model->round_ms > 0)
		begin_round(dhcp);
	if (selecting && dhcp->offers) {
		struct br_offer *offer = fw->engine->select(fw, true, now);

		if (offer) { /* iPXE counts what ran out, sent or not: seabios-virtio-two f.10 */
			dhcp->packets += fw->model->secs == BR_MODEL_SECS_IPXE;
			br_dhcp_client_choose(fw, offer, now);
			return;
		}
	}
	if (dhcp->try_count >= fw->model->waits[message].count) {
		give_up(fw,
		        !selecting ? BR_DHCP_NO_ACK
		                   : (dhcp->offers ? BR_DHCP_NO_CHOICE : BR_DHCP_NO_OFFER),
		        now);
		return;
	}
	if (selecting && fw->model->xid == BR_MODEL_XID_MAC_TIMER)
		draw_xid(fw, now);
	send_and_wait(fw, message, now);
}

static bool xid_is_ours(const struct br_firmware *fw, uint32_t xid)
{
	const struct br_dhcp_client *dhcp = &fw->dhcp;

	if (xid == dhcp->xid)
		return true;
	if (fw->model->xid != BR_MODEL_XID_MAC_TIMER)
		return false;
	for (size_t i = 0; i < BR_DHCP_XIDS_MAX; i++) {
		if (dhcp->xids[i] == xid && xid)
			return true;
	}
	return false;
}

static void offer_came(struct br_firmware *fw, struct br_offer *offer, br_time now)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;
	struct br_offer **end = &dhcp->offers;

	while (*end)
		end = &(*end)->next;
	*end = offer;
	dhcp->offer_count++;
	if (fw->model->select != BR_MODEL_SELECT_AT_TIMEOUT) {
		struct br_offer *choice = fw->engine->select(fw, false, now);

		if (choice)
			br_dhcp_client_choose(fw, choice, now);
	}
}

/* Dhcp4Io.c DhcpHandleSelect: a DHCP OFFER names its server; BOOTP names nothing. */
static bool is_offer(const struct br_firmware *fw, const struct br_offer *offer)
{
	if (offer->type == BR_DHCP_TYPE_NONE)
		return offer->yiaddr != 0;
	if (offer->type != BR_DHCP_TYPE_OFFER && fw->model->engine != BR_MODEL_ENGINE_UBOOT)
		return false;
	return offer->server != 0 || fw->model->engine == BR_MODEL_ENGINE_IPXE;
}

/* Dhcp4Io.c DhcpSendMessage for DHCP_MSG_DECLINE: 53, 54, 50, 56 and no more */
static void decline(struct br_firmware *fw, const char *why)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;
	struct br_model_ask ask = {.message = BR_MODEL_REQUEST};
	struct br_dhcp_header header = br_model_dhcp_header(fw->model, &fw->machine, &ask);
	struct br_dhcp_builder builder;
	uint8_t buffer[BR_DHCP_SIZE_MIN + 100];
	size_t size;

	if (!fw->model->declines)
		return;
	header.xid = dhcp->xid;
	br_dhcp_begin(&builder, &header, buffer, sizeof(buffer), 0);
	br_dhcp_put_u8(&builder, BR_DHCP_OPTION_MESSAGE_TYPE, BR_DHCP_TYPE_DECLINE);
	br_dhcp_put_be32(&builder, BR_DHCP_OPTION_SERVER_ID, dhcp->chosen->server);
	br_dhcp_put_be32(&builder, BR_DHCP_OPTION_REQUESTED_ADDRESS, dhcp->chosen->yiaddr);
	br_dhcp_put_text(&builder, BR_DHCP_OPTION_MESSAGE, why);
	size = br_dhcp_finish(&builder, fw->model->dhcp_size_min);
	br_firmware_send(fw, BR_DHCP_PORT_CLIENT, UINT32_MAX, BR_DHCP_PORT_SERVER,
	                 (uint8_t)fw->model->ttl, (struct br_octets){buffer, size});
}

void br_dhcp_client_release(struct br_firmware *fw)
{
	struct br_model_ask ask = {.message = BR_MODEL_REQUEST};
	struct br_dhcp_header header = br_model_dhcp_header(fw->model, &fw->machine, &ask);
	struct br_dhcp_builder builder;
	uint8_t buffer[BR_DHCP_SIZE_MIN + 100];
	size_t size;

	header.xid = fw->dhcp.xid;
	header.ciaddr = fw->result.address;
	br_dhcp_begin(&builder, &header, buffer, sizeof(buffer), 0);
	br_dhcp_put_u8(&builder, BR_DHCP_OPTION_MESSAGE_TYPE, BR_DHCP_TYPE_RELEASE);
	br_dhcp_put_be32(&builder, BR_DHCP_OPTION_SERVER_ID, fw->ack->server);
	size = br_dhcp_finish(&builder, fw->model->dhcp_size_min);
	br_firmware_send(fw, BR_DHCP_PORT_CLIENT, fw->ack->server, BR_DHCP_PORT_SERVER,
	                 (uint8_t)fw->model->ttl, (struct br_octets){buffer, size});
}

static void answer_came(struct br_firmware *fw, struct br_offer *answer, br_time now)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;

	bool rounds = fw->model->round_ms > 0;
	bool anyone = fw->model->ignores_nak || rounds;

	if (answer->server != dhcp->chosen->server && !anyone) {
		br_offer_free(answer);
	} else if (answer->type == BR_DHCP_TYPE_NAK && !anyone) {
		br_offer_free(answer);
		give_up(fw, BR_DHCP_NAK, now);
	} else if (answer->type == BR_DHCP_TYPE_NAK && rounds) {
		br_offer_free(answer);
		br_host_set_address(fw->host, 0, 0, 0);
		dhcp->deaf = true;
	} else if (answer->type != BR_DHCP_TYPE_ACK) {
		br_offer_free(answer);
	} else if (rounds && now > dhcp->asked_at + fw->model->window_ms * BR_MS) {
		fw->result.address = answer->yiaddr; /* s390-ccw-ping #9, #11 */
		br_host_set_address(fw->host, 0, answer->yiaddr, answer->netmask);
		br_offer_free(answer);
		dhcp->deaf = true;
	} else if (answer->yiaddr != dhcp->chosen->yiaddr && !anyone) {
		br_offer_free(answer);
		decline(fw, "Lease confirmed isn't the same as that in the offer");
		give_up(fw, BR_DHCP_NAK, now);
	} else if (fw->model->declines && dhcp->chosen->netmask == 0) {
		br_offer_free(answer);
		decline(fw, "Lease is denied upon entering bound");
		give_up(fw, BR_DHCP_DECLINED, now);
	} else {
		bind(fw, answer, now);
	}
}

static void message_came(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_dhcp_client *dhcp = &fw->dhcp;
	struct br_reader r = br_reader_of(datagram->payload.data, datagram->payload.size);
	struct br_offer *offer;
	uint32_t xid;

	/* most of what a busy segment broadcasts is for others: two words tell */
	(void)br_get_be32(&r);
	xid = br_get_be32(&r);
	if (!xid_is_ours(fw, xid) || r.bad)
		return;
	if (dhcp->state == BR_DHCP_BOUND)
		br_dhcp_lease_input(fw, datagram, now);
	if ((dhcp->state != BR_DHCP_SELECTING && dhcp->state != BR_DHCP_REQUESTING) || dhcp->deaf)
		return;
	if (fw->model->overload && datagram->payload.size > EDK2_REPLY_MAX) {
		if (dhcp->state == BR_DHCP_REQUESTING && fw->model->declines) {
			decline(fw, "Lease is denied upon received ACK");
			give_up(fw, BR_DHCP_DECLINED, now);
		}
		return;
	}
	offer = br_dhcp_client_read(fw, datagram);
	if (!offer)
		return;
	if (dhcp->state == BR_DHCP_SELECTING && fw->model->xid == BR_MODEL_XID_MAC_TIMER)
		dhcp->xid =
			xid; /* U-Boot asks with that of the offer: uboot-arm64-virtio-ping #13 */
	if (dhcp->state == BR_DHCP_REQUESTING)
		answer_came(fw, offer, now);
	else if (is_offer(fw, offer) && dhcp->offer_count < BR_DHCP_OFFERS_MAX)
		offer_came(fw, offer, now);
	else
		br_offer_free(offer);
}

static bool input(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	if (datagram->local.port != BR_DHCP_PORT_CLIENT)
		return false;
	message_came(fw, datagram, now);
	return true;
}

const struct br_boot_client br_boot_client_dhcp = {.input = input, .stop = stop};
