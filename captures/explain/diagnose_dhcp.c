/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_dhcp.c - no offer, none taken, no acknowledgement, no boot server */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "core/formats/dhcp_message.h"

#define LATE_AT_LEAST    (3 * BR_S)    /* firmware waits no shorter for an OFFER */
#define ANSWERS_AT_LEAST (500 * BR_MS) /* before that nobody can say that a client will not */
#define LONG_AGO         (600 * BR_S)  /* a server that spoke before may be gone */

/* What the offers of a transaction hold, all together. */
struct offers {
	unsigned addresses, proxies, with_file, pxe_class;
	const struct br_talk_reply *address, *proxy, *first;
};

static struct offers count_offers(const struct br_talk_dhcp *dhcp)
{
	struct offers o = {0};

	for (uint16_t i = 0; i < dhcp->replies; i++) {
		const struct br_talk_reply *r = &dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER)
			continue;
		o.first = o.first ? o.first : r;
		o.addresses += r->yiaddr != 0;
		o.proxies += r->yiaddr == 0;
		if (r->yiaddr)
			o.address = r;
		else
			o.proxy = r;
		o.with_file += r->file[0] != '\0';
		o.pxe_class += !strncmp(r->vendor_class, "PXEClient", 9);
	}
	return o;
}

static const char *what_it_shows(const struct br_attempt *a)
{
	if (br_fingerprint_is(&a->who, "edk2"))
		return a->path == BR_PATH_HTTP4 ? " Its screen then shows \"Server response "
		                                  "timeout\"."
		                                : " After 60 s its screen shows PXE-E16 or "
		                                  "PXE-E18.";
	if (br_fingerprint_is(&a->who, "ipxe"))
		return " Its screen shows \"No configuration methods succeeded\" or \"Nothing to "
		       "boot\".";
	return "";
}

/* In another attempt, of another class maybe. */
static bool was_answered(const struct br_story *s)
{
	for (size_t i = 0; i < s->client->exchanges; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_DHCP && e->dhcp.replies > 0)
			return true;
	}
	return false;
}

/* The same machine tried IPv6 too, beside it or later. */
static void say_six(const struct br_story *s, struct br_finding *f)
{
	uint32_t asked = 0;

	for (size_t i = 0; i < s->client->exchanges; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind != BR_TALK_DHCP6)
			continue;
		if (e->dhcp6.advertises + e->dhcp6.replies > 0)
			return;
		asked += e->dhcp6.solicit.count + e->dhcp6.inform.count;
	}
	if (asked > 0)
		br_finding_say(f, " Nor did anybody answer its DHCPv6 (%u message%s).", asked,
		               asked == 1 ? "" : "s");
}

/* The firmware spoke in a VLAN, and what it loaded does not. */
static bool lost_vlan(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.other-vlan", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;
	const struct br_talk_dhcp *before = NULL;
	char one[BR_SHOW_VLAN], two[BR_SHOW_VLAN];

	for (size_t i = 0; a->stage && dhcp->direct && i < a->first; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_DHCP && e->dhcp.direct && e->dhcp.replies > 0)
			before = &e->dhcp;
	}
	if (!before || before->vlan == dhcp->vlan)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"The firmware asked %s and was answered; what it loaded asks %s, %u times in "
		"%.0f s, and is not: nobody hears it there.",
		br_show_vlan(one, before->vlan), br_show_vlan(two, dhcp->vlan),
		dhcp->discover.count, br_show_seconds(dhcp->discover.last - dhcp->discover.at[0]));
	br_finding_change(f, "Let the switch take the machine's untagged frames into that VLAN "
	                     "(native VLAN), or give the loaded program the tag (iPXE: vcreate).");
	return true;
}

/* iPXE asks a DHCPv6 server only when a router says that there is one (its net/ndp.c), and the
 * router that is there does not.
 */
static bool not_managed(const struct br_story *s, const struct br_attempt *a,
                        struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.not-managed", BR_WEIGHT_FAILURE,
	                                          "configuration", "", "dhcp6-needs-ra"};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;
	bool answered = false;

	for (size_t i = 0; i < s->client->exchanges; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_DHCP6 ||
		    (e->kind == BR_TALK_ND && (e->nd.managed || e->nd.other)))
			return false;
		answered = answered || (e->kind == BR_TALK_ND && e->nd.answers > 0);
	}
	if (!answered || !br_fingerprint_is(&a->who, "ipxe") || was_answered(s))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "An IPv6 router answered, and its advertisement has neither the M nor the O "
	               "flag: iPXE then asks no DHCPv6 server. Over IPv4 nobody answered either: "
	               "%u DISCOVERs in %.0f s, no OFFER.",
	               dhcp->discover.count,
	               br_show_seconds(dhcp->discover.last - dhcp->discover.at[0]));
	br_finding_change(f, "To boot over IPv6 set the M flag (dnsmasq: enable-ra with a DHCPv6 "
	                     "range; radvd: AdvManagedFlag on); to boot over IPv4 start a DHCP "
	                     "server on this network.");
	return true;
}

static void no_offer(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp.no-offer", BR_WEIGHT_FAILURE, "server",
	                                          "D4S-DISC-01", ""};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f, "Nobody answered: %u DISCOVERs in %.0f s, no OFFER.%s", dhcp->discover.count,
		br_show_seconds(dhcp->discover.last - dhcp->discover.at[0]), what_it_shows(a));
	const struct br_talk_server *other = NULL;

	say_six(s, f);
	for (size_t i = 0; i < br_talk_servers(s->talk); i++) {
		const struct br_talk_server *server = br_talk_server(s->talk, i);

		if (server->dhcp > 0 && server->last + LONG_AGO > dhcp->discover.at[0])
			other = server;
	}
	if (other) {
		char address[BR_SHOW_ADDRESS];

		br_finding_say(f,
		               " %s answered %s in this capture, so a server is there, and has "
		               "nothing for %s.",
		               br_show_address(address, &other->address, false),
		               was_answered(s) ? "other requests of this machine"
		                               : "another machine",
		               was_answered(s) ? "this kind of request" : "this one");
		br_finding_change(
			f, "See that server's log: its range may be used up, or it may serve "
			   "known machines or other classes only.");
		return;
	}
	if (dhcp->giaddr) {
		char relay[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];

		br_finding_say(f, " The relay %s passed it on", br_show_ipv4(relay, dhcp->giaddr));
		if (br_endpoint_to_ipv4(&dhcp->sent) != UINT32_MAX)
			br_finding_say(f, " to %s", br_show_address(server, &dhcp->sent, false));
		br_finding_say(f, ", so the relay works.");
		br_finding_change(
			f,
			"See that the DHCP server has a range for the network of %s (a subnet "
			"declaration; it goes by giaddr), a route back to it, and that no "
			"firewall between them drops UDP 67.",
			relay);
		return;
	}
	br_finding_change(f, "Start a DHCP server on this network, or a relay to one; see that it "
	                     "listens on this interface, that its range fits and is not used up, "
	                     "that it serves machines it does not know, and that no firewall drops "
	                     "UDP 67.");
}

static void no_boot_data(const struct br_attempt *a, const struct offers *o, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp.no-boot-data", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01,PXE-PRX-09",
	                                          "uefi-silent-after-offer-e18"};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;
	struct br_finding *f = br_finding_add(d, &verdict);
	char address[BR_SHOW_ADDRESS], relay[BR_SHOW_ADDRESS];
	const struct br_talk_reply *r = o->first;

	(void)(r->giaddr ? br_show_ipv4(address, r->server_id)
	                 : br_show_address(address, &r->from, false));
	br_finding_say(f,
	               "It was offered an address %u times by %s, but no boot file, and nobody "
	               "else offered one: no proxyDHCP answered. UEFI firmware takes only an offer "
	               "it can boot from, so it asked again (%u DISCOVERs) and sent no REQUEST.%s",
	               dhcp->offers, address, dhcp->discover.count, what_it_shows(a));
	if (r->giaddr)
		br_finding_say(f,
		               " The offers came through the relay %s: either the server gave no "
		               "boot file, or the relay dropped it (options 66 and 67 behind "
		               "option 82); a capture at the server tells which.",
		               br_show_ipv4(relay, r->giaddr));
	br_finding_change(
		f,
		"Give the DHCP server a next server and a boot file for architecture %d, or "
		"let a proxyDHCP answer. If dnsmasq is the proxy: for UEFI it answers "
		"only with pxe-service=... lines for this architecture; dhcp-boot alone "
		"keeps it silent.",
		dhcp->identity.arch);
}

static void only_proxy(const struct offers *o, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp.no-address", BR_WEIGHT_FAILURE, "server",
	                                          "D4S-DISC-01", ""};
	struct br_finding *f = br_finding_add(d, &verdict);
	char address[BR_SHOW_ADDRESS];

	br_finding_say(f,
	               "Only a proxyDHCP answered (%s, without an address). A proxy adds boot "
	               "data; somebody else must give the address, and nobody did.",
	               br_show_address(address, &o->proxy->from, false));
	br_finding_change(f, "Start the DHCP server, or make this one hand out addresses.");
}

/* What the offers held was not recorded whole. */
static bool offers_cut(const struct br_talk_dhcp *dhcp, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"capture.cut", BR_WEIGHT_UNKNOWN, "capture", "",
	                                          ""};
	bool cut = false;

	for (uint16_t i = 0; i < dhcp->replies; i++)
		cut |= dhcp->reply[i].cut;
	if (!cut)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"%u offers came and it took none. Why cannot be told: the capture holds a part "
		"of each DHCP message only (snap length).",
		dhcp->offers);
	br_finding_change(f, "Record whole frames (tcpdump -s 0).");
	return true;
}

static br_time last_reply(const struct br_talk_dhcp *dhcp)
{
	br_time last = 0;

	for (uint16_t i = 0; i < dhcp->replies; i++)
		last = dhcp->reply[i].last > last ? dhcp->reply[i].last : last;
	return last;
}

/* All offers came when the last question was long past: longer than the client had ever waited. */
static bool too_late_to_take(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp.late-offer", BR_WEIGHT_FAILURE, "server",
	                                          "D4S-DISC-13", ""};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;
	const struct br_talk_times *t = &dhcp->discover;
	br_time longest = LATE_AT_LEAST, first = BR_TIME_NEVER;
	char server[BR_SHOW_ADDRESS];

	for (uint32_t i = 1; i < t->count && i < BR_TALK_TIMES_MAX; i++) {
		if (t->at[i] - t->at[i - 1] > longest)
			longest = t->at[i] - t->at[i - 1];
	}
	for (uint16_t i = 0; i < dhcp->replies; i++)
		first = dhcp->reply[i].at < first ? dhcp->reply[i].at : first;
	/* each wait of a series is about twice the one before */
	if (t->count == 0 || first < t->last + 2 * longest + BR_S)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "The OFFER of %s came %.1f s after the first of %u DISCOVERs and %.1f s "
	               "after the last: the client had given up.",
	               br_show_address(server, &dhcp->reply[0].from, false),
	               br_show_seconds(first - t->at[0]), t->count,
	               br_show_seconds(first - t->last));
	br_finding_change(f,
	                  "Let the server answer at once: see what delays it (an address check, a "
	                  "name looked up in a DNS that does not answer, a database, a relay that "
	                  "was busy).");
	return true;
}

/* Offers came and no REQUEST. */
static bool not_taken(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict merged = {"dhcp.offers-not-taken", BR_WEIGHT_FAILURE,
	                                         "client", "PXE-PRX-09", "dual-offer-not-merged"};
	static const struct br_verdict unclear = {"dhcp.offers-not-taken", BR_WEIGHT_UNKNOWN,
	                                          "client", "", ""};
	static const struct br_verdict waiting = {"capture.ends", BR_WEIGHT_OPEN, "capture", "",
	                                          ""};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;
	struct offers o = count_offers(dhcp);
	bool edk2 = br_fingerprint_is(&a->who, "edk2");

	if (!edk2 && br_story_ends_within(s, last_reply(dhcp), ANSWERS_AT_LEAST)) {
		struct br_finding *f = br_finding_add(d, &waiting);

		br_finding_say(
			f,
			"The capture ends %.3f s after the last OFFER: the client had no time "
			"to take it.",
			br_show_seconds(br_talk_last(s->talk) - last_reply(dhcp)));
		br_finding_change(f, "Let the capture run longer.");
	} else if (edk2 && dhcp->discover.count == 1 &&
	           br_story_ends_within(s, dhcp->discover.last, 5 * BR_S)) {
		struct br_finding *f = br_finding_add(d, &waiting);

		br_finding_say(f,
		               "The capture ends %.1f s after the DISCOVER. UEFI firmware collects "
		               "offers for 4 s before it takes one, so nothing is wrong yet.",
		               br_show_seconds(br_talk_last(s->talk) - dhcp->discover.last));
	} else if (offers_cut(dhcp, d) || too_late_to_take(a, d)) {
		return true;
	} else if (o.addresses == 0) {
		only_proxy(&o, d);
	} else if (o.proxies == 0 && o.with_file == 0 && o.pxe_class == 0) {
		no_boot_data(a, &o, d);
	} else if (!br_diagnose_rules(s, a, d)) {
		struct br_finding *f = br_finding_add(d, o.proxies > 0 ? &merged : &unclear);

		br_finding_say(f,
		               "%u offers came (%u with an address, %u by a proxy) and it took "
		               "none: %u DISCOVERs, no REQUEST.%s",
		               dhcp->offers, o.addresses, o.proxies, dhcp->discover.count,
		               o.proxies > 0
		                       ? " Some firmware never joins two offers."
		                       : " What it misses in them the capture does not tell.");
		br_finding_change(
			f, o.proxies > 0 ? "Let the DHCP server itself carry the boot options."
					 : "Compare the OFFER with one of a server that it takes: "
					   "boot file, next server, classes.");
	}
	return true;
}

static bool not_acknowledged(const struct br_story *s, const struct br_attempt *a,
                             struct br_diagnosis *d)
{
	static const struct br_verdict nak = {"dhcp.nak", BR_WEIGHT_FAILURE, "server", "D4S-REQ-01",
	                                      ""};
	static const struct br_verdict silent = {"dhcp.no-ack", BR_WEIGHT_FAILURE, "server",
	                                         "D4S-REQ-01", ""};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;
	char address[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; i < dhcp->replies; i++) {
		const struct br_talk_reply *r = &dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_NAK)
			continue;
		struct br_finding *f = br_finding_add(d, &nak);
		bool foreign = dhcp->selected && r->server_id && r->server_id != dhcp->selected;

		if (foreign && f)
			f->quirk = "nak-from-other-server";
		br_finding_say(f, "%s refused the address %s with a NAK%s.",
		               br_show_address(server, &r->from, false),
		               br_show_ipv4(address, dhcp->requested),
		               foreign ? ", although another server had been chosen" : "");
		br_finding_change(f,
		                  foreign ? "Two DHCP servers disagree (or one was set up anew "
		                            "with another address in between): make one of "
		                            "them not authoritative, or switch it off."
		                  : dhcp->offers == 0
		                          ? "It asked for an address it had before (INIT-REBOOT), "
		                            "and a NAK is right if that is of another network or "
		                            "given away: it must begin anew with a DISCOVER."
		                          : "See why the server does not know its own offer: a "
		                            "lease given away, a restart, another subnet.");
		return true;
	}
	if (br_story_ends_within(s, dhcp->request.last, 2 * BR_S))
		return false;
	struct br_finding *f = br_finding_add(d, &silent);

	br_finding_say(f, "It asked %s for %s %u times and got no acknowledgement.",
	               dhcp->selected ? br_show_ipv4(server, dhcp->selected) : "the network",
	               br_show_ipv4(address, dhcp->requested), dhcp->request.count);
	br_finding_change(f, "See whether the server got the REQUEST and what it logged.");
	return true;
}

/* libnet starts over when the OFFER comes later than 2 s: recorded boot s390-ccw-delay3 */
static bool too_late(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp.late-offer", BR_WEIGHT_FAILURE, "server",
	                                          "D4S-DISC-13", ""};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;

	if (!br_fingerprint_is(&a->who, "libnet") || a->files > 0 || dhcp->replies == 0 ||
	    dhcp->discover.count == 0 || dhcp->reply[0].at < dhcp->discover.at[0] + 2 * BR_S)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "The OFFER came %.1f s after the DISCOVER; this firmware waits 2 s, starts "
	               "over, and ignores the ACK that follows.",
	               br_show_seconds(dhcp->reply[0].at - dhcp->discover.at[0]));
	br_finding_change(f, "Answer at once: switch off the server's address check (dnsmasq: "
	                     "no-ping).");
	return true;
}

/* Where several captures are given: the question or all its answers are in one alone. */
static bool dropped(const struct br_story *s, const struct br_talk_dhcp *dhcp,
                    struct br_diagnosis *d)
{
	const struct br_talk_times *asked =
		dhcp->request.count > 0 ? &dhcp->request : &dhcp->discover;
	const struct br_talk_reply *r = NULL;
	char what[BR_SHOW_ADDRESS + 16], server[BR_SHOW_ADDRESS];

	if (!dhcp->direct)
		return false;
	for (uint16_t i = 0; i < dhcp->replies; i++) {
		const struct br_talk_reply *one = &dhcp->reply[i];

		if ((one->type == BR_DHCP_TYPE_OFFER) == (dhcp->request.count > 0))
			continue;
		if (s->feed && br_feed_is_shared(s->feed, one->source, one->last_frame))
			return false;
		r = one;
	}
	if (!r || r->giaddr)
		return !r && !dhcp->giaddr && br_diagnose_between(s, asked, "", NULL, d);
	const struct br_talk_place answer = {r->source, r->last_frame};

	(void)snprintf(what, sizeof(what), "The %s of %s",
	               dhcp->request.count > 0 ? "ACK" : "OFFER",
	               br_show_address(server, &r->from, false));
	return br_diagnose_between(s, asked, what, &answer, d);
}

bool br_diagnose_dhcp(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict declined = {"dhcp.declined", BR_WEIGHT_FAILURE, "server",
	                                           "D4S-BF-04,D4S-REQ-05",
	                                           "edk2-missing-netmask-decline"};
	const struct br_talk_dhcp *dhcp;

	if (!a->dhcp || a->dhcp->kind != BR_TALK_DHCP || a->programs > 0)
		return false;
	dhcp = &a->dhcp->dhcp;
	if (dhcp->decline.count > 0) {
		struct br_finding *f = br_finding_add(d, &declined);

		br_finding_say(f, "It declined the address it had been given: the ACK does not fit "
		                  "the OFFER, has no netmask, or the address is in use.");
		br_finding_change(f,
		                  "Compare OFFER and ACK: address and netmask must be in both and "
		                  "equal.");
		return true;
	}
	if (a->reached <= BR_REACHED_LEASED && !a->pxe &&
	    !br_story_ends_within(s, a->ended, 2 * BR_S) && dropped(s, dhcp, d))
		return true;
	if (a->ack)
		return too_late(a, d);
	if (a->files > 0 || a->pxe)
		return false;
	if (dhcp->request.count > 0)
		return not_acknowledged(s, a, d);
	if (dhcp->offers > 0)
		return not_taken(s, a, d);
	if (dhcp->discover.count == 0 ||
	    (dhcp->discover.count < 3 && br_story_ends_within(s, dhcp->discover.last, BR_S)))
		return false;
	if (!lost_vlan(s, a, d) && !not_managed(s, a, d))
		no_offer(s, a, d);
	return true;
}

static void no_4011(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict silent = {"pxe.silent", BR_WEIGHT_FAILURE, "server",
	                                         "PXE-BS-01,PXE-V43-10", "edk2-binl-4011"};
	static const struct br_verdict closed = {"pxe.closed", BR_WEIGHT_FAILURE, "server",
	                                         "PXE-BS-01,PXE-V43-10", "edk2-binl-4011"};
	const struct br_talk_pxe *x = &a->pxe->pxe;
	struct br_finding *f = br_finding_add(d, x->icmps > 0 ? &closed : &silent);
	char server[BR_SHOW_ADDRESS];
	const struct br_talk_reply *why = NULL;

	for (uint16_t i = 0; a->dhcp && a->dhcp->kind == BR_TALK_DHCP && i < a->dhcp->dhcp.replies;
	     i++) {
		const struct br_talk_reply *r = &a->dhcp->dhcp.reply[i];

		if (!strncmp(r->vendor_class, "PXEClient", 9))
			why = r;
	}
	br_finding_say(f,
	               "It got an address and then asked %s for its boot file %u times in %.1f s; "
	               "%s.",
	               br_show_address(server, &x->server, true), x->request.count,
	               br_show_seconds(x->request.last - x->request.at[0]),
	               x->icmps > 0
	                       ? "that port is closed (ICMP port unreachable, which the client "
	                         "ignores)"
	                       : "nobody answers there");
	if (why && !why->has_vendor)
		br_finding_say(f,
		               " It asks there because the %s of %s says PXEClient (option 60) "
		               "without option 43: that promises a boot server on port 4011.",
		               why->yiaddr ? "OFFER" : "proxy OFFER",
		               br_show_address(server, &why->from, false));
	if (br_fingerprint_is(&a->who, "edk2"))
		br_finding_say(f, " Its screen then shows PXE-E16.");
	else if (br_fingerprint_is(&a->who, "ipxe"))
		br_finding_say(f, " It goes on without, has no file name, and shows \"Nothing to "
		                  "boot\".");
	(void)s;
	br_finding_change(
		f, "Let the boot server listen on UDP 4011 (and open the firewall for it), or "
		   "send option 43 with 06 01 08 and the file name in the same OFFER, or drop "
		   "option 60 from a plain DHCP server.");
}

bool br_diagnose_pxe(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict no_file = {"pxe.no-file", BR_WEIGHT_FAILURE, "configuration",
	                                          "PXE-BS-15,PXE-BS-03", ""};
	const struct br_talk_reply *r;
	char server[BR_SHOW_ADDRESS];

	if (!a->pxe || a->files > 0)
		return false;
	if (a->pxe->pxe.replies == 0) {
		if (br_story_ends_within(s, a->pxe->last, BR_S) && a->pxe->pxe.request.count == 1)
			return false;
		no_4011(s, a, d);
		return true;
	}
	if (a->pxe->pxe.request.count > 1 && br_diagnose_layers(s, a, a->pxe, d))
		return true;
	r = &a->pxe->pxe.reply[0];
	if (r->file[0] || r->has_menu || r->cut)
		return false;
	struct br_finding *f = br_finding_add(d, &no_file);

	br_finding_say(f, "%s answered on port 4011, but without a boot file and without a menu.",
	               br_show_address(server, &r->from, false));
	br_finding_change(f, "Configure a boot file for architecture %d there.", s->arch);
	return true;
}
