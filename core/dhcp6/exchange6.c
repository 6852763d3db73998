/* SPDX-License-Identifier: BSD-2-Clause */
/* What each kind of DHCPv6 message needs: notes about it, and an answer to where it came from */
#include "core/dhcp6/exchange6.h"

#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/defect.h"
#include "core/metrics.h"
#include "core/outbox.h"

enum {
	TEXT_SIZE = BR_CONFIG_TEXT_SIZE + BR_IP_TEXT_SIZE + 16,
};

/* Notes */

static void note_facts(const struct br_dhcp6_exchange *x, enum br_note which, const char *detail,
                       struct br_note_facts *facts)
{
	if (x->client.has_mac)
		memcpy(facts->mac, x->client.mac, sizeof(facts->mac));
	br_outbox_note_facts(x->dhcp6->context.outbox, which, x->event->link, &x->event->remote,
	                     detail, facts);
}

void br_dhcp6_note(const struct br_dhcp6_exchange *x, enum br_note which, const char *detail)
{
	struct br_note_facts facts = {0};

	note_facts(x, which, detail, &facts);
}

void br_dhcp6_note_address(const struct br_dhcp6_exchange *x, enum br_note which,
                           const uint8_t address[static 16], const char *boots)
{
	struct br_note_facts facts = {0};
	char text[TEXT_SIZE];
	struct br_writer w = br_writer_of(text, sizeof(text));

	memcpy(facts.address6, address, sizeof(facts.address6));
	br_text_put_ipv6(&w, address);
	if (boots && boots[0]) {
		br_text_put(&w, " boots ");
		br_text_put(&w, boots);
	}
	note_facts(x, which, br_text_end(&w), &facts);
}

void br_dhcp6_drop(const struct br_dhcp6_exchange *x, enum br_note why, const char *detail)
{
	x->dhcp6->context.metrics->dhcp6_dropped_total++;
	br_dhcp6_note(x, why, detail);
}

/* Answers */

bool br_dhcp6_begin_answer(struct br_dhcp6_exchange *x, enum br_dhcp6_type type)
{
	return br_reply6_begin(&x->dhcp6->reply, &x->dhcp6->context, x->m, type,
	                       x->dhcp6->server_id, x->config->link[x->event->link].mtu);
}

/* RFC 8415 §18.3.10 and §19.3; RFC 8357 §5.2 for a relay that has a port of its own. */
bool br_dhcp6_send_answer(struct br_dhcp6_exchange *x)
{
	const struct br_event *event = x->event;
	struct br_action datagram = {.link = event->link,
	                             .local = {.port = event->local.port},
	                             .remote = {.port = BR_DEFECT(D6_ADV_07)
	                                                        ? BR_DHCP6_PORT_SERVER
	                                                        : BR_DHCP6_PORT_CLIENT}};

	if (!br_ip_is_multicast6(event->local.ip))
		datagram.local = event->local;
	memcpy(datagram.remote.ip, event->remote.ip, sizeof(datagram.remote.ip));
	if (x->m->levels > 0) {
		struct br_octets port =
			br_dhcp6_find(x->m->level[0].options, BR_DHCP6_OPTION_RELAY_PORT);

		datagram.remote.port = port.data && !BR_DEFECT(R6_SRV_06) ? event->remote.port
		                       : BR_DEFECT(R6_SRV_03)             ? BR_DHCP6_PORT_CLIENT
		                                                          : BR_DHCP6_PORT_SERVER;
	} else if (event->local.port == BR_DHCP6_PORT_PXE) {
		datagram.remote.port = event->remote.port;
	}
	if (!br_reply6_send(&x->dhcp6->reply, &x->dhcp6->context, &datagram)) {
		x->dhcp6->context.metrics->dhcp6_dropped_total++;
		return false;
	}
	if (x->boot.has_remark)
		br_dhcp6_note(x, x->boot.remark, NULL);
	return true;
}

void br_dhcp6_find_boot(struct br_dhcp6_exchange *x)
{
	br_policy_boot6(x->config, &x->client, x->own, &x->boot);
}
