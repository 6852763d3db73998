/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * One message in, at most one out; what is remembered between messages are the leases.
 *
 * br_dhcp6_input() takes the message out of its relays, finds out whether this server may answer it
 * at all (is_valid(), RFC 8415 §16), where the client is (core/dhcp6/subnet6.h) and who it is
 * (core/dhcp6/client6.h), then calls the function named after the message's type. The answer is
 * written as it is thought of (core/dhcp6/reply6.h); without it bindings stay as they were.
 *
 * A lease is one IA_NA's: its key is the IAID and the DUID (§12). Firmware asks with another IAID
 * each time it boots, and with two at once if a router says so (Ip6ConfigImpl.c, PxeBcDriver.c):
 * it gets an address for each, and a note says why. A reserved address is the machine's, so it
 * goes to the IAID that asks last, as long as that comes from the interface that had it.
 *
 * Not done: IA_TA and IA_PD (both are answered that there is none), Reconfigure, Server Unicast.
 */
#include "core/dhcp6/dhcp6.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/config_dhcp6.h"
#include "core/defect.h"
#include "core/dhcp/lease_record.h"
#include "core/dhcp6/answer6.h"
#include "core/dhcp6/boot6.h"
#include "core/dhcp6/client6.h"
#include "core/dhcp6/exchange6.h"
#include "core/dhcp6/grant6.h"

enum {
	NOTES_MAX = 16, /* when a whole pool runs out at once, the counter must do */
};

int br_dhcp6_check(const struct br_config *config, struct br_writer *why)
{
	static const uint8_t no_mac[6] = {0};
	struct br_dhcp6_subnets subnets;
	bool reachable = false;

	if ((config->roles & BR_ROLE_DHCP6) && (config->roles & BR_ROLE_PROXYDHCP6)) {
		br_text_put(why, "role dhcp6 says what to boot already, without proxydhcp6");
		return -EINVAL;
	}
	for (size_t i = 0; i < config->links; i++)
		reachable = reachable || config->link[i].prefix6 > 0;
	if (!reachable) {
		br_text_put(why, "a DHCPv6 server needs an IPv6 address on one of its links");
		return -EINVAL;
	}
	if (config->duid_size == 0 && memcmp(config->link[0].mac, no_mac, sizeof(no_mac)) == 0) {
		br_text_put(why, "a DHCPv6 server needs a name: duid=");
		return -EINVAL;
	}
	return br_dhcp6_subnets_init(&subnets, config, why);
}

bool br_dhcp6_on_4011(const struct br_config *config)
{
	return (config->roles & BR_ROLE_PROXYDHCP6) ||
	       ((config->roles & BR_ROLE_DHCP6) && config->pxe_class6);
}

static void name_itself(struct br_dhcp6 *dhcp6, const struct br_config *config)
{
	struct br_writer w = br_writer_of(dhcp6->duid, sizeof(dhcp6->duid));

	if (config->duid_size > 0)
		br_put_bytes(&w, config->duid, config->duid_size);
	else
		br_duid_put_link(&w, config->link[0].mac);
	dhcp6->server_id = (struct br_octets){dhcp6->duid, br_written(&w)};
}

int br_dhcp6_new(struct br_dhcp6 **ret_dhcp6, const struct br_context *context)
{
	const struct br_config *config = context->config;
	struct br_dhcp6 *dhcp6 = calloc(1, sizeof(*dhcp6));
	uint8_t text[1]; /* br_server_check() tells, before */
	struct br_writer why = br_writer_of(text, sizeof(text));
	int error;

	if (!dhcp6)
		return -ENOMEM;
	dhcp6->context = *context;
	dhcp6->next = BR_TIME_NEVER;
	name_itself(dhcp6, config);
	error = br_dhcp6_check(config, &why);
	if (!error)
		error = br_dhcp6_subnets_init(&dhcp6->subnets, config, &why);
	if (!error && (config->roles & BR_ROLE_DHCP6))
		error = br_leases_init(&dhcp6->leases, config->leases_max, BR_DHCP6_IAID_SIZE);
	if (error) {
		br_dhcp6_free(dhcp6);
		return error;
	}
	*ret_dhcp6 = dhcp6;
	return 0;
}

struct br_dhcp6 *br_dhcp6_free(struct br_dhcp6 *dhcp6)
{
	if (!dhcp6)
		return NULL;
	br_leases_reset(&dhcp6->leases);
	free(dhcp6);
	return NULL;
}

/* §18.4: by unicast without having been told to: nothing but that, and no boot options */
static void refuse_unicast(struct br_dhcp6_exchange *x)
{
	br_dhcp6_note(x, BR_NOTE_DHCP6_UNICAST, br_dhcp6_type_name(x->m->type));
	if (!br_dhcp6_begin_answer(x, BR_DHCP6_TYPE_REPLY))
		return;
	br_dhcp6_put_status(&x->dhcp6->reply.w, BR_DHCP6_STATUS_USE_MULTICAST, "");
	if (br_dhcp6_send_answer(x))
		x->dhcp6->context.metrics->dhcp6_replies_total++;
}

/* Which messages are valid */

enum server_id_rule {
	NEVER,  /* a message with option 2 is discarded */
	OURS,   /* it must name this server */
	IF_ANY, /* if it is there */
};

static const struct validity {
	bool taken, client_id, by_unicast;
	enum server_id_rule server_id;
} validities[] = {
	/* RFC 8415 §16.2 to §16.12; by_unicast: §18.4 wants a reply that says UseMulticast */
	[BR_DHCP6_TYPE_SOLICIT] = {true, true, false, NEVER},
	[BR_DHCP6_TYPE_REQUEST] = {true, true, true, OURS},
	[BR_DHCP6_TYPE_CONFIRM] = {true, true, false, NEVER},
	[BR_DHCP6_TYPE_RENEW] = {true, true, true, OURS},
	[BR_DHCP6_TYPE_REBIND] = {true, true, false, NEVER},
	[BR_DHCP6_TYPE_RELEASE] = {true, true, true, OURS},
	[BR_DHCP6_TYPE_DECLINE] = {true, true, true, OURS},
	[BR_DHCP6_TYPE_INFORMATION] = {true, false, false, IF_ANY},
};

static bool has_ia(const struct br_dhcp6_message *m)
{
	return br_dhcp6_count(m->options, BR_DHCP6_OPTION_IA_NA) > 0 ||
	       br_dhcp6_count(m->options, BR_DHCP6_OPTION_IA_TA) > 0 ||
	       br_dhcp6_count(m->options, BR_DHCP6_OPTION_IA_PD) > 0;
}

/* What a sound server drops: the defects alone answer it. */
static bool is_answered_though_invalid(uint8_t type)
{
	bool of_server = type == BR_DHCP6_TYPE_ADVERTISE || type == BR_DHCP6_TYPE_REPLY ||
	                 type == BR_DHCP6_TYPE_RECONFIGURE;

	if (of_server)
		return BR_DEFECT(D6_VAL_04);
	return (type == 0 || type > BR_DHCP6_TYPE_RELAY_REPLY) && BR_DEFECT(D6_VAL_05);
}

static bool has_unknown_option(const struct br_dhcp6_message *m)
{
	struct br_reader r = br_reader_of(m->options.data, m->options.size);
	struct br_dhcp6_option option;

	while (br_dhcp6_option_get(&r, &option) == 1) {
		if (option.code > BR_DHCP6_OPTION_RELAY_PORT)
			return true;
	}
	return false;
}

/* Whom a sound server answers: the defects alone turn them away. */
static bool is_turned_away(struct br_dhcp6_exchange *x)
{
	const struct br_dhcp6_message *m = x->m;
	struct br_dhcp6 *dhcp6 = x->dhcp6;
	bool request = m->type == BR_DHCP6_TYPE_REQUEST;
	bool same = m->xid == dhcp6->last_xid;
	bool again = request && same && dhcp6->last_type == BR_DHCP6_TYPE_REQUEST;
	bool kept = request && same && dhcp6->last_type == BR_DHCP6_TYPE_SOLICIT;

	dhcp6->last_xid = m->xid;
	dhcp6->last_type = m->type;
	return (BR_DEFECT(D6_RPL_03) && again) || (BR_DEFECT(D6_NB_17) && kept) ||
	       (BR_DEFECT(D6_VAL_06) && has_unknown_option(m)) ||
	       (BR_DEFECT(D6_FMT_03) && br_duid_read(x->duid).type > 4) ||
	       (BR_DEFECT(D6_NB_16) && m->type == BR_DHCP6_TYPE_SOLICIT &&
	        br_dhcp6_count(m->options, BR_DHCP6_OPTION_ORO) == 0);
}

/* Return: false, with a note, if it must be discarded */
static bool is_valid(struct br_dhcp6_exchange *x)
{
	const struct br_dhcp6_message *m = x->m;
	const struct validity *v;

	if (is_answered_though_invalid(m->type)) {
		br_dhcp6_inform(x);
		return false;
	}
	if (is_turned_away(x))
		return false;
	if (m->type >= sizeof(validities) / sizeof(validities[0]) || !validities[m->type].taken) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_TYPE_IGNORED, br_dhcp6_type_name(m->type));
		return false;
	}
	v = &validities[m->type];
	if (x->duid.size > BR_DUID_SIZE_MAX || (x->duid.data && x->duid.size == 0)) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_BAD_DUID, NULL);
		return false;
	}
	if (v->client_id && !x->duid.data) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_BAD_MESSAGE, "no client identifier");
		return false;
	}
	if (v->server_id == NEVER && x->server_id.data &&
	    !(BR_DEFECT(D6_VAL_01) && m->type == BR_DHCP6_TYPE_SOLICIT)) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_BAD_MESSAGE, "a server identifier");
		return false;
	}
	/* on 4011 EDK2 names no server that advertised the address, too: PxeBcRequestBootService */
	if (v->server_id == OURS && !x->server_id.data &&
	    x->event->local.port != BR_DHCP6_PORT_PXE) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_BAD_MESSAGE, "no server identifier");
		return false;
	}
	if (m->type == BR_DHCP6_TYPE_INFORMATION && has_ia(m) && !BR_DEFECT(D6_VAL_03)) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_BAD_MESSAGE, "an IA in an Information-request");
		return false;
	}
	if (x->is_unicast && !v->by_unicast) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_UNICAST, br_dhcp6_type_name(m->type));
		return false;
	}
	return true;
}

static bool is_peer(const uint8_t ip[static 16])
{
	return !br_ip_is_zero(ip) && !br_ip_is_multicast6(ip) && !br_ip_is_ipv4(ip);
}

/* Is it of a client or of relays for one, and to be read? */
static bool is_question(struct br_dhcp6_exchange *x)
{
	const struct br_dhcp6_message *m = x->m;

	if (!is_peer(x->event->remote.ip) || !is_peer(br_client6_peer(m, &x->event->remote))) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_BAD_PEER, NULL);
		return false;
	}
	for (size_t i = 0; i < m->levels; i++) {
		if (m->level[i].type == BR_DHCP6_TYPE_RELAY_FORWARD)
			continue;
		br_dhcp6_drop(x, BR_NOTE_DHCP6_TYPE_IGNORED, br_dhcp6_type_name(m->level[i].type));
		return false;
	}
	if (m->malformed) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_BAD_MESSAGE, "options past their end");
		return false;
	}
	return true;
}

static void give_addresses(struct br_dhcp6_exchange *x)
{
	switch ((enum br_dhcp6_type)x->m->type) {
	case BR_DHCP6_TYPE_SOLICIT:
		br_dhcp6_on_solicit(x);
		return;
	case BR_DHCP6_TYPE_REQUEST:
		br_dhcp6_on_request(x);
		return;
	case BR_DHCP6_TYPE_CONFIRM:
		br_dhcp6_on_confirm(x);
		return;
	case BR_DHCP6_TYPE_RENEW:
		br_dhcp6_on_renew(x);
		return;
	case BR_DHCP6_TYPE_REBIND:
		br_dhcp6_on_rebind(x);
		return;
	case BR_DHCP6_TYPE_RELEASE:
	case BR_DHCP6_TYPE_DECLINE:
		br_dhcp6_on_give_back(x);
		return;
	case BR_DHCP6_TYPE_INFORMATION:
		br_dhcp6_inform(x);
		return;
	case BR_DHCP6_TYPE_ADVERTISE:
	case BR_DHCP6_TYPE_REPLY:
	case BR_DHCP6_TYPE_RECONFIGURE:
	case BR_DHCP6_TYPE_RELAY_FORWARD:
	case BR_DHCP6_TYPE_RELAY_REPLY:
		break; /* is_valid() has seen to them */
	}
}

static void dispatch(struct br_dhcp6_exchange *x)
{
	bool gives = x->config->roles & BR_ROLE_DHCP6;

	if (x->server_id.data && !x->is_for_us && !BR_DEFECT(D6_VAL_02) && !BR_DEFECT(D6_VAL_01)) {
		if (gives && x->m->type == BR_DHCP6_TYPE_REQUEST)
			br_dhcp6_withdraw(x);
		br_dhcp6_drop(x, BR_NOTE_DHCP6_NOT_FOR_US, NULL);
		return;
	}
	if (x->event->local.port == BR_DHCP6_PORT_PXE)
		br_dhcp6_boot_on_4011(x);
	else if (!gives)
		br_dhcp6_boot_alone(x);
	else if (x->is_unicast)
		refuse_unicast(x);
	else
		give_addresses(x);
}

/* The address towards the client; a link without one stands behind the first that has one. */
static const uint8_t *own_address(const struct br_config *config, uint32_t link)
{
	size_t i = 0;

	if (config->link[link].prefix6 > 0)
		return config->link[link].address6;
	while (config->link[i].prefix6 == 0)
		i++; /* br_dhcp6_check() found one */
	return config->link[i].address6;
}

void br_dhcp6_input(struct br_dhcp6 *dhcp6, const struct br_event *event, br_time now)
{
	struct br_dhcp6_message *m = &dhcp6->message;
	struct br_dhcp6_exchange x = {.dhcp6 = dhcp6,
	                              .config = dhcp6->context.config,
	                              .m = m,
	                              .event = event,
	                              .now = now};

	if (br_dhcp6_parse(event->payload, m) < 0) {
		br_dhcp6_drop(&x, BR_NOTE_DHCP6_BAD_MESSAGE, NULL);
		return;
	}
	br_client6_of(m, &event->remote, &x.client);
	if (!is_question(&x))
		return;
	x.duid = br_dhcp6_find(m->options, BR_DHCP6_OPTION_CLIENT_ID);
	x.server_id = br_dhcp6_find(m->options, BR_DHCP6_OPTION_SERVER_ID);
	x.is_for_us = br_text_equal(x.server_id, dhcp6->server_id);
	/* a boot server is asked by unicast, on a port of its own */
	x.is_unicast = m->levels == 0 && !br_ip_is_multicast6(event->local.ip) &&
	               event->local.port != BR_DHCP6_PORT_PXE && !BR_DEFECT(D6_VAL_07);
	x.own = own_address(x.config, event->link);
	if (!is_valid(&x))
		return;
	x.subnet = br_dhcp6_subnet_choose(&dhcp6->subnets, m, event);
	dispatch(&x);
}

br_time br_dhcp6_deadline(const struct br_dhcp6 *dhcp6)
{
	return dhcp6->next;
}

void br_dhcp6_expire(struct br_dhcp6 *dhcp6, br_time now)
{
	br_time next = BR_TIME_NEVER;
	unsigned notes = 0;

	if (now < dhcp6->next)
		return;
	for (uint32_t i = 0; i < dhcp6->leases.count; i++) {
		struct br_lease *lease = &dhcp6->leases.lease[i];
		struct br_note_facts facts = {0};
		char text[BR_IP_TEXT_SIZE];
		struct br_writer w = br_writer_of(text, sizeof(text));

		if (lease->state == BR_LEASE_FREE)
			continue;
		if (now < lease->until) {
			next = lease->until < next ? lease->until : next;
			continue;
		}
		br_dhcp6_address_of(&dhcp6->subnets, lease->address, facts.address6);
		br_text_put_ipv6(&w, facts.address6);
		if (lease->state == BR_LEASE_BOUND && notes++ < NOTES_MAX)
			br_outbox_note_facts(dhcp6->context.outbox, BR_NOTE_DHCP6_LEASE_EXPIRED, 0,
			                     NULL, br_text_end(&w), &facts);
		dhcp6->context.metrics->dhcp6_expired_total += lease->state != BR_LEASE_DECLINED;
		lease->state = BR_LEASE_FREE;
	}
	dhcp6->next = next;
}

/* Leases that outlive the server */

void br_dhcp6_keep_leases(struct br_dhcp6 *dhcp6, const struct br_lease_store *store)
{
	dhcp6->store = *store;
}

int br_dhcp6_restore(struct br_dhcp6 *dhcp6, const struct br_lease_record *record, br_time now)
{
	uint32_t number = br_dhcp6_find_number(&dhcp6->subnets, record->address6);
	uint32_t places = dhcp6->leases.count;
	struct br_lease *lease;

	if (number == 0)
		return -EADDRNOTAVAIL;
	if (record->key.size > BR_DHCP6_KEY_SIZE || record->key.size < 4)
		return -EINVAL;
	lease = br_lease_record_restore(&dhcp6->leases, record, number,
	                                dhcp6->context.config->epoch_ns, now);
	if (!lease)
		return places == dhcp6->leases.count_max ? -ENOSPC : -EINVAL;
	if (lease->state != BR_LEASE_FREE && lease->until < dhcp6->next)
		dhcp6->next = lease->until;
	return 0;
}

bool br_dhcp6_record_at(const struct br_dhcp6 *dhcp6, size_t index,
                        struct br_lease_record *ret_record)
{
	if (index >= dhcp6->leases.count)
		return false;
	br_dhcp6_record_of(dhcp6, &dhcp6->leases.lease[index], ret_record);
	return true;
}

bool br_dhcp6_binding_at(const struct br_dhcp6 *dhcp6, size_t index,
                         struct br_dhcp6_binding *ret_binding)
{
	const struct br_lease *lease;
	struct br_reader r;

	if (index >= dhcp6->leases.count)
		return false;
	lease = &dhcp6->leases.lease[index];
	r = br_reader_of(lease->key, lease->key_size);
	*ret_binding = (struct br_dhcp6_binding){
		.offered = lease->state == BR_LEASE_OFFERED,
		.bound = lease->state == BR_LEASE_BOUND,
		.declined = lease->state == BR_LEASE_DECLINED,
		.until = lease->until,
		.iaid = br_get_be32(&r),
		.duid = {r.pos, br_left(&r)},
	};
	br_dhcp6_address_of(&dhcp6->subnets, lease->address, ret_binding->address);
	return true;
}
