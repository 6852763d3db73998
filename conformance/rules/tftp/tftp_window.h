/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/tftp/tftp_window.h - windows, and what a block holds each time it comes */
#ifndef BR_CONFORMANCE_RULES_TFTP_TFTP_WINDOW_H
#define BR_CONFORMANCE_RULES_TFTP_TFTP_WINDOW_H

#include "conformance/rules/tftp/tftp_table.h"

/* Each before @t's own fields know of the packet; @block as br_tftp_whole_number() counts. */
void br_tftp_judge_window_data(struct br_rules *r, struct br_transfer_seen *t, uint64_t block);
void br_tftp_judge_window_ack(struct br_rules *r, struct br_transfer_seen *t, int64_t block);
void br_tftp_judge_content(struct br_rules *r, struct br_transfer_seen *t, uint64_t block,
                           struct br_octets data);

#endif /* BR_CONFORMANCE_RULES_TFTP_TFTP_WINDOW_H */
