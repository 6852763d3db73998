/* SPDX-License-Identifier: BSD-2-Clause */
/* core/http/http_condition.h - entity tags and preconditions, RFC 9110 sections 8.8 and 13 */
#ifndef BR_CORE_HTTP_HTTP_CONDITION_H
#define BR_CORE_HTTP_HTTP_CONDITION_H

#include <stdbool.h>

#include "core/formats/http_head.h"
#include "core/port.h"

enum {
	BR_HTTP_ETAG_SIZE = 2 + 3 * 16 + 2 + 1, /* two quotes, three numbers, dashes, NUL */
};

/* A strong tag: size, last change and version of the file. EDK2 only resumes with
 * If-Match when the tag begins with a quote (HttpBootClient.c).
 */
void br_http_etag(const struct br_file_info *info, char ret_etag[static BR_HTTP_ETAG_SIZE]);

/* The steps of RFC 9110 section 13.2.2 for GET and HEAD of a file that is there.
 * Return: 0 to go on, 304 or 412
 */
uint16_t br_http_condition(const struct br_http_head *head, const struct br_file_info *info,
                           const char *etag);

/* False if If-Range is there and does not name this very file: Range is ignored. */
bool br_http_if_range(const struct br_http_head *head, const struct br_file_info *info,
                      const char *etag);

#endif /* BR_CORE_HTTP_HTTP_CONDITION_H */
