/* Walking through bytecode: the host and the compiler do. */
#ifndef XSNN_INSTRUCTION
#define XSNN_INSTRUCTION

#include "xsAll.h"
#include "xsScript.h"

/* The size of an instruction without the function's body that may follow. */
static inline txSize instructionSize(const txByte* at)
{
	txS1 size = gxCodeSizes[*(const txU1*)at];
	txU4 count = 0;
	if (size > 0)
		return size;
	if (size == 0)
		return 1 + sizeof(txID);
	memcpy(&count, at + 1, -size); /* -size bytes tell how many follow them */
	return 1 - size + count;
}

#endif
