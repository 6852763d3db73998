/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a message: parse, print, build; what was built parses to the same again. */
#include <assert.h>
#include <string.h>

#include "core/formats/dhcp_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct br_dhcp_message first, second;
	static uint8_t buffer[BR_DHCP_SIZE_MAX], text[1 << 16];
	struct br_writer w = br_writer_of(text, sizeof(text));

	if (br_dhcp_parse((struct br_octets){.data = data, .size = size}, &first) < 0)
		return 0;
	br_dhcp_print(&w, &first);
	assert(!w.bad);
	(void)br_dhcp_is_valid_edk2(&first);
	w = br_writer_of(buffer, sizeof(buffer));
	br_dhcp_build(&w, &first);
	if (w.bad) /* a field without END, full to the brim, does not take one more octet */
		return 0;
	assert(br_written(&w) == first.size);
	assert(br_dhcp_parse((struct br_octets){.data = buffer, .size = br_written(&w)}, &second) ==
	       0);
	assert(second.instances == first.instances);
	for (unsigned code = 1; code < 255; code++) {
		struct br_octets a = br_dhcp_get(&first, (uint8_t)code);
		struct br_octets b = br_dhcp_get(&second, (uint8_t)code);

		assert(a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0));
	}
	return 0;
}
