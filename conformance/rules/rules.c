/* SPDX-License-Identifier: BSD-2-Clause */
/* The door of conformance/rules: which rooms a packet is for.
 *
 * Theory of operation
 *
 * Each family of protocols has a room, with a header that is its door and a table of what it
 * remembers: net/ (hosts below the services), dhcp/ (with PXE and relays), six/ (DHCPv6 and
 * neighbor discovery), tftp/ and http/. base/ has what every judge needs: the packet at hand and
 * the verdict. A room asks another for what it cannot see itself: dhcp/ tells http/ which URIs it
 * saw handed out, net/ tells dhcp/ and tftp/ which ports ICMP says are closed, and asks tftp/ who
 * serves.
 *
 * To add a rule is to call br_judge() where all it needs was seen; conformance/unwatched.tsv says
 * which requirements have none, and why.
 */
#include "conformance/rules/rules.h"

#include <errno.h>
#include <stdlib.h>

#include "conformance/rules/base/judge.h"
#include "conformance/rules/dhcp/dhcp.h"
#include "conformance/rules/http/http.h"
#include "conformance/rules/net/net.h"
#include "conformance/rules/six/dhcp6.h"
#include "conformance/rules/six/nd.h"
#include "conformance/rules/tftp/tftp.h"

int br_rules_new(struct br_rules **ret_rules, const struct br_rules_options *options)
{
	struct br_rules *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->complete = options->complete;
	r->counts = options->counts;
	r->context = options->context;
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

void br_rules_untimed(struct br_rules *rules)
{
	rules->untimed = true;
}

void br_rules_packet(struct br_rules *r, const struct br_packet *packet, uint64_t frame,
                     uint32_t link, br_time at)
{
	enum br_sum sum = BR_SUM_UNSEEN;

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
		if (sum != BR_SUM_WRONG)
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
	r->sums_virtual = (frame->checksums_virtual & BR_CHECKSUM_TRANSPORT) != 0;
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
	return br_rule_ids[index];
}

enum br_rule_state br_rules_state(const struct br_rules *rules, size_t index)
{
	if (rules->broken[index] > 0)
		return BR_RULE_FAIL;
	return rules->judged[index] > 0 ? BR_RULE_PASS : BR_RULE_NOT_EXERCISED;
}
