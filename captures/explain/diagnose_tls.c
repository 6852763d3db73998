/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_tls.c - an HTTPS boot that ended in the handshake: who refused whom
 *
 * An alert says who objects and often to what. Firmware sends none: then what stands in clear is
 * held against what a client checks, in the order in which the answer is most certain. What is
 * left when all looks well is whom the client trusts and what its clock says: no capture shows it.
 */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/reach.h"
#include "captures/explain/show.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/certificate.h"
#include "core/formats/tls.h"

enum {
	HANDSHAKE_FAILURE = 40,
	BAD_CERTIFICATE = 42,
	UNSUPPORTED_CERTIFICATE = 43,
	REVOKED = 44,
	EXPIRED = 45,
	UNKNOWN_CERTIFICATE = 46,
	UNKNOWN_CA = 48,
	DECRYPT_ERROR = 51,
	PROTOCOL_VERSION = 70,
	INSUFFICIENT = 71,
	INTERNAL_ERROR = 80,
	UNRECOGNIZED_NAME = 112,
	BAD_STATUS = 113, /* bad_certificate_status_response */
	CERTIFICATE_REQUIRED = 116,
	NO_PROTOCOL = 120,
	TLS_1_3 = 0x0304,
	UNHEARD = 2,       /* times that a segment goes by again, and is not acknowledged */
	WEAK_RSA = 2048,   /* EDK2's OpenSSL and many others want at least so many bits */
	STRICT_RSA = 3072, /* OpenSSL at security level 3 */
	HOST_SIZE = 128,
};

#define CLOCK_IS_SET INT64_C(946684800) /* 2000: who recorded knows what day it is */
#define GAVE_UP      (4 * BR_S)         /* who answers at all has answered by then */
#define GOES_ON      (3 * BR_S) /* a capture that goes on so long shows that nothing follows */

static const char *version_name(uint16_t version)
{
	static const char *const names[] = {"SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};

	return version >= 0x0300 && version <= 0x0304 ? names[version - 0x0300] : "no version seen";
}

/* The URL that DHCP gave, or NULL */
static const char *https_url(const struct br_attempt *a)
{
	const struct br_talk_exchange *e = a->dhcp;

	for (uint16_t i = 0; e && e->kind == BR_TALK_DHCP && i < e->dhcp.replies; i++) {
		if (br_text_starts_nocase(br_text(e->dhcp.reply[i].file), "https://"))
			return e->dhcp.reply[i].file;
	}
	if (e && e->kind == BR_TALK_DHCP6 &&
	    br_text_starts_nocase(br_text(e->dhcp6.url), "https://"))
		return e->dhcp6.url;
	return NULL;
}

/* Whom the client wanted: of its SNI, else of the URL, else the address it went to */
static void host_of(const struct br_attempt *a, const struct br_talk_tcp *tcp,
                    char ret[static HOST_SIZE])
{
	const char *url = https_url(a), *name = tcp->hello.name;
	struct br_writer w = br_writer_of((uint8_t *)ret, HOST_SIZE);
	uint8_t ip[BR_IP_SIZE];

	if (!name[0] && url)
		name = url + strlen("https://");
	if (name[0] == '[') /* an IPv6 address, without its zone */
		br_put_bytes(&w, name + 1, strcspn(name + 1, "]%/"));
	else if (br_text_get_ip(br_text(name), ip)) /* one as SNI, whose colons begin no port */
		br_text_put_ip(&w, ip);
	else if (name[0])
		br_put_bytes(&w, name, strcspn(name, ":/?#"));
	else
		br_text_put_ip(&w, tcp->server.ip);
	(void)br_text_end(&w);
}

/* False: it certainly is not */
static bool may_be_for(const struct br_talk_tls *t, const char *host)
{
	struct br_certificate c = {.names = 0};
	uint8_t ip[4][BR_IP_SIZE];

	c.subject_cn = br_text(t->subject);
	for (size_t i = 0; i < 4 && t->names[i][0]; i++) {
		c.name[c.names].value = br_text(t->names[i]);
		if (br_text_get_ip(br_text(t->names[i]), ip[i])) {
			size_t skip = br_ip_is_ipv4(ip[i]) ? 12 : 0;

			c.name[c.names].address = true;
			c.name[c.names].value = (struct br_octets){ip[i] + skip, BR_IP_SIZE - skip};
		}
		c.names++;
	}
	return t->more_names || br_certificate_is_for(&c, host, true);
}

/* Of the certificate's times, seconds since 1970. False: not seen */
static bool time_of(const char *text, int64_t *ret_s)
{
	return br_certificate_time(br_text(text), ret_s);
}

static void say_date(struct br_finding *f, const char *before, const char *text)
{
	if (strlen(text) == 13) /* YYMMDDhhmmssZ, RFC 5280 section 4.1.2.5.1 */
		br_finding_say(f, "%s%s%.2s-%.2s-%.2s", before, text[0] < '5' ? "20" : "19", text,
		               text + 2, text + 4);
	else if (strlen(text) == 15)
		br_finding_say(f, "%s%.4s-%.2s-%.2s", before, text, text + 4, text + 6);
}

static void say_certificate(struct br_finding *f, const struct br_talk_tls *t)
{
	if (t->key_bits == 0)
		return;
	br_finding_say(f, " The server's certificate is for %s",
	               t->subject[0] ? t->subject : "no common name");
	for (size_t i = 0; i < 4 && t->names[i][0]; i++)
		br_finding_say(f, "%s%s", i == 0 ? " (" : ", ", t->names[i]);
	br_finding_say(f, "%s%s, signed by %s, has an %s key of %u bits",
	               t->more_names ? ", and more" : "", t->names[0][0] ? ")" : "",
	               t->self_signed ? "itself"
	               : t->issuer[0] ? t->issuer
	                              : "nobody named",
	               t->rsa ? "RSA" : "EC", t->key_bits);
	say_date(f, ", is valid from ", t->from);
	say_date(f, " and ends on ", t->until);
	br_finding_say(f, "; %u %s sent.", t->certificates,
	               t->certificates == 1 ? "certificate was" : "certificates were");
}

/* What was wrong, where it can be seen */
enum tls_fault {
	FAULT_ALERT,      /* an alert that says no more than its name */
	FAULT_ENDED,      /* and nobody said why */
	FAULT_SILENT,     /* the ClientHello is not answered */
	FAULT_VERSION,    /* the server does not speak the client's */
	FAULT_SUITES,     /* none in common */
	FAULT_NAME_ASKED, /* the server has no such name */
	FAULT_NAME,       /* the certificate is for another */
	FAULT_EXPIRED,
	FAULT_EARLY,
	FAULT_WEAK_KEY,
	FAULT_ORDER,  /* of the chain */
	FAULT_SIGNER, /* who signed may not */
	FAULT_SELF_SIGNED,
	FAULT_UNTRUSTED, /* nothing is wrong with the certificate itself */
	FAULT_AGAIN,     /* another handshake was asked for */
	FAULT_CLOCK,     /* the client finds ended what has not */
	FAULT_FOREIGN,   /* the server speaks no TLS */
	FAULT_CLIENT,    /* it wants a certificate of the client */
	FAULT_LOST,      /* its certificate does not reach the client */
};

static const struct br_verdict verdicts[] = {
	[FAULT_ALERT] = {"tls.refused", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_ENDED] = {"tls.ended", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_SILENT] = {"tls.silent", BR_WEIGHT_FAILURE, "server", "", ""},
	[FAULT_VERSION] = {"tls.version", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_SUITES] = {"tls.no-common-suite", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_NAME_ASKED] = {"tls.name-unknown", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_NAME] = {"tls.wrong-name", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_EXPIRED] = {"tls.expired", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_EARLY] = {"tls.not-yet-valid", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_WEAK_KEY] = {"tls.weak-key", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_ORDER] = {"tls.chain-order", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_SIGNER] = {"tls.no-authority-signed", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_SELF_SIGNED] = {"tls.self-signed", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_UNTRUSTED] = {"tls.untrusted", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_AGAIN] = {"tls.renegotiation", BR_WEIGHT_FAILURE, "server", "", ""},
	[FAULT_CLOCK] = {"tls.clock", BR_WEIGHT_FAILURE, "client", "", ""},
	[FAULT_FOREIGN] = {"tls.not-spoken", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_CLIENT] = {"tls.client-certificate", BR_WEIGHT_FAILURE, "configuration", "", ""},
	[FAULT_LOST] = {"tls.answer-lost", BR_WEIGHT_FAILURE, "network", "", ""},
};

static enum tls_fault of_server_alert(const struct br_talk_tls *t)
{
	if (t->wants_certificate || t->alert == CERTIFICATE_REQUIRED)
		return FAULT_CLIENT;
	switch (t->alert) {
	case PROTOCOL_VERSION:
		return FAULT_VERSION;
	case HANDSHAKE_FAILURE:
	case INSUFFICIENT:
		return t->chosen ? FAULT_ALERT : FAULT_SUITES;
	case UNRECOGNIZED_NAME:
		return FAULT_NAME_ASKED;
	default:
		return FAULT_ALERT;
	}
}

/* The client left, and the server's certificate had been seen. */
static enum tls_fault of_certificate(const struct br_talk_tls *t, const char *host, int64_t now_s)
{
	int64_t from, until;

	if (t->rsa && t->key_bits < WEAK_RSA)
		return FAULT_WEAK_KEY;
	if (now_s > CLOCK_IS_SET && time_of(t->until, &until) && now_s > until)
		return FAULT_EXPIRED;
	if (now_s > CLOCK_IS_SET && time_of(t->from, &from) && now_s < from)
		return FAULT_EARLY;
	if (!may_be_for(t, host))
		return FAULT_NAME;
	if (t->rsa && t->key_bits < STRICT_RSA && t->needs_secrecy)
		return FAULT_WEAK_KEY;
	if (t->signed_by_none)
		return FAULT_SIGNER;
	if (t->out_of_order)
		return FAULT_ORDER;
	return t->self_signed ? FAULT_SELF_SIGNED : FAULT_UNTRUSTED;
}

/* An alert by which clients mean the certificate, whatever it is that they do not like of it */
static bool may_mean_certificate(uint8_t alert)
{
	return alert == BAD_CERTIFICATE || alert == UNSUPPORTED_CERTIFICATE || alert == EXPIRED ||
	       alert == UNKNOWN_CERTIFICATE || alert == UNKNOWN_CA;
}

/* The server's first flight did not reach the client whole: it waited for the rest, or the server
 * sent it again and again.
 */
static bool is_lost(const struct br_talk_exchange *e)
{
	const struct br_talk_tcp *tcp = &e->tcp;
	const struct br_talk_tls *t = &tcp->hello;
	br_time until = tcp->left ? tcp->left : e->last;

	if (t->alerted || t->bye_by_client || !t->chosen || t->changed_up || t->sealed_up > 0)
		return false;
	return e->layers.deaf >= UNHEARD || (t->chosen < TLS_1_3 && !t->done && t->key_bits == 0 &&
	                                     (until > tcp->last_progress + GAVE_UP ||
	                                      (tcp->end == BR_TALK_OPEN && !tcp->fin_server)));
}

/* By the clock of who recorded */
static bool is_valid_at(const struct br_talk_tls *t, int64_t now_s)
{
	int64_t from, until;

	return now_s > CLOCK_IS_SET && time_of(t->from, &from) && time_of(t->until, &until) &&
	       now_s >= from && now_s <= until;
}

static enum tls_fault fault_of(const struct br_talk_exchange *e, bool by_client, const char *host)
{
	const struct br_talk_tcp *tcp = &e->tcp;
	const struct br_talk_tls *t = &tcp->hello;
	int64_t now_s = (int64_t)(tcp->opened / BR_S);

	if (t->foreign[0])
		return FAULT_FOREIGN;
	if (t->again)
		return FAULT_AGAIN;
	if (is_lost(e))
		return FAULT_LOST;
	if (!t->alerted && t->wants_certificate && !by_client)
		return FAULT_CLIENT;
	if (t->alerted && !by_client)
		return of_server_alert(t);
	if (t->alerted && !may_mean_certificate(t->alert))
		return FAULT_ALERT;
	if (t->alerted && t->alert == EXPIRED)
		return is_valid_at(t, now_s) ? FAULT_CLOCK : FAULT_EXPIRED;
	if (t->alerted && t->alert == UNKNOWN_CA)
		return t->signed_by_none ? FAULT_SIGNER
		       : t->out_of_order ? FAULT_ORDER
		       : t->self_signed  ? FAULT_SELF_SIGNED
		                         : FAULT_UNTRUSTED;
	if (t->key_bits > 0 && by_client && !t->changed_up)
		return of_certificate(t, host, now_s);
	if (!t->alerted && t->offered && !t->chosen &&
	    ((by_client ? tcp->left : e->last) > tcp->opened + GAVE_UP ||
	     (tcp->end == BR_TALK_OPEN && !tcp->fin_client && !tcp->fin_server)))
		return FAULT_SILENT;
	return t->alerted ? FAULT_ALERT : FAULT_ENDED;
}

/* What is to be done */

static const char *remedy_of_end(const struct br_talk_tls *t)
{
	if (t->sealed_up > 0)
		return "See that the client knows the CA of the server's certificate, and that it "
		       "has the name of the URL and has not ended; with TLS 1.2 alone on the "
		       "server "
		       "the alert can be seen.";
	return "See the server's log, and that the port speaks TLS and has a certificate.";
}

/* What a client that sends this alert does not like, RFC 8446 section 6.2 */
static const char *remedy_of_clients(uint8_t alert)
{
	switch (alert) {
	case UNSUPPORTED_CERTIFICATE:
		return "Give the server a certificate of another kind: RSA of 2048 bits or more, "
		       "signed with SHA-256, its use (extendedKeyUsage) that of a server.";
	case REVOKED:
		return "Renew the server's certificate: its authority took it back.";
	case DECRYPT_ERROR:
		return "See that the server's key is the one of its certificate, and that each "
		       "certificate of the chain is signed by the next.";
	case PROTOCOL_VERSION:
	case INSUFFICIENT:
		return "Let the server speak TLS 1.2 with suites and keys of today: the client "
		       "finds what it chose too old or too weak.";
	case BAD_STATUS:
		return "Switch OCSP stapling off on the server, or let it fetch a valid response.";
	case BAD_CERTIFICATE:
	case UNKNOWN_CERTIFICATE:
		return "See that the client knows the CA, that the certificate has the name of the "
		       "URL and has not ended, and that the machine's clock is right; its screen "
		       "or serial console may say which.";
	default:
		return "Look the alert up on both sides: the side that sent it has the reason in "
		       "its log.";
	}
}

static const char *remedy_of_servers(uint8_t alert)
{
	switch (alert) {
	case INTERNAL_ERROR:
		return "See the server's log: it has no certificate for that port or name, cannot "
		       "read its key, or what is behind it is down.";
	case NO_PROTOCOL:
		return "Let the server speak HTTP/1.1 on that port: it allows other protocols "
		       "alone (ALPN).";
	case INSUFFICIENT:
		return "Allow the client's suites on the server: it finds them too weak.";
	default:
		return "Look the alert up on both sides: the side that sent it has the reason in "
		       "its log.";
	}
}

static const char *remedy(enum tls_fault fault, const struct br_talk_tls *t)
{
	switch (fault) {
	case FAULT_ENDED:
		return remedy_of_end(t);
	case FAULT_ALERT:
		return t->alert_by_client ? remedy_of_clients(t->alert)
		                          : remedy_of_servers(t->alert);
	case FAULT_SILENT:
		return "Look at the server: it takes connections and does not answer.";
	case FAULT_VERSION:
		return "Allow TLS 1.2 on the server: no boot firmware speaks 1.3 yet.";
	case FAULT_SUITES:
		return "Allow a cipher suite of the client's on the server, and have a certificate "
		       "for it: OVMF of Debian 12 knows RSA and DHE-RSA alone, no elliptic curves. "
		       "bootrig hello asks the server for each firmware.";
	case FAULT_NAME_ASKED:
		return "Give the server a certificate and a site for the name in the URL, or a "
		       "default one: older firmware names no host (SNI).";
	case FAULT_NAME:
		return "Make a certificate with the URL's host in its subjectAltName: DNS:name, or "
		       "IP:address where the URL has an address.";
	case FAULT_EXPIRED:
		return "Renew the server's certificate.";
	case FAULT_EARLY:
		return "Set the server's certificate to begin in the past, a day at least: clocks "
		       "differ.";
	case FAULT_WEAK_KEY:
		return t->key_bits < WEAK_RSA
		               ? "Give the server a certificate with an RSA key of 2048 bits or "
		                 "more, or an EC key."
		               : "Give the server an RSA key of 3072 bits or more, or an EC key: "
		                 "EDK2 of 2025 to June 2026 has OpenSSL at security level 3.";
	case FAULT_ORDER:
		return "Send the certificates in order: the server's own, then the one that signed "
		       "it, and so on (RFC 5246 7.4.2); iPXE does not sort them.";
	case FAULT_SIGNER:
		return "Have the intermediate certificate made anew, with CA:TRUE in its "
		       "basicConstraints (RFC 5280 4.2.1.9), and the server's signed by that.";
	case FAULT_SELF_SIGNED:
		return "Enrol that certificate in the firmware (TlsCaCertificate; OVMF: fw_cfg "
		       "etc/edk2/https/cacerts), or have one that an enrolled CA signed.";
	case FAULT_UNTRUSTED:
		return "Enrol the CA that signed it in the firmware (TlsCaCertificate; OVMF: "
		       "fw_cfg "
		       "etc/edk2/https/cacerts; iPXE: TRUST= and CERT=), send the intermediate "
		       "certificates "
		       "too, and look at the machine's clock: with an empty battery none is valid.";
	case FAULT_CLOCK:
		return "Set the machine's clock (its battery may be empty), and look at the dates "
		       "of "
		       "the other certificates of the chain, and of the CA enrolled in the client.";
	case FAULT_FOREIGN:
		return "Let the server speak TLS on that port, or write http:// in the URL, or the "
		       "port at which it speaks TLS.";
	case FAULT_CLIENT:
		return "Let the server ask the clients of the boot network for no certificate "
		       "(nginx: ssl_verify_client; Apache: SSLVerifyClient): boot firmware has "
		       "none.";
	case FAULT_LOST:
		return "Look for what drops large packets on the way: an MTU that is too small "
		       "for them (a tunnel, a VLAN) where ICMP \"too big\" is filtered; lower "
		       "the MTU or the MSS on the server's side.";
	case FAULT_AGAIN:
		return "Let the server ask for no client certificate by path: it is asked for by a "
		       "second handshake, and boot firmware has none.";
	}
	return "";
}

/* What was seen, in words */

static void say_fault(struct br_finding *f, enum tls_fault fault, const struct br_talk_tls *t,
                      bool by_client, const char *host)
{
	const char *who = by_client ? "client" : "server";

	if (t->alerted)
		br_finding_say(f, ", and the %s refused the TLS handshake: alert %u %s.", who,
		               t->alert, br_tls_alert_name(t->alert));
	else if (fault == FAULT_SILENT)
		br_finding_say(f, ", and the server never answered its ClientHello.");
	else if (fault == FAULT_FOREIGN)
		br_finding_say(f,
		               ", and what answered its ClientHello speaks no TLS: it began with "
		               "\"%s\".",
		               t->foreign);
	else if (fault == FAULT_LOST)
		br_finding_say(f,
		               ", and of the server's answer, its certificate among it, not "
		               "all reached the client: it acknowledged %s.",
		               t->key_bits ? "none of it though it was sent again and again"
		                           : "the beginning and waited for the rest");
	else if (fault == FAULT_AGAIN)
		br_finding_say(f, ", and the server asked for another handshake behind the first "
		                  "request, which the client does not do.");
	else if (t->sealed_up > 0)
		br_finding_say(f,
		               ", and the %s ended the TLS handshake behind the server's "
		               "certificate: all that the client sent sealed is as long as an "
		               "alert.",
		               who);
	else
		br_finding_say(f,
		               ", and the %s ended the connection in the middle of the TLS "
		               "handshake, %s.",
		               who,
		               t->bye_by_client ? "with close_notify, which does not say why"
		                                : "without an alert");
	if (fault == FAULT_NAME)
		br_finding_say(f, " The certificate is not for %s.", host);
	else if (fault == FAULT_EXPIRED)
		br_finding_say(f, " The certificate had ended.");
	else if (fault == FAULT_CLOCK)
		br_finding_say(f, " By the clock of who recorded this it has not: the client's "
		                  "clock is off, or another certificate of the chain has ended.");
	else if (fault == FAULT_EARLY)
		br_finding_say(f, " The certificate was not valid yet.");
	else if (fault == FAULT_WEAK_KEY)
		br_finding_say(f, " So short an RSA key is refused%s.",
		               t->key_bits < WEAK_RSA ? " today" : " by some");
	else if (fault == FAULT_ORDER)
		br_finding_say(f, " The certificates are not in order.");
	else if (fault == FAULT_SIGNER)
		br_finding_say(f,
		               " It is signed by a certificate that was sent and that says it is "
		               "no authority (CA:FALSE).");
	else if (fault == FAULT_CLIENT)
		br_finding_say(f, " The server wants a certificate of the client%s.",
		               t->wants_certificate ? " (CertificateRequest)" : "");
	else if (fault == FAULT_UNTRUSTED)
		br_finding_say(f, " Nothing is wrong with the certificate as far as can be seen: "
		                  "then the client does not know who signed it, or its clock is "
		                  "off.");
}

static bool client_left(const struct br_talk_tcp *tcp)
{
	if (tcp->end == BR_TALK_ERROR_CLIENT)
		return !tcp->fin_server || !tcp->server_first;
	return tcp->end != BR_TALK_ERROR_SERVER && !tcp->server_first;
}

void br_diagnose_tls(const struct br_attempt *a, const struct br_story_file *file,
                     struct br_diagnosis *d)
{
	const struct br_talk_exchange *e = file->exchange;
	const struct br_talk_tcp *tcp = &e->tcp;
	const struct br_talk_tls *t = &tcp->hello;
	bool by_client = t->alerted ? t->alert_by_client : t->bye_by_client || client_left(tcp);
	struct br_finding *f;
	char host[HOST_SIZE];
	enum tls_fault fault;

	host_of(a, tcp, host);
	fault = fault_of(e, by_client, host);
	f = br_finding_add(d, &verdicts[fault]);
	br_finding_say_where(f, a, file);
	say_fault(f, fault, t, by_client, host);
	br_finding_say(f, " The client offered up to %s and %u cipher suites%s%s",
	               version_name(t->offered), t->suites, t->name[0] ? " for " : "", t->name);
	if (t->chosen)
		br_finding_say(f, "; the server chose %s, suite 0x%04x.", version_name(t->chosen),
		               t->suite);
	else
		br_finding_say(f, "; the server chose none.");
	say_certificate(f, t);
	br_finding_change(f, "%s", remedy(fault, t));
}

/* The URL of HTTP boot in clear, with an address for a host, or NULL */
static const char *clear_url(const struct br_attempt *a)
{
	const struct br_talk_reply *told = a->ack ? br_reach_teller(a) : NULL;
	const char *url = told                                        ? told->file
	                  : a->dhcp && a->dhcp->kind == BR_TALK_DHCP6 ? a->dhcp->dhcp6.url
	                                                              : "";
	const char *host;

	return br_text_starts_nocase(br_text(url), "http://") && br_reach_host(url, &host) == 0
	               ? url
	               : NULL;
}

/* UEFI's PcdAllowHttpConnections, FALSE unless a vendor says else: HttpBootSupport.c */
bool br_diagnose_no_http(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d)
{
	static const struct br_verdict none = {"http.not-tried", BR_WEIGHT_FAILURE, "client", "",
	                                       ""};
	bool http = a->path == BR_PATH_HTTP4 || a->path == BR_PATH_HTTP6;
	const char *url = http ? clear_url(a) : NULL;
	struct br_finding *f;

	if (!url || a->reached < BR_REACHED_LEASED || a->files > 0 ||
	    !br_fingerprint_is(&a->who, "edk2") || br_story_ends_within(s, a->ended, GOES_ON))
		return false;
	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_ARP && e->first > a->dhcp->first)
			return false; /* it looked for somebody */
	}
	f = br_finding_add(d, &none);
	br_finding_say(f,
	               "It got an address and the URL %s, and then sent not one packet to that "
	               "server. UEFI firmware that takes https URLs alone does so "
	               "(PcdAllowHttpConnections is off in EDK2 unless a vendor turns it on; Dell: "
	               "HTTP device's TLS mode).",
	               url);
	br_finding_change(f, "Allow HTTP in clear in the firmware's set-up (Dell: "
	                     "HttpDevNTlsMode None), or offer an https URL and enrol the CA.");
	return true;
}

bool br_diagnose_no_tls(const struct br_story *s, const struct br_attempt *a,
                        struct br_diagnosis *d)
{
	static const struct br_verdict none = {"tls.not-tried", BR_WEIGHT_FAILURE, "client", "",
	                                       ""};
	const char *url = https_url(a);
	struct br_finding *f;

	if (!url || a->reached < BR_REACHED_LEASED || a->files > 0 ||
	    br_story_ends_within(s, a->ended, GOES_ON))
		return false;
	f = br_finding_add(d, &none);
	br_finding_say(
		f,
		"It got an address and the URL %s, and then sent not one packet to that "
		"server. UEFI firmware in which no certificate of a CA is enrolled does so: it "
		"shows \"Could not retrieve NBP file size from HTTP server\". So does one "
		"that was built without TLS.",
		url);
	br_finding_change(f, "Enrol the CA of the server's certificate in the firmware (TLS "
	                     "configuration in its set-up, TlsCaCertificate; OVMF: fw_cfg "
	                     "etc/edk2/https/cacerts), or offer an http URL.");
	return true;
}
