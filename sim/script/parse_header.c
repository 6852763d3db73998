/* SPDX-License-Identifier: BSD-2-Clause */
/* The header verbs: wire, net, node, file, vary, ... */
#include <inttypes.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/port.h"
#include "sim/models/model.h"
#include "sim/nearest.h"
#include "sim/script/node_config.h"
#include "sim/script/node_keys.h"
#include "sim/script/parser.h"
#include "sim/script/source.h"

enum {
	MTU_MIN = 576, /* RFC 791: what every host must take */
	MTU_MAX = 65535,
	MTU_DEFAULT = 1500,
	MTU_MIN_SIX = 1280,  /* RFC 8200 section 5 */
	LINK_DELAY_US = 100, /* of a net that says nothing */
	ROLES_TEXT_MAX = 64,
};

static bool parse_wire(struct br_parser *p, struct br_item *item)
{
	struct br_token token;

	(void)item;
	p->has_wire = true;
	if (!br_parser_word(p, "the version of the language, 1", &token))
		return false;
	if (!br_token_is(token, "1"))
		return br_parser_expected(p, token, "the version of the language, 1");
	return br_parser_end(p);
}

static bool parse_scenario(struct br_parser *p, struct br_item *item)
{
	if (!br_parser_new_name(p, "a path of letters, digits, - _ . /", &item->text))
		return false;
	p->script->scenario = item->text;
	return br_parser_end(p);
}

static bool parse_title(struct br_parser *p, struct br_item *item)
{
	struct br_token token;
	struct br_value value;

	if (!br_parser_word(p, "a title in quotes", &token))
		return false;
	if (token.start[0] != '"')
		return br_parser_expected(p, token, "a title in quotes");
	if (!br_parser_value(p, token, &value))
		return false;
	item->text = (const char *)value.text.data;
	p->script->title = item->text;
	return br_parser_end(p);
}

static bool parse_source(struct br_parser *p, struct br_item *item)
{
	struct br_token first, last;

	if (!br_parser_word(p, "where this comes from: capture FILE, spec ID, issue URL, ...",
	                    &first))
		return false;
	for (last = first; br_lexer_peek(&p->lexer).size > 0;)
		last = br_lexer_next(&p->lexer);
	item->text = br_arena_text(p->arena, first.start,
	                           (size_t)(last.start + last.size - first.start));
	p->script->source = item->text;
	return true;
}

static bool parse_issue(struct br_parser *p, struct br_item *item)
{
	struct br_script *s = p->script;
	struct br_token token;

	if (!br_parser_word(p, "a URL", &token))
		return false;
	if (!br_text_starts(br_token_octets(token), "https://") &&
	    !br_text_starts(br_token_octets(token), "http://"))
		return br_parser_expected(p, token, "a URL");
	item->text = br_parser_text(p, token);

	const char **list =
		br_arena_grow(p->arena, (void *)(uintptr_t)s->issue, s->issues, sizeof(*list));

	list[s->issues++] = item->text;
	s->issue = list;
	return br_parser_end(p);
}

static bool parse_needs(struct br_parser *p, struct br_item *item)
{
	struct br_script *s = p->script;
	struct br_token token;

	(void)item;
	if (!br_parser_word(p, "what the script needs, as in sut.dhcp", &token))
		return false;
	for (; token.size > 0; token = br_lexer_next(&p->lexer)) {
		const char **list = br_arena_grow(p->arena, (void *)(uintptr_t)s->need, s->needs,
		                                  sizeof(*list));

		list[s->needs++] = br_parser_text(p, token);
		s->need = list;
	}
	return true;
}

static bool parse_unsupported(struct br_parser *p, struct br_item *item)
{
	struct br_token token;
	struct br_value value;

	if (!br_parser_word(p, "the reason in quotes", &token))
		return false;
	if (token.start[0] != '"')
		return br_parser_expected(p, token, "the reason in quotes");
	if (!br_parser_value(p, token, &value))
		return false;
	item->text = (const char *)value.text.data;
	p->script->unsupported = item->text;
	return br_parser_end(p);
}

static bool parse_loose(struct br_parser *p, struct br_item *item)
{
	(void)item;
	p->script->loose = true;
	return br_parser_end(p);
}

static bool is_taken(struct br_parser *p, struct br_token token)
{
	for (size_t i = 0; i < p->script->nets; i++) {
		if (br_token_is(token, p->script->net[i].name))
			return true;
	}
	for (size_t i = 0; i < p->script->nodes; i++) {
		if (br_token_is(token, p->script->node[i].name))
			return true;
	}
	return false;
}

static bool new_name(struct br_parser *p, const char *what, const char **ret_name)
{
	struct br_token token = br_lexer_peek(&p->lexer);

	*ret_name = NULL;
	if (is_taken(p, token))
		return br_lexer_fail(&p->lexer, token.column,
		                     "'%.*s' is the name of a net or node already", (int)token.size,
		                     token.start);
	return br_parser_new_name(p, what, ret_name) &&
	       ((!strchr(*ret_name, '.') && !strchr(*ret_name, '/')) ||
	        br_parser_expected(p, token, what));
}

static bool percent_of(struct br_parser *p, const struct br_arg *arg, uint32_t *ret_ppm)
{
	uint64_t ppm;

	if (!br_lex_percent(arg->value.text, &ppm))
		return br_lexer_fail(&p->lexer, arg->column,
		                     "expected %s= with a rate up to 100%%, as in %s=0.5%%",
		                     arg->name, arg->name);
	*ret_ppm = (uint32_t)ppm;
	return true;
}

static bool net_arg(struct br_parser *p, struct br_script_net *net, const struct br_arg *arg)
{
	static const char *const keys[] = {"mtu", "loss", "delay", "reorder", "dup", "corrupt"};
	struct br_nearest nearest;
	char hint[96];
	uint64_t number;

	if (arg->op != BR_ARG_EQUAL)
		return br_lexer_fail(&p->lexer, arg->column,
		                     "expected mtu=, loss=, delay=, reorder=, dup= or corrupt=");
	if (!strcmp(arg->name, "loss"))
		return percent_of(p, arg, &net->loss_ppm);
	if (!strcmp(arg->name, "dup"))
		return percent_of(p, arg, &net->dup_ppm);
	if (!strcmp(arg->name, "corrupt"))
		return percent_of(p, arg, &net->corrupt_ppm);
	if (!strcmp(arg->name, "reorder"))
		return percent_of(p, arg, &net->reorder_ppm);
	if (!strcmp(arg->name, "delay"))
		return br_lex_duration(arg->value.text, &net->delay) ||
		       br_lexer_fail(&p->lexer, arg->column,
		                     "expected delay= and " BR_LEX_DURATION ", as in delay=5ms");
	if (!strcmp(arg->name, "mtu")) {
		if (!br_number_read(arg->value.text, MTU_MAX, &number) || number < MTU_MIN)
			return br_lexer_fail(&p->lexer, arg->column,
			                     "expected mtu= with %d to %d octets", MTU_MIN,
			                     MTU_MAX);
		net->mtu = (uint32_t)number;
		return true;
	}
	nearest = br_nearest_to(arg->name, strlen(arg->name));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		br_nearest_try(&nearest, keys[i]);
	return br_lexer_fail(&p->lexer, arg->column, "a net has no '%s'%s", arg->name,
	                     br_nearest_hint(&nearest, hint, sizeof(hint)));
}

#define NETWORK "a network, as in 10.77.0.0/24 or 2001:db8::/64"

/* One of each family; false if @token is none, or one of its family is there. */
static bool net_network(struct br_script_net *net, struct br_token token)
{
	uint8_t ip[BR_IP_SIZE], host[BR_IP_SIZE] = {0}, bits;

	if (!net->four && br_text_get_cidr(br_token_octets(token), &net->network, &net->netmask)) {
		net->four = (net->network & ~net->netmask) == 0;
		return net->four;
	}
	if (net->six || !br_text_get_cidr6(br_token_octets(token), ip, &bits) ||
	    br_ip_is_multicast6(ip) || br_ip_is_link_local6(ip) || br_ip_is_ipv4(ip))
		return false;
	memcpy(host, ip, sizeof(host));
	for (unsigned i = bits; i < 8 * BR_IP_SIZE; i++)
		host[i / 8] = (uint8_t)(host[i / 8] & ~(0x80 >> i % 8));
	if (!br_ip_equal(ip, host)) /* bits behind the prefix */
		return false;
	net->six = true;
	net->bits6 = bits;
	memcpy(net->network6, ip, sizeof(net->network6));
	return true;
}

static bool net_words(struct br_parser *p, struct br_script_net *net, uint32_t name_column)
{
	struct br_token token;
	struct br_arg arg;

	if (!br_parser_word(p, NETWORK, &token))
		return false;
	if (br_node_key_is_reserved(net->name))
		return br_lexer_fail(&p->lexer, name_column,
		                     "'%s' cannot name a net: nodes have a key of that name",
		                     net->name);
	if (!net_network(net, token))
		return br_parser_expected(p, token, NETWORK);
	for (token = br_lexer_next(&p->lexer); token.size > 0; token = br_lexer_next(&p->lexer)) {
		if (!(net->four && net->six) && !memchr(token.start, '=', token.size)) {
			if (!net_network(net, token))
				return br_parser_expected(
					p, token,
					net->four
						? "a network of IPv6, as in 2001:db8::/64, or "
						  "mtu=, "
						  "loss=, delay=, reorder=, dup=, corrupt="
						: "a network of IPv4, as in 10.77.0.0/24, or mtu=, "
						  "loss=, delay=, reorder=, dup=, corrupt=");
			continue;
		}
		if (!br_parser_arg(p, token, &arg) || !net_arg(p, net, &arg))
			return false;
	}
	return !net->six || net->mtu >= MTU_MIN_SIX ||
	       br_lexer_fail(&p->lexer, name_column,
	                     "IPv6 needs mtu= of %d or more, RFC 8200 section 5", MTU_MIN_SIX);
}

static bool parse_net(struct br_parser *p, struct br_item *item)
{
	struct br_script *s = p->script;
	struct br_script_net net = {.mtu = MTU_DEFAULT, .delay = LINK_DELAY_US * 1000};
	struct br_token name = br_lexer_peek(&p->lexer);
	bool good = new_name(p, "a name for the net, of letters, digits, - and _", &net.name);

	if (!net.name)
		return false;
	if (s->nets == BR_SCRIPT_NETS_MAX) {
		p->lacks_header = true;
		return br_lexer_fail(&p->lexer, 1, "a script has at most %d nets",
		                     BR_SCRIPT_NETS_MAX);
	}
	good = good && net_words(p, &net, name.column);
	net.wrong = !good || p->lexer.failed;
	item->index = s->nets;
	s->net = br_arena_grow(p->arena, s->net, s->nets, sizeof(s->net[0]));
	s->net[s->nets++] = net;
	return good;
}

/* "10M": bits a second, with k, M or G of 1000 each */
static bool rate_of(struct br_octets text, uint64_t *ret_bps)
{
	uint64_t number, unit = 1;

	if (text.size > 0) {
		uint8_t last = text.data[text.size - 1];

		unit = last == 'k' ? 1000 : last == 'M' ? 1000000 : last == 'G' ? 1000000000 : 1;
		text.size -= unit > 1;
	}
	if (!br_text_get_decimal(text, UINT32_MAX, &number) || number == 0)
		return false;
	*ret_bps = number * unit;
	return true;
}

static bool link_arg(struct br_parser *p, struct br_bridge_options *o, const struct br_arg *arg)
{
	static const char wants[] = "expected delay=, jitter=, loss=, rate= or queue=";
	uint64_t number;

	if (arg->op != BR_ARG_EQUAL)
		return br_lexer_fail(&p->lexer, arg->column, wants);
	if (!strcmp(arg->name, "loss"))
		return percent_of(p, arg, &o->loss_ppm);
	if (!strcmp(arg->name, "delay") || !strcmp(arg->name, "jitter"))
		return br_lex_duration(arg->value.text,
		                       arg->name[0] == 'd' ? &o->delay : &o->jitter) ||
		       br_lexer_fail(&p->lexer, arg->column,
		                     "expected %s= and " BR_LEX_DURATION ", as in %s=5ms",
		                     arg->name, arg->name);
	if (!strcmp(arg->name, "rate"))
		return rate_of(arg->value.text, &o->rate_bps) ||
		       br_lexer_fail(&p->lexer, arg->column,
		                     "expected rate= with bits a second, as in rate=10M");
	if (strcmp(arg->name, "queue") != 0)
		return br_lexer_fail(&p->lexer, arg->column, "a link has no '%s': %s", arg->name,
		                     wants);
	if (!br_number_read(arg->value.text, BR_BRIDGE_FLIGHT_MAX, &number) || number == 0)
		return br_lexer_fail(&p->lexer, arg->column, "expected queue= with 1 to %d frames",
		                     BR_BRIDGE_FLIGHT_MAX);
	o->queue = (uint32_t)number;
	return true;
}

static bool link_end(struct br_parser *p, size_t *ret_net)
{
	const struct br_script *s = p->script;
	struct br_token token;

	if (!br_parser_word(p, "the name of a net", &token))
		return false;
	for (*ret_net = 0; *ret_net < s->nets; (*ret_net)++) {
		if (br_token_is(token, s->net[*ret_net].name))
			return true;
	}
	return br_lexer_fail(&p->lexer, token.column, "there is no net '%.*s' before this line",
	                     (int)token.size, token.start);
}

static bool parse_link(struct br_parser *p, struct br_item *item)
{
	struct br_script *s = p->script;
	struct br_script_bridge bridge = {.options = {.queue = BR_BRIDGE_QUEUE_STANDARD}};
	struct br_token token = br_lexer_peek(&p->lexer);
	uint32_t column = token.column;
	struct br_arg arg;

	if (!link_end(p, &bridge.near) || !link_end(p, &bridge.far))
		return false;
	if (bridge.near == bridge.far || s->bridges == BR_SCRIPT_BRIDGES_MAX)
		return br_lexer_fail(&p->lexer, column,
		                     s->bridges == BR_SCRIPT_BRIDGES_MAX
		                             ? "a script has at most 8 links"
		                             : "a link is between two nets");
	for (token = br_lexer_next(&p->lexer); token.size > 0; token = br_lexer_next(&p->lexer)) {
		if (!br_parser_arg(p, token, &arg) || !link_arg(p, &bridge.options, &arg))
			return false;
	}
	item->index = s->bridges;
	s->bridge = br_arena_grow(p->arena, s->bridge, s->bridges, sizeof(s->bridge[0]));
	s->bridge[s->bridges++] = bridge;
	return true;
}

static bool node_kind(struct br_parser *p, enum br_node_kind *ret_kind)
{
	struct br_nearest nearest;
	struct br_token token;
	char hint[96];

	if (!br_parser_word(p, "sut, peer, client, relay, router, firmware or iface", &token))
		return false;
	nearest = br_nearest_to(token.start, token.size);
	for (unsigned kind = 0; kind < BR_NODE_KIND_COUNT; kind++) {
		*ret_kind = (enum br_node_kind)kind;
		if (br_token_is(token, br_node_kind_name(*ret_kind)))
			return true;
		br_nearest_try(&nearest, br_node_kind_name(*ret_kind));
	}
	return br_lexer_fail(&p->lexer, token.column,
	                     "expected sut, peer, client, relay, router, firmware or iface, "
	                     "found "
	                     "'%.*s'%s",
	                     (int)token.size, token.start,
	                     br_nearest_hint(&nearest, hint, sizeof(hint)));
}

/* NET or NET=ADDR; false without a word if @arg is no link. */
static bool is_link(const struct br_script *s, const struct br_arg *arg, size_t *ret_net)
{
	const char *name = arg->op == BR_ARG_POSITIONAL && arg->value.kind == BR_VALUE_WORD
	                           ? (const char *)arg->value.text.data
	                           : arg->name;

	for (size_t i = 0; name && i < s->nets; i++) {
		*ret_net = i;
		if (!strcmp(s->net[i].name, name))
			return true;
	}
	return false;
}

/* The plug that an address belongs to: a net's first without one of that family, else a new one.
 * NULL, told, if there are too many.
 */
static struct br_script_link *link_for(struct br_parser *p, struct br_script_node *node,
                                       const struct br_arg *arg, size_t net, bool six)
{
	for (size_t i = 0; arg->op == BR_ARG_EQUAL && i < node->links; i++) {
		struct br_script_link *link = &node->link[i];
		bool has_other = six ? link->address != 0 : !br_ip_is_zero(link->address6);
		bool has_same = six ? !br_ip_is_zero(link->address6) : link->address != 0;

		if (link->net == net && !has_same && (has_other || six))
			return link;
	}
	if (node->links == sizeof(node->link) / sizeof(node->link[0])) {
		(void)br_lexer_fail(&p->lexer, arg->column, "a node has at most 8 links");
		return NULL;
	}
	node->link[node->links] = (struct br_script_link){.net = net};
	return &node->link[node->links++];
}

static bool is_of_net(const struct br_script_net *net, const uint8_t ip[BR_IP_SIZE])
{
	struct br_endpoint end = {{0}, 0};

	memcpy(end.ip, ip, sizeof(end.ip));
	if (br_ip_is_ipv4(ip))
		return net->four && (br_endpoint_to_ipv4(&end) & net->netmask) == net->network;
	return net->six && br_ip_in_prefix(ip, net->network6, net->bits6);
}

static bool node_link(struct br_parser *p, struct br_script_node *node, const struct br_arg *arg,
                      size_t net)
{
	const struct br_script_net *of = &p->script->net[net];
	struct br_endpoint end = {{0}, 0};
	struct br_script_link *link;
	bool six = false;

	if (arg->op != BR_ARG_EQUAL && arg->op != BR_ARG_POSITIONAL)
		return br_lexer_fail(&p->lexer, arg->column, "expected %s or %s=ADDRESS", of->name,
		                     of->name);
	if (arg->op == BR_ARG_EQUAL) {
		if (!br_text_get_ip(arg->value.text, end.ip))
			return br_lexer_fail(&p->lexer, arg->column,
			                     "expected an address behind %s=, as in 10.77.0.1%s",
			                     arg->name, of->six ? " or 2001:db8::1" : "");
		if (!of->wrong && !is_of_net(of, end.ip))
			return br_lexer_fail(&p->lexer, arg->column,
			                     "%s is not an address of net %s",
			                     (const char *)arg->value.text.data, of->name);
		six = !br_ip_is_ipv4(end.ip);
	}
	link = link_for(p, node, arg, net, six);
	if (link && arg->op == BR_ARG_EQUAL && six)
		memcpy(link->address6, end.ip, sizeof(link->address6));
	else if (link && arg->op == BR_ARG_EQUAL)
		link->address = br_endpoint_to_ipv4(&end);
	return link != NULL;
}

static bool node_arg(struct br_parser *p, struct br_script_node *node, struct br_arg *arg)
{
	char error[BR_LINE_ERROR_SIZE];
	size_t net;

	if (is_link(p->script, arg, &net))
		return node_link(p, node, arg, net);
	if (arg->op == BR_ARG_POSITIONAL) {
		struct br_nearest nearest =
			br_nearest_to((const char *)arg->value.text.data, arg->value.text.size);
		char hint[96];

		for (size_t i = 0; i < p->script->nets; i++)
			br_nearest_try(&nearest, p->script->net[i].name);
		return br_lexer_fail(&p->lexer, arg->column, "there is no net '%s'%s",
		                     (const char *)arg->value.text.data,
		                     br_nearest_hint(&nearest, hint, sizeof(hint)));
	}
	if (arg->op == BR_ARG_UNEQUAL && !strncmp(arg->name, "opt", 3)) { /* opt43!=...: forced */
		char *forced = br_arena_text(p->arena, arg->name, strlen(arg->name) + 1);

		forced[strlen(arg->name)] = '!';
		arg->name = forced;
		arg->op = BR_ARG_EQUAL;
	}
	if (arg->op != BR_ARG_EQUAL)
		return br_lexer_fail(&p->lexer, arg->column, "expected %s=VALUE", arg->name);
	if (!br_node_key_set(node, arg, error))
		return br_lexer_fail(&p->lexer, arg->column, "%s", error);
	return true;
}

/* Each word is fine by itself; are they together? @end: behind the last word */
static bool check_server(struct br_parser *p, const struct br_script_node *node, uint32_t end)
{
	struct br_config *config = br_arena_take(p->arena, sizeof(*config));
	char error[BR_LINE_ERROR_SIZE];
	uint32_t column = end;
	size_t failed;

	if (br_node_configure(p->script, node, config, &failed, error) < 0)
		return br_lexer_fail(&p->lexer, node->setting[failed].column, "%s", error);
	for (size_t i = 0; i < node->settings; i++) {
		if (!strcmp(node->setting[i].name, "pool"))
			column = node->setting[i].column;
	}
	return br_server_check(config, error, sizeof(error)) == 0 ||
	       br_lexer_fail(&p->lexer, column, "%s", error);
}

/* The words behind the kind; all are read, so that of a wrong line too the links are known. */
static bool node_words(struct br_parser *p, struct br_script_node *node, uint32_t *ret_end)
{
	struct br_token token = br_lexer_next(&p->lexer);
	struct br_arg *settings = NULL, arg;
	bool good = true;
	size_t net;

	for (; token.size > 0; token = br_lexer_next(&p->lexer)) {
		if (!br_parser_arg(p, token, &arg) || !node_arg(p, node, &arg)) {
			good = false;
		} else if (!is_link(p->script, &arg, &net)) {
			settings = br_arena_grow(p->arena, settings, node->settings,
			                         sizeof(settings[0]));
			settings[node->settings++] = arg;
		}
	}
	node->setting = settings;
	*ret_end = token.column;
	return good;
}

static bool is_plugged_into_wrong(const struct br_script *s, const struct br_script_node *node)
{
	for (size_t i = 0; i < node->links; i++) {
		if (s->net[node->link[i].net].wrong)
			return true;
	}
	return false;
}

static bool check_cache(struct br_parser *p, const struct br_script_node *node)
{
	for (size_t i = 0; i < node->settings; i++) {
		const struct br_arg *arg = &node->setting[i];

		if (strcmp(arg->name, "cache") != 0 && strncmp(arg->name, "cache-", 6) != 0)
			continue;
		if (node->roles)
			return br_lexer_fail(&p->lexer, arg->column,
			                     "%s= and role= do not go together: it is a cache or a "
			                     "server",
			                     arg->name);
		if (!node->caches)
			return br_lexer_fail(&p->lexer, arg->column,
			                     "%s= does nothing without cache=", arg->name);
	}
	return true;
}

/* Each word is fine by itself; is anything missing? */
static bool check_node(struct br_parser *p, const struct br_script_node *node, uint32_t end)
{
	if (node->links == 0)
		return br_lexer_fail(&p->lexer, end,
		                     "expected a net the node is plugged into, as in lan or "
		                     "lan=10.77.0.1");
	if (node->kind == BR_NODE_SUT && !node->roles)
		return br_lexer_fail(&p->lexer, end, "expected role= of the server: %s",
		                     "dhcp, proxydhcp, pxe, tftp, http, dhcp6, proxydhcp6");
	if (node->kind == BR_NODE_IFACE && (node->links != 1 || !br_node_key(node, "dev")))
		return br_lexer_fail(&p->lexer, end,
		                     "expected one net and dev=, the interface, as in dev=veth0");
	if (!check_cache(p, node))
		return false;
	return !node->roles || is_plugged_into_wrong(p->script, node) || check_server(p, node, end);
}

static bool parse_node(struct br_parser *p, struct br_item *item)
{
	struct br_script *s = p->script;
	struct br_script_node node = {0};
	bool good = new_name(p, "a name for the node, of letters, digits, - and _", &node.name);
	uint32_t end;

	if (!node.name)
		return false;
	if (s->nodes == BR_SCRIPT_NODES_MAX) {
		p->lacks_header = true;
		return br_lexer_fail(&p->lexer, 1, "a script has at most %d nodes",
		                     BR_SCRIPT_NODES_MAX);
	}
	good = good && node_kind(p, &node.kind) && node_words(p, &node, &end) &&
	       check_node(p, &node, end);
	node.wrong = !good || p->lexer.failed;
	s->real = s->real || br_node_is_outside(&node);
	s->guests = s->guests || node.profile;
	item->index = s->nodes;
	s->node = br_arena_grow(p->arena, s->node, s->nodes, sizeof(s->node[0]));
	s->node[s->nodes++] = node;
	return good;
}

/* A path is seen from the file it stands in, be it the script or one it uses. */
static bool file_from(struct br_parser *p, struct br_token token, struct br_octets value,
                      struct br_script_file *file)
{
	char full[BR_SOURCE_PATH_SIZE];
	const char *why = br_source_beside(full, p->path, (const char *)value.data) < 0
	                          ? "the path is too long"
	                          : br_source_cannot_read(full);

	if (value.size == 0 || strlen((const char *)value.data) != value.size)
		return br_parser_expected(p, token, "from= and the path of a file");
	if (why)
		return br_lexer_fail(&p->lexer, token.column, "cannot read %.200s: %s", full, why);
	file->from = br_arena_text(p->arena, full, strlen(full));
	return true;
}

static bool file_words(struct br_parser *p, struct br_script_file *file)
{
	struct br_token token = br_lexer_next(&p->lexer);
	bool has_size = false;
	struct br_arg arg;

	for (; token.size > 0; token = br_lexer_next(&p->lexer)) {
		bool good = br_parser_arg(p, token, &arg) && arg.op == BR_ARG_EQUAL;

		if (good && !strcmp(arg.name, "size"))
			good = has_size = br_lex_size(arg.value.text, &file->size);
		else if (good && !strcmp(arg.name, "seed"))
			good = br_number_read(arg.value.text, UINT64_MAX, &file->seed);
		else if (good && !strcmp(arg.name, "from"))
			good = file_from(p, token, arg.value.text, file);
		else
			good = false;
		if (!good)
			return br_parser_expected(p, token, "size=OCTETS, seed=INT or from=PATH");
	}
	return has_size || file->from || br_parser_expected(p, token, "size=OCTETS or from=PATH");
}

static bool parse_file(struct br_parser *p, struct br_item *item)
{
	struct br_script *s = p->script;
	struct br_script_file file = {.seed = 1};
	struct br_token token = br_lexer_peek(&p->lexer);
	char path[BR_PATH_SIZE];
	bool good = br_parser_new_file(
		p,
		"the path of the file, in quotes unless it has only letters, digits "
		"and - _ . /",
		&file.name);

	if (!file.name)
		return false;
	if (good && br_path_clean(br_text(file.name), path) <= 0)
		good = br_parser_expected(p, token, "the path of a file below the servers' root");
	file.path = good ? br_arena_text(p->arena, path, strlen(path)) : file.name;
	good = good && file_words(p, &file);
	item->index = s->files;
	s->file = br_arena_grow(p->arena, s->file, s->files, sizeof(s->file[0]));
	s->file[s->files++] = file;
	return good;
}

static bool vary_bound(struct br_octets text, struct br_script_vary *vary, uint64_t *ret,
                       enum br_vary_unit *ret_unit)
{
	(void)vary;
	if (br_lex_percent(text, ret))
		*ret_unit = BR_VARY_PERCENT;
	else if (br_number_read(text, UINT64_MAX, ret))
		*ret_unit = BR_VARY_NUMBER;
	else if (br_lex_duration(text, ret))
		*ret_unit = BR_VARY_DURATION;
	else
		return false;
	return true;
}

/* "0..20%": the unit of the last bound is that of the first, if that has none. */
static bool vary_range(struct br_octets text, struct br_script_vary *vary)
{
	struct br_octets first, last;
	enum br_vary_unit unit;
	size_t at = 0;

	while (at + 1 < text.size && memcmp(text.data + at, "..", 2) != 0)
		at++;
	if (at + 2 >= text.size)
		return false;
	first = (struct br_octets){text.data, at};
	last = (struct br_octets){text.data + at + 2, text.size - at - 2};
	if (!vary_bound(last, vary, &vary->last, &vary->unit) ||
	    !vary_bound(first, vary, &vary->first, &unit))
		return false;
	return (unit == vary->unit || vary->first == 0) && vary->first <= vary->last;
}

static bool parse_vary(struct br_parser *p, struct br_item *item)
{
	static const char what[] = "a range, as in 0..20% or 1ms..200ms or 8..1468";
	struct br_script *s = p->script;
	struct br_script_vary vary = {0};
	struct br_token token;

	if (!br_parser_new_name(
		    p, "loss, dup, reorder, corrupt, delay, rtt, or the name of a variable",
		    &vary.name))
		return false;
	br_parser_bind(p, vary.name);
	if (!br_parser_word(p, what, &token))
		return false;
	if (!vary_range(br_token_octets(token), &vary))
		return br_parser_expected(p, token, what);
	item->index = s->varies;
	s->vary = br_arena_grow(p->arena, s->vary, s->varies, sizeof(s->vary[0]));
	s->vary[s->varies++] = vary;
	return br_parser_end(p);
}

static bool parse_runs(struct br_parser *p, struct br_item *item)
{
	struct br_token token;

	if (!br_parser_word(p, "how often to run the script", &token))
		return false;
	if (!br_number_read(br_token_octets(token), 1000000, &item->number) || item->number == 0)
		return br_parser_expected(p, token, "a number of runs, 1 to 1000000");
	p->script->runs = item->number;
	return br_parser_end(p);
}

static bool parse_seed(struct br_parser *p, struct br_item *item)
{
	struct br_token token;

	if (!br_parser_word(p, "the seed of the first run", &token))
		return false;
	if (!br_number_read(br_token_octets(token), UINT64_MAX, &item->number))
		return br_parser_expected(p, token, "a number, as in seed 7");
	p->script->seed = item->number;
	return br_parser_end(p);
}

static bool parse_quiet(struct br_parser *p, struct br_item *item)
{
	struct br_token token;

	if (!br_parser_word(p, BR_LEX_DURATION ", as in 60s", &token))
		return false;
	if (!br_lex_duration(br_token_octets(token), &item->wait))
		return br_parser_expected(p, token, BR_LEX_DURATION ", as in 60s");
	p->script->quiet = item->wait;
	p->script->has_quiet = true;
	return br_parser_end(p);
}

static bool parse_use(struct br_parser *p, struct br_item *item)
{
	struct br_token token;

	if (!br_parser_word(p, "the path of a file beside this one", &token))
		return false;
	item->text = br_parser_text(p, token);
	return br_parser_end(p) && p->use(p, item->text, token.column);
}

const struct br_verb br_verbs_header[] = {
	{"wire", BR_ITEM_WIRE, "wire INT",
         "First line of every script: the version of the language, 1.", "wire 1", parse_wire},
	{"scenario", BR_ITEM_SCENARIO, "scenario PATH",
         "The name reports use; without it the path of the file serves.",
         "scenario dhcp4/offer/plain", parse_scenario},
	{"title", BR_ITEM_TITLE, "title STRING", "One sentence: what the script shows.",
         "title \"A server answers\"", parse_title},
	{"source", BR_ITEM_SOURCE, "source WORD...",
         "Where it comes from: `capture FILE frames A-B`, `spec ID`, `issue URL`.",
         "source capture two.pcap frames 1-9", parse_source},
	{"issue", BR_ITEM_ISSUE, "issue URL",
         "A report of someone whom this has bitten; printed when the script fails.",
         "issue https://example.org/1", parse_issue},
	{"needs", BR_ITEM_NEEDS, "needs CAP...",
         "What must be there, else the script is skipped, not passed: sut.ROLE says the "
         "server plays that role.",
         "needs sut.tftp", parse_needs},
	{"unsupported", BR_ITEM_UNSUPPORTED, "unsupported STRING",
         "The server is known not to do this, and why. The script is skipped while it fails; when "
         "it "
         "passes it fails as stale.",
         "unsupported \"no multicast yet\"", parse_unsupported},
	{"loose", BR_ITEM_LOOSE, "loose",
         "Packets of the server that no line expects are not a failure.", "loose", parse_loose},
	{"net", BR_ITEM_NET,
         "net NAME CIDR [CIDR] {mtu=INT | loss=PCT | delay=DUR | reorder=PCT | dup=PCT | "
         "corrupt=PCT}",
         "A broadcast domain, of IPv4, IPv6 or both. A frame takes delay= (100us). mtu= is 576 to "
         "65535 octets of IP (1500), with IPv6 1280 at least; "
         "UDP above it is sent in fragments. loss=, reorder=, dup= and corrupt= hit so many of all "
         "frames (0%), drawn from the seed of the run; corrupt= flips 1 to 3 bits of a frame.",
         "net dmz 10.80.0.0/24 mtu=1400 delay=5ms", parse_net},
	{"link", BR_ITEM_LINK,
         "link NET NET {delay=DUR | jitter=DUR | loss=PCT | rate=RATE | queue=INT}",
         "The long way: a bridge between two nets of the same addresses, with a slow line in it. "
         "Each way a frame waits in a queue (100 frames, one more is dropped), is sent at rate= "
         "bits a second (k, M, G; no limit), and takes delay= and up to jitter= more; loss= are "
         "gone. What is for a machine on the same side stays there.",
         "link lan far delay=100ms rate=10M loss=1%", parse_link},
	{"node", BR_ITEM_NODE, "node NAME KIND {NET | NET=ADDR} {KEY=VALUE}",
         "Something with a plug in one or more nets. sut: the server under test; peer: another "
         "server (with role= the same core, without it played by the script's lines); client: "
         "played by lines; relay: a DHCP relay and router; router: one that relays nothing, and "
         "advertises on its nets of IPv6; firmware: boots by itself as= its "
         "model says; iface: real, "
         "behind the network interface dev=; then time is real too, bounds are ten times what "
         "lines say and 2s at least, what comes later than a line says is reported but no failure, "
         "and quiet is "
         "2s. Without the right to open it the script is skipped. NET alone is a plug without an "
         "address, as a client has before its lease, but on a net of IPv6 every plug has a "
         "link-local one; NET=ADDR of the other family is an address more of the same plug. At "
         "most 8 plugs. See KEYS OF NODES.",
         "node extra client lan mac=52:54:00:00:00:09 as=edk2-x64-pxe4", parse_node},
	{"file", BR_ITEM_FILE, "file NAME size=SIZE seed=INT | file NAME from=PATH",
         "A boot file every server has, by a name below its root: SIZE octets made from seed= (1), "
         "or those of a file; PATH is seen from the file this line stands in. NAME is \"in "
         "quotes\" "
         "if it has more in it than letters, digits and - _ . /, with escapes as in any text: "
         "file \"\\\\Boot\\\\BCD\" size=24k. The first file of a "
         "script is what a server without boot= tells everybody to boot.",
         "file other.efi size=513 seed=2", parse_file},
	{"vary", BR_ITEM_VARY, "vary NAME RANGE",
         "Drawn anew for each run from its seed. loss, dup, reorder, corrupt and delay are those "
         "of "
         "every net, rtt twice its delay; any other name is the variable $NAME. In half of the "
         "runs "
         "one of them is switched off altogether.",
         "vary loss 0..20%", parse_vary},
	{"runs", BR_ITEM_RUNS, "runs INT", "How many runs, each with its own seed.", "runs 10",
         parse_runs},
	{"seed", BR_ITEM_SEED, "seed INT",
         "Seed of the first run, 0 without it. A script that --explore has made smaller says so.",
         "seed 7", parse_seed},
	{"quiet", BR_ITEM_QUIET, "quiet DUR",
         "How long to wait behind the last line for packets nobody expects; 60s without it.",
         "quiet 10s", parse_quiet},
	{"use", BR_ITEM_USE, "use FILE", "Header lines of another file, beside this one.", NULL,
         parse_use},
	{0},
};
