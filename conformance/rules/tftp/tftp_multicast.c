/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP to a group: RFC 2090. One client at a time acknowledges for all. */
#include "conformance/rules/tftp/tftp_multicast.h"

#include <string.h>

static struct br_tftp_group *of_tid(struct br_rules *r, const uint8_t server[16], uint16_t tid)
{
	for (size_t i = 0; i < r->tftp->groups && i < BR_TFTP_GROUPS_MAX; i++) {
		struct br_tftp_group *g = &r->tftp->group[i];

		if (g->tid == tid && br_rules_same_host(g->server, server))
			return g;
	}
	return NULL;
}

static void set_master(struct br_rules *r, struct br_tftp_group *g,
                       const struct br_transfer_seen *t)
{
	bool other = g->master_port != 0 && (g->master_port != t->client_port ||
	                                     !br_rules_same_host(g->master, t->client_ip));

	if (r->complete)
		(void)br_judge(r, BR_RULE_TFTP_MC_02,
		               !other || g->over || r->at > g->master_at + BR_S,
		               "a second master, beside %s", BR_HOST(g->master));
	g->master_port = t->client_port;
	g->master_at = r->at;
	g->acked = false;
	g->over = false;
	memcpy(g->master, t->client_ip, 16);
}

void br_tftp_judge_group_oack(struct br_rules *r, const struct br_transfer_seen *t,
                              struct br_octets value)
{
	struct br_octets rest = value, address = br_text_cut(&rest, ','),
			 port = br_text_cut(&rest, ',');
	const struct br_packet *p = r->packet;
	struct br_tftp_group *g = of_tid(r, p->src.ip, p->src.port);
	uint64_t number = 0;
	uint32_t ip = 0;
	bool named = br_text_get_ipv4(address, &ip) && br_text_get_decimal(port, 65535, &number);

	if (named && g && r->at < g->at + BR_S)
		(void)br_judge(r, BR_RULE_TFTP_MC_03, g->ip == ip && g->port == number,
		               "port %u serves two groups", p->src.port);
	if (named && (!g || g->ip != ip || g->port != number)) {
		g = &r->tftp->group[r->tftp->groups++ % BR_TFTP_GROUPS_MAX];
		*g = (struct br_tftp_group){.tid = p->src.port, .ip = ip, .port = (uint16_t)number};
		memcpy(g->server, p->src.ip, 16);
	}
	if (!g)
		return;
	g->at = r->at;
	if (br_text_is(rest, "1"))
		set_master(r, g, t);
}

void br_tftp_group_ack(struct br_rules *r, const struct br_transfer_seen *t, uint16_t block)
{
	struct br_tftp_group *g = of_tid(r, t->server_ip, t->tid);

	if (!g || g->master_port != t->client_port || !br_rules_same_host(g->master, t->client_ip))
		return;
	g->master_at = r->at;
	g->acked = true;
	g->ack = block;
	g->over = g->final && block == g->final_block;
}

/* DATA to a group. Return: false if it goes to none */
bool br_tftp_judge_group_data(struct br_rules *r, const struct br_tftp_packet *packet)
{
	const struct br_packet *p = r->packet;
	uint32_t ip = br_endpoint_to_ipv4(&p->dst);

	if (!br_rules_is_group(ip) || packet->opcode != BR_TFTP_DATA)
		return false;
	for (size_t i = 0; i < r->tftp->groups && i < BR_TFTP_GROUPS_MAX; i++) {
		struct br_tftp_group *g = &r->tftp->group[i];

		if (g->ip != ip || g->port != p->dst.port ||
		    !br_rules_same_host(g->server, p->src.ip))
			continue;
		(void)br_judge(r, BR_RULE_TFTP_MC_03, g->tid == p->src.port,
		               "DATA from port %u, the OACK from %u", p->src.port, g->tid);
		if (g->acked && r->complete)
			(void)br_judge(
				r, BR_RULE_TFTP_MC_04, packet->block == (uint16_t)(g->ack + 1),
				"DATA %u behind ACK %u of the master", packet->block, g->ack);
		g->acked = false;
		g->at = r->at;
		if (p->payload_size < 4 + BR_TFTP_BLKSIZE_DEFAULT) {
			g->final = true;
			g->final_block = packet->block;
		}
		break;
	}
	return true;
}
