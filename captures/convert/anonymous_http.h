/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_http.h - TCP connections with HTTP in them under other names
 *
 * A head may come in many segments, twice, or in the wrong order; so all of them are put together
 * first, and each segment then gets its part of what the whole became. What is no head (nor the
 * size of a chunk) is content, and filled. Whether it is HTTP is told by how it begins, whatever
 * the port.
 */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_HTTP_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_HTTP_H

#include "captures/convert/anonymous_value.h"
#include "sim/net/packet.h"

struct br_anonymous_http;

/* Heads beyond @memory_max octets are hidden a segment at a time. Return: 0 or -ENOMEM */
int br_anonymous_http_new(struct br_anonymous_http **ret_http, size_t memory_max);
struct br_anonymous_http *br_anonymous_http_free(struct br_anonymous_http *http);

/* Every TCP segment of the capture in order, then the end; only then each is hidden. */
void br_anonymous_http_learn(struct br_anonymous_http *http, const struct br_packet *segment);
void br_anonymous_http_learnt(struct br_anonymous_http *http);

/* @segment: as it was; its payload of @size octets, in place */
void br_anonymous_http_hide(struct br_anonymous_http *http, struct br_anonymous *a,
                            const struct br_packet *segment, uint8_t *payload, size_t size);
/* A whole head, or what there is of one */
void br_anonymous_hide_head(struct br_anonymous *a, uint8_t *head, size_t size);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_HTTP_H */
