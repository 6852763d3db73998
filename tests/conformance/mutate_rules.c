/* SPDX-License-Identifier: BSD-2-Clause */
/* Damaged exchanges before the judges: COUNT of them (2000), from seed SEED (1). Octets of the
 * payloads change, sizes shrink and grow, packets go missing, change sides or come again; no
 * judge may crash or read past an end. Run under a sanitizer with a million.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "tests/conformance/rules_kit.h"

enum {
	COUNT_DEFAULT = 2000,
	CHANGES_MAX = 6,
};

static void damage_octets(struct br_prng *prng, struct kit_packet *p)
{
	static const uint8_t likely[] = {0, 1, '\r', '\n', ' ', ':', '%', '.', '/', 0x7f, 0xff};
	size_t at = br_prng_below(prng, p->size + 1);

	if (at >= KIT_SIZE_MAX)
		return;
	p->payload[at] = br_prng_below(prng, 2) ? likely[br_prng_below(prng, sizeof(likely))]
	                                        : (uint8_t)br_prng_next(prng);
}

static void damage(struct br_prng *prng, struct kit *kit)
{
	struct kit_packet *p = &kit->packet[br_prng_below(prng, kit->count)];
	struct kit_packet *other = &kit->packet[br_prng_below(prng, kit->count)];
	uint16_t port = p->sport;

	switch (br_prng_below(prng, 8)) {
	case 0:
		p->size = br_prng_below(prng, p->size + 1);
		break;
	case 1:
		p->size += br_prng_below(prng, KIT_SIZE_MAX + 1 - p->size);
		break;
	case 2:
		p->removed = true;
		break;
	case 3:
		p->sport = p->dport;
		p->dport = port;
		break;
	case 4:
		memcpy(p->payload, other->payload, other->size);
		p->size = other->size;
		break;
	case 5:
		p->gap = br_prng_below(prng, 300) * BR_S;
		break;
	default:
		damage_octets(prng, p);
		break;
	}
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : COUNT_DEFAULT;
	struct br_prng prng = br_prng_of(argc > 2 ? strtoull(argv[2], NULL, 10) : 1, 0);
	struct kit *kit = calloc(1, sizeof(*kit));
	size_t scenes = 0, breaches = 0;

	if (!kit)
		return EXIT_FAILURE;
	while (kit_scene(scenes))
		scenes++;
	for (uint64_t i = 0; i < count; i++) {
		struct br_rules_options options = {.complete = br_prng_below(&prng, 2) != 0};
		struct br_rules *rules;

		kit->count = 0;
		kit->snap = br_prng_below(&prng, 4) ? 0 : 14 + br_prng_below(&prng, 500);
		kit_scene(br_prng_below(&prng, scenes))(kit);
		for (uint64_t n = 1 + br_prng_below(&prng, CHANGES_MAX); n > 0; n--)
			damage(&prng, kit);
		if (br_rules_new(&rules, &options) < 0)
			return EXIT_FAILURE;
		kit_play(kit, rules);
		breaches += br_rules_breaches(rules);
		(void)br_rules_free(rules);
	}
	free(kit);
	printf("%llu damaged exchanges, %zu breaches\n", (unsigned long long)count, breaches);
	return breaches > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
