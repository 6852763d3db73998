/* SPDX-License-Identifier: BSD-2-Clause */
/* HTTP requests that are off the grammar, framed in two ways, or too big: RFC 9112. */
#include "conformance/rules/http/http_odd.h"

#include <string.h>

enum {
	LINE_SUPPORTED = 8000, /* RFC 9112 §3 */
};

/* How a line of a malformed head stands. */
enum stand {
	STAND_PLAIN,
	STAND_SPACE,    /* white space before the colon */
	STAND_FOLDED,   /* it begins with white space */
	STAND_FIRST,    /* the same, right behind the request line */
	STAND_BEHIND_CR /* after a CR without LF, or a NUL */
};

static bool is_blank(uint8_t octet)
{
	return octet == ' ' || octet == '\t';
}

static struct br_octets next_piece(struct br_octets *rest, bool *after_cr)
{
	struct br_octets piece = *rest;
	size_t size = 0;

	while (size < piece.size && piece.data[size] != '\n' && piece.data[size] != '\r' &&
	       piece.data[size] != 0)
		size++;
	*after_cr = size < piece.size && piece.data[size] != '\n' &&
	            !(piece.data[size] == '\r' && size + 1 < piece.size &&
	              piece.data[size + 1] == '\n');
	piece.size = size;
	size += size < rest->size && rest->data[size] == '\r' && !*after_cr ? 2 : 1;
	if (size >= rest->size)
		*rest = (struct br_octets){0};
	else
		*rest = (struct br_octets){rest->data + size, rest->size - size};
	return piece;
}

struct walk {
	struct br_octets rest;
	bool after_cr, first;
};

/* The lines behind the request line, one after the other; false at the end. */
static bool next_line(struct walk *w, enum stand *ret_stand, struct br_octets *ret_name)
{
	bool behind = w->after_cr;
	struct br_octets line, name;

	if (!w->rest.data)
		return false;
	line = next_piece(&w->rest, &w->after_cr);
	if (line.size == 0 && !behind && !w->after_cr)
		return false; /* the end of the head */
	*ret_stand = STAND_PLAIN;
	if (behind)
		*ret_stand = STAND_BEHIND_CR;
	else if (line.size > 0 && is_blank(line.data[0]))
		*ret_stand = w->first ? STAND_FIRST : STAND_FOLDED;
	w->first = false;
	while (line.size > 0 && is_blank(line.data[0]))
		line = (struct br_octets){line.data + 1, line.size - 1};
	name = br_text_cut(&line, ':');
	if (line.data && name.size > 0 && is_blank(name.data[name.size - 1]) &&
	    *ret_stand == STAND_PLAIN)
		*ret_stand = STAND_SPACE;
	*ret_name = line.data ? name : (struct br_octets){0};
	return true;
}

static struct br_octets skip_empty(const struct br_http_said *q)
{
	size_t at = 0;

	while (at < q->size && (q->octets[at] == '\r' || q->octets[at] == '\n'))
		at++;
	return (struct br_octets){q->octets + at, q->size - at};
}

static struct walk walk_of(const struct br_http_said *q, struct br_octets *ret_line)
{
	struct walk w = {.rest = skip_empty(q), .first = true};

	*ret_line = next_piece(&w.rest, &w.after_cr);
	return w;
}

/* Does @name stand only where it is no field? */
static bool is_hidden(const struct br_http_said *q, const char *name, enum stand stand)
{
	struct br_octets line, field;
	struct walk w = walk_of(q, &line);
	bool hidden = false;
	enum stand at;

	while (next_line(&w, &at, &field)) {
		if (!br_text_is_nocase(field, name))
			continue;
		if (at != stand)
			return false;
		hidden = true;
	}
	return hidden;
}

static bool has_line(const struct br_http_said *q, enum stand stand)
{
	struct br_octets line, field;
	struct walk w = walk_of(q, &line);
	enum stand at;

	while (next_line(&w, &at, &field)) {
		if (at == stand)
			return true;
	}
	return false;
}

/* Taken as a field? A Host that makes a request good, a Range that is obeyed. */
static void judge_hidden(struct br_rules *r, const struct br_http_said *q,
                         const struct br_http_head *head, enum br_rule rule, enum stand stand)
{
	bool host = is_hidden(q, "Host", stand) && head->status < 400;
	bool range = is_hidden(q, "Range", stand) && head->status == 206;

	if (has_line(q, stand))
		(void)br_judge(r, rule, !host && !range, "%u: it took a %s that is no field",
		               head->status, range ? "Range" : "Host");
}

/* "GET /f HTTP/3.0": Return: the version's major digit, or -1 if there is no such line */
static int major_of(struct br_octets line)
{
	struct br_octets rest = line;
	uint8_t major, minor;

	(void)br_text_cut(&rest, ' ');
	(void)br_text_cut(&rest, ' ');
	return br_http_get_version(rest, &major, &minor) ? major : -1;
}

static enum br_rule judge_malformed(struct br_rules *r, const struct br_http_said *q,
                                    const struct br_http_head *head)
{
	struct br_octets line;
	struct walk w = walk_of(q, &line);
	int major = major_of(line);

	if (!w.rest.data)
		return BR_RULE_NONE; /* not even its first line is there */
	if (major < 0 || w.after_cr) {
		(void)br_judge(r, BR_RULE_HTTP_LIM_05, head->status >= 400,
		               "%u to a request line off the grammar", head->status);
		return BR_RULE_HTTP_LIM_05;
	}
	if (major != 1) {
		(void)br_judge(r, BR_RULE_HTTP_LIM_06, head->status >= 400, "%u to HTTP/%d",
		               head->status, major);
		return BR_RULE_NONE;
	}
	if (has_line(q, STAND_SPACE))
		(void)br_judge(r, BR_RULE_HTTP_SMG_04, head->status >= 400,
		               "%u to white space before a colon", head->status);
	judge_hidden(r, q, head, BR_RULE_HTTP_SMG_05, STAND_FOLDED);
	judge_hidden(r, q, head, BR_RULE_HTTP_SMG_06, STAND_FIRST);
	judge_hidden(r, q, head, BR_RULE_HTTP_SMG_07, STAND_BEHIND_CR);
	return BR_RULE_NONE;
}

/* A target that is too long is 414, whatever else; fields that are, any 4xx. */
static void judge_limit(struct br_rules *r, const struct br_http_said *q,
                        const struct br_http_head *head)
{
	bool odd = head->status == 400 || head->status == 413 || head->status == 431 ||
	           head->status == 500;
	unsigned long long count = q->count;

	if (q->refusal != 414) {
		(void)br_judge(r, BR_RULE_HTTP_LIM_03, head->status < 500, "%u to a big head",
		               head->status);
		return;
	}
	if (q->count > LINE_SUPPORTED)
		(void)br_judge(r, BR_RULE_HTTP_LIM_01, !odd, "%u to a request line of %llu octets",
		               head->status, count);
	else if (q->counted)
		(void)br_judge(r, BR_RULE_HTTP_LIM_02, !odd && head->status != 414,
		               "%u to a request line of %llu octets", head->status, count);
}

static bool differ(const struct br_http_head *head, bool *ret_invalid)
{
	const struct br_http_field *field;
	size_t index = 0, n = 0;
	uint64_t first = 0, value = 0;
	bool differ = false;

	*ret_invalid = false;
	while ((field = br_http_field_next(head, "Content-Length", &index))) {
		if (!br_text_get_decimal(field->value, UINT64_MAX, &value))
			*ret_invalid = true;
		differ = differ || (n > 0 && value != first);
		first = n++ == 0 ? value : first;
	}
	return differ;
}

/* "5, 5" may be taken for 5: RFC 9112 §6.3 */
static bool is_list_of_one(const struct br_http_head *head)
{
	struct br_octets list = br_http_field(head, "Content-Length");

	return list.data && memchr(list.data, ',', list.size);
}

static bool ends_in_chunked(const struct br_http_head *head)
{
	struct br_octets coding = br_http_field(head, "Transfer-Encoding");
	size_t last = coding.size >= 7 ? coding.size - 7 : 0;

	return br_http_count(head, "Transfer-Encoding") != 1 ||
	       br_text_is_nocase((struct br_octets){coding.data + last, coding.size - last},
	                         "chunked");
}

bool br_http_is_doubtful(const struct br_http_head *head)
{
	bool coded = br_http_count(head, "Transfer-Encoding") > 0, invalid;

	if (coded && (head->minor == 0 || br_http_count(head, "Content-Length") > 0 ||
	              !ends_in_chunked(head)))
		return true;
	return differ(head, &invalid) || invalid;
}

static enum br_rule judge_framing(struct br_rules *r, const struct br_http_said *q,
                                  const struct br_http_head *head)
{
	bool coded = br_http_count(&q->head, "Transfer-Encoding") > 0, invalid;
	bool length = br_http_count(&q->head, "Content-Length") > 0;
	bool twice = differ(&q->head, &invalid);
	struct br_octets coding = br_http_field(&q->head, "Transfer-Encoding");

	if (coded && q->head.minor == 0)
		return BR_RULE_HTTP_SMG_09;
	if (coded && length)
		return BR_RULE_HTTP_SMG_02;
	if (coded && !ends_in_chunked(&q->head)) {
		(void)br_judge(r, BR_RULE_HTTP_SMG_03, head->status >= 400,
		               "%u to Transfer-Encoding: %.*s", head->status, (int)coding.size,
		               (const char *)coding.data);
		return BR_RULE_HTTP_SMG_03;
	}
	if (!twice && (!invalid || is_list_of_one(&q->head)))
		return BR_RULE_NONE;
	(void)br_judge(r, BR_RULE_HTTP_SMG_01, head->status >= 400, "%u to %s", head->status,
	               twice ? "two lengths" : "a length that is none");
	return BR_RULE_HTTP_SMG_01;
}

enum br_rule br_http_judge_odd(struct br_rules *r, const struct br_http_said *q,
                               const struct br_http_head *head)
{
	enum br_rule rule;

	if (q->too_big) {
		judge_limit(r, q, head);
		return BR_RULE_NONE;
	}
	rule = judge_malformed(r, q, head);
	if (!q->parsed || rule != BR_RULE_NONE)
		return rule;
	if (q->octets[0] == '\r' || q->octets[0] == '\n')
		(void)br_judge(r, BR_RULE_HTTP_LIM_04, head->status != 400 || !br_http_is_plain(q),
		               "400 to an empty line before a request");
	if (q->bad_body)
		return judge_framing(r, q, head);
	if (q->bad_chunk)
		return BR_RULE_HTTP_SMG_08;
	if (q->head.minor == 0 && !br_http_field_has(&q->head, "Connection", "keep-alive"))
		return BR_RULE_HTTP_CON_03;
	return BR_RULE_NONE;
}

void br_http_judge_unanswered(struct br_rules *r, const struct br_http_said *q)
{
	if (!q->too_big)
		return;
	if (q->refusal != 414)
		(void)br_judge(r, BR_RULE_HTTP_LIM_03, false, "it closes, without a 4xx");
	else if (q->count > LINE_SUPPORTED)
		(void)br_judge(r, BR_RULE_HTTP_LIM_01, false, "it closes, without 414");
}
