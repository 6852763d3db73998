/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/requirements.h"
#include "conformance/rules/rules.h"
#include "core/base/address.h"
#include "sim/script/collect.h"
#include "sim/script/node_keys.h"

enum {
	ETHERNET_MTU = 1500,
};

struct watch {
	const struct br_script *script;
	bool complete; /* no fault is on the wire */
	struct br_watch_wish wish;
	struct br_rules *rules;
};

/* Its address of IPv6, or the link-local one that goes with its hardware address */
static bool is_six_of(const struct br_script *s, size_t node, size_t link, const uint8_t ip[16])
{
	const struct br_script_link *of = &s->node[node].link[link];
	uint8_t mac[6], local[BR_IP_SIZE];

	if (!s->net || !s->net[of->net].six)
		return false;
	br_node_mac(&s->node[node], node, link, mac);
	br_ip_link_local(mac, local);
	return br_ip_equal(local, ip) ||
	       (!br_ip_is_zero(of->address6) && br_ip_equal(of->address6, ip));
}

/* @real: what is behind an interface too */
static bool has_address(const struct br_script *s, const struct br_endpoint *party, bool real)
{
	const uint8_t *ip = party->ip;
	uint32_t address = br_endpoint_to_ipv4(party);

	for (size_t i = 0; i < s->nodes; i++) {
		const struct br_script_node *node = &s->node[i];
		bool tested = node->kind == BR_NODE_SUT || (real && node->kind == BR_NODE_IFACE);

		for (size_t j = 0; j < node->links && tested; j++) {
			if (node->link[j].address != 0 && node->link[j].address == address)
				return true;
			if (is_six_of(s, i, j, ip))
				return true;
		}
	}
	return false;
}

static bool is_counted(void *context, const struct br_endpoint *party)
{
	const struct watch *w = context;

	return has_address(w->script, party, true);
}

/* What a router cuts for a net of smaller frames is not put together here. */
static bool has_pieces(const struct br_script *s)
{
	for (size_t i = 1; i < s->nets; i++) {
		if (s->net[i].mtu != s->net[0].mtu)
			return true;
	}
	return false;
}

static void *begin(void *context, const struct br_script *script, bool complete)
{
	complete = complete && !has_pieces(script);

	struct br_rules_options options = {.complete = complete};
	struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->script = script;
	w->complete = complete;
	if (context)
		w->wish = *(const struct br_watch_wish *)context;
	if (w->wish.gate == BR_GATE_NONE)
		w->wish.gate = BR_GATE_MUST;
	if (w->wish.tell) {
		options.counts = is_counted;
		options.context = w;
	}
	if (br_rules_new(&w->rules, &options) < 0) {
		free(w);
		return NULL;
	}
	return w;
}

static void see(void *watch, const struct br_frame *frame, uint64_t number, uint32_t link,
                br_time now)
{
	struct watch *w = watch;

	br_rules_frame(w->rules, frame, number, link, now);
}

/* A server told to keep to port 69 breaks RFC 1350 for the sake of NAT; one on a net of small
 * frames cannot grant the sizes that fit 1500 octets.
 */
static bool is_told_to(const struct br_script *s, const char *rule)
{
	for (size_t i = 0; i < s->nets && !strcmp(rule, "TFTP-BLK-05"); i++) {
		if (s->net[i].mtu < ETHERNET_MTU)
			return true;
	}
	if (strcmp(rule, "TFTP-RRQ-01") != 0)
		return false;
	for (size_t i = 0; i < s->nodes; i++) {
		if (s->node[i].kind == BR_NODE_SUT && br_node_key(&s->node[i], "single-port"))
			return true;
	}
	return false;
}

/* What a line of the script is about that line judges. A wire with faults may make look late or
 * missing what was sent in time: there only what fails a run too is held against the server.
 */
static void tell(const struct watch *w)
{
	for (size_t i = 0; i < br_rules_count(); i++) {
		const char *id = br_rules_id(i);
		const struct br_breach *first = NULL, untold = {.id = id, .text = "broken"};

		if (br_rules_state(w->rules, i) == BR_RULE_NOT_EXERCISED ||
		    br_script_shows(w->script, id) || is_told_to(w->script, id))
			continue;
		for (size_t k = 0; k < br_rules_breaches(w->rules) && !first; k++) {
			const struct br_breach *b = br_rules_breach(w->rules, k);

			if (!strcmp(b->id, id) && has_address(w->script, &b->party, true))
				first = b;
		}
		if (!first && br_rules_state(w->rules, i) == BR_RULE_FAIL)
			first = &untold; /* more were broken than are kept */
		if (!first || w->complete || br_requirement_fails(br_requirement_find(id)))
			w->wish.tell(w->wish.context, id, first);
	}
}

static bool end(void *watch, struct br_run_blame *ret_blame)
{
	struct watch *w = watch;
	bool blamed = false;

	for (size_t i = 0; i < br_rules_breaches(w->rules) && !blamed; i++) {
		const struct br_breach *b = br_rules_breach(w->rules, i);
		const struct br_requirement *q = br_requirement_find(b->id);

		if (!br_requirement_reaches(q, w->wish.gate) ||
		    !has_address(w->script, &b->party, false) ||
		    br_script_shows(w->script, b->id) || is_told_to(w->script, b->id) ||
		    (!w->complete && !br_requirement_fails(q)))
			continue;
		blamed = true;
		snprintf(ret_blame->id, sizeof(ret_blame->id), "%s", b->id);
		snprintf(ret_blame->why, sizeof(ret_blame->why),
		         "the server broke %s in frame %" PRIu64 ": %s", b->id, b->frame[0],
		         b->text);
		ret_blame->at = b->at;
		ret_blame->frame = b->frame[0];
	}
	if (w->wish.tell)
		tell(w);
	w->rules = br_rules_free(w->rules);
	free(w);
	return blamed;
}

const struct br_run_watch br_watch_rules = {.begin = begin, .see = see, .end = end};
