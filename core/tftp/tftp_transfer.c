/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/tftp/tftp_transfer.h"

#include <assert.h>
#include <errno.h>

#include "core/base/text.h"
#include "core/defect.h"
#include "core/tftp/tftp_window.h"

#define LINGER (2 * BR_S)

enum {
	STALLS_MAX = 20, /* 10 ms doubled up to 1 s: about 14 s */
};

void br_tftp_transfer_close_file(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	if (transfer->file >= 0)
		tftp->context.files->close(tftp->context.files->context, transfer->file);
	transfer->file = -1;
}

/* Notes */

void br_tftp_note(struct br_tftp *tftp, enum br_note which, uint32_t link,
                  const struct br_endpoint *remote, const char *detail)
{
	br_outbox_note(tftp->context.outbox, which, link, remote, detail);
}

void br_tftp_transfer_note_number(struct br_tftp *tftp, enum br_note which,
                                  const struct br_tftp_transfer *transfer, uint64_t number)
{
	char text[24];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put_decimal(&w, number);
	br_tftp_note(tftp, which, transfer->link, &transfer->remote, br_text_end(&w));
}

const char *br_tftp_quoted(struct br_tftp *tftp, struct br_octets text)
{
	struct br_writer w = br_writer_of(tftp->detail, sizeof(tftp->detail));

	br_text_put_quoted(&w, text);
	return br_text_end(&w);
}

/* The name in the transfer's own request: the octets behind the opcode, up to a NUL. */
struct br_octets br_tftp_transfer_name(const struct br_tftp_transfer *transfer)
{
	return br_text_until_nul((struct br_octets){
		.data = transfer->request + sizeof(uint16_t),
		.size = transfer->request_size - sizeof(uint16_t),
	});
}

void br_tftp_transfer_note(struct br_tftp *tftp, enum br_note which,
                           const struct br_tftp_transfer *transfer)
{
	br_tftp_note(tftp, which, transfer->link, &transfer->remote,
	             br_tftp_quoted(tftp, br_tftp_transfer_name(transfer)));
}

void br_tftp_transfer_measure(const struct br_tftp *tftp, const struct br_tftp_transfer *transfer,
                              struct br_note_facts *facts)
{
	uint64_t octets = transfer->netascii ? transfer->text.offset
	                                     : transfer->acked * transfer->granted.blksize;

	facts->counted = transfer->began_at != BR_TIME_NEVER;
	facts->octets = octets < transfer->size ? octets : transfer->size;
	facts->took = facts->counted ? tftp->now - transfer->began_at : 0;
}

void br_tftp_transfer_note_progress(struct br_tftp *tftp, enum br_note which,
                                    const struct br_tftp_transfer *transfer, const char *detail)
{
	struct br_note_facts facts = {0};

	br_tftp_transfer_measure(tftp, transfer, &facts);
	if (which == BR_NOTE_TFTP_STARTED)
		facts.octets = transfer->size;
	if (!detail)
		detail = br_tftp_quoted(tftp, br_tftp_transfer_name(transfer));
	br_outbox_note_facts(tftp->context.outbox, which, transfer->link, &transfer->remote, detail,
	                     &facts);
}

/* Ports, timers, and how it ends */

void br_tftp_put_port(struct br_tftp *tftp, enum br_action_kind kind, uint32_t link,
                      const struct br_endpoint *local)
{
	const struct br_action action = {.kind = kind, .link = link, .local = *local};

	if (local->port != BR_TFTP_PORT)
		br_outbox_put(tftp->context.outbox, &action);
}

void br_tftp_transfer_forget(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	br_tftp_put_port(tftp, BR_ACTION_PORT_CLOSE, transfer->link, &transfer->local);
	br_tftp_table_remove(&tftp->table, transfer);
}

void br_tftp_transfer_end(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	assert(transfer->state != BR_TFTP_LINGERING && transfer->state != BR_TFTP_FREE);
	assert(tftp->open > 0);
	br_tftp_transfer_close_file(tftp, transfer);
	tftp->open--;
	br_tftp_transfer_forget(tftp, transfer);
}

void br_tftp_transfer_set_timer(struct br_tftp *tftp, const struct br_tftp_transfer *transfer,
                                br_time wait)
{
	br_timers_set(&tftp->table.timers, br_tftp_table_number(&tftp->table, transfer),
	              tftp->now + wait);
}

void br_tftp_transfer_expect_answer(struct br_tftp *tftp, const struct br_tftp_transfer *transfer)
{
	br_time wait = br_tftp_window_wait(transfer, tftp->context.config->retry_ms);
	br_time silence_end = transfer->heard_at + BR_TFTP_SILENCE_MAX;

	if (transfer->granted.timeout_s == 0 && silence_end > tftp->now &&
	    silence_end - tftp->now < wait)
		wait = silence_end - tftp->now;
	br_tftp_transfer_set_timer(tftp, transfer, wait);
}

void br_tftp_transfer_linger(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	assert(transfer->state != BR_TFTP_LINGERING && transfer->state != BR_TFTP_FREE);
	assert(tftp->open > 0);
	br_tftp_transfer_close_file(tftp, transfer);
	tftp->open--;
	transfer->state = BR_TFTP_LINGERING;
	transfer->due_oack = false;
	br_tftp_table_drop(&tftp->table, transfer, BR_TFTP_UNHEARD);
	br_tftp_table_put(&tftp->table, transfer, BR_TFTP_OVER);
	br_tftp_transfer_set_timer(tftp, transfer, LINGER);
}

/* Sends an ERROR and a note from br_tftp_output(), whoever found the reason. */
void br_tftp_transfer_fail(struct br_tftp *tftp, struct br_tftp_transfer *transfer, int result)
{
	transfer->due_error = true;
	transfer->error = BR_TFTP_ERROR_UNDEFINED;
	transfer->error_text = result == -ENODATA  ? "the file changed while it was read"
	                       : result == -EAGAIN ? "the file is not ready"
	                                           : "the file cannot be read";
	transfer->due_note = true;
	transfer->note = BR_NOTE_TFTP_FILE_FAILED;
	transfer->note_error = result;
	tftp->context.metrics->tftp_errors_total++;
	br_tftp_transfer_linger(tftp, transfer);
	br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
}

void br_tftp_transfer_send_again(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	switch (transfer->state) {
	case BR_TFTP_NEGOTIATING:
		if (BR_DEFECT(TFTP_OACK_04))
			return;
		transfer->due_oack = true;
		transfer->echo_end = 1;
		break;
	case BR_TFTP_SENDING:
		if (BR_DEFECT(TFTP_RTX_01))
			return;
		br_tftp_window_rewind(transfer);
		break;
	case BR_TFTP_FREE:
	case BR_TFTP_OPENING:
	case BR_TFTP_LINGERING:
		return;
	}
	br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
}

/* Asked again after 10 ms, then twice that up to 1 s; at last the transfer fails. */
void br_tftp_transfer_stall(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	br_time wait = BR_TFTP_STALL_FIRST << (transfer->stalls < 7 ? transfer->stalls : 7);

	if (transfer->stalls++ == STALLS_MAX) {
		br_tftp_transfer_fail(tftp, transfer, -EAGAIN);
		return;
	}
	transfer->stalled = true;
	br_tftp_transfer_set_timer(tftp, transfer, wait < BR_S ? wait : BR_S);
}
