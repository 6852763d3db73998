/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_http.c - a file asked for by HTTP: how it ended, in words
 *
 * Outcomes are settled in captures/explain/story.c; here each has its verdict and its sentences.
 */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"

enum {
	CLOSED_WINDOW = 3,    /* probes against a window of 0 */
	ONE_WINDOW = 1 << 16, /* octets: so much may go out before the first ACK */
};

static const struct br_verdict verdicts[BR_OUTCOME_CUT + 1] = {
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
	[BR_OUTCOME_LATE] = {"http.late-answer", BR_WEIGHT_FAILURE, "server", "",
                             "httpboot-5s-timeout"},
	[BR_OUTCOME_PROXY_REFUSED] = {"http.proxy-refused", BR_WEIGHT_FAILURE, "configuration", "",
                                      ""},
	[BR_OUTCOME_WANTS_TLS] = {"http.wants-tls", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[BR_OUTCOME_TLS] = {"tls.refused", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[BR_OUTCOME_GOING_ON] = {"capture.ends", BR_WEIGHT_OPEN, "capture", "", ""},
};

const struct br_verdict *br_diagnose_http_verdict(enum br_outcome outcome)
{
	return &verdicts[outcome];
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

/* Nothing of what the server sends is acknowledged. */
static void http_unheard(struct br_finding *f, const struct br_talk_exchange *e)
{
	br_finding_say(f,
	               ", and the server's %s went by %u times again; the client never "
	               "acknowledged it: it does not reach the client, or the client drops it.",
	               e->tcp.request ? "answer" : "SYN and ACK", e->layers.deaf);
	br_finding_change(f, "Look for what drops the server's packets between this capture and "
	                     "the client: a firewall, an MTU that is too small for them, a wrong "
	                     "checksum.");
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

	if (file->outcome == BR_OUTCOME_SILENT && t->tls) {
		br_finding_say(f,
		               "; TLS was agreed on, the client sent its request sealed (%" PRIu64
		               " octets), and got no answer.",
		               t->hello.sealed_up);
		br_finding_change(f, "See the server's log: it takes connections, and does not "
		                     "answer what is asked on them; a server behind it may not "
		                     "answer.");
	} else if (file->outcome == BR_OUTCOME_SILENT) {
		br_finding_say(f, ", and got no answer.");
		br_finding_say_alive(f, s, &t->server);
		br_finding_change(
			f, "See whether the server runs, and whether a firewall is between.");
	} else if (file->outcome == BR_OUTCOME_CLOSED) {
		br_finding_say(f, ", and was refused %u times: nothing listens on that port.",
		               t->refusals ? t->refusals : t->icmps);
		br_finding_change(
			f,
			"Start the HTTP server on that address and port%s, or correct the "
			"address.",
			br_endpoint_to_ipv4(&t->server)
				? ""
				: " (it may listen on IPv4 alone: nginx wants listen "
				  "[::]:80)");
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

static void http_wants_tls(struct br_finding *f, const struct br_talk_http *h)
{
	br_finding_say(f, " in clear, and that port speaks TLS (%s).",
	               h->status ? "its answer 400 says so" : "it answered by an alert");
	br_finding_change(f, "Write https:// in the URL, or name the port at which the server "
	                     "speaks HTTP in clear.");
}

/* What a proxy says to CONNECT */
static void http_proxy(struct br_finding *f, const struct br_talk_http *h)
{
	br_finding_say(f,
	               ", by CONNECT through this proxy, and the proxy answered %u: it makes no "
	               "tunnel there.",
	               h->status);
	if (h->status == 407)
		br_finding_change(f, "The proxy wants a password, and firmware has none: let the "
		                     "clients' network through without one.");
	else if (h->status == 403)
		br_finding_change(f, "Allow CONNECT to that host and port in the proxy's rules "
		                     "(squid: SSL_ports and http_access), or take the proxy out "
		                     "of the boot option.");
	else if (h->status == 405 || h->status == 400 || h->status == 501)
		br_finding_change(f, "That server is no proxy for CONNECT (a web server or a cache "
		                     "before one): name another proxy in the boot option, or "
		                     "none.");
	else
		br_finding_change(f, "See the proxy's log: it did not reach that host, or did not "
		                     "find its name.");
}

/* The server ended it before its end. */
static void http_ended(struct br_finding *f, const struct br_talk_tcp *t,
                       const struct br_talk_http *h)
{
	if (t->tls) {
		br_finding_say(f,
		               "; TLS was agreed on, and the server ended the connection%s after "
		               "%" PRIu64 " sealed octets.",
		               t->end == BR_TALK_ERROR_SERVER ? " with a reset" : "",
		               t->hello.sealed_down);
		br_finding_change(f, "See the HTTP server's log (and that of a proxy before it): a "
		                     "time limit, a certificate that it wants of the client, a "
		                     "process that died end a connection like this.");
		return;
	}
	br_finding_say(f, ", and the server closed the connection%s after %" PRIu64,
	               t->end == BR_TALK_ERROR_SERVER ? " with a reset" : "", h->octets);
	if (h->has_length)
		br_finding_say(f, " of the %" PRIu64 " octets that its Content-Length says",
		               h->length);
	else
		br_finding_say(f, " octets%s", h->open_chunk ? ", before the last chunk" : "");
	br_finding_say(f, ".");
	br_finding_change(f, h->octets > 0
	                             ? "See the HTTP server's log (and that of a proxy before it): "
	                               "a time limit, a full disk, a file that changed or a "
	                               "process that died ends an answer like this."
	                             : "See the HTTP server's log; keep connections open between "
	                               "HEAD and GET.");
}

static void http_late(struct br_finding *f, const struct br_talk_tcp *t,
                      const struct br_talk_http *h)
{
	br_time answered = h->status ? h->answered : t->late;

	br_finding_say(f,
	               ", waited %.1f s for an answer and gave up. The server's answer came %.1f s "
	               "after the question, %.1f s too late.",
	               br_show_seconds(t->left - h->at), br_show_seconds(answered - h->at),
	               br_show_seconds(answered - t->left));
	br_finding_change(f,
	                  "See what keeps the HTTP server: a page that is made on demand, a name "
	                  "looked up in a DNS that does not answer, a slow disk, a server behind "
	                  "it, too many clients at once.");
}

void br_diagnose_http_say(struct br_finding *f, const struct br_story *s,
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
	case BR_OUTCOME_PROXY_REFUSED:
		http_proxy(f, h);
		break;
	case BR_OUTCOME_WANTS_TLS:
		http_wants_tls(f, h);
		break;
	case BR_OUTCOME_RESET:
		http_ended(f, t, h);
		break;
	case BR_OUTCOME_STALLED:
		if (file->exchange->layers.deaf > 0 && (!t->request || h->octets <= ONE_WINDOW))
			http_unheard(f, file->exchange);
		else
			http_stalled(f, s, t, h);
		break;
	case BR_OUTCOME_LATE:
		http_late(f, t, h);
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
	case BR_OUTCOME_TLS:
	case BR_OUTCOME_CUT:
		break;
	}
}

/* An EDK2 that took it all the same: not all versions look at the type */
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

bool br_remark_http_image(const struct br_attempt *a, const struct br_story_file *file,
                          struct br_diagnosis *d)
{
	struct br_verdict verdict = verdicts[BR_OUTCOME_IMAGE_TYPE];

	if (!is_odd_image(a, file))
		return false;
	verdict.weight = BR_WEIGHT_REMARK;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "%s came whole with media type \"%s\": neither type nor name says it is a "
	               "program, and UEFI firmware refuses such a file.",
	               file->name, file->exchange->tcp.request[file->index].type);
	br_finding_change(f, "Serve it as application/efi, or give it a name that ends in .efi.");
	return true;
}
