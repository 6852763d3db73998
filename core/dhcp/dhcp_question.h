/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/dhcp_question.h - a datagram to port 67 or 4011, read once for all who hear it
 *
 * The address server and the boot service may listen on one port. What was sent, by whom,
 * and which item of the boot menu it asks for is the same for both.
 */
#ifndef BR_CORE_DHCP_DHCP_QUESTION_H
#define BR_CORE_DHCP_DHCP_QUESTION_H

#include "core/dhcp/policy.h"
#include "core/port.h"

/**
 * struct br_dhcp_question - What a client wants; as large as a message, so keep one
 * @event:	How it came; borrowed for the call it came with
 * @readable:	It is a BOOTREQUEST that could be parsed, else nothing below is set
 * @message:	Borrows the octets of the event
 * @client:	Set if @message has the cookie, as are those below
 * @wants_item, @item_type, @item_layer: PXE 2.1 table 2-5: tag 71 of option 43, from a
 *		PXE client
 */
struct br_dhcp_question {
	const struct br_event *event;
	bool readable;
	struct br_dhcp_message message;
	struct br_client client;
	bool wants_item;
	uint16_t item_type, item_layer;
};

void br_dhcp_question_read(struct br_dhcp_question *question, const struct br_event *event);

#endif /* BR_CORE_DHCP_DHCP_QUESTION_H */
