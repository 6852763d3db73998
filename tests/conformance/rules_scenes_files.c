/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and frames as they should go: client 02:..:10 with 10.0.0.16 and server .1. */
#include <string.h>

#include "tests/conformance/rules_kit.h"

enum {
	CLIENT = 0x10,
	SERVER = 1,
};
#define IP(host) (0x0a000000u + (host))

static struct kit_packet *tftp(struct kit *kit, bool up, const void *payload, size_t size)
{
	struct kit_packet *p = kit_add(kit);

	kit_mac(p->eth_src, up ? CLIENT : SERVER);
	kit_mac(p->eth_dst, up ? SERVER : CLIENT);
	p->src = IP(up ? CLIENT : SERVER);
	p->dst = IP(up ? SERVER : CLIENT);
	p->sport = up ? 2000 : 3000;
	p->dport = up ? 3000 : 2000;
	p->protocol = 17;
	p->size = size;
	memcpy(p->payload, payload, size);
	return p;
}

static void data(struct kit *kit, uint16_t block, size_t size)
{
	struct kit_packet *p = tftp(kit, false, "\0\3", 2);

	p->payload[2] = (uint8_t)(block >> 8);
	p->payload[3] = (uint8_t)block;
	p->size = 4 + size;
}

static void ack(struct kit *kit, uint16_t block)
{
	(void)tftp(kit, true, (uint8_t[]){0, 4, (uint8_t)(block >> 8), (uint8_t)block}, 4);
}

#define RRQ(options) "\0\1file\0octet\0" options

/* 1 RRQ 2 OACK 3 ACK 0 4 DATA 1 5 ACK 1 6 DATA 2 7 ACK 2 8 DATA 3 (short) 9 ACK 3 */
void scene_tftp(struct kit *kit)
{
	static const char rrq[] = RRQ("blksize\0001024\0tsize\0000");
	static const char oack[] = "\0\6blksize\0001024\0tsize\0002148";

	kit->complete = true;
	tftp(kit, true, rrq, sizeof(rrq))->dport = 69;
	(void)tftp(kit, false, oack, sizeof(oack));
	ack(kit, 0);
	for (uint16_t block = 1; block <= 3; block++) {
		data(kit, block, block < 3 ? 1024 : 100);
		ack(kit, block);
	}
}

/* 1 RRQ 2 DATA 1 3 ACK 1 4 DATA 2 5 ACK 2 6 DATA 3 (short) 7 ACK 3 */
void scene_tftp_plain(struct kit *kit)
{
	static const char rrq[] = RRQ("");

	kit->complete = true;
	tftp(kit, true, rrq, sizeof(rrq) - 1)->dport = 69;
	for (uint16_t block = 1; block <= 3; block++) {
		data(kit, block, block < 3 ? 512 : 100);
		ack(kit, block);
	}
}

/* 1 RRQ 2 OACK 3 ACK 0 4 DATA 1 5 DATA 2 6 ACK 2 7 DATA 3 8 DATA 4 (short) 9 ACK 4 */
void scene_tftp_window(struct kit *kit)
{
	static const char rrq[] = RRQ("windowsize\0002");
	static const char oack[] = "\0\6windowsize\0002";

	kit->complete = true;
	tftp(kit, true, rrq, sizeof(rrq))->dport = 69;
	(void)tftp(kit, false, oack, sizeof(oack));
	ack(kit, 0);
	for (uint16_t block = 1; block <= 4; block++) {
		data(kit, block, block < 4 ? 512 : 100);
		if (block % 2 == 0)
			ack(kit, block);
	}
}

/* 1 RRQ 2 OACK 3 ACK 0 4 DATA 1 (full, all of the file) 5 ACK 1 6 DATA 2 (empty) 7 ACK 2 */
void scene_tftp_whole(struct kit *kit)
{
	static const char rrq[] = RRQ("blksize\0001024\0tsize\0000");
	static const char oack[] = "\0\6blksize\0001024\0tsize\0001024";

	kit->complete = true;
	tftp(kit, true, rrq, sizeof(rrq))->dport = 69;
	(void)tftp(kit, false, oack, sizeof(oack));
	ack(kit, 0);
	data(kit, 1, 1024);
	ack(kit, 1);
	data(kit, 2, 0);
	ack(kit, 2);
}

static void segment(struct kit *kit, bool up, const char *text)
{
	struct kit_packet *p = tftp(kit, up, text, strlen(text));

	p->protocol = 6;
	p->sport = up ? 2000 : 80;
	p->dport = up ? 80 : 2000;
	p->tcp_flags = BR_TCP_ACK;
}

static void open_http(struct kit *kit)
{
	segment(kit, true, "");
	kit->packet[kit->count - 1].tcp_flags = BR_TCP_SYN;
	segment(kit, false, "");
	kit->packet[kit->count - 1].tcp_flags = BR_TCP_SYN | BR_TCP_ACK;
}

#define HTTP_GET "GET /boot.efi HTTP/1.1\r\nHost: a\r\n\r\n"
#define HTTP_OK                                                                                    \
	"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"                               \
	"Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT\r\n"                                         \
	"Content-Type: application/efi\r\nETag: \"a\"\r\nContent-Length: 4\r\n\r\n"

/* 1 SYN 2 SYN ACK 3 GET 4 its answer */
void scene_http(struct kit *kit)
{
	open_http(kit);
	segment(kit, true, HTTP_GET);
	segment(kit, false, HTTP_OK "abcd");
}

/* 1 SYN 2 SYN ACK 3 GET 4 its answer 5 HEAD 6 its answer 7 ACK 8 FIN 9 FIN */
void scene_http_two(struct kit *kit)
{
	open_http(kit);
	segment(kit, true, HTTP_GET);
	segment(kit, false, HTTP_OK "abcd");
	segment(kit, true, "HEAD /boot.efi HTTP/1.1\r\nHost: a\r\n\r\n");
	segment(kit, false, HTTP_OK);
	segment(kit, true, "");
	segment(kit, true, "");
	kit->packet[kit->count - 1].tcp_flags = BR_TCP_ACK | BR_TCP_FIN;
	segment(kit, false, "");
	kit->packet[kit->count - 1].tcp_flags = BR_TCP_ACK | BR_TCP_FIN;
}

/* 1 SYN 2 SYN ACK 3..7 GET of 10000 octets, without an end 8 414 */
void scene_http_long(struct kit *kit)
{
	open_http(kit);
	for (size_t i = 0; i < 5; i++) {
		struct kit_packet *p;

		segment(kit, true, "GET /");
		p = &kit->packet[kit->count - 1];
		p->size = 2000;
		memset(p->payload + (i > 0 ? 0 : 5), 'a', 2000 - (i > 0 ? 0 : 5));
	}
	segment(kit, false,
	        "HTTP/1.1 414 URI Too Long\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	        "Content-Length: 4\r\n\r\nabcd");
}

static void arp(struct kit *kit, uint8_t from, uint32_t sender, uint32_t target)
{
	struct kit_packet *p = kit_add(kit);

	kit_mac(p->eth_src, from);
	kit_mac(p->eth_dst, 255);
	p->src = sender;
	p->arp_target = target;
	p->gap = BR_S;
}

/* 1 the server takes a connection 2..5 it asks for the client, which has left */
void scene_arp(struct kit *kit)
{
	segment(kit, false, "");
	kit->packet[0].tcp_flags = BR_TCP_SYN | BR_TCP_ACK;
	for (int i = 0; i < 4; i++)
		arp(kit, SERVER, IP(SERVER), IP(CLIENT));
}

/* 1 the server asks for the client 2 its answer 3 it sends to the server */
void scene_arp_own(struct kit *kit)
{
	arp(kit, SERVER, IP(SERVER), IP(CLIENT));
	arp(kit, CLIENT, IP(CLIENT), IP(SERVER));
	kit->packet[1].arp_reply = true;
	kit_mac(kit->packet[1].eth_dst, SERVER);
	kit->packet[1].gap = BR_MS;
	ack(kit, 1);
	kit->packet[2].gap = 2 * BR_S;
}

/* 1 the client probes its address 2 another host has it 3 it goes on with another */
void scene_arp_probe(struct kit *kit)
{
	arp(kit, CLIENT, 0, IP(CLIENT));
	arp(kit, 0x33, IP(CLIENT), 0);
	kit->packet[1].arp_reply = true;
	ack(kit, 1);
	kit->packet[2].src = IP(CLIENT + 1);
}

void scene_icmp(struct kit *kit)
{
	struct kit_packet *p = tftp(kit, false, "", 0);
	static const uint8_t quoted[] = {0x45, 0,  0,  28, 0, 0, 0, 0,   64, 17,  0, 0, 10, 0,
	                                 0,    16, 10, 0,  0, 1, 7, 208, 7,  210, 0, 8, 0,  0};

	p->protocol = 1;
	p->icmp_type = BR_ICMP_UNREACHABLE;
	p->size = sizeof(quoted);
	memcpy(p->payload, quoted, sizeof(quoted));
}

/* 1 RRQ 2 OACK 3 ACK 0 4 DATA 1 5 ACK 1 6 DATA 2 (empty) 7 ACK 2 */
void scene_tftp_512(struct kit *kit)
{
	static const char rrq[] = RRQ("tsize\0000");
	static const char oack[] = "\0\6tsize\000512";

	kit->complete = true;
	tftp(kit, true, rrq, sizeof(rrq))->dport = 69;
	(void)tftp(kit, false, oack, sizeof(oack));
	ack(kit, 0);
	data(kit, 1, 512);
	ack(kit, 1);
	data(kit, 2, 0);
	ack(kit, 2);
}

/* As plain; 8 the client says that its port 2001 is closed */
void scene_tftp_closed(struct kit *kit)
{
	static const uint8_t quoted[] = {0x45, 0, 0,  28, 0, 0,  0,    0,    64, 17,   0, 0, 10, 0,
	                                 0,    1, 10, 0,  0, 16, 0x0b, 0xb8, 7,  0xd1, 0, 8, 0,  0};
	struct kit_packet *p;

	scene_tftp_plain(kit);
	scene_icmp(kit);
	p = &kit->packet[7];
	kit_mac(p->eth_src, CLIENT);
	kit_mac(p->eth_dst, SERVER);
	p->src = IP(CLIENT);
	p->dst = IP(SERVER);
	memcpy(p->payload, quoted, sizeof(quoted));
}

/* 1 RRQ 2 DATA 1 3 ICMP about it 4..6 DATA 1 again */
void scene_tftp_gone(struct kit *kit)
{
	static const uint8_t quoted[] = {0x45, 0, 0,  28, 0, 0,  0,    0,    64, 17,   0, 0, 10, 0,
	                                 0,    1, 10, 0,  0, 16, 0x0b, 0xb8, 7,  0xd0, 0, 8, 0,  0};
	struct kit_packet *p;

	scene_tftp_plain(kit);
	kit->count = 2;
	scene_icmp(kit);
	p = &kit->packet[2];
	kit_mac(p->eth_src, CLIENT);
	kit_mac(p->eth_dst, SERVER);
	p->src = IP(CLIENT);
	p->dst = IP(SERVER);
	memcpy(p->payload, quoted, sizeof(quoted));
	for (unsigned i = 0; i < 3; i++) {
		data(kit, 1, 512);
		kit->packet[kit->count - 1].gap = (1u << i) * BR_S;
	}
}

/* As plain; 8 an opcode there is not, to port 69 9 ICMP about another port */
void scene_tftp_odd(struct kit *kit)
{
	scene_tftp_plain(kit);
	tftp(kit, true, "\0\x09", 2)->dport = 69;
	scene_icmp(kit);
}

static void to_group(struct kit *kit)
{
	struct kit_packet *p = &kit->packet[kit->count - 1];

	p->dst = 0xe0000109;
	p->dport = 1758;
	memcpy(p->eth_dst, (uint8_t[]){1, 0, 0x5e, 0, 1, 9}, 6);
}

/* 1 RRQ 2 OACK: master 3 ACK 0 4 DATA 1 to the group 5 ACK 1 6 RRQ of a second client 7 OACK
 * 8 DATA 2 (short) to the group 9 ACK 2 10 OACK: the second is master
 */
void scene_tftp_group(struct kit *kit)
{
	static const char rrq[] = RRQ("multicast\0");
	static const char oack[] = "\0\6multicast\000224.0.1.9,1758,1";
	static const char second[] = "\0\6multicast\000224.0.1.9,1758,0";
	static const char next[] = "\0\6multicast\0,,1";

	kit->complete = true;
	tftp(kit, true, rrq, sizeof(rrq))->dport = 69;
	(void)tftp(kit, false, oack, sizeof(oack));
	ack(kit, 0);
	data(kit, 1, 512);
	to_group(kit);
	ack(kit, 1);
	tftp(kit, true, rrq, sizeof(rrq))->dport = 69;
	kit->packet[5].sport = 2001;
	tftp(kit, false, second, sizeof(second))->dport = 2001;
	data(kit, 2, 100);
	to_group(kit);
	ack(kit, 2);
	tftp(kit, false, next, sizeof(next))->dport = 2001;
}

/* 1, 2 RRQ in two fragments 3 its OACK 4 RRQ of another port 5 DATA 1 */
void scene_tftp_fragments(struct kit *kit)
{
	static const char rrq[] = RRQ("");

	kit->complete = true;
	tftp(kit, true, "\0\1file\0octet\0tsi", 16)->dport = 69;
	kit->packet[0].fragment = BR_IPV4_MORE_FRAGMENTS;
	tftp(kit, true, "", 0)->dport = 69;
	kit->packet[1].fragment = 24 / 8;
	kit->packet[0].id = kit->packet[1].id = 7;
	(void)tftp(kit, false, "\0\6tsize\0001", 10);
	tftp(kit, true, rrq, sizeof(rrq) - 1)->dport = 69;
	kit->packet[3].sport = 2001;
	data(kit, 1, 512);
	kit->packet[4].dport = 2001;
	kit->packet[4].sport = 3001;
}

/* As plain; 8 an ACK from another port 9 ERROR 5 to it */
void scene_tftp_foreign(struct kit *kit)
{
	scene_tftp_plain(kit);
	ack(kit, 1);
	kit->packet[7].sport = 2001;
	tftp(kit, false, "\0\5\0\5no", 7)->dport = 2001;
}

/* 1 RRQ 2 DATA 1 3 RRQ from another port 4 its DATA 1 */
void scene_tftp_two(struct kit *kit)
{
	static const char rrq[] = RRQ("");

	for (uint16_t i = 0; i < 2; i++) {
		struct kit_packet *p = tftp(kit, true, rrq, sizeof(rrq) - 1);

		p->dport = 69;
		p->sport = (uint16_t)(2000 + i);
		data(kit, 1, 512);
		p = &kit->packet[kit->count - 1];
		p->sport = (uint16_t)(3000 + i);
		p->dport = (uint16_t)(2000 + i);
	}
}

static void over_ipv6(struct kit *kit)
{
	kit_edit(kit, &(struct kit_edit){.op = KIT_SIX});
}

void scene_tftp_six(struct kit *kit)
{
	scene_tftp(kit);
	over_ipv6(kit);
}

void scene_tftp_window_six(struct kit *kit)
{
	scene_tftp_window(kit);
	over_ipv6(kit);
}

void scene_http_six(struct kit *kit)
{
	scene_http(kit);
	over_ipv6(kit);
}

void (*const rules_scenes_files[])(struct kit *kit) = {scene_tftp,
                                                       scene_tftp_plain,
                                                       scene_tftp_window,
                                                       scene_tftp_whole,
                                                       scene_http,
                                                       scene_arp,
                                                       scene_arp_own,
                                                       scene_arp_probe,
                                                       scene_icmp,
                                                       scene_tftp_512,
                                                       scene_tftp_closed,
                                                       scene_tftp_foreign,
                                                       scene_tftp_two,
                                                       scene_tftp_six,
                                                       scene_tftp_window_six,
                                                       scene_http_six,
                                                       scene_http_two,
                                                       scene_http_long,
                                                       scene_tftp_gone,
                                                       scene_tftp_odd,
                                                       scene_tftp_group,
                                                       scene_tftp_fragments,
                                                       NULL};
