/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP windows (RFC 7440), and what a block holds each time it comes. */
#include "conformance/rules/tftp/tftp_window.h"

/* One lost frame can make one window look wrong, not several in a transfer. */
enum {
	ODD_MAX = 3,
};

static bool judge_odd(struct br_rules *r, enum br_rule rule, unsigned *count, bool odd)
{
	*count += odd;
	return br_judge(r, rule, !odd || *count < (r->complete ? 1 : ODD_MAX), "%s",
	                rule == BR_RULE_TFTP_WIN_04   ? "it acknowledges inside the window"
	                : rule == BR_RULE_TFTP_WIN_05 ? "the window begins elsewhere than behind "
	                                                "the last ACK"
	                                              : "no new window behind an ACK inside one");
}

/* DATA @block, before @t->data.highest knows of it. */
void br_tftp_judge_window_data(struct br_rules *r, struct br_transfer_seen *t, uint64_t block)
{
	uint64_t next = (t->acks.newest > 0 ? (uint64_t)t->acks.newest : 0) + 1;
	bool idle = t->data.any && r->at >= t->data.at + BR_TFTP_HASTE;

	if (block == t->window.in_order + 1)
		t->window.in_order = block;
	if (t->window_size < 2 || t->unsure)
		return;
	if (t->window.inner_at != 0 && t->acks.newest == t->window.inner) {
		bool waited = r->complete && r->at > t->window.inner_at + BR_S / 2;

		if (block == next || block > t->window.inner_end || waited)
			(void)judge_odd(r, BR_RULE_TFTP_WIN_07, &t->window.slid,
			                block > t->window.inner_end || waited);
		if (block == next || block > t->window.inner_end || waited)
			t->window.inner_at = 0;
	}
	if (idle && block <= t->data.highest && t->client.silent && t->end.acked_at == 0)
		(void)judge_odd(r, BR_RULE_TFTP_WIN_05, &t->window.misplaced, block != next);
}

/* A new ACK @block, before @t->acks.newest knows of it. */
void br_tftp_judge_window_ack(struct br_rules *r, struct br_transfer_seen *t, int64_t block)
{
	int64_t base = t->acks.newest > 0 ? t->acks.newest : 0;
	bool last = t->end.seen && block == (int64_t)t->end.block;
	bool inside = block > 0 && block < base + (int64_t)t->window_size && !last;

	if (t->window_size < 2 || t->unsure || !t->data.any || block <= 0)
		return;
	if (r->complete)
		(void)br_judge(r, BR_RULE_TFTP_WIN_06, block <= (int64_t)t->window.in_order,
		               "ACK %lld, and DATA %llu is missing", (long long)block,
		               (unsigned long long)t->window.in_order + 1);
	/* twice in what one window brought; or once, when nothing was lost */
	if (block <= (int64_t)t->window.in_order || !r->complete)
		(void)judge_odd(r, BR_RULE_TFTP_WIN_04, &t->window.inner_acks,
		                inside && (r->complete ? t->window.in_order == t->data.highest &&
		                                                 r->at < t->data.at + BR_TFTP_HASTE
		                                       : t->window.inner_at != 0 &&
		                                                 block == t->window.inner + 1 &&
		                                                 t->data.at < t->window.inner_at));
	t->window.inner_at = inside && (uint64_t)block < t->data.highest ? r->at : 0;
	t->window.inner = block;
	t->window.inner_end = (uint64_t)base + t->window_size;
}

static bool text_holds(struct br_transfer_seen *t, uint64_t block, struct br_octets data)
{
	bool known = t->content.text_block + 1 == block && block > 1, holds = true;
	uint8_t before = known ? t->content.text_last : 0;

	for (size_t i = 0; i < data.size && holds; i++) {
		uint8_t c = data.data[i];

		if (i == 0 && !known) /* what came before was not seen */
			holds = block != 1 || c != '\n';
		else
			holds = before == '\r' ? c == '\n' || c == 0 : c != '\n';
		before = c;
	}
	t->content.text_block = block;
	t->content.text_last = before;
	return holds;
}

/* The same block twice is the same octets, also in another transfer under way. */
void br_tftp_judge_content(struct br_rules *r, struct br_transfer_seen *t, uint64_t block,
                           struct br_octets data)
{
	struct br_tftp_block *kept = &t->content.block[block % BR_TFTP_BLOCKS_KEPT];
	uint32_t hash = br_rules_hash(BR_RULES_HASH_SEED, data.data, data.size);

	if (kept->number == block && (int64_t)block > t->acks.newest && block > 0)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_07, kept->hash == hash,
		               "DATA %llu again, of other octets", (unsigned long long)block);
	if (t->mode == BR_MODE_NETASCII && block > t->data.highest)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_08, text_holds(t, block, data),
		               "DATA %llu has a CR or LF alone", (unsigned long long)block);
	*kept = (struct br_tftp_block){block, hash};
	for (size_t i = 0; i < r->tftp->transfers && t->name.hash != 0; i++) {
		const struct br_transfer_seen *o = &r->tftp->transfer[i];
		const struct br_tftp_block *same = &o->content.block[block % BR_TFTP_BLOCKS_KEPT];

		if (o != t && o->name.raw_hash == t->name.raw_hash && same->number == block &&
		    o->block_size == t->block_size && t->block_size > 0 && o->mode == t->mode &&
		    r->at < o->last + BR_S && br_rules_same_host(o->client_ip, t->client_ip) &&
		    br_rules_same_host(o->server_ip, t->server_ip))
			(void)br_judge(r, BR_RULE_TFTP_CON_01, same->hash == hash,
			               "DATA %llu is not that of the transfer of frame %llu",
			               (unsigned long long)block, (unsigned long long)o->frame);
	}
}
