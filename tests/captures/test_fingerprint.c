/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of facts must be well formed, and a spoilt one be refused with its line; that
 * it names the right firmware is shown by test_explain.c on recorded boots.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "captures/explain/fingerprint.h"
#include "helper.h"

static void refused(const char *text, const char *says)
{
	struct br_fingerprints *p = NULL;
	char error[128];

	assert_int_equal(br_fingerprints_new(&p, text, error, sizeof(error)), -EINVAL);
	assert_null(p);
	assert_string_equal(error, says);
}

static void the_table_in_the_program_is_well_formed(void **state)
{
	struct br_fingerprints *p;
	char error[128];

	(void)state;
	assert_int_equal(br_fingerprints_new(&p, br_fingerprints_text, error, sizeof(error)), 0);
	assert_null(br_fingerprints_free(p));
}

static void a_spoilt_table_names_its_line(void **state)
{
	(void)state;
	refused("# x\na\tis\tfirmware\n", "line 2: expected seven columns, or four of an 'is' row");
	refused("a\tdhcp\t1\torder\t=53\twhy\tsource\n",
	        "line 1: expected an 'is' row for this software before it");
	refused("a\tis\tfirmware\tA\na\tdhcp\t0\torder\t=53\twhy\tsource\n",
	        "line 2: expected a weight above 0, must or note");
	refused("a\tis\tfirmware\tA\na\tdhcp\t1\torder\t53\twhy\tsource\n",
	        "line 2: expected a match that starts with =, ^, ~ or #, and a source");
	refused("a\tis\tfirmware\tA\na\tdhcp\t1\torder\t=53\twhy\t\n",
	        "line 2: expected a match that starts with =, ^, ~ or #, and a source");
}

/* One exchange that asks for blocks of 1024, judged by a table of one software. */
static bool is_named_by(const char *table, struct br_fingerprint *ret)
{
	struct br_talk_client client = {.number = 1};
	struct br_talk_exchange e = {.kind = BR_TALK_TFTP,
	                             .tftp = {.asked = "blksize=1024 tsize=0", .file = "f"}};
	struct br_fingerprints *p;
	char error[128];

	assert_int_equal(br_fingerprints_new(&p, table, error, sizeof(error)), 0);
	br_fingerprint(p, &client, &e, 0, ret);
	(void)br_fingerprints_free(p);
	return ret->signs > 0 && ret->score > 0;
}

static void one_weak_sign_names_nobody(void **state)
{
	struct br_fingerprint who;

	(void)state;
	assert_false(is_named_by("a\tis\tloader\tA\n"
	                         "a\ttftp\t7\tblksize\t=1024\tblock\ts\n",
	                         &who));
	/* that something is not there is no second */
	assert_false(is_named_by("a\tis\tloader\tA\n"
	                         "a\ttftp\tmust\ttimeout\t=\tno timeout\ts\n"
	                         "a\ttftp\t7\tblksize\t=1024\tblock\ts\n",
	                         &who));
	assert_true(is_named_by("a\tis\tloader\tA\n"
	                        "a\ttftp\tmust\tasked\t=blksize,tsize\tnames\ts\n"
	                        "a\ttftp\t3\tblksize\t=1024\tblock\ts\n",
	                        &who));
	assert_true(is_named_by("a\tis\tloader\tA\n"
	                        "a\ttftp\t8\tfile\t=f\tits own file\ts\n",
	                        &who));
}

static void what_does_not_hold_speaks_against_until_it_holds_elsewhere(void **state)
{
	static const char table[] = "a\tis\tloader\tA\n"
				    "a\ttftp\t8\tfile\t=f\tits own file\ts\n"
				    "a\ttftp\t3\tblksize\t=512\tblock 512\ts\n"
				    "a\ttftp\t3\twindowsize\t=4\twindow 4\ts\n";
	struct br_fingerprint who, later = {.score = 3, .reasons = 1};

	(void)state;
	assert_true(is_named_by(table, &who));
	assert_int_equal(who.againsts, 2);
	later.software = who.software = "a"; /* the table is gone */
	who.reason[0] = "its own file";
	who.against[0] = "block 512";
	later.reason[0] = who.against[1] = "window 4";
	br_fingerprint_add(&who, &later);
	assert_int_equal(who.reasons, 2);
	assert_int_equal(who.againsts, 1);
	assert_string_equal(who.against[0], "block 512");
}

/* Two candidates: the one whose facts weigh more, unless a must fails. */
static void the_heaviest_wins_and_a_must_excludes(void **state)
{
	static const char table[] = "light\tis\tloader\tLight\n"
				    "light\ttftp\tmust\tfile\t=f\tlight file\ts\n"
				    "light\ttftp\t3\tblksize\t=1024\tlight block\ts\n"
				    "heavy\tis\tloader\tHeavy\n"
				    "heavy\ttftp\tmust\tfile\t=f\theavy file\ts\n"
				    "heavy\ttftp\t4\tblksize\t#1000..1100\theavy block\ts\n"
				    "heavy\ttftp\tnote\tport\t^253\tnoted\ts\n"
				    "never\tis\tloader\tNever\n"
				    "never\ttftp\t9\tblksize\t=1024\tnever block\ts\n"
				    "never\ttftp\tmust\tasked\t=tsize\tnot so\ts\n";
	struct br_talk_client client = {.number = 1};
	struct br_talk_exchange e = {
		.kind = BR_TALK_TFTP,
		.tftp = {.asked = "blksize=1024 tsize=0", .file = "f", .client = {.port = 25300}}};
	struct br_fingerprints *p;
	struct br_fingerprint who;
	char error[128];

	(void)state;
	assert_int_equal(br_fingerprints_new(&p, table, error, sizeof(error)), 0);
	br_fingerprint(p, &client, &e, 0, &who);
	assert_string_equal(who.software, "heavy");
	assert_int_equal(who.score, 5);
	assert_int_equal(who.reasons, 1);
	assert_string_equal(who.reason[0], "heavy block");
	assert_string_equal(who.note[0], "noted");
	strcpy(e.tftp.asked, "blksize=1023");
	br_fingerprint(p, &client, &e, 0, &who);
	assert_string_equal(who.software, "heavy");
	strcpy(e.tftp.asked, "blksize=512");
	strcpy(e.tftp.file, "g");
	br_fingerprint(p, &client, &e, 0, &who);
	assert_null(who.software); /* nothing holds: not known is not guessed */
	(void)br_fingerprints_free(p);
}

/* Which values of blksize the match of a row holds for, as digits. */
static void holds_for(const char *match, const char *want)
{
	struct br_talk_client client = {.number = 1};
	struct br_talk_exchange e = {.kind = BR_TALK_TFTP};
	struct br_fingerprints *p;
	struct br_fingerprint who;
	char table[128], error[128], got[11] = "";

	(void)snprintf(table, sizeof(table), "a\tis\tloader\tA\na\ttftp\t9\tblksize\t%s\twhy\ts\n",
	               match);
	assert_int_equal(br_fingerprints_new(&p, table, error, sizeof(error)), 0);
	for (char digit = '0'; digit <= '9'; digit++) {
		(void)snprintf(e.tftp.asked, sizeof(e.tftp.asked), "blksize=%c", digit);
		br_fingerprint(p, &client, &e, 0, &who);
		if (who.software)
			strncat(got, &digit, 1);
	}
	assert_string_equal(got, want);
	(void)br_fingerprints_free(p);
}

static void a_match_holds_for_what_it_says_and_for_nothing_else(void **state)
{
	(void)state;
	holds_for("=4", "4");
	holds_for("#3..5", "345");
	holds_for("#0..1", "01");
	holds_for("#8..99", "89");
	holds_for("~4", "4");
	holds_for("^4", "4");
	holds_for("^44", "");
	holds_for("=7|#1..2", "127");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_in_the_program_is_well_formed),
		cmocka_unit_test(a_spoilt_table_names_its_line),
		cmocka_unit_test(one_weak_sign_names_nobody),
		cmocka_unit_test(what_does_not_hold_speaks_against_until_it_holds_elsewhere),
		cmocka_unit_test(the_heaviest_wins_and_a_must_excludes),
		cmocka_unit_test(a_match_holds_for_what_it_says_and_for_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
