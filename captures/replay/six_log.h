/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/six_log.h - what was said of addresses over IPv6 in a capture, message by message
 *
 * DHCPv6 with its octets, and of neighbour discovery who asked whom. The conversation sums them up;
 * a script and a replay need each of them.
 */
#ifndef BR_CAPTURES_REPLAY_SIX_LOG_H
#define BR_CAPTURES_REPLAY_SIX_LOG_H

#include "core/base/time.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/nd.h"
#include "sim/net/packet.h"

enum {
	BR_SIX_SPEAKERS_MAX = 32,
};

/**
 * struct br_six_message - A whole one
 * @icmp:	It is of ICMPv6, an RS, RA, NS or NA; else of DHCPv6
 * @type:	enum br_icmp6_type, or enum br_dhcp6_type of the outermost
 * @xid:	DHCPv6: transaction; 0 of a relay's message
 */
struct br_six_message {
	uint64_t frame;
	br_time at;
	struct br_endpoint src, dst;
	uint8_t eth_src[6], eth_dst[6];
	bool icmp;
	uint8_t type;
	uint32_t xid;
	size_t size;
	uint8_t *octets;
};

/**
 * struct br_six_log - Zero at first
 * @speaker:	Who sent with which address; of what came through a router the router
 */
struct br_six_log {
	size_t count, room, neighbours;
	struct br_six_message *message;
	size_t speakers;
	struct {
		uint8_t ip[16], mac[6];
	} speaker[BR_SIX_SPEAKERS_MAX];
};

/* @only: NULL, or of that machine alone and what is said to all. Out of memory ends the program. */
void br_six_log_take(struct br_six_log *log, const struct br_packet *packet, uint64_t frame,
                     br_time at, const uint8_t *only);
void br_six_log_reset(struct br_six_log *log);

/* From which hardware address that one sent; NULL: it did not. */
const uint8_t *br_six_log_mac(const struct br_six_log *log, const uint8_t ip[16]);

struct br_octets br_six_octets(const struct br_six_message *message);
/* Whether a server says it: an Advertise or a Reply */
bool br_six_is_answer(const struct br_six_message *message);
/* The index of the message that @index answers: the client's last with that transaction, of a kind
 * that has such an answer. SIZE_MAX: there is none
 */
size_t br_six_log_question(const struct br_six_log *log, size_t index);
/* That machine sent one of that type, transaction and port before: RFC 8415 section 15 sends the
 * same message again, but for the time since it began.
 */
bool br_six_log_is_repeat(const struct br_six_log *log, size_t index);
/* The router advertisement that came of the solicitation @index, within 3 s (RFC 4861 section
 * 10 lets a router wait 0.5 s, and space what goes to all); SIZE_MAX: none
 */
size_t br_six_log_advertisement(const struct br_six_log *log, size_t index);

#endif /* BR_CAPTURES_REPLAY_SIX_LOG_H */
