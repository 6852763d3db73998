/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/firmware_edk2.c - EDK2, UefiPxeBcDxe over IPv4; and the PXE ROMs it descends from
 *
 * DISCOVER collects offers to the end of the wait, then ranks them (PxeBcDhcp4.c
 * PxeBcSelectDhcp4Offer); after the ACK either a boot server is asked on 4011, or a
 * menu decides, or the file is known (PxeBcBoot.c PxeBcDiscoverBootFile). The file is
 * asked for twice: once for its size, once to read it (PxeBcBoot.c PxeBcLoadBootFile).
 */
#include "core/base/text.h"
#include "sim/models/firmware_inside.h"

enum stage {
	STAGE_DHCP,   /* nothing is decided */
	STAGE_BINL,   /* 4011 is asked for the boot file; a reply may bring a menu */
	STAGE_PROMPT, /* the prompt of tag 10 is on the screen */
	STAGE_ITEM,   /* the boot server of the chosen item is asked */
	STAGE_SIZE,   /* RRQ with tsize */
	STAGE_READ,   /* RRQ without */
};

enum {
	ROM_TRIES_FOR_PXE = 2,
	MENU_MAX = 24,             /* PxeBcBoot.h PXEBC_MENU_MAX_NUM */
	PROMPT_MENU_AT_ONCE = 255, /* PXE 2.1 table 2-3, tag 10 */
};

enum reason {
	REASON_NO_OFFER,   /* nobody, or nobody of use */
	REASON_NO_ADDRESS, /* no ACK */
	REASON_NAK,
	REASON_NO_BINL,   /* 4011 is silent */
	REASON_NO_SERVER, /* the boot server of an item is silent */
	REASON_NO_FILE,
	REASON_NO_TFTP, /* the TFTP server is silent */
	REASON_TFTP_ERROR,
	REASON_LOCAL, /* an item says so */
	REASON_MENU,  /* a menu that cannot be followed */
	REASON_MEMORY,
	REASON_OTHER,
};

/* PxeBcBoot.c PxeBcLoadBootFile, by EFI status */
static const char *const edk2_texts[] = {
	[REASON_NO_OFFER] = "PXE-E16: No valid offer received.",
	[REASON_NO_ADDRESS] = "PXE-E18: Server response timeout.",
	[REASON_NAK] = "PXE-E07: Network device error.",
	[REASON_NO_BINL] = "PXE-E16: No valid offer received.",
	[REASON_NO_SERVER] = "PXE-E18: Server response timeout.",
	[REASON_NO_FILE] = "PXE-E53: No boot filename received.",
	[REASON_NO_TFTP] = "PXE-E18: Server response timeout.",
	[REASON_TFTP_ERROR] = "PXE-E23: Client received TFTP error from server.",
	[REASON_LOCAL] = "PXE-E21: Remote boot cancelled.",
	[REASON_MENU] = "PXE-E07: Network device error.",
	[REASON_MEMORY] = "PXE-E09: Could not allocate I/O buffers.",
	[REASON_OTHER] = "PXE-E99: Unexpected network error.",
};

/* PXE 2.1 has no list; the numbers are those of Intel's PXE PDK, as boot ROMs print them. */
static const char *const rom_texts[] = {
	[REASON_NO_OFFER] = "PXE-E53: No boot filename received.",
	[REASON_NO_ADDRESS] = "PXE-E51: No DHCP or proxyDHCP offers were received.",
	[REASON_NAK] = "PXE-E51: No DHCP or proxyDHCP offers were received.",
	[REASON_NO_BINL] = "PXE-E55: ProxyDHCP service did not reply to request on port 4011.",
	[REASON_NO_SERVER] = "PXE-E78: Could not locate boot server.",
	[REASON_NO_FILE] = "PXE-E53: No boot filename received.",
	[REASON_NO_TFTP] = "PXE-E32: TFTP open timeout.",
	[REASON_TFTP_ERROR] = "PXE-E3B: TFTP Error - File Not found.",
	[REASON_LOCAL] = "PXE-M0F: Exiting PXE ROM.",
	[REASON_MENU] = "PXE-E77: Bad or missing discovery server list.",
	[REASON_MEMORY] = "PXE-E00: Could not find enough free base memory.",
	[REASON_OTHER] = "PXE-E35: TFTP read timeout.",
};

static bool is_rom(const struct br_firmware *fw)
{
	return fw->model->engine == BR_MODEL_ENGINE_PXE_ROM;
}

static void fail(struct br_firmware *fw, enum reason reason, br_time now)
{
	br_firmware_fail(fw, now, "%s", (is_rom(fw) ? rom_texts : edk2_texts)[reason]);
}

static void start(struct br_firmware *fw, br_time now)
{
	fw->stage = STAGE_DHCP;
	br_firmware_says(fw, now, "%s", is_rom(fw) ? "DHCP..." : ">>Start PXE over IPv4.");
	if (is_rom(fw))
		br_dhcp_client_start(fw, now);
	else
		br_edk2_begin(fw, now);
}

/* First offer of that class, from a proxy (yiaddr 0) or an address server. */
static struct br_offer *find(const struct br_firmware *fw, enum br_offer_class class, bool proxy,
                             bool with_file)
{
	for (struct br_offer *o = fw->dhcp.offers; o; o = o->next) {
		if (o->class == class && (o->yiaddr == 0) == proxy &&
		    (!with_file || br_offer_file(fw->model, o).size > 0))
			return o;
	}
	return NULL;
}

/* Ranks of PxeBcSelectDhcp4Offer; DhcpOnly means PLAIN here. */
/* PXE 2.1 §2.2.1 step 2: a ROM that has an address and no word of PXE goes on through the
 * 4 s and 8 s tries; then a boot file will do.
 */
static struct br_offer *select_rom(struct br_firmware *fw)
{
	struct br_offer *plain = find(fw, BR_OFFER_PLAIN, false, false);
	struct br_offer *pxe = find(fw, BR_OFFER_PXE10, false, false);

	if (!pxe)
		pxe = find(fw, BR_OFFER_BINL, false, false);
	if (pxe)
		return pxe;
	if (plain &&
	    (find(fw, BR_OFFER_PXE10, true, false) || find(fw, BR_OFFER_BINL, true, false)))
		return plain;
	if (fw->dhcp.try_count < ROM_TRIES_FOR_PXE)
		return NULL;
	plain = find(fw, BR_OFFER_PLAIN, false, true);
	return plain ? plain : find(fw, BR_OFFER_BOOTP, false, true);
}

static struct br_offer *select_offer(struct br_firmware *fw, bool timeout, br_time now)
{
	struct br_offer *plain = find(fw, BR_OFFER_PLAIN, false, false);
	struct br_offer *offer;

	(void)now;
	if (!timeout)
		return NULL;
	if (is_rom(fw))
		return select_rom(fw);
	offer = find(fw, BR_OFFER_PXE10, false, false);
	if (offer)
		return offer;
	if (plain && find(fw, BR_OFFER_PXE10, true, false))
		return plain;
	offer = find(fw, BR_OFFER_BINL, false, false);
	if (offer)
		return offer;
	if (plain && find(fw, BR_OFFER_BINL, true, false))
		return plain;
	offer = find(fw, BR_OFFER_PLAIN, false, true);
	if (offer)
		return offer;
	return find(fw, BR_OFFER_BOOTP, false, true);
}

static void unbound(struct br_firmware *fw, br_time now)
{
	switch (fw->dhcp.failure) {
	case BR_DHCP_NO_OFFER: /* ovmf-virtio-none: E18; E16 only if offers had come */
	case BR_DHCP_NO_ACK:
		fail(fw, REASON_NO_ADDRESS, now);
		break;
	case BR_DHCP_NO_CHOICE:
		fail(fw, REASON_NO_OFFER, now);
		break;
	case BR_DHCP_NAK: /* EFI_DEVICE_ERROR, Dhcp4Io.c DhcpHandleRequest */
		fail(fw, REASON_NAK, now);
		break;
	case BR_DHCP_DECLINED: /* EFI_ABORTED */
		fail(fw, REASON_LOCAL, now);
		break;
	}
}

/* Take an offer out of the list and keep it. */
static struct br_offer *take(struct br_firmware *fw, struct br_offer *offer)
{
	struct br_offer **place = &fw->dhcp.offers;

	while (*place != offer)
		place = &(*place)->next;
	*place = offer->next;
	offer->next = NULL;
	return offer;
}

/* PxeBcDhcp4Discover: a boot file, or a menu to find one by */
static bool accept_binl(struct br_firmware *fw, const struct br_offer *reply)
{
	return (reply->class == BR_OFFER_PXE10 && reply->yiaddr == 0) ||
	       br_offer_file(fw->model, reply).size > 0;
}

static void ask_binl(struct br_firmware *fw, const struct br_offer *first, br_time now)
{
	struct br_pxe_client *pxe = &fw->pxe;

	fw->stage = STAGE_BINL;
	pxe->message = BR_MODEL_PROXY;
	pxe->accept = accept_binl;
	pxe->targets = 0;
	if (first)
		pxe->target[pxe->targets++] = (struct br_pxe_target){
			.address = first->siaddr ? first->siaddr : first->server,
			.port = BR_DHCP_PORT_PXE};
	for (const struct br_offer *o = fw->dhcp.offers; !first && o; o = o->next) {
		if (o->class == BR_OFFER_BINL && o->yiaddr == 0)
			pxe->target[pxe->targets++] =
				(struct br_pxe_target){.address = o->siaddr ? o->siaddr : o->server,
			                               .port = BR_DHCP_PORT_PXE};
	}
	br_pxe_client_ask(fw, now);
}

static void discover_boot_file(struct br_firmware *fw, br_time now);
static void load(struct br_firmware *fw, br_time now);

static void bound(struct br_firmware *fw, br_time now)
{
	const struct br_offer *chosen = fw->dhcp.chosen;
	struct br_offer *menu = find(fw, BR_OFFER_PXE10, true, false);

	bool has_file = br_offer_file(fw->model, fw->ack).size > 0;

	if (!chosen) { /* BOOTP */
		load(fw, now);
	} else if (chosen->class == BR_OFFER_BINL && is_rom(fw) && has_file) {
		load(fw, now); /* PXE 2.1 §2.2.3: 4011 only if neither 43 nor a file came */
	} else if (chosen->class == BR_OFFER_BINL) {
		ask_binl(fw, chosen, now);
	} else if (chosen->class == BR_OFFER_PLAIN && menu) {
		fw->proxy = take(fw, menu);
		discover_boot_file(fw, now);
	} else if (chosen->class == BR_OFFER_PLAIN && find(fw, BR_OFFER_BINL, true, false)) {
		ask_binl(fw, NULL, now);
	} else {
		discover_boot_file(fw, now);
	}
}

static void replied(struct br_firmware *fw, br_time now)
{
	if (fw->stage == STAGE_BINL) {
		if (!fw->reply) {
			fail(fw, REASON_NO_BINL, now);
			return;
		}
		br_offer_free(fw->proxy);
		fw->proxy = fw->reply; /* PxeBcRetryBinlOffer stores it there */
		fw->reply = NULL;
		discover_boot_file(fw, now);
	} else if (!fw->reply) {
		fail(fw, REASON_NO_SERVER, now);
	} else {
		load(fw, now);
	}
}

/* Prompt and menu */

static const struct br_offer *menu_packet(const struct br_firmware *fw)
{
	return fw->proxy ? fw->proxy : fw->ack;
}

/* Type of line @line of tag 9, or -1 past the end. */
static int menu_type(const struct br_offer *offer, unsigned line)
{
	struct br_octets menu = br_offer_pxe_tag(offer, BR_PXE_TAG_BOOT_MENU);
	struct br_reader r = br_reader_of(menu.data, menu.size);
	struct br_pxe_item item;

	for (unsigned i = 0; i < MENU_MAX && br_pxe_boot_menu_get(&r, &item) == 1; i++) {
		if (i == line)
			return item.type;
	}
	return -1;
}

/* Does @reply come from a server listed for the item? PXE 2.1 tag 6 bit 2 */
static bool accept_listed(struct br_firmware *fw, const struct br_offer *reply)
{
	const struct br_offer *menu = menu_packet(fw);
	struct br_octets list = br_offer_pxe_tag(menu, BR_PXE_TAG_BOOT_SERVERS);
	struct br_reader r = br_reader_of(list.data, list.size);
	struct br_pxe_item item;

	if (!(br_offer_control(menu) & BR_PXE_CONTROL_LISTED_ONLY) || !list.data)
		return true;
	while (br_pxe_boot_servers_get(&r, &item) == 1) {
		struct br_reader addresses = br_reader_of(item.value.data, item.value.size);

		while (item.type == fw->pxe.item >> 16 && br_left(&addresses) > 0) {
			if (br_get_be32(&addresses) == reply->siaddr)
				return true;
		}
	}
	return false;
}

/* The addresses tag 8 lists for a type; false if it lists none. */
static bool listed_targets(struct br_pxe_client *pxe, const struct br_offer *menu, uint16_t type)
{
	struct br_octets list = br_offer_pxe_tag(menu, BR_PXE_TAG_BOOT_SERVERS);
	struct br_reader r = br_reader_of(list.data, list.size);
	struct br_pxe_item item;

	while (br_pxe_boot_servers_get(&r, &item) == 1) {
		struct br_reader addresses = br_reader_of(item.value.data, item.value.size);

		while (item.type == type && br_left(&addresses) > 0 &&
		       pxe->targets < BR_PXE_TARGETS_MAX)
			pxe->target[pxe->targets++] = (struct br_pxe_target){
				.address = br_get_be32(&addresses), .port = BR_DHCP_PORT_PXE};
	}
	return pxe->targets > 0;
}

/* EfiPxeBcDiscover: the first way that is open is the only one that is tried. */
static void ask_item(struct br_firmware *fw, uint16_t type, br_time now)
{
	const struct br_offer *menu = menu_packet(fw);
	uint8_t control = br_offer_control(menu);
	struct br_octets group = br_offer_pxe_tag(menu, BR_PXE_TAG_DISCOVERY_GROUP);
	struct br_reader r = br_reader_of(group.data, group.size);
	struct br_pxe_client *pxe = &fw->pxe;
	bool listed;

	fw->stage = STAGE_ITEM;
	pxe->message = BR_MODEL_BOOT_SERVER;
	pxe->item = (uint32_t)type << 16;
	pxe->accept = accept_listed;
	pxe->targets = 0;
	listed = listed_targets(pxe, menu, type);
	if (!listed && br_offer_pxe_tag(menu, BR_PXE_TAG_BOOT_SERVERS).data) {
		fail(fw, REASON_MENU, now);
		return;
	}
	if (!(control & BR_PXE_CONTROL_NO_MULTICAST)) {
		pxe->targets = 1;
		pxe->target[0] = (struct br_pxe_target){.address = br_get_be32(&r),
		                                        .port = BR_DHCP_PORT_PXE};
	} else if (!(control & BR_PXE_CONTROL_NO_BROADCAST)) {
		pxe->targets = 1;
		pxe->target[0] = (struct br_pxe_target){.port = BR_DHCP_PORT_SERVER};
	}
	br_pxe_client_ask(fw, now);
}

static void choose_line(struct br_firmware *fw, br_time now)
{
	int type = menu_type(menu_packet(fw), fw->has_choice ? fw->choice : 0);

	if (type <= 0) { /* local boot, PXE 2.1 table 2-3 */
		fail(fw, REASON_LOCAL, now);
		return;
	}
	ask_item(fw, (uint16_t)type, now);
}

static void discover_boot_file(struct br_firmware *fw, br_time now)
{
	const struct br_offer *packet = menu_packet(fw);
	struct br_octets prompt;
	uint8_t seconds;

	if (packet->class != BR_OFFER_PXE10 || (br_offer_control(packet) & BR_PXE_CONTROL_DIRECT &&
	                                        br_offer_file(fw->model, packet).size > 0)) {
		load(fw, now);
		return;
	}
	prompt = br_offer_pxe_tag(packet, BR_PXE_TAG_MENU_PROMPT);
	seconds = prompt.size > 0 ? prompt.data[0] : 0;
	if (seconds == 0 || seconds == PROMPT_MENU_AT_ONCE || fw->has_choice) {
		choose_line(fw, now);
		return;
	}
	fw->stage = STAGE_PROMPT;
	br_firmware_says(fw, now, "%.*s", (int)(prompt.size - 1), (const char *)prompt.data + 1);
	br_firmware_wait(fw, now + seconds * BR_S, choose_line);
}

/* The file */

static const struct br_offer *boot_packet(const struct br_firmware *fw)
{
	return fw->reply ? fw->reply : menu_packet(fw);
}

/* PxeBcBoot.c PxeBcDhcp4BootInfo */
static uint32_t boot_server(const struct br_offer *packet)
{
	uint32_t listed = br_offer_boot_server(packet);

	if (br_offer_control(packet) & BR_PXE_CONTROL_DIRECT && listed)
		return listed;
	return packet->siaddr ? packet->siaddr : packet->server;
}

static void load(struct br_firmware *fw, br_time now)
{
	const struct br_offer *packet = boot_packet(fw);
	struct br_octets file = br_offer_file(fw->model, packet);

	if (file.size == 0) {
		fail(fw, REASON_NO_FILE, now);
		return;
	}
	if (br_firmware_set_file(fw, file, boot_server(packet), BR_TFTP_PORT) < 0) {
		fail(fw, REASON_MEMORY, now);
		return;
	}
	br_firmware_says(fw, now, "NBP filename is %s", fw->file);
	if (packet->has_file_blocks || !fw->model->rrq_probe[0]) {
		fw->stage = STAGE_READ;
		br_tftp_client_start(fw, false, now);
		return;
	}
	fw->stage = STAGE_SIZE;
	br_tftp_client_start(fw, true, now);
}

static void size_known(struct br_firmware *fw, br_time now)
{
	if (!fw->file_size_known && !is_rom(fw)) { /* ovmf-virtio-tftpblkonly f.10-12 */
		fail(fw, REASON_NO_FILE, now);
		return;
	}
	br_firmware_says(fw, now, "NBP filesize is %llu Bytes", (unsigned long long)fw->file_size);
	fw->stage = STAGE_READ;
	br_tftp_client_start(fw, false, now);
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	switch (how) {
	case BR_FETCH_DONE:
		br_firmware_says(fw, now, "NBP file downloaded successfully.");
		br_firmware_run(fw, now);
		break;
	case BR_FETCH_SIZE:
		size_known(fw, now);
		break;
	case BR_FETCH_TIMEOUT:
		fail(fw, REASON_NO_TFTP, now);
		break;
	case BR_FETCH_ERROR:
		fail(fw, REASON_TFTP_ERROR, now);
		break;
	case BR_FETCH_BAD: /* an OACK: EFI_TFTP_ERROR where it was to be obeyed, vms/hostile */
		fail(fw, fw->stage == STAGE_READ ? REASON_TFTP_ERROR : REASON_OTHER, now);
		break;
	case BR_FETCH_NO_OACK:
		if (is_rom(fw)) { /* a server without options: read it without its size */
			fw->stage = STAGE_READ;
			br_tftp_client_start(fw, false, now);
			return;
		}
		fail(fw, REASON_OTHER, now);
		break;
	case BR_FETCH_UNREACHABLE: /* ovmf-virtio-notftp: E99, not E22 */
	case BR_FETCH_TOO_LARGE:
	case BR_FETCH_TYPE:
	case BR_FETCH_NAME:
	case BR_FETCH_TLS:
	case BR_FETCH_TLS_REFUSED:
	case BR_FETCH_NO_TLS:
		fail(fw, REASON_OTHER, now);
		break;
	}
}

const struct br_engine br_engine_edk2_pxe = {
	.start = start,
	.select = select_offer,
	.bound = bound,
	.unbound = unbound,
	.replied = replied,
	.fetched = fetched,
};
