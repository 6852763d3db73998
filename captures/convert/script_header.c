/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/script_net.h"
#include "captures/convert/script_set.h"
#include "captures/convert/script_six_net.h"
#include "captures/explain/show.h"
#include "core/base/text.h"
#include "core/dhcp/pxe_vendor.h"

enum {
	TITLES_MAX = 3, /* machines that a title speaks of */
};

#define NET_24 UINT32_C(0xffffff00)

bool br_script_is_cured(const struct br_script_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->machine[i]->run.files.cured)
			return true;
	}
	return false;
}

static const struct br_script_run *first_of(const struct br_script_set *set)
{
	return &set->machine[0]->run;
}

static void put_server(const struct br_script_set *set, const struct br_setup_server *s)
{
	const struct br_script_run *run = first_of(set);
	FILE *out = set->out;
	char name[16], address[BR_SHOW_ADDRESS];
	bool sut = br_script_is_sut(&run->files, s->address);
	bool far = !run->relayed && br_script_is_far(set->setup, s->address);

	fprintf(out, "node %s %s ", br_script_node(set->setup, s->address, name),
	        sut ? "sut" : "peer");
	if (set->setup->six.on)
		br_script_six_plug(out, set->setup, s);
	else
		fprintf(out, "%s=%s",
		        run->relayed ? "up"
		        : far        ? "far"
		                     : "lan",
		        br_show_ipv4(address, s->address));
	if (run->relayed && !set->setup->six.on)
		fprintf(out, " gw=%s", br_show_ipv4(address, run->relay->up));
	else if (far)
		fprintf(out, " gw=%s", br_show_ipv4(address, br_script_far_gateway(set->setup)));
	if (!sut) {
		fputc('\n', out);
		return;
	}
	br_setup_print(out, &s->config);
	br_script_dead_print(out, &set->dead, s->address);
	fputc('\n', out);
}

static void put_file(const struct br_script_set *set, const char *name)
{
	const char *quote = br_script_is_word(name) ? "" : "\"";
	struct br_file_info info;

	if (!strchr(name, '"') && br_file_store_info(set->setup->store, name, &info) >= 0)
		fprintf(set->out, "file %s%s%s size=%" PRIu64 " seed=1\n", quote, name, quote,
		        info.size);
}

static const char *base_of(const char *path)
{
	const char *base = strrchr(path, '/');

	if (!strcmp(path, "-"))
		return "standard-input";
	return base ? base + 1 : path;
}

/* Some machine asks for an address of IPv4, of whom it does not get one. */
static bool asks_ipv4(const struct br_script_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct br_script_run *run = &set->machine[i]->run;

		for (size_t k = run->first; k <= run->attempt->last; k++) {
			if (run->story->client->exchange[k]->kind == BR_TALK_DHCP)
				return true;
		}
	}
	return false;
}

static void put_nets(const struct br_script_set *set)
{
	const struct br_script_relay *relay = first_of(set)->relay;
	uint32_t server = set->setup->servers > 0 ? set->setup->server[0].address : 0;
	char a[BR_SHOW_ADDRESS], b[BR_SHOW_ADDRESS];

	if (set->setup->six.on) {
		br_script_six_nets(set->out, set->setup, asks_ipv4(set));
		return;
	}
	if (!first_of(set)->relayed) {
		br_script_put_nets(set->out, set->setup);
		return;
	}
	fprintf(set->out, "net lan %s/24\n", br_show_ipv4(a, relay->giaddr & NET_24));
	fprintf(set->out, "net up %s/24\n", br_show_ipv4(a, server & NET_24));
	fprintf(set->out, "node relay relay lan=%s up=%s\n", br_show_ipv4(a, relay->giaddr),
	        br_show_ipv4(b, relay->up));
}

static bool has_request(const struct br_attempt *a)
{
	return a->dhcp && a->dhcp->kind == BR_TALK_DHCP && a->dhcp->dhcp.request.count > 0;
}

/* The last IPv4 address it used; 0: none */
static uint32_t own_address(const struct br_talk_client *c)
{
	uint32_t found = 0;

	for (size_t i = 0; i < c->addresses; i++) {
		if (br_endpoint_to_ipv4(&c->address[i]) != 0)
			found = br_endpoint_to_ipv4(&c->address[i]);
	}
	return found;
}

/* Over IPv6 it has the address with which it asked for its files, unless a server gave it that. */
static void put_own6(const struct br_script_set *set, const struct br_script_run *run)
{
	const struct br_attempt *a = run->attempt;
	const struct br_story_file *f = a->files > 0 ? &a->file[0] : NULL;
	const struct br_endpoint *own = !f ? NULL
	                                : f->exchange->kind == BR_TALK_TFTP
	                                        ? &f->exchange->tftp.client
	                                        : &f->exchange->tcp.client;
	char text[BR_SHOW_ADDRESS];

	for (size_t i = a->first; i <= a->last && own; i++) {
		const struct br_talk_exchange *e = run->story->client->exchange[i];

		if (e->kind == BR_TALK_DHCP6 && e->dhcp6.leased)
			own = NULL;
	}
	if (own)
		fprintf(set->out, "=%s", br_show_address(text, own, false));
}

/* Without an ACK for it to read it has its address from the start. */
static void put_client(const struct br_script_set *set, const struct br_script_machine *m)
{
	const struct br_script_run *run = &m->run;
	const struct br_talk_client *c = m->story->client;
	bool leased = run->relayed || (has_request(run->attempt) && !run->unexpected);
	char text[BR_SHOW_ADDRESS];

	fprintf(set->out, "node %s client lan", run->files.fw);
	if (set->setup->six.on)
		put_own6(set, run);
	else if (!leased && own_address(c))
		fprintf(set->out, "=%s", br_show_ipv4(text, own_address(c)));
	fprintf(set->out, " mac=%s\n", br_show_mac(text, c->mac));
}

/* The file that a good server has, unless a line before needs it too. */
static void put_mended_file(const struct br_script_set *set, const struct br_script_machine *m)
{
	const struct br_script_files *needed = &set->machine[set->count - 1]->run.files;
	const struct br_story_file *f = m->run.files.cure.file;
	const char *name = f ? f->name + strspn(f->name, "/") : "";
	const char *quote = br_script_is_word(name) ? "" : "\"";
	bool known = !set->mended || !name[0] || strchr(name, '"');

	for (size_t i = 0; i < needed->names; i++)
		known = known || !strcmp(needed->name[i], name);
	for (size_t i = 0; i < set->count && set->machine[i] != m; i++) {
		f = set->machine[i]->run.files.cure.file;
		known = known || (f && !strcmp(f->name + strspn(f->name, "/"), name));
	}
	if (!known)
		fprintf(set->out, "file %s%s%s size=200000 seed=1\n", quote, name, quote);
}

/* "PXE over IPv4: it got an address" of one; of several each with the name of its node before it */
static void put_title(const struct br_script_set *set)
{
	size_t told = set->count <= TITLES_MAX ? set->count : TITLES_MAX - 1;

	fprintf(set->out, "title \"");
	for (size_t i = 0; i < told; i++) {
		const struct br_script_run *run = &set->machine[i]->run;

		if (set->count > 1)
			fprintf(set->out, "%s%s ", i > 0 ? "; " : "", run->files.fw);
		fprintf(set->out, "%s: %s", br_path_name(run->attempt->path),
		        br_reached_says(run->attempt->reached));
	}
	if (told < set->count)
		fprintf(set->out, "; and %zu machines more", set->count - told);
	fprintf(set->out, "\"\n");
}

static void put_source(const struct br_script_set *set)
{
	uint64_t first = UINT64_MAX, last = 0;

	fprintf(set->out, "source capture %s", base_of(set->from->name));
	if (set->from->other) { /* frames of two files have no common numbers */
		fprintf(set->out, " and %s\n", base_of(set->from->other_name));
		return;
	}
	for (size_t i = 0; i < set->count; i++) {
		const struct br_attempt *a = set->machine[i]->run.attempt;
		size_t begun = set->machine[i]->run.first;
		struct br_talk_exchange *const *e = set->machine[i]->story->client->exchange;

		first = e[begun]->first_frame < first ? e[begun]->first_frame : first;
		last = e[a->last]->last_frame > last ? e[a->last]->last_frame : last;
	}
	fprintf(set->out, " frames %" PRIu64 "-%" PRIu64 "\n", first, last);
}

/* Who else is in the capture. */
static void put_others(const struct br_script_set *set)
{
	char mac[BR_SHOW_ADDRESS];

	if (set->in_capture > set->count && set->count == 1)
		fprintf(set->out, "# of %zu machines in it; --client MAC takes another\n",
		        set->in_capture);
	else if (set->in_capture > set->count)
		fprintf(set->out, "# of %zu machines in it; --client MAC takes one alone\n",
		        set->in_capture);
	for (size_t i = 0; i < set->absents; i++)
		fprintf(set->out, "# left out: %s: %s\n", br_show_mac(mac, set->absent[i].mac),
		        set->absent[i].why);
}

/* The core tells all machines the same, whatever those servers did. */
static void put_otherwise(const struct br_script_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct br_script_run *run = &set->machine[i]->run;

		if (run->otherwise[0])
			fprintf(set->out,
			        "# %s was told other values than the others are here: %s, so they "
			        "are not expected\n",
			        run->files.fw, run->otherwise);
	}
}

static void put_cure(const struct br_script_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct br_script_files *f = &set->machine[i]->run.files;

		if (!f->cured)
			continue;
		if (set->count > 1)
			fprintf(set->out, "# the last lines of %s are ", f->fw);
		else
			fprintf(set->out, "# the last lines are ");
		fprintf(set->out, "what a good server does, where %s was: red until then\n",
		        f->cure.id);
	}
}

/* Answers come that no line expects, and packets behind the last line. */
static void put_looseness(const struct br_script_set *set)
{
	bool loose = false, open = false;

	for (size_t i = 0; i < set->count; i++) {
		const struct br_script_files *f = &set->machine[i]->run.files;

		loose = loose || f->loose || (set->count > 1 && f->open);
		open = open || f->open;
	}
	if (br_script_is_cured(set))
		fprintf(set->out, "loose\n");
	else if (loose)
		fprintf(set->out,
		        "loose    # between the lines come answers to repeated messages\n");
	if (open)
		fprintf(set->out, "quiet 0s # the last transfer has no end in the capture\n");
}

static void put_header(const struct br_script_set *set)
{
	const struct br_script_files *needed = &set->machine[set->count - 1]->run.files;
	const char *base = base_of(set->from->name);

	fprintf(set->out, "wire 1\nscenario from-pcap/%.*s\n",
	        (int)(strstr(base, ".pcap") ? strstr(base, ".pcap") - base : (long)strlen(base)),
	        base);
	put_title(set);
	put_source(set);
	put_others(set);
	put_otherwise(set);
	put_cure(set);
	put_looseness(set);
	put_nets(set);
	for (size_t i = 0; i < set->setup->servers; i++)
		put_server(set, &set->setup->server[i]);
	for (size_t i = 0; i < set->count; i++)
		put_client(set, set->machine[i]);
	for (size_t i = 0; i < needed->names; i++)
		put_file(set, needed->name[i]);
	for (size_t i = 0; i < set->count; i++)
		put_mended_file(set, set->machine[i]);
}

char *br_script_header(struct br_script_set *set, bool mended)
{
	struct br_setup *learned = set->setup, *setup = malloc(sizeof(*setup));
	struct br_script_dead dead = set->dead;
	char *text = NULL;
	size_t size = 0;

	set->out = open_memstream(&text, &size);
	if (!set->out || !setup)
		abort();
	*setup = *learned;
	set->mended = mended;
	set->setup = setup;
	for (size_t i = 0; i < set->count && mended; i++) {
		const struct br_script_cure *cure = &set->machine[i]->run.files.cure;

		if (cure->kind == BR_CURE_NONE)
			continue;
		br_script_cure_mend(cure, setup);
		br_script_dead_revive(&set->dead, cure->server);
	}
	put_header(set);
	(void)fclose(set->out);
	set->setup = learned;
	set->dead = dead;
	free(setup);
	return text;
}
