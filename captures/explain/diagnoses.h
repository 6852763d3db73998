/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnoses.h - what may stop an attempt, each kind in a file of its own
 *
 * br_diagnose() asks them in the order of a boot: what came over the wire, an address, the
 * boot server, the files, the program. None of them calls another's file, and all speak in the
 * words of captures/explain/finding.h.
 */
#ifndef BR_CAPTURES_EXPLAIN_DIAGNOSES_H
#define BR_CAPTURES_EXPLAIN_DIAGNOSES_H

#include "captures/explain/finding.h"

/* Each: true if it found what stopped the attempt, and added it. */
bool br_diagnose_dhcp(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
bool br_diagnose_dhcp6(const struct br_story *s, const struct br_attempt *a,
                       struct br_diagnosis *d);
bool br_diagnose_pxe(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
/* Of DHCPv6 alone, for diagnose_dhcp6.c. The answers came, and did not reach the client. */
bool br_diagnose_unheard6(const struct br_talk_dhcp6 *six, struct br_diagnosis *d);
/* ...they came, and it could not take them. */
bool br_diagnose_not_taken6(const struct br_talk_dhcp6 *six, struct br_diagnosis *d);
/* ...it was given an address that it cannot use, or by a server without a boot file. */
bool br_diagnose_lease6(const struct br_talk_dhcp6 *six, struct br_diagnosis *d);
/* ...option 59 is none that it can use. */
bool br_diagnose_url6(const struct br_attempt *a, const struct br_talk_dhcp6 *six,
                      struct br_diagnosis *d);
bool br_diagnose_server(const struct br_story *s, const struct br_attempt *a,
                        struct br_diagnosis *d);
bool br_diagnose_files(const struct br_story *s, const struct br_attempt *a,
                       struct br_diagnosis *d);
bool br_diagnose_name(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
/* Nothing else is known, and a rule was broken in it. */
bool br_diagnose_rules(const struct br_story *s, const struct br_attempt *a,
                       struct br_diagnosis *d);
/* What came is no program, no kernel, no configuration, or one that is refused. */
bool br_diagnose_content(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d);
/* A name has an IPv6 address, and no IPv6 leads there. */
bool br_diagnose_six_name(const struct br_story *s, const struct br_attempt *a,
                          struct br_diagnosis *d);
/* Option 66 is a name that leads nowhere. */
bool br_diagnose_server_name(const struct br_story *s, const struct br_attempt *a,
                             struct br_diagnosis *d);
bool br_diagnose_program(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d);
bool br_diagnose_wire(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);

/* What did not stop it but is worth saying. */
void br_diagnose_remarks(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d);
/* Faults the client bore, of messages and of files. */
void br_remark_guessable(const struct br_story *s, struct br_diagnosis *d);
void br_remark_wire(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
void br_remark_server_name(const struct br_story *s, const struct br_attempt *a,
                           struct br_diagnosis *d);
void br_remark_files(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);

/* Of one file, for diagnose_files.c. What each outcome is called; .id is NULL where it is none of
 * the protocol, or no fault.
 */
const struct br_verdict *br_diagnose_tftp_verdict(enum br_outcome outcome);
const struct br_verdict *br_diagnose_http_verdict(enum br_outcome outcome);
/* The rest of the sentence behind br_finding_say_where(), and what to change. */
void br_diagnose_tftp_say(struct br_finding *f, const struct br_story *s,
                          const struct br_attempt *a, const struct br_story_file *file);
void br_diagnose_http_say(struct br_finding *f, const struct br_story *s,
                          const struct br_story_file *file);
/* The transfer did not end, and so many packets were sent again that loss is why. */
bool br_diagnose_tftp_loss(const struct br_attempt *a, const struct br_story_file *file,
                           struct br_diagnosis *d);
/* The transfer stopped or was given up, and the capture tells whose packets did not arrive. */
bool br_diagnose_deaf(const struct br_story *s, const struct br_attempt *a,
                      const struct br_story_file *file, struct br_diagnosis *d);
/* It was asked of the next server of the ACK, which has none, and not of where the first came
 * from.
 */
bool br_diagnose_wrong_server(const struct br_attempt *a, const struct br_story_file *file,
                              struct br_diagnosis *d);
/* Of transfers the capture has the requests alone: its filter left out the rest. @file NULL: none
 * was asked for that the filter would let through
 */
bool br_diagnose_filter(const struct br_story *s, const struct br_attempt *a,
                        const struct br_story_file *file, struct br_diagnosis *d);
/* An https URL was given, and its server never asked. Return: whether it is so */
bool br_diagnose_no_tls(const struct br_story *s, const struct br_attempt *a,
                        struct br_diagnosis *d);
/* An http URL was given, and its server never asked. Return: whether it is so */
bool br_diagnose_no_http(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d);
/* The handshake of TLS failed. */
void br_diagnose_tls(const struct br_attempt *a, const struct br_story_file *file,
                     struct br_diagnosis *d);
/* What came to the client in @exchange, which it took no notice of, could not reach it: VLAN,
 * checksum, an address that another has as well.
 */
bool br_diagnose_layers(const struct br_story *s, const struct br_attempt *a,
                        const struct br_talk_exchange *exchange, struct br_diagnosis *d);
/* Of several captures: the last of @asked, or @answer (NULL: none), is in one of them alone.
 * @what: "The OFFER of 192.0.2.1"
 */
bool br_diagnose_between(const struct br_story *s, const struct br_talk_times *asked,
                         const char *what, const struct br_talk_place *answer,
                         struct br_diagnosis *d);
/* It was asked of an address that the client was not to ask, or was told wrongly. */
bool br_diagnose_aim(const struct br_attempt *a, const struct br_story_file *file,
                     struct br_diagnosis *d);
/* The server says of itself that it has an address of another network, and the client looked for it
 * in vain (@arp), or has no way there (@arp NULL).
 */
bool br_diagnose_own_name(const struct br_attempt *a, const struct br_talk_arp *arp,
                          struct br_diagnosis *d);
/* It looked for an address in vain that nobody told it of in this capture. */
bool br_diagnose_stranger(const struct br_attempt *a, const struct br_talk_arp *arp,
                          struct br_diagnosis *d);
/* The transfer stopped where the block number goes on from 65535. */
bool br_diagnose_wrap(const struct br_attempt *a, const struct br_story_file *file,
                      struct br_diagnosis *d);
void br_remark_tftp_oack(const struct br_story_file *file, struct br_diagnosis *d);
void br_remark_tftp_unseen(const struct br_story_file *file, struct br_diagnosis *d);
/* True: UEFI firmware refuses such a file, and that was said. */
bool br_remark_http_image(const struct br_attempt *a, const struct br_story_file *file,
                          struct br_diagnosis *d);

/* What came last is a program that Secure Boot refuses, for diagnose_program.c. */
bool br_diagnose_refused(const struct br_story *s, const struct br_attempt *a,
                         struct br_diagnosis *d);
/* No file failed, for diagnose_files.c: a search that ended without a configuration or module. */
bool br_diagnose_no_configuration(const struct br_attempt *a, struct br_diagnosis *d);
/* ...names that are commonly missing, and nothing else. */
bool br_diagnose_nothing_found(const struct br_story *s, const struct br_attempt *a,
                               struct br_diagnosis *d);
/* ...a GRUB that was told no server. */
bool br_diagnose_no_server(const struct br_story *s, const struct br_attempt *a,
                           struct br_diagnosis *d);
/* ...a shim that was told its server by a name. */
bool br_diagnose_shim_name(const struct br_story *s, const struct br_attempt *a,
                           struct br_diagnosis *d);
/* ...a GRUB that asks for nothing more. */
bool br_diagnose_quiet_loader(const struct br_story *s, const struct br_attempt *a,
                              struct br_diagnosis *d);

#endif /* BR_CAPTURES_EXPLAIN_DIAGNOSES_H */
