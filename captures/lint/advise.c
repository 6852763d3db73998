/* SPDX-License-Identifier: BSD-2-Clause */
/* From what a client saw to the line that is why: the file, URL or address that it was told stands
 * in the configuration; what it was not told is looked for where others like it are told it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "captures/lint/judge.h"
#include "core/base/arch.h"

#include <arpa/inet.h>

enum {
	WORD_SIZE = 160,
};

/* All that advice is made of */
struct view {
	const struct br_lint_report *r;
	const struct br_lint_config *c;
	const struct br_lint_client *client;
	const struct br_lint_seen *seen;
	struct br_lint_fault *f;
};

#define SAY(target, ...) ((void)snprintf(target, sizeof(target), __VA_ARGS__))

static const char *line_of(const struct view *v, size_t number)
{
	return number > 0 && number <= v->c->lines ? v->c->line[number - 1] : "";
}

static bool is_url(const char *file)
{
	return strncmp(file, "http:", 5) == 0 || strncmp(file, "https:", 6) == 0;
}

/* "http://host/a/b", "tftp://host/a/b" and "/a/b" are "a/b" */
static const char *path_of(const char *name)
{
	const char *at = strstr(name, "://");

	if (at)
		name = strchr(at + 3, '/') ? strchr(at + 3, '/') : "";
	return name + strspn(name, "/");
}

/* The place that told it: the same file, best where the conditions are about its machine */
static const struct br_lint_boot *teller(const struct view *v, const char *file)
{
	const struct br_lint_boot *best = NULL;
	size_t most = 0;

	for (size_t i = 0; file[0] && i < v->c->boots; i++) {
		const struct br_lint_boot *boot = &v->c->boot[i];
		size_t points = 0, size = strlen(path_of(boot->file));

		if (!path_of(boot->file)[0] ||
		    (strcmp(path_of(boot->file), path_of(file)) != 0 &&
		     (strncmp(path_of(boot->file), path_of(file), size) != 0 ||
		      path_of(file)[size] != '.')))
			continue;
		points = 4 + 2u * (strcmp(boot->file, file) == 0) +
		         2u * (boot->six == v->client->six);
		for (size_t k = 0; k < boot->whens; k++)
			points += br_lint_names_arch(line_of(v, boot->when[k]), v->seen->arch);
		if (points > most) {
			most = points;
			best = boot;
		}
	}
	return best;
}

static bool when_has(const struct view *v, const struct br_lint_boot *boot, const char *word)
{
	for (size_t i = 0; i < boot->whens; i++) {
		if (br_lint_has(line_of(v, boot->when[i]), word))
			return true;
	}
	return br_lint_has(line_of(v, boot->line), word);
}

static bool is_for_ipxe(const struct view *v, const struct br_lint_boot *boot)
{
	return when_has(v, boot, "ipxe\"") || when_has(v, boot, "user-class") ||
	       when_has(v, boot, "userclass") || when_has(v, boot, ",175") ||
	       when_has(v, boot, "option[77]") || when_has(v, boot, "option[175]");
}

/* A condition that names another machine of the same family, and not this one; 0: none does */
static size_t other_arch(const struct view *v, const struct br_lint_boot *boot, int *ret_arch)
{
	for (size_t i = 0; i < boot->whens; i++) {
		const char *line = line_of(v, boot->when[i]);

		if (br_lint_names_arch(line, v->seen->arch))
			return 0;
	}
	for (size_t i = 0; i < boot->whens; i++) {
		for (int arch = 0; arch < BR_ARCH_COUNT; arch++) {
			if (br_lint_names_arch(line_of(v, boot->when[i]), arch)) {
				*ret_arch = arch;
				return boot->when[i];
			}
		}
	}
	return 0;
}

/* The place that should have told it something: of its way to boot, for machines like it */
static const struct br_lint_boot *should_tell(const struct view *v)
{
	const struct br_lint_boot *best = NULL;
	int most = 0;

	for (size_t i = 0; i < v->c->boots; i++) {
		const struct br_lint_boot *boot = &v->c->boot[i];
		int points = 1, arch = -1;

		if (boot->six != v->client->six || is_for_ipxe(v, boot) != v->client->ipxe)
			continue;
		points += 8 * (is_url(boot->file) == v->client->http);
		points += 6 * (v->client->http && when_has(v, boot, "HTTPClient"));
		points += 3 * br_lint_file_is_for(boot->file, v->seen->arch);
		points += boot->whens > 0;
		if (other_arch(v, boot, &arch) && br_lint_same_family(arch, v->seen->arch))
			points += 3;
		if (points > most) {
			most = points;
			best = boot;
		}
	}
	return most > 1 ? best : NULL;
}

/* How a condition on this architecture is written. */
static void condition_for(const struct view *v, int arch, char target[static WORD_SIZE])
{
	bool six = v->client->six;
	char name[64];

	switch (v->c->kind) {
	case BR_LINT_DNSMASQ:
		if (six)
			(void)snprintf(target, WORD_SIZE, "dhcp-match=set:TAG,option6:61,%04x",
			               arch);
		else
			(void)snprintf(target, WORD_SIZE,
			               "dhcp-match=set:TAG,option:client-arch,%d", arch);
		break;
	case BR_LINT_KEA:
		(void)snprintf(target, WORD_SIZE, "option[%d].hex == 0x%04x", six ? 61 : 93, arch);
		break;
	case BR_LINT_DHCPD: /* which has no name for 93 but what the configuration gives it */
		if (sscanf(line_of(v, br_lint_config_find(v->c, six ? " code 61 " : " code 93 ")),
		           " option %63s code", name) == 1)
			(void)snprintf(target, WORD_SIZE, "option %s = 00:%02x", name, arch);
		else if (six)
			(void)snprintf(target, WORD_SIZE, "option dhcp6.client-arch-type = 00:%02x",
			               arch);
		else
			(void)snprintf(target, WORD_SIZE,
			               "option arch = 00:%02x, with option arch code 93 = unsigned "
			               "integer 16; above",
			               arch);
		break;
	case BR_LINT_KINDS:
		target[0] = '\0';
		break;
	}
}

/* "set:TAG" in it becomes that of @line, if that has one. */
static void with_tag(const char *line, char target[static WORD_SIZE])
{
	const char *set = strstr(line, "set:");
	char *at = strstr(target, "TAG"), copy[WORD_SIZE];

	if (!set || !at)
		return;
	set += 4;
	(void)snprintf(copy, sizeof(copy), "%.*s%.*s%s", (int)(at - target), target,
	               (int)strcspn(set, ", \t"), set, at + 3);
	memcpy(target, copy, sizeof(copy));
}

/* substring(..., 0, 9) = "HTTPClient": so many octets are never those. 0: no such line */
static size_t wrong_length(const struct view *v, const struct br_lint_boot *boot, char *word,
                           unsigned *ret_taken)
{
	for (size_t i = 0; i < boot->whens; i++) {
		const char *at = strstr(line_of(v, boot->when[i]), "substring"), *literal;
		unsigned taken;
		size_t size;

		if (!at || !(at = strchr(at, ',')) || sscanf(at, ", %*u , %u", &taken) != 1)
			continue;
		literal = strpbrk(at, "'\"");
		if (!literal ||
		    !isalnum((unsigned char)literal[1])) /* none, or the line's own end */
			continue;
		size = strcspn(literal + 1, "'\"");
		if (size == taken || size == 0 || size >= 64)
			continue;
		*ret_taken = taken;
		(void)snprintf(word, 64, "%.*s", (int)size, literal + 1);
		return boot->when[i];
	}
	return 0;
}

static const char *way_of(const struct view *v)
{
	return v->client->http ? "HTTPClient" : "PXEClient";
}

static void describe(const struct view *v, char *target, size_t size)
{
	const char *arch = v->seen->arch >= 0 ? br_arch_name((unsigned)v->seen->arch) : NULL;

	if (arch)
		(void)snprintf(target, size, "%s, %s of architecture %d (%s)%s", v->client->name,
		               way_of(v), v->seen->arch, arch, v->client->six ? " by DHCPv6" : "");
	else
		(void)snprintf(target, size, "%s", v->client->name);
}

/* DHCPv6 has its own options: what is said of those of DHCPv4 never holds there. */
static bool blame_four(const struct view *v, const struct br_lint_boot *boot)
{
	for (size_t i = 0; v->client->six && i < boot->whens; i++) {
		const char *line = line_of(v, boot->when[i]);
		char word[WORD_SIZE];

		if (!strstr(line, "option:") && !strstr(line, "option[60]") &&
		    !strstr(line, "option[93]") && !strstr(line, "dhcp-vendorclass"))
			continue;
		v->f->line = boot->when[i];
		condition_for(v, v->seen->arch, word);
		with_tag(line, word);
		SAY(v->f->why, "This compares an option of DHCPv4. In DHCPv6 the architecture is "
		               "option 61 and the "
		               "class option 16 (RFC 5970 section 3.3, RFC 8415 section 21.16), so "
		               "it never holds "
		               "there.");
		SAY(v->f->write, "%s", word);
		return true;
	}
	return false;
}

static bool blame_length(const struct view *v, const struct br_lint_boot *boot)
{
	char word[64];
	unsigned taken;
	size_t line = wrong_length(v, boot, word, &taken);

	if (!line)
		return false;
	v->f->line = line;
	SAY(v->f->why,
	    "It takes %u octets of the option, and \"%s\" has %zu: they are never equal.", taken,
	    word, strlen(word));
	SAY(v->f->write, "substring(..., 0, %zu) with \"%s\"", strlen(word), word);
	return true;
}

static bool blame_arch(const struct view *v, const struct br_lint_boot *boot)
{
	int arch = -1;
	size_t line = other_arch(v, boot, &arch);
	char word[WORD_SIZE];

	if (!line)
		return false;
	v->f->line = line;
	condition_for(v, v->seen->arch, word);
	if (br_lint_same_family(arch, v->seen->arch)) /* else the tag would bring the wrong file */
		with_tag(line_of(v, line), word);
	SAY(v->f->why, "It holds for architecture %d alone, and these machines say %d (option %d).",
	    arch, v->seen->arch, v->client->six ? 61 : 93);
	if (br_lint_same_family(arch, v->seen->arch))
		SAY(v->f->write, "beside it: %s", word);
	else
		SAY(v->f->write, "beside it, with a file for these machines: %s", word);
	return true;
}

static void unserved(const struct view *v)
{
	const struct br_lint_boot *boot = should_tell(v);
	char who[WORD_SIZE], word[WORD_SIZE];

	describe(v, who, sizeof(who));
	SAY(v->f->id, "dhcp.no-boot-data");
	SAY(v->f->what, "%s is told no boot file%s%s.", who, v->client->http ? " (no URL)" : "",
	    v->seen->offered ? ", though it is offered an address" : ", and offered no address");
	if (!boot) {
		condition_for(v, v->seen->arch, word);
		v->f->line = v->c->range_line;
		SAY(v->f->why, "Nothing here says what such a machine is to boot.");
		SAY(v->f->write, "a boot file for it, behind %s", word);
		return;
	}
	if (blame_four(v, boot) || blame_length(v, boot) || blame_arch(v, boot))
		return;
	v->f->line = boot->whens > 0 ? boot->when[0] : boot->line;
	condition_for(v, v->seen->arch, word);
	with_tag(line_of(v, v->f->line), word);
	SAY(v->f->why, "This decides who is told %s, and did not hold for it.", boot->file);
	SAY(v->f->write, "%s", word);
}

/* Option 16 of DHCPv6 has an enterprise number and a length before the text (RFC 8415 section
 * 21.16). 343 is what EDK2 says itself.
 */
static const char *how_to_send_class6(enum br_lint_kind kind)
{
	switch (kind) {
	case BR_LINT_DNSMASQ:
		return "option 16 with HTTPClient, by a server that can: dnsmasq 2.90 sends what "
		       "stands "
		       "behind option6:16 as a text, without number and length";
	case BR_LINT_KEA:
		return "beside it: {\"code\": 16, \"csv-format\": false, \"always-send\": true, "
		       "\"data\": \"00000157000A48545450436C69656E74\"}";
	case BR_LINT_DHCPD:
		return "option dhcp6.vendor-class code 16 = { integer 32, integer 16, string }; "
		       "and "
		       "beside it: option dhcp6.vendor-class 343 10 \"HTTPClient\";";
	case BR_LINT_KINDS:
		break;
	}
	return "";
}

static const char *how_to_send_class(const struct view *v)
{
	if (v->client->six)
		return how_to_send_class6(v->c->kind);
	switch (v->c->kind) {
	case BR_LINT_DNSMASQ:
		return "beside it: dhcp-option-force=tag:TAG,60,HTTPClient";
	case BR_LINT_KEA:
		return "beside it, in option-data: {\"name\": \"vendor-class-identifier\", "
		       "\"data\": "
		       "\"HTTPClient\", \"always-send\": true}";
	case BR_LINT_DHCPD:
		return "beside it: option vendor-class-identifier \"HTTPClient\";";
	case BR_LINT_KINDS:
		break;
	}
	return "";
}

static void class_missing(const struct view *v, const struct br_lint_boot *boot)
{
	char word[WORD_SIZE];

	SAY(v->f->id, "%s",
	    v->client->six ? "dhcp6.http-class-missing" : "dhcp.http-class-missing");
	v->f->line = boot ? boot->line : 0;
	if (!is_url(v->seen->file) && !v->client->six) {
		SAY(v->f->what, "%s boots by HTTP and is told %s, the name of a file of TFTP.",
		    v->client->name, v->seen->file);
		SAY(v->f->why,
		    "What it says (class HTTPClient, architecture %d) falls under this, and "
		    "firmware set "
		    "to HTTP Boot takes a URL, and option 60 HTTPClient beside it.",
		    v->seen->arch);
		SAY(v->f->write, "for its architecture alone: http://.../%s, and %s",
		    path_of(v->seen->file), how_to_send_class(v));
		return;
	}
	SAY(v->f->what, "%s is told %s, and the answer lacks the class HTTPClient.",
	    v->client->name, v->seen->file);
	SAY(v->f->why,
	    "Firmware takes an answer for one to HTTP Boot by option %d alone, and ignores this "
	    "one.",
	    v->client->six ? 16 : 60);
	SAY(word, "%.150s", how_to_send_class(v));
	for (size_t i = 0; boot && i < boot->whens && strstr(word, "TAG"); i++)
		with_tag(line_of(v, boot->when[i]), word);
	SAY(v->f->write, "%s",
	    strlen(how_to_send_class(v)) < WORD_SIZE ? word : how_to_send_class(v));
}

static const char *how_to_know_ipxe(const struct view *v)
{
	switch (v->c->kind) {
	case BR_LINT_DNSMASQ:
		return "dhcp-userclass=set:ipxe,iPXE, then dhcp-boot=tag:ipxe,SCRIPT, and "
		       "tag:!ipxe here";
	case BR_LINT_KEA:
		return "a class above it with \"test\": \"option[77].hex == 'iPXE'\" and the "
		       "script, and "
		       "not member('...') of that class here";
	case BR_LINT_DHCPD:
		return "if exists user-class and option user-class = \"iPXE\" { filename "
		       "\"SCRIPT\"; } "
		       "else { ... }";
	case BR_LINT_KINDS:
		break;
	}
	return "";
}

static void loops(const struct view *v)
{
	const struct br_lint_boot *boot =
		teller(v, v->seen->asked[0] ? v->seen->asked : v->seen->last);

	SAY(v->f->id, "loader.loop");
	v->f->line = boot ? boot->line : 0;
	SAY(v->f->what, "iPXE, once it runs, is told to load %s again: it loads itself for ever.",
	    v->seen->asked[0] ? v->seen->asked : v->seen->last);
	SAY(v->f->why, "It asks once more for itself, by user class iPXE (option 77), with the "
	               "same architecture, and this holds for it too.");
	for (size_t i = 0; i < v->c->boots; i++) {
		if (!is_for_ipxe(v, &v->c->boot[i]))
			continue;
		SAY(v->f->why,
		    "iPXE asks once more for itself; line %zu is for it, and this one wins over "
		    "it.",
		    v->c->boot[i].line);
		break;
	}
	SAY(v->f->write, "%s", how_to_know_ipxe(v));
}

/* There, and not for the server to read */
static bool blame_rights(const struct view *v, const char *file)
{
	char path[BR_LINT_FILE_SIZE * 4];
	struct stat info;
	bool tftp = strncmp(v->seen->verdict, "tftp.", 5) == 0;
	size_t secure = tftp ? br_lint_config_find(v->c, "tftp-secure") : 0;

	if (!br_lint_file_path(v->r, file, path, sizeof(path)) || stat(path, &info) < 0 ||
	    strcmp(v->seen->verdict, "tftp.not-found") == 0 ||
	    (strcmp(v->seen->verdict, "http.not-found") == 0 && info.st_mode & S_IROTH))
		return false;
	v->f->line = secure ? secure : v->c->root_line;
	SAY(v->f->what, "%s is there, and the server does not give it out.", file);
	if (secure)
		SAY(v->f->why,
		    "tftp-secure gives out what belongs to dnsmasq's own user alone; this belongs "
		    "to user "
		    "%u, with mode %03o.",
		    (unsigned)info.st_uid, (unsigned)info.st_mode & 0777);
	else
		SAY(v->f->why, "Its mode is %03o, and it belongs to user %u.",
		    (unsigned)info.st_mode & 0777, (unsigned)info.st_uid);
	SAY(v->f->write, secure ? "no tftp-secure, or chown the files to the user of `user=`"
	                        : "nothing here: chmod o+r the file");
	return true;
}

/* As the server sees it: DIR of --root may have the folder of TFTP in it. */
static const char *below_root(const struct view *v, const char *near)
{
	const char *root = v->c->root + strspn(v->c->root, "/");
	size_t size = strlen(root);

	while (size > 0 && root[size - 1] == '/')
		size--;
	return size > 0 && strncmp(near, root, size) == 0 && near[size] == '/' ? near + size + 1
	                                                                       : near;
}

static void not_found(const struct view *v)
{
	const char *file = v->seen->asked[0] ? v->seen->asked : v->seen->file;
	const struct br_lint_boot *boot = teller(v, file);
	char lies[BR_LINT_FILE_SIZE];
	const char *near;

	SAY(v->f->id, "%s", v->seen->verdict);
	if (blame_rights(v, file))
		return;
	if (!boot && v->seen->file[0] && !v->client->rpi) {
		boot = teller(v, v->seen->last);
		v->f->line = boot ? boot->line : 0;
		SAY(v->f->what, "What %s loaded asks for %s, which is not there.", v->client->name,
		    file);
		SAY(v->f->why, "%s names it by itself, and not this configuration.", v->seen->last);
		SAY(v->f->write, "nothing: put the file there");
		return;
	}
	v->f->line = boot ? boot->line : v->c->root_line;
	SAY(v->f->what, "%s asks for %s, which is not there.", v->client->name, file);
	near = below_root(v, br_lint_near_file(v->r->files, file, lies));
	if (near[0] && strcmp(near, path_of(file)) == 0)
		SAY(v->f->why, "It lies there below the folder of files, and the server looks "
		               "elsewhere.");
	else if (near[0] && strcasecmp(near, path_of(file)) == 0)
		SAY(v->f->why, "Capitals count: below the folder of files it has others.");
	else if (near[0])
		SAY(v->f->why, "Below the folder of files it lies elsewhere.");
	else
		SAY(v->f->why, "Below the folder of files there is none of that name.");
	if (near[0] && strcmp(near, path_of(file)) == 0)
		SAY(v->f->write, "the name as seen from the server's own folder, or that folder");
	else if (near[0])
		SAY(v->f->write, "%s", near);
	else
		SAY(v->f->write, "the name of a file that is there, or put it there");
}

/* A PXE client takes whatever it is told for the name of a file of TFTP. */
static void url_for_pxe(const struct view *v, const struct br_lint_boot *boot)
{
	SAY(v->f->id, "pxe.url");
	v->f->line = boot ? boot->line : 0;
	SAY(v->f->what, "%s boots by PXE and is told a URL, %s.", v->client->name, v->seen->file);
	SAY(v->f->why, "It asks a TFTP server for a file of that name.");
	SAY(v->f->write, "this for the class HTTPClient (option 60) and for iPXE alone");
}

static void wrong_server(const struct view *v)
{
	const struct br_lint_boot *boot = teller(v, v->seen->file);
	const char *of = v->seen->asked_of[0] ? v->seen->asked_of : v->seen->server;
	size_t line = br_lint_config_find(v->c, of);
	char own[INET6_ADDRSTRLEN];

	SAY(v->f->id, "%s", v->seen->verdict);
	v->f->line = line ? line : boot ? boot->line : 0;
	SAY(v->f->what, "%s looks for its file at %s, where nobody answers for it.",
	    v->client->name, of);
	SAY(v->f->why, "%s", v->seen->text);
	if (v->client->six)
		SAY(v->f->write, "the address of the machine with the files: here it has %s",
		    inet_ntop(AF_INET6, v->c->address6, own, sizeof(own)));
	else
		SAY(v->f->write,
		    "the address of the machine with the files: here it has %u.%u.%u.%u",
		    v->c->address >> 24, v->c->address >> 16 & 255, v->c->address >> 8 & 255,
		    v->c->address & 255);
}

static void wrong_program(const struct view *v)
{
	const struct br_lint_boot *boot =
		teller(v, v->seen->asked[0] ? v->seen->asked : v->seen->file);
	char word[WORD_SIZE];

	SAY(v->f->id, "%s", v->seen->verdict);
	SAY(v->f->what, "%s", v->seen->text);
	v->f->line = boot ? boot->line : 0;
	for (size_t i = 0; i < v->c->boots; i++) {
		int arch = -1;
		size_t line = other_arch(v, &v->c->boot[i], &arch);

		if (line && &v->c->boot[i] != boot && br_lint_same_family(arch, v->seen->arch) &&
		    v->c->boot[i].six == v->client->six &&
		    is_url(v->c->boot[i].file) == v->client->http && blame_arch(v, &v->c->boot[i]))
			return;
	}
	condition_for(v, v->seen->arch, word);
	SAY(v->f->why,
	    "These machines say architecture %d (option 93), and no line that holds for "
	    "them names a program of theirs.",
	    v->seen->arch);
	SAY(v->f->write, "this file for its own machines alone, and one for these behind %s", word);
}

static void no_pi(const struct view *v)
{
	size_t service = br_lint_config_find(v->c, "raspberry");

	SAY(v->f->id, "rpi.no-option-43");
	v->f->line = service ? service : v->c->root_line ? v->c->root_line : v->c->range_line;
	SAY(v->f->what, "%s is sent no option 43 with \"Raspberry Pi Boot\" in it.",
	    v->client->name);
	SAY(v->f->why, "Its ROM takes no other answer, whatever file or server that names.");
	switch (v->c->kind) {
	case BR_LINT_DNSMASQ:
		SAY(v->f->write, "%spxe-service=0,\"Raspberry Pi Boot\"",
		    service ? "" : "beside it: ");
		break;
	case BR_LINT_KEA:
		SAY(v->f->write, "in option-data: {\"code\": 43, \"csv-format\": false, \"data\": "
		                 "\"...\"} with a PXE menu whose text is Raspberry Pi Boot");
		break;
	case BR_LINT_DHCPD:
		SAY(v->f->write, "option vendor-encapsulated-options \"Raspberry Pi Boot\";");
		break;
	case BR_LINT_KINDS:
		break;
	}
}

/* Option 60 by itself sends who asks to port 4011, PXE 2.1 section 2.2.3 */
static bool blame_class(const struct view *v)
{
	static const char *const words[] = {"60,PXEClient", "vendor-class-identifier \"PXEClient\"",
	                                    "vendor-class-identifier\", \"data\": \"PXEClient\""};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		v->f->line = br_lint_config_find(v->c, words[i]);
		if (v->f->line)
			break;
	}
	if (!v->f->line)
		return false;
	SAY(v->f->what, "%s is sent to port 4011, where nobody answers.", v->client->name);
	SAY(v->f->why,
	    "Option 60 PXEClient without option 43 says that a boot server is to be asked "
	    "there; a file name beside it is not looked at.");
	SAY(v->f->write, "nothing: take this option out, the file name is enough");
	return true;
}

/* No machine at all was offered an address: what keeps them out, if that is said */
static void nobody(const struct view *v)
{
	static const struct {
		const char *word, *why;
	} keeps[] = {
		{"unknown-clients", "Machines that are not declared here are kept out."},
		{"dhcp-ignore", "Requests with, or without, a tag are not answered."},
		{",static", "Only hosts that are listed are given an address of this range."},
		{"\"KNOWN\"", "Only hosts that are listed are given an address."},
		{"\"interfaces\": [ ]", "It listens on no interface."},
		{"\"interfaces\": []", "It listens on no interface."},
	};

	SAY(v->f->id, "dhcp.no-offer");
	SAY(v->f->what, "Nobody is offered an address: %zu machines asked, and none had an answer.",
	    v->r->clients);
	v->f->line = v->c->range_line;
	SAY(v->f->why, "The server says in its log what it made of them.");
	SAY(v->f->write, "a range for the network of the server's interface");
	for (size_t i = 0; i < sizeof(keeps) / sizeof(keeps[0]); i++) {
		size_t line = br_lint_config_find(v->c, keeps[i].word);

		if (!line)
			continue;
		v->f->line = line;
		SAY(v->f->why, "%s", keeps[i].why);
		SAY(v->f->write,
		    "what lets them in, or --clients MODEL=MAC with one that is listed");
		return;
	}
}

static void any_other(const struct view *v)
{
	const struct br_lint_boot *boot = teller(v, v->seen->asked);

	if (strncmp(v->seen->verdict, "pxe.", 4) == 0 && blame_class(v))
		return;
	if (!boot)
		boot = teller(v, v->seen->file);
	if (strcmp(v->seen->verdict, "dhcp.no-offer") == 0 ||
	    strcmp(v->seen->verdict, "dhcp6.no-answer") == 0)
		v->f->line = v->c->range_line;
	else
		v->f->line = boot ? boot->line : 0;
	SAY(v->f->what, "%s", v->seen->text);
	SAY(v->f->why, "%s", v->client->says[0] ? v->client->says : "That is what the client saw.");
	SAY(v->f->write, "%s", v->seen->change);
	if (strcmp(v->seen->verdict, "capture.ends") == 0) {
		v->f->line = 0;
		SAY(v->f->why, "It was not over when the time was: nothing here need be wrong.");
		SAY(v->f->write, "nothing: give the clients more time, --seconds");
	}
}

void br_lint_advise(const struct br_lint_report *report, size_t client,
                    struct br_lint_fault *ret_fault)
{
	const struct view v = {report, report->config, &report->client[client],
	                       &report->seen[client], ret_fault};
	const char *id = v.seen->verdict;
	const struct br_lint_boot *boot = teller(&v, v.seen->file);

	SAY(ret_fault->id, "%s", id);
	if (report->nobody_offered)
		nobody(&v);
	else if (v.client->rpi && v.client->step < BR_BOOT_STEP_ADDRESS && v.seen->offered)
		no_pi(&v);
	else if (strcmp(id, "loader.loop") == 0)
		loops(&v);
	else if (v.seen->unserved || !v.seen->offered)
		unserved(&v);
	else if (strstr(id, "http-class-missing") ||
	         (v.client->http && strcmp(id, "dhcp.offers-not-taken") == 0))
		class_missing(&v, boot);
	else if (is_url(v.seen->file) && !v.client->http && !v.client->ipxe && !v.client->six &&
	         strncmp(id, "tftp.", 5) == 0)
		url_for_pxe(&v, boot);
	else if (strcmp(id, "tftp.not-found") == 0 || strcmp(id, "http.not-found") == 0 ||
	         strcmp(id, "tftp.refused") == 0 || strcmp(id, "http.refused") == 0)
		not_found(&v);
	else if (strcmp(id, "boot.wrong-program") == 0)
		wrong_program(&v);
	else if (strcmp(id, "boot.server-dead") == 0 || strcmp(id, "boot.no-route") == 0 ||
	         strcmp(id, "tftp.silent") == 0 || strcmp(id, "tftp.closed") == 0 ||
	         strcmp(id, "http.silent") == 0 || strcmp(id, "http.closed") == 0)
		wrong_server(&v);
	else
		any_other(&v);
	if (ret_fault->id[0] == '\0')
		SAY(ret_fault->id, "%s", id);
}
