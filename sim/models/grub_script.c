/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * The text is run where it stands: @at is the next token, and a stack of frames says what has
 * to end before (if, a loop, the body of a function or of a menu entry, a sourced file). What a
 * branch leaves out is skipped token by token, counting what nests. Bodies are places in
 * texts, so all texts are kept until the end.
 *
 * A command with files becomes a queue of them; its status is known when the last one is there.
 */
#include "sim/models/grub_script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/models/grub_flow.h"
#include "sim/models/grub_test.h"

enum {
	RUNS_MAX = 20000, /* commands between two steps: a loop that never ends is cut */
};

void br_grub_script_choose(struct br_grub_script *s, unsigned line)
{
	s->chosen = true;
	s->choice = line;
}

/* What ends a run */

static struct br_grub_step step_of(struct br_grub_script *s, enum br_grub_want want,
                                   const char *path)
{
	struct br_grub_step step = {.want = want};

	snprintf(step.path, sizeof(step.path), "%s", path);
	s->last = step;
	s->ended |= want == BR_GRUB_BOOT || want == BR_GRUB_EXIT || want == BR_GRUB_PROMPT ||
	            want == BR_GRUB_KEY || want == BR_GRUB_REFUSED;
	return step;
}

static struct br_grub_step refuse(struct br_grub_script *s, const char *what, size_t size)
{
	char text[120];

	snprintf(text, sizeof(text), "the model of GRUB does not know `%.*s'", (int)size, what);
	return step_of(s, BR_GRUB_REFUSED, text);
}

/* Commands */

/* Of commands without a word to say on the network, or whose device a netboot has not. */
static const char *const quiet[] = {
	"echo",
	"true",
	"export",
	"terminal_output",
	"terminal_input",
	"terminfo",
	"serial",
	"play",
	"clear",
	"save_env",
	"videoinfo",
	"gfxpayload",
	"background_color",
	"password",
	"password_pbkdf2",
	"net_add_dns",
	"net_del_dns",
	"net_ls_addr",
	"net_ls_cards",
	"net_ls_routes",
	"net_ls_dns",
	"net_add_addr",
	"net_add_route",
	"net_del_addr",
	"net_del_route",
	"rmmod",
	"lsmod",
	"ls",
	"set_dns",
	"fwsetup",
	"vt",
	"keymap",
	"lspci",
	"setpci",
	"date",
	":",
	"outb",
	"acpi",
	"hdparm",
	NULL,
};
/* Nothing is found: there is no disk. */
static const char *const failing[] = {"search",
                                      "search.file",
                                      "search.fs_uuid",
                                      "search.fs_label",
                                      "probe",
                                      "search_fs_uuid",
                                      "search_label",
                                      "false",
                                      "search_fs_file",
                                      "keystatus",
                                      "sendkey",
                                      "regexp",
                                      NULL};

static const struct {
	const char *name;
	enum br_grub_want want;
} loading[] = {
	{"insmod", BR_GRUB_MODULE},     {"linux", BR_GRUB_KERNEL},
	{"linuxefi", BR_GRUB_KERNEL},   {"linux16", BR_GRUB_KERNEL},
	{"multiboot", BR_GRUB_KERNEL},  {"multiboot2", BR_GRUB_KERNEL},
	{"kernel", BR_GRUB_KERNEL},     {"xen_hypervisor", BR_GRUB_KERNEL},
	{"initrd", BR_GRUB_INITRD},     {"initrdefi", BR_GRUB_INITRD},
	{"initrd16", BR_GRUB_INITRD},   {"module", BR_GRUB_INITRD},
	{"module2", BR_GRUB_INITRD},    {"devicetree", BR_GRUB_INITRD},
	{"xen_module", BR_GRUB_INITRD}, {"chainloader", BR_GRUB_CHAIN},
	{"configfile", BR_GRUB_CONFIG}, {"normal", BR_GRUB_CONFIG},
	{"source", BR_GRUB_CONFIG},     {".", BR_GRUB_CONFIG},
	{"loadfont", BR_GRUB_FILE},     {"background_image", BR_GRUB_FILE},
	{"load_env", BR_GRUB_FILE},     {"cat", BR_GRUB_FILE},
	{"loopback", BR_GRUB_FILE},     {"test_file", BR_GRUB_FILE},
};

static void command_set(struct br_grub_script *s, const char *text)
{
	const char *equals = strchr(text, '=');

	if (equals)
		br_grub_set(s, text, (size_t)(equals - text), equals + 1);
}

/* return, break, continue, shift, setparams; false: none of them */
static bool command_flow(struct br_grub_script *s, const char *name)
{
	const struct grub_words *w = &s->words;

	if (!strcmp(name, "return")) {
		s->status = w->count > 1 ? atoi(w->word[1]) : s->status;
		if (br_grub_unwind(s, BR_GRUB_FRAME_BODY, BR_GRUB_FRAME_SOURCE)) {
			s->at = s->frame[s->frames - 1].place;
			br_grub_pop(s);
		}
		return true;
	}
	if (!strcmp(name, "break") || !strcmp(name, "continue")) {
		if (!br_grub_unwind(s, BR_GRUB_FRAME_WHILE, BR_GRUB_FRAME_FOR))
			return true;
		s->at = s->frame[s->frames - 1].place;
		if (s->frame[s->frames - 1].kind == BR_GRUB_FRAME_WHILE)
			br_grub_skip(s, br_grub_do_ends, false);
		br_grub_skip(s, br_grub_done_ends, false);
		if (name[0] == 'b')
			br_grub_pop(s);
		else
			br_grub_end_loop(s);
		return true;
	}
	if (!strcmp(name, "shift")) {
		struct br_grub_frame *frame = br_grub_arguments(s);

		if (frame && frame->index + 1 < frame->words->count)
			frame->index++;
		return true;
	}
	return false;
}

/* Commands that need nothing from outside; false: it is none of them. */
static bool command_here(struct br_grub_script *s)
{
	const struct grub_words *w = &s->words;
	const char *name = w->word[0];
	int before = s->status;

	s->status = 0;
	if (!strcmp(name, "[") || !strcmp(name, "test")) {
		s->status = grub_test(w->word + 1, w->count - 1 -
		                                           (name[0] == '[' && w->count > 1 &&
		                                            !strcmp(w->word[w->count - 1], "]")))
		                    ? 0
		                    : 1;
	} else if (!strcmp(name, "set")) {
		if (w->count > 1)
			command_set(s, w->word[1]);
	} else if (w->count == 1 && strchr(name, '=')) {
		command_set(s, name);
	} else if (!strcmp(name, "unset")) {
		if (w->count > 1)
			br_grub_unset(s, w->word[1]);
	} else if (br_grub_is_one_of(name, strlen(name), failing)) {
		s->status = 1;
	} else if (br_grub_is_one_of(name, strlen(name), quiet)) {
		if (!strcmp(name, "export") && w->count > 1)
			command_set(s, w->word[1]);
	} else {
		s->status = before;
		return command_flow(s, name);
	}
	return true;
}

/* A function's body is next; false: there is none of that name, or it nests too deep. */
static bool call(struct br_grub_script *s)
{
	for (size_t i = 0; i < s->functions; i++) {
		struct br_grub_frame *frame;

		if (strcmp(s->function[i].name, s->words.word[0]) != 0)
			continue;
		frame = br_grub_push(s, BR_GRUB_FRAME_BODY, s->at);
		if (!frame)
			return false;
		frame->words = malloc(sizeof(s->words));
		if (frame->words) {
			*frame->words = (struct grub_words){.count = 0};
			for (size_t k = 0; k < s->words.count; k++)
				grub_words_add_plain(frame->words, s->words.word[k]);
		}
		s->at = s->function[i].body;
		return true;
	}
	return false;
}

/* "newc:name:file" is the file */
static const char *file_of(const char *word)
{
	const char *colon = strncmp(word, "newc:", 5) == 0 ? strchr(word + 5, ':') : NULL;

	return colon ? colon + 1 : word;
}

/* The next file of the command at hand; false: that was all of them. */
static bool next_file(struct br_grub_script *s, struct br_grub_step *ret)
{
	bool all = s->files == BR_GRUB_INITRD || s->files == BR_GRUB_MODULE;

	while (s->next > 0 && s->next < s->words.count) {
		const char *word = s->words.word[s->next++];

		if (!all)
			s->next = s->words.count;
		if (word[0] == '-' && all)
			continue;
		*ret = step_of(s, s->files, file_of(word));
		return true;
	}
	s->next = 0;
	return false;
}

/* A command that loads something; false: it is none of them. */
static bool command_loads(struct br_grub_script *s)
{
	const char *name = s->words.word[0];
	size_t first = 1;

	for (size_t i = 0; i < sizeof(loading) / sizeof(loading[0]); i++) {
		if (strcmp(name, loading[i].name) != 0)
			continue;
		while (first < s->words.count && s->words.word[first][0] == '-')
			first++;
		s->files = loading[i].want;
		s->next = first;
		s->sources = name[0] == 's' || name[0] == '.';
		s->status = 0;
		if (first >= s->words.count || (s->files == BR_GRUB_INITRD && !s->kernel)) {
			s->next = 0; /* file expected; you need to load the kernel first */
			s->status = 1;
		}
		return true;
	}
	return false;
}

static struct br_grub_step boot(struct br_grub_script *s)
{
	if (s->chain || s->kernel)
		return step_of(s, BR_GRUB_BOOT, s->chain ? "chain" : "kernel");
	s->status = 1; /* you need to load the kernel first */
	return step_of(s, BR_GRUB_PROMPT, "");
}

/* True: @ret is wanted. False: go on with the next command. */
static bool run_command(struct br_grub_script *s, struct br_grub_step *ret)
{
	const char *name = s->words.word[0];

	if (call(s) || command_here(s))
		return false;
	if (command_loads(s))
		return next_file(s, ret);
	if (!strcmp(name, "boot") && !s->chain && !s->kernel) {
		s->status = 1;
		return false;
	}
	if (!strcmp(name, "boot")) {
		*ret = boot(s);
	} else if (!strcmp(name, "sleep")) {
		unsigned long seconds =
			s->words.count > 1 ? strtoul(s->words.word[s->words.count - 1], NULL, 10)
					   : 0;

		*ret = step_of(s, BR_GRUB_SLEEP, "");
		ret->ms = seconds > 3600 ? 3600000 : (uint32_t)seconds * 1000;
		s->status = 0;
	} else if (!strcmp(name, "net_bootp") || !strcmp(name, "net_dhcp") ||
	           !strcmp(name, "net_bootp6") || !strcmp(name, "net_ipv6_autoconf")) {
		*ret = step_of(s, BR_GRUB_DHCP, name);
	} else if (!strcmp(name, "exit") || !strcmp(name, "halt") || !strcmp(name, "reboot")) {
		*ret = step_of(s, BR_GRUB_EXIT, name);
	} else {
		*ret = refuse(s, name, strlen(name));
	}
	return true;
}

/* Menus */

static long find_entry(const struct br_grub_script *s, const char *wanted, size_t size)
{
	char *end;
	unsigned long number = strtoul(wanted, &end, 10);

	for (size_t i = 0; size > 0 && i < s->entries; i++) {
		if (br_grub_is_word(wanted, size, s->entry[i].id) ||
		    br_grub_is_word(wanted, size, s->entry[i].title))
			return (long)i;
	}
	if (size > 0 && end == wanted + size && number < s->entries)
		return (long)number;
	return -1;
}

static bool run_entry(struct br_grub_script *s, size_t index)
{
	struct br_grub_entry entry = s->entry[index];
	struct br_grub_frame *frame = br_grub_push(s, BR_GRUB_FRAME_BODY, "");

	if (!frame)
		return false;
	frame->state = entry.submenu ? BR_GRUB_FRAME_TAKEN : BR_GRUB_FRAME_ENTRY;
	br_grub_set(s, "chosen", 6, entry.id[0] ? entry.id : entry.title);
	if (entry.submenu) {
		const char *rest = strchr(br_grub_get(s, "default", 7), '>');
		char copy[BR_GRUB_VALUE_SIZE];

		snprintf(copy, sizeof(copy), "%s", rest ? rest + 1 : "0");
		br_grub_set(s, "default", 7, copy);
		s->entries = 0;
	}
	s->at = entry.body;
	return true;
}

/* The texts are over: the menu, if there is one. */
static bool show_menu(struct br_grub_script *s, struct br_grub_step *ret)
{
	const char *wanted = br_grub_get(s, "default", 7), *timeout = br_grub_get(s, "timeout", 7);
	long index = find_entry(s, wanted, strcspn(wanted, ">"));
	unsigned long seconds = strtoul(timeout, NULL, 10);

	if (s->entries == 0) {
		*ret = step_of(s, BR_GRUB_PROMPT, "");
		return true;
	}
	if (s->chosen && s->choice < s->entries) {
		s->chosen = false;
		return !run_entry(s, s->choice);
	}
	if (timeout[0] == '\0' || timeout[0] == '-') {
		*ret = step_of(s, BR_GRUB_KEY, "GRUB's menu waits for a key: it has no timeout");
		return true;
	}
	if (seconds > 0) { /* and then its end is seen again, without one */
		br_grub_set(s, "timeout", 7, "0");
		*ret = step_of(s, BR_GRUB_SLEEP, "");
		ret->ms = seconds > 3600 ? 3600000 : (uint32_t)seconds * 1000;
		return true;
	}
	if (!run_entry(s, index < 0 ? 0 : (size_t)index))
		*ret = refuse(s, "so many menus", 13);
	return s->ended;
}

/* The body of a menu entry is over: boot, else the fallback, else the menu for ever. */
static bool entry_over(struct br_grub_script *s, struct br_grub_step *ret)
{
	const char *fallback = br_grub_get(s, "fallback", 8);
	long index = find_entry(s, fallback, strcspn(fallback, " ,"));

	if (s->kernel || s->chain) {
		*ret = boot(s);
		return true;
	}
	if (index >= 0 && !s->fallen) {
		s->fallen = true;
		return !run_entry(s, (size_t)index);
	}
	*ret = step_of(s, BR_GRUB_KEY, "GRUB's menu entry loaded nothing, the menu is back");
	return true;
}

/* '}': the body of a function, an entry, a submenu ends. */
static bool body_over(struct br_grub_script *s, struct br_grub_step *ret)
{
	struct br_grub_frame *frame = br_grub_top(s, BR_GRUB_FRAME_BODY);
	int state;

	if (!frame) {
		*ret = refuse(s, "}", 1);
		return true;
	}
	state = frame->state;
	s->at = frame->place;
	br_grub_pop(s);
	return state == BR_GRUB_FRAME_ENTRY && entry_over(s, ret);
}

static bool text_over(struct br_grub_script *s, struct br_grub_step *ret)
{
	if (br_grub_unwind(s, BR_GRUB_FRAME_SOURCE, BR_GRUB_FRAME_SOURCE)) {
		s->at = s->frame[s->frames - 1].place;
		br_grub_pop(s);
		return false;
	}
	while (s->frames > 0)
		br_grub_pop(s);
	return show_menu(s, ret);
}

int br_grub_script_begin(struct br_grub_script *s, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy;

	if (s->texts == BR_GRUB_TEXTS_MAX || s->texts_size + size > BR_GRUB_TEXTS_SIZE_MAX)
		return -E2BIG;
	copy = malloc(size);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, size);
	s->text[s->texts++] = copy;
	s->texts_size += size;
	if (s->sources && !br_grub_push(s, BR_GRUB_FRAME_SOURCE, s->at))
		return -E2BIG;
	if (!s->sources) {
		s->entries = 0;
		while (s->frames > 0)
			br_grub_pop(s);
	}
	s->at = copy;
	s->next = 0;
	s->last.want = BR_GRUB_PROMPT;
	return 0;
}

void br_grub_script_result(struct br_grub_script *s, bool success)
{
	s->status = success ? 0 : 1;
	if (s->last.want == BR_GRUB_KERNEL) {
		s->kernel = success;
		s->chain = false;
	} else if (s->last.want == BR_GRUB_CHAIN) {
		s->chain = success;
	} else if (s->last.want == BR_GRUB_INITRD && !success) {
		s->next = 0;
	}
}

/* The words up to the end of the command. False: @word stands there and must not. */
static bool read_command(struct br_grub_script *s, const char **word, size_t *size)
{
	const char *before;

	s->words = (struct grub_words){.count = 0};
	grub_words_add(&s->words, *word, *size, br_grub_get, s);
	for (;;) {
		enum grub_token token;

		before = s->at;
		token = grub_token_next(&s->at, word, size);
		if (token == GRUB_TOKEN_CLOSE)
			s->at = before;
		if (token != GRUB_TOKEN_WORD)
			return token != GRUB_TOKEN_OPEN && token != GRUB_TOKEN_OTHER &&
			       !s->words.full;
		grub_words_add(&s->words, *word, *size, br_grub_get, s);
	}
}

/* One token at the beginning of a command, and what follows from it. */
static bool run_token(struct br_grub_script *s, struct br_grub_step *ret)
{
	const char *word;
	size_t size;
	int is_reserved;

	switch (grub_token_next(&s->at, &word, &size)) {
	case GRUB_TOKEN_END:
		return text_over(s, ret);
	case GRUB_TOKEN_SEPARATOR:
		return false;
	case GRUB_TOKEN_CLOSE:
		return body_over(s, ret);
	case GRUB_TOKEN_OPEN:
	case GRUB_TOKEN_OTHER:
		break;
	case GRUB_TOKEN_WORD:
		is_reserved = br_grub_reserved(s, word, size);
		if (is_reserved > 0)
			return false;
		if (is_reserved < 0)
			break;
		if (!read_command(s, &word, &size))
			break;
		return s->words.count > 0 && run_command(s, ret);
	}
	*ret = refuse(s, word, size);
	return true;
}

struct br_grub_step br_grub_script_next(struct br_grub_script *s)
{
	struct br_grub_step step;

	if (s->ended)
		return s->last;
	if (!s->at)
		return step_of(s, BR_GRUB_PROMPT, "");
	if (s->next > 0 && next_file(s, &step))
		return step;
	for (unsigned runs = 0; runs < RUNS_MAX; runs++) {
		if (run_token(s, &step))
			return step;
	}
	return refuse(s, "a loop that never ends", 22);
}
