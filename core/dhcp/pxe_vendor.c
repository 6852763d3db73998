/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/pxe_vendor.h"

#include <string.h>

#include "core/base/text.h"
#include "core/defect.h"

bool br_pxe_is_direct(const struct br_config *config)
{
	return config->discovery_control_set && (config->discovery_control & BR_PXE_CONTROL_DIRECT);
}

/* Tags 6 and 7. Clients use the first way that is on of multicast, broadcast, unicast
 * (EDK2 PxeBcImpl.c EfiPxeBcDiscover), so only ways that work are left on.
 */
static void put_control(struct br_writer *w, const struct br_config *config)
{
	uint8_t control = BR_PXE_CONTROL_NO_BROADCAST | BR_PXE_CONTROL_NO_MULTICAST;

	if (config->discovery_control_set)
		control = config->discovery_control;
	else if (config->discovery_group != 0)
		control = BR_PXE_CONTROL_NO_BROADCAST;
	if (config->discovery_group == 0)
		control |= BR_PXE_CONTROL_NO_MULTICAST; /* there is no tag 7 to go with it */
	if (BR_DEFECT(PXE_V43_02))
		control |= 0x10;
	br_dhcp_option_put(w, BR_PXE_TAG_DISCOVERY_CONTROL, &control, 1);
	if (!(control & BR_PXE_CONTROL_NO_MULTICAST) && !BR_DEFECT(PXE_V43_03)) {
		br_put_u8(w, BR_PXE_TAG_DISCOVERY_GROUP);
		br_put_u8(w, 4);
		br_put_be32(w, config->discovery_group);
	}
}

static void put_servers(struct br_writer *w, const struct br_config *config, uint32_t own)
{
	size_t servers = 0;

	for (size_t i = 0; i < config->menu_items; i++)
		servers += config->menu[i].type != 0;
	if (servers == 0)
		return;
	br_put_u8(w, BR_PXE_TAG_BOOT_SERVERS);
	br_put_u8(w, (uint8_t)(7 * servers - (BR_DEFECT(PXE_V43_04) ? 1 : 0)));
	for (size_t i = 0; i < config->menu_items; i++) {
		const struct br_config_menu_item *item = &config->menu[i];

		if (BR_DEFECT(PXE_V43_14) && i + 1 == config->menu_items)
			item = &config->menu[0];
		if (item->type == 0) /* local boot has no server */
			continue;
		br_put_be16(w, item->type);
		br_put_u8(w, 1);
		br_put_be32(w, item->server != 0 ? item->server : own);
	}
}

static void put_items(struct br_writer *w, const struct br_config *config)
{
	size_t size = 0;

	for (size_t i = 0; i < config->menu_items; i++)
		size += 3 + strlen(config->menu[i].text);
	if (size > 255) {
		w->bad = true;
		return;
	}
	br_put_u8(w, BR_PXE_TAG_BOOT_MENU);
	br_put_u8(w, (uint8_t)size);
	for (size_t i = 0; i < config->menu_items; i++) {
		const struct br_config_menu_item *item = &config->menu[i];

		br_put_be16(w, item->type);
		br_put_u8(w, (uint8_t)(strlen(item->text) + (BR_DEFECT(PXE_V43_05) ? 1 : 0)));
		br_text_put(w, item->text);
	}
}

static void put_prompt(struct br_writer *w, const struct br_config *config)
{
	size_t size = strlen(config->menu_prompt);

	if (size == 0)
		return;
	br_put_u8(w, BR_PXE_TAG_MENU_PROMPT);
	br_put_u8(w, (uint8_t)(1 + size));
	br_put_u8(w, BR_DEFECT(PXE_V43_06) ? 0 : config->menu_timeout_s);
	br_text_put(w, config->menu_prompt);
}

void br_pxe_put_menu(struct br_writer *w, const struct br_config *config, uint32_t own)
{
	if (config->menu_items == 0)
		return;
	put_control(w, config);
	if (!BR_DEFECT(PXE_V43_07))
		put_servers(w, config, own);
	if (!BR_DEFECT(PXE_V43_12))
		put_items(w, config);
	put_prompt(w, config);
	br_put_u8(w, BR_DHCP_OPTION_END);
}

void br_pxe_put_direct(struct br_writer *w, const struct br_config *config)
{
	if (BR_DEFECT(PXE_V43_09))
		br_dhcp_option_put(w, 1, "\340\0\1\2", 4);
	else
		put_control(w, config);
	br_put_u8(w, BR_DHCP_OPTION_END);
}

void br_pxe_put_boot_item(struct br_writer *w, uint16_t type, uint16_t layer)
{
	br_put_u8(w, BR_PXE_TAG_BOOT_ITEM);
	br_put_u8(w, 4);
	br_put_be16(w, (uint16_t)(type ^ (BR_DEFECT(PXE_BS_21) ? 1 : 0)));
	br_put_be16(w, layer);
	br_put_u8(w, BR_DHCP_OPTION_END);
}

void br_pxe_put_pi(struct br_writer *w)
{
	static const char text[] = "Raspberry Pi Boot   ";
	const uint8_t control = BR_PXE_CONTROL_NO_BROADCAST | BR_PXE_CONTROL_NO_MULTICAST;

	br_dhcp_option_put(w, BR_PXE_TAG_DISCOVERY_CONTROL, &control, 1);
	br_dhcp_option_put(w, BR_PXE_TAG_MENU_PROMPT, "\0PXE", 4);
	br_put_u8(w, BR_PXE_TAG_BOOT_MENU);
	br_put_u8(w, (uint8_t)(3 + strlen(text)));
	br_put_be16(w, BR_PXE_TYPE_BOOTSTRAP);
	br_put_u8(w, (uint8_t)strlen(text));
	br_text_put(w, text + (BR_DEFECT(PXE_V43_16) ? 1 : 0));
	if (BR_DEFECT(PXE_V43_16))
		br_put_u8(w, ' ');
	br_put_u8(w, BR_DHCP_OPTION_END);
}

bool br_pxe_boot_item(const struct br_dhcp_message *message, uint16_t *ret_type,
                      uint16_t *ret_layer)
{
	struct br_octets vendor = br_dhcp_get(message, BR_DHCP_OPTION_VENDOR);
	struct br_octets item = br_dhcp_sub_option(vendor, BR_PXE_TAG_BOOT_ITEM, true);
	struct br_reader r = br_reader_of(item.data, item.size);

	if (item.size != 4)
		return false;
	*ret_type = br_get_be16(&r);
	*ret_layer = br_get_be16(&r);
	return true;
}
