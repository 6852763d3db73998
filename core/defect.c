/* SPDX-License-Identifier: BSD-2-Clause */
/* Compiled into bootrig-mutants alone. Its linker leads every call of the server's doors past
 * the functions __wrap_... below, so that the defect is there while the server is at work.
 */
#include "core/defect.h"

#include "core/port.h"

static const struct br_defect rows[] = {
#define BR_DEFECT_ROW(name, requirement, says) {requirement, says},
	BR_DEFECTS_LIST(BR_DEFECT_ROW)
#undef BR_DEFECT_ROW
};

enum br_defect_manner {
	BR_DEFECT_MUTE,
	BR_DEFECT_GARBAGE,
	BR_DEFECT_HALFWAY,
	BR_DEFECT_TWICE,
	BR_DEFECT_MANNERS, /* and as a choice: none */
};

static const char *const manners[] = {
	[BR_DEFECT_MUTE] = "mute",
	[BR_DEFECT_GARBAGE] = "garbage",
	[BR_DEFECT_HALFWAY] = "halfway",
	[BR_DEFECT_TWICE] = "twice",
};

enum {
	ANSWERS_WHOLE = 1, /* of a server that dies half way: the next one is cut */
	GARBAGE_SIZE = 1 << 16,
};

static size_t chosen = BR_DEFECT_COUNT, manner = BR_DEFECT_MANNERS;
static bool at_work;
static size_t answers;          /* since the last server began */
static bool again;              /* the last answer is due once more: */
static struct br_action answer; /* this one */

static void choose(size_t index)
{
	chosen = index;
}

static void behave(size_t index)
{
	manner = index;
}

const struct br_defect_set br_defect_set = {.row = rows,
                                            .count = BR_DEFECT_COUNT,
                                            .choose = choose,
                                            .manner = manners,
                                            .manners = BR_DEFECT_MANNERS,
                                            .behave = behave};

bool br_defect_is(enum br_defect_id id)
{
	return at_work && id == chosen;
}

static bool is_answer(const struct br_action *action)
{
	return action->kind == BR_ACTION_DATAGRAM || action->kind == BR_ACTION_STREAM_DATA;
}

/* As many octets as it had, each of which looks like chance and is not. */
static void make_garbage(struct br_action *action)
{
	static uint8_t garbage[GARBAGE_SIZE];
	size_t size = action->payload.size + action->body.size;

	for (size_t i = 0; garbage[0] == 0 && i < GARBAGE_SIZE; i++)
		garbage[i] = (uint8_t)(0xa7 + i * 0x35 + i / 7);
	action->payload.data = garbage;
	action->payload.size = size < GARBAGE_SIZE ? size : GARBAGE_SIZE;
	action->body.size = 0;
}

/* Return: false if the answer is kept back */
static bool spoil(struct br_action *action)
{
	answers++;
	if (manner == BR_DEFECT_MUTE)
		return false;
	if (manner == BR_DEFECT_GARBAGE)
		make_garbage(action);
	if (manner == BR_DEFECT_HALFWAY && answers > ANSWERS_WHOLE) {
		action->payload.size /= 2;
		action->body.size = 0;
		return answers == ANSWERS_WHOLE + 1;
	}
	if (manner == BR_DEFECT_TWICE && action->kind == BR_ACTION_DATAGRAM) {
		again = true;
		answer = *action;
	}
	return true;
}

int __real_br_server_new(struct br_server **ret_server, const struct br_config *config,
                         const struct br_files *files, uint64_t seed);
int __wrap_br_server_new(struct br_server **ret_server, const struct br_config *config,
                         const struct br_files *files, uint64_t seed);
void __real_br_server_input(struct br_server *server, const struct br_event *event, br_time now);
void __wrap_br_server_input(struct br_server *server, const struct br_event *event, br_time now);
bool __real_br_server_output(struct br_server *server, struct br_action *ret_action);
bool __wrap_br_server_output(struct br_server *server, struct br_action *ret_action);
void __real_br_server_expire(struct br_server *server, br_time now);
void __wrap_br_server_expire(struct br_server *server, br_time now);

int __wrap_br_server_new(struct br_server **ret_server, const struct br_config *config,
                         const struct br_files *files, uint64_t seed)
{
	int result;

	answers = 0;
	again = false;
	at_work = true;
	result = __real_br_server_new(ret_server, config, files, seed);
	at_work = false;
	return result;
}

void __wrap_br_server_input(struct br_server *server, const struct br_event *event, br_time now)
{
	at_work = true;
	if (manner == BR_DEFECT_TWICE && event->kind == BR_EVENT_STREAM_DATA)
		__real_br_server_input(server, event, now);
	__real_br_server_input(server, event, now);
	at_work = false;
}

bool __wrap_br_server_output(struct br_server *server, struct br_action *ret_action)
{
	bool some;

	if (again) {
		again = false;
		*ret_action = answer;
		return true;
	}
	at_work = true;
	do
		some = __real_br_server_output(server, ret_action);
	while (some && is_answer(ret_action) && !spoil(ret_action));
	at_work = false;
	return some;
}

void __wrap_br_server_expire(struct br_server *server, br_time now)
{
	at_work = true;
	__real_br_server_expire(server, now);
	at_work = false;
}
