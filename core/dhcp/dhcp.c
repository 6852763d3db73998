/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * One message in, at most one out; what is remembered between messages are the leases, and
 * who asked how often (core/dhcp/discover_watch.h), which changes no answer.
 * br_dhcp_input() finds out where the client is (core/dhcp/dhcp_subnet.c), who it is
 * (core/dhcp/policy.c) and what it has (core/dhcp/lease.c), then calls the function named after the
 * message's type; REQUEST has one function for each client state of RFC 2131 §4.3.2.
 *
 * A client is its option 61, or without one its hardware address written the way option 61
 * usually is: so firmware without option 61 and the loader with it share one lease (RFC 4361 §7
 * asks servers to cope with that).
 *
 * Leases outlive the process where there is a store: each is saved before its ACK goes out.
 * Offers are not, nor what runs out by itself.
 *
 * With br_config.probe_ms the network is asked first who has an address (core/dhcp/probe.h): if
 * somebody does it rests as if declined, and the DISCOVER is looked at again.
 *
 * Limits: one pool a subnet, no FORCERENEW, no lease query.
 */
#include "core/dhcp/dhcp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/config_reserve.h"
#include "core/defect.h"
#include "core/dhcp/dhcp_answer.h"
#include "core/dhcp/dhcp_destination.h"
#include "core/dhcp/dhcp_exchange.h"
#include "core/dhcp/lease_record.h"
#include "core/unicast.h"

enum {
	PROBES_A_TURN = 8, /* ended at once; the outbox holds so many answers */
	OFFER_KEPT_S = 4,  /* a PXE client collects offers as long, PXE 2.1 §2.2.2 */
};

int br_dhcp_new(struct br_dhcp **ret_dhcp, const struct br_context *context)
{
	struct br_dhcp *dhcp;
	uint8_t text[1]; /* br_server_check() tells, before */
	struct br_writer why = br_writer_of(text, sizeof(text));
	int error;

	if (context->config->leases_max == 0)
		return -EINVAL;
	dhcp = calloc(1, sizeof(*dhcp));
	if (!dhcp)
		return -ENOMEM;
	dhcp->context = *context;
	dhcp->next = BR_TIME_NEVER;
	error = br_dhcp_subnets_init(&dhcp->subnets, context->config, &why);
	if (!error)
		error = br_leases_init(&dhcp->leases, context->config->leases_max, 0);
	if (error) {
		br_dhcp_free(dhcp);
		return error;
	}
	*ret_dhcp = dhcp;
	return 0;
}

struct br_dhcp *br_dhcp_free(struct br_dhcp *dhcp)
{
	if (!dhcp)
		return NULL;
	br_leases_reset(&dhcp->leases);
	free(dhcp);
	return NULL;
}

static void note_about(const struct br_dhcp_exchange *x, enum br_note which, uint32_t address,
                       const char *detail)
{
	struct br_note_facts facts = {.address = address};

	if (x->client->has_mac)
		memcpy(facts.mac, x->client->mac, sizeof(facts.mac));
	br_outbox_note_facts(x->dhcp->context.outbox, which, x->event->link, &x->event->remote,
	                     detail, &facts);
}

static void note(const struct br_dhcp_exchange *x, enum br_note which, const char *detail)
{
	note_about(x, which, 0, detail);
}

static void note_address(const struct br_dhcp_exchange *x, enum br_note which, uint32_t address)
{
	char text[16];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put_ipv4(&w, address);
	note_about(x, which, address, br_text_end(&w));
}

/* What the client was given, and what it was told to boot. */
static void note_given(const struct br_dhcp_exchange *x, enum br_note which, uint32_t address)
{
	char text[BR_CONFIG_TEXT_SIZE + 32];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put_ipv4(&w, address);
	if (x->boot.file[0]) {
		br_text_put(&w, " boots ");
		br_text_put(&w, x->boot.file);
	}
	note_about(x, which, address, br_text_end(&w));
}

static void drop(const struct br_dhcp_exchange *x, enum br_note why, const char *detail)
{
	x->dhcp->context.metrics->dhcp_dropped_total++;
	note(x, why, detail);
}

static void set_state(struct br_dhcp_exchange *x, struct br_lease *lease, enum br_lease_state state,
                      br_time until)
{
	lease->state = state;
	lease->until = until;
	if (state != BR_LEASE_FREE && until < x->dhcp->next)
		x->dhcp->next = until;
}

/* Before the answer goes out: what a client was promised must be known after a crash. */
static void save(struct br_dhcp_exchange *x, const struct br_lease *lease)
{
	const struct br_lease_store *store = &x->dhcp->store;
	struct br_lease_record record;

	if (!store->save)
		return;
	br_lease_record_of(lease, x->config->epoch_ns, &record);
	if (store->save(store->context, &record) < 0)
		note_address(x, BR_NOTE_DHCP_LEASE_NOT_KEPT, lease->address);
}

static br_time after_s(br_time now, uint32_t seconds)
{
	return seconds == UINT32_MAX ? BR_TIME_NEVER : now + seconds * BR_S;
}

static void init_reply(struct br_dhcp_exchange *x, enum br_dhcp_type type)
{
	br_reply_init(&x->dhcp->reply, x->m, type, x->server_id,
	              x->config->link[x->event->link].mtu);
}

/* Add what the client gets and send it: OFFER, ACK or BOOTP reply. @lease_s 0: no lease. */
static bool answer(struct br_dhcp_exchange *x, enum br_dhcp_type type, uint32_t yiaddr,
                   uint32_t lease_s)
{
	struct br_dhcp_reply *reply = &x->dhcp->reply;
	bool ack = type == BR_DHCP_TYPE_ACK;
	bool renews = x->m->type == BR_DHCP_TYPE_REQUEST && x->ciaddr != 0;
	struct br_action datagram = br_dhcp_destination(
		x, ack && !(renews && BR_DEFECT(D4S_REQ_09)) ? x->ciaddr : 0, yiaddr);

	init_reply(x, type);
	br_policy_boot(x->config, x->client, x->own, &x->boot);
	if (BR_DEFECT(HBD_03) && ack && x->boot.is_url)
		x->boot.file[0] = 0;

	const struct br_dhcp_answer parameters = {.config = x->config,
	                                          .subnet = x->subnet,
	                                          .client = x->client,
	                                          .boot = &x->boot,
	                                          .own = x->own,
	                                          .lease_s = lease_s};
	bool on_4011 = br_dhcp_answer(reply, &parameters);

	reply->header.yiaddr = yiaddr;
	reply->header.ciaddr = ack || BR_DEFECT(D4S_DISC_05) ? x->m->header.ciaddr : 0;
	if (type == BR_DHCP_TYPE_NONE) /* RFC 1534 §2: BOOTP clients take 300 octets */
		reply->size_max = BR_DHCP_SIZE_MIN;
	if (type == BR_DHCP_TYPE_NONE)
		reply->overload_allowed = false;
	if (!br_reply_send(reply, &x->dhcp->context, &datagram)) {
		x->dhcp->context.metrics->dhcp_dropped_total++;
		return false;
	}
	if (on_4011)
		note(x, BR_NOTE_DHCP_ON_4011, NULL);
	if (x->boot.has_remark)
		note(x, x->boot.remark, NULL);
	return true;
}

/* RFC 2131 §4.3.2 and table 3. Broadcast, as the client's address may be the trouble. */
static void send_nak(struct br_dhcp_exchange *x, const char *why)
{
	struct br_dhcp_reply *reply = &x->dhcp->reply;
	struct br_action datagram =
		br_dhcp_destination(x, 0, BR_DEFECT(D4S_NAK_04) ? x->own + 1 : 0);

	init_reply(x, BR_DHCP_TYPE_NAK);
	if (BR_DEFECT(D4S_NAK_01))
		br_reply_add_be32(reply, BR_DHCP_OPTION_LEASE_TIME, BR_REPLY_MUST, 60);
	if (BR_DEFECT(D4S_NAK_02))
		reply->header.siaddr = x->own;
	if (x->m->header.giaddr != 0 && !BR_DEFECT(D4S_NAK_03))
		reply->header.flags |= BR_DHCP_FLAG_BROADCAST;
	br_reply_add_text(reply, BR_DHCP_OPTION_MESSAGE, BR_REPLY_ALWAYS, why);
	if (!br_reply_send(reply, &x->dhcp->context, &datagram))
		return;
	x->dhcp->context.metrics->dhcp_naks_total++;
	note(x, BR_NOTE_DHCP_NAK, why);
}

/* The client's lease on this subnet, whatever its state; NULL if there is no record. */
static struct br_lease *lease_of(const struct br_dhcp_exchange *x)
{
	return br_leases_by_key(&x->dhcp->leases, x->key, x->subnet->network, x->subnet->netmask,
	                        x->now);
}

/* A renewal comes past the relay: what it said of the client when it last came through counts. */
static struct br_octets agent_of(const struct br_dhcp_exchange *x)
{
	const struct br_lease *lease;

	if (x->agent.data || x->m->header.giaddr != 0 || x->m->header.ciaddr == 0)
		return x->agent;
	lease = lease_of(x);
	return lease ? (struct br_octets){lease->agent, lease->agent_size} : x->agent;
}

static void find_reserved(struct br_dhcp_exchange *x)
{
	const struct br_client *client = x->client;
	struct br_octets agent = agent_of(x);
	const struct br_octets marks[BR_CONFIG_MARK_COUNT] = {
		[BR_CONFIG_MARK_MAC] = {client->has_mac ? client->mac : NULL, sizeof(client->mac)},
		[BR_CONFIG_MARK_CLIENT_ID] = x->has_client_id ? x->key : (struct br_octets){0},
		[BR_CONFIG_MARK_UUID] = {client->has_uuid ? client->uuid : NULL,
	                                 sizeof(client->uuid)},
		[BR_CONFIG_MARK_CIRCUIT_ID] =
			br_dhcp_sub_option(agent, BR_RELAY_AGENT_CIRCUIT_ID, false),
		[BR_CONFIG_MARK_REMOTE_ID] =
			br_dhcp_sub_option(agent, BR_RELAY_AGENT_REMOTE_ID, false),
	};

	x->reserved = br_dhcp_reserved(x->config, x->subnet, marks);
}

static bool is_reserved(const struct br_dhcp_exchange *x, uint32_t address)
{
	return x->reserved && x->reserved->address == address;
}

static bool is_usable(const void *context, uint32_t address)
{
	const struct br_dhcp_exchange *x = context;

	return address != x->m->header.giaddr && br_dhcp_in_pool(x->config, x->subnet, address);
}

/* The client may have @address: its reservation here, or of the pool; whether it is free is
 * another question.
 */
static bool may_have(const struct br_dhcp_exchange *x, uint32_t address)
{
	return is_reserved(x, address) || (!x->config->known_only && is_usable(x, address));
}

static bool is_clients(const struct br_dhcp_exchange *x, const struct br_lease *lease)
{
	return lease && lease->key_size == x->key.size &&
	       memcmp(lease->key, x->key.data, x->key.size) == 0;
}

static bool is_same_hardware(const struct br_dhcp_exchange *x, const struct br_lease *lease)
{
	const struct br_dhcp_header *h = &x->m->header;

	return lease->htype == h->htype && lease->hlen == h->hlen &&
	       memcmp(lease->chaddr, h->chaddr, sizeof(h->chaddr)) == 0;
}

/* Make @address the client's and write down what it looks like today. */
static struct br_lease *take(struct br_dhcp_exchange *x, uint32_t address)
{
	struct br_leases *leases = &x->dhcp->leases;
	struct br_lease *lease = br_leases_by_address(leases, address);

	/* A reservation is for the machine: its next boot stage may come with another option 61. */
	if (lease && !is_clients(x, lease) && lease->state != BR_LEASE_DECLINED &&
	    is_reserved(x, address) && is_same_hardware(x, lease))
		lease->state = BR_LEASE_FREE;
	lease = br_leases_take(leases, address, x->key, x->now);
	if (is_reserved(x, address))
		note(x, lease ? BR_NOTE_DHCP_RESERVED : BR_NOTE_DHCP_RESERVED_IN_USE,
		     br_config_mark_name(x->reserved->mark));
	if (!lease)
		return NULL;
	lease->has_client_id = x->has_client_id;
	lease->htype = x->m->header.htype;
	lease->hlen = x->m->header.hlen;
	memcpy(lease->chaddr, x->m->header.chaddr, sizeof(lease->chaddr));
	if (!x->agent.data && x->m->header.giaddr == 0 && x->m->header.ciaddr != 0)
		return lease; /* renewed past the relay: what that said stands */
	lease->agent_size =
		(uint8_t)(x->agent.size < BR_LEASE_AGENT_MAX ? x->agent.size : BR_LEASE_AGENT_MAX);
	if (lease->agent_size > 0)
		memcpy(lease->agent, x->agent.data, lease->agent_size);
	return lease;
}

/* DISCOVERs alone must not empty the pool: of the offers that nobody took up, the oldest goes
 * once its client has had the time to ask for it. Return: its address, or 0
 */
static uint32_t take_back(struct br_dhcp_exchange *x)
{
	uint32_t kept_s = x->config->offer_s < OFFER_KEPT_S ? x->config->offer_s : OFFER_KEPT_S;
	struct br_lease *lease = br_leases_oldest_offer(
		&x->dhcp->leases, x->subnet->pool_first, x->subnet->pool_last,
		x->now + (x->config->offer_s - kept_s) * BR_S);

	if (!lease || !is_usable(x, lease->address))
		return 0;
	set_state(x, lease, BR_LEASE_FREE, x->now);
	note_address(x, BR_NOTE_DHCP_OFFER_TAKEN_BACK, lease->address);
	return lease->address;
}

/* RFC 2131 §4.3.1, in its order: what the client has, what it had, what it asks for, any. */
static struct br_lease *choose(struct br_dhcp_exchange *x)
{
	struct br_lease *lease = lease_of(x), *taken;
	uint32_t asked, picked;

	if (x->reserved && (taken = take(x, x->reserved->address)))
		return taken;
	if (lease && may_have(x, lease->address) && (taken = take(x, lease->address)))
		return taken;
	if (br_dhcp_get_be32(x->m, BR_DHCP_OPTION_REQUESTED_ADDRESS, &asked) &&
	    may_have(x, asked) && (taken = take(x, asked)))
		return taken;
	if (x->config->known_only || x->subnet->pool_first == 0)
		return NULL;
	picked = br_leases_pick(&x->dhcp->leases, x->subnet->pool_first, x->subnet->pool_last,
	                        is_usable, x, x->now);
	if (picked == 0)
		picked = take_back(x);
	return picked != 0 ? take(x, picked) : NULL;
}

/* RFC 2131 §4.3.1: what the client asks for, within what is configured; the same in OFFER and
 * ACK, as only some clients ask twice.
 */
static uint32_t granted(const struct br_dhcp_exchange *x, const struct br_lease *lease)
{
	uint32_t asked, floor = x->config->lease_s < 60 ? x->config->lease_s : 60;

	if (br_dhcp_get_be32(x->m, BR_DHCP_OPTION_LEASE_TIME, &asked) && asked < x->config->lease_s)
		return asked < floor ? floor : asked;
	if (x->m->type == BR_DHCP_TYPE_REQUEST && lease->state == BR_LEASE_OFFERED)
		return lease->granted_s;
	if (BR_DEFECT(D4S_LSE_04) && x->config->lease_s > 300)
		return 300;
	return x->config->lease_s;
}

/* The address is kept for the client while the network is asked; what it holds it is not asked
 * about, for it would answer itself.
 */
static bool must_wait(struct br_dhcp_exchange *x, struct br_lease *lease)
{
	struct br_dhcp *dhcp = x->dhcp;
	br_time wait = x->config->probe_ms * BR_MS;
	const struct br_action probe = {.kind = BR_ACTION_PROBE,
	                                .link = x->event->link,
	                                .remote = br_endpoint_ipv4(lease->address, 0)};
	int result;

	if (wait == 0 || dhcp->silent == lease->address ||
	    (br_lease_is_held(lease, x->now) &&
	     !br_probes_find(&dhcp->probes, x->event->link, lease->address)))
		return false;
	result = br_probes_put(&dhcp->probes, lease->address, x->m->header.chaddr, x->event,
	                       x->now + wait);
	if (result < 0)
		return false;
	if (result > 0)
		br_outbox_put(dhcp->context.outbox, &probe);
	set_state(x, lease, BR_LEASE_OFFERED, x->now + 2 * wait);
	lease->granted_s = granted(x, lease);
	return true;
}

static void on_discover(struct br_dhcp_exchange *x)
{
	struct br_lease *lease;

	x->dhcp->context.metrics->dhcp_discovers_total++;
	if (!x->subnet || (BR_DEFECT(D4S_DISC_13) && x->m->header.secs == 0)) {
		drop(x, BR_NOTE_DHCP_NO_SUBNET, NULL);
		return;
	}
	if (x->config->known_only && !x->reserved) {
		drop(x, BR_NOTE_DHCP_UNKNOWN_CLIENT, NULL);
		return;
	}
	lease = choose(x);
	if (!lease) {
		drop(x, BR_NOTE_DHCP_NO_ADDRESS, NULL);
		return;
	}

	if (must_wait(x, lease))
		return;

	uint32_t lease_s = granted(x, lease);

	if (!answer(x, BR_DHCP_TYPE_OFFER,
	            lease->address ^ (BR_DEFECT(D4S_DISC_01) ? UINT32_C(1) << 24 : 0), lease_s))
		return;
	if (lease->state != BR_LEASE_BOUND || !br_lease_is_held(lease, x->now)) {
		set_state(x, lease, BR_LEASE_OFFERED, after_s(x->now, x->config->offer_s));
		lease->granted_s = lease_s;
	}
	x->dhcp->context.metrics->dhcp_offers_total++;
	note_given(x, BR_NOTE_DHCP_OFFERED, lease->address);
	br_discover_watch_asked(&x->dhcp->watch, x->m, x->event, x->dhcp->context.outbox);
}

static void bind(struct br_dhcp_exchange *x, struct br_lease *lease)
{
	uint32_t lease_s = granted(x, lease);

	if (!answer(x, BR_DHCP_TYPE_ACK, lease->address ^ (BR_DEFECT(D4S_REQ_01) ? 1 : 0), lease_s))
		return;
	set_state(x, lease, BR_LEASE_BOUND, after_s(x->now, lease_s));
	lease->granted_s = lease_s;
	save(x, lease);
	x->dhcp->context.metrics->dhcp_acks_total++;
	note_given(x, BR_NOTE_DHCP_LEASED, lease->address);
}

/* Bind @address if the client may have it. */
static bool try_bind(struct br_dhcp_exchange *x, uint32_t address)
{
	struct br_lease *lease;

	if (!may_have(x, address))
		return false;
	lease = take(x, address);
	if (!lease)
		return false;
	bind(x, lease);
	return true;
}

/* RFC 2131 §4.3.2, SELECTING state: the client answers an OFFER. */
static void on_selecting(struct br_dhcp_exchange *x)
{
	uint32_t address = x->m->header.ciaddr;

	if (!x->is_for_us && !BR_DEFECT(D4S_REQ_02)) {
		struct br_lease *lease = lease_of(x);

		if (lease && lease->state == BR_LEASE_OFFERED)
			set_state(x, lease, BR_LEASE_FREE, x->now);
		drop(x, BR_NOTE_DHCP_NOT_SELECTED, NULL);
		return;
	}
	(void)br_dhcp_get_be32(x->m, BR_DHCP_OPTION_REQUESTED_ADDRESS, &address);
	if (BR_DEFECT(D4S_REQ_11) && lease_of(x) && lease_of(x)->state == BR_LEASE_BOUND)
		return;
	if (!try_bind(x, address))
		send_nak(x, "address not available");
}

/* RFC 2131 §4.3.2, INIT-REBOOT state: the client wants its old address back. */
static void on_init_reboot(struct br_dhcp_exchange *x, uint32_t address)
{
	struct br_lease *lease = lease_of(x);

	if (!br_dhcp_subnet_has(x->subnet, address)) {
		if (x->config->authoritative)
			send_nak(x, "wrong network");
		else
			drop(x, BR_NOTE_DHCP_NO_RECORD, NULL);
		return;
	}
	if (!lease && !is_reserved(x, address) && !BR_DEFECT(D4S_REQ_06)) {
		drop(x, BR_NOTE_DHCP_NO_RECORD, NULL);
		return;
	}
	if ((lease && lease->address != address) || !try_bind(x, address))
		send_nak(x, "not your address");
}

/* RFC 2131 §4.3.2, RENEWING and REBINDING state: ciaddr is in use by the client. */
static void on_renew(struct br_dhcp_exchange *x)
{
	uint32_t address = x->m->header.ciaddr;
	struct br_lease *lease = lease_of(x);

	if (BR_DEFECT(D4S_LSE_05))
		return;
	if (!br_dhcp_subnet_has(x->subnet, address)) {
		if (x->config->authoritative)
			send_nak(x, "wrong network");
		else
			drop(x, BR_NOTE_DHCP_NO_RECORD, NULL);
		return;
	}
	if (lease && lease->address == address && try_bind(x, address))
		return;
	lease = lease ? lease : br_leases_by_address(&x->dhcp->leases, address);
	if (lease && br_lease_is_held(lease, x->now) && x->config->authoritative)
		send_nak(x, "not your address");
	else
		drop(x, BR_NOTE_DHCP_NO_RECORD, NULL);
}

static void on_request(struct br_dhcp_exchange *x)
{
	uint32_t address;

	x->dhcp->context.metrics->dhcp_requests_total++;
	br_discover_watch_moved_on(&x->dhcp->watch, x->m);
	if (!x->subnet) {
		drop(x, BR_NOTE_DHCP_NO_SUBNET, NULL);
		return;
	}
	if (x->config->known_only && !x->reserved && !lease_of(x)) {
		drop(x, BR_NOTE_DHCP_UNKNOWN_CLIENT, NULL);
		return;
	}
	if (x->has_server_id)
		on_selecting(x);
	else if (x->m->header.ciaddr != 0)
		on_renew(x);
	else if (br_dhcp_get_be32(x->m, BR_DHCP_OPTION_REQUESTED_ADDRESS, &address))
		on_init_reboot(x, address);
	else
		drop(x, BR_NOTE_DHCP_BAD_MESSAGE, "REQUEST without an address");
}

/* RFC 2131 §4.3.3 */
static void on_decline(struct br_dhcp_exchange *x)
{
	uint32_t address = 0;
	struct br_lease *lease;

	(void)br_dhcp_get_be32(x->m, BR_DHCP_OPTION_REQUESTED_ADDRESS, &address);
	lease = br_leases_by_address(&x->dhcp->leases, address);
	if (!x->is_for_us || !is_clients(x, lease) || !br_lease_is_held(lease, x->now)) {
		drop(x, BR_NOTE_DHCP_NO_RECORD, NULL);
		return;
	}
	if (BR_DEFECT(D4S_DECL_01))
		set_state(x, lease, BR_LEASE_FREE, x->now);
	else
		set_state(x, lease, BR_LEASE_DECLINED, after_s(x->now, x->config->decline_s));
	save(x, lease);
	x->dhcp->context.metrics->dhcp_declines_total++;
	note_address(x, BR_NOTE_DHCP_ADDRESS_DECLINED, address);
}

/* RFC 2131 §4.3.4: no answer, and the address stays with the client if nobody needs it. */
static void on_release(struct br_dhcp_exchange *x)
{
	struct br_lease *lease = br_leases_by_address(&x->dhcp->leases, x->m->header.ciaddr);

	if (!x->is_for_us || !is_clients(x, lease) || lease->state != BR_LEASE_BOUND) {
		drop(x, BR_NOTE_DHCP_NO_RECORD, NULL);
		return;
	}
	if (BR_DEFECT(D4S_REL_01))
		return;
	set_state(x, lease, BR_LEASE_FREE, x->now);
	save(x, lease);
	x->dhcp->context.metrics->dhcp_releases_total++;
	note_address(x, BR_NOTE_DHCP_RELEASED, lease->address);
}

/* Of one host: not all of a link or of a subnet, where the answer would go to everybody. */
static bool is_peer(const struct br_dhcp_exchange *x, uint32_t address)
{
	const struct br_endpoint peer = br_endpoint_ipv4(address, 0);
	const struct br_config_subnet *subnet = br_dhcp_subnet_of(&x->dhcp->subnets, address);
	uint32_t host_bits = subnet ? ~subnet->netmask : 0;

	return br_is_host_address(address) && br_is_unicast(x->config, &peer) &&
	       (host_bits <= 1 || (address & host_bits) != host_bits);
}

/* RFC 2131 §4.3.5: parameters for a client with an address of its own, sent straight there. */
static void on_inform(struct br_dhcp_exchange *x)
{
	x->dhcp->context.metrics->dhcp_informs_total++;
	if (x->ciaddr == 0) /* some leave it out; the datagram says it too */
		x->ciaddr = br_endpoint_to_ipv4(&x->event->remote);
	if (!is_peer(x, x->ciaddr)) {
		drop(x, BR_NOTE_DHCP_BAD_PEER, NULL);
		return;
	}
	if (BR_DEFECT(D4S_INF_03))
		x->ciaddr = 0;
	if (!answer(x, BR_DHCP_TYPE_ACK, 0, BR_DEFECT(D4S_INF_01) ? x->config->lease_s : 0))
		return;
	x->dhcp->context.metrics->dhcp_acks_total++;
	note_given(x, BR_NOTE_DHCP_INFORMED, x->ciaddr);
}

/* RFC 1534 §2: BOOTP clients get reserved addresses and no others. */
static void on_bootp(struct br_dhcp_exchange *x)
{
	struct br_lease *lease = x->reserved ? take(x, x->reserved->address) : NULL;

	if (BR_DEFECT(D4S_BTP_02) && x->subnet)
		lease = choose(x);
	if (!lease) {
		drop(x, BR_NOTE_DHCP_BOOTP_IGNORED, NULL);
		return;
	}
	if (!answer(x, BR_DHCP_TYPE_NONE, lease->address, 0))
		return;
	set_state(x, lease, BR_LEASE_BOUND, BR_TIME_NEVER); /* RFC 1534 §2: for ever */
	x->dhcp->context.metrics->dhcp_bootp_replies_total++;
	note_given(x, BR_NOTE_DHCP_LEASED, lease->address);
}

/* Option 61, or hardware type and address. Return: false if the message has neither. */
static bool find_key(struct br_dhcp_exchange *x)
{
	const struct br_dhcp_header *h = &x->m->header;
	struct br_octets client_id = br_dhcp_get(x->m, BR_DHCP_OPTION_CLIENT_ID);

	if (h->hlen > sizeof(h->chaddr) || client_id.size > BR_LEASE_KEY_MAX)
		return false;
	x->has_client_id =
		client_id.size >= 2 && !BR_DEFECT(D4S_ID_03); /* RFC 2132 §9.14: at least that */
	if (x->has_client_id) {
		x->key = client_id;
		return true;
	}
	x->made_key[0] = h->htype;
	memcpy(x->made_key + 1, h->chaddr, h->hlen);
	if (BR_DEFECT(D4S_ID_04))
		x->made_key[1] ^= (uint8_t)h->xid;
	x->key = (struct br_octets){.data = x->made_key, .size = 1 + (size_t)h->hlen};
	return h->hlen > 0;
}

/* Which server the client means, and how this one calls itself; RFC 2131 §4.1, RFC 5107. The
 * choice is the server's while the client has made none: then it is the address on the client's
 * link. A REQUEST that names another address of the server MUST be taken as its own, and is
 * answered under that name, for a client that compares takes no other. dnsmasq does the same
 * (src/rfc2131.c, dhcp_reply).
 */
static void find_server_id(struct br_dhcp_exchange *x)
{
	struct br_octets override = br_dhcp_sub_option(x->agent, BR_RELAY_AGENT_SERVER_ID, false);
	struct br_reader r = br_reader_of(override.data, override.size);
	uint32_t meant;

	x->own = x->config->link[x->event->link].address;
	if (BR_DEFECT(RLS_09))
		override.size = 0;
	x->server_id = override.size == 4 ? br_get_be32(&r) : x->own;
	x->has_server_id = br_dhcp_get_be32(x->m, BR_DHCP_OPTION_SERVER_ID, &meant);
	x->is_for_us = !x->has_server_id || meant == x->server_id ||
	               (br_dhcp_is_own(x->config, meant) && !BR_DEFECT(D4S_REQ_03));
	if (x->has_server_id && br_dhcp_is_own(x->config, meant) && override.size != 4)
		x->server_id = meant; /* the client goes on with the address it chose */
}

/* giaddr and ciaddr are where answers go: only to hosts, and not back to this one. */
static bool has_good_peers(const struct br_dhcp_exchange *x)
{
	uint32_t giaddr = x->m->header.giaddr, ciaddr = x->m->header.ciaddr;

	if (giaddr != 0 && (!is_peer(x, giaddr) || br_dhcp_is_own(x->config, giaddr)))
		return false;
	return ciaddr == 0 || x->m->type == BR_DHCP_TYPE_DISCOVER || is_peer(x, ciaddr);
}

static void dispatch(struct br_dhcp_exchange *x)
{
	switch (x->m->type) {
	case BR_DHCP_TYPE_NONE:
		if (br_dhcp_count(x->m, BR_DHCP_OPTION_MESSAGE_TYPE) > 0)
			drop(x, BR_NOTE_DHCP_BAD_MESSAGE, "option 53 is not one octet");
		else
			on_bootp(x);
		return;
	case BR_DHCP_TYPE_DISCOVER:
		on_discover(x);
		return;
	case BR_DHCP_TYPE_REQUEST:
		on_request(x);
		return;
	case BR_DHCP_TYPE_DECLINE:
		on_decline(x);
		return;
	case BR_DHCP_TYPE_RELEASE:
		on_release(x);
		return;
	case BR_DHCP_TYPE_INFORM:
		on_inform(x);
		return;
	case BR_DHCP_TYPE_OFFER:
	case BR_DHCP_TYPE_ACK:
	case BR_DHCP_TYPE_NAK:
	case BR_DHCP_TYPE_FORCERENEW:
	case BR_DHCP_TYPE_LEASEQUERY:
	case BR_DHCP_TYPE_LEASEUNASSIGNED:
	case BR_DHCP_TYPE_LEASEUNKNOWN:
	case BR_DHCP_TYPE_LEASEACTIVE:
		break;
	}
	drop(x, BR_NOTE_DHCP_TYPE_IGNORED, br_dhcp_type_name(x->m->type));
}

/* Whom a sound server answers: the defects alone turn them away. */
static bool is_turned_away(const struct br_dhcp_exchange *x)
{
	return (BR_DEFECT(D4S_DLV_06) && br_endpoint_to_ipv4(&x->event->remote) != 0) ||
	       (BR_DEFECT(RLS_11) && br_dhcp_sub_option(x->agent, 10, false).size > 1);
}

void br_dhcp_input(struct br_dhcp *dhcp, const struct br_dhcp_question *question, br_time now)
{
	const struct br_dhcp_message *m = &question->message;
	struct br_dhcp_exchange x = {.dhcp = dhcp,
	                             .config = dhcp->context.config,
	                             .m = m,
	                             .event = question->event,
	                             .client = &question->client,
	                             .now = now};

	if (!question->readable) {
		drop(&x, BR_NOTE_DHCP_BAD_MESSAGE, NULL);
		return;
	}
	if (!m->has_cookie) {
		drop(&x, BR_NOTE_DHCP_BAD_COOKIE, NULL);
		return;
	}
	x.agent = br_dhcp_get(m, BR_DHCP_OPTION_RELAY_AGENT);
	x.ciaddr = m->header.ciaddr;
	if (!find_key(&x)) {
		drop(&x, BR_NOTE_DHCP_BAD_MESSAGE, "no usable client identity");
		return;
	}
	if (!has_good_peers(&x) || is_turned_away(&x)) {
		drop(&x, BR_NOTE_DHCP_BAD_PEER, NULL);
		return;
	}
	if (question->wants_item) {
		drop(&x, BR_NOTE_DHCP_BOOT_ITEM, NULL);
		return;
	}
	find_server_id(&x);
	x.subnet = br_dhcp_subnet_choose(&dhcp->subnets, m, x.event);
	if (x.subnet)
		find_reserved(&x);
	dispatch(&x);
}

void br_dhcp_reconfigure(struct br_dhcp *dhcp)
{
	uint8_t text[1]; /* br_server_check() found nothing to say */
	struct br_writer why = br_writer_of(text, sizeof(text));

	(void)br_dhcp_subnets_init(&dhcp->subnets, dhcp->context.config, &why);
}

void br_dhcp_keep_leases(struct br_dhcp *dhcp, const struct br_lease_store *store)
{
	dhcp->store = *store;
}

int br_dhcp_restore(struct br_dhcp *dhcp, const struct br_lease_record *record, br_time now)
{
	uint32_t places = dhcp->leases.count;
	uint32_t number = br_is_host_address(record->address) ? record->address : 0;
	struct br_lease *lease = br_lease_record_restore(&dhcp->leases, record, number,
	                                                 dhcp->context.config->epoch_ns, now);

	if (!lease)
		return places == dhcp->leases.count_max ? -ENOSPC : -EINVAL;
	if (lease->state != BR_LEASE_FREE && lease->until < dhcp->next)
		dhcp->next = lease->until;
	return 0;
}

/* Probes */

/* The DISCOVER once more; @silent: the address that nobody answered at, 0: somebody did. */
static void ask_again(struct br_dhcp *dhcp, struct br_probe *probe, uint32_t silent, br_time now)
{
	br_probes_drop(&dhcp->probes, probe); /* its octets stay until another takes the place */
	br_dhcp_question_read(&dhcp->again, &probe->event);
	dhcp->silent = silent;
	dhcp->context.metrics->dhcp_discovers_total--; /* it is one still */
	br_dhcp_input(dhcp, &dhcp->again, now);
	dhcp->silent = 0;
}

void br_dhcp_address_used(struct br_dhcp *dhcp, const struct br_event *event, br_time now)
{
	uint32_t address = br_endpoint_to_ipv4(&event->remote);
	struct br_probe *probe = br_probes_find(&dhcp->probes, event->link, address);
	struct br_lease *lease = br_leases_by_address(&dhcp->leases, address);
	struct br_dhcp_exchange x = {.dhcp = dhcp, .config = dhcp->context.config, .now = now};
	struct br_note_facts facts = {.address = address};

	if (!probe || !lease)
		return;
	if (event->payload.size == sizeof(facts.mac))
		memcpy(facts.mac, event->payload.data, sizeof(facts.mac));
	if (memcmp(facts.mac, probe->chaddr, sizeof(facts.mac)) == 0)
		return;
	set_state(&x, lease, BR_LEASE_DECLINED, after_s(now, x.config->decline_s));
	x.event = event;
	x.client = &dhcp->again.client;
	save(&x, lease);
	br_outbox_note_facts(dhcp->context.outbox, BR_NOTE_DHCP_ADDRESS_IN_USE, event->link,
	                     &event->remote, NULL, &facts);
	ask_again(dhcp, probe, 0, now);
}

br_time br_dhcp_deadline(const struct br_dhcp *dhcp)
{
	br_time probes = br_probes_deadline(&dhcp->probes);

	return probes < dhcp->next ? probes : dhcp->next;
}

void br_dhcp_expire(struct br_dhcp *dhcp, br_time now)
{
	enum {
		NOTES_MAX = 16 /* when a whole pool runs out at once, the counter must do */
	};
	br_time next = BR_TIME_NEVER;
	struct br_probe *probe;
	unsigned notes = 0;

	for (int i = 0; i < PROBES_A_TURN && (probe = br_probes_due(&dhcp->probes, now)); i++)
		ask_again(dhcp, probe, probe->address, now);
	if (now < dhcp->next)
		return;
	for (uint32_t i = 0; i < dhcp->leases.count; i++) {
		struct br_lease *lease = &dhcp->leases.lease[i];
		char text[16];
		struct br_writer w = br_writer_of(text, sizeof(text));

		if (lease->state == BR_LEASE_FREE)
			continue;
		if (now < lease->until) {
			next = lease->until < next ? lease->until : next;
			continue;
		}
		br_text_put_ipv4(&w, lease->address);
		if (lease->state == BR_LEASE_BOUND && notes++ < NOTES_MAX)
			br_outbox_note(dhcp->context.outbox, BR_NOTE_DHCP_LEASE_EXPIRED, 0, NULL,
			               br_text_end(&w));
		dhcp->context.metrics->dhcp_expired_total += lease->state != BR_LEASE_DECLINED;
		lease->state = BR_LEASE_FREE;
	}
	dhcp->next = next;
}

const struct br_lease *br_dhcp_lease_find(const struct br_dhcp *dhcp, uint32_t address)
{
	return br_leases_by_address(&dhcp->leases, address);
}

const struct br_lease *br_dhcp_lease_at(const struct br_dhcp *dhcp, size_t index)
{
	return index < dhcp->leases.count ? &dhcp->leases.lease[index] : NULL;
}
