/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/arena.h - memory that is given back all at once
 *
 * A script is read, kept and dropped as a whole. Running out of memory ends the
 * program: a script is small, and there is nothing to save.
 */
#ifndef BR_SIM_SCRIPT_ARENA_H
#define BR_SIM_SCRIPT_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct br_arena;

struct br_arena *br_arena_new(void);
struct br_arena *br_arena_free(struct br_arena *arena); /* NULL in, NULL out */

void *br_arena_take(struct br_arena *arena, size_t size); /* zeroed, aligned for anything */
char *br_arena_text(struct br_arena *arena, const char *text, size_t size); /* adds a NUL */

/* Room for one more in an array of @count elements that doubles as it grows. */
void *br_arena_grow(struct br_arena *arena, void *array, size_t count, size_t element_size);

#endif /* BR_SIM_SCRIPT_ARENA_H */
