/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/follow.h - does a recorded exchange follow a script?
 *
 * Nothing is sent: every line is an expectation, those of clients and peers too. Nodes are
 * found by the addresses the script gives them, clients by hardware address or by the
 * address they were given in the capture; if there is one client only, it is whoever is
 * not known otherwise. Of several each has its own order of packets: how their boots
 * overlapped is not judged. Packets of clients and peers that no line names are passed over. One
 * of the server is a failure if it stands between the first and the last packet of the
 * script, goes between two ends the script speaks of, and repeats no other (a DHCP message
 * with other `secs` is a repetition); not if the script is `loose`.
 *
 * Times (+, <=) are not judged: a recording has the clock of its machine. `transfer`
 * checks the order of blocks, their lengths and the total, not the octets, which captures
 * rarely keep. `check`, `fault`, `boot` and `wait` have nothing to say about a capture and
 * are counted as not judged.
 */
#ifndef BR_SIM_SCRIPT_FOLLOW_H
#define BR_SIM_SCRIPT_FOLLOW_H

#include "sim/net/packet.h"
#include "sim/script/expect.h"

enum {
	BR_FOLLOW_TEXT_SIZE = 2048
};

struct br_follow;

/**
 * struct br_follow_result - What came of it
 * @follows:	Every line had its packet, and none was left over
 * @item:	The first line that had not, or NULL: a packet was left over
 * @why, @want, @got, @marks: As in a report; @got: the packet that came closest, or is left over
 * @frame:	Number of the frame @got was in; 0: none
 * @matched, @not_judged: Lines
 */
struct br_follow_result {
	bool follows;
	const struct br_item *item;
	char why[160];
	char want[BR_FOLLOW_TEXT_SIZE], got[BR_FOLLOW_TEXT_SIZE];
	char marks[BR_FOLLOW_TEXT_SIZE];
	uint64_t frame;
	size_t matched, not_judged;
};

struct br_follow *br_follow_new(const struct br_script *script); /* NULL: out of memory */
struct br_follow *br_follow_free(struct br_follow *follow);      /* NULL in, NULL out */

/* Of several clients judge the lines of this one alone; the others' are counted as not judged. */
void br_follow_only(struct br_follow *follow, size_t node);
/* The packets in order; octets are copied. @frame: its number in the capture. */
void br_follow_packet(struct br_follow *follow, const struct br_packet *packet, br_time at,
                      uint64_t frame);
/* After the last. */
void br_follow_judge(struct br_follow *follow, struct br_follow_result *ret_result);

#endif /* BR_SIM_SCRIPT_FOLLOW_H */
