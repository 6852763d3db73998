/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/certificate.h - X.509 certificates of the rig (RFC 5280), made when they are needed
 *
 * Of fixed keys, with serial numbers and dates that follow from what is asked for, and signed
 * without randomness (RSA PKCS #1 v1.5; ECDSA by RFC 6979): the same question, the same octets.
 */
#ifndef BR_SIM_TLS_CERTIFICATE_H
#define BR_SIM_TLS_CERTIFICATE_H

#include "sim/tls/keys.h"

enum {
	BR_TLS_CERTIFICATE_SIZE_MAX = 4096, /* octets of DER */
	BR_TLS_CHAIN_MAX = 4,
	BR_TLS_NAMES_SIZE = 256, /* of a list of names, with its NUL */
};

enum br_tls_certified {
	BR_TLS_FOR_SERVER,   /* digitalSignature and keyEncipherment */
	BR_TLS_FOR_SIGN,     /* digitalSignature */
	BR_TLS_FOR_ENCIPHER, /* keyEncipherment */
	BR_TLS_FOR_CRLS,     /* cRLSign: nothing that a server does */
	BR_TLS_FOR_CLIENT,   /* as for a server, but extKeyUsage clientAuth */
};

/**
 * struct br_tls_ask - What a certificate is to say
 * @subject, @issuer:	Common names
 * @key, @issuer_key:	Whose public half it has; who signs
 * @names:	DNS names and addresses of either family with commas, for subjectAltName; "": none
 * @from_s, @until_s:	Valid, in seconds since 1970-01-01 UTC
 * @authority:	It may sign others
 * @usage:	What the key of one that is no authority is for
 */
struct br_tls_ask {
	const char *subject, *issuer;
	const struct br_tls_key *key, *issuer_key;
	const char *names;
	int64_t from_s, until_s;
	bool authority;
	enum br_tls_certified usage;
};

/* The whole certificate as DER; w->bad if it does not fit. */
void br_tls_certificate_build(const struct br_tls_ask *ask, struct br_writer *w);

/* "2024-01-31", as a UTC day's first second. False for anything else; years 1950 to 2099. */
bool br_tls_date_read(const char *text, int64_t *ret_s);

/* The rig's root, which a firmware trusts when it is told to trust the rig; "other" is one that
 * it does not know, and "unfit" the intermediate without the right to sign. @name: one of them, or
 * "root" or "intermediate". w->bad for another.
 */
void br_tls_authority_build(const char *name, struct br_writer *w);

/* The same as an EFI_SIGNATURE_LIST of one X.509 certificate (UEFI 2.10 section 32.4.1), as OVMF
 * takes it from fw_cfg etc/edk2/https/cacerts.
 */
void br_tls_authority_list(const char *name, struct br_writer *w);

#endif /* BR_SIM_TLS_CERTIFICATE_H */
