/* SPDX-License-Identifier: BSD-2-Clause */
/* Broken by the address server, or by a request that must not be answered */
#include "rules_kit.h"

/* clang-format off */
#define SET(p, code, b)   {KIT_SET, p, code, BYTES(b)}
#define ADD(p, code, b)   {KIT_ADD, p, code, BYTES(b)}
#define FRONT(p, code, b) {KIT_FRONT, p, code, BYTES(b)}
#define POKE(p, at, b)    {KIT_POKE, p, at, BYTES(b)}
#define RAW(p, b)         {KIT_RAW, p, 0, BYTES(b)}
#define DO(op, p, arg)    {KIT_##op, p, arg, NULL, 0}
#define DROP(p, code)     DO(DROP, p, code)
#define CUT(p)            DO(CUT, p, 0)
#define A8   "aaaaaaaa"
#define A64  A8 A8 A8 A8 A8 A8 A8 A8
#define A192 A64 A64 A64
#define ZERO4 "\0\0\0\0"
#define IP20 "\x0a\0\0\x20"
#define UUID "\0abcdefghijklmnop"
#define ALONE DO(REMOVE, 3, 0), DO(REMOVE, 4, 0)

const struct kit_row rules_rows_dhcp[] = {
	{"D4C-HDR-01", 2, scene_dora, {POKE(1, 0, "\0"), ALONE}, NULL},
	{"D4C-HDR-02", 2, scene_dora, {POKE(1, 0, "\2"), ALONE}, NULL},
	{"D4C-HDR-03", 2, scene_dora, {DO(SIZE, 1, 238), ALONE}, NULL},
	{"D4C-HDR-05", 2, scene_dora, {POKE(2, 2, "\7")}, NULL},
	{"D4C-HDR-06", 2, scene_dora, {POKE(2, 8, "\0\4")}, NULL},
	{"D4C-HDR-07", 2, scene_dora,
	 {POKE(1, 10, "\xff\xff"), POKE(2, 10, "\xff\xff"), DO(DST, 2, 0x0a000010), CUT(2)}, NULL},
	{"D4C-HDR-08", 2, scene_dora, {POKE(2, 10, "\0\0")}, NULL},
	{"D4C-HDR-09", 2, scene_dora, {POKE(2, 44, A64)}, NULL},
	{"D4C-HDR-10", 2, scene_dora, {POKE(2, 236, ZERO4)}, NULL},
	{"D4C-HDR-11", 2, scene_dora, {ADD(2, 53, "\2")}, NULL},
	{"D4C-OPT-01", 2, scene_dora, {DO(NO_END, 2, 0)}, NULL},
	{"D4C-OPT-02", 2, scene_dora,
	 {SET(2, 52, "\1"), POKE(2, 108, "\x42\1" "a" ZERO4 "\0")}, NULL},
	{"D4C-OPT-03", 2, scene_dora, {SET(2, 51, "\0\0\0\0\7")}, NULL},
	{"D4C-OPT-04", 2, scene_dora, {{KIT_FRONT, 1, 0, "", 0}, DROP(2, 53), CUT(2)}, NULL},
	{"D4C-OPT-05", 2, scene_dora, {POKE(2, 108, "\1\4\xff\xff\xff\0\xff\0"), ALONE}, NULL},
	{"D4C-OPT-06", 2, scene_dora,
	 {SET(2, 52, "\1"), POKE(2, 108, "\0\x42\1" "a\xff\0\0\0")}, NULL},
	{"D4C-OPT-07", 2, scene_dora,
	 {SET(2, 52, "\1"), POKE(2, 108, "\x42\x7f" ZERO4 "\0\0")}, NULL},
	{"D4C-OPT-08", 2, scene_plain,
	 {SET(1, 61, "\0abcdefgh"), SET(1, 52, "\1"), POKE(1, 108, "\x3d\x08ijklmnop\xff"),
	  SET(2, 61, "\0abcdefgh"), CUT(2)}, NULL},
	{"D4C-OPT-09", 2, scene_plain,
	 {SET(1, 61, "\0abcdefgh"), ADD(1, 61, "ijklmnop"), SET(2, 61, "ijklmnop"), CUT(2)}, NULL},
	{"D4C-OPT-10", 2, scene_dora,
	 {ADD(2, 119, A192), ADD(2, 12, "x"), ADD(2, 119, A192)}, NULL},
	{"D4C-OPT-11", 2, scene_dora, {ADD(2, 67, "grub."), ADD(2, 67, "efi")}, NULL},
	{"D4C-OPT-12", 3, scene_ipxe, {SET(3, 52, "\2"), POKE(3, 44, "\xff")}, NULL},
	{"D4C-OPT-14", 2, scene_dora, {SET(2, 12, "host\0")}, NULL},
	{"D4C-OPT-17", 2, scene_dora, {ADD(2, 28, IP20), ADD(2, 28, IP20)}, NULL},
	{"D4C-SIZ-01", 2, scene_dora, {SET(1, 57, "\2\x40"), DO(SIZE, 2, 560)}, NULL},
	{"D4C-SIZ-02", 2, scene_dora, {DROP(1, 57), DO(SIZE, 2, 560)}, NULL},
	{"D4C-SIZ-03", 2, scene_dora, {SET(1, 57, "\0\x64"), DROP(2, 51), CUT(2)}, NULL},
	{"D4C-SIZ-04", 2, scene_dora, {SET(1, 57, "\xff\0"), DO(SIZE, 2, 1480)}, NULL},
	{"D4C-SIZ-05", 2, scene_nak, {DO(SIZE, 2, 260)}, NULL},
	{"D4S-BF-01", 2, scene_plain, {POKE(2, 108, "a")}, NULL},
	{"D4S-BF-02", 4, scene_dora, {POKE(4, 108, ZERO4 ZERO4), SET(4, 67, "grub.efi")}, NULL},
	{"D4S-BF-03", 2, scene_dora, {SET(2, 67, "other"), ALONE}, NULL},
	{"D4S-BF-03", 2, scene_dora, {SET(2, 66, "10.0.0.9")}, NULL},
	{"D4S-BF-04", 2, scene_dora, {DROP(2, 1)}, NULL},
	{"D4S-BF-05", 2, scene_dora, {{KIT_SET, 2, 209, "", 0}}, NULL},
	{"D4S-BTP-01", 2, scene_bootp, {DO(SIZE, 2, 320)}, NULL},
	{"D4S-DECL-01", 7, scene_decline,
	 {POKE(7, 16, "\x0a\0\0\x10"), DO(DST, 7, 0x0a000010), DO(REMOVE, 8, 0),
	  DO(REMOVE, 9, 0)}, NULL},
	{"D4S-DISC-01", 2, scene_dora, {POKE(2, 16, "\x0a\0\0\xff"), ALONE}, NULL},
	{"D4S-DISC-02", 2, scene_dora, {DROP(2, 54)}, NULL},
	{"D4S-DISC-03", 2, scene_dora, {DROP(2, 51)}, NULL},
	{"D4S-DISC-03", 4, scene_dora, {DROP(4, 51)}, NULL},
	{"D4S-DISC-04", 2, scene_dora, {SET(2, 50, IP20)}, NULL},
	{"D4S-DISC-05", 2, scene_dora, {POKE(2, 12, IP20)}, NULL},
	{"D4S-DISC-06", 6, scene_twice,
	 {POKE(6, 16, IP20), DO(REMOVE, 7, 0), DO(REMOVE, 8, 0), DO(COMPLETE, 1, 1)}, NULL},
	{"D4S-DISC-13", 2, scene_dora, {DO(GAP, 2, 1500)}, NULL},
	{"D4S-DLV-02", 2, scene_dora, {DO(DST, 2, 0x0a000010)}, NULL},
	{"D4S-DLV-03", 2, scene_plain, {DO(DST, 2, 0x0a000077)}, NULL},
	{"D4S-DLV-03", 2, scene_plain, {DO(ETH_DST, 2, 0x77)}, NULL},
	{"D4S-DLV-04", 2, scene_dora, {DO(DPORT, 2, 1068)}, NULL},
	{"D4S-DLV-05", 2, scene_dora, {DO(SPORT, 2, 1067)}, NULL},
	{"D4S-DLV-07", 2, scene_dora, {DO(DPORT, 1, 68), ALONE}, NULL},
	{"D4S-ID-01", 2, scene_dora, {DROP(2, 61)}, NULL},
	{"D4S-ID-02", 2, scene_plain, {DROP(1, 61)}, NULL},
	{"D4S-ID-05", 2, scene_dora, {SET(2, 61, "\0abc"), CUT(2)}, NULL},
	{"D4S-INF-01", 2, scene_inform, {SET(2, 51, ZERO4)}, NULL},
	{"D4S-INF-02", 2, scene_inform, {POKE(2, 16, IP20)}, NULL},
	{"D4S-INF-03", 2, scene_inform, {DO(DST, 2, 0x0a000077)}, NULL},
	{"D4S-LSE-01", 2, scene_dora, {SET(2, 58, "\0\0\x0e\x10")}, NULL},
	{"D4S-LSE-04", 3, scene_ipxe, {SET(3, 51, "\0\0\0\x78"), DROP(3, 58), DROP(3, 59)}, NULL},
	{"D4S-LSE-05", 2, scene_renew,
	 {ADD(1, 60, "HTTPClient:Arch:00016:UNDI:003016"), POKE(2, 16, IP20)}, NULL},
	{"D4S-NAK-01", 2, scene_nak, {SET(2, 51, ZERO4)}, NULL},
	{"D4S-NAK-02", 2, scene_nak, {POKE(2, 16, IP20)}, NULL},
	{"D4S-NAK-03", 3, scene_relay_nak, {POKE(3, 10, "\0"), POKE(4, 10, "\0")}, NULL},
	{"D4S-NAK-04", 2, scene_nak, {DO(DST, 2, 0x0a000010)}, NULL},
	{"D4S-REL-01", 2, scene_release,
	 {POKE(5, 4, "\0\0\1\x11"), DO(REMOVE, 2, 0), ALONE}, NULL},
	{"D4S-REQ-01", 4, scene_dora, {POKE(4, 16, IP20)}, NULL},
	{"D4S-REQ-02", 4, scene_dora,
	 {DO(ETH_SRC, 4, 9), SET(4, 54, "\x0a\0\0\x09"), DO(SRC, 4, 0x0a000009)}, NULL},
	{"D4S-REQ-05", 4, scene_dora, {SET(4, 3, "\x0a\0\0\x09")}, NULL},
	{"D4S-REQ-05", 4, scene_dora, {POKE(4, 108, "shim")}, NULL},
	{"D4S-REQ-09", 2, scene_renew, {DO(DST, 2, 0x0a000077)}, NULL},
	{"D4S-REQ-11", 3, scene_renew, {DO(REPEAT, 2, 10), POKE(3, 16, IP20)}, NULL},
	{"D4S-SID-01", 2, scene_dora, {SET(2, 54, "\x0a\0\0\x07")}, NULL},
	{"NET-FRG-02", 2, scene_dora,
	 {SET(1, 93, "\0\0"), SET(1, 60, "PXEClient:Arch:00000:UNDI:003016"),
	  SET(1, 57, "\xff\0"), DO(SIZE, 2, 1480)}, NULL},
	{"ROB-D4-01", 2, scene_plain, {POKE(1, 249, "\xc8"), SET(2, 61, A192), CUT(2)}, NULL},
	{"ROB-D4-03", 2, scene_dora, {POKE(1, 2, "\xff"), POKE(2, 2, "\xff"), CUT(2)}, NULL},
	{"ROB-D4-04", 2, scene_plain, {SET(1, 53, "\1\1"), CUT(2)}, NULL},
	{"ROB-D4-10", 5, scene_dora, {DO(COMPLETE, 1, 1), DO(REPEAT, 2, 5)}, NULL},
	{"ROB-D4-11", 2, scene_dora, {POKE(1, 24, "\x7f\0\0\1"), ALONE}, NULL},
	{"ROB-X-01", 2, scene_dora, {POKE(2, 118, "x")}, NULL},
	{NULL, 0, NULL, {{KIT_END, 0, 0, NULL, 0}}, NULL},
};
/* clang-format on */
