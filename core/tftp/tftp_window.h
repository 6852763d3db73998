/* SPDX-License-Identifier: BSD-2-Clause */
/* core/tftp/tftp_window.h - what an ACK means, what may go out, and when it goes out again
 *
 * Pure arithmetic on one transfer in state SENDING: no packet, no timer, no file.
 */
#ifndef BR_CORE_TFTP_TFTP_WINDOW_H
#define BR_CORE_TFTP_TFTP_WINDOW_H

#include <stdbool.h>

#include "core/base/time.h"
#include "core/tftp/tftp_table.h"

enum br_tftp_ack {
	BR_TFTP_ACK_MOVED,    /* the window starts behind it now */
	BR_TFTP_ACK_COMPLETE, /* it was for the last block */
	BR_TFTP_ACK_GAP,      /* repeated, and the window goes out again: the first was lost */
	BR_TFTP_ACK_REPEATED, /* draws nothing, RFC 1123 section 4.2.3.1 */
	BR_TFTP_ACK_FOREIGN,  /* of a block long acknowledged or not sent: draws nothing */
};

enum br_tftp_ack br_tftp_window_ack(struct br_tftp_transfer *transfer, uint16_t block, br_time now);

/* Start the window behind the last ACK again. */
void br_tftp_window_rewind(struct br_tftp_transfer *transfer);

/* Block .next may go out now. */
bool br_tftp_window_may_send(const struct br_tftp_transfer *transfer);

/* Block .next went out at @now. Return: true if it had been out before */
bool br_tftp_window_sent(struct br_tftp_transfer *transfer, br_time now);

/* A packet that went out once, at .sent_at, was answered: measure the round trip. */
void br_tftp_window_measure(struct br_tftp_transfer *transfer, br_time now);

/* Of the window, what is a burst is out and the rest waits for br_tftp_window_pause(). A path
 * whose queue is smaller than the window loses the end of each: after two losses close to each
 * other the bursts are half as long. The window itself stays as agreed: the client sends no
 * ACK before its end.
 */
bool br_tftp_window_pauses(const struct br_tftp_transfer *transfer);
br_time br_tftp_window_pause(const struct br_tftp_transfer *transfer); /* ns: a round trip */

/* Blocks that are out were lost. */
void br_tftp_window_lost(struct br_tftp_transfer *transfer);

/* How long to wait for an answer before .retries grows by one, ns. */
br_time br_tftp_window_wait(const struct br_tftp_transfer *transfer, uint32_t retry_ms);

#endif /* BR_CORE_TFTP_TFTP_WINDOW_H */
