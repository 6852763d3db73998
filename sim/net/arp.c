/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A table of limited size, found by hash. A packet for an unknown neighbour waits
 * with the question (asked at 0, 0.5 and 1.5 s, given up at 2.5 s, unless the host's habits say
 * otherwise); a known one is
 * believed for ten minutes, then asked for again. When the table is full the place
 * of one not used lately is taken (a clock with one hand). RFC 826; who else has our
 * address is remarked (RFC 5227 §2.4) but not fought.
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

static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

int br_arp_init(struct br_host *host)
{
	struct br_arp *arp = &host->arp;
	size_t entries = host->limits.arp_entries_max, buckets = 4;

	while (buckets < entries)
		buckets *= 2;
	arp->entry = calloc(entries, sizeof(arp->entry[0]));
	arp->bucket = malloc(buckets * sizeof(arp->bucket[0]));
	if (!arp->entry || !arp->bucket)
		return -ENOMEM;
	arp->bucket_mask = (uint32_t)(buckets - 1);
	for (size_t i = 0; i < buckets; i++)
		arp->bucket[i] = BR_ARP_NONE;
	arp->next_at = BR_TIME_NEVER;
	return 0;
}

static uint32_t *bucket_of(const struct br_arp *arp, uint32_t link, uint32_t address)
{
	uint32_t key = (address ^ link << 29) * UINT32_C(0x9e3779b1);

	return &arp->bucket[key >> 12 & arp->bucket_mask];
}

static struct br_arp_entry *find(const struct br_arp *arp, uint32_t link, uint32_t address)
{
	uint32_t at = *bucket_of(arp, link, address);

	while (at != BR_ARP_NONE) {
		struct br_arp_entry *entry = &arp->entry[at];

		if (entry->address == address && entry->link == link)
			return entry;
		at = entry->next;
	}
	return NULL;
}

/* Take @entry out of its bucket and drop what waits for it; its place stays. */
static void empty(struct br_host *host, struct br_arp_entry *entry)
{
	struct br_arp *arp = &host->arp;
	uint32_t *at = bucket_of(arp, entry->link, entry->address);

	if (entry->address == 0)
		return;
	while (&arp->entry[*at] != entry)
		at = &arp->entry[*at].next;
	*at = entry->next;
	while (entry->waiting) {
		struct br_frame *frame = entry->waiting;

		entry->waiting = frame->next;
		arp->pending--;
		br_frame_unref(frame);
	}
	br_port_ignore(&host->link[entry->link]->port, entry->ear);
	*entry = (struct br_arp_entry){.address = 0};
}

static bool is_usable(const uint8_t mac[6])
{
	static const uint8_t none[6];

	return !(mac[0] & 1) && memcmp(mac, none, sizeof(none)) != 0;
}

/* Listen for what would change @entry. What br_arp_input() passes over, the segment must not
 * take for a confirmation.
 */
static void listen_for(struct br_host_link *link, struct br_arp_entry *entry)
{
	struct br_port *port = &link->port;

	br_port_ignore(port, entry->ear);
	if (entry->known && is_usable(entry->mac) && entry->address != link->address &&
	    memcmp(entry->mac, port->mac, sizeof(entry->mac)) != 0)
		entry->ear = br_port_believe(port, entry->address, entry->mac, link->vlan);
	else
		entry->ear = br_port_listen(port, BR_EAR_NEIGHBOUR, entry->address);
}

/* RFC 1122 §2.3.2.1: a known neighbour is believed for longer by any broadcast of its own. */
static br_time until(const struct br_host *host, const struct br_arp_entry *entry)
{
	br_time confirmed = br_port_confirmed(&host->link[entry->link]->port, entry->ear);

	if (confirmed > 0 && confirmed + BELIEVED_S * BR_S > entry->at)
		return confirmed + BELIEVED_S * BR_S;
	return entry->at;
}

static bool is_believed(const struct br_host *host, const struct br_arp_entry *entry, br_time now)
{
	return entry->known && (entry->at > now || until(host, entry) > now);
}

/* Its VLAN is about to change: what was confirmed in the old one stays so, what is said in the
 * new one comes here.
 */
void br_arp_change_vlan(struct br_host *host, uint32_t link)
{
	struct br_port *port = &host->link[link]->port;

	for (uint32_t i = 0; i < host->arp.count; i++) {
		struct br_arp_entry *entry = &host->arp.entry[i];

		if (entry->address == 0 || entry->link != link || !entry->known)
			continue;
		entry->at = until(host, entry);
		br_port_ignore(port, entry->ear);
		entry->ear = br_port_listen(port, BR_EAR_NEIGHBOUR, entry->address);
	}
}

void br_arp_reset(struct br_host *host)
{
	for (uint32_t i = 0; i < host->arp.count; i++)
		empty(host, &host->arp.entry[i]);
	free(host->arp.entry);
	free(host->arp.bucket);
	host->arp = (struct br_arp){.entry = NULL};
}

/* A place for a new neighbour; NULL if every place is held by an open question. */
static struct br_arp_entry *place(struct br_host *host, br_time now)
{
	struct br_arp *arp = &host->arp;

	if (arp->count < host->limits.arp_entries_max)
		return &arp->entry[arp->count++];
	for (uint32_t looked = 0; looked < SWEEP_MAX + arp->count; looked++) {
		struct br_arp_entry *entry = &arp->entry[arp->hand];
		bool stale =
			entry->address == 0 || (entry->known && !is_believed(host, entry, now));

		arp->hand = (arp->hand + 1) % arp->count;
		if (stale || (entry->known && (!entry->recent || looked >= SWEEP_MAX))) {
			empty(host, entry);
			return entry;
		}
		if (entry->known)
			entry->recent = false;
	}
	return NULL;
}

static struct br_arp_entry *add(struct br_host *host, uint32_t link, uint32_t address, br_time now)
{
	struct br_arp_entry *entry = place(host, now);
	uint32_t *bucket = bucket_of(&host->arp, link, address);

	if (!entry)
		return NULL;
	*entry = (struct br_arp_entry){.link = link, .address = address, .next = *bucket};
	*bucket = (uint32_t)(entry - host->arp.entry);
	listen_for(host->link[link], entry);
	return entry;
}

const uint8_t *br_arp_lookup(struct br_host *host, uint32_t link, uint32_t address, br_time now)
{
	struct br_arp_entry *entry = find(&host->arp, link, address);

	if (!entry || !is_believed(host, entry, now))
		return NULL;
	entry->recent = true;
	return entry->mac;
}

static void send_arp(struct br_host_link *link, const uint8_t to[6],
                     const struct br_packet_arp *arp)
{
	struct br_frame *frame = br_host_new_frame(link->host);

	if (!frame)
		return;
	if (br_packet_build_arp(frame, to, link->port.mac, arp) < 0)
		br_frame_unref(frame);
	else
		br_host_send_frame(link, frame);
}

static void ask(struct br_host_link *link, uint32_t address)
{
	struct br_packet_arp arp = {
		.operation = BR_ARP_REQUEST, .sender_ip = link->address, .target_ip = address};

	memcpy(arp.sender_mac, link->port.mac, sizeof(arp.sender_mac));
	send_arp(link, broadcast, &arp);
}

void br_arp_ask(struct br_host_link *link, uint32_t address)
{
	ask(link, address);
}

void br_arp_announce(struct br_host_link *link)
{
	ask(link, link->address); /* RFC 5227 §3: sender and target are the same */
}

static void known(struct br_host_link *link, struct br_arp_entry *entry, const uint8_t mac[6],
                  br_time now)
{
	struct br_frame *frame = entry->waiting;
	bool is_news = !entry->known || memcmp(entry->mac, mac, sizeof(entry->mac)) != 0;

	if (link->host->arp.given_up == entry->address)
		link->host->arp.given_up = 0;
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
		link->host->arp.pending--;
		memcpy(frame->data, mac, 6);
		br_host_send_frame(link, frame);
		frame = next;
	}
}

static const uint16_t *waits_for(const struct br_host *host, const struct br_arp_entry *entry)
{
	static const uint16_t usual[BR_HOST_ARP_WAITS_MAX] = {500, 1000, 1000};
	const struct br_host_habits *habits = &host->habits;

	if (entry->address == host->arp.given_up && habits->arp_again_ms[0])
		return habits->arp_again_ms;
	return habits->arp_wait_ms[0] ? habits->arp_wait_ms : usual;
}

static bool asked_enough(const struct br_host *host, const struct br_arp_entry *entry)
{
	return entry->asked >= BR_HOST_ARP_WAITS_MAX || waits_for(host, entry)[entry->asked] == 0;
}

static void ask_for(struct br_host_link *link, struct br_arp_entry *entry, br_time now)
{
	struct br_host *host = link->host;

	if (entry->known) {
		entry->known = false;
		listen_for(link, entry);
	}
	entry->at = now + waits_for(host, entry)[entry->asked] * BR_MS;
	entry->asked++;
	ask(link, entry->address);
	if (entry->at < host->arp.next_at) {
		host->arp.next_at = entry->at;
		br_host_schedule(host);
	}
}

/* The oldest gives way to the newest: RFC 1122 §2.3.2.2 */
static void let_wait(struct br_host *host, struct br_arp_entry *entry, struct br_frame *frame)
{
	uint32_t waiting = 0;

	for (struct br_frame *f = entry->waiting; f; f = f->next)
		waiting++;
	if (waiting >= WAITING_MAX ||
	    (waiting > 0 && host->arp.pending >= host->limits.arp_pending_max)) {
		struct br_frame *oldest = entry->waiting;

		entry->waiting = oldest->next;
		host->arp.pending--;
		host->counters.unresolved++;
		br_frame_unref(oldest);
	} else if (host->arp.pending >= host->limits.arp_pending_max) {
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
	host->arp.pending++;
}

void br_arp_send(struct br_host_link *link, uint32_t address, struct br_frame *frame, br_time now)
{
	struct br_host *host = link->host;
	struct br_arp_entry *entry = find(&host->arp, link->index, address);

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

static void give_up(struct br_host_link *link, struct br_arp_entry *entry, br_time now)
{
	struct br_frame *frame = entry->waiting;

	entry->waiting = NULL;
	for (struct br_frame *f = frame; f; f = f->next)
		link->host->arp.pending--;
	link->host->arp.given_up = entry->address;
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

void br_arp_expire(struct br_host *host, br_time now)
{
	struct br_arp *arp = &host->arp;

	if (arp->next_at > now)
		return;
	arp->next_at = BR_TIME_NEVER;
	for (uint32_t i = 0; i < arp->count; i++) {
		struct br_arp_entry *entry = &arp->entry[i];
		struct br_host_link *link = host->link[entry->link];

		if (entry->address == 0 || entry->known)
			continue;
		if (entry->at <= now && asked_enough(host, entry))
			give_up(link, entry, now);
		else if (entry->at <= now)
			ask_for(link, entry, now);
		else if (entry->at < arp->next_at)
			arp->next_at = entry->at;
	}
}

void br_arp_forget_link(struct br_host *host, uint32_t link)
{
	for (uint32_t i = 0; i < host->arp.count; i++) {
		if (host->arp.entry[i].link == link)
			empty(host, &host->arp.entry[i]);
	}
}

static void conflict(struct br_host_link *link, const struct br_packet_arp *arp, br_time now)
{
	static const char digits[] = "0123456789abcdef";
	char text[] = "address conflict: our address is also used by 00:00:00:00:00:00";
	char *at = text + sizeof(text) - 1 - 17;

	for (int i = 0; i < 6; i++) {
		at[i * 3] = digits[arp->sender_mac[i] >> 4];
		at[i * 3 + 1] = digits[arp->sender_mac[i] & 15];
	}
	link->host->counters.conflicts++;
	br_host_remark(link->host, text, now);
}

bool br_arp_concerns(const struct br_host_link *link, uint32_t sender, uint32_t target)
{
	const struct br_host *host = link->host;

	if (host->habits.arp_learn_all || (link->address != 0 && target == link->address) ||
	    (link->address != 0 && sender == link->address))
		return true;
	return host->arp.count > 0 && find(&host->arp, link->index, sender) != NULL;
}

/* RFC 826, "Packet Reception" */
void br_arp_input(struct br_host_link *link, const struct br_packet *packet, br_time now)
{
	struct br_host *host = link->host;
	const struct br_packet_arp *arp = &packet->arp;
	bool for_us = link->address != 0 && arp->target_ip == link->address;

	if (!is_usable(arp->sender_mac) ||
	    memcmp(arp->sender_mac, link->port.mac, sizeof(arp->sender_mac)) == 0)
		return;
	if (link->address != 0 && arp->sender_ip == link->address) {
		conflict(link, arp, now);
		return;
	}
	if (arp->sender_ip != 0) { /* 0: somebody probes, RFC 5227 §1.1 */
		struct br_arp_entry *entry = find(&host->arp, link->index, arp->sender_ip);

		if (!entry && (for_us || host->habits.arp_learn_all))
			entry = add(host, link->index, arp->sender_ip, now);
		if (entry)
			known(link, entry, arp->sender_mac, now);
	}
	if (for_us && arp->operation == BR_ARP_REPLY && host->user.present)
		host->user.present(host->user.context, link->index, arp->sender_ip, arp->sender_mac,
		                   now);
	if (for_us && arp->operation == BR_ARP_REQUEST) {
		struct br_packet_arp answer = {.operation = BR_ARP_REPLY,
		                               .sender_ip = link->address,
		                               .target_ip = arp->sender_ip};

		memcpy(answer.sender_mac, link->port.mac, sizeof(answer.sender_mac));
		memcpy(answer.target_mac, arp->sender_mac, sizeof(answer.target_mac));
		send_arp(link, arp->sender_mac, &answer);
	}
}

void br_host_arp_flush(struct br_host *host)
{
	for (uint32_t i = 0; i < host->arp.count; i++)
		empty(host, &host->arp.entry[i]);
	host->arp.count = 0;
	host->arp.hand = 0;
}

void br_host_arp_set(struct br_host *host, uint32_t link, uint32_t address, const uint8_t mac[6])
{
	struct br_arp_entry *entry;

	if (link >= host->links || address == 0)
		return;
	entry = find(&host->arp, link, address);
	if (!entry)
		entry = add(host, link, address, host->clock->now);
	if (entry)
		known(host->link[link], entry, mac, host->clock->now);
}

const uint8_t *br_host_arp_get(struct br_host *host, uint32_t link, uint32_t address)
{
	return link < host->links ? br_arp_lookup(host, link, address, host->clock->now) : NULL;
}
