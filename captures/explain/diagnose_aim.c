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
	               "instead, %s%s, and got no answer. The server did its part: this client "
	               "goes elsewhere than it is told.",
	               br_show_ipv4(two, r->siaddr), br_show_address(one, &asked, false),
	               file->name, what ? "the " : "which nobody told it of", what ? what : "");
	br_finding_change(f,
	                  "Update the firmware; until then serve the files at %s too, or name %s "
	                  "in option 66 as well.",
	                  one, two);
	return true;
}

bool br_diagnose_aim(const struct br_attempt *a, const struct br_story_file *file,
                     struct br_diagnosis *d)
{
	uint32_t asked = br_endpoint_to_ipv4(&file->server);

	if (!br_story_is_unanswered(file->outcome) || a->programs > 0 || asked == 0 ||
	    file->exchange->kind != BR_TALK_TFTP)
		return false;
	return names_itself_else(a, asked, d) || went_elsewhere(a, file, d);
}
