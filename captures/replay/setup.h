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
#include "captures/replay/tape.h"
#include "core/config.h"
#include "core/formats/dhcp_message.h"
#include "sim/net/files.h"

enum {
	BR_SETUP_SERVERS_MAX = 8,
	BR_SETUP_WORDS_MAX = 64,
};

struct br_setup_server {
	uint32_t address;
	struct br_config config;
};

/**
 * struct br_setup - What one attempt tells of the servers
 * @store:	Files as long as they were, for all of them
 * @machines:	That were served
 */
struct br_setup {
	struct br_file_store *store;
	size_t machines;
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
/* Whether the core can be what the servers were. */
bool br_setup_is_sound(const struct br_setup *setup);

/* A setting on top of what was learnt. */
struct br_setup_word {
	uint32_t server; /* 0: all */
	const char *key, *value;
	bool used; /* there was such a server */
};

struct br_setup_words {
	size_t count;
	struct br_setup_word word[BR_SETUP_WORDS_MAX];
};

/* [ADDRESS:]KEY=VALUE of a command line; @text is cut into pieces and borrowed. Return: 0,
 * -EINVAL with what is wrong in @error, -ENOSPC
 */
int br_setup_take(struct br_setup_words *words, char *text, char *error, size_t error_size);

/* The first word for boot=, menu=, subnet=, pool= or reserve= takes the place of all that was
 * learnt of it; others are set on top.
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
