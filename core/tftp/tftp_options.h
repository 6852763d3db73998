/* SPDX-License-Identifier: BSD-2-Clause */
/* core/tftp/tftp_options.h - what of a request's options is granted, and the OACK that says so
 *
 * RFC 2347: only options that were asked for, none twice, no value above the one
 * asked. What cannot be granted is left out, which every client must accept; ERROR 8
 * is never needed.
 */
#ifndef BR_CORE_TFTP_TFTP_OPTIONS_H
#define BR_CORE_TFTP_TFTP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/formats/tftp_packet.h"

enum {
	BR_TFTP_OACK_SIZE = 96, /* opcode and the four options with their longest values */
};

/**
 * struct br_tftp_bounds - What the server can do for this request
 * @blksize_max: The largest block that fits the link and the configuration, at least 8
 * @windowsize_max: 0 leaves windowsize out, RFC 7440
 * @tsize:	Octets the transfer will take; not used unless @tsize_known
 * @tsize_known: False for netascii: the size after conversion, RFC 2349
 */
struct br_tftp_bounds {
	uint16_t blksize_max;
	uint16_t windowsize_max;
	uint64_t tsize;
	bool tsize_known;
};

/**
 * struct br_tftp_granted - How the transfer will run
 * @blksize:	512 unless granted otherwise
 * @windowsize:	1 unless granted otherwise
 * @timeout_s:	0 unless granted: the server's own timing
 * @tsize:	The size was asked for: this may be a probe
 * @blksize_lowered, @windowsize_left_out, @tsize_left_out, @ignored: For the log:
 *		blksize below the one asked, windowsize not granted, tsize not known,
 *		an option unknown, repeated or out of its range
 * @oack:	The whole packet
 * @oack_size:	0: nothing was granted, the transfer starts with DATA 1
 */
struct br_tftp_granted {
	uint16_t blksize;
	uint16_t windowsize;
	uint8_t timeout_s;
	bool tsize;
	bool blksize_lowered, windowsize_left_out, tsize_left_out, ignored;
	size_t oack_size;
	uint8_t oack[BR_TFTP_OACK_SIZE];
};

void br_tftp_options_grant(const struct br_tftp_packet *request,
                           const struct br_tftp_bounds *bounds,
                           struct br_tftp_granted *ret_granted);

#endif /* BR_CORE_TFTP_TFTP_OPTIONS_H */
