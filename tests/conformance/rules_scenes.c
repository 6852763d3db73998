/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchanges as they should be: client 02:..:10 with 10.0.0.16, servers .1 and .2. */
#include <string.h>

#include "tests/conformance/rules_kit.h"

enum {
	CLIENT = 0x10,
	SERVER = 1,
	PROXY = 2,
	RELAY = 0xfe,
};
#define IP(host)  (0x0a000000u + (host))
#define FAR(host) (0x0a010000u + (host)) /* the client's link behind the relay */

static const char pxe_class[] = "PXEClient:Arch:00007:UNDI:003016";
static const char http_class[] = "HTTPClient:Arch:00016:UNDI:003016";
static const char uuid[] = "\0abcdefghijklmnop";
static const uint8_t wanted[] = {1,  3,  6,   15,  43,  51,  54,  60,  66,  67, 97,
                                 28, 12, 128, 129, 130, 131, 132, 133, 134, 135};

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void option32(struct kit_packet *p, uint8_t code, uint32_t value)
{
	uint8_t octets[4];

	put32(octets, value);
	kit_option(p, code, octets, 4);
}

static struct kit_packet *dhcp(struct kit *kit, uint8_t from, uint8_t to, uint8_t op, uint8_t type,
                               uint32_t xid)
{
	struct kit_packet *p = kit_add(kit);

	kit_mac(p->eth_src, from);
	kit_mac(p->eth_dst, to);
	p->src = op == 2 ? IP(from) : 0;
	p->dst = UINT32_MAX;
	p->sport = op == 2 ? 67 : 68;
	p->dport = op == 2 ? 68 : 67;
	p->protocol = 17;
	p->size = 300;
	p->end = 240;
	p->payload[0] = op;
	p->payload[1] = 1;
	p->payload[2] = 6;
	put32(p->payload + 4, xid);
	p->payload[10] = 0x80;
	kit_mac(p->payload + 28, CLIENT);
	memcpy(p->payload + 236, "\x63\x82\x53\x63\xff", 5);
	if (type)
		kit_option(p, 53, &type, 1);
	return p;
}

static void identify(struct kit_packet *p, const char *class)
{
	kit_option(p, 57, "\x05\xc0", 2);
	kit_option(p, 55, wanted, sizeof(wanted));
	kit_option(p, 97, uuid, 17);
	kit_option(p, 61, uuid, 17);
	kit_option(p, 94, "\1\3\x10", 3);
	kit_option(p, 93, strcmp(class, pxe_class) ? "\0\x10" : "\0\7", 2);
	kit_option(p, 60, class, strlen(class));
}

static void lease(struct kit_packet *p)
{
	put32(p->payload + 16, IP(CLIENT));
	option32(p, 54, IP(SERVER));
	option32(p, 51, 3600);
	option32(p, 58, 1800);
	option32(p, 59, 3150);
	option32(p, 1, 0xffffff00);
	option32(p, 3, IP(SERVER));
	option32(p, 6, IP(SERVER));
	kit_option(p, 61, uuid, 17);
}

static void boot_file(struct kit_packet *p, uint32_t server)
{
	put32(p->payload + 20, server);
	memcpy(p->payload + 108, "grub.efi", 8);
}

static struct kit_packet *select_offer(struct kit *kit, uint32_t xid, const char *class)
{
	struct kit_packet *p = dhcp(kit, CLIENT, 255, 1, 3, xid);

	identify(p, class);
	option32(p, 54, IP(SERVER));
	option32(p, 50, IP(CLIENT));
	return p;
}

void scene_dora(struct kit *kit)
{
	struct kit_packet *p;

	identify(dhcp(kit, CLIENT, 255, 1, 1, 0x111), pxe_class);
	for (uint8_t type = 2; type <= 5; type += 3) {
		p = dhcp(kit, SERVER, 255, 2, type, 0x111);
		lease(p);
		boot_file(p, IP(SERVER));
		if (type == 2)
			select_offer(kit, 0x111, pxe_class);
	}
}

static void answer_pxe(struct kit_packet *p)
{
	option32(p, 54, IP(PROXY));
	kit_option(p, 60, "PXEClient", 9);
	kit_option(p, 97, uuid, 17);
	kit_option(p, 93, "\0\7", 2);
	kit_option(p, 94, "\1\3\x10", 3);
}

/* 1 DISCOVER 2 proxy OFFER 3 OFFER 4 REQUEST 5 ACK 6 on 4011 7 its answer 8 boot item 9 answer */
void scene_proxy(struct kit *kit)
{
	static const char menu[] = "\6\1\3\x08\7\x80\0\1\x0a\0\0\2\x09\7\x80\0\4boot\x0a\2\0P\xff";
	struct kit_packet *p;

	identify(dhcp(kit, CLIENT, 255, 1, 1, 0x111), pxe_class);
	p = dhcp(kit, PROXY, 255, 2, 2, 0x111);
	answer_pxe(p);
	kit_option(p, 43, menu, sizeof(menu) - 1);
	lease(dhcp(kit, SERVER, 255, 2, 2, 0x111));
	select_offer(kit, 0x111, pxe_class);
	lease(dhcp(kit, SERVER, 255, 2, 5, 0x111));
	for (int item = 0; item < 2; item++) {
		p = dhcp(kit, CLIENT, PROXY, 1, 3, 0x222u + (unsigned)item);
		identify(p, pxe_class);
		put32(p->payload + 12, IP(CLIENT));
		p->src = IP(CLIENT);
		p->dst = IP(PROXY);
		p->dport = 4011;
		if (item)
			kit_option(p, 43, "\x47\4\x80\0\0\0\xff", 7);
		p = dhcp(kit, PROXY, CLIENT, 2, 5, 0x222u + (unsigned)item);
		p->dst = IP(CLIENT);
		p->sport = 4011;
		p->dport = 68;
		boot_file(p, IP(PROXY));
		answer_pxe(p);
		if (item)
			kit_option(p, 43, "\x47\4\x80\0\0\0\xff", 7);
	}
}

/* From packet @first on: of the client 02:..:11, who has 10.0.0.17. */
static void of_another(struct kit *kit, size_t first, uint32_t xid)
{
	for (size_t i = first; i < kit->count; i++) {
		struct kit_packet *p = &kit->packet[i];
		unsigned number = (unsigned)i + 1;

		put32(p->payload + 4, xid);
		p->payload[33] = 0x11;
		if (p->payload[0] == 2) {
			p->payload[19] = 0x11;
			p->dst = IP(0x11);
			p->eth_dst[5] = 0x11;
		} else {
			p->eth_src[5] = 0x11;
		}
		kit_edit(kit, &(struct kit_edit){KIT_SET, number, 61, "\0ABCDEFGHIJKLMNOP", 17});
		if (p->payload[0] == 1 && p->payload[242] == 3)
			kit_edit(kit, &(struct kit_edit){KIT_SET, number, 50, "\x0a\0\0\x11", 4});
	}
}

/* 1..4 an x64 machine 5 DISCOVER of an ARM machine 6 its OFFER, of another file */
void scene_archs(struct kit *kit)
{
	struct kit_packet *p;

	scene_dora(kit);
	p = dhcp(kit, CLIENT, 255, 1, 1, 0x222);
	identify(p, pxe_class);
	p = dhcp(kit, SERVER, 255, 2, 2, 0x222);
	lease(p);
	boot_file(p, IP(SERVER));
	memcpy(p->payload + 108, "arm64efi", 8);
	of_another(kit, 4, 0x222);
	p->dst = UINT32_MAX;
	kit_mac(p->eth_dst, 255);
	kit_edit(kit, &(struct kit_edit){KIT_SET, 5, 93, "\0\x0b", 2});
	kit_edit(kit, &(struct kit_edit){KIT_SET, 5, 60, "PXEClient:Arch:00011:UNDI:003016", 32});
	kit_edit(kit, &(struct kit_edit){KIT_SET, 5, 97, "\0ABCDEFGHIJKLMNOP", 17});
}

/* A DORA that says all of the boot file, 5 RRQ 6 OACK */
void scene_boot(struct kit *kit)
{
	static const char rrq[] = "\0\1grub.efi\0octet\0tsize\0000";
	static const char oack[] = "\0\6tsize\0001300";
	struct kit_packet *p;

	scene_dora(kit);
	for (size_t i = 1; i < 4; i += 2) {
		kit_option(&kit->packet[i], 60, "PXEClient", 9);
		kit_option(&kit->packet[i], 43, "\6\1\x08\x08\7\x80\0\1\x0a\0\0\1\xff", 13);
		kit_option(&kit->packet[i], 13, "\0\3", 2);
	}
	for (int up = 1; up >= 0; up--) {
		p = kit_add(kit);
		kit_mac(p->eth_src, up ? CLIENT : SERVER);
		kit_mac(p->eth_dst, up ? SERVER : CLIENT);
		p->src = IP(up ? CLIENT : SERVER);
		p->dst = IP(up ? SERVER : CLIENT);
		p->sport = up ? 2000 : 3000;
		p->dport = up ? 69 : 2000;
		p->protocol = 17;
		p->size = up ? sizeof(rrq) : sizeof(oack);
		memcpy(p->payload, up ? rrq : oack, p->size);
	}
}

/* 1 DISCOVER 2 proxy OFFER 3 DISCOVER again 4 OFFER again */
void scene_secs(struct kit *kit)
{
	scene_proxy(kit);
	kit->count = 4;
	kit->packet[2] = kit->packet[0];
	kit->packet[2].payload[9] = 4;
	kit->packet[2].gap = 4 * BR_S;
	kit->packet[3] = kit->packet[1];
}

void scene_http_dora(struct kit *kit)
{
	static const char uri[] = "http://10.0.0.1/boot.efi";

	identify(dhcp(kit, CLIENT, 255, 1, 1, 0x111), http_class);
	for (uint8_t type = 2; type <= 5; type += 3) {
		struct kit_packet *p = dhcp(kit, SERVER, 255, 2, type, 0x111);

		lease(p);
		kit_option(p, 60, "HTTPClient", 10);
		kit_option(p, 67, uri, sizeof(uri) - 1);
		if (type == 2)
			select_offer(kit, 0x111, http_class);
	}
}

/* A client without class, flags 0. */
void scene_plain(struct kit *kit)
{
	for (uint8_t type = 1; type <= 5; type++) {
		struct kit_packet *p;

		if (type == 4)
			continue;
		p = dhcp(kit, type & 1 && type != 5 ? CLIENT : SERVER,
		         type & 1 && type != 5 ? 255 : CLIENT, type & 1 && type != 5 ? 1 : 2, type,
		         0x111);
		p->payload[10] = 0;
		if (p->payload[0] == 1) {
			kit_option(p, 55, "\1\3\6", 3);
			kit_option(p, 61, uuid, 17);
			if (type == 3) {
				option32(p, 54, IP(SERVER));
				option32(p, 50, IP(CLIENT));
			}
		} else {
			lease(p);
			p->dst = IP(CLIENT);
		}
	}
}

void scene_ipxe(struct kit *kit)
{
	scene_proxy(kit);
	for (size_t i = 0; i < 9; i++) {
		if (kit->packet[i].payload[0] == 1)
			kit_option(&kit->packet[i], 175, "\x16\1\1", 3);
	}
	boot_file(&kit->packet[2], IP(SERVER));
}

void scene_inform(struct kit *kit)
{
	struct kit_packet *p = dhcp(kit, CLIENT, SERVER, 1, 8, 0x111);

	put32(p->payload + 12, IP(CLIENT));
	p->src = IP(CLIENT);
	p->dst = IP(SERVER);
	p = dhcp(kit, SERVER, CLIENT, 2, 5, 0x111);
	put32(p->payload + 12, IP(CLIENT));
	option32(p, 54, IP(SERVER));
	p->dst = IP(CLIENT);
}

void scene_renew(struct kit *kit)
{
	struct kit_packet *p = dhcp(kit, CLIENT, SERVER, 1, 3, 0x111);

	put32(p->payload + 12, IP(CLIENT));
	kit_option(p, 61, uuid, 17);
	p->src = IP(CLIENT);
	p->dst = IP(SERVER);
	p = dhcp(kit, SERVER, CLIENT, 2, 5, 0x111);
	put32(p->payload + 12, IP(CLIENT));
	lease(p);
	p->dst = IP(CLIENT);
}

void scene_nak(struct kit *kit)
{
	struct kit_packet *p = dhcp(kit, CLIENT, 255, 1, 3, 0x111);

	option32(p, 50, IP(99));
	p = dhcp(kit, SERVER, 255, 2, 6, 0x111);
	option32(p, 54, IP(SERVER));
}

void scene_bootp(struct kit *kit)
{
	(void)dhcp(kit, CLIENT, 255, 1, 0, 0x111);
	put32(dhcp(kit, SERVER, 255, 2, 0, 0x111)->payload + 16, IP(CLIENT));
}

void scene_release(struct kit *kit)
{
	struct kit_packet *p = dhcp(kit, CLIENT, SERVER, 1, 7, 0x111);

	put32(p->payload + 12, IP(CLIENT));
	p->src = IP(CLIENT);
	p->dst = IP(SERVER);
	option32(p, 54, IP(SERVER));
	scene_dora(kit);
	for (size_t i = 1; i < kit->count; i++)
		put32(kit->packet[i].payload + 4, 0x333);
}

/* A lease; then another DORA of the same client. */
void scene_twice(struct kit *kit)
{
	scene_dora(kit);
	scene_dora(kit);
	for (size_t i = 4; i < kit->count; i++)
		put32(kit->packet[i].payload + 4, 0x333);
	kit->packet[4].gap = 10 * BR_S;
}

/* A lease, a DECLINE of it, and another address for another client. */
void scene_decline(struct kit *kit)
{
	struct kit_packet *p;

	scene_plain(kit);
	p = dhcp(kit, CLIENT, 255, 1, 4, 0x222);
	option32(p, 54, IP(SERVER));
	option32(p, 50, IP(CLIENT));
	scene_plain(kit);
	of_another(kit, 5, 0x333);
}

/* 1..4 of one client 5..8 of another */
void scene_two_clients(struct kit *kit)
{
	scene_plain(kit);
	scene_plain(kit);
	of_another(kit, 4, 0x333);
}

/* Two leases of one client, none with option 61 */
void scene_no_id(struct kit *kit)
{
	scene_plain(kit);
	scene_plain(kit);
	for (unsigned i = 1; i <= kit->count; i++) {
		kit_edit(kit, &(struct kit_edit){KIT_DROP, i, 61, NULL, 0});
		if (i > 4)
			put32(kit->packet[i - 1].payload + 4, 0x333);
	}
}

/* 1..4 a lease 5 RELEASE 6..9 the same again */
void scene_return(struct kit *kit)
{
	struct kit_packet *p;

	scene_plain(kit);
	p = dhcp(kit, CLIENT, SERVER, 1, 7, 0x222);
	put32(p->payload + 12, IP(CLIENT));
	p->src = IP(CLIENT);
	p->dst = IP(SERVER);
	option32(p, 54, IP(SERVER));
	scene_plain(kit);
	for (size_t i = 5; i < kit->count; i++)
		put32(kit->packet[i].payload + 4, 0x333);
}

/* 1 DISCOVER 2 another host says that it is there 3 OFFER */
void scene_ping(struct kit *kit)
{
	struct kit_packet *p;

	scene_plain(kit);
	kit->packet[2] = kit->packet[1];
	kit->count = 3;
	p = &kit->packet[1];
	kit_mac(p->eth_src, 0x20);
	kit_mac(p->eth_dst, SERVER);
	p->src = IP(0x20);
	p->dst = IP(SERVER);
	p->protocol = 1;
	p->icmp_type = BR_ICMP_ECHO_REPLY;
	p->size = 8;
}

/* 1..4 a lease 5 REQUEST without server identifier 6 ACK */
void scene_reboot(struct kit *kit)
{
	struct kit_packet *p;

	scene_plain(kit);
	p = dhcp(kit, CLIENT, 255, 1, 3, 0x222);
	p->payload[10] = 0;
	kit_option(p, 61, uuid, 17);
	option32(p, 50, IP(CLIENT));
	p = dhcp(kit, SERVER, CLIENT, 2, 5, 0x222);
	p->payload[10] = 0;
	p->dst = IP(CLIENT);
	lease(p);
}

/* The same, and the client has its address: it asks any server */
void scene_rebind(struct kit *kit)
{
	scene_reboot(kit);
	kit_edit(kit, &(struct kit_edit){KIT_DROP, 5, 50, NULL, 0});
	for (size_t i = 4; i < 6; i++)
		put32(kit->packet[i].payload + 12, IP(CLIENT));
	kit->packet[4].src = IP(CLIENT);
}

static struct kit_packet *relayed(struct kit *kit, const struct kit_packet *was)
{
	struct kit_packet *p = kit_add(kit);

	*p = *was;
	kit_mac(p->eth_src, RELAY);
	kit_mac(p->eth_dst, SERVER);
	p->link = 2;
	p->sport = 67;
	p->src = FAR(RELAY);
	p->dst = IP(SERVER);
	p->payload[3]++;
	put32(p->payload + 24, FAR(RELAY));
	kit_option(p, 82, "\1\4eth0", 6);
	return p;
}

static void answer_relayed(struct kit *kit, uint8_t type)
{
	struct kit_packet *p = dhcp(kit, SERVER, RELAY, 2, type, 0x111), *copy;

	if (type != 6) {
		lease(p);
		put32(p->payload + 16, FAR(CLIENT));
	} else {
		option32(p, 54, IP(SERVER));
	}
	put32(p->payload + 24, FAR(RELAY));
	kit_option(p, 82, "\1\4eth0", 6);
	p->link = 2;
	p->dst = FAR(RELAY);
	p->dport = 67;
	copy = kit_add(kit);
	*copy = *p;
	kit_edit(kit, &(struct kit_edit){KIT_DROP, (unsigned)kit->count, 82, NULL, 0});
	kit_mac(copy->eth_src, RELAY);
	kit_mac(copy->eth_dst, 255);
	copy->src = FAR(RELAY);
	copy->dst = UINT32_MAX;
	copy->dport = 68;
	copy->link = 1;
}

/* 1 DISCOVER 2 its copy 3 OFFER 4 its copy 5 REQUEST 6 copy 7 ACK 8 copy */
void scene_relay(struct kit *kit)
{
	struct kit_packet *p = dhcp(kit, CLIENT, 255, 1, 1, 0x111);

	kit_option(p, 61, uuid, 17);
	p->link = 1;
	relayed(kit, p);
	answer_relayed(kit, 2);
	p = dhcp(kit, CLIENT, 255, 1, 3, 0x111);
	kit_option(p, 61, uuid, 17);
	option32(p, 54, IP(SERVER));
	option32(p, 50, FAR(CLIENT));
	p->link = 1;
	relayed(kit, p);
	answer_relayed(kit, 5);
}

/* As relay, but the relay has the server call itself by its own address: RFC 5107 §4 */
void scene_override(struct kit *kit)
{
	static const char agent[] = "\x0b\4\x0a\1\0\xfe";

	scene_relay(kit);
	for (unsigned i = 1; i <= 8; i++) {
		if (i != 1 && i != 4 && i != 5 && i != 8)
			kit_edit(kit, &(struct kit_edit){KIT_SET, i, 82, agent, 6});
		if (i > 2)
			kit_edit(kit, &(struct kit_edit){KIT_SET, i, 54, agent + 2, 4});
	}
}

/* Never well: its last but one is a NAK for what was offered */
void scene_override_refused(struct kit *kit)
{
	static const uint8_t lease_codes[] = {51, 58, 59, 1, 3, 6};

	scene_override(kit);
	kit_edit(kit, &(struct kit_edit){KIT_SET, 7, 53, "\6", 1});
	kit_edit(kit, &(struct kit_edit){KIT_POKE, 7, 16, "\0\0\0\0", 4});
	for (size_t i = 0; i < sizeof(lease_codes); i++)
		kit_edit(kit, &(struct kit_edit){KIT_DROP, 7, lease_codes[i], NULL, 0});
}

void scene_relay_nak(struct kit *kit)
{
	struct kit_packet *p = dhcp(kit, CLIENT, 255, 1, 3, 0x111);

	option32(p, 50, IP(99));
	p->link = 1;
	relayed(kit, p);
	answer_relayed(kit, 6);
}

/* A PXE service that hands out port 4011, and does not listen there */
void scene_closed(struct kit *kit)
{
	static const uint8_t quoted[] = {0x45, 0,  0,  28, 0, 0, 0, 0,  64, 17,   0, 0, 10, 0,
	                                 0,    16, 10, 0,  0, 2, 0, 68, 15, 0xab, 0, 8, 0,  0};
	struct kit_packet *p;

	scene_proxy(kit);
	kit->count = 6;
	scene_icmp(kit);
	p = &kit->packet[6];
	kit_mac(p->eth_src, PROXY);
	p->src = IP(PROXY);
	memcpy(p->payload, quoted, sizeof(quoted));
}

/* Never well: who answers on 4011 does not serve the file it names */
void scene_boot_closed(struct kit *kit)
{
	static const uint8_t quoted[] = {0x45, 0,  0,  28, 0, 0, 0, 0,  64, 17, 0, 0, 10, 0,
	                                 0,    16, 10, 0,  0, 2, 8, 52, 0,  69, 0, 8, 0,  0};
	struct kit_packet *p;

	scene_closed(kit);
	p = kit_add(kit);
	*p = kit->packet[6];
	memcpy(p->payload, quoted, sizeof(quoted));
	scene_proxy(kit);
	kit->packet[6] = kit->packet[14];
	kit->count = 8;
}

/* 1 DISCOVER 2 the first relay's copy to the second 3 the second's to the server */
void scene_two_relays(struct kit *kit)
{
	struct kit_packet *p = dhcp(kit, CLIENT, 255, 1, 1, 0x111);

	kit_option(p, 61, uuid, 17);
	p->link = 1;
	p = relayed(kit, p);
	p->dst = FAR(0x70);
	kit_mac(p->eth_dst, 0x70);
	p = kit_add(kit);
	*p = kit->packet[1];
	p->src = FAR(0x70);
	p->dst = IP(SERVER);
	kit_mac(p->eth_src, 0x70);
	kit_mac(p->eth_dst, SERVER);
	p->payload[3] = 2;
}

/* DORA with a URI, 5..8 as scene_http */
void scene_http_boot(struct kit *kit)
{
	scene_http_dora(kit);
	scene_http(kit);
}

void (*const rules_scenes[])(struct kit *kit) = {
	scene_dora,   scene_proxy,      scene_http_dora, scene_relay,
	scene_inform, scene_nak,        scene_renew,     scene_bootp,
	scene_plain,  scene_override,   scene_return,    scene_two_clients,
	scene_ping,   scene_no_id,      scene_reboot,    scene_rebind,
	scene_archs,  scene_boot,       scene_secs,      scene_relay_nak,
	scene_ipxe,   scene_release,    scene_decline,   scene_twice,
	scene_closed, scene_two_relays, scene_http_boot, NULL};
