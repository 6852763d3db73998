/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/toml.h - as much of TOML 1.0 as a list of settings needs
 *
 * Keys with strings, whole numbers, true, false, and arrays of these; tables of one name;
 * comments. The rest of TOML (dates, fractions, tables in tables, strings of several lines) is
 * refused, not misread: whatever is taken means the same to any reader of TOML.
 */
#ifndef BR_SIM_SERVE_TOML_H
#define BR_SIM_SERVE_TOML_H

#include <stdbool.h>
#include <stddef.h>

enum {
	BR_TOML_SIZE_MAX = 1 << 20, /* octets of a file */
	BR_TOML_NAME_MAX = 64,      /* of a key or table, with its NUL */
	BR_TOML_VALUE_MAX = 1024,   /* of a value as text, with its NUL */
};

enum br_toml_kind {
	BR_TOML_STRING,
	BR_TOML_NUMBER, /* .text has it in decimal */
	BR_TOML_SWITCH, /* .text is "true" or "false" */
};

/**
 * struct br_toml_value - One value; of an array each comes by itself
 * @table:	Whose key it is; "": before the first table
 * @index:	In its array, @last: the last one there; 0 and true for what is no array
 * @line, @column: Where it stands, from 1
 */
struct br_toml_value {
	const char *table, *key;
	enum br_toml_kind kind;
	const char *text;
	bool in_array, last;
	size_t index;
	size_t line, column;
};

/**
 * br_toml_read() - Read a file
 * @take:	Called for each value, in their order. Return: true, or false after writing to
 *		@error what was expected
 * @error:	On failure "PATH:LINE:COLUMN: expected ...", or why it could not be opened
 *
 * Return: 0, -EINVAL, or what open() and read() said
 */
int br_toml_read(const char *path,
                 bool (*take)(void *context, const struct br_toml_value *value, char *error,
                              size_t error_size),
                 void *context, char *error, size_t error_size);

#endif /* BR_SIM_SERVE_TOML_H */
