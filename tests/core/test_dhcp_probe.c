/* SPDX-License-Identifier: BSD-2-Clause */
/* Before an address is offered the network is asked who has it, RFC 2131 §3.1 and §4.4.1. */
#include "tests/core/dhcp_bench.h"

#include <string.h>

#define WORDS "role=dhcp probe=300 decline-rest=600 pool=10.77.0.100-10.77.0.199"

static struct bench bench;

static int close_bench(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

/* What the outbox has. Return: yiaddr of the OFFER, 0: none */
static uint32_t drain(void)
{
	struct br_action action;
	struct br_dhcp_message message;
	uint32_t offered = 0;

	bench.notes = 0;
	bench.probed = 0;
	while (br_outbox_take(&bench.outbox, &action)) {
		if (action.kind == BR_ACTION_NOTE) {
			bench.note[bench.notes++] = action.note;
			continue;
		}
		if (action.kind == BR_ACTION_PROBE) {
			bench.probed = br_endpoint_to_ipv4(&action.remote);
			continue;
		}
		assert_int_equal(action.kind, BR_ACTION_DATAGRAM);
		assert_int_equal(br_dhcp_parse(action.payload, &message), 0);
		assert_int_equal(message.type, BR_DHCP_TYPE_OFFER);
		offered = message.header.yiaddr;
	}
	br_outbox_reset(&bench.outbox);
	return offered;
}

static uint32_t wait_until(br_time at)
{
	bench.now = at;
	br_outbox_reset(&bench.outbox);
	br_dhcp_expire(bench.dhcp, bench.now);
	return drain();
}

/* Somebody answers at @address; @last: the end of its hardware address, 0: by a ping */
static uint32_t answer(uint32_t address, uint8_t last)
{
	uint8_t mac[6] = {2, 0, 0, 0, 0xaa, last};
	const struct br_event used = {.kind = BR_EVENT_ADDRESS_USED,
	                              .link = LINK_A,
	                              .remote = br_endpoint_ipv4(address, 0),
	                              .payload = {mac, last ? sizeof(mac) : 0}};

	br_outbox_reset(&bench.outbox);
	br_dhcp_address_used(bench.dhcp, &used, bench.now);
	return drain();
}

static struct ask discover(unsigned machine)
{
	struct ask ask;

	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, machine);
	return ask;
}

static void an_address_is_offered_when_nobody_answers_there(void **state)
{
	struct ask ask = discover(1);
	br_time start;

	(void)state;
	bench_open(&bench, WORDS);
	start = bench.now;
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(bench.probed, IP(10, 77, 0, 100));
	assert_true(br_dhcp_deadline(bench.dhcp) == start + 300 * BR_MS);
	bench.probed = 0;
	bench.now += 100 * BR_MS; /* once more while it waits: the network is not asked again */
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(bench.probed, 0);
	assert_int_equal(wait_until(start + 300 * BR_MS - 1), 0);
	assert_int_equal(wait_until(start + 300 * BR_MS), IP(10, 77, 0, 100));
	assert_int_equal(bench.metrics.dhcp_offers_total, 1);
	assert_int_equal(bench.metrics.dhcp_discovers_total, 2);
	assert_true(bench_ask(&bench, &ask)); /* what it was offered is its own now */
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 100));
	ask_select(&ask, &bench);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	ask = discover(1);
	assert_true(bench_ask(&bench, &ask)); /* and it would answer itself */
}

static void an_address_that_answers_rests_and_another_is_asked_for(void **state)
{
	struct ask ask = discover(1);

	(void)state;
	bench_open(&bench, WORDS);
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(answer(IP(10, 77, 0, 150), 9), 0); /* nobody asked about that */
	assert_int_equal(bench.notes, 0);
	assert_int_equal(answer(IP(10, 77, 0, 100), 9), 0);
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_ADDRESS_IN_USE));
	assert_int_equal(bench.probed, IP(10, 77, 0, 101));
	assert_int_equal(br_dhcp_lease_find(bench.dhcp, IP(10, 77, 0, 100))->state,
	                 BR_LEASE_DECLINED);
	assert_int_equal(answer(IP(10, 77, 0, 101), 0), 0); /* by a ping: nobody knows whose */
	assert_int_equal(bench.probed, IP(10, 77, 0, 102));
	assert_int_equal(wait_until(bench.now + 300 * BR_MS), IP(10, 77, 0, 102));
	assert_int_equal(bench.metrics.dhcp_discovers_total, 1);
	ask = discover(2);
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(bench.probed, IP(10, 77, 0, 103));
}

static void the_client_itself_may_answer(void **state)
{
	struct ask ask = discover(1);

	(void)state;
	bench_open(&bench, WORDS);
	memcpy(ask.header.chaddr, "\2\0\0\0\xaa\x9", 6);
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(answer(IP(10, 77, 0, 100), 9), 0);
	assert_int_equal(bench.notes, 0);
	assert_int_equal(wait_until(bench.now + 300 * BR_MS), IP(10, 77, 0, 100));
}

static void more_than_can_wait_are_answered_at_once(void **state)
{
	unsigned machine = 1;
	uint32_t offers = 0;

	(void)state;
	bench_open(&bench, WORDS);
	for (; machine <= 64; machine++) {
		struct ask ask = discover(machine);

		assert_false(bench_ask(&bench, &ask));
	}
	struct ask last = discover(machine);

	assert_true(bench_ask(&bench, &last));
	for (int turn = 0; turn < 20; turn++) {
		(void)wait_until(bench.now + 300 * BR_MS * (turn == 0));
		offers = (uint32_t)bench.metrics.dhcp_offers_total;
	}
	assert_int_equal(offers, 65);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(an_address_is_offered_when_nobody_answers_there,
	                                  close_bench),
		cmocka_unit_test_teardown(an_address_that_answers_rests_and_another_is_asked_for,
	                                  close_bench),
		cmocka_unit_test_teardown(the_client_itself_may_answer, close_bench),
		cmocka_unit_test_teardown(more_than_can_wait_are_answered_at_once, close_bench),
	};

	return cmocka_run_group_tests_name("dhcp_probe", tests, NULL, NULL);
}
