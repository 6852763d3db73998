/* SPDX-License-Identifier: BSD-2-Clause */
/* string.h - the few of the standard's that a program without a C library needs
 *
 * C11 7.24. clang calls memcpy() and memset() by itself, too.
 */
#ifndef BR_PROBE_STRING_H
#define BR_PROBE_STRING_H

#include <stddef.h>

void *memcpy(void *target, const void *source, size_t size);
void *memmove(void *target, const void *source, size_t size);
void *memset(void *target, int octet, size_t size);
int memcmp(const void *one, const void *other, size_t size);
size_t strlen(const char *text);

#endif /* BR_PROBE_STRING_H */
