/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/tls.h"

#include <errno.h>
#include <string.h>

enum {
	RANDOM_SIZE = 32,
	EXTENSION_SNI = 0,
	EXTENSION_VERSIONS = 43, /* RFC 8446 section 4.2.1 */
	GREASE = 0x0a0a,         /* RFC 8701: no version, and no suite */
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OID = 0x06,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_VERSION = 0xa0,    /* [0] of a certificate */
	DER_EXTENSIONS = 0xa3, /* [3] */
	DER_DNS_NAME = 0x82,   /* [2] of a GeneralName */
};

static const uint8_t common_name[] = {0x55, 4, 3}, alternative_names[] = {0x55, 0x1d, 0x11},
		     rsa_encryption[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1};

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

void br_tls_read_hello(struct br_octets body, bool client, struct br_tls_hello *ret)
{
	struct br_reader r = br_reader_of(body.data, body.size);

	*ret = (struct br_tls_hello){.version = br_get_be16(&r), .suites = 1};
	(void)br_get_sub(&r, RANDOM_SIZE);
	(void)br_get_sub(&r, br_get_u8(&r)); /* session */
	if (client) {
		ret->suites = br_get_be16(&r) / 2;
		(void)br_get_sub(&r, (size_t)ret->suites * 2);
		(void)br_get_sub(&r, br_get_u8(&r)); /* compression */
	} else {
		ret->suite = br_get_be16(&r);
		(void)br_get_u8(&r);
	}
	(void)br_get_be16(&r);
	while (!r.bad && br_left(&r) >= 4) {
		uint16_t type = br_get_be16(&r);
		struct br_reader value = br_get_sub(&r, br_get_be16(&r));

		if (type == EXTENSION_VERSIONS)
			read_versions(value, client, ret);
		else if (type == EXTENSION_SNI && client)
			read_name(value, ret);
	}
}

/* Certificates: DER, ITU-T X.690 */

/* The next element; one that is cut is what is there of it. Return: its tag, 0 at the end */
static uint8_t der_get(struct br_reader *r, struct br_reader *ret_value)
{
	if (br_left(r) < 2)
		return 0;
	uint8_t tag = br_get_u8(r);
	size_t size = br_get_u8(r);

	if (size & 0x80) {
		size_t octets = size & 0x7f;

		size = 0;
		if (octets > 3)
			return 0;
		while (octets-- > 0)
			size = size << 8 | br_get_u8(r);
	}
	if (r->bad)
		return 0;
	*ret_value = br_get_sub(r, size > br_left(r) ? br_left(r) : size);
	return tag;
}

static bool is_oid(struct br_reader value, const uint8_t *oid, size_t size)
{
	return br_left(&value) == size && !memcmp(value.pos, oid, size);
}

/* The value of the common name in a Name: a sequence of sets of sequences of type and value */
static struct br_octets name_of(struct br_reader name)
{
	struct br_reader set, pair, part;
	struct br_octets found = {0};

	while (der_get(&name, &set) == DER_SET) {
		if (der_get(&set, &pair) == DER_SEQUENCE && der_get(&pair, &part) == DER_OID &&
		    is_oid(part, common_name, sizeof(common_name)) && der_get(&pair, &part) != 0)
			found = (struct br_octets){part.pos, br_left(&part)};
	}
	return found;
}

static void read_key(struct br_reader key, struct br_tls_certificate *ret)
{
	struct br_reader algorithm, bits, inner;

	if (der_get(&key, &algorithm) != DER_SEQUENCE || der_get(&key, &bits) != DER_BITS)
		return;
	ret->rsa = der_get(&algorithm, &inner) == DER_OID &&
	           is_oid(inner, rsa_encryption, sizeof(rsa_encryption));
	(void)br_get_u8(&bits); /* unused bits */
	if (!ret->rsa) {
		/* a point: 4, x and y (RFC 5480 section 2.2) */
		ret->key_bits = (uint16_t)((br_left(&bits) > 0 ? br_left(&bits) - 1 : 0) * 4);
		return;
	}
	if (der_get(&bits, &inner) != DER_SEQUENCE || der_get(&inner, &bits) != DER_INTEGER)
		return;
	size_t size = br_left(&bits);

	if (size > 0 && bits.pos[0] == 0) /* a sign */
		size--;
	ret->key_bits = (uint16_t)(size * 8);
}

static void read_extensions(struct br_reader all, struct br_tls_certificate *ret)
{
	struct br_reader list, extension, part, names;

	if (der_get(&all, &list) != DER_SEQUENCE)
		return;
	while (der_get(&list, &extension) == DER_SEQUENCE) {
		if (der_get(&extension, &part) != DER_OID ||
		    !is_oid(part, alternative_names, sizeof(alternative_names)))
			continue;
		uint8_t tag = der_get(&extension, &part);

		if (tag == 0x01) /* critical */
			tag = der_get(&extension, &part);
		if (tag != 0x04 || der_get(&part, &names) != DER_SEQUENCE)
			return;
		while ((tag = der_get(&names, &part)) != 0) {
			if (tag == DER_DNS_NAME) {
				ret->host = (struct br_octets){part.pos, br_left(&part)};
				return;
			}
		}
	}
}

int br_tls_read_certificate(struct br_octets body, struct br_tls_certificate *ret)
{
	struct br_reader r = br_reader_of(body.data, body.size), whole, tbs, part, time;
	uint8_t tag;

	*ret = (struct br_tls_certificate){.key_bits = 0};
	(void)br_get_sub(&r, 6); /* lengths of the list and of the first */
	if (der_get(&r, &whole) != DER_SEQUENCE || der_get(&whole, &tbs) != DER_SEQUENCE)
		return -EBADMSG;
	tag = der_get(&tbs, &part);
	if (tag == DER_VERSION)
		tag = der_get(&tbs, &part);
	if (tag != DER_INTEGER || der_get(&tbs, &part) != DER_SEQUENCE ||
	    der_get(&tbs, &part) != DER_SEQUENCE) /* serial, algorithm, issuer */
		return -EBADMSG;
	if (der_get(&tbs, &part) != DER_SEQUENCE)
		return -EBADMSG;
	if (der_get(&part, &time) != 0 && der_get(&part, &time) != 0)
		ret->until = (struct br_octets){time.pos, br_left(&time)};
	if (der_get(&tbs, &part) != DER_SEQUENCE)
		return -EBADMSG;
	ret->subject = name_of(part);
	if (der_get(&tbs, &part) != DER_SEQUENCE)
		return -EBADMSG;
	read_key(part, ret);
	while ((tag = der_get(&tbs, &part)) != 0) {
		if (tag == DER_EXTENSIONS)
			read_extensions(part, ret);
	}
	return 0;
}

const char *br_tls_alert_name(uint8_t description)
{
	static const struct {
		uint8_t number;
		const char *name;
	} names[] = {
		{0, "close_notify"},         {10, "unexpected_message"},
		{20, "bad_record_mac"},      {40, "handshake_failure"},
		{42, "bad_certificate"},     {43, "unsupported_certificate"},
		{44, "certificate_revoked"}, {45, "certificate_expired"},
		{46, "certificate_unknown"}, {47, "illegal_parameter"},
		{48, "unknown_ca"},          {49, "access_denied"},
		{50, "decode_error"},        {51, "decrypt_error"},
		{70, "protocol_version"},    {71, "insufficient_security"},
		{80, "internal_error"},      {86, "inappropriate_fallback"},
		{90, "user_canceled"},       {109, "missing_extension"},
		{112, "unrecognized_name"},  {116, "certificate_required"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].number == description)
			return names[i].name;
	}
	return "";
}
