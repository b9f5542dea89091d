/*
 * QEMU's RISC-V machine "virt", RV32IMC without an operating system. The job is a file, read through semihosting; frames go
 * to semihosting's console, which boards/qemu/ connects to QEMU's standard output.
 */
#include "bare.h"

enum { SYS_OPEN = 1, SYS_WRITE = 5, SYS_READ = 6, SYS_EXIT_EXTENDED = 0x20 };
enum { OPEN_READ_BINARY = 1, OPEN_WRITE_BINARY = 5 };

/* RISC-V semihosting: three instructions that must not be compressed nor straddle a page. */
static long semihost(long operation, const void* arguments)
{
	register long a0 asm("a0") = operation;
	register const void* a1 asm("a1") = arguments;
	asm volatile (
		".option push\n.option norvc\n.balign 16\n"
		"slli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\n"
		".option pop" : "+r"(a0) : "r"(a1) : "memory");
	return a0;
}

static long openFile(const char* path, long mode)
{
	long arguments[] = { (long)path, mode, (long)strlen(path) };
	return semihost(SYS_OPEN, arguments);
}

/* Both calls return how many bytes are left. */
void readJob(void* into, size_t size)
{
	static long job = -1;
	if (job < 0)
		job = openFile(JOB_PATH, OPEN_READ_BINARY);
	while (size) {
		long arguments[] = { job, (long)into, (long)size };
		long left = semihost(SYS_READ, arguments);
		if ((left < 0) || ((size_t)left >= size))
			stop(1); /* the job is cut short */
		into = (char*)into + (size - left);
		size = left;
	}
}

/* While its reader is busy QEMU may take nothing: then again. */
void writeFrames(const void* from, size_t size)
{
	static long console = -1;
	if (console < 0)
		console = openFile(":tt", OPEN_WRITE_BINARY);
	while (size) {
		long arguments[] = { console, (long)from, (long)size };
		long left = semihost(SYS_WRITE, arguments);
		if ((left < 0) || ((size_t)left > size))
			stop(1);
		from = (const char*)from + (size - left);
		size = left;
	}
}

/* An ns16550: bytes in and out at 0, line status at 5. */
static volatile uint8_t* const uart = (volatile uint8_t*)0x10000000;
enum { LINE_STATUS = 5, RECEIVED = 1, MAY_SEND = 0x20 };

void uartWrite(const void* from, size_t size)
{
	for (const uint8_t* p = from; size; size--) {
		while (!(uart[LINE_STATUS] & MAY_SEND)) ;
		uart[0] = *p++;
	}
}

/*
 * Sleeps until a byte may have come, so that a board that waits leaves the computer to the others. The interrupt is never
 * taken: it wakes the processor, and is then claimed at the interrupt controller, whose words these are.
 */
static void waitForByte(void)
{
	enum { INTERRUPT_ENABLE = 1, UART_IRQ = 10, EXTERNAL = 1 << 11 };
	static volatile uint32_t* const priorities = (volatile uint32_t*)0x0c000000;
	static volatile uint32_t* const enabled = (volatile uint32_t*)0x0c002000;
	static volatile uint32_t* const claim = (volatile uint32_t*)0x0c200004;
	if (!uart[INTERRUPT_ENABLE]) {
		uart[INTERRUPT_ENABLE] = RECEIVED;
		priorities[UART_IRQ] = 1;
		*enabled = 1 << UART_IRQ;
		asm volatile (".option push\n.option arch, +zicsr\ncsrs mie, %0\n.option pop" : : "r"(EXTERNAL));
		return;
	}
	asm volatile ("wfi");
	*claim = *claim;
}

void uartRead(void* into, size_t size)
{
	for (uint8_t* p = into; size; size--) {
		while (!(uart[LINE_STATUS] & RECEIVED))
			waitForByte();
		*p++ = uart[0];
	}
}

void stop(int status)
{
	long arguments[] = { 0x20026 /* ADP_Stopped_ApplicationExit */, status };
	semihost(SYS_EXIT_EXTENDED, arguments);
	for (;;) ;
}

/* Exact under -icount shift=0. */
uint64_t instructionsRetired(void)
{
	uint32_t high, low, again;
	do {
		asm volatile (".option push\n.option arch, +zicsr\n"
			"rdinstreth %0\nrdinstret %1\nrdinstreth %2\n.option pop" : "=r"(high), "=r"(low), "=r"(again));
	} while (high != again);
	return ((uint64_t)high << 32) | low;
}

/*
 * Physical memory protection, entry 1: from where entry 0 ends (0x80000000) to __flash_end may be read and executed but
 * not written, not even by machine mode, until the reset. A store there is a trap of cause 7.
 */
void protectFlash(void)
{
	enum { READ = 1, EXECUTE = 4, TOP_OF_RANGE = 8, LOCKED = 0x80 };
	uintptr_t start = 0x80000000 >> 2, end = (uintptr_t)__flash_end >> 2;
	asm volatile (".option push\n.option arch, +zicsr\n"
		"csrw pmpaddr0, %0\ncsrw pmpaddr1, %1\ncsrw pmpcfg0, %2\n.option pop"
		: : "r"(start), "r"(end), "r"((READ | EXECUTE | TOP_OF_RANGE | LOCKED) << 8) : "memory");
}
