/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/run.h - play a script in virtual time and judge what comes
 *
 * Steps are done in order. A stimulus is sent its + time after the previous event; if it
 * comes from another node than a stimulus before it, not before that one has arrived. An
 * expectation takes the next packet of the server that no line took yet: if that packet
 * differs the script fails, unless it is `loose` or the packet is of a kind that need not
 * be expected (of a node that acts by itself but is not under test; FIN and RST). After
 * the last line everything is left alone for `quiet`; then nothing may be left over, and
 * the checks at the end must still hold.
 *
 * A run is a function of (script, seed): it ends with a hash over every frame. But not
 * with an iface node: then time is real, bounds are ten times what lines say, and what
 * came later than a line says is told, not a failure.
 */
#ifndef BR_SIM_SCRIPT_RUN_H
#define BR_SIM_SCRIPT_RUN_H

#include "sim/script/stage.h"

enum {
	BR_FAILURE_TEXT_SIZE = 2048,
	BR_RUN_TRACE_MAX = 48, /* lines kept: the last ones */
	BR_RUN_TRACE_SIZE = 400,
};

enum br_result {
	BR_RESULT_PASS,
	BR_RESULT_FAIL,
	BR_RESULT_UNSUPPORTED, /* declared, with a reason; or the script needs what is not there */
	BR_RESULT_STALE,       /* declared unsupported, but it works */
	BR_RESULT_BROKEN,      /* the script or the rig, not the server */
};

enum br_failure_kind {
	BR_FAILURE_NONE,
	BR_FAILURE_NOTHING,    /* an expectation: no packet came in time */
	BR_FAILURE_DIFFERENT,  /* an expectation: another packet came */
	BR_FAILURE_UNEXPECTED, /* a packet of the server that no line expects */
	BR_FAILURE_NEVER,
	BR_FAILURE_CHECK,
	BR_FAILURE_TRANSFER,
	BR_FAILURE_RULE, /* the server broke one no line is about: .rule */
	BR_FAILURE_BROKEN,
};

/**
 * struct br_failure - The one thing that went wrong first
 * @item:	The line, or NULL if there is none
 * @why:	One sentence, always
 * @want, @got, @marks: Lines below each other; "" if they say nothing
 * @signature:	Which parts differ, by name: two failures with the same are the same
 * @rule:	BR_FAILURE_RULE: id of the requirement; "" else
 * @at:		Virtual time
 * @frame:	Number of the frame in a capture of the run, 0: none
 * @label:	The last `label` before it, or NULL
 */
struct br_failure {
	enum br_failure_kind kind;
	const struct br_item *item;
	const char *label;
	char why[256];
	char want[BR_FAILURE_TEXT_SIZE], got[BR_FAILURE_TEXT_SIZE], marks[BR_FAILURE_TEXT_SIZE];
	char signature[256];
	char rule[24];
	br_time at;
	uint64_t frame;
};

struct br_trace_line {
	br_time at;
	uint64_t number; /* counted from 1 */
	uint64_t frame;  /* as in br_failure */
	bool lost;
	char text[BR_RUN_TRACE_SIZE];
};

/* A rule that was broken while a script played. */
struct br_run_blame {
	char id[24];
	char why[200];
	br_time at;
	uint64_t frame; /* as in br_failure */
};

/**
 * struct br_run_watch - Somebody who looks at every frame: conformance/watch.h
 * @context:	Handed to @begin
 * @begin:	Return: the watcher of one run, or NULL for none. @complete: no frame will be
 *		lost, doubled or changed
 * @see:	Each delivered frame; @link: which net, from 1
 * @end:	True if the server under test broke a rule the script is not about; frees
 *		@watch
 */
struct br_run_watch {
	void *(*begin)(void *context, const struct br_script *script, bool complete);
	void (*see)(void *watch, const struct br_frame *frame, uint64_t number, uint32_t link,
	            br_time now);
	bool (*end)(void *watch, struct br_run_blame *ret_blame);
	void *context;
};

/* What passed or was said, as it happens. @trace: its line; @from and @to: nodes, as in struct
 * br_seen. What a server noted has @to BR_SCRIPT_NODE_NONE.
 */
struct br_run_event {
	const struct br_trace_line *trace;
	br_time sent; /* 0: not known */
	int from, to;
	const char *lost; /* why, or NULL */
};

struct br_run_hear {
	void (*hear)(void *context, const struct br_run_event *event);
	void *context;
};

/**
 * struct br_run_options - How to run
 * @seed:	Of everything drawn, `vary` too
 * @trace:	Keep lines of what is seen; slower
 * @watch:	Judges every frame; NULL: nobody
 * @hear:	Gets every line of the trace; NULL: nobody
 * @pcap:	Write every frame there; NULL: nowhere
 * @made:	Generated files are kept here for the next run; or NULL
 * @notes, @guest_out, @guest_start: With real machines: file for what servers note, folder of
 *		their own, where they start; see guest.h. NULL: none
 * @plain:	`vary` is not drawn: first values of ranges; no faults, neither by rate nor by
 *		line (for shrink.h)
 */
struct br_run_options {
	uint64_t seed;
	bool trace;
	bool plain;
	const struct br_run_watch *watch;
	const struct br_run_hear *hear;
	const char *pcap;
	struct br_file_store *made;
	const char *notes, *guest_out, *guest_start;
};

/**
 * struct br_run_result - What came of it
 * @reason:	UNSUPPORTED, STALE: why; "" else
 * @checks:	Expectations, nevers, transfers and checks that were held
 * @simulated:	Virtual time from start to end
 * @hash:	Over every frame
 * @vary:	What was drawn, in the order of the script
 * @late:	Real time: the first line whose packet came later than it says, else ""
 */
struct br_run_result {
	enum br_result result;
	char reason[200];
	struct br_failure failure;
	uint64_t seed;
	uint64_t checks;
	uint64_t frames;
	br_time simulated;
	uint64_t hash;
	uint64_t vary[16];
	size_t varies;
	char late[160];
	char machine[100]; /* which real ones there were, "PROFILE/PATH, ..." */
	int pcap_error;    /* 0, or why there is no capture, or not all of it; changes no verdict */
	struct br_trace_line trace[BR_RUN_TRACE_MAX];
	uint64_t traced; /* lines in all; the last BR_RUN_TRACE_MAX are kept */
};

/* @ret_result is large: give it a place of its own. Never fails: what cannot be run is
 * BROKEN.
 */
void br_run(const struct br_script *script, const struct br_run_options *options,
            struct br_run_result *ret_result);

const char *br_result_name(enum br_result result); /* "pass", ... as in JSON */

#endif /* BR_SIM_SCRIPT_RUN_H */
