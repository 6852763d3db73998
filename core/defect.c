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

static size_t chosen = BR_DEFECT_COUNT;
static bool at_work;

static void choose(size_t index)
{
	chosen = index;
}

const struct br_defect_set br_defect_set = {
	.row = rows, .count = BR_DEFECT_COUNT, .choose = choose};

bool br_defect_is(enum br_defect_id id)
{
	return at_work && id == chosen;
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

	at_work = true;
	result = __real_br_server_new(ret_server, config, files, seed);
	at_work = false;
	return result;
}

void __wrap_br_server_input(struct br_server *server, const struct br_event *event, br_time now)
{
	at_work = true;
	__real_br_server_input(server, event, now);
	at_work = false;
}

bool __wrap_br_server_output(struct br_server *server, struct br_action *ret_action)
{
	bool some;

	at_work = true;
	some = __real_br_server_output(server, ret_action);
	at_work = false;
	return some;
}

void __wrap_br_server_expire(struct br_server *server, br_time now)
{
	at_work = true;
	__real_br_server_expire(server, now);
	at_work = false;
}
