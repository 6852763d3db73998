/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/certificate.h - an X.509 certificate as it stands: RFC 5280, DER of ITU-T X.690
 *
 * What is cut is read as far as it goes, so that a recorded piece still tells its names.
 */
#ifndef BR_CORE_FORMATS_CERTIFICATE_H
#define BR_CORE_FORMATS_CERTIFICATE_H

#include "core/base/bytes.h"

enum {
	BR_CERTIFICATE_NAMES_MAX = 8, /* of a subjectAltName that are kept */
};

enum br_certificate_signature {
	BR_SIGNATURE_OTHER,
	BR_SIGNATURE_RSA_SHA1,
	BR_SIGNATURE_RSA_SHA256,
	BR_SIGNATURE_RSA_SHA384,
	BR_SIGNATURE_RSA_SHA512,
	BR_SIGNATURE_ECDSA_SHA256,
	BR_SIGNATURE_ECDSA_SHA384,
	BR_SIGNATURE_ECDSA_SHA512,
};

enum { /* RFC 5280 section 4.2.1.3, bit 0 the lowest here */
	BR_USAGE_DIGITAL_SIGNATURE = 1 << 0,
	BR_USAGE_KEY_ENCIPHERMENT = 1 << 2,
	BR_USAGE_KEY_AGREEMENT = 1 << 4,
	BR_USAGE_KEY_CERT_SIGN = 1 << 5,
	BR_USAGE_CRL_SIGN = 1 << 6,
};

/* A name of subjectAltName: a host's, or an address of 4 or 16 octets */
struct br_certificate_name {
	bool address;
	struct br_octets value;
};

/**
 * struct br_certificate - All of it borrows
 * @whole:	What the signature covers (TBSCertificate), with its own head
 * @issuer, @subject:	Names as DER
 * @issuer_cn, @subject_cn: Their common names; empty: none
 * @from, @until:	As they stand: YYMMDDhhmmssZ or YYYYMMDDhhmmssZ
 * @rsa:	Else an EC key, or one that is not known, of 0 bits
 * @key:	EC: the point, 04 x y; RSA: the modulus, without a leading zero
 * @exponent:	RSA
 * @name:	The first of subjectAltName
 * @constrained:	There are basicConstraints
 * @authority:	... and they say CA
 * @used:	There is a keyUsage; @usage: its bits, digitalSignature the lowest
 * @purposed:	There is an extKeyUsage; @for_servers: with serverAuth, @for_all: with any
 */
struct br_certificate {
	struct br_octets whole;
	struct br_octets issuer, subject, issuer_cn, subject_cn;
	struct br_octets from, until;
	bool rsa;
	uint16_t key_bits;
	struct br_octets key, exponent;
	struct br_certificate_name name[BR_CERTIFICATE_NAMES_MAX];
	size_t names;
	bool constrained, authority;
	bool used, purposed, for_servers, for_all;
	uint16_t usage;
	enum br_certificate_signature signature_kind;
	struct br_octets signature;
};

/* Return: 0, or -EBADMSG: not as far as its key */
int br_certificate_read(struct br_octets der, struct br_certificate *ret);

/* Seconds since 1970-01-01 UTC of .from or .until. False: it is no time */
bool br_certificate_time(struct br_octets time, int64_t *ret_s);

/* May it sign others (RFC 5280 sections 4.2.1.3 and 4.2.1.9)? A root of old that has no constraints
 * may too.
 */
bool br_certificate_may_sign(const struct br_certificate *certificate);
/* Nothing says that it is not for @usage: true without a keyUsage, or with one of these bits */
bool br_certificate_may_be_for(const struct br_certificate *certificate, uint16_t usage);

/* True if it is for @host, a name or an address as text: RFC 6125 section 6.4.3, RFC 2818
 * section 3.1. @or_common_name: without subjectAltName the common name will do, as OpenSSL has it.
 */
bool br_certificate_is_for(const struct br_certificate *certificate, const char *host,
                           bool or_common_name);

#endif /* BR_CORE_FORMATS_CERTIFICATE_H */
