/* SPDX-License-Identifier: BSD-2-Clause */
/* A DHCPv6 relay agent: what it wraps, what it opens, what it drops: RFC 8415 section 19. */
#include "sim/net/relay6.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "tests/helper.h"

static const uint8_t solicit[] = {1, 0xab, 0xcd, 0xef, 0, 8, 0, 2, 0, 0};
static const uint8_t link_address[16] = {0x20, 1, 0x0d, 0xb8, [15] = 0xfe};
static const uint8_t client[16] = {0xfe, 0x80, [15] = 1}, relay_ip[16] = {0x20, 1, [15] = 2};

#define OCTETS(array) ((struct br_octets){(array), sizeof(array)})

static int forwarded(const struct br_relay6_options *options, const uint8_t from[16],
                     struct br_octets message, uint8_t *octets, size_t room,
                     struct br_dhcp6_message *ret)
{
	struct br_writer w = br_writer_of(octets, room);
	int result = br_relay6_forward(options, link_address, from, 3, message, &w);

	if (result == 0)
		assert_int_equal(br_dhcp6_parse((struct br_octets){octets, br_written(&w)}, ret),
		                 0);
	return result;
}

static void a_message_is_wrapped_with_hops_0_link_and_peer(void **state)
{
	const struct br_relay6_options options = {.hops_max = 8};
	struct br_dhcp6_message m;
	uint8_t octets[256];

	(void)state;
	assert_int_equal(forwarded(&options, client, OCTETS(solicit), octets, sizeof(octets), &m),
	                 0);
	assert_int_equal(m.levels, 1);
	assert_int_equal(m.level[0].type, BR_DHCP6_TYPE_RELAY_FORWARD);
	assert_int_equal(m.level[0].hops, 0);
	assert_memory_equal(m.level[0].link, link_address, 16);
	assert_memory_equal(m.level[0].peer, client, 16);
	assert_int_equal(m.whole.size, sizeof(solicit));
	assert_memory_equal(m.whole.data, solicit, sizeof(solicit));
	assert_null(br_dhcp6_find(m.level[0].options, BR_DHCP6_OPTION_INTERFACE_ID).data);
}

static void another_relays_message_is_one_hop_further(void **state)
{
	const struct br_relay6_options options = {.hops_max = 8,
	                                          .interface_id = {(const uint8_t *)"port7", 5}};
	uint8_t first[256], second[512];
	struct br_dhcp6_message m;
	struct br_writer w = br_writer_of(first, sizeof(first));

	(void)state;
	assert_int_equal(br_relay6_forward(&options, link_address, client, 0, OCTETS(solicit), &w),
	                 0);
	assert_int_equal(forwarded(&options, relay_ip, (struct br_octets){first, br_written(&w)},
	                           second, sizeof(second), &m),
	                 0);
	assert_int_equal(m.levels, 2);
	assert_int_equal(m.level[0].hops, 1);
	assert_int_equal(m.level[1].hops, 0);
	assert_memory_equal(m.level[0].peer, relay_ip, 16);
	assert_true(br_ip_is_zero(m.level[0].link)); /* its source says where it is */
	assert_int_equal(br_dhcp6_find(m.level[0].options, BR_DHCP6_OPTION_INTERFACE_ID).size, 5);
}

static void too_many_hops_and_servers_words_are_dropped(void **state)
{
	const struct br_relay6_options options = {.hops_max = 8};
	static const uint8_t advertise[] = {2, 1, 2, 3}, reply[] = {7, 1, 2, 3}, stub[] = {1, 2};
	static const uint8_t unknown[] = {99, 1, 2, 3};
	uint8_t octets[256], far[38] = {BR_DHCP6_TYPE_RELAY_FORWARD, 8};
	struct br_dhcp6_message m;

	(void)state;
	assert_int_equal(forwarded(&options, client, OCTETS(far), octets, sizeof(octets), &m),
	                 -ELOOP);
	assert_int_equal(forwarded(&options, client, OCTETS(advertise), octets, sizeof(octets), &m),
	                 -EBADMSG);
	assert_int_equal(forwarded(&options, client, OCTETS(reply), octets, sizeof(octets), &m),
	                 -EBADMSG);
	assert_int_equal(forwarded(&options, client, OCTETS(stub), octets, sizeof(octets), &m),
	                 -EBADMSG);
	assert_int_equal(forwarded(&options, client, OCTETS(solicit), octets, 20, &m), -EMSGSIZE);
	/* RFC 8415 section 19: what it does not know it passes on */
	assert_int_equal(forwarded(&options, client, OCTETS(unknown), octets, sizeof(octets), &m),
	                 0);
}

/* RFC 6221 section 6.1 */
static void a_lightweight_one_says_its_interface_and_no_link(void **state)
{
	const struct br_relay6_options options = {.hops_max = 8, .lightweight = true};
	struct br_dhcp6_message m;
	struct br_octets id;
	uint8_t octets[256];

	(void)state;
	assert_int_equal(forwarded(&options, client, OCTETS(solicit), octets, sizeof(octets), &m),
	                 0);
	assert_true(br_ip_is_zero(m.level[0].link));
	id = br_dhcp6_find(m.level[0].options, BR_DHCP6_OPTION_INTERFACE_ID);
	assert_int_equal(id.size, 1);
	assert_int_equal(id.data[0], 3);
}

static void a_reply_is_opened(void **state)
{
	struct br_dhcp6_relay relay = {.type = BR_DHCP6_TYPE_RELAY_REPLY};
	struct br_relay6_back back;
	uint8_t octets[256];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	(void)state;
	memcpy(relay.link, link_address, 16);
	memcpy(relay.peer, client, 16);
	br_dhcp6_put_relay(&w, &relay);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_INTERFACE_ID, "port7", 5);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_RELAYED, solicit, sizeof(solicit));
	assert_int_equal(br_relay6_back((struct br_octets){octets, br_written(&w)}, &back), 0);
	assert_memory_equal(back.link, link_address, 16);
	assert_memory_equal(back.peer, client, 16);
	assert_int_equal(back.message.size, sizeof(solicit));
	assert_memory_equal(back.message.data, solicit, sizeof(solicit));
	assert_int_equal(back.interface_id.size, 5);
	assert_false(back.to_relay);
	octets[0] = BR_DHCP6_TYPE_RELAY_FORWARD;
	assert_int_equal(br_relay6_back((struct br_octets){octets, br_written(&w)}, &back),
	                 -EBADMSG);
	assert_int_equal(br_relay6_back((struct br_octets){octets, 20}, &back), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_wrapped_with_hops_0_link_and_peer),
		cmocka_unit_test(another_relays_message_is_one_hop_further),
		cmocka_unit_test(too_many_hops_and_servers_words_are_dropped),
		cmocka_unit_test(a_lightweight_one_says_its_interface_and_no_link),
		cmocka_unit_test(a_reply_is_opened),
	};

	return cmocka_run_group_tests_name("relay6", tests, NULL, NULL);
}
