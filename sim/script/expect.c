/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/expect.h"

#include <errno.h>

#include "core/base/address.h"

uint16_t br_expect_port(const struct br_end *end, const struct br_variables *variables)
{
	const struct br_variable *variable;
	uint64_t number = 0;

	if (!end->has_port)
		return 0;
	if (end->port.kind != BR_VALUE_VARIABLE) {
		br_number_read(end->port.text, UINT16_MAX, &number);
		return (uint16_t)number;
	}
	variable = br_variable_find(variables, (const char *)end->port.text.data);
	if (variable)
		br_field_number(variable->format, variable->octets, &number);
	return number <= UINT16_MAX ? (uint16_t)number : 0;
}

static bool port_matches(const struct br_end *end, uint16_t port,
                         const struct br_variables *variables)
{
	uint16_t want = br_expect_port(end, variables);

	return want == 0 || want == port;
}

static bool node_matches(int want, enum br_expect_star star, int got)
{
	if (want == BR_SCRIPT_NODE_ANYONE && star == BR_EXPECT_STAR_ANYONE)
		return true;
	return want == got;
}

static bool end_matches(const struct br_end *end, enum br_expect_star star, int got,
                        const struct br_endpoint *at)
{
	if (end->has_ip)
		return br_ip_equal(end->ip, at->ip);
	return node_matches(end->node, star, got);
}

bool br_expect_ends(const struct br_step *step, enum br_expect_star star,
                    const struct br_seen *seen, const struct br_variables *variables)
{
	return end_matches(&step->from, star, seen->from, &seen->source) &&
	       port_matches(&step->from, seen->source.port, variables) &&
	       end_matches(&step->to, star, seen->to, &seen->target) &&
	       port_matches(&step->to, seen->target.port, variables);
}

void br_expect_match(const struct br_step *step, enum br_expect_star star,
                     const struct br_seen *seen, const struct br_decoded *decoded,
                     const struct br_variables *variables, struct br_line_verdict *ret_verdict)
{
	struct br_line_verdict *v = ret_verdict;

	v->from = end_matches(&step->from, star, seen->from, &seen->source);
	v->from_port = port_matches(&step->from, seen->source.port, variables);
	v->to = end_matches(&step->to, star, seen->to, &seen->target);
	v->to_port = port_matches(&step->to, seen->target.port, variables);
	br_line_match(&step->line, decoded, variables, &v->match);
	v->matches = v->from && v->from_port && v->to && v->to_port && v->match.matches;
}

static bool bind_port(const struct br_end *end, uint16_t port, struct br_variables *variables)
{
	struct br_field field = {.format = BR_FIELD_U16};

	if (!end->has_port || end->port.kind != BR_VALUE_VARIABLE)
		return true;
	field.room[0] = (uint8_t)(port >> 8);
	field.room[1] = (uint8_t)port;
	field.octets = (struct br_octets){field.room, 2};
	return br_variable_bind(variables, (const char *)end->port.text.data, &field);
}

int br_expect_bind(const struct br_step *step, const struct br_seen *seen,
                   const struct br_decoded *decoded, struct br_variables *variables)
{
	if (!bind_port(&step->from, seen->source.port, variables) ||
	    !bind_port(&step->to, seen->target.port, variables))
		return -ENOSPC;
	return br_line_bind(&step->line, decoded, variables);
}

unsigned br_expect_closeness(const struct br_step *step, const struct br_line_verdict *verdict)
{
	unsigned parts =
		2u * verdict->from + 2u * verdict->to + verdict->from_port + verdict->to_port;

	if (!verdict->match.message)
		return parts;
	parts += 8;
	for (size_t i = 0; i < step->line.args; i++)
		parts += verdict->match.arg[i] == BR_ARG_MATCHES;
	return parts;
}
