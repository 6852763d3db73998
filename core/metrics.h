/* SPDX-License-Identifier: BSD-2-Clause */
/* core/metrics.h - what the server counted since it was made
 *
 * X(name, "what it counts"): scripts read them by name (`check boot.metric
 * tftp_size_probes_total == 1`). Counters only grow. Keep each service's rows
 * together and sorted.
 */
#ifndef BR_CORE_METRICS_H
#define BR_CORE_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
#define BR_METRICS(X) \
	X(datagrams_in_total,  "UDP datagrams handed in") \
	X(datagrams_out_total, "UDP datagrams given out") \
	X(dhcp6_advertises_total, "Advertise given out") \
	X(dhcp6_declines_total,   "IPv6 addresses that a Decline took out of use") \
	X(dhcp6_dropped_total,    "DHCPv6 datagrams that drew no answer") \
	X(dhcp6_expired_total,    "IPv6 leases and offers that ran out") \
	X(dhcp6_informs_total,    "Information-request looked at") \
	X(dhcp6_releases_total,   "IPv6 leases given back") \
	X(dhcp6_replies_total,    "Reply given out, on port 547 and 4011") \
	X(dhcp6_requests_total,   "Request the IPv6 address server looked at") \
	X(dhcp6_solicits_total,   "Solicit the IPv6 address server looked at") \
	X(dhcp_acks_total,          "DHCPACK given out by the address server") \
	X(dhcp_bootp_replies_total, "BOOTP replies given out") \
	X(dhcp_declines_total,      "DHCPDECLINE that took an address out of use") \
	X(dhcp_discovers_total,     "DHCPDISCOVER the address server looked at") \
	X(dhcp_dropped_total,       "datagrams to the address server that drew no answer") \
	X(dhcp_expired_total,       "leases and offers that ran out") \
	X(dhcp_informs_total,       "DHCPINFORM the address server looked at") \
	X(dhcp_naks_total,          "DHCPNAK given out") \
	X(dhcp_offers_total,        "DHCPOFFER given out by the address server") \
	X(dhcp_releases_total,      "leases given back") \
	X(dhcp_requests_total,      "DHCPREQUEST the address server looked at") \
	X(http_bytes_total, "octets of files sent") \
	X(http_completed_total, "responses sent in full") \
	X(http_errors_total, "answers of 400 and above but 404, and responses that broke off") \
	X(http_misses_total, "requests for files that are not there, 404") \
	X(http_requests_total, "requests, bad ones too") \
	X(pxe_acks_total,           "answers of the boot service") \
	X(pxe_dropped_total,        "datagrams to proxyDHCP and port 4011 that drew no answer") \
	X(pxe_offers_total,         "DHCPOFFER given out by proxyDHCP") \
	X(pxe_requests_total,       "requests to the boot service, on port 4011 or for a boot item") \
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
const char *br_metrics_says(size_t index); /* "what it counts" */

#endif /* BR_CORE_METRICS_H */
