/* SPDX-License-Identifier: BSD-2-Clause */
/* core/base/address.h - IP addresses of both families: 16 octets, and as text
 *
 * In network order, an IPv4 address as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), as in
 * struct br_endpoint of core/port.h.
 */
#ifndef BR_CORE_BASE_ADDRESS_H
#define BR_CORE_BASE_ADDRESS_H

#include <string.h>

#include "core/base/bytes.h"

enum {
	BR_IP_SIZE = 16,
	BR_IP_TEXT_SIZE = 40, /* of the longest text, with a NUL */
};

static inline bool br_ip_is_ipv4(const uint8_t ip[BR_IP_SIZE])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(ip, mapped, sizeof(mapped)) == 0;
}

static inline bool br_ip_equal(const uint8_t a[BR_IP_SIZE], const uint8_t b[BR_IP_SIZE])
{
	return memcmp(a, b, BR_IP_SIZE) == 0;
}

static inline bool br_ip_is_zero(const uint8_t ip[BR_IP_SIZE]) /* ::, RFC 4291 section 2.5.2 */
{
	static const uint8_t zero[BR_IP_SIZE];

	return memcmp(ip, zero, sizeof(zero)) == 0;
}

static inline bool br_ip_is_loopback6(const uint8_t ip[BR_IP_SIZE]) /* ::1, section 2.5.3 */
{
	static const uint8_t loopback[BR_IP_SIZE] = {[15] = 1};

	return memcmp(ip, loopback, sizeof(loopback)) == 0;
}

static inline bool br_ip_is_multicast6(const uint8_t ip[BR_IP_SIZE]) /* ff00::/8 */
{
	return ip[0] == 0xff;
}

static inline bool br_ip_is_link_local6(const uint8_t ip[BR_IP_SIZE]) /* fe80::/10 */
{
	return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}

/* Are the first @bits of both the same? 0 to 128 */
bool br_ip_in_prefix(const uint8_t ip[BR_IP_SIZE], const uint8_t prefix[BR_IP_SIZE], unsigned bits);

/* fe80::/64 and the modified EUI-64 of a hardware address: RFC 4291 section 2.5.6, appendix A */
void br_ip_link_local(const uint8_t mac[6], uint8_t ret_ip[BR_IP_SIZE]);
/* The first 8 octets of @prefix, and behind them the same EUI-64: RFC 4862 section 5.5.3 */
void br_ip_of_prefix(const uint8_t prefix[BR_IP_SIZE], const uint8_t mac[6],
                     uint8_t ret_ip[BR_IP_SIZE]);
/* ff02::1:ffXX:XXXX of an address, RFC 4291 section 2.7.1 */
void br_ip_solicited_node(const uint8_t ip[BR_IP_SIZE], uint8_t ret_group[BR_IP_SIZE]);

/* Readers: false, with @ret untouched, on anything else; as those of core/base/text.h. */
bool br_text_get_ipv6(struct br_octets text, uint8_t ret[BR_IP_SIZE]); /* RFC 4291 section 2.2 */
bool br_text_get_ip(struct br_octets text, uint8_t ret[BR_IP_SIZE]);   /* of either family */
/* 2001:db8::1/64: the address with all its bits, and 0 to 128 of the prefix */
bool br_text_get_cidr6(struct br_octets text, uint8_t ret_ip[BR_IP_SIZE], uint8_t *ret_bits);

void br_text_put_ipv6(struct br_writer *w, const uint8_t ip[BR_IP_SIZE]); /* RFC 5952 section 4 */
void br_text_put_ip(struct br_writer *w, const uint8_t ip[BR_IP_SIZE]); /* a.b.c.d of an IPv4 one */
/* As a URL wants it, RFC 3986 section 3.2.2: an IPv6 one in brackets */
void br_text_put_url_host(struct br_writer *w, const uint8_t ip[BR_IP_SIZE]);

#endif /* BR_CORE_BASE_ADDRESS_H */
