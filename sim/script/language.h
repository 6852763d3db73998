/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/language.h - the manual of the script language, out of the tables that read it */
#ifndef BR_SIM_SCRIPT_LANGUAGE_H
#define BR_SIM_SCRIPT_LANGUAGE_H

#include <stdio.h>

#include "sim/command/page.h"

/* As text, or as the man page bootrig-language(5). */
void br_language_print(FILE *to, enum br_page_form form);

#endif /* BR_SIM_SCRIPT_LANGUAGE_H */
