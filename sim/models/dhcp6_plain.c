/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/dhcp6_plain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/models/firmware_inside.h"

enum {
	MESSAGE_SIZE = 1024,
	PREFERENCE_MOST = 255,
	FOUR_SECONDS = 400, /* hundredths */
	DUID_UUID_TYPE = 4,
	IA_HEAD_SIZE = 12,
	OPTION_HEAD_SIZE = 4,
};

static const uint8_t all_servers[16] = {0xff, 0x02, [13] = 1, [15] = 2};

static void wake(struct br_dhcp6_plain *plain, br_time at)
{
	br_clock_set(plain->fw->clock, &plain->timer, at);
}

static void end(struct br_dhcp6_plain *plain, enum br_plain6_end how, br_time now)
{
	wake(plain, BR_TIME_NEVER);
	plain->phase = BR_PLAIN6_IDLE;
	plain->fw->engine->plain6(plain->fw, how, now);
}

/* Writing */

static void put_client_id(const struct br_firmware *fw, struct br_writer *w)
{
	/* SMBIOS has the first three fields the other way round */
	static const uint8_t written[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

	if (fw->model->duid6 == BR_MODEL_DUID6_LINK) {
		br_duid_put_link(w, fw->machine.mac);
		return;
	}
	br_put_be16(w, DUID_UUID_TYPE);
	for (size_t i = 0; i < sizeof(written); i++)
		br_put_u8(w, fw->machine.uuid[written[i]]);
}

static uint16_t elapsed(const struct br_dhcp6_plain *plain, br_time now)
{
	uint64_t hundredths = (now - plain->started) / (10 * BR_MS);

	switch ((enum br_model_elapsed6)plain->fw->model->elapsed6) {
	case BR_MODEL_ELAPSED6_COUNTED:
		break;
	case BR_MODEL_ELAPSED6_REQUEST:
		hundredths = plain->phase == BR_PLAIN6_SOLICITS ? 0 : hundredths;
		break;
	case BR_MODEL_ELAPSED6_REPEATED:
		hundredths = plain->tries == 1 ? 0 : hundredths;
		break;
	case BR_MODEL_ELAPSED6_FOUR:
		return FOUR_SECONDS;
	}
	return (uint16_t)(hundredths < UINT16_MAX ? hundredths : UINT16_MAX);
}

static void put_ia(const struct br_dhcp6_plain *plain, struct br_writer *w, bool request)
{
	enum br_model_ia6 how = (enum br_model_ia6)plain->fw->model->ia6;
	bool whole = request && how == BR_MODEL_IA6_WHOLE;

	br_put_be32(w, plain->iaid);
	br_put_be32(w, whole ? plain->ia.t1 : 0);
	br_put_be32(w, whole ? plain->ia.t2 : 0);
	if (request && how != BR_MODEL_IA6_BARE)
		br_dhcp6_put_address(w, plain->ia.address, whole ? plain->ia.preferred : 0,
		                     whole ? plain->ia.valid : 0);
}

/* Options 60 and 94 of IPv4 say the same */
static struct br_octets of_ipv4(const struct br_firmware *fw, uint8_t code,
                                struct br_model_options *options)
{
	struct br_model_ask ask = {.message = BR_MODEL_DISCOVER};

	options->count = options->scratch_used = 0;
	if (!br_model_dhcp_option(fw->model, &fw->machine, &ask, code, options))
		return (struct br_octets){NULL, 0};
	return options->option[0].value;
}

static void put_class(const struct br_firmware *fw, struct br_writer *w)
{
	struct br_model_options options;
	struct br_octets text = fw->model->class6[0]
	                                ? br_text(fw->model->class6)
	                                : of_ipv4(fw, BR_DHCP_OPTION_VENDOR_CLASS, &options);

	br_put_be32(w, fw->model->enterprise6);
	br_put_be16(w, (uint16_t)text.size);
	br_put_bytes(w, text.data, text.size);
}

static void put_value(const struct br_dhcp6_plain *plain, uint8_t code, bool request, br_time now,
                      struct br_writer *w)
{
	const struct br_firmware *fw = plain->fw;
	struct br_model_options options;
	struct br_octets nii;

	switch (code) {
	case BR_DHCP6_OPTION_CLIENT_ID:
		put_client_id(fw, w);
		break;
	case BR_DHCP6_OPTION_SERVER_ID:
		br_put_bytes(w, plain->server_id, plain->server_id_size);
		break;
	case BR_DHCP6_OPTION_IA_NA:
		put_ia(plain, w, request);
		break;
	case BR_DHCP6_OPTION_ORO:
		for (size_t i = 0; fw->model->oro6[i]; i++)
			br_put_be16(w, fw->model->oro6[i]);
		break;
	case BR_DHCP6_OPTION_ELAPSED:
		br_put_be16(w, elapsed(plain, now));
		break;
	case BR_DHCP6_OPTION_USER_CLASS:
		br_put_be16(w, (uint16_t)strlen(fw->model->user_class6));
		br_text_put(w, fw->model->user_class6);
		break;
	case BR_DHCP6_OPTION_VENDOR_CLASS:
		put_class(fw, w);
		break;
	case BR_DHCP6_OPTION_ARCH:
		br_put_be16(w, (uint16_t)fw->model->arch);
		break;
	case BR_DHCP6_OPTION_NII:
		nii = of_ipv4(fw, BR_DHCP_OPTION_NETWORK_INTERFACE, &options);
		br_put_bytes(w, nii.data, nii.size);
		break;
	}
}

/* SLOF asks from the address that a router gave it: slof-vlan-v6auto frame 12 */
static void send_octets(struct br_firmware *fw, const struct br_endpoint *remote,
                        struct br_octets octets)
{
	struct br_datagram datagram = {.local = {.port = BR_DHCP6_PORT_CLIENT},
	                               .remote = *remote,
	                               .ttl = (uint8_t)fw->model->hop_limit6,
	                               .payload = octets};
	const uint8_t *ip;

	for (size_t i = 0; fw->model->trusts6 && (ip = br_host_address6(fw->host, 0, i)); i++) {
		if (!br_ip_is_link_local6(ip))
			memcpy(datagram.local.ip, ip, sizeof(datagram.local.ip));
	}
	fw->result.sent++;
	(void)br_host_udp_send(fw->host, &datagram);
}

static void send(struct br_dhcp6_plain *plain, enum br_dhcp6_type type, const uint8_t *order,
                 br_time now)
{
	struct br_endpoint remote = {.port = BR_DHCP6_PORT_SERVER};
	struct br_firmware *fw = plain->fw;
	uint8_t octets[MESSAGE_SIZE];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	if (plain->tries++ > 0)
		fw->result.repeated++;
	memcpy(remote.ip, all_servers, sizeof(remote.ip));
	br_dhcp6_put_head(&w, (uint8_t)type, plain->xid);
	for (size_t i = 0; order[i]; i++) {
		uint8_t *begun = br_dhcp6_begin(&w, order[i]);

		put_value(plain, order[i], type == BR_DHCP6_TYPE_REQUEST, now, &w);
		br_dhcp6_end(&w, begun);
	}
	if (!w.bad)
		send_octets(fw, &remote, (struct br_octets){octets, br_written(&w)});
}

/* The exchanges */

static br_time wait_of(const struct br_model_waits *waits, uint32_t tries)
{
	uint32_t place = tries < waits->count ? tries : waits->count;

	return place > 0 ? waits->ms[place - 1] * BR_MS : 0;
}

static void transmit(struct br_dhcp6_plain *plain, br_time now)
{
	const struct br_model *model = plain->fw->model;
	bool requests = plain->phase == BR_PLAIN6_REQUESTS && !model->request6_once;
	const struct br_model_waits *waits =
		requests ? &model->request6_waits : &model->solicit6_waits;

	if (plain->tries >= waits->count) {
		end(plain, BR_PLAIN6_FAILED, now);
		return;
	}
	if (requests)
		send(plain, BR_DHCP6_TYPE_REQUEST, model->request6_order, now);
	else if (plain->phase == BR_PLAIN6_INFORMS)
		send(plain, BR_DHCP6_TYPE_INFORMATION, model->inform6_order, now);
	else
		send(plain, BR_DHCP6_TYPE_SOLICIT, model->solicit6_order, now);
	wake(plain, now + wait_of(waits, plain->tries));
}

/* RFC 8415 §16.1 wants another for the Request; nobody here does it */
static uint32_t new_xid(struct br_firmware *fw, br_time now)
{
	uint32_t random = (uint32_t)br_prng_next(&fw->prng) & 0xffffff;
	uint32_t seconds = (uint32_t)(fw->clock_s + (int64_t)(now / BR_S));

	switch ((enum br_model_xid6)fw->model->xid6) {
	case BR_MODEL_XID6_RANDOM:
		break;
	case BR_MODEL_XID6_SHORT: /* 24 bits that htons() fills: net/dhcpv6.c */
		return random & 0xffff00;
	case BR_MODEL_XID6_CLOCK:
		return (seconds & 0xff) << 16 | (seconds & 0xff00) | (seconds >> 16 & 0xff);
	}
	return random;
}

/* crc32_le() of iPXE, with 0 to begin with */
static uint32_t crc_of(const uint8_t mac[6])
{
	uint32_t crc = 0;

	for (int i = 0; i < 6; i++) {
		crc ^= mac[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return crc;
}

static uint32_t new_iaid(struct br_firmware *fw)
{
	switch ((enum br_model_iaid6)fw->model->iaid6) {
	case BR_MODEL_IAID6_RANDOM:
		break;
	case BR_MODEL_IAID6_CRC:
		return crc_of(fw->machine.mac);
	case BR_MODEL_IAID6_ZERO:
		return 0;
	}
	return (uint32_t)br_prng_next(&fw->prng);
}

static void ask(struct br_dhcp6_plain *plain, bool stateless, br_time now)
{
	if (!plain->port)
		plain->port = br_host_udp_open(plain->fw->host, BR_DHCP6_PORT_CLIENT) == 0;
	plain->phase = stateless ? BR_PLAIN6_INFORMS : BR_PLAIN6_SOLICITS;
	plain->tries = 0;
	plain->started = now;
	plain->server_id_size = plain->preference = 0;
	plain->url[0] = '\0';
	plain->xid = new_xid(plain->fw, now);
	plain->iaid = new_iaid(plain->fw);
	transmit(plain, now);
}

static void request(struct br_dhcp6_plain *plain, br_time now)
{
	plain->phase = BR_PLAIN6_REQUESTS;
	if (plain->fw->model->request6_once) { /* bootp.c grub_dhcp6_session_send_request */
		uint32_t tries = plain->tries;

		send(plain, BR_DHCP6_TYPE_REQUEST, plain->fw->model->request6_order, now);
		plain->tries = tries;
		return;
	}
	plain->tries = 0;
	transmit(plain, now);
}

/* Routers */

static void look_for_router(struct br_dhcp6_plain *plain, br_time now)
{
	const struct br_model *model = plain->fw->model;

	if (plain->tries < model->router6_waits.count) {
		plain->tries++;
		br_host_solicit6(plain->fw->host, 0);
		wake(plain, now + wait_of(&model->router6_waits, plain->tries));
	} else if (model->needs_router6) { /* iPXE net/ndp.c ipv6conf_expired */
		end(plain, BR_PLAIN6_NO_ROUTER, now);
	} else {
		ask(plain, plain->stateless, now);
	}
}

void br_plain6_router(struct br_firmware *fw, const struct br_nd_router *router, br_time now)
{
	struct br_dhcp6_plain *plain = fw->plain6;

	if (!plain || plain->phase != BR_PLAIN6_ROUTERS) /* the first alone counts */
		return;
	wake(plain, BR_TIME_NEVER);
	if (!fw->model->needs_router6)
		ask(plain, plain->stateless, now);
	else if (router->managed || router->other)
		ask(plain, !router->managed, now);
	else
		end(plain, BR_PLAIN6_ROUTED, now);
}

static void timer_fired(void *context, br_time now)
{
	struct br_dhcp6_plain *plain = context;

	switch (plain->phase) {
	case BR_PLAIN6_IDLE:
		break;
	case BR_PLAIN6_LATER:
		(void)br_plain6_start(plain->fw, true, now);
		break;
	case BR_PLAIN6_ROUTERS:
		look_for_router(plain, now);
		break;
	case BR_PLAIN6_SOLICITS:
		if (plain->server_id_size > 0) /* the first wait was for more */
			request(plain, now);
		else
			transmit(plain, now);
		break;
	case BR_PLAIN6_REQUESTS:
	case BR_PLAIN6_INFORMS:
		transmit(plain, now);
		break;
	case BR_PLAIN6_OVER:
		end(plain, BR_PLAIN6_BOUND, now);
		break;
	}
}

/* What comes */

/* net/dhcpv6.c dhcp6_parse_ia_options: it goes on by an option's length without its head, takes
 * what is there for an address again, and ends four octets before the end; a length of 0 keeps it
 * for ever.
 *
 * Return: false if it does not come back
 */
static bool misread(struct br_dhcp6_ia *ia, struct br_octets value)
{
	struct br_reader r;
	size_t at = IA_HEAD_SIZE;

	ia->addresses = 0;
	ia->status = -1;
	if (value.size < IA_HEAD_SIZE)
		return true;
	/* its end is that of the option's value less the head: RFC 8415 figure 13 */
	while (at + OPTION_HEAD_SIZE < value.size) {
		uint16_t first, length;

		r = br_reader_of(value.data + IA_HEAD_SIZE, value.size - IA_HEAD_SIZE);
		first = br_get_be16(&r); /* the code is not read again */
		r = br_reader_of(value.data + at, value.size - at);
		(void)br_get_be16(&r);
		length = br_get_be16(&r);
		if (first == BR_DHCP6_OPTION_ADDRESS) { /* zeros stand for what lies behind */
			size_t there = br_left(&r) < sizeof(ia->address) ? br_left(&r)
			                                                 : sizeof(ia->address);

			ia->addresses = 1;
			memset(ia->address, 0, sizeof(ia->address));
			br_get_bytes(&r, ia->address, there);
		} else if (first == BR_DHCP6_OPTION_STATUS) {
			ia->status = br_get_be16(&r);
		}
		if (length == 0)
			return false;
		at += length;
	}
	return true;
}

static bool ids_fit(const struct br_dhcp6_plain *plain, const struct br_dhcp6_message *m)
{
	uint8_t own[BR_DUID_SIZE_MAX];
	struct br_writer w = br_writer_of(own, sizeof(own));
	struct br_octets client = br_dhcp6_find(m->options, BR_DHCP6_OPTION_CLIENT_ID);
	struct br_octets server = br_dhcp6_find(m->options, BR_DHCP6_OPTION_SERVER_ID);

	if (plain->phase != BR_PLAIN6_INFORMS && server.size > sizeof(plain->server_id))
		return false; /* there is no room for it */
	if (plain->fw->model->trusts6)
		return true;
	put_client_id(plain->fw, &w);
	if (client.size != br_written(&w) || memcmp(client.data, own, client.size) != 0)
		return false;
	if (plain->phase == BR_PLAIN6_INFORMS)
		return true;
	return server.size > 0;
}

static struct br_dhcp6_ia ia_of(struct br_dhcp6_plain *plain, const struct br_dhcp6_message *m,
                                bool *ret_hangs)
{
	struct br_octets value = br_dhcp6_find(m->options, BR_DHCP6_OPTION_IA_NA);
	struct br_dhcp6_ia ia = br_dhcp6_ia(value);

	*ret_hangs = false;
	if (ia.there && ia.iaid != plain->iaid)
		ia = (struct br_dhcp6_ia){.status = -1};
	if (ia.there && plain->fw->model->ia6_misread)
		*ret_hangs = !misread(&ia, value);
	return ia;
}

static void advertised(struct br_dhcp6_plain *plain, const struct br_dhcp6_message *m, br_time now)
{
	struct br_octets id = br_dhcp6_find(m->options, BR_DHCP6_OPTION_SERVER_ID);
	struct br_octets preference = br_dhcp6_find(m->options, BR_DHCP6_OPTION_PREFERENCE);
	bool collects = plain->fw->model->collects6, hangs;
	struct br_dhcp6_ia ia = ia_of(plain, m, &hangs);
	uint8_t rank = preference.size == 1 ? preference.data[0] : 0;

	if (hangs) {
		br_firmware_hang(plain->fw, now, "an option of no length in the IA");
		return;
	}
	/* U-Boot asks also whoever offers no address: dhcp6_check_advertise_packet() */
	if (br_dhcp6_status(m->options) > 0 || (!collects && (ia.addresses == 0 || ia.status > 0)))
		return;
	if (plain->server_id_size > 0 && rank <= plain->preference)
		return;
	memcpy(plain->server_id, id.data, id.size);
	plain->server_id_size = id.size;
	plain->preference = rank;
	plain->ia = ia;
	if (!collects || plain->tries > 1 || rank == PREFERENCE_MOST)
		request(plain, now);
}

/* SLOF lib/libnet/dhcpv6.c dhcp6_process_options: the low octet of a code is all it looks at */
static struct br_octets find_url(const struct br_dhcp6_plain *plain,
                                 const struct br_dhcp6_message *m)
{
	struct br_octets url = br_dhcp6_find(m->options, BR_DHCP6_OPTION_BOOT_URL);
	struct br_reader r = br_reader_of(m->options.data, m->options.size);
	struct br_dhcp6_option option;

	while (plain->fw->model->trusts6 && br_dhcp6_option_get(&r, &option) == 1) {
		if ((option.code & 0xff) == BR_DHCP6_OPTION_BOOT_URL)
			url = option.value;
	}
	return url;
}

static void take_url(struct br_dhcp6_plain *plain, const struct br_dhcp6_message *m)
{
	struct br_octets url = find_url(plain, m);

	plain->url[0] = '\0';
	if (url.size > 0 && url.size < sizeof(plain->url)) {
		memcpy(plain->url, url.data, url.size);
		plain->url[url.size] = '\0';
	}
}

static void bound(struct br_dhcp6_plain *plain, const struct br_dhcp6_message *m,
                  const struct br_dhcp6_ia *ia, br_time now)
{
	struct br_firmware *fw = plain->fw;

	take_url(plain, m);
	memcpy(plain->address, ia->address, sizeof(plain->address));
	memcpy(fw->result.address6, ia->address, sizeof(fw->result.address6));
	(void)br_host_add_address6(fw->host, 0, ia->address, (uint8_t)fw->model->prefix6, true);
	br_firmware_step(fw, BR_BOOT_STEP_ADDRESS, now);
	if (fw->model->request6_once)
		plain->phase = BR_PLAIN6_OVER;
	else
		end(plain, BR_PLAIN6_BOUND, now);
}

static void replied(struct br_dhcp6_plain *plain, const struct br_dhcp6_message *m, br_time now)
{
	struct br_octets id = br_dhcp6_find(m->options, BR_DHCP6_OPTION_SERVER_ID);
	bool misreads = plain->fw->model->ia6_misread, hangs;
	struct br_dhcp6_ia ia;

	if (plain->phase == BR_PLAIN6_INFORMS) {
		if (br_dhcp6_status(m->options) > 0 && !plain->fw->model->trusts6)
			return;
		take_url(plain, m);
		end(plain, BR_PLAIN6_INFORMED, now);
		return;
	}
	ia = ia_of(plain, m, &hangs);
	if (hangs) {
		br_firmware_hang(plain->fw, now, "an option of no length in the IA");
	} else if (misreads && (ia.addresses == 0 || ia.status == BR_DHCP6_STATUS_NO_ADDRESS ||
	                        br_dhcp6_status(m->options) == BR_DHCP6_STATUS_NOT_ON_LINK)) {
		ask(plain, false, now); /* net/dhcpv6.c: "Restarting DHCP" */
	} else if (ia.addresses > 0 && (misreads || ia.status <= 0) &&
	           br_dhcp6_status(m->options) <= 0 &&
	           (misreads || (id.size == plain->server_id_size &&
	                         memcmp(id.data, plain->server_id, id.size) == 0))) {
		bound(plain, m, &ia, now);
	}
}

static bool input(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_dhcp6_plain *plain = fw->plain6;
	struct br_dhcp6_message m;

	if (!plain || !plain->port || datagram->local.port != BR_DHCP6_PORT_CLIENT ||
	    br_ip_is_ipv4(datagram->remote.ip))
		return false;
	if (br_dhcp6_parse(datagram->payload, &m) < 0 || m.levels > 0 || m.xid != plain->xid ||
	    !ids_fit(plain, &m))
		return true;
	if (m.malformed && !fw->model->ia6_misread)
		return true;
	if (m.type == BR_DHCP6_TYPE_ADVERTISE && plain->phase == BR_PLAIN6_SOLICITS)
		advertised(plain, &m, now);
	else if (m.type == BR_DHCP6_TYPE_REPLY &&
	         (plain->phase == BR_PLAIN6_REQUESTS || plain->phase == BR_PLAIN6_INFORMS))
		replied(plain, &m, now);
	return true;
}

/* Life */

static struct br_dhcp6_plain *get(struct br_firmware *fw)
{
	if (!fw->plain6) {
		fw->plain6 = calloc(1, sizeof(*fw->plain6));
		if (!fw->plain6)
			return NULL;
		fw->plain6->fw = fw;
		fw->plain6->timer = (struct br_timer){.fire = timer_fired, .context = fw->plain6};
	}
	return fw->plain6;
}

int br_plain6_start(struct br_firmware *fw, bool stateless, br_time now)
{
	struct br_dhcp6_plain *plain = get(fw);

	if (!plain)
		return -ENOMEM;
	plain->phase = BR_PLAIN6_ROUTERS;
	plain->stateless = stateless;
	plain->tries = 0;
	look_for_router(plain, now);
	return 0;
}

void br_plain6_start_at(struct br_firmware *fw, br_time at)
{
	struct br_dhcp6_plain *plain = get(fw);

	if (!plain)
		return;
	plain->phase = BR_PLAIN6_LATER;
	wake(plain, at);
}

int br_plain6_ask(struct br_firmware *fw, bool stateless, br_time now)
{
	struct br_dhcp6_plain *plain = get(fw);

	if (!plain)
		return -ENOMEM;
	ask(plain, stateless, now);
	return 0;
}

void br_plain6_stop(struct br_firmware *fw)
{
	struct br_dhcp6_plain *plain = fw->plain6;

	if (!plain)
		return;
	wake(plain, BR_TIME_NEVER);
	plain->phase = BR_PLAIN6_IDLE;
	if (plain->port)
		br_host_udp_close(fw->host, BR_DHCP6_PORT_CLIENT);
	plain->port = false;
}

void br_plain6_free(struct br_firmware *fw)
{
	br_plain6_stop(fw);
	free(fw->plain6);
	fw->plain6 = NULL;
}

const struct br_boot_client br_boot_client_plain6 = {.input = input, .stop = br_plain6_stop};
