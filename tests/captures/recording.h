/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/captures/recording.h - a capture in memory, to edit frames, write it in any form,
 * explain it
 *
 * For tests only: whatever goes wrong ends the program with a line on standard error.
 * Frames are Ethernet. Numbers are in host order.
 */
#ifndef BR_TESTS_CAPTURES_RECORDING_H
#define BR_TESTS_CAPTURES_RECORDING_H

#include <stdio.h>

#include "core/formats/dhcp_message.h"
#include "sim/net/packet.h"

struct recorded {
	br_time at;
	uint32_t original_size;
	size_t size;
	uint8_t *octets;
};

struct recording {
	struct recorded *frame;
	size_t frames, room;
};

enum recording_link {
	RECORDING_ETHERNET,
	RECORDING_VLAN,     /* one 802.1Q tag */
	RECORDING_PRIORITY, /* one that names no VLAN */
	RECORDING_QINQ,     /* 802.1ad and 802.1Q */
	RECORDING_QINQ_OLD, /* 0x9100 and 802.1Q */
	RECORDING_SLL,      /* Linux cooked v1, "any" */
	RECORDING_SLL2,     /* v2 */
	RECORDING_RAW,      /* IP alone; ARP is left out */
	RECORDING_NULL,     /* BSD loopback; so here */
	RECORDING_WIFI,     /* 802.11 from the access point */
	RECORDING_RADIOTAP, /* the same behind radiotap */
	RECORDING_MIXED,    /* pcapng: Ethernet, SLL and SLL2 in turn, an interface each */
};

/**
 * struct recording_form - How to write it
 * @ng:		pcapng, else pcap
 * @big:	Numbers in big-endian order
 * @nano:	Times in nanoseconds, else microseconds
 * @patched:	pcap as patched libpcaps write it
 * @binary:	pcapng: times in 2^-30 s since a day before the first frame (if_tsoffset)
 * @old:	pcapng: packet blocks as before 2010
 * @littered:	pcapng: blocks of other kinds and options between
 * @frames_a_section: pcapng: a new section, of the other byte order, every so many frames; 0: one
 * @snap_size:	Octets kept of each frame; 0: all
 */
struct recording_form {
	bool ng, big, nano, patched, binary, old, littered;
	enum recording_link link;
	size_t frames_a_section;
	uint32_t snap_size;
};

void recording_load(struct recording *ret, const char *path);
void recording_load_named(struct recording *ret, const char *capture); /* of the corpus */
void recording_reset(struct recording *recording);
void recording_put(struct recording *recording, br_time at, const void *octets, size_t size,
                   uint32_t original_size);                                  /* as the last */
void recording_again(struct recording *recording, size_t index, br_time at); /* a copy, last */
void recording_drop(struct recording *recording, size_t index);
void recording_cut(struct recording *recording, size_t index); /* it and all behind it */
void recording_sort(struct recording *recording);              /* by time, stable */

void recording_put16(uint8_t *at, size_t value); /* the low 16 bits, in network byte order */

/* Its headers; wrong lengths and checksums are told in .wrong */
struct br_packet recording_packet(const struct recording *recording, size_t index);
/* Where the UDP or TCP payload begins in the frame. */
size_t recording_payload(const struct recording *recording, size_t index);
/* Put other UDP payload in; lengths and checksums are made right. */
void recording_set_payload(struct recording *recording, size_t index, const void *octets,
                           size_t size);
/* Make the checksums of IPv4, and of UDP and TCP over IP, right; a frame that was cut keeps its
 * wrong one */
void recording_fix(struct recording *recording, size_t index);

/* The DHCP message of @type (0: any) from @from on, or SIZE_MAX; @proxy: yiaddr is zero. */
size_t recording_find_dhcp(const struct recording *recording, size_t from, enum br_dhcp_type type,
                           bool proxy);
/* Give option @code this value; NULL takes it out. */
void recording_set_option(struct recording *recording, size_t index, uint8_t code,
                          const void *value, size_t size);
/* The same for a DHCPv6 message that no relay carries; @type as in RFC 8415 §7.3 */
size_t recording_find_dhcp6(const struct recording *recording, size_t from, uint8_t type);
void recording_set_option6(struct recording *recording, size_t index, uint16_t code,
                           const void *value, size_t size);
/* TFTP packet of @opcode from @from on, or SIZE_MAX */
size_t recording_find_tftp(const struct recording *recording, size_t from, uint16_t opcode);
/* The next frame whose TCP payload holds @text; SIZE_MAX: none */
size_t recording_find_text(const struct recording *recording, size_t from, const char *text);

size_t recording_write(const struct recording *recording, const struct recording_form *form,
                       FILE *file); /* Return: octets written */

/* `bootrig explain --json` of it. @text, @errors end in NUL. Return: exit code */
int recording_explain(const struct recording *recording, const struct recording_form *form,
                      char *text, size_t text_size, char *errors, size_t errors_size);
/* ...that must have no damage to tell */
int recording_explain_clean(const struct recording *recording, char *text, size_t text_size);
/* ...of two files of one event; @other NULL: of one */
int recording_explain_both(const struct recording *recording, const struct recording *other,
                           const struct recording_form *form, char *text, size_t text_size,
                           char *errors, size_t errors_size);

/* With BR_RECORDINGS=FOLDER in the environment each of these leaves the first recording there that
 * shows a verdict, as VERDICT.pcap.
 */

/* "verdict" of the first client, and whether a finding of that id is anywhere in @json */
void recording_verdict(const char *json, char *ret, size_t size);
bool recording_has_finding(const char *json, const char *id);

#endif /* BR_TESTS_CAPTURES_RECORDING_H */
