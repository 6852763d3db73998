/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/from_pcap.h - `bootrig from-pcap`: a script of the language from a capture
 *
 * Of each machine, the attempt that got furthest becomes steps: what the client sent is a
 * stimulus, what the server under test answered an expectation of the fields that decide
 * something, other servers are peers that say what they said. The servers' nodes are configured
 * as they were seen. The script is a start to be edited, and it runs as it is.
 */
#ifndef BR_CAPTURES_CONVERT_FROM_PCAP_H
#define BR_CAPTURES_CONVERT_FROM_PCAP_H

#include <stdio.h>

#include "captures/replay/setup.h"
#include "sim/command/verb.h"

struct br_from_pcap {
	const char *path;
	const char *other; /* the other side of a relay; NULL: none, or both are in @path */
	const char *name, *other_name; /* what they are called; set by br_from_pcap() */
	bool has_client;
	bool anonymous;    /* captures/convert/anonymous.h */
	bool fixed;        /* what a good server would have done: captures/convert/script_cure.h */
	const char *to[2]; /* the captures under other names, or NULL; then it is their script */
	uint8_t client[6];
	uint32_t sut;     /* 0: every server of the capture */
	uint8_t sut6[16]; /* or that one over IPv6 */
	FILE *out, *err;
};

/* Return: the exit code: 0; 1 explain says something else of the capture under other names: no
 * script, captures/convert/hidden.h; 2 the capture cannot be read, or is damaged: the script
 * is then of what stands before that; 3 no client, or no server */
int br_from_pcap(const struct br_from_pcap *from);

extern const struct br_command_verb br_verb_from_pcap;

#endif /* BR_CAPTURES_CONVERT_FROM_PCAP_H */
