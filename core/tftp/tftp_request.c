/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/tftp/tftp_request.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"
#include "core/tftp/tftp_open.h"
#include "core/unicast.h"

#define LATE_REQUEST (250 * BR_MS) /* an older copy of the request is not a network's */

enum {
	UNHEARD_REPEATS = 3, /* then somebody between us is suspected */
	IPV4_OVERHEAD = 20 + 8 + BR_TFTP_HEAD_SIZE,
	IPV6_OVERHEAD = 40 + 8 + BR_TFTP_HEAD_SIZE,
};

/* Requests that come to nothing */

void br_tftp_send_error(struct br_tftp *tftp, const struct br_event *event,
                        const struct br_endpoint *from, uint16_t code, const char *text)
{
	uint8_t *lent = br_outbox_lend(tftp->context.outbox, BR_TFTP_ERROR_SIZE);
	struct br_action action = {
		.kind = BR_ACTION_DATAGRAM,
		.link = event->link,
		.local = *from,
		.remote = event->remote,
	};
	struct br_writer w;

	if (!lent)
		return;
	w = br_writer_of(lent, BR_TFTP_ERROR_SIZE);
	br_tftp_put_error(&w, code, text);
	assert(!w.bad); /* our own texts are short */
	if (BR_DEFECT(TFTP_ERR_03))
		w.pos--;
	action.payload = (struct br_octets){.data = lent, .size = br_written(&w)};
	br_outbox_put(tftp->context.outbox, &action);
}

/* RFC 1350 section 4: errors too come from a fresh transfer ID. It is closed at once,
 * because no one answers an ERROR.
 */
void br_tftp_refuse(struct br_tftp *tftp, const struct br_event *event, uint16_t code,
                    const char *text)
{
	struct br_endpoint from = event->local;
	uint16_t port = br_tftp_table_spare_port(&tftp->table);

	if (code != BR_TFTP_ERROR_NOT_FOUND)
		tftp->context.metrics->tftp_errors_total++;
	from.port = port == 0 ? BR_TFTP_PORT : port;
	br_tftp_put_port(tftp, BR_ACTION_PORT_OPEN, event->link, &from);
	br_tftp_send_error(tftp, event, &from, code, text);
	br_tftp_put_port(tftp, BR_ACTION_PORT_CLOSE, event->link, &from);
}

static void refuse_file(struct br_tftp *tftp, const struct br_event *event, struct br_octets name,
                        int result)
{
	const char *detail = br_tftp_quoted(tftp, name);

	switch (result) {
	case -ENOENT:
	case -ENAMETOOLONG:
		tftp->context.metrics->tftp_misses_total++;
		br_tftp_note(tftp,
		             br_text_is_url(name) ? BR_NOTE_TFTP_URL_NAME : BR_NOTE_TFTP_NOT_FOUND,
		             event->link, &event->remote, detail);
		br_tftp_refuse(tftp, event,
		               BR_DEFECT(TFTP_ERR_01) ? BR_TFTP_ERROR_UNDEFINED
		                                      : BR_TFTP_ERROR_NOT_FOUND,
		               br_tftp_error_says(BR_TFTP_ERROR_NOT_FOUND));
		break;
	case -EACCES:
	case -EISDIR:
		br_tftp_note(tftp, BR_NOTE_TFTP_FORBIDDEN, event->link, &event->remote, detail);
		br_tftp_refuse(tftp, event, BR_TFTP_ERROR_ACCESS,
		               br_tftp_error_says(BR_TFTP_ERROR_ACCESS));
		break;
	default:
		br_outbox_note_facts(tftp->context.outbox, BR_NOTE_TFTP_FILE_FAILED, event->link,
		                     &event->remote, detail,
		                     &(struct br_note_facts){.error = result});
		br_tftp_refuse(tftp, event, BR_TFTP_ERROR_UNDEFINED,
		               result == -EMFILE ? "too many files are open"
		                                 : "the file cannot be read");
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
		br_tftp_note(tftp, BR_NOTE_TFTP_NAME_JUNK, event->link, &event->remote,
		             br_tftp_quoted(tftp, name));
	if (BR_DEFECT(TFTP_RRQ_06) && file >= 0 && ret_info->size == 0)
		file = -ENOENT;
	return file;
}

/* RFC 2348: at most what was asked; we also keep each DATA in one IP datagram. */
static uint16_t blksize_max(const struct br_tftp *tftp, const struct br_tftp_transfer *transfer)
{
	const struct br_config *config = tftp->context.config;
	uint32_t overhead = br_is_ipv4(&transfer->remote) ? IPV4_OVERHEAD : IPV6_OVERHEAD;
	uint32_t mtu = transfer->link < config->links ? config->link[transfer->link].mtu : 0;
	uint32_t max = config->blksize_max > 0 ? config->blksize_max : BR_TFTP_BLKSIZE_MAX;

	if (mtu > overhead && mtu - overhead < max && !BR_DEFECT(NET_FRG_02))
		max = mtu - overhead;
	if (max > BR_TFTP_BLKSIZE_MAX)
		max = BR_TFTP_BLKSIZE_MAX;
	if (BR_DEFECT(TFTP_BLK_05) && max > 1400)
		max -= 40;
	return (uint16_t)(max < BR_TFTP_BLKSIZE_MIN ? BR_TFTP_BLKSIZE_MIN : max);
}

static void note_granted(struct br_tftp *tftp, const struct br_tftp_transfer *transfer)
{
	const struct br_tftp_granted *granted = &transfer->granted;

	br_tftp_transfer_note_progress(tftp, BR_NOTE_TFTP_STARTED, transfer, NULL);
	if (granted->blksize_lowered)
		br_tftp_transfer_note_number(tftp, BR_NOTE_TFTP_BLKSIZE_LOWERED, transfer,
		                             granted->blksize);
	if (granted->windowsize_left_out)
		br_tftp_transfer_note(tftp, BR_NOTE_TFTP_WINDOWSIZE_OFF, transfer);
	if (granted->tsize_left_out)
		br_tftp_transfer_note(tftp, BR_NOTE_TFTP_NETASCII_TSIZE, transfer);
	if (granted->ignored)
		br_tftp_transfer_note(tftp, BR_NOTE_TFTP_OPTION_IGNORED, transfer);
	if (!transfer->netascii && transfer->last > UINT16_MAX)
		br_tftp_transfer_note_number(tftp, BR_NOTE_TFTP_WRAPS, transfer, transfer->last);
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
		.tsize_known =
			!transfer->netascii && !(BR_DEFECT(TFTP_TSZ_05) && request->options > 1),
	};

	transfer->file = file;
	transfer->size = info->size;
	transfer->began_at = tftp->now;
	br_tftp_options_grant(request, &bounds, &transfer->granted);
	transfer->next = 1;
	transfer->last =
		transfer->netascii ? UINT64_MAX : info->size / transfer->granted.blksize + 1;
	if (BR_DEFECT(TFTP_BLK_03) && info->size > 0 && transfer->granted.oack_size > 0 &&
	    info->size % transfer->granted.blksize == 0)
		transfer->last--;
	if (BR_DEFECT(TFTP_RRQ_05) && info->size > 0 && transfer->granted.oack_size == 0 &&
	    info->size % transfer->granted.blksize == 0)
		transfer->last--;
	transfer->due_oack = transfer->granted.oack_size > 0;
	transfer->state = transfer->due_oack && !BR_DEFECT(TFTP_OACK_03) ? BR_TFTP_NEGOTIATING
	                                                                 : BR_TFTP_SENDING;
	note_granted(tftp, transfer);
	br_tftp_table_put(&tftp->table, transfer, BR_TFTP_READY);
}

/* Somebody who is over, or who asked and never said anything again, gives way. */
static bool make_room(struct br_tftp *tftp)
{
	struct br_tftp_transfer *transfer = br_tftp_table_first(&tftp->table, BR_TFTP_OVER);

	if (transfer) {
		br_tftp_transfer_forget(tftp, transfer);
		return true;
	}
	transfer = br_tftp_table_first(&tftp->table, BR_TFTP_UNHEARD);
	if (!transfer)
		return false;
	br_tftp_transfer_note_progress(tftp, BR_NOTE_TFTP_EVICTED, transfer, NULL);
	br_tftp_transfer_end(tftp, transfer);
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
		br_tftp_note(tftp, BR_NOTE_TFTP_TABLE_FULL, event->link, &event->remote, NULL);
		return NULL;
	}
	assert(event->payload.size <= sizeof(transfer->request));
	memcpy(transfer->request, event->payload.data, event->payload.size);
	transfer->request_size = event->payload.size;
	transfer->heard_at = tftp->now;
	transfer->began_at = BR_TIME_NEVER;
	tftp->open++;
	br_tftp_put_port(tftp, BR_ACTION_PORT_OPEN, transfer->link, &transfer->local);
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
	if ((!netascii && !br_text_is_nocase(request->mode, "octet")) ||
	    (BR_DEFECT(TFTP_RRQ_02) && !br_text_is(request->mode, "octet"))) {
		br_tftp_note(tftp, BR_NOTE_TFTP_BAD_MODE, event->link, &event->remote,
		             br_tftp_quoted(tftp, request->mode));
		br_tftp_refuse(tftp, event, BR_TFTP_ERROR_ILLEGAL,
		               "the mode must be octet or netascii");
		return;
	}
	file = open_file(tftp, event, request->file, &info);
	if (BR_DEFECT(TFTP_OACK_09) && file == -ENOENT && request->options > 0) {
		transfer = add(tftp, event);
		if (transfer)
			begin(tftp, transfer, request, -1, &info);
		return;
	}
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
	br_tftp_transfer_note(tftp, BR_NOTE_TFTP_FILE_STALLED, transfer);
	br_tftp_transfer_set_timer(tftp, transfer, BR_TFTP_STALL_FIRST);
}

/* The door */

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
		br_tftp_transfer_note_number(tftp, BR_NOTE_TFTP_RRQ_REPEATED, transfer,
		                             transfer->local.port);
		if (transfer->repeats < UINT8_MAX)
			transfer->repeats++;
		if (transfer->repeats == UNHEARD_REPEATS)
			br_tftp_transfer_note(tftp, BR_NOTE_TFTP_UNHEARD, transfer);
		br_tftp_transfer_send_again(tftp, transfer);
		return true;
	}
	if (same && tftp->now - transfer->heard_at < LATE_REQUEST) {
		br_tftp_transfer_note(tftp, BR_NOTE_TFTP_RRQ_LATE, transfer);
		return true;
	}
	br_tftp_transfer_note_progress(tftp, BR_NOTE_TFTP_ABANDONED, transfer, NULL);
	br_tftp_transfer_end(tftp, transfer);
	return false;
}

void br_tftp_request(struct br_tftp *tftp, const struct br_event *event,
                     const struct br_tftp_packet *request)
{
	struct br_tftp_transfer *transfer;

	if (request->opcode == BR_TFTP_WRQ) {
		br_tftp_note(tftp, BR_NOTE_TFTP_READ_ONLY, event->link, &event->remote,
		             br_tftp_quoted(tftp, request->file));
		br_tftp_refuse(tftp, event, BR_TFTP_ERROR_ACCESS, "this server is read-only");
		return;
	}
	transfer = br_tftp_table_of_client(&tftp->table, event->link, &event->remote);
	if (transfer && transfer->state != BR_TFTP_LINGERING &&
	    (BR_DEFECT(TFTP_CON_03) || is_copy(tftp, event, transfer)))
		return;
	start(tftp, event, request);
}

void br_tftp_open_again(struct br_tftp *tftp, struct br_tftp_transfer *transfer)
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
		br_tftp_transfer_stall(tftp, transfer);
		transfer->stalled = false;
	} else if (file < 0) {
		refuse_file(tftp, &event, request.file, file);
		br_tftp_transfer_end(tftp, transfer);
	} else {
		transfer->stalls = 0;
		begin(tftp, transfer, &request, file, &info);
	}
}
