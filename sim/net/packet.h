/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/packet.h - one frame taken apart, and headers written into a frame
 *
 * The same dissector serves hosts, taps, judges, fault matching and captures. One
 * pass, no allocation, nothing fails: what could be read is filled in, the rest is
 * zero, and @wrong says what was not as it should be. A capture may hold fewer
 * octets than the wire carried (snaplen): @payload is what is there, @payload_size
 * what the headers announce.
 *
 * All numbers are in host order. Octets are borrowed from the frame.
 */
#ifndef BR_SIM_NET_PACKET_H
#define BR_SIM_NET_PACKET_H

#include "core/port.h"
#include "sim/net/ethernet.h"
#include "sim/net/frame.h"

enum {
	BR_ARP_SIZE = 28,
	BR_ARP_REQUEST = 1,
	BR_ARP_REPLY = 2,

	BR_IPV4_HEADER = 20,
	BR_IPV4_DONT_FRAGMENT = 0x4000, /* in br_packet_ipv4.fragment, RFC 791 §3.1 */
	BR_IPV4_MORE_FRAGMENTS = 0x2000,
	BR_IPV4_OFFSET = 0x1fff, /* in units of 8 octets */

	BR_IPV6_HEADER = 40,         /* without extensions, RFC 8200 §3 */
	BR_IPV6_FRAGMENT_HEADER = 8, /* §4.5 */
	BR_IPV6_MTU_MIN = 1280,      /* §5 */

	BR_IP_PROTOCOL_HOP_BY_HOP = 0, /* of IPv6, RFC 8200 §4.3 */
	BR_IP_PROTOCOL_ICMP = 1,
	BR_IP_PROTOCOL_IGMP = 2,
	BR_IP_PROTOCOL_TCP = 6,
	BR_IP_PROTOCOL_UDP = 17,
	BR_IP_PROTOCOL_ICMPV6 = 58,

	BR_UDP_HEADER = 8,
	BR_TCP_HEADER = 20,
	BR_ICMP_HEADER = 8,

	BR_TCP_FIN = 0x01,
	BR_TCP_SYN = 0x02,
	BR_TCP_RST = 0x04,
	BR_TCP_PSH = 0x08,
	BR_TCP_ACK = 0x10,
	BR_TCP_URG = 0x20,

	BR_ICMP_ECHO_REPLY = 0, /* RFC 792 */
	BR_ICMP_UNREACHABLE = 3,
	BR_ICMP_ECHO = 8,
	BR_ICMP_TIME_EXCEEDED = 11,
};

enum br_network {
	BR_NETWORK_OTHER, /* not one of these, or too short to tell */
	BR_NETWORK_ARP,
	BR_NETWORK_IPV4,
	BR_NETWORK_IPV6,
};

enum br_transport {
	BR_TRANSPORT_NONE,   /* no IP, or a fragment that does not begin its datagram */
	BR_TRANSPORT_OTHER,  /* see br_packet.protocol */
	BR_TRANSPORT_UDP,    /* .udp */
	BR_TRANSPORT_TCP,    /* .tcp */
	BR_TRANSPORT_ICMP,   /* .icmp */
	BR_TRANSPORT_ICMPV6, /* .icmp */
};

/* Bits of br_packet.wrong */
enum br_packet_wrong {
	BR_PACKET_CUT = 1 << 0,             /* the capture ends inside a header */
	BR_PACKET_SHORT = 1 << 1,           /* the frame itself ends before its headers say */
	BR_PACKET_BAD_LENGTH = 1 << 2,      /* a length field below its own header, or past IP's */
	BR_PACKET_BAD_HEADER = 1 << 3,      /* wrong IP version, ARP not of Ethernet and IPv4 */
	BR_PACKET_BAD_OPTION = 1 << 4,      /* a TCP option runs over the header's edge */
	BR_PACKET_BAD_IP_CHECKSUM = 1 << 5, /* RFC 791 §3.1 */
	BR_PACKET_BAD_L4_CHECKSUM = 1 << 6, /* of UDP, TCP, ICMP or ICMPv6 */
};

/**
 * struct br_packet_arp - RFC 826, Ethernet and IPv4 only
 * @operation:			BR_ARP_REQUEST or BR_ARP_REPLY, or what stood there
 * @sender_ip, @target_ip:	Addresses
 * @sender_mac, @target_mac:	In the packet; may differ from the Ethernet header's
 */
struct br_packet_arp {
	uint16_t operation;
	uint32_t sender_ip, target_ip;
	uint8_t sender_mac[6], target_mac[6];
};

/**
 * struct br_packet_ipv4 - RFC 791 §3.1
 * @src, @dst:		Addresses; also in br_packet.src and .dst
 * @header_size:	Octets with options, 20 .. 60
 * @size:		Total length of the datagram as the header says
 * @fragment:		Flags and offset as on the wire, see BR_IPV4_*
 */
struct br_packet_ipv4 {
	uint32_t src, dst;
	uint16_t header_size;
	uint16_t size;
	uint16_t identification;
	uint16_t fragment;
	uint16_t checksum;
	uint8_t tos, ttl;
};

/**
 * struct br_packet_ipv6 - RFC 8200 §3; extension headers are stepped over
 * @size:		Payload length as the header says
 * @fragment:		Offset and M bit of a fragment header as on the wire, or 0
 * @identification:	Of the fragment header
 * @fragment_next:	Its next header: of the first fragment the protocol of the whole
 *			(RFC 8200 §4.5), which may be an extension header
 * @fragment_headers:	Octets of such, between the fragment header and .ip_payload
 */
struct br_packet_ipv6 {
	uint32_t flow;
	uint32_t identification;
	uint16_t size;
	uint16_t fragment;
	uint16_t fragment_headers;
	uint8_t fragment_next;
	uint8_t traffic_class, hop_limit;
};

struct br_packet_udp {
	uint16_t size; /* header and payload, as the header says; RFC 768 */
	uint16_t checksum;
};

/**
 * struct br_packet_tcp - RFC 9293 §3.1
 * @options:		Borrowed, maybe cut by the capture
 * @mss:		SYN only: of the option; 0: absent
 * @window_scale:	SYN only: shift count of RFC 7323 §2.2; -1: absent
 */
struct br_packet_tcp {
	uint32_t sequence, acknowledgement;
	uint16_t window; /* as on the wire, not scaled */
	uint16_t urgent;
	uint16_t checksum;
	uint16_t mss;
	int8_t window_scale;
	uint8_t flags; /* BR_TCP_* */
	uint8_t header_size;
	bool sack_permitted, timestamps; /* option seen */
	uint32_t timestamp;              /* the sender's, RFC 7323 §3.2 */
	struct br_octets options;
};

struct br_packet_icmp {
	uint8_t type, code;
	uint16_t checksum;
	uint32_t rest; /* second word: identifier << 16 | sequence, next-hop MTU, ... */
};

/**
 * struct br_packet - A frame, layer by layer
 * @eth_dst, @eth_src:	Addresses of the Ethernet header
 * @eth_type:		Behind any VLAN tags; below 1536 it is an 802.3 length
 * @vlan:		Tag control information of the innermost tag
 * @vlan_tags:		How many tags, 0 .. 4
 * @network, @transport: Which of the members below hold something
 * @protocol:		IP protocol, or last next header of IPv6
 * @fragment:		One of several IP fragments; see .ipv4.fragment, .ipv6.fragment
 * @wrong:		Bits of enum br_packet_wrong; 0: all is well
 * @src, @dst:		IP addresses and UDP or TCP ports; ports are also there when no
 *			more than they could be read (an ICMP error quotes 8 octets)
 * @ip_payload:		Behind the IP headers, without Ethernet padding
 * @ip_payload_size:	How many octets that was on the wire
 * @payload:		Behind the last header understood
 * @payload_size:	How many octets that was on the wire
 */
struct br_packet {
	uint8_t eth_dst[6], eth_src[6];
	uint16_t eth_type;
	uint16_t vlan;
	uint8_t vlan_tags;
	uint8_t protocol;
	bool fragment;
	uint32_t wrong;
	enum br_network network;
	enum br_transport transport;
	struct br_endpoint src, dst;
	union {
		struct br_packet_arp arp;
		struct br_packet_ipv4 ipv4;
		struct br_packet_ipv6 ipv6;
	};
	union {
		struct br_packet_udp udp;
		struct br_packet_tcp tcp;
		struct br_packet_icmp icmp;
	};
	struct br_octets ip_payload;
	struct br_octets payload;
	uint32_t ip_payload_size;
	uint32_t payload_size;
};

/**
 * br_packet_parse() - Take one Ethernet frame apart
 * @ret_packet:	Always filled in
 * @captured:	The octets there are
 * @size:	The octets the frame had on the wire, captured.size or more
 * @verify:	Check checksums; those over octets that are not there are believed.
 *		UDP checksum 0 over IPv4 means none (RFC 768)
 */
void br_packet_parse(struct br_packet *ret_packet, struct br_octets captured, size_t size,
                     bool verify);

/* What the checksum of a datagram says */
enum br_sum {
	BR_SUM_NONE,   /* none was sent (RFC 768), or it is neither UDP nor TCP */
	BR_SUM_UNSEEN, /* not all of its octets are there */
	BR_SUM_RIGHT,
	BR_SUM_UNFILLED, /* that of the pseudo header alone: the sender's NIC fills in the rest */
	BR_SUM_WRONG,
};

/* Of a whole datagram with UDP or TCP in it, however it was parsed. Reads all of its octets. */
enum br_sum br_packet_sum(const struct br_packet *packet);

/* The same from the IP header on: ICMP errors quote so, and captures without Ethernet. */
void br_packet_parse_ip(struct br_packet *ret_packet, struct br_octets captured, size_t size,
                        bool verify);

/* The same for a frame of ours: verified unless its checksums are virtual. */
void br_packet_parse_frame(struct br_packet *ret_packet, const struct br_frame *frame);

/**
 * struct br_packet_route - What goes into the Ethernet and the IP header
 * @src, @dst:	IPv4
 * @six:	IPv6, of @src6 to @dst6
 * @identification: IPv6: of the fragment header, if there is one
 * @fragment:	Flags and offset, see BR_IPV4_*; IPv6: what is not 0 makes a fragment header
 * @vlan:	Tag control information; @vlan_tagged says whether there is a tag
 * @tos, @ttl:	IPv6: traffic class and hop limit
 * @flow:	IPv6: the label
 */
struct br_packet_route {
	uint8_t eth_dst[6], eth_src[6];
	uint32_t src, dst;
	uint32_t identification;
	uint16_t fragment;
	uint16_t vlan;
	bool vlan_tagged;
	bool six;
	uint8_t tos, ttl;
	uint32_t flow;
	uint8_t src6[16], dst6[16];
};

/* Builders write a whole frame, checksums zero and virtual (br_frame_finish()).
 *
 * Return: 0; -EMSGSIZE if the frame or a 16-bit length cannot hold it: then the
 *	   frame is as it was
 */
int br_packet_build_arp(struct br_frame *frame, const uint8_t eth_dst[6], const uint8_t eth_src[6],
                        const struct br_packet_arp *arp);
int br_packet_build_udp(struct br_frame *frame, const struct br_packet_route *route,
                        uint16_t src_port, uint16_t dst_port, struct br_octets payload,
                        struct br_octets body);
/* Of @tcp: everything but checksum and header_size; @tcp->options is padded to 4 octets.
 * mss, window_scale and the like are not read: they stand in @tcp->options.
 */
int br_packet_build_tcp(struct br_frame *frame, const struct br_packet_route *route,
                        uint16_t src_port, uint16_t dst_port, const struct br_packet_tcp *tcp,
                        struct br_octets payload, struct br_octets body);
/* ICMPv6 if the route is of IPv6. */
int br_packet_build_icmp(struct br_frame *frame, const struct br_packet_route *route, uint8_t type,
                         uint8_t code, uint32_t rest, struct br_octets payload);
/* Any protocol; the caller's octets begin right behind the IP header. */
int br_packet_build_ip(struct br_frame *frame, const struct br_packet_route *route,
                       uint8_t protocol, struct br_octets payload, struct br_octets body);

/* The sum of the pseudo header, for br_checksum_add(); RFC 768, RFC 9293 §3.1. */
uint32_t br_packet_pseudo_sum(uint32_t src, uint32_t dst, uint8_t protocol, size_t size);
/* The same for either family, of what a route says; RFC 8200 §8.1. */
uint32_t br_packet_route_sum(const struct br_packet_route *route, uint8_t protocol, size_t size);

#endif /* BR_SIM_NET_PACKET_H */
