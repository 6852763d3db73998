/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as the options of a router advertisement: prefixes come in order and to an end, and
 * what is wrong leaves the last one as it was.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/nd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_reader options = br_reader_of(data, size);
	struct br_nd_prefix prefix = {.length = 77}, before = prefix;
	size_t left = size;
	int result;

	while ((result = br_nd_prefix_get(&options, &prefix)) == 1) {
		assert(prefix.length <= 128);
		assert(br_left(&options) < left); /* it comes to an end */
		left = br_left(&options);
		before = prefix;
	}
	assert(memcmp(&prefix, &before, sizeof(prefix)) == 0);
	assert(result == 0 || result < 0);
	return 0;
}
