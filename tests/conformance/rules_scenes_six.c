/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCPv6 and neighbor discovery as they should be: client fe80::10, which becomes
 * 2001:db8:1::50, servers fe80::1 and ::2, behind a relay 2001:db8:9::1.
 */
#include <string.h>

#include "tests/conformance/rules_kit.h"

enum {
	CLIENT = 0x10,
	SERVER = 1,
	OTHER = 2,
	RELAY = 0xfe,
	SECOND = 0x70,
	HOPS = 255,
	RELAY_HOPS = 8,
};

#define GIVEN                   "\x20\1\x0d\xb8\0\1\0\0\0\0\0\0\0\0\0\x50"
#define ADDRESS                 "\0\5\0\x18" GIVEN LIFE LIFE
#define IA_ASKED                "\0\0\0\7\xff\xff\xff\xff\xff\xff\xff\xff"
#define IA_GIVEN                "\0\0\0\7\0\0\7\x08\0\0\x0b\x40" ADDRESS
#define IA_NONE                 "\0\0\0\7\0\0\0\0\0\0\0\0\0\x0d\0\2\0\2"
#define PXE_CLASS               "\0\0\1\x57\0\x20PXEClient:Arch:00007:UNDI:003000"
#define HTTP_CLASS              "\0\0\1\x57\0\x21HTTPClient:Arch:00016:UNDI:003000"
#define OPTION6(p, code, bytes) kit_option6(p, code, BYTES(bytes))

static void address(uint8_t ip[16], const char *prefix, uint8_t last)
{
	memset(ip, 0, 16);
	memcpy(ip, prefix, 8);
	ip[15] = last;
}
#define NEAR    "\xfe\x80\0\0\0\0\0\0"
#define LINK(n) "\x20\1\x0d\xb8\0" n "\0\0"

static struct kit_packet *packet(struct kit *kit, uint8_t from, uint8_t to)
{
	struct kit_packet *p = kit_add(kit);

	kit_mac(p->eth_src, from);
	kit_mac(p->eth_dst, to);
	address(p->src6, NEAR, from);
	address(p->dst6, NEAR, to);
	p->hop_limit = HOPS;
	p->protocol = 17;
	p->link = 1;
	return p;
}

/* From the client to all servers */
static struct kit_packet *up(struct kit *kit, uint8_t type, uint8_t xid)
{
	struct kit_packet *p = packet(kit, CLIENT, 0x12);

	memcpy(p->dst6, "\xff\2\0\0\0\0\0\0\0\0\0\0\0\1\0\2", 16);
	p->sport = 546;
	p->dport = 547;
	p->size = 4;
	p->payload[0] = type;
	p->payload[3] = xid;
	OPTION6(p, 1, DUID("\x10"));
	OPTION6(p, 8, "\0\0");
	return p;
}

static struct kit_packet *down(struct kit *kit, uint8_t type, uint8_t xid, uint8_t from)
{
	struct kit_packet *p = packet(kit, from, CLIENT);

	p->sport = 547;
	p->dport = 546;
	p->size = 4;
	p->payload[0] = type;
	p->payload[3] = xid;
	OPTION6(p, 1, DUID("\x10"));
	kit_option6(p, 2, from == SERVER ? DUID("\1") : DUID("\2"), 10);
	return p;
}

static struct kit_packet *ask(struct kit *kit, uint8_t type, uint8_t xid, const char *class,
                              size_t class_size, const char *arch)
{
	struct kit_packet *p = up(kit, type, xid);

	if (type == 3)
		OPTION6(p, 2, DUID("\1"));
	if (type == 3)
		OPTION6(p, 3, IA_GIVEN);
	else
		OPTION6(p, 3, IA_ASKED);
	OPTION6(p, 6, "\0\x3b\0\x3c\0\x17\0\x10");
	OPTION6(p, 62, "\1\3\0");
	kit_option6(p, 61, arch, 2);
	kit_option6(p, 16, class, class_size);
	return p;
}
#define ASK(kit, type, xid, class, arch) ask(kit, type, xid, BYTES(class), arch)

static struct kit_packet *give(struct kit *kit, uint8_t type, uint8_t xid, const char *url)
{
	struct kit_packet *p = down(kit, type, xid, SERVER);

	OPTION6(p, 3, IA_GIVEN);
	if (type == 2)
		OPTION6(p, 7, "\xff");
	OPTION6(p, 23, LINK("\1") "\0\0\0\0\0\0\0\1");
	kit_option6(p, 59, url, strlen(url));
	return p;
}

/* 1 SOLICIT 2 ADVERTISE 3 REQUEST 4 REPLY 5 RELEASE 6 REPLY */
void scene6_pxe(struct kit *kit)
{
	for (uint8_t i = 0; i < 2; i++) {
		struct kit_packet *p;

		(void)ASK(kit, i ? 3 : 1, (uint8_t)(1 + i), PXE_CLASS, "\0\7");
		p = give(kit, i ? 7 : 2, (uint8_t)(1 + i), "tftp://[2001:db8:1::1]/shimx64.efi");
		OPTION6(p, 61, "\0\7");
	}
	OPTION6(up(kit, 8, 3), 2, DUID("\1"));
	OPTION6(&kit->packet[4], 3, IA_GIVEN);
	OPTION6(down(kit, 7, 3, SERVER), 13, "\0\0ok");
}

void scene6_http(struct kit *kit)
{
	for (uint8_t i = 0; i < 2; i++) {
		struct kit_packet *p;

		(void)ASK(kit, i ? 3 : 1, (uint8_t)(1 + i), HTTP_CLASS, "\0\x10");
		p = give(kit, i ? 7 : 2, (uint8_t)(1 + i), "http://[2001:db8:1::1]/boot.efi");
		OPTION6(p, 61, "\0\x10");
		OPTION6(p, 16, "\0\0\1\x57\0\x0aHTTPClient");
	}
}

/* 1 SOLICIT 2 ADVERTISE, preference 10 3 another, none 4 REQUEST for the first 5 REPLY */
void scene6_two(struct kit *kit)
{
	struct kit_packet *p;

	(void)ASK(kit, 1, 1, PXE_CLASS, "\0\7");
	for (uint8_t from = SERVER; from <= OTHER; from++) {
		p = down(kit, 2, 1, from);
		OPTION6(p, 3, IA_GIVEN);
		if (from == SERVER)
			OPTION6(p, 7, "\x0a");
	}
	ASK(kit, 3, 2, PXE_CLASS, "\0\7")->gap = 1050 * BR_MS;
	OPTION6(down(kit, 7, 2, SERVER), 3, IA_GIVEN);
}

/* 1 SOLICIT 2 REPLY */
void scene6_rapid(struct kit *kit)
{
	OPTION6(ASK(kit, 1, 1, PXE_CLASS, "\0\7"), 14, "");
	OPTION6(give(kit, 7, 1, "tftp://[2001:db8:1::1]/shimx64.efi"), 14, "");
	OPTION6(&kit->packet[1], 61, "\0\7");
}

/* 1 INFORMATION-REQUEST 2 REPLY */
void scene6_inform(struct kit *kit)
{
	OPTION6(up(kit, 11, 1), 6, "\0\x17\0\x3b");
	OPTION6(down(kit, 7, 1, SERVER), 59, "tftp://[2001:db8:1::1]/boot");
}

void scene6_none(struct kit *kit)
{
	(void)ASK(kit, 1, 1, PXE_CLASS, "\0\7");
	OPTION6(down(kit, 2, 1, SERVER), 3, IA_NONE);
}

/* 1..4 the firmware loads iPXE 5..8 iPXE loads a script, with one transaction-id for all */
void scene6_ipxe(struct kit *kit)
{
	static const char first[] = "tftp://[2001:db8:1::1]/ipxe.efi";

	for (uint8_t i = 0; i < 4; i++) {
		uint8_t xid = i < 2 ? (uint8_t)(1 + i) : 9;
		struct kit_packet *p = ASK(kit, i & 1 ? 3 : 1, xid, PXE_CLASS, "\0\7");

		if (i >= 2)
			OPTION6(p, 15, "\0\4iPXE");
		p = give(kit, i & 1 ? 7 : 2, xid, i < 2 ? first : "http://boot.example/start.ipxe");
		OPTION6(p, 61, "\0\7");
	}
}

/* The message in @was, as a relay on @link sends it on; the peer is its source. */
static struct kit_packet *wrap(struct kit *kit, const struct kit_packet *was, uint8_t relay,
                               const char *link, uint8_t hops)
{
	struct kit_packet *p = packet(kit, relay, SERVER);

	p->link = (uint32_t)hops + 2;
	p->sport = p->dport = 547;
	p->payload[0] = 12;
	p->payload[1] = hops;
	address(p->payload + 2, link, relay);
	memcpy(p->payload + 18, was->src6, 16);
	p->size = 34;
	kit_option6(p, 9, was->payload, was->size);
	kit_option6(p, 18, "eth0", 4);
	address(p->src6, hops ? LINK("\x09") : LINK("\5"), relay);
	address(p->dst6, LINK("\x09"), SERVER);
	return p;
}

/* What the relay whose message @was is gets back around @in. */
static struct kit_packet *wrap_back(struct kit *kit, const struct kit_packet *was,
                                    const struct kit_packet *in, uint8_t from)
{
	struct kit_packet *p = kit_add(kit);

	*p = *was;
	kit_mac(p->eth_src, from);
	kit_mac(p->eth_dst, was->eth_src[5]);
	memcpy(p->src6, was->dst6, 16);
	memcpy(p->dst6, was->src6, 16);
	p->payload[0] = 13;
	p->size = 34;
	kit_option6(p, 18, "eth0", 4);
	kit_option6(p, 9, in->payload, in->size);
	return p;
}

/* 1 SOLICIT 2 RELAY-FORW 3 RELAY-REPL 4 ADVERTISE */
void scene6_relay(struct kit *kit)
{
	struct kit in = {0};
	struct kit_packet *p = ASK(kit, 1, 1, PXE_CLASS, "\0\7"), *q;

	p = wrap(kit, p, RELAY, LINK("\1"), 0);
	memcpy(p->dst6, "\xff\5\0\0\0\0\0\0\0\0\0\0\0\1\0\3", 16);
	p->hop_limit = RELAY_HOPS;
	q = give(&in, 2, 1, "tftp://[2001:db8:1::1]/shimx64.efi");
	OPTION6(q, 61, "\0\7");
	p = wrap_back(kit, p, q, SERVER);
	address(p->src6, LINK("\x09"), SERVER);
	p->hop_limit = HOPS;
	p = kit_add(kit);
	*p = *q;
	kit_mac(p->eth_src, RELAY);
	address(p->src6, NEAR, RELAY);
}

/* 1 one relay's to another 2 that one's to the server 3 RELAY-REPL 4 what becomes of it */
void scene6_relays(struct kit *kit)
{
	struct kit in = {0};
	struct kit_packet *p = ASK(&in, 1, 1, PXE_CLASS, "\0\7"), *first, *second;

	first = wrap(kit, p, RELAY, LINK("\1"), 0);
	address(first->dst6, LINK("\5"), SECOND);
	second = wrap(kit, first, SECOND, LINK("\5"), 1);
	p = give(&in, 2, 1, "tftp://[2001:db8:1::1]/shimx64.efi");
	OPTION6(p, 61, "\0\7");
	p = wrap_back(&in, first, p, SECOND);
	(void)wrap_back(kit, second, p, SERVER);
	*kit_add(kit) = *p;
}

static const uint8_t quoted[] = {
	0x60, 0,    0,    0,    0, 8, 17, 64, /* a datagram from the client's port 4011 */
	0xfe, 0x80, 0,    0,    0, 0, 0,  0,  0, 0, 0, 0, 0, 0, 0, 0x10, /* to 4012 */
	0xfe, 0x80, 0,    0,    0, 0, 0,  0,  0, 0, 0, 0, 0, 0, 0, 1,
	0x0f, 0xab, 0x0f, 0xac, 0, 8, 0,  0};

/* 1 SOLICIT 2 ADVERTISE with class PXEClient 3 a port is closed */
void scene6_binl(struct kit *kit)
{
	struct kit_packet *p;

	scene6_pxe(kit);
	kit->count = 2;
	OPTION6(&kit->packet[1], 16, "\0\0\1\x57\0\x09PXEClient");
	p = packet(kit, SERVER, CLIENT);
	p->protocol = 1;
	p->icmp_type = 1;
	p->icmp_code = 4;
	p->size = sizeof(quoted);
	memcpy(p->payload, quoted, sizeof(quoted));
}

static struct kit_packet *neighbor(struct kit *kit, uint8_t from, uint8_t to, uint8_t type,
                                   const char *target)
{
	struct kit_packet *p = packet(kit, from, to);

	p->protocol = 1;
	p->icmp_type = type;
	p->size = 16;
	memcpy(p->payload, target, 16);
	return p;
}

static void mac_option(struct kit_packet *p, uint8_t type)
{
	p->payload[p->size] = type;
	p->payload[p->size + 1] = 1;
	kit_mac(p->payload + p->size + 2, p->eth_src[5]);
	p->size += 8;
}

/* 1..4 as pxe 5 it looks whether its address is in use 6 it uses it */
void scene6_given(struct kit *kit)
{
	struct kit_packet *p;

	scene6_pxe(kit);
	kit->count = 4;
	p = neighbor(kit, CLIENT, 0x50, 135, GIVEN);
	memset(p->src6, 0, 16);
	memcpy(p->dst6, "\xff\2\0\0\0\0\0\0\0\0\0\1\xff\0\0\x50", 16);
	p = neighbor(kit, CLIENT, SERVER, 135, NEAR "\0\0\0\0\0\0\0\1");
	memcpy(p->src6, GIVEN, 16);
	p->gap = BR_S;
}

/* 1 router 2 the client makes itself an address 3 it asks for the router 4 the router's answer
 * 5 and once more, unicast 6 the answer
 */
void scene6_neighbor(struct kit *kit)
{
	static const char router[] =
		"\0\0\0\0\0\0\0\0"
		"\3\4\x40\xc0\0\0\x0e\x10\0\0\x0e\x10\0\0\0\0" LINK("\1") "\0\0\0\0\0\0\0\0";
	struct kit_packet *p = packet(kit, SERVER, 1);

	p->protocol = 1;
	p->icmp_type = 134;
	memcpy(p->dst6, "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	p->size = sizeof(router) - 1;
	memcpy(p->payload, router, p->size);
	p = neighbor(kit, CLIENT, 0x50, 135, LINK("\1") "\0\0\0\xff\xfe\0\0\x10");
	memset(p->src6, 0, 16);
	memcpy(p->dst6, "\xff\2\0\0\0\0\0\0\0\0\0\1\xff\0\0\x10", 16);
	for (int i = 0; i < 2; i++) {
		p = neighbor(kit, CLIENT, SERVER, 135, NEAR "\0\0\0\0\0\0\0\1");
		mac_option(p, 1);
		if (i == 0)
			memcpy(p->dst6, "\xff\2\0\0\0\0\0\0\0\0\0\1\xff\0\0\1", 16);
		p = neighbor(kit, SERVER, CLIENT, 136, NEAR "\0\0\0\0\0\0\0\1");
		p->icmp_rest = 0x60000000;
		if (i == 0)
			mac_option(p, 2);
	}
}

void (*const rules_scenes_six[])(struct kit *kit) = {
	scene6_pxe,   scene6_http,     scene6_two,   scene6_rapid,  scene6_inform,
	scene6_none,  scene6_ipxe,     scene6_relay, scene6_relays, scene6_binl,
	scene6_given, scene6_neighbor, NULL};
