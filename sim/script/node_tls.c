/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/node_tls.h"

#include "core/base/address.h"
#include "core/base/text.h"

static void put_addresses(const struct br_script_node *node, struct br_tls_settings *settings)
{
	struct br_writer w = br_writer_of(settings->names, sizeof(settings->names));

	for (size_t i = 0; i < node->links; i++) {
		bool six = !br_ip_is_zero(node->link[i].address6);

		if (node->link[i].address != 0 || !six) {
			br_text_put(&w, br_written(&w) > 0 ? "," : "");
			br_text_put_ipv4(&w, node->link[i].address);
		}
		if (six) {
			br_text_put(&w, br_written(&w) > 0 ? "," : "");
			br_text_put_ipv6(&w, node->link[i].address6);
		}
	}
	(void)br_text_end(&w);
}

void br_node_tls(const struct br_script_node *node, struct br_tls_settings *ret_settings)
{
	char error[BR_LINE_ERROR_SIZE];

	br_tls_settings_init(ret_settings);
	for (size_t i = 0; i < node->settings; i++) /* each was accepted when it was read */
		(void)br_tls_settings_set(ret_settings, node->setting[i].name,
		                          (const char *)node->setting[i].value.text.data, error,
		                          sizeof(error));
	if (ret_settings->names[0] == '\0')
		put_addresses(node, ret_settings);
}
