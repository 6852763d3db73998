/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_aim.c - a file asked of an address that does not answer: who told the
 * client to ask there, and whether it did as it was told
 *
 * Firmware goes to the next server (siaddr) of the offer that has the boot file, and to the DHCP
 * server where that is 0.
 */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/reach.h"
#include "captures/explain/show.h"
#include "core/formats/dhcp_message.h"

enum {
	STUBBORN = 3, /* so many ARP requests for one address are no chance */
};
#define SOON (5 * BR_S)

/* Reply @index of all that were to tell it where to go; NULL behind the last */
static const struct br_talk_reply *reply_at(const struct br_attempt *a, size_t index)
{
	size_t own = a->dhcp && a->dhcp->kind == BR_TALK_DHCP ? a->dhcp->dhcp.replies : 0;

	if (index < own)
		return &a->dhcp->dhcp.reply[index];
	index -= own;
	return a->pxe && index < a->pxe->pxe.replies ? &a->pxe->pxe.reply[index] : NULL;
}

/* Sent from one address, and it says of itself that it has another, which is the one asked. */
static bool names_itself_else(const struct br_attempt *a, uint32_t asked, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.other-interface", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-SID-01", ""};
	const struct br_talk_reply *r;
	char from[BR_SHOW_ADDRESS], named[BR_SHOW_ADDRESS];

	for (size_t i = 0; (r = reply_at(a, i)); i++) {
		if (r->server_id != asked || r->giaddr || br_endpoint_to_ipv4(&r->from) == asked)
			continue;
		struct br_finding *f = br_finding_add(d, &verdict);

		br_finding_say(f,
		               "%s answers from %s, and says in its answer that it is %s (option "
		               "54%s): that is the address of its other network. The client asked "
		               "there, as it was told, and nothing came back.",
		               r->yiaddr ? "The DHCP server" : "The proxyDHCP",
		               br_show_address(from, &r->from, false), br_show_ipv4(named, asked),
		               r->siaddr == asked ? " and siaddr" : "");
		br_finding_change(f,
		                  "Let it give the address it has on the client's network, %s (in "
		                  "dnsmasq: interface= and the address in pxe-service or "
		                  "dhcp-boot).",
		                  from);
		return true;
	}
	return false;
}

/* The next server it was told, if it was told one and not the one it asked. */
static const struct br_talk_reply *told_else(const struct br_attempt *a,
                                             const struct br_endpoint *asked)
{
	const struct br_talk_reply *r, *other = NULL;
	uint32_t ip = br_endpoint_to_ipv4(asked);

	for (size_t i = 0; (r = reply_at(a, i)); i++) {
		if (r->siaddr == ip || r->boot_server == ip || r->cut)
			return NULL;
		if (r->siaddr && r->file[0] && r->type != BR_DHCP_TYPE_NAK)
			other = r;
	}
	const char *told = other ? br_reach_told(a, asked) : NULL;

	return told && strstr(told, "66") ? NULL : other;
}

static bool went_elsewhere(const struct br_attempt *a, const struct br_story_file *file,
                           struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"client.other-server", BR_WEIGHT_FAILURE,
	                                          "client", "", ""};
	const struct br_talk_reply *r = told_else(a, &file->server);
	struct br_endpoint asked = file->server;
	char one[BR_SHOW_ADDRESS], two[BR_SHOW_ADDRESS];
	const char *what;

	if (!r)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	asked.port = 0;
	what = br_reach_told(a, &asked);
	br_finding_say(f,
	               "It was told that its boot server is %s (siaddr), and asked %s for %s "
	               "instead, %s%s, and %s. The server did its part: this client goes "
	               "elsewhere than it is told.",
	               br_show_ipv4(two, r->siaddr), br_show_address(one, &asked, false),
	               file->name, what ? "the " : "which nobody told it of", what ? what : "",
	               br_story_is_unanswered(file->outcome) ? "got no answer"
	                                                     : "was refused it there");
	br_finding_change(f,
	                  "Update the firmware; until then serve the files at %s too, or name %s "
	                  "in option 66 as well.",
	                  one, two);
	return true;
}

bool br_diagnose_own_name(const struct br_attempt *a, const struct br_talk_arp *arp,
                          struct br_diagnosis *d)
{
	const struct br_talk_reply *teller = br_reach_teller(a);
	uint32_t target = arp ? br_endpoint_to_ipv4(&arp->target) : br_reach_boot_server(teller);
	uint32_t via;

	if (!target || !a->ack || (!arp && br_reach(a->ack, target, &via) != BR_WAY_NONE))
		return false;
	return names_itself_else(a, target, d);
}

bool br_diagnose_stranger(const struct br_attempt *a, const struct br_talk_arp *arp,
                          struct br_diagnosis *d)
{
	static const struct br_verdict client = {"client.other-server", BR_WEIGHT_FAILURE, "client",
	                                         "", ""};
	static const struct br_verdict dead = {"boot.server-dead", BR_WEIGHT_FAILURE,
	                                       "configuration", "", ""};
	const struct br_talk_reply *r = br_reach_teller(a);
	char looked[BR_SHOW_ADDRESS], told[BR_SHOW_ADDRESS];

	if (arp->request.count < STUBBORN || arp->request.last + SOON < a->ended ||
	    br_endpoint_to_ipv4(&arp->target) == 0 || (!a->stage && (!r || !r->siaddr)))
		return false;
	struct br_finding *f = br_finding_add(d, a->stage ? &dead : &client);

	br_finding_say(f,
	               "It looked for %s, of which nobody told it in this capture: %u ARP requests "
	               "in %.0f s, no answer.",
	               br_show_address(looked, &arp->target, false), arp->request.count,
	               br_show_seconds(arp->request.last - arp->request.at[0]));
	if (a->stage) {
		br_finding_say(f, " So the address stands in the program itself, or in what it was "
		                  "configured with. No machine with it is on this network.");
		br_finding_change(f, "Correct the address there (a GRUB's prefix, an embedded "
		                     "script), or start that machine.");
	} else {
		br_finding_say(f, " Its boot server is %s (siaddr), and it did not look for that.",
		               br_show_ipv4(told, r->siaddr));
		br_finding_change(f, "Look for an address that is set in the firmware's own "
		                     "configuration, or update the firmware.");
	}
	return true;
}

bool br_diagnose_aim(const struct br_attempt *a, const struct br_story_file *file,
                     struct br_diagnosis *d)
{
	uint32_t asked = br_endpoint_to_ipv4(&file->server);

	bool refused = file->outcome == BR_OUTCOME_NOT_FOUND ||
	               file->outcome == BR_OUTCOME_REFUSED_BY_SERVER;

	if ((!br_story_is_unanswered(file->outcome) && !refused) || a->programs > 0 || asked == 0 ||
	    file->exchange->kind != BR_TALK_TFTP)
		return false;
	return (!refused && names_itself_else(a, asked, d)) || went_elsewhere(a, file, d);
}
