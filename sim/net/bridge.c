/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A port on each segment hears everything, and leaves alone what is for somebody on its own side.
 * A frame that comes is first lost or not, then finds the sender free or waits: .free_at says until
 * when the line is taken. How many wait is not counted but known from the times at which those
 * under way leave. It flies in a ring, in order of arrival, and one timer fires for the first.
 *
 * A station that has not been heard for AGE is not known any more, IEEE 802.1D §7.9.2. Its place is
 * free once all were looked through, which they are when there is none, once in AGE at most: then
 * only those are kept who were heard since.
 */
#include "sim/net/bridge.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/hash.h"
#include "core/base/prng.h"
#include "sim/net/frame.h"

enum {
	MILLION = 1000000,
	KNOWN_MAX = 8192, /* addresses of both sides; a power of 2 */
	KNOWN_FULL = KNOWN_MAX / 4 * 3,
	BITS = 8,
};

#define AGE (300 * BR_S) /* as IEEE 802.1D §7.9.2 recommends */

struct known_mac {
	uint64_t number; /* twice an address, and on which side it was heard; 0: none */
	br_time at;      /* was heard last */
};

struct crossing {
	struct br_frame *frame;
	br_time sent, arrives; /* its last bit is on the line; on the other segment */
};

struct direction {
	struct br_bridge *link;
	struct br_timer timer;
	struct br_prng prng;
	br_time free_at, last;
	struct crossing *ring;
	size_t first, count;
	struct br_bridge_counts counts;
};

struct br_bridge {
	struct br_clock *clock;
	struct br_bridge_options options;
	struct direction way[2]; /* there, and back */
	struct known_mac known[KNOWN_MAX];
	size_t knowns;
	br_time swept;
	struct br_port port[2];
};

static const char port_name[] = "link";

bool br_bridge_is_port(const struct br_port *port)
{
	return port && port->name == port_name;
}

static struct crossing *flight_at(struct direction *way, size_t index)
{
	return &way->ring[(way->first + index) % BR_BRIDGE_FLIGHT_MAX];
}

/* Frames whose last bit is not on the line yet, but for the one that is being sent */
static size_t waiting(struct direction *way, br_time now)
{
	size_t count = 0;

	while (count < way->count && flight_at(way, way->count - 1 - count)->sent > now)
		count++;
	return count > 0 ? count - 1 : 0;
}

static void arrive(void *context, br_time now)
{
	struct direction *way = context;
	struct br_bridge *link = way->link;

	while (way->count > 0 && flight_at(way, 0)->arrives <= now) {
		struct br_frame *frame = flight_at(way, 0)->frame;

		way->first = (way->first + 1) % BR_BRIDGE_FLIGHT_MAX;
		way->count--;
		way->counts.frames++;
		way->counts.octets += frame->size;
		br_port_send(&link->port[way == &link->way[0] ? 1 : 0], frame);
	}
	br_clock_set(link->clock, &way->timer,
	             way->count > 0 ? flight_at(way, 0)->arrives : BR_TIME_NEVER);
}

/* Addresses as a switch learns them: what is for one of this side does not leave it. */
static uint64_t number_of(const uint8_t mac[6])
{
	uint64_t number = 0;

	for (size_t i = 0; i < 6; i++)
		number = number << 8 | mac[i];
	return number + 1;
}

static size_t home_of(uint64_t number)
{
	return br_hash(0, &number, sizeof(number)) % KNOWN_MAX;
}

static struct known_mac *place_of(struct br_bridge *link, uint64_t number)
{
	size_t at = home_of(number);

	while (link->known[at].number != 0 && link->known[at].number / 2 != number)
		at = (at + 1) % KNOWN_MAX;
	return &link->known[at];
}

static bool is_old(const struct known_mac *station, br_time now)
{
	return now - station->at > AGE;
}

/* What lies behind it only because it was there moves up. */
static void forget(struct br_bridge *link, size_t hole)
{
	size_t at = hole;

	link->knowns--;
	for (;;) {
		size_t home;

		at = (at + 1) % KNOWN_MAX;
		if (link->known[at].number == 0)
			break;
		home = home_of(link->known[at].number / 2);
		if ((at - home) % KNOWN_MAX < (at - hole) % KNOWN_MAX)
			continue;
		link->known[hole] = link->known[at];
		hole = at;
	}
	link->known[hole] = (struct known_mac){0};
}

static void forget_old(struct br_bridge *link, br_time now)
{
	if (now - link->swept <= AGE)
		return;
	link->swept = now;
	for (size_t i = 0; i < KNOWN_MAX; i++) {
		while (link->known[i].number != 0 && is_old(&link->known[i], now))
			forget(link, i);
	}
}

/* Who moves is known by the side on which it was heard last. */
static bool stays_here(struct direction *way, const struct br_frame *frame, br_time now)
{
	struct br_bridge *link = way->link;
	unsigned side = way == &link->way[1];
	uint64_t source = number_of(frame->data + 6);
	struct known_mac *place;

	if (link->knowns == KNOWN_FULL)
		forget_old(link, now);
	place = place_of(link, source);
	if (place->number != 0 || link->knowns < KNOWN_FULL) {
		link->knowns += place->number == 0;
		*place = (struct known_mac){source * 2 + side, now};
	}
	place = place_of(link, number_of(frame->data));
	return (frame->data[0] & 1) == 0 && place->number != 0 && !is_old(place, now) &&
	       place->number % 2 == side;
}

static void heard(void *context, struct br_frame *frame, br_time now)
{
	struct direction *way = context;
	const struct br_bridge_options *o = &way->link->options;
	br_time takes = o->rate_bps ? frame->size * BITS * BR_S / o->rate_bps : 0, sent, arrives;
	struct br_frame *copy;

	if (stays_here(way, frame, now))
		return;
	if (br_prng_below(&way->prng, MILLION) < o->loss_ppm) {
		way->counts.lost++;
		return;
	}
	if (way->count == BR_BRIDGE_FLIGHT_MAX ||
	    (way->free_at > now && waiting(way, now) >= o->queue)) {
		way->counts.dropped++;
		return;
	}
	copy = br_frame_copy(frame); /* one for the other segment, which may change it */
	if (!copy) {
		way->counts.dropped++;
		return;
	}
	sent = (way->free_at > now ? way->free_at : now) + takes;
	way->free_at = sent;
	arrives = sent + o->delay + (o->jitter ? br_prng_below(&way->prng, o->jitter + 1) : 0);
	if (arrives < way->last)
		arrives = way->last;
	way->last = arrives;
	*flight_at(way, way->count++) = (struct crossing){copy, sent, arrives};
	if (way->count == 1)
		br_clock_set(way->link->clock, &way->timer, arrives);
}

static int plug(struct br_bridge *link, size_t index, struct br_segment *segment)
{
	struct br_port *port = &link->port[index];

	/* of no host: locally administered, and each link its own */
	*port = (struct br_port){
		.name = port_name,
		.receive = heard,
		.context = &link->way[index],
		.mac = {0x02, 'l', 'i', 'n', (uint8_t)br_segment_index(segment), (uint8_t)index},
		.promiscuous = true};
	return br_port_plug(port, segment);
}

int br_bridge_new(struct br_bridge **ret_link, struct br_segment *near, struct br_segment *far,
                  const struct br_bridge_options *options, uint64_t seed)
{
	struct br_bridge *link = calloc(1, sizeof(*link));
	int error = 0;

	if (!link)
		return -ENOMEM;
	link->clock = br_wire_clock(br_segment_wire(near));
	link->options = *options;
	for (size_t i = 0; i < 2 && error == 0; i++) {
		struct direction *way = &link->way[i];

		way->link = link;
		way->timer = (struct br_timer){.fire = arrive, .context = way};
		way->prng = br_prng_of(seed, UINT64_C(0x6c696e6b) + i); /* "link" */
		way->ring = calloc(BR_BRIDGE_FLIGHT_MAX, sizeof(way->ring[0]));
		error = way->ring ? plug(link, i, i == 0 ? near : far) : -ENOMEM;
	}
	if (error) {
		br_bridge_free(link);
		return error;
	}
	*ret_link = link;
	return 0;
}

struct br_bridge *br_bridge_free(struct br_bridge *link)
{
	if (!link)
		return NULL;
	for (size_t i = 0; i < 2; i++) {
		struct direction *way = &link->way[i];

		br_clock_set(link->clock, &way->timer, BR_TIME_NEVER);
		if (link->port[i].segment)
			br_port_unplug(&link->port[i]);
		for (size_t k = 0; way->ring && k < way->count; k++)
			br_frame_unref(flight_at(way, k)->frame);
		free(way->ring);
	}
	free(link);
	return NULL;
}

const struct br_bridge_counts *br_bridge_counts(const struct br_bridge *link, bool back)
{
	return &link->way[back ? 1 : 0].counts;
}
