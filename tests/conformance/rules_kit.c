/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/conformance/rules_kit.h"

#include <assert.h>
#include <string.h>

enum {
	OPTIONS_AT = 240
};

struct kit_packet *kit_add(struct kit *kit)
{
	struct kit_packet *p = &kit->packet[kit->count++];

	assert(kit->count <= KIT_PACKETS_MAX);
	memset(p, 0, sizeof(*p));
	return p;
}

static void insert(struct kit_packet *p, size_t at, uint8_t code, const void *value, size_t size)
{
	memmove(p->payload + at + 2 + size, p->payload + at, p->end + 1 - at);
	p->payload[at] = code;
	p->payload[at + 1] = (uint8_t)size;
	if (size > 0)
		memcpy(p->payload + at + 2, value, size);
	p->end += 2 + size;
	if (p->size < p->end + 1)
		p->size = p->end + 1;
}

void kit_option(struct kit_packet *p, uint8_t code, const void *value, size_t size)
{
	insert(p, p->end, code, value, size);
}

static size_t find(const struct kit_packet *p, uint8_t code)
{
	size_t at = OPTIONS_AT;

	while (at < p->end && p->payload[at] != code)
		at += 2 + (size_t)p->payload[at + 1];
	return at;
}

static void drop(struct kit_packet *p, uint8_t code)
{
	size_t at = find(p, code), size;

	if (at >= p->end)
		return;
	size = 2 + (size_t)p->payload[at + 1];
	memmove(p->payload + at, p->payload + at + size, p->end + 1 - at - size);
	memset(p->payload + p->end + 1 - size, 0, size);
	p->end -= size;
}

static void set(struct kit_packet *p, const struct kit_edit *e)
{
	size_t at = find(p, (uint8_t)e->arg);

	drop(p, (uint8_t)e->arg);
	insert(p, at < p->end ? at : p->end, (uint8_t)e->arg, e->bytes, e->size);
}

void kit_mac(uint8_t mac[6], uint32_t last)
{
	if (last == 255)
		memset(mac, 0xff, 6);
	else
		memcpy(mac, (uint8_t[]){2, 0, 0, 0, 0, (uint8_t)last}, 6);
}

static void edit_payload(struct kit_packet *p, const struct kit_edit *e)
{
	if (e->op == KIT_SET)
		set(p, e);
	else if (e->op == KIT_ADD)
		insert(p, p->end, (uint8_t)e->arg, e->bytes, e->size);
	else if (e->op == KIT_FRONT)
		insert(p, OPTIONS_AT, (uint8_t)e->arg, e->bytes, e->size);
	else if (e->op == KIT_DROP)
		drop(p, (uint8_t)e->arg);
	else if (e->op == KIT_POKE)
		memcpy(p->payload + e->arg, e->bytes, e->size);
	else if (e->op == KIT_SIZE)
		p->size = e->arg;
	else if (e->op == KIT_RAW) {
		memcpy(p->payload, e->bytes, e->size);
		p->size = e->size;
	}
}

void kit_edit(struct kit *kit, const struct kit_edit *e)
{
	struct kit_packet *p = e->packet > 0 ? &kit->packet[e->packet - 1] : NULL;

	edit_payload(p, e);
	kit_edit6(p, e);
	if (e->op == KIT_SPORT)
		p->sport = (uint16_t)e->arg;
	else if (e->op == KIT_DPORT)
		p->dport = (uint16_t)e->arg;
	else if (e->op == KIT_SRC)
		p->src = e->arg;
	else if (e->op == KIT_DST)
		p->dst = e->arg;
	else if (e->op == KIT_ETH_SRC)
		kit_mac(p->eth_src, e->arg);
	else if (e->op == KIT_ETH_DST)
		kit_mac(p->eth_dst, e->arg);
	else if (e->op == KIT_GAP)
		p->gap = e->arg * BR_MS;
	else if (e->op == KIT_REMOVE)
		p->removed = true;
	else if (e->op == KIT_SUM)
		*(e->arg == 2 ? &p->sum_first : e->arg ? &p->sum_bad : &p->sum_zero) = true;
	else if (e->op == KIT_CUT)
		kit->count = e->packet;
	else if (e->op == KIT_NO_END)
		p->payload[p->end] = 0;
	else if (e->op == KIT_COMPLETE)
		kit->complete = e->arg != 0;
	else if (e->op == KIT_VLAN)
		p->vlan = true;
	else if (e->op == KIT_FLAGS)
		p->tcp_flags = (uint8_t)e->arg;
	else if (e->op == KIT_LINK)
		p->link = e->arg;
	else if (e->op == KIT_SIX) {
		for (size_t i = 0; i < kit->count; i++)
			kit->packet[i].six = true;
	} else if (e->op == KIT_REPEAT) {
		struct kit_packet *copy = kit_add(kit);

		*copy = *p;
		copy->id = 0;
		copy->gap = e->arg * BR_MS;
	}
}

static void put_six(uint8_t ip[16], uint32_t host)
{
	memcpy(ip, (uint8_t[]){0x20, 1, 0x0d, 0xb8}, 4);
	if (host == UINT32_MAX || host >> 28 == 14)
		memcpy(ip, (uint8_t[]){0xff, 2}, 2);
	for (int i = 0; i < 4; i++)
		ip[12 + i] = (uint8_t)(host >> (24 - 8 * i));
}

/* 2001:db8::10.0.0.1 for 10.0.0.1; a broadcast or group becomes one of ff02::/16 */
static void make_six(struct br_frame *frame, const struct kit_packet *p)
{
	uint32_t size = frame->size - BR_ETHERNET_HEADER - BR_IPV4_HEADER;
	uint8_t header[40] = {0x60, 0, 0, 0, (uint8_t)(size >> 8), (uint8_t)size};

	header[6] = p->protocol == BR_IP_PROTOCOL_ICMP ? BR_IP_PROTOCOL_ICMPV6 : p->protocol;
	header[7] = p->hop_limit ? p->hop_limit : 64;
	put_six(header + 8, p->src);
	put_six(header + 24, p->dst);
	if (p->hop_limit) {
		memcpy(header + 8, p->src6, 16);
		memcpy(header + 24, p->dst6, 16);
	}
	memmove(frame->data + 54, frame->data + 34, size);
	memcpy(frame->data + 14, header, sizeof(header));
	memcpy(frame->data + 12, "\x86\xdd", 2);
	frame->size += 20;
}

static size_t sum_at(const struct kit_packet *p)
{
	return p->six || p->hop_limit ? 60 : 40;
}

/* What each side sent so far: [0] port 80, or whatever else answers */
struct kit_tcp {
	uint32_t next[2];
};

static struct br_packet_tcp count_on(struct kit_tcp *tcp, const struct kit_packet *p)
{
	bool up = p->dport == 80;
	struct br_packet_tcp header = {.sequence = tcp->next[up],
	                               .acknowledgement = tcp->next[!up],
	                               .flags = p->tcp_flags,
	                               .window = 8192};

	tcp->next[up] += (uint32_t)p->size + ((p->tcp_flags & (BR_TCP_SYN | BR_TCP_FIN)) != 0);
	return header;
}

static void build(struct br_frame *frame, const struct kit_packet *p, uint16_t id,
                  const struct br_packet_tcp *tcp)
{
	struct br_packet_route route = {.src = p->src,
	                                .dst = p->dst,
	                                .identification = id,
	                                .ttl = 64,
	                                .fragment = p->fragment,
	                                .vlan_tagged = p->vlan};
	struct br_octets payload = {p->payload, p->size}, none = {0};
	struct br_packet_arp arp = {.operation = p->arp_reply ? BR_ARP_REPLY : BR_ARP_REQUEST,
	                            .sender_ip = p->src,
	                            .target_ip = p->arp_target};
	int result;

	memcpy(route.eth_src, p->eth_src, 6);
	memcpy(route.eth_dst, p->eth_dst, 6);
	memcpy(arp.sender_mac, p->eth_src, 6);
	if (p->protocol == BR_IP_PROTOCOL_UDP)
		result = br_packet_build_udp(frame, &route, p->sport, p->dport, payload, none);
	else if (p->protocol == BR_IP_PROTOCOL_TCP)
		result = br_packet_build_tcp(frame, &route, p->sport, p->dport, tcp, payload, none);
	else if (p->protocol == BR_IP_PROTOCOL_ICMP)
		result = br_packet_build_icmp(frame, &route, p->icmp_type,
		                              p->hop_limit ? p->icmp_code : 3, p->icmp_rest,
		                              payload);
	else
		result = br_packet_build_arp(frame, p->eth_dst, p->eth_src, &arp);
	assert(result == 0);
	if (p->six || p->hop_limit)
		make_six(frame, p);
	br_frame_finish(frame);
	if (p->sum_zero)
		frame->data[sum_at(p)] = frame->data[sum_at(p) + 1] = 0;
	if (p->sum_bad)
		frame->data[sum_at(p) + 1] ^= 0x55;
}

void kit_show(const struct kit *kit, br_time first,
              void (*see)(void *context, const struct br_frame *frame, uint64_t number,
                          uint32_t link, br_time now),
              void *context)
{
	struct br_frame_pool pool;
	br_time now = first;
	uint64_t number = 0;
	uint8_t sum[2] = {0};
	struct kit_tcp tcp = {{4999, 999}};

	br_frame_pool_init(&pool, KIT_SIZE_MAX + 100, 2);
	for (size_t i = 0; i < kit->count; i++) {
		const struct kit_packet *p = &kit->packet[i];
		struct br_frame *frame = br_frame_new(&pool);
		struct br_packet_tcp header = {0};

		if (p->protocol == BR_IP_PROTOCOL_TCP)
			header = count_on(&tcp, p);

		now += p->gap ? p->gap : BR_MS;
		if (!p->removed) {
			build(frame, p, p->id ? p->id : (uint16_t)(i + 100), &header);
			if (p->sum_first)
				memcpy(frame->data + sum_at(p), sum, 2);
			if (i == 0)
				memcpy(sum, frame->data + sum_at(p), 2);
			see(context, frame, ++number, p->link, now);
		}
		br_frame_unref(frame);
	}
	br_frame_pool_reset(&pool);
}

struct play {
	const struct kit *kit;
	struct br_rules *rules;
};

static void judge(void *context, const struct br_frame *frame, uint64_t number, uint32_t link,
                  br_time now)
{
	struct play *play = context;
	size_t snap = play->kit->snap;
	size_t kept = snap && snap < frame->size ? snap : frame->size;
	struct br_packet packet;

	br_packet_parse(&packet, (struct br_octets){frame->data, kept}, frame->size, false);
	br_rules_packet(play->rules, &packet, number, link, now);
}

void kit_play(const struct kit *kit, struct br_rules *rules)
{
	struct play play = {kit, rules};

	kit_show(kit, BR_S, judge, &play);
}

void (*kit_scene(size_t index))(struct kit *kit)
{
	void (*const *const lists[])(struct kit *) = {rules_scenes, rules_scenes_files,
	                                              rules_scenes_six};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (size_t j = 0; lists[i][j]; j++) {
			if (index-- == 0)
				return lists[i][j];
		}
	}
	return NULL;
}
