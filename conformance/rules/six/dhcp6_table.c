/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/rules/six/dhcp6_table.h"

struct br_asked6 *br_asked6_back(struct br_rules *r, size_t back)
{
	struct br_dhcp6_watch *w = r->dhcp6;

	if (back >= w->askeds || back >= BR_ASKED6_MAX)
		return NULL;
	return &w->asked[(w->askeds - 1 - back) % BR_ASKED6_MAX];
}

struct br_answered6 *br_answered6_back(struct br_rules *r, size_t back)
{
	struct br_dhcp6_watch *w = r->dhcp6;

	if (back >= w->answereds || back >= BR_ANSWERED6_MAX)
		return NULL;
	return &w->answered[(w->answereds - 1 - back) % BR_ANSWERED6_MAX];
}

uint32_t br_dhcp6_same_hash(struct br_octets options)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	uint32_t hash = BR_RULES_HASH_SEED;
	struct br_dhcp6_option o;

	while (br_dhcp6_option_get(&r, &o) == 1) {
		struct br_dhcp6_ia ia = {0};

		hash = br_rules_hash(hash, &o.code, sizeof(o.code));
		if (o.code == BR_DHCP6_OPTION_ELAPSED)
			continue;
		if (o.code == BR_DHCP6_OPTION_IA_NA)
			ia = br_dhcp6_ia(o.value);
		if (ia.there) {
			hash = br_rules_hash(hash, &ia.iaid, 4);
			hash = br_rules_hash(hash, ia.address, 16);
		} else {
			hash = br_rules_hash(hash, o.value.data, o.value.size);
		}
	}
	return hash | 1;
}

static void put_groups(struct br_writer *w, const uint8_t ip[16], int first, int last)
{
	for (int i = first; i < last; i++) {
		unsigned group = (unsigned)(ip[2 * i] << 8 | ip[2 * i + 1]);
		unsigned digits = group > 0xfff ? 4 : group > 0xff ? 3 : group > 0xf ? 2 : 1;

		if (i > first)
			br_text_put(w, ":");
		br_text_put_hex(w, group, digits);
	}
}

const char *br_rules_ip6(char text[static 48], const uint8_t ip[16])
{
	struct br_writer w = br_writer_of(text, 48);
	int best = 0, length = 0;

	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (i + n < 8 && ip[2 * (i + n)] == 0 && ip[2 * (i + n) + 1] == 0)
			n++;
		if (n > length) {
			best = i;
			length = n;
		}
	}
	if (length < 2) {
		put_groups(&w, ip, 0, 8);
		return br_text_end(&w);
	}
	put_groups(&w, ip, 0, best);
	br_text_put(&w, "::");
	put_groups(&w, ip, best + length, 8);
	return br_text_end(&w);
}
