/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/tls.h - what TLS says in clear before it seals: RFC 5246, RFC 8446, RFC 5280
 *
 * Hellos, and of a certificate its names, its key and when it ends. All of it may be cut.
 */
#ifndef BR_CORE_FORMATS_TLS_H
#define BR_CORE_FORMATS_TLS_H

#include "core/base/bytes.h"

enum {
	BR_TLS_HEAD = 5, /* of a record: type(1) version(2) length(2) */
};

enum br_tls_type { /* of a record, RFC 8446 section 5.1 */
	BR_TLS_CHANGE_CIPHER = 20,
	BR_TLS_ALERT = 21,
	BR_TLS_HANDSHAKE = 22,
	BR_TLS_DATA = 23,
};

enum br_tls_message { /* of a handshake, RFC 8446 section 4 */
	BR_TLS_CLIENT_HELLO = 1,
	BR_TLS_SERVER_HELLO = 2,
	BR_TLS_CERTIFICATE = 11,
};

/**
 * struct br_tls_hello - Of a client or a server
 * @version:	The highest offered, or the one chosen; 0x0303 is TLS 1.2
 * @suites:	How many a client offers; 1 of a server, which is @suite
 * @name:	Of the server, as the client knows it (SNI); borrows
 */
struct br_tls_hello {
	uint16_t version, suite, suites;
	struct br_octets name;
};

/* @subject: common name; @host: first DNS name; @until: as it stands (YYMMDD...); all borrow */
struct br_tls_certificate {
	struct br_octets subject, host, until;
	bool rsa;
	uint16_t key_bits;
};

/* The next message of a handshake; its body is what is there of it. Return: 1, 0 at the end */
int br_tls_message_get(struct br_reader *record, uint8_t *ret_type, struct br_octets *ret_body);
void br_tls_read_hello(struct br_octets body, bool client, struct br_tls_hello *ret);
/* The first of a certificate message of TLS 1.2. Return: 0, or -EBADMSG: not as far as its key */
int br_tls_read_certificate(struct br_octets body, struct br_tls_certificate *ret);
const char *br_tls_alert_name(uint8_t description); /* "unknown_ca"; "" */

#endif /* BR_CORE_FORMATS_TLS_H */
