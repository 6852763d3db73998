/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/lint/judge.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arch.h"

static bool is_url(const char *file)
{
	return strncmp(file, "http:", 5) == 0 || strncmp(file, "https:", 6) == 0;
}

/* Lines of a place that says what to boot, together with its conditions */
static bool boot_has(const struct br_lint_config *c, const struct br_lint_boot *boot,
                     const char *word)
{
	for (size_t i = 0; i < boot->whens; i++) {
		if (br_lint_has(c->line[boot->when[i] - 1], word))
			return true;
	}
	return br_lint_has(c->line[boot->line - 1], word);
}

static bool is_for_ipxe(const struct br_lint_config *c, const struct br_lint_boot *boot)
{
	return boot_has(c, boot, "ipxe\"") || boot_has(c, boot, "'ipxe'") ||
	       boot_has(c, boot, "175") || boot_has(c, boot, "tag:ipxe") ||
	       boot_has(c, boot, "userclass");
}

static bool boot_names_family(const struct br_lint_config *c, const struct br_lint_boot *boot,
                              int arch)
{
	if (br_lint_file_is_for(boot->file, arch))
		return true;
	for (size_t i = 0; i < boot->whens; i++) {
		for (int other = 0; other < BR_ARCH_COUNT; other++) {
			if (br_lint_same_family(other, arch) &&
			    br_lint_names_arch(c->line[boot->when[i] - 1], other))
				return true;
		}
	}
	return false;
}

/* Somebody like it is told to boot: this way, or such a machine */
static bool others_boot_so(const struct br_lint_report *r, size_t index, bool family)
{
	for (size_t i = 0; i < r->clients; i++) {
		const struct br_lint_seen *other = &r->seen[i];

		if (i == index || other->unserved || !other->file[0] ||
		    r->client[i].ipxe != r->client[index].ipxe)
			continue;
		if (family ? br_lint_same_family(other->arch, r->seen[index].arch)
		           : r->client[i].http == r->client[index].http &&
		                     (!r->client[i].http || is_url(other->file)) &&
		                     r->client[i].six == r->client[index].six)
			return true;
	}
	return false;
}

/* The configuration speaks of machines of its family, or of its way to boot. */
static bool is_spoken_of(const struct br_lint_report *r, size_t index, bool family)
{
	const struct br_lint_config *c = r->config;
	const struct br_lint_client *client = &r->client[index];

	for (size_t i = 0; i < c->boots; i++) {
		const struct br_lint_boot *boot = &c->boot[i];

		if (family && boot_names_family(c, boot, r->seen[index].arch))
			return true;
		if (!family && boot->six == client->six && !is_for_ipxe(c, boot) &&
		    is_url(boot->file) == client->http)
			return true;
	}
	return !family && client->http && !client->six && br_lint_config_find(c, "HTTPClient") > 0;
}

static bool should_boot(const struct br_lint_report *r, size_t index)
{
	const struct br_lint_client *client = &r->client[index];

	if (client->named)
		return true;
	if (client->ipxe)
		return br_lint_config_find(r->config, "ipxe") > 0 && !r->seen[index].unserved;
	return (others_boot_so(r, index, true) || is_spoken_of(r, index, true)) &&
	       (others_boot_so(r, index, false) || is_spoken_of(r, index, false));
}

/* A Raspberry Pi looks at no file name: that it is meant shows in what lies there, or is said. */
static bool pi_should_boot(const struct br_lint_report *r, size_t index)
{
	char path[BR_LINT_FILE_SIZE * 4];

	return r->client[index].named || br_lint_config_find(r->config, "raspberry") > 0 ||
	       (br_lint_file_path(r, "bootcode.bin", path, sizeof(path)) &&
	        br_lint_file_path(r, "start4.elf", path, sizeof(path)));
}

/* U-Boot and its like ask for files of their own, and take what is told to all: only what speaks of
 * their architecture, option 93, is meant for them.
 */
static bool board_should_boot(const struct br_lint_report *r, size_t index)
{
	for (size_t i = 0; i < r->config->lines; i++) {
		if (br_lint_names_arch(r->config->line[i], r->seen[index].arch))
			return true;
	}
	return r->client[index].named;
}

static bool is_anybody_offered(const struct br_lint_report *r)
{
	for (size_t i = 0; i < r->clients; i++) {
		if (r->seen[i].offered)
			return true;
	}
	return false;
}

static void give_result(struct br_lint_report *r, size_t index, bool anybody)
{
	struct br_lint_seen *seen = &r->seen[index];
	bool nothing = seen->unserved || !seen->offered;

	if (seen->result == BR_LINT_OPEN || (seen->result == BR_LINT_UNFINISHED && seen->failed))
		return;
	if (!seen->failed)
		seen->result = BR_LINT_BOOTS;
	else if (!anybody)
		seen->result = BR_LINT_FAILS;
	else if (r->client[index].board)
		seen->result = board_should_boot(r, index) ? BR_LINT_FAILS : BR_LINT_NOT_SERVED;
	else if (r->client[index].rpi)
		seen->result = pi_should_boot(r, index) ? BR_LINT_FAILS : BR_LINT_NOT_SERVED;
	else if (nothing)
		seen->result = should_boot(r, index) ? BR_LINT_FAILS : BR_LINT_NOT_SERVED;
	else
		seen->result = BR_LINT_FAILS;
}

static int by_line(const void *a, const void *b)
{
	const struct br_lint_fault *x = a, *y = b;

	return x->line != y->line ? (x->line < y->line ? -1 : 1) : strcmp(x->id, y->id);
}

static bool is_same(const struct br_lint_fault *a, const struct br_lint_fault *b)
{
	return a->line == b->line && strcmp(a->id, b->id) == 0 && strcmp(a->write, b->write) == 0;
}

static void add_fault(struct br_lint_report *r, size_t index)
{
	struct br_lint_fault fault = {.line = 0}, *known = NULL;
	size_t used;

	br_lint_advise(r, index, &fault);
	for (size_t i = 0; i < r->faults && !known; i++) {
		if (is_same(&r->fault[i], &fault))
			known = &r->fault[i];
	}
	if (!known) {
		if (r->faults == BR_LINT_FAULTS_MAX)
			return;
		known = &r->fault[r->faults++];
		*known = fault;
	}
	used = strlen(known->clients);
	(void)snprintf(known->clients + used, sizeof(known->clients) - used, "%s%s",
	               used > 0 ? ", " : "", r->client[index].name);
	known->hit++;
}

/* Whose fault is whose, once they are sorted */
static void number_faults(struct br_lint_report *r)
{
	for (size_t i = 0; i < r->clients; i++) {
		struct br_lint_fault fault = {.line = 0};

		if (r->seen[i].result != BR_LINT_FAILS)
			continue;
		br_lint_advise(r, i, &fault);
		for (size_t k = 0; k < r->faults; k++) {
			if (is_same(&r->fault[k], &fault))
				r->seen[i].fault = (int)k;
		}
	}
}

void br_lint_judge(struct br_lint_report *report)
{
	bool anybody = is_anybody_offered(report);

	for (size_t i = 0; i < report->clients; i++)
		give_result(report, i, anybody);
	report->nobody_offered = !anybody;
	for (size_t i = 0; i < report->clients; i++) {
		if (report->seen[i].result == BR_LINT_FAILS)
			add_fault(report, i);
	}
	qsort(report->fault, report->faults, sizeof(report->fault[0]), by_line);
	number_faults(report);
}
