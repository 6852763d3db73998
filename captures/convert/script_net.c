/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_net.h"

#include "captures/explain/show.h"
#include "core/base/text.h"

#define NET_24 UINT32_C(0xffffff00)

/* What the client was told of its network; NULL: nothing */
static const struct br_config_subnet *subnet(const struct br_setup *setup)
{
	for (size_t i = 0; i < setup->servers; i++) {
		const struct br_config *c = &setup->server[i].config;

		if (c->subnets > 0 && c->subnet[0].netmask != 0)
			return &c->subnet[0];
	}
	return NULL;
}

static uint32_t netmask(const struct br_setup *setup)
{
	return subnet(setup) ? subnet(setup)->netmask : NET_24;
}

static uint32_t network(const struct br_setup *setup)
{
	if (subnet(setup))
		return subnet(setup)->network;
	return setup->servers > 0 ? setup->server[0].address & NET_24 : 0;
}

bool br_script_is_far(const struct br_setup *setup, uint32_t address)
{
	if (setup->six.on) /* there is one network */
		return false;
	return (address & netmask(setup)) != network(setup);
}

static uint32_t first_far(const struct br_setup *setup)
{
	for (size_t i = 0; i < setup->servers; i++) {
		if (br_script_is_far(setup, setup->server[i].address))
			return setup->server[i].address;
	}
	return 0;
}

static bool is_server(const struct br_setup *setup, uint32_t address)
{
	for (size_t i = 0; i < setup->servers; i++) {
		if (setup->server[i].address == address)
			return true;
	}
	return false;
}

uint32_t br_script_far_gateway(const struct br_setup *setup)
{
	uint32_t address = (first_far(setup) & NET_24) | 1;

	while (is_server(setup, address))
		address++;
	return address;
}

void br_script_put_nets(FILE *out, const struct br_setup *setup)
{
	char a[BR_SHOW_ADDRESS], b[BR_SHOW_ADDRESS];
	struct br_writer w = br_writer_of(a, sizeof(a));
	const struct br_config_subnet *near = subnet(setup);

	br_text_put_cidr(&w, network(setup), netmask(setup));
	fprintf(out, "net lan %s\n", br_text_end(&w));
	if (first_far(setup) == 0)
		return;
	fprintf(out, "net far %s/24\n", br_show_ipv4(a, first_far(setup) & NET_24));
	if (near && near->router && !is_server(setup, near->router))
		fprintf(out, "node router relay lan=%s far=%s auto=off\n",
		        br_show_ipv4(a, near->router),
		        br_show_ipv4(b, br_script_far_gateway(setup)));
}
