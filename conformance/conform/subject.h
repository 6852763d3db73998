/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/subject.h - the server of others that scripts are played against
 *
 * Where its description says how it is started it runs in the lab (lab.h), anew for each script if
 * it is configured; what it keeps and says lies below OUT/conform-NAME. Several processes can each
 * have it for themselves, in networks of their own, with what they share in `files`.
 */
#ifndef BR_CONFORMANCE_CONFORM_SUBJECT_H
#define BR_CONFORMANCE_CONFORM_SUBJECT_H

#include "conformance/conform/lab.h"
#include "conformance/conform/server.h"
#include "sim/script/collect.h"

enum {
	BR_SUBJECT_PATH_SIZE = 512,
};

/**
 * struct br_subject - One server, and the one beside it
 * @server, @beside: As described; @beside.name NULL: there is none
 * @folder, @files, @captures: Below OUT; "" of one that somebody else starts
 * @error:	The last that went wrong, one line
 * @ended:	It ended by itself, once or more
 */
struct br_subject {
	struct br_server_entry server, beside;
	struct br_lab *lab, *beside_lab;
	char device[BR_LAB_DEVICE_SIZE], beside_device[BR_LAB_DEVICE_SIZE];
	char folder[BR_SUBJECT_PATH_SIZE], files[BR_SUBJECT_PATH_SIZE + 16];
	char captures[BR_SUBJECT_PATH_SIZE + 16];
	char state[BR_SUBJECT_PATH_SIZE + 16], beside_state[BR_SUBJECT_PATH_SIZE + 32];
	char error[BR_LAB_ERROR_SIZE];
	long said; /* octets of its log that were given away */
	bool ended;
};

/* What stands behind --server, as br_server_entry_choose(); its scripts are for .server.target. */
int br_subject_choose(struct br_subject *ret_subject, const char *word, const char *address,
                      const char *roles, FILE *err);
void br_subject_free(struct br_subject *subject);

/**
 * br_subject_open() - Its folders, and the files that these scripts want of it
 * @out:	The folder that all of it lies below
 *
 * Return: 0, or negative errno with @error set; nothing is started
 */
int br_subject_open(struct br_subject *subject, const struct br_scripts *scripts, const char *out);

/**
 * br_subject_begin() - One process's own
 * @number:	Its state lies in a folder of that number
 * @own:	In a network of its own, too: this process leaves the one it is in for good
 *
 * It is started, to see that it can be. Return: 0, or negative errno with @error set
 */
int br_subject_begin(struct br_subject *subject, size_t number, bool own);

/* Ready for a script. Return: NULL, or why it is not to be had for that one */
const char *br_subject_prepare(struct br_subject *subject, const struct br_script *script);

/* What it said in its log since the last time; to be freed, NULL: nothing */
char *br_subject_said(struct br_subject *subject);

/* @when: " before NAME", or "": for the line on stderr, should it have ended by itself */
void br_subject_stop(struct br_subject *subject, const char *when);

#endif /* BR_CONFORMANCE_CONFORM_SUBJECT_H */
