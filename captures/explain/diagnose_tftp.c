/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_tftp.c - a file asked for by TFTP: how it ended, in words
 *
 * Outcomes are settled in captures/explain/story.c; here each has its verdict and its sentences.
 * Whose packets did not arrive is told in captures/explain/diagnose_deaf.c.
 */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "core/base/text.h"
#include "core/formats/tftp_packet.h"

enum {
	LOSS_PERCENT = 1, /* of blocks sent again: more than chance on a sound network */
	BLOCKS_TO_JUDGE = 20,
};

static const struct br_verdict verdicts[BR_OUTCOME_CUT + 1] = {
	[BR_OUTCOME_NOT_FOUND] = {"tftp.not-found", BR_WEIGHT_FAILURE, "configuration",
                                  "TFTP-ERR-01", ""},
	[BR_OUTCOME_REFUSED_BY_SERVER] = {"tftp.refused", BR_WEIGHT_FAILURE, "server", "", ""},
	[BR_OUTCOME_CLOSED] = {"tftp.closed", BR_WEIGHT_FAILURE, "server", "PXE-BS-11", ""},
	[BR_OUTCOME_FORBIDDEN] = {"tftp.forbidden", BR_WEIGHT_FAILURE, "network", "", ""},
	[BR_OUTCOME_UNREACHABLE] = {"tftp.unreachable", BR_WEIGHT_FAILURE, "network", "", ""},
	[BR_OUTCOME_SILENT] = {"tftp.silent", BR_WEIGHT_FAILURE, "server", "PXE-BS-11",
                               "tftp-nat-container-tid"},
	[BR_OUTCOME_NO_OPTIONS] = {"tftp.no-options", BR_WEIGHT_FAILURE, "server",
                                   "TFTP-OPT-08,TFTP-TSZ-05", "edk2-no-tsize-server-fails"},
	[BR_OUTCOME_NO_SIZE] = {"tftp.no-size", BR_WEIGHT_FAILURE, "server", "TFTP-TSZ-05",
                                "edk2-no-tsize-server-fails"},
	[BR_OUTCOME_BAD_OACK] = {"tftp.bad-oack", BR_WEIGHT_FAILURE, "server", "TFTP-OACK-01",
                                 "edk2-oack-unrequested-option"},
	[BR_OUTCOME_ABORTED] = {"tftp.aborted", BR_WEIGHT_FAILURE, "client", "", ""},
	[BR_OUTCOME_TID_CHANGED] = {"tftp.tid-changed", BR_WEIGHT_FAILURE, "server",
                                    "TFTP-TID-01,TFTP-OACK-07", "tftp-nat-container-tid"},
	[BR_OUTCOME_OTHER_ADDRESS] = {"tftp.other-address", BR_WEIGHT_FAILURE, "network",
                                      "TFTP-TID-01", "tftp-nat-container-tid"},
	[BR_OUTCOME_MIXED] = {"tftp.mixed", BR_WEIGHT_FAILURE, "network", "TFTP-TID-01", ""},
	[BR_OUTCOME_STALLED] = {"tftp.stalled", BR_WEIGHT_FAILURE, "network", "TFTP-RTX-01", ""},
	[BR_OUTCOME_GOING_ON] = {"capture.ends", BR_WEIGHT_OPEN, "capture", "", ""},
};

const struct br_verdict *br_diagnose_tftp_verdict(enum br_outcome outcome)
{
	return &verdicts[outcome];
}

/* The usual places of a TFTP root. */
static bool is_path_on_disk(const char *name)
{
	static const char *const roots[] = {"/srv/", "/var/", "/tftpboot/", "/home/", "/opt/"};

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		if (!strncmp(name, roots[i], strlen(roots[i])))
			return true;
	}
	return false;
}

/* RFC 1350 section 5, RFC 2347. Servers put what does not fit elsewhere under 0. */
static const char *error_remedy(const struct br_talk_tftp *t)
{
	if (strstr(t->error_text, "directory") && t->error_code != BR_TFTP_ERROR_NOT_FOUND)
		return "The name is that of a folder: name the file in it.";
	if (t->error_code == BR_TFTP_ERROR_NOT_FOUND && is_path_on_disk(t->file))
		return "The name looks like a path on the server's disk; names are relative to the "
		       "TFTP root: leave the root itself out (srv/tftp/, tftpboot/), or see that "
		       "the "
		       "file is there.";
	switch (t->error_code) {
	case BR_TFTP_ERROR_NOT_FOUND:
		return "Put the file there, or correct its name in the DHCP configuration; names "
		       "are relative to the TFTP root and case counts.";
	case BR_TFTP_ERROR_ACCESS:
		return "The name leads to something the TFTP server may not give out: make the "
		       "file readable for everybody (chmod a+r, and a+x for its folders), and see "
		       "that it lies below the TFTP root.";
	case BR_TFTP_ERROR_OPTION:
		return "The server does not like the options: let it ignore what it does not "
		       "know (RFC 2347), or use another TFTP server.";
	default:
		return "See the TFTP server's log: the number and the text are all it told the "
		       "client.";
	}
}

/* The boot configuration data: bootmgfw.efi and bootmgr.exe need it */
static bool is_bcd(const char *name)
{
	size_t size = strlen(name);

	return size >= 3 && br_text_starts_nocase(br_text(name + size - 3), "bcd");
}

static bool has_blank_end(const char *name)
{
	size_t size = strlen(name);

	return size > 0 && (name[0] == ' ' || name[size - 1] == ' ');
}

/* Octets that are no text, and a blank of Latin-1 is none */
static bool has_odd_octets(const char *name)
{
	char text[BR_TALK_FILE_SIZE];

	(void)snprintf(text, sizeof(text), "%s", name);
	br_show_names(text);
	return strstr(text, "\\x");
}

static void tftp_error(struct br_finding *f, const struct br_talk_tftp *t)
{
	br_finding_say(f, ", and the server answered ERROR %u \"%s\".", t->error_code,
	               t->error_text);
	if (strstr(t->file, "://")) {
		if (f)
			f->quirk = "url-as-bootfile-to-pxe";
		br_finding_change(f, "Give PXE clients a plain file name; a URL is for class "
		                     "HTTPClient only.");
	} else if (strstr(t->file, "\\x5c")) {
		br_finding_change(
			f,
			"%sThe name has backslashes: most TFTP servers take them as letters. Let "
			"the server turn them round and bear either case (tftpd-hpa: --map-file "
			"with rg \\\\ / and, where the file's name is in other letters, a rule for "
			"it), or link the names.",
			is_bcd(t->file) ? "The Windows boot manager cannot do without this file "
					  "(0xc000000f on its screen). "
					: "");
	} else if (has_odd_octets(t->file)) {
		if (f)
			f->quirk = "opt67-no-nul-ff";
		br_finding_change(f,
		                  "The name has octets behind it that are not its own: end option "
		                  "67 with a zero octet, or use the file field.");
	} else if (has_blank_end(t->file)) {
		br_finding_change(f,
		                  "The name begins or ends with a blank: take it out of the DHCP "
		                  "configuration.");
	} else {
		br_finding_change(f, "%s", error_remedy(t));
	}
}

/* What went wrong with options; tsize above all: RFC 2349, EDK2 PxeBcMtftp.c */
static void tftp_options_sentence(struct br_finding *f, const struct br_story_file *file)
{
	const struct br_talk_tftp *t = &file->exchange->tftp;

	if (file->outcome == BR_OUTCOME_NO_OPTIONS) {
		br_finding_say(f,
		               " with options (%s); the server ignored them and sent DATA 1 at "
		               "once. UEFI firmware needs the size from the OACK: it answers "
		               "ERROR 4 and shows PXE-E99.",
		               t->asked);
		br_finding_change(f,
		                  "Use a TFTP server that knows RFC 2347 options, tsize above all, "
		                  "or switch them on.");
	} else if (file->outcome == BR_OUTCOME_NO_SIZE) {
		br_finding_say(f,
		               " with options (%s); the OACK (%s) lacks tsize. UEFI firmware then "
		               "shows PXE-E53, although the name was right.",
		               t->asked, t->granted);
		br_finding_change(f, "Let the TFTP server answer tsize.");
	} else {
		br_finding_say(f,
		               " with options (%s); the OACK (%s) grants what was not asked for, "
		               "and the client refused it with ERROR %u.",
		               t->asked, t->granted, t->error_code);
		br_finding_change(f,
		                  "The TFTP server must answer requested options only (RFC 2347).");
	}
}

static void tftp_foreign(struct br_finding *f, const struct br_story_file *file)
{
	const struct br_talk_tftp *t = &file->exchange->tftp;
	char from[BR_SHOW_ADDRESS];

	(void)br_show_address(from, &t->foreign_from, true);
	if (file->outcome == BR_OUTCOME_OTHER_ADDRESS) {
		br_finding_say(f,
		               ", and the answer came from %s instead: the client drops what does "
		               "not come from the address it asked.",
		               from);
		br_finding_change(f,
		                  "Let the TFTP server answer from the address it was asked on; a "
		                  "host with several addresses, NAT or a container network changes "
		                  "it.");
		return;
	}
	br_finding_say(f,
	               ", and after block %" PRIu64 " the server went on from another port (%s "
	               "instead of %u). One transfer has one port on each side: the client drops "
	               "the rest.",
	               t->blocks, from, t->server.port);
	br_finding_change(f,
	                  "Look for NAT, a load balancer or a container network that changes the "
	                  "port in the middle; else repair the TFTP server.");
}

static void say_loss(struct br_finding *f, const struct br_talk_tftp *t)
{
	br_finding_say(f,
	               " %" PRIu64 " blocks went by, %" PRIu64 " of them more than once, %" PRIu64
	               " ACKs were repeated, and the longest wait was %.1f s.",
	               t->blocks, t->repeated, t->repeated_acks, br_show_seconds(t->stall_max));
}

static void tftp_mixed(struct br_finding *f, const struct br_talk_tftp *t)
{
	br_finding_say(f,
	               ". %" PRIu64 " packets of another transfer came to the port this "
	               "one used, and it lost its order.",
	               t->foreign);
	say_loss(f, t);
	br_finding_change(f, "Find the packet loss on this network: without it old transfers "
	                     "leave nothing behind. A shorter retry limit in the TFTP server "
	                     "helps.");
}

/* SLOF and s390 firmware that were told no file look for PXELINUX configurations: their DHCP
 * names no class PXEClient, so that no proxyDHCP speaks to them.
 */
static bool searches_alone(const struct br_attempt *a)
{
	return br_fingerprint_is(&a->who, "libnet") && a->ack && a->ack->file[0] == '\0' &&
	       !a->ack->cut;
}

static bool is_six(const struct br_story_file *file)
{
	return br_endpoint_to_ipv4(&file->server) == 0;
}

static const char *told_by(const struct br_story_file *file)
{
	return is_six(file) ? "URL (option 59)" : "next server (siaddr)";
}

static void tftp_unanswered(struct br_finding *f, const struct br_story *s,
                            const struct br_attempt *a, const struct br_story_file *file)
{
	const struct br_talk_tftp *t = &file->exchange->tftp;

	br_finding_say(f, " %u time%s, and ", t->request.count, t->request.count == 1 ? "" : "s");
	if (file->outcome == BR_OUTCOME_CLOSED) {
		br_finding_say(f, "its TFTP port is closed (ICMP port unreachable).%s",
		               br_fingerprint_is(&a->who, "edk2") && a->programs == 0
		                       ? " UEFI firmware gives up at once and shows PXE-E99."
		                       : "");
		if (searches_alone(a))
			br_finding_say(f,
			               " The DHCP server named no boot file, and this machine "
			               "hears no proxyDHCP: it looks for PXELINUX configurations "
			               "at the next server (siaddr).");
		br_finding_change(f,
		                  "Start the TFTP server on that address%s, or point the %s at the "
		                  "host that has one%s.",
		                  is_six(file) ? " (it may listen on IPv4 alone)" : "",
		                  told_by(file),
		                  searches_alone(a) ? ", and name the boot file there too" : "");
	} else if (file->outcome == BR_OUTCOME_FORBIDDEN) {
		br_finding_say(f,
		               "a firewall rejected it (ICMP %u code %u: administratively "
		               "prohibited).",
		               t->icmp >> 8, t->icmp & 0xff);
		br_finding_change(f,
		                  "Let UDP port 69 pass, and the transfer's own ports: it goes on "
		                  "between two others (a connection tracker for TFTP, or a fixed "
		                  "port range in the server).");
	} else if (file->outcome == BR_OUTCOME_UNREACHABLE) {
		br_finding_say(f, "a router answered that it cannot be reached (ICMP %u code %u).",
		               t->icmp >> 8, t->icmp & 0xff);
		br_finding_change(f, "Correct the %s, or the routes to it.", told_by(file));
	} else {
		br_finding_say(f, "got no answer from any port.");
		br_finding_say_alive(f, s, &t->server);
		br_finding_change(f,
		                  "See whether a TFTP server runs there, and whether a firewall or "
		                  "NAT drops the request or its answer, which comes from another "
		                  "port than 69.");
	}
}

void br_diagnose_tftp_say(struct br_finding *f, const struct br_story *s,
                          const struct br_attempt *a, const struct br_story_file *file)
{
	const struct br_talk_tftp *t = &file->exchange->tftp;
	bool edk2 = br_fingerprint_is(&a->who, "edk2");

	switch (file->outcome) {
	case BR_OUTCOME_NOT_FOUND:
	case BR_OUTCOME_REFUSED_BY_SERVER:
		tftp_error(f, t);
		br_finding_say(f, "%s",
		               edk2 && a->programs == 0 ? " Its screen shows PXE-E23." : "");
		break;
	case BR_OUTCOME_CLOSED:
	case BR_OUTCOME_FORBIDDEN:
	case BR_OUTCOME_UNREACHABLE:
	case BR_OUTCOME_SILENT:
		tftp_unanswered(f, s, a, file);
		break;
	case BR_OUTCOME_NO_OPTIONS:
	case BR_OUTCOME_NO_SIZE:
	case BR_OUTCOME_BAD_OACK:
		tftp_options_sentence(f, file);
		break;
	case BR_OUTCOME_TID_CHANGED:
	case BR_OUTCOME_OTHER_ADDRESS:
		tftp_foreign(f, file);
		break;
	case BR_OUTCOME_MIXED:
		tftp_mixed(f, t);
		break;
	case BR_OUTCOME_STALLED:
	case BR_OUTCOME_GOING_ON:
		br_finding_say(f, ", and the transfer %s.",
		               file->outcome == BR_OUTCOME_STALLED ? "stopped in the middle"
		                                                   : "was under way when the "
		                                                     "capture ends");
		say_loss(f, t);
		br_finding_change(f,
		                  file->outcome == BR_OUTCOME_GOING_ON
		                          ? "Let the capture run longer."
		                          : "See which side fell silent, and whether the network "
		                            "loses packets.");
		break;
	case BR_OUTCOME_ABORTED:
		br_finding_say(f, ", and gave up after %" PRIu64 " blocks%s%s.", t->blocks,
		               t->error_text[0] ? ": " : "", t->error_text);
		br_finding_change(f, "Look at the client's screen; the file may not be what it "
		                     "expects.");
		break;
	case BR_OUTCOME_COMPLETE:
	case BR_OUTCOME_PROBE:
	case BR_OUTCOME_MISS:
	case BR_OUTCOME_REDIRECTED:
	case BR_OUTCOME_IMAGE_TYPE:
	case BR_OUTCOME_RESET:
	case BR_OUTCOME_UNSEEN:
	case BR_OUTCOME_TLS:
	case BR_OUTCOME_LATE:
	case BR_OUTCOME_PROXY_REFUSED:
	case BR_OUTCOME_WANTS_TLS:
	case BR_OUTCOME_CUT:
		break;
	}
}

/* Transfers that loss stopped, or held up until somebody gave up */

static bool is_lossy(const struct br_talk_tftp *t)
{
	/* that it insisted at the end says that it stopped, not why */
	uint64_t again = t->repeated + t->repeated_acks, end = t->insisted + t->acks_insisted;

	return t->blocks >= BLOCKS_TO_JUDGE && again > end &&
	       (again - end) * 100 > t->blocks * LOSS_PERCENT && t->stall_max >= BR_S / 5;
}

bool br_diagnose_tftp_loss(const struct br_attempt *a, const struct br_story_file *file,
                           struct br_diagnosis *d)
{
	static const struct br_verdict loss = {"tftp.loss", BR_WEIGHT_FAILURE, "network", "", ""};
	const struct br_talk_tftp *t = &file->exchange->tftp;

	if (!is_lossy(t) ||
	    (file->outcome != BR_OUTCOME_GOING_ON && file->outcome != BR_OUTCOME_STALLED &&
	     file->outcome != BR_OUTCOME_ABORTED && file->outcome != BR_OUTCOME_MIXED))
		return false;
	struct br_finding *f = br_finding_add(d, &loss);

	br_finding_say_where(f, a, file);
	br_finding_say(f, ", and the transfer %s, for packets are lost:",
	               file->outcome == BR_OUTCOME_ABORTED ? "was given up"
	                                                   : "was not done when the capture "
	                                                     "ends");
	say_loss(f, t);
	br_finding_say(f, " TFTP sends one block at a time, so each loss costs a timeout.");
	if (br_fingerprint_is(&a->who, "libnet"))
		br_finding_say(f, " This firmware bears no loss: it uses one port for all "
		                  "transfers and does not look at the server's, so a late "
		                  "packet of another transfer breaks the one at hand.");
	br_finding_change(f, "Find the loss (cable, duplex, a full switch); or boot by HTTP, "
	                     "which bears it.");
	return true;
}

/* Of a file that came in the end: what its server did wrong on the way */

void br_remark_tftp_oack(const struct br_story_file *file, struct br_diagnosis *d)
{
	const struct br_talk_tftp *t = &file->exchange->tftp;
	struct br_verdict verdict = verdicts[BR_OUTCOME_BAD_OACK];

	verdict.weight = BR_WEIGHT_REMARK;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"For %s (%s) the OACK of the server (%s) grants what was not asked for, or is "
		"not well formed. This client bore it; UEFI firmware refuses the file.",
		file->name, t->asked[0] ? t->asked : "no options", t->granted);
	br_finding_change(f, "The TFTP server must answer requested options only (RFC 2347).");
}

void br_remark_tftp_unseen(const struct br_story_file *file, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"capture.data-missing", BR_WEIGHT_REMARK,
	                                          "capture", "", ""};
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "%" PRIu64 " blocks of %s are not in this capture, though the client "
	               "acknowledged the file to its end: the recorder lost them.",
	               file->exchange->tftp.missing, file->name);
	br_finding_change(f,
	                  "Record with a larger buffer (tcpdump -B 4096), or fewer octets of each "
	                  "frame (-s 96).");
}
