/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp6/subnet6.h"

#include <errno.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/config_dhcp6.h"
#include "core/defect.h"

enum {
	NUMBER_BITS = 26, /* behind the number of the subnet */
	RESERVED = BR_SUBNET6_POOL_MAX,
};

/* Arithmetic of addresses */

/* @a - @b if that is below @limit, else @limit; @a is not before @b */
static uint32_t distance(const uint8_t a[static 16], const uint8_t b[static 16], uint32_t limit)
{
	uint64_t low = 0;
	unsigned borrow = 0;
	bool large = false;

	for (unsigned i = 16; i > 0; i--) {
		unsigned digit = 0x100U + a[i - 1] - b[i - 1] - borrow;

		borrow = digit < 0x100U;
		if (i > 16 - 4)
			low |= (uint64_t)(digit & 0xff) << 8 * (16 - i);
		else
			large = large || (digit & 0xff) != 0;
	}
	return large || borrow || low > limit ? limit : (uint32_t)low;
}

static void advance(uint8_t ip[static 16], uint32_t by)
{
	uint64_t carry = by;

	for (unsigned i = 16; i > 0; i--) {
		carry += ip[i - 1];
		ip[i - 1] = (uint8_t)carry;
		carry >>= 8;
	}
}

/* Networks */

static void cut(uint8_t ip[static 16], unsigned bits)
{
	for (unsigned i = bits; i < 128; i++)
		ip[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
}

static struct br_dhcp6_subnet of_link(const struct br_config_link *link)
{
	struct br_dhcp6_subnet subnet = {.bits = link->prefix6};

	memcpy(subnet.prefix, link->address6, sizeof(subnet.prefix));
	cut(subnet.prefix, subnet.bits);
	return subnet;
}

static bool has(const struct br_dhcp6_subnet *subnet, const uint8_t address[static 16])
{
	return br_ip_in_prefix(address, subnet->prefix, subnet->bits);
}

static void put_pool(struct br_writer *w, const struct br_config_subnet6 *subnet)
{
	br_text_put_ipv6(w, subnet->pool_first);
	br_text_put(w, "-");
	br_text_put_ipv6(w, subnet->pool_last);
}

/* A pool that came without its subnet is of the link whose network holds it. */
static int find_network(const struct br_config *config, const struct br_config_subnet6 *pool,
                        struct br_dhcp6_subnet *subnet, struct br_writer *why)
{
	for (size_t i = 0; i < config->links; i++) {
		*subnet = of_link(&config->link[i]);
		if (subnet->bits > 0 && has(subnet, pool->pool_first) &&
		    has(subnet, pool->pool_last))
			return 0;
	}
	br_text_put(why, "pool6 ");
	put_pool(why, pool);
	br_text_put(why, " lies in none of the server's IPv6 nets, nor in a subnet6= before it");
	return -EINVAL;
}

static struct br_dhcp6_subnet *find(struct br_dhcp6_subnets *subnets,
                                    const struct br_dhcp6_subnet *like)
{
	for (size_t i = 0; i < subnets->count; i++) {
		struct br_dhcp6_subnet *have = &subnets->subnet[i];

		if (have->bits == like->bits && br_ip_equal(have->prefix, like->prefix))
			return have;
	}
	subnets->subnet[subnets->count] = *like;
	return &subnets->subnet[subnets->count++];
}

static int add(struct br_dhcp6_subnets *subnets, const struct br_config_subnet6 *from,
               struct br_writer *why)
{
	struct br_dhcp6_subnet like = {.bits = from->bits}, *subnet;

	memcpy(like.prefix, from->prefix, sizeof(like.prefix));
	if (from->bits == 0 && find_network(subnets->config, from, &like, why) < 0)
		return -EINVAL;
	subnet = find(subnets, &like);
	if (!from->has_pool)
		return 0;
	if (subnet->pool_count > 0) {
		br_text_put(why, "a second pool of net ");
		br_text_put_ipv6(why, subnet->prefix);
		br_text_put(why, "/");
		br_text_put_decimal(why, subnet->bits);
		br_text_put(why, ": ");
		put_pool(why, from);
		return -EINVAL;
	}
	memcpy(subnet->pool_first, from->pool_first, sizeof(subnet->pool_first));
	subnet->pool_count =
		1 + distance(from->pool_last, from->pool_first, BR_SUBNET6_POOL_MAX - 1);
	return 0;
}

static const struct br_dhcp6_subnet *subnet_of(const struct br_dhcp6_subnets *subnets,
                                               const uint8_t address[static 16])
{
	const struct br_dhcp6_subnet *best = NULL;

	for (size_t i = 0; i < subnets->count; i++) {
		if (has(&subnets->subnet[i], address) &&
		    (!best || subnets->subnet[i].bits > best->bits))
			best = &subnets->subnet[i];
	}
	return best;
}

static int check_reservation(const struct br_dhcp6_subnets *subnets,
                             const struct br_config_reservation6 *reservation,
                             struct br_writer *why)
{
	bool own = br_dhcp6_is_own(subnets->config, reservation->address);

	if (!own && subnet_of(subnets, reservation->address))
		return 0;
	br_text_put(why, "reserve6=");
	br_config_put_mark6(why, reservation);
	br_text_put(why, ",");
	br_text_put_ipv6(why, reservation->address);
	br_text_put(why, own ? ": this is the server's own address"
	                     : ": no net of the server and no subnet6= has this address");
	return -EINVAL;
}

int br_dhcp6_subnets_init(struct br_dhcp6_subnets *subnets, const struct br_config *config,
                          struct br_writer *why)
{
	*subnets = (struct br_dhcp6_subnets){.config = config};
	for (size_t i = 0; i < config->subnets6; i++) {
		if (add(subnets, &config->subnet6[i], why) < 0)
			return -EINVAL;
	}
	for (size_t i = 0; i < config->links; i++) {
		const struct br_dhcp6_subnet subnet = of_link(&config->link[i]);

		if (subnet.bits > 0)
			(void)find(subnets, &subnet);
	}
	for (size_t i = 0; i < config->reservations6; i++) {
		if (check_reservation(subnets, &config->reservation6[i], why) < 0)
			return -EINVAL;
	}
	return 0;
}

bool br_dhcp6_is_own(const struct br_config *config, const uint8_t address[static 16])
{
	for (size_t i = 0; i < config->links; i++) {
		if (br_ip_equal(config->link[i].address6, address))
			return true;
	}
	return false;
}

const struct br_dhcp6_subnet *br_dhcp6_subnet_choose(const struct br_dhcp6_subnets *subnets,
                                                     const struct br_dhcp6_message *m,
                                                     const struct br_event *event)
{
	const struct br_config_link *link = &subnets->config->link[event->link];

	if (BR_DEFECT(R6_SRV_04) && m->levels > 0)
		return subnet_of(subnets, m->level[0].link);
	/* a relay between two of one link has none: RFC 6221 §5.2 */
	for (size_t i = m->levels; i > 0; i--) {
		if (!br_ip_is_zero(m->level[i - 1].link) || BR_DEFECT(R6_SRV_05))
			return subnet_of(subnets, m->level[i - 1].link);
	}
	return link->prefix6 > 0 ? subnet_of(subnets, link->address6) : NULL;
}

/* Numbers */

static uint32_t first_number(const struct br_dhcp6_subnets *subnets,
                             const struct br_dhcp6_subnet *subnet)
{
	return (uint32_t)(subnet - subnets->subnet + 1) << NUMBER_BITS;
}

void br_dhcp6_subnet_numbers(const struct br_dhcp6_subnets *subnets,
                             const struct br_dhcp6_subnet *subnet, uint32_t *ret_network,
                             uint32_t *ret_mask)
{
	*ret_network = first_number(subnets, subnet);
	*ret_mask = ~((UINT32_C(1) << NUMBER_BITS) - 1);
}

uint32_t br_dhcp6_number_of(const struct br_dhcp6_subnets *subnets,
                            const struct br_dhcp6_subnet *subnet, const uint8_t address[static 16])
{
	uint32_t first = first_number(subnets, subnet);

	if (memcmp(address, subnet->pool_first, 16) >= 0) {
		uint32_t behind = distance(address, subnet->pool_first, subnet->pool_count);

		if (behind < subnet->pool_count)
			return first | behind;
	}
	for (uint32_t i = 0; i < subnets->config->reservations6; i++) {
		if (br_ip_equal(subnets->config->reservation6[i].address, address))
			return first | RESERVED | i;
	}
	return 0;
}

uint32_t br_dhcp6_find_number(const struct br_dhcp6_subnets *subnets,
                              const uint8_t address[static 16])
{
	const struct br_dhcp6_subnet *subnet = subnet_of(subnets, address);

	return subnet ? br_dhcp6_number_of(subnets, subnet, address) : 0;
}

void br_dhcp6_address_of(const struct br_dhcp6_subnets *subnets, uint32_t number,
                         uint8_t ret[static 16])
{
	const struct br_dhcp6_subnet *subnet = &subnets->subnet[(number >> NUMBER_BITS) - 1];
	uint32_t behind = number & (RESERVED - 1);

	if (number & RESERVED) {
		memcpy(ret, subnets->config->reservation6[behind].address, 16);
		return;
	}
	memcpy(ret, subnet->pool_first, 16);
	advance(ret, behind);
}
