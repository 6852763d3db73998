/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/grub_test.h - GRUB's command `[`: grub-core/commands/test.c */
#ifndef BR_SIM_MODELS_GRUB_TEST_H
#define BR_SIM_MODELS_GRUB_TEST_H

#include <stdbool.h>
#include <stddef.h>

/* Without "[" and "]". Files are never there: GRUB cannot list a directory of the network. */
bool grub_test(char *const *words, size_t count);

#endif /* BR_SIM_MODELS_GRUB_TEST_H */
