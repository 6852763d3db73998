/* SPDX-License-Identifier: BSD-2-Clause */
/* core/base/hash.h - a number that stands for octets
 *
 * br_fnv32() and br_fnv64() are the same on every machine, so what a run does may depend on
 * them: seeds of draws, entity tags. br_hash() is several times as quick and for tables and
 * comparisons inside one process. None of them withstands somebody who means ill.
 */
#ifndef BR_CORE_BASE_HASH_H
#define BR_CORE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define BR_FNV32_SEED UINT32_C(0x811c9dc5)
#define BR_FNV64_SEED UINT64_C(0xcbf29ce484222325)

/* FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv), on from @hash: a seed, or what octets
 * before these gave.
 */
uint32_t br_fnv32(uint32_t hash, const void *octets, size_t size);
uint64_t br_fnv64(uint64_t hash, const void *octets, size_t size);

/* Any @seed; all bits of the result are worth the same. */
uint64_t br_hash(uint64_t seed, const void *octets, size_t size);

#endif /* BR_CORE_BASE_HASH_H */
