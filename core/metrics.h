/* SPDX-License-Identifier: BSD-2-Clause */
/* core/metrics.h - what the server counted since it was made
 *
 * X(name, "what it counts"): scripts read them by name (`check boot.metric
 * tftp_size_probes_total == 1`). Counters only grow. Keep each service's rows
 * together and sorted.
 */
#ifndef BR_METRICS_H
#define BR_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
#define BR_METRICS(X) \
	X(datagrams_in_total,  "UDP datagrams handed in") \
	X(datagrams_out_total, "UDP datagrams given out") \
	X(streams_total,       "TCP streams opened by peers") \
	X(tftp_completed_total, "transfers whose last block arrived") \
	X(tftp_data_total, "DATA sent, repeated ones too") \
	X(tftp_errors_total, "transfers and requests that failed with an ERROR, sent or received; no misses, no size probes") \
	X(tftp_given_up_total, "transfers whose client fell silent") \
	X(tftp_misses_total, "requests for files that are not there, ERROR 1") \
	X(tftp_requests_total, "read and write requests, repeated ones too") \
	X(tftp_retransmissions_total, "OACK and DATA sent again") \
	X(tftp_size_probes_total, "transfers ended by the client once it knew the size")
/* clang-format on */

struct br_metrics {
#define X(name, says) uint64_t name;
	BR_METRICS(X)
#undef X
};

/* False if there is no metric of that name. */
bool br_metrics_get(const struct br_metrics *metrics, const char *name, uint64_t *ret_value);
const char *br_metrics_name(size_t index); /* NULL past the last */

#endif /* BR_METRICS_H */
