/* SPDX-License-Identifier: BSD-2-Clause */
/* What clang takes for granted even where there is no C library; built with -fno-builtin, or each
 * of these would be made a call of itself.
 */
#include <stdint.h>
#include <string.h>

void *memcpy(void *target, const void *source, size_t size)
{
	uint8_t *to = target;
	const uint8_t *from = source;

	while (size--)
		*to++ = *from++;
	return target;
}

void *memmove(void *target, const void *source, size_t size)
{
	uint8_t *to = target;
	const uint8_t *from = source;

	if ((uintptr_t)target <= (uintptr_t)source)
		return memcpy(target, source, size);
	while (size--)
		to[size] = from[size];
	return target;
}

void *memset(void *target, int octet, size_t size)
{
	uint8_t *to = target;

	while (size--)
		*to++ = (uint8_t)octet;
	return target;
}

int memcmp(const void *one, const void *other, size_t size)
{
	const uint8_t *a = one, *b = other;

	for (; size--; a++, b++)
		if (*a != *b)
			return *a < *b ? -1 : 1;
	return 0;
}

size_t strlen(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}
