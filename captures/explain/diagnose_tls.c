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
#include "captures/explain/show.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/certificate.h"
#include "core/formats/tls.h"

enum {
	HANDSHAKE_FAILURE = 40,
	BAD_CERTIFICATE = 42,
	UNSUPPORTED_CERTIFICATE = 43,
	EXPIRED = 45,
	UNKNOWN_CERTIFICATE = 46,
	UNKNOWN_CA = 48,
	PROTOCOL_VERSION = 70,
	INSUFFICIENT = 71,
	UNRECOGNIZED_NAME = 112,
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
};

static enum tls_fault of_server_alert(const struct br_talk_tls *t)
{
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

static enum tls_fault fault_of(const struct br_talk_exchange *e, bool by_client, const char *host)
{
	const struct br_talk_tcp *tcp = &e->tcp;
	const struct br_talk_tls *t = &tcp->hello;
	int64_t now_s = (int64_t)(tcp->opened / BR_S);

	if (t->again)
		return FAULT_AGAIN;
	if (t->alerted && !by_client)
		return of_server_alert(t);
	if (t->alerted && !may_mean_certificate(t->alert))
		return FAULT_ALERT;
	if (t->alerted && t->alert == EXPIRED)
		return FAULT_EXPIRED;
	if (t->alerted && t->alert == UNKNOWN_CA)
		return t->signed_by_none ? FAULT_SIGNER
		       : t->out_of_order ? FAULT_ORDER
		       : t->self_signed  ? FAULT_SELF_SIGNED
		                         : FAULT_UNTRUSTED;
	if (t->key_bits > 0 && by_client && !t->changed_up)
		return of_certificate(t, host, now_s);
	if (!t->alerted && t->offered && !t->chosen &&
	    (by_client ? tcp->left : e->last) > tcp->opened + GAVE_UP)
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

static const char *remedy(enum tls_fault fault, const struct br_talk_tls *t)
{
	switch (fault) {
	case FAULT_ENDED:
		return remedy_of_end(t);
	case FAULT_ALERT:
		return "Look the alert up on both sides: the side that sent it has the reason in "
		       "its log.";
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
		       "etc/edk2/https/cacerts; iPXE: TRUST=), send the intermediate certificates "
		       "too, and look at the machine's clock: with an empty battery none is valid.";
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
		               "handshake, without an alert.",
		               who);
	if (fault == FAULT_NAME)
		br_finding_say(f, " The certificate is not for %s.", host);
	else if (fault == FAULT_EXPIRED)
		br_finding_say(f, " The certificate had ended.");
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
	bool by_client = t->alerted ? t->alert_by_client : client_left(tcp);
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
