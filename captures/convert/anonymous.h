/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous.h - a script without the names of files
 *
 * The other half of a script that tells nothing of who sent the capture: addresses and
 * identifiers are hidden in its packets before (captures/convert/anonymous_pcap.h), for a
 * script has
 * them in many forms, the values of options in hex among them.
 */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_H

#include <stddef.h>
#include <stdio.h>

/**
 * br_anonymous() - Write @script to @out under other names
 * @names:	File names in it; each keeps its ending only. "pxelinux.cfg/01-MAC" and
 *		the like carry addresses, so none is spared
 *
 * The lines "source" and "scenario" name no file either; xids become numbers in order.
 *
 * Return: 0 or -ENOMEM
 */
int br_anonymous(FILE *out, const char *script, const char *const *names, size_t count);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_H */
