/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * Octets gather in .in until a record is whole. Records of the handshake are opened and gather in
 * .pending until a message is whole; each message goes into .transcript, and then to the function
 * of its type, which says what it expects. What is to be sent gathers in .out.
 *
 * All that a server may send has a limit: a record, a message and the whole handshake. One more
 * octet is a fault of the server (BR_TLS_NOT_READ).
 */
#include "sim/tls/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "core/base/text.h"
#include "core/formats/tls.h"
#include "sim/tls/cipher.h"
#include "sim/tls/exchange.h"

enum {
	IN_SIZE = BR_CIPHER_SEALED_MAX,
	PENDING_SIZE = 24576,
	TRANSCRIPT_SIZE = 32768,
	HEARD_MAX = 4 * TRANSCRIPT_SIZE, /* records of a handshake, with what is in no transcript */
	OUT_SIZE = 8192,
	HOST_SIZE = 256,
	VERIFY_SIZE = 12, /* of a Finished, RFC 5246 section 7.4.9 */
	ALERT_WARNING = 1,
	ALERT_FATAL = 2,
	CLOSE_NOTIFY = 0,
	NO_RENEGOTIATION = 100,
	EXTENSION_EMS = 23,
	EXTENSION_ETM = 22,
};

struct br_tls_client {
	const struct br_tls_habits *habits;
	struct br_tls_trust trust;
	char host[HOST_SIZE];
	struct br_prng prng;
	br_tls_secret *see;
	void *see_context;

	enum br_tls_phase phase;
	enum br_tls_reason reason;
	struct br_tls_seen seen;
	struct br_cipher cipher;
	struct br_exchange exchange;
	bool sealed_in, sealed_out;
	bool extended; /* RFC 7627 */
	bool asked_certificate;
	bool done; /* HelloDone came, Finished was sent */
	uint8_t client_random[BR_TLS_RANDOM_SIZE], server_random[BR_TLS_RANDOM_SIZE];

	uint8_t in[IN_SIZE];
	size_t in_size;
	size_t heard; /* octets, as long as the handshake lasts */
	uint8_t pending[PENDING_SIZE];
	size_t pending_size;
	uint8_t transcript[TRANSCRIPT_SIZE];
	size_t transcript_size;
	struct br_octets chain; /* the certificates' message, in .transcript */
	uint8_t out[OUT_SIZE];
	size_t out_size;
};

/* The alert for a reason, by clients that send any: as mbedTLS has it (ssl_tls.c) */
static uint8_t alert_of(enum br_tls_reason reason)
{
	switch (reason) {
	case BR_TLS_NOT_READ:
		return 50; /* decode_error */
	case BR_TLS_UNKNOWN:
	case BR_TLS_SELF_SIGNED:
	case BR_TLS_CUT_CHAIN:
	case BR_TLS_BAD_ORDER:
	case BR_TLS_NOT_A_SIGNER:
		return 48; /* unknown_ca */
	case BR_TLS_OTHER_NAME:
		return 42; /* bad_certificate */
	case BR_TLS_EXPIRED:
		return 45; /* certificate_expired */
	case BR_TLS_WEAK_KEY:
	case BR_TLS_OTHER_USE:
	case BR_TLS_BAD_SIGNATURE:
		return 43; /* unsupported_certificate */
	case BR_TLS_NOT_YET:
		return 46; /* certificate_unknown */
	case BR_TLS_VERSION:
		return 70; /* protocol_version */
	case BR_TLS_BAD_RECORD:
		return 20; /* bad_record_mac */
	case BR_TLS_SUITE:
	case BR_TLS_WEAK_GROUP:
		return 40; /* handshake_failure */
	case BR_TLS_WELL:
	case BR_TLS_NO_AUTHORITY:
	case BR_TLS_ALERTED:
	case BR_TLS_AGAIN:
	case BR_TLS_ENDED:
	case BR_TLS_BEYOND:
	case BR_TLS_REASONS:
		break;
	}
	return 0;
}

static void put_out(struct br_tls_client *c, uint8_t type, struct br_octets octets)
{
	struct br_writer w = br_writer_of(c->out + c->out_size, sizeof(c->out) - c->out_size);

	if (c->sealed_out)
		br_cipher_seal(&c->cipher, type, octets, &w);
	else
		br_tls_put_record(&w, type,
		                  c->seen.version ? c->seen.version : c->habits->record_version,
		                  octets);
	if (!w.bad)
		c->out_size += br_written(&w);
}

static void put_alert(struct br_tls_client *c, uint8_t level, uint8_t alert)
{
	const uint8_t body[] = {level, alert};

	put_out(c, BR_TLS_ALERT, (struct br_octets){body, sizeof(body)});
}

static void fail(struct br_tls_client *c, enum br_tls_reason reason)
{
	uint8_t alert = alert_of(reason);

	if (c->phase == BR_TLS_FAILED)
		return;
	c->phase = BR_TLS_FAILED;
	c->reason = reason;
	if (alert && c->habits->hangup == BR_TLS_HANGUP_ALERT)
		put_alert(c, ALERT_FATAL, alert);
	else if (c->habits->hangup == BR_TLS_HANGUP_BYE)
		put_alert(c, ALERT_WARNING, CLOSE_NOTIFY);
}

/* A message of ours: into the transcript and out */
static void put_message(struct br_tls_client *c, struct br_octets message)
{
	if (message.size > sizeof(c->transcript) - c->transcript_size) {
		fail(c, BR_TLS_NOT_READ);
		return;
	}
	memcpy(c->transcript + c->transcript_size, message.data, message.size);
	c->transcript_size += message.size;
	put_out(c, BR_TLS_HANDSHAKE, message);
}

/* All that was said so far */
static struct br_octets spoken(const struct br_tls_client *c)
{
	return (struct br_octets){c->transcript, c->transcript_size};
}

/* What each message of the server brings */

static void read_extensions(struct br_tls_client *c, struct br_reader r)
{
	uint16_t type;
	struct br_octets value;
	bool etm = false;

	while (br_tls_extension_get(&r, &type, &value) == 1) {
		c->extended = c->extended || type == EXTENSION_EMS;
		etm = etm || type == EXTENSION_ETM;
	}
	if (etm && c->cipher.suite && c->cipher.suite->kind == BR_CIPHER_CBC)
		fail(c, BR_TLS_BEYOND); /* RFC 7366 */
}

static void server_hello(struct br_tls_client *c, struct br_octets body)
{
	struct br_tls_hello hello;

	br_tls_read_hello(body, false, &hello);
	if (hello.random.size != BR_TLS_RANDOM_SIZE) {
		fail(c, BR_TLS_NOT_READ);
		return;
	}
	c->seen.version = c->cipher.version = hello.version;
	c->seen.suite = hello.suite;
	memcpy(c->server_random, hello.random.data, BR_TLS_RANDOM_SIZE);
	if (hello.version < c->habits->version_min || hello.version > c->habits->version) {
		fail(c, BR_TLS_VERSION);
		return;
	}
	if (!br_tls_habits_offer(c->habits, hello.suite)) {
		fail(c, BR_TLS_SUITE);
		return;
	}
	c->cipher.suite = br_cipher_find(hello.suite);
	read_extensions(c, br_reader_of(hello.extensions.data, hello.extensions.size));
}

/* The certificates of a message. Return: how many */
static size_t chain_of(struct br_octets body, struct br_octets sent[BR_TLS_SENT_MAX])
{
	struct br_reader r = br_reader_of(body.data, body.size);
	size_t count = 0;

	while (count < BR_TLS_SENT_MAX && br_tls_certificate_get(&r, count == 0, &sent[count]) == 1)
		count++;
	return count;
}

static void certificate(struct br_tls_client *c, struct br_octets body)
{
	struct br_octets sent[BR_TLS_SENT_MAX];
	size_t count = chain_of(body, sent);
	enum br_tls_reason reason;

	c->chain = body;
	c->seen.certificates = count;
	if (count == 0 || br_certificate_read(sent[0], &c->seen.certificate) < 0) {
		c->seen.certificates = 0;
		fail(c, BR_TLS_NOT_READ);
		return;
	}
	reason = br_tls_verify(c->habits, &c->trust, c->host, c->seen.suite, sent, count);
	if (reason != BR_TLS_WELL)
		fail(c, reason);
}

static void server_key(struct br_tls_client *c, struct br_octets body)
{
	enum br_tls_reason reason = BR_TLS_BEYOND;

	if (c->cipher.suite && c->seen.certificates > 0)
		reason = br_exchange_read(&c->exchange, c->cipher.suite->exchange,
		                          c->cipher.version, &c->seen.certificate, c->client_random,
		                          c->server_random, body);
	c->seen.dh_bits = c->exchange.dh_bits;
	if (reason == BR_TLS_WELL && c->exchange.dh_bits > 0 &&
	    c->exchange.dh_bits < c->habits->dh_bits_min)
		reason = BR_TLS_WEAK_GROUP;
	if (reason != BR_TLS_WELL)
		fail(c, reason);
}

static void make_master(struct br_tls_client *c, struct br_octets premaster)
{
	uint8_t seed[2 * BR_TLS_RANDOM_SIZE], session[64];
	size_t size = sizeof(seed);

	memcpy(seed, c->client_random, BR_TLS_RANDOM_SIZE);
	memcpy(seed + BR_TLS_RANDOM_SIZE, c->server_random, BR_TLS_RANDOM_SIZE);
	if (c->extended)
		size = br_cipher_transcript(&c->cipher, spoken(c), session);
	br_cipher_prf(&c->cipher, premaster,
	              c->extended ? "extended master secret" : "master secret",
	              (struct br_octets){c->extended ? session : seed, size}, c->cipher.master,
	              sizeof(c->cipher.master));
}

static void verify_data(const struct br_tls_client *c, const char *label,
                        uint8_t ret[static VERIFY_SIZE])
{
	uint8_t digest[64];
	size_t size = br_cipher_transcript(&c->cipher, spoken(c), digest);

	br_cipher_prf(&c->cipher, (struct br_octets){c->cipher.master, sizeof(c->cipher.master)},
	              label, (struct br_octets){digest, size}, ret, VERIFY_SIZE);
}

static void put_finished(struct br_tls_client *c)
{
	static const uint8_t change = 1;
	uint8_t message[BR_TLS_MESSAGE_HEAD + VERIFY_SIZE] = {BR_TLS_FINISHED, 0, 0, VERIFY_SIZE};

	verify_data(c, "client finished", message + BR_TLS_MESSAGE_HEAD);
	put_out(c, BR_TLS_CHANGE_CIPHER, (struct br_octets){&change, 1});
	br_cipher_start(&c->cipher, c->client_random, c->server_random);
	c->sealed_out = true;
	put_message(c, (struct br_octets){message, sizeof(message)});
}

static void hello_done(struct br_tls_client *c)
{
	static const uint8_t none[] = {BR_TLS_CERTIFICATE, 0, 0, 3, 0, 0, 0};
	uint8_t message[BR_TLS_MESSAGE_HEAD + BR_EXCHANGE_SIZE_MAX],
		premaster[BR_EXCHANGE_SIZE_MAX];
	struct br_writer w = br_writer_of(message, sizeof(message));
	size_t secret;

	if (!c->cipher.suite || c->seen.certificates == 0) {
		fail(c, BR_TLS_BEYOND);
		return;
	}
	if (c->asked_certificate)
		put_message(c, (struct br_octets){none, sizeof(none)});
	secret = br_exchange_write(&c->exchange, c->cipher.suite->exchange, c->habits->version,
	                           &c->seen.certificate, &c->prng, &w, premaster);
	if (secret == 0 || w.bad) {
		fail(c, BR_TLS_BEYOND);
		return;
	}
	put_message(c, (struct br_octets){message, br_written(&w)});
	make_master(c, (struct br_octets){premaster, secret});
	if (c->see) /* before the first sealed record goes out: who reads a recording wants it so */
		c->see(c->see_context, c->client_random, c->cipher.master);
	put_finished(c);
	c->done = true;
}

static void finished(struct br_tls_client *c, struct br_octets body)
{
	uint8_t expected[VERIFY_SIZE];

	verify_data(c, "server finished", expected);
	if (!c->sealed_in || body.size != VERIFY_SIZE || memcmp(body.data, expected, VERIFY_SIZE)) {
		fail(c, BR_TLS_BAD_RECORD);
		return;
	}
	c->phase = BR_TLS_OPEN;
}

static void hello_request(struct br_tls_client *c)
{
	if (c->phase != BR_TLS_OPEN)
		return; /* one that is under way, RFC 5246 section 7.4.1.1 */
	switch (c->habits->again) {
	case BR_TLS_AGAIN_FAILS:
		fail(c, BR_TLS_AGAIN);
		break;
	case BR_TLS_AGAIN_IGNORED:
		break;
	case BR_TLS_AGAIN_NO:
		put_alert(c, ALERT_WARNING, NO_RENEGOTIATION);
		break;
	}
}

static void take_message(struct br_tls_client *c, uint8_t type, struct br_octets body)
{
	bool early = c->phase == BR_TLS_SHAKING && !c->done;

	if (type == BR_TLS_CERTIFICATE && early)
		certificate(c, body);
	else if (type == BR_TLS_SERVER_HELLO && early && c->seen.version == 0)
		server_hello(c, body);
	else if (type == BR_TLS_SERVER_KEY && early)
		server_key(c, body);
	else if (type == BR_TLS_CERTIFICATE_REQUEST && early)
		c->asked_certificate = true;
	else if (type == BR_TLS_HELLO_DONE && early)
		hello_done(c);
	else if (type != BR_TLS_NEW_TICKET && type != BR_TLS_CERTIFICATE_STATUS)
		fail(c, BR_TLS_NOT_READ);
}

/* The first message of .pending, if it is whole */
static bool next_message(struct br_tls_client *c)
{
	struct br_reader r = br_reader_of(c->pending, c->pending_size);
	struct br_octets body;
	uint8_t type;
	size_t size;

	if (br_tls_message_size(&r, &size) == 0 || size > c->pending_size ||
	    br_tls_message_get(&r, &type, &body) == 0)
		return false;
	if (type == BR_TLS_HELLO_REQUEST) { /* in no transcript */
		hello_request(c);
	} else if (size > sizeof(c->transcript) - c->transcript_size) {
		fail(c, BR_TLS_NOT_READ);
	} else if (type == BR_TLS_FINISHED && c->done && c->phase == BR_TLS_SHAKING) {
		finished(c, body); /* judged by what was said before it */
	} else {
		uint8_t *at = c->transcript + c->transcript_size;

		memcpy(at, c->pending, size);
		c->transcript_size += size;
		take_message(
			c, type,
			(struct br_octets){at + BR_TLS_MESSAGE_HEAD, size - BR_TLS_MESSAGE_HEAD});
	}
	memmove(c->pending, c->pending + size, c->pending_size - size);
	c->pending_size -= size;
	return true;
}

static void handshake(struct br_tls_client *c, struct br_octets octets)
{
	if (octets.size > sizeof(c->pending) - c->pending_size) {
		fail(c, BR_TLS_NOT_READ);
		return;
	}
	memcpy(c->pending + c->pending_size, octets.data, octets.size);
	c->pending_size += octets.size;
	while (c->phase != BR_TLS_FAILED && next_message(c))
		;
}

static void alert(struct br_tls_client *c, struct br_octets octets)
{
	if (octets.size != 2) {
		fail(c, BR_TLS_NOT_READ);
		return;
	}
	if (octets.data[1] == CLOSE_NOTIFY && c->phase == BR_TLS_OPEN) {
		c->phase = BR_TLS_SHUT;
	} else if (octets.data[0] != ALERT_WARNING || octets.data[1] == CLOSE_NOTIFY) {
		c->seen.alert = octets.data[1];
		fail(c, BR_TLS_ALERTED);
	}
}

static void change_cipher(struct br_tls_client *c)
{
	if (!c->done || c->sealed_in)
		fail(c, BR_TLS_NOT_READ);
	c->sealed_in = true;
}

static void take_record(struct br_tls_client *c, uint8_t type, uint8_t *body, size_t size,
                        struct br_octets *ret_plain)
{
	struct br_octets octets = {body, size};

	if (c->sealed_in && !br_cipher_open(&c->cipher, type, body, size, &octets)) {
		fail(c, BR_TLS_BAD_RECORD);
		return;
	}
	switch (type) {
	case BR_TLS_HANDSHAKE:
		handshake(c, octets);
		break;
	case BR_TLS_ALERT:
		alert(c, octets);
		break;
	case BR_TLS_CHANGE_CIPHER:
		change_cipher(c);
		break;
	case BR_TLS_DATA:
		if (c->phase == BR_TLS_OPEN)
			*ret_plain = octets;
		else
			fail(c, BR_TLS_NOT_READ);
		break;
	default:
		fail(c, BR_TLS_NOT_READ);
	}
}

/* Octets that are still wanted for the record in .in: first its head, then its body */
static size_t wanted(const struct br_tls_client *c)
{
	struct br_reader r = br_reader_of(c->in, c->in_size);
	size_t size = br_tls_record_size(&r);

	return size > c->in_size ? size - c->in_size : 0;
}

void br_tls_client_input(struct br_tls_client *c, struct br_octets *stream,
                         struct br_octets *ret_plain)
{
	*ret_plain = (struct br_octets){.size = 0};
	while (stream->size > 0 && c->phase != BR_TLS_FAILED) {
		size_t take = wanted(c);

		if (c->in_size + take > sizeof(c->in) ||
		    (c->phase == BR_TLS_SHAKING && c->heard > HEARD_MAX)) {
			fail(c, BR_TLS_NOT_READ);
			break;
		}
		take = take < stream->size ? take : stream->size;
		memcpy(c->in + c->in_size, stream->data, take);
		c->in_size += take;
		c->heard += take;
		stream->data += take;
		stream->size -= take;
		if (c->in_size >= BR_TLS_HEAD && wanted(c) == 0) {
			size_t size = c->in_size - BR_TLS_HEAD;

			c->in_size = 0;
			take_record(c, c->in[0], c->in + BR_TLS_HEAD, size, ret_plain);
			return;
		}
	}
	if (c->phase == BR_TLS_FAILED)
		stream->size = 0;
}

bool br_tls_client_output(struct br_tls_client *c, struct br_octets *ret_records)
{
	*ret_records = (struct br_octets){c->out, c->out_size};
	c->out_size = 0;
	return ret_records->size > 0;
}

bool br_tls_client_write(struct br_tls_client *c, struct br_octets octets)
{
	size_t before = c->out_size;

	if (c->phase != BR_TLS_OPEN)
		return false;
	put_out(c, BR_TLS_DATA, octets);
	return c->out_size > before;
}

enum br_tls_phase br_tls_client_phase(const struct br_tls_client *c)
{
	return c->phase;
}

enum br_tls_reason br_tls_client_reason(const struct br_tls_client *c)
{
	return c->reason;
}

void br_tls_client_seen(const struct br_tls_client *c, struct br_tls_seen *ret)
{
	*ret = c->seen;
}

size_t br_tls_client_chain(const struct br_tls_client *c,
                           struct br_octets ret[static BR_TLS_SENT_MAX])
{
	return c->chain.size > 0 ? chain_of(c->chain, ret) : 0;
}

int br_tls_client_new(struct br_tls_client **ret_client, const struct br_tls_habits *habits,
                      const struct br_tls_trust *trust, const char *host, uint64_t seed)
{
	struct br_tls_client *c = calloc(1, sizeof(*c));
	uint8_t hello[1024];
	struct br_writer w = br_writer_of(hello, sizeof(hello));

	if (!c)
		return -ENOMEM;
	c->habits = habits;
	c->trust = *trust;
	for (size_t i = 0; host[i] && i < sizeof(c->host) - 1; i++)
		c->host[i] = host[i];
	c->prng = br_prng_of(seed, UINT64_C(0x746c73636c69656e)); /* "tlsclien" */
	for (size_t i = 0; i < sizeof(c->client_random); i++)
		c->client_random[i] = (uint8_t)br_prng_next(&c->prng);
	br_tls_hello_build(habits, c->client_random, c->host, &w);
	if (!w.bad)
		put_message(c, (struct br_octets){hello, br_written(&w)});
	*ret_client = c;
	return 0;
}

struct br_tls_client *br_tls_client_free(struct br_tls_client *client)
{
	free(client);
	return NULL;
}

void br_tls_client_on_secret(struct br_tls_client *c, br_tls_secret *see, void *context)
{
	c->see = see;
	c->see_context = context;
}
