/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/rules/six/binl6.h"

#include <string.h>

enum {
	ENTERPRISE_INTEL = 343,
};

void br_rules_note_binl6(struct br_rules *r, const struct br_reply6 *y)
{
	struct br_reader reader = br_reader_of(y->m->options.data, y->m->options.size);
	struct br_dhcp6_watch *w = r->dhcp6;
	size_t most = sizeof(w->binl) / sizeof(w->binl[0]);
	struct br_dhcp6_option o;
	struct br_octets text;
	uint32_t enterprise;

	while (br_dhcp6_option_get(&reader, &o) == 1) {
		if (o.code != BR_DHCP6_OPTION_VENDOR_CLASS ||
		    !br_dhcp6_vendor_class(o.value, &enterprise, &text) ||
		    enterprise != ENTERPRISE_INTEL || !br_text_starts(text, "PXEClient"))
			continue;
		memcpy(w->binl[w->binls % most].ip, r->packet->src.ip, 16);
		w->binl[w->binls % most].frame = r->frame;
		w->binls++;
	}
}

void br_rules_binl6(struct br_rules *r, bool answers)
{
	const struct br_dhcp6_watch *w = r->dhcp6;

	for (size_t i = 0; i < w->binls && i < sizeof(w->binl) / sizeof(w->binl[0]); i++) {
		if (memcmp(w->binl[i].ip, r->packet->src.ip, 16) != 0)
			continue;
		(void)br_judge(r, BR_RULE_D6_NB_11, answers,
		               "port 4011 is closed, and frame %llu has class PXEClient",
		               (unsigned long long)w->binl[i].frame);
		return;
	}
}
