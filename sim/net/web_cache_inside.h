/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/web_cache_inside.h - shared by web_cache.c, above web_tunnel.c, web_side.c and
 * web_object.c, and by nothing else
 */
#ifndef BR_SIM_NET_WEB_CACHE_INSIDE_H
#define BR_SIM_NET_WEB_CACHE_INSIDE_H

#include "core/formats/http_body.h"
#include "core/formats/http_head.h"
#include "sim/net/web_cache.h"

enum {
	HEAD_MAX = 8192,
	OUT_MAX = 2048,
	OBJECTS = 32,
	TEXT = 256,
};

struct br_web_object {
	bool used, kept, headed, whole, failed;
	char target[TEXT], vary[TEXT];
	uint64_t variant; /* hash of what Vary names, as it was asked for */
	char type[TEXT], etag[TEXT], modified[TEXT], part[TEXT], location[TEXT];
	uint16_t status;
	uint64_t length; /* once it is headed, and known */
	bool length_known;
	uint8_t *octets;
	size_t size, room; /* held, and taken for it */
	br_time at;
	size_t old; /* the one it is to succeed; OBJECTS: none */
	size_t users;
};

enum br_web_side_kind {
	SIDE_NONE,
	SIDE_VISIT,
	SIDE_FETCH,
	SIDE_FAR
};

enum br_web_visit_state {
	VISIT_READS,
	VISIT_WAITS, /* for the head of its object */
	VISIT_SENDS,
	VISIT_TUNNELS,
	VISIT_OVER, /* FIN is on its way, and nothing more is read */
};

struct br_web_waiting { /* what came and cannot go on yet */
	uint8_t *octets;
	size_t at, size;
	bool ends; /* FIN behind it */
};

struct br_web_side {
	enum br_web_side_kind kind;
	/* visit */
	enum br_web_visit_state state;
	uint8_t in[HEAD_MAX];
	size_t in_size, seen;
	char out[OUT_MAX];
	size_t out_at, out_size;
	uint64_t at, end; /* of the object's content */
	bool closes;      /* behind this answer */
	bool ended;       /* the client will say no more */
	bool began;       /* the fetch of its object */
	/* fetch; .in: the request for which it is */
	uint8_t head[HEAD_MAX];
	size_t head_size, head_seen;
	bool to_head, in_body;
	enum br_http_body body;
	struct br_http_chunks chunks;
	uint64_t left;
	struct br_timer late; /* for the head of the answer */
	struct br_web_cache *cache;
	uint32_t stream;
	/* visit, fetch */
	size_t object; /* OBJECTS: none */
	/* tunnel */
	uint32_t other;
	bool open;
	struct br_web_waiting waiting; /* visit: what has no room in .in yet */
};

struct br_web_cache {
	struct br_host *host;
	struct br_clock *clock;
	struct br_web_cache_options options;
	struct br_web_cache_counts counts;
	struct br_web_object object[OBJECTS];
	size_t held;               /* all .room */
	struct br_web_side **side; /* by stream */
	size_t sides;
};

void br_web_object_let_go(struct br_web_cache *c, size_t *object);
void br_web_object_hold(struct br_web_cache *c, struct br_web_side *side, size_t object);
void br_web_object_forget(struct br_web_cache *c, size_t object);
size_t br_web_object_new(struct br_web_cache *c, struct br_octets target, bool kept);
void br_web_keep_field(char target[static TEXT], const struct br_http_head *head, const char *name);
/* What the fields of @request say that @vary names, in one number */
uint64_t br_web_variant(const char *vary, const struct br_http_head *request);
bool br_web_object_fits(const struct br_web_cache *c, const struct br_web_object *o,
                        const struct br_http_head *request);
/* Those that nobody is given make room, the oldest first. False: there is none, or no memory. */
bool br_web_object_add(struct br_web_cache *c, struct br_web_object *o, struct br_octets octets);

/* web_side.c */
struct br_web_side *br_web_side_of(const struct br_web_cache *c, uint32_t stream); /* NULL: none */
struct br_web_side *br_web_side_new(struct br_web_cache *c, uint32_t stream,
                                    enum br_web_side_kind kind); /* NULL: no memory */
void br_web_side_drop(struct br_web_cache *c, uint32_t stream);
void br_web_side_cut_off(struct br_web_cache *c,
                         uint32_t stream); /* RST, of which no event comes */
/* False: not all was taken. */
bool br_web_side_write(struct br_web_cache *c, uint32_t stream, struct br_octets octets,
                       size_t *ret_taken);
bool br_web_waiting_add(struct br_web_waiting *w, struct br_octets octets); /* or no memory */
struct br_octets br_web_waiting_left(const struct br_web_waiting *w);

/* web_tunnel.c */
/* Return: 0, or the status that refuses */
uint16_t br_web_tunnel_begin(struct br_web_cache *c, uint32_t stream,
                             const struct br_http_head *request);
/* What came from @from goes to the other side. Either may be gone afterwards. */
void br_web_tunnel_pass(struct br_web_cache *c, uint32_t from, struct br_octets data);
void br_web_tunnel_stream(struct br_web_cache *c, uint32_t stream, enum br_stream_event event,
                          struct br_octets data);
/* One end of a tunnel is no more; the other goes too. True: but the visit, for it was not heard
 * yet that there is nobody to reach.
 */
bool br_web_tunnel_gone(struct br_web_cache *c, uint32_t stream, uint32_t *ret_visit);

#endif /* BR_SIM_NET_WEB_CACHE_INSIDE_H */
