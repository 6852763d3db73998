/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/anonymous.h - a script without the names and addresses of who sent the capture
 *
 * Each IPv4 address, MAC address, identifier and file name becomes another, the same
 * everywhere, so the script still runs and tells the same story. Masks, 0.0.0.0 and
 * broadcast stay. Options whose text could name somebody are taken out.
 */
#ifndef BR_ANONYMOUS_H
#define BR_ANONYMOUS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * br_anonymous() - Write @script to @out under other names
 * @mac:	Of the client
 * @names:	File names in it; each keeps its ending only. "pxelinux.cfg/01-MAC" and
 *		the like carry addresses, so none is spared
 *
 * Return: 0 or -ENOMEM
 */
int br_anonymous(FILE *out, const char *script, const uint8_t mac[6], const char *const *names,
                 size_t count);

#endif /* BR_ANONYMOUS_H */
