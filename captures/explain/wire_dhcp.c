/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/wire_dhcp.c - answers that are not as DHCP has them: identifiers, netmask,
 * transaction numbers, and what goes through relays
 */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/show.h"
#include "captures/explain/wire_checks.h"
#include "core/formats/dhcp_message.h"

bool br_wire_offer_without_id(const struct br_wire_view *v, struct br_finding *f)
{
	char address[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER || r->server_id)
			continue;
		br_finding_say(f,
		               "The OFFER of %s has no server identifier (option 54); UEFI "
		               "firmware drops it as if it had not come.",
		               br_show_address(address, &r->from, false));
		br_finding_change(f,
		                  "Repair or replace the server that sends it: every OFFER needs "
		                  "option 54.");
		return true;
	}
	return false;
}

bool br_wire_offer_malformed(const struct br_wire_view *v, struct br_finding *f)
{
	char address[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type == BR_DHCP_TYPE_NONE || r->valid_edk2)
			continue;
		br_finding_say(f,
		               "The %s of %s is not well formed (an END is missing or an option "
		               "has a wrong length), so UEFI firmware drops it as if it had not "
		               "come.",
		               r->type == BR_DHCP_TYPE_OFFER ? "OFFER" : "answer",
		               br_show_address(address, &r->from, false));
		br_finding_change(f, "Repair or replace the server that sends it.");
		return true;
	}
	return false;
}

/* EDK2 keeps the OFFER's values and declines a lease without a netmask: Dhcp4Io.c */
bool br_wire_no_netmask(const struct br_wire_view *v, struct br_finding *f)
{
	char address[BR_SHOW_ADDRESS];
	const struct br_talk_reply *r = v->offer && v->offer->netmask == 0 ? v->offer
	                                : v->ack && v->ack->netmask == 0   ? v->ack
	                                                                   : NULL;

	if (!r || r->type == BR_DHCP_TYPE_NONE)
		return false;
	br_finding_say(f,
	               "The %s of %s has no netmask (option 1). UEFI firmware takes the netmask "
	               "from the OFFER, and declines the address without one.",
	               r == v->offer ? "OFFER" : "ACK", br_show_address(address, &r->from, false));
	br_finding_change(f,
	                  "Send option 1 in OFFER and ACK, whether the client asks for it or not.");
	return true;
}

bool br_wire_ack_differs(const struct br_wire_view *v, struct br_finding *f)
{
	char offered[BR_SHOW_ADDRESS], given[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];
	const struct br_talk_reply *offer = NULL;

	for (uint16_t i = 0; v->ack && v->dhcp->selected && i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER || r->yiaddr == 0 ||
		    r->server_id != v->ack->server_id)
			continue;
		if (r->yiaddr == v->ack->yiaddr)
			return false;
		offer = r;
	}
	if (!offer)
		return false;
	br_finding_say(f,
	               "%s offered %s and then acknowledged %s: UEFI firmware declines an address "
	               "it was not offered.",
	               br_show_address(server, &v->ack->from, false),
	               br_show_ipv4(offered, offer->yiaddr), br_show_ipv4(given, v->ack->yiaddr));
	br_finding_change(f, "The ACK must give the address of the OFFER; see whether two servers "
	                     "share one address, or a lease was given away in between.");
	return true;
}

/* Under one identifier (option 54), within the same second, to one question */
static const char *contradict(const struct br_talk_reply *a, const struct br_talk_reply *b)
{
	if (a->type != BR_DHCP_TYPE_OFFER || b->type != a->type || a->server_id != b->server_id ||
	    !a->server_id || !a->yiaddr || !b->yiaddr || a->giaddr != b->giaddr ||
	    a->vlan != b->vlan || a->passed_on || b->passed_on || b->at > a->at + BR_S)
		return NULL;
	return a->router != b->router     ? "router (option 3)"
	       : a->netmask != b->netmask ? "netmask (option 1)"
	       : a->dns != b->dns         ? "DNS server (option 6)"
	       : a->siaddr != b->siaddr   ? "next server (siaddr)"
	       : strcmp(a->file, b->file) ? "boot file"
	                                  : NULL;
}

bool br_wire_two_answers(const struct br_wire_view *v, struct br_finding *f)
{
	char server[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; i < v->dhcp->replies; i++) {
		for (uint16_t k = (uint16_t)(i + 1); k < v->dhcp->replies; k++) {
			const char *what = contradict(&v->dhcp->reply[i], &v->dhcp->reply[k]);

			if (!what)
				continue;
			br_finding_say(
				f,
				"Two OFFERs came to one DISCOVER under one server identifier "
				"(%s), and they differ in the %s: two servers go by one address, "
				"or one has two configurations. Which the client takes is chance.",
				br_show_ipv4(server, v->dhcp->reply[i].server_id), what);
			br_finding_change(f, "Find the second server (a rogue, a fail-over pair "
			                     "that is not in step) by the MAC addresses of the "
			                     "two OFFERs.");
			return true;
		}
	}
	return false;
}

bool br_wire_nak(const struct br_wire_view *v, struct br_finding *f)
{
	char server[BR_SHOW_ADDRESS], address[BR_SHOW_ADDRESS];

	if (!v->nak)
		return false;
	br_finding_say(f, "%s refused the address %s with a NAK.",
	               br_show_address(server, &v->nak->from, false),
	               br_show_ipv4(address, v->dhcp->requested));
	br_finding_change(f, "See why the server does not know the address: a lease given away, a "
	                     "restart, another subnet, or two servers that disagree.");
	return true;
}

bool br_wire_wrong_xid(const struct br_wire_view *v, struct br_finding *f)
{
	if (v->dhcp->strays == 0)
		return false;
	br_finding_say(f,
	               "%u replies to it have transaction number %08" PRIx32 ", which it did not "
	               "use; it drops them.",
	               v->dhcp->strays, v->dhcp->stray_xid);
	br_finding_change(f, "A server must copy xid from the request; repair or replace it.");
	return true;
}

bool br_wire_reply_to_68(const struct br_wire_view *v, struct br_finding *f)
{
	char relay[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];
		struct br_endpoint giaddr = br_endpoint_ipv4(r->giaddr, BR_DHCP_PORT_CLIENT);

		if (r->giaddr == 0 || !br_endpoint_equal(&r->to, &giaddr))
			continue;
		br_finding_say(
			f,
			"%s sent its reply to port 68 of the relay %s. A relay listens on 67 "
			"only, so it never reached the client.",
			br_show_address(server, &r->from, false), br_show_ipv4(relay, r->giaddr));
		br_finding_change(
			f, "A server must answer a relayed request on port 67 of giaddr, also "
			   "when the broadcast flag is set.");
		return true;
	}
	return false;
}

bool br_wire_option_82_dropped(const struct br_wire_view *v, struct br_finding *f)
{
	char relay[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; v->dhcp->relay_option && i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->giaddr == 0 || r->has_relay_option || r->to.port != BR_DHCP_PORT_SERVER)
			continue;
		br_finding_say(
			f,
			"The relay %s put option 82 into its request, and the reply of %s does "
			"not give it back: relays and switches that steer by it drop such a "
			"reply.",
			br_show_ipv4(relay, r->giaddr), br_show_address(server, &r->from, false));
		br_finding_change(
			f, "The server must echo option 82 as it came, as the last option of "
			   "every reply.");
		return true;
	}
	return false;
}
