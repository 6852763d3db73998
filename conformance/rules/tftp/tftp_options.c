/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP requests and what servers grant: RFC 2347, 2348, 2349, 7440, 2090. */
#include "conformance/rules/tftp/tftp_options.h"

#include "conformance/rules/tftp/tftp_multicast.h"
#include "conformance/rules/tftp/tftp_odd.h"

static const struct {
	const char *name;
	uint64_t min, max;
} known[BR_TFTP_KNOWN] = {
	{"blksize", BR_TFTP_BLKSIZE_MIN, BR_TFTP_BLKSIZE_MAX},
	{"tsize", 0, UINT64_MAX},
	{"timeout", 1, BR_TFTP_TIMEOUT_S_MAX},
	{"windowsize", 1, BR_TFTP_WINDOWSIZE_MAX},
};

static enum br_tftp_mode mode_of(struct br_octets mode)
{
	if (br_text_is_nocase(mode, "octet"))
		return BR_MODE_OCTET;
	if (br_text_is_nocase(mode, "netascii"))
		return BR_MODE_NETASCII;
	return br_text_is_nocase(mode, "mail") ? BR_MODE_MAIL : BR_MODE_OTHER;
}

static size_t kind_of(struct br_octets name)
{
	size_t kind = 0;

	while (kind < BR_TFTP_KNOWN && !br_text_is_nocase(name, known[kind].name))
		kind++;
	return kind;
}

static bool repeats(const struct br_tftp_packet *packet)
{
	for (size_t i = 0; i < packet->options; i++) {
		for (size_t j = 0; j < i; j++) {
			if (br_text_equal_nocase(packet->option[i].name, packet->option[j].name))
				return true;
		}
	}
	return false;
}

void br_tftp_note_request(struct br_rules *r, struct br_transfer_seen *t,
                          const struct br_tftp_packet *packet)
{
	br_tftp_note_name(t, packet);
	t->mode = mode_of(packet->mode);
	t->write = packet->opcode == BR_TFTP_WRQ;
	t->options.all_valid = true;
	t->options.count = packet->options;
	t->options.unknown = 0;
	t->block_size = BR_TFTP_BLKSIZE_DEFAULT;
	t->window_size = 1;
	for (size_t i = 0; i < packet->options; i++) {
		const struct br_tftp_option *o = &packet->option[i];
		size_t kind = kind_of(o->name);
		struct br_tftp_wish *wish;
		uint32_t hash = br_rules_hash(BR_RULES_HASH_SEED, o->name.data, o->name.size);

		hash = br_rules_hash(hash, o->value.data, o->value.size);
		t->options.set_hash += hash;
		t->options.order_hash = br_rules_hash(t->options.order_hash, &hash, sizeof(hash));

		if (br_text_is_nocase(o->name, "multicast"))
			t->options.multicast = true;
		if (kind == BR_TFTP_KNOWN) {
			t->options.unknown++;
			continue;
		}
		wish = &t->options.wish[kind];
		wish->twice = wish->asked; /* which of them counts is not known */
		wish->asked = true;
		if (!br_text_equal(o->name, br_text(known[kind].name)))
			t->options.capitals |= 1u << kind;
		wish->valid =
			br_tftp_option_number(o, known[kind].min, known[kind].max, &wish->value);
		t->options.all_valid = t->options.all_valid && wish->valid;
	}
	if (packet->options > 0)
		(void)br_judge(r, BR_RULE_TFTP_OPT_05, !repeats(packet),
		               "an option stands twice in the request");
}

static void judge_value(struct br_rules *r, const struct br_transfer_seen *t, size_t kind,
                        uint64_t given)
{
	const struct br_tftp_wish *wish = &t->options.wish[kind];
	unsigned long long is = given, was = wish->value;

	switch (kind) {
	case BR_TFTP_BLKSIZE:
		if (!br_judge(r, BR_RULE_TFTP_BLK_04, wish->valid,
		              "blksize %llu, asked with a value that is none", is))
			return;
		if (br_judge(r, BR_RULE_TFTP_BLK_01,
		             given <= wish->value && given >= BR_TFTP_BLKSIZE_MIN,
		             "blksize %llu, asked for %llu", is, was) &&
		    wish->value <= 1468 && wish->value >= BR_TFTP_BLKSIZE_DEFAULT)
			(void)br_judge(r, BR_RULE_TFTP_BLK_05, given == wish->value,
			               "blksize %llu, asked for %llu", is, was);
		break;
	case BR_TFTP_TIMEOUT:
		if (br_judge(r, BR_RULE_TFTP_TMO_02, wish->valid,
		             "timeout %llu, asked with a value that is none", is))
			(void)br_judge(r, BR_RULE_TFTP_TMO_01, given == wish->value,
			               "timeout %llu, asked for %llu", is, was);
		if (wish->value == 5 && wish->valid)
			(void)br_judge(r, BR_RULE_TFTP_TMO_04, given == 5, "timeout %llu for 5",
			               is);
		break;
	case BR_TFTP_WINDOWSIZE:
		if (!br_judge(r, BR_RULE_TFTP_WIN_02, wish->valid,
		              "windowsize %llu, asked with a value that is none", is))
			return;
		if (br_judge(r, BR_RULE_TFTP_WIN_01, given <= wish->value && given > 0,
		             "windowsize %llu, asked for %llu", is, was) &&
		    wish->value == 4 && t->options.wish[BR_TFTP_BLKSIZE].value == 1468)
			(void)br_judge(r, BR_RULE_TFTP_WIN_13, given == 4, "windowsize %llu", is);
		break;
	default:
		break;
	}
}

/* "224.0.1.9,1758,1", each part may be empty but the last; RFC 2090 */
static bool is_multicast(struct br_octets value)
{
	struct br_octets rest = value, address = br_text_cut(&rest, ','),
			 port = br_text_cut(&rest, ',');
	uint32_t ip;
	uint64_t number;

	return rest.data && (br_text_is(rest, "0") || br_text_is(rest, "1")) &&
	       (address.size == 0 || (br_text_get_ipv4(address, &ip) && ip >> 28 == 14)) &&
	       (port.size == 0 || br_text_get_decimal(port, 65535, &number));
}

static void judge_option(struct br_rules *r, struct br_transfer_seen *t,
                         const struct br_tftp_option *o)
{
	size_t kind = kind_of(o->name);
	bool multicast = br_text_is_nocase(o->name, "multicast") && t->options.multicast;
	struct br_tftp_wish *wish = kind < BR_TFTP_KNOWN ? &t->options.wish[kind] : NULL;

	if (multicast) {
		(void)br_judge(r, BR_RULE_TFTP_MC_01, is_multicast(o->value), "multicast \"%.*s\"",
		               (int)o->value.size, (const char *)o->value.data);
		return;
	}
	if (!wish && t->options.unknown > 0)
		return; /* maybe an extension asked for: names are not kept */
	if (!br_judge(r, BR_RULE_TFTP_OACK_01, wish && wish->asked, "option %.*s was not asked for",
	              (int)o->name.size, (const char *)o->name.data)) {
		t->options.oack_odd = true;
		return;
	}
	wish->granted = br_tftp_option_number(o, 0, UINT64_MAX, &wish->given);
	if (kind == BR_TFTP_TSIZE) /* a minus sign: it did not fit */
		(void)br_judge(r,
		               br_text_starts(o->value, "-") ? BR_RULE_TFTP_TSZ_02
		                                             : BR_RULE_TFTP_TSZ_01,
		               wish->granted, "tsize \"%.*s\" is no number", (int)o->value.size,
		               (const char *)o->value.data);
	else if (wish->granted && !wish->twice)
		judge_value(r, t, kind, wish->given);
	if (wish->granted && kind == BR_TFTP_BLKSIZE)
		t->block_size =
			wish->valid ? wish->given : 0; /* 0: what it is to mean is not known */
	if (wish->granted && wish->valid && wish->given > 0 && kind == BR_TFTP_WINDOWSIZE)
		t->window_size = wish->given;
}

/* Return: what this server ever granted, or NULL if it never sent an OACK */
static unsigned *negotiates(const struct br_rules *r, const uint8_t ip[16])
{
	uint32_t server = br_rules_host_hash(ip);

	for (size_t i = 0; i < r->tftp->negotiators && i < 16; i++) {
		if (r->tftp->negotiates[i] == server)
			return &r->tftp->kinds[i];
	}
	return NULL;
}

/* Names in capitals are the same names: RFC 2347. */
static void judge_capitals(struct br_rules *r, const struct br_transfer_seen *t)
{
	const unsigned *kinds = negotiates(r, t->server_ip);
	static const enum br_tftp_option_kind sure[] = {BR_TFTP_BLKSIZE, BR_TFTP_TSIZE};

	for (size_t i = 0; i < 2 && kinds && t->mode == BR_MODE_OCTET; i++) {
		enum br_tftp_option_kind kind = sure[i];

		if ((t->options.capitals & 1u << kind) && t->options.wish[kind].valid &&
		    (*kinds & 1u << kind))
			(void)br_judge(r, BR_RULE_TFTP_OPT_01, t->options.wish[kind].granted,
			               "%s in capitals is left out", known[kind].name);
	}
}

/* The same options in another order: what was granted then? The size of a file may change. */
static void judge_order(struct br_rules *r, const struct br_transfer_seen *t)
{
	struct br_tftp_watch *w = r->tftp;
	uint32_t who = br_rules_hash(br_rules_host_hash(t->client_ip), t->server_ip, 16);
	uint32_t given = BR_RULES_HASH_SEED;

	who = br_rules_hash(who, &t->name.raw_hash, sizeof(t->name.raw_hash));
	for (size_t kind = 0; kind < BR_TFTP_KNOWN; kind++) {
		uint64_t value =
			t->options.wish[kind].granted ? t->options.wish[kind].given + 1 : 0;

		if (kind == BR_TFTP_TSIZE)
			value = value > 0;
		given = br_rules_hash(given, &value, sizeof(value));
	}
	for (size_t i = 0; i < w->orders && i < BR_TFTP_ORDERS_MAX; i++) {
		const struct br_tftp_order_seen *o = &w->order[i];

		if (o->who == who && o->set == t->options.set_hash &&
		    o->order != t->options.order_hash)
			(void)br_judge(r, BR_RULE_TFTP_OPT_06, o->given == given,
			               "other options are granted than in another order");
	}
	w->order[w->orders++ % BR_TFTP_ORDERS_MAX] =
		(struct br_tftp_order_seen){who, t->options.set_hash, t->options.order_hash, given};
}

static void note_kinds(struct br_rules *r, const struct br_transfer_seen *t)
{
	unsigned *kinds = negotiates(r, t->server_ip);

	for (size_t kind = 0; kind < BR_TFTP_KNOWN && kinds; kind++)
		*kinds |= t->options.wish[kind].granted ? 1u << kind : 0;
}

/* Sent again, it says the same. */
static void judge_again(struct br_rules *r, const struct br_transfer_seen *t)
{
	const struct br_packet *p = r->packet;

	if (t->requests == 1 && t->options.oack_tid == p->src.port &&
	    p->payload.size == p->payload_size)
		(void)br_judge(r, BR_RULE_TFTP_OACK_04,
		               t->options.oack_hash == br_rules_hash(BR_RULES_HASH_SEED,
		                                                     p->payload.data,
		                                                     p->payload.size),
		               "the OACK again, and it is another");
}

void br_tftp_judge_oack(struct br_rules *r, struct br_transfer_seen *t,
                        const struct br_tftp_packet *packet)
{
	const struct br_tftp_option *group = br_tftp_option_find(packet, "multicast");

	if (t->options.oacks > 0 && !group)
		judge_again(r, t);
	if (group && t->options.multicast && !t->unsure)
		br_tftp_judge_group_oack(r, t, group->value);
	t->options.oack_hash =
		br_rules_hash(BR_RULES_HASH_SEED, r->packet->payload.data, r->packet->payload.size);
	if (t->options.oacks++ > 0 || t->unsure)
		return;
	t->options.oack_tid = r->packet->src.port;
	if (!br_judge(r, BR_RULE_TFTP_OPT_02, t->options.count > 0,
	              "an OACK, without options asked for"))
		return;
	if (packet->options + packet->tail.size > 0)
		(void)br_judge(r, BR_RULE_TFTP_OACK_02,
		               packet->tail.size == 0 &&
		                       r->packet->payload.data[r->packet->payload_size - 1] == 0,
		               "%zu octets at its end do not parse", packet->tail.size);
	(void)br_judge(r, BR_RULE_TFTP_OPT_04, packet->options > 0, "an OACK without options");
	for (size_t i = 0; i < packet->options; i++)
		judge_option(r, t, &packet->option[i]);
	judge_capitals(r, t);
	judge_order(r, t);
	note_kinds(r, t);
	if (t->options.wish[BR_TFTP_TSIZE].asked && packet->options > 0 && t->mode == BR_MODE_OCTET)
		(void)br_judge(r, BR_RULE_TFTP_TSZ_05, br_tftp_option_find(packet, "tsize") != NULL,
		               "tsize was asked for, and is left out");
}

void br_tftp_judge_first(struct br_rules *r, struct br_transfer_seen *t,
                         const struct br_tftp_packet *packet, uint64_t size)
{
	bool served = packet->opcode == BR_TFTP_DATA || packet->opcode == BR_TFTP_OACK;
	bool taken = packet->opcode == BR_TFTP_ACK || packet->opcode == BR_TFTP_OACK;

	(void)br_judge(r, BR_RULE_TFTP_RRQ_01, r->packet->src.port != BR_TFTP_PORT,
	               "it answers from port 69");
	if (t->to_broadcast)
		(void)br_judge(r, BR_RULE_TFTP_ACC_02, false, "the request was a broadcast");
	if (t->write) {
		(void)br_judge(r, BR_RULE_TFTP_ERR_06, !taken, "it takes a write request");
		return;
	}
	if (t->unsure)
		return;
	if (t->mode == BR_MODE_MAIL)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_09, !served, "it serves mode mail");
	if (t->mode == BR_MODE_OTHER)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_10, !served, "it serves an unknown mode");
	if (packet->opcode == BR_TFTP_ERROR && t->options.unknown > 0 && t->options.all_valid)
		(void)br_judge(r, BR_RULE_TFTP_OPT_03, packet->code != BR_TFTP_ERROR_OPTION,
		               "ERROR 8 for an option it does not know");
	if (packet->opcode == BR_TFTP_OACK && !negotiates(r, t->server_ip)) {
		r->tftp->kinds[r->tftp->negotiators % 16] = 0;
		r->tftp->negotiates[r->tftp->negotiators++ % 16] = br_rules_host_hash(t->server_ip);
	}
	if (packet->opcode == BR_TFTP_DATA && t->acks.newest < 0 && !negotiates(r, t->server_ip) &&
	    (t->options.wish[BR_TFTP_BLKSIZE].valid || t->options.wish[BR_TFTP_TSIZE].valid))
		(void)br_judge(r, BR_RULE_TFTP_OPT_08, false, "DATA, with options asked for");
	else if (packet->opcode == BR_TFTP_OACK)
		(void)br_judge(r, BR_RULE_TFTP_OPT_08, true, "%s", "");
	if (packet->opcode == BR_TFTP_DATA && t->acks.newest < 0)
		judge_capitals(r, t);
	if (packet->opcode == BR_TFTP_DATA && t->acks.newest < 0)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_03,
		               packet->block == 1 && size <= BR_TFTP_BLKSIZE_DEFAULT,
		               "the first DATA is block %u of %llu octets", packet->block,
		               (unsigned long long)size);
}
