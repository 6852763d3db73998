/* SPDX-License-Identifier: BSD-2-Clause */
/* Which boot file for which client: one server's answers held against each other. */
#include "conformance/rules/dhcp/boot.h"

#include <string.h>

#include "core/dhcp/policy.h"

#define LOADED_FOR (120 * BR_S) /* a boot program that asks again does so by then */

/* What runs on the same processor and firmware, from IANA "Processor Architecture Types";
 * 7 and 9 are one, since lists differ (RFC 4578 §2.1 and its errata). 0: not told apart here.
 */
static unsigned machine_of(unsigned arch)
{
	static const uint8_t machines[] = {
		[0] = 1,  [6] = 2,  [7] = 3,  [9] = 3,  [10] = 4,  [11] = 5,  [15] = 2, [16] = 3,
		[17] = 3, [18] = 4, [19] = 5, [20] = 1, [25] = 6,  [26] = 6,  [27] = 7, [28] = 7,
		[29] = 8, [30] = 8, [37] = 9, [38] = 9, [39] = 10, [40] = 10,
	};

	return arch < sizeof(machines) ? machines[arch] : 0;
}

static enum br_rule ipxe_rule(const struct br_dhcp_message *m)
{
	struct br_octets user = br_dhcp_get(m, BR_DHCP_OPTION_USER_CLASS);

	if (br_text_is(user, "iPXE"))
		return BR_RULE_D4S_UC_02;
	return br_user_class_has(user, "iPXE") ? BR_RULE_D4S_UC_01 : BR_RULE_NONE;
}

void br_rules_note_arch(struct br_asked *q, const struct br_dhcp_message *m)
{
	struct br_octets list = br_dhcp_get(m, BR_DHCP_OPTION_ARCHITECTURE);
	struct br_client client;

	q->boot.ipxe_rule = ipxe_rule(m);
	br_client_of(m, &client);
	q->boot.pi = client.is_pi;
	q->boot.undi = br_dhcp_get(m, BR_DHCP_OPTION_NETWORK_INTERFACE).size == 3;
	q->boot.odd = list.data && (list.size % 2 != 0 || list.size == 0);
	if (q->boot.odd) { /* what a careless reader takes for it */
		q->arch = -1;
		if (list.size > 0)
			q->boot.machine = machine_of(list.size == 1 ? list.data[0]
			                                            : (unsigned)list.data[0] << 8 |
			                                                      list.data[1]);
		return;
	}
	for (size_t i = 0; i + 1 < list.size; i += 2) {
		unsigned machine = machine_of((unsigned)list.data[i] << 8 | list.data[i + 1]);

		q->boot.machine = machine;
		q->boot.machines |= 1u << machine;
	}
	q->boot.arches = list.size / 2;
}

static bool is_plain_firmware(const struct br_asked *q)
{
	return q->class != BR_CLASS_NONE && !q->ipxe && !q->boot.odd && q->boot.arches == 1 &&
	       q->boot.machine != 0;
}

/* A disk image may hold a boot program for each machine. */
static bool is_for_all(struct br_octets file)
{
	struct br_octets end;

	if (!br_rules_is_uri(file))
		return false;
	end = (struct br_octets){file.data + file.size - 4, 4};
	return br_text_is_nocase(end, ".iso") || br_text_is_nocase(end, ".img");
}

static void judge_loop(struct br_rules *r, const struct br_reply *y, const struct br_given *given)
{
	if (y->q->boot.ipxe_rule == BR_RULE_NONE || given->ipxe || r->at > given->at + LOADED_FOR ||
	    memcmp(given->chaddr, y->m->header.chaddr, 16) != 0)
		return;
	(void)br_judge(r, y->q->boot.ipxe_rule, false,
	               "iPXE gets the file that its firmware got in frame %llu",
	               (unsigned long long)given->frame);
}

/* @given: the same server and the same file. */
/* The server gives others another file, and this one to that machine alone: it read a type. */
static bool tells_apart(const struct br_rules *r, const struct br_given *like)
{
	bool others = false;

	for (size_t i = 0; i < r->dhcp->givens && i < BR_GIVEN_MAX; i++) {
		const struct br_given *given = &r->dhcp->given[i];

		if (given->server_id != like->server_id || given->ipxe)
			continue;
		if (given->file_hash == like->file_hash && given->machine != like->machine)
			return false;
		others = others || given->file_hash != like->file_hash;
	}
	return others;
}

/* Return: true if that was all there is to say. */
static bool judge_machine(struct br_rules *r, const struct br_reply *y,
                          const struct br_given *given)
{
	const struct br_asked *q = y->q;
	enum br_rule rule = q->class == BR_CLASS_HTTP ? BR_RULE_HBD_08 : BR_RULE_PXE_ARCH_01;

	/* a machine's own boot stages may say different things of it */
	if (given->ipxe || given->class != q->class || given->machine == 0 || q->ipxe ||
	    !memcmp(given->chaddr, y->m->header.chaddr, 16))
		return false;
	if (q->boot.pi != given->pi && q->boot.machine == 1 && given->machine == 1)
		(void)br_judge(r, BR_RULE_PXE_ARCH_06, false,
		               "a Raspberry Pi and a PC get one file, see frame %llu",
		               (unsigned long long)given->frame);
	else if (q->boot.odd && q->boot.machine == given->machine && tells_apart(r, given))
		(void)br_judge(r, BR_RULE_PXE_ARCH_04, false,
		               "option 93 is odd, and it gets the file of frame %llu",
		               (unsigned long long)given->frame);
	else if (q->boot.arches > 1 && !(q->boot.machines & (1u << given->machine | 1u)))
		(void)br_judge(r, BR_RULE_PXE_ARCH_03, false,
		               "no type of its list is that of the client in frame %llu",
		               (unsigned long long)given->frame);
	else if (is_plain_firmware(q) && q->boot.machine != given->machine && !q->boot.pi &&
	         !given->pi && !is_for_all(y->best_file))
		(void)br_judge(r, rule, false, "it gets the file of another type, see frame %llu",
		               (unsigned long long)given->frame);
	else
		return false;
	return true;
}

static void judge_kept(struct br_rules *r, const struct br_asked *q)
{
	enum br_rule rule = q->class == BR_CLASS_HTTP ? BR_RULE_HBD_08 : BR_RULE_PXE_ARCH_01;

	if (q->boot.ipxe_rule != BR_RULE_NONE)
		(void)br_judge(r, q->boot.ipxe_rule, true, "%s", "");
	if (is_plain_firmware(q))
		(void)br_judge(r, rule, true, "%s", "");
	if (q->boot.odd)
		(void)br_judge(r, BR_RULE_PXE_ARCH_04, true, "%s", "");
	if (q->boot.arches > 1)
		(void)br_judge(r, BR_RULE_PXE_ARCH_03, true, "%s", "");
}

/* raspberrypi/documentation boot-net.adoc: it looks for these words and for siaddr. */
static void judge_pi(struct br_rules *r, const struct br_reply *y)
{
	static const char words[] = "Raspberry Pi Boot";
	size_t size = sizeof(words) - 1;
	bool found = false;

	if (!y->q->boot.pi || y->m->type != BR_DHCP_TYPE_OFFER ||
	    !br_text_starts(y->class, "PXEClient"))
		return;
	for (size_t i = 0; i + size <= y->vendor.size && !found; i++)
		found = !memcmp(y->vendor.data + i, words, size);
	(void)br_judge(r, BR_RULE_PXE_V43_16, found && y->m->header.siaddr != 0, "%s",
	               found ? "siaddr 0.0.0.0" : "option 43 lacks the text Raspberry Pi Boot");
}

void br_rules_boot_file(struct br_rules *r, const struct br_reply *y)
{
	struct br_dhcp_watch *w = r->dhcp;
	const struct br_asked *q = y->q;
	struct br_given now = {.server_id = y->server_id, .frame = r->frame, .at = r->at};
	bool seen = false, said = false;

	if (!q)
		return;
	judge_pi(r, y);
	if (y->best_file.size == 0)
		return;
	now.file_hash = br_rules_hash(BR_RULES_HASH_SEED, y->best_file.data, y->best_file.size);
	now.class = q->class;
	now.machine = q->boot.odd || q->boot.arches != 1 ? 0 : q->boot.machine;
	now.ipxe = q->ipxe;
	now.pi = q->boot.pi;
	memcpy(now.chaddr, y->m->header.chaddr, 16);
	judge_kept(r, q);
	for (size_t i = 0; i < w->givens && i < BR_GIVEN_MAX; i++) {
		struct br_given *given = &w->given[i];

		if (given->server_id != now.server_id || given->file_hash != now.file_hash)
			continue;
		judge_loop(r, y, given);
		said = said || judge_machine(r, y, given);
		if (given->class == now.class && given->machine == now.machine &&
		    given->ipxe == now.ipxe && given->pi == now.pi &&
		    !memcmp(given->chaddr, now.chaddr, 16)) {
			seen = true;
			given->at = r->at;
		}
	}
	if (!seen)
		w->given[w->givens++ % BR_GIVEN_MAX] = now;
}

/* Answers on 4011 to one client: INFORM is as REQUEST, and credentials are no program. */
void br_rules_pxe_answer(struct br_rules *r, const struct br_reply *y)
{
	struct br_dhcp_watch *w = r->dhcp;
	const struct br_asked *q = y->q;
	struct br_pxe_answer now = {.server_id = y->server_id,
	                            .type = q->type,
	                            .item = q->item,
	                            .item_type = q->item_type,
	                            .machine = q->boot.machine,
	                            .ipxe = q->ipxe,
	                            .credentials = (q->item_layer & 0x8000) != 0,
	                            .frame = r->frame};

	memcpy(now.chaddr, y->m->header.chaddr, 16);
	if (y->best_file.size > 0)
		now.file_hash =
			br_rules_hash(BR_RULES_HASH_SEED, y->best_file.data, y->best_file.size) | 1;
	for (size_t i = 0; i < w->pxe_answers && i < BR_PXE_ANSWERS_MAX; i++) {
		const struct br_pxe_answer *was = &w->pxe_answer[i];

		if (was->server_id != now.server_id || was->item != now.item ||
		    was->machine != now.machine || was->ipxe != now.ipxe ||
		    was->item_type != now.item_type || memcmp(was->chaddr, now.chaddr, 16) != 0)
			continue;
		if (was->credentials == now.credentials && was->type != now.type)
			(void)br_judge(r, BR_RULE_PXE_BS_06, was->file_hash == now.file_hash,
			               "INFORM and REQUEST get two answers, see frame %llu",
			               (unsigned long long)was->frame);
		if (was->credentials != now.credentials && now.file_hash != 0)
			(void)br_judge(r, BR_RULE_PXE_BS_10, was->file_hash != now.file_hash,
			               "credentials are the boot file of frame %llu",
			               (unsigned long long)was->frame);
	}
	w->pxe_answer[w->pxe_answers++ % BR_PXE_ANSWERS_MAX] = now;
}

/* Does tag 8 list @address for @type? @ret_known: it lists the type. */
static bool lists(struct br_octets servers, uint16_t type, uint32_t address, bool *ret_known)
{
	struct br_reader in = br_reader_of(servers.data, servers.size);
	struct br_pxe_item item;
	bool found = false;

	*ret_known = false;
	while (br_pxe_boot_servers_get(&in, &item) == 1) {
		struct br_reader list = br_reader_of(item.value.data, item.value.size);

		if (item.type != type)
			continue;
		*ret_known = *ret_known || item.value.size > 0;
		while (br_left(&list) > 0)
			found = br_get_be32(&list) == address || found;
	}
	return found;
}

/* What an OFFER says of the boot servers, and a boot server's answer held against its own. */
void br_rules_listed(struct br_rules *r, const struct br_reply *y)
{
	struct br_octets control =
		br_dhcp_sub_option(y->vendor, BR_PXE_TAG_DISCOVERY_CONTROL, true);
	struct br_octets servers = br_dhcp_sub_option(y->vendor, BR_PXE_TAG_BOOT_SERVERS, true);
	struct br_dhcp_server *server = br_rules_server(r, y->src_ip);
	bool known, found;

	if (!server)
		return;
	if (!y->pxe_port && y->m->type == BR_DHCP_TYPE_OFFER) {
		memcpy(server->listed_for, y->m->header.chaddr, 16);
		server->listed_size = 0;
		if (control.size == 1 && (control.data[0] & BR_PXE_CONTROL_LISTED_ONLY) &&
		    servers.size <= sizeof(server->listed)) {
			server->listed_size = (uint8_t)servers.size;
			if (servers.size > 0)
				memcpy(server->listed, servers.data, servers.size);
		}
	} else if (y->pxe_port && y->q->item && server->listed_size > 0 &&
	           !memcmp(server->listed_for, y->m->header.chaddr, 16)) {
		found = lists((struct br_octets){server->listed, server->listed_size},
		              y->q->item_type, y->m->header.siaddr, &known);
		if (known)
			(void)br_judge(r, BR_RULE_PXE_BS_22, found,
			               "siaddr %s, and its tag 8 lists others for type %u",
			               BR_IP(y->m->header.siaddr), y->q->item_type);
	}
}
