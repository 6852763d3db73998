/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/core/words.h - the configuration of a server on the bench, as words of a script */
#ifndef BR_TESTS_CORE_WORDS_H
#define BR_TESTS_CORE_WORDS_H

#include "core/config.h"

/* KEY=VALUE with blanks between them, '_' for a blank in a value. Return: as br_config_set() of
 * the first that fails, whose @error it is
 */
int words_take(struct br_config *config, const char *words, char *error, size_t error_size);

#endif /* BR_TESTS_CORE_WORDS_H */
