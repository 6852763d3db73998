/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/dhcp.c - DHCPv4 transactions and PXE boot server requests
 *
 * Theory of operation
 *
 * A transaction is what a client asks under one xid until it begins anew; what goes to port 4011,
 * or names a boot item, is an exchange of its own kind. Real machines do not make it that easy, so:
 *
 * - A DISCOVER with a new xid soon after one that nobody took up goes on with it (find_series()).
 * - The same xid with another identity, or after a REQUEST, is another transaction.
 * - A relay's copy of a request counts once, for the client's own or for the first relay's
 *   (original()); of a reply, it makes no new one (add_reply()).
 * - A reply whose xid nobody knows, while the client waits, is a stray: counted, not believed.
 * - A reply to a request that is not in the capture begins a transaction without one.
 */
#include "conformance/talk/dhcp.h"

#include <string.h>

#include "conformance/talk/clients.h"
#include "conformance/talk/servers.h"
#include "conformance/talk/text.h"

enum {
	LOOK_BACK = 12, /* transactions of a client that a late answer may still belong to */
};
#define SERIES_GAP   (8 * BR_S)  /* a DISCOVER with a new xid so soon is a repetition (U-Boot) */
#define STRAY_AFTER  (2 * BR_S)  /* a reply of another xid so soon answers this client's question */
#define COPY_GAP     (2 * BR_S)  /* a relay's copy follows the original within this */
#define TAKEN_UP     (10 * BR_S) /* a REQUEST so soon behind an OFFER that it names takes it up */
#define PROBE_BEFORE (6 * BR_S)  /* an address probe so long before its OFFER belongs to it */

static uint8_t copy(uint8_t *target, size_t room, struct br_octets octets)
{
	size_t size = octets.size < room ? octets.size : room;

	if (size > 0)
		memcpy(target, octets.data, size);
	return (uint8_t)size;
}

static uint8_t option_order(uint8_t order[BR_TALK_ORDER_MAX], const struct br_dhcp_message *m)
{
	uint8_t size = 0;

	for (size_t i = 0; i < m->instances && size < BR_TALK_ORDER_MAX; i++) {
		if (m->instance[i].code != BR_DHCP_OPTION_RELAY_AGENT) /* not the client's */
			order[size++] = m->instance[i].code;
	}
	return size;
}

static int32_t architecture(const struct br_dhcp_message *m)
{
	struct br_octets value = br_dhcp_get(m, BR_DHCP_OPTION_ARCHITECTURE);

	return value.size >= 2 ? value.data[0] << 8 | value.data[1] : -1;
}

static void identify(struct br_talk_identity *ret, const struct br_dhcp_message *m,
                     const struct br_packet *p)
{
	*ret = (struct br_talk_identity){.arch = architecture(m)};
	talk_text(ret->vendor_class, sizeof(ret->vendor_class),
	          br_dhcp_get_text(m, BR_DHCP_OPTION_VENDOR_CLASS));
	talk_text(ret->user_class, sizeof(ret->user_class),
	          br_dhcp_get(m, BR_DHCP_OPTION_USER_CLASS));
	talk_text(ret->file, sizeof(ret->file), br_dhcp_file(m));
	ret->order_size = option_order(ret->order, m);
	ret->parameters_size = copy(ret->parameters, sizeof(ret->parameters),
	                            br_dhcp_get(m, BR_DHCP_OPTION_PARAMETERS));
	ret->uuid_size =
		copy(ret->uuid, sizeof(ret->uuid), br_dhcp_get(m, BR_DHCP_OPTION_MACHINE_ID));
	ret->interface_size = copy(ret->interface, sizeof(ret->interface),
	                           br_dhcp_get(m, BR_DHCP_OPTION_NETWORK_INTERFACE));
	struct br_octets client_id = br_dhcp_get(m, BR_DHCP_OPTION_CLIENT_ID);

	ret->client_id_size = (uint8_t)client_id.size;
	if (client_id.size > 1 && client_id.data[0] == 0)
		talk_text(ret->client_name, sizeof(ret->client_name),
		          (struct br_octets){client_id.data + 1, client_id.size - 1});
	(void)br_dhcp_get_be16(m, BR_DHCP_OPTION_MAX_SIZE, &ret->max_size);
	ret->flags = m->header.flags;
	ret->size = (uint16_t)m->size;
	ret->ttl = p->ipv4.ttl;
	ret->dont_fragment = p->ipv4.fragment & BR_IPV4_DONT_FRAGMENT;
	ret->no_checksum = p->udp.checksum == 0;
	ret->has_ipxe = br_dhcp_get(m, BR_DHCP_OPTION_IPXE).data;
}

static bool same_identity(const struct br_talk_identity *a, const struct br_talk_identity *b)
{
	return a->arch == b->arch && !strcmp(a->vendor_class, b->vendor_class) &&
	       !strcmp(a->user_class, b->user_class) && a->order_size == b->order_size &&
	       !memcmp(a->order, b->order, a->order_size) &&
	       a->parameters_size == b->parameters_size &&
	       !memcmp(a->parameters, b->parameters, a->parameters_size);
}

static struct br_talk_exchange *new_exchange(struct br_talk *talk, struct br_talk_client *client,
                                             const struct seen *seen)
{
	struct br_talk_exchange *e = talk_add_exchange(talk, client, BR_TALK_DHCP, seen);

	if (e)
		e->dhcp.identity.arch = e->dhcp.request_arch = e->dhcp.vlan = -1;
	return e;
}

static void add_xid(struct br_talk_dhcp *d, uint32_t xid)
{
	talk_add_xid(d->xid, &d->xids, xid);
}

/* The client's transaction of that xid, the latest first. */
static struct br_talk_exchange *find_dhcp(const struct br_talk_client *client, uint32_t xid)
{
	size_t left = LOOK_BACK;

	for (size_t i = client->exchanges; i-- > 0 && left > 0;) {
		struct br_talk_exchange *e = client->exchange[i];

		if (e->kind != BR_TALK_DHCP)
			continue;
		if (talk_has_xid(e->dhcp.xid, e->dhcp.xids, xid))
			return e;
		left--;
	}
	return NULL;
}

/* A transaction nobody has taken up yet that @identity may go on with: some clients draw
 * a new xid for each repetition.
 */
static struct br_talk_exchange *find_series(const struct br_talk_client *client,
                                            const struct br_talk_identity *identity, br_time now)
{
	struct br_talk_exchange *e =
		client->exchanges > 0 ? client->exchange[client->exchanges - 1] : NULL;

	if (!e || e->kind != BR_TALK_DHCP || e->dhcp.discover.count == 0 ||
	    e->dhcp.request.count > 0 || now > e->dhcp.discover.last + SERIES_GAP ||
	    !same_identity(&e->dhcp.identity, identity))
		return NULL;
	return e;
}

/* True if this is what the client sent, false for one more copy of it made by a relay. */
static bool original(struct br_talk_dhcp *d, const struct br_dhcp_message *m,
                     const struct seen *seen, const struct br_talk_times *times, uint16_t secs)
{
	bool relayed = m->header.giaddr != 0;
	bool soon = times->count > 0 && seen->at < times->last + COPY_GAP && secs == m->header.secs;
	bool copied = soon && (relayed ? !d->last_relayed ||
	                                         !br_endpoint_equal(&d->sent, &seen->packet->dst)
	                               : d->last_relayed);

	if (relayed) {
		d->giaddr = m->header.giaddr;
		d->hops = m->header.hops;
		d->relay_option |= br_dhcp_get(m, BR_DHCP_OPTION_RELAY_AGENT).data != NULL;
	} else {
		d->direct = true;
		d->vlan = talk_vlan_of(seen->packet);
		d->right_sums =
			(uint16_t)(d->right_sums + (br_packet_sum(seen->packet) == BR_SUM_RIGHT));
	}
	d->last_relayed = relayed && (!copied || d->last_relayed);
	if (!copied)
		d->sent = seen->packet->dst;
	return !copied;
}

static void discover(struct br_talk *talk, struct br_talk_client *client, const struct seen *seen)
{
	const struct br_dhcp_message *m = &talk->dhcp;
	struct br_talk_exchange *e = find_dhcp(client, m->header.xid);
	struct br_talk_identity identity;

	identify(&identity, m, seen->packet);
	if (e && (e->dhcp.request.count > 0 || !same_identity(&e->dhcp.identity, &identity)) &&
	    !(e->dhcp.direct && m->header.giaddr != 0))
		e = NULL; /* the same xid begins again (s390, GRUB) */
	if (!e)
		e = find_series(client, &identity, seen->at);
	if (!e) {
		e = new_exchange(talk, client, seen);
		if (!e)
			return;
		e->dhcp.identity = identity;
	}
	struct br_talk_dhcp *d = &e->dhcp;
	uint32_t last =
		d->discover.count < BR_TALK_TIMES_MAX ? d->discover.count : BR_TALK_TIMES_MAX;

	add_xid(d, m->header.xid);
	if (original(d, m, seen, &d->discover, last > 0 ? d->discover_secs[last - 1] : 0)) {
		if (d->discover.count < BR_TALK_TIMES_MAX)
			d->discover_secs[d->discover.count] = m->header.secs;
		talk_times_add(&d->discover, seen);
	}
	talk_touch(client, e, seen);
}

/* The OFFER that a REQUEST of another xid takes up: RFC 2131 table 5 wants the same, and some
 * clients draw a new one.
 */
static struct br_talk_exchange *find_offered(const struct br_talk_client *client,
                                             const struct br_dhcp_message *m, br_time now)
{
	struct br_talk_exchange *e = talk_latest(client, BR_TALK_DHCP);
	uint32_t server = 0, address = 0;

	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &server);
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_REQUESTED_ADDRESS, &address);
	if (!e || server == 0 || address == 0 || e->dhcp.request.count > 0 ||
	    now > e->last + TAKEN_UP)
		return NULL;
	for (uint16_t i = 0; i < e->dhcp.replies; i++) {
		const struct br_talk_reply *r = &e->dhcp.reply[i];

		if (r->type == BR_DHCP_TYPE_OFFER && r->server_id == server && r->yiaddr == address)
			return e;
	}
	return NULL;
}

static void request(struct br_talk *talk, struct br_talk_client *client, const struct seen *seen)
{
	const struct br_dhcp_message *m = &talk->dhcp;
	struct br_talk_exchange *e = find_dhcp(client, m->header.xid);

	if (!e && (e = find_offered(client, m, seen->at)))
		e->dhcp.other_xid = true;
	if (!e) {
		e = new_exchange(talk, client, seen);
		if (!e)
			return;
		identify(&e->dhcp.identity, m, seen->packet);
	}
	struct br_talk_dhcp *d = &e->dhcp;

	add_xid(d, m->header.xid);
	if (original(d, m, seen, &d->request, d->request_secs)) {
		d->request_secs = m->header.secs;
		talk_times_add(&d->request, seen);
	}
	d->request_order_size = option_order(d->request_order, m);
	d->request_arch = architecture(m);
	(void)br_dhcp_get_be16(m, BR_DHCP_OPTION_MAX_SIZE, &d->request_max_size);
	d->requested = m->header.ciaddr;
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_REQUESTED_ADDRESS, &d->requested);
	d->selected = 0;
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &d->selected);
	d->renewing = d->selected == 0 && m->header.ciaddr != 0;
	talk_touch(client, e, seen);
}

/* INFORM, DECLINE and RELEASE belong to the last transaction whatever their xid. */
static void other_request(struct br_talk *talk, struct br_talk_client *client,
                          const struct seen *seen)
{
	const struct br_dhcp_message *m = &talk->dhcp;
	struct br_talk_exchange *e = talk_latest(client, BR_TALK_DHCP);

	if (!e) {
		e = new_exchange(talk, client, seen);
		if (!e)
			return;
		identify(&e->dhcp.identity, m, seen->packet);
	}
	add_xid(&e->dhcp, m->header.xid);
	if (m->type == BR_DHCP_TYPE_DECLINE)
		talk_times_add(&e->dhcp.decline, seen);
	else if (m->type == BR_DHCP_TYPE_RELEASE)
		talk_times_add(&e->dhcp.release, seen);
	else
		talk_times_add(&e->dhcp.inform, seen);
	talk_touch(client, e, seen);
}

/* Type of the boot item in 43.71, or -1. */
static int32_t boot_item(const struct br_dhcp_message *m)
{
	struct br_octets item = br_dhcp_sub_option(br_dhcp_get(m, BR_DHCP_OPTION_VENDOR),
	                                           BR_PXE_TAG_BOOT_ITEM, true);

	return item.size >= 2 ? item.data[0] << 8 | item.data[1] : -1;
}

static void pxe_request(struct br_talk *talk, struct br_talk_client *client,
                        const struct seen *seen)
{
	const struct br_dhcp_message *m = &talk->dhcp;
	struct br_talk_exchange *e = talk_latest(client, BR_TALK_PXE);
	int32_t item = boot_item(m);

	if (!e || e->pxe.xid != m->header.xid || e->pxe.item != item ||
	    !br_endpoint_equal(&e->pxe.server, &seen->packet->dst)) {
		e = talk_add_exchange(talk, client, BR_TALK_PXE, seen);
		if (!e)
			return;
		e->pxe.xid = m->header.xid;
		e->pxe.item = item;
		e->pxe.server = seen->packet->dst;
		e->pxe.client = seen->packet->src;
		e->pxe.ciaddr = m->header.ciaddr;
		identify(&e->pxe.identity, m, seen->packet);
		(void)talk_server(talk, &seen->packet->dst);
	}
	if (e->pxe.request.count < BR_TALK_TIMES_MAX)
		e->pxe.secs[e->pxe.request.count] = m->header.secs;
	talk_times_add(&e->pxe.request, seen);
	talk_layers(e, seen, true);
	talk_add_address(talk, client, &seen->packet->src);
	talk_touch(client, e, seen);
}

/* PXE 2.1 table 2-1: options of code, length, value up to a 255; 0 is a pad */
static bool is_broken(struct br_octets vendor)
{
	struct br_reader reader = br_reader_of(vendor.data, vendor.size);
	struct br_dhcp_option option;
	int result = 1;

	while (result == 1)
		result = br_dhcp_option_get(&reader, &option);
	return result < 0;
}

/* The first address; 0: the value is too short for one */
static uint32_t address_of(struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);

	return br_get_be32(&r);
}

static void read_vendor(struct br_talk_reply *r, struct br_octets vendor)
{
	struct br_octets value = br_dhcp_sub_option(vendor, BR_PXE_TAG_DISCOVERY_CONTROL, true);

	r->has_vendor = vendor.data;
	r->vendor_broken = vendor.size > 0 && is_broken(vendor);
	r->discovery = value.size == 1 ? (int16_t)value.data[0] : -1;
	r->has_menu = br_dhcp_sub_option(vendor, BR_PXE_TAG_BOOT_MENU, true).data;
	value = br_dhcp_sub_option(vendor, BR_PXE_TAG_BOOT_SERVERS, true);
	r->boot_server = br_pxe_boot_server_first(value);
}

/* RFC 3442: who reads 121 takes no router and no 33 beside it. */
static void read_routes(struct br_talk_reply *r, const struct br_dhcp_message *m)
{
	struct br_octets value = br_dhcp_get(m, BR_DHCP_OPTION_CLASSLESS_ROUTES);

	if (!value.data)
		value = br_dhcp_get(m, BR_DHCP_OPTION_CLASSLESS_ROUTES_MS);
	r->has_classless = value.data != NULL;
	if (!value.data)
		value = br_dhcp_get(m, BR_DHCP_OPTION_STATIC_ROUTES);
	struct br_reader reader = br_reader_of(value.data, value.size);

	while (r->routes < BR_TALK_ROUTES_MAX &&
	       (r->has_classless ? br_dhcp_classless_route_get(&reader, &r->route[r->routes])
	                         : br_dhcp_static_route_get(&reader, &r->route[r->routes])) == 1)
		r->routes++;
}

static void read_resolvers(struct br_talk_reply *r, struct br_octets value)
{
	struct br_reader reader = br_reader_of(value.data, value.size);

	for (size_t i = 0; i < BR_TALK_RESOLVERS_MAX; i++)
		r->resolver[i] = br_get_be32(&reader);
	r->dns = r->resolver[0];
}

/* A relay must take 82 out (RFC 3046 section 2.1), and some cut there. */
static bool boot_behind_82(const struct br_dhcp_message *m)
{
	bool relay = false;

	for (size_t i = 0; i < m->instances; i++) {
		uint8_t code = m->instance[i].code;

		relay = relay || code == BR_DHCP_OPTION_RELAY_AGENT;
		if (relay &&
		    (code == BR_DHCP_OPTION_BOOT_FILE || code == BR_DHCP_OPTION_TFTP_SERVER ||
		     code == BR_DHCP_OPTION_VENDOR || code == BR_DHCP_OPTION_VENDOR_CLASS))
			return true;
	}
	return false;
}

static void read_file(struct br_talk_reply *r, const struct br_dhcp_message *m)
{
	struct br_octets option = br_dhcp_get_text(m, BR_DHCP_OPTION_BOOT_FILE);

	talk_text(r->file, sizeof(r->file), option.size > 0 ? option : br_dhcp_file(m));
	talk_text(r->server_name, sizeof(r->server_name),
	          br_dhcp_get_text(m, BR_DHCP_OPTION_TFTP_SERVER));
}

static void read_reply(struct br_talk_reply *r, const struct br_dhcp_message *m,
                       const struct seen *seen)
{
	*r = (struct br_talk_reply){
		.type = (uint8_t)m->type,
		.count = 1,
		.frame = seen->frame,
		.last_frame = seen->frame,
		.source = seen->file,
		.at = seen->at,
		.last = seen->at,
		.from = seen->packet->src,
		.to = seen->packet->dst,
		.yiaddr = m->header.yiaddr,
		.siaddr = m->header.siaddr,
		.giaddr = m->header.giaddr,
		.router = address_of(br_dhcp_get(m, BR_DHCP_OPTION_ROUTER)),
		.vlan = talk_vlan_of(seen->packet),
		.size = (uint16_t)m->size,
		.cut = seen->packet->payload.size < seen->packet->payload_size,
		.valid_edk2 = br_dhcp_is_valid_edk2(m),
		.overload = m->overload != 0,
		.has_relay_option = br_dhcp_get(m, BR_DHCP_OPTION_RELAY_AGENT).data,
		.file_behind_82 = boot_behind_82(m),
	};
	enum br_sum sum = br_packet_sum(seen->packet);

	r->wrong_sums = sum == BR_SUM_WRONG;
	r->unfilled_sums = sum == BR_SUM_UNFILLED;
	read_routes(r, m);
	read_resolvers(r, br_dhcp_get(m, BR_DHCP_OPTION_DNS));
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &r->server_id);
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_SUBNET_MASK, &r->netmask);
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_LEASE_TIME, &r->lease_s);
	talk_text(r->vendor_class, sizeof(r->vendor_class),
	          br_dhcp_get_text(m, BR_DHCP_OPTION_VENDOR_CLASS));
	read_vendor(r, br_dhcp_get(m, BR_DHCP_OPTION_VENDOR));
	read_file(r, m);
}

static bool same_reply(const struct br_talk_reply *a, const struct br_talk_reply *b)
{
	return a->type == b->type && a->server_id == b->server_id && a->yiaddr == b->yiaddr &&
	       a->siaddr == b->siaddr && !strcmp(a->file, b->file) &&
	       !strcmp(a->vendor_class, b->vendor_class) && a->vlan == b->vlan &&
	       a->router == b->router && a->netmask == b->netmask && a->dns == b->dns;
}

/* @r went from a relay to the client, and @before from the server to the relay. */
static bool is_passed_on(const struct br_talk_reply *before, const struct br_talk_reply *r)
{
	return r->giaddr != 0 && r->giaddr == before->giaddr && r->type == before->type &&
	       r->server_id == before->server_id && r->yiaddr == before->yiaddr &&
	       r->to.port != before->to.port && r->at < before->last + COPY_GAP;
}

/* Keep @r if there is room, or count it as one more of its kind; what a relay passes on
 * unchanged is no new one. Return: it is new to the client's side
 */
static bool add_reply(struct br_talk_reply *replies, uint16_t *count, size_t room,
                      struct br_talk_reply *r)
{
	for (uint16_t i = 0; i < *count; i++)
		r->passed_on = r->passed_on || is_passed_on(&replies[i], r);
	for (uint16_t i = 0; i < *count; i++) {
		if (!same_reply(&replies[i], r))
			continue;
		if (!r->passed_on || replies[i].passed_on) {
			replies[i].count++;
			replies[i].wrong_sums = (uint16_t)(replies[i].wrong_sums + r->wrong_sums);
			replies[i].unfilled_sums =
				(uint16_t)(replies[i].unfilled_sums + r->unfilled_sums);
		}
		replies[i].last = r->at;
		replies[i].last_frame = r->frame;
		replies[i].source = r->source;
		return !r->passed_on;
	}
	if (*count < room)
		replies[(*count)++] = *r;
	return !r->passed_on;
}

static bool was_probed(const struct br_talk *talk, const struct br_talk_reply *r)
{
	struct br_endpoint address = br_endpoint_ipv4(r->yiaddr, 0);

	for (size_t i = 0; i < talk->probes && i < PROBES_MAX; i++) {
		if (r->yiaddr != 0 && talk_same_address(&talk->probe[i].address, &address) &&
		    r->at < talk->probe[i].at + PROBE_BEFORE)
			return true;
	}
	return false;
}

static void pxe_reply(struct br_talk *talk, struct br_talk_client *client,
                      struct br_talk_exchange *e, const struct seen *seen)
{
	struct br_talk_server *s = talk_server_speaks(talk, seen);
	struct br_talk_reply r;

	if (s)
		s->pxe++;
	read_reply(&r, &talk->dhcp, seen);
	talk_layers(e, seen, false);
	talk_unheard(e, seen);
	(void)add_reply(e->pxe.reply, &e->pxe.replies,
	                sizeof(e->pxe.reply) / sizeof(e->pxe.reply[0]), &r);
	talk_touch(client, e, seen);
}

/* A reply of no known xid while the client waits for one: it will not take this. */
static bool is_stray(const struct br_talk_client *client, const struct seen *seen)
{
	const struct br_talk_exchange *e = talk_latest(client, BR_TALK_DHCP);
	br_time asked;

	if (!e || e->dhcp.discover.count + e->dhcp.request.count == 0)
		return false;
	asked = e->dhcp.request.last > e->dhcp.discover.last ? e->dhcp.request.last
	                                                     : e->dhcp.discover.last;
	return seen->at < asked + STRAY_AFTER;
}

static void dhcp_reply(struct br_talk *talk, struct br_talk_client *client, const struct seen *seen)
{
	const struct br_dhcp_message *m = &talk->dhcp;
	struct br_talk_exchange *e = find_dhcp(client, m->header.xid);
	struct br_talk_reply r;

	if (!e && is_stray(client, seen)) {
		e = talk_latest(client, BR_TALK_DHCP);
		e->dhcp.strays++;
		e->dhcp.stray_xid = m->header.xid;
		talk_touch(client, e, seen);
		return;
	}
	if (!e) { /* its request is not in the capture */
		e = new_exchange(talk, client, seen);
		if (!e)
			return;
		add_xid(&e->dhcp, m->header.xid);
	}
	struct br_talk_server *s = talk_server_speaks(talk, seen);

	if (s)
		s->dhcp++;
	read_reply(&r, m, seen);
	r.probed = was_probed(talk, &r);
	if (add_reply(e->dhcp.reply, &e->dhcp.replies, BR_TALK_REPLIES_MAX, &r) &&
	    m->type == BR_DHCP_TYPE_OFFER)
		e->dhcp.offers++;
	if (m->header.yiaddr != 0 && m->type != BR_DHCP_TYPE_OFFER) {
		struct br_endpoint address = br_endpoint_ipv4(m->header.yiaddr, 0);

		talk_add_address(talk, client, &address);
	}
	talk_touch(client, e, seen);
}

/* Whether @client, which has no hardware address, is the one that sent or is sent @m. */
static bool is_of(const struct br_talk_client *client, const struct br_dhcp_message *m,
                  struct br_octets id)
{
	static const uint8_t none[6];
	size_t size = id.size < sizeof(client->client_id) ? id.size : sizeof(client->client_id);

	if (!client->has_mac || memcmp(client->mac, none, sizeof(none)) != 0)
		return false;
	if (size > 0 && client->client_id_size > 0)
		return size == client->client_id_size && !memcmp(client->client_id, id.data, size);
	return (size == 0 && client->client_id_size == 0) || find_dhcp(client, m->header.xid);
}

/* Whose message it is: by chaddr, and where that is of zeros by option 61, or by the xid of what
 * it answers.
 */
static struct br_talk_client *whose(struct br_talk *talk, const struct seen *seen)
{
	static const uint8_t none[6];
	const struct br_dhcp_message *m = &talk->dhcp;
	struct br_octets id = br_dhcp_get(m, BR_DHCP_OPTION_CLIENT_ID);

	if (memcmp(m->header.chaddr, none, sizeof(none)) != 0)
		return talk_client_of_mac(talk, m->header.chaddr, seen);
	for (size_t i = 0; i < talk->clients; i++) {
		if (is_of(talk->client[i], m, id))
			return talk->client[i];
	}
	return talk_new_without_mac(talk, id, seen);
}

static void from_server(struct br_talk *talk, const struct seen *seen)
{
	const struct br_dhcp_message *m = &talk->dhcp;
	struct br_talk_client *client = whose(talk, seen);
	struct br_talk_exchange *e = client ? talk_latest(client, BR_TALK_PXE) : NULL;
	const struct br_packet *p = seen->packet;

	if (!client)
		return;
	if (e && e->pxe.xid != m->header.xid && e->pxe.replies == 0 &&
	    p->src.port == BR_DHCP_PORT_PXE && !find_dhcp(client, m->header.xid)) {
		e->pxe.strays++;
		e->pxe.stray_xid = m->header.xid;
		talk_touch(client, e, seen);
		return;
	}
	if (e && e->pxe.xid == m->header.xid &&
	    (p->src.port == BR_DHCP_PORT_PXE || p->dst.port == BR_DHCP_PORT_PXE ||
	     e->pxe.item >= 0 || !find_dhcp(client, m->header.xid)))
		pxe_reply(talk, client, e, seen);
	else
		dhcp_reply(talk, client, seen);
}

static void from_client(struct br_talk *talk, const struct seen *seen)
{
	const struct br_dhcp_message *m = &talk->dhcp;
	struct br_talk_client *client = whose(talk, seen);

	if (!client)
		return;
	if (seen->packet->dst.port == BR_DHCP_PORT_PXE || boot_item(m) >= 0) {
		pxe_request(talk, client, seen);
		return;
	}
	switch (m->type) {
	case BR_DHCP_TYPE_NONE: /* BOOTP */
	case BR_DHCP_TYPE_DISCOVER:
		discover(talk, client, seen);
		break;
	case BR_DHCP_TYPE_REQUEST:
		request(talk, client, seen);
		break;
	case BR_DHCP_TYPE_DECLINE:
	case BR_DHCP_TYPE_RELEASE:
	case BR_DHCP_TYPE_INFORM:
	case BR_DHCP_TYPE_LEASEQUERY: /* RFC 4388: a question about a lease, of whoever */
		other_request(talk, client, seen);
		break;
	case BR_DHCP_TYPE_OFFER:
	case BR_DHCP_TYPE_ACK:
	case BR_DHCP_TYPE_NAK:
	case BR_DHCP_TYPE_FORCERENEW:
	case BR_DHCP_TYPE_LEASEUNASSIGNED:
	case BR_DHCP_TYPE_LEASEUNKNOWN:
	case BR_DHCP_TYPE_LEASEACTIVE:
		break;
	}
}

static bool is_port(uint16_t port)
{
	return port == BR_DHCP_PORT_SERVER || port == BR_DHCP_PORT_CLIENT ||
	       port == BR_DHCP_PORT_PXE;
}

/* What RFC 4388 and RFC 3203 send is no answer to who wants an address. */
static bool is_for_client(enum br_dhcp_type type)
{
	return type != BR_DHCP_TYPE_FORCERENEW && type != BR_DHCP_TYPE_LEASEQUERY &&
	       type != BR_DHCP_TYPE_LEASEUNASSIGNED && type != BR_DHCP_TYPE_LEASEUNKNOWN &&
	       type != BR_DHCP_TYPE_LEASEACTIVE;
}

bool talk_dhcp(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;

	if (p->network != BR_NETWORK_IPV4 || (!is_port(p->dst.port) && !is_port(p->src.port)))
		return false;
	if (p->payload.size < p->payload_size && is_port(p->dst.port) && is_port(p->src.port))
		talk->cut++;
	if (br_dhcp_parse(p->payload, &talk->dhcp) < 0)
		return false;
	/* without cookie: BOOTP, believed only between the ports of RFC 951 */
	if (!talk->dhcp.has_cookie && (!is_port(p->dst.port) || !is_port(p->src.port)))
		return false;
	if (talk->dhcp.header.op == BR_DHCP_OP_REQUEST)
		from_client(talk, seen);
	else if (talk->dhcp.header.op == BR_DHCP_OP_REPLY && is_for_client(talk->dhcp.type))
		from_server(talk, seen);
	return true;
}
