/* Start-up: stack, vectors, zeroed data. */
	.section .reset, "ax"
	j	1f
	.balign	4
2:	.word	_start
1:	l32r	a0, 2b
	jx	a0

	.section .vectors, "ax"		/* offsets of the lx106 core */
	.balign	256
vectors:
	.org	0x30
	j	trap			/* kernel exception */
	.org	0x50
	j	trap			/* user exception */
	.org	0x70
	j	trap			/* double exception */
	.org	0x80
	.literal_position
	.balign	4
trap:	rsr.exccause	a2
	rsr.epc1	a3
	rsr.excvaddr	a4
	movi	a1, __stack_top
	call0	sendTrap

	.text
	.literal_position
	.balign	4
	.globl	_start
_start:
	movi	a1, __stack_top
	movi	a2, vectors
	wsr.vecbase	a2
	movi	a2, 0
	wsr.ps	a2
	rsync
	movi	a2, __bss_start
	movi	a3, __bss_end
	movi	a4, 0
1:	bgeu	a2, a3, 2f
	s32i	a4, a2, 0
	addi	a2, a2, 4
	j	1b
2:	call0	startBoard
