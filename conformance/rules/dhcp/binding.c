/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose address is it? What a server offers and grants, against what it did before.
 *
 * A RELEASE or DECLINE that was not seen makes another address right, so most of it is
 * judged only where every frame is shown.
 */
#include "conformance/rules/dhcp/binding.h"

#include <string.h>

#include "conformance/rules/dhcp/dhcp.h"

#define DECLINED_FOR (60 * BR_S)
#define RESERVED_FOR BR_S /* RFC 2131 §3.1 (3): until the client has had time to answer */
#define PINGED_FOR   (5 * BR_S)

static struct br_owner owner_of(const struct br_reply *y)
{
	const struct br_asked *q = y->q;
	struct br_owner owner = {.has_id = q->id_size >= 0};

	memcpy(owner.chaddr, y->m->header.chaddr, 16);
	if (owner.has_id)
		owner.id_hash = br_rules_hash(BR_RULES_HASH_SEED, q->id, (size_t)q->id_size);
	return owner;
}

static bool same_chaddr(const struct br_owner *a, const struct br_owner *b)
{
	return !memcmp(a->chaddr, b->chaddr, 16);
}

static bool same_id(const struct br_owner *a, const struct br_owner *b)
{
	return a->has_id && b->has_id && a->id_hash == b->id_hash;
}

/* By the key of RFC 2131 §4.2: option 61, else chaddr. */
static bool same_owner(const struct br_owner *a, const struct br_owner *b)
{
	return a->has_id || b->has_id ? same_id(a, b) : same_chaddr(a, b);
}

/* Nothing says that these two are one machine: its boot stages may send other options 61. */
static bool is_another(const struct br_owner *a, const struct br_owner *b)
{
	return !same_chaddr(a, b) && !same_id(a, b);
}

static size_t kept(const struct br_dhcp_watch *w)
{
	return w->bindings < BR_BINDINGS_MAX ? w->bindings : BR_BINDINGS_MAX;
}

static bool is_taken(const struct br_rules *r, const struct br_binding *but)
{
	for (size_t i = 0; i < kept(r->dhcp); i++) {
		const struct br_binding *b = &r->dhcp->binding[i];

		if (b != but && b->address == but->address && (r->at < b->until || b->declined))
			return true;
	}
	return false;
}

static void judge_times(struct br_rules *r, const struct br_reply *y, const struct br_binding *b)
{
	uint32_t t1 = 0, t2 = 0;

	(void)br_dhcp_get_be32(y->m, BR_DHCP_OPTION_RENEWAL_TIME, &t1);
	(void)br_dhcp_get_be32(y->m, BR_DHCP_OPTION_REBINDING_TIME, &t2);
	if (b->t1 > 0 && b->t2 > 0 && t1 > 0 && t2 > 0)
		(void)br_judge(r, BR_RULE_D4S_LSE_02, t1 <= b->t1 && t2 <= b->t2,
		               "T1 %u s and T2 %u s, of the same lease before %u s and %u s", t1,
		               t2, b->t1, b->t2);
}

static void judge_known(struct br_rules *r, const struct br_reply *y, const struct br_owner *owner,
                        const struct br_binding *b)
{
	uint32_t yiaddr = y->m->header.yiaddr;
	enum br_rule rule = !owner->has_id                  ? BR_RULE_D4S_ID_04
	                    : same_chaddr(owner, &b->owner) ? BR_RULE_D4S_DISC_06
	                                                    : BR_RULE_D4S_ID_03;

	if (r->at < b->until)
		(void)br_judge(r, rule, yiaddr == b->address, "%s is offered, the client has %s",
		               BR_IP(yiaddr), BR_IP(b->address));
	else if (!is_taken(r, b))
		(void)br_judge(r, BR_RULE_D4S_DISC_07, yiaddr == b->address,
		               "%s is offered, %s was the client's and is free", BR_IP(yiaddr),
		               BR_IP(b->address));
	if (r->at < b->until && yiaddr == b->address)
		judge_times(r, y, b);
}

static void judge_pinged(struct br_rules *r, const struct br_reply *y)
{
	for (size_t i = 0; i < BR_PINGED_MAX; i++) {
		const struct br_pinged *p = &r->dhcp->pinged[i];

		if (p->asker != y->src_ip || p->asker == 0 || r->at > p->at + PINGED_FOR ||
		    !memcmp(p->mac, y->m->header.chaddr, 6))
			continue;
		(void)br_judge(r, BR_RULE_D4S_DISC_12, p->address != y->m->header.yiaddr,
		               "%s answered it in frame %llu, and is not this client's",
		               BR_IP(p->address), (unsigned long long)p->frame);
	}
}

/* An ICMP echo reply: who asked now knows that the address is in use. */
void br_rules_pinged(struct br_rules *r)
{
	struct br_dhcp_watch *w = r->dhcp;
	const struct br_packet *p = r->packet;
	struct br_pinged pinged = {.address = br_endpoint_to_ipv4(&p->src),
	                           .asker = br_endpoint_to_ipv4(&p->dst),
	                           .frame = r->frame,
	                           .at = r->at};

	if (p->icmp.type != BR_ICMP_ECHO_REPLY || !br_rules_mac_known(p->eth_src))
		return;
	memcpy(pinged.mac, p->eth_src, 6);
	w->pinged[w->pings++ % BR_PINGED_MAX] = pinged;
}

static bool serves_alone(const struct br_dhcp_watch *w)
{
	size_t servers = 0;

	for (size_t i = 0; i < w->servers; i++)
		servers += w->server[i].offers;
	return servers == 1;
}

/* Its client may have chosen another server, or may not want it. */
static void judge_reserved(struct br_rules *r, const struct br_reply *y,
                           const struct br_owner *owner)
{
	struct br_dhcp_watch *w = r->dhcp;
	struct br_dhcp_server *server = br_rules_server(r, y->src_ip);
	struct br_reserved now = {.server_id = y->server_id,
	                          .address = y->m->header.yiaddr,
	                          .giaddr = y->q->giaddr,
	                          .owner = *owner,
	                          .frame = r->frame,
	                          .until = r->at + RESERVED_FOR};

	if (server)
		server->offers = true;
	for (size_t i = 0; i < BR_RESERVED_MAX; i++) {
		struct br_reserved *was = &w->reserved[i];

		if (was->server_id != now.server_id || was->address != now.address ||
		    was->giaddr != now.giaddr || r->at >= was->until ||
		    !is_another(&was->owner, owner))
			continue;
		if (r->complete || serves_alone(w))
			(void)br_judge(r, BR_RULE_D4S_DISC_09, false,
			               "%s was offered to another client in frame %llu",
			               BR_IP(now.address), (unsigned long long)was->frame);
	}
	(void)br_judge(r, BR_RULE_D4S_DISC_09, true, "%s", "");
	w->reserved[w->reservations++ % BR_RESERVED_MAX] = now;
}

void br_rules_not_reserved(struct br_rules *r, const struct br_dhcp_message *m,
                           const struct br_asked *q)
{
	bool declines = q->type == BR_DHCP_TYPE_DECLINE || q->type == BR_DHCP_TYPE_RELEASE;

	for (size_t i = 0; i < BR_RESERVED_MAX; i++) {
		struct br_reserved *was = &r->dhcp->reserved[i];

		if (memcmp(was->owner.chaddr, m->header.chaddr, 16) != 0)
			continue;
		if (declines || (q->server_id != 0 && q->server_id != was->server_id))
			was->until = 0;
	}
}

void br_rules_offer_bound(struct br_rules *r, const struct br_reply *y)
{
	struct br_owner owner = owner_of(y);
	struct br_binding *former = NULL;

	for (size_t i = 0; i < kept(r->dhcp); i++) {
		struct br_binding *b = &r->dhcp->binding[i];

		if (b->server_id != y->server_id)
			continue;
		if (b->declined) {
			if (r->at < b->until)
				(void)br_judge(r, BR_RULE_D4S_DECL_01,
				               y->m->header.yiaddr != b->address, "%s was declined",
				               BR_IP(b->address));
		} else if (b->giaddr == y->q->giaddr && same_owner(&b->owner, &owner)) {
			former = b;
		}
	}
	if (former && r->complete)
		judge_known(r, y, &owner, former);
	if (y->q->giaddr == 0) /* else a router's MAC address stands for all behind it */
		judge_pinged(r, y);
	if (!y->forwarded)
		judge_reserved(r, y, &owner);
}

static void judge_grant(struct br_rules *r, const struct br_reply *y, const struct br_owner *owner)
{
	const struct br_asked *q = y->q;
	uint32_t yiaddr = y->m->header.yiaddr;
	bool reboots = q->server_id == 0 && q->ciaddr == 0 && q->requested != 0;
	bool rebinds = q->server_id == 0 && q->ciaddr != 0 && q->dst_ip == UINT32_MAX;

	for (size_t i = 0; i < kept(r->dhcp); i++) {
		const struct br_binding *b = &r->dhcp->binding[i];

		if (b->server_id != y->server_id || b->declined || r->at >= b->until)
			continue;
		if (is_another(&b->owner, owner)) {
			(void)br_judge(r, BR_RULE_D4S_REQ_04, yiaddr != b->address,
			               "%s is another client's", BR_IP(yiaddr));
			continue;
		}
		if (!same_owner(&b->owner, owner) || b->giaddr != q->giaddr)
			continue;
		if (reboots)
			(void)br_judge(r, BR_RULE_D4S_REQ_08, q->requested == b->address,
			               "an ACK for %s, the client has %s", BR_IP(q->requested),
			               BR_IP(b->address));
		else if (rebinds)
			(void)br_judge(r, BR_RULE_D4S_REQ_10, q->ciaddr == b->address,
			               "an ACK for ciaddr %s, the client has %s", BR_IP(q->ciaddr),
			               BR_IP(b->address));
	}
}

void br_rules_bind(struct br_rules *r, const struct br_reply *y)
{
	struct br_dhcp_watch *w = r->dhcp;
	struct br_binding b = {.server_id = y->server_id,
	                       .address = y->m->header.yiaddr,
	                       .giaddr = y->q->giaddr,
	                       .owner = owner_of(y)};
	size_t at = w->bindings;
	uint32_t lease;

	if (!br_dhcp_get_be32(y->m, BR_DHCP_OPTION_LEASE_TIME, &lease))
		return;
	(void)br_dhcp_get_be32(y->m, BR_DHCP_OPTION_RENEWAL_TIME, &b.t1);
	(void)br_dhcp_get_be32(y->m, BR_DHCP_OPTION_REBINDING_TIME, &b.t2);
	b.until = r->at + lease * BR_S;
	if (r->complete && y->q->type == BR_DHCP_TYPE_REQUEST)
		judge_grant(r, y, &b.owner);
	for (size_t i = 0; i < kept(w); i++) {
		const struct br_binding *old = &w->binding[i];

		if (old->server_id == b.server_id && old->giaddr == b.giaddr && !old->declined &&
		    same_owner(&old->owner, &b.owner))
			at = i;
	}
	w->binding[at % BR_BINDINGS_MAX] = b;
	if (at == w->bindings)
		w->bindings++;
}

void br_rules_binding_ends(struct br_rules *r, const struct br_dhcp_message *m, uint32_t address,
                           bool declined)
{
	for (size_t i = 0; i < kept(r->dhcp); i++) {
		struct br_binding *b = &r->dhcp->binding[i];

		if (memcmp(b->owner.chaddr, m->header.chaddr, 16) != 0 || b->address != address)
			continue;
		b->declined = declined;
		b->until = declined ? r->at + DECLINED_FOR : 0;
	}
}
