/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/lease_record.h"

#include <string.h>

void br_lease_record_of(const struct br_lease *lease, uint64_t epoch_ns,
                        struct br_lease_record *ret_record)
{
	*ret_record = (struct br_lease_record){
		.address = lease->address,
		.declined = lease->state == BR_LEASE_DECLINED,
		.granted_s = lease->granted_s,
		.has_client_id = lease->has_client_id,
		.htype = lease->htype,
		.hlen = lease->hlen,
		.key = {lease->key, lease->key_size},
	};
	memcpy(ret_record->chaddr, lease->chaddr, sizeof(lease->chaddr));
	if (lease->state == BR_LEASE_BOUND || lease->state == BR_LEASE_DECLINED)
		ret_record->until_s = lease->until == BR_TIME_NEVER
		                              ? BR_LEASE_FOR_EVER
		                              : (epoch_ns + lease->until) / BR_S;
}

/* A second of the wall clock as time of the server; what is long over is now. */
static br_time time_of(uint64_t until_s, uint64_t epoch_ns, br_time now)
{
	if (until_s == BR_LEASE_FOR_EVER)
		return BR_TIME_NEVER;
	if (until_s >= UINT64_MAX / BR_S - 1 || until_s * BR_S <= epoch_ns + now)
		return now;
	return until_s * BR_S - epoch_ns;
}

struct br_lease *br_lease_record_restore(struct br_leases *leases,
                                         const struct br_lease_record *record, uint32_t number,
                                         uint64_t epoch_ns, br_time now)
{
	br_time until = time_of(record->until_s, epoch_ns, now);
	struct br_lease *lease;

	if (number == 0 || record->key.size > BR_LEASE_KEY_MAX ||
	    record->hlen > sizeof(record->chaddr))
		return NULL;
	/* of two records of one address the later counts, whosever it is */
	lease = br_leases_by_address(leases, number);
	if (lease)
		lease->state = BR_LEASE_FREE;
	lease = br_leases_take(leases, number, record->key, now);
	if (!lease)
		return NULL;
	lease->state = until <= now       ? BR_LEASE_FREE
	               : record->declined ? BR_LEASE_DECLINED
	                                  : BR_LEASE_BOUND;
	lease->until = until;
	lease->granted_s = record->granted_s;
	lease->has_client_id = record->has_client_id;
	lease->htype = record->htype;
	lease->hlen = record->hlen;
	lease->agent_size = 0; /* not kept: the next request has it */
	memcpy(lease->chaddr, record->chaddr, sizeof(lease->chaddr));
	return lease;
}
