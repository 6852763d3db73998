/* SPDX-License-Identifier: BSD-2-Clause */
/* core/outbox.h - the actions of one input, in order, with the octets they point to
 *
 * Small answers (a DHCP reply, an ERROR, a note) are queued here while an event
 * is handled. Bulk (DATA of a window, the body of a file) never is: the services
 * make it one action at a time when br_server_output() asks.
 */
#ifndef BR_CORE_OUTBOX_H
#define BR_CORE_OUTBOX_H

#include "core/port.h"

enum {
	BR_OUTBOX_ACTIONS = 64,
	BR_OUTBOX_OCTETS = 32768,
};

struct br_outbox {
	struct br_action action[BR_OUTBOX_ACTIONS];
	size_t count; /* actions put */
	size_t taken; /* actions given out */
	size_t used;  /* octets of the arena in use */
	bool overflow;
	uint8_t octets[BR_OUTBOX_OCTETS];
};

/* Forget what was not taken: called at the start of every input. */
void br_outbox_reset(struct br_outbox *outbox);

/* Lend @size octets that live until the next reset; NULL when the arena is full. */
uint8_t *br_outbox_lend(struct br_outbox *outbox, size_t size);

/* Queue a copy of @action; its octets must be static, lent, or the server's own. */
void br_outbox_put(struct br_outbox *outbox, const struct br_action *action);

/* Queue a note about @remote (may be NULL); @detail is copied, and may be cut short. */
void br_outbox_note(struct br_outbox *outbox, enum br_note note, uint32_t link,
                    const struct br_endpoint *remote, const char *detail);
void br_outbox_note_facts(struct br_outbox *outbox, enum br_note note, uint32_t link,
                          const struct br_endpoint *remote, const char *detail,
                          const struct br_note_facts *facts);

/* False: all is taken, and what was lent is lent no longer. */
bool br_outbox_take(struct br_outbox *outbox, struct br_action *ret_action);

#endif /* BR_CORE_OUTBOX_H */
