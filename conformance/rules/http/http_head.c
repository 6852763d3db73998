/* SPDX-License-Identifier: BSD-2-Clause */
/* One HTTP response head against its request: RFC 9110, RFC 9112, and what firmware reads. */
#include "conformance/rules/http/http_head.h"

#include <string.h>

#include "conformance/rules/http/http_target.h"
#include "core/formats/http_date.h"

enum {
	RANGES_MANY = 16
};

static bool is_get(const struct br_http_said *q)
{
	return br_text_is(q->head.method, "GET");
}

static bool is_head(const struct br_http_said *q)
{
	return br_text_is(q->head.method, "HEAD");
}

/* The octets of a start line and of a field's name as GRUB and iPXE compare them. */
static void judge_spelling(struct br_rules *r, const struct br_http_head *head,
                           struct br_octets raw)
{
	const struct br_http_field *length = br_http_field_find(head, "Content-Length");
	const uint8_t *line = memchr(raw.data, '\n', raw.size);

	if (line && raw.size >= 13)
		(void)br_judge(r, BR_RULE_HTTP_LEN_06, raw.data[12] == ' ',
		               "no blank behind the status");
	if (length)
		(void)br_judge(r, BR_RULE_HTTP_LEN_05,
		               br_text_is(length->name, "Content-Length") &&
		                       length->value.data == length->name.data + 16,
		               "\"%.*s\" is not written \"Content-Length: \"",
		               (int)length->name.size, (const char *)length->name.data);
}

static void judge_length(struct br_rules *r, const struct br_http_said *q,
                         const struct br_http_head *head)
{
	bool length = br_http_count(head, "Content-Length") > 0;
	bool coded = br_http_count(head, "Transfer-Encoding") > 0;
	bool file = head->status == 200 && (is_get(q) || is_head(q));

	if (!br_judge(r, BR_RULE_HTTP_LEN_02, !length || !coded,
	              "Content-Length and Transfer-Encoding"))
		return;
	if (q->head.minor == 0 &&
	    !br_judge(r, BR_RULE_HTTP_LEN_03, !coded, "Transfer-Encoding for HTTP/1.0"))
		return;
	if (!file)
		return;
	if (br_judge(r, BR_RULE_HTTP_LEN_04, !coded, "Transfer-Encoding, so no length"))
		(void)br_judge(r, BR_RULE_HTTP_LEN_01, length, "no Content-Length");
}

static void judge_dates(struct br_rules *r, const struct br_http_said *q,
                        const struct br_http_head *head)
{
	struct br_octets date = br_http_field(head, "Date"),
			 modified = br_http_field(head, "Last-Modified");
	uint64_t now = 0, then = 0;
	bool has_date = br_http_date_parse(date, &now);

	if (head->status >= 200 && head->status < 500 && br_http_has_clock(r, has_date))
		(void)br_judge(r, BR_RULE_HTTP_DAT_01, has_date, "no Date in a %u", head->status);
	if (head->status == 200 && (is_get(q) || is_head(q)))
		(void)br_judge(r, BR_RULE_HTTP_DAT_02, modified.data != NULL, "no Last-Modified");
	if (has_date && modified.data && br_http_date_parse(modified, &then))
		(void)br_judge(r, BR_RULE_HTTP_DAT_03, then <= now,
		               "Last-Modified is later than Date");
}

static bool ends_in(struct br_octets text, const char *end)
{
	size_t size = strlen(end);

	return text.size >= size &&
	       br_text_equal_nocase((struct br_octets){text.data + text.size - size, size},
	                            br_text(end));
}

static void judge_type(struct br_rules *r, const struct br_http_said *q,
                       const struct br_http_head *head)
{
	struct br_octets type = br_http_field(head, "Content-Type"), path = q->head.target, media;
	static const struct {
		const char *end, *type;
	} known[] = {{".efi", "application/efi"},
	             {".iso", "application/vnd.efi-iso"},
	             {".img", "application/vnd.efi-img"}};

	path = br_text_cut(&path, '?');
	media = br_text_cut(&type, ';');
	for (size_t i = 0; i < 3 && head->status == 200; i++) {
		bool other = false;

		for (size_t j = 0; j < 3; j++)
			other = other || (j != i && br_text_is_nocase(media, known[j].type));
		if (ends_in(path, known[i].end))
			(void)br_judge(r, BR_RULE_HTTP_TYP_01,
			               !other && !br_text_starts_nocase(media, "text/"),
			               "a file %s has type %.*s", known[i].end, (int)media.size,
			               (const char *)media.data);
	}
	if (head->status < 300 && br_http_count(&q->head, "Accept-Encoding") == 0)
		(void)br_judge(r, BR_RULE_HTTP_TYP_02, br_http_count(head, "Content-Encoding") == 0,
		               "Content-Encoding, which was not asked for");
}

/* Decimal, and of more than 64 bit. */
static bool is_beyond(struct br_octets number)
{
	uint64_t value;

	for (size_t i = 0; i < number.size; i++) {
		if (number.data[i] < '0' || number.data[i] > '9')
			return false;
	}
	return number.size > 0 && !br_text_get_decimal(number, UINT64_MAX, &value);
}

static void judge_huge(struct br_rules *r, struct br_octets range, const struct br_http_head *head)
{
	struct br_octets rest = range, from;
	uint64_t first = 0, last = 0, total = 0, asked = 0;
	bool right;

	(void)br_text_cut(&rest, '=');
	from = br_text_cut(&rest, '-');
	if (!rest.data || (!is_beyond(rest) && !is_beyond(from)))
		return;
	right = head->status != 206 ||
	        (br_http_content_range(br_http_field(head, "Content-Range"), &first, &last,
	                               &total) &&
	         last + 1 == total &&
	         (from.size == 0 ||
	          (br_text_get_decimal(from, UINT64_MAX, &asked) && first == asked)));
	(void)br_judge(r, BR_RULE_HTTP_RNG_07, right && head->status < 500,
	               "%u %llu-%llu/%llu to Range: %.*s", head->status, (unsigned long long)first,
	               (unsigned long long)last, (unsigned long long)total, (int)range.size,
	               (const char *)range.data);
}

static void judge_many(struct br_rules *r, struct br_octets range, const struct br_http_head *head,
                       const struct br_http_known *known)
{
	uint64_t size = 0;
	size_t ranges = 1;

	for (size_t i = 0; i < range.size; i++)
		ranges += range.data[i] == ',';
	if (ranges < RANGES_MANY || !known || !known->has_length ||
	    !br_text_get_decimal(br_http_field(head, "Content-Length"), UINT64_MAX, &size))
		return;
	(void)br_judge(r, BR_RULE_HTTP_RNG_08,
	               head->status < 500 && (head->status != 206 || size / 2 <= known->length),
	               "%u of %llu octets to %zu ranges, the file has %llu", head->status,
	               (unsigned long long)size, ranges, (unsigned long long)known->length);
}

static void judge_range(struct br_rules *r, const struct br_http_said *q,
                        const struct br_http_head *head, const struct br_http_known *known)
{
	struct br_octets range = br_http_field(&q->head, "Range"),
			 if_range = br_http_field(&q->head, "If-Range");
	struct br_octets tag = br_http_field(head, "ETag"),
			 got = br_http_field(head, "Content-Range");
	struct br_octets length = br_http_field(head, "Content-Length");
	uint64_t size = 0, first = 0, last = 0, total = 0;
	bool has_size = br_text_get_decimal(length, UINT64_MAX, &size);

	if (!range.data)
		return;
	judge_huge(r, range, head);
	judge_many(r, range, head, known);
	if (head->status == 206 && (!is_get(q) || !br_text_starts_nocase(range, "bytes="))) {
		(void)br_judge(r, BR_RULE_HTTP_RNG_04, false, "206 to %s",
		               is_get(q) ? "an unknown unit" : "HEAD");
		return;
	}
	if (head->status == 206 && br_text_starts(if_range, "\"") && tag.data)
		(void)br_judge(r, BR_RULE_HTTP_RNG_05, br_text_equal(if_range, tag),
		               "206, though If-Range is not the ETag");
	if (head->status == 206 && !memchr(range.data, ',', range.size) &&
	    br_judge(r, BR_RULE_HTTP_RNG_06,
	             !br_text_starts_nocase(br_http_field(head, "Content-Type"), "multipart/"),
	             "multipart for one range"))
		(void)br_judge(r, BR_RULE_HTTP_RNG_02,
		               br_http_content_range(got, &first, &last, &total) &&
		                       (!has_size || size == last - first + 1),
		               "Content-Range \"%.*s\", %llu octets", (int)got.size,
		               (const char *)got.data, (unsigned long long)size);
	if (head->status == 416)
		(void)br_judge(r, BR_RULE_HTTP_RNG_03, br_text_starts(got, "bytes */"),
		               "416 without Content-Range: bytes */N");
	if (head->status == 200 && is_get(q) && !if_range.data && has_size &&
	    br_http_range(range, size, &first, &last) == BR_HTTP_RANGE_ONE)
		(void)br_judge(r, BR_RULE_HTTP_RNG_01, false, "200 for a range");
	else if (head->status == 206)
		(void)br_judge(r, BR_RULE_HTTP_RNG_01, true, "%s", "");
}

static struct br_octets opaque(struct br_octets tag)
{
	if (br_text_starts(tag, "W/"))
		return (struct br_octets){tag.data + 2, tag.size - 2};
	return tag;
}

static bool lists(struct br_octets list, struct br_octets tag, bool strong)
{
	while (list.data) {
		struct br_octets one = br_text_cut(&list, ',');

		while (one.size > 0 && one.data[0] == ' ')
			one = (struct br_octets){one.data + 1, one.size - 1};
		if (br_text_is(one, "*"))
			return true;
		if (strong ? br_text_equal(one, tag) && !br_text_starts(tag, "W/")
		           : br_text_equal(opaque(one), opaque(tag)))
			return true;
	}
	return false;
}

static void judge_conditions(struct br_rules *r, const struct br_http_said *q,
                             const struct br_http_head *head)
{
	struct br_octets none = br_http_field(&q->head, "If-None-Match"),
			 tag = br_http_field(head, "ETag");
	struct br_octets match = br_http_field(&q->head, "If-Match");
	struct br_octets modified = br_http_field(head, "Last-Modified");
	uint64_t then = 0, since = 0;
	bool ok = head->status == 200 || head->status == 206;
	bool dated = br_http_date_parse(modified, &then);

	if (none.data && tag.data && head->status == 200)
		(void)br_judge(r, BR_RULE_HTTP_CND_01, !lists(none, tag, false),
		               "200, though If-None-Match has the ETag");
	if (none.data && tag.data && head->status == 304)
		(void)br_judge(r, BR_RULE_HTTP_CND_02, lists(none, tag, false),
		               "304, though If-None-Match lacks the ETag");
	if (!none.data && dated && head->status == 200 &&
	    br_http_date_parse(br_http_field(&q->head, "If-Modified-Since"), &since))
		(void)br_judge(r, BR_RULE_HTTP_CND_03, then > since,
		               "200, though it was not modified since");
	if (match.data && tag.data && ok)
		(void)br_judge(r, BR_RULE_HTTP_CND_04, lists(match, tag, true),
		               "%u, though If-Match lacks the ETag", head->status);
	if (!match.data && dated && ok &&
	    br_http_date_parse(br_http_field(&q->head, "If-Unmodified-Since"), &since))
		(void)br_judge(r, BR_RULE_HTTP_CND_05, then <= since,
		               "%u, though it was modified since", head->status);
}

static void judge_method(struct br_rules *r, const struct br_http_said *q,
                         const struct br_http_head *head)
{
	bool any_get = br_text_is_nocase(q->head.method, "GET") ||
	               br_text_is_nocase(q->head.method, "HEAD");
	static const char *const others[] = {"POST",    "PUT",   "DELETE",
	                                     "OPTIONS", "TRACE", "CONNECT"};
	bool known = any_get;

	for (size_t i = 0; i < 6; i++)
		known = known || br_text_is(q->head.method, others[i]);
	if (br_http_is_plain(q))
		(void)br_judge(r, BR_RULE_HTTP_MTH_01, head->status != 405 && head->status != 501,
		               "%u to %.*s", head->status, (int)q->head.method.size,
		               (const char *)q->head.method.data);
	if (any_get && !is_get(q) && !is_head(q))
		(void)br_judge(r, BR_RULE_HTTP_MTH_07, head->status >= 400, "%u to \"%.*s\"",
		               head->status, (int)q->head.method.size,
		               (const char *)q->head.method.data);
	if (!known)
		(void)br_judge(r, BR_RULE_HTTP_MTH_05, head->status >= 400,
		               "%u to an unknown method", head->status);
	if (head->status == 405)
		(void)br_judge(r, BR_RULE_HTTP_MTH_06, br_http_count(head, "Allow") > 0,
		               "405 without Allow");
	if (q->head.minor >= 1)
		(void)br_judge(r, BR_RULE_HTTP_HST_01,
		               br_http_count(&q->head, "Host") == 1 || head->status == 400,
		               "%u to a request with %zu Host lines", head->status,
		               br_http_count(&q->head, "Host"));
}

/* Which fields describe the file, and its type: RFC 9110 §9.3.2 */
static uint32_t shape_of(const struct br_http_head *head)
{
	static const char *const names[] = {"Content-Type", "ETag", "Last-Modified",
	                                    "Accept-Ranges"};
	struct br_octets type = br_http_field(head, "Content-Type");
	uint32_t shape = br_rules_hash(BR_RULES_HASH_SEED, type.data, type.size) << 4;

	for (size_t i = 0; i < 4; i++)
		shape |= br_http_count(head, names[i]) > 0 ? 1u << i : 0;
	return shape;
}

static bool is_conditional(const struct br_http_said *q)
{
	static const char *const names[] = {"If-Match", "If-None-Match", "If-Modified-Since",
	                                    "If-Unmodified-Since", "Range"};

	for (size_t i = 0; i < 5; i++) {
		if (br_http_count(&q->head, names[i]) > 0)
			return true;
	}
	return false;
}

static void keep(struct br_rules *r, const struct br_http_said *q, const struct br_http_head *head,
                 struct br_http_known *known)
{
	struct br_octets host = br_http_field(&q->head, "Host");

	if (!is_conditional(q)) {
		known->status = head->status;
		known->at = r->at;
		known->host = br_rules_hash(BR_RULES_HASH_SEED, host.data, host.size);
	}
	if (head->status != 200)
		return;
	known->has_length = br_text_get_decimal(br_http_field(head, "Content-Length"), UINT64_MAX,
	                                        &known->length);
	known->has_tag = br_http_count(head, "ETag") > 0;
	known->state_hash = br_http_state(head);
	known->shape = shape_of(head);
	known->to_head = is_head(q);
}

static void judge_known(struct br_rules *r, const struct br_http_said *q,
                        const struct br_http_head *head, const struct br_http_known *known)
{
	struct br_octets tag = br_http_field(head, "ETag");
	bool dated = br_http_count(head, "Last-Modified") > 0;
	uint64_t length = 0;
	bool has_length =
		br_text_get_decimal(br_http_field(head, "Content-Length"), UINT64_MAX, &length);

	if (head->status == 304 && known->has_tag)
		(void)br_judge(r, BR_RULE_HTTP_CND_07, tag.data != NULL,
		               "304 without the ETag a 200 had");
	if (head->status != 200)
		return;
	if (tag.data)
		(void)br_judge(r, BR_RULE_HTTP_RNG_09, !br_text_starts(tag, "W/"),
		               "the ETag is weak");
	if (known->has_length && has_length && br_http_state(head) == known->state_hash &&
	    (tag.data || dated))
		(void)br_judge(r, BR_RULE_HTTP_MTH_04, length == known->length,
		               "Content-Length %llu, and %llu before", (unsigned long long)length,
		               (unsigned long long)known->length);
	if (known->has_length && has_length && length == known->length &&
	    known->to_head != is_head(q))
		(void)br_judge(
			r, BR_RULE_HTTP_MTH_03, shape_of(head) == known->shape,
			"Content-Type, ETag, Last-Modified, Accept-Ranges are not those of %s",
			is_head(q) ? "GET" : "HEAD");
}

void br_http_judge(struct br_rules *r, const struct br_http_said *q,
                   const struct br_http_head *head, struct br_octets raw,
                   struct br_http_known *known, bool handed_out)
{
	if (!q->parsed || head->status < 200)
		return;
	judge_spelling(r, head, raw);
	judge_length(r, q, head);
	judge_dates(r, q, head);
	judge_type(r, q, head);
	judge_range(r, q, head, known);
	judge_conditions(r, q, head);
	judge_method(r, q, head);
	br_http_judge_target(r, q, head, known);
	if (known && (is_get(q) || is_head(q))) {
		judge_known(r, q, head, known);
		keep(r, q, head, known);
	}
	if (handed_out)
		(void)br_judge(r, BR_RULE_HTTP_RDR_01,
		               head->status < 300 || head->status >= 400 || head->status == 304,
		               "%u for a boot URI handed out by DHCP", head->status);
}
