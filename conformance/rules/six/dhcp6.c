/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCPv6, RFC 8415: who asked what, and which question an answer belongs to.
 *
 * Theory of operation
 *
 * A message is taken out of its relays (core/formats/dhcp6_message.h), and is of a client or of a
 * server by its type and by where it goes (is_answer()). note_request() keeps what a client, or a
 * relay for it, asks; judge_answer() looks for the question, by transaction-id, client and number
 * of relays (find_question()), and hands both to dhcp6_answer.c and boot6.c, and to relay6.c what
 * relays had their hands on. A copy that a relay passed on is no second answer. What a packet that
 * was cut asked is not known: then nothing of its transaction-id is judged.
 */
#include "conformance/rules/six/dhcp6.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/rules/six/binl6.h"
#include "conformance/rules/six/boot6.h"
#include "conformance/rules/six/dhcp6_answer.h"
#include "conformance/rules/six/dhcp6_table.h"
#include "conformance/rules/six/nd.h"
#include "conformance/rules/six/relay6.h"

enum {
	XID_SIZE = 4,
	LAST_TYPE = 40, /* IANA has given out fewer; what is above is unknown to everybody */
};
#define PENDING (500 * BR_MS) /* so long an answer to another question cannot be told apart */

struct br_dhcp6_watch *br_dhcp6_watch_new(void)
{
	return calloc(1, sizeof(struct br_dhcp6_watch));
}

static uint32_t hash_of(struct br_octets value)
{
	return value.data ? br_rules_hash(BR_RULES_HASH_SEED, value.data, value.size) | 1 : 0;
}

static int32_t architecture(struct br_octets options)
{
	struct br_octets value = br_dhcp6_find(options, BR_DHCP6_OPTION_ARCH);

	return value.size >= 2 ? value.data[0] << 8 | value.data[1] : -1;
}

static void read_class(struct br_asked6 *q, struct br_octets options)
{
	struct br_octets user = br_dhcp6_find(options, BR_DHCP6_OPTION_USER_CLASS);
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option o;
	struct br_octets text;
	uint32_t enterprise;

	while (br_dhcp6_option_get(&r, &o) == 1) {
		if (o.code != BR_DHCP6_OPTION_VENDOR_CLASS ||
		    !br_dhcp6_vendor_class(o.value, &enterprise, &text))
			continue;
		if (br_text_starts(text, "PXEClient"))
			q->class = BR_CLASS6_PXE;
		else if (br_text_starts(text, "HTTPClient"))
			q->class = BR_CLASS6_HTTP;
		q->edk2 = q->edk2 || br_rules_is_edk2(text, architecture(options));
	}
	if (user.data)
		q->ipxe = br_text_starts(br_dhcp6_user_class(user), "iPXE");
}

static void read_asked(struct br_asked6 *q, struct br_octets options)
{
	struct br_octets duid = br_dhcp6_find(options, BR_DHCP6_OPTION_CLIENT_ID);
	struct br_octets oro = br_dhcp6_find(options, BR_DHCP6_OPTION_ORO);
	struct br_octets archs = br_dhcp6_find(options, BR_DHCP6_OPTION_ARCH);
	struct br_octets elapsed = br_dhcp6_find(options, BR_DHCP6_OPTION_ELAPSED);
	struct br_reader r = br_reader_of(oro.data, oro.size);

	if (duid.data) {
		q->duid.there = true;
		q->duid.size = (uint32_t)duid.size;
		q->duid.hash = hash_of(duid);
		memcpy(q->duid.octets, duid.data,
		       duid.size < BR_DUID6_KEPT ? duid.size : BR_DUID6_KEPT);
	}
	q->has_oro = oro.data != NULL;
	while (br_left(&r) >= 2) {
		uint16_t code = br_get_be16(&r);

		if (code < 256)
			q->wanted[code / 8] = (uint8_t)(q->wanted[code / 8] | 1u << code % 8);
	}
	r = br_reader_of(archs.data, archs.size);
	while (br_left(&r) >= 2 && q->archs < BR_ARCH6_MAX)
		q->arch[q->archs++] = br_get_be16(&r);
	q->elapsed = elapsed.size == 2 ? elapsed.data[0] << 8 | elapsed.data[1] : -1;
	q->server_hash = hash_of(br_dhcp6_find(options, BR_DHCP6_OPTION_SERVER_ID));
	q->rapid = br_dhcp6_count(options, BR_DHCP6_OPTION_RAPID_COMMIT) > 0;
	q->ia = br_dhcp6_ia(br_dhcp6_find(options, BR_DHCP6_OPTION_IA_NA));
	q->has_ia = br_dhcp6_count(options, BR_DHCP6_OPTION_IA_NA) > 0 ||
	            br_dhcp6_count(options, BR_DHCP6_OPTION_IA_TA) > 0 ||
	            br_dhcp6_count(options, BR_DHCP6_OPTION_IA_PD) > 0;
	read_class(q, options);
}

/* Which rule forbids any server to answer it. RFC 8415 §16; §18.4 for unicast. */
static enum br_rule forbidden(const struct br_asked6 *q)
{
	bool solicit = q->type == BR_DHCP6_TYPE_SOLICIT,
	     inform = q->type == BR_DHCP6_TYPE_INFORMATION;

	if (q->type == 0 || q->type > LAST_TYPE)
		return BR_RULE_D6_VAL_05;
	if (q->type == BR_DHCP6_TYPE_ADVERTISE || q->type == BR_DHCP6_TYPE_REPLY ||
	    q->type == BR_DHCP6_TYPE_RECONFIGURE)
		return BR_RULE_D6_VAL_04;
	if (q->levels == 0 && !br_is_group6(q->dst) &&
	    (solicit || inform || q->type == BR_DHCP6_TYPE_CONFIRM ||
	     q->type == BR_DHCP6_TYPE_REBIND))
		return BR_RULE_D6_VAL_07;
	if (solicit && (!q->duid.there || q->server_hash != 0))
		return BR_RULE_D6_VAL_01;
	if (q->type == BR_DHCP6_TYPE_REQUEST && (!q->duid.there || q->server_hash == 0))
		return BR_RULE_D6_VAL_02;
	if (inform && q->has_ia)
		return BR_RULE_D6_VAL_03;
	return BR_RULE_NONE;
}

static struct br_asked6 *add_asked(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	struct br_asked6 *q = &r->dhcp6->asked[r->dhcp6->askeds++ % BR_ASKED6_MAX];

	*q = (struct br_asked6){.frame = r->frame,
	                        .at = r->at,
	                        .link = r->link,
	                        .bad = BR_RULE_NONE,
	                        .elapsed = -1,
	                        .src_port = p->src.port,
	                        .dst_port = p->dst.port};
	memcpy(q->src, p->src.ip, 16);
	memcpy(q->dst, p->dst.ip, 16);
	memcpy(q->eth_src, p->eth_src, 6);
	return q;
}

static void note_request(struct br_rules *r, const struct br_dhcp6_message *m)
{
	struct br_asked6 *q = add_asked(r);

	q->xid = m->xid;
	q->type = m->type;
	q->levels = m->levels;
	memcpy(q->level, r->dhcp6->level, sizeof(q->level));
	q->malformed = m->malformed;
	read_asked(q, m->options);
	q->whole_hash = hash_of(m->whole);
	q->same_hash = br_dhcp6_same_hash(m->options);
	if (!q->malformed)
		q->bad = forbidden(q);
	if (q->bad != BR_RULE_NONE)
		(void)br_judge(r, q->bad, true, "%s", "");
	if (q->levels > 0)
		br_rules_relay_forward6(r, q);
	else
		br_rules_client6(r, q);
}

static bool fits(const struct br_reply6 *y, const struct br_asked6 *q)
{
	if (q->unsure)
		return true;
	if (q->bad == BR_RULE_D6_VAL_04 || q->bad == BR_RULE_D6_VAL_05)
		return true;
	if (y->m->type == BR_DHCP6_TYPE_ADVERTISE)
		return q->type == BR_DHCP6_TYPE_SOLICIT;
	return q->type != BR_DHCP6_TYPE_SOLICIT || q->rapid ||
	       br_dhcp6_count(y->m->options, BR_DHCP6_OPTION_RAPID_COMMIT) > 0;
}

/* Is @q of the client that the answer goes to? One of the two may be wrong: that is judged. */
static bool is_of_client(const struct br_rules *r, const struct br_reply6 *y,
                         const struct br_asked6 *q)
{
	if (q->unsure || (y->now.duid_hash != 0 && y->now.duid_hash == q->duid.hash))
		return true;
	if (y->m->levels > 0)
		return q->levels == 0 ? !memcmp(q->src, y->level[y->m->levels - 1].peer, 16)
		                      : !memcmp(q->level[q->levels - 1].peer,
		                                y->level[y->m->levels - 1].peer, 16);
	return !memcmp(q->src, r->packet->dst.ip, 16);
}

/* Named another server: RFC 8415 §16.4, §16.12. */
static bool is_for_another(const struct br_reply6 *y, const struct br_asked6 *q)
{
	return y->now.server_hash != 0 && q->server_hash != 0 &&
	       q->server_hash != y->now.server_hash &&
	       (q->type == BR_DHCP6_TYPE_REQUEST || q->type == BR_DHCP6_TYPE_INFORMATION);
}

static bool is_use_multicast(const struct br_reply6 *y)
{
	return br_dhcp6_status(y->m->options) == BR_DHCP6_STATUS_USE_MULTICAST;
}

/* A SOLICIT is taken only when nothing else can have been asked with this transaction-id.
 * False: what was seen forbids an answer, or leaves open what was asked.
 */
static bool find_question(struct br_rules *r, struct br_reply6 *y)
{
	struct br_asked6 *bad = NULL, *other = NULL, *q;

	for (size_t back = 0; (q = br_asked6_back(r, back)) != NULL; back++) {
		bool levels = q->levels == y->m->levels;

		if (q->xid != y->m->xid || !fits(y, q) || !is_of_client(r, y, q))
			continue;
		if (q->unsure)
			return false;
		if (q->bad != BR_RULE_NONE) {
			bad = bad ? bad : q;
		} else if (is_for_another(y, q)) {
			other = other ? other : q;
		} else if (!y->q || (levels && y->q->levels != y->m->levels) ||
		           (y->q->levels == q->levels && y->q->type == BR_DHCP6_TYPE_SOLICIT &&
		            q->type != BR_DHCP6_TYPE_SOLICIT)) {
			y->q = q;
		}
	}
	if (y->q || (!bad && !other))
		return true;
	if (bad && bad->bad == BR_RULE_D6_VAL_07 && is_use_multicast(y))
		return false;
	if (bad)
		(void)br_judge(r, bad->bad, false, "it answers frame %llu",
		               (unsigned long long)bad->frame);
	else
		(void)br_judge(r,
		               other->type == BR_DHCP6_TYPE_REQUEST ? BR_RULE_D6_VAL_02
		                                                    : BR_RULE_D6_VAL_03,
		               false, "it answers frame %llu, which names another server",
		               (unsigned long long)other->frame);
	return false;
}

/* Nobody asked with this transaction-id, but the same client waits with another one. */
static void judge_xid(struct br_rules *r, struct br_reply6 *y)
{
	enum {
		EARLIER = 16
	};
	struct br_asked6 *q;

	if (y->q || y->now.duid_hash == 0 || !y->ia.there)
		return;
	for (size_t back = 0; back < EARLIER && (q = br_asked6_back(r, back)) != NULL; back++) {
		if (q->xid == y->m->xid || q->unsure)
			return;
	}
	for (size_t back = 0; back < EARLIER && (q = br_asked6_back(r, back)) != NULL; back++) {
		bool right = y->m->type == BR_DHCP6_TYPE_ADVERTISE
		                     ? q->type == BR_DHCP6_TYPE_SOLICIT
		                     : q->type == BR_DHCP6_TYPE_REQUEST;

		if (q->duid.hash != y->now.duid_hash || q->bad != BR_RULE_NONE)
			continue;
		if (!right || q->answered || q->at + PENDING < r->at || !q->ia.there ||
		    q->ia.iaid != y->ia.iaid || q->levels != y->m->levels)
			return;
		y->now.wrong_xid = true;
		(void)br_judge(r, BR_RULE_D6_ADV_02, false,
		               "transaction-id 0x%06x, asked in frame %llu with 0x%06x", y->m->xid,
		               (unsigned long long)q->frame, q->xid);
		return;
	}
}

static void read_answer(struct br_rules *r, struct br_reply6 *y)
{
	const struct br_dhcp6_message *m = y->m;
	struct br_octets preference = br_dhcp6_find(m->options, BR_DHCP6_OPTION_PREFERENCE);
	struct br_reader reader = br_reader_of(m->options.data, m->options.size);
	struct br_answered6 *now = &y->now;
	struct br_dhcp6_option o;

	y->ia = br_dhcp6_ia(br_dhcp6_find(m->options, BR_DHCP6_OPTION_IA_NA));
	y->url = br_dhcp6_find(m->options, BR_DHCP6_OPTION_BOOT_URL);
	*now = (struct br_answered6){
		.frame = r->frame,
		.at = r->at,
		.xid = m->xid,
		.link = r->link,
		.type = m->type,
		.levels = m->levels,
		.duid_hash = hash_of(br_dhcp6_find(m->options, BR_DHCP6_OPTION_CLIENT_ID)),
		.server_hash = hash_of(br_dhcp6_find(m->options, BR_DHCP6_OPTION_SERVER_ID)),
		.url_hash = hash_of(y->url),
		.whole_hash = hash_of(m->whole),
		.same_hash = br_dhcp6_same_hash(m->options),
		.iaid = y->ia.iaid,
		.has_address = y->ia.addresses > 0,
		.preference = preference.size == 1 ? preference.data[0] : 0};
	memcpy(now->address, y->ia.address, 16);
	while (br_dhcp6_option_get(&reader, &o) == 1) {
		if (o.code < 256)
			now->has[o.code / 8] = (uint8_t)(now->has[o.code / 8] | 1u << o.code % 8);
	}
}

/* What a relay hands to a client: somebody wrapped this question. */
static bool was_relayed(struct br_rules *r, const struct br_reply6 *y)
{
	struct br_answered6 *a;
	struct br_asked6 *q;

	for (size_t back = 0; (q = br_asked6_back(r, back)) != NULL; back++) {
		if (q->levels > y->m->levels && q->xid == y->m->xid)
			return true;
	}
	for (size_t back = 0; (a = br_answered6_back(r, back)) != NULL; back++) {
		if (a->levels > y->m->levels && a->xid == y->m->xid)
			return true;
	}
	return false;
}

static struct br_dhcp6_ia ia_of(struct br_octets options, uint32_t iaid)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option o;

	while (br_dhcp6_option_get(&r, &o) == 1) {
		struct br_dhcp6_ia ia = {0};

		if (o.code == BR_DHCP6_OPTION_IA_NA)
			ia = br_dhcp6_ia(o.value);
		if (ia.there && ia.iaid == iaid)
			return ia;
	}
	return (struct br_dhcp6_ia){.status = -1};
}

static void judge_answer(struct br_rules *r, const struct br_dhcp6_message *m)
{
	struct br_reply6 y = {.m = m, .level = r->dhcp6->level};

	read_answer(r, &y);
	if (!find_question(r, &y))
		return;
	y.forwarded = was_relayed(r, &y);
	if (y.q && y.q->malformed) {
		(void)br_judge(r, BR_RULE_ROB_D6_01, !m->malformed,
		               "the answer to the malformed frame %llu is malformed itself",
		               (unsigned long long)y.q->frame);
		return;
	}
	if (m->malformed)
		return;
	if (!y.q && !y.forwarded)
		judge_xid(r, &y);
	if (y.q) {
		if (y.q->ia.there)
			y.ia = ia_of(m->options, y.q->ia.iaid);
		y.now.iaid = y.q->ia.iaid;
		y.now.has_address = y.ia.addresses > 0;
		memcpy(y.now.address, y.ia.address, 16);
		y.now.ipxe = y.q->ipxe;
		memcpy(y.now.wanted, y.q->wanted, sizeof(y.now.wanted));
		memcpy(y.now.eth_client, y.q->eth_src, 6);
	}
	r->not_edk2 = y.q && (!y.q->edk2 || y.q->ipxe);
	if (y.forwarded && m->levels == 0) {
		br_rules_relayed_down6(r, &y);
	} else if (!y.forwarded) {
		br_rules_answer6(r, &y);
		br_rules_boot6(r, &y);
	}
	if (m->levels > 0)
		br_rules_relay_reply6(r, &y);
	br_rules_address6(r, &y);
	r->not_edk2 = false;
	if (y.q)
		y.q->answered = true;
	r->dhcp6->answered[r->dhcp6->answereds++ % BR_ANSWERED6_MAX] = y.now;
}

/* By its type, but for types that go the wrong way: those are what a client sends to the
 * group of all servers.
 */
static bool is_answer(const struct br_packet *p, const struct br_dhcp6_message *m)
{
	if (m->levels > 0)
		return m->level[0].type == BR_DHCP6_TYPE_RELAY_REPLY;
	if (m->type != BR_DHCP6_TYPE_ADVERTISE && m->type != BR_DHCP6_TYPE_REPLY &&
	    m->type != BR_DHCP6_TYPE_RECONFIGURE)
		return p->dst.port == BR_DHCP6_PORT_CLIENT;
	return p->dst.port != BR_DHCP6_PORT_SERVER || !br_is_group6(p->dst.ip);
}

/* RFC 5970 §4 */
static void judge_places(struct br_rules *r, const struct br_dhcp6_message *m)
{
	bool wrong = m->type == BR_DHCP6_TYPE_CONFIRM || m->type == BR_DHCP6_TYPE_RELEASE ||
	             m->type == BR_DHCP6_TYPE_DECLINE || m->type == BR_DHCP6_TYPE_RECONFIGURE;
	unsigned seen = 0;

	for (uint16_t code = BR_DHCP6_OPTION_BOOT_URL; code <= BR_DHCP6_OPTION_NII && wrong;
	     code++) {
		if (br_dhcp6_count(m->options, code) > 0)
			seen = code;
	}
	if (wrong)
		(void)br_judge(r, BR_RULE_D6_NB_06, seen == 0, "option %u in a message of type %u",
		               seen, m->type);
	for (size_t i = 0; i < m->levels; i++)
		(void)br_judge(r, BR_RULE_D6_NB_06, r->dhcp6->level[i].boot == 0,
		               "option %u beside the relayed message", r->dhcp6->level[i].boot);
}

static void note_level(struct br_relay6 *level, const struct br_dhcp6_relay *relay)
{
	*level = (struct br_relay6){
		.hops = relay->hops,
		.id_hash = hash_of(br_dhcp6_find(relay->options, BR_DHCP6_OPTION_INTERFACE_ID)),
		.has_port = br_dhcp6_count(relay->options, BR_DHCP6_OPTION_RELAY_PORT) > 0};
	memcpy(level->link, relay->link, sizeof(level->link));
	memcpy(level->peer, relay->peer, sizeof(level->peer));
	for (uint16_t code = BR_DHCP6_OPTION_BOOT_URL; code <= BR_DHCP6_OPTION_NII; code++) {
		if (br_dhcp6_count(relay->options, code) > 0)
			level->boot = code;
	}
}

static bool is_dhcp6_port(uint16_t port)
{
	return port == BR_DHCP6_PORT_CLIENT || port == BR_DHCP6_PORT_SERVER;
}

static void note_unsure(struct br_rules *r, struct br_octets payload)
{
	struct br_asked6 *q = add_asked(r);

	q->unsure = true;
	q->type = payload.data[0];
	q->xid = (uint32_t)payload.data[1] << 16 | (uint32_t)payload.data[2] << 8 | payload.data[3];
}

void br_rules_dhcp6(struct br_rules *r, enum br_sum sum)
{
	const struct br_packet *p = r->packet;
	struct br_dhcp6_message *m = &r->dhcp6->message;

	if (p->src.port == BR_DHCP6_PORT_PXE) {
		br_rules_binl6(r,
		               BR_DHCP6_TYPE_REPLY == (p->payload.size ? p->payload.data[0] : 0));
		return;
	}
	if (p->fragment || sum == BR_SUM_WRONG || p->payload.size < XID_SIZE ||
	    (!is_dhcp6_port(p->dst.port) && !is_dhcp6_port(p->src.port)))
		return;
	if (p->payload.size < p->payload_size) {
		if (p->payload.data[0] != BR_DHCP6_TYPE_RELAY_FORWARD)
			note_unsure(r, p->payload);
		return;
	}
	if (br_dhcp6_parse(p->payload, m) < 0)
		return;
	for (size_t i = 0; i < m->levels; i++)
		note_level(&r->dhcp6->level[i], &m->level[i]);
	if (!m->malformed)
		judge_places(r, m);
	if (is_answer(p, m))
		judge_answer(r, m);
	else
		note_request(r, m);
}
