/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_six.c - answers of DHCPv6 that came and that the client did not take,
 * or of which it took another than it should: layers below DHCPv6, relays, IAs, several servers
 *
 * Each cause is asked of the answers the client waited for: ADVERTISEs until it sent a REQUEST,
 * then REPLYs. One that not all of them have stopped nobody.
 */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "core/formats/dhcp6_message.h"

enum {
	PREFERENCE_ENDS = 255, /* a client waits for no others */
};

static uint8_t awaited(const struct br_talk_dhcp6 *six)
{
	return six->request.count > 0 || six->inform.count > 0 ? BR_DHCP6_TYPE_REPLY
	                                                       : BR_DHCP6_TYPE_ADVERTISE;
}

static const char *kind_of(const struct br_talk_answer6 *r)
{
	return r->type == BR_DHCP6_TYPE_ADVERTISE ? "ADVERTISE" : "REPLY";
}

/* The first of those it waited for, if all of them have it; else NULL */
static const struct br_talk_answer6 *all_have(const struct br_talk_dhcp6 *six,
                                              bool (*has)(const struct br_talk_dhcp6 *six,
                                                          const struct br_talk_answer6 *r))
{
	const struct br_talk_answer6 *first = NULL;

	for (uint16_t i = 0; i < six->answers; i++) {
		const struct br_talk_answer6 *r = &six->answer[i];

		if (r->type != awaited(six))
			continue;
		if (!has(six, r))
			return NULL;
		first = first ? first : r;
	}
	return first;
}

static bool sum_is_wrong(const struct br_talk_dhcp6 *six, const struct br_talk_answer6 *r)
{
	return (r->wrong_sums == r->count && six->right_sums > 0) || r->no_sums == r->count;
}

static bool wrong_sum(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.wrong-checksum", BR_WEIGHT_FAILURE,
	                                          "network", "NET-UDP-02", ""};
	const struct br_talk_answer6 *r = all_have(six, sum_is_wrong);
	char server[BR_SHOW_ADDRESS];

	if (!r)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	if (r->no_sums > 0) {
		br_finding_say(f,
		               "Each %s of %s came without a UDP checksum (0). Over IPv6 that is "
		               "not allowed, and stacks drop it (RFC 8200 section 8.1).",
		               kind_of(r), br_show_address(server, &r->from, false));
		br_finding_change(f, "Let what sends or changes them (the server, a tunnel, NAT) "
		                     "compute the UDP checksum.");
		return true;
	}
	br_finding_say(f,
	               "Each %s of %s has a wrong UDP checksum (%u of %u), and not the unfilled "
	               "one a NIC would complete: if this was recorded near the client, that is "
	               "why it drops them (RFC 8200 section 8.1).",
	               kind_of(r), br_show_address(server, &r->from, false), r->wrong_sums,
	               r->count);
	br_finding_change(f, "Look for what changes the packets on the way (a relay, a tunnel, a "
	                     "bridge of virtual machines), or a NIC or driver that computes sums "
	                     "wrong: switch its checksum offload off (ethtool -K IF tx off).");
	return true;
}

static bool is_on_other_vlan(const struct br_talk_dhcp6 *six, const struct br_talk_answer6 *r)
{
	return six->direct && !r->relayed && r->vlan != six->vlan;
}

static bool other_vlan(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.other-vlan", BR_WEIGHT_FAILURE, "network",
	                                          "", ""};
	const struct br_talk_answer6 *r = all_have(six, is_on_other_vlan);
	char server[BR_SHOW_ADDRESS], one[BR_SHOW_VLAN], two[BR_SHOW_VLAN];

	if (!r)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "It asks %s, and the %s of %s goes out %s: that is another network, and "
	               "the client does not get it.",
	               br_show_vlan(one, six->vlan), kind_of(r),
	               br_show_address(server, &r->from, false), br_show_vlan(two, r->vlan));
	br_finding_change(f, "Make the switch ports of client and server members of one VLAN, "
	                     "tagged or untagged alike (native VLAN, PVID), or let the server "
	                     "answer on the interface it was asked on.");
	return true;
}

static bool is_astray(const struct br_talk_dhcp6 *six, const struct br_talk_answer6 *r)
{
	(void)six;
	return !r->relayed && r->to.port != BR_DHCP6_PORT_CLIENT;
}

static bool to_other_port(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.to-other-port", BR_WEIGHT_FAILURE,
	                                          "server", "", ""};
	const struct br_talk_answer6 *r = all_have(six, is_astray);
	char server[BR_SHOW_ADDRESS];

	if (!r)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "The %s of %s goes to port %u. A client listens on port 546 (RFC 8415 "
	               "section 7.2), so it does not get it.",
	               kind_of(r), br_show_address(server, &r->from, false), r->to.port);
	br_finding_change(f, "Let the server or relay answer to port 546: whoever sends it takes "
	                     "the client for a relay, or answers to the port it was asked from.");
	return true;
}

static bool is_kept(const struct br_talk_dhcp6 *six, const struct br_talk_answer6 *r)
{
	return six->direct && r->relayed && !r->passed_on;
}

static bool relay_keeps(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict keeps = {"relay.drops-replies", BR_WEIGHT_FAILURE, "network",
	                                        "", ""};
	const struct br_talk_answer6 *r = all_have(six, is_kept);
	char server[BR_SHOW_ADDRESS], relay[BR_SHOW_ADDRESS];

	if (!r)
		return false;
	struct br_finding *f = br_finding_add(d, &keeps);

	br_finding_say(f,
	               "%s answered the relay %s, and the relay passed nothing on: the client's "
	               "own packets are in this capture, and no %s to it is.",
	               br_show_address(server, &r->from, false),
	               br_show_address(relay, &r->to, false), kind_of(r));
	br_finding_change(f, "See why the relay drops them: a guard against servers (DHCPv6 guard, "
	                     "snooping) on its port, a firewall on it, an answer to another of its "
	                     "addresses.");
	return true;
}

static bool has_lost_interface(const struct br_talk_dhcp6 *six, const struct br_talk_answer6 *r)
{
	(void)six;
	return r->interface_lost && !r->passed_on;
}

/* RFC 8415 §19.3: the server copies option 18, by which the relay finds the client's link. */
static bool interface_lost(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"relay.interface-id", BR_WEIGHT_FAILURE, "server",
	                                          "", ""};
	const struct br_talk_answer6 *r = all_have(six, has_lost_interface);
	char server[BR_SHOW_ADDRESS];

	if (!r)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "The relay put an interface-id (option 18) around the client's message, and "
	               "the answer of %s comes back to the relay without it: a relay that has no "
	               "address on the client's link cannot tell then where the client is.",
	               br_show_address(server, &r->from, false));
	br_finding_change(f,
	                  "Mend the server: it must copy the interface-id from the Relay-forward "
	                  "into its Relay-reply (RFC 8415 section 19.3).");
	return true;
}

static bool has_other_iaid(const struct br_talk_dhcp6 *six, const struct br_talk_answer6 *r)
{
	(void)six;
	return r->other_iaid;
}

static bool other_iaid(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.other-iaid", BR_WEIGHT_FAILURE, "server",
	                                          "D6-ADV-03", ""};
	const struct br_talk_answer6 *r = all_have(six, has_other_iaid);
	char server[BR_SHOW_ADDRESS];

	if (!r)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "The %s of %s gives an address in an IA_NA that is not the client's: it "
	               "asked with IAID 0x%08x, and the answer has another. So it drops it.",
	               kind_of(r), br_show_address(server, &r->from, false), six->iaid);
	br_finding_change(f, "Mend the server: it must answer each IA_NA with its own IAID "
	                     "(RFC 8415 section 18.3.9). A reservation keys on the DUID, not on "
	                     "an IAID: firmware, loader and system draw each their own.");
	return true;
}

/* The last that gives an address, if it gives one that is none */
static const struct br_talk_answer6 *last_dead(const struct br_talk_dhcp6 *six)
{
	const struct br_talk_answer6 *last = NULL;

	for (uint16_t i = 0; i < six->answers; i++) {
		if (six->answer[i].has_address && (!last || six->answer[i].last >= last->last))
			last = &six->answer[i];
	}
	return last && last->dead_address ? last : NULL;
}

static bool dead_address(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.dead-address", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	const struct br_talk_answer6 *r = last_dead(six);
	char server[BR_SHOW_ADDRESS], address[BR_SHOW_ADDRESS];

	if (!r)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f, "%s gives the address %s ", br_show_address(server, &r->from, false),
	               br_show_address(address, &six->address, false));
	if (r->valid == 0)
		br_finding_say(f, "with a valid lifetime of 0 s: that takes it away, and the "
		                  "client has none.");
	else
		br_finding_say(f,
		               "with a preferred lifetime (%u s) above the valid one (%u s): "
		               "clients throw such an address away (RFC 8415 section 21.6).",
		               r->preferred, r->valid);
	br_finding_change(f, "Correct the lifetimes of the range: the preferred one not above the "
	                     "valid one, and both above 0.");
	return true;
}

static bool declined(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.declined", BR_WEIGHT_FAILURE, "network",
	                                          "", ""};
	char address[BR_SHOW_ADDRESS];

	if (six->decline.count == 0)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "It was given %s and refused it (DECLINE): another machine on the link "
	               "says that it has that address (duplicate address detection).",
	               br_show_address(address, &six->address, false));
	br_finding_change(f, "Find the machine that has the address (its neighbor advertisement "
	                     "names its MAC address), and take the address out of the range or "
	                     "from that machine.");
	return true;
}

static bool is_of(const struct br_talk_answer6 *r, const uint8_t *id, uint8_t size)
{
	return size > 0 && r->server_size == size && !memcmp(r->server, id, size);
}

/* The answers of one server by what they give, over all of its messages */
static const struct br_talk_answer6 *of_server(const struct br_talk_dhcp6 *six, bool chosen,
                                               bool *ret_url)
{
	const struct br_talk_answer6 *found = NULL;

	*ret_url = false;
	for (uint16_t i = 0; i < six->answers; i++) {
		const struct br_talk_answer6 *r = &six->answer[i];

		if (is_of(r, six->chosen, six->chosen_size) != chosen)
			continue;
		*ret_url = *ret_url || r->has_url;
		if (!found || (r->has_url && !found->has_url))
			found = r;
	}
	return found;
}

/* Of those whose preference ends the wait for others (RFC 8415 §18.2.1), one without a boot file */
static const struct br_talk_answer6 *ends_wait(const struct br_talk_dhcp6 *six)
{
	for (uint16_t i = 0; i < six->answers; i++) {
		if (six->answer[i].preference == PREFERENCE_ENDS && !six->answer[i].has_url)
			return &six->answer[i];
	}
	return NULL;
}

/* The client asked, or chose, a server that has no boot file, and another one's would have. */
static bool other_server(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.other-server-taken", BR_WEIGHT_FAILURE,
	                                          "configuration", "D6-NB-08", ""};
	bool taken_has = false, other_has, asked = six->request.count > 0;
	const struct br_talk_answer6 *taken =
		asked ? of_server(six, true, &taken_has) : ends_wait(six);
	const struct br_talk_answer6 *other = of_server(six, false, &other_has);
	char one[BR_SHOW_ADDRESS], two[BR_SHOW_ADDRESS];

	if (!taken || !other || taken_has || !other_has || taken == other)
		return false;
	if (!other->has_address && other->status == 0) /* EDK2 takes such beside a lease */
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "Two DHCPv6 servers answered, and the client took %s, which names no "
	               "boot file",
	               br_show_address(one, &taken->from, false));
	if (taken->preference > other->preference)
		br_finding_say(f, " and has the higher preference (%d)", taken->preference);
	br_finding_say(f, "; %s names %s", br_show_address(two, &other->from, false), other->url);
	if (!other->has_address)
		br_finding_say(f, ", but gives no address%s",
		               other->status == BR_DHCP6_STATUS_NO_ADDRESS ? " (NoAddrsAvail)"
		                                                           : "");
	br_finding_say(f, ". Of DHCPv6 a client takes one server's answer whole, not the address "
	                  "of one and the boot file of another.");
	br_finding_change(f, "Let the server that gives the addresses name the boot file too "
	                     "(option 59), or switch its DHCPv6 off (a router's own, say), or give "
	                     "the boot server addresses to lease and preference 255 (option 7).");
	return true;
}

/* What came was not heard: it asked again behind it. */
static bool is_unheard(const struct br_talk_dhcp6 *six)
{
	const struct br_talk_times *t = six->inform.count > 0    ? &six->inform
	                                : six->request.count > 0 ? &six->request
	                                                         : &six->solicit;

	for (uint16_t i = 0; i < six->answers; i++) {
		if (six->answer[i].type == awaited(six) && t->last > six->answer[i].at)
			return true;
	}
	return false;
}

static bool has_any(const struct br_talk_dhcp6 *six, const struct br_talk_answer6 *r)
{
	(void)six;
	(void)r;
	return true;
}

static bool unfilled(const struct br_talk_dhcp6 *six, const struct br_talk_answer6 *r)
{
	(void)six;
	return r->unfilled_sums == r->count;
}

/* Nobody at the capture's place is wrong, and yet it was not heard: of two things one. */
static bool unfilled_sum(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.unfilled-checksum", BR_WEIGHT_UNKNOWN,
	                                          "network", "NET-UDP-02", ""};
	const struct br_talk_answer6 *r = all_have(six, unfilled);
	char server[BR_SHOW_ADDRESS];

	if (!r || !six->direct)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"It asked again although %s answered, and the UDP checksum of each %s is not "
		"filled in. That is usual in a capture taken on the server itself, whose NIC "
		"fills it in; if this was taken at the client or on a bridge, nobody did, and "
		"the client drops them.",
		br_show_address(server, &r->from, false), kind_of(r));
	br_finding_change(f, "Switch checksum offload off on the server's virtual NIC (ethtool -K "
	                     "IF tx off).");
	return true;
}

/* Recorded on the server's side of a relay: it is not seen what became of the answers. */
static bool behind_relay(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.not-taken", BR_WEIGHT_UNKNOWN, "network",
	                                          "", ""};
	const struct br_talk_answer6 *r = all_have(six, has_any);
	char server[BR_SHOW_ADDRESS], relay[BR_SHOW_ADDRESS];

	if (!r || six->direct || !r->relayed)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "%s answered the relay %s, and the client behind it asked again as if it "
	               "had heard nothing. This was recorded on the server's side: whether the "
	               "relay passed the %s on cannot be seen.",
	               br_show_address(server, &r->from, false),
	               br_show_address(relay, &r->to, false), kind_of(r));
	br_finding_change(f, "Record on the client's side of the relay too, and give explain both "
	                     "captures.");
	return true;
}

bool br_diagnose_unheard6(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	return to_other_port(six, d) ||
	       (is_unheard(six) && (other_vlan(six, d) || wrong_sum(six, d) ||
	                            interface_lost(six, d) || relay_keeps(six, d)));
}

bool br_diagnose_not_taken6(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	return declined(six, d) || other_server(six, d) || other_iaid(six, d) ||
	       dead_address(six, d) ||
	       (is_unheard(six) && (unfilled_sum(six, d) || behind_relay(six, d)));
}

bool br_diagnose_lease6(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	return declined(six, d) || other_server(six, d) || dead_address(six, d);
}
