/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous_talk.h"

#include <string.h>

#include "captures/convert/disguise_text.h"
#include "core/base/text.h"
#include "core/formats/tftp_packet.h"

enum { /* RFC 1035 section 4, RFC 2782, RFC 6891 */
	DNS_HEAD = 12,
	DNS_COUNTS = 4,
	DNS_QUESTION = 4,  /* behind the name: type, class */
	DNS_RECORD = 10,   /* type, class, TTL, length */
	DNS_RECORDS = 512, /* of a message that are looked at */
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_PTR = 12,
	TYPE_MX = 15,
	TYPE_SRV = 33,
};

/* DNS */

/* Names in a record, behind so many octets; 0 names: anything */
static void hide_data(struct br_anonymous *a, unsigned type, uint8_t *data, size_t size)
{
	const struct br_hide_row *field = br_hide_row_of(BR_LAYER_DNS, type);
	size_t head = type == TYPE_MX ? 2 : type == TYPE_SRV ? 6 : 0;
	size_t names = type == TYPE_SOA ? 2 : 1, at = head;

	if (field->hide != BR_HIDE_PARTS) {
		br_anonymous_hide(a, field, data, size);
		return;
	}
	br_hide_count(&a->tally, field, true);
	if (type != TYPE_NS && type != TYPE_CNAME && type != TYPE_PTR && type != TYPE_SOA &&
	    type != TYPE_MX && type != TYPE_SRV) {
		br_disguise_octets(a->disguise, data, size);
		return;
	}
	for (size_t i = 0; i < names && at < size; i++)
		at += br_anonymous_labels(a, data + at, size - at);
	if (type != TYPE_SOA && at < size) /* its numbers may stay */
		br_disguise_octets(a->disguise, data + at, size - at);
}

void br_anonymous_hide_dns(struct br_anonymous *a, uint8_t *payload, size_t size)
{
	size_t at = DNS_HEAD, records = 0;

	if (size < DNS_HEAD) {
		br_disguise_octets(a->disguise, payload, size);
		return;
	}
	size_t questions = br_get16(payload + DNS_COUNTS);

	for (size_t i = DNS_COUNTS + 2; i < DNS_HEAD; i += 2)
		records += br_get16(payload + i);
	records = records < DNS_RECORDS ? records : DNS_RECORDS;
	for (size_t i = 0; i < questions && at < size; i++) {
		at += br_anonymous_labels(a, payload + at, size - at);
		at = size - at < DNS_QUESTION ? size : at + DNS_QUESTION;
	}
	for (size_t i = 0; i < records && at < size; i++) {
		at += br_anonymous_labels(a, payload + at, size - at);
		if (size - at < DNS_RECORD)
			break;
		size_t length = br_get16(payload + at + 8);
		unsigned type = br_get16(payload + at);

		at += DNS_RECORD;
		length = length < size - at ? length : size - at;
		hide_data(a, type, payload + at, length);
		at += length;
	}
	br_disguise_octets(a->disguise, payload + at, size - at);
}

/* TFTP */

static bool is_number(struct br_octets value)
{
	for (size_t i = 0; i < value.size; i++) {
		if (value.data[i] < '0' || value.data[i] > '9')
			return false;
	}
	return true;
}

/* A text of @payload up to its zero octet, from @at on */
static struct br_octets text_at(const uint8_t *payload, size_t size, size_t at)
{
	return br_text_until_nul((struct br_octets){payload + at, size - at});
}

static void hide_mode(struct br_anonymous *a, uint8_t *payload, struct br_octets mode)
{
	static const char *const modes[] = {"octet", "netascii", "mail"};
	bool known = false;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		known = known || br_text_is_nocase(mode, modes[i]);
	if (!known)
		br_disguise_text(a->disguise, BR_TEXT_SECRET, payload, mode.size);
	br_hide_count(&a->tally, br_hide_row_of(BR_LAYER_TFTP, BR_TFTP_FIELD_MODE), !known);
}

/* Names and values in turn, RFC 2347 */
static void hide_options(struct br_anonymous *a, uint8_t *payload, size_t size, size_t at)
{
	while (at < size) {
		struct br_octets name = text_at(payload, size, at);
		const struct br_hide_row *field = br_hide_row_named(BR_LAYER_TFTP, name);
		size_t value_at = at + name.size + 1;

		if (field->code == -1)
			br_anonymous_hide(a, field, payload + at, name.size);
		if (value_at >= size)
			return;
		struct br_octets value = text_at(payload, size, value_at);

		if (field->hide == BR_HIDE_KEEP_ALL && !is_number(value))
			field = br_hide_row_of(BR_LAYER_TFTP, BR_TFTP_FIELD_UNKNOWN);
		br_anonymous_hide(a, field, payload + value_at, value.size);
		at = value_at + value.size + 1;
	}
}

static void hide_request(struct br_anonymous *a, uint8_t *payload, size_t size)
{
	struct br_octets file = text_at(payload, size, 2);

	br_anonymous_field(a, BR_LAYER_TFTP, BR_TFTP_FIELD_FILE, payload + 2, file.size);
	if (2 + file.size + 1 >= size)
		return;
	size_t at = 2 + file.size + 1;
	struct br_octets mode = text_at(payload, size, at);

	hide_mode(a, payload + at, mode);
	if (at + mode.size + 1 < size)
		hide_options(a, payload, size, at + mode.size + 1);
}

void br_anonymous_hide_tftp(struct br_anonymous *a, uint8_t *payload, size_t size)
{
	static const size_t head = BR_TFTP_HEAD_SIZE;

	switch (br_tftp_opcode((struct br_octets){payload, size})) {
	case BR_TFTP_RRQ:
	case BR_TFTP_WRQ:
		hide_request(a, payload, size);
		break;
	case BR_TFTP_OACK:
		hide_options(a, payload, size, 2);
		break;
	case BR_TFTP_ERROR:
		if (size > head)
			br_anonymous_field(a, BR_LAYER_TFTP, BR_TFTP_FIELD_ERROR, payload + head,
			                   size - head);
		break;
	case BR_TFTP_ACK:
		if (size > head)
			br_disguise_octets(a->disguise, payload + head, size - head);
		break;
	case BR_TFTP_DATA:
		if (size > head)
			br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_CONTENT, payload + head,
			                   size - head);
		break;
	default:
		br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_OTHER, payload, size);
		break;
	}
}
