/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fidelity/tape.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

enum {
	LINE_SIZE = 200000,
};

static unsigned bucket_of(const char *key)
{
	uint32_t hash = 2166136261u;

	for (; *key; key++)
		hash = (hash ^ (uint8_t)*key) * 16777619u;
	return hash % TAPE_BUCKETS;
}

struct tape_entry *tape_find(struct tape *tape, const char *key, unsigned nth)
{
	struct tape_entry *entry = tape->bucket[bucket_of(key)];

	while (entry && (entry->nth != nth || strcmp(entry->key, key) != 0))
		entry = entry->next;
	return entry;
}

struct tape_entry *tape_find_last(struct tape *tape, const char *key, unsigned up_to)
{
	struct tape_entry *best = NULL;

	for (struct tape_entry *e = tape->bucket[bucket_of(key)]; e; e = e->next)
		if (e->nth <= up_to && strcmp(e->key, key) == 0 && (!best || e->nth > best->nth))
			best = e;
	return best;
}

static void fail(const char *path, unsigned line)
{
	fprintf(stderr, "%s:%u: not a line of a tape\n", path, line);
	exit(2);
}

static void *take(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory) {
		fprintf(stderr, "no memory\n");
		exit(2);
	}
	return memory;
}

static struct tape_entry *add(struct tape *tape, const char *key, unsigned nth, int session)
{
	struct tape_entry *entry = tape_find(tape, key, nth);
	size_t size = strlen(key) + 1;

	if (entry)
		return entry;
	entry = take(sizeof(*entry));
	entry->key = take(size);
	memcpy(entry->key, key, size);
	entry->nth = nth;
	entry->session = session;
	entry->tail = &entry->answers;
	entry->next = tape->bucket[bucket_of(key)];
	tape->bucket[bucket_of(key)] = entry;
	return entry;
}

static uint8_t *octets_of(const char *hex, size_t *ret_size)
{
	size_t room = strlen(hex) / 2 + 1;
	uint8_t *octets = take(room);

	if (!br_text_get_hex(br_text(hex), octets, room, ret_size))
		*ret_size = 0;
	return octets;
}

static bool read_mac(const char *text, uint8_t ret_mac[6])
{
	unsigned octet[6];

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x", &octet[0], &octet[1], &octet[2], &octet[3],
	           &octet[4], &octet[5]) != 6)
		return false;
	for (size_t i = 0; i < 6; i++)
		ret_mac[i] = (uint8_t)octet[i];
	return true;
}

static bool read_server(const char *rest, struct tape_server *server, size_t *count, size_t max)
{
	char mac[32], address[48];
	struct in_addr in = {0};
	struct in6_addr six = {0};

	if (*count == max || sscanf(rest, "%31s %47s", mac, address) != 2 ||
	    !read_mac(mac, server[*count].mac) ||
	    (inet_pton(AF_INET, address, &in) != 1 && inet_pton(AF_INET6, address, &six) != 1))
		return false;
	for (size_t i = 0; i < *count; i++)
		if (server[i].address == ntohl(in.s_addr) &&
		    memcmp(server[i].address6, &six, sizeof(six)) == 0)
			return true;
	memcpy(server[*count].address6, &six, sizeof(six));
	server[(*count)++].address = ntohl(in.s_addr);
	return true;
}

static bool read_answer(const char *rest, struct tape_entry *entry)
{
	struct tape_answer *answer = take(sizeof(*answer));
	unsigned long long delay;
	int at = 0;

	if (!entry ||
	    sscanf(rest, "%llu %zu %d %n", &delay, &answer->size, &answer->kind, &at) != 3)
		return false;
	answer->delay = delay;
	answer->octets = octets_of(rest + at, &answer->recorded);
	*entry->tail = answer;
	entry->tail = &answer->next;
	return answer->recorded > 0;
}

static bool read_page(const char *rest, struct tape *tape)
{
	struct tape_page *page = &tape->page[tape->pages];
	unsigned long long size;

	if (tape->pages == TAPE_PAGES_MAX ||
	    sscanf(rest, "%15s %511s %u %d %llu", page->method, page->path, &page->nth,
	           &page->closes, &size) != 5)
		return false;
	page->size = size;
	tape->pages++;
	return true;
}

static bool read_line(struct tape *tape, const char *word, const char *rest,
                      struct tape_entry **entry)
{
	struct tape_page *page = tape->pages > 0 ? &tape->page[tape->pages - 1] : NULL;
	char key[TAPE_KEY_SIZE];
	unsigned nth;
	int session;
	size_t size;

	if (strcmp(word, "mac") == 0)
		return read_mac(rest, tape->machine.mac);
	if (strcmp(word, "uuid") == 0)
		return br_text_get_hex(br_text(rest), tape->machine.uuid, 16, &size);
	if (strcmp(word, "nic") == 0)
		return br_text_get_hex(br_text(rest), tape->machine.nic, 4, &size);
	if (strcmp(word, "ipv6") == 0)
		return tape->ipv6 = true;
	if (strcmp(word, "six") == 0)
		return tape->six = true;
	if (strcmp(word, "router") == 0)
		return sscanf(rest, "%" SCNu64, &tape->router) == 1;
	if (strcmp(word, "server") == 0)
		return read_server(rest, tape->server, &tape->servers, TAPE_SERVERS_MAX);
	if (strcmp(word, "tcp") == 0)
		return read_server(rest, tape->web, &tape->webs, TAPE_WEBS_MAX);
	if (strcmp(word, "closed") == 0)
		return read_server(rest, tape->closed, &tape->closeds, TAPE_WEBS_MAX);
	if (strcmp(word, "ans") == 0)
		return read_answer(rest, *entry);
	if (strcmp(word, "http") == 0)
		return read_page(rest, tape);
	if (strcmp(word, "key") == 0) {
		if (sscanf(rest, "%u %d %599[^\n]", &nth, &session, key) != 3)
			return false;
		*entry = add(tape, key, nth, session);
		return true;
	}
	if (strcmp(word, "head") == 0 && page)
		page->head = octets_of(rest, &page->head_size);
	else if (strcmp(word, "body") == 0 && page)
		page->body = octets_of(rest, &page->body_known);
	else
		return false;
	return true;
}

void tape_read(struct tape *tape, const char *path)
{
	char *line = take(LINE_SIZE), word[8];
	struct tape_entry *entry = NULL;
	FILE *file = fopen(path, "r");
	unsigned number = 0;
	int at;

	if (!file) {
		perror(path);
		exit(2);
	}
	tape->router = BR_TIME_NEVER;
	while (fgets(line, LINE_SIZE, file)) {
		number++;
		line[strcspn(line, "\n")] = 0;
		at = 0;
		if (sscanf(line, "%7s %n", word, &at) != 1 ||
		    !read_line(tape, word, line + at, &entry))
			fail(path, number);
	}
	(void)fclose(file);
	free(line);
}
