/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/captures/ordinary.h - frames of machines that boot from their disks, built from nothing
 *
 * For tests only. The host has the MAC address 02:00:00:00:00:07 and, once it has one, the address
 * 192.0.2.70 or 2001:db8::70; the server is 192.0.2.1, fe80::1. Each adds a frame, 10 ms behind
 * the last.
 */
#ifndef BR_TESTS_CAPTURES_ORDINARY_H
#define BR_TESTS_CAPTURES_ORDINARY_H

#include "tests/captures/recording.h"

enum {
	ORDINARY_HOST = 0x46,   /* last octet of its address */
	ORDINARY_SERVER = 0x01, /* of the server's */
};

/**
 * struct ordinary_dhcp - A DHCPv4 message
 * @type:	Option 53; 0: BOOTP without
 * @xid:	Transaction
 * @class, @user: Options 60 and 77, NULL: absent
 * @wanted, @wanted_size: Option 55
 * @has_address: ciaddr of a request
 * @unicast:	Sent to the server's address, from the host's
 * @requested:	Option 50, last octet; 0: absent
 * @server_id:	Option 54 of a request
 * @file:	Option 67 of a reply
 * @class_back:	Option 60 of a reply
 * @next_server: Last octet of siaddr of a reply; 0: 0.0.0.0
 * @client_id:	Option 61, as text behind a 0; NULL: absent
 * @arch:	Option 93; 0: absent
 * @no_mac:	hlen 0 and chaddr of zeros
 */
struct ordinary_dhcp {
	uint8_t type;
	uint32_t xid;
	const char *class, *user, *wanted, *file, *client_id, *class_back;
	size_t wanted_size;
	bool has_address, unicast, server_id, no_mac;
	uint8_t requested, arch, next_server;
};

void ordinary_ask(struct recording *r, const struct ordinary_dhcp *message);
/* @yiaddr: last octet of the address given; 0: none. Unicast if it was asked by unicast */
void ordinary_answer(struct recording *r, const struct ordinary_dhcp *message, uint8_t yiaddr);
/* DISCOVER, OFFER, REQUEST, ACK */
void ordinary_lease(struct recording *r, const struct ordinary_dhcp *message);
/* Who has 192.0.2.@target, asked by 192.0.2.@sender; 0: 0.0.0.0 */
void ordinary_arp(struct recording *r, uint8_t sender, uint8_t target);
/* A datagram of the host to the server, or back */
void ordinary_udp(struct recording *r, bool up, uint16_t from, uint16_t to, const void *octets,
                  size_t size);
/* A DHCPv6 message, its options as they are */
void ordinary_dhcp6(struct recording *r, bool up, uint8_t type, const void *options, size_t size);
/* A TCP segment of the host to the server, or back; @flags as RFC 9293 section 3.1 has them */
void ordinary_tcp(struct recording *r, bool up, uint16_t host_port, uint16_t server_port,
                  uint8_t flags, uint32_t sequence, const char *text);
/* So long nothing, then somebody else's ARP */
void ordinary_wait(struct recording *r, br_time time);

#endif /* BR_TESTS_CAPTURES_ORDINARY_H */
