/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/grub_script.h - GRUB's script language, run command by command
 *
 * if, elif, while, until, for with any command as condition, functions, variables, source,
 * configfile, menus with their default, fallback and timeout (GRUB manual, "Shell-like
 * scripting" and "Commands"; grub-core/script/). What takes a file, time or a network is not
 * done here: br_grub_script_next() says what is wanted, br_grub_script_result() what came of
 * it. A command that GRUB has and this has not is refused aloud, never stepped over.
 *
 * The text may be anyone's: what is kept of it has limits, and so has the number of commands
 * that run between two things that take time.
 */
#ifndef BR_SIM_MODELS_GRUB_SCRIPT_H
#define BR_SIM_MODELS_GRUB_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BR_GRUB_PATH_SIZE = 224,
};

enum br_grub_want {
	BR_GRUB_PROMPT,  /* all is run, and no menu is there: "grub>" */
	BR_GRUB_MODULE,  /* this file, or none if it is built in */
	BR_GRUB_KERNEL,  /* this file */
	BR_GRUB_INITRD,  /* this file */
	BR_GRUB_CHAIN,   /* this file, a boot program */
	BR_GRUB_FILE,    /* this file: a font, a picture */
	BR_GRUB_CONFIG,  /* this file; br_grub_script_begin() runs its text */
	BR_GRUB_DHCP,    /* net_bootp, net_dhcp; path says which, net_bootp6 and
	                  * net_ipv6_autoconf among them
	                  */
	BR_GRUB_SLEEP,   /* ms */
	BR_GRUB_BOOT,    /* what is loaded */
	BR_GRUB_EXIT,    /* back to the firmware; halt and reboot, too */
	BR_GRUB_KEY,     /* a menu waits for somebody, path says why */
	BR_GRUB_REFUSED, /* path says what this cannot do */
};

/* What GRUB wants next; @path: "/vmlinuz", "(http,192.0.2.2)/vmlinuz", a module's name */
struct br_grub_step {
	enum br_grub_want want;
	uint32_t ms;
	char path[BR_GRUB_PATH_SIZE];
};

struct br_grub_script;

struct br_grub_script *br_grub_script_new(void); /* NULL: no memory */
void br_grub_script_free(struct br_grub_script *script);

void br_grub_script_set(struct br_grub_script *script, const char *name, const char *value);
const char *br_grub_script_get(const struct br_grub_script *script, const char *name);

/* A person takes this line of the first menu, from 0. */
void br_grub_script_choose(struct br_grub_script *script, unsigned line);

/* Run a copy of this text: behind BR_GRUB_CONFIG, or as the first. 0, -ENOMEM or -E2BIG */
int br_grub_script_begin(struct br_grub_script *script, const char *text);

/* What came of the step before: whether its command succeeded. */
void br_grub_script_result(struct br_grub_script *script, bool success);

struct br_grub_step br_grub_script_next(struct br_grub_script *script);

#endif /* BR_SIM_MODELS_GRUB_SCRIPT_H */
