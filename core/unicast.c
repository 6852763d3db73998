/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/unicast.h"

#include <string.h>

bool br_is_ipv4(const struct br_endpoint *endpoint)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(endpoint->ip, mapped, sizeof(mapped)) == 0;
}

bool br_is_unicast(const struct br_config *config, const struct br_endpoint *endpoint)
{
	static const uint8_t unspecified[16] = {0};
	uint32_t address = br_endpoint_to_ipv4(endpoint);

	if (!br_is_ipv4(endpoint))
		return endpoint->ip[0] != 0xff &&
		       memcmp(endpoint->ip, unspecified, sizeof(unspecified)) != 0;
	if (address == 0 || address >= UINT32_C(0xe0000000))
		return false;
	for (size_t i = 0; i < config->links; i++) {
		uint32_t host_bits = ~config->link[i].netmask;

		/* RFC 3021: a network of two has no broadcast address */
		if (host_bits > 1 && address == (config->link[i].address | host_bits))
			return false;
	}
	return true;
}
