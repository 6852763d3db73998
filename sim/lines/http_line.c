/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/http_line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

enum {
	HEAD_SIZE_MAX = 65536,
	ENDS_OF_STATUS = 3, /* digits */
};

static const char *const messages[] = {"GET",     "HEAD",  "POST", "PUT",   "DELETE", "OPTIONS",
                                       "CONNECT", "bytes", "open", "close", "reset",  NULL};
static const struct br_field_row fields[] = {
	{"status", "of a response: the message itself"},
	{"reason", "text behind the status"},
	{"version", "1.1 or 1.0"},
	{"size", "octets of the head"},
	{"target", "of a request: the bare value"},
	{"Host", "header field"},
	{"User-Agent", "header field"},
	{"Accept", "header field"},
	{"Range", "header field"},
	{"Connection", "header field"},
	{"Content-Length", "header field"},
	{"Content-Range", "header field"},
	{"Content-Type", "header field"},
	{"ETag", "header field"},
	{"If-Match", "header field"},
	{"If-None-Match", "header field"},
	{"If-Range", "header field"},
	{"Last-Modified", "header field"},
	{"Accept-Ranges", "header field"},
	{"Date", "header field"},
	{"Location", "header field"},
	{"Transfer-Encoding", "header field"},
	{NULL, NULL},
};

static bool is_status(const char *message)
{
	return strlen(message) == ENDS_OF_STATUS &&
	       strspn(message, "0123456789") == ENDS_OF_STATUS && message[0] != '0';
}

static bool is_method(const char *message)
{
	return message[0] != '\0' &&
	       strspn(message, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(message);
}

static bool has_message(const char *message)
{
	return is_status(message) || is_method(message) || !strcmp(message, "*") ||
	       !strcmp(message, "bytes") || !strcmp(message, "open") || !strcmp(message, "close") ||
	       !strcmp(message, "reset");
}

static bool format(const char *message, const char *name, enum br_field_format *ret_format)
{
	(void)message;
	if (!strcmp(name, "status"))
		*ret_format = BR_FIELD_U16;
	else if (!strcmp(name, "size"))
		*ret_format = BR_FIELD_U64;
	else if (!strcmp(name, "octets"))
		*ret_format = BR_FIELD_HEX;
	else if (br_text_is_nocase(br_text(name), "Content-Length"))
		*ret_format = BR_FIELD_DECIMAL;
	else if (!strcmp(name, "reason") || !strcmp(name, "version") || !strcmp(name, "target") ||
	         (name[0] >= 'A' && name[0] <= 'Z'))
		*ret_format = BR_FIELD_TEXT;
	else
		return false;
	return true;
}

static const char *positional(const char *message, size_t index)
{
	if (!message || index > 0)
		return NULL;
	if (!strcmp(message, "bytes"))
		return "octets";
	return is_method(message) ? "target" : NULL;
}

static bool decode(struct br_octets payload, struct br_decoded *ret_decoded)
{
	bool response = br_text_starts(payload, "HTTP/");
	uint16_t status;
	size_t seen = 0;

	ret_decoded->protocol = &br_protocol_http;
	ret_decoded->payload = payload;
	if (br_http_parse(response ? BR_HTTP_RESPONSE : BR_HTTP_REQUEST, payload, HEAD_SIZE_MAX,
	                  &seen, &ret_decoded->http, &status) != 1)
		return false;
	ret_decoded->message = "*"; /* a method of its own */
	if (response) {
		snprintf(ret_decoded->status, sizeof(ret_decoded->status), "%03u",
		         ret_decoded->http.status % 1000u);
		ret_decoded->message = ret_decoded->status;
	}
	for (size_t i = 0; !response && messages[i]; i++) {
		if (br_text_is(ret_decoded->http.method, messages[i]))
			ret_decoded->message = messages[i];
	}
	return true;
}

static bool set_octets(struct br_field *field, enum br_field_format octets_format,
                       struct br_octets octets)
{
	field->format = octets_format;
	field->octets = octets;
	return true;
}

static void set_number(struct br_field *field, enum br_field_format number_format, uint64_t number,
                       size_t width)
{
	field->format = number_format;
	for (size_t i = 0; i < width; i++)
		field->room[i] = (uint8_t)(number >> 8 * (width - 1 - i));
	field->octets = (struct br_octets){field->room, width};
}

static bool get(const struct br_decoded *decoded, const char *name, struct br_field *ret_field)
{
	const struct br_http_head *head = &decoded->http;
	bool response = decoded->message == decoded->status;
	const struct br_http_field *field;

	if (!strcmp(name, "status")) {
		set_number(ret_field, BR_FIELD_U16, head->status, 2);
		return response;
	}
	if (!strcmp(name, "reason"))
		return response && set_octets(ret_field, BR_FIELD_TEXT, head->reason);
	if (!strcmp(name, "target"))
		return !response && set_octets(ret_field, BR_FIELD_TEXT, head->target);
	if (!strcmp(name, "octets"))
		return set_octets(ret_field, BR_FIELD_HEX, decoded->payload);
	if (!strcmp(name, "size")) {
		set_number(ret_field, BR_FIELD_U64, head->size, 8);
		return true;
	}
	if (!strcmp(name, "version")) {
		ret_field->room[0] = (uint8_t)('0' + head->major % 10);
		ret_field->room[1] = '.';
		ret_field->room[2] = (uint8_t)('0' + head->minor % 10);
		return set_octets(ret_field, BR_FIELD_TEXT, (struct br_octets){ret_field->room, 3});
	}
	field = br_http_field_find(head, name);
	return field &&
	       set_octets(ret_field,
	                  br_text_is_nocase(br_text(name), "Content-Length") ? BR_FIELD_DECIMAL
	                                                                     : BR_FIELD_TEXT,
	                  field->value);
}

static bool next(const struct br_decoded *decoded, size_t index, char *ret_name, size_t name_size)
{
	const struct br_http_head *head = &decoded->http;
	size_t size;

	if (index >= head->fields)
		return false;
	size = head->field[index].name.size;
	if (size >= name_size)
		size = name_size - 1;
	memcpy(ret_name, head->field[index].name.data, size);
	ret_name[size] = '\0';
	if (ret_name[0] >= 'a' && ret_name[0] <= 'z') /* names are case-insensitive */
		ret_name[0] = (char)(ret_name[0] - 'a' + 'A');
	return true;
}

static const struct br_setting *setting_of(const struct br_build *b, const char *name)
{
	for (size_t i = 0; i < b->settings; i++) {
		if (!strcmp(b->setting[i].name, name))
			return &b->setting[i];
	}
	return NULL;
}

static bool is_header(const char *name)
{
	return name[0] >= 'A' && name[0] <= 'Z';
}

static void put_field(struct br_writer *w, struct br_octets name, struct br_octets value)
{
	br_put_bytes(w, name.data, name.size);
	br_text_put(w, ": ");
	br_put_bytes(w, value.data, value.size);
	br_text_put(w, "\r\n");
}

/* Fields of the template the line does not name stay, in their place. */
static void put_template(const struct br_build *b, const struct br_http_head *head,
                         struct br_writer *w)
{
	for (size_t i = 0; i < head->fields; i++) {
		const struct br_http_field *field = &head->field[i];
		bool named = false;

		for (size_t k = 0; k < b->settings; k++)
			named = named || br_text_is_nocase(field->name, b->setting[k].name);
		if (!named)
			put_field(w, field->name, field->value);
	}
}

static void put_start(const struct br_build *b, struct br_writer *w)
{
	const struct br_setting *target = setting_of(b, "target"),
				*version = setting_of(b, "version"),
				*reason = setting_of(b, "reason");
	struct br_octets number = version ? version->octets : br_text("1.1");

	if (!is_status(b->message)) {
		br_text_put(w, b->message);
		br_text_put(w, " ");
		if (target)
			br_put_bytes(w, target->octets.data, target->octets.size);
		br_text_put(w, " ");
	}
	br_text_put(w, "HTTP/");
	br_put_bytes(w, number.data, number.size);
	if (is_status(b->message)) {
		br_text_put(w, " ");
		br_text_put(w, b->message);
		br_text_put(w, " ");
		if (reason)
			br_put_bytes(w, reason->octets.data, reason->octets.size);
	}
	br_text_put(w, "\r\n");
}

static int build(const struct br_build *b, struct br_writer *w,
                 char error[static BR_LINE_ERROR_SIZE])
{
	struct br_http_head head;
	uint16_t status;
	size_t seen = 0;

	if (!b->message || !strcmp(b->message, "bytes")) {
		for (size_t i = 0; i < b->settings; i++)
			br_put_bytes(w, b->setting[i].octets.data, b->setting[i].octets.size);
		return w->bad ? -EINVAL : 0;
	}
	put_start(b, w);
	if (b->template.size > 0 &&
	    br_http_parse(BR_HTTP_REQUEST, b->template, HEAD_SIZE_MAX, &seen, &head, &status) == 1)
		put_template(b, &head, w);
	for (size_t i = 0; i < b->settings; i++) {
		if (is_header(b->setting[i].name) && !b->setting[i].absent)
			put_field(w, br_text(b->setting[i].name), b->setting[i].octets);
	}
	br_text_put(w, "\r\n");
	if (w->bad)
		snprintf(error, BR_LINE_ERROR_SIZE, "the head is too long");
	return w->bad ? -EINVAL : 0;
}

const struct br_protocol br_protocol_http = {
	.name = "http",
	.messages = messages,
	.fields = fields,
	.has_message = has_message,
	.format = format,
	.positional = positional,
	.decode = decode,
	.get = get,
	.next = next,
	.build = build,
};
