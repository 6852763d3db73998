/* SPDX-License-Identifier: BSD-2-Clause */
/* What every DHCP reply must look like, and what an address server must say. */
#include "conformance/rules/dhcp/form.h"

#include <string.h>

#include "conformance/rules/dhcp/odd.h"

enum {
	ID_SIZE_MIN = 2, /* RFC 2132 §9.14 */
	ETHERNET_MTU = 1500,
	UDP_OVER_ETHERNET = ETHERNET_MTU - 28,
	LEASE_S_MIN = 600,
};

/* EDK2 Dhcp4Dxe/Dhcp4Option.c, mDhcp4OptionFormats: what it takes, of what servers send */
static bool edk2_takes(uint8_t code, size_t size)
{
	switch (code) {
	case BR_DHCP_OPTION_SUBNET_MASK:
	case BR_DHCP_OPTION_LEASE_TIME:
	case BR_DHCP_OPTION_SERVER_ID:
	case BR_DHCP_OPTION_RENEWAL_TIME:
	case BR_DHCP_OPTION_REBINDING_TIME:
		return size == 4;
	case BR_DHCP_OPTION_ROUTER:
	case BR_DHCP_OPTION_DNS:
		return size > 0 && size % 4 == 0;
	case BR_DHCP_OPTION_BOOT_FILE_SIZE:
		return size == 2;
	case BR_DHCP_OPTION_CLIENT_ID:
		return size >= 2;
	case BR_DHCP_OPTION_BOOT_FILE:
		return size >= 1;
	default:
		return true;
	}
}

static void judge_ends(struct br_rules *r, const struct br_dhcp_message *m)
{
	bool cut = m->overload && (m->broken[0] || m->broken[1] || m->broken[2]);

	if (m->overload)
		(void)br_judge(r, BR_RULE_D4C_OPT_07, !cut, "an option runs over its field's edge");
	if (cut)
		return;
	if (br_judge(r, BR_RULE_D4C_OPT_01, m->ended[0] && !m->broken[0], "%s",
	             m->broken[0] ? "an option runs over the end of the datagram"
	                          : "the options field has no END") &&
	    m->overload)
		(void)br_judge(r, BR_RULE_D4C_OPT_02, m->ended[1] && m->ended[2],
		               "the overloaded %s has no END", m->ended[1] ? "sname" : "file");
}

/* Octets of a field up to its END, and that with it; 0 if it has none. */
static size_t end_of(const uint8_t *data, size_t size)
{
	struct br_reader r = br_reader_of(data, size);
	struct br_dhcp_option option;
	int result;

	do
		result = br_dhcp_option_get(&r, &option);
	while (result == 1);
	return result == 0 ? size - br_left(&r) : 0;
}

static bool all_zero(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i] != 0)
			return false;
	}
	return true;
}

static void judge_field(struct br_rules *r, const uint8_t *data, size_t size, bool overloaded,
                        const char *name)
{
	const uint8_t *nul = memchr(data, 0, size);
	size_t end = end_of(data, size);

	if (overloaded) {
		if (end > 0)
			(void)br_judge(r, BR_RULE_D4C_OPT_06,
			               data[0] != 0 && all_zero(data + end, size - end),
			               "%s does not start with an option, or is not padded with 0",
			               name);
		return;
	}
	/* options there look like: a code that is no letter, lengths that add up, an END */
	(void)br_judge(r, BR_RULE_D4C_OPT_05,
	               !(end > 2 && (data[0] < 32 || data[0] > 126) && data[0] != 0 &&
	                 data[0] != BR_DHCP_OPTION_END),
	               "%s holds options, and option 52 does not say so", name);
	if (br_judge(r, BR_RULE_D4C_HDR_09, nul != NULL, "%s has no NUL in its %zu octets", name,
	             size) &&
	    end <= 2)
		(void)br_judge(r, BR_RULE_ROB_X_01, all_zero(nul, (size_t)(data + size - nul)),
		               "octets that are not 0 stand behind the end of %s", name);
}

static void judge_padding(struct br_rules *r)
{
	static const size_t at = BR_DHCP_AT_OPTIONS;
	struct br_octets all = r->packet->payload;
	size_t end = all.size > at ? end_of(all.data + at, all.size - at) : 0;

	if (end > 0)
		(void)br_judge(r, BR_RULE_ROB_X_01,
		               all_zero(all.data + at + end, all.size - at - end),
		               "octets that are not 0 stand behind END");
}

static bool is_firmware(const struct br_asked *q)
{
	return q && q->class != BR_CLASS_NONE;
}

/* What had to be refused when it was configured, or need not have been split. */
static enum br_rule rule_of_split(const struct br_reply *y, uint8_t code)
{
	if (br_dhcp_get(y->m, code).size > 255 && code == 43 && y->q->class == BR_CLASS_PXE)
		return BR_RULE_PXE_V43_08;
	if (br_dhcp_get(y->m, code).size > 255 && code == 67 && y->q->class == BR_CLASS_HTTP)
		return BR_RULE_HBD_05;
	return BR_RULE_D4C_OPT_11;
}

static void judge_repeated(struct br_rules *r, const struct br_reply *y, uint8_t code)
{
	const struct br_dhcp_message *m = y->m;
	size_t first = 0, last = 0, seen = 0;
	bool one_field = true;

	for (size_t i = 0; i < m->instances; i++) {
		if (m->instance[i].code != code)
			continue;
		if (seen++ == 0)
			first = i;
		one_field = one_field && m->instance[i].field == m->instance[first].field;
		last = i;
	}
	if (code == 43 || code == 54 || code == 60 || code == 66 || code == 67) {
		if (is_firmware(y->q))
			(void)br_judge(r, rule_of_split(y, code), false,
			               "option %u of %zu octets stands %zu times", code,
			               br_dhcp_get(m, code).size, seen);
	} else if (br_dhcp_get(m, code).size > 255) {
		(void)br_judge(r, BR_RULE_D4C_OPT_10, last - first + 1 == seen,
		               "the %zu parts of option %u are apart", seen, code);
	} else if (y->q && br_asked_wants(y->q, code) && one_field) {
		(void)br_judge(r, BR_RULE_D4C_OPT_17, false, "option %u stands %zu times", code,
		               seen);
	}
}

static void judge_options(struct br_rules *r, const struct br_reply *y)
{
	const struct br_dhcp_message *m = y->m;
	static const uint8_t texts[] = {12, 15, 60, 66, 67};

	for (size_t i = 0; i < m->instances; i++) {
		uint8_t code = m->instance[i].code;

		(void)br_judge(r, BR_RULE_D4C_OPT_03,
		               m->broken[0] || edk2_takes(code, m->instance[i].value.size),
		               "option %u has length %zu", code, m->instance[i].value.size);
		if (code >= 209 && code <= 211)
			(void)br_judge(r, BR_RULE_D4S_BF_05, m->instance[i].value.size > 0,
			               "option %u is empty", code);
		if (m->joined_count[code] > 1 && m->joined_first[code] == i && code != 53 &&
		    code != 82 && code != 124 && code != 125)
			judge_repeated(r, y, code);
		else if (is_firmware(y->q) && (code == 43 || code == 60 || code == 67))
			(void)br_judge(r, BR_RULE_D4C_OPT_11, true, "%s", "");
		if (code == 43 && m->joined_count[code] == 1 && y->q && y->q->class == BR_CLASS_PXE)
			(void)br_judge(r, BR_RULE_PXE_V43_08, true, "%s", "");
		if (code == 67 && m->joined_count[code] == 1 && y->q &&
		    y->q->class == BR_CLASS_HTTP)
			(void)br_judge(r, BR_RULE_HBD_05, true, "%s", "");
	}
	for (size_t i = 0; i < sizeof(texts); i++) {
		struct br_octets value = br_dhcp_get(m, texts[i]);
		bool spared = texts[i] >= 66 && is_firmware(y->q); /* D4C-OPT-15 */

		if (value.size > 0 && !spared)
			(void)br_judge(r, BR_RULE_D4C_OPT_14, value.data[value.size - 1] != 0,
			               "option %u ends in a NUL", texts[i]);
	}
	if (y->q && y->q->ipxe)
		(void)br_judge(r, BR_RULE_D4C_OPT_12, m->overload == 0, "option 52 is %u",
		               m->overload);
}

/* What RFC 2131 table 3 speaks of; answers about leases (RFC 4388) have other fields. */
static bool is_of_lease(enum br_dhcp_type type)
{
	return type == BR_DHCP_TYPE_OFFER || type == BR_DHCP_TYPE_ACK || type == BR_DHCP_TYPE_NAK;
}

static void judge_size(struct br_rules *r, const struct br_reply *y)
{
	const struct br_asked *q = y->q;
	unsigned size = (unsigned)r->packet->payload_size, whole = r->packet->ipv4.size;

	(void)br_judge(r, BR_RULE_D4C_SIZ_05,
	               size >= BR_DHCP_SIZE_MIN || y->m->instances == 0 ||
	                       (y->m->type != BR_DHCP_TYPE_NONE && !is_of_lease(y->m->type)),
	               "%u octets of UDP payload", size);
	if (!q || y->forwarded)
		return;
	if (q->max_size >= 576)
		(void)br_judge(r, BR_RULE_D4C_SIZ_01, whole <= q->max_size,
		               "the datagram has %u octets, option 57 was %u", whole, q->max_size);
	else if (q->max_size == 0)
		(void)br_judge(r, BR_RULE_D4C_SIZ_02, whole <= 576,
		               "the datagram has %u octets, without option 57", whole);
	if (q->class == BR_CLASS_PXE && q->arch > 0 && !q->ipxe)
		(void)br_judge(r, BR_RULE_D4C_SIZ_04, size <= UDP_OVER_ETHERNET,
		               "%u octets of UDP payload", size);
	else if (q->class == BR_CLASS_PXE)
		(void)br_judge(r, BR_RULE_NET_FRG_02, whole <= ETHERNET_MTU,
		               "a datagram of %u octets", whole);
}

void br_rules_dhcp_form(struct br_rules *r, const struct br_reply *y)
{
	const struct br_dhcp_message *m = y->m;
	const struct br_dhcp_header *h = &m->header;
	bool dhcp = y->q && y->q->type != BR_DHCP_TYPE_NONE;

	if (dhcp && !br_judge(r, BR_RULE_D4C_HDR_10, m->has_cookie, "no cookie"))
		return;
	if (!m->has_cookie)
		return;
	/* D4C-OPT-04; and an option 53 of another length may be taken for BOOTP */
	if (dhcp && !((y->q->odd.padded || y->q->odd.type) && br_dhcp_count(m, 53) == 0))
		(void)br_judge(r, BR_RULE_D4C_HDR_11,
		               br_dhcp_count(m, 53) == 1 && br_dhcp_get(m, 53).size == 1,
		               "option 53 stands %zu times, of length %zu", br_dhcp_count(m, 53),
		               br_dhcp_get(m, 53).size);
	if (y->q && y->q->type == BR_DHCP_TYPE_NONE && !y->q->odd.type)
		(void)br_judge(r, BR_RULE_D4S_BTP_01,
		               br_dhcp_count(m, 53) == 0 && r->packet->payload_size <= 300,
		               "option 53 is %s, %u octets",
		               br_dhcp_count(m, 53) ? "there" : "absent",
		               (unsigned)r->packet->payload_size);
	(void)br_judge(r, BR_RULE_D4C_HDR_06,
	               y->pxe_port || !is_of_lease(m->type) || (h->hops == 0 && h->secs == 0),
	               "hops %u, secs %u", h->hops, h->secs);
	judge_ends(r, m);
	judge_field(r, h->file, sizeof(h->file), (m->overload & BR_DHCP_OVERLOAD_FILE) != 0,
	            "file");
	judge_field(r, h->sname, sizeof(h->sname), (m->overload & BR_DHCP_OVERLOAD_SNAME) != 0,
	            "sname");
	judge_padding(r);
	judge_options(r, y);
	judge_size(r, y);
}

static void judge_boot_file(struct br_rules *r, const struct br_reply *y)
{
	const struct br_dhcp_header *h = &y->m->header;
	struct br_octets name66 = br_dhcp_get_text(y->m, BR_DHCP_OPTION_TFTP_SERVER);
	bool uri = br_rules_is_uri(y->best_file);
	bool pxe = y->q && y->q->class == BR_CLASS_PXE;
	bool ack = y->m->type == BR_DHCP_TYPE_ACK;
	uint32_t address;

	if (y->best_file.size == 0 || uri)
		return;
	if (pxe && ack && !y->q->ipxe)
		(void)br_judge(r, BR_RULE_D4S_BF_02, y->file.size > 0 && h->siaddr != 0,
		               "siaddr %s, header file %s", BR_IP(h->siaddr),
		               y->file.size > 0 ? "there" : "empty");
	if (h->yiaddr != 0 && !(pxe && ack && !y->q->ipxe))
		(void)br_judge(r, BR_RULE_D4S_BF_01, h->siaddr != 0 || name66.size > 0,
		               "a boot file, and siaddr 0.0.0.0");
	if (y->file.size > 0 && y->file67.size > 0)
		(void)br_judge(r, BR_RULE_D4S_BF_03, br_text_equal(y->file, y->file67),
		               "header file and option 67 differ");
	if (name66.size > 0 && h->siaddr != 0 && br_text_get_ipv4(name66, &address))
		(void)br_judge(r, BR_RULE_D4S_BF_03, address == h->siaddr,
		               "siaddr is %s, option 66 another", BR_IP(h->siaddr));
}

static void judge_address(struct br_rules *r, const struct br_reply *y)
{
	uint32_t mask = 0, yiaddr = y->m->header.yiaddr, router = 0;
	struct br_octets routers = br_dhcp_get(y->m, BR_DHCP_OPTION_ROUTER);
	bool fits;

	(void)br_dhcp_get_be32(y->m, BR_DHCP_OPTION_SUBNET_MASK, &mask);
	if (routers.size >= 4)
		router = br_rules_be32(routers.data);
	fits = !br_rules_is_group(yiaddr) && yiaddr >> 24 != 127 && yiaddr != y->src_ip &&
	       yiaddr != router;
	if (mask != 0 && ~mask > 1)
		fits = fits && (yiaddr & ~mask) != 0 && (yiaddr & ~mask) != ~mask;
	(void)br_judge(r, BR_RULE_D4S_DISC_01, fits, "yiaddr %s, mask %s", BR_IP(yiaddr),
	               BR_IP(mask));
}

static void judge_times(struct br_rules *r, const struct br_reply *y)
{
	uint32_t lease = 0, t1 = 0, t2 = 0;
	bool has_t1 = br_dhcp_get_be32(y->m, BR_DHCP_OPTION_RENEWAL_TIME, &t1);
	bool has_t2 = br_dhcp_get_be32(y->m, BR_DHCP_OPTION_REBINDING_TIME, &t2);

	if (!br_dhcp_get_be32(y->m, BR_DHCP_OPTION_LEASE_TIME, &lease))
		return;
	if (has_t1 || has_t2)
		(void)br_judge(r, BR_RULE_D4S_LSE_01,
		               (!has_t1 || t1 < lease) && (!has_t2 || t2 < lease) &&
		                       (!has_t1 || !has_t2 || t1 < t2),
		               "lease %u s, T1 %u s, T2 %u s", lease, t1, t2);
	if (y->q && y->q->ipxe)
		(void)br_judge(r, BR_RULE_D4S_LSE_04, lease >= LEASE_S_MIN, "lease of %u s", lease);
}

/* What is sent like a proxy's answer, but with an address: no lease, no netmask. */
static bool is_proxy_with_address(const struct br_reply *y)
{
	return y->m->type == BR_DHCP_TYPE_OFFER && y->m->header.yiaddr != 0 &&
	       br_text_starts(y->class, "PXEClient") && br_dhcp_count(y->m, 51) == 0 &&
	       br_dhcp_count(y->m, 1) == 0;
}

static void judge_offer(struct br_rules *r, const struct br_reply *y)
{
	uint32_t mask = 0;

	if (!br_judge(r, BR_RULE_PXE_PRX_03, !is_proxy_with_address(y),
	              "an OFFER of %s without lease time", BR_IP(y->m->header.yiaddr)))
		return;
	judge_address(r, y);
	if (y->q && y->q->odd.small &&
	    !br_judge(r, BR_RULE_D4C_SIZ_03, y->has_server_id && br_dhcp_count(y->m, 51) > 0,
	              "option 57 was %u, and option %s is left out", y->q->max_size,
	              y->has_server_id ? "51" : "54"))
		return;
	(void)br_judge(r, BR_RULE_D4S_DISC_02, y->has_server_id && y->server_id != 0,
	               "option 54 is %s", y->has_server_id ? "0.0.0.0" : "absent");
	(void)br_judge(r, BR_RULE_D4S_DISC_03, br_dhcp_count(y->m, 51) > 0, "no option 51");
	(void)br_judge(r, BR_RULE_D4S_DISC_05, y->m->header.ciaddr == 0, "ciaddr %s",
	               BR_IP(y->m->header.ciaddr));
	if (is_firmware(y->q) && br_asked_wants(y->q, 1)) {
		bool there = br_dhcp_get_be32(y->m, BR_DHCP_OPTION_SUBNET_MASK, &mask);

		(void)br_judge(r, BR_RULE_D4S_BF_04, there && mask != 0, "option 1 is %s",
		               there ? "0.0.0.0" : "absent");
	}
}

static void judge_nak(struct br_rules *r, const struct br_reply *y)
{
	static const uint8_t allowed[] = {53, 54, 56, 60, 61, 82};
	const struct br_dhcp_header *h = &y->m->header;
	uint8_t odd = 0;

	for (size_t i = 0; i < y->m->instances; i++) {
		if (!memchr(allowed, y->m->instance[i].code, sizeof(allowed)))
			odd = y->m->instance[i].code;
	}
	(void)br_judge(r, BR_RULE_D4S_NAK_01, y->has_server_id && odd == 0,
	               odd ? "option %u" : "no option 54", odd);
	(void)br_judge(r, BR_RULE_D4S_NAK_02, (h->ciaddr | h->yiaddr | h->siaddr) == 0,
	               "ciaddr %s, yiaddr %s, siaddr %s", BR_IP(h->ciaddr), BR_IP(h->yiaddr),
	               BR_IP(h->siaddr));
	if (h->giaddr != 0)
		(void)br_judge(r, BR_RULE_D4S_NAK_03, (h->flags & BR_DHCP_FLAG_BROADCAST) != 0,
		               "flags 0x%04x", h->flags);
}

static void judge_inform(struct br_rules *r, const struct br_reply *y)
{
	const struct br_dhcp_message *m = y->m;

	(void)br_judge(r, BR_RULE_D4S_INF_01,
	               br_dhcp_count(m, 51) + br_dhcp_count(m, 58) + br_dhcp_count(m, 59) == 0,
	               "option 51, 58 or 59");
	(void)br_judge(r, BR_RULE_D4S_INF_02, m->header.yiaddr == 0, "yiaddr %s",
	               BR_IP(m->header.yiaddr));
	if (m->header.giaddr == 0 && y->q->ciaddr != 0)
		(void)br_judge(r, BR_RULE_D4S_INF_03, y->dst_ip == y->q->ciaddr,
		               "sent to %s, ciaddr is %s", BR_IP(y->dst_ip), BR_IP(y->q->ciaddr));
}

static void judge_echo(struct br_rules *r, const struct br_reply *y)
{
	struct br_octets id = br_dhcp_get(y->m, BR_DHCP_OPTION_CLIENT_ID);
	bool sent = false, unsent = false, same = false;

	for (size_t i = 0; i < y->askeds; i++) {
		const struct br_asked *q = y->asked[i];

		if (q->id_size >= 0 && q->id_size < ID_SIZE_MIN) /* ROB-D4-04: taken for none */
			return;
		sent = sent || q->id_size >= 0;
		unsent = unsent || q->id_size < 0;
		same = same || (q->id_size >= 0 && id.data && id.size == (size_t)q->id_size &&
		                !memcmp(q->id, id.data, id.size));
	}
	if (y->q->odd.overrun == BR_DHCP_OPTION_CLIENT_ID) /* ROB-D4-01 */
		return;
	if (sent && !unsent)
		(void)br_judge(r, same ? BR_RULE_D4S_ID_01 : br_rules_of_id(y->q, id), same,
		               "option 61 is %s", id.data ? "another" : "absent");
	else if (unsent && !sent)
		(void)br_judge(r, BR_RULE_D4S_ID_02, !id.data, "option 61 was not asked with");
}

static void judge_copied(struct br_rules *r, const struct br_reply *y)
{
	const struct br_dhcp_header *h = &y->m->header;
	bool same = false, to_it = false;

	for (size_t i = 0; i < y->askeds; i++) {
		const struct br_asked *q = y->asked[i];

		same = same || (q->flags == h->flags && (q->giaddr == h->giaddr || y->forwarded));
		to_it = to_it || q->giaddr == h->giaddr || q->dst_ip == y->src_ip;
	}
	if (y->askeds > 0 && (to_it || y->forwarded))
		(void)br_judge(r, BR_RULE_D4C_HDR_08, same,
		               "flags 0x%04x, giaddr %s; asked with 0x%04x, %s", h->flags,
		               BR_IP(h->giaddr), y->q->flags, BR_IP(y->q->giaddr));
}

static void judge_ack(struct br_rules *r, const struct br_reply *y)
{
	if (y->q->type == BR_DHCP_TYPE_INFORM) {
		judge_inform(r, y);
		return;
	}
	if (y->q->type != BR_DHCP_TYPE_REQUEST || y->m->header.yiaddr == 0)
		return;
	(void)br_judge(r, BR_RULE_D4S_DISC_03, br_dhcp_count(y->m, 51) > 0, "no option 51");
	if (y->q->server_id != 0 && y->q->server_id == y->server_id && y->q->requested != 0)
		(void)br_judge(r, BR_RULE_D4S_REQ_01, y->m->header.yiaddr == y->q->requested,
		               "yiaddr %s, %s was offered and asked for",
		               BR_IP(y->m->header.yiaddr), BR_IP(y->q->requested));
	if (y->q->server_id == 0 && y->q->ciaddr != 0 && is_firmware(y->q))
		(void)br_judge(r, BR_RULE_D4S_LSE_05, y->m->header.yiaddr == y->q->ciaddr,
		               "yiaddr %s, the client renews %s", BR_IP(y->m->header.yiaddr),
		               BR_IP(y->q->ciaddr));
	if (y->q->server_id == 0 && y->q->ciaddr != 0 && y->m->header.giaddr == 0 &&
	    y->q->dst_ip == y->src_ip)
		(void)br_judge(r, BR_RULE_D4S_REQ_09, y->dst_ip == y->q->ciaddr,
		               "sent to %s, ciaddr is %s", BR_IP(y->dst_ip), BR_IP(y->q->ciaddr));
}

void br_rules_dhcp_lease(struct br_rules *r, const struct br_reply *y)
{
	const struct br_dhcp_message *m = y->m;
	bool server = m->header.yiaddr != 0 || m->type == BR_DHCP_TYPE_NAK;

	if (!m->has_cookie || m->type == BR_DHCP_TYPE_NONE)
		return;
	(void)br_judge(r, BR_RULE_D4S_DISC_04,
	               y->proxy || y->pxe_port ||
	                       br_dhcp_count(m, 50) + br_dhcp_count(m, 55) + br_dhcp_count(m, 57) ==
	                               0,
	               "option 50, 55 or 57");
	if (m->type == BR_DHCP_TYPE_NAK)
		judge_nak(r, y);
	else if (!y->pxe_port)
		judge_boot_file(r, y);
	if (m->type == BR_DHCP_TYPE_OFFER && !y->proxy && !y->pxe_port)
		judge_offer(r, y);
	if (!y->pxe_port && m->header.yiaddr != 0)
		judge_times(r, y);
	if (!y->q || y->pxe_port)
		return;
	if (m->type == BR_DHCP_TYPE_ACK)
		judge_ack(r, y);
	if (server) {
		judge_echo(r, y);
		if (m->type != BR_DHCP_TYPE_NAK)
			judge_copied(r, y);
	}
}
