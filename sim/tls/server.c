/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * Octets from TCP lie in .in until the ClientHello is whole; then it is looked at, and either
 * refused here or given to the engine, as is all that follows. pump() moves octets as long as any
 * move: .in to the engine, the engine's records to .out, .plain (the answer) to the engine. Until
 * the engine changes its cipher the records it writes are laid anew, as the settings say.
 *
 * The library would ask the operating system for randomness once; it is told that it has, so that
 * all of it comes from the seed, and from what the identity was given of true randomness.
 */
#include "sim/tls/server.h"

#include <assert.h>
#include <bearssl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "core/base/text.h"
#include "core/formats/tls.h"
#include "sim/tls/identity_inside.h"

enum {
	IN_SIZE = 2 * BR_SSL_BUFSIZE_INPUT,
	OUT_SIZE = 3 * BR_SSL_BUFSIZE_OUTPUT, /* a flight cut into records of 8 octets */
	PLAIN_SIZE = 32768,
	HELLO_SIZE_MAX = 8192,
	SEED_SIZE = 32,
	ALERT_FATAL = 2,
	HANDSHAKE_FAILURE = 40,
	PROTOCOL_VERSION = 70,
	UNRECOGNIZED_NAME = 112,
	TLS_1_0 = 0x0301,
	TLS_1_2 = 0x0303,
	TLS_1_3 = 0x0304,
};

enum step {
	STEP_HELLO,  /* the ClientHello is not whole */
	STEP_HOLDS,  /* it is, and waits for br_tls_server_go() */
	STEP_ENGINE, /* the engine has the word */
	STEP_OVER,   /* refused or broken on purpose: nothing more is read */
};

struct br_tls_server {
	struct br_tls_identity *identity;
	br_tls_secret *see;
	void *see_context;
	enum step step;
	enum br_tls_wish wish;
	bool opened;       /* the handshake was done once */
	bool renegotiates; /* it was asked for */
	bool lent;         /* octets of the engine lie with the user */
	bool said_bye;     /* close_notify is behind what was written; no answer to it is awaited */
	bool closing;      /* the user has written all */
	bool sealed;       /* the engine has changed its cipher: records stay as they are */
	size_t message_left; /* of the handshake message that a record of ours ends within */

	uint8_t in[IN_SIZE];
	size_t in_size;
	uint8_t out[OUT_SIZE];
	size_t out_at, out_size;
	uint8_t plain[PLAIN_SIZE];
	size_t plain_size;
	uint64_t given,
		carried; /* octets of the user's: to the engine; in records up to .out's end */
	uint8_t io[BR_SSL_BUFSIZE_BIDI];
	br_ssl_server_context context;
};

/* The engine */

static void seed_engine(br_ssl_engine_context *engine, const struct br_tls_identity *id,
                        uint64_t seed)
{
	struct br_prng prng = br_prng_of(seed, UINT64_C(0x746c73)); /* "tls" */
	uint8_t octets[SEED_SIZE];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	for (size_t i = 0; i < SEED_SIZE / 4; i++)
		br_put_be32(&w, (uint32_t)br_prng_next(&prng));
	engine->rng_os_rand_done = 1; /* see above */
	br_ssl_engine_inject_entropy(engine, octets, sizeof(octets));
	if (id->has_entropy)
		br_ssl_engine_inject_entropy(engine, id->entropy, sizeof(id->entropy));
}

static void start_engine(struct br_tls_server *s, uint64_t seed)
{
	const struct br_tls_identity *id = s->identity;
	const struct br_tls_settings *settings = &id->settings;
	br_ssl_engine_context *engine = &s->context.eng;
	uint16_t max = settings->version_max > TLS_1_2 ? TLS_1_2 : settings->version_max;

	if (id->is_rsa)
		br_ssl_server_init_full_rsa(&s->context, id->chain, id->count, &id->rsa);
	else
		br_ssl_server_init_full_ec(&s->context, id->chain, id->count, id->issuer_kind,
		                           &id->ec);
	br_ssl_engine_set_versions(engine,
	                           settings->version_min > max ? max : settings->version_min, max);
	if (settings->suites > 0)
		br_ssl_engine_set_suites(engine, settings->suite, settings->suites);
	br_ssl_engine_set_buffer(engine, s->io, sizeof(s->io), 1);
	seed_engine(engine, id, seed);
	(void)br_ssl_server_reset(&s->context);
}

int br_tls_server_new(struct br_tls_server **ret_server, struct br_tls_identity *identity,
                      uint64_t seed)
{
	struct br_tls_server *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->identity = identity;
	br_tls_identity_hold(identity);
	start_engine(s, seed);
	*ret_server = s;
	return 0;
}

struct br_tls_server *br_tls_server_free(struct br_tls_server *server)
{
	if (server)
		br_tls_identity_free(server->identity);
	free(server);
	return NULL;
}

void br_tls_server_on_secret(struct br_tls_server *s, br_tls_secret *see, void *context)
{
	s->see = see;
	s->see_context = context;
}

/* Records out */

/* A handshake's octets in records of their own, cut at messages or at a size. */
static void lay_anew(struct br_tls_server *s, struct br_writer *w, struct br_tls_record record)
{
	const struct br_tls_settings *settings = &s->identity->settings;

	while (record.body.size > 0) {
		size_t size = record.body.size;

		if (settings->records == BR_TLS_RECORDS_SPLIT)
			size = size < settings->record_size ? size : settings->record_size;
		if (settings->records == BR_TLS_RECORDS_MESSAGES) {
			struct br_reader r = br_reader_of(record.body.data, size);

			if (s->message_left == 0 && br_tls_message_size(&r, &s->message_left) == 0)
				s->message_left = size;
			size = size < s->message_left ? size : s->message_left;
			s->message_left -= size;
		}
		br_tls_put_record(w, record.type, record.version,
		                  (struct br_octets){record.body.data, size});
		record.body.data += size;
		record.body.size -= size;
	}
}

/* True if something moved. */
static bool take_records(struct br_tls_server *s)
{
	br_ssl_engine_context *engine = &s->context.eng;
	size_t size;
	unsigned char *at = br_ssl_engine_sendrec_buf(engine, &size);
	struct br_writer w = br_writer_of(s->out, sizeof(s->out));
	struct br_reader r = br_reader_of(at, size);
	struct br_tls_record record;

	if (!at || s->out_size > 0)
		return false;
	while (br_tls_record_get(&r, &record) == 1) {
		s->sealed = s->sealed || record.type == BR_TLS_CHANGE_CIPHER;
		if (record.type == BR_TLS_HANDSHAKE && !s->sealed &&
		    s->identity->settings.records != BR_TLS_RECORDS_JOINED)
			lay_anew(s, &w, record);
		else
			br_tls_put_record(&w, record.type, record.version, record.body);
	}
	assert(!w.bad);
	s->out_at = 0;
	s->out_size = br_written(&w);
	s->carried = s->given; /* the engine takes no more while a record waits */
	br_ssl_engine_sendrec_ack(engine, size);
	return true;
}

static bool give_records(struct br_tls_server *s)
{
	size_t size;
	unsigned char *at = br_ssl_engine_recvrec_buf(&s->context.eng, &size);

	if (!at || s->in_size == 0)
		return false;
	size = size < s->in_size ? size : s->in_size;
	memcpy(at, s->in, size);
	memmove(s->in, s->in + size, s->in_size - size);
	s->in_size -= size;
	br_ssl_engine_recvrec_ack(&s->context.eng, size);
	return true;
}

static bool give_answer(struct br_tls_server *s)
{
	br_ssl_engine_context *engine = &s->context.eng;
	size_t size;
	unsigned char *at = br_ssl_engine_sendapp_buf(engine, &size);

	if (!at)
		return false;
	if (s->plain_size == 0) {
		if (!s->closing)
			return false;
		s->closing = false;
		s->said_bye = true;
		br_ssl_engine_close(engine);
		return true;
	}
	size = size < s->plain_size ? size : s->plain_size;
	memcpy(at, s->plain, size);
	memmove(s->plain, s->plain + size, s->plain_size - size);
	s->plain_size -= size;
	br_ssl_engine_sendapp_ack(engine, size);
	s->given += size;
	if (s->plain_size == 0)
		br_ssl_engine_flush(engine, 0);
	return true;
}

static void opened(struct br_tls_server *s)
{
	br_ssl_engine_context *engine = &s->context.eng;
	br_ssl_session_parameters session;

	s->opened = true;
	br_ssl_engine_get_session_parameters(engine, &session);
	if (s->see)
		s->see(s->see_context, engine->client_random, session.master_secret);
	if (s->identity->settings.fault == BR_TLS_FAULT_RESET_LATE) {
		s->step = STEP_OVER;
		s->out_size = 0;
		s->wish = BR_TLS_WISH_RESET;
	}
}

static void pump(struct br_tls_server *s)
{
	br_ssl_engine_context *engine = &s->context.eng;

	while (s->step == STEP_ENGINE) {
		unsigned state = br_ssl_engine_current_state(engine);

		if (!s->opened && (state & BR_SSL_SENDAPP) != 0) {
			opened(s);
			continue;
		}
		if ((state & BR_SSL_CLOSED) != 0) {
			s->step = STEP_OVER;
			s->wish = BR_TLS_WISH_END;
		} else if (!take_records(s) && !give_records(s) && !give_answer(s)) {
			return;
		}
	}
}

/* The hello */

static void refuse(struct br_tls_server *s, uint8_t alert)
{
	const uint8_t body[] = {ALERT_FATAL, alert};
	struct br_writer w = br_writer_of(s->out, sizeof(s->out));

	br_tls_put_record(&w, BR_TLS_ALERT, TLS_1_0, (struct br_octets){body, sizeof(body)});
	s->out_at = 0;
	s->out_size = br_written(&w);
	s->step = STEP_OVER;
	s->wish = BR_TLS_WISH_END;
}

static bool names(const struct br_tls_settings *settings, struct br_octets name)
{
	struct br_octets rest = br_text(settings->names);

	while (rest.data) {
		if (br_text_equal_nocase(br_text_cut(&rest, ','), name))
			return true;
	}
	return false;
}

/* The alert that ends it, or 0 */
static uint8_t objects(const struct br_tls_settings *settings, const struct br_tls_hello *hello)
{
	if (settings->version_min == TLS_1_3)
		return hello->version < TLS_1_3 ? PROTOCOL_VERSION : HANDSHAKE_FAILURE;
	if (settings->sni == BR_TLS_SNI_MUST && hello->name.size == 0)
		return UNRECOGNIZED_NAME;
	if (settings->sni != BR_TLS_SNI_ANY && hello->name.size > 0 &&
	    !names(settings, hello->name))
		return UNRECOGNIZED_NAME;
	return 0;
}

static void answer_hello(struct br_tls_server *s)
{
	const struct br_tls_settings *settings = &s->identity->settings;
	const struct br_octets came = {s->in, s->in_size};
	uint8_t octets[HELLO_SIZE_MAX], type, alert;
	struct br_reader r = br_reader_of(octets, br_tls_gather(came, octets, sizeof(octets)));
	struct br_octets body;
	struct br_tls_hello hello = {.version = TLS_1_2};

	if (br_tls_message_get(&r, &type, &body) == 1 && type == BR_TLS_CLIENT_HELLO)
		br_tls_read_hello(body, true, &hello);
	s->step = STEP_OVER;
	switch (settings->fault) {
	case BR_TLS_FAULT_RESET:
		s->wish = BR_TLS_WISH_RESET;
		return;
	case BR_TLS_FAULT_CLOSE:
		s->wish = BR_TLS_WISH_END;
		return;
	case BR_TLS_FAULT_SILENT:
		return;
	case BR_TLS_FAULT_NONE:
	case BR_TLS_FAULT_RESET_LATE:
	case BR_TLS_FAULT_RENEGOTIATE:
		break;
	}
	alert = objects(settings, &hello);
	if (alert) {
		refuse(s, alert);
		return;
	}
	s->step = STEP_ENGINE;
	pump(s);
}

/* Whole, or something that only the engine can judge */
static bool hello_is_there(const struct br_tls_server *s)
{
	uint8_t octets[HELLO_SIZE_MAX];
	struct br_reader r;
	size_t got, wanted;

	if (s->in_size > 0 && s->in[0] != BR_TLS_HANDSHAKE)
		return true;
	got = br_tls_gather((struct br_octets){s->in, s->in_size}, octets, sizeof(octets));
	r = br_reader_of(octets, got);
	if (br_tls_message_size(&r, &wanted) == 0)
		return s->in_size > HELLO_SIZE_MAX;
	return got >= wanted || s->in_size > HELLO_SIZE_MAX;
}

bool br_tls_server_input(struct br_tls_server *s, struct br_octets octets)
{
	if (s->step == STEP_OVER)
		return true; /* not looked at */
	if (octets.size > sizeof(s->in) - s->in_size)
		return false;
	memcpy(s->in + s->in_size, octets.data, octets.size);
	s->in_size += octets.size;
	if (s->step == STEP_HELLO && hello_is_there(s))
		s->step = STEP_HOLDS;
	if (!s->lent)
		pump(s);
	return true;
}

bool br_tls_server_holds(const struct br_tls_server *s)
{
	return s->step == STEP_HOLDS;
}

void br_tls_server_go(struct br_tls_server *s)
{
	if (s->step == STEP_HOLDS)
		answer_hello(s);
}

bool br_tls_server_output(struct br_tls_server *s, struct br_octets *ret_records)
{
	if (s->out_size == 0 && !s->lent)
		pump(s);
	*ret_records = (struct br_octets){s->out + s->out_at, s->out_size};
	return s->out_size > 0;
}

uint64_t br_tls_server_carried(const struct br_tls_server *s)
{
	return s->carried;
}

void br_tls_server_sent(struct br_tls_server *s, size_t size)
{
	assert(size <= s->out_size);
	s->out_at += size;
	s->out_size -= size;
}

bool br_tls_server_read(struct br_tls_server *s, struct br_octets *ret_octets)
{
	br_ssl_engine_context *engine = &s->context.eng;
	unsigned char *at;
	size_t size;

	if (s->lent) {
		(void)br_ssl_engine_recvapp_buf(engine, &size);
		br_ssl_engine_recvapp_ack(engine, size);
		s->lent = false;
		if (s->identity->settings.fault == BR_TLS_FAULT_RENEGOTIATE && !s->renegotiates) {
			s->renegotiates = true;
			(void)br_ssl_engine_renegotiate(engine);
		}
		pump(s);
	}
	at = s->step == STEP_ENGINE ? br_ssl_engine_recvapp_buf(engine, &size) : NULL;
	if (!at)
		return false;
	s->lent = true;
	*ret_octets = (struct br_octets){at, size};
	return true;
}

uint32_t br_tls_server_credit(const struct br_tls_server *s)
{
	return s->opened && s->step == STEP_ENGINE ? (uint32_t)(PLAIN_SIZE - s->plain_size) : 0;
}

void br_tls_server_write(struct br_tls_server *s, struct br_octets octets)
{
	size_t room = sizeof(s->plain) - s->plain_size;

	assert(octets.size <= room);
	if (octets.size > 0)
		memcpy(s->plain + s->plain_size, octets.data, octets.size);
	s->plain_size += octets.size;
}

void br_tls_server_close(struct br_tls_server *s)
{
	s->closing = true;
}

bool br_tls_server_is_open(const struct br_tls_server *s)
{
	return s->opened;
}

enum br_tls_wish br_tls_server_wish(const struct br_tls_server *s)
{
	if (s->wish == BR_TLS_WISH_RESET)
		return s->wish;
	if (s->out_size > 0)
		return BR_TLS_WISH_NONE;
	return s->said_bye ? BR_TLS_WISH_END : s->wish;
}
