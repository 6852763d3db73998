/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/replay_six.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/show.h"
#include "captures/replay/setup6.h"
#include "core/base/address.h"
#include "core/base/text.h"

/* Theory of operation
 *
 * Every message of the machine is asked once, in the order of the capture, from where it came:
 * behind relays as the last of them sent it to the servers, octet for octet. The core's answers are
 * gathered, and each recorded one held against that of the same server.
 *
 * A server that gave one machine several addresses has them in a pool, and the core may take them
 * in another order: then what the machine says of one in later messages is said of the core's.
 */
#define PATIENCE (3 * BR_S) /* as of IPv4 */

enum {
	ANSWERS_MAX = 8,
};

static const struct br_config *config_of(const struct br_replay_six *six, const uint8_t ip[16])
{
	const struct br_setup_server *s = br_setup6_find(&six->run->player->stage.setup, ip);

	return s ? &s->config : NULL;
}

/* Addresses */

static bool find_swap(const struct br_replay_six *six, const uint8_t was[16], uint8_t ret_is[16])
{
	for (size_t i = 0; i < six->swaps; i++) {
		if (!br_ip_equal(six->swap[i].was, was))
			continue;
		memcpy(ret_is, six->swap[i].is, 16);
		return true;
	}
	return false;
}

static void note_swap(struct br_replay_six *six, const uint8_t was[16], const uint8_t is[16])
{
	uint8_t known[16];

	if (six->swaps == BR_REPLAY_SIX_SWAPS_MAX || find_swap(six, was, known))
		return;
	memcpy(six->swap[six->swaps].was, was, 16);
	memcpy(six->swap[six->swaps++].is, is, 16);
}

/* In the address options of its first IA_NA: RFC 8415 sections 21.4, 21.6 */
static void put_own_addresses(const struct br_replay_six *six, uint8_t *octets, size_t size)
{
	struct br_dhcp6_message m;
	struct br_octets ia;
	struct br_reader r;
	struct br_dhcp6_option option;

	if (br_dhcp6_parse((struct br_octets){octets, size}, &m) < 0)
		return;
	ia = br_dhcp6_find(m.options, BR_DHCP6_OPTION_IA_NA);
	r = br_reader_of(ia.data, ia.size);
	(void)br_get_sub(&r, 12);
	while (br_dhcp6_option_get(&r, &option) == 1) {
		if (option.code == BR_DHCP6_OPTION_ADDRESS && option.value.size >= 16)
			(void)find_swap(six, option.value.data,
			                octets + (option.value.data - octets));
	}
}

/* One answer against another */

struct both {
	struct br_comparison *c;
	const struct br_dhcp6_message *asked, *recorded, *ours;
};

static struct br_octets option_of(const struct br_dhcp6_message *m, uint16_t code)
{
	return br_dhcp6_find(m->options, code);
}

static bool is_of_class(const struct br_dhcp6_message *m, const char *class)
{
	struct br_octets value = option_of(m, BR_DHCP6_OPTION_VENDOR_CLASS), text;
	uint32_t enterprise;

	return value.data && br_dhcp6_vendor_class(value, &enterprise, &text) &&
	       enterprise == BR_DHCP6_ENTERPRISE_INTEL && br_text_starts(text, class);
}

static void compare_ids(const struct both *p)
{
	struct br_octets sent = option_of(p->asked, BR_DHCP6_OPTION_CLIENT_ID);
	bool was = br_text_equal(sent, option_of(p->recorded, BR_DHCP6_OPTION_CLIENT_ID));
	bool is = br_text_equal(sent, option_of(p->ours, BR_DHCP6_OPTION_CLIENT_ID));

	if (was != is)
		br_compare_note(p->c, is ? BR_JUDGED_BETTER : BR_JUDGED_WORSE, "D6-ADV-01",
		                "option 1 %s what was sent", is ? "is" : "is not");
	if (!br_text_equal(option_of(p->recorded, BR_DHCP6_OPTION_SERVER_ID),
	                   option_of(p->ours, BR_DHCP6_OPTION_SERVER_ID)))
		br_compare_note(p->c, BR_JUDGED_DIVERGED, NULL, "another server DUID");
	if (p->ours->type != p->recorded->type)
		br_compare_note(p->c, BR_JUDGED_DIVERGED, NULL, "%s, was %s",
		                br_dhcp6_type_name(p->ours->type),
		                br_dhcp6_type_name(p->recorded->type));
}

static bool is_failure(int status)
{
	return status > BR_DHCP6_STATUS_SUCCESS;
}

static void compare_status(const struct both *p, int was, int is, const char *where)
{
	enum br_judgement judgement =
		is_failure(is) && !is_failure(was) ? BR_JUDGED_WORSE : BR_JUDGED_DIVERGED;

	if (is_failure(was) == is_failure(is) && (!is_failure(is) || was == is))
		return;
	/* who gives something back goes on whatever is said of that: section 18.2.10.2 */
	if (p->asked->type == BR_DHCP6_TYPE_RELEASE || p->asked->type == BR_DHCP6_TYPE_DECLINE)
		judgement = BR_JUDGED_EQUAL;
	br_compare_note(p->c, judgement, NULL, "status %d %s, was %d", is, where, was);
}

static void compare_ia(struct br_replay_six *six, const struct both *p,
                       const struct br_config *config)
{
	struct br_dhcp6_ia was = br_dhcp6_ia(option_of(p->recorded, BR_DHCP6_OPTION_IA_NA));
	struct br_dhcp6_ia is = br_dhcp6_ia(option_of(p->ours, BR_DHCP6_OPTION_IA_NA));
	bool pooled = config && config->subnets6 > 0 && config->subnet6[0].has_pool;
	uint8_t known[16];

	compare_status(p, was.status, is.status, "in the IA");
	if (is.addresses == 0) {
		if (was.addresses > 0)
			br_compare_note(p->c, BR_JUDGED_WORSE, "D6-ADV-03", "no address");
		return;
	}
	if (was.addresses == 0) {
		br_compare_note(p->c, BR_JUDGED_DIVERGED, NULL, "an address, where none was");
		return;
	}
	if (is.iaid != was.iaid)
		br_compare_note(p->c, BR_JUDGED_WORSE, "D6-ADV-03", "another IAID");
	if (!br_ip_equal(was.address, is.address)) {
		if (!pooled)
			br_compare_note(p->c, BR_JUDGED_DIVERGED, NULL, "another address");
		else if (!find_swap(six, was.address, known))
			br_compare_note(p->c, BR_JUDGED_EQUAL, NULL, "another address of its pool");
	}
	note_swap(six, was.address, is.address);
}

static void compare_boot(const struct both *p)
{
	struct br_octets was = option_of(p->recorded, BR_DHCP6_OPTION_BOOT_URL);
	struct br_octets is = option_of(p->ours, BR_DHCP6_OPTION_BOOT_URL);
	bool http = is_of_class(p->asked, "HTTPClient"), pxe = is_of_class(p->asked, "PXEClient");

	if (!br_text_equal(was, is))
		br_compare_note(p->c, was.size == 0 ? BR_JUDGED_DIVERGED : BR_JUDGED_WORSE,
		                http ? "HBD-12" : "D6-NB-01", "option 59 is \"%.*s\", was \"%.*s\"",
		                (int)is.size, is.size ? (const char *)is.data : "", (int)was.size,
		                was.size ? (const char *)was.data : "");
	if (http && is.size > 0 &&
	    is_of_class(p->ours, "HTTPClient") != is_of_class(p->recorded, "HTTPClient"))
		br_compare_note(p->c,
		                is_of_class(p->ours, "HTTPClient") ? BR_JUDGED_BETTER
		                                                   : BR_JUDGED_WORSE,
		                "HBD-12", "option 16 says %sHTTPClient",
		                is_of_class(p->ours, "HTTPClient") ? "" : "no ");
	if (pxe && is_of_class(p->ours, "PXEClient") != is_of_class(p->recorded, "PXEClient"))
		br_compare_note(p->c, BR_JUDGED_DIVERGED, "D6-NB-11",
		                "port 4011 is %sasked for the file",
		                is_of_class(p->ours, "PXEClient") ? "" : "not ");
}

/* What is judged above, and what servers may say as they like. */
static bool is_judged_elsewhere(uint16_t code)
{
	switch (code) {
	case BR_DHCP6_OPTION_CLIENT_ID:
	case BR_DHCP6_OPTION_SERVER_ID:
	case BR_DHCP6_OPTION_IA_NA:
	case BR_DHCP6_OPTION_STATUS:
	case BR_DHCP6_OPTION_VENDOR_CLASS:
	case BR_DHCP6_OPTION_BOOT_URL:
		return true;
	default:
		return false;
	}
}

/* The rest, those of the recorded answer first */
static void compare_options(const struct both *p)
{
	struct br_reader r = br_reader_of(p->recorded->options.data, p->recorded->options.size);
	struct br_dhcp6_option option;
	bool typed = option_of(p->asked, BR_DHCP6_OPTION_ARCH).data != NULL;

	while (br_dhcp6_option_get(&r, &option) == 1) {
		struct br_octets is = option_of(p->ours, option.code);

		if (is_judged_elsewhere(option.code) || br_text_equal(is, option.value))
			continue;
		br_compare_note(p->c, is.data ? BR_JUDGED_DIVERGED : BR_JUDGED_WORSE, NULL,
		                "option %u %s", option.code, is.data ? "differs" : "is not in it");
	}
	if (typed && option_of(p->ours, BR_DHCP6_OPTION_ARCH).data &&
	    !option_of(p->recorded, BR_DHCP6_OPTION_ARCH).data)
		br_compare_note(p->c, BR_JUDGED_BETTER, "D6-NB-04", "option 61 is given back");
}

static bool is_of_relay(const struct br_dhcp6_relay *relay, const struct br_dhcp6_relay *asked)
{
	return br_ip_equal(relay->link, asked->link) && br_ip_equal(relay->peer, asked->peer) &&
	       relay->hops == asked->hops;
}

static bool has_its_id(const struct br_dhcp6_relay *relay, const struct br_dhcp6_relay *asked)
{
	return br_text_equal(br_dhcp6_find(relay->options, BR_DHCP6_OPTION_INTERFACE_ID),
	                     br_dhcp6_find(asked->options, BR_DHCP6_OPTION_INTERFACE_ID));
}

/* What it is wrapped in: the relays as they asked, outermost first */
static void compare_relays(const struct both *p)
{
	if (p->ours->levels != p->recorded->levels) {
		br_compare_note(p->c, BR_JUDGED_WORSE, "R6-SRV-01", "for %zu relays, was for %zu",
		                p->ours->levels, p->recorded->levels);
		return;
	}
	for (size_t i = 0; i < p->ours->levels && i < p->asked->levels; i++) {
		const struct br_dhcp6_relay *asked = &p->asked->level[i];
		bool is = is_of_relay(&p->ours->level[i], asked);
		bool id = has_its_id(&p->ours->level[i], asked);

		if (is != is_of_relay(&p->recorded->level[i], asked))
			br_compare_note(p->c, is ? BR_JUDGED_BETTER : BR_JUDGED_WORSE, "R6-SRV-01",
			                "hops and addresses are %sthe relay's", is ? "" : "not ");
		if (id != has_its_id(&p->recorded->level[i], asked))
			br_compare_note(p->c, id ? BR_JUDGED_BETTER : BR_JUDGED_WORSE, "R6-SRV-02",
			                "option 18 is %sthe relay's", id ? "" : "not ");
	}
}

/* One message, and what came of it */

static void name_of(char what[96], const struct br_six_message *m)
{
	char address[BR_SHOW_ADDRESS];
	struct br_endpoint from = m->src;

	from.port = 0;
	(void)snprintf(what, 96, "DHCPv6 %s of %s", br_dhcp6_type_name(m->said),
	               br_show_address(address, &from, false));
}

/* The core's answer of the same server: an address of its link or another of it. */
static struct br_player_datagram *find_answer(struct br_replay_six *six,
                                              const struct br_six_message *m,
                                              struct br_dhcp6_message *ret_ours)
{
	struct br_player *p = six->run->player;
	const struct br_setup_server *s = br_setup6_find(&p->stage.setup, m->src.ip);

	for (size_t i = 0; s && i < p->received; i++) {
		struct br_player_datagram *in = &p->inbox[i];

		if (in->taken || br_setup6_find(&p->stage.setup, in->from.ip) != s ||
		    br_dhcp6_parse((struct br_octets){in->octets, in->size}, ret_ours) < 0)
			continue;
		in->taken = true;
		return in;
	}
	return NULL;
}

static void compare_answer(struct br_replay_six *six, const struct br_dhcp6_message *asked,
                           const struct br_six_message *m)
{
	struct br_replay_run *run = six->run;
	struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};
	struct br_dhcp6_message recorded, ours;
	const struct both pair = {.c = &c, .asked = asked, .recorded = &recorded, .ours = &ours};
	const struct br_player_datagram *in;
	char what[96];

	name_of(what, m);
	if (br_dhcp6_parse(br_six_octets(m), &recorded) < 0) {
		br_replay_skipped(run->tally, m->frame, what, "the message was not kept whole");
		return;
	}
	in = find_answer(six, m, &ours);
	if (!in) {
		br_compare_note(&c, BR_JUDGED_WORSE, NULL, "no answer");
	} else {
		compare_ids(&pair);
		compare_status(&pair, br_dhcp6_status(recorded.options),
		               br_dhcp6_status(ours.options), "of the message");
		compare_ia(six, &pair, config_of(six, m->src.ip));
		compare_boot(&pair);
		compare_options(&pair);
		compare_relays(&pair);
		if (in->from.port != m->src.port || in->to.port != m->dst.port)
			br_compare_note(&c, BR_JUDGED_DIVERGED, NULL, "from port %u to %u",
			                in->from.port, in->to.port);
		if (ours.type == BR_DHCP6_TYPE_REPLY)
			br_player_have_address6(
				run->player,
				br_dhcp6_ia(option_of(&ours, BR_DHCP6_OPTION_IA_NA)).address);
	}
	br_replay_judged(run->tally, &c, m->frame, what);
}

/* Answers that nobody gave */
static void compare_rest(struct br_replay_six *six, uint64_t frame, size_t answers)
{
	struct br_player *p = six->run->player;
	struct br_dhcp6_message m;
	char address[BR_SHOW_ADDRESS], what[96];

	for (size_t i = 0; i < p->received; i++) {
		struct br_player_datagram *in = &p->inbox[i];
		struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};

		if (in->taken || br_dhcp6_parse((struct br_octets){in->octets, in->size}, &m) < 0)
			continue;
		(void)snprintf(what, sizeof(what), "DHCPv6 %s of %s", br_dhcp6_type_name(m.type),
		               br_show_address(address, &in->from, false));
		br_compare_note(&c, BR_JUDGED_DIVERGED, NULL, "answered, nobody did");
		br_replay_judged(six->run->tally, &c, frame, what);
	}
	if (p->received == 0 && answers == 0) {
		const struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};

		br_replay_judged(six->run->tally, &c, frame, "DHCPv6 message without answer");
	}
}

/* Where it is sent: to whom it was, or to who stands in the place of that one */
static struct br_endpoint target_of(const struct br_replay_six *six, const struct br_six_message *m)
{
	const struct br_setup_server *s = br_setup6_find(&six->run->player->stage.setup, m->dst.ip);
	struct br_endpoint to = m->dst;

	if (s && !br_ip_is_link_local6(to.ip))
		memcpy(to.ip, s->address6, sizeof(to.ip));
	return to;
}

/* One way that a question went, as its sender sent it, and the answers that came back on it */
static void ask_leg(struct br_replay_six *six, const struct br_six_log *log,
                    const struct br_six_message *leg)
{
	static const uint8_t none[16];
	struct br_endpoint to = target_of(six, leg);
	bool to_all = br_ip_is_multicast6(leg->dst.ip);
	struct br_dhcp6_message asked;
	uint8_t octets[BR_PLAYER_DATAGRAM];
	struct br_octets message = {octets, leg->size};
	size_t answers = 0;

	if (leg->size > sizeof(octets) || br_dhcp6_parse(br_six_octets(leg), &asked) < 0)
		return;
	memcpy(octets, leg->octets, leg->size);
	put_own_addresses(six, octets, leg->size);
	if (leg->levels > 0) {
		br_player_relay6(six->run->player,
		                 br_ip_is_link_local6(leg->src.ip) ? none : leg->src.ip, &to,
		                 message, PATIENCE);
	} else {
		br_player_have_address6(six->run->player, leg->src.ip);
		br_player_ask(six->run->player, &leg->src, &to, message, PATIENCE);
	}
	for (size_t i = log->message[leg->question].answer; i != SIZE_MAX;
	     i = log->message[i].next) {
		const struct br_six_message *answer = &log->message[i];

		if (answer->levels != leg->levels ||
		    (leg->levels > 0 && !to_all && !br_ip_equal(answer->src.ip, leg->dst.ip)))
			continue;
		compare_answer(six, &asked, answer);
		answers++;
	}
	compare_rest(six, leg->frame, answers);
}

/* What the servers heard of it: the machine itself, or the last of the relays */
static void ask(struct br_replay_six *six, const struct br_six_log *log, size_t index)
{
	size_t levels = six->run->player->stage.setup.six.relays.count;
	bool asked = false;

	for (size_t i = index; i != SIZE_MAX; i = log->message[i].next) {
		if (log->message[i].levels != levels)
			continue;
		ask_leg(six, log, &log->message[i]);
		asked = true;
	}
	if (!asked)
		br_replay_skipped(six->run->tally, log->message[index].frame, "DHCPv6",
		                  "it did not come to the servers as the others did");
}

void br_replay_six(struct br_replay_six *six, uint64_t before)
{
	const struct br_six_log *log = br_tape_six(six->run->tape);
	struct br_talk_exchange *const *e = six->story->client->exchange;
	uint64_t first = e[six->attempt->first]->first_frame;
	uint64_t last = e[six->attempt->last]->last_frame;

	for (; six->next < log->count && log->message[six->next].frame < before; six->next++) {
		const struct br_six_message *m = &log->message[six->next];

		if (m->icmp || br_six_is_answer(m) || m->question != six->next ||
		    m->frame < first || m->frame > last ||
		    !br_six_is_of(log, m, six->story->client->mac))
			continue;
		if (six->run->player->stage.setup.six.on)
			ask(six, log, six->next);
		else
			br_replay_skipped(six->run->tally, m->frame, "DHCPv6",
			                  "beside a boot over IPv4 it leads nowhere");
	}
}
