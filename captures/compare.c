/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "captures/show.h"
#include "core/text.h"

enum {
	CODES = 256,
	VALUE_TEXT = 96,
};

const char *br_judgement_name(enum br_judgement judgement)
{
	static const char *const names[] = {
		[BR_JUDGED_EQUAL] = "equal",
		[BR_JUDGED_BETTER] = "better",
		[BR_JUDGED_DIVERGED] = "diverged",
		[BR_JUDGED_WORSE] = "worse",
	};

	return names[judgement];
}

void br_compare_note(struct br_comparison *c, enum br_judgement judgement, const char *format, ...)
{
	size_t size = strlen(c->text);
	va_list args;

	if (judgement > c->judgement)
		c->judgement = judgement;
	if (size > 0 && size + 3 < sizeof(c->text)) {
		memcpy(c->text + size, "; ", 3);
		size += 2;
	}
	va_start(args, format);
	(void)vsnprintf(c->text + size, sizeof(c->text) - size, format, args);
	va_end(args);
}

static const char *value_text(char text[VALUE_TEXT], uint8_t code, struct br_octets value)
{
	struct br_writer w = br_writer_of(text, VALUE_TEXT - 1);

	br_dhcp_print_value(&w, code, value);
	return br_text_end(&w);
}

static bool same(struct br_octets a, struct br_octets b)
{
	return a.size == b.size && (a.size == 0 || !memcmp(a.data, b.data, a.size));
}

static bool in_parameters(const struct br_dhcp_message *request, uint8_t code)
{
	struct br_octets list = br_dhcp_get(request, BR_DHCP_OPTION_PARAMETERS);

	return list.size > 0 && memchr(list.data, code, list.size);
}

/* What a reply needs whether it was asked for or not: RFC 2131 table 3, PXE 2.1 table 2-3 */
static bool is_needed(uint8_t code)
{
	static const uint8_t needed[] = {1, 43, 51, 53, 54, 60, 67, 97};

	return memchr(needed, code, sizeof(needed));
}

/* Times follow from the lease by a rule of thumb, and the name of the file may stand in the
 * header or in 67: both are compared elsewhere or not at all.
 */
static bool is_skipped(uint8_t code)
{
	static const uint8_t skipped[] = {51, 58, 59, 66, 67, 82};

	return memchr(skipped, code, sizeof(skipped));
}

static void compare_option(struct br_comparison *c, const struct br_dhcp_message *request,
                           const struct br_dhcp_message *recorded,
                           const struct br_dhcp_message *ours, uint8_t code)
{
	struct br_octets was = br_dhcp_get(recorded, code), is = br_dhcp_get(ours, code);
	char a[VALUE_TEXT], b[VALUE_TEXT];

	if (is_skipped(code) || (!was.data && !is.data) || (was.data && is.data && same(was, is)))
		return;
	if (!is.data && !is_needed(code) && !in_parameters(request, code)) {
		br_compare_note(c, BR_JUDGED_EQUAL, "option %u left out, nobody asked for it",
		                code);
	} else if (!is.data) {
		br_compare_note(c,
		                is_needed(code) || in_parameters(request, code)
		                        ? BR_JUDGED_WORSE
		                        : BR_JUDGED_DIVERGED,
		                "option %u absent, was %s", code, value_text(a, code, was));
	} else if (!was.data) {
		struct br_octets sent = br_dhcp_get(request, code);
		bool echoed =
			(code == BR_DHCP_OPTION_MACHINE_ID || code == BR_DHCP_OPTION_CLIENT_ID) &&
			same(sent, is);

		br_compare_note(c, echoed ? BR_JUDGED_BETTER : BR_JUDGED_DIVERGED,
		                echoed ? "option %u given back%s" : "option %u added: %s", code,
		                echoed ? "" : value_text(b, code, is));
	} else {
		br_compare_note(c, BR_JUDGED_DIVERGED, "option %u is %s, was %s", code,
		                value_text(b, code, is), value_text(a, code, was));
	}
}

static struct br_octets boot_file(const struct br_dhcp_message *m)
{
	struct br_octets option = br_dhcp_get_text(m, BR_DHCP_OPTION_BOOT_FILE);

	return option.size > 0 ? option : br_dhcp_file(m);
}

static void compare_file(struct br_comparison *c, const struct br_dhcp_message *recorded,
                         const struct br_dhcp_message *ours)
{
	struct br_octets was = boot_file(recorded), is = boot_file(ours);

	if (!same(was, is))
		br_compare_note(c, is.size == 0 ? BR_JUDGED_WORSE : BR_JUDGED_DIVERGED,
		                "boot file is \"%.*s\", was \"%.*s\"", (int)is.size,
		                is.size ? (const char *)is.data : "", (int)was.size,
		                was.size ? (const char *)was.data : "");
	/* requirement D4S-BF-02: shim and GRUB read the header alone */
	if (br_dhcp_file(recorded).size == 0 && br_dhcp_file(ours).size > 0 && was.size > 0)
		br_compare_note(c, BR_JUDGED_BETTER, "boot file in the header too");
	if (br_dhcp_file(recorded).size > 0 && br_dhcp_file(ours).size == 0 && is.size > 0)
		br_compare_note(c, BR_JUDGED_WORSE, "boot file not in the header");
}

static void compare_address(struct br_comparison *c, const char *name, uint32_t was, uint32_t is,
                            bool may_be_added)
{
	char a[BR_SHOW_ADDRESS], b[BR_SHOW_ADDRESS];

	if (was == is)
		return;
	br_compare_note(c,
	                is == 0                    ? BR_JUDGED_WORSE
	                : was == 0 && may_be_added ? BR_JUDGED_BETTER
	                                           : BR_JUDGED_DIVERGED,
	                "%s is %s, was %s", name, br_show_ipv4(b, is), br_show_ipv4(a, was));
}

void br_compare_dhcp(struct br_comparison *c, const struct br_dhcp_message *request,
                     const struct br_dhcp_message *recorded, const struct br_dhcp_message *ours,
                     bool relayed)
{
	if (ours->header.xid != request->header.xid ||
	    memcmp(ours->header.chaddr, request->header.chaddr, 6) != 0)
		br_compare_note(c, BR_JUDGED_WORSE, "xid or chaddr is not the client's");
	if (ours->type != recorded->type)
		br_compare_note(c, BR_JUDGED_DIVERGED, "type is %u, was %u", ours->type,
		                recorded->type);
	/* a client that has its address (port 4011) does not look at yiaddr: EDK2, iPXE */
	if (request->header.ciaddr == 0 || ours->header.yiaddr != 0)
		compare_address(c, "yiaddr", recorded->header.yiaddr, ours->header.yiaddr, false);
	/* requirement PXE-BS-23: iPXE drops a proxy's answer without siaddr */
	compare_address(c, "siaddr", recorded->header.siaddr, ours->header.siaddr, true);
	if (!relayed && recorded->header.flags != ours->header.flags)
		br_compare_note(c,
		                ours->header.flags == request->header.flags ? BR_JUDGED_BETTER
		                                                            : BR_JUDGED_DIVERGED,
		                "flags are %04x, were %04x", ours->header.flags,
		                recorded->header.flags);
	compare_file(c, recorded, ours);
	for (unsigned code = 1; code < CODES - 1; code++)
		compare_option(c, request, recorded, ours, (uint8_t)code);
	if (!br_dhcp_is_valid_edk2(ours) && br_dhcp_is_valid_edk2(recorded))
		br_compare_note(c, BR_JUDGED_WORSE, "EDK2 would drop it as malformed");
}

/* The value of @name in "tsize=0 blksize=1468", or NULL; @ret_size of the value */
static const char *find_option(const char *text, const char *name, size_t name_size,
                               size_t *ret_size)
{
	while (*text) {
		size_t word = strcspn(text, " "), equal = strcspn(text, "=");

		if (equal == name_size && !strncmp(text, name, name_size)) {
			*ret_size = word - equal - 1;
			return text + equal + 1;
		}
		text += word;
		text += *text == ' ';
	}
	return NULL;
}

void br_compare_options(struct br_comparison *c, const char *asked, const char *recorded,
                        const char *ours)
{
	while (*asked) {
		size_t word = strcspn(asked, " "), name = strcspn(asked, "="), a = 0, b = 0;
		const char *was = find_option(recorded, asked, name, &a);
		const char *is = find_option(ours, asked, name, &b);

		if (!was && is)
			br_compare_note(c, BR_JUDGED_BETTER, "%.*s granted: %.*s", (int)name, asked,
			                (int)b, is);
		else if (was && !is)
			br_compare_note(c, BR_JUDGED_WORSE, "%.*s not granted, was %.*s", (int)name,
			                asked, (int)a, was);
		else if (was && (a != b || strncmp(was, is, a) != 0))
			br_compare_note(c, BR_JUDGED_DIVERGED, "%.*s is %.*s, was %.*s", (int)name,
			                asked, (int)b, is, (int)a, was);
		asked += word;
		asked += *asked == ' ';
	}
}
