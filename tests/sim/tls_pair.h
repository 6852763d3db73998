/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/tls_pair.h - a TLS client and a server whose records are handed over by hand */
#ifndef BR_TESTS_SIM_TLS_PAIR_H
#define BR_TESTS_SIM_TLS_PAIR_H

#include "sim/tls/client.h"

enum {
	TLS_PAIR_SAID_MAX = 200000,
};

struct tls_pair;

/* What happens to octets on their way; @to_client: from the server */
typedef void tls_pair_spoil(void *context, bool to_client, uint8_t *octets, size_t size);

/**
 * struct tls_pair - One connection
 * @answer:	What the server says to the first request
 * @said:	What the client got of it
 * @asked:	Octets the server got
 * @wire:	Hash of all octets of both directions
 */
struct tls_pair {
	struct br_tls_identity *identity;
	struct br_tls_identity *lent; /* instead of one that is made and freed here */
	struct br_tls_server *server;
	struct br_tls_client *client;
	uint8_t authority[BR_TLS_CERTIFICATE_SIZE_MAX];
	struct br_octets answer;
	size_t answered;
	bool requested;
	uint8_t *said;
	size_t said_size, asked;
	uint64_t wire;
	size_t piece; /* octets handed over at once; 0: as they come */
	tls_pair_spoil *spoil;
	void *context;
	uint8_t client_master[BR_TLS_MASTER_SIZE], server_master[BR_TLS_MASTER_SIZE];
};

/* @pair: zeroed, or with one that is .lent. @settings: "tls-key=p256 tls-records=8", @trust:
 * "root", "other" or "", @date: of the client, "2025-01-01" or seconds later, "2025-01-01+9"
 */
void tls_pair_new(struct tls_pair *pair, const char *client, const char *settings,
                  const char *trust, const char *date, uint64_t seed);
void tls_pair_free(struct tls_pair *pair);
void tls_pair_run(struct tls_pair *pair); /* until nothing moves any more */

#endif /* BR_TESTS_SIM_TLS_PAIR_H */
