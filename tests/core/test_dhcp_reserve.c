/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses kept for a machine, and by what it is known: hardware address, options 61 and 97, what
 * a relay says of it in option 82.
 */
#include "tests/core/dhcp_bench.h"

#include <string.h>

#define POOL "role=dhcp pool=10.77.0.100-10.77.0.199 "

static struct bench bench;

static int close_bench(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

static void a_reservation_is_the_machines(void **state)
{
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=dhcp pool=10.77.0.100-10.77.0.101 "
	                   "reserve=52:54:00:00:00:01,10.77.0.100 "
	                   "reserve=52:54:00:00:00:02,10.77.0.5");
	assert_int_equal(bench_dora(&bench, PLAIN, 7), IP(10, 77, 0, 101)); /* not the reserved */
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 8);
	ask_put_be32(&ask, 50, IP(10, 77, 0, 100));
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(bench_dora(&bench, PLAIN, 1), IP(10, 77, 0, 100));
	assert_int_equal(bench_dora(&bench, PLAIN, 2), IP(10, 77, 0, 5)); /* outside the pool */
	/* the same machine under another option 61: a loader, an installer */
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	ask_put(&ask, 61, "\xff\1\2\3\4", 5);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 5));
	/* INIT-REBOOT without a record, but with a reservation */
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 2);
	ask_put_be32(&ask, 50, IP(10, 77, 0, 5));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	ask_set_be32(&ask, 50, IP(10, 77, 0, 7)); /* neither reserved nor of the pool */
	ask_put_be32(&ask, 54, IP(10, 77, 0, 1));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_NAK);
}

static void a_reservation_knows_its_machine_by_any_mark(void **state)
{
	static const uint8_t uuid[17] = {0,    0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66,
	                                 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "reserve=client-id:hex:ff01,10.77.0.5 "
	                        "reserve=uuid:00112233-4455-6677-8899-aabbccddeeff,10.77.0.6 "
	                        "reserve=circuit-id:p7,10.77.0.7 reserve=remote-id:r1,10.77.0.8");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_put(&ask, 61, "\xff\1", 2);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 5));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_RESERVED));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	ask_put(&ask, 97, uuid, sizeof(uuid));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 6));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 3);
	ask_put(&ask, 82, "\1\2p7\2\2r1", 8); /* both: the first reservation */
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 7));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 4);
	ask_put(&ask, 82, "\1\2p8\2\2r1", 8);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 8));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 5);
	ask_put(&ask, 82, "\2\2r", 3); /* a length that runs over the edge: no mark */
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 100));
	assert_false(bench_noted(&bench, BR_NOTE_DHCP_RESERVED));
}

/* RFC 2131 §4.4.5: a renewal is unicast, so that no relay adds option 82 to it. */
static void a_machine_behind_a_port_keeps_its_address(void **state)
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "reserve=circuit-id:p7,10.77.0.5");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1);
	ask_put(&ask, 82, "\1\2p7", 4);
	ask_put_be32(&ask, 50, IP(10, 77, 0, 5));
	ask_put_be32(&ask, 54, IP(10, 77, 0, 1));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	for (unsigned renewals = 0; renewals < 2; renewals++) {
		ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1);
		ask.header.ciaddr = IP(10, 77, 0, 5);
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
		assert_true(bench_noted(&bench, BR_NOTE_DHCP_RESERVED));
	}
	/* another machine in the port while the lease runs: not the same address twice */
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	ask_put(&ask, 82, "\1\2p7", 4);
	assert_true(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_RESERVED_IN_USE));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 100));
	bench.now += 3601 * BR_S; /* it has run out */
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 3);
	ask_put(&ask, 82, "\1\2p7", 4);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_reservation_is_the_machines, close_bench),
		cmocka_unit_test_teardown(a_reservation_knows_its_machine_by_any_mark, close_bench),
		cmocka_unit_test_teardown(a_machine_behind_a_port_keeps_its_address, close_bench),
	};

	return cmocka_run_group_tests_name("dhcp_reserve", tests, NULL, NULL);
}
