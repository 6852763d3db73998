/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/lease_file.h - the leases of `serve`, a line each in a text file
 *
 * A line goes to the kernel before the ACK it is about goes out, so what is killed at any moment
 * has every lease it gave; the last line of a machine that lost its power may be cut, and is
 * left out. A later line of an address counts for an earlier one. At start, and when there are
 * many more lines than leases, the file is written anew beside the old one, which it replaces:
 * whoever serves must have the right to do that in its folder.
 *
 *	ADDRESS bound|declined|over UNTIL GRANTED_S HTYPE HWADDR id|hw|ia KEY
 *
 * UNTIL is seconds since 1970-01-01 UTC, or "forever"; HWADDR and KEY are hexadecimal, "-" for
 * none; KEY is option 61 after "id", after "hw" what was made of the hardware address. After "ia",
 * where ADDRESS is one of IPv6, it is IAID and DUID, and HWADDR the address that the client has.
 */
#ifndef BR_SIM_SERVE_LEASE_FILE_H
#define BR_SIM_SERVE_LEASE_FILE_H

#include "core/port.h"

struct br_lease_file;

/**
 * br_lease_file_open() - Give a server its old leases, and keep its new ones
 * @ret_file:	Set on 0 only
 * @path:	Borrowed; need not exist
 * @server:	Has BR_ROLE_DHCP or BR_ROLE_DHCP6; is told br_server_keep_leases(); is freed before
 *		the file
 * @error:	On failure: one line, FILE:LINE:COLUMN where one is wrong
 *
 * Return: 0; -EINVAL: a line that is none, the file is as it was; else what open() and the like
 *	   said
 */
int br_lease_file_open(struct br_lease_file **ret_file, const char *path, struct br_server *server,
                       br_time now, char *error, size_t error_size);
/**
 * br_lease_file_begin() - Write it anew, as who will have to do it later
 *
 * To be called before the first event, when no right is left that will be missing then.
 *
 * Return: 0, or negative errno after one line to @error
 */
int br_lease_file_begin(struct br_lease_file *file, char *error, size_t error_size);
/* How many leases are of addresses, or of a family, that the server does not give any more. */
size_t br_lease_file_left_out(const struct br_lease_file *file);
struct br_lease_file *br_lease_file_free(struct br_lease_file *file); /* NULL in, NULL out */

#endif /* BR_SIM_SERVE_LEASE_FILE_H */
