/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/talk/servers.h"

#include <string.h>

#include "conformance/talk/text.h"

size_t talk_server_index(const struct br_talk *talk, const struct br_endpoint *address)
{
	size_t i = 0;

	while (i < talk->servers && !talk_same_address(&talk->server[i].address, address))
		i++;
	return i;
}

struct br_talk_server *talk_server(struct br_talk *talk, const struct br_endpoint *address)
{
	size_t index = talk_server_index(talk, address);

	if (index < talk->servers)
		return &talk->server[index];
	if (talk->servers == BR_TALK_SERVERS_MAX || talk_is_unspecified(address))
		return NULL;
	struct br_talk_server *s = &talk->server[talk->servers++];

	*s = (struct br_talk_server){.address = *address};
	s->address.port = 0;
	return s;
}

struct br_talk_server *talk_server_speaks(struct br_talk *talk, const struct seen *seen)
{
	struct br_talk_server *s = talk_server(talk, &seen->packet->src);

	if (!s)
		return NULL;
	if (!s->alive)
		s->first = seen->at;
	s->alive = true;
	s->last = seen->at;
	memcpy(s->mac, seen->packet->eth_src, 6);
	return s;
}
