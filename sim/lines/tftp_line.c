/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/tftp_line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

enum {
	NAME_SIZE = 64
};

static const char *const messages[] = {"rrq", "wrq", "data", "ack", "error", "oack", "bytes", NULL};
static const char *const option_names[] = {"blksize",    "tsize",     "timeout",
                                           "windowsize", "multicast", NULL};
static const struct br_field_row fields[] = {
	{"blksize", "option: octets of a block, RFC 2348"},
	{"tsize", "option: octets of the file, RFC 2349"},
	{"timeout", "option: seconds between retransmissions, RFC 2349"},
	{"windowsize", "option: blocks before an ACK, RFC 7440"},
	{"multicast", "option, RFC 2090"},
	{"file", "of a request: the first bare value"},
	{"mode", "of a request: the second bare value; octet without it"},
	{"block", "of data and ack: the bare value"},
	{"len", "octets of data; in a stimulus so many zeros"},
	{"code", "of error: the first bare value"},
	{"text", "of error: the second bare value"},
	{"options", "how many there are"},
	{"size", "octets of the UDP payload, the header of 4 among them"},
	{"tail", "octets behind what can be read"},
	{NULL, NULL},
};

static bool is_one_of(const char *const *names, const char *name)
{
	for (size_t i = 0; names[i]; i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

static bool has_message(const char *message)
{
	return is_one_of(messages, message);
}

/* The option's name as it goes on the wire, or NULL if @name is no option. */
static const char *option_of(const char *name)
{
	if (is_one_of(option_names, name))
		return name;
	return !strncmp(name, "opt.", 4) && name[4] != '\0' ? name + 4 : NULL;
}

static bool format(const char *message, const char *name, enum br_field_format *ret_format)
{
	(void)message;
	if (option_of(name))
		*ret_format = BR_FIELD_DECIMAL;
	else if (!strcmp(name, "file") || !strcmp(name, "mode") || !strcmp(name, "text"))
		*ret_format = BR_FIELD_TEXT;
	else if (!strcmp(name, "block") || !strcmp(name, "code"))
		*ret_format = BR_FIELD_U16;
	else if (!strcmp(name, "len") || !strcmp(name, "options") || !strcmp(name, "size"))
		*ret_format = BR_FIELD_U64;
	else if (!strcmp(name, "tail") || !strcmp(name, "octets"))
		*ret_format = BR_FIELD_HEX;
	else
		return false;
	return true;
}

static const char *positional(const char *message, size_t index)
{
	static const struct {
		const char *message;
		const char *name[2];
	} places[] = {
		{"rrq", {"file", "mode"}}, {"wrq", {"file", "mode"}},   {"data", {"block", NULL}},
		{"ack", {"block", NULL}},  {"error", {"code", "text"}}, {"bytes", {"octets", NULL}},
	};

	for (size_t i = 0; message && i < sizeof(places) / sizeof(places[0]); i++) {
		if (!strcmp(places[i].message, message))
			return index < 2 ? places[i].name[index] : NULL;
	}
	return NULL;
}

static bool decode(struct br_octets payload, struct br_decoded *ret_decoded)
{
	ret_decoded->protocol = &br_protocol_tftp;
	ret_decoded->payload = payload;
	if (br_tftp_parse(payload, &ret_decoded->tftp) < 0)
		return false;
	ret_decoded->message = br_tftp_opcode_name(ret_decoded->tftp.opcode);
	return ret_decoded->message != NULL;
}

static void set_number(struct br_field *field, enum br_field_format number_format, uint64_t number,
                       size_t width)
{
	field->format = number_format;
	for (size_t i = 0; i < width; i++)
		field->room[i] = (uint8_t)(number >> 8 * (width - 1 - i));
	field->octets = (struct br_octets){field->room, width};
}

static bool set_octets(struct br_field *field, enum br_field_format octets_format,
                       struct br_octets octets)
{
	field->format = octets_format;
	field->octets = octets;
	return true;
}

static bool get(const struct br_decoded *decoded, const char *name, struct br_field *ret_field)
{
	const struct br_tftp_packet *p = &decoded->tftp;
	bool request = p->opcode == BR_TFTP_RRQ || p->opcode == BR_TFTP_WRQ;
	const struct br_tftp_option *option;

	if (option_of(name)) {
		option = br_tftp_option_find(p, option_of(name));
		return option && set_octets(ret_field, BR_FIELD_DECIMAL, option->value);
	}
	if (!strcmp(name, "octets"))
		return set_octets(ret_field, BR_FIELD_HEX, decoded->payload);
	if (!strcmp(name, "tail"))
		return p->tail.size > 0 && set_octets(ret_field, BR_FIELD_HEX, p->tail);
	if (!strcmp(name, "file"))
		return request && set_octets(ret_field, BR_FIELD_TEXT, p->file);
	if (!strcmp(name, "mode"))
		return request && set_octets(ret_field, BR_FIELD_TEXT, p->mode);
	if (!strcmp(name, "text"))
		return p->opcode == BR_TFTP_ERROR && set_octets(ret_field, BR_FIELD_TEXT, p->text);
	if (!strcmp(name, "block"))
		set_number(ret_field, BR_FIELD_U16, p->block, 2);
	else if (!strcmp(name, "code"))
		set_number(ret_field, BR_FIELD_U16, p->code, 2);
	else if (!strcmp(name, "len"))
		set_number(ret_field, BR_FIELD_U64, p->data.size, 8);
	else if (!strcmp(name, "options"))
		set_number(ret_field, BR_FIELD_U64, p->options, 8);
	else if (!strcmp(name, "size"))
		set_number(ret_field, BR_FIELD_U64, decoded->payload.size, 8);
	else
		return false;
	if (!strcmp(name, "block"))
		return p->opcode == BR_TFTP_DATA || p->opcode == BR_TFTP_ACK;
	return strcmp(name, "code") != 0 || p->opcode == BR_TFTP_ERROR;
}

static bool next(const struct br_decoded *decoded, size_t index, char *ret_name, size_t name_size)
{
	const struct br_tftp_packet *p = &decoded->tftp;

	if (p->opcode == BR_TFTP_DATA && index == 0) {
		snprintf(ret_name, name_size, "len");
		return true;
	}
	if (index < p->options) {
		char wire[NAME_SIZE];
		size_t size = p->option[index].name.size;

		snprintf(wire, sizeof(wire), "%.*s", size < NAME_SIZE ? (int)size : NAME_SIZE - 1,
		         (const char *)p->option[index].name.data);
		snprintf(ret_name, name_size, "%s%s", is_one_of(option_names, wire) ? "" : "opt.",
		         wire);
		return true;
	}
	if (index == p->options && p->tail.size > 0) {
		snprintf(ret_name, name_size, "tail");
		return true;
	}
	return false;
}

static const struct br_setting *find(const struct br_build *b, const char *name)
{
	for (size_t i = 0; i < b->settings; i++) {
		if (!strcmp(b->setting[i].name, name) && !b->setting[i].absent)
			return &b->setting[i];
	}
	return NULL;
}

static struct br_octets octets_of(const struct br_build *b, const char *name, const char *otherwise)
{
	const struct br_setting *setting = find(b, name);

	return setting ? setting->octets : br_text(otherwise);
}

static uint64_t number_of(const struct br_build *b, const char *name)
{
	const struct br_setting *setting = find(b, name);
	uint64_t number = 0;

	if (setting)
		br_field_number(BR_FIELD_HEX, setting->octets, &number);
	return number;
}

static int build(const struct br_build *b, struct br_writer *w,
                 char error[static BR_LINE_ERROR_SIZE])
{
	static const uint8_t zeros[65536];
	struct br_tftp_packet p = {0};

	if (!strcmp(b->message, "bytes")) {
		for (size_t i = 0; i < b->settings; i++)
			br_put_bytes(w, b->setting[i].octets.data, b->setting[i].octets.size);
		return w->bad ? -EINVAL : 0;
	}
	while (p.opcode == 0 || strcmp(br_tftp_opcode_name(p.opcode), b->message) != 0)
		p.opcode++;
	p.file = octets_of(b, "file", "");
	p.mode = octets_of(b, "mode", "octet");
	p.text = octets_of(b, "text", "");
	p.tail = octets_of(b, "tail", "");
	p.block = (uint16_t)number_of(b, "block");
	p.code = (uint16_t)number_of(b, "code");
	if (p.opcode == BR_TFTP_DATA)
		p.data = (struct br_octets){zeros, (size_t)number_of(b, "len") % sizeof(zeros)};
	for (size_t i = 0; i < b->settings && p.options < BR_TFTP_OPTIONS_MAX; i++) {
		const char *name = option_of(b->setting[i].name);

		if (name && !b->setting[i].absent)
			p.option[p.options++] = (struct br_tftp_option){
				.name = br_text(name), .value = b->setting[i].octets};
	}
	br_tftp_build(&p, w);
	if (w->bad)
		snprintf(error, BR_LINE_ERROR_SIZE, "the packet is too long");
	return w->bad ? -EINVAL : 0;
}

const struct br_protocol br_protocol_tftp = {
	.name = "tftp",
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
