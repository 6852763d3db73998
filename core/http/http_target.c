/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/http/http_target.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"

static struct br_octets before(struct br_octets text, char separator)
{
	return br_text_cut(&text, separator);
}

/* RFC 9112 section 3.2.2: the authority of an absolute target overrides Host; one
 * server has one tree, so it is skipped. Return: false if it is no such target
 */
static bool skip_authority(struct br_octets *target)
{
	static const char *const schemes[] = {"http://", "https://"};
	struct br_octets authority;
	size_t skip = 0;

	if (target->size > 0 && target->data[0] == '/')
		return true;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]) && !BR_DEFECT(HTTP_HST_02);
	     i++) {
		if (br_text_starts_nocase(*target, schemes[i]))
			skip = strlen(schemes[i]);
	}
	if (skip == 0)
		return false;
	target->data += skip;
	target->size -= skip;
	authority = before(*target, '/');
	target->data += authority.size;
	target->size -= authority.size;
	return authority.size > 0;
}

static int get_escape(struct br_reader *r)
{
	const struct br_reader digits = br_get_sub(r, 2);
	uint8_t octet = 0;
	size_t size = 0;

	if (digits.bad ||
	    !br_text_get_hex((struct br_octets){.data = digits.pos, .size = 2}, &octet, 1, &size))
		return -EINVAL;
	return octet;
}

int br_http_target_path(struct br_octets target, char ret_path[static BR_PATH_SIZE])
{
	uint8_t plain[2 * BR_PATH_SIZE]; /* with room for parts that are cleaned away */
	struct br_writer w = br_writer_of(plain, sizeof(plain));
	struct br_octets path = target;
	struct br_reader r;

	if (!skip_authority(&path))
		return -EINVAL;
	path = before(before(path, '#'), '?');
	r = br_reader_of(path.data, path.size);
	while (br_left(&r) > 0) {
		int octet = br_get_u8(&r);

		if (octet == '%' && !BR_DEFECT(HTTP_PTH_03))
			octet = get_escape(&r);
		if (octet < 0)
			return octet;
		br_put_u8(&w, (uint8_t)octet);
	}
	if (w.bad)
		return -ENAMETOOLONG;
	return br_path_clean((struct br_octets){.data = plain, .size = br_written(&w)}, ret_path);
}

const char *br_http_media_type(const char *path)
{
	static const struct {
		const char *extension, *type;
	} types[] = {
		{".efi", "application/efi"},
		{".iso", "application/vnd.efi-iso"},
		{".img", "application/vnd.efi-img"},
		{".cfg", "text/plain"},
		{".conf", "text/plain"},
		{".gz", "application/gzip"},
		{".html", "text/html"},
		{".ipxe", "text/plain"},
		{".json", "application/json"},
		{".txt", "text/plain"},
		{".xml", "application/xml"},
	};
	struct br_octets name = br_text(path);

	if (BR_DEFECT(HTTP_TYP_01))
		return "text/html";
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t size = strlen(types[i].extension);

		if (name.size > size &&
		    br_text_is_nocase(
			    (struct br_octets){.data = name.data + name.size - size, .size = size},
			    types[i].extension))
			return types[i].type;
	}
	return "application/octet-stream";
}
