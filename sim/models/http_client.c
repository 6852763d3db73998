/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A fetch goes RESOLVING (only a name needs it), CONNECTING, TUNNEL (only by way of a proxy),
 * SHAKING (https), HEAD (only with http.head-first), GET, BODY, and ends in end(), which tells
 * the engine. A connection that is still there and leads to the same server, itself or as a tunnel
 * to the same host and port, is used again, so CONNECTING may be left out; whether it stays after a
 * fetch is the model's choice and the server's.
 *
 * A response's head is collected until it is whole; what stands behind it in the same
 * segment is body. When the other side breaks off: an answer to HEAD was not that
 * important, GET goes on; a body of known length is resumed with Range after a PAUSE, as
 * often as the model does; anything else is the end. A redirect begins anew with another
 * file, at most REDIRECTS_MAX times.
 */
#include "sim/models/http_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dns.h"
#include "sim/models/firmware_inside.h"
#include "sim/models/https.h"

enum state {
	HTTP_OFF,
	HTTP_RESOLVING,  /* a query to the name server is out */
	HTTP_CONNECTING, /* SYN is out */
	HTTP_TUNNEL,     /* CONNECT is out to a proxy */
	HTTP_SHAKING,    /* TLS: hello was said */
	HTTP_HEAD,       /* HEAD is out; its answer has no content */
	HTTP_GET,        /* GET is out; the answer's head is awaited */
	HTTP_BODY,       /* content comes */
	HTTP_PAUSE,      /* EDK2: 2 s before a broken transfer is resumed */
};

enum {
	HEAD_SIZE_MAX = 8192,
	REQUEST_SIZE_MAX = 1024,
	REDIRECTS_MAX = 5,
	DNS_TRIES = 4,
	DNS_PORT_FIRST = 53000, /* any will do: no capture shows a rule */
};

#define DNS_WAIT     (2 * BR_S) /* Dns4Dxe: DNS_DEFAULT_TIMEOUT */
#define RESUME_PAUSE (2 * BR_S) /* HttpBootClient.c, between resumes */

struct br_http_client {
	enum state state;
	bool connected;
	uint32_t stream;
	uint16_t port_next, port_last;
	char tunnel[136];           /* where a proxy leads it, "host:port"; "": no proxy has it */
	char host[128];             /* as in the URL, with the port when given */
	char name[128];             /* without */
	struct br_endpoint address; /* its port is @port */
	uint16_t port;
	const char *path;     /* in fw->file */
	bool sealed;          /* an https URL */
	struct br_https *tls; /* of the connection, or of the last one; NULL: there was none */
	bool headed;          /* HEAD is behind us */
	bool resumed;         /* once, of this file */
	char validator[128];  /* what the file's last answer had: ETag, else Last-Modified */
	char location[BR_BOOT_FILE_SIZE]; /* of a redirect that is not followed */
	bool keep_alive;

	uint8_t *head; /* what came of a response's head */
	size_t head_size, head_seen;
	enum br_http_body body;
	struct br_http_chunks chunks;
	uint64_t left; /* of a body with a length */
	bool no_size;  /* chunked or until close: cannot be resumed */
	uint32_t resumes, tries, redirects;
	uint16_t dns_id, dns_port;
	uint32_t dns_tries;
	struct { /* what was asked for last */
		char name[128];
		struct br_endpoint address;
		uint16_t port;
		br_time until;
	} known;
};

static void connect_now(struct br_firmware *fw, br_time now);
static void timed_out(struct br_firmware *fw, br_time now);

static void drop_connection(struct br_firmware *fw)
{
	struct br_http_client *http = fw->http;

	if (!http->connected && http->state != HTTP_CONNECTING)
		return;
	http->connected = false;
	br_host_stream_reset(fw->host, http->stream);
}

/* iPXE closes what it kept for the next file when there is none: seabios-virtio-ipxehttp */
static void stop(struct br_firmware *fw)
{
	struct br_http_client *http = fw->http;

	if (!http)
		return;
	if (http->state == HTTP_RESOLVING)
		br_host_udp_close(fw->host, http->dns_port);
	if (http->state == HTTP_OFF && http->connected) {
		http->connected = false;
		br_host_stream_close(fw->host, http->stream);
	}
	drop_connection(fw);
	http->state = HTTP_OFF;
}

void br_http_client_free(struct br_firmware *fw)
{
	if (fw->http) {
		br_https_free(fw->http->tls);
		free(fw->http->head);
	}
	free(fw->http);
	fw->http = NULL;
}

static void end(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	struct br_http_client *http = fw->http;
	bool clean = how == BR_FETCH_DONE;
	bool stays = clean && fw->keep && fw->model->http_end == BR_MODEL_HTTP_END_CLOSE;

	if (http->state == HTTP_RESOLVING)
		br_host_udp_close(fw->host, http->dns_port);
	br_firmware_wait_no_more(fw);
	if (http->connected && stays) {
		http->connected = false; /* a grub.cfg is closed when it has been run */
	} else if (!clean || !http->keep_alive || fw->model->http_end != BR_MODEL_HTTP_END_KEEP) {
		if (http->connected && clean && fw->model->http_end == BR_MODEL_HTTP_END_CLOSE) {
			http->connected = false; /* the rest of this stream is not looked at */
			br_host_stream_close(fw->host, http->stream);
		}
		drop_connection(fw);
	}
	http->state = HTTP_OFF;
	br_firmware_fetched(fw, how, now);
}

/* "[2001:db8::2]:8080": the name is what is within, the colon what stands behind or NULL */
static bool take_literal(struct br_http_client *http, const char **colon)
{
	const char *bracket = strchr(http->host, ']');

	if (!bracket || (bracket[1] && bracket[1] != ':'))
		return false;
	memcpy(http->name, http->host + 1, (size_t)(bracket - http->host - 1));
	http->name[bracket - http->host - 1] = '\0';
	*colon = bracket[1] ? bracket + 1 : NULL;
	return true;
}

/* "http[s]://host[:port]/path" into host, name, port and path; false for anything else */
static bool take_url(struct br_firmware *fw)
{
	struct br_http_client *http = fw->http;
	struct br_octets url = br_text(fw->file);
	const char *authority, *colon;
	size_t size;
	uint64_t port;

	http->sealed = br_text_starts_nocase(url, "https://");
	if (!http->sealed && !br_text_starts_nocase(url, "http://"))
		return false;
	authority = fw->file + strlen(http->sealed ? "https://" : "http://");
	port = http->sealed ? BR_TLS_PORT : BR_HTTP_PORT;
	size = strcspn(authority, "/");
	if (size == 0 || size >= sizeof(http->host))
		return false;
	memcpy(http->host, authority, size);
	http->host[size] = '\0';
	http->path = authority[size] ? authority + size : "/";
	memcpy(http->name, http->host, sizeof(http->name));
	colon = strchr(http->host, ':');
	if (http->host[0] == '[' && !take_literal(http, &colon))
		return false;
	if (colon) {
		if (http->host[0] != '[')
			http->name[colon - http->host] = '\0';
		if (!br_text_get_decimal(br_text(colon + 1), UINT16_MAX, &port) || port == 0)
			return false;
	}
	http->port = (uint16_t)port;
	return true;
}

static void ask_dns(struct br_firmware *fw, br_time now)
{
	struct br_http_client *http = fw->http;
	uint8_t buffer[BR_DNS_QUERY_SIZE_MAX];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	br_dns_put_query(&w, http->dns_id, http->name);
	if (w.bad || http->dns_tries++ == DNS_TRIES) {
		end(fw, BR_FETCH_NAME, now);
		return;
	}
	br_firmware_send(fw, http->dns_port, fw->dns, BR_DNS_PORT, 0,
	                 (struct br_octets){buffer, br_written(&w)});
	br_firmware_wait(fw, now + DNS_WAIT, ask_dns);
}

/* EDK2 DnsImpl.c ParseDnsResponse and GRUB net/dns.c keep an answer while it holds; iPXE looks for
 * a connection by its name first, net/tcp/httpconn.c http_connect().
 */
static bool is_known(const struct br_firmware *fw, br_time now)
{
	const struct br_http_client *http = fw->http;

	if (strcmp(http->known.name, http->name) != 0)
		return false;
	return (fw->model->dns_keeps && now < http->known.until) ||
	       (http->connected && http->known.port == http->port);
}

static void resolve(struct br_firmware *fw, br_time now)
{
	struct br_http_client *http = fw->http;

	if (is_known(fw, now)) {
		http->address = http->known.address;
		connect_now(fw, now);
		return;
	}
	http->state = HTTP_RESOLVING;
	http->dns_tries = 0;
	http->dns_id = (uint16_t)br_prng_next(&fw->prng);
	http->dns_port = (uint16_t)(DNS_PORT_FIRST + br_prng_below(&fw->prng, 1000));
	(void)br_host_udp_open(fw->host, http->dns_port);
	if (fw->dns == 0)
		end(fw, BR_FETCH_NAME, now);
	else
		ask_dns(fw, now);
}

static void dns_came(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	struct br_http_client *http = fw->http;
	uint32_t address = 0, ttl_s = 0;
	int status = br_dns_get_address(datagram->payload, http->dns_id, &address, &ttl_s);

	if (status == -EBADMSG || br_endpoint_to_ipv4(&datagram->remote) != fw->dns)
		return; /* not our answer; wait on */
	if (status < 0) {
		end(fw, BR_FETCH_NAME, now);
		return;
	}
	br_host_udp_close(fw->host, http->dns_port);
	http->address = http->known.address = br_endpoint_ipv4(address, 0);
	memcpy(http->known.name, http->name, sizeof(http->known.name));
	http->known.port = http->port;
	http->known.until = now + ttl_s * BR_S;
	connect_now(fw, now);
}

static int say(struct br_firmware *fw, struct br_octets octets)
{
	return fw->http->sealed ? br_https_write(fw->http->tls, octets)
	                        : br_host_stream_write(fw->host, fw->http->stream, octets);
}

static void wait(struct br_firmware *fw, br_time now)
{
	if (fw->model->http_wait_ms > 0)
		br_firmware_wait(fw, now + fw->model->http_wait_ms * BR_MS, timed_out);
	else
		br_firmware_wait_no_more(fw);
}

static void send_request(struct br_firmware *fw, br_time now)
{
	struct br_http_client *http = fw->http;
	bool head = fw->model->http_head_first && !http->headed;
	bool resumed = fw->file_octets > 0;
	uint8_t buffer[REQUEST_SIZE_MAX];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));
	bool literal = http->host[0] == '[';
	char bare[sizeof(http->name) + 2];

	snprintf(bare, sizeof(bare), "%s%s%s", literal ? "[" : "", http->name, literal ? "]" : "");
	http->state = head ? HTTP_HEAD : HTTP_GET;
	http->head_size = http->head_seen = 0;
	br_model_http_request(fw->model, &w, head ? "HEAD" : "GET", http->path,
	                      fw->model->http_bare_host ? bare : http->host,
	                      resumed ? fw->file_octets : 0, fw->file_size - 1,
	                      fw->model->http_validates ? http->validator : "");
	if (w.bad || say(fw, (struct br_octets){buffer, br_written(&w)}) < 0) {
		end(fw, BR_FETCH_BAD, now);
		return;
	}
	br_firmware_step(fw, BR_BOOT_STEP_FILE, now);
	wait(fw, now);
}

/* EDK2 asks the proxy once, before the size is known, and what it resumes goes there directly:
 * HttpBootImpl.c HttpBootGetBootFileCaller.
 */
static bool takes_proxy(const struct br_firmware *fw)
{
	return fw->model->http_connects && fw->web_proxy.port != 0 && !fw->http->resumed;
}

static void send_connect(struct br_firmware *fw, br_time now)
{
	struct br_http_client *http = fw->http;
	uint8_t buffer[REQUEST_SIZE_MAX];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));
	char host[sizeof(http->tunnel)];

	snprintf(host, sizeof(host), "%.*s", (int)(strrchr(http->tunnel, ':') - http->tunnel),
	         http->tunnel);
	br_model_http_connect(fw->model, &w, http->tunnel, host);
	http->state = HTTP_TUNNEL;
	http->head_size = http->head_seen = 0;
	if (w.bad || br_host_stream_write(fw->host, http->stream,
	                                  (struct br_octets){buffer, br_written(&w)}) < 0) {
		end(fw, BR_FETCH_BAD, now);
		return;
	}
	br_firmware_step(fw, BR_BOOT_STEP_FILE, now);
	wait(fw, now);
}

static void connect_now(struct br_firmware *fw, br_time now)
{
	struct br_http_client *http = fw->http;
	const struct br_model *model = fw->model;
	struct br_endpoint local = {.port = 0};
	struct br_endpoint remote = http->address;
	uint32_t port = http->port_next;
	char tunnel[sizeof(http->tunnel)] = "";
	const uint8_t *own;
	int stream;

	remote.port = http->port;
	if (takes_proxy(fw)) {
		bool literal = strchr(http->name, ':') != NULL;

		remote = fw->web_proxy;
		snprintf(tunnel, sizeof(tunnel), "%s%s%s:%u", literal ? "[" : "", http->name,
		         literal ? "]" : "", http->port);
	}
	if (http->connected && br_endpoint_equal(&remote, &fw->server) &&
	    !strcmp(tunnel, http->tunnel)) {
		send_request(fw, now);
		return;
	}
	drop_connection(fw);
	memcpy(http->tunnel, tunnel, sizeof(tunnel));
	if (http->sealed && !br_https_can(fw)) {
		end(fw, BR_FETCH_NO_TLS, now);
		return;
	}
	fw->server = remote;
	if (port < model->http_port_min || port > model->http_port_max)
		port = model->http_port_min +
		       (model->http_port_fixed
		                ? 0
		                : (uint32_t)br_prng_below(&fw->prng, model->http_port_max -
		                                                             model->http_port_min +
		                                                             1));
	if (model->http_first_twice || model->tcp_hop_limit6) {
		struct br_tcp_options tcp = *br_host_get_tcp_options(fw->host);

		/* not over IPv6: captures/ovmf-virtio-pxe6-ref frame 16831, http6full frame 2401 */
		tcp.first_twice =
			model->http_first_twice && http->port_next == 0 && br_ip_is_ipv4(remote.ip);
		tcp.ttl = (uint8_t)(br_ip_is_ipv4(remote.ip) || !model->tcp_hop_limit6
		                            ? model->tcp_ttl
		                            : model->tcp_hop_limit6);
		br_host_set_tcp_options(fw->host, &tcp);
	}
	local.port = http->port_last = (uint16_t)port;
	own = br_firmware_source6(fw, &remote);
	if (own)
		memcpy(local.ip, own, sizeof(local.ip));
	http->port_next =
		(uint16_t)(port == model->http_port_max ? model->http_port_min : port + 1);
	stream = br_host_tcp_connect(fw->host, &local, &remote);
	if (stream < 0) {
		end(fw, BR_FETCH_UNREACHABLE, now);
		return;
	}
	http->stream = (uint32_t)stream;
	http->state = HTTP_CONNECTING;
	br_firmware_step(fw, BR_BOOT_STEP_FILE, now);
	br_firmware_wait_no_more(fw); /* the host's TCP gives up by itself */
}

void br_http_client_start(struct br_firmware *fw, br_time now)
{
	struct br_http_client *http = fw->http;

	if (!http)
		http = fw->http = calloc(1, sizeof(*http));
	if (!http) {
		br_firmware_fetched(fw, BR_FETCH_BAD, now);
		return;
	}
	br_firmware_data_begins(fw);
	http->headed = http->resumed = false;
	http->no_size = false;
	http->validator[0] = '\0';
	http->resumes = http->redirects = http->tries = 0;
	if (!take_url(fw))
		end(fw, BR_FETCH_BAD, now);
	else if (br_text_get_ip(br_text(http->name), http->address.ip))
		connect_now(fw, now);
	else
		resolve(fw, now);
}

/* The peer or time broke it off. */
static void broken(struct br_firmware *fw, enum br_fetch how, br_time now)
{
	struct br_http_client *http = fw->http;
	bool began = http->state == HTTP_BODY;

	drop_connection(fw);
	if (http->state == HTTP_HEAD) { /* no size by HEAD: the GET tells, HttpBootImpl.c */
		http->headed = true;
		connect_now(fw, now);
		return;
	}
	if (began && !http->no_size && http->resumes++ < fw->model->http_resumes) {
		http->state = HTTP_PAUSE;
		http->resumed = true;
		br_firmware_wait(fw, now + RESUME_PAUSE, connect_now);
		return;
	}
	end(fw, how, now);
}

static void timed_out(struct br_firmware *fw, br_time now)
{
	broken(fw, BR_FETCH_TIMEOUT, now);
}

/* HttpBootSupport.c HttpBootCheckImageType: the media type, else the extension */
static bool is_boot_image(const struct br_firmware *fw, const struct br_http_head *head)
{
	static const char *const types[] = {"application/efi", "application/vnd.efi-iso",
	                                    "application/vnd.efi-img"};
	static const char *const extensions[] = {".efi", ".iso", ".img"};
	size_t index = 0, size = strlen(fw->file);
	const struct br_http_field *field = br_http_field_next(head, "Content-Type", &index);

	for (size_t i = 0; field && i < 3; i++) {
		if (br_text_is_nocase(field->value, types[i]))
			return true;
	}
	for (size_t i = 0; i < 3; i++) {
		struct br_octets end_of = {(const uint8_t *)fw->file + size - 4, 4};

		if (size > 4 && br_text_is_nocase(end_of, extensions[i]))
			return true;
	}
	return false;
}

/* A Location of an absolute http URL or an absolute path replaces the file. */
static bool redirected(struct br_firmware *fw, const struct br_http_head *head, br_time now)
{
	size_t index = 0;
	const struct br_http_field *field = br_http_field_next(head, "Location", &index);
	char url[BR_BOOT_FILE_SIZE];

	if (!fw->model->http_follows || !field || fw->http->redirects == REDIRECTS_MAX)
		return false;
	if (br_text_starts(field->value, "/"))
		snprintf(url, sizeof(url), "%s://%s%.*s", fw->http->sealed ? "https" : "http",
		         fw->http->host, (int)field->value.size, (const char *)field->value.data);
	else
		snprintf(url, sizeof(url), "%.*s", (int)field->value.size,
		         (const char *)field->value.data);
	drop_connection(fw);
	if (br_firmware_set_file(fw, br_text(url), 0, 0) < 0 || !take_url(fw))
		return false;
	fw->http->redirects++;
	if (br_text_get_ip(br_text(fw->http->name), fw->http->address.ip))
		connect_now(fw, now);
	else
		resolve(fw, now);
	return true;
}

static void body_over(struct br_firmware *fw, br_time now)
{
	fw->file_size = fw->file_octets;
	end(fw, BR_FETCH_DONE, now);
}

/* The answer to HEAD is there: GET follows, on the same connection if it stays. */
static void headed(struct br_firmware *fw, const struct br_http_head *head, br_time now)
{
	struct br_http_client *http = fw->http;

	http->headed = true;
	if (head->status < 300 && http->body == BR_HTTP_BODY_LENGTH) {
		fw->file_size = http->left;
		fw->file_size_known = true;
		br_firmware_step(fw, BR_BOOT_STEP_SIZE, now);
	}
	if (!http->keep_alive)
		drop_connection(fw);
	connect_now(fw, now);
}

/* What a resumed transfer needs to go on: 206 and the same total */
static bool resumes_right(const struct br_firmware *fw, const struct br_http_head *head)
{
	size_t index = 0;
	const struct br_http_field *field = br_http_field_next(head, "Content-Range", &index);
	uint64_t first, last, total;

	return head->status == 206 && field &&
	       br_http_content_range(field->value, &first, &last, &total) &&
	       first == fw->file_octets && total == fw->file_size;
}

/* HttpBootClient.c: ETag, else Last-Modified; one that is neither leaves what was there */
static void keep_validator(struct br_http_client *http, const struct br_http_head *head)
{
	size_t index = 0;
	const struct br_http_field *field = br_http_field_next(head, "ETag", &index);

	index = 0;
	if (!field)
		field = br_http_field_next(head, "Last-Modified", &index);
	if (field && field->value.size < sizeof(http->validator))
		snprintf(http->validator, sizeof(http->validator), "%.*s", (int)field->value.size,
		         (const char *)field->value.data);
}

static void keep_location(struct br_firmware *fw, const struct br_http_head *head)
{
	struct br_http_client *http = fw->http;
	size_t index = 0;
	const struct br_http_field *field = br_http_field_next(head, "Location", &index);

	snprintf(http->location, sizeof(http->location), "%.*s", field ? (int)field->value.size : 0,
	         field ? (const char *)field->value.data : "");
	fw->fetch_text = http->location;
}

static void tls_begins(struct br_firmware *fw, br_time now);

/* The proxy's answer to CONNECT; its words are an HTTP server's, HttpBootPrintErrorMessage */
static void tunnelled(struct br_firmware *fw, const struct br_http_head *head, br_time now)
{
	if (head->status < 200 || head->status >= 300) {
		fw->fetch_code = head->status;
		keep_location(fw, head);
		end(fw, BR_FETCH_ERROR, now);
	} else if (fw->http->sealed) {
		tls_begins(fw, now);
	} else {
		send_request(fw, now);
	}
}

static void answered(struct br_firmware *fw, const struct br_http_head *head, br_time now)
{
	struct br_http_client *http = fw->http;
	bool to_head = http->state == HTTP_HEAD;

	if (http->state == HTTP_TUNNEL) {
		tunnelled(fw, head, now);
		return;
	}
	http->keep_alive = br_http_keep_alive(head);
	if (br_http_response_body(head, false, &http->body, &http->left) < 0) {
		end(fw, BR_FETCH_BAD, now);
		return;
	}
	if (head->status < 300)
		keep_validator(http, head);
	if (to_head) {
		headed(fw, head, now);
		return;
	}
	if (head->status >= 300 && head->status < 400 && redirected(fw, head, now))
		return;
	if (head->status >= 300) {
		fw->fetch_code = head->status;
		keep_location(fw, head);
		end(fw, BR_FETCH_ERROR, now);
		return;
	}
	if (fw->model->http_needs_type && !is_boot_image(fw, head)) {
		end(fw, BR_FETCH_TYPE, now);
		return;
	}
	if ((fw->model->http_needs_length && http->body != BR_HTTP_BODY_LENGTH) ||
	    (fw->file_octets > 0 && !resumes_right(fw, head))) {
		end(fw, BR_FETCH_BAD, now);
		return;
	}
	http->no_size = http->body != BR_HTTP_BODY_LENGTH;
	if (http->no_size == false && fw->file_octets == 0) {
		fw->file_size = http->left;
		fw->file_size_known = true;
	}
	http->chunks = (struct br_http_chunks){.left = 0};
	http->state = HTTP_BODY;
	if (http->body == BR_HTTP_BODY_NONE ||
	    (http->body == BR_HTTP_BODY_LENGTH && http->left == 0))
		body_over(fw, now);
}

static void body_came(struct br_firmware *fw, struct br_octets data, br_time now)
{
	struct br_http_client *http = fw->http;
	struct br_reader r = br_reader_of(data.data, data.size);
	struct br_octets piece;
	int status;

	wait(fw, now);
	switch (http->body) {
	case BR_HTTP_BODY_NONE:
		break;
	case BR_HTTP_BODY_LENGTH:
		if (data.size > http->left)
			data.size = (size_t)http->left; /* more than announced: not looked at */
		http->left -= data.size;
		br_firmware_data_came(fw, data, now);
		if (http->left == 0)
			body_over(fw, now);
		break;
	case BR_HTTP_BODY_CHUNKED:
		while ((status = br_http_chunks_get(&http->chunks, &r, &piece)) > 0)
			br_firmware_data_came(fw, piece, now);
		if (status == -ENODATA)
			body_over(fw, now);
		else if (status < 0)
			end(fw, BR_FETCH_BAD, now);
		break;
	case BR_HTTP_BODY_UNTIL_CLOSE:
		br_firmware_data_came(fw, data, now);
		break;
	}
}

static void data_came(struct br_firmware *fw, struct br_octets data, br_time now)
{
	struct br_http_client *http = fw->http;
	struct br_http_head head;
	uint16_t status_code;
	size_t room, take;
	int status;

	if (http->state == HTTP_BODY) {
		body_came(fw, data, now);
		return;
	}
	if (http->state != HTTP_TUNNEL && http->state != HTTP_HEAD && http->state != HTTP_GET)
		return;
	if (!http->head)
		http->head = malloc(HEAD_SIZE_MAX);
	if (!http->head) {
		end(fw, BR_FETCH_BAD, now);
		return;
	}
	room = HEAD_SIZE_MAX - http->head_size;
	take = data.size < room ? data.size : room;
	memcpy(http->head + http->head_size, data.data, take);
	http->head_size += take;
	status = br_http_parse(BR_HTTP_RESPONSE, (struct br_octets){http->head, http->head_size},
	                       HEAD_SIZE_MAX, &http->head_seen, &head, &status_code);
	if (status < 0) {
		end(fw, BR_FETCH_BAD, now);
		return;
	}
	if (status == 0)
		return;
	take -= http->head_size - head.size; /* octets of @data that belonged to the head */
	answered(fw, &head, now);
	if (http->state == HTTP_BODY && data.size > take)
		body_came(fw, (struct br_octets){data.data + take, data.size - take}, now);
}

/* The handshake is over and did not end well; the connection is gone already, or ends by FIN. */
static void tls_failed(struct br_firmware *fw, br_time now)
{
	struct br_http_client *http = fw->http;

	br_https_ended(http->tls);
	fw->fetch_text = br_https_why(http->tls);
	http->connected = false;
	http->state = HTTP_GET;
	end(fw, br_https_was_refused(http->tls) ? BR_FETCH_TLS_REFUSED : BR_FETCH_TLS, now);
}

static void tls_begins(struct br_firmware *fw, br_time now)
{
	struct br_http_client *http = fw->http;

	http->state = HTTP_SHAKING;
	if (br_https_begin(&http->tls, fw, http->stream, http->name, now) < 0)
		end(fw, BR_FETCH_BAD, now);
	else /* OVMF 2022.11 waited 30 s, until the server left */
		br_firmware_wait_no_more(fw);
}

static void ended(struct br_firmware *fw, br_time now);

/* What is said within may end this connection and begin another. */
static void tls_came(struct br_firmware *fw, struct br_octets data, br_time now)
{
	struct br_http_client *http = fw->http;
	const struct br_https *tls = http->tls;
	struct br_octets plain;

	while (data.size > 0 && http->connected && http->tls == tls) {
		switch (br_https_take(http->tls, &data, &plain)) {
		case BR_HTTPS_NOTHING:
			break;
		case BR_HTTPS_OPENED:
			send_request(fw, now);
			break;
		case BR_HTTPS_SAID:
			data_came(fw, plain, now);
			break;
		case BR_HTTPS_SHUT:
			ended(fw, now);
			return;
		case BR_HTTPS_FAILED:
			tls_failed(fw, now);
			return;
		}
	}
}

static void connect_again(struct br_firmware *fw, br_time now)
{
	fw->http->port_next = fw->http->port_last;
	connect_now(fw, now);
}

static void gone(struct br_firmware *fw, int error, br_time now)
{
	struct br_http_client *http = fw->http;
	bool connecting = http->state == HTTP_CONNECTING;

	if (connecting && error != ETIMEDOUT && fw->model->http_refused_ms &&
	    ++http->tries < fw->model->http_tries) {
		http->state = HTTP_PAUSE;
		br_firmware_wait(fw, now + fw->model->http_refused_ms * BR_MS, connect_again);
		return;
	}

	http->connected = false;
	switch (http->state) {
	case HTTP_CONNECTING:
		http->state = HTTP_GET;
		break;
	case HTTP_TUNNEL:
	case HTTP_HEAD:
	case HTTP_GET:
	case HTTP_BODY:
		break;
	case HTTP_SHAKING:
		tls_failed(fw, now);
		return;
	case HTTP_OFF:
	case HTTP_RESOLVING:
	case HTTP_PAUSE:
		return;
	}
	if (connecting)
		end(fw, error == ETIMEDOUT ? BR_FETCH_TIMEOUT : BR_FETCH_UNREACHABLE, now);
	else
		broken(fw, error == ETIMEDOUT ? BR_FETCH_TIMEOUT : BR_FETCH_BAD, now);
}

/* FIN: the end of a body without a length, and the early end of any other */
static void ended(struct br_firmware *fw, br_time now)
{
	struct br_http_client *http = fw->http;

	switch (http->state) {
	case HTTP_BODY:
		if (http->body == BR_HTTP_BODY_UNTIL_CLOSE)
			body_over(fw, now);
		else
			broken(fw, BR_FETCH_BAD, now);
		break;
	case HTTP_TUNNEL:
	case HTTP_HEAD:
	case HTTP_GET:
		broken(fw, BR_FETCH_BAD, now);
		break;
	case HTTP_SHAKING:
		br_host_stream_close(fw->host, http->stream);
		tls_failed(fw, now);
		break;
	case HTTP_OFF: /* a connection that was kept */
		drop_connection(fw);
		break;
	case HTTP_RESOLVING:
	case HTTP_CONNECTING:
	case HTTP_PAUSE:
		break;
	}
}

void br_http_client_stream(struct br_firmware *fw, uint32_t stream, enum br_stream_event event,
                           int error, struct br_octets data, br_time now)
{
	struct br_http_client *http = fw->http;

	if (!http || stream != http->stream || (!http->connected && http->state != HTTP_CONNECTING))
		return; /* one that was closed before */
	switch (event) {
	case BR_STREAM_OPENED:
		http->connected = true;
		if (takes_proxy(fw))
			send_connect(fw, now);
		else if (http->sealed)
			tls_begins(fw, now);
		else
			send_request(fw, now);
		break;
	case BR_STREAM_DATA:
		if (http->sealed && http->state != HTTP_TUNNEL)
			tls_came(fw, data, now);
		else
			data_came(fw, data, now);
		break;
	case BR_STREAM_END:
		ended(fw, now);
		break;
	case BR_STREAM_CREDIT:
		break;
	case BR_STREAM_GONE:
		gone(fw, error, now);
		break;
	}
}

/* Answers of the name server. */
static bool input(struct br_firmware *fw, const struct br_datagram *datagram, br_time now)
{
	if (!fw->http || fw->http->state != HTTP_RESOLVING ||
	    datagram->local.port != fw->http->dns_port)
		return false;
	dns_came(fw, datagram, now);
	return true;
}

const struct br_boot_client br_boot_client_http = {.input = input, .stop = stop};
