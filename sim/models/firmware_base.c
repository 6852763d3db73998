/* SPDX-License-Identifier: BSD-2-Clause */
/* What clients and engines of a firmware stand on: its one wait, what it tells, the file
 * under way, datagrams that leave it, the end.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/models/firmware_inside.h"

enum {
	PROGRAMS_MAX = 8, /* boot programs one behind the other */
	ERROR_SIZE = 192,
};

static const char *const step_names[] = {
	[BR_BOOT_STEP_NONE] = "none",     [BR_BOOT_STEP_DISCOVER] = "discover",
	[BR_BOOT_STEP_OFFER] = "offer",   [BR_BOOT_STEP_ADDRESS] = "address",
	[BR_BOOT_STEP_PROXY] = "proxy",   [BR_BOOT_STEP_MENU] = "menu",
	[BR_BOOT_STEP_FILE] = "file",     [BR_BOOT_STEP_SIZE] = "size",
	[BR_BOOT_STEP_DATA] = "data",     [BR_BOOT_STEP_PROGRAM] = "program",
	[BR_BOOT_STEP_LOADER] = "loader", [BR_BOOT_STEP_CONFIG] = "config",
	[BR_BOOT_STEP_KERNEL] = "kernel", [BR_BOOT_STEP_INITRD] = "initrd",
	[BR_BOOT_STEP_SYSTEM] = "system",
};

const char *br_boot_step_name(enum br_boot_step step)
{
	return step_names[step];
}

br_time br_firmware_ms(const struct br_firmware *fw, uint32_t ms)
{
	br_time wait = ms * BR_MS;

	return fw->model->clock_percent ? wait * 100 / fw->model->clock_percent : wait;
}

/* A wait that only moves later leaves the queue alone: one DATA packet, no heap work. */
void br_firmware_wait(struct br_firmware *fw, br_time at,
                      void (*wake)(struct br_firmware *fw, br_time now))
{
	fw->wake = wake;
	fw->wake_at = at;
	if (fw->timer.place == 0 || fw->timer.at > at)
		br_clock_set(fw->clock, &fw->timer, at);
}

void br_firmware_wait_no_more(struct br_firmware *fw)
{
	fw->wake = NULL;
}

static void tell(struct br_firmware *fw, enum br_firmware_event event, const char *text,
                 br_time now)
{
	if (fw->event_see)
		fw->event_see(fw->event_context, fw, event, text, now);
}

void br_firmware_step(struct br_firmware *fw, enum br_boot_step step, br_time now)
{
	if (step <= fw->result.step)
		return;
	fw->result.step = step;
	tell(fw, BR_FIRMWARE_STEP, br_boot_step_name(step), now);
}

/* What peers named must not write to anyone's terminal. */
static void make_printable(char *text)
{
	for (; *text; text++) {
		if ((uint8_t)*text < 0x20 || *text == 0x7f)
			*text = '?';
	}
}

void br_firmware_says(struct br_firmware *fw, br_time now, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	make_printable(text);
	tell(fw, BR_FIRMWARE_SAYS, text, now);
}

static void end(struct br_firmware *fw, enum br_boot_state state, br_time now)
{
	for (size_t i = 0; fw->client[i]; i++)
		fw->client[i]->stop(fw);
	br_firmware_wait_no_more(fw);
	br_clock_set(fw->clock, &fw->timer, BR_TIME_NEVER);
	fw->result.state = state;
	fw->result.ended = now;
	tell(fw, BR_FIRMWARE_ENDED, fw->error ? fw->error : "", now);
}

void br_firmware_fail(struct br_firmware *fw, br_time now, const char *format, ...)
{
	va_list arguments;

	if (!fw->error)
		fw->error = malloc(ERROR_SIZE);
	if (fw->error) {
		va_start(arguments, format);
		vsnprintf(fw->error, ERROR_SIZE, format, arguments);
		va_end(arguments);
		make_printable(fw->error);
		tell(fw, BR_FIRMWARE_SAYS, fw->error, now);
	}
	if (!fw->go_on(fw, now))
		end(fw, BR_BOOT_FAILED, now);
}

void br_firmware_stand(struct br_firmware *fw, br_time now, const char *why)
{
	bool walks = fw->walks;

	fw->walks = false;
	br_firmware_fail(fw, now, "%s", why);
	fw->walks = walks;
}

void br_firmware_hang(struct br_firmware *fw, br_time now, const char *why)
{
	struct br_host_habits habits = *br_host_get_habits(fw->host);

	habits.echo = false;
	br_host_set_habits(fw->host, &habits);
	br_firmware_stand(fw, now, why);
}

void br_firmware_done(struct br_firmware *fw, br_time now)
{
	end(fw, BR_BOOT_DONE, now);
}

void br_firmware_run(struct br_firmware *fw, br_time now)
{
	br_firmware_step(fw, BR_BOOT_STEP_PROGRAM, now);
	fw->run(fw, now);
}

bool br_firmware_counts_program(struct br_firmware *fw, br_time now)
{
	if (++fw->programs <= PROGRAMS_MAX)
		return true;
	br_firmware_fail(fw, now, "%s loads itself again and again", fw->file);
	return false;
}

int br_firmware_set_file(struct br_firmware *fw, struct br_octets name, uint32_t server,
                         uint16_t port)
{
	const struct br_endpoint at = br_endpoint_ipv4(server, port);

	return br_firmware_set_file_at(fw, name, &at);
}

int br_firmware_set_file_at(struct br_firmware *fw, struct br_octets name,
                            const struct br_endpoint *server)
{
	char *copy = malloc(name.size + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, name.data, name.size);
	copy[name.size] = '\0';
	free(fw->file);
	fw->file = copy;
	fw->server = *server;
	fw->file_size_known = false;
	return 0;
}

void br_firmware_data_begins(struct br_firmware *fw)
{
	fw->file_octets = 0;
	fw->kept_size = 0;
}

static void keep_text(struct br_firmware *fw, struct br_octets data)
{
	char *kept;

	if (fw->keep_script && fw->kept_size == 0 && !br_text_starts(data, "#!ipxe")) {
		fw->keep = false;
		return;
	}
	if (fw->kept_size + data.size > BR_TEXT_KEPT_MAX)
		return;
	kept = realloc(fw->kept, fw->kept_size + data.size + 1);
	if (!kept)
		return;
	memcpy(kept + fw->kept_size, data.data, data.size);
	fw->kept = kept;
	fw->kept_size += data.size;
	kept[fw->kept_size] = '\0';
}

void br_firmware_data_came(struct br_firmware *fw, struct br_octets data, br_time now)
{
	uint64_t offset = fw->file_octets;

	if (offset == 0)
		br_firmware_step(fw, BR_BOOT_STEP_DATA, now);
	fw->file_octets += data.size;
	fw->result.octets += data.size;
	if (fw->data_see)
		fw->data_see(fw->data_context, fw, fw->file, offset, data, now);
	if (fw->keep)
		keep_text(fw, data);
}

void br_firmware_fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	if (how == BR_FETCH_SIZE && fw->file_size_known)
		br_firmware_step(fw, BR_BOOT_STEP_SIZE, now);
	if (how == BR_FETCH_DONE) {
		fw->result.files++;
		fw->result.size = fw->file_octets;
		tell(fw, BR_FIRMWARE_FILE, fw->file, now);
	}
	fw->engine->fetched(fw, how, now);
}

void br_firmware_send(struct br_firmware *fw, uint16_t local_port, uint32_t remote,
                      uint16_t remote_port, uint8_t ttl, struct br_octets payload)
{
	const struct br_endpoint to = br_endpoint_ipv4(remote, remote_port);

	br_firmware_send_to(fw, local_port, &to, ttl, payload);
}

const uint8_t *br_firmware_source6(const struct br_firmware *fw, const struct br_endpoint *remote)
{
	const uint8_t *own = fw->result.address6;

	return br_ip_is_zero(own) || br_ip_is_ipv4(remote->ip) || br_ip_is_multicast6(remote->ip) ||
	                       br_ip_is_link_local6(remote->ip)
	               ? NULL
	               : own;
}

void br_firmware_send_to(struct br_firmware *fw, uint16_t local_port,
                         const struct br_endpoint *remote, uint8_t ttl, struct br_octets payload)
{
	struct br_datagram datagram = {
		.local = {.port = local_port},
		.remote = *remote,
		.ttl = ttl,
		.dont_fragment = fw->model->dont_fragment == BR_MODEL_FRAGMENT_NONE ||
	                         (fw->model->dont_fragment == BR_MODEL_FRAGMENT_NOT_PXE &&
	                          remote->port == BR_DHCP_PORT_PXE),
		.no_checksum = fw->model->no_checksum,
		.no_source = fw->model->no_source && remote->port == BR_DHCP_PORT_SERVER,
		.payload = payload,
	};

	const uint8_t *own = br_firmware_source6(fw, remote);

	if (own)
		memcpy(datagram.local.ip, own, sizeof(datagram.local.ip));
	fw->result.sent++;
	(void)br_host_udp_send(fw->host, &datagram);
}

uint16_t br_firmware_port(struct br_firmware *fw, uint32_t min, uint32_t max, bool fixed)
{
	uint32_t port = fw->port_next;

	if (port < min || port > max)
		port = fixed ? min : min + (uint32_t)br_prng_below(&fw->prng, max - min + 1);
	fw->port_next = (uint16_t)(port == max ? min : port + 1);
	return (uint16_t)port;
}
