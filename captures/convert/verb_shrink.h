/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/verb_shrink.h - `bootrig shrink`: a script or a capture without what does not
 * matter (sim/script/shrink.h, captures/convert/smaller_pcap.h)
 */
#ifndef BR_CAPTURES_CONVERT_VERB_SHRINK_H
#define BR_CAPTURES_CONVERT_VERB_SHRINK_H

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_shrink;

#endif /* BR_CAPTURES_CONVERT_VERB_SHRINK_H */
