/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/grub_test.h"

#include <stdlib.h>
#include <string.h>

struct reader {
	char *const *word;
	size_t count;
	size_t at;
};

static const char *word_at(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->count ? r->word[r->at + ahead] : NULL;
}

/* 1, 0, or -1: @operator is none of them. */
static int compare(const char *a, const char *operator, const char * b)
{
	long x = strtol(a, NULL, 0), y = strtol(b, NULL, 0);

	if (!strcmp(operator, "=") || !strcmp(operator, "=="))
		return strcmp(a, b) == 0;
	if (!strcmp(operator, "!="))
		return strcmp(a, b) != 0;
	if (!strcmp(operator, "<"))
		return strcmp(a, b) < 0;
	if (!strcmp(operator, ">"))
		return strcmp(a, b) > 0;
	if (!strcmp(operator, "-eq"))
		return x == y;
	if (!strcmp(operator, "-ne"))
		return x != y;
	if (!strcmp(operator, "-lt"))
		return x < y;
	if (!strcmp(operator, "-le"))
		return x <= y;
	if (!strcmp(operator, "-gt"))
		return x > y;
	if (!strcmp(operator, "-ge"))
		return x >= y;
	return -1;
}

/* One test without -a and -o. */
static bool primary(struct reader *r)
{
	const char *first = word_at(r, 0), *second = word_at(r, 1), *third = word_at(r, 2);
	bool negated = false;
	int result;

	while (first && !strcmp(first, "!") && second) {
		negated = !negated;
		r->at++;
		first = second;
		second = third;
		third = word_at(r, 2);
	}
	if (!first)
		return negated;
	if (second && third) {
		result = compare(first, second, third);
		if (result >= 0) {
			r->at += 3;
			return (result == 1) != negated;
		}
	}
	if (first[0] == '-' && first[1] && !first[2] && strchr("nzdefs", first[1])) {
		bool truth = first[1] == 'n'   ? second && second[0]
		             : first[1] == 'z' ? !second || !second[0]
		                               : false;

		r->at += 2;
		return truth != negated;
	}
	r->at++;
	return (first[0] != '\0') != negated;
}

/* From the left, -o weaker than -a */
bool grub_test(char *const *words, size_t count)
{
	struct reader r = {.word = words, .count = count};
	bool any = false, all = true;

	if (count == 0)
		return false;
	while (r.at < r.count) {
		all &= primary(&r);
		if (r.at >= r.count)
			break;
		if (!strcmp(words[r.at], "-o")) {
			any |= all;
			all = true;
		}
		r.at++; /* -a, -o, or what nobody understands */
	}
	return any || all;
}
