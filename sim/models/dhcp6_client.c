/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * Two sessions, each with a timer. A Solicit collects what is advertised until its first wait is
 * over, unless one has preference 255; behind that the first one wins (Dhcp6Io.c
 * Dhcp6HandleAdvertiseMsg, Dhcp6OnTimerTick). What is sent stands in the order of the captures
 * aavmf64-virtio-pxe6 and ovmf-virtio-pxe6-ref: 1, 8, 2, 3, 6, and for who boots 62, 61 and 16.
 */
#include "sim/models/dhcp6_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/duid.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/flaws6.h"

enum {
	MESSAGE_SIZE = 1024,
	PREFERENCE_MOST = 255,
	RELEASE_TRIES = 5, /* RFC 8415 §7.6, as Dhcp6Impl.h has it */
	INFORM_WAIT_MS = 4000,
	INFORM_TRIES = 4, /* Ip6ConfigImpl.c Ip6ConfigStartStateless */
	DUID_TIME_TYPE = 1,
	DUID_UUID_TYPE = 4,
	DUID_TIME = 0x31dbc29a, /* any: of the day it was made, kept in a variable */
};

static const uint8_t all_servers[16] = {0xff, 0x02, [13] = 1, [15] = 2};
static const uint16_t asks_name_server[] = {BR_DHCP6_OPTION_DNS};

/* Writing */

/* Dhcp6Utility.c Dhcp6GenerateClientId: the UUID as SMBIOS has it, against RFC 6355 §4; if there is
 * none, the time and the MAC: aavmf64-virtio-pxe6nouuid
 */
static void put_client_id(struct br_firmware *fw, struct br_writer *w)
{
	static const uint8_t none[16];
	uint8_t *id = br_dhcp6_begin(w, BR_DHCP6_OPTION_CLIENT_ID);

	if (memcmp(fw->machine.uuid, none, sizeof(none)) == 0) {
		br_put_be16(w, DUID_TIME_TYPE);
		br_put_be16(w, 1);
		br_put_be32(w, DUID_TIME);
		br_put_bytes(w, fw->machine.mac, 6);
	} else {
		br_put_be16(w, DUID_UUID_TYPE);
		br_put_bytes(w, fw->machine.uuid, 16);
	}
	br_dhcp6_end(w, id);
}

static void put_elapsed(const struct br_dhcp6_session *session, struct br_writer *w, br_time now)
{
	uint64_t hundredths = (now - session->started) / (10 * BR_MS);
	uint8_t octets[2];
	struct br_writer elapsed = br_writer_of(octets, sizeof(octets));

	br_put_be16(&elapsed, (uint16_t)(hundredths < UINT16_MAX ? hundredths : UINT16_MAX));
	br_dhcp6_put(w, BR_DHCP6_OPTION_ELAPSED, octets, sizeof(octets));
}

static void put_ia(const struct br_dhcp6_session *session, struct br_writer *w,
                   const struct br_dhcp6_ia *ia, bool with_times)
{
	uint8_t *begun = br_dhcp6_begin(w, BR_DHCP6_OPTION_IA_NA);

	br_put_be32(w, session->iaid);
	/* what the server leaves open it fills in: aavmf64n-virtio-http6 frames 13, 15 */
	br_put_be32(w, !with_times ? UINT32_MAX : ia->t1 ? ia->t1 : ia->valid / 2);
	br_put_be32(w, !with_times ? UINT32_MAX : ia->t2 ? ia->t2 : ia->valid / 5 * 4);
	if (ia)
		br_dhcp6_put_address(w, ia->address, ia->preferred, ia->valid);
	br_dhcp6_end(w, begun);
}

static void put_oro(const struct br_dhcp6_session *session, struct br_writer *w)
{
	uint8_t *begun = br_dhcp6_begin(w, BR_DHCP6_OPTION_ORO);
	const uint8_t *code = session->fw->model->oro6;

	for (size_t i = 0; session->boots && code[i]; i++)
		br_put_be16(w, code[i]);
	if (!session->boots)
		br_put_be16(w, asks_name_server[0]);
	br_dhcp6_end(w, begun);
}

/* PxeBcDhcp6.c PxeBcBuildDhcp6Options: 62, 61 and 16 behind what it asks for */
static void put_firmware(const struct br_dhcp6_session *session, struct br_writer *w)
{
	const struct br_model *model = session->fw->model;
	uint8_t text[64], arch[2];
	struct br_writer class = br_writer_of(text, sizeof(text));
	struct br_writer type = br_writer_of(arch, sizeof(arch));

	put_oro(session, w);
	if (!session->boots)
		return;
	br_put_be16(&type, (uint16_t)model->arch);
	br_text_put(&class, model->class6);
	br_text_put(&class, ":Arch:");
	br_text_put_padded(&class, model->arch, 5);
	br_text_put(&class, ":UNDI:003000");
	br_dhcp6_put(w, BR_DHCP6_OPTION_NII, "\1\3\0", 3);
	br_dhcp6_put(w, BR_DHCP6_OPTION_ARCH, arch, sizeof(arch));
	br_dhcp6_put_vendor_class(w, BR_DHCP6_ENTERPRISE_INTEL, br_text_end(&class));
}

static void put_server_id(struct br_writer *w, const struct br_dhcp6_offer *offer)
{
	struct br_octets id = br_dhcp6_offer_get(offer, BR_DHCP6_OPTION_SERVER_ID);

	br_dhcp6_put(w, BR_DHCP6_OPTION_SERVER_ID, id.data, id.size);
}

static void send(struct br_dhcp6_session *session, const struct br_writer *w)
{
	struct br_endpoint remote = {.port = BR_DHCP6_PORT_SERVER};
	struct br_firmware *fw = session->fw;

	memcpy(remote.ip, all_servers, sizeof(remote.ip));
	if (!w->bad)
		br_firmware_send_to(fw, BR_DHCP6_PORT_CLIENT, &remote,
		                    (uint8_t)fw->option->hop_limit6,
		                    (struct br_octets){w->start, br_written(w)});
}

static void next_xid(struct br_dhcp6_session *session)
{
	struct br_dhcp6_client *client = session->fw->dhcp6;
	uint32_t x = client->xid;

	session->xid = (x & 0xff) << 16 | (x & 0xff00) | (x >> 16 & 0xff);
	client->xid = (x + 1) & 0xffffff;
}

static void transmit(struct br_dhcp6_session *session, enum br_dhcp6_type type, br_time now)
{
	uint8_t octets[MESSAGE_SIZE];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	bool release = type == BR_DHCP6_TYPE_RELEASE;

	if (session->tries++ > 0)
		session->fw->result.repeated++;
	br_dhcp6_put_head(&w, (uint8_t)type, session->xid);
	put_client_id(session->fw, &w);
	if (release) /* ovmf-virtio-pxe6-ref frame 21 */
		put_server_id(&w, session->reply);
	put_elapsed(session, &w, now);
	if (type == BR_DHCP6_TYPE_REQUEST) {
		put_server_id(&w, session->chosen);
		put_ia(session, &w, &session->chosen->ia, true);
	} else if (release) {
		put_ia(session, &w, &session->reply->ia, false);
	} else if (type == BR_DHCP6_TYPE_SOLICIT) {
		put_ia(session, &w, NULL, false);
	}
	if (!release)
		put_firmware(session, &w);
	send(session, &w);
}

/* What was kept */

static struct br_dhcp6_offer *free_offers(struct br_dhcp6_offer *offer)
{
	while (offer) {
		struct br_dhcp6_offer *next = offer->next;

		free(offer);
		offer = next;
	}
	return NULL;
}

struct br_octets br_dhcp6_offer_get(const struct br_dhcp6_offer *offer, uint16_t code)
{
	return br_dhcp6_find((struct br_octets){offer->octets, offer->size}, code);
}

bool br_dhcp6_offer_is(const struct br_dhcp6_offer *offer, const char *class, bool any)
{
	struct br_octets value = br_dhcp6_offer_get(offer, BR_DHCP6_OPTION_VENDOR_CLASS), text;
	uint32_t enterprise;

	return br_dhcp6_vendor_class(value, &enterprise, &text) &&
	       (any || enterprise == BR_DHCP6_ENTERPRISE_INTEL) && br_text_starts(text, class);
}

/* Dhcp6Io.c Dhcp6SeekStsOption: an error anywhere, and it is as if it had not come. */
static bool is_refusal(const struct br_dhcp6_message *m, const struct br_dhcp6_ia *ia)
{
	return br_dhcp6_status(m->options) > 0 || ia->status > 0;
}

static struct br_dhcp6_offer *keep(const struct br_dhcp6_session *session,
                                   const struct br_dhcp6_message *m)
{
	struct br_octets preference = br_dhcp6_find(m->options, BR_DHCP6_OPTION_PREFERENCE);
	struct br_dhcp6_offer *offer = malloc(sizeof(*offer) + m->options.size);

	if (!offer)
		return NULL;
	*offer = (struct br_dhcp6_offer){.xid = m->xid, .size = m->options.size};
	memcpy(offer->octets, m->options.data, m->options.size);
	offer->ia = br_dhcp6_ia(br_dhcp6_offer_get(offer, BR_DHCP6_OPTION_IA_NA));
	offer->has_address = offer->ia.there && offer->ia.iaid == session->iaid &&
	                     !(offer->ia.t1 > offer->ia.t2 && offer->ia.t2 > 0) &&
	                     offer->ia.addresses > 0 && offer->ia.valid > 0 &&
	                     offer->ia.valid >= offer->ia.preferred;
	offer->preference = preference.size > 0 ? preference.data[0] : 0;
	return offer;
}

/* The exchanges */

static void wake(struct br_dhcp6_session *session, br_time at)
{
	br_clock_set(session->fw->clock, &session->timer, at);
}

static void forget(struct br_dhcp6_session *session)
{
	wake(session, BR_TIME_NEVER);
	session->phase = BR_DHCP6_IDLE;
	session->offer = free_offers(session->offer);
	session->chosen = NULL;
	session->offers = 0;
	free(session->reply);
	session->reply = NULL;
}

static br_time wait_of(const struct br_model_waits *waits, uint32_t tries)
{
	uint32_t place = tries < waits->count ? tries : waits->count;

	return place > 0 ? waits->ms[place - 1] * BR_MS : 0;
}

void br_dhcp6_client_solicit(struct br_dhcp6_session *session, br_time now)
{
	forget(session);
	session->phase = BR_DHCP6_SOLICITS;
	session->late = false;
	session->tries = 0;
	session->started = now;
	next_xid(session);
	transmit(session, BR_DHCP6_TYPE_SOLICIT, now);
	wake(session, now + wait_of(&session->fw->model->solicit6_waits, session->tries));
}

void br_dhcp6_client_inform(struct br_dhcp6_session *session, br_time now)
{
	forget(session);
	session->phase = BR_DHCP6_INFORMS;
	session->tries = 0;
	session->started = now;
	next_xid(session);
	transmit(session, BR_DHCP6_TYPE_INFORMATION, now);
	wake(session, now + INFORM_WAIT_MS * BR_MS);
}

bool br_dhcp6_client_release(struct br_dhcp6_session *session, br_time now)
{
	if (session->phase != BR_DHCP6_BOUND) {
		forget(session);
		return false;
	}
	session->phase = BR_DHCP6_RELEASES;
	session->tries = 0;
	session->started = now;
	next_xid(session);
	transmit(session, BR_DHCP6_TYPE_RELEASE, now);
	wake(session, now + BR_S);
	return true;
}

/* The client considers it done whatever the answer says: Dhcp6Io.c Dhcp6HandleReplyMsg */
static void released(struct br_dhcp6_session *session, br_time now)
{
	struct br_firmware *fw = session->fw;

	forget(session);
	if (session->boots)
		fw->dhcp6->events->released(fw, now);
}

static void fail(struct br_dhcp6_session *session, br_time now)
{
	struct br_firmware *fw = session->fw;
	bool offered = session->offers > 0 && session->phase == BR_DHCP6_SOLICITS;

	forget(session);
	if (session->boots)
		fw->dhcp6->events->failed(fw, offered, now);
}

/* Dhcp6SelectAdvertiseMsg takes its Solicit off the list, then finds no address to request
 * (Dhcp6ParseAddrOption): nothing is sent again, nothing times out, and Dhcp6Start waits for ever.
 * Debian 12's OVMF stood still for 100 s behind an Advertise whose address was valid for 0 s.
 */
static void stand_still(struct br_dhcp6_session *session, br_time now)
{
	struct br_firmware *fw = session->fw;
	bool boots = session->boots;

	forget(session);
	if (boots)
		br_firmware_stand(fw, now, "an Advertise without an address that is valid");
}

/* @may_fail: else more is waited for, as behind an error of the user's: Dhcp6HandleStateful */
static void choose(struct br_dhcp6_session *session, bool may_fail, br_time now)
{
	struct br_firmware *fw = session->fw;
	struct br_dhcp6_offer *best =
		session->boots ? fw->dhcp6->events->select(fw) : session->offer;

	if (!best) {
		if (may_fail)
			fail(session, now);
		return;
	}
	if (!best->has_address) {
		stand_still(session, now);
		return;
	}
	session->chosen = best;
	session->phase = BR_DHCP6_REQUESTS;
	session->tries = 0;
	session->started = now;
	next_xid(session);
	transmit(session, BR_DHCP6_TYPE_REQUEST, now);
	wake(session, now + wait_of(&fw->model->request6_waits, session->tries));
}

static void again(struct br_dhcp6_session *session, enum br_dhcp6_type type,
                  const struct br_model_waits *waits, br_time now)
{
	if (session->tries >= waits->count) {
		fail(session, now);
		return;
	}
	transmit(session, type, now);
	wake(session, now + wait_of(waits, session->tries));
}

static void timer_fired(void *context, br_time now)
{
	struct br_dhcp6_session *session = context;
	const struct br_model *model = session->fw->model;

	switch (session->phase) {
	case BR_DHCP6_IDLE:
	case BR_DHCP6_BOUND:
		break;
	case BR_DHCP6_SOLICITS:
		session->late = true;
		if (session->offer)
			choose(session, true, now);
		else
			again(session, BR_DHCP6_TYPE_SOLICIT, &model->solicit6_waits, now);
		break;
	case BR_DHCP6_REQUESTS:
		again(session, BR_DHCP6_TYPE_REQUEST, &model->request6_waits, now);
		break;
	case BR_DHCP6_INFORMS:
		if (session->tries == INFORM_TRIES) {
			forget(session);
			break;
		}
		transmit(session, BR_DHCP6_TYPE_INFORMATION, now);
		wake(session, now + (INFORM_WAIT_MS * BR_MS << (session->tries - 1)));
		break;
	case BR_DHCP6_RELEASES:
		if (session->tries == RELEASE_TRIES) {
			released(session, now);
			break;
		}
		transmit(session, BR_DHCP6_TYPE_RELEASE, now);
		wake(session, now + (BR_S << (session->tries - 1)));
		break;
	}
}

static void advertised(struct br_dhcp6_session *session, const struct br_dhcp6_message *m,
                       br_time now)
{
	struct br_dhcp6_offer **end = &session->offer, *offer;

	if (session->offers == BR_DHCP6_OFFERS_MAX)
		return;
	offer = keep(session, m);
	if (!offer)
		return;
	if (is_refusal(m, &offer->ia)) {
		free(offer);
		return;
	}
	while (*end)
		end = &(*end)->next;
	*end = offer;
	session->offers++;
	/* Ip6Config gives Dhcp6CallbackUser nobody to ask, so the first is taken:
	 * ovmf-virtio-http6full-icount6 frames 17, 18
	 */
	if (session->late || !session->boots || offer->preference == PREFERENCE_MOST)
		choose(session, false, now);
}

static void replied(struct br_dhcp6_session *session, const struct br_dhcp6_message *m, br_time now)
{
	struct br_firmware *fw = session->fw;
	struct br_dhcp6_offer *reply;

	/* never asked for: Dhcp6Io.c Dhcp6HandleReplyMsg */
	if (br_dhcp6_count(m->options, BR_DHCP6_OPTION_RAPID_COMMIT) > 0)
		return;
	if (session->phase == BR_DHCP6_RELEASES) {
		released(session, now);
		return;
	}
	if (session->phase == BR_DHCP6_INFORMS) {
		forget(session);
		return;
	}
	reply = keep(session, m);
	if (!reply || !reply->has_address || is_refusal(m, &reply->ia)) {
		free(reply);
		return;
	}
	session->reply = reply;
	session->phase = BR_DHCP6_BOUND;
	wake(session, BR_TIME_NEVER);
	if (session->boots)
		fw->dhcp6->events->bound(fw, now);
	else
		fw->dhcp6->events->given(fw, reply->ia.address, now);
}

static bool is_ours(struct br_firmware *fw, const struct br_dhcp6_message *m)
{
	uint8_t octets[64];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_octets id = br_dhcp6_find(m->options, BR_DHCP6_OPTION_CLIENT_ID);

	put_client_id(fw, &w);
	/* compared over our own length: Dhcp6Io.c Dhcp6HandleStateful */
	return id.size >= br_written(&w) - 4 &&
	       memcmp(id.data, octets + 4, br_written(&w) - 4) == 0 &&
	       br_dhcp6_count(m->options, BR_DHCP6_OPTION_SERVER_ID) > 0;
}

static void message_came(struct br_dhcp6_session *session, const struct br_dhcp6_message *m,
                         br_time now)
{
	if (session->phase == BR_DHCP6_SOLICITS && m->type == BR_DHCP6_TYPE_ADVERTISE)
		advertised(session, m, now);
	else if (session->phase > BR_DHCP6_SOLICITS && session->phase != BR_DHCP6_BOUND &&
	         m->type == BR_DHCP6_TYPE_REPLY)
		replied(session, m, now);
}

/* 4011 */

void br_dhcp6_client_ask_boot_server(struct br_firmware *fw, const struct br_dhcp6_offer *offer,
                                     const struct br_endpoint *remote, br_time now)
{
	struct br_dhcp6_session *session = &fw->dhcp6->boot;
	uint8_t octets[MESSAGE_SIZE];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	br_dhcp6_put_head(&w, BR_DHCP6_TYPE_REQUEST, offer->xid);
	if (!offer->ia.there)
		put_server_id(&w, offer);
	put_client_id(fw, &w);
	put_elapsed(session, &w, now);
	put_firmware(session, &w);
	if (!w.bad)
		br_firmware_send_to(fw, BR_DHCP6_PORT_PXE, remote, (uint8_t)fw->option->hop_limit6,
		                    (struct br_octets){octets, br_written(&w)});
}

void br_dhcp6_client_hear_boot_server(struct br_firmware *fw)
{
	fw->dhcp6->hears = br_host_udp_open(fw->host, BR_DHCP6_PORT_PXE) == 0;
}

void br_dhcp6_client_ask_no_more(struct br_firmware *fw)
{
	if (fw->dhcp6->hears)
		br_host_udp_close(fw->host, BR_DHCP6_PORT_PXE);
	fw->dhcp6->hears = false;
}

static void boot_server_came(struct br_firmware *fw, const struct br_dhcp6_message *m, br_time now)
{
	struct br_dhcp6_offer *reply = keep(&fw->dhcp6->boot, m);

	if (!reply)
		return;
	br_dhcp6_client_ask_no_more(fw);
	fw->dhcp6->events->answered(fw, reply, now);
	free(reply);
}

/* As a client among others */

static bool input(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_dhcp6_client *client = fw->dhcp6;
	bool boot_server = datagram->local.port == BR_DHCP6_PORT_PXE;
	struct br_dhcp6_message m;

	if (!client || br_ip_is_ipv4(datagram->remote.ip) ||
	    (datagram->local.port != BR_DHCP6_PORT_CLIENT && !(boot_server && client->hears)))
		return false;
	if (datagram->payload.size > BR_DHCP6_OFFER_SIZE ||
	    br_dhcp6_parse(datagram->payload, &m) < 0 || m.levels > 0)
		return true;
	if (fw->model->unfixed6 && m.type == BR_DHCP6_TYPE_ADVERTISE && br_flaw6_of_advertise(&m)) {
		br_firmware_hang(fw, now, br_flaw6_of_advertise(&m));
		return true;
	}
	if (m.malformed)
		return true;
	if (boot_server)
		boot_server_came(fw, &m, now);
	else if (!is_ours(fw, &m))
		return true;
	else if (m.xid == client->boot.xid)
		message_came(&client->boot, &m, now);
	else if (m.xid == client->network.xid)
		message_came(&client->network, &m, now);
	return true;
}

static void stop(struct br_firmware *fw)
{
	if (!fw->dhcp6)
		return;
	forget(&fw->dhcp6->boot);
	forget(&fw->dhcp6->network);
	br_host_udp_close(fw->host, BR_DHCP6_PORT_CLIENT);
	br_dhcp6_client_ask_no_more(fw);
}

int br_dhcp6_client_new(struct br_firmware *fw, const struct br_dhcp6_events *events)
{
	struct br_dhcp6_client *client = calloc(1, sizeof(*client));
	struct br_dhcp6_session *session[2];

	if (!client)
		return -ENOMEM;
	fw->dhcp6 = client;
	client->events = events;
	client->xid = (uint32_t)br_prng_next(&fw->prng) & 0xffffff;
	session[0] = &client->boot;
	session[1] = &client->network;
	for (size_t i = 0; i < 2; i++) {
		*session[i] = (struct br_dhcp6_session){
			.fw = fw,
			.boots = i == 0,
			.timer = {.fire = timer_fired, .context = session[i]},
			.iaid = (uint32_t)br_prng_next(&fw->prng),
		};
	}
	return br_host_udp_open(fw->host, BR_DHCP6_PORT_CLIENT);
}

void br_dhcp6_client_free(struct br_firmware *fw)
{
	if (!fw->dhcp6)
		return;
	forget(&fw->dhcp6->boot);
	forget(&fw->dhcp6->network);
	free(fw->dhcp6);
	fw->dhcp6 = NULL;
}

const struct br_boot_client br_boot_client_dhcp6 = {.input = input, .stop = stop};
