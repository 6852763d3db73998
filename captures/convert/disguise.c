/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/disguise.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/text.h"
#include "sim/net/sha256.h"

enum {
	SECRET_SIZE = 64,
	UUID_SIZE = 16,
	MAC_SIZE = 6,
	FIRST_GROUP = 224,
	LOOPBACK = 127,
};

struct secret {
	uint8_t from[SECRET_SIZE], to[SECRET_SIZE];
	size_t size;
	bool word; /* not within a longer one */
};

struct br_disguise {
	struct br_sha256 key; /* begun with the key */
	struct secret *secret;
	size_t secrets;
	uint32_t *address;
	size_t addresses, leases; /* leases stand first */
};

static void digest_of(const struct br_disguise *d, char what, const void *octets, size_t size,
                      uint8_t ret[static BR_SHA256_SIZE])
{
	struct br_sha256 hash = d->key;

	br_sha256_add(&hash, &what, 1);
	br_sha256_add(&hash, octets, size);
	br_sha256_end(&hash, ret);
}

struct br_disguise *br_disguise_new(const void *key, size_t size)
{
	struct br_disguise *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	br_sha256_init(&d->key);
	br_sha256_add(&d->key, key, size);
	return d;
}

struct br_disguise *br_disguise_free(struct br_disguise *disguise)
{
	if (disguise) {
		free(disguise->secret);
		free(disguise->address);
	}
	free(disguise);
	return NULL;
}

/* Addresses */

/* Round within the numbers of as many digits, by a step that the octets before decide. */
static uint8_t turn(const struct br_disguise *d, const uint8_t *octets, size_t at)
{
	static const struct {
		uint8_t first, last;
	} leading[] = {{1, 9}, {10, 99}, {100, 126}, {128, 223}},
	  others[] = {{1, 9}, {10, 99}, {100, 254}};
	size_t count =
		at == 0 ? sizeof(leading) / sizeof(leading[0]) : sizeof(others) / sizeof(others[0]);
	uint8_t digest[BR_SHA256_SIZE], seed[5] = {(uint8_t)at};

	memcpy(seed + 1, octets, at);
	for (size_t i = 0; i < count; i++) {
		unsigned first = at == 0 ? leading[i].first : others[i].first;
		unsigned last = at == 0 ? leading[i].last : others[i].last;
		unsigned room = last - first + 1;

		if (octets[at] < first || octets[at] > last)
			continue;
		digest_of(d, (char)('0' + (int)i), seed, sizeof(seed), digest);
		return (uint8_t)(first + (octets[at] - first + 1 + digest[0] % (room - 1)) % room);
	}
	return octets[at]; /* 0 and 255: networks and broadcast stay what they are */
}

uint32_t br_disguise_address(const struct br_disguise *disguise, uint32_t address)
{
	uint8_t was[4] = {(uint8_t)(address >> 24), (uint8_t)(address >> 16),
	                  (uint8_t)(address >> 8), (uint8_t)address};
	uint32_t is = 0;

	if (was[0] == 0 || was[0] == LOOPBACK || was[0] >= FIRST_GROUP)
		return address;
	for (size_t i = 0; i < sizeof(was); i++)
		is = is << 8 | turn(disguise, was, i);
	return is;
}

void br_disguise_mac(const struct br_disguise *disguise, uint8_t mac[6])
{
	static const uint8_t zeros[MAC_SIZE];
	uint8_t digest[BR_SHA256_SIZE];

	if (mac[0] & 1 || !memcmp(mac, zeros, sizeof(zeros)))
		return;
	digest_of(disguise, 'm', mac, MAC_SIZE, digest);
	digest[0] = 2;
	memcpy(mac, digest, MAC_SIZE);
}

uint32_t br_disguise_xid(const struct br_disguise *disguise, uint32_t xid)
{
	uint8_t octets[4], digest[BR_SHA256_SIZE];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_reader r = br_reader_of(digest, 4);

	br_put_be32(&w, xid);
	digest_of(disguise, 'x', octets, sizeof(octets), digest);
	return xid == 0 ? 0 : br_get_be32(&r) | 1;
}

/* Learning */

static int add(struct br_disguise *d, const void *from, const void *to, size_t size, bool word)
{
	struct secret *grown;
	size_t at = 0;

	if (size == 0 || size > SECRET_SIZE)
		return 0;
	for (size_t i = 0; i < d->secrets; i++) {
		if (d->secret[i].size == size && !memcmp(d->secret[i].from, from, size))
			return 0;
	}
	grown = realloc(d->secret, (d->secrets + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	d->secret = grown;
	while (at < d->secrets && grown[at].size >= size) /* the longest first */
		at++;
	memmove(grown + at + 1, grown + at, (d->secrets - at) * sizeof(*grown));
	grown[at] = (struct secret){.size = size, .word = word};
	memcpy(grown[at].from, from, size);
	memcpy(grown[at].to, to, size);
	d->secrets++;
	return 0;
}

static void hex_of(char *text, const uint8_t *octets, size_t size, const char *gaps, char gap,
                   bool upper)
{
	for (size_t i = 0; i < size; i++) {
		text += sprintf(text, upper ? "%02X" : "%02x", octets[i]);
		if (gap && gaps[i] == '1' && i + 1 < size)
			*text++ = gap;
	}
	*text = '\0';
}

static int add_hex(struct br_disguise *d, const uint8_t *from, const uint8_t *to, size_t size,
                   const char *gaps, char gap)
{
	char a[SECRET_SIZE + 1], b[SECRET_SIZE + 1];
	int error = 0;

	for (int upper = 0; upper < 2 && error == 0; upper++) {
		hex_of(a, from, size, gaps, gap, upper);
		hex_of(b, to, size, gaps, gap, upper);
		error = add(d, a, b, strlen(a), false);
	}
	return error;
}

int br_disguise_learn_mac(struct br_disguise *disguise, const uint8_t mac[6])
{
	static const char each[] = "111111";
	uint8_t to[MAC_SIZE];
	int error;

	memcpy(to, mac, MAC_SIZE);
	br_disguise_mac(disguise, to);
	if (!memcmp(to, mac, MAC_SIZE))
		return 0;
	error = add(disguise, mac, to, MAC_SIZE, false);
	for (const char *gap = ":-."; *gap && error == 0; gap++)
		error = add_hex(disguise, mac, to, MAC_SIZE, each, *gap);
	return error < 0 ? error : add_hex(disguise, mac, to, MAC_SIZE, each, '\0');
}

/* The first three fields of an SMBIOS UUID are little endian, and printed either way. */
int br_disguise_learn_uuid(struct br_disguise *disguise, const uint8_t uuid[16])
{
	static const uint8_t other[UUID_SIZE] = {3, 2, 1,  0,  5,  4,  7,  6,
	                                         8, 9, 10, 11, 12, 13, 14, 15};
	static const char gaps[] = "0001010101000000";
	uint8_t to[BR_SHA256_SIZE], a[UUID_SIZE], b[UUID_SIZE];
	int error;

	if (!memcmp(uuid, uuid + 1, UUID_SIZE - 1)) /* nil: names nobody, and pads everything */
		return 0;
	digest_of(disguise, 'u', uuid, UUID_SIZE, to);
	for (size_t i = 0; i < UUID_SIZE; i++) {
		a[i] = uuid[other[i]];
		b[i] = to[other[i]];
	}
	error = add(disguise, uuid, to, UUID_SIZE, false);
	for (const char *gap = "-"; gap && error == 0; gap = *gap ? "" : NULL) {
		error = add_hex(disguise, uuid, to, UUID_SIZE, gaps, *gap);
		if (error == 0)
			error = add_hex(disguise, a, b, UUID_SIZE, gaps, *gap);
	}
	return error < 0 ? error : add(disguise, a, b, UUID_SIZE, false);
}

int br_disguise_learn_name(struct br_disguise *disguise, const void *text, size_t size)
{
	const uint8_t *from = text;
	uint8_t digest[BR_SHA256_SIZE], to[SECRET_SIZE];
	uint32_t address;

	while (size > 0 && from[size - 1] == '\0')
		size--;
	if (size < 2 || size > SECRET_SIZE ||
	    br_text_get_ipv4((struct br_octets){from, size}, &address))
		return 0;
	digest_of(disguise, 'n', from, size, digest);
	for (size_t i = 0; i < size; i++) /* dots stay, or it would not be a name */
		to[i] = from[i] == '.' || from[i] == '-'
		                ? from[i]
		                : (uint8_t)('a' + (digest[i % BR_SHA256_SIZE] + i) % 26);
	return add(disguise, from, to, size, true);
}

void br_disguise_words(const struct br_disguise *disguise, uint8_t *octets, size_t size)
{
	uint8_t digest[BR_SHA256_SIZE];

	digest_of(disguise, 'w', octets, size, digest);
	for (size_t i = 0; i < size; i++) {
		if (octets[i] > ' ' && octets[i] < 0x7f && !ispunct(octets[i]))
			octets[i] = (uint8_t)('a' + (digest[i % BR_SHA256_SIZE] + i) % 26);
		else if (octets[i] >= 0x7f || (octets[i] < ' ' && octets[i] > 0))
			octets[i] = digest[i % BR_SHA256_SIZE] | 0x80;
	}
}

int br_disguise_learn_address(struct br_disguise *disguise, uint32_t address, bool lease)
{
	uint32_t *grown, is = br_disguise_address(disguise, address);
	char from[9], to[9];
	size_t at = 0;

	if (is == address)
		return 0;
	while (at < disguise->addresses && disguise->address[at] != address)
		at++;
	if (at < disguise->addresses && (!lease || at < disguise->leases))
		return 0;
	if (at == disguise->addresses) {
		grown = realloc(disguise->address, (at + 1) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		disguise->address = grown;
		grown[disguise->addresses++] = address;
	}
	if (lease) {
		disguise->address[at] = disguise->address[disguise->leases];
		disguise->address[disguise->leases++] = address;
	}
	(void)snprintf(from, sizeof(from), "%08X", (unsigned)address);
	(void)snprintf(to, sizeof(to), "%08X", (unsigned)is);
	return add(disguise, from, to, 8, true);
}

/* Payloads */

static bool is_within(const uint8_t *octets, size_t size, size_t at, size_t length)
{
	return (at > 0 && isalnum(octets[at - 1])) ||
	       (at + length < size && isalnum(octets[at + length]));
}

/* Length of the secret that was replaced at @at, or 0. */
static size_t secret_at(const struct br_disguise *d, uint8_t *octets, size_t size, size_t at)
{
	for (size_t i = 0; i < d->secrets; i++) {
		const struct secret *s = &d->secret[i];

		if (s->size > size - at || octets[at] != s->from[0] ||
		    memcmp(octets + at, s->from, s->size) != 0 ||
		    (s->word && is_within(octets, size, at, s->size)))
			continue;
		memcpy(octets + at, s->to, s->size);
		return s->size;
	}
	return 0;
}

static size_t quad_at(const struct br_disguise *d, uint8_t *octets, size_t size, size_t at)
{
	size_t length = 0;
	uint32_t address;
	char text[20];

	if (!isdigit(octets[at]) || (at > 0 && (isalnum(octets[at - 1]) || octets[at - 1] == '.')))
		return 0;
	while (at + length < size && length < 16 &&
	       (isdigit(octets[at + length]) || octets[at + length] == '.'))
		length++;
	while (length > 0 && octets[at + length - 1] == '.')
		length--;
	if (!br_text_get_ipv4((struct br_octets){octets + at, length}, &address))
		return 0;
	address = br_disguise_address(d, address);
	(void)snprintf(text, sizeof(text), "%u.%u.%u.%u", (unsigned)(address >> 24),
	               (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
	               (unsigned)(address & 255));
	if (strlen(text) == length)
		memcpy(octets + at, text, length);
	return length;
}

/* pxelinux.cfg/C0A80001, C0A8000, ...; grub.cfg-C0A8: the first digits of an address. */
static size_t digits_at(const struct br_disguise *d, uint8_t *octets, size_t size, size_t at)
{
	static const char *const before[] = {"pxelinux.cfg/", "grub.cfg-"};
	char hex[9];
	size_t length = 0;
	bool named = false;

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		named = named ||
		        (at >= strlen(before[i]) &&
		         !memcmp(octets + at - strlen(before[i]), before[i], strlen(before[i])));
	while (named && at + length < size && length < 9 && isxdigit(octets[at + length]) &&
	       !islower(octets[at + length]))
		length++;
	if (length == 0 || length > 8 || (at + length < size && isalnum(octets[at + length])))
		return 0;
	for (size_t i = 0; i < d->addresses; i++) {
		(void)snprintf(hex, sizeof(hex), "%08X", (unsigned)d->address[i]);
		if (memcmp(hex, octets + at, length) != 0)
			continue;
		(void)snprintf(hex, sizeof(hex), "%08X",
		               (unsigned)br_disguise_address(d, d->address[i]));
		memcpy(octets + at, hex, length);
		return length;
	}
	return 0;
}

static size_t address_at(const struct br_disguise *d, uint8_t *octets, size_t size, size_t at)
{
	struct br_reader r = br_reader_of(octets + at, size - at);
	struct br_writer w = br_writer_of(octets + at, size - at);
	uint32_t address = size - at >= 4 ? br_get_be32(&r) : 0;

	for (size_t i = 0; address != 0 && i < d->addresses; i++) {
		if (d->address[i] == address) {
			br_put_be32(&w, br_disguise_address(d, address));
			return 4;
		}
	}
	return 0;
}

static void replace(const struct br_disguise *d, uint8_t *octets, size_t size, bool raw)
{
	for (size_t at = 0; at < size;) {
		size_t done = secret_at(d, octets, size, at);

		if (done == 0)
			done = digits_at(d, octets, size, at);
		if (done == 0)
			done = quad_at(d, octets, size, at);
		if (done == 0 && raw)
			done = address_at(d, octets, size, at);
		at += done > 0 ? done : 1;
	}
}

void br_disguise_text(const struct br_disguise *disguise, uint8_t *octets, size_t size)
{
	replace(disguise, octets, size, false);
}

void br_disguise_options(const struct br_disguise *disguise, uint8_t *octets, size_t size)
{
	replace(disguise, octets, size, true);
}
