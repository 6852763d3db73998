/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * Each message is gone through IA by IA (next_ia()), and each IA is answered by one IA: with
 * the address that it has, had, or is given (choose()), or with the status that says why not. What
 * becomes of its binding is so at once (change()), or the next IA of the message would get the same
 * address; the exchange remembers what was, and an answer that does not fit puts it back (undo()).
 * An old offer, or another IAID of the machine, that gave way for it does not come back.
 *
 * Lifetimes: the lease is both, so T1 is half of it and T2 four fifths (§21.4).
 */
#include "core/dhcp6/grant6.h"

#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/config_dhcp6.h"
#include "core/defect.h"
#include "core/dhcp/lease_record.h"
#include "core/dhcp6/answer6.h"
#include "core/dhcp6/client6.h"

enum {
	OFFER_KEPT_S = 4, /* EDK2 collects Advertises as long (Dhcp6Io.c) */
};

/* An IA of the message. */
struct ia {
	uint16_t code; /* IA_NA; IA_TA and IA_PD, which nobody gets */
	uint32_t iaid;
	struct br_octets inside; /* its options */
	uint8_t key[BR_DHCP6_KEY_SIZE];
	size_t key_size;
};

static void change(struct br_dhcp6_exchange *x, struct br_lease *lease, enum br_lease_state state,
                   br_time until)
{
	x->change[x->changes++] = (struct br_dhcp6_change){lease, lease->state, lease->until};
	lease->state = state;
	lease->until = until;
}

/* The answer did not go out. */
static void undo(struct br_dhcp6_exchange *x)
{
	while (x->changes > 0) {
		const struct br_dhcp6_change *c = &x->change[--x->changes];

		c->lease->state = c->state;
		c->lease->until = c->until;
	}
}

/* A binding that an IA before in this message is answered with */
static bool is_answered_with(const struct br_dhcp6_exchange *x, const struct br_lease *lease)
{
	for (size_t i = 0; i < x->changes; i++) {
		if (x->change[i].lease == lease)
			return true;
	}
	return false;
}

static br_time after_s(br_time now, uint32_t seconds)
{
	return seconds == UINT32_MAX ? BR_TIME_NEVER : now + seconds * BR_S;
}

void br_dhcp6_record_of(const struct br_dhcp6 *dhcp6, const struct br_lease *lease,
                        struct br_lease_record *ret_record)
{
	br_lease_record_of(lease, dhcp6->context.config->epoch_ns, ret_record);
	ret_record->six = true;
	ret_record->address = 0;
	ret_record->htype = 0;
	ret_record->hlen = sizeof(ret_record->chaddr);
	ret_record->has_client_id = false;
	br_dhcp6_address_of(&dhcp6->subnets, lease->address, ret_record->address6);
}

/* Before the answer goes out: what a client was promised must be known after a crash. */
static void save(struct br_dhcp6_exchange *x, const struct br_lease *lease)
{
	const struct br_lease_store *store = &x->dhcp6->store;
	struct br_lease_record record;
	char text[BR_IP_TEXT_SIZE];
	struct br_writer w = br_writer_of(text, sizeof(text));

	if (!store->save)
		return;
	br_dhcp6_record_of(x->dhcp6, lease, &record);
	br_text_put_ipv6(&w, record.address6);
	if (store->save(store->context, &record) < 0)
		br_dhcp6_note(x, BR_NOTE_DHCP_LEASE_NOT_KEPT, br_text_end(&w));
}

static bool is_kept(enum br_lease_state state)
{
	return state == BR_LEASE_BOUND || state == BR_LEASE_DECLINED;
}

/* Send the answer; the bindings stay as it says, or become again what they were. */
static bool send(struct br_dhcp6_exchange *x)
{
	if (!br_dhcp6_send_answer(x)) {
		undo(x);
		return false;
	}
	for (size_t i = 0; i < x->changes; i++) {
		struct br_lease *lease = x->change[i].lease;

		lease->granted_s = x->config->lease_s;
		if (is_kept(lease->state) || is_kept(x->change[i].state))
			save(x, lease);
		if (lease->state != BR_LEASE_FREE && lease->until < x->dhcp6->next)
			x->dhcp6->next = lease->until;
	}
	return true;
}

static bool finish(struct br_dhcp6_exchange *x)
{
	if (!send(x))
		return false;
	x->dhcp6->context.metrics->dhcp6_replies_total++;
	return true;
}

/* The IAs of a message */

static bool read_ia(const struct br_dhcp6_exchange *x, const struct br_dhcp6_option *option,
                    struct ia *ia)
{
	struct br_reader r = br_reader_of(option->value.data, option->value.size);
	struct br_writer key = br_writer_of(ia->key, sizeof(ia->key));
	bool temporary = option->code == BR_DHCP6_OPTION_IA_TA;

	if (!temporary && option->code != BR_DHCP6_OPTION_IA_NA &&
	    option->code != BR_DHCP6_OPTION_IA_PD)
		return false;
	ia->code = option->code;
	ia->iaid = br_get_be32(&r);
	(void)br_get_sub(&r, temporary ? 0 : 8); /* T1 and T2 */
	if (r.bad)
		return false;
	ia->inside = (struct br_octets){r.pos, br_left(&r)};
	br_put_be32(&key, ia->iaid);
	br_put_bytes(&key, x->duid.data, x->duid.size);
	ia->key_size = br_written(&key);
	return true;
}

/* The next IA of at most BR_DHCP6_IAS_MAX; @r and @count start at the options and 0. */
static bool next_ia(const struct br_dhcp6_exchange *x, struct br_reader *r, size_t *count,
                    struct ia *ia)
{
	struct br_dhcp6_option option;

	while (*count < BR_DHCP6_IAS_MAX && br_dhcp6_option_get(r, &option) == 1) {
		if (!read_ia(x, &option, ia))
			continue;
		++*count;
		return true;
	}
	return false;
}

static struct br_reader ias_of(const struct br_dhcp6_exchange *x)
{
	return br_reader_of(x->m->options.data, x->m->options.size);
}

/* The next address inside an IA */
static bool next_address(struct br_reader *r, uint8_t ret[static 16])
{
	struct br_dhcp6_option option;

	while (br_dhcp6_option_get(r, &option) == 1) {
		struct br_reader value = br_reader_of(option.value.data, option.value.size);

		if (option.code != BR_DHCP6_OPTION_ADDRESS)
			continue;
		br_get_bytes(&value, ret, 16);
		if (!value.bad)
			return true;
	}
	return false;
}

static bool is_on_link(const struct br_dhcp6_exchange *x, const uint8_t address[static 16])
{
	return br_ip_in_prefix(address, x->subnet->prefix, x->subnet->bits);
}

static bool has_foreign_address(const struct br_dhcp6_exchange *x, const struct ia *ia)
{
	struct br_reader r = br_reader_of(ia->inside.data, ia->inside.size);
	uint8_t address[16];

	while (next_address(&r, address)) {
		if (!is_on_link(x, address))
			return true;
	}
	return false;
}

static bool has_address(const struct ia *ia, const uint8_t wanted[static 16])
{
	struct br_reader r = br_reader_of(ia->inside.data, ia->inside.size);
	uint8_t address[16];

	while (next_address(&r, address)) {
		if (br_ip_equal(address, wanted))
			return true;
	}
	return false;
}

/* What is written of an IA */

static uint8_t *begin_ia(struct br_dhcp6_exchange *x, const struct ia *ia, uint32_t t1, uint32_t t2)
{
	struct br_writer *w = &x->dhcp6->reply.w;
	uint8_t *begun = br_dhcp6_begin(w, ia->code);

	br_put_be32(w, ia->iaid);
	if (ia->code == BR_DHCP6_OPTION_IA_TA)
		return begun;
	br_put_be32(w, t1);
	br_put_be32(w, t2);
	return begun;
}

static void put_status(struct br_dhcp6_exchange *x, const struct ia *ia,
                       enum br_dhcp6_status status)
{
	uint8_t *begun = begin_ia(x, ia, 0, 0);

	br_dhcp6_put_status(&x->dhcp6->reply.w, status, "");
	br_dhcp6_end(&x->dhcp6->reply.w, begun);
}

/* Half and four fifths of @lease_s, a second at least; for ever stays for ever */
static uint32_t part_of(uint32_t lease_s, uint32_t tenths)
{
	uint32_t part = (uint32_t)((uint64_t)lease_s * tenths / 10);

	if (lease_s == UINT32_MAX)
		return UINT32_MAX;
	return part > 0 ? part : 1;
}

/* The IA with its address; what else the client thinks it has ends now (§18.3.4). */
static void put_lease(struct br_dhcp6_exchange *x, const struct ia *ia,
                      const struct br_lease *lease)
{
	struct br_reader r = br_reader_of(ia->inside.data, ia->inside.size);
	struct br_writer *w = &x->dhcp6->reply.w;
	uint32_t lease_s = x->config->lease_s;
	bool swapped = BR_DEFECT(D6_RPL_01) && x->m->type == BR_DHCP6_TYPE_REQUEST;
	uint8_t *begun = begin_ia(x, ia, part_of(lease_s, swapped ? 8 : 5),
	                          part_of(lease_s, swapped ? 5 : 8));
	uint8_t address[16], other[16];

	br_dhcp6_address_of(&x->dhcp6->subnets, lease->address, address);
	if (!(BR_DEFECT(D6_ADV_03) && x->m->type == BR_DHCP6_TYPE_SOLICIT))
		br_dhcp6_put_address(w, address, lease_s, lease_s);
	while ((x->m->type == BR_DHCP6_TYPE_RENEW || x->m->type == BR_DHCP6_TYPE_REBIND) &&
	       next_address(&r, other)) {
		if (!br_ip_equal(other, address))
			br_dhcp6_put_address(w, other, 0, 0);
	}
	br_dhcp6_end(w, begun);
}

/* Of a defect: what the client asks for, wherever that is */
static void put_foreign(struct br_dhcp6_exchange *x, const struct ia *ia)
{
	uint8_t *begun = begin_ia(x, ia, 60, 60);

	br_put_bytes(&x->dhcp6->reply.w, ia->inside.data, ia->inside.size);
	br_dhcp6_end(&x->dhcp6->reply.w, begun);
}

/* The addresses that cannot be used here, at an end; of the others another server may know. */
static void put_over(struct br_dhcp6_exchange *x, const struct ia *ia)
{
	struct br_reader r = br_reader_of(ia->inside.data, ia->inside.size);
	uint8_t *begun = begin_ia(x, ia, 0, 0);
	uint8_t address[16];

	while (next_address(&r, address)) {
		if (!is_on_link(x, address))
			br_dhcp6_put_address(&x->dhcp6->reply.w, address, 0, 0);
	}
	br_dhcp6_end(&x->dhcp6->reply.w, begun);
}

/* Who gets which address */

static bool is_marked(const struct br_dhcp6_exchange *x,
                      const struct br_config_reservation6 *reservation)
{
	const struct br_octets octets = {reservation->octets, reservation->size};
	const struct br_client *client = &x->client;

	switch ((enum br_config_mark6)reservation->mark) {
	case BR_CONFIG_MARK6_DUID:
		return br_text_equal(octets, x->duid);
	case BR_CONFIG_MARK6_MAC:
		return client->has_mac && memcmp(client->mac, octets.data, 6) == 0;
	case BR_CONFIG_MARK6_UUID:
		return br_client_has_uuid(client, reservation->octets);
	case BR_CONFIG_MARK6_COUNT:
		break;
	}
	return false;
}

/* The client's reservation on its network; NULL: none */
static const struct br_config_reservation6 *reserved_for(const struct br_dhcp6_exchange *x)
{
	for (size_t i = 0; i < x->config->reservations6; i++) {
		const struct br_config_reservation6 *reservation = &x->config->reservation6[i];

		if (is_on_link(x, reservation->address) && is_marked(x, reservation))
			return reservation;
	}
	return NULL;
}

static bool is_reserved_at_all(const struct br_config *config, const uint8_t address[static 16])
{
	for (size_t i = 0; i < config->reservations6; i++) {
		if (br_ip_equal(config->reservation6[i].address, address))
			return true;
	}
	return false;
}

/* Of the pool, nobody's by configuration, and not the anycast address of the routers (RFC 4291
 * §2.6.1).
 */
static bool is_usable(const void *context, uint32_t number)
{
	const struct br_dhcp6_exchange *x = context;
	uint8_t address[16];

	br_dhcp6_address_of(&x->dhcp6->subnets, number, address);
	if (br_ip_equal(address, x->subnet->prefix) || br_dhcp6_is_own(x->config, address) ||
	    is_reserved_at_all(x->config, address))
		return false;
	for (size_t i = 0; i < x->m->levels; i++) {
		if (br_ip_equal(address, x->m->level[i].link))
			return false;
	}
	return true;
}

static struct br_lease *lease_of(const struct br_dhcp6_exchange *x, const struct ia *ia)
{
	uint32_t network, mask;

	if (ia->code != BR_DHCP6_OPTION_IA_NA)
		return NULL;
	br_dhcp6_subnet_numbers(&x->dhcp6->subnets, x->subnet, &network, &mask);
	return br_leases_by_key(&x->dhcp6->leases, (struct br_octets){ia->key, ia->key_size},
	                        network, mask, x->now);
}

/* Another IA of the same machine, on the same interface */
static bool is_same_interface(const struct br_dhcp6_exchange *x, const struct br_lease *lease)
{
	return lease->key_size == BR_DHCP6_IAID_SIZE + x->duid.size &&
	       memcmp(lease->key + BR_DHCP6_IAID_SIZE, x->duid.data, x->duid.size) == 0 &&
	       memcmp(lease->chaddr, br_client6_peer(x->m, &x->event->remote), 16) == 0;
}

static struct br_lease *take(struct br_dhcp6_exchange *x, const struct ia *ia, uint32_t number)
{
	struct br_lease *lease = br_leases_take(&x->dhcp6->leases, number,
	                                        (struct br_octets){ia->key, ia->key_size}, x->now);

	if (lease)
		memcpy(lease->chaddr, br_client6_peer(x->m, &x->event->remote),
		       sizeof(lease->chaddr));
	return lease;
}

static struct br_lease *take_reserved(struct br_dhcp6_exchange *x, const struct ia *ia,
                                      const struct br_config_reservation6 *reserved)
{
	uint32_t number = br_dhcp6_number_of(&x->dhcp6->subnets, x->subnet, reserved->address);
	struct br_lease *lease = br_leases_by_address(&x->dhcp6->leases, number);

	if (lease && lease->state != BR_LEASE_DECLINED && is_same_interface(x, lease) &&
	    !is_answered_with(x, lease))
		lease->state = BR_LEASE_FREE; /* the machine's: another IAID of it asks now */
	lease = take(x, ia, number);
	br_dhcp6_note(x, lease ? BR_NOTE_DHCP6_RESERVED : BR_NOTE_DHCP6_RESERVED_IN_USE,
	              br_config_mark6_name((enum br_config_mark6)reserved->mark));
	return lease;
}

/* The client may have what it had, or asks for */
static struct br_lease *take_pooled(struct br_dhcp6_exchange *x, const struct ia *ia,
                                    uint32_t number)
{
	return number != 0 && is_usable(x, number) ? take(x, ia, number) : NULL;
}

static struct br_lease *take_asked(struct br_dhcp6_exchange *x, const struct ia *ia)
{
	struct br_reader r = br_reader_of(ia->inside.data, ia->inside.size);
	struct br_lease *taken = NULL;
	uint8_t address[16];

	while (!taken && next_address(&r, address))
		taken = take_pooled(x, ia,
		                    br_dhcp6_number_of(&x->dhcp6->subnets, x->subnet, address));
	return taken;
}

/* Solicits alone must not empty the pool: as core/dhcp/dhcp.c has it. Return: a number, or 0 */
static uint32_t take_back(struct br_dhcp6_exchange *x, uint32_t first, uint32_t last)
{
	uint32_t kept_s = x->config->offer_s < OFFER_KEPT_S ? x->config->offer_s : OFFER_KEPT_S;
	struct br_lease *lease = br_leases_oldest_offer(
		&x->dhcp6->leases, first, last, x->now + (x->config->offer_s - kept_s) * BR_S);
	uint8_t address[16];

	if (!lease || !is_usable(x, lease->address))
		return 0;
	lease->state = BR_LEASE_FREE;
	lease->until = x->now;
	br_dhcp6_address_of(&x->dhcp6->subnets, lease->address, address);
	br_dhcp6_note_address(x, BR_NOTE_DHCP6_OFFER_TAKEN_BACK, address, NULL);
	return lease->address;
}

/* Say so if the interface has an address by another IAID: it is not one machine too many. */
static void note_other_ia(const struct br_dhcp6_exchange *x)
{
	const struct br_leases *leases = &x->dhcp6->leases;
	const struct br_lease *lease = NULL;
	uint8_t address[16];

	while ((lease = br_leases_next_of(leases, x->duid, lease))) {
		if (lease->state != BR_LEASE_BOUND || !br_lease_is_held(lease, x->now) ||
		    !is_same_interface(x, lease))
			continue;
		br_dhcp6_address_of(&x->dhcp6->subnets, lease->address, address);
		br_dhcp6_note_address(x, BR_NOTE_DHCP6_OTHER_IA, address, NULL);
		return;
	}
}

static struct br_lease *pick(struct br_dhcp6_exchange *x, const struct ia *ia)
{
	uint32_t count = x->subnet->pool_count, first, last, picked;

	if (count == 0)
		return NULL;
	first = br_dhcp6_number_of(&x->dhcp6->subnets, x->subnet, x->subnet->pool_first);
	last = first + count - 1;
	picked = br_leases_pick(&x->dhcp6->leases, first, last, is_usable, x, x->now);
	if (picked == 0)
		picked = take_back(x, first, last);
	if (picked == 0)
		return NULL;
	note_other_ia(x);
	return take(x, ia, picked);
}

/* What is reserved, what the IA has or had, what it asks for, any. */
static struct br_lease *choose(struct br_dhcp6_exchange *x, const struct ia *ia,
                               const struct br_config_reservation6 *reserved)
{
	struct br_lease *lease, *taken;

	if (ia->code != BR_DHCP6_OPTION_IA_NA)
		return NULL;
	if (reserved && (taken = take_reserved(x, ia, reserved)))
		return taken;
	if (x->config->known_only)
		return NULL;
	lease = lease_of(x, ia);
	if (lease && (taken = take_pooled(x, ia, lease->address)))
		return taken;
	if ((taken = take_asked(x, ia)))
		return taken;
	return pick(x, ia);
}

/* Messages */

/* Return: false, with a note, if this server has nothing for where, or for who, the client is */
static bool is_served(struct br_dhcp6_exchange *x, const struct br_config_reservation6 **reserved)
{
	if (!x->subnet) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_NO_SUBNET, NULL);
		return false;
	}
	*reserved = reserved_for(x);
	if (x->config->known_only && !*reserved) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_UNKNOWN_CLIENT, NULL);
		return false;
	}
	return true;
}

static void refuse(struct br_dhcp6_exchange *x, const struct ia *ia)
{
	bool prefix = ia->code == BR_DHCP6_OPTION_IA_PD;

	if (!BR_DEFECT(D6_ADV_05))
		put_status(x, ia, prefix ? BR_DHCP6_STATUS_NO_PREFIX : BR_DHCP6_STATUS_NO_ADDRESS);
	br_dhcp6_note(x, BR_NOTE_DHCP6_NO_ADDRESS,
	              prefix                              ? "a prefix"
	              : ia->code == BR_DHCP6_OPTION_IA_NA ? NULL
	                                                  : "a temporary address");
}

static void note_leases(const struct br_dhcp6_exchange *x, enum br_note which)
{
	uint8_t address[16];

	for (size_t i = 0; i < x->changes; i++) {
		br_dhcp6_address_of(&x->dhcp6->subnets, x->change[i].lease->address, address);
		br_dhcp6_note_address(x, which, address, x->boot.file);
	}
}

static void assign(struct br_dhcp6_exchange *x, const struct ia *ia,
                   const struct br_config_reservation6 *reserved, enum br_lease_state state)
{
	struct br_lease *lease = choose(x, ia, reserved);
	uint32_t seconds = state == BR_LEASE_OFFERED ? x->config->offer_s : x->config->lease_s;

	if (!lease) {
		refuse(x, ia);
		return;
	}
	put_lease(x, ia, lease);
	/* what is bound stays so until it runs out, whatever is offered once more */
	if (state == BR_LEASE_OFFERED && lease->state == BR_LEASE_BOUND &&
	    br_lease_is_held(lease, x->now))
		change(x, lease, BR_LEASE_BOUND, lease->until);
	else
		change(x, lease, state, after_s(x->now, seconds));
}

void br_dhcp6_on_solicit(struct br_dhcp6_exchange *x)
{
	const struct br_config_reservation6 *reserved;
	bool rapid = (x->config->rapid_commit || BR_DEFECT(D6_ADV_08)) &&
	             br_dhcp6_count(x->m->options, BR_DHCP6_OPTION_RAPID_COMMIT) > 0;
	struct br_reader r = ias_of(x);
	struct ia ia;
	size_t count = 0;

	x->dhcp6->context.metrics->dhcp6_solicits_total++;
	if (!is_served(x, &reserved))
		return;
	br_dhcp6_find_boot(x);
	if (!br_dhcp6_begin_answer(x, rapid ? BR_DHCP6_TYPE_REPLY : BR_DHCP6_TYPE_ADVERTISE))
		return;
	if (rapid)
		br_reply6_put(&x->dhcp6->reply, BR_DHCP6_OPTION_RAPID_COMMIT, BR_REPLY6_MUST, NULL,
		              0);
	else if (x->config->preference_set)
		br_reply6_put(&x->dhcp6->reply, BR_DHCP6_OPTION_PREFERENCE, BR_REPLY6_MUST,
		              &x->config->preference, 1);
	else if (BR_DEFECT(D6_ADV_06))
		br_reply6_put(&x->dhcp6->reply, BR_DHCP6_OPTION_PREFERENCE, BR_REPLY6_MUST, "\1",
		              1);
	while (next_ia(x, &r, &count, &ia))
		assign(x, &ia, reserved, rapid ? BR_LEASE_BOUND : BR_LEASE_OFFERED);
	br_dhcp6_add_options(x, x->config->pxe_class6);
	if (!send(x))
		return;
	if (rapid)
		x->dhcp6->context.metrics->dhcp6_replies_total++;
	else
		x->dhcp6->context.metrics->dhcp6_advertises_total++;
	note_leases(x, rapid ? BR_NOTE_DHCP6_LEASED : BR_NOTE_DHCP6_ADVERTISED);
}

void br_dhcp6_on_request(struct br_dhcp6_exchange *x)
{
	const struct br_config_reservation6 *reserved;
	struct br_reader r = ias_of(x);
	struct ia ia;
	size_t count = 0;

	x->dhcp6->context.metrics->dhcp6_requests_total++;
	if (!is_served(x, &reserved))
		return;
	br_dhcp6_find_boot(x);
	if (!br_dhcp6_begin_answer(x, BR_DHCP6_TYPE_REPLY))
		return;
	while (next_ia(x, &r, &count, &ia)) {
		if (!has_foreign_address(x, &ia)) {
			assign(x, &ia, reserved, BR_LEASE_BOUND);
			continue;
		}
		if (BR_DEFECT(D6_RPL_02)) {
			put_foreign(x, &ia);
			continue;
		}
		put_status(x, &ia, BR_DHCP6_STATUS_NOT_ON_LINK);
		br_dhcp6_note(x, BR_NOTE_DHCP6_NOT_ON_LINK, NULL);
	}
	br_dhcp6_add_options(x, x->config->pxe_class6);
	if (finish(x))
		note_leases(x, BR_NOTE_DHCP6_LEASED);
}

void br_dhcp6_on_confirm(struct br_dhcp6_exchange *x)
{
	struct br_reader r = ias_of(x);
	bool some = false, foreign = false;
	struct ia ia;
	size_t count = 0;

	if (!x->subnet) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_NO_SUBNET, NULL);
		return;
	}
	while (next_ia(x, &r, &count, &ia)) {
		struct br_reader inside = br_reader_of(ia.inside.data, ia.inside.size);
		uint8_t address[16];

		some = some || next_address(&inside, address);
		foreign = foreign || has_foreign_address(x, &ia);
	}
	if (!some) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_BAD_MESSAGE, "Confirm without an address");
		return;
	}
	if (!br_dhcp6_begin_answer(x, BR_DHCP6_TYPE_REPLY))
		return;
	br_dhcp6_put_status(&x->dhcp6->reply.w,
	                    foreign ? BR_DHCP6_STATUS_NOT_ON_LINK : BR_DHCP6_STATUS_SUCCESS, "");
	if (finish(x))
		br_dhcp6_note(x, foreign ? BR_NOTE_DHCP6_NOT_ON_LINK : BR_NOTE_DHCP6_CONFIRMED,
		              NULL);
}

/* A binding that still is the IA's, or was and nobody has it since */
static struct br_lease *renewable(struct br_dhcp6_exchange *x, const struct ia *ia)
{
	struct br_lease *lease = lease_of(x, ia);
	uint8_t address[16];

	if (!lease)
		return NULL;
	br_dhcp6_address_of(&x->dhcp6->subnets, lease->address, address);
	return has_address(ia, address) ? take(x, ia, lease->address) : NULL;
}

static void renew(struct br_dhcp6_exchange *x, bool rebind)
{
	struct br_reader r = ias_of(x);
	size_t count = 0, answered = 0;
	struct ia ia;

	if (!x->subnet) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_NO_SUBNET, NULL);
		return;
	}
	br_dhcp6_find_boot(x);
	if (!br_dhcp6_begin_answer(x, BR_DHCP6_TYPE_REPLY))
		return;
	while (next_ia(x, &r, &count, &ia)) {
		struct br_lease *lease = renewable(x, &ia);

		answered++;
		if (lease) {
			put_lease(x, &ia, lease);
			change(x, lease, BR_LEASE_BOUND, after_s(x->now, x->config->lease_s));
		} else if (rebind && has_foreign_address(x, &ia)) {
			put_over(x, &ia);
			br_dhcp6_note(x, BR_NOTE_DHCP6_NOT_ON_LINK, NULL);
		} else if (rebind) {
			answered--; /* §18.3.5: another server may know */
		} else {
			put_status(x, &ia, BR_DHCP6_STATUS_NO_BINDING);
			br_dhcp6_note(x, BR_NOTE_DHCP6_NO_BINDING, NULL);
		}
	}
	if (answered == 0) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_NO_BINDING, NULL);
		return;
	}
	br_dhcp6_add_options(x, false);
	if (finish(x))
		note_leases(x, BR_NOTE_DHCP6_LEASED);
}

void br_dhcp6_on_renew(struct br_dhcp6_exchange *x)
{
	renew(x, false);
}

void br_dhcp6_on_rebind(struct br_dhcp6_exchange *x)
{
	renew(x, true);
}

/* The IA's, and held, and among the addresses the message is about */
static struct br_lease *given(const struct br_dhcp6_exchange *x, const struct ia *ia)
{
	struct br_lease *lease = lease_of(x, ia);
	uint8_t address[16];

	if (!lease || !br_lease_is_held(lease, x->now))
		return NULL;
	br_dhcp6_address_of(&x->dhcp6->subnets, lease->address, address);
	return has_address(ia, address) ? lease : NULL;
}

void br_dhcp6_on_give_back(struct br_dhcp6_exchange *x)
{
	bool declined = x->m->type == BR_DHCP6_TYPE_DECLINE;
	struct br_reader r = ias_of(x);
	size_t count = 0;
	struct ia ia;

	if (!x->subnet) {
		br_dhcp6_drop(x, BR_NOTE_DHCP6_NO_SUBNET, NULL);
		return;
	}
	if (!br_dhcp6_begin_answer(x, BR_DHCP6_TYPE_REPLY))
		return;
	br_dhcp6_put_status(&x->dhcp6->reply.w, BR_DHCP6_STATUS_SUCCESS, "");
	while (next_ia(x, &r, &count, &ia)) {
		struct br_lease *lease = given(x, &ia);

		if (!lease) {
			if (!BR_DEFECT(D6_RPL_06))
				put_status(x, &ia, BR_DHCP6_STATUS_NO_BINDING);
			br_dhcp6_note(x, BR_NOTE_DHCP6_NO_BINDING, NULL);
		} else if (declined) {
			change(x, lease, BR_LEASE_DECLINED, after_s(x->now, x->config->decline_s));
		} else {
			change(x, lease, BR_LEASE_FREE, x->now);
		}
	}
	if (BR_DEFECT(D6_NB_06))
		br_dhcp6_put(&x->dhcp6->reply.w, BR_DHCP6_OPTION_BOOT_URL, "tftp://[::1]/x", 14);
	if (!finish(x))
		return;
	if (declined)
		x->dhcp6->context.metrics->dhcp6_declines_total += x->changes;
	else
		x->dhcp6->context.metrics->dhcp6_releases_total += x->changes;
	note_leases(x, declined ? BR_NOTE_DHCP6_ADDRESS_DECLINED : BR_NOTE_DHCP6_RELEASED);
}

void br_dhcp6_withdraw(struct br_dhcp6_exchange *x)
{
	struct br_reader r = ias_of(x);
	size_t count = 0;
	struct ia ia;

	while (x->subnet && next_ia(x, &r, &count, &ia)) {
		struct br_lease *lease = lease_of(x, &ia);

		if (!lease || lease->state != BR_LEASE_OFFERED)
			continue;
		lease->state = BR_LEASE_FREE;
		lease->until = x->now;
	}
}
