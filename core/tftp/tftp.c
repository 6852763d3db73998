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
 * Left out: write requests, multicast (RFC 2090), pacing inside a window.
 */
#include "core/tftp/tftp.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/tftp_packet.h"
#include "core/tftp/tftp_block.h"
#include "core/tftp/tftp_open.h"
#include "core/tftp/tftp_table.h"
#include "core/tftp/tftp_window.h"
#include "core/unicast.h"

#define LINGER       (2 * BR_S)
#define LATE_REQUEST (250 * BR_MS) /* an older copy of the request is not a network's */
#define SILENCE_MAX  (110 * BR_S)  /* then a transfer is given up whatever the retries */
#define STALL_FIRST  (10 * BR_MS)  /* ask a slow file again after this, then twice that */

enum {
	TFTP_FINAL_RETRIES = 3, /* of the last block; many clients close before its ACK */
	TFTP_STALLS_MAX = 20,   /* 10 ms doubled up to 1 s: about 14 s */
	TFTP_UNHEARD_REPEATS = 3,
	TFTP_OUTBOX_SPARE = 8, /* actions one transfer may need at once */
	TFTP_IPV4_OVERHEAD = 20 + 8 + BR_TFTP_HEAD_SIZE,
	TFTP_IPV6_OVERHEAD = 40 + 8 + BR_TFTP_HEAD_SIZE,
	TFTP_DETAIL_SIZE = 192,
	TFTP_ERROR_SIZE = 128,
};

struct br_tftp {
	struct br_context context;
	struct br_tftp_table table;
	size_t open;
	br_time now; /* of the last input or expiry: output has none of its own */
	uint8_t head[BR_TFTP_HEAD_SIZE];
	uint8_t error[TFTP_ERROR_SIZE];
	char detail[TFTP_DETAIL_SIZE];
	uint8_t block[BR_TFTP_BLKSIZE_MAX];
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

static void close_file(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	if (transfer->file >= 0)
		tftp->context.files->close(tftp->context.files->context, transfer->file);
	transfer->file = -1;
}

struct br_tftp *br_tftp_free(struct br_tftp *tftp)
{
	if (!tftp)
		return NULL;
	for (uint32_t i = 0; i < tftp->table.max; i++) {
		if (tftp->table.transfer[i].state != BR_TFTP_FREE)
			close_file(tftp, &tftp->table.transfer[i]);
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

/* Notes */

static void note(struct br_tftp *tftp, enum br_note which, uint32_t link,
                 const struct br_endpoint *remote, const char *detail)
{
	br_outbox_note(tftp->context.outbox, which, link, remote, detail);
}

static void note_number(struct br_tftp *tftp, enum br_note which,
                        const struct br_tftp_transfer *transfer, uint64_t number)
{
	char text[24];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put_decimal(&w, number);
	note(tftp, which, transfer->link, &transfer->remote, br_text_end(&w));
}

static const char *quoted(struct br_tftp *tftp, struct br_octets text)
{
	struct br_writer w = br_writer_of(tftp->detail, sizeof(tftp->detail));

	br_text_put_quoted(&w, text);
	return br_text_end(&w);
}

/* The name in the transfer's own request: the octets behind the opcode, up to a NUL. */
static struct br_octets name_of(const struct br_tftp_transfer *transfer)
{
	return br_text_until_nul((struct br_octets){
		.data = transfer->request + sizeof(uint16_t),
		.size = transfer->request_size - sizeof(uint16_t),
	});
}

static void note_name(struct br_tftp *tftp, enum br_note which,
                      const struct br_tftp_transfer *transfer)
{
	note(tftp, which, transfer->link, &transfer->remote, quoted(tftp, name_of(transfer)));
}

/* Ports and the end of transfers */

static void put_port(struct br_tftp *tftp, enum br_action_kind kind, uint32_t link,
                     const struct br_endpoint *local)
{
	const struct br_action action = {.kind = kind, .link = link, .local = *local};

	if (local->port != BR_TFTP_PORT)
		br_outbox_put(tftp->context.outbox, &action);
}

static void forget(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	put_port(tftp, BR_ACTION_PORT_CLOSE, transfer->link, &transfer->local);
	br_tftp_table_remove(&tftp->table, transfer);
}

static void end(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	assert(transfer->state != BR_TFTP_LINGERING && transfer->state != BR_TFTP_FREE);
	assert(tftp->open > 0);
	close_file(tftp, transfer);
	tftp->open--;
	forget(tftp, transfer);
}

static void set_timer(struct br_tftp *tftp, const struct br_tftp_transfer *transfer, br_time wait)
{
	br_timers_set(&tftp->table.timers, br_tftp_table_number(&tftp->table, transfer),
	              tftp->now + wait);
}

static void expect_answer(struct br_tftp *tftp, const struct br_tftp_transfer *transfer)
{
	br_time wait = br_tftp_window_wait(transfer, tftp->context.config->retry_ms);
	br_time silence_end = transfer->heard_at + SILENCE_MAX;

	if (transfer->granted.timeout_s == 0 && silence_end > tftp->now &&
	    silence_end - tftp->now < wait)
		wait = silence_end - tftp->now;
	set_timer(tftp, transfer, wait);
}

static void linger(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	assert(transfer->state != BR_TFTP_LINGERING && transfer->state != BR_TFTP_FREE);
	assert(tftp->open > 0);
	close_file(tftp, transfer);
	tftp->open--;
	transfer->state = BR_TFTP_LINGERING;
	transfer->due_oack = false;
	br_tftp_table_drop(&tftp->table, transfer, BR_TFTP_UNHEARD);
	br_tftp_table_put(&tftp->table, transfer, BR_TFTP_OVER);
	set_timer(tftp, transfer, LINGER);
}

/* Sends an ERROR and a note from br_tftp_output(), whoever found the reason. */
static void fail(struct br_tftp *tftp, struct br_tftp_transfer *transfer, int result)
{
	transfer->due_error = true;
	transfer->error = BR_TFTP_ERROR_UNDEFINED;
	transfer->error_text = result == -ENODATA  ? "the file changed while it was read"
	                       : result == -EAGAIN ? "the file is not ready"
	                                           : "the file cannot be read";
	transfer->due_note = true;
	transfer->note = BR_NOTE_TFTP_FILE_FAILED;
	tftp->context.metrics->tftp_errors_total++;
	linger(tftp, transfer);
	br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
}

/* Requests that come to nothing */

static void put_error(struct br_tftp *tftp, const struct br_event *event,
                      const struct br_endpoint *from, uint16_t code, const char *text)
{
	uint8_t *lent = br_outbox_lend(tftp->context.outbox, TFTP_ERROR_SIZE);
	struct br_action action = {
		.kind = BR_ACTION_DATAGRAM,
		.link = event->link,
		.local = *from,
		.remote = event->remote,
	};
	struct br_writer w;

	if (!lent)
		return;
	w = br_writer_of(lent, TFTP_ERROR_SIZE);
	br_tftp_put_error(&w, code, text);
	assert(!w.bad); /* our own texts are short */
	action.payload = (struct br_octets){.data = lent, .size = br_written(&w)};
	br_outbox_put(tftp->context.outbox, &action);
}

/* RFC 1350 section 4: errors too come from a fresh transfer ID. It is closed at once,
 * because no one answers an ERROR.
 */
static void refuse(struct br_tftp *tftp, const struct br_event *event, uint16_t code,
                   const char *text)
{
	struct br_endpoint from = event->local;
	uint16_t port = br_tftp_table_spare_port(&tftp->table);

	if (code != BR_TFTP_ERROR_NOT_FOUND)
		tftp->context.metrics->tftp_errors_total++;
	from.port = port == 0 ? BR_TFTP_PORT : port;
	put_port(tftp, BR_ACTION_PORT_OPEN, event->link, &from);
	put_error(tftp, event, &from, code, text);
	put_port(tftp, BR_ACTION_PORT_CLOSE, event->link, &from);
}

static void refuse_file(struct br_tftp *tftp, const struct br_event *event, struct br_octets name,
                        int result)
{
	const char *detail = quoted(tftp, name);

	switch (result) {
	case -ENOENT:
	case -ENAMETOOLONG:
		tftp->context.metrics->tftp_misses_total++;
		note(tftp, br_text_is_url(name) ? BR_NOTE_TFTP_URL_NAME : BR_NOTE_TFTP_NOT_FOUND,
		     event->link, &event->remote, detail);
		refuse(tftp, event, BR_TFTP_ERROR_NOT_FOUND,
		       br_tftp_error_says(BR_TFTP_ERROR_NOT_FOUND));
		break;
	case -EACCES:
	case -EISDIR:
		note(tftp, BR_NOTE_TFTP_FORBIDDEN, event->link, &event->remote, detail);
		refuse(tftp, event, BR_TFTP_ERROR_ACCESS, br_tftp_error_says(BR_TFTP_ERROR_ACCESS));
		break;
	default:
		note(tftp, BR_NOTE_TFTP_FILE_FAILED, event->link, &event->remote, detail);
		refuse(tftp, event, BR_TFTP_ERROR_UNDEFINED,
		       result == -EMFILE ? "too many files are open" : "the file cannot be read");
		break;
	}
}

/* Opening */

static int open_file(struct br_tftp *tftp, const struct br_event *event, struct br_octets name,
                     struct br_file_info *ret_info)
{
	bool junk = false;
	int file = br_tftp_open(tftp->context.files, name, ret_info, &junk);

	if (junk)
		note(tftp, BR_NOTE_TFTP_NAME_JUNK, event->link, &event->remote, quoted(tftp, name));
	return file;
}

/* RFC 2348: at most what was asked; we also keep each DATA in one IP datagram. */
static uint16_t blksize_max(const struct br_tftp *tftp, const struct br_tftp_transfer *transfer)
{
	const struct br_config *config = tftp->context.config;
	uint32_t overhead = br_is_ipv4(&transfer->remote) ? TFTP_IPV4_OVERHEAD : TFTP_IPV6_OVERHEAD;
	uint32_t mtu = transfer->link < config->links ? config->link[transfer->link].mtu : 0;
	uint32_t max = config->blksize_max > 0 ? config->blksize_max : BR_TFTP_BLKSIZE_MAX;

	if (mtu > overhead && mtu - overhead < max)
		max = mtu - overhead;
	if (max > BR_TFTP_BLKSIZE_MAX)
		max = BR_TFTP_BLKSIZE_MAX;
	return (uint16_t)(max < BR_TFTP_BLKSIZE_MIN ? BR_TFTP_BLKSIZE_MIN : max);
}

static void note_granted(struct br_tftp *tftp, const struct br_tftp_transfer *transfer)
{
	const struct br_tftp_granted *granted = &transfer->granted;

	note_name(tftp, BR_NOTE_TFTP_STARTED, transfer);
	if (granted->blksize_lowered)
		note_number(tftp, BR_NOTE_TFTP_BLKSIZE_LOWERED, transfer, granted->blksize);
	if (granted->windowsize_left_out)
		note_name(tftp, BR_NOTE_TFTP_WINDOWSIZE_OFF, transfer);
	if (granted->tsize_left_out)
		note_name(tftp, BR_NOTE_TFTP_NETASCII_TSIZE, transfer);
	if (granted->ignored)
		note_name(tftp, BR_NOTE_TFTP_OPTION_IGNORED, transfer);
	if (!transfer->netascii && transfer->last > UINT16_MAX)
		note_number(tftp, BR_NOTE_TFTP_WRAPS, transfer, transfer->last);
}

/* The file is open: negotiate and get ready to send. */
static void begin(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                  const struct br_tftp_packet *request, int file, const struct br_file_info *info)
{
	const struct br_config *config = tftp->context.config;
	/* A netascii block starts where the one before ended, so only one can be out. */
	const struct br_tftp_bounds bounds = {
		.blksize_max = blksize_max(tftp, transfer),
		.windowsize_max =
			config->windowsize_on && !transfer->netascii ? config->windowsize_max : 0,
		.tsize = info->size,
		.tsize_known = !transfer->netascii,
	};

	transfer->file = file;
	transfer->size = info->size;
	br_tftp_options_grant(request, &bounds, &transfer->granted);
	transfer->next = 1;
	transfer->last =
		transfer->netascii ? UINT64_MAX : info->size / transfer->granted.blksize + 1;
	transfer->due_oack = transfer->granted.oack_size > 0;
	transfer->state = transfer->due_oack ? BR_TFTP_NEGOTIATING : BR_TFTP_SENDING;
	note_granted(tftp, transfer);
	br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
}

/* Somebody who is over, or who asked and never said anything again, gives way. */
static bool make_room(struct br_tftp *tftp)
{
	struct br_tftp_transfer *transfer = br_tftp_table_first(&tftp->table, BR_TFTP_OVER);

	if (transfer) {
		forget(tftp, transfer);
		return true;
	}
	transfer = br_tftp_table_first(&tftp->table, BR_TFTP_UNHEARD);
	if (!transfer)
		return false;
	note_name(tftp, BR_NOTE_TFTP_EVICTED, transfer);
	end(tftp, transfer);
	return true;
}

static struct br_tftp_transfer *add(struct br_tftp *tftp, const struct br_event *event)
{
	struct br_tftp_transfer *transfer =
		br_tftp_table_add(&tftp->table, event->link, &event->remote, &event->local);

	if (!transfer && make_room(tftp))
		transfer =
			br_tftp_table_add(&tftp->table, event->link, &event->remote, &event->local);
	if (!transfer) {
		note(tftp, BR_NOTE_TFTP_TABLE_FULL, event->link, &event->remote, NULL);
		return NULL;
	}
	assert(event->payload.size <= sizeof(transfer->request));
	memcpy(transfer->request, event->payload.data, event->payload.size);
	transfer->request_size = event->payload.size;
	transfer->heard_at = tftp->now;
	tftp->open++;
	put_port(tftp, BR_ACTION_PORT_OPEN, transfer->link, &transfer->local);
	return transfer;
}

static void start(struct br_tftp *tftp, const struct br_event *event,
                  const struct br_tftp_packet *request)
{
	struct br_file_info info = {0};
	bool netascii = br_text_is_nocase(request->mode, "netascii");
	struct br_tftp_transfer *transfer;
	int file;

	/* RFC 1123 section 4.2.2.1: mail is not supported */
	if (!netascii && !br_text_is_nocase(request->mode, "octet")) {
		note(tftp, BR_NOTE_TFTP_BAD_MODE, event->link, &event->remote,
		     quoted(tftp, request->mode));
		refuse(tftp, event, BR_TFTP_ERROR_ILLEGAL, "the mode must be octet or netascii");
		return;
	}
	file = open_file(tftp, event, request->file, &info);
	if (file < 0 && file != -EAGAIN) {
		refuse_file(tftp, event, request->file, file);
		return;
	}
	transfer = add(tftp, event);
	if (!transfer) {
		if (file >= 0)
			tftp->context.files->close(tftp->context.files->context, file);
		return;
	}
	transfer->netascii = netascii;
	if (file >= 0) {
		begin(tftp, transfer, request, file, &info);
		return;
	}
	transfer->state = BR_TFTP_OPENING;
	note_name(tftp, BR_NOTE_TFTP_FILE_STALLED, transfer);
	set_timer(tftp, transfer, STALL_FIRST);
}

/* Sending again */

static void send_again(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	switch (transfer->state) {
	case BR_TFTP_NEGOTIATING:
		transfer->due_oack = true;
		transfer->echo_end = 1;
		break;
	case BR_TFTP_SENDING:
		br_tftp_window_rewind(transfer);
		break;
	case BR_TFTP_FREE:
	case BR_TFTP_OPENING:
	case BR_TFTP_LINGERING:
		return;
	}
	br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
}

/* The client asks while a transfer of its own is open. Return: true if that settles it. */
static bool is_copy(struct br_tftp *tftp, const struct br_event *event,
                    struct br_tftp_transfer *transfer)
{
	bool same =
		br_text_equal(event->payload, (struct br_octets){.data = transfer->request,
	                                                         .size = transfer->request_size});
	bool unheard = transfer->place[BR_TFTP_UNHEARD].taken;

	if (same && unheard) {
		/* EDK2 drops what comes from a second port, Mtftp4Support.c */
		note_number(tftp, BR_NOTE_TFTP_RRQ_REPEATED, transfer, transfer->local.port);
		if (transfer->repeats < UINT8_MAX)
			transfer->repeats++;
		if (transfer->repeats == TFTP_UNHEARD_REPEATS)
			note_name(tftp, BR_NOTE_TFTP_UNHEARD, transfer);
		send_again(tftp, transfer);
		return true;
	}
	if (same && tftp->now - transfer->heard_at < LATE_REQUEST) {
		note_name(tftp, BR_NOTE_TFTP_RRQ_LATE, transfer);
		return true;
	}
	note_name(tftp, BR_NOTE_TFTP_ABANDONED, transfer);
	end(tftp, transfer);
	return false;
}

static void take_request(struct br_tftp *tftp, const struct br_event *event,
                         const struct br_tftp_packet *request)
{
	struct br_tftp_transfer *transfer;

	if (request->opcode == BR_TFTP_WRQ) {
		note(tftp, BR_NOTE_TFTP_READ_ONLY, event->link, &event->remote,
		     quoted(tftp, request->file));
		refuse(tftp, event, BR_TFTP_ERROR_ACCESS, "this server is read-only");
		return;
	}
	transfer = br_tftp_table_of_client(&tftp->table, event->link, &event->remote);
	if (transfer && transfer->state != BR_TFTP_LINGERING && is_copy(tftp, event, transfer))
		return;
	start(tftp, event, request);
}

/* ACKs */

static void complete(struct br_tftp *tftp, struct br_tftp_transfer *transfer, enum br_note why)
{
	tftp->context.metrics->tftp_completed_total++;
	note_name(tftp, why, transfer);
	linger(tftp, transfer);
}

static void take_ack(struct br_tftp *tftp, struct br_tftp_transfer *transfer, uint16_t block)
{
	br_tftp_table_drop(&tftp->table, transfer, BR_TFTP_UNHEARD);
	transfer->heard_at = tftp->now;
	switch (br_tftp_window_ack(transfer, block, tftp->now)) {
	case BR_TFTP_ACK_MOVED:
	case BR_TFTP_ACK_GAP:
		br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
		break;
	case BR_TFTP_ACK_COMPLETE:
		complete(tftp, transfer, BR_NOTE_TFTP_COMPLETED);
		break;
	case BR_TFTP_ACK_REPEATED:
		note_number(tftp, BR_NOTE_TFTP_ACK_REPEATED, transfer, block);
		break;
	case BR_TFTP_ACK_FOREIGN:
		note_number(tftp, BR_NOTE_TFTP_ACK_IGNORED, transfer, block);
		break;
	}
}

static void take_ack_of_oack(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                             uint16_t block)
{
	br_tftp_table_drop(&tftp->table, transfer, BR_TFTP_UNHEARD);
	transfer->heard_at = tftp->now;
	if (block != 0) {
		note_number(tftp, BR_NOTE_TFTP_ACK_IGNORED, transfer, block);
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
	note(tftp, which, transfer->link, &transfer->remote, br_text_end(&w));
	end(tftp, transfer);
}

static void take_packet(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                        const struct br_tftp_packet *packet)
{
	if (transfer->state == BR_TFTP_LINGERING)
		return;
	if (packet->opcode == BR_TFTP_ERROR)
		take_error(tftp, transfer, packet);
	else if (packet->opcode != BR_TFTP_ACK || transfer->state == BR_TFTP_OPENING)
		note_name(tftp, BR_NOTE_TFTP_BAD_PACKET, transfer);
	else if (transfer->state == BR_TFTP_NEGOTIATING)
		take_ack_of_oack(tftp, transfer, packet->block);
	else
		take_ack(tftp, transfer, packet->block);
}

/* Doors */

static bool is_padding(struct br_octets tail)
{
	for (size_t i = 0; i < tail.size; i++) {
		if (tail.data[i] != 0)
			return false;
	}
	return true;
}

static void refuse_packet(struct br_tftp *tftp, const struct br_event *event)
{
	note(tftp, BR_NOTE_TFTP_BAD_PACKET, event->link, &event->remote, NULL);
	refuse(tftp, event, BR_TFTP_ERROR_ILLEGAL, br_tftp_error_says(BR_TFTP_ERROR_ILLEGAL));
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
		    event->payload.size > BR_TFTP_REQUEST_SIZE_MAX)
			refuse_packet(tftp, event);
		else
			take_request(tftp, event, &packet);
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
		note(tftp, BR_NOTE_TFTP_NOT_REQUEST, event->link, &event->remote, NULL);
}

static void take_at_tid(struct br_tftp *tftp, const struct br_event *event,
                        struct br_tftp_transfer *transfer)
{
	struct br_tftp_packet packet;
	int result = br_tftp_parse(event->payload, &packet);

	if (transfer->link != event->link ||
	    !br_endpoint_equal(&transfer->remote, &event->remote)) {
		note(tftp, BR_NOTE_TFTP_FOREIGN_TID, event->link, &event->remote, NULL);
		if (transfer->state != BR_TFTP_LINGERING && result == 0 &&
		    packet.opcode != BR_TFTP_ERROR)
			put_error(tftp, event, &transfer->local, BR_TFTP_ERROR_UNKNOWN_TID,
			          br_tftp_error_says(BR_TFTP_ERROR_UNKNOWN_TID));
		return;
	}
	if (result < 0)
		note_name(tftp, BR_NOTE_TFTP_BAD_PACKET, transfer);
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
		note(tftp, BR_NOTE_TFTP_BROADCAST, event->link, &event->remote, NULL);
	} else if (event->remote.port == 0 ||
	           !br_is_unicast(tftp->context.config, &event->remote)) {
		note(tftp, BR_NOTE_TFTP_BAD_SOURCE, event->link, &event->remote, NULL);
	} else if (transfer) {
		take_at_tid(tftp, event, transfer);
	} else if (event->local.port == BR_TFTP_PORT) {
		take_at_69(tftp, event);
	}
}

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
	const char *detail = quoted(tftp, name_of(transfer));

	transfer->due_note = false;
	*ret_action = (struct br_action){
		.kind = BR_ACTION_NOTE,
		.note = transfer->note,
		.link = transfer->link,
		.remote = transfer->remote,
		.payload = br_text(detail),
	};
}

static void make_oack(struct br_tftp *tftp, struct br_tftp_transfer *transfer,
                      struct br_action *ret_action)
{
	transfer->due_oack = false;
	if (transfer->oack_out)
		tftp->context.metrics->tftp_retransmissions_total++;
	transfer->oack_out = true;
	transfer->sent_at = tftp->now;
	expect_answer(tftp, transfer);
	*ret_action = to_client(transfer);
	ret_action->payload = (struct br_octets){
		.data = transfer->granted.oack,
		.size = transfer->granted.oack_size,
	};
}

/* Asked again after 10 ms, then twice that up to 1 s; at last the transfer fails. */
static void stall(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	br_time wait = STALL_FIRST << (transfer->stalls < 7 ? transfer->stalls : 7);

	if (transfer->stalls++ == TFTP_STALLS_MAX) {
		fail(tftp, transfer, -EAGAIN);
		return;
	}
	transfer->stalled = true;
	set_timer(tftp, transfer, wait < BR_S ? wait : BR_S);
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
		stall(tftp, transfer);
		return false;
	}
	if (result < 0) {
		fail(tftp, transfer, result);
		return false;
	}
	transfer->stalls = 0;
	tftp->context.metrics->tftp_data_total++;
	br_tftp_put_data_head(&w, (uint16_t)transfer->next);
	if (br_tftp_window_sent(transfer, tftp->now))
		tftp->context.metrics->tftp_retransmissions_total++;
	expect_answer(tftp, transfer);
	*ret_action = to_client(transfer);
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

br_time br_tftp_deadline(const struct br_tftp *tftp)
{
	return br_timers_next(&tftp->table.timers);
}

static void open_again(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	const struct br_event event = {
		.link = transfer->link,
		.local = transfer->local,
		.remote = transfer->remote,
		.payload = {.data = transfer->request, .size = transfer->request_size},
	};
	struct br_file_info info = {0};
	struct br_tftp_packet request;
	int result = br_tftp_parse(event.payload, &request);
	int file;

	assert(result == 0); /* it was, when it came */
	file = open_file(tftp, &event, request.file, &info);
	if (file == -EAGAIN) {
		stall(tftp, transfer);
		transfer->stalled = false;
	} else if (file < 0) {
		refuse_file(tftp, &event, request.file, file);
		end(tftp, transfer);
	} else {
		transfer->stalls = 0;
		begin(tftp, transfer, &request, file, &info);
	}
}

static void give_up_or_send_again(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	bool final = transfer->state == BR_TFTP_SENDING && transfer->sent == transfer->last &&
	             transfer->acked + 1 == transfer->last;
	uint32_t retries_max = tftp->context.config->retries_max;
	bool silent = transfer->retries > 0 && tftp->now - transfer->heard_at >= SILENCE_MAX;

	if (final && retries_max > TFTP_FINAL_RETRIES)
		retries_max = TFTP_FINAL_RETRIES;
	if (transfer->retries < retries_max && transfer->retries < UINT8_MAX && !silent) {
		transfer->retries++;
		send_again(tftp, transfer);
		return;
	}
	if (final) {
		complete(tftp, transfer, BR_NOTE_TFTP_NO_FINAL_ACK);
		return;
	}
	tftp->context.metrics->tftp_given_up_total++;
	note_name(tftp, BR_NOTE_TFTP_GAVE_UP, transfer);
	end(tftp, transfer);
}

static void expire_one(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
{
	switch (transfer->state) {
	case BR_TFTP_FREE:
		assert(false);
		break;
	case BR_TFTP_OPENING:
		open_again(tftp, transfer);
		break;
	case BR_TFTP_NEGOTIATING:
	case BR_TFTP_SENDING:
		if (transfer->stalled) {
			transfer->stalled = false;
			br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
		} else {
			give_up_or_send_again(tftp, transfer);
		}
		break;
	case BR_TFTP_LINGERING:
		forget(tftp, transfer);
		break;
	}
}

void br_tftp_expire(struct br_tftp *tftp, br_time now)
{
	const struct br_outbox *outbox = tftp->context.outbox;
	uint32_t number;

	tftp->now = now;
	/* What the outbox cannot take stays due, and the deadline stays in the past. */
	while (outbox->count + TFTP_OUTBOX_SPARE < BR_OUTBOX_ACTIONS &&
	       br_timers_expire(&tftp->table.timers, now, &number))
		expire_one(tftp, &tftp->table.transfer[number]);
}
