/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/tftp/tftp_odd.h - names, and requests that are none */
#ifndef BR_CONFORMANCE_RULES_TFTP_TFTP_ODD_H
#define BR_CONFORMANCE_RULES_TFTP_TFTP_ODD_H

#include "conformance/rules/tftp/tftp_table.h"

void br_tftp_note_name(struct br_transfer_seen *t, const struct br_tftp_packet *packet);
/* The first answer, against the name. */
void br_tftp_judge_name(struct br_rules *r, const struct br_transfer_seen *t,
                        const struct br_tftp_packet *packet);
void br_tftp_note_probed(struct br_rules *r, const struct br_transfer_seen *t); /* by ERROR 8 */
/* @t is answered: what of the same client's requests that were not? */
void br_tftp_judge_silence(struct br_rules *r, const struct br_transfer_seen *t);

/* To port 69, whole; @parsed: what br_tftp_parse() said. True: it is to be forgotten. */
bool br_tftp_is_odd(struct br_rules *r, const struct br_tftp_packet *packet, int parsed);
bool br_tftp_answers_odd(struct br_rules *r, const struct br_tftp_packet *packet);
void br_tftp_forget_odd(struct br_rules *r); /* its port sends a good request now */
void br_tftp_judge_alive(struct br_rules *r, const uint8_t server[static 16], bool alive);

#endif /* BR_CONFORMANCE_RULES_TFTP_TFTP_ODD_H */
