/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/host.h - a machine on the virtual network: neighbours, IPv4, IPv6, ICMP, UDP and TCP
 *
 * One host may have several links (ports on segments), each with its address; a
 * client has none until it is given one. What runs on the host is one br_host_user:
 * the server core (sim/net/server_host.c), a firmware model, a scripted client.
 *
 * Both families are behind the same calls: endpoints carry 16 octets. A link has IPv6 once
 * br_host_six_on() was called; link-local destinations go out on the link that the datagram
 * or stream names.
 */
#ifndef BR_SIM_NET_HOST_H
#define BR_SIM_NET_HOST_H

#include "core/base/address.h"
#include "core/formats/nd.h"
#include "sim/net/tcp.h"
#include "sim/net/wire.h"

struct br_host;

enum {
	BR_HOST_LINKS_MAX = 8,
	BR_HOST_BLOCKED_MAX = 8,
	BR_HOST_XIDS_MAX = 6, /* that a user waits for at once */
	BR_HOST_ARP_WAITS_MAX = 6,
	BR_HOST_NO_ANSWER = 0,
};

/**
 * struct br_datagram - A UDP datagram that arrived or is to be sent
 * @link:		Index of the host's link
 * @local, @remote:	Sending from an all-zero address takes the link's own
 * @remote_mac:		Sending: link-layer destination, all zero: routed and resolved.
 *			Arrived: who sent the frame
 * @ttl:		0: 64; IPv6: the hop limit, 0: as the link's habits or its router say
 * @dont_fragment:	The DF bit. Arrived: as it stood
 * @no_checksum:	Sending: UDP checksum 0, none (RFC 768; U-Boot sends so); not with IPv6
 * @no_source:		Sending: IPv4 from 0.0.0.0, though the link has an address
 * @payload, @body:	Sending: one behind the other. Arrived: all in @payload
 */
struct br_datagram {
	uint32_t link;
	struct br_endpoint local, remote;
	uint8_t remote_mac[6];
	uint8_t ttl;
	bool dont_fragment;
	bool no_checksum;
	bool no_source;
	struct br_octets payload, body;
};

/* What runs on a host. Any function may be NULL. All may call back into the host. */
struct br_host_user {
	void *context;
	void (*datagram)(void *context, const struct br_datagram *datagram, br_time now);
	void (*stream)(void *context, uint32_t stream, enum br_stream_event event, int error,
	               struct br_octets data, br_time now);
	/* ICMP unreachable or the like came back for a datagram we sent: type << 8 | code, of
	 * ICMPv6 what ICMP would say; or BR_HOST_NO_ANSWER: its neighbour did not answer
	 */
	void (*unreachable)(void *context, const struct br_endpoint *local,
	                    const struct br_endpoint *remote, uint16_t icmp, br_time now);
	/* somebody has @address: by ARP, with a MAC, or by a reply to a ping, @mac NULL */
	void (*present)(void *context, uint32_t link, uint32_t address, const uint8_t *mac,
	                br_time now);
	/* a router has advertised on a link with IPv6; its octets are the call's */
	void (*router)(void *context, uint32_t link, const struct br_nd_router *router,
	               const uint8_t from[16], br_time now);
	/* an IPv6 address was checked: it is @ours, or somebody has it and it is gone. Nothing is
	 * told of one whose lifetime is over
	 */
	void (*address)(void *context, uint32_t link, const uint8_t ip[16], bool ours, br_time now);
	/* a frame of IPv6 came to the link's MAC or a group, whole and whatever becomes of it; for
	 * who must see what a sound stack drops
	 */
	void (*frame6)(void *context, struct br_octets frame, br_time now);
	/* an address conflict or a fault inside the host worth telling; text for people */
	void (*remark)(void *context, const char *text, br_time now);
};

/**
 * struct br_host_limits - What a host may use, whatever its peers do
 * @udp_ports_max:	Open at once
 * @streams_max:	TCP streams at once, half open ones included
 * @stream_buffer_size:	Octets each way for each stream, taken when first needed
 * @reassemblies_max:	IP datagrams in pieces at once; 0: fragments are dropped
 * @arp_entries_max:	Neighbours known or asked for at once
 * @arp_pending_max:	Packets that wait for a neighbour's address, in all
 */
struct br_host_limits {
	size_t udp_ports_max;
	size_t streams_max;
	size_t stream_buffer_size;
	size_t reassemblies_max;
	size_t arp_entries_max;
	size_t arp_pending_max;
};

extern const struct br_host_limits br_host_limits_server, br_host_limits_client;

/**
 * struct br_host_habits - Where stacks differ and firmware is recognised by it
 * @echo:		Answer pings
 * @unreachables:	Answer a datagram to a closed port with ICMP port unreachable
 * @announce:		Send a gratuitous ARP request when an address is set (RFC 5227 §3)
 * @arp_learn_all:	Take a neighbour from any ARP packet, not only those for us
 * @udp_checksums:	false: every datagram as with .no_checksum
 * @identification:	Of the first IP datagram; one more for each
 * @icmp_ttl:		Of errors; 0: 64
 * @icmp_quote:		Octets they quote behind the IP header; 0: all that fit (RFC 1812 §4.3.2.3)
 * @arp_asked_only:	A neighbour is kept only if it was asked for, not when it asks for us
 * @arp_asks_all:	The unknown address in a question is ff:ff:ff:ff:ff:ff, not 0
 * @tos:		Type of service in IPv4 headers
 * @arp_size:		Octets of any ARP frame, zeros at its end; 0: 42
 * @arp_reply_size:	Octets of an answer to ARP, zeros at its end; 0: 42
 * @frame_size_min:	Octets of any frame, zeros at its end; 0: as it is
 * @arp_wait_ms:	After each question for a neighbour; none: 500, 1000, 1000
 * @arp_again_ms:	The same for one that was given up last; none: as above
 */
struct br_host_habits {
	bool echo;
	bool unreachables;
	bool announce;
	bool arp_learn_all;
	bool arp_asked_only;
	bool arp_asks_all;
	bool udp_checksums;
	uint16_t identification;
	uint8_t icmp_ttl;
	uint8_t tos;
	uint16_t icmp_quote;
	uint16_t arp_size, arp_reply_size, frame_size_min;
	uint16_t arp_wait_ms[BR_HOST_ARP_WAITS_MAX]; /* 0 ends */
	uint16_t arp_again_ms[BR_HOST_ARP_WAITS_MAX];
};

/**
 * struct br_host_six_habits - How a stack goes about IPv6
 * @hop_limit:		Of what says no other; 0: as the router says, or 64
 * @listener_reports:	Tell switches of groups: 2: MLDv2 (RFC 3810), 1: MLDv1, which EDK2 speaks
 *			(RFC 2710), 0: not at all
 * @tick_ms:		Its clock, from when IPv6 is there: waits end at its ticks. 0: they end by
 *			themselves. With one, the group of an address is told at a tick that is
 *			drawn of the next 9, and the check begins 1, 3, 5, 7 or 9 ticks behind it:
 *			EDK2 Ip6If.c Ip6SetAddress, Ip6Nd.c Ip6InitDADProcess
 * @report_again_s: Until it is told once more (RFC 2710 section 4), with a clock by its tick of
 *			a second; 0: never
 * @proves_after_ms: So long after it answered who asked for its address, that one is asked by
 *			unicast whether it is there (RFC 4861 section 7.3); 0: never
 * @check_probes:	Solicitations for an address of its own before it is used (RFC 4862
 *			§5.1, DupAddrDetectTransmits); 0: it is used at once
 * @check_after_ms:	Until the first, without a clock
 * @check_wait_ms:	After each
 * @solicits:		Router solicitations at most, until a router speaks (RFC 4861 §6.3.7)
 * @solicit_after_ms, @solicit_wait_ms: Until the first, and between two
 * @solicits_unnamed: From ::, even with an address, which EDK2 does
 * @accepts_advertisements: Take routers, prefixes, MTU and hop limit out of them
 * @makes_addresses:	And addresses, where they say A: RFC 4862 §5.5.3
 * @ages_addresses: ... and gives them up when their lifetime is over, RFC 4862 §5.5.4; iPXE, GRUB
 *			and SLOF do not look at it
 * @bare_identifier:	An EUI-64 keeps the bit that RFC 4291 appendix A turns, which SLOF does
 * @takes_any_prefix:	... also where they do not say A, which SLOF does
 * @learns_by_asking: Who asks for us is not learned, but asked for before it is answered: SLOF
 *			lib/libnet/icmpv6.c handle_icmpv6, ipv6.c send_ipv6
 * @always_says_mac:	Also who was asked by unicast says its hardware address
 * @ask_wait_ms:	After each question for a neighbour; none: 1000, 1000, 1000
 */
struct br_host_six_habits {
	uint8_t hop_limit;
	uint8_t listener_reports;
	uint16_t tick_ms, report_again_s, proves_after_ms;
	uint8_t check_probes;
	uint16_t check_after_ms, check_wait_ms;
	uint8_t solicits;
	uint16_t solicit_after_ms, solicit_wait_ms;
	bool solicits_unnamed;
	bool accepts_advertisements;
	bool makes_addresses, ages_addresses;
	bool bare_identifier;
	bool takes_any_prefix;
	bool learns_by_asking;
	bool always_says_mac;
	uint16_t ask_wait_ms[BR_HOST_ARP_WAITS_MAX]; /* 0 ends */
};

/* Of a machine that is up since long: it says nothing by itself. Of one that begins, as Linux. */
extern const struct br_host_six_habits br_host_six_quiet, br_host_six_usual;

/**
 * struct br_host_advertisement - What a router sends, and when: RFC 4861 §6.2
 * @router:	Its .mac is filled in
 * @first_ms:	Until the first that nobody asked for; it comes if this or @interval_ms is set
 * @interval_ms:	Between those; 0: no further one
 * @answer_ms:	Until one that was asked for
 * @unasked_only: Solicitations have no answer
 * @spaced:	Not sooner than 3 s after the one before, as a router must (§6.2.6)
 * @hides_mac:	Without option 1
 */
struct br_host_advertisement {
	struct br_nd_router router;
	uint32_t first_ms, interval_ms, answer_ms;
	bool unasked_only, spaced, hides_mac;
};

/* What is sent to all but concerns others is not counted: a host may not even see it. */
struct br_host_counters {
	uint64_t frames_in, frames_out;
	uint64_t bad;          /* frames that were not well formed, checksums included */
	uint64_t not_for_us;   /* IP datagrams to an address we do not have */
	uint64_t no_port;      /* UDP datagrams to a port that is not open */
	uint64_t unreachable;  /* UDP datagrams we sent to a closed port, as ICMP says */
	uint64_t icmp_limited; /* ICMP errors not sent: RFC 1812 §4.3.2.8 */
	uint64_t forwarded;    /* datagrams routed */
	uint64_t unresolved;   /* packets dropped: no answer to ARP, or no room to wait */
	uint64_t unroutable;   /* packets dropped: no route */
	uint64_t no_frame;     /* packets dropped: the frame pool was empty */
	uint64_t fragments_in, fragments_out;
	uint64_t reassembled;
	uint64_t fragments_dropped; /* overlap, no room, or late: RFC 791 §3.2 */
	uint64_t conflicts;         /* somebody else has our address, RFC 5227 §2.4 */
};

/* @name: copied. Return: 0, -ENOMEM, or -EINVAL if a limit makes no sense */
int br_host_new(struct br_host **ret_host, struct br_wire *wire, const char *name,
                const struct br_host_limits *limits, uint64_t seed);
struct br_host *br_host_free(struct br_host *host); /* NULL in, NULL out */
void br_host_set_user(struct br_host *host, const struct br_host_user *user); /* copied */
void br_host_set_habits(struct br_host *host, const struct br_host_habits *habits);
const struct br_host_habits *br_host_get_habits(const struct br_host *host);
const char *br_host_name(const struct br_host *host);
const struct br_host_counters *br_host_counters(const struct br_host *host);

/* Links; the index of the first is 0. Return: the index, -ENOSPC or -ENOMEM */
int br_host_add_link(struct br_host *host, struct br_segment *segment, const uint8_t mac[6]);
/* 0.0.0.0: none; until there is one, every unicast datagram sent to the link's MAC is taken in by
 * a host that has port 68 open (RFC 2131 §4.1: a client that asks for unicast replies).
 */
void br_host_set_address(struct br_host *host, uint32_t link, uint32_t address, uint32_t netmask);
/* IEEE 802.1Q: what the link sends carries this tag, and only frames with it are for the
 * link; 1 .. 4094, or 0: no tag.
 */
void br_host_set_vlan(struct br_host *host, uint32_t link, uint16_t vlan);
void br_host_set_gateway(struct br_host *host, uint32_t gateway); /* 0: none */
void br_host_set_forwarding(struct br_host *host, bool on);       /* be a router */
uint32_t br_host_address(const struct br_host *host, uint32_t link);
const uint8_t *br_host_mac(const struct br_host *host, uint32_t link);
struct br_port *br_host_port(struct br_host *host, uint32_t link); /* on the segment */
/* Multicast; 0, -ENOSPC, or -EINVAL if it is no group. No IGMP is sent: segments flood. */
int br_host_join_group(struct br_host *host, uint32_t link, uint32_t group);
void br_host_leave_group(struct br_host *host, uint32_t link, uint32_t group);
/* Forget what ARP has taught, or teach it. */
void br_host_arp_flush(struct br_host *host);
/* What ARP knows of @address, NULL: nothing; good until the next packet. */
const uint8_t *br_host_arp_get(struct br_host *host, uint32_t link, uint32_t address);
void br_host_arp_set(struct br_host *host, uint32_t link, uint32_t address, const uint8_t mac[6]);

/* IPv6 of a link: from now on it has its link-local address, and does what @habits say (copied).
 * Again: from the beginning, with no other address. Return: 0, -EINVAL without such a link, -ENOMEM
 */
int br_host_six_on(struct br_host *host, uint32_t link, const struct br_host_six_habits *habits);
/* Other habits from now on, with the addresses it has; routers are solicited anew. */
void br_host_six_change(struct br_host *host, uint32_t link,
                        const struct br_host_six_habits *habits);
void br_host_six_off(struct br_host *host, uint32_t link);
bool br_host_has_six(const struct br_host *host, uint32_t link);
/* @bits: of the prefix that is on the link with it; 128: nothing else is. @checked: it need not
 * be. Return: 0, -EINVAL if it can be no address, -ENOSPC
 */
int br_host_add_address6(struct br_host *host, uint32_t link, const uint8_t ip[16], uint8_t bits,
                         bool checked);
void br_host_remove_address6(struct br_host *host, uint32_t link, const uint8_t ip[16]);
const uint8_t *br_host_address6(const struct br_host *host, uint32_t link,
                                size_t index); /* the link-local one is first; NULL at the end */
bool br_host_is_checked6(const struct br_host *host, uint32_t link, const uint8_t ip[16]);
/* A router and a prefix that are there whatever is advertised; :: takes all routers away. */
void br_host_set_gateway6(struct br_host *host, uint32_t link, const uint8_t ip[16]);
int br_host_add_prefix6(struct br_host *host, uint32_t link, const uint8_t prefix[16],
                        uint8_t bits); /* 0 or -EINVAL */
bool br_host_has_router6(const struct br_host *host, uint32_t link);
/* @ip is on the link, or a router leads there */
bool br_host_has_way6(const struct br_host *host, uint32_t link, const uint8_t ip[16]);
int br_host_join_group6(struct br_host *host, uint32_t link,
                        const uint8_t group[16]);           /* 0, -EINVAL, -ENOSPC */
void br_host_solicit6(struct br_host *host, uint32_t link); /* ask routers, from now on again */
void br_host_advertise6(struct br_host *host, uint32_t link,
                        const struct br_host_advertisement *advertisement); /* NULL: no more */
/* What is known of a neighbour of either family, NULL: nothing; good until the next packet. */
const uint8_t *br_host_neighbour(struct br_host *host, uint32_t link, const uint8_t ip[16]);

/* UDP. Datagrams to a port that is not open draw ICMP port unreachable (RFC 1122 §4.1.3.1). */
int br_host_udp_open(struct br_host *host, uint16_t port); /* 0, -EADDRINUSE, -ENOSPC */
void br_host_udp_close(struct br_host *host, uint16_t port);
/* Broadcasts to port 68 are handed to the user with these transaction numbers only, as a
 * DHCP client's packet filter does it; the user still judges them. None, or more than
 * BR_HOST_XIDS_MAX: all are.
 */
void br_host_expect_xids(struct br_host *host, const uint32_t *xids, size_t count);
/* Return: 0 once it is sent or waits for ARP; -EMSGSIZE above 65507 octets, or above
 * the MTU with .dont_fragment; -ENETUNREACH without a route; -ENOBUFS
 */
int br_host_udp_send(struct br_host *host, const struct br_datagram *datagram);

/* What comes to this UDP or TCP port is dropped without a word, as by a packet filter.
 * Return: 0 or -ENOSPC
 */
int br_host_block_port(struct br_host *host, uint16_t port);

/* TCP, sim/net/tcp.h, and there what each event means. A stream's number is free for
 * reuse after BR_STREAM_GONE. Calls with a number that is not in use do nothing.
 */
void br_host_set_tcp_options(struct br_host *host, const struct br_tcp_options *options);
const struct br_tcp_options *br_host_get_tcp_options(const struct br_host *host);
const struct br_tcp_counters *br_host_tcp_counters(const struct br_host *host);
int br_host_tcp_listen(struct br_host *host, uint16_t port); /* 0, -EADDRINUSE, -ENOSPC */
/* @local: an all-zero address takes the link's own, port 0 an ephemeral one.
 * Return: the stream; -ENOSPC, -EADDRINUSE, -ENETUNREACH
 */
int br_host_tcp_connect(struct br_host *host, const struct br_endpoint *local,
                        const struct br_endpoint *remote);
uint32_t br_host_stream_credit(const struct br_host *host, uint32_t stream);
/* Return: octets taken, fewer than given when credit ends; -ENOTCONN, -ENOMEM */
int br_host_stream_write(struct br_host *host, uint32_t stream, struct br_octets octets);
void br_host_stream_close(struct br_host *host, uint32_t stream); /* FIN behind what was written */
void br_host_stream_reset(struct br_host *host, uint32_t stream); /* RST; no GONE follows */
/* A reader that does not read: no DATA until it is let go, and the window fills up. */
void br_host_stream_pause(struct br_host *host, uint32_t stream, bool paused);
/* False, and nothing set, for a stream that is not there. */
bool br_host_stream_ends(const struct br_host *host, uint32_t stream, struct br_endpoint *ret_local,
                         struct br_endpoint *ret_remote, uint32_t *ret_link);

/* Ask whether anybody has @address: by ARP where it is on the link, else by a ping. Who answers
 * is told to .present.
 */
void br_host_probe(struct br_host *host, uint32_t link, uint32_t address);

/* A frame as it stands, for clients that must send what no stack would.
 * Return: 0, -EINVAL for a link or size that is not there, -ENOBUFS
 */
int br_host_send_raw(struct br_host *host, uint32_t link, struct br_octets frame);

#endif /* BR_SIM_NET_HOST_H */
