/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as the options of a router advertisement: prefixes come in order and to an end, and
 * what is wrong leaves the last one as it was.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/nd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read of a router or a neighbour can be written, and is read as the same. */
static void read_all(struct br_octets body)
{
	struct br_nd_neighbour neighbour;
	struct br_nd_router router, again;
	uint8_t octets[BR_ND_MESSAGE_MAX], mac[6];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	uint32_t word = 0xff80ffff;

	(void)br_nd_solicit_get(body, mac);
	(void)br_nd_neighbour_get(word, body, &neighbour);
	if (br_nd_router_get(word, body, &router) < 0)
		return;
	word = br_nd_router_put(&w, &router);
	assert(!w.bad);
	assert(br_nd_router_get(word, (struct br_octets){octets, br_written(&w)}, &again) == 0);
	assert(again.prefixes == router.prefixes && again.mtu == router.mtu);
	assert(again.managed == router.managed && again.lifetime_s == router.lifetime_s);
	assert(memcmp(again.rdnss, router.rdnss, sizeof(again.rdnss)) == 0);
}

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
	read_all((struct br_octets){data, size});
	return 0;
}
