/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/offer.h - what a client keeps of a DHCP reply: OFFER, ACK, proxy or boot server
 *
 * The fields a firmware reads, in the way its model reads them, in one small piece of
 * memory. Addresses in host order, 0 if absent.
 */
#ifndef BR_SIM_MODELS_OFFER_H
#define BR_SIM_MODELS_OFFER_H

#include "core/formats/dhcp_message.h"
#include "sim/models/model.h"
#include "sim/net/host.h"

enum br_offer_class { /* EDK2 PxeBcDhcp4.c PxeBcParseDhcp4Packet */
	BR_OFFER_DROPPED,
	BR_OFFER_BOOTP,
	BR_OFFER_PXE10, /* option 43 says where to boot from */
	BR_OFFER_BINL,  /* PXEClient, but the boot file is to be asked for on 4011 */
	BR_OFFER_PLAIN, /* an address, maybe a boot file */
};

/**
 * struct br_offer - One reply
 * @next:		In a list of its owner
 * @from, @from_port:	Who sent it
 * @server:		Option 54
 * @is_pxe, @is_http:	Option 60 says so
 * @class:		EDK2's view of it
 * @file67:		Option 67, without closing NULs
 * @file_header:	Field `file`, up to its NUL; empty if it holds options
 * @vendor:		Option 43
 * @name_size, @config_size, @prefix_size: Of options 66, 209 and 210, which only libnet keeps:
 *			behind @vendor; br_offer_server_name() and so on
 * @file_blocks:	Option 13, units of 512 octets; @has_file_blocks
 * @pxe_no_wait:	iPXE's 175.176 is there and not 0: no proxy is waited for
 * @priority:		iPXE's 175.1
 */
struct br_offer {
	struct br_offer *next;
	uint32_t from, yiaddr, siaddr, server, netmask, router, dns;
	uint32_t lease_s, t1_s, t2_s;
	uint16_t from_port;
	uint16_t file_blocks;
	enum br_dhcp_type type;
	enum br_offer_class class;
	bool is_pxe, is_http, has_file_blocks, pxe_no_wait;
	int8_t priority;
	struct br_octets file67, file_header, vendor;
	uint8_t name_size, config_size, prefix_size;
	uint8_t octets[];
};

/* @message parsed from the datagram's payload. NULL if there is no memory. */
struct br_offer *br_offer_new(const struct br_model *model, const struct br_datagram *datagram,
                              const struct br_dhcp_message *message);
struct br_offer *br_offer_free(struct br_offer *offer); /* NULL in, NULL out; not its list */
struct br_offer *br_offer_free_list(struct br_offer *offers);

/* The first in the list that gives an address, or NULL. */
struct br_offer *br_offer_with_address(struct br_offer *offers);

/* The boot file as the model prefers: EDK2 takes 67 before the header, iPXE and U-Boot
 * the header before 67. Size 0 if there is none.
 */
struct br_octets br_offer_file(const struct br_model *model, const struct br_offer *offer);

/* Options 66, and 209 and 210 of RFC 5071; empty if absent. */
struct br_octets br_offer_server_name(const struct br_offer *offer);
struct br_octets br_offer_config_file(const struct br_offer *offer);
struct br_octets br_offer_path_prefix(const struct br_offer *offer);

/* Tag of option 43; .data NULL if absent. PXE 2.1 table 2-3 */
struct br_octets br_offer_pxe_tag(const struct br_offer *offer, uint8_t tag);
uint8_t br_offer_control(const struct br_offer *offer); /* tag 6, 0 if absent */

/* First address listed in tag 8, or 0. */
uint32_t br_offer_boot_server(const struct br_offer *offer);

#endif /* BR_SIM_MODELS_OFFER_H */
