/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/page/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/json.h"
#include "sim/page/base64.h"

/* Theory of operation
 *
 * Rows, stories, texts and the rest are written as JSON into memory as they come, each kind into a
 * text of its own, and the page is these between two halves of HTML. The data begin with a list of
 * keys and results, a line each, which is all that the next run reads of this page.
 */
static const char was_begins[] = "{\"was\":[";

/* Members of an object, or elements of an array */
struct list {
	FILE *to;
	char *text;
	size_t size;
	size_t count;
	size_t last; /* where the last one begins */
};

struct result {
	char *key, *result;
	bool seen;
};

struct results {
	struct result *of;
	size_t count, room;
};

/* A text of the earlier page, as the line it is there */
struct old_text {
	char *name, *line;
};

struct kept_event {
	struct br_html_event event;
	char *lost, *text;
};

struct br_html {
	char *title, *groups, *legend;
	bool before; /* there is an earlier page */
	struct results was, is;
	struct list rows, stories, texts, facts, lanes;
	char **name; /* of texts and stories */
	size_t names;
	struct old_text *old;
	size_t olds;
	struct kept_event *event; /* of the story at hand: a ring */
	size_t events;
	br_time began;
};

static void *whole(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static void begin(struct list *list)
{
	*list = (struct list){.text = NULL};
	list->to = whole(open_memstream(&list->text, &list->size));
}

/* Before each member, which is a line */
static FILE *next(struct list *list)
{
	fputs(list->count++ > 0 ? ",\n" : "", list->to);
	fflush(list->to);
	list->last = list->size;
	return list->to;
}

static const char *text_of(const struct list *list)
{
	fflush(list->to);
	return list->text;
}

static void end(struct list *list)
{
	fclose(list->to);
	free(list->text);
}

static void put_member(FILE *to, const char *name, const char *value)
{
	if (value && value[0])
		br_json_member(to, name, value);
}

static void add_result(struct results *results, const char *key, const char *result)
{
	if (results->count == results->room) {
		results->room = results->room > 0 ? 2 * results->room : 64;
		results->of = whole(realloc(results->of, results->room * sizeof(results->of[0])));
	}
	results->of[results->count++] =
		(struct result){.key = whole(strdup(key)), .result = whole(strdup(result))};
}

static void free_results(struct results *results)
{
	for (size_t i = 0; i < results->count; i++) {
		free(results->of[i].key);
		free(results->of[i].result);
	}
	free(results->of);
}

struct br_html *br_html_new(const char *title, const char *groups)
{
	struct br_html *h = whole(calloc(1, sizeof(*h)));

	h->title = whole(strdup(title));
	h->groups = whole(strdup(groups));
	h->event = whole(calloc(BR_HTML_EVENTS_MAX, sizeof(h->event[0])));
	begin(&h->rows);
	begin(&h->stories);
	begin(&h->texts);
	begin(&h->facts);
	begin(&h->lanes);
	return h;
}

static void forget_events(struct br_html *h)
{
	for (size_t i = 0; i < h->events && i < BR_HTML_EVENTS_MAX; i++) {
		free(h->event[i].lost);
		free(h->event[i].text);
	}
	h->events = 0;
}

struct br_html *br_html_free(struct br_html *h)
{
	if (!h)
		return NULL;
	end(&h->rows);
	end(&h->stories);
	end(&h->texts);
	free(h->legend);
	end(&h->facts);
	end(&h->lanes);
	free_results(&h->was);
	free_results(&h->is);
	for (size_t i = 0; i < h->names; i++)
		free(h->name[i]);
	free(h->name);
	for (size_t i = 0; i < h->olds; i++) {
		free(h->old[i].name);
		free(h->old[i].line);
	}
	free(h->old);
	forget_events(h);
	free(h->event);
	free(h->title);
	free(h->groups);
	free(h);
	return NULL;
}

/* @kind: 't' or 's', in front of the name */
static bool has_name(const struct br_html *h, char kind, const char *name)
{
	for (size_t i = 0; i < h->names; i++) {
		if (h->name[i][0] == kind && !strcmp(h->name[i] + 1, name))
			return true;
	}
	return false;
}

/* Return: whether it was not there */
static bool take_name(struct br_html *h, char kind, const char *name)
{
	size_t size = strlen(name) + 2;
	char *own;

	if (has_name(h, kind, name))
		return false;
	own = whole(malloc(size));
	(void)snprintf(own, size, "%c%s", kind, name);
	h->name = whole(realloc(h->name, (h->names + 1) * sizeof(h->name[0])));
	h->name[h->names++] = own;
	return true;
}

/* The earlier page */

/* A string of JSON as br_json_text() writes it, but for \u00XX, back. Return: behind it, or NULL */
static char *read_text(char *at, char **ret_text)
{
	char *to = at + 1;

	if (*at != '"')
		return NULL;
	*ret_text = to;
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		*to++ = *at;
	}
	if (*at != '"')
		return NULL;
	*to = '\0';
	return at + 1;
}

/* What br_html_write() hid in a line back, in its place */
static void show_tags(char *line)
{
	static const char hidden[] = "\\u003c";
	char *to = line;

	for (const char *at = line; *at;) {
		if (!strncmp(at, hidden, sizeof(hidden) - 1)) {
			*to++ = '<';
			at += sizeof(hidden) - 1;
			continue;
		}
		if (at[0] == '\\' && at[1]) /* a backslash and what it stands before */
			*to++ = *at++;
		*to++ = *at++;
	}
	*to = '\0';
}

/* "name": at the beginning of a member */
static bool begins_with_column(const char *line, const char *column)
{
	size_t size = strlen(column);

	return line[0] == '"' && !strncmp(line + 1, column, size) &&
	       !strncmp(line + 1 + size, ": ", 2);
}

static bool is_row_of(const char *line, const char *column)
{
	char *member = NULL;
	size_t size = 0;
	FILE *to = whole(open_memstream(&member, &size));
	bool found;

	br_json_member(to, "column", column);
	(void)fclose(to);
	found = strstr(line, member) != NULL;
	free(member);
	return found;
}

void br_html_story_take(struct br_html *h, const char *line)
{
	char *copy = whole(strdup(line)), *name;

	if (read_text(copy, &name) && take_name(h, 's', name))
		fputs(line, next(&h->stories));
	free(copy);
}

/* Kept until it is known that no newer text has that name */
static void carry_text(struct br_html *h, const char *line)
{
	char *copy = whole(strdup(line)), *name;

	if (read_text(copy, &name)) {
		h->old = whole(realloc(h->old, (h->olds + 1) * sizeof(h->old[0])));
		h->old[h->olds++] =
			(struct old_text){.name = whole(strdup(name)), .line = whole(strdup(line))};
	}
	free(copy);
}

static void carry_row(struct br_html *h, const char *line)
{
	static const char result[] = "\"result\":";
	char *copy = whole(strdup(line)), *key, *value;
	char *at = strstr(copy, result);

	if (at && read_text(at + sizeof(result) - 1, &value) &&
	    read_text(copy + strlen("{\"key\":"), &key))
		add_result(&h->is, key, value);
	free(copy);
	fputs(line, next(&h->rows));
}

/* A line of the earlier page in the part that @part names, without what separates it */
static void carry(struct br_html *h, const char *part, const char *line, const char *column)
{
	if (!strcmp(part, "\"rows\"") && line[0] == '{' && !is_row_of(line, column)) {
		carry_row(h, line);
	} else if (!strcmp(part, "\"texts\"") && line[0] == '"') {
		carry_text(h, line);
	} else if (!strcmp(part, "\"stories\"") && line[0] == '"' &&
	           !begins_with_column(line, column)) {
		br_html_story_take(h, line);
	}
}

/* Every row, text and story is a line; so are the parts that they belong to. */
static void carry_all(struct br_html *h, FILE *from, const char *column)
{
	static const char *const parts[] = {"\"rows\"", "\"texts\"", "\"stories\""};
	const char *part = "";
	char *line = NULL;
	size_t room = 0;
	ssize_t size;

	while ((size = getline(&line, &room, from)) >= 0) {
		const char *old = part;

		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
			size_t name = strlen(parts[i]);

			if (!strncmp(line, parts[i], name) && line[name] == ':' && line[name + 1] &&
			    line[name + 2] == '\n')
				part = parts[i];
		}
		if (part != old || size < 3)
			continue;
		line[size - 1] = '\0';
		if (line[size - 2] == ',') /* else the bracket of its part is behind the last */
			line[size - 2] = '\0';
		show_tags(line);
		carry(h, part, line, column);
	}
	free(line);
}

void br_html_since(struct br_html *h, const char *path, const char *column)
{
	FILE *from = br_base64_is_below(path, SIZE_MAX) ? fopen(path, "r") : NULL;
	char *line = NULL, *key, *result, *at;
	size_t room = 0;

	while (from && !h->before && getline(&line, &room, from) >= 0)
		h->before = !strncmp(line, was_begins, sizeof(was_begins) - 1);
	while (h->before && getline(&line, &room, from) >= 0 && line[0] == '[') {
		show_tags(line);
		at = read_text(line + 1, &key);
		if (at && *at == ',' && read_text(at + 1, &result))
			add_result(&h->was, key, result);
	}
	if (h->before && column)
		carry_all(h, from, column);
	free(line);
	if (from)
		(void)fclose(from);
}

/* Rows */

void br_html_legend(struct br_html *h, const char *lines)
{
	free(h->legend);
	h->legend = whole(strdup(lines));
}

void br_html_fact(struct br_html *h, const char *name, const char *value)
{
	FILE *to = h->facts.to;

	fputs(h->facts.count++ > 0 ? ",[" : "[", to);
	br_json_text(to, name);
	fputc(',', to);
	br_json_text(to, value);
	fputc(']', to);
}

void br_html_row(struct br_html *h, const struct br_html_row *row)
{
	FILE *to = next(&h->rows);

	fputs("{\"key\":", to);
	br_json_text(to, row->key);
	br_json_member(to, "column", row->column);
	br_json_member(to, "group", row->group);
	br_json_member(to, "name", row->name);
	br_json_member(to, "result", row->result);
	put_member(to, "about", row->about);
	put_member(to, "clause", row->clause);
	put_member(to, "strength", row->strength);
	put_member(to, "why", row->why);
	put_member(to, "want", row->want);
	put_member(to, "got", row->got);
	put_member(to, "marks", row->marks);
	put_member(to, "again", row->again);
	put_member(to, "said", row->said);
	put_member(to, "story", row->story);
	if (h->facts.count > 0)
		fprintf(to, ",\"facts\":[%s]", text_of(&h->facts));
	end(&h->facts);
	begin(&h->facts);
	for (size_t i = 0; i < row->scripts; i++) {
		fputs(i == 0 ? ",\"scripts\":[" : ",", to);
		br_json_text(to, row->script[i]);
	}
	fprintf(to, "%s,\"line\":%" PRIu32 "}", row->scripts > 0 ? "]" : "", row->line);
	add_result(&h->is, row->key, row->result);
}

/* Texts and stories */

void br_html_text(struct br_html *h, const char *name, const char *text)
{
	FILE *to;

	if (!take_name(h, 't', name))
		return;
	to = next(&h->texts);
	br_json_text(to, name);
	fputc(':', to);
	br_json_text(to, text);
}

void br_html_file(struct br_html *h, const char *name, const char *path)
{
	FILE *from = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	if (from && getdelim(&text, &room, '\0', from) >= 0)
		br_html_text(h, name, text);
	free(text);
	if (from)
		(void)fclose(from);
}

bool br_html_story(struct br_html *h, const char *name)
{
	if (!take_name(h, 's', name))
		return false;
	br_json_text(next(&h->stories), name);
	return true;
}

void br_html_lane(struct br_html *h, const char *name, const char *role)
{
	size_t size = strlen(name) + strlen(role) + 2;
	char *both = whole(malloc(size));

	(void)snprintf(both, size, "%s %s", name, role);
	fputs(h->lanes.count++ > 0 ? "," : "", h->lanes.to);
	br_json_text(h->lanes.to, both);
	free(both);
}

void br_html_event(struct br_html *h, const struct br_html_event *event)
{
	struct kept_event *kept = &h->event[h->events % BR_HTML_EVENTS_MAX];

	if (h->events >= BR_HTML_EVENTS_MAX) {
		free(kept->lost);
		free(kept->text);
	}
	*kept = (struct kept_event){.event = *event,
	                            .lost = event->lost ? whole(strdup(event->lost)) : NULL,
	                            .text = whole(strdup(event->text))};
	h->events++;
}

static void put_time(FILE *to, const char *name, br_time at)
{
	fprintf(to, "\"%s\":%" PRIu64 ".%06" PRIu64, name, at / BR_S, at % BR_S * 1000 / BR_MS);
}

static void put_event(FILE *to, const struct kept_event *kept)
{
	const struct br_html_event *e = &kept->event;

	fputc('{', to);
	put_time(to, "at", e->at);
	if (e->sent > 0 && e->sent < e->at) {
		fputc(',', to);
		put_time(to, "sent", e->sent);
	}
	fprintf(to, ",\"from\":%d,\"to\":%d,\"frame\":%" PRIu64, e->from, e->to, e->frame);
	put_member(to, "lost", kept->lost);
	br_json_member(to, "text", kept->text);
	fputc('}', to);
}

void br_html_clock(struct br_html *h, br_time began)
{
	h->began = began;
}

void br_html_story_end(struct br_html *h, const char *path, size_t most, const char *name)
{
	FILE *to = h->stories.to;
	size_t first = h->events > BR_HTML_EVENTS_MAX ? h->events - BR_HTML_EVENTS_MAX : 0;

	most = most < BR_HTML_CAPTURE_MAX ? most : BR_HTML_CAPTURE_MAX;
	fprintf(to, ":{\"lanes\":[%s],\"left_out\":%zu", text_of(&h->lanes), first);
	if (path && br_base64_is_below(path, most)) {
		fputs(",\"capture\":\"", to);
		br_base64_file(path, to);
		fputc('"', to);
	} else if (path) {
		br_json_member(to, "file", name ? name : "too large to stand in here");
	}
	if (h->began > 0) {
		fputc(',', to);
		put_time(to, "began", h->began);
	}
	h->began = 0;
	fputs(",\"events\":[", to);
	for (size_t i = first; i < h->events; i++) {
		fputs(i > first ? "," : "", to);
		put_event(to, &h->event[i % BR_HTML_EVENTS_MAX]);
	}
	fputs("]}", to);
	end(&h->lanes);
	begin(&h->lanes);
	forget_events(h);
}

char *br_html_story_give(const struct br_html *h)
{
	return h->stories.count > 0 ? whole(strdup(text_of(&h->stories) + h->stories.last)) : NULL;
}

/* The page */

static struct result *find(struct results *results, const char *key)
{
	for (size_t i = 0; i < results->count; i++) {
		if (!strcmp(results->of[i].key, key))
			return &results->of[i];
	}
	return NULL;
}

static void put_change(FILE *to, bool *first, const char *key, const char *was, const char *is)
{
	fputs(*first ? "{\"key\":" : ",\n{\"key\":", to);
	*first = false;
	br_json_text(to, key);
	put_member(to, "was", was);
	put_member(to, "is", is);
	fputc('}', to);
}

static void put_changes(const struct br_html *h, FILE *to)
{
	struct results was = h->was;
	bool first = true;

	for (size_t i = 0; i < h->is.count && h->before; i++) {
		const struct result *is = &h->is.of[i];
		struct result *old = find(&was, is->key);

		if (old)
			old->seen = true;
		if (!old || strcmp(old->result, is->result) != 0)
			put_change(to, &first, is->key, old ? old->result : NULL, is->result);
	}
	for (size_t i = 0; i < was.count; i++) {
		if (!was.of[i].seen)
			put_change(to, &first, was.of[i].key, was.of[i].result, NULL);
		was.of[i].seen = false;
	}
}

static void put_texts(const struct br_html *h, FILE *to)
{
	bool first = h->texts.count == 0;

	fprintf(to, ",\n\"texts\":{\n%s", text_of(&h->texts));
	for (size_t i = 0; i < h->olds; i++) {
		if (has_name(h, 't', h->old[i].name))
			continue;
		fprintf(to, "%s%s", first ? "" : ",\n", h->old[i].line);
		first = false;
	}
	fputs("\n}", to);
}

static void put_data(const struct br_html *h, FILE *to)
{
	fprintf(to, "%s\n", was_begins);
	for (size_t i = 0; i < h->is.count; i++) {
		fputc('[', to);
		br_json_text(to, h->is.of[i].key);
		fputc(',', to);
		br_json_text(to, h->is.of[i].result);
		fputs(i + 1 < h->is.count ? "],\n" : "]\n", to);
	}
	fputs("],\n\"title\":", to);
	br_json_text(to, h->title);
	br_json_member(to, "groups", h->groups);
	fprintf(to, ",\n\"before\":%s,\"changes\":[", h->before ? "true" : "false");
	put_changes(h, to);
	fputs("]", to);
	put_member(to, "legend", h->legend);
	fprintf(to, ",\n\"rows\":[\n%s\n]", text_of(&h->rows));
	put_texts(h, to);
	fprintf(to, ",\n\"stories\":{\n%s\n}}\n", text_of(&h->stories));
}

void br_html_write(const struct br_html *h, FILE *to)
{
	char *data = NULL;
	size_t size = 0;
	FILE *memory = whole(open_memstream(&data, &size));

	put_data(h, memory);
	(void)fclose(memory);
	fputs(br_page_before, to);
	for (const char *at = data; *at;
	     at++) { /* a script element ends at its end tag, wherever */
		if (*at == '<')
			fputs("\\u003c", to);
		else
			fputc(*at, to);
	}
	fputs(br_page_behind, to);
	free(data);
}
