/* SPDX-License-Identifier: BSD-2-Clause */
/* What explain may say and no recorded boot shows: each planted in one, or built from nothing.
 *
 * captures/explain/verdicts.tsv names these as what shows a verdict; the other plant_*.c plant what
 * administrators get wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/tftp_packet.h"
#include "helper.h"
#include "tests/captures/ordinary.h"

enum {
	TEXT_MAX = 1 << 20,
	ETHERNET = 14,
	IPV4 = 20,
	TCP_FLAGS_AT = ETHERNET + IPV4 + 13,
	PORT_TO_AT = ETHERNET + IPV4 + 2,
	RST = 4,
};

static const char http[] = "aavmf64-virtio-http4.pcap";
static const char names[] = "ovmf-http-nxdomain.pcap";
static const char tftp[] = "slof-e1000-combined.pcap";
static const char missing[] = "slof-vlan-missing.pcap";
static const char six[] = "aavmf64-virtio-pxe6.pcap";
static const char lease[] = "ovmf-virtio-deadtftp.pcap";
static const char two[] = "ovmf-virtio-twosi-ref.pcap";
static const char syslinux[] = "seabios-virtio-combsys.pcap";
static const char alone[] = "ovmf-virtio-none.pcap";
static const char nothing[] = ""; /* begins with no frame */

static const struct ordinary_dhcp rom = {.xid = 1,
                                         .class = "PXEClient:Arch:00000:UNDI:002001",
                                         .file = "pxelinux.0",
                                         .next_server = ORDINARY_SERVER};

static size_t must(size_t index)
{
	assert_true(index != SIZE_MAX);
	return index;
}

static void silence(struct recording *r)
{
	ordinary_wait(r, 70 * BR_S);
}

static void again(struct recording *r, size_t index)
{
	recording_again(r, index, r->frame[r->frames - 1].at + BR_S);
}

/* HTTP and TCP */

static size_t answer(const struct recording *r)
{
	return must(recording_find_text(r, 0, "HTTP/1.1 200"));
}

static void refused(struct recording *r)
{
	size_t at = answer(r);

	memcpy(r->frame[at].octets + recording_payload(r, at), "HTTP/1.1 503", 12);
	recording_fix(r, at);
	recording_cut(r, at + 1);
	silence(r);
}

/* The last frame of a content that is not whole, then @flags by who sent frame @by. */
static void ends(struct recording *r, size_t by, uint8_t flags)
{
	size_t from = must(recording_find_text(r, answer(r), "GET "));

	recording_cut(r, must(recording_find_text(r, from, "HTTP/1.1 200")) + 3);
	again(r, by);
	r->frame[r->frames - 1].octets[TCP_FLAGS_AT] = flags;
	recording_fix(r, r->frames - 1);
	silence(r);
}

static size_t port_of(const struct recording *r, size_t index, bool to)
{
	struct br_packet p = recording_packet(r, index);

	return p.transport == BR_TRANSPORT_TCP ? (to ? p.dst.port : p.src.port) : 0;
}

static size_t segment(const struct recording *r, size_t from, bool up)
{
	for (size_t i = from; i < r->frames; i++) {
		if (port_of(r, i, up) == 80)
			return i;
	}
	return must(SIZE_MAX);
}

static void aborted(struct recording *r)
{
	ends(r, segment(r, must(recording_find_text(r, answer(r), "GET ")), true), RST | 16);
}

static void reset(struct recording *r)
{
	size_t get = must(recording_find_text(r, answer(r), "GET "));

	ends(r, segment(r, get, false), RST | 16);
}

static void unanswered(struct recording *r)
{
	size_t syn = segment(r, 0, true);

	recording_cut(r, syn + 1);
	again(r, syn);
	again(r, syn);
	silence(r);
}

/* RFC 792 figure 1: destination unreachable of @code about frame @index */
static void icmp(struct recording *r, size_t index, uint8_t code)
{
	uint8_t frame[ETHERNET + IPV4 + 8 + IPV4 + 8] = {0};
	const uint8_t *of = r->frame[index].octets;
	uint8_t *ip = frame + ETHERNET;

	memcpy(frame, of + 6, 6);
	memcpy(frame + 6, of, 6);
	memcpy(frame + 12, "\x08\0\x45\0\0\x38", 6);
	ip[8] = 64;
	ip[9] = 1;
	memcpy(ip + 12, of + ETHERNET + 16, 4);
	memcpy(ip + 16, of + ETHERNET + 12, 4);
	ip[IPV4] = 3;
	ip[IPV4 + 1] = code;
	memcpy(ip + IPV4 + 8, of + ETHERNET, IPV4 + 8);
	recording_put(r, r->frame[r->frames - 1].at + BR_MS, frame, sizeof(frame), sizeof(frame));
	recording_fix(r, r->frames - 1);
}

static void rejected(struct recording *r, uint8_t code)
{
	size_t syn = segment(r, 0, true);

	recording_cut(r, syn + 1);
	icmp(r, syn, code);
	silence(r);
}

static void forbidden(struct recording *r)
{
	rejected(r, 13);
}

static void unreachable(struct recording *r)
{
	rejected(r, 1);
}

static size_t query(const struct recording *r)
{
	for (size_t i = 0; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_UDP && p.dst.port == 53)
			return i;
	}
	return must(SIZE_MAX);
}

static void dns_closed(struct recording *r)
{
	size_t at = query(r);

	recording_cut(r, at + 1);
	icmp(r, at, 3);
	silence(r);
}

/* TFTP */

static void tftp_refused(struct recording *r)
{
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_ERROR));
	uint8_t *payload = r->frame[at].octets + recording_payload(r, at);

	payload[3] = 2;
	recording_fix(r, at);
}

static void tftp_aborted(struct recording *r)
{
	static const uint8_t error[] = {0, 5, 0, 0, 'x', 0};
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_ACK));

	for (int i = 0; i < 5; i++)
		at = must(recording_find_tftp(r, at + 1, BR_TFTP_ACK));
	recording_cut(r, at + 1);
	recording_set_payload(r, at, error, sizeof(error));
	silence(r);
}

static void data_missing(struct recording *r)
{
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_DATA));

	for (int i = 0; i < 5; i++)
		at = must(recording_find_tftp(r, at + 1, BR_TFTP_DATA));
	recording_drop(r, at);
}

/* It asks for a second file from the port of the first, whose server has not heard that. */
static void mixed(struct recording *r)
{
	static const char first[] = "\0\1pxelinux.0\0octet", second[] = "\0\1ldlinux.c32\0octet";
	uint8_t data[4 + 512] = {0, 3, 0, 1};

	ordinary_lease(r, &rom);
	ordinary_udp(r, true, 2070, 69, first, sizeof(first));
	ordinary_udp(r, false, 3070, 2070, data, 100);
	ordinary_udp(r, true, 2070, 69, second, sizeof(second));
	ordinary_udp(r, false, 3071, 2070, data, sizeof(data));
	ordinary_udp(r, false, 3070, 2070, data, 100);
	silence(r);
}

static bool is_arp(const struct recording *r, size_t index, uint16_t operation)
{
	struct br_packet p = recording_packet(r, index);

	return p.network == BR_NETWORK_ARP && p.arp.operation == operation;
}

/* The ARP request before the query is not answered, so there is none. */
static void dns_dead(struct recording *r)
{
	size_t at = query(r);

	recording_cut(r, at);
	while (!is_arp(r, --at, BR_ARP_REPLY))
		;
	recording_drop(r, at);
	while (!is_arp(r, --at, BR_ARP_REQUEST))
		;
	again(r, at);
	again(r, at);
	silence(r);
}

/* DHCP, built */

static void declined(struct recording *r)
{
	struct ordinary_dhcp m = rom;

	ordinary_lease(r, &m);
	m.type = BR_DHCP_TYPE_DECLINE;
	m.requested = ORDINARY_HOST;
	ordinary_ask(r, &m);
	silence(r);
}

/* A DISCOVER, and an OFFER of @yiaddr that is not taken; repeated. */
static void offered(struct recording *r, struct ordinary_dhcp m, uint8_t yiaddr)
{
	for (int i = 0; i < 3; i++) {
		m.type = BR_DHCP_TYPE_DISCOVER;
		ordinary_ask(r, &m);
		m.type = BR_DHCP_TYPE_OFFER;
		ordinary_answer(r, &m, yiaddr);
		ordinary_wait(r, 4 * BR_S);
	}
	silence(r);
}

static void only_a_proxy(struct recording *r)
{
	struct ordinary_dhcp m = rom;

	m.class_back = "PXEClient";
	offered(r, m, 0);
}

static void not_taken(struct recording *r)
{
	size_t discover = must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_DISCOVER, false));
	size_t offer = must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_OFFER, false));

	recording_cut(r, must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_REQUEST, false)));
	again(r, discover);
	again(r, offer);
	silence(r);
}

static void unusable_address(struct recording *r)
{
	offered(r, rom, 255);
}

static void malformed(struct recording *r)
{
	offered(r, rom, ORDINARY_HOST);
	for (size_t i = 0; i < r->frames; i++) {
		uint8_t *options = r->frame[i].octets + ETHERNET + IPV4 + 8 + 240;

		if (r->frame[i].size < 300 || options[2] != BR_DHCP_TYPE_OFFER)
			continue;
		options[4] = 250; /* option 54 */
		recording_fix(r, i);
	}
}

static void to_other_port(struct recording *r)
{
	offered(r, rom, ORDINARY_HOST);
	for (size_t i = 0; i < r->frames; i++) {
		if (r->frame[i].size < 300 || recording_packet(r, i).dst.port != 68)
			continue;
		r->frame[i].octets[PORT_TO_AT] = 4;
		recording_fix(r, i);
	}
}

static void http_without_dns(struct recording *r)
{
	struct ordinary_dhcp m = {.xid = 1,
	                          .class = "HTTPClient:Arch:00016:UNDI:003000",
	                          .arch = 16,
	                          .class_back = "HTTPClient",
	                          .file = "http://boot.example/x.efi"};

	offered(r, m, ORDINARY_HOST);
}

static void leased(struct recording *r, struct ordinary_dhcp m)
{
	ordinary_lease(r, &m);
	silence(r);
}

static void unusable_server(struct recording *r)
{
	struct ordinary_dhcp m = rom;

	m.next_server = 255;
	leased(r, m);
}

static void no_file_name(struct recording *r)
{
	struct ordinary_dhcp m = rom;

	m.file = NULL;
	leased(r, m);
}

static void says_nothing_more(struct recording *r)
{
	leased(r, rom);
}

static void reads(struct recording *r)
{
	static const char request[] = "\0\1pxelinux.0\0octet", data[] = "\0\3\0\1abc",
			  ack[] = "\0\4\0\1";

	ordinary_udp(r, true, 2070, 69, request, sizeof(request));
	ordinary_udp(r, false, 3070, 2070, data, 7);
	ordinary_udp(r, true, 2070, 3070, ack, 4);
	silence(r);
}

static void without(struct recording *r, enum br_dhcp_type type)
{
	ordinary_lease(r, &rom);
	recording_drop(r, must(recording_find_dhcp(r, 0, type, false)));
	reads(r);
}

static void without_offer(struct recording *r)
{
	without(r, BR_DHCP_TYPE_OFFER);
}

static void without_ack(struct recording *r)
{
	without(r, BR_DHCP_TYPE_ACK);
}

static void cut_behind_ack(struct recording *r)
{
	recording_cut(r, must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_ACK, false)) + 1);
	silence(r);
}

/* The first DISCOVER to come through says how long it has been trying. */
static void port_blocked(struct recording *r)
{
	recording_drop(r, must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_DISCOVER, false)));
}

/* Frames are kept in part, up to the options. */
static void cut_short(struct recording *r)
{
	for (size_t i = 0; i < r->frames; i++) {
		if (r->frame[i].size > 290)
			r->frame[i].size = 290;
	}
}

static void never_asks_4011(struct recording *r)
{
	enum br_dhcp_type types[] = {BR_DHCP_TYPE_OFFER, BR_DHCP_TYPE_ACK};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t at = must(recording_find_dhcp(r, 0, types[i], false));

		recording_set_option(r, at, 60, "PXEClient", 9);
		recording_set_option(r, at, 43, NULL, 0);
	}
	cut_behind_ack(r);
}

static void no_answer_4011(struct recording *r)
{
	for (size_t at; (at = recording_find_dhcp(r, 0, BR_DHCP_TYPE_ACK, true)) != SIZE_MAX;)
		recording_drop(r, at);
}

/* Only the pseudo-header is summed up (RFC 768), as a NIC that computes the rest is given it. */
static void unfilled(struct recording *r)
{
	offered(r, rom, ORDINARY_HOST);
	for (size_t i = 0; i < r->frames; i++) {
		const uint8_t *ip = r->frame[i].octets + ETHERNET;
		uint8_t *udp = r->frame[i].octets + ETHERNET + IPV4;
		uint32_t sum = 17;

		if (r->frame[i].size < 300 || recording_packet(r, i).dst.port != 68)
			continue;
		for (int k = 12; k < 20; k += 2)
			sum += (uint32_t)(ip[k] << 8 | ip[k + 1]);
		sum += (uint32_t)(udp[4] << 8 | udp[5]);
		sum = (sum & 0xffff) + (sum >> 16);
		udp[6] = (uint8_t)(sum >> 8);
		udp[7] = (uint8_t)sum;
	}
}

/* PXELINUX has looked everywhere: its last question is answered as the one before. */
static void no_config(struct recording *r)
{
	size_t last = must(recording_find_tftp(r, 0, BR_TFTP_ERROR)), asked;
	uint8_t *udp;

	for (size_t at = last; at != SIZE_MAX; at = recording_find_tftp(r, at + 1, BR_TFTP_ERROR))
		last = at;
	asked = must(recording_find_tftp(r, last, BR_TFTP_RRQ));
	recording_cut(r, asked + 1);
	again(r, last);
	udp = r->frame[r->frames - 1].octets + ETHERNET + IPV4;
	memcpy(udp + 2, r->frame[asked].octets + ETHERNET + IPV4, 2);
	recording_fix(r, r->frames - 1);
	silence(r);
}

static void not_taken6(struct recording *r)
{
	size_t at = must(recording_find_dhcp6(r, 0, 3)),
	       solicit = must(recording_find_dhcp6(r, 0, 1));
	size_t advertise = must(recording_find_dhcp6(r, 0, 2));

	recording_cut(r, at);
	again(r, solicit);
	again(r, advertise);
	silence(r);
}

static void reply_alone(struct recording *r)
{
	static const uint8_t server_id[] = {0, 2, 0, 10, 0, 3, 0, 1, 2, 0, 0, 0, 0, 1};

	ordinary_dhcp6(r, false, 7, server_id, sizeof(server_id));
}

static const struct {
	const char *what, *capture;
	void (*plant)(struct recording *r);
	const char *finding;
} faults[] = {
	{"503", http, refused, "http.refused"},
	{"RST of the client", http, aborted, "http.aborted"},
	{"RST of the server", http, reset, "http.reset"},
	{"SYN into silence", http, unanswered, "http.silent"},
	{"SYN that a firewall rejects", http, forbidden, "http.forbidden"},
	{"SYN to no host", http, unreachable, "http.unreachable"},
	{"DNS port closed", names, dns_closed, "dns.closed"},
	{"DNS server that is not there", names, dns_dead, "dns.server-dead"},
	{"a second file from one port", nothing, mixed, "tftp.mixed"},
	{"TFTP access violation", missing, tftp_refused, "tftp.refused"},
	{"TFTP ERROR of the client", tftp, tftp_aborted, "tftp.aborted"},
	{"a block that was not recorded", tftp, data_missing, "capture.data-missing"},
	{"an address declined", nothing, declined, "dhcp.declined"},
	{"a proxy alone", nothing, only_a_proxy, "dhcp.no-address"},
	{"offers that nobody takes", lease, not_taken, "dhcp.offers-not-taken"},
	{"everybody's address offered", nothing, unusable_address, "dhcp.unusable-address"},
	{"an option that runs over", nothing, malformed, "dhcp.offer-malformed"},
	{"offers to port 1092", nothing, to_other_port, "dhcp.to-other-port"},
	{"a name without DNS", nothing, http_without_dns, "dhcp.http-dns-missing"},
	{"class without option 43", lease, never_asks_4011, "pxe.class-without-43"},
	{"an answer on 4011 not recorded", two, no_answer_4011, "capture.4011-missing"},
	{"sums left to a NIC", nothing, unfilled, "net.unfilled-checksum"},
	{"no configuration anywhere", syslinux, no_config, "loader.no-config"},
	{"frames kept in part", lease, cut_short, "capture.cut"},
	{"everybody as next server", nothing, unusable_server, "boot.unusable-server"},
	{"a server and no file", nothing, no_file_name, "boot.no-file-name"},
	{"a lease, and no more", nothing, says_nothing_more, "rule.broken"},
	{"an ACK, and no more", lease, cut_behind_ack, "unknown"},
	{"an OFFER not recorded", nothing, without_offer, "capture.offer-missing"},
	{"an ACK not recorded", nothing, without_ack, "capture.ack-missing"},
	{"a port not forwarding yet", alone, port_blocked, "net.port-blocked"},
	{"ADVERTISEs that nobody takes", six, not_taken6, "dhcp6.not-taken"},
	{"a DHCPv6 Reply alone", nothing, reply_alone, "capture.no-boot"},
};

static void each_verdict_is_shown(void **state)
{
	static char text[TEXT_MAX];
	size_t shown = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct recording r = {0};
		char verdict[64];

		if (faults[i].capture[0])
			recording_load_named(&r, faults[i].capture);
		faults[i].plant(&r);
		(void)recording_explain_clean(&r, text, TEXT_MAX);
		recording_reset(&r);
		recording_verdict(text, verdict, sizeof(verdict));
		shown += recording_has_finding(text, faults[i].finding);
		if (!recording_has_finding(text, faults[i].finding))
			print_error("%s: want %s, got %s\n", faults[i].what, faults[i].finding,
			            verdict);
	}
	assert_int_equal(shown, sizeof(faults) / sizeof(faults[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
