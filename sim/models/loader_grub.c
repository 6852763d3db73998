/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/loader_grub.c - GRUB: module lists, grub.cfg, then what it says
 *
 * Behind PXE the address and the server are those of the firmware's DHCP ACK, the
 * server its siaddr even if a proxy named the file (net/drivers/efi/efinet.c). Behind
 * HTTP Boot it has neither, and asks by itself (net/bootp.c). Over IPv6 both are those of the
 * firmware's Reply, its option 59 (grub_net_configure_by_dhcpv6_reply), and nothing is known of
 * routers until one speaks unasked; behind HTTP Boot routers are solicited.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/loader.h"
#include "sim/models/url.h"

enum grub_stage {
	STAGE_DHCP,
	STAGE_LISTS,  /* command.lst and the like; may be missing */
	STAGE_CONFIG, /* grub.cfg */
	STAGE_MODULE, /* insmod, by command or for a protocol */
	STAGE_FILE,   /* what it wants */
};

enum {
	ARCH_IA32 = 6, /* core/base/arch.h has them all; these have another directory */
	ARCH_ARM64_PXE = 11,
	ARCH_ARM64_HTTP = 19,
	ARCH_ARM64_UBOOT = 22,
	ARCH_ARM_PXE = 10,
	ARCH_ARM_HTTP = 18,
	ARCH_RISCV64 = 27,
};

#define DHCP_POLL (200 * BR_MS) /* net/bootp.c: the address is seen at the next look */

enum {
	SOLICIT_MS = 200,       /* net/net.c grub_cmd_ipv6_autoconf: doubled each time, */
	SOLICIT_MS_MAX = 10000, /* up to less than that */
	LINK_BITS = 64,         /* net/bootp.c: grub_net_add_ipv6_local() with a mask of -1 */
};

static const char *platform(const struct br_firmware *fw)
{
	switch (fw->first->second_arch ? fw->first->second_arch : fw->first->arch) {
	case ARCH_IA32:
		return "i386-efi";
	case ARCH_ARM64_PXE:
	case ARCH_ARM64_HTTP:
	case ARCH_ARM64_UBOOT:
		return "arm64-efi";
	case ARCH_ARM_PXE:
	case ARCH_ARM_HTTP:
		return "arm-efi";
	case ARCH_RISCV64:
		return "riscv64-efi";
	case 0:
		return "i386-pc";
	default:
		return "x86_64-efi";
	}
}

/* "(http,192.0.2.2)/vmlinuz", "/vmlinuz" and "vmlinuz" to a URL; an IPv6 address as in
 * "(tftp,2001:db8::2)" or with its brackets
 */
static bool url_of(const struct br_loader *loader, const char *path, char *url, size_t size)
{
	const char *comma = strchr(path, ','), *close = strchr(path, ')');
	const char *device = loader->device, *open = "", *shut = "";
	struct br_octets host;
	uint8_t ip[16];
	int written;

	if (path[0] == '(' && comma && close && comma < close) {
		host = (struct br_octets){(const uint8_t *)comma + 1, (size_t)(close - comma - 1)};
		if (br_text_get_ipv6(host, ip)) {
			open = "[";
			shut = "]";
		}
		written =
			snprintf(url, size, "%.*s://%s%.*s%s/%s", (int)(comma - path - 1), path + 1,
		                 open, (int)host.size, (const char *)host.data, shut, close + 1);
	} else {
		written = snprintf(url, size, "%s/%s%s", device, path[0] == '/' ? "" : "/", path);
	}
	return written >= 0 && (size_t)written < size;
}

/* TFTP names keep their first '/': "/grub/grub.cfg"; in HTTP it is the path's own. */
static void fetch_path(struct br_firmware *fw, const char *path, br_time now)
{
	char url[BR_LOADER_BASE_SIZE + BR_GRUB_PATH_SIZE];
	char *doubled;

	if (!url_of(fw->loader, path, url, sizeof(url))) {
		br_firmware_fetched(fw, BR_FETCH_BAD, now);
		return;
	}
	doubled = strstr(url + strlen("http://"), "//");
	if (doubled && br_text_starts(br_text(url), "http:"))
		memmove(doubled, doubled + 1, strlen(doubled));
	br_firmware_fetch(fw, url, now);
}

/* A file below GRUB's directory, "/grub/NAME"; @fw->stage says what it is for. */
static void fetch_own(struct br_firmware *fw, const char *name, br_time now)
{
	char path[BR_GRUB_PATH_SIZE + 128];

	snprintf(path, sizeof(path), "%s/%s", fw->model->directory, name);
	fetch_path(fw, path, now);
}

static void ask_list(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	char name[64];

	if (loader->asked < fw->model->files) {
		fw->stage = STAGE_LISTS;
		snprintf(name, sizeof(name), "%s/%s", platform(fw),
		         fw->model->file[loader->asked++]);
		fetch_own(fw, name, now);
	} else {
		fw->stage = STAGE_CONFIG;
		fw->keep = true;
		fetch_own(fw, "grub.cfg", now);
	}
}

static void set_device(struct br_loader *loader, const char *protocol, const char *host)
{
	snprintf(loader->device, sizeof(loader->device), "%s://%.100s", protocol, host);
}

static void start_dhcp(struct br_firmware *fw, br_time now)
{
	fw->stage = STAGE_DHCP; /* ovmf-virtio-httpfull-ref f.1864 */
	br_dhcp_client_start(fw, now);
}

static void run_script(struct br_firmware *fw, br_time now);

/* Over IPv6 */

/* Its own stack on the card: no MLD, no check of addresses, no router until one speaks. */
static int take_card(struct br_firmware *fw, bool makes_addresses)
{
	const struct br_host_six_habits habits = {.accepts_advertisements = true,
	                                          .makes_addresses = makes_addresses};

	return br_host_six_on(fw->host, 0, &habits);
}

/* The same for a command of its own, with what it has already */
static int keep_card(struct br_firmware *fw, bool makes_addresses)
{
	const struct br_host_six_habits habits = {.accepts_advertisements = true,
	                                          .makes_addresses = makes_addresses};

	if (!br_host_has_six(fw->host, 0))
		return take_card(fw, makes_addresses);
	br_host_six_change(fw->host, 0, &habits);
	return 0;
}

/* EDK2's stack goes from the card, and says so: ovmf-virtio-pxe6-ref frame 16771. The address
 * stays for GRUB.
 */
static bool inherit(struct br_firmware *fw, bool address)
{
	br_host_remove_address6(fw->host, 0, fw->result.address6);
	return take_card(fw, false) == 0 &&
	       (!address ||
	        br_host_add_address6(fw->host, 0, fw->result.address6, LINK_BITS, true) == 0);
}

/* An address that a router has given it, or NULL */
static const uint8_t *made_address(const struct br_firmware *fw)
{
	const uint8_t *ip;

	for (size_t i = 0; (ip = br_host_address6(fw->host, 0, i)); i++) {
		if (!br_ip_is_link_local6(ip))
			return ip;
	}
	return NULL;
}

static void configured(struct br_firmware *fw, bool well, br_time now)
{
	if (fw->loader->script) {
		br_grub_script_result(fw->loader->script, well);
		run_script(fw, now);
	} else if (well) {
		ask_list(fw, now);
	} else {
		br_firmware_fail(fw, now, "error: couldn't autoconfigure efinet0.");
	}
}

/* net_ipv6_autoconf: each time round it looks whether there is an address, and asks again */
static void autoconf(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	const uint8_t *made = made_address(fw);

	if (made) {
		memcpy(fw->result.address6, made, sizeof(fw->result.address6));
		configured(fw, true, now);
	} else if (loader->asked_ms >= SOLICIT_MS_MAX) {
		configured(fw, false, now);
	} else {
		br_host_solicit6(fw->host, 0);
		br_firmware_wait(fw, now + loader->asked_ms * BR_MS, autoconf);
		loader->asked_ms *= 2;
	}
}

static void start_autoconf(struct br_firmware *fw, br_time now)
{
	fw->stage = STAGE_DHCP;
	fw->loader->asked_ms = SOLICIT_MS;
	if (keep_card(fw, true) < 0)
		configured(fw, false, now);
	else
		autoconf(fw, now);
}

static void start_bootp6(struct br_firmware *fw, br_time now)
{
	fw->stage = STAGE_DHCP;
	if (keep_card(fw, false) < 0 || br_plain6_ask(fw, false, now) < 0)
		configured(fw, false, now);
}

/* bootp.c grub_net_configure_by_dhcp6_info: what its option 59 names is the default server */
static void plain6(struct br_firmware *fw, enum br_plain6_end how, br_time now)
{
	struct br_loader *loader = fw->loader;
	struct br_endpoint server;
	char text[BR_IP_TEXT_SIZE];
	struct br_writer w = br_writer_of(text, sizeof(text));
	const char *path;

	br_plain6_stop(fw);
	if (how == BR_PLAIN6_BOUND && loader->script &&
	    br_url_split_tftp(fw->plain6->url, &server, &path)) {
		br_text_put_ip(&w, server.ip);
		br_grub_script_set(loader->script, "net_default_server", br_text_end(&w));
	}
	configured(fw, how == BR_PLAIN6_BOUND, now);
}

/* Behind PXE */
static void start_six(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	struct br_endpoint server;
	const char *path;

	if (!inherit(fw, true) || !fw->boot_url6 ||
	    !br_url_split_tftp(fw->boot_url6, &server, &path)) {
		br_firmware_fail(fw, now, "grub>");
		return;
	}
	if (!br_url_tftp_at(loader->device, sizeof(loader->device), &server,
	                    (struct br_octets){NULL, 0}))
		return;
	loader->device[strlen(loader->device) - 1] = '\0'; /* its path: none */
	ask_list(fw, now);
}

static void start(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);
	bool by_http, six, own = fw->model->network == BR_MODEL_NETWORK_OWN;

	if (!loader || !br_firmware_url(fw, loader->base, sizeof(loader->base))) {
		br_firmware_fail(fw, now, "error: out of memory.");
		return;
	}
	loader->asked = 0;
	br_grub_script_free(loader->script);
	loader->script = NULL;
	by_http = br_text_starts(br_text(loader->base), "http:");
	six = strstr(loader->base, "://[") != NULL;
	if (by_http && fw->model->network == BR_MODEL_NETWORK_FIRMWARE) {
		br_firmware_fail(fw, now, "grub>"); /* ovmf-virtio-http behind f.5057: silence */
		return;
	}
	if (by_http || own) {
		const char *host = by_http ? loader->base + strlen("http://") : "";
		char copy[128];

		snprintf(copy, sizeof(copy), "%.*s", (int)strcspn(host, "/"), host);
		set_device(loader, "http", copy);
		if (!six)
			start_dhcp(fw, now);
		else if (inherit(fw, false))
			start_autoconf(fw, now); /* ovmf-virtio-http6full-icount6 frame 2394 */
		return;
	}
	if (six) {
		start_six(fw, now);
		return;
	}
	if (fw->ack->siaddr == 0) { /* twosi0: no server, no traffic */
		br_firmware_fail(fw, now, "grub>");
		return;
	}
	if (!br_url_tftp(loader->device, sizeof(loader->device), fw->ack->siaddr,
	                 (struct br_octets){NULL, 0}))
		return;
	loader->device[strlen(loader->device) - 1] = '\0'; /* its path: none */
	ask_list(fw, now);
}

static struct br_offer *select_offer(struct br_firmware *fw, bool timeout, br_time now)
{
	(void)timeout;
	(void)now;
	return br_offer_with_address(fw->dhcp.offers);
}

/* GRUB waits for its DHCP in steps of 200 ms: httpfull-ref f.1868 */
static void bound(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;

	if (loader->script) { /* net_bootp of a grub.cfg */
		br_grub_script_result(loader->script, true);
		br_firmware_wait(fw, now + DHCP_POLL, run_script);
		return;
	}
	if (fw->model->network == BR_MODEL_NETWORK_OWN) {
		char server[16];
		struct br_writer w = br_writer_of(server, sizeof(server));

		br_text_put_ipv4(&w, fw->ack->siaddr);
		set_device(loader, "http", br_text_end(&w));
	}
	br_firmware_wait(fw, now + DHCP_POLL, ask_list);
}

static void unbound(struct br_firmware *fw, br_time now)
{
	if (fw->loader->script) {
		br_grub_script_result(fw->loader->script, false);
		run_script(fw, now);
		return;
	}
	br_firmware_fail(fw, now, "error: couldn't autoconfigure efinet0.");
}

/* Words of loader.built-in */
static bool is_built_in(const char *list, const char *name)
{
	size_t size = strlen(name);

	for (const char *at = strstr(list, name); at; at = strstr(at + 1, name)) {
		if ((at == list || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
			return true;
	}
	return false;
}

/* insmod NAME, or insmod (device)/path/name.mod */
static void ask_module(struct br_firmware *fw, const char *module, br_time now)
{
	char name[BR_GRUB_PATH_SIZE + 32];

	fw->stage = STAGE_MODULE;
	if (module[0] == '(' || module[0] == '/') {
		fetch_path(fw, module, now);
		return;
	}
	snprintf(name, sizeof(name), "%s/%s.mod", platform(fw), module);
	fetch_own(fw, name, now);
}

/* A file by a protocol whose module is not there: insmod first (net/net.c). */
static bool needs_module(const struct br_firmware *fw, const char *path)
{
	const struct br_loader *loader = fw->loader;
	bool by_http = strncmp(path, "(http", 5) == 0 ||
	               (path[0] != '(' && br_text_starts(br_text(loader->device), "http:"));

	return by_http && !loader->http_there && !is_built_in(fw->model->built_in, "http");
}

static void ask_file(struct br_firmware *fw, br_time now)
{
	fw->stage = STAGE_FILE;
	fw->keep = fw->loader->wants.want == BR_GRUB_CONFIG;
	fetch_path(fw, fw->loader->wants.path, now);
}

static void boot_loaded(struct br_firmware *fw, br_time now)
{
	if (!strcmp(fw->loader->wants.path, "chain")) {
		br_firmware_run(fw, now);
		return;
	}
	br_firmware_step(fw, BR_BOOT_STEP_SYSTEM, now);
	br_firmware_done(fw, now);
}

/* What is on the screen when nothing goes on: the last error, else the prompt. */
static void stop_at_prompt(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;

	br_firmware_fail(fw, now, "%s", loader->error[0] ? loader->error : "grub>");
}

static void run_script(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	const char *path = loader->wants.path;

	for (;;) {
		loader->wants = br_grub_script_next(loader->script);
		if (loader->wants.want != BR_GRUB_MODULE ||
		    !(is_built_in(fw->model->built_in, path) ||
		      (loader->http_there && !strcmp(path, "http"))))
			break;
		br_grub_script_result(loader->script, true);
	}
	switch (loader->wants.want) {
	case BR_GRUB_MODULE:
		ask_module(fw, path, now);
		break;
	case BR_GRUB_KERNEL:
	case BR_GRUB_INITRD:
	case BR_GRUB_CHAIN:
	case BR_GRUB_FILE:
	case BR_GRUB_CONFIG:
		if (needs_module(fw, path))
			ask_module(fw, "http", now);
		else
			ask_file(fw, now);
		break;
	case BR_GRUB_DHCP:
		if (!strcmp(path, "net_bootp6"))
			start_bootp6(fw, now);
		else if (!strcmp(path, "net_ipv6_autoconf"))
			start_autoconf(fw, now);
		else
			start_dhcp(fw, now);
		break;
	case BR_GRUB_SLEEP:
		br_firmware_wait(fw, now + loader->wants.ms * BR_MS, run_script);
		break;
	case BR_GRUB_BOOT:
		boot_loaded(fw, now);
		break;
	case BR_GRUB_EXIT:
		br_firmware_fail(fw, now, "GRUB ends: %s", path);
		break;
	case BR_GRUB_KEY:
		br_firmware_fail(fw, now, "%s%s%s", loader->error, loader->error[0] ? "; " : "",
		                 path);
		break;
	case BR_GRUB_REFUSED:
		br_firmware_fail(fw, now, "%s", path);
		break;
	case BR_GRUB_PROMPT:
		stop_at_prompt(fw, now);
		break;
	}
}

/* "tftp://[2001:db8::2]" to "2001:db8::2" */
static void put_host(const char *device, char *target, size_t size)
{
	const char *host = strstr(device, "://") + 3;

	host += host[0] == '[';
	snprintf(target, size, "%.*s", (int)strcspn(host, "]"), host);
}

/* net/net.c grub_net_addr_to_str: all eight groups, without "::" */
static void put_own_address(const struct br_firmware *fw, struct br_writer *w)
{
	const uint8_t *ip = fw->result.address6;

	if (br_ip_is_zero(ip)) {
		br_text_put_ipv4(w, fw->result.address);
		return;
	}
	for (int i = 0; i < 16; i += 2) {
		unsigned group = (unsigned)ip[i] << 8 | ip[i + 1], digits = 1;

		while (digits < 4 && group >> 4 * digits)
			digits++;
		br_text_put(w, i > 0 ? ":" : "");
		br_text_put_hex(w, group, digits);
	}
}

static void set_variables(struct br_firmware *fw, struct br_grub_script *script)
{
	static const char *const features[] = {
		"feature_chainloader_bpb",      "feature_ntldr",
		"feature_platform_search_hint", "feature_default_font_path",
		"feature_all_video_module",     "feature_menuentry_id",
		"feature_menuentry_options",    "feature_200_final",
		"feature_nativedisk_cmd",       "feature_timeout_style"};
	const char *device = fw->loader->device;
	const char *dash = strchr(platform(fw), '-');
	char text[BR_LOADER_BASE_SIZE + 80], host[BR_LOADER_BASE_SIZE];
	struct br_writer w = br_writer_of(text, sizeof(text));

	put_host(device, host, sizeof(host));
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		br_grub_script_set(script, features[i], "y");
	br_grub_script_set(script, "menuentry_id_option", "--id");
	br_grub_script_set(script, "grub_platform", dash + 1);
	snprintf(text, sizeof(text), "%.*s", (int)(dash - platform(fw)), platform(fw));
	br_grub_script_set(script, "grub_cpu", text);
	snprintf(text, sizeof(text), "%.4s,%s", device, host);
	br_grub_script_set(script, "root", text);
	snprintf(text, sizeof(text), "(%.4s,%s)%s", device, host, fw->model->directory);
	br_grub_script_set(script, "prefix", text);
	br_grub_script_set(script, "net_default_interface", "efinet0");
	br_grub_script_set(script, "net_default_server", host);
	br_grub_script_set(script, "pxe_default_server", host);
	put_own_address(fw, &w);
	br_grub_script_set(script, "net_default_ip", br_text_end(&w));
	br_grub_script_set(script, "net_efinet0_ip", text);
	w = br_writer_of(text, sizeof(text));
	br_text_put_mac(&w, fw->machine.mac);
	br_grub_script_set(script, "net_default_mac", br_text_end(&w));
	br_grub_script_set(script, "net_efinet0_mac", text);
	if (fw->has_choice)
		br_grub_script_choose(script, fw->choice);
}

/* A configuration came: grub.cfg, or what it names. */
static void read_config(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;
	char base[BR_LOADER_BASE_SIZE];

	memcpy(base, loader->base, sizeof(base));
	if (!loader->script) {
		loader->script = br_grub_script_new();
		if (loader->script)
			set_variables(fw, loader->script);
	}
	if (!loader->script || !br_loader_take_text(fw, loader)) {
		br_firmware_fail(fw, now, "grub>");
		return;
	}
	memcpy(loader->base, base, sizeof(base));
	br_firmware_step(fw, BR_BOOT_STEP_CONFIG, now);
	if (br_grub_script_begin(loader->script, loader->text) < 0)
		br_firmware_fail(fw, now, "error: out of memory.");
	else
		run_script(fw, now);
}

static void module_came(struct br_firmware *fw, bool whole, br_time now)
{
	struct br_loader *loader = fw->loader;
	bool taken = whole && !fw->model->modules_fail;
	bool for_itself = loader->wants.want == BR_GRUB_MODULE;

	loader->http_there |= taken && (!for_itself || !strcmp(loader->wants.path, "http"));
	if (!for_itself && taken) {
		ask_file(fw, now);
		return;
	}
	br_grub_script_result(loader->script, taken);
	run_script(fw, now);
}

static void file_came(struct br_firmware *fw, bool whole, enum br_fetch how, br_time now)
{
	struct br_loader *loader = fw->loader;

	if (whole && loader->wants.want == BR_GRUB_KERNEL)
		br_firmware_step(fw, BR_BOOT_STEP_KERNEL, now);
	if (whole && loader->wants.want == BR_GRUB_INITRD)
		br_firmware_step(fw, BR_BOOT_STEP_INITRD, now);
	if (!whole) {
		snprintf(loader->error, sizeof(loader->error), "error: %s `%.120s'.",
		         how == BR_FETCH_TIMEOUT ? "timeout reading" : "file not found:",
		         fw->file ? fw->file : loader->wants.path);
		br_firmware_says(fw, now, "%s", loader->error);
	}
	br_grub_script_result(loader->script, whole);
	if (whole && loader->wants.want == BR_GRUB_CONFIG)
		read_config(fw, now);
	else
		run_script(fw, now);
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	bool whole = how == BR_FETCH_DONE;

	fw->keep = false;
	switch ((enum grub_stage)fw->stage) {
	case STAGE_DHCP:
		break;
	case STAGE_LISTS:
		ask_list(fw, now);
		break;
	case STAGE_CONFIG:
		if (whole)
			read_config(fw, now);
		else
			br_firmware_fail(fw, now, "grub>"); /* no grub.cfg: its prompt */
		break;
	case STAGE_MODULE:
		module_came(fw, whole, now);
		break;
	case STAGE_FILE:
		file_came(fw, whole, how, now);
		break;
	}
}

const struct br_engine br_engine_grub = {
	.start = start,
	.select = select_offer,
	.bound = bound,
	.unbound = unbound,
	.fetched = fetched,
	.plain6 = plain6,
};
