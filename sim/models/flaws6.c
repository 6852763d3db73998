/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/flaws6.h"

#include "core/formats/duid.h"
#include "core/formats/nd.h"

enum {
	ETHERNET_HEAD = 12,     /* addresses; the type follows */
	IPV6_REST_OF_HEAD = 33, /* behind the next header */
	NEXT_ICMPV6 = 58,
	NEXT_DESTINATION = 60,
	OPTION_PAD_1 = 0,
	OPTION_PAD_N = 1,
	OPTION_NOT_SKIPPED = 0x3f, /* Ip6Option.c: what a case is for, the top bits apart */
	REDIRECT_BODY = 32,        /* target and destination */
	IA_NA_HEAD = 12,
	IA_TA_HEAD = 4,
	IPV6_VERSION = 6,
	UNIT = 8,
};

/* Dhcp6Utility.c Dhcp6SeekInnerOptionSafe came with the fix: before, the length of the IA less
 * its head wrapped around.
 */
static bool has_short_ia(struct br_octets options)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option option;

	while (br_dhcp6_option_get(&r, &option) == 1) {
		if ((option.code == BR_DHCP6_OPTION_IA_NA && option.value.size < IA_NA_HEAD) ||
		    (option.code == BR_DHCP6_OPTION_IA_TA && option.value.size < IA_TA_HEAD))
			return true;
	}
	return false;
}

const char *br_flaw6_of_advertise(const struct br_dhcp6_message *m)
{
	struct br_octets server_id = br_dhcp6_find(m->options, BR_DHCP6_OPTION_SERVER_ID);
	struct br_octets dns = br_dhcp6_find(m->options, BR_DHCP6_OPTION_DNS);
	bool proxy = br_dhcp6_count(m->options, BR_DHCP6_OPTION_IA_NA) == 0;

	if (has_short_ia(m->options))
		return "CVE-2023-45229: reads past the end of an IA";
	if (server_id.size > BR_DUID_SIZE_MAX)
		return proxy ? "CVE-2023-45235: writes past the request to a boot server"
		             : "CVE-2023-45230: writes past the end of a Request";
	if (dns.data && dns.size % 16 != 0)
		return "CVE-2023-45234: writes past the addresses of name servers";
	return NULL;
}

/* Ip6Option.c Ip6IsOptionValid: an option without length, or one nobody knows, is looked at again
 * and again.
 */
static const char *of_destination(struct br_reader *r)
{
	size_t size;

	(void)br_get_u8(r);
	size = (size_t)br_get_u8(r) * UNIT + UNIT - 2;
	struct br_reader options = br_get_sub(r, size);

	while (br_left(&options) > 0) {
		uint8_t type = br_get_u8(&options);

		if (type == OPTION_PAD_1)
			continue;
		uint8_t length = br_get_u8(&options);

		if (type == OPTION_PAD_N && length == UINT8_MAX - 1)
			return "CVE-2023-45233: goes round in a PadN for ever";
		if (type != OPTION_PAD_N && length == UINT8_MAX - 1)
			return "CVE-2023-45232: goes round in an unknown option for ever";
		(void)br_get_sub(&options, length);
	}
	return NULL;
}

/* Ip6Nd.c Ip6ProcessRedirect: options were read before it was known that they are there */
static const char *of_redirect(struct br_reader *r)
{
	uint8_t head[8], body[REDIRECT_BODY];

	br_get_bytes(r, head, sizeof(head));
	br_get_bytes(r, body, sizeof(body));
	if (r->bad || head[0] != BR_ICMP6_REDIRECT)
		return NULL;
	while (br_left(r) > 0) {
		(void)br_get_u8(r);
		size_t size = (size_t)br_get_u8(r) * UNIT;

		if (r->bad || size == 0 || size - 2 > br_left(r))
			return "CVE-2023-45231: reads past the end of a Redirect";
		(void)br_get_sub(r, size - 2);
	}
	return NULL;
}

const char *br_flaw6_of_frame(struct br_octets frame)
{
	struct br_reader r = br_reader_of(frame.data, frame.size);
	uint8_t addresses[ETHERNET_HEAD], rest[IPV6_REST_OF_HEAD], next;

	br_get_bytes(&r, addresses, sizeof(addresses));
	(void)br_get_be16(&r);
	if (br_get_be32(&r) >> 28 != IPV6_VERSION)
		return NULL;
	(void)br_get_be16(&r);
	next = br_get_u8(&r);
	br_get_bytes(&r, rest, sizeof(rest));
	if (r.bad)
		return NULL;
	if (next == NEXT_DESTINATION)
		return of_destination(&r);
	return next == NEXT_ICMPV6 ? of_redirect(&r) : NULL;
}
