/*
 * The board's serial port as JavaScript has it: the module "uart" (boards/xs/image.ts) takes these functions from the global
 * object. Both wait until all bytes have gone or come: what they retire is no part of a board's work.
 */
#include "host.h"

/* write(buffer, offset, length) */
static void writeUart(xsMachine* the)
{
	size_t size;
	const char* from = bufferBytes(the, &xsArg(0), &xsArg(1), &xsArg(2), &size);
	uint64_t start = instructionsRetired();
	uartWrite(from, size);
	excludeSince(start);
}

/* read(buffer, offset, length) */
static void readUart(xsMachine* the)
{
	size_t size;
	char* into = bufferBytes(the, &xsArg(0), &xsArg(1), &xsArg(2), &size);
	uint64_t start = instructionsRetired();
	uartRead(into, size);
	excludeSince(start);
}

void defineUart(txMachine* the)
{
	xsBeginHost(the);
	xsVars(2);
	xsVar(0) = xsNewObject();
	xsVar(1) = xsNewHostFunction(writeUart, 3);
	xsSet(xsVar(0), xsID("write"), xsVar(1));
	xsVar(1) = xsNewHostFunction(readUart, 3);
	xsSet(xsVar(0), xsID("read"), xsVar(1));
	xsSet(xsGlobal, xsID("uart"), xsVar(0));
	xsEndHost(the);
}
