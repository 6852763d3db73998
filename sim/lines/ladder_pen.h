/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/ladder_pen.h - writes the lines of a ladder: who, whom, and what
 *
 * Used by sim/lines/ladder*.c only. Knows names, so that machines keep theirs when
 * they get an address, and the layout of a line.
 */
#ifndef BR_SIM_LINES_LADDER_PEN_H
#define BR_SIM_LINES_LADDER_PEN_H

#include "sim/lines/ladder.h"

enum {
	BR_PEN_NAMES_MAX = 64,
	BR_PEN_NAME_SIZE = 16,
	BR_PEN_TEXT_SIZE = 512,
};

struct br_pen_name {
	uint8_t key[16]; /* a MAC in the first 6 octets, or an address as in br_endpoint */
	char text[BR_PEN_NAME_SIZE];
};

struct br_pen {
	br_time start; /* BR_TIME_NEVER: of the first line */
	br_ladder_say *say;
	void *context;
	struct br_pen_name mac[BR_PEN_NAMES_MAX], ip[BR_PEN_NAMES_MAX];
	size_t macs, ips;
	br_time at; /* of the line being written */
	size_t size;
	char text[BR_PEN_TEXT_SIZE];
};

bool br_pen_name(struct br_pen_name *table, size_t *count, const uint8_t *key, size_t key_size,
                 const char *text);
const char *br_pen_name_of_mac(const struct br_pen *pen, const uint8_t mac[6]); /* NULL: none */

/* Begin a line about something that goes from @src to @dst; a MAC may be NULL. */
void br_pen_begin(struct br_pen *pen, br_time at, const struct br_endpoint *src,
                  const uint8_t *src_mac, const struct br_endpoint *dst);
/* The same for what has no ports: ARP, ICMP. Names are put in place. */
void br_pen_begin_named(struct br_pen *pen, br_time at, const char *src, const char *dst);
/* A line under the one before, without time and ends. */
void br_pen_begin_remark(struct br_pen *pen, br_time at);

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void br_pen_put(struct br_pen *pen, const char *format, ...); /* cut when full */
/* Octets of a peer: what does not print stands as '.', at most @size_max of them. */
void br_pen_put_octets(struct br_pen *pen, struct br_octets octets, size_t size_max);
/* ` FIELD="TEXT"`, or nothing of no text */
void br_pen_put_text(struct br_pen *pen, const char *field, struct br_octets text, size_t size_max);
/* "1048504 octets 0.51 s 2.1 MB/s" */
void br_pen_put_rate(struct br_pen *pen, uint64_t octets, br_time took);
void br_pen_say(struct br_pen *pen, bool growing);

/* Name of an address, else the address: into @target, NUL-terminated. */
const char *br_pen_address(const struct br_pen *pen, const uint8_t ip[16], const uint8_t *mac,
                           char *target, size_t size);

#endif /* BR_SIM_LINES_LADDER_PEN_H */
