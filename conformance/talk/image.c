/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/talk/image.h"

#include <string.h>

#include "core/base/arch.h"
#include "core/base/text.h"

enum {
	PE_OFFSET_AT = 0x3c, /* where the file says its PE header is */
	LINUX_MAGIC_AT = 0x202,
	TELLING = 4, /* octets that tell a kind */
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

static void look_into_pe(struct br_image_kind *kind, struct br_octets o)
{
	static const char pe[] = {'P', 'E', 0, 0}, linux_magic[] = {'H', 'd', 'r', 'S'};

	if (o.size < PE_OFFSET_AT + 4)
		return;
	uint32_t at = le32(o.data + PE_OFFSET_AT);

	if (at <= o.size && o.size - at >= 6 && !memcmp(o.data + at, pe, sizeof(pe)))
		kind->machine = (uint16_t)(o.data[at + 4] | o.data[at + 5] << 8);
	if (o.size < LINUX_MAGIC_AT + sizeof(linux_magic))
		return;
	kind->linux = !memcmp(o.data + LINUX_MAGIC_AT, linux_magic, sizeof(linux_magic));
	kind->deep = kind->machine != 0;
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
	} else if (br_text_starts(o, "#!ipxe")) {
		kind.image = BR_IMAGE_IPXE;
	} else if (br_text_starts_nocase(o, "<!doc") || br_text_starts_nocase(o, "<htm")) {
		kind.image = BR_IMAGE_HTML;
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
