/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/source.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SIZE_FIRST = 16384,
	ENDLESS = 1 << 30, /* a pipe or device that gives so much will not end */
};

/* Room for more octets, and the NUL. */
static char *grow(char *text, size_t *room)
{
	char *larger = *room > SIZE_MAX / 2 - 1 ? NULL : realloc(text, 2 * *room + 1);

	if (!larger)
		free(text);
	*room *= 2;
	return larger;
}

char *br_source_read(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	size_t room = SIZE_FIRST, size = 0, got;
	char *text = NULL;
	struct stat status;
	int error = 0;

	if (!file)
		return NULL;
	bool ends = fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);

	do {
		if (!text || size == room)
			text = grow(text, &room);
		if (!text)
			break;
		got = fread(text + size, 1, room - size, file);
		size += got;
	} while (got > 0 && (ends || size < ENDLESS));
	if (!text)
		error = ENOMEM;
	else if (ferror(file)) /* a folder, say */
		error = errno;
	else if (got > 0)
		error = EFBIG;
	fclose(file);
	if (error) {
		free(text);
		errno = error;
		return NULL;
	}
	text[size] = '\0';
	*ret_size = size;
	return text;
}

const char *br_source_cannot_read(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0 || access(path, R_OK) != 0)
		return strerror(errno);
	return S_ISREG(status.st_mode) ? NULL : "it is no regular file";
}

int br_source_beside(char ret_path[static BR_SOURCE_PATH_SIZE], const char *beside,
                     const char *path)
{
	const char *slash = strrchr(beside, '/');
	int folder = slash && path[0] != '/' ? (int)(slash - beside) + 1 : 0;
	int size = snprintf(ret_path, BR_SOURCE_PATH_SIZE, "%.*s%s", folder, beside, path);

	return size < BR_SOURCE_PATH_SIZE ? 0 : -ENAMETOOLONG;
}
