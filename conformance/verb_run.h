/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/verb_run.h - the verbs `run` and `list` of the command */
#ifndef BR_CONFORMANCE_VERB_RUN_H
#define BR_CONFORMANCE_VERB_RUN_H

/* @argv[0] is the verb; the exit code of the command, see sim/script/suite.h. */
int br_verb_run(int argc, char **argv);
int br_verb_list(int argc, char **argv);

#endif /* BR_CONFORMANCE_VERB_RUN_H */
