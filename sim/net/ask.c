/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions and answers to neighbours as frames: RFC 826, RFC 4861 §7.2 */
#include <string.h>

#include "sim/net/host_stack.h"

static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static void pad(struct br_frame *frame, uint32_t size)
{
	if (frame->size >= size)
		return;
	memset(frame->data + frame->size, 0, size - frame->size);
	frame->size = size;
}

void br_ask_send_arp(struct br_host_link *link, const uint8_t to[6],
                     const struct br_packet_arp *arp)
{
	struct br_frame *frame = br_host_new_frame(link->host);

	if (!frame)
		return;
	if (br_packet_build_arp(frame, to, link->port.mac, arp) < 0) {
		br_frame_unref(frame);
		return;
	}
	pad(frame, link->host->habits.arp_size);
	if (arp->operation == BR_ARP_REPLY)
		pad(frame, link->host->habits.arp_reply_size);
	br_host_send_frame(link, frame);
}

void br_ask_arp(struct br_host_link *link, uint32_t address)
{
	struct br_packet_arp arp = {
		.operation = BR_ARP_REQUEST, .sender_ip = link->address, .target_ip = address};

	memcpy(arp.sender_mac, link->port.mac, sizeof(arp.sender_mac));
	if (link->host->habits.arp_asks_all)
		memcpy(arp.target_mac, broadcast, sizeof(arp.target_mac));
	br_ask_send_arp(link, broadcast, &arp);
}

void br_ask_announce(struct br_host_link *link)
{
	br_ask_arp(link, link->address); /* RFC 5227 §3: sender and target are the same */
}

void br_ask_group_mac(const uint8_t group[16], uint8_t ret_mac[6])
{
	ret_mac[0] = ret_mac[1] = 0x33;
	memcpy(ret_mac + 2, group + 12, 4);
}

struct br_frame *br_ask_make_nd(struct br_host_link *link, enum br_icmp6_type type,
                                const uint8_t src[16], const uint8_t dst[16], const uint8_t mac[6],
                                uint32_t word, struct br_octets body)
{
	struct br_frame *frame = br_host_new_frame(link->host);
	struct br_packet_route head = {.six = true, .ttl = BR_ND_HOP_LIMIT};

	if (!frame)
		return NULL;
	memcpy(head.src6, src, sizeof(head.src6));
	memcpy(head.dst6, dst, sizeof(head.dst6));
	memcpy(head.eth_src, link->port.mac, sizeof(head.eth_src));
	if (br_ip_is_multicast6(dst))
		br_ask_group_mac(dst, head.eth_dst);
	else if (mac)
		memcpy(head.eth_dst, mac, sizeof(head.eth_dst));
	if (br_packet_build_icmp(frame, &head, (uint8_t)type, 0, word, body) == 0)
		return frame;
	br_frame_unref(frame);
	return NULL;
}

void br_ask_send_nd(struct br_host_link *link, enum br_icmp6_type type, const uint8_t src[16],
                    const uint8_t dst[16], const uint8_t mac[6], uint32_t word,
                    struct br_octets body)
{
	struct br_frame *frame = br_ask_make_nd(link, type, src, dst, mac, word, body);

	if (frame)
		br_host_send_frame(link, frame);
}

/* RFC 4861 §7.2.2: the source of what waits, if that is an address of ours, or one like it */
static const uint8_t *source_of(const struct br_host_link *link, const struct br_frame *waiting,
                                const uint8_t target[16])
{
	const struct br_six_address *own = NULL;
	struct br_packet packet;

	if (waiting) {
		br_packet_parse_frame(&packet, waiting);
		if (packet.network == BR_NETWORK_IPV6)
			own = br_host_find6(link, packet.src.ip);
	}
	return own && !own->tentative ? own->ip : br_host_source6(link, target);
}

static void ask_six(struct br_host_link *link, struct br_ip_key address,
                    const struct br_frame *waiting)
{
	uint8_t group[16], octets[BR_ND_MESSAGE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_nd_neighbour question = {0};
	const uint8_t *src;

	br_ip_key_put(address, question.target);
	src = source_of(link, waiting, question.target);
	if (!src)
		return;
	memcpy(question.mac, link->port.mac, sizeof(question.mac));
	br_ip_solicited_node(question.target, group);
	(void)br_nd_neighbour_put(&w, &question, true);
	br_ask_send_nd(link, BR_ICMP6_NEIGHBOUR_SOLICITATION, src, group, NULL, 0,
	               (struct br_octets){octets, br_written(&w)});
}

void br_ask_neighbour(struct br_host_link *link, struct br_ip_key address,
                      const struct br_frame *waiting)
{
	if (br_ip_key_is4(address))
		br_ask_arp(link, (uint32_t)address.low);
	else
		ask_six(link, address, waiting);
}
