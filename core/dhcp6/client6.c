/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp6/client6.h"

#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/defect.h"
#include "core/formats/duid.h"

enum {
	HARDWARE_ETHERNET = 1,
	UNIVERSAL = 0x02, /* of the first octet, inverted in an EUI-64 */
};

const uint8_t *br_client6_peer(const struct br_dhcp6_message *m, const struct br_endpoint *remote)
{
	return m->levels > 0 ? m->level[m->levels - 1].peer : remote->ip;
}

static bool mac_of_relay(const struct br_dhcp6_message *m, uint8_t ret[static 6])
{
	struct br_octets value = m->levels > 0 ? br_dhcp6_find(m->level[m->levels - 1].options,
	                                                       BR_DHCP6_OPTION_CLIENT_LINK)
	                                       : (struct br_octets){0};
	struct br_reader r = br_reader_of(value.data, value.size);

	if (value.size != 2 + 6 || br_get_be16(&r) != HARDWARE_ETHERNET)
		return false;
	br_get_bytes(&r, ret, 6);
	return true;
}

static bool mac_of_address(const uint8_t ip[static 16], uint8_t ret[static 6])
{
	if (!br_ip_is_link_local6(ip) || ip[11] != 0xff || ip[12] != 0xfe)
		return false;
	memcpy(ret, ip + 8, 3);
	memcpy(ret + 3, ip + 13, 3);
	ret[0] ^= UNIVERSAL;
	return true;
}

static void read_mac(const struct br_dhcp6_message *m, const struct br_duid *duid,
                     const struct br_endpoint *remote, struct br_client *client)
{
	client->has_mac = mac_of_relay(m, client->mac) || duid->has_mac ||
	                  mac_of_address(br_client6_peer(m, remote), client->mac);
	if (duid->has_mac && !mac_of_relay(m, client->mac))
		memcpy(client->mac, duid->mac, sizeof(client->mac));
}

static enum br_client_kind kind_of(struct br_octets class)
{
	if (br_text_starts(class, "PXEClient"))
		return BR_CLIENT_PXE;
	if (br_text_starts(class, "HTTPClient"))
		return BR_CLIENT_HTTP;
	return BR_CLIENT_PLAIN;
}

/* The first class that says how it boots, whosever number stands before it; or the first. */
static void read_class(struct br_octets options, struct br_client *client)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option option;
	struct br_octets text;

	while (client->kind == BR_CLIENT_PLAIN && br_dhcp6_option_get(&r, &option) == 1) {
		struct br_reader value = br_reader_of(option.value.data, option.value.size);

		if (option.code != BR_DHCP6_OPTION_VENDOR_CLASS)
			continue;
		(void)br_get_be32(&value);
		if (br_dhcp6_class_get(&value, &text) != 1)
			continue;
		if (!client->vendor_class.data || kind_of(text) != BR_CLIENT_PLAIN)
			client->vendor_class = text;
		client->kind = kind_of(text);
	}
}

void br_client6_of(const struct br_dhcp6_message *m, const struct br_endpoint *remote,
                   struct br_client *client)
{
	struct br_duid duid = br_duid_read(br_dhcp6_find(m->options, BR_DHCP6_OPTION_CLIENT_ID));

	*client = (struct br_client){
		.six = true,
		.user_class = br_dhcp6_find(m->options, BR_DHCP6_OPTION_USER_CLASS),
		.has_uuid = duid.has_uuid,
	};
	memcpy(client->uuid, duid.uuid, sizeof(client->uuid));
	read_class(m->options, client);
	br_client_read_arches(client, br_dhcp6_find(m->options, BR_DHCP6_OPTION_ARCH));
	read_mac(m, &duid, remote, client);
	if (BR_DEFECT(D6_NB_15))
		client->user_class.size = 0;
	client->is_ipxe = br_user_class6_has(client->user_class, "iPXE");
}
