/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/option_list.h - the options of a message that a line makes, in their order
 *
 * For DHCP and DHCPv6 alike. The values stay where they are: nothing is copied.
 */
#ifndef BR_SIM_LINES_OPTION_LIST_H
#define BR_SIM_LINES_OPTION_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum {
	BR_OPTION_LIST_MAX = 256, /* further ones are left out */
};

struct br_listed_option {
	uint16_t code;
	bool set; /* by the line: a further setting adds another */
	struct br_octets value;
};

struct br_option_list {
	struct br_listed_option option[BR_OPTION_LIST_MAX];
	size_t options;
};

/* The first one of @code, or NULL. */
struct br_listed_option *br_option_list_find(struct br_option_list *list, uint16_t code);

/* Behind all others, as it came. */
void br_option_list_keep(struct br_option_list *list, uint16_t code, struct br_octets value);

/* Before all others. */
void br_option_list_put_first(struct br_option_list *list, uint16_t code, struct br_octets value);

/* The first setting takes the place of the one that came, each further one adds another. */
void br_option_list_set(struct br_option_list *list, uint16_t code, struct br_octets value);

/* All of @code. */
void br_option_list_take_out(struct br_option_list *list, uint16_t code);

#endif /* BR_SIM_LINES_OPTION_LIST_H */
