/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/setup6.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/config_dhcp6.h"

enum {
	MTU = 1500,
	BITS = 64,   /* of a network of which nobody says how many */
	LAST = 0xfa, /* the end of an address that had to be made up */
};
#define NUMBER_FIRST UINT32_C(0xf0000001) /* 240.0.0.1: of class E, which is no host's */

/* One message read, out of its relays, with its place in the log */
struct spoken {
	const struct br_six_message *message;
	struct br_dhcp6_message m;
};

static bool read(struct spoken *ret, const struct br_six_message *message)
{
	ret->message = message;
	return br_dhcp6_parse(br_six_octets(message), &ret->m) == 0;
}

/* Who the servers are */

static bool is_mac(const uint8_t mac[6])
{
	static const uint8_t none[6];

	return memcmp(mac, none, sizeof(none)) != 0;
}

const struct br_setup_server *br_setup6_find(const struct br_setup *setup, const uint8_t ip[16])
{
	uint8_t local[16];

	for (size_t i = 0; i < setup->servers; i++) {
		const struct br_setup_server *s = &setup->server[i];

		if (!br_ip_is_zero(s->address6) && br_ip_equal(s->address6, ip))
			return s;
		br_ip_link_local(s->mac, local);
		if (is_mac(s->mac) && br_ip_equal(local, ip))
			return s;
	}
	return NULL;
}

/* A host of which the one address or the other is not known yet */
static struct br_setup_server *find_by_mac(struct br_setup *setup, const uint8_t mac[6],
                                           const uint8_t ip[16])
{
	for (size_t i = 0; i < setup->servers; i++) {
		struct br_setup_server *s = &setup->server[i];

		if (!memcmp(s->mac, mac, 6) &&
		    (br_ip_is_zero(s->address6) || br_ip_is_link_local6(ip)))
			return s;
	}
	return NULL;
}

static void set_address(struct br_setup *setup, struct br_setup_server *s, const uint8_t ip[16])
{
	if (br_ip_is_link_local6(ip))
		return;
	memcpy(s->address6, ip, 16);
	memcpy(s->config.link[0].address6, ip, 16);
	s->config.link[0].prefix6 = setup->six.bits;
}

/* @mac: zero: not known */
static struct br_setup_server *server_of(struct br_setup *setup, const uint8_t ip[16],
                                         const uint8_t mac[6])
{
	static const uint8_t none[6];
	struct br_setup_server *s = (struct br_setup_server *)br_setup6_find(setup, ip);

	if (s)
		return s;
	if (is_mac(mac))
		s = find_by_mac(setup, mac, ip);
	if (!s && setup->servers == BR_SETUP_SERVERS_MAX)
		return NULL;
	if (!s) {
		s = &setup->server[setup->servers];
		*s = (struct br_setup_server){.address = NUMBER_FIRST + (uint32_t)setup->servers};
		br_config_init(&s->config);
		s->config.links = 1;
		s->config.link[0] = (struct br_config_link){.mtu = MTU};
		for (size_t i = 0; i < setup->servers; i++) { /* two hosts cannot have one card */
			if (!memcmp(setup->server[i].mac, mac, 6))
				mac = none;
		}
		setup->servers++;
		memcpy(s->mac, mac, 6);
		memcpy(s->config.link[0].mac, mac, 6);
	}
	set_address(setup, s, ip);
	return s;
}

struct br_setup_server *br_setup6_server(struct br_setup *setup, const struct br_tape *tape,
                                         const uint8_t ip[16])
{
	static const uint8_t none[6];
	const uint8_t *mac = br_six_log_mac(br_tape_six(tape), ip);
	bool near =
		br_ip_is_link_local6(ip) || br_ip_in_prefix(ip, setup->six.prefix, setup->six.bits);

	return br_ip_is_zero(ip) ? NULL : server_of(setup, ip, mac && near ? mac : none);
}

/* What network it is */

/* It speaks of other networks than the one on which the machine's relay has an address. */
static bool is_beyond(const struct br_six_relays *relays, const struct br_nd_router *router)
{
	const uint8_t *link = relays->relay[0].link;

	if (relays->count == 0 || br_ip_is_zero(link) || router->prefixes == 0)
		return false;
	for (size_t i = 0; i < router->prefixes; i++) {
		if (br_ip_in_prefix(link, router->prefix[i].prefix, router->prefix[i].length))
			return false;
	}
	return true;
}

static void take_router(struct br_setup_six *six, const struct br_six_message *message)
{
	struct br_reader r = br_reader_of(message->octets, message->size);
	struct br_nd_router router;
	uint32_t word;

	(void)br_get_sub(&r, 4);
	word = br_get_be32(&r);
	if (r.bad || br_nd_router_get(word, (struct br_octets){r.pos, br_left(&r)}, &router) < 0 ||
	    is_beyond(&six->relays, &router))
		return;
	six->routed = true;
	six->router = router;
	memcpy(six->router_mac, message->eth_src, sizeof(six->router_mac));
}

/* @ip, a /64 unless a router says how long its prefix is */
static void set_network(struct br_setup_six *six, const uint8_t ip[16])
{
	six->bits = BITS;
	for (size_t i = 0; i < six->router.prefixes && six->routed; i++) {
		const struct br_nd_prefix *p = &six->router.prefix[i];

		if (p->length > 0 && p->length < 128 && br_ip_in_prefix(ip, p->prefix, p->length))
			six->bits = p->length;
	}
	memset(six->prefix, 0, sizeof(six->prefix));
	for (unsigned i = 0; i < six->bits; i++)
		six->prefix[i / 8] |= (uint8_t)(ip[i / 8] & 0x80 >> i % 8);
}

/* What a server said */

static void reserve(struct br_config *c, struct br_octets duid, const uint8_t ip[16])
{
	struct br_config_reservation6 *r = &c->reservation6[c->reservations6];

	if (duid.size == 0 || duid.size > sizeof(r->octets) ||
	    c->reservations6 == BR_CONFIG_RESERVATIONS_MAX)
		return;
	memset(r, 0, sizeof(*r));
	memcpy(r->address, ip, 16);
	r->mark = BR_CONFIG_MARK6_DUID;
	r->size = (uint8_t)duid.size;
	memcpy(r->octets, duid.data, duid.size);
	c->reservations6++;
}

static struct br_config_reservation6 *reservation_of(struct br_config *c, struct br_octets duid)
{
	for (size_t i = 0; i < c->reservations6; i++) {
		struct br_config_reservation6 *r = &c->reservation6[i];

		if (br_text_equal((struct br_octets){r->octets, r->size}, duid))
			return r;
	}
	return NULL;
}

bool br_setup6_is_reserved(const struct br_config *config, struct br_octets duid,
                           const uint8_t ip[16])
{
	for (size_t i = 0; i < config->reservations6; i++) {
		const struct br_config_reservation6 *r = &config->reservation6[i];

		if (br_text_equal((struct br_octets){r->octets, r->size}, duid))
			return br_ip_equal(r->address, ip);
	}
	return false;
}

static void put_in_pool(struct br_config *c, const uint8_t ip[16])
{
	struct br_config_subnet6 *net = &c->subnet6[0];

	if (!net->has_pool || memcmp(ip, net->pool_first, 16) < 0)
		memcpy(net->pool_first, ip, 16);
	if (!net->has_pool || memcmp(ip, net->pool_last, 16) > 0)
		memcpy(net->pool_last, ip, 16);
	net->has_pool = true;
}

/* A second address for one machine: then there is no telling which comes first. */
static void give(const struct br_setup_six *six, struct br_config *c, struct br_octets duid,
                 const uint8_t ip[16])
{
	struct br_config_reservation6 *r = reservation_of(c, duid);

	if (!br_ip_in_prefix(ip, six->prefix, six->bits) || (r && br_ip_equal(r->address, ip)))
		return;
	if (!r && !c->subnet6[0].has_pool) {
		reserve(c, duid, ip);
		return;
	}
	if (r) {
		put_in_pool(c, r->address);
		*r = c->reservation6[--c->reservations6];
	}
	put_in_pool(c, ip);
}

/* \x, blanks and quotes are no part of a word */
static bool is_word(const char *text)
{
	for (; *text; text++) {
		if (!isgraph((unsigned char)*text) || strchr("\"\\,@#", *text))
			return false;
	}
	return true;
}

static void take_url(struct br_config *c, const struct br_dhcp6_message *asked,
                     const struct br_dhcp6_message *m)
{
	struct br_octets url = br_dhcp6_find(m->options, BR_DHCP6_OPTION_BOOT_URL);
	struct br_octets arch = br_dhcp6_find(asked->options, BR_DHCP6_OPTION_ARCH);
	struct br_octets user =
		br_dhcp6_user_class(br_dhcp6_find(asked->options, BR_DHCP6_OPTION_USER_CLASS));
	struct br_reader r = br_reader_of(arch.data, arch.size);
	struct br_config_rule rule = {.arch = arch.size >= 2 ? br_get_be16(&r) : BR_ARCH_ANY};

	while (url.size > 0 && url.data[url.size - 1] == 0)
		url.size--;
	if (url.size == 0 || url.size >= sizeof(rule.file) || c->rules == BR_CONFIG_RULES_MAX)
		return;
	memcpy(rule.file, url.data, url.size);
	if (br_text_is(user, "iPXE"))
		(void)snprintf(rule.user_class, sizeof(rule.user_class), "iPXE");
	if (!is_word(rule.file))
		return;
	for (size_t i = 0; i < c->rules; i++) {
		const struct br_config_rule *old = &c->rule[i];

		if (old->arch == rule.arch && !strcmp(old->user_class, rule.user_class))
			return;
	}
	if (rule.user_class[0]) /* the first that fits wins */
		memmove(&c->rule[1], &c->rule[0], c->rules * sizeof(rule));
	c->rule[rule.user_class[0] ? 0 : c->rules] = rule;
	c->rules++;
}

/* It was asked for */
static bool is_wanted(const struct br_dhcp6_message *asked, uint16_t code)
{
	struct br_octets list = br_dhcp6_find(asked->options, BR_DHCP6_OPTION_ORO);
	struct br_reader r = br_reader_of(list.data, list.size);

	while (br_left(&r) >= 2) {
		if (br_get_be16(&r) == code)
			return true;
	}
	return false;
}

/* Those that the core does not fill in by itself */
static void take_options(struct br_config *c, const struct br_dhcp6_message *asked,
                         const struct br_dhcp6_message *m)
{
	struct br_reader r = br_reader_of(m->options.data, m->options.size);
	struct br_dhcp6_option option;
	char key[24], value[8 + 2 * BR_CONFIG_OPTION_SIZE];

	while (br_dhcp6_option_get(&r, &option) == 1) {
		struct br_writer w = br_writer_of(value, sizeof(value));
		bool known = option.code <= BR_DHCP6_OPTION_INTERFACE_ID ||
		             option.value.size > BR_CONFIG_OPTION_SIZE;

		for (size_t i = 0; i < c->options6; i++)
			known = known || c->option6[i].code == option.code;
		if (known)
			continue;
		br_text_put(&w, "hex:");
		for (size_t i = 0; i < option.value.size; i++)
			br_text_put_hex(&w, option.value.data[i], 2);
		(void)snprintf(key, sizeof(key), "opt6-%u%s", option.code,
		               is_wanted(asked, option.code) ? "" : "!");
		(void)br_config_set_option6(c, br_text(key), br_text(br_text_end(&w)));
	}
}

static void take_parameters(struct br_config *c, const struct br_dhcp6_message *m)
{
	struct br_octets value = br_dhcp6_find(m->options, BR_DHCP6_OPTION_BOOT_PARAMETERS), text;
	struct br_reader r = br_reader_of(value.data, value.size);

	if (c->parameters > 0)
		return;
	while (c->parameters < BR_CONFIG_PARAMETERS_MAX &&
	       br_dhcp6_boot_parameter_get(&r, &text) == 1) {
		if (text.size == 0 || text.size >= sizeof(c->parameter[0]))
			return;
		(void)snprintf(c->parameter[c->parameters++], sizeof(c->parameter[0]), "%.*s",
		               (int)text.size, (const char *)text.data);
	}
}

/* "PXEClient" to who is one sends it to port 4011. */
static bool says_class_of(const struct br_dhcp6_message *m, const char *class)
{
	struct br_octets value = br_dhcp6_find(m->options, BR_DHCP6_OPTION_VENDOR_CLASS), text;
	uint32_t enterprise;

	return value.data && br_dhcp6_vendor_class(value, &enterprise, &text) &&
	       br_text_starts(text, class);
}

static void take_role(struct br_config *c, const struct spoken *asked, const struct spoken *answer)
{
	struct br_octets ia = br_dhcp6_find(answer->m.options, BR_DHCP6_OPTION_IA_NA);
	bool url = br_dhcp6_find(answer->m.options, BR_DHCP6_OPTION_BOOT_URL).data != NULL;
	bool gives = br_dhcp6_ia(ia).addresses > 0;

	if (answer->message->src.port == BR_DHCP6_PORT_PXE) {
		if (c->roles & BR_ROLE_DHCP6)
			c->pxe_class6 = true;
		else
			c->roles |= BR_ROLE_PROXYDHCP6;
	} else if (asked->m.type == BR_DHCP6_TYPE_SOLICIT && !gives && url &&
	           !(c->roles & BR_ROLE_DHCP6)) {
		c->roles |= BR_ROLE_PROXYDHCP6;
		c->proxy6_with_ia = ia.data != NULL;
	} else if (!(c->roles & BR_ROLE_PROXYDHCP6) || gives) {
		c->roles = (c->roles & ~(unsigned)BR_ROLE_PROXYDHCP6) | BR_ROLE_DHCP6;
	}
	if (c->roles & BR_ROLE_DHCP6 && says_class_of(&asked->m, "PXEClient") &&
	    says_class_of(&answer->m, "PXEClient"))
		c->pxe_class6 = true;
}

static void take_answer(struct br_setup *setup, const struct spoken *asked,
                        const struct spoken *answer)
{
	const struct br_six_message *message = answer->message;
	struct br_setup_server *s = server_of(setup, message->src.ip, message->eth_src);
	struct br_octets options = answer->m.options;
	struct br_octets own = br_dhcp6_find(options, BR_DHCP6_OPTION_SERVER_ID);
	struct br_octets duid = br_dhcp6_find(options, BR_DHCP6_OPTION_CLIENT_ID);
	struct br_octets preference = br_dhcp6_find(options, BR_DHCP6_OPTION_PREFERENCE);
	struct br_dhcp6_ia ia = br_dhcp6_ia(br_dhcp6_find(options, BR_DHCP6_OPTION_IA_NA));

	if (!s)
		return;
	s->relayed = s->relayed || message->levels > 0;
	take_role(&s->config, asked, answer);
	if (own.size > 0 && own.size <= sizeof(s->config.duid) && s->config.duid_size == 0) {
		memcpy(s->config.duid, own.data, own.size);
		s->config.duid_size = (uint8_t)own.size;
	}
	if (s->config.roles & BR_ROLE_DHCP6 && s->config.subnets6 == 0) {
		s->config.subnets6 = 1;
		s->config.subnet6[0] = (struct br_config_subnet6){.bits = setup->six.bits};
		memcpy(s->config.subnet6[0].prefix, setup->six.prefix, 16);
	}
	if (ia.addresses > 0 && s->config.subnets6 > 0) {
		if (s->config.reservations6 == 0 && !s->config.subnet6[0].has_pool && ia.valid > 0)
			s->config.lease_s = ia.valid;
		give(&setup->six, &s->config, duid, ia.address);
	}
	if (preference.size == 1) {
		s->config.preference_set = true;
		s->config.preference = preference.data[0];
	}
	if (asked->m.type == BR_DHCP6_TYPE_SOLICIT && answer->m.type == BR_DHCP6_TYPE_REPLY)
		s->config.rapid_commit = true;
	take_url(&s->config, &asked->m, &answer->m);
	take_parameters(&s->config, &answer->m);
	take_options(&s->config, &asked->m, &answer->m);
}

/* The door */

/* The first address that was given or used, and whether IPv6 leads anywhere */
static bool find_network(struct br_setup_six *six, const struct br_story *story,
                         const struct br_attempt *a, uint8_t ret_ip[16])
{
	bool found = false;

	for (size_t i = a->first; i <= a->last && !found; i++) {
		const struct br_talk_exchange *e = story->client->exchange[i];

		if (e->kind == BR_TALK_DHCP6 && !br_ip_is_zero(e->dhcp6.address.ip)) {
			memcpy(ret_ip, e->dhcp6.address.ip, 16);
			found = true;
		}
	}
	for (size_t i = 0; i < a->files && !found; i++) {
		const uint8_t *ip = a->file[i].server.ip;

		if (!br_ip_is_ipv4(ip) && !br_ip_is_zero(ip) && !br_ip_is_link_local6(ip)) {
			memcpy(ret_ip, ip, 16);
			found = true;
		}
	}
	for (size_t i = 0; i < six->router.prefixes && six->routed && !found; i++) {
		memcpy(ret_ip, six->router.prefix[i].prefix, 16);
		found = true;
	}
	return found;
}

/* No DHCPv4 server gave it an address: then it is a boot over IPv6. */
static bool leads(const struct br_story *story, const struct br_attempt *a)
{
	if (a->ack)
		return false;
	for (size_t i = a->first; i <= a->last; i++) {
		const struct br_talk_exchange *e = story->client->exchange[i];

		if (e->kind == BR_TALK_DHCP6 && e->dhcp6.advertises + e->dhcp6.replies > 0)
			return true;
	}
	return a->files > 0 && !br_ip_is_ipv4(a->file[0].server.ip);
}

/* What network it is, and which router there */
static void learn_network(struct br_setup *setup, const struct br_story *story,
                          const struct br_attempt *attempt, const struct br_six_log *log)
{
	static const uint8_t made_up[16] = {0x20, 0x01, 0x0d, 0xb8}; /* RFC 3849 */
	uint64_t last = story->client->exchange[attempt->last]->last_frame;
	uint8_t ip[16];

	for (size_t i = 0; i < log->count && log->message[i].frame <= last; i++) {
		if (log->message[i].icmp && log->message[i].type == BR_ICMP6_ROUTER_ADVERTISEMENT)
			take_router(&setup->six, &log->message[i]);
	}
	if (!find_network(&setup->six, story, attempt, ip))
		memcpy(ip, made_up, sizeof(ip));
	if (!setup->six.on)
		set_network(&setup->six, ip);
	setup->six.on = true;
}

void br_setup6_learn(struct br_setup *setup, const struct br_story *story,
                     const struct br_attempt *attempt, const struct br_tape *tape)
{
	const struct br_six_log *log = br_tape_six(tape);
	struct br_talk_exchange *const *e = story->client->exchange;
	uint64_t first = e[attempt->first]->first_frame, last = e[attempt->last]->last_frame;
	struct br_six_relays relays;
	struct spoken asked, answer;

	if (!leads(story, attempt))
		return;
	br_six_relays_find(&relays, log, story->client->mac, first, last);
	if (relays.count > setup->six.relays.count || relays.whole)
		setup->six.relays = relays;
	learn_network(setup, story, attempt, log);
	for (size_t i = 0; i < log->count && log->message[i].frame <= last; i++) {
		const struct br_six_message *m = &log->message[i];

		/* behind relays what the server itself sent, not what they passed on */
		if (m->frame >= first && br_six_is_answer(m) && m->levels == relays.count &&
		    m->question != SIZE_MAX && br_six_is_of(log, m, story->client->mac) &&
		    read(&asked, &log->message[m->question]) && read(&answer, m))
			take_answer(setup, &asked, &answer);
	}
}

static bool is_taken(const struct br_setup *setup, const uint8_t ip[16])
{
	for (size_t i = 0; i < setup->servers; i++) {
		const struct br_setup_server *s = &setup->server[i];

		if (br_ip_equal(s->address6, ip))
			return true;
		for (size_t k = 0; k < s->config.reservations6; k++) {
			if (br_ip_equal(s->config.reservation6[k].address, ip))
				return true;
		}
	}
	return false;
}

/* In a network of fewer than 64 bits for hosts: the highest below LAST that nobody has. False: all
 * are taken.
 */
static bool make_up(const struct br_setup *setup, uint8_t ret_ip[16])
{
	unsigned host_bits = 128 - setup->six.bits, last = LAST;

	if (host_bits < 8 && last > (1u << host_bits) - 1)
		last = (1u << host_bits) - 1;
	for (unsigned number = last; number > 0; number--) {
		memcpy(ret_ip, setup->six.prefix, 16);
		ret_ip[15] = (uint8_t)(ret_ip[15] | number);
		if (!is_taken(setup, ret_ip))
			return true;
	}
	return false;
}

struct br_setup_server *br_setup6_make_up(struct br_setup *setup, const struct br_story *story,
                                          const struct br_attempt *attempt,
                                          const struct br_tape *tape, const uint8_t ip[16])
{
	const uint8_t mac[6] = {2, 0, 0, 0, 1, (uint8_t)setup->servers}; /* of which its DUID is */
	struct br_setup_server *s;
	uint8_t made[16];

	learn_network(setup, story, attempt, br_tape_six(tape));
	if (br_ip_is_zero(ip)) {
		if (!make_up(setup, made))
			return NULL;
	} else {
		memcpy(made, ip, sizeof(made));
	}
	s = server_of(setup, made, mac);
	if (s)
		s->config.roles |= BR_ROLE_DHCP6;
	return s;
}

void br_setup6_settle(struct br_setup *setup)
{
	uint8_t ip[16];

	for (size_t i = 0; i < setup->servers && setup->six.on; i++) {
		struct br_setup_server *s = &setup->server[i];

		if (!is_mac(s->mac) || !br_ip_is_zero(s->address6))
			continue;
		br_ip_of_prefix(setup->six.prefix, s->mac, ip);
		if (setup->six.bits <= BITS || make_up(setup, ip))
			set_address(setup, s, ip);
	}
}

/* As words */

static const char *show(const uint8_t ip[16], char text[static BR_IP_TEXT_SIZE])
{
	struct br_writer w = br_writer_of(text, BR_IP_TEXT_SIZE);

	br_text_put_ipv6(&w, ip);
	return br_text_end(&w);
}

static void put_hex(FILE *out, const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++)
		fprintf(out, "%02x", octets[i]);
}

static void put_options(FILE *out, const struct br_config *c)
{
	char text[BR_IP_TEXT_SIZE];

	for (size_t i = 0; i < c->options6; i++) {
		const struct br_config_option6 *o = &c->option6[i];

		if (o->code == BR_DHCP6_OPTION_DNS && o->size == 16) {
			fprintf(out, " opt6-23%s=%s", o->forced ? "!" : "", show(o->value, text));
			continue;
		}
		fprintf(out, " opt6-%u%s=hex:", o->code, o->forced ? "!" : "");
		put_hex(out, o->value, o->size);
	}
}

void br_setup6_print(FILE *out, const struct br_config *c)
{
	char a[BR_IP_TEXT_SIZE], b[BR_IP_TEXT_SIZE];

	for (size_t i = 0; i < c->subnets6; i++) {
		const struct br_config_subnet6 *net = &c->subnet6[i];

		fprintf(out, " subnet6=%s/%u", show(net->prefix, a), net->bits);
		if (net->has_pool)
			fprintf(out, ",pool=%s-%s", show(net->pool_first, a),
			        show(net->pool_last, b));
	}
	for (size_t i = 0; i < c->reservations6; i++) {
		fprintf(out, " reserve6=duid:");
		put_hex(out, c->reservation6[i].octets, c->reservation6[i].size);
		fprintf(out, ",%s", show(c->reservation6[i].address, a));
	}
	if (c->duid_size > 0 && c->roles & (BR_ROLE_DHCP6 | BR_ROLE_PROXYDHCP6)) {
		fprintf(out, " duid=");
		put_hex(out, c->duid, c->duid_size);
	}
	if (c->preference_set)
		fprintf(out, " preference=%u", c->preference);
	if (c->rapid_commit)
		fprintf(out, " rapid-commit=on");
	if (c->pxe_class6)
		fprintf(out, " pxe-class6=on");
	if (c->proxy6_with_ia)
		fprintf(out, " proxy6-ia=on");
	for (size_t i = 0; i < c->parameters; i++) {
		if (is_word(c->parameter[i]))
			fprintf(out, " boot-param=%s", c->parameter[i]);
	}
	put_options(out, c);
}

static void put_seconds(FILE *out, const char *key, uint32_t seconds)
{
	if (seconds == BR_ND_FOR_EVER)
		fprintf(out, ",%s:forever", key);
	else
		fprintf(out, ",%s:%" PRIu32 "s", key, seconds);
}

void br_setup6_print_router(FILE *out, const struct br_setup_six *six)
{
	const struct br_nd_router *r = &six->router;
	char text[BR_IP_TEXT_SIZE];

	if (r->managed || r->other)
		fprintf(out, " ra-flags=%s%s", r->managed ? "M" : "", r->other ? "O" : "");
	fprintf(out, " ra-lifetime=%us", r->lifetime_s);
	if (r->hop_limit != 64)
		fprintf(out, " ra-hop-limit=%u", r->hop_limit);
	if (r->mtu > 0)
		fprintf(out, " ra-mtu=%" PRIu32, r->mtu);
	for (size_t i = 0; i < r->prefixes; i++) {
		const struct br_nd_prefix *p = &r->prefix[i];

		fprintf(out, " ra-prefix=%s/%u,%s%s%s", show(p->prefix, text), p->length,
		        p->on_link ? "L" : "", p->autonomous ? "A" : "",
		        p->on_link || p->autonomous ? "" : "none");
		put_seconds(out, "valid", p->valid_s);
		put_seconds(out, "preferred", p->preferred_s);
	}
	if (r->prefixes == 0)
		fprintf(out, " ra-prefix=none");
	for (size_t i = 0; i < r->rdnsses; i++)
		fprintf(out, "%s%s", i ? "," : " ra-dns=", show(r->rdnss[i], text));
}
