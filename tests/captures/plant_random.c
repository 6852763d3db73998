/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults of many kinds, drawn at random into good captures of the corpus: what does explain say?
 *
 * Each kind is planted several times, into captures and with values that the seed draws, and what
 * comes out is counted: right (a verdict of the list), vague (it does not know, and says so), wrong
 * (another cause, or "all is well"). Good captures changed in ways that do no harm count as false
 * alarms when anything is called a failure. The table is printed; BR_SEED draws another. Which
 * public reports the kinds are after stands in tests/captures/reports.tsv.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper.h"
#include "tests/captures/plant_kinds.h"
#include "tests/captures/plant_tools.h"

enum {
	TEXT_MAX = 1 << 20,
	TIMES = 4,
	ETHERNET = 14,
	IP = 20,
};

static size_t kinds(void)
{
	return planted_kinds_count + planted_layers_count;
}

static const struct planted_kind *kind(size_t index)
{
	return index < planted_kinds_count ? &planted_kinds[index]
	                                   : &planted_layers[index - planted_kinds_count];
}

/* Changes that do no harm */

static void unchanged(struct recording *r)
{
	(void)r;
}

static void all_tagged(struct recording *r)
{
	uint16_t vlan = (uint16_t)(2 + plant_draw(4000));

	for (size_t i = 0; i < r->frames; i++)
		plant_tag(r, i, vlan);
}

/* The server's NIC fills them in, and the capture was taken there. */
static void unfilled(struct recording *r)
{
	for (size_t i = 0; i < r->frames; i++) {
		struct br_packet p = recording_packet(r, i);

		if (p.transport == BR_TRANSPORT_UDP && p.src.port == 67)
			memset(r->frame[i].octets + ETHERNET + IP + 6, 0, 2);
	}
}

static void no_icmp(struct recording *r)
{
	for (size_t i = r->frames; i-- > 0;) {
		if (recording_packet(r, i).transport == BR_TRANSPORT_ICMP)
			recording_drop(r, i);
	}
}

static const char *const good[] = {
	"aavmf64-virtio-nouuid.pcap",   "aavmf64-virtio-http4.pcap",
	"seabios-virtio-ipxehttp.pcap", "slof-e1000-combined.pcap",
	"uboot25-arm-virtio-auto.pcap", "aavmf64-virtio-pxe6.pcap",
	"s390-ccw-pxecfg.pcap",         "public/tls-works.pcap",
	"ovmf-virtio-combipxe.pcap",
};

static const struct {
	const char *name;
	void (*change)(struct recording *r);
} harmless[] = {{"unchanged", unchanged},
                {"all in one VLAN", all_tagged},
                {"server's checksums left out", unfilled},
                {"without ICMP", no_icmp}};

static char text[TEXT_MAX];

static bool is_vague(const char *json)
{
	const char *at = strstr(json, "\"weight\":\"");

	return at && (!strncmp(at + 10, "unknown", 7) || !strncmp(at + 10, "open", 4));
}

/* BR_KEEP=FOLDER keeps what was planted, to look at or to ask another build about */
static void keep(const struct recording *r, size_t kind, unsigned time)
{
	static const struct recording_form form = {.nano = true};
	const char *folder = getenv("BR_KEEP");
	char path[512];
	FILE *file;

	if (!folder)
		return;
	(void)snprintf(path, sizeof(path), "%s/%02zu-%u.pcap", folder, kind, time);
	assert_non_null(file = fopen(path, "wb"));
	(void)recording_write(r, &form, file);
	(void)fclose(file);
}

static void kinds_are_named(void **state)
{
	unsigned all[3] = {0};

	(void)state;
	printf("# %-42s %5s %5s %5s\n", "planted", "right", "vague", "wrong");
	for (size_t k = 0; k < kinds(); k++) {
		unsigned count[3] = {0};
		size_t captures = 0;

		while (kind(k)->captures[captures])
			captures++;
		for (unsigned i = 0; i < TIMES; i++) {
			struct recording r;
			char verdict[64], want[80];

			recording_load_named(&r, kind(k)->captures[plant_draw((uint32_t)captures)]);
			kind(k)->plant(&r);
			keep(&r, k, i);
			(void)recording_explain_clean(&r, text, TEXT_MAX);
			recording_reset(&r);
			recording_verdict(text, verdict, sizeof(verdict));
			(void)snprintf(want, sizeof(want), " %s ", verdict);
			unsigned which = strstr(kind(k)->right, want) ? 0 : is_vague(text) ? 1 : 2;

			count[which]++;
			all[which]++;
			if (which > 0)
				printf("#   %s: %s\n", kind(k)->name, verdict);
		}
		printf("# %-42s %5u %5u %5u\n", kind(k)->name, count[0], count[1], count[2]);
	}
	printf("# %-42s %5u %5u %5u\n", "all", all[0], all[1], all[2]);
	assert_true(all[2] * 100 < all[0] + all[1] + all[2]); /* below 1 per cent */
	assert_true(all[0] * 100 >= (all[0] + all[1] + all[2]) * 95);
}

/* Each report names a kind, and what it says now is what that kind is to say. */
static void reports_are_of_these_kinds(void **state)
{
	char path[512], line[512];
	size_t reports = 0;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/../../tests/captures/reports.tsv",
	               getenv("BR_CAPTURES"));
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char *column[5] = {line}, want[80];
		size_t k = 0;

		if (line[0] == '#')
			continue;
		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 1; i < 5; i++) {
			column[i] = strchr(column[i - 1], '\t');
			assert_non_null(column[i]);
			*column[i]++ = '\0';
		}
		while (k < kinds() && strcmp(kind(k)->name, column[2]) != 0)
			k++;
		if (k == kinds())
			print_error("%s: no kind \"%s\"\n", column[0], column[2]);
		assert_true(k < kinds());
		(void)snprintf(want, sizeof(want), " %s ", column[4]);
		assert_non_null(strstr(kind(k)->right, want));
		reports++;
	}
	(void)fclose(file);
	assert_true(reports >= 20);
}

static void good_boots_raise_no_alarm(void **state)
{
	unsigned alarms = 0;

	(void)state;
	for (size_t h = 0; h < sizeof(harmless) / sizeof(harmless[0]); h++) {
		unsigned here = 0;

		for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
			struct recording r;
			char verdict[64];

			recording_load_named(&r, good[i]);
			harmless[h].change(&r);
			(void)recording_explain_clean(&r, text, TEXT_MAX);
			recording_reset(&r);
			recording_verdict(text, verdict, sizeof(verdict));
			if (strncmp(verdict, "ok.", 3) != 0) {
				printf("#   %s, %s: %s\n", good[i], harmless[h].name, verdict);
				here++;
			}
		}
		printf("# good boots, %-30s %u of %zu false alarms\n", harmless[h].name, here,
		       sizeof(good) / sizeof(good[0]));
		alarms += here;
	}
	assert_int_equal(alarms, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_named),
		cmocka_unit_test(reports_are_of_these_kinds),
		cmocka_unit_test(good_boots_raise_no_alarm),
	};
	const char *seed = getenv("BR_SEED");

	plant_seed(seed ? strtoull(seed, NULL, 10) : 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
