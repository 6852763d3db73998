/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/dhcp_destination.h"

#include <string.h>

#include "core/defect.h"

struct br_action br_dhcp_destination(const struct br_dhcp_exchange *x, uint32_t ciaddr,
                                     uint32_t yiaddr)
{
	const struct br_dhcp_header *h = &x->m->header;
	uint32_t arrived = br_endpoint_to_ipv4(&x->event->local);
	uint32_t from = br_dhcp_is_own(x->config, arrived) ? arrived : x->own;
	struct br_action action = {.link = x->event->link,
	                           .local = br_endpoint_ipv4(from, BR_DHCP_PORT_SERVER)};

	if (h->giaddr != 0 && x->m->type != BR_DHCP_TYPE_INFORM &&
	    !(BR_DEFECT(RLS_07) &&
	      br_dhcp_sub_option(x->agent, BR_RELAY_AGENT_LINK_SELECTION, false).data)) {
		struct br_octets source_port =
			br_dhcp_sub_option(x->agent, BR_RELAY_AGENT_RELAY_SOURCE_PORT, false);

		/* RFC 8357 §5.1: only then not to port 67 */
		action.remote = br_endpoint_ipv4(h->giaddr, source_port.data && !BR_DEFECT(RLS_12)
		                                                    ? x->event->remote.port
		                                                    : BR_DHCP_PORT_SERVER);
		if (BR_DEFECT(D4S_DLV_01))
			action.remote.port = BR_DHCP_PORT_CLIENT;
	} else if (ciaddr != 0) {
		action.remote = br_endpoint_ipv4(ciaddr, BR_DHCP_PORT_CLIENT);
	} else if ((h->flags & BR_DHCP_FLAG_BROADCAST) || yiaddr == 0 || !x->client->has_mac ||
	           x->config->always_broadcast) {
		action.remote = br_endpoint_ipv4(UINT32_MAX, BR_DHCP_PORT_CLIENT);
	} else {
		action.remote = br_endpoint_ipv4(yiaddr, BR_DHCP_PORT_CLIENT);
		if (!BR_DEFECT(NET_ARP_03))
			memcpy(action.remote_mac, h->chaddr, sizeof(action.remote_mac));
	}
	if (BR_DEFECT(D4S_DLV_04) && h->giaddr == 0)
		action.remote.port = x->event->remote.port;
	if (BR_DEFECT(D4S_DLV_05))
		action.local.port = BR_DHCP_PORT_PXE;
	return action;
}
