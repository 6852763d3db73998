/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as the beginning of a boot file: it is of one kind, and more of the same octets never
 * make a program of what was none.
 */
#include <assert.h>
#include <stdlib.h>

#include "conformance/talk/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_image_kind whole = br_image_of((struct br_octets){data, size});
	struct br_image_kind part = br_image_of((struct br_octets){data, size / 2});

	assert(whole.image <= BR_IMAGE_OTHER);
	assert(br_image_says(&whole)[0]);
	if (whole.image != BR_IMAGE_PE)
		assert(whole.machine == 0 && !whole.deep && whole.signature == BR_SIGNATURE_UNSEEN);
	if (whole.image == BR_IMAGE_UNSEEN)
		assert(part.image == BR_IMAGE_UNSEEN);
	if (part.image == BR_IMAGE_PE)
		assert(whole.image == BR_IMAGE_PE);
	for (int arch = -1; arch < 64; arch++)
		(void)br_image_suits_uefi(&whole, arch);
	return 0;
}
