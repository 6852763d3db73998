/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve/serve_six.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"

enum {
	MTU_MIN = 1280, /* RFC 8200 section 5 */
	RA_FIRST_MS = 100,
	RA_EVERY_MS = 200000, /* MinRtrAdvInterval of the usual 600 s, RFC 4861 section 6.2.1 */
	RA_VALID_S = 2592000, /* AdvValidLifetime and AdvPreferredLifetime, there */
	RA_PREFERRED_S = 604800,
	HOP_LIMIT = 64,
};

/* An address that one machine can have and others can reach */
static bool is_of_a_host(const uint8_t ip[BR_IP_SIZE])
{
	return !br_ip_is_ipv4(ip) && !br_ip_is_zero(ip) && !br_ip_is_multicast6(ip) &&
	       !br_ip_is_loopback6(ip) && !br_ip_is_link_local6(ip);
}

bool br_serve_six_take_address(struct br_serve_six *six, const char *word, char *error, size_t size)
{
	const char *slash = strchr(word, '/');
	uint64_t bits;

	six->on =
		slash &&
		br_text_get_ipv6((struct br_octets){(const uint8_t *)word, (size_t)(slash - word)},
	                         six->address) &&
		br_text_get_decimal(br_text(slash + 1), 127, &bits) && bits > 0 &&
		is_of_a_host(six->address);
	if (six->on)
		six->bits = (uint8_t)bits;
	else
		(void)snprintf(error, size,
		               "expected a host's address and the bits of its network, "
		               "as in 2001:db8:1::1/64");
	return six->on;
}

bool br_serve_six_take_gateway(struct br_serve_six *six, const char *word, char *error, size_t size)
{
	bool good = br_text_get_ipv6(br_text(word), six->gateway) &&
	            (is_of_a_host(six->gateway) || br_ip_is_link_local6(six->gateway));

	if (!good)
		(void)snprintf(error, size, "expected a router's address, as in fe80::1");
	return good;
}

bool br_serve_six_take_ra(struct br_serve_six *six, const char *word, char *error, size_t size)
{
	bool off = strcmp(word, "off") == 0;

	six->managed = strcmp(word, "M") == 0 || strcmp(word, "MO") == 0;
	six->other = strcmp(word, "O") == 0 || strcmp(word, "MO") == 0;
	six->advertises = six->managed || six->other || strcmp(word, "on") == 0;
	if (!six->advertises && !off)
		(void)snprintf(error, size, "expected off, on, M, O or MO");
	return six->advertises || off;
}

static int complain(char *error, size_t size, const char *text, const char *more)
{
	(void)snprintf(error, size, "%s%s", text, more);
	return -EINVAL;
}

/* Both would answer, as of IPv4. */
static int check_holder(const struct br_serve_six *six, char *error, size_t size)
{
	char text[BR_IP_TEXT_SIZE], holder[16];
	struct br_writer w = br_writer_of(text, sizeof(text));

	if (!br_iface_holder6(six->address, holder))
		return 0;
	br_text_put_ipv6(&w, six->address);
	(void)snprintf(error, size,
	               "--address6 %s: the kernel has this address, on %s, and would answer too; "
	               "give another, or take it off %s",
	               br_text_end(&w), holder, holder);
	return -EINVAL;
}

int br_serve_six_check(const struct br_serve_six *six, unsigned roles, const char *interface,
                       const struct br_iface *iface, char *error, size_t size)
{
	bool has_gateway = !br_ip_is_zero(six->gateway);

	if (!six->on && roles & (BR_ROLE_DHCP6 | BR_ROLE_PROXYDHCP6))
		return complain(error, size,
		                "--address6 is missing: role=dhcp6 and role=proxydhcp6 need one",
		                "");
	if (!six->on && (has_gateway || six->advertises))
		return complain(error, size, has_gateway ? "--gateway6" : "--ra",
		                " does nothing without --address6");
	if (!six->on)
		return 0;
	if (has_gateway && !br_ip_is_link_local6(six->gateway) &&
	    !br_ip_in_prefix(six->gateway, six->address, six->bits))
		return complain(error, size, "--gateway6: not in the network of --address6", "");
	if (iface->mtu < MTU_MIN)
		return complain(error, size, interface,
		                ": IPv6 needs an MTU of 1280 at least (RFC 8200)");
	return check_holder(six, error, size);
}

void br_serve_six_link(const struct br_serve_six *six, struct br_config_link *link)
{
	if (!six->on)
		return;
	memcpy(link->address6, six->address, sizeof(link->address6));
	link->prefix6 = six->bits;
}

static uint32_t node_of(const uint8_t ip[BR_IP_SIZE])
{
	return (uint32_t)ip[13] << 16 | (uint32_t)ip[14] << 8 | ip[15];
}

void br_serve_six_listen(const struct br_serve_six *six, const uint8_t mac[6],
                         struct br_iface_filter *filter)
{
	uint8_t link_local[BR_IP_SIZE];

	if (!six->on)
		return;
	br_ip_link_local(mac, link_local);
	filter->node[filter->nodes++] = node_of(link_local);
	filter->node[filter->nodes++] = node_of(six->address);
}

static void cut(uint8_t ip[BR_IP_SIZE], unsigned bits)
{
	for (unsigned i = bits; i < 128; i++)
		ip[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
}

/* The prefix, and whom to ask for addresses; the way out is another's. */
static int advertise(const struct br_serve_six *six, struct br_host *host)
{
	static const uint8_t all_routers[BR_IP_SIZE] = {0xff, 0x02, [15] = 2};
	struct br_host_advertisement a = {
		.first_ms = RA_FIRST_MS,
		.interval_ms = RA_EVERY_MS,
		.spaced = true,
		.router = {.hop_limit = HOP_LIMIT,
	                   .managed = six->managed,
	                   .other = six->other,
	                   .prefixes = 1},
	};

	a.router.prefix[0] = (struct br_nd_prefix){.length = six->bits,
	                                           .on_link = true,
	                                           .autonomous = six->bits == 64,
	                                           .valid_s = RA_VALID_S,
	                                           .preferred_s = RA_PREFERRED_S};
	memcpy(a.router.prefix[0].prefix, six->address, BR_IP_SIZE);
	cut(a.router.prefix[0].prefix, six->bits);
	br_host_advertise6(host, 0, &a);
	return br_host_join_group6(host, 0, all_routers); /* switches are told, as above */
}

int br_serve_six_begin(const struct br_serve_six *six, struct br_host *host)
{
	struct br_host_six_habits habits = br_host_six_quiet;
	int error;

	if (!six->on)
		return 0;
	habits.listener_reports = 2; /* switches that watch MLD pass no group they know not of */
	error = br_host_six_on(host, 0, &habits);
	if (error == 0)
		error = br_host_add_address6(host, 0, six->address, six->bits, true);
	if (error == 0 && !br_ip_is_zero(six->gateway))
		br_host_set_gateway6(host, 0, six->gateway);
	if (error == 0 && six->advertises)
		error = advertise(six, host);
	return error;
}
