/* SPDX-License-Identifier: BSD-2-Clause */
/* The step verbs and the line form: never, transfer, check, ... */
#include <inttypes.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/metrics.h"
#include "core/notes.h"
#include "core/port.h"
#include "sim/nearest.h"
#include "sim/script/parser.h"

enum step_form { /* where a message stands */
	FORM_LINE,
	FORM_NEVER,
	FORM_FAULT,
};

static bool parse_port(struct br_parser *p, struct br_token token, struct br_end *end)
{
	uint64_t port;

	if (token.size == 0)
		return br_parser_expected(p, token, "a port or $VARIABLE behind ':'");
	if (!br_parser_value(p, token, &end->port))
		return false;
	if (end->port.kind != BR_VALUE_VARIABLE &&
	    (end->port.kind != BR_VALUE_WORD || !br_number_read(end->port.text, UINT16_MAX, &port)))
		return br_parser_expected(p, token, "a port up to 65535 or a $VARIABLE");
	end->has_port = true;
	return true;
}

/* Whose address of the header it is; a group, and what somebody is given later, is nobody's. */
static int holder_of(const struct br_script *s, const uint8_t ip[BR_IP_SIZE])
{
	for (size_t i = 0; i < s->nodes; i++) {
		for (size_t k = 0; k < s->node[i].links; k++) {
			const struct br_script_link *link = &s->node[i].link[k];
			const struct br_endpoint four = br_endpoint_ipv4(link->address, 0);

			if (br_ip_equal(link->address6, ip) ||
			    (link->address != 0 && br_ip_equal(four.ip, ip)))
				return (int)i;
		}
	}
	return BR_SCRIPT_NODE_ANYONE;
}

/* An address, of IPv6 in brackets as in a URL; false, not told, if @name is none. */
static bool end_address(struct br_parser *p, struct br_token name, struct br_end *end)
{
	struct br_octets text = br_token_octets(name);

	if (name.size > 2 && name.start[0] == '[' && name.start[name.size - 1] == ']')
		text = (struct br_octets){text.data + 1, text.size - 2};
	else if (name.size == 0 || name.start[0] < '0' || name.start[0] > '9')
		return false;
	if (!br_text_get_ip(text, end->ip))
		return false;
	end->has_ip = true;
	end->node = holder_of(p->script, end->ip);
	return true;
}

static bool parse_end(struct br_parser *p, bool source, enum step_form form, struct br_end *end)
{
	const char *what = source ? "who sends: NODE, NODE:PORT or [ADDRESS]:PORT"
	                          : "to whom: NODE, NODE:PORT, *, *:PORT or [ADDRESS]:PORT";
	struct br_token token, name;
	const char *colon, *bracket;
	size_t index;

	if (!br_parser_word(p, what, &token))
		return false;
	*end = (struct br_end){.node = BR_SCRIPT_NODE_ANYONE, .column = token.column};
	name = token;
	bracket = token.start[0] == '[' ? memchr(token.start, ']', token.size) : NULL;
	colon = bracket ? memchr(bracket, ':', token.size - (size_t)(bracket - token.start))
	                : memchr(token.start, ':', token.size);
	if (colon) {
		name.size = (size_t)(colon - token.start);
		token.start = colon + 1;
		token.size -= name.size + 1;
		token.column += (uint32_t)name.size + 1;
		if (!parse_port(p, token, end))
			return false;
	}
	if (br_token_is(name, "*")) {
		if (!source || form != FORM_LINE)
			return true;
		return br_parser_expected(p, name, "the node that sends");
	}
	if (end_address(p, name, end))
		return !source || form != FORM_LINE || end->node >= 0 ||
		       br_parser_expected(p, name, "an address of a node of the header");
	if (!br_parser_node(p, name, &index))
		return false;
	end->node = (int)index;
	return true;
}

static bool parse_arrow(struct br_parser *p)
{
	struct br_token token;

	if (!br_parser_word(p, "an arrow '->'", &token))
		return false;
	return br_token_is(token, "->") || br_parser_expected(p, token, "an arrow '->'");
}

#define PROTOCOLS "a protocol: dhcp, dhcp6, icmp6, tftp, http, udp, ip or eth"

static bool parse_protocol(struct br_parser *p, struct br_line *line)
{
	const struct br_protocol *protocol;
	struct br_nearest nearest;
	struct br_token token;
	char hint[96];

	if (!br_parser_word(p, PROTOCOLS, &token))
		return false;
	line->protocol = br_protocol_by_name(br_parser_text(p, token));
	if (line->protocol)
		return true;
	nearest = br_nearest_to(token.start, token.size);
	for (size_t i = 0; (protocol = br_protocol_at(i)); i++)
		br_nearest_try(&nearest, protocol->name);
	return br_lexer_fail(&p->lexer, token.column, "expected " PROTOCOLS ", found '%.*s'%s",
	                     (int)token.size, token.start,
	                     br_nearest_hint(&nearest, hint, sizeof(hint)));
}

/* The message's name; an HTTP response may leave it out and begin with a field. */
static bool parse_message_name(struct br_parser *p, struct br_line *line, enum step_form form)
{
	struct br_token token = br_lexer_peek(&p->lexer);
	struct br_nearest nearest = br_nearest_to(token.start, token.size);
	char hint[96], *name;

	if (token.size == 0)
		return br_parser_expected(p, token, "a message");
	name = br_parser_text(p, token);
	if (!strcmp(name, "*") && form != FORM_LINE)
		line->message = "*";
	else if (line->protocol == &br_protocol_http && !strcmp(name, "open") && form != FORM_NEVER)
		return br_lexer_fail(&p->lexer, token.column, "open is for a never alone");
	else if (line->protocol->has_message(name))
		line->message = name;
	else if (line->protocol == &br_protocol_http && strpbrk(name, "=<>~"))
		return true;
	if (line->message) {
		br_lexer_next(&p->lexer);
		return true;
	}
	for (size_t i = 0; line->protocol->messages[i]; i++)
		br_nearest_try(&nearest, line->protocol->messages[i]);
	return br_lexer_fail(&p->lexer, token.column, "%s has no message '%s'%s",
	                     line->protocol->name, name,
	                     br_nearest_hint(&nearest, hint, sizeof(hint)));
}

static bool check_arg(struct br_parser *p, const struct br_line *line, size_t index)
{
	const struct br_arg *arg = &line->arg[index];
	char error[BR_LINE_ERROR_SIZE], hint[96];
	struct br_nearest nearest;
	enum br_field_format format;

	if (br_line_check_arg(line, index, error))
		return true;
	nearest = br_nearest_to(arg->name, strlen(arg->name));
	for (size_t i = 0; !line->protocol->format(line->message, arg->name, &format) &&
	                   line->protocol->fields[i].name;
	     i++)
		br_nearest_try(&nearest, line->protocol->fields[i].name);
	return br_lexer_fail(&p->lexer, arg->column, "%s%s", error,
	                     br_nearest_hint(&nearest, hint, sizeof(hint)));
}

/* Give a positional argument the field of its place, and in= the field before it. */
static bool place_arg(struct br_parser *p, const struct br_line *line, struct br_arg *arg,
                      size_t *positions)
{
	if (arg->op == BR_ARG_POSITIONAL) {
		arg->name = line->message ? line->protocol->positional(line->message, *positions)
		                          : NULL;
		if (!arg->name)
			return br_lexer_fail(&p->lexer, arg->column,
			                     "expected FIELD=VALUE: %s %s takes no %sbare value",
			                     line->protocol->name,
			                     line->message ? line->message : "responses",
			                     *positions > 0 ? "further " : "");
		++*positions;
	} else if (!strcmp(arg->name, "in")) {
		if (line->args == 0)
			return br_lexer_fail(&p->lexer, arg->column,
			                     "expected a field before in=NETWORK");
		arg->op = BR_ARG_IN;
		arg->name = line->arg[line->args - 1].name;
	}
	return true;
}

static bool add_arg(struct br_parser *p, struct br_line *line, struct br_token token,
                    size_t *positions)
{
	struct br_arg arg;

	if (!br_parser_arg(p, token, &arg) || !place_arg(p, line, &arg, positions))
		return false;
	if (line->args == BR_LINE_ARGS_MAX)
		return br_lexer_fail(&p->lexer, token.column, "a line has at most %d arguments",
		                     BR_LINE_ARGS_MAX);
	line->arg = br_arena_grow(p->arena, line->arg, line->args, sizeof(line->arg[0]));
	line->arg[line->args++] = arg;
	return check_arg(p, line, line->args - 1);
}

static bool add_id(struct br_parser *p, struct br_token token, const char *const **ids,
                   size_t *count)
{
	const struct br_parse_options *o = p->options;
	const char *id = br_arena_text(p->arena, token.start + 1, token.size - 1), *near;
	const char **list;

	if (o->requirement && !o->requirement(o->context, id)) {
		near = o->near ? o->near(o->context, id) : NULL;
		return br_lexer_fail(&p->lexer, token.column, "there is no requirement '%s'%s%s%s",
		                     id, near ? "; did you mean '" : "", near ? near : "",
		                     near ? "'?" : "");
	}
	list = br_arena_grow(p->arena, (void *)(uintptr_t)*ids, *count, sizeof(*list));
	list[(*count)++] = id;
	*ids = list;
	return true;
}

static bool until_ack(struct br_parser *p, struct br_token token, struct br_step *step)
{
	struct br_arg arg;
	uint64_t block;

	if (!br_parser_arg(p, token, &arg))
		return false;
	if (arg.op != BR_ARG_EQUAL || !br_number_read(arg.value.text, UINT16_MAX, &block))
		return br_parser_expected(p, token, "until-ack=BLOCK");
	step->has_until_ack = true;
	step->until_ack = (uint16_t)block;
	return true;
}

/* Behind the pattern of a fault: when it strikes. */
static bool is_when(struct br_token token)
{
	struct br_octets word = br_token_octets(token);

	return br_token_is(token, "once") || br_token_is(token, "every") ||
	       br_text_starts(word, "nth=") || br_text_starts(word, "for=");
}

static bool parse_args(struct br_parser *p, struct br_step *step, enum step_form form)
{
	struct br_token token;
	size_t positions = 0;

	for (;;) {
		token = br_lexer_peek(&p->lexer);
		if (token.size == 0)
			return true;
		if (form == FORM_FAULT && is_when(token))
			return true;
		br_lexer_next(&p->lexer);
		if (token.start[0] == '@') {
			if (!add_id(p, token, &step->id, &step->ids))
				return false;
		} else if (form == FORM_NEVER && token.size > 9 &&
		           memcmp(token.start, "until-ack", 9) == 0) {
			if (!until_ack(p, token, step))
				return false;
		} else if (!add_arg(p, &step->line, token, &positions)) {
			return false;
		}
	}
}

/* Variables: lines bind, everything else compares. */
static bool settle_variables(struct br_parser *p, const struct br_step *step, enum step_form form)
{
	const struct br_end *ends[] = {&step->from, &step->to};

	for (size_t i = 0; i < 2; i++) {
		if (!ends[i]->has_port || ends[i]->port.kind != BR_VALUE_VARIABLE)
			continue;
		if (form == FORM_LINE)
			br_parser_bind(p, (const char *)ends[i]->port.text.data);
		else if (!br_parser_needs_bound(p, &ends[i]->port, ends[i]->column))
			return false;
	}
	for (size_t i = 0; i < step->line.args; i++) {
		const struct br_arg *arg = &step->line.arg[i];
		bool binds = form == FORM_LINE &&
		             (arg->op == BR_ARG_EQUAL || arg->op == BR_ARG_POSITIONAL);

		if (arg->value.kind != BR_VALUE_VARIABLE || arg->op == BR_ARG_ABSENT)
			continue;
		if (binds)
			br_parser_bind(p, (const char *)arg->value.text.data);
		else if (!br_parser_needs_bound(p, &arg->value, arg->column))
			return false;
	}
	return true;
}

static bool parse_ends(struct br_parser *p, struct br_step *step, enum step_form form)
{
	return parse_end(p, true, form, &step->from) && parse_arrow(p) &&
	       parse_end(p, false, form, &step->to);
}

static bool parse_exchange(struct br_parser *p, struct br_step *step, enum step_form form)
{
	return parse_ends(p, step, form) && parse_protocol(p, &step->line) &&
	       parse_message_name(p, &step->line, form) && parse_args(p, step, form) &&
	       settle_variables(p, step, form);
}

static bool parse_time(struct br_parser *p, struct br_step *step, bool *ret_after)
{
	struct br_token token = br_lexer_peek(&p->lexer), number = token;
	size_t sign;

	if (token.size == 0 || (token.start[0] != '+' && token.start[0] != '<'))
		return true;
	br_lexer_next(&p->lexer);
	*ret_after = token.start[0] == '+';
	sign = *ret_after ? 1 : 2;
	number.start += sign;
	number.size -= sign < token.size ? sign : token.size;
	if (token.size <= sign || (!*ret_after && token.start[1] != '=') ||
	    !br_lex_duration(br_token_octets(number), &step->time))
		return br_parser_expected(p, token,
		                          *ret_after ? "+ and " BR_LEX_DURATION ", as in +3s"
		                                     : "<= and " BR_LEX_DURATION ", as in <=1s");
	step->has_time = true;
	return true;
}

bool br_parse_message(struct br_parser *p, struct br_item *item)
{
	struct br_token first = br_lexer_peek(&p->lexer);
	struct br_step *step = &item->step;
	const struct br_script_node *node;
	bool after = false;

	item->kind = BR_ITEM_LINE;
	if (!parse_time(p, step, &after) || !parse_exchange(p, step, FORM_LINE))
		return false;
	p->script->node[step->from.node].scripted = true;
	node = &p->script->node[step->from.node];
	if (node->wrong)
		return br_lexer_fail_quietly(&p->lexer); /* whether it acts is not known */
	if (step->has_time && after && br_node_is_judged(node))
		return br_lexer_fail(&p->lexer, first.column,
		                     "'%s' acts by itself, so its line is an expectation: expected "
		                     "<=DUR or nothing, not +DUR",
		                     node->name);
	if (step->has_time && !after && !br_node_is_judged(node))
		return br_lexer_fail(&p->lexer, first.column,
		                     "'%s' is played by the script, so its line is a stimulus: "
		                     "expected +DUR or nothing, not <=DUR",
		                     node->name);
	return true;
}

/* Nothing but other nevers stands between. */
static bool is_behind_boot(const struct br_script *s)
{
	size_t at = s->items;

	while (at > 0 && s->item[at - 1].kind == BR_ITEM_NEVER)
		at--;
	return at > 0 && s->item[at - 1].kind == BR_ITEM_BOOT;
}

static bool parse_never(struct br_parser *p, struct br_item *item)
{
	struct br_token token = br_lexer_peek(&p->lexer);

	if (is_behind_boot(p->script))
		return br_lexer_fail(
			&p->lexer, token.column,
			"right behind `boot` it would begin when the boot is over, and see "
			"nothing of it: a never stands before the boot, or behind a check");
	if (token.size > 9 && memcmp(token.start, "until-ack", 9) == 0) {
		br_lexer_next(&p->lexer);
		if (!until_ack(p, token, &item->step))
			return false;
	}
	return parse_exchange(p, &item->step, FORM_NEVER);
}

static bool transfer_arg(struct br_parser *p, struct br_transfer *transfer, struct br_token token)
{
	struct br_arg arg;
	uint64_t number;

	if (!br_parser_arg(p, token, &arg))
		return false;
	if (arg.op == BR_ARG_EQUAL && !strcmp(arg.name, "window") &&
	    br_number_read(arg.value.text, UINT16_MAX, &number) && number > 0) {
		transfer->window = (uint32_t)number;
		return true;
	}
	if (arg.op == BR_ARG_EQUAL && !strcmp(arg.name, "from") &&
	    br_number_read(arg.value.text, UINT32_MAX, &number)) {
		transfer->first = (uint32_t)number;
		transfer->has_first = true;
		return true;
	}
	return br_parser_expected(p, token, "window=INT or from=BLOCK");
}

static bool parse_transfer(struct br_parser *p, struct br_item *item)
{
	struct br_transfer *transfer = &item->transfer;
	struct br_token token;

	if (!parse_end(p, true, FORM_LINE, &transfer->from) || !parse_arrow(p) ||
	    !parse_end(p, false, FORM_LINE, &transfer->to))
		return false;
	if (transfer->to.node < 0)
		return br_lexer_fail(&p->lexer, transfer->to.column,
		                     "expected the node that reads the file");
	if (!transfer->from.has_port || !transfer->to.has_port)
		return br_lexer_fail(&p->lexer, transfer->from.column,
		                     "expected the ports of both ends, as in boot:$t1 -> fw:$p1");
	if (!br_parser_needs_bound(p, &transfer->from.port, transfer->from.column) ||
	    !br_parser_needs_bound(p, &transfer->to.port, transfer->to.column) ||
	    !br_parser_word(p, "the file that is read", &token) ||
	    !br_parser_file(p, token, &transfer->file))
		return false;
	for (token = br_lexer_next(&p->lexer); token.size > 0; token = br_lexer_next(&p->lexer)) {
		if (!transfer_arg(p, transfer, token))
			return false;
	}
	return true;
}

static bool parse_boot(struct br_parser *p, struct br_item *item)
{
	const struct br_script_node *node;
	struct br_token token;

	if (!br_parser_word(p, "the node that boots", &token) ||
	    !br_parser_node(p, token, &item->index))
		return false;
	node = &p->script->node[item->index];
	if (node->wrong)
		return br_lexer_fail_quietly(&p->lexer);
	if ((node->kind != BR_NODE_FIRMWARE && node->kind != BR_NODE_CLIENT) ||
	    (!node->model && !node->profile))
		return br_lexer_fail(
			&p->lexer, token.column,
			"'%s' cannot boot: expected a firmware or client with as=MODEL",
			node->name);
	p->script->node[item->index].kind = BR_NODE_FIRMWARE;
	return br_parser_end(p);
}

static bool check_what(struct br_parser *p, struct br_token token, struct br_check *check)
{
	struct br_nearest nearest = br_nearest_to(token.start, token.size);
	char hint[96];

	for (unsigned what = 0; what < BR_CHECK_WHAT_COUNT; what++) {
		check->what = (enum br_check_what)what;
		if (br_token_is(token, br_check_what_name(check->what)))
			return true;
		br_nearest_try(&nearest, br_check_what_name(check->what));
	}
	return br_lexer_fail(&p->lexer, token.column, "there is no check '%.*s'%s", (int)token.size,
	                     token.start, br_nearest_hint(&nearest, hint, sizeof(hint)));
}

static bool known_metric(struct br_parser *p, struct br_token token)
{
	struct br_nearest nearest = br_nearest_to(token.start, token.size);
	char hint[96];

	for (size_t i = 0; br_metrics_name(i); i++) {
		if (br_token_is(token, br_metrics_name(i)))
			return true;
		br_nearest_try(&nearest, br_metrics_name(i));
	}
	return br_lexer_fail(&p->lexer, token.column, "there is no metric '%.*s'%s",
	                     (int)token.size, token.start,
	                     br_nearest_hint(&nearest, hint, sizeof(hint)));
}

static bool known_note(struct br_parser *p, struct br_token token)
{
	struct br_nearest nearest = br_nearest_to(token.start, token.size);
	char hint[96];

	for (unsigned i = 0; i < BR_NOTE_COUNT; i++) {
		if (br_token_is(token, br_note_name((enum br_note)i)))
			return true;
		br_nearest_try(&nearest, br_note_name((enum br_note)i));
	}
	return br_lexer_fail(&p->lexer, token.column, "there is no note '%.*s'%s", (int)token.size,
	                     token.start, br_nearest_hint(&nearest, hint, sizeof(hint)));
}

/* What stands between the check's name and its operator. */
static bool check_argument(struct br_parser *p, struct br_check *check)
{
	struct br_token token;
	struct br_arg arg;
	size_t file;

	switch (check->what) {
	case BR_CHECK_RECEIVED:
	case BR_CHECK_METRIC:
	case BR_CHECK_NOTE:
	case BR_CHECK_LEASE:
		break;
	case BR_CHECK_TRANSFERS_OPEN:
	case BR_CHECK_STREAMS_OPEN:
	case BR_CHECK_LEASES:
	case BR_CHECK_ADDRESS:
	case BR_CHECK_UNREACHABLE:
	case BR_CHECK_OUTCOME:
	case BR_CHECK_CONSOLE:
	case BR_CHECK_WHAT_COUNT:
		return true;
	}
	if (!br_parser_word(p, "what the check is about", &token) ||
	    !br_parser_value(p, token, &check->argument) ||
	    !br_parser_needs_bound(p, &check->argument, token.column))
		return false;
	if (check->what == BR_CHECK_RECEIVED)
		return br_parser_file(p, token, &file);
	if (check->what == BR_CHECK_METRIC)
		return known_metric(p, token);
	if (check->what == BR_CHECK_NOTE)
		return known_note(p, token);
	token = br_lexer_peek(&p->lexer);
	if (token.size < 4 || memcmp(token.start, "key=", 4) != 0)
		return true;
	br_lexer_next(&p->lexer);
	if (!br_parser_arg(p, token, &arg))
		return false;
	check->key = (const char *)arg.value.text.data;
	return true;
}

static bool is_op_of(enum br_check_what what, enum br_check_op op)
{
	return (what == BR_CHECK_CONSOLE) == (op == BR_CHECK_CONTAINS || op == BR_CHECK_LACKS);
}

static bool check_op(struct br_parser *p, struct br_check *check)
{
	const char *wanted = check->what == BR_CHECK_CONSOLE ? "~ or !~" : "==, !=, <= or >=";
	struct br_token token;

	if (!br_parser_word(p, wanted, &token))
		return false;
	for (unsigned op = 0; op < BR_CHECK_OP_COUNT; op++) {
		check->op = (enum br_check_op)op;
		if (br_token_is(token, br_check_op_name(check->op)) &&
		    is_op_of(check->what, check->op))
			return true;
	}
	return br_parser_expected(p, token, wanted);
}

/* A number to compare with, or a literal of what the check yields. */
static bool check_value(struct br_parser *p, struct br_check *check)
{
	struct br_token token;
	uint64_t number;

	if (!br_parser_word(p, "a value to compare with", &token) ||
	    !br_parser_value(p, token, &check->value) ||
	    !br_parser_needs_bound(p, &check->value, token.column))
		return false;
	if (check->what == BR_CHECK_RECEIVED && !br_token_is(token, "file") &&
	    !br_token_is(token, "nothing"))
		return br_parser_expected(p, token, "file or nothing");
	if (check->value.kind == BR_VALUE_VARIABLE || check->what == BR_CHECK_RECEIVED ||
	    check->what == BR_CHECK_LEASE || check->what == BR_CHECK_ADDRESS ||
	    check->what == BR_CHECK_OUTCOME || check->what == BR_CHECK_CONSOLE)
		return true;
	return br_number_read(check->value.text, UINT64_MAX, &number) ||
	       br_parser_expected(p, token, "a number");
}

static bool check_role(struct br_parser *p, const struct br_check *check, struct br_token token)
{
	const struct br_script_node *node = &p->script->node[check->node];
	bool server = node->roles != NULL;
	bool wants_server = check->what != BR_CHECK_RECEIVED && check->what != BR_CHECK_ADDRESS &&
	                    check->what != BR_CHECK_UNREACHABLE &&
	                    check->what != BR_CHECK_OUTCOME && check->what != BR_CHECK_CONSOLE;

	if (wants_server && !server && node->wrong)
		return br_lexer_fail_quietly(&p->lexer);
	if (wants_server && !server)
		return br_lexer_fail(&p->lexer, token.column,
		                     "'%s' is no server with role=: it has no %s", node->name,
		                     br_check_what_name(check->what));
	return true;
}

static bool parse_check(struct br_parser *p, struct br_item *item)
{
	struct br_check *check = &item->check;
	struct br_token token, name, what;
	const char *dot;

	if (!br_parser_word(p, "NODE.WHAT, as in boot.transfers.open", &token))
		return false;
	dot = memchr(token.start, '.', token.size);
	if (!dot)
		return br_parser_expected(p, token, "NODE.WHAT, as in boot.transfers.open");
	name = token;
	name.size = (size_t)(dot - token.start);
	what = (struct br_token){dot + 1, token.size - name.size - 1,
	                         token.column + (uint32_t)name.size + 1};
	if (!br_parser_node(p, name, &check->node) || !check_what(p, what, check) ||
	    !check_role(p, check, what) || !check_argument(p, check) || !check_op(p, check) ||
	    !check_value(p, check))
		return false;
	for (token = br_lexer_next(&p->lexer); token.size > 0; token = br_lexer_next(&p->lexer)) {
		if (token.start[0] != '@')
			return br_parser_expected(p, token, "@REQUIREMENT or the end of the line");
		if (!add_id(p, token, &check->id, &check->ids))
			return false;
	}
	return true;
}

static bool parse_wait(struct br_parser *p, struct br_item *item)
{
	struct br_token token;

	if (!br_parser_word(p, BR_LEX_DURATION ", as in 3s", &token))
		return false;
	if (!br_lex_duration(br_token_octets(token), &item->wait))
		return br_parser_expected(p, token, BR_LEX_DURATION ", as in 3s");
	return br_parser_end(p);
}

static bool parse_label(struct br_parser *p, struct br_item *item)
{
	return br_parser_new_name(p, "a name for what begins here", &item->text) &&
	       br_parser_end(p);
}

#define FAULT_KINDS "drop, dup, delay DUR, corrupt, reorder, untag or block NODE"

static bool fault_kind(struct br_parser *p, struct br_fault_step *fault)
{
	struct br_nearest nearest;
	struct br_token token;
	char hint[96];

	if (!br_parser_word(p, FAULT_KINDS, &token))
		return false;
	nearest = br_nearest_to(token.start, token.size);
	for (unsigned kind = 0; kind < BR_SCRIPT_FAULT_COUNT; kind++) {
		fault->fault = (enum br_script_fault)kind;
		if (br_token_is(token, br_script_fault_name(fault->fault)))
			return true;
		br_nearest_try(&nearest, br_script_fault_name(fault->fault));
	}
	return br_lexer_fail(&p->lexer, token.column, "expected " FAULT_KINDS ", found '%.*s'%s",
	                     (int)token.size, token.start,
	                     br_nearest_hint(&nearest, hint, sizeof(hint)));
}

/* A number from 1 in @text, which stands behind @what. */
static bool fault_number(struct br_parser *p, struct br_token token, struct br_octets text,
                         const char *what, uint32_t *ret)
{
	uint64_t number;

	if (!br_number_read(text, UINT32_MAX, &number) || number == 0)
		return br_parser_expected(p, token, what);
	*ret = (uint32_t)number;
	return true;
}

static bool fault_when(struct br_parser *p, struct br_fault_step *fault, struct br_token token)
{
	struct br_octets value = {token.start ? (const uint8_t *)token.start + 4 : NULL,
	                          token.size > 4 ? token.size - 4 : 0};
	bool counted = fault->once || fault->every > 0 || fault->nth > 0;

	if (br_text_starts(br_token_octets(token), "for="))
		return (br_lex_duration(value, &fault->length) && fault->length > 0) ||
		       br_parser_expected(p, token, "for= and " BR_LEX_DURATION ", as in for=30s");
	if (is_when(token) && (counted || fault->fault == BR_SCRIPT_FAULT_BLOCK))
		return br_parser_expected(p, token, "no more than one of once, every N and nth=N");
	if (br_text_starts(br_token_octets(token), "nth="))
		return fault_number(p, token, value, "nth= with a number from 1", &fault->nth);
	if (br_token_is(token, "once")) {
		fault->once = true;
		return true;
	}
	if (!br_token_is(token, "every"))
		return br_parser_expected(p, token, "once, every N, nth=N or for=DUR");
	return br_parser_word(p, "a number behind every", &token) &&
	       fault_number(p, token, br_token_octets(token), "a number from 1 behind every",
	                    &fault->every);
}

/* What stands between the kind of the fault and who it hits. */
static bool fault_operand(struct br_parser *p, struct br_fault_step *fault)
{
	struct br_token token;

	if (fault->fault == BR_SCRIPT_FAULT_DELAY) {
		if (!br_parser_word(p, BR_LEX_DURATION ", as in 500ms", &token))
			return false;
		return br_lex_duration(br_token_octets(token), &fault->delay) ||
		       br_parser_expected(p, token, BR_LEX_DURATION ", as in 500ms");
	}
	if (fault->fault != BR_SCRIPT_FAULT_BLOCK)
		return true;
	if (!br_parser_word(p, "the node whose port is blocked", &token) ||
	    !br_parser_node(p, token, &fault->node))
		return false;
	for (size_t i = 0; i < p->script->node[fault->node].links; i++) {
		if (p->script->node[fault->node].link[i].net == fault->net)
			return true;
	}
	if (p->script->node[fault->node].wrong || p->script->net[fault->net].wrong)
		return br_lexer_fail_quietly(&p->lexer);
	return br_parser_expected(p, token, "a node that is plugged into the net");
}

/* Ends alone mean any frame between them, ARP and fragments too. */
static bool fault_pattern(struct br_parser *p, struct br_fault_step *fault)
{
	struct br_step *pattern = &fault->pattern;
	struct br_token token;

	fault->has_pattern = true;
	if (!parse_ends(p, pattern, FORM_FAULT))
		return false;
	token = br_lexer_peek(&p->lexer);
	if (token.size > 0 && !is_when(token))
		return parse_protocol(p, &pattern->line) &&
		       parse_message_name(p, &pattern->line, FORM_FAULT) &&
		       parse_args(p, pattern, FORM_FAULT) &&
		       settle_variables(p, pattern, FORM_FAULT);
	if (pattern->from.has_port || pattern->to.has_port)
		return br_parser_expected(p, token,
		                          "a protocol and a message: the ends have ports");
	return true;
}

static bool parse_fault(struct br_parser *p, struct br_item *item)
{
	struct br_fault_step *fault = &item->fault;
	struct br_token token;

	if (!br_parser_word(p, "the net the fault is in", &token) ||
	    !br_parser_net(p, token, &fault->net) || !fault_kind(p, fault) ||
	    !fault_operand(p, fault))
		return false;
	token = br_lexer_peek(&p->lexer);
	if (token.size > 0 && (!is_when(token) || br_parser_is_sender(p, token)) &&
	    fault->fault != BR_SCRIPT_FAULT_BLOCK && !fault_pattern(p, fault))
		return false;
	for (token = br_lexer_next(&p->lexer); token.size > 0; token = br_lexer_next(&p->lexer)) {
		if (!fault_when(p, fault, token))
			return false;
	}
	return true;
}

static bool parse_any(struct br_parser *p, struct br_item *item)
{
	struct br_token token;

	(void)item;
	if (!br_parser_word(p, "'{'", &token))
		return false;
	if (!br_token_is(token, "{"))
		return br_parser_expected(p, token, "'{'");
	if (p->in_any)
		return br_lexer_fail(&p->lexer, 1, "any { cannot stand inside any {");
	p->in_any = true;
	p->any = p->lexer;
	return br_parser_end(p);
}

static bool parse_any_end(struct br_parser *p, struct br_item *item)
{
	(void)item;
	if (!p->in_any)
		return br_lexer_fail(&p->lexer, br_lexer_peek(&p->lexer).column,
		                     "there is no any { that this closes");
	p->in_any = false;
	return br_parser_end(p);
}

const struct br_verb br_verbs_step[] = {
	{"never", BR_ITEM_NEVER,
         "never [until-ack=INT] END -> END PROTO (MESSAGE | *) {ARG} {@REQID}",
         "From here on no such packet may come; '*' as an end is anyone. With until-ack= only "
         "until the receiver has acknowledged that TFTP block.",
         "never boot -> * dhcp ack", parse_never},
	{"transfer", BR_ITEM_TRANSFER, "transfer END -> END FILE {window=INT | from=BLOCK}",
         "A client reads the file to its end, as TFTP clients do: acknowledges the OACK or DATA 1 "
         "that came before, checks "
         "the order of blocks modulo 65536, every length, every octet, the total, and that no "
         "more than a window is unacknowledged. window= is how many blocks it lets come before an "
         "ACK "
         "(windowsize of the OACK, else 1); from= which block came last "
         "and waits for its ACK (0).",
         NULL, parse_transfer},
	{"boot", BR_ITEM_BOOT, "boot NODE",
         "A firmware, or a client with as=, boots by itself to its end; its own lines and those "
         "of the server may follow as expectations. Without one behind it the "
         "script waits for that end: a never for the whole boot stands before it, and none "
         "right behind it.",
         NULL, parse_boot},
	{"check", BR_ITEM_CHECK, "check NODE.WHAT [ARGUMENT] (== | != | <= | >=) VALUE {@REQID}",
         "Must hold within 1s, and those at the end of a script must still hold when all is "
         "quiet. See WHAT CAN BE CHECKED.",
         "check boot.transfers.open == 0", parse_check},
	{"wait", BR_ITEM_WAIT, "wait DUR",
         "Lets virtual time pass; what the server sends meanwhile waits for the next lines.",
         "wait 3s", parse_wait},
	{"label", BR_ITEM_LABEL, "label NAME", "Names what begins here, in reports.",
         "label second-try", parse_label},
	{"fault", BR_ITEM_FAULT,
         "fault NET (drop | dup | delay DUR | corrupt | reorder | untag | block NODE) [END -> END "
         "[PROTO MESSAGE {ARG}]] [once | every INT | nth=INT] [for=DUR]",
         "From here on the net does this to each frame, or to those that match: to all of them, "
         "the first, every n-th, or the n-th alone, and no longer than for=. Ends without a "
         "message are any frame between them, ARP and fragments too. drop: seen by nobody. "
         "corrupt: 1 to 3 bits are flipped, so that a checksum is wrong. reorder: held until "
         "what follows has overtaken it. untag: its VLAN tag is taken off. block: nothing goes "
         "in or out of the node's port, as if the cable were pulled or a spanning tree "
         "listened. A fault that never hits anything makes the script broken.",
         "fault lan drop boot -> fw tftp data nth=3", parse_fault},
	{"any", BR_ITEM_ANY, "any {", "The steps up to } each happen once, in any order.", NULL,
         parse_any},
	{"}", BR_ITEM_ANY_END, "}", "Closes any {.", NULL, parse_any_end},
	{0},
};
