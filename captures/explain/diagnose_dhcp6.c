/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_dhcp6.c - why a boot over IPv6 did not get as far as its first file */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/show.h"
#include "core/base/address.h"
#include "core/formats/dhcp6_option.h"

enum {
	DUID_UUID = 4,      /* RFC 6355 section 4 */
	SURELY_UNHEARD = 3, /* questions: with fewer the capture may end before an answer */
};

#define GIVES_UP (55 * BR_S) /* no firmware waits much longer for its first ADVERTISE */
#define SOON     (10 * BR_S)

static const struct br_verdict silent = {"dhcp6.no-answer", BR_WEIGHT_FAILURE, "server",
                                         "D6-ADV-03", ""};
static const struct br_verdict wrong_xid = {"dhcp6.wrong-xid", BR_WEIGHT_FAILURE, "server",
                                            "D6-ADV-02", ""};
static const struct br_verdict wrong_id = {"dhcp6.wrong-id", BR_WEIGHT_FAILURE, "server",
                                           "D6-ADV-01", ""};
static const struct br_verdict no_address = {"dhcp6.no-address", BR_WEIGHT_FAILURE, "server",
                                             "D6-ADV-03,D6-ADV-05", ""};
static const struct br_verdict file_alone = {"dhcp6.boot-file-without-address", BR_WEIGHT_FAILURE,
                                             "configuration", "D6-ADV-05", ""};
static const struct br_verdict binl = {"dhcp6.sent-to-4011", BR_WEIGHT_FAILURE, "configuration",
                                       "D6-NB-11", ""};
static const struct br_verdict no_reply = {"dhcp6.no-reply", BR_WEIGHT_FAILURE, "server",
                                           "D6-RPL-01", ""};
static const struct br_verdict refused = {"dhcp6.refused", BR_WEIGHT_FAILURE, "server", "D6-RPL-02",
                                          ""};
static const struct br_verdict no_class = {"dhcp6.http-class-missing", BR_WEIGHT_FAILURE,
                                           "configuration", "HBD-12", "dhcp6-vendor-class-343"};
static const struct br_verdict no_url = {"dhcp6.no-boot-file", BR_WEIGHT_FAILURE, "configuration",
                                         "D6-NB-08", "dhcp6-url-form"};
static const struct br_verdict not_taken = {"dhcp6.not-taken", BR_WEIGHT_FAILURE, "client",
                                            "D6-CLI-02", ""};

/* What RFC 8415 §21.13 calls it */
static const char *status_name(uint16_t status)
{
	static const char *const names[] = {"Success",   "UnspecFail", "NoAddrsAvail",
	                                    "NoBinding", "NotOnLink",  "UseMulticast"};

	return status < sizeof(names) / sizeof(names[0]) ? names[status] : "unknown";
}

static const char *screen(const struct br_attempt *a)
{
	if (!br_fingerprint_is(&a->who, "edk2"))
		return "";
	return a->path == BR_PATH_PXE6 ? " After 60 s its screen shows PXE-E16." : "";
}

/* By what the server knows it: a reservation that is written otherwise never fits. */
static void say_duid(const struct br_talk_dhcp6 *six, struct br_finding *f)
{
	if (six->duid_size < 3 || six->duid_size >= sizeof(six->duid))
		return;
	br_finding_say(f, " The client calls itself DUID ");
	for (uint8_t i = 0; i < six->duid_size; i++)
		br_finding_say(f, "%s%02x", i == 0 ? "" : ":", six->duid[i]);
	br_finding_say(f, six->duid[1] == DUID_UUID
	                          ? " (of its UUID, in the octets' order of its firmware): if "
	                            "addresses are reserved, it must stand so in the reservation; "
	                            "the installed system has another."
	                          : ": if addresses are reserved, it must stand so in the "
	                            "reservation.");
}

/* Its question came through a relay: the server goes by what that says of the link. */
static void relayed(const struct br_talk_dhcp6 *six, struct br_finding *f)
{
	char relay[BR_SHOW_ADDRESS], link[BR_SHOW_ADDRESS];
	bool blank = br_ip_is_zero(six->link.ip);

	br_finding_say(f, " The relay %s passed it on, with link-address %s%s.",
	               br_show_address(relay, &six->relay, false),
	               br_show_address(link, &six->link, false),
	               blank ? ": that tells the server nothing of the client's link" : "");
	if (blank)
		br_finding_change(f, "Give the relay an address of the clients' prefix on their "
		                     "link (or, of a server that goes by it, an interface-id): "
		                     "the server finds the range by the link-address.");
	else
		br_finding_change(f,
		                  "See that the DHCPv6 server has a range for the link of %s (it "
		                  "goes by the link-address), a route back to the relay, and that "
		                  "no firewall between them drops UDP 547.",
		                  link);
}

static bool no_answer(const struct br_attempt *a, const struct br_talk_dhcp6 *six,
                      struct br_diagnosis *d)
{
	const struct br_talk_times *t = six->solicit.count ? &six->solicit : &six->inform;
	bool inform = six->solicit.count == 0;
	struct br_finding *f;

	if (six->strays > 0) {
		f = br_finding_add(d, &wrong_xid);
		br_finding_say(f,
		               "%u answer%s with a transaction-id that is not the client's (the "
		               "last 0x%06x, it asked with 0x%06x), and it drops such.",
		               six->strays, six->strays == 1 ? " came" : "s came", six->stray_xid,
		               six->xid[(six->xids - 1) % 4]);
		br_finding_change(f, "Mend the server or relay: it must copy the transaction-id.");
		return true;
	}
	f = br_finding_add(d, &silent);
	br_finding_say(f, "Nobody answered its DHCPv6: %u %s%s in %.0f s, no %s.%s", t->count,
	               inform ? "INFORMATION-REQUEST" : "SOLICIT", t->count == 1 ? "" : "s",
	               br_show_seconds(t->last - t->at[0]), inform ? "REPLY" : "ADVERTISE",
	               screen(a));
	say_duid(six, f);
	if (six->relays > 0) {
		relayed(six, f);
		return true;
	}
	br_finding_change(f,
	                  "Start a DHCPv6 server on this network, or a relay to one; see that it "
	                  "listens on this interface (group ff02::1:2), has a range of this "
	                  "link's prefix, serves machines it does not know, and that no firewall "
	                  "drops UDP 547.");
	return true;
}

static bool http_class_missing(const struct br_attempt *a, const struct br_talk_dhcp6 *six,
                               struct br_diagnosis *d)
{
	struct br_finding *f;

	if (a->path != BR_PATH_HTTP6 ||
	    (six->reply_has_class && !strncmp(six->reply_class, "HTTPClient", 10)))
		return false;
	f = br_finding_add(d, &no_class);
	br_finding_say(f,
	               "It asks for HTTP boot, and the answer has no well-formed option 16 "
	               "(vendor class, enterprise 343, \"HTTPClient\")%s%s, so it is not "
	               "taken.",
	               six->reply_has_class ? ": it holds " : "",
	               six->reply_has_class ? six->reply_class : "");
	br_finding_change(f, "Send option 16 as enterprise number, length and text. dnsmasq 2.90 "
	                     "cannot; ISC dhcpd -6 and Kea can.");
	return true;
}

/* EDK2 HTTP boot reads the URL of the Advertise, EDK2 PXE that of the Reply. */
static bool url_missing(const struct br_attempt *a, const struct br_talk_dhcp6 *six,
                        struct br_diagnosis *d)
{
	bool only_offered = six->confirmed && six->url_offered && !six->url_leased;
	struct br_finding *f;

	if (six->url[0] != '\0' && !(only_offered && a->path == BR_PATH_PXE6))
		return false;
	f = br_finding_add(d, &no_url);
	if (only_offered)
		br_finding_say(f,
		               "The REPLY gives no boot file (option 59), only the ADVERTISE does; "
		               "this firmware reads the REPLY's.");
	else
		br_finding_say(f, "The DHCPv6 answer gives no boot file (option 59).");
	br_finding_change(f, "Configure option 59 as tftp://[SERVER]/FILE or http://[SERVER]/"
	                     "FILE, in Advertise and Reply.");
	return true;
}

/* The router says that addresses are made of its prefix, and DHCPv6 has the rest alone. */
static bool is_stateless(const struct br_story *s, const struct br_attempt *a)
{
	bool other = false;

	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_ND && e->nd.managed)
			return false;
		other = other || (e->kind == BR_TALK_ND && e->nd.other);
	}
	return other;
}

/* A server for boot alone says so beside its boot file, RFC 8415 §18.3.9; and so does one whose
 * addresses are used up. EDK2's Dhcp6Io drops the answer whole either way.
 */
static void only_a_boot_file(const struct br_story *s, const struct br_attempt *a,
                             const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	struct br_finding *f = br_finding_add(d, &file_alone);
	char server[BR_SHOW_ADDRESS];

	br_finding_say(f,
	               "%s names a boot file (%s), but has no address to give (status 2, "
	               "NoAddrsAvail): the client drops such an answer, boot file and all.",
	               br_show_address(server, &six->server, false), six->url);
	if (is_stateless(s, a) && br_fingerprint_is(&a->who, "edk2")) {
		br_finding_say(f, " The router says that DHCPv6 is stateless here (flag O, not M); "
		                  "UEFI firmware cannot boot so: it always asks for an address.");
		br_finding_change(f, "Give the DHCPv6 server a range of addresses on this link's "
		                     "prefix (and set the flag M): with stateless DHCPv6 iPXE "
		                     "boots, UEFI firmware does not.");
		return;
	}
	br_finding_change(f, "Let one server give address and boot file together: a range of "
	                     "addresses on this link's prefix for this one, or option 59 for the "
	                     "server that has the addresses.");
}

/* What the server must be told */
static const char *remedy_of_status(uint16_t status, bool lease)
{
	if (status == BR_DHCP6_STATUS_NOT_ON_LINK)
		return "See that the range is of a prefix of the client's link, by the interface "
		       "or the relay's link-address: the server takes the address for one of "
		       "another link.";
	if (status == BR_DHCP6_STATUS_USE_MULTICAST)
		return "Take the server unicast option (12) out of its configuration: the client "
		       "obeyed it, and the server wants ff02::1:2.";
	return lease ? "See what the server logged: it refused the address it had offered itself."
	             : "Give the DHCPv6 server a range of addresses on this link's prefix, with "
	               "some of them free.";
}

static bool address_missing(const struct br_story *s, const struct br_attempt *a,
                            const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	bool lease = six->confirmed && six->solicit.count > 0;
	struct br_finding *f;
	char server[BR_SHOW_ADDRESS];

	if (six->solicit.count == 0 || (lease ? six->leased : six->offered || six->leased))
		return false;
	if (!lease && six->status == BR_DHCP6_STATUS_NO_ADDRESS && six->url_offered) {
		only_a_boot_file(s, a, six, d);
		return true;
	}
	f = br_finding_add(d, lease ? &refused : &no_address);
	br_finding_say(f, "%s %s, but gives no address",
	               br_show_address(server, &six->server, false), lease ? "replied" : "answers");
	if (six->status > 0)
		br_finding_say(f, " (status %u, %s)", six->status, status_name(six->status));
	br_finding_say(f, ".");
	if (six->status == 0 && !lease && six->url_offered)
		br_finding_say(f, " It names a boot file; but of a server that gives no address "
		                  "this client takes nothing.");
	if (!lease)
		say_duid(six, f);
	br_finding_change(f, "%s", remedy_of_status(six->status, lease));
	return true;
}

/* PxeBcDhcp6.c: with a vendor class "PXEClient" the answer is a BINL offer. The firmware sends a
 * Request to port 4011 of the URL's host, and boots what is answered there, or nothing.
 */
static bool sent_to_4011(const struct br_attempt *a, const struct br_talk_dhcp6 *six,
                         struct br_diagnosis *d)
{
	struct br_finding *f;

	if (a->path != BR_PATH_PXE6 || !br_fingerprint_is(&a->who, "edk2") ||
	    strncmp(six->reply_class, "PXEClient", 9) != 0)
		return false;
	f = br_finding_add(d, &binl);
	br_finding_say(
		f,
		"The answer has a vendor class \"%s\" (option 16): for this firmware that "
		"promises a boot server on UDP port 4011, which it asks once and for 3 s, and "
		"without an answer from there it does not take %s.",
		six->reply_class, six->url[0] ? six->url : "the boot file");
	br_finding_change(f,
	                  "Take option 16 out of what PXE clients are sent: with option 59 alone "
	                  "they boot. Only HTTP boot needs a class.");
	return true;
}

/* The first answer came when the client had given up: EDK2 asks for 60 s in all (MRD). */
static bool late(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp6.late-answer", BR_WEIGHT_FAILURE, "server",
	                                          "", ""};
	struct br_finding *f;
	char server[BR_SHOW_ADDRESS];

	if (six->solicit.count == 0 || six->advertised < six->solicit.at[0] + GIVES_UP ||
	    six->advertised < six->solicit.last + SOON)
		return false;
	f = br_finding_add(d, &verdict);
	br_finding_say(f,
	               "%s answered %.0f s after the first SOLICIT and %.0f s after the last of "
	               "%u: by then the client had given up.",
	               br_show_address(server, &six->server, false),
	               br_show_seconds(six->advertised - six->solicit.at[0]),
	               br_show_seconds(six->advertised - six->solicit.last), six->solicit.count);
	br_finding_change(f, "See what delays the server or a relay: a port of the switch that "
	                     "forwards late (spanning tree), a failover partner that is waited "
	                     "for, a lookup that does not end.");
	return true;
}

/* An ADVERTISE came and no REQUEST followed. */
static bool offer_ignored(const struct br_story *s, const struct br_attempt *a,
                          const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	struct br_finding *f;

	if (six->no_server_id || six->other_client_id) {
		f = br_finding_add(d, &wrong_id);
		br_finding_say(f, "The answer has %s, so the client drops it.",
		               six->no_server_id ? "no Server Identifier (option 2)"
		                                 : "another Client Identifier (option 1) than the "
		                                   "client sent");
		br_finding_change(f,
		                  "Mend the server or relay: both identifiers must be there, the "
		                  "client's as it was sent.");
		return true;
	}
	if (br_diagnose_not_taken6(six, d) || late(six, d))
		return true;
	if (address_missing(s, a, six, d) || http_class_missing(a, six, d) ||
	    url_missing(a, six, d) || br_diagnose_url6(a, six, d))
		return true;
	if (br_story_ends_within(s, six->advertised, 5 * BR_S))
		return false; /* it may still collect */
	if (br_diagnose_rules(s, a, d))
		return true;
	f = br_finding_add(d, &not_taken);
	br_finding_say(f, "%u ADVERTISEs came and it took none: %u SOLICITs, no REQUEST.",
	               six->advertises, six->solicit.count);
	br_finding_change(f,
	                  "Compare the ADVERTISE with what this client needs: an address, option "
	                  "59, and for HTTP boot option 16.");
	return true;
}

static bool never_replied(const struct br_story *s, const struct br_talk_dhcp6 *six,
                          struct br_diagnosis *d)
{
	struct br_finding *f;
	char address[BR_SHOW_ADDRESS], server[BR_SHOW_ADDRESS];

	if (br_diagnose_not_taken6(six, d))
		return true;
	if (six->request.count < 2 && br_story_ends_within(s, six->request.last, 2 * BR_S))
		return false;
	f = br_finding_add(d, six->strays > 0 ? &wrong_xid : &no_reply);
	br_finding_say(f, "It asked %s for %s %u times and got no REPLY",
	               br_show_address(server, &six->server, false),
	               br_show_address(address, &six->address, false), six->request.count);
	if (six->strays > 0)
		br_finding_say(f, " but %u with another transaction-id", six->strays);
	br_finding_say(f, ".");
	br_finding_change(f, six->strays > 0
	                             ? "Mend the server or relay: it must copy the transaction-id."
	                             : "See whether the server got the REQUEST (UDP 547 to "
	                               "ff02::1:2) and what it logged.");
	return true;
}

/* What it was answered stood behind the cut. */
static bool is_cut(const struct br_talk_dhcp6 *six, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"capture.cut", BR_WEIGHT_UNKNOWN, "capture", "",
	                                          ""};
	struct br_finding *f;

	if (six->cut == 0)
		return false;
	f = br_finding_add(d, &verdict);
	br_finding_say(f,
	               "%u answer%s to its DHCPv6 %s cut (snap length): what it was offered "
	               "cannot be seen.",
	               six->cut, six->cut == 1 ? "" : "s", six->cut == 1 ? "is" : "are");
	br_finding_change(f, "Record whole frames (tcpdump -s 0).");
	return true;
}

bool br_diagnose_dhcp6(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	const struct br_talk_dhcp6 *six;

	if (!a->dhcp || a->dhcp->kind != BR_TALK_DHCP6 || a->files > 0)
		return false;
	six = &a->dhcp->dhcp6;
	if (br_diagnose_unheard6(six, d) || is_cut(six, d))
		return true;
	if (six->advertises + six->replies == 0)
		return (six->solicit.count + six->inform.count >= SURELY_UNHEARD ||
		        !br_story_ends_within(s, a->dhcp->last, BR_S)) &&
		       no_answer(a, six, d);
	if (six->confirmed)
		return br_diagnose_lease6(six, d) || address_missing(s, a, six, d) ||
		       http_class_missing(a, six, d) || url_missing(a, six, d) ||
		       br_diagnose_url6(a, six, d) || sent_to_4011(a, six, d);
	if (six->request.count > 0)
		return never_replied(s, six, d);
	return offer_ignored(s, a, six, d);
}
