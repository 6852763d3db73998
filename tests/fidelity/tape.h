/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/fidelity/tape.h - what recorded servers answered, and to which packet
 *
 * tests/fidelity/tape.py makes such a file out of a capture: a line for each thing. A key
 * names a packet of the client ("dhcp:67:1", "rrq:192.0.2.2:boot.efi", "t3:a17"), its number
 * says which of those, and the answers behind it are what came back, octet for octet.
 */
#ifndef BR_TESTS_FIDELITY_TAPE_H
#define BR_TESTS_FIDELITY_TAPE_H

#include "core/base/time.h"
#include "sim/models/model.h"

enum {
	TAPE_KEY_SIZE = 600,
	TAPE_PATH_SIZE = 512,
	TAPE_FRAME_SIZE = 1600,
	TAPE_SERVERS_MAX = 64,
	TAPE_WEBS_MAX = 32,
	TAPE_PAGES_MAX = 256,
	TAPE_BUCKETS = 1 << 16,
};

enum tape_kind { /* what of an answer has to fit the question */
	TAPE_PLAIN,
	TAPE_DHCP,  /* xid */
	TAPE_TFTP,  /* the client's port */
	TAPE_DNS,   /* port and id */
	TAPE_ICMP,  /* the question itself, quoted */
	TAPE_DHCP6, /* xid and IAID */
};

struct tape_answer {
	br_time delay;   /* behind the question */
	uint8_t *octets; /* a frame, cut off as it was recorded */
	size_t recorded, size;
	int kind; /* enum tape_kind */
	struct tape_answer *next;
};

/**
 * struct tape_entry - One packet of the client
 * @nth:	From 1, of those with this key
 * @session:	TFTP transfer which it belongs to, -1: none
 */
struct tape_entry {
	char *key;
	unsigned nth;
	int session;
	struct tape_answer *answers, **tail;
	struct tape_entry *next;
};

struct tape_server { /* @address: 0: it has @address6 */
	uint8_t mac[6];
	uint32_t address;
	uint8_t address6[16];
};

/* What one HTTP request drew; @closes: the server ended the connection behind it. */
struct tape_page {
	char method[16], path[TAPE_PATH_SIZE];
	unsigned nth;
	int closes;
	bool used;
	uint64_t size;        /* octets of the body */
	uint8_t *head, *body; /* @body: those that are known, else zeros are sent */
	size_t head_size, body_known;
};

struct tape {
	struct br_machine machine;
	struct tape_entry *bucket[TAPE_BUCKETS];
	bool ipv6;      /* it asks DHCPv6 servers too */
	bool six;       /* its net has IPv6, and no router */
	br_time router; /* when an IPv6 router advertised itself; BR_TIME_NEVER: none did */
	struct tape_server server[TAPE_SERVERS_MAX], web[TAPE_WEBS_MAX];
	struct tape_server closed[TAPE_WEBS_MAX]; /* of those in @web: they refuse */
	size_t servers, webs, closeds;
	struct tape_page page[TAPE_PAGES_MAX];
	size_t pages;
};

/* Exits with a message if the file is not what tape.py writes. */
void tape_read(struct tape *tape, const char *path);

struct tape_entry *tape_find(struct tape *tape, const char *key, unsigned nth);
struct tape_entry *tape_find_last(struct tape *tape, const char *key, unsigned up_to);

#endif /* BR_TESTS_FIDELITY_TAPE_H */
