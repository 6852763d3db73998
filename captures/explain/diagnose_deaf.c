/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_deaf.c - a TFTP transfer that stopped: whose packets did not arrive
 *
 * In lockstep (RFC 1350 section 2) each side sends its last packet again until the other's
 * next one comes. So who goes on repeating has not heard, and what it waits for was lost,
 * if it is in the capture at all, behind the place where the capture was taken.
 */
#include <inttypes.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"

enum {
	INSISTED = 2, /* so often again is no chance */
	HEADERS = 32, /* IPv4, UDP and TFTP */
	SMALL_PACKET = 1400,
	LARGE = 1400, /* octets: larger blocks hardly fit */
	WRAP = 65535, /* the last number of 16 bits */
};
#define GAVE_UP (3 * BR_S) /* clients ask again sooner than this */

static bool stopped(enum br_outcome outcome)
{
	return outcome == BR_OUTCOME_STALLED || outcome == BR_OUTCOME_ABORTED ||
	       outcome == BR_OUTCOME_GOING_ON || outcome == BR_OUTCOME_MIXED;
}

static void acks_lost(const struct br_attempt *a, const struct br_story_file *file,
                      struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"tftp.acks-lost", BR_WEIGHT_FAILURE, "network",
	                                          "TFTP-RTX-01", "tftp-nat-container-tid"};
	const struct br_talk_tftp *t = &file->exchange->tftp;
	struct br_finding *f = br_finding_add(d, &verdict);
	char address[BR_SHOW_ADDRESS];

	br_finding_say_where(f, a, file);
	br_finding_say(f,
	               ". The server answered from its port %u; the client acknowledged block "
	               "%" PRIu64 " there %u times, and the server sent %s again and again: "
	               "the ACKs do not reach it.",
	               t->server.port, t->acked, t->acks_insisted + 1,
	               t->blocks == 0 ? "its OACK" : "the same block");
	if (t->icmps > 0)
		br_finding_say(f, " ICMP errors about them came back (%u code %u).", t->icmp >> 8,
		               t->icmp & 0xff);
	br_finding_change(
		f,
		"Let UDP from the client reach every port of %s, not 69 alone: a transfer "
		"goes on between two new ports (RFC 1350 section 4). A firewall needs a "
		"connection tracker for TFTP (nf_conntrack_tftp), or the server a fixed "
		"port range.",
		br_show_address(address, &t->server, false));
}

static void data_lost(const struct br_attempt *a, const struct br_story_file *file,
                      struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"tftp.data-lost", BR_WEIGHT_FAILURE, "network",
	                                          "TFTP-RTX-01", ""};
	const struct br_talk_tftp *t = &file->exchange->tftp;
	struct br_finding *f = br_finding_add(d, &verdict);
	bool large = t->block_size + HEADERS > SMALL_PACKET;

	br_finding_say_where(f, a, file);
	br_finding_say(f,
	               ". The server sent block %" PRIu64 " %u times, and the client never "
	               "acknowledged it: it does not reach the client, or the client cannot take "
	               "it.",
	               t->blocks, t->insisted + 1);
	if (large && t->acked == 0)
		br_finding_say(
			f,
			" Small packets (the OACK) came through, packets of %u octets do not: "
			"look for a link with a smaller MTU, such as a tunnel or VPN.",
			t->block_size + HEADERS);
	br_finding_change(f,
	                  large ? "Raise the MTU on the way, let fragments and ICMP pass, or let "
	                          "the TFTP server grant smaller blocks (tftpd-hpa: --blocksize "
	                          "1300; dnsmasq: tftp-no-blocksize or tftp-mtu=1300)."
	                        : "Look for what drops the server's packets between this capture "
	                          "and the client.");
}

/* Blocks that went by in pieces only, of which one was always missing. */
static void fragments_lost(const struct br_story *s, const struct br_attempt *a,
                           const struct br_story_file *file, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"tftp.fragments-lost", BR_WEIGHT_FAILURE,
	                                          "network", "TFTP-RTX-01", ""};
	const struct br_talk_tftp *t = &file->exchange->tftp;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say_where(f, a, file);
	br_finding_say(
		f,
		". It agreed to blocks of %u octets, and after block %" PRIu64 " nothing came "
		"whole: %" PRIu64 " packets in this capture were cut into IP fragments of which "
		"some are missing. A link on the way has a smaller MTU, and something drops "
		"fragments.",
		t->block_size, t->blocks, br_talk_fragments_lost(s->talk));
	br_finding_change(f, "Let fragments pass, raise the MTU on the way, or let the TFTP server "
	                     "grant smaller blocks (tftpd-hpa: --blocksize 1300; dnsmasq: "
	                     "tftp-no-blocksize or tftp-mtu=1300).");
}

/* Each request was answered, and the client asked again as if it had not been. */
static void answers_lost(const struct br_attempt *a, const struct br_story_file *file,
                         struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"tftp.answers-lost", BR_WEIGHT_FAILURE, "network",
	                                          "", ""};
	const struct br_talk_tftp *t = &file->exchange->tftp;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say_where(f, a, file);
	br_finding_say(
		f,
		" %u times. The server answered (the first time after %.1f s), and the client "
		"asked again as if it had heard nothing: the answers do not reach it, come "
		"later than it waits, or it drops them.",
		t->request.count,
		br_show_seconds(t->answered > t->request.at[0] ? t->answered - t->request.at[0]
	                                                       : 0));
	br_finding_change(f, "Look for what delays or drops UDP from the server on its way to the "
	                     "client, behind the place of this capture: a firewall, NAT, a wrong "
	                     "checksum.");
}

/* The OACK came by, and no block after it, though the client asked for the first again. */
static void no_data(const struct br_attempt *a, const struct br_story_file *file,
                    struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"tftp.no-data", BR_WEIGHT_FAILURE, "network",
	                                          "TFTP-RTX-01", ""};
	const struct br_talk_tftp *t = &file->exchange->tftp;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say_where(f, a, file);
	br_finding_say(
		f,
		". They agreed (%s), the client acknowledged that %u times, and no block came "
		"by here: the server did not get it, or what it sends is lost on the way to "
		"here.",
		t->granted, t->acks_insisted + 1);
	if (t->block_size + HEADERS > SMALL_PACKET)
		br_finding_say(
			f,
			" The OACK is small and a block makes a packet of %u octets: a link "
			"with a smaller MTU, such as a tunnel or VPN, that drops it looks like "
			"this.",
			t->block_size + HEADERS);
	br_finding_change(f,
	                  "Record at the server too: it tells which it is. Then let UDP pass to "
	                  "every port of the server, or raise the MTU on the way, or let the TFTP "
	                  "server grant smaller blocks (tftpd-hpa: --blocksize 1300; dnsmasq: "
	                  "tftp-no-blocksize or tftp-mtu=1300).");
}

/* The first answer came when the last question was long past. */
static void too_late(const struct br_attempt *a, const struct br_story_file *file,
                     struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"tftp.late-answer", BR_WEIGHT_FAILURE, "server",
	                                          "TFTP-RTX-01", ""};
	const struct br_talk_tftp *t = &file->exchange->tftp;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say_where(f, a, file);
	br_finding_say(f,
	               " %u time%s in %.1f s, and heard nothing all that time. The server's first "
	               "answer came %.1f s after the first question and %.1f s after the last: the "
	               "client had given up.",
	               t->request.count, t->request.count == 1 ? "" : "s",
	               br_show_seconds(t->request.last - t->request.at[0]),
	               br_show_seconds(t->answered - t->request.at[0]),
	               br_show_seconds(t->answered - t->request.last));
	br_finding_change(f, "See what keeps the TFTP server: looking the client's name up in a "
	                     "DNS that does not answer, a slow disk or network file system, a "
	                     "start on demand (inetd), too many transfers at once.");
}

/* Block numbers have 16 bits, and RFC 1350 does not say what comes behind 65535: clients go on at
 * 0 (requirement TFTP-WRAP-01).
 */
bool br_diagnose_wrap(const struct br_attempt *a, const struct br_story_file *file,
                      struct br_diagnosis *d)
{
	static const struct br_verdict server = {"tftp.block-wrap", BR_WEIGHT_FAILURE, "server",
	                                         "TFTP-WRAP-01", ""};
	static const struct br_verdict client = {"tftp.block-wrap", BR_WEIGHT_FAILURE, "client", "",
	                                         ""};
	const struct br_talk_tftp *t = &file->exchange->tftp;
	bool error = file->outcome == BR_OUTCOME_REFUSED_BY_SERVER;
	bool taken = t->acked >= t->blocks;               /* the client waits for the next */
	bool sent = t->blocks > WRAP && !taken && !error; /* the server went on, the client not */

	if ((!stopped(file->outcome) && !error && file->outcome != BR_OUTCOME_CLOSED) ||
	    t->blocks < WRAP - 1 || t->blocks > WRAP + 2 + t->window_size || (!sent && !taken))
		return false;
	struct br_finding *f = br_finding_add(d, sent ? &client : &server);

	br_finding_say_where(f, a, file);
	br_finding_say(
		f,
		", and the transfer stopped at block %" PRIu64
		" of %u octets, where the block number has no room to grow (%s).",
		t->blocks, t->block_size,
		sent          ? "the server went on, the client did not take it"
		: error       ? "the server ended it with an ERROR"
		: t->insisted ? "the client acknowledged it, and the server sent it again and again"
			      : "the client acknowledged it, and the server sent nothing more");
	if (t->size != UINT64_MAX)
		br_finding_say(f, " The file has %" PRIu64 " octets.", t->size);
	br_finding_change(f, "%sa TFTP server that goes on at 0 behind block 65535, or HTTP.",
	                  t->block_size < LARGE
	                          ? "Use larger blocks (option blksize: 1468 allows 96 MB), "
	                          : "Use ");
	return true;
}

bool br_diagnose_filter(const struct br_story *s, const struct br_attempt *a,
                        const struct br_story_file *file, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"capture.filter", BR_WEIGHT_UNKNOWN, "capture",
	                                          "", ""};

	if (!br_talk_is_filtered(s->talk) ||
	    (file && (file->exchange->kind != BR_TALK_TFTP || file->exchange->tftp.answered > 0)))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f,
	               "As far as the capture shows, %s. It holds UDP of ports 67 to 69 and 4011 "
	               "and nothing else, not even ARP: it was recorded with a filter that leaves "
	               "out the %s, so what became of it cannot be told.",
	               br_reached_says(a->reached),
	               file ? "data of TFTP, which goes between two other ports"
	                    : "files, which come by other ports");
	br_finding_change(f, "Record without a filter, or with one by the machine: tcpdump -s 0 -w "
	                     "FILE ether host MAC.");
	return true;
}

/* The server's first packet was an ERROR, longer after the last question than the client waits. */
static bool is_late_error(const struct br_story_file *file)
{
	const struct br_talk_tftp *t = &file->exchange->tftp;
	br_time waits = t->request.count > 1
	                        ? (t->request.last - t->request.at[0]) / (t->request.count - 1)
	                        : 3 * GAVE_UP;

	return (file->outcome == BR_OUTCOME_NOT_FOUND ||
	        file->outcome == BR_OUTCOME_REFUSED_BY_SERVER) &&
	       t->oacks == 0 && t->blocks == 0 && t->answered > t->request.last + waits * 3 / 2;
}

bool br_diagnose_deaf(const struct br_story *s, const struct br_attempt *a,
                      const struct br_story_file *file, struct br_diagnosis *d)
{
	const struct br_talk_tftp *t = &file->exchange->tftp;
	bool heard = t->acked == t->blocks && t->oacks > 0;

	if (is_late_error(file)) {
		too_late(a, file, d);
		return true;
	}
	if (!stopped(file->outcome) || t->write || t->answered == 0)
		return false;
	if (heard && t->acks > 0 && br_talk_fragments_lost(s->talk) >= INSISTED)
		fragments_lost(s, a, file, d);
	else if (t->acks == 0 && t->blocks <= 1 && t->answered > t->request.last + GAVE_UP)
		too_late(a, file, d);
	else if (heard && t->acks == 0 && t->blocks == 0 && t->request.count > INSISTED)
		answers_lost(a, file, d);
	else if (heard && t->blocks == 0 && t->insisted == 0 && t->acks_insisted >= INSISTED)
		no_data(a, file, d);
	else if (t->foreign > 0 || t->insisted < INSISTED)
		return false;
	else if (t->acked == t->blocks && t->acks > 0)
		acks_lost(a, file, d);
	else if (t->blocks > t->acked)
		data_lost(a, file, d);
	else
		return false;
	return true;
}
