/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/lint/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/script/source.h"

#include <arpa/inet.h>

enum {
	HTTP_PORT = 80,
};

static bool begins_word(const char *text, const char *at)
{
	return at == text || isspace((unsigned char)at[-1]) || strchr(";{}", at[-1]) != NULL;
}

/* '#' begins one at a word's beginning, for Kea anywhere, and also two slashes and what C has.
 * Return: its octets, without the end of the line; 0: here is none
 */
static size_t comment_size(const char *text, const char *at, bool kea)
{
	if (kea && at[0] == '/' && at[1] == '*') {
		const char *end = strstr(at + 2, "*/");

		return end ? (size_t)(end + 2 - at) : strlen(at);
	}
	if ((*at == '#' && (kea || begins_word(text, at))) || (kea && at[0] == '/' && at[1] == '/'))
		return strcspn(at, "\n");
	return 0;
}

/* With both quotes; one that is left open ends with its line */
static size_t quoted_size(const char *at)
{
	const char *end = at + 1;

	for (; *end && *end != '"' && *end != '\n'; end++)
		end += *end == '\\' && end[1] && end[1] != '\n';
	return (size_t)(end - at) + (*end == '"');
}

/* Comments become blanks, and lines stay where they are. */
static void blank_comments(char *text, bool kea)
{
	char *at = text;

	while (*at) {
		size_t size = comment_size(text, at, kea);

		if (size == 0)
			at += *at == '"' ? quoted_size(at) : 1;
		for (; size > 0; size--, at++) {
			if (*at != '\n')
				*at = ' ';
		}
	}
}

static int cut_into_lines(struct br_lint_config *c, size_t size)
{
	size_t count = 1;

	for (size_t i = 0; i < size; i++)
		count += c->text[i] == '\n';
	c->line = calloc(count, sizeof(c->line[0]));
	if (!c->line)
		return -ENOMEM;
	for (char *at = c->text; at; c->lines++) {
		char *end = strchr(at, '\n');

		c->line[c->lines] = at;
		if (end)
			*end = '\0';
		at = end ? end + 1 : NULL;
	}
	return 0;
}

/* "http://10.0.0.1:8080/x": the host, and the port where one is said */
static bool host_of(const char *url, char *target, size_t size, uint16_t *ret_port)
{
	const char *at = strstr(url, "://");
	size_t length;

	*ret_port = 0;
	if (!at)
		return false;
	at += 3;
	length = strcspn(at, at[0] == '[' ? "]" : ":/");
	if (at[0] == '[') {
		at++;
		length--;
	}
	if (length == 0 || length >= size)
		return false;
	(void)snprintf(target, size, "%.*s", (int)length, at);
	at += length;
	at += at[0] == ']';
	if (at[0] == ':')
		*ret_port = (uint16_t)strtoul(at + 1, NULL, 10);
	return true;
}

static void add_port(struct br_lint_config *c, uint16_t port)
{
	for (size_t i = 0; i < c->ports; i++) {
		if (c->port[i] == port)
			return;
	}
	if (port != 0 && c->ports < BR_LINT_PORTS_MAX)
		c->port[c->ports++] = port;
}

/* A machine of that network which it names as boot server, most often; 0: none, or two alike */
static uint32_t most_named(const struct br_lint_config *c)
{
	uint32_t seen[BR_LINT_BOOTS_MAX * 2], best = 0;
	size_t count = 0, most = 0, second = 0;

	for (size_t i = 0; i < c->boots; i++) {
		char host[64];
		uint16_t port;
		uint32_t address;

		if (br_text_get_ipv4(br_text(c->boot[i].server), &address))
			seen[count++] = address;
		if (host_of(c->boot[i].file, host, sizeof(host), &port) &&
		    br_text_get_ipv4(br_text(host), &address))
			seen[count++] = address;
	}
	for (size_t i = 0; i < count; i++) {
		size_t times = 0;

		for (size_t k = 0; k < count; k++)
			times += seen[k] == seen[i];
		if (((seen[i] ^ c->network) & c->netmask) != 0 || seen[i] == best)
			continue;
		second = times > most ? most : times > second ? times : second;
		best = times > most ? seen[i] : best;
		most = times > most ? times : most;
	}
	return most > second ? best : 0;
}

static void settle(struct br_lint_config *c)
{
	for (size_t i = 0; i < c->boots; i++) {
		char host[64];
		uint16_t port;
		uint8_t six[16];

		if (!host_of(c->boot[i].file, host, sizeof(host), &port))
			continue;
		if (strncmp(c->boot[i].file, "http:", 5) == 0)
			add_port(c, port ? port : HTTP_PORT);
		if (c->six && br_ip_is_zero(c->address6) && inet_pton(AF_INET6, host, six) == 1 &&
		    memcmp(six, c->network6, 8) == 0)
			memcpy(c->address6, six, sizeof(six));
	}
	if (c->ports == 0)
		add_port(c, HTTP_PORT);
	if (c->netmask == 0)
		c->netmask = 0xffffff00;
	if (c->address) {
		c->address_why = "the configuration says so";
	} else if (c->network) {
		c->address = most_named(c);
		c->address_why = "the boot server it names";
	}
	if (!c->address && c->network) {
		c->address = (c->network & c->netmask) + 1;
		c->address_why = "the first of its network";
	}
	if (!c->device[0])
		(void)snprintf(c->device, sizeof(c->device), "eth0");
	if (c->six && br_ip_is_zero(c->network6))
		memcpy(c->network6, "\x20\x01\x0d\xb8\x00\x77\x00\x00", 8);
	if (c->six && br_ip_is_zero(c->address6)) {
		memcpy(c->address6, c->network6, 16);
		c->address6[15] = 1;
	}
}

int br_lint_config_read(struct br_lint_config *config, enum br_lint_kind kind, const char *path,
                        FILE *err)
{
	size_t size = 0;
	int result;

	*config = (struct br_lint_config){.kind = kind, .path = path};
	config->text = br_source_read(path, &size);
	if (!config->text) {
		result = -errno;
		fprintf(err, "%s: cannot be read: %s\n", path, strerror(errno));
		return result;
	}
	blank_comments(config->text, kind == BR_LINT_KEA);
	result = cut_into_lines(config, size);
	if (result < 0)
		return result;
	switch (kind) {
	case BR_LINT_DNSMASQ:
		br_lint_read_dnsmasq(config);
		break;
	case BR_LINT_KEA:
		br_lint_read_kea(config);
		break;
	case BR_LINT_DHCPD:
		br_lint_read_dhcpd(config);
		break;
	case BR_LINT_KINDS:
		break;
	}
	settle(config);
	if (config->four || config->six)
		return 0;
	fprintf(err,
	        "%s: no range or network of addresses is in it: is it a configuration of %s?\n",
	        path, br_lint_kind_name(kind));
	return -EINVAL;
}

void br_lint_config_free(struct br_lint_config *config)
{
	free(config->line);
	free(config->text);
	*config = (struct br_lint_config){.lines = 0};
}
