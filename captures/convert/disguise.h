/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/disguise.h - other addresses and identifiers, always the same for the same
 *
 * What becomes what follows from a key and from what was learnt, never from the order of things:
 * one octet after the other is replaced by another in a ring that the key, and all octets before
 * it, have shuffled. So nothing stays what it is or becomes what was learnt (unless there are not
 * enough others), no two become one, what began alike begins alike (networks stay networks,
 * machines of one vendor stay of one), and without the key it cannot be turned back.
 *
 * Everything keeps its length, also as text: an octet becomes one with as many digits. A private
 * address stays private, of the same class; what names nobody (zeros, loopback, groups,
 * broadcast, link-local prefixes) stays as it is.
 */
#ifndef BR_CAPTURES_CONVERT_DISGUISE_H
#define BR_CAPTURES_CONVERT_DISGUISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct br_disguise;

struct br_disguise *br_disguise_new(void);                          /* NULL: out of memory */
struct br_disguise *br_disguise_free(struct br_disguise *disguise); /* NULL in, NULL out */

/* Before anything is disguised. @key: any octets, as the digest of the capture */
void br_disguise_set_key(struct br_disguise *disguise, const void *key, size_t size);

enum br_disguise_kind {
	BR_DISGUISE_MACS,
	BR_DISGUISE_IPV4,
	BR_DISGUISE_IPV6,
	BR_DISGUISE_UUIDS,
	BR_DISGUISE_KINDS,
};

/* How many different ones were learnt: for a report. Only so many of a kind are told apart. */
enum {
	BR_DISGUISE_LEARNT_MAX = 4096
};
size_t br_disguise_learnt(const struct br_disguise *disguise, enum br_disguise_kind kind);

/* Before anything is disguised. What is learnt is found also as a MAC address within UUIDs and
 * identifiers, a UUID as text in the other order, an IPv4 address in names of files
 * (pxelinux.cfg/C0A8); and nothing becomes it.
 */
void br_disguise_learn_mac(struct br_disguise *disguise, const uint8_t mac[6]);
void br_disguise_learn_uuid(struct br_disguise *disguise, const uint8_t uuid[16]);
void br_disguise_learn_ipv6(struct br_disguise *disguise, const uint8_t ip[16]);
/* @lease: given to a client, whose loader may ask for files named after it. Host order */
void br_disguise_learn_ipv4(struct br_disguise *disguise, uint32_t address, bool lease);
/* A network whose width is no multiple of 8 bits (IPv4) or 16 (IPv6): its hosts stay in it. */
void br_disguise_learn_ipv4_net(struct br_disguise *disguise, uint32_t net, unsigned width);
void br_disguise_learn_ipv6_net(struct br_disguise *disguise, const uint8_t net[16],
                                unsigned width);

/* In place, or host order in, host order out */
void br_disguise_mac(struct br_disguise *disguise, uint8_t mac[6]);
uint32_t br_disguise_ipv4(struct br_disguise *disguise, uint32_t address);
/* What is made of a MAC address (RFC 4291 appendix A) stays made of it, a solicited-node group
 * (section 2.7.1) that of its address
 */
void br_disguise_ipv6(struct br_disguise *disguise, uint8_t ip[16]);
/* The last three octets of a MAC address, of an IPv6 address, or of its solicited-node group */
void br_disguise_low24(struct br_disguise *disguise, uint8_t octets[3]);
/* A UUID of zeros and a MAC address stays one. @text_order: its first three fields may stand
 * the other way round, as SMBIOS has them
 */
void br_disguise_uuid(struct br_disguise *disguise, uint8_t uuid[16], bool text_order);
/* Some clients make it of their hardware address; 0 stays. @bits: 32, or 24 of DHCPv6 */
uint32_t br_disguise_xid(struct br_disguise *disguise, uint32_t xid, unsigned bits);
/* Four octets that name an interface, often the end of its MAC address (RFC 8415 section 12) */
void br_disguise_iaid(struct br_disguise *disguise, uint8_t iaid[4]);
/* Octets of no known meaning: learnt MAC addresses as such, zeros stay, the rest anything */
void br_disguise_octets(struct br_disguise *disguise, uint8_t *octets, size_t size);

/* For texts: one letter or digit of a word; @before: the @count characters before it, in lower
 * case, @c as well; @salt: 0, or another try. Return: another letter or digit
 */
uint8_t br_disguise_letter(struct br_disguise *disguise, uint8_t c, const uint8_t *before,
                           size_t count, uint8_t salt);
/* The address of a file name that begins like this, with @digits capital hex digits: leases
 * first. False: none does
 */
bool br_disguise_find_hex(const struct br_disguise *disguise, const uint8_t *hex, size_t digits,
                          uint32_t *ret_address);

#endif /* BR_CAPTURES_CONVERT_DISGUISE_H */
