/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/dhcp6.c - DHCPv6, RFC 8415, and its boot options, RFC 5970 */
#include "conformance/talk/dhcp6.h"

#include <string.h>

#include "conformance/talk/clients.h"
#include "conformance/talk/servers.h"
#include "conformance/talk/text.h"
#include "core/formats/dhcp6_message.h"

static void read_request(struct br_talk_dhcp6 *d, struct br_octets options)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option o;

	d->order_size = 0;
	while (br_dhcp6_option_get(&r, &o) == 1) {
		struct br_reader v = br_reader_of(o.value.data, o.value.size);
		struct br_octets text;
		uint32_t enterprise;

		if (d->order_size < BR_TALK_ORDER_MAX)
			d->order[d->order_size++] = o.code > 255 ? 255 : (uint8_t)o.code;
		if (o.code == BR_DHCP6_OPTION_CLIENT_ID) {
			d->duid_size = (uint8_t)(o.value.size < sizeof(d->duid) ? o.value.size
			                                                        : sizeof(d->duid));
			if (d->duid_size > 0)
				memcpy(d->duid, o.value.data, d->duid_size);
		} else if (o.code == BR_DHCP6_OPTION_ORO) {
			d->wanted_size = 0;
			while (br_left(&v) >= 2 && d->wanted_size < sizeof(d->wanted)) {
				uint16_t wanted = br_get_be16(&v);

				d->wanted[d->wanted_size++] = wanted > 255 ? 255 : (uint8_t)wanted;
			}
		} else if (o.code == BR_DHCP6_OPTION_ARCH && o.value.size >= 2) {
			d->arch = br_get_be16(&v);
		} else if (o.code == BR_DHCP6_OPTION_VENDOR_CLASS &&
		           br_dhcp6_vendor_class(o.value, &enterprise, &text) && text.size > 0) {
			talk_text(d->vendor_class, sizeof(d->vendor_class), text);
		} else if (o.code == BR_DHCP6_OPTION_USER_CLASS && o.value.size > 2) {
			talk_text(d->user_class, sizeof(d->user_class),
			          br_dhcp6_user_class(o.value));
		}
	}
}

static void note_status(struct br_talk_dhcp6 *d, int status)
{
	if (status > (int)d->status)
		d->status = (uint16_t)status;
}

/* What EDK2 and RFC 8415 §16.3, §16.10 drop an answer for */
static void read_identity(struct br_talk_dhcp6 *d, struct br_octets options)
{
	struct br_octets client = br_dhcp6_find(options, BR_DHCP6_OPTION_CLIENT_ID);
	size_t size = client.size < sizeof(d->duid) ? client.size : sizeof(d->duid);

	d->no_server_id = br_dhcp6_find(options, BR_DHCP6_OPTION_SERVER_ID).size == 0;
	d->other_client_id =
		size != d->duid_size || (size > 0 && memcmp(client.data, d->duid, size));
}

/* An address that a client may use, RFC 8415 §21.6 and §18.2.10.1 */
static bool gives_address(const struct br_dhcp6_ia *ia)
{
	return ia->addresses > 0 && ia->status <= 0;
}

static void read_answer(struct br_talk_dhcp6 *d, uint8_t type, struct br_octets options)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option o;
	bool advertise = type == BR_DHCP6_TYPE_ADVERTISE;

	read_identity(d, options);
	note_status(d, br_dhcp6_status(options));
	while (br_dhcp6_option_get(&r, &o) == 1) {
		struct br_reader v = br_reader_of(o.value.data, o.value.size);
		struct br_octets text = {0};
		uint32_t enterprise;

		if (o.code == BR_DHCP6_OPTION_IA_NA) {
			struct br_dhcp6_ia ia = br_dhcp6_ia(o.value);

			note_status(d, ia.status);
			if (gives_address(&ia)) {
				memcpy(d->address.ip, ia.address, 16);
				*(advertise ? &d->offered : &d->leased) = true;
			}
		} else if (o.code == BR_DHCP6_OPTION_BOOT_URL) {
			talk_text(d->url, sizeof(d->url), o.value);
			*(advertise ? &d->url_offered : &d->url_leased) = true;
		} else if (o.code == BR_DHCP6_OPTION_DNS) {
			d->has_dns = true;
			br_get_bytes(&v, d->dns.ip, sizeof(d->dns.ip));
		} else if (o.code == BR_DHCP6_OPTION_VENDOR_CLASS) {
			d->reply_has_class = true;
			(void)br_dhcp6_vendor_class(o.value, &enterprise, &text);
			talk_text(d->reply_class, sizeof(d->reply_class), text);
		}
	}
}

static uint8_t take_id(uint8_t target[static 20], struct br_octets id)
{
	uint8_t size = (uint8_t)(id.size < 20 ? id.size : 20);

	if (size > 0)
		memcpy(target, id.data, size);
	return size;
}

/* What it says, for itself: of several servers each may be taken or not. */
static void take_answer(struct br_talk_answer6 *a, const struct br_talk_dhcp6 *d,
                        const struct br_dhcp6_message *m)
{
	struct br_octets url = br_dhcp6_find(m->options, BR_DHCP6_OPTION_BOOT_URL);
	struct br_octets preference = br_dhcp6_find(m->options, BR_DHCP6_OPTION_PREFERENCE);
	struct br_reader r = br_reader_of(m->options.data, m->options.size);
	struct br_dhcp6_option o;
	int status = br_dhcp6_status(m->options);

	a->has_url = url.data != NULL;
	talk_text(a->url, sizeof(a->url), url);
	a->preference = preference.size == 1 ? preference.data[0] : -1;
	a->other_iaid = d->has_iaid;
	while (br_dhcp6_option_get(&r, &o) == 1) {
		struct br_dhcp6_ia ia = br_dhcp6_ia(o.value);

		if (o.code != BR_DHCP6_OPTION_IA_NA || !ia.there)
			continue;
		if (d->has_iaid && ia.iaid == d->iaid)
			a->other_iaid = false;
		if (ia.status > status)
			status = ia.status;
		if (!gives_address(&ia))
			continue;
		a->has_address = true;
		a->preferred = ia.preferred;
		a->valid = ia.valid;
		a->dead_address = ia.valid == 0 || ia.preferred > ia.valid;
	}
	a->other_iaid = a->other_iaid && a->has_address;
	a->status = status > 0 ? (uint16_t)status : 0;
}

/* A relay wants back the option 18 that it sent, RFC 8415 §19.3. */
static bool names_interface(const struct br_dhcp6_message *m)
{
	for (size_t i = 0; i < m->levels; i++) {
		if (br_dhcp6_find(m->level[i].options, BR_DHCP6_OPTION_INTERFACE_ID).data)
			return true;
	}
	return false;
}

static struct br_talk_answer6 *add_answer(struct br_talk_dhcp6 *d, const struct br_dhcp6_message *m,
                                          const struct seen *seen)
{
	struct br_talk_answer6 made = {.type = m->type, .frame = seen->frame, .at = seen->at};
	struct br_talk_answer6 *a = d->answer;
	bool relayed = m->levels > 0;

	made.server_size =
		take_id(made.server, br_dhcp6_find(m->options, BR_DHCP6_OPTION_SERVER_ID));
	for (uint16_t i = 0; i < d->answers; i++) {
		if (d->answer[i].type == m->type && d->answer[i].relayed && !relayed)
			d->answer[i].passed_on = true;
	}
	while (a < d->answer + d->answers &&
	       (a->type != m->type || a->relayed != relayed || a->server_size != made.server_size ||
	        memcmp(a->server, made.server, sizeof(a->server))))
		a++;
	if (a == d->answer + BR_TALK_ANSWERS6_MAX)
		return NULL;
	if (a == d->answer + d->answers) {
		*a = made;
		a->relayed = relayed;
		d->answers++;
	}
	return a;
}

static void note_answer(struct br_talk_dhcp6 *d, const struct br_dhcp6_message *m,
                        const struct seen *seen)
{
	struct br_talk_answer6 *a = add_answer(d, m, seen);
	enum br_sum sum = br_packet_sum(seen->packet);

	if (!a)
		return;
	a->count++;
	a->last = seen->at;
	a->from = seen->packet->src;
	a->to = seen->packet->dst;
	a->vlan = talk_vlan_of(seen->packet);
	a->wrong_sums = (uint16_t)(a->wrong_sums + (sum == BR_SUM_WRONG));
	a->unfilled_sums = (uint16_t)(a->unfilled_sums + (sum == BR_SUM_UNFILLED));
	/* over IPv6 a datagram without one is dropped, RFC 8200 §8.1 */
	a->no_sums = (uint16_t)(a->no_sums + (sum == BR_SUM_NONE));
	a->interface_lost = a->relayed && d->interface && !names_interface(m);
	take_answer(a, d, m);
}

static struct br_talk_exchange *find(const struct br_talk_client *client, uint32_t xid)
{
	for (size_t i = client->exchanges; i-- > 0;) {
		struct br_talk_exchange *e = client->exchange[i];

		if (e->kind == BR_TALK_DHCP6 && talk_has_xid(e->dhcp6.xid, e->dhcp6.xids, xid))
			return e;
	}
	return NULL;
}

static bool get_iaid(const struct br_dhcp6_message *m, uint32_t *ret)
{
	struct br_dhcp6_ia ia = br_dhcp6_ia(br_dhcp6_find(m->options, BR_DHCP6_OPTION_IA_NA));

	if (ia.there)
		*ret = ia.iaid;
	return ia.there;
}

/* EDK2 draws a new transaction-id for REQUEST and RELEASE: they follow the last SOLICIT with
 * their IAID, for its IP6 driver and its PXE ask at the same time.
 */
static struct br_talk_exchange *goes_on(const struct br_talk_client *client,
                                        const struct br_dhcp6_message *m)
{
	uint32_t iaid;

	if (m->type == BR_DHCP6_TYPE_SOLICIT || m->type == BR_DHCP6_TYPE_INFORMATION)
		return NULL;
	for (size_t i = client->exchanges; get_iaid(m, &iaid) && i-- > 0;) {
		struct br_talk_exchange *e = client->exchange[i];

		if (e->kind == BR_TALK_DHCP6 && e->dhcp6.has_iaid && e->dhcp6.iaid == iaid)
			return e;
	}
	return talk_latest(client, BR_TALK_DHCP6);
}

static void from_client(struct br_talk *talk, struct br_talk_client *client,
                        const struct br_dhcp6_message *m, const struct seen *seen)
{
	struct br_talk_exchange *e = find(client, m->xid);

	if (!e)
		e = goes_on(client, m);
	if (!e) {
		e = talk_add_exchange(talk, client, BR_TALK_DHCP6, seen);
		if (!e)
			return;
		e->dhcp6.arch = -1;
		e->dhcp6.relays = (uint8_t)m->levels;
	}
	struct br_talk_dhcp6 *d = &e->dhcp6;

	talk_add_xid(d->xid, &d->xids, m->xid);
	if (m->levels < d->relays) /* the client's own came behind a relay's copy */
		d->relays = (uint8_t)m->levels;
	d->relayed = d->relays > 0;
	if (!d->has_iaid)
		d->has_iaid = get_iaid(m, &d->iaid);
	if (m->type == BR_DHCP6_TYPE_SOLICIT || m->type == BR_DHCP6_TYPE_INFORMATION ||
	    d->order_size == 0)
		read_request(d, m->options);
	if (m->type == BR_DHCP6_TYPE_REQUEST)
		d->chosen_size =
			take_id(d->chosen, br_dhcp6_find(m->options, BR_DHCP6_OPTION_SERVER_ID));
	d->interface = d->interface || names_interface(m);
	if (m->levels > 0) {
		memcpy(d->link.ip, m->level[m->levels - 1].link, sizeof(d->link.ip));
		d->relay = seen->packet->src;
	}
	if (m->levels == 0) {
		d->direct = true;
		d->vlan = talk_vlan_of(seen->packet);
		d->right_sums =
			(uint16_t)(d->right_sums + (br_packet_sum(seen->packet) == BR_SUM_RIGHT));
	}
	talk_touch(client, e, seen);
	if (m->levels > d->relays) /* a copy, not a repetition */
		return;
	talk_times_add(m->type == BR_DHCP6_TYPE_SOLICIT       ? &d->solicit
	               : m->type == BR_DHCP6_TYPE_INFORMATION ? &d->inform
	               : m->type == BR_DHCP6_TYPE_RELEASE     ? &d->release
	               : m->type == BR_DHCP6_TYPE_DECLINE     ? &d->decline
	                                                      : &d->request,
	               seen);
}

/* It went to a port at which no client listens, RFC 8415 §7.2. */
static bool is_astray(const struct br_dhcp6_message *m, const struct seen *seen)
{
	return m->levels == 0 && seen->packet->dst.port != BR_DHCP6_PORT_CLIENT;
}

static void from_server(struct br_talk *talk, struct br_talk_client *client,
                        const struct br_dhcp6_message *m, const struct seen *seen)
{
	struct br_talk_exchange *e = find(client, m->xid);
	struct br_talk_server *s;

	s = talk_server_speaks(talk, seen);
	if (s)
		s->dhcp6++;
	if (!e) {
		e = talk_latest(client, BR_TALK_DHCP6);
		if (e) {
			e->dhcp6.strays++;
			e->dhcp6.stray_xid = m->xid;
		}
		return;
	}
	struct br_talk_dhcp6 *d = &e->dhcp6;

	note_answer(d, m, seen);
	if (is_astray(m, seen)) {
		talk_touch(client, e, seen);
		return;
	}
	if (m->type == BR_DHCP6_TYPE_ADVERTISE) {
		d->advertises++;
		d->advertised = d->advertised ? d->advertised : seen->at;
	} else {
		d->replies++;
		d->replied = d->replied ? d->replied : seen->at;
		d->confirmed = d->confirmed || d->request.count > 0 || d->inform.count > 0 ||
		               br_dhcp6_count(m->options, BR_DHCP6_OPTION_RAPID_COMMIT) > 0;
	}
	d->server = seen->packet->src;
	if (d->release.count == 0) { /* the answer to a RELEASE only confirms it */
		read_answer(d, m->type, m->options);
		if (m->type == BR_DHCP6_TYPE_REPLY)
			talk_add_address(talk, client, &d->address);
	}
	talk_touch(client, e, seen);
}

/* Whose message it is: by MAC when it came directly, by its address when relayed. */
static struct br_talk_client *whose(struct br_talk *talk, const struct br_dhcp6_message *m, bool up,
                                    const struct seen *seen)
{
	uint8_t mac[6];

	if (m->levels > 0)
		return talk_mac_of_address(m->level[m->levels - 1].peer, mac)
		               ? talk_client_of_mac(talk, mac, seen)
		               : NULL;
	if (up)
		return talk_sender(talk, seen, true);
	return talk_receiver(talk, seen);
}

/* What is absent from a part of a message may have been there: it is counted, and not read. */
static void cut(struct br_talk *talk, const struct br_dhcp6_message *m, bool up,
                const struct seen *seen)
{
	const struct br_talk_client *client = up ? NULL : whose(talk, m, up, seen);
	struct br_talk_exchange *e = client ? find(client, m->xid) : NULL;

	talk->cut++;
	if (e)
		e->dhcp6.cut++;
}

bool talk_dhcp6(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;
	struct br_dhcp6_message m;
	struct br_talk_client *client;

	if (p->network != BR_NETWORK_IPV6 ||
	    (p->dst.port != BR_DHCP6_PORT_SERVER && p->dst.port != BR_DHCP6_PORT_CLIENT &&
	     p->src.port != BR_DHCP6_PORT_SERVER))
		return false;
	if (br_dhcp6_parse(p->payload, &m) < 0)
		return true;
	bool up = m.type == BR_DHCP6_TYPE_SOLICIT || m.type == BR_DHCP6_TYPE_REQUEST ||
	          m.type == BR_DHCP6_TYPE_INFORMATION || m.type == BR_DHCP6_TYPE_RELEASE ||
	          m.type == BR_DHCP6_TYPE_RENEW || m.type == BR_DHCP6_TYPE_REBIND ||
	          m.type == BR_DHCP6_TYPE_DECLINE;
	bool answer = m.type == BR_DHCP6_TYPE_ADVERTISE || m.type == BR_DHCP6_TYPE_REPLY;
	bool down = m.levels > 0 ? m.level[m.levels - 1].type == BR_DHCP6_TYPE_RELAY_REPLY
	                         : p->dst.ip[0] != 0xff;

	if (!up && !(answer && down))
		return true; /* a client has no answers to give */
	if (p->payload.size < p->payload_size) {
		cut(talk, &m, up, seen);
		return true;
	}
	client = whose(talk, &m, up, seen);
	if (!client && m.type == BR_DHCP6_TYPE_ADVERTISE) {
		struct br_talk_server *server = talk_server_speaks(talk, seen);

		if (server)
			server->dhcp6++;
	}
	if (!client)
		return true;
	if (up)
		from_client(talk, client, &m, seen);
	else
		from_server(talk, client, &m, seen);
	return true;
}
