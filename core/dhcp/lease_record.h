/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/lease_record.h - a binding as it is kept outside: its times are the wall clock's */
#ifndef BR_CORE_DHCP_LEASE_RECORD_H
#define BR_CORE_DHCP_LEASE_RECORD_H

#include "core/config.h"
#include "core/dhcp/lease.h"
#include "core/port.h"

/* @epoch_ns: br_config.epoch_ns. What is over ends then: the client is remembered. */
void br_lease_record_of(const struct br_lease *lease, uint64_t epoch_ns,
                        struct br_lease_record *ret_record);

/* Write @record into @leases under the number of its address there; it takes the place of an
 * earlier one of the same address.
 * Return: the binding; NULL if there is no room, or the record makes no sense
 */
struct br_lease *br_lease_record_restore(struct br_leases *leases,
                                         const struct br_lease_record *record, uint32_t number,
                                         uint64_t epoch_ns, br_time now);

#endif /* BR_CORE_DHCP_LEASE_RECORD_H */
