/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/six_log.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"

/* Theory of operation
 *
 * A message is looked for by four things: a question by type, transaction, machine and port; what
 * an answer may be to, by transaction and machine, once of any type and once as a Solicit, for an
 * Advertise has no other; who was asked for by a neighbour solicitation. Each has its place in one
 * table, whose slots say which message was the last (of a solicitation: the first) like it.
 */
enum {
	MESSAGES_MAX = 2048,
	NEIGHBOURS_MAX = 1024, /* of these */
	MESSAGE_SIZE_MAX = 1500,
	SLOTS = 1 << 14, /* each message takes three at most */
	AT_TARGET = 8,   /* RFC 4861 section 4.3 */
};

enum by { /* what a slot is of */
	BY_QUESTION = 1,
	BY_TRANSACTION,
	BY_SOLICIT,
	BY_TARGET,
};
#define RA_WITHIN (3 * BR_S)

static void note_speaker(struct br_six_log *log, const struct br_packet *p)
{
	if (br_ip_is_zero(p->src.ip) || br_ip_is_multicast6(p->src.ip) ||
	    log->speakers == BR_SIX_SPEAKERS_MAX || br_six_log_mac(log, p->src.ip))
		return;
	memcpy(log->speaker[log->speakers].ip, p->src.ip, 16);
	memcpy(log->speaker[log->speakers++].mac, p->eth_src, 6);
}

static bool is_dhcp6_port(uint16_t port)
{
	return port == BR_DHCP6_PORT_CLIENT || port == BR_DHCP6_PORT_SERVER ||
	       port == BR_DHCP6_PORT_PXE;
}

static bool is_dhcp6(const struct br_packet *p)
{
	return p->transport == BR_TRANSPORT_UDP && is_dhcp6_port(p->dst.port) &&
	       is_dhcp6_port(p->src.port) && p->payload.size == p->payload_size &&
	       p->payload.size >= 4;
}

static bool is_neighbour(const struct br_packet *p)
{
	return p->transport == BR_TRANSPORT_ICMPV6 && !p->fragment &&
	       p->icmp.type >= BR_ICMP6_ROUTER_SOLICITATION &&
	       p->icmp.type <= BR_ICMP6_NEIGHBOUR_ADVERTISEMENT &&
	       p->ip_payload.size == p->ip_payload_size;
}

static bool is_speaker(const struct br_six_log *log, const uint8_t ip[16], const uint8_t mac[6])
{
	const uint8_t *spoke = br_six_log_mac(log, ip);
	uint8_t local[16];

	br_ip_link_local(mac, local);
	return br_ip_equal(local, ip) || (spoke && !memcmp(spoke, mac, 6));
}

/* @levels: relays around the message, which is then of @client */
static bool is_of(const struct br_six_log *log, const struct br_packet *p, size_t levels,
                  const uint8_t client[16], const uint8_t *only)
{
	return !only || !memcmp(p->eth_src, only, 6) || !memcmp(p->eth_dst, only, 6) ||
	       (p->transport == BR_TRANSPORT_ICMPV6 &&
	        p->icmp.type == BR_ICMP6_ROUTER_ADVERTISEMENT) ||
	       (levels > 0 && is_speaker(log, client, only));
}

/* Looked for by */

/* FNV-1a, 32 bits */
static uint32_t hashed(uint32_t hash, const void *octets, size_t size)
{
	const uint8_t *o = octets;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ o[i]) * UINT32_C(16777619);
	return hash;
}

static uint32_t hash_of(const struct br_six_message *m, enum by by)
{
	uint8_t kind[2] = {(uint8_t)by, by == BY_QUESTION ? m->said : 0};
	uint32_t hash = hashed(UINT32_C(2166136261), kind, sizeof(kind));

	if (by == BY_TARGET)
		return hashed(hashed(hash, m->octets + AT_TARGET, 16), m->eth_src, 6);
	hash = hashed(hash, &m->xid, sizeof(m->xid));
	return hashed(hash, m->client, sizeof(m->client));
}

/* On 4011 questions are others than on 547, where clients and relays ask. */
static bool is_boot_port(const struct br_six_message *m)
{
	return m->dst.port == BR_DHCP6_PORT_PXE;
}

static bool is_like(const struct br_six_message *a, const struct br_six_message *b, enum by by)
{
	if (a->icmp != b->icmp || a->icmp != (by == BY_TARGET))
		return false;
	if (by == BY_TARGET)
		return !memcmp(a->octets + AT_TARGET, b->octets + AT_TARGET, 16) &&
		       !memcmp(a->eth_src, b->eth_src, 6);
	return a->xid == b->xid && br_ip_equal(a->client, b->client) &&
	       (by != BY_QUESTION || (a->said == b->said && is_boot_port(a) == is_boot_port(b)));
}

/* A slot holds a message and by what it stands there; the table is never full. */
static size_t *slot_of(struct br_six_log *log, const struct br_six_message *m, enum by by)
{
	for (uint32_t at = hash_of(m, by);; at++) {
		size_t *slot = &log->slot[at % SLOTS];

		log->looked++;
		if (*slot == 0 ||
		    (*slot % 8 == (size_t)by && is_like(m, &log->message[*slot / 8], by)))
			return slot;
	}
}

static size_t found(const size_t *slot)
{
	return *slot > 0 ? *slot / 8 : SIZE_MAX;
}

static void put(size_t *slot, size_t index, enum by by)
{
	*slot = index * 8 + (size_t)by;
}

/* Brought together */

/* What is inside; of what cannot be read the outermost type is all */
static void read_inside(struct br_octets octets, struct br_dhcp6_message *ret)
{
	if (br_dhcp6_parse(octets, ret) < 0)
		*ret = (struct br_dhcp6_message){.type = octets.data[0]};
}

static struct br_octets server_of(const struct br_six_message *m)
{
	struct br_dhcp6_message inside;

	read_inside(br_six_octets(m), &inside);
	return br_dhcp6_find(inside.options, BR_DHCP6_OPTION_SERVER_ID);
}

/* One that is like another but for when: it went the same way. @relayed: hosts that it comes from
 * may be relays, which pass on what several servers say.
 */
static bool is_same_way(const struct br_six_message *a, const struct br_six_message *b,
                        bool relayed)
{
	if (a->levels != b->levels || a->said != b->said)
		return false;
	if (br_six_is_answer(a))
		return !memcmp(a->eth_src, b->eth_src, 6) &&
		       (!relayed || br_text_equal(server_of(a), server_of(b)));
	return a->levels == 0 || br_ip_equal(a->dst.ip, b->dst.ip);
}

/* Behind the last of @first's legs or answers, if it is no repeat and there are not too many */
static void join(struct br_six_log *log, size_t first, size_t index, bool answer)
{
	struct br_six_message *head = &log->message[first], *m = &log->message[index];
	size_t at = answer ? head->answer : first;
	uint8_t *count = answer ? &head->answers : &head->legs;

	for (; at != SIZE_MAX && at != index && !m->repeat; at = log->message[at].next) {
		log->looked++;
		m->repeat = is_same_way(&log->message[at], m, head->legs > 1 || m->levels > 0);
	}
	if (m->repeat || *count == BR_SIX_LEGS_MAX)
		return;
	if (answer && head->answer == SIZE_MAX)
		head->answer = index;
	else if (index != first)
		log->message[answer ? head->last_answer : head->last].next = index;
	*(answer ? &head->last_answer : &head->last) = index;
	(*count)++;
}

static void take_question(struct br_six_log *log, size_t index)
{
	struct br_six_message *m = &log->message[index];
	size_t *slot = slot_of(log, m, BY_QUESTION);

	m->question = *slot > 0 ? found(slot) : index;
	if (*slot == 0)
		put(slot, index, BY_QUESTION);
	join(log, m->question, index, false);
	if (m->levels > 0 && m->question != index)
		return; /* a relay's copy comes behind the question */
	put(slot_of(log, m, BY_TRANSACTION), m->question, BY_TRANSACTION);
	if (m->said == BR_DHCP6_TYPE_SOLICIT)
		put(slot_of(log, m, BY_SOLICIT), m->question, BY_SOLICIT);
}

static void take_answer(struct br_six_log *log, size_t index)
{
	struct br_six_message *m = &log->message[index];

	m->question = found(
		slot_of(log, m, m->said == BR_DHCP6_TYPE_ADVERTISE ? BY_SOLICIT : BY_TRANSACTION));
	if (m->question != SIZE_MAX)
		join(log, m->question, index, true);
}

static void take_solicitation(struct br_six_log *log, size_t index)
{
	struct br_six_message *m = &log->message[index];
	size_t *slot;

	if (m->size < AT_TARGET + 16)
		return;
	slot = slot_of(log, m, BY_TARGET);
	m->repeat = *slot > 0;
	if (*slot == 0)
		put(slot, index, BY_TARGET);
}

/* One more, of which the caller says what it is; NULL: there is no room */
static struct br_six_message *add(struct br_six_log *log, struct br_octets octets, bool icmp)
{
	struct br_six_message *m;

	if (log->count == MESSAGES_MAX || octets.size > MESSAGE_SIZE_MAX ||
	    (icmp && log->neighbours == NEIGHBOURS_MAX))
		return NULL;
	if (log->count == log->room) {
		log->room = log->room > 0 ? 2 * log->room : 64;
		log->message = realloc(log->message, log->room * sizeof(*log->message));
	}
	if (!log->slot)
		log->slot = calloc(SLOTS, sizeof(*log->slot));
	if (!log->message || !log->slot)
		abort();
	m = &log->message[log->count++];
	*m = (struct br_six_message){.icmp = icmp,
	                             .type = octets.data[0],
	                             .size = octets.size,
	                             .octets = malloc(octets.size),
	                             .question = SIZE_MAX,
	                             .next = SIZE_MAX,
	                             .answer = SIZE_MAX};
	if (!m->octets)
		abort();
	memcpy(m->octets, octets.data, octets.size);
	log->neighbours += icmp;
	return m;
}

void br_six_log_take(struct br_six_log *log, const struct br_packet *packet, uint64_t frame,
                     br_time at, const uint8_t *only)
{
	bool icmp = is_neighbour(packet);
	struct br_octets octets = icmp ? packet->ip_payload : packet->payload;
	struct br_dhcp6_message inside = {.type = 0};
	const uint8_t *client;
	struct br_six_message *m;

	if (packet->network != BR_NETWORK_IPV6)
		return;
	note_speaker(log, packet);
	if (!icmp && !is_dhcp6(packet))
		return;
	if (!icmp)
		read_inside(octets, &inside);
	client = inside.levels > 0 ? inside.level[inside.levels - 1].peer
	         : inside.type == BR_DHCP6_TYPE_ADVERTISE || inside.type == BR_DHCP6_TYPE_REPLY
	                 ? packet->dst.ip
	                 : packet->src.ip;
	if (!is_of(log, packet, inside.levels, client, only))
		return;
	m = add(log, octets, icmp);
	if (!m)
		return;
	m->frame = frame;
	m->at = at;
	m->src = packet->src;
	m->dst = packet->dst;
	m->said = inside.type;
	m->levels = (uint8_t)inside.levels;
	m->xid = inside.xid;
	memcpy(m->client, client, sizeof(m->client));
	memcpy(m->eth_src, packet->eth_src, 6);
	memcpy(m->eth_dst, packet->eth_dst, 6);
	if (icmp && m->type == BR_ICMP6_NEIGHBOUR_SOLICITATION)
		take_solicitation(log, log->count - 1);
	else if (!icmp && br_six_is_answer(m))
		take_answer(log, log->count - 1);
	else if (!icmp)
		take_question(log, log->count - 1);
}

void br_six_log_reset(struct br_six_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		free(log->message[i].octets);
	free(log->message);
	free(log->slot);
	*log = (struct br_six_log){0};
}

const uint8_t *br_six_log_mac(const struct br_six_log *log, const uint8_t ip[16])
{
	for (size_t i = 0; i < log->speakers; i++) {
		if (br_ip_equal(log->speaker[i].ip, ip))
			return log->speaker[i].mac;
	}
	return NULL;
}

struct br_octets br_six_octets(const struct br_six_message *message)
{
	return (struct br_octets){message->octets, message->size};
}

bool br_six_is_answer(const struct br_six_message *message)
{
	return !message->icmp &&
	       (message->said == BR_DHCP6_TYPE_ADVERTISE || message->said == BR_DHCP6_TYPE_REPLY);
}

size_t br_six_log_advertisement(const struct br_six_log *log, size_t index)
{
	br_time asked = log->message[index].at;

	for (size_t i = index + 1; i < log->count && log->message[i].at <= asked + RA_WITHIN; i++) {
		const struct br_six_message *m = &log->message[i];

		if (m->icmp && m->type == BR_ICMP6_ROUTER_ADVERTISEMENT)
			return i;
	}
	return SIZE_MAX;
}
