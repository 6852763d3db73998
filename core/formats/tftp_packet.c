/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/tftp_packet.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"

static const char *const opcode_names[] = {
	[BR_TFTP_RRQ] = "rrq", [BR_TFTP_WRQ] = "wrq",     [BR_TFTP_DATA] = "data",
	[BR_TFTP_ACK] = "ack", [BR_TFTP_ERROR] = "error", [BR_TFTP_OACK] = "oack",
};

/* RFC 1350 appendix, RFC 2347 */
static const char *const error_texts[] = {
	[BR_TFTP_ERROR_UNDEFINED] = "",
	[BR_TFTP_ERROR_NOT_FOUND] = "file not found",
	[BR_TFTP_ERROR_ACCESS] = "access violation",
	[BR_TFTP_ERROR_FULL] = "disk full or allocation exceeded",
	[BR_TFTP_ERROR_ILLEGAL] = "illegal TFTP operation",
	[BR_TFTP_ERROR_UNKNOWN_TID] = "unknown transfer ID",
	[BR_TFTP_ERROR_EXISTS] = "file already exists",
	[BR_TFTP_ERROR_NO_USER] = "no such user",
	[BR_TFTP_ERROR_OPTION] = "option negotiation refused",
};

static struct br_octets rest_of(const struct br_reader *r)
{
	return (struct br_octets){.data = r->pos, .size = br_left(r)};
}

/* Up to and with its zero octet; r->bad if there is none. */
static struct br_octets get_string(struct br_reader *r)
{
	struct br_octets text = br_text_until_nul(rest_of(r));

	(void)br_get_sub(r, text.size + 1);
	return text;
}

/* RFC 2347: pairs of strings up to the end. What is no pair stays in @r: half a
 * pair, or padding, which looks like options without a name.
 */
static int get_options(struct br_reader *r, struct br_tftp_option *option, size_t *ret_count)
{
	size_t count = 0;

	while (br_left(r) > 0) {
		struct br_reader pair = *r;
		struct br_tftp_option one = {.name = get_string(&pair)};

		one.value = get_string(&pair);
		if (pair.bad || one.name.size == 0)
			break;
		if (count == BR_TFTP_OPTIONS_MAX)
			return -E2BIG;
		option[count++] = one;
		*r = pair;
	}
	*ret_count = count;
	return 0;
}

/* Everything but the places of .option, which .options says nothing stands in. */
static void set_empty(struct br_tftp_packet *packet, uint16_t opcode)
{
	const struct br_octets none = {0};

	packet->opcode = opcode;
	packet->block = 0;
	packet->code = 0;
	packet->text_open = false;
	packet->file = packet->mode = packet->data = packet->text = packet->tail = none;
	packet->options = 0;
}

static int parse_strings(struct br_reader *r, uint16_t opcode, struct br_tftp_packet *ret_packet)
{
	struct br_tftp_option option[BR_TFTP_OPTIONS_MAX];
	struct br_octets file = {0}, mode = {0};
	size_t options = 0;
	int result;

	if (opcode != BR_TFTP_OACK) {
		file = get_string(r);
		mode = get_string(r);
	}
	if (r->bad)
		return -EBADMSG;
	result = get_options(r, option, &options);
	if (result < 0)
		return result;
	set_empty(ret_packet, opcode);
	ret_packet->file = file;
	ret_packet->mode = mode;
	ret_packet->options = options;
	if (options > 0)
		memcpy(ret_packet->option, option, options * sizeof(option[0]));
	ret_packet->tail = rest_of(r);
	return 0;
}

static int parse_numbered(struct br_reader *r, uint16_t opcode, struct br_tftp_packet *ret_packet)
{
	uint16_t number = br_get_be16(r);
	struct br_reader text = *r;

	if (r->bad)
		return -EBADMSG;
	set_empty(ret_packet, opcode);
	if (opcode == BR_TFTP_ERROR) {
		ret_packet->code = number;
		ret_packet->text = get_string(&text);
		ret_packet->text_open = text.bad;
		ret_packet->tail = rest_of(&text); /* nothing when the text is open */
		return 0;
	}
	ret_packet->block = number;
	if (opcode == BR_TFTP_DATA)
		ret_packet->data = rest_of(r);
	else
		ret_packet->tail = rest_of(r);
	return 0;
}

uint16_t br_tftp_opcode(struct br_octets octets)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);

	return br_get_be16(&r);
}

int br_tftp_parse(struct br_octets octets, struct br_tftp_packet *ret_packet)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);
	uint16_t opcode = br_get_be16(&r);

	if (r.bad)
		return -EBADMSG;
	switch (opcode) {
	case BR_TFTP_RRQ:
	case BR_TFTP_WRQ:
	case BR_TFTP_OACK:
		return parse_strings(&r, opcode, ret_packet);
	case BR_TFTP_DATA:
	case BR_TFTP_ACK:
	case BR_TFTP_ERROR:
		return parse_numbered(&r, opcode, ret_packet);
	}
	return -ENOTSUP;
}

static void put_string(struct br_writer *w, struct br_octets text)
{
	br_put_bytes(w, text.data, text.size);
	br_put_u8(w, 0);
}

void br_tftp_build(const struct br_tftp_packet *packet, struct br_writer *w)
{
	br_put_be16(w, packet->opcode);
	switch (packet->opcode) {
	case BR_TFTP_RRQ:
	case BR_TFTP_WRQ:
		put_string(w, packet->file);
		put_string(w, packet->mode);
		break;
	case BR_TFTP_DATA:
		br_put_be16(w, packet->block);
		br_put_bytes(w, packet->data.data, packet->data.size);
		break;
	case BR_TFTP_ACK:
		br_put_be16(w, packet->block);
		break;
	case BR_TFTP_ERROR:
		br_put_be16(w, packet->code);
		br_put_bytes(w, packet->text.data, packet->text.size);
		if (!packet->text_open)
			br_put_u8(w, 0);
		break;
	}
	for (size_t i = 0; i < packet->options; i++) {
		put_string(w, packet->option[i].name);
		put_string(w, packet->option[i].value);
	}
	br_put_bytes(w, packet->tail.data, packet->tail.size);
}

void br_tftp_put_data_head(struct br_writer *w, uint16_t block)
{
	br_put_be16(w, BR_TFTP_DATA);
	br_put_be16(w, block);
}

void br_tftp_put_ack(struct br_writer *w, uint16_t block)
{
	br_put_be16(w, BR_TFTP_ACK);
	br_put_be16(w, block);
}

void br_tftp_put_error(struct br_writer *w, uint16_t code, const char *text)
{
	br_put_be16(w, BR_TFTP_ERROR);
	br_put_be16(w, code);
	put_string(w, br_text(text));
}

void br_tftp_put_option(struct br_writer *w, const char *name, const char *value)
{
	put_string(w, br_text(name));
	put_string(w, br_text(value));
}

void br_tftp_put_option_number(struct br_writer *w, const char *name, uint64_t value)
{
	put_string(w, br_text(name));
	br_text_put_decimal(w, value);
	br_put_u8(w, 0);
}

static void print_text(struct br_writer *w, const char *key, struct br_octets value)
{
	br_text_put(w, key);
	br_put_u8(w, ' ');
	br_text_put_quoted(w, value);
	br_put_u8(w, '\n');
}

static void print_number(struct br_writer *w, const char *key, uint64_t value)
{
	br_text_put(w, key);
	br_put_u8(w, ' ');
	br_text_put_decimal(w, value);
	br_put_u8(w, '\n');
}

static void print_options(const struct br_tftp_packet *packet, struct br_writer *w)
{
	for (size_t i = 0; i < packet->options; i++) {
		br_text_put(w, "option ");
		br_text_put_quoted(w, packet->option[i].name);
		br_put_u8(w, ' ');
		br_text_put_quoted(w, packet->option[i].value);
		br_put_u8(w, '\n');
	}
}

void br_tftp_print(const struct br_tftp_packet *packet, struct br_writer *w)
{
	const char *name = br_tftp_opcode_name(packet->opcode);

	if (!name) {
		print_number(w, "opcode", packet->opcode);
		return;
	}
	br_text_put(w, "opcode ");
	br_text_put(w, name);
	br_put_u8(w, '\n');
	if (packet->opcode == BR_TFTP_RRQ || packet->opcode == BR_TFTP_WRQ) {
		print_text(w, "file", packet->file);
		print_text(w, "mode", packet->mode);
	}
	if (packet->opcode == BR_TFTP_DATA || packet->opcode == BR_TFTP_ACK)
		print_number(w, "block", packet->block);
	if (packet->opcode == BR_TFTP_DATA)
		print_number(w, "data.size", packet->data.size);
	if (packet->opcode == BR_TFTP_ERROR) {
		print_number(w, "code", packet->code);
		print_text(w, packet->text_open ? "text.open" : "text", packet->text);
	}
	print_options(packet, w);
	if (packet->tail.size > 0)
		print_text(w, "tail", packet->tail);
}

const struct br_tftp_option *br_tftp_option_find(const struct br_tftp_packet *packet,
                                                 const char *name)
{
	for (size_t i = 0; i < packet->options; i++) {
		if (br_text_is_nocase(packet->option[i].name, name))
			return &packet->option[i];
	}
	return NULL;
}

bool br_tftp_option_number(const struct br_tftp_option *option, uint64_t min, uint64_t max,
                           uint64_t *ret_number)
{
	uint64_t number = 0;

	if (!br_text_get_decimal(option->value, max, &number) || number < min)
		return false;
	*ret_number = number;
	return true;
}

const char *br_tftp_opcode_name(uint16_t opcode)
{
	return opcode < sizeof(opcode_names) / sizeof(opcode_names[0]) ? opcode_names[opcode]
	                                                               : NULL;
}

const char *br_tftp_error_says(uint16_t code)
{
	return code < sizeof(error_texts) / sizeof(error_texts[0]) ? error_texts[code] : "";
}
