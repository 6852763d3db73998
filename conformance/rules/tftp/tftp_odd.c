/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP names, requests that are none, and what the first answer says of them. */
#include "conformance/rules/tftp/tftp_odd.h"

#include <string.h>

enum {
	WHOLE_FRAME = 1472, /* a request beyond it does not even fit in one */
};
#define ODD_TIME   (5 * BR_S)  /* an answer that comes later is to something else */
#define ALIVE_TIME (10 * BR_S) /* to die of an odd datagram */
#define RECENT     (60 * BR_S) /* so long a file is thought to stay as it is */

static uint32_t without_slashes(struct br_octets name)
{
	uint32_t hash = BR_RULES_HASH_SEED;

	for (size_t i = 0; i < name.size; i++) {
		bool slash = name.data[i] == '/';

		if (!slash || (i > 0 && name.data[i - 1] != '/' && hash != BR_RULES_HASH_SEED))
			hash = br_rules_hash(hash, name.data + i, 1);
	}
	return hash;
}

static bool is_odd_name(struct br_octets name)
{
	for (size_t i = 0; i < name.size; i++) {
		if (name.data[i] < 32 || name.data[i] >= 127)
			return true;
	}
	return false;
}

static bool is_lower(struct br_octets text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] >= 'A' && text.data[i] <= 'Z')
			return false;
	}
	return true;
}

void br_tftp_note_name(struct br_transfer_seen *t, const struct br_tftp_packet *packet)
{
	t->name.raw_hash = br_rules_hash(BR_RULES_HASH_SEED, packet->file.data, packet->file.size);
	t->name.hash = without_slashes(packet->file);
	t->name.odd = is_odd_name(packet->file);
	t->name.climbs = br_rules_climbs(packet->file);
	t->name.capital_mode = !is_lower(packet->mode);
}

static struct br_tftp_odd *odd_of(struct br_rules *r, const struct br_endpoint *client)
{
	for (size_t i = 0; i < r->tftp->odds && i < BR_TFTP_ODDS_MAX; i++) {
		struct br_tftp_odd *odd = &r->tftp->odd[i];

		if (odd->used && odd->port == client->port &&
		    br_rules_same_host(odd->client, client->ip))
			return odd;
	}
	return NULL;
}

static void note_odd(struct br_rules *r, enum br_rule rule)
{
	const struct br_packet *p = r->packet;
	struct br_tftp_odd *odd = odd_of(r, &p->src);

	if (!odd)
		odd = &r->tftp->odd[r->tftp->odds++ % BR_TFTP_ODDS_MAX];
	*odd = (struct br_tftp_odd){.used = true, .rule = rule, .port = p->src.port, .at = r->at};
	memcpy(odd->client, p->src.ip, 16);
	memcpy(odd->server, p->dst.ip, 16);
}

void br_tftp_forget_odd(struct br_rules *r)
{
	struct br_tftp_odd *odd = odd_of(r, &r->packet->src);

	if (odd)
		odd->used = false;
}

/* Name, mode, and pairs of option and value, each closed by a zero octet; zeros may pad it. The
 * parser the server has too is not asked: a mistake of its is to be seen.
 */
static bool is_closed(struct br_octets octets)
{
	size_t strings = 0, size = octets.size;

	while (size > 2 && octets.data[size - 1] == 0 && octets.data[size - 2] == 0)
		size--;
	for (size_t i = 2; i < size; i++)
		strings += octets.data[i] == 0;
	return size > 3 && octets.data[2] != 0 && octets.data[size - 1] == 0 && strings >= 2;
}

/* Whole, and to port 69: what is wrong with it, if it is no request to be served? */
static enum br_rule oddity(const struct br_rules *r, const struct br_tftp_packet *packet,
                           int parsed)
{
	struct br_octets octets = r->packet->payload;
	unsigned opcode = octets.size >= 2 ? (unsigned)octets.data[0] << 8 | octets.data[1] : 0;

	if (octets.size < 2)
		return BR_RULE_ROB_TF_01;
	if (opcode != BR_TFTP_RRQ && opcode != BR_TFTP_WRQ)
		return r->complete || opcode > BR_TFTP_OACK || opcode == 0 ? BR_RULE_TFTP_ERR_07
		                                                           : BR_RULE_NONE;
	if (octets.size > WHOLE_FRAME)
		return BR_RULE_ROB_TF_02;
	if (parsed < 0 || !is_closed(octets) ||
	    (packet->tail.size > 0 && packet->tail.data[0] != 0))
		return BR_RULE_ROB_TF_01;
	return BR_RULE_NONE;
}

bool br_tftp_is_odd(struct br_rules *r, const struct br_tftp_packet *packet, int parsed)
{
	enum br_rule rule = oddity(r, packet, parsed);

	if (rule != BR_RULE_NONE)
		note_odd(r, rule);
	return rule != BR_RULE_NONE;
}

bool br_tftp_answers_odd(struct br_rules *r, const struct br_tftp_packet *packet)
{
	struct br_tftp_odd *odd = odd_of(r, &r->packet->dst);

	if (!odd || r->at > odd->at + ODD_TIME ||
	    !br_rules_same_host(odd->server, r->packet->src.ip))
		return false;
	(void)br_judge(r, odd->rule, packet->opcode == BR_TFTP_ERROR, "%s to %s",
	               br_tftp_opcode_name(packet->opcode),
	               odd->rule == BR_RULE_TFTP_ERR_07 ? "what is no request"
	                                                : "a request that is malformed");
	odd->used = packet->opcode == BR_TFTP_ERROR; /* once is enough */
	return true;
}

/* It answered a request before, so port 69 was open. */
static bool was_alive(const struct br_rules *r, const uint8_t server[16])
{
	for (size_t i = 0; i < r->tftp->names && i < BR_TFTP_NAMES_MAX; i++) {
		if (br_rules_same_host(r->tftp->name[i].server, server))
			return true;
	}
	return false;
}

void br_tftp_judge_alive(struct br_rules *r, const uint8_t server[static 16], bool alive)
{
	for (size_t i = 0; i < r->tftp->odds && i < BR_TFTP_ODDS_MAX; i++) {
		struct br_tftp_odd *odd = &r->tftp->odd[i];

		if (odd->at == 0 || r->at > odd->at + ALIVE_TIME || !was_alive(r, server) ||
		    !br_rules_same_host(odd->server, server))
			continue;
		(void)br_judge(r, BR_RULE_ROB_TF_07, alive,
		               "port 69 is closed, %llu ms behind an odd datagram",
		               (unsigned long long)((r->at - odd->at) / BR_MS));
		odd->at = 0;
	}
}

static struct br_tftp_name *name_of(struct br_rules *r, const struct br_transfer_seen *t, bool same)
{
	for (size_t i = 0; i < r->tftp->names && i < BR_TFTP_NAMES_MAX; i++) {
		struct br_tftp_name *n = &r->tftp->name[i];

		if (n->name_hash == t->name.hash && (n->raw_hash == t->name.raw_hash) == same &&
		    br_rules_same_host(n->client, t->client_ip) &&
		    br_rules_same_host(n->server, t->server_ip))
			return n;
	}
	return NULL;
}

void br_tftp_note_probed(struct br_rules *r, const struct br_transfer_seen *t)
{
	struct br_tftp_name *n = name_of(r, t, true);

	if (n && t->options.oacks > 0 && !t->data.any)
		n->probed_at = r->at;
}

static bool holds_any(struct br_octets text, const char *const *words, size_t count)
{
	for (size_t w = 0; w < count; w++) {
		for (size_t i = 0; i < text.size; i++) {
			if (br_text_starts_nocase((struct br_octets){text.data + i, text.size - i},
			                          words[w]))
				return true;
		}
	}
	return false;
}

/* The text says more than the code: RFC 1350, appendix. */
static void judge_code(struct br_rules *r, const struct br_tftp_packet *packet)
{
	static const char *const missing[] = {"file not found", "no such file",
	                                      "file does not exist"};
	static const char *const denied[] = {"permission denied", "access denied",
	                                     "access violation", "forbidden"};

	if (packet->code == BR_TFTP_ERROR_NOT_FOUND || holds_any(packet->text, missing, 3))
		(void)br_judge(r, BR_RULE_TFTP_ERR_01, packet->code == BR_TFTP_ERROR_NOT_FOUND,
		               "ERROR %u: \"%.*s\"", packet->code, (int)packet->text.size,
		               (const char *)packet->text.data);
	else if (packet->code == BR_TFTP_ERROR_ACCESS || holds_any(packet->text, denied, 4))
		(void)br_judge(r, BR_RULE_TFTP_ERR_02, packet->code == BR_TFTP_ERROR_ACCESS,
		               "ERROR %u: \"%.*s\"", packet->code, (int)packet->text.size,
		               (const char *)packet->text.data);
}

static void judge_error(struct br_rules *r, const struct br_transfer_seen *t,
                        const struct br_tftp_packet *packet, const struct br_tftp_name *same)
{
	const struct br_tftp_name *other = name_of(r, t, false);

	judge_code(r, packet);
	if (t->name.capital_mode && (t->mode == BR_MODE_OCTET || t->mode == BR_MODE_NETASCII))
		(void)br_judge(r, BR_RULE_TFTP_RRQ_02, packet->code != BR_TFTP_ERROR_ILLEGAL,
		               "ERROR 4 for a mode in capitals");
	if (t->name.odd)
		(void)br_judge(r, BR_RULE_ROB_TF_06, !is_odd_name(packet->text),
		               "the text does not print, as the name did not");
	if (packet->code == BR_TFTP_ERROR_NOT_FOUND && other && other->served &&
	    r->at < other->at + RECENT)
		(void)br_judge(r, BR_RULE_TFTP_NAM_01, false,
		               "not found, and served with other slashes");
	if (same && same->probed_at != 0 && r->at < same->probed_at + BR_S)
		(void)br_judge(r, BR_RULE_TFTP_CON_02, packet->code == BR_TFTP_ERROR_OPTION,
		               "ERROR %u, right behind a size probe that was served", packet->code);
}

static void judge_served(struct br_rules *r, const struct br_transfer_seen *t,
                         const struct br_tftp_name *same)
{
	const struct br_tftp_name *other = name_of(r, t, false);

	if (t->name.climbs)
		(void)br_judge(r, BR_RULE_TFTP_ACC_01, false,
		               "it serves a name that leaves its root");
	if (t->name.capital_mode && t->mode != BR_MODE_OTHER)
		(void)br_judge(r, BR_RULE_TFTP_RRQ_02, true, "%s", "");
	if (other && other->served)
		(void)br_judge(r, BR_RULE_TFTP_NAM_01, true, "%s", "");
	if (same && same->probed_at != 0)
		(void)br_judge(r, BR_RULE_TFTP_CON_02, true, "%s", "");
}

void br_tftp_judge_name(struct br_rules *r, const struct br_transfer_seen *t,
                        const struct br_tftp_packet *packet)
{
	struct br_tftp_name *n = name_of(r, t, true);

	if (t->write || t->unsure)
		return;
	if (packet->opcode == BR_TFTP_ERROR)
		judge_error(r, t, packet, n);
	else
		judge_served(r, t, n);
	if (t->name.climbs && packet->opcode == BR_TFTP_ERROR)
		(void)br_judge(r, BR_RULE_TFTP_ACC_01, true, "%s", "");
	if (!n)
		n = &r->tftp->name[r->tftp->names++ % BR_TFTP_NAMES_MAX];
	*n = (struct br_tftp_name){.name_hash = t->name.hash,
	                           .raw_hash = t->name.raw_hash,
	                           .served = packet->opcode != BR_TFTP_ERROR,
	                           .at = r->at};
	memcpy(n->client, t->client_ip, 16);
	memcpy(n->server, t->server_ip, 16);
}

/* Another request of this client is answered now: what of those that were not? */
void br_tftp_judge_silence(struct br_rules *r, const struct br_transfer_seen *t)
{
	for (size_t i = 0; i < r->tftp->transfers && r->complete; i++) {
		struct br_transfer_seen *o = &r->tftp->transfer[i];

		if (o == t || o->tid != 0 || o->to_broadcast || o->write || o->carried.unheard ||
		    o->asked_at + BR_S > t->asked_at ||
		    !br_rules_same_host(o->client_ip, t->client_ip) ||
		    !br_rules_same_host(o->server_ip, t->server_ip))
			continue;
		o->carried.unheard = true;
		if (o->carried.in_fragments) {
			if (o->carried.whole)
				(void)br_judge(r, BR_RULE_NET_FRG_01, false,
				               "no answer to a request in fragments, in frame %llu",
				               (unsigned long long)o->frame);
		} else if (o->carried.tagged)
			(void)br_judge(r, BR_RULE_NET_VL_01, false,
			               "no answer to a request with a priority tag, in frame %llu",
			               (unsigned long long)o->frame);
		else if (o->carried.sum_zero)
			(void)br_judge(r, BR_RULE_NET_UDP_03, false,
			               "no answer to a request with checksum 0, in frame %llu",
			               (unsigned long long)o->frame);
		else if (o->carried.size <= BR_TFTP_REQUEST_SIZE_MAX &&
		         o->carried.size > BR_TFTP_REQUEST_SIZE_MAX / 2)
			(void)br_judge(r, BR_RULE_TFTP_OPT_07, false,
			               "no answer to a request of %u octets, in frame %llu",
			               o->carried.size, (unsigned long long)o->frame);
	}
	if (t->carried.in_fragments && t->carried.whole)
		(void)br_judge(r, BR_RULE_NET_FRG_01, true, "%s", "");
	if (t->carried.tagged)
		(void)br_judge(r, BR_RULE_NET_VL_01, true, "%s", "");
	if (t->carried.sum_zero)
		(void)br_judge(r, BR_RULE_NET_UDP_03, true, "%s", "");
	if (t->carried.size > BR_TFTP_REQUEST_SIZE_MAX / 2)
		(void)br_judge(r, BR_RULE_TFTP_OPT_07, true, "%s", "");
}
