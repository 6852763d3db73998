/* SPDX-License-Identifier: BSD-2-Clause */
#include "vms/lan_relay.h"

#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp_message.h"
#include "sim/net/packet.h"

static bool take_server(struct br_lan_relay *relay, const char *value)
{
	uint32_t address;

	if (br_text_get_ipv4(br_text(value), &address)) {
		if (relay->four.servers == BR_RELAY_SERVERS_MAX)
			return false;
		relay->four.server[relay->four.servers++] = address;
		return true;
	}
	if (relay->six.servers == BR_RELAY6_SERVERS_MAX ||
	    !br_text_get_ipv6(br_text(value), relay->six.server[relay->six.servers]))
		return false;
	relay->six.servers++;
	return true;
}

bool br_lan_relay_take(struct br_lan_relay *relay, const char *key, const char *value)
{
	if (!strcmp(key, "to"))
		return take_server(relay, value);
	if (strcmp(key, "interface-id") != 0 || strlen(value) > BR_RELAY6_TEXT_MAX)
		return false;
	relay->six.interface_id = br_text(value);
	return true;
}

static void heard6(void *context, const struct br_datagram *datagram)
{
	br_relay6_heard(context, datagram);
}

int br_lan_relay_start(struct br_lan_relay *relay, struct br_host *host)
{
	int error;

	relay->four.hops_max = BR_RELAY_HOPS_MAX;
	relay->six.hops_max = BR_DHCP6_HOP_COUNT_LIMIT;
	br_host_set_forwarding(host, true);
	error = br_relay_new(&relay->relay, host, &relay->four);
	if (error == 0 && relay->six.servers > 0)
		error = br_relay6_new(&relay->agent, host, &relay->six);
	if (error == 0 && relay->agent)
		br_relay_hand_on(relay->relay, relay->agent, heard6);
	return error;
}

void br_lan_relay_stop(struct br_lan_relay *relay)
{
	relay->relay = br_relay_free(relay->relay);
	relay->agent = br_relay6_free(relay->agent);
}

void br_lan_relay_lead(struct br_host *host, uint32_t link, const struct br_config_link *there)
{
	if (there->address)
		br_host_set_gateway(host, there->address);
	if (there->prefix6)
		br_host_set_gateway6(host, link, there->address6);
}

bool br_lan_relay_is_told(const struct br_frame *frame)
{
	struct br_packet packet;

	br_packet_parse_frame(&packet, frame);
	return packet.transport == BR_TRANSPORT_UDP &&
	       (packet.dst.port == BR_DHCP6_PORT_SERVER || packet.dst.port == BR_DHCP_PORT_SERVER);
}
