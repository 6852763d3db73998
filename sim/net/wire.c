/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A frame that enters a segment is judged by the segment's fault, then waits in a
 * ring until its time. The delay is the same for all, so the ring is in order of
 * time and needs one timer, for its head. Only frames that a fault holds back have
 * a timer each. What waits names its sender by slot and generation: the sender may
 * be unplugged before it arrives.
 *
 * Addresses are learned into an open hash table, key to slot and generation.
 * Unplugging a port only raises the generation of its slot, which makes its
 * addresses unknown; they go when the table grows.
 *
 * What is sent to all is given to whom it may concern, by topic (interest.c). A
 * callback may change who that is for the slots behind it, so the rest is looked up
 * again when somebody has begun to listen. While a port is blocked everybody is
 * visited: what a blocked port loses is counted. A port that is blocked by a callback
 * still gets what is being given at that moment.
 */
#include "sim/net/wire.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/net/ethernet.h"
#include "sim/net/fault.h"

enum {
	TAPS_MAX = 8,
	LARGE_SIZE = BR_FRAME_LARGE_MAX + BR_ETHERNET_HEADER + 2 * BR_ETHERNET_TAG,
	INVENTED_MAX = 1 << 16, /* addresses beside one for each port: no sender gets further */
	HELD_CHUNK = 64,
};

#define NO_SLOT UINT32_MAX

struct slot {
	struct br_port *port; /* NULL: nothing plugged in */
	uint32_t generation;
};

struct address {
	uint64_t key; /* 0: empty */
	uint32_t slot;
	uint32_t generation;
};

/* A frame on its way. */
struct flight {
	struct br_frame *frame;
	br_time at;
	uint64_t turn; /* among what happens at the same time */
	uint32_t slot;
	uint32_t generation;
};

/* One that a fault holds back. */
struct held {
	struct br_timer timer;
	struct br_segment *segment;
	struct flight flight;
	struct held *next, *previous; /* next alone: in the free list */
};

struct br_segment {
	struct br_wire *wire;
	char *name;
	uint32_t index;
	uint32_t mtu;
	bool large; /* super-frames are allowed */
	br_time delay;
	br_time last; /* arrival of the frame that entered last: jitter keeps the order */
	struct br_fault *fault;
	struct br_segment_counts counts;

	struct slot *slots;
	uint32_t slots_used, slots_room, slots_empty;
	uint32_t *promiscuous; /* slots */
	uint32_t promiscuous_count, promiscuous_room;
	uint32_t selective_count;
	struct br_interest interest;
	struct br_audience audience; /* room of the last flood, for the next */
	br_time blocked_until;       /* of any port, at most */
	uint64_t given;              /* frames, the one that is being given included */

	struct address *table;
	uint32_t table_count, table_room; /* room: a power of 2 */
	bool table_full;                  /* until a port is plugged in or unplugged */

	struct flight *ring;
	uint32_t ring_first, ring_count, ring_room; /* room: a power of 2 */
	struct br_timer timer;
	struct held *held;
};

struct br_wire {
	struct br_clock *clock;
	struct br_frame_pool frames, large;
	struct br_tap taps[TAPS_MAX];
	size_t taps_count;
	bool visit_all;
	struct br_segment **segments;
	size_t segments_count;
	struct held *held_free;
	struct held **chunks;
	size_t chunks_count;
};

int br_wire_new(struct br_wire **ret_wire, struct br_clock *clock, size_t frame_size_max,
                size_t frames_max)
{
	struct br_wire *wire = calloc(1, sizeof(*wire));

	if (!wire)
		return -ENOMEM;
	wire->clock = clock;
	br_frame_pool_init(&wire->frames, frame_size_max, frames_max);
	*ret_wire = wire;
	return 0;
}

struct br_frame_pool *br_wire_frames(struct br_wire *wire)
{
	return &wire->frames;
}

struct br_clock *br_wire_clock(struct br_wire *wire)
{
	return wire->clock;
}

size_t br_wire_segments(const struct br_wire *wire)
{
	return wire->segments_count;
}

struct br_segment *br_wire_segment(const struct br_wire *wire, size_t index)
{
	return index < wire->segments_count ? wire->segments[index] : NULL;
}

int br_wire_add_tap(struct br_wire *wire, const struct br_tap *tap)
{
	if (wire->taps_count == TAPS_MAX)
		return -ENOSPC;
	wire->taps[wire->taps_count++] = *tap;
	return 0;
}

const char *br_segment_name(const struct br_segment *segment)
{
	return segment->name;
}

uint32_t br_segment_index(const struct br_segment *segment)
{
	return segment->index;
}

uint32_t br_segment_mtu(const struct br_segment *segment)
{
	return segment->mtu;
}

struct br_wire *br_segment_wire(const struct br_segment *segment)
{
	return segment->wire;
}

br_time br_segment_delay(const struct br_segment *segment)
{
	return segment->delay;
}

const struct br_segment_counts *br_segment_counts(const struct br_segment *segment)
{
	return &segment->counts;
}

void br_wire_visit_all(struct br_wire *wire, bool on)
{
	wire->visit_all = on;
}

void br_segment_allow_large(struct br_segment *segment, size_t count)
{
	struct br_frame_pool *pool = &segment->wire->large;

	if (pool->frames_max == 0)
		br_frame_pool_init(pool, LARGE_SIZE, count);
	segment->large = true;
}

struct br_frame *br_segment_large_frame(struct br_segment *segment)
{
	return segment->large ? br_frame_new(&segment->wire->large) : NULL;
}

bool br_wire_visits_all(const struct br_wire *wire)
{
	return wire->visit_all;
}

void br_segment_set_fault(struct br_segment *segment, struct br_fault *fault)
{
	segment->fault = fault;
}

/* Double @*array, from @room elements; false when out of memory, nothing changed. */
static bool double_room(void **array, uint32_t *room, size_t element_size)
{
	uint32_t wanted = *room > 0 ? *room * 2 : 16;
	void *bigger = wanted > *room ? realloc(*array, wanted * element_size) : NULL;

	if (!bigger)
		return false;
	*array = bigger;
	*room = wanted;
	return true;
}

/* Addresses */

static uint64_t key_of(const uint8_t mac[6])
{
	return (uint64_t)mac[0] << 40 | (uint64_t)mac[1] << 32 | (uint64_t)mac[2] << 24 |
	       (uint64_t)mac[3] << 16 | (uint64_t)mac[4] << 8 | mac[5];
}

static bool is_live(const struct br_segment *segment, uint32_t slot, uint32_t generation)
{
	return segment->slots[slot].port && segment->slots[slot].generation == generation;
}

/* Where @key lies in the table, or the empty place where it would. */
static struct address *place_of(const struct br_segment *segment, uint64_t key)
{
	uint32_t mask = segment->table_room - 1;
	uint32_t at = (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;

	while (segment->table[at].key != 0 && segment->table[at].key != key)
		at = (at + 1) & mask;
	return &segment->table[at];
}

static bool has_all_addresses(const struct br_segment *segment, uint32_t count)
{
	return count >= INVENTED_MAX + segment->slots_used;
}

/* Without those of ports that are gone; false if that makes no room for one more. */
static bool grow_table(struct br_segment *segment)
{
	struct address *old = segment->table;
	uint32_t old_room = segment->table_room;
	uint32_t live = 0;

	for (uint32_t i = 0; i < old_room; i++)
		live += old[i].key && is_live(segment, old[i].slot, old[i].generation);

	uint32_t room = live * 4 > old_room ? old_room * 2 : old_room;

	if (room < 16)
		room = 16;
	if (has_all_addresses(segment, live)) {
		segment->table_full = true;
		return false;
	}

	struct address *table = calloc(room, sizeof(*table));

	if (!table)
		return false;
	segment->table = table;
	segment->table_room = room;
	segment->table_count = 0;
	for (uint32_t i = 0; i < old_room; i++) {
		if (old[i].key && is_live(segment, old[i].slot, old[i].generation)) {
			*place_of(segment, old[i].key) = old[i];
			segment->table_count++;
		}
	}
	free(old);
	return true;
}

/* Frames for @mac go to @slot from now on; without memory they are flooded. */
static void learn(struct br_segment *segment, const uint8_t mac[6], uint32_t slot)
{
	uint64_t key = key_of(mac);

	if (key == 0 || mac[0] & 1)
		return;

	struct address *place = segment->table_room > 0 ? place_of(segment, key) : NULL;

	if (!place || place->key == 0) {
		if ((segment->table_count + 1) * 2 > segment->table_room ||
		    has_all_addresses(segment, segment->table_count)) {
			if (segment->table_full || !grow_table(segment))
				return;
			place = place_of(segment, key);
		}
		segment->table_count++;
		place->key = key;
	}
	place->slot = slot;
	place->generation = segment->slots[slot].generation;
}

/* NO_SLOT if nobody is known to have that address. */
static uint32_t slot_of(const struct br_segment *segment, const uint8_t mac[6])
{
	if (segment->table_room == 0 || mac[0] & 1)
		return NO_SLOT;

	const struct address *place = place_of(segment, key_of(mac));

	if (place->key == 0 || !is_live(segment, place->slot, place->generation))
		return NO_SLOT;
	return place->slot;
}

/* Delivery */

static void give(struct br_segment *segment, uint32_t slot, struct br_frame *frame, br_time now)
{
	struct br_port *port = segment->slots[slot].port;

	if (port->blocked_until > now && port->blocked_in != segment->given) {
		segment->counts.blocked++;
		return;
	}
	segment->counts.received++;
	port->receive(port->context, frame, now);
}

static void give_to_all(struct br_segment *segment, uint32_t first, uint32_t slots,
                        const struct flight *flight, br_time now)
{
	for (uint32_t i = first; i < slots; i++) {
		if (i != flight->slot && segment->slots[i].port)
			give(segment, i, flight->frame, now);
	}
}

/* To those the frame may concern, in the order in which all would be visited. Return: the
 * slot from which on all must be.
 */
static uint32_t give_to_some(struct br_segment *segment, uint32_t slots,
                             const struct flight *flight, struct br_audience *audience, br_time now)
{
	struct br_interest *interest = &segment->interest;
	struct br_topic topic = br_topic_of(flight->frame);
	uint64_t asked = interest->added;
	uint32_t i = 0;

	if (!br_interest_find(interest, &topic, 0, audience))
		return 0;
	br_interest_heard(interest, &topic, flight->slot, now);
	while (i < audience->count && audience->slot[i] < slots) {
		uint32_t slot = audience->slot[i++];

		if (slot != flight->slot && segment->slots[slot].port)
			give(segment, slot, flight->frame, now);
		if (interest->added == asked)
			continue;
		asked = interest->added;
		if (!br_interest_find(interest, &topic, slot + 1, audience))
			return slot + 1;
		i = 0;
	}
	return slots;
}

static void flood(struct br_segment *segment, const struct flight *flight, br_time now)
{
	/* Who is plugged in from inside a callback gets nothing of this frame. */
	uint32_t slots = segment->slots_used;
	uint32_t first = 0;

	segment->counts.flooded++;
	if (segment->selective_count > 0 && segment->blocked_until <= now &&
	    !segment->wire->visit_all) {
		/* a callback that lets time pass floods inside the flood: a room of its own */
		struct br_audience audience = segment->audience;

		segment->audience = (struct br_audience){.slot = NULL};
		first = give_to_some(segment, slots, flight, &audience, now);
		free(segment->audience.slot);
		segment->audience = audience;
	}
	give_to_all(segment, first, slots, flight, now);
}

/* Takes the flight's reference. */
static void deliver(struct br_segment *segment, const struct flight *flight, br_time now)
{
	struct br_wire *wire = segment->wire;
	struct br_frame *frame = flight->frame;
	const struct br_port *from = is_live(segment, flight->slot, flight->generation)
	                                     ? segment->slots[flight->slot].port
	                                     : NULL;

	segment->counts.delivered++;
	segment->counts.octets += frame->size;
	for (size_t i = 0; i < wire->taps_count; i++)
		wire->taps[i].see(wire->taps[i].context, segment, from, frame, now);

	uint32_t to = slot_of(segment, frame->data);

	segment->given++;
	if (to == NO_SLOT) {
		flood(segment, flight, now);
	} else {
		if (to != flight->slot)
			give(segment, to, frame, now);
		for (uint32_t i = 0; i < segment->promiscuous_count; i++) {
			uint32_t slot = segment->promiscuous[i];

			if (slot != to && slot != flight->slot)
				give(segment, slot, frame, now);
		}
	}
	br_frame_unref(frame);
}

static void ring_fire(void *context, br_time now)
{
	struct br_segment *segment = context;
	struct br_clock *clock = segment->wire->clock;

	do {
		struct flight flight = segment->ring[segment->ring_first];

		segment->ring_first = (segment->ring_first + 1) & (segment->ring_room - 1);
		segment->ring_count--;
		deliver(segment, &flight, now);
		if (segment->ring_count == 0 || segment->timer.place > 0)
			return;

		/* The next at once, unless another timer's turn is before it. */
		const struct flight *next = &segment->ring[segment->ring_first];

		if (next->at > now || !br_clock_is_first(clock, next->at, next->turn)) {
			br_clock_set_turn(clock, &segment->timer, next->at, next->turn);
			return;
		}
	} while (true);
}

static void tell_lost(struct br_segment *segment, const struct flight *flight, const char *why)
{
	struct br_wire *wire = segment->wire;
	const struct br_port *from = segment->slots[flight->slot].port;

	for (size_t i = 0; i < wire->taps_count; i++) {
		if (wire->taps[i].lost)
			wire->taps[i].lost(wire->taps[i].context, segment, from, flight->frame, why,
			                   wire->clock->now);
	}
	br_frame_unref(flight->frame);
}

static bool grow_ring(struct br_segment *segment)
{
	uint32_t old = segment->ring_room;
	void *ring = segment->ring;

	if (!double_room(&ring, &segment->ring_room, sizeof(*segment->ring)))
		return false;
	segment->ring = ring;
	/* What had wrapped around goes on behind the old end. */
	if (segment->ring_first + segment->ring_count > old)
		memcpy(segment->ring + old, segment->ring,
		       (segment->ring_first + segment->ring_count - old) * sizeof(*segment->ring));
	return true;
}

static void fly_in_order(struct br_segment *segment, const struct flight *flight)
{
	if (segment->ring_count == segment->ring_room && !grow_ring(segment)) {
		segment->counts.no_memory++;
		tell_lost(segment, flight, "out of memory");
		return;
	}
	segment->ring[(segment->ring_first + segment->ring_count) & (segment->ring_room - 1)] =
		*flight;
	if (segment->ring_count++ == 0)
		br_clock_set_turn(segment->wire->clock, &segment->timer, flight->at, flight->turn);
}

static void held_fire(void *context, br_time now)
{
	struct held *held = context;
	struct br_segment *segment = held->segment;
	struct flight flight = held->flight;

	if (held->previous)
		held->previous->next = held->next;
	else
		segment->held = held->next;
	if (held->next)
		held->next->previous = held->previous;
	held->next = segment->wire->held_free;
	segment->wire->held_free = held;
	deliver(segment, &flight, now);
}

static bool add_chunk(struct br_wire *wire)
{
	struct held **chunks = realloc(wire->chunks, (wire->chunks_count + 1) * sizeof(*chunks));

	if (!chunks)
		return false;
	wire->chunks = chunks;

	struct held *chunk = calloc(HELD_CHUNK, sizeof(*chunk));

	if (!chunk)
		return false;
	wire->chunks[wire->chunks_count++] = chunk;
	for (size_t i = 0; i < HELD_CHUNK; i++) {
		chunk[i].next = wire->held_free;
		wire->held_free = &chunk[i];
	}
	return true;
}

static void fly_held(struct br_segment *segment, const struct flight *flight)
{
	struct br_wire *wire = segment->wire;

	if (!wire->held_free && !add_chunk(wire)) {
		segment->counts.no_memory++;
		tell_lost(segment, flight, "out of memory");
		return;
	}

	struct held *held = wire->held_free;

	wire->held_free = held->next;
	*held = (struct held){.timer = {.fire = held_fire, .context = held},
	                      .segment = segment,
	                      .flight = *flight,
	                      .next = segment->held};
	if (segment->held)
		segment->held->previous = held;
	segment->held = held;
	br_clock_set_turn(wire->clock, &held->timer, flight->at, flight->turn);
}

static void fly_faulty(struct br_segment *segment, struct br_port *port, struct flight *flight)
{
	struct br_fault_verdict verdict;
	br_time now = segment->wire->clock->now;

	br_fault_judge(segment->fault, port, flight->frame, now, &verdict);
	flight->frame = verdict.frame;
	if (verdict.lost) {
		segment->counts.lost++;
		tell_lost(segment, flight, verdict.lost);
		return;
	}

	struct flight second = *flight;

	if (verdict.twice)
		br_frame_ref(second.frame);
	flight->at += verdict.late + verdict.held;
	second.at = flight->at + verdict.twice_after;
	if (verdict.held > 0) {
		fly_held(segment, flight);
	} else {
		if (flight->at < segment->last)
			flight->at = segment->last;
		segment->last = flight->at;
		second.at = flight->at + verdict.twice_after;
		fly_in_order(segment, flight);
	}
	if (!verdict.twice)
		return;
	second.turn = br_clock_turn(segment->wire->clock);
	segment->counts.duplicated++;
	if (verdict.held > 0 || verdict.twice_after > 0)
		fly_held(segment, &second);
	else
		fly_in_order(segment, &second);
}

/* Counts and names what cannot go on the segment; NULL if it can. */
static const char *refused(struct br_segment *segment, const struct br_port *port,
                           const struct br_frame *frame)
{
	if (frame->size < BR_ETHERNET_HEADER) {
		segment->counts.runts++;
		return "shorter than an Ethernet header";
	}
	if (frame->size > segment->mtu + BR_ETHERNET_HEADER &&
	    !(segment->large && frame->cut > 0) &&
	    frame->size > segment->mtu + br_frame_header_size(
						 (struct br_octets){frame->data, frame->size})) {
		segment->counts.oversized++;
		return "above the MTU";
	}
	if (port->blocked_until > segment->wire->clock->now) {
		segment->counts.blocked++;
		return "the port is blocked";
	}
	return NULL;
}

void br_port_send(struct br_port *port, struct br_frame *frame)
{
	struct br_segment *segment = port->segment;

	if (!segment) {
		br_frame_unref(frame);
		return;
	}

	br_time now = segment->wire->clock->now;
	struct flight flight = {.frame = frame,
	                        .at = now + segment->delay,
	                        .turn = br_clock_turn(segment->wire->clock),
	                        .slot = port->index,
	                        .generation = segment->slots[port->index].generation};

	segment->counts.sent++;
	frame->sent = now;

	const char *why = refused(segment, port, frame);

	if (why) {
		tell_lost(segment, &flight, why);
		return;
	}
	learn(segment, frame->data + 6, port->index);
	if (segment->fault) {
		fly_faulty(segment, port, &flight);
		return;
	}
	if (flight.at < segment->last)
		flight.at = segment->last;
	segment->last = flight.at;
	fly_in_order(segment, &flight);
}

/* Ports */

static uint32_t empty_slot(struct br_segment *segment)
{
	if (segment->slots_empty > 0) {
		for (uint32_t i = 0; i < segment->slots_used; i++) {
			if (!segment->slots[i].port) {
				segment->slots_empty--;
				return i;
			}
		}
	}
	if (segment->slots_used == segment->slots_room) {
		void *slots = segment->slots;

		if (!double_room(&slots, &segment->slots_room, sizeof(*segment->slots)))
			return NO_SLOT;
		segment->slots = slots;
	}
	segment->slots[segment->slots_used] = (struct slot){.port = NULL};
	return segment->slots_used++;
}

int br_port_plug(struct br_port *port, struct br_segment *segment)
{
	assert(!port->segment);
	assert(port->receive);
	if (port->promiscuous && segment->promiscuous_count == segment->promiscuous_room) {
		void *slots = segment->promiscuous;

		if (!double_room(&slots, &segment->promiscuous_room, sizeof(uint32_t)))
			return -ENOMEM;
		segment->promiscuous = slots;
	}

	uint32_t slot = empty_slot(segment);

	if (slot == NO_SLOT)
		return -ENOMEM;
	segment->slots[slot].port = port;
	segment->slots[slot].generation++;
	segment->table_full = false;
	port->segment = segment;
	port->index = slot;
	port->blocked_in = 0;
	if (port->blocked_until > segment->blocked_until)
		segment->blocked_until = port->blocked_until;
	if (port->promiscuous)
		segment->promiscuous[segment->promiscuous_count++] = slot;
	if (port->selective)
		segment->selective_count++;
	else
		port->ear = br_interest_add(&segment->interest, slot, BR_EAR_ALL, 0);
	learn(segment, port->mac, slot);
	return 0;
}

void br_port_unplug(struct br_port *port)
{
	struct br_segment *segment = port->segment;

	if (!segment)
		return;
	segment->slots[port->index].port = NULL;
	segment->slots_empty++;
	if (port->selective)
		segment->selective_count--;
	br_port_ignore(port, port->ear);
	port->ear = 0;
	segment->table_full = false;
	port->segment = NULL;
	for (uint32_t i = 0; i < segment->promiscuous_count; i++) {
		if (segment->promiscuous[i] == port->index) {
			segment->promiscuous[i] =
				segment->promiscuous[--segment->promiscuous_count];
			break;
		}
	}
}

void br_port_block(struct br_port *port, br_time until)
{
	struct br_segment *segment = port->segment;

	if (segment && port->blocked_until <= segment->wire->clock->now)
		port->blocked_in = segment->given;
	port->blocked_until = until;
	if (segment && until > segment->blocked_until)
		segment->blocked_until = until;
}

uint32_t br_port_listen(struct br_port *port, enum br_ear ear, uint32_t value)
{
	assert(port->selective);
	return port->segment ? br_interest_add(&port->segment->interest, port->index, ear, value)
	                     : 0;
}

uint32_t br_port_believe(struct br_port *port, uint32_t address, const uint8_t mac[6],
                         uint16_t vlan)
{
	assert(port->selective);
	return port->segment ? br_interest_believe(&port->segment->interest, port->index, address,
	                                           mac, vlan)
	                     : 0;
}

br_time br_port_confirmed(const struct br_port *port, uint32_t handle)
{
	return port->segment ? br_interest_confirmed(&port->segment->interest, handle) : 0;
}

void br_port_ignore(struct br_port *port, uint32_t handle)
{
	if (port->segment)
		br_interest_remove(&port->segment->interest, handle);
}

/* Segments */

static struct br_segment *segment_free(struct br_segment *segment)
{
	if (!segment)
		return NULL;
	br_clock_cancel(segment->wire->clock, &segment->timer);
	while (segment->ring_count > 0) {
		br_frame_unref(segment->ring[segment->ring_first].frame);
		segment->ring_first = (segment->ring_first + 1) & (segment->ring_room - 1);
		segment->ring_count--;
	}
	for (struct held *held = segment->held; held; held = held->next) {
		br_clock_cancel(segment->wire->clock, &held->timer);
		br_frame_unref(held->flight.frame);
	}
	for (uint32_t i = 0; i < segment->slots_used; i++) {
		if (segment->slots[i].port)
			segment->slots[i].port->segment = NULL;
	}
	free(segment->name);
	free(segment->slots);
	free(segment->promiscuous);
	free(segment->audience.slot);
	br_interest_reset(&segment->interest);
	free(segment->table);
	free(segment->ring);
	free(segment);
	return NULL;
}

struct br_segment *br_segment_new(struct br_wire *wire, const char *name, br_time delay,
                                  uint32_t mtu)
{
	struct br_segment **segments =
		realloc(wire->segments, (wire->segments_count + 1) * sizeof(*segments));

	if (!segments)
		return NULL;
	wire->segments = segments;

	struct br_segment *segment = calloc(1, sizeof(*segment));
	size_t name_size = strlen(name) + 1;

	if (!segment)
		return NULL;
	segment->name = malloc(name_size);
	if (!segment->name) {
		free(segment);
		return NULL;
	}
	memcpy(segment->name, name, name_size);
	segment->wire = wire;
	segment->index = (uint32_t)wire->segments_count;
	segment->mtu = mtu;
	segment->delay = delay;
	segment->timer = (struct br_timer){.fire = ring_fire, .context = segment};
	wire->segments[wire->segments_count++] = segment;
	return segment;
}

struct br_wire *br_wire_free(struct br_wire *wire)
{
	if (!wire)
		return NULL;
	for (size_t i = 0; i < wire->segments_count; i++)
		segment_free(wire->segments[i]);
	for (size_t i = 0; i < wire->chunks_count; i++)
		free(wire->chunks[i]);
	br_frame_pool_reset(&wire->frames);
	br_frame_pool_reset(&wire->large);
	free(wire->segments);
	free(wire->chunks);
	free(wire);
	return NULL;
}
