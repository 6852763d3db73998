/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/wire_boot.c - what servers say of the boot: classes, URLs, option 43, names of
 * file and server
 */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/show.h"
#include "captures/explain/wire_checks.h"
#include "core/base/text.h"
#include "core/formats/dhcp_message.h"

static bool says_pxe(const struct br_talk_reply *r)
{
	return r && !strncmp(r->vendor_class, "PXEClient", 9);
}

/* In any case of letters: RFC 3986 section 3.1, EDK2 HttpBootSupport.c HttpBootCheckUriScheme */
static bool is_http_url(const char *file)
{
	return br_text_starts_nocase(br_text(file), "http://") ||
	       br_text_starts_nocase(br_text(file), "https://");
}

bool br_wire_proxy_without_class(const struct br_wire_view *v, struct br_finding *f)
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

bool br_wire_two_proxies(const struct br_wire_view *v, struct br_finding *f)
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

bool br_wire_http_without_class(const struct br_wire_view *v, struct br_finding *f)
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

bool br_wire_http_without_url(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *classed = NULL;

	for (uint16_t i = 0; v->http && i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER || strncmp(r->vendor_class, "HTTPClient", 10))
			continue;
		if (is_http_url(r->file))
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
bool br_wire_http_without_dns(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *named = NULL;

	for (uint16_t i = 0; v->http && i < v->dhcp->replies; i++) {
		const struct br_talk_reply *r = &v->dhcp->reply[i];

		if (r->type != BR_DHCP_TYPE_OFFER || !is_http_url(r->file) ||
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

/* Option 43 of whoever speaks for PXE */

/* Number @index of all replies of the attempt that may carry it; NULL behind the last */
static const struct br_talk_reply *pxe_reply(const struct br_wire_view *v, size_t index)
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

bool br_wire_vendor_malformed(const struct br_wire_view *v, struct br_finding *f)
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
bool br_wire_no_way_to_boot(const struct br_wire_view *v, struct br_finding *f)
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
bool br_wire_class_without_43(const struct br_wire_view *v, struct br_finding *f)
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

bool br_wire_wrong_xid_4011(const struct br_wire_view *v, struct br_finding *f)
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

/* It asked DNS for the name that option 66 has: it reads that. */
static bool reads_66(const struct br_wire_view *v, const struct br_talk_reply *r)
{
	for (size_t i = v->a->first; r->server_name[0] && i <= v->a->last; i++) {
		const struct br_talk_exchange *e = v->s->client->exchange[i];

		if (e->kind == BR_TALK_DNS &&
		    !strncmp(e->dns.name, r->server_name, strlen(r->server_name)))
			return true;
	}
	return false;
}

bool br_wire_no_next_server(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r = v->ack ? v->ack : v->offer;
	char address[BR_SHOW_ADDRESS];

	if (!r || r->siaddr || !r->file[0] || strstr(r->file, "://") || r->boot_server ||
	    r->type == BR_DHCP_TYPE_NONE || v->proxy || reads_66(v, r))
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

bool br_wire_no_file_name(const struct br_wire_view *v, struct br_finding *f)
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
bool br_wire_other_offer_taken(const struct br_wire_view *v, struct br_finding *f)
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

/* iPXE src/net/udp/dhcp.c: a proxy answer counts with its siaddr, not without */
bool br_wire_proxy_without_server(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r, *bare = NULL;
	char server[BR_SHOW_ADDRESS];

	if (!br_fingerprint_is(&v->a->who, "ipxe") || v->a->files > 0)
		return false;
	for (size_t i = 0; (r = pxe_reply(v, i)); i++) {
		if (r->yiaddr || !says_pxe(r) || !r->file[0])
			continue;
		if (r->siaddr)
			return false;
		bare = r;
	}
	if (!bare)
		return false;
	br_finding_say(f,
	               "The proxy answer of %s names the boot file %s, but no next server (siaddr "
	               "is 0.0.0.0): iPXE leaves such an answer alone, even when the file is a "
	               "whole URL, and shows \"Nothing to boot\".",
	               br_show_address(server, &bare->from, false), bare->file);
	br_finding_change(f, "Let the proxy name the server as well (dnsmasq: "
	                     "dhcp-boot=FILE,,ADDRESS instead of dhcp-boot=FILE).");
	return true;
}

/* The proxy's OFFER came when the client had decided. iPXE says in secs what it held then: bit 1 an
 * address, bit 0 a proxy's offer (src/net/udp/dhcp.c).
 */
bool br_wire_proxy_too_late(const struct br_wire_view *v, struct br_finding *f)
{
	const struct br_talk_reply *r = v->proxy;
	bool ipxe = br_fingerprint_is(&v->a->who, "ipxe");
	char server[BR_SHOW_ADDRESS];

	if (!v->pxe || !r || !says_pxe(r) || v->a->files > 0 || v->a->pxe ||
	    v->dhcp->request.count == 0 || v->dhcp->discover.count == 0 ||
	    (v->ack && v->ack->file[0]))
		return false;
	bool without = ipxe && (v->dhcp->request_secs & 3) == 2;

	if (r->at < v->dhcp->request.at[0] && !without)
		return false;
	br_finding_say(f,
	               "The OFFER of the proxyDHCP %s came %.1f s after the first DISCOVER, %s the "
	               "client asked for its address%s: it had decided without the proxy, and so "
	               "has no boot file.",
	               br_show_address(server, &r->from, false),
	               br_show_seconds(r->at > v->dhcp->discover.at[0]
	                                       ? r->at - v->dhcp->discover.at[0]
	                                       : 0),
	               r->at < v->dhcp->request.at[0] ? "just before" : "after",
	               without ? " (its secs say that it held the DHCP server's offer alone)" : "");
	br_finding_change(f, "Let the proxy answer within 2 s of the DISCOVER, and before the DHCP "
	                     "server does or soon after (no address check, no DNS look-up, no "
	                     "delay on the way).");
	return true;
}
