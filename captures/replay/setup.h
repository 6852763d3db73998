/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/setup.h - the core set up like the servers of a capture
 *
 * What a server said is what it is configured to say: roles, lease, options, boot files, menu,
 * discovery control, whether its proxy OFFER is bare, what TFTP grants, files as long as they
 * were. Who did not answer is not there. Words of core/config.h put on top change that.
 */
#ifndef BR_CAPTURES_REPLAY_SETUP_H
#define BR_CAPTURES_REPLAY_SETUP_H

#include <stdio.h>

#include "captures/explain/story.h"
#include "captures/replay/six_relays.h"
#include "captures/replay/tape.h"
#include "core/config.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/nd.h"
#include "sim/net/files.h"

enum {
	BR_SETUP_SERVERS_MAX = 8,
	BR_SETUP_WORDS_MAX = 64,
};

/**
 * struct br_setup_server - One of them
 * @address:	By which it is known: its IPv4 address; of one over IPv6 a number that no host has
 *		as its address
 * @address6:	Zero: its link-local one is all that was seen
 * @mac:	Of one over IPv6; zero: not known
 * @relayed:	It was asked through DHCPv6 relays, and stands behind them
 */
struct br_setup_server {
	uint32_t address;
	uint8_t address6[16];
	uint8_t mac[6];
	bool relayed;
	struct br_config config;
};

/**
 * struct br_setup_six - Of a boot over IPv6, what its network is
 * @on:		It is one
 * @prefix, @bits: Of the network the machine is on
 * @routed:	A router advertises @router there, from @router_mac
 * @relays:	DHCPv6 relays between it and its servers
 */
struct br_setup_six {
	bool on, routed;
	uint8_t prefix[16], bits;
	struct br_nd_router router;
	uint8_t router_mac[6];
	struct br_six_relays relays;
};

/**
 * struct br_setup - What one attempt tells of the servers
 * @store:	Files as long as they were, for all of them
 * @machines:	That were served
 * @six:	How IPv6 was there
 */
struct br_setup {
	struct br_file_store *store;
	size_t machines;
	struct br_setup_six six;
	size_t servers;
	struct br_setup_server server[BR_SETUP_SERVERS_MAX];
};

/* Return: 0 or -ENOMEM; then there is nothing to reset */
int br_setup_init(struct br_setup *setup, const struct br_story *story,
                  const struct br_attempt *attempt, const struct br_tape *tape);
/* One more machine that was served. Where a server told it something else than those before, a boot
 * file apart, that is not learnt: the core tells all machines the same.
 */
void br_setup_add(struct br_setup *setup, const struct br_story *story,
                  const struct br_attempt *attempt, const struct br_tape *tape);
void br_setup_reset(struct br_setup *setup);
/* By what that host is known here: its IPv4 address, or the number of a server; 0: neither */
uint32_t br_setup_address(const struct br_setup *setup, const struct br_endpoint *host);
/* Whether the core can be what the servers were. */
bool br_setup_is_sound(const struct br_setup *setup);

/* A setting on top of what was learnt. */
struct br_setup_word {
	uint32_t server;     /* 0: all, or */
	uint8_t server6[16]; /* that one; zero: none alone */
	const char *key, *value;
	bool used; /* there was such a server */
};

struct br_setup_words {
	size_t count;
	struct br_setup_word word[BR_SETUP_WORDS_MAX];
};

/* [ADDRESS:]KEY=VALUE of a command line, an IPv6 address in brackets; @text is cut into pieces and
 * borrowed. Return: 0, -EINVAL with what is wrong in @error, -ENOSPC
 */
int br_setup_take(struct br_setup_words *words, char *text, char *error, size_t error_size);

/* The first word for boot=, menu=, subnet=, pool= or reserve= takes the place of all that was
 * learnt of it, and so do those of IPv6; others are set on top.
 */
void br_setup_apply(struct br_setup *setup, struct br_setup_words *words);

/* Whether the core, set up so, says to a machine what @m does in that field, of those that all are
 * told the same in: opt1, opt3, opt6, opt15 and, beside no boot file, siaddr. Of others: true
 */
bool br_setup_says(const struct br_config *config, const char *field,
                   const struct br_dhcp_message *m);

/* " role=dhcp,tftp lease=120 ...", as a script's node line or `bootrig serve` takes it */
void br_setup_print(FILE *out, const struct br_config *config);

#endif /* BR_CAPTURES_REPLAY_SETUP_H */
