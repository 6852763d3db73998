/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/http_body.h - content in chunks, read as it comes (RFC 9112 section 7.1)
 *
 * Our server never sends chunks; clients and captures may have to read them, and
 * a request may carry them.
 */
#ifndef BR_CORE_FORMATS_HTTP_BODY_H
#define BR_CORE_FORMATS_HTTP_BODY_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum br_http_chunk_state {
	BR_HTTP_CHUNK_SIZE,      /* at least one hex digit must come */
	BR_HTTP_CHUNK_SIZE_MORE, /* digits, white space, ';' or CR */
	BR_HTTP_CHUNK_BLANK,     /* behind the digits: white space, ';' or CR */
	BR_HTTP_CHUNK_EXTENSION, /* skipped up to CR */
	BR_HTTP_CHUNK_SIZE_LF,
	BR_HTTP_CHUNK_DATA, /* @left octets of content */
	BR_HTTP_CHUNK_DATA_CR,
	BR_HTTP_CHUNK_DATA_LF,
	BR_HTTP_CHUNK_TRAILER,      /* at the start of a trailer line */
	BR_HTTP_CHUNK_TRAILER_LINE, /* skipped up to CR */
	BR_HTTP_CHUNK_TRAILER_LF,
	BR_HTTP_CHUNK_END_LF, /* the LF of the empty line */
	BR_HTTP_CHUNK_DONE,
	BR_HTTP_CHUNK_BAD,
};

enum {
	BR_HTTP_CHUNK_EXTRA_MAX = 8192, /* octets of extensions and trailers of one message */
};

/**
 * struct br_http_chunks - Where in a chunked body we are; all zero at the start
 * @state:	What must come next
 * @left:	Octets of this chunk still to come; the size while its digits are read
 * @extra:	Octets of extensions and trailers so far
 */
struct br_http_chunks {
	enum br_http_chunk_state state;
	uint64_t left;
	uint32_t extra;
};

/**
 * br_http_chunks_get() - Take the next piece of content out
 * @chunks:	Moved on
 * @r:		What came; moved past what was used
 * @ret_data:	Set on 1 only: content, at least one octet, borrowed from @r
 *
 * Return: 1 with content (call again), 0 if more must come, -ENODATA at the end of
 *	   the body (@r stands behind it), -EBADMSG if it is malformed: a size above
 *	   64 bit, a missing CR LF, too much extension or trailer
 */
int br_http_chunks_get(struct br_http_chunks *chunks, struct br_reader *r,
                       struct br_octets *ret_data);

#endif /* BR_CORE_FORMATS_HTTP_BODY_H */
