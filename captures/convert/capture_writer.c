/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/capture_writer.h"

enum {
	SECTION = 0x0a0d0d0a,
	INTERFACE = 1,
	PACKET = 6,
	BLOCK_ENDS = 12, /* type, length, length again */
	OPTION_RESOLUTION = 9,
	NANOSECONDS = 9,
};

static void put32(FILE *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		(void)fputc((int)(value >> 8 * i & 255), to);
}

static bool is_classic(const struct br_capture_shape *shape)
{
	return shape->interfaces <= 1 && !shape->late;
}

bool br_capture_shape_add(struct br_capture_shape *shape, const struct br_capture_frame *record)
{
	if (record->interface >= BR_CAPTURE_WRITER_INTERFACES_MAX)
		return false;
	while (shape->interfaces <= record->interface)
		shape->link_type[shape->interfaces++] = record->link_type;
	shape->link_type[record->interface] = record->link_type;
	shape->late = shape->late || record->at / BR_S > UINT32_MAX;
	return true;
}

void br_capture_write_head(FILE *to, const struct br_capture_shape *shape)
{
	if (is_classic(shape)) {
		put32(to, 0xa1b23c4d);
		put32(to, 4 << 16 | 2);
		put32(to, 0);
		put32(to, 0);
		put32(to, BR_CAPTURE_FRAME_SIZE_MAX);
		put32(to, shape->interfaces > 0 ? shape->link_type[0] : 1);
		return;
	}
	put32(to, SECTION);
	put32(to, BLOCK_ENDS + 16);
	put32(to, 0x1a2b3c4d);
	put32(to, 1);
	put32(to, UINT32_MAX); /* how long it is, is not said */
	put32(to, UINT32_MAX);
	put32(to, BLOCK_ENDS + 16);
	for (uint32_t i = 0; i < shape->interfaces; i++) {
		put32(to, INTERFACE);
		put32(to, BLOCK_ENDS + 20);
		put32(to, shape->link_type[i]);
		put32(to, BR_CAPTURE_FRAME_SIZE_MAX);
		put32(to, 1 << 16 | OPTION_RESOLUTION);
		put32(to, NANOSECONDS);
		put32(to, 0); /* no more options */
		put32(to, BLOCK_ENDS + 20);
	}
}

void br_capture_write(FILE *to, const struct br_capture_shape *shape,
                      const struct br_capture_frame *record)
{
	uint32_t size = (uint32_t)record->octets.size, filled = (size + 3) & ~3U;

	if (is_classic(shape)) {
		put32(to, (uint32_t)(record->at / BR_S));
		put32(to, (uint32_t)(record->at % BR_S));
		put32(to, size);
		put32(to, record->original_size);
		(void)fwrite(record->octets.data, 1, size, to);
		return;
	}
	put32(to, PACKET);
	put32(to, BLOCK_ENDS + 20 + filled);
	put32(to, record->interface);
	put32(to, (uint32_t)(record->at >> 32));
	put32(to, (uint32_t)record->at);
	put32(to, size);
	put32(to, record->original_size);
	(void)fwrite(record->octets.data, 1, size, to);
	for (uint32_t i = size; i < filled; i++)
		(void)fputc(0, to);
	put32(to, BLOCK_ENDS + 20 + filled);
}
