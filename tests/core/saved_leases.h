/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/core/saved_leases.h - a store of leases that is a table: what was saved, in its order */
#ifndef BR_TESTS_CORE_SAVED_LEASES_H
#define BR_TESTS_CORE_SAVED_LEASES_H

#include <string.h>

#include "core/dhcp/lease.h"
#include "core/dhcp/lease_record.h"
#include "tests/helper.h"

enum {
	SAVED_MAX = 64,
};

/* @result: of each save from now on, to be set by the test */
struct saved_leases {
	struct br_lease_record record[SAVED_MAX];
	uint8_t key[SAVED_MAX][BR_LEASE_KEY_MAX];
	size_t count;
	int result;
};

static inline int saved_leases_add(struct saved_leases *saved, const struct br_lease_record *record)
{
	struct br_lease_record *place = &saved->record[saved->count];

	assert_true(saved->count < SAVED_MAX);
	*place = *record;
	memcpy(saved->key[saved->count], record->key.data, record->key.size);
	place->key.data = saved->key[saved->count];
	saved->count++;
	return saved->result;
}

#endif /* BR_TESTS_CORE_SAVED_LEASES_H */
