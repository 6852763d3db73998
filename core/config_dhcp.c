/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/config_dhcp.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/config_value.h"
#include "core/formats/dhcp_option.h"

/* Addresses */

int br_config_set_pool(struct br_config *config, struct br_octets value)
{
	struct br_config_subnet pool = {0};

	if (br_config_read_pool(value, &pool.pool_first, &pool.pool_last) < 0)
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

int br_config_set_subnet(struct br_config *config, struct br_octets value)
{
	struct br_config_subnet subnet = {0};

	if (!get_cidr(br_text_cut(&value, ','), &subnet))
		return -EINVAL;
	while (value.data) {
		struct br_octets word = br_text_cut(&value, ',');
		struct br_octets name = br_text_cut(&word, '=');

		if (br_text_is(name, "pool")) {
			if (br_config_read_pool(word, &subnet.pool_first, &subnet.pool_last) < 0 ||
			    (subnet.pool_first & subnet.netmask) != subnet.network ||
			    (subnet.pool_last & subnet.netmask) != subnet.network)
				return -EINVAL;
		} else if (!br_text_is(name, "router") ||
		           br_config_read_address(word, &subnet.router)) {
			return -EINVAL;
		}
	}
	if (config->subnets == BR_CONFIG_SUBNETS_MAX)
		return -ENOSPC;
	config->subnet[config->subnets++] = subnet;
	return 0;
}

/* Options */

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

		if (addresses ? !br_text_get_ipv4(word, &address)
		              : br_config_read_number(word, max, &number) < 0)
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

int br_config_read_octets(struct br_octets value, struct br_config_option *option)
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
	return -ENOENT;
}

/* One of these forms, or what the option's format suggests */
static int get_option_value(struct br_octets value, struct br_config_option *option)
{
	int result = br_config_read_octets(value, option);

	if (result != -ENOENT)
		return result;
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

/* Those the server fills by itself, or other keys do: NULL if @code is none of them. */
static const char *own_option(uint8_t code)
{
	static const struct {
		uint8_t code;
		const char *says;
	} own[] = {
		{BR_DHCP_OPTION_SUBNET_MASK, "; its network does, of a net or subnet="},
		{BR_DHCP_OPTION_REQUESTED_ADDRESS, ""},
		{BR_DHCP_OPTION_LEASE_TIME, "; lease= says it"},
		{BR_DHCP_OPTION_OVERLOAD, ""},
		{BR_DHCP_OPTION_MESSAGE_TYPE, ""},
		{BR_DHCP_OPTION_SERVER_ID, ""},
		{BR_DHCP_OPTION_PARAMETERS, ""},
		{BR_DHCP_OPTION_MAX_SIZE, ""},
		{BR_DHCP_OPTION_RENEWAL_TIME, "; half of lease="},
		{BR_DHCP_OPTION_REBINDING_TIME, "; seven eighths of lease="},
		{BR_DHCP_OPTION_CLIENT_ID, ""},
		{BR_DHCP_OPTION_TFTP_SERVER, "; boot= says it"},
		{BR_DHCP_OPTION_BOOT_FILE, "; boot= says it"},
		{BR_DHCP_OPTION_RELAY_AGENT, ""},
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (own[i].code == code)
			return own[i].says;
	}
	return NULL;
}

/* "opt43!" */
static bool get_option_key(struct br_octets key, struct br_config_option *option)
{
	uint64_t code;

	key = behind(key, "opt");
	if (key.size > 0 && key.data[key.size - 1] == '!') {
		option->forced = true;
		key.size--;
	}
	if (!br_text_get_decimal(key, 254, &code) || code == 0)
		return false;
	option->code = (uint8_t)code;
	return true;
}

void br_config_say_option(struct br_octets key, int result, struct br_writer *why)
{
	static const char *const wants[] = {
		[BR_DHCP_FORMAT_HEX] =
			"hex:..., a \"text\", addresses with commas, u8:..., u16:... "
			"or u32:...",
		[BR_DHCP_FORMAT_TEXT] = "a text, or hex:...",
		[BR_DHCP_FORMAT_U8] = "numbers up to 255 with commas, or hex:...",
		[BR_DHCP_FORMAT_U16] = "numbers up to 65535 with commas, or hex:...",
		[BR_DHCP_FORMAT_U32] = "numbers up to 4294967295 with commas, or hex:...",
		[BR_DHCP_FORMAT_IPV4] = "addresses with commas, as in 10.77.0.1,10.77.0.2, or "
					"hex:...",
		[BR_DHCP_FORMAT_NONE] = "nothing, or hex:...",
		[BR_DHCP_FORMAT_SUB] = "hex:..., a \"text\" or u8:...",
	};
	struct br_config_option option = {0};

	if (!get_option_key(key, &option)) {
		br_text_put(why, "options go from opt1 to opt254");
	} else if (result == -EPERM) {
		br_text_put(why, "the server fills this option by itself");
		br_text_put(why, own_option(option.code));
	} else if (result == -E2BIG) {
		br_text_put(why, "expected at most 255 octets: firmware reads no second instance");
	} else if (result == -ENOSPC) {
		br_text_put(why, "no room for one more option");
	} else {
		br_text_put(why, "expected ");
		br_text_put(why, wants[br_dhcp_option_format(option.code)]);
	}
}

int br_config_set_option(struct br_config *config, struct br_octets key, struct br_octets value)
{
	struct br_config_option option = {0};
	uint8_t code;

	if (!get_option_key(key, &option))
		return -ENOENT;
	code = option.code;
	if (own_option(code))
		return -EPERM;
	if (get_option_value(value, &option) < 0)
		return -EINVAL;
	/* EDK2 reads one instance of these only (PxeBcDhcp4.c): never split them. */
	if (option.size > 255 &&
	    (code == BR_DHCP_OPTION_VENDOR || code == BR_DHCP_OPTION_VENDOR_CLASS))
		return -E2BIG;
	return store_option(config, &option);
}

int br_config_set_dns(struct br_config *config, struct br_octets value)
{
	struct br_config_option option = {.code = BR_DHCP_OPTION_DNS};

	if (get_list(value, 4, true, &option) < 0)
		return -EINVAL;
	return store_option(config, &option);
}

int br_config_set_domain(struct br_config *config, struct br_octets value)
{
	struct br_config_option option = {.code = BR_DHCP_OPTION_DOMAIN_NAME};

	if (value.size == 0 || value.size > 255 || get_option_text(value, &option) < 0)
		return -EINVAL;
	return store_option(config, &option);
}
