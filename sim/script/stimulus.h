/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/stimulus.h - a line whose source a script plays: build it and send it
 *
 * What a line leaves out comes from a template:
 *
 * - a client's DHCP message from its model (as=), with a new xid for discover and the last
 *   one for everything else; without a model only the hardware address is there;
 * - a plain peer's reply from the last request it heard: xid, chaddr, flags, giaddr, and
 *   its own address in option 54, the mask in 1 and an hour in 51;
 * - a relay's message from the last one it heard that fits, by the rules of sim/net/relay.h;
 * - an HTTP request from the model, else with Host alone.
 *
 * TFTP lines stand for themselves: a model adds no option to them.
 */
#ifndef BR_SIM_SCRIPT_STIMULUS_H
#define BR_SIM_SCRIPT_STIMULUS_H

#include "sim/script/stage.h"

/**
 * br_stimulus_send() - Do what a line says, now
 * @error:	On failure: why not
 * @ret_datagram: True if a datagram is on its way, which will be seen
 *
 * Return: 0 or -EINVAL
 */
int br_stimulus_send(struct br_stage *stage, const struct br_step *step, bool *ret_datagram,
                     char error[static BR_STAGE_ERROR_SIZE]);

#endif /* BR_SIM_SCRIPT_STIMULUS_H */
