/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/tls/identity.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/certificate.h"
#include "sim/tls/certificate.h"
#include "sim/tls/identity_inside.h"
#include "sim/tls/pem.h"
#include "sim/tls/secrets.h"

enum {
	KEY_SIZE_MAX = 8192, /* octets of a private key's DER: RSA of 8192 bits has 4700 */
};

/* Certificates */

static void add(struct br_tls_identity *id, const struct br_writer *w)
{
	assert(!w->bad && id->count < BR_TLS_CHAIN_MAX);
	id->chain[id->count] =
		(br_x509_certificate){.data = id->der[id->count], .data_len = br_written(w)};
	id->count++;
}

static void add_authority(struct br_tls_identity *id, const char *name)
{
	struct br_writer w = br_writer_of(id->der[id->count], sizeof(id->der[0]));

	br_tls_authority_build(name, &w);
	add(id, &w);
}

static void add_leaf(struct br_tls_identity *id, const char *issuer, const char *key)
{
	const struct br_tls_settings *s = &id->settings;
	struct br_octets rest = br_text(s->names), first = br_text_cut(&rest, ',');
	char subject[BR_TLS_NAMES_SIZE] = "bootrig";
	struct br_writer w = br_writer_of(id->der[id->count], sizeof(id->der[0]));

	if (first.size > 0) {
		memcpy(subject, first.data, first.size);
		subject[first.size] = '\0';
	}
	br_tls_certificate_build(
		&(struct br_tls_ask){.subject = subject,
	                             .issuer = issuer ? issuer : subject,
	                             .key = s->key,
	                             .issuer_key = key ? br_tls_key_find(key) : s->key,
	                             .names = s->names,
	                             .usage = s->usage,
	                             .from_s = s->from_s,
	                             .until_s = s->until_s},
		&w);
	add(id, &w);
}

static void make_chain(struct br_tls_identity *id)
{
	switch (id->settings.chain) {
	case BR_TLS_CHAIN_SELF:
		add_leaf(id, NULL, NULL);
		return;
	case BR_TLS_CHAIN_LEAF:
		if (id->settings.other_root)
			add_leaf(id, "another root", "other");
		else
			add_leaf(id, "bootrig root", "root");
		return;
	case BR_TLS_CHAIN_CUT:
		add_leaf(id, "bootrig intermediate", "intermediate");
		return;
	case BR_TLS_CHAIN_SWAPPED:
		add_leaf(id, "bootrig intermediate", "intermediate");
		add_authority(id, "root");
		add_authority(id, "intermediate");
		return;
	case BR_TLS_CHAIN_UNFIT:
		add_leaf(id, "bootrig intermediate", "intermediate");
		add_authority(id, "unfit");
		return;
	case BR_TLS_CHAIN_FULL:
	case BR_TLS_CHAIN_ROOT:
		add_leaf(id, "bootrig intermediate", "intermediate");
		add_authority(id, "intermediate");
		if (id->settings.chain == BR_TLS_CHAIN_ROOT)
			add_authority(id, "root");
		return;
	}
}

/* Suites of static ECDH say by which kind of key the certificate is signed: RFC 4492 section 2 */
static void find_issuer(struct br_tls_identity *id)
{
	struct br_certificate c;

	id->issuer_kind = BR_KEYTYPE_RSA;
	if (br_certificate_read((struct br_octets){id->chain[0].data, id->chain[0].data_len}, &c) ==
	            0 &&
	    c.signature_kind >= BR_SIGNATURE_ECDSA_SHA256)
		id->issuer_kind = BR_KEYTYPE_EC;
}

int br_tls_identity_new(struct br_tls_identity **ret_identity,
                        const struct br_tls_settings *settings)
{
	struct br_tls_identity *id = calloc(1, sizeof(*id));

	if (!id)
		return -ENOMEM;
	id->holders = 1;
	id->settings = *settings;
	make_chain(id);
	find_issuer(id);
	id->is_rsa = settings->key->n.size > 0;
	if (id->is_rsa)
		br_tls_key_rsa(settings->key, &id->rsa);
	else
		br_tls_key_ec(settings->key, &id->ec);
	*ret_identity = id;
	return 0;
}

/* Of files */

static const char *take_certificates(struct br_tls_identity *id, struct br_octets file)
{
	struct br_writer w = br_writer_of((uint8_t *)id->der, sizeof(id->der));
	struct br_octets sent[BR_TLS_CHAIN_MAX + 1];
	struct br_certificate c;
	size_t count = br_pem_certificates(file, &w, sent, BR_TLS_CHAIN_MAX + 1);

	if (w.bad || count > BR_TLS_CHAIN_MAX)
		return "more certificates than a server of ours sends: 4, and 16 KiB of them";
	if (count == 0)
		return "expected a certificate, PEM or DER";
	for (id->count = 0; id->count < count; id->count++) {
		if (br_certificate_read(sent[id->count], &c) < 0)
			return "a certificate cannot be read";
		id->chain[id->count] = (br_x509_certificate){(uint8_t *)sent[id->count].data,
		                                             sent[id->count].size};
	}
	return NULL;
}

static const char *take_key(struct br_tls_identity *id, struct br_octets file)
{
	uint8_t der[KEY_SIZE_MAX];
	struct br_writer w = br_writer_of(der, sizeof(der));
	struct br_octets key;
	bool found = br_pem_private_key(file, &w, &key);

	br_skey_decoder_init(&id->key);
	if (found)
		br_skey_decoder_push(&id->key, key.data, key.size);
	explicit_bzero(der, sizeof(der));
	if (!found)
		return "expected a private key without a password, PEM or DER";
	if (br_skey_decoder_last_error(&id->key) != 0)
		return "the private key cannot be read: expected RSA, P-256, P-384 or P-521";
	id->is_rsa = br_skey_decoder_key_type(&id->key) == BR_KEYTYPE_RSA;
	if (id->is_rsa)
		id->rsa = *br_skey_decoder_get_rsa(&id->key);
	else
		id->ec = *br_skey_decoder_get_ec(&id->key);
	return NULL;
}

/* Is the public half of the key in the first certificate? */
static bool fits(const struct br_tls_identity *id)
{
	uint8_t half[KEY_SIZE_MAX];
	struct br_octets mine = {half, 0};
	struct br_certificate c;

	if (br_certificate_read((struct br_octets){id->chain[0].data, id->chain[0].data_len}, &c) <
	            0 ||
	    c.rsa != id->is_rsa)
		return false;
	if (!id->is_rsa) {
		mine.size = br_ec_compute_pub(br_ec_get_default(), NULL, half, &id->ec);
	} else {
		br_rsa_compute_modulus modulus = br_rsa_compute_modulus_get_default();

		if (modulus(NULL, &id->rsa) > sizeof(half))
			return false;
		mine.size = modulus(half, &id->rsa);
	}
	return mine.size > 0 && br_text_equal(mine, c.key);
}

int br_tls_identity_load(struct br_tls_identity **ret_identity,
                         const struct br_tls_settings *settings, struct br_octets certificates,
                         struct br_octets key, char *error, size_t error_size)
{
	struct br_tls_identity *id = calloc(1, sizeof(*id));
	const char *wrong;

	if (!id)
		return -ENOMEM;
	id->holders = 1;
	id->settings = *settings;
	wrong = take_certificates(id, certificates);
	if (!wrong)
		wrong = take_key(id, key);
	if (!wrong && !fits(id))
		wrong = "the private key is not that of the first certificate";
	if (wrong) {
		snprintf(error, error_size, "%s", wrong);
		br_tls_identity_free(id);
		return -EINVAL;
	}
	find_issuer(id);
	*ret_identity = id;
	return 0;
}

void br_tls_identity_set_entropy(struct br_tls_identity *identity,
                                 const uint8_t octets[static BR_TLS_ENTROPY_SIZE])
{
	memcpy(identity->entropy, octets, sizeof(identity->entropy));
	identity->has_entropy = true;
}

struct br_tls_identity *br_tls_identity_free(struct br_tls_identity *identity)
{
	if (!identity || --identity->holders > 0)
		return NULL;
	explicit_bzero(identity, sizeof(*identity));
	free(identity);
	return NULL;
}

void br_tls_identity_hold(struct br_tls_identity *identity)
{
	identity->holders++;
}

const struct br_tls_settings *br_tls_identity_settings(const struct br_tls_identity *identity)
{
	return &identity->settings;
}

size_t br_tls_identity_chain(const struct br_tls_identity *identity,
                             struct br_octets ret[BR_TLS_CHAIN_MAX])
{
	for (size_t i = 0; i < identity->count; i++)
		ret[i] = (struct br_octets){identity->chain[i].data, identity->chain[i].data_len};
	return identity->count;
}
