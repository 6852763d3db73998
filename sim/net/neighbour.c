/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * One table for both families (RFC 826, RFC 4861), of limited size, found by hash. A packet
 * for an unknown neighbour waits with the question: asked at 0, 0.5 and 1.5 s, given up at
 * 2.5 s, over IPv6 at 0, 1 and 2 s, given up at 3 s, unless the host's habits say otherwise. A
 * known one is believed for ten minutes, then asked for again. When the table is full the place
 * of one not used lately is taken (a clock with one hand). What comes in is read by arp.c and
 * nd.c; ask.c asks.
 *
 * What is broadcast of a known neighbour and says nothing new need not come here: the
 * segment notes it for all who believe the same, and until() asks for it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	BELIEVED_S = 600,
	WAITING_MAX = 64, /* packets for one neighbour */
	SWEEP_MAX = 64,   /* places looked at for one to reuse */
};

int br_neighbours_init(struct br_host *host)
{
	struct br_neighbours *table = &host->neighbours;
	size_t entries = host->limits.arp_entries_max, buckets = 4;

	while (buckets < entries)
		buckets *= 2;
	/* a place is written when it is first taken: place() */
	table->entry = malloc(entries * sizeof(table->entry[0]));
	table->bucket = malloc(buckets * sizeof(table->bucket[0]));
	if (!table->entry || !table->bucket)
		return -ENOMEM;
	table->bucket_mask = (uint32_t)(buckets - 1);
	memset(table->bucket, 0xff, buckets * sizeof(table->bucket[0])); /* BR_NEIGHBOUR_NONE */
	table->next_at = BR_TIME_NEVER;
	return 0;
}

static uint32_t *bucket_of(const struct br_neighbours *table, uint32_t link,
                           struct br_ip_key address)
{
	uint64_t both = address.low ^ address.high * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t key = ((uint32_t)(both ^ both >> 32) ^ link << 29) * UINT32_C(0x9e3779b1);

	return &table->bucket[key >> 12 & table->bucket_mask];
}

static struct br_neighbour *find(const struct br_neighbours *table, uint32_t link,
                                 struct br_ip_key address)
{
	uint32_t at = *bucket_of(table, link, address);

	while (at != BR_NEIGHBOUR_NONE) {
		struct br_neighbour *entry = &table->entry[at];

		if (br_ip_key_equal(entry->address, address) && entry->link == link)
			return entry;
		at = entry->next;
	}
	return NULL;
}

/* Take @entry out of its bucket and drop what waits for it; its place stays. */
static void empty(struct br_host *host, struct br_neighbour *entry)
{
	struct br_neighbours *table = &host->neighbours;
	uint32_t *at = bucket_of(table, entry->link, entry->address);

	if (br_ip_key_is_none(entry->address))
		return;
	while (&table->entry[*at] != entry)
		at = &table->entry[*at].next;
	*at = entry->next;
	while (entry->waiting) {
		struct br_frame *frame = entry->waiting;

		entry->waiting = frame->next;
		table->pending--;
		br_frame_unref(frame);
	}
	br_port_ignore(&host->link[entry->link]->port, entry->ear);
	*entry = (struct br_neighbour){.link = 0};
}

bool br_neighbour_mac_is_usable(const uint8_t mac[6])
{
	static const uint8_t none[6];

	return !(mac[0] & 1) && memcmp(mac, none, sizeof(none)) != 0;
}

/* Listen for what would change @entry. What br_arp_input() passes over, the segment must not
 * take for a confirmation. What IPv6 has to say goes to groups, which all of its hosts hear.
 */
static void listen_for(struct br_host_link *link, struct br_neighbour *entry)
{
	struct br_port *port = &link->port;
	uint32_t address = (uint32_t)entry->address.low;

	if (!br_ip_key_is4(entry->address))
		return;
	br_port_ignore(port, entry->ear);
	if (entry->known && br_neighbour_mac_is_usable(entry->mac) && address != link->address &&
	    memcmp(entry->mac, port->mac, sizeof(entry->mac)) != 0)
		entry->ear = br_port_believe(port, address, entry->mac, link->vlan);
	else
		entry->ear = br_port_listen(port, BR_EAR_NEIGHBOUR, address);
}

/* RFC 1122 §2.3.2.1: a known neighbour is believed for longer by any broadcast of its own. */
static br_time until(const struct br_host *host, const struct br_neighbour *entry)
{
	br_time confirmed = br_port_confirmed(&host->link[entry->link]->port, entry->ear);

	if (confirmed > 0 && confirmed + BELIEVED_S * BR_S > entry->at)
		return confirmed + BELIEVED_S * BR_S;
	return entry->at;
}

static bool is_believed(const struct br_host *host, const struct br_neighbour *entry, br_time now)
{
	return entry->known && (entry->at > now || until(host, entry) > now);
}

/* Its VLAN is about to change: what was confirmed in the old one stays so, what is said in the
 * new one comes here.
 */
void br_neighbours_change_vlan(struct br_host *host, uint32_t link)
{
	struct br_port *port = &host->link[link]->port;

	for (uint32_t i = 0; i < host->neighbours.count; i++) {
		struct br_neighbour *entry = &host->neighbours.entry[i];

		if (!br_ip_key_is4(entry->address) || entry->link != link || !entry->known)
			continue;
		entry->at = until(host, entry);
		br_port_ignore(port, entry->ear);
		entry->ear = br_port_listen(port, BR_EAR_NEIGHBOUR, (uint32_t)entry->address.low);
	}
}

void br_neighbours_reset(struct br_host *host)
{
	for (uint32_t i = 0; i < host->neighbours.count; i++)
		empty(host, &host->neighbours.entry[i]);
	free(host->neighbours.entry);
	free(host->neighbours.bucket);
	host->neighbours = (struct br_neighbours){.entry = NULL};
}

/* A place for a new neighbour; NULL if every place is held by an open question. */
static struct br_neighbour *place(struct br_host *host, br_time now)
{
	struct br_neighbours *table = &host->neighbours;

	if (table->count < host->limits.arp_entries_max) {
		table->entry[table->count] = (struct br_neighbour){.link = 0};
		return &table->entry[table->count++];
	}
	for (uint32_t looked = 0; looked < SWEEP_MAX + table->count; looked++) {
		struct br_neighbour *entry = &table->entry[table->hand];
		bool stale = br_ip_key_is_none(entry->address) ||
		             (entry->known && !is_believed(host, entry, now));

		table->hand = (table->hand + 1) % table->count;
		if (stale || (entry->known && (!entry->recent || looked >= SWEEP_MAX))) {
			empty(host, entry);
			return entry;
		}
		if (entry->known)
			entry->recent = false;
	}
	return NULL;
}

static struct br_neighbour *add(struct br_host *host, uint32_t link, struct br_ip_key address,
                                br_time now)
{
	struct br_neighbour *entry = place(host, now);
	uint32_t *bucket = bucket_of(&host->neighbours, link, address);

	if (!entry)
		return NULL;
	*entry = (struct br_neighbour){.link = link, .address = address, .next = *bucket};
	*bucket = (uint32_t)(entry - host->neighbours.entry);
	listen_for(host->link[link], entry);
	return entry;
}

const uint8_t *br_neighbour_lookup(struct br_host *host, uint32_t link, struct br_ip_key address,
                                   br_time now)
{
	struct br_neighbour *entry = find(&host->neighbours, link, address);

	if (!entry || !is_believed(host, entry, now))
		return NULL;
	entry->recent = true;
	return entry->mac;
}

static void known(struct br_host_link *link, struct br_neighbour *entry, const uint8_t mac[6],
                  br_time now)
{
	struct br_frame *frame = entry->waiting;
	bool is_news = !entry->known || memcmp(entry->mac, mac, sizeof(entry->mac)) != 0;

	if (br_ip_key_equal(link->host->neighbours.given_up, entry->address))
		link->host->neighbours.given_up = (struct br_ip_key){0};
	memcpy(entry->mac, mac, sizeof(entry->mac));
	entry->known = true;
	if (is_news)
		listen_for(link, entry);
	entry->asked = 0;
	entry->at = now + BELIEVED_S * BR_S;
	entry->waiting = entry->waiting_last = NULL;
	while (frame) {
		struct br_frame *next = frame->next;

		frame->next = NULL;
		link->host->neighbours.pending--;
		memcpy(frame->data, mac, 6);
		br_host_send_frame(link, frame);
		frame = next;
	}
}

static const uint16_t *waits_for(const struct br_host *host, const struct br_neighbour *entry)
{
	static const uint16_t usual[BR_HOST_ARP_WAITS_MAX] = {500, 1000, 1000};
	/* RFC 4861 §10: RETRANS_TIMER, MAX_MULTICAST_SOLICIT */
	static const uint16_t usual6[BR_HOST_ARP_WAITS_MAX] = {1000, 1000, 1000};
	const struct br_host_habits *habits = &host->habits;
	const struct br_six *six = host->link[entry->link]->six;

	if (!br_ip_key_is4(entry->address))
		return six && six->habits.ask_wait_ms[0] ? six->habits.ask_wait_ms : usual6;
	if (br_ip_key_equal(entry->address, host->neighbours.given_up) && habits->arp_again_ms[0])
		return habits->arp_again_ms;
	return habits->arp_wait_ms[0] ? habits->arp_wait_ms : usual;
}

static bool asked_enough(const struct br_host *host, const struct br_neighbour *entry)
{
	return entry->asked >= BR_HOST_ARP_WAITS_MAX || waits_for(host, entry)[entry->asked] == 0;
}

static void ask_for(struct br_host_link *link, struct br_neighbour *entry, br_time now)
{
	struct br_host *host = link->host;

	if (entry->known) {
		entry->known = false;
		listen_for(link, entry);
	}
	entry->at = now + waits_for(host, entry)[entry->asked] * BR_MS;
	entry->asked++;
	br_ask_neighbour(link, entry->address, entry->waiting);
	if (entry->at < host->neighbours.next_at) {
		host->neighbours.next_at = entry->at;
		br_host_schedule(host);
	}
}

/* The oldest gives way to the newest: RFC 1122 §2.3.2.2 */
static void let_wait(struct br_host *host, struct br_neighbour *entry, struct br_frame *frame)
{
	uint32_t waiting = 0;

	for (struct br_frame *f = entry->waiting; f; f = f->next)
		waiting++;
	if (waiting >= WAITING_MAX ||
	    (waiting > 0 && host->neighbours.pending >= host->limits.arp_pending_max)) {
		struct br_frame *oldest = entry->waiting;

		entry->waiting = oldest->next;
		host->neighbours.pending--;
		host->counters.unresolved++;
		br_frame_unref(oldest);
	} else if (host->neighbours.pending >= host->limits.arp_pending_max) {
		host->counters.unresolved++;
		br_frame_unref(frame);
		return;
	}
	frame->next = NULL;
	if (entry->waiting)
		entry->waiting_last->next = frame;
	else
		entry->waiting = frame;
	entry->waiting_last = frame;
	host->neighbours.pending++;
}

void br_neighbour_send(struct br_host_link *link, struct br_ip_key address, struct br_frame *frame,
                       br_time now)
{
	struct br_host *host = link->host;
	struct br_neighbour *entry = find(&host->neighbours, link->index, address);

	if (entry && is_believed(host, entry, now)) {
		entry->recent = true;
		memcpy(frame->data, entry->mac, 6);
		br_host_send_frame(link, frame);
		return;
	}
	if (!entry)
		entry = add(host, link->index, address, now);
	if (!entry) {
		host->counters.unresolved++;
		br_frame_unref(frame);
		return;
	}
	let_wait(host, entry, frame);
	if (entry->known || entry->asked == 0)
		ask_for(link, entry, now);
}

static void give_up(struct br_host_link *link, struct br_neighbour *entry, br_time now)
{
	struct br_frame *frame = entry->waiting;

	entry->waiting = NULL;
	for (struct br_frame *f = frame; f; f = f->next)
		link->host->neighbours.pending--;
	link->host->neighbours.given_up = entry->address;
	empty(link->host, entry); /* before the user hears of it and sends again */
	while (frame) {
		struct br_frame *next = frame->next;

		frame->next = NULL;
		link->host->counters.unresolved++;
		link->host->unresolved(link, frame, now);
		br_frame_unref(frame);
		frame = next;
	}
}

void br_neighbours_expire(struct br_host *host, br_time now)
{
	struct br_neighbours *table = &host->neighbours;

	if (table->next_at > now)
		return;
	table->next_at = BR_TIME_NEVER;
	for (uint32_t i = 0; i < table->count; i++) {
		struct br_neighbour *entry = &table->entry[i];
		struct br_host_link *link = host->link[entry->link];

		if (br_ip_key_is_none(entry->address) || entry->known)
			continue;
		if (entry->at <= now && asked_enough(host, entry))
			give_up(link, entry, now);
		else if (entry->at <= now)
			ask_for(link, entry, now);
		else if (entry->at < table->next_at)
			table->next_at = entry->at;
	}
}

void br_neighbours_forget_link(struct br_host *host, uint32_t link)
{
	for (uint32_t i = 0; i < host->neighbours.count; i++) {
		struct br_neighbour *entry = &host->neighbours.entry[i];

		if (entry->link == link && br_ip_key_is4(entry->address))
			empty(host, entry);
	}
}

bool br_neighbour_is_known_of(const struct br_host *host, uint32_t link, struct br_ip_key address)
{
	return host->neighbours.count > 0 && find(&host->neighbours, link, address) != NULL;
}

void br_neighbour_learn(struct br_host_link *link, struct br_ip_key address, const uint8_t mac[6],
                        bool add_it, br_time now)
{
	struct br_neighbour *entry = find(&link->host->neighbours, link->index, address);

	if (!entry && add_it)
		entry = add(link->host, link->index, address, now);
	if (entry)
		known(link, entry, mac, now);
}

void br_host_arp_flush(struct br_host *host)
{
	for (uint32_t i = 0; i < host->neighbours.count; i++)
		empty(host, &host->neighbours.entry[i]);
	host->neighbours.count = 0;
	host->neighbours.hand = 0;
}

void br_host_arp_set(struct br_host *host, uint32_t link, uint32_t address, const uint8_t mac[6])
{
	if (link < host->links && address != 0)
		br_neighbour_learn(host->link[link], br_ip_key_of4(address), mac, true,
		                   host->clock->now);
}

const uint8_t *br_host_arp_get(struct br_host *host, uint32_t link, uint32_t address)
{
	return link < host->links && address != 0
	               ? br_neighbour_lookup(host, link, br_ip_key_of4(address), host->clock->now)
	               : NULL;
}

const uint8_t *br_host_neighbour(struct br_host *host, uint32_t link, const uint8_t ip[16])
{
	return link < host->links
	               ? br_neighbour_lookup(host, link, br_ip_key_of(ip), host->clock->now)
	               : NULL;
}
