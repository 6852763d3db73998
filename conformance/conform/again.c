/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/again.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "conformance/conform/play.h"
#include "sim/escape.h"

static void put_command(const struct br_against *against, const struct br_tell_options *options,
                        FILE *to)
{
	br_escape_shell(options->command ? options->command : "bootrig", to);
	if (options->server) {
		fputs(" conform --server ", to);
		br_escape_shell(options->server, to);
		if (options->address) {
			fputs(" --address ", to);
			br_escape_shell(options->address, to);
			fputs(" --roles ", to);
			br_escape_shell(options->roles, to);
		}
		fputs(" --script ", to);
		br_escape_shell(against->script->scenario, to);
		return;
	}
	fputs(" run ", to);
	br_escape_shell(against->script->path, to);
	fprintf(to, " --seed %" PRIu64, against->seed);
	if (against->line == 0 && against->frame > 0)
		fputs(" --pcap breach.pcapng", to);
}

char *br_again_text(const struct br_against *against, const struct br_tell_options *options)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		abort();
	put_command(against, options, to);
	fclose(to);
	return text;
}

bool br_again_capture(char *path, size_t size, const struct br_against *against,
                      const struct br_tell_options *options)
{
	if (!options->captures)
		return false;
	br_play_capture(path, size, options->captures, against->script->scenario);
	return access(path, R_OK) == 0;
}
