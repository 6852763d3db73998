/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/setup.h - the core set up like the servers of a capture
 *
 * What a server said is what it is configured to say: roles, lease, options, boot files, menu,
 * discovery control, whether its proxy OFFER is bare, what TFTP grants, files as long as they
 * were. Words of core/config.h put on top change that.
 */
#ifndef BR_CAPTURES_REPLAY_SETUP_H
#define BR_CAPTURES_REPLAY_SETUP_H

#include <stdio.h>

#include "captures/replay/stage.h"

/* Fill .server[].config and .store of @stage from one attempt. */
void br_setup_learn(struct br_stage *stage, const struct br_story *story,
                    const struct br_attempt *attempt, const struct br_tape *tape);

/* [ADDRESS:]KEY=VALUE of a command line; @text is cut into pieces and borrowed. Return: 0,
 * -EINVAL with what is wrong in @error, -ENOSPC
 */
int br_setup_take(struct br_setup_words *words, char *text, char *error, size_t error_size);

/* The first word for boot=, menu=, subnet=, pool= or reserve= takes the place of all that was
 * learnt of it; others are set on top.
 */
void br_setup_apply(struct br_stage *stage, struct br_setup_words *words);

/* " role=dhcp,tftp lease=120 ...", as a script's node line or `bootrig serve` takes it */
void br_setup_print(FILE *out, const struct br_config *config);

#endif /* BR_CAPTURES_REPLAY_SETUP_H */
