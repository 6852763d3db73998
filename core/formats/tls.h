/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/tls.h - what TLS says in clear before it seals: RFC 5246, RFC 8446, RFC 5280
 *
 * Hellos, and of a certificate its names, its key and when it ends. All of it may be cut.
 */
#ifndef BR_CORE_FORMATS_TLS_H
#define BR_CORE_FORMATS_TLS_H

#include "core/base/bytes.h"

enum {
	BR_TLS_HEAD = 5,         /* of a record: type(1) version(2) length(2) */
	BR_TLS_MESSAGE_HEAD = 4, /* type(1) length(3) */
};

enum br_tls_type { /* of a record, RFC 8446 section 5.1 */
	BR_TLS_CHANGE_CIPHER = 20,
	BR_TLS_ALERT = 21,
	BR_TLS_HANDSHAKE = 22,
	BR_TLS_DATA = 23,
};

enum br_tls_message { /* of a handshake, RFC 8446 section 4 */
	BR_TLS_HELLO_REQUEST = 0,
	BR_TLS_CLIENT_HELLO = 1,
	BR_TLS_SERVER_HELLO = 2,
	BR_TLS_NEW_TICKET = 4, /* RFC 5077 */
	BR_TLS_CERTIFICATE = 11,
	BR_TLS_SERVER_KEY = 12, /* ServerKeyExchange */
	BR_TLS_CERTIFICATE_REQUEST = 13,
	BR_TLS_HELLO_DONE = 14,
	BR_TLS_CLIENT_KEY = 16, /* ClientKeyExchange */
	BR_TLS_FINISHED = 20,
	BR_TLS_CERTIFICATE_STATUS = 22, /* RFC 6066 */
};

/**
 * struct br_tls_hello - Of a client or a server
 * @version:	The highest offered, or the one chosen; 0x0303 is TLS 1.2
 * @suites:	How many a client offers; 1 of a server, which is @suite
 * @name:	Of the server, as the client knows it (SNI)
 * @random:	32 octets, or fewer of a hello that is cut
 * @offer:	Of a client: its suites, two octets each
 * @extensions:	For br_tls_extension_get(); all of them borrow
 */
struct br_tls_hello {
	uint16_t version, suite, suites;
	struct br_octets name, random, offer, extensions;
};

/* @subject: common name; @host: first DNS name; @until: as it stands (YYMMDD...); all borrow */
struct br_tls_certificate {
	struct br_octets subject, host, until;
	bool rsa;
	uint16_t key_bits;
};

/* A record: its body as it stands, sealed or not */
struct br_tls_record {
	uint8_t type;
	uint16_t version;
	struct br_octets body;
};

/* The next whole record. Return: 1, or 0 with nothing read when it is not all there */
int br_tls_record_get(struct br_reader *stream, struct br_tls_record *ret);
/* Octets of the next record with its head, there or not; without its head, those of a head */
size_t br_tls_record_size(const struct br_reader *stream);
void br_tls_put_record(struct br_writer *w, uint8_t type, uint16_t version, struct br_octets body);

/* What records of the handshake in clear carry, up to one that is none or not all there, or that
 * does not fit. Return: octets in @target
 */
size_t br_tls_gather(struct br_octets records, uint8_t *target, size_t room);

/* The next message of a handshake; its body is what is there of it. Return: 1, 0 at the end */
int br_tls_message_get(struct br_reader *record, uint8_t *ret_type, struct br_octets *ret_body);
/* Octets of the next message with its head, there or not. Return: 1, or 0: not even a head */
int br_tls_message_size(const struct br_reader *messages, size_t *ret_size);
void br_tls_read_hello(struct br_octets body, bool client, struct br_tls_hello *ret);
/* A vector with a length of two octets, or of one, before it (RFC 5246 section 4.3) */
struct br_reader br_tls_vector_get(struct br_reader *r);
struct br_reader br_tls_short_vector_get(struct br_reader *r);
/* The next extension of a hello. Return: 1, or 0 at the end */
int br_tls_extension_get(struct br_reader *extensions, uint16_t *ret_type,
                         struct br_octets *ret_value);
/* The next of a certificate message of TLS 1.2, DER; @first: the list's length stands before it.
 * Return: 1, or 0 at the end
 */
int br_tls_certificate_get(struct br_reader *message, bool first, struct br_octets *ret_der);
/* The first of a certificate message of TLS 1.2. Return: 0, or -EBADMSG: not as far as its key */
int br_tls_read_certificate(struct br_octets body, struct br_tls_certificate *ret);
const char *br_tls_alert_name(uint8_t description); /* "unknown_ca"; "" */

#endif /* BR_CORE_FORMATS_TLS_H */
