/* SPDX-License-Identifier: BSD-2-Clause */
/* Neighbor discovery, RFC 4861 and RFC 4862, and closed ports told by ICMPv6, RFC 4443. */
#include "conformance/rules/six/nd.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/rules/six/binl6.h"

enum {
	ND_ROUTER_ADVERTISEMENT = 134,
	ND_SOLICITATION = 135,
	ND_ADVERTISEMENT = 136,
	ICMP6_UNREACHABLE = 1,
	ICMP6_PORT = 4,
	ND_TARGET_MAC = 2,
	ND_PREFIX = 3,
	HOPS = 255,
	QUESTIONS_MAX = 64,
	PREFIXES_MAX = 32,
	GIVEN_MAX = 64,
};
#define SOLICITED 0x40000000u /* in br_packet_icmp.rest, RFC 4861 §4.4 */
#define FRESH     BR_S
#define TOO_SOON  (500 * BR_MS) /* RFC 4862 §5.4 waits RetransTimer, 1 s */

/* A Neighbor Solicitation */
struct solicitation {
	uint8_t asker[16], target[16];
	br_time at;
	uint64_t frame;
	bool bad, group, answered;
};

/* A prefix of 64 bits in a Router Advertisement */
struct prefix {
	uint8_t octets[8];
	bool good, bad; /* seen in one that is valid, in one that is not */
	uint64_t frame;
};

/* An address that DHCPv6 gave to somebody */
struct given {
	uint8_t ip[16], mac[6];
	br_time at;
	uint64_t frame;
	bool used;
};

struct br_nd_watch {
	struct solicitation question[QUESTIONS_MAX];
	struct prefix prefix[PREFIXES_MAX];
	struct given given[GIVEN_MAX];
	uint8_t checked[GIVEN_MAX][16]; /* for duplicates */
	size_t questions, prefixes, givens, checkeds;
	bool unsure; /* a Router Advertisement was not whole */
};

struct br_nd_watch *br_nd_watch_new(void)
{
	return calloc(1, sizeof(struct br_nd_watch));
}

/* The first option of @type; false, with @ret_bad, when one has length 0 or sticks out. */
static struct br_octets option_of(struct br_octets options, uint8_t type, bool *ret_bad)
{
	struct br_octets found = {0};
	size_t at = 0;

	while (options.size - at >= 2) {
		size_t size = 8u * options.data[at + 1];

		if (size == 0 || size > options.size - at) {
			*ret_bad = true;
			return found;
		}
		if (options.data[at] == type && !found.data)
			found = (struct br_octets){options.data + at, size};
		at += size;
	}
	return found;
}

static struct br_octets options_of(const struct br_packet *p, size_t at)
{
	if (p->payload.size < at)
		return (struct br_octets){0};
	return (struct br_octets){p->payload.data + at, p->payload.size - at};
}

static bool is_checked(const struct br_nd_watch *w, const uint8_t ip[16])
{
	for (size_t i = 0; i < w->checkeds && i < GIVEN_MAX; i++) {
		if (!memcmp(w->checked[i], ip, 16))
			return true;
	}
	return false;
}

/* RFC 4291 appendix A; some firmware leaves out the inversion of the U/L bit. */
static bool is_made_of(const uint8_t ip[16], const uint8_t mac[6])
{
	return ((ip[8] ^ mac[0]) & ~2) == 0 && ip[9] == mac[1] && ip[10] == mac[2] &&
	       ip[11] == 0xff && ip[12] == 0xfe && !memcmp(ip + 13, mac + 3, 3);
}

bool br_rules_is_announced6(const struct br_rules *r, const uint8_t ip[16])
{
	for (size_t i = 0; i < r->nd->prefixes; i++) {
		if (!memcmp(r->nd->prefix[i].octets, ip, 8))
			return true;
	}
	return false;
}

/* Somebody is about to use an address: where has it the prefix from? */
static void judge_autoconfigured(struct br_rules *r, const uint8_t target[16])
{
	const struct br_nd_watch *w = r->nd;

	if (br_is_link_local6(target) || w->unsure || !is_made_of(target, r->packet->eth_src))
		return;
	for (size_t i = 0; i < w->prefixes; i++) {
		if (!memcmp(w->prefix[i].octets, target, 8))
			(void)br_judge(r, BR_RULE_NET_ND_03, w->prefix[i].good,
			               "%s is of the prefix in frame %llu, which is not valid",
			               BR_IP6(target), (unsigned long long)w->prefix[i].frame);
	}
}

static void see_solicitation(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	struct br_nd_watch *w = r->nd;
	struct solicitation *q;
	bool bad = p->ipv6.hop_limit != HOPS || p->payload_size < 16;

	if (p->payload.size < p->payload_size || p->payload.size < 16)
		return;
	(void)option_of(options_of(p, 16), 0, &bad);
	q = &w->question[w->questions++ % QUESTIONS_MAX];
	*q = (struct solicitation){
		.at = r->at, .frame = r->frame, .bad = bad, .group = br_is_group6(p->dst.ip)};
	memcpy(q->asker, p->src.ip, 16);
	memcpy(q->target, p->payload.data, 16);
	if (br_is_zero6(p->src.ip) && !bad) {
		judge_autoconfigured(r, q->target);
		memcpy(w->checked[w->checkeds++ % GIVEN_MAX], q->target, 16);
	}
}

static void see_advertisement(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	struct br_nd_watch *w = r->nd;
	struct solicitation *good = NULL, *bad = NULL;
	bool group = true, broken = false, whole = p->payload.size == p->payload_size;

	if (p->payload.size < 16)
		return;
	for (size_t i = 0; i < w->questions && i < QUESTIONS_MAX; i++) {
		struct solicitation *q = &w->question[i];
		bool everybody = br_is_zero6(q->asker) && br_is_group6(p->dst.ip);

		if (q->answered || q->at + FRESH < r->at ||
		    memcmp(q->target, p->payload.data, 16) ||
		    (memcmp(q->asker, p->dst.ip, 16) != 0 && !everybody))
			continue;
		*(q->bad ? &bad : &good) = q;
		group = group && q->group;
		q->answered = true;
	}
	if (!good && !bad)
		return;
	if (!br_judge(r, BR_RULE_NET_ND_01, good != NULL,
	              "it answers frame %llu, which is not valid",
	              (unsigned long long)(bad ? bad->frame : 0)) ||
	    br_is_group6(p->dst.ip))
		return;
	if (!br_judge(r, BR_RULE_NET_ND_02, (p->icmp.rest & SOLICITED) != 0,
	              "the S flag is not set, and it answers frame %llu",
	              (unsigned long long)good->frame))
		return;
	if (group && whole)
		(void)br_judge(r, BR_RULE_NET_ND_02,
		               option_of(options_of(p, 16), ND_TARGET_MAC, &broken).data != NULL,
		               "no link-layer address, and frame %llu was multicast",
		               (unsigned long long)good->frame);
}

static struct prefix *prefix_for(struct br_nd_watch *w, const uint8_t octets[8])
{
	for (size_t i = 0; i < w->prefixes; i++) {
		if (!memcmp(w->prefix[i].octets, octets, 8))
			return &w->prefix[i];
	}
	if (w->prefixes == PREFIXES_MAX) {
		w->unsure = true;
		return NULL;
	}
	memcpy(w->prefix[w->prefixes].octets, octets, 8);
	return &w->prefix[w->prefixes++];
}

/* RFC 4861 §6.1.2, §4.6.2 */
static void see_router(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	bool bad = p->ipv6.hop_limit != HOPS || !br_is_link_local6(p->src.ip), broken = false;
	struct br_octets options = options_of(p, 8);

	if (p->payload.size < p->payload_size) {
		r->nd->unsure = true;
		return;
	}
	while (options.size > 0) {
		struct br_octets o = option_of(options, ND_PREFIX, &broken);
		struct prefix *prefix;

		if (broken || !o.data)
			return;
		options = (struct br_octets){
			o.data + o.size, options.size - (size_t)(o.data - options.data) - o.size};
		if (o.size < 32 || o.data[2] != 64)
			continue;
		prefix = prefix_for(r->nd, o.data + 16);
		if (!prefix)
			return;
		prefix->good = prefix->good || !bad;
		prefix->bad = prefix->bad || bad;
		prefix->frame = r->frame;
	}
}

/* RFC 4443 §3.1 */
static void see_unreachable(struct br_rules *r)
{
	struct br_packet quoted;

	br_packet_parse_ip(&quoted, r->packet->payload, r->packet->payload_size, false);
	if (quoted.network == BR_NETWORK_IPV6 && quoted.transport == BR_TRANSPORT_UDP &&
	    quoted.dst.port == BR_DHCP6_PORT_PXE)
		br_rules_binl6(r, false);
}

void br_rules_address6(struct br_rules *r, const struct br_reply6 *y)
{
	struct br_nd_watch *w = r->nd;
	struct given *g;

	if (y->m->type != BR_DHCP6_TYPE_REPLY || !y->q || y->q->levels > 0 ||
	    y->ia.addresses == 0 ||
	    (y->q->type != BR_DHCP6_TYPE_REQUEST && y->q->type != BR_DHCP6_TYPE_SOLICIT))
		return;
	for (size_t i = 0; i < w->givens && i < GIVEN_MAX; i++) {
		if (!memcmp(w->given[i].ip, y->ia.address, 16))
			return;
	}
	g = &w->given[w->givens++ % GIVEN_MAX];
	*g = (struct given){.at = r->at, .frame = r->frame};
	memcpy(g->ip, y->ia.address, 16);
	memcpy(g->mac, y->q->eth_src, 6);
}

/* RFC 4862 §5.4: within half a second nobody can have asked and waited. */
static void judge_use(struct br_rules *r)
{
	const struct br_packet *p = r->packet;

	for (size_t i = 0; i < r->nd->givens && i < GIVEN_MAX; i++) {
		struct given *g = &r->nd->given[i];
		bool checked;

		if (g->used || memcmp(g->ip, p->src.ip, 16) != 0 || memcmp(g->mac, p->eth_src, 6))
			continue;
		g->used = true;
		checked = is_checked(r->nd, g->ip);
		if (checked || r->complete || r->at < g->at + TOO_SOON)
			(void)br_judge(r, BR_RULE_NET_ND_04, checked,
			               "it uses %s %llu ms after frame %llu, unchecked",
			               BR_IP6(g->ip), (unsigned long long)((r->at - g->at) / BR_MS),
			               (unsigned long long)g->frame);
		return;
	}
}

void br_rules_nd(struct br_rules *r)
{
	const struct br_packet *p = r->packet;

	judge_use(r);
	if (p->transport != BR_TRANSPORT_ICMPV6 || p->fragment)
		return;
	if (p->icmp.type == ND_SOLICITATION)
		see_solicitation(r);
	else if (p->icmp.type == ND_ADVERTISEMENT)
		see_advertisement(r);
	else if (p->icmp.type == ND_ROUTER_ADVERTISEMENT)
		see_router(r);
	else if (p->icmp.type == ICMP6_UNREACHABLE && p->icmp.code == ICMP6_PORT)
		see_unreachable(r);
}
