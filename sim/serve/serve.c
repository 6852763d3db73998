/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve/serve.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/server.h"
#include "sim/command/page.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/net/files.h"
#include "sim/net/loop.h"
#include "sim/net/port_iface.h"
#include "sim/net/recorder.h"
#include "sim/net/server_host.h"
#include "sim/output.h"
#include "sim/serve/lease_file.h"
#include "sim/serve/serve_options.h"

enum {
	FRAMES_MAX = 8192,
	HANDLES_MAX = 4096,
	ERROR_SIZE = 512,
	FRAME_OVERHEAD = 14 + 2 * 4, /* Ethernet header and two VLAN tags */
};

#define FLUSH_EVERY BR_S /* a capture is never further behind than this */

struct serve {
	struct br_serve_options options;
	struct br_iface iface;
	struct br_clock clock;
	struct br_loop *loop;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_port_iface *port;
	struct br_host *host;
	struct br_file_store *store;
	struct br_server_host *server;
	struct br_lease_file *leases;
	struct br_recorder *recorder;
	struct br_output capture;
	struct br_timer flush;
	const char *gone; /* why the interface is */
	char error[ERROR_SIZE];
};

/* Notes */

static void print_peer(const struct br_endpoint *peer)
{
	char text[32];
	struct br_writer w = br_writer_of(text, sizeof(text));
	uint32_t address = br_endpoint_to_ipv4(peer);

	br_text_put_ipv4(&w, address);
	if (peer->port) {
		br_text_put(&w, ":");
		br_text_put_decimal(&w, peer->port);
	}
	printf(" %-21s", address || peer->port ? br_text_end(&w) : "-");
}

/* What a peer wrote may stand in it: nothing that a terminal would obey. */
static void print_detail(struct br_octets detail)
{
	if (detail.size > 0)
		printf(": ");
	for (size_t i = 0; i < detail.size; i++) {
		uint8_t octet = detail.data[i];

		if (octet < 0x20 || octet >= 0x7f)
			printf("\\x%02x", octet);
		else
			putchar(octet);
	}
}

static void print_time(br_time now)
{
	printf("%6" PRIu64 ".%06" PRIu64, now / BR_S, now % BR_S / 1000);
}

static void see_note(void *context, const char *host_name, const struct br_action *note,
                     br_time now)
{
	(void)context, (void)host_name;
	print_time(now);
	printf(" %-22s", br_note_name(note->note));
	print_peer(&note->remote);
	printf(" %s", br_note_sentence(note->note));
	print_detail(note->payload);
	printf("\n");
}

static void see_gone(void *context, const char *why, br_time now)
{
	struct serve *serve = context;

	(void)now;
	snprintf(serve->error, sizeof(serve->error), "%s: %s", serve->options.interface, why);
	serve->gone = serve->error;
	br_loop_stop(serve->loop);
}

static void flush(void *context, br_time now)
{
	struct serve *serve = context;

	(void)br_recorder_flush(serve->recorder); /* an error is said at the end */
	br_clock_set(&serve->clock, &serve->flush, now + FLUSH_EVERY);
}

/* Building up */

static int fail(struct serve *serve, const char *what, int error)
{
	snprintf(serve->error, sizeof(serve->error), "%s: %s", what, strerror(-error));
	return error;
}

static int open_wire(struct serve *serve)
{
	int error = br_clock_init(&serve->clock, 1024);

	if (!error)
		error = br_loop_new(&serve->loop, &serve->clock);
	if (!error)
		error = br_loop_catch_signals(serve->loop);
	if (!error)
		error = br_wire_new(&serve->wire, &serve->clock, serve->iface.mtu + FRAME_OVERHEAD,
		                    FRAMES_MAX);
	if (error)
		return fail(serve, "starting", error);
	serve->segment = br_segment_new(serve->wire, serve->options.interface, 0, serve->iface.mtu);
	if (!serve->segment)
		return fail(serve, "starting", -ENOMEM);
	error = br_port_iface_new(&serve->port, serve->loop, serve->segment,
	                          serve->options.interface, true, serve->error,
	                          sizeof(serve->error));
	if (!error)
		br_port_iface_on_gone(serve->port, see_gone, serve);
	return error;
}

static int open_recorder(struct serve *serve)
{
	if (!serve->options.pcap)
		return 0;

	FILE *err = fmemopen(serve->error, sizeof(serve->error), "w");
	int error =
		err ? br_output_open(&serve->capture, serve->options.pcap, NULL, 0, err) : -ENOMEM;
	struct br_tap tap;

	if (err)
		(void)fclose(err);
	serve->error[strcspn(serve->error, "\n")] = '\0';
	if (error)
		return error;
	error = br_recorder_new(&serve->recorder, serve->capture.written,
	                        br_loop_epoch(serve->loop));
	if (error)
		return fail(serve, serve->options.pcap, error);
	tap = br_recorder_tap(serve->recorder);
	serve->flush = (struct br_timer){.fire = flush, .context = serve};
	br_clock_set(&serve->clock, &serve->flush, FLUSH_EVERY);
	return br_wire_add_tap(serve->wire, &tap);
}

static int open_files(struct serve *serve)
{
	int error = br_file_store_new(&serve->store, HANDLES_MAX);

	if (error)
		return fail(serve, "starting", error);
	if (serve->options.root)
		error = br_file_store_set_root(serve->store, serve->options.root);
	return error ? fail(serve, serve->options.root, error) : 0;
}

static int open_server(struct serve *serve)
{
	const struct br_serve_options *options = &serve->options;
	struct br_files files = br_file_store_files(serve->store);
	struct br_host_limits limits = br_host_limits_server;
	/* Nobody who did not see the start can tell what TIDs and sequence numbers come. */
	uint64_t seed = options->seed_set ? options->seed : br_loop_epoch(serve->loop);
	int error;

	if (limits.streams_max < 2 * options->config.streams_max) /* half open ones have half */
		limits.streams_max = 2 * (size_t)options->config.streams_max;
	error = br_host_new(&serve->host, serve->wire, options->interface, &limits, seed);
	if (!error)
		error = br_host_add_link(serve->host, serve->segment, options->mac);
	if (error < 0)
		return fail(serve, "starting", error);
	serve->options.config.epoch_ns = br_loop_epoch(serve->loop);
	br_host_set_address(serve->host, 0, options->address, options->netmask);
	br_host_set_gateway(serve->host, options->gateway);
	error = br_server_host_new(&serve->server, serve->host, &serve->clock, options->interface,
	                           &options->config, &files, seed);
	if (error)
		return fail(serve, "starting the server", error);
	br_server_host_on_note(serve->server, see_note, serve);
	if (!options->leases)
		return 0;
	return br_lease_file_open(&serve->leases, options->leases,
	                          br_server_host_core(serve->server), serve->clock.now,
	                          serve->error, sizeof(serve->error));
}

static void close_all(struct serve *serve)
{
	br_server_host_free(serve->server);
	br_lease_file_free(serve->leases);
	br_host_free(serve->host);
	br_port_iface_free(serve->port);
	br_wire_free(serve->wire);
	br_file_store_free(serve->store);
	br_loop_free(serve->loop);
	br_clock_reset(&serve->clock);
}

/* Telling */

static void print_roles(unsigned roles)
{
	static const char *const names[] = {"dhcp", "proxydhcp", "pxe", "tftp", "http"};
	const char *separator = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (roles & 1U << i) {
			printf("%s%s", separator, names[i]);
			separator = ",";
		}
	}
}

static void print_start(const struct serve *serve)
{
	const struct br_serve_options *options = &serve->options;
	char text[64];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put_ipv4(&w, options->address);
	br_text_put(&w, " (");
	br_text_put_mac(&w, options->mac);
	br_text_put(&w, ")");
	printf("serving on %s as %s, role=", options->interface, br_text_end(&w));
	print_roles(options->config.roles);
	if (options->root)
		printf(", files of %s", options->root);
	printf("\n");
}

static void print_counter(const char *name, uint64_t value)
{
	if (value > 0)
		printf("%-28s %" PRIu64 "\n", name, value);
}

static void print_end(struct serve *serve)
{
	const struct br_metrics *metrics = br_server_metrics(br_server_host_core(serve->server));
	const struct br_port_iface_counts *port = br_port_iface_counts(serve->port);
	uint64_t value;

	print_time(serve->clock.now);
	printf(" stopped\n");
	for (size_t i = 0; br_metrics_name(i); i++) {
		if (br_metrics_get(metrics, br_metrics_name(i), &value))
			print_counter(br_metrics_name(i), value);
	}
	print_counter("frames_in_total", port->frames_in);
	print_counter("frames_out_total", port->frames_out);
	print_counter("frames_cut_total", port->cut);
	print_counter("frames_dropped_in_total", port->dropped_in);
	print_counter("frames_dropped_out_total", port->dropped_out);
	print_counter("frames_missed_total", port->missed);
	print_counter("frames_oversized_total", br_segment_counts(serve->segment)->oversized);
}

/* Ends with the interface or by a signal. Return: the exit code */
static int run(struct serve *serve)
{
	int error = 0, result = 0;

	if (serve->capture.file && br_output_place(&serve->capture, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	print_start(serve);
	switch (br_loop_run(serve->loop, BR_TIME_NEVER, NULL, NULL)) {
	case BR_LOOP_SIGNAL:
		break;
	case BR_LOOP_DONE:
	case BR_LOOP_TIME:
	case BR_LOOP_IDLE:
		fprintf(stderr, "bootrig serve: %s\n", serve->gone ? serve->gone : "ended");
		result = BR_EXIT_FAILED;
		break;
	case BR_LOOP_ERROR:
		fprintf(stderr, "bootrig serve: %s\n", strerror(errno));
		result = BR_EXIT_FAILED;
		break;
	}
	print_end(serve);
	serve->recorder = br_recorder_free(serve->recorder, &error);
	if (error) {
		fprintf(stderr, "bootrig serve: %s: %s\n", serve->options.pcap, strerror(-error));
		result = BR_EXIT_BAD_USAGE;
	}
	return result;
}

static int prepare(struct serve *serve)
{
	struct br_serve_options *options = &serve->options;
	int error;

	error = br_iface_get(options->interface, &serve->iface);
	if (error)
		return fail(serve, options->interface, error);
	error = br_serve_options_check(options, &serve->iface, serve->error, sizeof(serve->error));
	if (!error)
		error = open_files(serve);
	if (!error)
		error = open_wire(serve);
	if (!error)
		error = open_recorder(serve);
	if (!error)
		error = open_server(serve);
	return error;
}

static int serve_main(int argc, char **argv)
{
	struct br_words words = br_words_of(&br_verb_serve);
	struct serve *serve = calloc(1, sizeof(*serve));
	int result;

	if (!serve) {
		fprintf(stderr, "bootrig serve: out of memory\n");
		return BR_EXIT_FAILED;
	}
	/* A line is out when it is written: someone may be watching through a pipe. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (br_serve_options_parse(&serve->options, &words, argc, argv) < 0) {
		result = words.code;
	} else if (prepare(serve)) {
		fprintf(stderr, "bootrig serve: %s\n", serve->error);
		result = BR_EXIT_BAD_USAGE;
	} else {
		result = run(serve);
	}
	br_recorder_free(serve->recorder, NULL);
	br_output_drop(&serve->capture); /* it has its place, unless nothing began */
	close_all(serve);
	free(serve);
	return result;
}

static void print_keys(struct br_page *page)
{
	br_page_section(page, "Settings");
	for (size_t i = 0; br_config_key(i); i++)
		br_page_item(page, br_config_key(i), NULL, br_config_key_says(i));
}

static const char *const examples[] = {
	"bootrig serve eth1 --address 10.77.0.1/24 --root /srv/boot role=dhcp,tftp "
	"pool=10.77.0.100-10.77.0.199 boot=x64:grubx64.efi",
	NULL,
};

const struct br_command_verb br_verb_serve = {
	.name = "serve",
	.says = "a boot server on a network interface",
	.about = "Serves machines on a cable in real time, and says why it does what it does: a "
		 "line "
		 "for each decision. Ends on SIGINT, SIGTERM or SIGHUP with its counters. Needs "
		 "CAP_NET_RAW. "
		 "Without a role it is role=tftp,http.",
	.operand = br_serve_operands,
	.option = br_serve_option_rows,
	.more = print_keys,
	.exits = "0 ended by a signal; 1 the interface went away; 2 called wrongly, a permission "
		 "is missing, or the capture could not be written.",
	.examples = examples,
	.run = serve_main,
};
