/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/command/page.h"

#include <ctype.h>
#include <string.h>

enum {
	WIDTH = 80,
	TERM_INDENT = 2,
	TEXT_INDENT = 22, /* of what an item is */
	LINE_INDENT = 4,
};

/* Text */

static void indent_to(FILE *to, size_t from, size_t column)
{
	for (; from < column; from++)
		fputc(' ', to);
}

/* Words of one paragraph up to @end, wrapped; the pen stands at @column. */
static void wrap(FILE *to, const char *text, const char *end, size_t column, size_t indent)
{
	bool first = true;

	while (text < end) {
		size_t size = strcspn(text, " \n");

		if (size > (size_t)(end - text))
			size = (size_t)(end - text);
		if (size > 0) {
			if (!first && column + 1 + size > WIDTH) {
				fputc('\n', to);
				indent_to(to, 0, indent);
				column = indent;
				first = true;
			}
			fprintf(to, "%s%.*s", first ? "" : " ", (int)size, text);
			column += size + !first;
			first = false;
		}
		text += size + 1;
	}
	fputc('\n', to);
}

/* The end of what is wrapped together: an empty line, or one that stays as it is */
static const char *paragraph_end(const char *text)
{
	for (const char *feed = strchr(text, '\n'); feed; feed = strchr(feed + 1, '\n')) {
		if (feed[1] == '\n' || feed[1] == ' ' || feed[1] == '\t')
			return feed;
	}
	return text + strlen(text);
}

static const char *line_end(const char *text)
{
	return text + strcspn(text, "\n");
}

static bool stays(const char *text)
{
	return *text == ' ' || *text == '\t';
}

static void text_of(FILE *to, const char *text, size_t column, size_t indent)
{
	while (*text) {
		const char *end = stays(text) ? line_end(text) : paragraph_end(text);

		indent_to(to, column, indent);
		if (stays(text))
			fprintf(to, "%.*s\n", (int)(end - text), text);
		else
			wrap(to, text, end, column > indent ? column : indent, indent);
		column = 0;
		text = *end ? end + 1 : end;
		if (*text == '\n') {
			fputc('\n', to);
			text++;
		}
	}
}

/* man(7) */

static void man_octets(FILE *to, const char *text, const char *end)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", to);
	for (; text < end; text++) {
		if (*text == '\\')
			fputs("\\e", to);
		else if (*text == '-')
			fputs("\\-", to);
		else
			fputc(*text, to);
	}
}

static void man_text(FILE *to, const char *text)
{
	while (*text) {
		const char *end = line_end(text);

		if (end == text)
			fputs(".sp", to);
		else if (stays(text))
			fputs(".nf\n", to);
		man_octets(to, text, end);
		fputs(stays(text) ? "\n.fi\n" : "\n", to);
		text = *end ? end + 1 : end;
	}
}

/* Both */

void br_page_title(struct br_page *page, const char *name, const char *section, const char *says)
{
	if (page->form == BR_PAGE_TEXT)
		return;
	fputs(".TH \"", page->to);
	for (const char *c = name; *c; c++)
		fputc(toupper((unsigned char)*c), page->to);
	fprintf(page->to, "\" \"%s\" \"\" \"bootrig\"\n.SH NAME\n", section);
	man_octets(page->to, name, name + strlen(name));
	fputs(" \\- ", page->to);
	man_octets(page->to, says, says + strlen(says));
	fputc('\n', page->to);
}

void br_page_section(struct br_page *page, const char *title)
{
	if (page->form == BR_PAGE_MAN) {
		fputs(".SH ", page->to);
		for (const char *c = title; *c; c++)
			fputc(toupper((unsigned char)*c), page->to);
		fputc('\n', page->to);
		return;
	}
	fprintf(page->to, "%s%s:\n", page->begun ? "\n" : "", title);
	page->begun = false;
}

void br_page_text(struct br_page *page, const char *text)
{
	if (page->form == BR_PAGE_MAN) {
		fputs(".PP\n", page->to);
		man_text(page->to, text);
		return;
	}
	if (page->begun)
		fputc('\n', page->to);
	text_of(page->to, text, 0, 0);
	page->begun = true;
}

void br_page_item(struct br_page *page, const char *term, const char *argument, const char *text)
{
	size_t column = TERM_INDENT + strlen(term) + (argument ? 1 + strlen(argument) : 0);

	if (page->form == BR_PAGE_MAN) {
		fputs(".TP\n\\fB", page->to);
		man_octets(page->to, term, term + strlen(term));
		fputs("\\fR", page->to);
		if (argument) {
			fputs(" \\fI", page->to);
			man_octets(page->to, argument, argument + strlen(argument));
			fputs("\\fR", page->to);
		}
		fputc('\n', page->to);
		man_text(page->to, text ? text : "");
		return;
	}
	indent_to(page->to, 0, TERM_INDENT);
	if (column > WIDTH && !argument) {
		wrap(page->to, term, term + strlen(term), TERM_INDENT, 2 * TERM_INDENT);
		text_of(page->to, text ? text : "", 0, TEXT_INDENT);
		page->begun = true;
		return;
	}
	fprintf(page->to, "%s%s%s", term, argument ? " " : "", argument ? argument : "");
	if (!text || column + 2 > TEXT_INDENT) {
		fputc('\n', page->to);
		column = 0;
	}
	text_of(page->to, text ? text : "", column, TEXT_INDENT);
	page->begun = true;
}

void br_page_line(struct br_page *page, const char *line)
{
	if (page->form == BR_PAGE_MAN) {
		fputs(".nf\n", page->to);
		man_octets(page->to, line, line + strlen(line));
		fputs("\n.fi\n", page->to);
		return;
	}
	indent_to(page->to, 0, LINE_INDENT);
	fprintf(page->to, "%s\n", line);
	page->begun = true;
}
