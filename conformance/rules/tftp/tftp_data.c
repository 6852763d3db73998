/* SPDX-License-Identifier: BSD-2-Clause */
/* DATA of a server: is it its turn, is it the right size, why does it come again, when does it end?
 *
 * In order: what is a copy made by the wire counts for nothing, what nobody wants any more is a
 * breach whatever it holds, windows (tftp_window.c) and octets are held against what came before.
 * DATA beyond the highest is news, and has its turn and its size; all other is a repetition, and
 * needs a reason. What makes a repetition fair is in .acks, what makes it the server's own in
 * .copies.
 */
#include "conformance/rules/tftp/tftp_data.h"

#include <string.h>

#include "conformance/rules/tftp/tftp_window.h"

/* One lost frame can make one packet look wrong, not several in a transfer. */
enum {
	UNSTOPPED_MAX = 4, /* copies to a closed port */
	UNASKED_MAX = 8,   /* blocks to somebody who said nothing yet */
	FLAT_MAX = 2,
};
#define FOUR_GIB     (UINT64_C(1) << 32)
#define COPY_MAX     (50 * BR_MS) /* closer together: one packet, doubled on the wire */
#define BACK_OFF_MAX (8 * BR_S)   /* beyond, a cap is fair */
static void judge_end(struct br_rules *r, struct br_transfer_seen *t, uint64_t block, uint64_t size)
{
	const struct br_tftp_wish *tsize = &t->options.wish[BR_TFTP_TSIZE];
	enum br_rule rule = t->mode == BR_MODE_NETASCII ? BR_RULE_TFTP_TSZ_03 : BR_RULE_TFTP_TSZ_01;

	t->end.seen = true;
	t->end.block = block;
	t->end.total = (block - 1) * t->block_size + size;
	if (t->end.total == 0)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_06, true, "%s", "");
	if (tsize->granted && t->end.total > UINT32_MAX &&
	    tsize->given % FOUR_GIB == t->end.total % FOUR_GIB)
		rule = BR_RULE_TFTP_TSZ_02;
	if (tsize->granted && (t->mode == BR_MODE_OCTET || t->mode == BR_MODE_NETASCII))
		(void)br_judge(r, rule, tsize->given == t->end.total,
		               "tsize %llu, %llu octets came", (unsigned long long)tsize->given,
		               (unsigned long long)t->end.total);
}

static void judge_size(struct br_rules *r, struct br_transfer_seen *t, uint64_t block,
                       uint64_t size)
{
	bool agreed = t->options.wish[BR_TFTP_BLKSIZE].granted;
	enum br_rule rule = agreed ? BR_RULE_TFTP_BLK_02 : BR_RULE_TFTP_RRQ_04;

	if (t->unsure || t->block_size == 0 ||
	    (t->options.count > 0 && t->options.oacks == 0 && t->acks.newest >= 0 && block == 1))
		return;
	if (t->end.seen && block > t->end.block && block < t->end.block + 4096) {
		(void)br_judge(r, t->end.total == 0 ? BR_RULE_TFTP_RRQ_06 : rule, false,
		               "DATA %llu behind the short DATA %llu", (unsigned long long)block,
		               (unsigned long long)t->end.block);
		return;
	}
	if (block > 1 || t->options.oacks > 0)
		(void)br_judge(r, agreed ? BR_RULE_TFTP_BLK_02 : BR_RULE_TFTP_RRQ_03,
		               size <= t->block_size, "DATA of %llu octets, blocks have %llu",
		               (unsigned long long)size, (unsigned long long)t->block_size);
	if (size < t->block_size && !t->end.seen) {
		(void)br_judge(r, rule, true, "%s", "");
		judge_end(r, t, block, size);
	}
}

/* The server's own timer, with the client silent: gaps between copies of one DATA. */
static void judge_gaps(struct br_rules *r, struct br_transfer_seen *t)
{
	const struct br_tftp_wish *timeout = &t->options.wish[BR_TFTP_TIMEOUT];
	br_time gap = r->at - t->copies.last, before = t->copies.last - t->copies.before;

	if (t->copies.count < 2 || gap < COPY_MAX)
		return;
	if (timeout->granted) {
		br_time agreed = timeout->given * BR_S;

		(void)br_judge(
			r, BR_RULE_TFTP_TMO_03,
			gap + BR_S / 2 >= agreed && (!r->complete || gap <= agreed + BR_S / 2),
			"sent again after %llu ms, agreed were %llu s",
			(unsigned long long)(gap / BR_MS), (unsigned long long)timeout->given);
	} else if (t->copies.count > 2 && before >= BR_TFTP_HASTE && before < BACK_OFF_MAX) {
		t->copies.flat = gap * 5 > before * 6 ? 0 : t->copies.flat + 1;
		(void)br_judge(
			r, BR_RULE_TFTP_RTX_02, t->copies.flat < (r->complete ? 1 : FLAT_MAX),
			"sent again after %llu ms, and %llu ms before that",
			(unsigned long long)(gap / BR_MS), (unsigned long long)(before / BR_MS));
	}
	(void)br_judge(r, t->window_size > 1 ? BR_RULE_TFTP_WIN_11 : BR_RULE_TFTP_RTX_03,
	               r->at <= t->copies.first + BR_TFTP_GIVEN_UP, "sent again for %llu s",
	               (unsigned long long)((r->at - t->copies.first) / BR_S));
}

static void count_copy(struct br_rules *r, struct br_transfer_seen *t, uint64_t block)
{
	if ((int64_t)block != (t->acks.newest < 0 ? 0 : t->acks.newest) + 1)
		return; /* a later block of a window */
	if (block == t->copies.block && t->client.silent) {
		t->copies.count++;
		(void)br_judge(r, t->end.seen ? BR_RULE_TFTP_RTX_04 : BR_RULE_TFTP_RTX_01, true,
		               "%s", "");
		judge_gaps(r, t);
	} else {
		t->copies.block = block;
		t->copies.count = 1;
		t->copies.flat = 0;
		t->copies.first = t->copies.last = r->at;
	}
	t->copies.before = t->copies.last;
	t->copies.last = r->at;
}

/* DATA sent again on the heels of an ACK that is no news: RFC 1123 §4.2.3.1 */
static void judge_again(struct br_rules *r, struct br_transfer_seen *t, uint64_t block)
{
	enum br_rule rule = t->window_size > 1                   ? BR_RULE_TFTP_WIN_10
	                    : block == 1 && t->options.oacks > 0 ? BR_RULE_TFTP_OACK_08
	                                                         : BR_RULE_TFTP_LCK_02;
	bool hasty = r->at < t->data.highest_at + BR_TFTP_HASTE;

	if (t->window_size > 1 && t->acks.again_at != 0 && (int64_t)block == t->acks.again + 1 &&
	    t->data.before + 1 != block) /* a window begins with it */
		(void)br_judge(r, rule,
		               ++t->acks.bursts < 2 || r->at > t->acks.again_at + BR_TFTP_HASTE,
		               "the window behind ACK %lld a third time", (long long)t->acks.again);

	if (t->window_size == 1 && t->acks.again_at != 0 && (int64_t)block == t->acks.again + 1 &&
	    block == t->data.highest)
		(void)br_judge(r, rule, !hasty || r->at > t->acks.again_at + BR_TFTP_HASTE,
		               "DATA %llu again, for ACK %lld again", (unsigned long long)block,
		               (long long)t->acks.again);
	else if (t->window_size == 1 && t->acks.old_at != 0 && (int64_t)block == t->acks.old + 1 &&
	         block < t->data.highest)
		(void)br_judge(r, BR_RULE_TFTP_LCK_03, r->at > t->acks.old_at + BR_TFTP_HASTE,
		               "DATA %llu, for an old ACK %lld", (unsigned long long)block,
		               (long long)t->acks.old);
}

static void judge_turn(struct br_rules *r, struct br_transfer_seen *t, uint64_t block)
{
	uint64_t allowed = (t->acks.newest > 0 ? (uint64_t)t->acks.newest : 0) + t->window_size;
	bool one = t->window_size == 1;

	if (!r->complete || t->unsure ||
	    (t->options.count > 0 && t->options.oacks == 0 && t->acks.newest >= 0))
		return;
	if (t->options.oacks > 0 && t->acks.newest < 0) {
		(void)br_judge(r, BR_RULE_TFTP_OACK_03, false, "DATA before ACK 0");
		return;
	}
	if (t->acks.newest > (int64_t)t->data.highest) {
		(void)br_judge(r, BR_RULE_TFTP_LCK_04, block <= t->data.highest + t->window_size,
		               "DATA %llu, DATA %llu was never sent", (unsigned long long)block,
		               (unsigned long long)t->acks.newest);
		return;
	}
	(void)br_judge(r,
	               !one                                          ? BR_RULE_TFTP_WIN_03
	               : t->options.wish[BR_TFTP_WINDOWSIZE].granted ? BR_RULE_TFTP_WIN_08
	                                                             : BR_RULE_TFTP_LCK_01,
	               block <= allowed, "DATA %llu, acknowledged is %lld",
	               (unsigned long long)block, (long long)t->acks.newest);
}

static void judge_wrap(struct br_rules *r, struct br_transfer_seen *t, uint64_t block)
{
	enum br_rule rule = t->window_size > 1 ? BR_RULE_TFTP_WIN_14 : BR_RULE_TFTP_WRAP_01;
	bool at_edge = (t->data.highest & 0xffff) == 0xffff;

	if (at_edge && block == t->data.highest + 2 &&
	    (t->window_size > 1 || t->acks.newest == (int64_t)t->data.highest))
		(void)br_judge(r, rule, false, "block 1 behind block 65535");
	else if (at_edge && block == t->data.highest + 1)
		(void)br_judge(r, rule, true, "%s", "");
}

static uint32_t datagram_id(const struct br_packet *p)
{
	return p->network == BR_NETWORK_IPV4 ? p->ipv4.identification : p->ipv6.identification;
}

/* The wire, or who recorded it, made two of one: IPv6 has no number to tell by. */
static bool is_doubled(const struct br_rules *r, const struct br_transfer_seen *t)
{
	if (r->complete || !t->data.any)
		return false;
	if (r->packet->network == BR_NETWORK_IPV6)
		return t->client.silent && r->at < t->data.at + COPY_MAX;
	return datagram_id(r->packet) == t->data.id;
}

/* DATA that nobody wants any more, or did not yet ask for. */
static void judge_unwanted(struct br_rules *r, struct br_transfer_seen *t, uint64_t block)
{
	if (t->closed.count == 0)
		t->closed.since = 0;
	else if ((int64_t)block == t->acks.newest + 1 || t->acks.newest <= 0)
		t->closed.since += r->at > t->closed.at + BR_TFTP_HASTE; /* not those under way */
	if (t->closed.count > 0)
		(void)br_judge(
			r, BR_RULE_NET_ICM_02,
			t->closed.since <= UNSTOPPED_MAX || (!r->complete && t->closed.count < 3),
			"DATA %u times since ICMP said that the port is closed", t->closed.since);
	t->client.unasked += t->client.packets == 0 && block > t->data.highest;
	if (t->client.packets == 0 && block > t->data.highest)
		(void)br_judge(r, BR_RULE_ROB_TF_04,
		               (r->complete ? block : t->client.unasked) < UNASKED_MAX,
		               "DATA %llu, and no ACK of any came", (unsigned long long)block);
	t->end.more += t->end.acked_at != 0 && r->at > t->end.acked_at + BR_TFTP_HASTE;
	if (t->end.more > 0)
		(void)br_judge(r, t->window_size > 1 ? BR_RULE_TFTP_WIN_09 : BR_RULE_TFTP_RRQ_04,
		               t->end.more < (r->complete ? 1 : 3) ||
		                       (!r->complete && t->acks.times < 3),
		               "DATA %llu, and ACK %llu of the last block came",
		               (unsigned long long)block, (unsigned long long)t->end.block);
	if (t->client.stale && block > t->data.highest)
		(void)br_judge(r, BR_RULE_ROB_TF_03, false,
		               "DATA %llu of a transfer nobody acknowledged in time",
		               (unsigned long long)block);
}

void br_tftp_judge_source(struct br_rules *r, struct br_transfer_seen *t)
{
	bool here = br_rules_same_host(r->packet->src.ip, t->server_ip);

	(void)br_judge(r, BR_RULE_NET_SRC_02,
	               here || t->to_broadcast || memcmp(t->server_mac, r->packet->eth_src, 6) != 0,
	               "sent from another address than %s, which was asked", BR_HOST(t->server_ip));
}

void br_tftp_judge_data(struct br_rules *r, struct br_transfer_seen *t,
                        const struct br_tftp_packet *packet, uint64_t size)
{
	uint64_t block = br_tftp_whole_number(packet->block, t->data.highest);

	if (block <= t->data.highest && is_doubled(r, t))
		return;
	t->data.id = datagram_id(r->packet);
	br_tftp_judge_source(r, t);
	if (t->options.oacks > 0 && t->options.oack_tid != r->packet->src.port)
		return;
	judge_unwanted(r, t, block);
	br_tftp_judge_window_data(r, t, block);
	if (r->packet->payload.size == r->packet->payload_size)
		br_tftp_judge_content(r, t, block, packet->data);
	if (t->client.error && r->complete && r->at > t->client.error_at + BR_TFTP_GRACE)
		(void)br_judge(r, t->client.error_8 ? BR_RULE_TFTP_OACK_05 : BR_RULE_TFTP_ERR_04,
		               false, "DATA %u behind the client's ERROR", packet->block);
	if (block > t->data.highest || !t->data.any) {
		judge_turn(r, t, block);
		judge_wrap(r, t, block);
		judge_size(r, t, block, size);
		t->data.highest = block;
		t->data.highest_at = r->at;
	} else {
		judge_again(r, t, block);
		t->data.highest_at = block == t->data.highest ? r->at : t->data.highest_at;
	}
	t->data.any = true;
	t->data.before = block;
	t->data.at = r->at;
	count_copy(r, t, block);
}
