/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_files.c - boot server not there, file not there, transfer that fails */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/tftp_packet.h"

enum {
	LOSS_PERCENT = 1, /* of blocks sent again: more than chance on a sound network */
	BLOCKS_TO_JUDGE = 20,
	CLOSED_WINDOW = 3, /* probes against a window of 0 */
};

static const struct br_verdict tftp_verdicts[BR_OUTCOME_CUT + 1] = {
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

static const struct br_verdict http_verdicts[BR_OUTCOME_CUT + 1] = {
	[BR_OUTCOME_NOT_FOUND] = {"http.not-found", BR_WEIGHT_FAILURE, "configuration", "HBD-03",
                                  ""},
	[BR_OUTCOME_REFUSED_BY_SERVER] = {"http.refused", BR_WEIGHT_FAILURE, "server", "", ""},
	[BR_OUTCOME_REDIRECTED] = {"http.redirect", BR_WEIGHT_FAILURE, "configuration",
                                   "HTTP-RDR-01", "httpboot-no-redirect"},
	[BR_OUTCOME_CLOSED] = {"http.closed", BR_WEIGHT_FAILURE, "server", "", ""},
	[BR_OUTCOME_FORBIDDEN] = {"http.forbidden", BR_WEIGHT_FAILURE, "network", "", ""},
	[BR_OUTCOME_UNREACHABLE] = {"http.unreachable", BR_WEIGHT_FAILURE, "network", "", ""},
	[BR_OUTCOME_SILENT] = {"http.silent", BR_WEIGHT_FAILURE, "server", "",
                               "httpboot-5s-timeout"},
	[BR_OUTCOME_IMAGE_TYPE] = {"http.image-type", BR_WEIGHT_FAILURE, "configuration",
                                   "HTTP-TYP-01", "httpboot-image-type"},
	[BR_OUTCOME_ABORTED] = {"http.aborted", BR_WEIGHT_FAILURE, "client", "", ""},
	[BR_OUTCOME_RESET] = {"http.reset", BR_WEIGHT_FAILURE, "server", "HTTP-CON-01", ""},
	[BR_OUTCOME_STALLED] = {"http.stalled", BR_WEIGHT_FAILURE, "network", "", ""},
	[BR_OUTCOME_GOING_ON] = {"capture.ends", BR_WEIGHT_OPEN, "capture", "", ""},
};

static bool is_hard(enum br_outcome outcome)
{
	return outcome != BR_OUTCOME_COMPLETE && outcome != BR_OUTCOME_PROBE &&
	       outcome != BR_OUTCOME_MISS && outcome != BR_OUTCOME_UNSEEN &&
	       outcome != BR_OUTCOME_CUT;
}

/* Failures that are worth a word also when the boot went on. */
static bool went_on_after(enum br_outcome outcome)
{
	return outcome == BR_OUTCOME_NO_OPTIONS || outcome == BR_OUTCOME_NO_SIZE ||
	       outcome == BR_OUTCOME_BAD_OACK || outcome == BR_OUTCOME_REDIRECTED ||
	       outcome == BR_OUTCOME_IMAGE_TYPE || outcome == BR_OUTCOME_TID_CHANGED ||
	       outcome == BR_OUTCOME_OTHER_ADDRESS;
}

/* The server this file was asked of is not the one the first program came from, but the
 * one the DHCP ACK names in siaddr: GRUB and shim follow the ACK, not the proxy.
 */
static bool wrong_server(const struct br_attempt *a, const struct br_story_file *f)
{
	struct br_endpoint next;
	const struct br_story_file *first = NULL;

	for (size_t i = 0; i < a->files && !first; i++) {
		if (a->file[i].outcome == BR_OUTCOME_COMPLETE)
			first = &a->file[i];
	}
	if (!a->ack || !first || !a->ack->siaddr)
		return false;
	next = br_endpoint_ipv4(a->ack->siaddr, 0);
	return !memcmp(f->server.ip, next.ip, 16) && memcmp(first->server.ip, next.ip, 16) != 0;
}

static void say_loss(struct br_finding *f, const struct br_talk_tftp *t)
{
	br_finding_say(f,
	               " %" PRIu64 " blocks went by, %" PRIu64 " of them more than once, %" PRIu64
	               " ACKs were repeated, and the longest wait was %.1f s.",
	               t->blocks, t->repeated, t->repeated_acks, br_show_seconds(t->stall_max));
}

static bool is_lossy(const struct br_talk_tftp *t)
{
	/* that it insisted at the end says that it stopped, not why */
	uint64_t again = t->repeated + t->repeated_acks, end = t->insisted + t->acks_insisted;

	return t->blocks >= BLOCKS_TO_JUDGE && again > end &&
	       (again - end) * 100 > t->blocks * LOSS_PERCENT && t->stall_max >= BR_S / 5;
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

static bool has_blank_end(const char *name)
{
	size_t size = strlen(name);

	return size > 0 && (name[0] == ' ' || name[size - 1] == ' ');
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
			f, "The name has backslashes (\\x5c): most TFTP servers take them as "
			   "letters. Write slashes, or let the server turn them round "
			   "(tftpd-hpa: --map-file).");
	} else if (strstr(t->file, "\\x")) {
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
		                  "Start the TFTP server on that address, or point the next server "
		                  "(siaddr) at the host that has one%s.",
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
		br_finding_change(f, "Correct the next server (siaddr), or the routes to it.");
	} else {
		br_finding_say(f, "got no answer from any port.");
		br_finding_say_alive(f, s, &t->server);
		br_finding_change(f,
		                  "See whether a TFTP server runs there, and whether a firewall or "
		                  "NAT drops the request or its answer, which comes from another "
		                  "port than 69.");
	}
}

/* The rest of the sentence, and what to change, by outcome. */
static void tftp_sentence(struct br_finding *f, const struct br_story *s,
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
	case BR_OUTCOME_CUT:
		break;
	}
}

/* A HEAD of this client was answered with 200 and no length. */
static bool no_length_before(const struct br_talk_tcp *t)
{
	for (uint16_t i = 0; t->request && i < t->requests && i < BR_TALK_REQUESTS_MAX; i++) {
		if (!strcmp(t->request[i].method, "HEAD") && t->request[i].status == 200 &&
		    !t->request[i].has_length)
			return true;
	}
	return false;
}

static void http_stalled(struct br_finding *f, const struct br_story *s,
                         const struct br_talk_tcp *t, const struct br_talk_http *h)
{
	br_finding_say(f, ", and after %" PRIu64 " of %" PRIu64 " octets nothing more was taken",
	               h->octets, h->length);
	if (t->zero_windows >= CLOSED_WINDOW) {
		br_finding_say(f,
		               ": the client's TCP window is 0 and stays so (%u times): it has "
		               "stopped reading, and the server waits for it, as it must.",
		               t->zero_windows);
		if (no_length_before(t))
			br_finding_say(f,
			               " The answer to HEAD had no Content-Length; UEFI firmware "
			               "then fetches the file to learn its size, and some "
			               "versions get stuck in that.");
		if (f)
			f->side = no_length_before(t) ? "server" : "client";
		br_finding_change(f,
		                  no_length_before(t)
		                          ? "Serve the file so that HEAD gives its Content-Length: "
		                            "as a plain file, not by a script or a proxy that "
		                            "streams."
		                          : "Look at the client's screen.");
		return;
	}
	if (s->client->arp_unanswered_since != BR_TIME_NEVER &&
	    s->client->arp_unanswered_since > t->last_progress) {
		br_finding_say(f,
		               ": the server sent the same segment again and again, then even ARP "
		               "for the client went unanswered. The client's network card has "
		               "stopped receiving (a full receive ring that its driver or its "
		               "emulation does not restart); the server is not at fault.");
		if (f)
			f->side = "client";
		br_finding_change(f, "Use another NIC model or driver (in QEMU virtio-net-pci or "
		                     "e1000e), or slow the sender down.");
		return;
	}
	br_finding_say(f, ".");
	br_finding_change(f, "See which side fell silent, and whether the network loses packets.");
}

static void http_redirected(struct br_finding *f, const struct br_talk_http *h)
{
	br_finding_say(f,
	               ", and the server redirected it (%u%s%s). UEFI firmware, shim and "
	               "GRUB do not follow redirects.",
	               h->status, h->location[0] ? " to " : "", h->location);
	br_finding_change(f, "Hand out the final URL, and serve it over plain HTTP without a "
	                     "redirect.");
}

/* RFC 9110 section 15.5 and 15.6 */
static const char *status_remedy(uint16_t status)
{
	if (status == 401 || status == 407)
		return "The server wants a password, and firmware has none: serve boot files to "
		       "everybody on this network.";
	if (status == 403)
		return "The server may not or will not give the file out: look at its mode and "
		       "that "
		       "of its folders, and at the server's access rules.";
	if (status == 404 || status == 410)
		return "Put the file there, or correct the URL in the DHCP configuration.";
	if (status >= 500)
		return "Something is wrong in the HTTP server: its error log says what.";
	return "See the HTTP server's log for the reason.";
}

static const struct br_talk_http no_request; /* of a connection on which nothing was asked */

static void http_unanswered(struct br_finding *f, const struct br_story *s,
                            const struct br_story_file *file)
{
	const struct br_talk_tcp *t = &file->exchange->tcp;

	if (file->outcome == BR_OUTCOME_SILENT) {
		br_finding_say(f, ", and got no answer.");
		br_finding_say_alive(f, s, &t->server);
		br_finding_change(
			f, "See whether the server runs, and whether a firewall is between.");
	} else if (file->outcome == BR_OUTCOME_CLOSED) {
		br_finding_say(f, ", and was refused %u times: nothing listens on that port.",
		               t->refusals ? t->refusals : t->icmps);
		br_finding_change(f,
		                  "Start the HTTP server on that address and port, or correct the "
		                  "address.");
	} else {
		br_finding_say(f, ", and %s (ICMP %u code %u).",
		               file->outcome == BR_OUTCOME_FORBIDDEN
		                       ? "a firewall rejected it"
		                       : "a router answered that it cannot be reached",
		               t->icmp >> 8, t->icmp & 0xff);
		br_finding_change(f,
		                  "Open the firewall for this port, or correct the address and the "
		                  "routes to it.");
	}
}

static void http_sentence(struct br_finding *f, const struct br_story *s,
                          const struct br_story_file *file)
{
	const struct br_talk_tcp *t = &file->exchange->tcp;
	const struct br_talk_http *h = t->request ? &t->request[file->index] : &no_request;

	switch (file->outcome) {
	case BR_OUTCOME_NOT_FOUND:
	case BR_OUTCOME_REFUSED_BY_SERVER:
		br_finding_say(f, ", and the server answered %u.", h->status);
		br_finding_change(f, "%s", status_remedy(h->status));
		break;
	case BR_OUTCOME_REDIRECTED:
		http_redirected(f, h);
		break;
	case BR_OUTCOME_CLOSED:
	case BR_OUTCOME_FORBIDDEN:
	case BR_OUTCOME_UNREACHABLE:
	case BR_OUTCOME_SILENT:
		http_unanswered(f, s, file);
		break;
	case BR_OUTCOME_IMAGE_TYPE:
		br_finding_say(f,
		               ". The server has it (media type \"%s\"), but neither this type nor "
		               "the name says it is a program, so the firmware broke off.",
		               h->type);
		br_finding_change(f, "Serve it as application/efi, or give it a name that ends in "
		                     ".efi.");
		break;
	case BR_OUTCOME_RESET:
		br_finding_say(f,
		               ", and the server closed the connection after %" PRIu64 " octets.",
		               h->octets);
		br_finding_change(f,
		                  "See the HTTP server's log; keep connections open between HEAD "
		                  "and GET.");
		break;
	case BR_OUTCOME_STALLED:
		http_stalled(f, s, t, h);
		break;
	case BR_OUTCOME_GOING_ON:
		br_finding_say(f,
		               ", and the transfer was under way when the capture ends (%" PRIu64
		               " octets).",
		               h->octets);
		br_finding_change(f, "Let the capture run longer.");
		break;
	case BR_OUTCOME_ABORTED:
		br_finding_say(f, ", and broke off after %" PRIu64 " octets.", h->octets);
		br_finding_change(f, "Look at the client's screen; the file may not be what it "
		                     "expects.");
		break;
	case BR_OUTCOME_COMPLETE:
	case BR_OUTCOME_PROBE:
	case BR_OUTCOME_MISS:
	case BR_OUTCOME_NO_OPTIONS:
	case BR_OUTCOME_NO_SIZE:
	case BR_OUTCOME_BAD_OACK:
	case BR_OUTCOME_TID_CHANGED:
	case BR_OUTCOME_OTHER_ADDRESS:
	case BR_OUTCOME_MIXED:
	case BR_OUTCOME_UNSEEN:
	case BR_OUTCOME_CUT:
		break;
	}
}

static void asked_wrong_server(const struct br_attempt *a, const struct br_story_file *file,
                               struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"loader.wrong-server", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01,D4S-BF-02",
	                                          "proxy-next-server-precedence"};
	struct br_finding *f = br_finding_add(d, &verdict);
	char server[BR_SHOW_ADDRESS], first[BR_SHOW_ADDRESS];
	struct br_endpoint address = file->server, other = {.port = 0};

	address.port = 0;
	for (size_t i = 0; i < a->files; i++) {
		if (a->file[i].outcome == BR_OUTCOME_COMPLETE) {
			other = a->file[i].server;
			break;
		}
	}
	br_finding_say(f,
	               "%zu file%s came whole, from %s; then %s asked %s for %s, which serves no "
	               "files (%s). That address is the next server (siaddr) in the DHCP ACK; "
	               "loaders follow it even when the boot file came by proxyDHCP.",
	               a->programs, a->programs == 1 ? "" : "s",
	               br_show_address(first, &other, false), br_finding_asker(file),
	               br_show_address(server, &address, false), file->name,
	               file->outcome == BR_OUTCOME_CLOSED   ? "port closed"
	               : file->outcome == BR_OUTCOME_SILENT ? "no answer"
	                                                    : "ICMP error");
	br_finding_change(f,
	                  "Set the DHCP server's next server to %s (dnsmasq: "
	                  "dhcp-option=option:server-ip-address,%s), or serve the same files at "
	                  "%s too.",
	                  first, first, server);
}

static void file_failed(const struct br_story *s, const struct br_attempt *a,
                        const struct br_story_file *file, struct br_diagnosis *d)
{
	bool tftp = file->exchange->kind == BR_TALK_TFTP;
	const struct br_talk_tftp *t = &file->exchange->tftp;
	static const struct br_verdict loss = {"tftp.loss", BR_WEIGHT_FAILURE, "network", "", ""};
	struct br_finding *f;

	if (br_story_is_unanswered(file->outcome) && wrong_server(a, file)) {
		asked_wrong_server(a, file, d);
		return;
	}
	if (tftp && is_lossy(t) &&
	    (file->outcome == BR_OUTCOME_GOING_ON || file->outcome == BR_OUTCOME_STALLED ||
	     file->outcome == BR_OUTCOME_ABORTED || file->outcome == BR_OUTCOME_MIXED)) {
		f = br_finding_add(d, &loss);
		br_finding_say_where(f, a, file);
		br_finding_say(f, ", and the transfer %s, for packets are lost:",
		               file->outcome == BR_OUTCOME_ABORTED
		                       ? "was given up"
		                       : "was not done when the capture "
		                         "ends");
		say_loss(f, t);
		br_finding_say(f, " TFTP sends one block at a time, so each loss costs a timeout.");
		if (br_fingerprint_is(&a->who, "libnet"))
			br_finding_say(f, " This firmware bears no loss: it uses one port for all "
			                  "transfers and does not look at the server's, so a late "
			                  "packet of another transfer breaks the one at hand.");
		br_finding_change(f,
		                  "Find the loss (cable, duplex, a full switch); or boot by HTTP, "
		                  "which bears it.");
		return;
	}
	if (tftp && br_diagnose_deaf(s, a, file, d))
		return;
	f = br_finding_add(d, tftp ? &tftp_verdicts[file->outcome] : &http_verdicts[file->outcome]);
	br_finding_say_where(f, a, file);
	if (tftp)
		tftp_sentence(f, s, a, file);
	else
		http_sentence(f, s, file);
}

/* Of a file that came in the end: what its server did wrong on the way. */
static void remark_oack(const struct br_story_file *file, struct br_diagnosis *d)
{
	const struct br_talk_tftp *t = &file->exchange->tftp;
	struct br_verdict verdict = tftp_verdicts[BR_OUTCOME_BAD_OACK];

	verdict.weight = BR_WEIGHT_REMARK;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"For %s (%s) the OACK of the server (%s) grants what was not asked for, or is "
		"not well formed. This client bore it; UEFI firmware refuses the file.",
		file->name, t->asked[0] ? t->asked : "no options", t->granted);
	br_finding_change(f, "The TFTP server must answer requested options only (RFC 2347).");
}

static void remark_unseen(const struct br_story_file *file, struct br_diagnosis *d)
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

/* An EDK2 that took it all the same: not all versions look at the type */
static void remark_image(const struct br_story_file *file, struct br_diagnosis *d)
{
	struct br_verdict verdict = http_verdicts[BR_OUTCOME_IMAGE_TYPE];

	verdict.weight = BR_WEIGHT_REMARK;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "%s came whole with media type \"%s\": neither type nor name says it is a "
	               "program, and UEFI firmware refuses such a file.",
	               file->name, file->exchange->tcp.request[file->index].type);
	br_finding_change(f, "Serve it as application/efi, or give it a name that ends in .efi.");
}

static bool is_odd_image(const struct br_attempt *a, const struct br_story_file *file)
{
	const struct br_talk_http *h =
		file->exchange->kind == BR_TALK_TCP && file->exchange->tcp.request
			? &file->exchange->tcp.request[file->index]
			: NULL;

	return h && file->outcome == BR_OUTCOME_COMPLETE && !strcmp(h->method, "GET") &&
	       !strncmp(h->agent, "UefiHttpBoot", 12) && !br_story_is_image(h) &&
	       (a->path == BR_PATH_HTTP4 || a->path == BR_PATH_HTTP6);
}

void br_remark_files(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	bool oack = false, unseen = false, failed = false, image = false;

	for (size_t i = 0; i < a->files; i++) {
		const struct br_story_file *file = &a->file[i];
		bool tftp = file->exchange->kind == BR_TALK_TFTP;
		const struct br_talk_tftp *t = &file->exchange->tftp;

		if (tftp && t->oack_bad && file->outcome != BR_OUTCOME_BAD_OACK && !oack) {
			remark_oack(file, d);
			oack = true;
		}
		if (tftp && t->data_unseen && !unseen) {
			remark_unseen(file, d);
			unseen = true;
		}
		if (!image && is_odd_image(a, file)) {
			remark_image(file, d);
			image = true;
		}
		const struct br_verdict *v =
			tftp ? &tftp_verdicts[file->outcome] : &http_verdicts[file->outcome];

		if (failed || !went_on_after(file->outcome) || !v->id ||
		    !strcmp(v->id, d->finding[0].id))
			continue;
		struct br_verdict verdict = *v;

		failed = true;
		verdict.weight = BR_WEIGHT_REMARK;
		struct br_finding *f = br_finding_add(d, &verdict);

		br_finding_say_where(f, a, file);
		if (tftp)
			tftp_sentence(f, s, a, file);
		else
			http_sentence(f, s, file);
		br_finding_say(f, " It went on all the same.");
	}
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
static bool no_configuration(const struct br_attempt *a, struct br_diagnosis *d)
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

/* GRUB started by HTTP boot has no address and asks for nothing: recorded ovmf-virtio-http */
static bool quiet_after_http(const struct br_story *s, const struct br_attempt *a,
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

bool br_diagnose_files(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	const struct br_story_file *bad = NULL;

	if (a->files == 0)
		return false;
	for (size_t i = 0; i < a->files; i++) {
		const struct br_story_file *f = &a->file[i];

		if (f->outcome == BR_OUTCOME_COMPLETE)
			bad = NULL; /* it went on after that */
		else if (is_hard(f->outcome) && !bad)
			bad = f;
	}
	if (bad) {
		file_failed(s, a, bad, d);
		return true;
	}
	if (no_configuration(a, d))
		return true;
	return a->programs > 0 && quiet_after_http(s, a, d);
}
