/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* unshare() */
#include "conformance/conform/subject.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conformance/conform/export.h"
#include "sim/output.h"

int br_subject_choose(struct br_subject *ret_subject, const char *word, const char *address,
                      const char *roles, FILE *err)
{
	struct br_subject *s = ret_subject;
	int result;

	*s = (struct br_subject){.said = 0};
	result = br_server_entry_choose(&s->server, word, address, roles, err);
	if (result == 0 && s->server.beside) {
		result = br_server_entry_choose(&s->beside, s->server.beside, NULL, NULL, err);
		s->beside.target.device = s->beside_device;
		s->server.target.beside = &s->beside.target;
	}
	if (result == 0 && s->server.start) {
		br_lab_device_name(s->device, 0);
		br_lab_device_name(s->beside_device, 1);
		s->server.target.device = s->device;
	}
	return result;
}

void br_subject_free(struct br_subject *s)
{
	s->lab = br_lab_free(s->lab);
	s->beside_lab = br_lab_free(s->beside_lab);
	br_server_entry_free(&s->server);
	br_server_entry_free(&s->beside);
}

int br_subject_open(struct br_subject *s, const struct br_scripts *scripts, const char *out)
{
	char *whole;
	int result;

	(void)snprintf(s->folder, sizeof(s->folder), "%.300s/conform-%.100s", out, s->server.name);
	for (char *at = strrchr(s->folder, '/') + 1; *at;
	     at++) /* "iface:eth1" is no name of a file */
		*at = *at == ':' ? '-' : *at;
	result = br_output_folder(s->folder);
	whole = realpath(s->folder, NULL); /* servers leave the folder they are started in */
	if (whole)
		(void)snprintf(s->folder, sizeof(s->folder), "%s", whole);
	else if (result == 0)
		result = -errno;
	free(whole);
	(void)snprintf(s->files, sizeof(s->files), "%s/files", s->folder);
	(void)snprintf(s->captures, sizeof(s->captures), "%s/captures", s->folder);
	if (result == 0)
		result = br_output_folder(s->captures);
	if (result == 0 && s->server.start)
		result = br_export_files(scripts, s->files, stderr);
	if (result < 0)
		(void)snprintf(s->error, sizeof(s->error), "%.200s: %s", s->folder,
		               strerror(-result));
	return result < 0 ? result : 0;
}

/* It is told nothing: where there are two, scripts want of it what it does by itself. */
static int launch_beside(struct br_subject *s, const char *heading)
{
	const struct br_lab_options at = {.start = s->beside.start,
	                                  .ready = s->beside.ready,
	                                  .address = s->beside.target.address,
	                                  .state = s->beside_state,
	                                  .files = s->files,
	                                  .here = s->beside.here,
	                                  .settings = "",
	                                  .heading = heading,
	                                  .device = s->beside_device};

	return br_lab_new(&s->beside_lab, &at, s->error);
}

/* A process of the server, for the settings of @script if there is one */
static int launch(struct br_subject *s, const struct br_script *script)
{
	const struct br_lab_options at = {.start = s->server.start,
	                                  .ready = s->server.ready,
	                                  .address = s->server.target.address,
	                                  .state = s->state,
	                                  .files = s->files,
	                                  .here = s->server.here,
	                                  .settings = script && script->settings ? script->settings
	                                                                         : "",
	                                  .heading = script ? script->scenario : NULL,
	                                  .device = s->device};
	int result = br_lab_new(&s->lab, &at, s->error);

	return result == 0 && s->beside.name ? launch_beside(s, at.heading) : result;
}

int br_subject_begin(struct br_subject *s, size_t number, bool own)
{
	char log[BR_SUBJECT_PATH_SIZE + 64];
	int result;

	(void)snprintf(s->state, sizeof(s->state), "%s/%zu", s->folder, number);
	(void)snprintf(s->beside_state, sizeof(s->beside_state), "%s/beside", s->state);
	(void)snprintf(log, sizeof(log), "%s/server.log", s->state);
	(void)unlink(log); /* else it were ready by what it said in the last run */
	(void)snprintf(log, sizeof(log), "%s/server.log", s->beside_state);
	(void)unlink(log);
	result = br_output_folder(s->state);
	if (result == 0 && s->beside.name)
		result = br_output_folder(s->beside_state);
	if (result < 0)
		(void)snprintf(s->error, sizeof(s->error), "%.200s: %s", s->state,
		               strerror(-result));
	if (result == 0 && own && geteuid() == 0 && unshare(CLONE_NEWNET) < 0) {
		result = -errno;
		(void)snprintf(s->error, sizeof(s->error), "no network namespace can be made here");
	}
	return result == 0 ? launch(s, NULL) : result;
}

const char *br_subject_prepare(struct br_subject *s, const struct br_script *script)
{
	char when[200];

	if (!s->server.target.configurable)
		return NULL;
	(void)snprintf(when, sizeof(when), " before %.150s", script->scenario);
	br_subject_stop(s, when);
	return launch(s, script) < 0 ? s->error : NULL;
}

char *br_subject_said(struct br_subject *s)
{
	char path[BR_SUBJECT_PATH_SIZE + 32], *text = NULL;
	long size = 0;
	FILE *from;

	(void)snprintf(path, sizeof(path), "%s/server.log", s->state);
	from = fopen(path, "r");
	if (from && fseek(from, 0, SEEK_END) == 0)
		size = ftell(from) - s->said;
	if (size > 0 && fseek(from, s->said, SEEK_SET) == 0) {
		text = calloc(1, (size_t)size + 1);
		if (!text)
			abort();
		size = (long)fread(text, 1, (size_t)size, from);
		s->said += size;
		for (long i = 0; i < size; i++) /* it is a text, whatever stands in it */
			text[i] = text[i] == '\0' ? ' ' : text[i];
	}
	if (from)
		fclose(from);
	return text;
}

/* One that ended by itself is missed once it is looked at. */
void br_subject_stop(struct br_subject *s, const char *when)
{
	if (s->lab && br_lab_has_ended(s->lab)) {
		fprintf(stderr, "the server ended by itself%s: see its log below %s\n", when,
		        s->folder);
		s->ended = true;
	}
	s->lab = br_lab_free(s->lab);
	s->beside_lab = br_lab_free(s->beside_lab);
}
