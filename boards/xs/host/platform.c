/* What XS asks of its port: memory, the native stack's limit, promise jobs, the clock, and what to do at the end. */
#include "host.h"

/* memory: the machine asks for the stack and each heap once, since nothing grows */

void* fxAllocateChunks(txMachine* the, txSize size)
{
	return malloc(size);
}

txSlot* fxAllocateSlots(txMachine* the, txSize count)
{
	return malloc(count * sizeof(txSlot));
}

void fxFreeChunks(txMachine* the, void* chunks)
{
	free(chunks);
}

void fxFreeSlots(txMachine* the, void* slots)
{
	free(slots);
}

/* peaks: XS keeps those of the heaps; the stack is painted, and shows later how deep it was used */

#define UNUSED 0xa5

void resetPeaks(txMachine* the)
{
	fxCollectGarbage(the);
	the->peakChunksSize = the->currentChunksSize;
	the->peakHeapCount = the->currentHeapCount;
	memset(the->stackBottom, UNUSED, (char*)the->stack - (char*)the->stackBottom);
}

txSize stackPeak(txMachine* the)
{
	const unsigned char* p = (const unsigned char*)the->stackBottom;
	while ((p < (const unsigned char*)the->stackTop) && (*p == UNUSED))
		p++;
	return (txSize)(the->stackTop - (const txSlot*)p);
}

/* The native stack is not what a run should end on: XS' own stack is far smaller. */
char* fxCStackLimit(void)
{
	return (char*)__builtin_frame_address(0) - 4 * 1024 * 1024;
}

/* machine and promise jobs */

void fxCreateMachinePlatform(txMachine* the)
{
	the->promiseJobs = 0;
}

void fxDeleteMachinePlatform(txMachine* the)
{
}

void fxQueuePromiseJobs(txMachine* the)
{
	the->promiseJobs = 1;
}

void runPromiseJobs(txMachine* the)
{
	while (the->promiseJobs) {
		the->promiseJobs = 0;
		fxRunPromiseJobs(the);
		fxEndJob(the);
	}
	fxCheckUnhandledRejections(the, 1);
}

/* the end: XS calls fxAbort for what JavaScript cannot catch, after a remark on why */

static char remark[256];

int xsnn_vremark(const char* format, va_list arguments)
{
	return vsnprintf(remark, sizeof(remark), format, arguments);
}

int xsnn_remark(const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = xsnn_vremark(format, arguments);
	va_end(arguments);
	return length;
}

/* The JavaScript calls that are under way, as Error.prototype.stack shows them, without touching a heap. */
static size_t describeCalls(txMachine* the, char* into, size_t size)
{
	size_t used = 0;
	for (Call call = { NULL }; (used < size) && nextCall(the, &call); )
		used += snprintf(into + used, size - used, "\n at (%s:%d)", fxGetKeyName(the, call.place.path), call.place.line);
	return (used < size) ? used : size - 1;
}

static void abortWith(txMachine* the, int reason, const char* why)
{
	char text[1024];
	size_t used = snprintf(text, sizeof(text), "%s", why);
	used += describeCalls(the, text + used, sizeof(text) - used);
	sendFrame(FRAME_ABORT, reason, text, used);
}

static void reportException(txMachine* the)
{
	xsBeginHost(the);
	xsVars(1);
	xsTry {
		xsResult = mxException;
		if (xsTypeOf(xsResult) == xsReferenceType) {
			xsVar(0) = xsGet(xsResult, xsID("stack"));
			if (xsTypeOf(xsVar(0)) != xsUndefinedType)
				xsResult = xsVar(0);
		}
		const char* text = xsToString(xsResult);
		sendFrame(FRAME_EXCEPTION, 0, text, strlen(text));
	}
	xsCatch {
		const char* text = "an exception that cannot be shown as text";
		sendFrame(FRAME_EXCEPTION, 0, text, strlen(text));
	}
	xsEndHost(the);
}

void fxAbort(txMachine* the, int status)
{
	switch (status) {
	case XS_UNHANDLED_EXCEPTION_EXIT:
	case XS_UNHANDLED_REJECTION_EXIT:
		reportException(the);
		break;
	case XS_NOT_ENOUGH_MEMORY_EXIT:
		abortWith(the, strncmp(remark, "# Slot", 6) ? ABORT_CHUNKS : ABORT_SLOTS, remark);
		break;
	case XS_STACK_OVERFLOW_EXIT:
		abortWith(the, ABORT_STACK, remark);
		break;
	default:
		snprintf(remark, sizeof(remark), "XS stopped with status %d", status);
		abortWith(the, ABORT_OTHER, remark);
		break;
	}
	_exit(1);
}

/* what only the debugger's build would define */

uint32_t modMilliseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint32_t)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}
