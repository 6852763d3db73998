/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/duid.h"

enum {
	TYPE_LINK_TIME = 1, /* RFC 8415 §11.2 */
	TYPE_LINK = 3,      /* §11.4 */
	TYPE_UUID = 4,      /* §11.5 */
	HARDWARE_ETHERNET = 1,
};

struct br_duid br_duid_read(struct br_octets octets)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);
	struct br_duid duid = {.type = -1};

	if (octets.size < 2)
		return duid;
	duid.type = br_get_be16(&r);
	if (duid.type == TYPE_UUID && br_left(&r) == sizeof(duid.uuid)) {
		br_get_bytes(&r, duid.uuid, sizeof(duid.uuid));
		duid.has_uuid = true;
	}
	if (duid.type != TYPE_LINK_TIME && duid.type != TYPE_LINK)
		return duid;
	if (br_get_be16(&r) != HARDWARE_ETHERNET)
		return duid;
	if (duid.type == TYPE_LINK_TIME)
		(void)br_get_be32(&r);
	if (br_left(&r) == sizeof(duid.mac)) {
		br_get_bytes(&r, duid.mac, sizeof(duid.mac));
		duid.has_mac = true;
	}
	return duid;
}

void br_duid_put_link(struct br_writer *w, const uint8_t mac[static 6])
{
	br_put_be16(w, TYPE_LINK);
	br_put_be16(w, HARDWARE_ETHERNET);
	br_put_bytes(w, mac, 6);
}
