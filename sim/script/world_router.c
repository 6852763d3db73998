/* SPDX-License-Identifier: BSD-2-Clause */
/* What a router of a world advertises: RFC 4861 section 6.2, as its ra- keys say */
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/script/lex.h"
#include "sim/script/node_keys.h"
#include "sim/script/world.h"

enum {
	RA_LIFETIME_S = 1800, /* RFC 4861 section 6.2.1 */
};

static bool has_ra_key(const struct br_script_node *node)
{
	for (size_t i = 0; i < node->settings; i++) {
		if (!strncmp(node->setting[i].name, "ra-", 3))
			return true;
	}
	return false;
}

static uint32_t milliseconds(const struct br_script_node *node, const char *key)
{
	const char *said = br_node_key(node, key);
	br_time time = 0;

	if (said)
		(void)br_lex_duration(br_text(said), &time);
	return (uint32_t)(time / BR_MS);
}

static uint64_t number_of(const struct br_script_node *node, const char *key, uint64_t without)
{
	const char *said = br_node_key(node, key);
	uint64_t number = without;

	if (said)
		(void)br_number_read(br_text(said), UINT64_MAX, &number);
	return number;
}

static void put_prefixes(const struct br_script *s, const struct br_script_node *node, size_t link,
                         struct br_nd_router *router)
{
	const struct br_script_net *net = &s->net[node->link[link].net];
	bool said = false;
	char text[96];

	for (size_t i = 0; i < node->settings && router->prefixes < BR_ND_PREFIXES_MAX; i++) {
		if (strcmp(node->setting[i].name, "ra-prefix") != 0)
			continue;
		said = true;
		if (br_node_prefix_read(node->setting[i].value.text,
		                        &router->prefix[router->prefixes]))
			router->prefixes++;
	}
	if (said)
		return;
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put_ipv6(&w, net->network6);
	br_text_put(&w, "/");
	br_text_put_decimal(&w, net->bits6);
	if (br_node_prefix_read((struct br_octets){(uint8_t *)text, br_written(&w)},
	                        &router->prefix[0]))
		router->prefixes = 1;
}

static struct br_host_advertisement advertisement_of(const struct br_script *s,
                                                     const struct br_script_node *node, size_t link)
{
	const char *flags = br_node_key(node, "ra-flags"), *dns = br_node_key(node, "ra-dns"),
		   *answer = br_node_key(node, "ra-answer");
	struct br_octets rest = dns ? br_text(dns) : (struct br_octets){0};
	struct br_host_advertisement a = {
		.first_ms = milliseconds(node, "ra-first"),
		.interval_ms = milliseconds(node, "ra-every"),
		.answer_ms = milliseconds(node, "ra-answer"),
		.unasked_only = answer && !strcmp(answer, "off"),
		.router = {.hop_limit = (uint8_t)number_of(node, "ra-hop-limit", 64),
	                   .managed = flags && flags[0] == 'M',
	                   .other = flags && strchr(flags, 'O'),
	                   .lifetime_s =
	                           br_node_key(node, "ra-lifetime")
	                                   ? (uint16_t)(milliseconds(node, "ra-lifetime") / 1000)
	                                   : RA_LIFETIME_S,
	                   .mtu = (uint32_t)number_of(node, "ra-mtu", 0)},
	};

	a.router.rdnss_s = a.router.lifetime_s;
	while (rest.data && a.router.rdnsses < BR_ND_RDNSS_MAX) {
		if (br_text_get_ipv6(br_text_cut(&rest, ','), a.router.rdnss[a.router.rdnsses]))
			a.router.rdnsses++;
	}
	put_prefixes(s, node, link, &a.router);
	return a;
}

/* A router, or a relay that was told to: RFC 4861 section 6.2 */
void br_world_advertise(struct br_world *world, size_t index)
{
	const struct br_script_node *node = &world->script->node[index];
	bool wanted =
		node->kind == BR_NODE_ROUTER || has_ra_key(node) || br_node_says(node, "ra", "on");

	for (size_t i = 0; wanted && !br_node_says(node, "ra", "off") && i < node->links; i++) {
		struct br_host_advertisement a = advertisement_of(world->script, node, i);

		br_host_advertise6(world->node[index].host, (uint32_t)i, &a);
	}
}
