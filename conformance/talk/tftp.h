/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/tftp.h - TFTP transfers */
#ifndef BR_CONFORMANCE_TALK_TFTP_H
#define BR_CONFORMANCE_TALK_TFTP_H

#include "conformance/talk/store.h"

/* Return: the packet was theirs */
bool talk_tftp(struct br_talk *talk, const struct seen *seen);

#endif /* BR_CONFORMANCE_TALK_TFTP_H */
