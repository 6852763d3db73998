/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_content.c - a file came whole, and what is in it boots nobody
 *
 * A web page in the place of a program, script, kernel or configuration, an empty or cut file, one
 * that Secure Boot refuses. The last file that came is looked at, for with it the boot ended, and
 * those whose names say that they are kernels, which are loaded first and started last.
 */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/outcome.h"
#include "captures/explain/show.h"
#include "core/base/arch.h"
#include "core/base/text.h"

#define QUICKLY (5 * BR_S) /* firmware that goes on so soon has not run the program */

static const struct br_talk_http *http_of(const struct br_story_file *f)
{
	const struct br_talk_tcp *t = &f->exchange->tcp;

	return f->exchange->kind == BR_TALK_TCP && t->request ? &t->request[f->index] : NULL;
}

static void say_came(struct br_finding *f, const struct br_attempt *a,
                     const struct br_story_file *file)
{
	char server[BR_SHOW_ADDRESS];
	struct br_endpoint address = file->server;

	(void)a;
	address.port = 0;
	br_finding_say(f, "%s came whole from %s for %s, but ", file->name,
	               br_show_address(server, &address, false), br_finding_asker(file));
}

static bool is_page(const struct br_attempt *a, const struct br_story_file *file,
                    struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.wrong-program", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01", ""};
	const struct br_image_kind *image = br_story_image(file);

	if (!image || image->image != BR_IMAGE_HTML || br_name_ends_in(file->name, ".html") ||
	    br_name_ends_in(file->name, ".htm"))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	say_came(f, a, file);
	br_finding_say(f,
	               "it is a web page (HTML)%s, and nothing that can be booted or read as a "
	               "configuration. The boot ends with it.",
	               http_of(file) ? ", served as if all were well (200)" : "");
	br_finding_change(f, "Something answers with a page for people: a login portal, a web "
	                     "application that has its own page for what is not there, a folder's "
	                     "index, or the page was saved in the place of the file. Serve the "
	                     "file itself.");
	return true;
}

static bool is_empty(const struct br_attempt *a, const struct br_story_file *file,
                     struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.empty-file", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	const struct br_talk_http *h = http_of(file);

	if (file->octets > 0 || br_name_ends_in(file->name, ".lst") ||
	    (h && (strcmp(h->method, "GET") != 0 || h->cut)) ||
	    (!h && (file->exchange->kind != BR_TALK_TFTP || file->exchange->tftp.cut ||
	            file->exchange->tftp.write)))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	say_came(f, a, file);
	br_finding_say(f, "it is empty (0 octets).");
	br_finding_change(f, "Put the file there again: a full disk or a copy that was broken off "
	                     "leaves a name without content.");
	return true;
}

/* The size that the server told in its OACK, or that the file's own header asks for */
static bool is_truncated(const struct br_attempt *a, const struct br_story_file *file,
                         struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.truncated-file", BR_WEIGHT_FAILURE,
	                                          "server", "", ""};
	const struct br_talk_tftp *t =
		file->exchange->kind == BR_TALK_TFTP ? &file->exchange->tftp : NULL;
	const struct br_image_kind *image = br_story_image(file);
	bool exact = t ? t->missing == 0 && !t->data_unseen && !t->cut && !strcmp(t->mode, "octet")
	               : !http_of(file)->cut && !http_of(file)->chunked;
	bool short_of_size = t && t->size != UINT64_MAX && file->octets < t->size;
	bool short_of_needs = image && image->needs > file->octets;

	if (!exact || file->octets == 0 || (!short_of_size && !short_of_needs))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	say_came(f, a, file);
	if (short_of_size)
		br_finding_say(f,
		               "it has %" PRIu64 " octets, and the server had said %" PRIu64
		               " (tsize): the end is missing.",
		               file->octets, t->size);
	else
		br_finding_say(f,
		               "it has %" PRIu64 " octets, and its own header speaks of %" PRIu64
		               ": the end is missing.",
		               file->octets, image->needs);
	br_finding_change(f, "Compare the file on the server with the one it was copied from (size "
	                     "and checksum) and copy it again; see that nothing changes it while "
	                     "it is served.");
	return true;
}

/* An answer in a coding nobody asked for; of firmware and loaders none can undo it. */
static bool is_encoded(const struct br_attempt *a, const struct br_story_file *file,
                       struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"http.encoded", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	const struct br_talk_http *h = http_of(file);

	if (!h || !h->encoding[0] || !strcmp(h->encoding, "identity"))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	say_came(f, a, file);
	br_finding_say(f,
	               "compressed on the way (Content-Encoding: %s), which the client does not "
	               "undo.",
	               h->encoding);
	br_finding_change(f, "Switch compression off for boot files in the web server.");
	return true;
}

/* iPXE under UEFI is given a program for BIOS, or the reverse. */
static bool is_for_other_world(const struct br_story *s, const struct br_attempt *a,
                               const struct br_story_file *file, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.wrong-program", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01", ""};
	const struct br_image_kind *image = br_story_image(file);
	bool bios = s->arch == BR_ARCH_X86_BIOS;
	bool pe = image && image->image == BR_IMAGE_PE && image->deep && !image->linux;
	bool real = image && (image->image == BR_IMAGE_OTHER || image->image == BR_IMAGE_TEXT) &&
	            (br_name_ends_in(file->name, ".0") || br_name_ends_in(file->name, ".kpxe") ||
	             br_name_ends_in(file->name, ".kkpxe") || br_name_ends_in(file->name, ".pxe"));

	if (!file->software || strcmp(file->software, "ipxe") != 0 || s->arch < 0 ||
	    !(bios ? pe : real))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	say_came(f, a, file);
	br_finding_say(f,
	               "it is %s, and this machine boots by %s (architecture %d): iPXE shows "
	               "\"Exec format error\".",
	               bios ? br_image_says(image) : "a program for BIOS", bios ? "BIOS" : "UEFI",
	               s->arch);
	br_finding_change(f,
	                  "Name a program by architecture: in an iPXE script by ${platform} (efi "
	                  "or pcbios), in DHCP by option 93.");
	return true;
}

/* A kernel for a processor of another family: 32 and 64 bits of x86 start each other's. */
static bool is_foreign(const struct br_story *s, const struct br_attempt *a,
                       const struct br_story_file *file, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.wrong-program", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01", ""};
	const struct br_image_kind *image = br_story_image(file);

	if (s->arch < 0 || !image || !br_image_is_foreign(image, s->arch))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	say_came(f, a, file);
	br_finding_say(f, "it is %s, and this machine is %s (architecture %d): it cannot start it.",
	               br_image_says(image), br_show_arch(s->arch), s->arch);
	br_finding_change(f, "Name a kernel by architecture in the configuration (GRUB: $grub_cpu; "
	                     "iPXE: ${buildarch}), or correct the file.");
	return true;
}

bool br_diagnose_content(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d)
{
	const struct br_story_file *last = NULL;

	for (size_t i = 0; i < a->files; i++) {
		const struct br_story_file *file = &a->file[i];

		if (file->outcome != BR_OUTCOME_COMPLETE)
			continue;
		last = file;
		if (br_story_is_kernel(file) && (is_foreign(s, a, file, d) || is_page(a, file, d) ||
		                                 is_empty(a, file, d) || is_truncated(a, file, d)))
			return true;
	}
	if (!last)
		return false;
	if (is_page(a, last, d) || is_empty(a, last, d) || is_truncated(a, last, d))
		return true;
	if (a->reached >= BR_REACHED_SYSTEM)
		return false;
	return is_encoded(a, last, d) || is_for_other_world(s, a, last, d);
}

/* Secure Boot */

static const char *base_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static bool is_mok_manager(const struct br_story_file *file)
{
	const char *base = base_of(file->name);

	return (!strncmp(base, "mm", 2) && br_name_ends_in(base, ".efi")) ||
	       br_text_starts_nocase(br_text(base), "mokmanager");
}

/* shim turns to its MokManager when it refuses what it loaded. */
static bool asked_for_mok_manager(const struct br_attempt *a, const struct br_story_file *after)
{
	for (const struct br_story_file *i = after + 1; i < a->file + a->files; i++) {
		if (is_mok_manager(i))
			return true;
	}
	return false;
}

/* What the firmware turned to, if at once: it did not run the program. */
static const struct br_attempt *went_on(const struct br_story *s, const struct br_attempt *a)
{
	const struct br_attempt *next = a + 1;

	return next < s->attempt + s->attempts && br_fingerprint_is(&a->who, "edk2") &&
	                       br_fingerprint_is(&next->who, "edk2") &&
	                       next->began < a->ended + QUICKLY
	               ? next
	               : NULL;
}

bool br_diagnose_refused(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d)
{
	static const struct br_verdict unsigned_file = {"boot.unsigned", BR_WEIGHT_FAILURE,
	                                                "configuration", "", ""};
	static const struct br_verdict not_trusted = {"boot.not-trusted", BR_WEIGHT_FAILURE,
	                                              "configuration", "", ""};
	const struct br_story_file *file = NULL;

	for (size_t i = 0; i < a->files; i++) {
		if (a->file[i].outcome == BR_OUTCOME_COMPLETE && !is_mok_manager(&a->file[i]))
			file = &a->file[i];
	}
	if (!file)
		return false;
	const struct br_image_kind *image = br_story_image(file);
	bool bare = image && image->image == BR_IMAGE_PE && image->signature == BR_SIGNATURE_NONE;
	bool by_shim = file->software && !strcmp(file->software, "shim");
	bool mok = (by_shim || file != br_story_first_whole(a)) && asked_for_mok_manager(a, file);

	by_shim = by_shim || mok;
	bool by_firmware = a->reached == BR_REACHED_LOADED && went_on(s, a);

	if (a->reached >= BR_REACHED_SYSTEM || br_story_ends_within(s, a->ended, 3 * BR_S) ||
	    !(bare ? by_shim || by_firmware : mok))
		return false;
	struct br_finding *f = br_finding_add(d, bare ? &unsigned_file : &not_trusted);

	say_came(f, a, file);
	br_finding_say(f, "%s, and %s refuses such a file when Secure Boot is on.",
	               bare ? "it has no signature (its certificate table is empty)"
	                    : "by no key that shim knows, or its SBAT level is revoked",
	               by_shim ? "shim" : "the firmware");
	if (mok)
		br_finding_say(f, " It then looked for its key manager (MokManager), as it does "
		                  "when it has refused a file.");
	else if (by_shim)
		br_finding_say(f, " Nothing was asked for after that.");
	else
		br_finding_say(f, " %.1f s later it went on to its next way to boot.",
		               br_show_seconds(went_on(s, a)->began - a->ended));
	br_finding_change(f,
	                  "Use a %s that is signed by a key of this machine's %s (the "
	                  "distribution's signed one beside its own shim), enrol the key, or "
	                  "switch Secure Boot off.",
	                  base_of(file->name), by_shim ? "shim" : "firmware");
	return true;
}
