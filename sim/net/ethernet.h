/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/ethernet.h - the header in front of everything: two addresses, tags, a type
 *
 * IEEE 802.3 §3.2, 802.1Q §9.3. Inline: every frame of every run passes here several times.
 */
#ifndef BR_SIM_NET_ETHERNET_H
#define BR_SIM_NET_ETHERNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BR_ETHERNET_HEADER = 14,
	BR_ETHERNET_TAG = 4,      /* octets of a tag: its type and its control information */
	BR_ETHERNET_TAG_AT = 12,  /* between the addresses and the type */
	BR_ETHERNET_TAGS_MAX = 4, /* a provider's, a customer's, and what a mirror port adds */
	BR_ETHERNET_VLAN_MASK = 0x0fff, /* of the control information; 0: none, a priority alone */

	BR_ETHERNET_TYPE_IPV4 = 0x0800,
	BR_ETHERNET_TYPE_ARP = 0x0806,
	BR_ETHERNET_TYPE_VLAN = 0x8100,
	BR_ETHERNET_TYPE_QINQ = 0x88a8,
	BR_ETHERNET_TYPE_QINQ_OLD = 0x9100, /* what switches put on outer tags before 802.1ad */
	BR_ETHERNET_TYPE_QINQ_OLD_2 = 0x9200,
	BR_ETHERNET_TYPE_IPV6 = 0x86dd,
};

/**
 * struct br_ethernet - What stands behind the addresses
 * @outer:	The first type: of a tag if there is one
 * @type:	Behind the tags; below 1536 it is an 802.3 length
 * @vlan:	Tag control information of the innermost tag
 * @header:	Octets in front of the payload
 */
struct br_ethernet {
	uint16_t outer, type, vlan;
	uint8_t tags, header;
};

static inline uint16_t br_ethernet_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline bool br_ethernet_is_tag(uint16_t type)
{
	return type == BR_ETHERNET_TYPE_VLAN || type == BR_ETHERNET_TYPE_QINQ ||
	       type == BR_ETHERNET_TYPE_QINQ_OLD || type == BR_ETHERNET_TYPE_QINQ_OLD_2;
}

/* False if the octets end inside the header; @ret then holds what could be read. */
static inline bool br_ethernet_read(const uint8_t *data, size_t size, struct br_ethernet *ret)
{
	*ret = (struct br_ethernet){0};
	if (size < BR_ETHERNET_HEADER)
		return false;
	ret->outer = ret->type = br_ethernet_be16(data + BR_ETHERNET_TAG_AT);
	ret->header = BR_ETHERNET_HEADER;
	while (br_ethernet_is_tag(ret->type) && ret->tags < BR_ETHERNET_TAGS_MAX) {
		if (size < (size_t)ret->header + BR_ETHERNET_TAG)
			return false;
		ret->vlan = br_ethernet_be16(data + ret->header);
		ret->type = br_ethernet_be16(data + ret->header + 2);
		ret->header = (uint8_t)(ret->header + BR_ETHERNET_TAG);
		ret->tags++;
	}
	return true;
}

#endif /* BR_SIM_NET_ETHERNET_H */
