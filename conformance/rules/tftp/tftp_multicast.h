/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/tftp/tftp_multicast.h - TFTP to a group, RFC 2090 */
#ifndef BR_CONFORMANCE_RULES_TFTP_TFTP_MULTICAST_H
#define BR_CONFORMANCE_RULES_TFTP_TFTP_MULTICAST_H

#include "conformance/rules/tftp/tftp_table.h"

/* @value: of the option in an OACK. */
void br_tftp_judge_group_oack(struct br_rules *r, const struct br_transfer_seen *t,
                              struct br_octets value);
void br_tftp_group_ack(struct br_rules *r, const struct br_transfer_seen *t, uint16_t block);
/* Return: false if it goes to no group */
bool br_tftp_judge_group_data(struct br_rules *r, const struct br_tftp_packet *packet);

#endif /* BR_CONFORMANCE_RULES_TFTP_TFTP_MULTICAST_H */
