/* SPDX-License-Identifier: BSD-2-Clause */
/* Every recorded boot of captures/corpus must be explained as its index says: the right
 * client, the right firmware, how far it got, and the true cause. A few short ones are
 * compared word for word, so that the sentences stay good (BR_BLESS=1 rewrites them).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/diagnoses.h"
#include "captures/explain/explain.h"
#include "core/base/address.h"
#include "core/base/text.h"
#include "helper.h"

enum {
	COLUMNS = 11,
	FILES_MAX = 4,
	TEXT_MAX = 1 << 20,
};

struct explain_row {
	char line[1024];
	char *column[COLUMNS];
};

static const char *corpus(void)
{
	const char *path = getenv("BR_CAPTURES");

	assert_non_null(path);
	return path;
}

/* Explain the files of "a.pcap+b.pcap" into @text. Return: the exit code */
static int explain(const char *files, bool json, struct br_talk_limits limits, char text[TEXT_MAX],
                   char *errors, size_t errors_size)
{
	char paths[FILES_MAX][512], names[256];
	const char *list[FILES_MAX];
	size_t count = 0;
	FILE *out = tmpfile(), *err = tmpfile();

	assert_non_null(out);
	assert_non_null(err);
	(void)snprintf(names, sizeof(names), "%s", files);
	for (char *name = strtok(names, "+"); name; name = strtok(NULL, "+")) {
		assert_true(count < FILES_MAX);
		(void)snprintf(paths[count], sizeof(paths[count]), "%s/%s", corpus(), name);
		list[count] = paths[count];
		count++;
	}
	struct br_explain e = {.paths = list,
	                       .count = count,
	                       .json = json,
	                       .limits = limits,
	                       .out = out,
	                       .err = err};
	int code = br_explain(&e);

	rewind(out);
	text[fread(text, 1, TEXT_MAX - 1, out)] = '\0';
	rewind(err);
	errors[fread(errors, 1, errors_size - 1, err)] = '\0';
	(void)fclose(out);
	(void)fclose(err);
	return code;
}

/* The value of "key":"..." behind @from. */
static void value_of(const char *from, const char *key, char *value, size_t room)
{
	char want[64];
	const char *at;
	size_t size;

	(void)snprintf(want, sizeof(want), "\"%s\":\"", key);
	at = strstr(from, want);
	value[0] = '\0';
	if (!at)
		return;
	at += strlen(want);
	size = strcspn(at, "\"");
	(void)snprintf(value, room, "%.*s", (int)size, at);
}

static void expect(const char *file, const char *what, const char *got, const char *want)
{
	if (!strcmp(got, want))
		return;
	print_error("%s: %s: got \"%s\", want \"%s\"\n", file, what, got, want);
	fail();
}

/* ids of the findings behind the verdict, joined by commas; "-" for none */
static void remarks_of(const char *client, char *value, size_t room)
{
	const char *at = strstr(client, "\"findings\":[");
	const char *end = strstr(client, "],\"attempts\":[");
	size_t size = 0;
	bool first = true;

	value[0] = '\0';
	while (at && (at = strstr(at, "{\"id\":\"")) && at < end) {
		char id[64];

		value_of(at, "id", id, sizeof(id));
		if (!first)
			size += (size_t)snprintf(value + size, room - size, "%s%s",
			                         size > 0 ? "," : "", id);
		first = false;
		at++;
	}
	if (size == 0)
		(void)snprintf(value, room, "-");
}

static void check_row(const struct explain_row *row, const char *json)
{
	const char *file = row->column[0], *client = row->column[6];
	char got[256], want[64];
	const char *at;

	if (!strcmp(client, "-")) {
		assert_non_null(strstr(json, "{\"clients\":[]"));
		value_of(json, "verdict", got, sizeof(got));
		expect(file, "verdict", got, row->column[9]);
		value_of(json, "text", got, sizeof(got));
		assert_true(strlen(got) > 20); /* a sentence says it too */
		return;
	}
	(void)snprintf(want, sizeof(want), "{\"mac\":\"%s\"", client);
	at = strstr(json, want);
	if (!at)
		print_error("%s: no client %s\n", file, client);
	assert_non_null(at);
	value_of(at, "software", got, sizeof(got));
	expect(file, "software", got[0] ? got : "-", row->column[7]);
	value_of(at, "step", got, sizeof(got));
	expect(file, "step", got, row->column[8]);
	value_of(at, "verdict", got, sizeof(got));
	expect(file, "verdict", got, row->column[9]);
	remarks_of(at, got, sizeof(got));
	expect(file, "remarks", got, row->column[10]);
}

static bool read_row(FILE *index, struct explain_row *row)
{
	do {
		if (!fgets(row->line, sizeof(row->line), index))
			return false;
	} while (row->line[0] == '#');
	row->line[strcspn(row->line, "\n")] = '\0';
	char *at = row->line;

	for (size_t i = 0; i < COLUMNS; i++) {
		assert_non_null(at);
		row->column[i] = at;
		at = strchr(at, '\t');
		if (at)
			*at++ = '\0';
	}
	assert_null(at);
	return true;
}

static void every_recorded_boot_is_explained_as_its_index_says(void **state)
{
	static char json[TEXT_MAX];
	char path[512], errors[1024], last[256] = "";
	struct explain_row row;
	size_t rows = 0;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/index.tsv", corpus());
	FILE *index = fopen(path, "r");

	assert_non_null(index);
	for (; read_row(index, &row); rows++) {
		if (strcmp(last, row.column[0]) != 0)
			(void)explain(row.column[0], true, br_talk_limits_default, json, errors,
			              sizeof(errors));
		(void)snprintf(last, sizeof(last), "%s", row.column[0]);
		check_row(&row, json);
	}
	(void)fclose(index);
	assert_true(rows > 100);
}

/* How many rules were judged changes with each new rule, and says nothing of the capture. */
static void drop_rule_counts(char *text)
{
	char *from = strstr(text, "\nRULES  "), *to = from ? strchr(from + 1, '\n') : NULL;

	assert_non_null(to);
	from += strlen("\nRULES");
	memmove(from, to, strlen(to) + 1);
}

static void golden(const char *name, int want_code)
{
	static char text[TEXT_MAX], want[TEXT_MAX];
	char path[512], file[128], errors[1024];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/golden/%s.txt", corpus(), name);
	(void)snprintf(file, sizeof(file), "%s.pcap", name);
	assert_int_equal(explain(file, false, br_talk_limits_default, text, errors, sizeof(errors)),
	                 want_code);
	char *body = strchr(text, '\n'); /* the first line names the path */

	assert_non_null(body++);
	drop_rule_counts(body);
	if (getenv("BR_BLESS")) {
		assert_non_null(f = fopen(path, "w"));
		assert_true(fputs(body, f) >= 0);
		(void)fclose(f);
	}
	assert_non_null(f = fopen(path, "r"));
	want[fread(want, 1, sizeof(want) - 1, f)] = '\0';
	(void)fclose(f);
	assert_string_equal(body, want);
}

static void sentences_are_as_they_were_blessed(void **state)
{
	(void)state;
	golden("aavmf64-virtio-http6-dnsmasqnovc", 1);
	golden("edited-http-redirect", 1);
	golden("ovmf-e1000-combined", 3);
	golden("ovmf-virtio-deadtftp", 1);
	golden("ovmf-virtio-no4011", 1);
	golden("ovmf-virtio-tftpnoopt", 1);
	golden("ovmf-virtio-two", 1);
	golden("ovmf-virtio-twobootfile", 1);
	golden("s390-ccw-pxecfg", 0);
	golden("seabios-eepro100-ipxehttp", 1);
	golden("slof-vlan-proxy", 1);
}

static void a_cut_file_is_explained_as_far_as_it_goes_and_exits_2(void **state)
{
	static char text[TEXT_MAX];
	char errors[1024];

	(void)state;
	assert_int_equal(explain("damaged-cut.pcap", false, br_talk_limits_default, text, errors,
	                         sizeof(errors)),
	                 2);
	assert_non_null(strstr(text, "VERDICT tftp.closed"));
	assert_non_null(strstr(text, "damaged; what stood before is explained"));
	assert_non_null(strstr(errors, "damaged-cut.pcap: at octet "));
	assert_non_null(strstr(errors, "found the end of the file after"));
	assert_null(strchr(strchr(errors, '\n') + 1, '\n')); /* one line */
}

static void two_sides_of_a_relay_merge_whatever_their_clocks_say(void **state)
{
	static char text[TEXT_MAX];
	char errors[1024];

	(void)state;
	assert_int_equal(explain("seabios-virtio-relaytwo.pcap+"
	                         "seabios-virtio-relaytwo-srvside-skewed.pcap",
	                         false, br_talk_limits_default, text, errors, sizeof(errors)),
	                 77);
	/* 3723.25 s, and the recorder's own skew of less than a millisecond */
	assert_non_null(strstr(text, "its clock is 3723.2"));
	assert_non_null(strstr(text, " s behind"));
	assert_non_null(strstr(text, "recorded at two places and counted once"));
	/* the relay's copies are no second DISCOVER, the server's TFTP no second transfer */
	assert_null(strstr(text, "again"));
	assert_non_null(strstr(text, "through relay 198.51.100.1"));
}

static void little_memory_evicts_clients_and_tells_them(void **state)
{
	static char text[TEXT_MAX];
	char errors[1024];
	struct br_talk_limits limits = {.memory_max = 12000, .exchanges_max = 512};

	(void)state;
	(void)explain("two-clients.pcapng", true, limits, text, errors, sizeof(errors));
	assert_non_null(strstr(text, "{\"mac\":\"52:54:00:12:34:56\""));
	assert_non_null(strstr(text, "{\"mac\":\"52:54:00:aa:00:01\""));
	(void)explain("two-clients.pcapng", false, limits, text, errors, sizeof(errors));
	assert_non_null(strstr(text, "that were quiet longest were told early"));
}

static void a_missing_file_is_one_line_and_exit_2(void **state)
{
	static char text[TEXT_MAX];
	char errors[1024];

	(void)state;
	assert_int_equal(
		explain("nosuch.pcap", false, br_talk_limits_default, text, errors, sizeof(errors)),
		2);
	assert_string_equal(text, "");
	assert_non_null(strstr(errors, "nosuch.pcap: No such file or directory\n"));
}

/* The client left behind the certificate: it is for another host only if that is certain. */
static void a_certificate_for_an_address_is_for_the_host_that_has_it(void **state)
{
	static const struct {
		const char *url, *sni, *server, *names[4];
		bool more, wrong;
	} cases[] = {
		{"https://[2001:db8::1]/b.efi", "", "2001:db8::1", {"2001:db8::1"}, false, false},
		{"https://[2001:db8::1]:8443/b", "", "2001:db8::1", {"2001:db8::1"}, false, false},
		{"https://[2001:db8::1]/b.efi", "", "2001:db8::1", {"2001:db8::2"}, false, true},
		{"https://[fe80::1%25eth0]/b", "", "fe80::1", {"fe80::1"}, false, false},
		{"https://192.0.2.2:8443/b.efi", "", "192.0.2.2", {"192.0.2.2"}, false, false},
		{"https://boot.example?x", "", "192.0.2.2", {"boot.example"}, false, false},
		{"", "2001:db8::1", "2001:db8::1", {"2001:db8::1"}, false, false},
		{"", "[2001:db8::1]", "2001:db8::1", {"2001:db8::1"}, false, false},
		{"", "", "2001:db8::1", {"2001:db8::1"}, false, false},
		{"", "", "2001:db8::1", {"boot.example"}, false, true},
		{"", "e.example", "192.0.2.2", {"a", "b", "c", "d"}, true, false},
		{"", "e.example", "192.0.2.2", {"a", "b", "c", "d"}, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct br_talk_exchange *e = calloc(2, sizeof(*e));
		struct br_diagnosis *d = calloc(1, sizeof(*d));
		struct br_story_file file = {
			.exchange = e, .name = "b.efi", .outcome = BR_OUTCOME_TLS};
		struct br_attempt a = {.dhcp = &e[1], .files = 1, .file = &file};
		struct br_talk_tls *t = &e->tcp.hello;

		assert_true(e && d);
		e[0].kind = BR_TALK_TCP;
		e[1].kind = BR_TALK_DHCP6;
		(void)snprintf(e[1].dhcp6.url, sizeof(e[1].dhcp6.url), "%s", cases[i].url);
		assert_true(br_text_get_ip(br_text(cases[i].server), e->tcp.server.ip));
		file.server = e->tcp.server;
		e->tcp.end = BR_TALK_ERROR_CLIENT;
		(void)snprintf(t->name, sizeof(t->name), "%s", cases[i].sni);
		t->offered = t->chosen = 0x0303;
		t->key_bits = 256;
		t->more_names = cases[i].more;
		for (size_t k = 0; k < 4 && cases[i].names[k]; k++)
			(void)snprintf(t->names[k], sizeof(t->names[k]), "%s", cases[i].names[k]);
		br_diagnose_tls(&a, &file, d);
		if (!strcmp(d->finding[0].id, "tls.wrong-name") != cases[i].wrong)
			fail_msg("case %zu: %s: %s", i, d->finding[0].id, d->finding[0].text);
		free(d);
		free(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_boot_is_explained_as_its_index_says),
		cmocka_unit_test(sentences_are_as_they_were_blessed),
		cmocka_unit_test(a_certificate_for_an_address_is_for_the_host_that_has_it),
		cmocka_unit_test(a_cut_file_is_explained_as_far_as_it_goes_and_exits_2),
		cmocka_unit_test(two_sides_of_a_relay_merge_whatever_their_clocks_say),
		cmocka_unit_test(little_memory_evicts_clients_and_tells_them),
		cmocka_unit_test(a_missing_file_is_one_line_and_exit_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
