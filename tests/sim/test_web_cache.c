/* SPDX-License-Identifier: BSD-2-Clause */
/* A caching proxy between an origin and clients of hand-made octets: what Vary names, answers that
 * break off, tunnels of which one end goes, clients that ask for much at once or say that they will
 * ask no more, and how much is kept. What boots through one is in the scripts.
 */
#include "tests/helper.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/net/web_cache.h"

enum {
	MTU = 1500,
	STREAMS = 64, /* looked at */
	SIZE = 2048,
	NET = 0x0a4d0000,
	ORIGIN = NET | 2,
	CACHE = NET | 3,
	CLIENT = NET | 4,
	PORT = 80,
	OBJECTS = 32, /* that it keeps */
	SIZE_MAX_KEPT = 100000,
	REQUESTS = 10000,
};

#define MASK UINT32_C(0xffffff00)

struct web_end {
	struct br_host *host;
	char got[STREAMS][SIZE]; /* the first of it */
	uint64_t octets[STREAMS];
	struct br_octets to_say; /* on .last, as there is room */
	bool ended[STREAMS], gone[STREAMS];
	size_t opened;
	uint32_t last; /* stream that spoke last */
};

struct web_net {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *lan;
	struct br_web_cache *cache;
	struct web_end origin, client, edge;
};

static void heard(void *context, uint32_t stream, enum br_stream_event event, int error,
                  struct br_octets data, br_time now)
{
	struct web_end *end = context;
	size_t size, room;
	int taken;

	(void)error;
	(void)now;
	assert_true(stream < STREAMS);
	switch (event) {
	case BR_STREAM_OPENED:
		end->opened++;
		end->got[stream][0] = '\0';
		end->octets[stream] = 0;
		end->gone[stream] = end->ended[stream] = false;
		end->last = stream;
		break;
	case BR_STREAM_DATA:
		size = strlen(end->got[stream]);
		end->octets[stream] += data.size;
		room = SIZE - 1 - size;
		memcpy(end->got[stream] + size, data.data, data.size < room ? data.size : room);
		end->got[stream][size + (data.size < room ? data.size : room)] = '\0';
		end->last = stream;
		break;
	case BR_STREAM_GONE:
		end->gone[stream] = true;
		break;
	case BR_STREAM_END:
		end->ended[stream] = true;
		break;
	case BR_STREAM_CREDIT:
		taken = br_host_stream_write(end->host, stream, end->to_say);
		assert_true(taken >= 0);
		if (taken > 0)
			end->to_say = (struct br_octets){end->to_say.data + taken,
			                                 end->to_say.size - (size_t)taken};
		break;
	}
}

static struct br_endpoint address6(uint8_t number) /* 2001:db8:1::number */
{
	return (struct br_endpoint){.ip = {0x20, 1, 0xd, 0xb8, 0, 1, [15] = number}, .port = PORT};
}

static void plug(struct web_net *net, struct web_end *end, const char *name, uint32_t address)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, (uint8_t)address};

	assert_int_equal(br_host_new(&end->host, net->wire, name, &br_host_limits_server, address),
	                 0);
	assert_int_equal(br_host_add_link(end->host, net->lan, mac), 0);
	br_host_set_address(end->host, 0, address, MASK);
	assert_int_equal(br_host_six_on(end->host, 0, &br_host_six_quiet), 0);
	assert_int_equal(
		br_host_add_address6(end->host, 0, address6((uint8_t)address).ip, 64, true), 0);
	br_host_set_user(end->host, &(struct br_host_user){.context = end, .stream = heard});
}

static void make(struct web_net *net)
{
	const struct br_web_cache_options options = {.origin = br_endpoint_ipv4(ORIGIN, PORT),
	                                             .port = PORT,
	                                             .age_s = 100,
	                                             .size_max = SIZE_MAX_KEPT};

	memset(net, 0, sizeof(*net));
	assert_int_equal(br_clock_init(&net->clock, 64), 0);
	assert_int_equal(br_wire_new(&net->wire, &net->clock, MTU + 18, 256), 0);
	net->lan = br_segment_new(net->wire, "lan", BR_MS / 20, MTU);
	assert_non_null(net->lan);
	plug(net, &net->origin, "origin", ORIGIN);
	plug(net, &net->edge, "edge", CACHE);
	plug(net, &net->client, "client", CLIENT);
	assert_int_equal(br_host_tcp_listen(net->origin.host, PORT), 0);
	assert_int_equal(br_web_cache_new(&net->cache, net->edge.host, &net->clock, &options), 0);
}

static void drop(struct web_net *net)
{
	br_web_cache_free(net->cache);
	br_host_free(net->client.host);
	br_host_free(net->edge.host);
	br_host_free(net->origin.host);
	br_wire_free(net->wire);
	br_clock_reset(&net->clock);
}

static void pass(struct web_net *net, br_time time)
{
	br_time until = net->clock.now + time;

	while (br_clock_step(&net->clock, until))
		;
	br_clock_advance(&net->clock, until);
}

static uint32_t join(struct web_net *net)
{
	const struct br_endpoint any = {.port = 0}, cache = br_endpoint_ipv4(CACHE, PORT);
	int stream = br_host_tcp_connect(net->client.host, &any, &cache);

	assert_true(stream >= 0);
	pass(net, BR_MS * 10);
	return (uint32_t)stream;
}

/* With one visit */
static uint32_t begin(struct web_net *net)
{
	make(net);
	return join(net);
}

/* And what comes of it within a while */
static void say(struct web_net *net, struct web_end *end, uint32_t stream, const char *text)
{
	assert_int_equal(br_host_stream_write(end->host, stream, br_text(text)), strlen(text));
	pass(net, BR_MS * 10);
}

static void get(struct web_net *net, uint32_t stream, const char *path, const char *agent)
{
	char text[SIZE];

	net->client.got[stream][0] = '\0';
	(void)snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: a\r\nUser-Agent: %s\r\n\r\n",
	               path, agent);
	say(net, &net->client, stream, text);
}

static bool has(const struct web_end *end, uint32_t stream, const char *text)
{
	return strstr(end->got[stream], text) != NULL;
}

static void what_varies_with_all_is_fetched_for_each(void **state)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nVary: *\r\nContent-Length: 3\r\n\r\nall";
	struct web_net net;
	uint32_t a;

	(void)state;
	a = begin(&net);
	for (size_t i = 1; i <= 2; i++) {
		get(&net, a, "/a", "one");
		assert_int_equal(net.origin.opened, i);
		say(&net, &net.origin, net.origin.last, answer);
		assert_true(has(&net.client, a, "\r\n\r\nall"));
	}
	assert_int_equal(br_web_cache_counts(net.cache)->hits, 0);
	drop(&net);
}

/* The one that asks first has the later connection. */
static void what_varies_is_of_who_asked_for_it(void **state)
{
	static const char one[] = "HTTP/1.1 200 OK\r\nVary: Accept, user-agent\r\n"
				  "Content-Length: 7\r\n\r\nfor one";
	static const char two[] = "HTTP/1.1 200 OK\r\nVary: Accept, user-agent\r\n"
				  "Content-Length: 7\r\n\r\nfor two";
	struct web_net net;
	uint32_t a, b;

	(void)state;
	make(&net);
	b = join(&net);
	a = join(&net);
	get(&net, a, "/a", "one");
	get(&net, b, "/a", "two"); /* waits with it */
	assert_int_equal(net.origin.opened, 1);
	say(&net, &net.origin, net.origin.last, one);
	assert_true(has(&net.client, a, "for one"));
	assert_int_equal(net.origin.opened, 2);
	assert_true(has(&net.origin, net.origin.last, "User-Agent: two"));
	say(&net, &net.origin, net.origin.last, two);
	assert_true(has(&net.client, b, "for two"));
	get(&net, a, "/a", "two");
	assert_true(has(&net.client, a, "for two"));
	get(&net, b, "/a", "one");
	assert_true(has(&net.client, b, "for one"));
	assert_int_equal(net.origin.opened, 2);
	drop(&net);
}

static void what_is_fresh_goes_before_what_is_under_way(void **state)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nVary: User-Agent\r\n"
				     "Content-Length: 3\r\n\r\nyes";
	struct web_net net;
	uint32_t a, b;

	(void)state;
	a = begin(&net);
	b = join(&net);
	get(&net, a, "/a", "one");
	say(&net, &net.origin, net.origin.last, answer);
	get(&net, a, "/a", "two"); /* is under way */
	assert_int_equal(net.origin.opened, 2);
	get(&net, b, "/a", "one");
	assert_true(has(&net.client, b, "yes"));
	say(&net, &net.origin, net.origin.last, answer);
	assert_true(has(&net.client, a, "yes"));
	assert_int_equal(net.origin.opened, 2);
	drop(&net);
}

static void an_answer_of_no_known_size_that_breaks_off_ends_the_visit(void **state)
{
	struct web_net net;
	uint32_t a;

	(void)state;
	a = begin(&net);
	get(&net, a, "/a", "one");
	say(&net, &net.origin, net.origin.last,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal");
	assert_false(net.client.gone[a]);
	br_host_stream_reset(net.origin.host, net.origin.last);
	pass(&net, BR_S);
	assert_true(net.client.gone[a]);
	drop(&net);
}

static void a_path_that_is_too_long_is_not_cut(void **state)
{
	char path[300] = "/";
	struct web_net net;
	uint32_t a;

	(void)state;
	memset(path + 1, 'a', sizeof(path) - 2);
	a = begin(&net);
	get(&net, a, path, "one");
	assert_true(has(&net.client, a, "HTTP/1.1 414 "));
	assert_int_equal(net.origin.opened, 0);
	drop(&net);
}

/* All places are taken, and that of the oldest would be the next to go. */
static void what_is_old_stays_while_it_is_asked_for_again(void **state)
{
	struct web_net net;
	char path[16];
	uint32_t a;

	(void)state;
	a = begin(&net);
	for (unsigned i = 0; i < OBJECTS; i++) {
		(void)snprintf(path, sizeof(path), "/%u", i);
		get(&net, a, path, "one");
		say(&net, &net.origin, net.origin.last,
		    "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 3\r\n\r\nold");
	}
	pass(&net, 101 * BR_S);
	get(&net, a, "/0", "one");
	assert_true(has(&net.origin, net.origin.last, "If-None-Match: \"e\""));
	say(&net, &net.origin, net.origin.last, "HTTP/1.1 304 Not Modified\r\n\r\n");
	assert_true(has(&net.client, a, "\r\n\r\nold"));
	drop(&net);
}

/* FIN, then RST: the far end never ended, and is not left alone. */
static void a_tunnel_goes_with_the_end_that_goes(void **state)
{
	struct web_net net;
	uint32_t a, far;

	(void)state;
	a = begin(&net);
	say(&net, &net.client, a, "CONNECT 10.77.0.2:80 HTTP/1.1\r\nHost: 10.77.0.2\r\n\r\n");
	assert_true(has(&net.client, a, "HTTP/1.1 200 "));
	far = net.origin.last;
	say(&net, &net.client, a, "hello");
	assert_string_equal(net.origin.got[far], "hello");
	br_host_stream_close(net.client.host, a);
	pass(&net, BR_S);
	assert_false(net.origin.gone[far]);
	say(&net, &net.origin, far, "still there");
	assert_true(has(&net.client, a, "still there"));
	br_host_stream_reset(net.client.host, a);
	pass(&net, BR_S);
	assert_true(net.origin.gone[far]);
	drop(&net);
}

/* RFC 9112 section 9.3.2. They are more than the cache takes in at once, and so are the answers. */
static void ten_thousand_requests_at_once_are_answered(void **state)
{
	static const char request[] = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
	static char all[REQUESTS * (sizeof(request) - 1)];
	struct web_net net;
	uint64_t one;
	uint32_t a;

	(void)state;
	a = begin(&net);
	get(&net, a, "/a", "one");
	say(&net, &net.origin, net.origin.last, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes");
	one = net.client.octets[a];
	assert_true(one > 3);
	for (size_t i = 0; i < REQUESTS; i++)
		memcpy(all + i * (sizeof(request) - 1), request, sizeof(request) - 1);
	net.client.to_say = (struct br_octets){(const uint8_t *)all, sizeof(all)};
	heard(&net.client, a, BR_STREAM_CREDIT, 0, (struct br_octets){.size = 0}, net.clock.now);
	pass(&net, 5 * BR_S);
	assert_int_equal(net.client.octets[a], (REQUESTS + 1) * one);
	assert_int_equal(br_web_cache_counts(net.cache)->hits, REQUESTS);
	assert_false(net.client.gone[a]);
	drop(&net);
}

static void who_will_ask_no_more_gets_its_answers(void **state)
{
	struct web_net net;
	uint32_t a;

	(void)state;
	a = begin(&net);
	get(&net, a, "/a", "one");
	get(&net, a, "/b", "one");
	say(&net, &net.client, a, "GET /half");
	br_host_stream_close(net.client.host, a);
	pass(&net, BR_S);
	assert_false(net.client.ended[a]);
	say(&net, &net.origin, net.origin.last,
	    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
	pass(&net, BR_S);
	say(&net, &net.origin, net.origin.last, "-half");
	assert_true(has(&net.client, a, "first-half"));
	assert_false(net.client.ended[a]);
	say(&net, &net.origin, net.origin.last,
	    "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
	assert_true(has(&net.client, a, "second"));
	pass(&net, BR_S);
	assert_true(net.client.gone[a]); /* both have closed: the half of a third is none */
	assert_int_equal(net.origin.opened, 2);
	drop(&net);
}

/* With a head in front, whatever length it says */
static void give(struct web_net *net, size_t said, size_t size)
{
	static char content[SIZE_MAX_KEPT + 1];
	char head[SIZE];

	memset(content, 'x', sizeof(content) - 1);
	(void)snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", said);
	say(net, &net->origin, net->origin.last, head);
	net->origin.to_say = (struct br_octets){(const uint8_t *)content, size};
	heard(&net->origin, net->origin.last, BR_STREAM_CREDIT, 0, (struct br_octets){.size = 0},
	      net->clock.now);
	pass(net, BR_S);
	assert_int_equal(net->origin.to_say.size, 0);
}

static void get_whole(struct web_net *net, uint32_t stream, const char *path, size_t size)
{
	uint64_t before = net->client.octets[stream];
	size_t opened = net->origin.opened;

	get(net, stream, path, "one");
	if (net->origin.opened > opened)
		give(net, size, size);
	pass(net, BR_S);
	assert_true(has(&net->client, stream, " 200 "));
	assert_true(net->client.octets[stream] > before + size);
}

/* 40 + 40 are kept; 40 more, and the first goes; then it is the second that is the oldest. */
static void what_is_kept_has_a_bound_and_the_oldest_goes_first(void **state)
{
	struct web_net net;
	uint32_t a;

	(void)state;
	a = begin(&net);
	get_whole(&net, a, "/1", 40000);
	get_whole(&net, a, "/2", 40000);
	assert_int_equal(br_web_cache_counts(net.cache)->evicted, 0);
	get_whole(&net, a, "/3", 40000);
	assert_int_equal(br_web_cache_counts(net.cache)->evicted, 1);
	assert_int_equal(net.origin.opened, 3);
	get_whole(&net, a, "/2", 40000);
	get_whole(&net, a, "/3", 40000);
	assert_int_equal(net.origin.opened, 3);
	get_whole(&net, a, "/1", 40000);
	assert_int_equal(net.origin.opened, 4);
	assert_int_equal(br_web_cache_counts(net.cache)->evicted, 2);
	get_whole(&net, a, "/3", 40000);
	assert_int_equal(net.origin.opened, 4);
	get_whole(&net, a, "/whole", SIZE_MAX_KEPT); /* nothing else stays */
	get_whole(&net, a, "/whole", SIZE_MAX_KEPT);
	assert_int_equal(net.origin.opened, 5);
	assert_int_equal(br_web_cache_counts(net.cache)->evicted, 4);
	drop(&net);
}

static void what_has_no_room_is_refused_or_breaks_off(void **state)
{
	struct web_net net;
	uint32_t a, b;

	(void)state;
	a = begin(&net);
	get(&net, a, "/said", "one");
	give(&net, SIZE_MAX_KEPT + 1, 0);
	assert_true(has(&net.client, a, "HTTP/1.1 502 "));
	b = join(&net);
	get(&net, b, "/chunked", "one");
	say(&net, &net.origin, net.origin.last,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a1\r\n");
	net.origin.to_say = (struct br_octets){.size = 0};
	for (size_t i = 0; i <= SIZE_MAX_KEPT / 100 && !net.client.gone[b]; i++) {
		char hundred[101];

		memset(hundred, 'x', 100);
		hundred[100] = '\0';
		say(&net, &net.origin, net.origin.last, hundred);
	}
	pass(&net, BR_S);
	assert_true(net.client.gone[b]);
	get_whole(&net, a, "/fits", SIZE_MAX_KEPT); /* nothing of the others is left */
	assert_int_equal(br_web_cache_counts(net.cache)->evicted, 0);
	drop(&net);
}

/* All of it in one segment: CONNECT, what is for the far end, and FIN */
static void a_tunnel_loses_nothing_that_is_said_before_it_stands(void **state)
{
	struct web_net net;
	uint32_t a, far;

	(void)state;
	a = begin(&net);
	assert_true(br_host_stream_write(
			    net.client.host, a,
			    br_text("CONNECT 10.77.0.2:80 HTTP/1.1\r\nHost: 10.77.0.2\r\n\r\n"
	                            "early")) > 0);
	br_host_stream_close(net.client.host, a);
	pass(&net, BR_S);
	far = net.origin.last;
	assert_true(has(&net.client, a, "HTTP/1.1 200 "));
	assert_string_equal(net.origin.got[far], "early");
	assert_true(net.origin.ended[far]);
	say(&net, &net.origin, far, "late");
	br_host_stream_close(net.origin.host, far);
	pass(&net, BR_S);
	assert_true(has(&net.client, a, "\r\n\r\nlate"));
	assert_true(net.client.gone[a] && net.origin.gone[far]);
	drop(&net);
}

static void both_ends_of_a_tunnel_and_a_fetch_may_have_ipv6(void **state)
{
	const struct br_endpoint any = {.port = 0}, cache = address6(CACHE & 0xff);
	struct br_endpoint local, remote;
	struct web_net net;
	uint32_t a, link;
	int stream;

	(void)state;
	make(&net);
	stream = br_host_tcp_connect(net.client.host, &any, &cache);
	assert_true(stream >= 0);
	a = (uint32_t)stream;
	pass(&net, BR_MS * 10);
	get(&net, a, "/a", "one"); /* of the origin by IPv4 */
	say(&net, &net.origin, net.origin.last, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
	assert_true(has(&net.client, a, "\r\n\r\nold"));
	say(&net, &net.client, a, "CONNECT [2001:db8:1::2]:80 HTTP/1.1\r\nHost: b\r\n\r\n");
	assert_true(has(&net.client, a, "Connection established"));
	say(&net, &net.client, a, "hello");
	assert_string_equal(net.origin.got[net.origin.last], "hello");
	assert_true(br_host_stream_ends(net.origin.host, net.origin.last, &local, &remote, &link));
	assert_true(br_ip_equal(local.ip, address6(ORIGIN & 0xff).ip));
	assert_true(br_ip_equal(remote.ip, cache.ip));
	drop(&net);
}

static void an_end_is_read_as_a_url_writes_it(void **state)
{
	static const char *const wrong[] = {"",
	                                    "10.77.0.2",
	                                    "10.77.0.2:",
	                                    "10.77.0.2:0",
	                                    "10.77.0.2:65536",
	                                    "[10.77.0.2]:80",
	                                    "2001:db8::1",
	                                    "[2001:db8::1]",
	                                    "[2001:db8::1]80",
	                                    "[2001:db8::1]:",
	                                    "[2001:db8::1:80",
	                                    "[",
	                                    "[]:80",
	                                    "name:80"};
	struct br_endpoint end = {.port = 7}, six = {.port = 80};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(br_web_end_read(br_text(wrong[i]), &end));
		assert_int_equal(end.port, 7);
	}
	assert_true(br_web_end_read(br_text("[2001:db8::1]:80"), &end));
	assert_true(br_text_get_ipv6(br_text("2001:db8::1"), six.ip));
	assert_true(br_endpoint_equal(&end, &six));
	assert_true(br_web_end_read(br_text("10.77.0.2:80"), &end));
	six = br_endpoint_ipv4(ORIGIN, 80);
	assert_true(br_endpoint_equal(&end, &six));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_varies_with_all_is_fetched_for_each),
		cmocka_unit_test(what_varies_is_of_who_asked_for_it),
		cmocka_unit_test(what_is_fresh_goes_before_what_is_under_way),
		cmocka_unit_test(an_answer_of_no_known_size_that_breaks_off_ends_the_visit),
		cmocka_unit_test(a_path_that_is_too_long_is_not_cut),
		cmocka_unit_test(what_is_old_stays_while_it_is_asked_for_again),
		cmocka_unit_test(a_tunnel_goes_with_the_end_that_goes),
		cmocka_unit_test(ten_thousand_requests_at_once_are_answered),
		cmocka_unit_test(who_will_ask_no_more_gets_its_answers),
		cmocka_unit_test(what_is_kept_has_a_bound_and_the_oldest_goes_first),
		cmocka_unit_test(what_has_no_room_is_refused_or_breaks_off),
		cmocka_unit_test(a_tunnel_loses_nothing_that_is_said_before_it_stands),
		cmocka_unit_test(both_ends_of_a_tunnel_and_a_fetch_may_have_ipv6),
		cmocka_unit_test(an_end_is_read_as_a_url_writes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
