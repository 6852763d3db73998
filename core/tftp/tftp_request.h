/* SPDX-License-Identifier: BSD-2-Clause */
/* core/tftp/tftp_request.h - from a request to an open transfer, or to an ERROR
 *
 * RFC 1350 section 4 and 5, RFC 2347: the file is opened, the options are granted, a port is
 * taken. A request may also be a copy of one that is under way.
 */
#ifndef BR_CORE_TFTP_TFTP_REQUEST_H
#define BR_CORE_TFTP_TFTP_REQUEST_H

#include "core/tftp/tftp_transfer.h"

/* @request: a whole RRQ or WRQ that came to port 69. */
void br_tftp_request(struct br_tftp *tftp, const struct br_event *event,
                     const struct br_tftp_packet *request);

/* The timer of a transfer in state OPENING: its file is asked for once more. */
void br_tftp_open_again(struct br_tftp *tftp, struct br_tftp_transfer *transfer);

/* An ERROR in answer to @event, without a transfer: from a fresh port, or from @from. */
void br_tftp_refuse(struct br_tftp *tftp, const struct br_event *event, uint16_t code,
                    const char *text);
void br_tftp_send_error(struct br_tftp *tftp, const struct br_event *event,
                        const struct br_endpoint *from, uint16_t code, const char *text);

#endif /* BR_CORE_TFTP_TFTP_REQUEST_H */
