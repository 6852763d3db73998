/* SPDX-License-Identifier: BSD-2-Clause */
/* core/base/arch.h - processor architecture types: what a client can run, and how it loads
 *
 * IANA "Processor Architecture Types": DHCPv4 option 93 (RFC 4578 §2.1), DHCPv6 option 61,
 * and five digits of option 60. The lists of RFC 4578 have 7 and 9 the wrong way round; here
 * 7 is x64 and 9 is byte code, and servers give both the same image unless told otherwise.
 */
#ifndef BR_CORE_BASE_ARCH_H
#define BR_CORE_BASE_ARCH_H

#include "core/base/bytes.h"

/* clang-format off */
/* X(type, CONSTANT, "name", transport) */
#define BR_ARCHES(X) \
	X(0,  X86_BIOS,        "x86-bios", TFTP) \
	X(1,  NEC_PC98,        "nec-pc98", TFTP) \
	X(2,  ITANIUM,         "itanium", TFTP) \
	X(3,  DEC_ALPHA,       "dec-alpha", TFTP) \
	X(4,  ARC_X86,         "arc-x86", TFTP) \
	X(5,  LEAN_CLIENT,     "intel-lean-client", TFTP) \
	X(6,  X86_UEFI,        "x86-uefi", TFTP) \
	X(7,  X64_UEFI,        "x64-uefi", TFTP) \
	X(8,  XSCALE,          "xscale-uefi", TFTP) \
	X(9,  EBC,             "ebc", TFTP) \
	X(10, ARM32_UEFI,      "arm32-uefi", TFTP) \
	X(11, ARM64_UEFI,      "arm64-uefi", TFTP) \
	X(12, PPC_OPEN,        "ppc-open-firmware", TFTP) \
	X(13, PPC_EPAPR,       "ppc-epapr", TFTP) \
	X(14, POWER_OPAL,      "power-opal", TFTP) \
	X(15, X86_UEFI_HTTP,   "x86-uefi-http", HTTP) \
	X(16, X64_UEFI_HTTP,   "x64-uefi-http", HTTP) \
	X(17, EBC_HTTP,        "ebc-http", HTTP) \
	X(18, ARM32_UEFI_HTTP, "arm32-uefi-http", HTTP) \
	X(19, ARM64_UEFI_HTTP, "arm64-uefi-http", HTTP) \
	X(20, X86_BIOS_HTTP,   "x86-bios-http", HTTP) \
	X(21, ARM32_UBOOT,     "arm32-uboot", TFTP) \
	X(22, ARM64_UBOOT,     "arm64-uboot", TFTP) \
	X(23, ARM32_UBOOT_HTTP, "arm32-uboot-http", HTTP) \
	X(24, ARM64_UBOOT_HTTP, "arm64-uboot-http", HTTP) \
	X(25, RISCV32_UEFI,    "riscv32-uefi", TFTP) \
	X(26, RISCV32_UEFI_HTTP, "riscv32-uefi-http", HTTP) \
	X(27, RISCV64_UEFI,    "riscv64-uefi", TFTP) \
	X(28, RISCV64_UEFI_HTTP, "riscv64-uefi-http", HTTP) \
	X(29, RISCV128_UEFI,   "riscv128-uefi", TFTP) \
	X(30, RISCV128_UEFI_HTTP, "riscv128-uefi-http", HTTP) \
	X(31, S390_BASIC,      "s390-basic", TFTP) \
	X(32, S390_EXTENDED,   "s390-extended", TFTP) \
	X(33, MIPS32_UEFI,     "mips32-uefi", TFTP) \
	X(34, MIPS64_UEFI,     "mips64-uefi", TFTP) \
	X(35, SUNWAY32_UEFI,   "sunway32-uefi", TFTP) \
	X(36, SUNWAY64_UEFI,   "sunway64-uefi", TFTP) \
	X(37, LOONGARCH32_UEFI, "loongarch32-uefi", TFTP) \
	X(38, LOONGARCH32_UEFI_HTTP, "loongarch32-uefi-http", HTTP) \
	X(39, LOONGARCH64_UEFI, "loongarch64-uefi", TFTP) \
	X(40, LOONGARCH64_UEFI_HTTP, "loongarch64-uefi-http", HTTP) \
	X(41, RPIBOOT,         "arm-rpiboot", TFTP)
/* clang-format on */

enum br_arch {
#define X(type, constant, name, transport) BR_ARCH_##constant = (type),
	BR_ARCHES(X)
#undef X
	BR_ARCH_COUNT
};

const char *br_arch_name(unsigned arch); /* "x64-uefi"; NULL outside the registry */
bool br_arch_is_http(unsigned arch);     /* loads by HTTP; false outside the registry */
bool br_arch_by_name(struct br_octets name, unsigned *ret_arch); /* or its number */

#endif /* BR_CORE_BASE_ARCH_H */
