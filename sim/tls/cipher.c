/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/tls/cipher.h"

#include <string.h>

enum {
	TLS_1_1 = 0x0302,
	TLS_1_2 = 0x0303,
	SEED_SIZE_MAX = 64,
	MAC_SIZE_MAX = 48,
	KEY_SIZE_MAX = 32,
	IV_SIZE_MAX = 16,
	BLOCK_SIZE_MAX = 2 * (MAC_SIZE_MAX + KEY_SIZE_MAX + IV_SIZE_MAX),
	GCM_IV_SIZE = 4,
	CHAPOL_IV_SIZE = 12,
	AES_BLOCK = 16,
	HEADROOM = 64, /* before the plain text, for heads and an IV */
};

#define SUITE(number, name, exchange, kind, key, mac, prf)                                         \
	{                                                                                          \
		number, name, BR_CIPHER_##exchange, BR_CIPHER_##kind, key, mac, prf                \
	}

static const struct br_cipher_suite suites[] = {
	SUITE(0x002f, "RSA_WITH_AES_128_CBC_SHA", RSA, CBC, 16, br_sha1_ID, br_sha256_ID),
	SUITE(0x0035, "RSA_WITH_AES_256_CBC_SHA", RSA, CBC, 32, br_sha1_ID, br_sha256_ID),
	SUITE(0x003c, "RSA_WITH_AES_128_CBC_SHA256", RSA, CBC, 16, br_sha256_ID, br_sha256_ID),
	SUITE(0x003d, "RSA_WITH_AES_256_CBC_SHA256", RSA, CBC, 32, br_sha256_ID, br_sha256_ID),
	SUITE(0x009c, "RSA_WITH_AES_128_GCM_SHA256", RSA, GCM, 16, 0, br_sha256_ID),
	SUITE(0x009d, "RSA_WITH_AES_256_GCM_SHA384", RSA, GCM, 32, 0, br_sha384_ID),
	SUITE(0x0033, "DHE_RSA_WITH_AES_128_CBC_SHA", DHE_RSA, CBC, 16, br_sha1_ID, br_sha256_ID),
	SUITE(0x0039, "DHE_RSA_WITH_AES_256_CBC_SHA", DHE_RSA, CBC, 32, br_sha1_ID, br_sha256_ID),
	SUITE(0x0067, "DHE_RSA_WITH_AES_128_CBC_SHA256", DHE_RSA, CBC, 16, br_sha256_ID,
              br_sha256_ID),
	SUITE(0x006b, "DHE_RSA_WITH_AES_256_CBC_SHA256", DHE_RSA, CBC, 32, br_sha256_ID,
              br_sha256_ID),
	SUITE(0x009e, "DHE_RSA_WITH_AES_128_GCM_SHA256", DHE_RSA, GCM, 16, 0, br_sha256_ID),
	SUITE(0x009f, "DHE_RSA_WITH_AES_256_GCM_SHA384", DHE_RSA, GCM, 32, 0, br_sha384_ID),
	SUITE(0xc013, "ECDHE_RSA_WITH_AES_128_CBC_SHA", ECDHE_RSA, CBC, 16, br_sha1_ID,
              br_sha256_ID),
	SUITE(0xc014, "ECDHE_RSA_WITH_AES_256_CBC_SHA", ECDHE_RSA, CBC, 32, br_sha1_ID,
              br_sha256_ID),
	SUITE(0xc027, "ECDHE_RSA_WITH_AES_128_CBC_SHA256", ECDHE_RSA, CBC, 16, br_sha256_ID,
              br_sha256_ID),
	SUITE(0xc028, "ECDHE_RSA_WITH_AES_256_CBC_SHA384", ECDHE_RSA, CBC, 32, br_sha384_ID,
              br_sha384_ID),
	SUITE(0xc02f, "ECDHE_RSA_WITH_AES_128_GCM_SHA256", ECDHE_RSA, GCM, 16, 0, br_sha256_ID),
	SUITE(0xc030, "ECDHE_RSA_WITH_AES_256_GCM_SHA384", ECDHE_RSA, GCM, 32, 0, br_sha384_ID),
	SUITE(0xcca8, "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", ECDHE_RSA, CHAPOL, 32, 0,
              br_sha256_ID),
	SUITE(0xc009, "ECDHE_ECDSA_WITH_AES_128_CBC_SHA", ECDHE_ECDSA, CBC, 16, br_sha1_ID,
              br_sha256_ID),
	SUITE(0xc00a, "ECDHE_ECDSA_WITH_AES_256_CBC_SHA", ECDHE_ECDSA, CBC, 32, br_sha1_ID,
              br_sha256_ID),
	SUITE(0xc023, "ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", ECDHE_ECDSA, CBC, 16, br_sha256_ID,
              br_sha256_ID),
	SUITE(0xc024, "ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", ECDHE_ECDSA, CBC, 32, br_sha384_ID,
              br_sha384_ID),
	SUITE(0xc02b, "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", ECDHE_ECDSA, GCM, 16, 0, br_sha256_ID),
	SUITE(0xc02c, "ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", ECDHE_ECDSA, GCM, 32, 0, br_sha384_ID),
	SUITE(0xcca9, "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", ECDHE_ECDSA, CHAPOL, 32, 0,
              br_sha256_ID),
};

const struct br_cipher_suite *br_cipher_find(uint16_t number)
{
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		if (suites[i].number == number)
			return &suites[i];
	}
	return NULL;
}

void br_cipher_prf(const struct br_cipher *cipher, struct br_octets secret, const char *label,
                   struct br_octets seed, uint8_t *target, size_t size)
{
	const br_tls_prf_seed_chunk chunk = {seed.data, seed.size};

	if (cipher->version < TLS_1_2)
		br_tls10_prf(target, size, secret.data, secret.size, label, 1, &chunk);
	else if (cipher->suite->prf == br_sha384_ID)
		br_tls12_sha384_prf(target, size, secret.data, secret.size, label, 1, &chunk);
	else
		br_tls12_sha256_prf(target, size, secret.data, secret.size, label, 1, &chunk);
}

static size_t hash(const br_hash_class *class, struct br_octets octets, uint8_t *target)
{
	br_hash_compat_context context;

	class->init(&context.vtable);
	class->update(&context.vtable, octets.data, octets.size);
	class->out(&context.vtable, target);
	return class->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}

size_t br_cipher_transcript(const struct br_cipher *cipher, struct br_octets messages,
                            uint8_t target[static 64])
{
	if (cipher->version < TLS_1_2) {
		size_t size = hash(&br_md5_vtable, messages, target);

		return size + hash(&br_sha1_vtable, messages, target + size);
	}
	return hash(cipher->suite->prf == br_sha384_ID ? &br_sha384_vtable : &br_sha256_vtable,
	            messages, target);
}

static const br_hash_class *mac_class(uint8_t id)
{
	return id == br_sha384_ID   ? &br_sha384_vtable
	       : id == br_sha256_ID ? &br_sha256_vtable
	                            : &br_sha1_vtable;
}

static size_t mac_size(uint8_t id)
{
	return id == br_sha384_ID ? 48 : id == br_sha256_ID ? 32 : id ? 20 : 0;
}

/* RFC 5246 section 6.3: MAC keys, keys, IVs; the client's each time first */
struct block {
	uint8_t octets[BLOCK_SIZE_MAX];
	size_t mac, key, iv;
};

static const uint8_t *mac_of(const struct block *b, bool server)
{
	return b->octets + (server ? b->mac : 0);
}

static const uint8_t *key_of(const struct block *b, bool server)
{
	return b->octets + 2 * b->mac + (server ? b->key : 0);
}

static const uint8_t *iv_of(const struct block *b, bool server)
{
	return b->octets + 2 * (b->mac + b->key) + (server ? b->iv : 0);
}

static void start_cbc(struct br_cipher *c, const struct block *b)
{
	const br_hash_class *class = mac_class(c->suite->mac);
	bool chained = c->version < TLS_1_1; /* the IV is the last block of the record before */

	br_sslrec_in_cbc_vtable.init(&c->in.cbc.vtable, &br_aes_ct_cbcdec_vtable, key_of(b, true),
	                             b->key, class, mac_of(b, true), b->mac, b->mac,
	                             chained ? iv_of(b, true) : NULL);
	br_sslrec_out_cbc_vtable.init(&c->out.cbc.vtable, &br_aes_ct_cbcenc_vtable,
	                              key_of(b, false), b->key, class, mac_of(b, false), b->mac,
	                              b->mac, chained ? iv_of(b, false) : NULL);
}

void br_cipher_start(struct br_cipher *c, const uint8_t *client_random,
                     const uint8_t *server_random)
{
	struct block b = {.mac = mac_size(c->suite->mac), .key = c->suite->key_size};
	uint8_t seed[2 * BR_CIPHER_RANDOM_SIZE];

	switch (c->suite->kind) {
	case BR_CIPHER_GCM:
		b.iv = GCM_IV_SIZE;
		break;
	case BR_CIPHER_CHAPOL:
		b.iv = CHAPOL_IV_SIZE;
		break;
	case BR_CIPHER_CBC:
		b.iv = c->version < TLS_1_1 ? AES_BLOCK : 0;
		break;
	}
	memcpy(seed, server_random, BR_CIPHER_RANDOM_SIZE);
	memcpy(seed + BR_CIPHER_RANDOM_SIZE, client_random, BR_CIPHER_RANDOM_SIZE);
	br_cipher_prf(c, (struct br_octets){c->master, sizeof(c->master)}, "key expansion",
	              (struct br_octets){seed, sizeof(seed)}, b.octets, 2 * (b.mac + b.key + b.iv));
	switch (c->suite->kind) {
	case BR_CIPHER_GCM:
		br_sslrec_in_gcm_vtable.init(&c->in.gcm.vtable.in, &br_aes_ct_ctr_vtable,
		                             key_of(&b, true), b.key, &br_ghash_ctmul32,
		                             iv_of(&b, true));
		br_sslrec_out_gcm_vtable.init(&c->out.gcm.vtable.out, &br_aes_ct_ctr_vtable,
		                              key_of(&b, false), b.key, &br_ghash_ctmul32,
		                              iv_of(&b, false));
		break;
	case BR_CIPHER_CHAPOL:
		br_sslrec_in_chapol_vtable.init(&c->in.chapol.vtable.in, &br_chacha20_ct_run,
		                                &br_poly1305_ctmul_run, key_of(&b, true),
		                                iv_of(&b, true));
		br_sslrec_out_chapol_vtable.init(&c->out.chapol.vtable.out, &br_chacha20_ct_run,
		                                 &br_poly1305_ctmul_run, key_of(&b, false),
		                                 iv_of(&b, false));
		break;
	case BR_CIPHER_CBC:
		start_cbc(c, &b);
		break;
	}
}

void br_cipher_seal(struct br_cipher *c, uint8_t type, struct br_octets plain, struct br_writer *w)
{
	uint8_t buffer[HEADROOM + BR_CIPHER_SEALED_MAX];
	size_t start = HEADROOM, end = sizeof(buffer), size = plain.size;
	unsigned char *record;

	c->out.class->max_plaintext(&c->out.class, &start, &end);
	if (size > end - start) {
		w->bad = true;
		return;
	}
	memcpy(buffer + start, plain.data, size);
	record = c->out.class->encrypt(&c->out.class, type, c->version, buffer + start, &size);
	br_put_bytes(w, record, size);
}

bool br_cipher_open(struct br_cipher *c, uint8_t type, uint8_t *body, size_t size,
                    struct br_octets *ret_plain)
{
	unsigned char *plain;

	if (!c->in.class->check_length(&c->in.class, size))
		return false;
	plain = c->in.class->decrypt(&c->in.class, type, c->version, body, &size);
	if (!plain)
		return false;
	*ret_plain = (struct br_octets){plain, size};
	return true;
}
