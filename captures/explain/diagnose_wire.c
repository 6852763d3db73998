/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_wire.c - messages of servers that are not as they must be
 *
 * Each check looks at one attempt for one fault. A fault that is there and that could
 * have stopped the client where it stopped is the cause. Else, when the client bore it
 * or the capture only misses a frame, it is a remark: the next client may not bear it.
 */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "core/formats/dhcp_message.h"

#define NEVER   BR_REACHED_NONE /* stops nobody: a remark at most */
#define SETTLED (5 * BR_S)      /* a capture that ends sooner may miss what came next */

/* What the checks look at. */
struct view {
	const struct br_story *s;
	const struct br_attempt *a;
	const struct br_talk_dhcp *dhcp;       /* NULL: none over IPv4 */
	const struct br_talk_reply *offer;     /* the first with an address; NULL */
	const struct br_talk_reply *proxy;     /* the first without; NULL */
	const struct br_talk_reply *ack, *nak; /* of the DHCP exchange; NULL */
	bool edk2, pxe, http;                  /* the client's software, and what it asks for */
};

/* True: the fault is there, and @f says so. */
typedef bool check(const struct view *v, struct br_finding *f);

static const struct br_talk_reply *find(const struct br_talk_dhcp *dhcp, uint8_t type, bool proxy)
{
	for (uint16_t i = 0; i < dhcp->replies; i++) {
		const struct br_talk_reply *r = &dhcp->reply[i];

		if (r->type == type && (type != BR_DHCP_TYPE_OFFER || (r->yiaddr == 0) == proxy))
			return r;
	}
	return NULL;
}

static struct view view_of(const struct br_story *s, const struct br_attempt *a)
{
	struct view v = {.s = s, .a = a, .edk2 = br_fingerprint_is(&a->who, "edk2")};

	if (!a->dhcp || a->dhcp->kind != BR_TALK_DHCP)
		return v;
	v.dhcp = &a->dhcp->dhcp;
	for (uint16_t i = 0; i < v.dhcp->replies; i++) {
		if (v.dhcp->reply[i].cut) { /* what is absent may have been there */
			v.dhcp = NULL;
			return v;
		}
	}
	v.offer = find(v.dhcp, BR_DHCP_TYPE_OFFER, false);
	v.proxy = find(v.dhcp, BR_DHCP_TYPE_OFFER, true);
	v.ack = find(v.dhcp, BR_DHCP_TYPE_ACK, false);
	v.nak = find(v.dhcp, BR_DHCP_TYPE_NAK, false);
	v.pxe = !strncmp(v.dhcp->identity.vendor_class, "PXEClient", 9);
	v.http = !strncmp(v.dhcp->identity.vendor_class, "HTTPClient", 10);
	return v;
}

static bool says_pxe(const struct br_talk_reply *r)
{
	return r && !strncmp(r->vendor_class, "PXEClient", 9);
}

static bool is_url(const char *file)
{
	return !strncmp(file, "http://", 7) || !strncmp(file, "https://", 8);
}

/* Offers */

static bool offer_without_id(const struct view *v, struct br_finding *f)
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

static bool offer_malformed(const struct view *v, struct br_finding *f)
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
static bool no_netmask(const struct view *v, struct br_finding *f)
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

static bool proxy_without_class(const struct view *v, struct br_finding *f)
{
	char address[BR_SHOW_ADDRESS];

	if (!v->pxe || !v->proxy || says_pxe(v->proxy))
		return false;
	br_finding_say(f,
	               "The OFFER of %s has no address, so it means to be a proxyDHCP's, but no "
	               "option 60 \"PXEClient\": clients do not take it for one, and what it "
	               "says of the boot file is lost.",
	               br_show_address(address, &v->proxy->from, false));
	br_finding_change(f, "Let the proxyDHCP send option 60 PXEClient in its OFFER and in its "
	                     "answers on port 4011.");
	return true;
}

static bool http_without_class(const struct view *v, struct br_finding *f)
{
	const struct br_talk_reply *any = NULL;

	for (uint16_t i = 0; v->http && i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER)
			continue;
		any = r;
		if (!strncmp(r->vendor_class, "HTTPClient", 10))
			return false;
	}
	if (!any)
		return false;
	br_finding_say(f, "It asks for HTTP boot (option 60 HTTPClient), and no OFFER says "
	                  "HTTPClient back, so it takes none of them.");
	br_finding_change(f, "Answer class HTTPClient with option 60 HTTPClient and a whole URL in "
	                     "option 67 (dnsmasq: dhcp-vendorclass=set:http,HTTPClient, "
	                     "dhcp-option-force=tag:http,60,HTTPClient, "
	                     "dhcp-boot=tag:http,http://SERVER/FILE.efi).");
	return true;
}

static bool http_without_url(const struct view *v, struct br_finding *f)
{
	const struct br_talk_reply *classed = NULL;

	for (uint16_t i = 0; v->http && i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER || strncmp(r->vendor_class, "HTTPClient", 10))
			continue;
		if (is_url(r->file))
			return false;
		classed = r;
	}
	if (!classed)
		return false;
	br_finding_say(f,
	               "The OFFER says HTTPClient, but its boot file is \"%s\", not an http:// or "
	               "https:// URL, so it is dropped.",
	               classed->file);
	br_finding_change(f, "Put a whole URL into option 67: http://SERVER/FILE.efi.");
	return true;
}

/* EDK2 takes no URL with a name when nobody is there to ask: HttpBootDhcp4.c, case DNS */
static bool http_without_dns(const struct view *v, struct br_finding *f)
{
	const struct br_talk_reply *named = NULL;

	for (uint16_t i = 0; v->http && i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER || !is_url(r->file) ||
		    strncmp(r->vendor_class, "HTTPClient", 10) != 0)
			continue;
		const char *host = strstr(r->file, "//") + 2;

		if (*host == '[' || strspn(host, "0123456789.") == strcspn(host, ":/") || r->dns)
			return false;
		named = r;
	}
	if (!named)
		return false;
	br_finding_say(
		f,
		"The boot file is %s: the server is given by name, and the OFFER names no DNS "
		"server (option 6) to ask. UEFI firmware takes no such offer.",
		named->file);
	br_finding_change(f, "Hand out a DNS server (option 6), or write an address into the URL.");
	return true;
}

/* Option 43 of whoever speaks for PXE. */

/* Number @index of all replies of the attempt that may carry it; NULL behind the last */
static const struct br_talk_reply *pxe_reply(const struct view *v, size_t index)
{
	if (index < v->dhcp->replies)
		return &v->dhcp->reply[index];
	index -= v->dhcp->replies;
	for (size_t i = v->a->first; i <= v->a->last; i++) {
		const struct br_talk_exchange *e = v->s->client->exchange[i];

		if (e->kind != BR_TALK_PXE)
			continue;
		if (index < e->pxe.replies)
			return &e->pxe.reply[index];
		index -= e->pxe.replies;
	}
	return NULL;
}

static bool vendor_malformed(const struct view *v, struct br_finding *f)
{
	const struct br_talk_reply *r;
	char address[BR_SHOW_ADDRESS];

	for (size_t i = 0; v->pxe && (r = pxe_reply(v, i)); i++) {
		if (!says_pxe(r) || !r->vendor_broken)
			continue;
		br_finding_say(f,
		               "Option 43 of %s is broken: its PXE options do not end with 255, or "
		               "the length of one runs over the end. Firmware reads it wrong or "
		               "not at all.",
		               br_show_address(address, &r->from, false));
		br_finding_change(f,
		                  "End option 43 with 255 (dnsmasq makes it from pxe-service= and "
		                  "pxe-prompt=; in ISC dhcpd use vendor-option-space PXE, not a "
		                  "string).");
		return true;
	}
	return false;
}

/* Neither the file at once nor a menu: EDK2 PxeBcBoot.c PxeBcSelectBootMenu */
static bool no_way_to_boot(const struct view *v, struct br_finding *f)
{
	const struct br_talk_reply *r;
	char address[BR_SHOW_ADDRESS];

	for (size_t i = 0; v->pxe && (r = pxe_reply(v, i)); i++) {
		if (!says_pxe(r) || r->discovery < 0 || r->vendor_broken || r->has_menu ||
		    (r->discovery & 8 && r->file[0]))
			continue;
		br_finding_say(
			f,
			"Option 43 of %s says how to look for boot servers (06 01 %02x), but "
			"%s, and there is no boot menu (tag 9) either: the firmware has "
			"nothing to choose and leaves PXE.",
			br_show_address(address, &r->from, false), (unsigned)r->discovery,
			r->discovery & 8 ? "there is no boot file"
					 : "not that the boot file shall be used at once (bit "
					   "3 is clear)");
		br_finding_change(
			f,
			"Send 06 01 08 and the boot file in one packet, or a menu, for "
			"architecture %d. dnsmasq as a proxy answers like this when none of "
			"its pxe-service= lines is for the client's architecture.",
			v->s->arch);
		return true;
	}
	return false;
}

/* A plain server that says PXEClient promises port 4011. */
static bool class_without_43(const struct view *v, struct br_finding *f)
{
	const struct br_talk_reply *r = says_pxe(v->offer) ? v->offer : v->proxy;
	char address[BR_SHOW_ADDRESS];

	if (!v->pxe || !says_pxe(r) || r->has_vendor || v->a->pxe || !v->edk2 ||
	    v->dhcp->request.count == 0)
		return false;
	br_finding_say(
		f,
		"The OFFER of %s says PXEClient (option 60) without option 43: that promises "
		"a boot server on port 4011. UEFI firmware drops the boot file in it and "
		"asks there.",
		br_show_address(address, &r->from, false));
	br_finding_change(
		f, "Drop option 60 from a plain DHCP server, or send option 43 with 06 01 08 "
		   "beside it.");
	return true;
}

/* Boot data */

static bool no_next_server(const struct view *v, struct br_finding *f)
{
	const struct br_talk_reply *r = v->ack ? v->ack : v->offer;
	char address[BR_SHOW_ADDRESS];

	if (!r || r->siaddr || !r->file[0] || strstr(r->file, "://") || r->boot_server ||
	    r->type == BR_DHCP_TYPE_NONE || v->proxy)
		return false;
	br_finding_say(f,
	               "%s names a boot file (%s) but no next server (siaddr is 0.0.0.0). UEFI "
	               "firmware then asks the DHCP server itself; other clients ask nobody.",
	               br_show_address(address, &r->from, false), r->file);
	if (r->server_name[0])
		br_finding_say(f, " Option 66 says \"%s\", but this firmware does not read it.",
		               r->server_name);
	br_finding_change(f,
	                  "Set the next server (siaddr) in the DHCP configuration; option 66 alone "
	                  "does not do.");
	return true;
}

static bool no_file_name(const struct view *v, struct br_finding *f)
{
	const struct br_talk_reply *r = v->offer;
	char address[BR_SHOW_ADDRESS];

	if (!v->pxe || !r || !v->ack || r->file[0] || v->ack->file[0] || v->proxy || v->a->pxe ||
	    (v->a->files > 0 && v->a->programs == 0))
		return false;
	br_finding_say(
		f,
		"Neither OFFER nor ACK of %s has a boot file, and no proxyDHCP made an OFFER "
		"in this capture.",
		br_show_address(address, &r->from, false));
	br_finding_change(f, "Configure a boot file for architecture %d.", v->s->arch);
	return true;
}

/* Two servers, and the client follows the one that knows nothing of booting. */
static bool other_offer_taken(const struct view *v, struct br_finding *f)
{
	const struct br_talk_reply *better = NULL;
	char taken[BR_SHOW_ADDRESS], left[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; v->ack && !v->ack->file[0] && i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type == BR_DHCP_TYPE_OFFER && r->yiaddr && r->file[0] &&
		    r->server_id != v->ack->server_id)
			better = r;
	}
	if (!better || v->a->files > 0 || v->a->pxe)
		return false;
	br_finding_say(f,
	               "Two DHCP servers answered. It took the address of %s, which names no boot "
	               "file; %s offered one with %s, and that offer is lost.",
	               br_show_address(taken, &v->ack->from, false),
	               br_show_address(left, &better->from, false), better->file);
	br_finding_change(f,
	                  "Have one DHCP server on a network: switch the other off, or let the one "
	                  "with boot files be a proxyDHCP.");
	return true;
}

static bool ack_differs(const struct view *v, struct br_finding *f)
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

static bool nak(const struct view *v, struct br_finding *f)
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

static bool two_proxies(const struct view *v, struct br_finding *f)
{
	char one[BR_SHOW_ADDRESS], two[BR_SHOW_ADDRESS];

	for (uint16_t i = 0; v->pxe && v->proxy && i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER || r->yiaddr || !says_pxe(r) ||
		    !memcmp(r->from.ip, v->proxy->from.ip, 16))
			continue;
		br_finding_say(f,
		               "Two proxyDHCP servers answered, %s and %s: which of them a client "
		               "follows is chance.",
		               br_show_address(one, &v->proxy->from, false),
		               br_show_address(two, &r->from, false));
		br_finding_change(f,
		                  "Have one boot server for each class of clients on a network.");
		return true;
	}
	return false;
}

/* Transactions */

static bool wrong_xid(const struct view *v, struct br_finding *f)
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

static bool wrong_xid_4011(const struct view *v, struct br_finding *f)
{
	const struct br_talk_pxe *x = v->a->pxe ? &v->a->pxe->pxe : NULL;
	char server[BR_SHOW_ADDRESS];

	if (!x || x->strays == 0)
		return false;
	br_finding_say(f,
	               "%s answered on port 4011 with transaction number %08" PRIx32
	               " to a request "
	               "with %08" PRIx32 ": the client drops such an answer.",
	               br_show_address(server, &x->server, false), x->stray_xid, x->xid);
	br_finding_change(f,
	                  "The boot server must copy xid from the request; repair or replace it.");
	return true;
}

/* Relays */

static bool reply_to_68(const struct view *v, struct br_finding *f)
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

static bool option_82_dropped(const struct view *v, struct br_finding *f)
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

/* Frames the recorder missed: the client acts on what is not there. */

static bool offer_unseen(const struct view *v, struct br_finding *f)
{
	if (v->dhcp->discover.count == 0 || v->dhcp->request.count == 0 || !v->dhcp->selected ||
	    v->dhcp->offers > 0)
		return false;
	br_finding_say(f,
	               "It sent a REQUEST, so it had an OFFER, but none is in this capture: what "
	               "was offered cannot be judged.");
	br_finding_change(f,
	                  "Record at the client's port, with a larger buffer (tcpdump -B 4096).");
	return true;
}

static bool ack_unseen(const struct view *v, struct br_finding *f)
{
	if (v->dhcp->request.count == 0 || v->a->ack || v->nak ||
	    (v->a->files == 0 && !v->a->pxe) || v->dhcp->strays > 0)
		return false;
	br_finding_say(f, "It went on as with an address, but the ACK is not in this capture.");
	br_finding_change(f,
	                  "Record at the client's port, with a larger buffer (tcpdump -B 4096).");
	return true;
}

static bool answer_4011_unseen(const struct view *v, struct br_finding *f)
{
	const struct br_talk_pxe *x = v->a->pxe ? &v->a->pxe->pxe : NULL;
	char server[BR_SHOW_ADDRESS];

	if (!x || x->replies > 0 || x->strays > 0 || x->icmps > 0 || v->a->programs == 0 ||
	    (v->ack && v->ack->file[0]))
		return false;
	br_finding_say(
		f,
		"It asked %s for its boot file and went on with one, but no answer is in this "
		"capture.",
		br_show_address(server, &x->server, true));
	br_finding_change(f,
	                  "Record at the client's port, with a larger buffer (tcpdump -B 4096).");
	return true;
}

static const struct {
	struct br_verdict verdict;
	check *check;
	enum br_reached most; /* the client that is stopped by it got no further */
	bool edk2_only;       /* others bear it */
} checks[] = {
	{{"dhcp.offer-without-server-id", BR_WEIGHT_FAILURE, "server", "D4S-DISC-02",
          "edk2-needs-opt54"},
         offer_without_id,
         BR_REACHED_OFFERED,
         true},
	{{"dhcp.offer-malformed", BR_WEIGHT_FAILURE, "server", "D4C-OPT-02,D4C-OPT-03", ""},
         offer_malformed,
         BR_REACHED_OFFERED,
         true},
	{{"dhcp.no-netmask", BR_WEIGHT_FAILURE, "server", "D4S-BF-04",
          "edk2-missing-netmask-decline"},
         no_netmask,
         BR_REACHED_LEASED,
         true},
	{{"dhcp.ack-differs", BR_WEIGHT_FAILURE, "server", "D4S-REQ-01,D4S-REQ-05", ""},
         ack_differs,
         BR_REACHED_LEASED,
         false},
	{{"dhcp.nak", BR_WEIGHT_FAILURE, "server", "D4S-REQ-01", ""}, nak, NEVER, false},
	{{"relay.reply-port", BR_WEIGHT_FAILURE, "server", "D4S-DLV-01",
          "relay-reply-port-and-broadcast-flag"},
         reply_to_68,
         BR_REACHED_OFFERED,
         false},
	{{"relay.option-82", BR_WEIGHT_FAILURE, "server", "RLS-01", "relay-option82-echo"},
         option_82_dropped,
         BR_REACHED_OFFERED,
         false},
	{{"dhcp.wrong-xid", BR_WEIGHT_FAILURE, "server", "D4C-HDR-05", ""},
         wrong_xid,
         BR_REACHED_OFFERED,
         false},
	{{"dhcp.http-class-missing", BR_WEIGHT_FAILURE, "configuration", "HBD-01",
          "httpboot-offer-needs-httpclient"},
         http_without_class,
         BR_REACHED_OFFERED,
         false},
	{{"dhcp.http-url-missing", BR_WEIGHT_FAILURE, "configuration", "HBD-02",
          "httpboot-offer-needs-httpclient"},
         http_without_url,
         BR_REACHED_OFFERED,
         false},
	{{"dhcp.http-dns-missing", BR_WEIGHT_FAILURE, "configuration", "HBD-06", ""},
         http_without_dns,
         BR_REACHED_OFFERED,
         true},
	{{"dhcp.proxy-without-class", BR_WEIGHT_FAILURE, "server", "PXE-PRX-05", ""},
         proxy_without_class,
         BR_REACHED_LEASED,
         false},
	{{"pxe.vendor-malformed", BR_WEIGHT_FAILURE, "server", "PXE-V43-01", ""},
         vendor_malformed,
         BR_REACHED_BOOT_SERVER,
         false},
	{{"pxe.no-menu", BR_WEIGHT_FAILURE, "configuration", "PXE-V43-11,PXE-V43-12", ""},
         no_way_to_boot,
         BR_REACHED_BOOT_SERVER,
         false},
	{{"pxe.wrong-xid", BR_WEIGHT_FAILURE, "server", "D4C-HDR-05,PXE-BS-02", ""},
         wrong_xid_4011,
         BR_REACHED_LEASED,
         false},
	{{"pxe.class-without-43", BR_WEIGHT_FAILURE, "configuration", "PXE-V43-10",
          "edk2-binl-4011"},
         class_without_43,
         NEVER,
         false},
	{{"dhcp.other-offer-taken", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01", ""},
         other_offer_taken,
         BR_REACHED_LEASED,
         false},
	{{"boot.no-next-server", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01",
          "opt66-without-siaddr"},
         no_next_server,
         BR_REACHED_BOOT_SERVER,
         false},
	{{"boot.no-file-name", BR_WEIGHT_FAILURE, "configuration", "D4S-BF-01", ""},
         no_file_name,
         NEVER,
         false},
	{{"pxe.two-proxies", BR_WEIGHT_REMARK, "configuration", "", ""}, two_proxies, NEVER, false},
	{{"capture.offer-missing", BR_WEIGHT_REMARK, "capture", "", ""},
         offer_unseen,
         NEVER,
         false},
	{{"capture.ack-missing", BR_WEIGHT_REMARK, "capture", "", ""}, ack_unseen, NEVER, false},
	{{"capture.4011-missing", BR_WEIGHT_REMARK, "capture", "", ""},
         answer_4011_unseen,
         NEVER,
         false},
};

/* It had an OFFER for as long as it waits, and asked again. */
static bool asked_again(const struct view *v)
{
	return v->a->reached == BR_REACHED_OFFERED && v->dhcp->discover.count > 1 && v->edk2 &&
	       v->dhcp->offers > 0 && v->dhcp->reply[0].at < v->dhcp->discover.last;
}

bool br_diagnose_wire(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	struct view v = view_of(s, a);

	if (!v.dhcp || a->programs > 0 ||
	    (br_story_ends_within(s, a->ended, SETTLED) && !asked_again(&v)))
		return false;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (checks[i].most == NEVER || a->reached > checks[i].most ||
		    (checks[i].edk2_only && !v.edk2))
			continue;
		struct br_finding f = {.id = checks[i].verdict.id};

		if (!checks[i].check(&v, &f))
			continue;
		struct br_finding *added = br_finding_add(d, &checks[i].verdict);

		br_finding_say(added, "%s", f.text);
		br_finding_change(added, "%s", f.change);
		return true;
	}
	return false;
}

static bool is_said(const struct br_diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->findings; i++) {
		if (!strcmp(d->finding[i].id, id))
			return true;
	}
	return false;
}

void br_remark_wire(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	struct view v = view_of(s, a);

	for (size_t i = 0; v.dhcp && i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct br_finding f = {.id = checks[i].verdict.id};
		struct br_verdict verdict = checks[i].verdict;

		if (is_said(d, f.id) || !checks[i].check(&v, &f))
			continue;
		verdict.weight = BR_WEIGHT_REMARK;
		struct br_finding *added = br_finding_add(d, &verdict);

		br_finding_say(added, "%s", f.text);
		br_finding_change(added, "%s", f.change);
	}
}
