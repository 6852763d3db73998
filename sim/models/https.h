/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/https.h - TLS below a model's HTTP; for http_client.c alone
 *
 * One connection at a time. What it trusts and what its clock says are the firmware's.
 */
#ifndef BR_SIM_MODELS_HTTPS_H
#define BR_SIM_MODELS_HTTPS_H

#include "core/base/bytes.h"
#include "core/base/time.h"

struct br_firmware;
struct br_https;

enum br_https_came {
	BR_HTTPS_NOTHING, /* to be told: the handshake goes on */
	BR_HTTPS_OPENED,  /* the handshake is done: requests can be sent */
	BR_HTTPS_SAID,    /* octets of the server */
	BR_HTTPS_SHUT,    /* close_notify */
	BR_HTTPS_FAILED,  /* br_https_why() says why; the connection was ended */
};

/* False: the model speaks no TLS, or it would not even try (no authority is enrolled). */
bool br_https_can(const struct br_firmware *fw);

/* A connection stands: say hello on it. What *https was before is freed. Return: 0 or -ENOMEM */
int br_https_begin(struct br_https **https, struct br_firmware *fw, uint32_t stream,
                   const char *host, br_time now);
struct br_https *br_https_free(struct br_https *https);

/* Take what came from TCP, a record at most; *ret_plain is good until the next call. */
enum br_https_came br_https_take(struct br_https *https, struct br_octets *stream,
                                 struct br_octets *ret_plain);

int br_https_write(struct br_https *https, struct br_octets octets); /* as br_host_stream_write() */

/* The server ended it within the handshake */
void br_https_ended(struct br_https *https);
/* The server ended it or said an alert; else the client did, for what it saw */
bool br_https_was_refused(const struct br_https *https);
const char *br_https_why(const struct br_https *https); /* "the certificate is for another name" */

#endif /* BR_SIM_MODELS_HTTPS_H */
