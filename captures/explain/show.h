/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/show.h - an exchange as lines for people: the ladder of an attempt
 *
 * One line for what was asked (with its repetitions) and one for each different answer;
 * a transfer is one line with blocks, octets, rate and what had to be sent again. Times
 * are seconds since the first packet of the capture.
 */
#ifndef BR_CAPTURES_EXPLAIN_SHOW_H
#define BR_CAPTURES_EXPLAIN_SHOW_H

#include <stdio.h>

#include "captures/explain/story.h"

enum {
	BR_SHOW_ADDRESS = 64,
	BR_SHOW_LINE = 512,
	BR_SHOW_VLAN = 24,
};

/* "192.0.2.1", "192.0.2.1:69", "2001:db8::1"; @with_port only when it is not 0 */
const char *br_show_address(char text[static BR_SHOW_ADDRESS], const struct br_endpoint *endpoint,
                            bool with_port);
const char *br_show_ipv4(char text[static BR_SHOW_ADDRESS], uint32_t address);
const char *br_show_mac(char text[static BR_SHOW_ADDRESS], const uint8_t mac[6]);
/* "in VLAN 20", "without a VLAN tag" for -1 */
const char *br_show_vlan(char text[static BR_SHOW_VLAN], int32_t vlan);
const char *br_show_arch(int32_t arch); /* "x64 UEFI"; "" for others */
double br_show_seconds(br_time time);
/* "1.1 MB/s"; for rates of nothing "" */
const char *br_show_rate(char text[static BR_SHOW_ADDRESS], uint64_t octets, br_time time);

typedef void br_show_line(void *context, br_time at, const char *text);

/* All lines of an attempt in order. */
void br_show_attempt(const struct br_story *story, const struct br_attempt *attempt,
                     br_show_line *line, void *context);

/* What names in a talk have as \xNN, back to backslashes and letters (UTF-8); in place. Octets that
 * are none stay as they are.
 */
void br_show_names(char *text);

#endif /* BR_CAPTURES_EXPLAIN_SHOW_H */
