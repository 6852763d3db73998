/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/tls_pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/text.h"

#define HOST "10.0.0.2"

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "tls_pair: %s\n", what);
	abort();
}

static void set_all(struct br_tls_settings *settings, const char *text)
{
	struct br_octets rest = br_text(text);
	char error[200] = "";

	while (rest.data && text[0]) {
		struct br_octets word = br_text_cut(&rest, ' '), key = br_text_cut(&word, '=');
		char name[64], value[128];

		snprintf(name, sizeof(name), "%.*s", (int)key.size, (const char *)key.data);
		snprintf(value, sizeof(value), "%.*s", (int)word.size, (const char *)word.data);
		must(br_tls_settings_set(settings, name, value, error, sizeof(error)) == 0, name);
	}
}

static void see(void *context, const uint8_t *random, const uint8_t *master)
{
	(void)random;
	memcpy(context, master, BR_TLS_MASTER_SIZE);
}

void tls_pair_new(struct tls_pair *pair, const char *client, const char *settings_text,
                  const char *trust_name, const char *date, uint64_t seed)
{
	struct br_tls_settings settings;
	struct br_tls_trust trust = {.now_s = 0};
	struct br_writer w = br_writer_of(pair->authority, sizeof(pair->authority));
	char day[sizeof("2025-01-01")] = "";

	*pair = (struct tls_pair){.lent = pair->lent,
	                          .identity = pair->lent,
	                          .answer = br_text("an answer"),
	                          .wire = BR_FNV64_SEED};
	br_tls_settings_init(&settings);
	memcpy(settings.names, HOST ",boot.example", sizeof(HOST ",boot.example"));
	set_all(&settings, settings_text);
	if (trust_name[0]) {
		br_tls_authority_build(trust_name, &w);
		trust.anchor[trust.anchors++] = (struct br_octets){pair->authority, br_written(&w)};
	}
	memcpy(day, date, strnlen(date, sizeof(day) - 1));
	must(br_tls_date_read(day, &trust.now_s), date);
	trust.now_s += strtol(date + strlen(day), NULL, 10);
	must(br_tls_client_find(client) != NULL, client);
	pair->said = malloc(TLS_PAIR_SAID_MAX);
	must(pair->said && (pair->lent || br_tls_identity_new(&pair->identity, &settings) == 0) &&
	             br_tls_server_new(&pair->server, pair->identity, seed) == 0 &&
	             br_tls_client_new(&pair->client, br_tls_client_find(client), &trust, HOST,
	                               seed) == 0,
	     "memory");
	br_tls_client_on_secret(pair->client, see, pair->client_master);
	br_tls_server_on_secret(pair->server, see, pair->server_master);
}

void tls_pair_free(struct tls_pair *pair)
{
	br_tls_client_free(pair->client);
	br_tls_server_free(pair->server);
	if (!pair->lent)
		br_tls_identity_free(pair->identity);
	free(pair->said);
}

static void to_client(struct tls_pair *pair, struct br_octets stream)
{
	struct br_octets plain;

	while (stream.size > 0) {
		br_tls_client_input(pair->client, &stream, &plain);
		must(plain.size <= TLS_PAIR_SAID_MAX - pair->said_size, "too much was said");
		if (plain.size > 0)
			memcpy(pair->said + pair->said_size, plain.data, plain.size);
		pair->said_size += plain.size;
	}
}

/* In pieces, each spoilt on its way if the test wants that */
static void hand_over(struct tls_pair *pair, bool client, struct br_octets octets)
{
	while (octets.size > 0) {
		uint8_t copy[65536];
		size_t size = pair->piece && pair->piece < octets.size ? pair->piece : octets.size;

		size = size < sizeof(copy) ? size : sizeof(copy);
		memcpy(copy, octets.data, size);
		if (pair->spoil)
			pair->spoil(pair->context, client, copy, size);
		pair->wire = br_fnv64(pair->wire, copy, size);
		if (client)
			to_client(pair, (struct br_octets){copy, size});
		else if (!br_tls_server_input(pair->server, (struct br_octets){copy, size}))
			return;
		octets.data += size;
		octets.size -= size;
	}
}

static void answer(struct tls_pair *pair)
{
	size_t size = pair->answer.size - pair->answered;
	size_t room = br_tls_server_credit(pair->server);

	if (pair->asked == 0 || pair->answered == pair->answer.size)
		return;
	size = size < room ? size : room;
	br_tls_server_write(pair->server,
	                    (struct br_octets){pair->answer.data + pair->answered, size});
	pair->answered += size;
	if (pair->answered == pair->answer.size)
		br_tls_server_close(pair->server);
}

/* True if something moved. */
static bool turn(struct tls_pair *pair)
{
	struct br_octets octets;
	bool moved = false;

	while (br_tls_client_output(pair->client, &octets)) {
		hand_over(pair, false, octets);
		moved = true;
	}
	if (br_tls_server_holds(pair->server))
		br_tls_server_go(pair->server);
	while (br_tls_server_read(pair->server, &octets))
		pair->asked += octets.size;
	answer(pair);
	while (br_tls_server_output(pair->server, &octets)) {
		size_t size = octets.size;

		hand_over(pair, true, octets);
		br_tls_server_sent(pair->server, size);
		moved = true;
	}
	if (!pair->requested && br_tls_client_phase(pair->client) == BR_TLS_OPEN) {
		pair->requested = true;
		moved = br_tls_client_write(pair->client, br_text("GET /")) || moved;
	}
	return moved;
}

void tls_pair_run(struct tls_pair *pair)
{
	while (turn(pair))
		;
}
