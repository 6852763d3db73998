/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/spool.h"

#include <errno.h>
#include <string.h>

#include "captures/read/capture.h"

static int say(FILE *err, const char *name, int error)
{
	fprintf(err, "%s: %s\n", strcmp(name, "-") != 0 ? name : "standard input",
	        strerror(-error));
	return error;
}

static bool copy(FILE *from, FILE *to)
{
	char octets[65536];
	size_t size;

	while ((size = fread(octets, 1, sizeof(octets), from)) > 0)
		(void)fwrite(octets, 1, size, to);
	return !ferror(from);
}

int br_spool_new(struct br_spool *ret_spool, const char *name, FILE *err)
{
	struct br_spool spool = {.name = name, .file = tmpfile()};

	if (!spool.file) {
		int error = -errno;

		fprintf(err, "no room for a temporary file: %s\n", strerror(-error));
		return error;
	}
	(void)snprintf(spool.own, sizeof(spool.own), "/proc/self/fd/%d", fileno(spool.file));
	*ret_spool = spool;
	ret_spool->path = ret_spool->own;
	return 0;
}

int br_spool_open(struct br_spool *ret_spool, const char *name, FILE *err)
{
	FILE *from;
	int result;

	if (br_capture_is_file(name)) {
		*ret_spool = (struct br_spool){.name = name, .path = name};
		return 0;
	}
	from = strcmp(name, "-") != 0 ? fopen(name, "rb") : stdin;
	if (!from)
		return say(err, name, -errno);
	result = br_spool_new(ret_spool, name, err);
	errno = EIO;
	if (result == 0 && !copy(from, ret_spool->file))
		result = say(err, name, -errno);
	if (result == 0 && (fflush(ret_spool->file) != 0 || ferror(ret_spool->file))) {
		fprintf(err, "no room for a copy of what is read: %s\n", strerror(errno));
		result = -EIO;
	}
	if (from != stdin)
		(void)fclose(from);
	if (result < 0)
		br_spool_close(ret_spool);
	return result;
}

bool br_spool_copy(const struct br_spool *spool, FILE *to)
{
	return spool->file && fseek(spool->file, 0, SEEK_SET) == 0 && copy(spool->file, to);
}

void br_spool_close(struct br_spool *spool)
{
	if (spool->file)
		(void)fclose(spool->file);
	*spool = (struct br_spool){.file = NULL};
}
