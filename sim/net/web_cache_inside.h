/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/web_cache_inside.h - for web_cache.c and web_object.c alone */
#ifndef BR_SIM_NET_WEB_CACHE_INSIDE_H
#define BR_SIM_NET_WEB_CACHE_INSIDE_H

#include "core/formats/http_body.h"
#include "core/formats/http_head.h"
#include "sim/net/web_cache.h"

enum {
	HEAD_MAX = 8192,
	OUT_MAX = 2048,
	OBJECTS = 32,
	OBJECT_SIZE_MAX = 64 << 20,
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
	size_t size, room;
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
};

struct br_web_waiting { /* what a stream could not take */
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
	uint64_t at, end;   /* of the object's content */
	bool closes, began; /* the fetch of its object */
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
	struct br_web_waiting waiting;
};

struct br_web_cache {
	struct br_host *host;
	struct br_clock *clock;
	struct br_web_cache_options options;
	struct br_web_cache_counts counts;
	struct br_web_object object[OBJECTS];
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
bool br_web_object_add(struct br_web_object *o, struct br_octets octets);

#endif /* BR_SIM_NET_WEB_CACHE_INSIDE_H */
