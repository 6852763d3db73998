/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/firmware_ipxe.c - iPXE, from DHCP to its script
 *
 * A DHCP offer and a proxy offer are wanted, but a proxy is waited for two seconds only
 * (net/udp/dhcp.c). The file name may be a URL. A file that begins with "#!ipxe" is a
 * script: each line is run, kernel and initrd are fetched, boot ends it.
 *
 * Where the net has IPv6 that is configured beside IPv4, and both are waited for: routers are
 * solicited, and what the first says decides how DHCPv6 is asked (net/ndp.c). A file of IPv4
 * goes before one of IPv6 (include/ipxe/ipv6.h IPV6_ORDER_DHCPV6).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/loader.h"
#include "sim/models/url.h"

enum ipxe_stage {
	STAGE_AUTOEXEC_SIZE, /* the firmware asks for autoexec.ipxe, by its own habits */
	STAGE_AUTOEXEC,
	STAGE_DHCP,
	STAGE_PROXY,  /* 4011 is asked; silence is no failure */
	STAGE_ITEM,   /* a boot server is asked for a menu item */
	STAGE_FILE,   /* the boot file comes */
	STAGE_KERNEL, /* a file of the script comes: kernel, */
	STAGE_INITRD, /* initrd or another module, */
	STAGE_CHAIN,  /* or the next script or program */
};

enum {
	PORT_PXE = 4011,
};

/* interface/efi/efi_autoexec.c efi_autoexec_tftp(): beside the program, where it was loaded by
 * TFTP; GET_FILE_SIZE and READ_FILE of the firmware, before anything else.
 */
static bool ask_for_autoexec(struct br_firmware *fw, br_time now)
{
	static const char name[] = "autoexec.ipxe";
	char path[BR_BOOT_FILE_SIZE + sizeof(name)];
	const char *slash = fw->file ? strrchr(fw->file, '/') : NULL;
	size_t folder = slash ? (size_t)(slash + 1 - fw->file) : 0;

	if (!fw->model->autoexec || fw->model != fw->loaded || fw->loaded_by_http || !fw->ack ||
	    folder >= BR_BOOT_FILE_SIZE)
		return false;
	memcpy(path, fw->file, folder);
	memcpy(path + folder, name, sizeof(name));
	if (br_firmware_set_file(fw, br_text(path), br_endpoint_to_ipv4(&fw->server),
	                         BR_TFTP_PORT) < 0)
		return false;
	fw->stage = STAGE_AUTOEXEC_SIZE;
	fw->model = fw->option;
	br_tftp_client_start(fw, true, now);
	return true;
}

static void begin_six(struct br_firmware *fw, br_time now)
{
	static const struct br_host_six_habits habits = {.accepts_advertisements = true,
	                                                 .makes_addresses = true};

	memset(&fw->six, 0, sizeof(fw->six));
	memset(fw->result.address6, 0, sizeof(fw->result.address6));
	if (!br_host_has_six(fw->host, 0) || !fw->model->needs_router6 ||
	    br_host_six_on(fw->host, 0, &habits) < 0)
		return;
	fw->six.runs = br_plain6_start(fw, false, now) == 0;
}

static void configure(struct br_firmware *fw, br_time now)
{
	fw->stage = STAGE_DHCP;
	fw->program_at = now;
	br_firmware_says(fw, now, "Configuring (net0 %02x:%02x:%02x:%02x:%02x:%02x)",
	                 fw->machine.mac[0], fw->machine.mac[1], fw->machine.mac[2],
	                 fw->machine.mac[3], fw->machine.mac[4], fw->machine.mac[5]);
	br_dhcp_client_start(fw, now);
	begin_six(fw, now);
}

static void start(struct br_firmware *fw, br_time now)
{
	fw->in_script = false;
	if (!ask_for_autoexec(fw, now))
		configure(fw, now);
}

/* dhcp.c dhcp_discovery_rx: the latest of those with the best priority */
static struct br_offer *best_offer(const struct br_firmware *fw)
{
	struct br_offer *best = NULL;

	for (struct br_offer *o = fw->dhcp.offers; o; o = o->next) {
		if (o->yiaddr && o->from_port == BR_DHCP_PORT_SERVER &&
		    (!best || o->priority >= best->priority))
			best = o;
	}
	return best;
}

static struct br_offer *proxy_offer(const struct br_firmware *fw)
{
	struct br_offer *proxy = NULL;

	for (struct br_offer *o = fw->dhcp.offers; o; o = o->next) {
		if (o->is_pxe)
			proxy = o;
	}
	return proxy;
}

static struct br_offer *select_offer(struct br_firmware *fw, bool timeout, br_time now)
{
	struct br_offer *best = best_offer(fw);
	bool waited = now - fw->dhcp.started > fw->model->after_ms * BR_MS;

	(void)timeout;
	if (!best || (!best->pxe_no_wait && !proxy_offer(fw) && !waited))
		return NULL;
	return best;
}

static void wait_and_begin_again(struct br_firmware *fw, br_time now)
{
	br_dhcp_client_start(fw, now);
}

static void boot_by_six(struct br_firmware *fw, br_time now);

static void unbound(struct br_firmware *fw, br_time now)
{
	fw->six.four_failed = fw->dhcp.failure != BR_DHCP_NAK;
	if (!fw->six.four_failed) /* dhcp_request_rx: deferred discovery */
		br_firmware_wait(fw, now + BR_S, wait_and_begin_again);
	else if (fw->six.well)
		boot_by_six(fw, now);
	else if (!fw->six.runs)
		br_firmware_fail(fw, now, "No configuration methods succeeded (%s)",
		                 "https://ipxe.org/040ee186");
}

/* dhcp_has_pxeopts */
static bool has_pxe_options(const struct br_firmware *fw, const struct br_offer *offer)
{
	return (offer->siaddr && br_offer_file(fw->model, offer).size > 0) ||
	       br_offer_pxe_tag(offer, BR_PXE_TAG_BOOT_MENU).data;
}

static uint32_t pseudo_id(const struct br_offer *offer)
{
	if (offer->server)
		return offer->server;
	return offer->siaddr ? offer->siaddr : offer->from;
}

static bool accept_proxy(struct br_firmware *fw, const struct br_offer *reply)
{
	return reply->from_port == PORT_PXE &&
	       (reply->type == BR_DHCP_TYPE_OFFER || reply->type == BR_DHCP_TYPE_ACK) &&
	       pseudo_id(reply) == fw->pxe.target[0].address && has_pxe_options(fw, reply);
}

static void boot(struct br_firmware *fw, br_time now);
static void router_waited(struct br_firmware *fw, br_time now);
static void boot_found(struct br_firmware *fw, br_time now);

static void bound(struct br_firmware *fw, br_time now)
{
	struct br_offer *proxy = proxy_offer(fw);
	struct br_pxe_client *pxe = &fw->pxe;

	const struct br_offer *chosen = fw->dhcp.chosen ? fw->dhcp.chosen : fw->ack; /* BOOTP */

	if (!proxy || chosen->pxe_no_wait) {
		boot(fw, now);
		return;
	}
	if (has_pxe_options(fw, proxy)) {
		struct br_offer **place = &fw->dhcp.offers;

		while (*place != proxy)
			place = &(*place)->next;
		*place = proxy->next;
		proxy->next = NULL;
		if (proxy == fw->dhcp.chosen)
			fw->dhcp.chosen = NULL;
		fw->proxy = proxy;
		boot(fw, now);
		return;
	}
	fw->stage = STAGE_PROXY;
	pxe->message = BR_MODEL_PROXY;
	pxe->xid = fw->dhcp.xid;
	pxe->accept = accept_proxy;
	pxe->targets = 1;
	pxe->target[0] = (struct br_pxe_target){
		.address = pseudo_id(proxy), .server_id = pseudo_id(proxy), .port = PORT_PXE};
	br_pxe_client_ask(fw, now);
}

static void boot_file(struct br_firmware *fw, const struct br_offer *packet, br_time now);

static void replied(struct br_firmware *fw, br_time now)
{
	if (fw->stage == STAGE_PROXY) {
		fw->proxy = fw->reply;
		fw->reply = NULL;
		boot(fw, now);
	} else if (fw->reply) {
		boot_file(fw, fw->reply, now);
	} else {
		br_firmware_fail(fw, now, "Could not discover boot server: Connection timed out");
	}
}

/* Menu: usr/pxemenu.c */

static bool accept_item(struct br_firmware *fw, const struct br_offer *reply)
{
	struct br_octets item = br_offer_pxe_tag(reply, BR_PXE_TAG_BOOT_ITEM);
	struct br_reader r = br_reader_of(item.data, item.size);

	return (reply->from_port == PORT_PXE || reply->from_port == BR_DHCP_PORT_SERVER) &&
	       reply->type == BR_DHCP_TYPE_ACK && br_get_be16(&r) == fw->pxe.item >> 16;
}

static void add_target(struct br_pxe_client *pxe, uint32_t address, uint16_t port)
{
	if (pxe->targets < BR_PXE_TARGETS_MAX)
		pxe->target[pxe->targets++] =
			(struct br_pxe_target){.address = address, .port = port};
}

static void ask_item(struct br_firmware *fw, const struct br_offer *menu, uint16_t type,
                     br_time now)
{
	struct br_pxe_client *pxe = &fw->pxe;
	uint8_t control = br_offer_control(menu);
	struct br_octets group = br_offer_pxe_tag(menu, BR_PXE_TAG_DISCOVERY_GROUP);
	struct br_octets list = br_offer_pxe_tag(menu, BR_PXE_TAG_BOOT_SERVERS);
	struct br_reader g = br_reader_of(group.data, group.size);
	struct br_reader r = br_reader_of(list.data, list.size);
	struct br_pxe_item item;

	fw->stage = STAGE_ITEM;
	pxe->message = BR_MODEL_BOOT_SERVER;
	pxe->xid = 0; /* seabios-virtio-dual f.18 */
	pxe->item = (uint32_t)type << 16;
	pxe->accept = accept_item;
	pxe->targets = 0;
	if (group.size == 4 && !(control & BR_PXE_CONTROL_NO_MULTICAST))
		add_target(pxe, br_get_be32(&g), PORT_PXE);
	if (!(control & BR_PXE_CONTROL_NO_BROADCAST))
		add_target(pxe, 0, BR_DHCP_PORT_SERVER);
	while (br_pxe_boot_servers_get(&r, &item) == 1) {
		struct br_reader addresses = br_reader_of(item.value.data, item.value.size);

		while (item.type == type && br_left(&addresses) > 0)
			add_target(pxe, br_get_be32(&addresses), PORT_PXE);
	}
	/* its secs count from a session of its own: f.18 says 4 */
	fw->dhcp.packets = 0;
	fw->dhcp.offers = br_offer_free_list(fw->dhcp.offers);
	br_pxe_client_ask(fw, now);
}

static void choose_line(struct br_firmware *fw, br_time now)
{
	const struct br_offer *menu = fw->proxy ? fw->proxy : fw->ack;
	struct br_octets lines = br_offer_pxe_tag(menu, BR_PXE_TAG_BOOT_MENU);
	struct br_reader r = br_reader_of(lines.data, lines.size);
	unsigned want = fw->has_choice ? fw->choice : 0;
	struct br_pxe_item item;

	for (unsigned line = 0; br_pxe_boot_menu_get(&r, &item) == 1; line++) {
		if (line != want)
			continue;
		if (item.type == 0)
			break;
		ask_item(fw, menu, item.type, now);
		return;
	}
	br_firmware_fail(fw, now, "Local boot");
}

static void next_line(struct br_firmware *fw, br_time now);

static void boot_now(struct br_firmware *fw, br_time now)
{
	if (fw->in_script) {
		next_line(fw, now);
		return;
	}
	boot_found(fw, now);
}

/* The file that option 59 names */
static void boot_by_six(struct br_firmware *fw, br_time now)
{
	const char *url = fw->plain6->url;

	if (fw->in_script) {
		next_line(fw, now);
		return;
	}
	if (!br_url_is_absolute(br_text(url))) { /* there is no next-server */
		br_firmware_fail(fw, now, "Nothing to boot: No such file or directory");
		return;
	}
	br_firmware_says(fw, now, "%s...", url);
	fw->stage = STAGE_FILE;
	fw->keep = fw->keep_script = true;
	br_firmware_fetch(fw, url, now);
}

static void plain6(struct br_firmware *fw, enum br_plain6_end how, br_time now)
{
	fw->six.runs = false;
	fw->six.well =
		how == BR_PLAIN6_BOUND || how == BR_PLAIN6_INFORMED || how == BR_PLAIN6_ROUTED;
	br_plain6_stop(fw);
	if (fw->six.awaited) {
		fw->six.awaited = false;
		boot_now(fw, now);
	} else if (fw->six.four_failed && fw->six.well) {
		boot_by_six(fw, now);
	} else if (fw->six.four_failed) {
		br_firmware_fail(fw, now, "No configuration methods succeeded (%s)",
		                 "https://ipxe.org/040ee186");
	}
}

static void boot_found(struct br_firmware *fw, br_time now)
{
	const struct br_offer *menu = fw->proxy ? fw->proxy : fw->ack;
	bool has_file = br_offer_file(fw->model, menu).size > 0;

	if (menu->is_pxe && br_offer_pxe_tag(menu, BR_PXE_TAG_BOOT_MENU).data &&
	    !(has_file && br_offer_control(menu) & BR_PXE_CONTROL_DIRECT)) {
		struct br_octets prompt = br_offer_pxe_tag(menu, BR_PXE_TAG_MENU_PROMPT);
		uint8_t seconds = prompt.size > 0 ? prompt.data[0] : 0;

		if (seconds == 0 || seconds == 255 || fw->has_choice)
			choose_line(fw, now);
		else
			br_firmware_wait(fw, now + seconds * BR_S, choose_line);
		return;
	}
	if (br_offer_file(fw->model, fw->ack).size > 0)
		boot_file(fw, fw->ack, now);
	else if (!has_file && fw->six.well && fw->plain6->url[0])
		boot_by_six(fw, now);
	else
		boot_file(fw, menu, now);
}

/* usr/ifmgmt.c ifconf_progress() waits as long as any configurator is at work (net/netdevice.c
 * netdev_configuration_in_progress()), and goes on if one of them has ended well. That of IPv6 ends
 * badly by the time limit of its last router solicitation alone (net/ndp.c ipv6conf_expired()): so
 * with an address of IPv4, and no router, it is waited for all the same.
 */
static void boot(struct br_firmware *fw, br_time now)
{
	br_time at = fw->program_at + fw->model->router_ms * BR_MS;

	if (fw->six.runs) {
		fw->six.awaited = true;
		return;
	}
	if (br_host_has_six(fw->host, 0)) {
		boot_now(fw, now);
		return;
	}
	fw->awaits_router = !fw->router_heard && at > now;
	if (fw->awaits_router)
		br_firmware_wait(fw, at, router_waited);
	else
		boot_now(fw, now);
}

static void router_waited(struct br_firmware *fw, br_time now)
{
	fw->awaits_router = false;
	boot_now(fw, now);
}

static void boot_file(struct br_firmware *fw, const struct br_offer *packet, br_time now)
{
	struct br_octets file = br_offer_file(fw->model, packet);
	uint32_t server = packet->siaddr ? packet->siaddr : fw->ack->siaddr;
	char url[BR_LOADER_BASE_SIZE];
	bool fits;

	if (file.size == 0 || (server == 0 && !br_url_is_absolute(file))) {
		br_firmware_fail(fw, now, "Nothing to boot: No such file or directory");
		return;
	}
	fits = br_url_is_absolute(file) ? br_url_resolve(url, sizeof(url), "", file)
	                                : br_url_tftp(url, sizeof(url), server, file);
	if (!fits) {
		br_firmware_fail(fw, now, "Could not open file: Invalid argument");
		return;
	}
	br_firmware_says(fw, now, "%s...", url);
	fw->stage = STAGE_FILE;
	fw->keep = fw->keep_script = true;
	br_firmware_fetch(fw, url, now);
}

/* The script: usr/imgmgmt.c, image/script.c; as much of it as boot scripts use */

/* ${next-server}, ${net0/mac} and the like: settings of the first interface only */
static void expand(const struct br_firmware *fw, char *target, size_t size, const char *line)
{
	struct br_writer w = br_writer_of(target, size);

	for (; *line; line++) {
		const char *close = line[0] == '$' && line[1] == '{' ? strchr(line, '}') : NULL;
		struct br_octets name = {(const uint8_t *)line + 2, 0};

		if (!close) {
			br_put_u8(&w, (uint8_t)*line);
			continue;
		}
		name.size = (size_t)(close - line) - 2;
		if (br_text_starts(name, "net0/")) {
			name.data += 5;
			name.size -= 5;
		}
		if (br_text_is(name, "next-server") && fw->ack)
			br_text_put_ipv4(&w, fw->ack->siaddr);
		else if (br_text_is(name, "ip") && fw->ack)
			br_text_put_ipv4(&w, fw->result.address);
		else if (br_text_is(name, "mac") || br_text_is(name, "mac:hexhyp"))
			br_text_put_mac(&w, fw->machine.mac);
		line = close;
	}
	(void)br_text_end(&w);
}

/* Fetch the word behind a command; false if there is none. */
static bool fetch_word(struct br_firmware *fw, char *rest, enum ipxe_stage stage, br_time now)
{
	struct br_loader *loader = fw->loader;
	size_t size;
	char url[BR_LOADER_BASE_SIZE];

	rest += strspn(rest, " \t");
	while (rest[0] == '-') { /* --name x, --timeout x, and those without a value */
		bool has_value = !strncmp(rest, "--name", 6) || !strncmp(rest, "--timeout", 9);

		for (int words = 0; words <= has_value; words++) {
			rest += strcspn(rest, " \t");
			rest += strspn(rest, " \t");
		}
	}
	size = strcspn(rest, " \t");
	if (size == 0 || !br_url_resolve(url, sizeof(url), loader->base,
	                                 (struct br_octets){(const uint8_t *)rest, size}))
		return false;
	fw->stage = stage;
	if (stage == STAGE_CHAIN)
		fw->keep = fw->keep_script = true;
	br_firmware_says(fw, now, "%s...", url);
	br_firmware_fetch(fw, url, now);
	return true;
}

static bool is_command(const char *line, const char *command, char **rest)
{
	size_t size = strlen(command);

	if (strncmp(line, command, size) || (line[size] && !isspace((unsigned char)line[size])))
		return false;
	*rest = (char *)(uintptr_t)(line + size);
	return true;
}

/* Returns true if something is under way or it is all over, false to go on. */
static bool run_line(struct br_firmware *fw, char *line, br_time now)
{
	static const char *const quiet[] = {"echo",   "set",     "isset", "ifopen", "sleep",
	                                    "prompt", "imgfree", "iseq",  "clear"};
	char *rest;

	if (is_command(line, "kernel", &rest) || is_command(line, "imgselect", &rest))
		return fetch_word(fw, rest, STAGE_KERNEL, now);
	if (is_command(line, "initrd", &rest) || is_command(line, "module", &rest) ||
	    is_command(line, "imgfetch", &rest))
		return fetch_word(fw, rest, STAGE_INITRD, now);
	if (is_command(line, "chain", &rest))
		return fetch_word(fw, rest, STAGE_CHAIN, now);
	if (is_command(line, "boot", &rest)) {
		if (fetch_word(fw, rest, STAGE_CHAIN, now))
			return true;
		br_firmware_step(fw, BR_BOOT_STEP_SYSTEM, now);
		br_firmware_done(fw, now);
		return true;
	}
	if (is_command(line, "dhcp", &rest) || is_command(line, "ifconf", &rest)) {
		if (fw->dhcp.state == BR_DHCP_BOUND || fw->six.well)
			return false; /* as it was left: nothing new comes of it */
		fw->in_script = true;
		configure(fw, now);
		return true;
	}
	if (is_command(line, "exit", &rest)) {
		br_firmware_done(fw, now);
		return true;
	}
	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
		if (is_command(line, quiet[i], &rest))
			return false;
	}
	br_firmware_fail(fw, now, "%.*s: command not found", (int)strcspn(line, " \t"), line);
	return true;
}

static void next_line(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = fw->loader;

	while (loader->text[loader->place]) {
		char line[512], expanded[512];
		const char *begin = loader->text + loader->place;
		size_t size = strcspn(begin, "\n");
		size_t skip = strspn(begin, " \t");

		loader->place += size + (begin[size] == '\n');
		if (skip >= size || begin[skip] == '#' || size - skip >= sizeof(line))
			continue;
		memcpy(line, begin + skip, size - skip);
		line[size - skip] = '\0';
		line[strcspn(line, "\r")] = '\0';
		expand(fw, expanded, sizeof(expanded), line);
		if (run_line(fw, expanded, now))
			return;
	}
	br_firmware_done(fw, now); /* a script that just ends goes back to the firmware */
}

static void run_script(struct br_firmware *fw, br_time now)
{
	struct br_loader *loader = br_loader_get(fw);

	if (!loader || !br_loader_take_text(fw, loader)) {
		br_firmware_fail(fw, now, "Could not boot image: Out of memory");
		return;
	}
	if (!br_firmware_counts_program(fw, now))
		return;
	br_firmware_step(fw, BR_BOOT_STEP_CONFIG, now);
	next_line(fw, now);
}

static void file_is_whole(struct br_firmware *fw, br_time now)
{
	bool script = fw->kept && fw->keep && !strncmp(fw->kept, "#!ipxe", 6);

	fw->keep = fw->keep_script = false;
	switch ((enum ipxe_stage)fw->stage) {
	case STAGE_FILE:
	case STAGE_CHAIN:
		if (script)
			run_script(fw, now);
		else
			br_firmware_run(fw, now);
		break;
	case STAGE_KERNEL:
		br_firmware_step(fw, BR_BOOT_STEP_KERNEL, now);
		next_line(fw, now);
		break;
	case STAGE_INITRD:
		br_firmware_step(fw, BR_BOOT_STEP_INITRD, now);
		next_line(fw, now);
		break;
	case STAGE_AUTOEXEC_SIZE:
	case STAGE_AUTOEXEC:
	case STAGE_DHCP:
	case STAGE_PROXY:
	case STAGE_ITEM:
		break;
	}
}

static void autoexec_fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	if (how == BR_FETCH_SIZE && fw->file_size_known && fw->file_size > 0) {
		fw->stage = STAGE_AUTOEXEC;
		fw->keep = fw->keep_script = true;
		br_tftp_client_start(fw, false, now);
		return;
	}
	fw->model = fw->loaded;
	fw->keep = fw->keep_script = false;
	if (how == BR_FETCH_DONE && fw->kept && !strncmp(fw->kept, "#!ipxe", 6))
		run_script(fw, now);
	else
		configure(fw, now);
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	if (fw->stage <= STAGE_AUTOEXEC) {
		autoexec_fetched(fw, how, now);
		return;
	}
	switch (how) {
	case BR_FETCH_DONE:
		br_firmware_says(fw, now, "%s... ok", fw->file);
		file_is_whole(fw, now);
		break;
	case BR_FETCH_TIMEOUT:
		br_firmware_fail(fw, now, "%s... Connection timed out", fw->file);
		break;
	case BR_FETCH_ERROR:
		br_firmware_fail(fw, now, "%s... No such file or directory", fw->file);
		break;
	case BR_FETCH_NAME:
		br_firmware_fail(fw, now, "%s... No such DNS name", fw->file);
		break;
	case BR_FETCH_UNREACHABLE:
		br_firmware_fail(fw, now, "%s... Connection reset", fw->file);
		break;
	case BR_FETCH_TLS_REFUSED:
	case BR_FETCH_TLS: /* net/tls.c, net/validator.c: EPERM, EACCES and their like */
		br_firmware_says(fw, now, "TLS: %s", fw->fetch_text);
		br_firmware_fail(fw, now, "%s... Permission denied", fw->file);
		break;
	case BR_FETCH_NO_TLS:
		br_firmware_fail(fw, now, "%s... Operation not supported", fw->file);
		break;
	case BR_FETCH_SIZE:
	case BR_FETCH_NO_OACK:
	case BR_FETCH_TOO_LARGE:
	case BR_FETCH_BAD:
	case BR_FETCH_TYPE:
		br_firmware_fail(fw, now, "%s... Input/output error", fw->file);
		break;
	}
}

const struct br_engine br_engine_ipxe = {
	.start = start,
	.select = select_offer,
	.bound = bound,
	.unbound = unbound,
	.replied = replied,
	.fetched = fetched,
	.router = br_plain6_router,
	.plain6 = plain6,
};
