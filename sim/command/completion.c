/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/command/completion.h"

#include <string.h>

/* "bash|zsh" as words */
static void put_choices(const char *choices, FILE *to)
{
	for (; *choices; choices++)
		fputc(*choices == '|' ? ' ' : *choices, to);
}

/* bash */

/* Names that only a folder knows are asked of the command itself. */
static const char bash_head[] =
	"# bash completion for bootrig, written by 'bootrig completion bash'\n"
	"_bootrig_offer()\n"
	"{\n"
	"\tlocal word=$1 kind=$2\n"
	"\n"
	"\tshift 2\n"
	"\tcase $kind in\n"
	"\tfile)\n"
	"\t\tcompopt -o filenames\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	"\t\t;;\n"
	"\tfolder)\n"
	"\t\tcompopt -o filenames\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$word\")\n"
	"\t\t;;\n"
	"\tscenario)\n"
	"\t\tcompopt -o filenames\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\"\n"
	"\t\t\tcompgen -W \"$(\"${COMP_WORDS[0]}\" list --names 2>/dev/null)\" "
	"-- \"$word\")\n"
	"\t\t;;\n"
	"\tprofile)\n"
	"\t\tset -- $(\"${COMP_WORDS[0]}\" vm --list 2>/dev/null | cut -d ' ' -f 1)\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$*\" -- \"$word\")\n"
	"\t\t;;\n"
	"\twords)\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$*\" -- \"$word\")\n"
	"\t\t;;\n"
	"\tesac\n"
	"}\n"
	"\n"
	"_bootrig()\n"
	"{\n"
	"\tlocal word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal options= operand=nothing verbs='";

static const char bash_begin[] = "'\n"
				 "\n"
				 "\tCOMPREPLY=()\n"
				 "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
				 "\t\t_bootrig_offer \"$word\" words \"$verbs --help --version\"\n"
				 "\t\treturn\n"
				 "\tfi\n"
				 "\tcase ${COMP_WORDS[1]} in\n";

static const char bash_end[] = "\tesac\n"
			       "\tcase $word in\n"
			       "\t-*) _bootrig_offer \"$word\" words \"$options --help\" ;;\n"
			       "\t*) _bootrig_offer \"$word\" $operand ;;\n"
			       "\tesac\n"
			       "}\n"
			       "complete -F _bootrig bootrig ./bootrig\n";

/* The words behind the first of _bootrig_offer */
static void bash_kind(enum br_takes takes, const char *choices, FILE *to)
{
	switch (takes) {
	case BR_TAKES_FILE:
		fputs("file", to);
		break;
	case BR_TAKES_FOLDER:
		fputs("folder", to);
		break;
	case BR_TAKES_CHOICE:
		fputs("words ", to);
		put_choices(choices, to);
		break;
	case BR_TAKES_SCENARIO:
		fputs("scenario", to);
		break;
	case BR_TAKES_PROFILE:
		fputs("profile", to);
		break;
	case BR_TAKES_VERB:
		fputs("words $verbs", to);
		break;
	case BR_TAKES_NOTHING:
	case BR_TAKES_TEXT:
	case BR_TAKES_NUMBER:
	case BR_TAKES_MAC:
	case BR_TAKES_IPV4:
		fputs("nothing", to);
		break;
	}
}

static void bash_verb(const struct br_command_verb *verb, FILE *to)
{
	const struct br_operand *operand = verb->operand;

	fprintf(to, "\t%s)\n\t\tcase $last in\n", verb->name);
	for (const struct br_option *o = verb->option; o && o->name; o++) {
		if (o->takes == BR_TAKES_NOTHING)
			continue;
		fprintf(to, "\t\t%s)\n\t\t\t_bootrig_offer \"$word\" ", o->name);
		bash_kind(o->takes, o->argument, to);
		fputs("\n\t\t\treturn\n\t\t\t;;\n", to);
	}
	fputs("\t\tesac\n\t\toptions='", to);
	for (const struct br_option *o = verb->option; o && o->name; o++)
		fprintf(to, "%s%s", o == verb->option ? "" : " ", o->name);
	fputs("'\n", to);
	if (operand && operand->name) {
		fputs("\t\toperand=\"", to);
		bash_kind(operand->takes, operand->name, to);
		fputs("\"\n", to);
	}
	fputs("\t\t;;\n", to);
}

void br_completion_bash(const struct br_command_verb *const *verb, FILE *to)
{
	fputs(bash_head, to);
	for (const struct br_command_verb *const *v = verb; *v; v++)
		fprintf(to, "%s%s", v == verb ? "" : " ", (*v)->name);
	fputs(bash_begin, to);
	for (; *verb; verb++)
		bash_verb(*verb, to);
	fputs(bash_end, to);
}

/* zsh */

static const char zsh_head[] =
	"#compdef bootrig\n"
	"# written by 'bootrig completion zsh'\n"
	"_bootrig_scenarios() {\n"
	"\tlocal -a names\n"
	"\n"
	"\tnames=(${(f)\"$($bootrig list --names 2>/dev/null)\"})\n"
	"\t_alternative 'files:file:_files' 'names:scenario:compadd -a names'\n"
	"}\n"
	"\n"
	"_bootrig_profiles() {\n"
	"\tlocal -a names\n"
	"\n"
	"\tnames=(${(M)${(f)\"$($bootrig vm --list 2>/dev/null)\"}:#[^ ]*})\n"
	"\tnames=(${names%% *})\n"
	"\tcompadd -a names\n"
	"}\n"
	"\n"
	"_bootrig_verbs() {\n"
	"\tlocal -a verbs\n"
	"\n"
	"\tverbs=(\n";

static const char zsh_begin[] = "\t)\n"
				"\t_describe verb verbs\n"
				"}\n"
				"\n"
				"_bootrig() {\n"
				"\tlocal bootrig=$words[1] verb=$words[2]\n"
				"\n"
				"\tif (( CURRENT == 2 )); then\n"
				"\t\t_bootrig_verbs\n"
				"\t\treturn\n"
				"\tfi\n"
				"\tshift words\n"
				"\t(( CURRENT-- ))\n"
				"\tcase $verb in\n";

static const char zsh_end[] = "\tesac\n"
			      "}\n"
			      "\n"
			      "if [[ $funcstack[1] == _bootrig ]]; then\n" /* found in fpath */
			      "\t_bootrig \"$@\"\n"
			      "else\n"
			      "\tcompdef _bootrig bootrig ./bootrig\n"
			      "fi\n";

/* Up to the end of its first clause, fit to stand in brackets and quotes */
static void zsh_text(const char *text, FILE *to)
{
	for (size_t left = strcspn(text, ";\n"); left > 0; left--, text++) {
		if (*text == '\'')
			fputs("'\\'", to);
		else if (strchr("[]:\\", *text))
			fputc('\\', to);
		fputc(*text, to);
	}
}

static void zsh_action(enum br_takes takes, const char *choices, FILE *to)
{
	switch (takes) {
	case BR_TAKES_FILE:
		fputs("_files", to);
		break;
	case BR_TAKES_FOLDER:
		fputs("_files -/", to);
		break;
	case BR_TAKES_CHOICE:
		fputc('(', to);
		put_choices(choices, to);
		fputc(')', to);
		break;
	case BR_TAKES_SCENARIO:
		fputs("_bootrig_scenarios", to);
		break;
	case BR_TAKES_PROFILE:
		fputs("_bootrig_profiles", to);
		break;
	case BR_TAKES_VERB:
		fputs("_bootrig_verbs", to);
		break;
	case BR_TAKES_NOTHING:
	case BR_TAKES_TEXT:
	case BR_TAKES_NUMBER:
	case BR_TAKES_MAC:
	case BR_TAKES_IPV4:
		fputc(' ', to); /* what it is, and nothing to choose from */
		break;
	}
}

static void zsh_verb(const struct br_command_verb *verb, FILE *to)
{
	fprintf(to, "\t%s)\n\t\t_arguments -s '(- *)'{-h,--help}'[explain %s]'", verb->name,
	        verb->name);
	for (const struct br_option *o = verb->option; o && o->name; o++) {
		fprintf(to, " \\\n\t\t\t'*%s%s[", o->name, o->argument ? "=" : "");
		zsh_text(o->says, to);
		fputc(']', to);
		if (o->argument) {
			fputc(':', to);
			zsh_text(o->argument, to);
			fputc(':', to);
			zsh_action(o->takes, o->argument, to);
		}
		fputc('\'', to);
	}
	for (const struct br_operand *o = verb->operand; o && o->name; o++) {
		fprintf(to, " \\\n\t\t\t'%s:", o->most > 1 ? "*" : o->least > 0 ? "" : ":");
		zsh_text(o->name, to);
		fputc(':', to);
		zsh_action(o->takes, o->name, to);
		fputc('\'', to);
	}
	fputs("\n\t\t;;\n", to);
}

void br_completion_zsh(const struct br_command_verb *const *verb, FILE *to)
{
	fputs(zsh_head, to);
	for (const struct br_command_verb *const *v = verb; *v; v++) {
		fprintf(to, "\t\t'%s:", (*v)->name);
		zsh_text((*v)->says, to);
		fputs("'\n", to);
	}
	fputs(zsh_begin, to);
	for (; *verb; verb++)
		zsh_verb(*verb, to);
	fputs(zsh_end, to);
}
