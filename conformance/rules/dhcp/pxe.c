/* SPDX-License-Identifier: BSD-2-Clause */
/* PXE clients, proxies and boot servers: PXE 2.1, RFC 4578, and what firmware insists on. */
#include "conformance/rules/dhcp/pxe.h"

#include <string.h>

#include "conformance/rules/dhcp/boot.h"
#include "conformance/rules/dhcp/dhcp.h"
#include "conformance/rules/dhcp/history.h"
#include "conformance/rules/dhcp/promise.h"
#include "conformance/rules/dhcp/vendor.h"
#include "core/formats/tftp_packet.h"

#define COPY_MAX (50 * BR_MS) /* closer together: one packet, doubled on the wire */

static void judge_class_text(struct br_rules *r, const struct br_dhcp_message *m)
{
	struct br_octets class = br_dhcp_get(m, BR_DHCP_OPTION_VENDOR_CLASS);
	struct br_octets arch = br_dhcp_get(m, BR_DHCP_OPTION_ARCHITECTURE);
	struct br_octets undi = br_dhcp_get(m, BR_DHCP_OPTION_NETWORK_INTERFACE);
	char want[33] = "";
	struct br_writer w = br_writer_of(want, sizeof(want));

	if (arch.size < 2 || undi.size != 3)
		return;
	br_text_put(&w, "PXEClient:Arch:");
	br_text_put_padded(&w, (uint64_t)(arch.data[0] << 8 | arch.data[1]), 5);
	br_text_put(&w, ":UNDI:");
	br_text_put_padded(&w, undi.data[1], 3);
	br_text_put_padded(&w, undi.data[2], 3);
	(void)br_text_end(&w);
	(void)br_judge(r, BR_RULE_PXE_CLI_05, br_text_is(class, want),
	               "option 60 is \"%.*s\", 93 and 94 say \"%s\"", (int)class.size,
	               (const char *)class.data, want);
}

static void judge_identity(struct br_rules *r, const struct br_asked *q,
                           const struct br_dhcp_message *m)
{
	struct br_octets arch = br_dhcp_get(m, BR_DHCP_OPTION_ARCHITECTURE);
	struct br_octets undi = br_dhcp_get(m, BR_DHCP_OPTION_NETWORK_INTERFACE);
	struct br_octets uuid = br_dhcp_get(m, BR_DHCP_OPTION_MACHINE_ID);
	struct br_octets id = br_dhcp_get(m, BR_DHCP_OPTION_CLIENT_ID);
	bool all = true;

	(void)br_judge(r, BR_RULE_PXE_CLI_01, arch.size > 0 && arch.size % 2 == 0,
	               "option 93 is %s", arch.data ? "of odd length, or empty" : "absent");
	(void)br_judge(r, BR_RULE_PXE_CLI_02, undi.size == 3 && undi.data[0] == 1,
	               "option 94 is %s", undi.data ? "malformed" : "absent");
	(void)br_judge(r, BR_RULE_PXE_CLI_03, uuid.size == 17 && uuid.data[0] == 0,
	               "option 97 is %s", uuid.data ? "malformed" : "absent");
	for (uint8_t code = 128; code <= 135; code++)
		all = all && br_asked_wants(q, code);
	(void)br_judge(r, BR_RULE_PXE_CLI_04, all, "option 55 lacks one of 128..135");
	judge_class_text(r, m);
	/* RFC 4390 wants another identifier of machines without a hardware address */
	if (q->type == BR_DHCP_TYPE_DISCOVER && uuid.size == 17 && m->header.hlen > 0)
		(void)br_judge(r, BR_RULE_PXE_CLI_06, br_text_equal(id, uuid), "option 61 is %s",
		               id.data ? "not option 97" : "absent");
}

/* How long after the one before, and how many there were. */
static void judge_repeats(struct br_rules *r, const struct br_deal *deal, const struct br_asked *q)
{
	bool pxe = q->dst_port == BR_DHCP_PORT_PXE;
	enum br_rule rule = pxe ? BR_RULE_PXE_CLI_09 : BR_RULE_PXE_CLI_07;
	br_time least = pxe ? 800 * BR_MS : 3 * BR_S, last = 0;
	unsigned count = 0;

	if (!pxe && q->type != BR_DHCP_TYPE_DISCOVER)
		return;
	for (size_t i = 0; i < deal->askeds && i < BR_ASKED_MAX; i++) {
		const struct br_asked *was = &deal->asked[i];

		if (was == q || was->copy || was->type != q->type || was->dst_port != q->dst_port ||
		    was->dst_ip != q->dst_ip)
			continue;
		if (was->at + COPY_MAX > q->at)
			return;
		count++;
		last = was->at > last ? was->at : last;
	}
	if (count > 0)
		(void)br_judge(r, rule, count < 4 && q->at >= last + least,
		               "try %u, %llu ms behind the one before", count + 1,
		               (unsigned long long)((q->at - last) / BR_MS));
}

void br_rules_pxe_request(struct br_rules *r, const struct br_deal *deal, const struct br_asked *q,
                          const struct br_dhcp_message *m)
{
	const struct br_dhcp_header *h = &m->header;
	bool boots = q->type == BR_DHCP_TYPE_DISCOVER || q->type == BR_DHCP_TYPE_REQUEST ||
	             q->type == BR_DHCP_TYPE_INFORM;

	if (q->class != BR_CLASS_PXE || !boots || q->op != BR_DHCP_OP_REQUEST)
		return;
	judge_identity(r, q, m);
	judge_repeats(r, deal, q);
	if (q->dst_port == BR_DHCP_PORT_PXE || q->item)
		(void)br_judge(r, BR_RULE_PXE_CLI_11,
		               h->ciaddr != 0 && (q->src_ip == 0 || h->ciaddr == q->src_ip) &&
		                       (h->yiaddr | h->siaddr | h->giaddr) == 0,
		               "ciaddr %s, yiaddr %s, siaddr %s, sent from %s", BR_IP(h->ciaddr),
		               BR_IP(h->yiaddr), BR_IP(h->siaddr), BR_IP(q->src_ip));
}

static bool echoes_uuid(const struct br_reply *y)
{
	struct br_octets uuid = br_dhcp_get(y->m, BR_DHCP_OPTION_MACHINE_ID);

	for (size_t i = 0; i < y->askeds; i++) {
		const struct br_asked *q = y->asked[i];

		if (q->uuid_size == 0 ||
		    (uuid.size == q->uuid_size && !memcmp(q->uuid, uuid.data, uuid.size)))
			return true;
	}
	return false;
}

static bool has_menu(const struct br_reply *y)
{
	return br_dhcp_sub_option(y->vendor, BR_PXE_TAG_BOOT_MENU, true).data != NULL;
}

/* What iPXE calls PXE options: net/udp/dhcp.c dhcp_has_pxeopts(). An OFFER without them sends
 * it to 4011, which is well; it looks for them there (dhcp_proxy_rx), if it asks for no item.
 */
static void judge_ipxe(struct br_rules *r, const struct br_reply *y)
{
	if (y->q->ipxe && !y->q->item)
		(void)br_judge(r, BR_RULE_PXE_BS_23,
		               (y->m->header.siaddr != 0 && y->best_file.size > 0) || has_menu(y),
		               "siaddr %s, boot file %s, no menu", BR_IP(y->m->header.siaddr),
		               y->best_file.size > 0 ? "there" : "absent");
}

static void judge_compliant(struct br_rules *r, const struct br_reply *y)
{
	(void)br_judge(r, BR_RULE_PXE_PRX_06, echoes_uuid(y), "option 97 is %s",
	               br_dhcp_count(y->m, 97) ? "another" : "absent");
	/* what the client did not say cannot come back */
	if (y->q->arch >= 0 && y->q->boot.undi)
		(void)br_judge(r, BR_RULE_PXE_PRX_07,
		               br_dhcp_count(y->m, 93) > 0 && br_dhcp_count(y->m, 94) > 0,
		               "option %u is absent", br_dhcp_count(y->m, 93) > 0 ? 94 : 93);
}

/* The first try, of secs 0, was left alone, and a later one that differs by secs was not. */
static void judge_secs(struct br_rules *r, const struct br_reply *y, const struct br_answered *now)
{
	const struct br_asked *first = y->asked[y->askeds - 1];

	if (y->q->secs == 0)
		(void)br_judge(r, BR_RULE_PXE_PRX_15, true, "%s", "");
	if (!r->complete || y->q->secs == 0 || y->deal->askeds > BR_ASKED_MAX)
		return;
	for (size_t i = 0; i < y->deal->answereds; i++) {
		if (i == BR_ANSWERED_MAX || y->deal->answered[i].src_ip == now->src_ip)
			return;
	}
	(void)br_judge(r, BR_RULE_PXE_PRX_15,
	               first->secs != 0 || first->options_hash != y->q->options_hash ||
	                       y->q->at < first->at + 2 * BR_S || r->at > y->q->at + BR_S,
	               "frame %llu, with secs 0, had no answer", (unsigned long long)first->frame);
}

static void judge_proxy_offer(struct br_rules *r, const struct br_reply *y,
                              const struct br_answered *now)
{
	const struct br_dhcp_message *m = y->m;
	bool http = y->q->class == BR_CLASS_HTTP;

	if (y->q->class == BR_CLASS_NONE) {
		(void)br_judge(r, y->q->odd.caseless ? BR_RULE_PXE_PRX_02 : BR_RULE_PXE_PRX_01,
		               false, "it answers what is no PXEClient");
		return;
	}
	(void)br_judge(r, BR_RULE_PXE_PRX_01, true, "%s", "");
	(void)br_judge(r, BR_RULE_PXE_PRX_03, true, "%s",
	               ""); /* one with an address is no proxy's: form.c */
	(void)br_judge(r, BR_RULE_PXE_PRX_04, m->header.ciaddr == 0, "ciaddr %s",
	               BR_IP(m->header.ciaddr));
	(void)br_judge(r, BR_RULE_PXE_PRX_05, y->has_server_id && y->server_id != 0,
	               "option 54 is %s", y->has_server_id ? "0.0.0.0" : "absent");
	(void)br_judge(r, BR_RULE_PXE_PRX_11,
	               br_dhcp_count(m, 50) + br_dhcp_count(m, 51) + br_dhcp_count(m, 58) +
	                               br_dhcp_count(m, 59) ==
	                       0,
	               "option 50, 51, 58 or 59");
	for (size_t i = 0; i < y->deal->answereds && i < BR_ANSWERED_MAX; i++) {
		const struct br_answered *was = &y->deal->answered[i];

		if (was->type == BR_DHCP_TYPE_OFFER && was->yiaddr == 0 && !was->forwarded &&
		    was->src_ip == now->src_ip && !y->forwarded && y->q->giaddr == 0)
			(void)br_judge(r, BR_RULE_PXE_PRX_14, was->all_hash == now->all_hash,
			               "it is not the OFFER of frame %llu",
			               (unsigned long long)was->frame);
	}
	judge_secs(r, y, now);
	if (http)
		return;
	(void)br_judge(r, BR_RULE_PXE_PRX_12, br_text_starts(y->class, "PXEClient"),
	               "option 60 is %s", y->class.data ? "another" : "absent");
	judge_compliant(r, y);
}

static void judge_kind(struct br_rules *r, const struct br_reply *y)
{
	bool http = br_text_starts(y->class, "HTTPClient");
	bool uri = br_rules_is_uri(y->best_file);

	switch (y->q->class) {
	case BR_CLASS_PXE:
		(void)br_judge(r, BR_RULE_PXE_ARCH_05, !http && (!uri || y->q->ipxe),
		               "a PXE client gets %s", http ? "class HTTPClient" : "a URI");
		break;
	case BR_CLASS_HTTP:
		(void)br_judge(r, BR_RULE_PXE_ARCH_05, !br_text_starts(y->class, "PXEClient"),
		               "an HTTP client gets class PXEClient");
		break;
	case BR_CLASS_NONE:
		(void)br_judge(r, BR_RULE_HBD_11, !http, "class HTTPClient was not asked with");
		break;
	}
}

static bool names_host(struct br_octets uri)
{
	struct br_octets rest = uri, host;
	uint32_t address;

	(void)br_text_cut(&rest, '/');
	(void)br_text_cut(&rest, '/');
	host = br_text_cut(&rest, '/');
	host = br_text_cut(&host, ':');
	return host.size > 0 && host.data[0] != '[' && !br_text_get_ipv4(host, &address);
}

static void judge_http_offer(struct br_rules *r, const struct br_reply *y)
{
	bool class = br_text_starts(y->class, "HTTPClient");
	bool uri = br_rules_is_uri(y->best_file);

	if (uri)
		(void)br_judge(r, BR_RULE_HBD_01, class, "a URI, and option 60 is %s",
		               y->class.data ? "another" : "absent");
	if (class)
		(void)br_judge(r, BR_RULE_HBD_02, uri, "class HTTPClient, and no absolute URI");
	if (!class && !uri)
		return;
	(void)br_judge(r, BR_RULE_HBD_04, r->packet->payload_size <= 1472, "%u octets",
	               (unsigned)r->packet->payload_size);
	if (uri && !y->proxy && names_host(y->best_file))
		(void)br_judge(r, BR_RULE_HBD_06, br_dhcp_count(y->m, BR_DHCP_OPTION_DNS) > 0,
		               "the URI names a host, and option 6 is absent");
}

static const struct br_asked *asked_on_pxe(const struct br_reply *y)
{
	for (size_t i = 0; i < y->askeds; i++) {
		if (y->asked[i]->src_ip == y->dst_ip && y->asked[i]->src_port != 0)
			return y->asked[i];
	}
	return y->q;
}

static void judge_boot_item(struct br_rules *r, const struct br_reply *y)
{
	struct br_octets item = br_dhcp_sub_option(y->vendor, BR_PXE_TAG_BOOT_ITEM, true);
	bool tags = false;

	for (uint8_t tag = 6; tag <= 10; tag++)
		tags = tags || br_dhcp_sub_option(y->vendor, tag, true).data;
	if (!y->q->item) {
		(void)br_judge(r, BR_RULE_PXE_BS_15, y->best_file.size > 0 || tags,
		               "neither a boot file nor PXE tags 6..10");
		return;
	}
	if (br_judge(r, BR_RULE_PXE_BS_04, item.size == 4, "no boot item (tag 71) in option 43"))
		(void)br_judge(
			r, BR_RULE_PXE_BS_21, (item.data[0] << 8 | item.data[1]) == y->q->item_type,
			"type %u, asked for %u", item.data[0] << 8 | item.data[1], y->q->item_type);
}

/* A request that a router brought: who answers must leave the way to the router, too. */
static void judge_routed(struct br_rules *r, const struct br_reply *y)
{
	const uint8_t *chaddr = y->m->header.chaddr, *to = r->packet->eth_dst;

	for (size_t i = 0; i < y->askeds; i++) {
		const struct br_asked *q = y->asked[i];

		if (q->dst_port != BR_DHCP_PORT_PXE || q->src_ip == 0 ||
		    !br_rules_mac_known(q->eth_src) || !memcmp(q->eth_src, chaddr, 6) ||
		    memcmp(q->eth_dst, r->packet->eth_src, 6) != 0)
			continue;
		(void)br_judge(r, BR_RULE_RLS_15,
		               y->dst_ip == q->src_ip && memcmp(to, chaddr, 6) != 0,
		               "sent to %s %s, the request in frame %llu came from another subnet",
		               BR_IP(y->dst_ip),
		               memcmp(to, chaddr, 6) ? "by a router" : "as if it were on the link",
		               (unsigned long long)q->frame);
		return;
	}
}

static void judge_boot_server(struct br_rules *r, const struct br_reply *y,
                              const struct br_answered *now)
{
	const struct br_asked *q = asked_on_pxe(y);
	const struct br_dhcp_header *h = &y->m->header;
	struct br_dhcp_server *server = br_rules_server(r, y->src_ip);
	bool port = false;

	for (size_t i = 0; i < y->askeds; i++)
		port = port || (y->asked[i]->src_port == r->packet->dst.port &&
		                (y->asked[i]->src_ip == y->dst_ip || y->asked[i]->src_ip == 0));
	if (q->dst_port == BR_DHCP_PORT_PXE) {
		(void)br_judge(r, BR_RULE_PXE_BS_02, port,
		               "sent to %s port %u, asked from %s port %u", BR_IP(y->dst_ip),
		               r->packet->dst.port, BR_IP(q->src_ip), q->src_port);
		(void)br_judge(r, BR_RULE_PXE_BS_16, r->packet->src.port == BR_DHCP_PORT_PXE,
		               "sent from port %u", r->packet->src.port);
		(void)br_judge(r, BR_RULE_NET_SRC_01,
		               y->src_ip == q->dst_ip || br_rules_is_group(q->dst_ip) ||
		                       memcmp(q->eth_dst, r->packet->eth_src, 6) != 0,
		               "sent from %s, asked at %s", BR_IP(y->src_ip), BR_IP(q->dst_ip));
	}
	judge_routed(r, y);
	if (!br_judge(r, BR_RULE_PXE_BS_17, y->m->type == BR_DHCP_TYPE_ACK, "option 53 is %u",
	              y->m->type))
		return;
	(void)br_judge(r, BR_RULE_PXE_BS_03,
	               y->has_server_id && br_text_starts(y->class, "PXEClient"), "option %s",
	               y->has_server_id ? "60 is not PXEClient" : "54 is absent");
	(void)br_judge(r, BR_RULE_PXE_BS_05, h->ciaddr == 0, "ciaddr %s", BR_IP(h->ciaddr));
	(void)br_judge(r, BR_RULE_PXE_BS_12,
	               !y->q->item || h->siaddr == 0 || h->siaddr == y->server_id,
	               "siaddr %s, option 54 %s", BR_IP(h->siaddr), BR_IP(y->server_id));
	(void)br_judge(r, BR_RULE_PXE_BS_13, r->at <= q->at + BR_S || br_rules_was_answered(y, now),
	               "%llu ms behind the request in frame %llu",
	               (unsigned long long)((r->at - q->at) / BR_MS), (unsigned long long)q->frame);
	if (server && server->pxe_id != 0 && y->has_server_id)
		(void)br_judge(r, BR_RULE_PXE_BS_18, server->pxe_id == y->server_id,
		               "option 54 is %s, in the OFFER %s", BR_IP(y->server_id),
		               BR_IP(server->pxe_id));
	judge_boot_item(r, y);
	judge_ipxe(r, y);
	judge_compliant(r, y);
}

static void remember(struct br_rules *r, const struct br_reply *y)
{
	struct br_dhcp_server *server = br_rules_server(r, y->src_ip);
	uint32_t at = y->m->header.siaddr != 0 ? y->m->header.siaddr : y->server_id;

	if (!server || y->forwarded || !br_text_starts(y->class, "PXEClient"))
		return;
	if (y->has_server_id)
		server->pxe_id = y->server_id;
	if (!y->vendor.data && !y->q->ipxe && (server = br_rules_server(r, at))) {
		server->pxe_only_at = r->frame;
		server->pxe_same_host = y->m->header.yiaddr != 0 && y->best_file.size == 0;
	}
}

void br_rules_dhcp_closed(struct br_rules *r, const struct br_packet *quoted)
{
	uint32_t ip = br_endpoint_to_ipv4(&quoted->dst);
	struct br_dhcp_server *server;

	if (quoted->transport == BR_TRANSPORT_UDP && quoted->dst.port == BR_TFTP_PORT &&
	    ip == br_endpoint_to_ipv4(&r->packet->src))
		br_rules_boot_closed(r, quoted);
	if (quoted->transport != BR_TRANSPORT_UDP || quoted->dst.port != BR_DHCP_PORT_PXE ||
	    ip != br_endpoint_to_ipv4(&r->packet->src))
		return;
	server = br_rules_server(r, ip);
	if (server && server->pxe_only_at != 0)
		(void)br_judge(r, server->pxe_same_host ? BR_RULE_PXE_PRX_08 : BR_RULE_PXE_V43_10,
		               false, "the OFFER in frame %llu leads to port 4011, which is closed",
		               (unsigned long long)server->pxe_only_at);
}

void br_rules_pxe_reply(struct br_rules *r, const struct br_reply *y, const struct br_answered *now)
{
	bool offer = y->m->type == BR_DHCP_TYPE_OFFER;

	if (!y->q || !y->m->has_cookie || y->m->type == BR_DHCP_TYPE_NAK)
		return;
	if (y->pxe_port) {
		judge_boot_server(r, y, now);
		br_rules_pxe_answer(r, y);
		br_rules_listed(r, y);
		br_rules_vendor(r, y);
		return;
	}
	if (y->proxy)
		judge_proxy_offer(r, y, now);
	if (!y->proxy || y->q->class != BR_CLASS_NONE)
		judge_kind(r, y);
	if (offer && y->q->class == BR_CLASS_HTTP)
		judge_http_offer(r, y);
	if (offer && y->q->class == BR_CLASS_PXE) {
		remember(r, y);
		br_rules_listed(r, y);
	}
	br_rules_vendor(r, y);
}
