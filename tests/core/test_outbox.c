/* SPDX-License-Identifier: BSD-2-Clause */
/* Fills the outbox past each of its two limits and looks at what comes out. */
#include "tests/helper.h"

#include <string.h>

#include "core/outbox.h"

static struct br_outbox outbox; /* large; each test resets it */

static int reset(void **state)
{
	(void)state;
	br_outbox_reset(&outbox);
	return 0;
}

static void gives_actions_back_in_order(void **state)
{
	struct br_action action = {.kind = BR_ACTION_PORT_OPEN, .local = {.port = 67}};

	(void)state;
	br_outbox_put(&outbox, &action);
	action.local.port = 69;
	br_outbox_put(&outbox, &action);
	assert_true(br_outbox_take(&outbox, &action));
	assert_int_equal(action.local.port, 67);
	assert_true(br_outbox_take(&outbox, &action));
	assert_int_equal(action.local.port, 69);
	assert_false(br_outbox_take(&outbox, &action));
}

static void a_note_keeps_its_own_copy_of_the_detail(void **state)
{
	char detail[] = "boot.efi";
	struct br_action action;

	(void)state;
	br_outbox_note(&outbox, BR_NOTE_SERVER_OUTBOX_FULL, 3, NULL, detail);
	memset(detail, 'x', sizeof(detail) - 1);
	assert_true(br_outbox_take(&outbox, &action));
	assert_int_equal(action.kind, BR_ACTION_NOTE);
	assert_int_equal(action.link, 3);
	assert_int_equal(action.payload.size, 8);
	assert_memory_equal(action.payload.data, "boot.efi", 8);
}

static void too_many_actions_end_in_a_note_that_says_so(void **state)
{
	const struct br_action action = {.kind = BR_ACTION_PORT_OPEN};
	struct br_action last = {.kind = BR_ACTION_PORT_CLOSE};
	int taken = 0;

	(void)state;
	for (int i = 0; i < BR_OUTBOX_ACTIONS + 5; i++)
		br_outbox_put(&outbox, &action);
	while (br_outbox_take(&outbox, &last))
		taken++;
	assert_int_equal(taken, BR_OUTBOX_ACTIONS);
	assert_int_equal(last.kind, BR_ACTION_NOTE);
	assert_int_equal(last.note, BR_NOTE_SERVER_OUTBOX_FULL);
}

static void a_full_arena_lends_nothing_and_says_so(void **state)
{
	struct br_action action;

	(void)state;
	assert_non_null(br_outbox_lend(&outbox, BR_OUTBOX_OCTETS));
	assert_null(br_outbox_lend(&outbox, 1));
	assert_true(br_outbox_take(&outbox, &action));
	assert_int_equal(action.note, BR_NOTE_SERVER_OUTBOX_FULL);
	br_outbox_reset(&outbox);
	assert_non_null(br_outbox_lend(&outbox, 1));
	assert_false(br_outbox_take(&outbox, &action));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(gives_actions_back_in_order, reset),
		cmocka_unit_test_setup(a_note_keeps_its_own_copy_of_the_detail, reset),
		cmocka_unit_test_setup(too_many_actions_end_in_a_note_that_says_so, reset),
		cmocka_unit_test_setup(a_full_arena_lends_nothing_and_says_so, reset),
	};

	return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
