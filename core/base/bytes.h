/* SPDX-License-Identifier: BSD-2-Clause */
/* core/base/bytes.h - bounded reading and writing; the only pointer arithmetic in core
 *
 * Both cursors fail once and stay failed: after the first short read or full
 * write, further calls do nothing, so code can follow the RFC's figure field by
 * field and ask a single time at the end. Numbers on the wire are big-endian
 * ("network byte order"); in memory they are in host order.
 */
#ifndef BR_CORE_BASE_BYTES_H
#define BR_CORE_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct br_octets - Borrowed octets: who lends them says for how long
 * @data:	First octet; may be NULL when @size is 0
 * @size:	How many
 */
struct br_octets {
	const uint8_t *data;
	size_t size;
};

/**
 * struct br_reader - What is left to read of a borrowed buffer
 * @pos:	Next octet
 * @end:	One past the last octet; @pos is set equal to it on failure, so loops end
 * @bad:	A read ran past @end
 */
struct br_reader {
	const uint8_t *pos;
	const uint8_t *end;
	bool bad;
};

/**
 * struct br_writer - Room left to write in a lent buffer
 * @start:	First octet of the buffer
 * @pos:	Where the next octet goes
 * @end:	One past the last octet of the buffer
 * @bad:	A write did not fit; nothing of it was written
 */
struct br_writer {
	uint8_t *start;
	uint8_t *pos;
	uint8_t *end;
	bool bad;
};

static inline struct br_reader br_reader_of(const void *data, size_t size)
{
	const uint8_t *first = data;

	return (struct br_reader){.pos = first, .end = size > 0 ? first + size : first};
}

static inline struct br_writer br_writer_of(void *data, size_t size)
{
	uint8_t *first = data;

	return (struct br_writer){.start = first, .pos = first, .end = first + size};
}

static inline size_t br_left(const struct br_reader *r)
{
	return (size_t)(r->end - r->pos);
}

static inline size_t br_written(const struct br_writer *w)
{
	return (size_t)(w->pos - w->start);
}

static inline size_t br_room(const struct br_writer *w)
{
	return (size_t)(w->end - w->pos);
}

/* A length on the wire becomes a sub-reader; nothing else sees the outer octets. */
struct br_reader br_get_sub(struct br_reader *r, size_t size);
uint8_t br_get_u8(struct br_reader *r); /* 0 on failure, as all of these */
uint16_t br_get_be16(struct br_reader *r);
uint32_t br_get_be32(struct br_reader *r);
void br_get_bytes(struct br_reader *r, void *target, size_t size); /* zeros on failure */

void br_put_bytes(struct br_writer *w, const void *source, size_t size);
void br_put_u8(struct br_writer *w, uint8_t value);
void br_put_be16(struct br_writer *w, uint16_t value);
void br_put_be32(struct br_writer *w, uint32_t value);
void br_put_zeros(struct br_writer *w, size_t size);

#endif /* BR_CORE_BASE_BYTES_H */
