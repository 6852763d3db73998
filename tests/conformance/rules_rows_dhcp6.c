/* SPDX-License-Identifier: BSD-2-Clause */
/* Broken over IPv6: by DHCPv6 servers, clients and relays, and by neighbors */
#include "tests/conformance/rules_kit.h"

/* clang-format off */
#define COMPLETE          DO(COMPLETE, 1, 1)
#define IN(code)          KIT_IN(1, code)
#define A512 A64 A64 A64 A64 A64 A64 A64 A64
#define ZERO16 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define NEAR_77 "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x77"
#define NEAR_1  "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
#define AT(link) "\x20\1\x0d\xb8\0" link "\0\0\0\0\0\0\0\0\0\x50"
#define IA(t1, address, life) \
	"\0\0\0\7" t1 "\0\0\x0b\x40\0\5\0\x18" address LIFE life
#define T1 "\0\0\7\x08"

const struct kit_row rules_rows_dhcp6[] = {
	{"D6-ADV-01", 2, scene6_pxe, {DROP6(2, 2), CUT(2)}, NULL},
	{"D6-ADV-01", 2, scene6_pxe, {SET6(2, 1, DUID("\x11")), CUT(2)}, NULL},
	{"D6-ADV-01", 4, scene6_pxe, {DROP6(4, 1)}, NULL},
	{"D6-ADV-02", 2, scene6_pxe, {POKE(2, 1, "\6\6\6"), CUT(2)}, NULL},
	{"D6-ADV-02", 4, scene6_pxe, {POKE(4, 1, "\6\6\6"), CUT(4)}, NULL},
	{"D6-ADV-03", 2, scene6_pxe, {DROP6(2, 3), CUT(2)}, NULL},
	{"D6-ADV-04", 4, scene6_pxe, {DROP6(4, 23)}, NULL},
	{"D6-ADV-04", 4, scene6_pxe, {DROP6(2, 59)}, NULL},
	{"D6-ADV-05", 2, scene6_none, {SET6(2, 3, "\0\0\0\7\0\0\0\0\0\0\0\0")}, NULL},
	{"D6-ADV-05", 2, scene6_none, {DROP6(2, 3), ADD6(2, 13, "\0\2none")}, NULL},
	{"D6-ADV-07", 2, scene6_pxe, {DO(DPORT, 2, 1546)}, NULL},
	{"D6-ADV-07", 2, scene6_pxe, {DST6(2, NEAR_77)}, NULL},
	{"D6-ADV-07", 2, scene6_pxe, {DO(LINK, 2, 2)}, NULL},
	{"D6-ADV-08", 2, scene6_pxe, {ADD6(2, 14, "")}, NULL},
	{"D6-ADV-08", 2, scene6_rapid, {DROP6(1, 14)}, NULL},
	{"D6-ADV-08", 2, scene6_rapid, {DROP6(2, 14), COMPLETE}, NULL},
	{"D6-CLI-01", 3, scene6_pxe, {POKE(2, 1, "\6\6\6")}, "D6-ADV-02"},
	{"D6-CLI-02", 3, scene6_pxe, {DROP6(2, 7)}, NULL},
	{"D6-CLI-02", 4, scene6_two, {SET6(4, 2, DUID("\2")), CUT(4)}, NULL},
	{"D6-CLI-03", 1, scene6_pxe, {DROP6(1, 6), CUT(1)}, NULL},
	{"D6-CLI-03", 1, scene6_pxe, {DROP6(1, 8)}, NULL},
	{"D6-CLI-03", 1, scene6_pxe, {SET6(1, 8, "\0\5"), COMPLETE}, NULL},
	{"D6-FMT-01", 2, scene6_pxe, {ADD6(2, 7, "\xff")}, NULL},
	{"D6-FMT-02", 2, scene6_http, {ADD6(2, 16, "\0\0\1\x57\0\2ab")}, NULL},
	{"D6-FMT-03", 2, scene6_pxe, {SET6(2, 1, "\0\3\0\1\2\0\0"), CUT(2)}, NULL},
	{"D6-NB-01", 2, scene6_pxe,
	 {SET6(2, 59, "tftp://[2001:db8:1::1]/shimx64.efi\0"), CUT(2)}, NULL},
	{"D6-NB-01", 2, scene6_pxe, {SET6(2, 59, "shimx64.efi"), CUT(2)}, NULL},
	{"D6-NB-02", 2, scene6_pxe, {SET6(2, 59, "tftp://2001:db8:1::1/shimx64.efi"), CUT(2)},
	 NULL},
	{"D6-NB-03", 2, scene6_pxe, {ADD6(2, 60, "\0\5ab"), CUT(2)}, NULL},
	{"D6-NB-03", 2, scene6_pxe, {ADD6(2, 60, "\0\1\xff"), CUT(2)}, NULL},
	{"D6-NB-04", 2, scene6_pxe, {DROP6(2, 61)}, NULL},
	{"D6-NB-05", 2, scene6_pxe, {SET6(2, 61, "\0\6")}, NULL},
	{"D6-NB-06", 5, scene6_pxe, {ADD6(5, 61, "\0\7")}, NULL},
	{"D6-NB-06", 2, scene6_relay, {ADD6(2, 59, "tftp://a/b")}, NULL},
	{"D6-NB-08", 4, scene6_pxe, {DROP6(4, 59)}, NULL},
	{"D6-NB-08", 4, scene6_pxe, {SET6(4, 59, "tftp://[2001:db8:1::2]/shimx64.efi")}, NULL},
	{"D6-NB-09", 2, scene6_pxe, {SET6(2, 59, "http://[2001:db8:1::1]/a.efi"), CUT(2)}, NULL},
	{"D6-NB-09", 2, scene6_pxe, {SET6(2, 59, "tftp://boot/a.efi"), DROP6(2, 23), CUT(2)},
	 NULL},
	{"D6-NB-10", 2, scene6_pxe, {ADD6(2, 60, "\0\5quiet"), CUT(2)}, NULL},
	{"D6-NB-11", 3, scene6_binl, {POKE(3, 42, "\x0f\xab")}, NULL},
	{"D6-NB-12", 2, scene6_pxe, {SET6(2, 59, "tftp://boot/shimx64.efi"), CUT(2)}, NULL},
	{"D6-NB-13", 2, scene6_pxe, {DO(GAP, 2, 300)}, NULL},
	{"D6-NB-14", 2, scene6_pxe, {ADD6(2, 17, A512 A512 A512), CUT(2)}, NULL},
	{"D6-NB-15", 6, scene6_ipxe, {SET6(6, 59, "tftp://[2001:db8:1::1]/ipxe.efi"), CUT(6)},
	 NULL},
	{"D6-NB-17", 8, scene6_ipxe, {COMPLETE, CUT(7), DO(REPEAT, 6, 5)}, NULL},
	{"D6-RPL-01", 4, scene6_pxe, {SET6(4, 3, IA("\0\0\x0f\0", AT("\1"), LIFE))}, NULL},
	{"D6-RPL-01", 4, scene6_pxe, {SET6(4, 3, IA(T1, AT("\1"), "\0\0\0\0"))}, NULL},
	{"D6-RPL-01", 4, scene6_pxe, {SET6(4, 3, IA(T1, AT("\7"), LIFE))}, NULL},
	{"D6-RPL-01", 4, scene6_pxe, {DROP6(4, 3), CUT(4)}, NULL},
	{"D6-RPL-02", 4, scene6_pxe,
	 {SET6(3, 3, IA(T1, AT("\7"), LIFE)), SET6(4, 3, IA(T1, AT("\7"), LIFE))}, NULL},
	{"D6-RPL-04", 2, scene6_inform, {ADD6(2, 3, IA(T1, AT("\1"), LIFE))}, NULL},
	{"D6-RPL-04", 2, scene6_inform, {DROP6(2, 1)}, NULL},
	{"D6-RPL-06", 6, scene6_pxe, {DROP6(6, 13)}, NULL},
	{"D6-RPL-06", 6, scene6_pxe, {ADD6(6, 3, "\0\0\0\7\0\0\0\0\0\0\0\0")}, NULL},
	{"D6-VAL-01", 2, scene6_pxe, {ADD6(1, 2, DUID("\1")), CUT(2)}, NULL},
	{"D6-VAL-02", 4, scene6_pxe, {DROP6(3, 2)}, NULL},
	{"D6-VAL-02", 4, scene6_pxe, {DROP6(3, 1)}, NULL},
	{"D6-VAL-02", 4, scene6_pxe, {SET6(3, 2, DUID("\2"))}, NULL},
	{"D6-VAL-03", 2, scene6_inform, {ADD6(1, 3, IA(T1, AT("\1"), LIFE))}, NULL},
	{"D6-VAL-03", 2, scene6_inform, {ADD6(1, 2, DUID("\2"))}, NULL},
	{"D6-VAL-04", 2, scene6_pxe, {POKE(1, 0, "\7"), CUT(2)}, NULL},
	{"D6-VAL-05", 2, scene6_pxe, {POKE(1, 0, "\x63"), CUT(2)}, NULL},
	{"D6-VAL-07", 2, scene6_pxe, {DST6(1, NEAR_1), CUT(2)}, NULL},
	{"D6-VAL-07", 2, scene6_inform, {DST6(1, NEAR_1)}, NULL},
	{"HBD-12", 2, scene6_http, {DROP6(2, 16), CUT(2)}, NULL},
	{"HBD-13", 2, scene6_http,
	 {DROP6(2, 59), ADD6(2, 59, "http://[2001:db8:1::1]/boot.efi"), CUT(2)}, NULL},
	{"NET-ND-01", 4, scene6_neighbor, {DO(HOPS, 3, 64)}, NULL},
	{"NET-ND-01", 4, scene6_neighbor, {POKE(3, 17, "\0")}, NULL},
	{"NET-ND-02", 4, scene6_neighbor, {DO(REST, 4, 0x20000000)}, NULL},
	{"NET-ND-02", 4, scene6_neighbor, {DO(SIZE, 4, 16)}, NULL},
	{"NET-ND-03", 2, scene6_neighbor, {DO(HOPS, 1, 64)}, NULL},
	{"NET-ND-03", 2, scene6_neighbor,
	 {{KIT_SRC6, 1, 0, BYTES(AT("\1"))}}, NULL},
	{"NET-ND-04", 5, scene6_given, {REMOVE(5), COMPLETE}, NULL},
	{"NET-ND-04", 5, scene6_given, {REMOVE(5), DO(GAP, 6, 100)}, NULL},
	{"R6-RLY-01", 2, scene6_relay, {POKE(2, 1, "\1"), CUT(2)}, NULL},
	{"R6-RLY-01", 2, scene6_relay, {POKE(2, 18, NEAR_77), CUT(2)}, NULL},
	{"R6-RLY-01", 2, scene6_relay, {POKE(2, 2, "\xff\2"), CUT(2)}, NULL},
	{"R6-RLY-02", 2, scene6_relays, {POKE(2, 1, "\5"), CUT(2)}, NULL},
	{"R6-RLY-02", 2, scene6_relays, {POKE(1, 1, "\x8"), POKE(2, 1, "\x9"),
	 POKE(2, 39, "\x8"), CUT(2)}, "R6-RLY-01"},
	{"R6-RLY-03", 2, scene6_relay, {SET6(2, IN(6), "\0\x3b"), CUT(2)}, NULL},
	{"R6-RLY-03", 4, scene6_relay, {SET6(4, 59, "tftp://[2001:db8:1::1]/other")}, NULL},
	{"R6-RLY-05", 2, scene6_relay, {DO(HOPS, 2, 64)}, NULL},
	{"R6-RLY-06", 2, scene6_relay, {POKE(2, 2, ZERO16), DROP6(2, 18), CUT(2)}, NULL},
	{"R6-SRV-01", 3, scene6_relay, {POKE(3, 18, NEAR_77), CUT(3)}, NULL},
	{"R6-SRV-01", 3, scene6_relays, {POKE(3, 1, "\0"), CUT(3)}, NULL},
	{"R6-SRV-02", 3, scene6_relay, {SET6(3, 18, "eth1")}, NULL},
	{"R6-SRV-03", 3, scene6_relay, {DO(DPORT, 3, 546)}, NULL},
	{"R6-SRV-04", 3, scene6_relay, {SET6(3, IN(3), IA(T1, AT("\x09"), LIFE)), CUT(3)}, NULL},
	{"R6-SRV-04", 3, scene6_relays,
	 {SET6(3, KIT_IN(2, 3), IA(T1, AT("\5"), LIFE)), CUT(3)}, NULL},
	{"R6-SRV-05", 3, scene6_relays,
	 {POKE(1, 2, ZERO16), POKE(2, 40, ZERO16), POKE(3, 48, ZERO16),
	  SET6(3, KIT_IN(2, 3), IA(T1, AT("\x09"), LIFE)), CUT(3)}, NULL},
	{"R6-SRV-06", 3, scene6_relay,
	 {ADD6(2, 135, "\0\0"), ADD6(3, 135, "\0\0"), DO(SPORT, 2, 5547)}, NULL},
	{"ROB-D6-01", 2, scene6_pxe, {DO(SIZE, 1, 30), DO(SIZE, 2, 60), CUT(2)}, NULL},
	{"ROB-D6-03", 2, scene6_pxe, {SET6(1, 1, "\0\3"), SET6(2, 1, "\0\4"), CUT(2)}, NULL},
	{NULL, 0, NULL, {{KIT_END, 0, 0, NULL, 0}}, NULL},
};

const struct kit_row rules_quiet_dhcp6[] = {
	/* RFC 8415 21.4: 0 leaves the times to the client; ISC dhcpd sends that */
	{"D6-RPL-01", 0, scene6_pxe,
	 {SET6(4, 3, "\0\0\0\7\0\0\0\0\0\0\0\0\0\5\0\x18" AT("\1") LIFE LIFE)}, NULL},
	/* 18.3.2: the lease may be refused */
	{"D6-RPL-01", 0, scene6_pxe,
	 {SET6(4, 3, "\0\0\0\7\0\0\0\0\0\0\0\0\0\x0d\0\2\0\4"), CUT(4)}, NULL},
	{"D6-RPL-02", 0, scene6_pxe, {SET6(3, 3, IA(T1, AT("\7"), LIFE)), CUT(4)}, NULL},
	/* 18.4, as it was before RFC 9915 */
	{"D6-VAL-07", 0, scene6_inform,
	 {DST6(1, NEAR_1), DROP6(2, 59), ADD6(2, 13, "\0\5")}, NULL},
	/* the second question was lost, and both may be answered late */
	{"D6-NB-13", 0, scene6_pxe, {DO(GAP, 2, 4100)}, NULL},
	/* another program on the same machine asked, and was not seen */
	{"D6-ADV-02", 0, scene6_pxe,
	 {POKE(2, 1, "\6\6\6"), SET6(2, 3, "\0\0\0\x08" T1 "\0\0\x0b\x40"), CUT(2)}, NULL},
	/* a name, and a server to ask for it */
	{"D6-NB-09", 0, scene6_pxe, {SET6(2, 59, "tftp://boot/a.efi"), CUT(2)}, NULL},
	/* iPXE loads from anywhere */
	{"D6-NB-09", 0, scene6_ipxe, {SET6(6, 59, "ftp://a/b"), CUT(6)}, NULL},
	/* the size of the boot file, RFC 5970 3.2 */
	{"D6-NB-10", 0, scene6_pxe, {ADD6(2, 60, "\0\4" "2048" "\0\0"), CUT(2)}, NULL},
	/* a REQUEST after a full first wait */
	{"D6-CLI-02", 0, scene6_pxe, {DROP6(2, 7), DO(GAP, 3, 950)}, NULL},
	/* the first SOLICIT was lost: this is its repetition */
	{"D6-CLI-02", 0, scene6_pxe, {DROP6(2, 7), SET6(1, 8, "\1\x90")}, NULL},
	/* elapsed time is the client's own; a repetition differs by it */
	{"R6-RLY-03", 0, scene6_relay, {SET6(2, IN(8), "\1\x90"), CUT(2)}, NULL},
	/* a relay without Interface-Id on a link it can name */
	{"R6-RLY-06", 0, scene6_relay, {DROP6(2, 18), DROP6(3, 18)}, NULL},
	/* RFC 8357: the other port was asked for */
	{"R6-SRV-03", 0, scene6_relay,
	 {ADD6(2, 135, "\0\0"), ADD6(3, 135, "\0\0"), DO(SPORT, 2, 5547), DO(DPORT, 3, 5547)},
	 NULL},
	/* a prefix of the client's link that the relay did not name */
	{"R6-SRV-04", 0, scene6_relay, {SET6(3, IN(3), IA(T1, AT("\7"), LIFE)), CUT(3)}, NULL},
	/* a second relay heard the client; what it sent was lost */
	{"R6-SRV-01", 0, scene6_relay,
	 {DST6(2, AT("\x09")), {KIT_SRC6, 3, 0, BYTES(AT("\x09"))}, DST6(3, NEAR_77),
	  POKE(3, 2, AT("\7")), CUT(3)}, NULL},
	/* it says so unasked */
	{"NET-ND-02", 0, scene6_neighbor, {REMOVE(5), DO(REST, 6, 0)}, NULL},
	/* checked, and the check was lost */
	{"NET-ND-04", 0, scene6_given, {REMOVE(5)}, NULL},
	{NULL, 0, NULL, {{KIT_END, 0, 0, NULL, 0}}, NULL},
};
/* clang-format on */
