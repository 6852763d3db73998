/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/effect.h - what the user of the machine would see
 *
 * The client of a script is played by its lines. Here it is left to its model instead:
 * the same network, the same server, and the firmware boots by itself. What then stands
 * on its screen is the effect of whatever is wrong with the server.
 */
#ifndef BR_SIM_SCRIPT_EFFECT_H
#define BR_SIM_SCRIPT_EFFECT_H

#include "sim/script/script.h"

/* One sentence into @text; false if no client of the script has a model, or a server of
 * it is played by lines and so would not answer.
 */
bool br_effect(const struct br_script *script, uint64_t seed, char *text, size_t size);

#endif /* BR_SIM_SCRIPT_EFFECT_H */
