/* SPDX-License-Identifier: BSD-2-Clause */
/* core/base/text.h - numbers and addresses as text, and back, without libc
 *
 * What is written goes through struct br_writer and is not NUL-terminated unless
 * br_text_end() says so. What is read is octets, NUL or not. ASCII only: no locale.
 * Readers take the whole of their octets or nothing: no sign, no white space.
 */
#ifndef BR_CORE_BASE_TEXT_H
#define BR_CORE_BASE_TEXT_H

#include "core/base/bytes.h"

/* The octets of a NUL-terminated text, without the NUL; NULL gives none. */
struct br_octets br_text(const char *text);

bool br_text_is(struct br_octets octets, const char *text);        /* equal */
bool br_text_is_nocase(struct br_octets octets, const char *text); /* equal but for A-Z/a-z */
bool br_text_starts(struct br_octets octets, const char *prefix);
bool br_text_starts_nocase(struct br_octets octets, const char *prefix);
bool br_text_equal(struct br_octets a, struct br_octets b);
bool br_text_equal_nocase(struct br_octets a, struct br_octets b);

/* "scheme://", RFC 3986 §3.1, in front of whatever: a URL of a host, not the name of a file */
bool br_text_is_url(struct br_octets octets);

/* Octets up to the first @separator; @rest becomes what lies behind it (none left: .data
 * NULL). A text without the separator is one part. For loops: while (rest.data) ...
 */
struct br_octets br_text_cut(struct br_octets *rest, char separator);

/* The octets before the first NUL: how sname and file are read, RFC 951 §3. */
struct br_octets br_text_until_nul(struct br_octets octets);

/* Readers. False, with @ret untouched, on an empty or other text or a number above @max. */
bool br_text_get_decimal(struct br_octets octets, uint64_t max, uint64_t *ret);
bool br_text_get_ipv4(struct br_octets octets, uint32_t *ret); /* a.b.c.d, host order */
uint32_t br_text_netmask(uint8_t bits);                        /* so many leading ones, 0 to 32 */
/* 10.77.0.1/24: the address with all its bits, in host order, and a netmask of 0 to 32 ones */
bool br_text_get_cidr(struct br_octets octets, uint32_t *ret_address, uint32_t *ret_netmask);
bool br_text_get_mac(struct br_octets octets, uint8_t ret[6]); /* 52:54:00:12:34:56, or '-' */
/* Hex digits in pairs, with single ':' or '-' between pairs allowed, at most @size_max octets. */
bool br_text_get_hex(struct br_octets octets, uint8_t *ret, size_t size_max, size_t *ret_size);

/* Writers. As all of br_writer: what does not fit is not written, and the writer stays bad. */
/* Octets of the character at @at, or 0: it is none. RFC 3629 section 4: no longer form than is
 * needed, no surrogate, nothing above U+10FFFF. A NUL is no tail, so nothing behind it is read.
 */
size_t br_text_utf8_size(const uint8_t *at);

void br_text_put(struct br_writer *w, const char *text);
void br_text_put_decimal(struct br_writer *w, uint64_t value);
void br_text_put_padded(struct br_writer *w, uint64_t value, unsigned digits); /* 00007 */
void br_text_put_hex(struct br_writer *w, uint64_t value, unsigned digits);    /* lower case */
void br_text_put_octets(struct br_writer *w, struct br_octets octets);         /* 0102636c */
void br_text_put_ipv4(struct br_writer *w, uint32_t address);
/* a.b.c.d/N, N the leading ones of @netmask */
void br_text_put_cidr(struct br_writer *w, uint32_t address, uint32_t netmask);
void br_text_put_mac(struct br_writer *w, const uint8_t mac[static 6]);
/* In double quotes; '"', '\\' and what does not print as \", \\ and \xNN: safe in any log. */
void br_text_put_quoted(struct br_writer *w, struct br_octets octets);

/* Close with a NUL, cutting the text short if it did not fit; for buffers of at least 1. */
const char *br_text_end(struct br_writer *w);

#endif /* BR_CORE_BASE_TEXT_H */
