/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * What a link has of IPv6: addresses, which are checked before they are used (DAD, RFC 4862
 * §5.4), the groups that go with them (told to switches by MLD, RFC 2710 or RFC 3810), what
 * routers advertise (RFC 4861 §6.3), and, of a router, the advertisements it sends (§6.2).
 *
 * How long each step takes differs from stack to stack: br_host_six_habits has it. One deadline
 * of the host, ->six_at, serves all links.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	LINK_LOCAL_BITS = 64,
	AUTONOMOUS_BITS = 64, /* RFC 4862 §5.5.3 d: with an interface identifier of 64, RFC 2464 */
	TWO_HOURS_S = 7200,
	DRAWS = 0x736978,
	INTERVAL_MIN_MS = 3000, /* RFC 4861 §10, MIN_DELAY_BETWEEN_RAS */
};

static const uint8_t unspecified[16];
static const uint8_t all_nodes[16] = {0xff, 0x02, [15] = 1};
static const uint8_t all_routers[16] = {0xff, 0x02, [15] = 2};

const struct br_host_six_habits br_host_six_quiet = {.accepts_advertisements = true};

const struct br_host_six_habits br_host_six_usual = {
	.listener_reports = 2,
	.check_probes = 1,
	.check_wait_ms = 1000,
	.solicits = 3,
	.solicit_after_ms = 1000,
	.solicit_wait_ms = 4000,
	.accepts_advertisements = true,
	.makes_addresses = true,
	.ages_addresses = true,
	.always_says_mac = true,
};

static void wake_at(struct br_host *host, br_time at)
{
	if (at >= host->six_at)
		return;
	host->six_at = at;
	br_host_schedule(host);
}

/* MLD: that a group is joined, or left */
static void report(struct br_host_link *link, const uint8_t group[16], bool joined)
{
	static const uint8_t all_mld2[16] = {0xff, 0x02, [15] = 0x16};
	const struct br_six *six = link->six;
	const uint8_t *src = br_host_source6(link, all_nodes);
	struct br_packet_route head = {.six = true, .ttl = 1};
	bool second = six->habits.listener_reports == 2;
	uint8_t octets[64];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	size_t message, sum_at;
	struct br_frame *frame;
	uint16_t sum;

	if (six->habits.listener_reports == 0 || (second && !joined))
		return;
	memcpy(head.src6, src ? src : unspecified, sizeof(head.src6)); /* RFC 3590 */
	memcpy(head.dst6, second ? all_mld2 : joined ? group : all_routers, sizeof(head.dst6));
	memcpy(head.eth_src, link->port.mac, sizeof(head.eth_src));
	br_ask_group_mac(head.dst6, head.eth_dst);
	br_nd_listener_put(&w,
	                   second   ? BR_ICMP6_LISTENER_REPORT_2
	                   : joined ? BR_ICMP6_LISTENER_REPORT
	                            : BR_ICMP6_LISTENER_DONE,
	                   group, &message, &sum_at);
	sum = br_checksum_fold(br_checksum_add(
		br_packet_route_sum(&head, BR_IP_PROTOCOL_ICMPV6, br_written(&w) - message),
		octets + message, br_written(&w) - message));
	octets[sum_at] = (uint8_t)(sum >> 8);
	octets[sum_at + 1] = (uint8_t)sum;
	frame = br_host_new_frame(link->host);
	if (!frame)
		return;
	if (br_packet_build_ip(frame, &head, BR_IP_PROTOCOL_HOP_BY_HOP,
	                       (struct br_octets){octets, br_written(&w)},
	                       (struct br_octets){NULL, 0}) < 0)
		br_frame_unref(frame);
	else
		br_host_send_frame(link, frame);
}

bool br_six_has_group(const struct br_host_link *link, const uint8_t group[16])
{
	const struct br_six *six = link->six;
	uint8_t solicited[16];

	if (br_ip_equal(group, all_nodes) ||
	    ((link->host->forwarding || six->advertises) && br_ip_equal(group, all_routers)))
		return true;
	for (size_t i = 0; i < six->addresses; i++) {
		br_ip_solicited_node(six->address[i].ip, solicited);
		if (br_ip_equal(group, solicited))
			return true;
	}
	for (size_t i = 0; i < six->groups; i++) {
		if (br_ip_equal(group, six->group[i]))
			return true;
	}
	return false;
}

int br_host_join_group6(struct br_host *host, uint32_t index, const uint8_t group[16])
{
	struct br_six *six = index < host->links ? host->link[index]->six : NULL;

	if (!six || !br_ip_is_multicast6(group))
		return -EINVAL;
	if (br_six_has_group(host->link[index], group))
		return 0;
	if (six->groups == BR_HOST_GROUPS_MAX)
		return -ENOSPC;
	memcpy(six->group[six->groups++], group, 16);
	report(host->link[index], group, true);
	return 0;
}

/* Now and so much later, at a tick of @tick_ms if there is a clock */
static br_time later(const struct br_six *six, br_time now, uint32_t ms, uint32_t tick_ms)
{
	if (six->habits.tick_ms == 0)
		return now + ms * BR_MS;
	return six->since +
	       ((now - six->since) / (tick_ms * BR_MS) + ms / tick_ms) * (tick_ms * BR_MS);
}

/* Of the group that goes with an address, and once more if that is a habit */
static void report_address(struct br_host_link *link, struct br_six_address *address, br_time now)
{
	const struct br_host_six_habits *habits = &link->six->habits;
	uint8_t group[16];

	br_ip_solicited_node(address->ip, group);
	address->reports++;
	address->report_at = address->reports == 1 && habits->report_again_s > 0
	                             ? later(link->six, now, habits->report_again_s * 1000, 1000)
	                             : BR_TIME_NEVER;
	report(link, group, true);
}

static struct br_six_address *find(struct br_six *six, const uint8_t ip[16])
{
	for (size_t i = 0; i < six->addresses; i++) {
		if (br_ip_equal(six->address[i].ip, ip))
			return &six->address[i];
	}
	return NULL;
}

static void tell(struct br_host_link *link, const uint8_t ip[16], bool ours, br_time now)
{
	struct br_host *host = link->host;

	if (host->user.address)
		host->user.address(host->user.context, link->index, ip, ours, now);
}

static void draw_check(struct br_six *six, struct br_six_address *address, br_time now)
{
	uint32_t tick_ms = six->habits.tick_ms;
	uint32_t join = (uint32_t)br_prng_below(&six->draws, 10);
	uint32_t check = 1 + 2 * (uint32_t)br_prng_below(&six->draws, 5);

	address->report_at = later(six, now, (join > 0 ? join : 1) * tick_ms, tick_ms);
	address->at = address->report_at + check * tick_ms * BR_MS;
}

int br_host_add_address6(struct br_host *host, uint32_t index, const uint8_t ip[16], uint8_t bits,
                         bool checked)
{
	struct br_host_link *link = index < host->links ? host->link[index] : NULL;
	struct br_six *six = link ? link->six : NULL;
	struct br_six_address *address;
	uint8_t group[16];
	bool joined;

	if (!six || br_ip_is_multicast6(ip) || br_ip_is_zero(ip) || br_ip_is_ipv4(ip) || bits > 128)
		return -EINVAL;
	address = find(six, ip);
	if (address) {
		address->bits = bits;
		address->until = address->preferred = BR_TIME_NEVER;
		address->autonomous = false;
		return 0;
	}
	if (six->addresses == BR_HOST_ADDRESSES_MAX)
		return -ENOSPC;
	br_ip_solicited_node(ip, group);
	joined = br_six_has_group(link, group);
	address = &six->address[six->addresses];
	*address = (struct br_six_address){.bits = bits,
	                                   .at = BR_TIME_NEVER,
	                                   .report_at = BR_TIME_NEVER,
	                                   .until = BR_TIME_NEVER,
	                                   .preferred = BR_TIME_NEVER};
	memcpy(address->ip, ip, sizeof(address->ip));
	address->tentative = !checked && six->habits.check_probes > 0;
	six->addresses++;
	if (address->tentative && six->habits.tick_ms > 0)
		draw_check(six, address, host->clock->now);
	else if (!joined)
		report_address(link, address, host->clock->now);
	/* RFC 2710 §4: who joins is reported; another address of the same group joins nothing */
	if (joined) {
		address->reports = 1;
		address->report_at = BR_TIME_NEVER;
	}
	wake_at(host, address->report_at);
	if (address->tentative && six->habits.tick_ms == 0)
		address->at = host->clock->now + six->habits.check_after_ms * BR_MS;
	wake_at(host, address->at);
	return 0;
}

static void remove_address(struct br_host_link *link, struct br_six_address *address)
{
	struct br_six *six = link->six;
	uint8_t group[16];
	size_t at = (size_t)(address - six->address);
	bool told = address->reports > 0;

	br_ip_solicited_node(address->ip, group);
	six->addresses--;
	memmove(six->address + at, six->address + at + 1,
	        (six->addresses - at) * sizeof(six->address[0]));
	if (told && !br_six_has_group(link, group))
		report(link, group, false);
}

void br_host_remove_address6(struct br_host *host, uint32_t index, const uint8_t ip[16])
{
	struct br_six *six = index < host->links ? host->link[index]->six : NULL;
	struct br_six_address *address = six ? find(six, ip) : NULL;

	if (address)
		remove_address(host->link[index], address);
}

const uint8_t *br_host_address6(const struct br_host *host, uint32_t link, size_t index)
{
	const struct br_six *six = link < host->links ? host->link[link]->six : NULL;

	return six && index < six->addresses ? six->address[index].ip : NULL;
}

bool br_host_is_checked6(const struct br_host *host, uint32_t link, const uint8_t ip[16])
{
	const struct br_six_address *address =
		link < host->links ? br_host_find6(host->link[link], ip) : NULL;

	return address && !address->tentative;
}

/* The bit in an EUI-64 that says "made up here": SLOF lib/libnet/ipv6.c leaves it as it is */
static void identify(const struct br_six *six, uint8_t ip[16])
{
	if (six->habits.bare_identifier)
		ip[8] ^= 2;
}

int br_host_six_on(struct br_host *host, uint32_t index, const struct br_host_six_habits *habits)
{
	struct br_host_link *link = index < host->links ? host->link[index] : NULL;
	br_time now = host->clock->now;
	uint8_t local[16];
	struct br_six *six;

	if (!link)
		return -EINVAL;
	six = link->six ? link->six : calloc(1, sizeof(*six));
	if (!six)
		return -ENOMEM;
	*six = (struct br_six){.habits = *habits,
	                       .since = now,
	                       .draws = br_prng_of(host->seed, DRAWS + index),
	                       .solicit_at = BR_TIME_NEVER,
	                       .advertise_at = BR_TIME_NEVER,
	                       .prove_at = BR_TIME_NEVER};
	link->six = six;
	br_host_listen(host);
	br_ip_link_local(link->port.mac, local);
	identify(six, local);
	(void)br_host_add_address6(host, index, local, LINK_LOCAL_BITS, false);
	if (habits->solicits > 0) {
		six->solicit_at = later(six, now, habits->solicit_after_ms, habits->tick_ms);
		wake_at(host, six->solicit_at);
	}
	return 0;
}

void br_host_six_change(struct br_host *host, uint32_t index,
                        const struct br_host_six_habits *habits)
{
	struct br_six *six = index < host->links ? host->link[index]->six : NULL;

	if (!six)
		return;
	six->habits = *habits;
	six->solicited = 0;
	six->solicit_at = habits->solicits > 0 ? later(six, host->clock->now,
	                                               habits->solicit_after_ms, habits->tick_ms)
	                                       : BR_TIME_NEVER;
	wake_at(host, six->solicit_at);
}

void br_host_six_off(struct br_host *host, uint32_t index)
{
	if (index >= host->links)
		return;
	free(host->link[index]->six);
	host->link[index]->six = NULL;
	br_host_listen(host);
}

bool br_host_has_six(const struct br_host *host, uint32_t link)
{
	return link < host->links && host->link[link]->six;
}

/* Routers and prefixes */

static br_time lifetime(uint32_t seconds, br_time now)
{
	return seconds == BR_ND_FOR_EVER ? BR_TIME_NEVER : now + seconds * BR_S;
}

void br_host_set_gateway6(struct br_host *host, uint32_t index, const uint8_t ip[16])
{
	struct br_six *six = index < host->links ? host->link[index]->six : NULL;

	if (!six)
		return;
	six->routers = br_ip_is_zero(ip) ? 0 : 1;
	six->router[0].until = BR_TIME_NEVER;
	memcpy(six->router[0].ip, ip, sizeof(six->router[0].ip));
}

bool br_host_has_router6(const struct br_host *host, uint32_t index)
{
	const struct br_six *six = index < host->links ? host->link[index]->six : NULL;

	for (size_t i = 0; six && i < six->routers; i++) {
		if (six->router[i].until > host->clock->now)
			return true;
	}
	return false;
}

/* RFC 4861 §6.3.4, §6.3.5: who is no router any more, or never was one, takes no place. */
static void take_router(struct br_six *six, const uint8_t from[16], br_time until, br_time now)
{
	struct br_six_router *router = NULL, *over = NULL;

	for (size_t i = 0; i < six->routers && !router; i++) {
		if (br_ip_equal(six->router[i].ip, from))
			router = &six->router[i];
		else if (six->router[i].until <= now)
			over = &six->router[i];
	}
	if (!router && until <= now)
		return;
	if (!router)
		router = over;
	if (!router && six->routers < BR_HOST_ROUTERS_MAX)
		router = &six->router[six->routers++];
	if (!router)
		return;
	memcpy(router->ip, from, sizeof(router->ip));
	router->until = until;
}

static void take_on_link(struct br_six *six, const struct br_nd_prefix *p, br_time now)
{
	struct br_six_prefix *prefix = NULL, *over = NULL;

	for (size_t i = 0; i < six->prefixes && !prefix; i++) {
		if (six->prefix[i].bits == p->length && br_ip_equal(six->prefix[i].ip, p->prefix))
			prefix = &six->prefix[i];
		else if (six->prefix[i].until <= now)
			over = &six->prefix[i];
	}
	if (!prefix && p->valid_s == 0)
		return;
	if (!prefix)
		prefix = over;
	if (!prefix && six->prefixes < BR_HOST_PREFIXES_MAX)
		prefix = &six->prefix[six->prefixes++];
	if (!prefix)
		return;
	memcpy(prefix->ip, p->prefix, sizeof(prefix->ip));
	prefix->bits = p->length;
	prefix->until = lifetime(p->valid_s, now);
}

int br_host_add_prefix6(struct br_host *host, uint32_t index, const uint8_t prefix[16],
                        uint8_t bits)
{
	struct br_nd_prefix p = {.length = bits, .valid_s = BR_ND_FOR_EVER};

	if (index >= host->links || !host->link[index]->six || bits > 128)
		return -EINVAL;
	memcpy(p.prefix, prefix, sizeof(p.prefix));
	take_on_link(host->link[index]->six, &p, host->clock->now);
	return 0;
}

/* RFC 4862 §5.5.3 e: nobody makes short what is long by a forged advertisement. */
static br_time renewed(br_time until, uint32_t valid_s, br_time now)
{
	br_time wanted = lifetime(valid_s, now), two_hours = now + TWO_HOURS_S * BR_S;

	if (wanted > two_hours || wanted > until)
		return wanted;
	return until <= two_hours ? until : two_hours;
}

/* §5.5.3 d, e: an address of the prefix, or more time for the one that is there */
static void make_address(struct br_host_link *link, const struct br_nd_prefix *p, br_time now)
{
	struct br_six *six = link->six;
	struct br_six_address *address;
	uint8_t ip[16];

	br_ip_of_prefix(p->prefix, link->port.mac, ip);
	identify(six, ip);
	address = find(six, ip);
	if (!address) {
		if (p->valid_s == 0 ||
		    br_host_add_address6(link->host, link->index, ip, p->on_link ? p->length : 128,
		                         false) < 0)
			return;
		address = find(six, ip);
		address->autonomous = six->habits.ages_addresses;
		if (address->autonomous)
			address->until = 0; /* whatever comes is longer */
	}
	if (!address->autonomous)
		return;
	address->preferred = lifetime(p->preferred_s, now);
	address->until = renewed(address->until, p->valid_s, now);
	wake_at(link->host, address->until);
}

void br_six_advertised(struct br_host_link *link, const struct br_nd_router *router,
                       const uint8_t from[16], br_time now)
{
	struct br_host *host = link->host;
	struct br_six *six = link->six;

	if (host->forwarding) /* RFC 4861 §6.2.7: a router only looks whether they agree */
		return;
	six->solicit_at = BR_TIME_NEVER;
	if (six->habits.accepts_advertisements) {
		take_router(six, from, lifetime(router->lifetime_s, now), now);
		if (router->hop_limit > 0)
			six->hop_limit = router->hop_limit;
		/* §6.3.4: not above what the link carries, nor below what IPv6 needs */
		if (router->mtu >= BR_IPV6_MTU_MIN && router->mtu <= link->mtu)
			six->mtu = router->mtu;
	}
	for (size_t i = 0; six->habits.accepts_advertisements && i < router->prefixes; i++) {
		const struct br_nd_prefix *p = &router->prefix[i];

		if (br_ip_is_link_local6(p->prefix))
			continue;
		if (p->on_link)
			take_on_link(six, p, now);
		if (!(p->autonomous || six->habits.takes_any_prefix) ||
		    !six->habits.makes_addresses || p->length != AUTONOMOUS_BITS ||
		    p->preferred_s > p->valid_s)
			continue;
		make_address(link, p, now);
	}
	if (host->user.router)
		host->user.router(host->user.context, link->index, router, from, now);
}

/* Checks */

/* RFC 4862 §5.4.2 */
static void probe(struct br_host_link *link, const struct br_six_address *address)
{
	uint8_t octets[BR_ND_MESSAGE_MAX], group[16];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_nd_neighbour question = {0};

	memcpy(question.target, address->ip, sizeof(question.target));
	br_ip_solicited_node(address->ip, group);
	(void)br_nd_neighbour_put(&w, &question, true);
	br_ask_send_nd(link, BR_ICMP6_NEIGHBOUR_SOLICITATION, unspecified, group, NULL, 0,
	               (struct br_octets){octets, br_written(&w)});
}

void br_six_claimed(struct br_host_link *link, const uint8_t ip[16], const uint8_t mac[6],
                    bool is_probe, br_time now)
{
	struct br_six_address *address = find(link->six, ip);
	uint8_t lost[16];

	if (!address || memcmp(mac, link->port.mac, 6) == 0)
		return;
	if (!address->tentative) {
		if (!is_probe)
			br_host_conflict(link, mac, now);
		return;
	}
	memcpy(lost, ip, sizeof(lost));
	link->host->counters.conflicts++;
	remove_address(link, address);
	tell(link, lost, false, now);
}

/* One address's turn; false if it is gone, or the user changed the table. */
static void go_on_checking(struct br_host_link *link, struct br_six_address *address, br_time now)
{
	const struct br_host_six_habits *habits = &link->six->habits;
	uint8_t ip[16];

	if (address->probes < habits->check_probes) {
		address->probes++;
		address->at = now + habits->check_wait_ms * BR_MS;
		probe(link, address);
		return;
	}
	address->tentative = false;
	address->at = BR_TIME_NEVER;
	memcpy(ip, address->ip, sizeof(ip));
	tell(link, ip, true, now);
}

static void solicit(struct br_host_link *link, br_time now)
{
	struct br_six *six = link->six;
	const uint8_t *src =
		six->habits.solicits_unnamed ? NULL : br_host_source6(link, all_routers);
	uint8_t octets[BR_ND_MESSAGE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	if (src)
		br_nd_solicit_put(&w, link->port.mac);
	six->solicited++;
	six->solicit_at = six->solicited < six->habits.solicits
	                          ? now + six->habits.solicit_wait_ms * BR_MS
	                          : BR_TIME_NEVER;
	br_ask_send_nd(link, BR_ICMP6_ROUTER_SOLICITATION, src ? src : unspecified, all_routers,
	               NULL, 0, (struct br_octets){octets, br_written(&w)});
}

void br_host_solicit6(struct br_host *host, uint32_t index)
{
	if (index >= host->links || !host->link[index]->six)
		return;
	host->link[index]->six->solicited = 0;
	solicit(host->link[index], host->clock->now);
	wake_at(host, host->link[index]->six->solicit_at);
}

/* A router's own */

void br_host_advertise6(struct br_host *host, uint32_t index,
                        const struct br_host_advertisement *advertisement)
{
	struct br_six *six = index < host->links ? host->link[index]->six : NULL;

	if (!six)
		return;
	six->advertises = advertisement != NULL;
	six->advertise_at = BR_TIME_NEVER;
	if (!advertisement)
		return;
	six->advertisement = *advertisement;
	if (advertisement->first_ms > 0 || advertisement->interval_ms > 0)
		six->advertise_at = host->clock->now + advertisement->first_ms * BR_MS;
	wake_at(host, six->advertise_at);
}

static void advertise(struct br_host_link *link, br_time now)
{
	struct br_six *six = link->six;
	const struct br_host_advertisement *a = &six->advertisement;
	uint8_t octets[BR_ND_MESSAGE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_nd_router router = a->router;
	const uint8_t *src = br_host_source6(link, all_nodes);
	uint32_t word;

	six->advertise_at = a->interval_ms > 0 ? now + a->interval_ms * BR_MS : BR_TIME_NEVER;
	if (!src)
		return;
	if (!a->hides_mac)
		memcpy(router.mac, link->port.mac, sizeof(router.mac));
	word = br_nd_router_put(&w, &router);
	six->was_advertised = true;
	six->advertised_at = now;
	br_ask_send_nd(link, BR_ICMP6_ROUTER_ADVERTISEMENT, src, all_nodes, NULL, word,
	               (struct br_octets){octets, br_written(&w)});
}

/* RFC 4861 §6.2.6: to all, soon, but not sooner than the last one allows */
void br_six_solicited(struct br_host_link *link, br_time now)
{
	struct br_six *six = link->six;
	br_time at = now + six->advertisement.answer_ms * BR_MS;

	if (six->advertisement.unasked_only)
		return;
	if (six->advertisement.spaced && six->was_advertised &&
	    at < six->advertised_at + INTERVAL_MIN_MS * BR_MS)
		at = six->advertised_at + INTERVAL_MIN_MS * BR_MS;
	if (at <= now) {
		advertise(link, now);
		wake_at(link->host, six->advertise_at);
	} else if (at < six->advertise_at) {
		six->advertise_at = at;
		wake_at(link->host, at);
	}
}

/* RFC 4861 section 7.3.2: what it knows of who asked came of that one alone, so it asks back. */
void br_six_prove(struct br_host_link *link, const uint8_t ip[16], const uint8_t mac[6],
                  br_time now)
{
	struct br_six *six = link->six;

	if (six->habits.proves_after_ms == 0 || six->prove_at != BR_TIME_NEVER)
		return;
	memcpy(six->prove, ip, sizeof(six->prove));
	memcpy(six->prove_mac, mac, sizeof(six->prove_mac));
	six->prove_at = later(six, now, six->habits.proves_after_ms, six->habits.tick_ms);
	wake_at(link->host, six->prove_at);
}

static void prove(struct br_host_link *link)
{
	struct br_six *six = link->six;
	const uint8_t *src = br_host_source6(link, six->prove);
	struct br_nd_neighbour question = {.flags = 0};
	uint8_t octets[BR_ND_MESSAGE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	six->prove_at = BR_TIME_NEVER;
	if (!src)
		return;
	memcpy(question.target, six->prove, sizeof(question.target));
	memcpy(question.mac, link->port.mac, sizeof(question.mac));
	(void)br_nd_neighbour_put(&w, &question, true);
	br_ask_send_nd(link, BR_ICMP6_NEIGHBOUR_SOLICITATION, src, six->prove, six->prove_mac, 0,
	               (struct br_octets){octets, br_written(&w)});
}

/* Time */

static void expire_link(struct br_host_link *link, br_time now)
{
	struct br_six *six = link->six;

	for (size_t i = 0; i < six->addresses; i++) {
		if (six->address[i].report_at <= now)
			report_address(link, &six->address[i], now);
	}
	for (size_t i = six->addresses; i-- > 0;) {
		if (six->address[i].until <= now)
			remove_address(link, &six->address[i]);
	}
	if (six->prove_at <= now)
		prove(link);
	for (size_t i = 0; link->six == six && i < six->addresses; i++) {
		if (six->address[i].tentative && six->address[i].at <= now)
			go_on_checking(link, &six->address[i], now);
	}
	if (link->six == six && six->solicit_at <= now)
		solicit(link, now);
	if (link->six == six && six->advertise_at <= now)
		advertise(link, now);
}

static br_time deadline_of(const struct br_six *six)
{
	br_time at = six->solicit_at < six->advertise_at ? six->solicit_at : six->advertise_at;

	if (six->prove_at < at)
		at = six->prove_at;
	for (size_t i = 0; i < six->addresses; i++) {
		if (six->address[i].at < at)
			at = six->address[i].at;
		if (six->address[i].report_at < at)
			at = six->address[i].report_at;
		if (six->address[i].until < at)
			at = six->address[i].until;
	}
	return at;
}

void br_six_expire(struct br_host *host, br_time now)
{
	br_time next = BR_TIME_NEVER;

	if (host->six_at > now)
		return;
	host->six_at = BR_TIME_NEVER; /* what is set from inside moves it */
	for (uint32_t i = 0; i < host->links; i++) {
		if (host->link[i]->six)
			expire_link(host->link[i], now);
	}
	for (uint32_t i = 0; i < host->links; i++) {
		const struct br_six *six = host->link[i]->six;

		if (six && deadline_of(six) < next)
			next = deadline_of(six);
	}
	host->six_at = next;
}
