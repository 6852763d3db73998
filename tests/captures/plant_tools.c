/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/captures/plant_tools.h"

#include <stdlib.h>
#include <string.h>

#include "core/formats/tftp_packet.h"
#include "helper.h"

enum {
	ETHERNET = 14,
	IP = 20,
};

static uint64_t state_of_draw;

void plant_seed(uint64_t seed)
{
	state_of_draw = seed;
}

uint32_t plant_draw(uint32_t below)
{
	state_of_draw =
		state_of_draw * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state_of_draw >> 33) % below;
}

void plant_tag(struct recording *r, size_t index, uint16_t vlan)
{
	struct recorded *f = &r->frame[index];

	f->octets = realloc(f->octets, f->size + 4);
	assert_non_null(f->octets);
	memmove(f->octets + 16, f->octets + 12, f->size - 12);
	f->octets[12] = 0x81;
	f->octets[13] = 0;
	f->octets[14] = (uint8_t)(vlan >> 8);
	f->octets[15] = (uint8_t)vlan;
	f->size += 4;
	f->original_size += 4;
}

size_t plant_must(size_t index)
{
	assert_true(index != SIZE_MAX);
	return index;
}

uint8_t *plant_payload(struct recording *r, size_t index)
{
	return r->frame[index].octets + recording_payload(r, index);
}

void plant_poke(struct recording *r, size_t index, size_t at, const void *octets, size_t size)
{
	memcpy(plant_payload(r, index) + at, octets, size);
	recording_fix(r, index);
}

void plant_poke_ip(struct recording *r, size_t index, size_t at, uint32_t address)
{
	uint8_t octets[] = {(uint8_t)(address >> 24), (uint8_t)(address >> 16),
	                    (uint8_t)(address >> 8), (uint8_t)address};

	plant_poke(r, index, at, octets, sizeof(octets));
}

uint32_t plant_peek_ip(struct recording *r, size_t index, size_t at)
{
	const uint8_t *p = plant_payload(r, index) + at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void plant_option_ip(struct recording *r, size_t index, uint8_t code, uint32_t address)
{
	uint8_t octets[] = {(uint8_t)(address >> 24), (uint8_t)(address >> 16),
	                    (uint8_t)(address >> 8), (uint8_t)address};

	recording_set_option(r, index, code, octets, sizeof(octets));
}

void plant_run_on(struct recording *r)
{
	static const uint8_t arp[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,   0, 0, 0, 0,
	                                9,    8,    6,    0,    1,    8,    0,   6, 4, 0, 1,
	                                2,    0,    0,    0,    0,    9,    192, 0, 2, 9, 0,
	                                0,    0,    0,    0,    0,    192,  0,   2, 10};

	recording_put(r, r->frame[r->frames - 1].at + (60 + plant_draw(60)) * BR_S, arp,
	              sizeof(arp), sizeof(arp));
}

size_t plant_discover(const struct recording *r)
{
	return plant_must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_DISCOVER, false));
}

size_t plant_offer(const struct recording *r)
{
	return plant_must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_OFFER, false));
}

size_t plant_request(const struct recording *r)
{
	return plant_must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_REQUEST, false));
}

size_t plant_ack(const struct recording *r)
{
	return plant_must(recording_find_dhcp(r, 0, BR_DHCP_TYPE_ACK, false));
}

size_t plant_rrq(const struct recording *r)
{
	return plant_must(recording_find_tftp(r, 0, BR_TFTP_RRQ));
}

void plant_ask_again(struct recording *r, size_t question, size_t answer)
{
	br_time at = r->frame[question].at;
	br_time after = answer == SIZE_MAX ? 0 : r->frame[answer].at - at;

	for (unsigned i = 0; i < 3; i++) {
		at += (UINT64_C(4) << i) * BR_S;
		recording_again(r, question, at);
		if (answer != SIZE_MAX)
			recording_again(r, answer, at + after);
	}
	plant_run_on(r);
}

void plant_ignored(struct recording *r, size_t question, size_t answer)
{
	recording_cut(r, answer + 1);
	plant_ask_again(r, question, answer);
}

void plant_set_port(struct recording *r, size_t index, size_t at, uint16_t port)
{
	r->frame[index].octets[ETHERNET + IP + at] = (uint8_t)(port >> 8);
	r->frame[index].octets[ETHERNET + IP + at + 1] = (uint8_t)port;
	recording_fix(r, index);
}

void plant_set_address(struct recording *r, size_t index, bool to, uint32_t address)
{
	uint8_t *at = r->frame[index].octets + ETHERNET + (to ? 16 : 12);

	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(address >> (24 - 8 * i));
	recording_fix(r, index);
}

void plant_wrong_sum(struct recording *r, size_t index)
{
	uint8_t *sum = r->frame[index].octets + ETHERNET + IP + 6;

	sum[0] = (uint8_t)(sum[0] ^ (1 + plant_draw(255)));
}

uint32_t plant_own_address(struct recording *r)
{
	return plant_peek_ip(r, plant_ack(r), YIADDR_AT);
}

uint32_t plant_far_away(void)
{
	return 0xcb007100 + 1 + plant_draw(250); /* 203.0.113.0/24 */
}

void plant_settle(struct recording *r, uint32_t next, uint32_t router)
{
	for (unsigned i = 0; i < 2; i++) {
		size_t index = i == 0 ? plant_offer(r) : plant_ack(r);

		plant_option_ip(r, index, 1, 0xffffff00);
		if (router)
			plant_option_ip(r, index, 3, router);
		else
			recording_set_option(r, index, 3, NULL, 0);
		plant_poke_ip(r, index, SIADDR_AT, next);
	}
	recording_cut(r, plant_ack(r) + 1);
}

void plant_look_for(struct recording *r, uint32_t target)
{
	size_t d = plant_discover(r);
	uint32_t own = plant_own_address(r);
	uint8_t arp[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0,
	                   0,    8,    6,    0,    1,    8,    0, 6, 4, 0, 1};
	br_time at = r->frame[r->frames - 1].at;

	memcpy(arp + 6, r->frame[d].octets + 6, 6);
	memcpy(arp + 22, arp + 6, 6);
	for (int i = 0; i < 4; i++) {
		arp[28 + i] = (uint8_t)(own >> (24 - 8 * i));
		arp[38 + i] = (uint8_t)(target >> (24 - 8 * i));
	}
	for (unsigned i = 0; i < 3 + plant_draw(4); i++)
		recording_put(r, at + (i + 1) * BR_S, arp, sizeof(arp), sizeof(arp));
}

size_t plant_put_question(uint8_t *m, uint16_t type, uint16_t flags, uint16_t answers,
                          uint16_t authorities)
{
	static const uint8_t name[] = "\4boot\7example\3org";
	const uint8_t head[] = {0x12,
	                        0x34,
	                        (uint8_t)(flags >> 8),
	                        (uint8_t)flags,
	                        0,
	                        1,
	                        0,
	                        (uint8_t)answers,
	                        0,
	                        (uint8_t)authorities,
	                        0,
	                        0};

	memcpy(m, head, sizeof(head));
	memcpy(m + 12, name, sizeof(name));
	m[12 + sizeof(name)] = 0;
	m[13 + sizeof(name)] = (uint8_t)type;
	m[14 + sizeof(name)] = 0;
	m[15 + sizeof(name)] = 1;
	return 16 + sizeof(name);
}

void plant_say_dns(struct recording *r, br_time at, bool up, const uint8_t *m, size_t size)
{
	recording_again(r, plant_discover(r), at);
	size_t i = r->frames - 1;
	uint32_t own = plant_own_address(r), dns = (own & ~UINT32_C(255)) | 53;
	uint8_t *f = r->frame[i].octets;

	recording_set_payload(r, i, m, size);
	f = r->frame[i].octets;
	if (up) {
		memset(f, 0x02, 6);
	} else {
		memcpy(f, f + 6, 6);
		memset(f + 6, 0x02, 6);
	}
	plant_set_address(r, i, false, up ? own : dns);
	plant_set_address(r, i, true, up ? dns : own);
	plant_set_port(r, i, 0, up ? 40000 : 53);
	plant_set_port(r, i, 2, up ? 53 : 40000);
}

void plant_give_url(struct recording *r)
{
	static const char url[] = "http://boot.example.org/menu.ipxe";

	for (unsigned i = 0; i < 2; i++) {
		size_t index = i == 0 ? plant_offer(r) : plant_ack(r);

		recording_set_option(r, index, 67, url, sizeof(url) - 1);
		plant_option_ip(r, index, 6, (plant_own_address(r) & ~UINT32_C(255)) | 53);
	}
	recording_cut(r, plant_ack(r) + 1);
}

void plant_rrq_again(struct recording *r, size_t index, unsigned times)
{
	br_time at = r->frame[index].at;

	for (unsigned i = 0; i < times; i++)
		recording_again(r, index, at + (i + 1) * 4 * BR_S);
}

void plant_content(struct recording *r, const void *octets, size_t size)
{
	size_t data = plant_must(recording_find_tftp(r, 0, BR_TFTP_DATA));
	size_t whole = r->frame[data].original_size;
	uint8_t block[600] = {0, 3, 0, 1};
	size_t kept = r->frame[data].size - recording_payload(r, data);

	assert_true(size + 4 <= sizeof(block));
	memcpy(block + 4, octets, size);
	if (kept < 4 + size) {
		r->frame[data].octets = realloc(r->frame[data].octets, 700);
		assert_non_null(r->frame[data].octets);
		r->frame[data].size = recording_payload(r, data) + 4 + size;
	}
	memcpy(plant_payload(r, data), block, 4 + size);
	r->frame[data].original_size = (uint32_t)whole;
	size_t last = data; /* behind it the program does nothing that is seen */

	for (size_t i = data; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_UDP && p.dst.port == BR_TFTP_PORT)
			break;
		if (p.transport == BR_TRANSPORT_UDP && p.dst.port != 67 && p.src.port != 67)
			last = i;
	}
	recording_cut(r, last + 1);
	plant_run_on(r);
}
