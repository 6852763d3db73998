/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/replay_dhcp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/show.h"
#include "sim/net/relay.h"

/* Theory of operation
 *
 * One message is asked again, all answers of the core are gathered, and each recorded reply is
 * held against the answer of the same server. Answers that nobody gave are told too.
 *
 * Behind a relay the servers are asked as the relay asked them. With its servers' side in the
 * capture its messages are played octet for octet (giaddr, hops, option 82), and what the
 * servers sent to it is compared. With the clients' side alone the relay is made up: giaddr
 * as it stands in the replies, one hop, no option 82; what it passed on is compared.
 */
#define DHCP_PATIENCE (3 * BR_S) /* the shortest first window of any client is 0.25 s */

/* One message asked, and its way. */
struct question {
	struct br_replay_run *run;
	struct br_dhcp_message *request;
	struct br_compare_way way;
	bool behind_relay;
};

/* A recorded reply, whoever kept it. */
struct reply {
	uint64_t frame;
	uint8_t type;
	uint32_t server;
	bool grants; /* yiaddr is set */
	struct br_compare_way way;
};

static struct reply reply_of(const struct br_talk_reply *r)
{
	return (struct reply){.frame = r->frame,
	                      .type = r->type,
	                      .server = r->server_id ? r->server_id : br_endpoint_to_ipv4(&r->from),
	                      .grants = r->yiaddr != 0,
	                      .way = {.from = r->from, .to = r->to}};
}

/* The core's answer of the same server and of a like kind; taken out of the inbox. */
static struct br_player_datagram *find_answer(struct question *q, const struct reply *r,
                                              struct br_dhcp_message *ret_ours)
{
	struct br_player *p = q->run->player;

	for (size_t i = 0; i < p->received; i++) {
		struct br_player_datagram *in = &p->inbox[i];
		bool offer = r->type == BR_DHCP_TYPE_OFFER;

		if (in->taken || br_endpoint_to_ipv4(&in->from) != r->server ||
		    br_dhcp_parse((struct br_octets){in->octets, in->size}, ret_ours) < 0 ||
		    (offer && (ret_ours->header.yiaddr != 0) != r->grants))
			continue;
		in->taken = true;
		return in;
	}
	return NULL;
}

static void name_of(char what[96], uint8_t type, uint32_t server)
{
	const char *name = br_dhcp_type_name((enum br_dhcp_type)type);
	char address[BR_SHOW_ADDRESS];

	(void)snprintf(what, 96, "DHCP %s of %s", name ? name : "reply",
	               br_show_ipv4(address, server));
}

/* Why the core need not send such a reply; NULL: it must */
static const char *may_be_silent(const struct question *q, const struct reply *r)
{
	const struct br_player *p = q->run->player;

	if (r->type == BR_DHCP_TYPE_NAK)
		return "why it refused is not in the capture";
	for (size_t i = 0; r->type == BR_DHCP_TYPE_OFFER && r->grants && i < p->received; i++) {
		if (p->inbox[i].taken && br_endpoint_to_ipv4(&p->inbox[i].from) == r->server)
			return "the core keeps to the address it offered before";
	}
	return NULL;
}

static void compare_reply(struct question *q, const struct reply *r)
{
	struct br_replay_run *run = q->run;
	struct br_dhcp_message *m = calloc(2, sizeof(*m));
	struct br_octets recorded = br_tape_find(run->tape, r->frame);
	struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};
	const struct br_player_datagram *in;
	char what[96];

	name_of(what, r->type, r->server);
	if (!m || !recorded.data || br_dhcp_parse(recorded, &m[0]) < 0) {
		br_replay_skipped(run->tally, r->frame, what, "the message was not kept whole");
	} else if (!(in = find_answer(q, r, &m[1])) && !may_be_silent(q, r)) {
		br_compare_note(&c, BR_JUDGED_WORSE, NULL, "no answer");
		br_replay_judged(run->tally, &c, r->frame, what);
	} else if (!in) {
		br_replay_skipped(run->tally, r->frame, what, may_be_silent(q, r));
	} else {
		const struct br_compare_dhcp pair = {.request = q->request,
		                                     .recorded = &m[0],
		                                     .ours = &m[1],
		                                     .asked = q->way,
		                                     .recorded_way = r->way,
		                                     .our_way = {.from = in->from, .to = in->to},
		                                     .behind_relay = q->behind_relay};

		br_compare_dhcp(&c, &pair);
		br_replay_judged(run->tally, &c, r->frame, what);
	}
	free(m);
}

/* Answers of the core that were not asked for by a recorded one: @replies is how many of these
 * there were.
 */
static void compare_rest(struct question *q, uint64_t frame, unsigned replies)
{
	struct br_player *p = q->run->player;
	struct br_dhcp_message *m = calloc(1, sizeof(*m));
	bool on_4011 = q->way.to.port == BR_DHCP_PORT_PXE;

	for (size_t i = 0; m && i < p->received; i++) {
		struct br_player_datagram *in = &p->inbox[i];
		struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};
		char what[96];

		if (in->taken || br_dhcp_parse((struct br_octets){in->octets, in->size}, m) < 0)
			continue;
		name_of(what, (uint8_t)m->type, br_endpoint_to_ipv4(&in->from));
		/* who sends a client to port 4011 must answer there */
		br_compare_note(&c, on_4011 && replies == 0 ? BR_JUDGED_BETTER : BR_JUDGED_DIVERGED,
		                on_4011 && replies == 0 ? "PXE-V43-10" : NULL,
		                "answered, nobody did; the client would go on from here");
		br_replay_judged(q->run->tally, &c, frame, what);
	}
	if (p->received == 0 && replies == 0) {
		const struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};

		br_replay_judged(q->run->tally, &c, frame, "DHCP message without answer");
	}
	free(m);
}

static bool parse_question(struct question *q, struct br_octets octets, uint64_t frame)
{
	q->request = calloc(1, sizeof(*q->request));
	if (q->request && octets.data && br_dhcp_parse(octets, q->request) == 0)
		return true;
	br_replay_skipped(q->run->tally, frame, "DHCP message", "it was not kept whole");
	free(q->request);
	q->request = NULL;
	return false;
}

/* Answers to one message: all recorded ones, offers or others as @offers says. */
static void ask(struct br_replay_run *run, uint64_t frame, const struct br_compare_way *way,
                const struct br_talk_reply *reply, uint16_t replies, int offers)
{
	struct question q = {.run = run, .way = *way};
	struct br_octets octets = br_tape_find(run->tape, frame);
	unsigned compared = 0;

	if (!parse_question(&q, octets, frame))
		return;
	br_player_ask(run->player, &way->from, &way->to, octets, DHCP_PATIENCE);
	for (uint16_t i = 0; i < replies; i++) {
		struct reply r = reply_of(&reply[i]);

		if (offers >= 0 && (reply[i].type == BR_DHCP_TYPE_OFFER) != offers)
			continue;
		if (br_story_offered_else(reply, replies, i)) {
			char what[96];

			name_of(what, r.type, r.server);
			br_replay_skipped(run->tally, r.frame, what,
			                  "another address than the one that was taken");
			continue;
		}
		compare_reply(&q, &r);
		compared++;
	}
	compare_rest(&q, frame, compared);
	free(q.request);
}

/* Relayed */

static bool is_relayed(const struct br_talk_dhcp *d)
{
	bool relayed = d->giaddr != 0;

	for (uint16_t i = 0; i < d->replies; i++)
		relayed = relayed || d->reply[i].giaddr;
	return relayed;
}

static bool is_leg(const struct br_script_leg *leg, enum br_script_leg_kind kind,
                   const struct br_talk_dhcp *d, uint8_t type)
{
	bool known = false;

	for (uint32_t i = 0; i < d->xids && i < 4; i++)
		known = known || d->xid[i] == leg->xid;
	return leg->kind == kind && leg->type == type && known;
}

static struct reply reply_of_leg(const struct br_script_leg *leg)
{
	return (struct reply){.frame = leg->frame,
	                      .type = leg->type,
	                      .server = leg->server_id ? leg->server_id : leg->source,
	                      .grants = leg->yiaddr != 0,
	                      .way = {.from = br_endpoint_ipv4(leg->source, leg->source_port),
	                              .to = br_endpoint_ipv4(leg->target, leg->target_port)}};
}

/* A message of the relay to one server, and what that server sent back to it. */
static void ask_server(struct br_replay_run *run, const struct br_talk_dhcp *d,
                       const struct br_script_leg *up, uint8_t answer)
{
	struct question q = {.run = run,
	                     .way = {.from = br_endpoint_ipv4(up->giaddr, BR_DHCP_PORT_SERVER),
	                             .to = br_endpoint_ipv4(up->target, BR_DHCP_PORT_SERVER)}};
	struct br_octets octets = br_tape_find(run->tape, up->frame);
	unsigned compared = 0;

	if (!parse_question(&q, octets, up->frame))
		return;
	br_player_relay(run->player, up->giaddr, &q.way.to, octets, DHCP_PATIENCE);
	for (size_t i = 0; i < run->relay->legs; i++) {
		const struct br_script_leg *leg = &run->relay->leg[i];
		struct reply r = reply_of_leg(leg);

		if (!is_leg(leg, BR_SCRIPT_LEG_DOWN, d, answer) || r.server != up->target)
			continue;
		compare_reply(&q, &r);
		compared++;
	}
	compare_rest(&q, up->frame, compared);
	free(q.request);
}

/* The relay's message as any relay makes it; all servers of the capture are asked. */
static void ask_as_relay(struct br_replay_run *run, const struct br_talk_dhcp *d,
                         const struct br_script_leg *client, uint32_t giaddr, uint8_t answer)
{
	static const struct br_relay_options options = {.hops_max = BR_RELAY_HOPS_MAX};
	struct question q = {.run = run,
	                     .way = {.from = br_endpoint_ipv4(giaddr, BR_DHCP_PORT_SERVER),
	                             .to = br_endpoint_ipv4(0, BR_DHCP_PORT_SERVER)},
	                     .behind_relay = true};
	struct br_octets octets = br_tape_find(run->tape, client->frame);
	uint8_t buffer[BR_PLAYER_DATAGRAM];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));
	unsigned compared = 0;

	if (!octets.data || br_relay_forward(&options, giaddr, octets, &w) < 0 ||
	    !parse_question(&q, (struct br_octets){buffer, br_written(&w)}, client->frame))
		return;
	br_player_relay(run->player, giaddr, NULL, (struct br_octets){buffer, br_written(&w)},
	                DHCP_PATIENCE);
	for (size_t i = 0; i < run->relay->legs; i++) {
		struct reply r = reply_of_leg(&run->relay->leg[i]);

		if (!is_leg(&run->relay->leg[i], BR_SCRIPT_LEG_LAST, d, answer))
			continue;
		compare_reply(&q, &r);
		compared++;
	}
	compare_rest(&q, client->frame, compared);
	free(q.request);
}

static void replay_relayed(struct br_replay_run *run, const struct br_talk_dhcp *d)
{
	static const uint8_t types[][2] = {{BR_DHCP_TYPE_DISCOVER, BR_DHCP_TYPE_OFFER},
	                                   {BR_DHCP_TYPE_REQUEST, BR_DHCP_TYPE_ACK}};
	const struct br_script_relay *relay = run->relay;
	uint32_t giaddr = d->giaddr;
	bool asked = false;

	for (uint16_t i = 0; i < d->replies && giaddr == 0; i++)
		giaddr = d->reply[i].giaddr;
	for (size_t t = 0; t < 2; t++) {
		bool up = false;

		for (size_t i = 0; i < relay->legs; i++) {
			if (is_leg(&relay->leg[i], BR_SCRIPT_LEG_UP, d, types[t][0])) {
				ask_server(run, d, &relay->leg[i], types[t][1]);
				up = asked = true;
			}
		}
		for (size_t i = 0; i < relay->legs && !up; i++) {
			if (is_leg(&relay->leg[i], BR_SCRIPT_LEG_CLIENT, d, types[t][0])) {
				ask_as_relay(run, d, &relay->leg[i], giaddr, types[t][1]);
				asked = true;
			}
		}
	}
	if (!asked)
		br_replay_skipped(run->tally, d->discover.frame, "DHCP",
		                  "what the relay sent is not whole");
}

/* The door */

void br_replay_dhcp(struct br_replay_run *run, const struct br_talk_dhcp *d)
{
	struct br_compare_way way = {.from = br_endpoint_ipv4(0, BR_DHCP_PORT_CLIENT),
	                             .to = br_endpoint_ipv4(UINT32_MAX, BR_DHCP_PORT_SERVER)};

	br_player_set_address(run->player, 0);
	if (is_relayed(d)) {
		replay_relayed(run, d);
	} else {
		if (d->discover.count > 0)
			ask(run, d->discover.frame, &way, d->reply, d->replies, 1);
		if (d->request.count > 0)
			ask(run, d->request.frame, &way, d->reply, d->replies, 0);
	}
	for (uint16_t i = 0; i < d->replies; i++) {
		if (d->reply[i].type == BR_DHCP_TYPE_ACK && d->reply[i].yiaddr)
			br_player_set_address(run->player, d->reply[i].yiaddr);
	}
}

void br_replay_pxe(struct br_replay_run *run, const struct br_talk_pxe *x)
{
	const struct br_compare_way way = {.from = x->client, .to = x->server};

	ask(run, x->request.frame, &way, x->reply, x->replies, -1);
}
