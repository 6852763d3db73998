/* SPDX-License-Identifier: BSD-2-Clause */
/* One end of TLS on the loopback interface, for OpenSSL to be the other:
 *
 *	tls_peer serve KEY=VALUE...	prints its port, answers each connection with what it was
 *					asked, until its input ends
 *	tls_peer ask CLIENT PORT TRUST	shakes hands, asks for "/", prints how it went;
 *					TRUST: root, other, none, or a file of DER
 *	tls_peer authority NAME		its certificate as DER
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/text.h"
#include "sim/tls/client.h"

enum {
	PIECE = 4096,
	BACKLOG = 16,
};

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "tls_peer: %s: %s\n", what, strerror(errno));
	exit(2);
}

static bool send_all(int fd, struct br_octets octets)
{
	while (octets.size > 0) {
		ssize_t sent = write(fd, octets.data, octets.size);

		if (sent <= 0)
			return false;
		octets.data += sent;
		octets.size -= (size_t)sent;
	}
	return true;
}

static void answer(struct br_tls_server *server, struct br_octets asked)
{
	char text[400];
	int size = snprintf(text, sizeof(text),
	                    "HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\nyou said %.*s\n",
	                    (int)strcspn((const char *)asked.data, "\r") + 10,
	                    (int)strcspn((const char *)asked.data, "\r"), (const char *)asked.data);

	br_tls_server_write(server, (struct br_octets){(const uint8_t *)text, (size_t)size});
	br_tls_server_close(server);
}

static void serve_one(int fd, struct br_tls_identity *identity, uint64_t seed)
{
	struct br_tls_server *server;
	struct br_octets octets;
	uint8_t buffer[PIECE];
	char asked[PIECE + 1] = "";
	bool answered = false;
	ssize_t got;

	must(br_tls_server_new(&server, identity, seed) == 0, "memory");
	while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
		if (!br_tls_server_input(server, (struct br_octets){buffer, (size_t)got}))
			break;
		br_tls_server_go(server);
		while (br_tls_server_read(server, &octets)) {
			if (answered || octets.size == 0 || octets.size > PIECE)
				continue;
			memcpy(asked, octets.data, octets.size);
			asked[octets.size] = '\0';
			answer(server, (struct br_octets){(const uint8_t *)asked, octets.size});
			answered = true;
		}
		while (br_tls_server_output(server, &octets)) {
			(void)send_all(fd, octets);
			br_tls_server_sent(server, octets.size);
		}
		if (br_tls_server_wish(server) != BR_TLS_WISH_NONE)
			break;
	}
	br_tls_server_free(server);
	(void)shutdown(fd, SHUT_WR);
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	(void)close(fd);
}

static int serve(char **word)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct br_tls_identity *identity;
	struct br_tls_settings settings;
	char error[200] = "";
	uint64_t seed = 0;

	br_tls_settings_init(&settings);
	memcpy(settings.names, "127.0.0.1,boot.example", sizeof("127.0.0.1,boot.example"));
	for (; *word; word++) {
		char *value = strchr(*word, '=');

		must(value != NULL, *word);
		*value++ = '\0';
		must(br_tls_settings_set(&settings, *word, value, error, sizeof(error)) == 0,
		     error);
	}
	must(br_tls_identity_new(&identity, &settings) == 0, "memory");
	must(bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	             listen(listener, BACKLOG) == 0 &&
	             getsockname(listener, (struct sockaddr *)&address, &size) == 0,
	     "listen");
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	for (;;) {
		struct pollfd waits[] = {{.fd = listener, .events = POLLIN},
		                         {.fd = STDIN_FILENO, .events = POLLIN}};

		must(poll(waits, 2, -1) > 0, "poll");
		if (waits[1].revents)
			break;
		serve_one(accept(listener, NULL, NULL), identity, seed++);
	}
	br_tls_identity_free(identity);
	(void)close(listener);
	return 0;
}

static void read_trust(const char *name, uint8_t *octets, size_t room, struct br_tls_trust *trust)
{
	struct br_writer w = br_writer_of(octets, room);
	FILE *file;

	if (!strcmp(name, "none"))
		return;
	if (!strcmp(name, "root") || !strcmp(name, "other")) {
		br_tls_authority_build(name, &w);
		trust->anchor[0] = (struct br_octets){octets, br_written(&w)};
	} else {
		file = fopen(name, "rb");
		must(file != NULL, name);
		trust->anchor[0] = (struct br_octets){octets, fread(octets, 1, room, file)};
		fclose(file);
	}
	trust->anchors = 1;
}

static int ask(const char *name, const char *port, const char *trust_name)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct br_tls_trust trust = {.now_s = (int64_t)time(NULL)};
	uint8_t authority[BR_TLS_CERTIFICATE_SIZE_MAX], buffer[PIECE];
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct br_octets octets, plain;
	struct br_tls_client *client;
	struct br_tls_seen seen;
	bool asked = false;
	ssize_t got;

	read_trust(trust_name, authority, sizeof(authority), &trust);
	must(br_tls_client_find(name) != NULL, name);
	must(br_tls_client_new(&client, br_tls_client_find(name), &trust, "127.0.0.1", 1) == 0,
	     "memory");
	must(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "connect");
	do {
		while (br_tls_client_output(client, &octets))
			(void)send_all(fd, octets);
		if (br_tls_client_phase(client) == BR_TLS_FAILED ||
		    br_tls_client_phase(client) == BR_TLS_SHUT)
			break;
		got = read(fd, buffer, sizeof(buffer));
		octets = (struct br_octets){buffer, got > 0 ? (size_t)got : 0};
		while (octets.size > 0) {
			br_tls_client_input(client, &octets, &plain);
			fwrite(plain.data, 1, plain.size, stdout);
		}
		if (!asked && br_tls_client_phase(client) == BR_TLS_OPEN)
			asked = br_tls_client_write(client, br_text("GET / HTTP/1.0\r\n\r\n"));
	} while (got > 0);
	br_tls_client_seen(client, &seen);
	printf("%s%s, version %04x, suite %04x, alert %u\n", asked ? "open, " : "",
	       br_tls_reason_text(br_tls_client_reason(client)), seen.version, seen.suite,
	       seen.alert);
	br_tls_client_free(client);
	(void)close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t der[BR_TLS_CERTIFICATE_SIZE_MAX];
	struct br_writer w = br_writer_of(der, sizeof(der));

	(void)signal(SIGPIPE, SIG_IGN);
	if (argc >= 2 && !strcmp(argv[1], "serve"))
		return serve(argv + 2);
	if (argc == 5 && !strcmp(argv[1], "ask"))
		return ask(argv[2], argv[3], argv[4]);
	if (argc != 3 || strcmp(argv[1], "authority") != 0)
		return 2;
	br_tls_authority_build(argv[2], &w);
	return fwrite(der, 1, br_written(&w), stdout) == br_written(&w) ? 0 : 2;
}
