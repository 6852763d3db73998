/* SPDX-License-Identifier: BSD-2-Clause */
/* bootrig.c - the command: one table of verbs, nothing else
 *
 * Each verb is a function in the folder that does the work; it gets the words
 * after its own name and returns the exit code of DESIGN: 0 all passed,
 * 1 something failed, 2 bad usage or script, 3 nothing ran, 77 skipped.
 */
#include <stdio.h>
#include <string.h>

#include "captures/check.h"
#include "captures/convert/from_pcap.h"
#include "captures/explain/explain.h"
#include "captures/replay/replay.h"
#include "conformance/verb_run.h"
#include "sim/exit_code.h"
#include "sim/heap.h"
#include "sim/serve.h"
#include "vms/lan.h"

struct verb {
	const char *name;
	const char *arguments;
	const char *says;
	int (*run)(int argc, char **argv);
};

static const struct verb verbs[] = {
	{"check", "FILE PCAP...", "does this capture follow this script?", br_check_main},
	{"explain", "PCAP...", "what happened to each client, and why", br_explain_main},
	{"from-pcap", "PCAP [PCAP]", "a script from a capture", br_from_pcap_main},
	{"lan", "WORD...", "the wire and its servers as a process, vms/lan.h", br_lan_run},
	{"list", "[NAME...]", "scripts, or the manual of their language", br_verb_list},
	{"replay", "PCAP", "its client side against the core", br_replay_main},
	{"run", "FILE|DIR|ID...", "run scripts", br_verb_run},
	{"serve", "IFACE ...", "a boot server on a network interface", br_serve_run},
	{NULL, NULL, NULL, NULL},
};

static int usage(FILE *to)
{
	fprintf(to, "usage: bootrig VERB [ARGUMENT...]\n\n");
	for (const struct verb *v = verbs; v->name; v++)
		fprintf(to, "  bootrig %-9s %-18s %s\n", v->name, v->arguments, v->says);
	return to == stderr ? BR_EXIT_BAD_USAGE : 0;
}

int main(int argc, char **argv)
{
	br_heap_keep();
	if (argc < 2)
		return usage(stderr);
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return usage(stdout);
	for (const struct verb *v = verbs; v->name; v++) {
		if (!strcmp(argv[1], v->name))
			return v->run(argc - 1, argv + 1);
	}
	fprintf(stderr, "bootrig: no verb '%s'; 'bootrig help' lists them\n", argv[1]);
	return BR_EXIT_BAD_USAGE;
}
