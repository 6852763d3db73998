/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/captures/hiding.h - captures put under other names, and held against what they were */
#ifndef BR_TESTS_CAPTURES_HIDING_H
#define BR_TESTS_CAPTURES_HIDING_H

#include "captures/convert/anonymous_pcap.h"

/* @paths: @count of them, at most two; nothing may be left out. @who: or NULL */
void hiding_make(const char *const *paths, size_t count, struct br_spool from[2],
                 struct br_spool to[2], struct br_anonymous_who *who);
/* Frame by frame: where and when it was, what it is, and what is wrong with it */
void hiding_assert_alike(const char *was_path, const char *is_path);
/* Explain says the same of both */
void hiding_assert_same_verdict(const char *const *was, const char *const *is, size_t count);

#endif /* BR_TESTS_CAPTURES_HIDING_H */
