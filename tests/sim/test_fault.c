/* SPDX-License-Identifier: BSD-2-Clause */
/* Each fault alone on a wire of two ports: what arrives, when, and what the rule counted. */
#include "tests/helper.h"

#include <string.h>

#include "sim/net/fault.h"
#include "sim/net/packet.h"

enum {
	DELAY = 1000,
	ARRIVALS_MAX = 20000,
	SIZE = 60,
};

/* What arrived: a number each, from the 4 octets behind the Ethernet header. */
struct fault_net {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_fault *fault;
	struct br_port a, b;
	uint32_t got[ARRIVALS_MAX];
	br_time at[ARRIVALS_MAX];
	uint32_t size[ARRIVALS_MAX];
	bool changed[ARRIVALS_MAX];
	uint16_t sum[ARRIVALS_MAX]; /* Internet checksum of what is behind the Ethernet header */
	size_t count;
	uint16_t type; /* of the frames sent */
};

static void note_down(void *context, struct br_frame *frame, br_time now)
{
	struct fault_net *net = context;
	struct br_reader r = br_reader_of(frame->data + 14, frame->size - 14);
	bool changed = false;

	assert_true(net->count < ARRIVALS_MAX);
	net->got[net->count] = br_get_be32(&r);
	for (uint32_t i = 18; i < frame->size; i++)
		changed |= frame->data[i] != (uint8_t)i;
	net->changed[net->count] = changed;
	net->at[net->count] = now;
	net->size[net->count] = frame->size;
	net->sum[net->count] =
		br_checksum_fold(br_checksum_add(0, frame->data + 14, frame->size - 14));
	net->count++;
}

static struct fault_net the_net; /* large; set up anew by each test */

static struct fault_net *make(uint64_t seed)
{
	struct fault_net *net = &the_net;

	memset(net, 0, sizeof(*net));
	net->type = 0x88b5;
	assert_int_equal(br_clock_init(&net->clock, 16), 0);
	assert_int_equal(br_wire_new(&net->wire, &net->clock, 1518, 4096), 0);
	net->segment = br_segment_new(net->wire, "lan", DELAY, 1500);
	assert_int_equal(br_fault_new(&net->fault, seed), 0);
	br_segment_set_fault(net->segment, net->fault);
	net->a = (struct br_port){.receive = note_down, .context = net, .mac = {2, 0, 0, 0, 0, 1}};
	net->b = (struct br_port){.receive = note_down, .context = net, .mac = {2, 0, 0, 0, 0, 2}};
	assert_int_equal(br_port_plug(&net->a, net->segment), 0);
	assert_int_equal(br_port_plug(&net->b, net->segment), 0);
	return net;
}

static void unmake(struct fault_net *net)
{
	br_wire_free(net->wire);
	br_fault_free(net->fault);
	br_clock_reset(&net->clock);
}

static void send(struct fault_net *net, bool from_b, uint32_t number)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
	struct br_writer w = br_writer_of(frame->data, SIZE);

	br_put_bytes(&w, from_b ? net->a.mac : net->b.mac, 6);
	br_put_bytes(&w, from_b ? net->b.mac : net->a.mac, 6);
	br_put_be16(&w, net->type);
	br_put_be32(&w, number);
	for (uint8_t i = 18; i < SIZE; i++)
		br_put_u8(&w, i);
	frame->size = SIZE;
	br_port_send(from_b ? &net->b : &net->a, frame);
}

/* One frame a microsecond, so 1000 ns between them. */
static void send_many(struct fault_net *net, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		while (br_clock_step(&net->clock, i * UINT64_C(1000)))
			;
		br_clock_advance(&net->clock, i * UINT64_C(1000));
		send(net, false, i);
	}
	while (br_clock_step(&net->clock, BR_TIME_NEVER))
		;
}

static bool is_odd(void *context, const struct br_port *from, const struct br_frame *frame,
                   br_time now)
{
	(void)context, (void)from, (void)now;
	return frame->data[17] % 2 == 1;
}

static void the_nth_that_fits_is_dropped_once(void **state)
{
	struct fault_net *net = make(0);
	int rule = br_fault_add(net->fault, &(struct br_fault_rule){.match = is_odd,
	                                                            .action = BR_FAULT_DROP,
	                                                            .nth = 3,
	                                                            .times = 1});

	(void)state;
	send_many(net, 20);
	assert_int_equal(net->count, 19);
	assert_int_equal(net->got[4], 4);
	assert_int_equal(net->got[5], 6); /* 1, 3, 5: the third odd one */
	assert_int_equal(br_fault_fitted(net->fault, rule), 10);
	assert_int_equal(br_fault_hit(net->fault, rule), 1);
	assert_int_equal(br_segment_counts(net->segment)->lost, 1);
	unmake(net);
}

static void every_means_every(void **state)
{
	struct fault_net *net = make(0);

	(void)state;
	br_fault_add(net->fault,
	             &(struct br_fault_rule){.action = BR_FAULT_DROP, .nth = 2, .every = 5});
	send_many(net, 20); /* 1, 6, 11, 16 go */
	assert_int_equal(net->count, 16);
	for (size_t i = 0; i < net->count; i++)
		assert_int_not_equal(net->got[i] % 5, 1);
	unmake(net);
}

static void a_rule_may_be_for_one_direction_only(void **state)
{
	struct fault_net *net = make(0);
	int from = br_fault_add(net->fault, &(struct br_fault_rule){.from = &net->b});
	int to = br_fault_add(net->fault, &(struct br_fault_rule){.to_set = true,
	                                                          .to = {2, 0, 0, 0, 0, 2},
	                                                          .action = BR_FAULT_DELAY,
	                                                          .delay = 5});

	(void)state;
	send(net, false, 1);
	send(net, true, 2);
	while (br_clock_step(&net->clock, BR_TIME_NEVER))
		;
	assert_int_equal(net->count, 1);
	assert_int_equal(net->got[0], 1);
	assert_int_equal(net->at[0], DELAY + 5);
	assert_int_equal(br_fault_hit(net->fault, from), 1);
	assert_int_equal(br_fault_hit(net->fault, to), 1);
	unmake(net);
}

static void what_is_held_is_overtaken(void **state)
{
	struct fault_net *net = make(0);

	(void)state;
	br_fault_add(net->fault,
	             &(struct br_fault_rule){
			     .action = BR_FAULT_DELAY, .delay = 2500, .nth = 2, .times = 1});
	send_many(net, 6);
	assert_int_equal(net->count, 6);
	assert_int_equal(net->got[1], 2);
	assert_int_equal(net->got[2], 3);
	assert_int_equal(net->got[3], 1);
	assert_int_equal(net->at[3], 1000 + DELAY + 2500);
	unmake(net);
}

static void nothing_passes_between_begin_and_end(void **state)
{
	struct fault_net *net = make(0);

	(void)state;
	br_fault_add(net->fault,
	             &(struct br_fault_rule){.action = BR_FAULT_DROP, .begin = 3000, .end = 7000});
	send_many(net, 10);
	assert_int_equal(net->count, 6);
	assert_int_equal(net->got[2], 2);
	assert_int_equal(net->got[3], 7);
	unmake(net);
}

static void the_second_of_two_may_come_later(void **state)
{
	struct fault_net *net = make(0);

	(void)state;
	br_fault_add(net->fault, &(struct br_fault_rule){
					 .action = BR_FAULT_DUPLICATE, .delay = 1500, .times = 1});
	br_fault_add(net->fault,
	             &(struct br_fault_rule){.action = BR_FAULT_DUPLICATE, .nth = 4, .times = 1});
	send_many(net, 5);
	assert_int_equal(net->count, 7);
	assert_int_equal(net->got[0], 0);
	assert_int_equal(net->got[1], 1);
	assert_int_equal(net->got[2], 0);
	assert_int_equal(net->at[2], DELAY + 1500);
	assert_int_equal(net->got[4], 3);
	assert_int_equal(net->got[5], 3);
	assert_int_equal(net->at[5], net->at[4]);
	unmake(net);
}

static void rules_change_a_copy_not_the_frame(void **state)
{
	struct fault_net *net = make(0);
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));

	(void)state;
	br_fault_add(net->fault, &(struct br_fault_rule){.action = BR_FAULT_FLIP,
	                                                 .at = 14,
	                                                 .mask = {0xff, 0x0f},
	                                                 .mask_size = 2});
	br_fault_add(net->fault, &(struct br_fault_rule){.action = BR_FAULT_TRUNCATE, .at = 30});
	memset(frame->data, 0, SIZE);
	memcpy(frame->data, net->b.mac, 6);
	frame->size = SIZE;
	br_port_send(&net->a, br_frame_ref(frame));
	while (br_clock_step(&net->clock, BR_TIME_NEVER))
		;
	assert_int_equal(net->got[0], 0xff0f0000);
	assert_int_equal(net->size[0], 30);
	assert_int_equal(frame->data[14], 0);
	assert_int_equal(frame->size, SIZE);
	br_frame_unref(frame);
	unmake(net);
}

static void a_vlan_tag_is_taken_off(void **state)
{
	struct fault_net *net = make(0);
	static const uint8_t tagged[] = {2, 0,    0, 0, 0, 2,    2,    0, 0, 0, 0,
	                                 1, 0x81, 0, 0, 7, 0x88, 0xb5, 1, 2, 3, 4};

	(void)state;
	br_fault_add(net->fault, &(struct br_fault_rule){.action = BR_FAULT_UNTAG});
	for (int i = 0; i < 2; i++) { /* then one without a tag */
		struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));

		memcpy(frame->data, tagged, sizeof(tagged));
		frame->data[12] = i == 0 ? 0x81 : 0x88;
		frame->data[13] = i == 0 ? 0x00 : 0xb5;
		frame->size = sizeof(tagged);
		br_port_send(&net->a, frame);
	}
	while (br_clock_step(&net->clock, BR_TIME_NEVER))
		;
	assert_int_equal(net->got[0], 0x01020304);
	assert_int_equal(net->size[0], sizeof(tagged) - 4);
	assert_int_equal(net->size[1], sizeof(tagged));
	unmake(net);
}

static void rates_come_out_about_as_asked(void **state)
{
	struct fault_net *net = make(7);
	size_t changed = 0;

	(void)state;
	br_fault_set_rates(
		net->fault,
		&(struct br_fault_rates){.loss = 100000, .duplicate = 50000, .corrupt = 20000});
	send_many(net, 10000);
	for (size_t i = 0; i < net->count; i++)
		changed += net->changed[i];
	/* 10 % of 10000 are lost, give or take 4 standard deviations of 30 */
	assert_in_range(br_segment_counts(net->segment)->lost, 880, 1120);
	assert_in_range(br_segment_counts(net->segment)->duplicated, 360, 540);
	assert_in_range(changed, 110, 260);
	unmake(net);
}

static void always_is_always_and_never_is_never(void **state)
{
	struct fault_net *net = make(7);

	(void)state;
	br_fault_set_rates(net->fault, &(struct br_fault_rates){.corrupt = BR_FAULT_PPM});
	send_many(net, 1000);
	assert_int_equal(net->count, 1000);
	/* a flip may also hit the number or the 4 octets in front of it, never nothing */
	for (size_t i = 0; i < net->count; i++)
		assert_true(net->changed[i] || net->got[i] != i);
	unmake(net);
}

static void flipped_bits_never_leave_the_checksum_as_it_was(void **state)
{
	static uint16_t sent[ARRIVALS_MAX];
	struct fault_net *net = make(7);

	(void)state;
	send_many(net, ARRIVALS_MAX);
	memcpy(sent, net->sum, sizeof(sent));
	unmake(net);
	net = make(7);
	br_fault_set_rates(net->fault, &(struct br_fault_rates){.corrupt = BR_FAULT_PPM});
	send_many(net, ARRIVALS_MAX);
	for (size_t i = 0; i < ARRIVALS_MAX; i++)
		assert_int_not_equal(net->sum[i], sent[i]);
	unmake(net);
}

static void arp_with_flipped_bits_is_lost(void **state)
{
	struct fault_net *net = make(7);

	(void)state;
	br_fault_set_rates(net->fault, &(struct br_fault_rates){.corrupt = BR_FAULT_PPM});
	net->type = BR_ETHERNET_TYPE_ARP;
	send_many(net, 10);
	assert_int_equal(net->count, 0);
	assert_int_equal(br_segment_counts(net->segment)->lost, 10);
	unmake(net);
}

static void jitter_keeps_the_order(void **state)
{
	struct fault_net *net = make(3);
	bool different = false;

	(void)state;
	br_fault_set_rates(net->fault, &(struct br_fault_rates){.delay = 10000, .jitter = 50000});
	send_many(net, 1000);
	for (size_t i = 0; i < net->count; i++) {
		assert_int_equal(net->got[i], i);
		assert_in_range(net->at[i], i * 1000 + DELAY + 10000, i * 1000 + DELAY + 60000);
		different |= net->at[i] % 1000 != 0;
	}
	assert_int_equal(net->count, 1000);
	assert_true(different);
	unmake(net);
}

static void jitter_is_anything_up_to_its_most(void **state)
{
	struct fault_net *net = make(3);
	size_t count[3] = {0};

	(void)state;
	br_fault_set_rates(net->fault, &(struct br_fault_rates){.jitter = 2});
	send_many(net, 1000);
	for (size_t i = 0; i < net->count; i++) {
		assert_in_range(net->at[i], i * 1000 + DELAY, i * 1000 + DELAY + 2);
		count[net->at[i] - i * 1000 - DELAY]++;
	}
	for (size_t i = 0; i < 3; i++)
		assert_in_range(count[i], 200, 500);
	unmake(net);
}

static void reordering_overtakes(void **state)
{
	struct fault_net *net = make(3);
	size_t overtaken = 0;

	(void)state;
	br_fault_set_rates(net->fault,
	                   &(struct br_fault_rates){.reorder = 100000, .reorder_by = 3500});
	send_many(net, 1000);
	assert_int_equal(net->count, 1000);
	for (size_t i = 1; i < net->count; i++)
		overtaken += net->got[i] < net->got[i - 1];
	assert_in_range(overtaken, 50, 150);
	unmake(net);
}

static void one_fault_does_not_move_another(void **state)
{
	uint32_t lost_alone[2000], count = 0;

	(void)state;
	for (int with = 0; with < 2; with++) {
		struct fault_net *net = make(99);
		uint32_t expected = 0, at = 0;

		br_fault_set_rates(net->fault,
		                   &(struct br_fault_rates){.loss = 50000,
		                                            .duplicate = with ? 300000 : 0,
		                                            .corrupt = with ? 300000 : 0,
		                                            .jitter = with ? 1000 : 0});
		send_many(net, 2000);
		if (with) /* a corrupted number cannot be told: count the losses alone */
			assert_int_equal(br_segment_counts(net->segment)->lost, count);
		for (size_t i = 0; !with && i < net->count; i++) {
			while (expected < net->got[i])
				lost_alone[at++] = expected++;
			expected++;
			count = at;
		}
		unmake(net);
	}
	assert_true(count > 50);
	assert_true(lost_alone[0] < 2000);
}

static void the_same_seed_does_the_same(void **state)
{
	static br_time at[2][3000];
	size_t counts[3];

	(void)state;
	for (size_t run = 0; run < 3; run++) {
		struct fault_net *net = make(run == 2 ? 6 : 5);

		br_fault_set_rates(net->fault, &(struct br_fault_rates){.loss = 50000,
		                                                        .duplicate = 50000,
		                                                        .reorder = 50000,
		                                                        .reorder_by = 2500,
		                                                        .jitter = 1000});
		send_many(net, 2000);
		counts[run] = net->count;
		if (run == 1)
			assert_memory_equal(net->at, at[0], counts[0] * sizeof(br_time));
		memcpy(at[run == 2], net->at, net->count * sizeof(br_time));
		unmake(net);
	}
	assert_int_equal(counts[0], counts[1]);
	assert_memory_not_equal(at[0], at[1], 1000 * sizeof(br_time));
}

static void rules_run_out_and_can_be_removed(void **state)
{
	struct fault_net *net = make(0);
	int first = -1;

	(void)state;
	for (int i = 0; i < BR_FAULT_RULES_MAX; i++) {
		int rule = br_fault_add(net->fault, &(struct br_fault_rule){.nth = 1});

		if (i == 0)
			first = rule;
		assert_true(rule >= 0);
	}
	assert_int_equal(br_fault_add(net->fault, &(struct br_fault_rule){.nth = 1}), -28);
	br_fault_remove(net->fault, first);
	assert_int_equal(br_fault_add(net->fault, &(struct br_fault_rule){.nth = 1}), first);
	for (int i = 0; i < BR_FAULT_RULES_MAX; i++)
		br_fault_remove(net->fault, i);
	send_many(net, 3);
	assert_int_equal(net->count, 3);
	unmake(net);
}

static void what_is_held_at_the_end_never_arrives(void **state)
{
	struct fault_net *net = make(0);

	(void)state;
	br_fault_add(net->fault, &(struct br_fault_rule){.action = BR_FAULT_DELAY, .delay = BR_S});
	send(net, false, 1);
	send(net, false, 2);
	br_wire_free(net->wire); /* asserts that every frame is back */
	net->wire = NULL;
	assert_int_equal(br_clock_next(&net->clock), BR_TIME_NEVER);
	unmake(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nth_that_fits_is_dropped_once),
		cmocka_unit_test(every_means_every),
		cmocka_unit_test(a_rule_may_be_for_one_direction_only),
		cmocka_unit_test(what_is_held_is_overtaken),
		cmocka_unit_test(nothing_passes_between_begin_and_end),
		cmocka_unit_test(the_second_of_two_may_come_later),
		cmocka_unit_test(rules_change_a_copy_not_the_frame),
		cmocka_unit_test(a_vlan_tag_is_taken_off),
		cmocka_unit_test(rates_come_out_about_as_asked),
		cmocka_unit_test(always_is_always_and_never_is_never),
		cmocka_unit_test(flipped_bits_never_leave_the_checksum_as_it_was),
		cmocka_unit_test(arp_with_flipped_bits_is_lost),
		cmocka_unit_test(jitter_keeps_the_order),
		cmocka_unit_test(jitter_is_anything_up_to_its_most),
		cmocka_unit_test(reordering_overtakes),
		cmocka_unit_test(one_fault_does_not_move_another),
		cmocka_unit_test(the_same_seed_does_the_same),
		cmocka_unit_test(what_is_held_at_the_end_never_arrives),
		cmocka_unit_test(rules_run_out_and_can_be_removed),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
