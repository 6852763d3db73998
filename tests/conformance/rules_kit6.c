/* SPDX-License-Identifier: BSD-2-Clause */
/* Edits of DHCPv6 messages, inside their relays too. */
#include <assert.h>
#include <string.h>

#include "tests/conformance/rules_kit.h"

enum {
	DEPTH_MAX = 4,
	RELAYED = 9,
};

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static size_t options_at(const struct kit_packet *p, size_t message)
{
	return message + (p->payload[message] == 12 || p->payload[message] == 13 ? 34 : 4);
}

/* Where the option stands; @end if there is none. */
static size_t find(const struct kit_packet *p, size_t at, size_t end, uint16_t code)
{
	while (at < end && get16(p->payload + at) != code)
		at += 4u + get16(p->payload + at + 2);
	return at < end ? at : end;
}

static void splice(struct kit_packet *p, size_t at, size_t gone, size_t come)
{
	assert(p->size + come <= KIT_SIZE_MAX);
	memmove(p->payload + at + come, p->payload + at + gone, p->size - at - gone);
	p->size = p->size - gone + come;
}

static void put_option(struct kit_packet *p, size_t at, uint16_t code, const void *value,
                       size_t size)
{
	put16(p->payload + at, code);
	put16(p->payload + at + 2, size);
	if (size > 0)
		memcpy(p->payload + at + 4, value, size);
}

void kit_option6(struct kit_packet *p, uint16_t code, const void *value, size_t size)
{
	size_t at = p->size;

	splice(p, at, 0, 4 + size);
	put_option(p, at, code, value, size);
}

static void edit_option(struct kit_packet *p, const struct kit_edit *e)
{
	uint16_t code = (uint16_t)e->arg;
	size_t depth = e->arg >> 16, start = 0, end = p->size, lengths[DEPTH_MAX], at, gone = 0;
	size_t come = e->op == KIT_DROP6 ? 0 : 4 + e->size;

	assert(depth <= DEPTH_MAX);
	for (size_t i = 0; i < depth; i++) {
		at = find(p, options_at(p, start), end, RELAYED);
		assert(at < end);
		lengths[i] = at + 2;
		start = at + 4;
		end = start + get16(p->payload + at + 2);
	}
	at = e->op == KIT_ADD6 ? end : find(p, options_at(p, start), end, code);
	if (e->op != KIT_ADD6 && at < end)
		gone = 4u + get16(p->payload + at + 2);
	splice(p, at, gone, come);
	for (size_t i = 0; i < depth; i++)
		put16(p->payload + lengths[i], get16(p->payload + lengths[i]) + come - gone);
	if (come > 0)
		put_option(p, at, code, e->bytes, e->size);
}

void kit_edit6(struct kit_packet *p, const struct kit_edit *e)
{
	if (e->op == KIT_SET6 || e->op == KIT_ADD6 || e->op == KIT_DROP6)
		edit_option(p, e);
	else if (e->op == KIT_SRC6)
		memcpy(p->src6, e->bytes, 16);
	else if (e->op == KIT_DST6)
		memcpy(p->dst6, e->bytes, 16);
	else if (e->op == KIT_HOPS)
		p->hop_limit = (uint8_t)e->arg;
	else if (e->op == KIT_REST)
		p->icmp_rest = e->arg;
}
