/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/json.h"

#include <stddef.h>
#include <stdint.h>

/* Octets of the character at @at, or 0: it is none. RFC 3629 section 4: no longer form than is
 * needed, no surrogate, nothing above U+10FFFF. A NUL is no tail, so nothing behind it is read.
 */
static size_t character(const uint8_t *at)
{
	size_t size = at[0] < 0x80   ? 1
	              : at[0] < 0xc2 ? 0
	              : at[0] < 0xe0 ? 2
	              : at[0] < 0xf0 ? 3
	              : at[0] < 0xf5 ? 4
	                             : 0;

	for (size_t i = 1; i < size; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] >= 0xa0) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] >= 0x90))
		return 0;
	return size;
}

void br_json_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (const uint8_t *at = (const uint8_t *)text; *at;) {
		size_t size = character(at);

		if (size == 0)
			fprintf(out, "\\\\x%02x", *at);
		else if (*at == '"' || *at == '\\')
			fprintf(out, "\\%c", *at);
		else if (*at < 0x20 || *at == 0x7f)
			fprintf(out, "\\u%04x", *at);
		else
			(void)fwrite(at, 1, size, out);
		at += size > 0 ? size : 1;
	}
	fputc('"', out);
}

void br_json_member(FILE *out, const char *name, const char *value)
{
	fprintf(out, ",\"%s\":", name);
	br_json_text(out, value);
}
