/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/net/ethernet.h"

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_ICMPV6 = 58,
	IPV6_HEADER = 40,
	TCP_HEADER = 20,
	IPV4_FRAGMENT_MASK = 0x3fff, /* more fragments, and the offset; RFC 791 §3.1 */
};

void br_frame_pool_init(struct br_frame_pool *pool, size_t frame_size_max, size_t frames_max)
{
	*pool = (struct br_frame_pool){.frame_size_max = frame_size_max, .frames_max = frames_max};
}

void br_frame_pool_reset(struct br_frame_pool *pool)
{
	while (pool->free) {
		struct br_frame *frame = pool->free;

		pool->free = frame->next;
		pool->frames--;
		free(frame);
	}
	assert(pool->frames == 0);
}

struct br_frame *br_frame_new(struct br_frame_pool *pool)
{
	struct br_frame *frame = pool->free;

	if (frame) {
		pool->free = frame->next;
	} else {
		if (pool->frames < pool->frames_max)
			frame = malloc(sizeof(*frame) + pool->frame_size_max);
		if (!frame) {
			pool->exhausted++;
			return NULL;
		}
		pool->frames++;
		frame->pool = pool;
	}
	frame->references = 1;
	frame->size = 0;
	frame->cut = 0;
	frame->checksums_virtual = 0;
	frame->next = NULL;
	return frame;
}

struct br_frame *br_frame_ref(struct br_frame *frame)
{
	assert(frame->references > 0);
	frame->references++;
	return frame;
}

void br_frame_unref(struct br_frame *frame)
{
	if (!frame)
		return;
	assert(frame->references > 0);
	if (--frame->references == 0) {
		frame->next = frame->pool->free;
		frame->pool->free = frame;
	}
}

struct br_frame *br_frame_copy(const struct br_frame *frame)
{
	struct br_frame *copy = br_frame_new(frame->pool);

	if (copy) {
		memcpy(copy->data, frame->data, frame->size);
		copy->size = frame->size;
		copy->cut = frame->cut;
		copy->checksums_virtual = frame->checksums_virtual;
	}
	return copy;
}

uint32_t br_checksum_add(uint32_t sum, const void *data, size_t size)
{
	const uint8_t *octet = data;
	uint64_t wide = sum;

	for (; size >= 8; octet += 8, size -= 8) {
		wide += (uint32_t)octet[0] << 24 | (uint32_t)octet[1] << 16 |
		        (uint32_t)octet[2] << 8 | octet[3];
		wide += (uint32_t)octet[4] << 24 | (uint32_t)octet[5] << 16 |
		        (uint32_t)octet[6] << 8 | octet[7];
	}
	for (; size >= 2; octet += 2, size -= 2)
		wide += (uint32_t)octet[0] << 8 | octet[1];
	if (size > 0)
		wide += (uint32_t)octet[0] << 8;
	while (wide >> 16)
		wide = (wide & 0xffff) + (wide >> 16);
	return (uint32_t)wide;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint16_t br_checksum_fold(uint32_t sum)
{
	return (uint16_t)~fold(sum);
}

static uint16_t be16_at(const uint8_t *octet)
{
	return (uint16_t)(octet[0] << 8 | octet[1]);
}

static void put_be16_at(uint8_t *octet, uint16_t value)
{
	octet[0] = (uint8_t)(value >> 8);
	octet[1] = (uint8_t)value;
}

/* The sum of @size octets with the field at @field taken for zero. Adding the
 * complement of what is there takes it out: RFC 1624 §3.
 */
static uint32_t sum_without(uint32_t sum, const uint8_t *octets, size_t size, size_t field)
{
	return br_checksum_add(sum, octets, size) + (uint16_t)~be16_at(octets + field);
}

/* The checksum of what IP carries: @pseudo is the sum of its pseudo-header. */
static size_t transport_sum(struct br_octets whole, size_t at, size_t size, uint8_t protocol,
                            uint32_t pseudo, struct br_checksum *ret_sum)
{
	const uint8_t *octets = whole.data + at;
	size_t field;

	if (protocol == PROTOCOL_UDP && size >= 8)
		field = 6;
	else if (protocol == PROTOCOL_TCP && size >= 20)
		field = 16;
	else if ((protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6) && size >= 4)
		field = 2;
	else
		return 0;
	if (protocol == PROTOCOL_UDP) {
		size_t length = be16_at(octets + 4);

		if (length < 8 || length > size)
			return 0;
		size = length;
	}

	uint16_t value = br_checksum_fold(sum_without(pseudo, octets, size, field));

	/* RFC 768: zero means that there is none, so a sum of zero is sent as ones. */
	if (protocol == PROTOCOL_UDP && value == 0)
		value = 0xffff;
	*ret_sum = (struct br_checksum){.bit = BR_CHECKSUM_TRANSPORT,
	                                .at = (uint32_t)(at + field),
	                                .value = value,
	                                .partial = pseudo > 0 ? fold(pseudo) : value};
	return 1;
}

static size_t ipv4_sums(struct br_octets whole, size_t at, struct br_checksum *ret_sums)
{
	const uint8_t *ip = whole.data + at;
	size_t room = whole.size - at;

	if (room < 20 || ip[0] >> 4 != 4)
		return 0;

	size_t header = (size_t)(ip[0] & 0xf) * 4;
	size_t total = be16_at(ip + 2);

	if (header < 20 || header > room)
		return 0;

	uint16_t value = br_checksum_fold(sum_without(0, ip, header, 10));

	ret_sums[0] = (struct br_checksum){.bit = BR_CHECKSUM_HEADER,
	                                   .at = (uint32_t)(at + 10),
	                                   .value = value,
	                                   .partial = value};
	if (total < header || total > room || be16_at(ip + 6) & IPV4_FRAGMENT_MASK)
		return 1;

	/* RFC 768, RFC 9293 §3.1: addresses, zero, protocol, length; ICMP has none. */
	uint32_t pseudo = 0;

	if (ip[9] != PROTOCOL_ICMP)
		pseudo = br_checksum_add(ip[9] + (uint32_t)(total - header), ip + 12, 8);
	if (ip[9] == PROTOCOL_ICMPV6)
		return 1;
	return 1 + transport_sum(whole, at + header, total - header, ip[9], pseudo, ret_sums + 1);
}

static size_t ipv6_sums(struct br_octets whole, size_t at, struct br_checksum *ret_sums)
{
	const uint8_t *ip = whole.data + at;
	size_t room = whole.size - at;

	if (room < 40 || ip[0] >> 4 != 6 || ip[6] == PROTOCOL_ICMP)
		return 0;

	size_t size = be16_at(ip + 4);

	if (size > room - 40)
		return 0;
	/* RFC 8200 §8.1 */
	uint32_t pseudo = br_checksum_add(ip[6] + (uint32_t)size, ip + 8, 32);

	return transport_sum(whole, at + 40, size, ip[6], pseudo, ret_sums);
}

size_t br_frame_checksums(struct br_octets octets,
                          struct br_checksum ret_sums[static BR_FRAME_CHECKSUMS_MAX])
{
	struct br_ethernet ethernet;

	if (!br_ethernet_read(octets.data, octets.size, &ethernet))
		return 0;
	if (ethernet.type == BR_ETHERNET_TYPE_IPV4)
		return ipv4_sums(octets, ethernet.header, ret_sums);
	if (ethernet.type == BR_ETHERNET_TYPE_IPV6)
		return ipv6_sums(octets, ethernet.header, ret_sums);
	return 0;
}

size_t br_frame_header_size(struct br_octets octets)
{
	struct br_ethernet ethernet;

	(void)br_ethernet_read(octets.data, octets.size, &ethernet);
	return ethernet.header > 0 ? ethernet.header : BR_ETHERNET_HEADER;
}

void br_frame_fill(const struct br_frame *frame, uint8_t *octets)
{
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	size_t count = 0;

	if (frame->checksums_virtual)
		count = br_frame_checksums((struct br_octets){frame->data, frame->size}, sums);
	for (size_t i = 0; i < count; i++) {
		if (frame->checksums_virtual & sums[i].bit)
			put_be16_at(octets + sums[i].at, sums[i].value);
	}
}

bool br_frame_fill_for_cutting(const struct br_frame *frame, uint8_t *octets,
                               struct br_frame_cutting *ret_cutting)
{
	struct br_ethernet ethernet;
	uint8_t *ip = octets, *tcp;
	size_t header = IPV6_HEADER;

	if (!br_ethernet_read(frame->data, frame->size, &ethernet) ||
	    frame->size < (size_t)ethernet.header + IPV6_HEADER + TCP_HEADER)
		return false;
	ip += ethernet.header;
	if (ethernet.type == BR_ETHERNET_TYPE_IPV4)
		header = (size_t)(ip[0] & 0xf) * 4;
	if (ip[ethernet.type == BR_ETHERNET_TYPE_IPV4 ? 9 : 6] != PROTOCOL_TCP)
		return false;
	tcp = ip + header;
	*ret_cutting = (struct br_frame_cutting){
		.tcp = (uint16_t)(ethernet.header + header),
		.data = (uint16_t)(ethernet.header + header + (size_t)(tcp[12] >> 4) * 4),
		.checksum = 16,
		.v6 = ethernet.type == BR_ETHERNET_TYPE_IPV6,
	};

	uint32_t size = frame->size - ret_cutting->tcp;
	uint32_t pseudo = ret_cutting->v6 ? br_checksum_add(PROTOCOL_TCP + size, ip + 8, 32)
	                                  : br_checksum_add(PROTOCOL_TCP + size, ip + 12, 8);

	put_be16_at(tcp + ret_cutting->checksum, fold(pseudo));
	if (!ret_cutting->v6)
		put_be16_at(ip + 10, br_checksum_fold(sum_without(0, ip, header, 10)));
	return true;
}

void br_frame_finish(struct br_frame *frame)
{
	br_frame_fill(frame, frame->data);
	frame->checksums_virtual = 0;
}

void br_frame_accept(struct br_frame *frame)
{
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	size_t count = br_frame_checksums((struct br_octets){frame->data, frame->size}, sums);

	for (size_t i = 0; i < count; i++) {
		uint16_t field = be16_at(frame->data + sums[i].at);

		if (field != sums[i].value && field != sums[i].partial)
			return;
	}
	for (size_t i = 0; i < count; i++) {
		put_be16_at(frame->data + sums[i].at, 0);
		frame->checksums_virtual |= (uint8_t)sums[i].bit;
	}
}
