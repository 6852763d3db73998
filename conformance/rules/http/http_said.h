/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/http/http_said.h - a head as it stood, and how it reads */
#ifndef BR_CONFORMANCE_RULES_HTTP_HTTP_SAID_H
#define BR_CONFORMANCE_RULES_HTTP_HTTP_SAID_H

#include "conformance/rules/base/judge.h"
#include "core/base/text.h"
#include "core/formats/http_head.h"

enum {
	BR_HTTP_HEAD_MAX = 2048, /* a longer head makes the rest of its stream unjudged */
};

/**
 * struct br_http_said - A request as it stood
 * @octets, @size: Its head; or as much of it as was malformed
 * @parsed:	It is a head that can be read: @head
 * @refusal:	Not parsed: what core/formats/http_head.h would answer; 0: parsed
 * @too_big:	Not parsed: @octets are its first, what follows is counted only
 * @count:	@too_big: octets of the request line (414) or of the whole head (431) so far
 * @counted:	@count is all there was
 * @bad_body:	Parsed, and where it ends is in doubt; RFC 9112 §6.3
 * @behind:	The content of the request before
 * @bad_chunk:	A chunk of it does not parse
 */
struct br_http_said {
	bool parsed, too_big, counted, bad_body, bad_chunk;
	uint16_t refusal;
	enum br_http_body behind;
	uint64_t count;
	uint64_t frame;
	size_t size;
	struct br_http_head head; /* borrows from @octets */
	uint8_t octets[BR_HTTP_HEAD_MAX];
};

/* Nothing in it but what every server takes: HTTP/1.1, one plain Host, a plain target. */
bool br_http_is_plain(const struct br_http_said *q);
bool br_http_is_unreserved(int c); /* RFC 3986 §2.3 */

struct br_octets br_http_field(const struct br_http_head *head, const char *name); /* or NULL */
size_t br_http_count(const struct br_http_head *head, const char *name);
uint32_t br_http_state(const struct br_http_head *head); /* hash of ETag and Last-Modified */

#endif /* BR_CONFORMANCE_RULES_HTTP_HTTP_SAID_H */
