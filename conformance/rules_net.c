/* SPDX-License-Identifier: BSD-2-Clause */
/* What hosts do below the services: UDP checksums, ARP rates, ICMP errors. */
#include <stdlib.h>
#include <string.h>

#include "conformance/rules_private.h"

enum {
	QUESTIONS_MAX = 64,
	QUESTION_TIMES = 4,
};
#define ARP_WINDOW (2 * BR_S)
#define ARP_COPY   (20 * BR_MS) /* closer together: one packet, doubled on the wire */

/* Somebody asks for an address and hears nothing. */
struct question {
	uint32_t sender, target, link;
	uint8_t mac[6];
	size_t times;
	br_time at[QUESTION_TIMES];
};

struct br_net_watch {
	struct question question[QUESTIONS_MAX];
	size_t questions; /* in all */
};

struct br_net_watch *br_net_watch_new(void)
{
	return calloc(1, sizeof(struct br_net_watch));
}

static struct question *find(struct br_rules *r, const struct br_packet_arp *arp)
{
	struct br_net_watch *w = r->net;
	struct question *q;

	for (size_t i = 0; i < w->questions && i < QUESTIONS_MAX; i++) {
		q = &w->question[i];
		if (q->target == arp->target_ip && q->sender == arp->sender_ip &&
		    q->link == r->link && !memcmp(q->mac, arp->sender_mac, 6))
			return q;
	}
	q = &w->question[w->questions++ % QUESTIONS_MAX];
	*q = (struct question){.sender = arp->sender_ip, .target = arp->target_ip, .link = r->link};
	memcpy(q->mac, arp->sender_mac, 6);
	return q;
}

static void hear_answer(struct br_rules *r, uint32_t target)
{
	for (size_t i = 0; i < r->net->questions && i < QUESTIONS_MAX; i++) {
		if (r->net->question[i].target == target)
			r->net->question[i].times = 0;
	}
}

/* RFC 1122 2.3.2.1 speaks of packets to send: probes (RFC 5227) and announcements do not
 * count.
 */
static void judge_arp(struct br_rules *r)
{
	const struct br_packet_arp *arp = &r->packet->arp;
	struct question *q;

	hear_answer(r, arp->sender_ip);
	if (arp->operation != BR_ARP_REQUEST || arp->sender_ip == 0 ||
	    arp->sender_ip == arp->target_ip)
		return;
	q = find(r, arp);
	if (q->times > 0 && r->at < q->at[(q->times - 1) % QUESTION_TIMES] + ARP_COPY)
		return;
	q->at[q->times++ % QUESTION_TIMES] = r->at;
	if (q->times < QUESTION_TIMES)
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
	struct br_packet quoted;

	if (p->icmp.type != BR_ICMP_UNREACHABLE && p->icmp.type != BR_ICMP_TIME_EXCEEDED)
		return;
	br_packet_parse_ip(&quoted, p->payload, p->payload_size, false);
	if (quoted.network != BR_NETWORK_IPV4)
		return;
	(void)br_judge(r, BR_RULE_NET_ICM_03,
	               !br_rules_is_group(quoted.ipv4.dst) && !(quoted.eth_dst[0] & group),
	               "an ICMP error about a packet to %s", BR_IP(quoted.ipv4.dst));
	if (p->icmp.type == BR_ICMP_UNREACHABLE && p->icmp.code == 3) {
		br_rules_dhcp_closed(r, &quoted);
		br_rules_tftp_closed(r, &quoted);
	}
}

void br_rules_net(struct br_rules *r, enum br_sum sum)
{
	const struct br_packet *p = r->packet;

	if (p->network == BR_NETWORK_ARP)
		judge_arp(r);
	else if (p->transport == BR_TRANSPORT_ICMP)
		judge_icmp(r);
	else if (sum == BR_SUM_NONE || sum == BR_SUM_GOOD)
		(void)br_judge(
			r, p->network == BR_NETWORK_IPV6 ? BR_RULE_NET_UDP_04 : BR_RULE_NET_UDP_01,
			sum == BR_SUM_GOOD, "UDP checksum 0");
}
