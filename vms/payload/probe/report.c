/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <stdarg.h>
#include <string.h>

enum {
	LINE_SIZE = 160,
	OCTETS_A_LINE = 24,
};

struct report_line {
	char text[LINE_SIZE];
	size_t used;
};

static uint32_t lines;

static void add(struct report_line *line, char letter)
{
	if (line->used + 1 < sizeof(line->text))
		line->text[line->used++] = letter;
	line->text[line->used] = 0;
}

static void add_text(struct report_line *line, const char *text)
{
	while (*text)
		add(line, *text++);
}

static void add_number(struct report_line *line, uint32_t number)
{
	char digits[10];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	while (count)
		add(line, digits[--count]);
}

static void add_hex(struct report_line *line, uint32_t number, unsigned digits)
{
	while (digits--)
		add(line, "0123456789abcdef"[number >> 4 * digits & 15]);
}

static void add_address(struct report_line *line, const uint8_t octets[4])
{
	for (size_t i = 0; i < 4; i++) {
		if (i)
			add(line, '.');
		add_number(line, octets[i]);
	}
}

static void end_line(const struct report_line *line)
{
	lines++;
	br_probe_put(line->text);
}

void br_report(const char *format, ...)
{
	struct report_line line = {.used = 0};
	va_list more;

	va_start(more, format);
	add_text(&line, "BR ");
	for (; *format; format++) {
		if (*format != '%') {
			add(&line, *format);
			continue;
		}
		switch (*++format) {
		case 's':
			add_text(&line, va_arg(more, const char *));
			break;
		case 'u':
			add_number(&line, va_arg(more, uint32_t));
			break;
		case 'x':
			add_hex(&line, va_arg(more, uint32_t), 8);
			break;
		case 'a':
			add_address(&line, va_arg(more, const uint8_t *));
			break;
		default:
			add(&line, '?');
		}
	}
	va_end(more);
	end_line(&line);
}

void br_report_begin(const char *machine)
{
	lines = 0;
	br_report("probe 1 %s", machine);
}

void br_report_octets(const char *name, const void *octets, size_t size)
{
	const uint8_t *octet = octets;

	for (size_t at = 0; at < size; at += OCTETS_A_LINE) {
		struct report_line line = {.used = 0};

		add_text(&line, "BR octets ");
		add_text(&line, name);
		add(&line, ' ');
		add_hex(&line, (uint32_t)at, 4);
		add(&line, ' ');
		for (size_t i = at; i < size && i < at + OCTETS_A_LINE; i++)
			add_hex(&line, octet[i], 2);
		end_line(&line);
	}
}

void br_report_digest(uint32_t number, const uint8_t digest[static 32])
{
	struct report_line line = {.used = 0};

	add_text(&line, "BR ");
	add_number(&line, number);
	add_text(&line, " sha256 ");
	for (size_t i = 0; i < 32; i++)
		add_hex(&line, digest[i], 2);
	end_line(&line);
}

void br_report_end(void)
{
	br_report("end %u", lines);
}
