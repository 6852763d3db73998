/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_pcap.h - a capture without the addresses and names of who recorded it
 *
 * IPv4 and hardware addresses, UUIDs, DHCP transaction numbers, host names, texts of menus
 * and what relays say of a port (option 82) become others, the same everywhere in the file,
 * as octets and as text, also where file names are made of them. Lengths, times and order
 * stay; checksums are made good, also of frames of which the file holds a part. What is kept
 * is ARP, ICMP, DHCP, TFTP and HTTP over IPv4 and Ethernet; everything else might name
 * somebody and is left out. Names of files, and octets of files, stay.
 */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_PCAP_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct br_anonymous_count {
	uint64_t kept, left_out; /* frames */
	bool damaged;            /* frames after the damage are neither */
};

/* Who is meant on a command line: given by the old names, gets the new ones. */
struct br_anonymous_who {
	bool has_mac;
	uint8_t mac[6];
	uint32_t address; /* 0: none */
};

/* @from, @to: @files paths each, sides of one event: the same becomes the same in all; @to are
 * replaced. @who: or NULL. What is wrong goes to @err, one line.
 * Return: 0, also if one of @from is damaged: frames before that are in @to; -EBADMSG: one is
 *	   no capture; -EIO: @to; -ENOMEM
 */
int br_anonymous_pcap(const char *const *from, const char *const *to, size_t files,
                      struct br_anonymous_who *who, FILE *err,
                      struct br_anonymous_count *ret_count);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_PCAP_H */
