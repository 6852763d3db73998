/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/server.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conformance/requirements.h"
#include "core/base/text.h"
#include "sim/command/share.h"
#include "sim/lines/field.h"

enum {
	PACE_S = 30,
	PACE_S_MAX = 600,
	ERROR_SIZE = 512,
};

static const struct {
	const char *role, *binds;
} roles[] = {
	{"dhcp", "dhcpd"}, {"proxydhcp", "proxy,bootsrv"}, {"pxe", "bootsrv"}, {"tftp", "tftpd"},
	{"http", "httpd"},
};

static const struct br_server_value *find(const struct br_server_entry *entry, const char *table,
                                          const char *key)
{
	for (size_t i = 0; i < entry->values; i++) {
		if (!strcmp(entry->value[i].table, table) && !strcmp(entry->value[i].key, key))
			return &entry->value[i];
	}
	return NULL;
}

/* The members of an array come one by one. */
static bool take(void *context, const struct br_toml_value *said, char *error, size_t error_size)
{
	struct br_server_entry *entry = context;
	struct br_server_value *value;

	if (said->index == 0 && find(entry, said->table, said->key)) {
		(void)snprintf(error, error_size, "each key once");
		return false;
	}
	if (said->index == 0) {
		value = realloc(entry->value, (entry->values + 1) * sizeof(*value));
		if (!value)
			abort();
		entry->value = value;
		value += entry->values++;
		*value = (struct br_server_value){.line = said->line};
		(void)snprintf(value->table, sizeof(value->table), "%s", said->table);
		(void)snprintf(value->key, sizeof(value->key), "%s", said->key);
	}
	value = &entry->value[entry->values - 1];
	value->text = realloc(value->text, (value->count + 1) * sizeof(value->text[0]));
	if (!value->text || !(value->text[value->count++] = strdup(said->text)))
		abort();
	return true;
}

/* Where a value stands, and what was expected */
static int complain(const char *path, const struct br_server_value *value, const char *expected,
                    FILE *err)
{
	fprintf(err, "%s:%zu:1: expected %s\n", path, value ? value->line : (size_t)1, expected);
	return -EINVAL;
}

static void append(char list[static BR_SERVER_ROLES_SIZE], const char *word)
{
	size_t used = strlen(list);

	(void)snprintf(list + used, BR_SERVER_ROLES_SIZE - used, "%s%s", used > 0 ? "," : "", word);
}

/* Return: false for a word that is no role */
static bool add_role(struct br_server_entry *entry, const char *role)
{
	for (size_t k = 0; k < sizeof(roles) / sizeof(roles[0]); k++) {
		if (strcmp(role, roles[k].role) != 0)
			continue;
		append(entry->roles, roles[k].role);
		append(entry->binds, roles[k].binds);
		return true;
	}
	return false;
}

static int read_roles(struct br_server_entry *entry, const char *path, FILE *err)
{
	static const char expected[] = "roles = [...] of dhcp, proxydhcp, pxe, tftp, http";
	const struct br_server_value *value = find(entry, "", "roles");

	for (size_t i = 0; value && i < value->count; i++) {
		if (!add_role(entry, value->text[i]))
			return complain(path, value, expected, err);
	}
	if (!entry->roles[0])
		return complain(path, value, expected, err);
	append(entry->binds, "host");
	return 0;
}

static int read_numbers(struct br_server_entry *entry, const char *path, FILE *err)
{
	const struct br_server_value *address = find(entry, "", "address"),
				     *pace = find(entry, "", "pace");
	uint64_t number = PACE_S;

	if (!address || address->count != 1 ||
	    !br_text_get_ipv4(br_text(address->text[0]), &entry->target.address))
		return complain(path, address, "address = \"10.77.0.1\", or another of the server",
		                err);
	if (pace && (pace->count != 1 ||
	             !br_number_read(br_text(pace->text[0]), PACE_S_MAX, &number) || number == 0))
		return complain(path, pace, "pace = SECONDS, from 1 to 600", err);
	entry->pace_s = (unsigned)number;
	return 0;
}

static int read_gaps(const struct br_server_entry *entry, const char *path, FILE *err)
{
	const struct br_server_value *value;

	for (size_t i = 0; i < entry->values; i++) {
		value = &entry->value[i];
		if (strcmp(value->table, "gaps") != 0)
			continue;
		if (!strchr(value->key, '/') && !br_requirement_find(value->key))
			return complain(path, value,
			                "a requirement, or the name of a script, as key of [gaps]",
			                err);
		if (value->count != 1 || !value->text[0][0])
			return complain(path, value, "the reason for the gap", err);
	}
	return 0;
}

static int look_for_strangers(const struct br_server_entry *entry, const char *path, FILE *err)
{
	static const char *const known[] = {"name",     "address",    "roles", "settings",
	                                    "packages", "start",      "ready", "pace",
	                                    "device",   "configured", "beside"};
	const struct br_server_value *value;

	for (size_t i = 0; i < entry->values; i++) {
		value = &entry->value[i];
		bool found = !strcmp(value->table, "gaps");

		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			found = found || (!value->table[0] && !strcmp(value->key, known[k]));
		if (!found)
			return complain(path, value,
			                "one of name, address, roles, settings, packages, start, "
			                "ready, pace, device, configured, beside, or the table "
			                "[gaps]",
			                err);
	}
	return 0;
}

static const char *text_of(const struct br_server_entry *entry, const char *key)
{
	const struct br_server_value *value = find(entry, "", key);

	return value && value->count == 1 ? value->text[0] : NULL;
}

/* The parts of a command, with blanks between; NULL: there are none. To be freed */
static char *joined(const struct br_server_value *value)
{
	char *text = NULL;
	size_t size;
	FILE *to;

	if (!value)
		return NULL;
	to = open_memstream(&text, &size);
	if (!to)
		abort();
	for (size_t i = 0; i < value->count; i++)
		fprintf(to, "%s%s", i > 0 ? " " : "", value->text[i]);
	fclose(to);
	return text;
}

/* Servers leave the folder they are started in: its whole path */
static void set_here(struct br_server_entry *entry, const char *path)
{
	char *whole = realpath(path, NULL), *slash = whole ? strrchr(whole, '/') : NULL;

	if (slash)
		(void)snprintf(entry->here, sizeof(entry->here), "%.*s", (int)(slash - whole),
		               whole);
	free(whole);
}

/* Return: 0, -EINVAL after one line to @err, or what open(2) said, told too */
static int load(struct br_server_entry *ret_entry, const char *path, FILE *err)
{
	struct br_server_entry *entry = ret_entry;
	const struct br_server_value *settings;
	const char *configured;
	char error[ERROR_SIZE];
	int result;

	*entry = (struct br_server_entry){.values = 0};
	result = br_toml_read(path, take, entry, error, sizeof(error));
	if (result < 0)
		fprintf(err, "%s\n", error);
	if (result == 0)
		result = look_for_strangers(entry, path, err);
	if (result == 0)
		result = read_roles(entry, path, err);
	if (result == 0)
		result = read_numbers(entry, path, err);
	if (result == 0)
		result = read_gaps(entry, path, err);
	if (result < 0) {
		br_server_entry_free(entry);
		return result;
	}
	entry->target.roles = entry->roles;
	entry->target.hosts = &entry->hosts;
	entry->name = text_of(entry, "name");
	if (!entry->name)
		entry->name = path;
	entry->packages = joined(find(entry, "", "packages"));
	entry->start = joined(find(entry, "", "start"));
	entry->target.device = text_of(entry, "device");
	entry->ready = text_of(entry, "ready");
	entry->beside = text_of(entry, "beside");
	configured = text_of(entry, "configured");
	entry->target.configurable = configured && !strcmp(configured, "true");
	set_here(entry, path);
	settings = find(entry, "", "settings");
	if (settings) {
		entry->target.setting = (const char *const *)settings->text;
		entry->target.settings = settings->count;
	}
	return 0;
}

void br_server_entry_free(struct br_server_entry *entry)
{
	for (size_t i = 0; i < entry->values; i++) {
		for (size_t k = 0; k < entry->value[i].count; k++)
			free(entry->value[i].text[k]);
		free(entry->value[i].text);
	}
	free(entry->value);
	free(entry->start);
	free(entry->packages);
	*entry = (struct br_server_entry){.values = 0};
}

const char *br_server_entry_gap(const struct br_server_entry *entry, const char *name)
{
	const struct br_server_value *value = find(entry, "gaps", name);

	return value ? value->text[0] : NULL;
}

/* iface:DEVICE, with what else must be known of who is there */
static int read_words(struct br_server_entry *entry, const char *word, const char *address,
                      const char *said, FILE *err)
{
	struct br_octets rest = said ? br_text(said) : (struct br_octets){0};

	*entry = (struct br_server_entry){.name = word, .pace_s = PACE_S};
	entry->target.device = word + strlen("iface:");
	while (rest.data) {
		struct br_octets part = br_text_cut(&rest, ',');
		char role[16];

		(void)snprintf(role, sizeof(role), "%.*s", (int)part.size, (const char *)part.data);
		if (!add_role(entry, role)) {
			fprintf(err, "--roles: expected dhcp, proxydhcp, pxe, tftp, http, not %s\n",
			        role);
			return -EINVAL;
		}
	}
	if (!entry->roles[0] || !address ||
	    !br_text_get_ipv4(br_text(address), &entry->target.address)) {
		fprintf(err, "%s: expected --address and --roles of the server there\n", word);
		return -EINVAL;
	}
	append(entry->binds, "host");
	entry->target.roles = entry->roles;
	entry->target.hosts = &entry->hosts;
	return 0;
}

/* Scripts of somebody's own may lie where nothing says what our server does not do. */
static void be_core(struct br_server_entry *entry)
{
	*entry = (struct br_server_entry){.name = "bootrig", .pace_s = PACE_S};
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		(void)add_role(entry, roles[i].role);
	append(entry->binds, "host");
}

int br_server_entry_choose(struct br_server_entry *ret_entry, const char *word, const char *address,
                           const char *roles_said, FILE *err)
{
	size_t size = strlen(word);
	char below[256], path[BR_SHARE_PATH_SIZE];
	int result;

	if (!strncmp(word, "iface:", strlen("iface:")))
		return read_words(ret_entry, word, address, roles_said, err);
	if (size > 5 && !strcmp(word + size - 5, ".toml")) {
		result = load(ret_entry, word, err);
	} else {
		(void)snprintf(below, sizeof(below), "conformance/servers/%.200s.toml", word);
		br_share_path(path, below);
		if (!strcmp(word, BR_SERVER_CORE) && access(path, F_OK) < 0) {
			be_core(ret_entry);
			return 0;
		}
		result = load(ret_entry, path, err);
	}
	if (result == 0 && strcmp(word, BR_SERVER_CORE) != 0 && !ret_entry->start &&
	    !ret_entry->target.device) {
		fprintf(err, "%s: expected start = \"...\" or device = \"...\" in it\n", word);
		br_server_entry_free(ret_entry);
		result = -EINVAL;
	}
	return result;
}
