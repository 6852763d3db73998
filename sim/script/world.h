/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/world.h - the network a script describes, switched on
 *
 * Nodes become hosts on segments, servers get their configuration, clients their model,
 * relays forward. What a script leaves out is filled in:
 *
 * - hardware addresses 02:00:00:00:NODE:LINK, but for mac=;
 * - gw= of a node on the net of a relay or router: that one;
 * - an address server without pool= or subnet= gives .100 to .199 of each of its nets, and
 *   of each net behind a relay, with the relay as router;
 * - a server without boot= that is to say what to boot (proxydhcp or pxe, or dhcp if no
 *   other node has those roles) names the first `file` of the script, and for HTTP
 *   architectures its URL on the first node with role=http, if there is one; next-server
 *   is the first node with role=tftp if the server has not that role itself.
 *
 * With an iface node time is that of the monotonic clock. What is behind it has the
 * address the script says, else the last one it used; the hosts of the script must not
 * have an address of this kernel. So it is with a real machine, which is switched on by
 * br_guest_switch_on(); if its node has an address and nobody gives addresses, steward.h does.
 */
#ifndef BR_SIM_SCRIPT_WORLD_H
#define BR_SIM_SCRIPT_WORLD_H

#include "sim/models/firmware.h"
#include "sim/net/fault.h"
#include "sim/net/files.h"
#include "sim/net/port_iface.h"
#include "sim/net/recorder.h"
#include "sim/net/relay.h"
#include "sim/net/relay6.h"
#include "sim/net/server_host.h"
#include "sim/net/trace_hash.h"
#include "sim/net/web_cache.h"
#include "sim/script/guest.h"
#include "sim/script/script.h"

enum {
	BR_WORLD_ERROR_SIZE = 200
};

struct br_world;

/**
 * struct br_world_node - A node that lives
 * @script:	What the script says of it
 * @server:	sut, peer: with role=, else NULL
 * @relay:	relay: NULL if its lines are played by the script
 * @firmware:	firmware, or NULL
 * @model:	client, firmware: with as=, else NULL
 * @note:	How often the server said each note
 * @iface:	iface: its port, whose link is the first; else NULL
 * @guest:	A real machine that stands for the node; else NULL
 * @real_address, @real_address6, @real_mac: iface, guest: of the machine behind it, as the
 *		script says or frames tell
 */
struct br_world_node {
	struct br_world *world;
	const struct br_script_node *script;
	struct br_host *host;
	struct br_server_host *server;
	struct br_web_cache *cache; /* peer: with cache=, else NULL */
	struct br_relay *relay;
	struct br_agent6 *relay6; /* the same over IPv6 */
	struct br_firmware *firmware;
	struct br_port_iface *iface;
	struct br_guest *guest;
	uint32_t real_address;
	uint8_t real_address6[16];
	uint8_t real_mac[6];
	struct br_model *model;
	struct br_machine machine;
	uint32_t note[BR_NOTE_COUNT];
};

/* Draws of one run: a value for each `vary` of the script, in its order. */
struct br_world_options {
	uint64_t seed;
	const uint64_t *vary; /* NULL: none; see struct br_script_vary for units */
	br_note_see *note;    /* may be NULL */
	void *note_context;
	br_tls_secret *secret; /* of each TLS connection, for who records it; may be NULL */
	void *secret_context;
	const char *const *client_as_firmware; /* names of clients that boot by themselves */
	size_t clients_as_firmware;
	struct br_file_store *made; /* generated files are kept here for the next run; or NULL */
	bool calm;                  /* no rates: nothing goes wrong by chance */
	bool relays_act;            /* also those whose lines the script plays */
	const char *guest_start;    /* of real machines: struct br_guest_options */
	const char *guest_out;
};

struct br_world {
	const struct br_script *script;
	struct br_world_options options;
	struct br_clock clock;
	struct br_loop *loop; /* with nodes outside: time is real; else NULL */
	struct br_wire *wire;
	struct br_bridge *link[BR_SCRIPT_BRIDGES_MAX];
	struct br_segment *segment[BR_SCRIPT_NETS_MAX];
	struct br_fault *fault[BR_SCRIPT_NETS_MAX]; /* NULL: nothing goes wrong there */
	bool lossy;                                 /* some rate of some net is not zero */
	struct br_file_store *files;
	struct br_trace_hash hash;
	struct br_world_node node[BR_SCRIPT_NODES_MAX];
	size_t nodes;
	struct br_steward *steward; /* gives a real machine the address of its node, or NULL */
};

/**
 * br_world_new() - Build and switch on
 * @ret_world:	Set on 0 only
 * @script:	Outlives the world
 * @error:	On failure: what does not go together
 *
 * Return: 0, -EINVAL, -ENOMEM; of an iface that cannot be opened here -EPERM, -ENODEV
 *	   or -ENETDOWN; -ENODEV too if a real machine cannot be had here, -EINTR after a signal
 */
int br_world_new(struct br_world **ret_world, const struct br_script *script,
                 const struct br_world_options *options, char error[static BR_WORLD_ERROR_SIZE]);
struct br_world *br_world_free(struct br_world *world); /* NULL in, NULL out */

/* world_find.c: who is who */
/* The node with that address or, for clients that have none yet, hardware address;
 * BR_SCRIPT_NODE_NONE.
 */
int br_world_node_by_ipv4(const struct br_world *world, uint32_t address);
int br_world_node_by_ip(const struct br_world *world,
                        const struct br_endpoint *end); /* the same of either family */
int br_world_node_by_mac(const struct br_world *world, const uint8_t mac[6]);
/* The node and link that own a port; BR_SCRIPT_NODE_NONE. */
int br_world_node_by_port(const struct br_world *world, const struct br_port *port,
                          size_t *ret_link);
/* Hardware address and port of a link; the port is NULL while an iface is not open. */
const uint8_t *br_world_mac(const struct br_world *world, size_t node, size_t link);
struct br_port *br_world_port(const struct br_world *world, size_t node, size_t link);
/* How the node is reached from @from: its address on a net they share, else its first. */
uint32_t br_world_address(const struct br_world *world, size_t node, size_t from);
/* The same over IPv6; false if it has none but link-local ones. */
bool br_world_address6(const struct br_world *world, size_t node, size_t from, uint8_t ret_ip[16]);
/* Its link-local address on a net that both are in, and which plug of @from that is; false if they
 * share none with IPv6.
 */
bool br_world_link_local(const struct br_world *world, size_t node, size_t from, uint8_t ret_ip[16],
                         size_t *ret_link);

/* world_router.c */
/* A router, or a relay that was told to, begins to advertise on all its links. */
void br_world_advertise(struct br_world *world, size_t node);

/* world.c */
/* What a relay node is to do, whether it does it by itself or a script plays it. */
void br_world_relay_options(const struct br_world *world, size_t node,
                            struct br_relay_options *ret_options);
void br_world_relay6_options(const struct br_world *world, size_t node,
                             struct br_relay6_options *ret_options);

#endif /* BR_SIM_SCRIPT_WORLD_H */
