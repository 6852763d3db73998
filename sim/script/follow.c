/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/nd.h"
#include "sim/script/columns.h"
#include "sim/script/print.h"

enum {
	PACKETS_MAX = 1 << 20,
	NEVER_MAX = 128,
	REPEATS_MAX = 64,             /* that many packets back one is looked for again */
	COMMON = BR_SCRIPT_NODES_MAX, /* of no machine alone, or of the only one */
};

/* A packet of the capture that a line could speak of. */
struct packet {
	struct br_seen seen;
	uint64_t frame;
	size_t machine; /* a client, or COMMON */
	bool taken;
	bool repeated; /* the same octets came before between the same ends */
	size_t reply;  /* of a DHCP server: one more than where its last one stands */
};

struct br_follow {
	const struct br_script *script;
	uint32_t address[BR_SCRIPT_NODES_MAX]; /* of clients, as the capture gives it */
	int only_client;
	int router; /* the only one; else BR_SCRIPT_NODE_NONE */
	/* the only relay with a plug that has no address, and what it sends from there: an
	 * address of hardware that the script does not name
	 */
	int relay;
	uint8_t relay_ip[16];
	struct packet *packet;
	size_t packets, room;
	size_t reply;  /* one more than where the last DHCP reply stands; 0: none yet */
	bool several;  /* clients: each has its own order of packets, whatever the others do */
	size_t only;   /* the client whose lines are judged; COMMON: all are */
	size_t *owner; /* of each item: whose exchange it is of, or COMMON */
	struct cursor {
		size_t at; /* the next packet a line may take */
		/* behind any {: its first packet, as a relay passes on what comes; else SIZE_MAX */
		size_t relay_at;
	} cursor[BR_SCRIPT_NODES_MAX + 1];
	struct br_variables variables;
	struct br_decoded decoded;
	const struct br_item *never[NEVER_MAX];
	size_t never_owner[NEVER_MAX];
	size_t never_from[NEVER_MAX]; /* packet from which on it holds */
	size_t nevers;
	struct br_follow_result *result;
};

static bool is_client(const struct br_script_node *node)
{
	return node->kind == BR_NODE_CLIENT || node->kind == BR_NODE_FIRMWARE;
}

/* What the line says of the transaction; NULL: nothing */
static const struct br_value *xid_of(const struct br_step *step)
{
	for (size_t i = 0; i < step->line.args; i++) {
		const struct br_arg *arg = &step->line.arg[i];

		if (arg->op == BR_ARG_EQUAL && !strcmp(arg->name, "xid"))
			return &arg->value;
	}
	return NULL;
}

/* The client that began the transaction which a line to everybody, or of a relay, goes on with. */
static size_t asker_of(const struct br_follow *f, size_t index, const struct br_value *xid)
{
	while (xid && index-- > 0) {
		const struct br_item *item = &f->script->item[index];
		const struct br_value *old =
			item->kind == BR_ITEM_LINE ? xid_of(&item->step) : NULL;

		if (old && old->kind == xid->kind && br_text_equal(old->text, xid->text) &&
		    f->owner[index] != COMMON)
			return f->owner[index];
	}
	return COMMON;
}

static size_t client_of(const struct br_script *script, int from, int to)
{
	if (from >= 0 && is_client(&script->node[from]))
		return (size_t)from;
	return to >= 0 && is_client(&script->node[to]) ? (size_t)to : COMMON;
}

static size_t owner_of(const struct br_follow *f, size_t index)
{
	const struct br_item *item = &f->script->item[index];
	size_t owner;

	if (item->kind == BR_ITEM_TRANSFER)
		return client_of(f->script, item->transfer.to.node, item->transfer.from.node);
	if (item->kind != BR_ITEM_LINE && item->kind != BR_ITEM_NEVER)
		return COMMON;
	owner = client_of(f->script, item->step.from.node, item->step.to.node);
	return owner == COMMON ? asker_of(f, index, xid_of(&item->step)) : owner;
}

static bool lacks_address(const struct br_script_node *node)
{
	for (size_t i = 0; node->kind == BR_NODE_RELAY && i < node->links; i++) {
		if (br_ip_is_zero(node->link[i].address6))
			return true;
	}
	return false;
}

struct br_follow *br_follow_new(const struct br_script *script)
{
	struct br_follow *f = calloc(1, sizeof(*f));
	size_t *owner = calloc(script->items + 1, sizeof(*owner));

	if (!f || !owner) {
		free(owner);
		free(f);
		return NULL;
	}
	f->script = script;
	f->owner = owner;
	f->only = COMMON;
	f->only_client = f->router = f->relay = BR_SCRIPT_NODE_NONE;
	for (size_t i = 0; i <= COMMON; i++)
		f->cursor[i].relay_at = SIZE_MAX;
	for (size_t i = 0; i < script->nodes; i++) {
		if (script->node[i].kind == BR_NODE_ROUTER)
			f->router =
				f->router == BR_SCRIPT_NODE_NONE ? (int)i : BR_SCRIPT_NODE_ANYONE;
		if (lacks_address(&script->node[i]))
			f->relay = f->relay == BR_SCRIPT_NODE_NONE ? (int)i : BR_SCRIPT_NODE_ANYONE;
		if (!is_client(&script->node[i]))
			continue;
		f->several = f->only_client != BR_SCRIPT_NODE_NONE;
		f->only_client = f->several ? BR_SCRIPT_NODE_ANYONE : (int)i;
	}
	for (size_t i = 0; i < script->items; i++)
		owner[i] = f->several ? owner_of(f, i) : COMMON;
	return f;
}

void br_follow_only(struct br_follow *follow, size_t node)
{
	if (follow->several)
		follow->only = node;
}

struct br_follow *br_follow_free(struct br_follow *follow)
{
	if (!follow)
		return NULL;
	for (size_t i = 0; i < follow->packets; i++)
		br_seen_drop(&follow->packet[i].seen);
	free(follow->packet);
	free(follow->owner);
	free(follow);
	return NULL;
}

static int by_address(const struct br_follow *f, uint32_t address)
{
	for (size_t i = 0; address != 0 && i < f->script->nodes; i++) {
		const struct br_script_node *node = &f->script->node[i];

		if (f->address[i] == address)
			return (int)i;
		for (size_t k = 0; k < node->links; k++) {
			if (node->link[k].address == address)
				return (int)i;
		}
	}
	return BR_SCRIPT_NODE_NONE;
}

/* Of IPv6, as the header gives it, or made of the hardware address it gives */
static int by_address6(const struct br_follow *f, const uint8_t ip[16])
{
	uint8_t local[16];

	for (size_t i = 0; i < f->script->nodes; i++) {
		const struct br_script_node *node = &f->script->node[i];

		for (size_t k = 0; k < node->links; k++) {
			if (!br_ip_is_zero(node->link[k].address6) &&
			    br_ip_equal(node->link[k].address6, ip))
				return (int)i;
		}
		br_ip_link_local(node->mac, local);
		if (node->has_mac && br_ip_equal(local, ip))
			return (int)i;
	}
	return f->relay >= 0 && br_ip_equal(f->relay_ip, ip) ? f->relay : BR_SCRIPT_NODE_NONE;
}

/* A Relay-forward from nobody that the script names */
static void learn_relay(struct br_follow *f, const struct br_packet *packet)
{
	if (f->relay >= 0 && packet->network == BR_NETWORK_IPV6 &&
	    packet->transport == BR_TRANSPORT_UDP && packet->payload.size > 0 &&
	    packet->payload.data[0] == BR_DHCP6_TYPE_RELAY_FORWARD &&
	    br_ip_is_link_local6(packet->src.ip) &&
	    by_address6(f, packet->src.ip) == BR_SCRIPT_NODE_NONE)
		memcpy(f->relay_ip, packet->src.ip, sizeof(f->relay_ip));
}

static int by_mac(const struct br_follow *f, const uint8_t mac[6])
{
	for (size_t i = 0; i < f->script->nodes; i++) {
		if (f->script->node[i].has_mac && !memcmp(f->script->node[i].mac, mac, 6))
			return (int)i;
	}
	return f->only_client >= 0 ? f->only_client : BR_SCRIPT_NODE_NONE;
}

static bool is_advertisement(const struct br_packet *packet)
{
	return packet->transport == BR_TRANSPORT_ICMPV6 &&
	       packet->icmp.type == BR_ICMP6_ROUTER_ADVERTISEMENT;
}

/* A router may be one of the servers too (dnsmasq), which the script has as two nodes. */
static int source_of(const struct br_follow *f, const struct br_packet *packet)
{
	bool six = packet->network == BR_NETWORK_IPV6;
	int node = six ? by_address6(f, packet->src.ip) : by_address(f, packet->ipv4.src);

	if (six && f->router >= 0 && is_advertisement(packet))
		return f->router;
	return node != BR_SCRIPT_NODE_NONE ? node : by_mac(f, packet->eth_src);
}

/* What a router says is for all, to whomever it sends it: RFC 4861 section 6.2.6 leaves it free. */
static int target_of(const struct br_follow *f, const struct br_packet *packet)
{
	bool six = packet->network == BR_NETWORK_IPV6;
	int node;

	if ((packet->eth_dst[0] & 1) != 0 || (!six && packet->ipv4.dst == UINT32_MAX) ||
	    is_advertisement(packet))
		return BR_SCRIPT_NODE_ANYONE;
	node = six ? by_address6(f, packet->dst.ip) : by_address(f, packet->ipv4.dst);
	return node != BR_SCRIPT_NODE_NONE ? node : by_mac(f, packet->eth_dst);
}

/* Options of equal size, all equal but times, which run down while a lease is held. */
static bool same_options(const uint8_t *x, const uint8_t *y, size_t size)
{
	struct br_reader rx = br_reader_of(x + BR_DHCP_AT_OPTIONS, size - BR_DHCP_AT_OPTIONS);
	struct br_reader ry = br_reader_of(y + BR_DHCP_AT_OPTIONS, size - BR_DHCP_AT_OPTIONS);
	struct br_dhcp_option a, b;
	size_t at = BR_DHCP_AT_OPTIONS;

	while (br_dhcp_option_get(&rx, &a) == 1 && br_dhcp_option_get(&ry, &b) == 1) {
		bool time = a.code == BR_DHCP_OPTION_LEASE_TIME ||
		            a.code == BR_DHCP_OPTION_RENEWAL_TIME ||
		            a.code == BR_DHCP_OPTION_REBINDING_TIME;

		if (a.code != b.code || a.value.size != b.value.size || rx.pos - x != ry.pos - y ||
		    (!time && !br_text_equal(a.value, b.value)))
			return false;
		at = (size_t)(rx.pos - x);
	}
	return !memcmp(x + at, y + at, size - at);
}

/* Octet for octet; but servers give back the secs of a DISCOVER or REQUEST that was sent
 * again, so those may differ (RFC 2131 table 3 has 0 there, dnsmasq the client's), and some
 * say how much is left of a lease (ISC dhcpd).
 */
static bool is_repeat(const struct br_seen *a, const struct br_seen *b)
{
	struct br_octets x = a->payload, y = b->payload;

	if (a->source.port == BR_DHCP_PORT_SERVER && x.size == y.size &&
	    x.size > BR_DHCP_AT_OPTIONS)
		return !memcmp(x.data, y.data, BR_DHCP_AT_SECS) &&
		       !memcmp(x.data + BR_DHCP_AT_FLAGS, y.data + BR_DHCP_AT_FLAGS,
		               BR_DHCP_AT_OPTIONS - BR_DHCP_AT_FLAGS) &&
		       same_options(x.data, y.data, x.size);
	return br_text_equal(x, y);
}

static bool repeats(const struct br_seen *old, const struct br_seen *seen)
{
	return old->from == seen->from && old->kind == seen->kind &&
	       br_endpoint_equal(&old->source, &seen->source) &&
	       br_endpoint_equal(&old->target, &seen->target) && is_repeat(old, seen);
}

/* Look back at the last packets; a late DHCP reply has a whole transfer before it, so there
 * only others of its kind count.
 */
static void find_repeat(struct br_follow *f, struct packet *p)
{
	size_t at = f->packets - 1, count = 0;
	bool reply = p->seen.kind == BR_SEEN_DATAGRAM && p->seen.source.port == BR_DHCP_PORT_SERVER;

	if (!reply) {
		while (at-- > 0 && count++ < REPEATS_MAX && !p->repeated)
			p->repeated = repeats(&f->packet[at].seen, &p->seen);
		return;
	}
	p->reply = f->reply;
	f->reply = f->packets;
	for (size_t next = p->reply; next > 0 && count++ < REPEATS_MAX && !p->repeated;
	     next = f->packet[next - 1].reply)
		p->repeated = repeats(&f->packet[next - 1].seen, &p->seen);
}

/* Whose packet it is: its own, or a DHCP message to all or of a relay that names it. */
static size_t machine_of(struct br_follow *f, const struct br_seen *seen)
{
	size_t machine = client_of(f->script, seen->from, seen->to);
	int named;

	if (!f->several || machine != COMMON || !br_seen_decode(seen, &f->decoded) ||
	    f->decoded.protocol != &br_protocol_dhcp)
		return f->several ? machine : COMMON;
	named = by_mac(f, f->decoded.dhcp.header.chaddr);
	return client_of(f->script, named, named);
}

static void add(struct br_follow *f, const struct br_seen *seen, uint64_t frame)
{
	struct packet *p;

	if (f->packets == PACKETS_MAX)
		return;
	if (f->packets == f->room) {
		f->room = f->room > 0 ? 2 * f->room : 256;
		f->packet = realloc(f->packet, f->room * sizeof(f->packet[0]));
		if (!f->packet)
			abort();
	}
	p = &f->packet[f->packets++];
	*p = (struct packet){
		.seen = br_seen_keep(seen), .frame = frame, .machine = machine_of(f, seen)};
	find_repeat(f, p);
}

/* A client that is told its address has it from now on. */
static void learn(struct br_follow *f, const struct br_seen *seen)
{
	const struct br_dhcp_message *m = &f->decoded.dhcp;
	int node;

	if (!br_seen_decode(seen, &f->decoded) || f->decoded.protocol != &br_protocol_dhcp ||
	    m->type != BR_DHCP_TYPE_ACK || m->header.yiaddr == 0)
		return;
	node = by_mac(f, m->header.chaddr);
	if (node < 0 || !is_client(&f->script->node[node]))
		return;
	for (size_t i = 0; i < f->script->nodes; i++) { /* another may have had it before */
		if (f->address[i] == m->header.yiaddr)
			f->address[i] = 0;
	}
	f->address[node] = m->header.yiaddr;
}

/* What a capture cut off is made up for with zeros, so that lengths are right. */
static void add_datagram(struct br_follow *f, struct br_seen *seen, const struct br_packet *packet,
                         uint64_t frame)
{
	uint8_t *whole;

	if (packet->payload.size >= packet->payload_size) {
		add(f, seen, frame);
		learn(f, seen);
		return;
	}
	whole = calloc(1, packet->payload_size);
	if (!whole)
		abort();
	if (packet->payload.size > 0)
		memcpy(whole, packet->payload.data, packet->payload.size);
	seen->payload = (struct br_octets){whole, packet->payload_size};
	add(f, seen, frame);
	free(whole);
}

/* A segment that begins with a head; of a cut one, the fields that are there. */
static void add_segment(struct br_follow *f, struct br_seen *seen, const struct br_packet *packet,
                        uint64_t frame)
{
	struct br_octets text = packet->payload;
	bool cut = packet->payload.size < packet->payload_size;
	uint8_t *head;

	if ((packet->tcp.flags & (BR_TCP_SYN | BR_TCP_ACK)) == BR_TCP_SYN)
		seen->kind = BR_SEEN_OPEN;
	else if ((packet->tcp.flags & BR_TCP_RST) != 0)
		seen->kind = BR_SEEN_RESET;
	else if ((packet->tcp.flags & BR_TCP_FIN) != 0 && text.size == 0)
		seen->kind = BR_SEEN_CLOSE;
	if (seen->kind != BR_SEEN_DATAGRAM) {
		seen->payload = (struct br_octets){0};
		add(f, seen, frame);
		return;
	}
	seen->kind = BR_SEEN_HTTP;
	seen->payload = text;
	if (br_protocol_http.decode(text, &f->decoded)) {
		seen->payload.size = f->decoded.http.size;
		add(f, seen, frame);
		return;
	}
	if (!cut || text.size == 0)
		return;
	head = malloc(text.size + 2);
	if (!head)
		abort();
	memcpy(head, text.data, text.size);
	seen->payload = (struct br_octets){head, br_http_close_cut(head, text.size, text.size + 2)};
	if (br_protocol_http.decode(seen->payload, &f->decoded))
		add(f, seen, frame);
	free(head);
}

void br_follow_packet(struct br_follow *follow, const struct br_packet *packet, br_time at,
                      uint64_t frame)
{
	struct br_seen seen = {
		.at = at, .source = packet->src, .target = packet->dst, .payload = packet->payload};

	if ((packet->network != BR_NETWORK_IPV4 && packet->network != BR_NETWORK_IPV6) ||
	    (packet->transport != BR_TRANSPORT_UDP && packet->transport != BR_TRANSPORT_TCP &&
	     packet->transport != BR_TRANSPORT_ICMPV6))
		return;
	learn_relay(follow, packet);
	seen.from = source_of(follow, packet);
	seen.to = target_of(follow, packet);
	seen.number = frame;
	if (packet->transport == BR_TRANSPORT_ICMPV6) {
		seen.kind = BR_SEEN_ICMP6;
		seen.payload = packet->ip_payload;
		if (!packet->fragment && packet->ip_payload.size == packet->ip_payload_size)
			add(follow, &seen, frame);
	} else if (packet->transport == BR_TRANSPORT_UDP)
		add_datagram(follow, &seen, packet, frame);
	else
		add_segment(follow, &seen, packet, frame);
}

static bool fits(struct br_follow *f, const struct br_step *step, enum br_expect_star star,
                 const struct packet *p, unsigned *ret_closeness)
{
	struct br_line_verdict verdict;

	if (!br_seen_decode(&p->seen, &f->decoded))
		return false;
	br_expect_match(step, star, &p->seen, &f->decoded, &f->variables, &verdict);
	*ret_closeness = br_expect_closeness(step, &verdict);
	return verdict.matches;
}

static void show_packet(struct br_follow *f, const struct packet *p)
{
	struct br_writer w = br_writer_of(f->result->got, sizeof(f->result->got));

	br_seen_print_end(f->script, p->seen.from, &p->seen.source, &w);
	br_text_put(&w, " -> ");
	br_seen_print_end(f->script, p->seen.to, &p->seen.target, &w);
	br_text_put(&w, "  ");
	if (br_seen_decode(&p->seen, &f->decoded))
		br_line_print_packet(&f->decoded, NULL, &w);
	br_text_end(&w);
	f->result->frame = p->frame;
}

static bool fail(struct br_follow *f, const struct br_item *item, const char *why,
                 const struct packet *got)
{
	FILE *to;

	f->result->item = item;
	snprintf(f->result->why, sizeof(f->result->why), "%s", why);
	if (item) {
		to = fmemopen(f->result->want, sizeof(f->result->want) - 1, "w");
		if (to) {
			br_item_print(f->script, item, to);
			fclose(to);
		}
	}
	if (got)
		show_packet(f, got);
	return false;
}

/* Of several machines one is not there at all. */
static bool is_missing(const struct br_follow *f, size_t owner)
{
	for (size_t i = 0; i < f->packets && owner != COMMON; i++) {
		if (f->packet[i].machine == owner)
			return false;
	}
	return owner != COMMON;
}

static bool fail_missing(struct br_follow *f, const struct br_item *item, size_t owner)
{
	const struct br_script_node *node = &f->script->node[owner];
	char why[sizeof(f->result->why)], mac[sizeof("00:00:00:00:00:00")] = "no MAC address";
	struct br_writer w = br_writer_of(mac, sizeof(mac));

	if (node->has_mac) {
		br_text_put_mac(&w, node->mac);
		(void)br_text_end(&w);
	}
	(void)snprintf(why, sizeof(why), "no packet of %s, %s, is in the capture", node->name, mac);
	return fail(f, item, why, NULL);
}

/* As a run tells it, with the parts marked that differ; @closest NULL: nothing came near. */
static bool fail_line(struct br_follow *f, const struct br_item *item, const struct packet *closest)
{
	struct br_follow_result *r = f->result;
	struct br_columns columns = {.script = f->script,
	                             .variables = &f->variables,
	                             .want = br_writer_of(r->want, sizeof(r->want)),
	                             .got = br_writer_of(r->got, sizeof(r->got)),
	                             .marks = br_writer_of(r->marks, sizeof(r->marks))};
	struct br_line_verdict verdict;

	if (!closest || !br_seen_decode(&closest->seen, &f->decoded))
		return fail(f, item, "no packet of the capture is like this", NULL);
	(void)fail(f, item, "no packet of the capture is like this; the closest is", NULL);
	br_expect_match(&item->step, BR_EXPECT_STAR_BROADCAST, &closest->seen, &f->decoded,
	                &f->variables, &verdict);
	br_columns_show(&columns, &item->step, &verdict, &closest->seen, &f->decoded);
	r->frame = closest->frame;
	return false;
}

static bool is_of(const struct packet *p, size_t owner)
{
	return owner == COMMON || p->machine == COMMON || p->machine == owner;
}

/* The first packet from where we are that fits; lines of any { may look behind others. */
static bool follow_line(struct br_follow *f, size_t index, size_t from, size_t *ret_index)
{
	const struct br_item *item = &f->script->item[index];
	const struct packet *closest = NULL;
	unsigned closeness, best = 0;

	for (size_t i = from; i < f->packets; i++) {
		if (f->packet[i].taken || !is_of(&f->packet[i], f->owner[index]))
			continue;
		if (fits(f, &item->step, BR_EXPECT_STAR_BROADCAST, &f->packet[i], &closeness)) {
			f->packet[i].taken = true;
			br_expect_bind(&item->step, &f->packet[i].seen, &f->decoded, &f->variables);
			f->result->matched++;
			*ret_index = i;
			return true;
		}
		if (closeness > best && br_seen_decode(&f->packet[i].seen, &f->decoded)) {
			best = closeness;
			closest = &f->packet[i];
		}
	}
	return is_missing(f, f->owner[index]) ? fail_missing(f, item, f->owner[index])
	                                      : fail_line(f, item, closest);
}

static bool is_data(struct br_follow *f, const struct br_transfer *t, const struct packet *p,
                    uint16_t opcode)
{
	uint16_t server = br_expect_port(&t->from, &f->variables),
		 client = br_expect_port(&t->to, &f->variables);
	bool down = opcode == BR_TFTP_DATA;
	const struct br_seen *s = &p->seen;

	return s->kind == BR_SEEN_DATAGRAM && s->from == (down ? t->from.node : t->to.node) &&
	       s->source.port == (down ? server : client) &&
	       s->target.port == (down ? client : server) && br_seen_decode(s, &f->decoded) &&
	       f->decoded.protocol == &br_protocol_tftp && f->decoded.tftp.opcode == opcode;
}

static bool follow_transfer(struct br_follow *f, const struct br_item *item, struct cursor *cursor)
{
	const struct br_transfer *t = &item->transfer;
	uint64_t total = 0, blocks = 0, size = f->script->file[t->file].size;
	size_t blksize = 0, start = cursor->at;

	/* from= was a line of its own: its octets count too, and so does its ACK */
	for (size_t i = 0; i < f->packets; i++) {
		struct packet *p = &f->packet[i];

		if (is_data(f, t, p, BR_TFTP_ACK) && i >= cursor->at)
			p->taken = true;
		if (!is_data(f, t, p, BR_TFTP_DATA))
			continue;
		if (f->decoded.tftp.block == (blocks & UINT16_MAX) && blocks > 0) {
			p->taken = true; /* sent again */
			continue;
		}
		if (i < start && !p->taken)
			return fail(f, item, "a block before this had no line", p);
		if (i >= start && t->has_first && blocks < t->first)
			return fail(f, item, "this block should have had a line of its own", p);
		p->taken = true;
		if (f->decoded.tftp.block != ((blocks + 1) & UINT16_MAX))
			return fail(f, item, "a block is missing before this one", p);
		blksize = blocks == 0 ? f->decoded.tftp.data.size : blksize;
		if (f->decoded.tftp.data.size > blksize)
			return fail(f, item, "a block is longer than those before it", p);
		blocks++;
		total += f->decoded.tftp.data.size;
		if (f->decoded.tftp.data.size < blksize && total != size)
			return fail(f, item, "the total is not the size of the file", p);
		if (i > cursor->at)
			cursor->at = i;
	}
	if (total != size)
		return fail(f, item, "the capture does not hold the whole file", NULL);
	f->result->matched++;
	return true;
}

/* Another machine is looked at alone. */
static bool is_left_out(const struct br_follow *f, size_t index)
{
	return f->only != COMMON && f->owner[index] != COMMON && f->owner[index] != f->only;
}

static bool follow_any(struct br_follow *f, size_t *pc)
{
	struct cursor behind[BR_SCRIPT_NODES_MAX + 1];
	size_t index;

	for (size_t i = 0; i <= COMMON; i++)
		behind[i] = (struct cursor){f->cursor[i].at, SIZE_MAX};
	for (++*pc; f->script->item[*pc].kind != BR_ITEM_ANY_END; ++*pc) {
		struct cursor *c = &behind[f->owner[*pc]];

		if (f->script->item[*pc].kind != BR_ITEM_LINE || is_left_out(f, *pc))
			continue;
		if (!follow_line(f, *pc, f->cursor[f->owner[*pc]].at, &index))
			return false;
		c->at = index > c->at ? index : c->at;
		c->relay_at = index < c->relay_at ? index : c->relay_at;
	}
	memcpy(f->cursor, behind, sizeof(behind));
	return true;
}

static bool follow_item(struct br_follow *f, size_t *pc)
{
	const struct br_item *item = &f->script->item[*pc];
	struct cursor *cursor = &f->cursor[f->owner[*pc]];
	size_t index;

	if (is_left_out(f, *pc)) {
		f->result->not_judged++;
	} else if (item->kind == BR_ITEM_LINE) {
		int from = item->step.from.node;

		if (from < 0 || f->script->node[from].kind != BR_NODE_RELAY)
			cursor->relay_at = SIZE_MAX;
		if (!follow_line(f, *pc,
		                 cursor->relay_at < cursor->at ? cursor->relay_at : cursor->at,
		                 &index))
			return false;
		if (index + 1 > cursor->at)
			cursor->at = index + 1;
	} else if (item->kind == BR_ITEM_NEVER && f->nevers < NEVER_MAX) {
		f->never_from[f->nevers] = cursor->at;
		f->never_owner[f->nevers] = f->owner[*pc];
		f->never[f->nevers++] = item;
	} else if (item->kind == BR_ITEM_TRANSFER) {
		return follow_transfer(f, item, cursor);
	} else if (item->kind == BR_ITEM_ANY) {
		return follow_any(f, pc);
	} else if (item->kind == BR_ITEM_CHECK || item->kind == BR_ITEM_FAULT ||
	           item->kind == BR_ITEM_WAIT || item->kind == BR_ITEM_BOOT) {
		f->result->not_judged++;
	}
	return true;
}

/* Up to the packet with which its receiver acknowledges the block of until-ack=. */
static size_t never_end(struct br_follow *f, const struct br_step *step, size_t from)
{
	for (size_t i = from; step->has_until_ack && i < f->packets; i++) {
		const struct br_seen *s = &f->packet[i].seen;

		if (s->from == step->to.node && br_seen_decode(s, &f->decoded) &&
		    f->decoded.protocol == &br_protocol_tftp &&
		    f->decoded.tftp.opcode == BR_TFTP_ACK &&
		    f->decoded.tftp.block == step->until_ack)
			return i;
	}
	return f->packets;
}

static bool keep_nevers(struct br_follow *f)
{
	unsigned closeness;

	for (size_t n = 0; n < f->nevers; n++) {
		const struct br_step *step = &f->never[n]->step;
		size_t end = never_end(f, step, f->never_from[n]);

		for (size_t i = f->never_from[n]; i < end; i++) {
			if (is_of(&f->packet[i], f->never_owner[n]) &&
			    fits(f, step, BR_EXPECT_STAR_ANYONE, &f->packet[i], &closeness))
				return fail(f, f->never[n], "this must never come, but it did",
				            &f->packet[i]);
		}
		f->result->matched++;
	}
	return true;
}

/* A packet between the same two ends as one that a line took. */
static bool is_of_script(const struct br_follow *f, const struct packet *p)
{
	for (size_t i = 0; i < f->packets; i++) {
		const struct br_seen *s = &f->packet[i].seen, *seen = &p->seen;

		if (f->packet[i].taken && f->packet[i].machine == p->machine &&
		    ((br_endpoint_equal(&s->source, &seen->source) &&
		      br_endpoint_equal(&s->target, &seen->target)) ||
		     (br_endpoint_equal(&s->source, &seen->target) &&
		      br_endpoint_equal(&s->target, &seen->source))))
			return true;
	}
	return false;
}

/* A capture goes on before and behind what the script says of a machine, and beside it. */
static bool nothing_left_of(struct br_follow *f, size_t machine)
{
	size_t first = 0, last = f->packets;

	while (first < last && !(f->packet[first].taken && f->packet[first].machine == machine))
		first++;
	while (last > first &&
	       !(f->packet[last - 1].taken && f->packet[last - 1].machine == machine))
		last--;
	for (size_t i = first; i < last && !f->script->loose; i++) {
		const struct packet *p = &f->packet[i];

		if (p->taken || p->repeated || p->machine != machine || p->seen.from < 0 ||
		    f->script->node[p->seen.from].kind != BR_NODE_SUT ||
		    p->seen.kind == BR_SEEN_OPEN || p->seen.kind == BR_SEEN_CLOSE ||
		    p->seen.kind == BR_SEEN_RESET || p->seen.kind == BR_SEEN_ICMP6 ||
		    !br_seen_decode(&p->seen, &f->decoded) || !is_of_script(f, p))
			continue;
		return fail(f, NULL, "the server sent a packet that no line expects", p);
	}
	return true;
}

static bool nothing_left(struct br_follow *f)
{
	bool good = nothing_left_of(f, COMMON);

	for (size_t i = 0; i < f->script->nodes && good && f->several; i++)
		good = (f->only != COMMON && f->only != i) || nothing_left_of(f, i);
	return good;
}

void br_follow_judge(struct br_follow *follow, struct br_follow_result *ret_result)
{
	struct br_follow *f = follow;
	bool good = true;

	memset(ret_result, 0, sizeof(*ret_result));
	f->result = ret_result;
	for (size_t pc = 0; good && pc < f->script->items; pc++)
		good = follow_item(f, &pc);
	good = good && keep_nevers(f) && nothing_left(f);
	if (good && ret_result->matched == 0)
		good = fail(f, NULL, "the script has no line a capture could follow", NULL);
	ret_result->follows = good;
}
