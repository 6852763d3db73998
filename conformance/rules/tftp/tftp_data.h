/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/tftp/tftp_data.h - DATA of a server: turn, size, repetition, end */
#ifndef BR_CONFORMANCE_RULES_TFTP_TFTP_DATA_H
#define BR_CONFORMANCE_RULES_TFTP_TFTP_DATA_H

#include "conformance/rules/tftp/tftp_table.h"

/* @size: of the block, all of it, even where the capture cut it. */
void br_tftp_judge_data(struct br_rules *r, struct br_transfer_seen *t,
                        const struct br_tftp_packet *packet, uint64_t size);

/* Does the packet at hand come from the address that was asked? NET-SRC-02 */
void br_tftp_judge_source(struct br_rules *r, struct br_transfer_seen *t);

#endif /* BR_CONFORMANCE_RULES_TFTP_TFTP_DATA_H */
