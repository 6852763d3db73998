/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/tftp/tftp_ack.h - ACKs of a client, and what they show of the DATA before */
#ifndef BR_CONFORMANCE_RULES_TFTP_TFTP_ACK_H
#define BR_CONFORMANCE_RULES_TFTP_TFTP_ACK_H

#include "conformance/rules/tftp/tftp_table.h"

void br_tftp_judge_ack(struct br_rules *r, struct br_transfer_seen *t,
                       const struct br_tftp_packet *packet);

/* It may go to another port than those before: TFTP-TID-02. */
void br_tftp_judge_mixed(struct br_rules *r, const struct br_transfer_seen *t,
                         const struct br_tftp_packet *packet);

#endif /* BR_CONFORMANCE_RULES_TFTP_TFTP_ACK_H */
