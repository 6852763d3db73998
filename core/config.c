/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/config.h"

#include <errno.h>
#include <string.h>

#include "core/base/arch.h"
#include "core/base/text.h"
#include "core/formats/dhcp_option.h"

/* Takes @value into @config. Return: 0, -EINVAL or -ENOSPC; @config may then be half done:
 * every setter works on something local and stores it as its last step.
 */
typedef int set_value(struct br_config *config, struct br_octets value);

void br_config_init(struct br_config *config)
{
	memset(config, 0, sizeof(*config));
	config->lease_s = 3600; /* outlives a boot: iPXE and GRUB never renew */
	config->offer_s = 60;   /* a client asks four times in 60 s, PXE 2.1 §2.2.2 */
	config->decline_s = 600;
	config->authoritative = true;
	config->leases_max = 1024;
	config->menu_timeout_s = 0;
	config->http_port = 80;
	config->windowsize_max = 16;
	config->blksize_max = 1468; /* fills an Ethernet frame, none is ever cut */
	config->transfers_max = 1024;
	config->retry_ms = 1000;
	config->retries_max = 5;
	config->tid_min = 49152;
	config->tid_max = 65535;
	config->streams_max = 64;
	config->request_size_max = 16384;
	config->idle_ms = 30000;
}

static bool copy_text(char *target, size_t size, struct br_octets text)
{
	if (text.size >= size || (text.size > 0 && memchr(text.data, 0, text.size)))
		return false;
	memset(target, 0, size);
	if (text.size > 0)
		memcpy(target, text.data, text.size);
	return true;
}

/* Decimal, or hex behind 0x. */
static bool get_number(struct br_octets text, uint64_t max, uint64_t *ret)
{
	uint8_t octets[8];
	uint64_t value = 0;
	size_t size;

	if (!br_text_starts_nocase(text, "0x"))
		return br_text_get_decimal(text, max, ret);
	text.data += 2;
	text.size -= 2;
	if (!br_text_get_hex(text, octets, sizeof(octets), &size))
		return false;
	for (size_t i = 0; i < size; i++)
		value = value << 8 | octets[i];
	if (value > max)
		return false;
	*ret = value;
	return true;
}

static int set_u32(uint32_t *target, struct br_octets value, uint32_t min, uint32_t max)
{
	uint64_t number;

	if (!br_text_get_decimal(value, max, &number) || number < min)
		return -EINVAL;
	*target = (uint32_t)number;
	return 0;
}

static int set_bool(bool *target, struct br_octets value)
{
	if (!br_text_is(value, "on") && !br_text_is(value, "off"))
		return -EINVAL;
	*target = br_text_is(value, "on");
	return 0;
}

static int set_address(uint32_t *target, struct br_octets value)
{
	return br_text_get_ipv4(value, target) ? 0 : -EINVAL;
}

/* A-B, both below or equal @max and in order */
static bool get_range(struct br_octets value, uint64_t max, uint64_t *ret_first, uint64_t *ret_last)
{
	struct br_octets first = br_text_cut(&value, '-');
	uint64_t a, b;

	if (!br_text_get_decimal(first, max, &a) || !br_text_get_decimal(value, max, &b) || a > b)
		return false;
	*ret_first = a;
	*ret_last = b;
	return true;
}

static bool get_pool(struct br_octets value, uint32_t *ret_first, uint32_t *ret_last)
{
	struct br_octets first = br_text_cut(&value, '-');
	uint32_t a, b;

	if (!br_text_get_ipv4(first, &a) || !br_text_get_ipv4(value, &b) || a == 0 || a > b)
		return false;
	*ret_first = a;
	*ret_last = b;
	return true;
}

static int set_role(struct br_config *config, struct br_octets value)
{
	static const struct {
		const char *name;
		enum br_role role;
	} roles[] = {
		{"dhcp", BR_ROLE_DHCP}, {"proxydhcp", BR_ROLE_PROXYDHCP}, {"pxe", BR_ROLE_PXE},
		{"tftp", BR_ROLE_TFTP}, {"http", BR_ROLE_HTTP},
	};
	unsigned set = 0;

	while (value.data) {
		struct br_octets name = br_text_cut(&value, ',');
		size_t i = 0;

		while (i < sizeof(roles) / sizeof(roles[0]) && !br_text_is(name, roles[i].name))
			i++;
		if (i == sizeof(roles) / sizeof(roles[0]))
			return -EINVAL;
		set |= roles[i].role;
	}
	config->roles = set;
	return 0;
}

static int set_pool(struct br_config *config, struct br_octets value)
{
	struct br_config_subnet pool = {0};

	if (!get_pool(value, &pool.pool_first, &pool.pool_last))
		return -EINVAL;
	for (size_t i = 0; i < config->subnets; i++) {
		struct br_config_subnet *subnet = &config->subnet[i];

		if (subnet->netmask == 0 || subnet->pool_first != 0 ||
		    (pool.pool_first & subnet->netmask) != subnet->network)
			continue;
		if ((pool.pool_last & subnet->netmask) != subnet->network)
			return -EINVAL;
		subnet->pool_first = pool.pool_first;
		subnet->pool_last = pool.pool_last;
		return 0;
	}
	if (config->subnets == BR_CONFIG_SUBNETS_MAX)
		return -ENOSPC;
	config->subnet[config->subnets++] = pool;
	return 0;
}

static bool get_cidr(struct br_octets value, struct br_config_subnet *subnet)
{
	return br_text_get_cidr(value, &subnet->network, &subnet->netmask) &&
	       subnet->netmask != 0 && subnet->netmask != UINT32_MAX &&
	       (subnet->network & ~subnet->netmask) == 0;
}

static int set_subnet(struct br_config *config, struct br_octets value)
{
	struct br_config_subnet subnet = {0};

	if (!get_cidr(br_text_cut(&value, ','), &subnet))
		return -EINVAL;
	while (value.data) {
		struct br_octets word = br_text_cut(&value, ',');
		struct br_octets name = br_text_cut(&word, '=');

		if (br_text_is(name, "pool")) {
			if (!get_pool(word, &subnet.pool_first, &subnet.pool_last) ||
			    (subnet.pool_first & subnet.netmask) != subnet.network ||
			    (subnet.pool_last & subnet.netmask) != subnet.network)
				return -EINVAL;
		} else if (!br_text_is(name, "router") || set_address(&subnet.router, word)) {
			return -EINVAL;
		}
	}
	if (config->subnets == BR_CONFIG_SUBNETS_MAX)
		return -ENOSPC;
	config->subnet[config->subnets++] = subnet;
	return 0;
}

/* One of @a and @b is an address of the network, the other is not. */
static bool parts(uint32_t network, uint32_t netmask, uint32_t a, uint32_t b)
{
	return ((a & netmask) == network) != ((b & netmask) == network);
}

static bool are_apart(const struct br_config *config, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < config->links; i++) {
		const struct br_config_link *link = &config->link[i];

		if (parts(link->address & link->netmask, link->netmask, a, b))
			return true;
	}
	for (size_t i = 0; i < config->subnets; i++) {
		if (parts(config->subnet[i].network, config->subnet[i].netmask, a, b))
			return true;
	}
	return false;
}

/* What stands in the way of @wanted: an address is one machine's, and a machine has one on each
 * network. NULL if nothing does.
 */
static const struct br_config_reservation *
reserved_before(const struct br_config *config, const struct br_config_reservation *wanted)
{
	for (size_t i = 0; i < config->reservations; i++) {
		const struct br_config_reservation *have = &config->reservation[i];

		if (have->address == wanted->address ||
		    (memcmp(have->mac, wanted->mac, sizeof(have->mac)) == 0 &&
		     !are_apart(config, have->address, wanted->address)))
			return have;
	}
	return NULL;
}

static int set_reserve(struct br_config *config, struct br_octets value)
{
	struct br_config_reservation reservation = {0};
	struct br_octets mac = br_text_cut(&value, ',');

	if (!br_text_get_mac(mac, reservation.mac) || set_address(&reservation.address, value))
		return -EINVAL;
	if (reserved_before(config, &reservation))
		return -EEXIST;
	if (config->reservations == BR_CONFIG_RESERVATIONS_MAX)
		return -ENOSPC;
	config->reservation[config->reservations++] = reservation;
	return 0;
}

/* The place of option @code: that of an earlier word, which is replaced, or a new one. */
static int store_option(struct br_config *config, const struct br_config_option *option)
{
	size_t i = 0;

	while (i < config->options && config->option[i].code != option->code)
		i++;
	if (i == BR_CONFIG_OPTIONS_MAX)
		return -ENOSPC;
	if (i == config->options)
		config->options++;
	config->option[i] = *option;
	return 0;
}

/* Numbers or addresses with commas between them, @unit octets each */
static int get_list(struct br_octets value, size_t unit, bool addresses,
                    struct br_config_option *option)
{
	struct br_writer w = br_writer_of(option->value, sizeof(option->value));
	uint64_t max = unit == 4 ? UINT32_MAX : unit == 2 ? UINT16_MAX : UINT8_MAX;

	while (value.data) {
		struct br_octets word = br_text_cut(&value, ',');
		uint64_t number = 0;
		uint32_t address = 0;

		if (addresses ? !br_text_get_ipv4(word, &address) : !get_number(word, max, &number))
			return -EINVAL;
		if (addresses)
			number = address;
		for (size_t shift = unit; shift > 0; shift--)
			br_put_u8(&w, (uint8_t)(number >> 8 * (shift - 1)));
	}
	option->size = (uint16_t)br_written(&w);
	return w.bad ? -EINVAL : 0;
}

static int get_option_text(struct br_octets value, struct br_config_option *option)
{
	if (value.size > sizeof(option->value))
		return -EINVAL;
	if (value.size > 0)
		memcpy(option->value, value.data, value.size);
	option->size = (uint16_t)value.size;
	return 0;
}

static struct br_octets behind(struct br_octets text, const char *prefix)
{
	return (struct br_octets){.data = text.data + strlen(prefix),
	                          .size = text.size - strlen(prefix)};
}

/* "text", hex:.., u8:.. u16:.. u32:.., addresses, or what the option's format suggests */
static int get_option_value(struct br_octets value, struct br_config_option *option)
{
	if (value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"')
		return get_option_text((struct br_octets){value.data + 1, value.size - 2}, option);
	if (br_text_starts(value, "hex:")) {
		size_t size = 0;

		if (value.size > 4 && !br_text_get_hex(behind(value, "hex:"), option->value,
		                                       sizeof(option->value), &size))
			return -EINVAL;
		option->size = (uint16_t)size;
		return 0;
	}
	if (br_text_starts(value, "u8:"))
		return get_list(behind(value, "u8:"), 1, false, option);
	if (br_text_starts(value, "u16:"))
		return get_list(behind(value, "u16:"), 2, false, option);
	if (br_text_starts(value, "u32:"))
		return get_list(behind(value, "u32:"), 4, false, option);
	if (value.size == 0)
		return 0;
	switch (br_dhcp_option_format(option->code)) {
	case BR_DHCP_FORMAT_TEXT:
		return get_option_text(value, option);
	case BR_DHCP_FORMAT_U8:
		return get_list(value, 1, false, option);
	case BR_DHCP_FORMAT_U16:
		return get_list(value, 2, false, option);
	case BR_DHCP_FORMAT_U32:
		return get_list(value, 4, false, option);
	case BR_DHCP_FORMAT_IPV4:
	case BR_DHCP_FORMAT_HEX:
	case BR_DHCP_FORMAT_SUB:
		return get_list(value, 4, true, option);
	case BR_DHCP_FORMAT_NONE:
		break;
	}
	return -EINVAL;
}

/* Those the server fills by itself, or the boot rules do. */
static bool is_own_option(uint64_t code)
{
	static const uint8_t own[] = {
		BR_DHCP_OPTION_SUBNET_MASK,  BR_DHCP_OPTION_REQUESTED_ADDRESS,
		BR_DHCP_OPTION_LEASE_TIME,   BR_DHCP_OPTION_OVERLOAD,
		BR_DHCP_OPTION_MESSAGE_TYPE, BR_DHCP_OPTION_SERVER_ID,
		BR_DHCP_OPTION_PARAMETERS,   BR_DHCP_OPTION_MAX_SIZE,
		BR_DHCP_OPTION_RENEWAL_TIME, BR_DHCP_OPTION_REBINDING_TIME,
		BR_DHCP_OPTION_CLIENT_ID,    BR_DHCP_OPTION_TFTP_SERVER,
		BR_DHCP_OPTION_BOOT_FILE,    BR_DHCP_OPTION_RELAY_AGENT,
	};

	return memchr(own, (int)code, sizeof(own)) != NULL;
}

/* opt43=..., or opt43!=...: sent although not asked for */
static int set_option(struct br_config *config, struct br_octets key, struct br_octets value)
{
	struct br_config_option option = {0};
	uint64_t code;

	key = behind(key, "opt");
	if (key.size > 0 && key.data[key.size - 1] == '!') {
		option.forced = true;
		key.size--;
	}
	if (!br_text_get_decimal(key, 254, &code) || code == 0)
		return -ENOENT;
	if (is_own_option(code))
		return -EPERM;
	option.code = (uint8_t)code;
	if (get_option_value(value, &option) < 0)
		return -EINVAL;
	/* EDK2 reads one instance of these only (PxeBcDhcp4.c): never split them. */
	if (option.size > 255 &&
	    (code == BR_DHCP_OPTION_VENDOR || code == BR_DHCP_OPTION_VENDOR_CLASS))
		return -EINVAL;
	return store_option(config, &option);
}

static int set_dns(struct br_config *config, struct br_octets value)
{
	struct br_config_option option = {.code = BR_DHCP_OPTION_DNS};

	if (get_list(value, 4, true, &option) < 0)
		return -EINVAL;
	return store_option(config, &option);
}

static int set_domain(struct br_config *config, struct br_octets value)
{
	struct br_config_option option = {.code = BR_DHCP_OPTION_DOMAIN_NAME};

	if (value.size == 0 || value.size > 255 || get_option_text(value, &option) < 0)
		return -EINVAL;
	return store_option(config, &option);
}

/* "11223344-5566-...": SMBIOS and so option 97 have the first three parts low octet first. */
static bool get_uuid(struct br_octets text, uint8_t uuid[16])
{
	static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	uint8_t octets[16];
	size_t size;

	if (!br_text_get_hex(text, octets, sizeof(octets), &size) || size != sizeof(octets))
		return false;
	for (size_t i = 0; i < sizeof(order); i++)
		uuid[i] = octets[order[i]];
	return true;
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
	if (br_text_is(name, "uuid") && get_uuid(word, rule->uuid)) {
		rule->has_uuid = true;
		return 0;
	}
	if (br_text_is(name, "user-class") && word.size > 0)
		return copy_text(rule->user_class, sizeof(rule->user_class), word) ? 0 : -EINVAL;
	if (br_text_is(name, "vendor-class") && word.size > 0)
		return copy_text(rule->vendor_class, sizeof(rule->vendor_class), word) ? 0
		                                                                       : -EINVAL;
	if (br_text_is(name, "server") && word.data)
		return set_address(&rule->server, word);
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

static int set_boot(struct br_config *config, struct br_octets value)
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
	}
	if (!is_file(file) || !copy_text(rule.file, sizeof(rule.file), file))
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

static int set_menu(struct br_config *config, struct br_octets value)
{
	struct br_config_menu_item item = {0};
	struct br_octets type = br_text_cut(&value, ',');
	struct br_octets text = br_text_cut(&value, ',');
	uint64_t number;

	if (!get_number(type, UINT16_MAX, &number) || text.size == 0 ||
	    !copy_text(item.text, sizeof(item.text), text))
		return -EINVAL;
	item.type = (uint16_t)number;
	while (value.data) {
		struct br_octets word = br_text_cut(&value, ',');

		if (set_address(&item.server, word) == 0)
			continue;
		/* a URL is no use here: what asks for a boot item is a PXE client */
		if (item.file[0] || br_text_is_url(word) || !is_file(word) ||
		    !copy_text(item.file, sizeof(item.file), word))
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

static int set_menu_prompt(struct br_config *config, struct br_octets value)
{
	struct br_octets seconds = br_text_cut(&value, ',');
	char old[sizeof(config->menu_prompt)];
	uint64_t number;

	memcpy(old, config->menu_prompt, sizeof(old));
	if (!br_text_get_decimal(seconds, 255, &number) || value.size == 0 ||
	    !copy_text(config->menu_prompt, sizeof(config->menu_prompt), value))
		return -EINVAL;
	if (config->menu_items > 0 && menu_size(config) > BR_CONFIG_MENU_OCTETS_MAX) {
		memcpy(config->menu_prompt, old, sizeof(old));
		return -ENOSPC;
	}
	config->menu_timeout_s = (uint8_t)number;
	return 0;
}

static int set_discovery_control(struct br_config *config, struct br_octets value)
{
	uint64_t number;

	if (!get_number(value, 15, &number)) /* bits 4..7 are zero, PXE 2.1 table 2-1 */
		return -EINVAL;
	config->discovery_control = (uint8_t)number;
	config->discovery_control_set = true;
	return 0;
}

static int set_discovery_group(struct br_config *config, struct br_octets value)
{
	uint32_t group;

	if (set_address(&group, value) < 0 || group >> 28 != 0xe) /* 224.0.0.0/4 */
		return -EINVAL;
	config->discovery_group = group;
	return 0;
}

static int set_proxy_offer(struct br_config *config, struct br_octets value)
{
	if (!br_text_is(value, "full") && !br_text_is(value, "bare"))
		return -EINVAL;
	config->proxy_offer_bare = br_text_is(value, "bare");
	return 0;
}

static int set_windowsize(struct br_config *config, struct br_octets value)
{
	uint64_t number = config->windowsize_max;
	bool on = !br_text_is(value, "off");

	if (on && !br_text_is(value, "on") &&
	    (!br_text_get_decimal(value, UINT16_MAX, &number) || number == 0))
		return -EINVAL;
	config->windowsize_on = on;
	config->windowsize_max = (uint16_t)number;
	return 0;
}

static int set_tid(struct br_config *config, struct br_octets value)
{
	uint64_t first, last;

	if (!get_range(value, UINT16_MAX, &first, &last) || first == 0)
		return -EINVAL;
	config->tid_min = (uint16_t)first;
	config->tid_max = (uint16_t)last;
	return 0;
}

static int set_u16(uint16_t *target, struct br_octets value, uint32_t min, uint32_t max)
{
	uint32_t number;

	if (set_u32(&number, value, min, max) < 0)
		return -EINVAL;
	*target = (uint16_t)number;
	return 0;
}

/* A setter that only hands the value on to one of the above */
#define SETTER(name, call)                                                                         \
	static int name(struct br_config *config, struct br_octets value)                          \
	{                                                                                          \
		return call;                                                                       \
	}

SETTER(set_authoritative, set_bool(&config->authoritative, value))
SETTER(set_blksize, set_u16(&config->blksize_max, value, 8, 65464))
SETTER(set_decline_rest, set_u32(&config->decline_s, value, 1, UINT32_MAX - 1))
SETTER(set_http_port, set_u16(&config->http_port, value, 1, UINT16_MAX))
SETTER(set_idle, set_u32(&config->idle_ms, value, 1, 3600000))
SETTER(set_known_only, set_bool(&config->known_only, value))
SETTER(set_lease, set_u32(&config->lease_s, value, 1, UINT32_MAX))
SETTER(set_leases, set_u32(&config->leases_max, value, 1, 65535))
SETTER(set_next_server, set_address(&config->next_server, value))
SETTER(set_offer_hold, set_u32(&config->offer_s, value, 1, 86400))
SETTER(set_request_size, set_u32(&config->request_size_max, value, 64, 1 << 20))
SETTER(set_retries, set_u32(&config->retries_max, value, 0, 100))
SETTER(set_retry, set_u32(&config->retry_ms, value, 1, 255000))
SETTER(set_router, set_address(&config->router, value))
SETTER(set_single_port, set_bool(&config->single_port, value))
SETTER(set_streams, set_u32(&config->streams_max, value, 1, 4096))
SETTER(set_text_nul, set_bool(&config->text_nul, value))
SETTER(set_transfers, set_u32(&config->transfers_max, value, 1, 65535))

/* Sorted by name. @wants completes "expected ...". */
static const struct key {
	const char *name, *wants, *says;
	set_value *set;
} keys[] = {
	{"authoritative", "on or off", "NAK addresses that are wrong on this network (on)",
         set_authoritative},
	{"blksize", "a number from 8 to 65464", "largest TFTP block granted, RFC 2348 (1468)",
         set_blksize},
	{"boot",
         "FILE[@COND,...]: a name of at most 127 octets or a URL of at most 255; conditions "
         "arch:N, mac:, uuid:, user-class:, vendor-class:, server:IP",
         "boot file for whom; the first that matches wins", set_boot},
	{"decline-rest", "seconds, at least 1", "a declined address rests this long (600)",
         set_decline_rest},
	{"discovery-control", "a number from 0 to 15",
         "PXE tag 6: 1 no broadcast, 2 no multicast, 4 listed servers only, 8 boot at once",
         set_discovery_control},
	{"discovery-group", "an address from 224.0.0.0 to 239.255.255.255",
         "PXE tag 7: where boot servers are asked for", set_discovery_group},
	{"dns", "addresses with commas", "option 6", set_dns},
	{"domain", "a name of at most 255 octets", "option 15", set_domain},
	{"http-port", "a port from 1 to 65535", "of the HTTP server and in its URLs (80)",
         set_http_port},
	{"idle", "milliseconds from 1 to 3600000",
         "an HTTP connection without a request is closed (30000)", set_idle},
	{"known-only", "on or off", "serve reserved hardware addresses alone (off)",
         set_known_only},
	{"lease", "seconds, at least 1", "option 51; 4294967295 is for ever (3600)", set_lease},
	{"leases", "a number from 1 to 65535", "bindings held at once (1024)", set_leases},
	{"menu", "TYPE,TEXT[,FILE][,SERVER], and all items within 255 octets of option 43",
         "a line of the PXE boot menu; type 0 is local boot", set_menu},
	{"menu-prompt", "SECONDS,TEXT with 0 to 255 seconds",
         "PXE tag 10: 0 takes the first item, 255 waits for ever", set_menu_prompt},
	{"next-server", "an address", "siaddr when no boot rule matches", set_next_server},
	{"nul-terminate", "on or off", "close options 66 and 67 with a NUL for old ROMs (off)",
         set_text_nul},
	{"offer-hold", "seconds from 1 to 86400", "an offered address is kept this long (60)",
         set_offer_hold},
	{"optN", "a \"text\", addresses with commas, hex:..., u8:..., u16:... or u32:...",
         "option N for clients that ask for it", NULL},
	{"optN!", "a value as of optN", "option N for all clients", NULL},
	{"pool", "A-B, two addresses of one subnet in order",
         "addresses for clients, of the first link unless a subnet has them", set_pool},
	{"proxy-offer", "full or bare",
         "bare: a proxy's OFFER leaves file and menu to port 4011 (full)", set_proxy_offer},
	{"request-size", "octets from 64 to 1048576", "longest head of an HTTP request (16384)",
         set_request_size},
	{"reserve", "MAC,IP as in 52:54:00:12:34:56,10.77.0.5",
         "an address for one client; a second one for another subnet=, which stands before it",
         set_reserve},
	{"retries", "a number up to 100", "TFTP retransmissions before giving up (5)", set_retries},
	{"retry", "milliseconds from 1 to 255000",
         "first TFTP retransmission; doubles each time (1000)", set_retry},
	{"role", "dhcp, proxydhcp, pxe, tftp, http, or several with commas", "what the server does",
         set_role},
	{"router", "an address", "option 3 where a subnet has none of its own", set_router},
	{"single-port", "on or off", "TFTP answers from port 69, for clients behind NAT (off)",
         set_single_port},
	{"streams", "a number from 1 to 4096", "HTTP connections at once (64)", set_streams},
	{"subnet", "CIDR[,pool=A-B][,router=IP] as in 10.77.0.0/24,pool=10.77.0.100-10.77.0.199",
         "where clients are, chosen by link, giaddr or option 82", set_subnet},
	{"tid", "A-B, ports from 1 to 65535", "TFTP transfer identifiers (49152-65535)", set_tid},
	{"transfers", "a number from 1 to 65535", "TFTP transfers at once (1024)", set_transfers},
	{"windowsize", "off, on or a number from 1 to 65535",
         "grant TFTP windows, RFC 7440 (off; on is 16)", set_windowsize},
};

enum {
	KEYS = sizeof(keys) / sizeof(keys[0])
};

/* As much of @text as there is room for. */
static void put_cut(struct br_writer *w, const char *text)
{
	size_t size = strlen(text);

	br_put_bytes(w, text, size < br_room(w) ? size : br_room(w));
}

static int complain(char *error, size_t error_size, int result, const char *wants)
{
	struct br_writer w = br_writer_of(error, error_size);

	if (result == -ENOENT)
		put_cut(&w, "no such key");
	else if (result == -EPERM)
		put_cut(&w, "the server fills this option by itself");
	else if (result == -ENOSPC)
		put_cut(&w, "no room for one more: ");
	if (wants && (result == -EINVAL || result == -ENOSPC)) {
		put_cut(&w, "expected ");
		put_cut(&w, wants);
	}
	(void)br_text_end(&w);
	return result == -EPERM ? -EINVAL : result;
}

/* Which word before @value has what it wants. */
static int complain_of_reservation(const struct br_config *config, struct br_octets value,
                                   char *error, size_t error_size)
{
	struct br_config_reservation wanted = {0};
	struct br_octets mac = br_text_cut(&value, ',');
	const struct br_config_reservation *have;
	uint8_t text[96];
	struct br_writer w = br_writer_of(text, sizeof(text));

	(void)br_text_get_mac(mac, wanted.mac);
	(void)set_address(&wanted.address, value);
	have = reserved_before(config, &wanted);
	br_text_put_ipv4(&w, have->address);
	br_text_put(&w, " is reserved for ");
	br_text_put_mac(&w, have->mac);
	br_text_put(&w, " already");
	br_text_end(&w);
	w = br_writer_of(error, error_size);
	put_cut(&w, (const char *)text);
	(void)br_text_end(&w);
	return -EINVAL;
}

int br_config_set(struct br_config *config, const char *key, const char *value, char *error,
                  size_t error_size)
{
	struct br_octets octets = br_text(value);
	int result;

	for (size_t i = 0; i < KEYS; i++) {
		if (!keys[i].set || !br_text_is(br_text(key), keys[i].name))
			continue;
		result = keys[i].set(config, octets);
		if (result == -EEXIST)
			return complain_of_reservation(config, octets, error, error_size);
		return result == 0 ? 0 : complain(error, error_size, result, keys[i].wants);
	}
	if (!br_text_starts(br_text(key), "opt"))
		return complain(error, error_size, -ENOENT, NULL);
	result = set_option(config, br_text(key), octets);
	return result == 0 ? 0
	                   : complain(error, error_size, result,
	                              "\"text\", addresses with commas, hex:..., u8:..., u16:... "
	                              "or u32:...");
}

const char *br_config_key(size_t index)
{
	return index < KEYS ? keys[index].name : NULL;
}

const char *br_config_key_says(size_t index)
{
	return index < KEYS ? keys[index].says : NULL;
}
