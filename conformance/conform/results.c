/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/results.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/requirements.h"

enum {
	TEXT_SIZE = 256,
};

/* One line, from left to right */
struct result_row {
	const char *at;
	char server[TEXT_SIZE], requirement[TEXT_SIZE], verdict[TEXT_SIZE];
};

static bool take(struct result_row *row, char octet)
{
	if (*row->at != octet)
		return false;
	row->at++;
	return true;
}

/* A string; what does not fit @text is not of interest. Escapes stay as they are, for no name that
 * is looked for has one.
 */
static bool take_string(struct result_row *row, char text[static TEXT_SIZE])
{
	size_t size = 0;

	if (!take(row, '"'))
		return false;
	for (; *row->at && *row->at != '"'; row->at++) {
		if (*row->at == '\\' && row->at[1])
			row->at++;
		if (size < TEXT_SIZE - 1)
			text[size++] = *row->at;
	}
	text[size] = '\0';
	return take(row, '"');
}

static bool take_strings(struct result_row *row)
{
	char text[TEXT_SIZE];

	if (!take(row, '['))
		return false;
	if (take(row, ']'))
		return true;
	do {
		if (!take_string(row, text))
			return false;
	} while (take(row, ','));
	return take(row, ']');
}

static bool take_value(struct result_row *row, char text[static TEXT_SIZE])
{
	size_t size = strcspn(row->at, ",}");

	text[0] = '\0';
	if (*row->at == '"')
		return take_string(row, text);
	if (*row->at == '[')
		return take_strings(row);
	row->at += size; /* a number, true or false */
	return size > 0;
}

static bool take_row(struct result_row *row)
{
	char name[TEXT_SIZE], value[TEXT_SIZE];

	if (!take(row, '{'))
		return false;
	do {
		if (!take_string(row, name) || !take(row, ':') || !take_value(row, value))
			return false;
		if (!strcmp(name, "server"))
			memcpy(row->server, value, sizeof(value));
		else if (!strcmp(name, "requirement"))
			memcpy(row->requirement, value, sizeof(value));
		else if (!strcmp(name, "verdict"))
			memcpy(row->verdict, value, sizeof(value));
	} while (take(row, ','));
	if (!take(row, '}'))
		return false;
	(void)take(row, ',');
	return (*row->at == '\n' || *row->at == '\0') && row->server[0] && row->verdict[0];
}

static struct br_results_server *find(struct br_results *results, const char *name)
{
	struct br_results_server *server;

	for (size_t i = 0; i < results->servers; i++) {
		if (!strcmp(results->server[i].name, name))
			return &results->server[i];
	}
	if (results->servers == BR_RESULTS_SERVERS_MAX)
		return NULL;
	server = &results->server[results->servers++];
	(void)snprintf(server->name, sizeof(server->name), "%.*s", BR_RESULTS_NAME_SIZE - 1, name);
	server->verdict = calloc(br_requirements_count, sizeof(server->verdict[0]));
	if (!server->verdict)
		abort();
	return server;
}

/* Return: what is wrong, or NULL */
static const char *keep(struct br_results *results, const struct result_row *row)
{
	const struct br_requirement *requirement;
	struct br_results_server *server;

	if (!row->requirement[0])
		return NULL; /* a script that broke off */
	requirement = br_requirement_find(row->requirement);
	if (!requirement)
		return "expected the id of a requirement";
	server = find(results, row->server);
	if (!server)
		return "expected fewer servers";
	(void)snprintf(server->verdict[requirement - br_requirements], sizeof(server->verdict[0]),
	               "%.15s", row->verdict);
	return NULL;
}

int br_results_load(struct br_results *results, const char *path, FILE *err)
{
	FILE *from = fopen(path, "r");
	char *line = NULL;
	const char *wrong = NULL;
	size_t room = 0, number = 0, column = 1;
	bool begun = false, ended = false;
	int error = from ? 0 : errno;

	if (!from) {
		fprintf(err, "%s: %s\n", path, strerror(error));
		return -error;
	}
	while (!wrong && getline(&line, &room, from) >= 0) {
		struct result_row row = {.at = line};

		number++;
		if (!begun && !strcmp(line, "[\n")) {
			begun = true;
		} else if (begun && !ended && line[0] == ']') {
			ended = true;
		} else if (!begun || ended || !take_row(&row)) {
			wrong = "expected what conform --json writes, a row a line";
			column = (size_t)(row.at - line) + 1;
		} else {
			wrong = keep(results, &row);
		}
	}
	if (!wrong && !ended) {
		number++;
		wrong = "expected a ] behind the last row";
	}
	if (wrong)
		fprintf(err, "%s:%zu:%zu: %s\n", path, number, column, wrong);
	free(line);
	(void)fclose(from);
	return wrong ? -EINVAL : 0;
}

void br_results_free(struct br_results *results)
{
	for (size_t i = 0; i < results->servers; i++)
		free(results->server[i].verdict);
	*results = (struct br_results){.servers = 0};
}
