/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * Machines begin a little apart, as those of a rack do. The wave is over when all have ended, or
 * when those that have not go on with nothing: who is offered addresses and no file asks on for a
 * minute, and what is seen of it after three rounds is all there is. A machine that loads the same
 * file again is let go.
 */
#include "captures/lint/boots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/arch.h"
#include "sim/models/loader.h"
#include "sim/net/files.h"
#include "sim/net/port_iface.h"
#include "sim/net/recorder.h"
#include "sim/net/server_host.h"
#include "sim/stop.h"

enum {
	MTU = 1500,
	FRAME_EXTRA = 18,
	FRAMES_MAX = 16384,
	TIMERS = 64,
	AGAIN_MAX = 2,
	APART_MS = 30,
	PORTS_MAX = 32,
	STREAMS_MAX = 16,
	EDK2_ROUNDS_S = 18, /* 4 and 8 s of DISCOVER, and what makes sure that it is silence */
	STILL_S = 20,       /* of a transfer: five tries of TFTP, 4 s apart */
	STEWARD = 254,
	NAMED_MAX = 4, /* br_firmware_set_loader() takes no more */
};

struct booting {
	struct br_lint_client *client;
	struct br_host *host;
	struct br_firmware *firmware;
	struct br_timer start;
	struct boots_bench *bench;
	br_time moved;
	br_time began;
	unsigned again; /* how often in a row the last file came whole */
	char last[BR_BOOT_FILE_SIZE];
	bool started;
};

struct boots_bench {
	const struct br_lint_boots *of;
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_loop *loop;
	struct br_port_iface *iface;
	struct br_recorder *recorder;
	struct br_host *rig; /* the router of IPv6, or who gives addresses beside a proxy */
	struct br_server_host *server;
	struct br_file_store *files;
	struct booting machine[BR_LINT_CLIENTS_MAX];
};

bool br_lint_client_init(struct br_lint_client *client, const char *name)
{
	*client = (struct br_lint_client){.named = false};
	client->model = calloc(1, sizeof(*client->model));
	if (!client->model)
		abort();
	(void)snprintf(client->name, sizeof(client->name), "%.31s", name);
	if (br_model_find(client->model, name) < 0) {
		br_lint_client_reset(client);
		return false;
	}
	switch ((enum br_model_engine)client->model->engine) {
	case BR_MODEL_ENGINE_SHIM:
	case BR_MODEL_ENGINE_GRUB:
	case BR_MODEL_ENGINE_PXELINUX:
	case BR_MODEL_ENGINE_SYSLINUX_EFI:
	case BR_MODEL_ENGINE_WINDOWS:
		br_lint_client_reset(client);
		return false;
	case BR_MODEL_ENGINE_EDK2_HTTP:
		client->http = true;
		break;
	case BR_MODEL_ENGINE_EDK2_SIX:
		client->six = true;
		client->http = strcmp(client->model->class6, "HTTPClient") == 0;
		break;
	case BR_MODEL_ENGINE_IPXE:
		client->ipxe = true;
		break;
	case BR_MODEL_ENGINE_RPI:
		client->rpi = true;
		break;
	case BR_MODEL_ENGINE_UBOOT:
	case BR_MODEL_ENGINE_LIBNET:
		client->six = strcmp(client->model->class6, "U-Boot") == 0;
		client->board = true;
		break;
	case BR_MODEL_ENGINE_EDK2_PXE:
	case BR_MODEL_ENGINE_PXE_ROM:
		break;
	}
	return true;
}

void br_lint_client_reset(struct br_lint_client *client)
{
	free(client->model);
	client->model = NULL;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The same file, or the same program by another way: iPXE by HTTP, then by TFTP */
static bool is_again(const char *last, const char *now)
{
	size_t size = strlen(now);
	bool program = size > 4 &&
	               (strcmp(now + size - 4, ".efi") == 0 || strcmp(now + size - 4, "kpxe") == 0);

	return strcmp(last, now) == 0 || (program && strcmp(base_of(last), base_of(now)) == 0);
}

static void see_event(void *context, struct br_firmware *firmware, enum br_firmware_event event,
                      const char *text, br_time now)
{
	struct booting *m = context;

	(void)firmware;
	if (event != BR_FIRMWARE_SAYS)
		m->moved = now;
	if (event != BR_FIRMWARE_FILE)
		return;
	m->again = is_again(m->last, text) ? m->again + 1 : 1;
	(void)snprintf(m->last, sizeof(m->last), "%.255s", text);
}

static void see_data(void *context, struct br_firmware *firmware, const char *file, uint64_t offset,
                     struct br_octets data, br_time now)
{
	struct booting *m = context;

	(void)firmware;
	(void)file;
	(void)offset;
	(void)data;
	m->moved = now;
}

static void start_machine(void *context, br_time now)
{
	struct booting *m = context;

	m->started = true;
	m->moved = m->began = now;
	br_firmware_start(m->firmware, now);
}

static bool is_settled(const struct booting *m, br_time now)
{
	struct br_boot_result result;

	if (!m->started)
		return false;
	if (br_firmware_state(m->firmware) != BR_BOOT_RUNNING || m->again >= AGAIN_MAX)
		return true;
	result = br_firmware_result(m->firmware);
	if (result.step < BR_BOOT_STEP_ADDRESS)
		return now - m->began >= EDK2_ROUNDS_S * BR_S;
	return now - m->moved >= STILL_S * BR_S;
}

static bool is_over(void *context)
{
	const struct boots_bench *b = context;

	if (br_stop_signal() != 0)
		return true;
	for (size_t i = 0; i < b->of->clients; i++) {
		if (!is_settled(&b->machine[i], b->clock.now))
			return false;
	}
	return true;
}

/* The models know iPXE as one of PCs: on others it is not run. @config outlives the firmware. */
static void keep_from_running(struct br_firmware *firmware, const struct br_lint_client *client,
                              const struct br_lint_config *config)
{
	int arch = client->model->arch == BR_MODEL_NO_ARCH ? -1 : (int)client->model->arch;
	unsigned named = 0;

	if (arch <= BR_ARCH_X86_BIOS || br_lint_same_family(arch, BR_ARCH_X64_UEFI) ||
	    br_lint_same_family(arch, BR_ARCH_X86_UEFI))
		return;
	for (size_t i = 0; i < config->boots && named < NAMED_MAX; i++) {
		const char *model = br_loader_by_name(config->boot[i].file);

		if (model && strncmp(model, "ipxe", 4) == 0 &&
		    br_lint_file_is_for(config->boot[i].file, arch)) {
			br_firmware_set_loader(firmware, base_of(config->boot[i].file), "");
			named++;
		}
	}
}

static int make_machine(struct boots_bench *b, size_t index)
{
	struct booting *m = &b->machine[index];
	struct br_host_limits limits = br_host_limits_client;
	struct br_machine machine = {.uuid = {0}};
	int result;

	m->client = &b->of->client[index];
	m->bench = b;
	limits.udp_ports_max = PORTS_MAX;
	limits.streams_max = STREAMS_MAX;
	memcpy(machine.mac, m->client->mac, 6);
	memcpy(machine.uuid + 10, m->client->mac, 6);
	result = br_host_new(&m->host, b->wire, m->client->name, &limits, index + 1);
	if (result == 0)
		result = br_host_add_link(m->host, b->segment, m->client->mac);
	if (result >= 0)
		result = br_firmware_new(&m->firmware, m->host, &b->clock, m->client->model,
		                         &machine, index + 1);
	if (result < 0)
		return result;
	br_firmware_set_chain(m->firmware, true);
	keep_from_running(m->firmware, m->client, b->of->config);
	br_firmware_on_event(m->firmware, see_event, m);
	br_firmware_on_data(m->firmware, see_data, m);
	m->start = (struct br_timer){.fire = start_machine, .context = m};
	return 0;
}

/* A proxy gives no addresses: the core does, beside it, and says nothing of a boot. */
static int make_steward(struct boots_bench *b, uint32_t address)
{
	struct br_config *config = calloc(1, sizeof(*config));
	struct br_files files;
	char error[200], pool[64];
	uint32_t net = address & b->of->config->netmask;
	int result = br_file_store_new(&b->files, 1);

	if (!config || result < 0) {
		free(config);
		return -ENOMEM;
	}
	files = br_file_store_files(b->files);
	br_config_init(config);
	config->link[0] = (struct br_config_link){
		.address = address, .netmask = b->of->config->netmask, .mtu = MTU};
	config->links = 1;
	(void)snprintf(pool, sizeof(pool), "%u.%u.%u.100-%u.%u.%u.199", net >> 24, net >> 16 & 255,
	               net >> 8 & 255, net >> 24, net >> 16 & 255, net >> 8 & 255);
	if (!br_config_set(config, "role", "dhcp", error, sizeof(error)) &&
	    !br_config_set(config, "pool", pool, error, sizeof(error)))
		result = br_server_host_new(&b->server, b->rig, &b->clock, "steward", config,
		                            &files, 1);
	else
		result = -EINVAL;
	free(config);
	return result;
}

/* RFC 4861 section 6.2: who wants IPv6 waits for a router that says so */
static void advertise(struct boots_bench *b)
{
	struct br_host_advertisement a = {.answer_ms = 10, .first_ms = 100, .interval_ms = 4000};

	a.router.managed = true;
	a.router.other = true;
	a.router.hop_limit = 64;
	a.router.prefix[0].length = 64;
	a.router.prefix[0].on_link = true;
	a.router.prefix[0].valid_s = 86400;
	a.router.prefix[0].preferred_s = 14400;
	memcpy(a.router.prefix[0].prefix, b->of->config->network6, 16);
	a.router.prefixes = 1; /* it leads nowhere, and says so: lifetime 0 */
	br_host_advertise6(b->rig, 0, &a);
}

static int make_rig(struct boots_bench *b)
{
	static const uint8_t mac[6] = {0x52, 0x54, 0x00, 0xb0, 0x08, 0x01};
	const struct br_lint_config *c = b->of->config;
	uint32_t address = (c->address & c->netmask) + STEWARD;
	int result = br_host_new(&b->rig, b->wire, "rig", &br_host_limits_server, 99);

	if (result == 0)
		result = br_host_add_link(b->rig, b->segment, mac);
	if (result < 0)
		return result;
	if (address == c->address)
		address--;
	if (c->four && c->proxy) {
		br_host_set_address(b->rig, 0, address, c->netmask);
		return make_steward(b, address);
	}
	if (!c->six)
		return 0;
	result = br_host_six_on(b->rig, 0, &br_host_six_quiet);
	if (result == 0 && !c->advertises)
		advertise(b);
	return result;
}

static int make_bench(struct boots_bench *b, char *error)
{
	struct br_tap tap;
	int result = br_clock_init(&b->clock, TIMERS);

	if (result == 0)
		result = br_wire_new(&b->wire, &b->clock, MTU + FRAME_EXTRA, FRAMES_MAX);
	if (result == 0 && !(b->segment = br_segment_new(b->wire, "lan", 0, MTU)))
		result = -ENOMEM;
	if (result == 0)
		result = br_loop_new(&b->loop, &b->clock);
	if (result < 0)
		return result;
	br_loop_set_real(b->loop);
	result = br_recorder_new(&b->recorder, b->of->pcap, br_loop_epoch(b->loop));
	if (result < 0)
		return result;
	tap = br_recorder_tap(b->recorder);
	result = br_wire_add_tap(b->wire, &tap);
	for (size_t i = 0; result == 0 && i < b->of->clients; i++)
		result = make_machine(b, i);
	if (result == 0)
		result = make_rig(b);
	return result < 0 ? result
	                  : br_port_iface_new(&b->iface, b->loop, b->segment, b->of->device, true,
	                                      NULL, error, 200);
}

static void keep_result(struct booting *m, br_time now)
{
	struct br_boot_result result;

	if (!m->firmware)
		return;
	result = br_firmware_result(m->firmware);
	m->client->step = result.step;
	m->client->cut = !is_settled(m, now);
	(void)snprintf(m->client->says, sizeof(m->client->says), "%s", result.error);
	(void)snprintf(m->client->file, sizeof(m->client->file), "%s",
	               result.file ? result.file : "");
}

static void free_bench(struct boots_bench *b)
{
	for (size_t i = 0; i < b->of->clients; i++) {
		struct booting *m = &b->machine[i];

		if (m->start.fire)
			br_clock_set(&b->clock, &m->start, BR_TIME_NEVER);
		br_firmware_free(m->firmware);
		br_host_free(m->host);
	}
	br_server_host_free(b->server);
	br_port_iface_free(b->iface);
	br_host_free(b->rig);
	br_loop_free(b->loop);
	br_wire_free(b->wire);
	br_recorder_free(b->recorder, NULL);
	br_file_store_free(b->files);
	br_clock_reset(&b->clock);
	free(b);
}

/* A last frame, an ARP probe for nobody: the capture shows how long it was silent before. */
static void mark_end(struct boots_bench *b)
{
	uint8_t frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0,
	                     0,    0x08, 0x06, 0,    1,    0x08, 0, 6, 4, 0, 1};

	memcpy(frame + 6, br_host_mac(b->rig, 0), 6);
	memcpy(frame + 22, br_host_mac(b->rig, 0), 6);
	frame[38] = 192; /* 192.0.2.0, of no network: RFC 5737 */
	frame[40] = 2;
	(void)br_host_send_raw(b->rig, 0, (struct br_octets){frame, sizeof(frame)});
	(void)br_loop_run(b->loop, b->clock.now + 20 * BR_MS, NULL, NULL);
}

int br_lint_boots_run(const struct br_lint_boots *boots, char error[static 200])
{
	struct boots_bench *b = calloc(1, sizeof(*b));
	int result;

	if (!b)
		abort();
	b->of = boots;
	error[0] = '\0';
	result = make_bench(b, error);
	for (size_t i = 0; result == 0 && i < boots->clients; i++)
		br_clock_set(&b->clock, &b->machine[i].start,
		             b->clock.now + (i * APART_MS + 100) * BR_MS);
	if (result == 0) {
		(void)br_loop_run(b->loop, b->clock.now + boots->seconds * BR_S, is_over, b);
		for (size_t i = 0; i < boots->clients; i++)
			keep_result(&b->machine[i], b->clock.now);
		mark_end(b);
	}
	if (result < 0 && !error[0])
		(void)snprintf(error, 200, "%s", strerror(-result));
	if (result == 0 && br_stop_signal() != 0)
		result = -EINTR;
	free_bench(b);
	return result;
}
