/* SPDX-License-Identifier: BSD-2-Clause */
/* Broken by relays, and by servers behind them */
#include "tests/conformance/rules_kit.h"

/* clang-format off */
#define ETH0 "\1\4eth0"
#define PORT "\x13\0"
#define LINK2 "\5\4\x0a\2\0\0"
#define LINK1 "\5\4\x0a\1\0\0"

const struct kit_row rules_rows_relay[] = {
	{"D4S-DLV-01", 3, scene_relay, {DO(DPORT, 3, 68)}, NULL},
	{"RLS-01", 3, scene_relay, {SET(3, 82, "\1\4eth1")}, NULL},
	{"RLS-01", 7, scene_relay, {DROP(7, 82)}, NULL},
	{"RLS-02", 3, scene_relay, {ADD(3, 12, "x"), ADD(4, 12, "x")}, NULL},
	{"RLS-03", 3, scene_relay,
	 {DROP(3, 82), SET(3, 52, "\1"), POKE(3, 108, "\x52\6" ETH0 "\xff"),
	  REMOVE(4)}, NULL},
	{"RLS-04", 3, scene_relay, {SET(3, 82, "\1\4e")}, NULL},
	{"RLS-05", 3, scene_relay,
	 {POKE(3, 16, "\x0a\0\0\x50"), POKE(4, 16, "\x0a\0\0\x50")}, NULL},
	{"RLS-06", 3, scene_relay, {SET(2, 82, LINK2), SET(3, 82, LINK2)}, NULL},
	{"RLS-07", 3, scene_relay,
	 {SET(2, 82, LINK1), SET(3, 82, LINK1), DO(DPORT, 3, 68)}, NULL},
	{"RLS-08", 3, scene_relay,
	 {FRONT(1, 118, "\x0a\1\0\0"), FRONT(2, 118, "\x0a\1\0\0"), SET(2, 82, LINK2),
	  SET(3, 82, LINK2)}, NULL},
	{"RLS-09", 7, scene_override, {SET(7, 54, "\x0a\0\0\1"), DO(REMOVE, 8, 0)}, NULL},
	{"RLS-10", 7, scene_override_refused, {CUT(7)}, NULL},
	{"RLS-12", 7, scene_relay,
	 {SET(2, 82, PORT), SET(3, 82, PORT), DO(SPORT, 2, 5067), DO(DPORT, 3, 5067),
	  SET(6, 82, PORT), SET(7, 82, PORT), DO(SPORT, 6, 5067)}, NULL},
	{"RLY-02", 2, scene_relay, {POKE(1, 3, "\x11"), POKE(2, 3, "\x12")}, NULL},
	{"RLY-04", 2, scene_relay,
	 {POKE(2, 24, "\0\0\0\0"), REMOVE(3), REMOVE(4)}, NULL},
	{"RLY-05", 3, scene_two_relays, {POKE(3, 24, "\x0a\1\0\x70")}, NULL},
	{"RLY-06", 2, scene_relay, {POKE(2, 3, "\0")}, NULL},
	{"RLY-07", 2, scene_relay, {POKE(2, 44, "x")}, NULL},
	{"RLY-08", 2, scene_relay, {POKE(2, 24, "\xff\xff\xff\xff")}, NULL},
	{"RLY-09", 2, scene_relay, {DO(LINK, 2, 1), DO(DST, 2, 0xffffffff)}, NULL},
	{"RLY-10", 6, scene_relay,
	 {DO(COMPLETE, 1, 1), DO(DST, 6, 0x0a000007), REMOVE(7), REMOVE(8)}, NULL},
	{"RLY-11", 2, scene_relay, {DO(SUM, 2, 2)}, NULL},
	{"RLY-12", 2, scene_relay, {DO(DPORT, 1, 68)}, NULL},
	{"RLY-13", 4, scene_relay, {DO(DST, 3, 0x0a010070), DO(ETH_DST, 2, 9)}, NULL},
	{"RLY-14", 4, scene_relay, {POKE(4, 44, "x")}, NULL},
	{"RLY-15", 4, scene_relay, {DO(DPORT, 4, 1068)}, NULL},
	{"RLY-16", 4, scene_relay, {DO(DST, 4, 0x0a010010)}, NULL},
	{"RLY-17", 2, scene_relay, {POKE(1, 0, "\0")}, NULL},
	{"RLY-82-01", 2, scene_relay, {DROP(2, 82), FRONT(2, 82, ETH0)}, NULL},
	{"RLY-82-02", 2, scene_relay, {SET(2, 82, "\1\4eth"), SET(3, 82, "\1\4eth")}, NULL},
	{"RLY-82-04", 3, scene_two_relays, {DROP(2, 82)}, NULL},
	{"RLY-82-05", 6, scene_relay,
	 {POKE(5, 24, "\x0a\1\0\xfe"), DROP(6, 82), REMOVE(7), REMOVE(8)}, NULL},
	{"RLY-82-06", 4, scene_relay, {ADD(4, 82, ETH0)}, NULL},
	{"RLY-82-08", 2, scene_relay, {SET(2, 52, "\1")}, NULL},
	{"RLY-82-09", 6, scene_relay, {SET(2, 82, "\x0a\1\0"), SET(3, 82, "\x0a\1\0")}, NULL},
	{"RLY-82-09", 2, scene_relay, {SET(2, 82, "\x0a\1\x80"), CUT(2)}, NULL},
	{"ROB-D4-06", 2, scene_relay, {REMOVE(1), SET(2, 82, "\1\x32" "eth0")}, NULL},
	{NULL, 0, NULL, {{KIT_END, 0, 0, NULL, 0}}, NULL},
};
/* clang-format on */
