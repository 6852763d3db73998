/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/dhcp_question.h"

#include "core/defect.h"
#include "core/dhcp/pxe_vendor.h"

static bool is_op_taken(uint8_t op)
{
	if (op == BR_DHCP_OP_REPLY)
		return BR_DEFECT(D4C_HDR_02);
	return op == BR_DHCP_OP_REQUEST || BR_DEFECT(D4C_HDR_01);
}

/* What a sound server takes: the defects alone refuse it. */
static bool is_refused(const struct br_dhcp_message *m)
{
	return (BR_DEFECT(D4C_HDR_04) && m->size > 576) ||
	       (BR_DEFECT(D4C_HDR_07) && (m->header.flags & ~BR_DHCP_FLAG_BROADCAST) != 0) ||
	       (BR_DEFECT(D4C_OPT_16) && m->has_cookie && br_dhcp_count(m, 224) > 0) ||
	       (BR_DEFECT(D4S_VI_01) && m->has_cookie && br_dhcp_count(m, 124) > 1);
}

void br_dhcp_question_read(struct br_dhcp_question *question, const struct br_event *event)
{
	const struct br_dhcp_message *m = &question->message;

	question->event = event;
	question->readable = br_dhcp_parse(event->payload, &question->message) == 0 &&
	                     is_op_taken(m->header.op) && !is_refused(m);
	if (!question->readable || !m->has_cookie)
		return;
	br_client_of(m, &question->client);
	if (BR_DEFECT(D4S_CLS_03) && question->client.kind == BR_CLIENT_PLAIN &&
	    br_dhcp_count(m, BR_DHCP_OPTION_VENDOR) > 0)
		question->readable = false;
	question->wants_item =
		question->client.kind == BR_CLIENT_PXE &&
		(m->type == BR_DHCP_TYPE_REQUEST || m->type == BR_DHCP_TYPE_INFORM) &&
		br_pxe_boot_item(m, &question->item_type, &question->item_layer);
}
