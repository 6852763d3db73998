/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_layers.c - answers that went by and did not reach the client: another
 * VLAN, a wrong checksum, another machine with its address
 *
 * For what comes behind DHCP; DHCP's own answers are captures/explain/wire_layers.c.
 */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"

static const char *asked_by(const struct br_talk_exchange *e)
{
	switch (e->kind) {
	case BR_TALK_TFTP:
		return "TFTP";
	case BR_TALK_TCP:
		return "TCP";
	case BR_TALK_DNS:
		return "DNS";
	case BR_TALK_ARP:
		return br_endpoint_to_ipv4(&e->arp.target) ? "ARP" : "neighbor solicitations";
	case BR_TALK_DHCP:
	case BR_TALK_DHCP6:
	case BR_TALK_PXE:
	case BR_TALK_ND:
		break;
	}
	return "its request";
}

static const struct br_endpoint *server_of(const struct br_talk_exchange *e)
{
	return e->kind == BR_TALK_TFTP  ? &e->tftp.server
	       : e->kind == BR_TALK_TCP ? &e->tcp.server
	       : e->kind == BR_TALK_DNS ? &e->dns.server
	       : e->kind == BR_TALK_ARP ? &e->arp.target
	                                : &e->pxe.server;
}

static bool other_vlan(const struct br_talk_exchange *e, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.other-vlan", BR_WEIGHT_FAILURE, "network",
	                                          "", ""};
	char server[BR_SHOW_ADDRESS], one[BR_SHOW_VLAN], two[BR_SHOW_VLAN];

	if (!e->layers.down || e->layers.vlan_up == e->layers.vlan_down)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "It has an address and asks %s by %s %s, and the answers go out %s: that is "
	               "another network, and the client does not get them.",
	               br_show_address(server, server_of(e), false), asked_by(e),
	               br_show_vlan(one, e->layers.vlan_up),
	               br_show_vlan(two, e->layers.vlan_down));
	br_finding_change(f, "Make the switch ports of client and server members of one VLAN, "
	                     "tagged or untagged alike (native VLAN, PVID), or let the server "
	                     "answer on the interface it was asked on.");
	return true;
}

/* The recorder kept the checksums as they were sent: those of the client's own DHCP are right. */
static bool keeps_sums(const struct br_attempt *a)
{
	return !a->dhcp || a->dhcp->kind != BR_TALK_DHCP || a->dhcp->dhcp.right_sums > 0;
}

static bool wrong_sum(const struct br_attempt *a, const struct br_talk_exchange *e,
                      struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.wrong-checksum", BR_WEIGHT_FAILURE,
	                                          "network", "NET-UDP-02", ""};
	bool tcp = e->kind == BR_TALK_TCP;
	char server[BR_SHOW_ADDRESS];

	if (e->layers.wrong == 0 || e->layers.wrong < e->layers.deaf || !keeps_sums(a))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	if (f && tcp)
		f->requirements = "";
	br_finding_say(f,
	               "It has an address and asks %s by %s, and each answer that it takes no "
	               "notice of has a wrong %s checksum (%u), and not the unfilled one a NIC "
	               "would complete: if this was recorded near the client, that is why it drops "
	               "them (%s).",
	               br_show_address(server, server_of(e), false), asked_by(e),
	               tcp ? "TCP" : "UDP", e->layers.wrong,
	               tcp ? "RFC 9293 section 3.1" : "RFC 1122 section 4.1.3.4");
	br_finding_change(f,
	                  "Look for what changes the packets on the way (NAT, a tunnel, a bridge "
	                  "of virtual machines), or a NIC or driver that computes sums wrong: "
	                  "switch its checksum offload off (ethtool -K IF tx off).");
	return true;
}

/* Another machine says that it has the client's address. */
static bool rival(const struct br_story *s, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.duplicate-address", BR_WEIGHT_FAILURE,
	                                          "network", "", ""};
	char address[BR_SHOW_ADDRESS], mac[BR_SHOW_ADDRESS];

	if (!s->client->has_rival)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "It got an address, asked, and heard nothing; and another machine (%s) says "
	               "by ARP that it has the address %s: the answers go there.",
	               br_show_mac(mac, s->client->rival),
	               br_show_address(address, &s->client->rival_address, false));
	br_finding_change(f,
	                  "Take that address out of the DHCP range or from the other machine, or "
	                  "let the server try addresses before it gives them.");
	return true;
}

static const char *file_name(const struct br_story *s, size_t file)
{
	const char *path = br_feed_file(s->feed, file)->path, *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* All were being recorded then. */
static bool all_listened(const struct br_story *s, br_time at)
{
	for (size_t i = 0; i < br_feed_files(s->feed); i++) {
		const struct br_feed_file *file = br_feed_file(s->feed, i);

		if (at < file->first || at > file->last)
			return false;
	}
	return true;
}

bool br_diagnose_between(const struct br_story *s, const struct br_talk_times *asked,
                         const char *what, const struct br_talk_place *answer,
                         struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.dropped-between", BR_WEIGHT_FAILURE,
	                                          "network", "", ""};

	if (!s->feed || br_feed_files(s->feed) < 2 || asked->count == 0 ||
	    !all_listened(s, asked->last))
		return false;
	bool passed = br_feed_is_shared(s->feed, asked->source, asked->last_frame);

	if (answer ? !passed || br_feed_is_shared(s->feed, answer->file, answer->frame) : passed)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	if (answer)
		br_finding_say(
			f,
			"%s is in %s (frame %" PRIu64 ") and in no other of the captures, "
			"though the client's request is in two: if the other was recorded "
			"nearer to the client, the answer is dropped between the two places.",
			what, file_name(s, answer->file), answer->frame);
	else
		br_finding_say(f,
		               "The client's request is in %s (frame %" PRIu64
		               ") and in no other of "
		               "the captures: it is dropped between the two places, so that nobody "
		               "answers.",
		               file_name(s, asked->source), asked->last_frame);
	br_finding_change(f,
	                  "Look at what stands between the two places of recording: a firewall or "
	                  "its connection tracking, DHCP snooping or storm control of a switch, "
	                  "VLAN membership, an MTU that is too small.");
	return true;
}

/* Its question, where it is of those that are asked again */
static const struct br_talk_times *question_of(const struct br_talk_exchange *e)
{
	return e->kind == BR_TALK_TFTP  ? &e->tftp.request
	       : e->kind == BR_TALK_TCP ? &e->tcp.syn
	       : e->kind == BR_TALK_DNS ? &e->dns.query
	       : e->kind == BR_TALK_ARP ? &e->arp.request
	       : e->kind == BR_TALK_PXE ? &e->pxe.request
	                                : NULL;
}

static bool between(const struct br_story *s, const struct br_talk_exchange *e,
                    struct br_diagnosis *d)
{
	const struct br_talk_place answer = {e->layers.deaf_file, e->layers.deaf_frame};
	const struct br_talk_times *asked = question_of(e);

	return asked && br_diagnose_between(s, asked, "The server's answer",
	                                    e->layers.deaf > 0 ? &answer : NULL, d);
}

bool br_diagnose_layers(const struct br_story *s, const struct br_attempt *a,
                        const struct br_talk_exchange *e, struct br_diagnosis *d)
{
	return other_vlan(e, d) || wrong_sum(a, e, d) || between(s, e, d) || rival(s, d);
}
