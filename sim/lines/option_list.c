/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/option_list.h"

#include <string.h>

struct br_listed_option *br_option_list_find(struct br_option_list *list, uint16_t code)
{
	for (size_t i = 0; i < list->options; i++) {
		if (list->option[i].code == code)
			return &list->option[i];
	}
	return NULL;
}

void br_option_list_keep(struct br_option_list *list, uint16_t code, struct br_octets value)
{
	if (list->options < BR_OPTION_LIST_MAX)
		list->option[list->options++] =
			(struct br_listed_option){.code = code, .value = value};
}

void br_option_list_put_first(struct br_option_list *list, uint16_t code, struct br_octets value)
{
	if (list->options == BR_OPTION_LIST_MAX)
		return;
	memmove(list->option + 1, list->option, list->options * sizeof(list->option[0]));
	list->options++;
	list->option[0] = (struct br_listed_option){.code = code, .value = value};
}

void br_option_list_set(struct br_option_list *list, uint16_t code, struct br_octets value)
{
	struct br_listed_option *option = br_option_list_find(list, code);

	if (!option || option->set) {
		if (list->options == BR_OPTION_LIST_MAX)
			return;
		option = &list->option[list->options++];
	}
	*option = (struct br_listed_option){.code = code, .set = true, .value = value};
}

void br_option_list_take_out(struct br_option_list *list, uint16_t code)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->options; i++) {
		if (list->option[i].code != code)
			list->option[kept++] = list->option[i];
	}
	list->options = kept;
}
