/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/web_cache.h - a caching HTTP proxy on a simulated host, as they stand at network edges
 *
 * In front of one server (the origin), or asked to CONNECT somewhere. A model of what such proxies
 * do to a boot, with the ways in which they differ as options; not one for use.
 */
#ifndef BR_SIM_NET_WEB_CACHE_H
#define BR_SIM_NET_WEB_CACHE_H

#include "sim/net/host.h"

struct br_web_cache;

enum br_web_cache_head {      /* what a HEAD does that finds nothing kept */
	BR_WEB_CACHE_FILLS,   /* GET at the origin: the file is kept (nginx, varnish) */
	BR_WEB_CACHE_PASSED,  /* HEAD at the origin, and nothing is kept (squid) */
	BR_WEB_CACHE_REFUSED, /* 405 */
};

enum br_web_cache_range {    /* what becomes of Range */
	BR_WEB_CACHE_CUT,    /* out of the file, which is fetched whole */
	BR_WEB_CACHE_ASKED,  /* of what is not kept it is passed on, and the part not kept */
	BR_WEB_CACHE_IGNORED /* 200 and all of it */
};

/**
 * struct br_web_cache_options - How it behaves
 * @age_s:	So long what was fetched is fresh; older it is asked for again with a condition
 * @wait_ms:	An origin that has not answered by then cannot be reached; 0: as long as TCP tries
 * @size_max:	Octets of content kept at once, of all objects: for more those make room that
 *		nobody is just given, the oldest first. An answer for which there is none
 *		cannot be passed on: 502, or it breaks off, as with varnish without storage
 * @stale:	What is older is given if the origin cannot be reached
 * @no_vary:	Vary is not looked at: everybody gets what the first was given
 * @no_connect:	CONNECT is refused with 403
 */
struct br_web_cache_options {
	struct br_endpoint origin;
	uint16_t port;
	uint32_t age_s, wait_ms;
	uint64_t size_max;
	enum br_web_cache_head head;
	enum br_web_cache_range range;
	bool stale, no_vary, no_connect;
};

struct br_web_cache_counts {
	uint64_t hits, misses; /* answered out of what is kept, or not; a HEAD counts too */
	uint64_t checks;       /* asked for again with a condition */
	uint64_t stale;        /* given though it was old */
	uint64_t tunnels;
	uint64_t evicted; /* made room for others */
};

/* "10.77.0.2:80" or "[2001:db8:1::2]:80"; false, with @ret untouched, on anything else */
bool br_web_end_read(struct br_octets text, struct br_endpoint *ret_end);

/* @host becomes the cache's. Return: 0, -ENOMEM, -EADDRINUSE, -ENOSPC */
int br_web_cache_new(struct br_web_cache **ret_cache, struct br_host *host, struct br_clock *clock,
                     const struct br_web_cache_options *options);
struct br_web_cache *br_web_cache_free(struct br_web_cache *cache); /* NULL in, NULL out */
const struct br_web_cache_counts *br_web_cache_counts(const struct br_web_cache *cache);

#endif /* BR_SIM_NET_WEB_CACHE_H */
