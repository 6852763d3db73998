/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/pxe_vendor.h - what PXE clients read in option 43, PXE 2.1 table 2-1
 *
 * Each function writes one whole value, closed by 255, at most 255 octets: EDK2 looks at the
 * first instance of option 43 alone (PxeBcDhcp4.c). br_config_set() refuses menus beyond that.
 */
#ifndef BR_CORE_DHCP_PXE_VENDOR_H
#define BR_CORE_DHCP_PXE_VENDOR_H

#include "core/config.h"
#include "core/formats/dhcp_message.h"

enum {
	BR_PXE_VENDOR_MAX = 255,
	BR_PXE_TYPE_BOOTSTRAP = 0,
	BR_PXE_TYPE_FIRST = 0x8000,        /* of the vendor's own; what ROMs ask for by default */
	BR_PXE_LAYER_CREDENTIALS = 0x8000, /* PXE 2.1 §2.5.3 */
};

/* Tags 6, 7, 8, 9, 10: the menu and how to find its servers. Items without a server are on
 * @own. Writes nothing if no menu is configured.
 */
void br_pxe_put_menu(struct br_writer *w, const struct br_config *config, uint32_t own);

/* Tag 6, and 7 if multicast is on: goes beside a boot file that is to be booted at once. */
void br_pxe_put_direct(struct br_writer *w, const struct br_config *config);

/* Tag 71: the answer to a client that asked for this item. */
void br_pxe_put_boot_item(struct br_writer *w, uint16_t type, uint16_t layer);

/* What a Raspberry Pi boot ROM looks for; three blanks cure a Pi 3B (boot-net.adoc). */
void br_pxe_put_pi(struct br_writer *w);

/* The item a client asks for, tag 71; false if it asks for none or the tag is broken. */
bool br_pxe_boot_item(const struct br_dhcp_message *message, uint16_t *ret_type,
                      uint16_t *ret_layer);

/* Tag 6 has bit 3: boot the file in the packet, PXE 2.1 table 2-1. */
bool br_pxe_is_direct(const struct br_config *config);

#endif /* BR_CORE_DHCP_PXE_VENDOR_H */
