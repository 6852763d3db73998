/* SPDX-License-Identifier: BSD-2-Clause */
#include "vms/lan_six.h"

#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"

enum {
	BITS_MIN = 16,
	RA_FIRST_MS = 1,
	RA_EVERY_MS = 200000, /* who solicits has one at once; GRUB of arm64 dies of others */
	RA_LIFETIME_S = 1800, /* RFC 4861 section 6.2.1 */
	RA_VALID_S = 86400,
	HOP_LIMIT = 64,
};

bool br_lan_six_take_network(struct br_lan_six *six, const char *text)
{
	uint8_t network[BR_IP_SIZE], bits;

	if (!br_text_get_cidr6(br_text(text), network, &bits) || bits < BITS_MIN || bits > 127 ||
	    br_ip_is_multicast6(network) || br_ip_is_link_local6(network))
		return false;
	six->on = true;
	six->bits = bits;
	memcpy(six->network, network, sizeof(six->network));
	return true;
}

bool br_lan_six_take_ra(struct br_lan_six *six, const char *value)
{
	six->managed = !strcmp(value, "M") || !strcmp(value, "MO");
	six->other = !strcmp(value, "O") || !strcmp(value, "MO");
	six->router = six->managed || six->other || !strcmp(value, "on");
	return six->on && (six->router || !strcmp(value, "off"));
}

static void advertise(struct br_lan_six *six, struct br_host *host, uint32_t index)
{
	struct br_host_advertisement a = {
		.first_ms = RA_FIRST_MS,
		.interval_ms = RA_EVERY_MS,
		.router = {.hop_limit = HOP_LIMIT,
	                   .managed = six->managed,
	                   .other = six->other,
	                   .lifetime_s = RA_LIFETIME_S,
	                   .prefixes = 1},
	};

	if (!six->router || six->advertised)
		return;
	six->advertised = true;
	a.router.prefix[0] = (struct br_nd_prefix){.length = six->bits,
	                                           .on_link = true,
	                                           .autonomous = true,
	                                           .valid_s = RA_VALID_S,
	                                           .preferred_s = RA_VALID_S};
	memcpy(a.router.prefix[0].prefix, six->network, BR_IP_SIZE);
	br_host_advertise6(host, index, &a);
}

int br_lan_six_switch_on(struct br_lan_six *six, struct br_host *host, uint32_t index,
                         const struct br_config_link *link)
{
	int error;

	if (link->prefix6 == 0)
		return 0;
	error = br_host_six_on(host, index, &br_host_six_quiet);
	if (error == 0)
		error = br_host_add_address6(host, index, link->address6, link->prefix6, true);
	if (error == 0)
		advertise(six, host, index);
	return error;
}
