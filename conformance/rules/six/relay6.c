/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCPv6 relays, RFC 8415 §19, and servers behind them. */
#include "conformance/rules/six/relay6.h"

#include <string.h>

enum {
	HOPS_TO_GROUP = 8, /* IPv6 Hop Limit, RFC 8415 §19.1 */
};

/* Is @was what the relay that sent @q had before it: one level less? */
static bool is_before(const struct br_asked6 *was, const struct br_asked6 *q)
{
	const struct br_relay6 *in = &q->level[q->levels - 1];

	if (was->unsure || was->xid != q->xid || was->type != q->type ||
	    was->levels + 1 != q->levels)
		return false;
	if (was->duid.there && was->duid.hash == q->duid.hash)
		return true;
	return was->levels == 0 ? !memcmp(was->src, in->peer, 16)
	                        : !memcmp(was->level[was->levels - 1].peer, in->peer, 16);
}

static bool same_levels(const struct br_relay6 *a, const struct br_relay6 *b, size_t levels)
{
	for (size_t i = 0; i < levels; i++) {
		if (a[i].hops != b[i].hops || memcmp(a[i].link, b[i].link, 16) != 0 ||
		    memcmp(a[i].peer, b[i].peer, 16) != 0)
			return false;
	}
	return true;
}

static void judge_wrapped(struct br_rules *r, const struct br_asked6 *q)
{
	bool any = false, peer = false, same = false, alike = false, unsure = false;
	const struct br_asked6 *was;

	for (size_t back = 1; (was = br_asked6_back(r, back)) != NULL; back++) {
		unsure = unsure || (was->unsure && was->xid == q->xid);
		if (!is_before(was, q))
			continue;
		any = true;
		peer = peer || !memcmp(was->src, q->level[0].peer, 16);
		if (!same_levels(was->level, q->level + 1, was->levels))
			continue;
		same = same || was->whole_hash == q->whole_hash;
		alike = alike || was->same_hash == q->same_hash;
	}
	if (!any || unsure)
		return;
	if (q->levels == 1 &&
	    !br_judge(r, BR_RULE_R6_RLY_01, peer,
	              "peer-address %s is not the source of the message", BR_IP6(q->level[0].peer)))
		return;
	if (same || !alike) /* else it may be a repetition that was not seen */
		(void)br_judge(r, BR_RULE_R6_RLY_03, same, "the message was changed");
}

static bool names_no_link(const uint8_t link[16])
{
	return br_is_zero6(link) || br_is_link_local6(link);
}

static void judge_level(struct br_rules *r, const struct br_asked6 *q)
{
	const struct br_relay6 *own = &q->level[0];
	static const uint8_t loopback[16] = {[15] = 1};

	if (q->levels == 1) {
		(void)br_judge(r, BR_RULE_R6_RLY_01,
		               own->hops == 0 && !br_is_group6(own->link) &&
		                       memcmp(own->link, loopback, 16) != 0,
		               "hop-count %u, link-address %s", own->hops, BR_IP6(own->link));
		if (names_no_link(own->link))
			(void)br_judge(r, BR_RULE_R6_RLY_06, own->id_hash != 0,
			               "link-address %s, and no option 18", BR_IP6(own->link));
		return;
	}
	(void)br_judge(r, BR_RULE_R6_RLY_02,
	               q->level[1].hops < BR_DHCP6_HOP_COUNT_LIMIT &&
	                       own->hops == q->level[1].hops + 1,
	               "hop-count %u around hop-count %u", own->hops, q->level[1].hops);
	if (names_no_link(own->link) && br_is_link_local6(own->peer))
		(void)br_judge(r, BR_RULE_R6_RLY_06, own->id_hash != 0,
		               "link-address %s and peer-address %s, and no option 18",
		               BR_IP6(own->link), BR_IP6(own->peer));
}

void br_rules_relay_forward6(struct br_rules *r, const struct br_asked6 *q)
{
	uint8_t hops = r->packet->ipv6.hop_limit;

	judge_level(r, q);
	if (br_is_group6(q->dst)) /* farther on, routers have taken from it */
		(void)br_judge(r, BR_RULE_R6_RLY_05,
		               hops == HOPS_TO_GROUP ||
		                       (hops < HOPS_TO_GROUP && !br_is_link_local6(q->src)),
		               "hop limit %u to %s", hops, BR_IP6(q->dst));
	judge_wrapped(r, q);
}

/* The RELAY-FORW that this RELAY-REPL answers, best one whose levels it has. */
static const struct br_asked6 *find_forward(struct br_rules *r, const struct br_reply6 *y,
                                            bool *ret_same)
{
	const struct br_dhcp6_message *m = y->m;
	const struct br_asked6 *q, *found = NULL, *like = NULL;

	for (size_t back = 0; (q = br_asked6_back(r, back)) != NULL; back++) {
		bool to_it = !memcmp(q->src, r->packet->dst.ip, 16);

		if (q->xid != m->xid || q->levels != m->levels || q->unsure)
			continue;
		if (same_levels(q->level, y->level, m->levels))
			found = !found || to_it ? q : found;
		else if (to_it) /* to another relay: its RELAY-FORW was not seen */
			like = like ? like : q;
	}
	*ret_same = found != NULL;
	return found ? found : like;
}

static void judge_answered(struct br_rules *r, const struct br_reply6 *y, const struct br_asked6 *q)
{
	const struct br_endpoint *dst = &r->packet->dst;
	bool to_it = !memcmp(dst->ip, q->src, 16), port_option = q->level[0].has_port;
	bool same = true, any = false;

	for (size_t i = 0; i < q->levels; i++) {
		any = any || q->level[i].id_hash != 0;
		same = same &&
		       (q->level[i].id_hash == 0 || q->level[i].id_hash == y->level[i].id_hash);
	}
	if (any)
		(void)br_judge(r, BR_RULE_R6_SRV_02, same, "option 18 is not that of frame %llu",
		               (unsigned long long)q->frame);
	if (port_option)
		(void)br_judge(r, BR_RULE_R6_SRV_06,
		               y->level[0].has_port && dst->port == q->src_port && to_it,
		               "option 135 %s, sent to %s port %u",
		               y->level[0].has_port ? "is there" : "is absent", BR_IP6(dst->ip),
		               dst->port);
	else
		(void)br_judge(r, BR_RULE_R6_SRV_03, to_it && dst->port == BR_DHCP6_PORT_SERVER,
		               "sent to %s port %u, asked from %s", BR_IP6(dst->ip), dst->port,
		               BR_IP6(q->src));
}

static bool same_64(const uint8_t *a, const uint8_t *b)
{
	return !memcmp(a, b, 8);
}

/* A link may have several prefixes: an address is wrong if its is known as another link's. */
static void judge_link(struct br_rules *r, const struct br_reply6 *y, const struct br_asked6 *q)
{
	const uint8_t *server = r->packet->src.ip, *given = y->ia.address, *link = NULL;
	bool zero = br_is_zero6(q->level[q->levels - 1].link), other;

	if (y->ia.addresses == 0)
		return;
	for (size_t i = q->levels; i-- > 0 && !link;) {
		if (!names_no_link(q->level[i].link))
			link = q->level[i].link;
	}
	if (!link || br_is_group6(link))
		return;
	other = !br_is_link_local6(server) && same_64(given, server);
	for (size_t i = 0; i < q->levels; i++)
		other = other ||
		        (!br_is_zero6(q->level[i].link) && same_64(given, q->level[i].link));
	(void)br_judge(r, zero ? BR_RULE_R6_SRV_05 : BR_RULE_R6_SRV_04,
	               same_64(given, link) || !other, "%s, and the client's link is that of %s",
	               BR_IP6(given), BR_IP6(link));
}

void br_rules_relay_reply6(struct br_rules *r, struct br_reply6 *y)
{
	bool same;
	const struct br_asked6 *q = find_forward(r, y, &same);

	if (!q || !br_judge(r, BR_RULE_R6_SRV_01, same,
	                    "the levels of relays are not those of frame %llu",
	                    (unsigned long long)(q ? q->frame : 0)))
		return;
	judge_answered(r, y, q);
	if (!y->forwarded)
		judge_link(r, y, q);
}

/* What a relay took out of a RELAY-REPL for the client. */
void br_rules_relayed_down6(struct br_rules *r, const struct br_reply6 *y)
{
	const struct br_answered6 *a;
	bool any = false, same = false, alike = false;

	for (size_t back = 0; (a = br_answered6_back(r, back)) != NULL; back++) {
		if (a->levels != 1 || a->xid != y->m->xid || a->type != y->m->type ||
		    (a->server_hash != y->now.server_hash && a->duid_hash != y->now.duid_hash))
			continue;
		any = true;
		same = same || a->whole_hash == y->now.whole_hash;
		alike = alike || a->same_hash == y->now.same_hash;
	}
	if (any && (same || !alike))
		(void)br_judge(r, BR_RULE_R6_RLY_03, same,
		               "the message is not as the server sent it");
}
