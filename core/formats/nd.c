/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/nd.h"

#include <errno.h>

enum {
	UNIT = 8, /* octets that a length of 1 stands for */
	PREFIX_INFORMATION = 3,
	PREFIX_SIZE = 32,
	FLAG_ON_LINK = 0x80,
	FLAG_AUTONOMOUS = 0x40,
};

int br_nd_prefix_get(struct br_reader *r, struct br_nd_prefix *ret_prefix)
{
	while (br_left(r) >= UNIT) {
		uint8_t type = br_get_u8(r);
		size_t size = (size_t)br_get_u8(r) * UNIT;

		if (size == 0 || size - 2 > br_left(r))
			return -EBADMSG;
		struct br_reader value = br_get_sub(r, size - 2);

		if (type != PREFIX_INFORMATION || size != PREFIX_SIZE)
			continue;
		struct br_nd_prefix p = {.length = br_get_u8(&value)};
		uint8_t flags = br_get_u8(&value);

		if (p.length > 128)
			return -EBADMSG;
		p.on_link = flags & FLAG_ON_LINK;
		p.autonomous = flags & FLAG_AUTONOMOUS;
		(void)br_get_be32(&value); /* lifetimes, and a reserved field */
		(void)br_get_be32(&value);
		(void)br_get_be32(&value);
		br_get_bytes(&value, p.prefix, sizeof(p.prefix));
		*ret_prefix = p;
		return 1;
	}
	return 0;
}
