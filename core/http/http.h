/* SPDX-License-Identifier: BSD-2-Clause */
/* core/http/http.h - the HTTP/1.1 file server: RFC 9110, RFC 9112
 *
 * GET and HEAD of boot files, nothing else. Same doors as the server, core/port.h;
 * all memory is taken by _new from br_config.streams_max and request_size_max.
 */
#ifndef BR_CORE_HTTP_HTTP_H
#define BR_CORE_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/context.h"

struct br_http;

/* @context: shared, must outlive the service. Return: 0, -ENOMEM, or -EINVAL if the
 * limits make no sense (no streams, or heads too small for a request)
 */
int br_http_new(struct br_http **ret_http, const struct br_context *context);
struct br_http *br_http_free(struct br_http *http); /* NULL in, NULL out */

/* Every STREAM_* event of the HTTP port. */
void br_http_input(struct br_http *http, const struct br_event *event, br_time now);

/* One piece at a time until false, never beyond a stream's credit; the octets of
 * @ret_action live until the next call.
 */
bool br_http_output(struct br_http *http, struct br_action *ret_action);

void br_http_stop(struct br_http *http, br_time now); /* every stream is reset */
br_time br_http_deadline(const struct br_http *http);
void br_http_expire(struct br_http *http, br_time now); /* early calls do nothing */

/* Streams that are open, idle ones too. */
size_t br_http_open_streams(const struct br_http *http);

#endif /* BR_CORE_HTTP_HTTP_H */
