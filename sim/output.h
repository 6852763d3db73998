/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/output.h - a file that a command writes: whole or not at all, and never over what it reads
 *
 * Octets go into a new file beside the one that is meant, which takes its place when all of
 * them are there: a full disk, an interrupt or a bad input leaves what was there before. Whether
 * it is one of the inputs is told by device and inode, so no link or detour hides it. What is no
 * regular file (a terminal, a pipe, /dev/null) has nothing to lose and is written to as it is.
 */
#ifndef BR_SIM_OUTPUT_H
#define BR_SIM_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * struct br_output - One file being written
 * @file:	Write here; errors are kept for br_output_commit()
 * @written:	Path of @file, for what opens it itself by a path; "-" for standard output
 * @path:	What it becomes, links resolved; NULL: @file is that already
 */
struct br_output {
	FILE *file;
	char *written, *path;
	const char *const *inputs; /* borrowed, until it is committed or dropped */
	size_t count;
};

/**
 * br_output_open() - Begin to write
 * @ret_output:	Set on 0 only
 * @path:	"-" is standard output
 * @inputs:	@count paths that must not be replaced, those of other outputs among them;
 *		NULL is none, "-" is standard input
 * @err:	Gets one line on failure; NULL: nobody does, here and below
 *
 * Return: 0; -EINVAL: it is one of @inputs; -EISDIR; -ENOMEM; else what open() or stat() said
 */
int br_output_open(struct br_output *ret_output, const char *path, const char *const *inputs,
                   size_t count, FILE *err);

/**
 * br_output_commit() - All is written: it takes its place
 *
 * Return: 0, or after one line to @err (none for -EPIPE) the negative errno of the first write
 *	   that failed, of close() or of rename(): then what was there before is there. Also
 *	   -EINVAL, as above, for what became an input meanwhile. It is closed either way.
 */
int br_output_commit(struct br_output *output, FILE *err);

/**
 * br_output_place() - It takes its place now, and more is written later
 *
 * For what somebody may want to read while it grows. br_output_commit() then only ends it.
 *
 * Return: 0, or after one line to @err what rename() said, or -EINVAL as above; then drop it
 */
int br_output_place(struct br_output *output, FILE *err);

/* True if @path leads to the same file as one of @inputs; they are as in br_output_open(). */
bool br_output_is_input(const char *path, const char *const *inputs, size_t count);

/* It shall not be: what was there before stays. An output of zeros is no output. */
void br_output_drop(struct br_output *output);

/* The files of all outputs of this process that have not got their place are taken away: it is
 * about to end. May be called by a handler of signals.
 */
void br_output_abandon(void);

/* Make a folder, and those above it. Return: 0, or negative errno of the last part */
int br_output_folder(const char *path);

/**
 * br_output_standard() - Nothing more goes to standard output
 *
 * Return: 0, or negative errno if some of it was lost, after one line to @err unless who read it
 *	   has gone away (-EPIPE), for he knows
 */
int br_output_standard(FILE *err);

#endif /* BR_SIM_OUTPUT_H */
