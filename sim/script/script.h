/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/script.h - a parsed script: one item a line, in the order of the file
 *
 * sim/script/parse.h makes it, print.h gives the text back, world.h builds the network
 * it describes and run.h plays it. Nothing in it changes after parsing, except that
 * shrink.h marks items and arguments as cut. All of it lies in one arena.
 */
#ifndef BR_SIM_SCRIPT_SCRIPT_H
#define BR_SIM_SCRIPT_SCRIPT_H

#include "core/base/time.h"
#include "sim/lines/line.h"
#include "sim/net/bridge.h"
#include "sim/script/arena.h"

enum {
	BR_SCRIPT_VERSION = 1,
	BR_SCRIPT_NODE_NONE = -1,
	BR_SCRIPT_NODE_ANYONE = -2, /* the end is "*" */
	BR_SCRIPT_NODES_MAX = 32,
	BR_SCRIPT_BLOCKED_MAX = 8, /* as BR_HOST_BLOCKED_MAX */
	BR_SCRIPT_NETS_MAX = 16,
	BR_SCRIPT_BRIDGES_MAX = 8,
};

#define BR_SCRIPT_QUIET_REAL (2 * BR_S) /* of a script that says none, where time is real */

enum br_item_kind {
	BR_ITEM_BLANK, /* nothing, or a comment alone */

	/* the header */
	BR_ITEM_WIRE,
	BR_ITEM_SCENARIO,
	BR_ITEM_TITLE,
	BR_ITEM_SOURCE,
	BR_ITEM_ISSUE,
	BR_ITEM_NEEDS,
	BR_ITEM_UNSUPPORTED,
	BR_ITEM_LOOSE,
	BR_ITEM_NET,
	BR_ITEM_LINK,
	BR_ITEM_NODE,
	BR_ITEM_FILE,
	BR_ITEM_VARY,
	BR_ITEM_RUNS,
	BR_ITEM_SEED,
	BR_ITEM_QUIET,
	BR_ITEM_USE,

	/* steps */
	BR_ITEM_LINE, /* a stimulus or an expectation: who sends decides */
	BR_ITEM_NEVER,
	BR_ITEM_TRANSFER,
	BR_ITEM_BOOT,
	BR_ITEM_CHECK,
	BR_ITEM_WAIT,
	BR_ITEM_LABEL,
	BR_ITEM_FAULT,
	BR_ITEM_ANY,     /* any { */
	BR_ITEM_ANY_END, /* } */
};

enum br_node_kind {
	BR_NODE_SUT,
	BR_NODE_PEER,
	BR_NODE_CLIENT,
	BR_NODE_RELAY,
	BR_NODE_FIRMWARE,
	BR_NODE_IFACE,
	BR_NODE_ROUTER,
	BR_NODE_KIND_COUNT, /* how many there are; never a value */
};

/* net NAME CIDR [CIDR] ...; rates in parts per million, so that 0.5% is 5000
 * @four, @six:	There is a network of that family
 */
struct br_script_net {
	const char *name;
	bool four, six;
	uint32_t network, netmask;
	uint8_t network6[16];
	uint8_t bits6;
	uint32_t mtu;
	uint32_t loss_ppm, dup_ppm, reorder_ppm, corrupt_ppm;
	br_time delay;
	bool wrong; /* its line has a mistake: it is there for the lines after it */
};

/* link NET NET ...: a bridge with a slow line in it (sim/net/bridge.h) */
struct br_script_bridge {
	size_t near, far; /* indices into .net */
	struct br_bridge_options options;
};

struct br_script_link {
	size_t net;           /* index into .net */
	uint32_t address;     /* 0: none yet */
	uint8_t address6[16]; /* zero: none yet, but a link-local one where the net has IPv6 */
};

/* node NAME KIND ...; @setting are the KEY=VALUE the kind gives a meaning to, in order */
struct br_script_node {
	const char *name;
	enum br_node_kind kind;
	struct br_script_link link[8];
	size_t links;
	bool has_mac;
	uint8_t mac[6];
	bool caches;         /* peer: a caching proxy by itself */
	const char *model;   /* NULL: none */
	const char *profile; /* PROFILE or PROFILE/PATH of a real machine; NULL: a node of ours */
	const char *roles;   /* "dhcp,tftp"; NULL: none */
	uint32_t gateway;    /* 0: none */
	uint8_t gateway6[16];
	uint16_t vlan;   /* of its frames; 0: no tag */
	uint64_t date_s; /* since 1970 UTC, when the script begins; 0: no clock on the wall */
	uint16_t blocked[BR_SCRIPT_BLOCKED_MAX]; /* ports a packet filter stands before */
	size_t blocks;
	const struct br_arg *setting;
	size_t settings;
	bool scripted; /* some line has it as its source */
	bool forwards; /* a relay with auto=on: it acts even if it is scripted */
	bool quiet;    /* a router with ra=off: its advertisements are lines of the script */
	bool wrong;    /* as of a net: nothing is known for sure but its name */
};

/* @path: where servers have it below their root, core/base/path.h; @name may have backslashes */
struct br_script_file {
	const char *name, *path;
	uint64_t size, seed;
	const char *from; /* path, as seen from the folder of the run; NULL: generated */
};

/* vary NAME RANGE: loss, dup, reorder, corrupt, delay and rtt change every net, any other
 * name is the variable of that name. Durations in ns, rates in parts per million.
 */
struct br_script_vary {
	const char *name;
	enum br_vary_unit {
		BR_VARY_NUMBER,
		BR_VARY_DURATION,
		BR_VARY_PERCENT,
	} unit;
	uint64_t first, last;
};

/* NODE, *, ADDRESS or [ADDRESS], with a port: @has_port with a number or a variable */
struct br_end {
	int node; /* index, or BR_SCRIPT_NODE_ANYONE */
	bool has_ip;
	uint8_t ip[16];
	bool has_port;
	struct br_value port; /* a WORD of digits or a VARIABLE */
	uint32_t column;
};

struct br_step {
	bool has_time;
	br_time time; /* stimulus: +; expectation: <= */
	struct br_end from, to;
	struct br_line line;
	const char *const *id; /* @REQID without the '@' */
	size_t ids;
	bool has_until_ack; /* never */
	uint16_t until_ack;
};

struct br_transfer {
	struct br_end from, to;
	size_t file;
	uint32_t window; /* 0: as the OACK said, else 1 */
	uint32_t first;  /* block from which on the rig reads; 0: it acknowledges the OACK */
	bool has_first;
};

enum br_check_what {
	BR_CHECK_RECEIVED,       /* NODE.received FILE == file */
	BR_CHECK_TRANSFERS_OPEN, /* NODE.transfers.open == 0 */
	BR_CHECK_STREAMS_OPEN,   /* NODE.streams.open == 0 */
	BR_CHECK_LEASES,         /* NODE.leases == 1 */
	BR_CHECK_LEASE,          /* NODE.lease $ip key=opt82.1 == "cl" */
	BR_CHECK_METRIC,         /* NODE.metric NAME == 1 */
	BR_CHECK_NOTE,           /* NODE.note NAME == 1 */
	BR_CHECK_ADDRESS,        /* NODE.address == $ip */
	BR_CHECK_UNREACHABLE,    /* NODE.unreachable == 1 */
	BR_CHECK_OUTCOME,        /* NODE.outcome == booted */
	BR_CHECK_CONSOLE,        /* NODE.console ~ "PXE-E18" */
	BR_CHECK_WHAT_COUNT,     /* how many there are; never a value */
};

enum br_check_op {
	BR_CHECK_EQUAL,
	BR_CHECK_UNEQUAL,
	BR_CHECK_AT_MOST,
	BR_CHECK_AT_LEAST,
	BR_CHECK_CONTAINS,
	BR_CHECK_LACKS,
	BR_CHECK_OP_COUNT, /* how many there are; never a value */
};

struct br_check {
	size_t node;
	enum br_check_what what;
	bool has_time;
	br_time time;             /* must hold not later than this; default 1 s */
	struct br_value argument; /* what stands behind the name, if anything */
	const char *key;          /* lease: of key=; NULL: none */
	enum br_check_op op;
	struct br_value value;
	const char *const *id;
	size_t ids;
};

enum br_script_fault {
	BR_SCRIPT_FAULT_DROP,
	BR_SCRIPT_FAULT_DUP,
	BR_SCRIPT_FAULT_DELAY,
	BR_SCRIPT_FAULT_CORRUPT,
	BR_SCRIPT_FAULT_REORDER,
	BR_SCRIPT_FAULT_UNTAG, /* the VLAN tag is taken off */
	BR_SCRIPT_FAULT_BLOCK, /* nothing in or out of the port of @node */
	BR_SCRIPT_FAULT_COUNT, /* how many there are; never a value */
};

struct br_fault_step {
	size_t net;
	enum br_script_fault fault;
	br_time delay;
	bool has_pattern;       /* else any frame */
	struct br_step pattern; /* without a protocol: any frame between its ends */
	size_t node;            /* block */
	uint32_t every;         /* 0: each that matches */
	uint32_t nth;           /* only the so-manieth that matches; 0: not said */
	bool once;              /* only the first */
	br_time length;         /* over after that; 0: never */
};

/**
 * struct br_item - One line of the file
 * @kind:	Which member of the union holds something
 * @line:	In its file, from 1
 * @path:	The file: that of the script, or of a `use`
 * @comment:	Behind the '#', or NULL
 * @used:	It came from a `use` line: not printed back
 * @cut:	shrink.h takes it out
 * @word:	The header words as they stood: BR_ARG_POSITIONAL, or KEY=VALUE
 */
struct br_item {
	enum br_item_kind kind;
	uint32_t line;
	const char *path;
	const char *comment;
	bool used;
	bool cut;
	const struct br_arg *word;
	size_t words;
	union {
		size_t index; /* net, node, file, vary, boot: into the arrays below */
		struct br_step step;
		struct br_transfer transfer;
		struct br_check check;
		struct br_fault_step fault;
		br_time wait;
		const char *text; /* scenario, title, issue, label, use */
		uint64_t number;  /* runs, seed */
	};
};

struct br_script {
	struct br_arena *arena;
	const char *path;
	const char *scenario; /* of the header, else made of the path */
	const char *title;    /* may be NULL */
	const char *source;   /* as it stood; may be NULL */
	const char *const *issue;
	size_t issues;
	const char *const *need;
	size_t needs;
	const char *unsupported; /* why the server does not do this; NULL: it does */
	bool loose;
	uint64_t runs; /* 1 unless the header says more */
	uint64_t seed; /* of the first run */
	br_time quiet; /* drain after the last line; 60 s, or 2 s if ->real */
	bool has_quiet;
	uint64_t cpu_ns;      /* what reading it cost, if collect.h read it */
	bool real;            /* an iface node or a real machine: time is real */
	bool guests;          /* a real machine stands for a node */
	const char *settings; /* for the server behind an interface: retarget.h; NULL: none */
	const char *lacks;    /* why it cannot be run as asked for; NULL: it can */

	struct br_item *item;
	size_t items;
	struct br_script_net *net;
	size_t nets;
	struct br_script_bridge *bridge;
	size_t bridges;
	struct br_script_node *node;
	size_t nodes;
	struct br_script_file *file;
	size_t files;
	struct br_script_vary *vary;
	size_t varies;
};

const char *br_node_kind_name(enum br_node_kind kind);   /* "sut" */
const char *br_check_what_name(enum br_check_what what); /* "transfers.open" */
const char *br_check_what_form(enum br_check_what what); /* "metric NAME OP INT" */
const char *br_check_what_says(enum br_check_what what);
const char *br_check_op_name(enum br_check_op op); /* "==" */
const char *br_script_fault_name(enum br_script_fault fault);

/* Hardware address of a link: mac=, or one that is made of its place. @index: among the nodes */
void br_node_mac(const struct br_script_node *node, size_t index, size_t link, uint8_t ret_mac[6]);
/* Does it pass on what is for others? */
bool br_node_routes(const struct br_script_node *node);
/* True if the node acts by itself, so that its lines are expectations. */
bool br_node_is_judged(const struct br_script_node *node);
/* True if it is no host of ours: behind an interface, or a machine in QEMU. */
bool br_node_is_outside(const struct br_script_node *node);

/* A real machine in the place of a client or firmware, once it is parsed: what it sends is
 * expected from then on, but its xids and ports are as it draws them. @profile is borrowed. A
 * script without such a node then ->lacks it.
 */
void br_script_plug(struct br_script *script, const char *node, const char *profile);
/* The same for the first that is as a model: those beside it ask what the server does. */
void br_script_plug_first(struct br_script *script, const char *profile);

/* Requirements by their ids, without the '@' */
struct br_ids {
	const char *const *id;
	size_t count;
};

/* Those that a line names; none of another item, or of NULL. */
struct br_ids br_item_ids(const struct br_item *item);

/* True for what comes behind the header. */
static inline bool br_item_is_step(enum br_item_kind kind)
{
	return kind >= BR_ITEM_LINE;
}

#endif /* BR_SIM_SCRIPT_SCRIPT_H */
