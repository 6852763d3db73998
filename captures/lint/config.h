/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/lint/config.h - what a configuration of dnsmasq, Kea or ISC dhcpd says, line by line
 *
 * Nothing is judged by it. It tells what a lab must look like for that server to run in it
 * (interface, addresses, folders), and, once a client did not boot, which line to look at: what
 * names a boot file, and which lines decide who is told it.
 */
#ifndef BR_CAPTURES_LINT_CONFIG_H
#define BR_CAPTURES_LINT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum br_lint_kind {
	BR_LINT_DNSMASQ,
	BR_LINT_KEA,
	BR_LINT_DHCPD,
	BR_LINT_KINDS /* how many; not a kind */
};

enum {
	BR_LINT_WHEN_MAX = 12,
	BR_LINT_FILE_SIZE = 256,
	BR_LINT_BOOTS_MAX = 128,
	BR_LINT_PORTS_MAX = 4,
	BR_LINT_LINE_SIZE = 400,
};

/**
 * struct br_lint_boot - A place that says what to boot
 * @line:	Where the file or URL stands
 * @server:	The next server said there; "": none
 * @when:	Lines of the conditions under which it is sent
 */
struct br_lint_boot {
	size_t line;
	char file[BR_LINT_FILE_SIZE];
	char server[64];
	bool six;
	size_t when[BR_LINT_WHEN_MAX];
	size_t whens;
};

/**
 * struct br_lint_config - A configuration
 * @path:	As it was given
 * @line:	Its lines without comments, @lines of them; the first is line[0]
 * @address, @netmask: The machine's own; @address_why says what tells so
 * @address6:	The same of IPv6, in a /64; zeros: none is wanted
 * @pool:	How many addresses it gives; 0: not known
 * @root:	What it names as the folder of TFTP; "": nothing
 * @port:	Of HTTP in its URLs
 */
struct br_lint_config {
	enum br_lint_kind kind;
	const char *path;
	char *text, **line;
	size_t lines;
	bool four, six, proxy, tftp, advertises;
	uint32_t network, netmask, address;
	const char *address_why;
	uint8_t network6[16], address6[16];
	uint64_t pool;
	char device[16];
	char root[BR_LINT_FILE_SIZE];
	size_t range_line, root_line;
	struct br_lint_boot boot[BR_LINT_BOOTS_MAX];
	size_t boots;
	uint16_t port[BR_LINT_PORTS_MAX];
	size_t ports;
};

const char *br_lint_kind_name(enum br_lint_kind kind); /* "dnsmasq", as on the command line */

/* @err: gets one line on failure. Return: 0, or negative errno; what is named must outlive it */
int br_lint_config_read(struct br_lint_config *config, enum br_lint_kind kind, const char *path,
                        FILE *err);
void br_lint_config_free(struct br_lint_config *config);

/* Line @number, from 1, without blanks around it; "" if there is none. */
const char *br_lint_config_line(const struct br_lint_config *config, size_t number,
                                char target[static BR_LINT_LINE_SIZE]);
/* The first line with @text in it, ASCII letters alike; 0: none */
size_t br_lint_config_find(const struct br_lint_config *config, const char *text);

/* For those that read one kind: a place that says what to boot, NULL without room */
struct br_lint_boot *br_lint_config_boot(struct br_lint_config *config, size_t line,
                                         const char *file);
void br_lint_config_when(struct br_lint_boot *boot, size_t line);
/* A range or a network was said. */
void br_lint_config_range(struct br_lint_config *config, size_t line, const char *first,
                          const char *last);

/* config_dnsmasq.c, config_kea.c, config_dhcpd.c */
void br_lint_read_dnsmasq(struct br_lint_config *config);
void br_lint_read_kea(struct br_lint_config *config);
void br_lint_read_dhcpd(struct br_lint_config *config);

/* words.c: what lines say of machines */
bool br_lint_has(const char *text, const char *word); /* ASCII letters alike */
/* It names this architecture: by number in any of the ways these servers have, or by name. */
bool br_lint_names_arch(const char *text, int arch);
/* Machines of one family of processors, whichever way they boot */
bool br_lint_same_family(int a, int b);
bool br_lint_file_is_for(const char *file, int arch); /* by its name alone */

#endif /* BR_CAPTURES_LINT_CONFIG_H */
