/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/areas.h"

#include <string.h>

size_t br_area_of(const char *id)
{
	/* of robustness each protocol is a group, not an area: ROB-TF-07 */
	return strcspn(id, "-");
}

size_t br_group_of(const char *id)
{
	const char *last = strrchr(id, '-');

	return last ? (size_t)(last - id) : strlen(id);
}

const char *br_area_title(const char *id)
{
	static const struct {
		const char *area, *title;
	} areas[] = {
		{"D4C", "DHCPv4: the messages"},
		{"D4S", "DHCPv4: the address server"},
		{"D6", "DHCPv6"},
		{"HBD", "HTTP boot: what discovery says"},
		{"HTTP", "HTTP: the file server"},
		{"NET", "hosts below the services"},
		{"PXE", "PXE: proxyDHCP, port 4011, menus"},
		{"R6", "relays of DHCPv6"},
		{"RLS", "servers behind relays"},
		{"RLY", "relays of DHCPv4"},
		{"ROB", "bad input survived"},
		{"TFTP", "TFTP: the file server"},
	};
	size_t size = br_area_of(id);

	for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
		if (strlen(areas[i].area) == size && !memcmp(areas[i].area, id, size))
			return areas[i].title;
	}
	return "";
}

bool br_area_is_below(const char *id, const char *name)
{
	size_t size = strlen(name);

	return size == 0 || (!strncmp(id, name, size) && (id[size] == '\0' || id[size] == '-'));
}

void br_area_legend(const char *prefix, FILE *to)
{
	static const char *const lines[] = {
		"MUST, SHOULD, MAY  the word of RFC 2119 stands in the clause",
		"LC-MUST, LC-...    the clause says it in plain prose and means that",
		"DEFACTO            shipped firmware fails without it; no clause asks for it",
		"ROBUST             a demand of bootrig, never counted as non-conformance",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		fprintf(to, "%s%s\n", prefix, lines[i]);
}
