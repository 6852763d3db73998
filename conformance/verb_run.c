/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/verb_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conformance/conform/subject.h"
#include "conformance/requirements.h"
#include "conformance/watch.h"
#include "sim/command/share.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/models/fidelity.h"
#include "sim/script/language.h"
#include "sim/script/suite.h"

enum {
	JOBS_MAX = 64,
	FAULTS_MAX = 32,
	AGAINST_SIZE = 600,
};

static const char scripts[] = "conformance/scripts";

/* What stands on the command line of either, and where the scripts lie. */
struct script_words {
	struct br_suite_options suite;
	bool language, man;
	const char *fault[FAULTS_MAX];
	const char *fail_on, *server, *address, *roles;
	struct br_subject subject;
	char against[AGAINST_SIZE];
	struct br_watch_wish wish;
	struct br_run_watch watch;
	char folder[BR_SHARE_PATH_SIZE];
};

#define SUITE(member) offsetof(struct script_words, suite.member)

static const struct br_operand run_operands[] = {
	{"FILE|DIR|ID",
         "a script; a folder, for all scripts below it; the name of a script, or the beginning of "
         "several names up to a '/'; a requirement, for all scripts that show it. With --lf it may "
         "be left out: whatever failed",
         BR_TAKES_SCENARIO, 0, BR_OPERANDS_ANY},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static int take_firmware(void *target, char **word, int count, char *error, size_t size)
{
	struct br_suite_options *suite = &((struct script_words *)target)->suite;
	const char *profile = strchr(word[0], '=');

	(void)count;
	if (strcmp(word[0], BR_GUEST_FIT) != 0 &&
	    (!profile || profile == word[0] || profile[1] == '\0'))
		return 0;
	if (suite->guests == BR_SUITE_GUESTS_MAX) {
		(void)snprintf(error, size, "one machine too many, %d at most",
		               BR_SUITE_GUESTS_MAX);
		return 0;
	}
	suite->guest[suite->guests++] = word[0];
	return 1;
}

static int take_fault(void *target, char **word, int count, char *error, size_t size)
{
	struct script_words *words = target;
	struct br_parse_options *parse = &words->suite.parse;

	(void)count;
	if (parse->faults == FAULTS_MAX) {
		(void)snprintf(error, size, "one fault too many, %d at most", FAULTS_MAX);
		return 0;
	}
	words->fault[parse->faults++] = word[0];
	parse->fault = words->fault;
	return 1;
}

static const struct br_option run_options[] = {
	{.name = "--seed",
         .argument = "N",
         .says = "run this seed alone",
         .standard = "the seeds a script asks for",
         .takes = BR_TAKES_NUMBER,
         .at = SUITE(seed),
         .given = SUITE(has_seed)},
	{.name = "--explore",
         .argument = "N",
         .says = "N seeds of each script, whatever its `runs` says",
         .takes = BR_TAKES_NUMBER,
         .at = SUITE(explore),
         .least = 1},
	{.name = "--pcap",
         .argument = "FILE",
         .says = "write the frames of the run, of one script, to FILE (pcapng)",
         .standard = "of a failing run only, below --out",
         .takes = BR_TAKES_FILE,
         .at = SUITE(pcap)},
	{.name = "--server",
         .argument = "core|NAME|FILE.toml|iface:DEVICE",
         .says = "a real server in the place of the one under test, as for conform: its lines are "
                 "expectations of it, its addresses are put in, and what it is not or cannot be "
                 "told is a reason to skip a script. Time is real then",
         .standard = "core",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct script_words, server)},
	{.name = "--address",
         .argument = "ADDRESS",
         .says = "of the server behind iface:DEVICE",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct script_words, address)},
	{.name = "--roles",
         .argument = "ROLE[,ROLE]",
         .says = "of the server behind iface:DEVICE: dhcp, proxydhcp, pxe, tftp, http",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct script_words, roles)},
	{.name = "--firmware",
         .argument = "NODE=PROFILE[/PATH]|fit",
         .says = "a real machine in the place of that client or firmware: a profile of 'bootrig vm "
                 "--list', or a file, and one of its paths; as PROFILE, or alone for the first "
                 "node "
                 "with as=, fit is the machine that its model is of. What the script would send "
                 "for it is "
                 "expected of it, but its xids and ports are as it draws them. Time is real then, "
                 "bounds are ten times what lines say, 40 s at "
                 "least of the machine's; run.pcapng, serial.log, notes.log, explain.txt and "
                 "results.json are kept below --out. May be given several times",
         .takes = BR_TAKES_TEXT,
         .take = take_firmware},
	{.name = "--start",
         .argument = "power-on|snapshot",
         .says = "where machines of --firmware begin, as for vm",
         .standard = "power-on",
         .takes = BR_TAKES_CHOICE,
         .at = SUITE(guest_start)},
	{.name = "--fault",
         .argument = "FAULT",
         .says = "what goes wrong beside what the scripts say: 'lan drop boot -> fw tftp data "
                 "nth=3', "
                 "as behind fault in a script, from its first step on. May be given several times",
         .takes = BR_TAKES_TEXT,
         .take = take_fault},
	{.name = "-q", .says = "only what is not right, and the counts", .at = SUITE(quiet)},
	{.name = "-j",
         .argument = "N",
         .says = "N scripts at once; what is told and written is the same",
         .standard = "1",
         .takes = BR_TAKES_NUMBER,
         .at = SUITE(jobs),
         .least = 1,
         .most = JOBS_MAX},
	{.name = "--lf",
         .says = "of these only what failed the last time, as --out knows",
         .at = SUITE(last_failed)},
	{.name = "--fail-on",
         .argument = BR_GATE_CHOICE,
         .says = "fail a script in which its server breaks a requirement of that strength",
         .standard = "MUST",
         .takes = BR_TAKES_CHOICE,
         .at = offsetof(struct script_words, fail_on)},
	{.name = "--tap", .says = "reports as TAP comments, for machines", .at = SUITE(tap)},
	{.name = "--junit",
         .argument = "FILE",
         .says = "results as JUnit",
         .takes = BR_TAKES_FILE,
         .at = SUITE(junit)},
	{.name = "--json",
         .argument = "FILE",
         .says = "results as a flat JSON array",
         .takes = BR_TAKES_FILE,
         .at = SUITE(json)},
	{.name = "--html",
         .argument = "FILE",
         .says = "results as a page: what passed in each run as a ladder, with its capture, and "
                 "what "
                 "is different from the page that was there before",
         .takes = BR_TAKES_FILE,
         .at = SUITE(html)},
	{.name = "--out",
         .argument = "DIR",
         .says = "captures and reduced scripts of failing runs",
         .standard = "out",
         .takes = BR_TAKES_FOLDER,
         .at = SUITE(out)},
	{.name = NULL},
};

static const char *const run_examples[] = {
	"bootrig run tftp/read",
	"bootrig run TFTP-ACC-02",
	"bootrig run boot.wire --seed 7 --pcap boot.pcapng",
	"bootrig run tftp/read --server dnsmasq --junit out.xml",
	"bootrig run pxe4/two-server --firmware fw=ovmf-x64",
	NULL,
};

static struct script_words *words_new(void)
{
	struct script_words *words = calloc(1, sizeof(*words));

	if (!words)
		abort();
	br_share_path(words->folder, scripts);
	words->suite = (struct br_suite_options){
		.folder = words->folder,
		.out = "out",
		.to = stdout,
		.watch = &br_watch_rules,
		.parse = {.errors = stderr,
	                  .requirement = br_requirement_sentence,
	                  .near = br_requirement_near_id},
		.sources = {.sentence = br_requirement_sentence, .clause = br_requirement_clause},
	};
	return words;
}

static const char *prepare(void *context, const struct br_script *script)
{
	struct br_subject *subject = context;
	const char *gap = br_server_entry_gap(&subject->server, script->scenario);

	return gap ? gap : br_subject_prepare(subject, script);
}

/* What is behind --server: its files, its process. Return: 0, or an exit code after a line */
static int begin_server(struct script_words *words)
{
	struct br_suite_options *suite = &words->suite;
	struct br_subject *subject = &words->subject;
	struct br_parse_options quiet = {.requirement = br_requirement_sentence,
	                                 .target = &subject->server.target};
	struct br_scripts these = {0};
	int result;

	if (br_subject_choose(subject, words->server, words->address, words->roles, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	suite->parse.target = &subject->server.target;
	(void)snprintf(words->against, sizeof(words->against), " --server %.300s%s%.100s%s%.100s",
	               words->server, words->address ? " --address " : "",
	               words->address ? words->address : "", words->roles ? " --roles " : "",
	               words->roles ? words->roles : "");
	suite->against = words->against;
	if (!subject->server.start)
		return 0;
	suite->prepare = prepare;
	suite->context = subject;
	if (br_scripts_collect(&these, suite->names, suite->names_count, suite->folder, &quiet) < 0)
		return 0; /* who runs them says why */
	result = br_subject_open(subject, &these, suite->out);
	if (result == 0)
		result = br_subject_begin(subject, 1, true);
	br_scripts_free(&these);
	if (result == 0)
		return 0;
	fprintf(stderr, "%s: %s\n", subject->server.name, subject->error);
	if (subject->server.packages)
		fprintf(stderr, "it is in Debian's %s\n", subject->server.packages);
	return result == -EPERM ? BR_EXIT_SKIPPED : BR_EXIT_NOTHING_RAN;
}

static int run_against(struct script_words *words)
{
	int code = 0;

	if (words->server && strcmp(words->server, BR_SERVER_CORE) != 0)
		code = begin_server(words);
	if (code == 0)
		code = br_suite_run(&words->suite);
	br_subject_stop(&words->subject, "");
	if (words->subject.ended)
		code = BR_EXIT_FAILED;
	br_subject_free(&words->subject);
	return code;
}

static int run(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_run);
	struct script_words *words = words_new();
	int code;

	if (!br_words_read(&line, argc, argv, words)) {
		code = line.code;
	} else if (line.count == 0 && !words->suite.last_failed) {
		code = br_words_wrong(&line, "%s is missing", run_operands[0].name);
	} else {
		words->suite.names = (const char *const *)line.operand;
		words->suite.names_count = line.count;
		words->wish.gate = br_gate_of(words->fail_on);
		words->watch = br_watch_rules;
		words->watch.context = &words->wish;
		words->suite.watch = &words->watch;
		words->suite.command = getenv("BOOTRIG_COMMAND");
		words->suite.look = words->suite.tap ? (struct br_style){.prefix = "# "}
		                                     : br_style_of(stdout, "");
		code = run_against(words);
	}
	free(words);
	return code;
}

const struct br_command_verb br_verb_run = {
	.name = "run",
	.says = "run scripts",
	.about =
		"Runs scripts in virtual time, each seed twice: both runs must have the same trace "
		"hash. A run that fails is told with its trace, recorded and made smaller. Names "
		"and requirements are looked for in the scripts that come with bootrig.",
	.operand = run_operands,
	.option = run_options,
	.examples = run_examples,
	.run = run,
};

static void (*print_verdicts)(FILE *out);

void br_list_verdicts_by(void (*print)(FILE *out))
{
	print_verdicts = print;
}

static const struct br_operand list_operands[] = {
	{"TABLE|FILE|DIR|ID",
         "as for run; all there are if none is named. TABLE is models: of firmware, and how near "
         "each comes to recordings of real machines; verdicts: what explain may say, what it "
         "means, "
         "and a capture that shows it; firmware: the real firmware that vm boots, and what it "
         "costs",
         BR_TAKES_SCENARIO, 0, BR_OPERANDS_ANY},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option list_options[] = {
	{.name = "--names", .says = "their names alone, one a line", .at = SUITE(names_alone)},
	{.name = "--language",
         .says = "the manual of the script language instead",
         .at = offsetof(struct script_words, language)},
	{.name = "--man",
         .says = "with --language: as the man page bootrig-language(5)",
         .at = offsetof(struct script_words, man)},
	{.name = NULL},
};

/* What real machines there are is known to the driver of these: `vm --list`. Return: only if it
 * could not be started, the exit code
 */
static int list_firmware(void)
{
	char command[BR_SHARE_PATH_SIZE];
	char *words[] = {command, "vm", "--list", NULL};
	int error = br_share_command(command);

	if (error == 0) {
		execv(command, words);
		error = -errno;
	}
	fprintf(stderr, "bootrig list: %s\n", strerror(-error));
	return BR_EXIT_BAD_USAGE;
}

static int list(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_list);
	struct script_words *words = words_new();
	const char *all[] = {words->folder};
	int code = BR_EXIT_PASSED;

	if (!br_words_read(&line, argc, argv, words)) {
		code = line.code;
	} else if (words->man && !words->language) {
		fprintf(stderr, "bootrig list: --man is for --language\n");
		code = BR_EXIT_BAD_USAGE;
	} else if (words->language) {
		br_language_print(stdout, words->man ? BR_PAGE_MAN : BR_PAGE_TEXT);
	} else if (line.count == 1 && strcmp(line.operand[0], "models") == 0) {
		br_fidelity_list(stdout);
	} else if (line.count == 1 && print_verdicts && !strcmp(line.operand[0], "verdicts")) {
		print_verdicts(stdout);
	} else if (line.count == 1 && strcmp(line.operand[0], "firmware") == 0) {
		code = list_firmware();
	} else {
		words->suite.names = line.count > 0 ? (const char *const *)line.operand : all;
		words->suite.names_count = line.count > 0 ? line.count : 1;
		code = br_suite_list(&words->suite);
	}
	free(words);
	return code;
}

const struct br_command_verb br_verb_list = {
	.name = "list",
	.says = "scripts, their language, models, verdicts, firmware",
	.about = "Says of each script its name, title, file and requirements.",
	.operand = list_operands,
	.option = list_options,
	.run = list,
};
