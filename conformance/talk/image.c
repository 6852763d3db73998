/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/talk/image.h"

#include <string.h>

#include "core/base/arch.h"
#include "core/base/text.h"

enum {
	PE_OFFSET_AT = 0x3c, /* where the file says its PE header is */
	LINUX_MAGIC_AT = 0x202,
	TELLING = 4,      /* octets that tell a kind */
	TEXT_SEEN = 16,   /* letters in a row that are no accident */
	OPTIONAL_AT = 24, /* the optional header, behind the octets PE */
	SECTION_SIZE = 40,
	SETUP_SECTORS_AT = 0x1f1,
	SETUP_SECTORS_DEFAULT = 4,
	SYSTEM_SIZE_AT = 0x1f4,
	SECTOR = 512,
	PARAGRAPH = 16,
	SECTIONS_MAX = 96, /* more no loader takes */
	MACHINE_I386 = 0x14c,
	MACHINE_ARM = 0x1c0,
	MACHINE_THUMB = 0x1c2,
	MACHINE_ARMNT = 0x1c4,
	MACHINE_EBC = 0xebc,
	MACHINE_AMD64 = 0x8664,
	MACHINE_ARM64 = 0xaa64,
	MACHINE_RISCV32 = 0x5032,
	MACHINE_RISCV64 = 0x5064,
	MACHINE_LOONGARCH32 = 0x6232,
	MACHINE_LOONGARCH64 = 0x6264,
};

static const struct {
	uint16_t arch, machine;
} machines[] = {
	{BR_ARCH_X86_UEFI, MACHINE_I386},
	{BR_ARCH_X86_UEFI_HTTP, MACHINE_I386},
	{BR_ARCH_X64_UEFI, MACHINE_AMD64},
	{BR_ARCH_X64_UEFI_HTTP, MACHINE_AMD64},
	{BR_ARCH_EBC, MACHINE_AMD64}, /* some x64 firmware says 9: core/base/arch.h */
	{BR_ARCH_EBC_HTTP, MACHINE_AMD64},
	{BR_ARCH_ARM32_UEFI, MACHINE_THUMB},
	{BR_ARCH_ARM32_UEFI_HTTP, MACHINE_THUMB},
	{BR_ARCH_ARM64_UEFI, MACHINE_ARM64},
	{BR_ARCH_ARM64_UEFI_HTTP, MACHINE_ARM64},
	{BR_ARCH_RISCV32_UEFI, MACHINE_RISCV32},
	{BR_ARCH_RISCV32_UEFI_HTTP, MACHINE_RISCV32},
	{BR_ARCH_RISCV64_UEFI, MACHINE_RISCV64},
	{BR_ARCH_RISCV64_UEFI_HTTP, MACHINE_RISCV64},
	{BR_ARCH_LOONGARCH32_UEFI, MACHINE_LOONGARCH32},
	{BR_ARCH_LOONGARCH32_UEFI_HTTP, MACHINE_LOONGARCH32},
	{BR_ARCH_LOONGARCH64_UEFI, MACHINE_LOONGARCH64},
	{BR_ARCH_LOONGARCH64_UEFI_HTTP, MACHINE_LOONGARCH64},
};

static bool only_zeros(struct br_octets o)
{
	for (size_t i = 0; i < o.size; i++) {
		if (o.data[i])
			return false;
	}
	return true;
}

static uint32_t le32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

/* Where the last of the sections ends: PE format 4 */
static uint64_t end_of_sections(struct br_octets o, size_t at, uint16_t count)
{
	uint64_t end = 0;

	if (count > SECTIONS_MAX || at > o.size || o.size - at < (size_t)count * SECTION_SIZE)
		return 0;
	for (; count > 0; count--, at += SECTION_SIZE) {
		uint64_t size = le32(o.data + at + 16), start = le32(o.data + at + 20);

		if (size > 0 && start + size > end)
			end = start + size;
	}
	return end;
}

/* Behind the PE header at @at: PE format 3.3 and 3.4 */
static void look_into_header(struct br_image_kind *kind, struct br_octets o, size_t at)
{
	const uint8_t *pe = o.data + at;
	size_t left = o.size - at;

	if (left < OPTIONAL_AT + 2)
		return;
	bool plus = pe[OPTIONAL_AT] == 0x0b && pe[OPTIONAL_AT + 1] == 0x02;
	size_t directories = OPTIONAL_AT + (plus ? 112 : 96);
	size_t certificates = directories + 4 * 8;

	if (left >= certificates + 8)
		kind->signature = le32(pe + directories - 4) > 4 && le32(pe + certificates + 4) > 0
		                          ? BR_SIGNATURE_SOME
		                          : BR_SIGNATURE_NONE;
	kind->needs = end_of_sections(o, at + OPTIONAL_AT + (size_t)(pe[20] | pe[21] << 8),
	                              (uint16_t)(pe[6] | pe[7] << 8));
	if (kind->signature == BR_SIGNATURE_SOME && kind->needs > 0) {
		uint64_t end = (uint64_t)le32(pe + certificates) + le32(pe + certificates + 4);

		kind->needs = end > kind->needs ? end : kind->needs;
	}
}

static void look_into_pe(struct br_image_kind *kind, struct br_octets o)
{
	static const char pe[] = {'P', 'E', 0, 0}, linux_magic[] = {'H', 'd', 'r', 'S'};

	if (o.size < PE_OFFSET_AT + 4)
		return;
	uint32_t at = le32(o.data + PE_OFFSET_AT);

	if (at <= o.size && o.size - at >= 6 && !memcmp(o.data + at, pe, sizeof(pe)))
		kind->machine = (uint16_t)(o.data[at + 4] | o.data[at + 5] << 8);
	if (kind->machine)
		look_into_header(kind, o, at);
	if (o.size < LINUX_MAGIC_AT + sizeof(linux_magic))
		return;
	kind->linux = !memcmp(o.data + LINUX_MAGIC_AT, linux_magic, sizeof(linux_magic));
	kind->deep = kind->machine != 0;
}

/* How long a kernel for x86 is: Linux, Documentation/arch/x86/boot.rst, setup_sects and syssize */
static uint64_t end_of_kernel(struct br_octets o)
{
	static const char magic[] = {'H', 'd', 'r', 'S'};
	uint64_t sectors;

	if (o.size < LINUX_MAGIC_AT + sizeof(magic) ||
	    memcmp(o.data + LINUX_MAGIC_AT, magic, sizeof(magic)) != 0)
		return 0;
	sectors = o.data[SETUP_SECTORS_AT] ? o.data[SETUP_SECTORS_AT] : SETUP_SECTORS_DEFAULT;
	return (sectors + 1) * SECTOR + (uint64_t)le32(o.data + SYSTEM_SIZE_AT) * PARAGRAPH;
}

static uint64_t number(struct br_octets o, size_t at, size_t size, bool big)
{
	uint64_t value = 0;

	for (size_t i = 0; at + size <= o.size && i < size; i++)
		value |= (uint64_t)o.data[at + i] << 8 * (big ? size - 1 - i : i);
	return value;
}

/* Where an ELF file's table of sections ends, which is commonly its end: ELF-64 object file format,
 * table 2. 0: it has none.
 */
static uint64_t end_of_elf(struct br_octets o)
{
	bool wide = o.size > 5 && o.data[4] == 2, big = o.size > 5 && o.data[5] == 2;
	uint64_t start = wide ? number(o, 40, 8, big) : number(o, 32, 4, big);
	uint64_t size = number(o, wide ? 58 : 46, 2, big),
		 count = number(o, wide ? 60 : 48, 2, big);

	return start > UINT32_MAX || start == 0 || count == 0 ? 0 : start + size * count;
}

static bool is_compressed(struct br_octets o)
{
	static const uint8_t gzip[] = {0x1f, 0x8b, 8}, xz[] = {0xfd, '7', 'z', 'X'},
			     zstd[] = {0x28, 0xb5, 0x2f, 0xfd};

	return !memcmp(o.data, gzip, sizeof(gzip)) || !memcmp(o.data, xz, sizeof(xz)) ||
	       !memcmp(o.data, zstd, sizeof(zstd));
}

static bool is_text(struct br_octets o)
{
	for (size_t i = 0; i < o.size; i++) {
		uint8_t c = o.data[i];

		if ((c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
			return false;
	}
	return o.size >= TEXT_SEEN;
}

/* A page may begin with blanks, a comment or an XML line. */
static bool has_html(struct br_octets o)
{
	while (o.size > 0 && (o.data[0] <= ' ' || br_text_starts(o, "\xef\xbb\xbf"))) {
		size_t step = o.data[0] <= ' ' ? 1 : 3;

		o.data += step;
		o.size -= step;
	}
	if (br_text_starts_nocase(o, "<!doctype html") || br_text_starts_nocase(o, "<html"))
		return true;
	if (!br_text_starts(o, "<!--") && !br_text_starts(o, "<?xml"))
		return false;
	for (; o.size > 5; o.data++, o.size--) {
		if (br_text_starts_nocase(o, "<html"))
			return true;
	}
	return false;
}

struct br_image_kind br_image_of(struct br_octets start)
{
	struct br_image_kind kind = {.image = BR_IMAGE_OTHER};
	struct br_octets o = start;

	if (o.size < TELLING || only_zeros(o))
		return (struct br_image_kind){.image = BR_IMAGE_UNSEEN};
	if (o.data[0] == 'M' && o.data[1] == 'Z') {
		kind.image = BR_IMAGE_PE;
		look_into_pe(&kind, o);
	} else if (br_text_starts(o, "\x7f"
	                             "ELF")) {
		kind.image = BR_IMAGE_ELF;
		kind.needs = end_of_elf(o);
	} else if (br_text_starts(o, "#!ipxe")) {
		kind.image = BR_IMAGE_IPXE;
	} else if (br_text_starts_nocase(o, "<!doc") || br_text_starts_nocase(o, "<htm")) {
		kind.image = BR_IMAGE_HTML;
	} else if (is_compressed(o)) {
		kind.image = BR_IMAGE_GZIP;
	} else if (is_text(o)) {
		kind.image = has_html(o) ? BR_IMAGE_HTML : BR_IMAGE_TEXT;
	} else {
		kind.needs = end_of_kernel(o);
	}
	return kind;
}

bool br_image_suits_uefi(const struct br_image_kind *kind, int32_t arch)
{
	bool thumb = kind->machine == MACHINE_ARM || kind->machine == MACHINE_ARMNT;
	uint16_t machine = thumb ? MACHINE_THUMB : kind->machine;

	if (kind->image == BR_IMAGE_UNSEEN)
		return true;
	if (kind->image != BR_IMAGE_PE)
		return false;
	if (machine == 0 || machine == MACHINE_EBC)
		return true;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (machines[i].arch == arch)
			return machines[i].machine == machine;
	}
	return true;
}

enum family {
	FAMILY_UNKNOWN,
	FAMILY_X86,
	FAMILY_ARM,
	FAMILY_RISCV,
	FAMILY_LOONGARCH,
};

static enum family family_of(uint16_t machine)
{
	switch (machine) {
	case MACHINE_I386:
	case MACHINE_AMD64:
		return FAMILY_X86;
	case MACHINE_ARM:
	case MACHINE_THUMB:
	case MACHINE_ARMNT:
	case MACHINE_ARM64:
		return FAMILY_ARM;
	case MACHINE_RISCV32:
	case MACHINE_RISCV64:
		return FAMILY_RISCV;
	case MACHINE_LOONGARCH32:
	case MACHINE_LOONGARCH64:
		return FAMILY_LOONGARCH;
	default:
		return FAMILY_UNKNOWN;
	}
}

bool br_image_is_foreign(const struct br_image_kind *kind, int32_t arch)
{
	enum family own = arch == BR_ARCH_X86_BIOS ? FAMILY_X86 : FAMILY_UNKNOWN;
	enum family file = kind->image == BR_IMAGE_PE ? family_of(kind->machine) : FAMILY_UNKNOWN;

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (machines[i].arch == arch)
			own = family_of(machines[i].machine);
	}
	return own != FAMILY_UNKNOWN && file != FAMILY_UNKNOWN && own != file;
}

const char *br_image_says(const struct br_image_kind *kind)
{
	switch (kind->image) {
	case BR_IMAGE_UNSEEN:
		return "something the capture does not show";
	case BR_IMAGE_ELF:
		return "an ELF file";
	case BR_IMAGE_IPXE:
		return "an iPXE script";
	case BR_IMAGE_HTML:
		return "an HTML page";
	case BR_IMAGE_GZIP:
		return "a compressed file (gzip, xz or zstd)";
	case BR_IMAGE_TEXT:
		return "a text";
	case BR_IMAGE_OTHER:
		return "no EFI program (it does not begin with \"MZ\")";
	case BR_IMAGE_PE:
		break;
	}
	switch (kind->machine) {
	case MACHINE_I386:
		return "an EFI program for 32-bit x86";
	case MACHINE_AMD64:
		return "an EFI program for x64";
	case MACHINE_ARM:
	case MACHINE_THUMB:
	case MACHINE_ARMNT:
		return "an EFI program for 32-bit ARM";
	case MACHINE_ARM64:
		return "an EFI program for ARM64";
	case MACHINE_RISCV32:
	case MACHINE_RISCV64:
		return "an EFI program for RISC-V";
	case MACHINE_LOONGARCH32:
	case MACHINE_LOONGARCH64:
		return "an EFI program for LoongArch";
	default:
		return "an EFI program";
	}
}
