/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/six_relays.h"

#include <string.h>

#include "core/base/address.h"

bool br_six_is_of(const struct br_six_log *log, const struct br_six_message *message,
                  const uint8_t mac[6])
{
	const uint8_t *spoke = br_six_log_mac(log, message->client);
	uint8_t local[16];

	if (message->levels == 0)
		return !memcmp(br_six_is_answer(message) ? message->eth_dst : message->eth_src, mac,
		               6);
	br_ip_link_local(mac, local);
	return br_ip_equal(local, message->client) || (spoke && !memcmp(spoke, mac, 6));
}

static bool is_global(const uint8_t ip[16])
{
	return !br_ip_is_zero(ip) && !br_ip_is_link_local6(ip) && !br_ip_is_multicast6(ip);
}

/* The relay that sent this leg, and what the one before it says of it */
static void read_leg(struct br_six_relay *relay, const struct br_six_message *leg)
{
	struct br_dhcp6_message m;

	if (br_dhcp6_parse(br_six_octets(leg), &m) < 0 || m.levels == 0)
		return;
	memcpy(relay->link, m.level[0].link, sizeof(relay->link));
	relay->interface_id = br_dhcp6_find(m.level[0].options, BR_DHCP6_OPTION_INTERFACE_ID);
	if (is_global(leg->src.ip))
		memcpy(relay->up, leg->src.ip, sizeof(relay->up));
}

static size_t levels_of(const struct br_six_log *log, const struct br_six_message *question)
{
	size_t levels = 0;

	for (size_t i = question->question; i != SIZE_MAX; i = log->message[i].next)
		levels = log->message[i].levels > levels ? log->message[i].levels : levels;
	return levels < BR_SIX_RELAYS_MAX ? levels : BR_SIX_RELAYS_MAX;
}

/* The relays of one question, as its legs and those of its answers tell of them */
static struct br_six_relays relays_of(const struct br_six_log *log,
                                      const struct br_six_message *question, size_t levels)
{
	struct br_six_relays r = {.count = levels, .whole = true};
	bool asked[BR_SIX_RELAYS_MAX + 1] = {false}, answered[BR_SIX_RELAYS_MAX + 1] = {false};

	for (size_t i = question->question; i != SIZE_MAX; i = log->message[i].next) {
		const struct br_six_message *leg = &log->message[i];

		if (leg->levels > levels || asked[leg->levels])
			continue;
		asked[leg->levels] = true;
		if (leg->levels > 0)
			read_leg(&r.relay[leg->levels - 1], leg);
		if (leg->levels < levels && is_global(leg->dst.ip))
			memcpy(r.relay[leg->levels].down, leg->dst.ip, sizeof(r.relay[0].down));
	}
	for (size_t i = question->answer; i != SIZE_MAX; i = log->message[i].next) {
		const struct br_six_message *leg = &log->message[i];

		if (leg->levels > levels)
			continue;
		answered[leg->levels] = true;
		if (leg->levels < levels)
			memcpy(r.relay[leg->levels].mac, leg->eth_src, sizeof(r.relay[0].mac));
	}
	for (size_t i = 0; i <= levels; i++)
		r.whole = r.whole && asked[i] && answered[i];
	return r;
}

void br_six_relays_find(struct br_six_relays *ret_relays, const struct br_six_log *log,
                        const uint8_t mac[6], uint64_t first_frame, uint64_t last_frame)
{
	*ret_relays = (struct br_six_relays){.count = 0};
	for (size_t i = 0; i < log->count && log->message[i].frame <= last_frame; i++) {
		const struct br_six_message *m = &log->message[i];
		struct br_six_relays found;
		size_t levels;

		if (m->icmp || m->question != i || m->frame < first_frame || br_six_is_answer(m) ||
		    !br_six_is_of(log, m, mac))
			continue;
		levels = levels_of(log, m);
		if (levels == 0 || levels < ret_relays->count || ret_relays->whole)
			continue;
		found = relays_of(log, m, levels);
		if (levels > ret_relays->count || found.whole)
			*ret_relays = found;
	}
}
