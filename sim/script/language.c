/* SPDX-License-Identifier: BSD-2-Clause */
/* The manual of the language: what the tables of the parser say, in their order. */
#include <string.h>

#include "core/config.h"
#include "core/metrics.h"
#include "sim/models/model.h"
#include "sim/script/node_keys.h"
#include "sim/script/parser.h"
#include "sim/script/suite.h"

enum {
	WIDTH = 96
};

/* @text with its words set into lines, each @indent blanks from the left. */
static void fill(FILE *to, const char *text, int indent)
{
	int column = indent;

	fprintf(to, "%*s", indent, "");
	while (*text) {
		int size = (int)strcspn(text, " ");

		if (column > indent && column + 1 + size > WIDTH) {
			fprintf(to, "\n%*s", indent, "");
			column = indent;
		}
		if (column > indent)
			fputc(' ', to);
		fprintf(to, "%.*s", size, text);
		column += size + 1;
		text += size;
		while (*text == ' ')
			text++;
	}
	fputc('\n', to);
}

static void print_verbs(FILE *to, const struct br_verb *verbs)
{
	for (; verbs->name; verbs++) {
		fprintf(to, "\n");
		fill(to, verbs->form, 2);
		fill(to, verbs->says, 6);
		if (verbs->example)
			fprintf(to, "      as in: %s\n", verbs->example);
	}
}

static void print_names(FILE *to, const char *title, const char *const *names)
{
	char text[2048] = "";
	size_t used = 0;

	for (; *names; names++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s ", *names);
	fprintf(to, "  %s\n", title);
	fill(to, text, 6);
}

static void print_keys(FILE *to)
{
	const char *name, *says;

	for (unsigned kind = 0; kind < BR_NODE_KIND_COUNT; kind++) {
		fprintf(to, "\n  %s\n", br_node_kind_name((enum br_node_kind)kind));
		for (size_t i = 0; (name = br_node_key_at((enum br_node_kind)kind, i, &says)); i++)
			fprintf(to, "      %-14s %s\n", name, says);
	}
	fprintf(to, "\n  sut, peer with role=\n");
	for (size_t i = 0; br_config_key(i); i++)
		fprintf(to, "      %-18s %s\n", br_config_key(i), br_config_key_says(i));
}

void br_suite_language(FILE *to)
{
	const struct br_protocol *protocol;

	fprintf(to, "THE HEADER\n");
	print_verbs(to, br_verbs_header);
	fprintf(to, "\nSTEPS\n\n");
	fill(to, "[+DUR | <=DUR] END -> END PROTO MESSAGE {ARG} {@REQID}", 2);
	fill(to,
	     "One packet. Who sends decides: what a node sends that acts by itself (sut, peer with "
	     "role=, firmware, relay with auto=on) is an expectation, anything else a stimulus "
	     "that "
	     "the rig sends. +DUR: this long after the previous event. <=DUR: not later than this "
	     "after it, 1s without. END is NODE or NODE:PORT; '*' as target is broadcast; a port "
	     "may "
	     "be a $VARIABLE.",
	     6);
	fill(to,
	     "ARG is a bare value in its place (file, block number, path), or FIELD=VALUE, "
	     "FIELD!=VALUE, FIELD<=INT, FIELD>=INT, FIELD~[A,B] (the list has them; a text: it is "
	     "part of it), FIELD=absent, FIELD=present, or in=NETWORK about the field before it. "
	     "VALUE is a word, a \"string\" with \\\" \\\\ \\n \\r \\t \\0 \\xNN, a [list], "
	     "hex:0102 "
	     "for octets whatever the field, or $VARIABLE: the first use binds, later ones "
	     "compare. "
	     "$VAR<=INT bounds it too. Only named fields count.",
	     6);
	print_verbs(to, br_verbs_step);
	fprintf(to, "\nPROTOCOLS\n");
	for (size_t i = 0; (protocol = br_protocol_at(i)); i++) {
		fprintf(to, "\n  %s\n", protocol->name);
		print_names(to, "  messages", protocol->messages);
		print_names(to, "  fields", protocol->fields);
	}
	fill(to,
	     "dhcp: optN and optN.M (sub-option), optN.count; in a stimulus cut=N, tail=HEX, "
	     "size=N. "
	     "tftp: opt.NAME for options of other names. http: any header field by its name.",
	     6);
	fprintf(to, "\nKEYS OF NODES\n");
	print_keys(to);
	fprintf(to, "\nMODELS (as=)\n\n");
	for (size_t i = 0; br_model_name(i); i++)
		fprintf(to, "  %s\n", br_model_name(i));
	fprintf(to, "\nMETRICS\n\n");
	for (size_t i = 0; br_metrics_name(i); i++)
		fprintf(to, "  %s\n", br_metrics_name(i));
}
