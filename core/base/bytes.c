/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/bytes.h"

#include <string.h>

struct br_reader br_get_sub(struct br_reader *r, size_t size)
{
	struct br_reader sub = {.pos = r->pos, .end = r->pos, .bad = r->bad};

	if (size > br_left(r)) {
		r->pos = r->end;
		r->bad = true;
		sub.bad = true;
		return sub;
	}
	if (size > 0) /* NULL, of no octets, cannot be moved: C11 6.5.6 */
		r->pos += size;
	sub.end = r->pos;
	return sub;
}

uint8_t br_get_u8(struct br_reader *r)
{
	struct br_reader one = br_get_sub(r, 1);

	return one.bad ? 0 : one.pos[0];
}

uint16_t br_get_be16(struct br_reader *r)
{
	struct br_reader two = br_get_sub(r, 2);

	if (two.bad)
		return 0;
	return (uint16_t)(two.pos[0] << 8 | two.pos[1]);
}

uint32_t br_get_be32(struct br_reader *r)
{
	struct br_reader four = br_get_sub(r, 4);

	if (four.bad)
		return 0;
	return (uint32_t)four.pos[0] << 24 | (uint32_t)four.pos[1] << 16 |
	       (uint32_t)four.pos[2] << 8 | four.pos[3];
}

void br_get_bytes(struct br_reader *r, void *target, size_t size)
{
	struct br_reader sub = br_get_sub(r, size);

	if (size == 0)
		return;
	if (sub.bad)
		memset(target, 0, size);
	else
		memcpy(target, sub.pos, size);
}

void br_put_bytes(struct br_writer *w, const void *source, size_t size)
{
	if (w->bad || size > br_room(w)) {
		w->bad = true;
		return;
	}
	if (size > 0)
		memcpy(w->pos, source, size);
	w->pos += size;
}

void br_put_u8(struct br_writer *w, uint8_t value)
{
	br_put_bytes(w, &value, sizeof(value));
}

void br_put_be16(struct br_writer *w, uint16_t value)
{
	const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};

	br_put_bytes(w, octets, sizeof(octets));
}

void br_put_be32(struct br_writer *w, uint32_t value)
{
	const uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
	                           (uint8_t)(value >> 8), (uint8_t)value};

	br_put_bytes(w, octets, sizeof(octets));
}

void br_put_zeros(struct br_writer *w, size_t size)
{
	if (w->bad || size > br_room(w)) {
		w->bad = true;
		return;
	}
	if (size > 0)
		memset(w->pos, 0, size);
	w->pos += size;
}
