/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/arch.h"

#include "core/base/text.h"

enum transport {
	TRANSPORT_TFTP,
	TRANSPORT_HTTP
};

static const struct {
	const char *name;
	enum transport transport;
} arches[BR_ARCH_COUNT] = {
#define X(type, constant, text, way) [type] = {text, TRANSPORT_##way},
	BR_ARCHES(X)
#undef X
};

const char *br_arch_name(unsigned arch)
{
	return arch < BR_ARCH_COUNT ? arches[arch].name : NULL;
}

bool br_arch_is_http(unsigned arch)
{
	return arch < BR_ARCH_COUNT && arches[arch].transport == TRANSPORT_HTTP;
}

bool br_arch_by_name(struct br_octets name, unsigned *ret_arch)
{
	uint64_t number;

	if (br_text_get_decimal(name, UINT16_MAX, &number)) {
		*ret_arch = (unsigned)number;
		return true;
	}
	for (unsigned arch = 0; arch < BR_ARCH_COUNT; arch++) {
		if (br_text_is_nocase(name, arches[arch].name)) {
			*ret_arch = arch;
			return true;
		}
	}
	return false;
}
