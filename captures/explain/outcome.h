/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/outcome.h - what became of a file, for captures/explain/story.c */
#ifndef BR_CAPTURES_EXPLAIN_OUTCOME_H
#define BR_CAPTURES_EXPLAIN_OUTCOME_H

#include "captures/explain/story.h"

enum br_outcome br_outcome_of_tftp(const struct br_story *story,
                                   const struct br_talk_exchange *exchange);
/* @request: of that connection */
enum br_outcome br_outcome_of_http(const struct br_story *story,
                                   const struct br_talk_exchange *exchange,
                                   const struct br_talk_http *request);
/* Of a connection on which nothing was asked, as far as can be seen */
enum br_outcome br_outcome_of_tcp(const struct br_story *story,
                                  const struct br_talk_exchange *exchange);

bool br_name_ends_in(const char *name, const char *end);
bool br_name_is_kernel(const char *name); /* or its first file system */
bool br_name_is_script(const char *name); /* it steers a boot, and is not what is booted */

#endif /* BR_CAPTURES_EXPLAIN_OUTCOME_H */
