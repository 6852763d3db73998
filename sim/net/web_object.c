/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/web_object.c - what a cache keeps: whose it is, and when it is freed */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "sim/net/web_cache_inside.h"

static void clear(struct br_web_cache *c, struct br_web_object *o)
{
	c->held -= o->room;
	free(o->octets);
	memset(o, 0, sizeof(*o));
}

void br_web_object_let_go(struct br_web_cache *c, size_t *object)
{
	struct br_web_object *o = *object < OBJECTS ? &c->object[*object] : NULL;

	*object = OBJECTS;
	if (!o || --o->users > 0 || o->kept)
		return;
	clear(c, o);
}

void br_web_object_hold(struct br_web_cache *c, struct br_web_side *side, size_t object)
{
	c->object[object].users++;
	side->object = object;
}

void br_web_object_forget(struct br_web_cache *c, size_t object)
{
	struct br_web_object *o = &c->object[object];

	o->kept = false;
	if (o->users == 0)
		clear(c, o);
}

/* The oldest that nobody is given. Return: OBJECTS if there is none */
static size_t oldest_idle(const struct br_web_cache *c)
{
	size_t found = OBJECTS;

	for (size_t i = 0; i < OBJECTS; i++) {
		const struct br_web_object *o = &c->object[i];

		if (o->used && o->users == 0 && (found == OBJECTS || o->at < c->object[found].at))
			found = i;
	}
	return found;
}

/* A free place, or that of the oldest that nobody is given. Return: OBJECTS if there is none */
size_t br_web_object_new(struct br_web_cache *c, struct br_octets target, bool kept)
{
	size_t found = 0;

	while (found < OBJECTS && c->object[found].used)
		found++;
	if (found == OBJECTS) {
		found = oldest_idle(c);
		if (found == OBJECTS)
			return OBJECTS;
		c->counts.evicted++;
		clear(c, &c->object[found]);
	}
	c->object[found] = (struct br_web_object){.used = true, .kept = kept, .old = OBJECTS};
	snprintf(c->object[found].target, TEXT, "%.*s", (int)target.size,
	         (const char *)target.data);
	return found;
}

void br_web_keep_field(char target[static TEXT], const struct br_http_head *head, const char *name)
{
	const struct br_http_field *field = br_http_field_find(head, name);

	snprintf(target, TEXT, "%.*s", field ? (int)field->value.size : 0,
	         field ? (const char *)field->value.data : "");
}

static struct br_octets trim(struct br_octets text)
{
	while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
		text = (struct br_octets){text.data + 1, text.size - 1};
	while (text.size > 0 &&
	       (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
		text.size--;
	return text;
}

uint64_t br_web_variant(const char *vary, const struct br_http_head *request)
{
	struct br_octets rest = br_text(vary);
	uint64_t hash = 0;

	for (uint64_t place = 0; rest.data; place++) {
		struct br_octets name = trim(br_text_cut(&rest, ','));

		hash = br_hash(hash, &place, sizeof(place)); /* one that is not there counts too */
		for (size_t i = 0; i < request->fields; i++) {
			struct br_octets value = request->field[i].value;

			if (br_text_equal_nocase(request->field[i].name, name) && value.size > 0)
				hash = br_hash(hash, value.data, value.size);
		}
	}
	return hash;
}

bool br_web_object_fits(const struct br_web_cache *c, const struct br_web_object *o,
                        const struct br_http_head *request)
{
	if (!o->headed || c->options.no_vary || !o->vary[0])
		return true;
	return strcmp(o->vary, "*") != 0 && br_web_variant(o->vary, request) == o->variant;
}

/* Room for @need octets; twice as much as there was, or all that others leave */
static bool make_room(struct br_web_cache *c, struct br_web_object *o, size_t need)
{
	uint64_t others = c->held - o->room, left;
	size_t room = 2 * o->room > need ? 2 * o->room : need, idle;
	uint8_t *more;

	while (need > (left = c->options.size_max > others ? c->options.size_max - others : 0)) {
		idle = oldest_idle(c);
		if (idle == OBJECTS)
			return false;
		others -= c->object[idle].room;
		c->counts.evicted++;
		clear(c, &c->object[idle]);
	}
	room = room > left ? (size_t)left : room;
	more = realloc(o->octets, room);
	if (!more)
		return false;
	o->octets = more;
	o->room = room;
	c->held = (size_t)others + room;
	return true;
}

bool br_web_object_add(struct br_web_cache *c, struct br_web_object *o, struct br_octets octets)
{
	if (octets.size == 0)
		return true;
	if (octets.size > o->room - o->size && !make_room(c, o, o->size + octets.size))
		return false;
	memcpy(o->octets + o->size, octets.data, octets.size);
	o->size += octets.size;
	return true;
}
