/* SPDX-License-Identifier: BSD-2-Clause */
/* vms/lan.h - the verb `lan`: the wire as a process
 *
 * Segments, servers, and a socket for a real machine, in real time.
 */
#ifndef BR_VMS_LAN_H
#define BR_VMS_LAN_H

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_lan;

#endif /* BR_VMS_LAN_H */
