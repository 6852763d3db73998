/* SPDX-License-Identifier: BSD-2-Clause */
/* What a script's network is made of, where its packets do not show it. */
#include "tests/helper.h"

#include <stdio.h>
#include <string.h>

#include "sim/net/packet.h"
#include "sim/script/parse.h"
#include "sim/script/world.h"

enum {
	NETS = 3,
	SEEDS = 8,
	FRAMES = 64,
};

static void note_number(void *context, struct br_frame *frame, br_time now)
{
	uint64_t *arrived = context;

	(void)now;
	*arrived |= UINT64_C(1) << frame->data[BR_ETHERNET_HEADER];
}

/* Which of 64 frames a net lets through. */
static uint64_t pattern_of(struct br_world *world, size_t net)
{
	static const uint8_t to[6] = {2, 0, 0, 1, 0, 1}, from[6] = {2, 0, 0, 1, 0, 2};
	uint64_t arrived = 0, ignored = 0;
	struct br_port target = {.name = "to", .receive = note_number, .context = &arrived};
	struct br_port source = {.name = "from", .receive = note_number, .context = &ignored};

	memcpy(target.mac, to, sizeof(to));
	memcpy(source.mac, from, sizeof(from));
	assert_int_equal(br_port_plug(&target, world->segment[net]), 0);
	assert_int_equal(br_port_plug(&source, world->segment[net]), 0);
	for (uint8_t i = 0; i < FRAMES; i++) {
		struct br_frame *frame = br_frame_new(br_wire_frames(world->wire));

		memset(frame->data, 0, 60);
		memcpy(frame->data, to, sizeof(to));
		memcpy(frame->data + 6, from, sizeof(from));
		frame->data[12] = 0x88; /* IEEE 802 local experimental */
		frame->data[13] = 0xb5;
		frame->data[BR_ETHERNET_HEADER] = i;
		frame->size = 60;
		br_port_send(&source, frame);
	}
	while (br_clock_step(&world->clock, world->clock.now + BR_S))
		;
	br_port_unplug(&target);
	br_port_unplug(&source);
	return arrived;
}

/* Not even those of neighbouring seeds: to explore would be to see the same again. */
static void no_two_nets_of_any_seeds_fail_alike(void **state)
{
	static const char text[] =
		"wire 1\nnet a 10.1.0.0/24 loss=50%\nnet b 10.2.0.0/24 loss=50%\n"
		"net c 10.3.0.0/24 loss=50%\n"
		"node boot sut a=10.1.0.1 role=tftp\n";
	const struct br_parse_options options = {.errors = stderr};
	uint64_t pattern[SEEDS * NETS];
	char error[BR_WORLD_ERROR_SIZE];
	struct br_script *script;
	struct br_world *world;

	(void)state;
	assert_int_equal(br_script_parse(&script, "nets", text, strlen(text), &options), 0);
	for (size_t i = 0; i < SEEDS * NETS; i++) {
		struct br_world_options how = {.seed = i / NETS};

		assert_int_equal(br_world_new(&world, script, &how, error), 0);
		pattern[i] = pattern_of(world, i % NETS);
		br_world_free(world);
		for (size_t k = 0; k < i; k++)
			assert_true(pattern[k] != pattern[i]);
	}
	br_script_free(script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_two_nets_of_any_seeds_fail_alike),
	};

	return cmocka_run_group_tests_name("world", tests, NULL, NULL);
}
