/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a DHCPv6 message: what is found lies within, and once it is told that all is
 * well formed, walking it finds no edge that is crossed.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/dhcp6_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool lies_within(struct br_octets inner, struct br_octets outer)
{
	return inner.size == 0 ||
	       (inner.data >= outer.data && inner.data + inner.size <= outer.data + outer.size);
}

static void walk(struct br_octets options, bool well_formed)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option o;
	struct br_octets text;
	uint32_t enterprise;
	size_t size = 0;
	int result;

	while ((result = br_dhcp6_option_get(&r, &o)) == 1) {
		struct br_dhcp6_ia ia = br_dhcp6_ia(o.value);

		size += 4 + o.value.size;
		assert(lies_within(o.value, options));
		assert(br_dhcp6_count(options, o.code) > 0);
		assert(br_dhcp6_find(options, o.code).data);
		assert(ia.there == (o.value.size >= 12) && (ia.there || ia.addresses == 0));
		if (br_dhcp6_vendor_class(o.value, &enterprise, &text))
			assert(lies_within(text, o.value));
		assert(lies_within(br_dhcp6_user_class(o.value), o.value));
	}
	assert(size <= options.size);
	if (result == 0)
		assert(size == options.size);
	if (well_formed)
		assert(result == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_octets all = {data, size};
	struct br_dhcp6_message m;

	if (br_dhcp6_parse(all, &m) < 0)
		return 0;
	assert(m.levels <= BR_DHCP6_RELAYS_MAX);
	for (size_t i = 0; i < m.levels; i++) {
		assert(lies_within(m.level[i].options, all));
		walk(m.level[i].options, false);
	}
	assert(m.whole.size >= 4 && lies_within(m.whole, all));
	assert(m.type == m.whole.data[0] && m.xid >> 24 == 0);
	assert(lies_within(m.options, m.whole) && m.options.size == m.whole.size - 4);
	walk(m.options, !m.malformed);
	return 0;
}
