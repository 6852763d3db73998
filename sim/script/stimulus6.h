/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/stimulus6.h - what a line of DHCPv6 leaves out, and how ICMPv6 goes out */
#ifndef BR_SIM_SCRIPT_STIMULUS6_H
#define BR_SIM_SCRIPT_STIMULUS6_H

#include "sim/script/stage.h"

/**
 * br_stimulus6_template() - The message that a line of dhcp6 fills in, as its node would send it
 * @xid:	That the line names; 0: none
 * @ret_link:	Where a relay sends it out; untouched else
 * @ret_peer:	Of a relay that passes on a reply: to whom; else untouched
 *
 * Return: octets written; 0: nothing that could be one was heard
 */
size_t br_stimulus6_template(struct br_stage *stage, const struct br_step *step, uint32_t xid,
                             uint8_t *octets, size_t room, uint32_t *ret_link,
                             struct br_endpoint *ret_peer);

/* A message without its checksum as a frame on the first link of the node. Return: 0, -EINVAL with
 * @error set
 */
int br_stimulus6_send_icmp(struct br_stage *stage, const struct br_step *step,
                           struct br_octets message, struct br_seen *ret_as,
                           char error[static BR_STAGE_ERROR_SIZE]);

#endif /* BR_SIM_SCRIPT_STIMULUS6_H */
