/* SPDX-License-Identifier: BSD-2-Clause */
/* What a script may be failed for, one judgement a test: the same steps pass with what is so and
 * fail with what is next to it.
 */
#include "tests/sim/run_bench.h"

#include <stdio.h>

#define QUICK "wire 1\nquiet 0\n" /* the lines below are all there is to judge */

#define ONE_BLOCK                                                                                  \
	"fw:$p -> boot:69 tftp rrq f513 octet\n"                                                   \
	"<=1s boot:$t -> fw:$p tftp data 1\n"

#define LEASE                                                                                      \
	"fw:68 -> *:67 dhcp discover xid=$x\n"                                                     \
	"<=1s boot:67 -> *:68 dhcp offer xid=$x yiaddr=$ip\n"                                      \
	"fw:68 -> *:67 dhcp request xid=$x opt50=$ip opt54=10.77.0.1\n"                            \
	"<=1s boot:67 -> *:68 dhcp ack xid=$x yiaddr=$ip\n"

static void checks_compare_as_their_operators_say(void **state)
{
	static const struct {
		const char *check;
		bool holds;
	} rows[] = {
		{"== 1", true},  {"== 0", false}, {"!= 1", false}, {"!= 0", true},
		{"!= 2", true},  {"<= 0", false}, {"<= 1", true},  {"<= 2", true},
		{">= 2", false}, {">= 1", true},  {">= 0", true},
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text),
		         QUICK TFTP_HEAD ONE_BLOCK "check boot.transfers.open %s\n", rows[i].check);
		if (rows[i].holds)
			run(text, BR_RESULT_PASS);
		else
			fails(text, BR_FAILURE_CHECK, "does not hold");
	}
}

static void part_of_a_file_is_neither_all_nor_nothing_of_it(void **state)
{
	(void)state;
	run(QUICK TFTP_HEAD ONE_BLOCK "check fw.received f513 != file\n", BR_RESULT_PASS);
	run(QUICK TFTP_HEAD ONE_BLOCK "check fw.received f513 != nothing\n", BR_RESULT_PASS);
	fails(QUICK TFTP_HEAD ONE_BLOCK "check fw.received f513 == file\n", BR_FAILURE_CHECK,
	      "does not hold");
	fails(QUICK TFTP_HEAD ONE_BLOCK "check fw.received f513 == nothing\n", BR_FAILURE_CHECK,
	      "does not hold");
	run(QUICK TFTP_HEAD ONE_BLOCK "check fw.received f100k == nothing\n", BR_RESULT_PASS);
}

static void the_end_of_a_file_alone_is_not_the_file(void **state)
{
	(void)state;
	fails(QUICK "net lan 10.77.0.0/24\nnode web sut lan=10.77.0.2 role=http\n"
	            "node fw client lan=10.77.0.9\nfile f513 size=513 seed=2\n"
	            "fw:$c -> web:80 http GET /f513 Range=\"bytes=1-\"\n"
	            "<=1s web:80 -> fw:$c http 206 Content-Length=512\n"
	            "check fw.received f513 == file\n",
	      BR_FAILURE_CHECK, "does not hold");
}

static void an_outcome_is_as_the_machine_ended(void **state)
{
#define BOOT DHCP_HEAD "boot fw\n"
	(void)state;
	run(BOOT "check fw.outcome == booted\n", BR_RESULT_PASS);
	run(BOOT "check fw.outcome != failed\n", BR_RESULT_PASS);
	fails(BOOT "check fw.outcome == failed\n", BR_FAILURE_CHECK, "does not hold");
	fails(BOOT "check fw.outcome != booted\n", BR_FAILURE_CHECK, "does not hold");
}

static void a_client_that_asks_anew_has_no_address(void **state)
{
	(void)state;
	run(QUICK DHCP_HEAD LEASE "check fw.address == $ip\n", BR_RESULT_PASS);
	run(QUICK DHCP_HEAD LEASE "fw:68 -> *:67 dhcp discover xid=$y\n"
	                          "<=1s boot:67 -> *:68 dhcp offer xid=$y\n"
	                          "check fw.address == 0.0.0.0\n",
	    BR_RESULT_PASS);
}

static void a_variable_is_bounded_where_it_is_bound(void **state)
{
	(void)state;
	run(QUICK DHCP_HEAD "fw:68 -> *:67 dhcp discover xid=$x\n"
	                    "<=1s boot:67 -> *:68 dhcp offer opt51=$lease<=3600\n",
	    BR_RESULT_PASS);
	fails(QUICK DHCP_HEAD "fw:68 -> *:67 dhcp discover xid=$x\n"
	                      "<=1s boot:67 -> *:68 dhcp offer opt51=$lease<=3599\n",
	      BR_FAILURE_DIFFERENT, "another packet came");
}

/* To everybody is to everybody: a reply to one machine is no broadcast. */
static void a_star_as_target_is_broadcast(void **state)
{
#define UNICAST DHCP_HEAD "fw:68 -> *:67 dhcp discover flags=unicast\n"
	(void)state;
	run(QUICK UNICAST "<=1s boot:67 -> fw:68 dhcp offer\n", BR_RESULT_PASS);
	fails(QUICK UNICAST "<=1s boot:67 -> *:68 dhcp offer\n", BR_FAILURE_DIFFERENT,
	      "another packet came");
	fails(UNICAST "never boot -> * dhcp offer\n" /* but here it is anybody */
	              "<=1s boot:67 -> fw:68 dhcp offer\n",
	      BR_FAILURE_NEVER, "must never come");
}

#define WINDOW                                                                                     \
	"fw:$p -> boot:69 tftp rrq f100k octet blksize=1000 windowsize=8\n"                        \
	"<=1s boot:$t -> fw:$p tftp oack\n"

static void a_transfer_allows_its_window_and_no_block_more(void **state)
{
	(void)state;
	run(QUICK TFTP_HEAD WINDOW "transfer boot:$t -> fw:$p f100k window=8\n", BR_RESULT_PASS);
	fails(QUICK TFTP_HEAD WINDOW "transfer boot:$t -> fw:$p f100k window=7\n",
	      BR_FAILURE_TRANSFER, "8 blocks are unacknowledged, but the window is 7");
}

static void a_transfer_goes_on_from_the_block_it_names(void **state)
{
	(void)state;
	run(QUICK TFTP_HEAD WINDOW "transfer boot:$t -> fw:$p f100k from=0\n", BR_RESULT_PASS);
	run(QUICK TFTP_HEAD WINDOW "transfer boot:$t -> fw:$p f100k from=65536\n", BR_RESULT_PASS);
	fails(QUICK TFTP_HEAD WINDOW "transfer boot:$t -> fw:$p f100k from=1\n",
	      BR_FAILURE_TRANSFER, "block 1 should have come last, but it was 0");
	run(QUICK TFTP_HEAD ONE_BLOCK "transfer boot:$t -> fw:$p f513 from=1\n", BR_RESULT_PASS);
}

/* The ACK takes longer than the server waits: without a fault nothing may come twice. */
/* A request as long as a fifth of DATA, so that DATA 1 is sent again though nobody answered. */
#define LONG_NAME                                                                                  \
	"a-name-as-long-as-it-takes-to-make-a-request-so-large-"                                   \
	"that-an-answer-to-nobody-known-is-worth-repeating-once"

static void a_block_that_comes_again_fails_a_transfer(void **state)
{
	(void)state;
	fails(QUICK "net lan 10.77.0.0/24 delay=800ms\n"
	            "node boot sut lan=10.77.0.2 role=tftp\nnode fw client lan=10.77.0.9\n"
	            "file " LONG_NAME " size=513 seed=1\n"
	            "fw:$p -> boot:69 tftp rrq " LONG_NAME " octet\n"
	            "<=9s boot:$t -> fw:$p tftp data 1\n"
	            "transfer boot:$t -> fw:$p " LONG_NAME "\n",
	      BR_FAILURE_TRANSFER, "block 1 came again; 2 would be next");
}

#define OTHER "node other client lan=10.77.0.10\n"

static void never_ends_with_the_ack_of_its_block_by_its_receiver(void **state)
{
#define UNTIL                                                                                      \
	"fw:$p -> boot:69 tftp rrq f100k octet windowsize=4\n"                                     \
	"<=1s boot:$t -> fw:$p tftp oack windowsize=4\n"                                           \
	"never until-ack=2 boot -> fw:$p tftp data 6\n"                                            \
	"fw:$p -> boot:$t tftp ack 0\n"                                                            \
	"<=1s boot:$t -> fw:$p tftp data 1\n<=1s boot:$t -> fw:$p tftp data 2\n"                   \
	"<=1s boot:$t -> fw:$p tftp data 3\n<=1s boot:$t -> fw:$p tftp data 4\n"
	(void)state;
	run(QUICK TFTP_HEAD UNTIL "fw:$p -> boot:$t tftp ack 2\n"
	                          "<=1s boot:$t -> fw:$p tftp data 3\n"
	                          "<=1s boot:$t -> fw:$p tftp data 4\n"
	                          "<=1s boot:$t -> fw:$p tftp data 5\n"
	                          "<=1s boot:$t -> fw:$p tftp data 6\n",
	    BR_RESULT_PASS);
	/* neither an earlier block nor another client's ACK ends it */
	fails(QUICK TFTP_HEAD UNTIL "fw:$p -> boot:$t tftp ack 1\n"
	                            "<=1s boot:$t -> fw:$p tftp data 2\n"
	                            "<=1s boot:$t -> fw:$p tftp data 3\n"
	                            "<=1s boot:$t -> fw:$p tftp data 4\n"
	                            "<=1s boot:$t -> fw:$p tftp data 5\n"
	                            "fw:$p -> boot:$t tftp ack 3\n"
	                            "<=1s boot:$t -> fw:$p tftp data 4\n",
	      BR_FAILURE_NEVER, "must never come");
	fails(QUICK TFTP_HEAD OTHER UNTIL "other:$o -> boot:69 tftp ack 2\n"
	                                  "fw:$p -> boot:$t tftp ack 4\n"
	                                  "<=1s boot:$t -> fw:$p tftp data 5\n",
	      BR_FAILURE_NEVER, "must never come");
}

static void never_looks_at_what_waits_for_a_line(void **state)
{
	(void)state;
	fails(QUICK DHCP_HEAD "fw:68 -> *:67 dhcp discover xid=$x\n"
	                      "wait 1s\n"
	                      "never boot -> * dhcp offer\n"
	                      "<=1s boot:67 -> *:68 dhcp offer\n",
	      BR_FAILURE_NEVER, "must never come");
}

/* A connection that nothing is asked on is one all the same */
static void never_knows_who_asks_for_a_connection(void **state)
{
#define WEB                                                                                        \
	QUICK "net lan 10.77.0.0/24\nnode web sut lan=10.77.0.2 role=http tls=on\n"                \
	      "node fw client lan=10.77.0.9\nfile f10 size=10\n"
#define ASKS "fw:$c -> web:443 http bytes hex:00\nwait 1s\n"
	(void)state;
	fails(WEB "never fw -> web http open\n" ASKS, BR_FAILURE_NEVER, "must never come");
	fails(WEB "never fw -> * http *\n" ASKS, BR_FAILURE_NEVER, "must never come");
	run(WEB "never fw -> web:80 http open\nnever web -> fw http open\n" ASKS, BR_RESULT_PASS);
}

static void a_fault_between_two_ends_hits_nobody_else(void **state)
{
	(void)state;
	run(QUICK TFTP_HEAD OTHER "fault lan drop other -> boot\n" ONE_BLOCK
	                          "transfer boot:$t -> fw:$p f513\n"
	                          "other:$o -> boot:69 tftp rrq f513 octet\n"
	                          "never boot -> other tftp *\n"
	                          "wait 3s\n",
	    BR_RESULT_PASS);
}

/* What a line leaves out is taken from what its sender has heard. */

#define PLAYED                                                                                     \
	"net lan 10.77.0.0/24\nnet dmz 10.78.0.0/24\n"                                             \
	"node boot sut lan=10.77.0.2 role=tftp\n"                                                  \
	"node fw client lan mac=52:54:00:00:00:01\n"                                               \
	"node fx client lan mac=52:54:00:00:00:02\n"                                               \
	"node here peer lan=10.77.0.3\nnode there peer dmz=10.78.0.3\n"

#define ENDED "check boot.transfers.open == 0\n" /* a script has to check something */

static void a_played_server_answers_what_it_has_heard(void **state)
{
	(void)state;
	run(QUICK PLAYED "fw:68 -> *:67 dhcp discover xid=7\n"
	                 "here:67 -> *:68 dhcp offer xid<=7 xid>=7\n" ENDED,
	    BR_RESULT_PASS);
	run(QUICK PLAYED "fw:68 -> *:67 dhcp discover xid=7\n" /* in another net */
	                 "there:67 -> *:68 dhcp offer xid<=0\n" ENDED,
	    BR_RESULT_PASS);
}

static void a_played_server_answers_whom_the_xid_names(void **state)
{
#define TWO                                                                                        \
	"fw:68 -> *:67 dhcp discover xid=7 secs=1\n"                                               \
	"fx:68 -> *:67 dhcp discover xid=8 secs=2\n"
	(void)state;
	run(QUICK PLAYED TWO "here:67 -> *:68 dhcp offer xid=7 chaddr!=52:54:00:00:00:02\n" ENDED,
	    BR_RESULT_PASS);
	run(QUICK PLAYED TWO "here:67 -> *:68 dhcp offer xid=8 chaddr!=52:54:00:00:00:01\n" ENDED,
	    BR_RESULT_PASS);
}

static void a_stimulus_that_would_not_be_as_its_line_says_is_not_sent(void **state)
{
	(void)state;
	run(QUICK DHCP_HEAD
	    "fw:68 -> *:67 dhcp discover opt57<=1472 opt57>=1472 opt57!=576\n" ENDED,
	    BR_RESULT_PASS);
	fails(QUICK DHCP_HEAD "fw:68 -> *:67 dhcp discover opt57<=1471\n" ENDED, BR_FAILURE_BROKEN,
	      "would not be as the line says: opt57");
	fails(QUICK DHCP_HEAD "fw:68 -> *:67 dhcp discover opt57!=1472\n" ENDED, BR_FAILURE_BROKEN,
	      "would not be as the line says: opt57");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks_compare_as_their_operators_say),
		cmocka_unit_test(part_of_a_file_is_neither_all_nor_nothing_of_it),
		cmocka_unit_test(the_end_of_a_file_alone_is_not_the_file),
		cmocka_unit_test(an_outcome_is_as_the_machine_ended),
		cmocka_unit_test(a_client_that_asks_anew_has_no_address),
		cmocka_unit_test(a_variable_is_bounded_where_it_is_bound),
		cmocka_unit_test(a_star_as_target_is_broadcast),
		cmocka_unit_test(a_transfer_allows_its_window_and_no_block_more),
		cmocka_unit_test(a_transfer_goes_on_from_the_block_it_names),
		cmocka_unit_test(a_block_that_comes_again_fails_a_transfer),
		cmocka_unit_test(never_ends_with_the_ack_of_its_block_by_its_receiver),
		cmocka_unit_test(never_looks_at_what_waits_for_a_line),
		cmocka_unit_test(never_knows_who_asks_for_a_connection),
		cmocka_unit_test(a_fault_between_two_ends_hits_nobody_else),
		cmocka_unit_test(a_played_server_answers_what_it_has_heard),
		cmocka_unit_test(a_played_server_answers_whom_the_xid_names),
		cmocka_unit_test(a_stimulus_that_would_not_be_as_its_line_says_is_not_sent),
	};

	return cmocka_run_group_tests(tests, make_result, free_result);
}
