/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/other.c - ARP, neighbours and routers, ICMP errors, DNS */
#include "conformance/talk/other.h"

#include <string.h>

#include "conformance/talk/clients.h"
#include "conformance/talk/flows.h"
#include "conformance/talk/servers.h"
#include "conformance/talk/text.h"
#include "core/base/address.h"
#include "core/formats/dns.h"

enum {
	ICMPV6_ERROR_LAST = 127, /* types below are errors, RFC 4443 §2.1 */
	ICMPV6_ROUTER_SOLICITATION = 133,
	ICMPV6_ROUTER_ADVERTISEMENT = 134,
	ICMPV6_NEIGHBOUR_SOLICITATION = 135,
	ICMPV6_NEIGHBOUR_ADVERTISEMENT = 136,
	HOP_LIMIT_ND = 255,
	ROUTER_MANAGED = 0x80, /* flags of an advertisement, RFC 4861 §4.2 */
	ROUTER_OTHER = 0x40,
	ROUTER_LIFETIME = 0xffff,             /* behind hop limit and flags */
	ICMPV6_PORT_UNREACHABLE = 1 << 8 | 4, /* type << 8 | code */
	ICMP_PORT_UNREACHABLE = 3 << 8 | 3,
	DNS_AT_ONCE = 6, /* questions of a client that an answer may belong to */
};
#define STILL_THERE  (10 * BR_S) /* later the address may have been given to another */
#define ASKS_ANEW    (1 * BR_S)  /* an ARP request so long after an answer is a new question */
#define ROUTER_AFTER (10 * BR_S) /* an advertisement so soon answers a solicitation */

/* Addresses */

/* @client looks for @target. */
static void looks_for(struct br_talk *talk, struct br_talk_client *client,
                      const struct br_endpoint *target, const struct seen *seen)
{
	struct br_talk_exchange *e = NULL;

	for (size_t i = client->exchanges; i-- > 0 && !e;) {
		if (client->exchange[i]->kind == BR_TALK_ARP &&
		    talk_same_address(&client->exchange[i]->arp.target, target))
			e = client->exchange[i];
	}
	if (!e || (e->arp.answers > 0 && seen->at > e->last + ASKS_ANEW)) {
		e = talk_add_exchange(talk, client, BR_TALK_ARP, seen);
		if (!e)
			return;
		e->arp.target = *target;
		(void)talk_server(talk, target);
	}
	talk_times_add(&e->arp.request, seen);
	talk_layers(e, seen, true);
	talk_touch(client, e, seen);
}

/* The owner of @found said where it is. */
static void found(struct br_talk *talk, const struct br_endpoint *found_address,
                  const uint8_t mac[6], struct br_talk_client *asker, const struct seen *seen)
{
	struct br_talk_client *owner = talk_find_address(talk, found_address);
	size_t server = talk_server_index(talk, found_address);

	if (server < talk->servers) {
		struct br_talk_server *s = &talk->server[server];

		s->alive = true;
		s->last = seen->at;
		memcpy(s->mac, mac, 6);
	}
	if (owner) {
		owner->arp_unanswered_since = BR_TIME_NEVER;
		talk_touch(owner, NULL, seen);
	}
	for (size_t i = asker ? asker->exchanges : 0; i-- > 0;) {
		struct br_talk_exchange *e = asker->exchange[i];

		if (e->kind == BR_TALK_ARP && talk_same_address(&e->arp.target, found_address)) {
			talk_layers(e, seen, false);
			if (e->layers.vlan_down == e->layers.vlan_up)
				e->arp.answers++;
			return;
		}
	}
}

static void add_probe(struct br_talk *talk, const struct br_endpoint *address, br_time at)
{
	talk->probe[talk->probes++ % PROBES_MAX] = (struct talk_probe){*address, at};
}

/* Somebody else looks for @target: a client that must answer, or an address on trial. */
static void is_sought(struct br_talk *talk, const struct br_endpoint *target, br_time at)
{
	struct br_talk_client *client = talk_find_address(talk, target);

	if (client && client->arp_unanswered_since == BR_TIME_NEVER)
		client->arp_unanswered_since = at;
	add_probe(talk, target, at);
}

/* RFC 5227: who sends ARP with an address of another machine that is still at work. */
static void two_owners(struct br_talk *talk, const struct br_packet_arp *arp,
                       const struct br_endpoint *sender, br_time at)
{
	struct br_talk_client *owner = arp->sender_ip != 0 ? talk_find_address(talk, sender) : NULL;

	if (!owner || !owner->has_mac || !memcmp(owner->mac, arp->sender_mac, 6) ||
	    at > owner->last + STILL_THERE)
		return;
	memcpy(owner->rival, arp->sender_mac, 6);
	owner->rival_address = *sender;
	owner->has_rival = true;
}

void talk_arp(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet_arp *arp = &seen->packet->arp;
	struct br_endpoint sender = br_endpoint_ipv4(arp->sender_ip, 0);
	struct br_endpoint target = br_endpoint_ipv4(arp->target_ip, 0);
	struct br_talk_client *client = talk_find_mac(talk, arp->sender_mac);

	two_owners(talk, arp, &sender, seen->at);
	if (client)
		talk_add_address(talk, client, &sender);
	if (arp->operation == BR_ARP_REQUEST && arp->sender_ip != arp->target_ip) {
		/* from 0.0.0.0 it tries whether an address is free, RFC 5227 section 2.1.1 */
		if (client && arp->sender_ip != 0)
			looks_for(talk, client, &target, seen);
		if (!client || talk_find_address(talk, &target) != client)
			is_sought(talk, &target, seen->at);
	} else if (arp->operation == BR_ARP_REPLY) {
		found(talk, &sender, arp->sender_mac, talk_find_mac(talk, arp->target_mac), seen);
	}
}

/* ICMP errors */

static void quoted_flow(struct br_talk *talk, const struct br_packet *inner, uint16_t icmp,
                        const struct seen *seen)
{
	enum br_talk_kind kind = inner->transport == BR_TRANSPORT_TCP ? BR_TALK_TCP : BR_TALK_TFTP;
	struct br_talk_exchange *e = talk_flow_find(talk, kind, &inner->src);

	if (e && kind == BR_TALK_TCP) {
		e->tcp.icmp = icmp;
		e->tcp.icmps++;
	} else if (e) {
		e->tftp.icmp = icmp;
		e->tftp.icmps++;
	}
	if (e)
		talk_touch(talk_find_address(talk, &inner->src), e, seen);
}

/* An error about a packet of a client: to whatever it was part of. */
static void quoted(struct br_talk *talk, uint16_t icmp, const struct seen *seen)
{
	struct br_packet inner;
	struct br_talk_client *client;
	struct br_talk_exchange *e;

	br_packet_parse_ip(&inner, seen->packet->payload, seen->packet->payload_size, false);
	client = talk_find_address(talk, &inner.src);
	if (!client)
		return;
	if (icmp == ICMP_PORT_UNREACHABLE || icmp == ICMPV6_PORT_UNREACHABLE) {
		struct br_talk_server *s = talk_server_speaks(talk, seen);

		if (s)
			s->closed++;
	}
	quoted_flow(talk, &inner, icmp, seen);
	e = inner.dst.port == BR_DHCP_PORT_PXE ? talk_latest(client, BR_TALK_PXE)
	    : inner.dst.port == BR_DNS_PORT    ? talk_latest(client, BR_TALK_DNS)
	                                       : NULL;
	if (e && e->kind == BR_TALK_PXE) {
		e->pxe.icmp = icmp;
		e->pxe.icmps++;
	} else if (e) {
		e->dns.icmps++;
	}
	if (e)
		talk_touch(client, e, seen);
}

void talk_icmp(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet_icmp *icmp = &seen->packet->icmp;

	if (icmp->type == BR_ICMP_UNREACHABLE || icmp->type == BR_ICMP_TIME_EXCEEDED)
		quoted(talk, (uint16_t)(icmp->type << 8 | icmp->code), seen);
	else if (icmp->type == BR_ICMP_ECHO)
		add_probe(talk, &seen->packet->dst, seen->at);
}

/* IPv6 neighbours and routers, RFC 4861 */

static void router_solicitation(struct br_talk *talk, const struct seen *seen)
{
	struct br_talk_client *client = talk_sender(talk, seen, false);
	struct br_talk_exchange *e = client ? talk_latest(client, BR_TALK_ND) : NULL;

	if (!client)
		return;
	if (!e || e->nd.answers > 0) {
		e = talk_add_exchange(talk, client, BR_TALK_ND, seen);
		if (!e)
			return;
	}
	talk_times_add(&e->nd.solicit, seen);
	talk_touch(client, e, seen);
}

static void read_prefixes(struct br_talk *talk, struct br_octets body)
{
	struct br_reader r = br_reader_of(body.data, body.size);

	(void)br_get_sub(&r, BR_ND_ADVERTISEMENT_HEAD);
	talk->prefixes = 0;
	while (talk->prefixes < BR_TALK_PREFIXES_MAX &&
	       br_nd_prefix_get(&r, &talk->prefix[talk->prefixes]) == 1)
		talk->prefixes++;
}

/* What no host takes, RFC 4861 section 6.1.2: it came through a router, or not from one */
static bool is_invalid(const struct br_packet *p)
{
	return p->network == BR_NETWORK_IPV6 &&
	       (p->ipv6.hop_limit != HOP_LIMIT_ND || !br_ip_is_link_local6(p->src.ip));
}

static void router_advertisement(struct br_talk *talk, const struct seen *seen)
{
	uint8_t flags = (uint8_t)(seen->packet->icmp.rest >> 16);

	if (is_invalid(seen->packet)) {
		talk->router6.invalid++;
		talk->router6.from = seen->packet->src;
		talk->router6.hop_limit = seen->packet->ipv6.hop_limit;
		return;
	}
	talk->advertisements++;
	talk->has_router6 = (seen->packet->icmp.rest & ROUTER_LIFETIME) != 0;
	if (talk->has_router6) {
		talk->router6.address = seen->packet->src;
		talk->router6.address.port = 0;
	}
	read_prefixes(talk, seen->packet->payload);
	for (size_t i = 0; i < talk->clients; i++) {
		struct br_talk_exchange *e = talk_latest(talk->client[i], BR_TALK_ND);

		if (!e || seen->at > e->last + ROUTER_AFTER)
			continue;
		e->nd.answers++;
		e->nd.managed = flags & ROUTER_MANAGED;
		e->nd.other = flags & ROUTER_OTHER;
	}
}

void talk_icmpv6(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;
	struct br_talk_client *client;
	struct br_endpoint target = {.port = 0};

	if (p->payload.size >= 16)
		memcpy(target.ip, p->payload.data, 16);
	switch (p->icmp.type) {
	case ICMPV6_ROUTER_SOLICITATION:
		router_solicitation(talk, seen);
		break;
	case ICMPV6_ROUTER_ADVERTISEMENT:
		router_advertisement(talk, seen);
		break;
	case ICMPV6_NEIGHBOUR_SOLICITATION:
		client = talk_sender(talk, seen, false);
		if (talk_is_unspecified(&p->src) || talk_is_unspecified(&target))
			break; /* duplicate address detection */
		if (client)
			looks_for(talk, client, &target, seen);
		else
			is_sought(talk, &target, seen->at);
		break;
	case ICMPV6_NEIGHBOUR_ADVERTISEMENT:
		found(talk, &target, p->eth_src, talk_receiver(talk, seen), seen);
		break;
	default:
		if (p->icmp.type <= ICMPV6_ERROR_LAST)
			quoted(talk, (uint16_t)(p->icmp.type << 8 | p->icmp.code), seen);
		break;
	}
}

/* DNS */

static void put_name(char *target, size_t room, struct br_octets name)
{
	struct br_octets part;
	size_t at = 0;

	while (br_dns_label_get(&name, &part)) {
		char label[64];

		talk_text(label, sizeof(label), part);
		if (at + strlen(label) + 2 > room)
			continue;
		if (at > 0)
			target[at++] = '.';
		memcpy(target + at, label, strlen(label));
		at += strlen(label);
	}
	target[at] = '\0';
}

static void first_address(struct br_talk_dns *d, struct br_dns_message *m)
{
	struct br_dns_record record;

	while (br_dns_answer_get(m, &record) == 1) {
		struct br_reader value = br_reader_of(record.value.data, record.value.size);

		if (record.type == BR_DNS_TYPE_A && record.value.size == 4) {
			d->address = br_endpoint_ipv4(br_get_be32(&value), 0);
			return;
		}
		if (record.type == BR_DNS_TYPE_AAAA && record.value.size == 16) {
			br_get_bytes(&value, d->address.ip, 16);
			return;
		}
	}
}

/* The question that @name of @type at @server belongs to, of the last few: A and AAAA are asked at
 * once.
 */
static struct br_talk_exchange *asked_before(const struct br_talk_client *client, const char *name,
                                             uint16_t type, const struct br_endpoint *server)
{
	size_t left = DNS_AT_ONCE;

	for (size_t i = client->exchanges; i-- > 0 && left > 0;) {
		struct br_talk_exchange *e = client->exchange[i];

		if (e->kind != BR_TALK_DNS)
			continue;
		if (!strcmp(e->dns.name, name) && e->dns.type == type &&
		    talk_same_address(&e->dns.server, server))
			return e;
		left--;
	}
	return NULL;
}

static void dns_answer(struct br_talk_dns *d, struct br_dns_message *m)
{
	uint16_t answers = m->answers;

	d->answers++;
	d->code = m->flags & BR_DNS_MASK_CODE;
	first_address(d, m);
	bool found = !talk_is_unspecified(&d->address);

	d->truncated = m->flags & BR_DNS_FLAG_TRUNCATED && !found;
	d->referral = d->code == 0 && answers == 0 && m->authorities > 0 &&
	              !(m->flags & BR_DNS_FLAG_RECURSION_AVAILABLE);
}

bool talk_dns(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;
	bool up = p->dst.port == BR_DNS_PORT;
	struct br_talk_client *client;
	struct br_talk_exchange *e;
	struct br_dns_message m;
	struct br_dns_record question;
	char name[sizeof(e->dns.name)];

	if (!up && p->src.port != BR_DNS_PORT)
		return false;
	client = up ? talk_sender(talk, seen, false) : talk_receiver(talk, seen);
	if (!client)
		return false;
	if (br_dns_parse(p->payload, &m) < 0 || br_dns_question_get(&m, &question) != 1)
		return false;
	put_name(name, sizeof(name), question.name);
	e = asked_before(client, name, question.type, up ? &p->dst : &p->src);
	if (!e && (!up || !(e = talk_add_exchange(talk, client, BR_TALK_DNS, seen))))
		return false;
	memcpy(e->dns.name, name, sizeof(name));
	e->dns.type = question.type;
	e->dns.server = up ? p->dst : p->src;
	talk_layers(e, seen, up);
	if (!up)
		talk_unheard(e, seen);
	if (up) {
		talk_times_add(&e->dns.query, seen);
		(void)talk_server(talk, &p->dst);
	} else {
		struct br_talk_server *s = talk_server_speaks(talk, seen);

		if (s)
			s->dns++;
		dns_answer(&e->dns, &m);
	}
	talk_touch(client, e, seen);
	return true;
}
