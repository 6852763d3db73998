/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"

enum {
	SCRATCH_SIZE = 8192, /* octets of all values of one line */
	NAME_SIZE = 64,
};

static const struct br_protocol *const protocols[] = {
	&br_protocol_dhcp, &br_protocol_dhcp6, &br_protocol_icmp6,
	&br_protocol_tftp, &br_protocol_http,  &br_protocol_dns,
	&br_protocol_udp,  &br_protocol_ip,    &br_protocol_eth,
};

const struct br_protocol *br_protocol_at(size_t index)
{
	return index < sizeof(protocols) / sizeof(protocols[0]) ? protocols[index] : NULL;
}

const struct br_protocol *br_protocol_by_name(const char *name)
{
	const struct br_protocol *protocol;

	for (size_t i = 0; (protocol = br_protocol_at(i)); i++) {
		if (!strcmp(protocol->name, name))
			return protocol;
	}
	return NULL;
}

static bool compares(enum br_arg_op op)
{
	return op == BR_ARG_POSITIONAL || op == BR_ARG_EQUAL;
}

/* Octets of the value in the field's format; false if the variable is not bound yet, or
 * cannot be read in this format (then nothing equals it).
 */
static bool value_octets(const struct br_value *value, enum br_field_format format,
                         const struct br_variables *variables, struct br_writer *w)
{
	const struct br_variable *variable;

	if (value->kind != BR_VALUE_VARIABLE)
		return br_field_encode(format, value, w) == NULL;
	variable = br_variable_find(variables, (const char *)value->text.data);
	return variable && br_field_convert(variable, format, w);
}

static bool is_unbound(const struct br_value *value, const struct br_variables *variables)
{
	return value->kind == BR_VALUE_VARIABLE &&
	       !br_variable_find(variables, (const char *)value->text.data);
}

static bool network_has(const struct br_value *cidr, const struct br_field *field)
{
	uint8_t prefix[BR_IP_SIZE], bits;
	uint32_t network, netmask;
	uint64_t number;

	if (field->format == BR_FIELD_IPV6)
		return field->octets.size == BR_IP_SIZE &&
		       br_text_get_cidr6(cidr->text, prefix, &bits) &&
		       br_ip_in_prefix(field->octets.data, prefix, bits);
	return br_field_number(field->format, field->octets, &number) &&
	       br_text_get_cidr(cidr->text, &network, &netmask) &&
	       ((network ^ (uint32_t)number) & netmask) == 0;
}

static bool field_satisfies(const struct br_arg *arg, const struct br_field *field,
                            const struct br_variables *variables)
{
	uint8_t octets[BR_FIELD_SIZE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_octets want;
	uint64_t number = 0, bound = 0;

	if (arg->op == BR_ARG_IN)
		return network_has(&arg->value, field);
	if (arg->value.bounded &&
	    (!br_field_number(field->format, field->octets, &number) || number > arg->value.bound))
		return false;
	if (is_unbound(&arg->value, variables))
		return true;
	if (!value_octets(&arg->value, field->format, variables, &w))
		return false;
	want = (struct br_octets){octets, br_written(&w)};
	if (compares(arg->op))
		return br_field_equal(field->format, field->octets, want);
	if (arg->op == BR_ARG_UNEQUAL)
		return !br_field_equal(field->format, field->octets, want);
	if (arg->op == BR_ARG_CONTAINS)
		return br_field_contains(field->format, field->octets, want);
	if (!br_field_number(field->format, field->octets, &number) ||
	    !br_field_number(field->format, want, &bound))
		return false;
	return arg->op == BR_ARG_AT_MOST ? number <= bound : number >= bound;
}

static enum br_arg_result match_arg(const struct br_arg *arg, const struct br_decoded *decoded,
                                    const struct br_variables *variables)
{
	struct br_field field;
	bool there = decoded->protocol->get(decoded, arg->name, &field);

	if (arg->op == BR_ARG_ABSENT)
		return there ? BR_ARG_DIFFERS : BR_ARG_MATCHES;
	if (!there)
		return arg->op == BR_ARG_UNEQUAL ? BR_ARG_MATCHES : BR_ARG_MISSING;
	if (arg->op == BR_ARG_PRESENT)
		return BR_ARG_MATCHES;
	return field_satisfies(arg, &field, variables) ? BR_ARG_MATCHES : BR_ARG_DIFFERS;
}

static bool is_message(const struct br_line *line, const struct br_decoded *decoded)
{
	if (line->protocol != decoded->protocol)
		return false;
	if (!line->message) /* any response */
		return decoded->message[0] >= '0' && decoded->message[0] <= '9';
	return !strcmp(line->message, "*") || !strcmp(line->message, "bytes") ||
	       !strcmp(line->message, decoded->message);
}

void br_line_match(const struct br_line *line, const struct br_decoded *decoded,
                   const struct br_variables *variables, struct br_match *ret_match)
{
	ret_match->message = is_message(line, decoded);
	ret_match->matches = ret_match->message;
	if (!ret_match->message)
		return;
	for (size_t i = 0; i < line->args; i++) {
		ret_match->arg[i] = match_arg(&line->arg[i], decoded, variables);
		if (ret_match->arg[i] != BR_ARG_MATCHES)
			ret_match->matches = false;
	}
}

int br_line_bind(const struct br_line *line, const struct br_decoded *decoded,
                 struct br_variables *variables)
{
	for (size_t i = 0; i < line->args; i++) {
		const struct br_arg *arg = &line->arg[i];
		struct br_field field;

		if (!compares(arg->op) || arg->value.kind != BR_VALUE_VARIABLE)
			continue;
		if (decoded->protocol->get(decoded, arg->name, &field) &&
		    !br_variable_bind(variables, (const char *)arg->value.text.data, &field))
			return -ENOSPC;
	}
	return 0;
}

/* opt55~[60,67] in a stimulus: what the template says, and these too. */
static void add_missing(const struct br_field *field, struct br_octets want, size_t width,
                        struct br_writer *w)
{
	br_put_bytes(w, field->octets.data, field->octets.size);
	for (size_t at = 0; at + width <= want.size; at += width) {
		struct br_octets one = {want.data + at, width};

		if (!br_field_contains(field->format, field->octets, one))
			br_put_bytes(w, one.data, one.size);
	}
}

struct settings {
	const struct br_line *line;
	const struct br_variables *variables;
	struct br_decoded decoded; /* of the template */
	bool has_template;
	struct br_setting setting[BR_LINE_ARGS_MAX];
	size_t count;
	struct br_writer w;
	uint8_t octets[SCRATCH_SIZE];
};

static bool set_from_arg(struct settings *s, const struct br_arg *arg, char *error)
{
	struct br_setting *setting = &s->setting[s->count];
	uint8_t literal[BR_FIELD_SIZE_MAX];
	struct br_writer w = br_writer_of(literal, sizeof(literal));
	struct br_field field = {.format = BR_FIELD_HEX};
	enum br_field_format format;
	uint8_t *start = s->w.pos;

	if (arg->op == BR_ARG_IN || is_unbound(&arg->value, s->variables) ||
	    arg->op == BR_ARG_UNEQUAL || arg->op == BR_ARG_AT_MOST || arg->op == BR_ARG_AT_LEAST)
		return true; /* nothing to put in; the finished packet is matched against it */
	*setting = (struct br_setting){.name = arg->name, .absent = arg->op == BR_ARG_ABSENT};
	s->count++;
	if (arg->op == BR_ARG_ABSENT || arg->op == BR_ARG_PRESENT)
		return true;
	if (!s->line->protocol->format(s->line->message, arg->name, &format) ||
	    !value_octets(&arg->value, format, s->variables, &w)) {
		snprintf(error, BR_LINE_ERROR_SIZE, "the value of %s does not fit the field",
		         arg->name);
		return false;
	}
	if (arg->op == BR_ARG_CONTAINS) {
		field.format = format;
		if (s->has_template)
			s->line->protocol->get(&s->decoded, arg->name, &field);
		add_missing(&field, (struct br_octets){literal, br_written(&w)},
		            format == BR_FIELD_U16    ? 2
		            : format == BR_FIELD_IPV6 ? BR_IP_SIZE
		                                      : 1,
		            &s->w);
	} else {
		br_put_bytes(&s->w, literal, br_written(&w));
	}
	setting->octets = (struct br_octets){start, (size_t)(s->w.pos - start)};
	return true;
}

int br_line_build(const struct br_line *line, struct br_octets template,
                  const struct br_variables *variables, struct br_writer *w,
                  char error[static BR_LINE_ERROR_SIZE])
{
	struct settings s;
	struct br_build build = {.message = line->message, .template = template};

	s.line = line;
	s.variables = variables;
	s.count = 0;
	s.w = br_writer_of(s.octets, sizeof(s.octets));
	s.has_template = template.size > 0 && line->protocol->decode(template, &s.decoded);
	for (size_t i = 0; i < line->args; i++) {
		if (!set_from_arg(&s, &line->arg[i], error))
			return -EINVAL;
	}
	build.setting = s.setting;
	build.settings = s.count;
	if (s.w.bad) {
		snprintf(error, BR_LINE_ERROR_SIZE, "the values of one line are too long");
		return -EINVAL;
	}
	return line->protocol->build(&build, w, error);
}

static bool check_in(const struct br_line *line, size_t index, char *error)
{
	struct br_octets text = line->arg[index].value.text;
	uint8_t prefix[BR_IP_SIZE], bits;
	uint32_t network, netmask;

	if (br_text_get_cidr(text, &network, &netmask) || br_text_get_cidr6(text, prefix, &bits))
		return true;
	snprintf(error, BR_LINE_ERROR_SIZE,
	         "expected a network behind in=, as in 10.77.0.0/24 or 2001:db8::/64");
	return false;
}

bool br_line_check_arg(const struct br_line *line, size_t index,
                       char error[static BR_LINE_ERROR_SIZE])
{
	const struct br_arg *arg = &line->arg[index];
	uint8_t octets[BR_FIELD_SIZE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	enum br_field_format format;
	const char *wanted;

	if (arg->op == BR_ARG_IN)
		return check_in(line, index, error);
	if (!line->protocol->format(line->message, arg->name, &format)) {
		snprintf(error, BR_LINE_ERROR_SIZE, "%s has no field '%s'", line->protocol->name,
		         arg->name);
		return false;
	}
	if (arg->op == BR_ARG_ABSENT || arg->op == BR_ARG_PRESENT ||
	    arg->value.kind == BR_VALUE_VARIABLE)
		return true;
	wanted = br_field_encode(format, &arg->value, &w);
	if (wanted)
		snprintf(error, BR_LINE_ERROR_SIZE, "expected %s for %s", wanted, arg->name);
	return !wanted;
}

/* opt."an odd name", as the parser reads it */
static void print_name(const char *name, struct br_writer *w)
{
	bool plain = true;

	for (const char *c = name; *c; c++)
		plain = plain && ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		                  (*c >= '0' && *c <= '9') || strchr("_-.", *c));
	if (plain || strncmp(name, "opt.", 4) != 0) {
		br_text_put(w, name);
		return;
	}
	br_text_put(w, "opt.");
	br_text_put_quoted(w, br_text(name + 4));
}

static void print_field(const struct br_decoded *decoded, const char *name, bool named,
                        const struct br_field *field, struct br_writer *w)
{
	(void)decoded;
	br_text_put(w, " ");
	if (named) {
		print_name(name, w);
		br_text_put(w, field->format == BR_FIELD_NONE && field->octets.size == 0
		                       ? "=present"
		                       : "=");
	}
	if (!named && field->format == BR_FIELD_TEXT)
		br_text_print_word(field->octets, w);
	else if (!(field->format == BR_FIELD_NONE && field->octets.size == 0))
		br_field_print(field->format, field->octets, w);
}

static bool is_positional(const struct br_decoded *decoded, const char *name)
{
	const char *positional;

	for (size_t i = 0; (positional = decoded->protocol->positional(decoded->message, i)); i++) {
		if (!strcmp(positional, name))
			return true;
	}
	return false;
}

/* Places first: they have no name to tell them apart; none may be left out. */
static void print_positional(const struct br_decoded *decoded, struct br_writer *w)
{
	struct br_field field;
	const char *name;

	for (size_t i = 0; (name = decoded->protocol->positional(decoded->message, i)); i++) {
		if (!decoded->protocol->get(decoded, name, &field))
			break;
		print_field(decoded, name, false, &field, w);
	}
}

void br_line_print_packet(const struct br_decoded *decoded, const struct br_line *line,
                          struct br_writer *w)
{
	struct br_field field;
	char name[NAME_SIZE];

	br_text_put(w, decoded->protocol->name);
	br_text_put(w, " ");
	br_text_put(w, decoded->message);
	print_positional(decoded, w);
	if (line) {
		for (size_t i = 0; i < line->args; i++) {
			const char *named = line->arg[i].name;

			if (line->arg[i].op != BR_ARG_IN && !is_positional(decoded, named) &&
			    decoded->protocol->get(decoded, named, &field))
				print_field(decoded, named, true, &field, w);
		}
		return;
	}
	for (size_t i = 0; decoded->protocol->next(decoded, i, name, sizeof(name)); i++) {
		if (!is_positional(decoded, name) && decoded->protocol->get(decoded, name, &field))
			print_field(decoded, name, true, &field, w);
	}
}

void br_arg_print(const struct br_arg *arg, struct br_writer *w)
{
	static const char *const text[] = {
		[BR_ARG_POSITIONAL] = "",    [BR_ARG_EQUAL] = "=",          [BR_ARG_UNEQUAL] = "!=",
		[BR_ARG_AT_MOST] = "<=",     [BR_ARG_AT_LEAST] = ">=",      [BR_ARG_CONTAINS] = "~",
		[BR_ARG_ABSENT] = "=absent", [BR_ARG_PRESENT] = "=present",
	};

	if (arg->op == BR_ARG_IN) {
		br_text_put(w, "in=");
	} else {
		print_name(arg->op == BR_ARG_POSITIONAL ? "" : arg->name, w);
		br_text_put(w, text[arg->op]);
	}
	if (arg->op != BR_ARG_ABSENT && arg->op != BR_ARG_PRESENT)
		br_value_print(&arg->value, w);
}
