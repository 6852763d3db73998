/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a BIOS machine's network boot program begins: PXE 2.1 4.4.5
 *
 * It stands at 0:7C00, !PXE is the far pointer at SS:SP + 4. Everything after here runs in
 * segment 0, with a stack below the program; nothing returns, for the program powers off.
 */
	.code16
	.section .start, "ax"
	.globl	start
start:
	cli
	cld
	movw	%sp, %bp
	movl	4(%bp), %eax		/* SS is still the ROM's: BP means it */
	xorw	%bx, %bx
	movw	%bx, %ds
	movw	%bx, %es
	movw	%bx, %ss
	movl	$0x7000, %esp		/* not in the program's first page */
	movl	%eax, %esi
	movl	$bss_start, %edi
	movl	$bss_end, %ecx
	subl	%edi, %ecx
	xorl	%eax, %eax
	rep stosb
	sti
	movl	%esi, br_pxe_structure
	ljmp	$0, $1f
1:	calll	br_bios_main
2:	hlt
	jmp	2b

/* uint32_t br_pxe_call(uint32_t opcode, void *parameters): 3.2, what a function says in AX.
 * What the ROM leaves of the registers is not said, so all are kept.
 */
	.text
	.globl	br_pxe_call
br_pxe_call:
	pushl	%ebp
	movl	%esp, %ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	pushw	%ds
	pushw	%es
	movw	8(%ebp), %bx
	movw	12(%ebp), %ax
	pushw	%ds
	pushw	%ax
	pushw	%bx
	lcallw	*br_pxe_entry
	addw	$6, %sp
	popw	%es
	popw	%ds
	cld
	sti
	movzwl	%ax, %eax
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	retl

/* uint8_t br_bios_peek(uint32_t segment, uint32_t offset): an octet of another segment */
	.globl	br_bios_peek
br_bios_peek:
	movl	8(%esp), %edx
	movw	4(%esp), %ax
	pushw	%es
	movw	%ax, %es
	movzbl	%es:(%edx), %eax
	popw	%es
	retl

/* void br_bios_power_off(void): APM 1.2 4.6, real mode, set state of all devices to off */
	.globl	br_bios_power_off
br_bios_power_off:
	movw	$0x5301, %ax
	xorw	%bx, %bx
	int	$0x15
	movw	$0x530e, %ax
	xorw	%bx, %bx
	movw	$0x0102, %cx
	int	$0x15
	movw	$0x5307, %ax
	movw	$1, %bx
	movw	$3, %cx
	int	$0x15
	retl
