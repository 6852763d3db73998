/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_tls.c - an HTTPS boot that ended in the handshake: who refused whom */
#include <inttypes.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "core/formats/tls.h"

enum {
	HANDSHAKE_FAILURE = 40,
	BAD_CERTIFICATE = 42,
	EXPIRED = 45,
	UNKNOWN_CERTIFICATE = 46,
	UNKNOWN_CA = 48,
	PROTOCOL_VERSION = 70,
	INSUFFICIENT = 71,
	UNRECOGNIZED_NAME = 112,
	UTC_DATE = 6,
	WEAK_RSA = 2048, /* EDK2's OpenSSL and many others want at least so many bits */
};

static const char *version_name(uint16_t version)
{
	static const char *const names[] = {"SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};

	return version >= 0x0300 && version <= 0x0304 ? names[version - 0x0300] : "no version seen";
}

static bool is_weak(const struct br_talk_tls *t)
{
	return t->rsa && t->key_bits > 0 && t->key_bits < WEAK_RSA;
}

static void say_certificate(struct br_finding *f, const struct br_talk_tls *t)
{
	if (t->key_bits == 0)
		return;
	br_finding_say(f, " The server's certificate is for %s%s%s%s, has an %s key of %u bits",
	               t->subject[0] ? t->subject : "no common name", t->host[0] ? " (" : "",
	               t->host, t->host[0] ? ")" : "", t->rsa ? "RSA" : "EC", t->key_bits);
	if (strlen(t->until) >= UTC_DATE) /* YYMMDD..., RFC 5280 section 4.1.2.5.1 */
		br_finding_say(f, " and ends on 20%.2s-%.2s-%.2s", t->until, t->until + 2,
		               t->until + 4);
	br_finding_say(f, ".");
	if (is_weak(t))
		br_finding_say(f, " So short an RSA key is refused today.");
	if (t->name[0] && t->host[0] && strcmp(t->name, t->host) != 0)
		br_finding_say(f, " The client asked for %s.", t->name);
}

static const char *remedy(const struct br_talk_tls *t)
{
	if (!t->alerted && t->sealed_up > 0)
		return "See that the client knows the CA of the server's certificate, and that it "
		       "has "
		       "the name of the URL and has not ended; with TLS 1.2 alone on the server "
		       "the "
		       "alert can be seen.";
	if (!t->alerted)
		return "See the server's log, and that the port speaks TLS and has a certificate.";
	switch (t->alert) {
	case UNKNOWN_CA:
		return "Enrol the certificate of the CA that signed the server's in the firmware "
		       "(TLS configuration in its set-up, TlsCaCertificate), whole chain, or in "
		       "iPXE by TRUST=.";
	case EXPIRED:
		return "Renew the server's certificate, and set the client's clock.";
	case PROTOCOL_VERSION:
	case HANDSHAKE_FAILURE:
	case INSUFFICIENT:
		return "Client and server have no version or cipher suite in common: allow the "
		       "client's on the server (iPXE before 2.0 knows TLS 1.2 and RSA suites), or "
		       "update the client.";
	case UNRECOGNIZED_NAME:
		return "Give the server a certificate and a site for the name in the URL.";
	case BAD_CERTIFICATE:
	case UNKNOWN_CERTIFICATE:
		return is_weak(t)
		               ? "Give the server a certificate with an RSA key of 2048 bits or "
		                 "more, or an EC key."
		               : "See that the certificate has the name (or address) of the URL, "
		                 "a key of 2048 bits or more, SHA-256, and its whole chain, and "
		                 "that the client knows the CA.";
	default:
		return "Look the alert up on both sides: the side that sent it has the reason in "
		       "its log.";
	}
}

void br_diagnose_tls(const struct br_attempt *a, const struct br_story_file *file,
                     struct br_diagnosis *d)
{
	static const struct br_verdict refused = {"tls.refused", BR_WEIGHT_FAILURE, "configuration",
	                                          "", ""};
	static const struct br_verdict ended = {"tls.ended", BR_WEIGHT_FAILURE, "configuration", "",
	                                        ""};
	const struct br_talk_tcp *tcp = &file->exchange->tcp;
	const struct br_talk_tls *t = &tcp->hello;
	struct br_finding *f = br_finding_add(d, t->alerted ? &refused : &ended);
	bool by_client = t->alerted ? t->alert_by_client
	                            : tcp->end == BR_TALK_ERROR_CLIENT || !tcp->fin_server;

	br_finding_say_where(f, a, file);
	if (t->alerted)
		br_finding_say(f, ", and the %s refused the TLS handshake: alert %u %s.",
		               by_client ? "client" : "server", t->alert,
		               br_tls_alert_name(t->alert));
	else if (t->sealed_up > 0)
		br_finding_say(
			f,
			", and the %s ended the TLS handshake behind the server's certificate: "
			"all that the client sent sealed is as long as an alert.",
			by_client ? "client" : "server");
	else
		br_finding_say(f,
		               ", and the %s ended the connection in the middle of the TLS "
		               "handshake, without an alert.",
		               by_client ? "client" : "server");
	br_finding_say(f, " The client offered up to %s and %u cipher suites%s%s",
	               version_name(t->offered), t->suites, t->name[0] ? " for " : "", t->name);
	if (t->chosen)
		br_finding_say(f, "; the server chose %s, suite 0x%04x.", version_name(t->chosen),
		               t->suite);
	else
		br_finding_say(f, "; the server chose none.");
	say_certificate(f, t);
	br_finding_change(f, "%s", remedy(t));
}
