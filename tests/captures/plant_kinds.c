/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults of many kinds: what public reports tell of, made in captures of boots that went well. */
#include "tests/captures/plant_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "core/formats/tftp_packet.h"
#include "helper.h"
#include "tests/captures/plant_tools.h"

enum {
	ETHERNET = 14,
	IP = 20,
};

/* Offers that are not taken */

static void offer_sum(struct recording *r)
{
	plant_wrong_sum(r, plant_offer(r));
	plant_ignored(r, plant_discover(r), plant_offer(r));
}

static void offer_vlan(struct recording *r)
{
	size_t o = plant_offer(r);

	plant_tag(r, o, (uint16_t)(2 + plant_draw(4000)));
	plant_ignored(r, plant_discover(r), o);
}

static void discover_vlan(struct recording *r)
{
	plant_tag(r, plant_discover(r), (uint16_t)(2 + plant_draw(4000)));
	plant_ignored(r, plant_discover(r), plant_offer(r));
}

static void offer_port(struct recording *r)
{
	size_t o = plant_offer(r);

	plant_set_port(r, o, 0, (uint16_t)(100 + plant_draw(60000)));
	plant_ignored(r, plant_discover(r), o);
}

static void offer_to_port(struct recording *r)
{
	size_t o = plant_offer(r);

	plant_set_port(r, o, 2, (uint16_t)(70 + plant_draw(900)));
	plant_ignored(r, plant_discover(r), o);
}

static void offer_address(struct recording *r)
{
	size_t o = plant_offer(r);
	uint32_t own = plant_peek_ip(r, o, YIADDR_AT),
		 bad[] = {own | 255, own & ~UINT32_C(255), 0x7f000001,
	                  0xe0000001 + plant_draw(1000)};

	plant_option_ip(r, o, 1, 0xffffff00);
	plant_poke_ip(r, o, YIADDR_AT, bad[plant_draw(4)]);
	plant_ignored(r, plant_discover(r), o);
}

static void offer_bare(struct recording *r)
{
	size_t o = plant_offer(r);
	static const uint8_t none[128];

	recording_set_option(r, o, 67, NULL, 0);
	recording_set_option(r, o, 60, NULL, 0);
	recording_set_option(r, o, 43, NULL, 0);
	plant_poke(r, o, FILE_AT, none, sizeof(none));
	plant_ignored(r, plant_discover(r), o);
}

static void offer_nobody(struct recording *r)
{
	recording_set_option(r, plant_offer(r), 54, NULL, 0);
	plant_ignored(r, plant_discover(r), plant_offer(r));
}

static void offer_xid(struct recording *r)
{
	uint8_t xid[4] = {0xde, (uint8_t)plant_draw(256), (uint8_t)plant_draw(256), 1};

	plant_poke(r, plant_offer(r), XID_AT, xid, 4);
	plant_ignored(r, plant_discover(r), plant_offer(r));
}

static void offer_none(struct recording *r)
{
	recording_cut(r, plant_offer(r));
	plant_ask_again(r, plant_discover(r), SIZE_MAX);
}

static void offer_unended(struct recording *r)
{
	size_t o = plant_offer(r);
	struct br_packet p = recording_packet(r, o);
	uint8_t copy[1500];
	size_t size = p.payload.size < sizeof(copy) ? p.payload.size : sizeof(copy), end = size;

	memcpy(copy, p.payload.data, size);
	while (end > 240 && copy[end - 1] == 0)
		end--;
	recording_set_payload(r, o, copy, end - 1); /* without 255 */
	plant_ignored(r, plant_discover(r), o);
}

/* Requests that lead nowhere */

static void ack_sum(struct recording *r)
{
	plant_wrong_sum(r, plant_ack(r));
	plant_ignored(r, plant_request(r), plant_ack(r));
}

static void ack_vlan(struct recording *r)
{
	plant_tag(r, plant_ack(r), (uint16_t)(2 + plant_draw(4000)));
	plant_ignored(r, plant_request(r), plant_ack(r));
}

static void ack_none(struct recording *r)
{
	recording_cut(r, plant_ack(r));
	plant_ask_again(r, plant_request(r), SIZE_MAX);
}

static void ack_nak(struct recording *r)
{
	size_t a = plant_ack(r);

	recording_set_option(r, a, 53, "\6", 1);
	plant_poke_ip(r, a, YIADDR_AT, 0);
	recording_cut(r, a + 1);
	plant_run_on(r);
}

static void ack_elsewhere(struct recording *r)
{
	plant_poke_ip(r, plant_ack(r), YIADDR_AT,
	              plant_peek_ip(r, plant_ack(r), YIADDR_AT) + 1 + plant_draw(9));
	plant_ignored(r, plant_request(r), plant_ack(r));
}

/* An address, and no way to the boot server */

static void no_router(struct recording *r)
{
	plant_settle(r, plant_far_away(), 0);
	plant_run_on(r);
}

static void router_far(struct recording *r)
{
	plant_settle(r, plant_far_away(), 0xc6336401 + plant_draw(200)); /* 198.51.100.0/24 */
	plant_run_on(r);
}

static void route_hidden(struct recording *r)
{
	uint32_t own = plant_own_address(r), via = (own & ~UINT32_C(255)) | 254;
	uint8_t route[] = {24,
	                   10,
	                   (uint8_t)plant_draw(256),
	                   7,
	                   (uint8_t)(via >> 24),
	                   (uint8_t)(via >> 16),
	                   (uint8_t)(via >> 8),
	                   (uint8_t)via};

	plant_settle(r, plant_far_away(), via);
	recording_set_option(r, plant_ack(r), plant_draw(2) ? 121 : 249, route, sizeof(route));
	plant_run_on(r);
}

static void server_impossible(struct recording *r)
{
	uint32_t own = plant_own_address(r);
	uint32_t bad[] = {own, 0x7f000001, UINT32_MAX, own | 255, own & ~UINT32_C(255)};

	plant_settle(r, bad[plant_draw(5)], 0);
	plant_run_on(r);
}

static void server_dead(struct recording *r)
{
	uint32_t next = (plant_own_address(r) & ~UINT32_C(255)) | (200 + plant_draw(50));

	plant_settle(r, next, 0);
	plant_look_for(r, next);
	plant_run_on(r);
}

static void router_ignored(struct recording *r)
{
	uint32_t next = plant_far_away();

	plant_settle(r, next, (plant_own_address(r) & ~UINT32_C(255)) | 254);
	plant_look_for(r, next);
	plant_run_on(r);
}

static void router_dead(struct recording *r)
{
	uint32_t router = (plant_own_address(r) & ~UINT32_C(255)) | (200 + plant_draw(50));

	plant_settle(r, plant_far_away(), router);
	plant_look_for(r, router);
	plant_run_on(r);
}

/* Names */

static void dns(struct recording *r, uint16_t type, uint16_t flags, uint16_t answers,
                uint16_t authorities)
{
	uint8_t m[128];
	br_time at;

	plant_give_url(r);
	at = r->frame[r->frames - 1].at;
	for (unsigned i = 0; i < 4; i++) {
		size_t size = plant_put_question(m, type, 0x0100, 0, 0);

		plant_say_dns(r, at + (i + 1) * BR_S, true, m, size);
		if (!flags)
			continue;
		size = plant_put_question(m, type, flags, answers, authorities);
		if (type == 28 && answers) { /* an address of IPv6 */
			static const uint8_t record[] = {0xc0, 12, 0,    28, 0,   1,    0, 0, 0, 60,
			                                 0,    16, 0x20, 1,  0xd, 0xb8, 0, 0, 0, 0,
			                                 0,    0,  0,    0,  0,   0,    0, 2};

			memcpy(m + size, record, sizeof(record));
			size += sizeof(record);
		}
		plant_say_dns(r, at + (i + 1) * BR_S + 2 * BR_MS, false, m, size);
	}
}

static void dns_silent(struct recording *r)
{
	dns(r, 1, 0, 0, 0);
	plant_run_on(r);
}

static void dns_error(struct recording *r)
{
	static const uint16_t codes[] = {2, 3, 5};

	dns(r, 1, (uint16_t)(0x8180 | codes[plant_draw(3)]), 0, 0);
	plant_run_on(r);
}

static void dns_empty(struct recording *r)
{
	dns(r, 1, plant_draw(2) ? 0x8180 : 0x8380, 0, 0); /* or truncated */
	plant_run_on(r);
}

static void dns_referral(struct recording *r)
{
	dns(r, 1, 0x8100, 0, (uint16_t)(1 + plant_draw(4)));
	plant_run_on(r);
}

/* TFTP */

static void tftp_silent(struct recording *r)
{
	size_t q = plant_rrq(r);

	recording_cut(r, q + 1);
	plant_rrq_again(r, q, 2 + plant_draw(4));
	plant_run_on(r);
}

static void tftp_late(struct recording *r)
{
	size_t q = plant_rrq(r);
	size_t answer = plant_must(recording_find_tftp(r, q, BR_TFTP_OACK));
	br_time at = r->frame[q].at + (25 + plant_draw(20)) * BR_S;

	recording_again(r, answer, at);
	struct recorded late = r->frame[r->frames - 1];
	struct recorded spare = r->frame[q + 1];

	r->frame[q + 1] = late; /* kept over the cut */
	r->frame[r->frames - 1] = spare;
	recording_cut(r, q + 2);
	plant_rrq_again(r, q, 4);
	recording_sort(r);
	plant_run_on(r);
}

static void answer_error(struct recording *r, uint8_t code)
{
	size_t answer = plant_must(recording_find_tftp(r, plant_rrq(r), BR_TFTP_OACK));
	uint8_t error[] = {0, 5, 0, code, 'n', 'o', 0};

	recording_set_payload(r, answer, error, sizeof(error));
	recording_cut(r, answer + 1);
	plant_run_on(r);
}

static void tftp_error(struct recording *r)
{
	answer_error(r, 1);
}

static void tftp_refused(struct recording *r)
{
	answer_error(r, plant_draw(2) ? 2 : 0);
}

static void tftp_elsewhere(struct recording *r)
{
	size_t q = plant_rrq(r);
	uint32_t near = plant_own_address(r) & ~UINT32_C(255);

	for (unsigned i = 0; i < 2; i++)
		plant_poke_ip(r, i == 0 ? plant_offer(r) : plant_ack(r), SIADDR_AT,
		              near | (100 + plant_draw(50)));
	recording_cut(r, q + 1);
	plant_rrq_again(r, q, 3);
	plant_run_on(r);
}

static void page(struct recording *r)
{
	static const char *const pages[] = {"<!DOCTYPE html>\n<html><head><title>Login",
	                                    "<html>\r\n<head><title>404 Not Found</title>",
	                                    "\n  <!doctype HTML><html lang=en>",
	                                    "<?xml version=\"1.0\"?><!DOCTYPE x><html>"};
	const char *p = pages[plant_draw(4)];

	plant_content(r, p, strlen(p));
}

static void compressed(struct recording *r)
{
	uint8_t octets[32] = {0x1f, 0x8b, 8};

	for (size_t i = 3; i < sizeof(octets); i++)
		octets[i] = (uint8_t)plant_draw(256);
	plant_content(r, octets, sizeof(octets));
}

static void elf(struct recording *r)
{
	uint8_t octets[32] = {0x7f, 'E', 'L', 'F', 2, 1, 1, (uint8_t)plant_draw(4)};

	plant_content(r, octets, sizeof(octets));
}

static void other_machine(struct recording *r)
{
	uint8_t octets[300] = {'M', 'Z'};
	static const uint16_t machines[] = {0x14c, 0x1c2, 0x5064, 0x6264};
	uint16_t machine = machines[plant_draw(4)];

	octets[0x3c] = 0x80;
	memcpy(octets + 0x80, "PE\0", 4);
	octets[0x84] = (uint8_t)machine;
	octets[0x85] = (uint8_t)(machine >> 8);
	plant_content(r, octets, sizeof(octets));
}

static void script(struct recording *r)
{
	static const char *const texts[] = {"#!ipxe\nchain http://x/", "DEFAULT linux\nLABEL linux",
	                                    "set timeout=5\nmenuentry x"};
	const char *p = texts[plant_draw(3)];

	plant_content(r, p, strlen(p));
}

/* The recorder had a filter. */
static void filtered(struct recording *r)
{
	struct recording kept = {0};

	for (size_t i = 0; i < r->frames; i++) {
		const struct recorded *f = &r->frame[i];
		struct br_packet p = recording_packet(r, i);
		uint16_t s = p.src.port, d = p.dst.port;

		if (p.transport == BR_TRANSPORT_UDP &&
		    ((s >= 67 && s <= 69) || (d >= 67 && d <= 69)))
			recording_put(&kept, f->at, f->octets, f->size, f->original_size);
	}
	recording_reset(r);
	*r = kept;
}

static size_t answer_4011(const struct recording *r)
{
	return plant_must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_ACK, true));
}

static void boot_server_silent(struct recording *r)
{
	size_t a = answer_4011(r), q = a - 1;

	recording_cut(r, a);
	plant_ask_again(r, q, SIZE_MAX);
}

static void boot_server_elsewhere(struct recording *r)
{
	size_t a = answer_4011(r);

	plant_set_port(r, a, 2, plant_draw(2) ? 68 : (uint16_t)(5000 + plant_draw(1000)));
	recording_cut(r, a + 1);
	plant_run_on(r);
}

static void boot_server_empty(struct recording *r)
{
	static const uint8_t none[128];
	size_t a = answer_4011(r);

	plant_poke(r, a, FILE_AT, none, sizeof(none));
	recording_set_option(r, a, 67, NULL, 0);
	recording_set_option(r, a, 43, NULL, 0);
	recording_cut(r, a + 1);
	plant_run_on(r);
}

static void no_proxy_server(struct recording *r)
{
	size_t a = answer_4011(r);
	size_t o = plant_must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_OFFER, true));

	plant_poke_ip(r, a, SIADDR_AT, 0);
	plant_poke_ip(r, o, SIADDR_AT, 0);
	recording_cut(r, a + 1);
	plant_run_on(r);
}

/* TLS: another alert in the boot that the client refused */
static void tls_alert(struct recording *r)
{
	static const uint8_t alerts[] = {40, 42, 43, 44, 45, 46, 47, 48, 49, 51, 70, 71, 80, 112};
	uint8_t alert = alerts[plant_draw(sizeof(alerts))];

	for (size_t i = 0; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_TCP && p.payload.size == 7 &&
		    p.payload.data[0] == 21) {
			plant_payload(r, i)[6] = alert;
			recording_fix(r, i);
		}
	}
}

/* The loaded program: its own DISCOVER stands behind the first in these captures. */
static size_t own_discover(const struct recording *r)
{
	size_t data = plant_must(recording_find_tftp(r, 0, BR_TFTP_DATA));

	return plant_must(recording_find_dhcp(r, data, BR_DHCP_TYPE_DISCOVER, false));
}

static void program_no_offer(struct recording *r)
{
	size_t d = own_discover(r);

	recording_cut(r, d + 1);
	plant_ask_again(r, d, SIZE_MAX);
}

static void program_offer_sum(struct recording *r)
{
	size_t d = own_discover(r),
	       o = plant_must(recording_find_dhcp(r, d, BR_DHCP_TYPE_OFFER, false));

	plant_wrong_sum(r, o);
	plant_ignored(r, d, o);
}

static void program_no_ack(struct recording *r)
{
	size_t d = own_discover(r),
	       q = plant_must(recording_find_dhcp(r, d, BR_DHCP_TYPE_REQUEST, false));

	recording_cut(r, q + 1);
	plant_ask_again(r, q, SIZE_MAX);
}

static void program_nak(struct recording *r)
{
	size_t d = own_discover(r),
	       a = plant_must(recording_find_dhcp(r, d, BR_DHCP_TYPE_ACK, false));

	recording_set_option(r, a, 53, "\6", 1);
	plant_poke_ip(r, a, YIADDR_AT, 0);
	recording_cut(r, a + 1);
	plant_run_on(r);
}

static void program_no_file(struct recording *r)
{
	static const uint8_t none[128];
	size_t d = own_discover(r),
	       a = plant_must(recording_find_dhcp(r, d, BR_DHCP_TYPE_ACK, false));
	size_t o = plant_must(recording_find_dhcp(r, d, BR_DHCP_TYPE_OFFER, false));

	for (unsigned i = 0; i < 2; i++) {
		size_t index = i == 0 ? o : a;

		recording_set_option(r, index, 67, NULL, 0);
		plant_poke(r, index, FILE_AT, none, sizeof(none));
	}
	recording_cut(r, a + 1);
	plant_run_on(r);
}

static void program_offer_vlan(struct recording *r)
{
	size_t d = own_discover(r),
	       o = plant_must(recording_find_dhcp(r, d, BR_DHCP_TYPE_OFFER, false));

	plant_tag(r, o, (uint16_t)(2 + plant_draw(4000)));
	plant_ignored(r, d, o);
}

/* Kinds */

static const char *const edk2[] = {"aavmf64-virtio-nouuid.pcap", "ovmf-virtio-combipxe.pcap",
                                   "aavmf64-virtio-combined.pcap", NULL};
static const char *const any[] = {"aavmf64-virtio-nouuid.pcap", "ovmf-virtio-combipxe.pcap",
                                  "seabios-virtio-ipxehttp.pcap", "seabios-virtio-combsys.pcap",
                                  NULL};
static const char *const plain[] = {"aavmf64-virtio-nouuid.pcap", "ovmf-virtio-combipxe.pcap",
                                    "seabios-virtio-combsys.pcap", NULL}; /* no URL */
static const char *const whole[] = {"aavmf64-virtio-nouuid.pcap", "ovmf-virtio-combipxe.pcap",
                                    NULL};
static const char *const rom_plain[] = {"seabios-virtio-combsys.pcap", NULL};
static const char *const rom[] = {"seabios-virtio-ipxehttp.pcap", "seabios-virtio-combsys.pcap",
                                  NULL};
static const char *const two[] = {"ovmf-virtio-twoprompt.pcap",
                                  "ovmf-virtio-proxylate2-nicside.pcap", NULL};
static const char *const rom_two[] = {"seabios-virtio-ipxeproxy4011.pcap", NULL};
static const char *const chain[] = {"ovmf-virtio-combipxe.pcap",
                                    "public/second-stage-dns-silent.pcap", NULL};
static const char *const tls[] = {"public/tls-weak-key.pcap", NULL};

const struct planted_kind planted_kinds[] = {
	{"OFFER with a wrong UDP checksum", any, offer_sum, " net.wrong-checksum "},
	{"OFFER in another VLAN", any, offer_vlan, " net.other-vlan "},
	{"DISCOVER in a VLAN, OFFER in none", any, discover_vlan, " net.other-vlan "},
	{"OFFER from another port", any, offer_port, " dhcp.other-port "},
	{"OFFER to another port", any, offer_to_port, " dhcp.to-other-port "},
	{"OFFER of an address nobody can use", any, offer_address, " dhcp.unusable-address "},
	{"OFFER without boot data", edk2, offer_bare, " dhcp.no-boot-data "},
	{"OFFER without server identifier", edk2, offer_nobody, " dhcp.offer-without-server-id "},
	{"OFFER without its END", edk2, offer_unended, " dhcp.offer-malformed "},
	{"OFFER with another xid", any, offer_xid, " dhcp.wrong-xid "},
	{"no OFFER", any, offer_none, " dhcp.no-offer "},
	{"ACK with a wrong UDP checksum", edk2, ack_sum, " net.wrong-checksum "},
	{"ACK in another VLAN", edk2, ack_vlan, " net.other-vlan "},
	{"no ACK", any, ack_none, " dhcp.no-ack "},
	{"NAK", any, ack_nak, " dhcp.nak "},
	{"ACK of another address", edk2, ack_elsewhere, " dhcp.ack-differs "},
	{"boot server elsewhere, no router", plain, no_router, " boot.no-route "},
	{"router in another network", plain, router_far, " boot.router-off-link "},
	{"option 121 or 249 hides the router", rom_plain, route_hidden, " boot.route-hidden "},
	{"next server nobody can be", plain, server_impossible, " boot.unusable-server "},
	{"next server is not there", plain, server_dead, " boot.server-dead "},
	{"router is not there", plain, router_dead, " boot.router-dead "},
	{"client looks on its link for what is behind the router", plain, router_ignored,
         " client.ignores-router "},
	{"DNS server silent", rom, dns_silent, " dns.silent "},
	{"DNS answers with an error", rom, dns_error, " dns.no-address "},
	{"DNS answer empty or truncated", rom, dns_empty, " dns.no-address "},
	{"DNS answers with a referral", rom, dns_referral, " dns.no-address "},
	{"TFTP server silent", edk2, tftp_silent, " tftp.silent "},
	{"TFTP answer after the client gave up", edk2, tftp_late, " tftp.late-answer "},
	{"TFTP file not found", edk2, tftp_error, " tftp.not-found "},
	{"TFTP access refused", edk2, tftp_refused, " tftp.refused "},
	{"client asks another server", edk2, tftp_elsewhere, " client.other-server "},
	{"a web page for a program", edk2, page, " boot.wrong-program "},
	{"a compressed file for a program", edk2, compressed, " boot.wrong-program "},
	{"an ELF file for a program", edk2, elf, " boot.wrong-program "},
	{"a program for another machine", edk2, other_machine, " boot.wrong-program "},
	{"a script for a program", edk2, script, " boot.wrong-program "},
	{"recorded with a filter of ports 67 to 69", whole, filtered, " capture.filter "},
	{"boot server on 4011 silent", two, boot_server_silent, " pxe.silent "},
	{"answer of 4011 to another port", two, boot_server_elsewhere, " pxe.other-destination "},
	{"answer of 4011 without a file", two, boot_server_empty, " pxe.no-file "},
	{"proxy without next server, iPXE", rom_two, no_proxy_server, " pxe.no-next-server "},
	{"TLS refused with an alert", tls, tls_alert,
         " tls.refused tls.weak-key tls.expired tls.self-signed "},
	{"loaded iPXE gets no OFFER", chain, program_no_offer, " dhcp.no-offer "},
	{"loaded iPXE gets wrong checksums", chain, program_offer_sum, " net.wrong-checksum "},
	{"loaded iPXE gets OFFERs of another VLAN", chain, program_offer_vlan, " net.other-vlan "},
	{"loaded iPXE gets no ACK", chain, program_no_ack, " dhcp.no-ack "},
	{"loaded iPXE gets a NAK", chain, program_nak, " dhcp.nak "},
	{"loaded iPXE gets no file name", chain, program_no_file, " boot.no-file "},
};
const size_t planted_kinds_count = sizeof(planted_kinds) / sizeof(planted_kinds[0]);
