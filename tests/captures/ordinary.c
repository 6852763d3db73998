/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/captures/ordinary.h"

#include <string.h>

enum {
	FRAME_MAX = 1024,
	ETHERNET = 14,
	IPV4 = 20,
	IPV6 = 40,
	TCP = 20,
	UDP_HEADER = 8,
	BOOTP = 236,
	PORT_SERVER = 67,
	PORT_CLIENT = 68,
};

static const uint8_t host_mac[6] = {2, 0, 0, 0, 0, 7};
static const uint8_t server_mac[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static void put32(uint8_t *at, uint32_t value)
{
	recording_put16(at, value >> 16);
	recording_put16(at + 2, value & 0xffff);
}

/* 192.0.2.@host; 0: 0.0.0.0; 255: everybody */
static void put_address(uint8_t *at, uint8_t host)
{
	static const uint8_t net[3] = {192, 0, 2};

	memset(at, host == 255 ? 255 : 0, 4);
	if (host == 0 || host == 255)
		return;
	memcpy(at, net, 3);
	at[3] = host;
}

static void add(struct recording *r, const uint8_t *frame, size_t size)
{
	br_time at = r->frames > 0 ? r->frame[r->frames - 1].at + 10 * BR_MS : BR_S;

	recording_put(r, at, frame, size, (uint32_t)size);
	if (frame[12] == 8 && frame[13] == 6)
		return;
	recording_fix(r, r->frames - 1);
}

static void ethernet(uint8_t *frame, bool up, bool all, uint16_t type)
{
	memcpy(frame, all ? everybody : up ? server_mac : host_mac, 6);
	memcpy(frame + 6, up ? host_mac : server_mac, 6);
	recording_put16(frame + 12, type);
}

static void ipv4(uint8_t *frame, uint8_t from, uint8_t to, uint8_t protocol, size_t size)
{
	uint8_t *ip = frame + ETHERNET;

	memset(ip, 0, IPV4);
	ip[0] = 0x45;
	recording_put16(ip + 2, IPV4 + size);
	ip[8] = 64;
	ip[9] = protocol;
	put_address(ip + 12, from);
	put_address(ip + 16, to);
}

static void datagram(struct recording *r, bool up, uint8_t from, uint8_t to,
                     const uint16_t ports[2], const void *octets, size_t size)
{
	uint8_t frame[FRAME_MAX] = {0};
	uint8_t *udp = frame + ETHERNET + IPV4;

	ethernet(frame, up, to == 255, 0x800);
	ipv4(frame, from, to, 17, UDP_HEADER + size);
	recording_put16(udp, ports[0]);
	recording_put16(udp + 2, ports[1]);
	recording_put16(udp + 4, UDP_HEADER + size);
	recording_put16(udp + 6, 1); /* filled in: zero would mean none */
	memcpy(udp + UDP_HEADER, octets, size);
	add(r, frame, ETHERNET + IPV4 + UDP_HEADER + size);
}

/* DHCP */

struct ordinary_message {
	size_t size;
	uint8_t octets[600];
};

static void option(struct ordinary_message *m, uint8_t code, const void *value, size_t size)
{
	if (!value || size == 0)
		return;
	m->octets[m->size++] = code;
	m->octets[m->size++] = (uint8_t)size;
	memcpy(m->octets + m->size, value, size);
	m->size += size;
}

static void text_option(struct ordinary_message *m, uint8_t code, const char *text)
{
	option(m, code, text, text ? strlen(text) : 0);
}

static void header(struct ordinary_message *m, uint8_t op, const struct ordinary_dhcp *d)
{
	static const uint8_t cookie[4] = {99, 130, 83, 99};

	*m = (struct ordinary_message){.size = BOOTP};
	m->octets[0] = op;
	m->octets[1] = 1;
	m->octets[2] = d->no_mac ? 0 : 6;
	put32(m->octets + 4, d->xid);
	if (!d->no_mac)
		memcpy(m->octets + 28, host_mac, 6);
	memcpy(m->octets + m->size, cookie, 4);
	m->size += 4;
	option(m, 53, &d->type, d->type ? 1 : 0);
}

static void end(struct ordinary_message *m)
{
	m->octets[m->size++] = 255;
	if (m->size < 300)
		m->size = 300;
}

void ordinary_ask(struct recording *r, const struct ordinary_dhcp *d)
{
	static const uint16_t ports[2] = {PORT_CLIENT, PORT_SERVER};
	struct ordinary_message m;
	uint8_t address[4], id[32] = {0}, arch[2] = {0, d->arch};

	header(&m, 1, d);
	if (d->has_address)
		put_address(m.octets + 12, ORDINARY_HOST);
	put_address(address, d->requested);
	option(&m, 50, address, d->requested ? 4 : 0);
	put_address(address, ORDINARY_SERVER);
	option(&m, 54, address, d->server_id ? 4 : 0);
	option(&m, 55, d->wanted, d->wanted_size);
	text_option(&m, 60, d->class);
	text_option(&m, 77, d->user);
	option(&m, 93, arch, d->arch ? 2 : 0);
	if (d->client_id) {
		memcpy(id + 1, d->client_id, strlen(d->client_id));
		option(&m, 61, id, 1 + strlen(d->client_id));
	}
	end(&m);
	datagram(r, true, d->unicast ? ORDINARY_HOST : 0, d->unicast ? ORDINARY_SERVER : 255, ports,
	         m.octets, m.size);
}

void ordinary_answer(struct recording *r, const struct ordinary_dhcp *d, uint8_t yiaddr)
{
	static const uint16_t ports[2] = {PORT_SERVER, PORT_CLIENT};
	static const uint8_t lease[4] = {0, 0, 14, 16}, mask[4] = {255, 255, 255, 0};
	struct ordinary_message m;
	uint8_t address[4];

	header(&m, 2, d);
	if (yiaddr)
		put_address(m.octets + 16, yiaddr);
	put_address(address, ORDINARY_SERVER);
	option(&m, 54, address, 4);
	option(&m, 51, lease, yiaddr ? 4 : 0);
	option(&m, 1, mask, 4);
	option(&m, 3, address, 4);
	text_option(&m, 67, d->file);
	text_option(&m, 60, d->class_back);
	put_address(m.octets + 20, d->next_server);
	end(&m);
	datagram(r, false, ORDINARY_SERVER, d->unicast ? ORDINARY_HOST : 255, ports, m.octets,
	         m.size);
}

void ordinary_lease(struct recording *r, const struct ordinary_dhcp *message)
{
	struct ordinary_dhcp m = *message;

	m.type = BR_DHCP_TYPE_DISCOVER;
	ordinary_ask(r, &m);
	m.type = BR_DHCP_TYPE_OFFER;
	ordinary_answer(r, &m, ORDINARY_HOST);
	m.type = BR_DHCP_TYPE_REQUEST;
	m.requested = ORDINARY_HOST;
	m.server_id = true;
	ordinary_ask(r, &m);
	m.type = BR_DHCP_TYPE_ACK;
	ordinary_answer(r, &m, ORDINARY_HOST);
}

/* The others */

void ordinary_arp(struct recording *r, uint8_t sender, uint8_t target)
{
	static const uint8_t start[8] = {0, 1, 8, 0, 6, 4, 0, 1};
	uint8_t frame[ETHERNET + 28] = {0};
	uint8_t *arp = frame + ETHERNET;

	ethernet(frame, true, true, 0x806);
	memcpy(arp, start, sizeof(start));
	memcpy(arp + 8, host_mac, 6);
	put_address(arp + 14, sender);
	put_address(arp + 24, target);
	add(r, frame, sizeof(frame));
}

void ordinary_udp(struct recording *r, bool up, uint16_t from, uint16_t to, const void *octets,
                  size_t size)
{
	uint16_t ports[2] = {from, to};

	datagram(r, up, up ? ORDINARY_HOST : ORDINARY_SERVER, up ? ORDINARY_SERVER : ORDINARY_HOST,
	         ports, octets, size);
}

void ordinary_dhcp6(struct recording *r, bool up, uint8_t type, const void *options, size_t size)
{
	static const uint8_t group[16] = {0xff, 2, [13] = 1, [15] = 2};
	static const uint8_t server[16] = {0xfe, 0x80, [15] = 1};
	static const uint8_t host[16] = {0xfe, 0x80, [8] = 0, 0, 0, 0xff, 0xfe, 0, 0, 7};
	uint8_t frame[FRAME_MAX] = {0};
	uint8_t *ip = frame + ETHERNET, *udp = ip + IPV6;

	ethernet(frame, up, false, 0x86dd);
	if (up)
		memcpy(frame, "\x33\x33\0\1\0\2", 6);
	ip[0] = 0x60;
	recording_put16(ip + 4, UDP_HEADER + 4 + size);
	ip[6] = 17;
	ip[7] = 64;
	memcpy(ip + 8, up ? host : server, 16);
	memcpy(ip + 24, up ? group : host, 16);
	recording_put16(udp, up ? 546 : 547);
	recording_put16(udp + 2, up ? 547 : 546);
	recording_put16(udp + 4, UDP_HEADER + 4 + size);
	recording_put16(udp + 6, 1);
	udp[8] = type;
	udp[11] = 7; /* transaction */
	memcpy(udp + 12, options, size);
	add(r, frame, ETHERNET + IPV6 + UDP_HEADER + 4 + size);
}

void ordinary_tcp(struct recording *r, bool up, uint16_t host_port, uint16_t server_port,
                  uint8_t flags, uint32_t sequence, const char *text)
{
	uint8_t frame[FRAME_MAX] = {0};
	uint8_t *tcp = frame + ETHERNET + IPV4;
	size_t size = strlen(text);

	ethernet(frame, up, false, 0x800);
	ipv4(frame, up ? ORDINARY_HOST : ORDINARY_SERVER, up ? ORDINARY_SERVER : ORDINARY_HOST, 6,
	     TCP + size);
	recording_put16(tcp, up ? host_port : server_port);
	recording_put16(tcp + 2, up ? server_port : host_port);
	put32(tcp + 4, sequence);
	tcp[12] = 5 << 4;
	tcp[13] = flags;
	recording_put16(tcp + 14, 8192);
	recording_put16(tcp + 16, 1);
	memcpy(tcp + TCP, text, size);
	add(r, frame, ETHERNET + IPV4 + TCP + size);
}

void ordinary_wait(struct recording *r, br_time time)
{
	uint8_t frame[ETHERNET + 28] = {0};
	static const uint8_t start[8] = {0, 1, 8, 0, 6, 4, 0, 1}, other[6] = {2, 0, 0, 0, 0, 9};

	ethernet(frame, true, true, 0x806);
	memcpy(frame + 6, other, 6);
	memcpy(frame + ETHERNET, start, sizeof(start));
	memcpy(frame + ETHERNET + 8, other, 6);
	put_address(frame + ETHERNET + 14, 9);
	put_address(frame + ETHERNET + 24, 200);
	recording_put(r, r->frame[r->frames - 1].at + time, frame, sizeof(frame), sizeof(frame));
}
