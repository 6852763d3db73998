/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules_http.h - what rules_http.c hands to rules_http_head.c; for those alone */
#ifndef BR_RULES_HTTP_H
#define BR_RULES_HTTP_H

#include "conformance/rules_private.h"

enum {
	BR_HTTP_HEAD_MAX = 2048, /* a longer head makes the rest of its stream unjudged */
};

/**
 * struct br_http_said - A request as it stood
 * @octets, @size: Its head; or as much of it as was malformed
 * @parsed:	It is a head that can be read: @head
 */
struct br_http_said {
	bool parsed;
	uint64_t frame;
	size_t size;
	struct br_http_head head; /* borrows from @octets */
	uint8_t octets[BR_HTTP_HEAD_MAX];
};

struct br_http_known { /* what a target's last 200 to GET said */
	uint32_t target, server;
	uint64_t length;
	bool has_length, has_tag;
	uint32_t state_hash; /* of ETag and Last-Modified */
};

/* Did this server ever send a Date? @now: it does */
bool br_http_has_clock(struct br_rules *r, bool now);

/* A response head against its request; @raw: its octets. */
void br_http_judge(struct br_rules *r, const struct br_http_said *q,
                   const struct br_http_head *head, struct br_octets raw,
                   struct br_http_known *known, bool handed_out);

#endif /* BR_RULES_HTTP_H */
