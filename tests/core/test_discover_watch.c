/* SPDX-License-Identifier: BSD-2-Clause */
/* Who asked how often without an answer it took: DISCOVERs by hand, and the notes of each. */
#include "core/dhcp/discover_watch.h"

#include <string.h>

#include "tests/helper.h"

static struct br_discover_watch watch;
static struct br_outbox outbox;
static struct br_dhcp_message message;

static int forget(void **state)
{
	(void)state;
	memset(&watch, 0, sizeof(watch));
	memset(&message, 0, sizeof(message));
	return 0;
}

static void from(unsigned machine)
{
	message.header.chaddr[4] = (uint8_t)(machine >> 8);
	message.header.chaddr[5] = (uint8_t)machine;
}

/* Return: how many notes of this name its DISCOVER drew. */
static unsigned noted(unsigned machine, enum br_note note)
{
	static const struct br_event event;
	struct br_action action;
	unsigned count = 0;

	from(machine);
	br_outbox_reset(&outbox);
	br_discover_watch_asked(&watch, &message, &event, &outbox);
	while (br_outbox_take(&outbox, &action))
		count += action.note == note;
	return count;
}

static unsigned not_taken(unsigned machine)
{
	return noted(machine, BR_NOTE_DHCP_OFFER_NOT_TAKEN);
}

static void the_fourth_time_and_no_other_is_told(void **state)
{
	(void)state;
	for (int i = 1; i <= 9; i++)
		assert_int_equal(not_taken(1), i == 4);
}

static void another_xid_and_a_request_begin_afresh(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(not_taken(1), 0);
	message.header.xid = 2;
	for (int i = 0; i < 3; i++)
		assert_int_equal(not_taken(1), 0);
	br_discover_watch_moved_on(&watch, &message);
	for (int i = 1; i <= 4; i++)
		assert_int_equal(not_taken(1), i == 4);
}

static void who_has_not_asked_for_longest_is_forgotten_first(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= BR_DISCOVER_WATCH_MACHINES; i++) {
		assert_int_equal(not_taken(i), 0);
		assert_int_equal(not_taken(i), 0);
	}
	assert_int_equal(not_taken(1), 0); /* the third time: 2 is the oldest now */
	assert_int_equal(not_taken(999), 0);
	assert_int_equal(not_taken(1), 1);
	for (unsigned i = 3; i <= BR_DISCOVER_WATCH_MACHINES; i++) {
		assert_int_equal(not_taken(i), 0);
		assert_int_equal(not_taken(i), 1);
	}
	assert_int_equal(not_taken(2), 0);
	assert_int_equal(not_taken(2), 0);
}

static void a_machine_that_was_not_seen_moves_nobody_on(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= BR_DISCOVER_WATCH_MACHINES; i++) {
		for (int tries = 0; tries < 3; tries++)
			assert_int_equal(not_taken(i), 0);
	}
	from(999);
	br_discover_watch_moved_on(&watch, &message);
	for (unsigned i = 1; i <= BR_DISCOVER_WATCH_MACHINES; i++)
		assert_int_equal(not_taken(i), 1);
}

static void who_comes_with_seconds_of_waiting_is_told_once(void **state)
{
	static const struct {
		uint16_t secs;
		unsigned notes;
	} rows[] = {{0, 0}, {27, 0}, {28, 1}, {180, 1}, {181, 0}, {65535, 0}};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		message.header.secs = rows[i].secs;
		assert_int_equal(noted(i, BR_NOTE_DHCP_CAME_LATE), rows[i].notes);
		assert_int_equal(noted(i, BR_NOTE_DHCP_CAME_LATE), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, forget)
		TEST(the_fourth_time_and_no_other_is_told),
		TEST(another_xid_and_a_request_begin_afresh),
		TEST(who_has_not_asked_for_longest_is_forgotten_first),
		TEST(a_machine_that_was_not_seen_moves_nobody_on),
		TEST(who_comes_with_seconds_of_waiting_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
