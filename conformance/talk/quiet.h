/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/quiet.h - which client was quiet longest */
#ifndef BR_CONFORMANCE_TALK_QUIET_H
#define BR_CONFORMANCE_TALK_QUIET_H

#include "conformance/talk/store.h"

/* Puts @client, who is not in br_talk.client[] yet, behind the others and into the heap, both of
 * which have room.
 */
void talk_quiet_add(struct br_talk *talk, struct br_talk_client *client);

/* Takes the client that was quiet longest, but not @keep, out of the heap; NULL: there is none. */
struct br_talk_client *talk_quiet_take(struct br_talk *talk, const struct br_talk_client *keep);

#endif /* BR_CONFORMANCE_TALK_QUIET_H */
