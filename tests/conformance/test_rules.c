/* SPDX-License-Identifier: BSD-2-Clause */
/* Each rule fires, alone and on the right frame, on an exchange that breaks it; nothing
 * fires on the exchange it was made from; and every rule there is has such an exchange.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/requirements.h"
#include "helper.h"
#include "tests/conformance/rules_kit.h"

static const struct kit_row *const tables[] = {rules_rows_dhcp, rules_rows_pxe,  rules_rows_relay,
                                               rules_rows_tftp, rules_rows_http, rules_rows_net,
                                               rules_rows_dhcp6};

static struct br_rules *judged(const struct kit *kit)
{
	struct br_rules_options options = {.complete = kit->complete};
	struct br_rules *rules;

	assert_int_equal(br_rules_new(&rules, &options), 0);
	kit_play(kit, rules);
	return rules;
}

static size_t say_breaches(const struct br_rules *rules, const char *what)
{
	for (size_t i = 0; i < br_rules_breaches(rules); i++) {
		const struct br_breach *b = br_rules_breach(rules, i);

		print_error("%s: %s on frame %u: %s\n", what, b->id, (unsigned)b->frame[0],
		            b->text);
	}
	return br_rules_breaches(rules);
}

static void nothing_fires_on_good_exchanges(void **state)
{
	struct kit *kit = calloc(1, sizeof(*kit));

	(void)state;
	assert_non_null(kit);
	for (size_t i = 0; kit_scene(i); i++) {
		char name[64];
		struct br_rules *rules;

		for (int complete = 0; complete < 2; complete++) {
			kit->count = 0;
			kit_scene(i)(kit);
			kit->complete = complete != 0;
			rules = judged(kit);
			(void)snprintf(name, sizeof(name), "scene %zu", i);
			assert_int_equal(say_breaches(rules, name), 0);
			(void)br_rules_free(rules);
		}
	}
	free(kit);
}

static bool fires_alone(struct kit *kit, const struct kit_row *row)
{
	struct br_rules *rules;
	bool right = false, also = !row->also, other = false;

	kit->count = 0;
	kit->complete = false;
	row->scene(kit);
	for (size_t i = 0; i < KIT_EDITS_MAX && row->edit[i].op != KIT_END; i++)
		kit_edit(kit, &row->edit[i]);
	rules = judged(kit);
	for (size_t i = 0; i < br_rules_breaches(rules); i++) {
		const struct br_breach *b = br_rules_breach(rules, i);

		if (!strcmp(b->id, row->id) && b->frame[0] == row->frame)
			right = true;
		else if (row->also && !strcmp(b->id, row->also))
			also = true;
		else
			other = true;
	}
	if (!right || !also || other) {
		print_error("%s, frame %u: %s\n", row->id, (unsigned)row->frame,
		            right ? "not alone" : "did not fire");
		(void)say_breaches(rules, "  but");
	}
	(void)br_rules_free(rules);
	return right && also && !other;
}

static void each_rule_fires_alone_on_its_broken_exchange(void **state)
{
	struct kit *kit = calloc(1, sizeof(*kit));
	size_t wrong = 0;

	(void)state;
	assert_non_null(kit);
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct kit_row *row = tables[t]; row->id; row++)
			wrong += !fires_alone(kit, row);
	}
	free(kit);
	assert_int_equal(wrong, 0);
}

/* An IP broadcast to one Ethernet address: the text shows what is wrong with it. */
static void where_a_reply_went_is_told_by_both_its_addresses(void **state)
{
	struct kit *kit = calloc(1, sizeof(*kit));
	struct br_rules *rules;

	(void)state;
	assert_non_null(kit);
	scene_dora(kit);
	kit_edit(kit, &(struct kit_edit){KIT_ETH_DST, 2, 0x10, NULL, 0});
	rules = judged(kit);
	assert_int_equal(br_rules_breaches(rules), 1);
	assert_string_equal(br_rules_breach(rules, 0)->text,
	                    "flags 0x8000, sent to 255.255.255.255 at 02:00:00:00:00:10");
	(void)br_rules_free(rules);
	free(kit);
}

static void what_only_looks_like_a_breach_breaks_no_rule(void **state)
{
	static const struct kit_row *const quiet[] = {rules_rows_fair, rules_quiet_http,
	                                              rules_quiet_net, rules_quiet_tftp,
	                                              rules_quiet_dhcp6};
	struct kit *kit = calloc(1, sizeof(*kit));
	size_t wrong = 0;

	(void)state;
	assert_non_null(kit);
	for (size_t t = 0; t < sizeof(quiet) / sizeof(quiet[0]); t++) {
		for (const struct kit_row *row = quiet[t]; row->id; row++) {
			struct br_rules *rules;

			kit->count = 0;
			kit->complete = false;
			row->scene(kit);
			for (size_t i = 0; i < KIT_EDITS_MAX && row->edit[i].op != KIT_END; i++)
				kit_edit(kit, &row->edit[i]);
			rules = judged(kit);
			wrong += say_breaches(rules, row->id);
			(void)br_rules_free(rules);
		}
	}
	free(kit);
	assert_int_equal(wrong, 0);
}

static bool has_row(const char *id)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct kit_row *row = tables[t]; row->id; row++) {
			if (!strcmp(row->id, id))
				return true;
		}
	}
	return false;
}

static void every_rule_is_a_requirement_and_has_a_broken_exchange(void **state)
{
	size_t missing = 0;

	(void)state;
	for (size_t i = 0; i < br_rules_count(); i++) {
		assert_non_null(br_requirement_find(br_rules_id(i)));
		if (i > 0)
			assert_true(strcmp(br_rules_id(i - 1), br_rules_id(i)) < 0);
		if (!has_row(br_rules_id(i))) {
			print_error("%s has no broken exchange\n", br_rules_id(i));
			missing++;
		}
	}
	assert_int_equal(missing, 0);
}

/* The same exchanges with a packet lost: no new breach may appear. */
static void what_was_not_seen_breaks_no_rule(void **state)
{
	struct kit *kit = calloc(1, sizeof(*kit));

	(void)state;
	assert_non_null(kit);
	for (size_t i = 0; kit_scene(i); i++) {
		size_t packets = 1;

		for (size_t lost = 0; lost < packets; lost++) {
			struct br_rules *rules;
			char name[64];

			kit->count = 0;
			kit_scene(i)(kit);
			packets = kit->count;
			kit->complete = false;
			kit->packet[lost].removed = true;
			rules = judged(kit);
			(void)snprintf(name, sizeof(name), "scene %zu without %zu", i, lost + 1);
			assert_int_equal(say_breaches(rules, name), 0);
			(void)br_rules_free(rules);
		}
	}
	free(kit);
}

static void what_a_snaplen_cut_off_breaks_no_rule(void **state)
{
	struct kit *kit = calloc(1, sizeof(*kit));

	(void)state;
	assert_non_null(kit);
	for (size_t i = 0; kit_scene(i); i++) {
		for (size_t snap = 34; snap < 400; snap += 7) {
			struct br_rules *rules;

			kit->count = 0;
			kit_scene(i)(kit);
			kit->complete = false;
			kit->snap = snap;
			rules = judged(kit);
			assert_int_equal(say_breaches(rules, "cut"), 0);
			(void)br_rules_free(rules);
		}
	}
	free(kit);
}

static void see(void *rules, const struct br_frame *frame, uint64_t number, uint32_t link,
                br_time now)
{
	br_rules_frame(rules, frame, number, link, now);
}

/* The scene as client @who plays it: of other ports, or of another xid and chaddr. */
static void played_by(struct kit *kit, void (*scene)(struct kit *kit), uint32_t who)
{
	uint8_t octets[4] = {(uint8_t)(who >> 24), (uint8_t)(who >> 16), (uint8_t)(who >> 8),
	                     (uint8_t)who};

	kit->count = 0;
	scene(kit);
	for (size_t i = 0; i < kit->count; i++) {
		struct kit_packet *p = &kit->packet[i];

		p->sport = p->sport > 1023 ? (uint16_t)(1024 + (p->sport + who) % 60000) : p->sport;
		p->dport = p->dport > 1023 ? (uint16_t)(1024 + (p->dport + who) % 60000) : p->dport;
		if (scene == scene_dora) {
			memcpy(p->payload + 4, octets, 4);
			memcpy(p->payload + 29, octets, 4);
		}
	}
}

/* Far more of everything than is remembered: none is mixed up, and the last is judged. */
static void a_flood_of_transactions_makes_room_for_the_next(void **state)
{
	static void (*const scenes[])(struct kit *) = {scene_dora, scene_tftp, scene_http,
	                                               scene6_pxe};
	struct br_rules_options options = {.complete = false};
	struct kit *kit = calloc(1, sizeof(*kit));
	struct br_rules *rules;
	br_time at = BR_S;

	(void)state;
	assert_non_null(kit);
	assert_int_equal(br_rules_new(&rules, &options), 0);
	for (uint32_t i = 0; i < 4000; i++, at += 100 * BR_S) {
		played_by(kit, scenes[i % 4], i);
		kit_show(kit, at, see, rules);
	}
	assert_int_equal(say_breaches(rules, "flood"), 0);
	played_by(kit, scene_dora, 4000);
	kit_edit(kit, &(struct kit_edit){KIT_DROP, 2, 51, NULL, 0});
	kit_show(kit, at, see, rules);
	assert_int_equal(br_rules_breaches(rules), 1);
	assert_string_equal(br_rules_breach(rules, 0)->id, "D4S-DISC-03");
	(void)br_rules_free(rules);
	free(kit);
}

static void breaches_beyond_the_limit_are_counted(void **state)
{
	enum {
		SERVERS = BR_BREACHES_MAX + 50
	};
	struct br_rules_options options = {.complete = false};
	struct kit *kit = calloc(1, sizeof(*kit));
	struct br_rules *rules;

	(void)state;
	assert_non_null(kit);
	assert_int_equal(br_rules_new(&rules, &options), 0);
	for (uint32_t i = 0; i < SERVERS; i++) {
		played_by(kit, scene_dora, i);
		kit_edit(kit, &(struct kit_edit){KIT_DROP, 2, 51, NULL, 0});
		kit_edit(kit, &(struct kit_edit){KIT_CUT, 2, 0, NULL, 0});
		kit->packet[1].eth_src[3] = (uint8_t)(i >> 8);
		kit->packet[1].eth_src[4] = (uint8_t)i;
		kit_show(kit, BR_S + i * 100 * BR_S, see, rules);
	}
	assert_int_equal(br_rules_breaches(rules), BR_BREACHES_MAX);
	assert_int_equal(br_rules_left_out(rules), SERVERS - BR_BREACHES_MAX);
	(void)br_rules_free(rules);
	free(kit);
}

static bool as_told(void *context, const struct br_endpoint *party)
{
	(void)party;
	return *(const bool *)context;
}

/* explain --server: what the one that is judged breaks is told, however many others do */
static void breaches_of_who_counts_are_not_left_out_for_those_of_others(void **state)
{
	bool counts = false;
	struct br_rules_options options = {.counts = as_told, .context = &counts};
	struct kit *kit = calloc(1, sizeof(*kit));
	struct br_rules *rules;
	const struct br_breach *last;

	(void)state;
	assert_non_null(kit);
	assert_int_equal(br_rules_new(&rules, &options), 0);
	for (uint32_t i = 0; i < BR_BREACHES_MAX + 2; i++) {
		counts = i == BR_BREACHES_MAX + 1;
		played_by(kit, scene_dora, i);
		kit_edit(kit, &(struct kit_edit){KIT_DROP, 2, 51, NULL, 0});
		kit_edit(kit, &(struct kit_edit){KIT_CUT, 2, 0, NULL, 0});
		kit->packet[1].eth_src[3] = (uint8_t)(i >> 8);
		kit->packet[1].eth_src[4] = (uint8_t)i;
		kit_show(kit, BR_S + i * 100 * BR_S, see, rules);
	}
	assert_int_equal(br_rules_breaches(rules), BR_BREACHES_MAX);
	assert_int_equal(br_rules_left_out(rules), 0);
	last = br_rules_breach(rules, BR_BREACHES_MAX - 1);
	assert_true(last->counts);
	assert_int_equal(last->mac[3] << 8 | last->mac[4], BR_BREACHES_MAX + 1);
	assert_int_equal(br_rules_breach(rules, 0)->mac[4], 0);
	(void)br_rules_free(rules);
	free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_fires_on_good_exchanges),
		cmocka_unit_test(each_rule_fires_alone_on_its_broken_exchange),
		cmocka_unit_test(where_a_reply_went_is_told_by_both_its_addresses),
		cmocka_unit_test(what_only_looks_like_a_breach_breaks_no_rule),
		cmocka_unit_test(every_rule_is_a_requirement_and_has_a_broken_exchange),
		cmocka_unit_test(a_flood_of_transactions_makes_room_for_the_next),
		cmocka_unit_test(breaches_beyond_the_limit_are_counted),
		cmocka_unit_test(breaches_of_who_counts_are_not_left_out_for_those_of_others),
		cmocka_unit_test(what_was_not_seen_breaks_no_rule),
		cmocka_unit_test(what_a_snaplen_cut_off_breaks_no_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
