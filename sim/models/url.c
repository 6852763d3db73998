/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/url.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/tftp_packet.h"

bool br_url_is_absolute(struct br_octets text)
{
	size_t i = 0;

	while (i < text.size && isalnum(text.data[i]))
		i++;
	return i > 1 && i < text.size && text.data[i] == ':';
}

static bool fits(int written, size_t size)
{
	return written >= 0 && (size_t)written < size;
}

bool br_url_tftp_at(char *target, size_t size, const struct br_endpoint *server,
                    struct br_octets path)
{
	char host[BR_IP_TEXT_SIZE + 2];
	struct br_writer w = br_writer_of(host, sizeof(host));

	br_text_put_url_host(&w, server->ip);
	(void)br_text_end(&w);
	return fits(snprintf(target, size, "tftp://%s/%.*s", host, (int)path.size,
	                     (const char *)path.data),
	            size);
}

bool br_url_tftp(char *target, size_t size, uint32_t server, struct br_octets path)
{
	const struct br_endpoint at = br_endpoint_ipv4(server, BR_TFTP_PORT);

	return br_url_tftp_at(target, size, &at, path);
}

/* Octets of "scheme://authority" */
static size_t root_size(const char *url)
{
	const char *authority = strstr(url, "://");

	if (!authority)
		return 0;
	authority += 3;
	return (size_t)(authority - url) + strcspn(authority, "/");
}

bool br_url_resolve(char *target, size_t size, const char *base, struct br_octets reference)
{
	char whole[1024];
	size_t keep = 0;

	if (!br_url_is_absolute(reference)) {
		const char *slash = strrchr(base, '/');

		keep = root_size(base);
		if (!br_text_starts(reference, "/") && slash && slash >= base + keep)
			keep = (size_t)(slash - base) + 1;
	}
	if (!fits(snprintf(whole, sizeof(whole), "%.*s%.*s", (int)keep, base, (int)reference.size,
	                   (const char *)reference.data),
	          sizeof(whole)) ||
	    strlen(whole) >= size)
		return false;
	memcpy(target, whole, strlen(whole) + 1);
	return true;
}

bool br_url_split_tftp(const char *url, struct br_endpoint *ret_server, const char **ret_path)
{
	const char *host = url + strlen("tftp://");
	struct br_octets text;
	uint8_t ip[16];
	size_t size;
	bool six;

	if (!br_text_starts_nocase(br_text(url), "tftp://"))
		return false;
	size = strcspn(host, "/");
	six = size > 2 && host[0] == '[' && host[size - 1] == ']';
	text = (struct br_octets){(const uint8_t *)host + six, size - (six ? 2 : 0)};
	if (!host[size] || !(six ? br_text_get_ipv6(text, ip) : br_text_get_ip(text, ip)) ||
	    (!six && !br_ip_is_ipv4(ip)))
		return false;
	*ret_server = (struct br_endpoint){.port = BR_TFTP_PORT};
	memcpy(ret_server->ip, ip, sizeof(ret_server->ip));
	*ret_path = host + size + 1;
	return true;
}
