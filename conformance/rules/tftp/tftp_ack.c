/* SPDX-License-Identifier: BSD-2-Clause */
/* ACKs of a client, and what they show of the DATA before them. */
#include "conformance/rules/tftp/tftp_ack.h"

#include "conformance/rules/tftp/tftp_multicast.h"
#include "conformance/rules/tftp/tftp_window.h"

/* One lost frame can make one packet look early, not several in a transfer. */
enum {
	EARLY_MAX = 3,
};
#define PATIENCE (10 * BR_S) /* the first timer of a server has run by then */

/* A new ACK for less than a window below the highest DATA: some of it was sent too soon. */
static void judge_early(struct br_rules *r, struct br_transfer_seen *t, int64_t block)
{
	enum br_rule rule = t->window_size > 1                            ? BR_RULE_TFTP_WIN_03
	                    : t->options.wish[BR_TFTP_WINDOWSIZE].granted ? BR_RULE_TFTP_WIN_08
	                                                                  : BR_RULE_TFTP_LCK_01;
	bool early =
		t->data.any && block > 0 && t->data.highest >= (uint64_t)block + t->window_size;

	if (r->complete || t->unsure)
		return; /* judge_turn() said it at the DATA */
	t->data.early += early;
	(void)br_judge(r, rule, !early || t->data.early < EARLY_MAX,
	               "DATA %llu was sent before ACK %lld came, as others",
	               (unsigned long long)t->data.highest, (long long)block);
}

/* It asks again for what was sent once, and never again. */
static void judge_silence(struct br_rules *r, struct br_transfer_seen *t, int64_t block)
{
	if (!r->complete || !t->data.any || block != t->acks.newest ||
	    t->data.highest <= (uint64_t)block || t->copies.count != 1 || t->closed.count > 0 ||
	    t->client.error ||
	    r->at < t->data.at + PATIENCE + t->options.wish[BR_TFTP_TIMEOUT].given * BR_S)
		return;
	(void)br_judge(r, t->end.seen ? BR_RULE_TFTP_RTX_04 : BR_RULE_TFTP_RTX_01, false,
	               "DATA %llu was not sent again in %llu s",
	               (unsigned long long)t->data.highest,
	               (unsigned long long)((r->at - t->data.at) / BR_S));
}

/* Of one transfer it acknowledges blocks to one port, then to another: RFC 1350 §4 */
void br_tftp_judge_mixed(struct br_rules *r, const struct br_transfer_seen *t,
                         const struct br_tftp_packet *packet)
{
	uint16_t port = r->packet->dst.port;

	if (t->acks.tid != 0 && t->acks.newest > 0 && packet->block > 1 && port != BR_TFTP_PORT &&
	    packet->block == (uint16_t)(t->acks.newest + 1))
		(void)br_judge(r, BR_RULE_TFTP_TID_02, port == t->acks.tid,
		               "ACK %u goes to port %u, that before to %u", packet->block, port,
		               t->acks.tid);
}

void br_tftp_judge_ack(struct br_rules *r, struct br_transfer_seen *t,
                       const struct br_tftp_packet *packet)
{
	int64_t block = t->data.any ? (int64_t)br_tftp_whole_number(packet->block, t->data.highest)
	                            : (int64_t)packet->block;

	if (r->packet->dst.port != t->tid)
		return;
	t->acks.tid = t->tid;
	br_tftp_group_ack(r, t, packet->block);
	judge_silence(r, t, block);
	if (block > t->acks.newest)
		br_tftp_judge_window_ack(r, t, block);
	if (t->end.seen && block == (int64_t)t->end.block && t->end.acked_at == 0)
		t->end.acked_at = r->at;
	if (block == 0 && t->options.oacks == 1 && t->data.any && t->acks.newest < 0)
		(void)br_judge(r, BR_RULE_TFTP_OACK_03, r->complete, "DATA came before this ACK 0");
	if (block == 0 && t->options.oack_odd)
		(void)br_judge(r, BR_RULE_TFTP_OACK_06, false,
		               "it takes an OACK with an option it did not ask for");
	if (block > t->acks.newest) {
		judge_early(r, t, block);
		t->acks.newest = block;
		t->acks.again_at = 0;
		t->acks.bursts = 0;
		t->acks.times = 1;
	} else if (block == t->acks.newest) {
		t->acks.again = block;
		t->acks.again_at = r->at;
		t->acks.times++;
		if (block == 0 && !t->data.any && t->options.wish[BR_TFTP_TSIZE].granted &&
		    t->options.wish[BR_TFTP_TSIZE].given == 0 && t->acks.times >= 3)
			(void)br_judge(r, BR_RULE_TFTP_RRQ_06, false,
			               "ACK 0 %u times, and no empty DATA", t->acks.times);
		if (!t->end.seen && t->options.wish[BR_TFTP_TSIZE].granted && t->acks.times >= 3 &&
		    (uint64_t)block * t->block_size == t->options.wish[BR_TFTP_TSIZE].given &&
		    block > 0)
			(void)br_judge(r,
			               t->options.wish[BR_TFTP_BLKSIZE].granted
			                       ? BR_RULE_TFTP_BLK_03
			                       : BR_RULE_TFTP_RRQ_05,
			               false, "ACK %lld %u times, and no empty DATA",
			               (long long)block, t->acks.times);
	} else {
		t->acks.old = block;
		t->acks.old_at = r->at;
	}
}
