/* SPDX-License-Identifier: BSD-2-Clause */
/* The same small UDP packet under each link header must dissect alike. */
#include <stdlib.h>
#include <string.h>

#include "captures/read/link.h"
#include "helper.h"
#include "sim/net/packet.h"

static const uint8_t packet4[] = {0x45, 0, 0, 32, 0, 1,    0, 0,  64, 17, 0, 0, 10,  0,   0,   1,
                                  10,   0, 0, 2,  4, 0xd2, 0, 69, 0,  12, 0, 0, 'a', 'b', 'c', 'd'};

#define S 2, 0, 0, 0, 0, 9 /* who sent it */
#define D 2, 0, 0, 0, 0, 1
#define B 2, 0, 0, 0, 0, 3 /* the access point */

static const struct {
	uint32_t link_type;
	size_t size;
	uint8_t header[56];
	bool source;
} kinds[] = {
	{BR_LINK_ETHERNET, 14, {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 0}, true},
	{BR_LINK_ETHERNET, 18, {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x81, 0, 0, 7, 8, 0}, true},
	{BR_LINK_LINUX_SLL, 16, {0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0, 8, 0}, true},
	{BR_LINK_LINUX_SLL2,
         20,
         {8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0},
         true},
	{BR_LINK_NULL, 4, {2, 0, 0, 0}, false},
	{BR_LINK_NULL, 4, {0, 0, 0, 2}, false},
	{BR_LINK_LOOP, 4, {0, 0, 0, 2}, false},
	{BR_LINK_RAW, 0, {0}, false},
	{BR_LINK_RAW_BSD, 0, {0}, false},
	{BR_LINK_IPV4, 0, {0}, false},
	/* 802.11 data: from the access point; to it; between two; with QoS; 802.1H */
	{BR_LINK_80211, 32, {8, 2, 0, 0, D, B, S, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, true},
	{BR_LINK_80211, 32, {8, 1, 0, 0, B, S, D, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, true},
	{BR_LINK_80211, 38, {8, 3, 0, 0, B, B, D, 0, 0, S, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, true},
	{BR_LINK_80211,
         34,
         {0x88, 2, 0, 0, D, B, S, 0, 0, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0xf8, 8, 0},
         true},
	/* radiotap: bare; with flags that tell of two octets of padding behind QoS; with time */
	{BR_LINK_80211_RADIOTAP,
         40,
         {0, 0, 8, 0, 0, 0, 0, 0, 8, 2, 0, 0, D, B, S, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0},
         true},
	{BR_LINK_80211_RADIOTAP,
         45,
         {0, 0, 9, 0, 2, 0, 0, 0,    0x20, 0x88, 2, 0, 0, D, B,
          S, 0, 0, 0, 0, 0, 0, 0xaa, 0xaa, 3,    0, 0, 0, 8, 0},
         true},
	{BR_LINK_80211_RADIOTAP,
         49,
         {0, 0, 17, 0, 3, 0, 0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0,
          8, 2, 0,  0, D, B, S, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0},
         true},
};
#undef S
#undef D
#undef B

static bool is_wifi(uint32_t link_type)
{
	return link_type == BR_LINK_80211 || link_type == BR_LINK_80211_RADIOTAP;
}

static void every_link_type_gives_the_same_packet(void **state)
{
	static const uint8_t source[] = {2, 0, 0, 0, 0, 9};
	struct br_link_frame *link = malloc(sizeof(*link));

	(void)state;
	assert_non_null(link);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint8_t octets[96];
		struct br_packet p;

		memcpy(octets, kinds[i].header, kinds[i].size);
		memcpy(octets + kinds[i].size, packet4, sizeof(packet4));
		struct br_capture_frame frame = {
			.link_type = kinds[i].link_type,
			.original_size = (uint32_t)(kinds[i].size + sizeof(packet4)),
			.octets = {octets, kinds[i].size + sizeof(packet4)},
		};

		assert_non_null(br_link_name(frame.link_type));
		assert_true(br_link_to_ethernet(link, &frame));
		br_packet_parse(&p, link->octets, link->size, false);
		assert_int_equal(p.transport, BR_TRANSPORT_UDP);
		assert_int_equal(p.dst.port, 69);
		assert_int_equal(p.payload_size, 4);
		assert_memory_equal(p.payload.data, "abcd", 4);
		if (!is_wifi(frame.link_type)) /* there it tells the way */
			assert_int_equal(link->place,
			                 frame.link_type == BR_LINK_LINUX_SLL2 ? 3 : 0);
		if (kinds[i].source)
			assert_memory_equal(p.eth_src, source, 6);
		for (size_t size = 0; size < kinds[i].size; size++) { /* cut in the link header */
			struct br_reader r = guarded(octets, size);

			frame.octets = (struct br_octets){r.pos, size};
			if (size < BR_ETHERNET_HEADER || frame.link_type != BR_LINK_ETHERNET)
				assert_false(br_link_to_ethernet(link, &frame));
		}
	}
	free(link);
}

static void other_link_types_are_refused(void **state)
{
	struct br_link_frame *link = malloc(sizeof(*link));
	struct br_capture_frame frame = {.link_type = 119, /* 802.11 behind a Prism header */
	                                 .original_size = sizeof(packet4),
	                                 .octets = {packet4, sizeof(packet4)}};

	(void)state;
	assert_non_null(link);
	assert_false(br_link_to_ethernet(link, &frame));
	assert_null(br_link_name(119));
	free(link);
}

/* A beacon; "null"; encrypted data; an A-MSDU; data that is not SNAP */
static void wifi_frames_without_readable_data_are_refused(void **state)
{
	static const uint8_t control[][2] = {{0x80, 0}, {0x48, 2}, {8, 0x42}, {0x88, 2}, {8, 2}};
	static const size_t kind = 10; /* from the access point */
	struct br_link_frame *link = malloc(sizeof(*link));
	uint8_t octets[96];

	(void)state;
	assert_non_null(link);
	for (size_t i = 0; i < sizeof(control) / sizeof(control[0]); i++) {
		memcpy(octets, kinds[kind].header, kinds[kind].size);
		memcpy(octets + kinds[kind].size, packet4, sizeof(packet4));
		struct br_capture_frame frame = {
			.link_type = BR_LINK_80211,
			.original_size = (uint32_t)(kinds[kind].size + sizeof(packet4)),
			.octets = {octets, kinds[kind].size + sizeof(packet4)},
		};

		assert_int_equal(kinds[kind].link_type, BR_LINK_80211);
		assert_true(br_link_to_ethernet(link, &frame));
		memcpy(octets, control[i], 2);
		if (control[i][0] == 0x88) /* the QoS field stands where SNAP began */
			octets[24] = 0x80;
		else if (control[i][1] == 2)
			octets[24] = 0xe0;
		assert_false(br_link_to_ethernet(link, &frame));
	}
	free(link);
}

/* Four octets behind the frame, which radiotap says are its FCS, are not its own. */
static void radiotap_tells_of_an_fcs(void **state)
{
	static const uint8_t head[] = {0, 0, 9, 0, 2, 0, 0, 0, 0x10};
	static const size_t kind = 10;
	struct br_link_frame *link = malloc(sizeof(*link));
	uint8_t octets[128] = {0};
	size_t size = sizeof(head);

	(void)state;
	assert_non_null(link);
	memcpy(octets, head, size);
	memcpy(octets + size, kinds[kind].header, kinds[kind].size);
	size += kinds[kind].size;
	memcpy(octets + size, packet4, sizeof(packet4));
	size += sizeof(packet4) + 4;
	struct br_capture_frame frame = {.link_type = BR_LINK_80211_RADIOTAP,
	                                 .original_size = (uint32_t)size,
	                                 .octets = {octets, size}};

	assert_true(br_link_to_ethernet(link, &frame));
	assert_int_equal(link->size, BR_ETHERNET_HEADER + sizeof(packet4));
	assert_int_equal(link->octets.size, link->size);
	free(link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_link_type_gives_the_same_packet),
		cmocka_unit_test(other_link_types_are_refused),
		cmocka_unit_test(wifi_frames_without_readable_data_are_refused),
		cmocka_unit_test(radiotap_tells_of_an_fcs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
