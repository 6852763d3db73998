/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/lint/tell.h"

#include <string.h>

#include "sim/escape.h"
#include "sim/json.h"

const char *br_lint_result_name(enum br_lint_result result)
{
	switch (result) {
	case BR_LINT_BOOTS:
		return "boots";
	case BR_LINT_NOT_SERVED:
		return "not served";
	case BR_LINT_FAILS:
		return "FAILS";
	case BR_LINT_UNFINISHED:
		return "unfinished";
	case BR_LINT_OPEN:
		break;
	}
	return "not seen";
}

static enum br_style_colour colour_of(enum br_lint_result result)
{
	return result == BR_LINT_BOOTS   ? BR_STYLE_GOOD
	       : result == BR_LINT_FAILS ? BR_STYLE_BAD
	                                 : BR_STYLE_SKIPPED;
}

static void put_client(const struct br_lint_report *r, size_t index, const struct br_style *look,
                       FILE *to)
{
	const struct br_lint_seen *seen = &r->seen[index];
	char line[BR_LINT_FILE_SIZE * 2];

	(void)snprintf(line, sizeof(line), "%-22s %-16s ", r->client[index].name,
	               seen->address[0] ? seen->address : "-");
	fputs(line, to);
	(void)snprintf(line, sizeof(line), "%-10s", br_lint_result_name(seen->result));
	br_style_put(look, colour_of(seen->result), line, to);
	fprintf(to, " %s", seen->file[0] ? seen->file : "-");
	if (seen->server[0] && !strstr(seen->file, "://"))
		fprintf(to, " from %s", seen->server);
	if (seen->result == BR_LINT_FAILS && seen->fault >= 0 && r->fault[seen->fault].line > 0)
		fprintf(to, "  [line %zu: %s]", r->fault[seen->fault].line,
		        r->fault[seen->fault].id);
	else if (seen->result == BR_LINT_FAILS)
		fprintf(to, "  [%s]", seen->verdict);
	fputc('\n', to);
}

static void put_fault(const struct br_lint_report *r, const struct br_lint_fault *f,
                      const struct br_style *look, FILE *to)
{
	char line[BR_LINT_LINE_SIZE];

	if (f->line > 0)
		fprintf(to, "\n%s:%zu: %s\n", r->config->path, f->line, f->what);
	else
		fprintf(to, "\n%s: %s\n", r->config->path, f->what);
	if (f->line > 0)
		br_style_line(look, "line", br_lint_config_line(r->config, f->line, line), to);
	br_style_line(look, "why", f->why, to);
	br_style_line(look, "write", f->write, to);
	br_style_line(look, "hits", f->clients, to);
}

static size_t count(const struct br_lint_report *r, enum br_lint_result result)
{
	size_t found = 0;

	for (size_t i = 0; i < r->clients; i++)
		found += r->seen[i].result == result;
	return found;
}

void br_lint_tell_text(const struct br_lint_report *r, const struct br_style *look, FILE *to)
{
	if (r->clients > 0)
		fprintf(to, "%-22s %-16s %-10s %s\n", "client", "address", "result",
		        "told to boot");
	for (size_t i = 0; i < r->clients; i++)
		put_client(r, i, look, to);
	for (size_t i = 0; i < r->faults; i++)
		put_fault(r, &r->fault[i], look, to);
	if (count(r, BR_LINT_UNFINISHED) > 0)
		fprintf(to,
		        "\nWhoever is unfinished was not over when the time was, and nothing was "
		        "wrong so far: more of it gives --seconds\n");
	fprintf(to, "%s%zu boot, %zu fail, %zu not served, %zu not seen; %zu fault%s\n",
	        r->clients > 0 ? "\n" : "", count(r, BR_LINT_BOOTS), count(r, BR_LINT_FAILS),
	        count(r, BR_LINT_NOT_SERVED), count(r, BR_LINT_OPEN) + count(r, BR_LINT_UNFINISHED),
	        r->faults, r->faults == 1 ? "" : "s");
}

void br_lint_tell_json(const struct br_lint_report *r, FILE *to)
{
	fputs("{\"configuration\":", to);
	br_json_text(to, r->config->path);
	br_json_member(to, "server", br_lint_kind_name(r->config->kind));
	fputs(",\"clients\":[", to);
	for (size_t i = 0; i < r->clients; i++) {
		const struct br_lint_seen *seen = &r->seen[i];

		fputs(i > 0 ? ",\n{\"client\":" : "\n{\"client\":", to);
		br_json_text(to, r->client[i].name);
		br_json_member(to, "result",
		               seen->result == BR_LINT_FAILS ? "fails"
		                                             : br_lint_result_name(seen->result));
		br_json_member(to, "address", seen->address);
		br_json_member(to, "file", seen->file);
		br_json_member(to, "next-server", seen->server);
		br_json_member(to, "step", br_boot_step_name(r->client[i].step));
		br_json_member(to, "says", r->client[i].says);
		br_json_member(to, "verdict", seen->verdict);
		br_json_member(to, "text", seen->text);
		fputs("}", to);
	}
	fputs("\n],\"faults\":[", to);
	for (size_t i = 0; i < r->faults; i++) {
		const struct br_lint_fault *f = &r->fault[i];

		fprintf(to, "%s\n{\"line\":%zu", i > 0 ? "," : "", f->line);
		br_json_member(to, "id", f->id);
		br_json_member(to, "what", f->what);
		br_json_member(to, "why", f->why);
		br_json_member(to, "write", f->write);
		br_json_member(to, "clients", f->clients);
		fputs("}", to);
	}
	fputs("\n]}\n", to);
}

static void put_case(const struct br_lint_report *r, size_t index, FILE *to)
{
	const struct br_lint_seen *seen = &r->seen[index];

	fprintf(to, "  <testcase classname=\"bootrig.lint\" name=\"");
	br_escape_xml(r->client[index].name, to);
	if (seen->result == BR_LINT_BOOTS) {
		fprintf(to, "\"/>\n");
	} else if (seen->result == BR_LINT_FAILS) {
		struct br_lint_fault own = {.line = 0};

		br_lint_advise(r, index, &own);
		fprintf(to, "\">\n    <failure message=\"");
		br_escape_xml(own.what, to);
		fprintf(to, "\">");
		br_escape_xml(r->config->path, to);
		fprintf(to, ":%zu: ", own.line);
		br_escape_xml(own.why, to);
		fprintf(to, "\nwrite ");
		br_escape_xml(own.write, to);
		fprintf(to, "</failure>\n  </testcase>\n");
	} else {
		fprintf(to, "\">\n    <skipped message=\"%s\"/>\n  </testcase>\n",
		        br_lint_result_name(seen->result));
	}
}

void br_lint_tell_junit(const struct br_lint_report *r, FILE *to)
{
	bool refused = r->clients == 0 && r->faults > 0;

	fprintf(to,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"bootrig lint\" "
	        "tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"%zu\">\n",
	        r->clients + refused, count(r, BR_LINT_FAILS), refused,
	        r->clients - count(r, BR_LINT_FAILS) - count(r, BR_LINT_BOOTS));
	for (size_t i = 0; i < r->clients; i++)
		put_case(r, i, to);
	if (refused) {
		fprintf(to,
		        "  <testcase classname=\"bootrig.lint\" name=\"%s\">\n    <error "
		        "message=\"",
		        br_lint_kind_name(r->config->kind));
		br_escape_xml(r->fault[0].what, to);
		fprintf(to, "\"/>\n  </testcase>\n");
	}
	fprintf(to, "</testsuite>\n");
}
