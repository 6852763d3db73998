/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_pcap.h - a capture without the addresses and names of who recorded it
 *
 * Each field by itself, as its row in anonymous_fields.c says, under pseudonyms that are the same
 * everywhere in all files of one run: MAC, IPv4 and IPv6 addresses, UUIDs, DUIDs, names of hosts,
 * domains and files, what people wrote, and contents of files. Times, order and lengths stay; so
 * does what software it is and how it boots, for explain must say of it what it said before
 * (same_verdict.h). Frames of other protocols stay with their payload hidden; only records whose
 * link type nobody reads are left out. Names, comments and counters of a pcapng do not go along.
 *
 * The key of the pseudonyms is the capture itself: the same capture gives the same, and only who
 * has it can tell what became what.
 */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_PCAP_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_PCAP_H

#include "captures/convert/anonymous_fields.h"
#include "captures/read/spool.h"

struct br_anonymous_report {
	uint64_t kept, left_out; /* records */
	bool damaged;            /* records after the damage are neither */
	struct br_hide_tally tally;
	struct br_disguise *disguise; /* NULL if it was not made */
};

/* Who is meant on a command line: given by the old names, gets the new ones. */
struct br_anonymous_who {
	bool has_mac;
	uint8_t mac[6];
	uint32_t address;     /* 0: none */
	uint8_t address6[16]; /* zero: none */
};

/* @from, @to: @files each, sides of one event: the same becomes the same in all. @to: new spools
 * @who: or NULL. What is wrong goes to @err, one line. @ret_report: to be reset whatever comes
 * Return: 0, also if one of @from is damaged: records before that are in @to; -EBADMSG: one is
 *	   no capture; -EIO: @to cannot be written; -ENOMEM
 */
int br_anonymous_pcap(const struct br_spool *from, const struct br_spool *to, size_t files,
                      struct br_anonymous_who *who, FILE *err,
                      struct br_anonymous_report *ret_report);
void br_anonymous_report_reset(struct br_anonymous_report *report);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_PCAP_H */
