/* ES modules by specifier, from the mod if it has one of that name, else from the image. */
#include "host.h"

/* A module that is not there ends the run here: XS would report what follows from it instead. */
static void refuseModule(const char* path, const char* by)
{
	char text[256];
	int length = snprintf(text, sizeof(text), "ReferenceError: module \"%s\" not found, imported by \"%s\"", path, by);
	sendFrame(FRAME_EXCEPTION, 0, text, (length < (int)sizeof(text)) ? length : (int)sizeof(text) - 1);
	stop(1);
}

/* "a/b" to "a", "a" to "", and "" stays: what lies beyond the root is not found. */
static void dropLastPart(char* path)
{
	char* slash = strrchr(path, '/');
	*(slash ? slash : path) = 0;
}

/* As Moddable resolves: "./" and "../" from the importing module's specifier, and ".js" is dropped. */
txID fxFindModule(txMachine* the, txSlot* realm, txID importer, txSlot* specifier)
{
	char name[C_PATH_MAX], path[2 * C_PATH_MAX] = "";
	const char* rest = name;
	fxToStringBuffer(the, specifier, name, sizeof(name));
	size_t length = strlen(name);
	if ((length > 3) && !strcmp(name + length - 3, ".js"))
		name[length - 3] = 0;
	if ((name[0] == '.') && (importer != XS_NO_ID)) {
		snprintf(path, C_PATH_MAX, "%s", fxGetKeyName(the, importer));
		dropLastPart(path);
		if (!strncmp(rest, "./", 2))
			rest += 2;
		for (; !strncmp(rest, "../", 3); rest += 3)
			dropLastPart(path);
		if (path[0])
			strcat(path, "/");
	}
	strcat(path, rest);
	int32_t size;
	if (!findInMod(MODULE, path, &size) && !findEntry(MODULE, path))
		refuseModule(path, (importer == XS_NO_ID) ? "the engine" : fxGetKeyName(the, importer));
	return fxNewNameC(the, path);
}

void fxLoadModule(txMachine* the, txSlot* module, txID moduleID)
{
	const char* name = fxGetKeyName(the, moduleID);
	int32_t size;
	const void* code = findInMod(MODULE, name, &size);
	txScript script = code ? (txScript){ .codeBuffer = (txByte*)code, .codeSize = size } : moduleScript(findEntry(MODULE, name));
	fxResolveModule(the, module, moduleID, &script, NULL, NULL);
}

/* An import that fails is a rejection nobody handles: fxAbort reports it. */
void importModule(txMachine* the, const char* specifier, xsCallback then)
{
	mxPushStringX((txString)specifier);
	fxRunImport(the, mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm, XS_NO_ID);
	mxDub();
	fxGetID(the, mxID(_then));
	mxCall();
	fxNewHostFunction(the, then, 1, XS_NO_ID, XS_NO_ID);
	mxRunCount(1);
	mxPop();
}
