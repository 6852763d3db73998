/* SPDX-License-Identifier: BSD-2-Clause */
/* What DHCPv6 clients send, and what servers answer: RFC 8415 §18.2 and §18.3. */
#include "conformance/rules/six/dhcp6_answer.h"

#include <string.h>

#include "conformance/rules/six/nd.h"

enum {
	DUID_MIN = 3,
	DUID_MAX = 130, /* RFC 8415 §11.1: type and 128 octets */
	BEST = 255,
	ENTERPRISES = 8,
};
#define FIRST_WAIT (900 * BR_MS) /* RFC 8415 §7.6: SOL_TIMEOUT 1 s; less, for clocks */
#define MEMORY     (60 * BR_S)

static bool is_first(struct br_rules *r, const struct br_asked6 *q)
{
	const struct br_asked6 *was;

	for (size_t back = 1; (was = br_asked6_back(r, back)) != NULL; back++) {
		if (was->xid == q->xid && (was->type == q->type || was->unsure) &&
		    was->levels == q->levels)
			return false;
	}
	return true;
}

static void judge_solicit(struct br_rules *r, const struct br_asked6 *q)
{
	bool all = q->duid.there && q->elapsed >= 0 && q->has_oro;

	if (br_judge(r, BR_RULE_D6_CLI_03, all, "option %d is absent",
	             !q->duid.there   ? BR_DHCP6_OPTION_CLIENT_ID
	             : q->elapsed < 0 ? BR_DHCP6_OPTION_ELAPSED
	                              : BR_DHCP6_OPTION_ORO) &&
	    r->complete && is_first(r, q))
		(void)br_judge(r, BR_RULE_D6_CLI_03, q->elapsed == 0,
		               "elapsed time of the first is %d", q->elapsed);
}

static bool is_advertise_to(const struct br_answered6 *a, const struct br_asked6 *q)
{
	return a->type == BR_DHCP6_TYPE_ADVERTISE && a->levels == q->levels &&
	       a->duid_hash == q->duid.hash && a->iaid == q->ia.iaid && a->at + MEMORY > q->at;
}

/* The client began anew since. */
static bool is_past(struct br_rules *r, const struct br_answered6 *a)
{
	const struct br_asked6 *q;

	for (size_t back = 0; (q = br_asked6_back(r, back)) != NULL && q->at >= a->at; back++) {
		if (q->type == BR_DHCP6_TYPE_SOLICIT && q->frame > a->frame && q->xid != a->xid &&
		    q->duid.hash == a->duid_hash && q->ia.iaid == a->iaid)
			return true;
	}
	return false;
}

static const struct br_answered6 *chosen_by(struct br_rules *r, const struct br_asked6 *q)
{
	const struct br_answered6 *a, *wrong = NULL;

	for (size_t back = 0; (a = br_answered6_back(r, back)) != NULL; back++) {
		if (!is_advertise_to(a, q) || a->server_hash != q->server_hash || is_past(r, a))
			continue;
		if (!a->wrong_xid)
			return a;
		wrong = a;
	}
	return wrong;
}

/* The first SOLICIT that @a answers; NULL if an earlier one may have been lost. */
static const struct br_asked6 *solicit_of(struct br_rules *r, const struct br_answered6 *a,
                                          const struct br_asked6 *q)
{
	const struct br_asked6 *was, *first = NULL;

	for (size_t back = 1; (was = br_asked6_back(r, back)) != NULL; back++) {
		if (was->type == BR_DHCP6_TYPE_SOLICIT && was->xid == a->xid && !was->unsure &&
		    was->duid.hash == q->duid.hash && was->levels == q->levels)
			first = was;
	}
	return first && first->elapsed == 0 ? first : NULL;
}

/* RFC 8415 §18.2.9: one that gives as much, and has the higher preference. */
static const struct br_answered6 *better_than(struct br_rules *r, const struct br_asked6 *q,
                                              const struct br_answered6 *chosen,
                                              const struct br_asked6 *solicit)
{
	const struct br_answered6 *a;

	for (size_t back = 0; (a = br_answered6_back(r, back)) != NULL; back++) {
		if (is_advertise_to(a, q) && !a->wrong_xid && a->xid == chosen->xid &&
		    a->server_hash != chosen->server_hash && a->preference > chosen->preference &&
		    a->has_address && (a->url_hash != 0 || chosen->url_hash == 0) &&
		    a->at <= solicit->at + FIRST_WAIT)
			return a;
	}
	return NULL;
}

static void judge_choice(struct br_rules *r, const struct br_asked6 *q)
{
	const struct br_answered6 *chosen = chosen_by(r, q), *better;
	const struct br_asked6 *solicit;

	if (!chosen || !is_first(r, q))
		return;
	(void)br_judge(r, BR_RULE_D6_CLI_01, !chosen->wrong_xid,
	               "it took the ADVERTISE with the wrong transaction-id in frame %llu",
	               (unsigned long long)chosen->frame);
	solicit = chosen->wrong_xid ? NULL : solicit_of(r, chosen, q);
	if (!solicit || chosen->preference == BEST)
		return;
	better = better_than(r, q, chosen, solicit);
	if (!br_judge(r, BR_RULE_D6_CLI_02, !better,
	              "it took preference %u, frame %llu has a better one", chosen->preference,
	              (unsigned long long)(better ? better->frame : 0)))
		return;
	(void)br_judge(r, BR_RULE_D6_CLI_02, q->at >= solicit->at + FIRST_WAIT,
	               "%llu ms behind the SOLICIT in frame %llu, preference %u",
	               (unsigned long long)((q->at - solicit->at) / BR_MS),
	               (unsigned long long)solicit->frame, chosen->preference);
}

void br_rules_client6(struct br_rules *r, const struct br_asked6 *q)
{
	if (q->malformed)
		return;
	if (q->type == BR_DHCP6_TYPE_SOLICIT)
		judge_solicit(r, q);
	else if (q->type == BR_DHCP6_TYPE_REQUEST && q->server_hash != 0 && q->duid.there)
		judge_choice(r, q);
}

const struct br_answered6 *br_rules_advertise6(struct br_rules *r, const struct br_reply6 *y)
{
	const struct br_answered6 *a;

	for (size_t back = 0; y->q && (a = br_answered6_back(r, back)) != NULL; back++) {
		if (a->type == BR_DHCP6_TYPE_ADVERTISE && a->duid_hash == y->now.duid_hash &&
		    a->server_hash == y->now.server_hash && a->iaid == y->now.iaid &&
		    a->levels == y->m->levels && !a->wrong_xid && a->at + MEMORY > r->at)
			return is_past(r, a) ? NULL : a;
	}
	return NULL;
}

/* RFC 8415 §21: an option that may stand once. */
static void judge_once(struct br_rules *r, const struct br_dhcp6_message *m)
{
	static const uint16_t codes[] = {BR_DHCP6_OPTION_CLIENT_ID,
	                                 BR_DHCP6_OPTION_SERVER_ID,
	                                 BR_DHCP6_OPTION_PREFERENCE,
	                                 BR_DHCP6_OPTION_STATUS,
	                                 BR_DHCP6_OPTION_DNS,
	                                 BR_DHCP6_OPTION_BOOT_URL,
	                                 BR_DHCP6_OPTION_BOOT_PARAMETERS,
	                                 BR_DHCP6_OPTION_ARCH};
	struct br_reader reader = br_reader_of(m->options.data, m->options.size);
	uint32_t seen[ENTERPRISES];
	size_t count = 0;
	bool twice = false;
	struct br_dhcp6_option o;
	struct br_octets text;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		size_t times = br_dhcp6_count(m->options, codes[i]);

		if (times > 0)
			(void)br_judge(r, BR_RULE_D6_FMT_01, times == 1, "option %u %zu times",
			               codes[i], times);
	}
	while (br_dhcp6_option_get(&reader, &o) == 1 && count < ENTERPRISES && !twice) {
		if (o.code != BR_DHCP6_OPTION_VENDOR_CLASS ||
		    !br_dhcp6_vendor_class(o.value, &seen[count], &text))
			continue;
		for (size_t i = 0; i < count; i++)
			twice = twice || seen[i] == seen[count];
		count++;
	}
	if (count > 0)
		(void)br_judge(r, BR_RULE_D6_FMT_02, !twice,
		               "option 16 with enterprise number %u stands twice", seen[count - 1]);
}

static void judge_identity(struct br_rules *r, const struct br_reply6 *y)
{
	struct br_octets got = br_dhcp6_find(y->m->options, BR_DHCP6_OPTION_CLIENT_ID);
	const struct br_duid6 *sent = &y->q->duid;
	bool inform = y->q->type == BR_DHCP6_TYPE_INFORMATION, cut;
	enum br_rule rule = inform ? BR_RULE_D6_RPL_04 : BR_RULE_D6_ADV_01;
	size_t common = got.size < sent->size ? got.size : sent->size;

	if (!br_judge(r, rule, y->now.server_hash != 0, "option 2 is absent") || !sent->there)
		return;
	if (common > BR_DUID6_KEPT)
		common = BR_DUID6_KEPT;
	cut = got.size != sent->size && common > 0 && !memcmp(got.data, sent->octets, common);
	if (sent->size < DUID_MIN || sent->size > DUID_MAX)
		rule = BR_RULE_ROB_D6_03;
	else if (cut && !inform)
		rule = BR_RULE_D6_FMT_03;
	else if (!inform)
		(void)br_judge(r, BR_RULE_D6_FMT_03, true, "%s", "");
	if (!br_judge(r, rule, got.data != NULL, "option 1 is absent"))
		return;
	(void)br_judge(r, rule, got.size == sent->size && y->now.duid_hash == sent->hash,
	               "option 1 has %zu octets and is not that of %u octets in frame %llu",
	               got.size, sent->size, (unsigned long long)y->q->frame);
}

static bool was_asked_here(struct br_rules *r, const struct br_reply6 *y)
{
	const struct br_asked6 *q;

	for (size_t back = 0; (q = br_asked6_back(r, back)) != NULL; back++) {
		if (q->xid == y->m->xid && (q->link == r->link || q->link == 0))
			return true;
	}
	return false;
}

static void judge_delivery(struct br_rules *r, const struct br_reply6 *y)
{
	const struct br_endpoint *dst = &r->packet->dst;

	if (y->m->levels > 0 || y->q->levels > 0)
		return;
	(void)br_judge(r, BR_RULE_D6_ADV_07,
	               !memcmp(dst->ip, y->q->src, 16) && dst->port == BR_DHCP6_PORT_CLIENT,
	               "sent to %s port %u, asked from %s", BR_IP6(dst->ip), dst->port,
	               BR_IP6(y->q->src));
	if (r->link != 0 && br_is_link_local6(y->q->src))
		(void)br_judge(r, BR_RULE_D6_ADV_07, was_asked_here(r, y),
		               "sent on another link than that of frame %llu",
		               (unsigned long long)y->q->frame);
}

static void judge_rapid(struct br_rules *r, const struct br_reply6 *y)
{
	bool rapid = br_dhcp6_count(y->m->options, BR_DHCP6_OPTION_RAPID_COMMIT) > 0;

	if (y->m->type == BR_DHCP6_TYPE_ADVERTISE) {
		(void)br_judge(r, BR_RULE_D6_ADV_08, !rapid, "option 14 in an ADVERTISE");
		return;
	}
	if (rapid)
		(void)br_judge(r, BR_RULE_D6_ADV_08, y->q->rapid,
		               "option 14, which frame %llu has not",
		               (unsigned long long)y->q->frame);
	else if (y->q->type == BR_DHCP6_TYPE_SOLICIT && r->complete)
		(void)br_judge(r, BR_RULE_D6_ADV_08, false,
		               "a REPLY to a SOLICIT without option 14");
}

/* RFC 8415 §18.3.9: an ADVERTISE, or what a rapid commit makes of it. */
static void judge_offer(struct br_rules *r, const struct br_reply6 *y)
{
	bool none = br_dhcp6_status(y->m->options) == BR_DHCP6_STATUS_NO_ADDRESS;

	if (!y->q->ia.there)
		return;
	if (y->ia.there && y->ia.addresses > 0) {
		(void)br_judge(r, BR_RULE_D6_ADV_03, true, "%s", "");
		return;
	}
	if (none || y->ia.there)
		(void)br_judge(r, BR_RULE_D6_ADV_05, y->ia.status == BR_DHCP6_STATUS_NO_ADDRESS,
		               "%s, and the IA has no status NoAddrsAvail",
		               none ? "NoAddrsAvail stands beside the IA" : "no address");
	else
		(void)br_judge(r, BR_RULE_D6_ADV_03, false, "no IA_NA 0x%08x", y->q->ia.iaid);
}

static bool same_link(const uint8_t *a, const uint8_t *b)
{
	return !memcmp(a, b, 8); /* RFC 4291 §2.5.1: 64 bits on all links but few */
}

/* The REQUEST asks for another address than the ADVERTISE had, of another link. */
static void judge_not_on_link(struct br_rules *r, const struct br_reply6 *y,
                              const struct br_answered6 *a)
{
	const struct br_dhcp6_ia *asked = &y->q->ia;

	if (!a || !a->has_address || asked->addresses == 0 ||
	    same_link(asked->address, a->address) || br_rules_is_announced6(r, asked->address))
		return;
	(void)br_judge(r, BR_RULE_D6_RPL_02,
	               y->ia.addresses == 0 || !same_link(y->ia.address, asked->address),
	               "%s is granted, %s was advertised", BR_IP6(y->ia.address),
	               BR_IP6(a->address));
}

/* RFC 8415 §18.3.2, §21.4 (T1 and T2 may be 0), §21.6 */
static void judge_binding(struct br_rules *r, const struct br_reply6 *y,
                          const struct br_answered6 *a)
{
	const struct br_dhcp6_ia *ia = &y->ia;

	if (!y->q->ia.there || br_dhcp6_status(y->m->options) > 0)
		return;
	if (!br_judge(r, BR_RULE_D6_RPL_01, ia->there, "no IA_NA 0x%08x", y->q->ia.iaid))
		return;
	if (ia->addresses == 0) {
		(void)br_judge(r, BR_RULE_D6_RPL_01, ia->status > 0,
		               "the IA has no address and no status");
		return;
	}
	(void)br_judge(r, BR_RULE_D6_RPL_01, ia->t2 == 0 || ia->t1 <= ia->t2, "T1 %u, T2 %u",
	               ia->t1, ia->t2);
	(void)br_judge(r, BR_RULE_D6_RPL_01, ia->valid > 0 && ia->preferred <= ia->valid,
	               "preferred lifetime %u, valid lifetime %u", ia->preferred, ia->valid);
	if (a && a->has_address && y->q->ia.addresses == 1 && ia->addresses == 1 &&
	    !memcmp(a->address, y->q->ia.address, 16))
		(void)br_judge(r, BR_RULE_D6_RPL_01, !memcmp(ia->address, a->address, 16),
		               "%s, and %s was advertised and asked for", BR_IP6(ia->address),
		               BR_IP6(a->address));
}

/* RFC 8415 §18.3.9: what one was asked for both times is in both. */
static void judge_same_options(struct br_rules *r, const struct br_reply6 *y,
                               const struct br_answered6 *a)
{
	if (!a || !a->has_address || y->ia.addresses == 0)
		return;
	for (uint16_t code = BR_DHCP6_OPTION_USER_CLASS; code < 256; code++) {
		bool before = br_bit6(a->has, code), now = br_bit6(y->now.has, code);

		if (!br_bit6(a->wanted, code) || !br_bit6(y->now.wanted, code) ||
		    (!before && !now) || (code == BR_DHCP6_OPTION_BOOT_URL && before))
			continue;
		(void)br_judge(r, BR_RULE_D6_ADV_04, before == now,
		               "option %u was asked for, and is only in the %s", code,
		               now ? "REPLY" : "ADVERTISE");
	}
}

static void judge_inform(struct br_rules *r, const struct br_reply6 *y)
{
	(void)br_judge(r, BR_RULE_D6_RPL_04,
	               br_dhcp6_count(y->m->options, BR_DHCP6_OPTION_IA_NA) == 0 &&
	                       br_dhcp6_count(y->m->options, BR_DHCP6_OPTION_IA_TA) == 0 &&
	                       br_dhcp6_count(y->m->options, BR_DHCP6_OPTION_IA_PD) == 0,
	               "an IA in the answer to an INFORMATION-REQUEST");
}

static void judge_release(struct br_rules *r, const struct br_reply6 *y)
{
	int status = br_dhcp6_status(y->m->options);

	if (!br_judge(r, BR_RULE_D6_RPL_06, status == 0, "status %d (-1: none)", status))
		return;
	if (y->ia.there)
		(void)br_judge(r, BR_RULE_D6_RPL_06, y->ia.status == BR_DHCP6_STATUS_NO_BINDING,
		               "the IA has status %d (-1: none)", y->ia.status);
}

/* The server takes a REQUEST for the SOLICIT of the same transaction-id, and says again
 * what it said.
 */
static void judge_one_xid(struct br_rules *r, const struct br_reply6 *y)
{
	size_t solicits = 0, advertises = 1;
	bool waits = false, both = false;
	const struct br_asked6 *q;
	const struct br_answered6 *a;

	for (size_t back = 0; (q = br_asked6_back(r, back)) != NULL; back++) {
		if (q->xid != y->m->xid || q->duid.hash != y->q->duid.hash)
			continue;
		solicits += q->type == BR_DHCP6_TYPE_SOLICIT;
		both = both || q->type == BR_DHCP6_TYPE_SOLICIT;
		waits = waits || (q->type == BR_DHCP6_TYPE_REQUEST && !q->answered &&
		                  q->server_hash == y->now.server_hash);
	}
	for (size_t back = 0; (a = br_answered6_back(r, back)) != NULL; back++)
		advertises += a->type == BR_DHCP6_TYPE_ADVERTISE && a->xid == y->m->xid &&
		              a->server_hash == y->now.server_hash;
	if (y->m->type == BR_DHCP6_TYPE_ADVERTISE && r->complete && waits)
		(void)br_judge(r, BR_RULE_D6_NB_17, advertises <= solicits,
		               "an ADVERTISE in answer to a REQUEST");
	else if (y->m->type == BR_DHCP6_TYPE_REPLY && y->q->type == BR_DHCP6_TYPE_REQUEST && both)
		(void)br_judge(r, BR_RULE_D6_NB_17, true, "%s", "");
}

void br_rules_answer6(struct br_rules *r, struct br_reply6 *y)
{
	const struct br_answered6 *a;

	if (y->m->type != BR_DHCP6_TYPE_ADVERTISE && y->m->type != BR_DHCP6_TYPE_REPLY)
		return;
	judge_once(r, y->m);
	if (!y->q)
		return;
	(void)br_judge(r, BR_RULE_D6_ADV_02, true, "%s", "");
	judge_identity(r, y);
	judge_delivery(r, y);
	judge_rapid(r, y);
	judge_one_xid(r, y);
	if (y->q->type == BR_DHCP6_TYPE_SOLICIT) {
		judge_offer(r, y);
	} else if (y->q->type == BR_DHCP6_TYPE_REQUEST) {
		a = br_rules_advertise6(r, y);
		judge_binding(r, y, a);
		judge_not_on_link(r, y, a);
		judge_same_options(r, y, a);
	} else if (y->q->type == BR_DHCP6_TYPE_INFORMATION) {
		judge_inform(r, y);
	} else if (y->q->type == BR_DHCP6_TYPE_RELEASE) {
		judge_release(r, y);
	}
}
