/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_loader.c - the loader runs, and does not find what it needs
 *
 * What a program does that came whole: shim, GRUB and PXELINUX have ways of their own to look for
 * their server, their modules and their configuration.
 */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/reach.h"
#include "captures/explain/show.h"
#include "core/base/text.h"

/* The server this file was asked of is not the one the first program came from, but the
 * one the DHCP ACK names in siaddr: GRUB and shim follow the ACK, not the proxy.
 */
bool br_diagnose_wrong_server(const struct br_attempt *a, const struct br_story_file *file,
                              struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"loader.wrong-server", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01,D4S-BF-02",
	                                          "proxy-next-server-precedence"};
	const struct br_story_file *whole = br_story_first_whole(a);
	char server[BR_SHOW_ADDRESS], first[BR_SHOW_ADDRESS];
	struct br_endpoint address = file->server, next;

	if (!br_story_is_unanswered(file->outcome) || !a->ack || !whole || !a->ack->siaddr)
		return false;
	next = br_endpoint_ipv4(a->ack->siaddr, 0);
	if (memcmp(file->server.ip, next.ip, 16) != 0 || !memcmp(whole->server.ip, next.ip, 16))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	address.port = 0;
	br_finding_say(f,
	               "%zu file%s came whole, from %s; then %s asked %s for %s, which serves no "
	               "files (%s). That address is the next server (siaddr) in the DHCP ACK; "
	               "loaders follow it even when the boot file came by proxyDHCP.",
	               a->programs, a->programs == 1 ? "" : "s",
	               br_show_address(first, &whole->server, false), br_finding_asker(file),
	               br_show_address(server, &address, false), file->name,
	               file->outcome == BR_OUTCOME_CLOSED   ? "port closed"
	               : file->outcome == BR_OUTCOME_SILENT ? "no answer"
	                                                    : "ICMP error");
	br_finding_change(f,
	                  "Set the DHCP server's next server to %s (dnsmasq: "
	                  "dhcp-option=option:server-ip-address,%s), or serve the same files at "
	                  "%s too.",
	                  first, first, server);
	return true;
}

/* PXELINUX 5 and later loads the greater part of itself as a second file. */
static bool no_module(const struct br_attempt *a, const struct br_story_file *last, size_t names,
                      struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"loader.no-module", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	const char *module = strstr(last->name, "ldlinux.");
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"%zu file%s came whole; then %s looked for its own module %s at %zu places and "
		"found it at none. Its screen shows \"Failed to load %s\".",
		a->programs, a->programs == 1 ? "" : "s", br_finding_asker(last), module, names,
		module);
	br_finding_change(f,
	                  "Put %s of the same SYSLINUX version beside the boot file (for BIOS "
	                  "ldlinux.c32, for UEFI ldlinux.e64 or ldlinux.e32).",
	                  module);
	return true;
}

/* A search for a configuration that ended without one. */
bool br_diagnose_no_configuration(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"loader.no-config", BR_WEIGHT_FAILURE,
	                                          "configuration", "", "grub-config-search-storm"};
	const struct br_story_file *last = NULL;
	size_t run = 0;

	for (size_t i = a->files; i-- > 0 && a->file[i].outcome == BR_OUTCOME_MISS;) {
		last = last ? last : &a->file[i];
		run++;
	}
	if (last && strstr(last->name, "ldlinux."))
		return no_module(a, last, run, d);
	if (!last || !strstr(last->name, "pxelinux.cfg/default"))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);
	char server[BR_SHOW_ADDRESS];
	struct br_endpoint address = last->server;

	address.port = 0;
	br_finding_say(
		f,
		"%s looked for a configuration under %zu names on %s, the last %s, and found "
		"none.",
		br_finding_asker(last), run, br_show_address(server, &address, false), last->name);
	br_finding_change(f,
	                  "Put a configuration at one of these names; pxelinux.cfg/default serves "
	                  "everybody.");
	return true;
}

/* No program came, and each name that was asked for was none the boot could not do without; but
 * none was there, and with the last it ended.
 */
bool br_diagnose_nothing_found(const struct br_story *s, const struct br_attempt *a,
                               struct br_diagnosis *d)
{
	static const struct br_verdict tftp = {"tftp.not-found", BR_WEIGHT_FAILURE, "configuration",
	                                       "TFTP-ERR-01", ""};
	static const struct br_verdict http = {"http.not-found", BR_WEIGHT_FAILURE, "configuration",
	                                       "HBD-03", ""};
	const struct br_story_file *last = a->files > 0 ? &a->file[a->files - 1] : NULL;
	char server[BR_SHOW_ADDRESS];

	for (size_t i = 0; i < a->files; i++) {
		if (a->file[i].outcome != BR_OUTCOME_MISS)
			return false;
	}
	if (!last || br_story_ends_within(s, a->ended, 3 * BR_S))
		return false;
	struct br_endpoint address = last->server;
	struct br_finding *f =
		br_finding_add(d, last->exchange->kind == BR_TALK_TFTP ? &tftp : &http);

	address.port = 0;
	br_finding_say(f,
	               "It got an address, and %s asked %s for %zu name%s, the last %s: none is "
	               "there.",
	               br_finding_asker(last), br_show_address(server, &address, false), a->files,
	               a->files == 1 ? "" : "s", last->name);
	if (a->ack && !a->ack->file[0] && !a->ack->cut)
		br_finding_say(f, " DHCP named no boot file, so these are names of its own.");
	br_finding_change(f, a->ack && !a->ack->file[0]
	                             ? "Name the boot file in the DHCP configuration, or put it at "
	                               "one of these names."
	                             : "Put the boot file there, or correct its name in the DHCP "
	                               "configuration.");
	return true;
}

static bool is_grub(const struct br_story_file *file)
{
	const char *base = strrchr(file->name, '/');
	struct br_octets name = br_text(base ? base + 1 : file->name);

	return br_text_starts_nocase(name, "grub") || br_text_starts_nocase(name, "core.");
}

/* An EFI program, of which the DHCP server knows nothing */
static bool by_proxy(const struct br_attempt *a, const struct br_story_file *file)
{
	const struct br_image_kind *image = br_story_image(file);

	return a->ack && !a->ack->file[0] && image && image->image == BR_IMAGE_PE && !image->linux;
}

/* GRUB goes to the next server of the ACK; where that is 0 and the file came by proxyDHCP it has
 * none, and stands at its prompt without a packet.
 */
bool br_diagnose_no_server(const struct br_story *s, const struct br_attempt *a,
                           struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"loader.no-server", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01,D4S-BF-02",
	                                          "proxy-next-server-precedence"};
	static const struct br_verdict perhaps = {"loader.no-server", BR_WEIGHT_UNKNOWN,
	                                          "configuration", "D4S-BF-01,D4S-BF-02",
	                                          "proxy-next-server-precedence"};
	const struct br_story_file *last = NULL;
	char server[BR_SHOW_ADDRESS];

	for (size_t i = 0; i < a->files; i++)
		last = a->file[i].outcome == BR_OUTCOME_COMPLETE ? &a->file[i] : last;
	bool grub = last && is_grub(last);

	if (!last || last->exchange->kind != BR_TALK_TFTP || !(grub || by_proxy(a, last)) ||
	    !a->ack || a->ack->cut || a->ack->siaddr || a->ack->server_name[0] ||
	    a->reached >= BR_REACHED_SYSTEM || br_story_ends_within(s, a->ended, 5 * BR_S))
		return false;
	struct br_endpoint from = last->server;
	struct br_finding *f = br_finding_add(d, grub ? &verdict : &perhaps);

	from.port = 0;
	br_finding_say(f,
	               "%zu file%s came whole, the last %s from %s, and %s asked for nothing. %s "
	               "takes its server from the next server (siaddr) of the DHCP ACK, also where "
	               "the boot file came by proxyDHCP, and there it is 0.0.0.0: it stands at its "
	               "prompt (grub>).",
	               a->programs, a->programs == 1 ? "" : "s", last->name,
	               br_show_address(server, &from, false), grub ? "GRUB" : "the program",
	               grub ? "It" : "If that is GRUB, it");
	br_finding_change(f,
	                  "Set the DHCP server's next server to %s (dnsmasq: "
	                  "dhcp-option=option:server-ip-address,%s).",
	                  server, server);
	return true;
}

/* shim takes its server out of option 59 itself, and only where it stands in brackets (rhboot/shim
 * netboot.c); the firmware before it also takes a name.
 */
bool br_diagnose_shim_name(const struct br_story *s, const struct br_attempt *a,
                           struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"loader.shim-wants-brackets", BR_WEIGHT_FAILURE,
	                                          "configuration", "", "dhcp6-url-form"};
	const struct br_story_file *whole = br_story_first_whole(a);
	const char *host;

	if (a->path != BR_PATH_PXE6 || a->dhcp->kind != BR_TALK_DHCP6 || !whole ||
	    a->reached != BR_REACHED_LOADED || !strstr(whole->name, "shim") ||
	    br_reach_host(a->dhcp->dhcp6.url, &host) == 0 ||
	    br_story_ends_within(s, a->ended, 3 * BR_S))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "%s came whole and asked for nothing. The boot file (option 59) is %s: shim "
	               "reads its server out of that, and takes it in brackets alone, no name; it "
	               "shows \"TFTP SERVER MUST BE ENCLOSED IN [..]\".",
	               whole->name, a->dhcp->dhcp6.url);
	br_finding_change(f, "Write the server's IPv6 address in brackets into option 59: "
	                     "tftp://[SERVER]/FILE.");
	return true;
}

/* GRUB started by HTTP boot has no address and asks for nothing: recorded ovmf-virtio-http */
bool br_diagnose_quiet_loader(const struct br_story *s, const struct br_attempt *a,
                              struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"loader.quiet-after-http", BR_WEIGHT_UNKNOWN,
	                                          "client", "", "httpboot-no-dhcp-packet-for-nbp"};
	const struct br_story_file *last = &a->file[a->files - 1];

	if ((a->path != BR_PATH_HTTP4 && a->path != BR_PATH_HTTP6) || !last->software ||
	    strcmp(last->software, "shim") != 0 || br_story_ends_within(s, a->ended, 3 * BR_S))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "All that was asked for was delivered; shim loaded %s as the last file, and "
	               "it asked for nothing in the %.0f s that follow. A GRUB that was started by "
	               "HTTP boot gets no address and no prefix from the firmware, and Debian's "
	               "signed GRUB has no http module: it then waits at its prompt.",
	               last->name, br_show_seconds(br_talk_last(s->talk) - a->ended));
	br_finding_change(
		f, "Use a GRUB image with the modules http and efinet and a configuration in "
		   "it that runs net_bootp, or boot by PXE.");
	return true;
}
