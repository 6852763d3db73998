/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/page/base64.h"

#include <stdint.h>
#include <sys/stat.h>

bool br_base64_is_below(const char *path, size_t size)
{
	struct stat file;

	return stat(path, &file) == 0 && S_ISREG(file.st_mode) && file.st_size >= 0 &&
	       (uint64_t)file.st_size <= size;
}

static void put_three(const uint8_t octets[3], size_t count, FILE *to)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = (uint32_t)octets[0] << 16 | (uint32_t)octets[1] << 8 | octets[2];

	fputc(digits[bits >> 18], to);
	fputc(digits[bits >> 12 & 63], to);
	fputc(count > 1 ? digits[bits >> 6 & 63] : '=', to);
	fputc(count > 2 ? digits[bits & 63] : '=', to);
}

void br_base64_file(const char *path, FILE *to)
{
	FILE *from = fopen(path, "rb");
	uint8_t octets[3] = {0};
	size_t count;

	while (from && (count = fread(octets, 1, sizeof(octets), from)) > 0) {
		put_three(octets, count, to);
		octets[0] = octets[1] = octets[2] = 0;
	}
	if (from)
		(void)fclose(from);
}
