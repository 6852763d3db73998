/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/command/help.h"

#include <string.h>

enum {
	TEXT_SIZE = 2048,
	LINE_SIZE = 320,
};

/* " FILE PCAP...": what br_words_read() counts, as people write it */
static void operands_of(const struct br_command_verb *verb, char *target, size_t size)
{
	size_t used = 0;

	target[0] = '\0';
	for (const struct br_operand *o = verb->operand; o && o->name && used < size; o++)
		used += (size_t)snprintf(target + used, size - used,
		                         o->least > 0 ? " %s%s" : " [%s%s]", o->name,
		                         o->most > 1 ? "..." : "");
}

static void options_of(struct br_page *page, const struct br_command_verb *verb)
{
	char text[TEXT_SIZE];

	br_page_section(page, "Options");
	for (const struct br_option *o = verb->option; o && o->name; o++) {
		snprintf(text, sizeof(text), "%s%s%s%s", o->says, o->standard ? " (default: " : "",
		         o->standard ? o->standard : "", o->standard ? ")" : "");
		br_page_item(page, o->name, o->argument, text);
	}
	br_page_item(page, "-h, --help", NULL, "this text");
}

static const char exit_codes[] =
	"0 all passed, 1 something failed, 2 called wrongly or a file that cannot be used, "
	"3 nothing ran, 77 skipped.";

static void page_of(struct br_page *page, const struct br_command_verb *verb)
{
	char operands[LINE_SIZE], line[2 * LINE_SIZE];

	operands_of(verb, operands, sizeof(operands));
	snprintf(line, sizeof(line), "bootrig %s%s%s", verb->name,
	         verb->option && verb->option->name ? " [OPTION...]" : "", operands);
	br_page_section(page, page->form == BR_PAGE_MAN ? "Synopsis" : "Usage");
	br_page_line(page, line);
	if (page->form == BR_PAGE_MAN)
		br_page_section(page, "Description");
	br_page_text(page, verb->about);
	for (const struct br_operand *o = verb->operand; o && o->name; o++) {
		if (o == verb->operand)
			br_page_section(page, "Operands");
		br_page_item(page, o->name, NULL, o->says);
	}
	options_of(page, verb);
	if (verb->more)
		verb->more(page);
	br_page_section(page, "Exit status");
	br_page_text(page, verb->exits ? verb->exits : exit_codes);
	for (size_t i = 0; verb->examples && verb->examples[i]; i++) {
		if (i == 0)
			br_page_section(page, "Examples");
		br_page_line(page, verb->examples[i]);
	}
}

void br_help_verb(const struct br_command_verb *verb, FILE *to)
{
	struct br_page page = {.to = to, .form = BR_PAGE_TEXT};

	page_of(&page, verb);
}

void br_help_verb_man(const struct br_command_verb *verb, FILE *to)
{
	struct br_page page = {.to = to, .form = BR_PAGE_MAN};
	char name[LINE_SIZE];

	snprintf(name, sizeof(name), "bootrig-%s", verb->name);
	br_page_title(&page, name, "1", verb->says);
	page_of(&page, verb);
	br_page_section(&page, "See also");
	br_page_text(&page, "bootrig(1)");
}

static const char about[] =
	"A rig for network boot: a netboot server (DHCP, proxyDHCP, TFTP, HTTP Boot), a virtual "
	"network to plug it into, scripts and captures that say what must pass on the wire.";

static const struct {
	const char *name, *says;
} environment[] = {
	{"BOOTRIG_SHARE",
         "where conformance/scripts and vms/profiles lie; without it share/bootrig "
         "beside the folder of the command, then the source tree it was built "
         "from"},
	{"BOOTRIG_CACHE", "where demo and vm keep what they download"},
};

void br_help_command(const struct br_command_verb *const *verb, FILE *to)
{
	struct br_page page = {.to = to, .form = BR_PAGE_TEXT};
	char operands[LINE_SIZE];

	br_page_section(&page, "Usage");
	br_page_line(&page, "bootrig VERB [WORD...]");
	br_page_section(&page, "Verbs");
	for (; *verb; verb++) {
		operands_of(*verb, operands, sizeof(operands));
		fprintf(to, "  bootrig %-10s %-20s  %s\n", (*verb)->name,
		        operands[0] ? operands + 1 : "", (*verb)->says);
		page.begun = true;
	}
	br_page_text(&page, "'bootrig help VERB' or 'bootrig VERB --help' explains a verb and each "
	                    "of its options, 'bootrig --version' says which one this is.");
	br_page_section(&page, "Exit status");
	br_page_text(&page, exit_codes);
}

void br_help_command_man(const struct br_command_verb *const *verb, FILE *to)
{
	struct br_page page = {.to = to, .form = BR_PAGE_MAN};
	char line[LINE_SIZE];

	br_page_title(&page, "bootrig", "1", "a rig for network boot");
	br_page_section(&page, "Synopsis");
	br_page_line(&page, "bootrig VERB [WORD...]");
	br_page_line(&page, "bootrig --version");
	br_page_section(&page, "Description");
	br_page_text(&page, about);
	br_page_section(&page, "Verbs");
	for (const struct br_command_verb *const *v = verb; *v; v++) {
		snprintf(line, sizeof(line), "%s; see bootrig-%s(1)", (*v)->says, (*v)->name);
		br_page_item(&page, (*v)->name, NULL, line);
	}
	br_page_section(&page, "Exit status");
	br_page_text(&page, exit_codes);
	br_page_section(&page, "Environment");
	for (size_t i = 0; i < sizeof(environment) / sizeof(environment[0]); i++)
		br_page_item(&page, environment[i].name, NULL, environment[i].says);
}
