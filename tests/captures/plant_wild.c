/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults that administrators make, planted in good captures: explain must name them.
 *
 * They were met in boots of real firmware against other servers than those of the corpus;
 * some of these boots are in the corpus, the others are made here out of what is there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/tftp_packet.h"
#include "helper.h"
#include "tests/captures/recording.h"

enum {
	TEXT_MAX = 1 << 20,
	NOBODY = 3,     /* exit code: no client is in it, and the verdict stands alone */
	SIADDR_AT = 20, /* in a DHCP message, RFC 2131 figure 1 */
	IP_AT = 14,
	ICMP_CODE_AT = IP_AT + 20 + 1,
};

static const char one[] = "ovmf-virtio-combipxe.pcap";  /* one server, IPv4 PXE, boots a kernel */
static const char two[] = "ovmf-virtio-twosi-ref.pcap"; /* DHCP and proxyDHCP with port 4011 */
static const char closed[] = "ovmf-virtio-notftp.pcap"; /* TFTP answered by ICMP */
static const char syslinux[] = "seabios-virtio-combsys.pcap";
static const char slof[] = "slof-e1000-combined.pcap";
static const char names[] = "ovmf-http-nxdomain.pcap";

static const char *what = "";

static size_t must(size_t index)
{
	if (index == SIZE_MAX)
		print_error("%s: the capture does not hold what the fault needs\n", what);
	assert_true(index != SIZE_MAX);
	return index;
}

static size_t dhcp(const struct recording *r, enum br_dhcp_type type)
{
	return must(recording_find_dhcp(r, 0, type, false));
}

/* Somebody else's frame, so late that nothing more came of it. */
static void silence(struct recording *r)
{
	static const uint8_t arp[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,   0, 0, 0, 0,
	                                9,    8,    6,    0,    1,    8,    0,   6, 4, 0, 1,
	                                2,    0,    0,    0,    0,    9,    192, 0, 2, 9, 0,
	                                0,    0,    0,    0,    0,    192,  0,   2, 10};

	recording_put(r, r->frame[r->frames - 1].at + 70 * BR_S, arp, sizeof(arp), sizeof(arp));
}

/* iPXE, the program that @one loads, asks for an address of its own behind this. */
static void cut_behind_program(struct recording *r)
{
	size_t last = must(recording_find_tftp(r, 0, BR_TFTP_DATA));

	recording_cut(r, must(recording_find_dhcp(r, last, BR_DHCP_TYPE_DISCOVER, false)));
}

static void first_octets(struct recording *r, const char *octets, size_t size)
{
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_DATA));

	memcpy(r->frame[at].octets + recording_payload(r, at) + 4, octets, size);
	recording_fix(r, at);
}

static void bios_program(struct recording *r)
{
	first_octets(r, "\xea\x24\x7c\x01", 4);
	cut_behind_program(r);
	silence(r);
}

static void efi_program(struct recording *r)
{
	first_octets(r, "MZ\x90\0", 4);
	silence(r);
}

static void web_page(struct recording *r)
{
	first_octets(r, "<!DOCTYP", 8);
	cut_behind_program(r);
	silence(r);
}

/* The firmware tries HTTP next. */
static void comes_back(struct recording *r)
{
	size_t asked = must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_DISCOVER, false)), again;

	cut_behind_program(r);
	again = r->frames;
	recording_again(r, asked, r->frame[again - 1].at + BR_S);
	recording_set_option(r, again, 60, "HTTPClient:Arch:00016:UNDI:003000", 33);
	silence(r);
}

static void far_server(struct recording *r, bool router)
{
	static const uint8_t far[] = {10, 9, 9, 9};
	static const enum br_dhcp_type types[] = {BR_DHCP_TYPE_OFFER, BR_DHCP_TYPE_ACK};

	for (size_t i = 0; i < 2; i++) {
		size_t at = dhcp(r, types[i]);

		memcpy(r->frame[at].octets + recording_payload(r, at) + SIADDR_AT, far, 4);
		if (!router)
			recording_set_option(r, at, 3, NULL, 0);
		recording_fix(r, at);
	}
	recording_cut(r, dhcp(r, BR_DHCP_TYPE_ACK) + 1);
}

static void no_router(struct recording *r)
{
	far_server(r, false);
	silence(r);
}

static void icmp_code(struct recording *r, uint8_t code)
{
	for (size_t i = 0; i < r->frames; i++) {
		uint8_t *octets = r->frame[i].octets;

		if (octets[12] != 8 || octets[13] != 0 || octets[IP_AT + 9] != 1)
			continue;
		octets[ICMP_CODE_AT] = code;
		octets[ICMP_CODE_AT + 1] = octets[ICMP_CODE_AT + 2] = 0;
	}
}

static void prohibited(struct recording *r)
{
	icmp_code(r, 13);
}

static void no_such_host(struct recording *r)
{
	icmp_code(r, 1);
}

/* The server goes on with @opcode, and the client does not hear it. */
static void unheard(struct recording *r, uint16_t opcode, bool client_repeats)
{
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_OACK)), asked;

	asked = must(recording_find_tftp(r, 0, BR_TFTP_RRQ));
	if (opcode == BR_TFTP_DATA)
		at = must(recording_find_tftp(r, at, opcode));
	recording_cut(r, at + 1);
	for (unsigned i = 1; i <= 3; i++) {
		if (client_repeats)
			recording_again(r, asked, r->frame[at].at + i * 4 * BR_S - BR_S / 10);
		recording_again(r, at, r->frame[at].at + i * 4 * BR_S);
	}
	silence(r);
}

static void data_unheard(struct recording *r)
{
	unheard(r, BR_TFTP_DATA, false);
}

static void answers_unheard(struct recording *r)
{
	unheard(r, BR_TFTP_OACK, true);
}

/* As the ACKs, but the server sends its OACK again after each of them. */
static void acks_unheard(struct recording *r)
{
	size_t probe = must(recording_find_tftp(r, 0, BR_TFTP_OACK));
	size_t oack = must(recording_find_tftp(r, probe + 1, BR_TFTP_OACK));
	size_t ack = must(recording_find_tftp(r, oack, BR_TFTP_ACK));

	recording_cut(r, ack + 1);
	for (unsigned i = 1; i <= 3; i++) {
		recording_again(r, oack, r->frame[ack].at + i * BR_S);
		recording_again(r, ack, r->frame[ack].at + i * BR_S + BR_MS);
	}
	silence(r);
}

/* As before, but of the server nothing more is heard. */
static void no_block(struct recording *r)
{
	size_t probe = must(recording_find_tftp(r, 0, BR_TFTP_OACK));
	size_t oack = must(recording_find_tftp(r, probe + 1, BR_TFTP_OACK));
	size_t ack = must(recording_find_tftp(r, oack, BR_TFTP_ACK));

	recording_cut(r, ack + 1);
	for (unsigned i = 1; i <= 3; i++)
		recording_again(r, ack, r->frame[ack].at + i * BR_S);
	silence(r);
}

/* ldlinux.c32 and what PXELINUX loads by it: the first answer is ERROR 1. */
static void no_module(struct recording *r)
{
	static const char error[] = "\0\5\0\1File not found";
	size_t boot = must(recording_find_tftp(r, 0, BR_TFTP_OACK)), oack;

	oack = must(recording_find_tftp(r, boot + 1, BR_TFTP_OACK));
	recording_set_payload(r, oack, error, sizeof(error));
	recording_cut(r, oack + 1);
	silence(r);
}

static void second_proxy(struct recording *r)
{
	size_t at = must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_OFFER, true)), last = r->frames;

	recording_again(r, at, r->frame[at].at + BR_MS);
	r->frame[last].octets[IP_AT + 15] = 99;
	recording_set_option(r, last, 54, "\xc0\0\2\x63", 4);
	recording_fix(r, last);
	recording_sort(r);
}

static void dns_dropped(struct recording *r)
{
	for (size_t i = r->frames; i-- > 0;) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_UDP && p.src.port == 53)
			recording_drop(r, i);
	}
}

/* Another machine sends ARP with the client's address, 192.0.2.158, before the transfer. */
static void address_taken(struct recording *r)
{
	static const uint8_t arp[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,   0, 0, 0,   0,
	                                9,    8,    6,    0,    1,    8,    0,   6, 4, 0,   1,
	                                2,    0,    0,    0,    0,    9,    192, 0, 2, 158, 0,
	                                0,    0,    0,    0,    0,    192,  0,   2, 10};
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_DATA));

	recording_put(r, r->frame[at].at, arp, sizeof(arp), sizeof(arp));
	recording_sort(r);
}

/* All before the tenth block, and what comes behind the transfer. */
static void begins_late(struct recording *r)
{
	size_t at = must(recording_find_tftp(r, 0, BR_TFTP_DATA));

	for (size_t count = 0; count < 10; count++)
		at = must(recording_find_tftp(r, at + 1, BR_TFTP_DATA));
	while (at-- > 0)
		recording_drop(r, 0);
	at = recording_find_tftp(r, 0, BR_TFTP_RRQ);
	if (at != SIZE_MAX)
		recording_cut(r, at);
}

static const struct {
	const char *what, *capture;
	void (*plant)(struct recording *r);
	const char *finding;
	int code; /* of explain */
} faults[] = {
	{"a BIOS program for UEFI", one, bios_program, "boot.wrong-program", 1},
	{"an EFI program for Open Firmware", slof, efi_program, "boot.wrong-program", 1},
	{"a web page instead of a program", one, web_page, "boot.wrong-program", 1},
	{"a program that comes back", one, comes_back, "boot.came-back", 77},
	{"next server far away, no router", one, no_router, "boot.no-route", 1},
	{"ICMP: administratively prohibited", closed, prohibited, "tftp.forbidden", 1},
	{"ICMP: host unreachable", closed, no_such_host, "tftp.unreachable", 1},
	{"DATA that is not heard", slof, data_unheard, "tftp.data-lost", 1},
	{"OACKs that are not heard", one, answers_unheard, "tftp.answers-lost", 1},
	{"ACKs that are not heard", one, acks_unheard, "tftp.acks-lost", 1},
	{"no block behind the OACK", one, no_block, "tftp.no-data", 1},
	{"PXELINUX without its module", syslinux, no_module, "loader.no-module", 1},
	{"a second proxyDHCP", two, second_proxy, "pxe.two-proxies", 77},
	{"an address that another has", one, address_taken, "net.duplicate-address", 0},
	{"a DNS server that keeps silent", names, dns_dropped, "dns.silent", 1},
	{"a recorder that was late", slof, begins_late, "capture.begins-late", 3},
};

/* A finding must say more than its name: what happened, and what to change. */
static bool is_complete(const char *json, const char *id)
{
	char want[96];

	(void)snprintf(want, sizeof(want), "{\"id\":\"%s\"", id);
	const char *at = strstr(json, want), *change = at ? strstr(at, "\"change\":\"") : NULL;

	return change && change[10] != '"' && !strstr(at, "\"text\":\"\",\"change\"");
}

static void every_planted_mistake_is_named(void **state)
{
	static char text[TEXT_MAX];
	size_t named = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct recording r;
		char path[512], verdict[64];

		(void)snprintf(path, sizeof(path), "%s/%s", getenv("BR_CAPTURES"),
		               faults[i].capture);
		recording_load(&r, path);
		(void)recording_explain_clean(&r, text, TEXT_MAX);
		bool clean = !recording_has_finding(text, faults[i].finding);

		what = faults[i].what;
		faults[i].plant(&r);
		int code = recording_explain_clean(&r, text, TEXT_MAX);

		recording_reset(&r);
		recording_verdict(text, verdict, sizeof(verdict));
		bool found = code == NOBODY ? !strcmp(verdict, faults[i].finding)
		                            : is_complete(text, faults[i].finding);

		if (clean && found && code == faults[i].code) {
			named++;
			continue;
		}
		print_error("%s: want %s and exit %d, got %s and exit %d%s\n", faults[i].what,
		            faults[i].finding, faults[i].code, verdict, code,
		            clean ? "" : "; it was found before");
		if (getenv("BR_SHOW"))
			print_error("%s\n", text);
	}
	assert_int_equal(named, sizeof(faults) / sizeof(faults[0]));
}

/* Option 175 stands behind the cut, option 77 before it. */
static void cut_requests_of_ipxe_are_its_own(void **state)
{
	static const struct recording_form form = {.nano = true, .snap_size = 400};
	static char text[TEXT_MAX];
	struct recording r;
	char path[512], errors[1024], verdict[64];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/seabios-ipxe-loop.pcap", getenv("BR_CAPTURES"));
	recording_load(&r, path);
	assert_int_equal(recording_explain(&r, &form, text, TEXT_MAX, errors, sizeof(errors)), 1);
	recording_reset(&r);
	recording_verdict(text, verdict, sizeof(verdict));
	assert_string_equal(verdict, "loader.loop");
	assert_non_null(strstr(text, "\"software\":\"ipxe\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_requests_of_ipxe_are_its_own),
		cmocka_unit_test(every_planted_mistake_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
