/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/node_cache.h"

#include <string.h>

#include "core/base/text.h"
#include "sim/script/lex.h"

enum {
	CACHE_SIZE_MAX = 128 << 20,
};

static bool find_word(const char *const *words, const char *value, uint32_t *ret)
{
	for (uint32_t i = 0; words[i]; i++) {
		if (!strcmp(words[i], value)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static bool set_switch(const char *value, bool *ret)
{
	*ret = !strcmp(value, "on");
	return *ret || !strcmp(value, "off");
}

bool br_node_cache_set(struct br_web_cache_options *o, const char *key, const char *value)
{
	static const char *const heads[] = {"fills", "passed", "refused", NULL};
	static const char *const ranges[] = {"cut", "passed", "ignored", NULL};
	uint32_t word;
	uint64_t number;
	bool on;

	if (!strcmp(key, "cache"))
		return br_web_end_read(br_text(value), &o->origin);
	if (!strcmp(key, "cache-size")) {
		uint64_t size;

		if (!br_lex_size(br_text(value), &size) || size == 0)
			return false;
		o->size_max = size;
		return true;
	}
	if (!strcmp(key, "cache-port") || !strcmp(key, "cache-age") || !strcmp(key, "cache-wait")) {
		bool port = !strcmp(key, "cache-port");

		if (!br_text_get_decimal(br_text(value), port ? UINT16_MAX : INT32_MAX, &number) ||
		    (port && number == 0))
			return false;
		if (port)
			o->port = (uint16_t)number;
		else if (!strcmp(key, "cache-age"))
			o->age_s = (uint32_t)number;
		else
			o->wait_ms = (uint32_t)number;
		return true;
	}
	if (!strcmp(key, "cache-head")) {
		if (!find_word(heads, value, &word))
			return false;
		o->head = (enum br_web_cache_head)word;
		return true;
	}
	if (!strcmp(key, "cache-range")) {
		if (!find_word(ranges, value, &word))
			return false;
		o->range = (enum br_web_cache_range)word;
		return true;
	}
	if (!strcmp(key, "cache-stale"))
		return set_switch(value, &o->stale);
	if (!set_switch(value, &on))
		return false;
	if (!strcmp(key, "cache-vary"))
		o->no_vary = !on;
	else if (!strcmp(key, "cache-connect"))
		o->no_connect = !on;
	else
		return false;
	return true;
}

void br_node_cache(const struct br_script_node *node, struct br_web_cache_options *ret_options)
{
	*ret_options = (struct br_web_cache_options){
		.port = 80, .age_s = 3600, .size_max = CACHE_SIZE_MAX};
	for (size_t i = 0; i < node->settings; i++) /* each was accepted when it was read */
		(void)br_node_cache_set(ret_options, node->setting[i].name,
		                        (const char *)node->setting[i].value.text.data);
}
