/* SPDX-License-Identifier: BSD-2-Clause */
/* The first octet says how the rest is cut: a head that comes in two pieces is read as
 * the whole is, and what is read can be judged and printed.
 */
#include <assert.h>
#include <string.h>

#include "core/formats/http_body.h"
#include "core/formats/http_date.h"
#include "core/formats/http_head.h"
#include "core/http/http_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(enum br_http_kind kind, const struct br_http_head *head)
{
	static uint8_t print[1 << 19];
	struct br_writer w = br_writer_of(print, sizeof(print));
	char path[BR_PATH_SIZE];
	enum br_http_body body;
	uint16_t status;
	uint64_t a = 0, b = 0, c = 0;

	br_http_print(kind, head, &w);
	assert(!w.bad);
	if (kind == BR_HTTP_REQUEST) {
		(void)br_http_request_body(head, &body, &a, &status);
		if (br_http_target_path(head->target, path) > 0)
			assert(path[0] != '/' && !strstr(path, "//") && strcmp(path, "..") != 0 &&
			       strncmp(path, "../", 3) != 0 && !strstr(path, "/../"));
	}
	(void)br_http_response_body(head, false, &body, &a);
	(void)br_http_keep_alive(head);
	for (size_t i = 0; i < head->fields; i++) {
		if (br_http_range(head->field[i].value, 1000, &a, &b) == BR_HTTP_RANGE_ONE)
			assert(a <= b && b < 1000);
		(void)br_http_content_range(head->field[i].value, &a, &b, &c);
		(void)br_http_date_parse(head->field[i].value, &a);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_octets octets;
	size_t cut, seen_whole = 0, seen_cut = 0;
	enum br_http_kind kind;
	struct br_http_head whole, pieces;
	uint16_t status_whole = 0, status_cut = 0;
	int result, again;

	if (size < 1)
		return 0;
	kind = data[0] & 1 ? BR_HTTP_RESPONSE : BR_HTTP_REQUEST;
	octets = (struct br_octets){.data = data + 1, .size = size - 1};
	cut = (size_t)data[0] % (octets.size + 1);
	result = br_http_parse(kind, octets, 4096, &seen_whole, &whole, &status_whole);
	again = br_http_parse(kind, (struct br_octets){.data = octets.data, .size = cut}, 4096,
	                      &seen_cut, &pieces, &status_cut);
	if (again == 0)
		again = br_http_parse(kind, octets, 4096, &seen_cut, &pieces, &status_cut);
	else if (again < 0)
		assert(result < 0);
	assert(again == result);
	if (result == 1) {
		assert(whole.size == pieces.size && whole.fields == pieces.fields);
		judge(kind, &whole);
	}
	return 0;
}
