/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/runner.h - inside the runner: what its files share
 *
 * From the lowest to the highest: show.c, runner.c; trace.c, run_lines.c, run_faults.c, transfer.c
 * and check.c, each some kinds of steps; run.c, which goes from step to step.
 */
#ifndef BR_SIM_SCRIPT_RUNNER_H
#define BR_SIM_SCRIPT_RUNNER_H

#include <stdio.h>

#include "sim/script/aim.h"
#include "sim/script/run.h"

enum {
	BR_RUNNER_QUEUE_MAX = 1024,
	BR_RUNNER_ANY_MAX = 32,
	BR_RUNNER_NEVER_MAX = 128,
	BR_RUNNER_FAULTS_MAX = 32,
	BR_RUNNER_ACKS_MAX = 64,
	BR_RUNNER_SENT_MAX = 64,
};

/* A packet that waits for a line. */
struct br_waiting {
	struct br_seen seen;
	bool optional; /* no line need expect it */
	enum br_flow_event flow_event;
	struct br_flow *flow;
	uint16_t opcode, block; /* TFTP */
	size_t size;            /* TFTP DATA: octets */
};

struct br_never {
	const struct br_item *item;
	bool over;
};

struct br_run_fault {
	struct br_runner *runner;
	const struct br_item *item;
	int rule;
	uint64_t blocked; /* frames in the ports of the net when it began */
	bool waits;       /* its time begins when the machine it is about says something */
	struct br_aim aim;
};

/* A read loop under way, sim/script/transfer.h. */
struct br_transfer_state {
	bool begun;
	const struct br_transfer *over; /* it has ended */
	struct br_flow *flow;
	uint32_t window;
	uint64_t acked;      /* blocks, beyond 65535 */
	uint64_t peak;       /* most blocks unacknowledged */
	br_time round_trip;  /* no answer can come sooner */
	br_time progress_at; /* when something last came */
	unsigned repeats;    /* of our last ACK */
	struct {
		uint64_t blocks;
		br_time at;
	} ack[BR_RUNNER_ACKS_MAX];
	size_t acks; /* in all */
};

struct br_runner {
	const struct br_script *script;
	const struct br_run_options *options;
	struct br_run_result *result;
	struct br_stage *stage;
	struct br_recorder *recorder;
	void *watch;
	uint64_t watched; /* frames */

	size_t pc;    /* item */
	br_time base; /* when the step before was done */
	br_time wake; /* nothing can happen before this but packets; BR_TIME_NEVER: only they */
	bool has_firmware;
	FILE *notes;           /* what servers say, with real machines; or NULL */
	uint64_t frames_known; /* in real time: seen before the last wait */
	bool faults_possible;
	const char *label;
	bool boot_begun;     /* a real machine, which is waited for */
	br_time check_since; /* when the check of this step was first asked; NEVER: not yet */

	int in_flight_from; /* node whose datagrams are on their way */
	size_t in_flight;
	const struct br_item *sent[BR_RUNNER_SENT_MAX]; /* lines whose frames have not been seen */
	size_t sents;

	struct br_waiting queue[BR_RUNNER_QUEUE_MAX];
	size_t first, count;

	struct br_never never[BR_RUNNER_NEVER_MAX];
	size_t nevers;
	struct br_run_fault fault[BR_RUNNER_FAULTS_MAX];
	size_t faults;

	bool any_begun;
	size_t any_end;
	bool any_done[BR_RUNNER_ANY_MAX];

	struct br_transfer_state transfer;
	struct br_decoded decoded;
	struct br_decoded pattern; /* for faults, which look while others look */
};

/* runner.c: what every file of the runner stands on */
struct br_waiting *br_runner_head(struct br_runner *r); /* NULL: nothing waits */
void br_runner_pop(struct br_runner *r);
/* The packet at the head that no line expects is why the script fails. */
void br_runner_unexpected(struct br_runner *r);

/* How long to wait for what a line wants in @bound: more where time is real. */
br_time br_runner_bound(const struct br_runner *r, br_time bound);
/* The real machine that stands for a node, or NULL; @node may be none. */
struct br_guest *br_runner_guest(const struct br_runner *r, int node);
/* Has it come to an end of its own: nothing more is to be expected of it? */
bool br_runner_guest_is_over(const struct br_runner *r, size_t node);
/* How its boot stands: "booted", "crashed", "failed", "off", "hung" or "running". */
const char *br_runner_guest_outcome(const struct br_runner *r, size_t node);

/* Set the first failure; later ones are ignored. False always. */
bool br_runner_fail(struct br_runner *r, enum br_failure_kind kind, const struct br_item *item,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));
bool br_runner_failed(const struct br_runner *r);

/* trace.c: what a failure's report shows of what happened */
void br_runner_trace(struct br_runner *r, const struct br_seen *seen, const char *lost);
br_note_see br_runner_trace_note;
void br_runner_trace_unanswered(struct br_runner *r); /* at the end */

/* show.c */
/* want, got and marks of a line against something seen, which is in r->decoded. */
void br_runner_show(struct br_runner *r, const struct br_step *step,
                    const struct br_line_verdict *verdict, const struct br_seen *seen);
/* want alone. */
void br_runner_show_want(struct br_runner *r, const struct br_step *step);
/* got alone: the whole packet. */
void br_runner_show_got(struct br_runner *r, const struct br_seen *seen);
/* A line of what is seen, "boot:67 -> *:68  dhcp offer ..." */
void br_runner_line(struct br_runner *r, const struct br_seen *seen, struct br_writer *w);

/* In the capture, beside @frame: the line it was sent by, or that it is as the line expects. */
void br_runner_comment(struct br_runner *r, const struct br_item *item, bool sent, uint64_t frame);

/* run_lines.c: one step as far as it goes; true when it is done, well or not. */
bool br_runner_is_expectation(const struct br_runner *r, const struct br_item *item);
bool br_runner_expect(struct br_runner *r, const struct br_item *item);
bool br_runner_stimulate(struct br_runner *r, const struct br_item *item);
bool br_runner_any(struct br_runner *r); /* moves ->pc to the closing line */

/* run_faults.c */
void br_runner_fault(struct br_runner *r, const struct br_item *item); /* from here on */
void br_runner_machine_spoke(struct br_runner *r, int node);           /* each time it does */
bool br_runner_fault_hit(const struct br_runner *r, const struct br_run_fault *fault);

#endif /* BR_SIM_SCRIPT_RUNNER_H */
