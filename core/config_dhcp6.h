/* SPDX-License-Identifier: BSD-2-Clause */
/* core/config_dhcp6.h - the words that only a DHCPv6 server knows
 *
 * As all setters of core/config.c: 0, -EINVAL, -ENOSPC or -EEXIST, and the configuration changes
 * on 0 only.
 */
#ifndef BR_CORE_CONFIG_DHCP6_H
#define BR_CORE_CONFIG_DHCP6_H

#include "core/base/bytes.h"
#include "core/config.h"

int br_config_set_pool6(struct br_config *config, struct br_octets value);
int br_config_set_subnet6(struct br_config *config, struct br_octets value);
/* -EEXIST: an earlier word has the address or the machine, and the other says which. */
int br_config_set_reserve6(struct br_config *config, struct br_octets value);
void br_config_say_reserved6(const struct br_config *config, struct br_octets value,
                             struct br_writer *why);
int br_config_set_dns6(struct br_config *config, struct br_octets value);
int br_config_set_boot_parameter(struct br_config *config, struct br_octets value);
int br_config_set_preference(struct br_config *config, struct br_octets value);
int br_config_set_duid(struct br_config *config, struct br_octets value);

/* opt6-N and opt6-N!; as br_config_set_option() */
int br_config_set_option6(struct br_config *config, struct br_octets key, struct br_octets value);
void br_config_say_option6(struct br_octets key, int result, struct br_writer *why);

/* "duid", "mac", "uuid": the word before the colon */
const char *br_config_mark6_name(enum br_config_mark6 mark);
/* As the value of reserve6= has it */
void br_config_put_mark6(struct br_writer *w, const struct br_config_reservation6 *reservation);

#endif /* BR_CORE_CONFIG_DHCP6_H */
