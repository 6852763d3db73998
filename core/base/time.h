/* SPDX-License-Identifier: BSD-2-Clause */
/* core/base/time.h - time as everything here counts it: nanoseconds, told by whoever has a clock
 *
 * Nothing in core asks what time it is: it is told with each call, and says in turn when it
 * wants to be called again.
 */
#ifndef BR_CORE_BASE_TIME_H
#define BR_CORE_BASE_TIME_H

#include <stdint.h>

typedef uint64_t br_time; /* ns since the adapter's own epoch; never goes back */

#define BR_TIME_NEVER UINT64_MAX           /* a deadline that does not come */
#define BR_MS         UINT64_C(1000000)    /* one millisecond in br_time */
#define BR_S          UINT64_C(1000000000) /* one second in br_time */

#endif /* BR_CORE_BASE_TIME_H */
