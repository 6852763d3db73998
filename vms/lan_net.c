/* SPDX-License-Identifier: BSD-2-Clause */
#include "vms/lan_net.h"

#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/script/lex.h"

enum {
	MTU_MIN = 576,
};

bool br_lan_net_read_cidr(const char *text, uint32_t *ret_network, uint32_t *ret_netmask)
{
	return br_text_get_cidr(br_text(text), ret_network, ret_netmask) && *ret_netmask != 0 &&
	       ~*ret_netmask >= 3 && (*ret_network & ~*ret_netmask) == 0;
}

bool br_lan_net_take_word(struct br_lan_net *net, char *word, char *error, size_t size)
{
	const struct {
		const char *key;
		uint32_t *at;
	} rates[] = {{"loss", &net->rates.loss},
	             {"dup", &net->rates.duplicate},
	             {"reorder", &net->rates.reorder},
	             {"corrupt", &net->rates.corrupt}};
	char *value = strchr(word, '=');
	uint64_t number;

	*value++ = '\0';
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		if (strcmp(word, rates[i].key) != 0)
			continue;
		if (br_lex_percent(br_text(value), &number)) {
			*rates[i].at = (uint32_t)number;
			return true;
		}
		(void)snprintf(error, size, "%s=%s: expected a rate up to 100%%, as in 0.5%%", word,
		               value);
		return false;
	}
	if (!strcmp(word, "socket")) {
		net->socket = value;
		return true;
	}
	if (!strcmp(word, "ra") && br_lan_six_take_ra(&net->six, value))
		return true;
	if (!strcmp(word, "delay") && br_lex_duration(br_text(value), &net->delay))
		return true;
	if (!strcmp(word, "mtu") && br_text_get_decimal(br_text(value), BR_LAN_MTU, &number) &&
	    number >= MTU_MIN) {
		net->mtu = (uint32_t)number;
		return true;
	}
	(void)snprintf(
		error, size,
		"%s=%s: expected socket=PATH, loss=, dup=, reorder= or corrupt= with a rate, "
		"delay= with a time, mtu= of %d to %d, or with IPv6 ra=off, on, M, O or MO",
		word, value, MTU_MIN, BR_LAN_MTU);
	return false;
}

bool br_lan_net_has(const struct br_lan_net *net, const struct br_endpoint *end)
{
	if (br_ip_is_ipv4(end->ip))
		return net->netmask != 0 &&
		       (br_endpoint_to_ipv4(end) & net->netmask) == net->network;
	return net->six.on && br_ip_in_prefix(end->ip, net->six.network, net->six.bits);
}
