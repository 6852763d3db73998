/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <string.h>

#include "captures/lint/config.h"
#include "core/base/address.h"
#include "core/base/text.h"

#include <arpa/inet.h>

const char *br_lint_kind_name(enum br_lint_kind kind)
{
	static const char *const names[BR_LINT_KINDS] = {"dnsmasq", "kea", "dhcpd"};

	return names[kind];
}

const char *br_lint_config_line(const struct br_lint_config *config, size_t number,
                                char target[static BR_LINT_LINE_SIZE])
{
	const char *from = number > 0 && number <= config->lines ? config->line[number - 1] : "";
	size_t size;

	while (isspace((unsigned char)*from))
		from++;
	size = strlen(from);
	while (size > 0 && isspace((unsigned char)from[size - 1]))
		size--;
	(void)snprintf(target, BR_LINT_LINE_SIZE, "%.*s",
	               (int)(size < BR_LINT_LINE_SIZE ? size : BR_LINT_LINE_SIZE - 1), from);
	return target;
}

size_t br_lint_config_find(const struct br_lint_config *config, const char *text)
{
	for (size_t i = 0; *text && i < config->lines; i++) {
		if (br_lint_has(config->line[i], text))
			return i + 1;
	}
	return 0;
}

struct br_lint_boot *br_lint_config_boot(struct br_lint_config *config, size_t line,
                                         const char *file)
{
	struct br_lint_boot *boot;

	if (config->boots == BR_LINT_BOOTS_MAX)
		return NULL;
	boot = &config->boot[config->boots++];
	*boot = (struct br_lint_boot){.line = line};
	(void)snprintf(boot->file, sizeof(boot->file), "%.*s", (int)sizeof(boot->file) - 1, file);
	return boot;
}

void br_lint_config_when(struct br_lint_boot *boot, size_t line)
{
	for (size_t i = 0; i < boot->whens; i++) {
		if (boot->when[i] == line)
			return;
	}
	if (boot->whens < BR_LINT_WHEN_MAX)
		boot->when[boot->whens++] = line;
}

void br_lint_config_range(struct br_lint_config *config, size_t line, const char *first,
                          const char *last)
{
	uint32_t a, b;
	uint8_t six[16];

	if (!config->range_line)
		config->range_line = line;
	if (br_text_get_ipv4(br_text(first), &a)) {
		config->four = true;
		if (!config->network)
			config->network = a;
		if (br_text_get_ipv4(br_text(last), &b) && b >= a)
			config->pool += (uint64_t)(b - a) + 1;
	} else if (inet_pton(AF_INET6, first, six) == 1) {
		config->six = true;
		if (br_ip_is_zero(config->network6))
			memcpy(config->network6, six, 8);
	}
}
