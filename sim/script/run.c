/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A run is a walk over the items of a script, with a world that has its own clock. Two
 * things drive it: advance(), which does steps as long as they can be done without time
 * passing, and tick(), which lets the next thing of the world happen. ->pc is the step at
 * hand, ->base the time from which its + and <= count, ->wake when it must be looked at
 * again even if nothing happens: a bound that runs out, a stimulus that is due.
 *
 * What the world does comes back through seen_by_runner(), called for each packet as it
 * arrives (stage.h), before any step can react to it. There nevers are judged, transfers
 * are followed block by block, and a packet that a line may expect is put at the end of a
 * queue. A packet waits there until an expectation takes it; that is strict: what stands
 * at the head and is not `optional` must be what the line at hand wants. So the order of
 * lines is the order of packets, and what nobody expects comes to light at the next line
 * or, at the latest, when drain() has let everything happen for `quiet`.
 *
 * Stimuli keep the same order: one from another node waits until what was sent before it
 * has arrived somewhere (->in_flight), else it could overtake it.
 *
 * The first failure stays (br_runner_fail()); everything after it only ends the run. Then
 * the checks at the end are asked once more, faults that never hit are told, and whoever
 * watched for broken rules has the last word. Virtual time makes all of this a function of
 * script and seed; with an iface node br_loop_run() takes the place of br_clock_step() and
 * bounds are stretched.
 *
 * Left out: a script has one line of steps. Nothing runs beside it but firmware that boots,
 * `fault` and `never`, which stay from their line on.
 */
#include "sim/script/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "sim/script/check.h"
#include "sim/script/transfer.h"
#include "sim/stop.h"

enum {
	REAL_LOOK_MS = 100,
	CHECK_S = 1,               /* a check may take so long to become true */
	BOOT_S_MAX = 3600,         /* a firmware that is not done by then is stuck */
	GUEST_S_MAX = 600,         /* a real machine, whose time is ours */
	STEPS_MAX = 50000000,      /* of the clock: a run that does not end is broken */
	PURPOSE_VARY = 0x76617279, /* "vary" */
};

const char *br_result_name(enum br_result result)
{
	static const char *const names[] = {"pass", "fail", "unsupported", "stale", "broken"};

	return names[result];
}

/* A real net carries more than what the script is about. */
static bool is_real_answer(const struct br_runner *r, const struct br_seen *seen)
{
	return r->script->node[seen->from].kind == BR_NODE_IFACE && r->decoded.protocol &&
	       (seen->to >= 0 || r->decoded.protocol == &br_protocol_dhcp);
}

static bool is_strict(const struct br_runner *r, const struct br_seen *seen)
{
	const struct br_script *s = r->script;

	if (s->loose || r->has_firmware || s->guests || seen->from < 0 ||
	    (s->node[seen->from].kind != BR_NODE_SUT && !is_real_answer(r, seen)) ||
	    seen->kind == BR_SEEN_CLOSE || seen->kind == BR_SEEN_RESET ||
	    seen->kind == BR_SEEN_ICMP6)
		return false;
	return seen->to < 0 || !r->stage->world->node[seen->to].relay;
}

/* Neighbours and routers speak whenever they must: heard by who asks for it, and never too much. */
static bool has_line_of_icmp6(const struct br_runner *r, int node)
{
	for (size_t i = 0; i < r->script->items; i++) {
		const struct br_item *item = &r->script->item[i];

		if (item->kind == BR_ITEM_LINE && item->step.from.node == node &&
		    item->step.line.protocol == &br_protocol_icmp6)
			return true;
	}
	return false;
}

static bool is_wanted(const struct br_runner *r, const struct br_seen *seen)
{
	const struct br_script_node *node = seen->from >= 0 ? &r->script->node[seen->from] : NULL;

	if (!node || (seen->kind == BR_SEEN_ICMP6 && !has_line_of_icmp6(r, seen->from)))
		return false;
	if (node->kind == BR_NODE_SUT)
		return node->scripted || is_strict(r, seen);
	return node->scripted && (br_node_is_judged(node) || node->profile ||
	                          r->stage->world->node[seen->from].relay);
}

static void put_in_queue(struct br_runner *r, const struct br_waiting *waiting)
{
	if (r->count == BR_RUNNER_QUEUE_MAX && r->script->guests)
		br_runner_pop(r); /* a machine reads more than lines tell of */
	if (r->count == BR_RUNNER_QUEUE_MAX) {
		br_runner_fail(r, BR_FAILURE_UNEXPECTED, NULL,
		               "%d packets wait for lines that expect them", BR_RUNNER_QUEUE_MAX);
		return;
	}
	r->queue[(r->first + r->count) % BR_RUNNER_QUEUE_MAX] = *waiting;
	r->queue[(r->first + r->count) % BR_RUNNER_QUEUE_MAX].seen = br_seen_keep(&waiting->seen);
	r->count++;
}

/* What is seen */

static void watch_never(struct br_runner *r, struct br_never *never, const struct br_seen *seen)
{
	const struct br_step *step = &never->item->step;
	struct br_line_verdict verdict;

	if (never->over || !br_expect_ends(step, BR_EXPECT_STAR_ANYONE, seen, &r->stage->variables))
		return;
	br_expect_match(step, BR_EXPECT_STAR_ANYONE, seen, &r->decoded, &r->stage->variables,
	                &verdict);
	if (!verdict.matches || br_runner_failed(r))
		return;
	br_runner_fail(r, BR_FAILURE_NEVER, never->item, "a packet came that must never come");
	br_runner_show(r, step, &verdict, seen);
}

static void watch_nevers(struct br_runner *r, const struct br_seen *seen)
{
	for (size_t i = 0; i < r->nevers; i++)
		watch_never(r, &r->never[i], seen);
}

/* until-ack: the receiver has acknowledged that block. */
static void end_nevers(struct br_runner *r, const struct br_seen *seen)
{
	for (size_t i = 0; i < r->nevers; i++) {
		const struct br_step *step = &r->never[i].item->step;

		if (step->has_until_ack && r->decoded.tftp.block == step->until_ack &&
		    seen->from == step->to.node && seen->to == step->from.node)
			r->never[i].over = true;
	}
}

/* A line whose packet is on the wire now: by its place among what its node sends, datagrams and
 * requests apart.
 */
static void comment_sent(struct br_runner *r, const struct br_seen *seen, const char *lost)
{
	bool asked = seen->kind == BR_SEEN_ASKED;
	size_t i = 0;

	if (!asked && seen->kind != BR_SEEN_DATAGRAM)
		return;
	while (i < r->sents && (r->sent[i]->step.from.node != seen->from ||
	                        (r->sent[i]->step.line.protocol == &br_protocol_http) != asked))
		i++;
	if (i == r->sents)
		return;
	if (!lost)
		br_runner_comment(r, r->sent[i], true, seen->number);
	r->sents--;
	memmove(r->sent + i, r->sent + i + 1, (r->sents - i) * sizeof(r->sent[0]));
}

/* Its requests are expected: nobody of ours reads the answers to them. */
static bool acts(const struct br_runner *r, int node)
{
	return br_runner_guest(r, node) || (node >= 0 && (r->stage->world->node[node].firmware ||
	                                                  r->stage->world->node[node].cache));
}

static void seen_by_runner(void *context, const struct br_seen *seen, const char *lost)
{
	struct br_runner *r = context;
	struct br_waiting waiting = {.seen = *seen};
	bool known = br_seen_decode(seen, &r->decoded);

	if (!known)
		r->decoded.protocol = NULL;
	if (seen->number == 0) /* out of a stream: its last frame is the one that came last */
		waiting.seen.number = br_observer_frames(r->stage->observer);
	seen = &waiting.seen;
	if (seen->kind == BR_SEEN_OPEN) {
		watch_nevers(r, seen);
		return;
	}
	if (br_runner_guest(r, seen->from))
		br_runner_machine_spoke(r, seen->from);
	if (r->options->trace)
		br_runner_trace(r, seen, lost);
	comment_sent(r, seen, lost);
	if (seen->kind == BR_SEEN_DATAGRAM && seen->from == r->in_flight_from && r->in_flight > 0)
		r->in_flight--;
	if (seen->kind == BR_SEEN_ASKED && !acts(r, seen->from))
		return;
	if (lost) { /* a client's line says what is sent, not what arrives */
		waiting.optional = true;
		if (br_runner_guest(r, seen->from) && is_wanted(r, seen) &&
		    r->script->node[seen->from].kind == BR_NODE_CLIENT)
			put_in_queue(r, &waiting);
		return;
	}
	if (known && r->decoded.protocol == &br_protocol_tftp) {
		waiting.opcode = r->decoded.tftp.opcode;
		waiting.block = r->decoded.tftp.block;
		waiting.size = r->decoded.tftp.data.size;
		waiting.flow_event = br_received_tftp(&r->stage->received, seen, &r->decoded.tftp,
		                                      &waiting.flow);
		if (waiting.opcode == BR_TFTP_ACK)
			end_nevers(r, seen);
	}
	if (known)
		watch_nevers(r, seen);
	if (is_wanted(r, seen)) {
		/* the last DATA again: its ACK was lost, or the net brings it twice */
		bool dallies = r->faults_possible && waiting.flow_event == BR_FLOW_REPEATED &&
		               waiting.flow->done;

		if (dallies)
			br_transfer_dally(r, waiting.flow);
		waiting.optional = dallies || !is_strict(r, seen);
		put_in_queue(r, &waiting);
	}
}

/* The other steps */

static bool begin_never(struct br_runner *r, const struct br_item *item)
{
	struct br_never *never = &r->never[r->nevers];

	if (r->nevers == BR_RUNNER_NEVER_MAX)
		return br_runner_fail(r, BR_FAILURE_BROKEN, item, "more than %d never lines",
		                      BR_RUNNER_NEVER_MAX);
	*never = (struct br_never){.item = item};
	r->nevers++;
	r->result->checks++;
	for (size_t i = 0; i < r->count; i++) {
		struct br_seen *seen = &r->queue[(r->first + i) % BR_RUNNER_QUEUE_MAX].seen;

		if (br_seen_decode(seen, &r->decoded))
			watch_never(r, never, seen);
	}
	return true;
}

static bool firmware_runs(const struct br_runner *r)
{
	for (size_t i = 0; i < r->stage->world->nodes; i++) {
		struct br_firmware *firmware = r->stage->world->node[i].firmware;

		if (firmware && br_firmware_result(firmware).state == BR_BOOT_RUNNING)
			return true;
	}
	return false;
}

static bool is_line(const struct br_item *item)
{
	return item->kind == BR_ITEM_LINE || item->kind == BR_ITEM_ANY;
}

/* Without lines a machine is left alone until its boot stands, whichever way. */
static bool boot_guest(struct br_runner *r, const struct br_item *item, bool lines)
{
	br_time now = r->stage->world->clock.now;

	if (!r->boot_begun) {
		br_guest_switch_on(br_runner_guest(r, (int)item->index));
		r->base = now;
	}
	r->boot_begun = !lines && !br_runner_guest_is_over(r, item->index);
	if (!r->boot_begun)
		return true;
	while (br_runner_head(r))
		br_runner_pop(r);
	if (now < r->base + GUEST_S_MAX * BR_S) {
		r->wake = r->base + GUEST_S_MAX * BR_S;
		return false;
	}
	r->boot_begun = false;
	return true; /* a check says that it runs on */
}

/* Lines may follow what a firmware does; without them it is left alone to its end. */
static bool boot(struct br_runner *r, const struct br_item *item)
{
	struct br_firmware *firmware = r->stage->world->node[item->index].firmware;
	br_time now = r->stage->world->clock.now;
	size_t next = r->pc + 1;

	while (next < r->script->items && !br_item_is_step(r->script->item[next].kind))
		next++;
	if (!firmware)
		return boot_guest(r, item,
		                  next < r->script->items && is_line(&r->script->item[next]));
	if (br_firmware_result(firmware).state == BR_BOOT_OFF) {
		br_firmware_start(firmware, now);
		r->base = now;
	}
	if (next < r->script->items && is_line(&r->script->item[next]))
		return true;
	if (br_firmware_result(firmware).state != BR_BOOT_RUNNING)
		return true;
	if (now < r->base + BOOT_S_MAX * BR_S) {
		r->wake = r->base + BOOT_S_MAX * BR_S;
		return false;
	}
	br_runner_fail(r, BR_FAILURE_BROKEN, item, "%s does not come to an end in %d s",
	               r->script->node[item->index].name, BOOT_S_MAX);
	return true;
}

static void fail_check(struct br_runner *r, const struct br_item *item, const char *when,
                       const char *want, const char *got)
{
	struct br_failure *f = &r->result->failure;

	br_runner_fail(r, BR_FAILURE_CHECK, item, "the check does not hold%s", when);
	snprintf(f->want, sizeof(f->want), "%s", want);
	snprintf(f->got, sizeof(f->got), "%s", got);
}

static bool check(struct br_runner *r, const struct br_item *item)
{
	char want[BR_FAILURE_TEXT_SIZE], got[BR_FAILURE_TEXT_SIZE];
	br_time now = r->stage->world->clock.now;

	if (firmware_runs(r) && now < r->base + BOOT_S_MAX * BR_S) {
		r->wake = r->base + BOOT_S_MAX * BR_S;
		return false;
	}
	if (item->check.what == BR_CHECK_OUTCOME && br_runner_guest(r, (int)item->check.node) &&
	    !br_runner_guest_is_over(r, item->check.node) && now < r->base + GUEST_S_MAX * BR_S) {
		r->wake = r->base + GUEST_S_MAX * BR_S;
		return false;
	}
	if (r->check_since == BR_TIME_NEVER)
		r->check_since = now;
	if (br_check_holds(r, &item->check, want, got, sizeof(want)))
		r->result->checks++;
	else if (now > r->check_since + br_runner_bound(r, CHECK_S * BR_S))
		fail_check(r, item, r->stage->world->loop ? " within 10 s" : " within 1 s", want,
		           got);
	else {
		r->wake = r->check_since + br_runner_bound(r, CHECK_S * BR_S) + 1;
		return false;
	}
	r->check_since = BR_TIME_NEVER;
	return true;
}

static bool wait_for(struct br_runner *r, const struct br_item *item)
{
	br_time due = r->base + item->wait;

	if (r->stage->world->clock.now < due) {
		r->wake = due;
		return false;
	}
	r->base = due;
	return true;
}

static bool transfer(struct br_runner *r, const struct br_item *item)
{
	if (!br_transfer_go(r, item))
		return false;
	r->result->checks++;
	r->base = r->stage->world->clock.now;
	return true;
}

/* One step as far as it goes; true when it is done. */
static bool step(struct br_runner *r, const struct br_item *item)
{
	switch (item->kind) {
	case BR_ITEM_LINE:
		return br_runner_is_expectation(r, item) ? br_runner_expect(r, item)
		                                         : br_runner_stimulate(r, item);
	case BR_ITEM_NEVER:
		return begin_never(r, item) || true;
	case BR_ITEM_TRANSFER:
		return transfer(r, item);
	case BR_ITEM_BOOT:
		return boot(r, item);
	case BR_ITEM_CHECK:
		return check(r, item);
	case BR_ITEM_WAIT:
		return wait_for(r, item);
	case BR_ITEM_LABEL:
		r->label = item->text;
		return true;
	case BR_ITEM_FAULT:
		if (!r->options->plain)
			br_runner_fault(r, item);
		return true;
	case BR_ITEM_ANY:
		return br_runner_any(r);
	case BR_ITEM_ANY_END:
	case BR_ITEM_BLANK:
	case BR_ITEM_WIRE:
	case BR_ITEM_SCENARIO:
	case BR_ITEM_TITLE:
	case BR_ITEM_SOURCE:
	case BR_ITEM_ISSUE:
	case BR_ITEM_NEEDS:
	case BR_ITEM_UNSUPPORTED:
	case BR_ITEM_LOOSE:
	case BR_ITEM_NET:
	case BR_ITEM_LINK:
	case BR_ITEM_NODE:
	case BR_ITEM_FILE:
	case BR_ITEM_VARY:
	case BR_ITEM_RUNS:
	case BR_ITEM_SEED:
	case BR_ITEM_QUIET:
	case BR_ITEM_USE:
		break;
	}
	return true;
}

/* As far as the script goes without time passing. */
static bool advance(struct br_runner *r)
{
	while (!br_runner_failed(r) && r->pc < r->script->items) {
		const struct br_item *item = &r->script->item[r->pc];

		r->wake = BR_TIME_NEVER;
		if (!item->cut && !step(r, item))
			return false;
		r->pc++;
	}
	return true;
}

static bool frames_came(void *context)
{
	struct br_runner *r = context;

	return br_observer_frames(r->stage->observer) != r->frames_known;
}

/* As virtual time does: on to the next thing seen, or to @until. */
static void tick_real(struct br_runner *r, br_time until)
{
	struct br_world *world = r->stage->world;
	br_time look = world->clock.now + REAL_LOOK_MS * BR_MS;
	enum br_loop_end end;

	r->frames_known = br_observer_frames(r->stage->observer);
	end = br_loop_run(world->loop, until < look ? until : look, frames_came, r);
	for (size_t i = 0; i < world->nodes; i++) {
		if (world->node[i].guest)
			(void)br_guest_silent_since(world->node[i].guest);
	}
	if (br_stop_signal() != 0)
		br_runner_fail(r, BR_FAILURE_BROKEN, NULL, "it was stopped");
	if (end == BR_LOOP_ERROR || end == BR_LOOP_SIGNAL)
		br_runner_fail(r, BR_FAILURE_BROKEN, NULL, "the real network cannot be waited for");
}

static void tick(struct br_runner *r)
{
	struct br_clock *clock = &r->stage->world->clock;

	if (r->stage->world->loop) {
		tick_real(r, r->wake);
		return;
	}
	if (br_clock_step(clock, r->wake))
		return;
	if (r->wake != BR_TIME_NEVER)
		br_clock_advance(clock, r->wake);
	else
		br_runner_fail(r, BR_FAILURE_BROKEN, NULL, "nothing will ever happen again");
}

/* Machines whose line of the script is no `boot`: they run from the start. */
static void switch_on(struct br_runner *r)
{
	for (size_t i = 0; i < r->script->nodes; i++) {
		struct br_guest *guest = br_runner_guest(r, (int)i);
		bool boots = false;

		for (size_t k = 0; k < r->script->items; k++)
			boots = boots || (r->script->item[k].kind == BR_ITEM_BOOT &&
			                  r->script->item[k].index == i);
		if (guest && !boots)
			br_guest_switch_on(guest);
	}
}

static void play(struct br_runner *r)
{
	uint64_t steps = 0;

	while (!advance(r) && !br_runner_failed(r)) {
		if (++steps > STEPS_MAX)
			br_runner_fail(r, BR_FAILURE_BROKEN, NULL, "the run does not end");
		tick(r);
	}
}

static bool left_over(struct br_runner *r)
{
	while (br_runner_head(r) && br_runner_head(r)->optional)
		br_runner_pop(r);
	if (br_runner_head(r) && !br_runner_failed(r))
		br_runner_unexpected(r);
	return br_runner_failed(r);
}

/* RFC-less, but wise: a server that repeats itself a minute later is wrong too. */
static void drain(struct br_runner *r)
{
	struct br_clock *clock = &r->stage->world->clock;
	br_time end = clock->now + r->script->quiet;

	while (r->stage->world->loop && !left_over(r) && clock->now < end)
		tick_real(r, end);
	while (!left_over(r) && br_clock_step(clock, end))
		;
	if (!br_runner_failed(r))
		br_clock_advance(clock, end);
}

static bool stays_true(enum br_check_what what)
{
	return what == BR_CHECK_RECEIVED || what == BR_CHECK_METRIC ||
	       what == BR_CHECK_TRANSFERS_OPEN || what == BR_CHECK_NOTE;
}

static void check_again(struct br_runner *r)
{
	char want[BR_FAILURE_TEXT_SIZE], got[BR_FAILURE_TEXT_SIZE];

	for (size_t i = r->script->items; i-- > 0;) {
		const struct br_item *item = &r->script->item[i];

		if (item->kind == BR_ITEM_BLANK || item->cut)
			continue;
		if (item->kind != BR_ITEM_CHECK)
			break;
		if (stays_true(item->check.what) &&
		    !br_check_holds(r, &item->check, want, got, sizeof(want)))
			fail_check(r, item, " any more when all is quiet", want, got);
	}
	for (size_t i = 0; i < r->faults; i++) {
		if (!br_runner_fault_hit(r, &r->fault[i]))
			br_runner_fail(r, BR_FAILURE_BROKEN, r->fault[i].item,
			               "the fault never hit a frame");
	}
	if (r->result->checks == 0)
		br_runner_fail(r, BR_FAILURE_BROKEN, NULL,
		               "the script checks nothing: it could not fail");
}

/* Each has its own numbers: taking one out of a script moves no other. */
static uint32_t purpose_of(const char *name)
{
	return br_fnv32(PURPOSE_VARY, name, strlen(name));
}

static void draw(const struct br_script *s, const struct br_run_options *options,
                 struct br_run_result *result)
{
	size_t room = sizeof(result->vary) / sizeof(result->vary[0]);

	result->varies = s->varies < room ? s->varies : room;
	for (size_t i = 0; i < result->varies; i++) {
		const struct br_script_vary *v = &s->vary[i];
		uint64_t span = v->last - v->first;
		struct br_prng prng = br_prng_of(options->seed, purpose_of(v->name));
		uint64_t number = br_prng_next(&prng);
		bool off = (br_prng_next(&prng) & 1) != 0; /* swarm: each half of the time */
		bool fault = !strcmp(v->name, "loss") || !strcmp(v->name, "dup") ||
		             !strcmp(v->name, "reorder") || !strcmp(v->name, "corrupt");

		result->vary[i] = v->first + (span == UINT64_MAX ? number : number % (span + 1));
		if (options->plain || (fault && off))
			result->vary[i] = fault ? 0 : v->first;
	}
}

static bool has_capability(const struct br_script *s, const char *need)
{
	for (size_t i = 0; i < s->nodes; i++) {
		struct br_octets rest = s->node[i].roles && s->node[i].kind == BR_NODE_SUT
		                                ? br_text(s->node[i].roles)
		                                : (struct br_octets){0};

		while (rest.data) {
			if (!strncmp(need, "sut.", 4) &&
			    br_text_is(br_text_cut(&rest, ','), need + 4))
				return true;
			if (strncmp(need, "sut.", 4) != 0)
				break;
		}
	}
	return false;
}

static bool is_needy(const struct br_script *s, struct br_run_result *result)
{
	if (s->lacks) {
		result->result = BR_RESULT_UNSUPPORTED;
		snprintf(result->reason, sizeof(result->reason), "%s", s->lacks);
		return true;
	}
	for (size_t i = 0; i < s->needs; i++) {
		if (has_capability(s, s->need[i]))
			continue;
		result->result = BR_RESULT_UNSUPPORTED;
		snprintf(result->reason, sizeof(result->reason), "it needs %s, which is not there",
		         s->need[i]);
		return true;
	}
	return false;
}

static void judge(struct br_runner *r)
{
	struct br_run_result *result = r->result;
	bool failed = br_runner_failed(r);

	if (!failed)
		result->result = BR_RESULT_PASS;
	else if (result->failure.kind == BR_FAILURE_BROKEN)
		result->result = BR_RESULT_BROKEN;
	else
		result->result = BR_RESULT_FAIL;
	if (r->script->unsupported && result->result != BR_RESULT_BROKEN) {
		result->result = failed ? BR_RESULT_UNSUPPORTED : BR_RESULT_STALE;
		snprintf(result->reason, sizeof(result->reason), "%s", r->script->unsupported);
	}
}

static void watch_frame(void *context, const struct br_segment *segment, const struct br_port *from,
                        struct br_frame *frame, br_time now)
{
	struct br_runner *r = context;

	(void)from;
	r->options->watch->see(r->watch, frame, ++r->watched, br_segment_index(segment) + 1, now);
}

static int begin_watch(struct br_runner *r)
{
	struct br_tap tap = {.see = watch_frame, .context = r};
	bool complete = !r->faults_possible;

	for (size_t i = 0; i < r->script->items; i++)
		complete = complete && r->script->item[i].kind != BR_ITEM_FAULT;
	r->watch = r->options->watch->begin(r->options->watch->context, r->script, complete);
	return r->watch ? br_wire_add_tap(r->stage->world->wire, &tap) : 0;
}

static void end_watch(struct br_runner *r)
{
	struct br_run_blame blame = {.frame = 0};
	struct br_failure *f = &r->result->failure;

	if (!r->watch || !r->options->watch->end(r->watch, &blame) || br_runner_failed(r))
		return;
	br_runner_fail(r, BR_FAILURE_RULE, NULL, "%s", blame.why);
	snprintf(f->rule, sizeof(f->rule), "%s", blame.id);
	snprintf(f->signature, sizeof(f->signature), "rule %s", blame.id);
	f->at = blame.at;
	f->frame = blame.frame;
}

/* The key log of a recorded run */
static void secret_known(void *context, const uint8_t *random, const uint8_t *master)
{
	struct br_runner *r = context;

	br_recorder_secret(r->recorder, random, master);
}

static int begin(struct br_runner *r)
{
	struct br_world_options options = {.seed = r->options->seed,
	                                   .vary = r->result->vary,
	                                   .made = r->options->made,
	                                   .calm = r->options->plain,
	                                   .guest_start = r->options->guest_start,
	                                   .guest_out = r->options->guest_out,
	                                   .note = r->options->trace ? br_runner_trace_note : NULL,
	                                   .note_context = r,
	                                   .secret = secret_known,
	                                   .secret_context = r};
	char error[BR_STAGE_ERROR_SIZE];
	int result = br_stage_new(&r->stage, r->script, &options, seen_by_runner, r, error);

	if (result < 0) {
		r->stage = NULL;
		if (result == -EPERM || result == -ENODEV || result == -ENETDOWN) {
			r->result->result = BR_RESULT_UNSUPPORTED;
			snprintf(r->result->reason, sizeof(r->result->reason), "%s", error);
		} else {
			br_runner_fail(r, BR_FAILURE_BROKEN, NULL, "%s", error);
		}
		return result;
	}
	if (r->options->notes)
		r->notes = fopen(r->options->notes, "w");
	if (r->options->pcap) {
		struct br_tap tap;

		r->result->pcap_error =
			br_recorder_new(&r->recorder, r->options->pcap, BR_RECORDER_EPOCH);
		if (r->result->pcap_error == 0) {
			tap = br_recorder_tap(r->recorder);
			result = br_wire_add_tap(r->stage->world->wire, &tap);
		}
	}
	for (size_t i = 0; i < r->stage->world->nodes; i++)
		r->has_firmware = r->has_firmware || r->stage->world->node[i].firmware;
	r->faults_possible = r->stage->world->lossy || r->stage->world->loop;
	if (result == 0 && r->options->watch)
		result = begin_watch(r);
	return result;
}

/* The verdict, beside the frame it is about, or the last. */
static void conclude_capture(struct br_runner *r)
{
	const struct br_failure *f = &r->result->failure;
	char text[BR_FAILURE_TEXT_SIZE];

	snprintf(text, sizeof(text), "%s%s%s", br_result_name(r->result->result),
	         f->why[0] ? ": " : "", f->why);
	if (f->item)
		snprintf(text, sizeof(text), "%s at %s:%" PRIu32 ": %s",
		         br_result_name(r->result->result), f->item->path, f->item->line, f->why);
	if (f->frame > 0)
		br_recorder_comment_at(r->recorder, f->frame, text);
	else
		br_recorder_comment(r->recorder, text);
}

/* Which real machines they were, as their driver says. */
static void name_machines(struct br_runner *r)
{
	char *text = r->result->machine;
	size_t at = 0;

	for (size_t i = 0; i < r->stage->world->nodes; i++) {
		struct br_guest *guest = br_runner_guest(r, (int)i);
		int size = !guest ? 0
		                  : snprintf(text + at, sizeof(r->result->machine) - at, "%s%s",
		                             at > 0 ? ", " : "", br_guest_machine(guest));

		at += size > 0 ? (size_t)size : 0;
		if (at >= sizeof(r->result->machine))
			return;
	}
}

static void end(struct br_runner *r)
{
	struct br_run_result *result = r->result;

	if (r->recorder)
		conclude_capture(r);
	if (r->options->trace && r->stage && br_runner_failed(r))
		br_runner_trace_unanswered(r);
	if (r->stage) {
		result->simulated = r->stage->world->clock.now;
		result->hash = br_trace_hash_value(&r->stage->world->hash);
		result->frames = br_observer_frames(r->stage->observer);
		name_machines(r);
	}
	while (r->count > 0)
		br_runner_pop(r);
	r->stage = br_stage_free(r->stage);
	if (r->recorder)
		br_recorder_free(r->recorder, &result->pcap_error);
	if (r->notes && fclose(r->notes) != 0 && result->pcap_error == 0)
		result->pcap_error = -errno;
}

void br_run(const struct br_script *script, const struct br_run_options *options,
            struct br_run_result *ret_result)
{
	struct br_runner *r;

	memset(&ret_result->failure, 0, sizeof(ret_result->failure));
	ret_result->reason[0] = ret_result->late[0] = ret_result->machine[0] = '\0';
	ret_result->seed = options->seed;
	ret_result->checks = ret_result->frames = ret_result->traced = 0;
	ret_result->simulated = ret_result->hash = 0;
	ret_result->varies = 0;
	ret_result->pcap_error = 0;
	if (is_needy(script, ret_result))
		return;
	r = calloc(1, sizeof(*r));
	if (!r)
		abort();
	r->script = script;
	r->options = options;
	r->result = ret_result;
	r->in_flight_from = BR_SCRIPT_NODE_NONE;
	r->check_since = BR_TIME_NEVER;
	draw(script, options, ret_result);
	if (begin(r) == 0) {
		switch_on(r);
		play(r);
		if (!br_runner_failed(r))
			drain(r);
		if (!br_runner_failed(r))
			check_again(r);
	}
	end_watch(r);
	if (r->stage || br_runner_failed(r))
		judge(r);
	end(r);
	free(r);
}
