/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/parse_header.h - the header verbs: wire, net, node, file, vary, ... */
#ifndef BR_SIM_SCRIPT_PARSE_HEADER_H
#define BR_SIM_SCRIPT_PARSE_HEADER_H

#include "sim/script/parser.h"

enum {
	BR_SCRIPT_USE_DEPTH_MAX = 4
};

/* parse.c: read the lines of another file into the same script. */
bool br_parser_use(struct br_parser *p, const char *path, uint32_t column);

#endif /* BR_SIM_SCRIPT_PARSE_HEADER_H */
