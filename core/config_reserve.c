/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/config_reserve.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/config_value.h"

const char *br_config_mark_name(enum br_config_mark mark)
{
	static const char *const names[BR_CONFIG_MARK_COUNT] = {
		[BR_CONFIG_MARK_MAC] = "mac",
		[BR_CONFIG_MARK_CLIENT_ID] = "client-id",
		[BR_CONFIG_MARK_UUID] = "uuid",
		[BR_CONFIG_MARK_CIRCUIT_ID] = "circuit-id",
		[BR_CONFIG_MARK_REMOTE_ID] = "remote-id",
	};

	return names[mark];
}

/* "hex:..." or a text that stands for its octets */
static int get_octets(struct br_octets text, struct br_config_reservation *reservation)
{
	size_t size = text.size;

	if (br_text_starts(text, "hex:")) {
		if (!br_text_get_hex((struct br_octets){text.data + 4, text.size - 4},
		                     reservation->octets, sizeof(reservation->octets), &size))
			return -EINVAL;
	} else if (size > 0 && size <= sizeof(reservation->octets)) {
		memcpy(reservation->octets, text.data, size);
	}
	if (size == 0 || size > sizeof(reservation->octets))
		return -EINVAL;
	reservation->size = (uint8_t)size;
	return 0;
}

static int get_mark(struct br_octets text, struct br_config_reservation *reservation)
{
	struct br_octets value = text, name = br_text_cut(&value, ':');
	unsigned mark = 0;

	reservation->size = 6;
	if (br_text_get_mac(text, reservation->octets))
		return 0;
	while (mark < BR_CONFIG_MARK_COUNT &&
	       !br_text_is(name, br_config_mark_name((enum br_config_mark)mark)))
		mark++;
	if (mark == BR_CONFIG_MARK_COUNT)
		return -EINVAL;
	reservation->mark = (enum br_config_mark)mark;
	switch (reservation->mark) {
	case BR_CONFIG_MARK_MAC:
		return br_text_get_mac(value, reservation->octets) ? 0 : -EINVAL;
	case BR_CONFIG_MARK_UUID:
		reservation->size = 16;
		return br_config_read_uuid(value, reservation->octets);
	case BR_CONFIG_MARK_CLIENT_ID:
		/* RFC 2132 §9.14: of two octets at least, a shorter one is nobody's */
		return get_octets(value, reservation) == 0 && reservation->size >= 2 ? 0 : -EINVAL;
	case BR_CONFIG_MARK_CIRCUIT_ID:
	case BR_CONFIG_MARK_REMOTE_ID:
		return get_octets(value, reservation);
	case BR_CONFIG_MARK_COUNT:
		break;
	}
	return -EINVAL;
}

/* MARK,IP: a text may have commas, the address has none */
static int get_reservation(struct br_octets value, struct br_config_reservation *reservation)
{
	size_t size = value.size;

	while (size > 0 && value.data[size - 1] != ',')
		size--;
	if (size == 0)
		return -EINVAL;
	*reservation = (struct br_config_reservation){0};
	if (get_mark((struct br_octets){value.data, size - 1}, reservation) < 0)
		return -EINVAL;
	return br_config_read_address((struct br_octets){value.data + size, value.size - size},
	                              &reservation->address);
}

/* One of @a and @b is an address of the network, the other is not. */
static bool parts(uint32_t network, uint32_t netmask, uint32_t a, uint32_t b)
{
	return ((a & netmask) == network) != ((b & netmask) == network);
}

static bool are_apart(const struct br_config *config, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < config->links; i++) {
		const struct br_config_link *link = &config->link[i];

		if (parts(link->address & link->netmask, link->netmask, a, b))
			return true;
	}
	for (size_t i = 0; i < config->subnets; i++) {
		if (parts(config->subnet[i].network, config->subnet[i].netmask, a, b))
			return true;
	}
	return false;
}

static bool is_same_mark(const struct br_config_reservation *a,
                         const struct br_config_reservation *b)
{
	return a->size == b->size && memcmp(a->octets, b->octets, a->size) == 0;
}

/* What stands in the way of @wanted: by one kind of mark an address is one machine's, and a
 * machine has one on each network. By another kind it may be the same machine. NULL: nothing
 */
static const struct br_config_reservation *
reserved_before(const struct br_config *config, const struct br_config_reservation *wanted)
{
	for (size_t i = 0; i < config->reservations; i++) {
		const struct br_config_reservation *have = &config->reservation[i];

		if (have->mark != wanted->mark)
			continue;
		if (have->address == wanted->address ||
		    (is_same_mark(have, wanted) &&
		     !are_apart(config, have->address, wanted->address)))
			return have;
	}
	return NULL;
}

int br_config_set_reserve(struct br_config *config, struct br_octets value)
{
	struct br_config_reservation reservation;

	if (get_reservation(value, &reservation) < 0)
		return -EINVAL;
	if (reserved_before(config, &reservation))
		return -EEXIST;
	if (config->reservations == BR_CONFIG_RESERVATIONS_MAX)
		return -ENOSPC;
	config->reservation[config->reservations++] = reservation;
	return 0;
}

static bool prints(struct br_octets octets)
{
	for (size_t i = 0; i < octets.size; i++) {
		if (octets.data[i] <= ' ' || octets.data[i] >= 0x7f || octets.data[i] == '"')
			return false;
	}
	return !br_text_starts(octets, "hex:");
}

void br_config_put_uuid(struct br_writer *w, const uint8_t uuid[static 16])
{
	static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

	for (size_t i = 0; i < sizeof(order); i++) {
		br_text_put(w, i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "");
		br_text_put_hex(w, uuid[order[i]], 2);
	}
}

void br_config_put_mark(struct br_writer *w, const struct br_config_reservation *reservation)
{
	struct br_octets octets = {reservation->octets, reservation->size};

	if (reservation->mark == BR_CONFIG_MARK_MAC) {
		br_text_put_mac(w, reservation->octets);
		return;
	}
	br_text_put(w, br_config_mark_name(reservation->mark));
	br_text_put(w, ":");
	if (reservation->mark == BR_CONFIG_MARK_UUID) {
		br_config_put_uuid(w, reservation->octets);
	} else if (prints(octets)) {
		br_put_bytes(w, octets.data, octets.size);
	} else {
		br_text_put(w, "hex:");
		br_text_put_octets(w, octets);
	}
}

void br_config_say_reserved(const struct br_config *config, struct br_octets value,
                            struct br_writer *why)
{
	struct br_config_reservation wanted;
	const struct br_config_reservation *have = NULL;

	if (get_reservation(value, &wanted) == 0)
		have = reserved_before(config, &wanted);
	if (!have)
		return;
	br_text_put_ipv4(why, have->address);
	br_text_put(why, " is reserved for ");
	br_config_put_mark(why, have);
	br_text_put(why, " already");
}
