/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A request to port 69 opens the file and takes a place in core/tftp/tftp_table.h with a
 * port of its own, its transfer ID (RFC 1350 section 4); in single-port mode all runs
 * over 69 and the client's endpoint alone names the transfer. Input only moves a
 * transfer on and marks it ready; br_tftp_output() makes one packet of one ready
 * transfer at a time, in turn, so that no window holds up another client. DATA points
 * into the file where it lies in memory.
 *
 * ACKs. Blocks are counted past 65535; on the wire they run on to 0, as every client
 * in reach expects. An ACK is taken if it is for a block that is out. A repeated ACK
 * draws nothing (RFC 1123 section 4.2.3.1), but with a window it may be the report
 * that the first block is missing (EDK2 sends one ACK for each block it did not expect,
 * Mtftp4Rrq.c), so it draws the window once. Blocks that went out twice draw ACKs twice
 * in turn; .echo_end keeps these from drawing a window again, else each window would be
 * sent twice for ever.
 *
 * Time. The first retransmission comes after br_config.retry_ms, or later where the
 * round trip measured asks for it (RFC 1123 section 4.2.3.2), then twice that each
 * time; with the timeout option agreed, at that interval. After retries_max the
 * transfer is given up. A transfer that is over keeps its port a while, because a late
 * ACK to a closed port draws an ICMP message that some clients take for an error.
 *
 * The files, by what happens to a transfer: tftp_request.c begins it, this one takes its
 * packets and makes what it sends, tftp_window.c says what an ACK means and tftp_block.c
 * has the octets, tftp_transfer.c ends it; tftp_table.c finds it.
 *
 * Left out: write requests, multicast (RFC 2090).
 */
#include "core/tftp/tftp.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"
#include "core/tftp/tftp_block.h"
#include "core/tftp/tftp_request.h"
#include "core/tftp/tftp_transfer.h"
#include "core/tftp/tftp_window.h"
#include "core/unicast.h"

enum {
	FINAL_RETRIES = 3,      /* of the last block; many clients close before its ACK */
	AMPLIFICATION_MAX = 10, /* octets sent for each that came, until the client answers */
	UDP_IP = 20 + 8,
	OUTBOX_SPARE = 8, /* actions one transfer may need at once */
};

int br_tftp_new(struct br_tftp **ret_tftp, const struct br_context *context)
{
	const struct br_config *config = context->config;
	uint16_t port_min = config->single_port ? 1 : config->tid_min;
	uint16_t port_max = config->single_port ? 0 : config->tid_max;
	struct br_tftp *tftp;

	if (config->transfers_max == 0 || config->transfers_max > UINT32_MAX / 2 ||
	    config->retry_ms == 0)
		return -EINVAL;
	if (!config->single_port && (port_min == 0 || port_min > port_max))
		return -EINVAL;
	tftp = calloc(1, sizeof(*tftp));
	if (!tftp)
		return -ENOMEM;
	tftp->context = *context;
	if (br_tftp_table_init(&tftp->table, config->transfers_max, port_min, port_max,
	                       context->seed) < 0) {
		free(tftp);
		return -ENOMEM;
	}
	*ret_tftp = tftp;
	return 0;
}

struct br_tftp *br_tftp_free(struct br_tftp *tftp)
{
	if (!tftp)
		return NULL;
	for (uint32_t i = 0; i < tftp->table.max; i++) {
		if (tftp->table.transfer[i].state != BR_TFTP_FREE)
			br_tftp_transfer_close_file(tftp, &tftp->table.transfer[i]);
	}
	br_tftp_table_fini(&tftp->table);
	free(tftp);
	return NULL;
}

size_t br_tftp_open_transfers(const struct br_tftp *tftp)
{
	return tftp->open;
}

bool br_tftp_owns_port(const struct br_tftp *tftp, uint16_t port)
{
	return port == BR_TFTP_PORT || br_tftp_table_of_port(&tftp->table, port) != NULL;
}

/* ACKs */

static void complete(struct br_tftp *tftp, struct br_tftp_transfer *transfer, enum br_note why)
{
	tftp->context.metrics->tftp_completed_total++;
	br_tftp_transfer_note_progress(tftp, why, transfer, NULL);
	br_tftp_transfer_linger(tftp, transfer);
}

static void take_ack(struct br_tftp *tftp, struct br_tftp_transfer *transfer, uint16_t block)
{
	br_tftp_table_drop(&tftp->table, transfer, BR_TFTP_UNHEARD);
	transfer->heard_at = tftp->now;
	switch (br_tftp_window_ack(transfer, block, tftp->now)) {
	case BR_TFTP_ACK_MOVED:
	case BR_TFTP_ACK_GAP:
		transfer->pausing = false;
		br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
		break;
	case BR_TFTP_ACK_COMPLETE:
		if (BR_DEFECT(TFTP_RRQ_04)) {
			br_tftp_transfer_fail(tftp, transfer, -ENODATA);
			break;
		}
		complete(tftp, transfer, BR_NOTE_TFTP_COMPLETED);
		break;
	case BR_TFTP_ACK_REPEATED:
		br_tftp_transfer_note_number(tftp, BR_NOTE_TFTP_ACK_REPEATED, transfer, block);
		break;
	case BR_TFTP_ACK_FOREIGN:
		br_tftp_transfer_note_number(tftp, BR_NOTE_TFTP_ACK_IGNORED, transfer, block);
		break;
	}
}

static void take_ack_of_oack(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                             uint16_t block)
{
	br_tftp_table_drop(&tftp->table, transfer, BR_TFTP_UNHEARD);
	transfer->heard_at = tftp->now;
	if (block != 0) {
		br_tftp_transfer_note_number(tftp, BR_NOTE_TFTP_ACK_IGNORED, transfer, block);
		return;
	}
	transfer->state = BR_TFTP_SENDING;
	transfer->retries = 0;
	transfer->due_oack = false;
	if (transfer->echo_end == 0)
		br_tftp_window_measure(transfer, tftp->now);
	br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
}

/* ERROR ends a transfer and is never answered, RFC 1350 section 7. */
static void take_error(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                       const struct br_tftp_packet *packet)
{
	struct br_writer w = br_writer_of(tftp->detail, sizeof(tftp->detail));
	enum br_note which = BR_NOTE_TFTP_CLIENT_ERROR;

	if (transfer->state == BR_TFTP_NEGOTIATING)
		which = transfer->granted.tsize ? BR_NOTE_TFTP_SIZE_PROBE
		                                : BR_NOTE_TFTP_OPTIONS_REFUSED;
	/* EDK2 sends 8, Intel's ROM and iPXE 0, others 5 or 4: all just have the size */
	if (which == BR_NOTE_TFTP_SIZE_PROBE)
		tftp->context.metrics->tftp_size_probes_total++;
	else
		tftp->context.metrics->tftp_errors_total++;
	br_text_put_decimal(&w, packet->code);
	br_put_u8(&w, ' ');
	br_text_put_quoted(&w, packet->text);
	br_tftp_transfer_note_progress(tftp, which, transfer, br_text_end(&w));
	if (BR_DEFECT(TFTP_CON_02) && which == BR_NOTE_TFTP_SIZE_PROBE)
		br_tftp_transfer_send_again(tftp, transfer);
	else
		br_tftp_transfer_end(tftp, transfer);
}

static void take_packet(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                        const struct br_tftp_packet *packet)
{
	if (transfer->state == BR_TFTP_LINGERING)
		return;
	if (BR_DEFECT(TFTP_ERR_04) && packet->opcode == BR_TFTP_ERROR &&
	    transfer->state == BR_TFTP_SENDING)
		return;
	if (BR_DEFECT(TFTP_OACK_05) && packet->opcode == BR_TFTP_ERROR &&
	    transfer->state == BR_TFTP_NEGOTIATING)
		take_ack_of_oack(tftp, transfer, 0);
	else if (packet->opcode == BR_TFTP_ERROR)
		take_error(tftp, transfer, packet);
	else if (packet->opcode != BR_TFTP_ACK || transfer->state == BR_TFTP_OPENING)
		br_tftp_transfer_note(tftp, BR_NOTE_TFTP_BAD_PACKET, transfer);
	else if (transfer->state == BR_TFTP_NEGOTIATING)
		take_ack_of_oack(tftp, transfer, packet->block);
	else
		take_ack(tftp, transfer, packet->block);
}

/* What comes in */

/* Zeros, perhaps behind the name of an option whose value is missing: it is left out. */
static bool is_padding(struct br_octets tail)
{
	size_t name = br_text_until_nul(tail).size;

	for (size_t i = name; i < tail.size; i++) {
		if (tail.data[i] != 0)
			return false;
	}
	return tail.size == 0 || name < tail.size;
}

static void refuse_packet(struct br_tftp *tftp, const struct br_event *event)
{
	br_tftp_note(tftp, BR_NOTE_TFTP_BAD_PACKET, event->link, &event->remote, NULL);
	br_tftp_refuse(tftp, event, BR_TFTP_ERROR_ILLEGAL,
	               br_tftp_error_says(BR_TFTP_ERROR_ILLEGAL));
}

static void take_at_69(struct br_tftp *tftp, const struct br_event *event)
{
	struct br_tftp_transfer *transfer = NULL;
	struct br_tftp_packet packet;
	struct br_reader r = br_reader_of(event->payload.data, event->payload.size);
	uint16_t opcode = br_get_be16(&r);
	int result = br_tftp_parse(event->payload, &packet);

	/* Neither an ERROR nor half a packet is answered: two servers could talk for ever. */
	if (opcode == BR_TFTP_RRQ || opcode == BR_TFTP_WRQ) {
		tftp->context.metrics->tftp_requests_total++;
		if (result < 0 || packet.file.size == 0 || !is_padding(packet.tail) ||
		    event->payload.size > BR_TFTP_REQUEST_SIZE_MAX ||
		    (BR_DEFECT(TFTP_OPT_07) && event->payload.size > 128))
			refuse_packet(tftp, event);
		else
			br_tftp_request(tftp, event, &packet);
		return;
	}
	if (result == -ENOTSUP) {
		refuse_packet(tftp, event);
		return;
	}
	if (result == 0 && tftp->context.config->single_port)
		transfer = br_tftp_table_of_client(&tftp->table, event->link, &event->remote);
	if (transfer)
		take_packet(tftp, transfer, &packet);
	else
		br_tftp_note(tftp, BR_NOTE_TFTP_NOT_REQUEST, event->link, &event->remote, NULL);
}

static void take_at_tid(struct br_tftp *tftp, const struct br_event *event,
                        struct br_tftp_transfer *transfer)
{
	struct br_tftp_packet packet;
	int result = br_tftp_parse(event->payload, &packet);

	if (transfer->link != event->link ||
	    !br_endpoint_equal(&transfer->remote, &event->remote)) {
		br_tftp_note(tftp, BR_NOTE_TFTP_FOREIGN_TID, event->link, &event->remote, NULL);
		if (transfer->state != BR_TFTP_LINGERING && result == 0 &&
		    packet.opcode != BR_TFTP_ERROR)
			br_tftp_send_error(tftp, event, &transfer->local, BR_TFTP_ERROR_UNKNOWN_TID,
			                   br_tftp_error_says(BR_TFTP_ERROR_UNKNOWN_TID));
		if (BR_DEFECT(TFTP_TID_01) && transfer->state != BR_TFTP_LINGERING)
			br_tftp_transfer_end(tftp, transfer);
		return;
	}
	if (BR_DEFECT(TFTP_ERR_05) && result == 0 && packet.opcode == BR_TFTP_ERROR)
		br_tftp_send_error(tftp, event, &transfer->local, packet.code, "");
	if (result < 0)
		br_tftp_transfer_note(tftp, BR_NOTE_TFTP_BAD_PACKET, transfer);
	else
		take_packet(tftp, transfer, &packet);
}

void br_tftp_input(struct br_tftp *tftp, const struct br_event *event, br_time now)
{
	struct br_tftp_transfer *transfer = br_tftp_table_of_port(&tftp->table, event->local.port);

	tftp->now = now;
	/* A transfer's client was looked at when it asked. */
	if (transfer && br_endpoint_equal(&transfer->remote, &event->remote)) {
		take_at_tid(tftp, event, transfer);
	} else if (!br_is_unicast(tftp->context.config, &event->local)) {
		br_tftp_note(tftp, BR_NOTE_TFTP_BROADCAST, event->link, &event->remote, NULL);
	} else if (event->remote.port == 0 ||
	           !br_is_unicast(tftp->context.config, &event->remote)) {
		br_tftp_note(tftp, BR_NOTE_TFTP_BAD_SOURCE, event->link, &event->remote, NULL);
	} else if (transfer) {
		take_at_tid(tftp, event, transfer);
	} else if (event->local.port == BR_TFTP_PORT) {
		take_at_69(tftp, event);
	}
}

/* What goes out */

static struct br_action to_client(const struct br_tftp_transfer *transfer)
{
	return (struct br_action){
		.kind = BR_ACTION_DATAGRAM,
		.link = transfer->link,
		.local = transfer->local,
		.remote = transfer->remote,
	};
}

static void make_error(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                       struct br_action *ret_action)
{
	struct br_writer w = br_writer_of(tftp->error, sizeof(tftp->error));

	transfer->due_error = false;
	br_tftp_put_error(&w, transfer->error, transfer->error_text);
	*ret_action = to_client(transfer);
	ret_action->payload = (struct br_octets){.data = tftp->error, .size = br_written(&w)};
}

static void make_note(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                      struct br_action *ret_action)
{
	const char *detail = br_tftp_quoted(tftp, br_tftp_transfer_name(transfer));

	transfer->due_note = false;
	*ret_action = (struct br_action){
		.kind = BR_ACTION_NOTE,
		.note = transfer->note,
		.link = transfer->link,
		.remote = transfer->remote,
		.payload = br_text(detail),
		.facts = {.error = transfer->note_error},
	};
	br_tftp_transfer_measure(tftp, transfer, &ret_action->facts);
}

static void make_oack(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                      struct br_action *ret_action)
{
	transfer->due_oack = false;
	if (transfer->oack_out)
		tftp->context.metrics->tftp_retransmissions_total++;
	transfer->oack_out = true;
	transfer->sent_at = tftp->now;
	br_tftp_transfer_expect_answer(tftp, transfer);
	*ret_action = to_client(transfer);
	if (BR_DEFECT(TFTP_OACK_07))
		ret_action->local.port = BR_TFTP_PORT;
	ret_action->payload = (struct br_octets){
		.data = transfer->granted.oack,
		.size = transfer->granted.oack_size,
	};
}

static uint16_t block_of(const struct br_tftp_transfer *transfer)
{
	if (BR_DEFECT(TFTP_RRQ_03) && transfer->next == 1)
		return 0;
	if (BR_DEFECT(TFTP_WRAP_01) && transfer->next > UINT16_MAX)
		return (uint16_t)(transfer->next + 1);
	return (uint16_t)transfer->next;
}

static bool make_data(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                      struct br_action *ret_action)
{
	struct br_writer w = br_writer_of(tftp->head, sizeof(tftp->head));
	struct br_octets body;
	int result = br_tftp_block_get(tftp->context.files, transfer, tftp->block, &body);

	if (result == -EAGAIN) {
		transfer->due_note = transfer->stalls == 0;
		transfer->note = BR_NOTE_TFTP_FILE_STALLED;
		br_tftp_transfer_stall(tftp, transfer);
		return false;
	}
	if (result < 0) {
		br_tftp_transfer_fail(tftp, transfer, result);
		return false;
	}
	transfer->stalls = 0;
	tftp->context.metrics->tftp_data_total++;
	br_tftp_put_data_head(&w, block_of(transfer));
	transfer->unanswered += UDP_IP + BR_TFTP_HEAD_SIZE + (uint32_t)body.size;
	if (br_tftp_window_sent(transfer, tftp->now))
		tftp->context.metrics->tftp_retransmissions_total++;
	transfer->pausing = br_tftp_window_pauses(transfer);
	if (transfer->pausing) {
		transfer->run = 0;
		br_tftp_transfer_set_timer(tftp, transfer, br_tftp_window_pause(transfer));
	} else {
		br_tftp_transfer_expect_answer(tftp, transfer);
	}
	*ret_action = to_client(transfer);
	if (BR_DEFECT(TFTP_RRQ_01))
		ret_action->local.port = BR_TFTP_PORT;
	if (BR_DEFECT(NET_SRC_02))
		ret_action->local = br_endpoint_ipv4(tftp->context.config->link[0].address,
		                                     transfer->local.port);
	ret_action->payload = (struct br_octets){.data = tftp->head, .size = sizeof(tftp->head)};
	ret_action->body = body;
	return true;
}

bool br_tftp_output(struct br_tftp *tftp, struct br_action *ret_action)
{
	struct br_tftp_transfer *transfer;
	bool made = false;

	while (!made && (transfer = br_tftp_table_first(&tftp->table, BR_TFTP_READY))) {
		br_tftp_table_drop(&tftp->table, transfer, BR_TFTP_READY);
		made = true;
		if (transfer->due_error)
			make_error(tftp, transfer, ret_action);
		else if (transfer->due_note)
			make_note(tftp, transfer, ret_action);
		else if (transfer->due_oack)
			make_oack(tftp, transfer, ret_action);
		else if (br_tftp_window_may_send(transfer))
			made = make_data(tftp, transfer, ret_action);
		else
			made = false;
		if (transfer->due_error || transfer->due_note || br_tftp_window_may_send(transfer))
			br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
	}
	return made;
}

/* What time brings */

void br_tftp_stop(struct br_tftp *tftp, br_time now)
{
	tftp->now = now;
	for (uint32_t i = 0; i < tftp->table.max; i++) {
		struct br_tftp_transfer *transfer = &tftp->table.transfer[i];

		if (transfer->state == BR_TFTP_FREE || transfer->state == BR_TFTP_LINGERING)
			continue;
		transfer->due_error = true;
		transfer->error = BR_TFTP_ERROR_UNDEFINED;
		transfer->error_text = "the server ends";
		br_tftp_transfer_linger(tftp, transfer);
		br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
	}
}

br_time br_tftp_deadline(const struct br_tftp *tftp)
{
	return br_timers_next(&tftp->table.timers);
}

/* DATA is many times the request, and may be going to who never asked. What is more than ten
 * times as long only another request brings again.
 */
static bool may_repeat(const struct br_tftp_transfer *transfer)
{
	uint64_t blksize = transfer->granted.blksize;
	uint64_t data = transfer->size < blksize ? transfer->size : blksize;

	return transfer->state != BR_TFTP_SENDING || !transfer->place[BR_TFTP_UNHEARD].taken ||
	       transfer->unanswered + UDP_IP + BR_TFTP_HEAD_SIZE + data <=
	               AMPLIFICATION_MAX * (UDP_IP + transfer->request_size);
}

static void give_up_or_send_again(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	bool final = transfer->state == BR_TFTP_SENDING && transfer->sent == transfer->last &&
	             transfer->acked + 1 == transfer->last;
	uint32_t retries_max = tftp->context.config->retries_max;
	bool silent =
		transfer->retries > 0 && tftp->now - transfer->heard_at >= BR_TFTP_SILENCE_MAX;

	if (final && retries_max > FINAL_RETRIES)
		retries_max = FINAL_RETRIES;
	if (transfer->retries < retries_max && transfer->retries < UINT8_MAX && !silent) {
		transfer->retries++;
		if (!may_repeat(transfer)) {
			br_tftp_transfer_expect_answer(tftp, transfer);
			return;
		}
		if (transfer->state == BR_TFTP_SENDING) {
			transfer->recover = 0; /* a whole round in silence is a loss of its own */
			br_tftp_window_lost(transfer);
		}
		br_tftp_transfer_send_again(tftp, transfer);
		return;
	}
	if (final) {
		complete(tftp, transfer, BR_NOTE_TFTP_NO_FINAL_ACK);
		return;
	}
	tftp->context.metrics->tftp_given_up_total++;
	br_tftp_transfer_note_progress(tftp, BR_NOTE_TFTP_GAVE_UP, transfer, NULL);
	br_tftp_transfer_end(tftp, transfer);
}

static void expire_one(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	switch (transfer->state) {
	case BR_TFTP_FREE:
		assert(false);
		break;
	case BR_TFTP_OPENING:
		br_tftp_open_again(tftp, transfer);
		break;
	case BR_TFTP_NEGOTIATING:
	case BR_TFTP_SENDING:
		if (transfer->stalled || transfer->pausing) {
			transfer->stalled = transfer->pausing = false;
			br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
		} else {
			give_up_or_send_again(tftp, transfer);
		}
		break;
	case BR_TFTP_LINGERING:
		br_tftp_transfer_forget(tftp, transfer);
		break;
	}
}

void br_tftp_expire(struct br_tftp *tftp, br_time now)
{
	const struct br_outbox *outbox = tftp->context.outbox;
	uint32_t number;

	tftp->now = now;
	/* What the outbox cannot take stays due, and the deadline stays in the past. */
	while (outbox->count + OUTBOX_SPARE < BR_OUTBOX_ACTIONS &&
	       br_timers_expire(&tftp->table.timers, now, &number))
		expire_one(tftp, &tftp->table.transfer[number]);
}
