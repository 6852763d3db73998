/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * From the server's own certificate upwards: who is trusted and signed it ends the search; else
 * the next is looked for among those that were sent, just behind it or, by a client that does so,
 * anywhere; one that is no authority has signed in vain. Only then dates, uses, names and keys are
 * judged: a client that does not trust the signer says so first.
 */
#include "sim/tls/verify.h"

#include <bearssl.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/tls/cipher.h"
#include "sim/tls/signature.h"

enum {
	HASH_SIZE_MAX = 64,
};

static bool same(struct br_octets a, struct br_octets b)
{
	return a.size > 0 && br_text_equal(a, b);
}

/* Signatures */

static const br_hash_class *hash_of(enum br_certificate_signature kind, const unsigned char **oid)
{
	switch (kind) {
	case BR_SIGNATURE_RSA_SHA256:
	case BR_SIGNATURE_ECDSA_SHA256:
		*oid = BR_HASH_OID_SHA256;
		return &br_sha256_vtable;
	case BR_SIGNATURE_RSA_SHA384:
	case BR_SIGNATURE_ECDSA_SHA384:
		*oid = BR_HASH_OID_SHA384;
		return &br_sha384_vtable;
	case BR_SIGNATURE_RSA_SHA512:
	case BR_SIGNATURE_ECDSA_SHA512:
		*oid = BR_HASH_OID_SHA512;
		return &br_sha512_vtable;
	case BR_SIGNATURE_RSA_SHA1: /* refused for years */
	case BR_SIGNATURE_OTHER:
		break;
	}
	return NULL;
}

static bool is_signed_by(const struct br_certificate *c, const struct br_certificate *by)
{
	const unsigned char *oid = NULL;
	const br_hash_class *class = hash_of(c->signature_kind, &oid);
	br_hash_compat_context hash;
	uint8_t digest[HASH_SIZE_MAX];
	size_t size;

	if (!class)
		return false;
	size = class->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
	class->init(&hash.vtable);
	class->update(&hash.vtable, c->whole.data, c->whole.size);
	class->out(&hash.vtable, digest);
	return c->signature_kind <= BR_SIGNATURE_RSA_SHA512
	               ? br_signature_rsa(by, oid, digest, size, c->signature)
	               : br_signature_ecdsa(by, digest, size, c->signature);
}

/* The chain */

struct search {
	const struct br_tls_habits *habits;
	const struct br_tls_trust *trust;
	struct br_certificate sent[BR_TLS_SENT_MAX];
	size_t count;
	size_t path[BR_TLS_SENT_MAX]; /* indices into .sent, the server's own first */
	size_t length;
};

/* Trusted itself, or signed by one who is */
static bool ends_well(const struct search *s, const struct br_certificate *c)
{
	for (size_t i = 0; i < s->trust->anchors; i++) {
		struct br_certificate anchor;

		if (br_certificate_read(s->trust->anchor[i], &anchor) < 0)
			continue;
		if (same(anchor.whole, c->whole) &&
		    (s->habits->partial || same(c->issuer, c->subject)))
			return true;
		if (same(anchor.subject, c->issuer) && br_certificate_may_sign(&anchor) &&
		    is_signed_by(c, &anchor))
			return true;
	}
	return false;
}

static bool in_path(const struct search *s, size_t index)
{
	for (size_t i = 0; i < s->length; i++) {
		if (s->path[i] == index)
			return true;
	}
	return false;
}

/* The one that signed @c, among those that were sent. Return: its index, or count */
static size_t issuer_of(const struct search *s, size_t of)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!in_path(s, i) && same(s->sent[i].subject, s->sent[of].issuer) &&
		    (s->habits->any_order || i == of + 1))
			return i;
	}
	return s->count;
}

static enum br_tls_reason no_way(const struct search *s, size_t top)
{
	const struct br_certificate *c = &s->sent[top];

	if (same(c->issuer, c->subject))
		return s->trust->any ? BR_TLS_WELL : top == 0 ? BR_TLS_SELF_SIGNED : BR_TLS_UNKNOWN;
	for (size_t i = 0; i < s->count; i++) {
		if (same(s->sent[i].subject, c->issuer))
			return BR_TLS_BAD_ORDER;
	}
	if (s->trust->any)
		return BR_TLS_WELL;
	/* a leaf alone whose issuer nobody knows: missing, or never enrolled */
	for (size_t i = 0; i < s->trust->anchors; i++) {
		struct br_certificate anchor;

		if (br_certificate_read(s->trust->anchor[i], &anchor) == 0 &&
		    same(anchor.subject, c->issuer))
			return br_certificate_may_sign(&anchor) ? BR_TLS_BAD_SIGNATURE
			                                        : BR_TLS_NOT_A_SIGNER;
	}
	return top == 0 && s->count == 1 ? BR_TLS_CUT_CHAIN : BR_TLS_UNKNOWN;
}

static enum br_tls_reason find_path(struct search *s)
{
	size_t at = 0;

	for (;;) {
		size_t next;

		s->path[s->length++] = at;
		if (ends_well(s, &s->sent[at]))
			return BR_TLS_WELL;
		next = issuer_of(s, at);
		if (next == s->count || s->length == BR_TLS_SENT_MAX)
			return no_way(s, at);
		if (!br_certificate_may_sign(&s->sent[next]))
			return BR_TLS_NOT_A_SIGNER;
		if (!is_signed_by(&s->sent[at], &s->sent[next]))
			return BR_TLS_BAD_SIGNATURE;
		at = next;
	}
}

static enum br_tls_reason dates(const struct search *s, const struct br_certificate *c)
{
	int64_t from, until, slack = s->habits->clock_slack_s;

	if (!br_certificate_time(c->from, &from) || !br_certificate_time(c->until, &until))
		return BR_TLS_NOT_READ;
	if (s->habits->any_time)
		return BR_TLS_WELL;
	if (s->trust->now_s + slack < from)
		return BR_TLS_NOT_YET;
	return s->trust->now_s - slack > until ? BR_TLS_EXPIRED : BR_TLS_WELL;
}

/* Does keyUsage let the key do what @suite wants of it? mbedTLS, ssl_tls.c */
static bool fits_suite(const struct br_certificate *c, uint16_t number)
{
	const struct br_cipher_suite *suite = br_cipher_find(number);

	if (!suite)
		return true; /* it goes on with what is not known here */
	return br_certificate_may_be_for(c, suite->exchange == BR_CIPHER_RSA
	                                            ? BR_USAGE_KEY_ENCIPHERMENT
	                                            : BR_USAGE_DIGITAL_SIGNATURE) &&
	       (!c->purposed || c->for_servers || c->for_all);
}

/* OpenSSL: for a server, whatever the suite; and ECDSA signs. ssl/t1_lib.c, ssl/statem */
static bool fits_purpose(const struct br_certificate *c, bool leaf)
{
	if (c->purposed && !c->for_servers)
		return false;
	return !leaf || (br_certificate_may_be_for(c, BR_USAGE_DIGITAL_SIGNATURE |
	                                                      BR_USAGE_KEY_ENCIPHERMENT |
	                                                      BR_USAGE_KEY_AGREEMENT) &&
	                 (c->rsa || br_certificate_may_be_for(c, BR_USAGE_DIGITAL_SIGNATURE)));
}

static bool fits(const struct search *s, uint16_t suite, size_t index)
{
	const struct br_certificate *c = &s->sent[s->path[index]];

	switch (s->habits->usage) {
	case BR_TLS_USAGE_SIGNER:
		break;
	case BR_TLS_USAGE_PURPOSE:
		return fits_purpose(c, index == 0);
	case BR_TLS_USAGE_SUITE:
		return index > 0 || fits_suite(c, suite);
	}
	return true;
}

enum br_tls_reason br_tls_verify(const struct br_tls_habits *habits,
                                 const struct br_tls_trust *trust, const char *host, uint16_t suite,
                                 const struct br_octets *sent, size_t count)
{
	struct search s = {.habits = habits, .trust = trust};
	bool trusts = trust->anchors > 0 || trust->any;
	enum br_tls_reason reason = BR_TLS_WELL;

	for (; s.count < count && s.count < BR_TLS_SENT_MAX; s.count++) {
		if (br_certificate_read(sent[s.count], &s.sent[s.count]) < 0)
			return BR_TLS_NOT_READ;
	}
	if (s.count == 0)
		return BR_TLS_NOT_READ;
	if (!trusts)
		return habits->unknown_is_fine ? BR_TLS_WELL : BR_TLS_UNKNOWN;
	reason = find_path(&s);
	for (size_t i = 0; reason == BR_TLS_WELL && i < s.length; i++) {
		const struct br_certificate *c = &s.sent[s.path[i]];

		reason = dates(&s, c);
		if (reason == BR_TLS_WELL && c->rsa && c->key_bits < habits->rsa_bits_min)
			reason = BR_TLS_WEAK_KEY;
		if (reason == BR_TLS_WELL && !fits(&s, suite, i))
			reason = BR_TLS_OTHER_USE;
	}
	if (reason == BR_TLS_WELL && habits->checks_name &&
	    !br_certificate_is_for(&s.sent[0], host, true))
		reason = BR_TLS_OTHER_NAME;
	return reason;
}

const char *br_tls_reason_text(enum br_tls_reason reason)
{
	switch (reason) {
	case BR_TLS_WELL:
		return "all is well";
	case BR_TLS_NO_AUTHORITY:
		return "no certificate of an authority is enrolled";
	case BR_TLS_NOT_READ:
		return "a certificate or a message cannot be read";
	case BR_TLS_UNKNOWN:
		return "the authority that signed is not trusted";
	case BR_TLS_SELF_SIGNED:
		return "the certificate is signed by itself, and it is not trusted";
	case BR_TLS_CUT_CHAIN:
		return "the certificate that signed it is neither sent nor trusted";
	case BR_TLS_BAD_ORDER:
		return "the certificates are not in order";
	case BR_TLS_NOT_A_SIGNER:
		return "a certificate is signed by one that is no authority's";
	case BR_TLS_BAD_SIGNATURE:
		return "a certificate's signature is wrong, or of a kind it does not take";
	case BR_TLS_OTHER_NAME:
		return "the certificate is for another name";
	case BR_TLS_OTHER_USE:
		return "a certificate is not for a server's key, as its keyUsage or extKeyUsage "
		       "says";
	case BR_TLS_EXPIRED:
		return "a certificate has expired";
	case BR_TLS_NOT_YET:
		return "a certificate is not valid yet";
	case BR_TLS_WEAK_KEY:
		return "a certificate's key is too short";
	case BR_TLS_WEAK_GROUP:
		return "the Diffie-Hellman group is too small";
	case BR_TLS_VERSION:
		return "the server chose a version that it does not take";
	case BR_TLS_SUITE:
		return "the server chose a cipher suite that it did not offer";
	case BR_TLS_ALERTED:
		return "the server refused by an alert";
	case BR_TLS_BAD_RECORD:
		return "a sealed record cannot be opened";
	case BR_TLS_AGAIN:
		return "the server asked for another handshake";
	case BR_TLS_ENDED:
		return "the server ended the connection";
	case BR_TLS_BEYOND:
		return "the handshake goes on with what this rig does not know";
	case BR_TLS_REASONS:
		break;
	}
	return "";
}
