/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/boot_config.h - which files a pxelinux.cfg wants, in what order
 *
 * As much of it as network boot uses. What is not understood is stepped over.
 */
#ifndef BR_SIM_MODELS_BOOT_CONFIG_H
#define BR_SIM_MODELS_BOOT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum {
	BR_BOOT_ITEMS_MAX = 12,
	BR_BOOT_ITEM_SIZE = 224,
};

enum br_boot_item_kind {
	BR_BOOT_KERNEL,
	BR_BOOT_INITRD,
};

struct br_boot_item {
	enum br_boot_item_kind kind;
	char path[BR_BOOT_ITEM_SIZE]; /* as written */
};

struct br_boot_config {
	struct br_boot_item item[BR_BOOT_ITEMS_MAX];
	size_t items;
};

/* The DEFAULT label, else the first; KERNEL or LINUX, INITRD, APPEND initrd=.
 * @initrd_first: U-Boot fetches it before the kernel (cmd/pxe_utils.c label_boot)
 */
void br_boot_config_pxelinux(struct br_boot_config *config, const char *text, bool initrd_first);

/* s390: FILE ADDRESS a line, in this order; comments begin with an asterisk. */
void br_boot_config_ins(struct br_boot_config *config, const char *text);

/* Windows: of a BCD store the paths that end in .sdi and .wim, in this order. */
void br_boot_config_bcd(struct br_boot_config *config, struct br_octets store);

#endif /* BR_SIM_MODELS_BOOT_CONFIG_H */
