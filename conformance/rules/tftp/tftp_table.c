/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/rules/tftp/tftp_table.h"

struct br_transfer_seen *br_tftp_find(const struct br_rules *r, const struct br_endpoint *client)
{
	for (size_t i = 0; i < r->tftp->transfers; i++) {
		struct br_transfer_seen *t = &r->tftp->transfer[i];

		if (t->client_port == client->port && br_rules_same_host(t->client_ip, client->ip))
			return t;
	}
	return NULL;
}

struct br_transfer_seen *br_tftp_place(struct br_rules *r)
{
	struct br_tftp_watch *w = r->tftp;
	struct br_transfer_seen *t = &w->transfer[0];

	if (w->transfers < BR_TRANSFERS_MAX)
		return &w->transfer[w->transfers++];
	for (size_t i = 1; i < BR_TRANSFERS_MAX; i++) {
		if (w->transfer[i].last < t->last)
			t = &w->transfer[i];
	}
	return t;
}

uint64_t br_tftp_whole_number(uint16_t block, uint64_t near)
{
	int16_t step = (int16_t)(uint16_t)(block - (uint16_t)near);

	return step < 0 && near < (uint64_t)-step ? block : near + (uint64_t)(int64_t)step;
}
