/* What XS asks of its port: memory, the native stack's limit, promise jobs, the clock, and what to do at the end. */
#include "host.h"
#include <sys/time.h>

/*
 * memory: a machine's heaps and its stack follow one another in the region that was named before it was created, or they
 * share a block as on boards whose manifest has `creation.static`: chunks from its bottom up, stack and slots from its top
 * down
 */

static Region heaps; /* of a block that is shared: what lies between chunks and slots */
static int isShared;

void allocateFrom(Region region)
{
	heaps = region;
	isShared = 0;
}

static void* allocate(size_t size)
{
	static const char why[] = "the memory of the emulated machine does not hold that";
	char* start = (char*)(((uintptr_t)heaps.next + 15) & ~(uintptr_t)15);
	if ((start > heaps.end) || (size > (size_t)(heaps.end - start))) {
		sendFrame(FRAME_ABORT, ABORT_OTHER, why, sizeof(why) - 1);
		stop(1);
	}
	heaps.next = start + size;
	return start;
}

void shareBlock(Region region, size_t size)
{
	allocateFrom(region);
	char* block = allocate(size);
	heaps = (Region){ block, block + (size & ~(size_t)15) };
	isShared = 1;
}

static int isFree(txSize size)
{
	return size <= heaps.end - heaps.next;
}

/* There is one block of chunks, whose limit moves up. What is free at its end counts towards the size. */
static void* allocateSharedChunks(txMachine* the, txSize size)
{
	txBlock* block = the->firstBlock;
	txSize more = block ? size - (txSize)sizeof(txBlock) - (txSize)(block->limit - block->current) : size;
	if (!isFree(more))
		return NULL;
	char* start = heaps.next;
	heaps.next += more;
	if (!block)
		return start;
	/* XS goes on where the block ends, and adds the whole size to it. */
	block->limit = (txByte*)heaps.next - size;
	the->maximumChunksSize += more - size;
	return block->limit;
}

/* What chunks do not use is for slots when nothing else is left. */
static void trimChunks(txMachine* the)
{
	fxCollect(the, XS_COMPACT_FLAG | XS_ORGANIC_FLAG);
	txBlock* block = the->firstBlock;
	the->maximumChunksSize -= block->limit - block->current;
	block->limit = block->current;
	heaps.next = (char*)block->current;
}

static txSlot* allocateSharedSlots(txMachine* the, txSize size)
{
	if (!isFree(size) && the->firstHeap)
		trimChunks(the);
	if (isFree(size)) {
		heaps.end -= size;
		return (txSlot*)heaps.end;
	}
	if (!the->stackBottom) { /* which XS does not look at */
		xsnn_remark("# Slot allocation: no room for the stack");
		fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
	}
	return NULL;
}

void* fxAllocateChunks(txMachine* the, txSize size)
{
	return isShared ? allocateSharedChunks(the, size) : allocate(size);
}

txSlot* fxAllocateSlots(txMachine* the, txSize count)
{
	size_t size = count * sizeof(txSlot);
	return isShared ? allocateSharedSlots(the, size) : allocate(size);
}

/* A machine lives as long as the run. */
void fxFreeChunks(txMachine* the, void* chunks)
{
}

void fxFreeSlots(txMachine* the, void* slots)
{
}

char* fxCStackLimit(void)
{
	return nativeStackLimit();
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
		used += snprintf(into + used, size - used, "\n at (%s:%d)", imageText(call.module->path), call.line);
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
	stop(1);
}

/* no clock: runs are repeatable */

uint32_t modMilliseconds(void)
{
	return 0;
}

/* no parser */

txScript* fxParseScript(txMachine* the, void* stream, txGetter getter, txUnsigned flags)
{
	mxSyntaxError("a board has no parser");
	return NULL;
}
