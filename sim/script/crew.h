/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/crew.h - scripts side by side in processes of their own, rows in the order of scripts
 *
 * Each process plays every Nth script and sends its rows through a pipe; they are read in turn,
 * so the list is the same however many there are. A process is a copy of this one, therefore
 * what a row points to in a script is the same here. With one process, and where time is real,
 * nothing is forked.
 *
 * Once a signal asks to stop (sim/stop.h) no further row comes: the run at hand is finished if it
 * is this process's, and given up if it is another's.
 */
#ifndef BR_SIM_SCRIPT_CREW_H
#define BR_SIM_SCRIPT_CREW_H

#include "sim/script/kept.h"

struct br_crew;

typedef void br_crew_work(struct br_kept *kept, const struct br_script *script,
                          struct br_file_store *made, struct br_suite_row *row);

struct br_crew *br_crew_new(struct br_kept *kept, br_crew_work *work,
                            const struct br_scripts *scripts);

/* The next script's row: fills it. Return: false if there is none, for we were stopped. */
bool br_crew_next(struct br_crew *crew, struct br_suite_row *row);
void br_crew_free(struct br_crew *crew);

#endif /* BR_SIM_SCRIPT_CREW_H */
