/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_cure.h"

#include <stdio.h>
#include <string.h>

#include "captures/explain/show.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp_message.h"

enum {
	ONE_MORE = 1000, /* than came */
};

/* {yiaddr}, {siaddr}, {router} and {file} stand for what the wrong reply said, {asked} for the
 * address the client asked for, {extra} for the option that was granted unasked; over IPv6 {duid}
 * for who asked and {url} for what it was told. There an Advertise is mended, unless that was
 * right, or none was asked for.
 */
static const struct cure_row {
	const char *id;
	enum br_cure kind;
	const char *fields;
	unsigned data;
} rows[] = {
	{"boot.no-file", BR_CURE_ACK, "bootfile=present", 0},
	{"boot.no-next-server", BR_CURE_ACK, "siaddr!=0.0.0.0", 0},
	{"boot.no-route", BR_CURE_ACK, "opt3=present", 0},
	{"boot.router-dead", BR_CURE_ACK, "opt3!={router}", 0},
	{"boot.router-off-link", BR_CURE_ACK, "opt3!={router}", 0},
	{"boot.server-dead", BR_CURE_ACK, "siaddr!={siaddr}", 0},
	{"boot.unusable-server", BR_CURE_ACK, "siaddr!={siaddr}", 0},
	{"boot.wrong-program", BR_CURE_ACK, "bootfile=present bootfile!=\"{file}\"", 0},
	{"dhcp.declined", BR_CURE_OFFER, "yiaddr!={yiaddr}", 0},
	{"dhcp.http-class-missing", BR_CURE_ACK, "opt60=\"HTTPClient\"", 0},
	{"dhcp.http-url-missing", BR_CURE_ACK, "bootfile~\"://\"", 0},
	{"dhcp.nak", BR_CURE_ACK, "yiaddr={asked}", 0},
	{"dhcp.no-ack", BR_CURE_ACK, "yiaddr={asked}", 0},
	{"dhcp.no-address", BR_CURE_OFFER, "yiaddr!=0.0.0.0", 0},
	{"dhcp.no-boot-data", BR_CURE_OFFER, "bootfile=present", 0},
	{"dhcp.no-netmask", BR_CURE_OFFER, "opt1=present", 0},
	{"dhcp.no-offer", BR_CURE_OFFER, "yiaddr!=0.0.0.0", 0},
	{"dhcp.offer-without-server-id", BR_CURE_OFFER, "opt54=present", 0},
	{"dhcp.other-port", BR_CURE_OFFER, "", 0},
	{"dhcp.proxy-without-class", BR_CURE_PROXY, "opt60=\"PXEClient\"", 0},
	{"dhcp.to-other-port", BR_CURE_OFFER, "", 0},
	{"dhcp.unusable-address", BR_CURE_OFFER, "yiaddr!={yiaddr}", 0},
	{"dhcp.wrong-xid", BR_CURE_OFFER, "", 0},
	{"dhcp6.boot-file-without-address", BR_CURE_ADVERTISE, "addr=present opt59=present", 0},
	{"dhcp6.http-class-missing", BR_CURE_ADVERTISE, "class=\"HTTPClient\"", 0},
	{"dhcp6.no-address", BR_CURE_ADVERTISE, "addr=present", 0},
	{"dhcp6.no-answer", BR_CURE_ADVERTISE, "addr=present", 0},
	{"dhcp6.no-boot-file", BR_CURE_ADVERTISE, "opt59=present", 0},
	{"dhcp6.no-reply", BR_CURE_REPLY6, "addr=present", 0},
	{"dhcp6.refused", BR_CURE_REPLY6, "addr=present", 0},
	{"dhcp6.sent-to-4011", BR_CURE_ADVERTISE, "opt16=absent opt59=present", 0},
	{"dhcp6.url-unusable", BR_CURE_ADVERTISE, "opt59~\"{scheme}://[\" opt59!={url}", 0},
	{"dhcp6.wrong-id", BR_CURE_ADVERTISE, "opt1={duid} opt2=present", 0},
	{"dhcp6.wrong-xid", BR_CURE_ADVERTISE, "", 0},
	{"http.closed", BR_CURE_FILE, "200", 0},
	{"http.not-found", BR_CURE_FILE, "200", 0},
	{"http.redirect", BR_CURE_FILE, "200", 0},
	{"http.refused", BR_CURE_FILE, "200", 0},
	{"http.silent", BR_CURE_FILE, "200", 0},
	{"loader.no-config", BR_CURE_FILE, "", 0},
	{"loader.no-module", BR_CURE_FILE, "", 0},
	{"pxe.closed", BR_CURE_PXE, "bootfile=present", 0},
	{"pxe.no-file", BR_CURE_PXE, "bootfile=present", 0},
	{"pxe.no-next-server", BR_CURE_PROXY, "siaddr!=0.0.0.0", 0},
	{"pxe.other-destination", BR_CURE_PXE, "", 0},
	{"pxe.silent", BR_CURE_PXE, "bootfile=present", 0},
	{"pxe.wrong-xid", BR_CURE_PXE, "", 0},
	{"tftp.bad-oack", BR_CURE_FILE, "oack {extra}=absent", 0},
	{"tftp.closed", BR_CURE_FILE, "", 0},
	{"tftp.no-data", BR_CURE_FILE, "", 1},
	{"tftp.no-options", BR_CURE_FILE, "oack", 0},
	{"tftp.no-size", BR_CURE_FILE, "oack tsize=present", 0},
	{"tftp.not-found", BR_CURE_FILE, "", 0},
	{"tftp.other-address", BR_CURE_FILE, "", 0},
	{"tftp.refused", BR_CURE_FILE, "", 0},
	{"tftp.silent", BR_CURE_FILE, "", 0},
	{"tftp.tid-changed", BR_CURE_FILE, "", ONE_MORE},
};

/* Of those above, in a boot over IPv6 */
static const struct cure_row rows6[] = {
	{"boot.server-dead", BR_CURE_ADVERTISE, "opt59=present opt59!={url}", 0},
	{"boot.unusable-server", BR_CURE_ADVERTISE, "opt59=present opt59!={url}", 0},
	{"boot.wrong-program", BR_CURE_ADVERTISE, "opt59=present opt59!={url}", 0},
};

/* Where */

static bool fits(enum br_cure kind, const struct br_talk_exchange *e)
{
	switch (kind) {
	case BR_CURE_OFFER:
	case BR_CURE_PROXY:
		return e->kind == BR_TALK_DHCP && e->dhcp.discover.count > 0;
	case BR_CURE_ACK:
		return e->kind == BR_TALK_DHCP && e->dhcp.request.count > 0;
	case BR_CURE_PXE:
		return e->kind == BR_TALK_PXE;
	case BR_CURE_FILE:
		return (e->kind == BR_TALK_TFTP && !e->tftp.write) || e->kind == BR_TALK_TCP;
	case BR_CURE_ADVERTISE:
		return e->kind == BR_TALK_DHCP6 && e->dhcp6.solicit.count > 0;
	case BR_CURE_REPLY6:
		return e->kind == BR_TALK_DHCP6 &&
		       e->dhcp6.request.count + e->dhcp6.inform.count > 0;
	case BR_CURE_NONE:
		break;
	}
	return false;
}

/* The answer that the cure asks for came after all: the finding is of another exchange. */
static bool has_answer(const struct cure_row *row, const struct br_talk_exchange *e)
{
	bool address = strstr(row->fields, "yiaddr!=0.0.0.0") != NULL;
	bool ack = strstr(row->fields, "{asked}") != NULL;

	for (uint16_t i = 0; e->kind == BR_TALK_DHCP && i < e->dhcp.replies; i++) {
		const struct br_talk_reply *r = &e->dhcp.reply[i];

		if ((address && r->type == BR_DHCP_TYPE_OFFER && r->yiaddr != 0) ||
		    (ack && r->type == BR_DHCP_TYPE_ACK))
			return true;
	}
	return false;
}

/* A boot server is asked several times: the first of them. */
static bool is_asked_again(enum br_cure kind, const struct br_talk_exchange *old,
                           const struct br_talk_exchange *e)
{
	return old && kind == BR_CURE_PXE && br_endpoint_equal(&old->pxe.server, &e->pxe.server);
}

/* The frames of the finding lie in it, or those before the finding. */
static const struct br_talk_exchange *exchange_of(const struct cure_row *row,
                                                  const struct br_story *story,
                                                  const struct br_attempt *a,
                                                  const struct br_finding *f)
{
	const struct br_talk_exchange *found = NULL;
	bool six = row->kind == BR_CURE_ADVERTISE || row->kind == BR_CURE_REPLY6;

	if (six) /* EDK2's IPv6 stack asks beside it, for name servers */
		return a->dhcp && fits(row->kind, a->dhcp) ? a->dhcp : NULL;
	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = story->client->exchange[i];

		if (!fits(row->kind, e) || has_answer(row, e) ||
		    is_asked_again(row->kind, found, e))
			continue;
		if (!found || f->first_frame == 0 || e->first_frame <= f->last_frame)
			found = e;
		if (f->first_frame >= e->first_frame && f->first_frame <= e->last_frame)
			return e;
	}
	return found;
}

static bool went_well(const struct br_story_file *f)
{
	return f->outcome == BR_OUTCOME_COMPLETE || f->outcome == BR_OUTCOME_PROBE;
}

/* Asked of the same server, in vain too: under the same name, or where nobody hears. */
static bool is_same(const struct br_story_file *a, const struct br_story_file *b)
{
	return a->exchange->kind == b->exchange->kind && !went_well(a) &&
	       br_ip_equal(a->server.ip, b->server.ip) &&
	       (!strcmp(a->name, b->name) ||
	        (br_story_is_unanswered(a->outcome) && br_story_is_unanswered(b->outcome)));
}

/* Of the exchange; else the last that failed, where a search in vain ends. What was asked for twice
 * is mended at the first.
 */
static const struct br_story_file *file_of(const struct br_attempt *a,
                                           const struct br_talk_exchange *exchange)
{
	const struct br_story_file *found = NULL;
	size_t first = 0;

	for (size_t i = 0; i < a->files && !(found && found->exchange == exchange); i++) {
		if (!went_well(&a->file[i]) && fits(BR_CURE_FILE, a->file[i].exchange))
			found = &a->file[i];
	}
	while (found && !is_same(&a->file[first], found))
		first++;
	return found ? &a->file[first] : NULL;
}

/* Who */

/* The first of the replies that the cure is about; NULL: there is none. */
static const struct br_talk_reply *reply_of(enum br_cure kind, const struct br_talk_dhcp *d)
{
	const struct br_talk_reply *found = NULL;

	for (uint16_t i = 0; i < d->replies; i++) {
		const struct br_talk_reply *r = &d->reply[i];
		bool offer = r->type == BR_DHCP_TYPE_OFFER;

		if (kind == BR_CURE_PROXY   ? offer && r->yiaddr == 0
		    : kind == BR_CURE_OFFER ? offer && r->yiaddr != 0
		                            : r->type == BR_DHCP_TYPE_ACK ||
		                                      (!found && r->type == BR_DHCP_TYPE_NAK))
			found = found && found->type == r->type ? found : r;
	}
	return found;
}

static uint32_t server_of(const struct br_talk_reply *r)
{
	return r->server_id ? r->server_id : br_endpoint_to_ipv4(&r->from);
}

static void set_server(struct br_script_cure *cure)
{
	const struct br_talk_exchange *e = cure->exchange;

	if (cure->file) {
		cure->server = br_endpoint_to_ipv4(&cure->file->server);
	} else if (e->kind == BR_TALK_DHCP6) {
		return; /* it is no number yet */
	} else if (e->kind == BR_TALK_PXE) {
		cure->reply = e->pxe.replies > 0 ? &e->pxe.reply[0] : NULL;
		cure->server = br_endpoint_to_ipv4(&e->pxe.server);
		if (cure->reply && (cure->server == UINT32_MAX || cure->server == 0))
			cure->server = server_of(cure->reply);
	} else {
		cure->reply = reply_of(cure->kind, &e->dhcp);
		if (cure->reply)
			cure->server = server_of(cure->reply);
		else if (cure->kind == BR_CURE_ACK)
			cure->server = e->dhcp.selected;
	}
}

/* What */

/* The first option of the OACK that was not asked for */
static void put_extra(const struct br_talk_tftp *t, struct br_writer *w)
{
	for (const char *at = t->granted; *at; at += strcspn(at, " "), at += *at == ' ') {
		size_t size = strcspn(at, "=");
		const char *asked = t->asked;

		while (*asked && (strncmp(asked, at, size) != 0 || asked[size] != '=')) {
			asked += strcspn(asked, " ");
			asked += *asked == ' ';
		}
		if (*asked)
			continue;
		br_put_bytes(w, at, size);
		return;
	}
	br_text_put(w, "multicast");
}

static void put_duid(const struct br_talk_dhcp6 *six, struct br_writer *w)
{
	for (uint8_t i = 0; i < six->duid_size; i++)
		br_text_put_hex(w, six->duid[i], 2);
}

static void put_value(const struct br_script_cure *cure, struct br_octets name, struct br_writer *w)
{
	const struct br_talk_reply *r = cure->reply;
	const struct br_talk_exchange *e = cure->exchange;
	char text[BR_SHOW_ADDRESS];

	if (br_text_is(name, "extra"))
		put_extra(&e->tftp, w);
	else if (br_text_is(name, "duid"))
		put_duid(&e->dhcp6, w);
	else if (br_text_is(name, "url"))
		br_text_put_quoted(w, br_text(e->dhcp6.url));
	else if (br_text_is(name, "scheme"))
		br_text_put(w, strncmp(e->dhcp6.vendor_class, "HTTPClient", 10) ? "tftp" : "http");
	else if (br_text_is(name, "file"))
		br_text_put(w, r ? r->file : "");
	else if (br_text_is(name, "asked"))
		br_text_put(w, br_show_ipv4(text, e->dhcp.requested));
	else if (br_text_is(name, "siaddr"))
		br_text_put(w, br_show_ipv4(text, r ? r->siaddr : 0));
	else if (br_text_is(name, "router"))
		br_text_put(w, br_show_ipv4(text, r ? r->router : 0));
	else
		br_text_put(w, br_show_ipv4(text, r ? r->yiaddr : 0));
}

static void set_fields(struct br_script_cure *cure, const char *fields)
{
	struct br_writer w = br_writer_of(cure->fields, sizeof(cure->fields));

	while (*fields) {
		size_t plain = strcspn(fields, "{"), name;

		br_put_bytes(&w, fields, plain);
		fields += plain;
		if (!*fields)
			break;
		name = strcspn(fields, "}");
		put_value(cure, (struct br_octets){(const uint8_t *)fields + 1, name - 1}, &w);
		fields += name + 1;
	}
	(void)br_text_end(&w);
}

/* The Advertise was right: what it has as well, or that a client went on from there. */
static bool is_behind_advertise(const struct cure_row *row, const struct br_talk_exchange *e)
{
	const struct br_talk_dhcp6 *six = &e->dhcp6;

	if (!strcmp(row->id, "dhcp6.no-boot-file") || !strcmp(row->id, "dhcp6.url-unusable"))
		return six->solicit.count == 0 ||
		       (!strcmp(row->id, "dhcp6.no-boot-file") && six->url_offered);
	if (!strcmp(row->id, "dhcp6.no-address"))
		return six->offered;
	return !strcmp(row->id, "dhcp6.wrong-xid") && six->request.count > 0;
}

bool br_script_cure_is_six(const struct br_script_cure *cure)
{
	return cure->kind == BR_CURE_ADVERTISE || cure->kind == BR_CURE_REPLY6;
}

struct br_script_cure br_script_cure_find(const struct br_story *story,
                                          const struct br_attempt *attempt,
                                          const struct br_finding *finding)
{
	struct br_script_cure cure = {.kind = BR_CURE_NONE, .id = finding->id, .alone = true};
	bool six = attempt->dhcp && attempt->dhcp->kind == BR_TALK_DHCP6;
	struct cure_row row = {.kind = BR_CURE_NONE};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!strcmp(rows[i].id, finding->id))
			row = rows[i];
	}
	for (size_t i = 0; i < sizeof(rows6) / sizeof(rows6[0]) && six; i++) {
		if (!strcmp(rows6[i].id, finding->id))
			row = rows6[i];
	}
	if (row.kind == BR_CURE_NONE)
		return cure;
	memcpy(cure.mac, story->client->mac, sizeof(cure.mac));
	cure.exchange = exchange_of(&row, story, attempt, finding);
	if (!cure.exchange && row.kind == BR_CURE_ACK) { /* it took no OFFER like that */
		row.kind = BR_CURE_OFFER;
		cure.exchange = exchange_of(&row, story, attempt, finding);
	}
	if (!cure.exchange && row.kind == BR_CURE_ADVERTISE) { /* no Solicit was asked for it */
		row.kind = BR_CURE_REPLY6;
		cure.exchange = exchange_of(&row, story, attempt, finding);
	}
	if (cure.exchange && row.kind == BR_CURE_ADVERTISE &&
	    is_behind_advertise(&row, cure.exchange))
		row.kind = BR_CURE_REPLY6;
	if (row.kind == BR_CURE_FILE) {
		cure.file = file_of(attempt, cure.exchange);
		cure.exchange = cure.file ? cure.file->exchange : NULL;
	}
	if (!cure.exchange)
		return cure;
	cure.kind = row.kind;
	cure.data = row.data == ONE_MORE ? (unsigned)cure.exchange->tftp.blocks + 1 : row.data;
	set_server(&cure);
	/* who asks for information alone is given no address */
	if (cure.kind == BR_CURE_REPLY6 && cure.exchange->dhcp6.solicit.count == 0 &&
	    !strcmp(row.fields, "addr=present"))
		row.fields = "";
	set_fields(&cure, row.fields);
	return cure;
}

/* Mended */

static bool speaks_of(const struct br_script_cure *cure, const char *field)
{
	return strstr(cure->fields, field) != NULL;
}

static const struct br_talk_identity *identity_of(const struct br_talk_exchange *e)
{
	return e->kind == BR_TALK_PXE ? &e->pxe.identity : &e->dhcp.identity;
}

static void mend_boot_file(const struct br_script_cure *cure, struct br_setup_server *s)
{
	const struct br_talk_identity *id = identity_of(cure->exchange);
	bool http = !strncmp(id->vendor_class, "HTTPClient", 10);
	struct br_config *c = &s->config;
	struct br_config_rule rule = {.arch = BR_ARCH_ANY, .server = s->address};
	char address[BR_SHOW_ADDRESS];
	size_t kept = 0;

	if (http)
		(void)snprintf(rule.file, sizeof(rule.file), "http://%s/mended.efi",
		               br_show_ipv4(address, s->address));
	else
		(void)snprintf(rule.file, sizeof(rule.file), "mended.efi");
	if (id->has_ipxe)
		(void)snprintf(rule.user_class, sizeof(rule.user_class), "iPXE");
	rule.has_mac = !cure->alone;
	if (rule.has_mac)
		memcpy(rule.mac, cure->mac, sizeof(rule.mac));
	for (size_t i = 0; i < c->rules; i++) { /* not those that told it the wrong one */
		if (!cure->reply || rule.has_mac || strcmp(c->rule[i].file, cure->reply->file) != 0)
			c->rule[kept++] = c->rule[i];
	}
	c->rules = kept < BR_CONFIG_RULES_MAX ? kept : BR_CONFIG_RULES_MAX - 1;
	memmove(&c->rule[1], &c->rule[0], c->rules * sizeof(rule));
	c->rule[0] = rule;
	c->rules++;
	c->menu_items = 0;
	if (cure->kind == BR_CURE_PXE)
		c->proxy_offer_bare = true;
}

static void mend_options(const struct br_script_cure *cure, struct br_setup_server *s)
{
	struct br_config *c = &s->config;

	if (speaks_of(cure, "siaddr")) {
		c->next_server = s->address;
		for (size_t i = 0; i < c->rules; i++)
			c->rule[i].server = s->address;
	}
	if (speaks_of(cure, "opt3") && c->subnets > 0)
		c->subnet[0].router = s->address;
}

/* Who asks for an address that nobody gave him gets it. */
static void mend_address(const struct br_script_cure *cure, struct br_setup_server *s)
{
	struct br_config *c = &s->config;
	size_t kept = 0;

	if (speaks_of(cure, "yiaddr!=") && cure->alone)
		c->subnets = 0;
	for (size_t i = 0; i < c->reservations; i++) {
		struct br_config_reservation r = c->reservation[i];
		bool own = !memcmp(r.octets, cure->mac, sizeof(cure->mac));

		if (own && speaks_of(cure, "yiaddr="))
			r.address = cure->exchange->dhcp.requested;
		if (!own || !speaks_of(cure, "yiaddr!=")) /* the rig has a pool of its own */
			c->reservation[kept++] = r;
	}
	c->reservations = kept;
}

/* Over IPv6: a pool of the rig's own, and a boot file for this machine's kind */
static void mend_six(const struct br_script_cure *cure, struct br_setup_server *s)
{
	const struct br_talk_dhcp6 *six = &cure->exchange->dhcp6;
	bool http = !strncmp(six->vendor_class, "HTTPClient", 10);
	struct br_config *c = &s->config;
	struct br_config_rule rule = {.arch = BR_ARCH_ANY, .has_mac = !cure->alone};
	char address[BR_IP_TEXT_SIZE];
	struct br_writer w = br_writer_of(address, sizeof(address));

	c->roles = (c->roles & ~(unsigned)BR_ROLE_PROXYDHCP6) | BR_ROLE_DHCP6;
	c->pxe_class6 = c->proxy6_with_ia = false;
	if (speaks_of(cure, "addr=") && cure->kind == BR_CURE_ADVERTISE) {
		c->subnets6 = 0;
		c->reservations6 = 0;
	}
	if (!speaks_of(cure, "opt59"))
		return;
	br_text_put_ipv6(&w, s->address6);
	(void)snprintf(rule.file, sizeof(rule.file), "%s://[%s]/mended.efi", http ? "http" : "tftp",
	               br_text_end(&w));
	memcpy(rule.mac, cure->mac, sizeof(rule.mac));
	if (cure->alone)
		c->rules = 0;
	else if (c->rules == BR_CONFIG_RULES_MAX)
		c->rules--;
	memmove(&c->rule[1], &c->rule[0], c->rules * sizeof(rule));
	c->rule[0] = rule;
	c->rules++;
}

void br_script_cure_mend(const struct br_script_cure *cure, struct br_setup *setup)
{
	for (size_t i = 0; i < setup->servers; i++) {
		struct br_setup_server *s = &setup->server[i];

		if (s->address != cure->server)
			continue;
		if (cure->kind == BR_CURE_FILE)
			return; /* it needs the file, and to hear the question */
		if (br_script_cure_is_six(cure)) {
			mend_six(cure, s);
			return;
		}
		if (speaks_of(cure, "bootfile") || cure->kind == BR_CURE_PROXY)
			mend_boot_file(cure, s);
		if (cure->kind == BR_CURE_OFFER || cure->kind == BR_CURE_ACK)
			mend_address(cure, s);
		mend_options(cure, s);
	}
}
