/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of DHCPv6 and ICMPv6: built into octets, matched against them, printed and built again. */
#include "tests/helper.h"

#include <string.h>

#include "core/base/text.h"
#include "sim/lines/line.h"
#include "sim/script/parse.h"

static const char head[] = "wire 1\nnet lan 2001:db8::/64\n"
			   "node boot sut lan=2001:db8::2 role=dhcp6\nnode fw client lan\n";

static struct br_decoded decoded;
static struct br_variables variables;

/* The line `fw -> boot TEXT` of a script; the script lives until the next call. */
static const struct br_line *line_of(const char *text)
{
	static struct br_script *script;
	struct br_parse_options options = {.errors = stderr};
	char whole[4096];

	script = br_script_free(script);
	if (!text)
		return NULL;
	(void)snprintf(whole, sizeof(whole), "%sfw -> boot %s\n", head, text);
	assert_int_equal(br_script_parse(&script, "line", whole, strlen(whole), &options), 0);
	return &script->item[script->items - 1].step.line;
}

static struct br_octets built(const char *text, uint8_t *octets, size_t room)
{
	struct br_writer w = br_writer_of(octets, room);
	char error[BR_LINE_ERROR_SIZE] = "";

	assert_int_equal(br_line_build(line_of(text), (struct br_octets){0}, &variables, &w, error),
	                 0);
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

static void what_is_printed_can_be_built_again(void **state)
{
	static const char *const lines[] = {
		("dhcp6 solicit xid=0x0051a348 opt1=00030001525400123456 iaid=7 t1=0 t2=0 "
	         "opt6=[23,59,60] opt8=0 opt61=[7,6] opt62=[1,3,0]"),
		("dhcp6 reply xid=0x00000001 opt1=00030001525400123456 opt2=0003000102000000aaaa "
	         "iaid=7 t1=1800 t2=2880 addr=2001:db8::100 preferred=3600 valid=7200 "
	         "opt59=\"tftp://[2001:db8::2]/boot.efi\" opt23=2001:db8::53,2001:db8::54"),
		"dhcp6 advertise xid=0x00000001 iaid=7 t1=0 t2=0 ia-status=2 opt7=255 "
		"opt14=present",
		"icmp6 rs mac=52:54:00:12:34:56",
		"icmp6 ns target=2001:db8::1 mac=52:54:00:12:34:56",
		"icmp6 na target=2001:db8::1 mac=52:54:00:12:34:56 na-flags=\"RO\"",
		("icmp6 ra mac=52:54:00:12:34:56 flags=\"MO\" lifetime=600 hop-limit=32 "
	         "prefix=2001:db8:: prefix-length=48 prefix-flags=\"L\" valid=60 preferred=30 "
	         "mtu=1400 dns=2001:db8::53"),
		"icmp6 too-big mtu=1280",
		"icmp6 report group=ff02::1:ff00:1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		uint8_t first[4096], second[4096];
		char text[2048];
		struct br_writer w = br_writer_of(text, sizeof(text));
		struct br_octets once = built(lines[i], first, sizeof(first)), twice;

		assert_true(matches(lines[i], once));
		br_line_print_packet(&decoded, NULL, &w);
		twice = built(br_text_end(&w), second, sizeof(second));
		assert_int_equal(twice.size, once.size);
		assert_memory_equal(second, first, once.size);
	}
}

/* Each line holds of the first, or does not because of one field. */
static void each_field_is_compared(void **state)
{
	static const char message[] =
		"dhcp6 advertise xid=0x0000beef opt1=00030001525400123456 iaid=7 t1=10 t2=20 "
		"addr=2001:db8::100 preferred=30 valid=40 class=\"PXEClient:Arch:00007\" status=0 "
		"opt59=\"tftp://[2001:db8::2]/x\"";
	static const struct {
		const char *line;
		bool holds;
	} rows[] = {
		{"dhcp6 advertise xid=0xbeef", true},
		{"dhcp6 reply xid=0xbeef", false},
		{"dhcp6 advertise xid=0xbeee", false},
		{"dhcp6 advertise addr=2001:db8:0::100 in=2001:db8::/64", true},
		{"dhcp6 advertise addr=2001:db8::100 in=2001:db8:1::/64", false},
		{"dhcp6 advertise addr=2001:db8::101", false},
		{"dhcp6 advertise iaid=7 t1<=10 t2>=20 preferred=30 valid=40", true},
		{"dhcp6 advertise t1<=9", false},
		{"dhcp6 advertise ia-status=absent status=0", true},
		{"dhcp6 advertise ia-status=present", false},
		{"dhcp6 advertise status=1", false},
		{"dhcp6 advertise class~\"PXEClient\" opt16.count=1", true},
		{"dhcp6 advertise class~\"HTTPClient\"", false},
		{"dhcp6 advertise opt59~\"[2001:db8::2]\" opt60=absent", true},
		{"dhcp6 advertise opt59=absent", false},
		{"dhcp6 advertise codes~[1,3,16]", true},
		{"dhcp6 advertise codes~[2]", false},
		{"dhcp6 advertise inner=present", false},
	};
	uint8_t octets[1024];
	struct br_octets built_message;

	(void)state;
	built_message = built(message, octets, sizeof(octets));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (matches(rows[i].line, built_message) != rows[i].holds)
			print_error("%s\n", rows[i].line);
		assert_int_equal(matches(rows[i].line, built_message), rows[i].holds);
	}
}

static void a_relays_message_shows_what_is_inside(void **state)
{
	static const char message[] =
		"dhcp6 relay-forw hops=1 link=2001:db8:1::fe peer=fe80::1 opt18=\"port7\" "
		"opt9=01abcdef0001000a00030001525400123456003d00020007";
	static const struct {
		const char *line;
		bool holds;
	} rows[] = {
		{"dhcp6 relay-forw hops=1 link=2001:db8:1::fe peer=fe80::1 opt18=\"port7\"", true},
		{"dhcp6 relay-forw inner=\"solicit\" inner.xid=0xabcdef inner.opt61=7", true},
		{"dhcp6 relay-forw inner.opt1=00030001525400123456 opt1=absent", true},
		{"dhcp6 relay-forw inner.opt61=6", false},
		{"dhcp6 relay-forw hops=0", false},
		{"dhcp6 solicit", false},
	};
	uint8_t octets[1024];
	struct br_octets built_message;

	(void)state;
	built_message = built(message, octets, sizeof(octets));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(matches(rows[i].line, built_message), rows[i].holds);
}

/* A client's xid and its ports as a client of TFTP are drawn; those of DHCP are the standard's. */
static void a_machine_in_a_clients_place_is_held_to_the_ports_of_dhcp(void **state)
{
	static const char text[] = "wire 1\nnet lan 2001:db8::/64\n"
				   "node boot sut lan=2001:db8::2 role=dhcp6,tftp\n"
				   "node fw client lan\nfile boot.efi size=10\n"
				   "fw:546 -> *:547 dhcp6 solicit xid=7\n"
				   "fw:1024 -> boot:69 tftp rrq boot.efi octet\n";
	struct br_parse_options options = {.errors = stderr};
	struct br_script *script;
	const struct br_step *solicit, *rrq;

	(void)state;
	assert_int_equal(br_script_parse(&script, "line", text, strlen(text), &options), 0);
	br_script_plug(script, "fw", "ovmf-x64");
	solicit = &script->item[script->items - 2].step;
	rrq = &script->item[script->items - 1].step;
	assert_int_equal(solicit->line.arg[0].value.kind, BR_VALUE_VARIABLE);
	assert_int_equal(solicit->from.port.kind, BR_VALUE_WORD);
	assert_int_equal(solicit->to.port.kind, BR_VALUE_WORD);
	assert_int_equal(rrq->from.port.kind, BR_VALUE_VARIABLE);
	br_script_free(script);
}

static void what_is_absent_is_left_out_by_its_name_too(void **state)
{
	static const char message[] =
		"dhcp6 reply opt13=0005 opt16=00000157000a505845436c69656e743a class=absent "
		"status=absent";
	uint8_t octets[1024];

	(void)state;
	assert_true(matches("dhcp6 reply opt13=absent opt16=absent codes=absent",
	                    built(message, octets, sizeof(octets))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_can_be_built_again),
		cmocka_unit_test(each_field_is_compared),
		cmocka_unit_test(a_relays_message_shows_what_is_inside),
		cmocka_unit_test(a_machine_in_a_clients_place_is_held_to_the_ports_of_dhcp),
		cmocka_unit_test(what_is_absent_is_left_out_by_its_name_too),
	};
	int result = cmocka_run_group_tests_name("line6", tests, NULL, NULL);

	(void)line_of(NULL);
	return result;
}
