/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/tftp/tftp_open.h"

#include <errno.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/text.h"
#include "core/defect.h"

static int open_name(const struct br_files *files, struct br_octets name,
                     struct br_file_info *ret_info)
{
	char path[BR_PATH_SIZE];
	int size = br_path_clean(name, path);

	if (BR_DEFECT(TFTP_NAM_01) && name.size > 0 && name.data[0] == '/')
		return -ENOENT;
	if (BR_DEFECT(TFTP_NAM_02) && name.size > 0 && memchr(name.data, '\\', name.size))
		return -ENOENT;
	if (size == 0)
		return -EISDIR;
	return size < 0 ? size : files->open(files->context, path, ret_info);
}

static struct br_octets printing_part(struct br_octets name)
{
	struct br_reader r = br_reader_of(name.data, name.size);
	struct br_octets part = {.data = name.data};

	while (br_left(&r) > 0) {
		uint8_t octet = br_get_u8(&r);

		if (octet < ' ' || octet > '~')
			break;
		part.size++;
	}
	return part;
}

int br_tftp_open(const struct br_files *files, struct br_octets name, struct br_file_info *ret_info,
                 bool *ret_junk)
{
	struct br_file_info info = {0};
	struct br_octets part = printing_part(name);
	int file = open_name(files, name, &info);
	bool junk = file == -ENOENT && part.size > 0 && part.size < name.size;

	if (junk)
		file = open_name(files, part, &info);
	if (file >= 0)
		*ret_info = info;
	if (file >= 0 || file == -EAGAIN)
		*ret_junk = junk;
	return file;
}
