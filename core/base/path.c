/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/path.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool is_separator(uint8_t octet)
{
	return octet == '/' || octet == '\\';
}

static struct br_octets get_part(struct br_reader *r)
{
	struct br_octets part = {.data = r->pos};

	while (br_left(r) > 0) {
		if (is_separator(br_get_u8(r)))
			return part;
		part.size++;
	}
	return part;
}

int br_path_clean(struct br_octets name, char ret_path[static BR_PATH_SIZE])
{
	struct br_reader r = br_reader_of(name.data, name.size);
	uint8_t path[BR_PATH_SIZE];
	struct br_writer w = br_writer_of(path, sizeof(path));
	size_t size;

	if (name.size > 0 && memchr(name.data, 0, name.size))
		return -EINVAL;
	while (br_left(&r) > 0) {
		struct br_octets part = get_part(&r);

		if (part.size == 0 || (part.size == 1 && part.data[0] == '.'))
			continue;
		if (part.size == 2 && part.data[0] == '.' && part.data[1] == '.')
			return -EACCES;
		if (br_written(&w) > 0)
			br_put_u8(&w, '/');
		br_put_bytes(&w, part.data, part.size);
	}
	size = br_written(&w);
	br_put_u8(&w, 0);
	if (w.bad)
		return -ENAMETOOLONG;
	memcpy(ret_path, path, size + 1);
	return (int)size;
}
