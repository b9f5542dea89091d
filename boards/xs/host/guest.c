/* The guest: a module whose default export takes the host object of boards/guest/host.ts. */
#include "host.h"

/* The bytes [offset, offset + length) of an ArrayBuffer, or a RangeError. */
char* bufferBytes(txMachine* the, xsSlot* buffer, xsSlot* offset, xsSlot* length, size_t* size)
{
	xsIntegerValue start = xsToInteger(*offset);
	xsIntegerValue count = xsToInteger(*length);
	xsIntegerValue available = xsGetArrayBufferLength(*buffer);
	if ((start < 0) || (count < 0) || (start > available - count))
		xsRangeError("bytes %d to %d of a buffer of %d", (int)start, (int)(start + count), (int)available);
	*size = count;
	return (char*)xsToArrayBuffer(*buffer) + start;
}

/* receive(buffer, offset, length): waits for that many bytes of the job */
static void receive(xsMachine* the)
{
	size_t size;
	char* into = bufferBytes(the, &xsArg(0), &xsArg(1), &xsArg(2), &size);
	readJob(into, size);
}

/* send(kind, id, buffer, offset, length) */
static void sendBytes(xsMachine* the)
{
	size_t size;
	int kind = xsToInteger(xsArg(0));
	int id = xsToInteger(xsArg(1));
	char* from = bufferBytes(the, &xsArg(2), &xsArg(3), &xsArg(4), &size);
	sendFrame(kind, id, from, size);
}

/* startPeaks(buffer): collects garbage, puts live chunk bytes and slots in the buffer's first two int32, and measures peaks
   from here */
static void measure(xsMachine* the)
{
	if (xsGetArrayBufferLength(xsArg(0)) < 2 * (xsIntegerValue)sizeof(int32_t))
		xsRangeError("two words needed");
	startPeaks(the);
	int32_t* words = xsToArrayBuffer(xsArg(0));
	words[0] = the->currentChunksSize;
	words[1] = the->currentHeapCount;
}

/* count(layer) */
static void count(xsMachine* the)
{
	countLayer(xsToInteger(xsArg(0)));
}

/* retired() */
static void retired(xsMachine* the)
{
	xsResult = xsNumber((double)instructionsOfBoard());
}

static void define(txMachine* the, char* name, xsCallback callback, int length)
{
	xsVar(1) = xsNewHostFunction(callback, length);
	xsSet(xsVar(0), xsID(name), xsVar(1));
}

static char hostName[] = "xsnn host";

/* In the frozen machine, so that it takes no RAM. */
void defineGuest(txMachine* the)
{
	xsBeginHost(the);
	xsVars(2);
	xsVar(0) = xsNewObject();
	define(the, "receive", receive, 3);
	define(the, "send", sendBytes, 5);
	define(the, "startPeaks", measure, 1);
	define(the, "count", count, 1);
	define(the, "retired", retired, 0);
	xsSet(xsGlobal, xsID(hostName), xsVar(0));
	xsEndHost(the);
}

/* Called with the namespace of the module. */
void runGuest(xsMachine* the)
{
	xsVars(2);
	xsVar(0) = xsGet(xsGlobal, xsID(hostName));
	xsVar(1) = xsGet(xsArg(0), xsID("default"));
	(void)xsCallFunction1(xsVar(1), xsUndefined, xsVar(0));
}
