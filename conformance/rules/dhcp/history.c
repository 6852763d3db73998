/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies against what the same server said before: OFFER and ACK, how often, how late. */
#include "conformance/rules/dhcp/history.h"

#include <string.h>

#include "conformance/rules/dhcp/binding.h"

static void judge_same_deal(struct br_rules *r, const struct br_reply *y,
                            const struct br_answered *now, const struct br_answered *before)
{
	if (before->type == BR_DHCP_TYPE_ACK && now->type == BR_DHCP_TYPE_ACK &&
	    y->q->type == BR_DHCP_TYPE_REQUEST && now->yiaddr != 0 && before->yiaddr != 0)
		(void)br_judge(r, BR_RULE_D4S_REQ_11, now->yiaddr == before->yiaddr,
		               "yiaddr %s, and %s before", BR_IP(now->yiaddr),
		               BR_IP(before->yiaddr));
	if (before->type != BR_DHCP_TYPE_OFFER || now->type != BR_DHCP_TYPE_ACK ||
	    now->yiaddr == 0 || before->yiaddr == 0)
		return;
	if (before->uri_hash != 0 && y->q->class == BR_CLASS_HTTP) {
		(void)br_judge(r, BR_RULE_HBD_03, now->uri_hash == before->uri_hash,
		               "the URI is not that of the OFFER in frame %llu",
		               (unsigned long long)before->frame);
		return;
	}
	for (size_t i = 0; i < BR_SAME_OPTIONS; i++) {
		if (now->same[i] != 0 && before->same[i] != 0)
			(void)br_judge(r, BR_RULE_D4S_REQ_05, now->same[i] == before->same[i],
			               "option %u is not that of the OFFER in frame %llu",
			               br_same_codes[i], (unsigned long long)before->frame);
	}
	(void)br_judge(r, BR_RULE_D4S_REQ_05,
	               now->siaddr == 0 || before->siaddr == 0 || now->siaddr == before->siaddr,
	               "siaddr %s, in the OFFER %s", BR_IP(now->siaddr), BR_IP(before->siaddr));
	(void)br_judge(r, BR_RULE_D4S_REQ_05,
	               now->file_hash == 0 || before->file_hash == 0 ||
	                       now->file_hash == before->file_hash,
	               "the boot file is not that of the OFFER in frame %llu",
	               (unsigned long long)before->frame);
}

static bool is_of_offer(const struct br_answered *now, const struct br_answered *before)
{
	bool same = before->type == BR_DHCP_TYPE_OFFER && before->server_id == now->server_id &&
	            before->siaddr == now->siaddr && before->file_hash == now->file_hash;

	for (size_t i = 0; i < BR_SAME_OPTIONS; i++)
		same = same && before->same[i] == now->same[i];
	return same;
}

/* Of two machines that go by one identifier each keeps to its own OFFER. */
static bool keeps_an_offer(const struct br_reply *y, const struct br_answered *now)
{
	for (size_t i = 0; i < y->deal->answereds && i < BR_ANSWERED_MAX; i++) {
		if (is_of_offer(now, &y->deal->answered[i]))
			return true;
	}
	return false;
}

/* The REQUEST names one server; another, on another machine, answers it. */
static void judge_selected(struct br_rules *r, const struct br_reply *y,
                           const struct br_answered *now)
{
	const struct br_answered *chosen = NULL;
	bool proxied = false;

	for (size_t i = 0; i < y->deal->answereds && i < BR_ANSWERED_MAX; i++) {
		const struct br_answered *a = &y->deal->answered[i];

		if (a->type != BR_DHCP_TYPE_OFFER || a->forwarded)
			continue;
		if (a->server_id == y->q->server_id && a->yiaddr != 0)
			chosen = a;
		if (a->server_id == now->server_id && a->yiaddr == 0)
			proxied = true;
	}
	if (y->q->type != BR_DHCP_TYPE_REQUEST || y->q->server_id == 0 || y->forwarded ||
	    y->q->item)
		return;
	if (proxied && now->yiaddr == 0) {
		(void)br_judge(r, BR_RULE_PXE_PRX_10, false, "a proxy answers a REQUEST with %s",
		               now->type == BR_DHCP_TYPE_NAK ? "NAK" : "ACK");
		return;
	}
	if (chosen && y->q->giaddr == 0)
		(void)br_judge(r, BR_RULE_D4S_REQ_02,
		               now->server_id == y->q->server_id ||
		                       !memcmp(now->eth_src, chosen->eth_src, 6),
		               "it answers a REQUEST that names %s", BR_IP(y->q->server_id));
}

/* The newest request known has an answer: this one may be to another, which was not seen. */
bool br_rules_was_answered(const struct br_reply *y, const struct br_answered *now)
{
	for (size_t i = 0; i < y->deal->answereds && i < BR_ANSWERED_MAX; i++) {
		const struct br_answered *a = &y->deal->answered[i];

		if (a->src_ip == now->src_ip && a->type == now->type && a->at >= y->q->at)
			return true;
	}
	return false;
}

/* RFC 5107 §4: 54 of a REQUEST is what sub-option 11 made the server call itself. */
static void judge_override(struct br_rules *r, const struct br_reply *y,
                           const struct br_answered *now)
{
	struct br_octets agent = {y->q->agent, y->q->agent_size < 0 ? 0 : (size_t)y->q->agent_size};
	struct br_octets own = br_dhcp_sub_option(agent, BR_RELAY_AGENT_SERVER_ID, false);
	bool offered = false;

	if (y->q->type != BR_DHCP_TYPE_REQUEST || own.size != 4 || y->q->server_id == 0 ||
	    br_rules_be32(own.data) != y->q->server_id)
		return;
	for (size_t i = 0; i < y->deal->answereds && i < BR_ANSWERED_MAX; i++) {
		const struct br_answered *a = &y->deal->answered[i];

		offered = offered || (a->type == BR_DHCP_TYPE_OFFER && a->src_ip == now->src_ip &&
		                      a->yiaddr == y->q->requested && a->yiaddr != 0);
	}
	if (offered)
		(void)br_judge(r, BR_RULE_RLS_10, now->type == BR_DHCP_TYPE_ACK,
		               "a NAK for %s, which it offered; option 54 is sub-option 11, %s",
		               BR_IP(y->q->requested), BR_IP(y->q->server_id));
}

static void judge_late(struct br_rules *r, const struct br_reply *y, const struct br_answered *now)
{
	br_time delay = r->at - y->q->at;
	enum br_rule rule = y->proxy ? BR_RULE_PXE_PRX_13 : BR_RULE_D4S_DISC_13;
	br_time most = y->proxy ? 2 * BR_S : BR_S;

	if (br_rules_was_answered(y, now) || !y->q->boots) /* others wait longer */
		return;
	(void)br_judge(r, rule, delay <= most, "%llu ms behind the DISCOVER in frame %llu",
	               (unsigned long long)(delay / BR_MS), (unsigned long long)y->q->frame);
}

static void judge_number(struct br_rules *r, const struct br_reply *y,
                         const struct br_answered *now)
{
	size_t replies = 1;

	if (!r->complete || y->deal->answereds >= BR_ANSWERED_MAX || y->askeds >= BR_ASKED_MAX)
		return;
	for (size_t i = 0; i < y->deal->answereds; i++) {
		const struct br_answered *a = &y->deal->answered[i];

		replies += a->type == now->type && !memcmp(a->eth_src, now->eth_src, 6) &&
		           a->forwarded == now->forwarded && a->pxe == now->pxe &&
		           a->server_id == now->server_id && a->giaddr == now->giaddr;
	}
	(void)br_judge(r, BR_RULE_ROB_D4_10, replies <= y->askeds, "%zu replies, %zu requests",
	               replies, y->askeds);
}

void br_rules_dhcp_history(struct br_rules *r, const struct br_reply *y,
                           const struct br_answered *now)
{
	if (!y->q)
		return;
	bool kept = keeps_an_offer(y, now);

	for (size_t i = 0; i < y->deal->answereds && i < BR_ANSWERED_MAX && !y->pxe_port; i++) {
		const struct br_answered *before = &y->deal->answered[i];

		if (before->server_id == now->server_id && !before->pxe &&
		    !(kept && before->type == BR_DHCP_TYPE_OFFER))
			judge_same_deal(r, y, now, before);
	}
	if (!y->forwarded)
		judge_number(r, y, now);
	if (y->pxe_port)
		return;
	if (now->type == BR_DHCP_TYPE_OFFER && !y->forwarded)
		judge_late(r, y, now);
	if (now->type == BR_DHCP_TYPE_ACK || now->type == BR_DHCP_TYPE_NAK) {
		judge_selected(r, y, now);
		judge_override(r, y, now);
	}
	if (now->type == BR_DHCP_TYPE_OFFER && now->yiaddr != 0 && y->has_server_id)
		br_rules_offer_bound(r, y);
	if (now->type == BR_DHCP_TYPE_ACK && now->yiaddr != 0)
		br_rules_bind(r, y);
}
