/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_server.c - it has an address, and no way to its boot server */
#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"

/* The next server is not on the client's network and nothing was told that leads there. */
static bool no_route(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.no-route", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01", ""};
	const struct br_talk_reply *r = a->ack;
	char server[BR_SHOW_ADDRESS], own[BR_SHOW_ADDRESS], mask[BR_SHOW_ADDRESS];

	if (!r || r->cut || !r->siaddr || !r->netmask || r->router || a->pxe ||
	    ((r->siaddr ^ r->yiaddr) & r->netmask) == 0 ||
	    br_story_ends_within(s, a->ended, 2 * BR_S))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"It got the address %s with netmask %s, and its boot server %s is in another "
		"network; but it was told no router (option 3), so it cannot go there and "
		"asked for nothing more.",
		br_show_ipv4(own, r->yiaddr), br_show_ipv4(mask, r->netmask),
		br_show_ipv4(server, r->siaddr));
	br_finding_change(
		f, "Hand out a router (option 3), or correct the next server (siaddr) or the "
		   "netmask.");
	return true;
}

/* The ARP that nobody answered was for the router. */
static bool router_dead(const struct br_attempt *a, const struct br_talk_arp *arp,
                        struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.router-dead", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01", ""};
	char router[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];

	if (!a->ack || !a->ack->router || a->ack->router == a->ack->siaddr ||
	    br_endpoint_to_ipv4(&arp->target) != a->ack->router)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"It got an address, and its way to the boot server %s goes through the router "
		"%s (option 3), which it looked for: %u ARP requests in %.0f s, no answer. No "
		"machine with that address is on this network.%s",
		br_show_ipv4(server, a->ack->siaddr), br_show_ipv4(router, a->ack->router),
		arp->request.count, br_show_seconds(arp->request.last - arp->request.at[0]),
		br_fingerprint_is(&a->who, "edk2") ? " Its screen then shows PXE-E18." : "");
	br_finding_change(f,
	                  "Correct the router (option 3) in the DHCP configuration, or start it; "
	                  "if the boot server is meant to be on this network, correct the next "
	                  "server (siaddr).");
	return true;
}

/* It has an address and no file was ever asked for. */
bool br_diagnose_server(const struct br_story *s, const struct br_attempt *a,
                        struct br_diagnosis *d)
{
	static const struct br_verdict dead = {"boot.server-dead", BR_WEIGHT_FAILURE,
	                                       "configuration", "D4S-BF-01", ""};
	static const struct br_verdict no_file = {"boot.no-file", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01", ""};
	const struct br_talk_arp *arp = br_story_unanswered_arp(s, a);
	char server[BR_SHOW_ADDRESS];
	struct br_finding *f;

	if (a->files > 0 || a->reached < BR_REACHED_LEASED)
		return false;
	if (arp && router_dead(a, arp, d))
		return true;
	if (!arp && no_route(s, a, d))
		return true;
	if (arp) {
		f = br_finding_add(d, &dead);
		bool six = a->dhcp && a->dhcp->kind == BR_TALK_DHCP6;

		br_finding_say(
			f,
			"It got an address and looked for its boot server %s: %u %s in %.0f s, "
			"no answer. No machine with that address is on this network.%s",
			br_show_address(server, &arp->target, false), arp->request.count,
			six ? "neighbor solicitations" : "ARP requests",
			br_show_seconds(arp->request.last - arp->request.at[0]),
			!six && br_fingerprint_is(&a->who, "edk2")
				? " Its screen then shows PXE-E18."
				: "");
		br_finding_change(
			f, six ? "Start that machine, or correct the address in the URL "
				 "(option 59) in the DHCPv6 configuration."
			       : "Start that machine, or correct the next server (siaddr) in "
				 "the DHCP configuration.");
		return true;
	}
	if (!a->ack || a->ack->file[0] || a->ack->cut || a->pxe ||
	    br_story_ends_within(s, a->ended, 2 * BR_S))
		return false;
	f = br_finding_add(d, &no_file);
	br_finding_say(f,
	               "It got an address from %s, but no file name from anybody, and asked for "
	               "nothing more.",
	               br_show_address(server, &a->ack->from, false));
	br_finding_change(f, "Configure a boot file and next server for architecture %d.", s->arch);
	return true;
}
