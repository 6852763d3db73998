/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/duid.h - DUIDs, RFC 8415 §11, and who is behind one
 *
 * A DUID is opaque and compared octet for octet (§11); what stands in it is a hint, for rules
 * and people.
 */
#ifndef BR_CORE_FORMATS_DUID_H
#define BR_CORE_FORMATS_DUID_H

#include "core/base/bytes.h"

enum {
	BR_DUID_SIZE_MAX = 130, /* the type and at most 128 octets, §11.1 */
};

/**
 * struct br_duid - What a DUID tells
 * @type:	-1: shorter than a type
 * @has_mac, @mac: DUID-LLT and DUID-LL (§11.2, §11.4) of an Ethernet address
 * @has_uuid, @uuid: DUID-UUID (§11.5, RFC 6355) as it lies there: firmware of EDK2 has the first
 *		three parts low octet first (Dhcp6Utility.c), against RFC 6355 §4
 */
struct br_duid {
	int32_t type;
	bool has_mac, has_uuid;
	uint8_t mac[6];
	uint8_t uuid[16];
};

struct br_duid br_duid_read(struct br_octets duid);

/* DUID-LL of an Ethernet address */
void br_duid_put_link(struct br_writer *w, const uint8_t mac[static 6]);

#endif /* BR_CORE_FORMATS_DUID_H */
