/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "captures/explain/show.h"

const char *br_weight_name(enum br_weight weight)
{
	static const char *const names[] = {
		[BR_WEIGHT_OK] = "ok",           [BR_WEIGHT_REMARK] = "remark",
		[BR_WEIGHT_OPEN] = "open",       [BR_WEIGHT_FAILURE] = "failure",
		[BR_WEIGHT_UNKNOWN] = "unknown",
	};

	return names[weight];
}

struct br_finding *br_finding_add(struct br_diagnosis *d, const struct br_verdict *verdict)
{
	if (d->findings == BR_FINDINGS_MAX)
		return NULL;
	struct br_finding *f = &d->finding[d->findings++];

	f->id = verdict->id;
	f->weight = verdict->weight;
	f->side = verdict->side;
	f->requirements = verdict->requirements;
	f->quirk = verdict->quirk;
	f->text[0] = f->change[0] = '\0';
	f->first_frame = f->last_frame = 0;
	return f;
}

void br_finding_say(struct br_finding *f, const char *format, ...)
{
	va_list args;

	if (!f)
		return;
	size_t size = strlen(f->text);

	va_start(args, format);
	(void)vsnprintf(f->text + size, sizeof(f->text) - size, format, args);
	va_end(args);
	br_show_names(f->text + size);
}

void br_finding_say_before(struct br_finding *f, const char *format, ...)
{
	char said[BR_FINDING_TEXT];
	va_list args;

	if (!f)
		return;
	memcpy(said, f->text, sizeof(said));
	va_start(args, format);
	(void)vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	br_finding_say(f, "%s", said);
}

void br_finding_change(struct br_finding *f, const char *format, ...)
{
	va_list args;

	if (!f)
		return;
	va_start(args, format);
	(void)vsnprintf(f->change, sizeof(f->change), format, args);
	va_end(args);
}

void br_finding_say_alive(struct br_finding *f, const struct br_story *s,
                          const struct br_endpoint *address)
{
	const struct br_talk_server *server = br_talk_find_server(s->talk, address);

	if (server && server->dhcp > 0)
		br_finding_say(f, " The machine is up: it answers DHCP.");
	else if (server && server->alive)
		br_finding_say(f, " The machine is up: it answered ARP or other packets.");
}

const char *br_finding_asker(const struct br_story_file *file)
{
	static const struct {
		const char *software, *name;
	} names[] = {{"edk2", "the firmware"},  {"shim", "shim"},         {"grub", "GRUB"},
	             {"ipxe", "iPXE"},          {"pxelinux", "PXELINUX"}, {"uboot", "U-Boot"},
	             {"libnet", "the firmware"}};

	for (size_t i = 0; file->software && i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(file->software, names[i].software))
			return names[i].name;
	}
	return strstr(file->name, "\\x5c") ? "the Windows boot manager" : "the client";
}

void br_finding_say_where(struct br_finding *f, const struct br_attempt *a,
                          const struct br_story_file *file)
{
	char server[BR_SHOW_ADDRESS];
	struct br_endpoint address = file->server;
	size_t before = 0;

	if (file->exchange->kind == BR_TALK_TFTP)
		address.port = 0;
	for (const struct br_story_file *i = a->file; i < file; i++)
		before += i->outcome == BR_OUTCOME_COMPLETE;
	if (before > 0)
		br_finding_say(f, "%zu file%s came whole; then %s", before, before == 1 ? "" : "s",
		               br_finding_asker(file));
	else if (a->dhcp)
		br_finding_say(f, "It got an address, and %s", br_finding_asker(file));
	else
		br_finding_say(f, "How it got an address is not in this capture; %s",
		               br_finding_asker(file));
	br_finding_say(f, " asked %s ", br_show_address(server, &address, address.port != 80));
	if (file->name[0])
		br_finding_say(f, strchr(file->name, ' ') ? "for \"%s\"" : "for %s", file->name);
	else
		br_finding_say(f, "for a connection");
}
