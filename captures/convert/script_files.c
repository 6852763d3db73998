/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_files.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/address.h"
#include "core/formats/tftp_packet.h"

enum {
	HTTP_REDIRECT = 300,
	HTTP_BAD_REQUEST = 400,
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

static bool has_ignored_options(const struct br_setup *setup, const struct br_attempt *a,
                                uint32_t address)
{
	for (size_t i = 0; i < a->files; i++) {
		if (ignored_options(&a->file[i]) &&
		    br_setup_address(setup, &a->file[i].server) == address)
			return true;
	}
	return false;
}

bool br_script_is_sut(const struct br_script_files *files, uint32_t address)
{
	if (files->sut != 0)
		return files->sut == address;
	for (size_t i = 0; i < files->setup->servers; i++) {
		/* it only refused: there is nothing the core could do in its place */
		if (files->setup->server[i].address == address &&
		    files->setup->server[i].config.roles == 0)
			return files->fixed;
	}
	for (size_t i = 0; i < files->all_count && !files->fixed; i++) {
		if (has_ignored_options(files->setup, files->all[i], address))
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
		fprintf(out, "         %s:$p%u -> %s:$t%u tftp ack 0\n", s->fw, n, server, n);
		fprintf(out, "<=1s     %s:$t%u -> %s:$p%u tftp data 1\n", server, n, s->fw, n);
	}
	if (t->end == BR_TALK_ERROR_CLIENT) {
		fprintf(out, "         %s:$p%u -> %s:$t%u ", s->fw, n, server, n);
		put_error(out, t);
		s->loose = s->loose || t->blocks > 1;
		return;
	}
	fprintf(out, "# %" PRIu64 " blocks: %s\n", t->blocks, br_outcome_says(f->outcome));
	s->open = true;
}

/* The language has a name for it. */
static bool has_name(const char *option)
{
	static const char *const known[] = {"blksize=", "tsize=", "timeout=", "windowsize="};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strncmp(option, known[i], strlen(known[i])))
			return true;
	}
	return false;
}

/* At most so many options as fields; opt. stands before what the language does not know. */
static void put_options(FILE *out, const char *options, size_t most)
{
	while (*options && most-- > 0) {
		int name = (int)strcspn(options, "="),
		    value = (int)strcspn(options, " ") - name - 1;
		const char *said = options + name + 1;
		bool plain = name > 0 && isalpha(options[0]), field = has_name(options),
		     word = value > 0;

		for (int i = 0; i < name; i++)
			plain = plain && (isalnum(options[i]) || strchr("_-.", options[i]));
		for (int i = 0; i < value; i++)
			word = word && isalnum(said[i]);
		fprintf(out, " %s%s%.*s%s=%s%.*s%s", field ? "" : "opt.", plain ? "" : "\"", name,
		        options, plain ? "" : "\"", word ? "" : "\"", value, said,
		        word ? "" : "\"");
		options = said + value;
		options += *options == ' ';
	}
}

/* What the OACK grants of what was asked for, as far as the core knows it. */
static void put_granted(FILE *out, const struct br_talk_tftp *t)
{
	for (const char *at = t->granted; *at; at += strcspn(at, " "), at += *at == ' ') {
		const char *name = t->asked;
		size_t size = strcspn(at, "=") + 1;

		while (*name && strncmp(name, at, size) != 0) {
			name += strcspn(name, " ");
			name += *name == ' ';
		}
		if (*name && has_name(at))
			put_options(out, at, 1);
	}
	fputc('\n', out);
}

static void put_answer(struct br_script_files *s, const struct br_story_file *f, const char *server,
                       unsigned n)
{
	const struct br_talk_tftp *t = &f->exchange->tftp;
	FILE *out = s->out;

	if (t->oacks > 0) {
		fprintf(out, "<=1s     %s:$t%u -> %s:$p%u tftp oack", server, n, s->fw, n);
		put_granted(out, t);
	}
	if (f->outcome == BR_OUTCOME_COMPLETE) {
		const char *quote = br_script_is_word(t->file) ? "" : "\"";

		fprintf(out, "transfer %s:$t%u -> %s:$p%u %s%s%s\n", server, n, s->fw, n, quote,
		        t->file + strspn(t->file, "/"), quote);
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

	if (t->oacks > 0) {
		fprintf(out, "         %s:$t%u -> %s:$p%u tftp oack", server, n, s->fw, n);
		put_options(out, t->granted, SIZE_MAX);
		fputc('\n', out);
	}
	if (first)
		fprintf(out, "         %s:$t%u -> %s:$p%u tftp data 1 len=%" PRIu64 "\n", server, n,
		        s->fw, n, size);
	if (t->end == BR_TALK_ERROR_CLIENT) {
		fprintf(out, "         %s:$p%u -> %s:$t%u ", s->fw, n, server, n);
		put_error(out, t);
	} else if (t->blocks > 0) {
		fprintf(out, "         %s:$p%u -> %s:$t%u tftp ack %d\n", s->fw, n, server, n,
		        first);
		fprintf(out, "# %" PRIu64 " blocks: %s\n", t->blocks, br_outcome_says(f->outcome));
	}
}

static unsigned put_request(struct br_script_files *s, const struct br_talk_tftp *t,
                            const char *server)
{
	const char *quote = br_script_is_word(t->file) ? "" : "\"";
	unsigned n = ++s->transfers;

	s->loose = s->loose || s->open;
	fprintf(s->out, "         %s:$p%u -> %s:69 tftp rrq %s%s%s %s", s->fw, n, server, quote,
	        t->file, quote, t->mode);
	put_options(s->out, t->asked, SIZE_MAX);
	fputc('\n', s->out);
	return n;
}

/* Asked in vain */
static bool put_vain(struct br_script_files *s, const struct br_story_file *f, const char *server)
{
	uint32_t address = br_setup_address(s->setup, &f->server);
	unsigned n;

	if (!br_script_dead_has(s->dead, address, BR_TFTP_PORT) || f->exchange->tftp.write ||
	    strchr(f->exchange->tftp.file, '"') || !br_script_is_sut(s, address))
		return false;
	n = put_request(s, &f->exchange->tftp, server);
	fprintf(s->out, "never    %s -> %s:$p%u tftp *   # %s\n", server, s->fw, n,
	        br_outcome_says(f->outcome));
	return true;
}

static void steps_tftp(struct br_script_files *s, const struct br_story_file *f)
{
	const struct br_talk_tftp *t = &f->exchange->tftp;
	uint32_t address = br_setup_address(s->setup, &f->server);
	FILE *out = s->out;
	char name[16];
	const char *server = br_script_node(s->setup, address, name);

	bool refused = t->end == BR_TALK_ERROR_SERVER && t->oacks + t->blocks == 0;
	bool plain = t->oacks > 0 || t->asked[0] == '\0' || ignored_options(f);

	if (put_vain(s, f, server))
		return;
	if (*server == '*' || t->answered == 0 || strchr(t->file, '"') || !(refused || plain)) {
		fprintf(out, "# TFTP %s: %s\n", t->file, br_outcome_says(f->outcome));
		return;
	}
	bool sut = br_script_is_sut(s, address);
	unsigned n = put_request(s, t, server);

	if (refused && sut && t->error_code != BR_TFTP_ERROR_NOT_FOUND) {
		fprintf(out,
		        "<=1s     %s -> %s:$p%u tftp error   # %u, for which the core has no "
		        "reason\n",
		        server, s->fw, n, t->error_code);
	} else if (refused) {
		fprintf(out, "%s %s -> %s:$p%u ", sut ? "<=1s    " : "        ", server, s->fw, n);
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

/* @h NULL: no request was ever sent, for nobody took the connection */
static unsigned put_get(struct br_script_files *s, const struct br_story_file *f,
                        const struct br_talk_http *h, const char *server)
{
	unsigned n = connection(s, f->exchange);

	s->loose = s->loose || s->open;
	fprintf(s->out, "         %s:$c%u -> %s:%u http %s %s", s->fw, n, server, f->server.port,
	        h ? h->method : "GET", h ? h->target : "/");
	if (h && h->host[0])
		fprintf(s->out, " Host=\"%s\"", h->host);
	if (h && h->agent[0])
		fprintf(s->out, " User-Agent=\"%s\"", h->agent);
	fputc('\n', s->out);
	return n;
}

static void steps_http(struct br_script_files *s, const struct br_story_file *f)
{
	const struct br_talk_tcp *c = &f->exchange->tcp;
	const struct br_talk_http *h = c->request ? &c->request[f->index] : NULL;
	uint32_t address = br_setup_address(s->setup, &f->server);
	FILE *out = s->out;
	char name[16];
	const char *server = br_script_node(s->setup, address, name);

	if (h && br_script_dead_has(s->dead, address, f->server.port) &&
	    br_script_is_sut(s, address)) {
		unsigned asked = put_get(s, f, h, server);

		fprintf(out, "never    %s -> %s:$c%u http *   # %s\n", server, s->fw, asked,
		        br_outcome_says(f->outcome));
		return;
	}
	if (!h || *server == '*' || h->status == 0 || !br_script_is_sut(s, address)) {
		fprintf(out, "# HTTP %s: %s\n", f->name, br_outcome_says(f->outcome));
		return;
	}
	unsigned n = put_get(s, f, h, server);

	/* the core has other reasons than that server had, and says 404 */
	if (h->status >= HTTP_REDIRECT && h->status != HTTP_BAD_REQUEST &&
	    h->status != HTTP_NOT_FOUND) {
		fprintf(out, "never    %s:%u -> %s:$c%u http 200   # but %u%s%s\n", server,
		        c->server.port, s->fw, n, h->status, h->location[0] ? ", to " : "",
		        h->location);
		s->loose = true;
		return;
	}
	fprintf(out, "<=1s     %s:%u -> %s:$c%u http %u", server, c->server.port, s->fw, n,
	        h->status);
	if (h->status == 200 && h->has_length)
		fprintf(out, " Content-Length=%" PRIu64, h->length);
	fputc('\n', out);
	if (h->status == 200)
		need(s, h->target, f->outcome == BR_OUTCOME_COMPLETE);
}

/* What a good server does */

static void put_good_tftp(struct br_script_files *s, const struct br_talk_tftp *t,
                          const char *server)
{
	const char *message = s->cure.fields[0] ? s->cure.fields : t->asked[0] ? "oack" : "data 1";
	unsigned n = put_request(s, t, server);
	unsigned first = !strncmp(message, "data", 4);

	s->cure_at = ftell(s->out);
	fprintf(s->out, "<=1s     %s:$t%u -> %s:$p%u tftp %s\n", server, n, s->fw, n, message);
	for (unsigned i = first; i < s->cure.data; i++) {
		fprintf(s->out, "         %s:$p%u -> %s:$t%u tftp ack %u\n", s->fw, n, server, n,
		        i);
		fprintf(s->out, "<=1s     %s:$t%u -> %s:$p%u tftp data %u\n", server, n, s->fw, n,
		        i + 1);
	}
	s->open = true;
}

static void put_good_http(struct br_script_files *s, const struct br_story_file *f,
                          const char *server)
{
	const struct br_talk_http *h =
		f->exchange->tcp.request ? &f->exchange->tcp.request[f->index] : NULL;
	long before = ftell(s->out);
	unsigned n = put_get(s, f, h, server);

	s->cure_at = h ? ftell(s->out) : before; /* nor could it say what it wanted */
	fprintf(s->out, "<=1s     %s:%u -> %s:$c%u http %s\n", server, f->server.port, s->fw, n,
	        h ? s->cure.fields : "status>=100");
}

static bool put_good(struct br_script_files *s, const struct br_story_file *f)
{
	char name[16];
	const char *server = br_script_node(s->setup, br_setup_address(s->setup, &f->server), name);

	if (*server == '*' || (is_tftp(f) && strchr(f->exchange->tftp.file, '"')))
		return false;
	if (is_tftp(f))
		put_good_tftp(s, &f->exchange->tftp, server);
	else
		put_good_http(s, f, server);
	return true;
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
	if (a->exchange->kind != b->exchange->kind || !br_ip_equal(a->server.ip, b->server.ip))
		return false;
	/* on a connection that others use an answer without a line would be one too many */
	if (!is_tftp(a) && (a->exchange->tcp.requests != 1 || b->exchange->tcp.requests != 1))
		return false;
	if (is_missed(a) && is_missed(b)) /* what was needed stands out from what need not be */
		return a->outcome == b->outcome;
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

	if (f == files->cure.file) {
		br_script_mark(files->marks, files->out, f->at);
		files->cured = put_good(files, f);
		return end;
	}
	br_script_mark(files->marks, files->out, f->at);
	while (end < a->files && &a->file[end] != files->cure.file && alike(f, &a->file[end]))
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
