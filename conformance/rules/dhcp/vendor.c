/* SPDX-License-Identifier: BSD-2-Clause */
/* Option 43 of a PXE service, tag by tag: PXE 2.1 table 2-1. */
#include "conformance/rules/dhcp/vendor.h"

enum {
	TYPES_MAX = 64,
	FIRST_TAG = 6,
	LAST_TAG = 10,
};

struct types {
	uint16_t type[TYPES_MAX];
	size_t count;
};

static void add(struct types *types, unsigned type)
{
	if (types->count < TYPES_MAX)
		types->type[types->count++] = (uint16_t)type;
}

/* type(2) count(1) addresses(4 each), or with @text type(2) size(1) text: false if the run
 * does not fill its length.
 */
static bool walk(struct br_octets run, bool text, struct types *ret_types)
{
	struct br_reader in = br_reader_of(run.data, run.size);
	struct br_pxe_item item;

	while ((text ? br_pxe_boot_menu_get(&in, &item) : br_pxe_boot_servers_get(&in, &item)) ==
	       1) {
		if (text && item.value.size == 0)
			return false;
		add(ret_types, item.type);
	}
	return run.size > 0 && !in.bad;
}

static bool lists(const struct types *types, uint16_t type)
{
	for (size_t i = 0; i < types->count; i++) {
		if (types->type[i] == type)
			return true;
	}
	return false;
}

static void judge_menu(struct br_rules *r, const struct types *menu, const struct types *servers,
                       bool has_servers, uint8_t control)
{
	bool found = (control & 3) != 3; /* broadcast or multicast finds any */

	for (size_t i = 0; i < menu->count; i++) {
		uint16_t type = menu->type[i];

		if (type == 0)
			continue;
		(void)br_judge(r, BR_RULE_PXE_V43_07, found || lists(servers, type),
		               "nothing finds type %u of the menu", type);
		if (has_servers && found)
			(void)br_judge(r, BR_RULE_PXE_V43_14, lists(servers, type),
			               "tag 8 lacks type %u of the menu", type);
	}
}

static void judge_offer(struct br_rules *r, const struct br_reply *y, struct br_octets control,
                        bool has_menu)
{
	bool some = false, wfm = false;

	for (uint8_t tag = 1; tag <= LAST_TAG; tag++) {
		bool there = br_dhcp_sub_option(y->vendor, tag, true).data != NULL;

		some = some || (there && tag >= FIRST_TAG);
		wfm = wfm || (there && tag < FIRST_TAG);
	}
	if (some || wfm)
		(void)br_judge(r, BR_RULE_PXE_V43_09, some, "only tags below 6");
	if (control.size != 1)
		return;
	if (control.data[0] & BR_PXE_CONTROL_DIRECT)
		(void)br_judge(r, BR_RULE_PXE_V43_11, y->best_file.size > 0,
		               "tag 6 has bit 3, and there is no boot file");
	else
		(void)br_judge(r, BR_RULE_PXE_V43_12, has_menu,
		               "tag 6 is 0x%02x, and there is no menu", control.data[0]);
}

/* MTFTP, PXE 2.1 table 2-1: a group, two ports low octet first, two times. */
static void judge_mtftp(struct br_rules *r, const struct br_reply *y)
{
	static const uint8_t sizes[FIRST_TAG] = {0, 4, 2, 2, 1, 1};
	static const uint8_t swapped[] = {0x06, 0xde}; /* port 1758, as IANA has it, high first */

	for (uint8_t tag = 1; tag < FIRST_TAG; tag++) {
		struct br_octets v = br_dhcp_sub_option(y->vendor, tag, true);

		if (!v.data)
			continue;
		if (!br_judge(r, BR_RULE_PXE_MT_01, v.size == sizes[tag], "tag %u has length %zu",
		              tag, v.size))
			continue;
		if (tag == 1)
			(void)br_judge(r, BR_RULE_PXE_MT_01, v.data[0] >> 4 == 14 || v.data[0] == 0,
			               "tag 1 is no group");
		if (v.size == 2)
			(void)br_judge(r, BR_RULE_PXE_MT_01,
			               v.data[0] != swapped[0] || (v.data[1] & 0xfe) != swapped[1],
			               "tag %u has its high octet first", tag);
	}
}

void br_rules_vendor(struct br_rules *r, const struct br_reply *y)
{
	struct br_octets v = y->vendor;
	struct br_octets control, group, servers, menu, prompt;
	struct types listed = {.count = 0}, items = {.count = 0};
	bool servers_fit, menu_fits;

	if (!br_text_starts(y->class, "PXEClient") || !v.data || y->m->broken[0])
		return;
	control = br_dhcp_sub_option(v, BR_PXE_TAG_DISCOVERY_CONTROL, true);
	group = br_dhcp_sub_option(v, BR_PXE_TAG_DISCOVERY_GROUP, true);
	servers = br_dhcp_sub_option(v, BR_PXE_TAG_BOOT_SERVERS, true);
	menu = br_dhcp_sub_option(v, BR_PXE_TAG_BOOT_MENU, true);
	prompt = br_dhcp_sub_option(v, BR_PXE_TAG_MENU_PROMPT, true);
	(void)br_judge(r, BR_RULE_PXE_V43_01, v.size > 0 && v.data[v.size - 1] == 255,
	               "option 43 does not end with 255");
	if (control.data)
		(void)br_judge(r, BR_RULE_PXE_V43_02,
		               control.size == 1 && (control.data[0] & 0xf0) == 0,
		               "tag 6 has length %zu, value 0x%02x", control.size,
		               control.size > 0 ? control.data[0] : 0);
	if (control.size == 1 && !(control.data[0] & BR_PXE_CONTROL_NO_MULTICAST) &&
	    !(control.data[0] & BR_PXE_CONTROL_DIRECT))
		(void)br_judge(r, BR_RULE_PXE_V43_03, group.size == 4 && group.data[0] >> 4 == 14,
		               "tag 6 allows multicast, tag 7 is %s",
		               group.data ? "no group" : "absent");
	judge_mtftp(r, y);
	servers_fit = !servers.data || walk(servers, false, &listed);
	if (servers.data)
		(void)br_judge(r, BR_RULE_PXE_V43_04, servers_fit, "tag 8 does not parse");
	menu_fits = !menu.data || walk(menu, true, &items);
	if (menu.data)
		(void)br_judge(r, BR_RULE_PXE_V43_05, menu_fits, "tag 9 does not parse");
	if (prompt.data)
		(void)br_judge(r, BR_RULE_PXE_V43_06, prompt.size >= 1, "tag 10 is empty");
	if (menu_fits && servers_fit && control.size == 1)
		judge_menu(r, &items, &listed, servers.data != NULL, control.data[0]);
	if (y->m->type == BR_DHCP_TYPE_OFFER)
		judge_offer(r, y, control, menu.data != NULL);
}
