/* SPDX-License-Identifier: BSD-2-Clause */
/* Broken by PXE clients, proxies and boot servers, or by an offer for HTTP boot */
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
#define IP20 "\x0a\0\0\x20"
#define UUID "\0abcdefghijklmnop"
#define ZERO8 "\0\0\0\0\0\0\0\0"
#define ALONE DO(REMOVE, 3, 0), DO(REMOVE, 4, 0)
#define URI "http://10.0.0.1/boot.efi"
#define ITEM "\x47\4\x80\0"
#define SERVERS "\x08\7\x80\0\1\x0a\0\0\2"
#define MENU "\x09\7\x80\0\4boot"

const struct kit_row rules_rows_pxe[] = {
	{"HBD-01", 2, scene_http_dora, {DROP(2, 60)}, NULL},
	{"HBD-02", 2, scene_http_dora, {SET(2, 67, "boot.efi"), POKE(2, 20, IP20), ALONE}, NULL},
	{"HBD-03", 4, scene_http_dora, {SET(4, 67, "http://10.0.0.1/other.efi")}, NULL},
	{"HBD-04", 2, scene_http_dora, {SET(1, 57, "\xff\0"), DO(SIZE, 2, 1480)}, NULL},
	{"HBD-05", 2, scene_http_dora,
	 {SET(2, 67, "http://10.0.0.1/" A192), ADD(2, 67, A192), CUT(2)}, NULL},
	{"HBD-06", 2, scene_http_dora,
	 {DROP(2, 6), SET(2, 67, "http://host/boot.efi"), ALONE}, NULL},
	{"HBD-08", 4, scene_archs,
	 {SET(1, 60, "HTTPClient:Arch:00016:UNDI:003016"), SET(1, 93, "\0\x10"),
	  SET(2, 60, "HTTPClient"), SET(2, 67, URI), ALONE,
	  SET(5, 60, "HTTPClient:Arch:00019:UNDI:003016"), SET(5, 93, "\0\x13"),
	  SET(6, 60, "HTTPClient"), SET(6, 67, URI)}, NULL},
	{"HBD-11", 2, scene_plain, {SET(2, 60, "HTTPClient")}, NULL},
	{"NET-SRC-01", 7, scene_proxy, {DO(SRC, 7, 0x0a000009)}, NULL},
	{"PXE-ARCH-01", 6, scene_archs, {POKE(6, 108, "grub.efi")}, NULL},
	{"PXE-ARCH-03", 6, scene_archs,
	 {SET(5, 93, "\0\x0b\0\x0a"), POKE(6, 108, "grub.efi")}, NULL},
	{"PXE-ARCH-04", 8, scene_archs,
	 {DO(REPEAT, 5, 5), DO(REPEAT, 6, 5), POKE(7, 33, "\x12"), POKE(8, 33, "\x12"),
	  SET(7, 93, "\0\x0b\0")}, "PXE-CLI-01"},
	{"PXE-ARCH-05", 3, scene_proxy, {SET(3, 60, "HTTPClient")}, NULL},
	{"PXE-ARCH-05", 2, scene_http_dora, {SET(2, 60, "PXEClient"), DROP(2, 67), ALONE}, NULL},
	{"PXE-ARCH-06", 4, scene_archs,
	 {SET(1, 93, "\0\0"), SET(1, 60, "PXEClient:Arch:00000:UNDI:003016"), ALONE,
	  SET(5, 93, "\0\0"), SET(5, 60, "PXEClient:Arch:00000:UNDI:003016"),
	  POKE(5, 28, "\xb8\x27\xeb"), POKE(6, 28, "\xb8\x27\xeb"),
	  POKE(6, 108, "grub.efi")}, NULL},
	{"PXE-BS-02", 7, scene_proxy, {DO(DPORT, 7, 1000)}, NULL},
	{"PXE-BS-03", 7, scene_proxy, {SET(7, 60, "other")}, NULL},
	{"PXE-BS-04", 9, scene_proxy, {DROP(9, 43)}, NULL},
	{"PXE-BS-05", 7, scene_proxy, {POKE(7, 12, IP20)}, NULL},
	{"PXE-BS-06", 9, scene_proxy,
	 {SET(8, 53, "\x08"), DROP(8, 43), DROP(9, 43), POKE(9, 108, "shim.efi")}, NULL},
	{"PXE-BS-10", 9, scene_proxy,
	 {SET(6, 43, ITEM "\0\0\xff"), SET(7, 43, ITEM "\0\0\xff"), SET(8, 43, ITEM "\x80\0\xff"),
	  SET(9, 43, ITEM "\x80\0\xff")}, NULL},
	{"PXE-BS-11", 8, scene_boot_closed, {{KIT_END, 0, 0, NULL, 0}}, NULL},
	{"PXE-BS-12", 9, scene_proxy, {POKE(9, 20, IP20)}, NULL},
	{"PXE-BS-13", 7, scene_proxy, {DO(GAP, 7, 1500)}, NULL},
	{"PXE-BS-14", 7, scene_proxy, {POKE(7, 33, "\x11")}, NULL},
	{"PXE-BS-14", 7, scene_proxy, {POKE(7, 4, "\0\0\1\x11")}, NULL},
	{"PXE-BS-15", 7, scene_proxy, {POKE(7, 108, ZERO8)}, NULL},
	{"PXE-BS-16", 7, scene_proxy, {DO(SPORT, 7, 67)}, NULL},
	{"PXE-BS-17", 7, scene_proxy, {SET(7, 53, "\2")}, NULL},
	{"PXE-BS-18", 7, scene_proxy, {SET(7, 54, IP20)}, NULL},
	{"PXE-BS-20", 7, scene_proxy, {SET(6, 60, "other")}, NULL},
	{"PXE-BS-21", 9, scene_proxy, {SET(9, 43, "\x47\4\x80\1\0\0\xff")}, NULL},
	{"PXE-BS-22", 9, scene_proxy,
	 {SET(2, 43, "\6\1\7\x08\7\x80\0\1\x0a\0\0\x09" MENU "\xff")}, NULL},
	{"PXE-BS-23", 7, scene_ipxe, {POKE(7, 20, "\0\0\0\0")}, NULL},
	{"PXE-CLI-01", 1, scene_dora, {DROP(1, 93)}, NULL},
	{"PXE-CLI-02", 1, scene_dora, {DROP(1, 94)}, NULL},
	{"PXE-CLI-03", 1, scene_dora, {DROP(1, 97)}, NULL},
	{"PXE-CLI-04", 1, scene_dora, {SET(1, 55, "\1\3\6")}, NULL},
	{"PXE-CLI-05", 1, scene_dora, {SET(1, 60, "PXEClient:Arch:00007:UNDI:003000")}, NULL},
	{"PXE-CLI-06", 1, scene_dora,
	 {SET(1, 61, "\1\2\3\4\5\6\7"), DO(REMOVE, 2, 0), ALONE}, NULL},
	{"PXE-CLI-07", 5, scene_dora, {DO(REPEAT, 1, 1000)}, NULL},
	{"PXE-CLI-09", 10, scene_proxy, {DO(REPEAT, 6, 100)}, NULL},
	{"PXE-CLI-11", 6, scene_proxy, {POKE(6, 12, "\0\0\0\0")}, NULL},
	{"PXE-MT-01", 2, scene_proxy, {SET(2, 43, "\6\1\3" SERVERS MENU "\2\2\6\xde\xff")}, NULL},
	{"PXE-MT-01", 2, scene_proxy, {SET(2, 43, "\6\1\3" SERVERS MENU "\4\2\0\1\xff")}, NULL},
	{"PXE-PRX-01", 2, scene_proxy, {SET(1, 60, "other")}, NULL},
	{"PXE-PRX-02", 2, scene_proxy, {SET(1, 60, "pxeclient:Arch:00007:UNDI:003016")}, NULL},
	{"PXE-PRX-03", 2, scene_proxy, {POKE(2, 16, IP20), SET(2, 61, UUID)}, NULL},
	{"PXE-PRX-04", 2, scene_proxy, {POKE(2, 12, IP20)}, NULL},
	{"PXE-PRX-05", 2, scene_proxy, {DROP(2, 54)}, NULL},
	{"PXE-PRX-06", 2, scene_proxy, {DROP(2, 97)}, NULL},
	{"PXE-PRX-07", 2, scene_proxy, {DROP(2, 93)}, NULL},
	{"PXE-PRX-08", 7, scene_closed,
	 {ADD(3, 60, "PXEClient"), DO(ETH_SRC, 7, 1), DO(SRC, 7, 0x0a000001),
	  POKE(7, 16, "\x0a\0\0\1")}, NULL},
	{"PXE-PRX-10", 10, scene_proxy, {DO(REPEAT, 2, 1), SET(10, 53, "\5")}, NULL},
	{"PXE-PRX-11", 2, scene_proxy, {SET(2, 51, "\0\0\1\0")}, NULL},
	{"PXE-PRX-12", 2, scene_proxy, {SET(2, 60, "other")}, NULL},
	{"PXE-PRX-13", 2, scene_proxy, {DO(GAP, 2, 2500), DO(REMOVE, 3, 0)}, NULL},
	{"PXE-PRX-14", 10, scene_proxy, {DO(REPEAT, 2, 1), POKE(10, 44, "x")}, NULL},
	{"PXE-PRX-15", 3, scene_secs, {DO(REMOVE, 2, 0), DO(COMPLETE, 1, 1)}, NULL},
	{"PXE-V43-01", 2, scene_proxy, {SET(2, 43, "\6\1\3" SERVERS MENU)}, NULL},
	{"PXE-V43-02", 2, scene_proxy, {SET(2, 43, "\6\1\x13" SERVERS MENU "\xff")}, NULL},
	{"PXE-V43-03", 2, scene_proxy, {SET(2, 43, "\6\1\1" SERVERS MENU "\xff")}, NULL},
	{"PXE-V43-04", 2, scene_proxy,
	 {SET(2, 43, "\6\1\3\x08\6\x80\0\1\x0a\0\0" MENU "\xff")}, NULL},
	{"PXE-V43-05", 2, scene_proxy,
	 {SET(2, 43, "\6\1\3" SERVERS "\x09\7\x80\0\5boot\xff")}, NULL},
	{"PXE-V43-06", 2, scene_proxy, {SET(2, 43, "\6\1\3" SERVERS MENU "\x0a\0\xff")}, NULL},
	{"PXE-V43-07", 2, scene_proxy, {SET(2, 43, "\6\1\3" MENU "\xff")}, NULL},
	{"PXE-V43-08", 2, scene_proxy,
	 {SET(2, 43, "\6\1\3" SERVERS "\x09\xc3\x80\0\xc0" A192),
	  ADD(2, 43, "\x0a\x41\0" A64 "\xff"), CUT(2)}, NULL},
	{"PXE-V43-09", 2, scene_proxy, {SET(2, 43, "\1\4\xe0\0\1\1\xff")}, NULL},
	{"PXE-V43-10", 7, scene_closed, {DROP(2, 43)}, NULL},
	{"PXE-V43-11", 2, scene_proxy, {SET(2, 43, "\6\1\x0b\xff")}, NULL},
	{"PXE-V43-12", 2, scene_proxy, {SET(2, 43, "\6\1\3\xff")}, NULL},
	{"PXE-V43-14", 2, scene_proxy,
	 {SET(2, 43, "\6\1\2\x08\7\x80\1\1\x0a\0\0\2" MENU "\xff")}, NULL},
	{"PXE-V43-15", 6, scene_boot, {RAW(6, "\0\5\0\1no\0")}, NULL},
	{"PXE-V43-16", 2, scene_proxy,
	 {POKE(1, 28, "\xb8\x27\xeb"), POKE(2, 28, "\xb8\x27\xeb"), SET(1, 93, "\0\0"),
	  SET(1, 60, "PXEClient:Arch:00000:UNDI:003016"), CUT(2)}, NULL},
	{"RLS-14", 2, scene_proxy,
	 {POKE(1, 10, "\0\0"), POKE(2, 10, "\0\0"), DO(DST, 2, 0x0a000010), CUT(2)}, NULL},
	{"RLS-15", 7, scene_proxy, {DO(ETH_SRC, 6, 0x70), CUT(7)}, NULL},
	{"ROB-D4-05", 9, scene_proxy, {SET(8, 43, "\x47\1\x80\xff")}, NULL},
	{"ROB-D4-12", 7, scene_proxy, {POKE(6, 12, "\xff\xff\xff\xff"), CUT(7)}, NULL},
	{NULL, 0, NULL, {{KIT_END, 0, 0, NULL, 0}}, NULL},
};
/* clang-format on */
