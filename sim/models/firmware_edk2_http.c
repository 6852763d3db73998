/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/firmware_edk2_http.c - EDK2, HttpBootDxe over IPv4
 *
 * The DHCP of firmware_edk2.c with other ranks and no 4011 (HttpBootDhcp4.c
 * HttpBootSelectDhcpOffer); the URL is that of the OFFER, not of the ACK.
 */
#include <string.h>

#include "core/base/text.h"
#include "core/formats/http_head.h"
#include "sim/models/firmware_inside.h"

static void start(struct br_firmware *fw, br_time now)
{
	br_firmware_says(fw, now, ">>Start HTTP Boot over IPv4.");
	br_edk2_begin(fw, now);
}

enum http_class { /* HttpBootDhcp4.h HTTP_BOOT_OFFER_TYPE, D for Dhcp, P for Proxy */
	CLASS_DROPPED,
	CLASS_ONLY,     /* an address and no more */
	CLASS_DNS,      /* ... and a name server */
	CLASS_IP_URI,   /* a URL with an address */
	CLASS_NAME_URI, /* a URL with a name */
};

/* Octets of "http://" or "https://", 0: neither */
static size_t scheme_size(struct br_octets url)
{
	return br_text_starts_nocase(url, "http://")    ? strlen("http://")
	       : br_text_starts_nocase(url, "https://") ? strlen("https://")
	                                                : 0;
}

static bool host_is_address(struct br_octets url)
{
	size_t scheme = scheme_size(url);
	struct br_octets rest = {url.data + scheme, url.size - scheme};
	struct br_octets authority = br_text_cut(&rest, '/');
	struct br_octets host = br_text_cut(&authority, ':');
	uint32_t address;

	return br_text_get_ipv4(host, &address);
}

static enum http_class classify(const struct br_firmware *fw, const struct br_offer *offer)
{
	struct br_octets url = br_offer_file(fw->model, offer);

	if (offer->is_http) { /* HttpBootParseDhcp4Packet: a URL that parses, or dropped */
		if (scheme_size(url) == 0 || url.size == scheme_size(url))
			return CLASS_DROPPED;
		return host_is_address(url) ? CLASS_IP_URI : CLASS_NAME_URI;
	}
	if (offer->yiaddr == 0)
		return CLASS_DROPPED;
	return offer->dns ? CLASS_DNS : CLASS_ONLY;
}

static struct br_offer *find(const struct br_firmware *fw, enum http_class class, bool proxy)
{
	for (struct br_offer *o = fw->dhcp.offers; o; o = o->next) {
		if ((o->yiaddr == 0) == proxy && classify(fw, o) == class)
			return o;
	}
	return NULL;
}

/* The offer whose URL is used, with the offer that gives the address; NULL: none yet. */
static struct br_offer *select_uri(const struct br_firmware *fw, struct br_offer **ret_address)
{
	struct br_offer *only = find(fw, CLASS_ONLY, false);
	struct br_offer *dns = find(fw, CLASS_DNS, false);
	struct br_offer *uri = find(fw, CLASS_IP_URI, false);
	struct br_offer *name = find(fw, CLASS_NAME_URI, false);

	*ret_address = uri;
	if (uri)
		return uri;
	*ret_address = name;
	if (name && name->dns)
		return name;
	*ret_address = only ? only : dns;
	uri = find(fw, CLASS_IP_URI, true);
	if (uri && *ret_address)
		return uri;
	*ret_address = dns;
	uri = find(fw, CLASS_NAME_URI, true);
	if (uri && dns)
		return uri;
	return name && dns ? name : NULL;
}

static struct br_offer *select_offer(struct br_firmware *fw, bool timeout, br_time now)
{
	struct br_offer *address;

	(void)now;
	return timeout && select_uri(fw, &address) ? address : NULL;
}

static void unbound(struct br_firmware *fw, br_time now)
{
	const char *text = "Unexpected network error.";

	switch (fw->dhcp.failure) {
	case BR_DHCP_NO_OFFER:
	case BR_DHCP_NO_ACK:
		text = "Server response timeout.";
		break;
	case BR_DHCP_NAK:
		text = "Network device error.";
		break;
	case BR_DHCP_DECLINED:
		text = "Remote boot cancelled.";
		break;
	case BR_DHCP_NO_CHOICE:
		break;
	}
	br_firmware_fail(fw, now, "Error: %s", text);
}

static void bound(struct br_firmware *fw, br_time now)
{
	struct br_offer *address;
	const struct br_offer *uri = select_uri(fw, &address);

	if (!uri)
		uri = fw->ack; /* BOOTP: the offer is the answer */
	if (br_firmware_set_file(fw, br_offer_file(fw->model, uri), 0, 0) < 0) {
		br_firmware_fail(fw, now, "Error: Could not allocate I/O buffers.");
		return;
	}
	br_firmware_says(fw, now, "URI: %s", fw->file);
	br_http_client_start(fw, now);
}

static void replied(struct br_firmware *fw, br_time now)
{
	(void)fw;
	(void)now;
}

/* HttpBootImpl.c HttpBootIsHttpRedirectStatusCode: these it shows, and follows none */
static bool is_redirect(uint16_t code)
{
	return code == 301 || code == 302 || code == 307 || code == 308;
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	switch (how) {
	case BR_FETCH_DONE:
		br_firmware_run(fw, now);
		break;
	case BR_FETCH_TIMEOUT:
		br_firmware_fail(fw, now, "Error: Server response timeout.");
		break;
	case BR_FETCH_ERROR: /* HttpBootSupport.c HttpBootPrintErrorMessage */
		if (is_redirect(fw->fetch_code) && fw->fetch_text[0]) {
			br_firmware_fail(fw, now,
			                 "HTTP ERROR: Resource Redirected. New Location: %s",
			                 fw->fetch_text);
			break;
		}
		br_firmware_fail(fw, now, "%s: %u %s",
		                 fw->fetch_code < 400   ? "Redirection"
		                 : fw->fetch_code < 500 ? "Client Error"
		                                        : "Server Error",
		                 fw->fetch_code, br_http_reason(fw->fetch_code));
		break;
	case BR_FETCH_SIZE:
	case BR_FETCH_UNREACHABLE:
	case BR_FETCH_NO_OACK:
	case BR_FETCH_TOO_LARGE:
	case BR_FETCH_BAD:
	case BR_FETCH_TYPE: /* kernel-http4 #12-#36 */
	case BR_FETCH_NAME:
		br_firmware_fail(fw, now, "Error: Unexpected network error.");
		break;
	case BR_FETCH_TLS: /* what OVMF 2022.11 showed: vms/faults/https-ovmf-x64.tsv */
	case BR_FETCH_TLS_REFUSED:
	case BR_FETCH_NO_TLS:
		br_firmware_edk2_no_tls(fw, how, now);
		br_firmware_fail(fw, now, "Error: %s",
		                 how == BR_FETCH_TLS ? "Unexpected network error."
		                                     : "Remote boot cancelled.");
		break;
	}
}

const struct br_engine br_engine_edk2_http = {
	.start = start,
	.select = select_offer,
	.bound = bound,
	.unbound = unbound,
	.replied = replied,
	.fetched = fetched,
};
