/* SPDX-License-Identifier: BSD-2-Clause */
/* What looks like a breach of @id and is none: a lost frame may explain it, or it is allowed */
#include "tests/conformance/rules_kit.h"

/* clang-format off */
#define ISO "http://10.0.0.1/boot.iso"

const struct kit_row rules_rows_fair[] = {
	/* the client may have declined what it has */
	{"D4S-DISC-06", 0, scene_twice, {POKE(6, 16, IP20), REMOVE(7), REMOVE(8)}, NULL},
	/* the first client may have chosen another server: there is one, and not all was seen */
	{"D4S-DISC-09", 0, scene_two_clients,
	 {SET(3, 54, "\x0a\0\0\2"), REMOVE(4), POKE(6, 16, "\x0a\0\0\x10"),
	  DO(DST, 6, 0x0a000010), CUT(6)}, NULL},
	/* the client itself answers what the server asks */
	{"D4S-DISC-12", 0, scene_ping, {DO(ETH_SRC, 2, 0x10), DO(SRC, 2, 0x0a000010)}, NULL},
	/* another machine than the one whose firmware got the file; and 7 and 9 are one type */
	{"D4S-UC-02", 0, scene_archs,
	 {SET(5, 93, "\0\x09"), SET(5, 60, "PXEClient:Arch:00009:UNDI:003016"),
	  {KIT_ADD, 5, 77, BYTES("iPXE")}, POKE(6, 108, "grub.efi")}, NULL},
	{"PXE-ARCH-02", 0, scene_archs,
	 {SET(5, 93, "\0\x09"), SET(5, 60, "PXEClient:Arch:00009:UNDI:003016"),
	  POKE(6, 108, "grub.efi")}, NULL},
	/* one image for all */
	{"HBD-08", 0, scene_archs,
	 {SET(1, 60, "HTTPClient:Arch:00016:UNDI:003016"), SET(1, 93, "\0\x10"),
	  SET(2, 60, "HTTPClient"), SET(2, 67, ISO), REMOVE(3), REMOVE(4),
	  SET(5, 60, "HTTPClient:Arch:00019:UNDI:003016"), SET(5, 93, "\0\x13"),
	  SET(6, 60, "HTTPClient"), SET(6, 67, ISO)}, NULL},
	/* the first OFFER was lost */
	{"PXE-PRX-15", 0, scene_secs, {REMOVE(2)}, NULL},
	/* the copy to that server was lost the first time */
	{"RLY-10", 0, scene_relay, {DO(DST, 6, 0x0a000007), REMOVE(7), REMOVE(8)}, NULL},
	/* a server need not know RFC 5107, nor RFC 8357 */
	{"RLS-09", 0, scene_override,
	 {SET(3, 54, "\x0a\0\0\1"), REMOVE(4), REMOVE(5), REMOVE(6), REMOVE(7), REMOVE(8)}, NULL},
	{"RLS-12", 0, scene_relay,
	 {SET(2, 82, "\x13\0"), SET(3, 82, "\x13\0"), DO(SPORT, 2, 5067), CUT(4)}, NULL},
	/* broken, it may be left out */
	{"ROB-D4-06", 0, scene_relay,
	 {REMOVE(1), SET(6, 82, "\1\x32" "eth0"), DROP(7, 82), REMOVE(5)}, NULL},
	/* as it does for all clients: only the MAC address is that of one */
	{"D4C-HDR-07", 0, scene_plain,
	 {POKE(1, 10, "\x7f\xff"), POKE(2, 10, "\x7f\xff"), CUT(2)}, NULL},
	/* it answers a second DISCOVER, or request, that was lost */
	{"D4S-DISC-13", 0, scene_dora, {CUT(2), DO(REPEAT, 2, 4000)}, NULL},
	{"PXE-PRX-13", 0, scene_proxy, {CUT(2), DO(REPEAT, 2, 4000)}, NULL},
	{"PXE-BS-13", 0, scene_proxy, {CUT(7), DO(REPEAT, 7, 2000)}, NULL},
	/* iPXE asks on 4011 for what the OFFER does not hold */
	{"PXE-BS-23", 0, scene_ipxe, {DROP(2, 43)}, NULL},
	/* broadcast it reaches the client whatever its flags say */
	{"RLS-14", 0, scene_proxy, {POKE(1, 10, "\0\0"), POKE(2, 10, "\0\0"), CUT(2)}, NULL},
	{NULL, 0, NULL, {{KIT_END, 0, 0, NULL, 0}}, NULL},
};
/* clang-format on */
