/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/export.h - the files that scripts read from a server, as files on disk */
#ifndef BR_CONFORMANCE_CONFORM_EXPORT_H
#define BR_CONFORMANCE_CONFORM_EXPORT_H

#include "sim/script/collect.h"

/* Those of @scripts that are made from a seed, below @folder, which is made if need be. The large
 * ones take their time. Return: how many there are, or negative errno after one line to @err
 */
int br_export_files(const struct br_scripts *scripts, const char *folder, FILE *err);

#endif /* BR_CONFORMANCE_CONFORM_EXPORT_H */
