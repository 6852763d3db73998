/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/rules/rules.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/rules/base/judge.h"

#define HASH_PRIME UINT64_C(0x00000100000001b3) /* that of FNV-1a with 64 bits */

static const char *const ids[] = {
#define X(name, id) id,
	BR_RULES(X)
#undef X
};

int br_rules_new(struct br_rules **ret_rules, const struct br_rules_options *options)
{
	struct br_rules *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->complete = options->complete;
	r->dhcp = br_dhcp_watch_new();
	r->tftp = br_tftp_watch_new();
	r->http = br_http_watch_new();
	r->net = br_net_watch_new();
	r->dhcp6 = br_dhcp6_watch_new();
	r->nd = br_nd_watch_new();
	if (!r->dhcp || !r->tftp || !r->http || !r->net || !r->dhcp6 || !r->nd) {
		(void)br_rules_free(r);
		return -ENOMEM;
	}
	*ret_rules = r;
	return 0;
}

struct br_rules *br_rules_free(struct br_rules *rules)
{
	if (rules) {
		free(rules->dhcp);
		free(rules->tftp);
		free(rules->http);
		free(rules->net);
		free(rules->dhcp6);
		free(rules->nd);
		free(rules);
	}
	return NULL;
}

void br_rules_incomplete(struct br_rules *rules)
{
	rules->complete = false;
}

const char *br_rules_ip(char text[static 16], uint32_t address)
{
	struct br_writer w = br_writer_of(text, 16);

	br_text_put_ipv4(&w, address);
	return br_text_end(&w);
}

const char *br_rules_host(char text[static 40], const uint8_t ip[static 16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, 0xff};
	struct br_writer w = br_writer_of(text, 40);

	if (!memcmp(ip, mapped, sizeof(mapped))) {
		br_text_put_ipv4(&w, br_rules_be32(ip + 12));
		return br_text_end(&w);
	}
	for (int i = 0; i < 16; i += 2) {
		if (i > 0)
			br_text_put(&w, ":");
		br_text_put_hex(&w, (uint64_t)(ip[i] << 8 | ip[i + 1]), 4);
	}
	return br_text_end(&w);
}

static uint64_t mix(uint64_t hash, const uint8_t octets[static 8])
{
	uint64_t word;

	memcpy(&word, octets, sizeof(word));
	hash = (hash ^ word) * HASH_PRIME;
	return hash ^ hash >> 32; /* or high bits of a word would never reach low ones */
}

/* It runs over every DATA, so two words at a time, which do not wait for each other: octet by
 * octet it made explain three times as slow. Values never leave the machine, so the order of its
 * octets does not matter.
 */
uint32_t br_rules_hash(uint32_t seed, const void *data, size_t size)
{
	const uint8_t *octet = data;
	uint64_t hash = seed, other = ~hash;

	for (; size >= 16; size -= 16, octet += 16) {
		hash = mix(hash, octet);
		other = mix(other, octet + 8);
	}
	hash ^= other * HASH_PRIME;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ octet[i]) * HASH_PRIME;
	return (uint32_t)(hash ^ hash >> 32);
}

uint32_t br_rules_host_hash(const uint8_t ip[static 16])
{
	return br_rules_hash(BR_RULES_HASH_SEED, ip, 16);
}

bool br_rules_same_host(const uint8_t a[static 16], const uint8_t b[static 16])
{
	return memcmp(a, b, 16) == 0;
}

bool br_rules_same_end(const struct br_endpoint *a, const struct br_endpoint *b)
{
	return a->port == b->port && br_rules_same_host(a->ip, b->ip);
}

uint32_t br_rules_ipv4(const struct br_endpoint *endpoint)
{
	const uint8_t *ip = endpoint->ip;

	if (ip[10] != 0xff || ip[11] != 0xff)
		return 0;
	return br_rules_be32(ip + 12);
}

/* ARP has no IP header: the address the sender says it has. */
static struct br_endpoint party_of(const struct br_packet *p)
{
	struct br_endpoint party = p->src;

	if (p->network == BR_NETWORK_ARP) {
		party.ip[10] = party.ip[11] = 0xff;
		for (int i = 0; i < 4; i++)
			party.ip[12 + i] = (uint8_t)(p->arp.sender_ip >> (24 - 8 * i));
	}
	return party;
}

static bool is_party(const struct br_rules *r, const struct br_breach *breach)
{
	struct br_endpoint party = party_of(r->packet);

	return breach->link == r->link && !memcmp(breach->mac, r->packet->eth_src, 6) &&
	       !memcmp(breach->party.ip, party.ip, 16);
}

static void print_safe(char *text, size_t size, const char *format, va_list arguments)
{
	(void)vsnprintf(text, size, format, arguments);
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f)
			*text = '?';
	}
}

bool br_judge(struct br_rules *r, enum br_rule rule, bool holds, const char *format, ...)
{
	struct br_breach *breach = NULL;
	va_list arguments;

	r->judged[rule]++;
	if (holds)
		return true;
	r->broken[rule]++;
	for (size_t i = 0; i < r->breaches && !breach; i++) {
		if (r->breach[i].id == ids[rule] && is_party(r, &r->breach[i]))
			breach = &r->breach[i];
	}
	if (breach) {
		if (breach->count < BR_BREACH_FRAMES_MAX)
			breach->frame[breach->count] = r->frame;
		breach->count++;
		return false;
	}
	if (r->breaches == BR_BREACHES_MAX) {
		r->left_out++;
		return false;
	}
	breach = &r->breach[r->breaches++];
	*breach = (struct br_breach){.id = ids[rule],
	                             .party = party_of(r->packet),
	                             .link = r->link,
	                             .count = 1,
	                             .frame = {r->frame},
	                             .at = r->at};
	memcpy(breach->mac, r->packet->eth_src, 6);
	va_start(arguments, format);
	print_safe(breach->text, sizeof(breach->text), format, arguments);
	va_end(arguments);
	return false;
}

static uint32_t pseudo_sum(const struct br_packet *p)
{
	uint32_t sum;

	if (p->network == BR_NETWORK_IPV4)
		return br_packet_pseudo_sum(p->ipv4.src, p->ipv4.dst, BR_IP_PROTOCOL_UDP,
		                            p->udp.size);
	sum = br_checksum_add(0, p->src.ip, 16); /* RFC 8200 §8.1 */
	return br_checksum_add(sum, p->dst.ip, 16) + BR_IP_PROTOCOL_UDP + p->udp.size;
}

enum br_sum br_rules_udp_sum(const struct br_rules *r)
{
	const struct br_packet *packet = r->packet;
	struct br_octets whole = packet->ip_payload;
	uint32_t pseudo;
	uint16_t partial;

	if (r->sums_virtual)
		return BR_SUM_GOOD;
	if (packet->udp.checksum == 0)
		return BR_SUM_NONE;
	if (packet->fragment || whole.size < packet->udp.size || packet->udp.size < BR_UDP_HEADER)
		return BR_SUM_UNKNOWN;
	pseudo = pseudo_sum(packet);
	partial = (uint16_t)~br_checksum_fold(pseudo);
	if (packet->udp.checksum == partial)
		return BR_SUM_GOOD;
	return br_checksum_fold(br_checksum_add(pseudo, whole.data, packet->udp.size)) == 0
	               ? BR_SUM_GOOD
	               : BR_SUM_BAD;
}

void br_rules_packet(struct br_rules *r, const struct br_packet *packet, uint64_t frame,
                     uint32_t link, br_time at)
{
	enum br_sum sum = BR_SUM_UNKNOWN;

	if (packet->network == BR_NETWORK_OTHER ||
	    packet->wrong & (BR_PACKET_CUT | BR_PACKET_BAD_LENGTH | BR_PACKET_BAD_HEADER))
		return;
	r->packet = packet;
	r->frame = frame;
	r->link = link;
	r->at = at;
	if (packet->transport == BR_TRANSPORT_UDP)
		sum = br_rules_udp_sum(r);
	br_rules_net(r, sum);
	if (packet->network == BR_NETWORK_IPV6)
		br_rules_nd(r);
	if (packet->fragment)
		br_rules_tftp_fragment(r);
	if (packet->transport == BR_TRANSPORT_UDP) {
		if (packet->network == BR_NETWORK_IPV4) {
			br_rules_dhcp(r, sum);
			br_rules_boot_read(r);
		} else
			br_rules_dhcp6(r, sum);
		if (sum != BR_SUM_BAD)
			br_rules_tftp(r);
	} else if (packet->transport == BR_TRANSPORT_TCP) {
		br_rules_http(r);
	} else if (packet->transport == BR_TRANSPORT_ICMP) {
		br_rules_pinged(r);
	}
	r->packet = NULL;
}

/* Bits were flipped on the way, so no host takes it in, and it is not what was sent. Whoever
 * answers a datagram with a wrong UDP checksum is judged: NET-UDP-02.
 */
static bool is_dropped(const struct br_packet *packet)
{
	if (packet->wrong & (BR_PACKET_SHORT | BR_PACKET_BAD_IP_CHECKSUM))
		return true;
	return packet->transport != BR_TRANSPORT_UDP &&
	       (packet->wrong & BR_PACKET_BAD_L4_CHECKSUM) != 0;
}

void br_rules_frame(struct br_rules *r, const struct br_frame *frame, uint64_t number,
                    uint32_t link, br_time at)
{
	struct br_packet packet;

	br_packet_parse_frame(&packet, frame);
	if (is_dropped(&packet))
		return;
	r->sums_virtual = frame->checksums_virtual;
	br_rules_packet(r, &packet, number, link, at);
	r->sums_virtual = false;
}

size_t br_rules_breaches(const struct br_rules *rules)
{
	return rules->breaches;
}

const struct br_breach *br_rules_breach(const struct br_rules *rules, size_t index)
{
	return index < rules->breaches ? &rules->breach[index] : NULL;
}

uint64_t br_rules_left_out(const struct br_rules *rules)
{
	return rules->left_out;
}

size_t br_rules_count(void)
{
	return BR_RULE_COUNT;
}

const char *br_rules_id(size_t index)
{
	return ids[index];
}

enum br_rule_state br_rules_state(const struct br_rules *rules, size_t index)
{
	if (rules->broken[index] > 0)
		return BR_RULE_FAIL;
	return rules->judged[index] > 0 ? BR_RULE_PASS : BR_RULE_NOT_EXERCISED;
}
