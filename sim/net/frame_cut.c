/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/frame_cut.h"

#include <errno.h>
#include <string.h>

#include "sim/net/packet.h"

enum {
	TCP_CWR = 0x80, /* RFC 3168 §6.1 */
	AT_TCP_SEQUENCE = 4,
	AT_TCP_FLAGS = 13,
	AT_TCP_CHECKSUM = 16,
	AT_IPV4_SIZE = 2,
	AT_IPV4_ID = 4,
	AT_IPV4_CHECKSUM = 10,
	AT_IPV6_SIZE = 4,
};

struct cut {
	size_t ip, tcp, data; /* where each begins */
	size_t size;          /* octets of data in each frame, the last may have fewer */
	size_t end;           /* of the data: Ethernet padding is not of it */
	bool v6;
};

static void put_be16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put_be32(uint8_t *at, uint32_t value)
{
	put_be16(at, value >> 16);
	put_be16(at + 2, value & 0xffff);
}

static bool plan(struct br_octets octets, size_t mtu, struct cut *ret_cut)
{
	struct br_packet packet;

	br_packet_parse(&packet, octets, octets.size, false);
	if (packet.wrong || packet.fragment || packet.transport != BR_TRANSPORT_TCP)
		return false;

	size_t ip = BR_ETHERNET_HEADER + BR_ETHERNET_TAG * (size_t)packet.vlan_tags;
	size_t data = (size_t)(packet.payload.data - octets.data);
	size_t tcp = data - packet.tcp.header_size;
	bool v6 = packet.network == BR_NETWORK_IPV6;

	/* Behind extension headers there is no telling which to repeat. */
	if ((v6 && tcp != ip + BR_IPV6_HEADER) || mtu <= data - ip)
		return false;
	*ret_cut = (struct cut){.ip = ip,
	                        .tcp = tcp,
	                        .data = data,
	                        .size = mtu - (data - ip),
	                        .end = data + packet.payload_size,
	                        .v6 = v6};
	return true;
}

static void head(uint8_t *octets, const struct cut *cut, size_t number, size_t size, bool last)
{
	uint8_t *ip = octets + cut->ip, *tcp = octets + cut->tcp;
	struct br_reader r = br_reader_of(tcp + AT_TCP_SEQUENCE, 4);

	put_be32(tcp + AT_TCP_SEQUENCE, br_get_be32(&r) + (uint32_t)(number * cut->size));
	if (!last)
		tcp[AT_TCP_FLAGS] &= (uint8_t) ~(BR_TCP_FIN | BR_TCP_PSH);
	if (number > 0)
		tcp[AT_TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	put_be16(tcp + AT_TCP_CHECKSUM, 0);
	if (cut->v6) {
		put_be16(ip + AT_IPV6_SIZE, cut->data - cut->tcp + size);
		return;
	}
	r = br_reader_of(ip + AT_IPV4_ID, 2);
	put_be16(ip + AT_IPV4_ID, br_get_be16(&r) + number);
	put_be16(ip + AT_IPV4_SIZE, cut->data - cut->ip + size);
	put_be16(ip + AT_IPV4_CHECKSUM, 0);
}

int br_frame_cut(struct br_frame_pool *pool, struct br_octets octets, size_t mtu,
                 void (*emit)(void *context, struct br_frame *frame), void *context)
{
	struct cut cut;
	int count = 0;

	if (!plan(octets, mtu, &cut) || cut.data + cut.size > pool->frame_size_max)
		return -EMSGSIZE;
	for (size_t at = cut.data; at < cut.end || count == 0; at += cut.size) {
		size_t size = cut.end - at < cut.size ? cut.end - at : cut.size;
		struct br_frame *frame = br_frame_new(pool);

		if (!frame)
			return -ENOBUFS;
		memcpy(frame->data, octets.data, cut.data);
		memcpy(frame->data + cut.data, octets.data + at, size);
		frame->size = (uint32_t)(cut.data + size);
		frame->checksums_virtual = BR_CHECKSUM_BOTH;
		head(frame->data, &cut, (size_t)count, size, at + size == cut.end);
		emit(context, frame);
		count++;
	}
	return count;
}
