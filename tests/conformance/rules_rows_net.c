/* SPDX-License-Identifier: BSD-2-Clause */
/* Broken below the services: ARP, ICMP, checksums */
#include "tests/conformance/rules_kit.h"

/* clang-format off */
#define SIX               DO(SIX, 0, 0)

const struct kit_row rules_rows_net[] = {
	{"NET-ARP-01", 2, scene_arp_own, {REMOVE(2), DO(COMPLETE, 1, 1)}, NULL},
	{"NET-ARP-02", 5, scene_arp, {DO(GAP, 3, 100), DO(GAP, 4, 100), DO(GAP, 5, 100)}, NULL},
	{"NET-ARP-04", 3, scene_arp_probe,
	 {DO(SRC, 3, 0x0a000010), DO(COMPLETE, 1, 1)}, NULL},
	{"NET-ICM-03", 1, scene_icmp, {POKE(1, 16, "\xff\xff\xff\xff")}, NULL},
	{"NET-UDP-01", 2, scene_dora, {DO(SUM, 2, 0)}, NULL},
	{"NET-UDP-02", 2, scene_dora,
	 {DO(SUM, 1, 1), REMOVE(3), REMOVE(4)}, NULL},
	{"NET-UDP-04", 2, scene_tftp_plain, {DO(SUM, 2, 0), SIX}, NULL},
	{NULL, 0, NULL, {{KIT_END, 0, 0, NULL, 0}}, NULL},
};

/* Nothing of these is a breach. */
const struct kit_row rules_quiet_net[] = {
	{"a client without a checksum", 0, scene_dora, {DO(SUM, 1, 0), DO(SUM, 3, 0)}, NULL},
	{"a client without a checksum", 0, scene_tftp, {DO(SUM, 1, 0), DO(SUM, 3, 0)}, NULL},
	{"a client that asks by ARP in haste", 0, scene_arp,
	 {DO(FLAGS, 1, 0x10), DO(GAP, 3, 100), DO(GAP, 4, 100), DO(GAP, 5, 100)}, NULL},
	{"an answer by ARP that was not seen", 0, scene_arp_own, {REMOVE(2)}, NULL},
	{"one answer to a probe that may be lost", 0, scene_arp_probe,
	 {DO(SRC, 3, 0x0a000010)}, NULL},
	{NULL, 0, NULL, {{KIT_END, 0, 0, NULL, 0}}, NULL},
};
/* clang-format on */
