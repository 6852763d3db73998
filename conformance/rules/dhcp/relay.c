/* SPDX-License-Identifier: BSD-2-Clause */
/* A relay's work, where both of its sides are seen: RFC 1542 §4.1, RFC 3046 §2.1. */
#include "conformance/rules/dhcp/relay.h"

#include <string.h>

enum {
	HOPS_MAX = 16
};

static const struct br_asked *kept(const struct br_deal *deal, size_t index)
{
	return &deal->asked[index];
}

/* The rule for passing on what must not be. */
static enum br_rule rule_of_bad(const struct br_asked *was)
{
	if (was->bad == BR_RULE_D4S_DLV_07)
		return BR_RULE_RLY_12;
	if (was->bad == BR_RULE_D4C_HDR_01 || was->bad == BR_RULE_D4C_HDR_03)
		return BR_RULE_RLY_17;
	return BR_RULE_NONE;
}

/* @was: what the relay may have had before it. */
static bool is_before(const struct br_asked *was, const struct br_asked *q)
{
	return was != q && memcmp(was->eth_src, q->eth_src, 6) != 0 &&
	       was->dst_port != BR_DHCP_PORT_PXE && (was->type == q->type || was->op != q->op) &&
	       (!was->copy || was->hops < q->hops || was->giaddr == q->giaddr) &&
	       (was->hops <= q->hops);
}

static struct br_relay_seen *relay_of(struct br_rules *r, const uint8_t mac[6])
{
	struct br_dhcp_watch *w = r->dhcp;
	struct br_relay_seen *relay;

	for (size_t i = 0; i < w->relays && i < BR_RELAYS_MAX; i++) {
		if (!memcmp(w->relay[i].mac, mac, 6))
			return &w->relay[i];
	}
	relay = &w->relay[w->relays++ % BR_RELAYS_MAX];
	*relay = (struct br_relay_seen){.own = 0};
	memcpy(relay->mac, mac, 6);
	return relay;
}

/* What it added, and what it had to drop for it: RFC 3046 §2.1.1, RFC 5010 §4 */
static void judge_own(struct br_rules *r, const struct br_asked *q, const struct br_asked *was)
{
	struct br_relay_seen *relay = relay_of(r, q->eth_src);
	struct br_octets agent = {q->agent, q->agent_size < 0 ? 0 : (size_t)q->agent_size};
	struct br_octets flags = br_dhcp_sub_option(agent, BR_RELAY_AGENT_FLAGS, false);
	bool added = q->agent_size >= 0 && was->agent_size < 0;
	bool unicast = was->dst_ip != UINT32_MAX;

	/* a copy of its own that a router brought is no request that came to it */
	if (relay->adds_agent && !was->copy && was->giaddr != 0 && was->giaddr == relay->own)
		(void)br_judge(r, BR_RULE_RLY_82_05, false,
		               "it passes on what came with its own giaddr %s", BR_IP(was->giaddr));
	else if (relay->adds_agent)
		(void)br_judge(r, BR_RULE_RLY_82_05, true, "%s", "");
	if (added && (relay->adds_flags || flags.size > 0))
		(void)br_judge(r, BR_RULE_RLY_82_09,
		               flags.size > 0 && (flags.data[0] >> 7) == (unicast ? 1 : 0),
		               flags.size > 0 ? "sub-option 10 says it came as a %scast"
		                              : "no sub-option 10, which it sent before%s",
		               flags.size == 0 ? ""
		               : unicast       ? "broad"
		                               : "uni");
	if (added) {
		relay->adds_agent = true;
		relay->adds_flags = relay->adds_flags || flags.size > 0;
	}
	if (was->giaddr == 0)
		relay->own = q->giaddr;
}

/* Where this relay's copies of what the client sent before went; each was seen. */
static void judge_ways(struct br_rules *r, const struct br_deal *deal, const struct br_asked *q)
{
	bool before = false, same = false;

	for (size_t i = 0; i < br_deal_kept(deal) && r->complete; i++) {
		const struct br_asked *a = kept(deal, i);

		if (a == q || !a->copy || a->type == q->type || memcmp(a->eth_src, q->eth_src, 6))
			continue;
		before = true;
		same = same || a->dst_ip == q->dst_ip;
	}
	if (before)
		(void)br_judge(r, BR_RULE_RLY_10, same, "sent to %s, where nothing went before",
		               BR_IP(q->dst_ip));
}

static void judge_agent(struct br_rules *r, const struct br_asked *q, const struct br_asked *was,
                        const struct br_dhcp_message *m)
{
	const struct br_dhcp_instance *last =
		m->instances > 0 ? &m->instance[m->instances - 1] : NULL;
	size_t size = q->agent_size < 0 ? 0 : (size_t)q->agent_size;
	struct br_reader agent = br_reader_of(q->agent, size);
	struct br_dhcp_option sub;
	bool in_options = true;
	int got;

	if (was->giaddr != 0) {
		if (was->agent_size < 0)
			(void)br_judge(r, BR_RULE_RLY_82_04, q->agent_size < 0,
			               "option 82 was added to what has giaddr %s",
			               BR_IP(was->giaddr));
		return;
	}
	if (q->agent_size < 0 || was->agent_size >= 0)
		return;
	for (size_t i = 0; i < m->instances; i++)
		in_options = in_options && (m->instance[i].code != 82 ||
		                            m->instance[i].field == BR_DHCP_FIELD_OPTIONS);
	if (!br_judge(r, BR_RULE_RLY_82_08, in_options && (was->overload || !q->overload), "%s",
	              in_options ? "option 52 was added" : "option 82 is in file or sname"))
		return;
	(void)br_judge(r, BR_RULE_RLY_82_01, last && last->code == 82, "option 82 is not the last");
	while ((got = br_dhcp_sub_option_get(&agent, false, &sub)) == 1 && sub.code != 0 &&
	       sub.code != 255)
		;
	(void)br_judge(r, BR_RULE_RLY_82_02, got == 0,
	               "the sub-options do not fill option 82's %zu octets", size);
}

static void judge_copy(struct br_rules *r, const struct br_asked *q, const struct br_asked *was,
                       const struct br_dhcp_message *m)
{
	if (was->giaddr == 0)
		(void)br_judge(r, BR_RULE_RLY_04, q->giaddr != 0, "giaddr is 0.0.0.0");
	else if (was->dst_ip == q->src_ip && was->dst_ip != UINT32_MAX)
		(void)br_judge(r, BR_RULE_RLY_05, q->giaddr == was->giaddr, "giaddr %s, was %s",
		               BR_IP(q->giaddr), BR_IP(was->giaddr));
	(void)br_judge(r, BR_RULE_RLY_02, was->hops <= HOPS_MAX, "hops were %u", was->hops);
	/* copies of relays between the two may not have been seen */
	if (q->hops <= was->hops || q->giaddr == q->src_ip || was->dst_ip == q->src_ip)
		(void)br_judge(r, BR_RULE_RLY_06, q->hops == was->hops + 1, "hops %u, were %u",
		               q->hops, was->hops);
	if (q->link != 0 && q->link == was->link && was->dst_ip == UINT32_MAX)
		(void)br_judge(r, BR_RULE_RLY_09, q->dst_ip != UINT32_MAX,
		               "it was broadcast again where it came from");
	if (br_rules_udp_sum(r) == BR_SUM_WRONG && was->udp_sum != 0)
		(void)br_judge(r, BR_RULE_RLY_11, q->udp_sum != was->udp_sum,
		               "the UDP checksum is that of the original");
	else
		(void)br_judge(r, BR_RULE_RLY_11, true, "%s", "");
	judge_agent(r, q, was, m);
	judge_own(r, q, was);
}

/* Does anything the client sent look like this? Its secs may be of a copy not seen. */
static void judge_kept(struct br_rules *r, const struct br_deal *deal, const struct br_asked *q)
{
	bool any = false, same = false, later = false, options = false;

	for (size_t i = 0; i < br_deal_kept(deal); i++) {
		const struct br_asked *was = kept(deal, i);

		if (!is_before(was, q) || was->bad != BR_RULE_NONE)
			continue;
		any = true;
		later = later || q->secs >= was->secs;
		same = same || was->head_hash == q->head_hash;
		options = options || was->options_hash == q->options_hash ||
		          (q->overload && !was->overload);
	}
	if (any)
		(void)br_judge(r, BR_RULE_RLY_07, same && later && options, "%s changed",
		               !same      ? "the header"
		               : !options ? "the options"
		                          : "secs");
}

void br_rules_relay_request(struct br_rules *r, const struct br_deal *deal,
                            const struct br_asked *q, const struct br_dhcp_message *m)
{
	const struct br_asked *was = NULL;
	bool all_bad = true;

	if (q->op != BR_DHCP_OP_REQUEST && q->giaddr == 0)
		return;
	(void)br_judge(r, BR_RULE_RLY_08, !br_rules_is_group(q->giaddr) && q->giaddr >> 24 != 127,
	               "giaddr is %s", BR_IP(q->giaddr));
	for (size_t back = 1; back < br_deal_kept(deal); back++) {
		const struct br_asked *a = kept(deal, (deal->askeds - 1 - back) % BR_ASKED_MAX);

		if (!is_before(a, q))
			continue;
		all_bad = all_bad && rule_of_bad(a) != BR_RULE_NONE;
		if (!was || a->dst_ip == q->src_ip ||
		    (was->copy && !a->copy && was->dst_ip != q->src_ip))
			was = a;
	}
	if (!was || deal->unsure)
		return;
	if (all_bad) {
		(void)br_judge(r, rule_of_bad(was), false, "it passes on frame %llu",
		               (unsigned long long)was->frame);
		return;
	}
	if (was->bad != BR_RULE_NONE && was->bad != BR_RULE_D4S_REL_01)
		return;
	judge_copy(r, q, was, m);
	judge_ways(r, deal, q);
	judge_kept(r, deal, q);
}

static void judge_forwarded(struct br_rules *r, const struct br_reply *y,
                            const struct br_answered *now)
{
	const struct br_answered *was = NULL;
	bool same = false, agent = false, own = true, direct = false;

	for (size_t i = 0; i < y->deal->answereds && i < BR_ANSWERED_MAX; i++) {
		const struct br_answered *a = &y->deal->answered[i];

		if (a->forwarded || a->type != now->type || a->server_id != now->server_id)
			continue;
		was = a;
		same = same || a->all_hash == now->all_hash;
		agent = agent || a->has_agent;
		own = own && a->dst_ip == a->giaddr;
	}
	if (!was)
		return;
	(void)br_judge(r, BR_RULE_RLY_14, same, "the reply is not as in frame %llu",
	               (unsigned long long)was->frame);
	(void)br_judge(r, BR_RULE_RLY_13, own || was->dst_ip == UINT32_MAX,
	               "giaddr %s is not the address %s the server sent to", BR_IP(was->giaddr),
	               BR_IP(was->dst_ip));
	for (size_t i = 0; i < y->askeds; i++)
		direct = direct || (!y->asked[i]->copy && y->asked[i]->agent_size < 0);
	if (agent && direct)
		(void)br_judge(r, BR_RULE_RLY_82_06, !now->has_agent,
		               "option 82 went on to the client");
}

/* A relay is known by what it passed on. */
static bool is_relay(const struct br_rules *r, const struct br_reply *y)
{
	for (size_t i = 0; i < y->askeds; i++) {
		if (y->asked[i]->copy && !memcmp(y->asked[i]->eth_src, r->packet->eth_src, 6))
			return true;
	}
	return y->m->header.giaddr == y->src_ip;
}

void br_rules_relay_reply(struct br_rules *r, const struct br_reply *y,
                          const struct br_answered *now)
{
	static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	const struct br_dhcp_header *h = &y->m->header;
	uint16_t port = r->packet->dst.port;
	bool mac = br_rules_mac_known(r->packet->eth_dst);

	if (!y->deal || h->giaddr == 0 || y->pxe_port)
		return;
	if (!y->forwarded) {
		if (is_relay(r, y) && y->src_ip == h->giaddr && y->dst_ip != h->giaddr &&
		    port != BR_DHCP_PORT_SERVER)
			(void)br_judge(r, BR_RULE_RLY_15, false, "sent to port %u", port);
		return;
	}
	(void)br_judge(r, BR_RULE_RLY_15, true, "%s", "");
	if (h->flags & BR_DHCP_FLAG_BROADCAST)
		(void)br_judge(r, BR_RULE_RLY_16,
		               y->dst_ip == UINT32_MAX &&
		                       (!mac || !memcmp(r->packet->eth_dst, all, 6)),
		               "flags 0x%04x, sent to %s", h->flags, BR_IP(y->dst_ip));
	else if (h->yiaddr != 0 && h->ciaddr == 0 && y->dst_ip != UINT32_MAX)
		(void)br_judge(r, BR_RULE_RLY_16,
		               y->dst_ip == h->yiaddr &&
		                       (!mac || !memcmp(r->packet->eth_dst, h->chaddr, 6)),
		               "yiaddr %s, sent to %s", BR_IP(h->yiaddr), BR_IP(y->dst_ip));
	judge_forwarded(r, y, now);
}
