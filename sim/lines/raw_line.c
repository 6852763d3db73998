/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of octets as they are: what no protocol of ours would send, or none knows. */
#include <errno.h>
#include <string.h>

#include "sim/lines/line.h"

static const char *const messages[] = {"bytes", NULL};

static const struct br_field_row fields[] = {
	{"octets", "the octets; several follow each other"},
	{NULL, NULL},
};

static bool has_message(const char *message)
{
	return !strcmp(message, messages[0]);
}

static bool format(const char *message, const char *name, enum br_field_format *ret_format)
{
	(void)message;
	*ret_format = BR_FIELD_HEX;
	return !strcmp(name, fields[0].name);
}

static const char *positional(const char *message, size_t index)
{
	(void)message;
	(void)index;
	return fields[0].name;
}

static bool decode_udp(struct br_octets payload, struct br_decoded *ret_decoded)
{
	ret_decoded->protocol = &br_protocol_udp;
	ret_decoded->message = messages[0];
	ret_decoded->payload = payload;
	return true;
}

/* What is below UDP is only sent: what comes is seen as what is in it. */
static bool decode_nothing(struct br_octets payload, struct br_decoded *ret_decoded)
{
	(void)payload;
	(void)ret_decoded;
	return false;
}

static bool get(const struct br_decoded *decoded, const char *name, struct br_field *ret_field)
{
	(void)name;
	ret_field->format = BR_FIELD_HEX;
	ret_field->octets = decoded->payload;
	return true;
}

static bool next(const struct br_decoded *decoded, size_t index, char *ret_name, size_t name_size)
{
	(void)decoded;
	if (index > 0 || name_size <= strlen(fields[0].name))
		return false;
	memcpy(ret_name, fields[0].name, strlen(fields[0].name) + 1);
	return true;
}

static int build(const struct br_build *b, struct br_writer *w,
                 char error[static BR_LINE_ERROR_SIZE])
{
	(void)error;
	for (size_t i = 0; i < b->settings; i++)
		br_put_bytes(w, b->setting[i].octets.data, b->setting[i].octets.size);
	return w->bad ? -EINVAL : 0;
}

#define RAW(word, decoder)                                                                         \
	{                                                                                          \
		.name = (word), .messages = messages, .fields = fields,                            \
		.has_message = has_message, .format = format, .positional = positional,            \
		.decode = (decoder), .get = get, .next = next, .build = build                      \
	}

const struct br_protocol br_protocol_eth = RAW("eth", decode_nothing);
const struct br_protocol br_protocol_ip = RAW("ip", decode_nothing);
const struct br_protocol br_protocol_udp = RAW("udp", decode_udp);
