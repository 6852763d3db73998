/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/smaller_pcap.h - the fewest frames of which explain still says the same
 *
 * What counts is each client's findings, by their ids and in their order, and the rules that are
 * broken. Frames are left out in runs, long ones first, and each loss that changes nothing is kept,
 * down to single frames; what is left keeps its octets and its time. Of a large capture the
 * shortest runs are not tried: so much work is done and no more.
 */
#ifndef BR_CAPTURES_CONVERT_SMALLER_PCAP_H
#define BR_CAPTURES_CONVERT_SMALLER_PCAP_H

#include <stdint.h>
#include <stdio.h>

struct br_smaller_pcap {
	size_t before, after; /* frames */
};

/* @path: can be read more than once. @mac: whose findings count, NULL: everybody's. @to: its errors
 * are the caller's to look at
 * Return: an exit code: 0; 2 after a line to @err: it cannot be read to its end; 3 after a line:
 * nobody is in it
 */
int br_smaller_pcap(const char *path, const char *name, const uint8_t *mac, FILE *to, FILE *err,
                    struct br_smaller_pcap *ret_counts);

#endif /* BR_CAPTURES_CONVERT_SMALLER_PCAP_H */
