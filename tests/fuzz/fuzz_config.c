/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of KEY=VALUE: none may harm, a refused one changes nothing, and what was taken makes
 * a server or is refused by it.
 */
#include <assert.h>
#include <string.h>

#include "core/dhcp/dhcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_line(struct br_config *config, char *line)
{
	static struct br_config before;
	char error[120];
	char *value = strchr(line, '=');

	if (!value)
		return;
	*value++ = '\0';
	before = *config;
	if (br_config_set(config, line, value, error, sizeof(error)) < 0)
		assert(memcmp(&before, config, sizeof(before)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct br_config config;
	static struct br_outbox outbox;
	static char text[8192];
	struct br_metrics metrics = {0};
	struct br_context context = {.config = &config, .outbox = &outbox, .metrics = &metrics};
	struct br_dhcp *dhcp;
	char *line = text, *end;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	br_config_init(&config);
	config.links = 1;
	config.link[0] =
		(struct br_config_link){.address = 0x0a4d0001, .netmask = 0xffffff00, .mtu = 1500};
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		take_line(&config, line);
	}
	take_line(&config, line);
	if (br_dhcp_new(&dhcp, &context) == 0)
		br_dhcp_free(dhcp);
	return 0;
}
