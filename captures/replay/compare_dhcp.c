/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * The core was set up to say what the recorded server said (captures/replay/setup.h). So a field
 * that differs has one of four reasons: the recorded server broke a rule and the core keeps
 * it; the core breaks one, or does not do as it was told; both may, and no client can tell;
 * or the core cannot be set up so, and a client would do something else.
 */
#include "captures/replay/compare.h"

#include <string.h>

#include "captures/explain/show.h"
#include "core/base/text.h"
#include "core/dhcp/pxe_vendor.h"

enum {
	CODES = 256,
	VALUE_TEXT = 96,
	RUNNING_S = 600, /* of a lease gone by in the course of a boot */
};
static const char pxe_class[] = "PXEClient", http_class[] = "HTTPClient";
static const char table_3[] = "RFC 2131 table 3";

struct pair {
	struct br_comparison *c;
	const struct br_compare_dhcp *way;
	const struct br_dhcp_message *request, *recorded, *ours;
};

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

static bool is_asked(const struct pair *p, uint8_t code)
{
	struct br_octets list = br_dhcp_get(p->request, BR_DHCP_OPTION_PARAMETERS);

	return list.size > 0 && memchr(list.data, code, list.size);
}

static bool has_class(const struct br_dhcp_message *m, const char *class)
{
	return br_text_starts(br_dhcp_get_text(m, BR_DHCP_OPTION_VENDOR_CLASS), class);
}

/* It grants no address: PXE 2.1 §2.2.3 */
static bool is_proxy(const struct br_dhcp_message *reply)
{
	return reply->header.yiaddr == 0 && reply->type == BR_DHCP_TYPE_OFFER;
}

static void absent(const struct pair *p, uint8_t code, const char *rule)
{
	char text[VALUE_TEXT];

	br_compare_note(p->c, BR_JUDGED_WORSE, rule, "option %u absent, was %s", code,
	                value_text(text, code, br_dhcp_get(p->recorded, code)));
}

static void changed(const struct pair *p, uint8_t code, const char *rule)
{
	char a[VALUE_TEXT], b[VALUE_TEXT];

	br_compare_note(p->c, BR_JUDGED_WORSE, rule, "option %u is %s, was %s", code,
	                value_text(b, code, br_dhcp_get(p->ours, code)),
	                value_text(a, code, br_dhcp_get(p->recorded, code)));
}

/* Options one by one. Each is called when the two are not the same octets. */

typedef void compare_one(const struct pair *p, uint8_t code, struct br_octets was,
                         struct br_octets is);

static void compare_plain(const struct pair *p, uint8_t code, struct br_octets was,
                          struct br_octets is)
{
	char text[VALUE_TEXT];

	if (is.data && was.data)
		changed(p, code, is_asked(p, code) ? "D4S-DISC-10" : NULL);
	else if (is.data)
		br_compare_note(p->c, BR_JUDGED_DIVERGED, NULL, "option %u added: %s", code,
		                value_text(text, code, is));
	else if (is_asked(p, code))
		absent(p, code, "D4S-DISC-10");
	else
		br_compare_note(p->c, BR_JUDGED_EQUAL, NULL,
		                "option %u left out, nobody asked for it", code);
}

static void compare_netmask(const struct pair *p, uint8_t code, struct br_octets was,
                            struct br_octets is)
{
	if (was.data && !is.data)
		absent(p, code, "D4S-BF-04");
	else if (was.data)
		changed(p, code, NULL);
	else
		br_compare_note(p->c, is_proxy(p->ours) ? BR_JUDGED_WORSE : BR_JUDGED_BETTER,
		                is_proxy(p->ours) ? "PXE-PRX-11" : "D4S-BF-04", "option 1 given");
}

/* RFC 1122 §3.3.6: all ones behind the mask, whether somebody says so or not. */
static void compare_broadcast(const struct pair *p, uint8_t code, struct br_octets was,
                              struct br_octets is)
{
	uint32_t mask, given;

	if (!was.data && br_dhcp_get_be32(p->ours, BR_DHCP_OPTION_SUBNET_MASK, &mask) &&
	    br_dhcp_get_be32(p->ours, code, &given) && given == (p->ours->header.yiaddr | ~mask))
		br_compare_note(p->c, BR_JUDGED_EQUAL, NULL, "option 28 added, as the mask has it");
	else
		compare_plain(p, code, was, is);
}

static void compare_lease(const struct pair *p, uint8_t code, struct br_octets was,
                          struct br_octets is)
{
	uint32_t seconds = 0, before = 0;

	(void)br_dhcp_get_be32(p->ours, code, &seconds);
	if (is.data && p->ours->header.yiaddr == 0)
		br_compare_note(p->c, BR_JUDGED_WORSE, "PXE-PRX-11", "option 51 given");
	else if (!is.data)
		absent(p, code, "D4S-DISC-03");
	else if (!was.data)
		br_compare_note(p->c, seconds ? BR_JUDGED_BETTER : BR_JUDGED_WORSE, "D4S-DISC-03",
		                "option 51 given: %u", seconds);
	else if (br_dhcp_get_be32(p->recorded, code, &before) && before < seconds &&
	         seconds - before < RUNNING_S)
		br_compare_note(p->c, BR_JUDGED_EQUAL, NULL, "option 51 is %u, %u were left",
		                seconds, before);
	else
		changed(p, code, seconds ? NULL : "D4S-DISC-03");
}

static void compare_server_id(const struct pair *p, uint8_t code, struct br_octets was,
                              struct br_octets is)
{
	if (!is.data)
		absent(p, code, is_proxy(p->ours) ? "PXE-PRX-05" : "D4S-DISC-02");
	else if (was.data)
		changed(p, code, "D4S-SID-01");
	else
		br_compare_note(p->c, BR_JUDGED_BETTER,
		                is_proxy(p->ours) ? "PXE-PRX-05" : "D4S-DISC-02",
		                "option 54 given");
}

/* T1 and T2 may be anything in order; compare_times() sees to that. */
static void compare_timer(const struct pair *p, uint8_t code, struct br_octets was,
                          struct br_octets is)
{
	char a[VALUE_TEXT], b[VALUE_TEXT];

	if (!is.data)
		absent(p, code, "D4S-LSE-02");
	else if (!was.data)
		br_compare_note(p->c, BR_JUDGED_BETTER, "D4S-LSE-02", "option %u given", code);
	else
		br_compare_note(p->c, BR_JUDGED_EQUAL, NULL, "option %u is %s, was %s", code,
		                value_text(b, code, is), value_text(a, code, was));
}

static void compare_class(const struct pair *p, uint8_t code, struct br_octets was,
                          struct br_octets is)
{
	char text[VALUE_TEXT];

	for (int http = 0; http < 2 && was.data && is.data; http++) {
		const char *class = http ? http_class : pxe_class;

		if (has_class(p->recorded, class) && has_class(p->ours, class))
			return; /* the start is what clients look at */
	}
	if (!is.data)
		absent(p, code, has_class(p->recorded, http_class) ? "HBD-01" : "PXE-PRX-05");
	else if (was.data)
		changed(p, code, "PXE-ARCH-05");
	else if (has_class(p->request, http_class) && has_class(p->ours, http_class))
		br_compare_note(p->c, BR_JUDGED_BETTER, "HBD-01",
		                "option 60 given: HTTPClient; the client would go on from here");
	else
		br_compare_note(p->c, BR_JUDGED_DIVERGED, NULL, "option 60 added: %s",
		                value_text(text, code, is));
}

static void compare_client_id(const struct pair *p, uint8_t code, struct br_octets was,
                              struct br_octets is)
{
	struct br_octets sent = br_dhcp_get(p->request, code);

	if (is.data && same(sent, is))
		br_compare_note(p->c, BR_JUDGED_BETTER, "D4S-ID-01", "option 61 given back");
	else if (is.data)
		changed(p, code, sent.data ? "D4S-ID-01" : "D4S-ID-02");
	else if (same(sent, was))
		absent(p, code, "D4S-ID-01");
	else
		br_compare_note(p->c, BR_JUDGED_BETTER, "D4S-ID-02", "option 61 not made up");
}

/* RFC 4578 §2.3 binds PXE servers; to an address server beside one it is just an option. */
static void compare_machine_id(const struct pair *p, uint8_t code, struct br_octets was,
                               struct br_octets is)
{
	struct br_octets sent = br_dhcp_get(p->request, code);
	bool broke = was.data || has_class(p->recorded, pxe_class);

	if (!is.data)
		absent(p, code, "PXE-PRX-06");
	else if (!same(sent, is))
		changed(p, code, "PXE-PRX-06");
	else
		br_compare_note(p->c, broke ? BR_JUDGED_BETTER : BR_JUDGED_EQUAL,
		                broke ? "PXE-PRX-06" : NULL, "option 97 given back");
}

/* RFC 4578 §2.1, §2.2: hardly a server sends these, and no client reads them. */
static void compare_machine_type(const struct pair *p, uint8_t code, struct br_octets was,
                                 struct br_octets is)
{
	if (!is.data)
		absent(p, code, "PXE-PRX-07");
	else if (was.data || !same(br_dhcp_get(p->request, code), is))
		changed(p, code, "PXE-PRX-07");
}

/* It says in words what siaddr says: requirement D4S-BF-03. */
static void compare_tftp_server(const struct pair *p, uint8_t code, struct br_octets was,
                                struct br_octets is)
{
	struct br_octets text = br_dhcp_get_text(p->ours, code);
	uint32_t address;

	if (is.data && (!br_text_get_ipv4(text, &address) || address != p->ours->header.siaddr))
		changed(p, code, "D4S-BF-03");
	else if (is.data && (!was.data || p->recorded->header.siaddr == address))
		br_compare_note(p->c, BR_JUDGED_EQUAL, NULL, "option 66 says what siaddr says");
	else if (is.data && p->recorded->header.siaddr == 0)
		br_compare_note(p->c, BR_JUDGED_DIVERGED, NULL,
		                "option 66 says what siaddr says, was \"%.*s\"", (int)was.size,
		                (const char *)was.data);
	else
		compare_plain(p, code, was, is);
}

/* Tags of option 43 (PXE 2.1 table 2-1): their order is free, nobody reads 10 where there is
 * nothing to choose: in the answer to a boot item, or when bit 3 says to boot at once.
 */
static void compare_tag(const struct pair *p, uint8_t tag, struct br_octets was43,
                        struct br_octets is43)
{
	struct br_octets was = br_dhcp_sub_option(was43, tag, true);
	struct br_octets is = br_dhcp_sub_option(is43, tag, true);
	struct br_octets control = br_dhcp_sub_option(is43, BR_PXE_TAG_DISCOVERY_CONTROL, true);
	bool item = br_dhcp_sub_option(is43, BR_PXE_TAG_BOOT_ITEM, true).data != NULL;
	bool direct = control.size == 1 && (control.data[0] & BR_PXE_CONTROL_DIRECT);
	char a[VALUE_TEXT], b[VALUE_TEXT];

	if (same(was, is) && !was.data == !is.data)
		return;
	if (tag == BR_PXE_TAG_DISCOVERY_CONTROL && was.size == 1 && is.size == 1 &&
	    (was.data[0] | BR_PXE_CONTROL_NO_MULTICAST) == is.data[0] &&
	    !br_dhcp_sub_option(was43, BR_PXE_TAG_DISCOVERY_GROUP, true).data)
		br_compare_note(p->c, BR_JUDGED_BETTER, "PXE-V43-03",
		                "option 43 tag 6 is %02x, was %02x without a group", is.data[0],
		                was.data[0]);
	else if (tag == BR_PXE_TAG_MENU_PROMPT && !is.data && (item || direct))
		br_compare_note(p->c, BR_JUDGED_EQUAL, NULL,
		                "option 43 tag 10 left out, there is nothing to choose");
	else
		br_compare_note(p->c, BR_JUDGED_WORSE, NULL, "option 43 tag %u is %s, was %s", tag,
		                is.data ? value_text(b, BR_DHCP_OPTION_VENDOR, is) : "absent",
		                was.data ? value_text(a, BR_DHCP_OPTION_VENDOR, was) : "absent");
}

static void compare_vendor(const struct pair *p, uint8_t code, struct br_octets was,
                           struct br_octets is)
{
	if (!was.data || !is.data || !has_class(p->request, pxe_class)) {
		compare_plain(p, code, was, is);
		return;
	}
	for (unsigned tag = 1; tag < CODES - 1; tag++)
		compare_tag(p, (uint8_t)tag, was, is);
	if (is.data[is.size - 1] != BR_DHCP_OPTION_END)
		br_compare_note(p->c, BR_JUDGED_WORSE, "PXE-V43-01", "option 43 has no end");
	else if (was.data[was.size - 1] != BR_DHCP_OPTION_END)
		br_compare_note(p->c, BR_JUDGED_BETTER, "PXE-V43-01", "option 43 has its end");
}

static void compare_elsewhere(const struct pair *p, uint8_t code, struct br_octets was,
                              struct br_octets is)
{
	(void)p;
	(void)code;
	(void)was;
	(void)is;
}

static void compare_options(const struct pair *p)
{
	static const struct {
		uint8_t code;
		compare_one *compare;
	} special[] = {
		{BR_DHCP_OPTION_SUBNET_MASK, compare_netmask},
		{BR_DHCP_OPTION_BROADCAST, compare_broadcast},
		{BR_DHCP_OPTION_VENDOR, compare_vendor},
		{BR_DHCP_OPTION_LEASE_TIME, compare_lease},
		{BR_DHCP_OPTION_OVERLOAD, compare_elsewhere}, /* as what was found where */
		{BR_DHCP_OPTION_MESSAGE_TYPE, compare_elsewhere},
		{BR_DHCP_OPTION_SERVER_ID, compare_server_id},
		{BR_DHCP_OPTION_RENEWAL_TIME, compare_timer},
		{BR_DHCP_OPTION_REBINDING_TIME, compare_timer},
		{BR_DHCP_OPTION_VENDOR_CLASS, compare_class},
		{BR_DHCP_OPTION_CLIENT_ID, compare_client_id},
		{BR_DHCP_OPTION_TFTP_SERVER, compare_tftp_server},
		{BR_DHCP_OPTION_BOOT_FILE, compare_elsewhere},
		{BR_DHCP_OPTION_RELAY_AGENT, compare_elsewhere},
		{BR_DHCP_OPTION_ARCHITECTURE, compare_machine_type},
		{BR_DHCP_OPTION_NETWORK_INTERFACE, compare_machine_type},
		{BR_DHCP_OPTION_MACHINE_ID, compare_machine_id},
	};

	for (unsigned code = 1; code < CODES - 1; code++) {
		struct br_octets was = br_dhcp_get(p->recorded, (uint8_t)code);
		struct br_octets is = br_dhcp_get(p->ours, (uint8_t)code);
		compare_one *compare = compare_plain;

		if (!was.data == !is.data && same(was, is))
			continue;
		for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
			if (special[i].code == code)
				compare = special[i].compare;
		}
		compare(p, (uint8_t)code, was, is);
	}
}

/* Rules that hold of the core's reply whatever the recorded one was. */
static void check_own(const struct pair *p)
{
	static const uint8_t never[] = {BR_DHCP_OPTION_REQUESTED_ADDRESS, BR_DHCP_OPTION_PARAMETERS,
	                                BR_DHCP_OPTION_MAX_SIZE};
	const struct br_dhcp_message *m = p->ours;
	struct br_octets agent = br_dhcp_get(p->request, BR_DHCP_OPTION_RELAY_AGENT);
	uint32_t lease = 0, t1 = 0, t2 = 0;

	for (size_t i = 0; i < sizeof(never); i++) {
		if (br_dhcp_count(m, never[i]) > 0)
			br_compare_note(p->c, BR_JUDGED_WORSE, "D4S-DISC-04", "option %u in it",
			                never[i]);
	}
	if (br_dhcp_get_be32(m, BR_DHCP_OPTION_LEASE_TIME, &lease) &&
	    br_dhcp_get_be32(m, BR_DHCP_OPTION_RENEWAL_TIME, &t1) &&
	    br_dhcp_get_be32(m, BR_DHCP_OPTION_REBINDING_TIME, &t2) && !(t1 < t2 && t2 < lease))
		br_compare_note(p->c, BR_JUDGED_WORSE, "D4S-LSE-01", "T1 %u, T2 %u, lease %u", t1,
		                t2, lease);
	if (!same(agent, br_dhcp_get(m, BR_DHCP_OPTION_RELAY_AGENT)))
		br_compare_note(p->c, BR_JUDGED_WORSE, "RLS-01", "option 82 is not the relay's");
	else if (agent.data && m->instance[m->instances - 1].code != BR_DHCP_OPTION_RELAY_AGENT)
		br_compare_note(p->c, BR_JUDGED_WORSE, "RLS-02", "option 82 is not the last");
	if (!br_dhcp_is_valid_edk2(m) && br_dhcp_is_valid_edk2(p->recorded))
		br_compare_note(p->c, BR_JUDGED_WORSE, NULL, "EDK2 would drop it as malformed");
}

/* Boot file */

static struct br_octets boot_file(const struct br_dhcp_message *m)
{
	struct br_octets option = br_dhcp_get_text(m, BR_DHCP_OPTION_BOOT_FILE);

	return option.size > 0 ? option : br_dhcp_file(m);
}

static bool is_uri(struct br_octets file)
{
	for (size_t i = 0; i + 3 <= file.size; i++) {
		if (!memcmp(file.data + i, "://", 3))
			return i > 0;
	}
	return false;
}

static void compare_file(const struct pair *p)
{
	struct br_octets was = boot_file(p->recorded), is = boot_file(p->ours);
	struct br_octets header = br_dhcp_file(p->ours), before = br_dhcp_file(p->recorded);
	bool http = has_class(p->request, http_class);
	enum br_judgement judgement = was.size == 0 ? BR_JUDGED_DIVERGED : BR_JUDGED_WORSE;

	if (is.size == 0 && is_uri(was) && has_class(p->request, pxe_class) &&
	    !br_dhcp_get(p->request, BR_DHCP_OPTION_IPXE).data) {
		br_compare_note(p->c, BR_JUDGED_BETTER, "PXE-ARCH-05",
		                "no URL given to a PXE client");
		return;
	}
	if (http && is_uri(is) && !is_uri(was))
		judgement = BR_JUDGED_BETTER;
	if (!same(was, is))
		br_compare_note(p->c, judgement, http ? "HBD-02" : "D4S-BF-01",
		                "boot file is \"%.*s\", was \"%.*s\"", (int)is.size,
		                is.size ? (const char *)is.data : "", (int)was.size,
		                was.size ? (const char *)was.data : "");
	if (header.size > 0 && !same(header, is))
		br_compare_note(p->c, BR_JUDGED_WORSE, "D4S-BF-03", "header and option 67 differ");
	if (br_dhcp_count(p->recorded, BR_DHCP_OPTION_BOOT_FILE) > 0 && is.size > 0 &&
	    br_dhcp_count(p->ours, BR_DHCP_OPTION_BOOT_FILE) == 0)
		absent(p, BR_DHCP_OPTION_BOOT_FILE, "D4S-DISC-10");
	if (is_uri(is) || is.size == 0 || was.size == 0)
		return; /* the rule is shim's, which comes by TFTP */
	if (before.size == 0 && header.size > 0)
		br_compare_note(p->c, BR_JUDGED_BETTER, "D4S-BF-02", "boot file in the header too");
	if (before.size > 0 && header.size == 0)
		br_compare_note(p->c, BR_JUDGED_WORSE, "D4S-BF-02", "boot file not in the header");
}

/* Header */

static void compare_siaddr(const struct pair *p)
{
	uint32_t was = p->recorded->header.siaddr, is = p->ours->header.siaddr, own = 0;
	char a[BR_SHOW_ADDRESS], b[BR_SHOW_ADDRESS];
	bool file = boot_file(p->recorded).size > 0;
	const char *rule = "D4S-BF-01";
	enum br_judgement judgement = BR_JUDGED_WORSE;

	(void)br_dhcp_get_be32(p->ours, BR_DHCP_OPTION_SERVER_ID, &own);
	if (was == is)
		return;
	if (was == 0 && file) {
		judgement = BR_JUDGED_BETTER;
		rule = p->recorded->header.yiaddr ? rule : "PXE-BS-23";
	} else if (was == 0) { /* who asks then asks option 54 (EDK2 PxeBcRetryBinlOffer) */
		judgement = is == own ? BR_JUDGED_EQUAL : BR_JUDGED_DIVERGED;
		rule = NULL;
	}
	br_compare_note(p->c, judgement, rule, "siaddr is %s, was %s", br_show_ipv4(b, is),
	                br_show_ipv4(a, was));
}

static void compare_yiaddr(const struct pair *p)
{
	uint32_t was = p->recorded->header.yiaddr, is = p->ours->header.yiaddr;
	char a[BR_SHOW_ADDRESS], b[BR_SHOW_ADDRESS];

	/* a client that has its address (port 4011) does not look at it: EDK2, iPXE */
	if (was == is || (p->request->header.ciaddr != 0 && is == 0))
		return;
	/* it was set up to give that one (captures/replay/setup.h) */
	br_compare_note(p->c, BR_JUDGED_WORSE, was == 0 ? "PXE-PRX-03" : "D4S-DISC-01",
	                "yiaddr is %s, was %s", br_show_ipv4(b, is), br_show_ipv4(a, was));
}

static void compare_flags(const struct pair *p)
{
	uint16_t was = p->recorded->header.flags, is = p->ours->header.flags;
	bool proxy = is_proxy(p->ours);
	bool right = proxy ? (is & BR_DHCP_FLAG_BROADCAST) != 0 : is == p->request->header.flags;
	bool was_right =
		proxy ? (was & BR_DHCP_FLAG_BROADCAST) != 0 : was == p->request->header.flags;

	if (was == is || (p->way->behind_relay && right))
		return;
	br_compare_note(p->c,
	                !right      ? BR_JUDGED_WORSE
	                : was_right ? BR_JUDGED_EQUAL
	                            : BR_JUDGED_BETTER,
	                proxy ? "RLS-14" : table_3, "flags are %04x, were %04x", is, was);
}

static void compare_type(const struct pair *p)
{
	enum br_dhcp_type was = p->recorded->type, is = p->ours->type;

	if (was != is)
		br_compare_note(p->c,
		                was == BR_DHCP_TYPE_NAK ? BR_JUDGED_DIVERGED : BR_JUDGED_WORSE,
		                NULL, "type is %u, was %u", is, was);
}

static void compare_header(const struct pair *p)
{
	const struct br_dhcp_header *q = &p->request->header, *h = &p->ours->header;

	if (h->op != BR_DHCP_OP_REPLY || h->htype != q->htype || h->hlen != q->hlen || h->hops != 0)
		br_compare_note(p->c, BR_JUDGED_WORSE, table_3, "op, htype, hlen or hops");
	if (h->xid != q->xid || memcmp(h->chaddr, q->chaddr, sizeof(h->chaddr)) != 0)
		br_compare_note(p->c, BR_JUDGED_WORSE, table_3,
		                "xid or chaddr is not the client's");
	if (h->giaddr != q->giaddr)
		br_compare_note(p->c, BR_JUDGED_WORSE, table_3, "giaddr is not the request's");
	if (h->ciaddr != 0 && p->ours->type == BR_DHCP_TYPE_OFFER)
		br_compare_note(p->c, BR_JUDGED_WORSE, "D4S-DISC-05", "ciaddr in an OFFER");
	compare_type(p);
	compare_yiaddr(p);
	compare_siaddr(p);
	compare_flags(p);
}

/* Where it has to go: RFC 2131 §4.1, PXE 2.1 §2.2.1 step 6. @yiaddr: of that reply */
static struct br_endpoint due(const struct pair *p, uint32_t yiaddr, const char **ret_rule)
{
	const struct br_dhcp_header *q = &p->request->header;

	if (p->way->asked.to.port == BR_DHCP_PORT_PXE) {
		*ret_rule = "PXE-BS-02";
		return p->way->asked.from;
	}
	if (q->giaddr != 0) {
		*ret_rule = "D4S-DLV-01";
		return br_endpoint_ipv4(q->giaddr, BR_DHCP_PORT_SERVER);
	}
	*ret_rule = "D4S-REQ-09";
	if (q->ciaddr != 0)
		return br_endpoint_ipv4(q->ciaddr, BR_DHCP_PORT_CLIENT);
	*ret_rule = q->flags & BR_DHCP_FLAG_BROADCAST ? "D4S-DLV-02" : "D4S-DLV-03";
	if (q->flags & BR_DHCP_FLAG_BROADCAST || yiaddr == 0)
		yiaddr = UINT32_MAX;
	return br_endpoint_ipv4(yiaddr, BR_DHCP_PORT_CLIENT);
}

static void compare_way(const struct pair *p)
{
	const struct br_compare_way *was = &p->way->recorded_way, *is = &p->way->our_way;
	char text[BR_SHOW_ADDRESS];
	const char *rule;
	struct br_endpoint to = due(p, p->ours->header.yiaddr, &rule);

	if (is->from.port != p->way->asked.to.port)
		br_compare_note(p->c, BR_JUDGED_WORSE,
		                p->way->asked.to.port == BR_DHCP_PORT_PXE ? "PXE-BS-16"
		                                                          : "D4S-DLV-05",
		                "from port %u", is->from.port);
	if (!br_endpoint_equal(&is->to, &to))
		br_compare_note(p->c, BR_JUDGED_WORSE, rule, "sent to %s port %u",
		                br_show_ipv4(text, br_endpoint_to_ipv4(&is->to)), is->to.port);
	to = due(p, p->recorded->header.yiaddr, &rule);
	if (p->way->behind_relay || br_endpoint_equal(&was->to, &to))
		return;
	br_compare_note(p->c, BR_JUDGED_BETTER, rule, "was sent to %s port %u",
	                br_show_ipv4(text, br_endpoint_to_ipv4(&was->to)), was->to.port);
}

void br_compare_dhcp(struct br_comparison *c, const struct br_compare_dhcp *pair)
{
	const struct pair p = {.c = c,
	                       .way = pair,
	                       .request = pair->request,
	                       .recorded = pair->recorded,
	                       .ours = pair->ours};

	compare_header(&p);
	compare_way(&p);
	compare_file(&p);
	compare_options(&p);
	check_own(&p);
}
