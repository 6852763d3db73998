/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/player.h - the recorded client, acting: what it asks, and what comes back
 *
 * One call asks one thing on the stage and lets virtual time pass until it is answered
 * or the recorded client's patience is over. Nothing is compared here.
 */
#ifndef BR_CAPTURES_REPLAY_PLAYER_H
#define BR_CAPTURES_REPLAY_PLAYER_H

#include "captures/replay/stage.h"
#include "core/formats/http_head.h"

enum {
	BR_PLAYER_INBOX = 16,
	BR_PLAYER_DATAGRAM = 1500,
	BR_PLAYER_HEAD = 4096,
};

struct br_player_datagram {
	struct br_endpoint from, to;
	bool taken; /* for the caller to mark */
	size_t size;
	uint8_t octets[BR_PLAYER_DATAGRAM];
};

/* How a TFTP transfer went on the stage. */
struct br_player_tftp {
	struct br_endpoint client, server; /* .server.port: its TID */
	bool probe;                        /* end it by ERROR 8 at the OACK */
	uint64_t blocks_max;               /* end it by ERROR 0 there; 0: read to the end */
	bool busy, answered, oack, error, complete, unreachable;
	uint16_t error_code;
	uint32_t block_size, window_size;
	uint64_t blocks, octets;
	uint64_t wrong; /* blocks that are not what the file has there */
	const char *file;
	uint32_t unacknowledged;
	char granted[BR_TALK_OPTIONS_SIZE];
};

struct br_player_http {
	bool busy, opened, gone, complete, keeps_alive;
	uint32_t stream;
	bool to_head;
	size_t head_size, looked;
	uint8_t head[BR_PLAYER_HEAD];
	uint16_t status;
	bool has_length;
	uint64_t length, octets;
	uint64_t wrong;   /* pieces that are not what the file has there */
	const char *file; /* NULL: a part of it was asked for, or none */
	char type[48];
	size_t request_size;
	uint8_t request[1024];
};

struct br_player {
	struct br_replay_stage stage;
	size_t received;
	struct br_player_datagram inbox[BR_PLAYER_INBOX];
	struct br_player_tftp tftp;
	struct br_player_http http;
};

/* Return: as br_replay_stage_init() */
int br_player_init(struct br_player *player, const struct br_story *story,
                   const struct br_attempt *attempt, const struct br_tape *tape,
                   struct br_setup_words *words);
void br_player_reset(struct br_player *player);

/* A DHCP message; answers are in .inbox[0 .. received). @patience: virtual time. */
void br_player_ask(struct br_player *player, const struct br_endpoint *from,
                   const struct br_endpoint *to, struct br_octets message, br_time patience);
/* The same as a relay at @giaddr asks it, and gets the answers; @to NULL: every server */
void br_player_relay(struct br_player *player, uint32_t giaddr, const struct br_endpoint *to,
                     struct br_octets message, br_time patience);
/* The same over IPv6, of a relay that has @ip there; zero: its link-local address */
void br_player_relay6(struct br_player *player, const uint8_t ip[16], const struct br_endpoint *to,
                      struct br_octets message, br_time patience);
void br_player_set_address(struct br_player *player, uint32_t address); /* 0: none */

void br_player_have_address6(struct br_player *player, const uint8_t ip[16]); /* one more */

/* .tftp and .http tell how it went. */
void br_player_tftp(struct br_player *player, const struct br_story_file *file);
void br_player_http(struct br_player *player, const struct br_story_file *file);

#endif /* BR_CAPTURES_REPLAY_PLAYER_H */
