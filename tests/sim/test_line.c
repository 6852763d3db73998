/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of the three protocols: built into octets, matched against them, printed back. */
#include "tests/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/lines/line.h"
#include "sim/script/parse.h"

static const char head[] = "wire 1\nnet lan 10.77.0.0/24\nnode boot sut lan=10.77.0.2 role=tftp\n"
			   "node fw client lan mac=52:54:00:12:34:56\n";

static struct br_decoded decoded;
static struct br_variables variables;

/* The line `fw:1 -> boot:2 TEXT` of a script; the script lives until the next call. */
static const struct br_line *line_of(const char *text)
{
	static struct br_script *script;
	struct br_parse_options options = {.errors = stderr};
	char whole[4096];

	script = br_script_free(script);
	if (!text)
		return NULL;
	snprintf(whole, sizeof(whole), "%sfw:1 -> boot:2 %s\n", head, text);
	assert_int_equal(br_script_parse(&script, "line", whole, strlen(whole), &options), 0);
	return &script->item[script->items - 1].step.line;
}

static struct br_octets built(const char *text, struct br_octets template)
{
	static uint8_t octets[8192];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	char error[BR_LINE_ERROR_SIZE] = "";

	if (br_line_build(line_of(text), template, &variables, &w, error) < 0)
		print_error("%s: %s\n", text, error);
	assert_false(w.bad);
	assert_string_equal(error, "");
	return (struct br_octets){octets, br_written(&w)};
}

static bool matches(const char *text, struct br_octets octets)
{
	const struct br_line *line = line_of(text);
	struct br_match match;

	assert_true(line->protocol->decode(octets, &decoded));
	br_line_match(line, &decoded, &variables, &match);
	return match.matches;
}

static void prints_as(struct br_octets octets, const struct br_protocol *protocol, const char *want)
{
	char text[2048];
	struct br_writer w = br_writer_of(text, sizeof(text));

	assert_true(protocol->decode(octets, &decoded));
	br_line_print_packet(&decoded, NULL, &w);
	assert_string_equal(br_text_end(&w), want);
}

static int forget(void **state)
{
	(void)state;
	variables.count = variables.used = 0;
	return 0;
}

static void what_is_printed_can_be_built_again(void **state)
{
	static const char *const lines[] = {
		("dhcp discover xid=0x51a348a4 secs=4 flags=broadcast giaddr=10.77.0.254 "
	         "opt55=[1,3,6,60,67,97] opt60=\"PXEClient:Arch:00007:UNDI:003000\" opt93=7 "
	         "opt97=0001020304 opt82=0102636c"),
		("dhcp ack xid=0x00000001 yiaddr=10.77.0.100 siaddr=10.77.0.2 file=\"boot.efi\" "
	         "opt54=10.77.0.2 opt51=3600 opt6=10.0.0.1,10.0.0.2 opt80=present"),
		"dhcp nak xid=0x00000001 opt53=6 opt54=10.77.0.2 opt56=\"no \\\"way\\\"\"",
		"tftp rrq boot.efi octet tsize=0 blksize=1468 windowsize=4",
		"tftp rrq \"a b\" netascii opt.foo=1",
		"tftp data 65535 len=512",
		"tftp ack 0",
		"tftp error 8 \"User aborted the transfer\"",
		"tftp oack tsize=1048504 blksize=1468",
		"http GET /boot.efi Host=\"10.77.0.2\" Range=\"bytes=0-99\"",
		"dns query boot.example id=4660 type=28",
		"dns answer boot.example address=10.77.0.2 id=7 type=1 code=0",
		"http 206 Content-Length=100 Content-Range=\"bytes 0-99/1000\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		uint8_t first[8192], second[8192];
		char text[2048];
		struct br_writer w = br_writer_of(text, sizeof(text));
		struct br_octets once = built(lines[i], (struct br_octets){0}), twice;

		memcpy(first, once.data, once.size);
		once.data = first;
		assert_true(matches(lines[i], once));
		br_line_print_packet(&decoded, NULL, &w);
		twice = built(br_text_end(&w), (struct br_octets){0});
		memcpy(second, twice.data, twice.size);
		assert_int_equal(twice.size, once.size);
		assert_memory_equal(second, first, once.size);
	}
}

static void only_named_fields_count(void **state)
{
	struct br_octets offer = built("dhcp offer xid=7 yiaddr=10.77.0.111 opt54=10.77.0.1 "
	                               "opt60=\"PXEClient\" opt51=120 opt82=0102636c0203616263",
	                               (struct br_octets){0});

	(void)state;
	assert_true(matches("dhcp offer", offer));
	assert_true(matches("dhcp offer xid=0x7 opt82.1=\"cl\" opt82.2=616263", offer));
	assert_true(matches("dhcp offer yiaddr=10.77.0.111 in=10.77.0.0/24", offer));
	assert_false(matches("dhcp offer yiaddr=10.77.0.111 in=10.78.0.0/24", offer));
	assert_true(matches("dhcp offer opt51<=120 opt51>=120 opt51!=121 opt60~\"PXE\"", offer));
	assert_false(matches("dhcp offer opt51<=119", offer));
	assert_false(matches("dhcp offer opt51>=121", offer));
	assert_false(matches("dhcp offer opt51!=120", offer));
	assert_true(matches("dhcp offer opt51=$t<=120", offer));
	assert_false(matches("dhcp offer opt51=$t<=119", offer));
	assert_true(matches("dhcp offer opt43!=01", offer)); /* what is not there is unlike all */
	assert_true(matches("dhcp offer opt43=absent opt54=present opt82.3=absent", offer));
	assert_false(matches("dhcp offer opt43=present", offer));
	assert_false(matches("dhcp offer opt54=absent", offer));
	assert_true(matches("dhcp offer last=82 codes~[53,54,60] opt82.count=1 size=300", offer));
	assert_false(matches("dhcp ack", offer));
	assert_false(matches("dhcp offer opt82.1=\"cm\"", offer));
}

static void a_list_has_to_contain_every_value_named(void **state)
{
	struct br_octets octets =
		built("dhcp discover opt55=[1,3,6,67] opt93=[7,1536] opt60=\"PXEClient\" "
	              "opt6=10.0.0.1,10.0.0.2",
	              (struct br_octets){0});

	(void)state;
	assert_true(matches("dhcp discover opt55~[67,1] opt55~[6] opt55~[1,3,6,67]", octets));
	assert_false(matches("dhcp discover opt55~[1,2]", octets)); /* not the second */
	assert_false(matches("dhcp discover opt55~[2,1]", octets)); /* not the first */
	assert_false(matches("dhcp discover opt55~[1,3,67,66]", octets));
	assert_true(matches("dhcp discover opt93~[1536,7]", octets));
	assert_false(matches("dhcp discover opt93~[1798]", octets)); /* 7, 6: of two values */
	assert_true(matches("dhcp discover opt6~10.0.0.2", octets));
	assert_false(matches("dhcp discover opt6~10.0.0.3", octets));
	assert_true(matches("dhcp discover opt60~\"Client\"", octets));
	assert_false(matches("dhcp discover opt60~\"client\"", octets));
	assert_false(matches("dhcp discover opt66~\"\"", octets)); /* not there */
}

static void a_name_server_may_say_anything(void **state)
{
	struct br_octets one =
		built("dns answer boot.example 10.77.0.2 id=7", (struct br_octets){0});
	static const uint8_t wanted[] = {
		0,   7, 0x81, 0x80, 0,   1,   0,   1,   0,   0, 0,  0,  4, 'b', 'o',  'o',
		't', 7, 'e',  'x',  'a', 'm', 'p', 'l', 'e', 0, 0,  1,  0, 1,   0xc0, 12,
		0,   1, 0,    1,    0,   0,   0,   60,  0,   4, 10, 77, 0, 2};

	(void)state;
	assert_int_equal(one.size, sizeof(wanted));
	assert_memory_equal(one.data, wanted, sizeof(wanted));
	assert_true(matches("dns answer boot.example 10.77.0.2 id=7 type=1 code=0 answers=1", one));
	assert_false(matches("dns query boot.example", one));
	assert_false(matches("dns answer boot.exampl", one));
	one = built("dns answer boot.example id=$i code=3 answers=65535 octets=hex:c00c00",
	            (struct br_octets){0});
	assert_true(matches("dns answer boot.example code=3 answers=65535 address=absent", one));
	assert_int_equal(one.size, 30 + 3);
	one = built("dns answer a.b 10.0.0.1,10.0.0.2 flags=0x0100", (struct br_octets){0});
	assert_true(matches("dns query a.b flags=256 answers=2", one));
}

static void a_trailing_nul_of_a_text_does_not_count(void **state)
{
	struct br_octets ack = built("dhcp ack opt67=\"boot.efi\\0\"", (struct br_octets){0});

	(void)state; /* RFC 2132 §2 */
	assert_true(matches("dhcp ack opt67=\"boot.efi\"", ack));
	assert_true(matches("dhcp ack opt67=\"boot.efi\\0\"", ack));
	assert_false(matches("dhcp ack opt67=\"boot.ef\"", ack));
}

static void a_template_fills_in_what_a_line_leaves_out(void **state)
{
	uint8_t template[1024];
	struct br_octets octets = built("dhcp discover xid=9 opt55=[1,3] opt60=\"PXEClient\" "
	                                "opt82=0102636c opt57=1500",
	                                (struct br_octets){0});
	size_t size = octets.size;

	(void)state;
	memcpy(template, octets.data, size);
	octets = built("dhcp request opt55~[3,67] opt82=absent opt57=1472 opt50=10.77.0.5",
	               (struct br_octets){template, size});
	assert_true(matches("dhcp request xid=9 opt55=[1,3,67] opt60=\"PXEClient\" opt82=absent "
	                    "opt57=1472 opt50=10.77.0.5 codes=[53,55,60,57,50]",
	                    octets));
}

static void variables_cross_formats(void **state)
{
	struct br_octets octets;

	(void)state;
	octets = built("dhcp offer yiaddr=10.77.0.9", (struct br_octets){0});
	assert_true(matches("dhcp offer yiaddr=$ip", octets));
	assert_int_equal(br_line_bind(line_of("dhcp offer yiaddr=$ip"), &decoded, &variables), 0);
	/* the names a script binds live as long as it: this one's are gone with line_of() */
	variables.variable[0].name = "ip";
	octets = built("dhcp request opt50=$ip", (struct br_octets){0});
	assert_true(matches("dhcp request opt50=10.77.0.9", octets));
}

static void a_variable_equals_nothing_that_is_too_narrow_for_it(void **state)
{
	struct br_octets octets = built("dhcp discover xid=0x10007", (struct br_octets){0});

	(void)state;
	assert_true(matches("dhcp discover xid=$x", octets));
	assert_int_equal(br_line_bind(line_of("dhcp discover xid=$x"), &decoded, &variables), 0);
	variables.variable[0].name = "x";
	octets = built("dhcp discover xid=7 opt93=7", (struct br_octets){0});
	assert_false(matches("dhcp discover opt93=$x", octets)); /* not its lower half */
	assert_false(matches("dhcp discover xid=$x", octets));
	octets = built("dhcp discover xid=0x10007 opt93=7", (struct br_octets){0});
	assert_true(matches("dhcp discover xid=$x", octets));
}

static void malformed_octets_can_be_said(void **state)
{
	struct br_octets octets;

	(void)state;
	octets = built("dhcp bytes 0102", (struct br_octets){0});
	assert_int_equal(octets.size, 2);
	octets = built("dhcp discover cut=239", (struct br_octets){0});
	assert_int_equal(octets.size, 239);
	octets = built("dhcp discover size=576 tail=ff00", (struct br_octets){0});
	assert_int_equal(octets.size, 578);
	octets = built("dhcp discover opt53=hex:0101 cookie=0 opt12=\"a\" opt12=\"b\"",
	               (struct br_octets){0});
	assert_true(octets.data[236] == 0);
	octets = built("dhcp discover opt12=\"a\" opt12=\"b\"", (struct br_octets){0});
	assert_true(matches("dhcp discover opt12=\"ab\" opt12.count=2", octets));
	octets = built("tftp bytes \"\\0\\x01x\"", (struct br_octets){0});
	assert_memory_equal(octets.data, "\0\1x", 3);
	octets = built("http bytes \"GET /\\r\\n\"", (struct br_octets){0});
	assert_memory_equal(octets.data, "GET /\r\n", 7);
}

static void a_sub_option_is_put_beside_the_others(void **state)
{
	struct br_octets octets;

	(void)state;
	octets = built("dhcp ack opt43=hex:0601080a0141 opt43.9=hex:0102", (struct br_octets){0});
	assert_true(matches("dhcp ack opt43=hex:0601080a014109020102ff", octets));
	/* pads of option 43 say nothing; what is behind them does, what is behind END not */
	octets = built("dhcp ack opt43=hex:000601080000000a0141ff0b0142 opt43.6=hex:03",
	               (struct br_octets){0});
	assert_true(matches("dhcp ack opt43=hex:0a0141060103ff", octets));
	/* in option 82 code 0 is one as any other, RFC 3046 §2.0 */
	octets = built("dhcp ack opt82=hex:000141ff0142 opt82.1=\"c\"", (struct br_octets){0});
	assert_true(matches("dhcp ack opt82=hex:000141ff0142010163", octets));
}

static void a_sub_option_of_more_than_255_octets_is_refused(void **state)
{
	static uint8_t octets[8192];
	char text[600] = "dhcp ack opt43.9=hex:", error[BR_LINE_ERROR_SIZE] = "";

	(void)state;
	for (size_t size = 1; size <= 256; size++) {
		struct br_writer w = br_writer_of(octets, sizeof(octets));
		int want = size < 256 ? 0 : -EINVAL;

		strcat(text, "ab");
		if (size >= 255)
			assert_int_equal(br_line_build(line_of(text), (struct br_octets){0},
			                               &variables, &w, error),
			                 want);
	}
	assert_string_equal(error, "expected at most 255 octets for opt43.9, found 256");
}

static void a_long_option_is_split_and_joined(void **state)
{
	char text[900] = "dhcp ack opt43=hex:";
	struct br_octets octets;

	(void)state; /* RFC 3396 */
	for (size_t i = 0; i < 300; i++)
		strcat(text, "ab");
	octets = built(text, (struct br_octets){0});
	assert_true(matches("dhcp ack opt43.count=2", octets));
	assert_true(matches(text, octets));
}

static void http_heads_are_matched_by_field(void **state)
{
	static const char head_text[] = "HTTP/1.1 200 OK\r\ncontent-length: 0100\r\n"
					"X-Boot: a b\r\n\r\n";
	static const char request_text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
	struct br_octets octets = {(const uint8_t *)head_text, sizeof(head_text) - 1};

	(void)state;
	assert_true(matches("http 200 Content-Length=100 X-Boot=\"a b\" Location=absent", octets));
	assert_true(matches("http status!=301 status<=299 reason=\"OK\" version=\"1.1\"", octets));
	assert_false(matches("http 206", octets));
	octets = (struct br_octets){(const uint8_t *)request_text, sizeof(request_text) - 1};
	assert_true(matches("http GET version=\"1.1\"", octets));
	assert_false(matches("http version=\"1.1\"", octets)); /* without a message any response */
	octets = (struct br_octets){(const uint8_t *)head_text, sizeof(head_text) - 1};
	assert_true(matches("http version=\"1.1\"", octets));
	prints_as(octets, &br_protocol_http, "http 200 Content-length=0100 X-Boot=\"a b\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_printed_can_be_built_again, forget),
		cmocka_unit_test_setup(only_named_fields_count, forget),
		cmocka_unit_test_setup(a_list_has_to_contain_every_value_named, forget),
		cmocka_unit_test_setup(a_name_server_may_say_anything, forget),
		cmocka_unit_test_setup(a_trailing_nul_of_a_text_does_not_count, forget),
		cmocka_unit_test_setup(a_template_fills_in_what_a_line_leaves_out, forget),
		cmocka_unit_test_setup(variables_cross_formats, forget),
		cmocka_unit_test_setup(a_variable_equals_nothing_that_is_too_narrow_for_it, forget),
		cmocka_unit_test_setup(malformed_octets_can_be_said, forget),
		cmocka_unit_test_setup(a_sub_option_is_put_beside_the_others, forget),
		cmocka_unit_test_setup(a_sub_option_of_more_than_255_octets_is_refused, forget),
		cmocka_unit_test_setup(a_long_option_is_split_and_joined, forget),
		cmocka_unit_test_setup(http_heads_are_matched_by_field, forget),
	};
	int failed = cmocka_run_group_tests_name("line", tests, NULL, NULL);

	line_of(NULL);
	return failed;
}
