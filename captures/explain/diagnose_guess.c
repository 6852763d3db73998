/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_guess.c - numbers of a machine that one can tell before it uses them
 *
 * Who cannot see the wire but knows the next number can answer in the server's place. It stops no
 * boot.
 */
#include <inttypes.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"

enum {
	/* EDK2 NetworkPkg/TcpDxe/TcpMain.h TCP_ISS_INCREMENT_1 and _2: for each connection, and for
	 * each tick of 200 ms
	 */
	EACH_CONNECTION = 2048,
	EACH_TICK = 100,
	TICKS_MORE = 2, /* than by our clock, whose packets come when they do */
	STEPS_SHOWN = 4,
	XID_STEP_MAX = 16,    /* a new xid for each try or packet; EDK2 counts three or four on */
	UPTIME_MAX = 1 << 18, /* ms, since when a machine may be up: 4 min */
};
#define TICK (200 * BR_MS)

/* Connections, one by one */

enum law {
	LAW_NONE,
	LAW_STEPS, /* of EDK2 */
	LAW_CLOCK, /* milliseconds, as GRUB does: grub-core/net/tcp.c */
	LAW_SAME,
};

static enum law law_of(const struct br_talk_tcp *before, const struct br_talk_tcp *after)
{
	uint32_t rise = after->isn - before->isn;
	br_time passed = after->syn.at[0] - before->syn.at[0];
	uint64_t ms = (uint64_t)(passed / BR_MS);

	if (rise == 0)
		return LAW_SAME;
	if (rise >= EACH_CONNECTION && (rise - EACH_CONNECTION) % EACH_TICK == 0 &&
	    (rise - EACH_CONNECTION) / EACH_TICK <= (uint64_t)(passed / TICK) + TICKS_MORE)
		return LAW_STEPS;
	if (rise + ms / 4 + 20 >= ms && rise <= ms + ms / 4 + 20)
		return LAW_CLOCK;
	return LAW_NONE;
}

static const char *law_says(enum law law)
{
	switch (law) {
	case LAW_STEPS:
		return "EDK2 adds 2048 for each connection and 100 for each 0.2 s "
		       "(CVE-2023-45236, CVE-2023-45237)";
	case LAW_CLOCK:
		return "they are a clock in milliseconds, as GRUB's are";
	case LAW_SAME:
	case LAW_NONE:
		break;
	}
	return "it is the same each time";
}

static bool is_opened(const struct br_talk_exchange *e)
{
	return e->kind == BR_TALK_TCP && e->tcp.has_isn && e->tcp.syn.count > 0;
}

struct steps {
	enum law law;
	uint32_t step[STEPS_SHOWN];
	uint32_t count;
	uint64_t first_frame, last_frame;
};

static void take_step(struct steps *s, const struct br_talk_exchange *before,
                      const struct br_talk_exchange *after)
{
	enum law law = law_of(&before->tcp, &after->tcp);

	if (law == LAW_NONE || (s->law != LAW_NONE && s->law != law))
		return;
	s->law = law;
	if (s->count == 0)
		s->first_frame = before->first_frame;
	if (s->count < STEPS_SHOWN)
		s->step[s->count] = after->tcp.isn - before->tcp.isn;
	s->last_frame = after->first_frame;
	s->count++;
}

static void sequence_numbers(const struct br_talk_client *client, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"client.predictable-isn", BR_WEIGHT_REMARK,
	                                          "client", "", ""};
	const struct br_talk_exchange *before = NULL;
	struct steps s = {0};
	struct br_finding *f;

	for (size_t i = 0; i < client->exchanges; i++) {
		const struct br_talk_exchange *e = client->exchange[i];

		if (!is_opened(e))
			continue;
		if (before)
			take_step(&s, before, e);
		before = e;
	}
	if (s.count == 0 || !(f = br_finding_add(d, &verdict)))
		return;
	br_finding_say(f, "Its TCP initial sequence numbers follow from one another:");
	for (uint32_t i = 0; i < s.count && i < STEPS_SHOWN; i++)
		br_finding_say(f, " +%" PRIu32, s.step[i]);
	br_finding_say(f,
	               "%s; %s. Who has seen one connection can send data or a reset into the next "
	               "without seeing it.",
	               s.count > STEPS_SHOWN ? " ..." : "", law_says(s.law));
	br_finding_change(f, "Use a program that draws them as RFC 6528 says (EDK2 does since the "
	                     "middle of 2024), or keep boot networks to machines you trust.");
	f->first_frame = s.first_frame;
	f->last_frame = s.last_frame;
}

/* xids of DHCP */

static uint32_t first_xid(const struct br_talk_dhcp *dhcp)
{
	return dhcp->xids > BR_TALK_XIDS_MAX ? dhcp->xid[dhcp->xids % BR_TALK_XIDS_MAX]
	                                     : dhcp->xid[0];
}

static uint32_t last_xid(const struct br_talk_dhcp *dhcp)
{
	return dhcp->xid[(dhcp->xids - 1) % BR_TALK_XIDS_MAX];
}

/* U-Boot: the last four octets of the MAC address, and milliseconds since it began; net/bootp.c */
static bool is_mac_and_clock(const struct br_talk_client *client, uint32_t xid)
{
	const uint8_t *mac = client->mac;
	uint32_t end =
		(uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];

	return client->has_mac && xid - end < UPTIME_MAX;
}

static bool all_of_mac(const struct br_talk_client *client, const struct br_talk_dhcp *dhcp)
{
	for (uint32_t i = 0; i < dhcp->xids && i < BR_TALK_XIDS_MAX; i++) {
		if (!is_mac_and_clock(client, dhcp->xid[i]))
			return false;
	}
	return dhcp->xids > 0;
}

static void say_xid(struct br_diagnosis *d, const struct br_talk_exchange *e, const char *why)
{
	static const struct br_verdict verdict = {"client.predictable-xid", BR_WEIGHT_REMARK,
	                                          "client", "", ""};
	struct br_finding *f = br_finding_add(d, &verdict);

	if (!f)
		return;
	br_finding_say(f,
	               "%s. Whoever is on its network can answer in the server's place before he "
	               "has seen the question.",
	               why);
	br_finding_change(f, "Let switches pass DHCP replies from the server's port alone (DHCP "
	                     "snooping), for the machine cannot tell them apart.");
	f->first_frame = e->first_frame;
	f->last_frame = e->last_frame;
}

static void transaction_numbers(const struct br_talk_client *client, struct br_diagnosis *d)
{
	const struct br_talk_dhcp *before = NULL;
	char why[160];

	for (size_t i = 0; i < client->exchanges; i++) {
		const struct br_talk_exchange *e = client->exchange[i];
		uint32_t rise;

		if (e->kind != BR_TALK_DHCP || e->dhcp.xids == 0)
			continue;
		rise = before ? first_xid(&e->dhcp) - last_xid(before) : 0;
		if (all_of_mac(client, &e->dhcp)) {
			say_xid(d, e,
			        "Its DHCP xid is the end of its MAC address and the "
			        "milliseconds since it began");
			return;
		}
		if (rise > 0 && rise <= XID_STEP_MAX) {
			(void)snprintf(why, sizeof(why),
			               "Its DHCP xids count on: 0x%08" PRIx32 " and 0x%08" PRIx32
			               " after it",
			               last_xid(before), first_xid(&e->dhcp));
			say_xid(d, e, why);
			return;
		}
		before = &e->dhcp;
	}
}

void br_remark_guessable(const struct br_story *s, struct br_diagnosis *d)
{
	sequence_numbers(s->client, d);
	transaction_numbers(s->client, d);
}
