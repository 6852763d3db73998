/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/explain_junit.h - what explain found as JUnit, for a build's page
 *
 * A test case for each requirement that was judged, which fails where --fail-on says so or it
 * binds; and for each machine that boots, unless one server alone is judged.
 */
#ifndef BR_CAPTURES_EXPLAIN_EXPLAIN_JUNIT_H
#define BR_CAPTURES_EXPLAIN_EXPLAIN_JUNIT_H

#include "captures/explain/explain_forms.h"

struct br_explain_junit;

struct br_explain_junit *br_explain_junit_new(void);
struct br_explain_junit *br_explain_junit_free(struct br_explain_junit *junit); /* NULL too */

/* One more machine. */
void br_explain_junit_client(struct br_explain_junit *junit, const struct br_story *story,
                             const struct br_diagnosis *d);
void br_explain_junit_write(struct br_explain_junit *junit, const struct br_explain_run *run,
                            FILE *to);

#endif /* BR_CAPTURES_EXPLAIN_EXPLAIN_JUNIT_H */
