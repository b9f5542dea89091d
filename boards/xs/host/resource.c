/*
 * Moddable's Resource: a file of the manifest's "data" as memory that is read in place and cannot be written. The module
 * "Resource" (boards/xs/image.ts) takes the class from the global object.
 */
#include "host.h"

/* The data stay in flash. */
static void forget(void* data)
{
}

/* XS leaves it to a host constructor to make the instance. */
static void construct(xsMachine* the)
{
	const char* name = xsToString(xsArg(0));
	int32_t size;
	const void* data = findInMod(DATA, name, &size);
	const Entry* entry = findEntry(DATA, name);
	if (!data && !entry)
		xsURIError("Resource \"%s\" not found", name);
	if (!data) {
		data = imageText(entry->data);
		size = entry->size;
	}
	xsResult = xsGet(xsTarget, xsID("prototype"));
	xsResult = xsNewHostInstance(xsResult);
	xsSetHostBuffer(xsResult, (void*)data, size);
	xsPetrifyHostBuffer(xsResult);
}

static void byteLength(xsMachine* the)
{
	xsIntegerValue length = xsGetHostBufferLength(xsThis);
	xsResult = xsInteger(length);
}

void defineResource(txMachine* the)
{
	xsBeginHost(the);
	xsVars(2);
	xsVar(0) = xsNewHostObject(forget);
	xsVar(1) = xsNewHostFunction(byteLength, 0);
	xsDefine(xsVar(0), xsID("byteLength"), xsVar(1), xsIsGetter);
	xsVar(1) = xsNewHostConstructor(construct, 1, xsVar(0));
	xsSet(xsGlobal, xsID("Resource"), xsVar(1));
	xsEndHost(the);
}
