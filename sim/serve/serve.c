/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve/serve.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
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
#include "sim/serve/drop.h"
#include "sim/serve/lease_file.h"
#include "sim/serve/serve_options.h"
#include "sim/serve/status.h"
#include "sim/serve/tell.h"

enum {
	FRAMES_MAX = 8192,
	LARGE_FRAMES_MAX = 64,           /* super-frames on their way at once */
	LARGE_TCP_MAX = 65535 - 20 - 60, /* of data, behind the longest TCP header */
	HANDLES_MAX = 4096,
	FILES_WANTED = HANDLES_MAX + 64, /* and the server's own */
	ERROR_SIZE = 512,
	COUNTERS_MAX = 64,
	TLS_FILE_MAX = 65536,        /* of a file with certificates, or a key */
	LAST_FRAMES_MS = 20,         /* to go out when it ends */
	FRAME_OVERHEAD = 14 + 2 * 4, /* Ethernet header and two VLAN tags */
	PORT_DHCP_SERVER = 67,       /* RFC 2131 §4.1 */
	PORT_TFTP = 69,              /* RFC 1350 §4 */
	PORT_PXE = 4011,             /* PXE 2.1 §2.2.3 */
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
	struct br_tell tell;
	struct br_status *status;
	size_t files_room;
	const char *gone; /* why the interface is */
	char error[ERROR_SIZE];
};

/* Telling */

static void see_note(void *context, const char *host_name, const struct br_action *note,
                     br_time now)
{
	struct serve *serve = context;

	(void)host_name;
	br_tell_note(&serve->tell, note, now);
}

static size_t count_bound(const struct br_dhcp *dhcp)
{
	const struct br_lease *lease;
	size_t count = 0;

	for (size_t i = 0; dhcp && (lease = br_dhcp_lease_at(dhcp, i)); i++)
		count += lease->state == BR_LEASE_BOUND;
	return count;
}

static size_t count_bound6(const struct br_dhcp6 *dhcp6)
{
	struct br_dhcp6_binding binding;
	size_t count = 0;

	for (size_t i = 0; dhcp6 && br_dhcp6_binding_at(dhcp6, i, &binding); i++)
		count += binding.bound;
	return count;
}

static size_t count_all(struct serve *serve, struct br_tell_counter counter[static COUNTERS_MAX])
{
	const struct br_server *core = br_server_host_core(serve->server);
	const struct br_port_iface_counts *port = br_port_iface_counts(serve->port);
	const struct br_tell_counter more[] = {
		{"frames_in_total", port->frames_in},
		{"frames_out_total", port->frames_out},
		{"frames_cut_total", port->cut},
		{"frames_dropped_in_total", port->dropped_in},
		{"frames_dropped_out_total", port->dropped_out},
		{"frames_missed_total", port->missed},
		{"frames_oversized_total", br_segment_counts(serve->segment)->oversized},
		{"log_lines_lost_total", br_log_lost(serve->tell.log)},
		{"leases_bound", count_bound(br_server_dhcp(core))},
		{"leases6_bound", count_bound6(br_server_dhcp6(core))},
		{"streams_open", br_server_open_streams(core)},
		{"transfers_open", br_server_open_transfers(core)},
	};
	size_t count = 0;

	for (; br_metrics_name(count); count++) {
		counter[count].name = br_metrics_name(count);
		(void)br_metrics_get(br_server_metrics(core), counter[count].name,
		                     &counter[count].value);
	}
	assert(count + sizeof(more) / sizeof(more[0]) <= COUNTERS_MAX);
	memcpy(counter + count, more, sizeof(more));
	return count + sizeof(more) / sizeof(more[0]);
}

static void tell_counters(struct serve *serve, const char *event)
{
	struct br_tell_counter counter[COUNTERS_MAX];

	br_tell_counters(&serve->tell, event, counter, count_all(serve, counter));
}

static void print_status(void *context, FILE *to)
{
	struct serve *serve = context;
	struct br_tell_counter counter[COUNTERS_MAX];

	br_tell_status(&serve->tell, to, "status", counter, count_all(serve, counter));
}

static void asked_by_signal(void *context, br_time now)
{
	(void)now;
	tell_counters(context, "counters");
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

/* What is sent to everybody and this server would hear. */
static struct br_iface_filter filter_of(const struct br_serve_options *options)
{
	unsigned roles = options->config.roles;
	struct br_iface_filter filter = {.ports = 0};

	memcpy(filter.mac, options->mac, sizeof(filter.mac));
	if (roles & (BR_ROLE_DHCP | BR_ROLE_PROXYDHCP))
		filter.port[filter.ports++] = PORT_DHCP_SERVER;
	if (roles & (BR_ROLE_DHCP | BR_ROLE_PROXYDHCP | BR_ROLE_PXE))
		filter.port[filter.ports++] = PORT_PXE;
	if (roles & BR_ROLE_TFTP)
		filter.port[filter.ports++] = PORT_TFTP;
	if (roles & (BR_ROLE_DHCP6 | BR_ROLE_PROXYDHCP6)) {
		filter.port6[filter.ports6++] = BR_DHCP6_PORT_SERVER;
		filter.port6[filter.ports6++] = BR_DHCP6_PORT_PXE; /* EDK2 asks all servers there */
	}
	br_serve_six_listen(&options->six, options->mac, &filter);
	return filter;
}

static int open_wire(struct serve *serve)
{
	const struct br_iface_filter filter = filter_of(&serve->options);
	int error = br_clock_init(&serve->clock, 1024);

	serve->tell.json = serve->options.json;

	if (!error)
		error = br_loop_new(&serve->loop, &serve->clock);
	serve->tell.loop = serve->loop;
	if (!error)
		error = br_loop_catch_signals(serve->loop);
	if (!error)
		error = br_log_new(&serve->tell.log, STDOUT_FILENO, &serve->clock, br_tell_lost,
		                   &serve->tell);
	if (!error)
		error = br_wire_new(&serve->wire, &serve->clock, serve->iface.mtu + FRAME_OVERHEAD,
		                    FRAMES_MAX);
	if (error)
		return fail(serve, "starting", error);
	serve->segment = br_segment_new(serve->wire, serve->options.interface, 0, serve->iface.mtu);
	if (!serve->segment)
		return fail(serve, "starting", -ENOMEM);
	if (!serve->options.pcap) /* else what is recorded is what is on the wire, all of it */
		br_segment_allow_large(serve->segment, LARGE_FRAMES_MAX);
	error = br_port_iface_new(
		&serve->port, serve->loop, serve->segment, serve->options.interface, true,
		serve->options.pcap ? NULL : &filter, serve->error, sizeof(serve->error));
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

	serve->files_room = br_drop_room_for_files(FILES_WANTED);

	if (error)
		return fail(serve, "starting", error);
	if (serve->options.root)
		error = br_file_store_set_root(serve->store, serve->options.root);
	return error ? fail(serve, serve->options.root, error) : 0;
}

/* A whole file of less than @size octets, which stay nowhere else. Return: its size, or negative
 * with .error said
 */
static ssize_t read_whole(struct serve *serve, const char *path, uint8_t *target, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t got = file && setvbuf(file, NULL, _IONBF, 0) == 0 ? fread(target, 1, size, file) : 0;
	int error = !file || ferror(file) ? -errno : got == size ? -EFBIG : 0;

	if (file)
		(void)fclose(file);
	return error ? fail(serve, path, error) : (ssize_t)got;
}

/* As whom it is known by https */
static int load_identity(struct serve *serve, struct br_tls_identity **ret_identity)
{
	static uint8_t certificates[TLS_FILE_MAX], key[TLS_FILE_MAX];
	const struct br_serve_options *options = &serve->options;
	struct br_tls_settings settings;
	char error[ERROR_SIZE / 2];
	ssize_t chain_size =
		read_whole(serve, options->tls_certificate, certificates, sizeof(certificates));
	ssize_t key_size =
		chain_size < 0 ? chain_size : read_whole(serve, options->tls_key, key, sizeof(key));
	int result;

	if (key_size < 0)
		return (int)key_size;
	br_tls_settings_init(&settings);
	settings.on = true;
	settings.port = options->tls_port ? (uint16_t)options->tls_port : BR_TLS_PORT;
	settings.version_min = settings.version_max; /* 1.2: older ones are broken */
	result = br_tls_identity_load(
		ret_identity, &settings, (struct br_octets){certificates, (size_t)chain_size},
		(struct br_octets){key, (size_t)key_size}, error, sizeof(error));
	explicit_bzero(key, sizeof(key));
	if (result == -EINVAL)
		(void)snprintf(serve->error, sizeof(serve->error), "%.120s, %.120s: %s",
		               options->tls_certificate, options->tls_key, error);
	return result == -ENOMEM ? fail(serve, "starting", result) : result;
}

/* The same with true randomness of its own */
static int make_identity(struct serve *serve, struct br_tls_identity **ret_identity)
{
	uint8_t entropy[BR_TLS_ENTROPY_SIZE];
	int error = load_identity(serve, ret_identity);

	if (error)
		return error;
	error = br_loop_draw_secret(entropy, sizeof(entropy));
	if (error) {
		*ret_identity = br_tls_identity_free(*ret_identity);
		return fail(serve, "drawing keys", error);
	}
	br_tls_identity_set_entropy(*ret_identity, entropy);
	explicit_bzero(entropy, sizeof(entropy));
	return 0;
}

static int open_tls(struct serve *serve, uint64_t seed)
{
	struct br_tls_identity *identity = NULL;
	int error = make_identity(serve, &identity);

	if (error)
		return error;
	error = br_server_host_secure_as(serve->server, identity, seed);
	return error ? fail(serve, "starting https", error) : 0;
}

static int read_settings(struct serve *serve)
{
	struct br_config config;
	int error =
		br_serve_options_load(&serve->options, &config, serve->error, sizeof(serve->error));

	if (error)
		return error;
	memcpy(config.link, serve->options.config.link, sizeof(config.link));
	config.links = serve->options.config.links;
	return br_server_reconfigure(br_server_host_core(serve->server), &config, serve->error,
	                             sizeof(serve->error));
}

/* SIGHUP: what cannot be taken is told, and all stays as it was. Connections that stand go on with
 * the certificate that they began with.
 */
static void read_again(void *context, br_time now)
{
	struct serve *serve = context;
	const struct br_serve_options *options = &serve->options;
	struct br_tls_identity *identity = NULL;
	int error = options->tls_key ? make_identity(serve, &identity) : 0;

	(void)now;
	if (!error && options->file)
		error = read_settings(serve);
	if (!error && identity)
		br_server_host_secure_anew(serve->server, identity);
	else
		br_tls_identity_free(identity);
	br_tell_event(&serve->tell, error ? "not reloaded" : "reloaded",
	              error           ? serve->error
	              : options->file ? options->file
	                              : options->tls_certificate);
}

static int open_server(struct serve *serve)
{
	const struct br_serve_options *options = &serve->options;
	struct br_files files = br_file_store_files(serve->store);
	struct br_host_limits limits = br_host_limits_server;
	/* Nobody who did not see the start can tell what TIDs and sequence numbers come. */
	uint64_t seed = options->seed_set ? options->seed : br_loop_epoch(serve->loop);
	struct br_tcp_options tcp = br_tcp_options_default;
	int error;

	if (limits.streams_max < 2 * options->config.streams_max) /* half open ones have half */
		limits.streams_max = 2 * (size_t)options->config.streams_max;
	error = br_host_new(&serve->host, serve->wire, options->interface, &limits, seed);
	if (!error)
		error = br_host_add_link(serve->host, serve->segment, options->mac);
	if (error < 0)
		return fail(serve, "starting", error);
	serve->options.config.epoch_ns = br_loop_epoch(serve->loop);
	tcp.cookies = true;
	if (!options->pcap)
		tcp.large_max = LARGE_TCP_MAX;
	br_host_set_tcp_options(serve->host, &tcp);
	br_host_set_address(serve->host, 0, options->address, options->netmask);
	br_host_set_gateway(serve->host, options->gateway);
	error = br_serve_six_begin(&options->six, serve->host);
	if (error)
		return fail(serve, "starting IPv6", error);
	error = br_server_host_new(&serve->server, serve->host, &serve->clock, options->interface,
	                           &options->config, &files, seed);
	if (error)
		return fail(serve, "starting the server", error);
	serve->tell.host = serve->host;
	serve->tell.server = br_server_host_core(serve->server);
	br_server_host_on_note(serve->server, see_note, serve);
	error = options->tls_key ? open_tls(serve, seed) : 0;
	if (error)
		return error;
	if (!options->leases)
		return 0;
	return br_lease_file_open(&serve->leases, options->leases,
	                          br_server_host_core(serve->server), serve->clock.now,
	                          serve->error, sizeof(serve->error));
}

/* Who listens besides peers. */
static int open_doors(struct serve *serve)
{
	const char *path = serve->options.status;
	int error = br_loop_on_signal(serve->loop, SIGUSR1, asked_by_signal, serve);

	if (!error && (serve->options.file || serve->options.tls_key))
		error = br_loop_on_signal(serve->loop, SIGHUP, read_again, serve);
	if (error)
		return fail(serve, "starting", error);
	if (path)
		error = br_status_open(&serve->status, path, serve->loop, print_status, serve);
	return error ? fail(serve, path, error) : 0;
}

static void close_all(struct serve *serve)
{
	br_status_free(serve->status);
	br_server_host_free(serve->server);
	br_lease_file_free(serve->leases);
	br_host_free(serve->host);
	br_port_iface_free(serve->port);
	br_wire_free(serve->wire);
	br_file_store_free(serve->store);
	br_log_free(serve->tell.log);
	br_loop_free(serve->loop);
	br_clock_reset(&serve->clock);
}

/* Running */

static void put_roles(struct br_writer *w, unsigned roles)
{
	static const char *const names[] = {"dhcp", "proxydhcp", "pxe",       "tftp",
	                                    "http", "dhcp6",     "proxydhcp6"};
	const char *separator = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (roles & 1U << i) {
			br_text_put(w, separator);
			br_text_put(w, names[i]);
			separator = ",";
		}
	}
}

/* The way to a server from its own host: a bridge that has the card, and a veth in it to serve. */
static const char to_bridge[] = "ip link add br0 type bridge && ip link set br0 up && "
				"ip link set master br0 dev ";
static const char to_veth[] = "ip link add boot0 type veth peer name boot1 && "
			      "ip link set boot1 master br0 up && ip link set boot0 up";

static void tell_of_itself(const struct serve *serve)
{
	char text[BR_LOG_LINE_MAX];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put(&w, "this host itself cannot reach a server on its card; it can with ");
	br_text_put(&w, to_bridge);
	br_text_put(&w, serve->options.interface);
	br_text_put(&w, " ; ");
	br_text_put(&w, to_veth);
	br_text_put(&w, " ; its own address on br0, and the server on boot0");
	br_tell_event(&serve->tell, "limited", br_text_end(&w));
}

static void tell_start(const struct serve *serve)
{
	const struct br_serve_options *options = &serve->options;
	char text[BR_LOG_LINE_MAX];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put(&w, "serving on ");
	br_text_put(&w, options->interface);
	br_text_put(&w, " as ");
	if (options->address)
		br_text_put_ipv4(&w, options->address);
	if (options->address && options->six.on)
		br_text_put(&w, " and ");
	if (options->six.on)
		br_text_put_ipv6(&w, options->six.address);
	br_text_put(&w, " (");
	br_text_put_mac(&w, options->mac);
	br_text_put(&w, "), role=");
	put_roles(&w, options->config.roles);
	if (options->root) {
		br_text_put(&w, ", files of ");
		br_text_put(&w, options->root);
	}
	if (options->tls_key)
		br_text_put(&w, ", by https too");
	if (options->json)
		br_tell_event(&serve->tell, "started", br_text_end(&w));
	else
		br_tell_event(&serve->tell, br_text_end(&w), NULL);
	if (!serve->iface.veth)
		tell_of_itself(serve);
	if (serve->files_room < FILES_WANTED)
		br_tell_event(&serve->tell, "limited",
		              "fewer files can be open at once than clients may want: ulimit -n");
	if (serve->leases && br_lease_file_left_out(serve->leases) > 0)
		br_tell_event(
			&serve->tell, "limited",
			"--leases has some of addresses that are not given out any more: they "
			"are left out");
}

/* Peers are told, and the frames that tell them go out. */
static void end_service(struct serve *serve)
{
	br_server_host_stop(serve->server);
	(void)br_loop_run(serve->loop, serve->clock.now + LAST_FRAMES_MS * BR_MS, NULL, NULL);
}

/* Ends with the interface or by a signal. Return: the exit code */
static int run(struct serve *serve)
{
	int error = 0, result = 0;

	if (serve->capture.file && br_output_place(&serve->capture, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	if (br_drop_rights(serve->options.user, serve->error, sizeof(serve->error)) < 0) {
		fprintf(stderr, "bootrig serve: %s\n", serve->error);
		return BR_EXIT_BAD_USAGE;
	}
	if (serve->leases &&
	    br_lease_file_begin(serve->leases, serve->error, sizeof(serve->error)) < 0) {
		fprintf(stderr, "bootrig serve: %s\n", serve->error);
		return BR_EXIT_BAD_USAGE;
	}
	(void)signal(SIGPIPE, SIG_IGN); /* whoever reads the log may go, sim/serve/log.h */
	tell_start(serve);
	switch (br_loop_run(serve->loop, BR_TIME_NEVER, NULL, NULL)) {
	case BR_LOOP_SIGNAL:
		end_service(serve);
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
	tell_counters(serve, "stopped");
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
	if (!error)
		error = open_doors(serve);
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

static const char config_about[] =
	"TOML: settings by their names, options in [serve] without their dashes. boot, menu, "
	"reserve, subnet and pool, and the same of IPv6, may be arrays, a word each; the elements "
	"of other arrays are put "
	"together with commas. What stands on the command line goes before it.";

static const char *const config_example[] = {
	"role = [\"dhcp\", \"tftp\"]",
	"pool = \"10.77.0.100-10.77.0.199\"",
	"boot = [\"grubx64.efi@arch:7\", \"undionly.kpxe\"]",
	"[serve]",
	"address = \"10.77.0.1/24\"",
	"root = \"/srv/boot\"",
	NULL,
};

static const char service_about[] =
	"'meson install' has a unit for systemd, one service for each interface, that is not root, "
	"has "
	"two capabilities until all is open, and sees no home. Its words stand in "
	"/etc/bootrig/IFACE.toml; leases belong below /var/lib/bootrig, the socket of --status "
	"below "
	"/run/bootrig. 'systemctl reload' is SIGHUP.";

static const char *const service_example[] = {
	"systemctl enable --now bootrig-serve@eth1",
	"journalctl -f -u bootrig-serve@eth1",
	NULL,
};

static const char log_about[] =
	"A line for each decision on standard output: when (UTC), its name, the peer, its card, "
	"what it means and the detail; where a file ends, octets, seconds and rate. If nobody "
	"reads them, lines wait, then are lost and counted; nothing waits for the reader. SIGUSR1 "
	"says the counters; so does, as JSON, the socket of --status.\n\n"
	"After the start no right is left: not root, no capability, and of the kernel's calls "
	"those that serving takes.";

static const char itself_about[] =
	"Frames that the kernel sends out of IFACE do not come in there: this host itself cannot "
	"reach a server on its card. It can where both are ports of a bridge: the host's own "
	"address "
	"goes to br0, and the server serves boot0, one end of a veth:";

static void print_keys(struct br_page *page)
{
	char line[sizeof(to_bridge) + 8];

	br_page_section(page, "Settings");
	for (size_t i = 0; br_config_key(i); i++) {
		char text[1024];

		(void)snprintf(text, sizeof(text), "%s: %s", br_config_key_says(i),
		               br_config_key_wants(i));
		br_page_item(page, br_config_key(i), NULL, text);
	}
	br_page_section(page, "The file of --config");
	br_page_text(page, config_about);
	for (size_t i = 0; config_example[i]; i++)
		br_page_line(page, config_example[i]);
	br_page_section(page, "As a service");
	br_page_text(page, service_about);
	for (size_t i = 0; service_example[i]; i++)
		br_page_line(page, service_example[i]);
	br_page_section(page, "The log");
	br_page_text(page, log_about);
	br_page_section(page, "This host as a client");
	br_page_text(page, itself_about);
	(void)snprintf(line, sizeof(line), "%seth1", to_bridge);
	br_page_line(page, line);
	br_page_line(page, to_veth);
}

static const char *const examples[] = {
	"bootrig serve eth1 --address 10.77.0.1/24 --root /srv/boot role=dhcp,tftp "
	"pool=10.77.0.100-10.77.0.199 boot=grubx64.efi@arch:7",
	"bootrig serve eth1 --address6 2001:db8:1::1/64 --ra M --root /srv/boot "
	"role=dhcp6,tftp,http "
	"pool6=2001:db8:1::100-2001:db8:1::1ff boot=grubx64.efi@arch:7 boot=grubx64.efi@arch:16",
	NULL,
};

const struct br_command_verb br_verb_serve = {
	.name = "serve",
	.says = "a boot server on a network interface",
	.about = "Serves machines on a cable in real time, and says why it does what it does: a "
		 "line "
		 "for each decision. Ends on SIGINT or SIGTERM, and on SIGHUP without --config and "
		 "--tls-certificate, with its counters. Needs CAP_NET_RAW. "
		 "Without a role it is role=tftp,http.",
	.operand = br_serve_operands,
	.option = br_serve_option_rows,
	.more = print_keys,
	.exits = "0 ended by a signal; 1 the interface went away; 2 called wrongly, a permission "
		 "is missing, or the capture could not be written.",
	.examples = examples,
	.run = serve_main,
};
