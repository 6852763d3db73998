/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/dhcp_question.h"

#include "core/dhcp/pxe_vendor.h"

void br_dhcp_question_read(struct br_dhcp_question *question, const struct br_event *event)
{
	const struct br_dhcp_message *m = &question->message;

	question->event = event;
	question->readable = br_dhcp_parse(event->payload, &question->message) == 0 &&
	                     m->header.op == BR_DHCP_OP_REQUEST;
	if (!question->readable || !m->has_cookie)
		return;
	br_client_of(m, &question->client);
	question->wants_item =
		question->client.kind == BR_CLIENT_PXE &&
		(m->type == BR_DHCP_TYPE_REQUEST || m->type == BR_DHCP_TYPE_INFORM) &&
		br_pxe_boot_item(m, &question->item_type, &question->item_layer);
}
