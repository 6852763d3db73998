/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/stage.h"

#include <errno.h>
#include <string.h>

#include "core/base/address.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp_message.h"

enum {
	MTU = 1500,
	FRAMES_MAX = 4096,
	TIMERS_MAX = 1024,
	SEED = 1,
};
#define LINK_DELAY         (BR_MS / 20)
#define EVERYTHING_ON_LINK 0 /* netmask of the hosts: no router stands between */

/* @ip: zero: its link-local address alone. All others are on the link, as over IPv4. */
static int switch_six_on(struct br_replay_stage *stage, struct br_host *host, const uint8_t ip[16])
{
	static const uint8_t everything[16];
	int error = br_host_six_on(host, 0, &br_host_six_quiet);

	if (error == 0 && !br_ip_is_zero(ip))
		error = br_host_add_address6(host, 0, ip, stage->setup.six.bits, true);
	return error == 0 ? br_host_add_prefix6(host, 0, everything, 0) : error;
}

static int start_server(struct br_replay_stage *stage, size_t index)
{
	const struct br_setup_server *s = &stage->setup.server[index];
	const uint8_t made[6] = {2, 0, 0, 0, 1, (uint8_t)index}, none[6] = {0};
	const uint8_t *mac = memcmp(s->mac, none, sizeof(none)) != 0 ? s->mac : made;
	struct br_files files = br_file_store_files(stage->setup.store);
	struct br_host *host;
	int error = br_host_new(&stage->server[index].host, stage->wire, "server",
	                        &br_host_limits_server, SEED + index);

	if (error < 0)
		return error;
	host = stage->server[index].host;
	error = br_host_add_link(host, stage->segment, mac);
	if (error < 0)
		return error;
	error = stage->setup.six.on ? switch_six_on(stage, host, s->address6) : 0;
	if (error < 0)
		return error;
	if (br_ip_is_zero(s->address6))
		br_host_set_address(host, 0, s->address, EVERYTHING_ON_LINK);
	if (s->config.roles == 0)
		return 0; /* there, and answering nothing */
	return br_server_host_new(&stage->server[index].core, host, &stage->clock, "server",
	                          &s->config, &files, SEED);
}

int br_replay_stage_init(struct br_replay_stage *stage, const struct br_story *story,
                         const struct br_attempt *attempt, const struct br_tape *tape,
                         const struct br_host_user *user, struct br_setup_words *words)
{
	int error;

	*stage = (struct br_replay_stage){0};
	error = br_clock_init(&stage->clock, TIMERS_MAX);
	if (error == 0)
		error = br_wire_new(&stage->wire, &stage->clock, MTU + 18, FRAMES_MAX);
	if (error == 0) {
		stage->segment = br_segment_new(stage->wire, "lan", LINK_DELAY, MTU);
		error = stage->segment ? br_host_new(&stage->client, stage->wire, "client",
		                                     &br_host_limits_client, SEED + 100)
		                       : -ENOMEM;
	}
	if (error == 0)
		error = br_host_add_link(stage->client, stage->segment, story->client->mac);
	if (error == 0)
		error = br_setup_init(&stage->setup, story, attempt, tape);
	if (error < 0)
		return error;
	br_host_set_user(stage->client, user);
	if (stage->setup.six.on) {
		static const uint8_t none[16];

		error = switch_six_on(stage, stage->client, none);
		if (error < 0)
			return error;
	}
	if (words)
		br_setup_apply(&stage->setup, words);
	for (size_t i = 0; i < stage->setup.servers && error >= 0; i++)
		error = start_server(stage, i);
	return error < 0 ? error : 0;
}

/* Without an address */
static int make_relay(struct br_replay_stage *stage, uint16_t port, const struct br_host_user *user)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 2, 0};

	if (stage->relay)
		return 0;
	if (br_host_new(&stage->relay, stage->wire, "relay", &br_host_limits_client, SEED + 200) <
	            0 ||
	    br_host_add_link(stage->relay, stage->segment, mac) < 0 ||
	    br_host_udp_open(stage->relay, port) < 0)
		return -ENOMEM;
	br_host_set_user(stage->relay, user);
	return 0;
}

int br_replay_stage_add_relay(struct br_replay_stage *stage, uint32_t address,
                              const struct br_host_user *user)
{
	if (make_relay(stage, BR_DHCP_PORT_SERVER, user) < 0)
		return -ENOMEM;
	br_host_set_address(stage->relay, 0, address, EVERYTHING_ON_LINK);
	return 0;
}

int br_replay_stage_add_relay6(struct br_replay_stage *stage, const uint8_t ip[16],
                               const struct br_host_user *user)
{
	if (make_relay(stage, BR_DHCP6_PORT_SERVER, user) < 0)
		return -ENOMEM;
	return br_host_has_six(stage->relay, 0) ? 0 : switch_six_on(stage, stage->relay, ip);
}

void br_replay_stage_reset(struct br_replay_stage *stage)
{
	for (size_t i = 0; i < stage->setup.servers; i++) {
		(void)br_server_host_free(stage->server[i].core);
		(void)br_host_free(stage->server[i].host);
	}
	(void)br_host_free(stage->relay);
	(void)br_host_free(stage->client);
	(void)br_wire_free(stage->wire);
	br_setup_reset(&stage->setup);
	br_clock_reset(&stage->clock);
}
