/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/style.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	MARGIN = 4,
	LABEL_WIDTH = 7,
	ROOM_MIN = 20, /* a terminal that has less room for text folds lines itself */
};

static const char more[] = " ...";

struct br_style br_style_of(FILE *to, const char *prefix)
{
	struct br_style look = {.prefix = prefix};
	const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
	struct winsize size;

	if (!isatty(fileno(to)))
		return look;
	if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0)
		look.width = size.ws_col;
	look.colour = term && strcmp(term, "dumb") != 0 && !(no_colour && no_colour[0]);
	return look;
}

static void begin(const struct br_style *look, enum br_style_colour colour, FILE *to)
{
	static const char *const codes[] = {"", "32", "31", "33", "2"};

	if (look->colour && colour != BR_STYLE_PLAIN)
		fprintf(to, "\033[%sm", codes[colour]);
}

static void end(const struct br_style *look, enum br_style_colour colour, FILE *to)
{
	if (look->colour && colour != BR_STYLE_PLAIN)
		fputs("\033[0m", to);
}

void br_style_put(const struct br_style *look, enum br_style_colour colour, const char *text,
                  FILE *to)
{
	begin(look, colour, to);
	fputs(text, to);
	end(look, colour, to);
}

/* Columns for text behind a label; SIZE_MAX: without end. */
static size_t room_of(const struct br_style *look)
{
	size_t used = strlen(look->prefix) + MARGIN + LABEL_WIDTH;

	return look->width >= used + ROOM_MIN ? look->width - used : SIZE_MAX;
}

void br_style_label(const struct br_style *look, const char *label, FILE *to)
{
	fprintf(to, "%s%*s", look->prefix, MARGIN, "");
	begin(look, BR_STYLE_FAINT, to);
	fprintf(to, "%-*s", LABEL_WIDTH, label);
	end(look, BR_STYLE_FAINT, to);
}

/* Octets of @text that fill at most @columns: those of one letter stay together. */
static size_t fit(const char *text, size_t columns)
{
	size_t at = 0;

	for (size_t used = 0; text[at] != '\0'; at++) {
		if (((unsigned char)text[at] & 0xc0) == 0x80)
			continue;
		if (used++ == columns)
			break;
	}
	return at;
}

void br_style_line(const struct br_style *look, const char *label, const char *text, FILE *to)
{
	size_t room = room_of(look);

	for (;;) {
		size_t size = fit(text, room), cut = size;

		while (text[size] != '\0' && cut > 0 && text[cut] != ' ')
			cut--;
		if (cut == 0)
			cut = size; /* one long word */
		br_style_label(look, label, to);
		fprintf(to, "%.*s\n", (int)cut, text);
		text += cut;
		text += strspn(text, " ");
		if (*text == '\0')
			return;
		label = "";
	}
}

void br_style_whole(const struct br_style *look, const char *label, const char *text, FILE *to)
{
	br_style_label(look, label, to);
	fprintf(to, "%s\n", text);
}

static bool is_blank(const char *text, size_t size)
{
	return strspn(text, " ") >= size;
}

/* No word of any row goes over this edge. */
static bool is_edge(const struct br_style_row *row, const size_t *size, size_t rows, size_t at)
{
	for (size_t i = 0; i < rows; i++) {
		if (at < size[i] && row[i].text[at] != ' ' && row[i].text[at - 1] != ' ')
			return false;
	}
	return true;
}

static void put_part(const struct br_style *look, const struct br_style_row *row, size_t from,
                     size_t size, FILE *to)
{
	while (size > 0 && row->text[from + size - 1] == ' ')
		size--;
	br_style_label(look, from == 0 ? row->label : "", to);
	begin(look, row->colour, to);
	fprintf(to, "%.*s", (int)size, row->text + from);
	end(look, row->colour, to);
	fputc('\n', to);
}

void br_style_rows(const struct br_style *look, const struct br_style_row *row, size_t rows,
                   FILE *to)
{
	size_t room = room_of(look), size[8], longest = 0;

	if (rows > sizeof(size) / sizeof(size[0]))
		abort();
	for (size_t i = 0; i < rows; i++) {
		size[i] = strlen(row[i].text);
		longest = size[i] > longest ? size[i] : longest;
	}
	for (size_t from = 0, part; from < longest; from += part) {
		part = longest - from;
		if (part > room) {
			part = room;
			while (part > room / 2 && !is_edge(row, size, rows, from + part))
				part--;
			if (part == room / 2)
				part = room;
		}
		for (size_t i = 0; i < rows; i++) {
			size_t left = size[i] > from ? size[i] - from : 0;

			if (left > 0 && !is_blank(row[i].text + from, left < part ? left : part))
				put_part(look, &row[i], from, left < part ? left : part, to);
		}
	}
}

void br_style_cut(const struct br_style *look, const char *text, FILE *to)
{
	size_t used = strlen(look->prefix), room = SIZE_MAX, size;

	if (look->width > used + ROOM_MIN)
		room = look->width - used;
	size = fit(text, room);
	fputs(look->prefix, to);
	if (text[size] == '\0')
		fprintf(to, "%s\n", text);
	else
		fprintf(to, "%.*s%s\n", (int)fit(text, room - strlen(more)), text, more);
}
