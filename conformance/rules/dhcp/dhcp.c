/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCP over IPv4: who asked what, and what a reply answers.
 *
 * Theory of operation
 *
 * The messages of one client with one xid are a deal (dhcp_table.h). note_request() keeps what a
 * message asks, and hands it to the judges of who sent it: relay.c if a relay made it, else pxe.c.
 * judge_reply() finds the deal, and in it what the reply may answer, newest first (find_asked()):
 * of that the judges of replies know for whom it is. They are form.c (what it looks like), odd.c
 * (how a request that is hard to read was read), history.c and binding.c (against what the server
 * said before), pxe.c with vendor.c, boot.c and promise.c (boot files), delivery.c (where it goes)
 * and relay.c. A relay's copy of a reply that was judged where the server sent it is judged by the
 * last alone.
 *
 * Where a message was cut, its deal is unsure, and nothing is compared with it. Where everything
 * that was asked forbids an answer, the answer is the breach, and no more is said of it.
 */
#include "conformance/rules/dhcp/dhcp.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/rules/dhcp/binding.h"
#include "conformance/rules/dhcp/boot.h"
#include "conformance/rules/dhcp/delivery.h"
#include "conformance/rules/dhcp/dhcp_table.h"
#include "conformance/rules/dhcp/form.h"
#include "conformance/rules/dhcp/history.h"
#include "conformance/rules/dhcp/odd.h"
#include "conformance/rules/dhcp/promise.h"
#include "conformance/rules/dhcp/pxe.h"
#include "conformance/rules/dhcp/relay.h"
#include "conformance/rules/http/http.h"
#include "core/dhcp/policy.h"

enum {
	PXE_CLASS_SIZE = 32,             /* PXEClient:Arch:xxxxx:UNDI:yyyzzz, PXE 2.1 table 2-1 */
	CUT_SIZE_MIN = BR_DHCP_AT_SNAME, /* up to chaddr's end */
};

struct br_dhcp_watch *br_dhcp_watch_new(void)
{
	return calloc(1, sizeof(struct br_dhcp_watch));
}

static bool has_octet(struct br_octets value, uint8_t octet)
{
	return value.size > 0 && memchr(value.data, octet, value.size) != NULL;
}

static void read_class(struct br_asked *q, const struct br_dhcp_message *m)
{
	struct br_octets class = br_dhcp_get(m, BR_DHCP_OPTION_VENDOR_CLASS);
	struct br_octets user = br_dhcp_get(m, BR_DHCP_OPTION_USER_CLASS);
	struct br_octets arch = br_dhcp_get(m, BR_DHCP_OPTION_ARCHITECTURE);

	if (br_text_starts(class, "PXEClient"))
		q->class = BR_CLASS_PXE;
	else if (br_text_starts(class, "HTTPClient"))
		q->class = BR_CLASS_HTTP;
	q->arch = arch.size >= 2 ? arch.data[0] << 8 | arch.data[1] : -1;
	q->ipxe = br_dhcp_count(m, BR_DHCP_OPTION_IPXE) > 0 || br_text_is(user, "iPXE") ||
	          br_user_class_has(user, "iPXE");
	q->edk2 = !q->ipxe && br_rules_is_edk2(class, q->arch);
	/* a switch that names its model behind it (ZTP) speaks no PXE */
	if (q->class == BR_CLASS_PXE && q->arch < 0 && class.size > PXE_CLASS_SIZE)
		q->class = BR_CLASS_NONE;
	q->boots = q->class != BR_CLASS_NONE || q->arch >= 0 || q->ipxe ||
	           (class.size == 0 &&
	            has_octet(br_dhcp_get(m, BR_DHCP_OPTION_PARAMETERS), BR_DHCP_OPTION_BOOT_FILE));
}

static void read_values(struct br_asked *q, const struct br_dhcp_message *m)
{
	struct br_octets id = br_dhcp_get(m, BR_DHCP_OPTION_CLIENT_ID);
	struct br_octets agent = br_dhcp_get(m, BR_DHCP_OPTION_RELAY_AGENT);
	struct br_octets uuid = br_dhcp_get(m, BR_DHCP_OPTION_MACHINE_ID);
	struct br_octets wanted = br_dhcp_get(m, BR_DHCP_OPTION_PARAMETERS);
	struct br_octets item = br_dhcp_sub_option(br_dhcp_get(m, BR_DHCP_OPTION_VENDOR),
	                                           BR_PXE_TAG_BOOT_ITEM, true);

	q->id_size = q->agent_size = -1;
	if (id.data && id.size <= sizeof(q->id)) {
		q->id_size = (int16_t)id.size;
		memcpy(q->id, id.data, id.size);
	}
	if (agent.data && agent.size <= sizeof(q->agent)) {
		q->agent_size = (int16_t)agent.size;
		memcpy(q->agent, agent.data, agent.size);
	}
	if (uuid.size > 0 && uuid.size <= sizeof(q->uuid)) {
		q->uuid_size = (uint8_t)uuid.size;
		memcpy(q->uuid, uuid.data, uuid.size);
	}
	for (size_t i = 0; i < wanted.size; i++)
		q->wanted[wanted.data[i] / 8] |= (uint8_t)(1u << wanted.data[i] % 8);
	q->item = item.size == 4;
	q->item_layer = q->item ? (uint16_t)((unsigned)item.data[2] << 8 | item.data[3]) : 0;
	q->item_type = q->item ? (uint16_t)((unsigned)item.data[0] << 8 | item.data[1]) : 0;
}

static void read_hashes(struct br_asked *q, const struct br_dhcp_message *m)
{
	const struct br_dhcp_header *h = &m->header;
	uint32_t head[5] = {h->flags, h->ciaddr, h->yiaddr, h->siaddr, 0};

	q->head_hash = br_rules_hash(BR_RULES_HASH_SEED, head, sizeof(head));
	q->head_hash = br_rules_hash(q->head_hash, h->sname, sizeof(h->sname));
	q->head_hash = br_rules_hash(q->head_hash, h->file, sizeof(h->file));
	q->options_hash = BR_RULES_HASH_SEED;
	for (size_t i = 0; i < m->instances; i++) {
		const struct br_dhcp_instance *o = &m->instance[i];
		uint8_t key[4] = {o->code, o->field, (uint8_t)(o->value.size >> 8),
		                  (uint8_t)o->value.size};

		if (o->code == BR_DHCP_OPTION_RELAY_AGENT)
			continue;
		q->options_hash = br_rules_hash(q->options_hash, key, sizeof(key));
		q->options_hash = br_rules_hash(q->options_hash, o->value.data, o->value.size);
	}
}

static bool is_no_host(uint32_t address)
{
	return br_rules_is_group(address) || address >> 24 == 127;
}

static enum br_rule forbidden(const struct br_asked *q, enum br_sum sum, size_t size)
{
	if (sum == BR_SUM_WRONG)
		return BR_RULE_NET_UDP_02;
	if (q->op == BR_DHCP_OP_REPLY)
		return BR_RULE_D4C_HDR_02;
	if (q->op != BR_DHCP_OP_REQUEST)
		return BR_RULE_D4C_HDR_01;
	if (q->dst_port == BR_DHCP_PORT_CLIENT)
		return BR_RULE_D4S_DLV_07;
	if (size < BR_DHCP_AT_OPTIONS)
		return BR_RULE_D4C_HDR_03;
	if (q->type == BR_DHCP_TYPE_RELEASE)
		return BR_RULE_D4S_REL_01;
	if (q->dst_port == BR_DHCP_PORT_PXE && q->class != BR_CLASS_PXE)
		return BR_RULE_PXE_BS_20;
	if (q->giaddr >> 24 == 127 || br_rules_is_group(q->giaddr))
		return BR_RULE_ROB_D4_11;
	if (is_no_host(q->src_ip) || (q->type != BR_DHCP_TYPE_DISCOVER && is_no_host(q->ciaddr)))
		return BR_RULE_ROB_D4_12;
	return BR_RULE_NONE;
}

static void note_request(struct br_rules *r, const struct br_dhcp_message *m, enum br_sum sum)
{
	const struct br_packet *p = r->packet;
	const struct br_dhcp_header *h = &m->header;
	struct br_deal *deal = br_deal_for(r, h->xid, h->chaddr);
	struct br_asked *q = &deal->asked[deal->askeds % BR_ASKED_MAX];

	*q = (struct br_asked){.frame = r->frame,
	                       .at = r->at,
	                       .link = r->link,
	                       .src_ip = br_endpoint_to_ipv4(&p->src),
	                       .dst_ip = br_endpoint_to_ipv4(&p->dst),
	                       .src_port = p->src.port,
	                       .dst_port = p->dst.port,
	                       .op = h->op,
	                       .htype = h->htype,
	                       .hlen = h->hlen,
	                       .hops = h->hops,
	                       .flags = h->flags,
	                       .secs = h->secs,
	                       .udp_sum = p->udp.checksum,
	                       .ciaddr = h->ciaddr,
	                       .giaddr = h->giaddr,
	                       .type = m->type,
	                       .rapid = br_dhcp_count(m, BR_DHCP_OPTION_RAPID_COMMIT) > 0,
	                       .overload = br_dhcp_count(m, BR_DHCP_OPTION_OVERLOAD) > 0};
	memcpy(q->eth_src, p->eth_src, 6);
	memcpy(q->eth_dst, p->eth_dst, 6);
	q->copy = memcmp(p->eth_src, h->chaddr, 6) != 0 &&
	          (h->giaddr != 0 || p->src.port == BR_DHCP_PORT_SERVER);
	(void)br_dhcp_get_be16(m, BR_DHCP_OPTION_MAX_SIZE, &q->max_size);
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_REQUESTED_ADDRESS, &q->requested);
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &q->server_id);
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_SUBNET_SELECTION, &q->link_subnet);
	read_class(q, m);
	read_values(q, m);
	br_rules_note_arch(q, m);
	br_rules_note_odd(r, q, m);
	read_hashes(q, m);
	q->bad = forbidden(q, sum, p->payload_size);
	if (q->bad != BR_RULE_NONE)
		(void)br_judge(r, q->bad, true, "%s", "");
	deal->askeds++;
	br_rules_not_reserved(r, m, q);
	if (q->type == BR_DHCP_TYPE_DECLINE)
		br_rules_binding_ends(r, m, q->requested, true);
	else if (q->type == BR_DHCP_TYPE_RELEASE)
		br_rules_binding_ends(r, m, q->ciaddr, false);
	if (q->copy)
		br_rules_relay_request(r, deal, q, m);
	else if (q->bad == BR_RULE_NONE || q->bad == BR_RULE_D4S_REL_01)
		br_rules_pxe_request(r, deal, q, m);
}

/* Could the message at hand answer it? */
static bool may_answer(const struct br_reply *y, const struct br_asked *q)
{
	enum br_dhcp_type type = y->m->type;

	if (q->bad != BR_RULE_NONE)
		return false;
	if (y->pxe_port)
		return q->dst_port == BR_DHCP_PORT_PXE || q->item;
	if (q->dst_port == BR_DHCP_PORT_PXE)
		return false;
	if (type == BR_DHCP_TYPE_NONE)
		return true;
	if (type == BR_DHCP_TYPE_OFFER)
		return q->type == BR_DHCP_TYPE_DISCOVER || q->type == BR_DHCP_TYPE_NONE;
	if (type == BR_DHCP_TYPE_ACK && q->type == BR_DHCP_TYPE_DISCOVER)
		return q->rapid;
	return q->type == BR_DHCP_TYPE_REQUEST || q->type == BR_DHCP_TYPE_INFORM;
}

static void find_asked(struct br_reply *y)
{
	size_t kept = br_deal_kept(y->deal);

	for (int pass = 0; pass < 2 && y->askeds == 0; pass++) {
		for (size_t back = 0; back < kept; back++) {
			const struct br_asked *q = br_deal_back(y->deal, back);
			bool same = y->forwarded || y->pxe_port || q->giaddr == y->m->header.giaddr;

			if (may_answer(y, q) && (same || pass == 1))
				y->asked[y->askeds++] = q;
		}
	}
	y->q = y->askeds > 0 ? y->asked[0] : NULL;
}

/* Everything asked must not be answered: then this reply is the breach. */
static bool answers_forbidden(struct br_rules *r, const struct br_deal *deal)
{
	size_t kept = br_deal_kept(deal);

	for (size_t back = 0; back < kept; back++) {
		if (br_deal_back(deal, back)->bad == BR_RULE_NONE)
			return false;
	}
	if (kept == 0 || deal->askeds > kept)
		return false;
	return !br_judge(r, br_deal_back(deal, 0)->bad, false, "it answers frame %llu",
	                 (unsigned long long)br_deal_back(deal, 0)->frame);
}

/* Another deal of this client waits for an answer on 4011. */
static bool waits_on_pxe(const struct br_rules *r, const struct br_deal *but,
                         const uint8_t chaddr[16])
{
	for (size_t i = 0; i < r->dhcp->deals; i++) {
		const struct br_deal *d = &r->dhcp->deal[i];

		if (d == but || memcmp(d->chaddr, chaddr, 16) != 0 || d->askeds == 0)
			continue;
		if (br_deal_back(d, 0)->dst_port == BR_DHCP_PORT_PXE && r->at < d->last + 4 * BR_S)
			return true;
	}
	return false;
}

static bool only_on_pxe(const struct br_deal *deal)
{
	size_t kept = br_deal_kept(deal);

	for (size_t back = 0; back < kept; back++) {
		if (br_deal_back(deal, back)->dst_port != BR_DHCP_PORT_PXE)
			return false;
	}
	return kept > 0;
}

static void find_deal_of_reply(struct br_rules *r, struct br_reply *y)
{
	const struct br_dhcp_header *h = &y->m->header;
	bool pxe =
		r->packet->src.port == BR_DHCP_PORT_PXE || r->packet->dst.port == BR_DHCP_PORT_PXE;
	enum br_rule rule = pxe ? BR_RULE_PXE_BS_14 : BR_RULE_D4C_HDR_05;

	y->deal = br_deal_find(r->dhcp, h->xid, h->chaddr);
	if (y->deal) {
		const struct br_asked *q = y->deal->askeds > 0 ? br_deal_back(y->deal, 0) : NULL;

		y->pxe_port = pxe || only_on_pxe(y->deal);
		/* a length no address has need not come back: ROB-D4-03 */
		if (q && !y->deal->unsure && q->hlen > 0 && q->hlen <= 16)
			(void)br_judge(r, rule, h->htype == q->htype && h->hlen == q->hlen,
			               "htype %u and hlen %u, asked with %u and %u", h->htype,
			               h->hlen, q->htype, q->hlen);
		find_asked(y);
		if (pxe && q && !y->deal->unsure && y->askeds == 0 &&
		    r->packet->src.port == BR_DHCP_PORT_PXE && waits_on_pxe(r, y->deal, h->chaddr))
			(void)br_judge(r, rule, false, "xid 0x%08x is not that of the request",
			               h->xid);
		return;
	}
	y->deal = br_deal_find_xid(r, h->xid);
	if (!y->deal)
		return;
	y->pxe_port = pxe || only_on_pxe(y->deal);
	find_asked(y);
	if (y->q && !y->deal->unsure && y->q->hlen > 0 && y->q->hlen <= 16)
		(void)br_judge(r, rule, false, "chaddr is not that of the request in frame %llu",
		               (unsigned long long)y->q->frame);
}

static uint32_t hash_of(const struct br_dhcp_message *m, uint8_t code)
{
	struct br_octets value = br_dhcp_get(m, code);

	return value.data ? br_rules_hash(BR_RULES_HASH_SEED, value.data, value.size) | 1 : 0;
}

static bool counts_down(uint8_t code)
{
	return code == BR_DHCP_OPTION_LEASE_TIME || code == BR_DHCP_OPTION_RENEWAL_TIME ||
	       code == BR_DHCP_OPTION_REBINDING_TIME;
}

static struct br_answered note_answer(const struct br_rules *r, const struct br_reply *y)
{
	const struct br_dhcp_header *h = &y->m->header;
	struct br_answered a = {.frame = r->frame,
	                        .at = r->at,
	                        .type = y->m->type,
	                        .forwarded = y->forwarded,
	                        .pxe = y->pxe_port,
	                        .src_ip = y->src_ip,
	                        .dst_ip = y->dst_ip,
	                        .server_id = y->server_id,
	                        .yiaddr = h->yiaddr,
	                        .siaddr = h->siaddr,
	                        .giaddr = h->giaddr};
	uint32_t head[5] = {h->flags, h->ciaddr, h->yiaddr, h->siaddr, h->giaddr};

	memcpy(a.eth_src, r->packet->eth_src, 6);
	a.has_agent = br_dhcp_count(y->m, BR_DHCP_OPTION_RELAY_AGENT) > 0;
	if (y->best_file.size > 0)
		a.file_hash =
			br_rules_hash(BR_RULES_HASH_SEED, y->best_file.data, y->best_file.size) | 1;
	a.uri_hash = br_rules_is_uri(y->best_file) ? a.file_hash : 0;
	for (size_t i = 0; i < BR_SAME_OPTIONS; i++)
		a.same[i] = hash_of(y->m, br_same_codes[i]);
	a.all_hash = br_rules_hash(BR_RULES_HASH_SEED, head, sizeof(head));
	a.all_hash = br_rules_hash(a.all_hash, h->sname, sizeof(h->sname));
	a.all_hash = br_rules_hash(a.all_hash, h->file, sizeof(h->file));
	for (size_t i = 0; i < y->m->instances; i++) {
		const struct br_dhcp_instance *o = &y->m->instance[i];

		if (counts_down(o->code) || o->code == BR_DHCP_OPTION_RELAY_AGENT)
			continue;
		a.all_hash = br_rules_hash(a.all_hash, &o->code, 1);
		a.all_hash = br_rules_hash(a.all_hash, o->value.data, o->value.size);
	}
	return a;
}

static bool was_counted(const struct br_reply *y)
{
	for (size_t i = 0; y->deal && i < y->deal->answereds && i < BR_ANSWERED_MAX; i++) {
		const struct br_answered *a = &y->deal->answered[i];

		if (!a->forwarded && a->type == y->m->type && a->server_id == y->server_id)
			return true;
	}
	return false;
}

static void read_reply(struct br_rules *r, struct br_reply *y)
{
	const struct br_dhcp_message *m = y->m;

	y->src_ip = br_endpoint_to_ipv4(&r->packet->src);
	y->dst_ip = br_endpoint_to_ipv4(&r->packet->dst);
	y->forwarded = m->header.giaddr != 0 && r->packet->dst.port == BR_DHCP_PORT_CLIENT &&
	               r->packet->src.port == BR_DHCP_PORT_SERVER &&
	               (m->header.giaddr == y->src_ip || y->dst_ip != m->header.giaddr);
	y->has_server_id = br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &y->server_id);
	y->class = br_dhcp_get(m, BR_DHCP_OPTION_VENDOR_CLASS);
	y->vendor = br_dhcp_get(m, BR_DHCP_OPTION_VENDOR);
	y->file = br_dhcp_file(m);
	y->file67 = br_dhcp_get_text(m, BR_DHCP_OPTION_BOOT_FILE);
	y->best_file = y->file67.size > 0 ? y->file67 : y->file;
	y->proxy = m->type == BR_DHCP_TYPE_OFFER && m->header.yiaddr == 0;
}

static void judge_reply(struct br_rules *r, struct br_reply *y)
{
	struct br_answered now;

	read_reply(r, y);
	find_deal_of_reply(r, y);
	if (y->deal && answers_forbidden(r, y->deal))
		return;
	if (y->deal && (y->deal->unsure || y->deal->askeds == 0)) {
		y->askeds = 0;
		y->q = NULL;
	}
	r->not_edk2 = y->q && !y->q->edk2;
	y->counted = y->forwarded && was_counted(y);
	now = note_answer(r, y);
	if (!y->counted) {
		br_rules_odd(r, y);
		br_rules_dhcp_form(r, y);
		br_rules_dhcp_lease(r, y);
		br_rules_dhcp_history(r, y, &now);
		br_rules_pxe_reply(r, y, &now);
		br_rules_boot_file(r, y);
		br_rules_promise(r, y);
	}
	if (!y->forwarded) {
		br_rules_dhcp_delivery(r, y);
		br_rules_dhcp_agent(r, y);
	}
	br_rules_relay_reply(r, y, &now);
	if (br_rules_is_uri(y->best_file))
		br_rules_uri(r, y->best_file);
	if (y->deal)
		y->deal->answered[y->deal->answereds++ % BR_ANSWERED_MAX] = now;
	r->not_edk2 = false;
}

static bool is_dhcp_port(uint16_t port)
{
	return port == BR_DHCP_PORT_SERVER || port == BR_DHCP_PORT_CLIENT ||
	       port == BR_DHCP_PORT_PXE;
}

/* An op of 2 where only requests may go. */
static bool is_false_reply(const struct br_packet *p, const struct br_dhcp_message *m)
{
	return p->src.port == BR_DHCP_PORT_CLIENT && m->header.giaddr == 0 &&
	       (p->dst.port == BR_DHCP_PORT_PXE || p->dst.port == BR_DHCP_PORT_SERVER);
}

/* What stands in chaddr behind hlen is no address, and need not come back. */
static void clear_padding(struct br_dhcp_header *h)
{
	if (h->hlen < sizeof(h->chaddr))
		memset(h->chaddr + h->hlen, 0, sizeof(h->chaddr) - h->hlen);
}

void br_rules_dhcp(struct br_rules *r, enum br_sum sum)
{
	const struct br_packet *p = r->packet;
	struct br_dhcp_message *m = &r->dhcp->message;
	struct br_reply y = {.m = m};

	if (p->fragment || (!is_dhcp_port(p->dst.port) && !is_dhcp_port(p->src.port)) ||
	    p->payload.size < CUT_SIZE_MIN)
		return;
	if (p->payload.size < p->payload_size || br_dhcp_parse(p->payload, m) < 0) {
		struct br_deal *d =
			br_deal_for(r, br_rules_be32(p->payload.data + 4), p->payload.data + 28);

		d->unsure = true;
		return;
	}
	clear_padding(&m->header);
	if (m->header.op != BR_DHCP_OP_REPLY || is_false_reply(p, m))
		note_request(r, m, sum);
	else if (sum != BR_SUM_WRONG)
		judge_reply(r, &y);
}
