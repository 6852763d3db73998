/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/only_client.h"

#include <string.h>

#include "core/base/address.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/nd.h"

static bool is_its_address(const struct br_only_client *only, uint32_t address)
{
	for (size_t i = 0; i < only->addresses; i++) {
		if (only->address[i] == address)
			return true;
	}
	return false;
}

static void learn(struct br_only_client *only, uint32_t address)
{
	if (address == 0 || is_its_address(only, address))
		return;
	if (only->addresses == BR_ONLY_CLIENT_ADDRESSES) { /* the latest are of use */
		only->addresses--;
		memmove(only->address, only->address + 1,
		        only->addresses * sizeof(only->address[0]));
	}
	only->address[only->addresses++] = address;
}

/* What another machine was given is not this one's any more. */
static void forget(struct br_only_client *only, uint32_t address)
{
	for (size_t i = 0; i < only->addresses; i++) {
		if (only->address[i] == address)
			only->address[i] = only->address[--only->addresses];
	}
}

static bool is_dhcp_port(uint16_t port)
{
	return port == BR_DHCP_PORT_SERVER || port == BR_DHCP_PORT_CLIENT ||
	       port == BR_DHCP_PORT_PXE;
}

/* What a router says is said to all. */
static bool is_advertisement(const struct br_packet *packet)
{
	return packet->network == BR_NETWORK_IPV6 && packet->transport == BR_TRANSPORT_ICMPV6 &&
	       packet->icmp.type == BR_ICMP6_ROUTER_ADVERTISEMENT;
}

static bool asks_dhcp6(const struct br_only_client *only, const struct br_packet *packet)
{
	return packet->network == BR_NETWORK_IPV6 && packet->transport == BR_TRANSPORT_UDP &&
	       packet->dst.port == BR_DHCP6_PORT_SERVER && !memcmp(packet->eth_src, only->mac, 6);
}

static bool is_its_address6(const struct br_only_client *only, const uint8_t ip[16])
{
	for (size_t i = 0; i < only->addresses6; i++) {
		if (br_ip_equal(only->address6[i], ip))
			return true;
	}
	return false;
}

static void learn6(struct br_only_client *only, const uint8_t ip[16])
{
	if (br_ip_is_zero(ip) || br_ip_is_multicast6(ip) || is_its_address6(only, ip))
		return;
	if (only->addresses6 == BR_ONLY_CLIENT_ADDRESSES) {
		only->addresses6--;
		memmove(only->address6, only->address6 + 1,
		        only->addresses6 * sizeof(only->address6[0]));
	}
	memcpy(only->address6[only->addresses6++], ip, 16);
}

/* What a relay passes on names the machine in its innermost envelope, RFC 8415 section 9. */
static bool is_relayed_for(const struct br_only_client *only, const struct br_packet *packet)
{
	struct br_dhcp6_message m;
	uint8_t local[16];

	if (packet->transport != BR_TRANSPORT_UDP || packet->dst.port != BR_DHCP6_PORT_SERVER ||
	    br_dhcp6_parse(packet->payload, &m) < 0 || m.levels == 0)
		return false;
	br_ip_link_local(only->mac, local);
	return br_ip_equal(m.level[m.levels - 1].peer, local) ||
	       is_its_address6(only, m.level[m.levels - 1].peer);
}

/* Of a link-local address another network may have the same. */
static bool is_between(const struct br_only_client *only, const uint8_t ip[16])
{
	return !br_ip_is_link_local6(ip) && is_its_address6(only, ip);
}

static bool takes6(struct br_only_client *only, const struct br_packet *packet)
{
	bool from = !memcmp(packet->eth_src, only->mac, 6);

	if (packet->network != BR_NETWORK_IPV6)
		return from || !memcmp(packet->eth_dst, only->mac, 6);
	only->seen = only->seen || asks_dhcp6(only, packet);
	if (from)
		learn6(only, packet->src.ip);
	return from || !memcmp(packet->eth_dst, only->mac, 6) || is_advertisement(packet) ||
	       is_relayed_for(only, packet) || is_between(only, packet->src.ip) ||
	       is_between(only, packet->dst.ip);
}

bool br_only_client_takes(struct br_only_client *only, const struct br_packet *packet)
{
	const struct br_dhcp_header *h = &only->message.header;

	if (packet->network != BR_NETWORK_IPV4)
		return takes6(only, packet);
	if (packet->transport == BR_TRANSPORT_UDP &&
	    (is_dhcp_port(packet->dst.port) || is_dhcp_port(packet->src.port)) &&
	    br_dhcp_parse(packet->payload, &only->message) == 0) {
		bool its = !memcmp(h->chaddr, only->mac, 6);
		bool given = h->op == BR_DHCP_OP_REPLY && only->message.type == BR_DHCP_TYPE_ACK;

		if (its)
			learn(only, given ? h->yiaddr : h->ciaddr);
		else if (given)
			forget(only, h->yiaddr);
		only->seen = only->seen || its;
		return its;
	}
	return is_its_address(only, packet->ipv4.src) || is_its_address(only, packet->ipv4.dst) ||
	       !memcmp(packet->eth_src, only->mac, 6) || !memcmp(packet->eth_dst, only->mac, 6);
}
