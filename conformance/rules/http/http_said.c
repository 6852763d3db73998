/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/rules/http/http_said.h"

#include <string.h>

struct br_octets br_http_field(const struct br_http_head *head, const char *name)
{
	const struct br_http_field *f = br_http_field_find(head, name);

	return f ? f->value : (struct br_octets){0};
}

size_t br_http_count(const struct br_http_head *head, const char *name)
{
	size_t index = 0, n = 0;

	while (br_http_field_next(head, name, &index))
		n++;
	return n;
}

uint32_t br_http_state(const struct br_http_head *head)
{
	struct br_octets tag = br_http_field(head, "ETag");
	struct br_octets date = br_http_field(head, "Last-Modified");
	uint32_t state = br_rules_hash(BR_RULES_HASH_SEED, tag.data, tag.size);

	return br_rules_hash(state, date.data, date.size);
}

bool br_http_is_unreserved(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

static bool is_plain_text(struct br_octets text, const char *others)
{
	for (size_t i = 0; i < text.size; i++) {
		if (!br_http_is_unreserved(text.data[i]) &&
		    !memchr(others, text.data[i], strlen(others)))
			return false;
	}
	return text.size > 0;
}

bool br_http_is_plain(const struct br_http_said *q)
{
	static const char *const odd[] = {
		"Content-Length", "Transfer-Encoding", "Expect", "Upgrade", "TE", "Trailer"};
	struct br_octets host = br_http_field(&q->head, "Host");

	if (!q->parsed || q->head.minor != 1 || br_http_count(&q->head, "Host") != 1 ||
	    q->bad_body || !is_plain_text(host, ":[]") || !is_plain_text(q->head.target, "/:[]"))
		return false;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		if (br_http_count(&q->head, odd[i]) > 0)
			return false;
	}
	return br_text_is(q->head.method, "GET") || br_text_is(q->head.method, "HEAD");
}
