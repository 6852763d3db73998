/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/line.h - a packet as a line of the script language, and back
 *
 * `dhcp offer xid=$x opt54=10.77.0.1` is a protocol, a message and arguments. Three
 * things can be done with it: match it against a packet (only named fields count),
 * build a packet from it (a template fills in what the line leaves out), and print a
 * packet as such a line, which can be run again. The protocols hide behind
 * struct br_protocol; everything about operators and variables is here, once.
 *
 * A field is octets and the format they are written in: `opt93=7` is two octets,
 * `opt67="boot.efi"` eight. Literals are turned into octets before they are compared.
 */
#ifndef BR_SIM_LINES_LINE_H
#define BR_SIM_LINES_LINE_H

#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/http_head.h"
#include "core/formats/tftp_packet.h"
#include "sim/lines/field.h"

enum {
	BR_LINE_ARGS_MAX = 64,
	BR_LINE_ERROR_SIZE = 160,
};

enum br_arg_op {
	BR_ARG_POSITIONAL, /* rrq boot.efi octet */
	BR_ARG_EQUAL,      /* opt54=10.77.0.1 */
	BR_ARG_UNEQUAL,    /* status!=301 */
	BR_ARG_AT_MOST,    /* blksize<=1468 */
	BR_ARG_AT_LEAST,   /* opt51>=120 */
	BR_ARG_CONTAINS,   /* opt55~[1,3]: all of them are in the list; text: "is part of" */
	BR_ARG_ABSENT,     /* opt82=absent */
	BR_ARG_PRESENT,    /* opt97=present */
	BR_ARG_IN,         /* in=10.77.0.0/24: about the argument before it */
	BR_ARG_OP_COUNT,   /* how many there are; never a value */
};

/**
 * struct br_arg - One argument of a line
 * @op:		Operator
 * @name:	Field; of a positional one the field its place stands for
 * @value:	Not set for ABSENT and PRESENT
 * @column:	Where it stands in the script, octets from 1
 */
struct br_arg {
	enum br_arg_op op;
	uint32_t column;
	const char *name;
	struct br_value value;
};

struct br_protocol;

/**
 * struct br_line - A message of a protocol with its arguments
 * @message:	"offer", "data", "GET", "200"; "*" for any; NULL: any HTTP response
 */
struct br_line {
	const struct br_protocol *protocol;
	const char *message;
	struct br_arg *arg;
	size_t args;
};

/* A packet taken apart by its protocol; large, so keep one and use it again. */
struct br_decoded {
	const struct br_protocol *protocol;
	const char *message; /* "offer", "data", "GET", "200" */
	struct br_octets payload;
	char status[4]; /* what @message points to for HTTP responses */
	uint8_t codes
		[BR_DHCP_INSTANCES_MAX]; /* of DHCP options, in their order; of DHCPv6 in twos */
	union {
		struct br_dhcp_message dhcp;
		struct br_dhcp6_message dhcp6;
		uint32_t icmp6; /* the word of its header */
		struct br_tftp_packet tftp;
		struct br_http_head http;
		char dns_name[256]; /* of the question, as people write it; "" if there is none */
	};
};

/**
 * struct br_protocol - What a protocol must say about its lines
 * @name:	"dhcp", as in scripts
 * @messages:	Names, NULL at the end
 * @fields:	Names worth suggesting and what they are, NULL at the end
 * @has_message: True if a line may carry this name
 * @format:	The format of a field; false if there is no such field
 * @positional:	Which field the argument at this place stands for, or NULL
 * @decode:	Take a payload apart; false if it is not of this protocol
 * @get:	A field of a decoded packet; false if it is absent
 * @next:	Names of the fields that are there, one by one: @index counts from 0,
 *		false at the end. For printing the whole packet
 * @build:	Octets from a template (may be empty), the message and finished settings:
 *		0, or -EINVAL with a reason
 */
struct br_setting {
	const char *name;
	bool absent; /* take it out of the template */
	struct br_octets octets;
};

struct br_build {
	const char *message;
	struct br_octets template;
	const struct br_setting *setting;
	size_t settings;
};

struct br_field_row {
	const char *name, *says;
};

struct br_protocol {
	const char *name;
	const char *const *messages;
	const struct br_field_row *fields;
	bool (*has_message)(const char *message);
	bool (*format)(const char *message, const char *name, enum br_field_format *ret_format);
	const char *(*positional)(const char *message, size_t index);
	bool (*decode)(struct br_octets payload, struct br_decoded *ret_decoded);
	bool (*get)(const struct br_decoded *decoded, const char *name, struct br_field *ret_field);
	bool (*next)(const struct br_decoded *decoded, size_t index, char *ret_name,
	             size_t name_size);
	int (*build)(const struct br_build *build, struct br_writer *w,
	             char error[static BR_LINE_ERROR_SIZE]);
};

extern const struct br_protocol br_protocol_dhcp, br_protocol_tftp, br_protocol_http;
extern const struct br_protocol br_protocol_dns;
extern const struct br_protocol br_protocol_dhcp6, br_protocol_icmp6;
/* Octets as they are, behind the header of that layer; raw_line.c */
extern const struct br_protocol br_protocol_eth, br_protocol_ip, br_protocol_udp;

/* NULL if there is none of that name, or past the last. */
const struct br_protocol *br_protocol_by_name(const char *name);
const struct br_protocol *br_protocol_at(size_t index);

/* What is wrong with argument @index of @line, if anything; for the parser. */
bool br_line_check_arg(const struct br_line *line, size_t index,
                       char error[static BR_LINE_ERROR_SIZE]);

enum br_arg_result {
	BR_ARG_MATCHES,
	BR_ARG_DIFFERS,
	BR_ARG_MISSING, /* the packet has no such field */
};

struct br_match {
	bool matches; /* all of it */
	bool message; /* protocol and message match; .arg is set only then */
	enum br_arg_result arg[BR_LINE_ARGS_MAX];
};

/* Compare; unbound variables match anything that is there. Binds nothing. */
void br_line_match(const struct br_line *line, const struct br_decoded *decoded,
                   const struct br_variables *variables, struct br_match *ret_match);

/* Bind what is not bound yet from a packet that matches, or that was built.
 * Return: 0, or -ENOSPC
 */
int br_line_bind(const struct br_line *line, const struct br_decoded *decoded,
                 struct br_variables *variables);

/**
 * br_line_build() - The payload a stimulus stands for
 * @template:	Octets of a packet that fills in what the line leaves out; may be empty
 * @variables:	Bound ones are put in; unbound ones keep what the template says
 * @error:	Why not, on failure
 *
 * Return: 0, -EINVAL with @error set
 */
int br_line_build(const struct br_line *line, struct br_octets template,
                  const struct br_variables *variables, struct br_writer *w,
                  char error[static BR_LINE_ERROR_SIZE]);

/* "dhcp offer xid=0x51a348a4 yiaddr=10.77.0.111 ..."; with @line, only the fields it
 * names, in its order, and those of them that are absent are left out.
 */
void br_line_print_packet(const struct br_decoded *decoded, const struct br_line *line,
                          struct br_writer *w);
/* One argument as a script writes it: "opt54=10.77.0.1", "boot.efi", "opt82=absent". */
void br_arg_print(const struct br_arg *arg, struct br_writer *w);

#endif /* BR_SIM_LINES_LINE_H */
