/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/disguise.h - other addresses, identifiers and names, always the same for the
 * same
 *
 * Everything keeps its length, in octets and as text, so lengths and offsets of a capture
 * stay true: an octet of an address becomes one with as many digits, networks stay
 * networks. What becomes what follows from a key; without the key it cannot be turned back.
 */
#ifndef BR_CAPTURES_CONVERT_DISGUISE_H
#define BR_CAPTURES_CONVERT_DISGUISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct br_disguise;

/* @key: any octets, as the digest of the capture. Return: NULL when out of memory */
struct br_disguise *br_disguise_new(const void *key, size_t size);
struct br_disguise *br_disguise_free(struct br_disguise *disguise); /* NULL in, NULL out */

/* Learn what to look for in payloads. Return: 0, or -ENOMEM */
int br_disguise_learn_mac(struct br_disguise *disguise, const uint8_t mac[6]);
int br_disguise_learn_uuid(struct br_disguise *disguise, const uint8_t uuid[16]);
/* A host name or the like; texts of one octet and dotted quads are passed over */
int br_disguise_learn_name(struct br_disguise *disguise, const void *text, size_t size);
/* Text that means nothing to a machine: letters and digits become others, in place */
void br_disguise_words(const struct br_disguise *disguise, uint8_t *octets, size_t size);
/* @lease: given to a client, whose loader may ask for files named after it */
int br_disguise_learn_address(struct br_disguise *disguise, uint32_t address, bool lease);

/* 0.0.0.0, loopback, groups, masks and broadcast stay as they are. Host order. */
uint32_t br_disguise_address(const struct br_disguise *disguise, uint32_t address);
/* Groups, broadcast and zeros stay; the first octet is made 02, locally administered. */
void br_disguise_mac(const struct br_disguise *disguise, uint8_t mac[6]);
/* Some clients make it of their hardware address; 0 stays. */
uint32_t br_disguise_xid(const struct br_disguise *disguise, uint32_t xid);
/* All that was learnt, dotted quads, and file names made of an address (pxelinux.cfg/C0A8) */
void br_disguise_text(const struct br_disguise *disguise, uint8_t *octets, size_t size);
/* The same, and learnt addresses as four octets anywhere */
void br_disguise_options(const struct br_disguise *disguise, uint8_t *octets, size_t size);

#endif /* BR_CAPTURES_CONVERT_DISGUISE_H */
