/* SPDX-License-Identifier: BSD-2-Clause */
/* report.h - what the probe says on the console, line by line
 *
 * Every line begins with "BR " and has less than 80 columns, for a firmware's console breaks
 * longer ones. driver/probe.py reads them; the words stand there in one table.
 */
#ifndef BR_PROBE_REPORT_H
#define BR_PROBE_REPORT_H

#include <stddef.h>
#include <stdint.h>

/* One line without its end, as the machine's console takes it: of each kind of probe its own. */
void br_probe_put(const char *line);

void br_report_begin(const char *machine);

/* A line of words, numbers and addresses. %s text, %u uint32_t, %x uint32_t as eight hexadecimal
 * digits, %a an IPv4 address of four octets; nothing else.
 */
void br_report(const char *format, ...);

/* @octets under a name, in as many lines as they need. */
void br_report_octets(const char *name, const void *octets, size_t size);

/* The digest that belongs to the file read as @number. */
void br_report_digest(uint32_t number, const uint8_t digest[static 32]);

/* How many lines there were, so that a lost one is seen. */
void br_report_end(void);

#endif /* BR_PROBE_REPORT_H */
