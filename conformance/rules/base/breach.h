/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/base/breach.h - what is told of a rule: who broke it, and was it judged at all
 *
 * For everybody who reads breaches; conformance/rules/rules.h hands them out.
 */
#ifndef BR_CONFORMANCE_RULES_BASE_BREACH_H
#define BR_CONFORMANCE_RULES_BASE_BREACH_H

#include "core/port.h"

enum {
	BR_BREACHES_MAX = 256,
	BR_BREACH_FRAMES_MAX = 4,
	BR_BREACH_TEXT_SIZE = 160,
};

/**
 * struct br_breach - One party broke one rule, once or more often
 * @id:		Of the requirement, "D4S-DISC-04"
 * @mac, @party: Who broke it: Ethernet and IP address as they stood in the packet; .port
 *		is where it sent from
 * @link:	As handed to br_rules_packet()
 * @count:	How often
 * @frame:	The first so many frames on which it was seen; min(@count, the size of it)
 * @last_frame:	The last of them, so that a packet counts once
 * @counts:	br_rules_options.counts says so of @party
 * @at:		Of the first
 * @text:	What was seen then, "option 51 is 600, 58 is 600"; printable
 */
struct br_breach {
	const char *id;
	uint8_t mac[6];
	struct br_endpoint party;
	uint32_t link;
	uint32_t count;
	bool counts;
	uint64_t frame[BR_BREACH_FRAMES_MAX], last_frame;
	br_time at;
	char text[BR_BREACH_TEXT_SIZE];
};

enum br_rule_state {
	BR_RULE_NOT_EXERCISED,
	BR_RULE_PASS,
	BR_RULE_FAIL,
};

#endif /* BR_CONFORMANCE_RULES_BASE_BREACH_H */
