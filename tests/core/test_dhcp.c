/* SPDX-License-Identifier: BSD-2-Clause */
/* The address server, one question at a time: leases, states of the client, delivery. What must
 * hold of every reply is checked by the bench for each of them (tests/core/dhcp_bench.c).
 * Identifiers are those of conformance/requirements.tsv.
 */
#include "core/base/text.h"
#include "tests/core/dhcp_bench.h"

#include <string.h>

#define POOL "role=dhcp pool=10.77.0.100-10.77.0.199 router=10.77.0.254 dns=10.77.0.53,10.77.0.54 "

static struct bench bench;

static int close_bench(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

static void a_lease_is_offered_and_granted(void **state)
{
	/* D4S-DISC-01, -02, -03, -05, D4S-REQ-01, D4S-REQ-05, D4S-LSE-01, D4S-LSE-04 */
	static struct br_dhcp_message offer;
	struct ask ask;
	uint32_t lease;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask.header.secs = 12;
	ask.header.ciaddr = IP(192, 0, 2, 77); /* stale */
	assert_true(bench_ask(&bench, &ask));
	offer = bench.reply;
	assert_int_equal(offer.type, BR_DHCP_TYPE_OFFER);
	assert_int_equal(offer.header.yiaddr, IP(10, 77, 0, 100));
	assert_int_equal(offer.header.ciaddr, 0);
	assert_int_equal(reply_be32(&bench, 54), IP(10, 77, 0, 1));
	assert_int_equal(reply_be32(&bench, 1), 0xffffff00);
	assert_int_equal(reply_be32(&bench, 3), IP(10, 77, 0, 254));
	assert_int_equal(br_dhcp_get(&bench.reply, 6).size, 8);
	lease = reply_be32(&bench, 51);
	assert_int_equal(lease, 3600);
	assert_true(reply_be32(&bench, 58) < reply_be32(&bench, 59));
	assert_true(reply_be32(&bench, 59) < lease);

	ask.header.ciaddr = 0;
	ask_select(&ask, &bench);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	assert_int_equal(bench.reply.header.yiaddr, offer.header.yiaddr);
	for (unsigned code = 1; code < 255; code++) { /* parameters of OFFER and ACK agree */
		if (code != 53)
			assert_true(br_text_equal(br_dhcp_get(&offer, (uint8_t)code),
			                          br_dhcp_get(&bench.reply, (uint8_t)code)));
	}
	assert_int_equal(bench.metrics.dhcp_offers_total, 1);
	assert_int_equal(bench.metrics.dhcp_acks_total, 1);
	assert_true(bench_ask(&bench, &ask)); /* D4S-REQ-11: asked again, answered again */
	assert_int_equal(bench.reply.header.yiaddr, offer.header.yiaddr);
}

static void what_the_administrator_says_goes_before_the_subnet(void **state)
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "opt28!=10.77.255.255 opt3=10.77.0.9,10.77.0.8 ");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 55, "\1\3", 2); /* 28 is forced */
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 28), IP(10, 77, 255, 255));
	assert_int_equal(br_dhcp_get(&bench.reply, 3).size, 8);
}

static void every_model_gets_a_lease(void **state)
{
	(void)state;
	bench_open(&bench, POOL "boot=bootx64.efi@arch:7 boot=undionly.kpxe@arch:0");
	for (enum model model = PLAIN; model <= UBOOT; model++)
		assert_int_equal(bench_dora(&bench, model, 10 + model),
		                 IP(10, 77, 0, 100) + (unsigned)model);
}

static void a_client_keeps_its_address(void **state)
{
	/* D4S-DISC-06, D4S-DISC-07, D4S-REL-01, D4S-LSE-02, D4S-ID-04 */
	struct ask ask;
	uint32_t first;

	(void)state;
	bench_open(&bench, POOL);
	(void)bench_dora(&bench, PLAIN, 9);
	first = bench_dora(&bench, PLAIN, 1);
	bench.now += 3 * BR_S;
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, first);
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_OFFERED));
	assert_int_equal(bench.facts.address, first);
	assert_memory_equal(bench.facts.mac, ask.header.chaddr, 6);
	assert_true(reply_be32(&bench, 58) <= 1800);

	ask_init(&ask, PLAIN, BR_DHCP_TYPE_RELEASE, 1);
	ask.header.ciaddr = ask.source = first;
	ask_put_be32(&ask, 54, IP(10, 77, 0, 1));
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(bench.metrics.dhcp_releases_total, 1);
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_RELEASED));
	assert_int_equal(br_dhcp_lease_find(bench.dhcp, first)->state, BR_LEASE_FREE);
	assert_int_equal(bench_dora(&bench, PLAIN, 1), first);
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_LEASED));
	assert_int_equal(bench.facts.address, first);

	bench.now += 7200 * BR_S; /* and after the lease ran out */
	br_outbox_reset(&bench.outbox);
	assert_true(br_dhcp_deadline(bench.dhcp) <= bench.now);
	br_dhcp_expire(bench.dhcp, bench.now);
	assert_int_equal(bench.metrics.dhcp_expired_total, 2);
	assert_int_equal(br_dhcp_deadline(bench.dhcp), BR_TIME_NEVER);

	struct br_action action;

	assert_true(br_outbox_take(&bench.outbox, &action));
	assert_int_equal(action.note, BR_NOTE_DHCP_LEASE_EXPIRED);
	assert_int_equal(bench_dora(&bench, PLAIN, 1), first);
}

static void a_released_address_serves_the_next(void **state) /* D4S-REL-01, D4S-DISC-14 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=dhcp pool=10.77.0.100-10.77.0.100");
	(void)bench_dora(&bench, PLAIN, 1);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NO_ADDRESS));
	(void)bench_dora(&bench, PLAIN, 1); /* the known client is served all the same */

	ask_init(&ask, PLAIN, BR_DHCP_TYPE_RELEASE, 2); /* not the one who has it */
	ask.header.ciaddr = IP(10, 77, 0, 100);
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NO_RECORD));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_RELEASE, 1);
	ask.header.ciaddr = IP(10, 77, 0, 100);
	ask_put_be32(&ask, 54, IP(10, 77, 0, 9)); /* another server's */
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NO_RECORD));
	ask_set_be32(&ask, 54, IP(10, 77, 0, 1));
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(bench_dora(&bench, PLAIN, 2), IP(10, 77, 0, 100));
}

static void an_offer_is_kept_for_a_while(void **state) /* D4S-DISC-09 */
{
	struct ask a, b;

	(void)state;
	bench_open(&bench, "role=dhcp pool=10.77.0.100-10.77.0.100 offer-hold=30");
	ask_init(&a, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_init(&b, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	assert_true(bench_ask(&bench, &a));
	assert_int_equal(br_dhcp_deadline(bench.dhcp), bench.now + 30 * BR_S);
	bench.now += 3 * BR_S;
	assert_false(bench_ask(&bench, &b));
	bench.now += 1 * BR_S; /* longer only while there are others: who is honest has asked */
	assert_true(bench_ask(&bench, &b));
}

static void option_50_is_honoured_if_free(void **state) /* D4S-DISC-08 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_put_be32(&ask, 50, IP(10, 77, 0, 150));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 150));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	ask_put_be32(&ask, 50, IP(10, 77, 0, 150)); /* offered to another */
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 100));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 3);
	ask_put_be32(&ask, 50, IP(10, 77, 0, 7)); /* outside the pool */
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 101));
}

static void the_client_is_its_option_61(void **state)
{
	/* D4S-ID-01, D4S-ID-03, D4S-ID-05 */
	static const size_t sizes[] = {2, 17, 255};
	uint8_t id[255];
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL);
	for (size_t i = 0; i < sizeof(id); i++)
		id[i] = (uint8_t)(i * 3);
	for (size_t i = 0; i < 3; i++) {
		uint32_t first;

		ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1); /* one chaddr, three clients */
		id[0] = (uint8_t)(0xff - i);
		ask_put(&ask, 61, id, sizes[i]);
		assert_true(bench_ask(&bench, &ask));
		first = bench.reply.header.yiaddr;
		assert_int_equal(first, IP(10, 77, 0, 100) + i);
		ask_select(&ask, &bench);
		assert_true(bench_ask(&bench, &ask));
		ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 77); /* another chaddr, same client */
		ask_put(&ask, 61, id, sizes[i]);
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(bench.reply.header.yiaddr, first);
	}
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 5);
	ask_put(&ask, 61, id, 255);
	ask_put(&ask, 61, id, 255); /* 510 octets joined: more than is remembered */
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_BAD_MESSAGE));
}

static void firmware_and_loader_share_a_lease(void **state) /* D4S-ID-06 */
{
	uint32_t first;

	(void)state;
	bench_open(&bench, POOL);
	first = bench_dora(&bench, PXE_X64, 1);               /* without option 61 */
	assert_int_equal(bench_dora(&bench, IPXE, 1), first); /* with 01 + MAC */
	assert_false(br_dhcp_lease_find(bench.dhcp, first) == NULL);
	assert_true(br_dhcp_lease_find(bench.dhcp, first)->has_client_id);
}

static void another_server_chosen_frees_the_offer(void **state) /* D4S-REQ-02 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=dhcp pool=10.77.0.100-10.77.0.100");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	ask_select(&ask, &bench);
	ask_set_be32(&ask, 54, IP(10, 77, 0, 2));
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NOT_SELECTED));
	(void)bench_dora(&bench, PLAIN, 2);
}

static void any_of_its_addresses_is_the_server(void **state) /* D4S-REQ-03 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	ask_select(&ask, &bench);
	ask_set_be32(&ask, 54, IP(10, 79, 0, 1));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 54), IP(10, 79, 0, 1));
}

static void expect_nak(const struct ask *ask)
{
	/* D4S-NAK-01, D4S-NAK-02, D4S-NAK-04 */
	static const uint8_t allowed[] = {53, 54, 56, 60, 61, 82};

	assert_true(bench_ask(&bench, ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_NAK);
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NAK));
	for (size_t i = 0; i < bench.reply.instances; i++)
		assert_non_null(memchr(allowed, bench.reply.instance[i].code, sizeof(allowed)));
	assert_int_equal(bench.reply.header.ciaddr, 0);
	assert_int_equal(bench.reply.header.yiaddr, 0);
	assert_int_equal(bench.reply.header.siaddr, 0);
	if (ask->header.giaddr == 0) {
		assert_int_equal(bench.reply.header.flags, ask->header.flags);
		assert_int_equal(bench_destination(&bench), UINT32_MAX);
		assert_int_equal(bench.sent.remote.port, 68);
	}
}

static void a_request_that_cannot_be_is_refused(void **state) /* D4S-REQ-04 */
{
	struct ask ask;
	uint32_t taken;

	(void)state;
	bench_open(&bench, POOL);
	taken = bench_dora(&bench, PLAIN, 1);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	ask_put(&ask, 61, "\xff\1\2\3\4\5", 6);
	assert_true(bench_ask(&bench, &ask));
	ask_select(&ask, &bench);
	ask_set_be32(&ask, 50, taken);
	expect_nak(&ask);
	ask_set_be32(&ask, 50, IP(192, 0, 2, 1));
	expect_nak(&ask);
	assert_int_equal(bench.metrics.dhcp_naks_total, 2);
}

static void init_reboot_follows_the_record(void **state)
{
	/* D4S-REQ-06, D4S-REQ-07, D4S-REQ-08 */
	struct ask ask;
	uint32_t mine;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1);
	ask_put_be32(&ask, 50, IP(10, 77, 0, 100));
	assert_false(bench_ask(&bench, &ask)); /* not known: silence */
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NO_RECORD));
	ask_set_be32(&ask, 50, IP(192, 0, 2, 77));
	expect_nak(&ask); /* wrong network */

	mine = bench_dora(&bench, PLAIN, 1);
	ask_set_be32(&ask, 50, mine);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	ask_set_be32(&ask, 50, mine + 1);
	expect_nak(&ask);

	bench.config.authoritative = false;
	ask_set_be32(&ask, 50, IP(192, 0, 2, 77));
	assert_false(bench_ask(&bench, &ask));
}

static void renewing_is_answered_where_the_client_is(void **state)
{
	/* D4S-REQ-09, D4S-DLV-06, D4S-LSE-05 */
	struct ask ask;
	uint32_t mine;

	(void)state;
	bench_open(&bench, POOL "lease=20 boot=bootx64.efi");
	mine = bench_dora(&bench, PXE_X64, 1);
	for (int t1 = 0; t1 < 5; t1++) {
		bench.now += 10 * BR_S;
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_REQUEST, 1);
		ask.header.flags = 0;
		ask.header.ciaddr = ask.source = mine;
		ask.target = IP(10, 77, 0, 1);
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
		assert_int_equal(bench.reply.header.ciaddr, mine);
		assert_int_equal(bench.reply.header.yiaddr, mine);
		assert_int_equal(reply_be32(&bench, 51), 20);
		assert_int_equal(reply_be32(&bench, 54), IP(10, 77, 0, 1));
		assert_int_equal(bench_destination(&bench), mine);
		assert_int_equal(bench.sent.remote.port, 68);
	}
}

static void rebinding_checks_the_address(void **state) /* D4S-REQ-10 */
{
	struct ask ask;
	uint32_t mine, other;

	(void)state;
	bench_open(&bench, POOL);
	mine = bench_dora(&bench, PLAIN, 1);
	other = bench_dora(&bench, PLAIN, 2);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1);
	ask.header.ciaddr = ask.source = mine;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	ask.header.ciaddr = other;
	expect_nak(&ask);
	ask.header.ciaddr = IP(192, 0, 2, 9);
	expect_nak(&ask);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 3); /* nobody's address, unknown client */
	ask.header.ciaddr = IP(10, 77, 0, 180);
	assert_false(bench_ask(&bench, &ask));
}

static void a_routed_client_renews_by_unicast(void **state)
{
	struct ask ask;
	uint32_t mine;

	(void)state;
	bench_open(&bench, POOL "subnet=10.78.0.0/24,pool=10.78.0.10-10.78.0.20");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_relayed(&ask, IP(10, 78, 0, 254));
	assert_true(bench_ask(&bench, &ask));
	mine = bench.reply.header.yiaddr;
	assert_int_equal(mine, IP(10, 78, 0, 10));
	ask_select(&ask, &bench);
	assert_true(bench_ask(&bench, &ask));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1);
	ask.header.ciaddr = ask.source = mine;
	ask.target = IP(10, 77, 0, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	assert_int_equal(bench_destination(&bench), mine);
}

static void a_declined_address_rests(void **state) /* D4S-DECL-01 */
{
	struct ask ask;
	uint32_t mine;

	(void)state;
	bench_open(&bench, "role=dhcp pool=10.77.0.100-10.77.0.101 decline-rest=600");
	mine = bench_dora(&bench, PLAIN, 1);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DECLINE, 2); /* by one who does not have it */
	ask_put_be32(&ask, 50, mine);
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(bench.metrics.dhcp_declines_total, 0);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DECLINE, 1);
	ask_put_be32(&ask, 50, mine);
	ask_put_be32(&ask, 54, IP(10, 77, 0, 1));
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_ADDRESS_DECLINED));
	assert_int_not_equal(bench_dora(&bench, PLAIN, 1), mine);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 3);
	assert_false(bench_ask(&bench, &ask));
	bench.now += 600 * BR_S;
	br_dhcp_expire(bench.dhcp, bench.now);
	assert_int_equal(bench.metrics.dhcp_expired_total, 0); /* no lease ended */
	assert_int_equal(bench_dora(&bench, PLAIN, 3), mine);
}

static void inform_gets_parameters_and_no_lease(void **state)
{
	/* D4S-INF-01, D4S-INF-02, D4S-INF-03 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_INFORM, 1);
	ask.header.ciaddr = ask.source = IP(10, 77, 0, 20);
	assert_true(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_INFORMED));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	assert_int_equal(bench.reply.header.yiaddr, 0);
	assert_false(reply_has(&bench, 51) || reply_has(&bench, 58) || reply_has(&bench, 59));
	assert_int_equal(reply_be32(&bench, 1), 0xffffff00);
	assert_int_equal(bench_destination(&bench), IP(10, 77, 0, 20));
	assert_int_equal(bench.sent.remote.port, 68);
	assert_null(br_dhcp_lease_find(bench.dhcp, IP(10, 77, 0, 20)));
	ask.header.ciaddr = 0; /* then the datagram's source says it */
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench_destination(&bench), IP(10, 77, 0, 20));
	for (int i = 0; i < 2; i++) { /* of nobody, or of everybody */
		ask.source = i == 0 ? 0 : IP(10, 77, 0, 255);
		assert_true(!bench_ask(&bench, &ask) && bench_noted(&bench, BR_NOTE_DHCP_BAD_PEER));
	}
}

static void replies_go_where_they_are_heard(void **state)
{
	/* D4S-DLV-02, -03, -04, -05, D4C-HDR-07, NET-ARP-03 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask.header.flags = 0x8000;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench_destination(&bench), UINT32_MAX);
	assert_int_equal(bench.reply.header.flags, 0x8000);

	ask.header.flags = 0x7fff; /* reserved bits mean nothing */
	ask.source_port = 1068;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench_destination(&bench), bench.reply.header.yiaddr);
	assert_memory_equal(bench.sent.remote_mac, ask.header.chaddr, 6); /* no ARP */
	assert_int_equal(bench.sent.remote.port, 68);
	assert_int_equal(bench.sent.local.port, 67);
	assert_int_equal(br_endpoint_to_ipv4(&bench.sent.local), IP(10, 77, 0, 1));

	ask.header.htype = 32; /* InfiniBand has no address to unicast to, RFC 4390 */
	ask.header.hlen = 0;
	ask_put(&ask, 61, "\xff\0\0\0\1\2", 6);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench_destination(&bench), UINT32_MAX);
}

static void each_link_has_its_own(void **state) /* D4S-DISC-01, D4S-SID-01 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "subnet=10.79.0.0/24,pool=10.79.0.50-10.79.0.60,router=10.79.0.9");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask.link = LINK_B;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 79, 0, 50));
	assert_int_equal(reply_be32(&bench, 54), IP(10, 79, 0, 1));
	assert_int_equal(reply_be32(&bench, 3), IP(10, 79, 0, 9));
	assert_int_equal(bench_dora(&bench, PLAIN, 1), IP(10, 77, 0, 100)); /* and on the other */
}

static void no_pool_no_address(void **state)
{
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=dhcp");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NO_ADDRESS));
	ask_relayed(&ask, IP(172, 16, 0, 1));
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NO_SUBNET));
	bench_expect_refused("role=dhcp pool=172.16.0.1-172.16.0.9"); /* on no link */
}

static void strangers_can_be_left_out(void **state) /* D4S-DISC-15 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "known-only=on reserve=52:54:00:00:00:01,10.77.0.5");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_UNKNOWN_CLIENT));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 2);
	ask_put_be32(&ask, 50, IP(10, 77, 0, 100));
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(bench_dora(&bench, PLAIN, 1), IP(10, 77, 0, 5));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1); /* nor does a friend get of the pool */
	ask_put_be32(&ask, 50, IP(10, 77, 0, 100));
	ask_put_be32(&ask, 54, IP(10, 77, 0, 1));
	expect_nak(&ask);
}

static void bootp_clients_get_reservations_in_bootp_form(void **state)
{
	/* D4S-BTP-01, D4S-BTP-02 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "reserve=52:54:00:00:00:01,10.77.0.5 boot=old.img "
	                        "domain=a-name-that-takes-what-room-there-is.in-64-octets.test");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_NONE, 2);
	ask.options = 0;
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_BOOTP_IGNORED));
	ask.header.chaddr[5] = 1;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.size, 300);
	assert_false(reply_has(&bench, 53));
	assert_false(reply_has(&bench, 51));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 5));
	assert_int_equal(bench.reply.header.siaddr, IP(10, 77, 0, 1));
	assert_true(reply_file_is(&bench, "old.img"));
	assert_true(reply_has(&bench, 1) && reply_has(&bench, 3));
	assert_false(reply_has(&bench, 15)); /* no room left */
	assert_int_equal(bench.metrics.dhcp_bootp_replies_total, 1);
	bench.now += 100000 * BR_S; /* for ever */
	assert_int_equal(br_dhcp_lease_find(bench.dhcp, IP(10, 77, 0, 5))->until, BR_TIME_NEVER);
}

static void a_wanted_lease_time_is_granted_within_bounds(void **state) /* D4S-LSE-03 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "lease=3600");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_put_be32(&ask, 51, 120);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 51), 120);
	ask_select(&ask, &bench);
	ask_remove(&ask, 51); /* asks once only */
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 51), 120);
	ask_set_be32(&ask, 51, UINT32_MAX);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 51), 3600);
	ask_set_be32(&ask, 51, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 51), 60);
	bench.config.lease_s = UINT32_MAX;
	ask_remove(&ask, 51);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 51), UINT32_MAX);
	assert_false(reply_has(&bench, 58)); /* nothing to renew */
	assert_int_equal(br_dhcp_lease_find(bench.dhcp, bench.reply.header.yiaddr)->until,
	                 BR_TIME_NEVER);
}

static void a_flood_leaves_bound_clients_alone(void **state) /* ROB-D4-09, ROB-D4-10 */
{
	struct ask ask;
	uint32_t mine;

	(void)state;
	bench_open(&bench, "role=dhcp pool=10.77.0.100-10.77.0.199 leases=50 offer-hold=10");
	mine = bench_dora(&bench, PLAIN, 1);
	for (unsigned i = 0; i < 2000; i++) {
		ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1000 + i);
		(void)bench_ask(&bench, &ask);
		bench.now += BR_MS;
	}
	assert_int_equal(bench.metrics.dhcp_offers_total, 1 + 49); /* the table is full */
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1);
	ask.header.ciaddr = ask.source = mine;
	ask.target = IP(10, 77, 0, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	bench.now += 11 * BR_S; /* and offers make room again */
	(void)bench_dora(&bench, PLAIN, 5000);
	assert_int_equal(br_dhcp_lease_find(bench.dhcp, mine)->state, BR_LEASE_BOUND);
}

static void nonsense_draws_no_answer(void **state)
{
	/* D4C-HDR-01, -02, -03, ROB-D4-01, -03, -04, -11, -12 */
	static const uint8_t ops[] = {0, 2, 3, 255};
	static const uint32_t relays[] = {IP(127, 0, 0, 1), UINT32_MAX, IP(224, 0, 0, 1),
	                                  IP(10, 77, 0, 1), IP(0, 0, 0, 9)};
	uint8_t octets[600];
	struct ask ask;
	size_t size;

	(void)state;
	bench_open(&bench, POOL);
	for (size_t i = 0; i < sizeof(ops); i++) {
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
		ask.header.op = ops[i];
		assert_false(bench_ask(&bench, &ask));
		assert_true(bench_noted(&bench, BR_NOTE_DHCP_BAD_MESSAGE));
	}
	for (size_t i = 0; i < sizeof(relays) / sizeof(relays[0]); i++) {
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
		ask_relayed(&ask, relays[i]);
		assert_false(bench_ask(&bench, &ask));
		assert_true(bench_noted(&bench, BR_NOTE_DHCP_BAD_PEER));
	}
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1);
	ask.header.ciaddr = UINT32_MAX;
	assert_false(bench_ask(&bench, &ask));
	ask.header.ciaddr = 0; /* neither 50 nor ciaddr */
	assert_false(bench_ask(&bench, &ask));
	for (unsigned hlen = 0; hlen <= 255; hlen += 17) { /* 0, 17, ... 255 */
		ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
		ask.header.hlen = (uint8_t)hlen;
		assert_false(bench_ask(&bench, &ask));
	}
	for (unsigned type = 9; type < 20; type++) {
		const uint8_t octet = (uint8_t)type;

		ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
		ask_set(&ask, 53, &octet, 1);
		assert_false(bench_ask(&bench, &ask));
		assert_true(bench_noted(&bench, BR_NOTE_DHCP_TYPE_IGNORED));
	}
	ask_set(&ask, 53, "\1\1", 2);
	assert_false(bench_ask(&bench, &ask));
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	size = ask_write(&ask, octets, sizeof(octets));
	assert_false(bench_ask_octets(&bench, &ask, octets, 235));
	octets[236] ^= 1;
	assert_false(bench_ask_octets(&bench, &ask, octets, size));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_BAD_COOKIE));
	assert_true(bench.metrics.dhcp_dropped_total > 20);
	(void)bench_dora(&bench, PXE_X64, 1); /* alive */
}

static void odd_but_legal_is_answered_as_usual(void **state)
{
	/* D4C-HDR-04, D4C-OPT-04, D4C-OPT-16, D4S-CLS-03, D4S-VI-01, ROB-D4-02, -04, -07 */
	uint8_t octets[1500], filler[255];
	struct ask ask;
	size_t size;

	(void)state;
	memset(filler, 0x5a, sizeof(filler));
	bench_open(&bench, POOL);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_put(&ask, 224, filler, 3);
	ask_put(&ask, 240, filler, 255);
	ask_put(&ask, 43, filler, 40);
	ask_put(&ask, 124, filler, 9);
	ask_put(&ask, 124, filler, 7);
	ask_put(&ask, 50, filler, 3); /* wrong lengths: as if they were not there */
	ask_put(&ask, 51, filler, 1);
	ask_put(&ask, 54, filler, 5);
	ask_put(&ask, 118, filler, 3);
	ask_set(&ask, 57, filler, 1);
	ask_put(&ask, 61, filler, 1);
	size = ask_write(&ask, octets, sizeof(octets));
	memset(octets + size, 0, sizeof(octets) - size);
	assert_true(bench_ask_octets(&bench, &ask, octets, 1400));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 100));
	assert_true(bench.reply.size <= 548);

	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	size = ask_write(&ask, octets, sizeof(octets));
	while (octets[size - 1] == 0)
		size--;
	assert_int_equal(octets[size - 1], 255);
	assert_true(bench_ask_octets(&bench, &ask, octets, size - 1)); /* no END */
	assert_true(reply_has(&bench, 97));
}

static void overloaded_and_split_questions_mean_the_same(void **state)
{
	/* D4C-OPT-08, D4C-OPT-09 */
	static const uint8_t options[] = {52,  1,   1,   53,  1,  1, 60,  5, 'P',
	                                  'X', 'E', 'C', 'l', 61, 2, 255, 1, 255};
	static const uint8_t in_file[] = {60,  27,  'i', 'e', 'n', 't', ':', 'A', 'r', 'c', 'h',
	                                  ':', '0', '0', '0', '0', '7', ':', 'U', 'N', 'D', 'I',
	                                  ':', '0', '0', '3', '0', '1', '6', 93,  2,   0,   7,
	                                  61,  3,   2,   3,   4,   55,  2,   67,  1,   255};
	uint8_t octets[300];
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "boot=bootx64.efi@arch:7,vendor-class:PXEClient*");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	(void)ask_write(&ask, octets, sizeof(octets));
	memset(octets + 240, 0, 60);
	memcpy(octets + 240, options, sizeof(options));
	memcpy(octets + 108, in_file, sizeof(in_file));
	assert_true(bench_ask_octets(&bench, &ask, octets, sizeof(octets)));
	assert_true(reply_file_is(&bench, "bootx64.efi"));
	assert_int_equal(br_dhcp_get(&bench.reply, 61).size, 5); /* and echoed whole */
}

static void each_lease_ends_at_its_time(void **state)
{
	uint32_t first, second;

	(void)state;
	bench_open(&bench, POOL "lease=100");
	first = bench_dora(&bench, PLAIN, 1);
	bench.now += 50 * BR_S;
	second = bench_dora(&bench, PLAIN, 2);
	bench.now += 50 * BR_S;
	assert_true(br_dhcp_deadline(bench.dhcp) <= bench.now);
	br_dhcp_expire(bench.dhcp, bench.now);
	assert_int_equal(br_dhcp_lease_find(bench.dhcp, first)->state, BR_LEASE_FREE);
	assert_int_equal(br_dhcp_lease_find(bench.dhcp, second)->state, BR_LEASE_BOUND);
	assert_int_equal(br_dhcp_deadline(bench.dhcp), bench.now + 50 * BR_S);
	br_dhcp_expire(bench.dhcp, bench.now + BR_S); /* early calls do nothing */
	assert_int_equal(bench.metrics.dhcp_expired_total, 1);
}

static void an_option_61_of_one_octet_is_none(void **state) /* D4S-ID-05, ROB-D4-04 */
{
	struct ask ask;
	uint32_t first;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_put(&ask, 61, "x", 1);
	assert_true(bench_ask(&bench, &ask));
	first = bench.reply.header.yiaddr;
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	ask_put(&ask, 61, "x", 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_not_equal(bench.reply.header.yiaddr, first);
}

static void a_relay_keeps_its_address(void **state)
{
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=dhcp pool=10.77.0.100-10.77.0.101");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_relayed(&ask, IP(10, 77, 0, 100));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 101));
}

static void the_address_asked_answers(void **state) /* NET-SRC-01 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "subnet=10.79.0.0/24,pool=10.79.0.50-10.79.0.60");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1);
	ask.header.ciaddr = ask.source = bench_dora(&bench, PLAIN, 1);
	ask.target = IP(10, 79, 0, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(br_endpoint_to_ipv4(&bench.sent.local), IP(10, 79, 0, 1));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1); /* a stale ciaddr chooses no subnet */
	ask.header.ciaddr = IP(10, 79, 0, 50);
	ask.target = IP(10, 77, 0, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 100));
}

static void notes_name_the_boot_item_question(void **state)
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_REQUEST, 1);
	ask.header.ciaddr = ask.source = bench_dora(&bench, PXE_X64, 1);
	ask_put(&ask, 43, "\x47\4\x80\0\0\0\xff", 7); /* PXE-BS-08: looks like REBINDING */
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_BOOT_ITEM));
}

static void leases_can_be_looked_at(void **state)
{
	struct ask ask;
	const struct br_lease *lease;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_relayed(&ask, IP(10, 77, 0, 254));
	ask_put(&ask, 82, "\1\2cl", 4);
	assert_true(bench_ask(&bench, &ask));
	ask_select(&ask, &bench);
	assert_true(bench_ask(&bench, &ask));
	lease = br_dhcp_lease_find(bench.dhcp, bench.reply.header.yiaddr);
	assert_non_null(lease);
	assert_ptr_equal(br_dhcp_lease_at(bench.dhcp, 0), lease);
	assert_null(br_dhcp_lease_at(bench.dhcp, 1));
	assert_int_equal(lease->state, BR_LEASE_BOUND);
	assert_int_equal(lease->until, bench.now + 3600 * BR_S);
	assert_memory_equal(lease->chaddr, ask.header.chaddr, 6);
	assert_int_equal(lease->agent_size, 4);
	assert_memory_equal(lease->agent, "\1\2cl", 4);
	assert_null(br_dhcp_lease_find(bench.dhcp, IP(10, 77, 0, 101)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_lease_is_offered_and_granted, close_bench),
		cmocka_unit_test_teardown(what_the_administrator_says_goes_before_the_subnet,
	                                  close_bench),
		cmocka_unit_test_teardown(every_model_gets_a_lease, close_bench),
		cmocka_unit_test_teardown(a_client_keeps_its_address, close_bench),
		cmocka_unit_test_teardown(a_released_address_serves_the_next, close_bench),
		cmocka_unit_test_teardown(an_offer_is_kept_for_a_while, close_bench),
		cmocka_unit_test_teardown(option_50_is_honoured_if_free, close_bench),
		cmocka_unit_test_teardown(the_client_is_its_option_61, close_bench),
		cmocka_unit_test_teardown(firmware_and_loader_share_a_lease, close_bench),
		cmocka_unit_test_teardown(another_server_chosen_frees_the_offer, close_bench),
		cmocka_unit_test_teardown(any_of_its_addresses_is_the_server, close_bench),
		cmocka_unit_test_teardown(a_request_that_cannot_be_is_refused, close_bench),
		cmocka_unit_test_teardown(init_reboot_follows_the_record, close_bench),
		cmocka_unit_test_teardown(renewing_is_answered_where_the_client_is, close_bench),
		cmocka_unit_test_teardown(rebinding_checks_the_address, close_bench),
		cmocka_unit_test_teardown(a_routed_client_renews_by_unicast, close_bench),
		cmocka_unit_test_teardown(a_declined_address_rests, close_bench),
		cmocka_unit_test_teardown(inform_gets_parameters_and_no_lease, close_bench),
		cmocka_unit_test_teardown(replies_go_where_they_are_heard, close_bench),
		cmocka_unit_test_teardown(each_link_has_its_own, close_bench),
		cmocka_unit_test_teardown(no_pool_no_address, close_bench),
		cmocka_unit_test_teardown(strangers_can_be_left_out, close_bench),
		cmocka_unit_test_teardown(bootp_clients_get_reservations_in_bootp_form,
	                                  close_bench),
		cmocka_unit_test_teardown(a_wanted_lease_time_is_granted_within_bounds,
	                                  close_bench),
		cmocka_unit_test_teardown(a_flood_leaves_bound_clients_alone, close_bench),
		cmocka_unit_test_teardown(nonsense_draws_no_answer, close_bench),
		cmocka_unit_test_teardown(odd_but_legal_is_answered_as_usual, close_bench),
		cmocka_unit_test_teardown(overloaded_and_split_questions_mean_the_same,
	                                  close_bench),
		cmocka_unit_test_teardown(each_lease_ends_at_its_time, close_bench),
		cmocka_unit_test_teardown(an_option_61_of_one_octet_is_none, close_bench),
		cmocka_unit_test_teardown(a_relay_keeps_its_address, close_bench),
		cmocka_unit_test_teardown(the_address_asked_answers, close_bench),
		cmocka_unit_test_teardown(notes_name_the_boot_item_question, close_bench),
		cmocka_unit_test_teardown(leases_can_be_looked_at, close_bench),
	};

	return cmocka_run_group_tests_name("dhcp", tests, NULL, NULL);
}
