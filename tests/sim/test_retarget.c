/* SPDX-License-Identifier: BSD-2-Clause */
/* A script for another server: what it says stays, whom it names changes; what the server has not
 * is a reason not to play it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper.h"
#include "sim/script/retarget.h"

#define HEAD                                                                                       \
	"wire 1\nneeds sut.tftp\nnet lan 10.77.0.0/24\n"                                           \
	"node boot sut lan=10.77.0.2 role=tftp\n"                                                  \
	"node fw client lan=10.77.0.50 mac=52:54:00:12:34:56\n"

static const char *const settings[] = {"windowsize=on"};
static unsigned hosts;
static struct br_retarget target = {.device = "eth7",
                                    .address = 0xc0000201, /* 192.0.2.1 */
                                    .roles = "tftp",
                                    .hosts = &hosts,
                                    .setting = settings,
                                    .settings = 1};
static char reason[BR_RETARGET_REASON_SIZE];
static char *settings_said; /* by the last that was made */

/* Return: the text, to be freed; NULL: it is not for the target, see reason */
static char *made_of(const char *name, const char *text)
{
	char *made = NULL, *said = NULL;

	hosts = 0;
	if (br_retarget(&target, name, text, strlen(text), &made, &said, reason) < 0)
		return NULL;
	free(settings_said);
	settings_said = said;
	return made;
}

static void has(const char *text, const char *part)
{
	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("'%s' is not in\n%s", part, text);
}

static void refuses(const char *text, const char *why)
{
	assert_null(made_of("a/b", text));
	if (!strstr(reason, why))
		fail_msg("'%s' is not '%s'", reason, why);
}

static void the_server_becomes_what_is_behind_the_interface(void **state)
{
	char *text = made_of("a/b", HEAD "fw:$p -> boot:69 tftp rrq x octet\n");

	(void)state;
	has(text, "node boot iface lan=192.0.2.1 dev=eth7\n");
	has(text, "net lan 192.0.2.0/24\n");
	has(text, "fw:$p -> boot:69 tftp rrq x octet\n");
	assert_null(strstr(text, "needs"));
	free(text);
}

static void addresses_change_wherever_they_stand(void **state)
{
	char *text = made_of("a/b",
	                     HEAD "x opt54=10.77.0.2 \"http://10.77.0.2:80/f\" yiaddr=10.77.0.111 "
	                          "in=10.77.0.0/24 110.77.0.2 10.77.0.20 10.88.0.2 1.10.77.0.2\n");

	(void)state;
	has(text, "x opt54=192.0.2.1 \"http://192.0.2.1:80/f\" yiaddr=192.0.2.111 in=192.0.2.0/24 "
	          "110.77.0.2 192.0.2.");
	has(text, " 10.88.0.2 1.10.77.0.2\n");
	assert_null(strstr(text, " 10.77.0.20 "));
	free(text);
}

static void each_script_has_its_own_hosts_and_hardware(void **state)
{
	static const char line[] =
		HEAD "x 52:54:00:12:34:56 01-52-54-00-12-34-56 hex:01525400123456\n";
	char *a = made_of("a/a", line), *b = NULL, *said = NULL;
	const char *mac;
	char plain[13], dashed[18];

	(void)state;
	assert_int_equal(br_retarget(&target, "a/b", line, strlen(line), &b, &said, reason), 0);
	free(said);
	mac = strstr(a, "mac=") + 4;
	assert_memory_equal(mac, "52:54:00:", 9);
	assert_memory_not_equal(mac, "52:54:00:12:34:56", 17);
	assert_memory_not_equal(mac, strstr(b, "mac=") + 4, 17);
	for (int i = 0; i < 6; i++) {
		(void)sprintf(plain + 2 * i, "%.2s", mac + 3 * i);
		(void)sprintf(dashed + 3 * i, "%.2s%s", mac + 3 * i, i < 5 ? "-" : "");
	}
	has(a, plain);
	has(a, dashed);
	has(a, "client lan=192.0.2.2 ");
	has(b, "client lan=192.0.2.3 ");
	free(a);
	free(b);
}

/* Three scripts have three files of one name. */
static void files_lie_apart_and_keep_their_names_where_addresses_are_given(void **state)
{
	char *text = made_of("a/b", HEAD "file boot.efi size=1300\n"
	                                 "x rrq boot.efi octet\nx rrq \"/boot.efi\" GET /boot.efi\n"
	                                 "x xboot.efi boot.efix\n");

	(void)state;
	has(text, "file 1300-1/boot.efi size=1300\n");
	has(text, "x rrq 1300-1/boot.efi octet\nx rrq \"/1300-1/boot.efi\" GET /1300-1/boot.efi\n");
	has(text, "x xboot.efi boot.efix\n");
	free(text);
	target.roles = "dhcp";
	text = made_of("a/b", "wire 1\nneeds sut.dhcp\nnet lan 10.77.0.0/24\n"
	                      "node boot sut lan=10.77.0.2 role=dhcp\nfile boot.efi size=1300\n");
	has(text, "file boot.efi size=1300\n");
	free(text);
	refuses("wire 1\nneeds sut.dhcp\nnet lan 10.77.0.0/24\n"
	        "node boot sut lan=10.77.0.2 role=dhcp\nfile boot.efi size=1300\ntransfer a b "
	        "boot.efi\n",
	        "its boot.efi is another");
	target.roles = "tftp";
}

static void what_only_our_server_tells_is_left_out_and_lines_keep_their_numbers(void **state)
{
	char *text = made_of("a/b", HEAD "check boot.leases == 1\ncheck fw.received x == file\n");

	(void)state;
	has(text, "\n\ncheck fw.received x == file\n");
	assert_null(strstr(text, "leases"));
	free(text);
}

static void what_the_server_has_not_is_a_reason(void **state)
{
	(void)state;
	refuses("needs sut.http\n" HEAD, "it needs the role http");
	refuses(HEAD "node two sut lan=10.77.0.3 role=tftp\n", "two servers under test");
	refuses(HEAD "node r relay lan=10.77.0.254 up=10.79.0.1\n",
	        "a server that knows the nets behind a relay");
	refuses("net lan 10.77.0.0/24 mtu=600\n", "mtu=600");
	refuses("net lan 10.77.0.0/24\nnode boot sut lan=10.77.0.2 role=tftp single-port=on\n",
	        "single-port=on");
	refuses("net lan 10.77.0.0/24\nnode fw client lan\n", "no server under test");
	free(made_of("a/b", "net lan 10.77.0.0/24\nnode boot sut lan=10.77.0.2 windowsize=on\n"));
	target.roles = "dhcp,proxydhcp";
	refuses("needs sut.dhcp\nnet lan 10.77.0.0/24\nnode boot sut lan=10.77.0.2 role=dhcp\n",
	        "not proxydhcp");
	target.roles = "tftp,dhcp";
	refuses(HEAD "node other peer lan=10.77.0.9 role=dhcp\n",
	        "another of its nodes answers DHCP");
	target.roles = "tftp";
}

/* What the server is to be like comes out beside the text, with the addresses it meets. */
static void settings_of_a_server_that_is_configured_are_given_back(void **state)
{
	const char *line = "wire 1\nneeds sut.dhcp\nnet lan 10.77.0.0/24 mtu=600\n"
			   "node boot sut lan=10.77.0.1 role=dhcp gw=10.77.0.254 "
			   "pool=10.77.0.100-10.77.0.100 reserve=52:54:00:00:00:0a,10.77.0.20\n"
			   "node a client lan mac=52:54:00:00:00:0a\nfile boot.efi size=10\n";
	char *text;

	(void)state;
	target.roles = "dhcp";
	target.settings = 0;
	refuses(line, "it needs a net with mtu=600");
	target.configurable = true;
	text = made_of("a/b", line);
	has(text, "node boot iface lan=192.0.2.1 dev=eth7\n");
	has(settings_said,
	    "mtu=600\ngw=192.0.2.254\npool=192.0.2.100-192.0.2.100\nreserve=52:54:00:");
	has(settings_said, ",192.0.2.2\nboot=10-1/boot.efi\n");
	free(text);
	target.configurable = false;
	target.settings = 1;
	target.roles = "tftp";
}

/* As bootrig's own server has them without being told. */
static void nets_behind_a_relay_are_settings(void **state)
{
	char *text;

	(void)state;
	target.roles = "dhcp";
	target.settings = 0;
	target.configurable = true;
	text = made_of("a/b", "wire 1\nneeds sut.dhcp\nnet lan 10.77.0.0/24\nnet up 10.79.0.0/24\n"
	                      "node r relay lan=10.77.0.254 up=10.79.0.254 servers=10.79.0.1\n"
	                      "node boot sut up=10.79.0.1 role=dhcp gw=10.79.0.254\n");
	has(text, " lan=10.77.0.254 up=192.0.2.254 servers=192.0.2.1\n");
	has(settings_said, "subnet=10.77.0.0/24,pool=10.77.0.100-10.77.0.199,router=10.77.0.254\n"
	                   "subnet=192.0.2.0/24,pool=192.0.2.100-192.0.2.199,router=192.0.2.254\n");
	free(text);
	text = made_of("a/b", "wire 1\nneeds sut.dhcp\nnet lan 10.77.0.0/24\nnet up 10.79.0.0/24\n"
	                      "node r relay lan=10.77.0.254 up=10.79.0.254\n"
	                      "node boot sut up=10.79.0.1 role=dhcp pool=10.79.0.9-10.79.0.10\n");
	assert_null(strstr(settings_said, "subnet"));
	free(text);
	target.configurable = false;
	target.settings = 1;
	target.roles = "tftp";
}

static void a_peer_is_the_server_beside_ours(void **state)
{
	const struct br_retarget beside = {
		.device = "eth8", .address = 0xc0000209, .roles = "dhcp", .hosts = &hosts};
	const char *line = "wire 1\nneeds sut.proxydhcp\nnet lan 10.77.0.0/24\n"
			   "node addr peer lan=10.77.0.1 role=dhcp\n"
			   "node boot sut lan=10.77.0.2 role=proxydhcp\n"
			   "x opt54=10.77.0.1 siaddr=10.77.0.2\ncheck addr.leases == 1\n";
	char *text;

	(void)state;
	target.roles = "proxydhcp";
	target.beside = &beside;
	text = made_of("a/b", line);
	has(text, "node addr iface lan=192.0.2.9 dev=eth8\n");
	has(text, "x opt54=192.0.2.9 siaddr=192.0.2.1\n");
	assert_null(strstr(text, "leases"));
	free(text);
	target.beside = NULL;
	target.roles = "tftp";
}

/* Octets in hex have addresses, too; a frame has been counted for one. */
static void octets_change_and_frames_are_refused(void **state)
{
	char *text = made_of("a/b", HEAD "x opt82=hex:05040a4d0007 tftp bytes "
	                                 "\"\\0\\x01boot.efi\\0\"\nfile boot.efi size=10\n");

	(void)state;
	has(text, "x opt82=hex:0504c00002");
	has(text, "\"\\0\\x0110-1/boot.efi\\0\"");
	free(text);
	refuses(HEAD "fw -> boot ip bytes hex:4500000a0a4d0063\n", "made for other addresses");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_of_a_server_that_is_configured_are_given_back),
		cmocka_unit_test(nets_behind_a_relay_are_settings),
		cmocka_unit_test(a_peer_is_the_server_beside_ours),
		cmocka_unit_test(octets_change_and_frames_are_refused),
		cmocka_unit_test(the_server_becomes_what_is_behind_the_interface),
		cmocka_unit_test(addresses_change_wherever_they_stand),
		cmocka_unit_test(each_script_has_its_own_hosts_and_hardware),
		cmocka_unit_test(files_lie_apart_and_keep_their_names_where_addresses_are_given),
		cmocka_unit_test(
			what_only_our_server_tells_is_left_out_and_lines_keep_their_numbers),
		cmocka_unit_test(what_the_server_has_not_is_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
