/* SPDX-License-Identifier: BSD-2-Clause */
/* Evidence and verdicts: what a script shows speaks for its requirements, what stops it speaks
 * against them, and what nothing shows is neither.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/conform/team.h"
#include "helper.h"
#include "sim/exit_code.h"

#define HEAD                                                                                       \
	"wire 1\nscenario t/t\nnet lan 10.77.0.0/24\n"                                             \
	"node boot sut lan=10.77.0.2 "
#define FW                                                                                         \
	"node fw client lan=10.77.0.50 mac=52:54:00:12:34:56\n"                                    \
	"file f size=700 seed=1\nquiet 5s\n"
#define TFTP HEAD "role=tftp\n" FW
#define MUTE HEAD "role=http\n" FW
#define RRQ  "fw:$p -> boot:69 tftp rrq f octet\n"

static struct br_conform verdicts;
static const char *known_name, *roles = "tftpd,dhcpd";

static const char *gap(const void *context, const struct br_requirement *requirement)
{
	(void)context;
	return !strcmp(requirement->id, "TFTP-RRQ-02") ? "because" : NULL;
}

static const char *known(const void *context, const char *name)
{
	(void)context;
	return known_name && !strcmp(name, known_name) ? "as ever" : NULL;
}

static void play(const char *only, const char *text)
{
	static const struct br_run_watch *watch = &br_watch_rules;
	struct br_parse_options told = {.errors = stderr};
	struct br_verdict_target target = {.roles = roles, .gap = gap, .known = known};
	struct br_script *script;
	struct br_scripts scripts = {.script = &script, .count = 1};
	struct br_team_options how = {.play = {.watch = watch}};
	struct br_team_result result;

	assert_int_equal(br_script_parse(&script, "t.wire", text, strlen(text), &told), 0);
	br_verdicts_init(&verdicts, only);
	br_team_play(&verdicts, &scripts, &how, &result);
	assert_true(result.whole);
	br_verdicts_conclude(&verdicts, &target);
	script->scenario = "t/t";
	for (size_t i = 0; i < verdicts.rows; i++)
		verdicts.row[i].scripts = 0; /* they go with the script */
	br_script_free(script);
}

static enum br_verdict_kind kind(const char *id)
{
	return br_verdicts_find(&verdicts, id)->kind;
}

static void done(bool strict, int code)
{
	assert_int_equal(br_verdicts_exit_code(&verdicts, strict), code);
	br_verdicts_free(&verdicts);
	known_name = NULL;
}

static void a_line_that_held_speaks_for_its_requirement_alone(void **state)
{
	(void)state;
	play(NULL, TFTP RRQ "<=1s boot:$t -> fw:$p tftp data 1 len=512 @TFTP-WIN-03\n"
	                    "fw:$p -> boot:$t tftp ack 1\n"
	                    "<=1s boot:$t -> fw:$p tftp data 2 len=188\n"
	                    "fw:$p -> boot:$t tftp ack 2\n");
	assert_int_equal(kind("TFTP-WIN-03"), BR_VERDICT_PASS);
	assert_int_equal(kind("TFTP-MC-01"), BR_VERDICT_UNCHECKED);
	assert_int_equal(kind("TFTP-RRQ-02"), BR_VERDICT_UNSUPPORTED);
	assert_int_equal(kind("D6-ADV-01"), BR_VERDICT_UNSUPPORTED);
	assert_int_equal(kind("TFTP-RRQ-01"), BR_VERDICT_PASS); /* by its rule */
	assert_true(br_verdicts_find(&verdicts, "TFTP-RRQ-01")->by_rule);
	done(true, BR_EXIT_PASSED);
}

static void silence_fails_the_line_it_stops_at_and_shows_nothing_beyond(void **state)
{
	(void)state;
	play(NULL, MUTE RRQ "never boot -> fw tftp error @TFTP-ERR-01\n"
	                    "<=1s boot:$t -> fw:$p tftp data 1 @TFTP-WIN-03\n"
	                    "fw:$p -> boot:$t tftp ack 1\n"
	                    "<=1s boot:$t -> fw:$p tftp data 2 @TFTP-CON-01\n");
	assert_int_equal(kind("TFTP-WIN-03"), BR_VERDICT_FAIL);
	assert_int_equal(kind("TFTP-CON-01"), BR_VERDICT_UNCHECKED);
	assert_int_equal(kind("TFTP-ERR-01"),
	                 BR_VERDICT_UNCHECKED); /* never has not been seen out */
	assert_non_null(
		strstr(br_verdicts_find(&verdicts, "TFTP-WIN-03")->against->want, "data 1"));
	assert_int_equal(br_verdicts_find(&verdicts, "TFTP-WIN-03")->against->line, 10);
	done(false, BR_EXIT_FAILED);
}

static void a_line_of_no_requirement_that_stops_it_fails_all_the_same(void **state)
{
	(void)state;
	play(NULL, MUTE RRQ "<=1s boot:$t -> fw:$p tftp data 1\n");
	assert_int_equal(br_verdicts_count(&verdicts, BR_VERDICT_FAIL), 0);
	assert_int_equal(verdicts.offs, 1);
	done(false, BR_EXIT_FAILED);
	known_name = "t/t";
	play("TFTP", MUTE RRQ "<=1s boot:$t -> fw:$p tftp data 1\n");
	assert_string_equal(verdicts.off[0].reason, "as ever");
	done(false, BR_EXIT_NOTHING_RAN);
}

/* The ERROR comes where the line says silence: what the stimulus asks for is broken. */
static void a_packet_too_many_speaks_against_the_stimulus(void **state)
{
	static const char text[] = TFTP "fw:$p -> boot:69 tftp rrq none octet @TFTP-WIN-03\n"
					"wait 2s\ncheck boot.transfers.open == 0\n";

	(void)state;
	play(NULL, text);
	assert_int_equal(kind("TFTP-WIN-03"), BR_VERDICT_FAIL);
	done(false, BR_EXIT_FAILED);
}

static void what_only_should_hold_warns_and_fails_if_told_so(void **state)
{
	static const char text[] = MUTE RRQ "<=1s boot:$t -> fw:$p tftp data 1 @TFTP-WIN-07\n";

	(void)state;
	play(NULL, text);
	assert_int_equal(kind("TFTP-WIN-07"), BR_VERDICT_WARN);
	done(false, BR_EXIT_PASSED);
	play(NULL, text);
	done(true, BR_EXIT_FAILED);
	play(NULL, MUTE RRQ "<=1s boot:$t -> fw:$p tftp data 1 @ROB-TF-01\n");
	assert_int_equal(kind("ROB-TF-01"), BR_VERDICT_WARN);
	done(true, BR_EXIT_PASSED); /* nobody's duty */
}

static void what_the_baseline_knows_fails_nothing_and_is_stale_once_it_holds(void **state)
{
	(void)state;
	known_name = "TFTP-WIN-03";
	play(NULL, MUTE RRQ "<=1s boot:$t -> fw:$p tftp data 1 @TFTP-WIN-03\n");
	assert_int_equal(kind("TFTP-WIN-03"), BR_VERDICT_KNOWN);
	assert_string_equal(br_verdicts_find(&verdicts, "TFTP-WIN-03")->reason, "as ever");
	done(false, BR_EXIT_PASSED);
	known_name = "TFTP-WIN-03";
	play("TFTP-WIN", TFTP RRQ "<=1s boot:$t -> fw:$p tftp data 1 @TFTP-WIN-03\n"
	                          "fw:$p -> boot:$t tftp error 0 \"enough\"\n");
	assert_int_equal(kind("TFTP-WIN-03"), BR_VERDICT_STALE);
	done(false, BR_EXIT_PASSED);
}

static void a_rule_the_server_breaks_on_the_way_speaks_against_it(void **state)
{
	(void)state;
	play(NULL, HEAD "role=dhcp opt3=hex:01\n"
	                "node fw client lan mac=52:54:00:12:34:56\nquiet 5s\n"
	                "fw:68 -> *:67 dhcp discover xid=$x opt55=[1,3] opt93=7 "
	                "opt60=\"PXEClient:Arch:00007:UNDI:003000\"\n"
	                "<=1s boot:67 -> fw:68 dhcp offer xid=$x\n");
	assert_int_equal(kind("D4C-OPT-03"), BR_VERDICT_WARN);
	assert_int_equal(br_verdicts_find(&verdicts, "D4C-OPT-03")->against->line, 0);
	assert_int_equal(br_verdicts_find(&verdicts, "D4C-OPT-03")->against->frame, 2);
	assert_int_equal(kind("D4S-DISC-02"), BR_VERDICT_PASS);
	done(false, BR_EXIT_PASSED);
}

/* The client of the script sends what is wrong; the server does not, and is not asked to. */
static void what_others_keep_or_break_is_no_evidence(void **state)
{
	(void)state;
	play("PXE-CLI", HEAD "role=dhcp\n"
	                     "node fw client lan mac=52:54:00:12:34:56\nquiet 5s\n"
	                     "fw:68 -> *:67 dhcp discover xid=$x opt60=\"PXEClient:Arch:00007:UNDI:"
	                     "003000\" opt93=absent opt97=absent\n"
	                     "<=1s boot:67 -> fw:68 dhcp offer xid=$x\n");
	for (size_t i = 0; i < verdicts.rows; i++)
		assert_true(!verdicts.row[i].wanted ||
		            verdicts.row[i].held + verdicts.row[i].broken == 0);
	done(false, BR_EXIT_NOTHING_RAN);
}

static void a_script_that_cannot_be_played_shows_nothing(void **state)
{
	(void)state;
	play(NULL, "wire 1\nscenario t/t\nneeds sut.http\nnet lan 10.77.0.0/24\n"
	           "node boot sut lan=10.77.0.2 role=tftp\n" FW RRQ
	           "<=1s boot:$t -> fw:$p tftp data 1 @TFTP-WIN-03\n");
	assert_int_equal(verdicts.skippeds, 1);
	assert_non_null(strstr(verdicts.skipped[0].reason, "sut.http"));
	assert_int_equal(verdicts.played, 0);
	done(false, BR_EXIT_NOTHING_RAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_that_held_speaks_for_its_requirement_alone),
		cmocka_unit_test(silence_fails_the_line_it_stops_at_and_shows_nothing_beyond),
		cmocka_unit_test(a_line_of_no_requirement_that_stops_it_fails_all_the_same),
		cmocka_unit_test(a_packet_too_many_speaks_against_the_stimulus),
		cmocka_unit_test(what_only_should_hold_warns_and_fails_if_told_so),
		cmocka_unit_test(what_the_baseline_knows_fails_nothing_and_is_stale_once_it_holds),
		cmocka_unit_test(a_rule_the_server_breaks_on_the_way_speaks_against_it),
		cmocka_unit_test(what_others_keep_or_break_is_no_evidence),
		cmocka_unit_test(a_script_that_cannot_be_played_shows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
