/* SPDX-License-Identifier: BSD-2-Clause */
/* EDK2's HTTP Boot over IPv4: HEAD and GET on one connection, whose URL is taken, media
 * types, names, broken connections. Captures ovmf-virtio-http, http404, httpproxy.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dhcp_message.h"
#include "sim/net/packet.h"
#include "tests/sim/boot_rig.h"

#define ONE    "role=dhcp,http pool=192.0.2.100-192.0.2.199 boot=http://192.0.2.1/boot.efi"
#define CLIENT (BOOT_NET + 100)
#define MASK   "0104ffffff00"
#define HTTP   "3c0a48545450436c69656e74" /* option 60 "HTTPClient" */

enum {
	FILE_SIZE = 1048504,
};

static void check_booted(struct boot_rig *rig, const struct br_boot_result *result, uint64_t size)
{
	assert_string_equal(result->error, "");
	assert_int_equal(result->state, BR_BOOT_DONE);
	assert_int_equal(result->octets, size);
	assert_int_equal(rig->wrong, 0);
}

static uint64_t boot_core(const char *model, const char *first, const char *second, uint32_t loss)
{
	struct boot_rig *rig = boot_rig_new(model, first, second, loss, 3);
	struct br_boot_result result;
	uint64_t hash;

	assert_int_equal(br_file_store_generate(rig->files, "boot.efi", FILE_SIZE, 7), 0);
	result = boot_rig_run(rig, 3000);
	check_booted(rig, &result, FILE_SIZE);
	hash = br_trace_hash_value(&rig->hash);
	boot_rig_free(rig);
	return hash;
}

static void boots_from_the_core_by_every_path(void **state)
{
	static const char *const cases[][3] = {
		{"edk2-x64-http4", ONE, NULL},
		{"edk2-aa64-http4", ONE, NULL},
		{"edk2-x64-http4", "role=dhcp pool=192.0.2.100-192.0.2.199",
	         "role=proxydhcp,http boot=http://192.0.2.2/boot.efi"}, /* httpproxy f.1-17 */
		{"edk2-x64-http4", "role=dhcp pool=192.0.2.100-192.0.2.199",
	         "role=proxydhcp,http boot=boot.efi http-port=8080"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (uint32_t loss = 0; loss <= 50000; loss += 50000) {
			uint64_t once = boot_core(cases[i][0], cases[i][1], cases[i][2], loss);

			assert_int_equal(once,
			                 boot_core(cases[i][0], cases[i][1], cases[i][2], loss));
		}
	}
}

/* The requests with content, in order. */
static const struct boot_sent *request(const struct boot_rig *rig, size_t *index)
{
	const struct boot_sent *sent;

	do {
		sent = boot_rig_next(rig, index, 80);
	} while (sent && sent->size == 0);
	return sent;
}

static bool starts(const struct boot_sent *sent, const char *text)
{
	return sent && sent->size >= strlen(text) && !memcmp(sent->octets, text, strlen(text));
}

static void head_and_get_share_a_connection(void **state)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-http4", ONE, NULL, 0, 3);
	const struct boot_sent *head, *get;
	size_t index = 0;

	(void)state; /* ovmf-virtio-http f.13, f.17 */
	boot_rig_text(rig, "boot.efi", "hello");
	boot_rig_run(rig, 60);
	head = request(rig, &index);
	get = request(rig, &index);
	assert_true(starts(head, "HEAD /boot.efi HTTP/1.1\r\nHost: 192.0.2.1\r\n"));
	assert_true(starts(get, "GET /boot.efi HTTP/1.1\r\n"));
	assert_int_equal(head->source, get->source);
	assert_in_range(head->source, 1024, 2047);
	assert_null(request(rig, &index));
	assert_true(rig->sent[rig->sents - 1].tcp_flags & BR_TCP_RST); /* -httpfull-ref f.1112 */
	boot_rig_free(rig);
}

static void a_missing_file_is_asked_for_twice(void **state)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-http4", ONE, NULL, 0, 3);
	struct br_boot_result result = boot_rig_run(rig, 60);
	size_t index = 0;

	(void)state; /* ovmf-virtio-http404 f.12-19 */
	assert_string_equal(result.error, "Client Error: 404 Not Found");
	assert_true(starts(request(rig, &index), "HEAD "));
	assert_true(starts(request(rig, &index), "GET "));
	boot_rig_free(rig);
}

static void what_is_no_boot_image_is_refused(void **state)
{
	struct boot_rig *rig = boot_rig_new(
		"edk2-x64-http4",
		"role=dhcp,http pool=192.0.2.100-192.0.2.199 boot=http://192.0.2.1/vmlinuz", NULL,
		0, 3);
	struct br_boot_result result;

	(void)state; /* kernel-http4 #12-#36 */
	boot_rig_text(rig, "vmlinuz", "hello");
	result = boot_rig_run(rig, 60);
	assert_string_equal(result.error, "Error: Unexpected network error.");
	assert_int_equal(result.octets, 0);
	boot_rig_free(rig);
}

static void nobody_there_is_a_timeout_after_a_minute(void **state)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-http4", NULL, NULL, 0, 3);
	struct br_boot_result result = boot_rig_run(rig, 100);

	(void)state;
	assert_string_equal(result.error, "Error: Server response timeout.");
	assert_in_range(result.ended / BR_S, 59, 60);
	assert_int_equal(rig->sents, 4);
	boot_rig_free(rig);
}

/* HttpBootSelectDhcpOffer, by the server that is then connected to */
static void urls_are_ranked(void **state)
{
	static const char url3[] = "http://192.0.2.3/boot.efi",
			  url4[] = "http://192.0.2.4/boot.efi";
	static const struct {
		struct boot_reply reply[2];
		uint8_t server;
		const char *why;
	} cases[] = {
		{{{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK},
	          {67, 1, 0, 0, 2, 4, 0, 0, url4, HTTP}},
	         4,
	         "a proxy's URL beside an address"},
		{{{67, 1, 0, 0, 2, 3, 0, 0, url3, HTTP},
	          {67, 1, 0, 0, 2, 4, CLIENT, 0, url4, MASK HTTP}},
	         4,
	         "the address server's own URL before the proxy's"},
		{{{67, 1, 0, 0, 2, 3, CLIENT, 0, url3, MASK},
	          {67, 1, 0, 0, 2, 4, CLIENT, 0, url4, MASK HTTP}},
	         4,
	         "a URL without HTTPClient is none"},
		{{{67, 1, 0, 0, 2, 3, CLIENT, 0, "boot.efi", MASK HTTP},
	          {67, 1, 0, 0, 2, 4, CLIENT, 0, url4, MASK HTTP}},
	         4,
	         "a name that is no URL is dropped"},
		{{{67, 1, 0, 0, 2, 3, CLIENT, 0, "https://192.0.2.3/b.efi", MASK HTTP},
	          {67, 1, 0, 0, 2, 4, CLIENT, 0, NULL, MASK}},
	         0,
	         "no TLS here"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct boot_reply reply[4] = {cases[i].reply[0], cases[i].reply[1]};
		struct boot_rig *rig = boot_rig_new("edk2-x64-http4", NULL, NULL, 0, 3);
		const struct boot_sent *syn;
		size_t index = 0;

		for (size_t k = 0; k < 2; k++) {
			reply[2 + k] = reply[k];
			reply[2 + k].asked = 3;
			reply[2 + k].type = 5;
		}
		boot_rig_peer(rig, reply, 4, NULL, 0);
		boot_rig_run(rig, 30);
		syn = boot_rig_next(rig, &index, 80);
		if ((syn ? syn->to & 255 : 0) != cases[i].server)
			fail_msg("%s: %u", cases[i].why, syn ? syn->to & 255 : 0);
		boot_rig_free(rig);
	}
}

/* A name server that knows everything as 192.0.2.3. */
static void name_server(void *context, const struct br_datagram *query, br_time now)
{
	struct br_datagram reply = {.local = query->local, .remote = query->remote};
	uint8_t octets[300];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	(void)now;
	br_put_bytes(&w, query->payload.data, query->payload.size);
	octets[2] |= 0x80; /* an answer, */
	octets[7] = 1;     /* one record: the name of the question, A, IN, 60 s, 4 octets */
	br_put_bytes(&w, "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\3", 16);
	reply.payload = (struct br_octets){octets, br_written(&w)};
	(void)br_host_udp_send(context, &reply);
}

static void a_name_is_asked_of_the_name_server(void **state)
{
	static const char url[] = "http://boot.lab.test/boot.efi";
	static const struct boot_reply reply[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, 0, url, MASK HTTP "0604c0000204"},
		{67, 3, 0, 0, 5, 3, CLIENT, 0, url, MASK HTTP "0604c0000204"}};

	(void)state; /* ovmf-virtio-httpdns f.11-18: one A query, no AAAA */
	for (int answers = 0; answers < 2; answers++) {
		struct boot_rig *rig = boot_rig_new("edk2-x64-http4", NULL, NULL, 0, 3);
		struct br_boot_result result;
		const struct boot_sent *query, *syn;
		size_t index = 0;

		boot_rig_peer(rig, reply, 2, NULL, 0);
		assert_int_equal(br_host_udp_open(rig->peer[1].host, 53), 0);
		br_host_set_user(rig->peer[1].host,
		                 &(struct br_host_user){.context = rig->peer[1].host,
		                                        .datagram = answers ? name_server : NULL});
		result = boot_rig_run(rig, 100);
		query = boot_rig_next(rig, &index, 53);
		assert_non_null(query);
		assert_int_equal(query->to, BOOT_NET + 4);
		assert_memory_equal(query->octets + 12, "\4boot\3lab\4test\0\0\1\0\1", 19);
		syn = boot_rig_next(rig, &index, 80);
		assert_int_equal(syn ? syn->to : 0, answers ? BOOT_NET + 3 : 0);
		/* nobody listens on port 80 there; without an address nothing is tried */
		assert_string_equal(result.error, "Error: Unexpected network error.");
		boot_rig_free(rig);
	}
}

/* Web server that breaks off: a host that answers each connection from a script. */

struct web {
	struct br_host *host;
	const char *const *answer;
	size_t answers, connections;
	char asked[4][512];
};

static void web_stream(void *context, uint32_t stream, enum br_stream_event event, int error,
                       struct br_octets data, br_time now)
{
	struct web *web = context;

	(void)error;
	(void)now;
	if (event != BR_STREAM_DATA)
		return;
	if (web->connections < 4)
		(void)snprintf(web->asked[web->connections], 512, "%.*s", (int)data.size,
		               (const char *)data.data);
	if (web->connections < web->answers)
		(void)br_host_stream_write(web->host, stream,
		                           br_text(web->answer[web->connections]));
	web->connections++;
	br_host_stream_close(web->host, stream);
}

#define RESUMES "edk2-2025-aa64-http4" /* EDK2 2025.02 */

static struct br_boot_result web_of(const char *model, struct boot_rig **ret_rig, struct web *web,
                                    const char *const *answers, size_t count)
{
	static const char url[] = "http://192.0.2.3/boot.efi";
	static const struct boot_reply reply[] = {{67, 1, 0, 0, 2, 4, CLIENT, 0, url, MASK HTTP},
	                                          {67, 3, 0, 0, 5, 4, CLIENT, 0, url, MASK HTTP}};
	struct boot_rig *rig = boot_rig_new(model, NULL, NULL, 0, 3);

	*ret_rig = rig;
	boot_rig_peer(rig, reply, 2, NULL, 0);
	boot_rig_text(rig, "boot.efi", "hello world");
	*web = (struct web){.host = rig->peer[0].host, .answer = answers, .answers = count};
	br_host_set_user(web->host, &(struct br_host_user){.context = web, .stream = web_stream});
	assert_int_equal(br_host_tcp_listen(web->host, 80), 0);
	return boot_rig_run(rig, 100);
}

static struct br_boot_result web(struct boot_rig **ret_rig, struct web *web,
                                 const char *const *answers, size_t count)
{
	return web_of("edk2-x64-http4", ret_rig, web, answers, count);
}

#define WHOLE "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n"
#define WHOLE_A                                                                                    \
	"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nETag: \"a\"\r\n"                                 \
	"Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nConnection: close\r\n\r\n"
#define WHOLE_DATED                                                                                \
	"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n"                                                \
	"Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nConnection: close\r\n\r\n"
#define PART(first, text)                                                                          \
	"HTTP/1.1 206 Partial Content\r\nContent-Length: 6\r\nContent-Range: bytes " first         \
	"-10/11\r\nConnection: close\r\n\r\n" text

static void a_broken_transfer_is_resumed(void **state)
{
	static const char *const answers[] = {
		WHOLE, WHOLE "hello",
		("HTTP/1.1 206 Partial Content\r\nContent-Length: 6\r\n"
	         "Content-Range: bytes 5-10/11\r\nConnection: close\r\n\r\n world")};
	struct boot_rig *rig;
	struct web server;
	struct br_boot_result result = web_of(RESUMES, &rig, &server, answers, 3);

	(void)state; /* HttpBootClient.c: 2 s later, Range, 206 and the same total */
	check_booted(rig, &result, 11);
	assert_non_null(strstr(server.asked[2], "\r\nRange: bytes=5-10\r\n"));
	assert_null(strstr(server.asked[2], "\r\nIf-"));
	assert_in_range(result.ended / BR_S, 5, 7);
	boot_rig_free(rig);
	result = web(&rig, &server, answers, 3); /* edk2-stable202211 knows nothing of it */
	assert_int_equal(result.state, BR_BOOT_FAILED);
	assert_int_equal(server.connections, 2);
	boot_rig_free(rig);
}

/* HttpBootClient.c: the entity tag, else the date, of the answer before */
static void what_is_resumed_must_be_the_same_file(void **state)
{
	static const char *const tagged[] = {WHOLE_A, WHOLE_A "hello", PART("5", " world")};
	static const char *const dated[] = {WHOLE_DATED, WHOLE_DATED "hello", PART("5", " world")};
	struct boot_rig *rig;
	struct web server;
	struct br_boot_result result = web_of(RESUMES, &rig, &server, tagged, 3);

	(void)state;
	check_booted(rig, &result, 11);
	assert_non_null(
		strstr(server.asked[2], "\r\nRange: bytes=5-10\r\nIf-Match: \"a\"\r\n\r\n"));
	boot_rig_free(rig);
	result = web_of(RESUMES, &rig, &server, dated, 3);
	check_booted(rig, &result, 11);
	assert_non_null(strstr(server.asked[2], "\r\nIf-Unmodified-Since: Mon, 01 Jan 2024 "
	                                        "00:00:00 GMT\r\n\r\n"));
	boot_rig_free(rig);
}

/* HttpBootImpl.c: PcdMaxHttpResumeRetries is how often it is asked for in all, 5 */
static void the_fifth_try_is_the_last(void **state)
{
	static const char *const answers[] = {
		WHOLE,          WHOLE "h",      PART("1", "e"),     PART("2", "l"),
		PART("3", "l"), PART("4", "o"), PART("5", " world")};
	struct boot_rig *rig;
	struct web server;
	struct br_boot_result result = web_of(RESUMES, &rig, &server, answers, 7);

	(void)state; /* HEAD, and GET five times with 2 s between */
	assert_int_equal(result.state, BR_BOOT_FAILED);
	assert_int_equal(server.connections, 6);
	assert_in_range(result.ended / BR_S, 11, 13);
	boot_rig_free(rig);
}

static void another_total_is_no_resumption(void **state)
{
	static const char *const answers[] = {
		WHOLE, WHOLE "hello",
		("HTTP/1.1 206 Partial Content\r\nContent-Length: 6\r\n"
	         "Content-Range: bytes 5-10/12\r\n\r\n world")};
	struct boot_rig *rig;
	struct web server;
	struct br_boot_result result = web_of(RESUMES, &rig, &server, answers, 3);

	(void)state;
	assert_int_equal(result.state, BR_BOOT_FAILED);
	assert_int_equal(server.connections, 3);
	boot_rig_free(rig);
}

static void chunks_are_read(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
		"5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"};
	struct boot_rig *rig;
	struct web server;
	struct br_boot_result result = web(&rig, &server, answers, 2);

	(void)state;
	check_booted(rig, &result, 11);
	boot_rig_free(rig);
}

static void a_redirection_is_not_followed(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.4/boot.efi\r\n"
		"Content-Length: 0\r\nConnection: close\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.4/boot.efi\r\n"
		"Content-Length: 0\r\nConnection: close\r\n\r\n"};
	struct boot_rig *rig;
	struct web server;
	struct br_boot_result result = web(&rig, &server, answers, 2);

	(void)state; /* nginxredir-http4 #14-19 */
	assert_string_equal(result.error, "HTTP ERROR: Resource Redirected. New Location: "
	                                  "http://192.0.2.4/boot.efi");
	boot_rig_free(rig);
}

#define MOVED                                                                                      \
	"HTTP/1.1 302 Found\r\nLocation: /boot.efi\r\nContent-Length: 0\r\n"                       \
	"Connection: close\r\n\r\n"

static void ipxe_follows_five_redirections_and_no_sixth(void **state)
{
	static const char *const answers[] = {
		MOVED, MOVED, MOVED, MOVED, MOVED, MOVED, WHOLE "hello world"};

	(void)state;
	for (size_t moves = 4; moves <= 6; moves++) {
		struct boot_rig *rig;
		struct web server;
		struct br_boot_result result =
			web_of("ipxe-bios", &rig, &server, answers + 6 - moves, moves + 1);

		assert_int_equal(server.connections, moves < 6 ? moves + 1 : 6);
		if (moves < 6)
			check_booted(rig, &result, 11);
		else
			assert_int_equal(result.state, BR_BOOT_FAILED);
		boot_rig_free(rig);
	}
}

static void nonsense_is_an_error_and_no_trap(void **state)
{
	static const char *const first[] = {
		"HTTP/1.1 2\r\n\r\n", "\r\n\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		const char *answers[] = {first[i], first[i], first[i], first[i]};
		struct boot_rig *rig;
		struct web server;
		struct br_boot_result result = web(&rig, &server, answers, 4);

		assert_int_equal(result.state, BR_BOOT_FAILED);
		boot_rig_free(rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_from_the_core_by_every_path),
		cmocka_unit_test(head_and_get_share_a_connection),
		cmocka_unit_test(a_missing_file_is_asked_for_twice),
		cmocka_unit_test(what_is_no_boot_image_is_refused),
		cmocka_unit_test(nobody_there_is_a_timeout_after_a_minute),
		cmocka_unit_test(urls_are_ranked),
		cmocka_unit_test(a_name_is_asked_of_the_name_server),
		cmocka_unit_test(a_broken_transfer_is_resumed),
		cmocka_unit_test(what_is_resumed_must_be_the_same_file),
		cmocka_unit_test(the_fifth_try_is_the_last),
		cmocka_unit_test(another_total_is_no_resumption),
		cmocka_unit_test(chunks_are_read),
		cmocka_unit_test(a_redirection_is_not_followed),
		cmocka_unit_test(ipxe_follows_five_redirections_and_no_sixth),
		cmocka_unit_test(nonsense_is_an_error_and_no_trap),
	};

	return cmocka_run_group_tests_name("firmware_edk2_http", tests, NULL, NULL);
}
