/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_server.c - it has an address, and no way to its boot server */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/reach.h"
#include "captures/explain/show.h"

enum {
	LINK_PREFIX = 8, /* octets of a /64 */
};

/* The boot server is not on the client's network and nothing was told that leads there. @arp: what
 * it looked for in vain; NULL: nothing
 */
static bool no_route(const struct br_story *s, const struct br_attempt *a,
                     const struct br_talk_arp *arp, struct br_diagnosis *d)
{
	static const struct br_verdict none = {"boot.no-route", BR_WEIGHT_FAILURE, "configuration",
	                                       "D4S-BF-01", ""};
	static const struct br_verdict hidden = {"boot.route-hidden", BR_WEIGHT_FAILURE,
	                                         "configuration", "", ""};
	static const struct br_verdict off = {"boot.router-off-link", BR_WEIGHT_FAILURE,
	                                      "configuration", "", ""};
	const struct br_talk_reply *r = a->ack;
	uint32_t named = br_reach_by_name(s, a);
	uint32_t target = named ? named : br_reach_boot_server(br_reach_teller(a)), via;
	enum br_way way = br_reach(r, target, &via);
	char server[BR_SHOW_ADDRESS], own[BR_SHOW_ADDRESS], mask[BR_SHOW_ADDRESS];
	char router[BR_SHOW_ADDRESS];

	/* UEFI firmware goes by option 3 alone: EDK2 Dhcp4Io.c */
	if (!r || (arp && (br_endpoint_to_ipv4(&arp->target) != target || way == BR_WAY_FAR)) ||
	    (a->pxe && a->pxe->pxe.replies == 0) || br_story_ends_within(s, a->ended, 2 * BR_S) ||
	    (way != BR_WAY_NONE && way != BR_WAY_FAR &&
	     (way != BR_WAY_HIDDEN || br_fingerprint_is(&a->who, "edk2"))))
		return false;
	struct br_finding *f = br_finding_add(d, way == BR_WAY_FAR      ? &off
	                                         : way == BR_WAY_HIDDEN ? &hidden
	                                                                : &none);

	br_finding_say(f,
	               "It got the address %s with netmask %s, and its boot server %s is in "
	               "another network; ",
	               br_show_ipv4(own, r->yiaddr), br_show_ipv4(mask, r->netmask),
	               br_show_ipv4(server, target));
	if (way == BR_WAY_HIDDEN) {
		br_finding_say(f,
		               "option 121 (or 249) has no route that leads there, and where it is "
		               "given the router %s of option 3 does not count (RFC 3442): iPXE "
		               "since 2.0 obeys that. So it asked for nothing more.",
		               br_show_ipv4(router, r->router));
		br_finding_change(f,
		                  "Put the default route (0.0.0.0/0 by %s) into option 121 too, or "
		                  "send no option 121.",
		                  router);
		return true;
	}
	if (way == BR_WAY_FAR)
		br_finding_say(f,
		               "the router %s that it was told is itself not in the client's "
		               "network, so it cannot go there and asked for nothing more.",
		               br_show_ipv4(router, via));
	else
		br_finding_say(
			f, "but it was told no router (option 3), so it cannot go there and %s.",
			arp ? "looks for it on its own link in vain" : "asked for nothing more");
	br_finding_change(f, way == BR_WAY_FAR
	                             ? "Correct the router (option 3) or the netmask (option 1)."
	                             : "Hand out a router (option 3), or correct the next server "
	                               "(siaddr) or the netmask.");
	return true;
}

/* The neighbor that nobody is was the router that advertised itself. */
static bool router6_dead(const struct br_story *s, const struct br_attempt *a,
                         const struct br_talk_arp *arp, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.router-dead", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	const struct br_talk_router6 *r = br_talk_router6(s->talk);
	char router[BR_SHOW_ADDRESS];

	if (br_endpoint_to_ipv4(&arp->target) || memcmp(arp->target.ip, r->address.ip, 16))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "It got an address, and its way to the boot server%s%s goes through the "
	               "router %s that advertised itself. It looked for that: %u neighbor "
	               "solicitations in %.0f s, no answer.",
	               a->dhcp->dhcp6.url[0] ? " of " : "", a->dhcp->dhcp6.url,
	               br_show_address(router, &arp->target, false), arp->request.count,
	               br_show_seconds(arp->request.last - arp->request.at[0]));
	br_finding_change(f, "Start that router, or stop what advertises it (an old radvd, another "
	                     "machine): who advertises must be there and forward.");
	return true;
}

/* The ARP that nobody answered was for a router. */
static bool router_dead(const struct br_attempt *a, const struct br_talk_arp *arp,
                        struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.router-dead", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01", ""};
	char router[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];
	const char *told = br_reach_told(a, &arp->target);
	uint32_t target = br_reach_boot_server(a->ack);

	if (!told || strncmp(told, "router", 6) != 0)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "It got an address, and its way to the boot server%s%s goes through the %s "
	               "%s, which it looked for: %u ARP requests in %.0f s, no answer. No machine "
	               "with that address is on this network.%s",
	               target ? " " : "", target ? br_show_ipv4(server, target) : "", told,
	               br_show_address(router, &arp->target, false), arp->request.count,
	               br_show_seconds(arp->request.last - arp->request.at[0]),
	               br_fingerprint_is(&a->who, "edk2") ? " Its screen then shows PXE-E18." : "");
	br_finding_change(f,
	                  "Correct the router (option 3) in the DHCP configuration, or start it; "
	                  "if the boot server is meant to be on this network, correct the next "
	                  "server (siaddr).");
	return true;
}

static bool in_prefix(const uint8_t ip[16], const struct br_nd_prefix *p, uint8_t bits)
{
	for (uint8_t i = 0; i < bits; i++) {
		if ((ip[i / 8] ^ p->prefix[i / 8]) >> (7 - i % 8) & 1)
			return false;
	}
	return true;
}

/* EDK2 takes the address of DHCPv6 as if its network were a /64 (Ip6ConfigNv.c), so it looks on
 * the link for what is behind the router.
 */
static bool prefix_not_64(const struct br_story *s, const struct br_attempt *a,
                          const struct br_talk_arp *arp, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.prefix-not-64", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	const struct br_nd_prefix *narrow = NULL, *p;
	char server[BR_SHOW_ADDRESS], prefix[BR_SHOW_ADDRESS];

	for (size_t i = 0; (p = br_talk_prefix(s->talk, i)); i++) {
		if (in_prefix(arp->target.ip, p, p->length)) {
			if (p->on_link)
				return false;
			narrow = p;
		} else if (p->length > 64 && in_prefix(arp->target.ip, p, 64)) {
			narrow = p;
		}
	}
	if (!narrow || !br_fingerprint_is(&a->who, "edk2"))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);
	struct br_endpoint address = {.port = 0};

	memcpy(address.ip, narrow->prefix, sizeof(address.ip));
	br_finding_say(f,
	               "It got an address and looked for its boot server %s on its own link: %u "
	               "neighbor solicitations in %.0f s, no answer. The router says that %s/%u is "
	               "%s, but UEFI firmware (EDK2) takes its DHCPv6 address as of a /64 on the "
	               "link and does not ask the router.",
	               br_show_address(server, &arp->target, false), arp->request.count,
	               br_show_seconds(arp->request.last - arp->request.at[0]),
	               br_show_address(prefix, &address, false), narrow->length,
	               narrow->on_link ? "on the link, and the server is not in that"
	                               : "not on the link (flag L is clear)");
	br_finding_change(
		f, narrow->on_link ? "Use a /64 for the network of the clients, or give the boot "
				     "server an address in another /64."
				   : "Set the flag L of the prefix (radvd: AdvOnLink on), or give "
				     "the boot server an address in another /64.");
	return true;
}

/* It was told a router, and asks on its own link for what is behind that. */
static bool ignores_router(const struct br_attempt *a, const struct br_talk_arp *arp,
                           struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"client.ignores-router", BR_WEIGHT_FAILURE,
	                                          "client", "", ""};
	uint32_t via;
	char server[BR_SHOW_ADDRESS], router[BR_SHOW_ADDRESS];

	if (br_reach(a->ack, br_endpoint_to_ipv4(&arp->target), &via) != BR_WAY_ROUTER)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "It got an address and looked for %s on its own link: %u ARP requests, no "
	               "answer. That address is in another network, and the client was told the "
	               "router %s that leads there, but does not use it.",
	               br_show_address(server, &arp->target, false), arp->request.count,
	               br_show_ipv4(router, via));
	br_finding_change(f,
	                  "Give the server an address in the client's network, or let the router "
	                  "answer ARP for it (proxy ARP); or update the firmware (the Raspberry "
	                  "Pi 3's is known for this).");
	return true;
}

/* As br_reach_told(), and DNS may have */
static const char *told_of(const struct br_story *s, const struct br_attempt *a,
                           const struct br_endpoint *address)
{
	const char *told = br_reach_told(a, address);
	uint32_t ip = br_endpoint_to_ipv4(address);

	return !told && ip && ip == br_reach_by_name(s, a) ? "address that DNS gave for the URL"
	                                                   : told;
}

/* What it looked for and nobody is */
static bool server_dead(const struct br_story *s, const struct br_attempt *a,
                        const struct br_talk_arp *arp, struct br_diagnosis *d)
{
	static const struct br_verdict dead = {"boot.server-dead", BR_WEIGHT_FAILURE,
	                                       "configuration", "D4S-BF-01", ""};
	bool six = br_endpoint_to_ipv4(&arp->target) == 0;
	const char *told = told_of(s, a, &arp->target);
	char server[BR_SHOW_ADDRESS];

	if (!told) /* it may look for anybody */
		return br_diagnose_stranger(a, arp, d);
	if (!six && ignores_router(a, arp, d))
		return true;
	bool boot = six || strstr(told, "siaddr") || strstr(told, "URL") || strstr(told, "43") ||
	            strstr(told, "DNS gave");

	if (six && prefix_not_64(s, a, arp, d))
		return true;
	struct br_finding *f = br_finding_add(d, &dead);

	br_finding_say(f,
	               "It got an address and looked for %s%s %s: %u %s in %.0f s, "
	               "no answer. No machine with that address is on this network.%s",
	               boot ? "its boot server" : "the ", boot ? "" : told,
	               br_show_address(server, &arp->target, false), arp->request.count,
	               six ? "neighbor solicitations" : "ARP requests",
	               br_show_seconds(arp->request.last - arp->request.at[0]),
	               !six && br_fingerprint_is(&a->who, "edk2")
	                       ? " Its screen then shows PXE-E18."
	                       : "");
	if (six)
		br_finding_change(f, "Start that machine, or correct the address in the URL "
		                     "(option 59) in the DHCPv6 configuration.");
	else
		br_finding_change(f,
		                  "Start that machine, or correct the %s in the DHCP "
		                  "configuration.",
		                  told);
	return true;
}

/* The boot server of the URL (option 59) is in no prefix that is on the link, and no router leads
 * elsewhere.
 */
static bool no_route6(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.no-route", BR_WEIGHT_FAILURE,
	                                          "configuration", "", "dhcp6-needs-ra"};
	struct br_endpoint server = {.port = 0};
	char text[BR_SHOW_ADDRESS], own[BR_SHOW_ADDRESS];

	if (!a->dhcp || a->dhcp->kind != BR_TALK_DHCP6 || br_talk_has_router6(s->talk) ||
	    !br_reach_literal6(a->dhcp->dhcp6.url, server.ip) ||
	    !memcmp(server.ip, a->dhcp->dhcp6.address.ip, LINK_PREFIX) ||
	    br_story_ends_within(s, a->ended, 2 * BR_S))
		return false;
	for (size_t i = 0; br_talk_prefix(s->talk, i); i++) {
		const struct br_nd_prefix *p = br_talk_prefix(s->talk, i);

		if (p->on_link && in_prefix(server.ip, p, p->length))
			return false;
	}
	struct br_finding *f = br_finding_add(d, &verdict);

	const struct br_talk_router6 *r = br_talk_router6(s->talk);

	br_finding_say(
		f,
		"It got the address %s, and its boot server %s is in another network; %s, so "
		"it cannot go there and asked for nothing more.",
		br_show_address(own, &a->dhcp->dhcp6.address, false),
		br_show_address(text, &server, false),
		br_talk_router_advertisements(s->talk) > 0
			? "the router advertisement says that its router leads nowhere "
			  "(lifetime 0)"
		: r->invalid > 0
			? "the router advertisement is one that hosts drop"
			: "no router advertises itself in this capture (DHCPv6 names none)");
	if (r->invalid > 0 && br_talk_router_advertisements(s->talk) == 0) {
		br_finding_say(f,
		               " It comes from %s with hop limit %u: a valid one comes from a "
		               "link-local address, with 255, and through no router (RFC 4861 "
		               "section 6.1.2).",
		               br_show_address(text, &r->from, false), r->hop_limit);
		br_finding_change(f, "Let the router itself advertise on this link, from its "
		                     "link-local address and with hop limit 255; what copies or "
		                     "tunnels advertisements here must not route them.");
		return true;
	}
	br_finding_change(f, "Send router advertisements with a lifetime on this network (radvd; "
	                     "dnsmasq: enable-ra), or give the boot server an address in it.");
	return true;
}

/* It has an address and no file was ever asked for. */
bool br_diagnose_server(const struct br_story *s, const struct br_attempt *a,
                        struct br_diagnosis *d)
{
	static const struct br_verdict no_file = {"boot.no-file", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01", ""};
	const struct br_talk_arp *arp = br_story_unanswered_arp(s, a);
	char server[BR_SHOW_ADDRESS], relay[BR_SHOW_ADDRESS];
	struct br_finding *f;

	if (a->files > 0 || a->reached < BR_REACHED_LEASED)
		return false;
	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (arp && &e->arp == arp && br_diagnose_layers(s, a, e, d))
			return true;
	}
	if (br_diagnose_own_name(a, arp, d))
		return true;
	if (arp && ((a->dhcp && a->dhcp->kind == BR_TALK_DHCP6 && router6_dead(s, a, arp, d)) ||
	            router_dead(a, arp, d)))
		return true;
	if (no_route(s, a, arp, d) || (!arp && no_route6(s, a, d)))
		return true;
	if (arp && server_dead(s, a, arp, d))
		return true;
	if (!a->ack || br_reach_teller(a)->file[0] || a->ack->cut || a->pxe ||
	    br_story_ends_within(s, a->ended, 2 * BR_S))
		return false;
	f = br_finding_add(d, &no_file);
	br_finding_say(f,
	               "It got an address from %s, but no file name from anybody, and asked for "
	               "nothing more.",
	               a->ack->giaddr ? br_show_ipv4(server, a->ack->server_id)
	                              : br_show_address(server, &a->ack->from, false));
	if (a->ack->giaddr)
		br_finding_say(f,
		               " The answers came through the relay %s: either the server gave no "
		               "boot file, or the relay dropped it; a capture at the server tells "
		               "which.",
		               br_show_ipv4(relay, a->ack->giaddr));
	br_finding_change(f, "Configure a boot file and next server for architecture %d.", s->arch);
	return true;
}
