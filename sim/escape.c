/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/escape.h"

#include <stdint.h>
#include <string.h>

#include "core/base/text.h"

void br_escape_shell(const char *word, FILE *to)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-+,:=@%";

	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		fputs(word, to);
		return;
	}
	fputc('\'', to);
	for (; *word; word++)
		fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, to);
	fputc('\'', to);
}

void br_escape_xml(const char *text, FILE *to)
{
	for (const uint8_t *at = (const uint8_t *)text; *at;) {
		size_t size = br_text_utf8_size(at);

		if (size == 0)
			fputs("&#xFFFD;", to);
		else if (*at == '&')
			fputs("&amp;", to);
		else if (*at == '<')
			fputs("&lt;", to);
		else if (*at == '>')
			fputs("&gt;", to);
		else if (*at == '"')
			fputs("&quot;", to);
		else if (*at >= 0x20 || *at == '\n' || *at == '\t')
			(void)fwrite(at, 1, size, to);
		at += size > 0 ? size : 1;
	}
}

void br_escape_terminal(struct br_octets octets, FILE *to)
{
	for (size_t i = 0; i < octets.size; i++) {
		uint8_t octet = octets.data[i];

		if (octet < 0x20 || octet >= 0x7f)
			fprintf(to, "\\x%02x", octet);
		else
			fputc(octet, to);
	}
}
