/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripts of corpus/script_good come back as they stood; those of corpus/script_bad are
 * refused with the very message of the .says file beside them. BR_BLESS=1 writes the
 * .says files anew, for a person to read.
 */
#include "tests/helper.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/script/parser.h"
#include "sim/script/print.h"
#include "sim/script/source.h"

static const char *sentence(void *context, const char *id)
{
	static const char *const known[] = {"TFTP-TSZ-01",  "D4S-DLV-01",   "RLS-01",
	                                    "PXE-PRX-09",   "D4S-REQ-02",   "PXE-BS-03",
	                                    "TFTP-OACK-05", "TFTP-OACK-01", "TFTP-LCK-01",
	                                    "HBD-01",       "HTTP-LEN-04",  "HTTP-RDR-01"};

	(void)context;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strcmp(known[i], id))
			return "A sentence.";
	}
	return NULL;
}

static const char *near_id(void *context, const char *id)
{
	(void)context;
	return !strncmp(id, "TFTP-T", 6) ? "TFTP-TSZ-01" : NULL;
}

static struct br_parse_options options_to(FILE *errors)
{
	return (struct br_parse_options){
		.errors = errors, .requirement = sentence, .near = near_id};
}

/* Calls @visit for each .wire file of a folder of the corpus; returns how many. */
static unsigned for_each(const char *folder, void (*visit)(const char *path, const char *name))
{
	char path[512], file[1024];
	struct dirent *entry;
	unsigned count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", getenv("BR_CORPUS"), folder);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		size_t size = strlen(entry->d_name);

		if (size < 5 || strcmp(entry->d_name + size - 5, ".wire") != 0)
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		visit(file, entry->d_name);
		count++;
	}
	closedir(dir);
	return count;
}

static char *printed(const struct br_script *script)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	br_script_print(script, to);
	fclose(to);
	return text;
}

/* Runs of blanks as one, none at the ends of lines. */
static void squeeze(char *text)
{
	char *to = text;

	for (char *from = text; *from; from++) {
		bool blank = *from == ' ' || *from == '\t';

		if (blank && (to == text || to[-1] == ' ' || to[-1] == '\n'))
			continue;
		if (*from == '\n' && to > text && to[-1] == ' ')
			to--;
		*to++ = blank ? ' ' : *from;
	}
	*to = '\0';
}

static void comes_back(const char *path, const char *name)
{
	struct br_parse_options options = options_to(stderr);
	struct br_script *script, *again;
	char *text, *once, *twice;
	size_t size;

	text = br_source_read(path, &size);
	assert_non_null(text);
	assert_int_equal(br_script_parse(&script, name, text, size, &options), 0);
	once = printed(script);
	assert_int_equal(br_script_parse(&again, name, once, strlen(once), &options), 0);
	twice = printed(again);
	assert_string_equal(twice, once);
	squeeze(text);
	squeeze(once);
	assert_string_equal(once, text);
	free(text);
	free(once);
	free(twice);
	br_script_free(script);
	br_script_free(again);
}

static void printing_a_script_gives_it_back(void **state)
{
	(void)state;
	assert_true(for_each("script_good", comes_back) >= 5);
}

static void is_refused(const char *path, const char *name)
{
	char says_path[1024], *text, *said = NULL, *says;
	struct br_parse_options options;
	struct br_script *script;
	size_t size, said_size, says_size;
	FILE *errors = open_memstream(&said, &said_size);

	options = options_to(errors);
	text = br_source_read(path, &size);
	assert_non_null(text);
	assert_int_equal(br_script_parse(&script, name, text, size, &options), -EINVAL);
	fclose(errors);
	snprintf(says_path, sizeof(says_path), "%.*s.says", (int)strlen(path) - 5, path);
	if (getenv("BR_BLESS")) {
		FILE *golden = fopen(says_path, "w");

		fputs(said, golden);
		fclose(golden);
	}
	says = br_source_read(says_path, &says_size);
	assert_non_null(says);
	assert_string_equal(said, says);
	free(text);
	free(said);
	free(says);
}

static void each_mistake_has_its_message(void **state)
{
	(void)state;
	assert_true(for_each("script_bad", is_refused) >= 20);
}

/* Any octets, cut anywhere: the parser ends, and says something when it refuses. */
static void truncate_everywhere(const char *path, const char *name)
{
	struct br_parse_options options = {0};
	struct br_script *script;
	size_t size;
	char *text = br_source_read(path, &size);

	assert_non_null(text);
	for (size_t cut = 0; cut < size; cut++) {
		char *flush = malloc(cut + 1); /* so that a sanitizer sees one octet too far */

		memcpy(flush, text, cut);
		if (br_script_parse(&script, name, flush, cut, &options) == 0)
			br_script_free(script);
		free(flush);
	}
	free(text);
}

static void a_script_may_end_anywhere(void **state)
{
	(void)state;
	for_each("script_good", truncate_everywhere);
}

static void every_verb_has_a_manual_and_an_example(void **state)
{
	static const char head[] = "wire 1\nnet lan 10.77.0.0/24\nnet far 10.77.0.0/24\n"
				   "node boot sut lan=10.77.0.2 role=tftp\n"
				   "node fw client lan mac=52:54:00:12:34:56\n";
	const struct br_verb *const tables[] = {br_verbs_header, br_verbs_step};
	struct br_parse_options options = options_to(stderr);
	struct br_script *script;
	char text[1024];

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		for (const struct br_verb *v = tables[t]; v->name; v++) {
			assert_non_null(v->form);
			assert_true(strlen(v->says) > 10);
			assert_int_equal(strncmp(v->form, v->name, strlen(v->name)), 0);
			if (!v->example)
				continue;
			snprintf(text, sizeof(text), "%s%s\n", head, v->example);
			assert_int_equal(
				br_script_parse(&script, v->name, text, strlen(text), &options), 0);
			br_script_free(script);
		}
	}
}

/* What is behind 17 MiB of comment counts as well as what is before it. */
static void a_script_is_read_to_its_end(void **state)
{
	char path[] = "/tmp/bootrig-test-XXXXXX", *said = NULL;
	struct br_parse_options options;
	struct br_script *script = NULL;
	size_t said_size;
	FILE *errors = open_memstream(&said, &said_size);
	FILE *file = fdopen(mkstemp(path), "w");

	(void)state;
	options = options_to(errors);
	fprintf(file, "wire 1\nnet lan 10.77.0.0/24\nnode boot sut lan=10.77.0.2 role=tftp\n");
	for (size_t i = 0; i < 17; i++)
		fprintf(file, "# %01048576d\n", 0);
	fclose(file);
	assert_int_equal(br_script_load(&script, path, &options), 0);
	assert_int_equal(script->items, 20);
	br_script_free(script);
	file = fopen(path, "a");
	fprintf(file, "garbage\n");
	fclose(file);
	assert_int_equal(br_script_load(&script, path, &options), -EINVAL);
	fclose(errors);
	assert_non_null(strstr(said, ":21:1: expected a verb or END -> END, found 'garbage'"));
	unlink(path);
	free(said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printing_a_script_gives_it_back),
		cmocka_unit_test(each_mistake_has_its_message),
		cmocka_unit_test(a_script_may_end_anywhere),
		cmocka_unit_test(every_verb_has_a_manual_and_an_example),
		cmocka_unit_test(a_script_is_read_to_its_end),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
