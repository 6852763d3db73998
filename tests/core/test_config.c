/* SPDX-License-Identifier: BSD-2-Clause */
/* KEY=VALUE words: what each takes, what it refuses, and that a refusal changes nothing. */
#include "core/base/text.h"
#include "core/config.h"
#include "core/config_reserve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/helper.h"

static struct br_config config;

static int init(void **state)
{
	(void)state;
	br_config_init(&config);
	return 0;
}

static int set(const char *key, const char *value)
{
	static struct br_config before;
	char error[200] = "";
	int result;

	before = config;
	result = br_config_set(&config, key, value, error, sizeof(error));
	if (result < 0) {
		assert_memory_equal(&before, &config, sizeof(config));
		assert_true(strlen(error) > 0);
		assert_null(strchr(error, '\n'));
	}
	return result;
}

static const char *const good_words[][2] = {
	{"always-broadcast", "on"},
	{"authoritative", "off"},
	{"blksize", "8"},
	{"blksize", "65464"},
	{"boot", ""},
	{"boot", "name"},
	{"boot", "dir/name with blanks@odd"},
	{"boot", "http://user@host/x@arch:16"},
	{"boot", "x@arch:65535"},
	{"boot", "x@arch:arm64-uefi-http,mac:52:54:00:12:34:56,server:10.0.0.1"},
	{"boot", "x@uuid:112233445566778899aabbccddeeff00"},
	{"boot", "x@user-class:iPXE,vendor-class:PXEClient*"},
	{"boot", "x@server:2001:db8::3,server:10.0.0.1"},
	{"boot-param", "root=/dev/sda quiet"},
	{"decline-rest", "1"},
	{"discovery-control", "0x0f"},
	{"discovery-group", "239.255.255.255"},
	{"dns", "10.0.0.1,10.0.0.2"},
	{"dns6", "2001:db8::53,2001:db8::54"},
	{"domain", "example.test"},
	{"duid", "hex:00:03:00:01:52:54:00:12:34:56"},
	{"http-port", "65535"},
	{"idle", "1"},
	{"known-only", "on"},
	{"lease", "4294967295"},
	{"leases", "65535"},
	{"menu", "0,Local boot"},
	{"menu", "0x8000,Text,file.efi,10.0.0.1"},
	{"menu", "32769,Text,10.0.0.1,file.efi"},
	{"menu-prompt", "255,Press F8, or wait"},
	{"next-server", "10.0.0.1"},
	{"nul-terminate", "on"},
	{"offer-hold", "86400"},
	{"opt2", "u32:4294967295"},
	{"opt12", "\"quoted\""},
	{"opt13", "2048"},
	{"opt43", "hex:06:01:08:ff"},
	{"opt60!", "PXEClient"},
	{"opt119", "hex:"},
	{"opt242", "192.0.2.1,192.0.2.2"},
	{"opt254", "u16:1,0xffff"},
	{"opt6-31", "2001:db8::7b"},
	{"opt6-17!", "hex:00000157"},
	{"opt6-65535", "u16:1,2"},
	{"opt6-94", ""},
	{"pool", "10.0.0.1-10.0.0.1"},
	{"pool6", "2001:db8::1-2001:db8::1"},
	{"preference", "0"},
	{"proxy6-ia", "on"},
	{"pxe-class6", "on"},
	{"rapid-commit", "on"},
	{"request-size", "64"},
	{"reserve", "52-54-00-12-34-56,10.0.0.9"},
	{"reserve6", "52-54-00-12-34-56,2001:db8::9"},
	{"reserve6", "mac:52:54:00:12:34:57,2001:db8::a"},
	{"reserve6", "uuid:11223344-5566-7788-99aa-bbccddeeff00,2001:db8::b"},
	{"reserve6", "duid:00:02:00,2001:db8::c"},
	{"retries", "0"},
	{"retry", "1"},
	{"role", "dhcp,proxydhcp,pxe,tftp,http"},
	{"role", "dhcp6,proxydhcp6"},
	{"router", "10.0.0.254"},
	{"single-port", "on"},
	{"streams", "1"},
	{"subnet", "10.1.0.0/16"},
	{"subnet", "10.2.0.0/31,pool=10.2.0.0-10.2.0.1,router=10.2.0.1"},
	{"subnet6", "2001:db8:1::/64"},
	{"subnet6", "2001:db8:2::/112,pool=2001:db8:2::1-2001:db8:2::9"},
	{"tid", "1-65535"},
	{"transfers", "1"},
	{"windowsize", "on"},
	{"windowsize", "65535"},
	{"windowsize", "off"},
};

static void every_good_word_is_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good_words) / sizeof(good_words[0]); i++) {
		if (set(good_words[i][0], good_words[i][1]) != 0)
			fail_msg("%s=%s is refused", good_words[i][0], good_words[i][1]);
	}
}

static const char *const bad_words[][2] = {
	{"always-broadcast", "no"},
	{"authoritative", "yes"},
	{"authoritative", ""},
	{"blksize", "7"},
	{"blksize", "65465"},
	{"boot", "x@arch:"},
	{"boot", "x@arch:65536"},
	{"boot", "x@arch:riscv"},
	{"boot", "x@arch:7,colour:red"},
	{"boot", "x@arch:7,"},
	{"boot", "x@mac:5254"},
	{"boot", "x@uuid:1122"},
	{"boot", "x@user-class:"},
	{"boot", "x@user-class:a-name-of-more-than-31-octets-is-too-long"},
	{"boot", "x@server:host"},
	{"decline-rest", "0"},
	{"boot-param", ""},
	{"discovery-control", "16"},
	{"discovery-group", "10.0.0.1"},
	{"discovery-group", "240.0.0.0"},
	{"dns", ""},
	{"dns", "10.0.0.1,"},
	{"dns", "host"},
	{"dns6", ""},
	{"dns6", "10.0.0.1"},
	{"dns6", "2001:db8::53,"},
	{"domain", ""},
	{"duid", "0003"},
	{"duid", "host"},
	{"http-port", "0"},
	{"http-port", "65536"},
	{"lease", "0"},
	{"lease", "4294967296"},
	{"lease", "-1"},
	{"leases", "0"},
	{"leases", "65536"},
	{"menu", "0x8000"},
	{"menu", "0x8000,"},
	{"menu", "65536,Text"},
	{"menu", "x,Text"},
	{"menu", "1,Text,http://host/x"},
	{"menu", "1,Text,a,b"},
	{"menu-prompt", "256,Text"},
	{"menu-prompt", "5"},
	{"menu-prompt", "5,"},
	{"opt0", "1"},
	{"opt255", "1"},
	{"opt1", "255.0.0.0"},
	{"opt53", "1"},
	{"opt67", "file"},
	{"opt82", "hex:01"},
	{"opt", "1"},
	{"optx", "1"},
	{"opt3", "host"},
	{"opt242", "text"},
	{"opt12", "hex:0"},
	{"opt13", "65536"},
	{"opt80", "1"},
	{"opt6-", "1"},
	{"opt6-0", "u8:1"},
	{"opt6-65536", "u8:1"},
	{"opt6-31", "10.0.0.1"},
	{"opt6-31", "host"},
	{"opt6-59", "\"tftp://[2001:db8::1]/x\""},
	{"opt6-2", "hex:00"},
	{"pool", "10.0.0.9-10.0.0.1"},
	{"pool", "10.0.0.9"},
	{"pool", "0.0.0.0-10.0.0.1"},
	{"pool6", "2001:db8::9-2001:db8::1"},
	{"pool6", "2001:db8::9"},
	{"pool6", "ff02::1-ff02::9"},
	{"pool6", "::-2001:db8::1"},
	{"pool6", "10.0.0.1-10.0.0.9"},
	{"preference", "256"},
	{"preference", ""},
	{"rapid-commit", "1"},
	{"reserve", "52:54:00:12:34:56"},
	{"reserve", "52:54:00:12:34:56,host"},
	{"reserve", "52:54:00:12:34,10.0.0.1"},
	{"reserve6", "52:54:00:12:34:56"},
	{"reserve6", "52:54:00:12:34:56,10.0.0.1"},
	{"reserve6", "duid:00,2001:db8::1"},
	{"reserve6", "client-id:x,2001:db8::1"},
	{"role", ""},
	{"role", "dhcpd"},
	{"role", "dhcp,"},
	{"subnet", "10.1.0.0"},
	{"subnet", "10.1.0.0/0"},
	{"subnet", "10.1.0.0/33"},
	{"subnet", "10.1.0.1/24"},
	{"subnet", "10.1.0.0/24,pool=10.2.0.1-10.2.0.9"},
	{"subnet", "10.1.0.0/24,colour=red"},
	{"subnet6", "2001:db8:1::"},
	{"subnet6", "2001:db8:1::/0"},
	{"subnet6", "2001:db8:1::/129"},
	{"subnet6", "2001:db8:1::1/64"},
	{"subnet6", "2001:db8:1::/64,pool=2001:db8:2::1-2001:db8:2::9"},
	{"subnet6", "2001:db8:1::/64,router=2001:db8:1::1"},
	{"tid", "0-9"},
	{"tid", "9-1"},
	{"tid", "9"},
	{"transfers", "0"},
	{"windowsize", "0"},
	{"windowsize", "65536"},
	{"windowsize", ""},
};

static void every_bad_word_is_refused_and_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_words) / sizeof(bad_words[0]); i++) {
		if (set(bad_words[i][0], bad_words[i][1]) == 0)
			fail_msg("%s=%s is taken", bad_words[i][0], bad_words[i][1]);
	}
	assert_int_equal(set("colour", "red"), -ENOENT);
	assert_int_equal(set("optN", "1"), -ENOENT);
	assert_int_equal(set("", ""), -ENOENT);
}

static void values_land_where_they_belong(void **state)
{
	(void)state;
	assert_int_equal(set("role", "proxydhcp,tftp"), 0);
	assert_int_equal(config.roles, BR_ROLE_PROXYDHCP | BR_ROLE_TFTP);
	assert_int_equal(set("windowsize", "8"), 0);
	assert_true(config.windowsize_on);
	assert_int_equal(config.windowsize_max, 8);
	assert_int_equal(set("windowsize", "off"), 0);
	assert_false(config.windowsize_on);
	assert_int_equal(set("tid", "5000-5009"), 0);
	assert_int_equal(config.tid_min, 5000);
	assert_int_equal(config.tid_max, 5009);
	assert_int_equal(set("opt43!", "u8:6,1,8,255"), 0);
	assert_true(config.option[0].forced);
	assert_memory_equal(config.option[0].value, "\6\1\10\377", 4);
	assert_int_equal(set("opt43", "hex:aa"), 0); /* replaces */
	assert_int_equal(config.options, 1);
	assert_int_equal(config.option[0].size, 1);
	assert_false(config.option[0].forced);
	assert_int_equal(set("boot", "a@uuid:11223344-5566-7788-99aa-bbccddeeff00"), 0);
	assert_memory_equal(config.rule[0].uuid,
	                    "\x44\x33\x22\x11\x66\x55\x88\x77\x99\xaa\xbb\xcc\xdd\xee\xff\0", 16);
	assert_int_equal(config.rule[0].arch, BR_ARCH_ANY);
	assert_int_equal(set("boot", "http://a@b/c@mac:52:54:00:12:34:56"), 0);
	assert_string_equal(config.rule[1].file, "http://a@b/c");
	assert_memory_equal(config.rule[1].mac, "\x52\x54\0\x12\x34\x56", 6);
	assert_int_equal(set("menu", "0x8001,Text,10.0.0.1,file"), 0);
	assert_int_equal(config.menu[0].type, 0x8001);
	assert_int_equal(config.menu[0].server, 0x0a000001);
	assert_string_equal(config.menu[0].file, "file");
}

static void values_of_ipv6_land_where_they_belong(void **state)
{
	static const uint8_t five[16] = {0x20, 1, 0x0d, 0xb8, [15] = 5};
	char error[200];

	(void)state;
	assert_int_equal(set("subnet6", "2001:db8::/64"), 0);
	assert_int_equal(set("pool6", "2001:db8::5-2001:db8::9"), 0); /* into that one */
	assert_int_equal(config.subnets6, 1);
	assert_int_equal(config.subnet6[0].bits, 64);
	assert_memory_equal(config.subnet6[0].pool_first, five, 16);
	assert_int_equal(set("pool6", "2001:db8:9::5-2001:db8:9::9"), 0); /* a link's, told later */
	assert_int_equal(config.subnets6, 2);
	assert_int_equal(config.subnet6[1].bits, 0);
	assert_int_equal(set("boot", "x@server:2001:db8::5"), 0);
	assert_memory_equal(config.rule[0].server6, five, 16);
	assert_int_equal(config.rule[0].server, 0);
	assert_int_equal(set("opt6-23!", "2001:db8::5"), 0);
	assert_int_equal(set("dns6", "2001:db8::5"), 0); /* replaces */
	assert_int_equal(config.options6, 1);
	assert_false(config.option6[0].forced);
	assert_memory_equal(config.option6[0].value, five, 16);
	assert_int_equal(set("duid", "00:03:00:01:aa"), 0);
	assert_int_equal(config.duid_size, 5);
	assert_int_equal(set("boot-param", "a"), 0);
	assert_int_equal(set("boot-param", "b c"), 0);
	assert_string_equal(config.parameter[1], "b c");
	assert_int_equal(set("preference", "7"), 0);
	assert_true(config.preference_set && config.preference == 7);
	assert_int_equal(set("reserve6", "52:54:00:12:34:56,2001:db8::5"), 0);
	assert_int_equal(br_config_set(&config, "reserve6", "52:54:00:12:34:57,2001:db8::5", error,
	                               sizeof(error)),
	                 -EINVAL);
	assert_string_equal(error, "2001:db8::5 is reserved for mac:52:54:00:12:34:56 already");
	(void)br_config_set(&config, "opt6-7", "u8:1", error, sizeof(error));
	assert_string_equal(error, "the server fills this option by itself; preference= says it");
	(void)br_config_set(&config, "opt6-0", "u8:1", error, sizeof(error));
	assert_string_equal(error, "options of DHCPv6 go from opt6-1 to opt6-65535");
}

static void a_pool_finds_its_subnet(void **state)
{
	(void)state;
	assert_int_equal(set("subnet", "10.1.0.0/24"), 0);
	assert_int_equal(set("pool", "10.1.0.10-10.1.0.20"), 0);
	assert_int_equal(config.subnets, 1);
	assert_int_equal(config.subnet[0].pool_first, 0x0a01000a);
	assert_int_equal(set("pool", "10.9.0.10-10.9.0.20"), 0); /* a link's, told later */
	assert_int_equal(config.subnets, 2);
	assert_int_equal(config.subnet[1].netmask, 0);
	assert_int_equal(set("pool", "10.1.0.30-10.1.0.40"), 0); /* a second one beside it */
	assert_int_equal(config.subnet[0].pool_first, 0x0a01000a);
	assert_int_equal(config.subnets, 3);
	assert_int_equal(set("subnet", "10.2.0.0/24"), 0);
	assert_int_equal(set("pool", "10.2.0.30-10.3.0.40"), -EINVAL); /* across the edge */
}

static void what_firmware_reads_whole_is_not_split(void **state) /* D4C-OPT-11 */
{
	char value[4 + 512 + 1] = "hex:";

	(void)state;
	memset(value + 4, '1', 512);
	assert_int_equal(set("opt43", value), -EINVAL);
	assert_int_equal(set("opt60", value), -EINVAL);
	assert_int_equal(set("opt119", value), 0);
	value[4 + 510] = '\0';
	assert_int_equal(set("opt43", value), 0);
}

/* The policy puts all but URLs into the header, which has room for a name of that size. */
static void only_a_url_may_be_longer_than_a_name(void **state)
{
	static const char *const starts[] = {"http://host/", "http:/host/", "://host/", "d/x://h/",
	                                     "a:b://c/"};
	char value[200];

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		memset(value, 'u', sizeof(value));
		memcpy(value, starts[i], strlen(starts[i]));
		value[sizeof(value) - 1] = '\0';
		assert_int_equal(set("boot", value), i == 0 ? 0 : -EINVAL);
		value[BR_CONFIG_FILE_MAX] = '\0';
		assert_int_equal(set("boot", value), 0);
	}
}

static void limits_end_with_a_word(void **state)
{
	static const struct {
		const char *key, *value;
		unsigned count;
	} limits[] = {{"boot", "x", BR_CONFIG_RULES_MAX},
	              {"subnet", "10.0.0.0/24", BR_CONFIG_SUBNETS_MAX},
	              {"menu", "1,a", BR_CONFIG_MENU_MAX},
	              {"boot-param", "x", BR_CONFIG_PARAMETERS_MAX},
	              {"subnet6", "2001:db8::/64", BR_CONFIG_SUBNETS_MAX}};

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		for (unsigned k = 0; k < limits[i].count; k++)
			assert_int_equal(set(limits[i].key, limits[i].value), 0);
		assert_int_equal(set(limits[i].key, limits[i].value), -ENOSPC);
	}
	for (unsigned code = 200; code < 200 + BR_CONFIG_OPTIONS_MAX; code++) {
		char key[8];

		(void)snprintf(key, sizeof(key), "opt%u", code);
		assert_int_equal(set(key, "u8:1"), 0);
	}
	assert_int_equal(set("opt199", "u8:1"), -ENOSPC);
	assert_int_equal(set("opt200", "u8:2"), 0); /* has its place already */
	for (unsigned k = 0; k <= BR_CONFIG_RESERVATIONS_MAX; k++) {
		char value[48];

		(void)snprintf(value, sizeof(value), "52:54:00:00:%02x:%02x,10.0.%u.%u", k >> 8,
		               k & 255, k >> 8, k & 255);
		assert_int_equal(set("reserve", value),
		                 k < BR_CONFIG_RESERVATIONS_MAX ? 0 : -ENOSPC);
	}
}

static void what_is_wrong_with_an_option_is_told_of_that_option(void **state)
{
	static const struct {
		const char *key, *value, *says;
		int result;
	} wrong[] = {
		{"opt6", "1.2.3",
	         "expected addresses with commas, as in 10.77.0.1,10.77.0.2, or hex:...", -EINVAL},
		{"opt12", "hex:0", "expected a text, or hex:...", -EINVAL},
		{"opt19!", "256", "expected numbers up to 255 with commas, or hex:...", -EINVAL},
		{"opt26", "65536", "expected numbers up to 65535 with commas, or hex:...", -EINVAL},
		{"opt2", "x", "expected numbers up to 4294967295 with commas, or hex:...", -EINVAL},
		{"opt43", "x", "expected hex:..., a \"text\" or u8:...", -EINVAL},
		{"opt80", "1", "expected nothing, or hex:...", -EINVAL},
		{"opt242", "x",
	         "expected hex:..., a \"text\", addresses with commas, u8:..., u16:... or u32:...",
	         -EINVAL},
		{"opt51", "60", "the server fills this option by itself; lease= says it", -EINVAL},
		{"opt82", "hex:01", "the server fills this option by itself", -EINVAL},
		{"opt300", "1", "options go from opt1 to opt254", -ENOENT},
	};
	char error[160];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(
			br_config_set(&config, wrong[i].key, wrong[i].value, error, sizeof(error)),
			wrong[i].result);
		assert_string_equal(error, wrong[i].says);
	}
	assert_int_equal(config.options, 0);
}

static void refuse_reservation(const char *value, const char *says)
{
	size_t before = config.reservations;
	char error[128];

	assert_int_equal(br_config_set(&config, "reserve", value, error, sizeof(error)), -EINVAL);
	assert_string_equal(error, says);
	assert_int_equal(config.reservations, before);
}

static void an_address_is_reserved_once_and_a_machine_has_one_a_network(void **state)
{
	(void)state;
	assert_int_equal(set("reserve", "52:54:00:00:00:01,10.77.0.5"), 0);
	refuse_reservation("52:54:00:00:00:02,10.77.0.5",
	                   "10.77.0.5 is reserved for 52:54:00:00:00:01 already");
	refuse_reservation("52:54:00:00:00:01,10.77.0.5",
	                   "10.77.0.5 is reserved for 52:54:00:00:00:01 already");
	refuse_reservation("52:54:00:00:00:01,10.77.0.7",
	                   "10.77.0.5 is reserved for 52:54:00:00:00:01 already");
	assert_int_equal(set("reserve", "52:54:00:00:00:02,10.77.0.6"), 0);

	/* no network keeps these two apart until one is known */
	refuse_reservation("52:54:00:00:00:02,10.78.0.6",
	                   "10.77.0.6 is reserved for 52:54:00:00:00:02 already");
	assert_int_equal(set("subnet", "10.78.0.0/24"), 0);
	assert_int_equal(set("reserve", "52:54:00:00:00:02,10.78.0.6"), 0);
	refuse_reservation("52:54:00:00:00:02,10.78.0.7",
	                   "10.78.0.6 is reserved for 52:54:00:00:00:02 already");
	config.links = 1;
	config.link[0] = (struct br_config_link){.address = 0x0a4d0001, .netmask = 0xffffff00};
	assert_int_equal(set("reserve", "52:54:00:00:00:01,10.79.0.5"), 0);
}

static void a_machine_is_known_by_several_marks(void **state)
{
	static const struct {
		const char *value, *written;
		enum br_config_mark mark;
		uint8_t size, first;
	} good[] = {
		{"mac:52-54-00-00-00-01,10.77.0.1", "52:54:00:00:00:01", BR_CONFIG_MARK_MAC, 6,
	         0x52},
		{"client-id:hex:0001ff,10.77.0.1", "client-id:hex:0001ff", BR_CONFIG_MARK_CLIENT_ID,
	         3, 0},
		{"uuid:00112233-4455-6677-8899-aabbccddeeff,10.77.0.1",
	         "uuid:00112233-4455-6677-8899-aabbccddeeff", BR_CONFIG_MARK_UUID, 16, 0x33},
		{"circuit-id:sw1 eth0/7, left,10.77.0.1",
	         "circuit-id:hex:73773120657468302f372c206c656674", BR_CONFIG_MARK_CIRCUIT_ID, 16,
	         's'},
		{"remote-id:rack-7,10.77.0.1", "remote-id:rack-7", BR_CONFIG_MARK_REMOTE_ID, 6,
	         'r'},
	};
	static const char *const bad[] = {
		"client-id:x,10.77.0.9",
		"circuit-id:,10.77.0.9",
		"remote-id:hex:,10.77.0.9",
		"remote-id:hex:0,10.77.0.9",
		"uuid:00112233,10.77.0.9",
		"port:7,10.77.0.9",
		"mac:52:54:00:00:00,10.77.0.9",
		"circuit-id:7",
		("circuit-id:0123456789012345678901234567890123456789012345678901234567890123X,"
	         "10.77.0.9"),
	};
	char text[160];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct br_config_reservation *r = &config.reservation[i];
		struct br_writer w = br_writer_of(text, sizeof(text));

		assert_int_equal(set("reserve", good[i].value), 0); /* one machine, five marks */
		assert_int_equal(r->mark, good[i].mark);
		assert_int_equal(r->size, good[i].size);
		assert_int_equal(r->octets[0], good[i].first);
		br_config_put_mark(&w, r);
		assert_string_equal(br_text_end(&w), good[i].written);
	}
	refuse_reservation("circuit-id:7,10.77.0.1", "10.77.0.1 is reserved for circuit-id:hex:"
	                                             "73773120657468302f372c206c656674 already");
	refuse_reservation("remote-id:rack-7,10.77.0.2",
	                   "10.77.0.1 is reserved for remote-id:rack-7 already");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(set("reserve", bad[i]), -EINVAL);
	assert_int_equal(config.reservations, 5);
}

static void the_menu_fits_one_option(void **state) /* PXE-V43-08 */
{
	char value[200];

	(void)state;
	assert_int_equal(set("menu-prompt", "5,Press F8"), 0);
	(void)snprintf(value, sizeof(value), "1,%s",
	               "sixty octets of text sixty octets of text sixty octets of tex");
	for (int i = 0; i < 3; i++)
		assert_int_equal(set("menu", value), 0);
	assert_int_equal(set("menu", value), -ENOSPC);
	assert_int_equal(set("menu-prompt",
	                     "5,sixty octets of text sixty octets of text sixty octets of te"),
	                 -ENOSPC);
	assert_string_equal(config.menu_prompt, "Press F8");
}

static void keys_are_sorted_and_say_what_they_are(void **state)
{
	size_t count = 0;

	(void)state;
	for (; br_config_key(count); count++) {
		assert_non_null(br_config_key_says(count));
		assert_true(strlen(br_config_key_says(count)) > 0);
		if (count > 0)
			assert_true(strcmp(br_config_key(count - 1), br_config_key(count)) < 0);
	}
	assert_true(count > 30);
	assert_null(br_config_key_says(count));
}

static void errors_are_cut_to_their_room(void **state)
{
	char error[8] = "zzzzzzz";

	(void)state;
	assert_int_equal(br_config_set(&config, "lease", "x", error, sizeof(error)), -EINVAL);
	assert_string_equal(error, "expecte");
	assert_int_equal(br_config_set(&config, "opt6", "x", error, sizeof(error)), -EINVAL);
	assert_string_equal(error, "expecte");
	assert_int_equal(br_config_set(&config, "lease", "x", error, 1), -EINVAL);
	assert_string_equal(error, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_good_word_is_taken, init),
		cmocka_unit_test_setup(every_bad_word_is_refused_and_changes_nothing, init),
		cmocka_unit_test_setup(values_land_where_they_belong, init),
		cmocka_unit_test_setup(values_of_ipv6_land_where_they_belong, init),
		cmocka_unit_test_setup(a_pool_finds_its_subnet, init),
		cmocka_unit_test_setup(what_firmware_reads_whole_is_not_split, init),
		cmocka_unit_test_setup(only_a_url_may_be_longer_than_a_name, init),
		cmocka_unit_test_setup(limits_end_with_a_word, init),
		cmocka_unit_test_setup(what_is_wrong_with_an_option_is_told_of_that_option, init),
		cmocka_unit_test_setup(a_machine_is_known_by_several_marks, init),
		cmocka_unit_test_setup(an_address_is_reserved_once_and_a_machine_has_one_a_network,
	                               init),
		cmocka_unit_test_setup(the_menu_fits_one_option, init),
		cmocka_unit_test_setup(keys_are_sorted_and_say_what_they_are, init),
		cmocka_unit_test_setup(errors_are_cut_to_their_room, init),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
