/* The guest: a module whose default export takes the host object of boards/guest/host.ts. */
#include "host.h"

/* The bytes [offset, offset + length) of an ArrayBuffer, or a RangeError. */
static char* bytes(txMachine* the, xsSlot* buffer, xsSlot* offset, xsSlot* length, xsIntegerValue* size)
{
	xsIntegerValue start = xsToInteger(*offset);
	xsIntegerValue available = xsGetArrayBufferLength(*buffer);
	*size = xsToInteger(*length);
	if ((start < 0) || (*size < 0) || (start > available - *size))
		xsRangeError("bytes %d to %d of a buffer of %d", (int)start, (int)(start + *size), (int)available);
	return (char*)xsToArrayBuffer(*buffer) + start;
}

/* receive(buffer, offset, length): waits for that many bytes of the job */
static void receive(xsMachine* the)
{
	xsIntegerValue size;
	char* into = bytes(the, &xsArg(0), &xsArg(1), &xsArg(2), &size);
	receiveBytes(into, size);
}

/* send(kind, id, buffer, offset, length) */
static void send(xsMachine* the)
{
	xsIntegerValue size;
	int kind = xsToInteger(xsArg(0));
	int id = xsToInteger(xsArg(1));
	char* from = bytes(the, &xsArg(2), &xsArg(3), &xsArg(4), &size);
	sendFrame(kind, id, from, size);
}

/* heap(words): what lives now, into an Int32Array's buffer: chunk bytes and slots. Collects garbage first. */
static void heap(xsMachine* the)
{
	xsCollectGarbage();
	int32_t* words = xsToArrayBuffer(xsArg(0));
	if (xsGetArrayBufferLength(xsArg(0)) < 2 * (xsIntegerValue)sizeof(*words))
		xsRangeError("two words needed");
	words[0] = the->currentChunksSize;
	words[1] = the->currentHeapCount;
}

static void define(txMachine* the, char* name, xsCallback callback, int length)
{
	xsVar(1) = xsNewHostFunction(callback, length);
	xsSet(xsVar(0), xsID(name), xsVar(1));
}

/* Called with the namespace of the module. */
void runGuest(xsMachine* the)
{
	xsVars(2);
	xsVar(0) = xsNewObject();
	define(the, "receive", receive, 3);
	define(the, "send", send, 5);
	define(the, "heap", heap, 1);
	xsVar(1) = xsGet(xsArg(0), xsID("default"));
	(void)xsCallFunction1(xsVar(1), xsUndefined, xsVar(0));
}
