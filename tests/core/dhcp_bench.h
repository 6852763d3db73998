/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/core/dhcp_bench.h - the address server and the boot service on a bench
 *
 * A question goes in as octets flush against an unreadable page, what comes out is parsed and
 * checked against everything that must hold of any reply whatever it answers (dhcp_bench.c,
 * check_reply): a test then states only what it is about.
 */
#ifndef BR_TESTS_CORE_DHCP_BENCH_H
#define BR_TESTS_CORE_DHCP_BENCH_H

#include "tests/helper.h"

#include "core/dhcp/dhcp.h"
#include "core/dhcp/pxe.h"
#include "core/formats/dhcp_message.h"
#include "core/outbox.h"

#define IP(a, b, c, d)                                                                             \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

enum { /* links of the bench: 10.77.0.1/24 and 10.79.0.1/24 */
	LINK_A,
	LINK_B,
};

struct bench {
	struct br_config config;
	struct br_outbox outbox;
	struct br_metrics metrics;
	struct br_context context;
	struct br_dhcp *dhcp;
	struct br_pxe *pxe;
	br_time now;

	/* what came out of the last question */
	size_t replies;
	struct br_action sent;
	uint8_t octets[2048];
	struct br_dhcp_message reply; /* of octets */
	size_t notes;
	enum br_note note[16];
	struct br_note_facts facts; /* of the last note */
	uint32_t probed;            /* last, by a PROBE */
};

enum model {
	PLAIN,
	PXE_BIOS,
	PXE_X64,
	PXE_AA64,
	HTTP_X64,
	IPXE,
	GRUB,
	RPI3,
	UBOOT
};

/* A question: header and options, changed by the test before it is asked. */
struct ask {
	struct br_dhcp_header header;
	struct {
		uint8_t code;
		size_t size;
		uint8_t value[600];
	} option[40];
	size_t options;
	uint32_t source; /* 0: 0.0.0.0 */
	uint16_t source_port;
	uint32_t target; /* 0: 255.255.255.255 */
	uint16_t target_port;
	uint32_t link;
	uint8_t sname[64], file[128];
};

/* KEY=VALUE words, separated by blanks, on top of two links; then start(). */
void bench_open(struct bench *bench, const char *words);
void bench_start(struct bench *bench); /* restarts a bench whose config was changed by hand */
void bench_close(struct bench *bench);
void bench_expect_refused(const char *words); /* br_config_set() or _new() says no */

void ask_init(struct ask *ask, enum model model, enum br_dhcp_type type, unsigned machine);
void ask_put(struct ask *ask, uint8_t code, const void *value, size_t size); /* at the end */
void ask_put_text(struct ask *ask, uint8_t code, const char *text);
void ask_put_be32(struct ask *ask, uint8_t code, uint32_t value);
void ask_set(struct ask *ask, uint8_t code, const void *value, size_t size); /* replaces */
void ask_set_text(struct ask *ask, uint8_t code, const char *text);
void ask_set_be32(struct ask *ask, uint8_t code, uint32_t value);
void ask_remove(struct ask *ask, uint8_t code);
void ask_set_arch(struct ask *ask, uint16_t arch);                   /* 93 and the digits of 60 */
void ask_relayed(struct ask *ask, uint32_t giaddr);                  /* by unicast, from port 67 */
void ask_to_4011(struct ask *ask, uint32_t server, uint32_t client); /* EDK2's way */

size_t ask_write(const struct ask *ask, uint8_t *target, size_t size);

/* Return: whether there was a reply; it is in bench->reply */
bool bench_ask(struct bench *bench, const struct ask *ask);
bool bench_ask_octets(struct bench *bench, const struct ask *ask, const uint8_t *octets,
                      size_t size);

/* DISCOVER, then REQUEST of what was offered; both must be answered. Returns yiaddr. */
uint32_t bench_dora(struct bench *bench, enum model model, unsigned machine);
/* Turn the DISCOVER just answered into its REQUEST, RFC 2131 table 4 SELECTING. */
void ask_select(struct ask *ask, const struct bench *bench);

bool bench_noted(const struct bench *bench, enum br_note note);
uint32_t bench_destination(const struct bench *bench);
uint32_t reply_be32(const struct bench *bench, uint8_t code); /* fails the test if absent */
bool reply_is(const struct bench *bench, uint8_t code, const char *text);
bool reply_has(const struct bench *bench, uint8_t code);
bool reply_file_is(const struct bench *bench, const char *text); /* the header field */

#endif /* BR_TESTS_CORE_DHCP_BENCH_H */
