/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/servers.h - machines that answer, or are asked for */
#ifndef BR_CONFORMANCE_TALK_SERVERS_H
#define BR_CONFORMANCE_TALK_SERVERS_H

#include "conformance/talk/store.h"

/* Its place in the table; br_talk.servers: it is not in it. */
size_t talk_server_index(const struct br_talk *talk, const struct br_endpoint *address);
/* New ones are put into the table, NULL when that is full. */
struct br_talk_server *talk_server(struct br_talk *talk, const struct br_endpoint *address);
/* The packet's sender is one that answers. */
struct br_talk_server *talk_server_speaks(struct br_talk *talk, const struct seen *seen);

#endif /* BR_CONFORMANCE_TALK_SERVERS_H */
