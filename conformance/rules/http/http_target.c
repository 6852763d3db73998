/* SPDX-License-Identifier: BSD-2-Clause */
/* HTTP targets: what leaves the root, two spellings of one file, any Host. */
#include "conformance/rules/http/http_target.h"

#include <string.h>

enum {
	TARGET_MAX = 512, /* of one that is looked at closely */
};
#define RECENT (60 * BR_S) /* so long a file is thought to stay as it is */

static int hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The octet "%2e" at @at stands for, or -1. */
static int encoded(struct br_octets text, size_t at)
{
	if (text.data[at] != '%' || at + 2 >= text.size || hex(text.data[at + 1]) < 0 ||
	    hex(text.data[at + 2]) < 0)
		return -1;
	return hex(text.data[at + 1]) << 4 | hex(text.data[at + 2]);
}

/* @ret: at least TARGET_MAX; every escape decoded, or those of unreserved octets only. */
static struct br_octets decode(struct br_octets text, bool all, uint8_t *ret)
{
	size_t size = 0;

	for (size_t i = 0; i < text.size && size < TARGET_MAX; i++) {
		int c = encoded(text, i);

		if (c < 0 || (!all && !br_http_is_unreserved(c))) {
			ret[size++] = text.data[i];
		} else {
			ret[size++] = (uint8_t)c;
			i += 2;
		}
	}
	return (struct br_octets){ret, size};
}

/* Without the dot segments; what would leave the root stays in it: RFC 3986 §5.2.4. */
static struct br_octets stay(struct br_octets path, uint8_t *ret)
{
	size_t size = 0;

	for (size_t at = 0; at < path.size;) {
		size_t end = at, part;

		while (end < path.size && path.data[end] != '/' && path.data[end] != '\\')
			end++;
		part = end - at;
		if (part == 2 && !memcmp(path.data + at, "..", 2)) {
			while (size > 0 && ret[--size] != '/')
				;
		} else if (part > 0 && !(part == 1 && path.data[at] == '.')) {
			ret[size++] = '/';
			memcpy(ret + size, path.data + at, part);
			size += part;
		}
		at = end + 1;
	}
	return (struct br_octets){ret, size};
}

static void judge_climb(struct br_rules *r, const struct br_http_said *q,
                        const struct br_http_head *head)
{
	uint8_t decoded[TARGET_MAX], inside[TARGET_MAX + 1];
	struct br_octets path = q->head.target, whole;
	const struct br_http_known *known;

	path = br_text_cut(&path, '?');
	if (path.size == 0 || path.size >= TARGET_MAX || path.data[0] != '/')
		return;
	whole = decode(path, true, decoded);
	if (!br_rules_climbs(whole))
		return;
	known = br_http_known_of(r, stay(whole, inside));
	(void)br_judge(r, BR_RULE_HTTP_PTH_01,
	               head->status >= 300 || (known && known->state_hash == br_http_state(head)),
	               "%u to %.*s", head->status, (int)path.size, (const char *)path.data);
}

/* "/a%0d%0aX-Y:1": is there an X-Y field with 1? */
static void judge_split(struct br_rules *r, const struct br_http_said *q,
                        const struct br_http_head *head)
{
	struct br_octets target = q->head.target, name, got;
	size_t at = target.size;

	for (size_t i = 0; i + 2 < target.size; i++) {
		int c = encoded(target, i);

		if (c == '\n' || c == '\r')
			at = i + 3;
	}
	if (at >= target.size)
		return;
	target = (struct br_octets){target.data + at, target.size - at};
	name = br_text_cut(&target, ':');
	got = (struct br_octets){0};
	for (size_t i = 0; i < head->fields && target.data; i++) {
		if (br_text_equal_nocase(head->field[i].name, name))
			got = head->field[i].value;
	}
	(void)br_judge(
		r, BR_RULE_HTTP_PTH_02, !got.data || !target.data || !br_text_equal(got, target),
		"field %.*s stood encoded in the target", (int)name.size, (const char *)name.data);
}

static bool is_recent(const struct br_rules *r, const struct br_http_known *known)
{
	return known && known->status == 200 && r->at < known->at + RECENT;
}

static void judge_spelling(struct br_rules *r, const struct br_http_said *q,
                           const struct br_http_head *head)
{
	uint8_t decoded[TARGET_MAX];
	struct br_octets plain;

	if (q->head.target.size >= TARGET_MAX ||
	    !memchr(q->head.target.data, '%', q->head.target.size))
		return;
	plain = decode(q->head.target, false, decoded);
	if (plain.size == q->head.target.size || !is_recent(r, br_http_known_of(r, plain)))
		return;
	(void)br_judge(r, BR_RULE_HTTP_PTH_03, head->status != 404 && head->status != 400,
	               "%u to another spelling of %.*s", head->status, (int)plain.size,
	               (const char *)plain.data);
}

static void judge_absolute(struct br_rules *r, const struct br_http_said *q,
                           const struct br_http_head *head)
{
	struct br_octets rest = q->head.target, path;

	if (!br_text_starts_nocase(rest, "http://") || !br_http_is_plain(q))
		return;
	(void)br_text_cut(&rest, '/');
	(void)br_text_cut(&rest, '/');
	path = rest;
	(void)br_text_cut(&rest, '/');
	if (!rest.data)
		return; /* no path */
	path = (struct br_octets){rest.data - 1, rest.size + 1};
	(void)br_judge(r, BR_RULE_HTTP_HST_02,
	               head->status != 400 && head->status != 501 &&
	                       (head->status != 404 || !is_recent(r, br_http_known_of(r, path))),
	               "%u to a target in absolute form", head->status);
}

/* "192.0.2.1:8080", "[2001:db8::1]" */
static bool is_address(struct br_octets host)
{
	struct br_octets rest = host, name = br_text_cut(&rest, ':');
	uint32_t ip;

	return host.size > 0 && (host.data[0] == '[' || br_text_get_ipv4(name, &ip));
}

static void judge_host(struct br_rules *r, const struct br_http_said *q,
                       const struct br_http_head *head, const struct br_http_known *known)
{
	struct br_octets host = br_http_field(&q->head, "Host");

	if (!br_http_is_plain(q) || !is_address(host) || br_rules_climbs(q->head.target))
		return; /* or the 400 is about the target */
	(void)br_judge(
		r, BR_RULE_HTTP_HST_03,
		head->status != 400 && head->status != 421 &&
			(head->status != 404 || !is_recent(r, known) ||
	                 known->host == br_rules_hash(BR_RULES_HASH_SEED, host.data, host.size)),
		"%u to Host: %.*s", head->status, (int)host.size, (const char *)host.data);
}

/* A precondition makes no 304 or 412 of what would be an error without it. */
static void judge_precondition(struct br_rules *r, const struct br_http_said *q,
                               const struct br_http_head *head, const struct br_http_known *known)
{
	static const char *const names[] = {"If-Match", "If-None-Match", "If-Modified-Since",
	                                    "If-Unmodified-Since"};
	bool any = false;

	for (size_t i = 0; i < 4; i++)
		any = any || br_http_count(&q->head, names[i]) > 0;
	if (any && known && known->status >= 400 && r->at < known->at + 10 * BR_S)
		(void)br_judge(r, BR_RULE_HTTP_CND_06, head->status != 304 && head->status != 412,
		               "%u, and %u without the condition", head->status, known->status);
}

void br_http_judge_target(struct br_rules *r, const struct br_http_said *q,
                          const struct br_http_head *head, const struct br_http_known *known)
{
	judge_climb(r, q, head);
	judge_split(r, q, head);
	judge_spelling(r, q, head);
	judge_absolute(r, q, head);
	judge_host(r, q, head, known);
	judge_precondition(r, q, head, known);
}
