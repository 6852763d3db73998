/* SPDX-License-Identifier: BSD-2-Clause */
/* Short scripts against the real server core: what must pass passes, and each way to fail
 * fails for the reason it should, at the line it should.
 */
#include "tests/sim/run_bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/script/effect.h"
#include "sim/script/parse.h"
#include "sim/script/report.h"
#include "sim/script/run.h"
#include "sim/script/shrink.h"

static void a_read_line_by_line_passes(void **state)
{
	(void)state;
	run(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet\n"
	              "<=1s boot:$t -> fw:$p tftp data 1 len=512\n"
	              "fw:$p -> boot:$t tftp ack 1\n"
	              "<=1s boot:$t -> fw:$p tftp data 2 len=1\n"
	              "fw:$p -> boot:$t tftp ack 2\n"
	              "check fw.received f513 == file\n"
	              "check boot.transfers.open == 0\n",
	    BR_RESULT_PASS);
	assert_int_equal(result->checks, 4);
	assert_int_equal(result->simulated / BR_S, 60); /* the quiet behind it */
}

static void minutes_and_hours_pass(void **state)
{
	(void)state;
	run(TFTP_HEAD "wait 1.5min\n"
	              "wait 2h\n"
	              "check boot.transfers.open == 0\n",
	    BR_RESULT_PASS);
	assert_int_equal(result->simulated / BR_S, 90 + 2 * 3600 + 60);
}

static void one_seed_has_one_hash(void **state)
{
	static const char text[] = TFTP_HEAD "vary rtt 1ms..100ms\n"
					     "fw:$p -> boot:69 tftp rrq f100k octet\n"
					     "<=1s boot:$t -> fw:$p tftp data 1\n"
					     "transfer boot:$t -> fw:$p f100k\n";
	uint64_t hash;

	(void)state;
	run_seed(text, 7, BR_RESULT_PASS);
	hash = result->hash;
	run_seed(text, 7, BR_RESULT_PASS);
	assert_true(hash == result->hash);
	run_seed(text, 8, BR_RESULT_PASS);
	assert_true(hash != result->hash);
}

static void an_expectation_names_the_field_that_differs(void **state)
{
	(void)state;
	fails(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet tsize=0 blksize=1024\n"
	                "<=1s boot -> fw:$p tftp oack blksize=1024 tsize=512\n",
	      BR_FAILURE_DIFFERENT, "another packet came");
	assert_string_equal(result->failure.signature, "tftp oack tsize");
	assert_non_null(strstr(result->failure.want, "tsize=512"));
	assert_non_null(strstr(result->failure.got, "tsize=513"));
	assert_ptr_equal(strstr(result->failure.marks, "~") - result->failure.marks,
	                 strstr(result->failure.got, "tsize=513") - result->failure.got);
}

static void an_absent_field_is_marked_missing(void **state)
{
	(void)state;
	fails(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet tsize=0\n"
	                "<=1s boot -> fw:$p tftp oack blksize=512\n",
	      BR_FAILURE_DIFFERENT, "another packet came");
	assert_non_null(strstr(result->failure.marks, "~~~~~~~~~~~ missing"));
}

static void silence_is_a_failure_at_the_bound(void **state)
{
	(void)state;
	fails(TFTP_HEAD "fw:$p -> boot:69 tftp ack 1\n"
	                "<=250ms boot -> fw:$p tftp data 1\n",
	      BR_FAILURE_NOTHING, "within 0.250 s");
	assert_true(result->failure.at > 250 * BR_MS && result->failure.at < 251 * BR_MS);
}

static void a_packet_no_line_expects_fails(void **state)
{
	static const char text[] = "fw:$p -> boot:69 tftp rrq none octet\n"
				   "check boot.transfers.open == 0\n";
	char strict[600], loose[600];

	(void)state;
	snprintf(strict, sizeof(strict), "%s%s", TFTP_HEAD, text);
	snprintf(loose, sizeof(loose), "wire 1\nloose\n%s%s", &TFTP_HEAD[strlen("wire 1\n")], text);
	fails(strict, BR_FAILURE_UNEXPECTED, "no line expects");
	run(loose, BR_RESULT_PASS);
}

static void what_comes_in_the_quiet_behind_the_end_fails(void **state)
{
	(void)state;
	/* nobody acknowledges DATA 2: it is sent again, a second later */
	fails(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet\n"
	                "<=1s boot:$t -> fw:$p tftp data 1\n"
	                "fw:$p -> boot:$t tftp ack 1\n"
	                "<=1s boot:$t -> fw:$p tftp data 2\n",
	      BR_FAILURE_UNEXPECTED, "no line expects");
	assert_true(result->failure.at > BR_S);
	run("wire 1\nquiet 500ms\n" TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet\n"
	    "<=1s boot:$t -> fw:$p tftp data 1\n"
	    "fw:$p -> boot:$t tftp ack 1\n"
	    "<=1s boot:$t -> fw:$p tftp data 2\n",
	    BR_RESULT_PASS);
}

static void never_catches_what_no_expectation_would(void **state)
{
	(void)state;
	fails(TFTP_HEAD "never boot -> * tftp data\n"
	                "fw:$p -> boot:69 tftp rrq f513 octet\n"
	                "<=1s boot -> fw:$p tftp data 1\n",
	      BR_FAILURE_NEVER, "must never come");
	run("wire 1\nquiet 0\n" TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet\n"
	    "<=1s boot:$t -> fw:$p tftp data 1\n"
	    "never boot -> fw:$p tftp data 2 until-ack=1\n"
	    "fw:$p -> boot:$t tftp ack 1\n"
	    "<=1s boot:$t -> fw:$p tftp data 2\n",
	    BR_RESULT_PASS);
}

static void any_takes_its_lines_in_any_order(void **state)
{
	static const char *const orders[] = {
		"<=1s boot:$s -> fw:$q tftp data 1\n<=1s boot:$t -> fw:$p tftp data 1\n",
		"<=1s boot:$t -> fw:$p tftp data 1\n<=1s boot:$s -> fw:$q tftp data 1\n"};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(text, sizeof(text),
		         "wire 1\nquiet 0\n%sfw:$p -> boot:69 tftp rrq f513 octet\n"
		         "fw:$q -> boot:69 tftp rrq f513 octet\nany {\n%s}\n",
		         &TFTP_HEAD[strlen("wire 1\n")], orders[i]);
		run(text, BR_RESULT_PASS);
	}
	fails(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet\n"
	                "any {\n<=1s boot -> fw:$p tftp data 1\n"
	                "<=1s boot -> fw:$p tftp error\n}\n",
	      BR_FAILURE_NOTHING, "no such packet");
}

static void variables_bind_once_and_then_compare(void **state)
{
	(void)state;
	fails(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet blksize=100\n"
	                "<=1s boot:$t -> fw:$p tftp oack blksize=$b\n"
	                "fw:$p -> boot:$t tftp ack 0\n"
	                "<=1s boot:$t -> fw:$p tftp data 1 len=$b\n"
	                "fw:$p -> boot:$t tftp ack 1\n"
	                "<=1s boot:$t -> fw:$p tftp data $b\n",
	      BR_FAILURE_DIFFERENT, "another packet came");
	assert_string_equal(result->failure.signature, "tftp data block");
}

static void a_transfer_reads_windows(void **state)
{
	(void)state;
	run(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f100k octet blksize=1000 windowsize=8\n"
	              "<=1s boot:$t -> fw:$p tftp oack blksize=1000 windowsize=8\n"
	              "transfer boot:$t -> fw:$p f100k\n"
	              "check fw.received f100k == file\n",
	    BR_RESULT_PASS);
	/* a window the client did not agree to is a window too many */
	fails(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f100k octet blksize=1000 windowsize=8\n"
	                "<=1s boot:$t -> fw:$p tftp oack\n"
	                "transfer boot:$t -> fw:$p f100k window=4\n",
	      BR_FAILURE_TRANSFER, "8 blocks are unacknowledged, but the window is 4");
}

static void a_transfer_survives_faults_it_was_told_of(void **state)
{
	(void)state;
	run(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f100k octet windowsize=8\n"
	              "<=1s boot:$t -> fw:$p tftp oack windowsize=8\n"
	              "fault lan drop boot -> fw tftp data every 10\n"
	              "fault lan dup boot -> fw tftp data 7 once\n"
	              "transfer boot:$t -> fw:$p f100k\n"
	              "check fw.received f100k == file\n",
	    BR_RESULT_PASS);
	/* a corrupt block is dropped by UDP's checksum; the server sends it again */
	run(TFTP_HEAD "fw:$p -> boot:69 tftp rrq f100k octet\n"
	              "<=1s boot:$t -> fw:$p tftp data 1\n"
	              "fault lan drop boot -> fw tftp data 5 once\n"
	              "transfer boot:$t -> fw:$p f100k\n",
	    BR_RESULT_PASS);
}

static void a_fault_that_hits_nothing_is_a_broken_script(void **state)
{
	(void)state;
	fails(TFTP_HEAD "fault lan drop boot -> fw tftp data 9\n"
	                "fw:$p -> boot:69 tftp rrq none octet\n"
	                "<=1s boot -> fw:$p tftp error 1\n",
	      BR_FAILURE_BROKEN, "never hit");
}

static void a_script_without_a_check_is_broken(void **state)
{
	(void)state;
	fails(TFTP_HEAD "fw:$p -> boot:69 tftp ack 1\n", BR_FAILURE_BROKEN, "checks nothing");
}

static void a_check_that_does_not_hold_says_what_is(void **state)
{
	(void)state;
	fails(TFTP_HEAD "check fw.received f513 == file\n", BR_FAILURE_CHECK, "does not hold");
	assert_string_equal(result->failure.got, "nothing came");
	fails("wire 1\nquiet 0\n" TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet\n"
	      "<=1s boot -> fw:$p tftp data 1\n"
	      "check boot.transfers.open == 0\n",
	      BR_FAILURE_CHECK, "does not hold within 1 s");
	run("wire 1\nquiet 0\n" TFTP_HEAD "fw:$p -> boot:69 tftp rrq f513 octet\n"
	    "<=1s boot:$t -> fw:$p tftp data 1\n"
	    "check boot.transfers.open == 1\n"
	    "check boot.metric datagrams_in_total >= 1\n",
	    BR_RESULT_PASS);
}

static void a_declared_gap_skips_and_goes_stale(void **state)
{
	(void)state;
	run("wire 1\nunsupported \"one day\"\n" TFTP_HEAD "fw:$p -> boot:69 tftp rrq none octet\n"
	    "<=1s boot -> fw:$p tftp error 2\n",
	    BR_RESULT_UNSUPPORTED);
	assert_string_equal(result->reason, "one day");
	run("wire 1\nunsupported \"one day\"\n" TFTP_HEAD "fw:$p -> boot:69 tftp rrq none octet\n"
	    "<=1s boot -> fw:$p tftp error 1\n",
	    BR_RESULT_STALE);
	run("wire 1\nneeds sut.http\n" TFTP_HEAD "check boot.transfers.open == 0\n",
	    BR_RESULT_UNSUPPORTED);
}

static void a_client_takes_its_address_and_goes_on(void **state)
{
	(void)state;
	run(DHCP_HEAD "fw:68 -> *:67 dhcp discover xid=$x opt55~[1,3,60] opt97=$guid\n"
	              "<=1s boot:67 -> *:68 dhcp offer xid=$x yiaddr=$ip in=10.77.0.0/24 "
	              "opt97=$guid\n"
	              "fw:68 -> *:67 dhcp request xid=$x opt50=$ip opt54=10.77.0.1\n"
	              "<=1s boot:67 -> *:68 dhcp ack xid=$x yiaddr=$ip\n"
	              "check fw.address == $ip\n"
	              "check boot.lease $ip == bound\n"
	              "check boot.leases == 1\n"
	              "fw:$p -> boot:69 tftp rrq boot.efi octet\n"
	              "<=1s boot:$t -> fw:$p tftp data 1\n"
	              "transfer boot:$t -> fw:$p boot.efi\n",
	    BR_RESULT_PASS);
}

static void lines_of_http_share_a_connection(void **state)
{
	(void)state;
	run("wire 1\nnet lan 10.77.0.0/24\nnode web sut lan=10.77.0.2 role=http\n"
	    "node fw client lan=10.77.0.9\nfile f100k size=100k seed=2\n"
	    "fw:$c -> web:80 http HEAD /f100k\n"
	    "<=1s web:80 -> fw:$c http 200 Content-Length=102400\n"
	    "fw:$c -> web:80 http GET /f100k Connection=\"close\"\n"
	    "<=1s web:80 -> fw:$c http status!=404 Content-Length>=102400\n"
	    "<=1s web:80 -> fw:$c http close\n"
	    "fw:$d -> web:81 http GET /\n"
	    "<=1s web:81 -> fw:$d http reset\n"
	    "check fw.received f100k == file\n",
	    BR_RESULT_PASS);
	fails("wire 1\nnet lan 10.77.0.0/24\nnode web sut lan=10.77.0.2 role=http\n"
	      "node fw client lan=10.77.0.9\nfile f100k size=100k seed=2\n"
	      "fw:$c -> web:80 http GET /f100k Range=\"bytes=0-9\"\n"
	      "<=1s web:80 -> fw:$c http 206\n"
	      "check fw.received f100k == file\n",
	      BR_FAILURE_CHECK, "does not hold");
	assert_string_equal(result->failure.got, "10 of 102400 octets");
}

static void a_firmware_boots_by_itself(void **state)
{
	(void)state;
	run("wire 1\nnet lan 10.77.0.0/24\nnode boot sut lan=10.77.0.1 role=dhcp,tftp\n"
	    "node fw firmware lan as=edk2-x64-pxe4\nfile boot.efi size=20k seed=1\n"
	    "boot fw\n"
	    "<=10s fw:68 -> *:67 dhcp discover xid=$x opt93=7\n"
	    "<=1s boot:67 -> *:68 dhcp offer xid=$x\n"
	    "check fw.outcome == booted\n"
	    "check fw.received boot.efi == file\n",
	    BR_RESULT_PASS);
}

static void relays_in_a_row_carry_one_giaddr(void **state)
{
	(void)state;
	run("wire 1\nnet lan 10.1.0.0/24\nnet mid 10.2.0.0/24\nnet up 10.3.0.0/24\n"
	    "node fw client lan as=edk2-x64-pxe4\n"
	    "node r1 relay lan=10.1.0.254 mid=10.2.0.1 servers=10.2.0.2 circuit-id=\"a\"\n"
	    "node r2 relay mid=10.2.0.2 up=10.3.0.254 servers=10.3.0.1 circuit-id=\"b\"\n"
	    "node boot sut up=10.3.0.1 role=dhcp,tftp\nfile boot.efi size=10k seed=1\n"
	    "fw:68 -> *:67 dhcp discover xid=$x\n"
	    "<=1s boot:67 -> r1:67 dhcp offer xid=$x giaddr=10.1.0.254 yiaddr=$ip "
	    "in=10.1.0.0/24 opt82.1=\"a\"\n"
	    "fw:68 -> *:67 dhcp request xid=$x opt50=$ip opt54=10.3.0.1\n"
	    "<=1s boot:67 -> r1:67 dhcp ack xid=$x opt3=10.1.0.254\n"
	    "check fw.address == $ip\n"
	    "check boot.lease $ip key=opt82.1 == \"a\"\n",
	    BR_RESULT_PASS);
}

#define RELAY_HEAD                                                                                 \
	"wire 1\nnet lan 10.1.0.0/24\nnet up 10.3.0.0/24\n"                                        \
	"node fw client lan mac=52:54:00:12:34:56\n"                                               \
	"node relay relay lan=10.1.0.254 up=10.3.0.254 auto=on circuit-id=\"a\"\n"                 \
	"node boot sut up=10.3.0.1 role=dhcp\n"                                                    \
	"fw:68 -> *:67 dhcp discover xid=$x\n"                                                     \
	"<=1s relay:67 -> boot:67 dhcp discover xid=$x hops=1 opt82.1=\"a\"\n"                     \
	"<=1s boot:67 -> relay:67 dhcp offer xid=$x yiaddr=$ip\n"

static void lines_of_a_relay_that_acts_are_expectations(void **state)
{
	(void)state;
	run(RELAY_HEAD "<=1s relay:67 -> fw:68 dhcp offer xid=$x yiaddr=$ip opt82=absent\n",
	    BR_RESULT_PASS);
	assert_int_equal(result->checks, 3);
	fails(RELAY_HEAD "<=1s relay:67 -> *:68 dhcp offer xid=$x yiaddr=$ip opt82=absent\n",
	      BR_FAILURE_NOTHING, "within 1.000 s; this one is the closest");
	assert_string_equal(result->failure.signature, "to dhcp offer");
	assert_non_null(strstr(result->failure.got, "fw:68"));
	assert_int_equal(result->failure.frame, 6);
}

static const char wrong_offer[] =
	DHCP_HEAD "vary delay 1ms..5ms\n"
		  "fault lan dup fw -> * dhcp request once\n"
		  "fw:68 -> *:67 dhcp discover xid=$x\n"
		  "<=1s boot:67 -> *:68 dhcp offer xid=$x yiaddr=$ip siaddr=10.77.0.99\n"
		  "fw:68 -> *:67 dhcp request xid=$x opt50=$ip opt54=10.77.0.1\n"
		  "<=1s boot:67 -> *:68 dhcp ack xid=$x yiaddr=$ip\n";

static void a_failing_script_shrinks_to_what_matters(void **state)
{
	struct br_run_options options = {.seed = 3};
	struct br_script *script = parsed(wrong_offer), *small;
	struct br_parse_options told = {.errors = stderr};
	char path[] = "/tmp/bootrig-shrink-XXXXXX";
	size_t lines, before;
	FILE *file = fdopen(mkstemp(path), "w");

	(void)state;
	assert_non_null(file);
	br_run(script, &options, result);
	assert_int_equal(result->result, BR_RESULT_FAIL);
	assert_true(br_shrink(script, result, NULL, file, &lines, &before));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(before, 11);
	assert_true(lines <= 6);
	assert_int_equal(br_script_load(&small, path, &told), 0);
	br_run(small, &options, result);
	assert_int_equal(result->result, BR_RESULT_FAIL);
	assert_string_equal(result->failure.signature, "dhcp offer siaddr");
	br_script_free(small);
	br_script_free(script);
	remove(path);
}

/* A rule for once: no ACK may come from port 67. */
static void *begin_watch(void *context, const struct br_script *script, bool complete)
{
	(void)context;
	(void)script;
	(void)complete;
	return calloc(1, sizeof(uint64_t));
}

static void see_ack(void *watch, const struct br_frame *frame, uint64_t number, uint32_t link,
                    br_time now)
{
	uint64_t *first = watch;
	struct br_dhcp_message message;
	struct br_packet packet;

	(void)link;
	(void)now;
	br_packet_parse(&packet, (struct br_octets){frame->data, frame->size}, frame->size, false);
	if (packet.transport == BR_TRANSPORT_UDP && packet.src.port == 67 && *first == 0 &&
	    br_dhcp_parse(packet.payload, &message) == 0 && message.type == BR_DHCP_TYPE_ACK)
		*first = number;
}

static bool end_watch(void *watch, struct br_run_blame *ret_blame)
{
	uint64_t frame = *(uint64_t *)watch;

	free(watch);
	*ret_blame = (struct br_run_blame){.id = "X-2", .why = "it said yes", .frame = frame};
	return frame > 0;
}

static void a_script_that_fails_by_a_rule_alone_shrinks_too(void **state)
{
	static const struct br_run_watch watch = {begin_watch, see_ack, end_watch, NULL};
	struct br_run_options options = {.seed = 3, .watch = &watch};
	struct br_script *script =
		parsed(DHCP_HEAD "vary delay 1ms..5ms\n"
	                         "fw:68 -> *:67 dhcp discover xid=$x\n"
	                         "<=1s boot:67 -> *:68 dhcp offer xid=$x yiaddr=$ip\n"
	                         "fw:68 -> *:67 dhcp request xid=$x opt50=$ip opt54=10.77.0.1\n"
	                         "<=1s boot:67 -> *:68 dhcp ack xid=$x yiaddr=$ip\n"
	                         "fw:2000 -> boot:69 tftp rrq \"nofile\" octet\n"
	                         "<=1s boot:$t -> fw:2000 tftp error 1\n");
	struct br_script *small;
	struct br_parse_options told = {.errors = stderr};
	char path[] = "/tmp/bootrig-shrink-XXXXXX";
	size_t lines, before;
	FILE *file = fdopen(mkstemp(path), "w");

	(void)state;
	assert_non_null(file);
	br_run(script, &options, result);
	assert_int_equal(result->failure.kind, BR_FAILURE_RULE);
	assert_true(br_shrink(script, result, &watch, file, &lines, &before));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(before, 12);
	assert_in_range(lines, 5, 8);
	assert_int_equal(br_script_load(&small, path, &told), 0);
	br_run(small, &options, result);
	assert_int_equal(result->failure.kind, BR_FAILURE_RULE);
	assert_string_equal(result->failure.rule, "X-2");
	options.watch = NULL; /* nothing else is wrong with it */
	br_run(small, &options, result);
	assert_int_equal(result->result, BR_RESULT_PASS);
	br_script_free(small);
	br_script_free(script);

	remove(path);
}

static const char *sentence(void *context, const char *id)
{
	(void)context;
	return !strcmp(id, "X-1") ? "An offer names its boot server." : NULL;
}

static const char *clause(void *context, const char *id)
{
	(void)context;
	(void)id;
	return "RFC 2131 2";
}

static void a_report_tells_it_in_the_order_people_ask(void **state)
{
	static const char *const order[] = {"test.wire:",
	                                    "@X-1",
	                                    "why ",
	                                    "want ",
	                                    "got ",
	                                    "~~~",
	                                    "rule   X-1 (RFC 2131 2): An offer names",
	                                    "drawn",
	                                    "trace",
	                                    "*",
	                                    "effect",
	                                    "again",
	                                    "--seed 3"};
	struct br_run_options options = {.seed = 3, .trace = true};
	struct br_report_sources sources = {.sentence = sentence, .clause = clause};
	char text[1024], effect[300], *said = NULL, *at;
	struct br_report report = {
		.look = {.prefix = ""}, .result = result, .sources = &sources, .effect = effect};
	struct br_script *script;
	size_t size;
	FILE *to = open_memstream(&said, &size);

	(void)state;
	snprintf(text, sizeof(text), "%s", wrong_offer);
	at = strstr(text, "siaddr=10.77.0.99");
	memcpy(at, "siaddr=9.9.9.9 @X", 17); /* and -1 */
	memmove(at + 19, at + 17, strlen(at + 17) + 1);
	memcpy(at + 17, "-1", 2);
	script = parsed(text);
	report.script = script;
	br_run(script, &options, result);
	assert_true(br_effect(script, 3, effect, sizeof(effect)));
	br_report_failure(&report, to);
	fclose(to);
	at = said;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		char *found = strstr(at, order[i]);

		if (!found)
			print_error("%s is not where it should be in:\n%s", order[i], said);
		assert_non_null(found);
		at = found;
	}
	assert_non_null(strstr(effect, "edk2-x64-pxe4 boots all the same"));
	free(said);
	br_script_free(script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_read_line_by_line_passes),
		cmocka_unit_test(minutes_and_hours_pass),
		cmocka_unit_test(one_seed_has_one_hash),
		cmocka_unit_test(an_expectation_names_the_field_that_differs),
		cmocka_unit_test(an_absent_field_is_marked_missing),
		cmocka_unit_test(silence_is_a_failure_at_the_bound),
		cmocka_unit_test(a_packet_no_line_expects_fails),
		cmocka_unit_test(what_comes_in_the_quiet_behind_the_end_fails),
		cmocka_unit_test(never_catches_what_no_expectation_would),
		cmocka_unit_test(any_takes_its_lines_in_any_order),
		cmocka_unit_test(variables_bind_once_and_then_compare),
		cmocka_unit_test(a_transfer_reads_windows),
		cmocka_unit_test(a_transfer_survives_faults_it_was_told_of),
		cmocka_unit_test(a_fault_that_hits_nothing_is_a_broken_script),
		cmocka_unit_test(a_script_without_a_check_is_broken),
		cmocka_unit_test(a_check_that_does_not_hold_says_what_is),
		cmocka_unit_test(a_declared_gap_skips_and_goes_stale),
		cmocka_unit_test(a_client_takes_its_address_and_goes_on),
		cmocka_unit_test(lines_of_http_share_a_connection),
		cmocka_unit_test(a_firmware_boots_by_itself),
		cmocka_unit_test(relays_in_a_row_carry_one_giaddr),
		cmocka_unit_test(lines_of_a_relay_that_acts_are_expectations),
		cmocka_unit_test(a_failing_script_shrinks_to_what_matters),
		cmocka_unit_test(a_script_that_fails_by_a_rule_alone_shrinks_too),
		cmocka_unit_test(a_report_tells_it_in_the_order_people_ask),
	};

	return cmocka_run_group_tests_name("run", tests, make_result, free_result);
}
