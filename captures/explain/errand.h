/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/errand.h - what a machine was about: a boot, or something else that DHCP, TFTP
 * and HTTP are good for
 *
 * Most machines of a network boot from their disks: they take an address, renew it, write files
 * to a TFTP server, read web pages. To tell such a machine why it did not boot is a false
 * accusation, so a boot is explained only where something says that a boot was meant: a class of
 * PXE or HTTP boot, an architecture (option 93), firmware or a loader known by its fingerprint, a
 * question on port 4011, a file read by TFTP, a request that names a boot file. All others are
 * counted by errand and told in one line each.
 */
#ifndef BR_CAPTURES_EXPLAIN_ERRAND_H
#define BR_CAPTURES_EXPLAIN_ERRAND_H

#include "conformance/talk/conversation.h"

/* The later stand over the earlier when a machine did several. */
enum br_errand {
	BR_ERRAND_NONE,    /* nothing that a boot could begin with */
	BR_ERRAND_WEB,     /* HTTP that speaks of no boot */
	BR_ERRAND_ASKED,   /* it wants an address, and got none here */
	BR_ERRAND_ADDRESS, /* it took, kept or gave back an address */
	BR_ERRAND_WRITE,   /* TFTP, to the server */
	BR_ERRAND_READ,    /* TFTP from it, without options, of a name no boot file has */
	BR_ERRAND_FILES,   /* TFTP from the server, or a boot file by HTTP: a boot, unless... */
	BR_ERRAND_MODEM,   /* ...it says to be one of these */
	BR_ERRAND_DEVICE,
	BR_ERRAND_PHONE,
	BR_ERRAND_BOOT,
	BR_ERRANDS,
};

/* @kind: what its fingerprint says; NULL: not known. @index: of the HTTP request */
enum br_errand br_errand_of(const struct br_talk_exchange *exchange, size_t index,
                            const char *kind);
bool br_errand_is_boot(enum br_errand errand);
const char *br_errand_name(enum br_errand errand); /* "address", "phone", ... */
/* "only took an address": behind "N hosts" or "1 host" */
const char *br_errand_says(enum br_errand errand, bool one);

#endif /* BR_CAPTURES_EXPLAIN_ERRAND_H */
