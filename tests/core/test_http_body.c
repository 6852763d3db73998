/* SPDX-License-Identifier: BSD-2-Clause */
/* Chunked bodies whole, cut at every octet, and malformed. */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "core/formats/http_body.h"

static const char whole[] = "5 \t;a=b\r\nhello\r\n0001 \r\n \r\nA;x=\"y;z\"\r\n0123456789\r\n"
			    "0\r\nTrailer: x\r\nB:\r\n\r\nGET";

static char content[64];
static size_t content_size;

/* Feed @size octets; what br_http_chunks_get() said last. */
static int feed(struct br_http_chunks *chunks, const char *text, size_t size, size_t *ret_left)
{
	struct br_reader r = guarded(text, size);
	struct br_octets piece;
	int result;

	while ((result = br_http_chunks_get(chunks, &r, &piece)) == 1) {
		assert_true(piece.size > 0 && piece.size <= sizeof(content) - content_size);
		memcpy(content + content_size, piece.data, piece.size);
		content_size += piece.size;
	}
	*ret_left = br_left(&r);
	return result;
}

static void chunks_cut_anywhere_give_the_same_content_HTTP_SMG_08(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < sizeof(whole) - 4; cut++) {
		struct br_http_chunks chunks = {0};
		size_t left = 0;

		content_size = 0;
		assert_int_equal(feed(&chunks, whole, cut, &left), 0);
		assert_int_equal(left, 0);
		assert_int_equal(feed(&chunks, whole + cut, sizeof(whole) - 1 - cut, &left),
		                 -ENODATA);
		assert_int_equal(left, 3); /* the next request is not touched */
		assert_int_equal(content_size, 16);
		assert_memory_equal(content, "hello 0123456789", 16);
	}
}

static void what_is_malformed_is_refused_and_stays_refused(void **state)
{
	static const char *const rows[] = {
		"x\r\n",
		"\r\n",
		";a\r\n",
		"5\nhello",
		"5\rhello",
		"5\r\r\nhello",
		"5;a\r\r\nhello",
		"5\r\nhelloX\r\n",
		"5\r\nhello\rX",
		"-5\r\n",
		"0x5\r\n",
		"5 6\r\nhello\r\n0\r\n\r\n",
		"5 x\r\nhello\r\n0\r\n\r\n",
		"5\t \t5\r\nhello\r\n0\r\n\r\n",
		"5;a\nb\r\n",
		"0\r\nA: b\n\r\n",
		"0\r\nA: b\r\r\n",
		"0\r\n\rX",
		"0\r\n\r\r\n",
		"10000000000000000\r\n",
		"ffffffffffffffff1\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct br_http_chunks chunks = {0};
		size_t left = 0;

		content_size = 0;
		assert_int_equal(feed(&chunks, rows[i], strlen(rows[i]), &left), -EBADMSG);
		assert_int_equal(feed(&chunks, "0\r\n\r\n", 5, &left), -EBADMSG);
	}
}

static void the_largest_size_is_taken_for_what_it_is(void **state)
{
	struct br_http_chunks chunks = {0};
	size_t left = 0;

	(void)state;
	content_size = 0;
	assert_int_equal(feed(&chunks, "ffffffffffffffff\r\nabc", 21, &left), 0);
	assert_int_equal(content_size, 3);
	assert_true(chunks.left == UINT64_MAX - 3);
}

static void extensions_and_trailers_have_a_limit(void **state)
{
	static const char line[] = "Trailer: 0123456789\r\n";
	struct br_http_chunks chunks = {0};
	size_t left = 0, fed = 0;

	(void)state;
	assert_int_equal(feed(&chunks, "0\r\n", 3, &left), 0);
	while (feed(&chunks, line, sizeof(line) - 1, &left) == 0)
		fed += sizeof(line) - 1;
	assert_in_range(fed, BR_HTTP_CHUNK_EXTRA_MAX - 100, 2 * BR_HTTP_CHUNK_EXTRA_MAX);

	/* chunks without them have none, blanks behind a size do */
	chunks = (struct br_http_chunks){0};
	for (int i = 0; i < 2 * BR_HTTP_CHUNK_EXTRA_MAX; i++) {
		content_size = 0;
		assert_int_equal(feed(&chunks, "1\r\na\r\n", 6, &left), 0);
	}
	assert_int_equal(feed(&chunks, "1", 1, &left), 0);
	for (int i = 0; i < BR_HTTP_CHUNK_EXTRA_MAX; i++)
		assert_int_equal(feed(&chunks, " ", 1, &left), 0);
	assert_int_equal(feed(&chunks, " ", 1, &left), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_cut_anywhere_give_the_same_content_HTTP_SMG_08),
		cmocka_unit_test(what_is_malformed_is_refused_and_stays_refused),
		cmocka_unit_test(the_largest_size_is_taken_for_what_it_is),
		cmocka_unit_test(extensions_and_trailers_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
