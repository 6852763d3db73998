/* SPDX-License-Identifier: BSD-2-Clause */
/* core/tftp/tftp_open.h - from the file name of a request to an open file */
#ifndef BR_CORE_TFTP_TFTP_OPEN_H
#define BR_CORE_TFTP_TFTP_OPEN_H

#include <stdbool.h>

#include "core/port.h"

/**
 * br_tftp_open() - Open what a request names
 * @ret_info:	Set on success
 * @ret_junk:	Set on success and on -EAGAIN: octets behind the name were left off
 *
 * A name that is not there is tried again up to its first octet that is no printing
 * ASCII: boot ROMs that read option 67 up to a NUL that is not there ask for the name
 * with the END octet, or whole other options, behind it (opt67-no-nul-ff).
 *
 * Return: a handle of 0 or more, what br_files.open said, -EISDIR for the root,
 *	   -EACCES for a name with "..", -ENAMETOOLONG
 */
int br_tftp_open(const struct br_files *files, struct br_octets name, struct br_file_info *ret_info,
                 bool *ret_junk);

#endif /* BR_CORE_TFTP_TFTP_OPEN_H */
