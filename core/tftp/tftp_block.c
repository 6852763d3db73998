/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/tftp/tftp_block.h"

#include <assert.h>
#include <errno.h>

#include "core/defect.h"

/* All of @size octets or an error: a short read in mid-file is a broken file. */
static int read_all(const struct br_files *files, int file, uint64_t offset, uint8_t *target,
                    size_t size)
{
	size_t done = 0;

	while (done < size) {
		int count = files->read(files->context, file, offset + done, target + done,
		                        size - done);

		if (count < 0)
			return count;
		if (count == 0 || (size_t)count > size - done)
			return -ENODATA;
		done += (size_t)count;
	}
	return 0;
}

static int get_octets(const struct br_files *files, const struct br_tftp_transfer *transfer,
                      uint8_t *scratch, struct br_octets *ret_body)
{
	uint64_t offset = (transfer->next - 1) * transfer->granted.blksize;
	uint64_t left = transfer->size - offset;
	size_t size = left < transfer->granted.blksize ? (size_t)left : transfer->granted.blksize;
	const uint8_t *mapped = NULL;
	int result;

	if (BR_DEFECT(TFTP_BLK_02) && size > BR_TFTP_BLKSIZE_DEFAULT)
		size = BR_TFTP_BLKSIZE_DEFAULT;
	if (BR_DEFECT(TFTP_RRQ_07) && transfer->next == 3)
		offset -= transfer->granted.blksize;
	assert(offset <= transfer->size);
	if (size > 0 && files->map)
		mapped = files->map(files->context, transfer->file, offset, size);
	if (!mapped) {
		result = read_all(files, transfer->file, offset, scratch, size);
		if (result < 0)
			return result;
	}
	*ret_body = (struct br_octets){.data = mapped ? mapped : scratch, .size = size};
	return 0;
}

/* One octet of the file as one or two of netascii; the second may have to wait. */
static void put_text_octet(struct br_tftp_text_pos *pos, struct br_writer *w, uint8_t octet)
{
	pos->offset++;
	pos->owes = octet == '\n' || (octet == '\r' && !BR_DEFECT(TFTP_RRQ_08));
	pos->owed = octet == '\n' ? '\n' : 0;
	br_put_u8(w, pos->owes ? '\r' : octet);
}

static void pay(struct br_tftp_text_pos *pos, struct br_writer *w)
{
	if (pos->owes && br_room(w) > 0) {
		br_put_u8(w, pos->owed);
		pos->owes = false;
	}
}

static int get_text(const struct br_files *files, struct br_tftp_transfer *transfer,
                    uint8_t *scratch, struct br_octets *ret_body)
{
	struct br_tftp_text_pos pos = transfer->text;
	struct br_writer w = br_writer_of(scratch, transfer->granted.blksize);
	uint8_t piece[512];

	pay(&pos, &w);
	while (br_room(&w) > 0 && pos.offset < transfer->size) {
		uint64_t left = transfer->size - pos.offset;
		size_t size = br_room(&w) < sizeof(piece) ? br_room(&w) : sizeof(piece);
		int result;

		if (left < size)
			size = (size_t)left;
		result = read_all(files, transfer->file, pos.offset, piece, size);
		if (result < 0)
			return result;
		for (size_t i = 0; i < size && br_room(&w) > 0; i++) {
			put_text_octet(&pos, &w, piece[i]);
			pay(&pos, &w);
		}
	}
	transfer->text_end = pos;
	if (br_room(&w) > 0)
		transfer->last = transfer->next;
	*ret_body = (struct br_octets){.data = scratch, .size = br_written(&w)};
	return 0;
}

int br_tftp_block_get(const struct br_files *files, struct br_tftp_transfer *transfer,
                      uint8_t *scratch, struct br_octets *ret_body)
{
	assert(transfer->next > transfer->acked && transfer->next <= transfer->last);
	if (!transfer->netascii)
		return get_octets(files, transfer, scratch, ret_body);
	assert(transfer->next == transfer->acked + 1);
	return get_text(files, transfer, scratch, ret_body);
}
