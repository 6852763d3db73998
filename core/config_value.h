/* SPDX-License-Identifier: BSD-2-Clause */
/* core/config_value.h - the kinds of values that words of a configuration have
 *
 * Each takes the whole of its text. Return: 0, or -EINVAL with @ret untouched.
 */
#ifndef BR_CORE_CONFIG_VALUE_H
#define BR_CORE_CONFIG_VALUE_H

#include "core/base/bytes.h"

/* At most @size - 1 octets without NUL; the rest of @ret becomes NULs. */
int br_config_read_text(struct br_octets value, char *ret, size_t size);
/* Decimal, or hex in whole octets behind 0x. */
int br_config_read_number(struct br_octets value, uint64_t max, uint64_t *ret);
int br_config_read_u32(struct br_octets value, uint32_t min, uint32_t max, uint32_t *ret);
int br_config_read_u16(struct br_octets value, uint16_t min, uint16_t max, uint16_t *ret);
int br_config_read_switch(struct br_octets value, bool *ret); /* on or off */
int br_config_read_address(struct br_octets value, uint32_t *ret);
/* A-B in order, not 0. */
int br_config_read_ports(struct br_octets value, uint16_t *ret_first, uint16_t *ret_last);
int br_config_read_pool(struct br_octets value, uint32_t *ret_first, uint32_t *ret_last);
/* "11223344-5566-...": SMBIOS and so option 97 have the first three parts low octet first. */
int br_config_read_uuid(struct br_octets value, uint8_t ret[16]);

#endif /* BR_CORE_CONFIG_VALUE_H */
