/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/show.h"
#include "captures/replay/setup6.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp_option.h"

/* From the command line */

int br_setup_take(struct br_setup_words *words, char *text, char *error, size_t error_size)
{
	struct br_setup_word word = {.server = 0, .key = text};
	char *bracket = *text == '[' ? strchr(text, ']') : NULL;
	char *colon = strchr(bracket ? bracket : text, ':'), *equal = strchr(text, '=');
	struct br_config *scratch;
	int result;

	(void)snprintf(error, error_size, "expected [ADDRESS:]KEY=VALUE");
	if (!equal)
		return -EINVAL;
	if (colon && colon < equal) {
		*colon = '\0';
		if (bracket)
			*bracket++ = '\0';
		if (bracket ? bracket != colon || !br_text_get_ipv6(br_text(text + 1), word.server6)
		            : !br_text_get_ipv4(br_text(text), &word.server))
			return -EINVAL;
		word.key = colon + 1;
	}
	*equal = '\0';
	word.value = equal + 1;
	if (words->count == BR_SETUP_WORDS_MAX)
		return -ENOSPC;
	scratch = malloc(sizeof(*scratch));
	if (!scratch)
		return -ENOSPC;
	br_config_init(scratch);
	result = br_config_set(scratch, word.key, word.value, error, error_size);
	free(scratch);
	if (result == 0)
		words->word[words->count++] = word;
	return result == 0 ? 0 : -EINVAL;
}

/* Take back what was learnt of a list. */
static void clear(struct br_config *c, const char *key)
{
	if (!strcmp(key, "boot"))
		c->rules = 0;
	else if (!strcmp(key, "menu"))
		c->menu_items = 0;
	else if (!strcmp(key, "subnet") || !strcmp(key, "pool"))
		c->subnets = 0;
	else if (!strcmp(key, "reserve"))
		c->reservations = 0;
	else if (!strcmp(key, "subnet6") || !strcmp(key, "pool6"))
		c->subnets6 = 0;
	else if (!strcmp(key, "reserve6"))
		c->reservations6 = 0;
	else if (!strcmp(key, "router") && c->subnets > 0)
		c->subnet[0].router = 0; /* it would win over this one */
}

/* It is about that server. */
static bool is_for(const struct br_setup_word *word, const struct br_setup_server *server)
{
	if (!br_ip_is_zero(word->server6))
		return br_ip_equal(word->server6, server->address6);
	return word->server == 0 || word->server == server->address;
}

static bool is_first(const struct br_setup_words *words, size_t index,
                     const struct br_setup_server *server)
{
	for (size_t i = 0; i < index; i++) {
		const struct br_setup_word *w = &words->word[i];

		if (!strcmp(w->key, words->word[index].key) && is_for(w, server))
			return false;
	}
	return true;
}

void br_setup_apply(struct br_setup *setup, struct br_setup_words *words)
{
	char error[1];

	for (size_t i = 0; i < words->count; i++) {
		struct br_setup_word *w = &words->word[i];

		for (size_t k = 0; k < setup->servers; k++) {
			struct br_setup_server *s = &setup->server[k];

			if (!is_for(w, s))
				continue;
			if (is_first(words, i, s))
				clear(&s->config, w->key);
			if (br_config_set(&s->config, w->key, w->value, error, sizeof(error)) == 0)
				w->used = true;
		}
	}
}

/* As words again */

static void put_roles(FILE *out, const struct br_config *c)
{
	static const struct {
		unsigned role;
		const char *name;
	} roles[] = {{BR_ROLE_DHCP, "dhcp"},
	             {BR_ROLE_PROXYDHCP, "proxydhcp"},
	             {BR_ROLE_PXE, "pxe"},
	             {BR_ROLE_TFTP, "tftp"},
	             {BR_ROLE_HTTP, "http"},
	             {BR_ROLE_DHCP6, "dhcp6"},
	             {BR_ROLE_PROXYDHCP6, "proxydhcp6"}};
	const char *separator = " role=";

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (!(c->roles & roles[i].role))
			continue;
		fprintf(out, "%s%s", separator, roles[i].name);
		separator = ",";
	}
}

static bool is_word(const char *name)
{
	for (; *name; name++) {
		if (!isgraph((unsigned char)*name) || strchr("\"\\,@#", *name))
			return false;
	}
	return true;
}

static void put_rules(FILE *out, const struct br_config *c)
{
	char address[BR_SHOW_ADDRESS], mac[BR_SHOW_ADDRESS];

	/* without any a script's server offers its first file; this one told none */
	if (c->roles & (BR_ROLE_DHCP | BR_ROLE_DHCP6) && c->rules + c->menu_items == 0)
		fprintf(out, " boot=none@user-class:none");
	for (size_t i = 0; i < c->rules; i++) {
		const struct br_config_rule *r = &c->rule[i];
		const char *separator = "@";

		if (!is_word(r->file)) {
			fprintf(out, " boot=none@user-class:none");
			continue;
		}
		fprintf(out, " boot=%s", r->file);
		if (r->arch != BR_ARCH_ANY) {
			fprintf(out, "%sarch:%d", separator, r->arch);
			separator = ",";
		}
		if (r->user_class[0]) {
			fprintf(out, "%suser-class:%s", separator, r->user_class);
			separator = ",";
		}
		if (r->has_mac) {
			fprintf(out, "%smac:%s", separator, br_show_mac(mac, r->mac));
			separator = ",";
		}
		if (r->server)
			fprintf(out, "%sserver:%s", separator, br_show_ipv4(address, r->server));
	}
}

/* A comma would end the field, and a quote the value. */
static void put_text(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(strchr(",\"\\", *text) ? '_' : *text, out);
}

static void put_menu(FILE *out, const struct br_config *c)
{
	char address[BR_SHOW_ADDRESS];

	for (size_t i = 0; i < c->menu_items; i++) {
		const struct br_config_menu_item *item = &c->menu[i];
		const char *quote = strchr(item->text, ' ') ? "\"" : "";

		fprintf(out, " menu=%s%u,", quote, item->type);
		put_text(out, item->text);
		if (item->file[0])
			fprintf(out, ",%s", item->file);
		if (item->server)
			fprintf(out, ",%s", br_show_ipv4(address, item->server));
		fputs(quote, out);
	}
	if (c->menu_items > 0 && c->menu_prompt[0]) {
		const char *quote = strchr(c->menu_prompt, ' ') ? "\"" : "";

		fprintf(out, " menu-prompt=%s%u,", quote, c->menu_timeout_s);
		put_text(out, c->menu_prompt);
		fputs(quote, out);
	}
	if (c->discovery_control_set)
		fprintf(out, " discovery-control=%u", c->discovery_control);
	if (c->discovery_group)
		fprintf(out, " discovery-group=%s", br_show_ipv4(address, c->discovery_group));
}

static bool is_plain(const struct br_config_option *o)
{
	for (size_t i = 0; i < o->size; i++) {
		if (!isgraph(o->value[i]) || strchr("\"\\#,", o->value[i]))
			return false;
	}
	return o->size > 0;
}

static void put_option(FILE *out, const struct br_config_option *o)
{
	enum br_dhcp_format format = br_dhcp_option_format(o->code);

	fprintf(out, " opt%u%s=", o->code, o->forced ? "!" : "");
	if (format == BR_DHCP_FORMAT_TEXT && is_plain(o)) {
		fprintf(out, "%.*s", o->size, (const char *)o->value);
	} else if (format == BR_DHCP_FORMAT_IPV4 && o->size > 0 && o->size % 4 == 0) {
		for (size_t i = 0; i < o->size; i += 4)
			fprintf(out, "%s%u.%u.%u.%u", i ? "," : "", o->value[i], o->value[i + 1],
			        o->value[i + 2], o->value[i + 3]);
	} else {
		fputs("hex:", out);
		for (size_t i = 0; i < o->size; i++)
			fprintf(out, "%02x", o->value[i]);
	}
}

/* Those that are not the default of br_config_init(). */
static void put_numbers(FILE *out, const struct br_config *c)
{
	char address[BR_SHOW_ADDRESS];

	if (c->lease_s != 3600 && c->roles & (BR_ROLE_DHCP | BR_ROLE_DHCP6))
		fprintf(out, " lease=%u", c->lease_s);
	if (c->roles & BR_ROLE_DHCP && c->next_server)
		fprintf(out, " next-server=%s", br_show_ipv4(address, c->next_server));
	if (c->subnets > 0 && c->subnet[0].router)
		fprintf(out, " router=%s", br_show_ipv4(address, c->subnet[0].router));
	if (c->proxy_offer_bare)
		fprintf(out, " proxy-offer=bare");
	if (c->always_broadcast)
		fprintf(out, " always-broadcast=on");
	if (c->text_nul)
		fprintf(out, " nul-terminate=on");
	if (c->single_port)
		fprintf(out, " single-port=on");
	if (c->windowsize_on && c->windowsize_max == 16)
		fprintf(out, " windowsize=on");
	else if (c->windowsize_on)
		fprintf(out, " windowsize=%u", c->windowsize_max);
	if (c->blksize_max != 1468)
		fprintf(out, " blksize=%u", c->blksize_max);
	if (c->http_port != 80)
		fprintf(out, " http-port=%u", c->http_port);
}

void br_setup_print(FILE *out, const struct br_config *c)
{
	char address[BR_SHOW_ADDRESS], mac[BR_SHOW_ADDRESS];

	put_roles(out, c);
	for (size_t i = 0; i < c->reservations; i++)
		fprintf(out, " reserve=%s,%s", br_show_mac(mac, c->reservation[i].octets),
		        br_show_ipv4(address, c->reservation[i].address));
	put_numbers(out, c);
	put_rules(out, c);
	put_menu(out, c);
	for (size_t i = 0; i < c->options; i++)
		put_option(out, &c->option[i]);
	br_setup6_print(out, c);
}
