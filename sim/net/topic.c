/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/topic.h"

#include <string.h>

#include "core/formats/dhcp_message.h"
#include "sim/net/packet.h"

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t be32(const uint8_t *p)
{
	return be16(p) << 16 | be16(p + 2);
}

/* @at: behind the type. RFC 826 */
static void read_arp(const uint8_t *at, const struct br_ethernet *ethernet, struct br_topic *topic)
{
	static const uint8_t ethernet_ipv4[] = {0, 1, BR_ETHERNET_TYPE_IPV4 >> 8, 0, 6, 4};

	topic->kind = BR_TOPIC_ARP;
	topic->sender = be32(at + 14);
	topic->target = be32(at + 24);
	memcpy(topic->mac, at + 8, sizeof(topic->mac));
	topic->vlan = (uint16_t)(ethernet->vlan & BR_ETHERNET_VLAN_MASK);
	topic->is_claim = memcmp(at, ethernet_ipv4, sizeof(ethernet_ipv4)) == 0;
}

/* @at: behind the type. An IPv4 header without options, a whole UDP datagram. */
static void read_ipv4(const uint8_t *at, size_t size, struct br_topic *topic)
{
	const uint8_t *udp = at + BR_IPV4_HEADER, *bootp = udp + BR_UDP_HEADER;

	if (at[0] != (4 << 4 | BR_IPV4_HEADER / 4) || at[9] != BR_IP_PROTOCOL_UDP ||
	    (be16(at + 6) & (BR_IPV4_MORE_FRAGMENTS | BR_IPV4_OFFSET)) != 0)
		return;
	topic->kind = BR_TOPIC_UDP;
	topic->port = (uint16_t)be16(udp + 2);
	topic->has_xid = topic->port == BR_DHCP_PORT_CLIENT &&
	                 size >= BR_IPV4_HEADER + BR_UDP_HEADER + BR_DHCP_AT_XID + sizeof(uint32_t);
	if (topic->has_xid)
		topic->xid = be32(bootp + BR_DHCP_AT_XID);
}

struct br_topic br_topic_of(const struct br_frame *frame)
{
	struct br_topic topic = {.kind = BR_TOPIC_OTHER};
	struct br_ethernet ethernet;

	if (frame->size < BR_ETHERNET_HEADER + BR_ETHERNET_TAG || !(frame->data[0] & 1))
		return topic;
	if (!br_ethernet_read(frame->data, frame->size, &ethernet) || ethernet.tags > 1 ||
	    (ethernet.tags == 1 && ethernet.outer != BR_ETHERNET_TYPE_VLAN))
		return topic;
	/* an ARP packet is as long as the headers of IPv4 and UDP */
	if (frame->size < (size_t)ethernet.header + BR_ARP_SIZE)
		return topic;

	const uint8_t *at = frame->data + ethernet.header;

	if (ethernet.type == BR_ETHERNET_TYPE_ARP)
		read_arp(at, &ethernet, &topic);
	else if (ethernet.type == BR_ETHERNET_TYPE_IPV4)
		read_ipv4(at, frame->size - ethernet.header, &topic);
	return topic;
}
