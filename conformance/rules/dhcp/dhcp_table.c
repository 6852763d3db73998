/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/rules/dhcp/dhcp_table.h"

#include <string.h>

#define SAME_XID_MAX (10 * BR_S) /* later, another client may have drawn the same one */

const uint8_t br_same_codes[BR_SAME_OPTIONS] = {1, 3, 6, 15, 28, 66, 42, 12};

bool br_rules_is_uri(struct br_octets file)
{
	return br_text_starts_nocase(file, "http://") || br_text_starts_nocase(file, "https://");
}

struct br_dhcp_server *br_rules_server(struct br_rules *r, uint32_t ip)
{
	struct br_dhcp_watch *w = r->dhcp;

	for (size_t i = 0; i < w->servers; i++) {
		if (w->server[i].ip == ip)
			return &w->server[i];
	}
	if (w->servers == BR_DHCP_SERVERS_MAX)
		return NULL;
	w->server[w->servers] = (struct br_dhcp_server){.ip = ip};
	return &w->server[w->servers++];
}

struct br_deal *br_deal_find(struct br_dhcp_watch *w, uint32_t xid, const uint8_t chaddr[16])
{
	for (size_t i = 0; i < w->deals; i++) {
		struct br_deal *d = &w->deal[i];

		if (d->xid == xid && !memcmp(d->chaddr, chaddr, 16))
			return d;
	}
	return NULL;
}

struct br_deal *br_deal_find_xid(struct br_rules *r, uint32_t xid)
{
	struct br_deal *found = NULL;

	for (size_t i = 0; i < r->dhcp->deals; i++) {
		struct br_deal *d = &r->dhcp->deal[i];

		if (d->xid != xid)
			continue;
		if (found || r->at > d->last + SAME_XID_MAX)
			return NULL;
		found = d;
	}
	return found;
}

static struct br_deal *new_deal(struct br_rules *r, uint32_t xid, const uint8_t chaddr[16])
{
	struct br_dhcp_watch *w = r->dhcp;
	struct br_deal *d = &w->deal[0];

	for (size_t i = 1; i < w->deals; i++) {
		if (w->deal[i].last < d->last)
			d = &w->deal[i];
	}
	if (w->deals < BR_DEALS_MAX)
		d = &w->deal[w->deals++];
	d->unsure = false;
	d->askeds = d->answereds = 0;
	d->xid = xid;
	memcpy(d->chaddr, chaddr, 16);
	return d;
}

struct br_deal *br_deal_for(struct br_rules *r, uint32_t xid, const uint8_t chaddr[16])
{
	struct br_deal *d = br_deal_find(r->dhcp, xid, chaddr);

	if (!d)
		d = new_deal(r, xid, chaddr);
	d->last = r->at;
	return d;
}

const struct br_asked *br_deal_back(const struct br_deal *deal, size_t back)
{
	return &deal->asked[(deal->askeds - 1 - back) % BR_ASKED_MAX];
}

size_t br_deal_kept(const struct br_deal *deal)
{
	return deal->askeds < BR_ASKED_MAX ? deal->askeds : BR_ASKED_MAX;
}
