/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/host.h - a machine on the virtual network: ARP, IPv4, ICMP, UDP and TCP
 *
 * One host may have several links (ports on segments), each with its address; a
 * client has none until it is given one. What runs on the host is one br_host_user:
 * the server core (sim/net/server_host.c), a firmware model, a scripted client.
 *
 * IPv4 is here; IPv6 will join it behind the same calls (endpoints carry 16 octets).
 */
#ifndef BR_HOST_H
#define BR_HOST_H

#include "sim/net/wire.h"

struct br_host;

enum {
	BR_HOST_LINKS_MAX = 8
};

enum br_stream_event {
	BR_STREAM_OPENED, /* by a peer (listening port) or by us: the handshake is done */
	BR_STREAM_DATA,   /* octets, in order */
	BR_STREAM_END,    /* the peer sent FIN: no more data will come */
	BR_STREAM_CREDIT, /* more room to write than there was */
	BR_STREAM_GONE,   /* closed by both, reset, refused or given up; error says which */
};

/**
 * struct br_datagram - A UDP datagram that arrived or is to be sent
 * @link:		Index of the host's link
 * @local, @remote:	Sending from an all-zero address takes the link's own
 * @remote_mac:		Sending: link-layer destination, all zero: routed and resolved.
 *			Arrived: who sent the frame
 * @ttl:		0: 64
 * @payload, @body:	Sending: one behind the other. Arrived: all in @payload
 */
struct br_datagram {
	uint32_t link;
	struct br_endpoint local, remote;
	uint8_t remote_mac[6];
	uint8_t ttl;
	struct br_octets payload, body;
};

/* What runs on a host. Any function may be NULL. All may call back into the host. */
struct br_host_user {
	void *context;
	void (*datagram)(void *context, const struct br_datagram *datagram, br_time now);
	void (*stream)(void *context, uint32_t stream, enum br_stream_event event, int error,
	               struct br_octets data, br_time now);
	/* ICMP unreachable or the like came back for a datagram we sent; code as type << 8 | code */
	void (*unreachable)(void *context, const struct br_endpoint *local,
	                    const struct br_endpoint *remote, uint16_t icmp, br_time now);
	/* an address conflict or a fault inside the host worth telling; text for people */
	void (*remark)(void *context, const char *text, br_time now);
};

struct br_host_limits {
	size_t udp_ports_max;
	size_t streams_max;
	size_t stream_buffer_size; /* octets each way for each stream */
	size_t reassemblies_max;   /* IP datagrams in pieces at once */
	size_t arp_entries_max;
};

extern const struct br_host_limits br_host_limits_server, br_host_limits_client;

int br_host_new(struct br_host **ret_host, struct br_wire *wire, const char *name,
                const struct br_host_limits *limits, uint64_t seed);
struct br_host *br_host_free(struct br_host *host);
void br_host_set_user(struct br_host *host, const struct br_host_user *user);

/* Links; the index of the first is 0. Return: the index, -ENOSPC or -ENOMEM */
int br_host_add_link(struct br_host *host, struct br_segment *segment, const uint8_t mac[6]);
void br_host_set_address(struct br_host *host, uint32_t link, uint32_t address, uint32_t netmask);
void br_host_set_gateway(struct br_host *host, uint32_t gateway); /* 0: none */
void br_host_set_forwarding(struct br_host *host, bool on);       /* be a router */
uint32_t br_host_address(const struct br_host *host, uint32_t link);
int br_host_join_group(struct br_host *host, uint32_t link, uint32_t group); /* multicast */

/* UDP. Datagrams to a port that is not open draw ICMP port unreachable (RFC 1122 §4.1.3.1). */
int br_host_udp_open(struct br_host *host, uint16_t port); /* 0, -EADDRINUSE, -ENOSPC */
void br_host_udp_close(struct br_host *host, uint16_t port);
int br_host_udp_send(struct br_host *host, const struct br_datagram *datagram);

/* TCP, sim/net/tcp.h. A stream's number is free for reuse after BR_STREAM_GONE. */
int br_host_tcp_listen(struct br_host *host, uint16_t port); /* 0, -EADDRINUSE, -ENOSPC */
int br_host_tcp_connect(
	struct br_host *host, const struct br_endpoint *local,
	const struct br_endpoint *remote); /* the stream, or -ENOSPC, -ENETUNREACH */
uint32_t br_host_stream_credit(const struct br_host *host, uint32_t stream);
int br_host_stream_write(struct br_host *host, uint32_t stream, struct br_octets octets);
void br_host_stream_close(struct br_host *host, uint32_t stream); /* FIN behind what was written */
void br_host_stream_reset(struct br_host *host, uint32_t stream); /* RST; no GONE follows */
void br_host_stream_ends(const struct br_host *host, uint32_t stream, struct br_endpoint *ret_local,
                         struct br_endpoint *ret_remote);

/* A frame as it stands, for clients that must send what no stack would. */
int br_host_send_raw(struct br_host *host, uint32_t link, struct br_octets frame);

#endif /* BR_HOST_H */
