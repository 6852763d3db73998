/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/script_cure.h - what a good server would have done where a boot failed
 *
 * With `from-pcap --expect-fixed` a script ends at the exchange that explain's verdict speaks of,
 * with the answer of a good server in the place of what came: red as long as the fault is there,
 * green when it is mended. A table says for each verdict which answer that is; it has no row for
 * what no server alone can mend.
 */
#ifndef BR_CAPTURES_CONVERT_SCRIPT_CURE_H
#define BR_CAPTURES_CONVERT_SCRIPT_CURE_H

#include "captures/explain/finding.h"
#include "captures/replay/setup.h"

enum br_cure {
	BR_CURE_NONE,
	BR_CURE_OFFER, /* of the server that gives addresses */
	BR_CURE_PROXY, /* an OFFER of one that gives none */
	BR_CURE_ACK,
	BR_CURE_PXE,       /* an ACK from port 4011 */
	BR_CURE_FILE,      /* the file, by TFTP or HTTP */
	BR_CURE_ADVERTISE, /* DHCPv6: to a Solicit */
	BR_CURE_REPLY6,    /* DHCPv6: to a Request or an Information-request */
};

enum {
	BR_CURE_FIELDS_SIZE = 400,
};

/**
 * struct br_script_cure - Where, by whom, and what
 * @id:		Of the verdict
 * @fields:	What the answer has; "" is any answer of its kind. Of TFTP and HTTP: the message too
 * @data:	TFTP: blocks that must come behind the OACK
 * @exchange:	The last of the script
 * @file:	Of the attempt, for BR_CURE_FILE; else NULL
 * @reply:	The one that was wrong, NULL: there was none
 * @server:	Who has to answer; 0: nobody is known for it
 * @mac:	Of the machine, and @alone if the servers have to do with no other
 */
struct br_script_cure {
	enum br_cure kind;
	const char *id;
	char fields[BR_CURE_FIELDS_SIZE];
	unsigned data;
	const struct br_talk_exchange *exchange;
	const struct br_story_file *file;
	const struct br_talk_reply *reply;
	uint32_t server;
	bool alone;
	uint8_t mac[6];
};

/* Of what stopped that attempt; .kind is BR_CURE_NONE if the table has no row for it. */
struct br_script_cure br_script_cure_find(const struct br_story *story,
                                          const struct br_attempt *attempt,
                                          const struct br_finding *finding);

/* The setup as it is when the fault is mended. */
void br_script_cure_mend(const struct br_script_cure *cure, struct br_setup *setup);
/* Whether it is about an answer of DHCPv6. */
bool br_script_cure_is_six(const struct br_script_cure *cure);

#endif /* BR_CAPTURES_CONVERT_SCRIPT_CURE_H */
