/* SPDX-License-Identifier: BSD-2-Clause */
/* vms/payload/report/sum.h - SHA-256 (FIPS 180-4), and how long an HTTP answer is */
#ifndef BR_VMS_PAYLOAD_REPORT_SUM_H
#define BR_VMS_PAYLOAD_REPORT_SUM_H

#include "vms/payload/report/efi.h"

enum {
	BR_SUM_SIZE = 32, /* octets */
};

void br_sum_hex(const uint8_t *octets, size_t size, char ret_text[static 2 * BR_SUM_SIZE + 1]);

/* Content-Length; SIZE_MAX: it says none. */
size_t br_sum_length(const struct efi_http_header *headers, size_t count);

#endif /* BR_VMS_PAYLOAD_REPORT_SUM_H */
