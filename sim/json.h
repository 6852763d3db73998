/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/json.h - text as JSON (RFC 8259 section 7), for every verb that writes it */
#ifndef BR_SIM_JSON_H
#define BR_SIM_JSON_H

#include <stdio.h>

/* A string in quotes. UTF-8 (RFC 3629) goes through as it is; an octet that is no part of it is
 * written as everywhere else in bootrig, by the four letters \xNN, for JSON has none for it.
 */
void br_json_text(FILE *out, const char *text);
void br_json_member(FILE *out, const char *name, const char *value); /* ,"name":"value" */

#endif /* BR_SIM_JSON_H */
