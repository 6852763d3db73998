/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve/config_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/nearest.h"
#include "sim/serve/toml.h"

enum {
	WORD_MAX = 4096, /* elements with commas between them */
};

struct config_reading {
	struct br_serve_options *options;
	const struct br_option *rows;
	char word[WORD_MAX]; /* of an array, as far as it came */
	size_t size;
};

static bool is_repeated(const char *key)
{
	static const char *const keys[] = {"boot",    "menu",     "pool",   "pool6",
	                                   "reserve", "reserve6", "subnet", "subnet6"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i], key) == 0)
			return true;
	}
	return false;
}

/* As the word of a command line has it */
static const char *as_word(const struct br_toml_value *value)
{
	if (value->kind != BR_TOML_SWITCH)
		return value->text;
	return strcmp(value->text, "true") == 0 ? "on" : "off";
}

static bool set(struct config_reading *reading, const char *key, const char *word, char *error,
                size_t error_size)
{
	struct br_nearest nearest = br_nearest_to(key, strlen(key));
	char hint[BR_NEAREST_WORD_MAX + 32];
	int result = br_config_set(&reading->options->config, key, word, error, error_size);

	if (result != -ENOENT)
		return result == 0;
	for (size_t i = 0; br_config_key(i); i++)
		br_nearest_try(&nearest, br_config_key(i));
	snprintf(error, error_size, "there is no setting '%s'%s", key,
	         br_nearest_hint(&nearest, hint, sizeof(hint)));
	return false;
}

static bool take_setting(struct config_reading *reading, const struct br_toml_value *value,
                         char *error, size_t error_size)
{
	const char *word = as_word(value);
	size_t size = strlen(word);

	if (!value->in_array || is_repeated(value->key))
		return set(reading, value->key, word, error, error_size);
	if (value->index == 0)
		reading->size = 0;
	if (reading->size + size + 2 > sizeof(reading->word)) {
		snprintf(error, error_size, "expected less");
		return false;
	}
	if (value->index > 0)
		reading->word[reading->size++] = ',';
	memcpy(reading->word + reading->size, word, size + 1);
	reading->size += size;
	return !value->last || set(reading, value->key, reading->word, error, error_size);
}

static const struct br_option *option_of(const struct br_option *rows, const char *name)
{
	for (const struct br_option *o = rows; o->name; o++) {
		if (strcmp(o->name + 2, name) == 0)
			return o;
	}
	return NULL;
}

/* What br_words_read_option() says goes to a command line: only its first half is of use here. */
static bool take_option(struct config_reading *reading, const struct br_toml_value *value,
                        char *error, size_t error_size)
{
	const struct br_command_verb verb = {.name = "serve", .option = reading->rows};
	const struct br_option *option = option_of(reading->rows, value->key);
	struct br_serve_options *options = reading->options;
	char name[BR_TOML_NAME_MAX + 2], said[1024] = "";
	struct br_words words = br_words_of(&verb);
	bool good;

	if (!option || strcmp(value->key, "config") == 0)
		option = NULL;
	if (!option || value->in_array) {
		snprintf(error, error_size,
		         option ? "expected one value of '%s'"
		                : "there is no option '%s' for [serve]",
		         value->key);
		return false;
	}
	if (option->takes == BR_TAKES_NOTHING) {
		*(bool *)((char *)options + option->at) = strcmp(value->text, "true") == 0;
		snprintf(error, error_size, "expected true or false");
		return value->kind == BR_TOML_SWITCH;
	}
	if (options->kept_size + strlen(value->text) + 1 > sizeof(options->kept)) {
		snprintf(error, error_size, "expected less");
		return false;
	}
	memcpy(options->kept + options->kept_size, value->text, strlen(value->text) + 1);
	snprintf(name, sizeof(name), "--%s", value->key);
	words.err = fmemopen(said, sizeof(said), "w");
	if (!words.err)
		return false;
	good = br_words_read_option(&words, name, options->kept + options->kept_size, options);
	(void)fclose(words.err);
	options->kept_size += strlen(value->text) + 1;
	said[strcspn(said, ";\n")] = '\0';
	if (!good)
		snprintf(error, error_size, "%s", strchr(said, ':') ? strchr(said, ':') + 2 : said);
	return good;
}

static bool take(void *context, const struct br_toml_value *value, char *error, size_t error_size)
{
	if (value->table[0] == '\0')
		return take_setting(context, value, error, error_size);
	if (strcmp(value->table, "serve") == 0)
		return take_option(context, value, error, error_size);
	snprintf(error, error_size, "there is no table [%s], only [serve]", value->table);
	return false;
}

int br_config_file_read(const char *path, const struct br_option *rows,
                        struct br_serve_options *options, char *error, size_t error_size)
{
	struct config_reading reading = {.options = options, .rows = rows};

	options->kept_size = 0;
	return br_toml_read(path, take, &reading, error, error_size);
}
