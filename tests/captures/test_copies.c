/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/copies.h"

#include <string.h>

#include "core/formats/dhcp_message.h"
#include "helper.h"

static const struct br_copy_place here;

/* A datagram without a number of its own, as firmware sends them. */
static struct br_packet datagram(uint16_t port, const uint8_t *octets, uint32_t size)
{
	struct br_packet p = {
		.eth_src = {2, 0, 0, 0, 0, 1},
		.eth_dst = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		.network = BR_NETWORK_IPV4,
		.transport = BR_TRANSPORT_UDP,
		.protocol = BR_IP_PROTOCOL_UDP,
		.src = br_endpoint_ipv4(0, 68),
		.dst = br_endpoint_ipv4(UINT32_MAX, port),
		.ip_payload = {octets, size},
		.ip_payload_size = size + BR_UDP_HEADER,
		.payload = {octets, size},
		.payload_size = size,
	};

	return p;
}

static void a_packet_at_another_place_is_a_copy(void **state)
{
	static const uint8_t octets[300];
	struct br_packet p = datagram(67, octets, sizeof(octets));
	const struct br_copy_place bridge = {.place = 7}, port = {.interface = 1},
				   file = {.file = 1};
	struct br_copies *copies = NULL;

	(void)state;
	assert_int_equal(br_copies_new(&copies), 0);
	assert_false(br_copies_seen(copies, &p, &here, BR_S));
	assert_true(br_copies_seen(copies, &p, &bridge, BR_S));
	assert_true(br_copies_seen(copies, &p, &port, BR_S + BR_MS));
	assert_true(br_copies_seen(copies, &p, &file, 2 * BR_S)); /* by another clock */
	p.vlan_tags = 1;
	assert_true(br_copies_seen(copies, &p, &here, BR_S));
	assert_int_equal(br_copies_found(copies), 4);
	p.vlan_tags = 0;
	assert_false(br_copies_seen(copies, &p, &here, BR_S + 50 * BR_MS)); /* sent again */
	assert_false(br_copies_seen(copies, &p, &bridge, 2 * BR_S));        /* much later */
	/* another boot of firmware that numbers nothing */
	assert_false(br_copies_seen(copies, &p, &file, 100 * BR_S));
	copies = br_copies_free(copies);
}

/* libnet has no IP identification and one xid: its DISCOVER and REQUEST differ in the options;
 * those of two machines of a kind in the MAC address.
 */
static void messages_that_differ_at_the_end_are_no_copies(void **state)
{
	static uint8_t octets[300];
	const struct br_copy_place other = {.interface = 1};
	struct br_copies *copies = NULL;

	(void)state;
	assert_int_equal(br_copies_new(&copies), 0);
	for (uint8_t i = 0; i < 3; i++) {
		struct br_packet p = datagram(BR_DHCP_PORT_SERVER, octets, sizeof(octets));

		octets[i == 1 ? 33 : 250] = i;
		assert_false(br_copies_seen(copies, &p, i % 2 ? &other : &here, BR_S));
	}
	copies = br_copies_free(copies);
}

static void in_a_mirrored_file_every_second_is_a_copy(void **state)
{
	static const uint8_t octets[20];
	const struct br_packet p = datagram(69, octets, sizeof(octets));
	const struct br_copy_place mirrored = {.mirrored = true};
	struct br_copies *copies = NULL;

	(void)state;
	assert_int_equal(br_copies_new(&copies), 0);
	for (int i = 0; i < 3; i++) { /* sent three times */
		assert_false(br_copies_seen(copies, &p, &mirrored, BR_S));
		assert_true(br_copies_seen(copies, &p, &mirrored, BR_S));
	}
	copies = br_copies_free(copies);
}

static void a_mirror_is_told_by_nearly_all_frames(void **state)
{
	uint8_t octets[4];

	(void)state;
	for (unsigned doubled = 0; doubled <= 10; doubled++) { /* tenths */
		struct br_mirror_test test = {0};

		for (uint8_t i = 0; !br_mirror_test_done(&test); i++) {
			memset(octets, i, sizeof(octets));
			const struct br_packet p = datagram(69, octets, sizeof(octets));

			br_mirror_test_add(&test, &p, 0, i * BR_S);
			if (i % 10 < doubled)
				br_mirror_test_add(&test, &p, 0, i * BR_S + BR_MS);
		}
		assert_int_equal(br_mirror_test_says(&test), doubled >= 7);
	}
	struct br_mirror_test again = {0};

	for (uint8_t i = 0; i < 20; i++) { /* sent every second, for nobody answers */
		const struct br_packet p = datagram(69, octets, sizeof(octets));

		br_mirror_test_add(&again, &p, 0, i * BR_S);
	}
	assert_false(br_mirror_test_says(&again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_at_another_place_is_a_copy),
		cmocka_unit_test(messages_that_differ_at_the_end_are_no_copies),
		cmocka_unit_test(in_a_mirrored_file_every_second_is_a_copy),
		cmocka_unit_test(a_mirror_is_told_by_nearly_all_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
