/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/mutants/killers.h - which checks notice that the server has a defect */
#ifndef BR_CONFORMANCE_MUTANTS_KILLERS_H
#define BR_CONFORMANCE_MUTANTS_KILLERS_H

#include "conformance/conform/verdicts.h"
#include "sim/script/collect.h"

enum {
	BR_KILLER_SIZE = 160,
};

/**
 * struct br_mutant - What came of one defect; may lie in memory that processes share
 * @ended:	All scripts were played; else the server crashed or hung in script @at
 * @own:	The requirement it breaks is among those found broken
 * @scripts:	How many noticed
 * @by:		The check that killed it, of its own requirement if one of these did:
 *		"tftp/read/missing-file:13", "rule TFTP-ERR-03 in tftp/read/missing-file"; "": none
 * @why:	What was wrong there
 */
struct br_mutant {
	bool ended, own;
	size_t at, scripts;
	char by[BR_KILLER_SIZE], why[BR_KILLER_SIZE];
};

/**
 * br_killers_find() - Play all scripts against the server as it is now
 *
 * Those that are dear come last, and are left out if others noticed the defect already and they do
 * not show the requirement that is broken.
 *
 * @watch:	Judges every frame
 * @made:	Generated files are kept here
 * @dear:	Of each script, whether it costs many times what others do
 * @requirement: That it breaks; "": none
 * @noticed:	Of each script, whether it noticed something; room for all of @scripts
 */
void br_killers_find(const struct br_scripts *scripts, const struct br_run_watch *watch,
                     struct br_file_store *made, const bool *dear, const char *requirement,
                     struct br_mutant *mutant, bool *noticed);

#endif /* BR_CONFORMANCE_MUTANTS_KILLERS_H */
