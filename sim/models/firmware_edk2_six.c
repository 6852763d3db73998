/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/firmware_edk2_six.c - EDK2 over IPv6: UefiPxeBcDxe and HttpBootDxe
 *
 * The link-local address is checked, then DHCPv6 is asked, whatever routers say (PxeBcDhcp6.c
 * PxeBcDhcp6Sarr, HttpBootDhcp6.c HttpBootDhcp6Sarr). PXE asks port 4011 at once, if an offer wants
 * it, from whatever address the network has by then. Then a way to the server is waited for, 10 s
 * at most, and none is no error. Then the network is configured by hand: what Ip6Config had leased
 * by itself, because a router said M, is given back, and the address of the Reply is checked before
 * a file is asked for.
 *
 * HTTP Boot gives its lease back when the file is there (HttpBootImpl.c HttpBootStop), PXE when
 * another takes the card or it fails.
 *
 * Not done: no names in URLs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/http_head.h"
#include "sim/models/firmware_inside.h"

enum six_stage {
	STAGE_LINK,  /* the link-local address is checked */
	STAGE_DHCP,  /* asked for an address and a file */
	STAGE_BINL,  /* 4011 is asked */
	STAGE_ROUTE, /* waits for a way to the server */
	STAGE_CHECK, /* the address is checked */
	STAGE_SIZE,  /* RRQ with tsize */
	STAGE_READ,
	STAGE_ENDS, /* the lease is given back */
};

enum {
	PREFIX_BITS = 64,     /* Ip6If.c, if no router tells a longer one */
	ROUTE_STEP_MS = 1000, /* PxeBcDhcp6.c PxeBcCheckRouteTable */
	SOLICITS = 3,         /* Ip6Nd.h IP6_MAX_RTR_SOLICITATIONS */
};

static const uint8_t all_servers[16] = {0xff, 0x02, [13] = 1, [15] = 2};

static bool is_http(const struct br_firmware *fw)
{
	return br_text_starts(br_text(fw->model->class6), "HTTP");
}

/* The lease is back: what waited for that goes on, the program runs, or the screen says why not. */
static void released(struct br_firmware *fw, br_time now)
{
	void (*then)(struct br_firmware *, br_time) = fw->left;

	fw->left = NULL;
	if (then)
		then(fw, now);
	else if (fw->dhcp6->ending[0])
		br_firmware_fail(fw, now, "%s", fw->dhcp6->ending);
	else
		br_firmware_run(fw, now);
}

/* The end: first the lease goes back, aavmf64-virtio-pxe6missing frames 27, 28. */
static void finish(struct br_firmware *fw, br_time now)
{
	fw->stage = STAGE_ENDS;
	br_firmware_wait_no_more(fw);
	if (!br_dhcp6_client_release(&fw->dhcp6->boot, now))
		released(fw, now);
}

static void fail(struct br_firmware *fw, const char *pxe, const char *http, br_time now)
{
	snprintf(fw->dhcp6->ending, sizeof(fw->dhcp6->ending), "%s%s", is_http(fw) ? "Error: " : "",
	         is_http(fw) ? http : pxe);
	finish(fw, now);
}

static void fail_odd(struct br_firmware *fw, br_time now)
{
	fail(fw, "PXE-E99: Unexpected network error.", "Unexpected network error.", now);
}

static void fail_silent(struct br_firmware *fw, br_time now)
{
	fail(fw, "PXE-E18: Server response timeout.", "Server response timeout.", now);
}

/* Offers */

static struct br_octets url_of(const struct br_dhcp6_offer *offer)
{
	return br_dhcp6_offer_get(offer, BR_DHCP6_OPTION_BOOT_URL);
}

static bool is_named(const struct br_firmware *fw, const struct br_dhcp6_offer *offer)
{
	return br_dhcp6_offer_is(offer, is_http(fw) ? "HTTPClient" : "PXEClient", is_http(fw));
}

/* From @offer on the first that has an IA or not, a class or not, and a URL if need be. An IA
 * without an address will do, until it is requested: PxeBcDhcp6.c PxeBcParseDhcp6Packet.
 */
static struct br_dhcp6_offer *find_from(const struct br_firmware *fw, struct br_dhcp6_offer *offer,
                                        bool ia, bool class, bool url)
{
	for (; offer; offer = offer->next) {
		if (offer->ia.there == ia && is_named(fw, offer) == class &&
		    (!url || url_of(offer).data))
			return offer;
	}
	return NULL;
}

static struct br_dhcp6_offer *find(const struct br_firmware *fw, bool ia, bool class, bool url)
{
	return find_from(fw, fw->dhcp6->boot.offer, ia, class, url);
}

/* PxeBcSelectDhcp6Offer, HttpBootSelectDhcp6Offer: an offer that has all, then one with an
 * address beside a proxy's, and for PXE at last one without a class. What sends PXE to port 4011
 * needs no URL, which HTTP never lacks.
 */
static struct br_dhcp6_offer *select_offer(struct br_firmware *fw)
{
	bool http = is_http(fw);
	struct br_dhcp6_offer *whole = find(fw, true, true, http);
	struct br_dhcp6_offer *plain = find(fw, true, false, false);

	if (whole)
		return whole;
	if (plain && find(fw, false, true, http))
		return plain;
	return http ? NULL : find(fw, true, false, true);
}

static void failed(struct br_firmware *fw, bool offered, br_time now)
{
	if (offered) /* EFI_ABORTED: OVMF 2022.11 whose Advertise had no 59, on its screen */
		fail(fw, "PXE-E21: Remote boot cancelled.", "Unexpected network error.", now);
	else /* EFI_NO_RESPONSE: ovmf-virtio-none */
		fail(fw, "PXE-E16: No valid offer received.", "Server response timeout.", now);
}

/* The file */

/* Cut ";mode=octet" off. Return: false if it is another mode */
static bool cut_mode(struct br_octets *name)
{
	for (size_t i = 0; i < name->size; i++) {
		struct br_octets rest = {name->data + i, name->size - i};

		if (!br_text_starts(rest, ";mode="))
			continue;
		name->size = i;
		return br_text_is(rest, ";mode=octet");
	}
	return true;
}

/* %XX is the octet. Return: false behind a '%' without two digits, where EDK2 reads what it may */
static bool decode(struct br_octets name, struct br_writer *w)
{
	for (size_t i = 0; i < name.size; i++) {
		struct br_octets digits = {name.data + i + 1, 2};
		uint8_t octet = name.data[i];
		size_t octets;

		if (octet == '%') {
			if (name.size - i < 3 || !br_text_get_hex(digits, &octet, 1, &octets))
				return false;
			i += 2;
		}
		br_put_u8(w, octet);
	}
	return !w->bad;
}

/* "http://[2001:db8::2]:8080/dir/name": where a way is to lead */
static void take_http_host(struct br_firmware *fw, struct br_octets url)
{
	struct br_octets rest = url, host;

	memset(fw->dhcp6->server, 0, sizeof(fw->dhcp6->server));
	(void)br_text_cut(&rest, '[');
	host = br_text_cut(&rest, ']');
	(void)br_text_get_ipv6(host, fw->dhcp6->server);
}

/* "tftp://[2001:db8::2]/dir/a%20name;mode=octet": server and name, PxeBcExtractBootFileUrl */
static bool take_tftp_url(struct br_firmware *fw, struct br_octets url)
{
	uint8_t ip[16], name[BR_DHCP6_OFFER_SIZE];
	struct br_writer w = br_writer_of(name, sizeof(name));
	struct br_octets host, rest;

	if (!br_text_starts(url, "tftp://["))
		return false;
	rest = (struct br_octets){url.data + strlen("tftp://["), url.size - strlen("tftp://[")};
	host = br_text_cut(&rest, ']');
	if (!br_text_get_ipv6(host, ip) || rest.size < 2 || rest.data[0] != '/')
		return false;
	rest = (struct br_octets){rest.data + 1, rest.size - 1};
	if (!cut_mode(&rest) || !decode(rest, &w) ||
	    br_firmware_set_file(fw, (struct br_octets){name, br_written(&w)}, 0, BR_TFTP_PORT) < 0)
		return false;
	memcpy(fw->server.ip, ip, sizeof(ip));
	memcpy(fw->dhcp6->server, ip, sizeof(ip));
	return true;
}

/* Of PXE the server is known, and the name: take_tftp_url() */
static void load(struct br_firmware *fw, br_time now)
{
	if (is_http(fw)) {
		br_firmware_says(fw, now, "URI: %s", fw->file);
		fw->stage = STAGE_READ;
		br_http_client_start(fw, now);
		return;
	}
	br_firmware_says(fw, now, "NBP filename is %s", fw->file);
	fw->stage = STAGE_SIZE;
	br_tftp_client_start(fw, true, now);
}

/* Addresses */

/* @automatic: the policy of Ip6Config, else nothing of what routers say counts: Ip6Nd.c:1976 */
static struct br_host_six_habits habits_of(const struct br_model *model, bool automatic)
{
	return (struct br_host_six_habits){
		.listener_reports = 1,
		.tick_ms = (uint16_t)model->tick6_ms,
		.report_again_s = (uint16_t)model->report6_again_s,
		.proves_after_ms = (uint16_t)model->prove6_ms,
		.check_probes = 1,
		.check_wait_ms = (uint16_t)model->check6_wait_ms,
		.solicits = automatic ? SOLICITS : 0,
		.solicit_after_ms = (uint16_t)model->solicit6_ms,
		.solicit_wait_ms = (uint16_t)model->solicit6_again_ms,
		.solicits_unnamed = true,
		.accepts_advertisements = automatic,
		.makes_addresses = automatic,
		.ages_addresses = true, /* Ip6Nd.c Ip6NdTimerTicking */
		.always_says_mac = true,
	};
}

/* Ip6Config's policy becomes manual: all its addresses but the link's go, and routers count no more
 * (Ip6ConfigImpl.c Ip6ConfigOnPolicyChanged)
 */
static void by_hand(struct br_firmware *fw, br_time now)
{
	const struct br_host_six_habits habits = habits_of(fw->model, false);
	const uint8_t *given = fw->dhcp6->boot.reply->ia.address, *other;
	uint8_t gone[16];

	fw->stage = STAGE_CHECK;
	(void)br_dhcp6_client_release(&fw->dhcp6->network, now);
	while ((other = br_host_address6(fw->host, 0, 1)) != NULL) {
		memcpy(gone, other, sizeof(gone));
		br_host_remove_address6(fw->host, 0, gone);
	}
	fw->automatic6 = false;
	br_host_six_change(fw->host, 0, &habits);
	if (br_host_add_address6(fw->host, 0, given, PREFIX_BITS, false) < 0)
		fail_odd(fw, now);
}

static void look_for_route(struct br_firmware *fw, br_time now)
{
	bool waited = now - fw->dhcp6->route_from >= fw->model->route6_ms * BR_MS;

	if (br_host_has_way6(fw->host, 0, fw->dhcp6->server) || waited)
		by_hand(fw, now);
	else
		br_firmware_wait(fw, now + ROUTE_STEP_MS * BR_MS, look_for_route);
}

/* What @from names, which is read once the address is there */
static void take_file(struct br_firmware *fw, const struct br_dhcp6_offer *from, br_time now)
{
	struct br_octets url = url_of(from);

	if (is_http(fw)) {
		take_http_host(fw, url);
		if (br_firmware_set_file(fw, url, 0, 0) < 0) {
			fail_odd(fw, now);
			return;
		}
	} else if (!take_tftp_url(fw, url)) {
		fail(fw,
		     url.data ? "PXE-E99: Unexpected network error."
		              : "PXE-E53: No boot filename received.",
		     "", now);
		return;
	}
	fw->stage = STAGE_ROUTE;
	fw->dhcp6->route_from = now;
	look_for_route(fw, now);
}

/* Port 4011: PxeBcDhcp6.c PxeBcRetryDhcp6Binl, PxeBcRequestBootService */

static void ask_binl(struct br_firmware *fw, struct br_dhcp6_offer *offer, br_time now);

/* Each proxy is asked in turn. */
static void ask_next(struct br_firmware *fw, br_time now)
{
	struct br_dhcp6_offer *asked = fw->dhcp6->asked;

	br_dhcp6_client_ask_no_more(fw);
	ask_binl(fw, asked->ia.there ? NULL : find_from(fw, asked->next, false, true, false), now);
}

/* It sends from a port that it listens on when the datagram has left, and not before: what comes
 * back within that time finds the port closed.
 */
static void hear_binl(struct br_firmware *fw, br_time now)
{
	br_dhcp6_client_hear_boot_server(fw);
	br_firmware_wait(fw, now + fw->model->binl6_ms * BR_MS, ask_next);
}

static void ask_binl(struct br_firmware *fw, struct br_dhcp6_offer *offer, br_time now)
{
	struct br_endpoint remote = {.port = BR_DHCP6_PORT_PXE};
	struct br_octets url;

	if (!offer) {
		fail(fw, "PXE-E16: No valid offer received.", "", now);
		return;
	}
	fw->stage = STAGE_BINL;
	fw->dhcp6->asked = offer;
	url = url_of(offer);
	memcpy(fw->dhcp6->server, all_servers, sizeof(fw->dhcp6->server));
	if ((url.data && !take_tftp_url(fw, url)) ||
	    !br_host_has_way6(fw->host, 0, fw->dhcp6->server)) {
		ask_next(fw, now);
		return;
	}
	memcpy(remote.ip, fw->dhcp6->server, sizeof(remote.ip));
	br_firmware_step(fw, BR_BOOT_STEP_PROXY, now);
	br_dhcp6_client_ask_boot_server(fw, offer, &remote, now);
	br_firmware_wait(fw, now + fw->model->binl6_opens_ms * BR_MS, hear_binl);
}

static void answered(struct br_firmware *fw, const struct br_dhcp6_offer *reply, br_time now)
{
	if (fw->stage != STAGE_BINL) /* too late: the lease is on its way back */
		return;
	br_firmware_wait_no_more(fw);
	if (url_of(reply).data)
		take_file(fw, reply, now);
	else
		ask_next(fw, now);
}

static void bound(struct br_firmware *fw, br_time now)
{
	struct br_dhcp6_session *boot = &fw->dhcp6->boot;
	struct br_dhcp6_offer *proxy = find(fw, false, true, is_http(fw));
	struct br_octets url = url_of(boot->reply);
	bool named = boot->chosen && is_named(fw, boot->chosen);

	free(fw->boot_url6);
	fw->boot_url6 = url.data ? strndup((const char *)url.data, url.size) : NULL;
	br_firmware_step(fw, BR_BOOT_STEP_OFFER, now);
	if (is_http(fw))
		take_file(fw, named || !proxy ? boot->chosen : proxy, now);
	else if (named || proxy)
		ask_binl(fw, named ? boot->chosen : proxy, now);
	else
		take_file(fw, boot->reply, now); /* the Reply's 59 counts: PxeBcCopyDhcp6Ack */
}

/* Of Ip6Config: checked and used like any other */
static void given(struct br_firmware *fw, const uint8_t address[16], br_time now)
{
	(void)now;
	(void)br_host_add_address6(fw->host, 0, address, PREFIX_BITS, false);
}

static bool is_linked(const struct br_firmware *fw)
{
	const uint8_t *own = br_host_address6(fw->host, 0, 0);

	return own && br_host_is_checked6(fw->host, 0, own);
}

/* As routers said, once the link's address is there: ovmf-virtio-pxe6-ref frames 6, 7 */
static void ask_for_network(struct br_firmware *fw, br_time now)
{
	struct br_dhcp6_session *network = &fw->dhcp6->network;

	if (!is_linked(fw) || network->phase != BR_DHCP6_IDLE)
		return;
	if (fw->dhcp6->managed)
		br_dhcp6_client_solicit(network, now);
	else if (fw->dhcp6->other)
		br_dhcp6_client_inform(network, now);
	fw->dhcp6->managed = fw->dhcp6->other = false;
}

static void begin(struct br_firmware *fw, br_time now)
{
	fw->stage = STAGE_DHCP;
	br_firmware_step(fw, BR_BOOT_STEP_DISCOVER, now);
	br_dhcp6_client_solicit(&fw->dhcp6->boot, now);
}

/* PxeBcDhcp6Sarr starts DHCPv6 anew when that wait is over, and not before. */
static void begin_late(struct br_firmware *fw, br_time now)
{
	if (is_linked(fw))
		begin(fw, now);
	else
		fail_odd(fw, now);
}

static void address(struct br_firmware *fw, const uint8_t ip[16], bool ours, br_time now)
{
	const struct br_dhcp6_offer *reply = fw->dhcp6->boot.reply;

	if (fw->stage == STAGE_LINK && br_ip_is_link_local6(ip)) {
		if (!ours) {
			fail_odd(fw, now);
			return;
		}
		ask_for_network(fw, now);
		/* HttpBootDhcp6.c does not wait, and fails: IPV6_FACTS 40, not done */
		if (fw->automatic6 && is_http(fw))
			begin(fw, now);
	} else if (fw->stage == STAGE_CHECK && br_ip_equal(ip, reply->ia.address)) {
		if (!ours) { /* EfiPxeBcSetStationIP fails */
			fail_odd(fw, now);
			return;
		}
		memcpy(fw->result.address6, ip, sizeof(fw->result.address6));
		br_firmware_step(fw, BR_BOOT_STEP_ADDRESS, now);
		load(fw, now);
	}
}

/* Ip6Nd.c Ip6ProcessRouterAdvertise: M, else O, as long as the policy is automatic */
static void router(struct br_firmware *fw, const struct br_nd_router *router, br_time now)
{
	struct br_dhcp6_session *network = &fw->dhcp6->network;

	if (!fw->automatic6 || network->phase != BR_DHCP6_IDLE)
		return;
	fw->dhcp6->managed = router->managed;
	fw->dhcp6->other = router->other;
	ask_for_network(fw, now);
}

static const struct br_dhcp6_events events = {
	.select = select_offer,
	.bound = bound,
	.failed = failed,
	.given = given,
	.released = released,
	.answered = answered,
};

/* The stack begins while drivers are connected, the boot option later, at any time of its tick. */
static br_time boot_at(struct br_firmware *fw, br_time now)
{
	uint32_t tick_ms = fw->model->tick6_ms;
	uint64_t late = tick_ms > 0 ? br_prng_below(&fw->prng, tick_ms) : 0;

	return now + (fw->model->before6_ms + late) * BR_MS;
}

/* The card's IPv6 is there whatever boots: its address is told to switches and checked, and
 * routers are left alone. aavmf64-virtio-noserver frames 1, 2
 */
void br_edk2_begin(struct br_firmware *fw, br_time now)
{
	const struct br_host_six_habits habits = habits_of(fw->model, false);

	if (!br_host_has_six(fw->host, 0) || fw->option != fw->first) {
		br_dhcp_client_start(fw, now);
		return;
	}
	(void)br_host_six_on(fw->host, 0, &habits);
	if (fw->model->before6_ms > 0)
		br_firmware_wait(fw, boot_at(fw, now), br_dhcp_client_start);
	else
		br_dhcp_client_start(fw, now);
}

/* EfiPxeBcStart, HttpBootStart: routers count from now on */
static void begin_option(struct br_firmware *fw, br_time now)
{
	const struct br_host_six_habits habits = habits_of(fw->model, true);

	if (!fw->automatic6)
		br_host_six_change(fw->host, 0, &habits);
	fw->automatic6 = true;
	if (!br_host_address6(fw->host, 0, 0)) /* another machine had it */
		fail_odd(fw, now);
	else if (is_linked(fw))
		begin(fw, now);
	else if (!is_http(fw))
		br_firmware_wait(fw, now + fw->model->link6_wait_ms * BR_MS, begin_late);
}

static void start(struct br_firmware *fw, br_time now)
{
	bool again = fw->option != fw->first && br_host_has_six(fw->host, 0);
	const struct br_host_six_habits habits = habits_of(fw->model, false);
	uint32_t xid = fw->dhcp6 ? fw->dhcp6->xid : 0;

	fw->stage = STAGE_LINK;
	br_firmware_says(fw, now,
	                 is_http(fw) ? ">>Start HTTP Boot over IPv6." : ">>Start PXE over IPv6.");
	br_dhcp6_client_free(fw);
	if (br_dhcp6_client_new(fw, &events) < 0 ||
	    (!again && br_host_six_on(fw->host, 0, &habits) < 0)) {
		br_firmware_fail(fw, now, "PXE-E09: Could not allocate I/O buffers.");
		return;
	}
	if (xid) /* the driver stays, and counts on: a menu of OVMF 2022.11, PXE's and HTTP's */
		fw->dhcp6->xid = xid;
	if (again)
		begin_option(fw, now);
	else
		br_firmware_wait(fw, boot_at(fw, now), begin_option);
}

static void fetched(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	switch (how) {
	case BR_FETCH_DONE:
		if (is_http(fw)) { /* behind its RST: aavmf64n-virtio-http6 frame 879 */
			br_firmware_wait(fw, now, finish);
			break;
		}
		br_firmware_says(fw, now, "NBP file downloaded successfully.");
		br_firmware_run(fw, now);
		break;
	case BR_FETCH_SIZE:
		if (!fw->file_size_known) {
			fail(fw, "PXE-E53: No boot filename received.", "", now);
			return;
		}
		fw->stage = STAGE_READ;
		br_tftp_client_start(fw, false, now);
		break;
	case BR_FETCH_TIMEOUT:
		fail_silent(fw, now);
		break;
	case BR_FETCH_ERROR:
		if (!is_http(fw)) {
			fail(fw, "PXE-E23: Client received TFTP error from server.", "", now);
			return;
		}
		snprintf(fw->dhcp6->ending, sizeof(fw->dhcp6->ending), "%s: %u %s",
		         fw->fetch_code < 400   ? "Redirection"
		         : fw->fetch_code < 500 ? "Client Error"
		                                : "Server Error",
		         fw->fetch_code, br_http_reason(fw->fetch_code));
		finish(fw, now);
		break;
	case BR_FETCH_UNREACHABLE:
	case BR_FETCH_NO_OACK:
	case BR_FETCH_TOO_LARGE:
	case BR_FETCH_BAD:
	case BR_FETCH_TYPE:
	case BR_FETCH_NAME:
		fail_odd(fw, now);
		break;
	case BR_FETCH_TLS: /* what OVMF 2022.11 showed: vms/faults/https6-ovmf-x64.tsv */
	case BR_FETCH_TLS_REFUSED:
	case BR_FETCH_NO_TLS:
		br_firmware_edk2_no_tls(fw, how, now);
		fail(fw, "",
		     how == BR_FETCH_TLS ? "Unexpected network error." : "Remote boot cancelled.",
		     now);
		break;
	}
}

/* DHCP of IPv4 is not spoken. */
static struct br_offer *select_none(struct br_firmware *fw, bool timeout, br_time now)
{
	(void)fw;
	(void)timeout;
	(void)now;
	return NULL;
}

const struct br_engine br_engine_edk2_six = {
	.start = start,
	.select = select_none,
	.fetched = fetched,
	.router = router,
	.address = address,
};
