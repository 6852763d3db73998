/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/test_ladder.c - what a person reads about frames
 *
 * Frames are built as the wire would carry them and shown to a ladder; what it says is
 * kept as text and compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/nd.h"
#include "core/formats/tftp_packet.h"
#include "sim/lines/ladder.h"
#include "tests/helper.h"

enum {
	CLIENT = 0x0a4d0064, /* 10.77.0.100 */
	SERVER = 0x0a4d0002,
	SAID_SIZE = 16384,
};

static const uint8_t client_mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
static const uint8_t server_mac[6] = {2, 0, 0, 0, 0, 2};

struct scene {
	struct br_ladder *ladder;
	struct br_frame_pool pool;
	struct br_frame *frame;
	struct br_packet_route route6;
	br_time now;
	size_t cut; /* octets a capture keeps of each frame; 0: all */
	size_t growing;
	size_t size;
	char said[SAID_SIZE]; /* final lines */
};

static void keep(void *context, const struct br_ladder_line *line)
{
	struct scene *scene = context;

	if (line->growing) {
		scene->growing++;
		return;
	}
	scene->size += (size_t)snprintf(scene->said + scene->size, SAID_SIZE - scene->size, "%s\n",
	                                line->text);
	assert_true(scene->size < SAID_SIZE);
}

static int setup(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	br_frame_pool_init(&scene->pool, 1514, 4);
	scene->frame = br_frame_new(&scene->pool);
	assert_int_equal(br_ladder_new(&scene->ladder, 0, keep, scene), 0);
	assert_true(br_ladder_name_mac(scene->ladder, client_mac, "fw"));
	assert_true(br_ladder_name_ipv4(scene->ladder, SERVER, "boot"));
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;

	br_ladder_free(scene->ladder);
	br_frame_unref(scene->frame);
	br_frame_pool_reset(&scene->pool);
	free(scene);
	return 0;
}

static void show(struct scene *scene)
{
	size_t size = scene->frame->size;
	size_t captured = scene->cut && scene->cut < size ? scene->cut : size;

	scene->now += BR_MS;
	br_ladder_see(scene->ladder, (struct br_octets){scene->frame->data, captured}, size,
	              scene->now);
}

static struct br_packet_route route(bool from_client)
{
	struct br_packet_route r = {
		.src = from_client ? CLIENT : SERVER,
		.dst = from_client ? SERVER : CLIENT,
		.ttl = 64,
	};

	memcpy(r.eth_src, from_client ? client_mac : server_mac, 6);
	memcpy(r.eth_dst, from_client ? server_mac : client_mac, 6);
	return r;
}

static void udp(struct scene *scene, bool from_client, uint16_t client_port, uint16_t server_port,
                const void *octets, size_t size)
{
	struct br_packet_route r = route(from_client);

	assert_int_equal(
		br_packet_build_udp(scene->frame, &r, from_client ? client_port : server_port,
	                            from_client ? server_port : client_port,
	                            (struct br_octets){octets, size}, (struct br_octets){0}),
		0);
	show(scene);
}

#define UDP_TEXT(scene, from_client, client_port, server_port, text)                               \
	udp(scene, from_client, client_port, server_port, text, sizeof(text) - 1)

static void data(struct scene *scene, uint16_t block, size_t size)
{
	uint8_t octets[1472] = {0, BR_TFTP_DATA, (uint8_t)(block >> 8), (uint8_t)block};

	udp(scene, false, 1580, 49152, octets, 4 + size);
}

static void ack(struct scene *scene, uint16_t block)
{
	uint8_t octets[4] = {0, BR_TFTP_ACK, (uint8_t)(block >> 8), (uint8_t)block};

	udp(scene, true, 1580, 49152, octets, sizeof(octets));
}

static void tcp(struct scene *scene, bool from_client, uint32_t sequence, uint8_t flags,
                const void *octets, size_t size)
{
	struct br_packet_route r = route(from_client);
	struct br_packet_tcp head = {.sequence = sequence, .flags = flags, .window = 65535};

	assert_int_equal(br_packet_build_tcp(
				 scene->frame, &r, from_client ? 1407 : 80, from_client ? 80 : 1407,
				 &head, (struct br_octets){octets, size}, (struct br_octets){0}),
	                 0);
	show(scene);
}

#define TCP_TEXT(scene, from_client, sequence, text)                                               \
	tcp(scene, from_client, sequence, BR_TCP_ACK, text, sizeof(text) - 1)

static void assert_said(struct scene *scene, const char *want)
{
	if (strcmp(scene->said, want) != 0)
		fail_msg("said:\n%swanted:\n%s", scene->said, want);
}

static void a_dhcp_message_shows_the_fields_that_decide(void **state)
{
	struct scene *scene = *state;
	struct br_dhcp_header header = {.op = BR_DHCP_OP_REQUEST, .htype = 1, .hlen = 6, .secs = 4};
	struct br_packet_route r = {.dst = UINT32_MAX, .ttl = 64};
	struct br_dhcp_builder b;
	uint8_t octets[548];
	size_t size;

	memcpy(header.chaddr, client_mac, 6);
	memcpy(r.eth_src, client_mac, 6);
	br_dhcp_begin(&b, &header, octets, sizeof(octets), 0);
	br_dhcp_put_u8(&b, BR_DHCP_OPTION_MESSAGE_TYPE, BR_DHCP_TYPE_DISCOVER);
	br_dhcp_put_text(&b, BR_DHCP_OPTION_VENDOR_CLASS, "PXEClient:Arch:00007:UNDI:003000");
	br_dhcp_put_be16(&b, BR_DHCP_OPTION_ARCHITECTURE, 7);
	size = br_dhcp_finish(&b, 300);
	assert_int_equal(br_packet_build_udp(scene->frame, &r, 68, 67,
	                                     (struct br_octets){octets, size},
	                                     (struct br_octets){0}),
	                 0);
	show(scene);

	header =
		(struct br_dhcp_header){.op = BR_DHCP_OP_REPLY, .yiaddr = CLIENT, .siaddr = SERVER};
	memcpy(header.chaddr, client_mac, 6);
	br_dhcp_begin(&b, &header, octets, sizeof(octets), 0);
	br_dhcp_put_u8(&b, BR_DHCP_OPTION_MESSAGE_TYPE, BR_DHCP_TYPE_ACK);
	br_dhcp_put_be32(&b, BR_DHCP_OPTION_SERVER_ID, SERVER);
	size = br_dhcp_finish(&b, 300);
	udp(scene, false, 68, 67, octets, size);
	/* from now on the client has its name under its address too */
	UDP_TEXT(scene, true, 1580, 69, "\0\1a.efi\0octet\0");
	assert_said(scene, "    0.001  fw:68 -> *:67                      dhcp discover"
	                   " opt60=PXEClient opt93=7 secs=4\n"
	                   "    0.002  boot:67 -> 10.77.0.100:68          dhcp ack"
	                   " yiaddr=10.77.0.100 siaddr=10.77.0.2 opt54=10.77.0.2\n"
	                   "    0.003  fw:1580 -> boot:69                 tftp rrq a.efi\n");
}

static void transfer(struct scene *scene)
{
	UDP_TEXT(scene, true, 1580, 69, "\0\1a.efi\0octet\0blksize\0001024\0windowsize\0004\0");
	UDP_TEXT(scene, false, 1580, 49152, "\0\6blksize\0001024\0");
	ack(scene, 0);
	data(scene, 1, 1024);
	ack(scene, 1);
	data(scene, 1, 1024);
	data(scene, 2, 1024);
	ack(scene, 2);
	data(scene, 3, 100);
	ack(scene, 3);
}

static void a_transfer_is_one_line_that_counts(void **state)
{
	struct scene *scene = *state;

	transfer(scene);
	assert_said(scene, "    0.001  10.77.0.100:1580 -> boot:69        tftp rrq a.efi"
	                   " blksize=1024 windowsize=4\n"
	                   "    0.002  boot:49152 -> 10.77.0.100:1580     tftp oack blksize=1024\n"
	                   "    0.004  boot:49152 -> 10.77.0.100:1580     tftp data a.efi"
	                   " 3 blocks of 1024, 3 acks, 2148 octets 0.00 s, 1 sent again\n");
}

static void a_cut_capture_tells_the_same(void **state)
{
	struct scene *scene = *state;

	scene->cut = 14 + 20 + 8 + 60;
	transfer(scene);
	assert_non_null(strstr(scene->said, "3 blocks of 1024, 3 acks, 2148 octets"));
}

static void blocks_count_on_past_65535(void **state)
{
	struct scene *scene = *state;

	UDP_TEXT(scene, true, 1580, 69, "\0\1a.efi\0octet\0");
	for (uint32_t block = 1; block <= 65540; block++)
		data(scene, (uint16_t)block, block == 65540 ? 7 : 512);
	ack(scene, 4);
	assert_non_null(strstr(scene->said, "65540 blocks of 512, 1 acks, 33555975 octets"));
	assert_true(scene->growing > 100);
}

static void a_size_probe_ends_in_the_clients_error(void **state)
{
	struct scene *scene = *state;

	UDP_TEXT(scene, true, 1580, 69, "\0\1a.efi\0octet\0tsize\0000\0");
	UDP_TEXT(scene, false, 1580, 49152, "\0\6tsize\0001048504\0");
	UDP_TEXT(scene, true, 1580, 49152, "\0\5\0\010User aborted the transfer\0");
	assert_non_null(strstr(scene->said, "tftp oack tsize=1048504\n"));
	assert_non_null(strstr(scene->said, "tftp error 8 a.efi \"User aborted the transfer\"\n"));
}

static void a_transfer_nobody_ends_is_told_at_the_end(void **state)
{
	struct scene *scene = *state;

	UDP_TEXT(scene, true, 1580, 69, "\0\1a.efi\0octet\0");
	data(scene, 1, 512);
	assert_null(strstr(scene->said, "tftp data"));
	br_ladder_finish(scene->ladder, scene->now);
	assert_non_null(strstr(scene->said, "1 blocks of 512, 0 acks, 512 octets 0.00 s,"
	                                    " not to the end\n"));
}

static void the_oldest_transfer_makes_room(void **state)
{
	struct scene *scene = *state;

	UDP_TEXT(scene, true, 1580, 69, "\0\1first\0octet\0");
	data(scene, 1, 512);
	for (uint16_t i = 0; i < 200; i++)
		UDP_TEXT(scene, true, (uint16_t)(2000 + i), 69, "\0\1other\0octet\0");
	assert_non_null(strstr(scene->said, "tftp data first 1 blocks"));
}

static void open_connection(struct scene *scene)
{
	tcp(scene, true, 999, BR_TCP_SYN, NULL, 0);
	tcp(scene, false, 4999, BR_TCP_SYN | BR_TCP_ACK, NULL, 0);
	tcp(scene, true, 1000, BR_TCP_ACK, NULL, 0);
}

static void a_response_is_one_line_with_its_length(void **state)
{
	struct scene *scene = *state;

	open_connection(scene);
	TCP_TEXT(scene, true, 1000, "HEAD /a HTTP/1.1\r\nHost: b\r\nUser-Agent: x\r\n\r\n");
	TCP_TEXT(scene, false, 5000, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
	TCP_TEXT(scene, true, 1044, "GET /a HT");
	TCP_TEXT(scene, true, 1053, "TP/1.1\r\n\r\n");
	TCP_TEXT(scene, false, 5038, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234");
	TCP_TEXT(scene, false, 5038, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234");
	TCP_TEXT(scene, false, 5080, "56789");
	tcp(scene, true, 1063, BR_TCP_RST, NULL, 0);
	assert_said(scene,
	            "    0.004  10.77.0.100:1407 -> boot:80        http HEAD /a User-Agent=\"x\"\n"
	            "    0.005  boot:80 -> 10.77.0.100:1407        http 200 /a length=9\n"
	            "    0.007  10.77.0.100:1407 -> boot:80        http GET /a\n"
	            "    0.008  boot:80 -> 10.77.0.100:1407        http 200 /a length=9,"
	            " 9 octets 0.00 s, 1 sent again\n");
}

/* Lost segments come again: one of two holes as a whole, of the other first its middle. */
static void octets_that_were_lost_and_came_again_are_counted_once(void **state)
{
	struct scene *scene = *state;

	open_connection(scene);
	TCP_TEXT(scene, true, 1000, "GET /a HTTP/1.1\r\n\r\n");
	TCP_TEXT(scene, false, 5000, "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n12");
	TCP_TEXT(scene, false, 5044, "67");   /* 345 are missing */
	TCP_TEXT(scene, false, 5056, "IJKL"); /* 8 to H, too */
	tcp(scene, false, 5060, BR_TCP_ACK | BR_TCP_FIN, NULL, 0);
	TCP_TEXT(scene, false, 5050, "CD");
	TCP_TEXT(scene, false, 5041, "345");
	TCP_TEXT(scene, false, 5041, "345"); /* once too often */
	assert_int_equal(scene->size, strlen(scene->said));
	assert_null(strstr(scene->said, "http 200"));
	TCP_TEXT(scene, false, 5046, "89AB");
	TCP_TEXT(scene, false, 5052, "EFGHIJKL");
	assert_said(scene, "    0.004  10.77.0.100:1407 -> boot:80        http GET /a\n"
	                   "    0.005  boot:80 -> 10.77.0.100:1407        http 200 /a length=21,"
	                   " 21 octets 0.00 s, 1 sent again\n");
}

static void what_was_lost_and_did_not_come_again_is_told(void **state)
{
	struct scene *scene = *state;

	open_connection(scene);
	TCP_TEXT(scene, true, 1000, "GET /a HTTP/1.1\r\n\r\n");
	TCP_TEXT(scene, false, 5000, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12");
	TCP_TEXT(scene, false, 5042, "56789");
	tcp(scene, true, 1019, BR_TCP_RST, NULL, 0);
	assert_non_null(strstr(scene->said, "http 200 /a length=9, 7 octets 0.00 s,"
	                                    " not to the end: reset by the client\n"));
}

static void a_reset_in_the_middle_is_told(void **state)
{
	struct scene *scene = *state;

	open_connection(scene);
	TCP_TEXT(scene, true, 1000, "GET /a HTTP/1.1\r\n\r\n");
	TCP_TEXT(scene, false, 5000, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234");
	tcp(scene, true, 1019, BR_TCP_RST, NULL, 0);
	assert_non_null(strstr(scene->said, "http 200 /a length=9, 4 octets 0.00 s,"
	                                    " not to the end: reset by the client\n"));
}

static void a_refused_connection_is_told(void **state)
{
	struct scene *scene = *state;

	tcp(scene, true, 999, BR_TCP_SYN, NULL, 0);
	tcp(scene, true, 999, BR_TCP_SYN, NULL, 0);
	tcp(scene, false, 0, BR_TCP_RST | BR_TCP_ACK, NULL, 0);
	assert_said(scene,
	            "    0.002  10.77.0.100:1407 -> boot:80        tcp syn again: no answer\n"
	            "    0.003  boot:80 -> 10.77.0.100:1407        tcp refused\n");
}

static void arp(struct scene *scene, bool from_client, uint16_t operation, const uint8_t mac[6])
{
	struct br_packet_arp packet = {
		.operation = operation,
		.sender_ip = from_client ? CLIENT : SERVER,
		.target_ip = from_client ? SERVER : CLIENT,
	};

	memcpy(packet.sender_mac, mac, 6);
	assert_int_equal(br_packet_build_arp(scene->frame, server_mac, mac, &packet), 0);
	show(scene);
}

static void arp_is_silent_until_nobody_answers(void **state)
{
	struct scene *scene = *state;

	for (int i = 0; i < 2; i++) {
		arp(scene, true, BR_ARP_REQUEST, client_mac);
		arp(scene, true, BR_ARP_REQUEST, client_mac);
		arp(scene, false, BR_ARP_REPLY, server_mac);
	}
	assert_said(scene, "");
	for (int i = 0; i < 7; i++)
		arp(scene, true, BR_ARP_REQUEST, client_mac);
	assert_said(scene, "    0.009  fw -> *                            arp who-has=10.77.0.2"
	                   " asked 3 times, no answer\n"
	                   "    0.012  fw -> *                            arp who-has=10.77.0.2"
	                   " asked 6 times, no answer\n");
}

static void two_machines_with_one_address_are_told(void **state)
{
	struct scene *scene = *state;

	arp(scene, false, BR_ARP_REPLY, server_mac);
	arp(scene, false, BR_ARP_REPLY, client_mac);
	assert_non_null(strstr(scene->said, "arp address=10.77.0.2 is claimed by"
	                                    " 02:00:00:00:00:02 and by 52:54:00:12:34:56\n"));
}

static void an_unreachable_port_is_told(void **state)
{
	struct scene *scene = *state;
	struct br_packet_route r = route(false);
	uint8_t quoted[28];

	UDP_TEXT(scene, true, 4011, 4011, "x");
	memcpy(quoted, scene->frame->data + 14, sizeof(quoted));
	assert_int_equal(br_packet_build_icmp(scene->frame, &r, BR_ICMP_UNREACHABLE, 3, 0,
	                                      (struct br_octets){quoted, sizeof(quoted)}),
	                 0);
	show(scene);
	assert_non_null(strstr(scene->said, "icmp unreachable code=3 for boot:4011\n"));
}

static void a_note_stands_under_what_it_is_about(void **state)
{
	struct scene *scene = *state;
	struct br_action note = {.kind = BR_ACTION_NOTE,
	                         .note = BR_NOTE_SERVER_OUTBOX_FULL,
	                         .payload = {(const uint8_t *)"17\n", 3}};

	br_ladder_note(scene->ladder, "boot", &note, 5);
	assert_said(scene,
	            "           boot: server.outbox_full, more actions than the outbox holds;"
	            " one was lost (limit): 17.\n");
}

static void any_octets_at_all_are_taken(void **state)
{
	struct scene *scene = *state;
	uint32_t draw = 1;

	UDP_TEXT(scene, true, 1580, 69, "\0\1a.efi\0octet\0");
	for (int i = 0; i < 20000; i++) {
		uint8_t octets[64];

		for (size_t j = 0; j < sizeof(octets); j++) {
			draw = draw * UINT32_C(1664525) + UINT32_C(1013904223);
			octets[j] = (uint8_t)(draw >> 24);
		}
		scene->size = 0;
		if (i % 2)
			udp(scene, i % 4 == 1, 1580, i % 3 ? 49152 : 69, octets, octets[0] % 64);
		else
			tcp(scene, i % 4 == 0, draw % 64, octets[1] & 0x3f, octets, octets[0] % 64);
	}
	br_ladder_finish(scene->ladder, scene->now);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void six(struct scene *scene, bool from_client, const char *src, const char *dst)
{
	struct br_packet_route *r = &scene->route6;

	*r = route(from_client);
	r->six = true;
	assert_true(br_text_get_ipv6(br_text(src), r->src6));
	assert_true(br_text_get_ipv6(br_text(dst), r->dst6));
}

static void dhcp6(struct scene *scene, bool from_client, struct br_writer *w)
{
	struct br_octets message = {w->start, br_written(w)};

	assert_int_equal(br_packet_build_udp(scene->frame, &scene->route6, from_client ? 546 : 547,
	                                     from_client ? 547 : 546, message,
	                                     (struct br_octets){0}),
	                 0);
	show(scene);
}

static void dhcp6_says_what_decides_and_names_who_was_given_an_address(void **state)
{
	static const char fe[] = "fe80::5054:ff:fe12:3456", boot[] = "fe80::ff:fe00:2";
	struct scene *scene = *state;
	uint8_t octets[512], ip[16];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	uint8_t *ia;

	assert_true(br_ladder_name_mac(scene->ladder, server_mac, "boot"));
	br_dhcp6_put_head(&w, BR_DHCP6_TYPE_SOLICIT, 1);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_NII, "\1\3\0", 3);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_ARCH, "\0\7\0\11", 4);
	br_dhcp6_put_vendor_class(&w, 343, "PXEClient:Arch:00007:UNDI:003000");
	six(scene, true, fe, "ff02::1:2");
	dhcp6(scene, true, &w);
	w = br_writer_of(octets, sizeof(octets));
	br_dhcp6_put_head(&w, BR_DHCP6_TYPE_REPLY, 1);
	ia = br_dhcp6_begin(&w, BR_DHCP6_OPTION_IA_NA);
	br_put_bytes(&w, "\0\0\0\1\0\0\0\0\0\0\0\0", 12);
	assert_true(br_text_get_ipv6(br_text("2001:db8::100"), ip));
	br_dhcp6_put_address(&w, ip, 60, 60);
	br_dhcp6_end(&w, ia);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_BOOT_URL, "tftp://[2001:db8::1]/a", 22);
	six(scene, false, boot, fe);
	dhcp6(scene, false, &w);
	w = br_writer_of(octets, sizeof(octets));
	br_dhcp6_put_head(&w, BR_DHCP6_TYPE_RELEASE, 2);
	six(scene, true, "2001:db8::100", "ff02::1:2"); /* an address that it had just now */
	dhcp6(scene, true, &w);
	assert_string_equal(
		scene->said,
		"    0.001  fw:546 -> *:547                    dhcp6 solicit class=PXEClient "
		"opt61=7,9 "
		"opt62=1,3,0\n"
		"    0.002  boot:547 -> fw:546                 dhcp6 reply addr=2001:db8::100 "
		"opt59=\"tftp://[2001:db8::1]/a\"\n"
		"    0.003  fw:546 -> *:547                    dhcp6 release\n");
}

static void advertise(struct scene *scene)
{
	struct br_nd_router ra = {.hop_limit = 64, .lifetime_s = 1800, .managed = true};
	uint8_t octets[BR_ND_MESSAGE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	uint32_t word;

	ra.prefixes = 1;
	ra.prefix[0] = (struct br_nd_prefix){.length = 64, .on_link = true, .autonomous = true};
	assert_true(br_text_get_ipv6(br_text("2001:db8::"), ra.prefix[0].prefix));
	word = br_nd_router_put(&w, &ra);
	six(scene, false, "fe80::ff:fe00:2", "ff02::1");
	scene->route6.ttl = BR_ND_HOP_LIMIT;
	assert_int_equal(br_packet_build_icmp(scene->frame, &scene->route6,
	                                      BR_ICMP6_ROUTER_ADVERTISEMENT, 0, word,
	                                      (struct br_octets){octets, br_written(&w)}),
	                 0);
	show(scene);
}

static void a_router_is_told_once_and_again_when_it_was_asked(void **state)
{
	struct scene *scene = *state;

	for (unsigned i = 0; i < 3; i++)
		advertise(scene);
	six(scene, true, "fe80::5054:ff:fe12:3456", "ff02::2");
	assert_int_equal(br_packet_build_icmp(scene->frame, &scene->route6,
	                                      BR_ICMP6_ROUTER_SOLICITATION, 0, 0,
	                                      (struct br_octets){0}),
	                 0);
	show(scene);
	advertise(scene);
	advertise(scene);
	assert_string_equal(scene->said,
	                    "    0.001  fe80::ff:fe00:2 -> *               icmp6 ra flags=M "
	                    "lifetime=1800 prefix=2001:db8::/64 prefix-flags=LA\n"
	                    "    0.005  fe80::ff:fe00:2 -> *               icmp6 ra flags=M "
	                    "lifetime=1800 prefix=2001:db8::/64 prefix-flags=LA\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_dhcp_message_shows_the_fields_that_decide),
		CLAIM(a_transfer_is_one_line_that_counts),
		CLAIM(a_cut_capture_tells_the_same),
		CLAIM(blocks_count_on_past_65535),
		CLAIM(a_size_probe_ends_in_the_clients_error),
		CLAIM(a_transfer_nobody_ends_is_told_at_the_end),
		CLAIM(the_oldest_transfer_makes_room),
		CLAIM(a_response_is_one_line_with_its_length),
		CLAIM(octets_that_were_lost_and_came_again_are_counted_once),
		CLAIM(what_was_lost_and_did_not_come_again_is_told),
		CLAIM(a_reset_in_the_middle_is_told),
		CLAIM(a_refused_connection_is_told),
		CLAIM(arp_is_silent_until_nobody_answers),
		CLAIM(two_machines_with_one_address_are_told),
		CLAIM(an_unreachable_port_is_told),
		CLAIM(a_note_stands_under_what_it_is_about),
		CLAIM(any_octets_at_all_are_taken),
		CLAIM(dhcp6_says_what_decides_and_names_who_was_given_an_address),
		CLAIM(a_router_is_told_once_and_again_when_it_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
