/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/firmware_inside.h - what the engines of a firmware share; for them alone
 *
 * Theory of operation. A firmware is a sequence of steps, each a client that sends,
 * waits and reports back: dhcp_client (DISCOVER, REQUEST), pxe_client (4011 and boot
 * servers), tftp_client, http_client. What decides between the steps is one engine
 * for each family of firmware (firmware_edk2.c, ...) and one for each loader. One
 * client is at work at a time, so one timer is enough: who waits says who is woken.
 *
 * From the lowest to the highest, each calling only what is before it: firmware_base.c;
 * dhcp_send.c and the clients; loader.c, what loaders share; the engines; firmware.c, which
 * knows them all. What has to be told upwards goes through struct br_engine (a step is
 * over), the clients' table (stop, all of you) and .run (a program is whole).
 */
#ifndef BR_SIM_MODELS_FIRMWARE_INSIDE_H
#define BR_SIM_MODELS_FIRMWARE_INSIDE_H

#include "core/base/prng.h"
#include "sim/models/dhcp6_client.h"
#include "sim/models/dhcp6_plain.h"
#include "sim/models/dhcp_client.h"
#include "sim/models/dhcp_lease.h"
#include "sim/models/firmware.h"
#include "sim/models/http_client.h"
#include "sim/models/loader.h"
#include "sim/models/nic.h"
#include "sim/models/offer.h"
#include "sim/models/pxe_client.h"
#include "sim/models/tftp_client.h"

enum {
	LOADERS_MAX = 4,          /* of br_firmware_set_loader() */
	BR_TEXT_KEPT_MAX = 65536, /* octets of a configuration file or script that is read */
};

/* How a fetch ended. */
enum br_fetch {
	BR_FETCH_DONE,
	BR_FETCH_SIZE,        /* TFTP probe: size known, or not told (fetch_size_known) */
	BR_FETCH_TIMEOUT,     /* nobody answered any more */
	BR_FETCH_ERROR,       /* TFTP ERROR, HTTP status; fetch_code, fetch_text say which */
	BR_FETCH_UNREACHABLE, /* ICMP, or a connection refused */
	BR_FETCH_NO_OACK,     /* DATA where only an OACK would do */
	BR_FETCH_TOO_LARGE,   /* for the buffer: fw->buffer_size */
	BR_FETCH_BAD,         /* the peer broke the protocol */
	BR_FETCH_TYPE,        /* HTTP: not a boot image, EDK2 HttpBootCheckImageType */
	BR_FETCH_NAME,        /* the host's name could not be resolved */
	BR_FETCH_TLS,         /* the handshake failed; fetch_text says why */
	BR_FETCH_TLS_REFUSED, /* the server ended it; the same */
	BR_FETCH_NO_TLS,      /* https was not even tried */
};

/**
 * struct br_engine - What a family of firmware or a loader does when a step is over
 * @start:	Switched on, or, for a loader: its program is whole and begins to run
 * @select:	DISCOVER: the offer to request, or NULL to go on; @timeout: the wait is over
 * @bound:	fw->ack came and fw's address is set
 * @unbound:	DISCOVER or REQUEST failed; dhcp.failure says how
 * @replied:	pxe_client has an answer (fw->reply) or none (NULL there)
 * @fetched:	A transfer ended
 * @router, @address: IPv6: as of struct br_host_user; may be NULL
 * @plain6:	What dhcp6_plain.h was asked for is over
 */
struct br_engine {
	void (*start)(struct br_firmware *fw, br_time now);
	struct br_offer *(*select)(struct br_firmware *fw, bool timeout, br_time now);
	void (*bound)(struct br_firmware *fw, br_time now);
	void (*unbound)(struct br_firmware *fw, br_time now);
	void (*replied)(struct br_firmware *fw, br_time now);
	void (*fetched)(struct br_firmware *fw, enum br_fetch how, br_time now);
	void (*router)(struct br_firmware *fw, const struct br_nd_router *router, br_time now);
	void (*address)(struct br_firmware *fw, const uint8_t ip[16], bool ours, br_time now);
	void (*plain6)(struct br_firmware *fw, enum br_plain6_end how, br_time now);
};

/**
 * struct br_boot_client - What speaks one protocol, as the firmware as a whole sees it
 * @input:	A datagram came. False: it is not for this client
 * @stop:	Close ports and connections, forget what was asked
 * @unreachable: Nobody is where a datagram from @port went; NULL: it is all the same
 */
struct br_boot_client {
	bool (*input)(struct br_firmware *fw, const struct br_datagram *datagram, br_time now);
	void (*stop)(struct br_firmware *fw);
	void (*unreachable)(struct br_firmware *fw, uint16_t port, br_time now);
};

extern const struct br_boot_client br_boot_client_dhcp;
extern const struct br_boot_client br_boot_client_dhcp6;
extern const struct br_boot_client br_boot_client_http;
extern const struct br_boot_client br_boot_client_plain6;
extern const struct br_boot_client br_boot_client_pxe;
extern const struct br_boot_client br_boot_client_tftp;

extern const struct br_engine br_engine_edk2_http;
/* What HTTP Boot says when it was to be by TLS and came to nothing: BR_FETCH_TLS and its like */
void br_firmware_edk2_no_tls(struct br_firmware *fw, enum br_fetch how, br_time now);
extern const struct br_engine br_engine_edk2_pxe;
extern const struct br_engine br_engine_edk2_six;
extern const struct br_engine br_engine_ipxe;
extern const struct br_engine br_engine_libnet;
extern const struct br_engine br_engine_rpi;
extern const struct br_engine br_engine_uboot;
extern const struct br_engine br_engine_grub;
extern const struct br_engine br_engine_pxelinux;
extern const struct br_engine br_engine_shim;
extern const struct br_engine br_engine_syslinux_efi;
extern const struct br_engine br_engine_windows;

struct br_firmware {
	struct br_host *host;
	struct br_nic *nic; /* NULL: the wire is all there is */
	struct br_clock *clock;
	const struct br_model *model; /* of the program at work: firmware or loader */
	const struct br_engine *engine;
	const struct br_model *first;                       /* of the firmware itself */
	const struct br_boot_client *const *client;         /* all there are, NULL behind them */
	void (*run)(struct br_firmware *fw, br_time now);   /* of br_firmware_run() */
	bool (*go_on)(struct br_firmware *fw, br_time now); /* a boot failed: is there another? */
	const struct br_model *option;                      /* boot option at hand */
	struct br_model *next_option;                       /* memory of all but the first */
	bool walks, walks_ipv6;
	struct br_machine machine;
	struct br_prng prng;

	struct br_timer timer;
	br_time wake_at; /* later than the timer: it fires early and is set again */
	void (*wake)(struct br_firmware *fw, br_time now);
	uint32_t stage;    /* of the engine */
	uint32_t restarts; /* U-Boot: of one file; Raspberry Pi: which file */
	uint32_t programs; /* how many have run: a chain that never ends is cut */
	uint32_t boot_server;

	struct br_dhcp_client dhcp;
	struct br_dhcp_lease lease;
	struct br_pxe_client pxe;
	struct br_tftp_client tftp;
	struct br_dhcp6_client *dhcp6; /* NULL until EDK2 speaks IPv6 */
	struct br_dhcp6_plain *plain6; /* NULL until others do */
	char *boot_url6;               /* option 59 of the firmware's Reply; NULL: none */
	void (*left)(struct br_firmware *fw, br_time now); /* once its lease is given back */
	struct br_http_client *http;                       /* NULL until HTTP is spoken */
	struct br_loader *loader;                          /* NULL until a loader runs */
	struct br_model *loaded;                           /* the loader's model */

	struct br_offer *ack;   /* DHCP ACK, or a BOOTP reply */
	struct br_offer *proxy; /* proxyDHCP offer or its answer on 4011 */
	struct br_offer *reply; /* boot server's answer */

	/* the file under way */
	char *file;
	struct br_endpoint server;
	uint64_t file_octets;
	uint64_t file_size;
	bool file_size_known;
	uint16_t fetch_code; /* TFTP error code or HTTP status */
	const char *fetch_text;
	char *kept; /* the file as text when keep is set, NUL behind it */
	size_t kept_size;
	uint64_t buffer_size; /* shim: what the whole file must fit into; 0: anything does */
	bool keep;
	bool keep_script; /* no longer than it begins with "#!ipxe" */

	struct br_boot_result result;
	char *error; /* ERROR_SIZE; NULL: nothing has failed */
	bool chain;
	bool router_heard, awaits_router;
	bool automatic6; /* EDK2: the policy of Ip6Config, by which routers count */
	struct { /* iPXE: IPv6 is being configured, and was; IPv4 has failed, or waits for it */
		bool runs, well, four_failed, awaited;
	} six;
	bool in_script;     /* iPXE: DHCP is a line of a script, which goes on behind it */
	br_time program_at; /* iPXE: when it began */
	bool loaded_by_http;
	struct br_named_loader {
		const char *file, *model;
	} * named; /* LOADERS_MAX; NULL: none */
	bool has_choice;
	unsigned choice;
	uint16_t port_next; /* ephemeral UDP port of the next transfer; 0: not drawn yet */
	uint32_t dns;       /* name server, 0: none */
	struct br_endpoint web_proxy; /* port 0: none */
	enum br_firmware_trust trust;
	int64_t clock_s; /* its clock at time 0 */
	br_firmware_data *data_see;
	void *data_context;
	br_firmware_event_see *event_see;
	br_tls_secret *secret_see;
	void *secret_context;
	void *event_context;
};

/* So many milliseconds by the clock of the machine, which may be wrong. */
br_time br_firmware_ms(const struct br_firmware *fw, uint32_t ms);
/* Wake at that time by calling @wake, instead of what was waited for before. */
void br_firmware_wait(struct br_firmware *fw, br_time at,
                      void (*wake)(struct br_firmware *fw, br_time now));
void br_firmware_wait_no_more(struct br_firmware *fw);

void br_firmware_step(struct br_firmware *fw, enum br_boot_step step, br_time now);
void br_firmware_says(struct br_firmware *fw, br_time now, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The end: nothing is sent or heard any more. @format becomes result.error. */
void br_firmware_fail(struct br_firmware *fw, br_time now, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* It waits for what never comes: as a failure, but no other boot option follows. */
void br_firmware_stand(struct br_firmware *fw, br_time now, const char *why);
/* It does not come back from that: the same, and no ping is answered from now on. */
void br_firmware_hang(struct br_firmware *fw, br_time now, const char *why);
void br_firmware_done(struct br_firmware *fw, br_time now);

/* Name the file that is asked for next; the octets are copied. 0 or -ENOMEM */
int br_firmware_set_file(struct br_firmware *fw, struct br_octets name, uint32_t server,
                         uint16_t port);
int br_firmware_set_file_at(struct br_firmware *fw, struct br_octets name,
                            const struct br_endpoint *server);
/* Octets of the file have come; called for each DATA, so it is short. */
void br_firmware_data_came(struct br_firmware *fw, struct br_octets data, br_time now);
/* A transfer begins or begins again: counts from 0. */
void br_firmware_data_begins(struct br_firmware *fw);
void br_firmware_fetched(struct br_firmware *fw, enum br_fetch how, br_time now);

/* A datagram from the firmware's own address. */
void br_firmware_send(struct br_firmware *fw, uint16_t local_port, uint32_t remote,
                      uint16_t remote_port, uint8_t ttl, struct br_octets payload);

/* The same to an endpoint of either family, on the first link */
void br_firmware_send_to(struct br_firmware *fw, uint16_t local_port,
                         const struct br_endpoint *remote, uint8_t ttl, struct br_octets payload);
/* Where it talks from over IPv6: the address of its Reply, else what the host takes; NULL */
const uint8_t *br_firmware_source6(const struct br_firmware *fw, const struct br_endpoint *remote);
/* The next ephemeral port of a range, drawn once, then counted up. */
uint16_t br_firmware_port(struct br_firmware *fw, uint32_t min, uint32_t max, bool fixed);

/* One more program or script begins. False, and it is all over, if there were too many. */
bool br_firmware_counts_program(struct br_firmware *fw, br_time now);

/* EDK2: DHCP begins, and before it or beside it what IPv6 says; nothing where the net has none */
void br_edk2_begin(struct br_firmware *fw, br_time now);

/* A boot program is whole: run it if that was asked for and it is a loader, else done. */
void br_firmware_run(struct br_firmware *fw, br_time now);

#endif /* BR_SIM_MODELS_FIRMWARE_INSIDE_H */
