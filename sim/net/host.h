/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/host.h - a machine on the virtual network: ARP, IPv4, ICMP, UDP and TCP
 *
 * One host may have several links (ports on segments), each with its address; a
 * client has none until it is given one. What runs on the host is one br_host_user:
 * the server core (sim/net/server_host.c), a firmware model, a scripted client.
 *
 * IPv4 is here; IPv6 will join it behind the same calls (endpoints carry 16 octets).
 */
#ifndef BR_SIM_NET_HOST_H
#define BR_SIM_NET_HOST_H

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
 * @ttl:		0: 64
 * @dont_fragment:	The DF bit. Arrived: as it stood
 * @no_checksum:	Sending: UDP checksum 0, none (RFC 768; U-Boot sends so)
 * @payload, @body:	Sending: one behind the other. Arrived: all in @payload
 */
struct br_datagram {
	uint32_t link;
	struct br_endpoint local, remote;
	uint8_t remote_mac[6];
	uint8_t ttl;
	bool dont_fragment;
	bool no_checksum;
	struct br_octets payload, body;
};

/* What runs on a host. Any function may be NULL. All may call back into the host. */
struct br_host_user {
	void *context;
	void (*datagram)(void *context, const struct br_datagram *datagram, br_time now);
	void (*stream)(void *context, uint32_t stream, enum br_stream_event event, int error,
	               struct br_octets data, br_time now);
	/* ICMP unreachable or the like came back for a datagram we sent: type << 8 | code; or
	 * BR_HOST_NO_ANSWER: nobody answered ARP
	 */
	void (*unreachable)(void *context, const struct br_endpoint *local,
	                    const struct br_endpoint *remote, uint16_t icmp, br_time now);
	/* somebody has @address: by ARP, with a MAC, or by a reply to a ping, @mac NULL */
	void (*present)(void *context, uint32_t link, uint32_t address, const uint8_t *mac,
	                br_time now);
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
 * @arp_wait_ms:	After each question for a neighbour; none: 500, 1000, 1000
 * @arp_again_ms:	The same for one that was given up last; none: as above
 */
struct br_host_habits {
	bool echo;
	bool unreachables;
	bool announce;
	bool arp_learn_all;
	bool udp_checksums;
	uint16_t identification;
	uint8_t icmp_ttl;
	uint16_t icmp_quote;
	uint16_t arp_wait_ms[BR_HOST_ARP_WAITS_MAX]; /* 0 ends */
	uint16_t arp_again_ms[BR_HOST_ARP_WAITS_MAX];
};

/* What is sent to all but concerns others is not counted: a host may not even see it. */
struct br_host_counters {
	uint64_t frames_in, frames_out;
	uint64_t bad;          /* frames that were not well formed, checksums included */
	uint64_t not_for_us;   /* IP datagrams to an address we do not have */
	uint64_t no_port;      /* UDP datagrams to a port that is not open */
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
/* 0.0.0.0: none; until there is one, every unicast datagram sent to the link's MAC
 * is taken in (RFC 2131 §4.1: a client that asks for unicast replies).
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
