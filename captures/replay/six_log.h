/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/six_log.h - what was said of addresses over IPv6 in a capture, message by message
 *
 * DHCPv6 with its octets, and of neighbour discovery who asked whom. The conversation sums them up;
 * a script and a replay need each of them.
 *
 * Messages are brought together as they come, so that nobody has to look for them: what a machine
 * says is a question, with what relays made of it (its legs), and the answers to it, with theirs.
 */
#ifndef BR_CAPTURES_REPLAY_SIX_LOG_H
#define BR_CAPTURES_REPLAY_SIX_LOG_H

#include "core/base/time.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/nd.h"
#include "sim/net/packet.h"

enum {
	BR_SIX_SPEAKERS_MAX = 32,
	BR_SIX_LEGS_MAX = 16, /* of a question, and of its answers: more are not told */
};

/**
 * struct br_six_message - A whole one
 * @icmp:	It is of ICMPv6, an RS, RA, NS or NA; else of DHCPv6
 * @type:	enum br_icmp6_type, or enum br_dhcp6_type of the outermost
 * @said:	DHCPv6: type of the message inside of all relays, @levels of them
 * @xid:	DHCPv6: its transaction
 * @client:	DHCPv6: whose it is, by its address: the peer of the innermost relay, else an end
 * @repeat:	DHCPv6: that machine said one of that type, transaction and port before, or a relay
 *		passed it to the same: RFC 8415 section 15 sends the same message again, but for
 *		the time since it began. An answer: the same host gave one to that question before.
 *		NS: it asked for that address before
 * @question:	DHCPv6: the first message of that question, itself too; of an answer what it
 *		answers: the client's last with that transaction, of a kind that has such an answer.
 *		SIZE_MAX: there is none
 * @next:	The next leg of the question, or answer to it, that is no repeat; SIZE_MAX: none
 * @answer:	Of the first of a question: the first answer; SIZE_MAX: none
 * @legs, @answers: Of the first of a question: how many there are
 * @last, @last_answer: Of the first of a question: where the next one is to be joined
 */
struct br_six_message {
	uint64_t frame;
	br_time at;
	struct br_endpoint src, dst;
	uint8_t eth_src[6], eth_dst[6];
	bool icmp, repeat;
	uint8_t type, said, levels;
	uint32_t xid;
	uint8_t client[16];
	size_t question, next, answer, last, last_answer;
	uint8_t legs, answers;
	size_t size;
	uint8_t *octets;
};

/**
 * struct br_six_log - Zero at first
 * @speaker:	Who sent with which address; of what came through a router the router
 * @slot:	One more than a message, by a hash of what it is looked for by; see six_log.c
 * @looked:	How many messages were looked at to bring them together, for tests
 */
struct br_six_log {
	size_t count, room, neighbours;
	struct br_six_message *message;
	size_t speakers;
	struct {
		uint8_t ip[16], mac[6];
	} speaker[BR_SIX_SPEAKERS_MAX];
	size_t *slot;
	uint64_t looked;
};

/* @only: NULL, or of that machine alone and what is said to all. Out of memory ends the program. */
void br_six_log_take(struct br_six_log *log, const struct br_packet *packet, uint64_t frame,
                     br_time at, const uint8_t *only);
void br_six_log_reset(struct br_six_log *log);

/* From which hardware address that one sent; NULL: it did not. */
const uint8_t *br_six_log_mac(const struct br_six_log *log, const uint8_t ip[16]);

struct br_octets br_six_octets(const struct br_six_message *message);
/* Whether a server says it, through relays or not: an Advertise or a Reply */
bool br_six_is_answer(const struct br_six_message *message);
/* The router advertisement that came of the solicitation @index, within 3 s (RFC 4861 section
 * 10 lets a router wait 0.5 s, and space what goes to all); SIZE_MAX: none
 */
size_t br_six_log_advertisement(const struct br_six_log *log, size_t index);

#endif /* BR_CAPTURES_REPLAY_SIX_LOG_H */
