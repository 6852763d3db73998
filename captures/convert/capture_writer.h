/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/capture_writer.h - records into a capture file
 *
 * Classic pcap with nanoseconds where that can hold it, else pcapng: several interfaces, or times
 * beyond 2106. No names, no comments. Layouts: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
 */
#ifndef BR_CAPTURES_CONVERT_CAPTURE_WRITER_H
#define BR_CAPTURES_CONVERT_CAPTURE_WRITER_H

#include <stdio.h>

#include "captures/read/capture.h"

enum {
	BR_CAPTURE_WRITER_INTERFACES_MAX = 4096,
};

/* What there is to write: all records are shown first. All zero before that */
struct br_capture_shape {
	uint32_t link_type[BR_CAPTURE_WRITER_INTERFACES_MAX]; /* of each interface */
	uint32_t interfaces;
	bool late; /* times that pcap cannot hold */
};

/* False: it has too many interfaces for this one, which must be left out. */
bool br_capture_shape_add(struct br_capture_shape *shape, const struct br_capture_frame *record);

/* Errors are kept by @to. */
void br_capture_write_head(FILE *to, const struct br_capture_shape *shape);
void br_capture_write(FILE *to, const struct br_capture_shape *shape,
                      const struct br_capture_frame *record);

#endif /* BR_CAPTURES_CONVERT_CAPTURE_WRITER_H */
