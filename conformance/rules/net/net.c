/* SPDX-License-Identifier: BSD-2-Clause */
/* What hosts do below the services: UDP checksums, ARP rates, ICMP errors. */
#include "conformance/rules/net/net.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/rules/dhcp/dhcp.h"
#include "conformance/rules/tftp/tftp.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/tftp_packet.h"

enum {
	QUESTIONS_MAX = 64,
	QUESTION_TIMES = 4,
	SERVERS_MAX = 32,
	PROBES_MAX = 16,
	UNREACHABLE_V6 = 1, /* RFC 4443 §3.1; code 4: the port */
};
#define ARP_WINDOW (2 * BR_S)
#define ARP_COPY   (20 * BR_MS) /* closer together: one packet, doubled on the wire */
#define ARP_ANSWER BR_S
#define ARP_SERIES (5 * BR_S) /* questions for one thing, each lost or unheard */
#define ARP_PROBED (60 * BR_S)

/* Somebody asks for an address and hears nothing. */
struct arp_question {
	uint32_t sender, target, link;
	uint8_t mac[6];
	size_t times;
	br_time at[QUESTION_TIMES];
};

/* A client asks whether its new address is free: RFC 5227 §2.1. */
struct arp_probe {
	uint32_t target, link;
	uint8_t mac[6];
	size_t conflicts; /* answers of others */
	br_time at;
};

struct br_net_watch {
	struct arp_question question[QUESTIONS_MAX];
	size_t questions; /* in all */
	struct arp_probe probe[PROBES_MAX];
	size_t probes;
	uint32_t server[SERVERS_MAX]; /* hosts that serve something, by hash */
	size_t servers;
};

struct br_net_watch *br_net_watch_new(void)
{
	return calloc(1, sizeof(struct br_net_watch));
}

/* A datagram or segment that only a server sends. */
static bool is_of_service(const struct br_rules *r)
{
	const struct br_packet *p = r->packet;

	if (p->transport == BR_TRANSPORT_TCP)
		return (p->tcp.flags & (BR_TCP_SYN | BR_TCP_ACK)) == (BR_TCP_SYN | BR_TCP_ACK);
	if (p->transport != BR_TRANSPORT_UDP)
		return false;
	if (p->src.port == BR_DHCP_PORT_SERVER || p->src.port == BR_DHCP_PORT_PXE)
		return p->payload.size > 0 && p->payload.data[0] == BR_DHCP_OP_REPLY;
	return p->src.port == BR_DHCP6_PORT_SERVER || p->src.port == BR_TFTP_PORT ||
	       br_rules_tftp_serves(r);
}

/* The rows of role host are about the machine that serves. RFC 951 §3 lets a client in a
 * ROM do without a checksum, say.
 */
static bool is_server(const struct br_rules *r, uint32_t host)
{
	const struct br_net_watch *w = r->net;

	for (size_t i = 0; i < w->servers && i < SERVERS_MAX; i++) {
		if (w->server[i] == host)
			return true;
	}
	return false;
}

/* Once it was seen to serve, all it sends is a server's. */
static bool serves(struct br_rules *r)
{
	uint32_t host = br_rules_host_hash(r->packet->src.ip);

	if (is_server(r, host))
		return true;
	if (!is_of_service(r))
		return false;
	r->net->server[r->net->servers++ % SERVERS_MAX] = host;
	return true;
}

static uint32_t hash_ipv4(uint32_t address)
{
	uint8_t ip[16] = {[10] = 0xff, 0xff};

	for (int i = 0; i < 4; i++)
		ip[12 + i] = (uint8_t)(address >> (24 - 8 * i));
	return br_rules_host_hash(ip);
}

static struct arp_question *find(struct br_rules *r, const struct br_packet_arp *arp)
{
	struct br_net_watch *w = r->net;
	struct arp_question *q;

	for (size_t i = 0; i < w->questions && i < QUESTIONS_MAX; i++) {
		q = &w->question[i];
		if (q->target == arp->target_ip && q->sender == arp->sender_ip &&
		    q->link == r->link && !memcmp(q->mac, arp->sender_mac, 6))
			return q;
	}
	q = &w->question[w->questions++ % QUESTIONS_MAX];
	*q = (struct arp_question){
		.sender = arp->sender_ip, .target = arp->target_ip, .link = r->link};
	memcpy(q->mac, arp->sender_mac, 6);
	return q;
}

static void hear_answer(struct br_rules *r, uint32_t target, bool reply)
{
	for (size_t i = 0; i < r->net->questions && i < QUESTIONS_MAX; i++) {
		struct arp_question *q = &r->net->question[i];

		if (q->target != target || q->times == 0)
			continue;
		q->times = 0;
		if (reply)
			(void)br_judge(r, BR_RULE_NET_ARP_01, true, "%s", "");
	}
}

/* Somebody sends to who asked for him, and gave no answer. */
static void judge_deaf(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	uint32_t src = br_endpoint_to_ipv4(&p->src);

	for (size_t i = 0; i < r->net->questions && i < QUESTIONS_MAX; i++) {
		struct arp_question *q = &r->net->question[i];
		br_time last = q->times > 0 ? q->at[(q->times - 1) % QUESTION_TIMES] : 0;

		if (q->times == 0 || q->target != src || q->link != r->link ||
		    memcmp(q->mac, p->eth_dst, 6) != 0 || r->at < last + ARP_ANSWER)
			continue;
		if (!r->complete &&
		    (q->times < 3 || last > q->at[(q->times - 3) % QUESTION_TIMES] + ARP_SERIES))
			continue;
		(void)br_judge(r, BR_RULE_NET_ARP_01, false,
		               "it sends to %s, which asked for it %zu times and heard nothing",
		               BR_IP(q->sender), q->times);
		q->times = 0;
	}
}

static void note_probe(struct br_rules *r)
{
	const struct br_packet_arp *arp = &r->packet->arp;
	struct br_net_watch *w = r->net;

	for (size_t i = 0; i < w->probes && i < PROBES_MAX; i++) {
		struct arp_probe *probe = &w->probe[i];

		if (probe->link != r->link || probe->target == 0) /* 0: it was judged */
			continue;
		if (arp->sender_ip == probe->target && memcmp(probe->mac, arp->sender_mac, 6) != 0)
			probe->conflicts++;
		if (arp->sender_ip == 0 && arp->target_ip == probe->target &&
		    !memcmp(probe->mac, arp->sender_mac, 6)) {
			probe->at = r->at;
			return;
		}
	}
	if (arp->sender_ip != 0 || arp->operation != BR_ARP_REQUEST)
		return;
	w->probe[w->probes % PROBES_MAX] =
		(struct arp_probe){.target = arp->target_ip, .link = r->link, .at = r->at};
	memcpy(w->probe[w->probes++ % PROBES_MAX].mac, arp->sender_mac, 6);
}

static void judge_probed(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	uint32_t src = br_endpoint_to_ipv4(&p->src);

	for (size_t i = 0; i < r->net->probes && i < PROBES_MAX; i++) {
		struct arp_probe *probe = &r->net->probe[i];

		if (probe->target != src || src == 0 || probe->link != r->link ||
		    memcmp(probe->mac, p->eth_src, 6) != 0)
			continue;
		if (r->at < probe->at + ARP_PROBED)
			(void)br_judge(r, BR_RULE_NET_ARP_04,
			               probe->conflicts < (r->complete ? 1 : 2),
			               "it uses %s, for which another host answered its probe",
			               BR_IP(src));
		probe->target = 0;
	}
}

/* RFC 1122 2.3.2.1 speaks of packets to send: probes (RFC 5227) and announcements do not
 * count.
 */
static void judge_arp(struct br_rules *r)
{
	const struct br_packet_arp *arp = &r->packet->arp;
	struct arp_question *q;

	note_probe(r);
	hear_answer(r, arp->sender_ip, arp->operation == BR_ARP_REPLY);
	if (arp->operation != BR_ARP_REQUEST || arp->sender_ip == 0 ||
	    arp->sender_ip == arp->target_ip)
		return;
	q = find(r, arp);
	if (q->times > 0 && r->at < q->at[(q->times - 1) % QUESTION_TIMES] + ARP_COPY)
		return;
	q->at[q->times++ % QUESTION_TIMES] = r->at;
	if (q->times < QUESTION_TIMES || !is_server(r, hash_ipv4(arp->sender_ip)))
		return;
	(void)br_judge(r, BR_RULE_NET_ARP_02,
	               r->at >= q->at[q->times % QUESTION_TIMES] + ARP_WINDOW,
	               "%u requests for %s within %llu ms", QUESTION_TIMES, BR_IP(arp->target_ip),
	               (unsigned long long)((r->at - q->at[q->times % QUESTION_TIMES]) / BR_MS));
}

static void judge_icmp(struct br_rules *r)
{
	static const uint8_t group = 1;
	const struct br_packet *p = r->packet;
	bool six = p->transport == BR_TRANSPORT_ICMPV6;
	struct br_packet quoted;

	if (p->icmp.type != (six ? UNREACHABLE_V6 : BR_ICMP_UNREACHABLE) &&
	    (six || p->icmp.type != BR_ICMP_TIME_EXCEEDED))
		return;
	br_packet_parse_ip(&quoted, p->payload, p->payload_size, false);
	if (quoted.network != p->network)
		return;
	if (!six)
		(void)br_judge(r, BR_RULE_NET_ICM_03,
		               !br_rules_is_group(quoted.ipv4.dst) && !(quoted.eth_dst[0] & group),
		               "an ICMP error about a packet to %s", BR_IP(quoted.ipv4.dst));
	if (p->icmp.type == (six ? UNREACHABLE_V6 : BR_ICMP_UNREACHABLE) &&
	    p->icmp.code == (six ? 4 : 3)) {
		if (!six)
			br_rules_dhcp_closed(r, &quoted);
		br_rules_tftp_closed(r, &quoted);
	}
}

void br_rules_net(struct br_rules *r, enum br_sum sum)
{
	const struct br_packet *p = r->packet;
	bool is_serving;

	if (p->network == BR_NETWORK_ARP) {
		judge_arp(r);
		return;
	}
	is_serving = serves(r);
	if (p->network == BR_NETWORK_IPV4) {
		judge_deaf(r);
		judge_probed(r);
	}
	if (p->transport == BR_TRANSPORT_ICMP || p->transport == BR_TRANSPORT_ICMPV6)
		judge_icmp(r);
	else if (is_serving && (sum == BR_SUM_NONE || sum == BR_SUM_RIGHT))
		(void)br_judge(
			r, p->network == BR_NETWORK_IPV6 ? BR_RULE_NET_UDP_04 : BR_RULE_NET_UDP_01,
			sum == BR_SUM_RIGHT, "UDP checksum 0");
}
