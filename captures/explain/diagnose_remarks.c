/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_remarks.c - what did not stop the boot, but costs time or will hurt */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "core/formats/dhcp_message.h"

enum {
	BLOCKS_TO_JUDGE = 50,
	REPEATED_PERCENT = 2,
	FEW = 8, /* of a short transfer; a quarter of them again is not chance */
};
#define OFFER_LATE BR_S       /* iPXE asks again after 1 s */
#define PROXY_LATE (2 * BR_S) /* iPXE waits 2 s for a proxy */
#define WAIT_WORTH (5 * BR_S)

/* When that was asked which this OFFER answers: the first DISCOVER, but a server that has
 * offered before and offers something else now answers the one just before.
 */
static br_time asked_at(const struct br_talk_dhcp *dhcp, uint16_t index)
{
	const struct br_talk_reply *r = &dhcp->reply[index];
	br_time asked = dhcp->discover.at[0];
	bool again = false;

	for (uint16_t i = 0; i < index; i++)
		again = again || (dhcp->reply[i].type == BR_DHCP_TYPE_OFFER &&
		                  br_endpoint_equal(&dhcp->reply[i].from, &r->from));
	for (uint32_t i = 0; again && i < dhcp->discover.count && i < BR_TALK_TIMES_MAX; i++) {
		if (dhcp->discover.at[i] <= r->at)
			asked = dhcp->discover.at[i];
	}
	return asked;
}

static void late_offers(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict offer = {"slow.offer", BR_WEIGHT_REMARK, "server",
	                                        "D4S-DISC-13", ""};
	static const struct br_verdict proxy = {"slow.proxy-offer", BR_WEIGHT_REMARK, "server",
	                                        "PXE-PRX-13", "edk2-proxy-offer-window-4s"};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;
	char server[BR_SHOW_ADDRESS];

	if (dhcp->discover.count == 0)
		return;
	for (uint16_t i = 0; i < dhcp->replies; i++) {
		const struct br_talk_reply *r = &dhcp->reply[i];
		br_time asked = asked_at(dhcp, i), after = r->at > asked ? r->at - asked : 0;

		if (r->type != BR_DHCP_TYPE_OFFER || after < (r->yiaddr ? OFFER_LATE : PROXY_LATE))
			continue;
		struct br_finding *f = br_finding_add(d, r->yiaddr ? &offer : &proxy);

		br_finding_say(f, "The OFFER of %s came %.1f s after the first DISCOVER%s.",
		               br_show_address(server, &r->from, false), br_show_seconds(after),
		               r->probed ? ": the server first tried whether the address is free"
		                         : "");
		br_finding_change(f, r->probed ? "Switch the address check off for boot networks "
		                                 "(dnsmasq: no-ping)."
		                               : "Let the server answer within 1 s: other firmware "
		                                 "does not wait that long.");
	}
}

static void first_packet_lost(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.port-blocked", BR_WEIGHT_REMARK, "network",
	                                          "", "stp-blocked-first-30s"};
	const struct br_talk_dhcp *dhcp = &a->dhcp->dhcp;

	if (dhcp->discover.count == 0 || dhcp->discover_secs[0] < 4 ||
	    !br_fingerprint_is(&a->who, "edk2"))
		return;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "The first DISCOVER in this capture says it has been trying for %u s: the "
	               "ones before did not get here. Either the capture began later, or the "
	               "switch port let nothing through at first (spanning tree, 802.1X).",
	               dhcp->discover_secs[0]);
	br_finding_change(f, "Make the port an edge port (portfast).");
}

/* Where loss cost time in transfers that came through. */
static void losses(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.loss", BR_WEIGHT_REMARK, "network", "", ""};
	uint64_t blocks = 0, repeated = 0;
	br_time longest = 0;

	for (size_t i = 0; i < a->files; i++) {
		const struct br_talk_exchange *e = a->file[i].exchange;

		if (e->kind != BR_TALK_TFTP)
			continue;
		blocks += e->tftp.blocks;
		repeated += e->tftp.repeated + e->tftp.repeated_acks;
		if (e->tftp.stall_max > longest)
			longest = e->tftp.stall_max;
	}
	if (repeated * 100 <= blocks * REPEATED_PERCENT ||
	    (blocks < BLOCKS_TO_JUDGE && (blocks < FEW || repeated * 4 < blocks)))
		return;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "Of %" PRIu64 " blocks %" PRIu64 " blocks or ACKs went by more than once, "
	               "the longest wait was %.1f s: the network loses, doubles or delays packets.",
	               blocks, repeated, br_show_seconds(longest));
	br_finding_change(f, "Look for the loss; HTTP boot bears it better than TFTP.");
}

static void tcp_losses(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.loss", BR_WEIGHT_REMARK, "network", "", ""};
	uint64_t octets = 0, repeated = 0;

	for (size_t i = 0; i < a->files; i++) {
		const struct br_talk_exchange *e = a->file[i].exchange;

		if (e->kind != BR_TALK_TCP || (i > 0 && a->file[i - 1].exchange == e))
			continue;
		octets += e->tcp.octets_down;
		repeated += e->tcp.repeated_down;
	}
	if (octets < 100000 || repeated * 100 <= octets * REPEATED_PERCENT)
		return;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "Of %" PRIu64 " octets by TCP %" PRIu64 " went by again: the network loses "
	               "or reorders packets. TCP bore it.",
	               octets, repeated);
}

/* iPXE waits for a router before it boots, even over IPv4: recorded boot seabios-virtio-two */
static void no_router(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"slow.no-router", BR_WEIGHT_REMARK, "network", "",
	                                          "dhcp6-needs-ra"};

	for (size_t i = a->first; i <= a->last && br_fingerprint_is(&a->who, "ipxe"); i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind != BR_TALK_ND || e->nd.answers > 0 ||
		    e->nd.solicit.last < e->nd.solicit.at[0] + WAIT_WORTH)
			continue;
		struct br_finding *f = br_finding_add(d, &verdict);

		br_finding_say(f,
		               "iPXE asked %u times for an IPv6 router and none answered; it waits "
		               "about 16 s for one before it goes on with IPv4.",
		               e->nd.solicit.count);
		br_finding_change(f, "Send router advertisements on this network: that saves the "
		                     "wait.");
		return;
	}
}

/* iPXE asks a DHCPv6 server only when a router says that there is one: net/ndp.c */
static void not_managed(const struct br_story *s, const struct br_attempt *a,
                        struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.not-managed", BR_WEIGHT_REMARK,
	                                          "configuration", "", "dhcp6-needs-ra"};
	const struct br_talk_nd *answered = NULL;

	if (!br_fingerprint_is(&a->who, "ipxe") || a->reached >= BR_REACHED_LEASED)
		return;
	for (size_t i = 0; i < s->client->exchanges; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_DHCP6 || (e->kind == BR_TALK_ND && e->nd.managed) ||
		    (e->kind == BR_TALK_ND && e->nd.other))
			return;
		if (e->kind == BR_TALK_ND && e->nd.answers > 0)
			answered = &e->nd;
	}
	if (!answered)
		return;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "An IPv6 router answered, and its advertisement has neither the M nor the "
	               "O flag: iPXE then asks no DHCPv6 server.");
	br_finding_change(f, "To boot over IPv6 set the M flag (dnsmasq: enable-ra with a DHCPv6 "
	                     "range; radvd: AdvManagedFlag on).");
}

/* A loader that lost time on the wrong server and came through. */
static void wrong_server_first(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"loader.wrong-server", BR_WEIGHT_REMARK,
	                                          "configuration", "D4S-BF-01",
	                                          "proxy-next-server-precedence"};
	char server[BR_SHOW_ADDRESS];

	if (!a->ack || !br_story_first_whole(a) || !strcmp(d->finding[0].id, verdict.id))
		return;
	for (size_t i = 0; i < a->files; i++) {
		const struct br_story_file *file = &a->file[i];
		struct br_endpoint next = br_endpoint_ipv4(a->ack->siaddr, 0);

		if (!a->ack->siaddr || memcmp(file->server.ip, next.ip, 16) != 0 ||
		    a->programs == 0 || !br_story_is_unanswered(file->outcome))
			continue;
		struct br_finding *f = br_finding_add(d, &verdict);

		br_finding_say(
			f,
			"%s was first asked of %s, the next server (siaddr) of the DHCP ACK, "
			"which serves no files: %.0f s were lost.",
			file->name, br_show_address(server, &next, false),
			br_show_seconds(file->exchange->last - file->exchange->first));
		br_finding_change(f, "Set the DHCP server's next server to the boot server.");
		return;
	}
}

static void same_identity(const struct br_story *s, struct br_diagnosis *d)
{
	static const struct br_verdict mac = {"client.mac-repeated", BR_WEIGHT_REMARK, "client", "",
	                                      "mac-or-guid-not-unique"};
	bool repeated = s->client->has_mac && s->client->mac[0] != 0;

	for (size_t i = 1; i < 6; i++)
		repeated = repeated && s->client->mac[i] == s->client->mac[0];
	if (!repeated)
		return;
	struct br_finding *f = br_finding_add(d, &mac);

	br_finding_say(
		f, "The MAC address is one octet six times: U-Boot 2023.01 with virtio-net does "
		   "that. Rules by MAC do not match, and two such machines collide.");
	br_finding_change(f, "Use another NIC model or a newer U-Boot.");
}

static void two_owners(const struct br_story *s, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"net.duplicate-address", BR_WEIGHT_REMARK,
	                                          "network", "", ""};
	char address[BR_SHOW_ADDRESS], mac[BR_SHOW_ADDRESS];

	if (!s->client->has_rival || !strcmp(d->finding[0].id, verdict.id))
		return;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"Another machine (%s) says by ARP that it has the address %s: what is sent to "
		"this one may go there.",
		br_show_mac(mac, s->client->rival),
		br_show_address(address, &s->client->rival_address, false));
	br_finding_change(
		f, "Take that address out of the DHCP range or from the other machine, or let "
		   "the server try addresses before it gives them.");
}

static void cut_frames(const struct br_story *s, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"capture.cut", BR_WEIGHT_REMARK, "capture", "",
	                                          ""};

	if (br_talk_cut(s->talk) == 0 || !strcmp(d->finding[0].id, verdict.id))
		return;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "%" PRIu64 " DHCP messages are in this capture in part only (snap length): "
	               "options that stood behind the cut cannot be judged, and what depends on "
	               "them is not known.",
	               br_talk_cut(s->talk));
	br_finding_change(f, "Record whole frames (tcpdump -s 0), or at least 600 octets of each.");
}

void br_diagnose_remarks(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d)
{
	if (a->dhcp && a->dhcp->kind == BR_TALK_DHCP) {
		late_offers(a, d);
		first_packet_lost(a, d);
	}
	if (strcmp(d->finding[0].id, "tftp.loss") != 0)
		losses(a, d);
	if (strcmp(d->finding[0].id, "http.stalled") != 0)
		tcp_losses(a, d);
	br_remark_wire(s, a, d);
	br_remark_files(s, a, d);
	br_remark_server_name(s, a, d);
	no_router(s, a, d);
	not_managed(s, a, d);
	wrong_server_first(a, d);
	same_identity(s, d);
	two_owners(s, d);
	cut_frames(s, d);
	br_remark_guessable(s, d);
}
