/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/http_client.h - fetching a URL as a model does it
 *
 * RFC 9110 and 9112 by the knobs of the model: HEAD first or not, which headers, one
 * connection or several, Range when one breaks.
 */
#ifndef BR_SIM_MODELS_HTTP_CLIENT_H
#define BR_SIM_MODELS_HTTP_CLIENT_H

#include "core/formats/http_body.h"
#include "core/formats/http_head.h"
#include "sim/net/host.h"

struct br_firmware;
struct br_http_client;

/* Fetch fw's file, a URL "http://host[:port]/path"; the engine's fetched() follows. */
void br_http_client_start(struct br_firmware *fw, br_time now);
void br_http_client_stream(struct br_firmware *fw, uint32_t stream, enum br_stream_event event,
                           int error, struct br_octets data, br_time now);
void br_http_client_free(struct br_firmware *fw);

#endif /* BR_SIM_MODELS_HTTP_CLIENT_H */
