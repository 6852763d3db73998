/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/setup6.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/dhcp/pxe_vendor.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/tftp_packet.h"
#include "core/port.h"

enum {
	MTU = 1500,
	SEED = 1,
	HANDLES_MAX = 64,
};

/* Options the core makes by itself; the others are copied from the recording. */
static bool is_own_option(uint8_t code, size_t size)
{
	static const uint8_t own[] = {1,  43, 50, 51, 52, 53, 54, 55, 57, 58,
	                              59, 60, 61, 66, 67, 82, 93, 94, 97};

	return memchr(own, code, sizeof(own)) != NULL ||
	       (code == BR_DHCP_OPTION_ROUTER && size == 4);
}

static struct br_setup_server *find(struct br_setup *setup, uint32_t address)
{
	for (size_t i = 0; i < setup->servers; i++) {
		if (setup->server[i].address == address)
			return &setup->server[i];
	}
	return NULL;
}

uint32_t br_setup_address(const struct br_setup *setup, const struct br_endpoint *host)
{
	const struct br_setup_server *s = br_setup6_find(setup, host->ip);

	return s ? s->address : br_endpoint_to_ipv4(host);
}

static struct br_setup_server *server_at(struct br_setup *setup, uint32_t address)
{
	struct br_setup_server *s = find(setup, address);

	if (s || address == 0 || setup->servers == BR_SETUP_SERVERS_MAX)
		return s;
	s = &setup->server[setup->servers++];
	s->address = address;
	br_config_init(&s->config);
	s->config.links = 1;
	s->config.link[0] =
		(struct br_config_link){.address = address, .netmask = 0xffffff00, .mtu = MTU};
	return s;
}

/* What nobody asked for and came all the same is sent always. */
static void copy_options(struct br_config *config, const struct br_talk_identity *id,
                         const struct br_dhcp_message *m, bool first)
{
	struct br_config_option *o;

	for (size_t i = 0; i < m->instances && config->options < BR_CONFIG_OPTIONS_MAX; i++) {
		uint8_t code = m->instance[i].code;
		struct br_octets value = br_dhcp_get(m, code);
		bool known = is_own_option(code, value.size) || value.size > BR_CONFIG_OPTION_SIZE;
		bool asked = memchr(id->parameters, code, id->parameters_size) != NULL;

		for (size_t k = 0; k < config->options && !known; k++) {
			o = &config->option[k];
			known = o->code == code;
			if (known && !first &&
			    br_text_equal(value, (struct br_octets){o->value, o->size}))
				o->forced = o->forced || !asked;
		}
		if (known)
			continue;
		o = &config->option[config->options++];
		*o = (struct br_config_option){
			.code = code, .forced = !asked, .size = (uint16_t)value.size};
		if (value.size > 0)
			memcpy(o->value, value.data, value.size);
	}
}

/* \xNN of conformance/talk/conversation.h, which also writes a backslash so, back to octets. */
static void unescape(char *to, const char *text)
{
	unsigned octet;

	while (*text) {
		if (text[0] == '\\' && text[1] == 'x' && sscanf(text + 2, "%2x", &octet) == 1) {
			*to++ = (char)octet;
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/* What the rules so far would tell that machine is for another one. */
static bool is_taken(const struct br_config *config, const struct br_config_rule *rule)
{
	for (size_t i = 0; i < config->rules; i++) {
		const struct br_config_rule *r = &config->rule[i];

		if ((r->arch == BR_ARCH_ANY || r->arch == rule->arch) && !r->has_mac &&
		    (!r->user_class[0] || !strcmp(r->user_class, rule->user_class)))
			return strcmp(r->file, rule->file) != 0 || r->server != rule->server;
	}
	return false;
}

/* @mac: of a machine behind the first, which gets a rule of its own where it must; else NULL */
static void add_rule(struct br_config *config, const struct br_talk_identity *id, const char *file,
                     uint32_t server, const uint8_t *mac)
{
	struct br_config_rule rule = {.arch = id->arch >= 0 ? id->arch : BR_ARCH_ANY,
	                              .server = server};

	if (file[0] == '\0' || strlen(file) >= sizeof(rule.file))
		return;
	unescape(rule.file, file);
	if (id->has_ipxe)
		(void)snprintf(rule.user_class, sizeof(rule.user_class), "iPXE");
	if (mac && is_taken(config, &rule)) {
		rule.has_mac = true;
		memcpy(rule.mac, mac, sizeof(rule.mac));
	}
	for (size_t i = 0; i < config->rules; i++) {
		const struct br_config_rule *r = &config->rule[i];

		if (r->arch == rule.arch && !strcmp(r->file, rule.file) &&
		    !strcmp(r->user_class, rule.user_class) &&
		    !memcmp(r->mac, rule.mac, sizeof(rule.mac)))
			return;
	}
	if (config->rules == BR_CONFIG_RULES_MAX)
		return;
	if (rule.has_mac) /* the first that matches wins */
		memmove(&config->rule[1], &config->rule[0], config->rules * sizeof(rule));
	config->rule[rule.has_mac ? 0 : config->rules] = rule;
	config->rules++;
}

static struct br_config_reservation *reservation_of(struct br_config *config, const uint8_t mac[6])
{
	for (size_t i = 0; i < config->reservations; i++) {
		if (!memcmp(config->reservation[i].octets, mac, 6))
			return &config->reservation[i];
	}
	return NULL;
}

/* @first: of the machines; what it was told of the network stands */
static void address_server(struct br_config *config, const struct br_talk_client *client,
                           const struct br_talk_reply *r, bool first)
{
	struct br_config_reservation *own = reservation_of(config, client->mac);
	uint32_t mask = r->netmask ? r->netmask : 0xffffff00;
	bool known = own != NULL;

	config->roles |= BR_ROLE_DHCP;
	/* a lease that runs already is given for the rest of its time: the longest was meant */
	if (r->lease_s && (config->reservations == 0 || r->lease_s > config->lease_s))
		config->lease_s = r->lease_s;
	if (first || config->next_server == 0)
		config->next_server = r->siaddr;
	if (first || config->subnets == 0)
		config->link[0].netmask = mask;
	if (config->subnets == 0)
		config->subnet[config->subnets++] = (struct br_config_subnet){
			.network = r->yiaddr & mask, .netmask = mask, .router = r->router};
	if (!known && config->reservations < BR_CONFIG_RESERVATIONS_MAX)
		own = &config->reservation[config->reservations++];
	if (own && (!known || r->type == BR_DHCP_TYPE_ACK)) {
		*own = (struct br_config_reservation){
			.address = r->yiaddr, .mark = BR_CONFIG_MARK_MAC, .size = 6};
		memcpy(own->octets, client->mac, 6);
	}
}

/* The menu of option 43 (PXE 2.1 table 2-1: tags 8, 9 and 10), as it was shown. */
static void take_menu(struct br_config *config, uint32_t self, const struct br_dhcp_message *m)
{
	struct br_octets vendor = br_dhcp_get(m, BR_DHCP_OPTION_VENDOR);
	struct br_octets menu = br_dhcp_sub_option(vendor, BR_PXE_TAG_BOOT_MENU, true);
	struct br_octets servers = br_dhcp_sub_option(vendor, BR_PXE_TAG_BOOT_SERVERS, true);
	struct br_octets prompt = br_dhcp_sub_option(vendor, BR_PXE_TAG_MENU_PROMPT, true);
	struct br_reader r = br_reader_of(menu.data, menu.size);
	struct br_pxe_item line, listed;

	if (prompt.size > 0) {
		config->menu_timeout_s = prompt.data[0];
		(void)snprintf(config->menu_prompt, sizeof(config->menu_prompt), "%.*s",
		               (int)prompt.size - 1, (const char *)prompt.data + 1);
	}
	config->menu_items = 0;
	while (config->menu_items < BR_CONFIG_MENU_MAX && br_pxe_boot_menu_get(&r, &line) == 1) {
		struct br_config_menu_item *item = &config->menu[config->menu_items++];
		struct br_reader s = br_reader_of(servers.data, servers.size);

		*item = (struct br_config_menu_item){.type = line.type};
		(void)snprintf(item->text, sizeof(item->text), "%.*s", (int)line.value.size,
		               (const char *)line.value.data);
		while (br_pxe_boot_servers_get(&s, &listed) == 1) {
			struct br_reader list = br_reader_of(listed.value.data, listed.value.size);

			if (listed.type == item->type)
				item->server = br_get_be32(&list);
		}
		if (item->server == self)
			item->server = 0;
	}
}

/* The group of tag 7, and whether texts were closed with a NUL. */
static void take_texts(struct br_config *config, const struct br_dhcp_message *m)
{
	struct br_octets file = br_dhcp_get(m, BR_DHCP_OPTION_BOOT_FILE);
	struct br_octets group = br_dhcp_sub_option(br_dhcp_get(m, BR_DHCP_OPTION_VENDOR),
	                                            BR_PXE_TAG_DISCOVERY_GROUP, true);
	struct br_reader r = br_reader_of(group.data, group.size);

	if (file.size > 0)
		config->text_nul = file.data[file.size - 1] == 0;
	if (group.size == 4)
		config->discovery_group = br_get_be32(&r);
}

static void take_reply(struct br_setup *setup, const struct br_story *story,
                       const struct br_tape *tape, const struct br_talk_identity *id,
                       const struct br_talk_reply *r, bool pxe, int32_t item)
{
	uint32_t address = r->server_id ? r->server_id : br_endpoint_to_ipv4(&r->from);
	struct br_setup_server *s = server_at(setup, address);
	struct br_octets octets = br_tape_find(tape, r->frame);
	static const char pxe_class[] = "PXEClient";
	bool first = setup->machines == 1;

	if (!s || r->type == BR_DHCP_TYPE_NAK)
		return;
	if (pxe)
		s->config.roles |= s->config.roles & BR_ROLE_DHCP ? BR_ROLE_PXE : BR_ROLE_PROXYDHCP;
	else if (r->yiaddr)
		address_server(&s->config, story->client, r, first);
	else if (!strncmp(r->vendor_class, pxe_class, sizeof(pxe_class) - 1) ||
	         !strncmp(r->vendor_class, "HTTPClient", 10))
		s->config.roles |= BR_ROLE_PROXYDHCP;
	/* dnsmasq tells UEFI firmware no more than to ask on port 4011 */
	if (r->type == BR_DHCP_TYPE_OFFER && r->yiaddr == 0 && r->file[0] == '\0' &&
	    !r->has_vendor && !strncmp(r->vendor_class, pxe_class, sizeof(pxe_class) - 1))
		s->config.proxy_offer_bare = true;
	if (r->discovery >= 0 && (first || !s->config.discovery_control_set)) {
		s->config.discovery_control = (uint8_t)r->discovery;
		s->config.discovery_control_set = true;
	}
	if (item < 0) /* else it is that menu item's file */
		add_rule(&s->config, id, r->file, r->siaddr, first ? NULL : story->client->mac);
	struct br_dhcp_message *m = octets.data ? malloc(sizeof(*m)) : NULL;

	if (m && br_dhcp_parse(octets, m) == 0) {
		if (r->yiaddr)
			copy_options(&s->config, id, m, first);
		if (r->has_menu && (first || s->config.menu_items == 0))
			take_menu(&s->config, address, m);
		if (first || !s->config.text_nul)
			take_texts(&s->config, m);
	}
	free(m);
}

/* What the option @name= stands for in such a text; 0: it is not there */
static unsigned option_value(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? (unsigned)strtoul(at + strlen(name), NULL, 10) : 0;
}

static void tftp_server(struct br_setup_server *s, const struct br_talk_tftp *t)
{
	unsigned window = option_value(t->granted, "windowsize=");
	unsigned size = option_value(t->granted, "blksize=");

	s->config.roles |= BR_ROLE_TFTP;
	if (t->server.port == BR_TFTP_PORT && t->oacks + t->blocks > 0)
		s->config.single_port = true;
	if (window > 0 && window <= UINT16_MAX) {
		s->config.windowsize_on = true;
		if (window < option_value(t->asked, "windowsize=") ||
		    window > s->config.windowsize_max)
			s->config.windowsize_max = (uint16_t)window;
	}
	if (size >= 8 && size <= UINT16_MAX &&
	    (size < option_value(t->asked, "blksize=") || size > s->config.blksize_max))
		s->config.blksize_max = (uint16_t)size;
}

static void one_file(struct br_setup *setup, const struct br_story_file *f,
                     const struct br_tape *tape)
{
	bool tftp = f->exchange->kind == BR_TALK_TFTP;
	const struct br_talk_tftp *t = &f->exchange->tftp;
	const struct br_talk_tcp *c = &f->exchange->tcp;
	bool answered = tftp ? t->answered > 0 : c->syn_acks > 0 || c->opened > 0;
	const struct br_talk_http *h = !tftp && c->request ? &c->request[f->index] : NULL;
	uint64_t size = UINT64_MAX;
	struct br_file_info info;

	if (!answered)
		return;
	struct br_setup_server *s = br_endpoint_to_ipv4(&f->server)
	                                    ? server_at(setup, br_endpoint_to_ipv4(&f->server))
	                                    : br_setup6_server(setup, tape, f->server.ip);

	if (!s)
		return;
	if (tftp)
		tftp_server(s, t);
	else
		s->config.roles |= BR_ROLE_HTTP;
	if (!tftp)
		s->config.http_port = f->server.port;
	if (tftp && t->size != UINT64_MAX)
		size = t->size;
	else if (f->outcome == BR_OUTCOME_COMPLETE)
		size = f->octets;
	else if (tftp && t->blocks > 0 &&
	         (setup->machines == 1 || br_file_store_info(setup->store, f->name, &info) < 0))
		size = t->octets + t->block_size * 4; /* never seen to its end */
	if (h && h->status == 200 && h->has_length)
		size = h->length;
	if (size != UINT64_MAX && f->name[0] && !strstr(f->name, "//"))
		(void)br_file_store_generate(setup->store, f->name, size, SEED);
}

/* A proxy that was never asked, or never answered, on 4011 has told no file: it gets one by a
 * name that says so, for a proxy without any would keep silent.
 */
static void unknown_files(struct br_setup *setup)
{
	const struct br_talk_identity anybody = {.arch = -1};

	for (size_t i = 0; i < setup->servers; i++) {
		struct br_config *c = &setup->server[i].config;

		if (c->roles & BR_ROLE_PROXYDHCP && c->rules + c->menu_items == 0)
			add_rule(c, &anybody, "not-recorded", setup->server[i].address, NULL);
	}
}

/* "//grubx64.efi" is grubx64.efi: the store knows one slash only */
static void doubled_slashes(struct br_setup *setup, const struct br_story_file *f)
{
	const struct br_talk_http *h = f->exchange->kind == BR_TALK_TCP && f->exchange->tcp.request
	                                       ? &f->exchange->tcp.request[f->index]
	                                       : NULL;

	if (h && !strncmp(h->target, "//", 2) && !strstr(h->target + 2, "//") && h->has_length &&
	    h->status == 200)
		(void)br_file_store_generate(setup->store, h->target + 2, h->length, SEED);
}

/* The file behind the menu item that was chosen. */
static void take_item(struct br_setup *setup, const struct br_talk_pxe *x)
{
	const struct br_talk_reply *r = &x->reply[0];
	struct br_setup_server *s = x->replies > 0 ? find(setup, r->server_id) : NULL;

	for (size_t i = 0; s && x->item >= 0 && i < s->config.menu_items; i++) {
		struct br_config_menu_item *item = &s->config.menu[i];

		if (item->type == x->item)
			(void)snprintf(item->file, sizeof(item->file), "%s", r->file);
	}
}

static void learn(struct br_setup *setup, const struct br_story *story,
                  const struct br_attempt *attempt, const struct br_tape *tape)
{
	for (int pass = 0; pass < 2; pass++) { /* addresses first: they decide 4011's role */
		for (size_t i = attempt->first; i <= attempt->last; i++) {
			const struct br_talk_exchange *e = story->client->exchange[i];

			for (uint16_t k = 0;
			     pass == 0 && e->kind == BR_TALK_DHCP && k < e->dhcp.replies; k++)
				take_reply(setup, story, tape, &e->dhcp.identity, &e->dhcp.reply[k],
				           false, -1);
			for (uint16_t k = 0;
			     pass == 1 && e->kind == BR_TALK_PXE && k < e->pxe.replies; k++)
				take_reply(setup, story, tape, &e->pxe.identity, &e->pxe.reply[k],
				           true, e->pxe.item);
		}
	}
	for (size_t i = attempt->first; i <= attempt->last; i++) {
		if (story->client->exchange[i]->kind == BR_TALK_PXE)
			take_item(setup, &story->client->exchange[i]->pxe);
	}
	unknown_files(setup);
	br_setup6_learn(setup, story, attempt, tape);
	for (size_t i = 0; i < attempt->files; i++) {
		one_file(setup, &attempt->file[i], tape);
		doubled_slashes(setup, &attempt->file[i]);
	}
	br_setup6_settle(setup);
}

static uint32_t address_in(const struct br_dhcp_message *m, uint8_t code)
{
	uint32_t address = 0;

	(void)br_dhcp_get_be32(m, code, &address);
	return address;
}

static bool has_boot_file(const struct br_dhcp_message *m)
{
	return m->header.file[0] || br_dhcp_get(m, BR_DHCP_OPTION_BOOT_FILE).size > 0;
}

bool br_setup_says(const struct br_config *c, const char *field, const struct br_dhcp_message *m)
{
	const struct br_config_subnet *net = c->subnets > 0 ? &c->subnet[0] : NULL;
	unsigned code = 0;

	if (!strcmp(field, "siaddr"))
		return has_boot_file(m) || m->header.siaddr == c->next_server;
	if (!strcmp(field, "opt1"))
		return net && address_in(m, BR_DHCP_OPTION_SUBNET_MASK) == net->netmask;
	if (!strcmp(field, "opt3") && br_dhcp_get(m, BR_DHCP_OPTION_ROUTER).size == 4)
		return net && address_in(m, BR_DHCP_OPTION_ROUTER) == net->router;
	if (strcmp(field, "opt3") != 0 && strcmp(field, "opt6") != 0 && strcmp(field, "opt15") != 0)
		return true;
	(void)sscanf(field, "opt%u", &code);
	for (size_t i = 0; i < c->options; i++) {
		if (c->option[i].code == code)
			return br_text_equal(
				br_dhcp_get(m, (uint8_t)code),
				(struct br_octets){c->option[i].value, c->option[i].size});
	}
	return false;
}

int br_setup_init(struct br_setup *setup, const struct br_story *story,
                  const struct br_attempt *attempt, const struct br_tape *tape)
{
	setup->servers = setup->machines = 0;
	setup->six = (struct br_setup_six){.on = false};
	if (br_file_store_new(&setup->store, HANDLES_MAX) < 0)
		return -ENOMEM;
	br_setup_add(setup, story, attempt, tape);
	return 0;
}

void br_setup_add(struct br_setup *setup, const struct br_story *story,
                  const struct br_attempt *attempt, const struct br_tape *tape)
{
	setup->machines++;
	learn(setup, story, attempt, tape);
}

void br_setup_reset(struct br_setup *setup)
{
	setup->store = br_file_store_free(setup->store);
	setup->servers = 0;
}

bool br_setup_is_sound(const struct br_setup *setup)
{
	struct br_files files = br_file_store_files(setup->store);
	bool sound = true;

	for (size_t i = 0; i < setup->servers && sound; i++) {
		struct br_server *server = NULL;

		if (setup->server[i].config.roles != 0)
			sound = br_server_new(&server, &setup->server[i].config, &files, SEED) == 0;
		(void)br_server_free(server);
	}
	return sound;
}
