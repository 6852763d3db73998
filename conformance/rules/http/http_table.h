/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/http/http_table.h - what the rules_http*.c share; for those alone */
#ifndef BR_CONFORMANCE_RULES_HTTP_HTTP_TABLE_H
#define BR_CONFORMANCE_RULES_HTTP_HTTP_TABLE_H

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

/**
 * struct br_http_known - What came of a target
 * @status, @at, @host: Of the last request for it without conditions or range; @host is a
 *		hash of its Host
 * @length, @state_hash: Of its last 200; the hash is of ETag and Last-Modified
 * @shape:	Of its last 200: the fields HEAD and GET have in common; @to_head: it was HEAD
 */
struct br_http_known {
	uint32_t target, server;
	uint16_t status;
	br_time at;
	uint32_t host;
	uint64_t length;
	bool has_length, has_tag, to_head;
	uint32_t state_hash, shape;
};

/* Did this server ever send a Date? @now: it does */
bool br_http_has_clock(struct br_rules *r, bool now);

/* What is known of @target at the server that sends the packet at hand, or NULL. */
const struct br_http_known *br_http_known_of(const struct br_rules *r, struct br_octets target);

/* A response head against its request; @raw: its octets. */
void br_http_judge(struct br_rules *r, const struct br_http_said *q,
                   const struct br_http_head *head, struct br_octets raw,
                   struct br_http_known *known, bool handed_out);

/* rules_http_odd.c. The parsers the server has too are not asked: a mistake of theirs is to be
 * seen. Is it in doubt where the content ends?
 */
bool br_http_is_doubtful(const struct br_http_head *head);

/* Requests off the grammar or beyond limits, before br_http_judge().
 * Return: the rule by which no other response may follow, or BR_RULE_NONE
 */
enum br_rule br_http_judge_odd(struct br_rules *r, const struct br_http_said *q,
                               const struct br_http_head *head);
/* The server closes or resets, and never answered @q. */
void br_http_judge_unanswered(struct br_rules *r, const struct br_http_said *q);

/* rules_http_target.c: paths, Host and what is known of the same file */
void br_http_judge_target(struct br_rules *r, const struct br_http_said *q,
                          const struct br_http_head *head, const struct br_http_known *known);
/* Nothing in it but what every server takes: HTTP/1.1, one plain Host, a plain target. */
bool br_http_is_plain(const struct br_http_said *q);

struct br_octets br_http_field(const struct br_http_head *head, const char *name); /* or NULL */
size_t br_http_count(const struct br_http_head *head, const char *name);
uint32_t br_http_state(const struct br_http_head *head); /* hash of ETag and Last-Modified */

#endif /* BR_CONFORMANCE_RULES_HTTP_HTTP_TABLE_H */
