/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/fault.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "sim/net/packet.h"

enum {
	FLIPS_MAX = 3,
};

/* One generator a purpose: core/base/prng.h. */
enum purpose {
	PURPOSE_LOSS = 0x66000001,
	PURPOSE_DUPLICATE,
	PURPOSE_REORDER,
	PURPOSE_CORRUPT,
	PURPOSE_JITTER,
	PURPOSE_BITS,
};

struct rule {
	struct br_fault_rule is;
	bool used;
	uint64_t fitted, hit;
};

struct br_fault {
	struct br_fault_rates rates;
	struct br_prng loss, duplicate, reorder, corrupt, jitter, bits;
	struct rule rules[BR_FAULT_RULES_MAX];
	int rules_used; /* one past the last in use */
};

int br_fault_new(struct br_fault **ret_fault, uint64_t seed)
{
	struct br_fault *fault = calloc(1, sizeof(*fault));

	if (!fault)
		return -ENOMEM;
	fault->loss = br_prng_of(seed, PURPOSE_LOSS);
	fault->duplicate = br_prng_of(seed, PURPOSE_DUPLICATE);
	fault->reorder = br_prng_of(seed, PURPOSE_REORDER);
	fault->corrupt = br_prng_of(seed, PURPOSE_CORRUPT);
	fault->jitter = br_prng_of(seed, PURPOSE_JITTER);
	fault->bits = br_prng_of(seed, PURPOSE_BITS);
	*ret_fault = fault;
	return 0;
}

struct br_fault *br_fault_free(struct br_fault *fault)
{
	free(fault);
	return NULL;
}

void br_fault_set_rates(struct br_fault *fault, const struct br_fault_rates *rates)
{
	fault->rates = *rates;
}

int br_fault_add(struct br_fault *fault, const struct br_fault_rule *rule)
{
	for (int i = 0; i < BR_FAULT_RULES_MAX; i++) {
		if (!fault->rules[i].used) {
			fault->rules[i] = (struct rule){.is = *rule, .used = true};
			if (i >= fault->rules_used)
				fault->rules_used = i + 1;
			return i;
		}
	}
	return -ENOSPC;
}

static const struct rule *rule_of(const struct br_fault *fault, int rule)
{
	assert(rule >= 0);
	assert(rule < BR_FAULT_RULES_MAX);
	assert(fault->rules[rule].used);
	return &fault->rules[rule];
}

void br_fault_remove(struct br_fault *fault, int rule)
{
	(void)rule_of(fault, rule);
	fault->rules[rule].used = false;
	while (fault->rules_used > 0 && !fault->rules[fault->rules_used - 1].used)
		fault->rules_used--;
}

uint64_t br_fault_fitted(const struct br_fault *fault, int rule)
{
	return rule_of(fault, rule)->fitted;
}

uint64_t br_fault_hit(const struct br_fault *fault, int rule)
{
	return rule_of(fault, rule)->hit;
}

/* Rates of 0 draw nothing, rates of always draw all the same: both by design, so
 * that a fault that is off costs nothing.
 */
static bool drawn(struct br_prng *prng, uint32_t ppm)
{
	return ppm > 0 && br_prng_below(prng, BR_FAULT_PPM) < ppm;
}

/* The frame for this verdict alone, with its checksums real; false: out of frames. */
static bool make_own(struct br_fault_verdict *verdict)
{
	struct br_frame *copy = br_frame_copy(verdict->frame);

	if (!copy) {
		verdict->lost = "out of frames to change";
		return false;
	}
	br_frame_unref(verdict->frame);
	br_frame_finish(copy);
	verdict->frame = copy;
	return true;
}

static bool is_arp(const struct br_frame *frame)
{
	struct br_packet packet;

	br_packet_parse_frame(&packet, frame);
	return packet.eth_type == BR_ETHERNET_TYPE_ARP;
}

static void flip_bits(struct br_fault *fault, struct br_fault_verdict *verdict)
{
	/* All draws first: how many there are must not depend on the frame. */
	uint64_t flips = 1 + br_prng_below(&fault->bits, FLIPS_MAX);
	uint64_t where[FLIPS_MAX];

	for (size_t i = 0; i < FLIPS_MAX; i++)
		where[i] = br_prng_next(&fault->bits);
	if (verdict->frame->size <= BR_ETHERNET_HEADER)
		return;
	if (is_arp(verdict->frame)) { /* it has no checksum: a lie in it would be believed */
		verdict->lost = "its frame check sequence is wrong";
		return;
	}
	if (!make_own(verdict))
		return;

	uint64_t bits = (verdict->frame->size - BR_ETHERNET_HEADER) * UINT64_C(8);
	uint64_t first = where[0] % bits;

	/* Less than 16 bits apart: the Internet checksum adds words of 16 (RFC 1071), so the
	 * same bit of two words, once set and once cleared, would leave it as it was.
	 */
	for (uint64_t i = 0; i < flips; i++) {
		uint64_t bit = (first + i * (1 + where[1] % 15)) % bits;

		verdict->frame->data[BR_ETHERNET_HEADER + bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void flip_mask(const struct br_fault_rule *rule, struct br_fault_verdict *verdict)
{
	assert(rule->mask_size <= sizeof(rule->mask));
	if (!make_own(verdict))
		return;
	for (size_t i = 0; i < rule->mask_size && rule->at + i < verdict->frame->size; i++)
		verdict->frame->data[rule->at + i] ^= rule->mask[i];
}

static void cut_short(const struct br_fault_rule *rule, struct br_fault_verdict *verdict)
{
	uint32_t size = rule->at > BR_ETHERNET_HEADER ? rule->at : BR_ETHERNET_HEADER;

	if (size < verdict->frame->size && make_own(verdict))
		verdict->frame->size = size;
}

/* A switch that takes the tag off changes no checksum: it covers none of it. */
static void untag(struct br_fault_verdict *verdict)
{
	struct br_ethernet ethernet;
	uint8_t *at;

	(void)br_ethernet_read(verdict->frame->data, verdict->frame->size, &ethernet);
	if (ethernet.tags == 0 || !make_own(verdict))
		return;
	at = verdict->frame->data + BR_ETHERNET_TAG_AT;
	memmove(at, at + BR_ETHERNET_TAG,
	        verdict->frame->size - BR_ETHERNET_TAG_AT - BR_ETHERNET_TAG);
	verdict->frame->size -= BR_ETHERNET_TAG;
}

static void apply(struct br_fault *fault, const struct br_fault_rule *rule,
                  struct br_fault_verdict *verdict)
{
	switch (rule->action) {
	case BR_FAULT_DROP:
		verdict->lost = "dropped by a fault rule";
		break;
	case BR_FAULT_DUPLICATE:
		verdict->twice = true;
		if (rule->delay > verdict->twice_after)
			verdict->twice_after = rule->delay;
		break;
	case BR_FAULT_DELAY:
		verdict->held += rule->delay;
		break;
	case BR_FAULT_CORRUPT:
		flip_bits(fault, verdict);
		break;
	case BR_FAULT_FLIP:
		flip_mask(rule, verdict);
		break;
	case BR_FAULT_TRUNCATE:
		cut_short(rule, verdict);
		break;
	case BR_FAULT_UNTAG:
		untag(verdict);
		break;
	}
}

static bool fits(const struct br_fault_rule *rule, const struct br_port *from,
                 const struct br_frame *frame, br_time now)
{
	if (rule->from && rule->from != from)
		return false;
	if (rule->to_set && memcmp(rule->to, frame->data, sizeof(rule->to)) != 0)
		return false;
	if (now < rule->begin || (rule->end > 0 && now >= rule->end))
		return false;
	return !rule->match || rule->match(rule->context, from, frame, now);
}

/* Is it the turn of the rule, now that one more frame fits it? */
static bool due(struct rule *rule)
{
	uint64_t nth = rule->is.nth > 0 ? rule->is.nth : 1;
	uint64_t every = rule->is.every > 0 ? rule->is.every : 1;

	rule->fitted++;
	if (rule->fitted < nth || (rule->fitted - nth) % every != 0)
		return false;
	if (rule->is.times > 0 && rule->hit >= rule->is.times)
		return false;
	rule->hit++;
	return true;
}

static void judge_rules(struct br_fault *fault, const struct br_port *from,
                        const struct br_frame *frame, br_time now, struct br_fault_verdict *verdict)
{
	for (int i = 0; i < fault->rules_used; i++) {
		struct rule *rule = &fault->rules[i];

		/* The frame as it was sent: what an earlier rule made of it is not asked. */
		if (!rule->used || !fits(&rule->is, from, frame, now))
			continue;
		if (due(rule) && !verdict->lost)
			apply(fault, &rule->is, verdict);
	}
}

void br_fault_judge(struct br_fault *fault, const struct br_port *from, struct br_frame *frame,
                    br_time now, struct br_fault_verdict *ret_verdict)
{
	const struct br_fault_rates *rates = &fault->rates;
	struct br_fault_verdict verdict = {.frame = br_frame_ref(frame)};

	judge_rules(fault, from, frame, now, &verdict);
	/* Every draw is made whatever the others said: see fault.h. */
	bool lose = drawn(&fault->loss, rates->loss);
	bool duplicate = drawn(&fault->duplicate, rates->duplicate);
	bool reorder = drawn(&fault->reorder, rates->reorder);
	bool corrupt = drawn(&fault->corrupt, rates->corrupt);

	verdict.late = rates->delay;
	if (rates->jitter > 0)
		verdict.late += br_prng_below(&fault->jitter, rates->jitter + 1);
	if (lose && !verdict.lost)
		verdict.lost = "lost by chance";
	if (reorder)
		verdict.held += rates->reorder_by;
	if (duplicate)
		verdict.twice = true;
	if (corrupt && !verdict.lost)
		flip_bits(fault, &verdict);
	br_frame_unref(frame);
	*ret_verdict = verdict;
}
