/* SPDX-License-Identifier: BSD-2-Clause */
/* The head of an HTTP message line by line, RFC 9112 sections 2 to 5, whole or not */
#include <string.h>

#include "captures/convert/anonymous_http.h"
#include "captures/convert/disguise_text.h"
#include "core/base/text.h"

static bool is_method(struct br_octets word)
{
	static const char *const methods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
	                                      "OPTIONS", "CONNECT", "PATCH", "TRACE"};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (br_text_is(word, methods[i]))
			return true;
	}
	return false;
}

/* Behind the last blank stands the version, if the line is whole. */
static void hide_request_line(struct br_anonymous *a, uint8_t *line, size_t size, size_t method)
{
	size_t end = size;

	br_hide_count(&a->tally, br_hide_row_of(BR_LAYER_HTTP, BR_HTTP_FIELD_METHOD), false);
	while (end > method && line[end - 1] != ' ')
		end--;
	if (end <= method + 1 ||
	    !br_text_starts((struct br_octets){line + end, size - end}, "HTTP/"))
		end = size;
	if (end > method + 1)
		br_anonymous_field(a, BR_LAYER_HTTP, BR_HTTP_FIELD_TARGET, line + method + 1,
		                   end - method - 1);
}

static void hide_first_line(struct br_anonymous *a, uint8_t *line, size_t size)
{
	struct br_octets rest = {line, size};
	struct br_octets word = br_text_cut(&rest, ' ');

	if (br_text_starts(word, "HTTP/")) { /* version, number, reason */
		struct br_octets status = br_text_cut(&rest, ' ');

		if (status.data && rest.data && rest.size > 0)
			br_anonymous_field(a, BR_LAYER_HTTP, BR_HTTP_FIELD_REASON,
			                   line + (rest.data - line), rest.size);
	} else if (is_method(word)) {
		hide_request_line(a, line, size, word.size);
	} else {
		br_disguise_anything(a->disguise, line, size);
	}
}

static void hide_field_line(struct br_anonymous *a, uint8_t *line, size_t size)
{
	const uint8_t *colon = size > 0 ? memchr(line, ':', size) : NULL;
	size_t name = colon ? (size_t)(colon - line) : size, value = name + 1;
	const struct br_hide_row *field =
		br_hide_row_named(BR_LAYER_HTTP, (struct br_octets){line, name});

	if (field->code == -1) /* its name may be anybody's */
		br_disguise_anything(a->disguise, line, name);
	while (value < size && (line[value] == ' ' || line[value] == '\t'))
		value++;
	if (value < size)
		br_anonymous_hide(a, field, line + value, size - value);
}

void br_anonymous_hide_head(struct br_anonymous *a, uint8_t *head, size_t size)
{
	bool first = true;

	for (size_t at = 0; at < size;) {
		const uint8_t *lf = memchr(head + at, '\n', size - at);
		size_t end = lf ? (size_t)(lf - head) : size, length = end - at;

		if (length > 0 && head[at + length - 1] == '\r')
			length--;
		if (first && length > 0)
			hide_first_line(a, head + at, length);
		else if (length > 0)
			hide_field_line(a, head + at, length);
		first = first && length == 0;
		at = end + 1;
	}
}
