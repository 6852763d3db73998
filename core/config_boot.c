/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/config_boot.h"

#include <errno.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/arch.h"
#include "core/base/text.h"
#include "core/config_value.h"

/* One for each family: a name given twice is the last one's. */
static int get_server(struct br_octets word, struct br_config_rule *rule)
{
	if (br_text_get_ipv6(word, rule->server6))
		return 0;
	return br_config_read_address(word, &rule->server);
}

static int get_condition(struct br_octets word, struct br_config_rule *rule)
{
	struct br_octets name = br_text_cut(&word, ':');
	unsigned arch;

	if (br_text_is(name, "arch") && br_arch_by_name(word, &arch)) {
		rule->arch = (int)arch;
		return 0;
	}
	if (br_text_is(name, "mac") && br_text_get_mac(word, rule->mac)) {
		rule->has_mac = true;
		return 0;
	}
	if (br_text_is(name, "uuid") && br_config_read_uuid(word, rule->uuid) == 0) {
		rule->has_uuid = true;
		return 0;
	}
	if (br_text_is(name, "user-class") && word.size > 0)
		return br_config_read_text(word, rule->user_class, sizeof(rule->user_class));
	if (br_text_is(name, "vendor-class") && word.size > 0)
		return br_config_read_text(word, rule->vendor_class, sizeof(rule->vendor_class));
	if (br_text_is(name, "server") && word.data)
		return get_server(word, rule);
	return -EINVAL;
}

/* A name must fit the header, where shim and old ROMs read it; a URL one option 67. */
static bool is_file(struct br_octets file)
{
	return file.size <= (br_text_is_url(file) ? BR_CONFIG_TEXT_SIZE - 1 : BR_CONFIG_FILE_MAX);
}

static bool starts_condition(struct br_octets text)
{
	static const char *const names[] = {
		"arch:", "mac:", "uuid:", "user-class:", "vendor-class:", "server:"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (br_text_starts(text, names[i]))
			return true;
	}
	return false;
}

/* "@arch=7": a condition with the wrong sign, and not what a file is called */
static bool mistakes_condition(struct br_octets text)
{
	static const char *const names[] = {
		"arch=", "mac=", "uuid=", "user-class=", "vendor-class=", "server="};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (br_text_starts(text, names[i]))
			return true;
	}
	return false;
}

int br_config_set_boot(struct br_config *config, struct br_octets value)
{
	struct br_config_rule rule = {.arch = BR_ARCH_ANY};
	struct br_octets file = value, conditions = {0};

	/* an '@' may stand in a URL too: only one with a condition behind it counts */
	for (size_t i = 0; i < value.size; i++) {
		struct br_octets rest = {.data = value.data + i + 1, .size = value.size - i - 1};

		if (value.data[i] == '@' && starts_condition(rest)) {
			file.size = i;
			conditions = rest;
			break;
		}
		if (value.data[i] == '@' && mistakes_condition(rest))
			return -EINVAL;
	}
	if (!is_file(file) || br_config_read_text(file, rule.file, sizeof(rule.file)) < 0)
		return -EINVAL;
	while (conditions.data) {
		if (get_condition(br_text_cut(&conditions, ','), &rule) < 0)
			return -EINVAL;
	}
	if (config->rules == BR_CONFIG_RULES_MAX)
		return -ENOSPC;
	config->rule[config->rules++] = rule;
	return 0;
}

/* Octets of option 43 with everything the menu needs, core/dhcp/pxe_vendor.c */
static size_t menu_size(const struct br_config *config)
{
	size_t size = 3 + 6 + 1 + 3 + strlen(config->menu_prompt); /* tags 6, 7, END, 10 */
	size_t servers = 0, texts = 0;

	for (size_t i = 0; i < config->menu_items; i++) {
		servers += config->menu[i].type != 0 ? 7 : 0;
		texts += 3 + strlen(config->menu[i].text);
	}
	return size + 2 + servers + 2 + texts;
}

int br_config_set_menu(struct br_config *config, struct br_octets value)
{
	struct br_config_menu_item item = {0};
	struct br_octets type = br_text_cut(&value, ',');
	struct br_octets text = br_text_cut(&value, ',');
	uint64_t number;

	if (br_config_read_number(type, UINT16_MAX, &number) < 0 || text.size == 0 ||
	    br_config_read_text(text, item.text, sizeof(item.text)) < 0)
		return -EINVAL;
	item.type = (uint16_t)number;
	while (value.data) {
		struct br_octets word = br_text_cut(&value, ',');

		if (br_config_read_address(word, &item.server) == 0)
			continue;
		/* a URL is no use here: what asks for a boot item is a PXE client */
		if (item.file[0] || br_text_is_url(word) || !is_file(word) ||
		    br_config_read_text(word, item.file, sizeof(item.file)) < 0)
			return -EINVAL;
	}
	if (config->menu_items == BR_CONFIG_MENU_MAX)
		return -ENOSPC;
	config->menu[config->menu_items++] = item;
	if (menu_size(config) <= BR_CONFIG_MENU_OCTETS_MAX)
		return 0;
	config->menu[--config->menu_items] = (struct br_config_menu_item){0};
	return -ENOSPC;
}

int br_config_set_menu_prompt(struct br_config *config, struct br_octets value)
{
	struct br_octets seconds = br_text_cut(&value, ',');
	char old[sizeof(config->menu_prompt)];
	uint64_t number;

	memcpy(old, config->menu_prompt, sizeof(old));
	if (!br_text_get_decimal(seconds, 255, &number) || value.size == 0 ||
	    br_config_read_text(value, config->menu_prompt, sizeof(config->menu_prompt)) < 0)
		return -EINVAL;
	if (config->menu_items > 0 && menu_size(config) > BR_CONFIG_MENU_OCTETS_MAX) {
		memcpy(config->menu_prompt, old, sizeof(old));
		return -ENOSPC;
	}
	config->menu_timeout_s = (uint8_t)number;
	return 0;
}

int br_config_set_discovery_control(struct br_config *config, struct br_octets value)
{
	uint64_t number;

	if (br_config_read_number(value, 15, &number) <
	    0) /* bits 4..7 are zero, PXE 2.1 table 2-1 */
		return -EINVAL;
	config->discovery_control = (uint8_t)number;
	config->discovery_control_set = true;
	return 0;
}

int br_config_set_discovery_group(struct br_config *config, struct br_octets value)
{
	uint32_t group;

	if (br_config_read_address(value, &group) < 0 || group >> 28 != 0xe) /* 224.0.0.0/4 */
		return -EINVAL;
	config->discovery_group = group;
	return 0;
}
