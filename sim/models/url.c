/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/url.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

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

bool br_url_tftp(char *target, size_t size, uint32_t server, struct br_octets path)
{
	return fits(snprintf(target, size, "tftp://%u.%u.%u.%u/%.*s", server >> 24,
	                     server >> 16 & 255, server >> 8 & 255, server & 255, (int)path.size,
	                     (const char *)path.data),
	            size);
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

bool br_url_split_tftp(const char *url, uint32_t *ret_server, const char **ret_path)
{
	const char *host = url + strlen("tftp://");
	size_t size;

	if (!br_text_starts_nocase(br_text(url), "tftp://"))
		return false;
	size = strcspn(host, "/");
	if (!host[size] ||
	    !br_text_get_ipv4((struct br_octets){(const uint8_t *)host, size}, ret_server))
		return false;
	*ret_path = host + size + 1;
	return true;
}
