/* SPDX-License-Identifier: BSD-2-Clause */
/* core/tftp/tftp_block.h - the octets of one DATA, out of a file that may be slow or break
 *
 * Octet mode points straight into the file where it lies in memory. Netascii has LF
 * as CR LF and CR as CR NUL (RFC 764), also where a block ends between the two.
 */
#ifndef BR_CORE_TFTP_TFTP_BLOCK_H
#define BR_CORE_TFTP_TFTP_BLOCK_H

#include "core/port.h"
#include "core/tftp/tftp_table.h"

/**
 * br_tftp_block_get() - Make the octets of block @transfer->next
 * @scratch:	Room for BR_TFTP_BLKSIZE_MAX octets
 * @ret_body:	Set on 0 only: shorter than blksize in the last block only
 *
 * In netascii the next block is the one behind @transfer->acked, and .text_end and,
 * at the end of the file, .last are set.
 *
 * Return: 0, -EAGAIN (ask again later), -ENODATA (the file is shorter than it was),
 *	   or what br_files.read said, -EIO
 */
int br_tftp_block_get(const struct br_files *files, struct br_tftp_transfer *transfer,
                      uint8_t *scratch, struct br_octets *ret_body);

#endif /* BR_CORE_TFTP_TFTP_BLOCK_H */
