/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/rules/base/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

const char *br_rules_ip(char text[static 16], uint32_t address)
{
	struct br_writer w = br_writer_of(text, 16);

	br_text_put_ipv4(&w, address);
	return br_text_end(&w);
}

const char *br_rules_host(char text[static 40], const uint8_t ip[static 16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, 0xff};
	struct br_writer w = br_writer_of(text, 40);

	if (!memcmp(ip, mapped, sizeof(mapped))) {
		br_text_put_ipv4(&w, br_rules_be32(ip + 12));
		return br_text_end(&w);
	}
	for (int i = 0; i < 16; i += 2) {
		if (i > 0)
			br_text_put(&w, ":");
		br_text_put_hex(&w, (uint64_t)(ip[i] << 8 | ip[i + 1]), 4);
	}
	return br_text_end(&w);
}

uint32_t br_rules_hash(uint32_t seed, const void *data, size_t size)
{
	return (uint32_t)br_hash(seed, data, size);
}

uint32_t br_rules_host_hash(const uint8_t ip[static 16])
{
	return br_rules_hash(BR_RULES_HASH_SEED, ip, 16);
}

bool br_rules_same_host(const uint8_t a[static 16], const uint8_t b[static 16])
{
	return memcmp(a, b, 16) == 0;
}

/* ARP has no IP header: the address the sender says it has. */
static struct br_endpoint party_of(const struct br_packet *p)
{
	struct br_endpoint party = p->src;

	if (p->network == BR_NETWORK_ARP) {
		party.ip[10] = party.ip[11] = 0xff;
		for (int i = 0; i < 4; i++)
			party.ip[12 + i] = (uint8_t)(p->arp.sender_ip >> (24 - 8 * i));
	}
	return party;
}

static bool is_party(const struct br_rules *r, const struct br_breach *breach)
{
	struct br_endpoint party = party_of(r->packet);

	return breach->link == r->link && !memcmp(breach->mac, r->packet->eth_src, 6) &&
	       !memcmp(breach->party.ip, party.ip, 16);
}

static void print_safe(char *text, size_t size, const char *format, va_list arguments)
{
	(void)vsnprintf(text, size, format, arguments);
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f)
			*text = '?';
	}
}

/* Rules that measure how long something took */
static bool is_timed(enum br_rule rule)
{
	static const enum br_rule timed[] = {
		BR_RULE_D4S_DISC_13, BR_RULE_PXE_PRX_13,  BR_RULE_PXE_BS_13,   BR_RULE_D6_NB_13,
		BR_RULE_NET_ARP_01,  BR_RULE_NET_ARP_02,  BR_RULE_NET_ARP_04,  BR_RULE_HTTP_LIM_07,
		BR_RULE_ROB_HT_01,   BR_RULE_HTTP_CON_01, BR_RULE_HTTP_CON_06, BR_RULE_NET_ND_04,
		BR_RULE_TFTP_LCK_03, BR_RULE_ROB_TF_07,   BR_RULE_PXE_CLI_07,  BR_RULE_PXE_CLI_09,
		BR_RULE_D6_CLI_02,   BR_RULE_TFTP_TMO_03, BR_RULE_TFTP_RTX_01, BR_RULE_TFTP_RTX_02,
		BR_RULE_TFTP_RTX_03, BR_RULE_TFTP_RTX_04, BR_RULE_TFTP_WIN_11,
	};

	for (size_t i = 0; i < sizeof(timed) / sizeof(timed[0]); i++) {
		if (timed[i] == rule)
			return true;
	}
	return false;
}

bool br_rules_is_edk2(struct br_octets class, int32_t arch)
{
	size_t name = br_text_starts(class, "PXEClient:Arch:")    ? 9
	              : br_text_starts(class, "HTTPClient:Arch:") ? 10
	                                                          : 0;

	return name > 0 && class.size == name + strlen(":Arch:00007:UNDI:003000") && arch > 0;
}

static bool does_count(const struct br_rules *r)
{
	struct br_endpoint party;

	if (!r->counts)
		return true;
	party = party_of(r->packet);
	return r->counts(r->context, &party);
}

/* There is no room: the last of those that do not count goes. False: all do. */
static bool leave_out_another(struct br_rules *r)
{
	for (size_t i = r->breaches; i-- > 0;) {
		if (r->breach[i].counts)
			continue;
		r->breaches--;
		memmove(&r->breach[i], &r->breach[i + 1], (r->breaches - i) * sizeof(r->breach[0]));
		return true;
	}
	return false;
}

bool br_judge(struct br_rules *r, enum br_rule rule, bool holds, const char *format, ...)
{
	struct br_breach *breach = NULL;
	va_list arguments;
	bool counts;

	if ((r->not_edk2 && br_rule_of_edk2[rule]) || (r->untimed && is_timed(rule)))
		return true;
	counts = does_count(r);
	r->judged[rule] += counts;
	if (holds)
		return true;
	r->broken[rule] += counts;
	for (size_t i = 0; i < r->breaches && !breach; i++) {
		if (r->breach[i].id == br_rule_ids[rule] && is_party(r, &r->breach[i]))
			breach = &r->breach[i];
	}
	if (breach && breach->last_frame == r->frame)
		return false; /* a packet counts once */
	if (breach) {
		breach->last_frame = r->frame;
		if (breach->count < BR_BREACH_FRAMES_MAX)
			breach->frame[breach->count] = r->frame;
		breach->count++;
		return false;
	}
	if (r->breaches == BR_BREACHES_MAX && !(counts && leave_out_another(r))) {
		r->left_out += counts;
		return false;
	}
	breach = &r->breach[r->breaches++];
	*breach = (struct br_breach){.id = br_rule_ids[rule],
	                             .counts = counts,
	                             .party = party_of(r->packet),
	                             .link = r->link,
	                             .count = 1,
	                             .last_frame = r->frame,
	                             .frame = {r->frame},
	                             .at = r->at};
	memcpy(breach->mac, r->packet->eth_src, 6);
	va_start(arguments, format);
	print_safe(breach->text, sizeof(breach->text), format, arguments);
	va_end(arguments);
	return false;
}

enum br_sum br_rules_udp_sum(const struct br_rules *r)
{
	enum br_sum sum = r->sums_virtual ? BR_SUM_RIGHT : br_packet_sum(r->packet);

	return sum == BR_SUM_UNFILLED ? BR_SUM_RIGHT : sum;
}

bool br_rules_climbs(struct br_octets path)
{
	int depth = 0;

	for (size_t at = 0; at < path.size;) {
		size_t end = at;

		while (end < path.size && path.data[end] != '/' && path.data[end] != '\\')
			end++;
		if (end - at == 2 && !memcmp(path.data + at, "..", 2))
			depth--;
		else if (end > at && !(end - at == 1 && path.data[at] == '.'))
			depth++;
		if (depth < 0)
			return true;
		at = end + 1;
	}
	return false;
}
