/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/disguise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/prng.h"
#include "sim/net/sha256.h"

enum {
	MAC_SIZE = 6,
	UUID_SIZE = 16,
	NETS_MAX = 64,
	CACHE_SIZE = 512, /* a power of two */
	ITEM_SIZE = 16,   /* of the largest that is learnt */
	CONTEXT_SIZE = 80,
	LOOPBACK = 127,
	FIRST_GROUP = 224,
};

/* What was learnt of one kind, in the order it came, found by its octets */
struct set {
	uint8_t item[BR_DISGUISE_LEARNT_MAX][ITEM_SIZE];
	uint16_t slot[2 * BR_DISGUISE_LEARNT_MAX]; /* index + 1; 0: empty */
	size_t count;
};

struct known_net {
	uint8_t ip[16];
	unsigned width;
};

struct br_disguise {
	struct br_sha256 key; /* begun with the key */
	struct set learnt[BR_DISGUISE_KINDS];
	struct set leases;
	struct known_net net4[NETS_MAX], net6[NETS_MAX];
	size_t nets4, nets6;
	struct {
		uint8_t kind, from[16], to[16];
	} cache[CACHE_SIZE]; /* the same few addresses in every frame */
};

static void digest_of(const struct br_disguise *d, char what, const void *octets, size_t size,
                      uint8_t ret[static BR_SHA256_SIZE])
{
	struct br_sha256 hash = d->key;

	br_sha256_add(&hash, &what, 1);
	br_sha256_add(&hash, octets, size);
	br_sha256_end(&hash, ret);
}

static struct br_prng prng_of(const struct br_disguise *d, char what, const void *octets,
                              size_t size)
{
	uint8_t digest[BR_SHA256_SIZE];
	uint64_t seed = 0;

	digest_of(d, what, octets, size, digest);
	for (size_t i = 0; i < 8; i++)
		seed = seed << 8 | digest[i];
	return br_prng_of(seed, (uint8_t)what);
}

struct br_disguise *br_disguise_new(void)
{
	return calloc(1, sizeof(struct br_disguise));
}

void br_disguise_set_key(struct br_disguise *disguise, const void *key, size_t size)
{
	br_sha256_begin(&disguise->key);
	br_sha256_add(&disguise->key, key, size);
}

struct br_disguise *br_disguise_free(struct br_disguise *disguise)
{
	free(disguise);
	return NULL;
}

/* Learning */

static size_t slot_of(const struct set *set, const uint8_t *item)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (size_t i = 0; i < ITEM_SIZE; i++)
		hash = (hash ^ item[i]) * 16777619U;
	size_t at = hash % (2 * BR_DISGUISE_LEARNT_MAX);

	while (set->slot[at] && memcmp(set->item[set->slot[at] - 1], item, ITEM_SIZE) != 0)
		at = (at + 1) % (2 * BR_DISGUISE_LEARNT_MAX);
	return at;
}

static bool holds(const struct set *set, const uint8_t *octets, size_t size)
{
	uint8_t item[ITEM_SIZE] = {0};

	memcpy(item, octets, size);
	return set->slot[slot_of(set, item)] != 0;
}

static void add(struct set *set, const uint8_t *octets, size_t size)
{
	uint8_t item[ITEM_SIZE] = {0};

	memcpy(item, octets, size);
	size_t at = slot_of(set, item);

	if (set->slot[at] || set->count == BR_DISGUISE_LEARNT_MAX)
		return;
	memcpy(set->item[set->count++], item, ITEM_SIZE);
	set->slot[at] = (uint16_t)set->count;
}

size_t br_disguise_learnt(const struct br_disguise *disguise, enum br_disguise_kind kind)
{
	return disguise->learnt[kind].count;
}

static bool is_zeros(const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (octets[i])
			return false;
	}
	return true;
}

void br_disguise_learn_mac(struct br_disguise *disguise, const uint8_t mac[6])
{
	if (!(mac[0] & 1) && !is_zeros(mac, MAC_SIZE))
		add(&disguise->learnt[BR_DISGUISE_MACS], mac, MAC_SIZE);
}

void br_disguise_learn_uuid(struct br_disguise *disguise, const uint8_t uuid[16])
{
	if (memcmp(uuid, uuid + 1, UUID_SIZE - 1) != 0) /* nil, or all ones: names nobody */
		add(&disguise->learnt[BR_DISGUISE_UUIDS], uuid, UUID_SIZE);
}

static void put_be32(uint8_t octets[4], uint32_t value)
{
	struct br_writer w = br_writer_of(octets, 4);

	br_put_be32(&w, value);
}

static uint32_t get_be32(const uint8_t octets[4])
{
	struct br_reader r = br_reader_of(octets, 4);

	return br_get_be32(&r);
}

static bool names_nobody(uint32_t address)
{
	return address >> 24 == 0 || address >> 24 == LOOPBACK || address >> 24 >= FIRST_GROUP;
}

/* Groups, :: and ::1 */
static bool names_nobody6(const uint8_t ip[16])
{
	return ip[0] == 0xff || (is_zeros(ip, 15) && ip[15] <= 1);
}

void br_disguise_learn_ipv4(struct br_disguise *disguise, uint32_t address, bool lease)
{
	uint8_t octets[4];

	if (names_nobody(address))
		return;
	put_be32(octets, address);
	add(&disguise->learnt[BR_DISGUISE_IPV4], octets, sizeof(octets));
	if (lease)
		add(&disguise->leases, octets, sizeof(octets));
}

void br_disguise_learn_ipv6(struct br_disguise *disguise, const uint8_t ip[16])
{
	if (!names_nobody6(ip))
		add(&disguise->learnt[BR_DISGUISE_IPV6], ip, 16);
}

static void learn_net(struct known_net *nets, size_t *count, const uint8_t *ip, size_t size,
                      unsigned width)
{
	struct known_net net = {.width = width};

	memcpy(net.ip, ip, size);
	for (size_t i = 0; i < *count; i++) {
		if (nets[i].width == width && !memcmp(nets[i].ip, net.ip, width / 8))
			return;
	}
	if (*count < NETS_MAX)
		nets[(*count)++] = net;
}

void br_disguise_learn_ipv4_net(struct br_disguise *disguise, uint32_t net, unsigned width)
{
	uint8_t octets[4];

	put_be32(octets, net);
	if (width % 8 != 0 && width < 32)
		learn_net(disguise->net4, &disguise->nets4, octets, sizeof(octets), width);
}

void br_disguise_learn_ipv6_net(struct br_disguise *disguise, const uint8_t net[16], unsigned width)
{
	if (width % 16 != 0 && width < 64)
		learn_net(disguise->net6, &disguise->nets6, net, 16, width);
}

/* Rings */

/* What an octet depends on: those before it, from where on, and what was learnt there. */
struct tree {
	char what;
	struct {
		enum br_disguise_kind kind;
		size_t start; /* in what was learnt */
	} of[2];
	size_t kinds;
};

static const struct tree trees[] = {
	{'m', {{BR_DISGUISE_MACS, 0}}, 1},
	{'l', {{BR_DISGUISE_MACS, 3}, {BR_DISGUISE_IPV6, 13}}, 2},
	{'4', {{BR_DISGUISE_IPV4, 0}}, 1},
	{'p', {{BR_DISGUISE_IPV6, 0}}, 1},
	{'f', {{BR_DISGUISE_IPV6, 8}}, 1},
};

enum {
	TREE_MAC,
	TREE_LOW24, /* the end of MAC addresses, and of IPv6 addresses made of them or not */
	TREE_IPV4,
	TREE_PREFIX,
	TREE_INTERFACE,
};

/* Which values stand behind the first @at of @octets somewhere in the capture */
static void find_used(const struct br_disguise *d, const struct tree *tree, const uint8_t *octets,
                      size_t at, bool used[256])
{
	memset(used, 0, 256 * sizeof(used[0]));
	for (size_t k = 0; k < tree->kinds; k++) {
		const struct set *set = &d->learnt[tree->of[k].kind];

		for (size_t i = 0; i < set->count; i++) {
			const uint8_t *item = set->item[i] + tree->of[k].start;

			if (!memcmp(item, octets, at))
				used[item[at]] = true;
		}
	}
}

static void shuffle(struct br_prng *prng, uint8_t *ring, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = (size_t)br_prng_below(prng, i);
		uint8_t kept = ring[i - 1];

		ring[i - 1] = ring[other];
		ring[other] = kept;
	}
}

static size_t index_of(const uint8_t *ring, size_t count, uint8_t value)
{
	size_t at = 0;

	while (at < count && ring[at] != value)
		at++;
	return at;
}

/* Those that were met first, then the others, and @value becomes the one as many further on as
 * were met: so none becomes one that was met, as long as there are enough others. One that is
 * alone stays.
 */
static uint8_t next_in_ring(uint8_t *ring, size_t count, const bool *used, uint8_t value)
{
	uint8_t sorted[256];
	size_t met = 0, at = 0;

	for (size_t i = 0; used && i < count; i++) {
		if (used[ring[i]])
			sorted[met++] = ring[i];
	}
	for (size_t i = 0, end = met; i < count; i++) {
		if (!used || !used[ring[i]])
			sorted[end++] = ring[i];
	}
	at = index_of(sorted, count, value);
	if (met == 0 || met == count)
		met = 1;
	return at < count ? sorted[(at + met) % count] : value;
}

/* Octet @at in a ring of all from @first to @last */
static uint8_t turn_within(const struct br_disguise *d, const struct tree *tree,
                           const uint8_t *octets, size_t at, unsigned first, unsigned last)
{
	struct br_prng prng = prng_of(d, tree->what, octets, at);
	uint8_t ring[256];
	bool used[256];
	size_t count = 0;

	if (octets[at] < first || octets[at] > last)
		return octets[at];
	for (unsigned v = first; v <= last; v++)
		ring[count++] = (uint8_t)v;
	shuffle(&prng, ring, count);
	find_used(d, tree, octets, at, used);
	return next_in_ring(ring, count, used, octets[at]);
}

/* An octet as hex digits without leading zeros has as many as before. */
static uint8_t turn_hex(const struct br_disguise *d, const struct tree *tree, const uint8_t *octets,
                        size_t at)
{
	return octets[at] < 0x10 ? turn_within(d, tree, octets, at, 1, 0xf)
	                         : turn_within(d, tree, octets, at, 0x10, 0xff);
}

/* Two octets as a group of hex digits: 0, 1 .. f, 10 .. ff, 100 .. fff, 1000 .. ffff */
static void turn_group(const struct br_disguise *d, const struct tree *tree, const uint8_t *octets,
                       size_t at, uint8_t ret[2])
{
	ret[0] = turn_hex(d, tree, octets, at);
	ret[1] = octets[at] == 0 ? turn_hex(d, tree, octets, at + 1)
	                         : turn_within(d, tree, octets, at + 1, 0, 0xff);
}

/* Cache */

static size_t cache_at(char kind, const uint8_t *from, size_t size)
{
	uint32_t hash = (uint32_t)kind;

	for (size_t i = 0; i < size; i++)
		hash = hash * 31 + from[i];
	return (hash ^ hash >> 9) % CACHE_SIZE;
}

static bool was_done(const struct br_disguise *d, char kind, uint8_t *octets, size_t size)
{
	size_t at = cache_at(kind, octets, size);

	if (d->cache[at].kind != (uint8_t)kind || memcmp(d->cache[at].from, octets, size) != 0)
		return false;
	memcpy(octets, d->cache[at].to, size);
	return true;
}

static void is_done(struct br_disguise *d, char kind, const uint8_t *from, const uint8_t *to,
                    size_t size)
{
	size_t at = cache_at(kind, from, size);

	d->cache[at].kind = (uint8_t)kind;
	memcpy(d->cache[at].from, from, size);
	memcpy(d->cache[at].to, to, size);
}

/* Hardware addresses */

void br_disguise_low24(struct br_disguise *disguise, uint8_t octets[3])
{
	uint8_t was[3];

	memcpy(was, octets, sizeof(was));
	octets[0] = turn_hex(disguise, &trees[TREE_LOW24], was, 0);
	turn_group(disguise, &trees[TREE_LOW24], was, 1, octets + 1);
}

/* U-Boot's bug of one octet six times is told by that: captures/explain/fingerprints.tsv */
static bool is_repeated(const uint8_t mac[6])
{
	return !memcmp(mac, mac + 1, MAC_SIZE - 1);
}

void br_disguise_mac(struct br_disguise *disguise, uint8_t mac[6])
{
	static const uint8_t solicited[] = {0x33, 0x33, 0xff}; /* RFC 2464 section 7 */
	uint8_t was[MAC_SIZE];

	if (!memcmp(mac, solicited, sizeof(solicited)))
		br_disguise_low24(disguise, mac + 3);
	if (mac[0] & 1 || is_zeros(mac, MAC_SIZE) || was_done(disguise, 'm', mac, MAC_SIZE))
		return;
	memcpy(was, mac, MAC_SIZE);
	if (is_repeated(mac)) {
		uint8_t digest[BR_SHA256_SIZE];

		digest_of(disguise, 'r', mac, MAC_SIZE, digest);
		memset(mac, (mac[0] + 4 * (1 + digest[0] % 63)) & 0xff, MAC_SIZE);
	} else { /* the first octet says who gave it: a vendor, or somebody here */
		mac[1] = turn_hex(disguise, &trees[TREE_MAC], was, 1);
		mac[2] = turn_hex(disguise, &trees[TREE_MAC], was, 2);
		br_disguise_low24(disguise, mac + 3);
	}
	is_done(disguise, 'm', was, mac, MAC_SIZE);
}

/* IPv4 */

/* Which numbers may stand for @value at @at: of the same class, with as many digits. The first
 * octet of a range that has a meaning (RFC 6890) stays; in the second those that have it are a
 * class of their own. Networks and broadcast (0 and 255 at the end) stay.
 */
static unsigned class_of(const uint8_t *octets, size_t at, unsigned value)
{
	unsigned digits = value < 10 ? 1 : value < 100 ? 2 : 3;

	switch (at) {
	case 0:
		if (value == 0 || value == 10 || value == 100 || value == LOOPBACK ||
		    value == 169 || value == 172 || value == 192 || value >= FIRST_GROUP)
			return 1000 + value;
		return digits == 3 && value > LOOPBACK ? 4 : digits;
	case 1:
		if ((octets[0] == 192 && value == 168) || (octets[0] == 169 && value == 254))
			return 1000 + value;
		if ((octets[0] == 172 && value >= 16 && value < 32) ||
		    (octets[0] == 100 && value >= 64 && value < 128))
			return 10 + digits;
		break;
	case 3:
		if (value == 0)
			return 1000;
		break;
	default:
		break;
	}
	return value == 255 ? 1000 + value : digits;
}

/* Of a network that ends within this octet: the edges of its part stay, the others stay in it. */
static unsigned part_of(const struct br_disguise *d, const uint8_t *octets, size_t at,
                        unsigned value)
{
	unsigned part = 0;

	for (size_t i = 0; i < d->nets4; i++) {
		const struct known_net *n = &d->net4[i];
		unsigned room = 1U << (8 - n->width % 8);

		if (n->width / 8 != at || memcmp(n->ip, octets, at) != 0)
			continue;
		part = part * 512 + value / room;
		if (value % room == 0 || value % room == room - 1)
			part = part * 512 + 256 + value;
	}
	return part;
}

static uint8_t turn_ipv4(const struct br_disguise *d, const uint8_t *octets, size_t at)
{
	const struct tree *tree = &trees[TREE_IPV4];
	struct br_prng prng = prng_of(d, tree->what, octets, at);
	unsigned class = class_of(octets, at, octets[at]);
	unsigned part = part_of(d, octets, at, octets[at]);
	uint8_t ring[256];
	bool used[256];
	size_t count = 0;

	for (unsigned v = 0; v < 256; v++) {
		if (class_of(octets, at, v) == class && part_of(d, octets, at, v) == part)
			ring[count++] = (uint8_t)v;
	}
	shuffle(&prng, ring, count);
	find_used(d, tree, octets, at, used);
	return next_in_ring(ring, count, used, octets[at]);
}

uint32_t br_disguise_ipv4(struct br_disguise *disguise, uint32_t address)
{
	uint8_t was[4], is[4];

	if (names_nobody(address))
		return address;
	put_be32(was, address);
	memcpy(is, was, sizeof(is));
	if (was_done(disguise, '4', is, sizeof(is)))
		return get_be32(is);
	for (size_t i = 0; i < sizeof(was); i++)
		is[i] = turn_ipv4(disguise, was, i);
	is_done(disguise, '4', was, is, sizeof(is));
	return get_be32(is);
}

/* IPv6 */

/* RFC 4291 section 2.4: what kind of address it is stands in front, and stays. */
static void turn_first_group(const struct br_disguise *d, const uint8_t was[16], uint8_t ip[16])
{
	const struct tree *tree = &trees[TREE_PREFIX];

	if (was[0] >= 0x20 && was[0] < 0x40)
		ip[0] = turn_within(d, tree, was, 0, 0x20, 0x3f);
	if ((was[0] >= 0x20 && was[0] < 0x40) || (was[0] & 0xfe) == 0xfc) /* RFC 4193 */
		ip[1] = turn_within(d, tree, was, 1, 0, 0xff);
}

static bool ends_within_group(const struct br_disguise *d, const uint8_t was[16], size_t at)
{
	for (size_t i = 0; i < d->nets6; i++) {
		if (d->net6[i].width / 16 * 2 == at && !memcmp(d->net6[i].ip, was, at))
			return true;
	}
	return false;
}

static void turn_interface(struct br_disguise *d, const uint8_t was[16], uint8_t ip[16])
{
	static const uint8_t zeros[3];

	if (was[11] == 0xff && was[12] == 0xfe) { /* RFC 4291 appendix A */
		uint8_t mac[MAC_SIZE] = {was[8] ^ 2, was[9], was[10], was[13], was[14], was[15]};

		br_disguise_mac(d, mac);
		memcpy(ip + 8, mac, 3);
		memcpy(ip + 13, mac + 3, 3);
		ip[8] ^= 2;
		return;
	}
	turn_group(d, &trees[TREE_INTERFACE], was + 8, 0, ip + 8);
	turn_group(d, &trees[TREE_INTERFACE], was + 8, 2, ip + 10);
	ip[12] = turn_hex(d, &trees[TREE_INTERFACE], was + 8, 4);
	if (memcmp(was + 13, zeros, 3) != 0)
		br_disguise_low24(d, ip + 13);
}

void br_disguise_ipv6(struct br_disguise *disguise, uint8_t ip[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t solicited[13] = {0xff, 2, [11] = 1, [12] = 0xff};
	static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b}; /* RFC 6052 */
	uint8_t was[16];

	if (!memcmp(ip, mapped, sizeof(mapped)) || !memcmp(ip, nat64, sizeof(nat64))) {
		put_be32(ip + 12, br_disguise_ipv4(disguise, get_be32(ip + 12)));
		return;
	}
	if (!memcmp(ip, solicited, sizeof(solicited)))
		br_disguise_low24(disguise, ip + 13);
	if (names_nobody6(ip) || was_done(disguise, '6', ip, 16))
		return;
	memcpy(was, ip, sizeof(was));
	turn_first_group(disguise, was, ip);
	for (size_t at = 2; at < 8; at += 2) {
		if (!ends_within_group(disguise, was, at))
			turn_group(disguise, &trees[TREE_PREFIX], was, at, ip + at);
	}
	turn_interface(disguise, was, ip);
	is_done(disguise, '6', was, ip, 16);
}

/* Identifiers */

/* Zeros stay, everything else becomes something else that is not zero. */
static void scramble(const struct br_disguise *d, char what, uint8_t *octets, size_t size)
{
	struct br_prng prng = prng_of(d, what, octets, size);

	for (size_t i = 0; i < size; i++) {
		if (octets[i])
			octets[i] = (uint8_t)(1 + (octets[i] + br_prng_below(&prng, 254)) % 255);
	}
}

void br_disguise_octets(struct br_disguise *disguise, uint8_t *octets, size_t size)
{
	const struct set *macs = &disguise->learnt[BR_DISGUISE_MACS];
	size_t from = 0, at = 0;

	while (at + MAC_SIZE <= size) {
		if (!holds(macs, octets + at, MAC_SIZE)) {
			at++;
			continue;
		}
		scramble(disguise, 'o', octets + from, at - from);
		br_disguise_mac(disguise, octets + at);
		at += MAC_SIZE;
		from = at;
	}
	scramble(disguise, 'o', octets + from, size - from);
}

static void turn_round(uint8_t uuid[16])
{
	static const uint8_t other[UUID_SIZE] = {3, 2, 1,  0,  5,  4,  7,  6,
	                                         8, 9, 10, 11, 12, 13, 14, 15};
	uint8_t was[UUID_SIZE];

	memcpy(was, uuid, UUID_SIZE);
	for (size_t i = 0; i < UUID_SIZE; i++)
		uuid[i] = was[other[i]];
}

void br_disguise_uuid(struct br_disguise *disguise, uint8_t uuid[16], bool text_order)
{
	const struct set *known = &disguise->learnt[BR_DISGUISE_UUIDS];
	uint8_t round[UUID_SIZE];

	if (!memcmp(uuid, uuid + 1, UUID_SIZE - 1))
		return;
	memcpy(round, uuid, UUID_SIZE);
	turn_round(round);
	if (text_order && !holds(known, uuid, UUID_SIZE) && holds(known, round, UUID_SIZE)) {
		br_disguise_octets(disguise, round, UUID_SIZE);
		turn_round(round);
		memcpy(uuid, round, UUID_SIZE);
		return;
	}
	br_disguise_octets(disguise, uuid, UUID_SIZE);
}

uint32_t br_disguise_xid(struct br_disguise *disguise, uint32_t xid, unsigned bits)
{
	uint8_t octets[4], digest[BR_SHA256_SIZE];

	put_be32(octets, xid);
	digest_of(disguise, 'x', octets, sizeof(octets), digest);
	uint32_t other = get_be32(digest) & (UINT32_MAX >> (32 - bits));

	return xid == 0 ? 0 : other == 0 ? 1 : other;
}

void br_disguise_iaid(struct br_disguise *disguise, uint8_t iaid[4])
{
	const struct set *macs = &disguise->learnt[BR_DISGUISE_MACS];
	uint8_t mac[MAC_SIZE];

	for (size_t i = 0; i < macs->count; i++) {
		if (memcmp(macs->item[i] + 2, iaid, 4) != 0)
			continue;
		memcpy(mac, macs->item[i], MAC_SIZE);
		br_disguise_mac(disguise, mac);
		memcpy(iaid, mac + 2, 4);
		return;
	}
	scramble(disguise, 'a', iaid, 4);
}

/* Texts */

uint8_t br_disguise_letter(struct br_disguise *disguise, uint8_t c, const uint8_t *before,
                           size_t count, uint8_t salt)
{
	static const struct { /* each octet becomes one of its kind */
		uint8_t first, last;
	} kinds[] = {{'a', 'z'},   {'0', '9'}, {0x80, 0xbf}, /* goes on in UTF-8 */
	             {0xc0, 0xfe}, {1, 8},     {0xe, 0x1f}};
	uint8_t context[CONTEXT_SIZE] = {salt}, ring[256];
	size_t kept = count < CONTEXT_SIZE - 1 ? count : CONTEXT_SIZE - 1, of = 0, room = 0;
	bool leads = count == 0 && c >= '0' && c <= '9';

	while (of < sizeof(kinds) / sizeof(kinds[0]) && (c < kinds[of].first || c > kinds[of].last))
		of++;
	if (of == sizeof(kinds) / sizeof(kinds[0]) || (leads && c == '0'))
		return c;
	memcpy(context + 1, before + count - kept, kept);
	for (unsigned v = kinds[of].first + (leads ? 1U : 0U); v <= kinds[of].last; v++)
		ring[room++] = (uint8_t)v;
	struct br_prng prng = prng_of(disguise, 't', context, kept + 1);

	shuffle(&prng, ring, room);
	return next_in_ring(ring, room, NULL, c);
}

bool br_disguise_find_hex(const struct br_disguise *disguise, const uint8_t *hex, size_t digits,
                          uint32_t *ret_address)
{
	const struct set *sets[] = {&disguise->leases, &disguise->learnt[BR_DISGUISE_IPV4]};
	char text[9];

	for (size_t s = 0; s < 2; s++) {
		for (size_t i = 0; i < sets[s]->count; i++) {
			uint32_t address = get_be32(sets[s]->item[i]);

			(void)snprintf(text, sizeof(text), "%08X", (unsigned)address);
			if (memcmp(text, hex, digits) != 0)
				continue;
			*ret_address = address;
			return true;
		}
	}
	return false;
}
