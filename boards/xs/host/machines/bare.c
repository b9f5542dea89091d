/* A machine without an operating system: regions of memory, and the few leaves of the C library that want a system. */
#include "bare.h"
#include <sys/time.h>

Region flashRegion(void)
{
	return (Region){ __frozen, __flash_end };
}

Region ramRegion(void)
{
	return (Region){ __ram, __ram_end };
}

/* Where fxAbort still finds room to say so. */
char* nativeStackLimit(void)
{
	return __stack_bottom + 4096;
}

void startBoard(void)
{
	stop(runImage((const Image*)__image));
}

/* A board has no calendar, and a run that can be repeated no clock. */
int gettimeofday(struct timeval* time, void* zone)
{
	memset(time, 0, sizeof(*time));
	return 0;
}

/* Picolibc's loses the low bits of numbers from 2 ** 64 on, and so would `| 0`. */
double trunc(double number)
{
	uint64_t bits;
	memcpy(&bits, &number, sizeof(bits));
	int exponent = (int)((bits >> 52) & 0x7ff) - 1023;
	if (exponent >= 52)
		return number; /* an integer, an infinity or no number */
	bits &= ~((exponent < 0) ? UINT64_MAX >> 1 : UINT64_MAX >> (12 + exponent));
	memcpy(&number, &bits, sizeof(bits));
	return number;
}

void _exit(int status)
{
	stop(status);
}
