/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/config_dhcp6.h"

#include <errno.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/config_dhcp.h"
#include "core/config_reserve.h"
#include "core/config_value.h"
#include "core/formats/dhcp6_option.h"

/* Addresses */

/* One that a host can have: no group, not :: */
static int read_host(struct br_octets value, uint8_t ret[static 16])
{
	uint8_t ip[16];

	if (!br_text_get_ipv6(value, ip) || br_ip_is_zero(ip) || br_ip_is_multicast6(ip) ||
	    br_ip_is_ipv4(ip))
		return -EINVAL;
	memcpy(ret, ip, sizeof(ip));
	return 0;
}

static int read_pool(struct br_octets value, struct br_config_subnet6 *subnet)
{
	struct br_octets first = br_text_cut(&value, '-');

	if (read_host(first, subnet->pool_first) < 0 || read_host(value, subnet->pool_last) < 0 ||
	    memcmp(subnet->pool_first, subnet->pool_last, sizeof(subnet->pool_first)) > 0)
		return -EINVAL;
	subnet->has_pool = true;
	return 0;
}

static bool holds_pool(const struct br_config_subnet6 *subnet, const struct br_config_subnet6 *pool)
{
	return br_ip_in_prefix(pool->pool_first, subnet->prefix, subnet->bits) &&
	       br_ip_in_prefix(pool->pool_last, subnet->prefix, subnet->bits);
}

int br_config_set_pool6(struct br_config *config, struct br_octets value)
{
	struct br_config_subnet6 pool = {0};

	if (read_pool(value, &pool) < 0)
		return -EINVAL;
	for (size_t i = 0; i < config->subnets6; i++) {
		struct br_config_subnet6 *subnet = &config->subnet6[i];

		if (subnet->bits == 0 || subnet->has_pool || !holds_pool(subnet, &pool))
			continue;
		memcpy(subnet->pool_first, pool.pool_first, sizeof(pool.pool_first));
		memcpy(subnet->pool_last, pool.pool_last, sizeof(pool.pool_last));
		subnet->has_pool = true;
		return 0;
	}
	if (config->subnets6 == BR_CONFIG_SUBNETS_MAX)
		return -ENOSPC;
	config->subnet6[config->subnets6++] = pool;
	return 0;
}

/* 2001:db8::/64: behind the prefix all is zero */
static bool is_prefix(const uint8_t prefix[static 16], unsigned bits)
{
	for (unsigned i = bits; i < 128; i++) {
		if (prefix[i / 8] & 0x80 >> i % 8)
			return false;
	}
	return bits > 0 && !br_ip_is_multicast6(prefix);
}

int br_config_set_subnet6(struct br_config *config, struct br_octets value)
{
	struct br_config_subnet6 subnet = {0};

	if (!br_text_get_cidr6(br_text_cut(&value, ','), subnet.prefix, &subnet.bits) ||
	    !is_prefix(subnet.prefix, subnet.bits))
		return -EINVAL;
	if (value.data) {
		struct br_octets name = br_text_cut(&value, '=');

		if (!br_text_is(name, "pool") || read_pool(value, &subnet) < 0 ||
		    !holds_pool(&subnet, &subnet))
			return -EINVAL;
	}
	if (config->subnets6 == BR_CONFIG_SUBNETS_MAX)
		return -ENOSPC;
	config->subnet6[config->subnets6++] = subnet;
	return 0;
}

/* Reservations */

const char *br_config_mark6_name(enum br_config_mark6 mark)
{
	static const char *const names[BR_CONFIG_MARK6_COUNT] = {
		[BR_CONFIG_MARK6_DUID] = "duid",
		[BR_CONFIG_MARK6_MAC] = "mac",
		[BR_CONFIG_MARK6_UUID] = "uuid",
	};

	return names[mark];
}

static int read_duid(struct br_octets text, uint8_t ret[static BR_CONFIG_DUID_SIZE], uint8_t *size)
{
	size_t octets;

	if (!br_text_get_hex(text, ret, BR_CONFIG_DUID_SIZE, &octets) || octets < 3)
		return -EINVAL;
	*size = (uint8_t)octets;
	return 0;
}

static int get_mark(struct br_octets text, struct br_config_reservation6 *reservation)
{
	struct br_octets value = text, name = br_text_cut(&value, ':');

	reservation->mark = BR_CONFIG_MARK6_MAC;
	reservation->size = 6;
	if (br_text_get_mac(text, reservation->octets) ||
	    (br_text_is(name, "mac") && br_text_get_mac(value, reservation->octets)))
		return 0;
	if (br_text_is(name, "uuid")) {
		reservation->mark = BR_CONFIG_MARK6_UUID;
		reservation->size = 16;
		return br_config_read_uuid(value, reservation->octets);
	}
	reservation->mark = BR_CONFIG_MARK6_DUID;
	return br_text_is(name, "duid") ? read_duid(value, reservation->octets, &reservation->size)
	                                : -EINVAL;
}

static int get_reservation(struct br_octets value, struct br_config_reservation6 *reservation)
{
	struct br_octets who = br_text_cut(&value, ',');

	*reservation = (struct br_config_reservation6){0};
	if (get_mark(who, reservation) < 0)
		return -EINVAL;
	return read_host(value, reservation->address);
}

/* An address is one machine's by one kind of mark, and a machine may have one on each network:
 * which network is known when all words are, so only the very same is refused here.
 */
static const struct br_config_reservation6 *
reserved_before(const struct br_config *config, const struct br_config_reservation6 *wanted)
{
	for (size_t i = 0; i < config->reservations6; i++) {
		const struct br_config_reservation6 *have = &config->reservation6[i];

		if (have->mark == wanted->mark && br_ip_equal(have->address, wanted->address))
			return have;
	}
	return NULL;
}

int br_config_set_reserve6(struct br_config *config, struct br_octets value)
{
	struct br_config_reservation6 reservation;

	if (get_reservation(value, &reservation) < 0)
		return -EINVAL;
	if (reserved_before(config, &reservation))
		return -EEXIST;
	if (config->reservations6 == BR_CONFIG_RESERVATIONS_MAX)
		return -ENOSPC;
	config->reservation6[config->reservations6++] = reservation;
	return 0;
}

void br_config_put_mark6(struct br_writer *w, const struct br_config_reservation6 *reservation)
{
	br_text_put(w, br_config_mark6_name((enum br_config_mark6)reservation->mark));
	br_text_put(w, ":");
	if (reservation->mark == BR_CONFIG_MARK6_MAC)
		br_text_put_mac(w, reservation->octets);
	else if (reservation->mark == BR_CONFIG_MARK6_UUID)
		br_config_put_uuid(w, reservation->octets);
	else
		br_text_put_octets(w, (struct br_octets){reservation->octets, reservation->size});
}

void br_config_say_reserved6(const struct br_config *config, struct br_octets value,
                             struct br_writer *why)
{
	struct br_config_reservation6 wanted;
	const struct br_config_reservation6 *have = NULL;

	if (get_reservation(value, &wanted) == 0)
		have = reserved_before(config, &wanted);
	if (!have)
		return;
	br_text_put_ipv6(why, have->address);
	br_text_put(why, " is reserved for ");
	br_config_put_mark6(why, have);
	br_text_put(why, " already");
}

/* Options */

/* Those the server fills by itself, or other keys do: NULL if @code is none of them. */
static const char *own_option(uint16_t code)
{
	static const struct {
		uint16_t code;
		const char *says;
	} own[] = {
		{BR_DHCP6_OPTION_CLIENT_ID, ""},
		{BR_DHCP6_OPTION_SERVER_ID, "; duid= says it"},
		{BR_DHCP6_OPTION_IA_NA, ""},
		{BR_DHCP6_OPTION_IA_TA, ""},
		{BR_DHCP6_OPTION_ADDRESS, ""},
		{BR_DHCP6_OPTION_ORO, ""},
		{BR_DHCP6_OPTION_PREFERENCE, "; preference= says it"},
		{BR_DHCP6_OPTION_ELAPSED, ""},
		{BR_DHCP6_OPTION_RELAYED, ""},
		{BR_DHCP6_OPTION_UNICAST, "; it answers no unicast"},
		{BR_DHCP6_OPTION_STATUS, ""},
		{BR_DHCP6_OPTION_RAPID_COMMIT, "; rapid-commit= says it"},
		{BR_DHCP6_OPTION_INTERFACE_ID, ""},
		{BR_DHCP6_OPTION_IA_PD, ""},
		{BR_DHCP6_OPTION_BOOT_URL, "; boot= says it"},
		{BR_DHCP6_OPTION_BOOT_PARAMETERS, "; boot-param= says it"},
		{BR_DHCP6_OPTION_ARCH, "; it follows what the client sends"},
		{BR_DHCP6_OPTION_RELAY_PORT, ""},
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (own[i].code == code)
			return own[i].says;
	}
	return NULL;
}

/* "opt6-23!" */
static bool get_option_key(struct br_octets key, struct br_config_option6 *option)
{
	static const char prefix[] = "opt6-";
	uint64_t code;

	key.data += sizeof(prefix) - 1;
	key.size -= sizeof(prefix) - 1;
	if (key.size > 0 && key.data[key.size - 1] == '!') {
		option->forced = true;
		key.size--;
	}
	if (!br_text_get_decimal(key, UINT16_MAX, &code) || code == 0)
		return false;
	option->code = (uint16_t)code;
	return true;
}

static int get_addresses(struct br_octets value, struct br_config_option6 *option)
{
	struct br_writer w = br_writer_of(option->value, sizeof(option->value));

	while (value.data) {
		uint8_t ip[16];

		if (!br_text_get_ipv6(br_text_cut(&value, ','), ip))
			return -EINVAL;
		br_put_bytes(&w, ip, sizeof(ip));
	}
	option->size = (uint16_t)br_written(&w);
	return w.bad ? -EINVAL : 0;
}

/* A form that all options share, or IPv6 addresses with commas */
static int get_value(struct br_octets value, struct br_config_option6 *option)
{
	struct br_config_option octets = {0};
	int result = br_config_read_octets(value, &octets);

	if (result == -ENOENT)
		return value.size > 0 ? get_addresses(value, option) : 0;
	if (result < 0)
		return result;
	memcpy(option->value, octets.value, octets.size);
	option->size = octets.size;
	return 0;
}

static int store(struct br_config *config, const struct br_config_option6 *option)
{
	size_t i = 0;

	while (i < config->options6 && config->option6[i].code != option->code)
		i++;
	if (i == BR_CONFIG_OPTIONS_MAX)
		return -ENOSPC;
	if (i == config->options6)
		config->options6++;
	config->option6[i] = *option;
	return 0;
}

int br_config_set_option6(struct br_config *config, struct br_octets key, struct br_octets value)
{
	struct br_config_option6 option = {0};

	if (!get_option_key(key, &option))
		return -ENOENT;
	if (own_option(option.code))
		return -EPERM;
	if (get_value(value, &option) < 0)
		return -EINVAL;
	return store(config, &option);
}

void br_config_say_option6(struct br_octets key, int result, struct br_writer *why)
{
	struct br_config_option6 option = {0};

	if (!get_option_key(key, &option)) {
		br_text_put(why, "options of DHCPv6 go from opt6-1 to opt6-65535");
	} else if (result == -EPERM) {
		br_text_put(why, "the server fills this option by itself");
		br_text_put(why, own_option(option.code));
	} else if (result == -ENOSPC) {
		br_text_put(why, "no room for one more option");
	} else {
		br_text_put(why,
		            "expected hex:..., a \"text\", IPv6 addresses with commas, u8:..., "
		            "u16:... or u32:...");
	}
}

int br_config_set_dns6(struct br_config *config, struct br_octets value)
{
	struct br_config_option6 option = {.code = BR_DHCP6_OPTION_DNS};

	if (get_addresses(value, &option) < 0)
		return -EINVAL;
	return store(config, &option);
}

int br_config_set_boot_parameter(struct br_config *config, struct br_octets value)
{
	char text[BR_CONFIG_TEXT_SIZE];

	if (value.size == 0 || br_config_read_text(value, text, sizeof(text)) < 0)
		return -EINVAL;
	if (config->parameters == BR_CONFIG_PARAMETERS_MAX)
		return -ENOSPC;
	memcpy(config->parameter[config->parameters++], text, sizeof(text));
	return 0;
}

int br_config_set_preference(struct br_config *config, struct br_octets value)
{
	uint64_t number;

	if (!br_text_get_decimal(value, UINT8_MAX, &number))
		return -EINVAL;
	config->preference = (uint8_t)number;
	config->preference_set = true;
	return 0;
}

int br_config_set_duid(struct br_config *config, struct br_octets value)
{
	uint8_t duid[BR_CONFIG_DUID_SIZE] = {0}, size;

	if (br_text_starts(value, "hex:")) {
		value.data += 4;
		value.size -= 4;
	}
	if (read_duid(value, duid, &size) < 0)
		return -EINVAL;
	memcpy(config->duid, duid, sizeof(duid));
	config->duid_size = size;
	return 0;
}
