/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/relay6.h - a DHCPv6 relay agent between links of one host: RFC 8415 section 19
 *
 * What clients send to ff02::1:2, and what relays behind this one send to it, goes in a
 * Relay-forward to each server, with the address of the link it was heard on; a Relay-reply is
 * opened and its message sent on to the peer it names. A lightweight relay (RFC 6221) has no
 * address to give: it says :: and which interface it was.
 */
#ifndef BR_SIM_NET_RELAY6_H
#define BR_SIM_NET_RELAY6_H

#include "sim/net/host.h"

struct br_agent6;

enum {
	BR_RELAY6_SERVERS_MAX = 8,
	BR_RELAY6_TEXT_MAX = 64,
};

/**
 * struct br_relay6_options - How one relay behaves
 * @server, @servers:	Where messages go; none: to ff05::1:3 on each other link, of a lightweight
 *		relay to ff02::1:2 (RFC 6221 section 5.3)
 * @hops_max:		What has a hop-count of this or more is dropped, RFC 8415 section 7.6
 * @interface_id:	Option 18 of each message; empty: left out
 * @lightweight:	RFC 6221 section 6.1: link-address is ::; an interface id has to be given
 */
struct br_relay6_options {
	uint8_t server[BR_RELAY6_SERVERS_MAX][16];
	size_t servers;
	uint8_t hops_max;
	struct br_octets interface_id;
	bool lightweight;
};

struct br_relay6_counters {
	uint64_t forwarded, returned; /* passed on, once for each server */
	uint64_t too_many_hops;
	uint64_t too_large;
	uint64_t not_ours; /* replies that name no link of ours */
	uint64_t bad;      /* no message that a relay passes on */
};

/**
 * br_relay6_new() - Relay on a host that has its links and addresses
 * @host:	Outlives it. Its user hands datagrams to port 547 to br_relay6_heard()
 * @options:	Copied, what it points to too
 *
 * Return: 0, -ENOMEM, -EADDRINUSE if port 547 is open already, -E2BIG if the text is longer than
 *	   BR_RELAY6_TEXT_MAX
 */
int br_relay6_new(struct br_agent6 **ret_relay, struct br_host *host,
                  const struct br_relay6_options *options);
struct br_agent6 *br_relay6_free(struct br_agent6 *relay); /* NULL in, NULL out */
void br_relay6_heard(struct br_agent6 *relay, const struct br_datagram *datagram);
const struct br_relay6_counters *br_relay6_counters(const struct br_agent6 *relay);

/**
 * br_relay6_forward() - What becomes of a message, for relays that a script plays
 * @address:	Of the link it was heard on
 * @from:	Who sent it
 * @link:	Told in the interface id where there is no text for it
 * @w:		The message as it goes to the servers
 *
 * Return: 0, -EBADMSG (none that is relayed), -ELOOP (hops), -EMSGSIZE (no room)
 */
int br_relay6_forward(const struct br_relay6_options *options, const uint8_t address[16],
                      const uint8_t from[16], uint32_t link, struct br_octets message,
                      struct br_writer *w);

/* What a Relay-reply says: its octets are those of @reply. */
struct br_relay6_back {
	uint8_t link[16], peer[16];
	struct br_octets message, interface_id;
	bool to_relay; /* the message is for a relay behind us: to port 547 */
};

int br_relay6_back(struct br_octets reply, struct br_relay6_back *ret); /* 0 or -EBADMSG */

#endif /* BR_SIM_NET_RELAY6_H */
