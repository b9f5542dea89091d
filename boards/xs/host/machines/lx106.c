/*
 * QEMU's Xtensa machine "sim" with the ESP8266's core. The job is a file, read through the simulator's calls; frames go to
 * QEMU's own descriptor 3.
 */
#include "bare.h"

enum { SYS_exit = 1, SYS_read = 3, SYS_write = 4, SYS_open = 5 };
enum { UART_IN = 0, UART_OUT = 1, OUTPUT = 3, INPUT_FLAGS = 0 /* O_RDONLY: QEMU takes Linux' numbers */ };

static int simcall(int operation, int x, int y, int z)
{
	register int a2 asm("a2") = operation;
	register int a3 asm("a3") = x;
	register int a4 asm("a4") = y;
	register int a5 asm("a5") = z;
	asm volatile ("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
	return a2;
}

void readJob(void* into, size_t size)
{
	static int job = -1;
	if (job < 0)
		job = simcall(SYS_open, (int)JOB_PATH, INPUT_FLAGS, 0);
	while (size) {
		int count = simcall(SYS_read, job, (int)into, size);
		if (count <= 0)
			stop(1); /* the job is cut short */
		into = (char*)into + count;
		size -= count;
	}
}

void writeFrames(const void* from, size_t size)
{
	while (size) {
		int count = simcall(SYS_write, OUTPUT, (int)from, size);
		if (count <= 0)
			stop(1); /* nobody listens any more */
		from = (const char*)from + count;
		size -= count;
	}
}

/* QEMU's serial port is the simulator's console, which gives nothing where nothing has come. */
void uartWrite(const void* from, size_t size)
{
	while (size) {
		int count = simcall(SYS_write, UART_OUT, (int)from, size);
		if (count < 0)
			stop(1);
		from = (const char*)from + count;
		size -= count;
	}
}

void uartRead(void* into, size_t size)
{
	while (size) {
		int count = simcall(SYS_read, UART_IN, (int)into, size);
		if (count > 0) {
			into = (char*)into + count;
			size -= count;
		}
	}
}

void stop(int status)
{
	simcall(SYS_exit, status, 0, 0);
	for (;;) ;
}

/*
 * Under -icount shift=7 an instruction takes 128 ns of virtual time, in which CCOUNT at 40 MHz advances by 5.12. A
 * difference of two readings is off by less than one count, a fifth of an instruction, so that rounding is exact, as long as
 * it is one difference: that to the first reading. CCOUNT has 32 bits: this must be called at least every 800 million
 * instructions, and is, at every tile of the model.
 */
uint64_t instructionsRetired(void)
{
	static uint64_t cycles = 0;
	static uint32_t last;
	static int isFirst = 1;
	uint32_t now;
	asm volatile ("rsr.ccount %0" : "=r"(now));
	if (!isFirst)
		cycles += (uint32_t)(now - last);
	isFirst = 0;
	last = now;
	return (cycles * 25 + 64) >> 7;
}

/* The core cannot. */
void protectFlash(void)
{
}
