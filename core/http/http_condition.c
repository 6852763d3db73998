/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/http/http_condition.h"

#include <assert.h>

#include "core/base/text.h"
#include "core/defect.h"
#include "core/formats/http_date.h"

void br_http_etag(const struct br_file_info *info, char ret_etag[static BR_HTTP_ETAG_SIZE])
{
	struct br_writer w = br_writer_of(ret_etag, BR_HTTP_ETAG_SIZE);

	br_put_u8(&w, '"');
	br_text_put_hex(&w, info->size, 16);
	br_put_u8(&w, '-');
	br_text_put_hex(&w, info->mtime_s, 16);
	br_put_u8(&w, '-');
	br_text_put_hex(&w, info->version, 16);
	br_put_u8(&w, '"');
	(void)br_text_end(&w);
	assert(!w.bad);
}

/* RFC 9110 section 8.8.3: a comma may stand inside the quotes. Return: false at the
 * end of the list, or where it is no list of tags
 */
static bool get_tag(struct br_octets *rest, bool *ret_weak, struct br_octets *ret_tag)
{
	struct br_octets text = *rest;
	size_t size;

	while (text.size > 0 &&
	       (text.data[0] == ',' || text.data[0] == ' ' || text.data[0] == '\t'))
		text = (struct br_octets){.data = text.data + 1, .size = text.size - 1};
	*ret_weak = br_text_starts(text, "W/");
	if (*ret_weak)
		text = (struct br_octets){.data = text.data + 2, .size = text.size - 2};
	if (text.size == 0 || text.data[0] != '"')
		return false;
	for (size = 1; size < text.size && text.data[size] != '"'; size++)
		;
	if (size == text.size)
		return false;
	*ret_tag = (struct br_octets){.data = text.data, .size = size + 1};
	*rest = (struct br_octets){.data = text.data + size + 1, .size = text.size - size - 1};
	return true;
}

/* Any tag of any such field is @etag, or the field is "*", which any file matches. */
static bool matches(const struct br_http_head *head, const char *name, const char *etag,
                    bool weakly)
{
	const struct br_http_field *field;
	size_t index = 0;

	while ((field = br_http_field_next(head, name, &index))) {
		struct br_octets rest = field->value, tag;
		bool weak;

		if (br_text_is(field->value, "*") && !BR_DEFECT(HTTP_CND_01))
			return true;
		while (get_tag(&rest, &weak, &tag)) {
			if ((weakly || !weak) && br_text_is(tag, etag))
				return true;
		}
	}
	return false;
}

/* The time of a field, if it is there and a date: another value is as good as none. */
static bool get_time(const struct br_http_head *head, const char *name, uint64_t *ret_time_s)
{
	const struct br_http_field *field = br_http_field_find(head, name);

	return field && br_http_date_parse(field->value, ret_time_s);
}

uint16_t br_http_condition(const struct br_http_head *head, const struct br_file_info *info,
                           const char *etag)
{
	bool dated = info->mtime_s > 0;
	uint64_t time_s = 0;

	if (br_http_field_find(head, "If-Match")) {
		if (!matches(head, "If-Match", etag, false) && !BR_DEFECT(HTTP_CND_04))
			return 412;
	} else if (dated && get_time(head, "If-Unmodified-Since", &time_s) &&
	           info->mtime_s > time_s && !BR_DEFECT(HTTP_CND_05)) {
		return 412;
	}
	if (br_http_field_find(head, "If-None-Match")) {
		if (matches(head, "If-None-Match", etag, true))
			return 304;
		if (!BR_DEFECT(HTTP_CND_02))
			return 0;
	}
	if (dated && get_time(head, "If-Modified-Since", &time_s) && info->mtime_s <= time_s)
		return 304;
	return 0;
}

bool br_http_if_range(const struct br_http_head *head, const struct br_file_info *info,
                      const char *etag)
{
	const struct br_http_field *field = br_http_field_find(head, "If-Range");
	uint64_t time_s = 0;

	if (!field || br_text_is(field->value, etag) || BR_DEFECT(HTTP_RNG_05))
		return true;
	return info->mtime_s > 0 && br_http_date_parse(field->value, &time_s) &&
	       time_s == info->mtime_s;
}
