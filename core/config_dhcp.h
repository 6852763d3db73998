/* SPDX-License-Identifier: BSD-2-Clause */
/* core/config_dhcp.h - the words of the address server: addresses and options
 *
 * As all setters of core/config.c: 0, -EINVAL or -ENOSPC, and the configuration changes on 0
 * only.
 */
#ifndef BR_CORE_CONFIG_DHCP_H
#define BR_CORE_CONFIG_DHCP_H

#include "core/base/bytes.h"
#include "core/config.h"

int br_config_set_pool(struct br_config *config, struct br_octets value);
int br_config_set_subnet(struct br_config *config, struct br_octets value);

/* @key: opt43, or opt43! for one that is sent although not asked for. Also -ENOENT: no option
 * has that number; -EPERM: the server fills it by itself; -E2BIG: it cannot be split. The other
 * says which, and what the option wants, after such a @result.
 */
int br_config_set_option(struct br_config *config, struct br_octets key, struct br_octets value);
void br_config_say_option(struct br_octets key, int result, struct br_writer *why);
/* The forms that options of both families share: "text", hex:.., u8:.., u16:.. and u32:..
 * Return: 0 with @option's value and size set, -EINVAL, -ENOENT if it is none of them
 */
int br_config_read_octets(struct br_octets value, struct br_config_option *option);
int br_config_set_dns(struct br_config *config, struct br_octets value);    /* option 6 */
int br_config_set_domain(struct br_config *config, struct br_octets value); /* option 15 */

#endif /* BR_CORE_CONFIG_DHCP_H */
