/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/https.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/models/firmware_inside.h"
#include "sim/tls/client.h"

struct br_https {
	struct br_firmware *fw;
	const struct br_tls_habits *habits;
	struct br_tls_client *client;
	uint32_t stream;
	bool opened, ended;
	uint8_t anchor[BR_TLS_CERTIFICATE_SIZE_MAX];
};

bool br_https_can(const struct br_firmware *fw)
{
	const struct br_tls_habits *habits = br_tls_client_find(fw->model->tls_client);

	return habits && (fw->trust != BR_FIRMWARE_TRUST_NONE || !habits->needs_authority);
}

static void secret_known(void *context, const uint8_t *random, const uint8_t *master)
{
	struct br_firmware *fw = context;

	if (fw->secret_see)
		fw->secret_see(fw->secret_context, random, master);
}

static void flush(struct br_https *https)
{
	struct br_octets records;

	if (br_tls_client_output(https->client, &records))
		(void)br_host_stream_write(https->fw->host, https->stream, records);
}

int br_https_begin(struct br_https **https, struct br_firmware *fw, uint32_t stream,
                   const char *host, br_time now)
{
	struct br_https *new = calloc(1, sizeof(*new));
	struct br_tls_trust trust = {.now_s = fw->clock_s + (int64_t)(now / BR_S)};
	struct br_writer w;

	br_https_free(*https);
	*https = new;
	if (!new)
		return -ENOMEM;
	new->fw = fw;
	new->stream = stream;
	new->habits = br_tls_client_find(fw->model->tls_client);
	w = br_writer_of(new->anchor, sizeof(new->anchor));
	if (fw->trust != BR_FIRMWARE_TRUST_NONE) {
		br_tls_authority_build(fw->trust == BR_FIRMWARE_TRUST_RIG ? "root" : "other", &w);
		trust.anchor[trust.anchors++] = (struct br_octets){new->anchor, br_written(&w)};
	}
	if (br_tls_client_new(&new->client, new->habits, &trust, host, br_prng_next(&fw->prng)) < 0)
		return -ENOMEM;
	br_tls_client_on_secret(new->client, secret_known, fw);
	flush(new);
	return 0;
}

struct br_https *br_https_free(struct br_https *https)
{
	if (https)
		br_tls_client_free(https->client);
	free(https);
	return NULL;
}

static void hang_up(struct br_https *https)
{
	struct br_host *host = https->fw->host;

	switch (https->habits->hangup) {
	case BR_TLS_HANGUP_RESET:
		br_host_stream_reset(host, https->stream);
		break;
	case BR_TLS_HANGUP_BYE:
	case BR_TLS_HANGUP_ALERT:
		br_host_stream_close(host, https->stream);
		break;
	}
}

enum br_https_came br_https_take(struct br_https *https, struct br_octets *stream,
                                 struct br_octets *ret_plain)
{
	br_tls_client_input(https->client, stream, ret_plain);
	flush(https);
	switch (br_tls_client_phase(https->client)) {
	case BR_TLS_SHAKING:
		return BR_HTTPS_NOTHING;
	case BR_TLS_FAILED:
		hang_up(https);
		return BR_HTTPS_FAILED;
	case BR_TLS_SHUT:
		return BR_HTTPS_SHUT;
	case BR_TLS_OPEN:
		break;
	}
	if (!https->opened) {
		https->opened = true;
		return BR_HTTPS_OPENED;
	}
	return ret_plain->size > 0 ? BR_HTTPS_SAID : BR_HTTPS_NOTHING;
}

int br_https_write(struct br_https *https, struct br_octets octets)
{
	if (!br_tls_client_write(https->client, octets))
		return -ENOTCONN;
	flush(https);
	return (int)octets.size;
}

void br_https_ended(struct br_https *https)
{
	https->ended = true;
}

bool br_https_was_refused(const struct br_https *https)
{
	enum br_tls_reason reason = br_tls_client_reason(https->client);

	return reason == BR_TLS_ALERTED || reason == BR_TLS_WELL;
}

const char *br_https_why(const struct br_https *https)
{
	enum br_tls_reason reason = br_tls_client_reason(https->client);

	return br_tls_reason_text(https->ended && reason == BR_TLS_WELL ? BR_TLS_ENDED : reason);
}

void br_firmware_edk2_no_tls(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	if (how != BR_FETCH_NO_TLS)
		br_firmware_says(fw, now, "TLS: %s", fw->fetch_text); /* DEBUG builds */
	br_firmware_says(fw, now, "Error: Could not retrieve NBP file size from HTTP server.");
}
