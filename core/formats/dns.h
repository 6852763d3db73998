/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/dns.h - as much of DNS as a boot URL with a name in it needs: RFC 1035, type A */
#ifndef BR_CORE_FORMATS_DNS_H
#define BR_CORE_FORMATS_DNS_H

#include "core/base/bytes.h"

enum {
	BR_DNS_PORT = 53,
	BR_DNS_QUERY_SIZE_MAX = 12 + 256 + 4,
};

/* A query for the address of @name, recursion desired. w->bad for names that are none. */
void br_dns_put_query(struct br_writer *w, uint16_t id, const char *name);

/**
 * br_dns_get_address() - The first A record of an answer
 * @octets:	UDP payload
 * @id:		Of the query
 *
 * Return: 0; -EBADMSG if it is no answer to that query or broken; -ENOENT if the
 *	   server says there is no such name or address
 */
int br_dns_get_address(struct br_octets octets, uint16_t id, uint32_t *ret_address);

#endif /* BR_CORE_FORMATS_DNS_H */
