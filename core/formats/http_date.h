/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/http_date.h - "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7) */
#ifndef BR_CORE_FORMATS_HTTP_DATE_H
#define BR_CORE_FORMATS_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum {
	BR_HTTP_DATE_SIZE = 29 + 1, /* with its NUL */
};
#define BR_HTTP_DATE_S_MAX UINT64_C(253402300799) /* the last second of year 9999 */

/* @time_s: seconds since 1970-01-01 UTC, at most BR_HTTP_DATE_S_MAX */
void br_http_date_print(uint64_t time_s, char target[static BR_HTTP_DATE_SIZE]);

/* "1994-11-06T08:49:37", as RFC 3339 begins */
void br_http_date_print_short(uint64_t time_s, char target[static BR_HTTP_DATE_SIZE]);

/* True if @text is a date in any of the three forms of RFC 9110 section 5.6.7, not
 * before 1970; the two-digit years of RFC 850 are 1970 .. 2069.
 */
bool br_http_date_parse(struct br_octets text, uint64_t *ret_time_s);

#endif /* BR_CORE_FORMATS_HTTP_DATE_H */
