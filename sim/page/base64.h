/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/page/base64.h - a file as text (RFC 4648 section 4) */
#ifndef BR_SIM_PAGE_BASE64_H
#define BR_SIM_PAGE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* There is a regular file at @path, of at most @size octets. */
bool br_base64_is_below(const char *path, size_t size);
/* What is there, as far as it can be read. */
void br_base64_file(const char *path, FILE *to);

#endif /* BR_SIM_PAGE_BASE64_H */
