/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/copies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/formats/dhcp_message.h"

enum {
	COPIES = 1 << 13, /* packets remembered to know their copies */
	WAYS = 4,         /* places in the table where one may be */
	DISTANCE = 20000, /* packets between a packet and its copy, at most */
	PLACES_MAX = 6,
	/* What tells packets apart, short of checksums (offloaded at one place) and of octets
	 * that may be cut at one place.
	 */
	HEADER_TCP = 14, /* ports, both numbers, flags */
	HEADER = 4,
	PAYLOAD_BULK = 4,   /* a TFTP opcode and block, a DNS number */
	PAYLOAD_SMALL = 64, /* so much is taken whole */
	MIRROR_FRAMES_MIN = 6,
	MIRROR_PERCENT = 80,
};
/* Between a packet and its copy, at most; later it was sent again. */
#define SAME_FILE  (BR_S / 10)
#define OTHER_FILE (2 * BR_S) /* clocks that were aligned drift */

struct copy {
	uint64_t hash;
	uint64_t number;
	uint32_t places;
	size_t file;
	uint64_t frame;
	br_time at; /* of the first */
	struct {
		uint32_t where; /* hashed */
		uint32_t times;
	} place[PLACES_MAX];
};

struct br_copies {
	uint64_t number, found;
	const struct copy *last; /* that of which a copy was found; NULL: none was */
	struct copy copy[COPIES];
};

int br_copies_new(struct br_copies **ret_copies)
{
	*ret_copies = calloc(1, sizeof(**ret_copies));
	return *ret_copies ? 0 : -ENOMEM;
}

struct br_copies *br_copies_free(struct br_copies *copies)
{
	free(copies);
	return NULL;
}

uint64_t br_copies_found(const struct br_copies *copies)
{
	return copies->found;
}

/* Firmware numbers no datagrams and takes one xid for all: only the whole message tells its
 * DISCOVER from its REQUEST, or from those of the same machine beside it.
 */
static bool is_told_by_all(const struct br_packet *p)
{
	return p->payload_size <= PAYLOAD_SMALL || p->dst.port == BR_DHCP_PORT_SERVER ||
	       p->dst.port == BR_DHCP_PORT_CLIENT || p->dst.port == BR_DHCP_PORT_PXE ||
	       p->src.port == BR_DHCP_PORT_PXE;
}

uint64_t br_copies_identity(const struct br_packet *p)
{
	if (p->network == BR_NETWORK_ARP) {
		uint32_t said[] = {p->arp.operation, p->arp.sender_ip, p->arp.target_ip};

		return br_hash(br_hash(br_hash(1, said, sizeof(said)), p->arp.sender_mac, 6),
		               p->arp.target_mac, 6);
	}
	if (p->network != BR_NETWORK_IPV4 && p->network != BR_NETWORK_IPV6)
		return 0;
	uint32_t identification =
		p->network == BR_NETWORK_IPV4 ? p->ipv4.identification : p->ipv6.identification;
	uint32_t fragment = p->network == BR_NETWORK_IPV4 ? p->ipv4.fragment : p->ipv6.fragment;
	size_t header = p->protocol == BR_IP_PROTOCOL_TCP ? HEADER_TCP : HEADER;
	size_t payload = p->payload.size;
	uint64_t hash = br_hash(p->protocol, p->src.ip, 16);

	if (header > p->ip_payload.size)
		header = p->ip_payload.size;
	if (payload > PAYLOAD_BULK && !is_told_by_all(p))
		payload = PAYLOAD_BULK;
	hash = br_hash(hash, p->dst.ip, 16);
	hash = br_hash(hash, &identification, sizeof(identification));
	hash = br_hash(hash, &fragment, sizeof(fragment));
	hash = br_hash(hash, &p->ip_payload_size, sizeof(p->ip_payload_size));
	hash = br_hash(hash, p->ip_payload.data, header);
	return br_hash(hash, p->payload.data, payload);
}

static uint64_t frame_place(const struct br_packet *p, uint64_t hash)
{
	uint16_t tag[] = {p->vlan, p->vlan_tags};

	hash = br_hash(hash, p->eth_src, 6);
	hash = br_hash(hash, p->eth_dst, 6);
	return br_hash(hash, tag, sizeof(tag));
}

/* Whether @c is what @here is a copy of: it was not here yet, or once, and all come twice. */
static bool is_new_here(struct copy *c, uint32_t here, bool mirrored)
{
	for (uint32_t i = 0; i < c->places; i++) {
		if (c->place[i].where == here)
			return mirrored && ++c->place[i].times == 2;
	}
	if (c->places == PLACES_MAX)
		return false;
	c->place[c->places].where = here;
	c->place[c->places++].times = 1;
	return true;
}

/* The place of @hash, or the oldest of those where it may be. */
static struct copy *find(struct br_copies *copies, uint64_t hash)
{
	struct copy *way = &copies->copy[hash % (COPIES / WAYS) * WAYS], *oldest = way;

	for (size_t i = 0; i < WAYS; i++) {
		if (way[i].hash == hash)
			return &way[i];
		if (way[i].number < oldest->number)
			oldest = &way[i];
	}
	return oldest;
}

bool br_copies_seen(struct br_copies *copies, const struct br_packet *packet,
                    const struct br_copy_place *place, br_time at)
{
	uint64_t hash = br_copies_identity(packet);
	const uint64_t told[] = {place->file, (uint64_t)place->interface << 32 | place->place};

	if (hash == 0)
		return false;
	copies->number++;
	uint32_t here = (uint32_t)frame_place(packet, br_hash(1, told, sizeof(told)));
	struct copy *c = find(copies, hash);
	br_time apart = at > c->at ? at - c->at : c->at - at;

	if (c->hash == hash && copies->number - c->number <= DISTANCE &&
	    apart <= (c->file == place->file ? SAME_FILE : OTHER_FILE) &&
	    is_new_here(c, here, place->mirrored)) {
		copies->found++;
		copies->last = c;
		return true;
	}
	*c = (struct copy){.hash = hash,
	                   .number = copies->number,
	                   .places = 1,
	                   .file = place->file,
	                   .frame = place->frame,
	                   .at = at,
	                   .place = {{here, 1}}};
	return false;
}

void br_copies_first(const struct br_copies *copies, size_t *ret_file, uint64_t *ret_frame)
{
	*ret_file = copies->last ? copies->last->file : 0;
	*ret_frame = copies->last ? copies->last->frame : 0;
}

void br_mirror_test_add(struct br_mirror_test *test, const struct br_packet *packet, uint32_t place,
                        br_time at)
{
	uint64_t hash = br_copies_identity(packet);

	if (hash == 0)
		return;
	hash = frame_place(packet, hash + place);
	uint32_t room = test->frames++ % BR_MIRROR_TEST_BACK;

	for (uint32_t i = 0; i < BR_MIRROR_TEST_BACK; i++) {
		br_time before = test->recent[i].at;

		if (test->recent[i].hash != hash ||
		    (at > before ? at - before : before - at) > SAME_FILE)
			continue;
		test->recent[i].hash = 0; /* each has one copy */
		test->pairs++;
		return;
	}
	test->recent[room].hash = hash;
	test->recent[room].at = at;
}

bool br_mirror_test_done(const struct br_mirror_test *test)
{
	return test->frames >= BR_MIRROR_TEST_FRAMES;
}

bool br_mirror_test_says(const struct br_mirror_test *test)
{
	return test->frames >= MIRROR_FRAMES_MIN &&
	       (uint64_t)test->pairs * 2 * 100 >= (uint64_t)test->frames * MIRROR_PERCENT;
}
