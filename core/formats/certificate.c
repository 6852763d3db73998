/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/certificate.h"

#include <errno.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_VERSION = 0xa0,    /* [0] of a certificate */
	DER_EXTENSIONS = 0xa3, /* [3] */
	DER_DNS_NAME = 0x82,   /* [2] of a GeneralName */
	DER_ADDRESS = 0x87,    /* [7] */
	UTC_TIME_SIZE = 13,
	GENERAL_TIME_SIZE = 15,
	DAY_S = 86400,
};

static const uint8_t common_name[] = {0x55, 4, 3}, alternative_names[] = {0x55, 0x1d, 0x11},
		     constraints[] = {0x55, 0x1d, 0x13}, key_usage[] = {0x55, 0x1d, 0x0f},
		     purposes[] = {0x55, 0x1d, 0x25}, any_purpose[] = {0x55, 0x1d, 0x25, 0},
		     server_auth[] = {0x2b, 6, 1, 5, 5, 7, 3, 1},
		     rsa_encryption[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1};

static const struct {
	uint8_t oid[9];
	uint8_t size;
	enum br_certificate_signature kind;
} signatures[] = {
	{{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5}, 9, BR_SIGNATURE_RSA_SHA1},
	{{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11}, 9, BR_SIGNATURE_RSA_SHA256},
	{{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12}, 9, BR_SIGNATURE_RSA_SHA384},
	{{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13}, 9, BR_SIGNATURE_RSA_SHA512},
	{{0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2}, 8, BR_SIGNATURE_ECDSA_SHA256},
	{{0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3}, 8, BR_SIGNATURE_ECDSA_SHA384},
	{{0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4}, 8, BR_SIGNATURE_ECDSA_SHA512},
};

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

static struct br_octets octets_of(struct br_reader r)
{
	return (struct br_octets){r.pos, br_left(&r)};
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
			found = octets_of(part);
	}
	return found;
}

static struct br_octets without_sign(struct br_reader number)
{
	if (br_left(&number) > 1 && number.pos[0] == 0)
		(void)br_get_u8(&number);
	return octets_of(number);
}

static void read_key(struct br_reader key, struct br_certificate *ret)
{
	struct br_reader algorithm, bits, inner;

	if (der_get(&key, &algorithm) != DER_SEQUENCE || der_get(&key, &bits) != DER_BITS)
		return;
	ret->rsa = der_get(&algorithm, &inner) == DER_OID &&
	           is_oid(inner, rsa_encryption, sizeof(rsa_encryption));
	(void)br_get_u8(&bits); /* unused bits */
	if (!ret->rsa) {
		/* a point: 4, x and y (RFC 5480 section 2.2) */
		ret->key = octets_of(bits);
		ret->key_bits = (uint16_t)((br_left(&bits) > 0 ? br_left(&bits) - 1 : 0) * 4);
		return;
	}
	if (der_get(&bits, &inner) != DER_SEQUENCE || der_get(&inner, &bits) != DER_INTEGER)
		return;
	ret->key = without_sign(bits);
	ret->key_bits = (uint16_t)(ret->key.size * 8);
	if (der_get(&inner, &bits) == DER_INTEGER)
		ret->exponent = without_sign(bits);
}

static void read_names(struct br_reader names, struct br_certificate *ret)
{
	struct br_reader part;
	uint8_t tag;

	while ((tag = der_get(&names, &part)) != 0 && ret->names < BR_CERTIFICATE_NAMES_MAX) {
		if (tag != DER_DNS_NAME && tag != DER_ADDRESS)
			continue;
		ret->name[ret->names++] = (struct br_certificate_name){
			.address = tag == DER_ADDRESS, .value = octets_of(part)};
	}
}

/* A BIT STRING, whose first bit is the highest of the first octet behind the unused ones */
static void read_usage(struct br_reader bits, struct br_certificate *ret)
{
	uint16_t count = 0;

	ret->used = true;
	(void)br_get_u8(&bits);
	while (br_left(&bits) > 0 && count < 16) {
		uint8_t octet = br_get_u8(&bits);

		for (int i = 7; i >= 0; i--, count++)
			ret->usage |= (uint16_t)((octet >> i & 1) << count);
	}
}

static void read_purposes(struct br_reader list, struct br_certificate *ret)
{
	struct br_reader id;

	ret->purposed = true;
	while (der_get(&list, &id) == DER_OID) {
		ret->for_servers |= is_oid(id, server_auth, sizeof(server_auth));
		ret->for_all |= is_oid(id, any_purpose, sizeof(any_purpose));
	}
}

static void read_extensions(struct br_reader all, struct br_certificate *ret)
{
	struct br_reader list, extension, id, part, inner;

	if (der_get(&all, &list) != DER_SEQUENCE)
		return;
	while (der_get(&list, &extension) == DER_SEQUENCE) {
		if (der_get(&extension, &id) != DER_OID)
			continue;
		uint8_t tag = der_get(&extension, &part);

		if (tag == DER_BOOLEAN) /* critical */
			tag = der_get(&extension, &part);
		if (tag != DER_OCTETS)
			continue;
		tag = der_get(&part, &inner);
		if (tag == DER_BITS && is_oid(id, key_usage, sizeof(key_usage)))
			read_usage(inner, ret);
		if (tag != DER_SEQUENCE)
			continue;
		if (is_oid(id, purposes, sizeof(purposes)))
			read_purposes(inner, ret);
		else if (is_oid(id, alternative_names, sizeof(alternative_names))) {
			read_names(inner, ret);
		} else if (is_oid(id, constraints, sizeof(constraints))) {
			ret->constrained = true;
			ret->authority =
				der_get(&inner, &part) == DER_BOOLEAN && br_get_u8(&part) != 0;
		}
	}
}

static void read_signature(struct br_reader whole, struct br_certificate *ret)
{
	struct br_reader algorithm, oid, bits;

	if (der_get(&whole, &algorithm) != DER_SEQUENCE || der_get(&algorithm, &oid) != DER_OID ||
	    der_get(&whole, &bits) != DER_BITS)
		return;
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		if (is_oid(oid, signatures[i].oid, signatures[i].size))
			ret->signature_kind = signatures[i].kind;
	}
	(void)br_get_u8(&bits); /* unused bits */
	ret->signature = octets_of(bits);
}

/* Between the serial number and the extensions. Return: 0 or -EBADMSG */
static int read_fields(struct br_reader *tbs, struct br_certificate *ret)
{
	struct br_reader part, time;

	if (der_get(tbs, &part) != DER_SEQUENCE) /* algorithm */
		return -EBADMSG;
	for (int i = 0; i < 2; i++) {
		const uint8_t *at = tbs->pos;

		if (i == 1) {
			if (der_get(tbs, &part) != DER_SEQUENCE)
				return -EBADMSG;
			if (der_get(&part, &time) != 0)
				ret->from = octets_of(time);
			if (der_get(&part, &time) != 0)
				ret->until = octets_of(time);
			at = tbs->pos;
		}
		if (der_get(tbs, &part) != DER_SEQUENCE)
			return -EBADMSG;
		*(i == 0 ? &ret->issuer : &ret->subject) =
			(struct br_octets){at, (size_t)(tbs->pos - at)};
		*(i == 0 ? &ret->issuer_cn : &ret->subject_cn) = name_of(part);
	}
	if (der_get(tbs, &part) != DER_SEQUENCE)
		return -EBADMSG;
	read_key(part, ret);
	return 0;
}

int br_certificate_read(struct br_octets der, struct br_certificate *ret)
{
	struct br_reader r = br_reader_of(der.data, der.size), whole, tbs, part;
	struct br_certificate found = {.rsa = false};
	uint8_t tag;

	if (der_get(&r, &whole) != DER_SEQUENCE)
		return -EBADMSG;
	found.whole.data = whole.pos;
	if (der_get(&whole, &tbs) != DER_SEQUENCE)
		return -EBADMSG;
	found.whole.size = (size_t)(whole.pos - found.whole.data);
	tag = der_get(&tbs, &part);
	if (tag == DER_VERSION)
		tag = der_get(&tbs, &part);
	if (tag != DER_INTEGER || read_fields(&tbs, &found) < 0)
		return -EBADMSG;
	while ((tag = der_get(&tbs, &part)) != 0) {
		if (tag == DER_EXTENSIONS)
			read_extensions(part, &found);
	}
	read_signature(whole, &found);
	*ret = found;
	return 0;
}

static bool two_digits(const uint8_t *at, int64_t *ret)
{
	uint64_t number;

	if (!br_text_get_decimal((struct br_octets){at, 2}, 99, &number))
		return false;
	*ret = (int64_t)number;
	return true;
}

bool br_certificate_time(struct br_octets time, int64_t *ret_s)
{
	int64_t field[6], century = 19, year, month, era, in_year;
	const uint8_t *at = time.data;

	if (time.size == GENERAL_TIME_SIZE) {
		if (!two_digits(at, &century))
			return false;
		at += 2;
	} else if (time.size != UTC_TIME_SIZE) {
		return false;
	}
	for (int i = 0; i < 6; i++) {
		if (!two_digits(at + 2 * i, &field[i]))
			return false;
	}
	if (time.size == UTC_TIME_SIZE && field[0] < 50) /* RFC 5280 section 4.1.2.5.1 */
		century = 20;
	if (field[1] < 1 || field[1] > 12)
		return false;
	/* days since 1970 of a year that begins in March, so that its leap day is the last */
	month = (field[1] + 9) % 12;
	year = century * 100 + field[0] - (field[1] <= 2);
	era = year / 400;
	in_year = (153 * month + 2) / 5 + field[2] - 1;
	*ret_s = (era * 146097 + year % 400 * 365 + year % 400 / 4 - year % 400 / 100 + in_year -
	          719468) *
	                 DAY_S +
	         field[3] * 3600 + field[4] * 60 + field[5];
	return true;
}

/* "*.example.com" is for "a.example.com" and no deeper */
static bool matches(struct br_octets pattern, struct br_octets host)
{
	if (pattern.size > 2 && br_text_starts(pattern, "*.")) {
		struct br_octets rest = host, first = br_text_cut(&rest, '.');

		return first.size > 0 && rest.data &&
		       br_text_equal_nocase((struct br_octets){pattern.data + 2, pattern.size - 2},
		                            rest);
	}
	return br_text_equal_nocase(pattern, host);
}

bool br_certificate_may_be_for(const struct br_certificate *c, uint16_t usage)
{
	return !c->used || (c->usage & usage) != 0;
}

bool br_certificate_may_sign(const struct br_certificate *c)
{
	return br_certificate_may_be_for(c, BR_USAGE_KEY_CERT_SIGN) &&
	       (c->authority ||
	        (!c->constrained && c->issuer.size > 0 && br_text_equal(c->issuer, c->subject)));
}

static bool is_address_of(struct br_octets value, const uint8_t ip[BR_IP_SIZE])
{
	size_t skip = br_ip_is_ipv4(ip) ? 12 : 0;

	return value.size == BR_IP_SIZE - skip && !memcmp(value.data, ip + skip, value.size);
}

bool br_certificate_is_for(const struct br_certificate *c, const char *host, bool or_common_name)
{
	uint8_t ip[BR_IP_SIZE];
	bool is_address = br_text_get_ip(br_text(host), ip);

	for (size_t i = 0; i < c->names; i++) {
		if (c->name[i].address != is_address)
			continue;
		if (is_address ? is_address_of(c->name[i].value, ip)
		               : matches(c->name[i].value, br_text(host)))
			return true;
	}
	return or_common_name && !is_address && c->names == 0 &&
	       matches(c->subject_cn, br_text(host));
}
