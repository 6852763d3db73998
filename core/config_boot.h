/* SPDX-License-Identifier: BSD-2-Clause */
/* core/config_boot.h - the words that say what to boot: rules, the PXE menu, discovery
 *
 * As all setters of core/config.c: 0, -EINVAL or -ENOSPC, and the configuration changes on 0
 * only.
 */
#ifndef BR_CORE_CONFIG_BOOT_H
#define BR_CORE_CONFIG_BOOT_H

#include "core/base/bytes.h"
#include "core/config.h"

int br_config_set_boot(struct br_config *config, struct br_octets value);
int br_config_set_menu(struct br_config *config, struct br_octets value);
int br_config_set_menu_prompt(struct br_config *config, struct br_octets value);
int br_config_set_discovery_control(struct br_config *config, struct br_octets value);
int br_config_set_discovery_group(struct br_config *config, struct br_octets value);

#endif /* BR_CORE_CONFIG_BOOT_H */
