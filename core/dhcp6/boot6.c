/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp6/boot6.h"

#include "core/defect.h"
#include "core/dhcp6/answer6.h"

void br_dhcp6_inform(struct br_dhcp6_exchange *x)
{
	x->dhcp6->context.metrics->dhcp6_informs_total++;
	br_dhcp6_find_boot(x);
	if (!br_dhcp6_begin_answer(x, BR_DHCP6_TYPE_REPLY))
		return;
	if (BR_DEFECT(D6_RPL_04))
		br_dhcp6_put(&x->dhcp6->reply.w, BR_DHCP6_OPTION_IA_NA, "\0\0\0\0\0\0\0\0\0\0\0\0",
		             12);
	br_dhcp6_add_options(x, false);
	if (!br_dhcp6_send_answer(x))
		return;
	x->dhcp6->context.metrics->dhcp6_replies_total++;
	br_dhcp6_note(x, BR_NOTE_DHCP6_INFORMED, x->boot.file);
}

/* Return: false, with a note, if there is nothing to say to this client */
static bool has_boot(struct br_dhcp6_exchange *x)
{
	if (x->client.kind == BR_CLIENT_PLAIN) {
		br_dhcp6_drop(x, BR_NOTE_PXE6_NOT_A_CLIENT, NULL);
		return false;
	}
	br_dhcp6_find_boot(x);
	if (x->boot.file[0])
		return true;
	br_dhcp6_drop(x, BR_NOTE_PXE6_NOTHING_TO_BOOT, NULL);
	return false;
}

/* RFC 8415 §18.3.9: by the book each IA comes back with the reason why it is empty; here IA_NAs. */
static void put_empty_ias(struct br_dhcp6_exchange *x)
{
	struct br_reader r = br_reader_of(x->m->options.data, x->m->options.size);
	struct br_writer *w = &x->dhcp6->reply.w;
	struct br_dhcp6_option option;

	while (br_dhcp6_option_get(&r, &option) == 1) {
		struct br_dhcp6_ia ia = br_dhcp6_ia(option.value);
		uint8_t *begun;

		if (option.code != BR_DHCP6_OPTION_IA_NA || !ia.there)
			continue;
		begun = br_dhcp6_begin(w, option.code);
		br_put_be32(w, ia.iaid);
		br_put_be32(w, 0);
		br_put_be32(w, 0);
		br_dhcp6_put_status(w, BR_DHCP6_STATUS_NO_ADDRESS, "");
		br_dhcp6_end(w, begun);
	}
}

static void offer(struct br_dhcp6_exchange *x)
{
	bool with_ia = x->config->proxy6_with_ia;

	if (!has_boot(x) || !br_dhcp6_begin_answer(x, BR_DHCP6_TYPE_ADVERTISE))
		return;
	if (x->config->preference_set)
		br_reply6_put(&x->dhcp6->reply, BR_DHCP6_OPTION_PREFERENCE, BR_REPLY6_MUST,
		              &x->config->preference, 1);
	if (with_ia)
		put_empty_ias(x);
	br_dhcp6_add_options(x, true);
	if (!br_dhcp6_send_answer(x))
		return;
	x->dhcp6->context.metrics->dhcp6_advertises_total++;
	br_dhcp6_note(x, with_ia ? BR_NOTE_PXE6_OFFERED_WITH_STATUS : BR_NOTE_PXE6_OFFERED,
	              x->boot.file);
}

void br_dhcp6_boot_alone(struct br_dhcp6_exchange *x)
{
	if (x->m->type == BR_DHCP6_TYPE_SOLICIT)
		offer(x);
	else if (x->m->type == BR_DHCP6_TYPE_INFORMATION)
		br_dhcp6_inform(x);
	else
		br_dhcp6_drop(x, BR_NOTE_PXE6_LEASE_TRAFFIC, br_dhcp6_type_name(x->m->type));
}

void br_dhcp6_boot_on_4011(struct br_dhcp6_exchange *x)
{
	if (x->m->type != BR_DHCP6_TYPE_REQUEST) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_TYPE_IGNORED, br_dhcp6_type_name(x->m->type));
		return;
	}
	if (!has_boot(x) || !br_dhcp6_begin_answer(x, BR_DHCP6_TYPE_REPLY))
		return;
	br_dhcp6_add_options(x, true);
	if (!br_dhcp6_send_answer(x))
		return;
	x->dhcp6->context.metrics->dhcp6_replies_total++;
	br_dhcp6_note(x, BR_NOTE_PXE6_ANSWERED, x->boot.file);
}
