/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that are hard to read: pads, parts, lengths that lie. What an answer shows of how
 * they were read.
 */
#include "conformance/rules/dhcp/odd.h"

#include <string.h>

/* A pad with another option behind it. */
static bool has_inner_pad(const struct br_dhcp_message *m)
{
	size_t end = BR_DHCP_AT_OPTIONS;

	for (size_t i = 0; i < m->instances; i++) {
		const struct br_dhcp_instance *o = &m->instance[i];

		if (o->field != BR_DHCP_FIELD_OPTIONS)
			continue;
		if (o->offset != end)
			return true;
		end = (size_t)o->offset + 2 + o->value.size;
	}
	return false;
}

/* Where the options field stops because a length runs over the datagram's edge. */
static void note_overrun(struct br_rules *r, struct br_asked *q, const struct br_dhcp_message *m)
{
	static const size_t at = BR_DHCP_AT_OPTIONS;
	struct br_octets all = r->packet->payload;
	struct br_dhcp_option last;

	if (m->has_cookie && m->broken[BR_DHCP_FIELD_OPTIONS] &&
	    br_dhcp_option_overruns((struct br_octets){all.data + at, all.size - at}, &last)) {
		q->odd.overrun = last.code;
		q->odd.overrun_left = (uint8_t)last.value.size;
	}
}

static void note_id_parts(struct br_asked *q, const struct br_dhcp_message *m)
{
	uint8_t first_field = 0;

	if (br_dhcp_count(m, BR_DHCP_OPTION_CLIENT_ID) < 2)
		return;
	for (size_t i = 0; i < m->instances; i++) {
		const struct br_dhcp_instance *o = &m->instance[i];

		if (o->code != BR_DHCP_OPTION_CLIENT_ID)
			continue;
		if (i == m->joined_first[o->code]) {
			q->odd.id_first = (uint8_t)o->value.size;
			first_field = o->field;
		}
		q->odd.id_fields = q->odd.id_fields || o->field != first_field;
	}
}

/* Sub-options of 82 as code, length, value. */
static bool agent_fits(struct br_octets agent)
{
	struct br_reader in = br_reader_of(agent.data, agent.size);
	struct br_dhcp_option sub;

	while (br_dhcp_sub_option_get(&in, false, &sub) == 1)
		;
	return !in.bad;
}

void br_rules_note_odd(struct br_rules *r, struct br_asked *q, const struct br_dhcp_message *m)
{
	struct br_octets class = br_dhcp_get(m, BR_DHCP_OPTION_VENDOR_CLASS);
	struct br_octets item = br_dhcp_sub_option(br_dhcp_get(m, BR_DHCP_OPTION_VENDOR),
	                                           BR_PXE_TAG_BOOT_ITEM, true);
	struct br_octets agent = br_dhcp_get(m, BR_DHCP_OPTION_RELAY_AGENT);

	q->odd.padded = has_inner_pad(m);
	q->odd.type = br_dhcp_count(m, BR_DHCP_OPTION_MESSAGE_TYPE) > 0 &&
	              br_dhcp_get(m, BR_DHCP_OPTION_MESSAGE_TYPE).size != 1;
	q->odd.item = item.data && item.size != 4;
	q->odd.agent = agent.data && !agent_fits(agent);
	q->odd.caseless = q->class == BR_CLASS_NONE && br_text_starts_nocase(class, "PXEClient");
	q->odd.small = br_dhcp_count(m, BR_DHCP_OPTION_MAX_SIZE) > 0 && q->max_size < 576;
	note_overrun(r, q, m);
	note_id_parts(q, m);
}

/* The rule that an option 61 which is not the one sent breaks. */
enum br_rule br_rules_of_id(const struct br_asked *q, struct br_octets id)
{
	size_t size = q->id_size < 0 ? 0 : (size_t)q->id_size, rest = size - q->odd.id_first;
	const uint8_t *second = q->id + q->odd.id_first;
	enum br_rule parts = q->odd.id_fields ? BR_RULE_D4C_OPT_08 : BR_RULE_D4C_OPT_09;

	if (!id.data || size == 0)
		return BR_RULE_D4S_ID_01;
	if (q->odd.id_first > 0 && id.size == q->odd.id_first && !memcmp(id.data, q->id, id.size))
		return parts;
	if (q->odd.id_first > 0 && id.size == rest && !memcmp(id.data, second, rest))
		return parts;
	if (q->odd.id_first > 0 && id.size == size && !memcmp(id.data, second, rest) &&
	    !memcmp(id.data + rest, q->id, q->odd.id_first))
		return parts;
	return id.size < size && !memcmp(id.data, q->id, id.size) ? BR_RULE_D4S_ID_05
	                                                          : BR_RULE_D4S_ID_01;
}

/* What was kept is a rule held, too. */
static void judge_read(struct br_rules *r, const struct br_reply *y)
{
	const struct br_asked *q = y->q;
	struct br_octets id = br_dhcp_get(y->m, BR_DHCP_OPTION_CLIENT_ID);
	bool whole = q->id_size >= 0 && id.size == (size_t)q->id_size && id.data &&
	             !memcmp(id.data, q->id, id.size);

	if (whole && q->odd.id_first > 0)
		(void)br_judge(r, q->odd.id_fields ? BR_RULE_D4C_OPT_08 : BR_RULE_D4C_OPT_09, true,
		               "%s", "");
	if (whole && q->id_size >= 2)
		(void)br_judge(r, BR_RULE_D4S_ID_05, true, "%s", "");
	if (q->odd.padded && q->type != BR_DHCP_TYPE_NONE)
		(void)br_judge(r, BR_RULE_D4C_OPT_04,
		               br_dhcp_count(y->m, BR_DHCP_OPTION_MESSAGE_TYPE) > 0,
		               "a BOOTP reply: it read nothing behind a pad");
}

void br_rules_odd(struct br_rules *r, const struct br_reply *y)
{
	const struct br_asked *q = y->q;

	(void)br_judge(r, BR_RULE_ROB_D4_03, y->m->header.hlen <= 16, "hlen is %u",
	               y->m->header.hlen);
	if (!q || y->askeds != 1 || !y->m->has_cookie)
		return;
	judge_read(r, y);
	if (q->odd.overrun != 0)
		(void)br_judge(r, BR_RULE_ROB_D4_01,
		               br_dhcp_get(y->m, q->odd.overrun).size <= q->odd.overrun_left,
		               "%zu octets of option %u, which had %u before its datagram's end",
		               br_dhcp_get(y->m, q->odd.overrun).size, q->odd.overrun,
		               q->odd.overrun_left);
	if (q->odd.type)
		(void)br_judge(
			r, BR_RULE_ROB_D4_04, br_dhcp_count(y->m, BR_DHCP_OPTION_MESSAGE_TYPE) == 0,
			"it answers as type %u what had option 53 of another length", y->m->type);
	if (q->odd.item)
		(void)br_judge(r, BR_RULE_ROB_D4_05,
		               !br_dhcp_sub_option(y->vendor, BR_PXE_TAG_BOOT_ITEM, true).data,
		               "it took a boot item from a tag 71 of another length than 4");
}
