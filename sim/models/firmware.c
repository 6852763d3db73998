/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/firmware.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/flaws6.h"
#include "sim/models/url.h"
#include "sim/net/recorder.h"

/* In the order in which they are offered what arrives. */
static const struct br_boot_client *const clients[] = {
	&br_boot_client_tftp,
	&br_boot_client_pxe,
	&br_boot_client_dhcp,
	&br_boot_client_http,
	&br_boot_client_plain6,
	&br_boot_client_dhcp6,
	NULL,
};

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
	case BR_MODEL_ENGINE_LIBNET:
		return &br_engine_libnet;
	case BR_MODEL_ENGINE_SHIM:
		return &br_engine_shim;
	case BR_MODEL_ENGINE_GRUB:
		return &br_engine_grub;
	case BR_MODEL_ENGINE_WINDOWS:
		return &br_engine_windows;
	case BR_MODEL_ENGINE_SYSLINUX_EFI:
		return &br_engine_syslinux_efi;
	case BR_MODEL_ENGINE_PXELINUX:
		return &br_engine_pxelinux;
	case BR_MODEL_ENGINE_EDK2_SIX:
		return &br_engine_edk2_six;
	}
	return NULL;
}

/* What arrives */

static void datagram_came(void *context, const struct br_datagram *datagram, br_time now)
{
	struct br_firmware *fw = context;

	if (fw->result.state != BR_BOOT_RUNNING)
		return;
	for (size_t i = 0; clients[i]; i++) {
		if (clients[i]->input(fw, datagram, now))
			return;
	}
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
	if (icmp == BR_HOST_NO_ANSWER && fw->model->arp_silent)
		return;
	for (size_t i = 0; clients[i] && fw->result.state == BR_BOOT_RUNNING; i++) {
		if (clients[i]->unreachable)
			clients[i]->unreachable(fw, local->port, now);
	}
}

static void router_came(void *context, uint32_t link, const struct br_nd_router *router,
                        const uint8_t from[16], br_time now)
{
	struct br_firmware *fw = context;

	(void)link;
	(void)from;
	if (fw->result.state == BR_BOOT_RUNNING)
		br_firmware_hears_router(fw, now);
	if (fw->result.state == BR_BOOT_RUNNING && fw->engine->router)
		fw->engine->router(fw, router, now);
}

static void address_came(void *context, uint32_t link, const uint8_t ip[16], bool ours, br_time now)
{
	struct br_firmware *fw = context;

	(void)link;
	if (fw->result.state == BR_BOOT_RUNNING && fw->engine->address)
		fw->engine->address(fw, ip, ours, now);
}

/* What EDK2 of before 2024 does not survive */
static void frame6_came(void *context, struct br_octets frame, br_time now)
{
	struct br_firmware *fw = context;
	const char *flaw = fw->model->unfixed6 ? br_flaw6_of_frame(frame) : NULL;

	if (flaw && fw->result.state == BR_BOOT_RUNNING)
		br_firmware_hang(fw, now, flaw);
}

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

static void copy_waits(uint16_t target[BR_HOST_ARP_WAITS_MAX], const struct br_model_waits *waits)
{
	for (uint32_t i = 0; i < BR_HOST_ARP_WAITS_MAX; i++)
		target[i] = i < waits->count ? (uint16_t)waits->ms[i] : 0;
}

static bool is_virtio(const struct br_machine *machine)
{
	static const uint8_t none[2], virtio[2] = {0x1a, 0xf4};

	return !memcmp(machine->nic, none, sizeof(none)) ||
	       !memcmp(machine->nic, virtio, sizeof(virtio));
}

/* The host's stack shows the habits of the program at work. */
static void take_over_host(struct br_firmware *fw)
{
	struct br_host_habits habits = *br_host_get_habits(fw->host);
	struct br_tcp_options tcp = *br_host_get_tcp_options(fw->host);

	habits.announce = fw->model->announce;
	habits.unreachables = fw->model->icmp_unreachable;
	habits.icmp_ttl = (uint8_t)fw->model->icmp_ttl;
	habits.icmp_quote = (uint16_t)fw->model->icmp_quote;
	habits.arp_size = (uint16_t)(fw->machine.nic[0] ? 0 : fw->model->arp_size);
	habits.tos = (uint8_t)fw->model->tos;
	habits.arp_asks_all = fw->model->arp_asks_all;
	habits.arp_asked_only = fw->model->arp_asked_only;
	habits.arp_reply_size =
		(uint16_t)(is_virtio(&fw->machine) ? fw->model->arp_reply_size
	                                           : fw->model->arp_reply_size_padded);
	habits.frame_size_min = br_nic_frame_size(fw);
	copy_waits(habits.arp_wait_ms, &fw->model->arp_waits);
	copy_waits(habits.arp_again_ms, &fw->model->arp_again_waits);
	br_host_set_habits(fw->host, &habits);
	tcp.mss = fw->model->tcp_no_mss ? 0
	          : fw->model->tcp_mss  ? (uint16_t)fw->model->tcp_mss
	                                : BR_TCP_MSS_OF_LINK;
	tcp.receive_window = fw->model->tcp_window;
	tcp.window_scaling = fw->model->tcp_scaling;
	tcp.scale = (uint8_t)fw->model->tcp_scale;
	tcp.timestamps = fw->model->tcp_timestamps;
	tcp.ttl = (uint8_t)fw->model->tcp_ttl;
	tcp.may_fragment = fw->model->tcp_may_fragment;
	tcp.bare_reset = fw->model->tcp_bare_reset;
	tcp.fin_no_window = fw->model->tcp_fin_no_window;
	tcp.whole_window = fw->model->tcp_whole_window;
	br_host_set_tcp_options(fw->host, &tcp);
}

void br_firmware_set_loader(struct br_firmware *fw, const char *file, const char *model)
{
	size_t i = 0;

	if (!fw->named)
		fw->named = calloc(LOADERS_MAX, sizeof(fw->named[0]));
	if (!fw->named)
		return;
	while (i < LOADERS_MAX && fw->named[i].file)
		i++;
	assert(i < LOADERS_MAX);
	fw->named[i].file = file;
	fw->named[i].model = model;
}

/* The model of what was loaded; NULL: it is no loader that is known. */
static const char *loader_of(const struct br_firmware *fw)
{
	const char *slash = strrchr(fw->file, '/');
	const char *name = slash ? slash + 1 : fw->file;

	for (size_t i = 0; fw->named && i < LOADERS_MAX && fw->named[i].file; i++) {
		if (!strcmp(fw->named[i].file, name))
			return fw->named[i].model[0] ? fw->named[i].model : NULL;
	}
	return br_loader_by_name(fw->file);
}

/* Whoever takes the card for itself, and the end, make EDK2 give its lease back first: it stops
 * what stands on the card. ovmf-virtio-pxe6-ref frame 16769, aavmf64-virtio-pxe6 frame 1054
 */
static void leave(struct br_firmware *fw, br_time now,
                  void (*then)(struct br_firmware *fw, br_time now))
{
	fw->left = then;
	if (fw->dhcp6 && br_dhcp6_client_release(&fw->dhcp6->boot, now))
		return;
	fw->left = NULL;
	then(fw, now);
}

static void begin_program(struct br_firmware *fw, br_time now)
{
	bool six = !br_ip_is_zero(fw->result.address6);

	fw->model = fw->loaded;
	fw->engine = engine_of(fw->loaded);
	if (fw->engine == &br_engine_shim) { /* the firmware's own, of either family */
		fw->loaded->hop_limit6 = fw->option->hop_limit6;
		fw->loaded->tcp_mss = fw->option->tcp_mss;
	} else {
		br_boot_client_dhcp6.stop(fw);            /* its port is free for another */
		if (!six && br_host_has_six(fw->host, 0)) /* ovmf-virtio-two: no second report */
			br_host_six_change(fw->host, 0, &br_host_six_quiet);
	}
	take_over_host(fw);
	/* over IPv6 it is kept: ovmf-virtio-http6full-icount6 frame 1449 */
	if (fw->model->arp_flush || (fw->loaded_by_http && !six))
		br_host_arp_flush(fw->host);
	if (fw->model->announce && fw->ack && fw->result.address && !fw->engine->select) {
		br_host_set_address(fw->host, 0, 0, 0);
		br_host_set_address(fw->host, 0, fw->result.address, fw->ack->netmask);
	}
	fw->engine->start(fw, now);
}

/* What the one before has still to say goes out as it says it: its RST, say. shim reads by the
 * firmware.
 */
static void begin_loaded(struct br_firmware *fw, br_time now)
{
	if (engine_of(fw->loaded) == &br_engine_shim)
		begin_program(fw, now);
	else
		leave(fw, now, begin_program);
}

/* Of br_firmware_run(): a program that goes by the name of a loader becomes it. */
static void run(struct br_firmware *fw, br_time now)
{
	const char *name = loader_of(fw);
	bool by_http = br_url_is_absolute(br_text(fw->file));

	if (!fw->chain || !name) {
		leave(fw, now, br_firmware_done);
		return;
	}
	if (!br_firmware_counts_program(fw, now))
		return;
	br_boot_client_dhcp.stop(fw); /* the firmware's own DHCP is over; its packets stay */
	br_boot_client_http.stop(fw);
	if (!fw->loaded)
		fw->loaded = malloc(sizeof(*fw->loaded));
	if (!fw->loaded || br_model_find(fw->loaded, name) < 0) {
		br_firmware_done(fw, now);
		return;
	}
	br_firmware_says(fw, now, "%s runs", fw->loaded->title);
	fw->loaded_by_http = by_http;
	br_firmware_wait(fw, now, begin_loaded);
}

/* Boot options */

static void begin_option(struct br_firmware *fw, br_time now)
{
	fw->model = fw->option;
	fw->engine = engine_of(fw->option);
	br_loader_free(fw);
	fw->programs = 0;
	fw->loaded_by_http = fw->keep = fw->keep_script = false;
	fw->buffer_size = 0;
	memset(fw->result.address6, 0, sizeof(fw->result.address6));
	take_over_host(fw);
	br_host_arp_flush(fw->host);
	fw->engine->start(fw, now);
}

/* UEFI 2.10 3.1.2: what a boot option left unfinished the next one tries. */
static bool go_on(struct br_firmware *fw, br_time now)
{
	char name[BR_MODEL_NAME_SIZE];
	bool six = fw->option->option6[0] && br_host_has_six(fw->host, 0);
	/* what the one over IPv6 takes, where there is none to be asked */
	br_time pause = fw->walks_ipv6 && !six ? fw->option->option_ms * BR_MS : 0;

	if (!fw->walks || fw->model->stays || !(six || fw->option->option[0]))
		return false;
	memcpy(name, six ? fw->option->option6 : fw->option->option, sizeof(name));
	if (!fw->next_option)
		fw->next_option = malloc(sizeof(*fw->next_option));
	if (!fw->next_option || br_model_find(fw->next_option, name) < 0)
		return false;
	for (size_t i = 0; clients[i]; i++)
		clients[i]->stop(fw);
	fw->option = fw->next_option;
	br_firmware_wait(fw, now + pause, begin_option);
	return true;
}

void br_firmware_set_options(struct br_firmware *fw, bool on, bool ipv6)
{
	fw->walks = on;
	fw->walks_ipv6 = ipv6;
}

/* Life */

int br_firmware_new(struct br_firmware **ret_firmware, struct br_host *host, struct br_clock *clock,
                    const struct br_model *model, const struct br_machine *machine, uint64_t seed)
{
	const struct br_engine *engine = engine_of(model);
	struct br_firmware *fw;

	if (!engine || !engine->select || engine == &br_engine_grub ||
	    engine == &br_engine_syslinux_efi)
		return -EINVAL;
	fw = calloc(1, sizeof(*fw));
	if (!fw)
		return -ENOMEM;
	fw->host = host;
	fw->clock = clock;
	fw->model = fw->first = fw->option = model;
	fw->engine = engine;
	fw->machine = *machine;
	fw->client = clients;
	fw->run = run;
	fw->go_on = go_on;
	fw->prng = br_prng_of(seed, UINT64_C(0x6669726d77617265)); /* "firmware" */
	fw->timer = (struct br_timer){.fire = timer_fired, .context = fw};
	fw->result.ended = BR_TIME_NEVER;
	fw->clock_s = (int64_t)(BR_RECORDER_EPOCH / BR_S);
	br_host_set_user(host,
	                 &(struct br_host_user){.context = fw,
	                                        .datagram = datagram_came,
	                                        .stream = stream_came,
	                                        .unreachable = unreachable_came,
	                                        .router = router_came,
	                                        .address = address_came,
	                                        .frame6 = model->unfixed6 ? frame6_came : NULL});
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
	br_nic_free(fw);
	br_loader_free(fw);
	br_http_client_free(fw);
	br_dhcp6_client_free(fw);
	br_plain6_free(fw);
	br_offer_free_list(fw->dhcp.offers);
	br_offer_free(fw->pxe.found);
	br_offer_free(fw->ack);
	br_offer_free(fw->proxy);
	br_offer_free(fw->reply);
	free(fw->file);
	free(fw->kept);
	free(fw->boot_url6);
	free(fw->error);
	free(fw->named);
	free(fw->loaded);
	free(fw->next_option);
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

void br_firmware_set_trust(struct br_firmware *fw, enum br_firmware_trust trust)
{
	fw->trust = trust;
}

void br_firmware_set_web_proxy(struct br_firmware *fw, const struct br_endpoint *proxy)
{
	fw->web_proxy = *proxy;
}

void br_firmware_set_clock(struct br_firmware *fw, int64_t clock_s)
{
	fw->clock_s = clock_s;
}

void br_firmware_on_secret(struct br_firmware *fw, br_tls_secret *see, void *context)
{
	fw->secret_see = see;
	fw->secret_context = context;
}

void br_firmware_set_menu_choice(struct br_firmware *fw, unsigned line)
{
	fw->has_choice = true;
	fw->choice = line;
}

void br_firmware_hears_router(struct br_firmware *fw, br_time now)
{
	fw->router_heard = true;
	if (fw->awaits_router)
		br_firmware_wait(fw, now, fw->wake);
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

	result.error = fw->error ? fw->error : "";
	result.program = fw->model->name;
	result.file = fw->file ? fw->file : "";
	result.server = fw->server;
	return result;
}
