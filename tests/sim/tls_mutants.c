/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_mutants [COUNT [SEED]] - COUNT connections' records with octets changed, lost and repeated
 *
 * Both ends are tried, in the handshake and behind it. Nothing may crash, and what the client is
 * told must be what the server said. Run it under a sanitizer with a million records.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "tests/sim/tls_pair.h"

enum {
	COUNT_DEFAULT = 1000,
};

struct spoiler {
	struct br_prng prng;
	unsigned long records;
	uint64_t one_in; /* so rarely an octet is changed */
};

static void spoil(void *context, bool to_client, uint8_t *octets, size_t size)
{
	struct spoiler *m = context;

	(void)to_client;
	m->records++;
	if (br_prng_below(&m->prng, 3) != 0)
		return;
	for (size_t i = br_prng_below(&m->prng, m->one_in); i < size;
	     i += 1 + br_prng_below(&m->prng, m->one_in))
		octets[i] = br_prng_below(&m->prng, 2) ? (uint8_t)br_prng_next(&m->prng)
		                                       : (uint8_t)(octets[i] ^ 1);
}

int main(int argc, char **argv)
{
	static const char *const settings[] = {"", "tls-key=p256", "tls-suites=0x002f",
	                                       "tls-records=8 tls-chain=full", "tls-versions=1.0"};
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : COUNT_DEFAULT, well = 0;
	struct spoiler m = {.prng = br_prng_of(argc > 2 ? strtoul(argv[2], NULL, 10) : 1, 1)};

	struct br_tls_identity *identity[5] = {NULL}; /* what is signed once will do */

	for (unsigned long i = 0; m.records < count; i++) {
		static const uint64_t rates[] = {20, 300, 3000};
		struct tls_pair pair = {.lent = NULL};
		size_t client = i % 5;

		m.one_in = rates[i % 3];
		pair.lent = identity[i / 5 % 5];
		tls_pair_new(&pair, br_tls_client_at(client)->name, settings[i / 5 % 5], "root",
		             "2025-01-01", i);
		identity[i / 5 % 5] = pair.identity;
		pair.lent = pair.identity; /* kept */
		pair.spoil = spoil;
		pair.context = &m;
		pair.piece = i % 7 * 41;
		tls_pair_run(&pair);
		if (memcmp(pair.said, pair.answer.data, pair.said_size) != 0) {
			fprintf(stderr, "connection %lu: something else was said\n", i);
			return 1;
		}
		well += br_tls_client_phase(pair.client) == BR_TLS_SHUT;
		tls_pair_free(&pair);
	}
	for (size_t i = 0; i < 5; i++)
		br_tls_identity_free(identity[i]);
	printf("%lu records handed over, %lu connections ended well\n", m.records, well);
	return 0;
}
