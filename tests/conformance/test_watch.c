/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules as watcher of a run: the server under test fails a script when it breaks what
 * binds and no line is about; others, and what only should be, fail nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/watch.h"
#include "helper.h"
#include "tests/conformance/rules_kit.h"

static struct br_script_node node = {.name = "boot", .kind = BR_NODE_SUT, .links = 1};

/* Of a DORA in which @edit was made: did the server of 10.0.0.@host fail the script? */
static bool fails(const struct kit_edit *edit, uint32_t host, const char *id,
                  struct br_run_blame *blame)
{
	struct br_item item = {.kind = BR_ITEM_LINE, .step = {.id = &id, .ids = 1}};
	struct br_script script = {.node = &node, .nodes = 1, .item = &item, .items = id ? 1 : 0};
	struct kit *kit = calloc(1, sizeof(*kit));
	void *watch;
	bool failed;

	assert_non_null(kit);
	node.link[0].address = 0x0a000000u + host;
	scene_dora(kit);
	kit_edit(kit, edit);
	watch = br_watch_rules.begin(NULL, &script, true);
	assert_non_null(watch);
	kit_show(kit, BR_S, br_watch_rules.see, watch);
	failed = br_watch_rules.end(watch, blame);
	free(kit);
	return failed;
}

static void a_must_that_no_line_names_is_blamed_with_its_frame(void **state)
{
	struct br_run_blame blame;

	(void)state;
	assert_true(fails(&(struct kit_edit){KIT_DROP, 2, 54, NULL, 0}, 1, NULL, &blame));
	assert_string_equal(blame.id, "D4S-DISC-02");
	assert_int_equal(blame.frame, 2);
	assert_true(blame.at == BR_S + 2 * BR_MS);
	assert_non_null(strstr(blame.why, "option 54 is absent"));
}

static void what_the_script_is_about_is_left_to_its_lines(void **state)
{
	struct br_run_blame blame;
	struct kit_edit edit = {KIT_DROP, 2, 54, NULL, 0};

	(void)state;
	assert_false(fails(&edit, 1, "D4S-DISC-02", &blame));
	assert_true(fails(&edit, 1, "D4S-DISC-03", &blame));
}

static void another_party_or_a_should_fails_nothing(void **state)
{
	struct br_run_blame blame;

	(void)state;
	assert_false(fails(&(struct kit_edit){KIT_DROP, 2, 54, NULL, 0}, 9, NULL, &blame));
	assert_false(fails(&(struct kit_edit){KIT_SET, 4, 3, "\x0a\0\0\x09", 4}, 1, NULL, &blame));
	assert_false(fails(&(struct kit_edit){KIT_END, 0, 0, NULL, 0}, 1, NULL, &blame));
}

/* Shows the OFFER with another total length, as flipped bits leave it: nobody takes it in. */
static void see_flipped(void *watch, const struct br_frame *frame, uint64_t number, uint32_t link,
                        br_time now)
{
	struct br_frame *copy = br_frame_copy(frame);

	assert_non_null(copy);
	if (number == 2)
		copy->data[BR_ETHERNET_HEADER + 2] ^= 8;
	br_watch_rules.see(watch, copy, number, link, now);
	br_frame_unref(copy);
}

static void what_arrives_with_flipped_bits_is_nobodys_breach(void **state)
{
	struct br_script script = {.node = &node, .nodes = 1};
	struct kit_edit edit = {KIT_DROP, 2, 54, NULL, 0};
	struct kit *kit = calloc(1, sizeof(*kit));
	struct br_run_blame blame;
	void *watch;

	(void)state;
	assert_non_null(kit);
	node.link[0].address = 0x0a000001u;
	scene_dora(kit);
	kit_edit(kit, &edit);
	watch = br_watch_rules.begin(NULL, &script, true);
	assert_non_null(watch);
	kit_show(kit, BR_S, see_flipped, watch);
	assert_false(br_watch_rules.end(watch, &blame));
	free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_must_that_no_line_names_is_blamed_with_its_frame),
		cmocka_unit_test(what_the_script_is_about_is_left_to_its_lines),
		cmocka_unit_test(another_party_or_a_should_fails_nothing),
		cmocka_unit_test(what_arrives_with_flipped_bits_is_nobodys_breach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
