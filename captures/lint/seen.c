/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/diagnose.h"
#include "captures/explain/show.h"
#include "captures/lint/judge.h"
#include "conformance/rules/rules.h"
#include "core/base/arch.h"

static void keep(char *target, const char *text)
{
	(void)snprintf(target, BR_LINT_FILE_SIZE, "%.255s", text);
}

/* What an answer told, the first of all and the last */
static void told(struct br_lint_seen *seen, const char *file, uint32_t server)
{
	if (!file[0])
		return;
	if (!seen->file[0]) {
		keep(seen->file, file);
		if (server)
			(void)br_show_ipv4(seen->server, server);
	}
	keep(seen->last, file);
}

/* iPXE by its own word, and told to load iPXE */
static bool is_loop(bool ipxe, const char *file)
{
	static const char *const names[] = {"undionly", "ipxe.", "ipxe-",
	                                    "snponly",  "snp.",  "xnba."};
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	const char *dot = strrchr(name, '.');

	if (!ipxe || !dot || (strcmp(dot, ".efi") != 0 && !strstr(dot, "pxe")) ||
	    strcmp(dot, ".ipxe") == 0)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strncmp(name, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

static bool is_ipxe(const char *user_class)
{
	return br_lint_has(user_class, "ipxe") || br_lint_has(user_class, "xnba");
}

static void see_loop(struct br_lint_seen *seen, bool ipxe, const char *file)
{
	if (!is_loop(ipxe, file))
		return;
	seen->loops = true;
	keep(seen->asked, file);
}

static void see_replies(struct br_lint_seen *seen, const struct br_talk_identity *who,
                        const struct br_talk_reply *reply, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char address[BR_SHOW_ADDRESS];

		seen->offered = seen->offered || reply[i].yiaddr != 0;
		if (reply[i].yiaddr)
			(void)snprintf(seen->address, sizeof(seen->address), "%s",
			               br_show_ipv4(address, reply[i].yiaddr));
		told(seen, reply[i].file, reply[i].siaddr ? reply[i].siaddr : reply[i].server_id);
		if (!reply[i].file[0] && reply[i].has_menu && !seen->file[0])
			keep(seen->file, "(a menu, option 43)");
		see_loop(seen, who->has_ipxe || is_ipxe(who->user_class), reply[i].file);
	}
}

static void see_exchange(struct br_lint_seen *seen, const struct br_talk_exchange *e)
{
	char address[BR_SHOW_ADDRESS];

	switch (e->kind) {
	case BR_TALK_DHCP:
		see_replies(seen, &e->dhcp.identity, e->dhcp.reply, e->dhcp.replies);
		break;
	case BR_TALK_PXE:
		see_replies(seen, &e->pxe.identity, e->pxe.reply,
		            e->pxe.replies < 2 ? e->pxe.replies : 2);
		break;
	case BR_TALK_DHCP6:
		seen->offered = seen->offered || e->dhcp6.advertises > 0 || e->dhcp6.replies > 0;
		told(seen, e->dhcp6.url, 0);
		see_loop(seen, is_ipxe(e->dhcp6.user_class), e->dhcp6.url);
		if (e->dhcp6.leased)
			(void)snprintf(seen->address, sizeof(seen->address), "%s",
			               br_show_address(address, &e->dhcp6.address, false));
		break;
	case BR_TALK_TFTP:
	case BR_TALK_TCP:
	case BR_TALK_DNS:
	case BR_TALK_ARP:
	case BR_TALK_ND:
		break;
	}
}

/* The file that was not had: the last that no program is without */
static void see_files(struct br_lint_seen *seen, const struct br_attempt *attempt)
{
	char address[BR_SHOW_ADDRESS];

	for (size_t i = attempt->files; i-- > 0 && !seen->asked[0];) {
		const struct br_story_file *f = &attempt->file[i];

		if (f->outcome == BR_OUTCOME_COMPLETE || f->outcome == BR_OUTCOME_PROBE ||
		    f->outcome == BR_OUTCOME_MISS)
			continue;
		keep(seen->asked, f->name);
		(void)snprintf(seen->asked_of, sizeof(seen->asked_of), "%s",
		               br_show_address(address, &f->server, false));
	}
	for (size_t i = attempt->files; i-- > 0 && !seen->asked[0];)
		keep(seen->asked, attempt->file[i].name);
}

/* UEFI firmware starts nothing but an EFI program of its own processor; the models run whatever
 * goes by a loader's name, so that is judged here by what came.
 */
static void see_program(struct br_lint_seen *seen, const struct br_story *story)
{
	for (size_t i = 0; i < story->attempts; i++) {
		const struct br_attempt *attempt = &story->attempt[i];
		const struct br_story_file *first = br_story_first_whole(attempt);
		const struct br_image_kind *kind = first ? br_story_image(first) : NULL;

		if (!kind)
			continue;
		if (!br_image_suits_uefi(kind, seen->arch)) {
			seen->failed = true;
			(void)snprintf(seen->verdict, sizeof(seen->verdict), "boot.wrong-program");
			(void)snprintf(
				seen->text, sizeof(seen->text),
				"%.200s came whole, and it is %s: such firmware cannot start it.",
				first->name, br_image_says(kind));
			keep(seen->asked, first->name);
		}
		return;
	}
}

static bool is_uefi(int arch)
{
	const char *name = arch < 0 ? NULL : br_arch_name((unsigned)arch);

	return name && strstr(name, "uefi");
}

static void see_client(struct br_lint_seen *seen, const struct br_lint_client *client,
                       const struct br_story *story, struct br_diagnosis *d)
{
	const struct br_finding *f = &d->finding[0];

	for (size_t i = 0; i < story->client->exchanges; i++)
		see_exchange(seen, story->client->exchange[i]);
	br_diagnose(story, d);
	(void)snprintf(seen->verdict, sizeof(seen->verdict), "%s", f->id);
	(void)snprintf(seen->text, sizeof(seen->text), "%s", f->text);
	(void)snprintf(seen->change, sizeof(seen->change), "%s", f->change);
	if (d->attempt < story->attempts && !seen->loops)
		see_files(seen, &story->attempt[d->attempt]);
	seen->failed = f->weight == BR_WEIGHT_FAILURE;
	if (f->weight == BR_WEIGHT_OPEN && client->cut)
		seen->result = BR_LINT_UNFINISHED;
	if (f->weight == BR_WEIGHT_UNKNOWN || f->weight == BR_WEIGHT_OPEN)
		seen->failed = client->step < BR_BOOT_STEP_PROGRAM;
	if (seen->loops) {
		seen->failed = true;
		(void)snprintf(seen->verdict, sizeof(seen->verdict), "loader.loop");
	}
	if (is_uefi(seen->arch) && !client->ipxe)
		see_program(seen, story);
	seen->unserved = !seen->file[0] && !client->rpi;
}

static void read_all(struct br_feed *feed, struct br_talk *talk, struct br_rules *rules)
{
	struct br_feed_packet packet;

	while (br_feed_next(feed, &packet) == 1) {
		br_talk_of_file(talk, packet.file);
		br_talk_packet(talk, &packet.packet, packet.frame, packet.at);
		br_rules_packet(rules, &packet.packet, packet.frame, 0, packet.at);
	}
}

static void see_all(struct br_lint_report *r, size_t first, size_t count, struct br_talk *talk,
                    struct br_rules *rules, const struct br_fingerprints *prints)
{
	struct br_diagnosis *d = malloc(sizeof(*d));

	if (!d)
		abort();
	for (size_t i = first; i < first + count; i++) {
		struct br_lint_seen *seen = &r->seen[i];
		const struct br_talk_client *client = br_story_pick(talk, r->client[i].mac);
		struct br_story story;

		*seen = (struct br_lint_seen){.fault = -1};
		seen->arch = r->client[i].model->arch == BR_MODEL_NO_ARCH
		                     ? -1
		                     : (int)r->client[i].model->arch;
		if (!client || br_story_init(&story, talk, client, prints) < 0) {
			(void)snprintf(seen->verdict, sizeof(seen->verdict), "capture.no-client");
			seen->result = BR_LINT_OPEN;
			continue;
		}
		story.rules = rules;
		see_client(seen, &r->client[i], &story, d);
		br_story_reset(&story);
	}
	free(d);
}

int br_lint_see(struct br_lint_report *report, const char *pcap, size_t first, size_t count)
{
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_rules_options options = {.complete = false};
	struct br_fingerprints *prints = NULL;
	struct br_feed *feed = NULL;
	struct br_talk *talk = NULL;
	struct br_rules *rules = NULL;
	int result = br_fingerprints_new(&prints, br_fingerprints_text, remark, sizeof(remark));

	if (result == 0)
		result = br_feed_open(&feed, &pcap, 1, remark);
	if (result == 0)
		result = br_talk_new(&talk, &br_talk_limits_default);
	if (result == 0)
		result = br_rules_new(&rules, &options);
	if (result == 0) {
		read_all(feed, talk, rules);
		see_all(report, first, count, talk, rules, prints);
	}
	(void)br_rules_free(rules);
	(void)br_talk_free(talk);
	(void)br_feed_close(feed);
	(void)br_fingerprints_free(prints);
	return result;
}
