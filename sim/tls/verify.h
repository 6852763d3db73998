/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/verify.h - what a client makes of a server's certificates */
#ifndef BR_SIM_TLS_VERIFY_H
#define BR_SIM_TLS_VERIFY_H

#include "core/formats/certificate.h"
#include "sim/tls/clients.h"

enum br_tls_reason { /* why a client does not go on */
	BR_TLS_WELL,
	BR_TLS_NO_AUTHORITY,  /* it trusts nobody: no packet is sent */
	BR_TLS_NOT_READ,      /* a certificate or message is broken */
	BR_TLS_UNKNOWN,       /* who signed is not trusted */
	BR_TLS_SELF_SIGNED,   /* ... and it is the certificate itself */
	BR_TLS_CUT_CHAIN,     /* who signed is neither sent nor trusted */
	BR_TLS_BAD_ORDER,     /* a certificate is not followed by its issuer */
	BR_TLS_NOT_A_SIGNER,  /* the one that signed may not: it is no authority */
	BR_TLS_BAD_SIGNATURE, /* or one of a kind it does not know */
	BR_TLS_OTHER_NAME,    /* the certificate is for another host */
	BR_TLS_OTHER_USE,     /* or not for a server's key */
	BR_TLS_EXPIRED,
	BR_TLS_NOT_YET,
	BR_TLS_WEAK_KEY,
	BR_TLS_WEAK_GROUP, /* Diffie-Hellman */
	BR_TLS_VERSION,    /* of the server's hello */
	BR_TLS_SUITE,      /* one that was not offered */
	BR_TLS_ALERTED,    /* the server's alert */
	BR_TLS_BAD_RECORD, /* that cannot be opened, or a Finished that is wrong */
	BR_TLS_AGAIN,      /* it was asked for another handshake */
	BR_TLS_ENDED,      /* by the server, without a word */
	BR_TLS_BEYOND,     /* this rig cannot go on here: no fault of either */
	BR_TLS_REASONS,    /* how many; never a value */
};

enum {
	BR_TLS_ANCHORS_MAX = 4,
	BR_TLS_SENT_MAX = 8, /* certificates of a chain that are looked at */
};

/**
 * struct br_tls_trust - Whom a client knows
 * @anchor:	Certificates (DER) of authorities
 * @any:	Whoever signed, as if its owner had enrolled that authority
 * @now_s:	Its clock, seconds since 1970-01-01 UTC
 */
struct br_tls_trust {
	struct br_octets anchor[BR_TLS_ANCHORS_MAX];
	size_t anchors;
	bool any;
	int64_t now_s;
};

/* The chain as it was sent, @sent[0] the server's own. @suite: what the server chose */
enum br_tls_reason br_tls_verify(const struct br_tls_habits *habits,
                                 const struct br_tls_trust *trust, const char *host, uint16_t suite,
                                 const struct br_octets *sent, size_t count);

const char *br_tls_reason_text(enum br_tls_reason reason); /* "the certificate has expired" */

#endif /* BR_SIM_TLS_VERIFY_H */
