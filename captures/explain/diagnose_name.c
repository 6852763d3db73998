/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_name.c - the boot server is given by name, and the name leads
 * nowhere */
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/reach.h"
#include "captures/explain/show.h"
#include "core/base/address.h"
#include "core/formats/dns.h"

enum {
	SERVFAIL = 2, /* RFC 1035 section 4.1.1 */
	NXDOMAIN = 3,
	REFUSED = 5,
};

static const struct br_talk_exchange *last_query(const struct br_story *s,
                                                 const struct br_attempt *a)
{
	const struct br_talk_exchange *last = NULL;

	for (size_t i = a->first; i <= a->last; i++) {
		if (s->client->exchange[i]->kind == BR_TALK_DNS)
			last = s->client->exchange[i];
	}
	return last;
}

static bool was_asked(const struct br_story *s, const struct br_attempt *a, uint32_t resolver)
{
	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_DNS && br_endpoint_to_ipv4(&e->dns.server) == resolver)
			return true;
	}
	return false;
}

/* The other DNS servers that option 6 names, of which most firmware asks the first alone. */
static void say_others(const struct br_story *s, const struct br_attempt *a,
                       const struct br_talk_dns *dns, struct br_finding *f)
{
	char other[BR_SHOW_ADDRESS];

	for (size_t i = 0; a->ack && i < BR_TALK_RESOLVERS_MAX; i++) {
		uint32_t resolver = a->ack->resolver[i];

		if (resolver == 0 || resolver == br_endpoint_to_ipv4(&dns->server) ||
		    was_asked(s, a, resolver))
			continue;
		br_finding_say(f,
		               " Option 6 names %s as well, and it was never asked: this client "
		               "asks one server only. Put one that answers first.",
		               br_show_ipv4(other, resolver));
		return;
	}
}

static void no_answer(const struct br_story *s, const struct br_attempt *a,
                      const struct br_talk_dns *dns, struct br_diagnosis *d)
{
	static const struct br_verdict silent = {"dns.silent", BR_WEIGHT_FAILURE, "server", "", ""};
	static const struct br_verdict closed = {"dns.closed", BR_WEIGHT_FAILURE, "server", "", ""};
	struct br_finding *f = br_finding_add(d, dns->icmps > 0 ? &closed : &silent);
	char server[BR_SHOW_ADDRESS];
	struct br_endpoint address = dns->server;

	address.port = 0;
	br_finding_say(f, "It got an address and asked the DNS server %s for %s %u time%s; %s",
	               br_show_address(server, &address, false), dns->name, dns->query.count,
	               dns->query.count == 1 ? "" : "s",
	               dns->icmps > 0 ? "nothing listens there (ICMP unreachable)."
	                              : "it did not answer.");
	if (dns->icmps == 0)
		br_finding_say_alive(f, s, &address);
	say_others(s, a, dns, f);
	br_finding_change(
		f, "Correct the DNS server (option 6), start it, or write an address instead "
		   "of a name into the URL.");
}

static bool has_address(const struct br_talk_dns *dns)
{
	return dns->answers > 0 && dns->code == 0 &&
	       !br_endpoint_equal(&dns->address, &(struct br_endpoint){0});
}

/* The same name has an address, of the other family: one that this client can not use */
static bool other_family(const struct br_story *s, const struct br_attempt *a,
                         const struct br_talk_dns *dns)
{
	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_DNS && e->dns.type != dns->type &&
		    !strcmp(e->dns.name, dns->name) && has_address(&e->dns))
			return true;
	}
	return false;
}

/* The question of the family the client has an address of, where both were asked */
static const struct br_talk_exchange *of_own_family(const struct br_story *s,
                                                    const struct br_attempt *a,
                                                    const struct br_talk_exchange *last)
{
	uint16_t type =
		a->dhcp && a->dhcp->kind == BR_TALK_DHCP6 ? BR_DNS_TYPE_AAAA : BR_DNS_TYPE_A;

	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind == BR_TALK_DNS && e->dns.type == type &&
		    !strcmp(e->dns.name, last->dns.name))
			return e;
	}
	return last;
}

static void no_such_name(const struct br_story *s, const struct br_attempt *a,
                         const struct br_talk_dns *dns, struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dns.no-address", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	struct br_finding *f = br_finding_add(d, &verdict);
	char server[BR_SHOW_ADDRESS];
	struct br_endpoint address = dns->server;

	address.port = 0;
	br_finding_say(f, "It got an address and asked the DNS server %s for %s; ",
	               br_show_address(server, &address, false), dns->name);
	if (other_family(s, a, dns))
		br_finding_say(f,
		               "the name has an address of IPv%c only, and the client has one of "
		               "IPv%c.",
		               dns->type == BR_DNS_TYPE_A ? '6' : '4',
		               dns->type == BR_DNS_TYPE_A ? '4' : '6');
	else if (dns->truncated)
		br_finding_say(f, "the answer is truncated (TC): it does not fit into a datagram, "
		                  "and firmware does not ask again by TCP.");
	else if (dns->referral)
		br_finding_say(f, "the answer only names other servers to ask (NS): that server "
		                  "does not look names up for its clients.");
	else if (dns->code == NXDOMAIN)
		br_finding_say(f, "the answer is that there is no such name (NXDOMAIN).");
	else if (dns->code != 0)
		br_finding_say(f, "the answer is an error (RCODE %u%s).", dns->code,
		               dns->code == SERVFAIL  ? ", SERVFAIL"
		               : dns->code == REFUSED ? ", REFUSED"
		                                      : "");
	else
		br_finding_say(f, "the answer holds no address.");
	br_finding_change(
		f, "Give the name an address in the DNS, correct the name in the boot file's "
		   "URL, or write an address there.");
}

static const struct br_verdict no_dns = {"dns.server-dead", BR_WEIGHT_FAILURE, "configuration", "",
                                         ""};

/* The same over IPv6 */
static bool dns6_dead(const struct br_attempt *a, const struct br_talk_arp *arp,
                      struct br_diagnosis *d)
{
	const struct br_talk_dhcp6 *six =
		a->dhcp && a->dhcp->kind == BR_TALK_DHCP6 ? &a->dhcp->dhcp6 : NULL;
	char server[BR_SHOW_ADDRESS];
	const char *host;

	if (!arp || !six || !six->has_dns || !br_ip_equal(six->dns.ip, arp->target.ip) ||
	    br_reach_host(six->url, &host) == 0)
		return false;
	struct br_finding *f = br_finding_add(d, &no_dns);

	br_finding_say(f,
	               "It got an address; its boot file is %s, and it looked for the DNS server "
	               "%s (option 23) to find out where that is: %u neighbor solicitations, no "
	               "answer. No machine with that address is on this network.",
	               six->url, br_show_address(server, &six->dns, false), arp->request.count);
	br_finding_change(
		f, "Correct the DNS server (option 23), start it, or write an address instead of a "
		   "name into the URL.");
	return true;
}

/* The DNS server itself was looked for, and is not there. */
static bool dns_dead(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	const struct br_talk_arp *arp = br_story_unanswered_arp(s, a);
	char server[BR_SHOW_ADDRESS];

	if (dns6_dead(a, arp, d))
		return true;
	if (!arp || !a->ack || !a->ack->dns || a->ack->dns == a->ack->siaddr ||
	    a->ack->dns == a->ack->router || br_endpoint_to_ipv4(&arp->target) != a->ack->dns ||
	    !strstr(a->ack->file, "://"))
		return false;
	struct br_finding *f = br_finding_add(d, &no_dns);

	br_finding_say(
		f,
		"It got an address; its boot file is %s, and it looked for the DNS server %s "
		"(option 6) to find out where that is: %u ARP requests, no answer. No machine "
		"with that address is on this network.",
		a->ack->file, br_show_ipv4(server, a->ack->dns), arp->request.count);
	br_finding_change(
		f, "Correct the DNS server (option 6), start it, or write an address instead "
		   "of a name into the URL.");
	return true;
}

/* The question for the server that option 66 names, which had no answer with an address */
static const struct br_talk_exchange *unknown_server(const struct br_story *s,
                                                     const struct br_attempt *a)
{
	const struct br_talk_exchange *found = NULL;

	for (size_t i = a->first; a->ack && a->ack->server_name[0] && i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind != BR_TALK_DNS ||
		    strncmp(e->dns.name, a->ack->server_name, strlen(a->ack->server_name)) != 0)
			continue;
		if (has_address(&e->dns))
			return NULL;
		found = e;
	}
	return found;
}

static void server_name(const struct br_attempt *a, const struct br_talk_dns *dns,
                        struct br_finding *f)
{
	char server[BR_SHOW_ADDRESS], next[BR_SHOW_ADDRESS];
	struct br_endpoint address = dns->server;

	address.port = 0;
	br_finding_say(f,
	               "Option 66 names its boot server \"%s\", and nobody resolves that: it asked "
	               "the DNS server %s %u time%s, and %s.",
	               a->ack->server_name, br_show_address(server, &address, false),
	               dns->query.count, dns->query.count == 1 ? "" : "s",
	               dns->icmps > 0      ? "nothing listens there (ICMP unreachable)"
	               : dns->answers == 0 ? "got no answer"
	               : dns->code         ? "the answer is an error"
	                                   : "the answer has no address");
	if (a->files > 0)
		br_finding_say(f, " %.0f s later it went to %s instead.",
		               br_show_seconds(a->file[0].at - dns->query.at[0]),
		               br_show_address(next, &a->file[0].server, false));
	br_finding_change(f, "Write an address into option 66, or give the name one in the DNS "
	                     "that option 6 names.");
}

bool br_diagnose_server_name(const struct br_story *s, const struct br_attempt *a,
                             struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.server-name", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	const struct br_talk_exchange *e = unknown_server(s, a);

	if (!e || a->programs > 0 || br_story_ends_within(s, a->ended, 2 * BR_S))
		return false;
	server_name(a, &e->dns, br_finding_add(d, &verdict));
	return true;
}

void br_remark_server_name(const struct br_story *s, const struct br_attempt *a,
                           struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.server-name", BR_WEIGHT_REMARK,
	                                          "configuration", "", ""};
	const struct br_talk_exchange *e = unknown_server(s, a);

	if (e && a->programs > 0)
		server_name(a, &e->dns, br_finding_add(d, &verdict));
}

/* An address that leads out of the link */
static bool has_own_six(const struct br_story *s)
{
	for (size_t i = 0; i < s->client->addresses; i++) {
		const uint8_t *ip = s->client->address[i].ip;

		if (!br_ip_is_ipv4(ip) && !br_ip_is_zero(ip) && !br_ip_is_link_local6(ip))
			return true;
	}
	return false;
}

/* It looked for a neighbour over IPv6, or asked for a file there. */
static bool went_by_six(const struct br_story *s, const struct br_attempt *a)
{
	const struct br_talk_arp *arp = br_story_unanswered_arp(s, a);

	return a->files > 0 || (arp && !br_ip_is_ipv4(arp->target.ip));
}

/* The name has an address of IPv6, and that is where the client went, or the only one it asked for.
 * NULL: it is not so
 */
static const struct br_talk_dns *taken_six(const struct br_story *s, const struct br_attempt *a)
{
	const struct br_talk_dns *found = NULL;
	bool other = false;

	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = s->client->exchange[i];

		if (e->kind != BR_TALK_DNS)
			continue;
		if (e->dns.type == BR_DNS_TYPE_AAAA && has_address(&e->dns))
			found = &e->dns;
		other = other || e->dns.type == BR_DNS_TYPE_A;
	}
	if (other && !went_by_six(s, a))
		return NULL;
	for (size_t i = 0; i < a->files && found; i++) {
		const struct br_story_file *f = &a->file[i];

		if (br_ip_is_ipv4(f->server.ip) || !br_story_is_unanswered(f->outcome))
			return NULL;
	}
	return found;
}

/* Whoever prefers IPv6 goes where no way leads. (iPXE asks for AAAA first only if it knows a DNS
 * server of IPv6: src/net/udp/dns.c, dns6.count.)
 */
bool br_diagnose_six_name(const struct br_story *s, const struct br_attempt *a,
                          struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dns.no-way-by-six", BR_WEIGHT_FAILURE,
	                                          "configuration", "", ""};
	const struct br_talk_dns *dns = taken_six(s, a);
	const struct br_talk_exchange *last = last_query(s, a);
	char address[BR_SHOW_ADDRESS];
	struct br_finding *f;

	if (!dns || !a->ack || a->ack->yiaddr == 0 || a->programs > 0 || has_own_six(s) ||
	    br_story_ends_within(s, last->last, 2 * BR_S))
		return false;
	f = br_finding_add(d, &verdict);
	br_finding_say(f,
	               "The DNS says that %s has the IPv6 address %s (AAAA), and the client took "
	               "that, but no IPv6 leads there: ",
	               dns->name, br_show_address(address, &dns->address, false));
	if (br_talk_router_advertisements(s->talk) == 0)
		br_finding_say(f,
		               "no router advertises itself, and it has an address of IPv4 alone.");
	else if (!br_talk_has_router6(s->talk))
		br_finding_say(f,
		               "the router here says that it leads nowhere (lifetime 0), and the "
		               "client has an address of IPv4 alone.");
	else
		br_finding_say(f,
		               "a router advertises itself, but the client has an address of IPv4 "
		               "alone.");
	if (a->files > 0)
		br_finding_say(f, " It asked there %zu time%s, and nothing came back.", a->files,
		               a->files == 1 ? "" : "s");
	else
		br_finding_say(f, " It asked for no file.");
	br_finding_change(
		f,
		"Write an IPv4 address into the boot file's URL, give the name no AAAA in the DNS "
		"that option 6 names, or bring IPv6 to this network: a router that advertises a "
		"prefix with A, or DHCPv6.");
	return true;
}

/* The boot file is a URL with a name in it, and no DNS server was told. */
static bool nobody_to_ask(const struct br_story *s, const struct br_attempt *a,
                          struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"dhcp.http-dns-missing", BR_WEIGHT_FAILURE,
	                                          "configuration", "HBD-06", ""};
	const struct br_talk_reply *r = br_reach_teller(a);
	const char *host;
	size_t size = r ? br_reach_host(r->file, &host) : 0;

	if (size == 0 || a->ack->dns || a->ack->cut || br_story_ends_within(s, a->ended, 2 * BR_S))
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(
		f,
		"It got an address, and its boot file is %s: the server is given by name, and "
		"it was told no DNS server (option 6) to ask for %.*s.",
		r->file, (int)size, host);
	br_finding_change(f, "Hand out a DNS server (option 6), or write an address into the URL.");
	return true;
}

/* DNS gave the name an address that no machine has. */
static bool leads_nowhere(const struct br_attempt *a, const struct br_talk_dns *dns,
                          struct br_diagnosis *d)
{
	static const struct br_verdict verdict = {"boot.unusable-server", BR_WEIGHT_FAILURE,
	                                          "configuration", "D4S-BF-01", ""};
	uint32_t ip = br_endpoint_to_ipv4(&dns->address);
	bool near = a->ack && a->ack->netmask && ((ip ^ a->ack->yiaddr) & a->ack->netmask) == 0;
	const char *why = ip ? br_reach_unusable(ip, near ? a->ack->netmask : 0) : NULL;
	char server[BR_SHOW_ADDRESS], address[BR_SHOW_ADDRESS];
	struct br_endpoint asked = dns->server;

	asked.port = 0;
	if (!why)
		return false;
	struct br_finding *f = br_finding_add(d, &verdict);

	br_finding_say(f, "The DNS server %s says that %s has the address %s: that is %s.",
	               br_show_address(server, &asked, false), dns->name, br_show_ipv4(address, ip),
	               why);
	br_finding_change(f,
	                  "Give the name the address of the boot server in the DNS (a name of the "
	                  "server's own in its /etc/hosts gets into dnsmasq's answers).");
	return true;
}

bool br_diagnose_name(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	const struct br_talk_exchange *e = last_query(s, a);

	if (a->files > 0 || a->reached < BR_REACHED_LEASED)
		return false;
	if (!e)
		return dns_dead(s, a, d) || nobody_to_ask(s, a, d);
	e = of_own_family(s, a, e);
	if (br_story_ends_within(s, e->last, 2 * BR_S))
		return false;
	if (e->dns.query.count > 1 && e->dns.answers > 0 && br_diagnose_layers(s, a, e, d))
		return true;
	if (has_address(&e->dns))
		return leads_nowhere(a, &e->dns, d);
	if (e->dns.answers == 0)
		no_answer(s, a, &e->dns, d);
	else
		no_such_name(s, a, &e->dns, d);
	return true;
}
