/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/json.h"

#include <stddef.h>
#include <stdint.h>

#include "core/base/text.h"

void br_json_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (const uint8_t *at = (const uint8_t *)text; *at;) {
		size_t size = br_text_utf8_size(at);

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
