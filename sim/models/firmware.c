/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/firmware.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"

enum {
	PROGRAMS_MAX = 8, /* boot programs one behind the other */
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

/* NULL for a model whose text said no engine that is known. */
static const struct br_engine *engine_of(const struct br_model *model)
{
	switch ((enum br_model_engine)model->engine) {
	case BR_MODEL_ENGINE_EDK2_PXE:
		return &br_engine_edk2_pxe;
	case BR_MODEL_ENGINE_EDK2_HTTP:
		return &br_engine_edk2_http;
	case BR_MODEL_ENGINE_IPXE:
		return &br_engine_ipxe;
	case BR_MODEL_ENGINE_PXE_ROM:
		return &br_engine_edk2_pxe; /* the same steps by other ranks and texts */
	case BR_MODEL_ENGINE_UBOOT:
		return &br_engine_uboot;
	case BR_MODEL_ENGINE_RPI:
		return &br_engine_rpi;
	case BR_MODEL_ENGINE_SHIM:
		return &br_engine_shim;
	case BR_MODEL_ENGINE_GRUB:
		return &br_engine_grub;
	case BR_MODEL_ENGINE_PXELINUX:
		return &br_engine_pxelinux;
	}
	return NULL;
}

/* What arrives */

static void datagram_came(void *context, const struct br_datagram *datagram, br_time now)
{
	struct br_firmware *fw = context;
	uint16_t port = datagram->local.port;

	if (fw->result.state != BR_BOOT_RUNNING)
		return;
	if (fw->tftp.state != BR_TFTP_OFF && port == fw->tftp.local_port)
		br_tftp_client_input(fw, datagram, now);
	else if (fw->pxe.asking && port == fw->model->source_port[fw->pxe.message])
		br_pxe_client_input(fw, datagram, now);
	else if (port == BR_DHCP_PORT_CLIENT)
		br_dhcp_client_input(fw, datagram, now);
	else if (port == br_http_client_dns_port(fw))
		br_http_client_dns(fw, datagram, now);
}

static void stream_came(void *context, uint32_t stream, enum br_stream_event event, int error,
                        struct br_octets data, br_time now)
{
	struct br_firmware *fw = context;

	if (fw->result.state == BR_BOOT_RUNNING)
		br_http_client_stream(fw, stream, event, error, data, now);
}

static void unreachable_came(void *context, const struct br_endpoint *local,
                             const struct br_endpoint *remote, uint16_t icmp, br_time now)
{
	struct br_firmware *fw = context;

	(void)remote;
	(void)icmp;
	if (fw->result.state == BR_BOOT_RUNNING && local->port == fw->tftp.local_port)
		br_tftp_client_unreachable(fw, now);
}

/* Time */

static void timer_fired(void *context, br_time now)
{
	struct br_firmware *fw = context;
	void (*wake)(struct br_firmware *, br_time) = fw->wake;

	if (!wake)
		return;
	if (now < fw->wake_at) {
		br_clock_set(fw->clock, &fw->timer, fw->wake_at);
		return;
	}
	fw->wake = NULL;
	wake(fw, now);
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

/* What is told */

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
	br_tftp_client_stop(fw);
	br_pxe_client_stop(fw);
	br_dhcp_client_stop(fw);
	br_http_client_stop(fw);
	br_firmware_wait_no_more(fw);
	br_clock_set(fw->clock, &fw->timer, BR_TIME_NEVER);
	fw->result.state = state;
	fw->result.ended = now;
	tell(fw, BR_FIRMWARE_ENDED, fw->error, now);
}

void br_firmware_fail(struct br_firmware *fw, br_time now, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(fw->error, sizeof(fw->error), format, arguments);
	va_end(arguments);
	make_printable(fw->error);
	tell(fw, BR_FIRMWARE_SAYS, fw->error, now);
	end(fw, BR_BOOT_FAILED, now);
}

void br_firmware_done(struct br_firmware *fw, br_time now)
{
	end(fw, BR_BOOT_DONE, now);
}

bool br_firmware_counts_program(struct br_firmware *fw, br_time now)
{
	if (++fw->programs <= PROGRAMS_MAX)
		return true;
	br_firmware_fail(fw, now, "%s loads itself again and again", fw->file);
	return false;
}

static void take_over_host(struct br_firmware *fw);

void br_firmware_run(struct br_firmware *fw, br_time now)
{
	const char *name = br_loader_by_name(fw->file);

	br_firmware_step(fw, BR_BOOT_STEP_PROGRAM, now);
	if (!fw->chain || !name) {
		br_firmware_done(fw, now);
		return;
	}
	if (!br_firmware_counts_program(fw, now))
		return;
	br_dhcp_client_stop(fw); /* the firmware's own DHCP is over; its packets stay */
	br_http_client_stop(fw);
	if (!fw->loaded)
		fw->loaded = malloc(sizeof(*fw->loaded));
	if (!fw->loaded || br_model_find(fw->loaded, name) < 0) {
		br_firmware_done(fw, now);
		return;
	}
	br_firmware_says(fw, now, "%s runs", fw->loaded->title);
	fw->model = fw->loaded;
	fw->engine = engine_of(fw->loaded);
	take_over_host(fw);
	fw->engine->start(fw, now);
}

/* Files */

int br_firmware_set_file(struct br_firmware *fw, struct br_octets name, uint32_t server,
                         uint16_t port)
{
	char *copy = malloc(name.size + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, name.data, name.size);
	copy[name.size] = '\0';
	free(fw->file);
	fw->file = copy;
	fw->server = br_endpoint_ipv4(server, port);
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

/* What leaves */

void br_firmware_send(struct br_firmware *fw, uint16_t local_port, uint32_t remote,
                      uint16_t remote_port, uint8_t ttl, struct br_octets payload)
{
	struct br_datagram datagram = {
		.local = {.port = local_port},
		.remote = br_endpoint_ipv4(remote, remote_port),
		.ttl = ttl,
		.dont_fragment = fw->model->dont_fragment == BR_MODEL_FRAGMENT_NONE ||
	                         (fw->model->dont_fragment == BR_MODEL_FRAGMENT_NOT_PXE &&
	                          remote_port == BR_DHCP_PORT_PXE),
		.no_checksum = fw->model->no_checksum,
		.payload = payload,
	};

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

/* Life */

/* The host's stack shows the habits of the program at work. */
static void take_over_host(struct br_firmware *fw)
{
	struct br_host_habits habits = *br_host_get_habits(fw->host);
	struct br_tcp_options tcp = *br_host_get_tcp_options(fw->host);

	habits.announce = fw->model->announce;
	br_host_set_habits(fw->host, &habits);
	tcp.mss = fw->model->tcp_no_mss ? 0 : BR_TCP_MSS_OF_LINK;
	tcp.receive_window = fw->model->tcp_window;
	tcp.window_scaling = fw->model->tcp_scaling;
	br_host_set_tcp_options(fw->host, &tcp);
}

int br_firmware_new(struct br_firmware **ret_firmware, struct br_host *host, struct br_clock *clock,
                    const struct br_model *model, const struct br_machine *machine, uint64_t seed)
{
	const struct br_engine *engine = engine_of(model);
	struct br_firmware *fw;

	if (!engine || !engine->select || engine == &br_engine_grub)
		return -EINVAL;
	fw = calloc(1, sizeof(*fw));
	if (!fw)
		return -ENOMEM;
	fw->host = host;
	fw->clock = clock;
	fw->model = fw->first = model;
	fw->engine = engine;
	fw->machine = *machine;
	fw->prng = br_prng_of(seed, UINT64_C(0x6669726d77617265)); /* "firmware" */
	fw->timer = (struct br_timer){.fire = timer_fired, .context = fw};
	fw->result.ended = BR_TIME_NEVER;
	br_host_set_user(host, &(struct br_host_user){.context = fw,
	                                              .datagram = datagram_came,
	                                              .stream = stream_came,
	                                              .unreachable = unreachable_came});
	take_over_host(fw);
	*ret_firmware = fw;
	return 0;
}

struct br_firmware *br_firmware_free(struct br_firmware *fw)
{
	if (!fw)
		return NULL;
	br_clock_set(fw->clock, &fw->timer, BR_TIME_NEVER);
	br_dhcp_lease_stop(fw);
	br_host_set_user(fw->host, &(struct br_host_user){.context = NULL});
	br_loader_free(fw);
	br_http_client_free(fw);
	br_offer_free_list(fw->dhcp.offers);
	br_offer_free(fw->pxe.found);
	br_offer_free(fw->ack);
	br_offer_free(fw->proxy);
	br_offer_free(fw->reply);
	free(fw->file);
	free(fw->kept);
	free(fw->loaded);
	free(fw);
	return NULL;
}

void br_firmware_on_data(struct br_firmware *fw, br_firmware_data *see, void *context)
{
	fw->data_see = see;
	fw->data_context = context;
}

void br_firmware_on_event(struct br_firmware *fw, br_firmware_event_see *see, void *context)
{
	fw->event_see = see;
	fw->event_context = context;
}

void br_firmware_set_chain(struct br_firmware *fw, bool on)
{
	fw->chain = on;
}

void br_firmware_set_menu_choice(struct br_firmware *fw, unsigned line)
{
	fw->has_choice = true;
	fw->choice = line;
}

void br_firmware_start(struct br_firmware *fw, br_time now)
{
	assert(fw->result.state == BR_BOOT_OFF);
	fw->result.state = BR_BOOT_RUNNING;
	fw->result.started = now;
	fw->engine->start(fw, now);
}

enum br_boot_state br_firmware_state(const struct br_firmware *fw)
{
	return fw->result.state;
}

struct br_boot_result br_firmware_result(const struct br_firmware *fw)
{
	struct br_boot_result result = fw->result;

	result.error = fw->error;
	result.program = fw->model->name;
	result.file = fw->file ? fw->file : "";
	result.server = fw->server;
	return result;
}
