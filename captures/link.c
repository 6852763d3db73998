/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/link.h"

#include <string.h>

#include "sim/net/packet.h"

enum {
	SLL_BROADCAST = 1, /* packet type: sent to the link's broadcast address */
};

const char *br_link_name(uint32_t link_type)
{
	switch (link_type) {
	case BR_LINK_ETHERNET:
		return "Ethernet";
	case BR_LINK_LINUX_SLL:
		return "Linux cooked";
	case BR_LINK_LINUX_SLL2:
		return "Linux cooked 2";
	case BR_LINK_NULL:
	case BR_LINK_LOOP:
		return "loopback";
	case BR_LINK_RAW:
	case BR_LINK_RAW_BSD:
	case BR_LINK_RAW_OPENBSD:
	case BR_LINK_IPV4:
	case BR_LINK_IPV6:
		return "raw IP";
	default:
		return NULL;
	}
}

/* What was behind @header octets of another link header becomes Ethernet payload. */
static void rewrite(struct br_link_frame *ret, const struct br_capture_frame *frame, size_t header,
                    uint16_t type, const uint8_t *source, bool broadcast)
{
	uint8_t *to = ret->buffer;
	size_t kept = frame->octets.size - header;

	memset(to, broadcast ? 0xff : 0, 6);
	memset(to + 6, 0, 6);
	if (source)
		memcpy(to + 6, source, 6);
	to[12] = (uint8_t)(type >> 8);
	to[13] = (uint8_t)type;
	if (kept > 0)
		memcpy(to + BR_LINK_ETHERNET_SIZE, frame->octets.data + header, kept);
	ret->octets = (struct br_octets){to, BR_LINK_ETHERNET_SIZE + kept};
	ret->size = frame->original_size - (uint32_t)header + BR_LINK_ETHERNET_SIZE;
}

static bool raw_ip(struct br_link_frame *ret, const struct br_capture_frame *frame, size_t header)
{
	if (frame->octets.size <= header)
		return false;
	unsigned version = frame->octets.data[header] >> 4;

	if (version != 4 && version != 6)
		return false;
	rewrite(ret, frame, header, version == 4 ? BR_ETHERNET_TYPE_IPV4 : BR_ETHERNET_TYPE_IPV6,
	        NULL, false);
	return true;
}

/* LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, address in 8, protocol */
static bool cooked(struct br_link_frame *ret, const struct br_capture_frame *frame)
{
	struct br_reader r = br_reader_of(frame->octets.data, frame->octets.size);
	uint16_t packet_type = br_get_be16(&r);
	uint8_t address[8];

	(void)br_get_be16(&r);
	uint16_t address_size = br_get_be16(&r);

	br_get_bytes(&r, address, sizeof(address));
	uint16_t protocol = br_get_be16(&r);

	if (r.bad)
		return false;
	rewrite(ret, frame, frame->octets.size - br_left(&r), protocol,
	        address_size == 6 ? address : NULL, packet_type == SLL_BROADCAST);
	return true;
}

/* LINKTYPE_LINUX_SLL2: protocol, reserved, interface, ARPHRD, packet type, address */
static bool cooked_2(struct br_link_frame *ret, const struct br_capture_frame *frame)
{
	struct br_reader r = br_reader_of(frame->octets.data, frame->octets.size);
	uint16_t protocol = br_get_be16(&r);
	uint8_t address[8];

	(void)br_get_be16(&r);
	uint32_t interface = br_get_be32(&r);

	(void)br_get_be16(&r);
	uint8_t packet_type = br_get_u8(&r);
	uint8_t address_size = br_get_u8(&r);

	br_get_bytes(&r, address, sizeof(address));
	if (r.bad)
		return false;
	rewrite(ret, frame, frame->octets.size - br_left(&r), protocol,
	        address_size == 6 ? address : NULL, packet_type == SLL_BROADCAST);
	ret->place = interface;
	return true;
}

bool br_link_to_ethernet(struct br_link_frame *ret_frame, const struct br_capture_frame *frame)
{
	ret_frame->place = 0;
	switch (frame->link_type) {
	case BR_LINK_ETHERNET:
		ret_frame->octets = frame->octets;
		ret_frame->size = frame->original_size;
		return frame->octets.size >= BR_LINK_ETHERNET_SIZE;
	case BR_LINK_LINUX_SLL:
		return cooked(ret_frame, frame);
	case BR_LINK_LINUX_SLL2:
		return cooked_2(ret_frame, frame);
	case BR_LINK_NULL: /* the family's number differs by system; the IP version does not */
	case BR_LINK_LOOP:
		return raw_ip(ret_frame, frame, 4);
	case BR_LINK_RAW:
	case BR_LINK_RAW_BSD:
	case BR_LINK_RAW_OPENBSD:
	case BR_LINK_IPV4:
	case BR_LINK_IPV6:
		return raw_ip(ret_frame, frame, 0);
	default:
		return false;
	}
}
