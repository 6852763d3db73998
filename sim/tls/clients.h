/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/clients.h - how the TLS of boot firmware says hello, what it checks and how it ends
 *
 * One row a client, compiled in. A model names its row (tls.client), and `bootrig hello` asks for
 * all of them whether they can shake hands with a server.
 */
#ifndef BR_SIM_TLS_CLIENTS_H
#define BR_SIM_TLS_CLIENTS_H

#include "core/base/bytes.h"

enum br_tls_hangup {         /* how it leaves when something is wrong */
	BR_TLS_HANGUP_RESET, /* RST, and no alert before */
	BR_TLS_HANGUP_BYE,   /* close_notify, as if all were well, and FIN */
	BR_TLS_HANGUP_ALERT, /* an alert and FIN */
};

enum br_tls_again {           /* what a HelloRequest draws */
	BR_TLS_AGAIN_FAILS,   /* the connection is given up */
	BR_TLS_AGAIN_IGNORED, /* nothing: it waits for the answer to what it asked */
	BR_TLS_AGAIN_NO, /* warning no_renegotiation (RFC 5246 section 7.2.2), and on it goes */
};

enum br_tls_usage {           /* what keyUsage and extKeyUsage are looked at for */
	BR_TLS_USAGE_SIGNER,  /* who signed a certificate may */
	BR_TLS_USAGE_PURPOSE, /* ... and the whole chain is for servers: OpenSSL's sslserver */
	BR_TLS_USAGE_SUITE,   /* ... and the server's own is for what the suite does with it */
};

/**
 * struct br_tls_habits - One client
 * @name, @title:	"edk2-2022.11"; what people call it
 * @record_version:	Of the record that carries the hello
 * @version, @version_min: Offered; the least it takes
 * @suites:		Hexadecimal, blanks between, in order; with 00ff (RFC 5746)
 * @extensions:		Each whole, in hexadecimal, in order; "sni": the server's name
 * @session_is_random:	It names a session, by the same octets as those of its random; else none
 * @sni_address:	An address is named as if it were a host name (RFC 6066 forbids it)
 * @checks_name:	The certificate must be for the URL's host
 * @rsa_bits_min, @dh_bits_min: Shorter keys are refused
 * @any_order:		A chain is put in order, and what is not needed is left out
 * @partial:		An authority it trusts need not be a root
 * @any_time:		What a certificate says of its time is not looked at
 * @needs_authority:	Without one it says it cannot, and sends no packet
 * @unknown_is_fine:	Without an authority it takes whatever comes, with a warning
 * @clock_slack_s:	How far its clock may be off
 */
struct br_tls_habits {
	const char *name, *title;
	uint16_t record_version, version, version_min;
	const char *suites, *extensions;
	bool session_is_random, sni_address;
	bool checks_name;
	uint16_t rsa_bits_min, dh_bits_min;
	bool any_order, partial, any_time, needs_authority, unknown_is_fine;
	uint32_t clock_slack_s;
	enum br_tls_usage usage;
	enum br_tls_hangup hangup;
	enum br_tls_again again;
	const char *source;
};

const struct br_tls_habits *br_tls_client_at(size_t index);       /* NULL past the end */
const struct br_tls_habits *br_tls_client_find(const char *name); /* NULL: none */
bool br_tls_habits_offer(const struct br_tls_habits *habits, uint16_t suite);

/* The whole ClientHello, a handshake message. w->bad if it does not fit. */
void br_tls_hello_build(const struct br_tls_habits *habits, const uint8_t random[static 32],
                        const char *host, struct br_writer *w);

#endif /* BR_SIM_TLS_CLIENTS_H */
