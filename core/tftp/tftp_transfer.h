/* SPDX-License-Identifier: BSD-2-Clause */
/* core/tftp/tftp_transfer.h - the life of a transfer: notes about it, its timer, its end
 *
 * What core/tftp/tftp.c and tftp_request.c both do to transfers. Each of these leaves the
 * table, the outbox and the counters right; what goes out next is br_tftp_output()'s affair.
 */
#ifndef BR_CORE_TFTP_TFTP_TRANSFER_H
#define BR_CORE_TFTP_TFTP_TRANSFER_H

#include "core/context.h"
#include "core/tftp/tftp_table.h"

#define BR_TFTP_SILENCE_MAX (110 * BR_S) /* then it is given up whatever the retries */
#define BR_TFTP_STALL_FIRST (10 * BR_MS) /* ask a slow file again after this, then twice that */

enum {
	BR_TFTP_DETAIL_SIZE = 192, /* of a note */
	BR_TFTP_ERROR_SIZE = 128,
};

/**
 * struct br_tftp - The server
 * @open:	Transfers that are not over
 * @now:	Of the last input or expiry: output has none of its own
 * @head, @error, @block: Octets of the action that was taken out last
 * @detail:	Text of the note that was made last
 */
struct br_tftp {
	struct br_context context;
	struct br_tftp_table table;
	size_t open;
	br_time now;
	uint8_t head[BR_TFTP_HEAD_SIZE];
	uint8_t error[BR_TFTP_ERROR_SIZE];
	char detail[BR_TFTP_DETAIL_SIZE];
	uint8_t block[BR_TFTP_BLKSIZE_MAX];
};

void br_tftp_note(struct br_tftp *tftp, enum br_note which, uint32_t link,
                  const struct br_endpoint *remote, const char *detail);
void br_tftp_transfer_note(struct br_tftp *tftp, enum br_note which,
                           const struct br_tftp_transfer *transfer); /* detail: the name */
void br_tftp_transfer_note_number(struct br_tftp *tftp, enum br_note which,
                                  const struct br_tftp_transfer *transfer, uint64_t number);
/* With how much of the file has arrived, and since when. @detail NULL: the name */
void br_tftp_transfer_note_progress(struct br_tftp *tftp, enum br_note which,
                                    const struct br_tftp_transfer *transfer, const char *detail);
void br_tftp_transfer_measure(const struct br_tftp *tftp, const struct br_tftp_transfer *transfer,
                              struct br_note_facts *facts);
/* The text of a detail; stands until the next. */
const char *br_tftp_quoted(struct br_tftp *tftp, struct br_octets text);
/* The name in the transfer's own request. */
struct br_octets br_tftp_transfer_name(const struct br_tftp_transfer *transfer);

/* PORT_OPEN or PORT_CLOSE, but for port 69, which is always open. */
void br_tftp_put_port(struct br_tftp *tftp, enum br_action_kind kind, uint32_t link,
                      const struct br_endpoint *local);

void br_tftp_transfer_set_timer(struct br_tftp *tftp, const struct br_tftp_transfer *transfer,
                                br_time wait);
/* What is out may be answered now; if not, it goes out again. */
void br_tftp_transfer_expect_answer(struct br_tftp *tftp, const struct br_tftp_transfer *transfer);
/* The OACK, or the window, is due once more. */
void br_tftp_transfer_send_again(struct br_tftp *tftp, struct br_tftp_transfer *transfer);
/* The file said "not yet": asked again later, and at last the transfer fails. */
void br_tftp_transfer_stall(struct br_tftp *tftp, struct br_tftp_transfer *transfer);

/* How it ends: at once with its port; or with the port kept a while, for late packets; or so
 * with an ERROR, for what a file said (@result: -ENODATA, -EAGAIN, -EIO).
 */
void br_tftp_transfer_end(struct br_tftp *tftp, struct br_tftp_transfer *transfer);
void br_tftp_transfer_linger(struct br_tftp *tftp, struct br_tftp_transfer *transfer);
void br_tftp_transfer_fail(struct br_tftp *tftp, struct br_tftp_transfer *transfer, int result);
/* Its place and port are free again. It must be over: ended transfers are not forgotten twice. */
void br_tftp_transfer_forget(struct br_tftp *tftp, struct br_tftp_transfer *transfer);
void br_tftp_transfer_close_file(struct br_tftp *tftp, struct br_tftp_transfer *transfer);

#endif /* BR_CORE_TFTP_TFTP_TRANSFER_H */
