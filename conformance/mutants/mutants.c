/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/mutants/mutants.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/conform/areas.h"
#include "sim/script/node_keys.h"
#include "sim/stop.h"

enum {
	DEAR_FRAMES = 50000,
	HANGS_S = 120, /* all scripts take about a second */
};

void br_mutants_init(struct br_mutants *mutants, const struct br_defect_set *set,
                     const struct br_scripts *scripts, const char *only)
{
	size_t rows;

	*mutants = (struct br_mutants){.set = set, .scripts = scripts};
	mutants->index = calloc(set->count, sizeof(mutants->index[0]));
	if (!mutants->index)
		abort();
	for (size_t i = 0; i < set->count; i++) {
		if (!only || br_area_is_below(set->row[i].requirement, only))
			mutants->index[mutants->count++] = i;
	}
	rows = mutants->count + 1;
	mutants->size = rows * sizeof(mutants->mutant[0]) + rows * scripts->count;
	mutants->shared = mmap(NULL, mutants->size, PROT_READ | PROT_WRITE,
	                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mutants->shared == MAP_FAILED)
		abort();
	mutants->mutant = mutants->shared;
	mutants->noticed = (bool *)(mutants->mutant + rows);
	mutants->dear = calloc(scripts->count + 1, sizeof(mutants->dear[0]));
	if (!mutants->dear)
		abort();
}

void br_mutants_free(struct br_mutants *mutants)
{
	munmap(mutants->shared, mutants->size);
	free(mutants->index);
	free(mutants->dear);
}

const struct br_defect *br_mutant_defect(const struct br_mutants *mutants, size_t i)
{
	return &mutants->set->row[mutants->index[i]];
}

bool br_mutant_noticed(const struct br_mutants *mutants, size_t i, size_t script)
{
	return mutants->noticed[i * mutants->scripts->count + script];
}

bool br_mutant_is_killed(const struct br_mutant *mutant)
{
	return mutant->scripts > 0 || !mutant->ended;
}

/* In a process of its own: what an assertion says on its way is not for the user. */
static void try_one(struct br_mutants *mutants, size_t i, struct br_file_store *made)
{
	const char *requirement = "";
	int nowhere = open("/dev/null", O_WRONLY);

	if (nowhere >= 0)
		dup2(nowhere, STDERR_FILENO);
	alarm(HANGS_S);
	if (i < mutants->count) {
		requirement = br_mutant_defect(mutants, i)->requirement;
		mutants->set->choose(mutants->index[i]);
	}
	br_killers_find(mutants->scripts, mutants->watch, made, mutants->dear, requirement,
	                &mutants->mutant[i], mutants->noticed + i * mutants->scripts->count);
	_exit(0);
}

/* TLS is around the server and not in it: what it does is to be seen without, for less. */
static bool has_tls(const struct br_script *script)
{
	for (size_t i = 0; i < script->nodes; i++) {
		if (br_node_key(&script->node[i], "tls"))
			return true;
	}
	return false;
}

/* What a script costs does not hang on the machine; and its files are there in each process. */
static struct br_file_store *rehearse(struct br_mutants *mutants)
{
	const struct br_scripts *scripts = mutants->scripts;
	struct br_run_result *result = calloc(1, sizeof(*result));
	struct br_file_store *made;

	if (!result || br_file_store_new(&made, 1) < 0)
		abort();
	for (size_t i = 0; i < scripts->count && br_stop_signal() == 0; i++) {
		const struct br_script *s = scripts->script[i];
		const struct br_run_options options = {.seed = s->seed, .made = made};

		br_run(s, &options, result);
		mutants->dear[i] = has_tls(s) || result->frames > DEAR_FRAMES;
	}
	free(result);
	return made;
}

static size_t processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count > 0 ? (size_t)count : 1;
}

/* A crash is noticed by the script it happened in. */
static void conclude(struct br_mutants *mutants)
{
	for (size_t i = 0; i <= mutants->count; i++) {
		struct br_mutant *mutant = &mutants->mutant[i];

		if (mutant->ended || mutant->at >= mutants->scripts->count)
			continue;
		mutants->noticed[i * mutants->scripts->count + mutant->at] = true;
		mutant->scripts++;
		if (!mutant->by[0])
			snprintf(mutant->by, sizeof(mutant->by), "%s",
			         mutants->scripts->script[mutant->at]->scenario);
		if (!mutant->why[0])
			snprintf(mutant->why, sizeof(mutant->why), "the server crashed or hung");
	}
}

bool br_mutants_try(struct br_mutants *mutants, size_t at_once)
{
	struct br_file_store *made = rehearse(mutants);
	size_t running = 0, next = 0;

	if (at_once == 0)
		at_once = processors();
	fflush(NULL);
	while (next <= mutants->count || running > 0) {
		if (br_stop_signal() == 0 && next <= mutants->count && running < at_once) {
			/* the server without a defect first: the last row */
			size_t i = next == 0 ? mutants->count : next - 1;
			pid_t child = fork();

			if (child < 0)
				abort();
			if (child == 0)
				try_one(mutants, i, made);
			next++;
			running++;
			continue;
		}
		if (running == 0)
			break;
		while (wait(NULL) < 0)
			;
		running--;
	}
	br_file_store_free(made);
	if (br_stop_signal() != 0)
		return false;
	conclude(mutants);
	return true;
}
