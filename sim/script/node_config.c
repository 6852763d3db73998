/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/node_config.h"

#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/script/node_keys.h"
#include "sim/tls/settings.h"

enum {
	VALUE_SIZE = 1024,
	PREFIX_SIZE = 34, /* of a message: the key and "=: " */
};

static void put_links(const struct br_script *s, const struct br_script_node *node,
                      struct br_config *config)
{
	size_t index = 0; /* behind the last while it is being parsed */

	while (index < s->nodes && &s->node[index] != node)
		index++;

	for (size_t i = 0; i < node->links && config->links < BR_CONFIG_LINKS_MAX; i++) {
		const struct br_script_net *net = &s->net[node->link[i].net];
		struct br_config_link *link = &config->link[config->links++];

		*link = (struct br_config_link){
			.address = node->link[i].address,
			.netmask = net->netmask,
			.mtu = net->mtu,
		};
		if (br_ip_is_zero(node->link[i].address6))
			continue;
		memcpy(link->address6, node->link[i].address6, sizeof(link->address6));
		link->prefix6 = net->bits6;
		br_node_mac(node, index, i, link->mac);
	}
}

static int set_one(struct br_config *config, const struct br_arg *arg, char *error)
{
	uint8_t value[VALUE_SIZE];
	struct br_writer w = br_writer_of(value, sizeof(value));
	char said[BR_LINE_ERROR_SIZE - PREFIX_SIZE];
	int result;

	br_node_value(arg, &w);
	result = br_config_set(config, arg->name, br_text_end(&w), said, sizeof(said));
	if (result < 0)
		snprintf(error, BR_LINE_ERROR_SIZE, "%.30s=: %s", arg->name, said);
	return result;
}

int br_node_configure(const struct br_script *script, const struct br_script_node *node,
                      struct br_config *ret_config, size_t *ret_failed,
                      char error[static BR_LINE_ERROR_SIZE])
{
	br_config_init(ret_config);
	put_links(script, node, ret_config);
	ret_config->epoch_ns = node->date_s * BR_S;
	for (size_t i = 0; i < node->settings; i++) {
		const char *key = node->setting[i].name;
		int result;

		if (!strcmp(key, "mac") || !strcmp(key, "gw") || !strcmp(key, "vlan") ||
		    !strcmp(key, "blocked") || !strcmp(key, "date") || br_tls_settings_is_key(key))
			continue; /* of the host, not of the server on it */
		result = set_one(ret_config, &node->setting[i], error);
		if (result < 0) {
			*ret_failed = i;
			return result;
		}
	}
	return 0;
}
