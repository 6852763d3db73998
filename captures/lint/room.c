/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/lint/room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/text.h"
#include "sim/command/share.h"
#include "sim/output.h"

#include <arpa/inet.h>

enum {
	READY_S = 60, /* many of them may be started at once */
};

static const char *ready_of(const struct br_lint_config *c)
{
	switch (c->kind) {
	case BR_LINT_DNSMASQ:
		return "started, version";
	case BR_LINT_KEA:
		return c->four ? "DHCP4_STARTED" : "DHCP6_STARTED";
	case BR_LINT_DHCPD:
		return "Server starting service";
	case BR_LINT_KINDS:
		break;
	}
	return NULL;
}

static unsigned bits_of(uint32_t netmask)
{
	unsigned bits = 0;

	for (; bits < 32 && netmask & UINT32_C(1) << (31 - bits); bits++)
		;
	return bits;
}

static void say(const char *name, const char *value)
{
	(void)setenv(name, value, 1);
}

/* What room.sh goes by; the children of this process have it, and nobody else. */
static void say_all(const struct br_lint_room *room)
{
	const struct br_lint_config *c = room->config;
	char text[INET6_ADDRSTRLEN], ports[64] = "", *path = realpath(c->path, NULL);

	say("LINT_KIND", br_lint_kind_name(c->kind));
	say("LINT_CONFIG", path ? path : c->path);
	free(path);
	say("LINT_DEVICE", c->device);
	(void)snprintf(text, sizeof(text), "%u", bits_of(c->netmask));
	say("LINT_BITS", text);
	say("LINT_FOUR", c->four ? "yes" : "");
	say("LINT_ADDRESS6", c->six ? inet_ntop(AF_INET6, c->address6, text, sizeof(text)) : "");
	say("LINT_ROOT", c->root);
	say("LINT_FILES", room->files ? room->files : "");
	say("LINT_SERVES", room->serves);
	for (size_t i = 0; i < c->ports; i++)
		(void)snprintf(ports + strlen(ports), sizeof(ports) - strlen(ports), " %u",
		               (unsigned)c->port[i]);
	say("LINT_PORTS", ports);
}

int br_lint_room_open(struct br_lab **ret_lab, const struct br_lint_room *room,
                      char error[static BR_LAB_ERROR_SIZE])
{
	char here[BR_SHARE_PATH_SIZE], *whole;
	struct br_lab_options options = {.start = ". \"$HERE/room.sh\"",
	                                 .ready = ready_of(room->config),
	                                 .ready_s = READY_S,
	                                 .address = room->config->address,
	                                 .state = room->state,
	                                 .files = room->files ? room->files : room->state,
	                                 .settings = "",
	                                 .device = room->device};
	int result;

	br_share_path(here, "conformance/lint");
	whole = realpath(here, NULL);
	if (!whole) {
		result = -errno;
		(void)snprintf(error, BR_LAB_ERROR_SIZE, "%.200s: %s", here, strerror(errno));
		return result;
	}
	options.here = whole;
	say_all(room);
	result = br_lab_new(ret_lab, &options, error);
	free(whole);
	return result;
}

const char *br_lint_room_said(const char *state, const char *text,
                              char target[static BR_LINT_LINE_SIZE])
{
	char path[BR_LINT_PATH_SIZE + 16], line[BR_LINT_LINE_SIZE];
	FILE *from;

	target[0] = '\0';
	(void)snprintf(path, sizeof(path), "%.500s/server.log", state);
	from = fopen(path, "re");
	while (from && fgets(line, sizeof(line), from)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, text) && !strstr(line, "FAILED to start up"))
			memcpy(target, line, sizeof(line));
	}
	if (from)
		fclose(from);
	return target;
}
