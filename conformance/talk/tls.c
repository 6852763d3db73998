/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/tls.c - what can be seen of a TLS connection: hellos, certificate, alerts, and
 * how much was sent sealed
 *
 * Each direction is cut into records, and what they carry in clear into messages, which may begin
 * in one record and end in another (RFC 5246 section 6.2.1). Of a message what fits the head's
 * buffer is read; the rest, and what is sealed, is counted.
 */
#include "conformance/talk/tls.h"

#include <string.h>

#include "conformance/talk/text.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/certificate.h"
#include "core/formats/tls.h"

enum {
	ALERT_SIZE = 2,  /* of one in clear: level(1) description(1) */
	CHAIN_MAX = 6,   /* certificates that are looked at */
	KEPT_MAX = 1920, /* octets of messages; behind them there is room for a record's head */
};

/* RSA key exchange with AES: what goes on without forward secrecy (RFC 5288, 5246, 3268) */
static bool offers_rsa(struct br_octets offer)
{
	static const uint16_t suites[] = {0x002f, 0x0035, 0x003c, 0x003d, 0x009c, 0x009d};
	struct br_reader r = br_reader_of(offer.data, offer.size);

	while (br_left(&r) >= 2) {
		uint16_t suite = br_get_be16(&r);

		for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
			if (suites[i] == suite)
				return true;
		}
	}
	return false;
}

static void take_names(struct br_talk_tls *tls, const struct br_certificate *c)
{
	size_t at = 0, i = 0;

	for (; i < c->names && at < 4; i++) {
		struct br_reader r = br_reader_of(c->name[i].value.data, c->name[i].value.size);
		struct br_writer w = br_writer_of(tls->names[at], sizeof(tls->names[at]));

		if (!c->name[i].address) {
			tls->more_names =
				tls->more_names || c->name[i].value.size >= sizeof(tls->names[0]);
			talk_text(tls->names[at++], sizeof(tls->names[0]), c->name[i].value);
		} else if (br_left(&r) == 4) {
			br_text_put_ipv4(&w, br_get_be32(&r));
			(void)br_text_end(&w);
			at++;
		} else if (br_left(&r) == BR_IP_SIZE) {
			br_text_put_ipv6(&w, r.pos);
			(void)br_text_end(&w);
			at++;
		}
	}
	tls->more_names = tls->more_names || i < c->names;
}

static bool same(struct br_octets a, struct br_octets b)
{
	return a.size > 0 && a.size == b.size && !memcmp(a.data, b.data, a.size);
}

/* The rest of the chain, as it was sent */
static void take_chain(struct br_talk_tls *tls, struct br_octets body)
{
	struct br_reader r = br_reader_of(body.data, body.size);
	struct br_certificate chain[CHAIN_MAX];
	struct br_octets der;
	size_t count = 0;

	while (count < CHAIN_MAX && br_tls_certificate_get(&r, count == 0, &der) == 1 &&
	       br_certificate_read(der, &chain[count]) == 0)
		count++;
	tls->certificates = (uint16_t)count;
	if (count == 0)
		return;
	tls->self_signed = same(chain[0].issuer, chain[0].subject);
	talk_text(tls->issuer, sizeof(tls->issuer), chain[0].issuer_cn);
	talk_text(tls->from, sizeof(tls->from), chain[0].from);
	take_names(tls, &chain[0]);
	for (size_t i = 1; i < count; i++)
		tls->signed_by_none =
			tls->signed_by_none || (same(chain[i].subject, chain[i - 1].issuer) &&
		                                !br_certificate_may_sign(&chain[i]));
	for (size_t i = 0; i + 1 < count; i++)
		tls->out_of_order =
			tls->out_of_order || (!same(chain[i].subject, chain[i].issuer) &&
		                              !same(chain[i + 1].subject, chain[i].issuer));
}

/* @more: a message without an end goes on behind. Return: octets of that one, which was not read */
static size_t handshake(struct br_talk_tls *tls, bool up, struct br_octets messages, bool more)
{
	struct br_reader r = br_reader_of(messages.data, messages.size);
	struct br_tls_certificate c;
	struct br_tls_hello hello;
	struct br_octets body;
	uint8_t type;
	size_t size;

	for (;;) {
		if (more && (br_tls_message_size(&r, &size) == 0 || size > br_left(&r)))
			return br_left(&r);
		if (br_tls_message_get(&r, &type, &body) != 1)
			return 0;
		if (up && type == BR_TLS_CLIENT_HELLO) {
			br_tls_read_hello(body, true, &hello);
			tls->offered = hello.version;
			tls->suites = hello.suites;
			tls->needs_secrecy = hello.offer.size > 0 && !offers_rsa(hello.offer);
			talk_text(tls->name, sizeof(tls->name), hello.name);
		} else if (!up && type == BR_TLS_SERVER_HELLO) {
			br_tls_read_hello(body, false, &hello);
			tls->chosen = hello.version;
			tls->suite = hello.suite;
		} else if (!up && type == BR_TLS_CERTIFICATE_REQUEST) {
			tls->wants_certificate = true;
		} else if (!up && type == BR_TLS_HELLO_DONE) {
			tls->done = true;
		} else if (!up && type == BR_TLS_CERTIFICATE &&
		           br_tls_read_certificate(body, &c) == 0) {
			tls->key_bits = c.key_bits;
			tls->rsa = c.rsa;
			talk_text(tls->subject, sizeof(tls->subject), c.subject);
			talk_text(tls->host, sizeof(tls->host), c.host);
			talk_text(tls->until, sizeof(tls->until), c.until);
			take_chain(tls, body);
		}
	}
}

/* How much is still to come of the message that ends what is there, once @behind have passed */
static uint32_t rest_of(struct br_octets messages, size_t behind)
{
	struct br_reader r = br_reader_of(messages.data, messages.size);
	size_t size = 0;

	while (br_tls_message_size(&r, &size) == 1 && size <= br_left(&r)) {
		(void)br_get_sub(&r, size);
		size = 0;
	}
	size = size > br_left(&r) ? size - br_left(&r) : 0;
	return (uint32_t)(size > behind ? size - behind : 0);
}

/* The first @there octets of a record of the handshake, behind what was kept of those before */
static void take_messages(struct br_talk_tcp *t, struct br_talk_flow *f, bool up, size_t there,
                          size_t size)
{
	size_t skip = f->skip < there ? f->skip : there, left;
	struct br_octets all = {f->head, f->kept + there - skip};

	f->skip -= f->skip < size ? f->skip : (uint32_t)size;
	memmove(f->head + f->kept, f->head + f->kept + BR_TLS_HEAD + skip, there - skip);
	left = handshake(&t->hello, up, all, there == size && all.size < KEPT_MAX);
	if (left == 0 && f->skip == 0)
		f->skip = rest_of(all, size - there);
	memmove(f->head, f->head + all.size - left, left);
	f->kept = (uint16_t)left;
}

/* A whole record in clear, or its first octets */
static void record(struct br_talk_tcp *t, struct br_talk_flow *f, bool up, size_t size)
{
	const uint8_t *head = f->head + f->kept;
	struct br_octets body = {head + BR_TLS_HEAD, f->head_size - f->kept - (size_t)BR_TLS_HEAD};

	if (head[0] == BR_TLS_HANDSHAKE && !f->in_body) {
		take_messages(t, f, up, body.size, size);
		return;
	}
	f->kept = 0;
	f->skip = 0;
	if (head[0] == BR_TLS_CHANGE_CIPHER) {
		f->in_body = true; /* from here on all is sealed */
		*(up ? &t->hello.changed_up : &t->hello.changed_down) = true;
	} else if (head[0] == BR_TLS_HANDSHAKE && !up) {
		t->hello.again = t->hello.again || t->hello.sealed_up > 0;
	} else if (head[0] == BR_TLS_ALERT && size == ALERT_SIZE && !f->in_body) {
		if (body.data[1] == 0 && up)
			t->hello.bye_by_client = true;
		if (body.data[1] != 0 && !t->hello.alerted) {
			t->hello.alerted = true;
			t->hello.alert_by_client = up;
			t->hello.alert = body.data[1];
		}
	}
}

/* The first octets of an answer that are no record, RFC 8446 section 5.1 */
static bool is_foreign(const struct br_talk_tcp *t, const struct br_talk_flow *f,
                       struct br_octets octets)
{
	return t->hello.chosen == 0 && !t->hello.alerted && f->head_size == 0 && octets.size > 2 &&
	       (octets.data[0] < BR_TLS_CHANGE_CIPHER || octets.data[0] > BR_TLS_DATA ||
	        octets.data[1] != 3);
}

void talk_tls(struct br_talk_tcp *t, bool up, struct br_octets octets, uint64_t size)
{
	struct br_talk_flow *f = up ? t->up : t->down;

	if (!up && !f->deaf && f->body_left == 0 && is_foreign(t, f, octets)) {
		talk_text(t->hello.foreign, sizeof(t->hello.foreign), octets);
		f->deaf = true;
	}
	while (size > 0 && !f->deaf) {
		uint64_t step = 1;

		if (f->body_left > 0) {
			step = f->body_left < size ? f->body_left : size;
			f->body_left -= step;
		} else if (octets.size == 0) {
			f->deaf = true; /* where the next record begins was not kept */
			return;
		} else {
			f->head[f->head_size++] = octets.data[0];
		}
		size -= step;
		octets = step < octets.size ? (struct br_octets){octets.data + step,
		                                                 octets.size - (size_t)step}
		                            : (struct br_octets){0};
		if (f->head_size < f->kept + BR_TLS_HEAD)
			continue;
		const uint8_t *head = f->head + f->kept;
		size_t length = (size_t)head[3] << 8 | head[4];
		size_t there = f->head_size - f->kept - (size_t)BR_TLS_HEAD;

		if (head[0] == BR_TLS_DATA) {
			*(up ? &t->hello.sealed_up : &t->hello.sealed_down) += length;
			f->body_left = length;
			f->kept = f->head_size = 0;
		} else if (there == length || f->head_size == sizeof(f->head) ||
		           (octets.size == 0 && size > 0)) {
			record(t, f, up, length);
			f->body_left = length - there;
			f->head_size = f->kept;
		}
	}
}
