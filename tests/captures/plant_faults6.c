/* SPDX-License-Identifier: BSD-2-Clause */
/* One thing broken in a good boot over IPv6 must be named by explain: the capture ends as the
 * client would end it, its last question repeated and then silence. Before that the capture
 * must be free of that finding.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/tftp_packet.h"
#include "helper.h"
#include "tests/captures/recording.h"

enum {
	TEXT_MAX = 1 << 20,
	SOLICIT = 1,
	ADVERTISE = 2,
	REQUEST = 3,
	REPLY = 7,
	DECLINE = 9,
	INFORMATION = 11,
	RELAY_FORWARD = 12,
	RELAY_REPLY = 13,
	SERVER_ID = 2,
	CLIENT_ID = 1,
	IA_NA = 3,
	PREFERENCE = 7,
	RAPID_COMMIT = 14,
	VENDOR_CLASS = 16,
	BOOT_URL = 59,
	ICMP_ROUTER_SOLICITATION = 133,
	ICMP_ADVERTISEMENT = 134,
	ICMP_SOLICITATION = 135,
};

#define OTHER_DUID "\0\3\0\1\2\0\0\0\0\x66"

static const char pxe[] = "aavmf64-virtio-pxe6.pcap";    /* EDK2, dnsmasq */
static const char http[] = "aavmf64n-virtio-http6.pcap"; /* EDK2, ISC dhcpd */
static const char shim[] = "ovmf-virtio-pxe6-ref.pcap";
static const char slof[] = "slof-vlan-v6auto.pcap"; /* router and INFORMATION-REQUEST */

static const char *what = "";

static size_t must(size_t index)
{
	if (index == SIZE_MAX)
		print_error("the capture does not hold what the fault needs: %s\n", what);
	assert_true(index != SIZE_MAX);
	return index;
}

static size_t find(const struct recording *r, uint8_t type)
{
	return must(recording_find_dhcp6(r, 0, type));
}

/* The client asks again, 4 s and 12 s later: @asked; what came from @at on is gone. */
static void again(struct recording *r, size_t at, size_t asked)
{
	br_time then = r->frame[asked].at;

	recording_cut(r, at);
	recording_again(r, asked, then + 4 * BR_S);
	recording_again(r, asked, then + 12 * BR_S);
}

static void no_advertise(struct recording *r)
{
	again(r, find(r, ADVERTISE), find(r, SOLICIT));
}

static void stray(struct recording *r, size_t i)
{
	memcpy(r->frame[i].octets + recording_payload(r, i) + 1, "\xbe\xef\1", 3);
	recording_fix(r, i);
}

static void advertise_xid(struct recording *r)
{
	size_t at = find(r, ADVERTISE);

	stray(r, at);
	again(r, at + 1, find(r, SOLICIT));
}

static void option(struct recording *r, uint16_t code, const void *value, size_t size)
{
	size_t at = find(r, ADVERTISE);

	recording_set_option6(r, at, code, value, size);
	again(r, at + 1, find(r, SOLICIT));
}

static void no_server_id(struct recording *r)
{
	option(r, SERVER_ID, NULL, 0);
}

static void other_client_id(struct recording *r)
{
	option(r, CLIENT_ID, "\0\3\0\1\2\0\0\0\0\x77", 10);
}

static void no_ia(struct recording *r)
{
	option(r, IA_NA, NULL, 0);
}

static void range_used_up(struct recording *r)
{
	static const uint8_t ia[] = {0xbe, 0xa7, 0xd5, 0xdf, 0,  0, 0, 0, 0,
	                             0,    0,    0,    0,    13, 0, 2, 0, 2};

	option(r, IA_NA, ia, sizeof(ia));
}

/* The same of a server that knows no boot file either */
static void range_used_up_no_file(struct recording *r)
{
	recording_set_option6(r, find(r, ADVERTISE), BOOT_URL, NULL, 0);
	range_used_up(r);
}

/* RFC 8415 21.16: Intel's number 343, a length, a text */
static void class_of_pxe(struct recording *r)
{
	static const char class[] = "\0\0\1\x57\0\x09PXEClient";

	recording_set_option6(r, find(r, ADVERTISE), VENDOR_CLASS, class, sizeof(class) - 1);
	recording_set_option6(r, find(r, REPLY), VENDOR_CLASS, class, sizeof(class) - 1);
	recording_cut(r, find(r, REPLY) + 1);
}

static void http_class_gone(struct recording *r)
{
	option(r, VENDOR_CLASS, NULL, 0);
}

static void http_url_gone(struct recording *r)
{
	option(r, BOOT_URL, NULL, 0);
}

static void no_reply(struct recording *r)
{
	again(r, find(r, REPLY), find(r, REQUEST));
}

static void reply_xid(struct recording *r)
{
	size_t at = find(r, REPLY);

	stray(r, at);
	again(r, at + 1, find(r, REQUEST));
}

/* What the REPLY gives, and then the client is quiet. */
static void reply_option(struct recording *r, uint16_t code, const void *value, size_t size)
{
	size_t at = find(r, REPLY);

	recording_set_option6(r, at, code, value, size);
	recording_cut(r, at + 1);
}

static void refused(struct recording *r)
{
	static const uint8_t ia[] = {0xbe, 0xa7, 0xd5, 0xdf, 0,  0, 0, 0, 0,
	                             0,    0,    0,    0,    13, 0, 2, 0, 4};

	reply_option(r, IA_NA, ia, sizeof(ia));
}

static void url(struct recording *r, const char *text)
{
	recording_set_option6(r, find(r, ADVERTISE), BOOT_URL, text, text ? strlen(text) : 0);
	reply_option(r, BOOT_URL, text, text ? strlen(text) : 0);
}

static void no_url(struct recording *r)
{
	url(r, NULL);
}

static void url_only_offered(struct recording *r)
{
	reply_option(r, BOOT_URL, NULL, 0);
}

static void url_wide(struct recording *r)
{
	static const char wide[] = "t\0f\0t\0p\0:\0/\0/\0[\0:\0:\0002\0]\0/\0x";

	recording_set_option6(r, find(r, ADVERTISE), BOOT_URL, wide, sizeof(wide));
	reply_option(r, BOOT_URL, wide, sizeof(wide));
}

/* What is wrong below DHCPv6: nobody hears it, and the client asks again. */

static size_t udp_of(const struct recording *r, size_t i)
{
	return recording_payload(r, i) - 8;
}

static void sum_none(struct recording *r)
{
	size_t at = find(r, ADVERTISE);

	recording_put16(r->frame[at].octets + udp_of(r, at) + 6, 0);
	again(r, at + 1, find(r, SOLICIT));
}

static void sum_wrong(struct recording *r)
{
	size_t at = find(r, ADVERTISE);

	r->frame[at].octets[udp_of(r, at) + 6] ^= 0x55;
	again(r, at + 1, find(r, SOLICIT));
}

static void to_547(struct recording *r)
{
	size_t at = find(r, ADVERTISE);

	recording_put16(r->frame[at].octets + udp_of(r, at) + 2, 547);
	recording_fix(r, at);
	again(r, at + 1, find(r, SOLICIT));
}

static void tagged(struct recording *r)
{
	static uint8_t made[2048];
	size_t at = find(r, ADVERTISE), size = r->frame[at].size;
	br_time then = r->frame[at].at;

	memcpy(made, r->frame[at].octets, 12);
	memcpy(made + 12, "\x81\0\0\x14", 4);
	memcpy(made + 16, r->frame[at].octets + 12, size - 12);
	recording_cut(r, at);
	recording_put(r, then, made, size + 4, (uint32_t)(size + 4));
	again(r, r->frames, find(r, SOLICIT));
}

/* An IA_NA with an address of these lifetimes, in seconds, below 256 */
static void lifetimes(struct recording *r, uint8_t type, uint8_t iaid, uint8_t preferred,
                      uint8_t valid)
{
	uint8_t ia[] = {0xbe, 0xa7, 0xd5, iaid, 0,    0,    0, 0,         0, 0, 0, 0,    0, 5,
	                0,    24,   0x20, 1,    0x0d, 0xb8, 0, 2,         0, 0, 0, 0,    0, 0,
	                0,    0,    1,    0,    0,    0,    0, preferred, 0, 0, 0, valid};

	recording_set_option6(r, find(r, type), IA_NA, ia, sizeof(ia));
}

static void other_iaid(struct recording *r)
{
	lifetimes(r, ADVERTISE, 0xdd, 90, 90);
	again(r, find(r, ADVERTISE) + 1, find(r, SOLICIT));
}

static void valid_for_nothing(struct recording *r)
{
	lifetimes(r, ADVERTISE, 0xdf, 0, 0);
	again(r, find(r, ADVERTISE) + 1, find(r, SOLICIT));
}

static void preferred_longer(struct recording *r)
{
	lifetimes(r, REPLY, 0xdf, 90, 80);
	recording_cut(r, find(r, REPLY) + 1);
}

/* The REQUEST once more, as a DECLINE */
static void address_declined(struct recording *r)
{
	size_t reply = find(r, REPLY), asked = find(r, REQUEST);

	recording_cut(r, reply + 1);
	recording_again(r, asked, r->frame[reply].at + BR_S);
	r->frame[reply + 1].octets[recording_payload(r, reply + 1)] = DECLINE;
	recording_fix(r, reply + 1);
}

/* Another server's ADVERTISE, without a boot file, just before the one there is */
static void other_server(struct recording *r, bool sure)
{
	size_t at = find(r, ADVERTISE), last = r->frames;

	recording_again(r, at, r->frame[at].at - 1);
	recording_set_option6(r, last, SERVER_ID, OTHER_DUID, sizeof(OTHER_DUID) - 1);
	recording_set_option6(r, last, BOOT_URL, NULL, 0);
	if (sure)
		recording_set_option6(r, last, PREFERENCE, "\xff", 1);
	recording_sort(r);
}

static void other_server_taken(struct recording *r)
{
	size_t at;

	other_server(r, false);
	recording_set_option6(r, find(r, REQUEST), SERVER_ID, OTHER_DUID, sizeof(OTHER_DUID) - 1);
	at = find(r, REPLY);
	recording_set_option6(r, at, SERVER_ID, OTHER_DUID, sizeof(OTHER_DUID) - 1);
	recording_set_option6(r, at, BOOT_URL, NULL, 0);
	recording_cut(r, at + 1);
}

static void other_server_prefers(struct recording *r)
{
	recording_set_option6(r, find(r, ADVERTISE), PREFERENCE, NULL, 0);
	other_server(r, true);
	again(r, find(r, REQUEST), find(r, SOLICIT));
}

/* A server that answers when the client has given up */
static void late_advertise(struct recording *r)
{
	size_t at = find(r, ADVERTISE), asked = find(r, SOLICIT);
	br_time then = r->frame[at].at;

	recording_cut(r, at + 1);
	recording_again(r, asked, then + 4 * BR_S);
	recording_again(r, asked, then + 12 * BR_S);
	recording_again(r, at, then + 80 * BR_S);
	recording_drop(r, at);
}

/* Of fe80::909, to all: M, and 1800 s a router */
static const uint8_t advertisement[] = {
	0x33, 0x33, 0, 0, 0,  1,    2,  0,   0, 0, 9, 9, 0x86, 0xdd, /* Ethernet */
	0x60, 0,    0, 0, 0,  16,   58, 255,                         /* IPv6 */
	0xfe, 0x80, 0, 0, 0,  0,    0,  0,   0, 0, 0, 0, 0,    0,    9, 9,
	0xff, 2,    0, 0, 0,  0,    0,  0,   0, 0, 0, 0, 0,    0,    0, 1,
	134,  0,    0, 0, 64, 0x80, 7,  8,   0, 0, 0, 0, 0,    0,    0, 0};

/* It is the only one, and the boot server is in another network. */
static void advertised(struct recording *r, uint8_t hop_limit)
{
	br_time then = r->frame[find(r, SOLICIT)].at - BR_MS;

	for (size_t i = r->frames; i-- > 0;) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_ICMPV6 && p.icmp.type == ICMP_ADVERTISEMENT)
			recording_drop(r, i);
	}
	url(r, "tftp://[2001:db8:9::2]/grubaa64.efi");
	recording_put(r, then, advertisement, sizeof(advertisement), sizeof(advertisement));
	r->frame[r->frames - 1].octets[21] = hop_limit;
	recording_fix(r, r->frames - 1);
	recording_sort(r);
}

static void routed_advertisement(struct recording *r)
{
	advertised(r, 64);
}

/* The client looks for the router that advertised itself. */
static void router_gone(struct recording *r)
{
	static const uint8_t solicitation[] = {
		0x33, 0x33, 0xff, 0, 9, 9, 0x52, 0x54, 0,   0xaa, 0,    1,    0x86,
		0xdd, 0x60, 0,    0, 0, 0, 24,   58,   255, 0x20, 1,    0x0d, 0xb8,
		0,    2,    0,    0, 0, 0, 0,    0,    0,   0,    0,    0x77, 0xff,
		2,    0,    0,    0, 0, 0, 0,    0,    0,   0,    1,    0xff, 0,
		9,    9,    135,  0, 0, 0, 0,    0,    0,   0,    0xfe, 0x80, 0,
		0,    0,    0,    0, 0, 0, 0,    0,    0,   0,    0,    9,    9};
	br_time then;

	advertised(r, 255);
	then = r->frame[r->frames - 1].at;
	for (unsigned i = 1; i < 4; i++) {
		recording_put(r, then + i * BR_S, solicitation, sizeof(solicitation),
		              sizeof(solicitation));
		recording_fix(r, r->frames - 1);
	}
}

/* Both sides of a relay: a copy of frame @i in an envelope; @interface: with option 18 */
static void in_envelope(struct recording *r, size_t i, uint8_t type, bool interface)
{
	static uint8_t made[2048];
	struct br_packet p = recording_packet(r, i);
	size_t last = r->frames, at = 34;

	memset(made, 0, at);
	made[0] = type;
	memcpy(made + 2, "\x20\1\x0d\xb8\0\2", 6);
	memcpy(made + 18, type == RELAY_FORWARD ? p.src.ip : p.dst.ip, 16);
	if (interface) {
		memcpy(made + at, "\0\x12\0\2p7", 6);
		at += 6;
	}
	recording_put16(made + at, 9);
	recording_put16(made + at + 2, (unsigned)p.payload.size);
	memcpy(made + at + 4, p.payload.data, p.payload.size);
	recording_again(r, i, r->frame[i].at + BR_MS);
	recording_set_payload(r, last, made, at + 4 + p.payload.size);
	memset(r->frame[last].octets + 6, 2, 6);
	recording_put16(r->frame[last].octets + udp_of(r, last), 547);
	recording_put16(r->frame[last].octets + udp_of(r, last) + 2, 547);
	recording_fix(r, last);
}

/* Recorded at the server, to which the relay does not say where the client is */
static void link_unsaid(struct recording *r)
{
	size_t asked = find(r, SOLICIT);

	recording_cut(r, asked + 1);
	in_envelope(r, asked, RELAY_FORWARD, false);
	while (r->frames > 1)
		recording_drop(r, 0);
	memset(r->frame[0].octets + recording_payload(r, 0) + 2, 0, 16);
	recording_fix(r, 0);
	again(r, 1, 0);
}

static void relayed(struct recording *r, bool returned)
{
	size_t asked = find(r, SOLICIT), at;

	recording_cut(r, find(r, ADVERTISE) + 1);
	in_envelope(r, asked, RELAY_FORWARD, true);
	recording_sort(r);
	at = find(r, ADVERTISE);
	in_envelope(r, at, RELAY_REPLY, returned);
	recording_drop(r, at);
	again(r, r->frames, asked);
}

static void relay_keeps(struct recording *r)
{
	relayed(r, true);
}

static void interface_lost(struct recording *r)
{
	relayed(r, false);
}

static void address_beside_a_status(struct recording *r)
{
	static const uint8_t ia[] = {0xbe, 0xa7, 0xd5, 0xdf, 0, 0, 0, 0,  0, 0,  0, 0, 0, 5, 0, 24,
	                             0x20, 1,    0x0d, 0xb8, 0, 2, 0, 0,  0, 0,  0, 0, 0, 0, 1, 0,
	                             0,    0,    0,    90,   0, 0, 0, 90, 0, 13, 0, 2, 0, 4};

	reply_option(r, IA_NA, ia, sizeof(ia));
}

/* The client looks for the server of the URL, and nobody has that address. */
static void url_host(struct recording *r)
{
	for (size_t i = find(r, REPLY); i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);
		br_time then = r->frame[i].at;

		if (p.transport != BR_TRANSPORT_ICMPV6 || p.icmp.type != ICMP_SOLICITATION ||
		    p.eth_src[0] != 0x52 || p.src.ip[0] != 0x20)
			continue;
		recording_cut(r, i + 1);
		recording_again(r, i, then + BR_S);
		recording_again(r, i, then + 2 * BR_S);
		return;
	}
	fail();
}

static size_t read_request(const struct recording *r)
{
	return must(recording_find_tftp(r, 0, BR_TFTP_RRQ));
}

/* The boot server by its name: the firmware loads shim, and shim stops. */
static void shim_by_name(struct recording *r)
{
	static const char name[] = "tftp://boot.example/shimx64.efi";
	size_t probe = read_request(r), file, own;

	for (size_t i = 0; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_UDP && p.dst.port == 546 &&
		    (p.payload.data[0] == ADVERTISE || p.payload.data[0] == REPLY))
			recording_set_option6(r, i, BOOT_URL, name, sizeof(name) - 1);
	}
	file = must(recording_find_tftp(r, probe + 1, BR_TFTP_RRQ));
	own = must(recording_find_tftp(r, file + 1, BR_TFTP_RRQ));
	recording_cut(r, own);
}

static void tftp_silent(struct recording *r)
{
	size_t at = read_request(r);

	again(r, at + 1, at);
}

/* RFC 4443 §3.1: type 1 code 4 with the packet it is about, from the machine it went to */
static void tftp_closed(struct recording *r)
{
	static uint8_t made[2048];
	size_t asked = read_request(r), size = r->frame[asked].size - 14;
	const uint8_t *was = r->frame[asked].octets;
	br_time then = r->frame[asked].at;

	memset(made, 0, 62);
	memcpy(made, was + 6, 6);
	memcpy(made + 6, was, 6);
	memcpy(made + 12, "\x86\xdd\x60\0\0\0\0\0\x3a\xff", 10);
	made[18] = (uint8_t)((size + 8) >> 8);
	made[19] = (uint8_t)(size + 8);
	memcpy(made + 22, was + 38, 16);
	memcpy(made + 38, was + 22, 16);
	made[54] = 1;
	made[55] = 4;
	memcpy(made + 62, was + 14, size);
	recording_cut(r, asked + 1);
	for (int i = 0; i < 3; i++) {
		if (i > 0)
			recording_again(r, asked, then + (unsigned)(4 * i) * BR_S);
		recording_put(r, then + (unsigned)(4 * i) * BR_S + BR_MS, made, 62 + size,
		              (uint32_t)(62 + size));
		recording_fix(r, r->frames - 1);
	}
}

static void not_found(struct recording *r)
{
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_OACK));

	recording_set_payload(r, at, "\0\5\0\1File not found", 19);
	recording_cut(r, at + 1);
}

static void inform_unanswered(struct recording *r)
{
	again(r, find(r, REPLY), find(r, INFORMATION));
}

static const struct plant_faults6_planted {
	const char *what, *capture;
	void (*plant)(struct recording *r);
	const char *verdict;
	const char *says; /* in its text */
} faults[] = {
	{"no ADVERTISE", pxe, no_advertise, "dhcp6.no-answer", "3 SOLICITs in 12 s, no ADVERTISE"},
	{"no ADVERTISE, HTTP, nor OFFER", http, no_advertise, "dhcp.no-offer",
         "Nor did anybody answer its DHCPv6 (3 messages)"},
	{"ADVERTISE with another xid", pxe, advertise_xid, "dhcp6.wrong-xid", "0xbeef01"},
	{"ADVERTISE without option 2", pxe, no_server_id, "dhcp6.wrong-id", "option 2"},
	{"ADVERTISE with another option 1", pxe, other_client_id, "dhcp6.wrong-id", "option 1"},
	{"ADVERTISE without IA_NA", pxe, no_ia, "dhcp6.no-address", "gives no address"},
	{"NoAddrsAvail", pxe, range_used_up_no_file, "dhcp6.no-address", "NoAddrsAvail"},
	{"NoAddrsAvail beside option 59", pxe, range_used_up, "dhcp6.boot-file-without-address",
         "names a boot file"},
	{"option 16 PXEClient", pxe, class_of_pxe, "dhcp6.sent-to-4011", "port 4011"},
	{"option 16 dropped", http, http_class_gone, "dhcp6.http-class-missing", "option 16"},
	{"option 59 dropped, HTTP", http, http_url_gone, "dhcp6.no-boot-file", "option 59"},
	{"no REPLY", pxe, no_reply, "dhcp6.no-reply", "3 times and got no REPLY"},
	{"no REPLY, HTTP", http, no_reply, "dhcp6.no-reply", "no REPLY"},
	{"REPLY with another xid", pxe, reply_xid, "dhcp6.wrong-xid", "another transaction-id"},
	{"NotOnLink", pxe, refused, "dhcp6.refused", "NotOnLink"},
	{"option 59 dropped", pxe, no_url, "dhcp6.no-boot-file", "gives no boot file"},
	{"option 59 in the ADVERTISE alone", pxe, url_only_offered, "dhcp6.no-boot-file",
         "only the ADVERTISE does"},
	{"a URL in UTF-16", pxe, url_wide, "dhcp6.url-unusable", "UTF-16"},
	{"ADVERTISE without a checksum", pxe, sum_none, "net.wrong-checksum", "RFC 8200"},
	{"ADVERTISE with a wrong checksum", pxe, sum_wrong, "net.wrong-checksum", "1 of 1"},
	{"ADVERTISE with a VLAN tag", pxe, tagged, "net.other-vlan", "VLAN 20"},
	{"ADVERTISE to port 547", pxe, to_547, "dhcp6.to-other-port", "to port 547"},
	{"ADVERTISE with another IAID", pxe, other_iaid, "dhcp6.other-iaid", "0xbea7d5df"},
	{"valid lifetime 0", pxe, valid_for_nothing, "dhcp6.dead-address", "valid lifetime of 0"},
	{"preferred lifetime above the valid one", pxe, preferred_longer, "dhcp6.dead-address",
         "(90 s) above the valid one (80 s)"},
	{"DECLINE", pxe, address_declined, "dhcp6.declined", "refused it (DECLINE)"},
	{"another server without boot file taken", pxe, other_server_taken,
         "dhcp6.other-server-taken", "names tftp://"},
	{"another server with preference 255", pxe, other_server_prefers,
         "dhcp6.other-server-taken", "higher preference (255)"},
	{"a relay that passes no ADVERTISE on", pxe, relay_keeps, "relay.drops-replies",
         "passed nothing on"},
	{"Relay-reply without interface-id", pxe, interface_lost, "relay.interface-id",
         "option 18"},
	{"shim told its server by name", shim, shim_by_name, "loader.shim-wants-brackets",
         "MUST BE ENCLOSED"},
	{"an ADVERTISE after 80 s", pxe, late_advertise, "dhcp6.late-answer", "had given up"},
	{"an advertisement with hop limit 64", pxe, routed_advertisement, "boot.no-route",
         "hop limit 64"},
	{"the router that advertised itself is gone", pxe, router_gone, "boot.router-dead",
         "3 neighbor solicitations"},
	{"a relay without link-address", pxe, link_unsaid, "dhcp6.no-answer",
         "nothing of the client's link"},
	{"NotOnLink beside an address", pxe, address_beside_a_status, "dhcp6.refused", "NotOnLink"},
	{"nobody has the URL's address", pxe, url_host, "boot.server-dead",
         "3 neighbor solicitations in 2 s"},
	{"TFTP server silent", pxe, tftp_silent, "tftp.silent", "2001:db8:2::2"},
	{"TFTP port closed", pxe, tftp_closed, "tftp.closed", "2001:db8:2::2"},
	{"no such file", pxe, not_found, "tftp.not-found", "grubaa64.efi"},
	{"option 59 dropped, SLOF", slof, url_only_offered, "dhcp6.no-boot-file", "no boot file"},
	{"no answer at all, SLOF", slof, inform_unanswered, "dhcp.no-offer",
         "Nor did anybody answer its DHCPv6 (3 messages)"},
};

/* The recorder still runs for a minute. */
static void silence(struct recording *r)
{
	static const uint8_t arp[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,   0, 0, 0, 0,
	                                9,    8,    6,    0,    1,    8,    0,   6, 4, 0, 1,
	                                2,    0,    0,    0,    0,    9,    192, 0, 2, 9, 0,
	                                0,    0,    0,    0,    0,    192,  0,   2, 10};
	br_time last = r->frame[r->frames - 1].at;

	recording_put(r, last + 70 * BR_S, arp, sizeof(arp), sizeof(arp));
}

/* The finding, with its text and what to change. */
static bool is_said(const char *json, const struct plant_faults6_planted *p)
{
	char want[96];
	const char *at, *said, *change;

	(void)snprintf(want, sizeof(want), "{\"id\":\"%s\"", p->verdict);
	at = strstr(json, want);
	said = at ? strstr(at, p->says) : NULL;
	change = at ? strstr(at, "\"change\":\"") : NULL;
	return said && change && said < change && change[10] != '"';
}

/* @option_59: to put in, where nothing else is to plant */
static bool is_named(const struct plant_faults6_planted *p, const char *option_59, char *text)
{
	struct recording r;
	char verdict[64];
	int code;
	bool clean;

	recording_load_named(&r, p->capture);
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	clean = !recording_has_finding(text, p->verdict);
	if (p->plant)
		p->plant(&r);
	else
		url(&r, option_59);
	silence(&r);
	code = recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	recording_verdict(text, verdict, sizeof(verdict));
	if (clean && !strcmp(verdict, p->verdict) && code == 1 && is_said(text, p))
		return true;
	print_error("%s: want %s, got %s (exit %d)%s\n", p->what, p->verdict, verdict, code,
	            clean ? "" : ", found before it was planted");
	if (getenv("BR_SHOW"))
		print_error("%s\n", text);
	return false;
}

static void every_planted_fault_is_named(void **state)
{
	static char text[TEXT_MAX];
	size_t named = 0, planted = sizeof(faults) / sizeof(faults[0]);

	(void)state;
	for (size_t i = 0; i < planted; i++) {
		what = faults[i].what;
		named += is_named(&faults[i], NULL, text);
	}
	print_message("# %zu of %zu planted faults named\n", named, planted);
	assert_int_equal(named, planted);
}

static void every_unusable_url_is_named(void **state)
{
	static const struct {
		const char *what, *capture, *says, *url;
	} urls[] = {
		{"http:// for PXE", pxe, "knows only tftp://",
	         "http://[2001:db8:2::2]/grubaa64.efi"},
		{"no brackets", pxe, "in brackets", "tftp://2001:db8:2::2/grubaa64.efi"},
		{"a name without DNS", pxe, "no DNS server", "tftp://boot.example/grubaa64.efi"},
		{"a path for a URL", pxe, "no URL", "grubaa64.efi"},
		{"an IPv4 address in the URL", pxe, "over IPv6", "tftp://192.0.2.2/grubaa64.efi"},
		{"no closing bracket", pxe, "behind the address is missing",
	         "tftp://[2001:db8:2::2/grubaa64.efi"},
		{"a port in the URL", pxe, "takes none", "tftp://[2001:db8:2::2]:69/grubaa64.efi"},
		{"a URL in quotation marks", pxe, "quotation marks",
	         "\"tftp://[2001:db8:2::2]/grubaa64.efi\""},
		{"nobody's address in the URL", pxe, "no machine's", "tftp://[::]/grubaa64.efi"},
		{"tftp:// for HTTP", http, "HTTP boot knows only",
	         "tftp://[2001:db8:2::2]/grubaa64.efi"},
	};
	static char text[TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		const struct plant_faults6_planted p = {urls[i].what, urls[i].capture, NULL,
		                                        "dhcp6.url-unusable", urls[i].says};

		what = p.what;
		assert_true(is_named(&p, urls[i].url, text));
	}
}

/* Who repeats its question three times was not answered, whenever the capture ends behind that. */
static void an_end_behind_the_last_question_hides_nothing(void **state)
{
	static char text[TEXT_MAX];
	struct recording r;
	char verdict[64];

	(void)state;
	what = "no ADVERTISE, and then the end";
	recording_load_named(&r, pxe);
	no_advertise(&r);
	assert_int_equal(recording_explain_clean(&r, text, TEXT_MAX), 1);
	recording_verdict(text, verdict, sizeof(verdict));
	assert_string_equal(verdict, "dhcp6.no-answer");
	recording_cut(&r, r.frames - 2);
	assert_int_equal(recording_explain_clean(&r, text, TEXT_MAX), 77);
	recording_reset(&r);
}

/* Of a boot that went well the frames of the client alone, or all but those */
static int one_way(bool up, char *text, char verdict[static 64])
{
	struct recording r;
	int code;

	recording_load_named(&r, pxe);
	for (size_t i = r.frames; i-- > 0;) {
		if ((r.frame[i].octets[6] == 0x52) != up)
			recording_drop(&r, i);
	}
	code = recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	recording_verdict(text, verdict, 64);
	return code;
}

static void one_direction_blames_nobody(void **state)
{
	static char text[TEXT_MAX];
	char verdict[64];

	(void)state;
	assert_int_equal(one_way(true, text, verdict), 77);
	assert_string_equal(verdict, "capture.one-way");
	assert_non_null(strstr(text, "none of the answers"));
	assert_int_equal(one_way(false, text, verdict), 3);
	assert_true(recording_has_finding(text, "capture.one-way"));
	assert_non_null(strstr(text, "nobody asks"));
}

/* The SOLICIT is whole, and of the ADVERTISE the recorder kept a part. */
static void a_cut_answer_blames_nobody(void **state)
{
	const struct recording_form form = {.snap_size = 180};
	static char text[TEXT_MAX], errors[TEXT_MAX];
	struct recording r;
	char verdict[64];

	(void)state;
	what = "a cut ADVERTISE";
	recording_load_named(&r, pxe);
	again(&r, find(&r, ADVERTISE) + 1, find(&r, SOLICIT));
	assert_true(r.frame[find(&r, SOLICIT)].size <= form.snap_size);
	assert_true(r.frame[find(&r, ADVERTISE)].size > form.snap_size);
	silence(&r);
	assert_int_equal(recording_explain(&r, &form, text, TEXT_MAX, errors, TEXT_MAX), 77);
	recording_reset(&r);
	recording_verdict(text, verdict, sizeof(verdict));
	assert_string_equal(verdict, "capture.cut");
	assert_non_null(strstr(text, "to its DHCPv6 is cut"));
}

/* A router that says nothing of DHCPv6, in a boot of iPXE that nobody answers over IPv4 */
static void a_router_without_m_flag_is_named(void **state)
{
	static char text[TEXT_MAX];
	struct recording r;
	char verdict[64];
	size_t asked = SIZE_MAX, discover;

	(void)state;
	recording_load_named(&r, "seabios-virtio-two.pcap");
	discover = must(recording_find_dhcp(&r, 0, BR_DHCP_TYPE_DISCOVER, false));
	recording_cut(&r, must(recording_find_dhcp(&r, 0, BR_DHCP_TYPE_OFFER, false)));
	recording_cut(&r, must(recording_find_dhcp(&r, 0, BR_DHCP_TYPE_OFFER, true)));
	for (size_t i = 0; i < r.frames && asked == SIZE_MAX; i++) {
		struct br_packet p = recording_packet(&r, i);

		if (p.transport == BR_TRANSPORT_ICMPV6 && p.icmp.type == ICMP_ROUTER_SOLICITATION)
			asked = i;
	}
	recording_put(&r, r.frame[must(asked)].at + BR_MS, advertisement, sizeof(advertisement),
	              sizeof(advertisement));
	r.frame[r.frames - 1].octets[59] = 0; /* no M */
	recording_fix(&r, r.frames - 1);
	recording_again(&r, discover, r.frame[discover].at + 2 * BR_S);
	recording_again(&r, discover, r.frame[discover].at + 4 * BR_S);
	recording_sort(&r);
	silence(&r);
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	recording_verdict(text, verdict, sizeof(verdict));
	assert_string_equal(verdict, "dhcp6.not-managed");
	assert_non_null(strstr(text, "neither the M nor the O flag"));
	assert_non_null(strstr(text, "3 DISCOVERs in 4 s"));
}

/* EDK2 asks for its IP6 driver between SOLICIT and REQUEST of its boot. */
static void a_request_goes_with_the_solicit_of_its_iaid(void **state)
{
	static char text[TEXT_MAX];
	struct recording r;

	(void)state;
	recording_load_named(&r, "ovmf-virtio-http6full-icount6.pcap");
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	assert_non_null(strstr(text, "reply 2001:db8:0:1::150  HTTPClient  http://"));
	assert_non_null(strstr(text, "reply 2001:db8:0:1::150  no boot file"));
	assert_null(strstr(text, "not taken"));
}

/* Both sides of a relay in one capture */
static void a_relays_copy_is_no_repetition(void **state)
{
	static char text[TEXT_MAX];
	static uint8_t made[2048];
	struct recording r;
	size_t asked, last;
	struct br_packet p;

	(void)state;
	recording_load_named(&r, pxe);
	asked = find(&r, SOLICIT);
	p = recording_packet(&r, asked);
	made[0] = RELAY_FORWARD;
	memcpy(made + 2, "\x20\1\x0d\xb8\0\2", 6);
	memcpy(made + 18, p.src.ip, 16);
	made[35] = 9;
	made[36] = (uint8_t)(p.payload.size >> 8);
	made[37] = (uint8_t)p.payload.size;
	memcpy(made + 38, p.payload.data, p.payload.size);
	last = r.frames;
	recording_again(&r, asked, r.frame[asked].at + BR_MS);
	recording_set_payload(&r, last, made, 38 + p.payload.size);
	r.frame[last].octets[6] = 2; /* the relay's own MAC and port */
	r.frame[last].octets[14 + 40 + 1] = 547 & 0xff;
	recording_fix(&r, last);
	recording_sort(&r);
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	assert_non_null(strstr(text, "PXEClient:Arch:00011:UNDI:003000  [edk2]"));
	assert_null(strstr(text, "x2"));
}

static void a_rapid_commit_is_a_lease(void **state)
{
	static char text[TEXT_MAX];
	struct recording r;
	size_t at;

	(void)state;
	recording_load_named(&r, pxe);
	at = find(&r, ADVERTISE);
	recording_cut(&r, at + 1);
	recording_set_option6(&r, at, RAPID_COMMIT, "", 0);
	r.frame[at].octets[recording_payload(&r, at)] = REPLY;
	recording_fix(&r, at);
	silence(&r);
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	assert_non_null(strstr(text, "it got an address"));
	assert_false(recording_has_finding(text, "dhcp6.no-address"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_unusable_url_is_named),
		cmocka_unit_test(every_planted_fault_is_named),
		cmocka_unit_test(an_end_behind_the_last_question_hides_nothing),
		cmocka_unit_test(one_direction_blames_nobody),
		cmocka_unit_test(a_cut_answer_blames_nobody),
		cmocka_unit_test(a_router_without_m_flag_is_named),
		cmocka_unit_test(a_relays_copy_is_no_repetition),
		cmocka_unit_test(a_rapid_commit_is_a_lease),
		cmocka_unit_test(a_request_goes_with_the_solicit_of_its_iaid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
