/* SPDX-License-Identifier: BSD-2-Clause */
/* Data that arrived: straight to the user when it is in order and wanted, else into
 * the stream's ring, where early pieces already lie at their final place.
 */
#include "sim/net/tcp_stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

uint32_t br_tcp_receive_room(const struct br_tcp_stream *s)
{
	return s->rcv_max > s->receive.count ? s->rcv_max - s->receive.count : 0;
}

bool br_tcp_ring_ready(const struct br_tcp *tcp, struct br_tcp_ring *ring)
{
	if (!ring->data)
		ring->data = malloc(tcp->options.buffer_size);
	return ring->data != NULL;
}

void br_tcp_ring_put(struct br_tcp_ring *ring, uint32_t size, uint32_t offset,
                     struct br_octets octets)
{
	uint32_t at = ring->head + offset;

	assert(offset + octets.size <= size);
	if (octets.size == 0)
		return;
	if (at >= size)
		at -= size;

	size_t first = size - at < octets.size ? size - at : octets.size;

	memcpy(ring->data + at, octets.data, first);
	memcpy(ring->data, octets.data + first, octets.size - first);
}

/* Note that [start, end) lies in the ring; false when there are too many pieces. */
static bool add_range(struct br_tcp_stream *s, uint32_t start, uint32_t end)
{
	unsigned first = 0;

	while (first < s->ranges && br_seq_lt(s->range[first].end, start))
		first++;

	unsigned last = first; /* one past the pieces that the new one touches */

	while (last < s->ranges && br_seq_le(s->range[last].start, end)) {
		if (br_seq_lt(s->range[last].start, start))
			start = s->range[last].start;
		if (br_seq_lt(end, s->range[last].end))
			end = s->range[last].end;
		last++;
	}
	if (first == last && s->ranges == BR_TCP_RANGES_MAX)
		return false;
	memmove(&s->range[first + 1], &s->range[last],
	        (s->ranges - last) * sizeof(struct br_tcp_range));
	s->ranges = (uint8_t)(s->ranges - last + first + 1);
	s->range[first] = (struct br_tcp_range){.start = start, .end = end};
	return true;
}

/* rcv_nxt has moved: what waited for that is in order now. */
static void absorb_ranges(struct br_tcp_stream *s)
{
	unsigned count = 0;

	while (count < s->ranges && br_seq_le(s->range[count].start, s->rcv_nxt)) {
		if (br_seq_lt(s->rcv_nxt, s->range[count].end)) {
			s->receive.count += s->range[count].end - s->rcv_nxt;
			s->rcv_nxt = s->range[count].end;
		}
		count++;
	}
	s->ranges = (uint8_t)(s->ranges - count);
	memmove(&s->range[0], &s->range[count], s->ranges * sizeof(struct br_tcp_range));
}

bool br_tcp_receive(struct br_tcp *tcp, struct br_tcp_stream *s, uint32_t sequence,
                    struct br_octets text)
{
	uint32_t size = (uint32_t)text.size;
	bool in_order = sequence == s->rcv_nxt;

	assert(s->direct.size == 0); /* the owner takes all events before the next input */
	if (in_order && s->ranges == 0 && s->receive.count == 0 && !s->paused) {
		s->direct = text;
		s->rcv_nxt += size;
		br_tcp_tell(tcp, s, BR_TCP_TELL_DATA);
		return true;
	}
	/* a window may promise more than the ring holds */
	if (!br_tcp_ring_ready(tcp, &s->receive) ||
	    s->receive.count + (sequence - s->rcv_nxt) + size > tcp->options.buffer_size) {
		tcp->counters.dropped++;
		return false;
	}
	if (!in_order && !add_range(s, sequence, sequence + size)) {
		tcp->counters.dropped++;
		return false;
	}
	br_tcp_ring_put(&s->receive, tcp->options.buffer_size,
	                s->receive.count + (sequence - s->rcv_nxt), text);
	if (!in_order) {
		tcp->counters.out_of_order++;
		return false;
	}
	s->rcv_nxt += size;
	s->receive.count += size;
	absorb_ranges(s);
	br_tcp_tell(tcp, s, BR_TCP_TELL_DATA);
	return true;
}
