/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_files.h"

#include <inttypes.h>
#include <string.h>

#include "core/formats/tftp_packet.h"

enum {
	HTTP_REDIRECT = 300,
	HTTP_ERROR = 400,
	HTTP_NOT_FOUND = 404,
	SMALL_MAX = 1 << 16,
	ALIKE_MIN = 3, /* so many files of a kind in a row are one and a comment */
};

const char *br_script_node(const struct br_setup *setup, uint32_t address, char name[16])
{
	for (size_t i = 0; i < setup->servers; i++) {
		if (setup->server[i].address == address) {
			(void)snprintf(name, 16, "boot%u", (unsigned)i % BR_SETUP_SERVERS_MAX + 1);
			return name;
		}
	}
	return "*";
}

bool br_script_is_word(const char *name)
{
	return !strpbrk(name, " \"\\,@#{}[]$");
}

static bool is_tftp(const struct br_story_file *f)
{
	return f->exchange->kind == BR_TALK_TFTP;
}

/* RFC 2347: a server may ignore all options; the core never does. */
static bool ignored_options(const struct br_story_file *f)
{
	const struct br_talk_tftp *t = &f->exchange->tftp;

	/* blocks missing: those were of an older transfer to the same port */
	return is_tftp(f) && t->asked[0] && t->oacks == 0 && t->blocks > 0 && t->missing == 0 &&
	       f->outcome != BR_OUTCOME_MIXED;
}

bool br_script_is_sut(const struct br_script_files *files, uint32_t address)
{
	const struct br_attempt *a = files->attempt;

	if (files->sut != 0)
		return files->sut == address;
	for (size_t i = 0; i < files->setup->servers; i++) {
		/* it only refused: there is nothing the core could do in its place */
		if (files->setup->server[i].address == address &&
		    files->setup->server[i].config.roles == 0)
			return false;
	}
	for (size_t i = 0; i < a->files; i++) {
		if (ignored_options(&a->file[i]) &&
		    br_endpoint_to_ipv4(&a->file[i].server) == address)
			return false;
	}
	return true;
}

static void need(struct br_script_files *s, const char *name, bool check)
{
	name += strspn(name, "/");
	for (size_t i = 0; i < s->names; i++) {
		if (!strcmp(s->name[i], name)) {
			s->check[i] = s->check[i] || check;
			return;
		}
	}
	if (s->names < BR_SCRIPT_NAMES_MAX) {
		s->name[s->names] = name;
		s->check[s->names++] = check;
	}
}

/* TFTP */

/* The ERROR with which one side ended it; texts with quotes are left out. */
static void put_error(FILE *out, const struct br_talk_tftp *t)
{
	fprintf(out, "tftp error %u", t->error_code);
	if (t->end == BR_TALK_ERROR_CLIENT && t->error_text[0] && !strpbrk(t->error_text, "\"\\"))
		fprintf(out, " \"%s\"", t->error_text);
	fputc('\n', out);
}

/* Nobody ended it: up to the first block, and what is known of the rest. */
static void put_begun(struct br_script_files *s, const struct br_story_file *f, const char *server,
                      unsigned n)
{
	const struct br_talk_tftp *t = &f->exchange->tftp;
	FILE *out = s->out;

	if (t->blocks > 0 && t->window_size <= 1 && t->oacks > 0) {
		fprintf(out, "         fw:$p%u -> %s:$t%u tftp ack 0\n", n, server, n);
		fprintf(out, "<=1s     %s:$t%u -> fw:$p%u tftp data 1\n", server, n, n);
	}
	if (t->end == BR_TALK_ERROR_CLIENT) {
		fprintf(out, "         fw:$p%u -> %s:$t%u ", n, server, n);
		put_error(out, t);
		s->loose = s->loose || t->blocks > 1;
		return;
	}
	fprintf(out, "# %" PRIu64 " blocks: %s\n", t->blocks, br_outcome_says(f->outcome));
	s->open = true;
}

/* What the OACK grants of what was asked for. */
static void put_granted(FILE *out, const struct br_talk_tftp *t)
{
	for (const char *at = t->granted; *at; at += strcspn(at, " "), at += *at == ' ') {
		const char *name = t->asked;
		size_t size = strcspn(at, "=") + 1;

		while (*name && strncmp(name, at, size) != 0) {
			name += strcspn(name, " ");
			name += *name == ' ';
		}
		if (*name)
			fprintf(out, " %.*s", (int)strcspn(at, " "), at);
	}
	fputc('\n', out);
}

static void put_answer(struct br_script_files *s, const struct br_story_file *f, const char *server,
                       unsigned n)
{
	const struct br_talk_tftp *t = &f->exchange->tftp;
	FILE *out = s->out;

	if (t->oacks > 0) {
		fprintf(out, "<=1s     %s:$t%u -> fw:$p%u tftp oack", server, n, n);
		put_granted(out, t);
	}
	if (f->outcome == BR_OUTCOME_COMPLETE) {
		fprintf(out, "transfer %s:$t%u -> fw:$p%u %s\n", server, n, n,
		        t->file + strspn(t->file, "/"));
		need(s, t->file, false);
		return;
	}
	need(s, t->file, false);
	put_begun(s, f, server, n);
}

/* What a server that is not under test sent, as far as a script can play one. */
static void put_peer(struct br_script_files *s, const struct br_story_file *f, const char *server,
                     unsigned n)
{
	const struct br_talk_tftp *t = &f->exchange->tftp;
	bool first = t->oacks == 0 && t->blocks > 0;
	uint64_t size = t->octets < t->block_size ? t->octets : t->block_size;
	FILE *out = s->out;

	if (t->oacks > 0)
		fprintf(out, "         %s:$t%u -> fw:$p%u tftp oack %s\n", server, n, n,
		        t->granted);
	if (first)
		fprintf(out, "         %s:$t%u -> fw:$p%u tftp data 1 len=%" PRIu64 "\n", server, n,
		        n, size);
	if (t->end == BR_TALK_ERROR_CLIENT) {
		fprintf(out, "         fw:$p%u -> %s:$t%u ", n, server, n);
		put_error(out, t);
	} else if (t->blocks > 0) {
		fprintf(out, "         fw:$p%u -> %s:$t%u tftp ack %d\n", n, server, n, first);
		fprintf(out, "# %" PRIu64 " blocks: %s\n", t->blocks, br_outcome_says(f->outcome));
	}
}

static void steps_tftp(struct br_script_files *s, const struct br_story_file *f)
{
	const struct br_talk_tftp *t = &f->exchange->tftp;
	uint32_t address = br_endpoint_to_ipv4(&f->server);
	FILE *out = s->out;
	char name[16];
	const char *server = br_script_node(s->setup, address, name);

	bool refused = t->end == BR_TALK_ERROR_SERVER && t->oacks + t->blocks == 0;
	bool plain = t->oacks > 0 || t->asked[0] == '\0' || ignored_options(f);

	if (refused && t->error_code != BR_TFTP_ERROR_NOT_FOUND) {
		fprintf(out, "# TFTP %s: ERROR %u \"%s\"; the core has no such reason\n", t->file,
		        t->error_code, t->error_text);
		s->loose = true;
		return;
	}
	if (*server == '*' || t->answered == 0 || strchr(t->file, '"') || !(refused || plain) ||
	    (!refused && !br_script_is_word(t->file))) {
		fprintf(out, "# TFTP %s: %s\n", t->file, br_outcome_says(f->outcome));
		return;
	}
	unsigned n = ++s->transfers;
	bool sut = br_script_is_sut(s, address);

	s->loose = s->loose || s->open;
	const char *quote = br_script_is_word(t->file) ? "" : "\"";

	fprintf(out, "         fw:$p%u -> %s:69 tftp rrq %s%s%s %s%s%s\n", n, server, quote,
	        t->file, quote, t->mode, t->asked[0] ? " " : "", t->asked);
	if (refused) {
		fprintf(out, "%s %s -> fw:$p%u ", sut ? "<=1s    " : "        ", server, n);
		put_error(out, t);
	} else if (sut) {
		put_answer(s, f, server, n);
	} else {
		put_peer(s, f, server, n);
	}
}

/* HTTP */

static unsigned connection(struct br_script_files *s, const struct br_talk_exchange *e)
{
	for (unsigned i = 0; i < s->connections; i++) {
		if (s->connection[i] == e)
			return i + 1;
	}
	if (s->connections < BR_SCRIPT_CONNECTIONS_MAX)
		s->connection[s->connections++] = e;
	return s->connections;
}

static void steps_http(struct br_script_files *s, const struct br_story_file *f)
{
	const struct br_talk_tcp *c = &f->exchange->tcp;
	const struct br_talk_http *h = c->request ? &c->request[f->index] : NULL;
	uint32_t address = br_endpoint_to_ipv4(&f->server);
	FILE *out = s->out;
	char name[16];
	const char *server = br_script_node(s->setup, address, name);

	if (!h || *server == '*' || h->status == 0 || !br_script_is_sut(s, address)) {
		fprintf(out, "# HTTP %s: %s\n", f->name, br_outcome_says(f->outcome));
		return;
	}
	if (h->status >= HTTP_REDIRECT && h->status < HTTP_ERROR) {
		fprintf(out, "# HTTP %s %s: %u, to %s; the core never redirects\n", h->method,
		        h->target, h->status, h->location);
		s->loose = true;
		return;
	}
	if (h->status > HTTP_ERROR && h->status != HTTP_NOT_FOUND) {
		fprintf(out, "# HTTP %s %s: %u; the core has no such reason\n", h->method,
		        h->target, h->status);
		s->loose = true;
		return;
	}
	unsigned n = connection(s, f->exchange);

	s->loose = s->loose || s->open;
	fprintf(out, "         fw:$c%u -> %s:%u http %s %s", n, server, c->server.port, h->method,
	        h->target);
	if (h->host[0])
		fprintf(out, " Host=\"%s\"", h->host);
	if (h->agent[0])
		fprintf(out, " User-Agent=\"%s\"", h->agent);
	fprintf(out, "\n<=1s     %s:%u -> fw:$c%u http %u", server, c->server.port, n, h->status);
	if (h->status == 200 && h->has_length)
		fprintf(out, " Content-Length=%" PRIu64, h->length);
	fputc('\n', out);
	if (h->status == 200)
		need(s, h->target, f->outcome == BR_OUTCOME_COMPLETE);
}

/* More of the same */

static size_t directory(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? (size_t)(slash - name) : 0;
}

static bool is_missed(const struct br_story_file *f)
{
	return f->outcome == BR_OUTCOME_MISS || f->outcome == BR_OUTCOME_NOT_FOUND;
}

static bool is_unanswered(const struct br_story_file *f)
{
	return f->outcome == BR_OUTCOME_CLOSED || f->outcome == BR_OUTCOME_SILENT;
}

/* Of one folder and one ending */
static bool same_kind(const struct br_story_file *a, const struct br_story_file *b)
{
	const char *end_a = strrchr(a->name, '.'), *end_b = strrchr(b->name, '.');
	size_t folder = directory(a->name);

	return end_a && end_b && !strcmp(end_a, end_b) && folder > 0 &&
	       folder == directory(b->name) && !strncmp(a->name, b->name, folder) &&
	       strcmp(a->name, b->name) != 0;
}

/* Small ones read in the same way: a loader's modules and configuration */
static bool same_way(const struct br_story_file *a, const struct br_story_file *b)
{
	return is_tftp(a) && a->octets < SMALL_MAX && b->octets < SMALL_MAX &&
	       strcmp(a->name, b->name) != 0 &&
	       !strcmp(a->exchange->tftp.asked, b->exchange->tftp.asked) &&
	       !strcmp(a->exchange->tftp.mode, b->exchange->tftp.mode);
}

/* Both searched for in vain, or asked of nobody, or both read and nothing new in it. */
static bool alike(const struct br_story_file *a, const struct br_story_file *b)
{
	if (a->exchange->kind != b->exchange->kind ||
	    br_endpoint_to_ipv4(&a->server) != br_endpoint_to_ipv4(&b->server))
		return false;
	/* on a connection that others use an answer without a line would be one too many */
	if (!is_tftp(a) && (a->exchange->tcp.requests != 1 || b->exchange->tcp.requests != 1))
		return false;
	if (is_missed(a) && is_missed(b))
		return true;
	if (is_unanswered(a))
		return is_tftp(a) && a->outcome == b->outcome;
	return a->outcome == BR_OUTCOME_COMPLETE && b->outcome == BR_OUTCOME_COMPLETE &&
	       (same_kind(a, b) || same_way(a, b));
}

/* Behind the line that was written last. */
static void remark(FILE *out, size_t more, const struct br_story_file *last)
{
	(void)fseek(out, -1, SEEK_CUR);
	fprintf(out, "   # and %zu more that are %s, the last %s\n", more,
	        is_missed(last)       ? "not there"
	        : is_unanswered(last) ? "not answered"
	                              : "read like it",
	        last->name);
}

size_t br_script_file_steps(struct br_script_files *files, size_t index)
{
	const struct br_attempt *a = files->attempt;
	const struct br_story_file *f = &a->file[index];
	size_t end = index + 1;

	while (end < a->files && alike(f, &a->file[end]))
		end++;
	if (end - index < ALIKE_MIN)
		end = index + 1;
	if (is_tftp(f))
		steps_tftp(files, f);
	else
		steps_http(files, f);
	if (end - index > 1)
		remark(files->out, end - index - 1, &a->file[end - 1]);
	return end;
}
