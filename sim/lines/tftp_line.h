/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/tftp_line.h - TFTP packets as lines of the script language
 *
 *	tftp rrq boot.efi octet tsize=0 blksize=1468     file, mode, options in this order
 *	tftp wrq boot.efi octet
 *	tftp data 1 len=512                              block; len: octets of data
 *	tftp ack 0                                       block
 *	tftp error 8 "User aborted the transfer"         code, text
 *	tftp oack tsize=1048504 blksize<=1468
 *	tftp bytes 00010000                              octets as they stand
 *
 * Options with a name of their own: blksize, tsize, timeout, windowsize, multicast; any
 * other NAME is written opt.NAME. Beside them: options (how many), size (octets of the
 * datagram), tail (octets behind the last thing that could be read).
 */
#ifndef BR_SIM_LINES_TFTP_LINE_H
#define BR_SIM_LINES_TFTP_LINE_H

#include "sim/lines/line.h"

#endif /* BR_SIM_LINES_TFTP_LINE_H */
