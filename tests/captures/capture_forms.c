/* SPDX-License-Identifier: BSD-2-Clause */
/* One boot, written in every form a capture may have, is explained alike: both byte orders,
 * microseconds and nanoseconds, pcapng with sections of either order and interfaces of
 * different link types, VLAN tags, Linux cooked headers, several clients at once. What a
 * short snap length takes away is said, and nobody is blamed for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper.h"
#include "tests/captures/recording.h"

enum {
	TEXT_MAX = 1 << 20,
	SAID_MAX = 1 << 15,
};

static const char *const boots[] = {
	"ovmf-virtio-two.pcap",
	"ovmf-virtio-httppy.pcap",
	"ovmf-virtio-no4011.pcap",
	"ovmf-virtio-nofile.pcap",
	"ovmf-virtio-tftpnoopt.pcap",
	"ovmf-virtio-twobootfile.pcap",
	"aavmf64-virtio-http6-dnsmasqnovc.pcap",
	"aavmf64-virtio-pxe6.pcap",
	"seabios-virtio-combsys.pcap",
	"seabios-virtio-closed4011.pcap",
	"slof-vlan-loss5.pcap",
	"s390-ccw-proxy.pcap",
	"uboot-arm64-virtio-missing.pcap",
	"uboot25-arm-virtio-auto.pcap",
};
static const size_t boots_count = sizeof(boots) / sizeof(boots[0]);

static const struct {
	const char *name;
	struct recording_form form;
} forms[] = {
	{"pcap, big-endian", {.big = true}},
	{"pcap, nanoseconds", {.nano = true}},
	{"pcap, big-endian nanoseconds", {.big = true, .nano = true}},
	{"pcap of a patched libpcap", {.patched = true}},
	{"the same, big-endian", {.big = true, .patched = true}},
	{"pcapng", {.ng = true}},
	{"pcapng, old packet blocks", {.ng = true, .big = true, .old = true}},
	{"pcapng, times in 2^-30 s and an offset", {.ng = true, .binary = true}},
	{"the same, big-endian", {.ng = true, .big = true, .binary = true}},
	{"pcapng, other blocks and options between",
         {.ng = true, .littered = true, .frames_a_section = 9}},
	{"pcapng, big-endian nanoseconds", {.ng = true, .big = true, .nano = true}},
	{"pcapng, sections of both orders", {.ng = true, .frames_a_section = 7}},
	{"VLAN", {.link = RECORDING_VLAN}},
	{"priority tag", {.link = RECORDING_PRIORITY}},
	{"VLAN in VLAN, pcapng", {.ng = true, .link = RECORDING_QINQ}},
	{"VLAN in 0x9100", {.link = RECORDING_QINQ_OLD}},
	{"Wi-Fi", {.link = RECORDING_WIFI}},
	{"Wi-Fi behind radiotap", {.ng = true, .link = RECORDING_RADIOTAP}},
	{"Linux cooked v1", {.link = RECORDING_SLL}},
	{"Linux cooked v2", {.link = RECORDING_SLL2, .nano = true}},
	{"pcapng, an interface of each link type", {.ng = true, .link = RECORDING_MIXED}},
	{"pcapng, the same in sections",
         {.ng = true, .link = RECORDING_MIXED, .frames_a_section = 50}},
	{"snap length 600", {.snap_size = 600}},
};

static int explain(const struct recording *r, const struct recording_form *form, char *text)
{
	char errors[1024];
	int code = recording_explain(r, form, text, TEXT_MAX, errors, sizeof(errors));

	assert_string_equal(errors, "");
	return code;
}

/* Numbers of frames are the form's. */
static void drop_frames(char *said)
{
	static const char name[] = ",\"frames\":[";

	for (char *at = said; (at = strstr(at, name));) {
		char *end = strchr(at, ']');

		if (!end)
			return;
		memmove(at, end + 1, strlen(end + 1) + 1);
	}
}

/* What is said of @mac (or of the first client): software, step, and all findings in full. */
static void said(const char *json, const char *mac, char *ret)
{
	char want[64];
	const char *at, *step, *end;

	(void)snprintf(want, sizeof(want), "{\"mac\":\"%s", mac);
	ret[0] = '\0';
	at = strstr(json, want);
	if (!at || !(at = strstr(at, "\"software\"")) || !(step = strstr(at, "\"step\"")) ||
	    !(end = strstr(step, "\"attempts\"")))
		return;
	(void)snprintf(ret, SAID_MAX, "%.*s %.*s", (int)strcspn(at, ","), at, (int)(end - step),
	               step);
	drop_frames(ret);
}

/* Shared: these are large. */
static char text[TEXT_MAX], first[SAID_MAX], then[SAID_MAX];

static void a_boot_is_explained_alike_in_every_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < boots_count; i++) {
		static const struct recording_form plain;
		struct recording r;

		recording_load_named(&r, boots[i]);
		int code = explain(&r, &plain, text);

		said(text, "", first);
		assert_true(first[0] != '\0');
		for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
			int now = explain(&r, &forms[k].form, text);

			said(text, "", then);
			if (now != code || strcmp(first, then) != 0)
				print_error("%s as %s: exit %d, %s\nbut plain: exit %d, %s\n",
				            boots[i], forms[k].name, now, then, code, first);
			assert_int_equal(now, code);
			assert_string_equal(then, first);
		}
		recording_reset(&r);
	}
}

/* Without link-layer addresses a solicitation from :: is nobody's; nothing else may change. */
static void a_boot_without_addresses_of_frames_has_the_same_verdict(void **state)
{
	static const struct recording_form bare[] = {{.link = RECORDING_RAW},
	                                             {.link = RECORDING_NULL, .big = true},
	                                             {.ng = true, .link = RECORDING_RAW}};
	static const struct recording_form plain;

	(void)state;
	for (size_t i = 0; i < boots_count; i++) {
		struct recording r;
		char a[64], b[64];

		recording_load_named(&r, boots[i]);
		int code = explain(&r, &plain, text);

		said(text, "", first);
		recording_verdict(text, a, sizeof(a));
		for (size_t k = 0; k < sizeof(bare) / sizeof(bare[0]); k++) {
			assert_int_equal(explain(&r, &bare[k], text), code);
			said(text, "", then);
			recording_verdict(text, b, sizeof(b));
			assert_string_equal(b, a);
			assert_memory_equal(then, first, strcspn(first, "["));
		}
		recording_reset(&r);
	}
}

/* What recorders do to frames. */

/* A port that mirrors both directions of a switch. */
static void twice(struct recording *ret, const struct recorded *f, size_t number)
{
	(void)number;
	recording_put(ret, f->at, f->octets, f->size, f->original_size);
	recording_put(ret, f->at + BR_MS / 50, f->octets, f->size, f->original_size);
}

/* The same, and one of them still has its tag. */
static void twice_tagged(struct recording *ret, const struct recorded *f, size_t number)
{
	static const uint8_t tag[] = {0x81, 0x00, 0x00, 0x2a};
	static uint8_t made[TEXT_MAX];

	(void)number;
	memcpy(made, f->octets, 12);
	memcpy(made + 12, tag, sizeof(tag));
	memcpy(made + 12 + sizeof(tag), f->octets + 12, f->size - 12);
	recording_put(ret, f->at, made, f->size + sizeof(tag), f->original_size + sizeof(tag));
	recording_put(ret, f->at + BR_MS / 50, f->octets, f->size, f->original_size);
}

/* Short frames are filled up, and all end in an FCS. */
static void padded(struct recording *ret, const struct recorded *f, size_t number)
{
	static uint8_t made[TEXT_MAX];
	size_t size = f->size < f->original_size ? f->size : f->size < 60 ? 64 : f->size + 4;

	(void)number;
	memset(made, 0xa5, sizeof(made));
	memcpy(made, f->octets, f->size);
	recording_put(ret, f->at, made, size, f->original_size < 60 ? 64 : f->original_size + 4);
}

/* The NIC makes the checksums, after the recorder. */
static void unsummed(struct recording *ret, const struct recorded *f, size_t number)
{
	struct recorded *to;

	(void)number;
	recording_put(ret, f->at, f->octets, f->size, f->original_size);
	to = &ret->frame[ret->frames - 1];
	if (to->size < 42 || to->octets[12] != 0x08 || to->octets[13] != 0)
		return;
	memset(to->octets + 24, 0, 2);
	if (to->octets[23] == 17)
		memset(to->octets + 40, 0x5a, 2);
	else if (to->octets[23] == 6 && to->size >= 54)
		memset(to->octets + 50, 0x5a, 2);
}

/* The NIC cuts TCP into segments, after the recorder: Windows then has no total length in IP. */
static void unsegmented(struct recording *ret, const struct recorded *f, size_t number)
{
	struct recorded *to;

	(void)number;
	recording_put(ret, f->at, f->octets, f->size, f->original_size);
	to = &ret->frame[ret->frames - 1];
	if (to->original_size > 1000 && to->octets[12] == 0x08 && to->octets[13] == 0 &&
	    to->octets[23] == 6)
		memset(to->octets + 16, 0, 2);
}

/* A converter that takes what was kept for all there was. */
static void understated(struct recording *ret, const struct recorded *f, size_t number)
{
	(void)number;
	recording_put(ret, f->at, f->octets, f->size, (uint32_t)f->size);
}

/* The clock is set back an hour at the fifth frame. */
static void set_back(struct recording *ret, const struct recorded *f, size_t number)
{
	br_time at = number < 5 ? f->at : f->at - 3600 * BR_S;

	recording_put(ret, at, f->octets, f->size, f->original_size);
}

static void what_recorders_do_to_frames_changes_nothing(void **state)
{
	static const struct {
		const char *name;
		void (*change)(struct recording *ret, const struct recorded *f, size_t number);
		bool times; /* what is said of times may differ */
	} changes[] = {{"mirrored", twice, false},
	               {"mirrored with a tag", twice_tagged, false},
	               {"padded", padded, false},
	               {"without checksums", unsummed, false},
	               {"without IP lengths", unsegmented, false},
	               {"of understated length", understated, false},
	               {"clock set back", set_back, true}};
	static const struct recording_form ng = {.ng = true, .nano = true}, plain;

	(void)state;
	for (size_t i = 0; i < boots_count; i++) {
		struct recording r;

		recording_load_named(&r, boots[i]);
		int code = explain(&r, &plain, text);

		said(text, "", first);
		for (size_t k = 0; k < sizeof(changes) / sizeof(changes[0]); k++) {
			struct recording changed = {0};

			for (size_t n = 0; n < r.frames; n++)
				changes[k].change(&changed, &r.frame[n], n);
			int now = explain(&changed, &ng, text);

			said(text, "", then);
			if (changes[k].times) {
				recording_verdict(text, then, SAID_MAX);
				assert_non_null(strstr(first, then));
			} else if (strcmp(then, first) != 0) {
				print_error("%s %s: %s\nbut plain: %s\n", boots[i], changes[k].name,
				            then, first);
				assert_string_equal(then, first);
			}
			assert_int_equal(now, code);
			recording_reset(&changed);
		}
		recording_reset(&r);
	}
}

/* A second recorder, whose clock is hours off, has the same; or all but the DHCP; or began later.
 * Firmware that numbers nothing booted again is no copy.
 */
static void a_second_recorder_changes_nothing(void **state)
{
	static const struct recording_form nano = {.nano = true};
	static const char *const recorded[] = {"ovmf-virtio-two.pcap", "slof-vlan-loss5.pcap",
	                                       "s390-ccw-proxy.pcap"};
	char errors[256];

	(void)state;
	for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
		struct recording r;

		recording_load_named(&r, recorded[i]);
		int code = explain(&r, &nano, text);

		said(text, "", first);
		for (int k = 0; k < 4; k++) {
			struct recording other = {0};
			size_t since = k < 2 ? 0 : recording_find_tftp(&r, 0, 1);

			for (size_t n = since; n < r.frames; n++) {
				struct recorded f = r.frame[n];

				f.at += k % 2 ? 7 * 3600 * BR_S : 0;
				f.at -= k % 2 ? 0 : 7 * 3600 * BR_S;
				recording_put(&other, f.at, f.octets, f.size, f.original_size);
			}
			assert_int_equal(recording_explain_both(&r, &other, &nano, text, TEXT_MAX,
			                                        errors, sizeof(errors)),
			                 code);
			said(text, "", then);
			assert_string_equal(then, first);
			recording_reset(&other);
		}
		recording_reset(&r);
	}
}

static void another_boot_of_the_same_firmware_is_no_copy(void **state)
{
	static const struct recording_form plain;
	struct recording one, other;
	char errors[256];

	(void)state;
	recording_load_named(&one, "slof-vlan-loss5.pcap");
	recording_load_named(&other, "slof-vlan-combined.pcap");
	(void)recording_explain_both(&one, &other, &plain, text, TEXT_MAX, errors, sizeof(errors));
	assert_non_null(strstr(text, "\"duplicates\":0,"));
	recording_reset(&one);
	recording_reset(&other);
}

/* Give the client's MAC another last octets everywhere it stands, DHCP's chaddr included. */
static void rename_client(struct recording *r, const uint8_t mac[6], uint8_t number)
{
	for (size_t i = 0; i < r->frames; i++) {
		struct recorded *f = &r->frame[i];

		for (size_t k = 0; k + 6 <= f->size && k < 400; k++) {
			if (!memcmp(f->octets + k, mac, 6))
				f->octets[k + 4] = number;
		}
	}
}

/* ...and its address, wherever that stands in headers, ARP and DHCP. */
static void readdress_client(struct recording *r, const uint8_t address[4], uint8_t number)
{
	for (size_t i = 0; i < r->frames; i++) {
		struct recorded *f = &r->frame[i];

		for (size_t k = 14; k + 4 <= f->size && k < 400; k++) {
			if (!memcmp(f->octets + k, address, 4))
				f->octets[k + 3] = number;
		}
		recording_fix(r, i);
	}
}

static void append(struct recording *all, const struct recording *r, br_time shift)
{
	for (size_t i = 0; i < r->frames; i++) {
		const struct recorded *f = &r->frame[i];

		recording_put(all, f->at - r->frame[0].at + shift, f->octets, f->size,
		              f->original_size);
	}
}

/* Four clients at once, whose xids and ports are the same, frame between frame. */
static void clients_that_boot_at_once_are_told_apart(void **state)
{
	static const char *const mixed[] = {"ovmf-virtio-nofile.pcap", "ovmf-virtio-no4011.pcap",
	                                    "ovmf-virtio-tftpnoopt.pcap",
	                                    "seabios-virtio-closed4011.pcap"};
	static const uint8_t mac[] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
	static const uint8_t address[] = {192, 0, 2, 158};
	static const struct recording_form ng = {.ng = true, .link = RECORDING_ETHERNET};
	static char alone[4][SAID_MAX];
	struct recording all = {0};

	(void)state;
	for (uint8_t i = 0; i < 4; i++) {
		struct recording r;

		recording_load_named(&r, mixed[i]);
		(void)explain(&r, &ng, text);
		said(text, "", alone[i]);
		rename_client(&r, mac, i);
		readdress_client(&r, address, (uint8_t)(i + 100));
		append(&all, &r, 1000 * BR_S + i * 10 * BR_MS);
		recording_reset(&r);
	}
	recording_sort(&all);
	assert_int_equal(explain(&all, &ng, text), 1);
	for (size_t i = 0; i < 4; i++) {
		char name[24], a[64], b[64];

		(void)snprintf(name, sizeof(name), "52:54:00:12:%02zx:56", i);
		said(text, name, then);
		recording_verdict(then, a, sizeof(a));
		recording_verdict(alone[i], b, sizeof(b));
		assert_string_equal(a, b);
		assert_memory_equal(then, alone[i], strcspn(alone[i], " "));
	}
	recording_reset(&all);
}

/* 128 octets end before the options of DHCP: TFTP and HTTP are still followed. */
static void a_short_snap_length_is_said_and_blames_nobody(void **state)
{
	static const struct recording_form cut[] = {{.snap_size = 128},
	                                            {.snap_size = 300},
	                                            {.ng = true, .snap_size = 128},
	                                            {.link = RECORDING_VLAN, .snap_size = 128}};
	static const struct recording_form plain;

	(void)state;
	for (size_t i = 0; i < boots_count; i++) {
		struct recording r;

		if (strstr(boots[i], "6"))
			continue; /* no DHCPv4 to be cut, or its name says so */
		recording_load_named(&r, boots[i]);
		(void)explain(&r, &plain, text);
		bool whole = recording_has_finding(text, "capture.cut");

		assert_false(whole);
		for (size_t k = 0; k < 4; k++) {
			(void)explain(&r, &cut[k], text);
			if (!recording_has_finding(text, "capture.cut") &&
			    !strstr(text, "\"verdict\":\"capture.cut\""))
				print_error("%s cut to %u: %s\n", boots[i],
				            (unsigned)cut[k].snap_size, text);
			assert_true(recording_has_finding(text, "capture.cut") ||
			            strstr(text, "\"verdict\":\"capture.cut\""));
			assert_false(recording_has_finding(text, "dhcp.offer-malformed"));
			assert_false(recording_has_finding(text, "dhcp.no-netmask"));
			assert_false(recording_has_finding(text, "pxe.vendor-malformed"));
			assert_false(recording_has_finding(text, "dhcp.no-boot-data"));
		}
		recording_reset(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_boot_is_explained_alike_in_every_form),
		cmocka_unit_test(a_boot_without_addresses_of_frames_has_the_same_verdict),
		cmocka_unit_test(what_recorders_do_to_frames_changes_nothing),
		cmocka_unit_test(a_second_recorder_changes_nothing),
		cmocka_unit_test(another_boot_of_the_same_firmware_is_no_copy),
		cmocka_unit_test(clients_that_boot_at_once_are_told_apart),
		cmocka_unit_test(a_short_snap_length_is_said_and_blames_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
