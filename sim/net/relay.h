/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/relay.h - a DHCP relay agent and router between links of one host
 *
 * RFC 1542 §4, RFC 2131 §4.1, RFC 3046. Requests heard by broadcast on a link go, with
 * `giaddr` set to that link's address and `hops` one higher, to each server by unicast;
 * replies sent to port 67 of an address of this host go out on the link that has it, by
 * broadcast or, with the B flag clear, to the client's hardware address. A request that
 * has a giaddr already (a relay behind this one) keeps it and its option 82.
 *
 * Unicast traffic (renewals, TFTP, HTTP, port 4011) is not relayed but routed; a router
 * may be told not to pass port 4011, as real ones with access lists do.
 */
#ifndef BR_SIM_NET_RELAY_H
#define BR_SIM_NET_RELAY_H

#include "sim/net/host.h"

struct br_relay;

enum {
	BR_RELAY_SERVERS_MAX = 8,
	BR_RELAY_HOPS_MAX = 16, /* RFC 1542 §4.1.1: never above 16, 4 by default; ours is 16 */
	BR_RELAY_TEXT_MAX = 64,
};

enum br_relay_option82 {
	BR_RELAY_OPTION82_OFF,     /* pass on what came, add none */
	BR_RELAY_OPTION82_ADD,     /* add ours; drop a request that has one and no giaddr */
	BR_RELAY_OPTION82_REPLACE, /* ours instead of what came */
	BR_RELAY_OPTION82_KEEP,    /* ours unless one came */
};

/**
 * struct br_relay_options - How one relay behaves
 * @server, @servers:	Where requests go: one each, or all of them (IP helper)
 * @hops_max:		Requests with this many hops or more are dropped
 * @option82:		See above
 * @circuit_id, @remote_id: Sub-options 1 and 2; empty: left out
 * @extra:		More sub-options, coded, behind these
 */
struct br_relay_options {
	uint32_t server[BR_RELAY_SERVERS_MAX];
	size_t servers;
	uint8_t hops_max;
	enum br_relay_option82 option82;
	struct br_octets circuit_id, remote_id, extra;
};

struct br_relay_counters {
	uint64_t requests, replies; /* passed on, once for each server */
	uint64_t too_many_hops;
	uint64_t untrusted; /* with option 82 but without giaddr: RFC 3046 §2.1.1 */
	uint64_t too_large; /* no room for option 82: RFC 3046 §2.1 */
	uint64_t not_ours;  /* replies with a giaddr we do not have */
	uint64_t bad;       /* not a BOOTP message */
};

/**
 * br_relay_new() - Relay on a host that has its links and addresses
 * @ret_relay:	Set on 0 only
 * @host:	The relay becomes its user; outlives it
 * @options:	Copied, what it points to too
 *
 * Return: 0, -ENOMEM, -EADDRINUSE if port 67 is open already, -E2BIG if a text is longer
 *	   than BR_RELAY_TEXT_MAX
 */
int br_relay_new(struct br_relay **ret_relay, struct br_host *host,
                 const struct br_relay_options *options);
struct br_relay *br_relay_free(struct br_relay *relay); /* NULL in, NULL out */
/* What comes over IPv6 goes to @heard; NULL: to nobody. */
void br_relay_hand_on(struct br_relay *relay, void *context,
                      void (*heard)(void *context, const struct br_datagram *datagram));
const struct br_relay_counters *br_relay_counters(const struct br_relay *relay);

/**
 * br_relay_forward() - What becomes of a request, for relays that a script plays
 * @address:	Of the link it was heard on
 * @w:		The message as it goes to the servers
 *
 * Return: 0, -EBADMSG (not a request), -ELOOP (hops), -EPERM (option 82 without giaddr),
 *	   -EMSGSIZE (no room)
 */
int br_relay_forward(const struct br_relay_options *options, uint32_t address,
                     struct br_octets request, struct br_writer *w);

/**
 * br_relay_back() - What becomes of a reply
 * @w:		The message as it goes to the client, or to the relay before us
 * @ret_giaddr:	Which of our addresses it names
 *
 * Return: 0, -EBADMSG
 */
int br_relay_back(const struct br_relay_options *options, struct br_octets reply,
                  struct br_writer *w, uint32_t *ret_giaddr);

#endif /* BR_SIM_NET_RELAY_H */
