/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages over IPv6 are brought together as they come: questions, what relays made of them, and
 * answers. How many were looked at for it is counted: so many for each message, whatever they are.
 */
#include "tests/helper.h"

#include <string.h>

#include "captures/replay/six_relays.h"
#include "core/base/address.h"

enum {
	MESSAGES = 2048, /* as many as a log keeps, and of neighbours half of them */
	LOOKED_MAX = 64, /* at most for each message, with a table that is a third full */
	SIZE_MAX_TEST = 300,
	OTHER = 0x77,
};

static const uint8_t machine[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
static const uint8_t server_mac[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t relay_mac[6] = {2, 0, 0, 0, 0, 2};
static const uint8_t relay_ip[16] = {0x20, 1, 0xd, 0xb8, 0, 2, [15] = 0xfe};
static const uint8_t server_ip[16] = {0x20, 1, 0xd, 0xb8, 0, 2, [15] = 1};
static const uint8_t link_ip[16] = {0x20, 1, 0xd, 0xb8, 0, 1, [15] = 0xfe};

static struct br_endpoint local_of(const uint8_t mac[6], uint16_t port)
{
	struct br_endpoint e = {.port = port};

	br_ip_link_local(mac, e.ip);
	return e;
}

static struct br_endpoint at(const uint8_t ip[16])
{
	struct br_endpoint e = {.port = BR_DHCP6_PORT_SERVER};

	memcpy(e.ip, ip, sizeof(e.ip));
	return e;
}

static struct br_packet packet_of(const uint8_t *octets, size_t size)
{
	return (struct br_packet){.network = BR_NETWORK_IPV6,
	                          .transport = BR_TRANSPORT_UDP,
	                          .payload = {octets, size},
	                          .payload_size = (uint32_t)size};
}

static size_t message(uint8_t type, uint32_t xid, uint8_t *octets)
{
	struct br_writer w = br_writer_of(octets, SIZE_MAX_TEST);

	br_dhcp6_put_head(&w, type, xid);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_SERVER_ID, server_mac, sizeof(server_mac));
	return br_written(&w);
}

/* One that the machine says, or is told */
static void take(struct br_six_log *log, uint8_t type, uint32_t xid)
{
	static const uint8_t all[16] = {0xff, 2, [13] = 1, [15] = 2};
	bool answer = type == BR_DHCP6_TYPE_ADVERTISE || type == BR_DHCP6_TYPE_REPLY;
	uint8_t octets[SIZE_MAX_TEST];
	struct br_packet p = packet_of(octets, message(type, xid, octets));

	p.src = local_of(answer ? server_mac : machine,
	                 answer ? BR_DHCP6_PORT_SERVER : BR_DHCP6_PORT_CLIENT);
	p.dst = answer ? local_of(machine, BR_DHCP6_PORT_CLIENT) : at(all);
	memcpy(p.eth_src, answer ? server_mac : machine, 6);
	memcpy(p.eth_dst, answer ? machine : all, 6);
	br_six_log_take(log, &p, log->count + 1, log->count, NULL);
}

/* The same, in the envelope of a relay */
static void take_relayed(struct br_six_log *log, uint8_t type, uint32_t xid)
{
	bool answer = type == BR_DHCP6_TYPE_ADVERTISE || type == BR_DHCP6_TYPE_REPLY;
	struct br_dhcp6_relay relay = {.type = answer ? BR_DHCP6_TYPE_RELAY_REPLY
	                                              : BR_DHCP6_TYPE_RELAY_FORWARD};
	uint8_t inner[SIZE_MAX_TEST], octets[SIZE_MAX_TEST];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	size_t size = message(type, xid, inner);
	struct br_packet p;

	memcpy(relay.link, link_ip, sizeof(relay.link));
	memcpy(relay.peer, local_of(machine, 0).ip, sizeof(relay.peer));
	br_dhcp6_put_relay(&w, &relay);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_RELAYED, inner, size);
	p = packet_of(octets, br_written(&w));
	p.src = at(answer ? server_ip : relay_ip);
	p.dst = at(answer ? relay_ip : server_ip);
	memcpy(p.eth_src, answer ? server_mac : relay_mac, 6);
	memcpy(p.eth_dst, answer ? relay_mac : server_mac, 6);
	br_six_log_take(log, &p, log->count + 1, log->count, NULL);
}

static void take_solicitation(struct br_six_log *log, uint8_t last)
{
	uint8_t octets[24] = {BR_ICMP6_NEIGHBOUR_SOLICITATION};
	struct br_packet p = {.network = BR_NETWORK_IPV6,
	                      .transport = BR_TRANSPORT_ICMPV6,
	                      .icmp = {.type = BR_ICMP6_NEIGHBOUR_SOLICITATION},
	                      .ip_payload = {octets, sizeof(octets)},
	                      .ip_payload_size = sizeof(octets)};

	octets[23] = last;
	memcpy(p.eth_src, machine, 6);
	br_six_log_take(log, &p, log->count + 1, log->count, NULL);
}

/* What firmware does that keeps its transaction, as iPXE does */
static void an_answer_is_to_the_last_that_has_such(void **state)
{
	struct br_six_log log = {.count = 0};

	(void)state;
	take(&log, BR_DHCP6_TYPE_SOLICIT, 7);
	take(&log, BR_DHCP6_TYPE_ADVERTISE, 7);
	take(&log, BR_DHCP6_TYPE_REQUEST, 7);
	take(&log, BR_DHCP6_TYPE_ADVERTISE, 7); /* late */
	take(&log, BR_DHCP6_TYPE_REPLY, 7);
	take(&log, BR_DHCP6_TYPE_REPLY, 8); /* of nobody's question */
	assert_int_equal(log.message[1].question, 0);
	assert_int_equal(log.message[3].question, 0);
	assert_true(log.message[3].repeat);
	assert_int_equal(log.message[4].question, 2);
	assert_int_equal(log.message[2].answer, 4);
	assert_true(log.message[5].question == SIZE_MAX);
	assert_int_equal(log.message[0].answers, 1);
	br_six_log_reset(&log);
}

static void what_is_said_again_is_a_repeat(void **state)
{
	struct br_six_log log = {.count = 0};

	(void)state;
	take(&log, BR_DHCP6_TYPE_SOLICIT, 7);
	take(&log, BR_DHCP6_TYPE_SOLICIT, 7);
	take(&log, BR_DHCP6_TYPE_SOLICIT, 8);
	take_solicitation(&log, 1);
	take_solicitation(&log, 2);
	take_solicitation(&log, 1);
	assert_false(log.message[0].repeat);
	assert_true(log.message[1].repeat);
	assert_int_equal(log.message[1].question, 0);
	assert_false(log.message[2].repeat);
	assert_false(log.message[3].repeat);
	assert_false(log.message[4].repeat);
	assert_true(log.message[5].repeat);
	br_six_log_reset(&log);
}

static void legs_are_of_the_question_and_tell_the_relay(void **state)
{
	struct br_six_log log = {.count = 0};
	struct br_six_relays relays;

	(void)state;
	take(&log, BR_DHCP6_TYPE_SOLICIT, 7);
	take_relayed(&log, BR_DHCP6_TYPE_SOLICIT, 7);
	take_relayed(&log, BR_DHCP6_TYPE_ADVERTISE, 7);
	br_six_relays_find(&relays, &log, machine, 1, 3);
	assert_int_equal(relays.count, 1);
	assert_false(relays.whole); /* the last way is missing */
	take(&log, BR_DHCP6_TYPE_ADVERTISE, 7);
	assert_int_equal(log.message[1].question, 0);
	assert_int_equal(log.message[0].next, 1);
	assert_int_equal(log.message[0].answer, 2);
	assert_int_equal(log.message[2].next, 3);
	br_six_relays_find(&relays, &log, machine, 1, 4);
	assert_int_equal(relays.count, 1);
	assert_true(relays.whole);
	assert_memory_equal(relays.relay[0].link, link_ip, 16);
	assert_memory_equal(relays.relay[0].up, relay_ip, 16);
	assert_memory_equal(relays.relay[0].mac, server_mac, 6); /* who sent the last leg here */
	br_six_log_reset(&log);
}

/* Messages of one kind after the other: all alike, none like another, and of relays */
static void each_message_costs_the_same(void **state)
{
	static const uint8_t types[] = {BR_DHCP6_TYPE_SOLICIT, BR_DHCP6_TYPE_ADVERTISE,
	                                BR_DHCP6_TYPE_REQUEST, BR_DHCP6_TYPE_REPLY};

	(void)state;
	for (unsigned way = 0; way < 4; way++) {
		struct br_six_log log = {.count = 0};

		for (unsigned i = 0; i < MESSAGES + 10; i++) {
			uint8_t type = types[way == 3 ? 0 : i % 4];
			uint32_t xid = way == 0 ? OTHER : i / 4;

			if (way == 2)
				take_relayed(&log, type, xid);
			else
				take(&log, type, way == 3 ? i : xid);
		}
		assert_int_equal(log.count, MESSAGES);
		assert_in_range(log.looked, MESSAGES, (uint64_t)LOOKED_MAX * MESSAGES);
		br_six_log_reset(&log);
	}
}

static void neighbours_cost_the_same(void **state)
{
	struct br_six_log log = {.count = 0};

	(void)state;
	for (unsigned i = 0; i < MESSAGES; i++)
		take_solicitation(&log, (uint8_t)(i % 3));
	assert_int_equal(log.count, MESSAGES / 2);
	assert_in_range(log.looked, 1, (uint64_t)LOOKED_MAX * MESSAGES);
	br_six_log_reset(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_to_the_last_that_has_such),
		cmocka_unit_test(what_is_said_again_is_a_repeat),
		cmocka_unit_test(legs_are_of_the_question_and_tell_the_relay),
		cmocka_unit_test(each_message_costs_the_same),
		cmocka_unit_test(neighbours_cost_the_same),
	};

	return cmocka_run_group_tests_name("six_log", tests, NULL, NULL);
}
