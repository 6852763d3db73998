/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP, packet by packet: whose it is.
 *
 * Theory of operation
 *
 * A request to port 69 begins a transfer (request()); a datagram belongs to the one whose client's
 * address and port it goes to or comes from. of_server() takes what goes there: the first answer is
 * held against the request (tftp_options.c, tftp_odd.c), then DATA goes to tftp_data.c, OACK to
 * tftp_options.c, ERROR stays here. from_client() takes what comes from there: ACK goes to
 * tftp_ack.c. What belongs to no transfer may be to or from somebody who butts in (foreign()), to
 * port 69 and no request (tftp_odd.c), or for a group (tftp_multicast.c). tftp_window.c knows
 * windows, and what blocks held.
 *
 * Where not every frame is shown (br_rules.complete), a lost or doubled frame must not look like a
 * breach: then evidence is counted, and judged when one frame can no longer explain it.
 */
#include "conformance/rules/tftp/tftp.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/rules/tftp/tftp_ack.h"
#include "conformance/rules/tftp/tftp_data.h"
#include "conformance/rules/tftp/tftp_multicast.h"
#include "conformance/rules/tftp/tftp_odd.h"
#include "conformance/rules/tftp/tftp_options.h"

#define HALF_OPEN (150 * BR_S) /* of a transfer nobody acknowledged, it should be gone */

struct br_tftp_watch *br_tftp_watch_new(void)
{
	return calloc(1, sizeof(struct br_tftp_watch));
}

static void request(struct br_rules *r, const struct br_tftp_packet *packet, bool cut)
{
	const struct br_packet *p = r->packet;
	uint32_t hash = br_rules_hash(BR_RULES_HASH_SEED, p->payload.data, p->payload.size);
	struct br_transfer_seen *t = br_tftp_find(r, &p->src);
	uint16_t old_tid = t ? t->tid : 0;

	if (t && t->link != r->link && t->request_hash == hash && r->at < t->last + BR_S)
		return; /* a router passed it on */
	if (t && t->request_hash == hash && !t->data.any && !t->client.error && t->errors == 0) {
		t->requests++; /* it may draw a second answer, from another port */
		t->client.silent = false;
		t->client.packets = t->client.unasked = 0;
		t->last = r->at;
		return;
	}
	if (!t)
		t = br_tftp_place(r);
	*t = (struct br_transfer_seen){.unsure = cut,
	                               .client_port = p->src.port,
	                               .old_tid = old_tid,
	                               .link = r->link,
	                               .frame = r->frame,
	                               .asked_at = r->at,
	                               .last = r->at,
	                               .request_hash = hash,
	                               .requests = 1,
	                               .block_size = BR_TFTP_BLKSIZE_DEFAULT,
	                               .window_size = 1,
	                               .acks.newest = -1};
	t->carried.size = (unsigned)p->payload_size;
	t->carried.tagged = p->vlan_tags == 1 && (p->vlan & 0xfff) == 0;
	t->carried.sum_zero = br_rules_udp_sum(r) == BR_SUM_NONE;
	memcpy(t->client_ip, p->src.ip, 16);
	memcpy(t->server_ip, p->dst.ip, 16);
	t->to_broadcast = br_endpoint_to_ipv4(&p->dst) == UINT32_MAX ||
	                  (br_rules_mac_known(p->eth_dst) && (p->eth_dst[0] & 1));
	memcpy(t->server_mac, p->eth_dst, 6);
	if (!cut)
		br_tftp_note_request(r, t, packet);
}

static void judge_text(struct br_rules *r, const struct br_tftp_packet *packet)
{
	bool prints = true;

	for (size_t i = 0; i < packet->text.size; i++)
		prints = prints && packet->text.data[i] >= 32 && packet->text.data[i] < 127;
	(void)br_judge(r, BR_RULE_TFTP_ERR_03, !packet->text_open && prints, "%s",
	               packet->text_open ? "the text has no NUL" : "the text does not print");
}

static void server_error(struct br_rules *r, struct br_transfer_seen *t,
                         const struct br_tftp_packet *packet)
{
	judge_text(r, packet);
	if (t->options.oacks > 0 && !t->data.any && t->acks.newest < 0)
		(void)br_judge(r, BR_RULE_TFTP_OACK_09, packet->code != BR_TFTP_ERROR_NOT_FOUND,
		               "ERROR 1 behind an OACK");
	t->errors = t->client.silent ? t->errors + 1 : 1;
	if (r->complete)
		(void)br_judge(r, BR_RULE_TFTP_ERR_05, t->errors < 2 && !t->client.error,
		               "an ERROR %s", t->client.error ? "for an ERROR" : "again");
}

static void judge_tid(struct br_rules *r, const struct br_transfer_seen *t)
{
	for (size_t i = 0; i < r->tftp->transfers; i++) {
		const struct br_transfer_seen *o = &r->tftp->transfer[i];

		if (o == t || o->tid != t->tid || !br_rules_same_host(o->server_ip, t->server_ip) ||
		    o->tid == BR_TFTP_PORT || o->end.seen || !o->data.any || o->client.error ||
		    r->at > o->last + BR_S || !br_rules_same_host(o->client_ip, t->client_ip))
			continue;
		(void)br_judge(r, BR_RULE_TFTP_TID_04, false,
		               "port %u serves the transfer of frame %llu too", t->tid,
		               (unsigned long long)o->frame);
		return;
	}
	(void)br_judge(r, BR_RULE_TFTP_TID_04, true, "%s", "");
}

static void from_server(struct br_rules *r, struct br_transfer_seen *t,
                        const struct br_tftp_packet *packet, uint64_t size)
{
	bool first = t->tid == 0;
	bool begins = packet->opcode == BR_TFTP_OACK || packet->opcode == BR_TFTP_ERROR ||
	              (packet->opcode == BR_TFTP_DATA && packet->block == 1);

	if (!begins && first && r->complete && t->old_tid == r->packet->src.port &&
	    packet->opcode == BR_TFTP_DATA)
		(void)br_judge(r, BR_RULE_TFTP_CON_03, r->at < t->asked_at + BR_TFTP_GRACE,
		               "DATA %u of the transfer before, a new one was asked for",
		               packet->block);
	if (!begins && (t->old_tid == r->packet->src.port || (first && !r->complete)))
		return; /* of a transfer before, still under way */
	if (first && t->old_tid != 0)
		(void)br_judge(r, BR_RULE_TFTP_CON_03, true, "%s", "");
	t->old_tid = 0;
	t->last = r->at;
	if (!first && t->requests > 1)
		t->tid = t->options.oack_tid = r->packet->src.port;
	if (first) {
		t->tid = r->packet->src.port;
		t->answered_at = r->at;
		br_tftp_judge_first(r, t, packet, size);
		br_tftp_judge_name(r, t, packet);
		br_tftp_judge_silence(r, t);
		br_tftp_judge_alive(r, t->server_ip, true);
		judge_tid(r, t);
	}
	if (packet->opcode == BR_TFTP_DATA)
		br_tftp_judge_data(r, t, packet, size);
	else if (packet->opcode == BR_TFTP_OACK) {
		br_tftp_judge_source(r, t);
		if (t->client.error_8 && r->complete && r->at > t->client.error_at + BR_TFTP_GRACE)
			(void)br_judge(r, BR_RULE_TFTP_OACK_05, false, "OACK behind ERROR 8");
		br_tftp_judge_oack(r, t, packet);
	} else if (packet->opcode == BR_TFTP_ERROR)
		server_error(r, t, packet);
	t->client.silent = true;
}

static void from_client(struct br_rules *r, struct br_transfer_seen *t,
                        const struct br_tftp_packet *packet)
{
	t->last = r->at;
	t->client.stale = t->client.packets++ == 0 && t->answered_at != 0 &&
	                  r->at > t->answered_at + HALF_OPEN && r->at > t->data.at + HALF_OPEN;
	t->closed.count = 0;
	if (packet->opcode == BR_TFTP_ACK)
		br_tftp_judge_ack(r, t, packet);
	if (packet->opcode == BR_TFTP_ERROR && r->packet->dst.port == t->tid) {
		judge_text(r, packet);
		t->client.error_8 = packet->code == BR_TFTP_ERROR_OPTION;
		if (t->client.error_8)
			br_tftp_note_probed(r, t);
		t->client.error = true;
		t->client.error_at = r->at;
	}
	t->client.silent = false;
}

/* To the TID of another client's transfer, or from it. */
static void foreign(struct br_rules *r, const struct br_tftp_packet *packet)
{
	const struct br_packet *p = r->packet;

	for (size_t i = 0; i < r->tftp->transfers; i++) {
		struct br_transfer_seen *t = &r->tftp->transfer[i];

		if (t->tid == 0 || t->tid == BR_TFTP_PORT)
			continue;
		if (p->dst.port == t->tid && br_rules_same_host(p->dst.ip, t->server_ip) &&
		    br_rules_same_host(p->src.ip, t->client_ip) && packet->opcode == BR_TFTP_ACK) {
			t->foreign_port = p->src.port;
			return;
		}
		if (p->src.port == t->tid && br_rules_same_host(p->src.ip, t->server_ip) &&
		    br_rules_same_host(p->dst.ip, t->client_ip) && t->foreign_port == p->dst.port) {
			(void)br_judge(r, BR_RULE_TFTP_TID_01,
			               packet->opcode == BR_TFTP_ERROR &&
			                       packet->code == BR_TFTP_ERROR_UNKNOWN_TID,
			               "opcode %u to foreign port %u", packet->opcode, p->dst.port);
			return;
		}
	}
}

bool br_rules_tftp_serves(const struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	const struct br_transfer_seen *t = br_tftp_find(r, &p->dst);

	return t && (t->tid == 0 || t->tid == p->src.port) && r->at < t->last + BR_TFTP_GIVEN_UP;
}

void br_rules_tftp_closed(struct br_rules *r, const struct br_packet *quoted)
{
	struct br_transfer_seen *t =
		quoted->transport == BR_TRANSPORT_UDP ? br_tftp_find(r, &quoted->dst) : NULL;

	if (quoted->transport == BR_TRANSPORT_UDP && quoted->dst.port == BR_TFTP_PORT)
		br_tftp_judge_alive(r, quoted->dst.ip, false);
	if (!t || quoted->src.port != t->tid)
		return;
	if (t->closed.count++ == 0)
		t->closed.at = r->at;
	if (t->end.seen && !t->client.error && t->acks.newest == (int64_t)t->end.block &&
	    t->data.before == t->end.block)
		(void)br_judge(r, BR_RULE_TFTP_RTX_05, false,
		               "the port is closed, and the last DATA came again");
}

/* A live wire shows fragments one by one: count what came of a request. */
void br_rules_tftp_fragment(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	uint32_t offset = (p->ipv4.fragment & BR_IPV4_OFFSET) * 8u;
	bool more = (p->ipv4.fragment & BR_IPV4_MORE_FRAGMENTS) != 0;
	struct br_tftp_packet none = {0};
	struct br_transfer_seen *t;

	if (p->network != BR_NETWORK_IPV4 || !r->complete)
		return;
	if (offset == 0 && p->dst.port == BR_TFTP_PORT && p->payload.size >= 2 &&
	    !memcmp(p->payload.data, "\0\1", 2)) {
		request(r, &none, true);
		t = br_tftp_find(r, &p->src);
		if (!t)
			return;
		t->carried.in_fragments = true;
		t->carried.fragments_id = p->ipv4.identification;
		t->carried.fragments_have = p->ip_payload_size;
		return;
	}
	for (size_t i = 0; i < r->tftp->transfers && offset > 0; i++) {
		t = &r->tftp->transfer[i];
		if (!t->carried.in_fragments || t->carried.fragments_id != p->ipv4.identification ||
		    !br_rules_same_host(t->client_ip, p->src.ip))
			continue;
		t->carried.fragments_have += p->ip_payload_size;
		t->carried.whole =
			!more && t->carried.fragments_have == offset + p->ip_payload_size;
		return;
	}
}

/* To port 69. Return: true if there is no more to it */
static bool to_service(struct br_rules *r, const struct br_tftp_packet *packet, int parsed,
                       bool cut)
{
	const struct br_packet *p = r->packet;
	const struct br_transfer_seen *t = br_tftp_find(r, &p->src);
	uint16_t opcode = br_tftp_opcode(p->payload);
	bool asks = opcode == BR_TFTP_RRQ || opcode == BR_TFTP_WRQ;

	if (!asks && t && (t->tid == 0 || t->tid == BR_TFTP_PORT))
		return false; /* its server keeps to port 69 */
	if (!cut && br_tftp_is_odd(r, packet, parsed))
		return true;
	if (!asks)
		return false;
	br_tftp_forget_odd(r);
	if (parsed == 0 || cut)
		request(r, packet, cut);
	return true;
}

/* Behind what an endpoint of the transfers sent. Return: false if it is none */
static bool of_server(struct br_rules *r, const struct br_tftp_packet *packet, uint64_t size)
{
	const struct br_packet *p = r->packet;
	struct br_transfer_seen *t = br_tftp_find(r, &p->dst);

	if (!t && br_tftp_answers_odd(r, packet))
		return true;
	if (!t || t->link != r->link)
		return t != NULL;
	if (t->tid != 0 && t->tid != p->src.port && t->requests == 1 && t->options.oacks == 0)
		return false;
	if (t->tid != 0 && t->tid != p->src.port && t->requests == 1)
		(void)br_judge(r, BR_RULE_TFTP_OACK_07,
		               packet->opcode != BR_TFTP_DATA || t->data.any || !r->complete,
		               "DATA from port %u, the OACK from %u", p->src.port,
		               t->options.oack_tid);
	else
		from_server(r, t, packet, size);
	return true;
}

void br_rules_tftp(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	struct br_tftp_packet packet = {0};
	struct br_transfer_seen *t;
	bool cut = p->payload.size < p->payload_size;
	uint64_t size = p->payload_size >= 4 ? p->payload_size - 4 : 0;
	int parsed = br_tftp_parse(p->payload, &packet);

	if (p->fragment || (p->dst.port == BR_TFTP_PORT && to_service(r, &packet, parsed, cut)))
		return;
	if (parsed < 0 || packet.opcode <= BR_TFTP_WRQ || br_tftp_judge_group_data(r, &packet) ||
	    (cut && packet.opcode >= BR_TFTP_ERROR) || of_server(r, &packet, size))
		return;
	t = br_tftp_find(r, &p->src);
	if (t && t->link != r->link)
		return;
	if (t && packet.opcode == BR_TFTP_ACK)
		br_tftp_judge_mixed(r, t, &packet);
	if (t && t->tid == 0 && p->dst.port != BR_TFTP_PORT && packet.opcode == BR_TFTP_ACK) {
		t->tid = p->dst.port; /* the answer was not seen */
		t->unsure = true;
	}
	if (t && (t->tid == p->dst.port || p->dst.port == BR_TFTP_PORT))
		from_client(r, t, &packet);
	else
		foreign(r, &packet);
}
