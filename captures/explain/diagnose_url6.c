/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_url6.c - a boot file's URL (option 59, RFC 5970 section 3.1) that this
 * client cannot use
 *
 * What EDK2 reads stands in PxeBcDhcp6.c (PxeBcExtractBootFileUrl) and HttpBootDhcp6.c, what U-Boot
 * reads in net/dhcpv6.c.
 */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/reach.h"
#include "core/base/address.h"
#include "core/base/text.h"

enum {
	ADDRESS_SIZE = 64, /* of a host's text that may be an address */
};

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* How it is written, whoever reads it. NULL: nothing is wrong */
static const char *wrong_text(const char *url)
{
	size_t size = strlen(url);

	if (url[0] == '"' || url[0] == '\'')
		return "it stands in quotation marks, which are sent as part of it";
	if (size > 4 && starts(url + 1, "\\x00"))
		return "it is in UTF-16, where UTF-8 is due";
	if (starts(url, "\\x"))
		return "it begins with octets that are no text, such as a length";
	if (url[0] == ' ' || url[size - 1] == ' ')
		return "there is a blank before or behind it";
	return strstr(url, "://") ? NULL : "it is no URL";
}

static const char *wrong_scheme(const struct br_attempt *a, const char *url)
{
	if (br_fingerprint_is(&a->who, "ipxe"))
		return NULL;
	if (a->path == BR_PATH_HTTP6)
		return starts(url, "http://") || starts(url, "https://")
		               ? NULL
		               : "HTTP boot knows only http:// and https://";
	return starts(url, "tftp://") ? NULL : "PXE firmware knows only tftp://";
}

/* Nobody has it: RFC 4291 section 2.5, 2.7 */
static const char *wrong_address(const uint8_t ip[BR_IP_SIZE])
{
	if (br_ip_is_zero(ip))
		return ":: is no machine's address (option 59 is made of an address that the "
		       "server did not know)";
	if (br_ip_is_loopback6(ip))
		return "::1 is the client itself";
	if (br_ip_is_multicast6(ip))
		return "its address is that of a group";
	return br_ip_is_ipv4(ip) ? "its address is one of IPv4" : NULL;
}

/* @host: behind "://[" */
static const char *wrong_literal(const struct br_attempt *a, const char *url, const char *host)
{
	const char *end = strchr(host, ']');
	uint8_t ip[BR_IP_SIZE];

	if (!end || end > host + strcspn(host, "/"))
		return "the bracket behind the address is missing";
	if (!br_reach_literal6(url, ip))
		return memchr(host, '%', (size_t)(end - host))
		               ? "it names a zone (%), which has a meaning on the server alone"
		               : "what stands in the brackets is no IPv6 address";
	if (wrong_address(ip))
		return wrong_address(ip);
	return a->path == BR_PATH_PXE6 && end[1] == ':' ? "it names a port, and PXE firmware takes "
	                                                  "none"
	                                                : NULL;
}

/* A name, or an address that is not written as it must be. @size: of it, without a port */
static const char *wrong_name(const struct br_attempt *a, const char *host, size_t size,
                              bool has_dns)
{
	char text[ADDRESS_SIZE] = "";
	uint32_t ipv4;

	if (size == 0)
		return "it names no server";
	if (size < sizeof(text))
		memcpy(text, host, size);
	if (br_text_get_ipv4(br_text(text), &ipv4))
		return "it has an IPv4 address, and this boot is over IPv6";
	if (br_fingerprint_is(&a->who, "uboot"))
		return "U-Boot takes an IPv6 address in brackets alone, no name";
	return has_dns || br_fingerprint_is(&a->who, "ipxe")
	               ? NULL
	               : "it has a host name, and the answer names no DNS server (option 23)";
}

/* NULL: nothing is wrong */
static const char *wrong_with(const struct br_attempt *a, const char *url, bool has_dns)
{
	const char *why = wrong_text(url), *host, *end;
	size_t colons = 0;

	if (!why)
		why = wrong_scheme(a, url);
	if (why)
		return why;
	host = strstr(url, "://") + 3;
	end = host + strcspn(host, "/");
	if (a->path == BR_PATH_PXE6 && (*end == '\0' || end[1] == '\0'))
		return "it names no file";
	if (*host == '[')
		return wrong_literal(a, url, host + 1);
	for (const char *c = host; c < end; c++)
		colons += *c == ':';
	if (colons > 1)
		return "an IPv6 address stands in a URL in brackets";
	return wrong_name(a, host, strcspn(host, ":/"), has_dns);
}

bool br_diagnose_url6(const struct br_attempt *a, const struct br_talk_dhcp6 *six,
                      struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.url-unusable", BR_WEIGHT_FAILURE,
	                                          "configuration", "D6-NB-02,D6-NB-09",
	                                          "dhcp6-url-form"};
	bool known = br_fingerprint_is(&a->who, "edk2") || br_fingerprint_is(&a->who, "ipxe") ||
	             br_fingerprint_is(&a->who, "uboot");
	const char *why;
	struct br_finding *f;

	if (!known || six->url[0] == '\0')
		return false;
	why = wrong_with(a, six->url, six->has_dns);
	if (!why)
		return false;
	f = br_finding_add(d, &verdict);
	br_finding_say(f, "The boot file (option 59) is %s, and the %s cannot use it: %s.",
	               six->url, br_fingerprint_is(&a->who, "edk2") ? "firmware" : "client", why);
	br_finding_change(f,
	                  "Configure option 59 as %s://[SERVER]/FILE, with SERVER an IPv6 address.",
	                  a->path == BR_PATH_HTTP6 ? "http" : "tftp");
	return true;
}
