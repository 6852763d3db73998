/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/script_relay.h"

#include <string.h>

#include "core/formats/dhcp_message.h"

#define NET_24 UINT32_C(0xffffff00)

static enum br_script_leg_kind kind_of(const struct br_packet *p, const struct br_dhcp_message *m)
{
	if (m->header.op == BR_DHCP_OP_REQUEST)
		return m->header.giaddr ? BR_SCRIPT_LEG_UP : BR_SCRIPT_LEG_CLIENT;
	if (m->header.giaddr == 0)
		return BR_SCRIPT_LEG_NONE;
	return p->dst.port == BR_DHCP_PORT_SERVER ? BR_SCRIPT_LEG_DOWN : BR_SCRIPT_LEG_LAST;
}

static void take_dhcp(struct br_script_relay *r, const struct br_packet *p, uint64_t frame)
{
	struct br_dhcp_message m;
	struct br_script_leg *leg = &r->leg[r->legs];

	if (r->legs == BR_SCRIPT_LEGS_MAX || br_dhcp_parse(p->payload, &m) < 0)
		return;
	struct br_octets id = br_dhcp_get(&m, BR_DHCP_OPTION_SERVER_ID);
	struct br_reader server = br_reader_of(id.data, id.size);

	*leg = (struct br_script_leg){.kind = kind_of(p, &m),
	                              .type = (uint8_t)m.type,
	                              .xid = m.header.xid,
	                              .source = p->ipv4.src,
	                              .target = p->ipv4.dst,
	                              .source_port = p->src.port,
	                              .target_port = p->dst.port,
	                              .giaddr = m.header.giaddr,
	                              .yiaddr = m.header.yiaddr,
	                              .server_id = id.size == 4 ? br_get_be32(&server) : 0,
	                              .frame = frame};
	if (leg->kind == BR_SCRIPT_LEG_NONE)
		return;
	for (size_t i = 0; i < r->legs; i++) {
		const struct br_script_leg *old = &r->leg[i];

		if (old->kind == leg->kind && old->type == leg->type && old->xid == leg->xid &&
		    old->server_id == leg->server_id &&
		    (leg->kind != BR_SCRIPT_LEG_UP || old->target == leg->target))
			return;
	}
	if (leg->kind == BR_SCRIPT_LEG_UP) {
		memcpy(r->mac, p->eth_src, sizeof(r->mac));
		r->has_mac = true;
		r->giaddr = leg->giaddr;
		r->server = leg->target;
		if (leg->source != leg->giaddr)
			r->up = leg->source;
	}
	r->legs++;
}

void br_script_relay_take(struct br_script_relay *relay, const struct br_packet *packet,
                          uint64_t frame)
{
	size_t room = sizeof(relay->spoken) / sizeof(relay->spoken[0]);

	if (packet->network == BR_NETWORK_ARP) {
		for (size_t i = 0; i < relay->speakers; i++) {
			if (relay->spoken[i] == packet->arp.sender_ip)
				return;
		}
		if (relay->speakers == room || packet->arp.sender_ip == 0)
			return;
		relay->spoken[relay->speakers] = packet->arp.sender_ip;
		memcpy(relay->speaker[relay->speakers++], packet->arp.sender_mac, 6);
		return;
	}
	if (packet->network == BR_NETWORK_IPV4 && packet->transport == BR_TRANSPORT_UDP &&
	    (packet->dst.port == BR_DHCP_PORT_SERVER || packet->dst.port == BR_DHCP_PORT_CLIENT))
		take_dhcp(relay, packet, frame);
}

bool br_script_relay_whole(struct br_script_relay *relay)
{
	bool seen[BR_SCRIPT_LEG_LAST + 1] = {false};

	for (size_t i = 0; i < relay->legs; i++)
		seen[relay->leg[i].kind] = true;
	/* many relays send from giaddr: then ARP tells their other address */
	for (size_t i = 0; relay->up == 0 && relay->has_mac && i < relay->speakers; i++) {
		if (!memcmp(relay->speaker[i], relay->mac, 6) &&
		    (relay->spoken[i] & NET_24) == (relay->server & NET_24))
			relay->up = relay->spoken[i];
	}
	return seen[BR_SCRIPT_LEG_CLIENT] && seen[BR_SCRIPT_LEG_UP] && seen[BR_SCRIPT_LEG_DOWN] &&
	       seen[BR_SCRIPT_LEG_LAST] && relay->up != 0;
}
