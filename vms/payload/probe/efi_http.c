/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware's own HTTP: UEFI 2.10 29.6 */
#include <string.h>

#include "efi_probe.h"
#include "report.h"

static const struct br_efi_guid binding_guid = {
	0xbdc8e6af, 0xd9bc, 0x4379, {0xa7, 0x2a, 0xe0, 0xc4, 0xe7, 0x5d, 0xae, 0x1c}};
static const struct br_efi_guid http_guid = {
	0x7a59b29b, 0x910b, 0x4171, {0x82, 0x42, 0xa8, 0x5a, 0x0d, 0xf2, 0x5b, 0x5b}};

enum {
	TIMEOUT_MS = 10000,
	WAIT_US = 30000000, /* for one token; nothing on this wire takes so long */
	TIMED_OUT = 18,     /* EFI_TIMEOUT */
};

void br_http_find(struct br_efi_probe *probe)
{
	size_t count = 0, status;
	void **handles = NULL, *child = NULL, *table = NULL;
	struct br_efi_service_binding *binding;

	status = probe->boot->locate_handle_buffer(BR_EFI_BY_PROTOCOL, &binding_guid, NULL, &count,
	                                           &handles);
	if (status || count == 0) {
		br_report("none http no EFI_HTTP_SERVICE_BINDING_PROTOCOL anywhere");
		return;
	}
	status = probe->boot->handle_protocol(handles[0], &binding_guid, &table);
	binding = table;
	if (!status)
		status = binding->create_child(binding, &child);
	if (!status)
		status = probe->boot->handle_protocol(child, &http_guid, &table);
	if (status)
		br_report("none http its service binding gives status %u", (uint32_t)status);
	else
		probe->http = table;
}

static size_t wait_for(struct br_efi_probe *probe, struct br_efi_http_token *token)
{
	uint64_t then = br_clock_now();

	while (probe->boot->check_event(token->event)) {
		if (br_clock_since(probe, then) > WAIT_US) {
			(void)probe->http->cancel(probe->http, token);
			return BR_EFI_ERROR_BIT | TIMED_OUT;
		}
		(void)probe->http->poll(probe->http);
	}
	return token->status;
}

static size_t configure(struct br_efi_probe *probe)
{
	struct br_efi_http_point point = {.use_default = false};
	struct br_efi_http_config config = {
		.version = 1, .timeout_ms = TIMEOUT_MS, .point = &point};

	memcpy(point.address, probe->station, 4);
	memcpy(point.netmask, probe->netmask, 4);
	(void)probe->http->configure(probe->http, NULL);
	return probe->http->configure(probe->http, &config);
}

static size_t ask(struct br_efi_probe *probe, struct br_efi_http_token *token, const char *url)
{
	static uint16_t wide[BR_PROBE_URL_SIZE];
	static char host[BR_PROBE_URL_SIZE];
	struct br_efi_http_request request = {.method = 0, .url = wide};
	struct br_efi_http_header header[] = {
		{(char *)(uintptr_t) "Host", host},
		{(char *)(uintptr_t) "Accept", (char *)(uintptr_t) "*/*"},
		{(char *)(uintptr_t) "User-Agent", (char *)(uintptr_t) "bootrig-probe/1"},
	};
	struct br_efi_http_message message = {
		.request = &request, .header_count = 3, .header = header};
	size_t i, used = 0, status;

	for (i = 0; url[i]; i++)
		wide[i] = (uint8_t)url[i];
	wide[i] = 0;
	for (i = strlen("http://"); url[i] && url[i] != '/'; i++)
		host[used++] = url[i];
	host[used] = 0;
	token->message = &message;
	status = probe->http->request(probe->http, token);
	return status ? status : wait_for(probe, token);
}

/* Case does not matter: RFC 9110 5.1 */
static bool is_named(const char *name, const char *lower)
{
	for (; *name && *lower; name++, lower++)
		if ((*name >= 'A' && *name <= 'Z' ? *name + 32 : *name) != *lower)
			return false;
	return *name == *lower;
}

static uint32_t length_of(const struct br_efi_http_message *message)
{
	uint32_t length = 0;

	for (size_t i = 0; i < message->header_count; i++)
		if (is_named(message->header[i].name, "content-length"))
			for (const char *at = message->header[i].value; *at >= '0' && *at <= '9';
			     at++)
				length = length * 10 + (uint32_t)(*at - '0');
	return length;
}

static void take_answer(struct br_efi_probe *probe, struct br_efi_http_token *token,
                        struct br_probe_got *got)
{
	struct br_efi_http_response response = {0};
	struct br_efi_http_message message = {
		.response = &response, .body_size = BR_PROBE_FILE_MAX, .body = probe->octets};
	uint32_t length;

	token->message = &message;
	got->status = probe->http->response(probe->http, token);
	if (!got->status)
		got->status = wait_for(probe, token);
	got->code = response.status == BR_EFI_HTTP_200   ? 200
	            : response.status == BR_EFI_HTTP_404 ? 404
	                                                 : response.status;
	length = length_of(&message);
	if (message.header)
		(void)probe->boot->free_pool(message.header);
	if (got->status)
		return;
	got->size = (uint32_t)message.body_size;
	while (got->size < length && length <= BR_PROBE_FILE_MAX) {
		message = (struct br_efi_http_message){.body_size = length - got->size,
		                                       .body = probe->octets + got->size};
		got->status = probe->http->response(probe->http, token);
		if (!got->status)
			got->status = wait_for(probe, token);
		if (got->status || message.body_size == 0)
			return;
		got->size += (uint32_t)message.body_size;
	}
}

struct br_probe_got br_http_read(struct br_efi_probe *probe, const char *url)
{
	struct br_probe_got got = {.status = configure(probe)};
	struct br_efi_http_token token = {.status = 0};
	uint64_t then;

	if (!got.status)
		got.status = probe->boot->create_event(0, 0, NULL, NULL, &token.event);
	if (got.status)
		return got;
	then = br_clock_now();
	got.status = ask(probe, &token, url);
	if (!got.status)
		take_answer(probe, &token, &got);
	got.microseconds = br_clock_since(probe, then);
	(void)probe->boot->close_event(token.event);
	return got;
}
