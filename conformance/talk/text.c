/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/talk/text.h"

#include <string.h>

static void put(char *target, size_t room, struct br_octets octets, const char *special)
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;

	for (size_t i = 0; i < octets.size; i++) {
		uint8_t octet = octets.data[i];
		bool plain = octet >= 0x20 && octet < 0x7f && !strchr(special, octet);

		if (at + (plain ? 1 : 4) >= room)
			break;
		if (plain) {
			target[at++] = (char)octet;
			continue;
		}
		target[at++] = '\\';
		target[at++] = 'x';
		target[at++] = digits[octet >> 4];
		target[at++] = digits[octet & 15];
	}
	target[at] = '\0';
}

void talk_text(char *target, size_t room, struct br_octets octets)
{
	put(target, room, octets, "\\");
}

void talk_word(char *target, size_t room, struct br_octets octets)
{
	put(target, room, octets, "\\ =\"");
}

bool talk_same_address(const struct br_endpoint *a, const struct br_endpoint *b)
{
	return !memcmp(a->ip, b->ip, sizeof(a->ip));
}

bool talk_is_unspecified(const struct br_endpoint *address)
{
	static const uint8_t none[16];

	return !memcmp(address->ip, none, 16) ||
	       (!memcmp(address->ip, none, 10) && address->ip[10] == 0xff &&
	        !memcmp(address->ip + 12, none, 4));
}
