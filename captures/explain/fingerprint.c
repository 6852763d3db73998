/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/fingerprint.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"

enum {
	COLUMNS_MAX = 7,
	SOFTWARE_MAX = 64,
	ROWS_MAX = 384,
	FIELDS_MAX = 24,
	FIELD_SIZE = 256,
	WEIGHT_MUST = -1,
	WEIGHT_NOTE = -2,
	LAYERS_MAX = 3, /* that one exchange shows: DISCOVER and REQUEST, TCP and HTTP */
};

struct row {
	size_t software;
	const char *layer, *field, *match, *says;
	int weight;
};

struct br_fingerprints {
	char *text;
	size_t softwares, rows;
	struct {
		const char *id, *kind, *name;
	} software[SOFTWARE_MAX];
	struct row row[ROWS_MAX];
};

/* What an exchange shows of itself: names and texts. */
struct facts {
	const char *layer;
	size_t count;
	struct {
		const char *name;
		char text[FIELD_SIZE];
	} field[FIELDS_MAX];
};

/* The table */

static size_t cut_columns(char *line, char *column[COLUMNS_MAX])
{
	size_t count = 0;

	while (line && count < COLUMNS_MAX) {
		column[count++] = line;
		line = strchr(line, '\t');
		if (line)
			*line++ = '\0';
	}
	return count;
}

static size_t find_software(const struct br_fingerprints *p, const char *id)
{
	size_t i = 0;

	while (i < p->softwares && strcmp(p->software[i].id, id) != 0)
		i++;
	return i;
}

static const char *take_line(struct br_fingerprints *p, char *line)
{
	char *column[COLUMNS_MAX];
	size_t columns = cut_columns(line, column);
	char *end = NULL;

	if (line[0] == '#' || line[0] == '\0')
		return NULL;
	if (columns == 4 && !strcmp(column[1], "is")) {
		if (p->softwares == SOFTWARE_MAX)
			return "fewer kinds of software";
		p->software[p->softwares].id = column[0];
		p->software[p->softwares].kind = column[2];
		p->software[p->softwares++].name = column[3];
		return NULL;
	}
	if (columns != COLUMNS_MAX)
		return "seven columns, or four of an 'is' row";
	struct row *r = &p->row[p->rows];

	*r = (struct row){
		find_software(p, column[0]), column[1], column[3], column[4], column[5], 0};
	if (r->software == p->softwares)
		return "an 'is' row for this software before it";
	if (!strcmp(column[2], "must"))
		r->weight = WEIGHT_MUST;
	else if (!strcmp(column[2], "note"))
		r->weight = WEIGHT_NOTE;
	else
		r->weight = (int)strtol(column[2], &end, 10);
	if (end && (*end != '\0' || r->weight <= 0))
		return "a weight above 0, must or note";
	if (!strchr("=^~#", r->match[0]) || column[6][0] == '\0')
		return "a match that starts with =, ^, ~ or #, and a source";
	if (++p->rows == ROWS_MAX)
		return "fewer rows";
	return NULL;
}

int br_fingerprints_new(struct br_fingerprints **ret_prints, const char *text, char *error,
                        size_t error_size)
{
	struct br_fingerprints *p = calloc(1, sizeof(*p));
	unsigned number = 0;

	if (!p || !(p->text = malloc(strlen(text) + 1))) {
		free(p);
		(void)snprintf(error, error_size, "out of memory");
		return -ENOMEM;
	}
	memcpy(p->text, text, strlen(text) + 1);
	for (char *line = p->text; line;) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = '\0';
		number++;
		const char *expected = take_line(p, line);

		if (expected) {
			(void)snprintf(error, error_size, "line %u: expected %s", number, expected);
			(void)br_fingerprints_free(p);
			return -EINVAL;
		}
		line = next;
	}
	*ret_prints = p;
	return 0;
}

struct br_fingerprints *br_fingerprints_free(struct br_fingerprints *prints)
{
	if (prints)
		free(prints->text);
	free(prints);
	return NULL;
}

/* Matching */

static bool match_one(const char *text, const char *match, size_t size)
{
	size_t length = strlen(text), low, high;
	char want[FIELD_SIZE];

	if (size == 0 || size - 1 >= sizeof(want))
		return false;
	memcpy(want, match + 1, size - 1);
	want[size - 1] = '\0';
	switch (match[0]) {
	case '=':
		return !strcmp(text, want);
	case '^':
		return length >= size - 1 && !memcmp(text, want, size - 1);
	case '~':
		return strstr(text, want) && (size > 1 || length > 0);
	case '#':
		return length > 0 && sscanf(want, "%zu..%zu", &low, &high) == 2 &&
		       strtoul(text, NULL, 10) >= low && strtoul(text, NULL, 10) <= high;
	default:
		return false;
	}
}

static bool matches(const char *text, const char *match)
{
	for (;;) {
		size_t size = strcspn(match, "|");

		if (match_one(text, match, size))
			return true;
		if (match[size] == '\0')
			return false;
		match += size + 1;
	}
}

static const char *field_of(const struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++) {
		if (!strcmp(f->field[i].name, name))
			return f->field[i].text;
	}
	return NULL;
}

/* Facts of exchanges */

static char *add(struct facts *f, const char *name)
{
	if (f->count == FIELDS_MAX)
		f->count--; /* our bug, seen in the table test as a fact that never holds */
	f->field[f->count].name = name;
	f->field[f->count].text[0] = '\0';
	return f->field[f->count++].text;
}

static void add_text(struct facts *f, const char *name, const char *text)
{
	(void)snprintf(add(f, name), FIELD_SIZE, "%s", text);
}

static void add_number(struct facts *f, const char *name, uint64_t value)
{
	(void)snprintf(add(f, name), FIELD_SIZE, "%" PRIu64, value);
}

static void add_flag(struct facts *f, const char *name, bool yes)
{
	add_text(f, name, yes ? "yes" : "no");
}

static void add_list(struct facts *f, const char *name, const uint8_t *codes, size_t count,
                     char separator)
{
	char *text = add(f, name);
	size_t at = 0;

	for (size_t i = 0; i < count && at + 5 < FIELD_SIZE; i++) {
		if (i > 0)
			text[at++] = separator;
		at += (size_t)snprintf(text + at, FIELD_SIZE - at, "%u", codes[i]);
	}
}

static void add_secs(struct facts *f, const uint16_t *secs, uint32_t count)
{
	size_t at = 0;

	if (count < 2 && secs[0] == 0) /* it was not repeated, so says nothing */
		return;
	char *text = add(f, "secs");

	for (uint32_t i = 0; i < count && i < BR_TALK_TIMES_MAX; i++)
		at += (size_t)snprintf(text + at, FIELD_SIZE - at, "%s%u", i > 0 ? "," : "",
		                       secs[i]);
}

static void add_identity(struct facts *f, const struct br_talk_identity *id)
{
	static const uint8_t zeros[sizeof(id->uuid)];

	add_list(f, "order", id->order, id->order_size, ',');
	add_list(f, "parameters", id->parameters, id->parameters_size, ',');
	add_list(f, "interface", id->interface, id->interface_size, '.');
	add_text(f, "class", id->vendor_class);
	add_text(f, "user", id->user_class);
	add_text(f, "clientname", id->client_name);
	add_text(f, "file", id->file);
	add_number(f, "max", id->max_size);
	add_number(f, "ttl", id->ttl);
	add_number(f, "size", id->size);
	add_text(f, "flags", id->flags & 0x8000 ? "broadcast" : "unicast");
	add_text(f, "checksum", id->no_checksum ? "none" : "present");
	/* a capture may have cut the message before 175, and behind 77 */
	add_flag(f, "ipxe", id->has_ipxe || !strcmp(id->user_class, "iPXE"));
	add_flag(f, "clientid", id->client_id_size > 0);
	add_text(f, "uuid",
	         id->uuid_size == 0                           ? "absent"
	         : !memcmp(id->uuid, zeros, sizeof(id->uuid)) ? "zero"
	                                                      : "present");
	if (id->arch >= 0)
		add_number(f, "arch", (uint64_t)id->arch);
	else
		add_text(f, "arch", "");
}

static void add_mac(struct facts *f, const struct br_talk_client *client)
{
	bool repeated = client->has_mac && client->mac[0] != 0;

	for (size_t i = 1; i < 6; i++)
		repeated = repeated && client->mac[i] == client->mac[0];
	add_text(f, "mac", repeated ? "repeated" : "");
}

/* The value of one option in "tsize=0 blksize=1468" */
static void add_asked(struct facts *f, const char *name, const char *asked)
{
	char *text = add(f, name);
	size_t size = strlen(name);

	for (const char *at = asked; (at = strstr(at, name)); at += size) {
		if ((at != asked && at[-1] != ' ') || at[size] != '=')
			continue;
		size_t value = strcspn(at + size + 1, " ");

		if (value < FIELD_SIZE) {
			memcpy(text, at + size + 1, value);
			text[value] = '\0';
		}
		return;
	}
}

static void add_asked_names(struct facts *f, const char *asked)
{
	char *text = add(f, "asked");
	size_t at = 0;

	while (*asked && at + 2 < FIELD_SIZE) {
		size_t name = strcspn(asked, "=");

		if (at > 0)
			text[at++] = ',';
		if (name > FIELD_SIZE - at - 1)
			name = FIELD_SIZE - at - 1;
		memcpy(text + at, asked, name);
		at += name;
		text[at] = '\0';
		asked += strcspn(asked, " ");
		asked += *asked == ' ';
	}
}

static void tftp_facts(struct facts *f, const struct br_talk_tftp *t)
{
	f->layer = "tftp";
	add_asked_names(f, t->asked);
	add_asked(f, "blksize", t->asked);
	add_asked(f, "tsize", t->asked);
	add_asked(f, "timeout", t->asked);
	add_asked(f, "windowsize", t->asked);
	add_text(f, "file", t->file);
	add_number(f, "port", t->client.port);
	add_number(f, "ttl", t->ttl);
}

static void tcp_facts(struct facts *f, const struct br_talk_tcp *t)
{
	f->layer = "tcp";
	add_number(f, "port", t->client.port);
	add_number(f, "mss", t->syn_mss);
	add_number(f, "window", t->syn_window);
	if (t->syn.count == 0) /* the SYN was not seen: its options say nothing */
		return;
	add_number(f, "options", t->syn_options_size);
	if (t->syn_scale >= 0)
		add_number(f, "scale", (uint64_t)t->syn_scale);
}

static void http_facts(struct facts *f, const struct br_talk_http *h)
{
	f->layer = "http";
	add_text(f, "agent", h->agent);
	add_text(f, "fields", h->fields);
	add_text(f, "method", h->method);
	add_text(f, "target", h->target);
	add_number(f, "minor", h->minor);
}

static void dhcp6_facts(struct facts *f, const struct br_talk_dhcp6 *d)
{
	static const char *const kinds[] = {"", "llt", "en", "ll", "uuid"};

	f->layer = "dhcp6";
	add_list(f, "order", d->order, d->order_size, ',');
	add_list(f, "wanted", d->wanted, d->wanted_size, ',');
	add_text(f, "class", d->vendor_class);
	add_text(f, "user", d->user_class);
	add_text(f, "duid", d->duid_size >= 2 && d->duid[1] <= 4 ? kinds[d->duid[1]] : "");
}

static size_t facts_of(struct facts f[LAYERS_MAX], const struct br_talk_client *client,
                       const struct br_talk_exchange *e, size_t index)
{
	size_t layers = 1;

	switch (e->kind) {
	case BR_TALK_DHCP:
		f[0].layer = "dhcp";
		add_identity(&f[0], &e->dhcp.identity);
		add_secs(&f[0], e->dhcp.discover_secs, e->dhcp.discover.count);
		add_flag(&f[0], "clocked",
		         e->dhcp.discover.count > 0 &&
		                 e->dhcp.discover_secs[0] == (e->dhcp.xid[0] & 0xffff));
		add_mac(&f[0], client);
		if (e->dhcp.request.count == 0)
			return 1;
		f[1].layer = "request";
		add_list(&f[1], "order", e->dhcp.request_order, e->dhcp.request_order_size, ',');
		add_number(&f[1], "max", e->dhcp.request_max_size);
		if (e->dhcp.request_arch >= 0)
			add_number(&f[1], "arch", (uint64_t)e->dhcp.request_arch);
		return 2;
	case BR_TALK_PXE:
		f[0].layer = "pxe";
		add_identity(&f[0], &e->pxe.identity);
		add_secs(&f[0], e->pxe.secs, e->pxe.request.count);
		add_number(&f[0], "port", e->pxe.client.port);
		return 1;
	case BR_TALK_TFTP:
		tftp_facts(&f[0], &e->tftp);
		return 1;
	case BR_TALK_TCP:
		tcp_facts(&f[0], &e->tcp);
		if (e->tcp.request && index < e->tcp.requests && index < BR_TALK_REQUESTS_MAX)
			http_facts(&f[layers++], &e->tcp.request[index]);
		return layers;
	case BR_TALK_DHCP6:
		dhcp6_facts(&f[0], &e->dhcp6);
		return 1;
	case BR_TALK_DNS:
	case BR_TALK_ARP:
	case BR_TALK_ND:
		return 0;
	}
	return 0;
}

/* Who */

static void add_says(const char **to, size_t *count, const char *says)
{
	if (*count < BR_FINGERPRINT_REASONS_MAX)
		to[(*count)++] = says;
}

/* A must that is only the absence of something rules others out; it is no sign of its own. */
static bool is_sign(const struct row *r)
{
	return r->weight == WEIGHT_MUST ? strcmp(r->match, "=") != 0 && strcmp(r->match, "=no") != 0
	                                : r->weight > 1;
}

static void count_for(const struct row *r, struct br_fingerprint *ret)
{
	if (r->weight == WEIGHT_NOTE) {
		add_says(ret->note, &ret->notes, r->says);
		return;
	}
	ret->score += r->weight == WEIGHT_MUST ? 1 : r->weight;
	ret->signs += is_sign(r);
	ret->signs += r->weight >= BR_FINGERPRINT_NAMES_ITSELF;
	if (r->weight > 1)
		add_says(ret->reason, &ret->reasons, r->says);
}

/* Return: false when a must does not hold */
static bool judge_row(const struct row *r, const struct facts *facts, struct br_fingerprint *ret,
                      int *missing)
{
	const char *text = field_of(facts, r->field);

	if (text && matches(text, r->match)) {
		count_for(r, ret);
		return true;
	}
	if (text && r->weight > 1) {
		add_says(ret->against, &ret->againsts, r->says);
		*missing += r->weight;
	}
	return r->weight != WEIGHT_MUST;
}

static bool boots_nothing(const char *kind)
{
	return !strcmp(kind, "host") || !strcmp(kind, "phone") || !strcmp(kind, "device") ||
	       !strcmp(kind, "modem");
}

static void judge(const struct br_fingerprints *p, size_t software, const struct facts *facts,
                  size_t layers, struct br_fingerprint *ret)
{
	int missing = 0;

	*ret = (struct br_fingerprint){0};
	for (size_t i = 0; i < p->rows; i++) {
		const struct row *r = &p->row[i];

		for (size_t k = 0; k < layers && r->software == software; k++) {
			if (!strcmp(facts[k].layer, r->layer) &&
			    !judge_row(r, &facts[k], ret, &missing)) {
				ret->score = 0;
				return;
			}
		}
	}
	/* rows of who boots nothing are alternatives: a phone says so by its class or by a name */
	if (ret->score >= BR_FINGERPRINT_NAMES_ITSELF && boots_nothing(p->software[software].kind))
		missing = 0;
	if (ret->signs < 2 || ret->score < missing) /* more speaks against it than for it */
		ret->score = 0;
	ret->software = p->software[software].id;
	ret->name = p->software[software].name;
	ret->kind = p->software[software].kind;
}

void br_fingerprint(const struct br_fingerprints *prints, const struct br_talk_client *client,
                    const struct br_talk_exchange *exchange, size_t index,
                    struct br_fingerprint *ret)
{
	struct facts *facts = calloc(LAYERS_MAX, sizeof(*facts));
	struct br_fingerprint one;

	*ret = (struct br_fingerprint){0};
	if (!facts)
		return;
	size_t layers = facts_of(facts, client, exchange, index);

	for (size_t i = 0; i < prints->softwares; i++) {
		judge(prints, i, facts, layers, &one);
		if (one.score >= BR_FINGERPRINT_SCORE_MIN && one.score > ret->score)
			*ret = one;
	}
	free(facts);
}

bool br_fingerprint_is(const struct br_fingerprint *fingerprint, const char *software)
{
	return fingerprint->software && !strcmp(fingerprint->software, software);
}

static bool is_among(const char *const *list, size_t count, const char *says)
{
	size_t i = 0;

	while (i < count && list[i] != says)
		i++;
	return i < count;
}

static void add_new(const char **to, size_t *count, const char *const *from, size_t more)
{
	for (size_t i = 0; i < more; i++) {
		if (!is_among(to, *count, from[i]))
			add_says(to, count, from[i]);
	}
}

/* What held in one exchange is not held against it by another. */
static void drop_held(struct br_fingerprint *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->againsts; i++) {
		if (!is_among(f->reason, f->reasons, f->against[i]))
			f->against[kept++] = f->against[i];
	}
	f->againsts = kept;
}

void br_fingerprint_add(struct br_fingerprint *fingerprint, const struct br_fingerprint *other)
{
	if (!other->software)
		return;
	if (!fingerprint->software) {
		*fingerprint = *other;
		return;
	}
	if (strcmp(fingerprint->software, other->software) != 0)
		return;
	fingerprint->score += other->score;
	add_new(fingerprint->reason, &fingerprint->reasons, other->reason, other->reasons);
	add_new(fingerprint->against, &fingerprint->againsts, other->against, other->againsts);
	add_new(fingerprint->note, &fingerprint->notes, other->note, other->notes);
	drop_held(fingerprint);
}
