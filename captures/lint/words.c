/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "captures/lint/config.h"
#include "core/base/arch.h"

/* How configurations write an architecture's number: dnsmasq(8), Kea's and dhcpd's expressions */
static const char *const forms[] = {"arch:%05u", "arch,%u",    "93,%u",  "61,%u",    "61,00:%02x",
                                    "00:%02x",   "0x%04x",     "0x%02x", "\"%05u\"", "'%05u'",
                                    "arch = %u", "arch == %u", "= %u;"};

/* Their names in pxe-service, dnsmasq(8) */
static const struct {
	const char *name;
	int arch;
} names[] = {
	{"x86pc", BR_ARCH_X86_BIOS},       {"ia32_efi", BR_ARCH_X86_UEFI},
	{"x86-64_efi", BR_ARCH_EBC},       {"bc_efi", BR_ARCH_X64_UEFI},
	{"arm32_efi", BR_ARCH_ARM32_UEFI}, {"arm64_efi", BR_ARCH_ARM64_UEFI},
};

/* What programs of a family have in their names */
static const struct {
	const char *word;
	int arch;
} families[] = {
	{"aa64", BR_ARCH_ARM64_UEFI},      {"arm64", BR_ARCH_ARM64_UEFI},
	{"aarch64", BR_ARCH_ARM64_UEFI},   {"ia32", BR_ARCH_X86_UEFI},
	{"i386", BR_ARCH_X86_UEFI},        {"x64", BR_ARCH_X64_UEFI},
	{"x86_64", BR_ARCH_X64_UEFI},      {"x86-64", BR_ARCH_X64_UEFI},
	{"amd64", BR_ARCH_X64_UEFI},       {"bootarm.", BR_ARCH_ARM32_UEFI},
	{"riscv64", BR_ARCH_RISCV64_UEFI},
};

bool br_lint_has(const char *text, const char *word)
{
	size_t size = strlen(word);

	for (; *text; text++) {
		if (strncasecmp(text, word, size) == 0)
			return true;
	}
	return false;
}

/* As a word: what goes on behind it is another number. */
static bool has_number(const char *text, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = text; *at; at++) {
		bool begins = at == text || !isxdigit((unsigned char)at[-1]) ||
		              !isxdigit((unsigned char)word[0]);

		if (begins && strncasecmp(at, word, size) == 0 &&
		    !isalnum((unsigned char)at[size]) && at[size] != ':')
			return true;
		if (begins && strncasecmp(at, word, size) == 0 && word[0] == 'a' && at[size] == ':')
			return true; /* "Arch:00007:UNDI" */
	}
	return false;
}

bool br_lint_names_arch(const char *text, int arch)
{
	char word[32];

	if (arch < 0)
		return false;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(word, sizeof(word), forms[i], (unsigned)arch);
#pragma GCC diagnostic pop
		if (has_number(text, word))
			return true;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].arch == arch && br_lint_has(text, names[i].name))
			return true;
	}
	return false;
}

static int family_of(int arch)
{
	switch (arch) {
	case BR_ARCH_X64_UEFI:
	case BR_ARCH_EBC:
	case BR_ARCH_X64_UEFI_HTTP:
	case BR_ARCH_EBC_HTTP:
		return BR_ARCH_X64_UEFI;
	case BR_ARCH_X86_UEFI:
	case BR_ARCH_X86_UEFI_HTTP:
		return BR_ARCH_X86_UEFI;
	case BR_ARCH_ARM64_UEFI:
	case BR_ARCH_ARM64_UEFI_HTTP:
		return BR_ARCH_ARM64_UEFI;
	case BR_ARCH_ARM32_UEFI:
	case BR_ARCH_ARM32_UEFI_HTTP:
		return BR_ARCH_ARM32_UEFI;
	case BR_ARCH_RISCV64_UEFI:
	case BR_ARCH_RISCV64_UEFI_HTTP:
		return BR_ARCH_RISCV64_UEFI;
	default:
		return arch;
	}
}

bool br_lint_same_family(int a, int b)
{
	return a >= 0 && b >= 0 && family_of(a) == family_of(b);
}

bool br_lint_file_is_for(const char *file, int arch)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (br_lint_has(file, families[i].word))
			return br_lint_same_family(families[i].arch, arch);
	}
	return false;
}
