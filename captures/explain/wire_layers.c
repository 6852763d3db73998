/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/wire_layers.c - answers that are right in themselves, and sent so that the
 * client's stack does not take them: checksum, VLAN, ports, addresses, and what relays leave of
 * them
 */
#include <stdio.h>
#include <string.h>

#include "captures/explain/reach.h"
#include "captures/explain/show.h"
#include "captures/explain/wire_checks.h"
#include "core/formats/dhcp_message.h"

/* Of the kind that the client waits for where it stopped: ACKs if it asked, else OFFERs */
static bool is_awaited(const struct br_wire_view *v, const struct br_talk_reply *r)
{
	return (r->type == BR_DHCP_TYPE_OFFER) == (v->dhcp->request.count == 0);
}

/* Whether all that it waited for have what @has looks for. @ret_first: the first of them */
static bool all_of(const struct br_wire_view *v, bool proxies,
                   bool (*has)(const struct br_wire_view *v, const struct br_talk_reply *r),
                   const struct br_talk_reply **ret_first)
{
	*ret_first = NULL;
	for (uint16_t i = 0; i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (!is_awaited(v, r) || r->type == BR_DHCP_TYPE_NAK || (r->yiaddr == 0) != proxies)
			continue;
		if (!has(v, r))
			return false;
		*ret_first = *ret_first ? *ret_first : r;
	}
	return *ret_first != NULL;
}

static bool all_have(const struct br_wire_view *v,
                     bool (*has)(const struct br_wire_view *v, const struct br_talk_reply *r),
                     const struct br_talk_reply **ret_first)
{
	return all_of(v, false, has, ret_first);
}

/* It waits for an OFFER with a boot file, and only a proxy's has one. */
static bool lacks_boot_file(const struct br_wire_view *v)
{
	for (uint16_t i = 0; i < v->dhcp->replies; i++) {
		if (v->dhcp->reply[i].yiaddr && v->dhcp->reply[i].file[0])
			return false;
	}
	return v->dhcp->request.count == 0;
}

static const char *kind_of(const struct br_talk_reply *r)
{
	return r->type == BR_DHCP_TYPE_OFFER ? "OFFER" : "ACK";
}

static bool sum_is_wrong(const struct br_wire_view *v, const struct br_talk_reply *r)
{
	(void)v;
	return r->wrong_sums > 0 && r->wrong_sums == r->count;
}

bool br_wire_wrong_sum(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r;
	char address[BR_SHOW_ADDRESS];

	if (v->dhcp->right_sums == 0 || !all_have(v, sum_is_wrong, &r))
		return false;
	br_finding_say(f,
	               "Each %s of %s has a wrong UDP checksum (%u of %u), and not the unfilled "
	               "one a NIC would complete: if this was recorded near the client, that is "
	               "why it drops them (RFC 1122 section 4.1.3.4).",
	               kind_of(r), br_show_address(address, &r->from, false), r->wrong_sums,
	               r->count);
	br_finding_change(f,
	                  "Look for what changes the packets on the way (NAT, a relay, a bridge of "
	                  "virtual machines), or a NIC or driver that computes sums wrong: switch "
	                  "its checksum offload off (ethtool -K IF tx off).");
	return true;
}

static bool sum_is_unfilled(const struct br_wire_view *v, const struct br_talk_reply *r)
{
	(void)v;
	return r->unfilled_sums > 0 && r->unfilled_sums == r->count;
}

bool br_wire_unfilled_sum(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r;
	char address[BR_SHOW_ADDRESS];

	if (!all_have(v, sum_is_unfilled, &r))
		return false;
	br_finding_say(
		f,
		"It asked again although %s answered, and the UDP checksum of each %s is not "
		"filled in. That is usual in a capture taken on the server itself, whose NIC "
		"fills it in; if this was taken at the client or on a bridge, nobody did, and "
		"the client drops them.",
		br_show_address(address, &r->from, false), kind_of(r));
	br_finding_change(f, "Switch checksum offload off on the server's virtual NIC (ethtool -K "
	                     "IF tx off), or let the host fill it in (iptables -t mangle -A "
	                     "POSTROUTING -p udp --dport 68 -j CHECKSUM --checksum-fill).");
	return true;
}

static bool is_on_other_vlan(const struct br_wire_view *v, const struct br_talk_reply *r)
{
	return r->vlan != v->dhcp->vlan;
}

bool br_wire_other_vlan(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r;
	char address[BR_SHOW_ADDRESS], one[BR_SHOW_VLAN], two[BR_SHOW_VLAN];

	if (!v->dhcp->direct || !all_have(v, is_on_other_vlan, &r))
		return false;
	br_finding_say(f,
	               "It asks %s, and the %s of %s goes out %s: that is another network, and "
	               "the client does not get it.",
	               br_show_vlan(one, v->dhcp->vlan), kind_of(r),
	               br_show_address(address, &r->from, false), br_show_vlan(two, r->vlan));
	br_finding_change(f, "Make the switch ports of client and server members of one VLAN, "
	                     "tagged or untagged alike (native VLAN, PVID), or let the server "
	                     "answer on the interface it was asked on.");
	return true;
}

static bool is_from_other_port(const struct br_wire_view *v, const struct br_talk_reply *r)
{
	(void)v;
	return r->from.port != BR_DHCP_PORT_SERVER;
}

/* EDK2 Dhcp4Driver.c binds its receiver to remote port 67; iPXE looks at the xid alone. */
bool br_wire_other_port(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r;
	char address[BR_SHOW_ADDRESS];

	if (!all_have(v, is_from_other_port, &r) &&
	    !(lacks_boot_file(v) && all_of(v, true, is_from_other_port, &r)))
		return false;
	br_finding_say(f,
	               "The %s of %s comes from port %u. Clients take answers from port 67 only, "
	               "so it is dropped.",
	               kind_of(r), br_show_address(address, &r->from, false), r->from.port);
	br_finding_change(f, "Look for NAT or a container network between server and client that "
	                     "changes the port (run the server in the host's network), else let "
	                     "the server send from port 67.");
	return true;
}

static bool is_to_other_port(const struct br_wire_view *v, const struct br_talk_reply *r)
{
	(void)v;
	return r->giaddr == 0 && r->to.port != BR_DHCP_PORT_CLIENT;
}

bool br_wire_to_other_port(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r;
	char address[BR_SHOW_ADDRESS];

	if (!v->dhcp->direct || v->dhcp->giaddr || !all_have(v, is_to_other_port, &r))
		return false;
	br_finding_say(f,
	               "The %s of %s goes to port %u. A client listens on port 68, so it does not "
	               "get it.",
	               kind_of(r), br_show_address(address, &r->from, false), r->to.port);
	br_finding_change(f, "Let the server answer to port 68.");
	return true;
}

/* PXE 2.1 section 2.2.5: to where the request came from */
bool br_wire_4011_elsewhere(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_pxe *x = v->a->pxe ? &v->a->pxe->pxe : NULL;
	char server[BR_SHOW_ADDRESS], to[BR_SHOW_ADDRESS], client[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; x && i < x->replies; i++) {
		if (br_endpoint_equal(&x->reply[i].to, &x->client))
			return false;
	}
	if (!x || x->replies == 0)
		return false;
	br_finding_say(f,
	               "%s was asked for the boot file from %s, and sent its answer to %s: the "
	               "client waits at the address and port it asked from, and does not get it.",
	               br_show_address(server, &x->server, true),
	               br_show_address(client, &x->client, true),
	               br_show_address(to, &x->reply[0].to, true));
	br_finding_change(f, "The boot server must answer a request on port 4011 to the address "
	                     "and port it came from; repair or replace it.");
	return true;
}

/* Relays */

/* The same answer as it came to the relay; NULL: it is not in the capture */
static const struct br_talk_reply *before_relay(const struct br_wire_view *v,
                                                const struct br_talk_reply *copy)
{
	for (uint16_t i = 0; i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (!r->passed_on && r->giaddr == copy->giaddr && r->type == copy->type &&
		    r->server_id == copy->server_id && r->yiaddr == copy->yiaddr)
			return r;
	}
	return NULL;
}

bool br_wire_relay_drops(const struct br_wire_view *v, struct br_finding *f)
{
	char relay[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];
		const struct br_talk_reply *whole = r->passed_on ? before_relay(v, r) : NULL;

		if (!whole || !whole->file[0] || r->file[0])
			continue;
		br_finding_say(f,
		               "%s gave the relay %s the boot file %s, and what the relay passed "
		               "on to the client has none: %s.",
		               br_show_address(server, &whole->from, false),
		               br_show_ipv4(relay, r->giaddr), whole->file,
		               whole->file_behind_82
		                       ? "it takes out option 82 and all that stands behind it"
		                       : "the relay changes the message");
		br_finding_change(f, "Repair or replace the relay: of an answer it may take out "
		                     "option 82 alone (RFC 3046 section 2.1). Until then let the "
		                     "server write option 82 last, as it should.");
		return true;
	}
	return false;
}

/* The client's own packets are here, and of the answers to its relay none was passed on. */
bool br_wire_relay_keeps(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r = NULL;
	char relay[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; i < v->dhcp->replies; i++) {
		r = &v->dhcp->reply[i];
		if (!r->giaddr || r->passed_on || r->to.port != BR_DHCP_PORT_SERVER ||
		    br_endpoint_to_ipv4(&r->to) != r->giaddr)
			return false;
	}
	if (!r || !v->dhcp->direct || v->dhcp->discover.count + v->dhcp->request.count < 2)
		return false;
	br_finding_say(
		f,
		"%s answered the relay %s, and the relay passed nothing on: the client's own "
		"packets are in this capture, and no answer to it is.",
		br_show_ipv4(server, r->server_id), br_show_ipv4(relay, r->giaddr));
	br_finding_change(f,
	                  "See why the relay drops them: option 82 that it does not find again, a "
	                  "server it does not trust (DHCP snooping), a firewall on it, answers "
	                  "that come to another of its addresses.");
	return true;
}

/* Recorded at the server: what the relay made of it is not there. */
bool br_wire_behind_82(const struct br_wire_view *v, struct br_finding *f)
{
	char relay[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];
	const struct br_talk_reply *r = v->offer;

	if (v->dhcp->direct || !r || !r->file_behind_82 || !r->giaddr)
		return false;
	br_finding_say(f,
	               "%s writes option 82 before the boot options, not last, and the client "
	               "behind the relay %s takes none of its %u OFFERs: there are relays that "
	               "take out option 82 and all that stands behind it, so that the boot file is "
	               "lost.",
	               br_show_address(server, &r->from, false), br_show_ipv4(relay, r->giaddr),
	               v->dhcp->offers);
	br_finding_change(f, "Record at the client's side of the relay: if the OFFER has no boot "
	                     "file there, repair the relay; or let the server write option 82 last "
	                     "(RFC 3046 section 2.2).");
	return true;
}

/* Addresses nobody can use */

static bool offers_unusable(const struct br_wire_view *v, const struct br_talk_reply *r)
{
	(void)v;
	return br_reach_unusable(r->yiaddr, r->netmask) || r->yiaddr == r->server_id ||
	       r->yiaddr == r->router;
}

bool br_wire_unusable_address(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r;
	char server[BR_SHOW_ADDRESS], own[BR_SHOW_ADDRESS], mask[BR_SHOW_ADDRESS];

	if (!all_have(v, offers_unusable, &r))
		return false;
	const char *why = br_reach_unusable(r->yiaddr, r->netmask);

	br_finding_say(f, "%s gives the address %s with netmask %s, which no client can use: %s.",
	               br_show_address(server, &r->from, false), br_show_ipv4(own, r->yiaddr),
	               br_show_ipv4(mask, r->netmask),
	               why                         ? why
	               : r->yiaddr == r->server_id ? "the server itself has it"
	                                           : "the router (option 3) has it");
	br_finding_change(f, "Take that address out of the DHCP range, or correct the netmask "
	                     "(option 1).");
	return true;
}

bool br_wire_unusable_server(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r = v->ack ? v->ack : v->offer;
	uint32_t target = br_reach_boot_server(r);
	char server[BR_SHOW_ADDRESS], next[BR_SHOW_ADDRESS];
	const char *why;

	if (!target || v->proxy)
		return false;
	bool near = r->netmask && ((target ^ r->yiaddr) & r->netmask) == 0;
	bool url = strstr(r->file, "://");

	why = target == r->yiaddr ? "the client's own address"
	                          : br_reach_unusable(target, near ? r->netmask : 0);
	if (!why)
		return false;
	br_finding_say(f, "%s names %s as the %s: that is %s.",
	               br_show_address(server, &r->from, false), br_show_ipv4(next, target),
	               url ? "host in the boot file's URL" : "next server (siaddr)", why);
	br_finding_change(f, "Set %s to the address of the boot server.",
	                  url ? "the host of the URL" : "the next server");
	return true;
}
