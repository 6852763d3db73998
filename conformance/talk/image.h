/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/image.h - what a boot file is, by its first octets, and who can run it
 *
 * Captures often keep a few octets of each frame only: from little, less is said, and
 * never something wrong.
 */
#ifndef BR_CONFORMANCE_TALK_IMAGE_H
#define BR_CONFORMANCE_TALK_IMAGE_H

#include "core/base/bytes.h"

enum br_image {
	BR_IMAGE_UNSEEN, /* too little was kept, or only zeros */
	BR_IMAGE_PE,     /* "MZ": an EFI program, or a Linux kernel that is one too */
	BR_IMAGE_ELF,
	BR_IMAGE_IPXE, /* "#!ipxe" */
	BR_IMAGE_HTML, /* a page for people, such as a login portal's */
	BR_IMAGE_GZIP, /* compressed: RFC 1952; xz and zstd too */
	BR_IMAGE_TEXT, /* nothing but letters in what was seen */
	BR_IMAGE_OTHER,
};

enum br_image_signature { /* of a PE file: its certificate table, PE format 3.4.3 */
	BR_SIGNATURE_UNSEEN,
	BR_SIGNATURE_NONE, /* the table is empty: Secure Boot refuses it */
	BR_SIGNATURE_SOME, /* by whom is not looked at */
};

struct br_image_kind {
	enum br_image image;
	uint16_t machine; /* of the PE header, PE format specification 3.3.1; 0: not seen */
	bool linux;       /* has the x86 boot header, Documentation/arch/x86/boot.rst */
	bool deep;        /* enough was seen for @machine and @linux */
	enum br_image_signature signature;
	uint64_t needs; /* octets the file must have: to where its sections reach; 0: not seen */
};

/* @start: the first octets of the file, any number of them */
struct br_image_kind br_image_of(struct br_octets start);

/* Whether UEFI firmware of this type (enum br_arch) can start it: LoadImage() of the UEFI
 * specification wants a PE image for its own machine type. True also when not known.
 */
bool br_image_suits_uefi(const struct br_image_kind *kind, int32_t arch);

/* It is for processors of another family than those of this type (x86, ARM, RISC-V, LoongArch).
 * False when either is not known.
 */
bool br_image_is_foreign(const struct br_image_kind *kind, int32_t arch);
/* "an EFI program for ARM64"; for sentences */
const char *br_image_says(const struct br_image_kind *kind);

#endif /* BR_CONFORMANCE_TALK_IMAGE_H */
