/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * Diffie-Hellman over a prime is the library's RSA with other names: base ^ exponent mod prime.
 * RSA-PSS, which it has not, is RFC 8017 section 9.1.2 over the same function.
 */
#include "sim/tls/exchange.h"

#include <string.h>

#include "core/formats/tls.h"
#include "sim/tls/signature.h"

enum {
	TLS_1_2 = 0x0303,
	NAMED_CURVE = 3, /* RFC 8422 section 5.4 */
	PREMASTER_SIZE = 48,
	SECRET_SIZE = 32, /* of an ephemeral key */
	HASH_SIZE_MAX = 64,
	RSA = 1, /* SignatureAlgorithm, RFC 5246 section 7.4.1.4.1 */
	ECDSA = 3,
	PSS = 8, /* the first octet of the schemes of RFC 8446 section 4.2.3 */
	PSS_MARK = 0xbc,
	PKCS1_ROOM = 11, /* RFC 8017 section 7.2.1 */
};

/* @x ^ @exponent mod @modulus, in its place, which has the modulus' size */
static bool power(uint8_t *x, struct br_octets modulus, struct br_octets exponent)
{
	uint8_t n[BR_EXCHANGE_SIZE_MAX], e[BR_EXCHANGE_SIZE_MAX];
	br_rsa_public_key key = {.n = br_signature_lend(n, sizeof(n), modulus),
	                         .nlen = modulus.size,
	                         .e = br_signature_lend(e, sizeof(e), exponent),
	                         .elen = exponent.size};

	return key.n && key.e && br_rsa_public_get_default()(x, modulus.size, &key) == 1;
}

/* Signatures */

static const br_hash_class *hash_class(uint8_t id)
{
	switch (id) {
	case br_sha1_ID:
		return &br_sha1_vtable;
	case br_sha224_ID:
		return &br_sha224_vtable;
	case br_sha256_ID:
		return &br_sha256_vtable;
	case br_sha384_ID:
		return &br_sha384_vtable;
	case br_sha512_ID:
		return &br_sha512_vtable;
	default:
		return NULL;
	}
}

static const unsigned char *oid_of(uint8_t id)
{
	return id == br_sha1_ID     ? BR_HASH_OID_SHA1
	       : id == br_sha224_ID ? BR_HASH_OID_SHA224
	       : id == br_sha256_ID ? BR_HASH_OID_SHA256
	       : id == br_sha384_ID ? BR_HASH_OID_SHA384
	                            : BR_HASH_OID_SHA512;
}

struct signed_part {
	struct br_octets part[3]; /* client's random, server's, the parameters */
};

static size_t digest_of(const br_hash_class *class, const struct signed_part *all, uint8_t *target)
{
	br_hash_compat_context context;

	class->init(&context.vtable);
	for (size_t i = 0; i < 3; i++)
		class->update(&context.vtable, all->part[i].data, all->part[i].size);
	class->out(&context.vtable, target);
	return class->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}

/* MGF1, RFC 8017 section B.2.1, over @target by exclusive or */
static void mask(const br_hash_class *class, struct br_octets seed, uint8_t *target, size_t size)
{
	uint8_t counter[4] = {0}, block[HASH_SIZE_MAX];

	for (size_t at = 0; at < size; counter[3]++) {
		const struct signed_part all = {{seed, {counter, sizeof(counter)}, {NULL, 0}}};
		size_t got = digest_of(class, &all, block);

		for (size_t i = 0; i < got && at < size; i++)
			target[at++] ^= block[i];
	}
}

static bool pss_holds(const br_hash_class *class, const struct br_certificate *c,
                      const uint8_t *digest, size_t size, struct br_octets signature)
{
	static const uint8_t zeros[8];
	uint8_t em[BR_EXCHANGE_SIZE_MAX], found[HASH_SIZE_MAX];
	size_t whole = c->key.size, masked, at = 0;

	if (signature.size != whole || whole > sizeof(em) || whole < 2 * size + 2)
		return false;
	memcpy(em, signature.data, whole);
	if (!power(em, c->key, c->exponent) || em[whole - 1] != PSS_MARK)
		return false;
	masked = whole - size - 1;
	mask(class, (struct br_octets){em + masked, size}, em, masked);
	em[0] &= 0x7f; /* a modulus of whole octets has one bit more than the encoding */
	while (at < masked && em[at] == 0)
		at++;
	if (at == masked || em[at] != 1)
		return false;
	const struct signed_part all = {
		{{zeros, sizeof(zeros)}, {digest, size}, {em + at + 1, masked - at - 1}}};

	(void)digest_of(class, &all, found);
	return !memcmp(found, em + masked, size);
}

/* Before TLS 1.2 there is no choice: MD5 and SHA-1 for RSA, SHA-1 for ECDSA. */
static bool old_holds(const struct br_certificate *c, const struct signed_part *all,
                      struct br_octets signature)
{
	uint8_t digest[HASH_SIZE_MAX];
	size_t size = c->rsa ? digest_of(&br_md5_vtable, all, digest) : 0;

	size += digest_of(&br_sha1_vtable, all, digest + size);
	return c->rsa ? br_signature_rsa(c, NULL, digest, size, signature)
	              : br_signature_ecdsa(c, digest, size, signature);
}

static enum br_tls_reason check(struct br_reader *r, uint16_t version,
                                const struct br_certificate *c, const struct signed_part *all)
{
	uint8_t hash = 0, algorithm = 0, digest[HASH_SIZE_MAX];
	const br_hash_class *class;
	struct br_reader sub;
	bool holds;
	size_t size;

	if (version >= TLS_1_2) {
		hash = br_get_u8(r);
		algorithm = br_get_u8(r);
	}
	sub = br_tls_vector_get(r);
	const struct br_octets signature = {sub.pos, br_left(&sub)};

	if (r->bad)
		return BR_TLS_NOT_READ;
	if (version < TLS_1_2)
		return old_holds(c, all, signature) ? BR_TLS_WELL : BR_TLS_BAD_SIGNATURE;
	if (hash == PSS) { /* 0804 to 0806 and 0809 to 080b: SHA-256, -384, -512 */
		class = hash_class((uint8_t)(br_sha256_ID + (algorithm - 4) % 5));
		if (algorithm < 4 || !class)
			return BR_TLS_BEYOND;
		size = digest_of(class, all, digest);
		holds = c->rsa && pss_holds(class, c, digest, size, signature);
	} else {
		class = hash_class(hash);
		if (!class)
			return BR_TLS_BEYOND;
		size = digest_of(class, all, digest);
		holds = algorithm == RSA
		                ? br_signature_rsa(c, oid_of(hash), digest, size, signature)
		                : algorithm == ECDSA &&
		                          br_signature_ecdsa(c, digest, size, signature);
	}
	return holds ? BR_TLS_WELL : BR_TLS_BAD_SIGNATURE;
}

/* What the server sends */

static bool take(struct br_reader *r, uint8_t *target, size_t room, size_t *ret_size)
{
	struct br_reader sub = br_tls_vector_get(r);

	while (br_left(&sub) > 1 && sub.pos[0] == 0)
		(void)br_get_u8(&sub);
	*ret_size = br_left(&sub);
	if (r->bad || *ret_size == 0 || *ret_size > room)
		return false;
	br_get_bytes(&sub, target, *ret_size);
	return true;
}

static enum br_tls_reason read_group(struct br_exchange *x, struct br_reader *r)
{
	if (!take(r, x->prime, sizeof(x->prime), &x->prime_size) ||
	    !take(r, x->generator, sizeof(x->generator), &x->generator_size) ||
	    !take(r, x->share, sizeof(x->share), &x->share_size))
		return BR_TLS_NOT_READ;
	x->dh_bits = (uint16_t)(x->prime_size * 8);
	for (uint8_t top = 0x80; top && (x->prime[0] & top) == 0; top >>= 1)
		x->dh_bits--;
	return x->generator_size <= x->prime_size && x->share_size <= x->prime_size &&
	                       (x->prime[x->prime_size - 1] & 1) != 0
	               ? BR_TLS_WELL
	               : BR_TLS_NOT_READ;
}

static enum br_tls_reason read_curve(struct br_exchange *x, struct br_reader *r)
{
	struct br_reader point;

	if (br_get_u8(r) != NAMED_CURVE)
		return BR_TLS_NOT_READ;
	x->curve = br_get_be16(r);
	point = br_tls_short_vector_get(r);
	x->point_size = br_left(&point);
	if (r->bad || x->point_size == 0)
		return BR_TLS_NOT_READ;
	if (x->point_size > sizeof(x->point) || x->curve >= 32 ||
	    (br_ec_get_default()->supported_curves >> x->curve & 1) == 0)
		return BR_TLS_BEYOND;
	br_get_bytes(&point, x->point, x->point_size);
	return BR_TLS_WELL;
}

enum br_tls_reason br_exchange_read(struct br_exchange *x, enum br_cipher_exchange kind,
                                    uint16_t version, const struct br_certificate *certificate,
                                    const uint8_t *client_random, const uint8_t *server_random,
                                    struct br_octets body)
{
	struct br_reader r = br_reader_of(body.data, body.size);
	enum br_tls_reason reason;

	if (kind == BR_CIPHER_RSA)
		return BR_TLS_NOT_READ; /* there is none, RFC 5246 section 7.4.3 */
	reason = kind == BR_CIPHER_DHE_RSA ? read_group(x, &r) : read_curve(x, &r);
	if (reason != BR_TLS_WELL)
		return reason;
	const struct signed_part all = {{{client_random, BR_CIPHER_RANDOM_SIZE},
	                                 {server_random, BR_CIPHER_RANDOM_SIZE},
	                                 {body.data, (size_t)(r.pos - body.data)}}};

	return check(&r, version, certificate, &all);
}

/* What the client sends */

static void draw(struct br_prng *prng, uint8_t *target, size_t size, bool no_zeros)
{
	for (size_t i = 0; i < size; i++) {
		target[i] = (uint8_t)br_prng_next(prng);
		if (no_zeros && target[i] == 0)
			target[i] = 1;
	}
}

static size_t by_rsa(const struct br_certificate *c, uint16_t version, struct br_prng *prng,
                     struct br_writer *w, uint8_t *premaster)
{
	uint8_t block[BR_EXCHANGE_SIZE_MAX];
	size_t size = c->key.size;

	if (!c->rsa || size > sizeof(block) || size < PREMASTER_SIZE + PKCS1_ROOM)
		return 0;
	draw(prng, premaster, PREMASTER_SIZE, false);
	premaster[0] = (uint8_t)(version >> 8);
	premaster[1] = (uint8_t)version;
	draw(prng, block, size, true);
	block[0] = 0;
	block[1] = 2;
	block[size - PREMASTER_SIZE - 1] = 0;
	memcpy(block + size - PREMASTER_SIZE, premaster, PREMASTER_SIZE);
	if (!power(block, c->key, c->exponent))
		return 0;
	br_put_be16(w, (uint16_t)size);
	br_put_bytes(w, block, size);
	return PREMASTER_SIZE;
}

/* @x, right in a number of the prime's size */
static void widen(const struct br_exchange *x, const uint8_t *octets, size_t size, uint8_t *target)
{
	memset(target, 0, x->prime_size);
	memcpy(target + x->prime_size - size, octets, size);
}

static size_t by_group(const struct br_exchange *x, struct br_prng *prng, struct br_writer *w,
                       uint8_t *premaster)
{
	uint8_t secret[SECRET_SIZE], number[BR_EXCHANGE_SIZE_MAX];
	const struct br_octets prime = {x->prime, x->prime_size}, exponent = {secret, SECRET_SIZE};
	size_t zeros = 0;

	draw(prng, secret, sizeof(secret), true);
	widen(x, x->generator, x->generator_size, number);
	if (x->prime_size == 0 || !power(number, prime, exponent))
		return 0;
	br_put_be16(w, (uint16_t)x->prime_size);
	br_put_bytes(w, number, x->prime_size);
	widen(x, x->share, x->share_size, number);
	if (!power(number, prime, exponent))
		return 0;
	while (zeros < x->prime_size && number[zeros] == 0) /* RFC 5246 section 8.1.2 */
		zeros++;
	memcpy(premaster, number + zeros, x->prime_size - zeros);
	return x->prime_size - zeros;
}

static size_t by_curve(const struct br_exchange *x, struct br_prng *prng, struct br_writer *w,
                       uint8_t *premaster)
{
	const br_ec_impl *ec = br_ec_get_default();
	uint8_t secret[SECRET_SIZE], point[sizeof(x->point)];
	size_t size, at, length;

	if (x->point_size == 0)
		return 0;
	draw(prng, secret, sizeof(secret), false);
	secret[0] = (uint8_t)((secret[0] & 0x3f) | 0x40); /* below each curve's order, and not 0 */
	memcpy(point, x->point, x->point_size);
	if (ec->mul(point, x->point_size, secret, sizeof(secret), x->curve) != 1)
		return 0;
	at = ec->xoff(x->curve, &length);
	memcpy(premaster, point + at, length);
	size = ec->mulgen(point, secret, sizeof(secret), x->curve);
	br_put_u8(w, (uint8_t)size);
	br_put_bytes(w, point, size);
	return length;
}

size_t br_exchange_write(const struct br_exchange *x, enum br_cipher_exchange kind,
                         uint16_t version, const struct br_certificate *certificate,
                         struct br_prng *prng, struct br_writer *w,
                         uint8_t premaster[static BR_EXCHANGE_SIZE_MAX])
{
	uint8_t octets[BR_EXCHANGE_SIZE_MAX];
	struct br_writer body = br_writer_of(octets, sizeof(octets));
	size_t secret = 0;

	switch (kind) {
	case BR_CIPHER_RSA:
		secret = by_rsa(certificate, version, prng, &body, premaster);
		break;
	case BR_CIPHER_DHE_RSA:
		secret = by_group(x, prng, &body, premaster);
		break;
	case BR_CIPHER_ECDHE_RSA:
	case BR_CIPHER_ECDHE_ECDSA:
		secret = by_curve(x, prng, &body, premaster);
		break;
	}
	br_put_u8(w, BR_TLS_CLIENT_KEY);
	br_put_u8(w, 0);
	br_put_be16(w, (uint16_t)br_written(&body));
	br_put_bytes(w, octets, br_written(&body));
	w->bad = w->bad || body.bad;
	return secret;
}
