/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/outcome.c - what became of a file, or of a connection
 *
 * An outcome is what the wire shows of one file and no more: br_outcome_of_tftp(), _http() and
 * _tcp() go from the surest sign (an end that was seen) to the weakest (silence, and for how long
 * before the capture ends). Names decide two things: whether a file that is not there was but
 * looked for, and whether what came is a kernel.
 */
#include "captures/explain/outcome.h"

#include <ctype.h>
#include <string.h>

#include "core/formats/tftp_packet.h"

enum {
	ICMP_TYPE_UNREACHABLE = 3,
	ICMPV6_TYPE_UNREACHABLE = 1,
	HTTP_REDIRECT = 300,
	HTTP_ERROR = 400,
	HTTP_NOT_FOUND = 404,
	HTTP_GONE = 410,
	SURE = 3, /* blocks in a row from another port are no accident */
	TLS_1_3 = 0x0304,
	SEALED_ALERT = 24, /* octets: level, description, type, tag (RFC 8446 section 5.2) */
	DEAF = 3,          /* segments sent again that the client took no notice of */
};
#define PATIENCE (2 * BR_S) /* who waits so long for an answer has waited for it */
#define STALL    (3 * BR_S) /* without progress so long before the end of the capture */

const char *br_outcome_says(enum br_outcome outcome)
{
	static const char *const says[] = {
		[BR_OUTCOME_COMPLETE] = "complete",
		[BR_OUTCOME_PROBE] = "size only",
		[BR_OUTCOME_MISS] = "not there, as expected",
		[BR_OUTCOME_NOT_FOUND] = "NOT FOUND",
		[BR_OUTCOME_REFUSED_BY_SERVER] = "REFUSED by the server",
		[BR_OUTCOME_REDIRECTED] = "REDIRECTED",
		[BR_OUTCOME_CLOSED] = "PORT CLOSED",
		[BR_OUTCOME_FORBIDDEN] = "REJECTED by a firewall",
		[BR_OUTCOME_UNREACHABLE] = "UNREACHABLE",
		[BR_OUTCOME_SILENT] = "NO ANSWER",
		[BR_OUTCOME_NO_OPTIONS] = "OPTIONS IGNORED by the server",
		[BR_OUTCOME_NO_SIZE] = "OACK WITHOUT SIZE",
		[BR_OUTCOME_BAD_OACK] = "OACK NOT AS ASKED",
		[BR_OUTCOME_IMAGE_TYPE] = "NOT TAKEN FOR A PROGRAM",
		[BR_OUTCOME_ABORTED] = "ABORTED by the client",
		[BR_OUTCOME_RESET] = "ENDED by the server",
		[BR_OUTCOME_TID_CHANGED] = "SERVER'S PORT CHANGED",
		[BR_OUTCOME_OTHER_ADDRESS] = "ANSWERED FROM ANOTHER ADDRESS",
		[BR_OUTCOME_MIXED] = "MIXED with an older transfer",
		[BR_OUTCOME_STALLED] = "STALLED",
		[BR_OUTCOME_GOING_ON] = "going on when the capture ends",
		[BR_OUTCOME_UNSEEN] = "encrypted",
		[BR_OUTCOME_TLS] = "TLS REFUSED",
		[BR_OUTCOME_LATE] = "ANSWERED TOO LATE",
		[BR_OUTCOME_PROXY_REFUSED] = "REFUSED by the proxy",
		[BR_OUTCOME_WANTS_TLS] = "PORT SPEAKS TLS",
		[BR_OUTCOME_CUT] = "cut by the capture",
	};

	return says[outcome];
}

/* Names of files */

static bool has(const char *name, const char *part)
{
	return strstr(name, part) != NULL;
}

static bool has_nocase(const char *name, const char *part)
{
	for (; *name; name++) {
		size_t i = 0;

		while (part[i] && tolower((unsigned char)name[i]) == part[i])
			i++;
		if (!part[i])
			return true;
	}
	return false;
}

bool br_name_ends_in(const char *text, const char *end)
{
	size_t a = strlen(text), b = strlen(end);

	return a >= b && !strcmp(text + a - b, end);
}

/* Files whose absence is part of how the asker works: quirks shim-extra-fetches,
 * ipxe-autoexec-miss, grub-config-search-storm; PXELINUX's documented search;
 * U-Boot's bootcmd_dhcp; the Raspberry Pi's start-up.
 */
static bool may_be_missing(const char *name)
{
	/* texts, fonts and policies that the Windows boot manager can do without */
	static const char *const windows[] = {".dll",         ".mui",    ".ttf",
	                                      ".p7b",         ".stl",    ".exe.config",
	                                      "hiberfil.sys", "bootres", ".ini"};

	static const char *const parts[] = {
		"revocations",   "shim_certificate", "mmx64.efi", "mmaa64.efi",
		"fbx64.efi",     "fbaa64.efi",       ".lst",      "grub.cfg-",
		"autoexec.ipxe", "pxelinux.cfg/",    "boot.scr",  "bootsig.bin",
		"recovery.elf",  "dt-blob.bin",      "ldlinux.",  "dtb/",
		".dtb",          "uboot.env",        "boot.sig",
	};
	const char *base = strrchr(name, '/');

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (has(name, parts[i]))
			return true;
	}
	for (size_t i = 0; strchr(name, '\\') && i < sizeof(windows) / sizeof(windows[0]); i++) {
		if (has_nocase(name, windows[i]))
			return true;
	}
	base = base ? base + 1 : name;
	/* U-Boot without a name: the address in hex, C0000264.img */
	return strlen(base) == 12 && strspn(base, "0123456789ABCDEF") == 8 &&
	       !strcmp(base + 8, ".img");
}

bool br_name_is_kernel(const char *name)
{
	static const char *const parts[] = {"vmlinu", "bzimage", "initrd",      "initramfs",
	                                    "kernel", "zimage",  "linux-arm64", "linux.efi"};
	const char *base = strrchr(name, '/');

	base = base ? base + 1 : name;
	if (has_nocase(base, "syslinux")) /* syslinux.efi loads one */
		return false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (has_nocase(base, parts[i]))
			return true;
	}
	return !strcmp(base, "linux") || !strcmp(base, "Image") || has_nocase(base, ".wim");
}

/* Scripts and configurations steer a boot; they are not what is booted. */
bool br_name_is_script(const char *name)
{
	return has(name, "boot.scr") || br_name_ends_in(name, ".ipxe") ||
	       br_name_ends_in(name, ".cfg") || has(name, "pxelinux.cfg/") ||
	       br_name_ends_in(name, ".lst");
}

/* Outcomes */

bool br_story_is_unanswered(enum br_outcome outcome)
{
	return outcome == BR_OUTCOME_SILENT || outcome == BR_OUTCOME_CLOSED ||
	       outcome == BR_OUTCOME_FORBIDDEN || outcome == BR_OUTCOME_UNREACHABLE;
}

static bool unreachable(uint16_t icmp)
{
	return icmp >> 8 == ICMP_TYPE_UNREACHABLE || icmp >> 8 == ICMPV6_TYPE_UNREACHABLE;
}

/* RFC 792 and RFC 1812 section 5.2.7.1; RFC 4443 section 3.1 */
static enum br_outcome icmp_outcome(uint16_t icmp)
{
	switch (icmp) {
	case ICMP_TYPE_UNREACHABLE << 8 | 9: /* communication administratively prohibited */
	case ICMP_TYPE_UNREACHABLE << 8 | 10:
	case ICMP_TYPE_UNREACHABLE << 8 | 13:
	case ICMPV6_TYPE_UNREACHABLE << 8 | 1:
		return BR_OUTCOME_FORBIDDEN;
	case ICMP_TYPE_UNREACHABLE << 8 | 2: /* protocol, port */
	case ICMP_TYPE_UNREACHABLE << 8 | 3:
	case ICMPV6_TYPE_UNREACHABLE << 8 | 4:
		return BR_OUTCOME_CLOSED;
	default:
		return BR_OUTCOME_UNREACHABLE;
	}
}

/* Whether a flow without an end stopped, or was cut by the end of the capture. */
static enum br_outcome unfinished(const struct br_story *s, br_time progress)
{
	return br_talk_last(s->talk) > progress + STALL ? BR_OUTCOME_STALLED : BR_OUTCOME_GOING_ON;
}

static enum br_outcome tftp_by_client(const struct br_talk_tftp *t)
{
	bool asked_size = has(t->asked, "tsize=");

	if (t->cut)
		asked_size = t->oacks > 0 && t->blocks == 0;
	else if (t->oacks == 0 && t->blocks > 0 && t->asked[0] != '\0')
		return BR_OUTCOME_NO_OPTIONS;
	if (t->oack_bad)
		return BR_OUTCOME_BAD_OACK;
	if (t->oacks > 0 && t->blocks == 0 && asked_size && !t->cut && t->size == UINT64_MAX)
		return BR_OUTCOME_NO_SIZE;
	/* EDK2 answers 8, others 0 or 5 (quirk edk2-tsize-probe-abort) */
	if (t->blocks <= 1 && t->oacks > 0 && asked_size)
		return BR_OUTCOME_PROBE;
	return BR_OUTCOME_ABORTED;
}

/* Packets from another port or address went by. MIXED if they belong to another transfer of this
 * client: its server has not heard that it is over.
 */
static enum br_outcome foreign_outcome(const struct br_story *s, const struct br_talk_tftp *t)
{
	if (t->server.port == 0)
		return BR_OUTCOME_OTHER_ADDRESS;
	for (size_t i = 0; i < s->client->exchanges; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_TFTP && &e->tftp != t &&
		    br_endpoint_equal(&e->tftp.server, &t->foreign_from))
			return BR_OUTCOME_MIXED;
	}
	/* each request may be answered by a port of its own: RFC 1350 section 4 */
	return t->foreign_next > 0 && t->request.count == 1 ? BR_OUTCOME_TID_CHANGED
	                                                    : BR_OUTCOME_MIXED;
}

enum br_outcome br_outcome_of_tftp(const struct br_story *s, const struct br_talk_exchange *e)
{
	const struct br_talk_tftp *t = &e->tftp;
	br_time last = e->last;
	bool wrong = e->layers.wrong > 0 && e->layers.wrong == e->layers.deaf;

	switch (t->end) {
	case BR_TALK_COMPLETE:
		return BR_OUTCOME_COMPLETE;
	case BR_TALK_ERROR_CLIENT:
		return tftp_by_client(t);
	case BR_TALK_ERROR_SERVER:
		if (t->error_code == BR_TFTP_ERROR_NOT_FOUND ||
		    (t->error_code == 0 && (has_nocase(t->error_text, "no such file") ||
		                            has_nocase(t->error_text, "not found"))))
			return may_be_missing(t->file) ? BR_OUTCOME_MISS : BR_OUTCOME_NOT_FOUND;
		return BR_OUTCOME_REFUSED_BY_SERVER;
	case BR_TALK_REPLACED:
	case BR_TALK_OPEN:
		break;
	}
	if (t->last_block && t->missing == 0 && !wrong)
		return BR_OUTCOME_COMPLETE; /* only its last ACK is missing: last-ack-never-sent */
	if (t->icmps > 0 && unreachable(t->icmp) && t->answered == 0)
		return icmp_outcome(t->icmp);
	if (t->answered == 0)
		return br_talk_last(s->talk) < t->request.last + BR_S ? BR_OUTCOME_GOING_ON
		                                                      : BR_OUTCOME_SILENT;
	if (t->foreign > 0 &&
	    (t->end == BR_TALK_REPLACED || t->server.port == 0 || t->foreign_next >= SURE ||
	     unfinished(s, t->last_progress) == BR_OUTCOME_STALLED))
		return foreign_outcome(s, t);
	if (t->end == BR_TALK_REPLACED)
		return BR_OUTCOME_ABORTED;
	return unfinished(s, t->last_progress > last ? last : t->last_progress);
}

/* edk2 HttpBootSupport.c HttpBootCheckImageType: by media type, else by name. */
bool br_story_is_image(const struct br_talk_http *h)
{
	return !strcmp(h->type, "application/efi") || !strcmp(h->type, "application/vnd.efi-iso") ||
	       !strcmp(h->type, "application/vnd.efi-img") || br_name_ends_in(h->target, ".efi") ||
	       br_name_ends_in(h->target, ".iso") || br_name_ends_in(h->target, ".img");
}

/* The answer came when the client had waited and gone. */
static bool was_late(const struct br_talk_tcp *t, const struct br_talk_http *h)
{
	br_time answered = h->status ? h->answered : t->late;

	return t->left > h->at + PATIENCE && answered > t->left;
}

/* A tunnel through a proxy, RFC 9110 section 9.3.6: what became of it is what became in it */
static enum br_outcome of_tunnel(const struct br_story *s, const struct br_talk_exchange *e,
                                 const struct br_talk_http *h)
{
	if (h->status / 100 != 2)
		return BR_OUTCOME_PROXY_REFUSED;
	return e->tcp.tls ? br_outcome_of_tcp(s, e) : BR_OUTCOME_ABORTED;
}

enum br_outcome br_outcome_of_http(const struct br_story *s, const struct br_talk_exchange *e,
                                   const struct br_talk_http *h)
{
	const struct br_talk_tcp *t = &e->tcp;
	bool deaf = e->layers.deaf >= DEAF && (size_t)(h - t->request) + 1 == t->requests;

	if (deaf && unfinished(s, t->last_progress) == BR_OUTCOME_STALLED)
		return BR_OUTCOME_STALLED;
	if (was_late(t, h))
		return BR_OUTCOME_LATE;
	if (t->wants_tls && h->status / 100 != 2)
		return BR_OUTCOME_WANTS_TLS;
	if (h->status != 0 && !strcmp(h->method, "CONNECT"))
		return of_tunnel(s, e, h);
	if (h->status == 0 && (t->end == BR_TALK_ERROR_SERVER || t->server_first))
		return BR_OUTCOME_RESET;
	if (h->status == 0 && t->cut)
		return BR_OUTCOME_CUT;
	if (h->status == 0)
		return unfinished(s, h->last) == BR_OUTCOME_GOING_ON ? BR_OUTCOME_GOING_ON
		                                                     : BR_OUTCOME_SILENT;
	if (h->status == HTTP_NOT_FOUND || h->status == HTTP_GONE)
		return may_be_missing(h->target) ? BR_OUTCOME_MISS : BR_OUTCOME_NOT_FOUND;
	if (h->status >= HTTP_ERROR)
		return BR_OUTCOME_REFUSED_BY_SERVER;
	if (h->status >= HTTP_REDIRECT)
		return BR_OUTCOME_REDIRECTED;
	if (!strcmp(h->method, "HEAD"))
		return BR_OUTCOME_PROBE;
	if (h->complete || (h->has_length && h->octets >= h->length))
		return BR_OUTCOME_COMPLETE;
	if (!h->has_length && t->fin_server)
		return h->open_chunk ? BR_OUTCOME_RESET : BR_OUTCOME_COMPLETE;
	if (h->cut) /* how long it is stood behind the cut */
		return t->fin_client ? BR_OUTCOME_COMPLETE : BR_OUTCOME_CUT;
	if (t->end == BR_TALK_ERROR_CLIENT && !strncmp(h->agent, "UefiHttpBoot", 12) &&
	    !br_story_is_image(h))
		return BR_OUTCOME_IMAGE_TYPE;
	if (t->server_first)
		return BR_OUTCOME_RESET;
	if (t->end == BR_TALK_ERROR_CLIENT || t->fin_client)
		return BR_OUTCOME_ABORTED;
	return unfinished(s, t->last_progress);
}

/* The handshake did not come to its end, and nothing goes on. */
static bool tls_failed(const struct br_story *s, const struct br_talk_exchange *e)
{
	const struct br_talk_tcp *t = &e->tcp;
	const struct br_talk_tls *h = &t->hello;
	bool over = t->end != BR_TALK_OPEN || t->fin_client || t->fin_server;
	bool stuck = unfinished(s, t->last_progress) == BR_OUTCOME_STALLED;

	if (h->foreign[0] && h->chosen == 0)
		return true;
	/* in TLS 1.3 the server's certificate is sealed, and so may be the client's alert: who goes
	 * on sends a Finished first, which is longer
	 */
	if (over && h->chosen == TLS_1_3 && h->sealed_up <= SEALED_ALERT)
		return true;
	if (h->sealed_down > 0)
		return false;
	return h->alerted || ((h->sealed_up == 0 || h->again) && (over || (stuck && h->offered)));
}

/* Agreed on, and what it was for did not come. */
static enum br_outcome sealed_outcome(const struct br_story *s, const struct br_talk_exchange *e)
{
	const struct br_talk_tcp *t = &e->tcp;
	const struct br_talk_tls *h = &t->hello;
	bool stuck = unfinished(s, t->last_progress) == BR_OUTCOME_STALLED;
	bool by_server = t->end == BR_TALK_ERROR_SERVER && !t->fin_client;

	if (h->chosen == 0 || h->chosen == TLS_1_3 || h->sealed_up == 0)
		return BR_OUTCOME_UNSEEN;
	if (e->layers.deaf >= DEAF && stuck)
		return BR_OUTCOME_STALLED;
	if (by_server || (h->sealed_down == 0 && t->server_first))
		return BR_OUTCOME_RESET;
	if (h->sealed_down == 0 && (stuck || t->left > t->last_progress + PATIENCE))
		return BR_OUTCOME_SILENT;
	return BR_OUTCOME_UNSEEN;
}

enum br_outcome br_outcome_of_tcp(const struct br_story *s, const struct br_talk_exchange *e)
{
	const struct br_talk_tcp *t = &e->tcp;

	if (t->tls && tls_failed(s, e))
		return BR_OUTCOME_TLS;
	if (t->tls)
		return sealed_outcome(s, e);
	if (t->cut)
		return BR_OUTCOME_CUT;
	if (t->refusals > 0)
		return BR_OUTCOME_CLOSED;
	if (t->icmps > 0 && unreachable(t->icmp))
		return icmp_outcome(t->icmp);
	if (t->syn_acks == 0 && br_talk_last(s->talk) > t->syn.last + BR_S)
		return BR_OUTCOME_SILENT;
	if (t->end == BR_TALK_ERROR_SERVER)
		return BR_OUTCOME_RESET;
	if (t->end == BR_TALK_ERROR_CLIENT || t->fin_client)
		return BR_OUTCOME_ABORTED;
	return t->opened == 0 && t->syn_acks > 1 ? unfinished(s, t->last) : BR_OUTCOME_GOING_ON;
}
