/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/tls.h"

#include <errno.h>

#include "core/formats/certificate.h"

enum {
	RANDOM_SIZE = 32,
	EXTENSION_SNI = 0,
	EXTENSION_VERSIONS = 43, /* RFC 8446 section 4.2.1 */
	GREASE = 0x0a0a,         /* RFC 8701: no version, and no suite */
};

int br_tls_record_get(struct br_reader *stream, struct br_tls_record *ret)
{
	struct br_reader r = *stream, body;
	struct br_tls_record record = {.type = br_get_u8(&r), .version = br_get_be16(&r)};

	body = br_get_sub(&r, br_get_be16(&r));
	if (r.bad)
		return 0;
	record.body = (struct br_octets){body.pos, br_left(&body)};
	*ret = record;
	*stream = r;
	return 1;
}

size_t br_tls_record_size(const struct br_reader *stream)
{
	struct br_reader r = *stream;

	(void)br_get_sub(&r, BR_TLS_HEAD - 2);
	size_t size = br_get_be16(&r);

	return r.bad ? BR_TLS_HEAD : BR_TLS_HEAD + size;
}

void br_tls_put_record(struct br_writer *w, uint8_t type, uint16_t version, struct br_octets body)
{
	br_put_u8(w, type);
	br_put_be16(w, version);
	br_put_be16(w, (uint16_t)body.size);
	br_put_bytes(w, body.data, body.size);
}

size_t br_tls_gather(struct br_octets records, uint8_t *target, size_t room)
{
	struct br_reader r = br_reader_of(records.data, records.size);
	struct br_writer w = br_writer_of(target, room);
	struct br_tls_record record;

	while (br_tls_record_get(&r, &record) == 1 && record.type == BR_TLS_HANDSHAKE)
		br_put_bytes(&w, record.body.data, record.body.size);
	return br_written(&w);
}

int br_tls_message_get(struct br_reader *r, uint8_t *ret_type, struct br_octets *ret_body)
{
	if (br_left(r) < 4)
		return 0;
	*ret_type = br_get_u8(r);
	size_t size = (size_t)br_get_u8(r) << 16;

	size |= br_get_be16(r);
	if (size > br_left(r))
		size = br_left(r);
	*ret_body = (struct br_octets){r->pos, size};
	(void)br_get_sub(r, size);
	return 1;
}

int br_tls_message_size(const struct br_reader *messages, size_t *ret_size)
{
	struct br_reader r = *messages;

	(void)br_get_u8(&r);
	size_t size = (size_t)br_get_u8(&r) << 16;

	size |= br_get_be16(&r);
	if (r.bad)
		return 0;
	*ret_size = BR_TLS_MESSAGE_HEAD + size;
	return 1;
}

static void read_versions(struct br_reader r, bool client, struct br_tls_hello *ret)
{
	uint16_t best = 0;

	if (client)
		(void)br_get_u8(&r);
	while (br_left(&r) >= 2) {
		uint16_t version = br_get_be16(&r);

		if ((version & 0x0f0f) != GREASE && version > best)
			best = version;
	}
	if (best)
		ret->version = best;
}

static void read_name(struct br_reader r, struct br_tls_hello *ret)
{
	(void)br_get_be16(&r);
	(void)br_get_u8(&r);
	size_t size = br_get_be16(&r);

	if (!r.bad && size <= br_left(&r))
		ret->name = (struct br_octets){r.pos, size};
}

struct br_reader br_tls_vector_get(struct br_reader *r)
{
	return br_get_sub(r, br_get_be16(r));
}

struct br_reader br_tls_short_vector_get(struct br_reader *r)
{
	return br_get_sub(r, br_get_u8(r));
}

int br_tls_extension_get(struct br_reader *r, uint16_t *ret_type, struct br_octets *ret_value)
{
	if (br_left(r) < 4)
		return 0;
	*ret_type = br_get_be16(r);
	struct br_reader value = br_get_sub(r, br_get_be16(r));

	*ret_value = (struct br_octets){value.pos, br_left(&value)};
	return !r->bad;
}

int br_tls_certificate_get(struct br_reader *r, bool first, struct br_octets *ret_der)
{
	if (first)
		(void)br_get_sub(r, 3);
	size_t size = (size_t)br_get_u8(r) << 16;

	size |= br_get_be16(r);
	struct br_reader der = br_get_sub(r, size);

	*ret_der = (struct br_octets){der.pos, br_left(&der)};
	return !r->bad && size > 0;
}

static struct br_octets rest_of(struct br_reader r)
{
	return (struct br_octets){r.pos, br_left(&r)};
}

void br_tls_read_hello(struct br_octets body, bool client, struct br_tls_hello *ret)
{
	struct br_reader r = br_reader_of(body.data, body.size);
	uint16_t type;
	struct br_octets value;

	*ret = (struct br_tls_hello){.version = br_get_be16(&r), .suites = 1};
	ret->random = rest_of(br_get_sub(&r, RANDOM_SIZE));
	(void)br_get_sub(&r, br_get_u8(&r)); /* session */
	if (client) {
		ret->suites = br_get_be16(&r) / 2;
		ret->offer = rest_of(br_get_sub(&r, (size_t)ret->suites * 2));
		(void)br_get_sub(&r, br_get_u8(&r)); /* compression */
	} else {
		ret->suite = br_get_be16(&r);
		(void)br_get_u8(&r);
	}
	(void)br_get_be16(&r);
	ret->extensions = rest_of(r);
	while (!r.bad && br_tls_extension_get(&r, &type, &value) == 1) {
		if (type == EXTENSION_VERSIONS)
			read_versions(br_reader_of(value.data, value.size), client, ret);
		else if (type == EXTENSION_SNI && client)
			read_name(br_reader_of(value.data, value.size), ret);
	}
}

int br_tls_read_certificate(struct br_octets body, struct br_tls_certificate *ret)
{
	struct br_reader r = br_reader_of(body.data, body.size);
	struct br_certificate c;

	*ret = (struct br_tls_certificate){.key_bits = 0};
	(void)br_get_sub(&r, 6); /* lengths of the list and of the first */
	if (br_certificate_read((struct br_octets){r.pos, br_left(&r)}, &c) < 0)
		return -EBADMSG;
	*ret = (struct br_tls_certificate){
		.subject = c.subject_cn, .until = c.until, .rsa = c.rsa, .key_bits = c.key_bits};
	for (size_t i = c.names; i-- > 0;) {
		if (!c.name[i].address)
			ret->host = c.name[i].value;
	}
	return 0;
}

const char *br_tls_alert_name(uint8_t description)
{
	static const struct {
		uint8_t number;
		const char *name;
	} names[] = {
		{0, "close_notify"},
		{10, "unexpected_message"},
		{20, "bad_record_mac"},
		{22, "record_overflow"},
		{40, "handshake_failure"},
		{42, "bad_certificate"},
		{43, "unsupported_certificate"},
		{44, "certificate_revoked"},
		{45, "certificate_expired"},
		{46, "certificate_unknown"},
		{47, "illegal_parameter"},
		{48, "unknown_ca"},
		{49, "access_denied"},
		{50, "decode_error"},
		{51, "decrypt_error"},
		{70, "protocol_version"},
		{71, "insufficient_security"},
		{80, "internal_error"},
		{86, "inappropriate_fallback"},
		{90, "user_canceled"},
		{100, "no_renegotiation"},
		{109, "missing_extension"},
		{110, "unsupported_extension"},
		{112, "unrecognized_name"},
		{113, "bad_certificate_status_response"},
		{116, "certificate_required"},
		{120, "no_application_protocol"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].number == description)
			return names[i].name;
	}
	return "";
}
