/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/field.h - one value of a packet: its octets, and how a script writes them
 *
 * `opt93=7` is two octets, `opt67="boot.efi"` eight: a literal is turned into octets
 * by the format of its field before anything is compared. `hex:0102` stands for just
 * these octets in every format, so that a line can also say what no format allows.
 */
#ifndef BR_SIM_LINES_FIELD_H
#define BR_SIM_LINES_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum {
	BR_FIELD_SIZE_MAX = 2048, /* octets of one value: several options of one code joined */
};

enum br_value_kind {
	BR_VALUE_WORD,     /* boot.efi, 1468, 10.77.0.1, 0x51a348a4 */
	BR_VALUE_STRING,   /* "PXEClient"; escapes \" \\ \n \r \t \0 \xNN are taken out */
	BR_VALUE_LIST,     /* [1,3,6]: without its brackets */
	BR_VALUE_VARIABLE, /* $x: without its dollar */
};

/**
 * struct br_value - What stands behind an operator
 * @kind:	Which
 * @text:	Its octets, with a NUL behind them that is not counted
 * @bounded, @bound: `$b<=1468`: the value must also not be above @bound
 */
struct br_value {
	enum br_value_kind kind;
	bool bounded;
	uint64_t bound;
	struct br_octets text;
};

enum br_field_format {
	BR_FIELD_HEX,     /* 0102636c; a literal in quotes stands for its own octets */
	BR_FIELD_TEXT,    /* one closing NUL does not count, RFC 2132 §2 */
	BR_FIELD_U8,      /* one or more numbers */
	BR_FIELD_U16,     /* one or more */
	BR_FIELD_U32,     /* one or more */
	BR_FIELD_U64,     /* one */
	BR_FIELD_XID,     /* 0x51a348a4 */
	BR_FIELD_FLAGS,   /* broadcast, 0, 0x8001 */
	BR_FIELD_IPV4,    /* one or more addresses */
	BR_FIELD_IPV6,    /* one or more */
	BR_FIELD_MAC,     /* 52:54:00:12:34:56 */
	BR_FIELD_DECIMAL, /* digits as text, as TFTP options and Content-Length */
	BR_FIELD_NONE,    /* no octets: there or not */
};

/* @octets may point into @room: do not copy the struct. */
struct br_field {
	enum br_field_format format;
	struct br_octets octets;
	uint8_t room[16];
};

enum {
	BR_VARIABLES_MAX = 128
};

/* Variables: the first use binds, later uses compare. */
struct br_variable {
	const char *name; /* borrowed from the script */
	enum br_field_format format;
	struct br_octets octets;
};

struct br_variables {
	struct br_variable variable[BR_VARIABLES_MAX];
	size_t count;
	size_t used; /* octets of @room in use */
	uint8_t room[32768];
};

const struct br_variable *br_variable_find(const struct br_variables *variables, const char *name);
/* False if there is no room; a name that is bound keeps its value. */
bool br_variable_bind(struct br_variables *variables, const char *name,
                      const struct br_field *field);

/**
 * br_field_encode() - A literal as octets of a format
 * @value:	WORD, STRING or LIST
 * @w:		Where they go
 *
 * Return: NULL, or what was expected ("an address, as in 10.77.0.1")
 */
const char *br_field_encode(enum br_field_format format, const struct br_value *value,
                            struct br_writer *w);
/* As a script would write it: quoted if it must be. */
void br_field_print(enum br_field_format format, struct br_octets octets, struct br_writer *w);
/* The number in the octets of any numeric format; false if it is none. */
bool br_field_number(enum br_field_format format, struct br_octets octets, uint64_t *ret_number);
/* A variable's octets in another format: false if they cannot be read so. */
bool br_field_convert(const struct br_variable *variable, enum br_field_format format,
                      struct br_writer *w);
/* What a comparison means in this format: trailing NUL of a text, leading zeros of digits. */
bool br_field_equal(enum br_field_format format, struct br_octets got, struct br_octets want);
/* Each element of @want is one of @got; for texts and hex: @want is part of @got. */
bool br_field_contains(enum br_field_format format, struct br_octets got, struct br_octets want);
void br_value_print(const struct br_value *value, struct br_writer *w);
/* A whole number, decimal or 0x...; false, @ret untouched, on anything else or above @max. */
bool br_number_read(struct br_octets text, uint64_t max, uint64_t *ret);
/* A text without quotes if it reads back so, else with them. */
void br_text_print_word(struct br_octets text, struct br_writer *w);

#endif /* BR_SIM_LINES_FIELD_H */
