/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP, packet by packet: whose turn it is, what is sent again, when it ends. */
#include "conformance/rules/tftp/tftp.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/rules/tftp/tftp_table.h"

/* One lost frame can make one packet look early, not several in a transfer. */
enum {
	UNSTOPPED_MAX = 4, /* copies to a closed port */
	UNASKED_MAX = 8,   /* blocks to somebody who said nothing yet */
	EARLY_MAX = 3,
	FLAT_MAX = 2,
};
#define FOUR_GIB     (UINT64_C(1) << 32)
#define COPY_MAX     (50 * BR_MS) /* closer together: one packet, doubled on the wire */
#define HASTE        BR_TFTP_HASTE
#define PATIENCE     (10 * BR_S)  /* the first timer of a server has run by then */
#define HALF_OPEN    (150 * BR_S) /* of a transfer nobody acknowledged, it should be gone */
#define GRACE        BR_S         /* for what was under way */
#define GIVEN_UP     (120 * BR_S)
#define BACK_OFF_MAX (8 * BR_S) /* beyond, a cap is fair */

struct br_tftp_watch *br_tftp_watch_new(void)
{
	return calloc(1, sizeof(struct br_tftp_watch));
}

static struct br_transfer *find(const struct br_rules *r, const struct br_endpoint *client)
{
	for (size_t i = 0; i < r->tftp->transfers; i++) {
		struct br_transfer *t = &r->tftp->transfer[i];

		if (t->client_port == client->port && br_rules_same_host(t->client_ip, client->ip))
			return t;
	}
	return NULL;
}

static struct br_transfer *oldest(struct br_rules *r)
{
	struct br_tftp_watch *w = r->tftp;
	struct br_transfer *t = &w->transfer[0];

	if (w->transfers < BR_TRANSFERS_MAX)
		return &w->transfer[w->transfers++];
	for (size_t i = 1; i < BR_TRANSFERS_MAX; i++) {
		if (w->transfer[i].last < t->last)
			t = &w->transfer[i];
	}
	return t;
}

static void request(struct br_rules *r, const struct br_tftp_packet *packet, bool cut)
{
	const struct br_packet *p = r->packet;
	uint32_t hash = br_rules_hash(BR_RULES_HASH_SEED, p->payload.data, p->payload.size);
	struct br_transfer *t = find(r, &p->src);
	uint16_t old_tid = t ? t->tid : 0;

	if (t && t->link != r->link && t->file_hash == hash && r->at < t->last + BR_S)
		return; /* a router passed it on */
	if (t && t->file_hash == hash && !t->data && !t->client_error && t->errors == 0) {
		t->requests++; /* it may draw a second answer, from another port */
		t->client_silent = false;
		t->client_packets = t->unasked = 0;
		t->last = r->at;
		return;
	}
	if (!t)
		t = oldest(r);
	*t = (struct br_transfer){.unsure = cut,
	                          .client_port = p->src.port,
	                          .link = r->link,
	                          .frame = r->frame,
	                          .last = r->at,
	                          .file_hash = hash,
	                          .requests = 1,
	                          .asked_at = r->at,
	                          .request_size = (unsigned)p->payload_size,
	                          .tagged = p->vlan_tags == 1 && (p->vlan & 0xfff) == 0,
	                          .sum_zero = br_rules_udp_sum(r) == BR_SUM_NONE,
	                          .old_tid = old_tid,
	                          .block_size = BR_TFTP_BLKSIZE_DEFAULT,
	                          .window = 1,
	                          .acked = -1};
	memcpy(t->client_ip, p->src.ip, 16);
	memcpy(t->server_ip, p->dst.ip, 16);
	t->to_broadcast = br_endpoint_to_ipv4(&p->dst) == UINT32_MAX ||
	                  (br_rules_mac_known(p->eth_dst) && (p->eth_dst[0] & 1));
	memcpy(t->server_mac, p->eth_dst, 6);
	if (!cut)
		br_tftp_note_request(r, t, packet);
}

/* The number of a block, counted on: the one nearest to @near. */
static uint64_t whole_number(uint16_t block, uint64_t near)
{
	int16_t step = (int16_t)(uint16_t)(block - (uint16_t)near);

	return step < 0 && near < (uint64_t)-step ? block : near + (uint64_t)(int64_t)step;
}

static void judge_end(struct br_rules *r, struct br_transfer *t, uint64_t block, uint64_t size)
{
	const struct br_tftp_wish *tsize = &t->wish[BR_TFTP_TSIZE];
	enum br_rule rule = t->mode == BR_MODE_NETASCII ? BR_RULE_TFTP_TSZ_03 : BR_RULE_TFTP_TSZ_01;

	t->finished = true;
	t->final_block = block;
	t->total = (block - 1) * t->block_size + size;
	if (t->total == 0)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_06, true, "%s", "");
	if (tsize->granted && t->total > UINT32_MAX &&
	    tsize->given % FOUR_GIB == t->total % FOUR_GIB)
		rule = BR_RULE_TFTP_TSZ_02;
	if (tsize->granted && (t->mode == BR_MODE_OCTET || t->mode == BR_MODE_NETASCII))
		(void)br_judge(r, rule, tsize->given == t->total, "tsize %llu, %llu octets came",
		               (unsigned long long)tsize->given, (unsigned long long)t->total);
}

static void judge_size(struct br_rules *r, struct br_transfer *t, uint64_t block, uint64_t size)
{
	bool agreed = t->wish[BR_TFTP_BLKSIZE].granted;
	enum br_rule rule = agreed ? BR_RULE_TFTP_BLK_02 : BR_RULE_TFTP_RRQ_04;

	if (t->unsure || t->block_size == 0 ||
	    (t->asked > 0 && t->oacks == 0 && t->acked >= 0 && block == 1))
		return;
	if (t->finished && block > t->final_block && block < t->final_block + 4096) {
		(void)br_judge(r, t->total == 0 ? BR_RULE_TFTP_RRQ_06 : rule, false,
		               "DATA %llu behind the short DATA %llu", (unsigned long long)block,
		               (unsigned long long)t->final_block);
		return;
	}
	if (block > 1 || t->oacks > 0)
		(void)br_judge(r, agreed ? BR_RULE_TFTP_BLK_02 : BR_RULE_TFTP_RRQ_03,
		               size <= t->block_size, "DATA of %llu octets, blocks have %llu",
		               (unsigned long long)size, (unsigned long long)t->block_size);
	if (size < t->block_size && !t->finished) {
		(void)br_judge(r, rule, true, "%s", "");
		judge_end(r, t, block, size);
	}
}

/* The server's own timer, with the client silent: gaps between copies of one DATA. */
static void judge_gaps(struct br_rules *r, struct br_transfer *t)
{
	const struct br_tftp_wish *timeout = &t->wish[BR_TFTP_TIMEOUT];
	br_time gap = r->at - t->copy_last, before = t->copy_last - t->copy_before;

	if (t->copies < 2 || gap < COPY_MAX)
		return;
	if (timeout->granted) {
		br_time agreed = timeout->given * BR_S;

		(void)br_judge(
			r, BR_RULE_TFTP_TMO_03,
			gap + BR_S / 2 >= agreed && (!r->complete || gap <= agreed + BR_S / 2),
			"sent again after %llu ms, agreed were %llu s",
			(unsigned long long)(gap / BR_MS), (unsigned long long)timeout->given);
	} else if (t->copies > 2 && before >= HASTE && before < BACK_OFF_MAX) {
		t->flat = gap * 5 > before * 6 ? 0 : t->flat + 1;
		(void)br_judge(r, BR_RULE_TFTP_RTX_02, t->flat < (r->complete ? 1 : FLAT_MAX),
		               "sent again after %llu ms, and %llu ms before that",
		               (unsigned long long)(gap / BR_MS),
		               (unsigned long long)(before / BR_MS));
	}
	(void)br_judge(r, t->window > 1 ? BR_RULE_TFTP_WIN_11 : BR_RULE_TFTP_RTX_03,
	               r->at <= t->copy_first + GIVEN_UP, "sent again for %llu s",
	               (unsigned long long)((r->at - t->copy_first) / BR_S));
}

static void count_copy(struct br_rules *r, struct br_transfer *t, uint64_t block)
{
	if ((int64_t)block != (t->acked < 0 ? 0 : t->acked) + 1)
		return; /* a later block of a window */
	if (block == t->copied && t->client_silent) {
		t->copies++;
		(void)br_judge(r, t->finished ? BR_RULE_TFTP_RTX_04 : BR_RULE_TFTP_RTX_01, true,
		               "%s", "");
		judge_gaps(r, t);
	} else {
		t->copied = block;
		t->copies = 1;
		t->flat = 0;
		t->copy_first = t->copy_last = r->at;
	}
	t->copy_before = t->copy_last;
	t->copy_last = r->at;
}

/* DATA sent again on the heels of an ACK that is no news: RFC 1123 §4.2.3.1 */
static void judge_again(struct br_rules *r, struct br_transfer *t, uint64_t block)
{
	enum br_rule rule = t->window > 1                ? BR_RULE_TFTP_WIN_10
	                    : block == 1 && t->oacks > 0 ? BR_RULE_TFTP_OACK_08
	                                                 : BR_RULE_TFTP_LCK_02;
	bool hasty = r->at < t->data_at + HASTE;

	if (t->window > 1 && t->ack_again_at != 0 && (int64_t)block == t->ack_again + 1 &&
	    t->data_before + 1 != block) /* a window begins with it */
		(void)br_judge(r, rule, ++t->bursts < 2 || r->at > t->ack_again_at + HASTE,
		               "the window behind ACK %lld a third time", (long long)t->ack_again);

	if (t->window == 1 && t->ack_again_at != 0 && (int64_t)block == t->ack_again + 1 &&
	    block == t->highest)
		(void)br_judge(r, rule, !hasty || r->at > t->ack_again_at + HASTE,
		               "DATA %llu again, for ACK %lld again", (unsigned long long)block,
		               (long long)t->ack_again);
	else if (t->window == 1 && t->old_ack_at != 0 && (int64_t)block == t->old_ack + 1 &&
	         block < t->highest)
		(void)br_judge(r, BR_RULE_TFTP_LCK_03, r->at > t->old_ack_at + HASTE,
		               "DATA %llu, for an old ACK %lld", (unsigned long long)block,
		               (long long)t->old_ack);
}

static void judge_turn(struct br_rules *r, struct br_transfer *t, uint64_t block)
{
	uint64_t allowed = (t->acked > 0 ? (uint64_t)t->acked : 0) + t->window;
	bool one = t->window == 1;

	if (!r->complete || t->unsure || (t->asked > 0 && t->oacks == 0 && t->acked >= 0))
		return;
	if (t->oacks > 0 && t->acked < 0) {
		(void)br_judge(r, BR_RULE_TFTP_OACK_03, false, "DATA before ACK 0");
		return;
	}
	if (t->acked > (int64_t)t->highest) {
		(void)br_judge(r, BR_RULE_TFTP_LCK_04, block <= t->highest + t->window,
		               "DATA %llu, DATA %llu was never sent", (unsigned long long)block,
		               (unsigned long long)t->acked);
		return;
	}
	(void)br_judge(r,
	               !one                                  ? BR_RULE_TFTP_WIN_03
	               : t->wish[BR_TFTP_WINDOWSIZE].granted ? BR_RULE_TFTP_WIN_08
	                                                     : BR_RULE_TFTP_LCK_01,
	               block <= allowed, "DATA %llu, acknowledged is %lld",
	               (unsigned long long)block, (long long)t->acked);
}

static void judge_source(struct br_rules *r, struct br_transfer *t)
{
	bool here = br_rules_same_host(r->packet->src.ip, t->server_ip);

	(void)br_judge(r, BR_RULE_NET_SRC_02,
	               here || t->to_broadcast || memcmp(t->server_mac, r->packet->eth_src, 6) != 0,
	               "sent from another address than %s, which was asked", BR_HOST(t->server_ip));
}

static void judge_wrap(struct br_rules *r, struct br_transfer *t, uint64_t block)
{
	enum br_rule rule = t->window > 1 ? BR_RULE_TFTP_WIN_14 : BR_RULE_TFTP_WRAP_01;
	bool at_edge = (t->highest & 0xffff) == 0xffff;

	if (at_edge && block == t->highest + 2 &&
	    (t->window > 1 || t->acked == (int64_t)t->highest))
		(void)br_judge(r, rule, false, "block 1 behind block 65535");
	else if (at_edge && block == t->highest + 1)
		(void)br_judge(r, rule, true, "%s", "");
}

static uint32_t datagram_id(const struct br_packet *p)
{
	return p->network == BR_NETWORK_IPV4 ? p->ipv4.identification : p->ipv6.identification;
}

/* The wire, or who recorded it, made two of one: IPv6 has no number to tell by. */
static bool is_doubled(const struct br_rules *r, const struct br_transfer *t)
{
	if (r->complete || !t->data)
		return false;
	if (r->packet->network == BR_NETWORK_IPV6)
		return t->client_silent && r->at < t->data_last + COPY_MAX;
	return datagram_id(r->packet) == t->last_id;
}

/* DATA that nobody wants any more, or did not yet ask for. */
static void judge_unwanted(struct br_rules *r, struct br_transfer *t, uint64_t block)
{
	if (t->closed == 0)
		t->unstopped = 0;
	else if ((int64_t)block == t->acked + 1 || t->acked <= 0)
		t->unstopped += r->at > t->closed_at + HASTE; /* not those under way */
	if (t->closed > 0)
		(void)br_judge(r, BR_RULE_NET_ICM_02,
		               t->unstopped <= UNSTOPPED_MAX || (!r->complete && t->closed < 3),
		               "DATA %u times since ICMP said that the port is closed",
		               t->unstopped);
	t->unasked += t->client_packets == 0 && block > t->highest;
	if (t->client_packets == 0 && block > t->highest)
		(void)br_judge(r, BR_RULE_ROB_TF_04,
		               (r->complete ? block : t->unasked) < UNASKED_MAX,
		               "DATA %llu, and no ACK of any came", (unsigned long long)block);
	t->after_final += t->final_at != 0 && r->at > t->final_at + HASTE;
	if (t->after_final > 0)
		(void)br_judge(r, t->window > 1 ? BR_RULE_TFTP_WIN_09 : BR_RULE_TFTP_RRQ_04,
		               t->after_final < (r->complete ? 1 : 3) ||
		                       (!r->complete && t->final_acks < 3),
		               "DATA %llu, and ACK %llu of the last block came",
		               (unsigned long long)block, (unsigned long long)t->final_block);
	if (t->stale && block > t->highest)
		(void)br_judge(r, BR_RULE_ROB_TF_03, false,
		               "DATA %llu of a transfer nobody acknowledged in time",
		               (unsigned long long)block);
}

static void server_data(struct br_rules *r, struct br_transfer *t,
                        const struct br_tftp_packet *packet, uint64_t size)
{
	uint64_t block = whole_number(packet->block, t->highest);

	if (block <= t->highest && is_doubled(r, t))
		return;
	t->last_id = datagram_id(r->packet);
	judge_source(r, t);
	if (t->oacks > 0 && t->oack_tid != r->packet->src.port)
		return;
	judge_unwanted(r, t, block);
	br_tftp_judge_window_data(r, t, block);
	if (r->packet->payload.size == r->packet->payload_size)
		br_tftp_judge_content(r, t, block, packet->data);
	if (t->client_error && r->complete && r->at > t->client_error_at + GRACE)
		(void)br_judge(r, t->client_error_8 ? BR_RULE_TFTP_OACK_05 : BR_RULE_TFTP_ERR_04,
		               false, "DATA %u behind the client's ERROR", packet->block);
	if (block > t->highest || !t->data) {
		judge_turn(r, t, block);
		judge_wrap(r, t, block);
		judge_size(r, t, block, size);
		t->highest = block;
		t->data_at = r->at;
	} else {
		judge_again(r, t, block);
		t->data_at = block == t->highest ? r->at : t->data_at;
	}
	t->data = true;
	t->data_before = block;
	t->data_last = r->at;
	count_copy(r, t, block);
}

static void judge_text(struct br_rules *r, const struct br_tftp_packet *packet)
{
	bool prints = true;

	for (size_t i = 0; i < packet->text.size; i++)
		prints = prints && packet->text.data[i] >= 32 && packet->text.data[i] < 127;
	(void)br_judge(r, BR_RULE_TFTP_ERR_03, !packet->text_open && prints, "%s",
	               packet->text_open ? "the text has no NUL" : "the text does not print");
}

static void server_error(struct br_rules *r, struct br_transfer *t,
                         const struct br_tftp_packet *packet)
{
	judge_text(r, packet);
	if (t->oacks > 0 && !t->data && t->acked < 0)
		(void)br_judge(r, BR_RULE_TFTP_OACK_09, packet->code != BR_TFTP_ERROR_NOT_FOUND,
		               "ERROR 1 behind an OACK");
	t->errors = t->client_silent ? t->errors + 1 : 1;
	if (r->complete)
		(void)br_judge(r, BR_RULE_TFTP_ERR_05, t->errors < 2 && !t->client_error,
		               "an ERROR %s", t->client_error ? "for an ERROR" : "again");
}

static void judge_tid(struct br_rules *r, const struct br_transfer *t)
{
	for (size_t i = 0; i < r->tftp->transfers; i++) {
		const struct br_transfer *o = &r->tftp->transfer[i];

		if (o == t || o->tid != t->tid || !br_rules_same_host(o->server_ip, t->server_ip) ||
		    o->tid == BR_TFTP_PORT || o->finished || !o->data || o->client_error ||
		    r->at > o->last + BR_S || !br_rules_same_host(o->client_ip, t->client_ip))
			continue;
		(void)br_judge(r, BR_RULE_TFTP_TID_04, false,
		               "port %u serves the transfer of frame %llu too", t->tid,
		               (unsigned long long)o->frame);
		return;
	}
	(void)br_judge(r, BR_RULE_TFTP_TID_04, true, "%s", "");
}

static void from_server(struct br_rules *r, struct br_transfer *t,
                        const struct br_tftp_packet *packet, uint64_t size)
{
	bool first = t->tid == 0;
	bool begins = packet->opcode == BR_TFTP_OACK || packet->opcode == BR_TFTP_ERROR ||
	              (packet->opcode == BR_TFTP_DATA && packet->block == 1);

	if (!begins && first && r->complete && t->old_tid == r->packet->src.port &&
	    packet->opcode == BR_TFTP_DATA)
		(void)br_judge(r, BR_RULE_TFTP_CON_03, r->at < t->asked_at + GRACE,
		               "DATA %u of the transfer before, a new one was asked for",
		               packet->block);
	if (!begins && (t->old_tid == r->packet->src.port || (first && !r->complete)))
		return; /* of a transfer before, still under way */
	if (first && t->old_tid != 0)
		(void)br_judge(r, BR_RULE_TFTP_CON_03, true, "%s", "");
	t->old_tid = 0;
	t->last = r->at;
	if (!first && t->requests > 1)
		t->tid = t->oack_tid = r->packet->src.port;
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
		server_data(r, t, packet, size);
	else if (packet->opcode == BR_TFTP_OACK) {
		judge_source(r, t);
		if (t->client_error_8 && r->complete && r->at > t->client_error_at + GRACE)
			(void)br_judge(r, BR_RULE_TFTP_OACK_05, false, "OACK behind ERROR 8");
		br_tftp_judge_oack(r, t, packet);
	} else if (packet->opcode == BR_TFTP_ERROR)
		server_error(r, t, packet);
	t->client_silent = true;
}

/* A new ACK for less than a window below the highest DATA: some of it was sent too soon. */
static void judge_early(struct br_rules *r, struct br_transfer *t, int64_t block)
{
	enum br_rule rule = t->window > 1                         ? BR_RULE_TFTP_WIN_03
	                    : t->wish[BR_TFTP_WINDOWSIZE].granted ? BR_RULE_TFTP_WIN_08
	                                                          : BR_RULE_TFTP_LCK_01;
	bool early = t->data && block > 0 && t->highest >= (uint64_t)block + t->window;

	if (r->complete || t->unsure)
		return; /* judge_turn() said it at the DATA */
	t->early += early;
	(void)br_judge(r, rule, !early || t->early < EARLY_MAX,
	               "DATA %llu was sent before ACK %lld came, as others",
	               (unsigned long long)t->highest, (long long)block);
}

/* It asks again for what was sent once, and never again. */
static void judge_silence(struct br_rules *r, struct br_transfer *t, int64_t block)
{
	if (!r->complete || !t->data || block != t->acked || t->highest <= (uint64_t)block ||
	    t->copies != 1 || t->closed > 0 || t->client_error ||
	    r->at < t->data_last + PATIENCE + t->wish[BR_TFTP_TIMEOUT].given * BR_S)
		return;
	(void)br_judge(r, t->finished ? BR_RULE_TFTP_RTX_04 : BR_RULE_TFTP_RTX_01, false,
	               "DATA %llu was not sent again in %llu s", (unsigned long long)t->highest,
	               (unsigned long long)((r->at - t->data_last) / BR_S));
}

/* Of one transfer it acknowledges blocks to one port, then to another: RFC 1350 §4 */
static void judge_mixed(struct br_rules *r, const struct br_transfer *t,
                        const struct br_tftp_packet *packet)
{
	uint16_t port = r->packet->dst.port;

	if (t->acked_tid != 0 && t->acked > 0 && packet->block > 1 && port != BR_TFTP_PORT &&
	    packet->block == (uint16_t)(t->acked + 1))
		(void)br_judge(r, BR_RULE_TFTP_TID_02, port == t->acked_tid,
		               "ACK %u goes to port %u, that before to %u", packet->block, port,
		               t->acked_tid);
}

static void client_ack(struct br_rules *r, struct br_transfer *t,
                       const struct br_tftp_packet *packet)
{
	int64_t block =
		t->data ? (int64_t)whole_number(packet->block, t->highest) : (int64_t)packet->block;

	if (r->packet->dst.port != t->tid)
		return;
	t->acked_tid = t->tid;
	br_tftp_group_ack(r, t, packet->block);
	judge_silence(r, t, block);
	if (block > t->acked)
		br_tftp_judge_window_ack(r, t, block);
	if (t->finished && block == (int64_t)t->final_block && t->final_at == 0)
		t->final_at = r->at;
	if (block == 0 && t->oacks == 1 && t->data && t->acked < 0)
		(void)br_judge(r, BR_RULE_TFTP_OACK_03, r->complete, "DATA came before this ACK 0");
	if (block == 0 && t->oack_odd)
		(void)br_judge(r, BR_RULE_TFTP_OACK_06, false,
		               "it takes an OACK with an option it did not ask for");
	if (block > t->acked) {
		judge_early(r, t, block);
		t->acked = block;
		t->ack_again_at = 0;
		t->bursts = 0;
		t->final_acks = 1;
	} else if (block == t->acked) {
		t->ack_again = block;
		t->ack_again_at = r->at;
		t->final_acks++;
		if (block == 0 && !t->data && t->wish[BR_TFTP_TSIZE].granted &&
		    t->wish[BR_TFTP_TSIZE].given == 0 && t->final_acks >= 3)
			(void)br_judge(r, BR_RULE_TFTP_RRQ_06, false,
			               "ACK 0 %u times, and no empty DATA", t->final_acks);
		if (!t->finished && t->wish[BR_TFTP_TSIZE].granted && t->final_acks >= 3 &&
		    (uint64_t)block * t->block_size == t->wish[BR_TFTP_TSIZE].given && block > 0)
			(void)br_judge(r,
			               t->wish[BR_TFTP_BLKSIZE].granted ? BR_RULE_TFTP_BLK_03
			                                                : BR_RULE_TFTP_RRQ_05,
			               false, "ACK %lld %u times, and no empty DATA",
			               (long long)block, t->final_acks);
	} else {
		t->old_ack = block;
		t->old_ack_at = r->at;
	}
}

static void from_client(struct br_rules *r, struct br_transfer *t,
                        const struct br_tftp_packet *packet)
{
	t->last = r->at;
	t->stale = t->client_packets++ == 0 && t->answered_at != 0 &&
	           r->at > t->answered_at + HALF_OPEN && r->at > t->data_last + HALF_OPEN;
	t->closed = 0;
	if (packet->opcode == BR_TFTP_ACK)
		client_ack(r, t, packet);
	if (packet->opcode == BR_TFTP_ERROR && r->packet->dst.port == t->tid) {
		judge_text(r, packet);
		t->client_error_8 = packet->code == BR_TFTP_ERROR_OPTION;
		if (t->client_error_8)
			br_tftp_note_probed(r, t);
		t->client_error = true;
		t->client_error_at = r->at;
	}
	t->client_silent = false;
}

/* To the TID of another client's transfer, or from it. */
static void foreign(struct br_rules *r, const struct br_tftp_packet *packet)
{
	const struct br_packet *p = r->packet;

	for (size_t i = 0; i < r->tftp->transfers; i++) {
		struct br_transfer *t = &r->tftp->transfer[i];

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
	const struct br_transfer *t = find(r, &p->dst);

	return t && (t->tid == 0 || t->tid == p->src.port) && r->at < t->last + GIVEN_UP;
}

void br_rules_tftp_closed(struct br_rules *r, const struct br_packet *quoted)
{
	struct br_transfer *t =
		quoted->transport == BR_TRANSPORT_UDP ? find(r, &quoted->dst) : NULL;

	if (quoted->transport == BR_TRANSPORT_UDP && quoted->dst.port == BR_TFTP_PORT)
		br_tftp_judge_alive(r, quoted->dst.ip, false);
	if (!t || quoted->src.port != t->tid)
		return;
	if (t->closed++ == 0)
		t->closed_at = r->at;
	if (t->finished && !t->client_error && t->acked == (int64_t)t->final_block &&
	    t->data_before == t->final_block)
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
	struct br_transfer *t;

	if (p->network != BR_NETWORK_IPV4 || !r->complete)
		return;
	if (offset == 0 && p->dst.port == BR_TFTP_PORT && p->payload.size >= 2 &&
	    !memcmp(p->payload.data, "\0\1", 2)) {
		request(r, &none, true);
		t = find(r, &p->src);
		if (!t)
			return;
		t->in_fragments = true;
		t->fragments_id = p->ipv4.identification;
		t->fragments_have = p->ip_payload_size;
		return;
	}
	for (size_t i = 0; i < r->tftp->transfers && offset > 0; i++) {
		t = &r->tftp->transfer[i];
		if (!t->in_fragments || t->fragments_id != p->ipv4.identification ||
		    !br_rules_same_host(t->client_ip, p->src.ip))
			continue;
		t->fragments_have += p->ip_payload_size;
		t->fragments_whole = !more && t->fragments_have == offset + p->ip_payload_size;
		return;
	}
}

/* To port 69. Return: true if there is no more to it */
static bool to_service(struct br_rules *r, const struct br_tftp_packet *packet, int parsed,
                       bool cut)
{
	const struct br_packet *p = r->packet;
	const struct br_transfer *t = find(r, &p->src);
	bool asks = p->payload.size >= 2 && p->payload.data[0] == 0 &&
	            (p->payload.data[1] == BR_TFTP_RRQ || p->payload.data[1] == BR_TFTP_WRQ);

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
	struct br_transfer *t = find(r, &p->dst);

	if (!t && br_tftp_answers_odd(r, packet))
		return true;
	if (!t || t->link != r->link)
		return t != NULL;
	if (t->tid != 0 && t->tid != p->src.port && t->requests == 1 && t->oacks == 0)
		return false;
	if (t->tid != 0 && t->tid != p->src.port && t->requests == 1)
		(void)br_judge(r, BR_RULE_TFTP_OACK_07,
		               packet->opcode != BR_TFTP_DATA || t->data || !r->complete,
		               "DATA from port %u, the OACK from %u", p->src.port, t->oack_tid);
	else
		from_server(r, t, packet, size);
	return true;
}

void br_rules_tftp(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	struct br_tftp_packet packet = {0};
	struct br_transfer *t;
	bool cut = p->payload.size < p->payload_size;
	uint64_t size = p->payload_size >= 4 ? p->payload_size - 4 : 0;
	int parsed = br_tftp_parse(p->payload, &packet);

	if (p->fragment || (p->dst.port == BR_TFTP_PORT && to_service(r, &packet, parsed, cut)))
		return;
	if (parsed < 0 || packet.opcode <= BR_TFTP_WRQ || br_tftp_judge_group_data(r, &packet) ||
	    (cut && packet.opcode >= BR_TFTP_ERROR) || of_server(r, &packet, size))
		return;
	t = find(r, &p->src);
	if (t && t->link != r->link)
		return;
	if (t && packet.opcode == BR_TFTP_ACK)
		judge_mixed(r, t, &packet);
	if (t && t->tid == 0 && p->dst.port != BR_TFTP_PORT && packet.opcode == BR_TFTP_ACK) {
		t->tid = p->dst.port; /* the answer was not seen */
		t->unsure = true;
	}
	if (t && (t->tid == p->dst.port || p->dst.port == BR_TFTP_PORT))
		from_client(r, t, &packet);
	else
		foreign(r, &packet);
}
