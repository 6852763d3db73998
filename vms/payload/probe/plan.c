/* SPDX-License-Identifier: BSD-2-Clause */
#include "plan.h"

#include <string.h>

#include "report.h"
#include "sim/net/sha256.h"

struct plan_words {
	const char *at, *end;
};

/* The next word of this line into @ret_word. Return: false if there is none that fits */
static bool take(struct plan_words *words, char *ret_word, size_t size)
{
	size_t length = 0;

	while (words->at < words->end && *words->at == ' ')
		words->at++;
	while (words->at < words->end && *words->at != ' ' && *words->at != '\n') {
		if (length + 1 == size)
			return false;
		ret_word[length++] = *words->at++;
	}
	ret_word[length] = 0;
	return length > 0;
}

static bool take_number(struct plan_words *words, uint32_t *ret_number)
{
	char digits[11];

	*ret_number = 0;
	if (!take(words, digits, sizeof(digits)))
		return false;
	for (const char *digit = digits; *digit; digit++) {
		if (*digit < '0' || *digit > '9' || *ret_number > (UINT32_MAX - 9) / 10)
			return false;
		*ret_number = *ret_number * 10 + (uint32_t)(*digit - '0');
	}
	return true;
}

static bool take_address(struct plan_words *words, uint8_t ret_address[static 4])
{
	char text[16];
	const char *at = text;

	if (!take(words, text, sizeof(text)))
		return false;
	for (size_t i = 0; i < 4; i++) {
		uint32_t number = 0;
		const char *begin = at;

		while (*at >= '0' && *at <= '9' && number < 256)
			number = number * 10 + (uint32_t)(*at++ - '0');
		if (at == begin || number > 255 || *at != (i < 3 ? '.' : 0))
			return false;
		ret_address[i] = (uint8_t)number;
		at++;
	}
	return true;
}

static int digit_of(char letter)
{
	if (letter >= '0' && letter <= '9')
		return letter - '0';
	return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static bool take_digest(struct plan_words *words, uint8_t ret_digest[static 32])
{
	char text[BR_SHA256_TEXT_SIZE];

	if (!take(words, text, sizeof(text)) || strlen(text) != 64)
		return false;
	for (size_t i = 0; i < 32; i++) {
		int high = digit_of(text[2 * i]), low = digit_of(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret_digest[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool is(const char *word, const char *other)
{
	return strlen(word) == strlen(other) && !memcmp(word, other, strlen(other));
}

static bool take_server(struct br_plan *plan, struct plan_words *words, bool http)
{
	struct br_plan_server *server = &plan->server[plan->servers];

	if (plan->servers == BR_PLAN_SERVERS_MAX)
		return false;
	plan->servers++;
	server->http = http;
	server->window = 1;
	return take_address(words, server->address) &&
	       (http || take_number(words, &server->window));
}

static bool take_file(struct br_plan *plan, struct plan_words *words)
{
	struct br_plan_file *file = &plan->file[plan->files];

	if (plan->files == BR_PLAN_FILES_MAX)
		return false;
	plan->files++;
	return take(words, file->name, sizeof(file->name)) && take_number(words, &file->size) &&
	       take_digest(words, file->digest);
}

bool br_plan_read(struct br_plan *ret_plan, const char *text, size_t size)
{
	struct plan_words words = {text, text + size};
	bool first = true;
	char word[20];

	memset(ret_plan, 0, sizeof(*ret_plan));
	while (take(&words, word, sizeof(word))) {
		bool good = false;
		uint32_t version;

		if (first)
			good = is(word, "bootrig-manifest") && take_number(&words, &version) &&
			       version == 1;
		else if (is(word, "end"))
			return true;
		else if (is(word, "tftp") || is(word, "http"))
			good = take_server(ret_plan, &words, is(word, "http"));
		else if (is(word, "file"))
			good = take_file(ret_plan, &words);
		else if (is(word, "missing"))
			good = take(&words, ret_plan->missing, sizeof(ret_plan->missing));
		if (!good || words.at == words.end || *words.at != '\n')
			return false;
		words.at++;
		first = false;
	}
	return false;
}

void br_plan_judge(const struct br_plan_file *file, uint32_t number, const void *octets,
                   uint32_t size, uint32_t microseconds)
{
	struct br_sha256 hash;
	uint8_t digest[BR_SHA256_SIZE];

	br_sha256_begin(&hash);
	br_sha256_add(&hash, octets, size);
	br_sha256_end(&hash, digest);
	br_plan_judge_digest(file, number, digest, size, microseconds);
}

void br_plan_judge_digest(const struct br_plan_file *file, uint32_t number,
                          const uint8_t digest[static 32], uint32_t size, uint32_t microseconds)
{
	bool same = size == file->size && !memcmp(digest, file->digest, sizeof(file->digest));

	br_report("%u got %u us %u", number, size, microseconds);
	br_report_digest(number, digest);
	br_report("%u %s", number, same ? "same" : "differs");
}
