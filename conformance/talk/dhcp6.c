/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/dhcp6.c - DHCPv6, RFC 8415, and its boot options, RFC 5970 */
#include "conformance/talk/dhcp6.h"

#include <string.h>

#include "conformance/talk/clients.h"
#include "conformance/talk/servers.h"
#include "conformance/talk/text.h"

enum {
	PORT_CLIENT = 546,
	PORT_SERVER = 547,
	RELAYS_MAX = 8,
	SOLICIT = 1,
	ADVERTISE = 2,
	REQUEST = 3,
	RENEW = 5,
	REBIND = 6,
	REPLY = 7,
	RELEASE = 8,
	INFORMATION = 11,
	RELAY_FORWARD = 12,
	RELAY_REPLY = 13,
	OPTION_CLIENT = 1,
	OPTION_SERVER = 2,
	OPTION_IA_NA = 3,
	OPTION_ADDRESS = 5,
	OPTION_WANTED = 6,
	OPTION_RELAYED = 9,
	OPTION_STATUS = 13,
	OPTION_RAPID_COMMIT = 14,
	OPTION_USER_CLASS = 15,
	OPTION_VENDOR_CLASS = 16,
	OPTION_DNS = 23,
	OPTION_BOOT_URL = 59,
	OPTION_ARCH = 61,
};

/* A message out of its relays. */
struct message {
	uint8_t type;
	uint32_t xid;
	uint8_t relays;
	bool forward;     /* in a RELAY-FORW */
	uint8_t peer[16]; /* relayed: the client's address */
	struct br_reader options;
};

static bool get_option(struct br_reader *r, uint16_t *ret_code, struct br_reader *ret_value)
{
	if (br_left(r) < 4)
		return false;
	*ret_code = br_get_be16(r);
	*ret_value = br_get_sub(r, br_get_be16(r));
	return !r->bad;
}

/* The first instance; .pos NULL: there is none */
static struct br_reader find_option(struct br_reader options, uint16_t wanted)
{
	uint16_t code;
	struct br_reader value;

	while (get_option(&options, &code, &value)) {
		if (code == wanted)
			return value;
	}
	return br_reader_of(NULL, 0);
}

static bool has_option(struct br_reader options, uint16_t wanted)
{
	return find_option(options, wanted).pos != NULL;
}

static bool unwrap(struct message *ret, struct br_octets octets)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);

	*ret = (struct message){0};
	for (int depth = 0; depth <= RELAYS_MAX; depth++) {
		ret->type = br_get_u8(&r);
		if (ret->type != RELAY_FORWARD && ret->type != RELAY_REPLY) {
			ret->xid = (uint32_t)br_get_u8(&r) << 16;
			ret->xid |= br_get_be16(&r);
			ret->options = r;
			return !r.bad;
		}
		uint8_t link[17]; /* hop count and link address */

		br_get_bytes(&r, link, sizeof(link));
		br_get_bytes(&r, ret->peer, sizeof(ret->peer));
		ret->forward = ret->type == RELAY_FORWARD;
		ret->relays++;
		r = find_option(r, OPTION_RELAYED);
	}
	return false;
}

static void read_request(struct br_talk_dhcp6 *d, struct br_reader options)
{
	uint16_t code;
	struct br_reader v;

	d->order_size = 0;
	while (get_option(&options, &code, &v)) {
		struct br_octets octets = {v.pos, br_left(&v)};

		if (d->order_size < BR_TALK_ORDER_MAX)
			d->order[d->order_size++] = code > 255 ? 255 : (uint8_t)code;
		if (code == OPTION_CLIENT) {
			d->duid_size = (uint8_t)(octets.size < sizeof(d->duid) ? octets.size
			                                                       : sizeof(d->duid));
			if (d->duid_size > 0)
				memcpy(d->duid, octets.data, d->duid_size);
		} else if (code == OPTION_WANTED) {
			d->wanted_size = 0;
			while (br_left(&v) >= 2 && d->wanted_size < sizeof(d->wanted)) {
				uint16_t wanted = br_get_be16(&v);

				d->wanted[d->wanted_size++] = wanted > 255 ? 255 : (uint8_t)wanted;
			}
		} else if (code == OPTION_ARCH && octets.size >= 2) {
			d->arch = br_get_be16(&v);
		} else if (code == OPTION_VENDOR_CLASS && octets.size > 6) {
			talk_text(d->vendor_class, sizeof(d->vendor_class),
			          (struct br_octets){octets.data + 6, octets.size - 6});
		} else if (code == OPTION_USER_CLASS && octets.size > 2) {
			talk_text(d->user_class, sizeof(d->user_class),
			          (struct br_octets){octets.data + 2, octets.size - 2});
		}
	}
}

static void read_status(struct br_talk_dhcp6 *d, struct br_reader options)
{
	struct br_reader status = find_option(options, OPTION_STATUS);
	uint16_t code = br_get_be16(&status);

	if (!status.bad && code > d->status)
		d->status = code;
}

/* What EDK2 and RFC 8415 §16.3, §16.10 drop an answer for */
static void read_identity(struct br_talk_dhcp6 *d, struct br_reader options)
{
	struct br_reader client = find_option(options, OPTION_CLIENT);
	struct br_reader server = find_option(options, OPTION_SERVER);
	size_t size = br_left(&client) < sizeof(d->duid) ? br_left(&client) : sizeof(d->duid);

	d->no_server_id = br_left(&server) == 0;
	d->other_client_id =
		size != d->duid_size || (size > 0 && memcmp(client.pos, d->duid, size));
}

static void read_answer(struct br_talk_dhcp6 *d, uint8_t type, struct br_reader options)
{
	uint16_t code;
	struct br_reader v;
	bool advertise = type == ADVERTISE;

	read_identity(d, options);
	read_status(d, options);
	while (get_option(&options, &code, &v)) {
		struct br_octets octets = {v.pos, br_left(&v)};

		if (code == OPTION_IA_NA && octets.size >= 12) {
			(void)br_get_sub(&v, 12);
			struct br_reader address = find_option(v, OPTION_ADDRESS);

			read_status(d, v);
			if (br_left(&address) >= 16) {
				br_get_bytes(&address, d->address.ip, 16);
				*(advertise ? &d->offered : &d->leased) = true;
			}
		} else if (code == OPTION_BOOT_URL) {
			talk_text(d->url, sizeof(d->url), octets);
			*(advertise ? &d->url_offered : &d->url_leased) = true;
		} else if (code == OPTION_DNS) {
			d->has_dns = true;
		} else if (code == OPTION_VENDOR_CLASS) {
			d->reply_has_class = true;
			(void)br_get_be32(&v); /* enterprise */
			(void)br_get_be16(&v);
			talk_text(d->reply_class, sizeof(d->reply_class),
			          (struct br_octets){v.pos, br_left(&v)});
		}
	}
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

static bool get_iaid(struct br_reader options, uint32_t *ret)
{
	struct br_reader ia = find_option(options, OPTION_IA_NA);

	if (br_left(&ia) < 4)
		return false;
	*ret = br_get_be32(&ia);
	return true;
}

/* EDK2 draws a new transaction-id for REQUEST and RELEASE: they follow the last SOLICIT with
 * their IAID, for its IP6 driver and its PXE ask at the same time.
 */
static struct br_talk_exchange *goes_on(const struct br_talk_client *client,
                                        const struct message *m)
{
	uint32_t iaid;

	if (m->type == SOLICIT || m->type == INFORMATION)
		return NULL;
	for (size_t i = client->exchanges; get_iaid(m->options, &iaid) && i-- > 0;) {
		struct br_talk_exchange *e = client->exchange[i];

		if (e->kind == BR_TALK_DHCP6 && e->dhcp6.has_iaid && e->dhcp6.iaid == iaid)
			return e;
	}
	return talk_latest(client, BR_TALK_DHCP6);
}

static void from_client(struct br_talk *talk, struct br_talk_client *client,
                        const struct message *m, const struct seen *seen)
{
	struct br_talk_exchange *e = find(client, m->xid);

	if (!e)
		e = goes_on(client, m);
	if (!e) {
		e = talk_add_exchange(talk, client, BR_TALK_DHCP6, seen);
		if (!e)
			return;
		e->dhcp6.arch = -1;
		e->dhcp6.relays = m->relays;
	}
	struct br_talk_dhcp6 *d = &e->dhcp6;

	talk_add_xid(d->xid, &d->xids, m->xid);
	if (m->relays < d->relays) /* the client's own came behind a relay's copy */
		d->relays = m->relays;
	d->relayed = d->relays > 0;
	if (!d->has_iaid)
		d->has_iaid = get_iaid(m->options, &d->iaid);
	if (m->type == SOLICIT || m->type == INFORMATION || d->order_size == 0)
		read_request(d, m->options);
	talk_touch(client, e, seen);
	if (m->relays > d->relays) /* a copy, not a repetition */
		return;
	talk_times_add(m->type == SOLICIT       ? &d->solicit
	               : m->type == INFORMATION ? &d->inform
	               : m->type == RELEASE     ? &d->release
	                                        : &d->request,
	               seen);
}

static void from_server(struct br_talk *talk, struct br_talk_client *client,
                        const struct message *m, const struct seen *seen)
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

	if (m->type == ADVERTISE) {
		d->advertises++;
		d->advertised = d->advertised ? d->advertised : seen->at;
	} else {
		d->replies++;
		d->replied = d->replied ? d->replied : seen->at;
		d->confirmed = d->confirmed || d->request.count > 0 || d->inform.count > 0 ||
		               has_option(m->options, OPTION_RAPID_COMMIT);
	}
	d->server = seen->packet->src;
	if (d->release.count == 0) { /* the answer to a RELEASE only confirms it */
		read_answer(d, m->type, m->options);
		if (m->type == REPLY)
			talk_add_address(talk, client, &d->address);
	}
	talk_touch(client, e, seen);
}

/* Whose message it is: by MAC when it came directly, by its address when relayed. */
static struct br_talk_client *whose(struct br_talk *talk, const struct message *m, bool up,
                                    const struct seen *seen)
{
	uint8_t mac[6];

	if (m->relays > 0)
		return talk_mac_of_address(m->peer, mac) ? talk_client_of_mac(talk, mac, seen)
		                                         : NULL;
	if (up)
		return talk_sender(talk, seen, true);
	return talk_receiver(talk, seen);
}

bool talk_dhcp6(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;
	struct message m;
	struct br_talk_client *client;

	if (p->network != BR_NETWORK_IPV6 ||
	    (p->dst.port != PORT_SERVER && p->dst.port != PORT_CLIENT))
		return false;
	if (!unwrap(&m, p->payload))
		return true;
	bool up = m.type == SOLICIT || m.type == REQUEST || m.type == INFORMATION ||
	          m.type == RELEASE || m.type == RENEW || m.type == REBIND;

	if (!up && ((m.type != ADVERTISE && m.type != REPLY) || m.forward ||
	            (m.relays == 0 && p->dst.port == PORT_SERVER)))
		return true; /* a client has no answers to give */
	client = whose(talk, &m, up, seen);
	if (!client)
		return true;
	if (up)
		from_client(talk, client, &m, seen);
	else
		from_server(talk, client, &m, seen);
	return true;
}
