/* SPDX-License-Identifier: BSD-2-Clause */
/* A caching proxy between an origin and clients of hand-made octets: what Vary names, answers that
 * break off, and tunnels of which one end goes. What boots through one is in the scripts.
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
};

#define MASK UINT32_C(0xffffff00)

struct web_end {
	struct br_host *host;
	char got[STREAMS][SIZE];
	bool gone[STREAMS];
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
	size_t size;

	(void)error;
	(void)now;
	assert_true(stream < STREAMS);
	switch (event) {
	case BR_STREAM_OPENED:
		end->opened++;
		end->got[stream][0] = '\0';
		end->gone[stream] = false;
		end->last = stream;
		break;
	case BR_STREAM_DATA:
		size = strlen(end->got[stream]);
		assert_true(size + data.size < SIZE);
		memcpy(end->got[stream] + size, data.data, data.size);
		end->got[stream][size + data.size] = '\0';
		end->last = stream;
		break;
	case BR_STREAM_GONE:
		end->gone[stream] = true;
		break;
	case BR_STREAM_END:
	case BR_STREAM_CREDIT:
		break;
	}
}

static void plug(struct web_net *net, struct web_end *end, const char *name, uint32_t address)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, (uint8_t)address};

	assert_int_equal(br_host_new(&end->host, net->wire, name, &br_host_limits_server, address),
	                 0);
	assert_int_equal(br_host_add_link(end->host, net->lan, mac), 0);
	br_host_set_address(end->host, 0, address, MASK);
	br_host_set_user(end->host, &(struct br_host_user){.context = end, .stream = heard});
}

static void make(struct web_net *net)
{
	const struct br_web_cache_options options = {
		.origin = br_endpoint_ipv4(ORIGIN, PORT), .port = PORT, .age_s = 100};

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
	make(&net);
	a = join(&net);
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
	make(&net);
	a = join(&net);
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
	make(&net);
	a = join(&net);
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
	make(&net);
	a = join(&net);
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
	make(&net);
	a = join(&net);
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
	make(&net);
	a = join(&net);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
