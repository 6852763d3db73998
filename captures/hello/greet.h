/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/hello/greet.h - one client's handshake with a server that is real
 *
 * Over a socket, or judged by what a server once said in a capture.
 */
#ifndef BR_CAPTURES_HELLO_GREET_H
#define BR_CAPTURES_HELLO_GREET_H

#include "sim/tls/client.h"

enum {
	BR_GREET_CHAIN_SIZE = 32768,
	BR_GREET_ERROR_SIZE = 160,
};

/**
 * struct br_greeting - What the server showed
 * @version, @suite:	Of its hello; 0: there was none
 * @sent, @count:	Its certificates, DER; they lie in @chain
 * @alert:	BR_TLS_ALERTED: its number
 * @asked_name:	Of a capture: whom the client asked for, "" if it named none
 */
struct br_greeting {
	uint16_t version, suite;
	uint8_t alert;
	struct br_octets sent[BR_TLS_SENT_MAX];
	size_t count;
	char asked_name[256];
	uint8_t chain[BR_GREET_CHAIN_SIZE];
};

/* Shake hands with @host:@port as @habits. Return: 0 with *ret_reason, or -EIO with @error: it
 * cannot be reached
 */
int br_greet(const struct br_tls_habits *habits, const struct br_tls_trust *trust, const char *host,
             const char *port, const char *name, enum br_tls_reason *ret_reason,
             struct br_greeting *ret, char error[static BR_GREET_ERROR_SIZE]);

/* The first TLS server of a capture that said hello in clear. Return: 0; -ENOENT: there is none;
 * or what reading said, with @error
 */
int br_overhear_greeting(const char *path, struct br_greeting *ret,
                         char error[static BR_GREET_ERROR_SIZE]);

/* What @habits would have made of it, as far as that can be seen. */
enum br_tls_reason br_greeting_judge(const struct br_greeting *greeting,
                                     const struct br_tls_habits *habits,
                                     const struct br_tls_trust *trust, const char *name);

#endif /* BR_CAPTURES_HELLO_GREET_H */
