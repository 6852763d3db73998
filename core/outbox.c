/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/outbox.h"

#include <string.h>

void br_outbox_reset(struct br_outbox *outbox)
{
	outbox->count = 0;
	outbox->taken = 0;
	outbox->used = 0;
	outbox->overflow = false;
}

uint8_t *br_outbox_lend(struct br_outbox *outbox, size_t size)
{
	uint8_t *lent = outbox->octets + outbox->used;

	if (size > sizeof(outbox->octets) - outbox->used) {
		outbox->overflow = true;
		return NULL;
	}
	outbox->used += size;
	return lent;
}

void br_outbox_put(struct br_outbox *outbox, const struct br_action *action)
{
	/* The last place is kept for the note that says something was lost. */
	if (outbox->count + 1 >= BR_OUTBOX_ACTIONS) {
		outbox->overflow = true;
		return;
	}
	outbox->action[outbox->count++] = *action;
}

void br_outbox_note(struct br_outbox *outbox, enum br_note note, uint32_t link,
                    const struct br_endpoint *remote, const char *detail)
{
	br_outbox_note_facts(outbox, note, link, remote, detail, &(struct br_note_facts){0});
}

void br_outbox_note_facts(struct br_outbox *outbox, enum br_note note, uint32_t link,
                          const struct br_endpoint *remote, const char *detail,
                          const struct br_note_facts *facts)
{
	struct br_action action = {
		.kind = BR_ACTION_NOTE, .note = note, .link = link, .facts = *facts};
	size_t size = detail ? strlen(detail) : 0;
	size_t room = sizeof(outbox->octets) - outbox->used;
	uint8_t *copy;

	if (remote)
		action.remote = *remote;
	if (size > room)
		size = room;
	if (size > 0) {
		copy = br_outbox_lend(outbox, size);
		memcpy(copy, detail, size);
		action.payload = (struct br_octets){.data = copy, .size = size};
	}
	br_outbox_put(outbox, &action);
}

bool br_outbox_take(struct br_outbox *outbox, struct br_action *ret_action)
{
	if (outbox->taken < outbox->count) {
		*ret_action = outbox->action[outbox->taken++];
		return true;
	}
	if (outbox->overflow) {
		outbox->overflow = false;
		*ret_action = (struct br_action){.kind = BR_ACTION_NOTE,
		                                 .note = BR_NOTE_SERVER_OUTBOX_FULL};
		return true;
	}
	outbox->count = outbox->taken = outbox->used = 0; /* a long answer makes notes on its way */
	return false;
}
