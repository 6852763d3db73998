/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/http_body.h"

#include <errno.h>

#include "core/defect.h"

/* The value of a hex digit, or 16. */
static uint8_t hex_value(uint8_t octet)
{
	if (octet >= '0' && octet <= '9')
		return (uint8_t)(octet - '0');
	if (octet >= 'a' && octet <= 'f')
		return (uint8_t)(octet - 'a' + 10);
	if (octet >= 'A' && octet <= 'F')
		return (uint8_t)(octet - 'A' + 10);
	return 16;
}

static enum br_http_chunk_state add_digit(struct br_http_chunks *chunks, uint8_t digit)
{
	if (chunks->left > UINT64_MAX >> 4 && !BR_DEFECT(HTTP_SMG_08))
		return BR_HTTP_CHUNK_BAD;
	chunks->left = chunks->left << 4 | digit;
	return BR_HTTP_CHUNK_SIZE_MORE;
}

/* RFC 9112 section 7.1.1: white space may stand before the ';' of an extension, and unknown
 * extensions are ignored. Old servers fill the line up with blanks. But "5 6" and "5 x" are
 * sizes of nothing: somebody else may read 5, 56 or 6.
 */
static enum br_http_chunk_state after_size(struct br_http_chunks *chunks, uint8_t octet)
{
	if (octet == '\r')
		return BR_HTTP_CHUNK_SIZE_LF;
	if ((octet != ';' && octet != ' ' && octet != '\t') ||
	    ++chunks->extra > BR_HTTP_CHUNK_EXTRA_MAX)
		return BR_HTTP_CHUNK_BAD;
	return octet == ';' ? BR_HTTP_CHUNK_EXTENSION : BR_HTTP_CHUNK_BLANK;
}

/* Inside a line that is skipped: LF alone could end it for somebody else. */
static enum br_http_chunk_state skip(struct br_http_chunks *chunks, uint8_t octet,
                                     enum br_http_chunk_state at_cr)
{
	if (octet == '\n' || ++chunks->extra > BR_HTTP_CHUNK_EXTRA_MAX)
		return BR_HTTP_CHUNK_BAD;
	return octet == '\r' ? at_cr : chunks->state;
}

static enum br_http_chunk_state want(uint8_t octet, uint8_t wanted, enum br_http_chunk_state after)
{
	return octet == wanted ? after : BR_HTTP_CHUNK_BAD;
}

static enum br_http_chunk_state step(struct br_http_chunks *chunks, uint8_t octet)
{
	switch (chunks->state) {
	case BR_HTTP_CHUNK_SIZE:
		chunks->left = 0;
		return hex_value(octet) < 16 ? add_digit(chunks, hex_value(octet))
		                             : BR_HTTP_CHUNK_BAD;
	case BR_HTTP_CHUNK_SIZE_MORE:
		return hex_value(octet) < 16 ? add_digit(chunks, hex_value(octet))
		                             : after_size(chunks, octet);
	case BR_HTTP_CHUNK_BLANK:
		return after_size(chunks, octet);
	case BR_HTTP_CHUNK_EXTENSION:
		return skip(chunks, octet, BR_HTTP_CHUNK_SIZE_LF);
	case BR_HTTP_CHUNK_SIZE_LF:
		return want(octet, '\n',
		            chunks->left > 0 ? BR_HTTP_CHUNK_DATA : BR_HTTP_CHUNK_TRAILER);
	case BR_HTTP_CHUNK_DATA_CR:
		return want(octet, '\r', BR_HTTP_CHUNK_DATA_LF);
	case BR_HTTP_CHUNK_DATA_LF:
		return want(octet, '\n', BR_HTTP_CHUNK_SIZE);
	case BR_HTTP_CHUNK_TRAILER:
		if (octet == '\r')
			return BR_HTTP_CHUNK_END_LF;
		chunks->state = BR_HTTP_CHUNK_TRAILER_LINE;
		return skip(chunks, octet, BR_HTTP_CHUNK_TRAILER_LF);
	case BR_HTTP_CHUNK_TRAILER_LINE:
		return skip(chunks, octet, BR_HTTP_CHUNK_TRAILER_LF);
	case BR_HTTP_CHUNK_TRAILER_LF:
		return want(octet, '\n', BR_HTTP_CHUNK_TRAILER);
	case BR_HTTP_CHUNK_END_LF:
		return want(octet, '\n', BR_HTTP_CHUNK_DONE);
	case BR_HTTP_CHUNK_DATA:
	case BR_HTTP_CHUNK_DONE:
	case BR_HTTP_CHUNK_BAD:
		break;
	}
	return BR_HTTP_CHUNK_BAD; /* not reached: the caller handles these */
}

int br_http_chunks_get(struct br_http_chunks *chunks, struct br_reader *r,
                       struct br_octets *ret_data)
{
	for (;;) {
		if (chunks->state == BR_HTTP_CHUNK_DONE)
			return -ENODATA;
		if (chunks->state == BR_HTTP_CHUNK_BAD)
			return -EBADMSG;
		if (br_left(r) == 0)
			return 0;
		if (chunks->state == BR_HTTP_CHUNK_DATA)
			break;
		chunks->state = step(chunks, br_get_u8(r));
	}
	size_t size = br_left(r) < chunks->left ? br_left(r) : (size_t)chunks->left;
	struct br_reader piece = br_get_sub(r, size);

	chunks->left -= size;
	if (chunks->left == 0)
		chunks->state = BR_HTTP_CHUNK_DATA_CR;
	*ret_data = (struct br_octets){.data = piece.pos, .size = size};
	return 1;
}
