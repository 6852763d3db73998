/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/metrics.h"

#include <string.h>

static const struct {
	const char *name, *says;
	size_t offset;
} metrics_table[] = {
#define X(name, says) {#name, says, offsetof(struct br_metrics, name)},
	BR_METRICS(X)
#undef X
};

enum {
	METRICS_COUNT = sizeof(metrics_table) / sizeof(metrics_table[0])
};

bool br_metrics_get(const struct br_metrics *metrics, const char *name, uint64_t *ret_value)
{
	size_t size = strlen(name);

	for (size_t i = 0; i < METRICS_COUNT; i++) {
		const char *have = metrics_table[i].name;

		if (strlen(have) != size || memcmp(have, name, size) != 0)
			continue;
		memcpy(ret_value, (const uint8_t *)metrics + metrics_table[i].offset,
		       sizeof(*ret_value));
		return true;
	}
	return false;
}

const char *br_metrics_name(size_t index)
{
	return index < METRICS_COUNT ? metrics_table[index].name : NULL;
}

const char *br_metrics_says(size_t index)
{
	return index < METRICS_COUNT ? metrics_table[index].says : NULL;
}
