/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_queue.h - records in their order, fragments held back until all of
 * their datagram are there
 *
 * Only whole does a datagram say what it is, and what its checksum becomes. So a fragment, and
 * every record behind it, waits for the others, within a bound.
 */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_QUEUE_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_QUEUE_H

#include "captures/convert/anonymous_frame.h"
#include "captures/read/capture.h"

/* @record: with its octets hidden */
typedef void br_anonymous_put(void *context, const struct br_capture_frame *record);

struct br_anonymous_queue;

/* Return: 0 or -ENOMEM */
int br_anonymous_queue_new(struct br_anonymous_queue **ret_queue,
                           struct br_anonymous_frames *frames, br_anonymous_put *put,
                           void *context);
struct br_anonymous_queue *br_anonymous_queue_free(struct br_anonymous_queue *queue);

/* Hide a record of any link type that is read, and put it as soon as it may.
 * Return: 1; 0: it is left out, for nobody knows what is in it; -ENOMEM
 */
int br_anonymous_queue_add(struct br_anonymous_queue *queue, const struct br_capture_frame *record);
void br_anonymous_queue_flush(struct br_anonymous_queue *queue); /* nothing more comes */

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_QUEUE_H */
