/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot options of DHCPv6, RFC 5970, and what firmware makes of them. */
#include "conformance/rules/six/boot6.h"

#include <string.h>

#include "conformance/rules/six/binl6.h"
#include "conformance/rules/six/dhcp6_answer.h"

enum {
	FIRMWARE_MAX = 1472, /* EDK2 Dhcp6Impl.h */
	SIZE_DIGITS = 5,
};
#define SOON     (250 * BR_MS)
#define EDK2_TRY (3500 * BR_MS) /* it asks again after 4 s: what came sooner answers this one */

/* What is in option 59: .data NULL when it has no such part. */
struct url6 {
	struct br_octets scheme, host, path;
	bool well_formed; /* RFC 3986 characters, a scheme, a host */
	bool literal;     /* the host is in brackets */
	bool bare;        /* the host is an IPv6 address, and is not */
};

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 3986 §2: what may stand in a URI at all. */
static bool is_uri_octet(uint8_t c)
{
	return is_letter(c) || (c >= '0' && c <= '9') ||
	       (c != 0 && strchr("-._~:/?#[]@!$&'()*+,;=%", c) != NULL);
}

static size_t index_of(struct br_octets text, const char *any)
{
	size_t i = 0;

	while (i < text.size && (text.data[i] == 0 || !strchr(any, text.data[i])))
		i++;
	return i;
}

static struct br_octets from(struct br_octets text, size_t at)
{
	return (struct br_octets){text.data + at, text.size - at};
}

static struct url6 url6_read(struct br_octets url)
{
	struct url6 u = {0};
	size_t colon = index_of(url, ":"), colons = 0, end;
	struct br_octets rest;

	u.well_formed = colon > 0 && url.size > colon + 3 && is_letter(url.data[0]) &&
	                url.data[colon + 1] == '/' && url.data[colon + 2] == '/';
	for (size_t i = 0; i < url.size; i++)
		u.well_formed = u.well_formed && is_uri_octet(url.data[i]);
	if (url.size <= colon + 3 || url.data[colon + 1] != '/' || url.data[colon + 2] != '/')
		return u;
	u.scheme = (struct br_octets){url.data, colon};
	rest = from(url, colon + 3);
	end = index_of(rest, "/?#");
	u.host = (struct br_octets){rest.data, end};
	u.path = from(rest, end);
	if (end > 0 && rest.data[0] == '[') {
		u.literal = true;
		return u;
	}
	for (size_t i = 0; i < end; i++)
		colons += rest.data[i] == ':';
	u.bare = colons > 1;
	u.well_formed = u.well_formed && end > 0 && rest.data[0] != ':';
	return u;
}

/* RFC 3629 §3, without looking for overlong forms */
static bool is_utf8(struct br_octets text)
{
	size_t more = 0;

	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];

		if (c == 0 || (more > 0) != ((c & 0xc0) == 0x80) || c >= 0xf8)
			return false;
		if (more > 0)
			more--;
		else
			more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
	}
	return more == 0;
}

/* RFC 5970 §3.2 */
static bool are_parameters(struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);
	struct br_octets one;

	while (br_dhcp6_boot_parameter_get(&r, &one) == 1) {
		if (!is_utf8(one))
			return false;
	}
	return !r.bad;
}

/* EDK2 PxeBcDhcp6.c PxeBcExtractBootFileParam */
static bool is_block_count(struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);
	struct br_octets one;
	uint64_t blocks;

	return br_dhcp6_boot_parameter_get(&r, &one) == 1 && one.size <= SIZE_DIGITS &&
	       br_text_get_decimal(one, UINT64_MAX, &blocks);
}

static struct br_octets name_in(struct url6 url)
{
	size_t at = url.path.size;

	while (at > 0 && url.path.data[at - 1] != '/')
		at--;
	if (at == 0)
		return url.path; /* maybe NULL */
	return (struct br_octets){url.path.data + at, url.path.size - at};
}

static bool has_within(struct br_octets text, const char *word)
{
	for (size_t i = 0; i < text.size; i++) {
		if (br_text_starts_nocase((struct br_octets){text.data + i, text.size - i}, word))
			return true;
	}
	return false;
}

/* RFC 5970 §3.1, §3.2: whoever asked. */
static void judge_form(struct br_rules *r, const struct br_reply6 *y, struct url6 url)
{
	struct br_octets parameters = br_dhcp6_find(y->m->options, BR_DHCP6_OPTION_BOOT_PARAMETERS);

	if (y->url.data) {
		bool nul = y->url.size > 0 && y->url.data[y->url.size - 1] == 0;

		(void)br_judge(r, BR_RULE_D6_NB_01, url.well_formed, "option 59 %s",
		               nul ? "ends in NUL" : "is no URL");
		if (url.well_formed && (url.literal || url.bare))
			(void)br_judge(r, BR_RULE_D6_NB_02, url.literal,
			               "an IPv6 address without brackets");
	}
	if (parameters.data)
		(void)br_judge(r, BR_RULE_D6_NB_03, are_parameters(parameters),
		               "option 60 is no run of strings with their lengths");
}

static bool was_sent(const struct br_asked6 *q, uint16_t arch)
{
	for (size_t i = 0; i < q->archs; i++) {
		if (q->arch[i] == arch)
			return true;
	}
	return false;
}

static void judge_arch(struct br_rules *r, const struct br_reply6 *y)
{
	struct br_octets value = br_dhcp6_find(y->m->options, BR_DHCP6_OPTION_ARCH);
	struct br_reader reader = br_reader_of(value.data, value.size);
	bool sent = true;
	uint16_t arch = 0;

	if (y->q->archs == 0 || y->q->archs == BR_ARCH6_MAX)
		return;
	if (y->url.data)
		(void)br_judge(r, BR_RULE_D6_NB_04, value.data != NULL, "option 61 is absent");
	while (value.data && br_left(&reader) >= 2 && sent) {
		arch = br_get_be16(&reader);
		sent = was_sent(y->q, arch);
	}
	if (value.data)
		(void)br_judge(r, BR_RULE_D6_NB_05, sent, "type %u was not sent", arch);
}

/* EDK2's PXE: it knows tftp:// alone, and its own meaning of the parameters. */
static void judge_for_pxe(struct br_rules *r, const struct br_reply6 *y, struct url6 url)
{
	struct br_octets parameters = br_dhcp6_find(y->m->options, BR_DHCP6_OPTION_BOOT_PARAMETERS);

	if (y->q->class != BR_CLASS6_PXE || y->q->ipxe)
		return;
	if (y->url.data && url.well_formed && !url.bare) {
		bool tftp = br_text_is(url.scheme, "tftp");
		bool dns = br_bit6(y->now.has, BR_DHCP6_OPTION_DNS);

		(void)br_judge(r, BR_RULE_D6_NB_09, tftp && (url.literal || dns), "%s",
		               tftp ? "a name in the URL, and no option 23"
		                    : "the URL does not start tftp://");
	}
	if (parameters.data && are_parameters(parameters))
		(void)br_judge(r, BR_RULE_D6_NB_10, is_block_count(parameters),
		               "the first parameter is no number of 1 to 5 digits");
}

static bool has_class(const struct br_reply6 *y, const char *name)
{
	struct br_reader reader = br_reader_of(y->m->options.data, y->m->options.size);
	struct br_dhcp6_option o;
	struct br_octets text;
	uint32_t enterprise;

	while (br_dhcp6_option_get(&reader, &o) == 1) {
		if (o.code == BR_DHCP6_OPTION_VENDOR_CLASS &&
		    br_dhcp6_vendor_class(o.value, &enterprise, &text) &&
		    br_text_starts(text, name))
			return true;
	}
	return false;
}

/* EDK2's HTTP boot: HttpBootParseDhcp6Packet wants both, and reads the URL up to a zero. */
static void judge_for_http(struct br_rules *r, const struct br_reply6 *y, struct url6 url)
{
	const uint8_t *end = y->m->options.data + y->m->options.size;
	bool class = has_class(y, "HTTPClient");
	bool http = url.well_formed &&
	            (br_text_is(url.scheme, "http") || br_text_is(url.scheme, "https"));

	if (y->q->class != BR_CLASS6_HTTP || y->q->ipxe || (!class && !http))
		return;
	(void)br_judge(r, BR_RULE_HBD_12, class && y->url.data, "option %s",
	               class ? "59 is absent" : "16 is no class HTTPClient");
	if (http)
		(void)br_judge(r, BR_RULE_HBD_13,
		               y->url.data + y->url.size < end && y->url.data[y->url.size] == 0,
		               "no octet 0 stands behind the URL");
}

static void judge_shim(struct br_rules *r, struct url6 url)
{
	if (url.well_formed && !url.bare && br_text_is(url.scheme, "tftp") &&
	    br_text_starts_nocase(name_in(url), "shim"))
		(void)br_judge(r, BR_RULE_D6_NB_12, url.literal, "a name in the URL of shim");
}

static void judge_second_stage(struct br_rules *r, const struct br_reply6 *y, struct url6 url)
{
	struct br_octets name = name_in(url);
	bool program = has_within(name, "ipxe") || has_within(name, "undionly") ||
	               has_within(name, "snponly");
	const struct br_answered6 *a;

	if (!y->q->ipxe || !y->url.data || y->m->levels > 0)
		return;
	for (size_t back = 0; (a = br_answered6_back(r, back)) != NULL; back++) {
		if (a->ipxe || a->url_hash == 0 || a->server_hash != y->now.server_hash ||
		    a->levels > 0 || memcmp(a->eth_client, y->q->eth_src, 6) != 0)
			continue;
		(void)br_judge(r, BR_RULE_D6_NB_15, !program || a->url_hash != y->now.url_hash,
		               "iPXE is sent to load what the firmware loaded, frame %llu",
		               (unsigned long long)a->frame);
		return;
	}
}

static void judge_same_url(struct br_rules *r, const struct br_reply6 *y)
{
	const struct br_answered6 *a;

	if (y->q->type != BR_DHCP6_TYPE_REQUEST || y->ia.addresses == 0 ||
	    !br_bit6(y->now.wanted, BR_DHCP6_OPTION_BOOT_URL))
		return;
	a = br_rules_advertise6(r, y);
	if (a && a->url_hash != 0)
		(void)br_judge(r, BR_RULE_D6_NB_08, a->url_hash == y->now.url_hash,
		               "option 59 %s, the ADVERTISE is frame %llu",
		               y->url.data ? "is another" : "is absent",
		               (unsigned long long)a->frame);
}

static void judge_firmware(struct br_rules *r, const struct br_reply6 *y)
{
	const struct br_asked6 *q = y->q;
	bool firmware = q->class != BR_CLASS6_NONE && !q->ipxe;
	br_time delay = r->at - q->at;

	if (firmware)
		(void)br_judge(r, BR_RULE_D6_NB_14, y->m->whole.size <= FIRMWARE_MAX, "%zu octets",
		               y->m->whole.size);
	if (!q->answered && (r->complete || (firmware && delay < EDK2_TRY)))
		(void)br_judge(r, BR_RULE_D6_NB_13, delay <= SOON, "%llu ms behind frame %llu",
		               (unsigned long long)(delay / BR_MS), (unsigned long long)q->frame);
}

void br_rules_boot6(struct br_rules *r, struct br_reply6 *y)
{
	struct url6 url = url6_read(y->url);

	if (y->m->type != BR_DHCP6_TYPE_ADVERTISE && y->m->type != BR_DHCP6_TYPE_REPLY)
		return;
	judge_form(r, y, url);
	judge_shim(r, url);
	br_rules_note_binl6(r, y);
	if (!y->q)
		return;
	judge_arch(r, y);
	judge_for_pxe(r, y, url);
	judge_for_http(r, y, url);
	judge_second_stage(r, y, url);
	judge_same_url(r, y);
	judge_firmware(r, y);
}
