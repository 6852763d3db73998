/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/show.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/http_head.h"

enum {
	GAPS_SHOWN = 8,    /* between repetitions */
	MISSES_FOLDED = 3, /* so many in a row become one line */
	DNS_TYPE_A = 1,
	DNS_TYPE_AAAA = 28, /* RFC 3596 §2.1 */
};

/* Lines under construction: one at a time. */
struct pen {
	br_show_line *line;
	void *context;
	char text[BR_SHOW_LINE];
	size_t size;
};

static void __attribute__((format(printf, 2, 3))) put(struct pen *p, const char *format, ...)
{
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(p->text + p->size, sizeof(p->text) - p->size, format, args);
	va_end(args);
	if (size > 0)
		p->size += (size_t)size;
	if (p->size >= sizeof(p->text))
		p->size = sizeof(p->text) - 1;
}

/* The octet of \xNN at @at; -1: it is none */
static int octet_of(const char *at)
{
	static const char digits[] = "0123456789abcdef";
	const char *high, *low;

	if (at[0] != '\\' || at[1] != 'x' || !at[2] || !at[3])
		return -1;
	high = strchr(digits, at[2]);
	low = strchr(digits, at[3]);
	return high && low ? (int)((high - digits) << 4 | (low - digits)) : -1;
}

/* Octets of the letter whose octets stand at @at as \xNN each, at @ret; 0: it is none, or one that
 * does not print (C1 controls: RFC 3629, Unicode 15 table 2-3)
 */
static size_t letter_of(const char *at, uint8_t ret[static 5])
{
	size_t size = 0;

	for (int octet; size < 4 && (octet = octet_of(at + 4 * size)) >= 0x80; size++)
		ret[size] = (uint8_t)octet;
	ret[size] = '\0';
	size = ret[0] ? br_text_utf8_size(ret) : 0;
	return ret[0] == 0xc2 && ret[1] < 0xa0 ? 0 : size;
}

void br_show_names(char *text)
{
	for (char *at = strstr(text, "\\x"); at; at = strstr(at + 1, "\\x")) {
		uint8_t letter[5] = {0};
		size_t size = letter_of(at, letter);

		if (size > 0)
			memcpy(at, letter, size);
		else if (octet_of(at) == '\\')
			size = 1;
		if (size > 0)
			memmove(at + size, at + 4 * size, strlen(at + 4 * size) + 1);
	}
}

static void end_line(struct pen *p, br_time at)
{
	br_show_names(p->text);
	p->line(p->context, at, p->text);
	p->size = 0;
	p->text[0] = '\0';
}

/* Values */

const char *br_show_address(char text[static BR_SHOW_ADDRESS], const struct br_endpoint *endpoint,
                            bool with_port)
{
	uint32_t four = br_endpoint_to_ipv4(endpoint);
	char host[INET6_ADDRSTRLEN];
	bool is_four = four != 0 || (endpoint->ip[10] == 0xff && endpoint->ip[11] == 0xff);

	(void)inet_ntop(is_four ? AF_INET : AF_INET6,
	                is_four ? (const void *)(endpoint->ip + 12) : endpoint->ip, host,
	                sizeof(host));
	if (with_port && endpoint->port)
		(void)snprintf(text, BR_SHOW_ADDRESS, is_four ? "%s:%u" : "[%s]:%u", host,
		               endpoint->port);
	else
		(void)snprintf(text, BR_SHOW_ADDRESS, "%s", host);
	return text;
}

const char *br_show_ipv4(char text[static BR_SHOW_ADDRESS], uint32_t address)
{
	(void)snprintf(text, BR_SHOW_ADDRESS, "%u.%u.%u.%u", address >> 24, address >> 16 & 255,
	               address >> 8 & 255, address & 255);
	return text;
}

const char *br_show_mac(char text[static BR_SHOW_ADDRESS], const uint8_t mac[6])
{
	(void)snprintf(text, BR_SHOW_ADDRESS, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
	               mac[2], mac[3], mac[4], mac[5]);
	return text;
}

const char *br_show_vlan(char text[static BR_SHOW_VLAN], int32_t vlan)
{
	if (vlan < 0)
		return "without a VLAN tag";
	(void)snprintf(text, BR_SHOW_VLAN, "in VLAN %d", vlan);
	return text;
}

/* IANA processor architecture types */
const char *br_show_arch(int32_t arch)
{
	static const struct {
		int32_t arch;
		const char *name;
	} names[] = {
		{0, "x86 BIOS"},
		{6, "IA32 UEFI"},
		{7, "x64 UEFI"},
		{9, "x64 UEFI (as 9)"},
		{10, "ARM 32 UEFI"},
		{11, "ARM 64 UEFI"},
		{12, "PowerPC Open Firmware"},
		{14, "PowerPC OPAL"},
		{15, "IA32 UEFI HTTP"},
		{16, "x64 UEFI HTTP"},
		{18, "ARM 32 UEFI HTTP"},
		{19, "ARM 64 UEFI HTTP"},
		{20, "x86 BIOS HTTP"},
		{21, "ARM 32 U-Boot"},
		{22, "ARM 64 U-Boot"},
		{25, "RISC-V 32 UEFI"},
		{27, "RISC-V 64 UEFI"},
		{28, "RISC-V 64 UEFI HTTP"},
		{31, "s390 basic"},
		{32, "s390 extended"},
		{39, "LoongArch 64 UEFI"},
		{40, "LoongArch 64 UEFI HTTP"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].arch == arch)
			return names[i].name;
	}
	return "";
}

double br_show_seconds(br_time time)
{
	return (double)time / (double)BR_S;
}

const char *br_show_rate(char text[static BR_SHOW_ADDRESS], uint64_t octets, br_time time)
{
	double rate = time > 0 ? (double)octets / br_show_seconds(time) : 0;

	if (time == 0 || octets == 0)
		text[0] = '\0';
	else if (rate >= 1e6)
		(void)snprintf(text, BR_SHOW_ADDRESS, "%.1f MB/s", rate / 1e6);
	else
		(void)snprintf(text, BR_SHOW_ADDRESS, "%.1f kB/s", rate / 1e3);
	return text;
}

/* " x4 (+4.0 +8.0 +16.0 s)" */
static void put_times(struct pen *p, const struct br_talk_times *t)
{
	if (t->count <= 1)
		return;
	put(p, "  x%" PRIu32 " (", t->count);
	for (uint32_t i = 1; i < t->count && i < GAPS_SHOWN && i < BR_TALK_TIMES_MAX; i++)
		put(p, "%s+%.1f", i > 1 ? " " : "", br_show_seconds(t->at[i] - t->at[i - 1]));
	put(p, "%s s)", t->count > GAPS_SHOWN ? " ..." : "");
}

static void put_vlan(struct pen *p, int32_t vlan)
{
	char text[BR_SHOW_VLAN];

	if (vlan >= 0)
		put(p, "  %s", br_show_vlan(text, vlan));
}

static void put_software(struct pen *p, const char *software)
{
	if (software)
		put(p, "  [%s]", software);
}

/* DHCPv4 */

static void put_class(struct pen *p, const struct br_talk_identity *id)
{
	const char *arch = br_show_arch(id->arch);

	if (id->vendor_class[0])
		put(p, "  %s", id->vendor_class);
	if (id->user_class[0])
		put(p, "  class %s", id->user_class);
	if (id->arch >= 0)
		put(p, "  arch %d%s%s%s", id->arch, *arch ? " (" : "", arch, *arch ? ")" : "");
}

static void put_reply(struct pen *p, const struct br_talk_reply *r)
{
	char address[BR_SHOW_ADDRESS];
	const char *name = br_dhcp_type_name((enum br_dhcp_type)r->type);

	put(p, "      %s: %s", br_show_address(address, &r->from, false), name ? name : "bootp");
	if (r->yiaddr)
		put(p, " %s", br_show_ipv4(address, r->yiaddr));
	else if (r->type != BR_DHCP_TYPE_NAK)
		put(p, " without address");
	if (r->vendor_class[0])
		put(p, "  %s", r->vendor_class);
	if (r->file[0])
		put(p, "  file %s", r->file);
	else if (r->type != BR_DHCP_TYPE_NAK)
		put(p, "  no file");
	if (r->siaddr)
		put(p, "  next server %s", br_show_ipv4(address, r->siaddr));
	if (r->discovery >= 0)
		put(p, "  43.6=%d", r->discovery);
	if (r->has_menu)
		put(p, "  menu");
	put_vlan(p, r->vlan);
	if (r->giaddr)
		put(p, "  through relay %s", br_show_ipv4(address, r->giaddr));
	if (r->count > 1)
		put(p, "  x%u", r->count);
}

static void show_replies(struct pen *p, const struct br_talk_reply *reply, uint16_t count,
                         bool offers)
{
	for (uint16_t i = 0; i < count; i++) {
		if ((reply[i].type == BR_DHCP_TYPE_OFFER) != offers)
			continue;
		put_reply(p, &reply[i]);
		end_line(p, reply[i].at);
	}
}

static void show_dhcp(struct pen *p, const struct br_talk_dhcp *d, const char *software)
{
	char address[BR_SHOW_ADDRESS];

	if (d->discover.count > 0) {
		put(p, "DHCP discover");
		put_class(p, &d->identity);
		put_times(p, &d->discover);
		put_vlan(p, d->vlan);
		if (d->xids > 1)
			put(p, "  %" PRIu32 " xids", d->xids);
		put_software(p, software);
		end_line(p, d->discover.at[0]);
	}
	show_replies(p, d->reply, d->replies, true);
	if (d->request.count > 0) {
		put(p, "DHCP %s %s", d->renewing ? "renewal of" : "request",
		    br_show_ipv4(address, d->requested));
		if (d->selected)
			put(p, " from %s", br_show_ipv4(address, d->selected));
		if (d->discover.count == 0)
			put_class(p, &d->identity);
		if (d->other_xid)
			put(p, "  with another xid than the OFFER's");
		put_times(p, &d->request);
		end_line(p, d->request.at[0]);
	}
	show_replies(p, d->reply, d->replies, false);
	if (d->inform.count > 0) {
		put(p, "DHCP inform");
		put_times(p, &d->inform);
		end_line(p, d->inform.at[0]);
	}
	if (d->decline.count > 0) {
		put(p, "DHCP DECLINE of the address");
		end_line(p, d->decline.at[0]);
	}
	if (d->release.count > 0) {
		put(p, "DHCP release of the address");
		end_line(p, d->release.at[0]);
	}
}

static void show_pxe(struct pen *p, const struct br_talk_pxe *x)
{
	char address[BR_SHOW_ADDRESS];

	put(p, "PXE request to %s", br_show_address(address, &x->server, true));
	if (x->item >= 0)
		put(p, " for boot server type 0x%04x", (unsigned)x->item);
	put(p, " from port %u", x->client.port);
	put_times(p, &x->request);
	if (x->icmps > 0)
		put(p, "  ICMP: port closed x%" PRIu32, x->icmps);
	if (x->replies == 0)
		put(p, "  NO ANSWER");
	end_line(p, x->request.at[0]);
	show_replies(p, x->reply, x->replies, false);
	show_replies(p, x->reply, x->replies, true);
}

/* Files */

static void put_transfer(struct pen *p, const struct br_talk_tftp *t)
{
	br_time took = t->last_data > t->first_data ? t->last_data - t->first_data : 0;
	char rate[BR_SHOW_ADDRESS];

	if (t->blocks == 0)
		return;
	put(p, "  %" PRIu64 " blocks of %" PRIu32 ", %" PRIu64 " octets", t->blocks, t->block_size,
	    t->octets);
	if (took > 0)
		put(p, " in %.2f s", br_show_seconds(took));
	if (*br_show_rate(rate, t->octets, took))
		put(p, ", %s", rate);
	if (t->window_size > 1)
		put(p, ", window %" PRIu32, t->window_size);
	if (t->repeated > 0)
		put(p, ", %" PRIu64 " blocks again", t->repeated);
	if (t->repeated_acks > 0)
		put(p, ", %" PRIu64 " ACKs again", t->repeated_acks);
	if (t->missing > 0)
		put(p, ", %" PRIu64 " never seen", t->missing);
	if (t->foreign > 0)
		put(p, ", %" PRIu64 " packets of another transfer", t->foreign);
	if (t->stall_max > BR_S)
		put(p, ", longest wait %.1f s", br_show_seconds(t->stall_max));
}

static void show_tftp(struct pen *p, const struct br_story_file *f)
{
	const struct br_talk_tftp *t = &f->exchange->tftp;
	struct br_endpoint server = t->server;
	char address[BR_SHOW_ADDRESS];

	server.port = 0;
	put(p, "TFTP %s %s from %s", t->write ? "write" : "read", t->file,
	    br_show_address(address, &server, false));
	if (t->asked[0])
		put(p, "  (%s)", t->asked);
	put_times(p, &t->request);
	if (t->size != UINT64_MAX && t->blocks == 0)
		put(p, "  size %" PRIu64, t->size);
	put_transfer(p, t);
	put(p, "  %s", br_outcome_says(f->outcome));
	if (t->error_text[0] && f->outcome != BR_OUTCOME_MISS && f->outcome != BR_OUTCOME_PROBE &&
	    f->outcome != BR_OUTCOME_COMPLETE)
		put(p, " (ERROR %u \"%s\")", t->error_code, t->error_text);
	put_software(p, f->software);
	end_line(p, f->at);
}

static void show_http(struct pen *p, const struct br_story_file *f)
{
	const struct br_talk_tcp *t = &f->exchange->tcp;
	const struct br_talk_http *h = &t->request[f->index];
	br_time took = h->last > h->answered ? h->last - h->answered : 0;
	char address[BR_SHOW_ADDRESS], rate[BR_SHOW_ADDRESS];

	put(p, "HTTP %s %s from %s", h->method, h->target,
	    br_show_address(address, &t->server, t->server.port != BR_HTTP_PORT));
	if (h->status)
		put(p, "  %u", h->status);
	if (h->status && h->has_length && !strcmp(h->method, "HEAD"))
		put(p, "  size %" PRIu64, h->length);
	if (h->octets > 0) {
		put(p, "  %" PRIu64, h->octets);
		if (h->has_length && h->length != h->octets)
			put(p, " of %" PRIu64, h->length);
		put(p, " octets");
		if (took > 0)
			put(p, " in %.2f s", br_show_seconds(took));
		if (*br_show_rate(rate, h->octets, took))
			put(p, ", %s", rate);
	}
	if (h->type[0] && f->outcome == BR_OUTCOME_IMAGE_TYPE)
		put(p, "  type %s", h->type);
	if (h->location[0])
		put(p, "  to %s", h->location);
	put(p, "  %s", br_outcome_says(f->outcome));
	put_software(p, f->software);
	end_line(p, f->at);
}

static void show_tcp(struct pen *p, const struct br_story_file *f)
{
	const struct br_talk_tcp *t = &f->exchange->tcp;
	char address[BR_SHOW_ADDRESS];

	put(p, "TCP to %s", br_show_address(address, &t->server, true));
	put_times(p, &t->syn);
	if (t->refusals > 0)
		put(p, "  refused x%" PRIu32, t->refusals);
	put(p, "  %s", br_outcome_says(f->outcome));
	put_software(p, f->software);
	end_line(p, f->at);
}

/* Everything else */

static void show_dhcp6(struct pen *p, const struct br_talk_dhcp6 *d, br_time at,
                       const char *software)
{
	char address[BR_SHOW_ADDRESS];
	const struct br_talk_times *t = d->solicit.count   ? &d->solicit
	                                : d->inform.count  ? &d->inform
	                                : d->request.count ? &d->request
	                                                   : &d->release;

	put(p, "DHCPv6 %s%s%s",
	    d->solicit.count   ? "solicit"
	    : d->inform.count  ? "information-request"
	    : d->request.count ? "request or renewal"
	                       : "release",
	    d->vendor_class[0] ? "  " : "", d->vendor_class);
	put_times(p, t);
	put_software(p, software);
	end_line(p, at);
	if (d->strays > 0) {
		put(p, "      %u answer%s with another transaction-id (0x%06x)", d->strays,
		    d->strays == 1 ? "" : "s", d->stray_xid);
		end_line(p, at);
	}
	if (d->advertises + d->replies == 0)
		return;
	put(p, "      %s: ", br_show_address(address, &d->server, false));
	put(p, "%s", d->replies ? "reply" : "advertise");
	if (d->replies == 0 && d->request.count > 0)
		put(p, ", requested x%u, no reply:", d->request.count);
	else if (!d->confirmed && d->replies == 0)
		put(p, ", not taken");
	if (d->address.ip[0])
		put(p, " %s", br_show_address(address, &d->address, false));
	if (d->reply_class[0])
		put(p, "  %s", d->reply_class);
	put(p, d->url[0] ? "  %s" : "  no boot file%s", d->url);
	if (d->status)
		put(p, "  status %u", d->status);
	if (d->release.count)
		put(p, "  released later");
	end_line(p, d->advertised ? d->advertised : d->replied);
}

static void show_dns(struct pen *p, const struct br_talk_dns *d, br_time at)
{
	char address[BR_SHOW_ADDRESS];

	const struct br_endpoint none = {.port = 0};
	struct br_endpoint server = d->server;

	server.port = 0;
	if (d->type == DNS_TYPE_A || d->type == DNS_TYPE_AAAA)
		put(p, "DNS %s", d->type == DNS_TYPE_A ? "A" : "AAAA");
	else
		put(p, "DNS type %u", d->type);
	put(p, " %s at %s", d->name, br_show_address(address, &server, false));
	put_times(p, &d->query);
	if (d->answers == 0)
		put(p, "  NO ANSWER%s", d->icmps ? ", port closed" : "");
	else if (d->code)
		put(p, "  error %u", d->code);
	else if (br_endpoint_equal(&d->address, &none))
		put(p, "  no address%s",
		    d->truncated  ? ", truncated"
		    : d->referral ? ", referral"
		                  : "");
	else
		put(p, "  %s", br_show_address(address, &d->address, false));
	end_line(p, at);
}

static void show_arp(struct pen *p, const struct br_talk_arp *a, br_time at)
{
	char address[BR_SHOW_ADDRESS];

	if (a->answers > 0)
		return;
	put(p, "%s %s",
	    br_endpoint_to_ipv4(&a->target) ? "ARP who has" : "IPv6 neighbor solicitation for",
	    br_show_address(address, &a->target, false));
	put_times(p, &a->request);
	put(p, "  NO ANSWER");
	end_line(p, at);
}

static void show_nd(struct pen *p, const struct br_talk_nd *n, br_time at)
{
	put(p, "IPv6 router solicitation");
	put_times(p, &n->solicit);
	put(p, n->answers ? "  answered" : "  no router answered");
	end_line(p, at);
}

static void show_other(struct pen *p, const struct br_talk_exchange *e, const char *software)
{
	switch (e->kind) {
	case BR_TALK_DHCP:
		show_dhcp(p, &e->dhcp, software);
		break;
	case BR_TALK_PXE:
		show_pxe(p, &e->pxe);
		break;
	case BR_TALK_DHCP6:
		show_dhcp6(p, &e->dhcp6, e->first, software);
		break;
	case BR_TALK_DNS:
		show_dns(p, &e->dns, e->first);
		break;
	case BR_TALK_ARP:
		show_arp(p, &e->arp, e->first);
		break;
	case BR_TALK_ND:
		show_nd(p, &e->nd, e->first);
		break;
	case BR_TALK_TFTP:
	case BR_TALK_TCP:
		break;
	}
}

/* A run of files that were looked for and not found, as one line. */
static size_t show_misses(struct pen *p, const struct br_story_file *f, size_t count)
{
	size_t run = 0;

	while (run < count && f[run].outcome == BR_OUTCOME_MISS)
		run++;
	if (run < MISSES_FOLDED)
		return 0;
	put(p, "%s %s ... %s: %zu names looked for in turn  not there, as expected",
	    f->exchange->kind == BR_TALK_TFTP ? "TFTP" : "HTTP", f->name, f[run - 1].name, run);
	put_software(p, f->software);
	end_line(p, f->at);
	return run;
}

static void show_files(struct pen *p, const struct br_attempt *a, const struct br_talk_exchange *e,
                       size_t *file)
{
	while (*file < a->files && a->file[*file].exchange == e) {
		const struct br_story_file *f = &a->file[*file];
		size_t run = show_misses(p, f, a->files - *file);

		*file += run ? run : 1;
		if (run)
			continue;
		if (e->kind == BR_TALK_TFTP)
			show_tftp(p, f);
		else if (e->tcp.request)
			show_http(p, f);
		else
			show_tcp(p, f);
	}
}

/* Lines kept until all are there: an exchange that goes on while others begin has its
 * later lines behind theirs.
 */
struct kept {
	size_t count, room;
	struct kept_line {
		br_time at;
		size_t number;
		char *text;
	} * line;
};

static void keep_line(void *context, br_time at, const char *text)
{
	struct kept *k = context;

	if (k->count == k->room) {
		size_t room = k->room ? 2 * k->room : 64;
		struct kept_line *more = realloc(k->line, room * sizeof(*more));

		if (!more)
			return;
		k->line = more;
		k->room = room;
	}
	char *copy = malloc(strlen(text) + 1);

	if (!copy)
		return;
	memcpy(copy, text, strlen(text) + 1);
	k->line[k->count] = (struct kept_line){at, k->count, copy};
	k->count++;
}

static int by_time(const void *a, const void *b)
{
	const struct kept_line *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

void br_show_attempt(const struct br_story *story, const struct br_attempt *attempt,
                     br_show_line *line, void *context)
{
	struct kept kept = {0};
	struct pen p = {.line = keep_line, .context = &kept};
	size_t file = 0;

	for (size_t i = attempt->first; i <= attempt->last; i++) {
		show_other(&p, story->client->exchange[i], story->software[i]);
		show_files(&p, attempt, story->client->exchange[i], &file);
	}
	if (kept.count > 0)
		qsort(kept.line, kept.count, sizeof(kept.line[0]), by_time);
	for (size_t i = 0; i < kept.count; i++) {
		line(context, kept.line[i].at, kept.line[i].text);
		free(kept.line[i].text);
	}
	free(kept.line);
}
