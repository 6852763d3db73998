/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_program.c - the boot file came whole, and the machine did not run it */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "core/base/arch.h"

#define SOON (30 * BR_S) /* a program that comes back later has run */

/* The file that was to be booted, if nothing was fetched after it. */
static const struct br_story_file *last_program(const struct br_attempt *a)
{
	const struct br_story_file *last = NULL;

	for (size_t i = 0; i < a->files; i++) {
		if (a->file[i].outcome == BR_OUTCOME_COMPLETE)
			last = &a->file[i];
	}
	return last;
}

/* HTTP boot also takes disk images: EDK2 HttpBootSupport.c HttpBootCheckImageType */
static bool may_be_disk(const struct br_story_file *f)
{
	const char *dot = strrchr(f->name, '.');

	return f->exchange->kind == BR_TALK_TCP && (!dot || strcmp(dot, ".efi") != 0);
}

static bool same_name(const struct br_attempt *a, const struct br_story_file *last)
{
	for (size_t i = 0; i < a->files; i++) {
		if (a->file[i].outcome == BR_OUTCOME_COMPLETE &&
		    strcmp(a->file[i].name, last->name) != 0)
			return false;
	}
	return true;
}

static const struct br_verdict wrong_program = {"boot.wrong-program", BR_WEIGHT_FAILURE,
                                                "configuration", "D4S-BF-01", ""};

static bool wrong_for_uefi(const struct br_story *s, const struct br_attempt *a,
                           const struct br_story_file *last, struct br_diagnosis *d)
{
	const struct br_image_kind *image = br_story_image(last);

	if (!br_fingerprint_is(&a->who, "edk2") || !image || br_image_suits_uefi(image, s->arch) ||
	    (image->image != BR_IMAGE_PE && may_be_disk(last)))
		return false;
	struct br_finding *f = br_finding_add(d, &wrong_program);

	br_finding_say(f,
	               "%s came whole, but it is %s. This machine is %s (architecture %d): its "
	               "firmware cannot start the file, and the boot ends here.",
	               last->name, br_image_says(image), br_show_arch(s->arch), s->arch);
	if (image->image == BR_IMAGE_HTML)
		br_finding_change(f,
		                  "Something that answers every URL with a page (a login portal, "
		                  "a web application) stands in the way: serve the file itself.");
	else
		br_finding_change(
			f,
			"Configure the boot file by architecture (option %s): for %d an EFI "
			"program for this processor, such as shim, GRUB, iPXE or "
			"syslinux.efi; pxelinux.0 and undionly.kpxe are for BIOS (0).",
			a->dhcp && a->dhcp->kind == BR_TALK_DHCP6 ? "61 of DHCPv6" : "93", s->arch);
	return true;
}

/* A kernel for x86 is an EFI program as well, so its boot header must have been looked for. */
static bool wrong_for_bios(const struct br_story *s, const struct br_story_file *last,
                           struct br_diagnosis *d)
{
	const struct br_image_kind *image = br_story_image(last);

	if (s->arch != BR_ARCH_X86_BIOS || !image || image->image != BR_IMAGE_PE || !image->deep ||
	    image->linux || last->exchange->last - last->exchange->first > SOON)
		return false;
	struct br_finding *f = br_finding_add(d, &wrong_program);

	br_finding_say(f,
	               "%s came whole, but it is %s. This machine boots by BIOS (architecture 0), "
	               "and cannot start it.",
	               last->name, br_image_says(image));
	br_finding_change(f,
	                  "Configure the boot file by architecture (option 93): for 0 pxelinux.0, "
	                  "undionly.kpxe or another BIOS program.");
	return true;
}

/* A ROM of a BIOS jumps to the first octet: a text, a script, an ELF file or an archive is none. */
static bool no_program_for_rom(const struct br_story *s, const struct br_attempt *a,
                               const struct br_story_file *last, struct br_diagnosis *d)
{
	const struct br_image_kind *image = br_story_image(last);
	bool rom = s->arch == BR_ARCH_X86_BIOS && a->who.kind && !strcmp(a->who.kind, "rom") &&
	           a->path == BR_PATH_PXE4;

	if (!rom || !image ||
	    (image->image != BR_IMAGE_TEXT && image->image != BR_IMAGE_IPXE &&
	     image->image != BR_IMAGE_ELF && image->image != BR_IMAGE_GZIP))
		return false;
	struct br_finding *f = br_finding_add(d, &wrong_program);

	br_finding_say(
		f,
		"%s came whole, but it is %s. This machine boots by BIOS (architecture 0): it "
		"jumps to the first octet of the file, and that is no program.",
		last->name, br_image_says(image));
	br_finding_change(f,
	                  "Name a BIOS program as the boot file (pxelinux.0, undionly.kpxe); "
	                  "configurations, scripts and kernels are for what that program loads.");
	return true;
}

/* iPXE takes what it is told to boot for a script only when it says so in its first line:
 * src/image/script.c
 */
static bool no_script(const struct br_attempt *a, const struct br_story_file *last,
                      struct br_diagnosis *d)
{
	const struct br_image_kind *image = br_story_image(last);
	const char *dot = strrchr(last->name, '.');
	bool named = br_story_is_told(a, last) || (dot && !strcmp(dot, ".ipxe"));

	if (!last->software || strcmp(last->software, "ipxe") != 0 || !image || !named ||
	    image->image != BR_IMAGE_TEXT)
		return false;
	struct br_finding *f = br_finding_add(d, &wrong_program);

	br_finding_say(f,
	               "%s came whole for iPXE, but it is %s, and no iPXE script: that begins with "
	               "\"#!ipxe\" in its first line. iPXE shows \"Exec format error\".",
	               last->name, br_image_says(image));
	br_finding_change(f,
	                  "Begin the script with the line #!ipxe, without anything before it (no "
	                  "blank, no byte order mark); if something else answers there with a "
	                  "message, see why.");
	return true;
}

/* Open Firmware and s390-ccw run kernels: ELF, or raw for s390; an EFI program is neither. */
static bool wrong_for_libnet(const struct br_attempt *a, const struct br_story_file *last,
                             struct br_diagnosis *d)
{
	const struct br_image_kind *image = br_story_image(last);

	if (!br_fingerprint_is(&a->who, "libnet") || !image ||
	    (image->image != BR_IMAGE_PE && image->image != BR_IMAGE_IPXE))
		return false;
	struct br_finding *f = br_finding_add(d, &wrong_program);

	br_finding_say(f,
	               "%s came whole, but it is %s, and this firmware is no UEFI: it cannot start "
	               "the file.",
	               last->name, br_image_says(image));
	br_finding_change(f,
	                  "Give this machine a kernel or a GRUB made for it (for Open Firmware an "
	                  "ELF file, such as GRUB's powerpc-ieee1275 image).");
	return true;
}

/* What the firmware turned to when the program was gone; NULL: it did not come back. */
static const struct br_attempt *came_back(const struct br_story *s, const struct br_attempt *a)
{
	const struct br_attempt *next = a + 1;

	if (next >= s->attempt + s->attempts || !br_fingerprint_is(&a->who, "edk2") ||
	    !br_fingerprint_is(&next->who, "edk2") || next->began > a->ended + SOON)
		return NULL;
	return next;
}

/* shim that refuses what it loaded, and every program firmware does not like, ends the same way */
static bool returned(const struct br_story *s, const struct br_attempt *a,
                     const struct br_story_file *last, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.came-back", BR_WEIGHT_UNKNOWN, "client", "",
	                                          ""};
	const struct br_attempt *next = came_back(s, a);

	if (!next || a->reached >= BR_REACHED_SYSTEM)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "All that was asked for was delivered, the last file %s; %.1f s later the "
	               "firmware went on to its next way to boot (%s). So the program was not "
	               "started (Secure Boot refused it, or it is for another machine) or it ended "
	               "by itself. The capture does not tell which.",
	               last->name, br_show_seconds(next->began - a->ended),
	               br_path_name(next->path));
	br_finding_change(f,
	                  "Look at the machine's screen or its serial console; try the file with "
	                  "Secure Boot off, and see that it is an EFI program for this processor.");
	return true;
}

/* iPXE, once loaded, was told to load itself: the same file again after asking again. */
static bool loads_itself(const struct br_attempt *a, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"loader.loop", BR_WEIGHT_FAILURE, "configuration",
	                                          "", ""};
	const struct br_story_file *before = NULL, *again = NULL;
	size_t times = 1;

	for (size_t i = 0; i < a->files; i++) {
		const struct br_story_file *f = &a->file[i];

		if (f->outcome != BR_OUTCOME_COMPLETE)
			continue;
		if (before && !strcmp(before->name, f->name) && f->software &&
		    !strcmp(f->software, "ipxe")) {
			again = f;
			times++;
		} else if (before && again) {
			return false; /* it got out of it */
		}
		before = f;
	}
	if (!again)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"iPXE was loaded (%s), asked for its own boot file, was told the same name, and "
		"loaded itself again: %zu times in this capture, and so for ever.",
		again->name, times);
	br_finding_change(
		f, "Tell iPXE something else than the firmware: it says \"iPXE\" in option "
		   "77 and has option 175 (dnsmasq: dhcp-match=set:ipxe,175 and "
		   "dhcp-boot=tag:ipxe,boot.ipxe; ISC dhcpd: if exists user-class and option "
		   "user-class = \"iPXE\").");
	return true;
}

bool br_diagnose_program(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d)
{
	const struct br_story_file *last = last_program(a);

	if (!last)
		return false;
	if (loads_itself(a, d))
		return true;
	if (a->reached == BR_REACHED_LOADED && same_name(a, last) &&
	    (wrong_for_uefi(s, a, last, d) || wrong_for_bios(s, last, d) ||
	     wrong_for_libnet(a, last, d) || no_program_for_rom(s, a, last, d)))
		return true;
	if (a->reached < BR_REACHED_SYSTEM && no_script(a, last, d))
		return true;
	return br_diagnose_refused(s, a, d) || returned(s, a, last, d);
}
