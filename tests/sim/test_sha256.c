/* SPDX-License-Identifier: BSD-2-Clause */
/* The examples NIST gives with FIPS 180-4, in one piece and in pieces of every size. */
#include "tests/helper.h"

#include <string.h>

#include "sim/net/sha256.h"

static void assert_digest(const void *octets, size_t size, size_t piece, const char *want)
{
	const uint8_t *octet = octets;
	uint8_t digest[BR_SHA256_SIZE];
	char text[BR_SHA256_TEXT_SIZE];
	struct br_sha256 hash;

	br_sha256_begin(&hash);
	for (size_t at = 0; at < size; at += piece)
		br_sha256_add(&hash, octet + at, size - at < piece ? size - at : piece);
	br_sha256_end(&hash, digest);
	br_sha256_print(digest, text);
	assert_string_equal(text, want);
}

static void the_published_examples_come_out(void **state)
{
	static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	static const char four[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
				   "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

	(void)state;
	assert_digest("", 0, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_digest("abc", 3, 3,
	              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	for (size_t piece = 1; piece < 130; piece++) {
		assert_digest(two, strlen(two), piece,
		              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
		assert_digest(four, strlen(four), piece,
		              "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
	}
}

static void a_million_letters(void **state)
{
	static char letters[1000000];

	(void)state;
	memset(letters, 'a', sizeof(letters));
	assert_digest(letters, sizeof(letters), 999,
	              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_examples_come_out),
		cmocka_unit_test(a_million_letters),
	};

	return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
