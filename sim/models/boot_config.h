/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/boot_config.h - which files a loader's configuration wants, in what order
 *
 * grub.cfg and pxelinux.cfg, as much of them as network boot uses: no scripting
 * language is rebuilt here. What is not understood is stepped over.
 */
#ifndef BR_SIM_MODELS_BOOT_CONFIG_H
#define BR_SIM_MODELS_BOOT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BR_BOOT_ITEMS_MAX = 12,
	BR_BOOT_ITEM_SIZE = 224,
};

enum br_boot_item_kind {
	BR_BOOT_MODULE, /* GRUB insmod: a name without path */
	BR_BOOT_KERNEL,
	BR_BOOT_INITRD,
	BR_BOOT_CHAIN,  /* another boot program */
	BR_BOOT_CONFIG, /* another configuration file */
};

struct br_boot_item {
	enum br_boot_item_kind kind;
	char path[BR_BOOT_ITEM_SIZE]; /* as written: "/vmlinuz", "(http,192.0.2.2)/vmlinuz" */
};

struct br_boot_config {
	struct br_boot_item item[BR_BOOT_ITEMS_MAX];
	size_t items;
};

/**
 * br_boot_config_grub() - Run a grub.cfg in the head
 * @text:	NUL-terminated
 * @server:	Value of $net_default_server; "" if unset
 * @root:	Value of $root, "tftp,192.0.2.2"
 * @prefix:	Value of $prefix, "(tftp,192.0.2.2)/grub"
 *
 * set, if with [ ], menuentry (the default one), insmod, linux, initrd, chainloader,
 * configfile and their EFI spellings.
 */
void br_boot_config_grub(struct br_boot_config *config, const char *text, const char *server,
                         const char *root, const char *prefix);

/* The DEFAULT label, else the first; KERNEL or LINUX, INITRD, APPEND initrd=.
 * @initrd_first: U-Boot fetches it before the kernel (cmd/pxe_utils.c label_boot)
 */
void br_boot_config_pxelinux(struct br_boot_config *config, const char *text, bool initrd_first);

#endif /* BR_SIM_MODELS_BOOT_CONFIG_H */
