/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/http_head.h - the head of an HTTP/1.x message as a struct, and back
 *
 * RFC 9112 sections 2 to 5 (start line, fields), 6 (how long the content is) and
 * RFC 9110 section 14 (ranges). For the server, for clients and for whoever reads
 * a capture: the parser keeps fields in order and in their spelling, and says of
 * what it cannot take with which status a server answers it.
 */
#ifndef BR_CORE_FORMATS_HTTP_HEAD_H
#define BR_CORE_FORMATS_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum {
	BR_HTTP_PORT = 80,
	BR_HTTP_FIELDS_MAX = 64, /* of a head this parser takes; one more is a 431 */
};

enum br_http_kind {
	BR_HTTP_REQUEST,
	BR_HTTP_RESPONSE,
};

/* The value stands without the white space around it, RFC 9112 section 5. */
struct br_http_field {
	struct br_octets name, value;
};

/**
 * struct br_http_head - Start line and fields of one message
 * @method:	REQUEST: as it stood; methods are case-sensitive
 * @target:	REQUEST: as it stood
 * @major, @minor: HTTP/@major.@minor
 * @status:	RESPONSE: 100 .. 999
 * @reason:	RESPONSE: may be empty
 * @field:	In the order of the message
 * @fields:	How many of @field are set
 * @size:	Octets of the head, with the empty lines before it and the one behind
 * @bare_lf:	A line ended in LF without CR, RFC 9112 section 2.2
 */
struct br_http_head {
	struct br_octets method, target;
	struct br_octets reason;
	uint16_t status;
	uint8_t major, minor;
	bool bare_lf;
	size_t size;
	size_t fields;
	struct br_http_field field[BR_HTTP_FIELDS_MAX];
};

/**
 * br_http_parse() - Read a head that may not have arrived in full
 * @kind:	What it must be
 * @octets:	All that came so far, from the first octet of the message on
 * @size_max:	Longest head taken, octets
 * @seen:	0 for a new message, then kept by the caller between calls, so that
 *		octets are looked at once however thinly they come
 * @ret_head:	Set on 1 only; borrows from @octets
 * @ret_status:	Set on -EBADMSG: how a server answers, 400, 414, 431, 501 or 505
 *
 * White space before a colon, folded lines, white space before the first field,
 * bare CR, NUL and other controls are -EBADMSG with 400 (RFC 9112 sections 2.2,
 * 5.1, 5.2). Empty lines before a request are skipped. A start line longer than
 * @size_max is 414, fields are 431, a major version other than 1 is 505.
 *
 * Return: 1 if the head is complete, 0 if more must come, -EBADMSG
 */
int br_http_parse(enum br_http_kind kind, struct br_octets octets, size_t size_max, size_t *seen,
                  struct br_http_head *ret_head, uint16_t *ret_status);

/* Of the methods that boot something, or of an HTTP/1 status line: does a head begin here? */
bool br_http_begins(enum br_http_kind kind, struct br_octets octets);

/* The status of a response that begins here, maybe before all of its line came; 0: none does */
uint16_t br_http_status_ahead(struct br_octets octets);

/* "HTTP/1.1", RFC 9112 section 2.3. False, and both untouched, for another text. */
bool br_http_get_version(struct br_octets text, uint8_t *ret_major, uint8_t *ret_minor);

/**
 * br_http_close_cut() - Make a head of one that a capture cut
 * @octets:	Its octets; what stands behind the last whole line gives way to an empty line
 * @size:	How many there are
 * @size_max:	Room of @octets
 *
 * Return: how many there are then, for br_http_parse(); 0 if no line is whole, or no room left
 */
size_t br_http_close_cut(uint8_t *octets, size_t size, size_t size_max);

/* Names are case-insensitive. The first field of that name at or behind *@index,
 * which is set one past it: start at 0 and call until NULL for repeated fields.
 */
const struct br_http_field *br_http_field_next(const struct br_http_head *head, const char *name,
                                               size_t *index);
const struct br_http_field *br_http_field_find(const struct br_http_head *head, const char *name);

/* True if @token is an element of a comma-separated list in any field of that name
 * (case-insensitive): Connection, Transfer-Encoding, Expect.
 */
bool br_http_field_has(const struct br_http_head *head, const char *name, const char *token);

enum br_http_body {
	BR_HTTP_BODY_NONE,
	BR_HTTP_BODY_LENGTH,      /* Content-Length octets */
	BR_HTTP_BODY_CHUNKED,     /* core/formats/http_body.h reads it */
	BR_HTTP_BODY_UNTIL_CLOSE, /* responses only */
};

/**
 * br_http_request_body() - How long the content of a request is, RFC 9112 section 6.3
 * @ret_body:	Set on 0 only
 * @ret_size:	Set on 0 only; 0 unless LENGTH
 * @ret_status:	Set on -EBADMSG: 400, or 501 for an unknown transfer coding
 *
 * Both Content-Length and Transfer-Encoding, more than one length, a malformed one,
 * codings that do not end in chunked, and Transfer-Encoding in HTTP/1.0 are -EBADMSG:
 * whoever sends these wants two servers to see two different messages.
 *
 * Return: 0 or -EBADMSG
 */
int br_http_request_body(const struct br_http_head *head, enum br_http_body *ret_body,
                         uint64_t *ret_size, uint16_t *ret_status);

/* The same for a response; @to_head: it answers HEAD. Return: 0 or -EBADMSG. */
int br_http_response_body(const struct br_http_head *head, bool to_head,
                          enum br_http_body *ret_body, uint64_t *ret_size);

/* RFC 9112 section 9.3: the connection may carry another message after this one. */
bool br_http_keep_alive(const struct br_http_head *head);

enum br_http_range {
	BR_HTTP_RANGE_IGNORED,       /* unknown unit, several ranges, malformed: send it all */
	BR_HTTP_RANGE_ONE,           /* 206 */
	BR_HTTP_RANGE_UNSATISFIABLE, /* 416 */
};

/* Judge a Range value against a file of @size octets, RFC 9110 section 14.1.2;
 * numbers beyond 64 bit count as the largest. @ret_first and @ret_last (both
 * inclusive, offsets of octets) are set for ONE only.
 */
enum br_http_range br_http_range(struct br_octets value, uint64_t size, uint64_t *ret_first,
                                 uint64_t *ret_last);

/* "bytes 100-199/1048576": false if it is not of that form. RFC 9110 section 14.4 */
bool br_http_content_range(struct br_octets value, uint64_t *ret_first, uint64_t *ret_last,
                           uint64_t *ret_total);

/* Builders; strings are NUL-terminated, every line ends in CR LF, names go out in
 * the customary capitals because GRUB compares them so (net/http.c).
 */
void br_http_put_request_line(struct br_writer *w, const char *method, const char *target);
void br_http_put_status_line(struct br_writer *w, uint16_t status); /* HTTP/1.1 200 OK */
void br_http_put_field(struct br_writer *w, const char *name, const char *value);
void br_http_put_field_number(struct br_writer *w, const char *name, uint64_t value);
void br_http_put_end(struct br_writer *w); /* the empty line */

/* One field a line: method "GET", target "/boot.efi", version 1.1, or status 200,
 * reason "OK", then field "Host" "192.0.2.1"; octets that do not print stand as \xNN.
 */
void br_http_print(enum br_http_kind kind, const struct br_http_head *head, struct br_writer *w);

const char *br_http_reason(uint16_t status); /* "OK"; "" if not known */

#endif /* BR_CORE_FORMATS_HTTP_HEAD_H */
