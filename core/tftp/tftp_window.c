/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/tftp/tftp_window.h"

#include "core/defect.h"

#define PAUSE_MIN (1 * BR_MS)
#define WAIT_MAX  (16 * BR_S) /* back-off ends here, unless it begins above */

/* RFC 6298 in whole numbers */
void br_tftp_window_measure(struct br_tftp_transfer *transfer, br_time now)
{
	br_time rtt = now - transfer->sent_at;
	br_time off = rtt > transfer->rtt ? rtt - transfer->rtt : transfer->rtt - rtt;

	if (transfer->rtt == 0) {
		transfer->rtt = rtt;
		transfer->rtt_var = rtt / 2;
		return;
	}
	transfer->rtt_var = transfer->rtt_var - transfer->rtt_var / 4 + off / 4;
	transfer->rtt = transfer->rtt - transfer->rtt / 8 + rtt / 8;
}

br_time br_tftp_window_wait(const struct br_tftp_transfer *transfer, uint32_t retry_ms)
{
	br_time wait = transfer->rtt + 4 * transfer->rtt_var;

	if (transfer->granted.timeout_s > 0 && !BR_DEFECT(TFTP_TMO_03))
		return transfer->granted.timeout_s * BR_S; /* RFC 2349: the interval agreed */
	if (wait < retry_ms * BR_MS)
		wait = retry_ms * BR_MS;
	for (uint8_t i = 0; i < transfer->retries && wait < WAIT_MAX && !BR_DEFECT(TFTP_RTX_02);
	     i++)
		wait = 2 * wait < WAIT_MAX ? 2 * wait : WAIT_MAX;
	return wait;
}

enum {
	LOSSES_CLOSE = 8,  /* two within so many windows are no chance: the queue is too short */
	GROWS_AFTER = 32,  /* windows without a loss: a burst is one block longer; */
	DOUBLINGS_MAX = 5, /* twice as many after each loss */
};

bool br_tftp_window_pauses(const struct br_tftp_transfer *transfer)
{
	return transfer->burst > 0 && transfer->run >= transfer->burst &&
	       br_tftp_window_may_send(transfer);
}

br_time br_tftp_window_pause(const struct br_tftp_transfer *transfer)
{
	return transfer->rtt > PAUSE_MIN ? transfer->rtt : PAUSE_MIN;
}

void br_tftp_window_lost(struct br_tftp_transfer *transfer)
{
	uint16_t burst = transfer->burst > 0 ? transfer->burst : transfer->granted.windowsize;
	bool again =
		transfer->burst > 0 || (transfer->losses > 0 && transfer->clean < LOSSES_CLOSE);

	if (burst == 1 || transfer->acked < transfer->recover)
		return;
	transfer->clean = 0;
	transfer->recover = transfer->sent;
	if (transfer->losses < DOUBLINGS_MAX)
		transfer->losses++;
	if (again)
		transfer->burst = burst / 2;
}

static void grow(struct br_tftp_transfer *transfer)
{
	transfer->clean++;
	if (transfer->burst == 0 || transfer->clean < (uint32_t)GROWS_AFTER << transfer->losses)
		return;
	transfer->clean = 0;
	if (++transfer->burst == transfer->granted.windowsize)
		transfer->burst = 0;
}

void br_tftp_window_rewind(struct br_tftp_transfer *transfer)
{
	transfer->next = transfer->acked + 1;
	if (BR_DEFECT(TFTP_WIN_05) && transfer->sent > transfer->acked)
		transfer->next = transfer->sent;
	transfer->echo_end = transfer->sent + 1;
	transfer->run = 0;
}

static uint64_t window_of(const struct br_tftp_transfer *transfer)
{
	uint64_t window = transfer->granted.windowsize;

	if (BR_DEFECT(TFTP_WIN_03) && window > 1)
		return window + 1;
	if (BR_DEFECT(TFTP_WIN_09) && window > 1 && transfer->last - transfer->acked < window)
		return 0;
	return window;
}

bool br_tftp_window_may_send(const struct br_tftp_transfer *transfer)
{
	return transfer->state == BR_TFTP_SENDING && !transfer->stalled && !transfer->pausing &&
	       transfer->next <= transfer->last &&
	       transfer->next - transfer->acked <= window_of(transfer);
}

bool br_tftp_window_sent(struct br_tftp_transfer *transfer, br_time now)
{
	bool again = transfer->next <= transfer->sent;

	if (!again) {
		transfer->sent = transfer->next;
		transfer->sent_at = now;
	}
	transfer->next++;
	transfer->run++;
	return again;
}

enum br_tftp_ack br_tftp_window_ack(struct br_tftp_transfer *transfer, uint16_t block, br_time now)
{
	uint16_t ahead = (uint16_t)(block - (uint16_t)transfer->acked);

	if (ahead == 0) {
		if (BR_DEFECT(TFTP_OACK_08) && transfer->acked == 0 && transfer->sent > 0) {
			br_tftp_window_rewind(transfer);
			return BR_TFTP_ACK_GAP;
		}
		if ((transfer->granted.windowsize == 1 && !BR_DEFECT(TFTP_LCK_02)) ||
		    (transfer->acked < transfer->echo_end && !BR_DEFECT(TFTP_WIN_10)) ||
		    transfer->sent == transfer->acked)
			return BR_TFTP_ACK_REPEATED;
		br_tftp_window_lost(transfer);
		br_tftp_window_rewind(transfer);
		return BR_TFTP_ACK_GAP;
	}
	if (ahead > transfer->sent - transfer->acked && BR_DEFECT(TFTP_LCK_03)) {
		br_tftp_window_rewind(transfer);
		return BR_TFTP_ACK_GAP;
	}
	if (ahead > transfer->sent - transfer->acked ||
	    (BR_DEFECT(TFTP_WIN_14) && transfer->granted.windowsize > 1 &&
	     transfer->acked + ahead > UINT16_MAX))
		return BR_TFTP_ACK_FOREIGN;
	transfer->acked += ahead;
	transfer->retries = 0;
	transfer->run = 0;
	transfer->text = transfer->text_end;
	if (transfer->acked == transfer->last)
		return BR_TFTP_ACK_COMPLETE;
	/* Karn: not where a block went out twice, nobody knows which copy this answers */
	if (transfer->acked == transfer->sent && transfer->acked >= transfer->echo_end)
		br_tftp_window_measure(transfer, now);
	/* RFC 7440 section 4: an ACK inside the window starts a new one behind it */
	if (transfer->acked < transfer->sent) {
		br_tftp_window_lost(transfer);
		br_tftp_window_rewind(transfer);
	} else if (transfer->acked >= transfer->echo_end) {
		grow(transfer);
	}
	transfer->next = transfer->acked + 1;
	return BR_TFTP_ACK_MOVED;
}
