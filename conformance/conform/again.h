/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/again.h - the command that plays once more what a verdict rests on */
#ifndef BR_CONFORMANCE_CONFORM_AGAIN_H
#define BR_CONFORMANCE_CONFORM_AGAIN_H

#include "conformance/conform/tell.h"

/* One line, without its end; to be freed. */
char *br_again_text(const struct br_against *against, const struct br_tell_options *options);

/* The path of a capture of that. Return: false if there is none */
bool br_again_capture(char *path, size_t size, const struct br_against *against,
                      const struct br_tell_options *options);

#endif /* BR_CONFORMANCE_CONFORM_AGAIN_H */
