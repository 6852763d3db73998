/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines that boot from their disks are told in one line each, and none of them is accused or
 * taken for firmware; and those that do boot are not lost among them.
 */
#include <stdlib.h>
#include <string.h>

#include "helper.h"
#include "tests/captures/ordinary.h"

enum {
	TEXT_MAX = 1 << 18,
	NOBODY_BOOTS = 3,
};

static const char windows_wants[] = {1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, '\xf9', '\xfc'};
static const char linux_wants[] = {1, 28, 2, 3, 15, 6, 119, 12, 44, 47, 26, 121, 42};
static const char phone_wants[] = {1, 66, 6, 3, 15, '\x96', 35};
static const char mac_wants[] = {1, 121, 3, 6, 15, 108, 114, 119, '\xfc', 95, 44, 46};

static const struct ordinary_dhcp windows = {.xid = 1,
                                             .class = "MSFT 5.0",
                                             .wanted = windows_wants,
                                             .wanted_size = sizeof(windows_wants)};
static const struct ordinary_dhcp dhclient = {
	.xid = 2, .wanted = linux_wants, .wanted_size = sizeof(linux_wants)};
static const struct ordinary_dhcp bare = {.xid = 3};

static void takes_windows(struct recording *r)
{
	ordinary_lease(r, &windows);
	ordinary_arp(r, 0, ORDINARY_HOST); /* RFC 5227: nobody answers, and that is good */
	ordinary_arp(r, 0, ORDINARY_HOST);
	ordinary_arp(r, ORDINARY_HOST, ORDINARY_HOST);
	ordinary_wait(r, 60 * BR_S);
}

static void takes_dhclient(struct recording *r)
{
	ordinary_lease(r, &dhclient);
	ordinary_wait(r, 60 * BR_S);
}

/* Option 67 goes to everybody where the server's setting is for all. */
static void takes_with_file(struct recording *r)
{
	struct ordinary_dhcp m = dhclient;

	m.file = "pxelinux.0";
	ordinary_lease(r, &m);
	ordinary_wait(r, 60 * BR_S);
}

/* dhcpcd, udhcpc and Android say who they are; systemd-networkd and NetworkManager do not. */
static void takes_container(struct recording *r)
{
	struct ordinary_dhcp m = dhclient;

	m.class = "udhcp 1.36.1";
	ordinary_lease(r, &m);
	ordinary_wait(r, 60 * BR_S);
}

static void takes_android(struct recording *r)
{
	struct ordinary_dhcp m = dhclient;

	m.class = "android-dhcp-14";
	ordinary_lease(r, &m);
	ordinary_wait(r, 60 * BR_S);
}

static void takes_mac(struct recording *r)
{
	struct ordinary_dhcp m = {.xid = 9, .wanted = mac_wants, .wanted_size = sizeof(mac_wants)};

	ordinary_lease(r, &m);
	ordinary_wait(r, 60 * BR_S);
}

/* Only option 53: as GRUB asks, and as every first attempt at a stack does. */
static void takes_bare(struct recording *r)
{
	ordinary_lease(r, &bare);
	ordinary_wait(r, 60 * BR_S);
}

static void informs(struct recording *r)
{
	struct ordinary_dhcp m = windows;

	m.type = BR_DHCP_TYPE_INFORM;
	m.has_address = m.unicast = true;
	ordinary_ask(r, &m);
	m.type = BR_DHCP_TYPE_ACK;
	ordinary_answer(r, &m, 0);
	ordinary_wait(r, 60 * BR_S);
}

static void renews(struct recording *r, bool unicast)
{
	struct ordinary_dhcp m = dhclient;

	m.type = BR_DHCP_TYPE_REQUEST;
	m.has_address = true;
	m.unicast = unicast;
	ordinary_ask(r, &m);
	m.type = BR_DHCP_TYPE_ACK;
	ordinary_answer(r, &m, ORDINARY_HOST);
	ordinary_wait(r, 60 * BR_S);
}

static void renews_by_unicast(struct recording *r)
{
	renews(r, true);
}

static void rebinds(struct recording *r)
{
	renews(r, false);
}

/* Its renewals are not answered: it goes on until T2 (RFC 2131 section 4.4.5). */
static void renews_in_vain(struct recording *r)
{
	struct ordinary_dhcp m = dhclient;

	m.type = BR_DHCP_TYPE_REQUEST;
	m.has_address = m.unicast = true;
	for (int i = 0; i < 3; i++) {
		ordinary_ask(r, &m);
		ordinary_wait(r, 60 * BR_S);
	}
}

static void releases(struct recording *r)
{
	struct ordinary_dhcp m = dhclient;

	m.type = BR_DHCP_TYPE_RELEASE;
	m.has_address = m.unicast = true;
	ordinary_ask(r, &m);
	ordinary_wait(r, 60 * BR_S);
}

static void declines(struct recording *r)
{
	struct ordinary_dhcp m = windows;

	ordinary_lease(r, &m);
	m.type = BR_DHCP_TYPE_DECLINE;
	m.requested = ORDINARY_HOST;
	ordinary_ask(r, &m);
	m.xid = 77;
	ordinary_lease(r, &m);
	ordinary_wait(r, 60 * BR_S);
}

/* INIT-REBOOT with an address of another network, refused as it must be, then anew. */
static void moves(struct recording *r)
{
	struct ordinary_dhcp m = windows;

	m.type = BR_DHCP_TYPE_REQUEST;
	m.requested = 99;
	ordinary_ask(r, &m);
	m.type = BR_DHCP_TYPE_NAK;
	ordinary_answer(r, &m, 0);
	m = windows;
	m.xid = 78;
	ordinary_lease(r, &m);
	ordinary_wait(r, 60 * BR_S);
}

static void asks_in_vain(struct recording *r)
{
	struct ordinary_dhcp m = windows;

	m.type = BR_DHCP_TYPE_DISCOVER;
	for (int i = 0; i < 4; i++) {
		ordinary_ask(r, &m);
		ordinary_wait(r, 4 * BR_S);
	}
	ordinary_wait(r, 60 * BR_S);
}

static void is_refused(struct recording *r)
{
	struct ordinary_dhcp m = dhclient;

	m.type = BR_DHCP_TYPE_REQUEST;
	m.requested = 99;
	ordinary_ask(r, &m);
	m.type = BR_DHCP_TYPE_NAK;
	ordinary_answer(r, &m, 0);
	ordinary_wait(r, 60 * BR_S);
}

/* DHCPv6 */

static const uint8_t duid[] = {0, 1, 0, 10, 0, 3, 0, 1, 2, 0, 0, 0, 0, 7};
static const uint8_t server_id[] = {0, 2, 0, 10, 0, 3, 0, 1, 2, 0, 0, 0, 0, 1};
static const uint8_t ia_na[] = {0, 3, 0, 40, 0,  0,    0, 7,   0,    0, 3, 0, 0,  0, 6,
                                0, 0, 5, 0,  24, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0,  0, 0,
                                0, 0, 0, 0,  0,  0x70, 0, 0,   9,    0, 0, 0, 12, 0};
static const uint8_t ia_pd[] = {0, 25,  0,    41, 0,  0, 0, 7, 0, 0, 3, 0,  0, 0,  6,
                                0, 0,   26,   0,  25, 0, 0, 9, 0, 0, 0, 12, 0, 56, 0x20,
                                1, 0xd, 0xb8, 1,  0,  0, 0, 0, 0, 0, 0, 0,  0, 0,  0};

static size_t join(uint8_t *to, const uint8_t *ia, size_t size)
{
	memcpy(to, duid, sizeof(duid));
	memcpy(to + sizeof(duid), server_id, sizeof(server_id));
	memcpy(to + sizeof(duid) + sizeof(server_id), ia, size);
	return sizeof(duid) + sizeof(server_id) + size;
}

static void dhcp6(struct recording *r, uint8_t type, const uint8_t *ia, size_t size)
{
	uint8_t options[128];
	size_t all = join(options, ia, size);

	ordinary_dhcp6(r, true, type, options, all);
	ordinary_dhcp6(r, false, 7, options, all);
}

static void renews6(struct recording *r)
{
	dhcp6(r, 5, ia_na, sizeof(ia_na));
	ordinary_wait(r, 60 * BR_S);
}

static void releases6(struct recording *r)
{
	dhcp6(r, 8, ia_na, sizeof(ia_na));
	ordinary_wait(r, 60 * BR_S);
}

static void delegated(struct recording *r)
{
	uint8_t options[128];
	size_t all = join(options, ia_pd, sizeof(ia_pd));

	ordinary_dhcp6(r, true, 1, options, all);
	ordinary_dhcp6(r, false, 2, options, all);
	dhcp6(r, 3, ia_pd, sizeof(ia_pd));
	ordinary_wait(r, 60 * BR_S);
}

static void informs6(struct recording *r)
{
	ordinary_dhcp6(r, true, 11, duid, sizeof(duid));
	ordinary_dhcp6(r, false, 7, server_id, sizeof(server_id));
	ordinary_wait(r, 60 * BR_S);
}

/* TFTP, HTTP, TCP */

static void writes(struct recording *r)
{
	static const char request[] = "\0\2config.txt\0octet", ack[] = "\0\4\0\0",
			  data[] = "\0\3\0\1hostname x", last[] = "\0\4\0\1";

	ordinary_udp(r, true, 50000, 69, request, sizeof(request));
	ordinary_udp(r, false, 60000, 50000, ack, 4);
	ordinary_udp(r, true, 50000, 60000, data, 14);
	ordinary_udp(r, false, 60000, 50000, last, 4);
	ordinary_wait(r, 60 * BR_S);
}

static void talks(struct recording *r, uint16_t port, const char *up, const char *down, bool rst)
{
	ordinary_tcp(r, true, 40000, port, 2, 1, "");
	ordinary_tcp(r, false, 40000, port, 0x12, 1, "");
	ordinary_tcp(r, true, 40000, port, 0x18, 2, up);
	ordinary_tcp(r, false, 40000, port, 0x18, 2, down);
	ordinary_tcp(r, true, 40000, port, rst ? 4 : 0x11, 2 + (uint32_t)strlen(up), "");
}

static void takes_and_talks(struct recording *r)
{
	static const uint16_t ports[] = {21, 22, 53, 389, 445, 1883, 3306, 5222, 9300};

	ordinary_lease(r, &dhclient);
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		talks(r, ports[i], "\1\2\3", "\4\5\6", i % 2);
	ordinary_wait(r, 60 * BR_S);
}

static void reads_the_web(struct recording *r)
{
	talks(r, 80,
	      "GET /index.html HTTP/1.1\r\nHost: a\r\nUser-Agent: Mozilla/5.0\r\n"
	      "If-None-Match: \"x\"\r\n\r\n",
	      "HTTP/1.1 304 Not Modified\r\n\r\n", false);
	ordinary_wait(r, 60 * BR_S);
}

/* What running systems fetch has names like a boot's: who asks says that it is none. */
static void fetches(struct recording *r, const char *target, const char *agent, const char *answer)
{
	char get[512];

	(void)snprintf(get, sizeof(get), "GET %s HTTP/1.1\r\nHost: a\r\nUser-Agent: %s\r\n\r\n",
	               target, agent);
	talks(r, 80, get, answer, true);
	ordinary_wait(r, 60 * BR_S);
}

static void updates_its_kernel(struct recording *r)
{
	fetches(r, "/pool/main/l/linux/linux-image-6.1_kernel.deb", "Debian APT-HTTP/1.3",
	        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

static void browses_an_iso(struct recording *r)
{
	fetches(r, "/isos/debian-netinst.iso", "Mozilla/5.0 (X11; Linux x86_64)",
	        "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");
}

static void fetches_sources(struct recording *r)
{
	fetches(r, "/gnu/grub/grub-2.06.tar.gz", "curl/8.5.0",
	        "HTTP/1.1 200 OK\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
	        "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 9000000\r\n\r\n1234");
}

/* Devices that set themselves up */

static void lease_of(struct recording *r, const char *class, const char *user, const char *id)
{
	struct ordinary_dhcp m = {.xid = 5,
	                          .class = class,
	                          .user = user,
	                          .client_id = id,
	                          .wanted = phone_wants,
	                          .wanted_size = sizeof(phone_wants),
	                          .file = "http://192.0.2.1/ztp.py"};

	ordinary_lease(r, &m);
	ordinary_wait(r, 60 * BR_S);
}

static void reads(struct recording *r, const char *file)
{
	char request[64] = "\0\1";
	static const char data[] = "\0\3\0\1<x/>";
	static const char ack[] = "\0\4\0\1";
	size_t size = strlen(file);

	memcpy(request + 2, file, size + 1);
	memcpy(request + 2 + size + 1, "octet", 6);
	ordinary_udp(r, true, 50000, 69, request, 2 + size + 1 + 6);
	ordinary_udp(r, false, 60000, 50000, data, 8);
	ordinary_udp(r, true, 50000, 60000, ack, 4);
	ordinary_wait(r, 60 * BR_S);
}

static void is_cisco_phone(struct recording *r)
{
	lease_of(r, "Cisco Systems, Inc. IP Phone CP-8841", NULL, NULL);
	reads(r, "SEP020000000007.cnf.xml");
	reads(r, "sip88xx.12-0-1.loads");
}

static void is_polycom(struct recording *r)
{
	lease_of(r, "PolycomVVX-VVX_410-UA", NULL, NULL);
}

static void is_yealink(struct recording *r)
{
	lease_of(r, "yealink", NULL, NULL);
}

static void is_arista(struct recording *r)
{
	lease_of(r, "Arista;DCS-7050S-64;01.06;JPE12345678", NULL, NULL);
}

static void is_juniper(struct recording *r)
{
	lease_of(r, "Juniper-ex2300-c-12p", NULL, NULL);
}

static void is_cisco_switch(struct recording *r)
{
	lease_of(r, NULL, NULL, "cisco-0200.0000.0007-Vl1");
	reads(r, "network-confg");
}

static void is_cisco_router(struct recording *r)
{
	lease_of(r, "PXEClient:Arch:00009:UNDI:003010:PID:NCS-5508", "exr-config", NULL);
}

static void is_modem(struct recording *r)
{
	lease_of(r, "docsis3.0:052401010102", NULL, NULL);
	reads(r, "silver.cm");
}

static void is_switch_by_class_alone(struct recording *r)
{
	struct ordinary_dhcp m = dhclient;

	m.class = "onie_vendor:x86_64-dell_s4000-r0";
	m.file = "http://192.0.2.1/onie-installer";
	ordinary_lease(r, &m);
	ordinary_wait(r, 60 * BR_S);
}

/* A scanner's look whether anybody serves files */
static void scans(struct recording *r)
{
	static const char request[] = "\0\1r7tftp.txt\0octet";

	ordinary_udp(r, true, 50000, 69, request, sizeof(request));
	ordinary_wait(r, 60 * BR_S);
}

static const struct {
	const char *what;
	void (*make)(struct recording *r);
	const char *errand;
} hosts[] = {
	{"Windows takes an address", takes_windows, "address"},
	{"dhclient takes an address", takes_dhclient, "address"},
	{"a server gives a boot file to all", takes_with_file, "address"},
	{"a container takes an address", takes_container, "address"},
	{"an Android takes an address", takes_android, "address"},
	{"a Mac takes an address", takes_mac, "address"},
	{"a bare client takes an address", takes_bare, "address"},
	{"INFORM", informs, "address"},
	{"a renewal", renews_by_unicast, "address"},
	{"a rebinding", rebinds, "address"},
	{"renewals that nobody answers", renews_in_vain, "address"},
	{"RELEASE", releases, "address"},
	{"DECLINE, and another address", declines, "address"},
	{"a NAK to INIT-REBOOT, and another address", moves, "address"},
	{"DISCOVERs that nobody answers", asks_in_vain, "asked"},
	{"a NAK", is_refused, "asked"},
	{"DHCPv6 RENEW", renews6, "address"},
	{"DHCPv6 RELEASE", releases6, "address"},
	{"prefix delegation", delegated, "address"},
	{"DHCPv6 INFORMATION-REQUEST", informs6, "address"},
	{"a TFTP write", writes, "write"},
	{"TCP to ports that are not HTTP's", takes_and_talks, "address"},
	{"web pages", reads_the_web, "web"},
	{"a new kernel by apt", updates_its_kernel, "web"},
	{"an ISO in a browser", browses_an_iso, "web"},
	{"sources by curl", fetches_sources, "web"},
	{"a scanner's RRQ", scans, "read"},
	{"a switch that says so in its class", is_switch_by_class_alone, "device"},
	{"a Cisco phone", is_cisco_phone, "phone"},
	{"a Polycom phone", is_polycom, "phone"},
	{"a Yealink phone", is_yealink, "phone"},
	{"an Arista switch", is_arista, "device"},
	{"a Juniper switch", is_juniper, "device"},
	{"a Cisco switch", is_cisco_switch, "device"},
	{"a Cisco router", is_cisco_router, "device"},
	{"a cable modem", is_modem, "modem"},
};

/* Rules that only a boot, binary protocols and probes of others could seem to break here. */
static bool accuses(const char *json)
{
	static const char *const ids[] = {"HTTP-",    "NET-ARP", "ROB-HT",      "PXE-PRX", "PXE-BS",
	                                  "PXE-ARCH", "D6-NB",   "D4S-DISC-13", "HBD-"};
	char want[64];

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		(void)snprintf(want, sizeof(want), "{\"id\":\"%s", ids[i]);
		if (strstr(json, want)) {
			print_error("%s is said to be broken\n", ids[i]);
			return true;
		}
	}
	return false;
}

static void each_is_one_line_and_no_verdict(void **state)
{
	static char text[TEXT_MAX];
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct recording r = {0};
		char want[64];

		hosts[i].make(&r);
		int code = recording_explain_clean(&r, text, TEXT_MAX);

		recording_reset(&r);
		(void)snprintf(want, sizeof(want), "\"hosts\":[{\"errand\":\"%s\",\"count\":1,",
		               hosts[i].errand);
		if (code == NOBODY_BOOTS &&
		    strstr(text, "{\"clients\":[],\"verdict\":\"\"") == text + 0 &&
		    strstr(text, want) && !accuses(text))
			continue;
		print_error("%s: exit %d, %.300s\n", hosts[i].what, code, text);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* All of them in one network, and one machine more that boots in vain. */
static void a_boot_is_found_among_them(void **state)
{
	static char text[TEXT_MAX];
	struct recording r;

	(void)state;
	recording_load_named(&r, "ovmf-virtio-none.pcap");
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		hosts[i].make(&r);
	assert_int_equal(recording_explain_clean(&r, text, TEXT_MAX), 1);
	recording_reset(&r);
	assert_non_null(strstr(text, "\"verdict\":\"dhcp.no-offer\""));
	assert_null(strstr(text, "{\"mac\":\"02:00:00:00:00:07\""));
}

/* What one sign of a boot each is enough for. */
static void a_sign_of_a_boot_makes_it_one(void **state)
{
	static const struct ordinary_dhcp signs[] = {
		{.xid = 1, .class = "PXEClient:Arch:00007:UNDI:003000", .arch = 7},
		{.xid = 2, .class = "HTTPClient:Arch:00016:UNDI:003000", .arch = 16},
		{.xid = 3, .class = "U-Boot.armv8"},
		{.xid = 4, .class = "AAPLBSDPC/i386/MacPro1,1"},
		{.xid = 5, .arch = 11},
		{.xid = 6, .user = "iPXE"},
	};
	static char text[TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		struct recording r = {0};

		ordinary_lease(&r, &signs[i]);
		(void)recording_explain_clean(&r, text, TEXT_MAX);
		recording_reset(&r);
		assert_non_null(strstr(text, "{\"clients\":[\n{\"mac\":\"02:00:00:00:00:07\""));
	}
}

/* The firmware found nothing, and the disk was booted: its Windows is not what failed or not. */
static void the_system_behind_a_failed_boot_does_not_decide(void **state)
{
	static char text[TEXT_MAX];
	struct ordinary_dhcp m = {.xid = 1, .class = "PXEClient:Arch:00000:UNDI:002001"};
	struct recording r = {0};
	char verdict[64];

	(void)state;
	m.type = BR_DHCP_TYPE_DISCOVER;
	for (int i = 0; i < 4; i++) {
		ordinary_ask(&r, &m);
		ordinary_wait(&r, 4 * BR_S);
	}
	ordinary_wait(&r, 60 * BR_S);
	takes_windows(&r);
	assert_int_equal(recording_explain_clean(&r, text, TEXT_MAX), 1);
	recording_reset(&r);
	recording_verdict(text, verdict, sizeof(verdict));
	assert_string_equal(verdict, "dhcp.no-offer");
	assert_non_null(strstr(text, "\"outcome\":\"host.no-boot\""));
}

static const struct ordinary_dhcp rom = {
	.xid = 1, .class = "PXEClient:Arch:00000:UNDI:002001", .file = "pxelinux.0"};

/* The verdict of the first client; @r is taken. */
static void verdict_of(struct recording *r, char text[TEXT_MAX], char verdict[64])
{
	(void)recording_explain_clean(r, text, TEXT_MAX);
	recording_reset(r);
	recording_verdict(text, verdict, 64);
}

/* Half a millisecond behind the OFFER nobody can have failed to take it; a minute behind it, yes */
static void a_verdict_needs_a_boot_that_had_time_to_fail(void **state)
{
	static char text[TEXT_MAX];
	char verdict[64];

	(void)state;
	for (int late = 0; late < 2; late++) {
		struct ordinary_dhcp m = rom;
		struct recording r = {0};

		m.file = NULL;
		m.type = BR_DHCP_TYPE_DISCOVER;
		ordinary_ask(&r, &m);
		m.type = BR_DHCP_TYPE_OFFER;
		ordinary_answer(&r, &m, ORDINARY_HOST);
		if (late)
			ordinary_wait(&r, 60 * BR_S);
		verdict_of(&r, text, verdict);
		assert_string_equal(verdict, late ? "dhcp.no-boot-data" : "capture.ends");
		assert_non_null(strstr(text, "\"frames\":[1,2]"));
	}
}

/* RFC 2131 table 5 wants the xid of the OFFER; who draws another makes no second attempt of it. */
static void a_request_of_another_xid_takes_up_the_offer(void **state)
{
	static char text[TEXT_MAX];
	struct ordinary_dhcp m = rom;
	struct recording r = {0};
	char verdict[64];

	(void)state;
	m.type = BR_DHCP_TYPE_DISCOVER;
	ordinary_ask(&r, &m);
	m.type = BR_DHCP_TYPE_OFFER;
	ordinary_answer(&r, &m, ORDINARY_HOST);
	m.xid++;
	m.type = BR_DHCP_TYPE_REQUEST;
	m.requested = ORDINARY_HOST;
	m.server_id = true;
	ordinary_ask(&r, &m);
	m.type = BR_DHCP_TYPE_ACK;
	ordinary_answer(&r, &m, ORDINARY_HOST);
	verdict_of(&r, text, verdict);
	assert_non_null(strstr(text, "with another xid than the OFFER's"));
	assert_null(strstr(strstr(text, "\"path\":") + 1, "\"path\":\"PXE")); /* one attempt */
}

/* RFC 4390 section 2.1: chaddr is of zeros, and option 61 says who it is. */
static void machines_without_hardware_address_are_as_many_as_they_say(void **state)
{
	static char text[TEXT_MAX];
	struct ordinary_dhcp a = rom, b = rom;
	struct recording r = {0};
	char verdict[64];
	size_t clients = 0;

	(void)state;
	a.no_mac = b.no_mac = true;
	a.client_id = "one";
	b.client_id = "two";
	b.xid = 2;
	a.type = b.type = BR_DHCP_TYPE_DISCOVER;
	ordinary_ask(&r, &a);
	ordinary_ask(&r, &b);
	a.type = b.type = BR_DHCP_TYPE_OFFER;
	ordinary_answer(&r, &a, ORDINARY_HOST);
	ordinary_answer(&r, &b, ORDINARY_HOST + 1);
	verdict_of(&r, text, verdict);
	for (const char *at = text; (at = strstr(at, "{\"mac\":\"")); at++)
		clients++;
	assert_int_equal(clients, 2);
}

/* RFC 4388: what a relay asks about somebody's lease, and the answer, are nobody's boot. */
static void a_lease_query_is_no_offer(void **state)
{
	static char text[TEXT_MAX];
	struct ordinary_dhcp m = {.type = BR_DHCP_TYPE_LEASEQUERY, .xid = 1, .has_address = true};
	struct recording r = {0};

	(void)state;
	ordinary_ask(&r, &m);
	m.type = BR_DHCP_TYPE_LEASEUNKNOWN;
	ordinary_answer(&r, &m, 0);
	assert_int_equal(recording_explain_clean(&r, text, TEXT_MAX), NOBODY_BOOTS);
	recording_reset(&r);
	assert_non_null(strstr(text, "\"errand\":\"address\""));
	assert_false(recording_has_finding(text, "dhcp.offer-malformed"));
}

/* RFC 5227: it has its address, three others try theirs, and it asks again from 0.0.0.0. */
static void probes_of_others_are_no_conflict(void **state)
{
	static char text[TEXT_MAX];
	struct ordinary_dhcp m = windows;
	struct recording r = {0};

	(void)state;
	ordinary_arp(&r, 0, ORDINARY_HOST);
	ordinary_arp(&r, ORDINARY_HOST, 1);
	for (uint8_t other = 8; other < 11; other++) {
		ordinary_arp(&r, 0, other);
		r.frame[r.frames - 1].octets[6 + 5] = r.frame[r.frames - 1].octets[22 + 5] = other;
	}
	m.type = BR_DHCP_TYPE_REQUEST;
	m.requested = ORDINARY_HOST;
	ordinary_ask(&r, &m);
	assert_int_equal(recording_explain_clean(&r, text, TEXT_MAX), NOBODY_BOOTS);
	recording_reset(&r);
	assert_null(strstr(text, "{\"id\":\"NET-ARP-04\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_needs_a_boot_that_had_time_to_fail),
		cmocka_unit_test(a_request_of_another_xid_takes_up_the_offer),
		cmocka_unit_test(machines_without_hardware_address_are_as_many_as_they_say),
		cmocka_unit_test(a_lease_query_is_no_offer),
		cmocka_unit_test(probes_of_others_are_no_conflict),
		cmocka_unit_test(each_is_one_line_and_no_verdict),
		cmocka_unit_test(a_boot_is_found_among_them),
		cmocka_unit_test(a_sign_of_a_boot_makes_it_one),
		cmocka_unit_test(the_system_behind_a_failed_boot_does_not_decide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
