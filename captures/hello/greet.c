/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/hello/greet.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PIECE = 4096,
	WAIT_MS = 5000, /* as EDK2's PcdHttpIoTimeout */
};

static int reach(const char *host, const char *port, char error[static BR_GREET_ERROR_SIZE])
{
	const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found, *at;
	int fd = -1, result = getaddrinfo(host, port, &wanted, &found);

	if (result != 0) {
		(void)snprintf(error, BR_GREET_ERROR_SIZE, "%.80s: %s", host, gai_strerror(result));
		return -EIO;
	}
	for (at = found; at && fd < 0; at = at->ai_next) {
		fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
		if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
			(void)snprintf(error, BR_GREET_ERROR_SIZE, "%.80s port %s: %s", host, port,
			               strerror(errno));
			(void)close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(found);
	return fd < 0 ? -EIO : fd;
}

static void send_all(int fd, struct br_octets octets)
{
	while (octets.size > 0) {
		ssize_t sent = send(fd, octets.data, octets.size, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		octets.data += sent;
		octets.size -= (size_t)sent;
	}
}

/* What came, 0 for its end or for silence */
static size_t receive(int fd, uint8_t *buffer, size_t size)
{
	struct pollfd waits = {.fd = fd, .events = POLLIN};
	ssize_t got;

	if (poll(&waits, 1, WAIT_MS) <= 0)
		return 0;
	got = recv(fd, buffer, size, 0);
	return got > 0 ? (size_t)got : 0;
}

static void keep_chain(const struct br_tls_client *client, struct br_greeting *ret)
{
	struct br_writer w = br_writer_of(ret->chain, sizeof(ret->chain));
	struct br_octets sent[BR_TLS_SENT_MAX];
	size_t count = br_tls_client_chain(client, sent);

	for (ret->count = 0; ret->count < count; ret->count++) {
		ret->sent[ret->count] = (struct br_octets){w.pos, sent[ret->count].size};
		br_put_bytes(&w, sent[ret->count].data, sent[ret->count].size);
		if (w.bad)
			return;
	}
}

int br_greet(const struct br_tls_habits *habits, const struct br_tls_trust *trust, const char *host,
             const char *port, const char *name, enum br_tls_reason *ret_reason,
             struct br_greeting *ret, char error[static BR_GREET_ERROR_SIZE])
{
	struct br_octets octets, plain;
	struct br_tls_client *client;
	struct br_tls_seen seen;
	uint8_t buffer[PIECE];
	int fd = reach(host, port, error);
	size_t got;

	if (fd < 0)
		return fd;
	if (br_tls_client_new(&client, habits, trust, name, 1) < 0) {
		(void)close(fd);
		return -ENOMEM;
	}
	do {
		while (br_tls_client_output(client, &octets))
			send_all(fd, octets);
		if (br_tls_client_phase(client) != BR_TLS_SHAKING)
			break;
		got = receive(fd, buffer, sizeof(buffer));
		octets = (struct br_octets){buffer, got};
		while (octets.size > 0)
			br_tls_client_input(client, &octets, &plain);
	} while (got > 0);
	*ret_reason = br_tls_client_reason(client);
	if (*ret_reason == BR_TLS_WELL && br_tls_client_phase(client) == BR_TLS_SHAKING)
		*ret_reason = BR_TLS_ENDED;
	br_tls_client_seen(client, &seen);
	*ret = (struct br_greeting){
		.version = seen.version, .suite = seen.suite, .alert = seen.alert};
	keep_chain(client, ret);
	br_tls_client_free(client);
	(void)close(fd);
	return 0;
}

enum br_tls_reason br_greeting_judge(const struct br_greeting *greeting,
                                     const struct br_tls_habits *habits,
                                     const struct br_tls_trust *trust, const char *name)
{
	if (greeting->version < habits->version_min || greeting->version > habits->version)
		return BR_TLS_VERSION;
	if (!br_tls_habits_offer(habits, greeting->suite))
		return BR_TLS_SUITE;
	return greeting->count == 0 ? BR_TLS_BEYOND
	                            : br_tls_verify(habits, trust, name, greeting->suite,
	                                            greeting->sent, greeting->count);
}
