/* SPDX-License-Identifier: BSD-2-Clause */
#include "vms/driven.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/command/share.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"

/* What is of use here; rig.py reads all of it once more. */
struct driven_words {
	const char *word;
	uint64_t number;
	bool skip, list;
};

#define OWN_FILE(option, sentence)                                                                 \
	{                                                                                          \
		.name = (option), .argument = "FILE", .says = (sentence), .takes = BR_TAKES_FILE,  \
		.at = offsetof(struct driven_words, word)                                          \
	}

static const struct br_option machine_options[] = {
	{.name = "--out",
         .argument = "DIR",
         .says = "folder for captures and logs, which no other run is using",
         .standard = "out/VERB, in the source tree if it is run from one; the next free number "
                     "behind it if another run uses that",
         .takes = BR_TAKES_FOLDER,
         .at = offsetof(struct driven_words, word)},
	{.name = "--server",
         .argument = "NAME:KEY=VALUE",
         .says = "change a setting of a server, as in boot:windowsize=on; may be given several "
                 "times",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct driven_words, word)},
	{.name = "--net",
         .argument = "KEY=VALUE",
         .says = "what goes wrong on the net, as in loss=5%, or mtu=1400: as for lan; may be given "
                 "several times",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct driven_words, word)},
	{.name = "--fault",
         .argument = "FAULT",
         .says = "what goes wrong with certain frames: 'lan drop boot -> fw tftp data nth=3', as "
                 "behind fault in a script; the machine is fw. May be given several times",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct driven_words, word)},
	{.name = "--clock",
         .argument = "counted|real",
         .says = "how the guest's time passes: by instructions, which is faster but its timers "
                 "outrun a busy machine, or really",
         .standard = "real",
         .takes = BR_TAKES_CHOICE,
         .at = offsetof(struct driven_words, word)},
	{.name = "--start",
         .argument = "power-on|snapshot",
         .says = "where a boot begins: at power-on, or where the machine first asks for an "
                 "address, as it was written down once; a snapshot is kept in the cache and made "
                 "anew when "
                 "the firmware, the profile or QEMU is another",
         .standard = "power-on",
         .takes = BR_TAKES_CHOICE,
         .at = offsetof(struct driven_words, word)},
	{.name = "--until",
         .argument = "STEP",
         .says = "stop at this step of the path, as vms/profiles names them",
         .standard = "BOOT-OK",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct driven_words, word)},
	{.name = "--limit",
         .argument = "SECONDS",
         .says = "give one boot so long",
         .standard = "what its path says",
         .takes = BR_TAKES_NUMBER,
         .at = offsetof(struct driven_words, number),
         .least = 1,
         .most = 1000000},
	OWN_FILE("--code",
                 "firmware of your own, in the place of the profile's: an image in flash; the "
                 "variable store is the file beside it that has VARS for CODE in its name, or "
                 "the profile's"),
	OWN_FILE("--vars", "a variable store of your own; each boot gets a copy"),
	OWN_FILE("--bios", "firmware of your own in one image, for -bios of QEMU"),
	OWN_FILE("--kernel", "firmware of your own that QEMU is to load as a kernel"),
	OWN_FILE("--rom", "an option ROM of your own for the network card"),
	OWN_FILE("--efi",
                 "what is booted, a file of your own; the boot servers then have nothing else but "
                 "what --file names, and it needs to be loaded, no more, unless --until is given"),
	{.name = "--file",
         .argument = "NAME=PATH",
         .says = "a file that the boot servers have under that name, in the place of one of the "
                 "payload or beside it; may be given several times",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct driven_words, word)},
	{.name = "--qemu",
         .argument = "BINARY",
         .says = "the QEMU to start",
         .standard = "the profile's",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct driven_words, word)},
	{.name = "--nic",
         .argument = "MODEL",
         .says = "the network card, by QEMU's name for it",
         .standard = "the first of the profile's",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct driven_words, word)},
	{.name = "--accel",
         .argument = "NAME",
         .says = "what runs the guest, as kvm, in the place of the profile's tcg",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct driven_words, word)},
	OWN_FILE("--junit", "the results as JUnit, written anew after each boot"),
	OWN_FILE("--tap", "the results as TAP"),
	OWN_FILE("--json", "the results as JSON, with the time of each step"),
	OWN_FILE("--html", "a page: what passed and what the console said, on one clock"),
	{.name = "--keep",
         .says = "keep the variable store, the boot servers' own root, and the words QEMU was "
                 "started with",
         .at = offsetof(struct driven_words, skip)},
	{.name = "--console",
         .says = "what is typed goes to the machine's console, line by line",
         .at = offsetof(struct driven_words, skip)},
	{.name = "--screenshot",
         .says = "keep the machine's screen as it was at the end, for profiles with a screen",
         .at = offsetof(struct driven_words, skip)},
	{.name = "--skip",
         .says = "exit 77 where something is missing, not 2",
         .at = offsetof(struct driven_words, skip)},
	{.name = "--list",
         .says = "say which profiles and paths there are, and boot nothing",
         .at = offsetof(struct driven_words, list)},
	{.name = NULL},
};

static const struct br_operand vm_operands[] = {
	{"PROFILE", "a machine and its firmware: a name of --list, or a file", BR_TAKES_PROFILE, 0,
         1},
	{"PATH", "how it boots: a path of the profile; all of them if none is named", BR_TAKES_TEXT,
         0, BR_OPERANDS_ANY},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

/* Return: only if python could not be started, the exit code */
static int start_driver(const char *script, char **argv, int argc)
{
	char driver[BR_SHARE_PATH_SIZE], command[BR_SHARE_PATH_SIZE];
	const char **words = calloc((size_t)argc + 6, sizeof(*words));
	int error = words ? br_share_command(command) : -ENOMEM;

	br_share_path(driver, script);
	if (error == 0 && access(driver, R_OK) < 0) {
		fprintf(stderr, "bootrig %s: %s: %s\n", argv[0], driver, strerror(errno));
	} else if (error == 0) {
		words[0] = "python3";
		words[1] = "-B"; /* what is installed is not written to */
		words[2] = driver;
		words[3] = "--bin";
		words[4] = command;
		memcpy(words + 5, argv, (size_t)argc * sizeof(*argv));
		execvp(words[0], (char **)(uintptr_t)words);
		error = -errno;
	}
	if (error < 0)
		fprintf(stderr, "bootrig %s: python3: %s\n", argv[0], strerror(-error));
	free(words);
	return BR_EXIT_BAD_USAGE;
}

static int drive(const struct br_command_verb *verb, int argc, char **argv)
{
	struct br_words line = br_words_of(verb);
	struct driven_words read = {.skip = false};
	char **moved = calloc((size_t)argc + 1, sizeof(*moved));
	int code;

	if (!moved)
		abort();
	memcpy(moved, argv, (size_t)argc * sizeof(*argv));
	if (!br_words_read(&line, argc, moved, &read))
		code = line.code;
	else if (verb == &br_verb_vm && line.count == 0 && !read.list)
		code = br_words_wrong(&line, "PROFILE is missing, 'bootrig vm --list' has them");
	else
		code = start_driver(verb == &br_verb_matrix ? "vms/matrix.py" : "vms/rig.py", argv,
		                    argc);
	free(moved);
	return code;
}

static int demo_main(int argc, char **argv)
{
	return drive(&br_verb_demo, argc, argv);
}

static int vm_main(int argc, char **argv)
{
	return drive(&br_verb_vm, argc, argv);
}

static int matrix_main(int argc, char **argv)
{
	return drive(&br_verb_matrix, argc, argv);
}

static int test_main(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_test);
	struct driven_words read = {.skip = false};

	if (!br_words_read(&line, argc, argv, &read))
		return line.code;
	return br_words_wrong(&line, "the tests are run in the source tree, by ./bootrig test");
}

static const char driven_exits[] =
	"0 all booted, 1 one did not, 2 called wrongly, the rig cannot run here, or something that "
	"was to be kept could not be written (the verdict is said all the same), 77 with --skip "
	"where something is missing.";

static const char *const demo_examples[] = {
	"bootrig demo",
	NULL,
};

const struct br_command_verb br_verb_demo = {
	.name = "demo",
	.says = "boot a real UEFI machine, and show it",
	.about = "Boots a real UEFI machine (OVMF in QEMU) by PXE and by UEFI HTTP Boot, and shows "
		 "what passes. shim, GRUB and Linux are downloaded as Debian packages, once, and "
		 "kept "
		 "in BOOTRIG_CACHE.",
	.option = machine_options,
	.exits = driven_exits,
	.examples = demo_examples,
	.run = demo_main,
};

static const char *const vm_examples[] = {
	"bootrig vm --list",
	"bootrig vm ovmf-x64 pxe4 --server boot:windowsize=on",
	"bootrig vm ovmf-x64 http4 --until GRUB --clock counted",
	"bootrig vm ovmf-x64 pxe4 --code Build/OVMF_CODE.fd --junit out.xml",
	"bootrig vm ovmf-x64 pxe4 --efi snponly.efi --until DHCP",
	"bootrig vm aavmf64 probe4 probe-http4",
	NULL,
};

const struct br_command_verb br_verb_vm = {
	.name = "vm",
	.says = "boot one real machine",
	.about = "Boots one machine by one path or by all it has. Its console, what passed, what "
		 "the "
		 "servers decided and the story of it are kept; a server that breaks a rule that "
		 "binds fails the boot.",
	.operand = vm_operands,
	.option = machine_options,
	.exits = driven_exits,
	.examples = vm_examples,
	.run = vm_main,
};

static const struct br_option matrix_options[] = {
	{.name = "--out",
         .argument = "DIR",
         .says = "folder for results.json, index.html and a folder for each cell",
         .standard = "out/matrix",
         .takes = BR_TAKES_FOLDER,
         .at = offsetof(struct driven_words, word)},
	{.name = "--firmware",
         .argument = "PROFILE",
         .says = "this one, a name of 'bootrig vm --list' or a file; may be given several times",
         .standard = "all that are here",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct driven_words, word)},
	{.name = "--condition",
         .argument = "FILE|DIR",
         .says = "a script whose client or firmware is called fw, or all of a folder; may be given "
                 "several times",
         .standard = "vms/conditions and vms/faults",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct driven_words, word)},
	{.name = "--server",
         .argument = "core|dnsmasq|slirp",
         .says = "who answers: the server here; dnsmasq in a network of its own, as root; or what "
                 "is inside of QEMU, from power-on, where nothing can go wrong on the wire. The "
                 "latter two for conditions with one server for everything; may be given several "
                 "times",
         .standard = "core",
         .takes = BR_TAKES_CHOICE,
         .at = offsetof(struct driven_words, word)},
	{.name = "--start",
         .argument = "power-on|snapshot",
         .says = "where machines begin, as for vm",
         .standard = "snapshot",
         .takes = BR_TAKES_CHOICE,
         .at = offsetof(struct driven_words, word)},
	{.name = "--shard",
         .argument = "I/N",
         .says = "every N-th cell from the I-th on; the results lie beside those of other shards",
         .takes = BR_TAKES_TEXT,
         .at = offsetof(struct driven_words, word)},
	{.name = "--jobs",
         .argument = "N",
         .says = "N cells at once",
         .standard = "one for each two processors",
         .takes = BR_TAKES_NUMBER,
         .at = offsetof(struct driven_words, number),
         .least = 1,
         .most = 64},
	{.name = "--page",
         .says = "make the page of the results that are there, and boot nothing",
         .at = offsetof(struct driven_words, skip)},
	{.name = "--list",
         .says = "say which cells there are, cheapest first, and boot nothing",
         .at = offsetof(struct driven_words, list)},
	{.name = "--skip",
         .says = "exit 77 where no firmware is here, not 2",
         .at = offsetof(struct driven_words, skip)},
	{.name = NULL},
};

static const char *const matrix_examples[] = {
	"bootrig matrix --firmware ovmf-x64 --firmware uboot-arm64",
	"bootrig matrix --out m --shard 1/4",
	NULL,
};

const struct br_command_verb br_verb_matrix = {
	.name = "matrix",
	.says = "every firmware in every condition",
	.about =
		"Boots each firmware by each of its paths in each condition, cheapest first. A run "
		"that was ended goes on where it was. The page has the story of each cell, and "
		"what "
		"each firmware itself broke.",
	.option = matrix_options,
	.exits = "0 nothing is different from the last run, or there was none; 1 something is; 2 "
		 "called wrongly, or the rig cannot run here; 77 with --skip.",
	.examples = matrix_examples,
	.run = matrix_main,
};

static const struct br_operand test_operands[] = {
	{"WORD", "a name of a test, or an option, for meson test; all tests if none is named",
         BR_TAKES_TEXT, 0, BR_OPERANDS_ANY},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option test_options[] = {
	{.name = "--quick",
         .says = "the first of the two builds only",
         .at = offsetof(struct driven_words, skip)},
	{.name = NULL},
};

static const char *const test_examples[] = {
	"./bootrig test",
	"./bootrig test --quick scripts",
	NULL,
};

const struct br_command_verb br_verb_test = {
	.name = "test",
	.says = "pass the tests, in the source tree",
	.about = "Builds with gcc, and with clang and sanitizers, and passes the tests in both. "
		 "What "
		 "is counted is the smallest thing that has a verdict of its own; one that runs in "
		 "both builds counts once, and passes only if it passes in both.",
	.operand = test_operands,
	.option = test_options,
	.exits = "0 all passed, 1 something failed, 3 nothing ran.",
	.examples = test_examples,
	.run = test_main,
};
