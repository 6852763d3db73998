/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/link.h"

#include <string.h>

enum {
	ARPHRD_INFINIBAND = 32, /* all its packets go as to a group, IPoIB (RFC 4391) */
	SLL_BROADCAST = 1,      /* packet type: sent to the link's broadcast address */

	/* IEEE 802.11-2020 9.2.4.1: the two octets of frame control, as a little-endian number */
	WIFI_TYPE = 0x000c,
	WIFI_DATA = 0x0008,
	WIFI_NO_DATA = 0x0040, /* subtypes "null" */
	WIFI_QOS = 0x0080,
	WIFI_TO_DS = 0x0100,
	WIFI_FROM_DS = 0x0200,
	WIFI_RETRY = 0x0800,
	WIFI_PROTECTED = 0x4000,
	WIFI_ORDER = 0x8000, /* with QoS: an HT control field */
	WIFI_QOS_AMSDU = 0x0080,
	/* https://www.radiotap.org/fields/defined */
	RADIOTAP_TSFT = 1 << 0,
	RADIOTAP_FLAGS = 1 << 1,
	RADIOTAP_FLAG_FCS = 0x10,
	RADIOTAP_FLAG_PAD = 0x20,
	FCS_SIZE = 4,
};
#define RADIOTAP_MORE (UINT32_C(1) << 31) /* another word of these bits follows */

const char *br_link_name(uint32_t link_type)
{
	switch (link_type) {
	case BR_LINK_ETHERNET:
		return "Ethernet";
	case BR_LINK_LINUX_SLL:
		return "Linux cooked";
	case BR_LINK_LINUX_SLL2:
		return "Linux cooked 2";
	case BR_LINK_80211:
	case BR_LINK_80211_RADIOTAP:
		return "Wi-Fi";
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
		memcpy(to + BR_ETHERNET_HEADER, frame->octets.data + header, kept);
	ret->octets = (struct br_octets){to, BR_ETHERNET_HEADER + kept};
	ret->size = frame->original_size - (uint32_t)header + BR_ETHERNET_HEADER;
	ret->header = header;
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

	uint16_t hardware = br_get_be16(&r), address_size = br_get_be16(&r);

	br_get_bytes(&r, address, sizeof(address));
	uint16_t protocol = br_get_be16(&r);

	if (r.bad)
		return false;
	rewrite(ret, frame, frame->octets.size - br_left(&r), protocol,
	        address_size == 6 ? address : NULL,
	        packet_type == SLL_BROADCAST && hardware != ARPHRD_INFINIBAND);
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

	uint16_t hardware = br_get_be16(&r);
	uint8_t packet_type = br_get_u8(&r);
	uint8_t address_size = br_get_u8(&r);

	br_get_bytes(&r, address, sizeof(address));
	if (r.bad)
		return false;
	rewrite(ret, frame, frame->octets.size - br_left(&r), protocol,
	        address_size == 6 ? address : NULL,
	        packet_type == SLL_BROADCAST && hardware != ARPHRD_INFINIBAND);
	ret->place = interface;
	return true;
}

static uint16_t little16(struct br_reader *r)
{
	uint16_t low = br_get_u8(r);

	return (uint16_t)(br_get_u8(r) << 8 | low);
}

/* IEEE 802.11-2020 9.3.2.1: who is whom depends on the way through the access point. @padded:
 * to a multiple of 4 octets in front of the data (radiotap).
 */
static bool wifi(struct br_link_frame *ret, const struct br_capture_frame *frame, size_t at,
                 bool padded)
{
	static const uint8_t snap[] = {0xaa, 0xaa, 3, 0, 0}; /* RFC 1042, or 802.1H: 00-00-f8 */
	struct br_reader r = br_reader_of(frame->octets.data + at, frame->octets.size - at);
	uint16_t control = little16(&r);
	uint8_t address[4][6], head[6];
	size_t start = br_left(&r) + 2;

	if ((control & (WIFI_TYPE | WIFI_NO_DATA | WIFI_PROTECTED)) != WIFI_DATA)
		return false;
	(void)little16(&r); /* duration */
	for (size_t i = 0; i < 3; i++)
		br_get_bytes(&r, address[i], 6);
	(void)little16(&r); /* sequence control */
	bool to = control & WIFI_TO_DS, from = control & WIFI_FROM_DS;

	if (to && from)
		br_get_bytes(&r, address[3], 6);
	if (control & WIFI_QOS) {
		if (little16(&r) & WIFI_QOS_AMSDU)
			return false;
		if (control & WIFI_ORDER)
			br_get_bytes(&r, head, 4);
	}
	while (padded && (start - br_left(&r)) % 4 != 0 && !r.bad)
		(void)br_get_u8(&r);
	br_get_bytes(&r, head, sizeof(head));
	uint16_t type = br_get_be16(&r);

	if (r.bad || memcmp(head, snap, sizeof(snap)) != 0 || (head[5] != 0 && head[5] != 0xf8))
		return false;
	rewrite(ret, frame, frame->octets.size - br_left(&r), type,
	        from ? address[to ? 3 : 2] : address[1], false);
	memcpy(ret->buffer, address[to ? 2 : 0], 6);
	/* what an access point passes on, or a station sends again by itself, is one packet */
	ret->place = control & (WIFI_TO_DS | WIFI_FROM_DS | WIFI_RETRY);
	return true;
}

/* Only what decides where the frame begins and ends is read of the radiotap header. */
static bool radiotap(struct br_link_frame *ret, const struct br_capture_frame *frame)
{
	struct br_reader r = br_reader_of(frame->octets.data, frame->octets.size);
	struct br_capture_frame bare = *frame;
	uint8_t version = br_get_u8(&r), flags = 0;
	size_t at = 4;

	(void)br_get_u8(&r);
	uint16_t size = little16(&r);
	uint32_t present = little16(&r);

	present |= (uint32_t)little16(&r) << 16;
	at += 4;
	for (uint32_t more = present; more & RADIOTAP_MORE && !r.bad; at += 4) {
		more = little16(&r);
		more |= (uint32_t)little16(&r) << 16;
	}
	for (; present & RADIOTAP_TSFT && !r.bad && at % 8 != 0; at++) /* fields are aligned */
		(void)br_get_u8(&r);
	for (size_t i = 0; present & RADIOTAP_TSFT && i < 8; i++)
		(void)br_get_u8(&r);
	if (present & RADIOTAP_FLAGS)
		flags = br_get_u8(&r);
	if (r.bad || version != 0 || size < 8 || size > frame->octets.size)
		return false;
	if (flags & RADIOTAP_FLAG_FCS && bare.original_size >= (uint32_t)size + FCS_SIZE) {
		bare.original_size -= FCS_SIZE;
		if (bare.octets.size > bare.original_size)
			bare.octets.size = bare.original_size;
	}
	return wifi(ret, &bare, size, flags & RADIOTAP_FLAG_PAD);
}

bool br_link_to_ethernet(struct br_link_frame *ret_frame, const struct br_capture_frame *frame)
{
	ret_frame->place = 0;
	switch (frame->link_type) {
	case BR_LINK_ETHERNET:
		ret_frame->octets = frame->octets;
		ret_frame->size = frame->original_size;
		ret_frame->header = BR_ETHERNET_HEADER;
		return frame->octets.size >= BR_ETHERNET_HEADER;
	case BR_LINK_LINUX_SLL:
		return cooked(ret_frame, frame);
	case BR_LINK_LINUX_SLL2:
		return cooked_2(ret_frame, frame);
	case BR_LINK_80211:
		return wifi(ret_frame, frame, 0, false);
	case BR_LINK_80211_RADIOTAP:
		return radiotap(ret_frame, frame);
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
