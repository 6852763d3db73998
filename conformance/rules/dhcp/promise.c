/* SPDX-License-Identifier: BSD-2-Clause */
/* What a DHCP reply promises of its boot file, and what TFTP then shows of it. */
#include "conformance/rules/dhcp/promise.h"

#include <string.h>

#include "conformance/rules/dhcp/dhcp.h"
#include "core/formats/tftp_packet.h"

enum {
	BLOCK_SIZE = 512, /* RFC 2132 §3.15 */
};

static bool is_for(const struct br_promise *p, const struct br_packet *packet, uint32_t client)
{
	return p->frame != 0 &&
	       ((p->client != 0 && p->client == client) || !memcmp(p->chaddr, packet->eth_src, 6));
}

void br_rules_promise(struct br_rules *r, const struct br_reply *y)
{
	struct br_octets control =
		br_dhcp_sub_option(y->vendor, BR_PXE_TAG_DISCOVERY_CONTROL, true);
	struct br_octets servers = br_dhcp_sub_option(y->vendor, BR_PXE_TAG_BOOT_SERVERS, true);
	struct br_promise p = {.client = y->pxe_port ? y->dst_ip : y->m->header.yiaddr,
	                       .siaddr = y->m->header.siaddr,
	                       .party = r->packet->src,
	                       .frame = r->frame};
	uint32_t named = y->m->header.siaddr != 0 ? y->m->header.siaddr : y->server_id;

	if (!y->q || y->best_file.size == 0 || y->forwarded || br_rules_is_uri(y->best_file))
		return;
	p.file_hash = br_rules_hash(BR_RULES_HASH_SEED, y->best_file.data, y->best_file.size);
	p.has_blocks = br_dhcp_get_be16(y->m, BR_DHCP_OPTION_BOOT_FILE_SIZE, &p.blocks);
	memcpy(p.chaddr, y->m->header.chaddr, 6);
	memcpy(p.mac, r->packet->eth_src, 6);
	if (control.size == 1 && (control.data[0] & BR_PXE_CONTROL_DIRECT) &&
	    br_text_starts(y->class, "PXEClient"))
		p.listed = br_pxe_boot_server_first(servers);
	if (y->pxe_port && named == y->src_ip)
		p.boot_server = y->src_ip;
	r->dhcp->promise[r->dhcp->promises++ % BR_PROMISES_MAX] = p;
}

/* The promise breaks, not who is seen to: @p's sender is the party. */
static void judge_promise(struct br_rules *r, const struct br_promise *p, enum br_rule rule,
                          bool holds, const char *what)
{
	const struct br_packet *seen = r->packet;
	struct br_packet as = *seen;

	as.src = p->party;
	memcpy(as.eth_src, p->mac, 6);
	r->packet = &as;
	(void)br_judge(r, rule, holds, "frame %llu: %s", (unsigned long long)p->frame, what);
	r->packet = seen;
}

static void note_read(struct br_rules *r, const struct br_tftp_packet *packet)
{
	struct br_dhcp_watch *w = r->dhcp;
	struct br_file_read read = {.client = br_endpoint_to_ipv4(&r->packet->src),
	                            .server = br_endpoint_to_ipv4(&r->packet->dst),
	                            .port = r->packet->src.port};
	uint32_t hash = br_rules_hash(BR_RULES_HASH_SEED, packet->file.data, packet->file.size);

	for (size_t i = 0; i < w->promises && i < BR_PROMISES_MAX; i++) {
		struct br_promise *p = &w->promise[i];

		if (!is_for(p, r->packet, read.client) || p->file_hash != hash)
			continue;
		p->client = read.client;
		read.file_hash = hash;
	}
	if (read.file_hash != 0)
		w->read[w->reads++ % BR_READS_MAX] = read;
}

static void judge_size(struct br_rules *r, const struct br_promise *p,
                       const struct br_tftp_packet *packet)
{
	const struct br_tftp_option *tsize = br_tftp_option_find(packet, "tsize");
	uint64_t size;

	/* the file that is meant is that of the server which is named */
	if (!tsize || !br_text_get_decimal(tsize->value, UINT64_MAX, &size) ||
	    br_endpoint_to_ipv4(&r->packet->src) != p->siaddr)
		return;
	judge_promise(r, p, BR_RULE_D4S_BF_06,
	              !p->has_blocks || p->blocks == (size + BLOCK_SIZE - 1) / BLOCK_SIZE,
	              "option 13 is not the size of the boot file");
}

static void judge_first(struct br_rules *r, const struct br_file_read *read,
                        const struct br_tftp_packet *packet)
{
	bool refused =
		packet->opcode == BR_TFTP_ERROR &&
		(packet->code == BR_TFTP_ERROR_NOT_FOUND || packet->code == BR_TFTP_ERROR_ACCESS);

	for (size_t i = 0; i < r->dhcp->promises && i < BR_PROMISES_MAX; i++) {
		const struct br_promise *p = &r->dhcp->promise[i];

		if (p->client != read->client || p->file_hash != read->file_hash)
			continue;
		if (p->listed == read->server)
			judge_promise(r, p, BR_RULE_PXE_V43_15, !refused,
			              "the first address of tag 8 does not have the boot file");
		if (p->boot_server == read->server)
			judge_promise(r, p, BR_RULE_PXE_BS_11, true, "");
		if (packet->opcode == BR_TFTP_OACK)
			judge_size(r, p, packet);
	}
}

void br_rules_boot_read(struct br_rules *r)
{
	struct br_dhcp_watch *w = r->dhcp;
	uint32_t src = br_endpoint_to_ipv4(&r->packet->src),
		 dst = br_endpoint_to_ipv4(&r->packet->dst);
	struct br_tftp_packet packet;

	if (w->promises == 0 || r->packet->fragment ||
	    r->packet->payload.size < r->packet->payload_size)
		return;
	if (r->packet->dst.port == BR_TFTP_PORT) {
		if (br_tftp_parse(r->packet->payload, &packet) == 0 && packet.opcode == BR_TFTP_RRQ)
			note_read(r, &packet);
		return;
	}
	for (size_t i = 0; i < w->reads && i < BR_READS_MAX; i++) {
		struct br_file_read *read = &w->read[i];

		if (read->answered || read->client != dst || read->server != src ||
		    read->port != r->packet->dst.port)
			continue;
		if (br_tftp_parse(r->packet->payload, &packet) < 0)
			return;
		read->answered = true;
		judge_first(r, read, &packet);
	}
}

/* Port 69 is closed where @quoted went. */
void br_rules_boot_closed(struct br_rules *r, const struct br_packet *quoted)
{
	uint32_t server = br_endpoint_to_ipv4(&quoted->dst),
		 client = br_endpoint_to_ipv4(&quoted->src);

	for (size_t i = 0; i < r->dhcp->promises && i < BR_PROMISES_MAX; i++) {
		const struct br_promise *p = &r->dhcp->promise[i];

		if (p->client != client || client == 0)
			continue;
		if (p->listed == server)
			judge_promise(r, p, BR_RULE_PXE_V43_15, false,
			              "the first address of tag 8 serves no files");
		else if (p->boot_server == server)
			judge_promise(r, p, BR_RULE_PXE_BS_11, false,
			              "a boot server, and its TFTP port is closed");
	}
}
