/* SPDX-License-Identifier: BSD-2-Clause */
/* Damaged captures through reader, conversation and explanation: COUNT of them (10000), from
 * seed SEED (1). Every mutant must be explained as far as it goes without a crash, a leak or
 * an endless run, exit with 0, 1, 2, 3 or 77, and say at most one line of damage for each file. Run
 * under a sanitizer with a million; a plain run checks the exit codes and lines.
 *
 * Half of the mutants have octets changed, swapped, inserted or taken out anywhere; the others
 * have one length field set to something likely to hurt, are cut, or have a piece of another
 * capture in their middle.
 *
 * Of those that go through a file some are explained with another beside them, and some are
 * replayed, alone or with another. That is a mutant too, or the same event by another clock: a
 * second, or centuries away.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "captures/explain/diagnose.h"
#include "captures/explain/explain.h"
#include "captures/read/capture.h"
#include "captures/read/link.h"
#include "captures/replay/replay.h"
#include "core/base/prng.h"
#include "sim/exit_code.h"
#include "sim/net/reassembly.h"
#include "tests/captures/recording.h"

enum {
	OCTETS_MAX = 12000, /* of a capture: short ones, many of them */
	BASES_MAX = 48,
	EVENTS = 10,
	CLOCKS = 5,
	COUNT_DEFAULT = 10000,
	FRAMES_MAX = 40,
	ERRORS_MAX = 2048,
	WHOLE = 8, /* each so many is explained whole, from a file; the others from memory */
	CODES = 5, /* the last for 77 */
};

struct base {
	uint8_t *octets;
	size_t size, event;
};

static struct base base[BASES_MAX], twin[EVENTS][CLOCKS];
static size_t bases;

static void __attribute__((noreturn)) die(const char *why, uint64_t number)
{
	fprintf(stderr, "mutant %llu: %s\n", (unsigned long long)number, why);
	exit(EXIT_FAILURE);
}

/* The first frames of a good capture in the given form, as octets; times are @later. */
static struct base make_base(const char *name, const struct recording_form *form, br_time later)
{
	const char *folder = getenv("BR_CAPTURES");
	char path[512], *octets;
	struct recording r;
	size_t size;

	(void)snprintf(path, sizeof(path), "%s/%s", folder ? folder : "captures/corpus", name);
	recording_load(&r, path);
	if (r.frames > FRAMES_MAX)
		recording_cut(&r, FRAMES_MAX);
	for (size_t i = 0; i < r.frames; i++)
		r.frame[i].at += later;
	FILE *file = open_memstream(&octets, &size);

	if (!file)
		exit(EXIT_FAILURE);
	(void)recording_write(&r, form, file);
	(void)fclose(file);
	recording_reset(&r);
	return (struct base){(uint8_t *)octets, size < OCTETS_MAX ? size : OCTETS_MAX, 0};
}

static void add_base(const char *name, const struct recording_form *form, size_t event)
{
	if (bases == BASES_MAX)
		exit(EXIT_FAILURE);
	base[bases] = make_base(name, form, 0);
	base[bases++].event = event;
}

static void add_bases(void)
{
	static const char *const names[EVENTS] = {
		"ovmf-virtio-nofile.pcap",      "ovmf-virtio-no4011.pcap",
		"ovmf-virtio-http404.pcap",     "aavmf64-virtio-pxe6missing.pcap",
		"ovmf-virtio-twoprompt.pcap",   "seabios-virtio-two.pcap",
		"slof-vlan-missing.pcap",       "aavmf64-virtio-http6-dnsmasqnovc.pcap",
		"uboot25-arm-virtio-auto.pcap", "seabios-virtio-relaytwo-srvside.pcap",
	};
	static const struct recording_form form[] = {
		{.nano = false},
		{.ng = true, .link = RECORDING_MIXED, .frames_a_section = 9},
		{.link = RECORDING_VLAN, .big = true},
		{.link = RECORDING_SLL2, .nano = true},
	};
	static const struct recording_form by_clock = {.ng = true, .nano = true};
	static const br_time clock[CLOCKS] = {0, BR_S, UINT64_C(1) << 62, UINT64_C(1) << 63,
	                                      UINT64_C(3) << 62};

	for (size_t i = 0; i < EVENTS; i++) {
		add_base(names[i], &form[0], i);
		add_base(names[i], &form[1 + i % 3], i);
		add_base(names[i], &form[1], i);
		for (size_t k = 0; k < CLOCKS; k++)
			twin[i][k] = make_base(names[i], &by_clock, clock[k]);
	}
}

static size_t below(struct br_prng *prng, size_t limit)
{
	return (size_t)br_prng_below(prng, limit);
}

static void change_octets(struct br_prng *prng, uint8_t *octets, size_t size)
{
	static const uint8_t likely[] = {0, 1, 2, 0x7f, 0x80, 0xfe, 0xff};

	for (size_t left = 1 + below(prng, 12); left > 0; left--) {
		uint8_t *at = &octets[below(prng, size)];

		switch (below(prng, 3)) {
		case 0:
			*at ^= (uint8_t)(1U << below(prng, 8));
			break;
		case 1:
			*at = likely[below(prng, sizeof(likely))];
			break;
		default:
			*at = (uint8_t)below(prng, 256);
			break;
		}
	}
}

/* 2 or 4 octets that may be a length become one at an edge. */
static void change_number(struct br_prng *prng, uint8_t *octets, size_t size)
{
	static const uint32_t likely[] = {
		0,      1,       3,       4,       12,      0xff,       0x100,      0x7fff,
		0xffff, 0x10000, 0x3ffff, 0x40000, 0x40001, 0x7fffffff, 0x80000000, 0xffffffff};
	uint32_t value = likely[below(prng, sizeof(likely) / sizeof(likely[0]))];
	size_t width = below(prng, 2) ? 4 : 2, at = below(prng, size - 4);
	bool big = below(prng, 2);

	for (size_t i = 0; i < width; i++)
		octets[at + i] = (uint8_t)(value >> 8 * (big ? width - 1 - i : i));
}

/* Take a piece out, put one in twice, or put in a piece of another capture. Return: size */
static size_t move(struct br_prng *prng, uint8_t *octets, size_t size)
{
	const struct base *other = &base[below(prng, bases)];
	size_t at = below(prng, size), piece = 1 + below(prng, 64);
	size_t from = below(prng, other->size);

	if (piece > size - at)
		piece = size - at;
	if (below(prng, 2)) {
		memmove(octets + at, octets + at + piece, size - at - piece);
		return size - piece;
	}
	if (piece > other->size - from)
		piece = other->size - from;
	memmove(octets + at + piece, octets + at, size - at);
	memcpy(octets + at, other->octets + from, piece);
	return size + piece;
}

static size_t mutate(struct br_prng *prng, const struct base *b, uint8_t octets[2 * OCTETS_MAX])
{
	size_t size = b->size;

	memcpy(octets, b->octets, size);
	for (size_t left = 1 + below(prng, 3); left > 0 && size > 64; left--) {
		switch (below(prng, 6)) {
		case 0:
			size = below(prng, size); /* cut */
			break;
		case 1:
			change_number(prng, octets, size);
			break;
		case 2:
			size = move(prng, octets, size);
			break;
		default:
			change_octets(prng, octets, size);
			break;
		}
	}
	return size;
}

/* Two files in memory, and paths to them. */
struct slots {
	int fd[2];
	char path[2][64];
	FILE *out;
};

static void put(struct slots *slots, size_t index, const uint8_t *octets, size_t size,
                uint64_t number)
{
	int fd = slots->fd[index];

	if (ftruncate(fd, 0) < 0 || pwrite(fd, octets, size, 0) != (ssize_t)size)
		die("cannot write", number);
}

/* What the second file is: the event of @b by another clock, damaged or not, or any mutant. */
static void put_other(struct br_prng *prng, struct slots *slots, const struct base *b,
                      uint64_t number)
{
	static uint8_t octets[2 * OCTETS_MAX];
	const struct base *of = below(prng, 4) == 0 ? &base[below(prng, bases)]
	                                            : &twin[b->event][below(prng, CLOCKS)];

	if (below(prng, 2)) {
		put(slots, 1, of->octets, of->size, number);
		return;
	}
	size_t size = mutate(prng, of, octets);

	put(slots, 1, octets, size, number);
}

static int explain(struct slots *slots, size_t count, bool json, FILE *err)
{
	const char *paths[] = {slots->path[0], slots->path[1]};
	struct br_explain explain = {.paths = paths,
	                             .count = count,
	                             .json = json,
	                             .limits = {.memory_max = 200000, .exchanges_max = 24},
	                             .out = slots->out,
	                             .err = err};

	return br_explain(&explain);
}

static int replay(struct slots *slots, size_t count, FILE *err)
{
	struct br_replay replay = {.path = slots->path[0],
	                           .other = count > 1 ? slots->path[1] : NULL,
	                           .out = slots->out,
	                           .err = err};

	return br_replay(&replay);
}

static size_t lines_of(const char *text)
{
	size_t lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines;
}

/* By its number a mutant is explained or replayed, alone or with another. */
static void run(struct br_prng *prng, struct slots *slots, const struct base *b,
                const uint8_t *octets, size_t size, uint64_t number, uint64_t codes[CODES])
{
	size_t count = number % 4 < 2 ? 1 : 2, lines;
	bool told = number % 8 < 4;
	char errors[ERRORS_MAX] = "";
	FILE *err = fmemopen(errors, sizeof(errors) - 1, "w");
	int code;

	if (!err)
		die("out of memory", number);
	put(slots, 0, octets, size, number);
	if (count > 1)
		put_other(prng, slots, b, number);
	rewind(slots->out);
	code = told ? explain(slots, count, number % 2, err) : replay(slots, count, err);
	if (told && code == BR_EXIT_SKIPPED)
		code = CODES - 1;
	(void)fclose(err);
	lines = lines_of(errors);
	if (code < 0 || code >= CODES)
		die("another exit code", number);
	codes[code]++;
	if (code == 2 && (lines < 1 || lines > count + !told))
		die("exit 2 without a line for what is wrong", number);
	if (code != 2 && told && errors[0])
		die("a line on standard error, and not exit 2", number);
}

/* Reader, link, fragments, conversation, story and diagnosis, without file and text. */
struct mutate_capture_bench {
	struct br_fingerprints *prints;
	struct br_reassembly *pieces; /* of all mutants: one of them may disturb the next */
	struct br_link_frame link;
	struct br_octets left;
	struct br_diagnosis diagnosis;
};

static int64_t read_memory(void *context, void *target, size_t size)
{
	struct br_octets *left = context;
	size_t step = size < left->size ? size : left->size;

	memcpy(target, left->data, step);
	*left = (struct br_octets){left->data + step, left->size - step};
	return (int64_t)step;
}

static void follow(struct mutate_capture_bench *b, struct br_talk *talk, struct br_capture *capture)
{
	struct br_capture_frame frame;
	struct br_packet packet, whole;

	while (br_capture_next(capture, &frame) == 1) {
		if (!br_link_to_ethernet(&b->link, &frame))
			continue;
		br_packet_parse(&packet, b->link.octets, b->link.size, false);
		if (!packet.fragment)
			br_talk_packet(talk, &packet, frame.number, frame.at);
		else if (br_reassembly_add(b->pieces, &packet, 0, frame.at, &whole))
			br_talk_packet(talk, &whole, frame.number, frame.at);
	}
}

static void run_in_memory(struct mutate_capture_bench *b, const uint8_t *octets, size_t size,
                          uint64_t number)
{
	static const struct br_talk_limits limits = {.memory_max = 200000, .exchanges_max = 24};
	struct br_capture_source source = {read_memory, NULL, &b->left};
	struct br_capture *capture;
	char remark[BR_CAPTURE_REMARK_SIZE] = "";
	struct br_talk *talk;

	b->left = (struct br_octets){octets, size};
	if (br_capture_open_source(&capture, "mutant", &source, remark) < 0) {
		if (!remark[0] || strchr(remark, '\n'))
			die("not one line of damage", number);
		return;
	}
	if (br_talk_new(&talk, &limits) < 0)
		die("out of memory", number);
	follow(b, talk, capture);
	for (size_t i = 0; i < br_talk_clients(talk); i++) {
		struct br_story story;

		if (br_story_init(&story, talk, br_talk_client(talk, i), b->prints) < 0)
			die("out of memory", number);
		br_diagnose(&story, &b->diagnosis);
		if (b->diagnosis.findings == 0)
			die("a client without a finding", number);
		br_story_reset(&story);
	}
	(void)br_talk_free(talk);
	(void)br_capture_close(capture);
}

static struct mutate_capture_bench *bench_new(void)
{
	static const struct br_reassembly_rules rules = {.datagrams_max = 8,
	                                                 .pieces_max = UINT32_MAX};
	struct mutate_capture_bench *b = calloc(1, sizeof(*b));
	char remark[256];

	if (!b || br_reassembly_new(&b->pieces, &rules) < 0 ||
	    br_fingerprints_new(&b->prints, br_fingerprints_text, remark, sizeof(remark)) < 0)
		die("out of memory", 0);
	return b;
}

static void bench_free(struct mutate_capture_bench *b)
{
	(void)br_reassembly_free(b->pieces);
	(void)br_fingerprints_free(b->prints);
	free(b);
}

int main(int argc, char **argv)
{
	static uint8_t octets[2 * OCTETS_MAX];
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : COUNT_DEFAULT;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1, codes[CODES] = {0};
	struct slots slots = {.out = fopen("/dev/null", "w")};
	struct br_prng prng = br_prng_of(seed, 0x6d7574617465); /* "mutate" */

	for (size_t i = 0; i < 2; i++) {
		slots.fd[i] = memfd_create("mutant", 0);
		if (slots.fd[i] < 0 || !slots.out)
			return EXIT_FAILURE;
		(void)snprintf(slots.path[i], sizeof(slots.path[i]), "/proc/self/fd/%d",
		               slots.fd[i]);
	}
	add_bases();
	struct mutate_capture_bench *bench = bench_new();

	for (uint64_t i = 0; i < count; i++) {
		const struct base *b = &base[below(&prng, bases)];
		size_t size = mutate(&prng, b, octets);

		if (i % WHOLE == 0)
			run(&prng, &slots, b, octets, size, i / WHOLE, codes);
		else
			run_in_memory(bench, octets, size, i);
	}
	bench_free(bench);
	printf("%llu damaged captures; of those explained or replayed whole exit 0 %llu, 1 %llu, 2 "
	       "%llu, 3 "
	       "%llu, 77 %llu\n",
	       (unsigned long long)count, (unsigned long long)codes[0],
	       (unsigned long long)codes[1], (unsigned long long)codes[2],
	       (unsigned long long)codes[3], (unsigned long long)codes[4]);
	for (size_t i = 0; i < bases; i++)
		free(base[i].octets);
	for (size_t i = 0; i < EVENTS * CLOCKS; i++)
		free(twin[i / CLOCKS][i % CLOCKS].octets);
	(void)fclose(slots.out);
	(void)close(slots.fd[0]);
	(void)close(slots.fd[1]);
	return codes[2] > 0 && codes[1] > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
