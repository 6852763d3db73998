/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_rules.c - it stopped where somebody had broken a rule
 *
 * For attempts whose cause no other file knows: what was sent to the client, or by it, and not as
 * it must be, is then the cause, and not the client's whim. A server's breach goes first: a client
 * is to blame only when what it got was right.
 */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "conformance/requirements.h"

/* Binding, and of consequence; what EDK2 alone wants counts where it asked */
static bool counts(const struct br_attempt *a, const struct br_requirement *q)
{
	return q && !strstr(q->strength, "SHOULD") && br_requirement_is_binding(q) &&
	       !br_requirement_is_often_broken(q) &&
	       (br_fingerprint_is(&a->who, "edk2") || !strstr(q->clause, "EDK2"));
}

/* Frames that the client was sent in this exchange, by @party, or sent itself */
static bool is_between(const struct br_talk_exchange *e, const struct br_endpoint *party,
                       bool client)
{
	const struct br_endpoint *server = NULL;

	if (client)
		return e->kind == BR_TALK_DHCP || e->kind == BR_TALK_PXE ||
		       e->kind == BR_TALK_TFTP || e->kind == BR_TALK_DHCP6;
	for (uint16_t i = 0; e->kind == BR_TALK_DHCP && i < e->dhcp.replies; i++) {
		if (!memcmp(e->dhcp.reply[i].from.ip, party->ip, sizeof(party->ip)))
			return true;
	}
	if (e->kind == BR_TALK_PXE)
		server = &e->pxe.server;
	else if (e->kind == BR_TALK_TFTP)
		server = &e->tftp.server;
	else if (e->kind == BR_TALK_TCP)
		server = &e->tcp.server;
	else if (e->kind == BR_TALK_DHCP6)
		server = &e->dhcp6.server;
	return server && !memcmp(server->ip, party->ip, sizeof(party->ip));
}

/* The last frame of @b that belongs to the attempt; 0: none does */
static uint64_t last_frame(const struct br_story *s, const struct br_attempt *a,
                           const struct br_breach *b, bool client)
{
	uint64_t last = 0;

	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		for (size_t k = 0; k < b->count && k < BR_BREACH_FRAMES_MAX; k++) {
			if (b->frame[k] >= e->first_frame && b->frame[k] <= e->last_frame &&
			    b->frame[k] > last && is_between(e, &b->party, client))
				last = b->frame[k];
		}
	}
	return last;
}

bool br_diagnose_rules(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict by_server = {"rule.broken", BR_WEIGHT_FAILURE, "server", "",
	                                            ""};
	static const struct br_verdict by_client = {"rule.broken", BR_WEIGHT_FAILURE, "client", "",
	                                            ""};
	const struct br_breach *worst = NULL;
	bool blames_client = true;
	uint64_t frame = 0;
	char who[BR_SHOW_ADDRESS];

	for (size_t i = 0; s->rules && i < br_rules_breaches(s->rules); i++) {
		const struct br_breach *b = br_rules_breach(s->rules, i);
		bool client = s->client->has_mac && !memcmp(b->mac, s->client->mac, 6);
		uint64_t at =
			counts(a, br_requirement_find(b->id)) ? last_frame(s, a, b, client) : 0;

		if (at == 0 || (client && !blames_client) ||
		    (client == blames_client && at < frame))
			continue;
		worst = b;
		frame = at;
		blames_client = client;
	}
	if (!worst)
		return false;
	struct br_finding *f = br_finding_add(d, blames_client ? &by_client : &by_server);
	const struct br_requirement *q = br_requirement_find(worst->id);

	if (f)
		f->requirements = q->id;
	br_finding_say(f,
	               "It stopped: %s. Before that %s broke a rule in frame %" PRIu64
	               ": %s. The rule (%s, %s): %s",
	               br_reached_says(a->reached),
	               blames_client ? "the client itself"
	                             : br_show_address(who, &worst->party, false),
	               frame, worst->text, q->strength, q->clause, q->sentence);
	br_finding_change(f, blames_client
	                             ? "Update the client's firmware; the servers did their part."
	                             : "Mend that, and try again: nothing else in this capture "
	                               "tells why the client stopped.");
	return true;
}
