/* SPDX-License-Identifier: BSD-2-Clause */
/* A datagram is a map with a bit for each 8 octets (RFC 815 keeps a list of holes): of those
 * that passed by, and of those at which a piece began, by which a repeated piece is told from
 * one that overlaps.
 */
#include "sim/net/reassembly.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	PATIENCE_S = 30, /* Linux; RFC 1122 §3.3.2 would like 60 */
	PAYLOAD_MAX = 65535 - BR_IPV4_HEADER,
	ROOM_FIRST = 4096,
	UNIT = 8,
	MAP_SIZE = 65536 / UNIT / 8,
	V6_OFFSET = 0xfff8, /* of the fragment header, RFC 8200 §4.5 */
	V6_MORE = 1,
};

/* The octets of a datagram, and what is known of them; stays for the next in its place. */
struct store {
	uint8_t seen[MAP_SIZE], begun[MAP_SIZE];
	uint8_t header[BR_IPV6_HEADER]; /* one of IPv4 stands at its end */
	uint8_t octets[];
};

/**
 * struct datagram - One in pieces; not in use when @until is 0
 * @size:	Of its payload; 0: the last piece is not here yet
 * @reach:	End of the piece that ends last
 * @kept:	First octet that the capture did not keep
 * @first_size:	Of the first piece, as far as kept; its header is in the store. 0: not here
 * @room:	For octets, in @store
 */
struct datagram {
	struct br_endpoint src, dst;
	br_time until;
	uint32_t identification, mark, pieces;
	uint32_t size, reach, kept, first_size, room;
	uint8_t protocol;
	bool six;
	struct store *store;
};

struct br_reassembly {
	struct br_reassembly_rules rules;
	struct br_reassembly_counters counters;
	br_time deadline;
	struct datagram datagram[];
};

/* What a packet brings: octets @start to @end, of which @kept are there. */
struct piece {
	uint32_t identification, start, end, kept;
	bool last;
	const uint8_t *octets;
};

int br_reassembly_new(struct br_reassembly **ret_reassembly,
                      const struct br_reassembly_rules *rules)
{
	struct br_reassembly *t =
		calloc(1, sizeof(*t) + rules->datagrams_max * sizeof(t->datagram[0]));

	if (!t)
		return -ENOMEM;
	t->rules = *rules;
	t->deadline = BR_TIME_NEVER;
	*ret_reassembly = t;
	return 0;
}

struct br_reassembly *br_reassembly_free(struct br_reassembly *t)
{
	for (size_t i = 0; t && i < t->rules.datagrams_max; i++)
		free(t->datagram[i].store);
	free(t);
	return NULL;
}

const struct br_reassembly_counters *br_reassembly_counters(const struct br_reassembly *t)
{
	return &t->counters;
}

size_t br_reassembly_waiting(const struct br_reassembly *t)
{
	size_t waiting = 0;

	for (size_t i = 0; i < t->rules.datagrams_max; i++)
		waiting += t->datagram[i].until != 0;
	return waiting;
}

br_time br_reassembly_deadline(const struct br_reassembly *t)
{
	return t->deadline;
}

/* Maps */

static uint32_t units(uint32_t octets)
{
	return (octets + UNIT - 1) / UNIT;
}

static bool has(const uint8_t *map, uint32_t unit)
{
	return map[unit / 8] >> unit % 8 & 1;
}

static void set(uint8_t *map, uint32_t first, uint32_t end)
{
	for (uint32_t unit = first; unit < end; unit++)
		map[unit / 8] = (uint8_t)(map[unit / 8] | 1U << unit % 8);
}

static uint32_t count(const uint8_t *map, uint32_t first, uint32_t end)
{
	uint32_t found = 0, unit = first;

	while (unit < end) {
		bool octet = unit % 8 == 0 && end - unit >= 8;

		if (octet && (map[unit / 8] == 0 || map[unit / 8] == 0xff)) {
			found += map[unit / 8] ? 8 : 0;
			unit += 8;
		} else {
			found += has(map, unit++);
		}
	}
	return found;
}

/* Datagrams */

static void empty(struct datagram *d)
{
	d->until = 0;
}

static void give_up(struct br_reassembly *t, struct datagram *d)
{
	t->counters.dropped += d->pieces;
	t->counters.given_up++;
	empty(d);
}

/* RFC 8200 §4.5: over IPv6 the protocol does not count, only that of the first piece. */
static bool is_of(const struct datagram *d, const struct br_packet *p, uint32_t identification)
{
	return d->until != 0 && d->identification == identification &&
	       (d->six || d->protocol == p->protocol) && !memcmp(d->src.ip, p->src.ip, 16) &&
	       !memcmp(d->dst.ip, p->dst.ip, 16);
}

static struct datagram *find(struct br_reassembly *t, const struct br_packet *p,
                             uint32_t identification)
{
	for (size_t i = 0; i < t->rules.datagrams_max; i++) {
		if (is_of(&t->datagram[i], p, identification))
			return &t->datagram[i];
	}
	return NULL;
}

static struct datagram *begin(struct br_reassembly *t, const struct br_packet *p,
                              uint32_t identification, br_time now)
{
	struct datagram *d = &t->datagram[0];

	for (size_t i = 1; i < t->rules.datagrams_max && d->until != 0; i++) {
		if (t->datagram[i].until < d->until)
			d = &t->datagram[i];
	}
	if (d->until != 0)
		give_up(t, d);
	*d = (struct datagram){.src = p->src,
	                       .dst = p->dst,
	                       .until = now + PATIENCE_S * BR_S,
	                       .identification = identification,
	                       .kept = PAYLOAD_MAX,
	                       .room = d->room,
	                       .protocol = p->protocol,
	                       .six = p->network == BR_NETWORK_IPV6,
	                       .store = d->store};
	if (d->store) {
		memset(d->store->seen, 0, sizeof(d->store->seen));
		memset(d->store->begun, 0, sizeof(d->store->begun));
	}
	if (d->until < t->deadline)
		t->deadline = d->until;
	return d;
}

static bool grow(struct datagram *d, uint32_t end)
{
	uint32_t room = d->room ? d->room : ROOM_FIRST;

	if (d->store && end <= d->room)
		return true;
	while (room < end)
		room *= 2;

	struct store *store = realloc(d->store, sizeof(*store) + room);

	if (!store)
		return false;
	if (!d->store)
		memset(store, 0, sizeof(*store));
	d->store = store;
	d->room = room;
	return true;
}

/* Pieces */

static struct piece piece_of(const struct br_packet *p)
{
	bool four = p->network == BR_NETWORK_IPV4;
	uint32_t headers = four ? 0 : p->ipv6.fragment_headers;
	struct piece piece = {.identification =
	                              four ? p->ipv4.identification : p->ipv6.identification,
	                      .start = four ? (p->ipv4.fragment & BR_IPV4_OFFSET) * UINT32_C(8)
	                                    : p->ipv6.fragment & (uint32_t)V6_OFFSET,
	                      .last = four ? !(p->ipv4.fragment & BR_IPV4_MORE_FRAGMENTS)
	                                   : !(p->ipv6.fragment & V6_MORE),
	                      .kept = headers + (uint32_t)p->ip_payload.size,
	                      .octets = p->ip_payload.data ? p->ip_payload.data - headers : NULL};

	piece.end = piece.start + headers + p->ip_payload_size;
	return piece;
}

/* Can it be of any datagram? RFC 791: none is so long; "ping of death". */
static bool is_possible(const struct br_reassembly *t, const struct piece *piece)
{
	if (piece->start == piece->end || piece->end > PAYLOAD_MAX)
		return false;
	return !t->rules.strict || piece->last || (piece->end - piece->start) % UNIT == 0;
}

enum verdict {
	PIECE_NEW,
	PIECE_REPEATED,
	PIECE_WRONG, /* the whole datagram is not to be trusted */
};

/* Is it one that is there, octet by octet? */
static bool is_repeated(const struct datagram *d, const struct piece *piece)
{
	uint32_t first = piece->start / UNIT, end = units(piece->end);

	return count(d->store->seen, first, end) == end - first && has(d->store->begun, first) &&
	       count(d->store->begun, first + 1, end) == 0 &&
	       (piece->end >= d->reach || has(d->store->begun, end) || !has(d->store->seen, end));
}

static enum verdict judge(const struct br_reassembly *t, const struct datagram *d,
                          const struct piece *piece)
{
	uint32_t first = piece->start / UNIT, end = units(piece->end);

	if (d->size != 0 && (piece->end > d->size || (piece->last && piece->end != d->size)))
		return PIECE_WRONG;
	if (piece->last && d->reach > piece->end)
		return PIECE_WRONG;
	if (d->store && is_repeated(d, piece))
		return PIECE_REPEATED;
	if (d->store && count(d->store->seen, first, end) > 0)
		return PIECE_WRONG;
	return d->pieces < t->rules.pieces_max ? PIECE_NEW : PIECE_WRONG;
}

static void put_be16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint32_t header_size(const struct datagram *d)
{
	return d->six ? BR_IPV6_HEADER : BR_IPV4_HEADER;
}

static uint8_t *header_of(const struct datagram *d)
{
	return d->store->header + BR_IPV6_HEADER - header_size(d);
}

/* Of the first piece, without options: for the whole, or to be quoted when that fails. */
static void keep_header(struct datagram *d, const struct br_packet *p, const struct piece *piece,
                        uint32_t mark)
{
	uint8_t *ip = header_of(d);

	if (d->six) {
		d->protocol = p->ipv6.fragment_next;
		ip[0] = (uint8_t)(6 << 4 | p->ipv6.traffic_class >> 4);
		ip[1] = (uint8_t)((uint32_t)p->ipv6.traffic_class << 4 | p->ipv6.flow >> 16);
		put_be16(ip + 2, p->ipv6.flow);
		put_be16(ip + 4, piece->end);
		ip[6] = d->protocol;
		ip[7] = p->ipv6.hop_limit;
		memcpy(ip + 8, p->src.ip, 16);
		memcpy(ip + 24, p->dst.ip, 16);
	} else {
		ip[0] = 4 << 4 | BR_IPV4_HEADER / 4;
		ip[1] = p->ipv4.tos;
		put_be16(ip + 2, BR_IPV4_HEADER + piece->end);
		put_be16(ip + 4, p->ipv4.identification);
		put_be16(ip + 6, p->ipv4.fragment);
		ip[8] = p->ipv4.ttl;
		ip[9] = p->protocol;
		put_be16(ip + 10, p->ipv4.checksum);
		memcpy(ip + 12, p->src.ip + 12, 4);
		memcpy(ip + 16, p->dst.ip + 12, 4);
	}
	d->first_size = piece->kept;
	d->mark = mark;
}

/* The header of the first piece, as if it had never been cut */
static void make_whole(const struct br_reassembly *t, struct datagram *d,
                       const struct br_packet *last, struct br_packet *ret_whole)
{
	uint32_t header = header_size(d), kept = d->kept < d->size ? d->kept : d->size;
	uint8_t *ip = header_of(d);

	if (d->six) {
		put_be16(ip + 4, d->size);
	} else {
		put_be16(ip + 2, header + d->size);
		put_be16(ip + 6, 0);
		put_be16(ip + 10, 0);
		put_be16(ip + 10, br_checksum_fold(br_checksum_add(0, ip, header)));
	}
	br_packet_parse_ip(ret_whole, (struct br_octets){ip, header + kept}, header + d->size,
	                   t->rules.strict);
	memcpy(ret_whole->eth_src, last->eth_src, sizeof(ret_whole->eth_src));
	memcpy(ret_whole->eth_dst, last->eth_dst, sizeof(ret_whole->eth_dst));
	ret_whole->eth_type = last->eth_type;
	ret_whole->vlan = last->vlan;
	ret_whole->vlan_tags = last->vlan_tags;
}

static void take(struct datagram *d, const struct piece *piece)
{
	if (piece->kept > 0)
		memcpy(d->store->octets + piece->start, piece->octets, piece->kept);
	if (piece->start + piece->kept < piece->end && piece->start + piece->kept < d->kept)
		d->kept = piece->start + piece->kept;
	if (piece->last && piece->end > d->size)
		d->size = piece->end;
	if (piece->end > d->reach)
		d->reach = piece->end;
	set(d->store->seen, piece->start / UNIT, units(piece->end));
	set(d->store->begun, piece->start / UNIT, piece->start / UNIT + 1);
	d->pieces++;
}

bool br_reassembly_add(struct br_reassembly *t, const struct br_packet *packet, uint32_t mark,
                       br_time now, struct br_packet *ret_whole)
{
	struct piece piece = piece_of(packet);
	enum verdict verdict = PIECE_NEW;
	struct br_reassembly_lost lost;
	struct datagram *d;

	while (!t->rules.strict && br_reassembly_expire(t, now, &lost))
		;
	if (t->rules.datagrams_max == 0 || !is_possible(t, &piece)) {
		t->counters.dropped++;
		return false;
	}
	if (!piece.last) /* a capture may say otherwise; a host was asked by now */
		piece.end -= (piece.end - piece.start) % UNIT;
	if (piece.kept > piece.end - piece.start)
		piece.kept = piece.end - piece.start;
	d = find(t, packet, piece.identification);
	if (!d)
		d = begin(t, packet, piece.identification, now);
	if (t->rules.strict)
		verdict = judge(t, d, &piece);
	if (verdict == PIECE_REPEATED)
		return false;
	if (verdict == PIECE_WRONG || !grow(d, piece.end)) {
		t->counters.dropped++;
		give_up(t, d);
		return false;
	}
	take(d, &piece);
	if (piece.start == 0)
		keep_header(d, packet, &piece, mark);
	if (d->size == 0 || count(d->store->seen, 0, units(d->size)) != units(d->size))
		return false;
	make_whole(t, d, packet, ret_whole);
	t->counters.whole++;
	empty(d);
	return true;
}

bool br_reassembly_expire(struct br_reassembly *t, br_time now, struct br_reassembly_lost *ret_lost)
{
	br_time next = BR_TIME_NEVER;

	if (t->deadline > now)
		return false;
	for (size_t i = 0; i < t->rules.datagrams_max; i++) {
		struct datagram *d = &t->datagram[i];

		if (d->until != 0 && d->until <= now) {
			*ret_lost =
				(struct br_reassembly_lost){.mark = d->mark, .pieces = d->pieces};
			if (d->first_size > 0)
				ret_lost->first = (struct br_octets){
					header_of(d), header_size(d) + d->first_size};
			give_up(t, d);
			return true;
		}
		if (d->until != 0 && d->until < next)
			next = d->until;
	}
	t->deadline = next;
	return false;
}
