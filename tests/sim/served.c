/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/served.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"

enum {
	MTU = 1500,
	PREFIX = 64,
};

void served_must(int error, const char *what)
{
	if (error < 0) {
		fprintf(stderr, "%s: %s\n", what, strerror(-error));
		abort();
	}
}

static void set_words(struct br_config *config, const char *words)
{
	char copy[1024], error[200];

	served_must(strlen(words) < sizeof(copy) ? 0 : -1, words);
	strcpy(copy, words);
	for (char *rest = NULL, *word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		char *value = strchr(word, '=');

		served_must(value ? 0 : -1, word);
		*value++ = '\0';
		served_must(br_config_set(config, word, value, error, sizeof(error)), word);
	}
}

void served_new(const struct served_site *site, struct br_host **ret_host,
                struct br_server_host **ret_server)
{
	const struct br_host_limits *limits = site->limits ? site->limits : &br_host_limits_server;
	struct br_files files = br_file_store_files(site->store);
	struct br_config *config = malloc(sizeof(*config)); /* large */
	struct br_host *host;

	if (!config)
		abort();
	br_config_init(config);
	config->link[0] = (struct br_config_link){
		.address = site->address, .netmask = site->netmask, .mtu = MTU};
	memcpy(config->link[0].address6, site->address6, sizeof(site->address6));
	memcpy(config->link[0].mac, site->mac, sizeof(site->mac));
	config->link[0].prefix6 = PREFIX;
	config->links = 1;
	set_words(config, site->words);
	if (site->leases_max > 0)
		config->leases_max = site->leases_max;
	served_must(br_host_new(&host, site->wire, site->name, limits, site->host_seed), "host");
	served_must(br_host_add_link(host, site->segment, site->mac), "link");
	br_host_set_address(host, 0, site->address, site->netmask);
	if (!br_ip_is_zero(site->address6)) {
		served_must(br_host_six_on(host, 0, &br_host_six_quiet), "IPv6");
		served_must(br_host_add_address6(host, 0, site->address6, PREFIX, true), "IPv6");
	}
	served_must(br_server_host_new(ret_server, host, site->clock, site->name, config, &files,
	                               site->seed),
	            "server");
	free(config);
	*ret_host = host;
}
