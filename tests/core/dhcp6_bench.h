/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/core/dhcp6_bench.h - a whole server with IPv6 on the bench: messages of clients and relays
 * in, the one answer out, taken apart, and every note of the way
 */
#ifndef BR_TESTS_CORE_DHCP6_BENCH_H
#define BR_TESTS_CORE_DHCP6_BENCH_H

#include "core/base/address.h"
#include "core/formats/dhcp6_message.h"
#include "core/server.h"
#include "tests/helper.h"

enum {
	BENCH6_SIZE = 4096,
	ANSWER_NONE = 0,
};

#define SERVER6_DUID "00030001525400000001"

/* What a client sends; all but the type may be changed before it is asked. */
struct ask6 {
	uint8_t type;
	uint32_t xid;
	uint8_t octets[BENCH6_SIZE];
	size_t size; /* of its options in .octets */
};

struct bench6 {
	struct br_config config;
	struct br_server *server;
	br_time now;
	const char *from, *to; /* addresses of the next datagram */
	uint16_t from_port, to_port;
	uint32_t link;

	uint8_t answer[BENCH6_SIZE]; /* the last, and the action it came in */
	size_t answer_size;
	struct br_action action;
	struct br_dhcp6_message m;
	unsigned noted[BR_NOTE_COUNT];
	char detail[BR_NOTE_COUNT][300];
	size_t groups, ports;
	uint8_t group[8][16];
	uint16_t port[8];
};

/* Two links, 2001:db8::1/64 and 2001:db8:1::1/64; @words as in a script, '_' for a blank */
void bench6_open(struct bench6 *bench, const char *words);
void bench6_close(struct bench6 *bench);
/* What br_server_check() or a word says; "" if all is well */
const char *bench6_refusal(const char *words);

/* A Solicit, Request ... with client id, ORO 23, 59, 60, 16, elapsed time; no IA */
struct ask6 ask6_of(uint8_t type);
/* EDK2's: class and 61, 62 as the machine sends them */
void ask6_pxe(struct ask6 *ask, uint16_t arch);
void ask6_http(struct ask6 *ask, uint16_t arch);
void ask6_put(struct ask6 *ask, uint16_t code, const void *value, size_t size);
void ask6_drop(struct ask6 *ask, uint16_t code);
/* As server id: ours in hex; as IA_NA: with an address unless NULL */
void ask6_server(struct ask6 *ask);
void ask6_ia(struct ask6 *ask, uint32_t iaid, const char *address);
void ask6_oro(struct ask6 *ask, const uint16_t *codes, size_t count);

/* Hand it in. Return: the type of the only answer, ANSWER_NONE: none came */
unsigned bench6_ask(struct bench6 *bench, const struct ask6 *ask);
unsigned bench6_octets(struct bench6 *bench, const void *octets, size_t size);
void bench6_expire(struct bench6 *bench);
/* Times that a note came with the last ask */
unsigned bench6_noted(const struct bench6 *bench, enum br_note note);

/* Of the last answer: an option, its IA, and the address as text */
struct br_octets answer6(const struct bench6 *bench, uint16_t code);
struct br_dhcp6_ia answer6_ia(const struct bench6 *bench);
const char *answer6_address(const struct bench6 *bench);
void answer6_is_text(const struct bench6 *bench, uint16_t code, const char *text);

/* Wrap @inside in a relay's message. Return: octets in @ret */
size_t wrap6(uint8_t ret[BENCH6_SIZE], const char *link, const char *peer, uint8_t hops,
             const char *interface_id, const void *inside, size_t size);
size_t ask6_octets(const struct ask6 *ask, uint8_t ret[BENCH6_SIZE]);

#endif /* BR_TESTS_CORE_DHCP6_BENCH_H */
