/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/core/tftp_bench.h - the TFTP service on the bench, and a client to play by hand
 *
 * send_* hands one datagram in and keeps all that comes of it; want_* takes the next
 * datagram off what was kept and fails if it is another.
 */
#ifndef BR_TESTS_CORE_TFTP_BENCH_H
#define BR_TESTS_CORE_TFTP_BENCH_H

#include "core/base/prng.h"
#include "core/formats/tftp_packet.h"
#include "core/tftp/tftp.h"
#include "tests/core/rig.h"
#include "tests/helper.h"

/* A request: the NUL that ends the literal closes the last string. */
#define RRQ(name, rest)    "\0\1" name "\0" rest
#define OPT(name, value)   "\0" name "\0" value
#define ASK(port, request) send_packet(port, BR_TFTP_PORT, request, sizeof(request))

#define CLIENT UINT32_C(0xc0000264) /* 192.0.2.100 */
#define SERVER UINT32_C(0xc0000201)

enum {
	PORT = 2000,
};

extern struct rig rig;
extern struct br_tftp *tftp;
extern uint16_t tid;              /* where the last reply came from */
extern struct br_tftp_packet got; /* the last reply */

/* boot/f0, boot/f1, f511, f512, f513 and f1m, each of so many octets of f1m */
int bench_setup(void **state);
int bench_teardown(void **state);
/* The service anew: tables empty, configuration and files as they are. */
void bench_restart(void);
void bench_drain(void);

void send_from(struct br_endpoint remote, struct br_endpoint local, const void *data, size_t size);
void send_packet(uint16_t from, uint16_t to, const void *data, size_t size);
void send_ack(uint16_t from, uint16_t to, unsigned block);
void send_error(uint16_t from, uint16_t to, uint8_t code);

/* Time passes; every deadline on the way is kept. */
void let_pass(br_time time);

void want_packet(uint16_t port);
void want_data(uint16_t port, unsigned block, size_t size);
void want_error(uint16_t port, unsigned code);
/* @want: "blksize 1024 tsize 5", all of it and in that order */
void want_oack(uint16_t port, const char *want);
void want_nothing(void);
/* Acknowledge every window from the first DATA on, which is due now. */
void want_file(uint16_t port, const uint8_t *want, uint64_t size, size_t blksize, unsigned window);

#endif /* BR_TESTS_CORE_TFTP_BENCH_H */
