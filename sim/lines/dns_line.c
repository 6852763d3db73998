/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of DNS: a machine's question, and whatever a scripted server makes of it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dns.h"
#include "sim/lines/line.h"

enum {
	NAME_SIZE = 256, /* with dots in the place of sizes */
	TTL_S = 60,
};

static const char *const messages[] = {"query", "answer", NULL};
static const struct br_field_row fields[] = {
	{"name", "the name that is asked for: the first bare value"},
	{"address",
         "of an answer: of its first A record; in a stimulus one or several. The second bare "
         "value"},
	{"id", "which answer belongs to which question"},
	{"type", "what is asked for (1, an IPv4 address; 28, an IPv6 one)"},
	{"flags", "as the header has them; 0x0100 in a query, 0x8180 in an answer without it"},
	{"code", "of an answer: 3 says that there is no such name"},
	{"answers", "how many records the header promises, whatever there are"},
	{"octets", "in a stimulus: what else follows, as it is"},
	{NULL, NULL},
};

static const struct {
	const char *name;
	enum br_field_format format;
} formats[] = {
	{"name", BR_FIELD_TEXT},   {"address", BR_FIELD_IPV4}, {"id", BR_FIELD_U16},
	{"type", BR_FIELD_U16},    {"flags", BR_FIELD_U16},    {"code", BR_FIELD_U16},
	{"answers", BR_FIELD_U16}, {"octets", BR_FIELD_HEX},
};

static bool has_message(const char *message)
{
	return !strcmp(message, messages[0]) || !strcmp(message, messages[1]);
}

static bool format(const char *message, const char *name, enum br_field_format *ret_format)
{
	(void)message;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) != 0)
			continue;
		*ret_format = formats[i].format;
		return true;
	}
	return false;
}

static const char *positional(const char *message, size_t index)
{
	if (index == 0)
		return "name";
	return index == 1 && message && !strcmp(message, "answer") ? "address" : NULL;
}

/* As people write it, with dots. */
static void spell_name(struct br_octets name, char text[static NAME_SIZE])
{
	struct br_writer w = br_writer_of(text, NAME_SIZE);
	struct br_octets label;

	for (bool first = true; br_dns_label_get(&name, &label); first = false) {
		br_text_put(&w, first ? "" : ".");
		br_put_bytes(&w, label.data, label.size);
	}
	(void)br_text_end(&w);
}

static bool decode(struct br_octets payload, struct br_decoded *ret_decoded)
{
	struct br_dns_record question;
	struct br_dns_message m;

	if (br_dns_parse(payload, &m) < 0)
		return false;
	ret_decoded->dns_name[0] = '\0';
	ret_decoded->protocol = &br_protocol_dns;
	ret_decoded->payload = payload;
	ret_decoded->message = messages[(m.flags & BR_DNS_FLAG_RESPONSE) != 0];
	if (br_dns_question_get(&m, &question) == 1)
		spell_name(question.name, ret_decoded->dns_name);
	return true;
}

static bool set_u16(struct br_field *field, uint16_t number)
{
	field->format = BR_FIELD_U16;
	field->room[0] = (uint8_t)(number >> 8);
	field->room[1] = (uint8_t)number;
	field->octets = (struct br_octets){field->room, 2};
	return true;
}

static bool get_address(struct br_dns_message m, struct br_field *field)
{
	struct br_dns_record record;

	while (br_dns_answer_get(&m, &record) == 1) {
		if (record.type != BR_DNS_TYPE_A || record.value.size != 4)
			continue;
		field->format = BR_FIELD_IPV4;
		field->octets = record.value;
		return true;
	}
	return false;
}

static bool get(const struct br_decoded *decoded, const char *name, struct br_field *ret_field)
{
	struct br_dns_record question;
	struct br_dns_message m, asked;

	if (br_dns_parse(decoded->payload, &m) < 0)
		return false;
	asked = m;
	if (!strcmp(name, "id"))
		return set_u16(ret_field, m.id);
	if (!strcmp(name, "flags"))
		return set_u16(ret_field, m.flags);
	if (!strcmp(name, "code"))
		return set_u16(ret_field, m.flags & BR_DNS_MASK_CODE);
	if (!strcmp(name, "answers"))
		return set_u16(ret_field, m.answers);
	if (!strcmp(name, "address"))
		return get_address(m, ret_field);
	if (br_dns_question_get(&asked, &question) != 1)
		return false;
	if (!strcmp(name, "type"))
		return set_u16(ret_field, question.type);
	ret_field->format = BR_FIELD_TEXT;
	ret_field->octets = br_text(decoded->dns_name);
	return !strcmp(name, "name");
}

static bool next(const struct br_decoded *decoded, size_t index, char *ret_name, size_t name_size)
{
	static const char *const shown[] = {"name", "address", "id", "type", "code"};
	struct br_field field;

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (!get(decoded, shown[i], &field) || index-- > 0)
			continue;
		(void)snprintf(ret_name, name_size, "%s", shown[i]);
		return true;
	}
	return false;
}

static uint16_t number_of(const struct br_build *b, const char *name, uint16_t otherwise)
{
	uint64_t number = otherwise;

	for (size_t i = 0; i < b->settings; i++) {
		if (!strcmp(b->setting[i].name, name) && !b->setting[i].absent)
			(void)br_field_number(BR_FIELD_U16, b->setting[i].octets, &number);
	}
	return (uint16_t)number;
}

static const char *name_of(const struct br_build *b, char text[static NAME_SIZE])
{
	text[0] = '\0';
	for (size_t i = 0; i < b->settings; i++) {
		if (!strcmp(b->setting[i].name, "name") && !b->setting[i].absent)
			(void)snprintf(text, NAME_SIZE, "%.*s", (int)b->setting[i].octets.size,
			               (const char *)b->setting[i].octets.data);
	}
	return text;
}

static size_t addresses_of(const struct br_build *b)
{
	size_t count = 0;

	for (size_t i = 0; i < b->settings; i++)
		count += !strcmp(b->setting[i].name, "address") ? b->setting[i].octets.size / 4 : 0;
	return count;
}

static int build(const struct br_build *b, struct br_writer *w,
                 char error[static BR_LINE_ERROR_SIZE])
{
	bool answers = !strcmp(b->message, "answer");
	struct br_dns_head head = {
		.id = number_of(b, "id", 0),
		.flags = number_of(b, "flags",
	                           answers ? BR_DNS_FLAG_RESPONSE | BR_DNS_FLAG_RECURSION_DESIRED |
	                                             BR_DNS_FLAG_RECURSION_AVAILABLE
	                                   : BR_DNS_FLAG_RECURSION_DESIRED),
		.answers = number_of(b, "answers", (uint16_t)addresses_of(b)),
	};
	char name[NAME_SIZE];

	head.flags |= number_of(b, "code", 0) & BR_DNS_MASK_CODE;
	br_dns_put_question(w, &head, name_of(b, name), number_of(b, "type", BR_DNS_TYPE_A));
	for (size_t i = 0; i < b->settings; i++) {
		struct br_octets octets = b->setting[i].octets;

		if (!strcmp(b->setting[i].name, "octets"))
			br_put_bytes(w, octets.data, octets.size);
		for (; !strcmp(b->setting[i].name, "address") && octets.size >= 4;
		     octets.data += 4, octets.size -= 4)
			br_dns_put_a(w, TTL_S, octets.data);
	}
	if (w->bad)
		(void)snprintf(error, BR_LINE_ERROR_SIZE, "no name, or the packet is too long");
	return w->bad ? -EINVAL : 0;
}

const struct br_protocol br_protocol_dns = {
	.name = "dns",
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
