/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP windows (RFC 7440), and what a block holds each time it comes. */
#include "conformance/rules/tftp/tftp_table.h"

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

/* DATA @block, before @t->highest knows of it. */
void br_tftp_judge_window_data(struct br_rules *r, struct br_transfer *t, uint64_t block)
{
	uint64_t next = (t->acked > 0 ? (uint64_t)t->acked : 0) + 1;
	bool idle = t->data && r->at >= t->data_last + BR_TFTP_HASTE;

	if (block == t->in_order + 1)
		t->in_order = block;
	if (t->window < 2 || t->unsure)
		return;
	if (t->inner_at != 0 && t->acked == t->inner) {
		bool waited = r->complete && r->at > t->inner_at + BR_S / 2;

		if (block == next || block > t->inner_end || waited)
			(void)judge_odd(r, BR_RULE_TFTP_WIN_07, &t->slid,
			                block > t->inner_end || waited);
		if (block == next || block > t->inner_end || waited)
			t->inner_at = 0;
	}
	if (idle && block <= t->highest && t->client_silent && t->final_at == 0)
		(void)judge_odd(r, BR_RULE_TFTP_WIN_05, &t->misplaced, block != next);
}

/* A new ACK @block, before @t->acked knows of it. */
void br_tftp_judge_window_ack(struct br_rules *r, struct br_transfer *t, int64_t block)
{
	int64_t base = t->acked > 0 ? t->acked : 0;
	bool last = t->finished && block == (int64_t)t->final_block;
	bool inside = block > 0 && block < base + (int64_t)t->window && !last;

	if (t->window < 2 || t->unsure || !t->data || block <= 0)
		return;
	if (r->complete)
		(void)br_judge(r, BR_RULE_TFTP_WIN_06, block <= (int64_t)t->in_order,
		               "ACK %lld, and DATA %llu is missing", (long long)block,
		               (unsigned long long)t->in_order + 1);
	/* twice in what one window brought; or once, when nothing was lost */
	if (block <= (int64_t)t->in_order || !r->complete)
		(void)judge_odd(r, BR_RULE_TFTP_WIN_04, &t->inner_acks,
		                inside &&
		                        (r->complete ? t->in_order == t->highest &&
		                                               r->at < t->data_last + BR_TFTP_HASTE
		                                     : t->inner_at != 0 && block == t->inner + 1 &&
		                                               t->data_last < t->inner_at));
	t->inner_at = inside && (uint64_t)block < t->highest ? r->at : 0;
	t->inner = block;
	t->inner_end = (uint64_t)base + t->window;
}

static bool text_holds(struct br_transfer *t, uint64_t block, struct br_octets data)
{
	bool known = t->text_block + 1 == block && block > 1, holds = true;
	uint8_t before = known ? t->text_last : 0;

	for (size_t i = 0; i < data.size && holds; i++) {
		uint8_t c = data.data[i];

		if (i == 0 && !known) /* what came before was not seen */
			holds = block != 1 || c != '\n';
		else
			holds = before == '\r' ? c == '\n' || c == 0 : c != '\n';
		before = c;
	}
	t->text_block = block;
	t->text_last = before;
	return holds;
}

/* The same block twice is the same octets, also in another transfer under way. */
void br_tftp_judge_content(struct br_rules *r, struct br_transfer *t, uint64_t block,
                           struct br_octets data)
{
	struct br_tftp_block *kept = &t->block[block % BR_TFTP_BLOCKS_KEPT];
	uint32_t hash = br_rules_hash(BR_RULES_HASH_SEED, data.data, data.size);

	if (kept->number == block && (int64_t)block > t->acked && block > 0)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_07, kept->hash == hash,
		               "DATA %llu again, of other octets", (unsigned long long)block);
	if (t->mode == BR_MODE_NETASCII && block > t->highest)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_08, text_holds(t, block, data),
		               "DATA %llu has a CR or LF alone", (unsigned long long)block);
	*kept = (struct br_tftp_block){block, hash};
	for (size_t i = 0; i < r->tftp->transfers && t->name_hash != 0; i++) {
		const struct br_transfer *o = &r->tftp->transfer[i];
		const struct br_tftp_block *same = &o->block[block % BR_TFTP_BLOCKS_KEPT];

		if (o != t && o->raw_hash == t->raw_hash && same->number == block &&
		    o->block_size == t->block_size && t->block_size > 0 && o->mode == t->mode &&
		    r->at < o->last + BR_S && br_rules_same_host(o->client_ip, t->client_ip) &&
		    br_rules_same_host(o->server_ip, t->server_ip))
			(void)br_judge(r, BR_RULE_TFTP_CON_01, same->hash == hash,
			               "DATA %llu is not that of the transfer of frame %llu",
			               (unsigned long long)block, (unsigned long long)o->frame);
	}
}
