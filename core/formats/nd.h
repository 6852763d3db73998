/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/nd.h - options of IPv6 neighbour discovery, RFC 4861 section 4.6 */
#ifndef BR_CORE_FORMATS_ND_H
#define BR_CORE_FORMATS_ND_H

#include "core/base/bytes.h"

enum {
	BR_ND_ADVERTISEMENT_HEAD = 8, /* of a router advertisement behind the ICMPv6 header */
};

/* RFC 4861 section 4.6.2 */
struct br_nd_prefix {
	uint8_t prefix[16];
	uint8_t length;  /* bits, 0 to 128 */
	bool on_link;    /* L */
	bool autonomous; /* A: addresses may be made of it */
};

/* The next prefix among the options of a router advertisement, others left out.
 * Return: 1, 0 at the end, -EBADMSG if an option runs over the end; @ret_prefix untouched unless 1
 */
int br_nd_prefix_get(struct br_reader *options, struct br_nd_prefix *ret_prefix);

#endif /* BR_CORE_FORMATS_ND_H */
