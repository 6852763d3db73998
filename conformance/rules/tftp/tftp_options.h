/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/tftp/tftp_options.h - the request, the OACK, the first answer */
#ifndef BR_CONFORMANCE_RULES_TFTP_TFTP_OPTIONS_H
#define BR_CONFORMANCE_RULES_TFTP_TFTP_OPTIONS_H

#include "conformance/rules/tftp/tftp_table.h"

void br_tftp_note_request(struct br_rules *r, struct br_transfer_seen *t,
                          const struct br_tftp_packet *packet);
void br_tftp_judge_oack(struct br_rules *r, struct br_transfer_seen *t,
                        const struct br_tftp_packet *packet);
void br_tftp_judge_first(struct br_rules *r, struct br_transfer_seen *t,
                         const struct br_tftp_packet *packet, uint64_t size);

#endif /* BR_CONFORMANCE_RULES_TFTP_TFTP_OPTIONS_H */
