/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/ladder.h - frames as a story: one line for each exchange, bulk as one line
 *
 * For people who watch a boot or read a capture. Lines look like the script language
 * (who:port -> whom:port protocol message field=value) but show only the fields that
 * decide something. A TFTP transfer or an HTTP response is one line that grows while
 * octets flow and is said a last time when it ends. ARP, ICMP and TCP without data are
 * silent unless something goes wrong. Nothing is judged here.
 *
 *	4.912  fw:68 -> *:67          dhcp discover opt60=PXEClient opt93=7
 *	4.913  boot:67 -> *:68        dhcp offer yiaddr=0.0.0.0 opt60=PXEClient opt54=10.77.0.2
 *	9.220  boot:1024 -> fw:1580   tftp data shimx64.efi 715 blocks 1048504 octets 0.51 s
 *
 * Input may be live frames or a capture whose frames are cut: what is missing of a
 * body is counted from the headers. All memory is taken at start.
 */
#ifndef BR_SIM_LINES_LADDER_H
#define BR_SIM_LINES_LADDER_H

#include "sim/net/packet.h"
#include "sim/net/wire.h"

struct br_ladder;

/**
 * struct br_ladder_line - What there is to show
 * @at:		When it began, as given to br_ladder_see()
 * @text:	One line with its time, NUL-terminated, without a newline; borrowed
 * @growing:	A transfer under way: the same line will be said again, at the latest
 *		when it ends. False: this line is final
 */
struct br_ladder_line {
	br_time at;
	const char *text;
	bool growing;
};

typedef void br_ladder_say(void *context, const struct br_ladder_line *line);

/**
 * br_ladder_new() - A ladder without names
 * @ret_ladder:	Set on 0 only
 * @start:	Shown as 0.000; BR_TIME_NEVER: the first frame's
 * @say:	Called for each line; borrows @context
 *
 * Return: 0 or -ENOMEM
 */
int br_ladder_new(struct br_ladder **ret_ladder, br_time start, br_ladder_say *say, void *context);
struct br_ladder *br_ladder_free(struct br_ladder *ladder); /* NULL in, NULL out; says nothing */

/* Names are copied, cut at 15 octets; false if there is no room for one more. A client
 * with a name keeps it under the addresses it is given by DHCP.
 */
bool br_ladder_name_mac(struct br_ladder *ladder, const uint8_t mac[6], const char *name);
bool br_ladder_name_ipv4(struct br_ladder *ladder, uint32_t address, const char *name);
bool br_ladder_name_ip(struct br_ladder *ladder, const uint8_t ip[16], const char *name);

/* One frame: the octets there are, the octets there were, and when. */
void br_ladder_see(struct br_ladder *ladder, struct br_octets captured, size_t size, br_time at);

/* A server's own word on what it decided, under the line it belongs to. */
void br_ladder_note(struct br_ladder *ladder, const char *server, const struct br_action *note,
                    br_time at);

/* Say what is still growing for the last time: the capture or the run is over. */
void br_ladder_finish(struct br_ladder *ladder, br_time at);

/* For br_wire_add_tap(): the same, for frames of a live wire. */
struct br_tap br_ladder_tap(struct br_ladder *ladder);

#endif /* BR_SIM_LINES_LADDER_H */
