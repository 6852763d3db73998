/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/tls/certificate.h"

#include <assert.h>
#include <bearssl.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/tls/secrets.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_UTC_TIME = 0x17,
	DER_GENERAL_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_DNS_NAME = 0x82,   /* [2] of a GeneralName */
	DER_ADDRESS = 0x87,    /* [7] */
	DER_VERSION = 0xa0,    /* [0] */
	DER_EXTENSIONS = 0xa3, /* [3] */
	SERIAL_SIZE = 8,
	HEAD_MAX = 4, /* of an element */
	DAY_S = 86400,
	UTC_YEARS_END = 2050, /* RFC 5280 section 4.1.2.5 */
	PUBLIC_EXPONENT = 65537,
	RSA_SIZE_MAX = 512,
	SIGNATURE_SIZE_MAX = 512,
	KEY_USAGE_AUTHORITY = 0x06,
};

static const uint8_t oid_cn[] = {0x55, 4, 3}, oid_constraints[] = {0x55, 0x1d, 0x13},
		     oid_usage[] = {0x55, 0x1d, 0x0f}, oid_names[] = {0x55, 0x1d, 0x11},
		     oid_key_id[] = {0x55, 0x1d, 0x0e}, oid_issuer_key_id[] = {0x55, 0x1d, 0x23},
		     oid_rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1},
		     oid_rsa_sha256[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11},
		     oid_purposes[] = {0x55, 0x1d, 0x25},
		     oid_client_auth[] = {0x2b, 6, 1, 5, 5, 7, 3, 2},
		     oid_ec[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1},
		     oid_p256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7},
		     oid_p384[] = {0x2b, 0x81, 4, 0, 0x22},
		     oid_ecdsa_sha256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2};

/* DER: an element is written behind what stands there, then given its head. */
static void der_close(struct br_writer *w, size_t at, uint8_t tag)
{
	size_t size = br_written(w) - at;
	uint8_t head[HEAD_MAX];
	struct br_writer h = br_writer_of(head, sizeof(head));

	br_put_u8(&h, tag);
	if (size >= 0x100)
		br_put_u8(&h, 0x82);
	else if (size >= 0x80)
		br_put_u8(&h, 0x81);
	if (size >= 0x100)
		br_put_be16(&h, (uint16_t)size);
	else
		br_put_u8(&h, (uint8_t)size);
	br_put_zeros(w, br_written(&h)); /* room */
	if (w->bad || size > UINT16_MAX) {
		w->bad = true;
		return;
	}
	memmove(w->start + at + br_written(&h), w->start + at, size);
	memcpy(w->start + at, head, br_written(&h));
}

static void der_put(struct br_writer *w, uint8_t tag, const void *octets, size_t size)
{
	size_t at = br_written(w);

	br_put_bytes(w, octets, size);
	der_close(w, at, tag);
}

#define der_put_oid(w, oid) der_put(w, DER_OID, oid, sizeof(oid))

/* A positive number: its first bit is no sign. */
static void der_put_number(struct br_writer *w, struct br_octets number)
{
	size_t at = br_written(w);

	if (number.size > 0 && (number.data[0] & 0x80) != 0)
		br_put_u8(w, 0);
	br_put_bytes(w, number.data, number.size);
	der_close(w, at, DER_INTEGER);
}

static bool is_rsa(const struct br_tls_key *key)
{
	return key->n.size > 0;
}

/* Dates. Howard Hinnant's days_from_civil, for the years that certificates have. */

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, in_era = y - era * 400;
	int64_t in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

bool br_tls_date_read(const char *text, int64_t *ret_s)
{
	uint64_t year, month, day;
	static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' ||
	    !br_text_get_decimal((struct br_octets){(const uint8_t *)text, 4}, 2099, &year) ||
	    !br_text_get_decimal((struct br_octets){(const uint8_t *)text + 5, 2}, 12, &month) ||
	    !br_text_get_decimal((struct br_octets){(const uint8_t *)text + 8, 2}, 31, &day) ||
	    year < 1950 || month == 0 || day == 0 || day > days[month - 1])
		return false;
	*ret_s = days_of((int64_t)year, (int64_t)month, (int64_t)day) * DAY_S;
	return true;
}

static void der_put_time(struct br_writer *w, int64_t time_s)
{
	int64_t day = time_s >= 0 ? time_s / DAY_S : -((-time_s + DAY_S - 1) / DAY_S);
	int64_t second = time_s - day * DAY_S, year = 1950, month = 1;
	size_t at = br_written(w);

	while (days_of(year + 1, 1, 1) <= day)
		year++;
	while (month < 12 && days_of(year, month + 1, 1) <= day)
		month++;
	br_text_put_padded(w, (uint64_t)(year < UTC_YEARS_END ? year % 100 : year),
	                   year < UTC_YEARS_END ? 2 : 4);
	br_text_put_padded(w, (uint64_t)month, 2);
	br_text_put_padded(w, (uint64_t)(day - days_of(year, month, 1) + 1), 2);
	br_text_put_padded(w, (uint64_t)(second / 3600), 2);
	br_text_put_padded(w, (uint64_t)(second / 60 % 60), 2);
	br_text_put_padded(w, (uint64_t)(second % 60), 2);
	br_put_u8(w, 'Z');
	der_close(w, at, year < UTC_YEARS_END ? DER_UTC_TIME : DER_GENERAL_TIME);
}

/* Fields */

static void put_name(struct br_writer *w, const char *common_name)
{
	size_t name = br_written(w);

	der_put_oid(w, oid_cn);
	der_put(w, DER_UTF8, common_name, strlen(common_name));
	der_close(w, name, DER_SEQUENCE);
	der_close(w, name, DER_SET);
	der_close(w, name, DER_SEQUENCE);
}

static void put_algorithm(struct br_writer *w, const struct br_tls_key *signer)
{
	size_t at = br_written(w);

	if (is_rsa(signer)) {
		der_put_oid(w, oid_rsa_sha256);
		der_put(w, DER_NULL, NULL, 0);
	} else {
		der_put_oid(w, oid_ecdsa_sha256);
	}
	der_close(w, at, DER_SEQUENCE);
}

static void put_key_bits(struct br_writer *w, const struct br_tls_key *key)
{
	static const uint8_t exponent[] = {PUBLIC_EXPONENT >> 16, 0, PUBLIC_EXPONENT & 0xff};
	size_t at = br_written(w);

	if (is_rsa(key)) {
		der_put_number(w, key->n);
		der_put(w, DER_INTEGER, exponent, sizeof(exponent));
		der_close(w, at, DER_SEQUENCE);
	} else {
		br_put_bytes(w, key->point.data, key->point.size);
	}
}

static void put_key(struct br_writer *w, const struct br_tls_key *key)
{
	size_t whole = br_written(w), bits;

	if (is_rsa(key)) {
		der_put_oid(w, oid_rsa);
		der_put(w, DER_NULL, NULL, 0);
	} else {
		der_put_oid(w, oid_ec);
		if (key->bits == 256)
			der_put_oid(w, oid_p256);
		else
			der_put_oid(w, oid_p384);
	}
	der_close(w, whole, DER_SEQUENCE);
	bits = br_written(w);
	br_put_u8(w, 0); /* unused bits */
	put_key_bits(w, key);
	der_close(w, bits, DER_BITS);
	der_close(w, whole, DER_SEQUENCE);
}

/* RFC 5280 section 4.2.1.2, the first method: SHA-1 of the key's bits */
static void key_id(const struct br_tls_key *key, uint8_t ret[br_sha1_SIZE])
{
	uint8_t bits[RSA_SIZE_MAX + 32];
	struct br_writer w = br_writer_of(bits, sizeof(bits));
	br_sha1_context hash;

	put_key_bits(&w, key);
	br_sha1_init(&hash);
	br_sha1_update(&hash, bits, br_written(&w));
	br_sha1_out(&hash, ret);
}

static void begin_extension(struct br_writer *w, const uint8_t *oid, size_t size, bool critical)
{
	static const uint8_t yes = 0xff;

	der_put(w, DER_OID, oid, size);
	if (critical)
		der_put(w, DER_BOOLEAN, &yes, 1);
}

static void end_extension(struct br_writer *w, size_t whole, size_t value)
{
	der_close(w, value, DER_OCTETS);
	der_close(w, whole, DER_SEQUENCE);
}

static void put_names(struct br_writer *w, const char *names)
{
	struct br_octets rest = br_text(names);
	size_t whole = br_written(w), value;
	uint8_t ip[BR_IP_SIZE];

	begin_extension(w, oid_names, sizeof(oid_names), false);
	value = br_written(w);
	while (rest.data) {
		struct br_octets name = br_text_cut(&rest, ',');

		if (br_text_get_ip(name, ip)) {
			size_t skip = br_ip_is_ipv4(ip) ? 12 : 0;

			der_put(w, DER_ADDRESS, ip + skip, BR_IP_SIZE - skip);
		} else {
			der_put(w, DER_DNS_NAME, name.data, name.size);
		}
	}
	der_close(w, value, DER_SEQUENCE);
	end_extension(w, whole, value);
}

static void put_usage(struct br_writer *w, const struct br_tls_ask *ask)
{
	static const uint8_t yes = 0xff;
	static const struct {
		uint8_t unused, bits;
	} leaf[] = {
		[BR_TLS_FOR_SERVER] = {5, 0xa0},   [BR_TLS_FOR_SIGN] = {7, 0x80},
		[BR_TLS_FOR_ENCIPHER] = {5, 0x20}, [BR_TLS_FOR_CRLS] = {1, 0x02},
		[BR_TLS_FOR_CLIENT] = {5, 0xa0},
	};
	const uint8_t usage[] = {ask->authority ? 1 : leaf[ask->usage].unused,
	                         ask->authority ? KEY_USAGE_AUTHORITY : leaf[ask->usage].bits};
	size_t whole = br_written(w), value;

	begin_extension(w, oid_constraints, sizeof(oid_constraints), true);
	value = br_written(w);
	if (ask->authority)
		der_put(w, DER_BOOLEAN, &yes, 1);
	der_close(w, value, DER_SEQUENCE);
	end_extension(w, whole, value);
	whole = br_written(w);
	begin_extension(w, oid_usage, sizeof(oid_usage), true);
	value = br_written(w);
	der_put(w, DER_BITS, usage, sizeof(usage));
	end_extension(w, whole, value);
	if (ask->authority || ask->usage != BR_TLS_FOR_CLIENT)
		return;
	whole = br_written(w);
	begin_extension(w, oid_purposes, sizeof(oid_purposes), false);
	value = br_written(w);
	der_put_oid(w, oid_client_auth);
	der_close(w, value, DER_SEQUENCE);
	end_extension(w, whole, value);
}

static void put_key_ids(struct br_writer *w, const struct br_tls_ask *ask)
{
	uint8_t id[br_sha1_SIZE];
	size_t whole = br_written(w), value;

	key_id(ask->key, id);
	begin_extension(w, oid_key_id, sizeof(oid_key_id), false);
	value = br_written(w);
	der_put(w, DER_OCTETS, id, sizeof(id));
	end_extension(w, whole, value);
	whole = br_written(w);
	key_id(ask->issuer_key, id);
	begin_extension(w, oid_issuer_key_id, sizeof(oid_issuer_key_id), false);
	value = br_written(w);
	der_put(w, 0x80, id, sizeof(id)); /* [0] keyIdentifier */
	der_close(w, value, DER_SEQUENCE);
	end_extension(w, whole, value);
}

static void put_extensions(struct br_writer *w, const struct br_tls_ask *ask)
{
	size_t whole = br_written(w);

	put_usage(w, ask);
	put_key_ids(w, ask);
	if (ask->names[0])
		put_names(w, ask->names);
	der_close(w, whole, DER_SEQUENCE);
	der_close(w, whole, DER_EXTENSIONS);
}

/* Drawn from what the certificate says: two that differ have different numbers. */
static void put_serial(struct br_writer *w, const struct br_tls_ask *ask)
{
	const int64_t times[] = {ask->from_s, ask->until_s};
	uint8_t digest[br_sha256_SIZE], number[2 * 8], usage = (uint8_t)ask->usage;
	struct br_writer n = br_writer_of(number, sizeof(number));
	br_sha256_context hash;

	for (size_t i = 0; i < 2; i++) {
		br_put_be32(&n, (uint32_t)((uint64_t)times[i] >> 32));
		br_put_be32(&n, (uint32_t)times[i]);
	}
	br_sha256_init(&hash);
	br_sha256_update(&hash, number, sizeof(number));
	br_sha256_update(&hash, ask->subject, strlen(ask->subject) + 1);
	br_sha256_update(&hash, ask->issuer, strlen(ask->issuer) + 1);
	br_sha256_update(&hash, ask->names, strlen(ask->names) + 1);
	br_sha256_update(&hash, ask->key->name, strlen(ask->key->name) + 1);
	br_sha256_update(&hash, ask->issuer_key->name, strlen(ask->issuer_key->name) + 1);
	if (ask->usage != BR_TLS_FOR_SERVER)
		br_sha256_update(&hash, &usage, 1);
	br_sha256_out(&hash, digest);
	digest[0] = (uint8_t)((digest[0] & 0x3f) | 0x40); /* no sign, and all its octets */
	der_put(w, DER_INTEGER, digest, SERIAL_SIZE);
}

static void put_signature(struct br_writer *w, size_t signed_at, const struct br_tls_key *key)
{
	uint8_t digest[br_sha256_SIZE], signature[SIGNATURE_SIZE_MAX];
	size_t at, size = 0;
	br_sha256_context hash;

	br_sha256_init(&hash);
	br_sha256_update(&hash, w->start + signed_at, br_written(w) - signed_at);
	br_sha256_out(&hash, digest);
	if (is_rsa(key)) {
		br_rsa_private_key secret;

		br_tls_key_rsa(key, &secret);
		size = key->n.size;
		if (!br_rsa_pkcs1_sign_get_default()(BR_HASH_OID_SHA256, digest, sizeof(digest),
		                                     &secret, signature))
			w->bad = true;
	} else {
		br_ec_private_key secret;

		br_tls_key_ec(key, &secret);
		size = br_ecdsa_sign_asn1_get_default()(br_ec_get_default(), &br_sha256_vtable,
		                                        digest, &secret, signature);
	}
	put_algorithm(w, key);
	at = br_written(w);
	br_put_u8(w, 0); /* unused bits */
	br_put_bytes(w, signature, size);
	der_close(w, at, DER_BITS);
}

void br_tls_certificate_build(const struct br_tls_ask *ask, struct br_writer *w)
{
	static const uint8_t version3 = 2;
	size_t whole = br_written(w), at;

	der_put(w, DER_INTEGER, &version3, 1);
	der_close(w, whole, DER_VERSION);
	put_serial(w, ask);
	put_algorithm(w, ask->issuer_key);
	put_name(w, ask->issuer);
	at = br_written(w);
	der_put_time(w, ask->from_s);
	der_put_time(w, ask->until_s);
	der_close(w, at, DER_SEQUENCE);
	put_name(w, ask->subject);
	put_key(w, ask->key);
	put_extensions(w, ask);
	der_close(w, whole, DER_SEQUENCE);
	if (w->bad)
		return;
	put_signature(w, whole, ask->issuer_key);
	der_close(w, whole, DER_SEQUENCE);
}

/* The rig's authorities */

void br_tls_authority_build(const char *name, struct br_writer *w)
{
	static const struct {
		const char *name, *key, *subject, *issuer, *issuer_key;
	} authorities[] = {
		{"root", "root", "bootrig root", "bootrig root", "root"},
		{"intermediate", "intermediate", "bootrig intermediate", "bootrig root", "root"},
		{"unfit", "intermediate", "bootrig intermediate", "bootrig root", "root"},
		{"other", "other", "another root", "another root", "other"},
	};
	struct br_tls_ask ask = {.names = "", .authority = strcmp(name, "unfit") != 0};

	(void)br_tls_date_read("2000-01-01", &ask.from_s);
	(void)br_tls_date_read("2049-12-31", &ask.until_s);
	for (size_t i = 0; i < sizeof(authorities) / sizeof(authorities[0]); i++) {
		if (strcmp(authorities[i].name, name) != 0)
			continue;
		ask.subject = authorities[i].subject;
		ask.issuer = authorities[i].issuer;
		ask.key = br_tls_key_find(authorities[i].key);
		ask.issuer_key = br_tls_key_find(authorities[i].issuer_key);
		br_tls_certificate_build(&ask, w);
		return;
	}
	w->bad = true;
}

static void put_le32(struct br_writer *w, uint32_t value)
{
	for (unsigned shift = 0; shift < 32; shift += 8)
		br_put_u8(w, (uint8_t)(value >> shift));
}

void br_tls_authority_list(const char *name, struct br_writer *w)
{
	/* EFI_CERT_X509_GUID a5c059a1-94e4-4aa7-87b5-ab155c2bf072, mixed-endian */
	static const uint8_t x509[] = {0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94, 0xa7, 0x4a,
	                               0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72};
	static const uint8_t owner[16] = {0};
	enum {
		LIST_HEAD = 28
	};
	uint8_t der[BR_TLS_CERTIFICATE_SIZE_MAX];
	struct br_writer c = br_writer_of(der, sizeof(der));
	uint32_t size;

	br_tls_authority_build(name, &c);
	size = (uint32_t)br_written(&c);
	br_put_bytes(w, x509, sizeof(x509));
	put_le32(w, LIST_HEAD + (uint32_t)sizeof(owner) + size);
	put_le32(w, 0); /* header of the signatures */
	put_le32(w, (uint32_t)sizeof(owner) + size);
	br_put_bytes(w, owner, sizeof(owner));
	br_put_bytes(w, der, size);
	w->bad = w->bad || c.bad;
}
