/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/port.h"

#include <string.h>

uint32_t br_endpoint_to_ipv4(const struct br_endpoint *endpoint)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct br_reader r = br_reader_of(endpoint->ip + sizeof(mapped), 4);

	return memcmp(endpoint->ip, mapped, sizeof(mapped)) == 0 ? br_get_be32(&r) : 0;
}

bool br_endpoint_equal(const struct br_endpoint *a, const struct br_endpoint *b)
{
	return a->port == b->port && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}
