/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/core/http_bench.h - the HTTP service on the bench, and a client to play by hand
 *
 * send_* hands octets in and keeps all that comes of it; want_* reads the next response
 * off what stream S was sent and fails if it is another.
 */
#ifndef BR_TESTS_CORE_HTTP_BENCH_H
#define BR_TESTS_CORE_HTTP_BENCH_H

#include "core/formats/http_head.h"
#include "core/http/http.h"
#include "tests/core/rig.h"
#include "tests/helper.h"

#define HOST   "Host: 192.0.2.1\r\n"
#define PLENTY UINT32_MAX /* of credit */

enum {
	S = 3, /* the stream most tests use */
};

extern struct rig web;
extern struct br_http *http;
extern uint8_t bytes[]; /* what stream S was sent and not yet read */
extern size_t bytes_size;
extern unsigned fins, resets;
extern uint32_t reset_stream;      /* which was reset last */
extern struct br_http_head answer; /* the last response read */
extern char etag[80];

/* f0, f1, f513, f1m (changed Sun, 06 Nov 1994 08:49:37 GMT) and boot/shim.efi; stream S
 * is open
 */
int web_setup(void **state);
int web_teardown(void **state);
void web_drain(void);

void send_event(enum br_event_kind kind, uint32_t stream, uint32_t credit, const void *data,
                size_t size);
void open_stream(uint32_t stream, uint32_t credit);
void lose_stream(uint32_t stream);
/* A fresh connection S; what the one before left is forgotten. */
void fresh_stream(void);
void send_on(uint32_t stream, const char *text);
void send_text(const char *text);
/* One request on a fresh connection: its line, its fields, the empty line. */
void ask_fresh(const char *line, const char *fields);
void get_fresh(const char *path, const char *fields);
uint64_t sent_on(uint32_t stream); /* octets the service gave out there */

/* Time passes; every deadline on the way is kept. */
void web_let_pass(br_time time);

/* Its content is @want, or none if NULL; @size octets follow the head. */
void want_response(unsigned status, const uint8_t *want, size_t size);
/* An error with its own text behind it. */
void want_error_text(unsigned status);
void want_no_octets(void);
bool has_field(const char *name, const char *value);

void learn_etag(const char *path);
/* @before, the tag learned, @after */
const char *with_etag(const char *before, const char *after);

#endif /* BR_TESTS_CORE_HTTP_BENCH_H */
