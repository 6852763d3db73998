/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/config_value.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"

int br_config_read_text(struct br_octets value, char *ret, size_t size)
{
	if (value.size >= size || (value.size > 0 && memchr(value.data, 0, value.size)))
		return -EINVAL;
	memset(ret, 0, size);
	if (value.size > 0)
		memcpy(ret, value.data, value.size);
	return 0;
}

int br_config_read_number(struct br_octets value, uint64_t max, uint64_t *ret)
{
	uint8_t octets[8];
	uint64_t number = 0;
	size_t size;

	if (!br_text_starts_nocase(value, "0x"))
		return br_text_get_decimal(value, max, ret) ? 0 : -EINVAL;
	value.data += 2;
	value.size -= 2;
	if (!br_text_get_hex(value, octets, sizeof(octets), &size))
		return -EINVAL;
	for (size_t i = 0; i < size; i++)
		number = number << 8 | octets[i];
	if (number > max)
		return -EINVAL;
	*ret = number;
	return 0;
}

int br_config_read_u32(struct br_octets value, uint32_t min, uint32_t max, uint32_t *ret)
{
	uint64_t number;

	if (!br_text_get_decimal(value, max, &number) || number < min)
		return -EINVAL;
	*ret = (uint32_t)number;
	return 0;
}

int br_config_read_u16(struct br_octets value, uint16_t min, uint16_t max, uint16_t *ret)
{
	uint32_t number;

	if (br_config_read_u32(value, min, max, &number) < 0)
		return -EINVAL;
	*ret = (uint16_t)number;
	return 0;
}

int br_config_read_switch(struct br_octets value, bool *ret)
{
	if (!br_text_is(value, "on") && !br_text_is(value, "off"))
		return -EINVAL;
	*ret = br_text_is(value, "on");
	return 0;
}

int br_config_read_address(struct br_octets value, uint32_t *ret)
{
	return br_text_get_ipv4(value, ret) ? 0 : -EINVAL;
}

int br_config_read_ports(struct br_octets value, uint16_t *ret_first, uint16_t *ret_last)
{
	struct br_octets first = br_text_cut(&value, '-');
	uint16_t a, b;

	if (br_config_read_u16(first, 1, UINT16_MAX, &a) < 0 ||
	    br_config_read_u16(value, a, UINT16_MAX, &b) < 0)
		return -EINVAL;
	*ret_first = a;
	*ret_last = b;
	return 0;
}

int br_config_read_pool(struct br_octets value, uint32_t *ret_first, uint32_t *ret_last)
{
	struct br_octets first = br_text_cut(&value, '-');
	uint32_t a, b;

	if (!br_text_get_ipv4(first, &a) || !br_text_get_ipv4(value, &b) || a == 0 || a > b)
		return -EINVAL;
	*ret_first = a;
	*ret_last = b;
	return 0;
}

int br_config_read_uuid(struct br_octets value, uint8_t ret[16])
{
	static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	uint8_t octets[16];
	size_t size;

	if (!br_text_get_hex(value, octets, sizeof(octets), &size) || size != sizeof(octets))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(order); i++)
		ret[i] = octets[order[i]];
	return 0;
}
