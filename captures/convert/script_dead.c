/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_dead.h"

#include "captures/convert/script_net.h"
#include "captures/replay/setup6.h"
#include "core/base/address.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/tftp_packet.h"

#define MULTICAST UINT32_C(0xe0000000)
#define NET_24    UINT32_C(0xffffff00)

enum {
	MTU = 1500
};

static struct br_setup_server *find(struct br_setup *setup, uint32_t address)
{
	for (size_t i = 0; i < setup->servers; i++) {
		if (setup->server[i].address == address)
			return &setup->server[i];
	}
	return NULL;
}

bool br_script_dead_has(const struct br_script_dead *dead, uint32_t address, uint16_t port)
{
	for (size_t i = 0; i < dead->count; i++) {
		if (dead->block[i].address == address && dead->block[i].port == port)
			return true;
	}
	return false;
}

void br_script_dead_add(struct br_script_dead *dead, struct br_setup *setup, uint32_t address,
                        unsigned role, uint16_t port)
{
	struct br_setup_server *s = find(setup, address);

	if (dead->count == BR_SCRIPT_DEAD_MAX || (!s && setup->servers == BR_SETUP_SERVERS_MAX))
		return;
	if (!s) {
		s = &setup->server[setup->servers++];
		s->address = address;
		br_config_init(&s->config);
		s->config.links = 1;
		s->config.link[0] =
			(struct br_config_link){.address = address, .netmask = NET_24, .mtu = MTU};
	}
	s->config.roles |= role;
	if (role == BR_ROLE_HTTP)
		s->config.http_port = port;
	dead->block[dead->count].address = address;
	dead->block[dead->count++].port = port;
}

/* Of a host of IPv6 that said nothing at all nothing was learnt. */
static uint32_t number_of(struct br_setup *setup, const struct br_tape *tape,
                          const struct br_endpoint *server)
{
	uint32_t address = br_setup_address(setup, server);
	const struct br_setup_server *s = NULL;

	if (address == 0 && setup->six.on && !br_ip_is_ipv4(server->ip))
		s = br_setup6_server(setup, tape, server->ip);
	return s ? s->address : address;
}

/* Asked for on that port, and it never said a word there. */
static void asked(struct br_script_dead *dead, struct br_setup *setup, const struct br_tape *tape,
                  const struct br_endpoint *server, unsigned role, uint16_t port)
{
	uint32_t address = number_of(setup, tape, server);
	const struct br_setup_server *s = find(setup, address);
	unsigned with = role == BR_ROLE_PXE ? 0 : role; /* OFFERs give it that role */

	if (address == 0 || (address >= MULTICAST && !setup->six.on) || setup->servers == 0 ||
	    br_script_is_far(setup, address) || br_script_dead_has(dead, address, port) ||
	    (s && s->config.roles & with))
		return;
	if (s && s->config.roles & BR_ROLE_PROXYDHCP && role == BR_ROLE_PXE)
		role = BR_ROLE_PROXYDHCP;
	br_script_dead_add(dead, setup, address, role, port);
}

static bool answers_4011(const struct br_story *story, const struct br_attempt *a,
                         const struct br_endpoint *server)
{
	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = story->client->exchange[i];

		if (e->kind == BR_TALK_PXE && e->pxe.replies > 0 &&
		    br_endpoint_to_ipv4(&e->pxe.server) == br_endpoint_to_ipv4(server))
			return true;
	}
	return false;
}

void br_script_dead_find(struct br_script_dead *dead, struct br_setup *setup,
                         const struct br_story *story, const struct br_attempt *attempt,
                         const struct br_tape *tape)
{
	for (size_t i = attempt->first; i <= attempt->last; i++) {
		const struct br_talk_exchange *e = story->client->exchange[i];

		if (e->kind == BR_TALK_PXE && e->pxe.server.port == BR_DHCP_PORT_PXE &&
		    !answers_4011(story, attempt, &e->pxe.server))
			asked(dead, setup, tape, &e->pxe.server, BR_ROLE_PXE, BR_DHCP_PORT_PXE);
	}
	for (size_t i = 0; i < attempt->files; i++) {
		const struct br_story_file *f = &attempt->file[i];

		if (f->outcome != BR_OUTCOME_SILENT && f->outcome != BR_OUTCOME_CLOSED)
			continue;
		if (f->exchange->kind == BR_TALK_TFTP)
			asked(dead, setup, tape, &f->server, BR_ROLE_TFTP, BR_TFTP_PORT);
		else
			asked(dead, setup, tape, &f->server, BR_ROLE_HTTP, f->server.port);
	}
}

void br_script_dead_forget(struct br_script_dead *dead, const struct br_story *story,
                           const struct br_attempt *attempt)
{
	size_t kept = 0;

	for (size_t i = 0; i < dead->count; i++) {
		struct br_endpoint e = br_endpoint_ipv4(dead->block[i].address, 0);

		if (dead->block[i].port != BR_DHCP_PORT_PXE || !answers_4011(story, attempt, &e))
			dead->block[kept++] = dead->block[i];
	}
	dead->count = kept;
}

void br_script_dead_revive(struct br_script_dead *dead, uint32_t address)
{
	size_t kept = 0;

	for (size_t i = 0; i < dead->count; i++) {
		if (dead->block[i].address != address)
			dead->block[kept++] = dead->block[i];
	}
	dead->count = kept;
}

void br_script_dead_print(FILE *out, const struct br_script_dead *dead, uint32_t address)
{
	const char *separator = " blocked=";

	for (size_t i = 0; i < dead->count; i++) {
		if (dead->block[i].address != address)
			continue;
		fprintf(out, "%s%u", separator, dead->block[i].port);
		separator = ",";
	}
}
