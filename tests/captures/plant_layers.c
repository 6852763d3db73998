/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults of what comes behind DHCP: answers that are not heard, names that lead nowhere, files that
 * are not whole.
 */
#include <stdlib.h>
#include <string.h>

#include "core/formats/tftp_packet.h"
#include "helper.h"
#include "tests/captures/plant_kinds.h"
#include "tests/captures/plant_tools.h"

enum {
	ETHERNET = 14,
	IP = 20,
	FLAGS_AT = 13, /* of a TCP header */
	SUM_AT = 16,
	FIN = 1,
	SYN = 2,
	RST = 4,
	ACK = 16,
	GIADDR_AT = 24,
};

static uint16_t draw_vlan(void)
{
	return (uint16_t)(2 + plant_draw(4000));
}

/* Answers that are not heard */

static size_t oack(const struct recording *r)
{
	return plant_must(recording_find_tftp(r, plant_rrq(r), BR_TFTP_OACK));
}

static void oack_sum(struct recording *r)
{
	plant_wrong_sum(r, oack(r));
	plant_ignored(r, plant_rrq(r), oack(r));
}

static void oack_vlan(struct recording *r)
{
	size_t o = oack(r);

	plant_tag(r, o, draw_vlan());
	plant_ignored(r, plant_rrq(r), o);
}

static void again_and_again(struct recording *r, size_t index)
{
	br_time at = r->frame[index].at;

	recording_cut(r, index + 1);
	for (unsigned i = 0; i < 4; i++)
		recording_again(r, index, at + (i + 1) * BR_S);
	plant_run_on(r);
}

static void data_sum(struct recording *r)
{
	size_t d = plant_must(recording_find_tftp(r, 0, BR_TFTP_DATA));

	plant_wrong_sum(r, d);
	again_and_again(r, d);
}

/* The TCP segment with these flags, from @from on */
static size_t segment(const struct recording *r, size_t from, uint8_t flags)
{
	for (size_t i = from; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_TCP && p.tcp.flags == flags)
			return i;
	}
	return plant_must(SIZE_MAX);
}

static void syn_ack_sum(struct recording *r)
{
	size_t s = segment(r, 0, SYN), a = segment(r, s, SYN | ACK);

	r->frame[a].octets[ETHERNET + IP + SUM_AT] ^= (uint8_t)(1 + plant_draw(255));
	plant_ignored(r, s, a);
}

static void syn_ack_vlan(struct recording *r)
{
	size_t s = segment(r, 0, SYN), a = segment(r, s, SYN | ACK);

	plant_tag(r, a, draw_vlan());
	plant_ignored(r, s, a);
}

static void ack_port(struct recording *r)
{
	size_t a = plant_ack(r);

	plant_set_port(r, a, 0, (uint16_t)(100 + plant_draw(60000)));
	plant_ignored(r, plant_request(r), a);
}

static void duplicate(struct recording *r)
{
	uint8_t arp[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0,
	                   8,    8,    6,    0,    1,    8,    0, 6, 4, 0, 1};
	uint32_t own = plant_own_address(r);
	size_t q = plant_rrq(r);

	memcpy(arp + 22, arp + 6, 6);
	for (int i = 0; i < 4; i++)
		arp[28 + i] = arp[38 + i] = (uint8_t)(own >> (24 - 8 * i));
	recording_cut(r, q + 1);
	recording_put(r, r->frame[q].at + BR_S, arp, sizeof(arp), sizeof(arp));
	plant_rrq_again(r, q, 2 + plant_draw(4));
	recording_sort(r);
	plant_run_on(r);
}

static void late_error(struct recording *r)
{
	static const uint8_t error[] = {0, 5, 0, 1, 'n', 'o', 0};
	size_t q = plant_rrq(r), o = oack(r);
	br_time at = r->frame[q].at;

	recording_set_payload(r, o, error, sizeof(error));
	recording_cut(r, o + 1);
	plant_rrq_again(r, q, 5);
	r->frame[o].at = at + (35 + plant_draw(20)) * BR_S;
	recording_sort(r);
	plant_run_on(r);
}

static void late_offers(struct recording *r)
{
	size_t d = plant_discover(r), o = plant_offer(r);
	br_time at = r->frame[d].at;

	recording_cut(r, o + 1);
	for (unsigned i = 0; i < 3; i++)
		recording_again(r, d, at += (UINT64_C(4) << i) * BR_S);
	r->frame[o].at = at + (60 + plant_draw(60)) * BR_S;
	recording_sort(r);
	plant_run_on(r);
}

/* The relay gets the OFFERs, and passes none on. */
static void relay_keeps(struct recording *r)
{
	size_t d = plant_discover(r), o = plant_offer(r);
	uint32_t relay = (plant_peek_ip(r, o, YIADDR_AT) & ~UINT32_C(255)) | 254;

	recording_cut(r, o + 1);
	plant_poke_ip(r, o, GIADDR_AT, relay);
	plant_set_address(r, o, false, plant_far_away());
	plant_set_address(r, o, true, relay);
	plant_set_port(r, o, 2, 67);
	plant_ask_again(r, d, o);
}

/* Names and addresses */

/* DNS says @address of the host in the URL. */
static void named(struct recording *r, uint32_t address, bool wrong_sums)
{
	uint8_t m[128];
	br_time at;

	plant_settle(r, 0, 0);
	plant_give_url(r);
	at = r->frame[r->frames - 1].at;
	for (unsigned i = 0; i < (wrong_sums ? 4 : 1); i++) {
		size_t size = plant_put_question(m, 1, 0x0100, 0, 0);
		uint8_t record[] = {0xc0,
		                    12,
		                    0,
		                    1,
		                    0,
		                    1,
		                    0,
		                    0,
		                    0,
		                    60,
		                    0,
		                    4,
		                    (uint8_t)(address >> 24),
		                    (uint8_t)(address >> 16),
		                    (uint8_t)(address >> 8),
		                    (uint8_t)address};

		plant_say_dns(r, at + (i + 1) * BR_S, true, m, size);
		size = plant_put_question(m, 1, 0x8180, 1, 0);
		memcpy(m + size, record, sizeof(record));
		plant_say_dns(r, at + (i + 1) * BR_S + BR_MS, false, m, size + sizeof(record));
		if (wrong_sums)
			plant_wrong_sum(r, r->frames - 1);
	}
}

static uint32_t near(struct recording *r)
{
	return (plant_own_address(r) & ~UINT32_C(255)) | (200 + plant_draw(50));
}

static void dns_sum(struct recording *r)
{
	named(r, near(r), true);
	plant_run_on(r);
}

static void dns_far(struct recording *r)
{
	named(r, plant_far_away(), false);
	plant_run_on(r);
}

static void dns_impossible(struct recording *r)
{
	uint32_t bad[] = {0x7f000001, 0x7f000101, 1, 0xe0000001};

	named(r, bad[plant_draw(4)], false);
	plant_run_on(r);
}

static void dns_dead(struct recording *r)
{
	uint32_t address = near(r);

	named(r, address, false);
	plant_look_for(r, address);
	plant_run_on(r);
}

static void no_dns(struct recording *r)
{
	plant_settle(r, 0, 0);
	plant_give_url(r);
	for (unsigned i = 0; i < 2; i++)
		recording_set_option(r, i == 0 ? plant_offer(r) : plant_ack(r), 6, NULL, 0);
	plant_run_on(r);
}

static void url_impossible(struct recording *r)
{
	static const char *const urls[] = {"http://127.0.0.1/boot.ipxe", "http://0.0.0.1/x",
	                                   "tftp://224.0.0.1/boot.ipxe"};
	const char *url = urls[plant_draw(3)];

	plant_settle(r, 0, 0);
	for (unsigned i = 0; i < 2; i++)
		recording_set_option(r, i == 0 ? plant_offer(r) : plant_ack(r), 67, url,
		                     strlen(url));
	plant_run_on(r);
}

static void stranger(struct recording *r)
{
	uint32_t next = plant_peek_ip(r, plant_ack(r), SIADDR_AT);

	plant_settle(r, next, 0);
	plant_look_for(r, near(r));
	plant_run_on(r);
}

static void asked_and_refused(struct recording *r)
{
	uint8_t error[] = {0, 5, 0, (uint8_t)(1 + plant_draw(2)), 'n', 'o', 0};
	size_t o = oack(r);

	for (unsigned i = 0; i < 2; i++)
		plant_poke_ip(r, i == 0 ? plant_offer(r) : plant_ack(r), SIADDR_AT,
		              (plant_own_address(r) & ~UINT32_C(255)) | (100 + plant_draw(50)));
	recording_set_payload(r, o, error, sizeof(error));
	recording_cut(r, o + 1);
	plant_run_on(r);
}

/* Programs */

static size_t own_discover(const struct recording *r)
{
	size_t data = plant_must(recording_find_tftp(r, 0, BR_TFTP_DATA));

	return plant_must(recording_find_dhcp(r, data, BR_DHCP_TYPE_DISCOVER, false));
}

static void program_looks(struct recording *r)
{
	uint32_t target = near(r);

	recording_cut(r, own_discover(r));
	plant_look_for(r, target);
	plant_run_on(r);
}

static void program_loses_vlan(struct recording *r)
{
	size_t d = own_discover(r);
	uint16_t vlan = draw_vlan();

	for (size_t i = 0; i < d; i++)
		plant_tag(r, i, vlan);
	recording_cut(r, d + 1);
	plant_ask_again(r, d, SIZE_MAX);
}

/* An EFI program for x64 whose one section reaches behind the file's end */
static void cut_short(struct recording *r)
{
	uint8_t octets[0x220] = {'M', 'Z'};
	uint8_t *pe = octets + 0x80, *section = pe + 24 + 112 + 16 * 8;

	octets[0x3c] = 0x80;
	memcpy(pe, "PE\0", 4);
	pe[4] = 0x64;
	pe[5] = 0x86;
	pe[6] = 1;    /* section */
	pe[20] = 240; /* octets of optional header */
	pe[24] = 0x0b;
	pe[25] = 0x02;
	pe[24 + 108] = 16;
	section[16 + 3] = (uint8_t)(1 + plant_draw(100)); /* 16 MB and more */
	section[20 + 1] = 4;
	plant_content(r, octets, sizeof(octets));
}

static void ended_early(struct recording *r)
{
	size_t answer = plant_must(recording_find_text(r, 0, "Content-Length: 14186432"));
	size_t last = answer + 4 + plant_draw(20);
	struct br_packet p = recording_packet(r, last);

	while (p.transport != BR_TRANSPORT_TCP || p.src.port != 80 || p.payload_size == 0)
		p = recording_packet(r, ++last);
	r->frame[last].octets[ETHERNET + IP + FLAGS_AT] |= FIN;
	recording_fix(r, last);
	recording_cut(r, last + 1);
	plant_run_on(r);
}

/* The client gave the connection up before the answer came. */
static void late_http(struct recording *r)
{
	size_t get = plant_must(recording_find_text(r, 0, "GET /"));
	size_t answer = plant_must(recording_find_text(r, get, "HTTP/1.1 200"));
	size_t ack = segment(r, answer, ACK);
	br_time at = r->frame[get].at + (5 + plant_draw(20)) * BR_S;

	while (recording_packet(r, ack).dst.port != 80)
		ack = segment(r, ack + 1, ACK);
	recording_cut(r, ack + 1);
	while (r->frames > answer + 2)
		recording_drop(r, answer + 1);
	r->frame[answer + 1].at = at;
	size_t rst = r->frames - 1;

	r->frame[rst].octets[ETHERNET + IP + FLAGS_AT] = RST | ACK;
	recording_fix(r, rst);
	r->frame[answer].at = at + (1 + plant_draw(10)) * BR_S;
	recording_sort(r);
	plant_run_on(r);
}

/* Kinds */

static const char *const edk2[] = {"aavmf64-virtio-nouuid.pcap", "ovmf-virtio-combipxe.pcap", NULL};
static const char *const x64[] = {"ovmf-virtio-combipxe.pcap", NULL};
static const char *const any[] = {"aavmf64-virtio-nouuid.pcap", "ovmf-virtio-combipxe.pcap",
                                  "seabios-virtio-combsys.pcap", NULL};
static const char *const rom[] = {"seabios-virtio-ipxehttp.pcap", "seabios-virtio-combsys.pcap",
                                  NULL};
static const char *const small[] = {"public/web-page-by-tftp.pcap", NULL};
static const char *const http[] = {"seabios-virtio-ipxehttp.pcap", NULL};
static const char *const chain[] = {"ovmf-virtio-combipxe.pcap",
                                    "public/second-stage-dns-silent.pcap", NULL};

const struct planted_kind planted_layers[] = {
	{"OACK with a wrong UDP checksum", edk2, oack_sum, " net.wrong-checksum "},
	{"OACK in another VLAN", edk2, oack_vlan, " net.other-vlan "},
	{"DATA with a wrong UDP checksum", small, data_sum, " net.wrong-checksum "},
	{"SYN and ACK with a wrong TCP checksum", http, syn_ack_sum, " net.wrong-checksum "},
	{"SYN and ACK in another VLAN", http, syn_ack_vlan, " net.other-vlan "},
	{"ACK from another port", any, ack_port, " dhcp.other-port "},
	{"another machine has the address", edk2, duplicate, " net.duplicate-address "},
	{"TFTP ERROR after the client gave up", edk2, late_error, " tftp.late-answer "},
	{"OFFERs after the client gave up", any, late_offers, " dhcp.late-offer "},
	{"relay keeps the OFFERs", any, relay_keeps, " relay.drops-replies "},
	{"DNS answers with wrong checksums", rom, dns_sum, " net.wrong-checksum "},
	{"DNS names a host elsewhere, no router", rom, dns_far, " boot.no-route "},
	{"DNS names a host nobody can be", rom, dns_impossible, " boot.unusable-server "},
	{"DNS names a host that is not there", rom, dns_dead, " boot.server-dead "},
	{"a name in the URL and no DNS server", rom, no_dns, " dhcp.http-dns-missing "},
	{"an address in the URL nobody can have", rom, url_impossible, " boot.unusable-server "},
	{"client looks for an address nobody told", any, stranger, " client.other-server "},
	{"client is refused where it was not sent", edk2, asked_and_refused,
         " client.other-server "},
	{"loaded program looks for an address in vain", chain, program_looks, " boot.server-dead "},
	{"loaded program loses the VLAN", chain, program_loses_vlan, " net.other-vlan "},
	{"a program cut short", x64, cut_short, " boot.truncated-file "},
	{"HTTP server ends the body early", http, ended_early, " http.reset "},
	{"HTTP answer after the client gave up", http, late_http, " http.late-answer "},
};
const size_t planted_layers_count = sizeof(planted_layers) / sizeof(planted_layers[0]);
